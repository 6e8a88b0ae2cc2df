package geo_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"vigie/geo"
)

// street is a head that looks east along a street, a dwelling before it on the left, and offices on the right.
func street(w town) geo.Scene {
	return geo.Scene{
		Perimeter: w.rectangle(-300, -300, 300, 300),
		Heads:     []geo.Head{{Camera: "c", At: w.at(0, 0), BearingDeg: number(90), Sensor: lens(90, 100)}},
		Obstacles: []geo.Obstacle{
			{ID: "home", Shape: w.rectangle(40, 20, 60, 30), Dwelling: true},
			{ID: "offices", Shape: w.rectangle(40, -30, 60, -20)},
		},
		Levels: []geo.Level{{Code: "near", DensityPxM: 200}, {Code: "far", DensityPxM: 100}},
	}
}

func privacy(t *testing.T, scene geo.Scene, options geo.PrivacyOptions) []geo.PrivacyFinding {
	t.Helper()
	findings, err := geo.Privacy(t.Context(), scene, options)
	if err != nil {
		t.Fatal(err)
	}
	return findings
}

func TestPrivacyMeasuresWallsInView(t *testing.T) {
	w := newTown(t)
	findings := privacy(t, street(w), geo.PrivacyOptions{Entrances: []geo.Entrance{
		{ID: "front", At: w.at(50, 20)}, {ID: "side", At: w.at(40, 25)}, {ID: "back", At: w.at(50, 30)},
	}})
	if len(findings) != 1 || len(findings[0].Levels) != 2 || findings[0].Camera != "c" {
		t.Fatalf("%+v", findings)
	}
	far, near := findings[0].Levels[0], findings[0].Levels[1]
	if far.Level.Code != "far" || !slices.Equal(far.Entrances, []string{"side", "front"}) && !slices.Equal(far.Entrances, []string{"front", "side"}) {
		t.Errorf("entrances %v in view", far.Entrances)
	}
	// The side and the front, 30 m; within 50 m the side, and the front up to where 50 m end.
	within(t, "far façade", far.FacadeM, 30, 1e-3)
	within(t, "near façade", near.FacadeM, 10+math.Sqrt(50*50-20*20)-40, 1e-3)
	if len(far.Dwellings) != 1 || far.Dwellings[0].Obstacle != "home" || far.Dwellings[0].FacadeM != far.FacadeM {
		t.Errorf("dwellings %+v", far.Dwellings)
	}
	// From the far corner of the side to that of the front.
	if len(far.Masks) != 1 {
		t.Fatalf("masks %+v", far.Masks)
	}
	m := far.Masks[0]
	from, to := math.Atan2(40, 30)*180/math.Pi, math.Atan2(60, 20)*180/math.Pi
	if math.Abs(m.FromDeg-from) > 0.001 || math.Abs(m.ToDeg-to) > 0.001 {
		t.Errorf("mask %v, want %v to %v", m.Mask, from, to)
	}
	cost := func(reachM float64) float64 { // in front of the walls
		wedge := func(x0, y0, x1, y1 float64) float64 { return math.Abs(x0*y1-x1*y0) / 2 }
		if reachM == 50 {
			x := math.Sqrt(50*50 - 20*20)
			return wedge(40, 30, 40, 20) + wedge(40, 20, x, 20) + 50*50/2*(math.Atan2(20, x)-math.Atan2(20, 60))
		}
		return wedge(40, 30, 40, 20) + wedge(40, 20, 60, 20)
	}
	within(t, "cost far", m.CostM2[0], cost(100), 1e-3)
	within(t, "cost near", m.CostM2[1], cost(50), 1e-2)
}

