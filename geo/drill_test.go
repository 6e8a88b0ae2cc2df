package geo_test

import (
	"fmt"
	"slices"
	"testing"

	"vigie/geo"
)

// What is lost with some cameras is what a scene without them no longer sees.
func TestLosses(t *testing.T) {
	w := newTown(t)
	for seed := range uint64(4) {
		scene := randomTown(w, seed)
		alone, mast := map[string]string{}, map[string]string{}
		for _, h := range scene.Heads {
			alone[h.Camera] = h.Camera
			if h.Camera != "0" { // that one stays
				mast[h.Camera] = fmt.Sprint("mast ", len(h.Camera), h.Camera[len(h.Camera)-1]%3)
			}
		}
		scene.Groupings = []geo.Grouping{{ID: "camera", Members: alone}, {ID: "mast", Members: mast}, {ID: "none"}}
		got := w.cover(scene)
		if got.Losses.Len() <= got.Cameras.Len() {
			t.Fatalf("%d losses of %d cameras and their masts", got.Losses.Len(), got.Cameras.Len())
		}
		for _, loss := range got.Losses.All() {
			if loss.Grouping == "camera" {
				for _, c := range got.Cameras.All() {
					if c.Camera == loss.Member && (!slices.Equal(loss.LostM2, c.ExclusiveM2) || loss.Cameras != 1) {
						t.Errorf("camera %s: %+v, exclusive %v", loss.Member, loss, c.ExclusiveM2)
					}
				}
				continue
			}
			left := scene
			left.Groupings = nil
			left.Heads = slices.DeleteFunc(slices.Clone(scene.Heads), func(h geo.Head) bool { return mast[h.Camera] == loss.Member })
			without := w.cover(left)
			if n := got.Cameras.Len() - without.Cameras.Len(); n != loss.Cameras {
				t.Errorf("%s: %d cameras, want %d", loss.Member, loss.Cameras, n)
			}
			for l := range loss.LostM2 {
				want := got.Levels[l].SeenM2 - without.Levels[l].SeenM2
				if d := loss.LostM2[l] - want; d > 1e-6*got.GroundM2 || d < -1e-6*got.GroundM2 {
					t.Errorf("seed %d, %s, level %d: %v m² lost, want %v", seed, loss.Member, l, loss.LostM2[l], want)
				}
			}
		}
	}
}
