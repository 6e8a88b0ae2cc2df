package geo

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
)

// benchInquiry is a town of dwellings with a camera for ten buildings on its streets, at four levels, and places on its
// streets.
func benchInquiry(b *testing.B, buildings int) (Scene, []orb.Point) {
	b.Helper()
	frame, err := NewFrame(orb.Point{3.88, 43.61})
	if err != nil {
		b.Fatal(err)
	}
	w := newTownOfBlocks(uint64(buildings), buildings)
	scene := Scene{Obstacles: w.obstacles(frame)}
	bound := orb.Bound{Min: frame.Origin(), Max: frame.Origin()}
	for k := range scene.Obstacles {
		scene.Obstacles[k].Dwelling = true
		bound = bound.Union(scene.Obstacles[k].Shape.Bound())
	}
	scene.Perimeter = orb.MultiPolygon{bound.ToPolygon()}
	for l, densityPxM := range peerDensitiesPxM {
		scene.Levels = append(scene.Levels, Level{Code: fmt.Sprint(l), DensityPxM: densityPxM})
	}
	random := rand.New(rand.NewPCG(9, 47))
	for k, eye := range benchEyes(w, w.blocks(), buildings/10) {
		aperture, bearing, width := 30+random.Float64()*80, random.Float64()*360, 3840
		scene.Heads = append(scene.Heads, Head{
			Camera: fmt.Sprint(k), At: frame.ToLonLat(eye.local()), BearingDeg: &bearing,
			Sensor: Sensor{HFOVDeg: &aperture, RecordedWidthPx: &width},
		})
	}
	var places []orb.Point
	for range 100 {
		places = append(places, frame.ToLonLat(w.streetPlace(random)))
	}
	return scene, places
}

// BenchmarkExplain asks what the cameras of a town see of a place on its streets, one after the other.
func BenchmarkExplain(b *testing.B) {
	for _, buildings := range []int{1_000, 10_000} {
		scene, places := benchInquiry(b, buildings)
		b.Run(fmt.Sprint(buildings), func(b *testing.B) {
			b.ReportAllocs()
			near := 0
			for k := 0; b.Loop(); k++ {
				explanations, err := Explain(b.Context(), scene, places[k%len(places)], Options{})
				if err != nil {
					b.Fatal(err)
				}
				near += len(explanations)
			}
			b.ReportMetric(float64(near)/float64(b.N), "cameras")
		})
	}
}

// BenchmarkPrivacy finds what all cameras of a town have in view of its dwellings, with the masks and their price.
func BenchmarkPrivacy(b *testing.B) {
	for _, buildings := range []int{1_000, 10_000} {
		scene, _ := benchInquiry(b, buildings)
		b.Run(fmt.Sprint(buildings), func(b *testing.B) {
			b.ReportAllocs()
			masks := 0
			for b.Loop() {
				findings, err := Privacy(b.Context(), scene, PrivacyOptions{MinMaskDeg: 1})
				if err != nil {
					b.Fatal(err)
				}
				for _, f := range findings {
					masks += len(f.Levels[0].Masks)
				}
			}
			b.ReportMetric(float64(masks)/float64(b.N*len(scene.Heads)), "masks/camera")
		})
	}
}
