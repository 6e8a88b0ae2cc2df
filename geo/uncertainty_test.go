package geo_test

import (
	"math"
	"reflect"
	"testing"

	"vigie/geo"
)

func uncertainty(t *testing.T, scene geo.Scene, draws geo.Draws, options geo.Options) geo.Uncertain {
	t.Helper()
	u, err := geo.Uncertainty(t.Context(), scene, draws, options)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestWithoutToleranceNothingIsUncertain(t *testing.T) {
	w := newTown(t)
	scene := randomTown(w, 2)
	for k := range scene.Heads {
		if scene.Heads[k].BearingDeg == nil {
			scene.Heads[k].BearingDeg = number(10)
		}
	}
	c, u := w.cover(scene), uncertainty(t, scene, geo.Draws{Count: 5}, geo.Options{})
	for l, s := range u.Levels {
		for _, got := range []float64{s.SeenM2.P10, s.SeenM2.P50, s.SeenM2.P90} {
			within(t, "seen", got, c.Levels[l].SeenM2, 1e-9)
		}
		within(t, "permanent", s.PermanentM2.P50, c.Levels[l].PermanentM2, 1e-9)
		within(t, "in the zone", u.Zones[0][l].SeenM2.P50, c.Zones[0].Levels[l].SeenM2, 1e-9)
	}
	if len(u.Causes) != 0 {
		t.Errorf("causes %+v", u.Causes)
	}
}

// A head at the middle of a straight border, looking along it, sees more or less of the ground as its bearing is off:
// the surface seen is that of a sector of half its field and the error, which is drawn evenly.
func TestTheSpreadOfOneBearing(t *testing.T) {
	w := newTown(t)
	const rangeM, fieldDeg, toleranceDeg = 100.0, 60.0, 20.0
	scene := geo.Scene{
		Perimeter: w.rectangle(-500, 0, 500, 500),
		Heads: []geo.Head{{
			Camera: "a", At: w.at(0, 0), BearingDeg: number(90), Sensor: lens(fieldDeg, rangeM),
			Tolerance: geo.Tolerance{BearingDeg: toleranceDeg},
		}},
		Levels: oneLevel,
	}
	u := uncertainty(t, scene, geo.Draws{Count: 2000, Seed: 1}, geo.Options{})
	m2 := func(deg float64) float64 { return rangeM * rangeM / 2 * deg * math.Pi / 180 }
	got := u.Levels[0].SeenM2
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"P10", got.P10, m2(fieldDeg/2 - 0.8*toleranceDeg)},
		{"P50", got.P50, m2(fieldDeg / 2)},
		{"P90", got.P90, m2(fieldDeg/2 + 0.8*toleranceDeg)},
	} {
		if math.Abs(c.got-c.want) > m2(0.06*toleranceDeg) { // three standard deviations of a decile of 2,000
			t.Errorf("%s: %v m², want %v m²", c.name, c.got, c.want)
		}
	}
	if len(u.Causes) != 1 || u.Causes[0].Fact != geo.FactBearing || u.Causes[0].Camera != "a" {
		t.Fatalf("causes %+v", u.Causes)
	}
	within(t, "span", u.Causes[0].SpanM2[0], m2(2*toleranceDeg), 2e-3)
}

func TestTheCausesAreRanked(t *testing.T) {
	w := newTown(t)
	head := func(camera string, x float64, tolerance geo.Tolerance) geo.Head {
		h := geo.Head{Camera: camera, At: w.at(x, 0), BearingDeg: number(90), Sensor: lens(60, 100), Tolerance: tolerance}
		h.Sensor.MountHeightM, h.Sensor.TiltDeg, h.Sensor.VFOVDeg = number(5), number(10), number(35)
		return h
	}
	lost := head("lost", -300, geo.Tolerance{})
	lost.BearingDeg = nil
	scene := geo.Scene{
		Perimeter: w.rectangle(-500, 0, 500, 500),
		Heads: []geo.Head{
			head("sure", 0, geo.Tolerance{}), head("a little", 150, geo.Tolerance{BearingDeg: 2, HeightM: 0.5, PositionM: 0.1}), lost,
		},
		Levels: oneLevel,
	}
	u := uncertainty(t, scene, geo.Draws{Count: 20}, geo.Options{})
	if len(u.Causes) != 4 || u.Causes[0].Camera != "lost" || u.Causes[0].Fact != geo.FactBearing {
		t.Fatalf("causes %+v", u.Causes)
	}
	for k, c := range u.Causes[1:] {
		if c.Camera != "a little" || c.SpanM2[0] > u.Causes[k].SpanM2[0] {
			t.Errorf("cause %d: %+v after %+v", k+1, c, u.Causes[k])
		}
	}
	if few := uncertainty(t, scene, geo.Draws{Count: 2, Causes: 1}, geo.Options{}); len(few.Causes) != 1 {
		t.Errorf("%d causes, want 1", len(few.Causes))
	}
}

func TestUncertaintyIsRepeatable(t *testing.T) {
	w := newTown(t)
	scene := randomTown(w, 3)
	for k := range scene.Heads {
		scene.Heads[k].Tolerance = geo.Tolerance{BearingDeg: 5, HeightM: 0.5, PositionM: 3}
	}
	draws := geo.Draws{Count: 10, Seed: 7, MapToleranceM: 1}
	one, eight := uncertainty(t, scene, draws, geo.Options{Workers: 1}), uncertainty(t, scene, draws, geo.Options{Workers: 8})
	if !reflect.DeepEqual(one, eight) {
		t.Error("the number of workers changes the result")
	}
	draws.Seed = 8
	if reflect.DeepEqual(one.Levels, uncertainty(t, scene, draws, geo.Options{}).Levels) {
		t.Error("another seed gives the same draws")
	}
}

func TestUncertaintyRefusesWhatCoverRefuses(t *testing.T) {
	w := newTown(t)
	if _, err := geo.Uncertainty(t.Context(), geo.Scene{Levels: oneLevel}, geo.Draws{}, geo.Options{}); err == nil {
		t.Error("a scene without a perimeter has no uncertainty")
	}
	scene := geo.Scene{Perimeter: w.rectangle(0, 0, 10, 10), Heads: []geo.Head{{Camera: "a", At: w.at(0, 0)}}, Levels: oneLevel}
	if _, err := geo.Uncertainty(t.Context(), scene, geo.Draws{}, geo.Options{}); err == nil {
		t.Error("a head without optics has no uncertainty")
	}
	scene.Heads = nil
	for _, toleranceM := range []float64{-1, math.NaN(), math.Inf(1), 1e308} {
		if _, err := geo.Uncertainty(t.Context(), scene, geo.Draws{MapToleranceM: toleranceM}, geo.Options{}); err == nil {
			t.Errorf("a map off by %v m is believed", toleranceM)
		}
	}
}
