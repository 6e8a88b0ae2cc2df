package geo_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	sf "github.com/peterstace/simplefeatures/geom"

	"vigie/geo"
)

func number(v float64) *float64 { return &v }

// lens is a sensor that reaches rangeM at 100 px/m.
func lens(hfovDeg, rangeM float64) geo.Sensor {
	px := int(math.Round(2 * rangeM * 100 * math.Tan(hfovDeg/2*math.Pi/180)))
	if hfovDeg > 120 { // no straight lens is wider
		px = int(math.Round(rangeM * 100 * max(hfovDeg*math.Pi/180, 2*math.Sqrt(3))))
	}
	return geo.Sensor{HFOVDeg: &hfovDeg, RecordedWidthPx: &px}
}

// town places things round Montpellier's Comédie, in metres east and north.
type town struct {
	t     testing.TB
	frame geo.Frame
}

func newTown(t testing.TB) town {
	t.Helper()
	frame, err := geo.NewFrame(orb.Point{3.8797, 43.6085})
	if err != nil {
		t.Fatal(err)
	}
	return town{t, frame}
}

func (w town) at(x, y float64) orb.Point { return w.frame.ToLonLat(orb.Point{x, y}) }

func (w town) rectangle(x0, y0, x1, y1 float64) orb.MultiPolygon {
	return orb.MultiPolygon{{{w.at(x0, y0), w.at(x1, y0), w.at(x1, y1), w.at(x0, y1), w.at(x0, y0)}}}
}