func TestPrivacyWithoutDwellingsInView(t *testing.T) {
	w := newTown(t)
	scene := street(w)
	scene.Heads[0].BearingDeg = number(270)
	if findings := privacy(t, scene, geo.PrivacyOptions{}); len(findings) != 0 {
		t.Errorf("behind its back: %+v", findings)
	}
	scene = street(w)
	scene.Obstacles[0].Dwelling = false
	if findings := privacy(t, scene, geo.PrivacyOptions{}); len(findings) != 0 {
		t.Errorf("no dwelling: %+v", findings)
	}
	_, err := geo.Privacy(t.Context(), scene, geo.PrivacyOptions{Entrances: []geo.Entrance{{ID: "x", At: orb.Point{400, 0}}}})
	var violation *geo.Violation
	if !errors.As(err, &violation) {
		t.Errorf("an entrance at 400°: %v", err)
	}
}

func TestLowDwellingsAreInViewOverEachOther(t *testing.T) {
	w := newTown(t)
	scene := street(w)
	scene.Heads[0].Sensor.MountHeightM = number(8)
	scene.Obstacles = []geo.Obstacle{
		{ID: "first", Shape: w.rectangle(30, -5, 35, 5), HeightM: number(4), Dwelling: true},
		{ID: "second", Shape: w.rectangle(50, -5, 55, 5), HeightM: number(4), Dwelling: true},
		{ID: "third", Shape: w.rectangle(70, -5, 75, 5), HeightM: number(12), Dwelling: true},
		{ID: "fourth", Shape: w.rectangle(80, -5, 85, 5), HeightM: number(4), Dwelling: true},
	}
	got := map[string]float64{}
	for _, d := range privacy(t, scene, geo.PrivacyOptions{})[0].Levels[0].Dwellings {
		got[d.Obstacle] = math.Round(d.FacadeM*100) / 100
	}
	if want := map[string]float64{"first": 10, "second": 10, "third": 10}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("in view %v, want %v", got, want)
	}
}

// withMasks gives the heads of findings the masks proposed at a level, narrowed by some degrees on their left.
func withMasks(scene geo.Scene, findings []geo.PrivacyFinding, level int, narrowedDeg float64) geo.Scene {
	scene.Heads = slices.Clone(scene.Heads)
	for _, f := range findings {
		masks := slices.Clone(scene.Heads[f.Head].Masks)
		for _, m := range f.Levels[level].Masks {
			masks = append(masks, geo.Mask{FromDeg: min(m.FromDeg+narrowedDeg, m.ToDeg), ToDeg: m.ToDeg})
		}
		scene.Heads[f.Head].Masks = masks
	}
	return scene
}

func TestMasksLeaveNothingInViewAndAreSmallest(t *testing.T) {
	w := newTown(t)
	masked := 0
	for seed := range uint64(6) {
		scene := builtTown(w, seed)
		for _, leastDeg := range []float64{0, 5} {
			options := geo.PrivacyOptions{MinMaskDeg: leastDeg}
			findings := privacy(t, scene, options)
			for l := range scene.Levels {
				inView := 0
				for _, f := range findings {
					for _, m := range f.Levels[l].Masks {
						masked++
						if width := m.ToDeg - m.FromDeg; width < leastDeg || width > 360 {
							t.Errorf("seed %d: mask %v is %v° wide", seed, m.Mask, width)
						}
						for k := 1; k < len(m.CostM2); k++ {
							if m.CostM2[k] > m.CostM2[k-1]*1.001+0.1 {
								t.Errorf("seed %d: mask %v costs more at a higher density: %v", seed, m.Mask, m.CostM2)
							}
						}
					}
					if len(f.Levels[l].Masks) > 0 {
						inView++
					}
				}
				for _, f := range privacy(t, withMasks(scene, findings, l, 0), options) {
					if f.Levels[l].FacadeM > 0 {
						t.Errorf("seed %d, level %d: %v m in view of camera %s behind its masks", seed, l, f.Levels[l].FacadeM, f.Camera)
					}
				}
				still := 0
				for _, f := range privacy(t, withMasks(scene, findings, l, 0.01), options) {
					if f.Levels[l].FacadeM > 0 {
						still++
					}
				}
				if leastDeg == 0 && still != inView {
					t.Errorf("seed %d, level %d: of %d heads %d have something in view past narrower masks", seed, l, inView, still)
				}
			}
		}
	}
	if masked < 100 {
		t.Errorf("%d masks: the test says little", masked)
	}
}
