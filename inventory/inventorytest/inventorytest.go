// Package inventorytest says what every [inventory.Store] must do, as tests that any adapter can run.
//
// It knows no adapter: a [Harness] opens the store to be judged. What the tests know to be right they compute from the
// records themselves, never from another store.
package inventorytest

import (
	"context"
	"os"
	"testing"

	"vigie/inventory"
)

// Harness opens the stores of one adapter.
type Harness struct {
	// New gives the location of a store that does not exist yet: a path, a database name. What is kept there is
	// removed when the test ends.
	New func(t testing.TB) string
	// Open opens the store at a location, again after a Close, or after the process that used it died. The caller
	// closes it.
	Open func(t testing.TB, location string) inventory.Store
}

// test is one clause of the contract.
type test struct {
	name string
	run  func(t *testing.T, h Harness)
}

// contract lists every clause.
func contract() []test {
	return []test{
		{"every field of every kind comes back", testEveryField},
		{"numbers, texts and times come back exactly", testExactValues},
		{"an unknown identifier is ErrNotFound", testUnknown},
		{"putting twice keeps the second", testPutTwice},
		{"a batch is stored whole or not at all", testBadBatch},
		{"bad geometry is refused", testBadGeometry},
		{"deleting twice is ErrNotFound, a check can refuse", testDelete},
		{"an edit that fails stores nothing", testFailedEdit},
		{"creating refuses what is there", testCreate},
		{"creating many stops at what is there", testCreateAll},
		{"of many creators of one key one succeeds", testManyCreators},
		{"new records are stored, or refused where one is there", testPutNew},
		{"twenty editors lose no edit", testManyEditors},
		{"optimistic locking refuses a stale edit", testStaleEdit},
		{"a moved or changed record is found where it is now", testMoved},
		{"records without a place are kept", testPlaceless},
		{"the borders of a box are inside, to 1e-9 degree", testBorders},
		{"extents touch a box, to 1e-9 degree", testExtentBorders},
		{"concave polygons and holes select what they hold", testPolygons},
		{"extents with holes and notches are met where they are", testExtents},
		{"conditions select by attributes, alone and in an area", testConditions},
		{"random queries give what a plain filter gives", testModel},
		{"random queries on extents give what a plain filter gives", testExtentModel},
		{"pages have no gap and no repeat under inserts", testPages},
		{"pages follow each other in an area", testAreaPages},
		{"a bad query is refused", testBadQuery},
		{"counting equals finding", testCount},
		{"groups are what a plain loop counts", testGroups},
		{"counting by cells equals finding", testCells},
		{"counting tells whoever asks what finding does", testGuardedCounts},
		{"cells that are none are refused", testBadCells},
		{"cameras are counted by the kind of their holder", testHolderKinds},
		{"what cannot be counted by is refused", testBadGroups},
		{"a loop may use the store", testLoopUsesStore},
		{"many loops may read at once", testManyLoops},
		{"a loop that adds records ends", testLoopAdds},
		{"leaving a loop early gives everything back", testBreak},
		{"a cancelled context stops everything", testCancelled},
		{"brief forms are found as the whole records are", testBrief},
		{"a watched shelf counts what is written to it", testWatch},
		{"readers see whole batches, or whole records, while a writer writes", testReadersAndWriter},
		{"reopening keeps everything", testReopen},
		{"a closed store answers with errors", testClosed},
		{"killed in the middle of a large put, the store is whole", testKilled},
		{"killed while new records come, the store is whole", testKilledFilling},
	}
}

// Run tests that a store keeps the contract of package inventory.
//
// One test kills a process: it runs the test binary again, with -test.run for the name of t, and Run then plays the
// part of the victim. The test that calls Run must therefore do so under the same conditions every time.
func Run(t *testing.T, h Harness) {
	if location := os.Getenv(victimLocation); location != "" {
		beVictim(t, h, location)
		return
	}
	for _, test := range contract() {
		t.Run(test.name, func(t *testing.T) { test.run(t, h) })
	}
}

// transactional tells whether the store promises that Put of many records is one step; see [inventory.Transactional].
// Where it does not, the two tests that depend on it ask for what every store promises.
func transactional(t testing.TB, store inventory.Store) bool {
	t.Helper()
	if s, ok := store.(inventory.Transactional); ok && s.Transactional() {
		return true
	}
	t.Log("the store is not transactional: only whole records are asked of a Put of many")
	return false
}

// fresh opens a new, empty store that is closed when the test ends.
func fresh(t testing.TB, h Harness) inventory.Store {
	t.Helper()
	return reopened(t, h, h.New(t))
}

func reopened(t testing.TB, h Harness, location string) inventory.Store {
	t.Helper()
	store := h.Open(t, location)
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return store
}

// put stores records or stops the test.
func put[T inventory.Record](t testing.TB, shelf inventory.Shelf[T], records ...T) {
	t.Helper()
	if err := shelf.Put(t.Context(), records...); err != nil {
		t.Fatalf("Put: %v", err)
	}
}

// get reads a record or stops the test.
func get[T inventory.Record](t testing.TB, shelf inventory.Shelf[T], id inventory.ID) T {
	t.Helper()
	record, err := shelf.Get(t.Context(), id)
	if err != nil {
		t.Fatalf("Get(%q): %v", id, err)
	}
	return record
}

// keys gives the keys of the records found, in the order found.
func keys[T inventory.Record](ctx context.Context, t testing.TB, shelf inventory.Shelf[T], q inventory.Query) []inventory.ID {
	t.Helper()
	ids := []inventory.ID{}
	for record, err := range shelf.Find(ctx, q) {
		if err != nil {
			t.Fatalf("Find(%+v): %v", q, err)
		}
		ids = append(ids, record.Key())
	}
	return ids
}
