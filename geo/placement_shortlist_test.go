package geo

import (
	"context"
	"slices"
	"testing"

	"github.com/paulmach/orb"
)

// TestShortlist: of candidates in a row that see far, each given twice, the first ones taken are those of different places.
func TestShortlist(t *testing.T) {
	frame, err := NewFrame(orb.Point{3.88, 43.61})
	if err != nil {
		t.Fatal(err)
	}
	at := func(x, y float64) orb.Point { return frame.ToLonLat(orb.Point{x, y}) }
	scene := Scene{
		Perimeter: orb.MultiPolygon{{{at(-200, -50), at(200, -50), at(200, 50), at(-200, 50), at(-200, -50)}}},
		Levels:    []Level{{Code: "seen", DensityPxM: 100}},
	}
	hDeg, px := 360.0, 15_000
	var candidates []Candidate
	for _, x := range []float64{-100, -100, 100, 100} {
		candidates = append(candidates, Candidate{
			ID: string(rune('a' + len(candidates))), Heads: []Head{{At: at(x, 0), Sensor: Sensor{HFOVDeg: &hDeg, RecordedWidthPx: &px}}},
		})
	}
	got, err := Shortlist(context.Background(), scene, candidates, Placing{Demands: []Demand{{Level: "seen"}}}, 2)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(got)
	if len(got) != 2 || got[0] > 1 || got[1] < 2 {
		t.Errorf("the shortlist is %v, not one of the first two and one of the last two", got)
	}
	if _, err := Shortlist(context.Background(), scene, nil, Placing{}, 2); err == nil {
		t.Error("a shortlist of nothing is no error")
	}
}
