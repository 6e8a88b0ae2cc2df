package inventorytest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/paulmach/orb"

	"vigie/inventory"
)

// testFailedEdit: an edit that fails, panics, makes the record invalid or changes its key stores nothing.
func testFailedEdit(t *testing.T, h Harness) {
	shelf := fresh(t, h).Cameras()
	put(t, shelf, FullCamera())
	no := errors.New("no")
	_, err := shelf.Update(t.Context(), "camera:1", func(c *inventory.Camera) error { c.Name = "changed"; return no })
	if !errors.Is(err, no) {
		t.Errorf("Update gave %v, not the error of its edit", err)
	}
	for name, edit := range map[string]func(*inventory.Camera){
		"invalid":    func(c *inventory.Camera) { c.Name, c.Location = "changed", nil },
		"key":        func(c *inventory.Camera) { c.ID = "camera:2" },
		"key taken":  func(c *inventory.Camera) { c.ID = "" },
		"bad place":  func(c *inventory.Camera) { c.Location = &inventory.Point{200, 0} },
		"everything": func(c *inventory.Camera) { *c = inventory.Camera{} },
	} {
		var invalid *inventory.InvalidError
		got, err := shelf.Update(t.Context(), "camera:1", func(c *inventory.Camera) error { edit(c); return nil })
		if !errors.As(err, &invalid) || got.ID != "" {
			t.Errorf("%s: Update gave %q, %v", name, got.ID, err)
		}
	}
	func() {
		defer func() { _ = recover() }()
		_, _ = shelf.Update(t.Context(), "camera:1", func(*inventory.Camera) error { panic("in the edit") })
	}()
	same(t, "Get", get(t, shelf, "camera:1"), FullCamera())
	if got := keys(t.Context(), t, shelf, inventory.Query{}); !slices.Equal(got, []inventory.ID{"camera:1"}) {
		t.Errorf("the shelf holds %q", got)
	}
	if _, err := shelf.Update(t.Context(), "camera:1", func(c *inventory.Camera) error { c.Name = "changed"; return nil }); err != nil {
		t.Errorf("a good edit after the failed ones: %v", err)
	}
}

// testManyEditors: twenty goroutines edit one record twenty times each; every edit is in it.
func testManyEditors(t *testing.T, h Harness) {
	const editors, edits = 20, 20
	shelf := fresh(t, h).Cameras()
	put(t, shelf, cameraAt("c", orb.Point{}))
	var group sync.WaitGroup
	for e := range editors {
		group.Go(func() {
			for i := range edits {
				_, err := shelf.Update(t.Context(), "c", func(c *inventory.Camera) error {
					if c.Extra == nil {
						c.Extra = map[string]string{}
					}
					c.Extra[fmt.Sprintf("%d-%d", e, i)] = "done"
					return nil
				})
				if err != nil {
					t.Errorf("Update: %v", err)
				}
			}
		})
	}
	group.Wait()
	if n := len(get(t, shelf, "c").Extra); n != editors*edits {
		t.Errorf("%d of %d edits are there", n, editors*edits)
	}
}

// testStaleEdit: an edit that compares the tag it knows refuses to go over another's.
func testStaleEdit(t *testing.T, h Harness) {
	shelf := fresh(t, h).Cameras()
	put(t, shelf, FullCamera())
	tag := inventory.Tag(get(t, shelf, "camera:1"))
	edit := func(name string) error {
		_, err := shelf.Update(t.Context(), "camera:1", func(c *inventory.Camera) error {
			if inventory.Tag(*c) != tag {
				return inventory.ErrConflict
			}
			c.Name = name
			return nil
		})
		return err
	}
	if err := edit("first"); err != nil {
		t.Errorf("first edit: %v", err)
	}
	if err := edit("second"); !errors.Is(err, inventory.ErrConflict) {
		t.Errorf("stale edit: %v", err)
	}
	if got := get(t, shelf, "camera:1").Name; got != "first" {
		t.Errorf("the name is %q", got)
	}
}

