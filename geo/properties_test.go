package geo_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"vigie/geo"
)

// blueprint is a random town in metres, to be laid out anywhere, turned by any angle.
type blueprint struct {
	heads     []geo.Head // At is in metres; bearings and masks are from the town's own north
	houses    []house
	zone      [4]float64
	perimeter []orb.Point
}

type house struct {
	x, y, width, depth, turn float64
	heightM                  *float64
}

// newBlueprint draws some heads and houses, none of which holds a head.
func newBlueprint(seed uint64) blueprint {
	random := rand.New(rand.NewPCG(seed, 61))
	b := blueprint{zone: [4]float64{-120, -40, 60, 150}}
	for k := range 24 {
		sin, cos := math.Sincos(2 * math.Pi * float64(k) / 24)
		r := 180 + 80*random.Float64()
		b.perimeter = append(b.perimeter, orb.Point{r * cos, r * sin})
	}
	for range 14 {
		h := geo.Head{
			Camera: fmt.Sprint("camera ", len(b.heads)/2), At: orb.Point{(random.Float64() - 0.5) * 480, (random.Float64() - 0.5) * 480},
			Sensor: lens(40+80*random.Float64(), 30+80*random.Float64()), BearingDeg: number(random.Float64() * 360),
		}
		h.Sensor.MountHeightM, h.Sensor.TargetHeightM = number(3+5*random.Float64()), 1.6
		switch random.IntN(5) {
		case 0:
			h.BearingDeg = nil
		case 1:
			h.PanRangeDeg = 120
		case 2:
			from := random.Float64() * 360
			h.Masks = []geo.Mask{{FromDeg: from, ToDeg: from + 30}}
		}
		h.NightReachM = number(100 * random.Float64())
		b.heads = append(b.heads, h)
	}
	for len(b.houses) < 50 {
		b.houses = append(b.houses, b.freeHouse(random))
	}
	return b
}

// freeHouse is a house three metres or more away from every head: none of them is moved to another wall by it.
func (b blueprint) freeHouse(random *rand.Rand) house {
	for {
		h := house{
			x: (random.Float64() - 0.5) * 520, y: (random.Float64() - 0.5) * 520,
			width: 6 + 30*random.Float64(), depth: 6 + 15*random.Float64(), turn: random.Float64() * math.Pi,
		}
		if random.IntN(2) == 0 {
			h.heightM = number(1 + 8*random.Float64())
		}
		near := func(c geo.Head) bool {
			return math.Hypot(c.At[0]-h.x, c.At[1]-h.y) < math.Hypot(h.width, h.depth)/2+3
		}
		if !slices.ContainsFunc(b.heads, near) {
			return h
		}
	}
}

// site is where a blueprint is laid out: a frame, and an angle, clockwise.
type site struct {
	frame   geo.Frame
	turnDeg float64
}

func newSite(t testing.TB, at orb.Point, turnDeg float64) site {
	t.Helper()
	frame, err := geo.NewFrame(at)
	if err != nil {
		t.Fatal(err)
	}
	return site{frame, turnDeg}
}

func (s site) at(p orb.Point) orb.Point {
	sin, cos := math.Sincos(-s.turnDeg * math.Pi / 180)
	return s.frame.ToLonLat(orb.Point{p[0]*cos - p[1]*sin, p[0]*sin + p[1]*cos})
}

func (s site) ring(points ...orb.Point) orb.MultiPolygon {
	var r orb.Ring
	for _, p := range points {
		r = append(r, s.at(p))
	}
	return orb.MultiPolygon{{append(r, r[0])}}
}

