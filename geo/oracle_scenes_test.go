package geo_test

import (
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"vigie/geo"
)

// poll is a scene, what the engine says of it, and the witnesses to ask.
type poll struct {
	*testing.T
	scene     geo.Scene
	coverage  geo.Coverage
	witnesses []witness
	random    *rand.Rand

	judged, unsure int
}

// TestScenesAgreeWithWitnesses asks, in every scene, the witnesses of random places, and holds against their answers
// the shapes place by place, and the figures within what so many places tell.
func TestScenesAgreeWithWitnesses(t *testing.T) {
	judged, unsure := 0, 0
	for k, name := range sceneNames(t) {
		t.Run(name, func(t *testing.T) {
			p := newPoll(t, readScene(t, name), uint64(k))
			p.askAround(250)
			p.count(30)
			judged, unsure = judged+p.judged, unsure+p.unsure
		})
	}
	if t.Logf("%d places judged, %d too near a border", judged, unsure); judged < 40_000 || unsure > judged/5 {
		t.Error("the test says little")
	}
}

// TestCoarseScenesAgreeWithWitnesses asks them in random scenes on a grid, where walls, corners and eyes coincide.
func TestCoarseScenesAgreeWithWitnesses(t *testing.T) {
	random := rand.New(rand.NewPCG(79, 83))
	judged, unsure := 0, 0
	for k := range 400 {
		raw := make([]byte, 200)
		for i := range raw {
			raw[i] = byte(random.IntN(256))
		}
		scene := (&dice{raw}).scene(newTown(t))
		if _, err := geo.Cover(t.Context(), scene, geo.Options{}); refused(t, err) {
			continue
		}
		p := newPoll(t, scene, uint64(k))
		p.askAround(50)
		p.count(10)
		judged, unsure = judged+p.judged, unsure+p.unsure
		if t.Failed() {
			t.Fatalf("scene %d: %+v", k, scene)
		}
	}
	if t.Logf("%d places judged, %d too near a border", judged, unsure); judged < 20_000 || unsure > judged/5 {
		t.Error("the test says little")
	}
}

func newPoll(t *testing.T, scene geo.Scene, seed uint64) *poll {
	t.Helper()
	options := sceneOptions(scene)
	options.ArcToleranceM = 0.005
	c, err := geo.Cover(t.Context(), scene, options)
	if err != nil {
		t.Fatal(err)
	}
	return &poll{T: t, scene: scene, coverage: c, witnesses: witnesses(t, scene, c), random: rand.New(rand.NewPCG(seed, 101))}
}

func (p *poll) seenFrom(at orb.Point) []orb.Point {
	to := make([]orb.Point, len(p.witnesses))
	for k, w := range p.witnesses {
		to[k] = fromEye(w.eye, at)
	}
	return to
}

// sure tells whether the witnesses agree on a place and all round it.
func (p *poll) sure(at orb.Point, to []orb.Point, densityPxM float64) bool {
	const marginM = 0.03
	here, ground := judge(p.witnesses, to, orb.Point{}, densityPxM), watched(p.scene, at)
	for k := range 8 {
		sin, cos := math.Sincos(float64(k) * math.Pi / 4)
		beside := orb.Point{at[0] + marginM*sin/111_320/math.Cos(at[1]*math.Pi/180), at[1] + marginM*cos/111_320}
		if judge(p.witnesses, to, orb.Point{marginM * sin, marginM * cos}, densityPxM) != here || watched(p.scene, beside) != ground {
			return false
		}
	}
	return true
}

// place is anywhere in the perimeter's box or, as often, within sight of a head.
func (p *poll) place() orb.Point {
	bound := p.scene.Perimeter.Bound()
	at := orb.Point{
		bound.Min[0] + p.random.Float64()*(bound.Max[0]-bound.Min[0]), bound.Min[1] + p.random.Float64()*(bound.Max[1]-bound.Min[1]),
	}
	if len(p.witnesses) > 0 && p.random.IntN(2) == 0 {
		sin, cos := math.Sincos(p.random.Float64() * 2 * math.Pi)
		r := p.random.Float64() * 80 / 111_320
		at = p.witnesses[p.random.IntN(len(p.witnesses))].eye
		at[0], at[1] = at[0]+r*sin/math.Cos(at[1]*math.Pi/180), at[1]+r*cos
	}
	return at
}

// askAround holds the shapes against the witnesses, at some places of every level.
func (p *poll) askAround(places int) {
	p.Helper()
	for range places {
		at := p.place()
		to := p.seenFrom(at)
		for k, level := range p.coverage.Levels {
			if !p.sure(at, to, level.Level.DensityPxM) {
				p.unsure++
				continue
			}
			p.judged++
			ground, seen := watched(p.scene, at), judge(p.witnesses, to, orb.Point{}, level.Level.DensityPxM)
			p.check(at, "day", level, ground, seen.reachable)
			if p.coverage.Night != nil {
				p.check(at, "night", p.coverage.Night[k], ground, seen.nightReachable)
			}
		}
	}
}

func (p *poll) check(at orb.Point, when string, level geo.LevelCoverage, ground bool, by uint64) {
	p.Helper()
	if got := anyHolds(level.Seen, at); got != (ground && by != 0) {
		p.Fatalf("%s, level %s: %.9f is in what is seen: %v; ground %v, cameras %b", when, level.Level.Code, at, got, ground, by)
	}
	if got := anyHolds(level.Blind, at); got != (ground && by == 0) {
		p.Fatalf("%s, level %s: %.9f is in what is blind: %v; ground %v, cameras %b", when, level.Level.Code, at, got, ground, by)
	}
}