// numbered puts n plain cameras, c-0000 and so on, all in one square degree.
func numbered(t testing.TB, shelf inventory.Shelf[inventory.Camera], n int) {
	t.Helper()
	r := dice(7)
	cameras := make([]inventory.Camera, n)
	for i := range cameras {
		cameras[i] = cameraAt(fmt.Sprintf("c-%04d", i), randomPoint(r, orb.Bound{Max: orb.Point{1, 1}}))
	}
	put(t, shelf, cameras...)
}

// queries are one of each way to look for numbered cameras.
func queries() []inventory.Query {
	box := orb.Bound{Max: orb.Point{1, 1}}
	return []inventory.Query{
		{}, {Area: box}, {Area: box.ToPolygon()}, {Where: anyOf(inventory.AttrHolder, "holder:1")},
		{Where: anyOf(inventory.AttrHolder, "holder:1", "holder:2")},
	}
}

// testLoopUsesStore: the body of a loop reads, writes and loops in the same store.
func testLoopUsesStore(t *testing.T, h Harness) {
	store := fresh(t, h)
	numbered(t, store.Cameras(), 600)
	for i, q := range queries() {
		name, seen := fmt.Sprintf("round %d", i), 0
		for c, err := range store.Cameras().Find(t.Context(), q) {
			if err != nil {
				t.Fatal(err)
			}
			if seen++; seen%25 != 0 {
				continue
			}
			if _, err := store.Cameras().Update(t.Context(), c.ID, func(c *inventory.Camera) error { c.Name = name; return nil }); err != nil {
				t.Fatalf("Update in a loop: %v", err)
			}
			if got := get(t, store.Cameras(), c.ID).Name; got != name {
				t.Fatalf("the name is %q in the loop", got)
			}
			inner := q
			inner.Limit, inner.After = 1, c.ID
			keys(t.Context(), t, store.Cameras(), inner)
			put(t, store.Areas(), FullArea())
		}
		if seen != 600 {
			t.Errorf("%+v: the loop saw %d records", q, seen)
		}
	}
}

// testManyLoops: more loops inside each other, in more goroutines, than any pool has connections.
func testManyLoops(t *testing.T, h Harness) {
	shelf := fresh(t, h).Cameras()
	numbered(t, shelf, 300)
	var group sync.WaitGroup
	for range 12 {
		group.Go(func() {
			for _, q := range queries() {
				q.Limit = 2
				for range shelf.Find(t.Context(), q) {
					q.Limit = 270
					for _, err := range shelf.Find(t.Context(), q) {
						if err != nil {
							t.Errorf("inner loop: %v", err)
						}
					}
				}
			}
		})
	}
	group.Wait()
}

// testLoopAdds: a loop whose body adds a record for each that it sees comes to an end, having seen the old ones.
func testLoopAdds(t *testing.T, h Harness) {
	for _, q := range queries() {
		shelf := fresh(t, h).Cameras()
		numbered(t, shelf, 600)
		seen, added := map[inventory.ID]bool{}, 0
		for c, err := range shelf.Find(t.Context(), q) {
			if err != nil || added > 10_000 {
				t.Fatalf("%+v: after %d added: %v", q, added, err)
			}
			seen[c.ID] = true
			c.ID = inventory.ID(fmt.Sprintf("d-%05d", added))
			put(t, shelf, c)
			added++
		}
		for i := range 600 {
			if id := inventory.ID(fmt.Sprintf("c-%04d", i)); !seen[id] {
				t.Fatalf("%+v: %q was not seen", q, id)
			}
		}
	}
}

// testBreak: leaving loops early, hundreds of times, leaves the store able to read and write.
func testBreak(t *testing.T, h Harness) {
	shelf := fresh(t, h).Cameras()
	numbered(t, shelf, 300)
	for i := range 50 {
		for _, q := range queries() {
			for _, err := range shelf.Find(t.Context(), q) {
				if err != nil {
					t.Fatal(err)
				}
				break
			}
		}
		put(t, shelf, cameraAt(fmt.Sprintf("after-%d", i), orb.Point{}))
	}
	stop, seen := 270, 0
	for range shelf.Find(t.Context(), inventory.Query{}) {
		if seen++; seen == stop {
			break
		}
	}
}

