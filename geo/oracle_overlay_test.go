package geo_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
	sf "github.com/peterstace/simplefeatures/geom"

	"vigie/geo"
)

// overlay computes with polygons by a general library. What it cannot compute fails the test.
type overlay struct {
	testing.TB
	countRings bool
}

func (o overlay) must(g sf.Geometry, err error) sf.Geometry {
	o.Helper()
	if err != nil {
		o.Fatalf("the overlay gives up: %v", err)
	}
	return g
}

// shape is a valid multipolygon, in the coordinates it has.
func (o overlay) shape(shape orb.MultiPolygon) sf.Geometry {
	o.Helper()
	polygons := make([]sf.Polygon, len(shape))
	for k, p := range shape {
		var rings []sf.LineString
		for _, r := range p {
			xy := make([]float64, 0, 2*len(r))
			for _, q := range r {
				xy = append(xy, q[0], q[1])
			}
			rings = append(rings, sf.NewLineString(sf.NewSequence(xy, sf.DimXY)))
		}
		polygons[k] = sf.NewPolygon(rings)
	}
	g := sf.NewMultiPolygon(polygons)
	if err := g.Validate(); err != nil {
		o.Errorf("invalid polygons: %v", err)
	}
	return g.AsGeometry()
}

func (o overlay) union(shapes []orb.MultiPolygon) sf.Geometry {
	o.Helper()
	parts := []sf.Geometry{}
	for _, s := range shapes {
		for k := range s {
			parts = append(parts, o.shape(s[k:k+1]))
		}
	}
	return o.must(sf.UnionMany(parts))
}

// twice is what two of some shapes or more hold.
func (o overlay) twice(shapes []orb.MultiPolygon) sf.Geometry {
	o.Helper()
	parts := []sf.Geometry{}
	for k := range shapes {
		for i := range k {
			parts = append(parts, o.must(sf.Intersection(o.shape(shapes[i]), o.shape(shapes[k]))))
		}
	}
	return o.must(sf.UnionMany(parts))
}

// slits are the scenes in which the overlay finds some ground between two walls, or between a wall and what is
// seen up to it, where the engine's grid of 1/64 mm leaves none: a ring more. The surfaces agree all the same.
var slits = map[string]bool{
	"a-mask-across-north":  true,
	"masks-all-round":      true,
	"party-walls-in-steps": true,
}

// inMetres puts lon, lat into metres, roughly.
func inMetres(shape orb.MultiPolygon) orb.MultiPolygon {
	if len(shape) == 0 {
		return nil
	}
	s, out := newSketch(shape.Bound().Center()), shape.Clone()
	for _, polygon := range out {
		for _, r := range polygon {
			for k, p := range r {
				r[k] = orb.Point{(p[0] - s.from[0]) * s.eastM, (p[1] - s.from[1]) * s.northM}
			}
		}
	}
	return out
}

// rings counts the rings of polygons, thin ones that the grid does not hold left out.
func rings(g sf.Geometry) int {
	const thinM = 1e-3
	n := 0
	for _, part := range g.Dump() {
		if polygon, ok := part.AsPolygon(); ok {
			for _, r := range polygon.DumpRings() {
				if area := sf.NewPolygon([]sf.LineString{r}).Area(); area > thinM*r.Length() {
					n++
				}
			}
		}
	}
	return n
}

// TestScenesAgreeWithAnOverlay holds the surfaces of every scene, and how many rings they have, against those that a
// general overlay finds for the footprints of the cameras.
func TestScenesAgreeWithAnOverlay(t *testing.T) {
	for _, name := range sceneNames(t) {
		t.Run(name, func(t *testing.T) {
			overlay{t, !slits[name]}.scene(readScene(t, name))
		})
	}
}

// TestCoarseScenesAgreeWithAnOverlay does the same, but for the rings, with random scenes on a grid, where walls,
// corners and eyes coincide.
func TestCoarseScenesAgreeWithAnOverlay(t *testing.T) {
	random := rand.New(rand.NewPCG(89, 97))
	for k := range 100 {
		raw := make([]byte, 200)
		for i := range raw {
			raw[i] = byte(random.IntN(256))
		}
		scene := (&dice{raw}).scene(newTown(t))
		if _, err := geo.Cover(t.Context(), scene, geo.Options{}); refused(t, err) {
			continue
		}
		overlay{TB: t}.scene(scene)
		if t.Failed() {
			t.Fatalf("scene %d: %+v", k, scene)
		}
	}
}

