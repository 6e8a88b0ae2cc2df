package inventory_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"vigie/inventory"
	"vigie/inventory/inventorytest"
)

// feedOf is what a caller reads of a feed after a position, as short texts: what became of which record, and its names.
func feedOf(ctx context.Context, t *testing.T, store inventory.Store, from inventory.FeedPosition, q inventory.ChangeQuery) (told []string) {
	t.Helper()
	if q.Limit == 0 {
		q.Limit = 100
	}
	for more := true; more; {
		page, err := inventory.ReadFeed(ctx, store, from, q)
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range page.Items {
			told = append(told, fmt.Sprintf("%s %s %s→%s", item.Change, item.Record, nameIn(item.Before), nameIn(item.After)))
		}
		from, more = page.Next, page.More
	}
	return told
}

// nameIn is the name in the JSON of a record.
func nameIn(state []byte) string {
	_, rest, _ := strings.Cut(string(state), `"name":"`)
	name, _, _ := strings.Cut(rest, `"`)
	return name
}

func endOf(ctx context.Context, t *testing.T, store inventory.Store) inventory.FeedPosition {
	t.Helper()
	end, err := inventory.FeedEnd(ctx, store)
	if err != nil {
		t.Fatal(err)
	}
	return end
}

// TestFeed: each reader is told what it may see, before or after, and of what leaves its reach that it is gone.
func TestFeed(t *testing.T) { onBothStores(t, testFeed) }

