package geo_test

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
	"github.com/peterstace/simplefeatures/geom"

	"vigie/geo"
)

func TestIntersects(t *testing.T) {
	lake := orb.Polygon{squareRing(0, 0, 10), squareRing(3, 3, 4)}
	hook := orb.Polygon{ringOf(0, 0, 10, 0, 10, 2, 2, 2, 2, 10, 0, 10)} // an L
	box := orb.Bound{Min: orb.Point{0, 0}, Max: orb.Point{10, 10}}
	above := math.Nextafter(10, 11)
	tests := []struct {
		name string
		a, b orb.Geometry
		want bool
	}{
		{"nil", nil, orb.Point{1, 1}, false},
		{"nil and nil", nil, nil, false},
		{"nil polygon", orb.Polygon(nil), box, false},
		{"polygon without positions", orb.Polygon{{}}, box, false},
		{"empty collection", orb.Collection{}, box, false},
		{"points", orb.Point{1, 2}, orb.Point{1, 2}, true},
		{"points apart", orb.Point{1, 2}, orb.Point{1, 3}, false},
		{"box and point inside", box, orb.Point{5, 5}, true},
		{"box and point on its corner", box, orb.Point{10, 10}, true},
		{"box and point one float beyond", box, orb.Point{above, 5}, false},
		{"box inside out", orb.Bound{Min: orb.Point{9, 9}, Max: orb.Point{1, 1}}, orb.Point{5, 5}, false},
		{"box inside out and polygon", orb.Bound{Min: orb.Point{9, 9}, Max: orb.Point{1, 1}}, lake, false},
		{"boxes sharing a corner", box, orb.Bound{Min: orb.Point{10, 10}, Max: orb.Point{11, 11}}, true},
		{"boxes one float apart", box, orb.Bound{Min: orb.Point{above, 0}, Max: orb.Point{11, 11}}, false},
		{"box within a box", box, orb.Bound{Min: orb.Point{4, 4}, Max: orb.Point{5, 5}}, true},
		{"box without size on a box", box, orb.Bound{Min: orb.Point{10, 4}, Max: orb.Point{10, 4}}, true},
		{"polygon and point in its hole", lake, orb.Point{5, 5}, false},
		{"polygon and point on the border of its hole", lake, orb.Point{3, 5}, true},
		{"polygon and point between shell and hole", lake, orb.Point{1, 5}, true},
		{"polygon and point level with a vertex", hook, orb.Point{5, 10}, false},
		{"polygon and point west of a vertex", hook, orb.Point{-1, 2}, false},
		{"polygon and point on a level edge", hook, orb.Point{5, 2}, true},
		{"polygon and point on the line of a level edge", hook, orb.Point{1, 2}, true},
		{"polygon and point in its bay", hook, orb.Point{5, 5}, false},
		{"polygon and its vertex", hook, orb.Point{2, 10}, true},
		{"ring not closed", orb.Polygon{{{0, 0}, {4, 0}, {4, 4}, {0, 4}}}, orb.Point{0, 2}, true},
		{"bay and box in it", hook, orb.Bound{Min: orb.Point{3, 3}, Max: orb.Point{9, 9}}, false},
		{"bay and box touching its corner", hook, orb.Bound{Min: orb.Point{2, 2}, Max: orb.Point{9, 9}}, true},
		{"hole and box in it", lake, orb.Bound{Min: orb.Point{4, 4}, Max: orb.Point{6, 6}}, false},
		{"hole and box that fills it", lake, orb.Bound{Min: orb.Point{3, 3}, Max: orb.Point{7, 7}}, true},
		{"hole and polygon in it", lake, orb.Polygon{squareRing(4, 4, 1)}, false},
		{"polygon round a polygon", orb.Polygon{squareRing(-5, -5, 50)}, lake, true},
		{"polygon whose hole holds the other", orb.Polygon{squareRing(-9, -9, 50), squareRing(-5, -5, 30)}, lake, false},
		{"crosses without a vertex inside", orb.Polygon{squareRing(0, 0, 10)}, orb.Polygon{ringOf(4, -5, 6, -5, 6, 15, 4, 15)}, true},
		{"line through the hole only", lake, orb.LineString{{4, 4}, {6, 6}}, false},
		{"line across", lake, orb.LineString{{-1, 5}, {11, 5}}, true},
		{"line within", lake, orb.LineString{{1, 1}, {1, 9}}, true},
		{"line along the border", lake, orb.LineString{{10, -5}, {10, 20}}, true},
		{"line of one position on a border", lake, orb.LineString{{10, 5}}, true},
		{"line not closed", orb.LineString{{0, 0}, {4, 0}, {4, 4}, {0, 4}}, orb.Point{0, 2}, false},
		{"lines crossing", orb.LineString{{0, 0}, {2, 2}}, orb.LineString{{0, 2}, {2, 0}}, true},
		{"lines on one line, apart", orb.LineString{{0, 0}, {1, 1}}, orb.LineString{{2, 2}, {3, 3}}, false},
		{"lines on one line, touching", orb.LineString{{0, 0}, {2, 2}}, orb.LineString{{2, 2}, {3, 3}}, true},
		{"line and point on it", orb.LineString{{0, 0}, {3, 1}}, orb.Point{1.5, 0.5}, true},
		{"second polygon of many", orb.MultiPolygon{{squareRing(20, 20, 1)}, {squareRing(0, 0, 1)}}, orb.Point{1, 1}, true},
		{"between polygons", orb.MultiPolygon{{squareRing(20, 20, 1)}, {squareRing(0, 0, 1)}}, orb.Bound{Min: orb.Point{5, 5}, Max: orb.Point{6, 6}}, false},
		{"island in a lake", orb.MultiPolygon{lake, {squareRing(4, 4, 1)}}, orb.Point{4.5, 4.5}, true},
		{"points of which one is in", lake, orb.MultiPoint{{5, 5}, {1, 1}}, true},
		{"lines of which one is in", orb.MultiLineString{{{50, 5}, {60, 6}}, {{0, 0}, {1, 1}}}, lake, true},
		{"ring as a surface", squareRing(0, 0, 10), orb.Point{5, 5}, true},
		{"collection", orb.Collection{orb.Point{50, 50}, lake}, orb.Point{0, 0}, true},
		{"not a number", lake, orb.Point{math.NaN(), 1}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := geo.Intersects(test.a, test.b); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
			if got := geo.Intersects(test.b, test.a); got != test.want {
				t.Errorf("the other way round: got %v, want %v", got, test.want)
			}
		})
	}
}

