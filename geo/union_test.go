package geo_test

import (
	"reflect"
	"slices"
	"testing"

	"vigie/geo"
)

func TestUnionOnlyTellsTheSameOfWhatIsSeen(t *testing.T) {
	w := newTown(t)
	for seed := range uint64(10) {
		scene := randomTown(w, seed)
		for range seed % 3 * 2 { // the more cameras, the denser
			scene.Heads = slices.Concat(scene.Heads, randomTown(w, seed+100).Heads)
		}
		options := geo.Options{Night: true}
		full, err := geo.Cover(t.Context(), scene, options)
		if err != nil {
			t.Fatal(err)
		}
		options.UnionOnly = true
		union, err := geo.Cover(t.Context(), scene, options)
		if err != nil {
			t.Fatal(err)
		}
		if union.Cameras.Len()+union.Losses.Len() > 0 {
			t.Errorf("seed %d: the union tells cameras apart", seed)
		}
		full.Cameras, full.Losses = union.Cameras, union.Losses
		onceSeen(full.Levels, full.Night)
		for _, z := range full.Zones {
			onceSeen(z.Levels, z.Night)
		}
		for _, s := range full.Subsets {
			onceSeen(s.Levels)
		}
		if !reflect.DeepEqual(full, union) {
			t.Errorf("seed %d: %v m² seen, %v m² for the union", seed, full.Levels[0].SeenM2, union.Levels[0].SeenM2)
		}
		options.Editable = true
		if edited, err := geo.Cover(t.Context(), scene, options); err != nil || edited.Cameras.Len() == 0 {
			t.Errorf("seed %d: a coverage to be edited misses figures (%v)", seed, err)
		}
	}
}

// onceSeen forgets what is seen by several cameras.
func onceSeen(tables ...[]geo.LevelCoverage) {
	for _, levels := range tables {
		for l := range levels {
			levels[l].AtLeastM2 = levels[l].AtLeastM2[:min(1, len(levels[l].AtLeastM2))]
		}
	}
}
