package geo

import (
	"context"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	sf "github.com/peterstace/simplefeatures/geom"
)

// square is a closed anticlockwise square or rectangle, in whole metres.
func square(x0, y0, x1, y1 float64) surface {
	return surface{closed([]vertex{
		toVertex(orb.Point{x0, y0}), toVertex(orb.Point{x1, y0}), toVertex(orb.Point{x1, y1}), toVertex(orb.Point{x0, y1}),
	})}
}

// planar is a surface as simplefeatures sees it, in metres.
func planar(t testing.TB, s surface) sf.Geometry {
	t.Helper()
	var rings []sf.LineString
	for _, r := range s {
		var xy []float64
		for _, v := range r {
			p := v.local()
			xy = append(xy, p[0], p[1])
		}
		rings = append(rings, sf.NewLineString(sf.NewSequence(xy, sf.DimXY)))
	}
	g := sf.NewPolygon(rings).AsGeometry()
	if err := g.Validate(); err != nil {
		t.Fatalf("scene: %v", err)
	}
	return g
}

// oracle computes the union of the footprints inside the domains by a general overlay.
func oracle(t testing.TB, footprints, domains []surface) (ground, seen float64) {
	t.Helper()
	domain := planar(t, domains[0])
	for _, d := range domains[1:] {
		var err error
		if domain, err = sf.Intersection(domain, planar(t, d)); err != nil {
			t.Fatal(err)
		}
	}
	var all []sf.Geometry
	for _, f := range footprints {
		all = append(all, planar(t, f))
	}
	union, err := sf.UnionMany(all)
	if err != nil {
		t.Fatal(err)
	}
	both, err := sf.Intersection(union, domain)
	if err != nil {
		t.Fatal(err)
	}
	return domain.Area(), both.Area()
}

// outlined checks that rings make valid polygons and returns their surface, in square metres.
func outlined(t testing.TB, name string, rings [][]vertex, err error) float64 {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	var polygons []sf.Polygon
	area := 0.0
	for _, s := range nest(tidy(rings)) {
		g := planar(t, s)
		polygons = append(polygons, g.MustAsPolygon())
		area += g.Area()
	}
	if err := sf.NewMultiPolygon(polygons).Validate(); err != nil {
		t.Errorf("%s: invalid outline: %v", name, err)
	}
	return area
}

// checkDepths walks a scene and holds it against wanted surfaces of k = 1, 2, …, in square metres.
func checkDepths(t *testing.T, footprints, domains []surface, want ...float64) *depths {
	t.Helper()
	d, err := arrange(footprints, domains).walk(context.Background(), wantAll)
	if err != nil {
		t.Fatal(err)
	}
	for k, w := range want {
		got := 0.0
		if k < len(d.atLeast) {
			got = d.atLeast[k] * squareM2
		}
		if math.Abs(got-w) > 1e-9*max(1, d.ground*squareM2) {
			t.Errorf("k ≥ %d: %v m², want %v", k+1, got, w)
		}
	}
	gaps, err := d.gaps()
	blind := outlined(t, "gaps", gaps, err)
	seen, err := d.seen()
	covered := outlined(t, "seen", seen, err)
	ground := d.ground * squareM2
	if math.Abs(blind-(ground-d.seenM2(0))) > 1e-7*max(1, ground) {
		t.Errorf("gap polygons hold %v m², want %v", blind, ground-d.seenM2(0))
	}
	if math.Abs(covered-d.seenM2(0)) > 1e-7*max(1, ground) {
		t.Errorf("seen polygons hold %v m², want %v", covered, d.seenM2(0))
	}
	return d
}

var wantAll = want{outlines: true, exclusives: true}

