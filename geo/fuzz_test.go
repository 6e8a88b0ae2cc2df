package geo_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"vigie/geo"
)

// dice draw small numbers from the bytes of a fuzzer; when there are no more, zeros.
type dice struct{ raw []byte }

func (d *dice) roll(sides int) int {
	if len(d.raw) == 0 {
		return 0
	}
	n := int(d.raw[0]) % sides
	d.raw = d.raw[1:]
	return n
}

// pick draws one of some values.
func pick[T any](d *dice, values ...T) T { return values[d.roll(len(values))] }

// addRaw adds seeds: random bytes, of which every other run is of zeros and ones, so that much coincides.
func addRaw(f *testing.F, seeds int) {
	f.Helper()
	random := rand.New(rand.NewPCG(71, 73))
	f.Add([]byte{})
	for k := range seeds {
		raw := make([]byte, 20+random.IntN(140))
		for i := range raw {
			raw[i] = byte(random.IntN(256))
			if k%2 == 1 && random.IntN(2) == 0 {
				raw[i] %= 4
			}
		}
		f.Add(raw)
	}
}

// corner is a place on a grid of 10 m, so that walls, corners and eyes coincide.
func (d *dice) corner() orb.Point {
	return orb.Point{float64(d.roll(16)-8) * 10, float64(d.roll(16)-8) * 10}
}

func (w town) ring(points ...orb.Point) orb.Ring {
	var r orb.Ring
	for _, p := range append(points, points[0]) {
		r = append(r, w.at(p[0], p[1]))
	}
	return r
}

// footprint draws a polygon; it may be invalid.
func (d *dice) footprint(w town) orb.MultiPolygon {
	p, q := d.corner(), d.corner()
	switch d.roll(6) {
	case 0: // any corners
		return orb.MultiPolygon{{w.ring(p, q, d.corner(), d.corner())}}
	case 1: // a triangle, backwards or not
		return orb.MultiPolygon{{w.ring(p, q, d.corner())}}
	case 2: // with a courtyard, as large as may be
		inset := pick(d, 10.0, 5, 1, 0.01)
		x0, y0, x1, y1 := min(p[0], q[0]), min(p[1], q[1]), max(p[0], q[0]), max(p[1], q[1])
		return orb.MultiPolygon{{
			w.ring(orb.Point{x0, y0}, orb.Point{x1, y0}, orb.Point{x1, y1}, orb.Point{x0, y1}),
			w.ring(orb.Point{x0 + inset, y0 + inset}, orb.Point{x1 - inset, y0 + inset}, orb.Point{x1 - inset, y1 - inset}, orb.Point{x0 + inset, y1 - inset}),
		}}
	case 3: // in two parts, corner to corner
		return append(w.rectangle(p[0], p[1], p[0]+10, p[1]+10), w.rectangle(p[0]+10, p[1]+10, p[0]+30, p[1]+20)...)
	case 4: // in two parts that share a wall
		return append(w.rectangle(p[0], p[1], p[0]+10, p[1]+20), w.rectangle(p[0]+10, p[1], p[0]+20, p[1]+10)...)
	}
	return w.rectangle(p[0], p[1], q[0], q[1])
}

func (d *dice) perimeter(w town) orb.MultiPolygon {
	switch d.roll(5) {
	case 0:
		return d.footprint(w)
	case 1:
		return append(w.rectangle(-80, -80, 0, 80), w.rectangle(0, -80, 80, 80)...)
	case 2:
		return orb.MultiPolygon{{w.rectangle(-80, -80, 80, 80)[0][0], w.rectangle(-20, -20, 30, 20)[0][0]}}
	}
	return w.rectangle(-80, -80, 80, 80)
}