// TestIntersectsEveryType keeps a new type of geometry from being forgotten.
func TestIntersectsEveryType(t *testing.T) {
	everywhere := orb.Bound{Min: orb.Point{-180, -90}, Max: orb.Point{180, 90}}
	for _, shape := range orb.AllGeometries {
		if shape == nil {
			continue
		}
		empty := shape.Bound().IsEmpty() || countAll(shape) == 0
		if got := geo.Intersects(everywhere, shape); got == empty {
			t.Errorf("%T %v: got %v", shape, shape, got)
		}
	}
}

func countAll(shape orb.Geometry) int {
	switch s := shape.(type) {
	case orb.MultiPoint:
		return len(s)
	case orb.LineString:
		return len(s)
	case orb.MultiLineString:
		return len(s)
	case orb.Ring:
		return len(s)
	case orb.Polygon, orb.MultiPolygon:
		return countPositions(s)
	case orb.Collection:
		return len(s)
	}
	return 1
}

// TestIntersectsBorderline puts points on and beside a slanted border of a commune-sized polygon, where floats round.
func TestIntersectsBorderline(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	onBorder := 0
	for range 20000 {
		a := orb.Point{3.8 + 0.1*r.Float64(), 43.6 + 0.1*r.Float64()}
		dx, dy := float64(1+r.IntN(1<<20))*0x1p-40, float64(r.IntN(1<<20))*0x1p-40
		k := float64(1 + r.IntN(3))
		mid, b := orb.Point{a[0] + dx, a[1] + dy}, orb.Point{a[0] + (k+1)*dx, a[1] + (k+1)*dy}
		triangle := orb.Polygon{{a, b, {a[0] - 1, a[1] + 1}, a}} // above the edge ab
		if mid[0]-a[0] != dx || mid[1]-a[1] != dy || b[0]-a[0] != (k+1)*dx || b[1]-a[1] != (k+1)*dy {
			continue // rounded: not exactly on the edge
		}
		onBorder++
		if !geo.Intersects(triangle, mid) {
			t.Fatalf("%v is on the border of %v", mid, triangle)
		}
		if below := (orb.Point{mid[0], math.Nextafter(mid[1], 0)}); geo.Intersects(triangle, below) {
			t.Fatalf("%v is one float outside of %v", below, triangle)
		}
		if above := (orb.Point{mid[0], math.Nextafter(mid[1], 90)}); !geo.Intersects(triangle, above) {
			t.Fatalf("%v is one float inside of %v", above, triangle)
		}
	}
	if onBorder < 1000 {
		t.Errorf("only %d points exactly on the border: the test says little", onBorder)
	}
}