func (s site) scene(b blueprint) geo.Scene {
	z := b.zone
	scene := geo.Scene{
		Perimeter: s.ring(b.perimeter...),
		Zones:     []geo.Zone{{ID: "z", Shape: s.ring(orb.Point{z[0], z[1]}, orb.Point{z[2], z[1]}, orb.Point{z[2], z[3]}, orb.Point{z[0], z[3]})}},
		Levels:    []geo.Level{{Code: "far", DensityPxM: 100}, {Code: "near", DensityPxM: 250}},
	}
	for k, h := range b.houses {
		scene.Obstacles = append(scene.Obstacles, geo.Obstacle{ID: fmt.Sprint(k), Shape: s.house(h), HeightM: h.heightM})
	}
	for _, h := range b.heads {
		scene.Heads = append(scene.Heads, s.head(h))
	}
	return scene
}

func (s site) house(h house) orb.MultiPolygon {
	sin, cos := math.Sincos(h.turn)
	corner := func(x, y float64) orb.Point {
		x, y = x*h.width/2, y*h.depth/2
		return orb.Point{h.x + x*cos - y*sin, h.y + x*sin + y*cos}
	}
	return s.ring(corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1))
}

func (s site) head(h geo.Head) geo.Head {
	turn := s.turnDeg - s.frame.Convergence(s.at(h.At))
	h.At = s.at(h.At)
	if h.BearingDeg != nil {
		h.BearingDeg = number(*h.BearingDeg + turn)
	}
	h.Masks = slices.Clone(h.Masks)
	for k := range h.Masks {
		h.Masks[k].FromDeg, h.Masks[k].ToDeg = h.Masks[k].FromDeg+turn, h.Masks[k].ToDeg+turn
	}
	return h
}

func coverNight(t *testing.T, scene geo.Scene, workers int) geo.Coverage {
	t.Helper()
	c, err := geo.Cover(t.Context(), scene, geo.Options{Night: true, Workers: workers, ArcToleranceM: 0.002})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// surfaces are all figures of a coverage that are surfaces, in an order.
func surfaces(c geo.Coverage) []float64 {
	out := []float64{c.PerimeterM2, c.GroundM2}
	add := func(levels []geo.LevelCoverage) {
		for _, l := range levels {
			out = append(append(out, l.SeenM2, l.BlindM2, l.PermanentM2), l.AtLeastM2...)
		}
	}
	add(c.Levels)
	add(c.Night)
	for _, z := range c.Zones {
		out = append(out, z.PerimeterM2, z.GroundM2)
		add(z.Levels)
		add(z.Night)
	}
	byName := map[string]geo.CameraCoverage{}
	for _, camera := range c.Cameras.All() {
		byName[camera.Camera] = camera
	}
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		out = append(append(out, byName[name].FootprintM2...), byName[name].ExclusiveM2...)
	}
	return out
}

func sameSurfaces(t *testing.T, what string, got, want geo.Coverage, relative float64) {
	t.Helper()
	a, b := surfaces(got), surfaces(want)
	if len(a) != len(b) {
		t.Fatalf("%s: %d figures, want %d", what, len(a), len(b))
	}
	for k := range a {
		if math.Abs(a[k]-b[k]) > relative*want.GroundM2 {
			t.Errorf("%s: figure %d is %v, want %v", what, k, a[k], b[k])
		}
	}
}

const towns = 8

var comedie = orb.Point{3.8797, 43.6085}

// atLeast is what k cameras or more see.
func atLeast(l geo.LevelCoverage, k int) float64 {
	if k > len(l.AtLeastM2) {
		return 0
	}
	return l.AtLeastM2[k-1]
}