// scene holds all figures of a scene.
func (o overlay) scene(scene geo.Scene) {
	o.Helper()
	options := sceneOptions(scene)
	options.ArcToleranceM = 0.2 // as many polygons with fewer corners
	c, err := geo.Cover(o.Context(), scene, options)
	if err != nil {
		o.Fatal(err)
	}
	plane, err := geo.NewPlane(o.Context(), scene, options)
	if err != nil {
		o.Fatal(err)
	}
	o.ground(plane, c)
	for l, level := range c.Levels {
		o.level("day", plane.Ground, plane.Seen[l], level)
		o.parts(plane.Ground, plane.Seen[l], c, l)
		if c.Night != nil {
			o.level("night", plane.Ground, plane.Night[l], c.Night[l])
		}
		for z, zone := range c.Zones {
			inZone := o.must(sf.Intersection(o.shape(plane.Ground), o.shape(plane.Zones[z])))
			seen := o.must(sf.Intersection(inZone, o.union(plane.Seen[l])))
			o.equal("zone", zone.GroundM2, inZone.Area(), c.GroundM2)
			o.equal("zone, seen", zone.Levels[l].SeenM2, seen.Area(), c.GroundM2)
		}
	}
}

func (o overlay) equal(what string, got, want, of float64) {
	o.Helper()
	if math.Abs(got-want) > 1e-9*max(1, of) {
		o.Errorf("%s: %.9f m², the overlay says %.9f", what, got, want)
	}
}

// ground holds the ground to watch against the perimeter, the obstacles and the ground layer. Its corners lie on the
// grid, so that it is off by as much as a corner may move along every edge.
func (o overlay) ground(plane geo.Plane, c geo.Coverage) {
	o.Helper()
	want := o.must(sf.Difference(o.shape(plane.Perimeter), o.union(plane.Obstacles)))
	slackM := 1e-4
	if plane.Given != nil {
		slackM = 1e-3 // a straight line of lon, lat may stray as much from its image, and the engine clips it first
		want = o.must(sf.Intersection(want, o.union(plane.Given)))
	}
	got := o.shape(plane.Ground)
	if slackM2 := slackM * (1 + want.Boundary().Length()); math.Abs(got.Area()-want.Area()) > slackM2 {
		o.Errorf("ground: %v m², the overlay says %v", got.Area(), want.Area())
	}
	o.equal("ground", c.GroundM2, got.Area(), c.GroundM2)
	o.equal("perimeter", c.PerimeterM2, o.shape(plane.Perimeter).Area(), c.PerimeterM2)
	if got, want := rings(got), rings(want); o.countRings && got != want {
		o.Errorf("ground: %d rings, the overlay finds %d", got, want)
	}
}

func (o overlay) level(when string, ground orb.MultiPolygon, seen []orb.MultiPolygon, level geo.LevelCoverage) {
	o.Helper()
	domain, union := o.shape(ground), o.union(seen)
	covered, blind := o.must(sf.Intersection(domain, union)), o.must(sf.Difference(domain, union))
	what := when + ", " + level.Level.Code
	o.equal(what+", seen", level.SeenM2, covered.Area(), domain.Area())
	o.equal(what+", blind", level.BlindM2, blind.Area(), domain.Area())
	twiceM2 := 0.0
	if len(level.AtLeastM2) > 1 {
		twiceM2 = level.AtLeastM2[1]
	}
	o.equal(what+", twice", twiceM2, o.must(sf.Intersection(domain, o.twice(seen))).Area(), domain.Area())
	for _, side := range []struct {
		name string
		got  orb.MultiPolygon
		want sf.Geometry
	}{{"seen", level.Seen, covered}, {"blind", level.Blind, blind}} {
		o.shape(side.got)
		if got, want := rings(o.shape(inMetres(side.got))), rings(side.want); o.countRings && got != want {
			o.Errorf("%s, %s: %d rings, the overlay finds %d", what, side.name, got, want)
		}
	}
}

// parts holds what each camera sees, and sees alone.
func (o overlay) parts(ground orb.MultiPolygon, seen []orb.MultiPolygon, c geo.Coverage, level int) {
	o.Helper()
	domain := o.shape(ground)
	for k, camera := range c.Cameras.All() {
		own := o.must(sf.Intersection(domain, o.shape(seen[k])))
		var others []orb.MultiPolygon
		others = append(append(others, seen[:k]...), seen[k+1:]...)
		o.equal("footprint of "+camera.Camera, camera.FootprintM2[level], own.Area(), domain.Area())
		o.equal("exclusive of "+camera.Camera, camera.ExclusiveM2[level], o.must(sf.Difference(own, o.union(others))).Area(), domain.Area())
	}
}