func TestDepthsOfDegenerateScenes(t *testing.T) {
	domain := []surface{square(-100, -100, 100, 100)}
	var tiling []surface
	for x := -50.0; x < 50; x += 10 {
		for y := -50.0; y < 50; y += 10 {
			tiling = append(tiling, square(x, y, x+10, y+10))
		}
	}
	frame := surface{square(-30, -30, 30, 30)[0], reversed(square(-10, -10, 10, 10)[0])}
	spike := surface{closed([]vertex{
		toVertex(orb.Point{0, 0}), toVertex(orb.Point{20, 0}), toVertex(orb.Point{20, 20}), toVertex(orb.Point{0, 20}), toVertex(orb.Point{-60, 0}),
		toVertex(orb.Point{0, 20}),
	})}
	for _, c := range []struct {
		name       string
		footprints []surface
		want       []float64
	}{
		{"nothing", nil, []float64{0}},
		{"one", []surface{square(0, 0, 10, 10)}, []float64{100, 0}},
		{"twice the same", []surface{square(0, 0, 10, 10), square(0, 0, 10, 10)}, []float64{100, 100, 0}},
		{"five the same", []surface{square(0, 0, 10, 10), square(0, 0, 10, 10), square(0, 0, 10, 10), square(0, 0, 10, 10), square(0, 0, 10, 10)}, []float64{100, 100, 100, 100, 100, 0}},
		{"side by side", []surface{square(0, 0, 10, 10), square(10, 0, 20, 10)}, []float64{200, 0}},
		{"part of a side", []surface{square(0, 0, 10, 10), square(10, 2, 20, 8)}, []float64{160, 0}},
		{"shifted sides", []surface{square(0, 0, 10, 10), square(10, 5, 20, 15)}, []float64{200, 0}},
		{"corner to corner", []surface{square(0, 0, 10, 10), square(10, 10, 20, 20)}, []float64{200, 0}},
		{"corner on a side", []surface{square(0, 0, 10, 10), {closed([]vertex{toVertex(orb.Point{10, 5}), toVertex(orb.Point{20, 0}), toVertex(orb.Point{20, 10})})}}, []float64{150, 0}},
		{"nested, shared sides", []surface{square(0, 0, 10, 10), square(0, 0, 5, 5)}, []float64{100, 25, 0}},
		{"on the border", []surface{square(-100, -100, 0, 0)}, []float64{10000, 0}},
		{"the domain itself", domain, []float64{40000, 0}},
		{"beyond the border", []surface{square(-200, -200, 200, 200)}, []float64{40000, 0}},
		{"outside", []surface{square(150, 150, 160, 160)}, []float64{0}},
		{"outside, touching", []surface{square(100, 0, 160, 60)}, []float64{0}},
		{"four round a hole", []surface{square(0, 0, 30, 10), square(0, 20, 30, 30), square(0, 0, 10, 30), square(20, 0, 30, 30)}, []float64{800, 400, 0}},
		{"tiling", tiling, []float64{10000, 0}},
		{"tiling and its half", append(tiling[:len(tiling):len(tiling)], square(-50, -50, 50, 0)), []float64{10000, 5000, 0}},
		{"a hole", []surface{frame}, []float64{3200, 0}},
		{"two parts that share a side", []surface{{square(0, 0, 10, 10)[0], square(10, 0, 20, 10)[0]}}, []float64{200, 0}},
		{"two parts that share a side on the border", []surface{{square(-5, 90, 10, 110)[0], square(10, 90, 25, 110)[0]}}, []float64{300, 0}},
		{"two parts that share a side across the border", []surface{{square(90, -5, 110, 10)[0], square(90, 10, 110, 25)[0]}, square(85, 10, 120, 15)}, []float64{325, 50, 0}},
		{"a spike", []surface{spike}, []float64{400, 0}},
		{"a spike across another", []surface{spike, {closed([]vertex{toVertex(orb.Point{-40, -10}), toVertex(orb.Point{-25, -10}), toVertex(orb.Point{-30, 10})})}}, []float64{550, 0}},
		{"a spike over the border", []surface{{moveBy(spike[0], -80)}}, []float64{400, 0}},
		{"a hole, filled", []surface{frame, square(-10, -10, 10, 10)}, []float64{3600, 0}},
		{"a hole, overfilled", []surface{frame, square(-20, -10, 10, 10)}, []float64{3600, 200, 0}},
	} {
		t.Run(c.name, func(t *testing.T) { checkDepths(t, c.footprints, domain, c.want...) })
	}
}

