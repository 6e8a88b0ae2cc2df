package inventorytest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"vigie/geo"
	"vigie/inventory"
)

// randomArea is a box, a star-shaped polygon, a ring-shaped one or several of them, lon, lat.
func randomArea(r *rand.Rand, world orb.Bound) orb.Geometry {
	size := (world.Right() - world.Left()) * math.Pow(10, -0.5-2.5*r.Float64())
	center := randomPoint(r, world)
	switch r.IntN(4) {
	case 0:
		return orb.Bound{Min: center, Max: center}.Extend(orb.Point{center.Lon() + size*r.Float64(), center.Lat() + size*r.Float64()})
	case 1:
		return orb.Polygon{star(r, center, size/2, 5+r.IntN(20))}
	case 2:
		hole := star(r, center, size/8, 6)
		hole.Reverse()
		return orb.Polygon{circle(center, size/2, 40), hole}
	}
	far := orb.Point{center.Lon() + 2*size, center.Lat()}
	return orb.MultiPolygon{{star(r, center, size/2, 7)}, {star(r, far, size/2, 7)}}
}

// star is a ring, wound counter-clockwise, whose points are at random distances up to the radius, in degrees.
func star(r *rand.Rand, center orb.Point, radius float64, points int) orb.Ring {
	ring := circle(center, radius, points)
	for i := range points {
		share := 0.2 + 0.8*r.Float64()
		for axis := range 2 {
			ring[i][axis] = center[axis] + share*(ring[i][axis]-center[axis])
		}
	}
	ring[points] = ring[0]
	return ring
}

func circle(center orb.Point, radius float64, points int) orb.Ring {
	var ring orb.Ring
	for i := range points {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(points))
		ring = append(ring, orb.Point{center.Lon() + radius*cos, center.Lat() + radius*sin})
	}
	return append(ring, ring[0])
}

// randomQuery draws an area, conditions, both or neither, and now and then a page.
func randomQuery(r *rand.Rand, world orb.Bound) inventory.Query {
	var q inventory.Query
	if r.IntN(4) > 0 {
		q.Area = randomArea(r, world)
	}
	for range r.IntN(4) {
		q.Where = append(q.Where, randomCondition(r))
	}
	if r.IntN(3) == 0 {
		q.After, q.Limit = inventory.ID(fmt.Sprintf("%04d", r.IntN(1000))), r.IntN(40)
	}
	return q
}

func randomCondition(r *rand.Rand) inventory.Condition {
	return oneOf(r,
		inventory.Condition{Attr: inventory.AttrHolder, In: []string{fmt.Sprintf("holder:%d", r.IntN(9))}},
		inventory.Condition{Attr: inventory.AttrHolder, From: "holder:2", Before: "holder:5"},
		inventory.Condition{Attr: inventory.AttrStatus, In: []string{"in_service", "planned"}},
		inventory.Condition{Attr: inventory.AttrCategory, In: []string{"fixed"}},
		inventory.Condition{Attr: inventory.AttrCommune, In: []string{"34172", "2A004"}},
		inventory.Condition{Attr: inventory.AttrDepartment, In: []string{oneOf(r, "34", "2A", "974", "75")}},
		inventory.Condition{Attr: inventory.AttrImport, In: []string{fmt.Sprintf("import-%d", r.IntN(41))}},
		inventory.Condition{Attr: inventory.AttrDeployment},
		inventory.Condition{Attr: inventory.AttrUpdated, From: "2023-11-15T03:00:00.000Z", Before: "2023-11-15T09:00:00.000Z"},
	)
}

// model says what a query must give, without any index.
func model[T inventory.Record](records []T, q inventory.Query) []inventory.ID {
	ids := []inventory.ID{}
	for _, r := range records {
		if r.Key() > q.After && q.Matches(r) {
			ids = append(ids, r.Key())
		}
	}
	slices.Sort(ids)
	if q.Limit > 0 && len(ids) > q.Limit {
		ids = ids[:q.Limit]
	}
	return ids
}

// testModel: on thousands of random queries Find gives what a filter over all records gives.
func testModel(t *testing.T, h Harness) {
	r, shelf := dice(2), fresh(t, h).Cameras()
	world := orb.Bound{Min: orb.Point{1, 43}, Max: orb.Point{3, 45}}
	cameras := make([]inventory.Camera, 1000)
	for i := range cameras {
		cameras[i] = randomCamera(r, fmt.Sprintf("%04d", i), world)
	}
	put(t, shelf, cameras...)
	matched := 0
	for range 2000 {
		q := randomQuery(r, world)
		want := model(cameras, q)
		matched += len(want)
		if selects(t, shelf, q, want); t.Failed() {
			return
		}
	}
	if matched < 10_000 {
		t.Errorf("only %d records matched: the test is too weak", matched)
	}
}

// testExtentModel: the same for surfaces.
func testExtentModel(t *testing.T, h Harness) {
	r, shelf := dice(3), fresh(t, h).Areas()
	world := orb.Bound{Min: orb.Point{1, 43}, Max: orb.Point{3, 45}}
	areas := make([]inventory.Area, 400)
	for i := range areas {
		areas[i] = areaOf(fmt.Sprintf("%04d", i))
		switch shape := randomArea(r, world).(type) {
		case orb.Bound:
			areas[i].Geometry = inventory.Surface{shape.Pad(hair).ToPolygon()}
		case orb.Polygon:
			areas[i].Geometry = inventory.Surface{shape}
		case orb.MultiPolygon:
			areas[i].Geometry = inventory.Surface(shape)
		}
		areas[i].Holder = inventory.ID(fmt.Sprintf("holder:%d", r.IntN(8)))
		areas[i].Commune = oneOf(r, "34172", "2A004", "")
		areas[i].Provenance.Import = inventory.ID(fmt.Sprintf("import-%d", r.IntN(40)))
	}
	areas = slices.DeleteFunc(areas, func(a inventory.Area) bool { return geo.Validate(a.Shape()) != nil })
	if len(areas) < 300 {
		t.Fatalf("only %d valid random areas", len(areas))
	}
	put(t, shelf, areas...)
	for range 600 {
		q := randomQuery(r, world)
		if q.Validate() != nil {
			continue
		}
		if selects(t, shelf, q, model(areas, q)); t.Failed() {
			return
		}
	}
}
