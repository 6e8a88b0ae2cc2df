package geo

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb"
)

// town is a test scene in metres: rings of buildings, and buildings round a courtyard.
type town struct {
	rings  [][]orb.Point
	courts [][2][]orb.Point
	sizeM  float64
	stepM  float64 // of the grid that corners lie on; 0 without one
}

// blocks carries the town to the grid.
func (w town) blocks() *blocks {
	b := &blocks{}
	add := func(points []orb.Point, hole bool) {
		var vertices []vertex
		for _, p := range points {
			vertices = append(vertices, toVertex(p))
		}
		vertices = closed(vertices)
		if area := twiceArea(vertices); area != 0 {
			if (area < 0) != hole {
				slices.Reverse(vertices)
			}
			b.add(vertices, int32(len(b.facts))-1)
		}
	}
	for _, r := range w.rings {
		b.facts = append(b.facts, blockFacts{id: strconv.Itoa(len(b.facts)), heightM: math.NaN()})
		add(r, false)
	}
	for _, c := range w.courts {
		b.facts = append(b.facts, blockFacts{id: strconv.Itoa(len(b.facts)), heightM: math.NaN()})
		add(c[0], false)
		add(c[1], true)
	}
	b.index()
	return b
}

// newTownOfBlocks builds n houses, more or less, on streets 80 m apart, turned by 17°: rectangles and angles, a third
// of them with a wall in common.
func newTownOfBlocks(seed uint64, n int) town {
	const blockM, streetM, turn = 80.0, 14.0, 17 * math.Pi / 180
	random := rand.New(rand.NewPCG(seed, 17))
	side := int(math.Ceil(math.Sqrt(float64(n) / 10)))
	w := town{sizeM: float64(side) * blockM}
	sin, cos := math.Sincos(turn)
	place := func(x, y float64) orb.Point {
		x, y = x-w.sizeM/2, y-w.sizeM/2
		return orb.Point{x*cos - y*sin, x*sin + y*cos}
	}
	for i := range side {
		for j := range side {
			x, y := float64(i)*blockM+streetM/2, float64(j)*blockM+streetM/2
			end := x + blockM - streetM
			for x < end-6 && len(w.rings) < n {
				width := min(8+8*random.Float64(), end-x)
				for row := range 2 {
					depth := 9 + 18*random.Float64()
					front, back := y, y+depth
					if row == 1 {
						front, back = y+blockM-streetM, y+blockM-streetM-depth
					}
					ring := []orb.Point{place(x, front), place(x+width, front), place(x+width, back), place(x, back)}
					if random.IntN(10) < 3 {
						middle := front + (back-front)*(0.3+0.4*random.Float64())
						ring = []orb.Point{place(x, front), place(x+width, front), place(x+width, middle), place(x+width/2, middle), place(x+width/2, back), place(x, back)}
					}
					w.rings = append(w.rings, ring)
				}
				x += width
				if random.IntN(10) < 7 {
					x += 1 + 4*random.Float64()
				}
			}
		}
	}
	return w
}

// streetPlace is a place on a street or a crossroads.
func (w town) streetPlace(random *rand.Rand) orb.Point {
	const blockM, turn = 80.0, 17 * math.Pi / 180
	if w.stepM > 0 { // on the grid, or anywhere
		if random.IntN(3) == 0 {
			return orb.Point{random.Float64()*260 - 100, random.Float64()*200 - 100}
		}
		return orb.Point{float64(random.IntN(53)-20) * w.stepM, float64(random.IntN(41)-20) * w.stepM}
	}
	sin, cos := math.Sincos(turn)
	lane := math.Floor(random.Float64()*w.sizeM/blockM)*blockM + []float64{-6.8, 6.8, 0, 3}[random.IntN(4)]
	along := random.Float64() * w.sizeM
	x, y := lane-w.sizeM/2, along-w.sizeM/2
	if random.IntN(2) == 0 {
		x, y = y, x
	}
	return orb.Point{x*cos - y*sin, x*sin + y*cos}
}