func TestDepthsOfTwoDomains(t *testing.T) {
	d := checkDepths(t, []surface{square(-10, -10, 10, 10), square(0, -10, 20, 10)},
		[]surface{square(-100, -100, 100, 100), square(5, -50, 150, 50)}, 300, 100)
	if ground := d.ground * squareM2; math.Abs(ground-9500) > 1e-9 {
		t.Errorf("ground %v, want 9500", ground)
	}
	for k, want := range [2][2]float64{{100, 0}, {300, 200}} {
		if got := d.each[k] * squareM2; math.Abs(got-want[0]) > 1e-9 {
			t.Errorf("each[%d] = %v, want %v", k, got, want[0])
		}
		if got := d.only[k] * squareM2; math.Abs(got-want[1]) > 1e-9 {
			t.Errorf("only[%d] = %v, want %v", k, got, want[1])
		}
	}
}

// moveBy moves a ring by so many metres eastwards.
func moveBy(ring []vertex, eastM float64) []vertex {
	out := slices.Clone(ring)
	for k := range out {
		out[k].x += int32(eastM * unitsPerM)
	}
	return out
}

func TestDepthsOfADomainInParts(t *testing.T) {
	parts := []surface{{square(-100, -100, 0, 100)[0], square(0, -100, 100, 100)[0]}}
	checkDepths(t, []surface{square(-10, -10, 10, 10), square(-20, 0, 0, 20)}, parts, 700, 100)
	checkDepths(t, []surface{square(-10, 90, 10, 110)}, parts, 200)
}

// TestOutlinesOfFoldedRings walks parallelograms whose corners the grid moved: the first crosses itself by a hair.
func TestOutlinesOfFoldedRings(t *testing.T) {
	footprints := []surface{
		{closed([]vertex{{-1280011, 1279989}, {1919983, 1920017}, {-1280006, 639989}, {8319960, 4480074}})},
		{closed([]vertex{{1919983, 1920017}, {3839966, 3840034}, {-2560012, 1279978}, {-1280006, 639989}})},
		{closed([]vertex{{8319960, 4480074}, {16639920, 8960148}, {-2560022, 2559978}, {-1280011, 1279989}})},
	}
	domain := []surface{{closed([]vertex{{38894, 4456860}, {-38894, 4456860}, {0, 0}})}}
	d, err := arrange(footprints, domain).walk(context.Background(), wantAll)
	if err != nil {
		t.Fatal(err)
	}
	gaps, err := d.gaps()
	blind := outlined(t, "gaps", gaps, err)
	seen, err := d.seen()
	if covered := outlined(t, "seen", seen, err); math.Abs(blind+covered-d.ground*squareM2) > 1e-3 {
		t.Errorf("gaps of %v m² and %v m² seen, of %v m²", blind, covered, d.ground*squareM2)
	}
}

func reversed(ring []vertex) []vertex {
	out := make([]vertex, len(ring))
	for k, v := range ring {
		out[len(ring)-1-k] = v
	}
	return out
}

// randomScene draws sectors round a town. A coarse step makes vertices and edges coincide.
func randomScene(random *rand.Rand, n int, stepM float64) (footprints []surface) {
	snap := func(v float64) float64 {
		if stepM > 0 {
			return math.Round(v/stepM) * stepM
		}
		return v
	}
	for range n {
		s := sector{
			at:      orb.Point{snap(random.Float64()*1000 - 500), snap(random.Float64()*1000 - 500)},
			axisDeg: snap(random.Float64() * 360), apertureDeg: 20 + snap(random.Float64()*250), farM: 20 + snap(random.Float64()*100),
		}
		switch random.IntN(5) {
		case 0:
			s.apertureDeg = 360
		case 1:
			s.nearM = s.farM / 4
		}
		footprints = append(footprints, s.surface(s.cut(0.5)))
	}
	return footprints
}