func TestFiguresAddUp(t *testing.T) {
	for seed := range uint64(towns) {
		c := coverNight(t, newSite(t, comedie, 0).scene(newBlueprint(seed)), 0)
		slackM2 := 1e-9 * c.GroundM2
		adds := func(what string, levels []geo.LevelCoverage, groundM2 float64) {
			for _, l := range levels {
				if math.Abs(l.SeenM2+l.BlindM2-groundM2) > slackM2 || l.PermanentM2 > l.SeenM2+slackM2 {
					t.Errorf("seed %d, %s: %+v of %v m²", seed, what, []float64{l.SeenM2, l.BlindM2, l.PermanentM2}, groundM2)
				}
			}
		}
		adds("day", c.Levels, c.GroundM2)
		adds("night", c.Night, c.GroundM2)
		for _, z := range c.Zones {
			adds("zone by day", z.Levels, z.GroundM2)
			adds("zone by night", z.Night, z.GroundM2)
		}
		for l, day := range c.Levels {
			onlyM2, eachM2, sumM2 := 0.0, 0.0, 0.0
			for _, camera := range c.Cameras.All() {
				onlyM2, eachM2 = onlyM2+camera.ExclusiveM2[l], eachM2+camera.FootprintM2[l]
			}
			for k, m2 := range day.AtLeastM2 {
				sumM2 += m2
				if m2 < atLeast(day, k+2) {
					t.Errorf("seed %d: %v is not falling", seed, day.AtLeastM2)
				}
			}
			if math.Abs(eachM2-sumM2) > slackM2 { // each place as often as cameras see it
				t.Errorf("seed %d: footprints add up to %v m², the histogram to %v", seed, eachM2, sumM2)
			}
			if math.Abs(day.SeenM2-atLeast(day, 2)-onlyM2) > slackM2 {
				t.Errorf("seed %d: %v m² are seen by one camera, exclusive parts add up to %v", seed, day.SeenM2-atLeast(day, 2), onlyM2)
			}
			for k := range day.AtLeastM2 {
				if atLeast(c.Night[l], k+1) > day.AtLeastM2[k]+slackM2 {
					t.Errorf("seed %d: more is seen by night: %v, by day %v", seed, c.Night[l].AtLeastM2, day.AtLeastM2)
				}
				if atLeast(c.Zones[0].Levels[l], k+1) > day.AtLeastM2[k]+slackM2 {
					t.Errorf("seed %d: more is seen in a zone than in all: %v of %v", seed, c.Zones[0].Levels[l].AtLeastM2, day.AtLeastM2)
				}
			}
		}
	}
}

func TestAnotherCameraLowersNothing(t *testing.T) {
	for seed := range uint64(towns) {
		b := newBlueprint(seed)
		s := newSite(t, comedie, 0)
		whole := s.scene(b)
		fewer := whole
		fewer.Heads = whole.Heads[:len(whole.Heads)-2] // the last camera has two heads
		less, more := coverNight(t, fewer, 0), coverNight(t, whole, 0)
		grows(t, fmt.Sprint("seed ", seed, ": by a camera"), less, more)
	}
}

func TestAnotherObstacleRaisesNothing(t *testing.T) {
	for seed := range uint64(towns) {
		b := newBlueprint(seed)
		s := newSite(t, comedie, 0)
		whole := s.scene(b)
		fewer := whole
		fewer.Obstacles = whole.Obstacles[:len(whole.Obstacles)-5]
		open, closed := coverNight(t, fewer, 0), coverNight(t, whole, 0)
		grows(t, fmt.Sprint("seed ", seed, ": by an obstacle less"), closed, open)
		for k := range open.Cameras.All() {
			for l := range open.Levels {
				if closed.Cameras.At(k).FootprintM2[l] > open.Cameras.At(k).FootprintM2[l]+slackOfRounding {
					t.Errorf("seed %d: camera %d sees %v m² behind more obstacles, %v m² before", seed, k, closed.Cameras.At(k).FootprintM2[l], open.Cameras.At(k).FootprintM2[l])
				}
			}
		}
	}
}

// slackOfRounding is what corners may add to a surface as they are laid on the grid, square metres.
const slackOfRounding = 0.01