// obstacles carries the town to lon, lat.
func (w town) obstacles(frame Frame) []Obstacle {
	ring := func(points []orb.Point) orb.Ring {
		var out orb.Ring
		for _, p := range points {
			out = append(out, frame.ToLonLat(p))
		}
		return append(out, out[0])
	}
	var out []Obstacle
	for _, r := range w.rings {
		out = append(out, Obstacle{ID: strconv.Itoa(len(out)), Shape: orb.MultiPolygon{{ring(r)}}})
	}
	for _, c := range w.courts {
		out = append(out, Obstacle{ID: strconv.Itoa(len(out)), Shape: orb.MultiPolygon{{ring(c[0]), ring(c[1])}}})
	}
	return out
}

// TestObstaclesGoToTheGrid holds what is quick in the way to the grid against the way of all other shapes: the same
// vertices, and nothing let in that Validate refuses.
func TestObstaclesGoToTheGrid(t *testing.T) {
	frame, err := NewFrame(orb.Point{3.88, 43.61})
	if err != nil {
		t.Fatal(err)
	}
	quick := 0
	for seed := range uint64(3000) {
		random := rand.New(rand.NewPCG(seed, 5))
		sizeM := []float64{3, 10, 40, 200, 20_000}[random.IntN(5)]
		var r orb.Ring
		for range 3 + random.IntN(5) {
			x, y := (random.Float64()-0.5)*sizeM, (random.Float64()-0.5)*sizeM
			if seed%2 == 0 {
				x, y = math.Round(x/sizeM*8)*sizeM/8, math.Round(y/sizeM*8)*sizeM/8
			}
			r = append(r, frame.ToLonLat(orb.Point{x, y}))
		}
		shape := orb.MultiPolygon{{append(r, r[0])}}
		if ringsFault(shape) == nil && surelySimple(shape) {
			if quick++; Validate(shape) != nil {
				t.Fatalf("seed %d: let in, though %v: %v", seed, Validate(shape), shape)
			}
		}
		b, err := newBlocks(context.Background(), frame, []Obstacle{{ID: "x", Shape: shape}})
		if (err == nil) != (Validate(shape) == nil) {
			t.Fatalf("seed %d: %v, want %v", seed, err, Validate(shape))
		}
		if err != nil {
			continue
		}
		want, err := frame.gridRing(shape[0][0])
		if err != nil {
			t.Fatal(err)
		}
		if twiceArea(want) < 0 {
			slices.Reverse(want)
		}
		if got := b.vertexRing(0); !slices.Equal(got, want) {
			t.Fatalf("seed %d: %v on the grid, want %v", seed, got, want)
		}
	}
	if quick < 500 {
		t.Errorf("%d shapes let in quickly: the test says little", quick)
	}
}

func TestObstaclesBeyondTheFrame(t *testing.T) {
	frame, err := NewFrame(orb.Point{3.88, 43.61})
	if err != nil {
		t.Fatal(err)
	}
	box := func(lon0, lat0, lon1, lat1 float64) Obstacle {
		return Obstacle{ID: "b", Shape: orb.MultiPolygon{{{{lon0, lat0}, {lon1, lat0}, {lon1, lat1}, {lon0, lat1}, {lon0, lat0}}}}}
	}
	for _, c := range []struct {
		name     string
		obstacle Obstacle
		rings    int
	}{
		{"near", box(3.88, 43.61, 3.881, 43.611), 1},
		{"a county away", box(5, 43.61, 5.001, 43.611), 0},
		{"the antipodes", box(-176.12, -43.611, -176.119, -43.61), 0},
		{"across the edge of the frame", box(4, 43.61, 5, 43.62), 1},
		{"all round the frame", box(-20, 30, 30, 60), 1},
		{"the whole earth", box(-180, -90, 180, 90), 1},
	} {
		b, err := newBlocks(context.Background(), frame, []Obstacle{c.obstacle})
		if err != nil || len(b.rings) != c.rings {
			t.Errorf("%s: %d rings, %v", c.name, len(b.rings), err)
		}
	}
	var violation *Violation
	_, err = newBlocks(context.Background(), frame, []Obstacle{box(3.88, 43.61, 3.881, 43.611), box(3.88, 43.61, 3.88, 43.61)})
	if !errors.As(err, &violation) || violation.Rule != RuleTooFewPoints || !strings.Contains(err.Error(), `"b"`) {
		t.Errorf("a point: %v", err)
	}
}