// TestIntersectsAgreesWithSimpleFeatures compares shapes of every kind on a small grid, where touching is common.
func TestIntersectsAgreesWithSimpleFeatures(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	count := map[bool]int{}
	for range 8000 {
		a, b := randomAnything(r), randomAnything(r)
		ga, gb := otherLibrary(t, a), otherLibrary(t, b)
		want := geom.Intersects(ga, gb)
		if got := geo.Intersects(a, b); got != want {
			t.Fatalf("%v and %v: got %v, want %v", ga.AsText(), gb.AsText(), got, want)
		}
		count[want]++
	}
	t.Log(count)
}

// randomAnything gives a valid shape somewhere on a grid.
func randomAnything(r *rand.Rand) orb.Geometry {
	grid := 5
	dx, dy := float64(r.IntN(6)), float64(r.IntN(6))
	move := func(ring orb.Ring) orb.Ring {
		for i := range ring[1:] {
			ring[i][0] += dx
			ring[i][1] += dy
		}
		ring[len(ring)-1] = ring[0]
		return ring
	}
	var shape orb.Geometry
	switch r.IntN(5) {
	case 0:
		return orb.Point{float64(r.IntN(9)), float64(r.IntN(9))}
	case 1:
		line := orb.LineString(move(randomRing(r, grid, 6)))
		line[1] = orb.Point{line[0][0] + 1, line[0][1]} // two positions at least
		shape = line
	case 2:
		p := move(orb.Ring{{0, 0}, {0, 0}})[0]
		return orb.Bound{Min: p, Max: orb.Point{p[0] + 1 + float64(r.IntN(4)), p[1] + 1 + float64(r.IntN(4))}}
	case 3:
		shape = orb.Polygon{move(squareRing(0, 0, 6)), move(randomRing(r, 7, 4))}
	default:
		shape = orb.MultiPolygon{{move(randomRing(r, grid, 6))}, {move(randomRing(r, grid, 4))}}
	}
	if geo.Validate(shape) != nil {
		return randomAnything(r)
	}
	return shape
}

func otherLibrary(t testing.TB, shape orb.Geometry) geom.Geometry {
	t.Helper()
	line := func(path []orb.Point) geom.LineString {
		var flat []float64
		for _, p := range path {
			flat = append(flat, p[0], p[1])
		}
		return geom.NewLineString(geom.NewSequence(flat, geom.DimXY))
	}
	switch s := shape.(type) {
	case orb.Point:
		return geom.XY{X: s[0], Y: s[1]}.AsPoint().AsGeometry()
	case orb.LineString:
		return line(s).AsGeometry()
	case orb.Bound:
		return simpleFeatures(orb.MultiPolygon{s.ToPolygon()})
	case orb.Polygon:
		return simpleFeatures(orb.MultiPolygon{s})
	case orb.MultiPolygon:
		return simpleFeatures(s)
	}
	t.Fatalf("no such type in this test: %T", shape)
	return geom.Geometry{}
}

// starRing is a ring of n positions round a centre, at random distances: valid, and rough.
func starRing(r *rand.Rand, centre orb.Point, radiusDeg float64, n int) orb.Ring {
	ring := make(orb.Ring, 0, n+1)
	for i := range n {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(n))
		d := radiusDeg * (0.7 + 0.3*r.Float64())
		ring = append(ring, orb.Point{centre[0] + d*cos, centre[1] + d*sin})
	}
	return append(ring, ring[0])
}

// TestIntersectsLarge takes the sweep, which small shapes do not need.
func TestIntersectsLarge(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	count := map[bool]int{}
	for range 300 {
		a := orb.Polygon{starRing(r, orb.Point{2, 48}, 0.1, 150)}
		b := orb.Polygon{starRing(r, orb.Point{2 + 0.3*r.Float64(), 48 + 0.3*r.Float64()}, 0.1, 150)}
		want := geom.Intersects(otherLibrary(t, a), otherLibrary(t, b))
		if got := geo.Intersects(a, b); got != want {
			t.Fatalf("got %v, want %v", got, want)
		}
		count[want]++
	}
	if count[true] < 30 || count[false] < 30 {
		t.Errorf("one-sided: %v", count)
	}
}

// TestIntersectsCombs interleaves the teeth of two combs, level and upright, which share no point.
func TestIntersectsCombs(t *testing.T) {
	a, b := combRing(2000, 0), combRing(2000, 0.25)
	turned := func(ring orb.Ring) orb.Polygon {
		out := ring.Clone()
		for i, p := range out {
			out[i] = orb.Point{p[1], p[0]}
		}
		return orb.Polygon{out}
	}
	if geo.Intersects(orb.Polygon{a}, orb.Polygon{b}) || geo.Intersects(turned(a), turned(b)) {
		t.Error("the combs share no point")
	}
	b[3001] = a[3001]
	if !geo.Intersects(orb.Polygon{a}, orb.Polygon{b}) {
		t.Error("one tooth touches")
	}
}