// grows fails where one coverage has less than another of what is seen, by so many cameras as may be.
func grows(t *testing.T, what string, less, more geo.Coverage) {
	t.Helper()
	pairs := [][2][]geo.LevelCoverage{{less.Levels, more.Levels}, {less.Night, more.Night}, {less.Zones[0].Levels, more.Zones[0].Levels}}
	for _, pair := range pairs {
		for l := range pair[0] {
			if pair[0][l].PermanentM2 > pair[1][l].PermanentM2+slackOfRounding {
				t.Errorf("%s: permanent view falls from %v to %v m²", what, pair[0][l].PermanentM2, pair[1][l].PermanentM2)
			}
			for k := range pair[0][l].AtLeastM2 {
				if before, after := atLeast(pair[0][l], k+1), atLeast(pair[1][l], k+1); before > after+slackOfRounding {
					t.Errorf("%s: what %d cameras see falls from %v to %v m²", what, k+1, before, after)
				}
			}
		}
	}
}

func TestTurningAndMovingATownChangesNoFigure(t *testing.T) {
	for seed := range uint64(towns) {
		b := newBlueprint(seed)
		want := coverNight(t, newSite(t, comedie, 0).scene(b), 0)
		turned := coverNight(t, newSite(t, comedie, 17+float64(seed)*41).scene(b), 0)
		sameSurfaces(t, fmt.Sprint("seed ", seed, ", turned"), turned, want, 1e-6)
		moved := coverNight(t, newSite(t, orb.Point{-61.5, comedie.Lat()}, 0).scene(b), 0)
		sameSurfaces(t, fmt.Sprint("seed ", seed, ", moved along the parallel"), moved, want, 1e-7)
		far := coverNight(t, newSite(t, orb.Point{55.45, -20.88}, 0).scene(b), 0)
		sameSurfaces(t, fmt.Sprint("seed ", seed, ", moved to the other hemisphere"), far, want, 1e-6)
	}
}

func TestOrderChangesNoFigure(t *testing.T) {
	for seed := range uint64(towns) {
		scene := newSite(t, comedie, 0).scene(newBlueprint(seed))
		want := coverNight(t, scene, 0)
		random := rand.New(rand.NewPCG(seed, 67))
		shuffled := scene
		shuffled.Obstacles, shuffled.Heads = slices.Clone(scene.Obstacles), slices.Clone(scene.Heads)
		random.Shuffle(len(shuffled.Obstacles), reflect.Swapper(shuffled.Obstacles))
		random.Shuffle(len(shuffled.Heads), reflect.Swapper(shuffled.Heads))
		got := coverNight(t, shuffled, 0)
		sameSurfaces(t, fmt.Sprint("seed ", seed), got, want, 1e-9)
	}
}

func TestWorkersChangeNoByteAmongObstacles(t *testing.T) {
	for seed := range uint64(towns / 2) {
		scene := newSite(t, comedie, 0).scene(newBlueprint(seed))
		var first []byte
		for _, workers := range []int{1, 2, 8} {
			text, err := json.Marshal(coverNight(t, scene, workers))
			if err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first = text
			}
			if string(text) != string(first) {
				t.Errorf("seed %d: %d workers change the result", seed, workers)
			}
		}
	}
}

func TestEqualDensitiesGiveEqualSurfacesAmongObstacles(t *testing.T) {
	for seed := range uint64(towns / 2) {
		scene := newSite(t, comedie, 0).scene(newBlueprint(seed))
		scene.Levels = []geo.Level{{Code: "a", DensityPxM: 150}, {Code: "b", DensityPxM: 150}, {Code: "c", DensityPxM: 150}}
		c := coverNight(t, scene, 0)
		for _, levels := range [][]geo.LevelCoverage{c.Levels, c.Night, c.Zones[0].Levels} {
			for _, l := range levels[1:] {
				l.Level = levels[0].Level
				if !reflect.DeepEqual(l, levels[0]) {
					t.Errorf("seed %d: levels of one density differ: %v, %v m²", seed, l.SeenM2, levels[0].SeenM2)
				}
			}
		}
	}
}