// survey estimates surfaces from places drawn evenly, one in each field of a grid.
type survey struct {
	fieldM2 float64
	fields  int
}

// near fails when a surface is not what so many places say, give or take five standard deviations.
func (p *poll) near(s survey, what string, m2 float64, places int) {
	p.Helper()
	share := (float64(places) + 1) / float64(s.fields+2)
	slackM2 := s.fieldM2 * (2 + 5*math.Sqrt(float64(s.fields)*share*(1-share)))
	if estimateM2 := float64(places) * s.fieldM2; math.Abs(m2-estimateM2) > slackM2 {
		p.Errorf("%s: %.2f m², %d places say %.2f ± %.2f", what, m2, places, estimateM2, slackM2)
	}
}

// count holds the figures against places drawn evenly over the perimeter's box, a grid of n × n.
func (p *poll) count(n int) {
	p.Helper()
	bound := p.scene.Perimeter.Bound()
	frame := sketchOf(bound)
	s := survey{fields: n * n, fieldM2: frame / float64(n*n)}
	ground := 0
	tallies := make([]tally, 2*len(p.coverage.Levels))
	zones := make([][]int, len(p.scene.Zones)) // of each: ground, and seen at each level
	for z := range zones {
		zones[z] = make([]int, 1+len(p.coverage.Levels))
	}
	for k := range n * n {
		x, y := (float64(k%n)+p.random.Float64())/float64(n), (float64(k/n)+p.random.Float64())/float64(n)
		at := orb.Point{bound.Min[0] + x*(bound.Max[0]-bound.Min[0]), bound.Min[1] + y*(bound.Max[1]-bound.Min[1])}
		if !watched(p.scene, at) {
			continue
		}
		ground++
		to := p.seenFrom(at)
		for l, level := range p.coverage.Levels {
			j := judge(p.witnesses, to, orb.Point{}, level.Level.DensityPxM)
			tallies[2*l].add(j.reachable, j.permanent)
			tallies[2*l+1].add(j.nightReachable, j.nightPermanent)
			for z, zone := range p.scene.Zones {
				if anyHolds(zone.Shape, at) {
					zones[z][0] += 1 - min(l, 1)
					zones[z][1+l] += min(1, bits.OnesCount64(j.reachable))
				}
			}
		}
	}
	p.near(s, "ground", p.coverage.GroundM2, ground)
	for l, level := range p.coverage.Levels {
		p.compare(s, "day, "+level.Level.Code, level, tallies[2*l])
		for k, c := range p.coverage.Cameras.All() {
			p.near(s, "footprint of "+c.Camera, c.FootprintM2[l], tallies[2*l].each[k])
			p.near(s, "exclusive of "+c.Camera, c.ExclusiveM2[l], tallies[2*l].only[k])
		}
		if p.coverage.Night != nil {
			p.compare(s, "night, "+level.Level.Code, p.coverage.Night[l], tallies[2*l+1])
		}
		for z, zone := range p.coverage.Zones {
			p.near(s, "zone "+zone.ID, zone.GroundM2, zones[z][0])
			p.near(s, "zone "+zone.ID+", seen", zone.Levels[l].SeenM2, zones[z][1+l])
		}
	}
}

func (p *poll) compare(s survey, what string, level geo.LevelCoverage, t tally) {
	p.Helper()
	p.near(s, what+", permanent", level.PermanentM2, t.permanent)
	for k, m2 := range level.AtLeastM2 {
		p.near(s, what+", cameras", m2, t.atLeast[k])
	}
	if k := len(level.AtLeastM2); t.atLeast[k] > 0 {
		p.Errorf("%s: %d places are seen by more than %d cameras", what, t.atLeast[k], k)
	}
}

// tally counts places by the cameras that see them.
type tally struct {
	permanent           int
	atLeast, each, only [65]int
}

func (t *tally) add(reachable, permanent uint64) {
	t.permanent += min(1, bits.OnesCount64(permanent))
	n := bits.OnesCount64(reachable)
	for k := range n {
		t.atLeast[k]++
	}
	for k := range 64 {
		if reachable>>k&1 == 1 {
			t.each[k]++
			t.only[k] += 2 - min(n, 2)
		}
	}
}

// sketchOf is the surface of a small box of lon, lat, square metres.
func sketchOf(bound orb.Bound) float64 {
	s := newSketch(bound.Center())
	return (bound.Max[0] - bound.Min[0]) * s.eastM * (bound.Max[1] - bound.Min[1]) * s.northM
}

// TestWitnessesContradict makes sure that witnesses do not say yes to anything: a wall that they know of and the engine
// does not is found out.
func TestWitnessesContradict(t *testing.T) {
	scene := readScene(t, "one-house")
	blind := scene
	blind.Obstacles = nil
	p := newPoll(t, blind, 1)
	p.witnesses = witnesses(t, scene, p.coverage)
	differ := 0
	for range 500 {
		at := p.place()
		to := p.seenFrom(at)
		seen := watched(blind, at) && judge(p.witnesses, to, orb.Point{}, 20).reachable != 0
		if p.sure(at, to, 20) && seen != anyHolds(p.coverage.Levels[0].Seen, at) {
			differ++
		}
	}
	if differ < 10 {
		t.Errorf("%d places differ, behind a wall", differ)
	}
	if !slices.ContainsFunc(p.witnesses, func(w witness) bool { return len(w.solids) > 0 }) {
		t.Error("no witness knows of the wall")
	}
}
