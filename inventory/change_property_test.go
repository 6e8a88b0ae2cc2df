package inventory_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"vigie/inventory"
	"vigie/inventory/mongodb"
	"vigie/inventory/mongodb/mongodbtest"
	"vigie/inventory/sqlite"
)

// errKilled is what a program that was killed would not even return.
var errKilled = errors.New("killed")

// program is one that is killed after so many calls of its store: whatever it does then is not done.
type program struct{ left atomic.Int64 }

func (p *program) killed() error {
	if p.left.Add(-1) < 0 {
		return errKilled
	}
	return nil
}

// mortalStore is a store as a program that may be killed uses it.
type mortalStore struct {
	inventory.Store
	program *program
}

func (s mortalStore) Cameras() inventory.Shelf[inventory.Camera] {
	return mortal[inventory.Camera]{s.Store.Cameras(), s.program}
}

func (s mortalStore) Journal() inventory.Shelf[inventory.Entry] {
	return mortal[inventory.Entry]{s.Store.Journal(), s.program}
}

func (s mortalStore) Changes() inventory.Shelf[inventory.Change] {
	return mortal[inventory.Change]{s.Store.Changes(), s.program}
}

func (s mortalStore) Transactional() bool {
	t, ok := s.Store.(inventory.Transactional)
	return ok && t.Transactional()
}

type mortal[T inventory.Record] struct {
	shelf   inventory.Shelf[T]
	program *program
}

func (m mortal[T]) Put(ctx context.Context, records ...T) error {
	if err := m.program.killed(); err != nil {
		return err
	}
	return m.shelf.Put(ctx, records...)
}

func (m mortal[T]) Create(ctx context.Context, record T) error {
	if err := m.program.killed(); err != nil {
		return err
	}
	return inventory.Create(ctx, m.shelf, record)
}

func (m mortal[T]) Get(ctx context.Context, id inventory.ID) (record T, err error) {
	if err := m.program.killed(); err != nil {
		return record, err
	}
	return m.shelf.Get(ctx, id)
}

func (m mortal[T]) GetAll(ctx context.Context, ids []inventory.ID) (map[inventory.ID]T, error) {
	if err := m.program.killed(); err != nil {
		return nil, err
	}
	return inventory.GetAll(ctx, m.shelf, ids)
}

func (m mortal[T]) Find(ctx context.Context, q inventory.Query) iter.Seq2[T, error] {
	if err := m.program.killed(); err != nil {
		return func(yield func(T, error) bool) {
			var none T
			yield(none, err)
		}
	}
	return m.shelf.Find(ctx, q)
}

func (m mortal[T]) Update(ctx context.Context, id inventory.ID, edit func(*T) error) (record T, err error) {
	if err := m.program.killed(); err != nil {
		return record, err
	}
	return m.shelf.Update(ctx, id, edit)
}

func (m mortal[T]) Delete(ctx context.Context, id inventory.ID, check func(T) error) error {
	if err := m.program.killed(); err != nil {
		return err
	}
	return m.shelf.Delete(ctx, id, check)
}

// doubles opens one database twice, as two servers do.
func doubles() []struct {
	name string
	open func(t *testing.T) [2]inventory.Store
} {
	both := func(t *testing.T, open func() (inventory.Store, error)) (stores [2]inventory.Store) {
		t.Helper()
		for i := range stores {
			store, err := open()
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = store.Close() })
			stores[i] = store
		}
		return stores
	}
	return []struct {
		name string
		open func(t *testing.T) [2]inventory.Store
	}{
		{"sqlite", func(t *testing.T) [2]inventory.Store {
			t.Helper()
			path := filepath.Join(t.TempDir(), "vigie.db")
			return both(t, func() (inventory.Store, error) { return sqlite.Open(t.Context(), path) })
		}},
		{"mongodb", func(t *testing.T) [2]inventory.Store {
			t.Helper()
			address := mongodbtest.NewDatabase(t)
			return both(t, func() (inventory.Store, error) { return mongodb.Open(t.Context(), address) })
		}},
	}
}

// TestFeedHasNoGapAndNoRepetition has writers of two servers change the same few cameras, some killed in the middle, while a
// reader reads. What it reads is what is read again from the beginning, has every write that was acknowledged, and leads to what
// is stored.
func TestFeedHasNoGapAndNoRepetition(t *testing.T) {
	for _, engine := range doubles() {
		t.Run(engine.name, func(t *testing.T) {
			t.Parallel()
			testFeedProperty(t, engine.open(t))
		})
	}
}

