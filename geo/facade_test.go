package geo

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
)

// rectangle is a ring in metres.
func rectangle(x0, y0, x1, y1 float64) []orb.Point {
	return []orb.Point{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}}
}

func TestFacadeCameras(t *testing.T) {
	terrace := town{rings: [][]orb.Point{rectangle(0, 0, 10, 8), rectangle(10, 0, 20, 8), rectangle(20.04, 0, 30, 8), rectangle(25, 7, 35, 12)}}
	court := town{courts: [][2][]orb.Point{{rectangle(0, 0, 40, 40), rectangle(3, 3, 37, 37)}}}
	for _, c := range []struct {
		name    string
		town    town
		at, eye orb.Point
		depthM  float64
	}{
		{"outside", terrace, orb.Point{5, 8.01}, orb.Point{5, 8.01}, -1},
		{"on the wall", terrace, orb.Point{5, 8}, orb.Point{5, 8.05}, 0},
		{"behind the wall", terrace, orb.Point{5, 7.5}, orb.Point{5, 8.05}, 0.5},
		{"behind the party wall, nearer to that", terrace, orb.Point{9.8, 7.2}, orb.Point{9.8, 8.05}, 0.8},
		{"on the party wall", terrace, orb.Point{10, 1}, orb.Point{9.95, -0.05}, math.Hypot(1, 0.05)},
		{"on a corner", terrace, orb.Point{0, 0}, orb.Point{-0.05, 0.05}, 0.05},
		{"in a gap of 4 cm, on its wall", terrace, orb.Point{20, 6.5}, orb.Point{19.95, 8.05}, math.Hypot(1.5, 0.05)},
		{"behind a wall that a neighbour buries", terrace, orb.Point{26, 7.5}, orb.Point{24.95, 8.05}, math.Hypot(1, 0.55)},
		{"in a courtyard", court, orb.Point{20, 20}, orb.Point{20, 20}, -1},
		{"behind the wall of a courtyard", court, orb.Point{20, 2}, orb.Point{20, 3.05}, 1},
		{"in the corner of a courtyard", court, orb.Point{2.5, 2.9}, orb.Point{3.05, 3.05}, math.Hypot(0.5, 0.15)},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := c.town.blocks().stand(Head{}, toVertex(c.at), false)
			if err != nil {
				t.Fatal(err)
			}
			got := s.eye.local()
			if math.Hypot(got[0]-c.eye[0], got[1]-c.eye[1]) > 0.001 {
				t.Errorf("looks from %v, want %v", got, c.eye)
			}
			if s.facade != (c.depthM >= 0) || s.facade && math.Abs(s.depthM-c.depthM) > 0.001 {
				t.Errorf("façade %v, %v m deep, want %v m", s.facade, s.depthM, c.depthM)
			}
		})
	}
}

func TestDeepInsideIsRefusedUnlessForcedOrOnTheRoof(t *testing.T) {
	b := town{rings: [][]orb.Point{rectangle(0, 0, 20, 10)}}.blocks()
	at := toVertex(orb.Point{10, 4})
	var inside *InsideError
	if _, err := b.stand(Head{}, at, false); !errors.As(err, &inside) || inside.DepthM != 4 || inside.Obstacle != "0" {
		t.Fatalf("error %v, want 4 m inside obstacle 0", err)
	}
	s, err := b.stand(Head{}, at, true)
	if err != nil || s.eye != toVertex(orb.Point{10, -0.05}) || s.depthM != 4 {
		t.Errorf("forced: %+v, %v", s, err)
	}
	b.facts[0].heightM = 6
	b.index()
	for heightM, roof := range map[float64]bool{5: false, 6: false, 7: true} {
		s, err := b.stand(Head{Sensor: Sensor{MountHeightM: &heightM}}, at, false)
		if (err == nil) != roof || roof && (s.facade || s.eye != at) {
			t.Errorf("at %v m over a roof of 6 m: %+v, %v", heightM, s, err)
		}
	}
}

// TestFacadesAreTheNearestOfAll tries places before every wall, centimetre by centimetre.
func TestFacadesAreTheNearestOfAll(t *testing.T) {
	const stepM = 0.02
	moved := 0
	for seed := range uint64(12) {
		random := rand.New(rand.NewPCG(seed, 3))
		w := newMessyTown(seed)
		if seed%2 == 0 {
			w = newTownOfBlocks(seed, 20)
		}
		b := w.blocks()
		for range 60 {
			at := toVertex(orb.Point{(random.Float64() - 0.5) * 120, (random.Float64() - 0.5) * 120})
			if len(b.holders(at)) == 0 {
				continue
			}
			s, err := b.stand(Head{}, at, true)
			if err != nil {
				t.Fatal(err)
			}
			moved++
			if len(b.holders(s.eye)) > 0 {
				t.Fatalf("seed %d: %v is moved inside, to %v", seed, at.local(), s.eye.local())
			}
			best := math.Inf(1)
			for _, v := range wallsOf(b, at, s.depthM+1) {
				length := math.Hypot(v[2]-v[0], v[3]-v[1])
				for d := stepM / 2; d < length; d += stepM {
					x, y := v[0]+d/length*(v[2]-v[0]), v[1]+d/length*(v[3]-v[1])
					before := orb.Point{x + facadeClearM*(v[3]-v[1])/length, y - facadeClearM*(v[2]-v[0])/length}
					if away := math.Hypot(x, y); away < best && !b.held(at, before) {
						best = away
					}
				}
			}
			if s.depthM > best+stepM+facadeClearM || s.depthM < best-stepM {
				t.Errorf("seed %d: %v is moved by %v m, %v m would do", seed, at.local(), s.depthM, best)
			}
		}
	}
	if moved < 50 {
		t.Errorf("%d moved: the test says little", moved)
	}
}