func (w town) cover(scene geo.Scene) geo.Coverage {
	w.t.Helper()
	c, err := geo.Cover(context.Background(), scene, geo.Options{})
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

var oneLevel = []geo.Level{{Code: "clear", DensityPxM: 100}}

func within(t *testing.T, what string, got, want, relative float64) {
	t.Helper()
	if math.Abs(got-want) > relative*math.Abs(want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func TestCoverOfOneHeadIsItsSector(t *testing.T) {
	w := newTown(t)
	for _, hfov := range []float64{10, 60, 90, 119.9, 180, 270, 359} {
		c := w.cover(geo.Scene{
			Perimeter: w.rectangle(-500, -500, 500, 500),
			Heads:     []geo.Head{{Camera: "a", At: w.at(20, -30), BearingDeg: number(33), Sensor: lens(hfov, 100)}},
			Levels:    oneLevel,
		})
		got, want := c.Levels[0].SeenM2, hfov/360*math.Pi*100*100
		if got > want*1.0001 || got < want*(1-c.ArcLossShare-1e-4) {
			t.Errorf("%v°: %v m², the sector has %v and chords lose %v of it", hfov, got, want, c.ArcLossShare)
		}
		within(t, "permanent", c.Levels[0].PermanentM2, got, 1e-12)
		within(t, "ground", c.GroundM2, 1e6, 1e-5)
		if c.ArcInsetM > 0.0201 || c.ArcLossShare > 0.001 {
			t.Errorf("%v°: chords lie %v m inside and lose %v", hfov, c.ArcInsetM, c.ArcLossShare)
		}
	}
}

// A head looks along geographic north, whatever the frame's own.
func TestCoverLooksAlongTheBearing(t *testing.T) {
	w := newTown(t)
	for bearing := 0.0; bearing < 360; bearing += 45 {
		at := w.at(8000, 8000)
		c := w.cover(geo.Scene{
			Perimeter: w.rectangle(7000, 7000, 9000, 9000),
			Heads:     []geo.Head{{Camera: "a", At: at, BearingDeg: &bearing, Sensor: lens(20, 300)}},
			Levels:    oneLevel,
		})
		middle := geo.InsidePoint(c.Levels[0].Seen[0])
		frame, err := geo.NewFrame(at)
		if err != nil {
			t.Fatal(err)
		}
		p := frame.ToLocal(middle)
		if off := math.Remainder(math.Atan2(p[0], p[1])*180/math.Pi-bearing, 360); math.Abs(off) > 10 {
			t.Errorf("bearing %v°: sees %v", bearing, p)
		}
	}
}

func TestViewsOfAHead(t *testing.T) {
	w := newTown(t)
	circle, quarter := math.Pi*100*100, math.Pi*100*100/4
	for name, c := range map[string]struct {
		head            geo.Head
		seen, permanent float64
	}{
		"fixed":                    {geo.Head{BearingDeg: number(0), Sensor: lens(90, 100)}, quarter, quarter},
		"fixed, bearing unknown":   {geo.Head{Sensor: lens(90, 100)}, circle, 0},
		"turning, home known":      {geo.Head{BearingDeg: number(0), PanRangeDeg: 360, Sensor: lens(90, 100)}, circle, quarter},
		"turning a half":           {geo.Head{BearingDeg: number(0), PanRangeDeg: 90, Sensor: lens(90, 100)}, circle / 2, quarter},
		"turning, home unknown":    {geo.Head{PanRangeDeg: 360, Sensor: lens(90, 100)}, circle, 0},
		"all round, bearing blank": {geo.Head{Sensor: lens(360, 100)}, circle, circle},
	} {
		c.head.Camera, c.head.At = "a", w.at(0, 0)
		got := w.cover(geo.Scene{Perimeter: w.rectangle(-500, -500, 500, 500), Heads: []geo.Head{c.head}, Levels: oneLevel})
		if math.Abs(got.Levels[0].SeenM2-c.seen) > 1e-3*c.seen {
			t.Errorf("%s: seen %v, want %v", name, got.Levels[0].SeenM2, c.seen)
		}
		if math.Abs(got.Levels[0].PermanentM2-c.permanent) > 1e-3*c.permanent {
			t.Errorf("%s: permanent %v, want %v", name, got.Levels[0].PermanentM2, c.permanent)
		}
	}
}

func TestHeadsOfOneCameraCountOnce(t *testing.T) {
	w := newTown(t)
	scene := geo.Scene{Perimeter: w.rectangle(-500, -500, 500, 500), Levels: oneLevel}
	for _, bearing := range []float64{0, 60, 180} {
		scene.Heads = append(scene.Heads, geo.Head{Camera: "mast", At: w.at(0, 0), BearingDeg: number(bearing), Sensor: lens(90, 100)})
	}
	c := w.cover(scene)
	want := (150 + 90) / 360.0 * math.Pi * 100 * 100
	within(t, "seen", c.Levels[0].SeenM2, want, 1e-3)
	if len(c.Levels[0].AtLeastM2) != 1 {
		t.Errorf("one camera counts %d times: %v", len(c.Levels[0].AtLeastM2), c.Levels[0].AtLeastM2)
	}
	within(t, "exclusive", c.Cameras.At(0).ExclusiveM2[0], c.Levels[0].SeenM2, 1e-9)
	scene.Heads = append(scene.Heads, geo.Head{Camera: "other", At: w.at(0, 50), Sensor: lens(360, 20)})
	c = w.cover(scene)
	if len(c.Levels[0].AtLeastM2) != 2 {
		t.Fatalf("histogram %v, want two cameras", c.Levels[0].AtLeastM2)
	}
	within(t, "both", c.Levels[0].AtLeastM2[1], math.Pi*20*20, 1e-3)
	if c.Cameras.At(1).ExclusiveM2[0] > 1e-6 {
		t.Errorf("the camera inside the other's view sees %v m² alone", c.Cameras.At(1).ExclusiveM2[0])
	}
}

func TestZonesAreTheirPartInsideThePerimeter(t *testing.T) {
	w := newTown(t)
	c := w.cover(geo.Scene{
		Perimeter: w.rectangle(-500, -500, 500, 500),
		Heads:     []geo.Head{{Camera: "a", At: w.at(450, 0), Sensor: lens(360, 40)}},
		Zones:     []geo.Zone{{ID: "edge", Shape: w.rectangle(400, -50, 700, 50)}, {ID: "out", Shape: w.rectangle(600, 0, 700, 50)}},
		Levels:    oneLevel,
	})
	within(t, "zone", c.Zones[0].GroundM2, 100*100, 1e-5)
	within(t, "zone seen", c.Zones[0].Levels[0].SeenM2, math.Pi*40*40, 1e-3)
	if c.Zones[1].GroundM2 != 0 || c.Zones[1].Levels[0].SeenM2 != 0 {
		t.Errorf("a zone outside the perimeter has ground: %+v", c.Zones[1])
	}
}

// randomTown is a scene of many heads, some alike, over an irregular perimeter with a hole.
func randomTown(w town, seed uint64) geo.Scene {
	random := rand.New(rand.NewPCG(seed, 5))
	var outer orb.Ring
	for k := range 40 {
		sin, cos := math.Sincos(2 * math.Pi * float64(k) / 40)
		r := 500 + 200*random.Float64()
		outer = append(outer, w.at(r*cos, r*sin))
	}
	outer = append(outer, outer[0])
	hole := w.rectangle(-60, -60, 70, 40)[0][0]
	scene := geo.Scene{
		Perimeter: orb.MultiPolygon{{outer, hole}},
		Levels:    []geo.Level{{Code: "far", DensityPxM: 50}, {Code: "near", DensityPxM: 100}, {Code: "closer", DensityPxM: 200}},
		Zones:     []geo.Zone{{ID: "z", Shape: w.rectangle(-300, 100, 100, 700)}},
	}
	for k := range 3 + random.IntN(50) {
		grid := float64(1 + 24*(seed%2))
		h := geo.Head{
			Camera: fmt.Sprint(k / 2),
			At:     w.at(math.Round((random.Float64()*1200-600)/grid)*grid, math.Round((random.Float64()*1200-600)/grid)*grid),
			Sensor: lens(30+float64(random.IntN(4))*30, 20+float64(random.IntN(6))*20),
		}
		if random.IntN(4) > 0 {
			h.BearingDeg = number(float64(random.IntN(24)) * 15)
		}
		if random.IntN(3) == 0 {
			h.Sensor.MountHeightM, h.Sensor.TiltDeg, h.Sensor.VFOVDeg = number(6), number(20), number(30)
		}
		scene.Heads = append(scene.Heads, h)
	}
	return scene
}

// checkPolygons holds polygons to RFC 7946 and gives their surface on the ellipsoid's frame, m².
func checkPolygons(t *testing.T, w town, name string, shape orb.MultiPolygon) float64 {
	t.Helper()
	polygons := make([]sf.Polygon, len(shape))
	area := 0.0
	for k, p := range shape {
		var rings []sf.LineString
		for i, r := range p {
			if r[0] != r[len(r)-1] {
				t.Errorf("%s: ring is not closed", name)
			}
			if (r.Orientation() == orb.CCW) != (i == 0) {
				t.Errorf("%s: polygon %d ring %d winds the wrong way", name, k, i)
			}
			var xy []float64
			for _, q := range r {
				xy = append(xy, q[0], q[1])
			}
			rings = append(rings, sf.NewLineString(sf.NewSequence(xy, sf.DimXY)))
			area += ringM2(w, r)
		}
		polygons[k] = sf.NewPolygon(rings)
	}
	if err := sf.NewMultiPolygon(polygons).Validate(); err != nil {
		t.Errorf("%s: %v", name, err)
	}
	return area
}

func ringM2(w town, r orb.Ring) float64 {
	sum := 0.0
	for k := 1; k < len(r); k++ {
		p, q := w.frame.ToLocal(r[k-1]), w.frame.ToLocal(r[k])
		sum += (p[0]*q[1] - q[0]*p[1]) / 2
	}
	return sum
}

func TestCoverOfRandomTowns(t *testing.T) {
	w := newTown(t)
	for seed := range uint64(40) {
		scene := randomTown(w, seed)
		c := w.cover(scene)
		for l, level := range c.Levels {
			name := fmt.Sprintf("seed %d, %s", seed, level.Level.Code)
			within(t, name+", seen + blind", level.SeenM2+level.BlindM2, c.GroundM2, 1e-12)
			seen := checkPolygons(t, w, name+", seen", level.Seen)
			blind := checkPolygons(t, w, name+", blind", level.Blind)
			if math.Abs(seen-level.SeenM2) > 1e-7*c.GroundM2 || math.Abs(blind-level.BlindM2) > 1e-7*c.GroundM2 {
				t.Errorf("%s: shapes hold %v seen and %v blind, figures say %v and %v", name, seen, blind, level.SeenM2, level.BlindM2)
			}
			inside, err := geo.Overlaps(t.Context(), []orb.MultiPolygon{level.Blind, level.Seen}, scene.Perimeter)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			// Straight lines of lon, lat stray from straight lines of the frame by up to a millimetre.
			if math.Abs(inside[0]-blind) > 1e-6*c.GroundM2 || math.Abs(inside[1]-seen) > 1e-6*c.GroundM2 {
				t.Errorf("%s: part of the shapes lies outside the perimeter: %v of %v, %v of %v", name, inside[0], blind, inside[1], seen)
			}
			if level.PermanentM2 > level.SeenM2*(1+1e-12) {
				t.Errorf("%s: more is seen permanently than at all", name)
			}
			if l > 0 && level.SeenM2 > c.Levels[l-1].SeenM2*(1+1e-9) {
				t.Errorf("%s: more is seen at a higher density", name)
			}
			if zone := c.Zones[0].Levels[l]; zone.SeenM2 > level.SeenM2*(1+1e-9) || zone.SeenM2 > c.Zones[0].GroundM2*(1+1e-12) {
				t.Errorf("%s: the zone sees more than the town or than itself", name)
			}
		}
		if t.Failed() {
			t.FailNow()
		}
	}
}

func TestSameSceneGivesSameBytes(t *testing.T) {
	w := newTown(t)
	scene := randomTown(w, 12)
	var first []byte
	for _, workers := range []int{1, 2, 7, 0} {
		c, err := geo.Cover(t.Context(), scene, geo.Options{Workers: workers})
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = text
		}
		if string(text) != string(first) {
			t.Errorf("%d workers change the result", workers)
		}
	}
}

func TestEqualThresholdsGiveEqualSurfaces(t *testing.T) {
	w := newTown(t)
	scene := randomTown(w, 3)
	scene.Levels = []geo.Level{{Code: "b", DensityPxM: 80}, {Code: "a", DensityPxM: 80}}
	c := w.cover(scene)
	if c.Levels[0].Level.Code != "b" || c.Levels[0].SeenM2 != c.Levels[1].SeenM2 {
		t.Errorf("levels of one density differ: %v, %v", c.Levels[0].SeenM2, c.Levels[1].SeenM2)
	}
}

// tells expects an error that tells what is wrong.
func tells(what string) func(error) bool {
	return func(err error) bool { return err != nil && strings.Contains(err.Error(), what) }
}

func TestNumbersAtTheEndsOfTheirRangesGiveNumbers(t *testing.T) {
	w := newTown(t)
	narrow := lens(90, 100)
	narrow.HFOVDeg = number(5e-324)
	scene := geo.Scene{Perimeter: w.rectangle(-200, -200, 200, 200), Levels: oneLevel, Heads: []geo.Head{
		{Camera: "a", At: w.at(0, 0), Sensor: narrow, BearingDeg: number(90)},
		{Camera: "b", At: w.at(10, 0), Sensor: lens(90, 100), BearingDeg: number(90)},
	}}
	c, err := geo.Cover(t.Context(), scene, geo.Options{ArcToleranceM: 1e-300})
	if err != nil {
		t.Fatal(err)
	}
	if !(c.ArcLossShare >= 0 && c.ArcLossShare < 1e-5 && c.ArcInsetM <= 1e-4) {
		t.Errorf("arcs lose %v, cut %v m short", c.ArcLossShare, c.ArcInsetM)
	}
}

func TestCoverRefusesBadScenes(t *testing.T) {
	w := newTown(t)
	good := w.rectangle(-500, -500, 500, 500)
	head := geo.Head{Camera: "a", At: w.at(0, 0), Sensor: lens(90, 100)}
	var violation *geo.Violation
	var unknown *geo.UnknownError
	for name, c := range map[string]struct {
		scene geo.Scene
		check func(error) bool
	}{
		"no perimeter":       {geo.Scene{}, func(err error) bool { return errors.As(err, &violation) }},
		"bow tie":            {geo.Scene{Perimeter: orb.MultiPolygon{{{w.at(0, 0), w.at(9, 9), w.at(9, 0), w.at(0, 9), w.at(0, 0)}}}}, func(err error) bool { return errors.As(err, &violation) && violation.Rule == geo.RuleSelfCrossing }},
		"bad zone":           {geo.Scene{Perimeter: good, Zones: []geo.Zone{{ID: "z"}}}, func(err error) bool { return errors.As(err, &violation) }},
		"no optics":          {geo.Scene{Perimeter: good, Levels: oneLevel, Heads: []geo.Head{{Camera: "a", At: w.at(0, 0)}}}, func(err error) bool { return errors.As(err, &unknown) }},
		"head nowhere":       {geo.Scene{Perimeter: good, Levels: oneLevel, Heads: []geo.Head{{Camera: "a", At: orb.Point{math.NaN(), 0}, Sensor: head.Sensor}}}, func(err error) bool { return errors.As(err, &violation) }},
		"no density":         {geo.Scene{Perimeter: good, Levels: []geo.Level{{Code: "x"}}}, func(err error) bool { return err != nil }},
		"bearing NaN":        {geo.Scene{Perimeter: good, Levels: oneLevel, Heads: []geo.Head{{Camera: "a", At: w.at(0, 0), Sensor: head.Sensor, BearingDeg: number(math.NaN())}}}, func(err error) bool { return err != nil }},
		"target NaN":         {geo.Scene{Perimeter: good, Levels: oneLevel, Heads: []geo.Head{{Camera: "a", At: w.at(0, 0), Sensor: geo.Sensor{TargetHeightM: math.NaN()}}}}, tells("target height")},
		"pan NaN":            {geo.Scene{Perimeter: good, Levels: oneLevel, Heads: []geo.Head{{Camera: "a", At: w.at(0, 0), Sensor: head.Sensor, PanRangeDeg: math.NaN()}}}, tells("pan range")},
		"tolerance NaN":      {geo.Scene{Perimeter: good, Levels: oneLevel, Heads: []geo.Head{{Camera: "a", At: w.at(0, 0), Sensor: head.Sensor, Tolerance: geo.Tolerance{HeightM: math.NaN()}}}}, tells("tolerance")},
		"tolerance of 20 km": {geo.Scene{Perimeter: good, Levels: oneLevel, Heads: []geo.Head{{Camera: "a", At: w.at(0, 0), Sensor: head.Sensor, Tolerance: geo.Tolerance{PositionM: 20_000}}}}, tells("position")},
		"a whole country":    {geo.Scene{Perimeter: orb.MultiPolygon{{{{-4, 43}, {7, 43}, {7, 50}, {-4, 50}, {-4, 43}}}}}, func(err error) bool { return errors.Is(err, geo.ErrTooLarge) }},
		"round the world":    {geo.Scene{Perimeter: orb.MultiPolygon{{{{-170, 43}, {170, 43}, {170, 44}, {-170, 44}, {-170, 43}}}}}, func(err error) bool { return errors.Is(err, geo.ErrTooLarge) }},
		"next to the pole":   {geo.Scene{Perimeter: orb.MultiPolygon{{{{3, 88}, {3.1, 88}, {3.1, 88.01}, {3, 88.01}, {3, 88}}}}}, func(err error) bool { return errors.As(err, &violation) && violation.Rule == geo.RuleNearPole }},
	} {
		if _, err := geo.Cover(t.Context(), c.scene, geo.Options{}); !c.check(err) {
			t.Errorf("%s: error %v", name, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := geo.Cover(ctx, geo.Scene{Perimeter: good, Heads: []geo.Head{head}, Levels: oneLevel}, geo.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: error %v", err)
	}
}

// Parts of a perimeter that share part of an edge, drawn apart, overlap or gape by a hair once they are on the grid.
func TestPartsThatShareAnEdge(t *testing.T) {
	random := rand.New(rand.NewPCG(21, 1))
	box := func(x0, y0, x1, y1 float64) orb.Polygon {
		return orb.Polygon{{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}, {x0, y0}}}
	}
	for range 30 {
		x, width := 3.87+random.Float64()/100, 0.001+random.Float64()/20
		low, high := x+width*random.Float64()/3, x+width*(1-random.Float64()/3)
		scene := geo.Scene{
			Perimeter: orb.MultiPolygon{box(x, 43.60, x+width, 43.61), box(low, 43.61, high, 43.62)},
			Heads:     []geo.Head{{Camera: "on it", At: orb.Point{(low + high) / 2, 43.61}, Sensor: lens(360, 60)}},
			Levels:    oneLevel,
		}
		w := newTown(t)
		c := w.cover(scene)
		within(t, "seen", c.Levels[0].SeenM2, math.Pi*60*60, 1e-3+0.5*math.Abs(min(0, (high-low)*80_000/120-1)))
		checkPolygons(t, w, "seen", c.Levels[0].Seen)
		checkPolygons(t, w, "blind", c.Levels[0].Blind)
	}
}

// The two sides of a sector, or of the wedge it leaves out, may fall together on the grid.
func TestNarrowSectors(t *testing.T) {
	w := newTown(t)
	for _, hfov := range []float64{0.1, 0.5, 359.9, 359.99, 359.9999, 359.9999999} {
		for _, rangeM := range []float64{0.02, 0.3, 3.3, 5, 80} {
			for bearing := 0.0; bearing < 360; bearing += 23 {
				px := int(math.Ceil(rangeM * 1e6 * max(2*math.Tan(min(hfov, 120)/2*math.Pi/180), hfov*math.Pi/180)))
				head := geo.Head{Camera: "a", At: w.at(1.23456, -6.54321), BearingDeg: &bearing, Sensor: geo.Sensor{HFOVDeg: &hfov, RecordedWidthPx: &px}}
				c := w.cover(geo.Scene{
					Perimeter: w.rectangle(-500, -500, 500, 500), Heads: []geo.Head{head}, Levels: []geo.Level{{Code: "fine", DensityPxM: 1e6}},
				})
				if got, want := c.Levels[0].SeenM2, hfov/360*math.Pi*rangeM*rangeM; math.Abs(got-want) > 0.01*want+1e-5 {
					t.Errorf("%v° to %v m, bearing %v°: %v m², want %v", hfov, rangeM, bearing, got, want)
				}
			}
		}
	}
}

func TestHeadsAtTheEdgeOfAPerimeter(t *testing.T) {
	w := newTown(t)
	for _, half := range []float64{20_000, 26_900, 60_000, 230_000} {
		c := w.cover(geo.Scene{
			Perimeter: w.rectangle(-half, -half, half, half), Levels: oneLevel,
			Heads: []geo.Head{
				{Camera: "inside", At: w.at(half-100, 0), Sensor: lens(360, 2900)},
				{Camera: "outside", At: w.at(-half-1000, 0), Sensor: lens(360, 2900)},
			},
		})
		for _, camera := range c.Cameras.All() {
			if camera.FootprintM2[0] < 1e6 {
				t.Errorf("%v m wide, %s: sees %v m²", 2*half, camera.Camera, camera.FootprintM2[0])
			}
		}
	}
}

func TestAtTheAntimeridian(t *testing.T) {
	west := orb.Polygon{{{179.98, -17}, {180, -17}, {180, -16.98}, {179.98, -16.98}, {179.98, -17}}}
	east := orb.Polygon{{{-180, -17}, {-179.98, -17}, {-179.98, -16.98}, {-180, -16.98}, {-180, -17}}}
	scene := geo.Scene{Perimeter: orb.MultiPolygon{west}, Levels: oneLevel}
	c, err := geo.Cover(t.Context(), scene, geo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if b := c.Levels[0].Blind.Bound(); b.Min[0] < 179 || b.Max[0] > 180 {
		t.Errorf("blind ground spans %v", b)
	}
	scene.Perimeter = append(scene.Perimeter, east)
	var violation *geo.Violation
	if _, err := geo.Cover(t.Context(), scene, geo.Options{}); !errors.As(err, &violation) || violation.Rule != geo.RuleTwoSides {
		t.Errorf("both sides: error %v", err)
	}
}

func TestAPerimeterOfFortyKilometresFits(t *testing.T) {
	w := newTown(t)
	c := w.cover(geo.Scene{
		Perimeter: w.rectangle(-20_000, -20_000, 20_000, 20_000), Levels: oneLevel,
		Heads: []geo.Head{{Camera: "corner", At: w.at(19_950, 19_950), Sensor: lens(360, 40)}},
	})
	within(t, "ground", c.GroundM2, 1.6e9, 1e-5)
	within(t, "seen", c.Levels[0].SeenM2, math.Pi*40*40, 1e-3)
}

func TestInsidePointIsInside(t *testing.T) {
	w := newTown(t)
	for seed := range uint64(20) {
		for _, p := range w.cover(randomTown(w, seed)).Levels[0].Blind {
			if at := geo.InsidePoint(p); !geo.Intersects(p, at) {
				t.Errorf("seed %d: %v is not inside", seed, at)
			}
		}
	}
}

func FuzzCover(f *testing.F) {
	f.Add(uint64(1), 45.0, 90.0, 30.0, 2.0)
	f.Add(uint64(2), 0.0, 360.0, 500.0, 0.0)
	f.Fuzz(func(t *testing.T, seed uint64, bearingDeg, hfovDeg, rangeM, tiltDeg float64) {
		w := newTown(t)
		scene := randomTown(w, seed)
		scene.Heads = append(scene.Heads, geo.Head{Camera: "fuzz", At: w.at(0, 100), BearingDeg: &bearingDeg,
			Sensor: geo.Sensor{HFOVDeg: &hfovDeg, RecordedWidthPx: new(int), MountHeightM: &rangeM, TiltDeg: &tiltDeg, VFOVDeg: &hfovDeg}})
		*scene.Heads[len(scene.Heads)-1].Sensor.RecordedWidthPx = 1920
		c, err := geo.Cover(t.Context(), scene, geo.Options{})
		if err != nil {
			return
		}
		for _, l := range c.Levels {
			if !(l.SeenM2 >= 0 && l.BlindM2 >= -1e-6) || math.Abs(l.SeenM2+l.BlindM2-c.GroundM2) > 1e-9*c.GroundM2 {
				t.Errorf("%+v does not add up to %v", l, c.GroundM2)
			}
		}
	})
}

func TestOverlapsOfKnownShapes(t *testing.T) {
	w := newTown(t)
	parts := []orb.MultiPolygon{w.rectangle(0, 0, 100, 100), w.rectangle(50, 50, 250, 250), w.rectangle(900, 0, 950, 50)}
	got, err := geo.Overlaps(t.Context(), parts, w.rectangle(60, -40, 300, 80))
	if err != nil {
		t.Fatal(err)
	}
	for k, want := range []float64{40 * 80, 190 * 30, 0} {
		if math.Abs(got[k]-want) > 1e-4*10_000 {
			t.Errorf("part %d: %v m², want %v", k, got[k], want)
		}
	}
	var violation *geo.Violation
	if _, err := geo.Overlaps(t.Context(), parts, nil); !errors.As(err, &violation) {
		t.Errorf("no zone: error %v", err)
	}
}
