package inventorytest

import (
	"testing"

	"github.com/paulmach/orb"

	"vigie/inventory"
)

// testWatch: a shelf that is watched counts every write of its own program, none of another shelf, and has counted what
// another program wrote before once it has written again.
func testWatch(t *testing.T, h Harness) {
	location := h.New(t)
	store, other := reopened(t, h, location), reopened(t, h, location)
	shelf := store.Cameras()
	watched, can := shelf.(inventory.Watcher)
	if !can {
		t.Skip("the shelf cannot be watched")
	}
	put(t, shelf, cameraAt("before", orb.Point{}))
	changes, err := watched.Watch(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	put(t, store.Holders(), FullHolder())
	for _, err := range shelf.Find(t.Context(), inventory.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
	}
	if n := changes(); n != 0 {
		t.Errorf("%d changes of a shelf that was only read", n)
	}
	for want, write := range map[string]func() error{
		"put":    func() error { return shelf.Put(t.Context(), cameraAt("a", orb.Point{}), cameraAt("b", orb.Point{})) },
		"create": func() error { return inventory.Create(t.Context(), shelf, cameraAt("c", orb.Point{})) },
		"update": func() error {
			_, err := shelf.Update(t.Context(), "before", func(c *inventory.Camera) error { c.Name = "changed"; return nil })
			return err
		},
		"put of valid records": func() error { return inventory.PutValid(t.Context(), shelf, cameraAt("d", orb.Point{})) },
	} {
		before := changes()
		if err := write(); err != nil || changes() != before+1 {
			t.Errorf("%s counts for %d changes (%v)", want, changes()-before, err)
		}
	}
	before := changes()
	put(t, other.Cameras(), cameraAt("of-another-program", orb.Point{}))
	if err := shelf.Delete(t.Context(), "d", nil); err != nil || changes() != before+2 {
		t.Errorf("a write after one of another program counts for %d changes (%v)", changes()-before, err)
	}
}