func testFeed(t *testing.T, raw inventory.Store) {
	t.Helper()
	_, guarded := written(t, raw, time.Now)
	root := inventory.WithCaller(t.Context(), inventory.LocalCaller())
	south, north := as(t, editor("south")), as(t, editor("north"))
	for _, holder := range []inventory.ID{"street"} { // shown to south by its street
		c := agreementWith(string(holder), holder)
		c.Disclosure = inventory.DisclosureStreet
		if err := raw.Conventions().Put(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	from := map[string]inventory.FeedPosition{}
	readers := map[string]context.Context{"root": root, "south": south, "north": north}
	for name, reader := range readers {
		from[name] = endOf(reader, t, guarded)
	}
	cameras := guarded.Cameras()
	camera := func(id, holder, name string, lon float64) inventory.Camera {
		return inventory.Camera{ID: inventory.ID(id), Holder: inventory.ID(holder), Name: name, Category: inventory.Fixed, Location: &inventory.Point{lon, 43}}
	}
	area := inventorytest.FullArea()
	area.ID, area.Holder, area.Name, area.Category = "zone", "south", "zone", inventory.AreaPriority
	err := errors.Join(
		inventory.Create(root, cameras, camera("c", "south", "a", 3)),
		updated(root, cameras, "c", func(c *inventory.Camera) { c.Device.Serial = "secret" }),
		updated(root, cameras, "c", func(c *inventory.Camera) { c.Name = "b" }),
		updated(root, cameras, "c", func(c *inventory.Camera) { c.Holder = "north" }), // south must not see what it became
		cameras.Put(root, camera("c", "north", "d", 3), camera("e", "street", "hidden", 3)),
		cameras.Put(root, camera("e", "street", "still hidden", 3)), // the same to who sees it coarsely
		cameras.Put(root, camera("e", "street", "still hidden", 3)), // nothing
		inventory.Create(root, guarded.Areas(), area),
		cameras.Delete(root, "c", nil),
	)
	if err != nil {
		t.Fatal(err)
	}
	if err := inventory.Create(root, cameras, camera("e", "south", "refused", 3)); !errors.Is(err, inventory.ErrExists) {
		t.Fatal(err)
	}
	for name, want := range map[string][]string{
		"root": {
			"create c →a", "update c a→a", "update c a→b", "update c b→b", "update c b→d", "create e →hidden",
			"update e hidden→still hidden", "create zone →zone", "delete c d→",
		},
		"south": {"create c →a", "update c a→a", "update c a→b", "delete c b→", "create e →", "create zone →zone"},
		"north": {"create c →b", "update c b→d", "delete c d→"},
	} {
		for _, limit := range []int{100, 1} {
			got := feedOf(readers[name], t, guarded, from[name], inventory.ChangeQuery{Limit: limit})
			if !slices.Equal(got, want) {
				t.Errorf("%s reads, %d at a time,\n%q\nnot\n%q", name, limit, got, want)
			}
		}
	}
	kinds := feedOf(root, t, guarded, from["root"], inventory.ChangeQuery{Kinds: []string{"areas"}})
	elsewhere := orb.Bound{Min: orb.Point{-10, -10}, Max: orb.Point{-9, -9}}
	if far := feedOf(root, t, guarded, from["root"], inventory.ChangeQuery{Area: elsewhere}); !slices.Equal(kinds, []string{"create zone →zone"}) || len(far) > 0 {
		t.Errorf("of areas %q, elsewhere %q", kinds, far)
	}
	reader := inventory.WithCaller(t.Context(), inventory.Caller{Account: "a", Role: inventory.RoleAccessAuditor})
	if _, err := inventory.FeedEnd(reader, guarded); !errors.Is(err, inventory.ErrForbidden) {
		t.Errorf("who audits accesses reads the feed: %v", err)
	}
	for range guarded.Changes().Find(root, inventory.Query{}) {
		if _, err := guarded.Changes().Get(root, "state"); !errors.Is(err, inventory.ErrForbidden) {
			t.Errorf("changes are read as they are kept: %v", err)
		}
	}
}

// agreementWith is a convention of a holder with south, of all its cameras, today.
func agreementWith(id string, holder inventory.ID) inventory.Convention {
	c := inventorytest.FullConvention()
	c.ID, c.Holder, c.With, c.WithdrawnAt = inventory.ID(id), holder, inventory.Party{Holder: "south"}, nil
	c.All, c.Deployments, c.Cameras, c.Area, c.Counted = true, nil, nil, nil, false
	c.From, c.To = "2026-01-01", "2026-12-31"
	for i := range c.Signatures {
		c.Signatures[i].On = "2025-12-01"
	}
	return c
}

// TestFeedBreaks: whoever would miss something is told to read all records again.
func TestFeedBreaks(t *testing.T) { onBothStores(t, testFeedBreaks) }

func testFeedBreaks(t *testing.T, raw inventory.Store) {
	t.Helper()
	journal, guarded := written(t, raw, time.Now)
	root, south := inventory.WithCaller(t.Context(), inventory.LocalCaller()), as(t, editor("south"))
	put := func(name string) {
		t.Helper()
		camera := inventory.Camera{ID: "c", Holder: "south", Name: name, Category: inventory.Fixed, Location: &inventory.Point{3, 43}}
		if err := guarded.Cameras().Put(root, camera); err != nil {
			t.Fatal(err)
		}
	}
	broken := func(why string, ctx context.Context, from inventory.FeedPosition, want bool) {
		t.Helper()
		_, err := inventory.ReadFeed(ctx, guarded, from, inventory.ChangeQuery{Limit: 10})
		if errors.Is(err, inventory.ErrFeedBroken) != want {
			t.Errorf("%s: %v", why, err)
		}
	}
	rootAt, southAt := endOf(root, t, guarded), endOf(south, t, guarded)
	put("a")
	broken("as usual", root, rootAt, false)
	convention := agreementWith("n", "north")
	if err := raw.Conventions().Put(t.Context(), convention); err != nil {
		t.Fatal(err)
	}
	broken("a convention that gives more", south, southAt, true)
	broken("a convention of others", root, rootAt, false)
	silent, store := written(t, raw, time.Now)
	silent.KeepNoChanges()
	if err := store.Cameras().Delete(root, "c", nil); err != nil {
		t.Fatal(err)
	}
	broken("a write of which nothing was kept", root, rootAt, true)
	rootAt = endOf(root, t, guarded)
	put("b")
	broken("after it", root, rootAt, false)
	if n, err := journal.PurgeChanges(root, time.Now().Add(time.Hour)); n == 0 || err != nil {
		t.Errorf("purged %d (%v)", n, err)
	}
	broken("what was purged", root, rootAt, true)
	rootAt = endOf(root, t, guarded)
	put("c")
	if got := feedOf(root, t, guarded, rootAt, inventory.ChangeQuery{}); !slices.Equal(got, []string{"update c b→c"}) {
		t.Errorf("after the purge: %q", got)
	}
	if err := inventory.BreakFeed(root, raw); err != nil {
		t.Fatal(err)
	}
	broken("a copy into the store", root, rootAt, true)
}

// TestFeedWaits: the feed does not pass a write of which it is not known whether it was done; of one whose program died it finds
// that out.
func TestFeedWaits(t *testing.T) { onBothStores(t, testFeedWaits) }

func testFeedWaits(t *testing.T, raw inventory.Store) {
	t.Helper()
	root := inventory.WithCaller(t.Context(), inventory.LocalCaller())
	_, guarded := written(t, raw, time.Now)
	camera := inventory.Camera{ID: "c", Holder: "south", Name: "a", Category: inventory.Fixed, Location: &inventory.Point{3, 43}}
	for calls := range 9 { // however far the program came
		at := endOf(root, t, guarded)
		p := &program{}
		p.left.Store(1 << 30)
		store := mortalStore{raw, p}
		journal, err := inventory.OpenJournal(root, store, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		dying := inventory.Guard(store, journal).Cameras()
		p.left.Store(int64(calls))
		camera.ID = inventory.ID(fmt.Sprintf("c%d", calls))
		_ = inventory.Create(root, dying, camera)
		if err := inventory.Create(root, guarded.Areas(), other(calls)); err != nil {
			t.Fatal(err)
		}
		now := feedOf(root, t, guarded, at, inventory.ChangeQuery{})
		_, late := written(t, raw, func() time.Time { return time.Now().Add(time.Hour) })
		want := []string{fmt.Sprintf("create z%d →zone", calls)}
		if _, err := raw.Cameras().Get(root, camera.ID); err == nil {
			want = slices.Insert(want, 0, fmt.Sprintf("create %s →a", camera.ID))
		}
		if got := feedOf(root, t, late, at, inventory.ChangeQuery{}); !slices.Equal(got, want) {
			t.Errorf("after %d calls: %q, not %q", calls, got, want)
		}
		if len(now) > 0 && !slices.Equal(now, want) {
			t.Errorf("after %d calls, at once: %q, not %q or nothing", calls, now, want)
		}
	}
}

func other(n int) inventory.Area {
	area := inventorytest.FullArea()
	area.ID, area.Name = inventory.ID(fmt.Sprintf("z%d", n)), "zone"
	return area
}