func testFeedProperty(t *testing.T, stores [2]inventory.Store) {
	t.Helper()
	const writers, rounds, writes = 3, 4, 12
	root := inventory.WithCaller(t.Context(), inventory.LocalCaller())
	reader := newFeedReader(root, t, stores[0])
	start := reader.at
	var acknowledged sync.Map
	for round := range rounds {
		var group sync.WaitGroup
		for w := range writers * len(stores) {
			group.Go(func() {
				random := rand.New(rand.NewPCG(uint64(round), uint64(w)))
				p := &program{}
				p.left.Store(1 << 40)
				if random.IntN(3) == 0 {
					p.left.Store(int64(random.IntN(12 * writes)))
				}
				store := mortalStore{stores[w%len(stores)], p}
				journal, err := inventory.OpenJournal(root, store, time.Now)
				if err != nil {
					return
				}
				cameras := inventory.Guard(store, journal).Cameras()
				for i := range writes {
					word := fmt.Sprintf("%d.%d.%d", round, w, i)
					if err := scribble(root, cameras, random, word); err == nil {
						acknowledged.Store(word, true)
					} else if errors.Is(err, errKilled) {
						return
					}
				}
			})
		}
		for range 5 {
			reader.read(t, 1+rand.IntN(5))
		}
		group.Wait()
	}
	late := newFeedReader(root, t, stores[1], time.Hour)
	late.at, reader.store = start, late.store
	reader.readAll(t)
	late.readAll(t)
	if !reflect.DeepEqual(reader.ids(), late.ids()) {
		t.Errorf("read meanwhile:\n%v\nread at the end:\n%v", reader.ids(), late.ids())
	}
	acknowledged.Range(func(word, _ any) bool {
		if text, ok := word.(string); !ok || !late.words[text] {
			t.Errorf("the write %v was acknowledged, and is not in the feed", word)
		}
		return true
	})
	stored := map[inventory.ID]string{}
	for camera, err := range stores[0].Cameras().Find(root, inventory.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		stored[camera.ID] = camera.Name
	}
	if !reflect.DeepEqual(late.state, stored) {
		t.Errorf("the feed leads to\n%v\nnot\n%v", late.state, stored)
	}
	if len(late.items) < 50 {
		t.Errorf("only %d changes were told", len(late.items))
	}
}

// scribble does one write to some of a few cameras.
func scribble(ctx context.Context, cameras inventory.Shelf[inventory.Camera], random *rand.Rand, word string) error {
	camera := func(i int) inventory.Camera {
		return inventory.Camera{
			ID: inventory.ID(fmt.Sprintf("c%d", i)), Holder: "south", Category: inventory.Fixed, Location: &inventory.Point{3, 43}, Name: word,
		}
	}
	const few = 4
	switch random.IntN(5) {
	case 0:
		return inventory.Create(ctx, cameras, camera(random.IntN(few)))
	case 1:
		one := inventory.ID(fmt.Sprintf("c%d", random.IntN(few)))
		if err := cameras.Delete(ctx, one, nil); err != nil {
			return err
		}
		return errors.New("a deletion leaves no word")
	case 2:
		return cameras.Put(ctx, camera(random.IntN(2)), camera(2+random.IntN(2)))
	}
	_, err := cameras.Update(ctx, inventory.ID(fmt.Sprintf("c%d", random.IntN(few))), func(c *inventory.Camera) error {
		c.Name = word
		return nil
	})
	return err
}

// feedReader follows a feed.
type feedReader struct {
	ctx   context.Context //nolint:containedctx // of one test
	store inventory.Store
	at    inventory.FeedPosition
	items []inventory.ToldChange
	// state are the names of the cameras that the feed leads to, words all names that it told.
	state map[inventory.ID]string
	words map[string]bool
}

// newFeedReader begins at the end of the feed. ahead is by how much its clock is.
func newFeedReader(ctx context.Context, t *testing.T, raw inventory.Store, ahead ...time.Duration) *feedReader {
	t.Helper()
	journal, err := inventory.OpenJournal(ctx, raw, func() time.Time {
		now := time.Now()
		for _, d := range ahead {
			now = now.Add(d)
		}
		return now
	})
	if err != nil {
		t.Fatal(err)
	}
	r := &feedReader{ctx: ctx, store: inventory.Guard(raw, journal), state: map[inventory.ID]string{}, words: map[string]bool{}}
	if r.at, err = inventory.FeedEnd(ctx, r.store); err != nil {
		t.Fatal(err)
	}
	return r
}

func (r *feedReader) readAll(t *testing.T) {
	t.Helper()
	for r.read(t, 7) {
	}
}

// read reads a page and tells whether there is more.
func (r *feedReader) read(t *testing.T, limit int) bool {
	t.Helper()
	page, err := inventory.ReadFeed(r.ctx, r.store, r.at, inventory.ChangeQuery{Limit: limit})
	if err != nil {
		t.Fatal(err)
	}
	for _, item := range page.Items {
		var camera inventory.Camera
		if item.After == nil {
			delete(r.state, item.Record)
		} else if err := json.Unmarshal(item.After, &camera); err != nil {
			t.Fatal(err)
		} else {
			r.state[item.Record] = camera.Name
			r.words[camera.Name] = true
		}
	}
	r.items = append(r.items, page.Items...)
	r.at = page.Next
	return page.More
}

func (r *feedReader) ids() (ids []string) {
	for _, item := range r.items {
		ids = append(ids, item.ID)
	}
	return ids
}
