package sqlite_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"vigie/inventory"
	"vigie/inventory/inventorytest"
)

// TestAreasOfRuns: an area gives the records that it holds, in order, whether their rows lie one after the other, as an import
// leaves them, or wherever later changes have put them.
func TestAreasOfRuns(t *testing.T) {
	store := opened(t, filepath.Join(t.TempDir(), "runs.db"))
	records := map[inventory.ID]inventory.Camera{}
	var batch []inventory.Camera
	for camera := range inventorytest.France(3000) {
		records[camera.ID] = camera
		if batch = append(batch, camera); len(batch) == 1000 {
			putNew(t, store, batch)
			batch = batch[:0]
		}
	}
	cameras, dice := store.Cameras(), rand.New(rand.NewPCG(8, 3))
	compare := func(when string) {
		for range 100 {
			at := orb.Point{-1 + 7*dice.Float64(), 43 + 6*dice.Float64()}
			size := []float64{0.05, 0.3, 1, 4}[dice.IntN(4)]
			q := inventory.Query{Area: at.Bound().Pad(size), Limit: []int{0, 0, 7, 100}[dice.IntN(4)]}
			if dice.IntN(3) == 0 {
				q.After = inventory.ID(fmt.Sprintf("%02x", dice.IntN(256)))
			}
			if dice.IntN(3) == 0 {
				q.Where = []inventory.Condition{{Attr: inventory.AttrStatus, In: []string{string(inventory.InService)}}}
			}
			found, err := inventory.All(t.Context(), cameras, q)
			if err != nil {
				t.Fatal(err)
			}
			got, want := []inventory.ID{}, []inventory.ID{}
			for _, camera := range found {
				got = append(got, camera.ID)
			}
			for id, camera := range records {
				if id > q.After && q.Matches(camera) {
					want = append(want, id)
				}
			}
			slices.Sort(want)
			if q.Limit > 0 {
				want = want[:min(q.Limit, len(want))]
			}
			if !slices.Equal(got, want) {
				t.Fatalf("%s: %+v gives %d cameras, not %d: %v, not %v", when, q, len(got), len(want), got, want)
			}
		}
	}
	compare("as they came")
	for _, id := range slices.Sorted(maps.Keys(records)) {
		switch camera := records[id]; {
		case camera.Location == nil:
		case dice.IntN(4) == 0:
			if err := cameras.Delete(t.Context(), id, nil); err != nil {
				t.Fatal(err)
			}
			delete(records, id)
		case dice.IntN(4) == 0:
			camera.Location = &inventory.Point{-1 + 7*dice.Float64(), 43 + 6*dice.Float64()}
			if err := cameras.Put(t.Context(), camera); err != nil {
				t.Fatal(err)
			}
			records[id] = camera
		}
	}
	compare("changed")
	store.Narrow(8, 4096, 64, 32, 16)
	compare("with little memory")
}