func TestDepthsAgreeWithAnOverlay(t *testing.T) {
	for seed := range uint64(60) {
		random := rand.New(rand.NewPCG(seed, 7))
		footprints := randomScene(random, 1+random.IntN(60), float64(seed%3)*5)
		domains := []surface{square(-400, -450, 420, 380)}
		if seed%2 == 1 {
			domains = append(domains, square(-200, -300, 600, 250))
		}
		ground, seen := oracle(t, footprints, domains)
		d := checkDepths(t, footprints, domains, seen)
		if math.Abs(d.ground*squareM2-ground) > 1e-9*ground {
			t.Errorf("seed %d: ground %v, want %v", seed, d.ground*squareM2, ground)
		}
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

func seenOf(t *testing.T, footprints, domains []surface) float64 {
	t.Helper()
	d, err := arrange(footprints, domains).walk(context.Background(), want{})
	if err != nil {
		t.Fatal(err)
	}
	return d.seenM2(0)
}

func TestExclusivesAgreeWithTheWalkWithoutOne(t *testing.T) {
	for seed := range uint64(20) {
		random := rand.New(rand.NewPCG(seed, 11))
		footprints := randomScene(random, 30, float64(seed%2)*10)
		domains := []surface{square(-400, -450, 420, 380)}
		d := checkDepths(t, footprints, domains)
		for k := range footprints {
			without := append(append([]surface{}, footprints[:k]...), footprints[k+1:]...)
			if got, want := d.only[k]*squareM2, d.seenM2(0)-seenOf(t, without, domains); math.Abs(got-want) > 1e-6 {
				t.Errorf("seed %d: only[%d] = %v, want %v", seed, k, got, want)
			}
			if got, want := d.each[k]*squareM2, seenOf(t, footprints[k:k+1], domains); math.Abs(got-want) > 1e-6 {
				t.Errorf("seed %d: each[%d] = %v, want %v", seed, k, got, want)
			}
		}
	}
}

func TestUnionAgreesWithAllDepths(t *testing.T) {
	for seed := range uint64(40) {
		random := rand.New(rand.NewPCG(seed, 19))
		footprints := randomScene(random, 150, float64(seed%3)*5)
		frame := surface{square(-60, -60, 60, 60)[0], reversed(square(-30, -30, 30, 30)[0])}
		footprints = append(footprints, frame, square(-64, -64, 0, 0), square(-500, -500, -300, 500))
		domains := []surface{square(-400, -450, 420, 380)}
		if seed%2 == 1 {
			domains = append(domains, square(-200, -300, 600, 250))
		}
		full, err := arrange(footprints, domains).walk(context.Background(), want{outlines: true})
		if err != nil {
			t.Fatal(err)
		}
		union, err := arrange(footprints, domains).walk(context.Background(), want{outlines: true, union: true})
		if err != nil {
			t.Fatal(err)
		}
		if full.ground != union.ground || full.atLeast[0] != union.atLeast[0] || len(union.atLeast) != 1 {
			t.Errorf("seed %d: ground %v, covered %v; the union says %v, %v", seed, full.ground, full.atLeast[0], union.ground, union.atLeast)
		}
		for name, outline := range map[string]func(*depths) ([][]vertex, error){"gaps": (*depths).gaps, "seen": (*depths).seen} {
			a, err := outline(full)
			if err != nil {
				t.Fatal(err)
			}
			b, err := outline(union)
			if err != nil {
				t.Fatalf("seed %d: %s: %v", seed, name, err)
			}
			if !reflect.DeepEqual(tidy(a), tidy(b)) {
				t.Errorf("seed %d: the %s of the union are others", seed, name)
			}
		}
	}
}

// withoutGroup leaves out the footprints of one group.
func withoutGroup(footprints []surface, groups []int32, group int32) (rest []surface) {
	for k, f := range footprints {
		if groups[k] != group {
			rest = append(rest, f)
		}
	}
	return rest
}

func TestLossesAgreeWithTheWalkWithoutTheGroup(t *testing.T) {
	for seed := range uint64(30) {
		random := rand.New(rand.NewPCG(seed, 13))
		footprints := randomScene(random, 40, float64(seed%3)*10)
		footprints = append(footprints, footprints[3], footprints[7]) // copies, which may be of other groups
		domains := []surface{square(-400, -450, 420, 380)}
		if seed%2 == 1 {
			domains = append(domains, square(-200, -300, 600, 250))
		}
		groupings := make([][]int32, 3)
		for k := range footprints {
			groupings[0] = append(groupings[0], int32(k))
			groupings[1] = append(groupings[1], random.Int32N(8)-1)
			groupings[2] = append(groupings[2], random.Int32N(2))
		}
		d, err := arrange(footprints, domains).walk(context.Background(), want{exclusives: true, groups: groupings})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(d.lost[0], d.only) {
			t.Errorf("seed %d: items as groups: lost %v, only %v", seed, d.lost[0], d.only)
		}
		for k, groups := range groupings {
			for g, got := range d.lost[k] {
				rest := seenOf(t, withoutGroup(footprints, groups, int32(g)), domains)
				if want := d.seenM2(0) - rest; math.Abs(got*squareM2-want) > 1e-6 {
					t.Errorf("seed %d: grouping %d, group %d: lost %v m², want %v", seed, k, g, got*squareM2, want)
				}
			}
		}
	}
}

func TestLossesOfDegenerateGroups(t *testing.T) {
	side, domain := square(0, 0, 10, 10), []surface{square(-50, -50, 50, 50)}
	for _, c := range []struct {
		name       string
		footprints []surface
		groups     []int32
		want       []float64
	}{
		{"copies of one group", []surface{side, side}, []int32{0, 0}, []float64{100}},
		{"copies of two groups", []surface{side, side}, []int32{0, 1}, []float64{0, 0}},
		{"a copy of no group", []surface{side, side}, []int32{0, -1}, []float64{0}},
		{"two of no group", []surface{side, side, square(5, 0, 15, 10)}, []int32{-1, -1, 0}, []float64{50}},
		{"one group side by side", []surface{side, square(10, 0, 20, 10)}, []int32{2, 2}, []float64{0, 0, 200}},
		{"a group under another's half", []surface{side, square(10, 0, 20, 10), square(5, -5, 15, 15)}, []int32{0, 0, 1}, []float64{100, 100}},
		{"the domain itself", domain, []int32{0}, []float64{10000}},
		{"no group at all", []surface{side}, []int32{-1}, []float64{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, err := arrange(c.footprints, domain).walk(context.Background(), want{groups: [][]int32{c.groups}})
			if err != nil {
				t.Fatal(err)
			}
			got := slices.Clone(d.lost[0])
			for k := range got {
				got[k] *= squareM2
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("lost %v m², want %v", got, c.want)
			}
		})
	}
}

func TestWorkersChangeNothing(t *testing.T) {
	footprints, domain := benchScene(1, 600)
	groups := make([]int32, len(footprints))
	for k := range groups {
		groups[k] = int32(k % 7)
	}
	var first *depths
	for _, workers := range []int{1, 2, 5} {
		d, err := arrange(footprints, []surface{domain}).walk(context.Background(),
			want{outlines: true, exclusives: true, groups: [][]int32{groups}, workers: workers})
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = d
		} else if !reflect.DeepEqual(first, d) {
			t.Errorf("%d workers change the result", workers)
		}
	}
}
