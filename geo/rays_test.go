package geo_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
	"github.com/tidwall/geodesic"

	"vigie/geo"
)

// TestEveryPointIsJudgedAsGeodesicsDo asks, for random places, each head in turn whether it sees the place, by
// geodesic distance and azimuth on the ellipsoid and nothing of the engine, and holds the answer against the shapes.
// Places too near a limit for the chords of arcs to be sure are left out, and counted.
func TestEveryPointIsJudgedAsGeodesicsDo(t *testing.T) {
	const marginM = 0.05
	w := newTown(t)
	random := rand.New(rand.NewPCG(9, 9))
	judged, unsure := 0, 0
	for seed := range uint64(10) {
		scene := randomTown(w, seed)
		c := w.cover(scene)
		for range 700 {
			at := w.at(random.Float64()*1200-600, random.Float64()*1200-600)
			if !geo.Intersects(scene.Perimeter, at) {
				continue
			}
			for _, level := range c.Levels {
				sure, seen := seenByAny(t, scene.Heads, at, level.Level.DensityPxM, marginM)
				if !sure {
					unsure++
					continue
				}
				judged++
				if got := geo.Intersects(level.Seen, at); got != seen {
					t.Fatalf("seed %d, %s: %v is in what is seen: %v; the heads say %v", seed, level.Level.Code, at, got, seen)
				}
				if got := geo.Intersects(level.Blind, at); got == seen {
					t.Fatalf("seed %d, %s: %v is in what is blind: %v; the heads say %v", seed, level.Level.Code, at, got, !seen)
				}
			}
		}
	}
	if judged < 10_000 || unsure > judged/20 {
		t.Errorf("%d judged, %d unsure: the test says little", judged, unsure)
	}
}

// seenByAny tells whether some head surely sees a place, or surely none does.
func seenByAny(t *testing.T, heads []geo.Head, at orb.Point, densityPxM, marginM float64) (sure, seen bool) {
	t.Helper()
	sure = true
	for _, h := range heads {
		nearM, farM, err := h.Sensor.Reach(densityPxM)
		if err != nil {
			t.Fatal(err)
		}
		var distanceM, azimuth float64
		geodesic.WGS84.Inverse(h.At.Lat(), h.At.Lon(), at.Lat(), at.Lon(), &distanceM, &azimuth, nil)
		slackM := math.Min(farM-distanceM, distanceM-nearM)
		if h.BearingDeg != nil {
			off := math.Abs(math.Remainder(azimuth-*h.BearingDeg, 360))
			slackM = math.Min(slackM, distanceM*(*h.Sensor.HFOVDeg/2-off)*math.Pi/180)
		}
		if slackM > marginM {
			return true, true
		}
		if slackM > -marginM {
			sure = false
		}
	}
	return sure, false
}