func (d *dice) head(w town, camera string) geo.Head {
	at := d.corner()
	h := geo.Head{
		Camera: camera, At: w.at(at[0], at[1]+pick(d, 0.0, 0, 5, 0.01)),
		Sensor:      lens(pick(d, 90.0, 45, 180, 270, 359.999, 360, 1), pick(d, 40.0, 20, 70, 100)),
		BearingDeg:  pick(d, number(0), nil, number(45), number(90), number(-22.5), number(191)),
		PanRangeDeg: pick(d, 0.0, 0, 90, 360), NightReachM: pick(d, nil, number(0), number(30), number(math.Inf(1))),
		Tolerance: geo.Tolerance{BearingDeg: pick(d, 0.0, 5, 180), HeightM: pick(d, 0.0, 1), PositionM: pick(d, 0.0, 3)},
	}
	h.Sensor.MountHeightM, h.Sensor.TargetHeightM = pick(d, nil, number(6), number(4), number(0)), pick(d, 0.0, 1.6)
	if d.roll(3) == 0 {
		h.Sensor.TiltDeg, h.Sensor.VFOVDeg = pick(d, number(20), number(60), number(-5)), pick(d, number(40), number(10))
	}
	for range pick(d, 0, 0, 1, 2) {
		from := float64(d.roll(16)) * 22.5
		h.Masks = append(h.Masks, geo.Mask{FromDeg: from, ToDeg: from + pick(d, 45, 0, 22.5, 1, 315, 360)})
	}
	return h
}

func (d *dice) obstacles(w town) (out []geo.Obstacle) {
	for k := range d.roll(9) {
		o := geo.Obstacle{ID: strconv.Itoa(k), Shape: d.footprint(w), Dwelling: d.roll(2) == 0}
		o.HeightM = pick(d, nil, number(3), number(0), number(5), number(6), number(12))
		if geo.Validate(o.Shape) == nil {
			out = append(out, o)
		}
	}
	return out
}

// scene draws a scene on the grid; what may be invalid is its perimeter.
func (d *dice) scene(w town) geo.Scene {
	scene := geo.Scene{Perimeter: d.perimeter(w), Levels: []geo.Level{{Code: "far", DensityPxM: 100}, {Code: "near", DensityPxM: 200}}}
	for k := range 1 + d.roll(4) {
		scene.Heads = append(scene.Heads, d.head(w, strconv.Itoa(k/pick(d, 1, 2))))
	}
	scene.Obstacles = d.obstacles(w)
	for range pick(d, 0, 0, 1, 3) {
		scene.Ground = append(scene.Ground, w.rectangle(-80, -10, pick(d, 80.0, 40, 200), pick(d, 10.0, 60))...)
	}
	if d.roll(2) == 0 {
		if zone := d.footprint(w); geo.Validate(zone) == nil {
			scene.Zones = []geo.Zone{{ID: "zone", Shape: zone}}
		}
	}
	return scene
}

// refused tells whether an error is one that data may give; any other is a fault of the engine.
func refused(t *testing.T, err error) bool {
	t.Helper()
	if err == nil {
		return false
	}
	var violation *geo.Violation
	var unknown *geo.UnknownError
	var inside *geo.InsideError
	if !errors.As(err, &violation) && !errors.As(err, &unknown) && !errors.As(err, &inside) && !errors.Is(err, geo.ErrTooLarge) {
		t.Fatal(err)
	}
	return true
}

// sound fails when a coverage does not add up, or its shapes are not valid polygons of their surface in the perimeter.
func sound(t *testing.T, w town, scene geo.Scene, c geo.Coverage) {
	t.Helper()
	for k, levels := range [][]geo.LevelCoverage{c.Levels, c.Night} {
		for l, level := range levels {
			what := []string{"day ", "night "}[k] + level.Level.Code
			if math.Abs(level.SeenM2+level.BlindM2-c.GroundM2) > 1e-9*c.GroundM2 || level.PermanentM2 > level.SeenM2 || level.SeenM2 > c.Levels[l].SeenM2+0.01 {
				t.Errorf("%s: %v m² seen, %v blind, %v unmoved, of %v", what, level.SeenM2, level.BlindM2, level.PermanentM2, c.GroundM2)
			}
			for i := 1; i < len(level.AtLeastM2); i++ {
				if level.AtLeastM2[i] > level.AtLeastM2[i-1] {
					t.Errorf("%s: %v is not falling", what, level.AtLeastM2)
				}
			}
			for _, side := range []struct {
				shape orb.MultiPolygon
				m2    float64
			}{{level.Seen, level.SeenM2}, {level.Blind, level.BlindM2}} {
				if m2 := checkPolygons(t, w, what, side.shape); math.Abs(m2-side.m2) > 0.05 {
					t.Errorf("%s: polygons of %v m², said to be %v", what, m2, side.m2)
				}
				inPerimeter(t, scene.Perimeter, side.shape)
			}
		}
	}
}