// combRing has n upright teeth, one hundredth of a degree apart, their backs above or below.
func combRing(n int, shift float64) orb.Ring {
	low, high, back := 0.0, 1.0, -1.0
	if shift != 0 {
		low, high, back = 1.5, 0.5, 2.5
	}
	const pitch = 1e-2
	ring := orb.Ring{}
	for i := range n {
		x := pitch * (float64(i) + shift*2)
		ring = append(ring, orb.Point{x, low}, orb.Point{x + pitch/8, high}, orb.Point{x + pitch/4, low})
	}
	ring = append(ring, orb.Point{pitch * float64(n+2), back}, orb.Point{-pitch, back})
	return append(ring, ring[0])
}

// shapeFrom makes a multipolygon of any bytes, with few distinct coordinates or with any floats.
func shapeFrom(raw []byte) orb.MultiPolygon {
	var surface orb.MultiPolygon
	polygon, ring := orb.Polygon{}, orb.Ring{}
	for len(raw) > 2 {
		op := raw[0]
		raw = raw[1:]
		switch {
		case op < 8:
			polygon, ring = append(polygon, ring), nil
		case op < 12:
			surface, polygon = append(surface, polygon), nil
		case op < 16 && len(ring) > 0:
			ring = append(ring, ring[0])
		case op < 20 && len(raw) >= 16:
			ring = append(ring, orb.Point{
				math.Float64frombits(binary.LittleEndian.Uint64(raw)),
				math.Float64frombits(binary.LittleEndian.Uint64(raw[8:])),
			})
			raw = raw[16:]
		default:
			ring = append(ring, orb.Point{float64(raw[0] % 16), float64(raw[1] % 16)})
			raw = raw[2:]
		}
	}
	return append(surface, append(polygon, append(ring, ring...)))
}

func fuzzSeeds(f *testing.F, add func(raw []byte)) {
	f.Helper()
	r := rand.New(rand.NewPCG(13, 14))
	for range 60 {
		raw := make([]byte, r.IntN(120))
		for i := range raw {
			raw[i] = byte(r.IntN(256))
			if r.IntN(4) == 0 {
				raw[i] %= 20
			}
		}
		add(raw)
	}
}

// FuzzIntersects: no panic, the same answer both ways, a shape meets itself, and a point meets what a line of that one
// point meets.
func FuzzIntersects(f *testing.F) {
	fuzzSeeds(f, func(raw []byte) { f.Add(raw, raw[len(raw)/2:]) })
	f.Fuzz(func(t *testing.T, rawA, rawB []byte) {
		a, b := shapeFrom(rawA), shapeFrom(rawB)
		if geo.Intersects(a, b) != geo.Intersects(b, a) {
			t.Errorf("depends on the order: %v %v", a, b)
		}
		if geo.Validate(a) != nil {
			return
		}
		if !geo.Intersects(a, a) || !geo.Intersects(a, a[0][0][0]) || !geo.Intersects(a, a.Bound()) {
			t.Errorf("does not meet itself: %v", a)
		}
		for _, polygon := range b {
			for _, ring := range polygon {
				for _, p := range ring {
					if geo.Intersects(a, p) != geo.Intersects(a, orb.LineString{p}) {
						t.Errorf("%v is a point or a line: %v", p, a)
					}
				}
			}
		}
	})
}

// FuzzValidate: no panic, and an answer that depends neither on the winding of the rings nor on where they start.
func FuzzValidate(f *testing.F) {
	fuzzSeeds(f, func(raw []byte) { f.Add(raw) })
	f.Fuzz(func(t *testing.T, raw []byte) {
		surface := shapeFrom(raw)
		err := geo.Validate(surface)
		turned := surface.Clone()
		for _, polygon := range turned {
			for _, ring := range polygon {
				ring.Reverse()
			}
		}
		if again := geo.Validate(turned); (err == nil) != (again == nil) {
			t.Errorf("got %v, wound the other way %v: %v", err, again, surface)
		}
		if err != nil {
			return
		}
		for _, polygon := range turned {
			for j, ring := range polygon {
				k := len(ring) / 2
				polygon[j] = append(append(orb.Ring{}, ring[k:len(ring)-1]...), ring[:k+1]...)
			}
		}
		if again := geo.Validate(turned); again != nil {
			t.Errorf("valid, then %v with another start: %v", again, surface)
		}
	})
}