// testCancelled: a cancelled context stops every method with its error, before and in the middle of the work, and the
// store goes on.
func testCancelled(t *testing.T, h Harness) {
	store := fresh(t, h)
	shelf := store.Cameras()
	numbered(t, shelf, 600)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, getErr := shelf.Get(ctx, "c-0001")
	_, updateErr := shelf.Update(ctx, "c-0001", func(c *inventory.Camera) error { c.Name = "changed"; return nil })
	_, countErr := inventory.Count(ctx, shelf, inventory.Query{})
	for name, err := range map[string]error{
		"Get": getErr, "Update": updateErr, "Count": countErr, "Ping": store.Ping(ctx),
		"Put": shelf.Put(ctx, cameraAt("new", orb.Point{})), "Delete": shelf.Delete(ctx, "c-0001", nil),
	} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s with a cancelled context: %v", name, err)
		}
	}
	for _, q := range queries() {
		cancelledLoop(t, shelf, q)
	}
	cancelledEdit(t, shelf)
	if got := keys(t.Context(), t, shelf, inventory.Query{}); len(got) != 600 {
		t.Errorf("%d records are there, not 600", len(got))
	}
	if got := get(t, shelf, "c-0001").Name; got != "" {
		t.Errorf("a cancelled edit was stored: %q", got)
	}
}

// cancelledLoop cancels a loop after its tenth record, and another one that it leaves at once.
func cancelledLoop(t *testing.T, shelf inventory.Shelf[inventory.Camera], q inventory.Query) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	seen := 0
	var last error
	for _, err := range shelf.Find(ctx, q) {
		if last = err; err != nil {
			continue // the loop must end by itself
		}
		if seen++; seen == 10 {
			cancel()
		}
	}
	if !errors.Is(last, context.Canceled) || seen > 300 {
		t.Errorf("%+v: the loop saw %d records and ended with %v", q, seen, last)
	}
	ctx, cancel = context.WithCancel(t.Context())
	defer cancel()
	for range shelf.Find(ctx, q) { // a call of the body after its break would panic
		cancel()
		break
	}
}

// cancelledEdit cancels inside an edit: it is stored with its success, or not with its error.
func cancelledEdit(t *testing.T, shelf inventory.Shelf[inventory.Camera]) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	_, err := shelf.Update(ctx, "c-0002", func(c *inventory.Camera) error { cancel(); c.Name = "changed"; return nil })
	if stored := get(t, shelf, "c-0002").Name == "changed"; stored != (err == nil) || err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("an edit cancelled in its middle: stored %t, %v", stored, err)
	}
}

// testReadersAndWriter: while batches are put, readers are not refused, single reads of a transactional store see no
// half batch, and no read loses what was there before.
func testReadersAndWriter(t *testing.T, h Harness) {
	const batch = 50
	store := fresh(t, h)
	shelf, whole := store.Cameras(), transactional(t, store)
	ctx, stop := context.WithCancel(t.Context())
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			seen := 0
			for ctx.Err() == nil {
				n, err := inventory.Count(t.Context(), shelf, inventory.Query{Where: anyOf(inventory.AttrHolder, "holder:1")})
				if err != nil || n < seen || whole && n%batch != 0 {
					t.Errorf("a reader counts %d records (%v) after %d; batches have %d", n, err, seen, batch)
					return
				}
				seen = n
			}
		})
	}
	for b := range 40 {
		var cameras []inventory.Camera
		for i := range batch {
			cameras = append(cameras, cameraAt(fmt.Sprintf("%d-%d", b, i), orb.Point{float64(b), float64(i)}))
		}
		put(t, shelf, cameras...)
	}
	stop()
	group.Wait()
}