// inPerimeter fails when a corner lies more than a millimetre outside.
func inPerimeter(t *testing.T, perimeter, shape orb.MultiPolygon) {
	t.Helper()
	const slackDeg = 1e-8
	for _, polygon := range shape {
		for _, r := range polygon {
			for _, p := range r {
				if !anyHolds(perimeter, p) && planar.DistanceFrom(perimeter, p) > slackDeg {
					t.Fatalf("%.9f lies outside of the perimeter", p)
				}
			}
		}
	}
}

func FuzzCoverAmongObstacles(f *testing.F) {
	addRaw(f, 40)
	f.Fuzz(func(t *testing.T, raw []byte) {
		w, d := newTown(t), &dice{raw}
		scene := d.scene(w)
		c, err := geo.Cover(t.Context(), scene, geo.Options{Night: true, ForceFacade: d.roll(2) == 0, ArcToleranceM: 0.1, Workers: 1})
		if !refused(t, err) {
			sound(t, w, scene, c)
		}
	})
}

func FuzzReplace(f *testing.F) {
	addRaw(f, 20)
	f.Fuzz(func(t *testing.T, raw []byte) {
		w, d := newTown(t), &dice{raw}
		scene := d.scene(w)
		options := geo.Options{Night: true, Editable: true, ArcToleranceM: 0.1, Workers: 1}
		c, err := geo.Cover(t.Context(), scene, options)
		if refused(t, err) {
			return
		}
		for range 2 {
			camera, heads := scene.Heads[0].Camera, []geo.Head(nil)
			scene.Heads = slices.Clone(scene.Heads)
			for k, h := range scene.Heads {
				if h.Camera == camera {
					scene.Heads[k] = d.head(w, camera)
					heads = append(heads, scene.Heads[k])
				}
			}
			if c, err = c.Replace(t.Context(), camera, heads); refused(t, err) {
				return
			}
			again, err := geo.Cover(t.Context(), scene, options)
			if err != nil {
				t.Fatal(err)
			}
			sameSurfaces(t, "replaced", c, again, 1e-12)
		}
	})
}

func FuzzSightAmongObstacles(f *testing.F) {
	addRaw(f, 40)
	f.Fuzz(func(t *testing.T, raw []byte) {
		w, d := newTown(t), &dice{raw}
		head, obstacles := d.head(w, "a"), d.obstacles(w)
		s, err := geo.Sight(t.Context(), head, obstacles, pick(d, 100.0, 50, 1000, 5), geo.Options{ArcToleranceM: 0.1, ForceFacade: d.roll(2) == 0})
		if refused(t, err) {
			return
		}
		for _, side := range []struct {
			name  string
			shape orb.MultiPolygon
			m2    float64
		}{{"seen", s.Seen, s.SeenM2}, {"permanent", s.Permanent, s.PermanentM2}} {
			if m2 := checkPolygons(t, w, side.name, side.shape); math.Abs(m2-side.m2) > 0.05+1e-6*side.m2 {
				t.Errorf("%s: polygons of %v m², said to be %v", side.name, m2, side.m2)
			}
		}
		if s.PermanentM2 > s.SeenM2+0.01 {
			t.Errorf("%v m² are seen unmoved, %v can be seen", s.PermanentM2, s.SeenM2)
		}
	})
}
