package inventorytest

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"vigie/inventory"
)

// hair is the distance at which a record must be told in from out, in degrees: about a tenth of a millimetre.
const hair = 1e-9

// anyOf is the condition that an attribute has one of the values.
func anyOf(attr inventory.Attr, values ...string) []inventory.Condition {
	return []inventory.Condition{{Attr: attr, In: values}}
}

// selects checks that the query gives exactly these keys, in order, by Find and by Count.
func selects[T inventory.Record](t *testing.T, shelf inventory.Shelf[T], q inventory.Query, want []inventory.ID) {
	t.Helper()
	slices.Sort(want)
	if got := keys(t.Context(), t, shelf, q); !slices.Equal(got, want) {
		t.Errorf("Find(%+v) gave %d records and not %d: too many %q, missing %q",
			q, len(got), len(want), without(got, want), without(want, got))
	}
	if q.After != "" || q.Limit > 0 {
		return
	}
	if n, err := inventory.Count(t.Context(), shelf, q); n != len(want) || err != nil {
		t.Errorf("Count(%+v) = %d, %v, not %d", q, n, err, len(want))
	}
}

func without(ids, others []inventory.ID) []inventory.ID {
	return slices.DeleteFunc(slices.Clone(ids), func(id inventory.ID) bool { return slices.Contains(others, id) })
}

// boxes are boxes from 10 m to 100 km wide all over the world, with sides that are not round numbers.
func boxes() []orb.Bound {
	r := dice(1)
	var all []orb.Bound
	for _, widthM := range []float64{10, 33, 100, 1000, 7777, 30_000, 100_000} {
		for _, at := range []orb.Point{{2.35, 48.85}, {-61.5, 16.2}, {55.5, -21.1}, {0, 0}, {178, 65}, {-178.1, -14.3}} {
			west, south := at.Lon()+r.Float64()/10, at.Lat()+r.Float64()/10
			size := widthM / 111_320
			all = append(all, orb.Bound{Min: orb.Point{west, south}, Max: orb.Point{west + size, south + size}})
		}
	}
	return all
}

// nearSides are places at, a hair inside and a hair outside each side and corner of a box.
func nearSides(box orb.Bound) []orb.Point {
	var lons, lats []float64
	for _, d := range []float64{-hair, 0, hair} {
		lons = append(lons, box.Left()+d, box.Right()+d)
		lats = append(lats, box.Bottom()+d, box.Top()+d)
	}
	lons, lats = append(lons, box.Center().Lon()), append(lats, box.Center().Lat())
	var places []orb.Point
	for _, lon := range lons {
		for _, lat := range lats {
			places = append(places, orb.Point{lon, lat})
		}
	}
	return places
}

func within(box orb.Bound, p orb.Point) bool {
	return box.Left() <= p.Lon() && p.Lon() <= box.Right() && box.Bottom() <= p.Lat() && p.Lat() <= box.Top()
}

// testBorders: a point on a side of a box is in it, a hair outside is not; the same for the box as a polygon.
func testBorders(t *testing.T, h Harness) {
	shelf := fresh(t, h).Cameras()
	var cameras []inventory.Camera
	for b, box := range boxes() {
		for i, p := range nearSides(box) {
			cameras = append(cameras, cameraAt(fmt.Sprintf("%d-%d", b, i), p))
		}
	}
	put(t, shelf, cameras...)
	for _, box := range boxes() {
		var want []inventory.ID
		for _, c := range cameras {
			if within(box, orb.Point(*c.Location)) {
				want = append(want, c.ID)
			}
		}
		if len(want) < 25 {
			t.Fatalf("only %d places in %v: the test is wrong", len(want), box)
		}
		selects(t, shelf, inventory.Query{Area: box}, want)
		selects(t, shelf, inventory.Query{Area: box.ToPolygon()}, want)
		selects(t, shelf, inventory.Query{Area: orb.MultiPolygon{box.ToPolygon()}}, want)
	}
	for _, c := range cameras[:49] {
		selects(t, shelf, inventory.Query{Area: c.Shape().Bound()}, []inventory.ID{c.ID})
	}
}

// testExtentBorders: a surface that touches a box meets it, a hair away it does not.
func testExtentBorders(t *testing.T, h Harness) {
	shelf := fresh(t, h).Areas()
	var areas []inventory.Area
	meets := map[inventory.ID]bool{}
	for b, box := range boxes() {
		size := (box.Right() - box.Left()) / 2
		for i, corner := range nearSides(box) {
			for k, to := range []orb.Point{{size, size}, {-size, size}, {size, -size}, {-size, -size}} {
				other := orb.MultiPoint{corner, {corner.Lon() + to.Lon(), corner.Lat() + to.Lat()}}.Bound()
				area := areaOf(fmt.Sprintf("%d-%d-%d", b, i, k), other.ToPolygon())
				areas = append(areas, area)
				meets[area.ID] = other.Left() <= box.Right() && other.Right() >= box.Left() &&
					other.Bottom() <= box.Top() && other.Top() >= box.Bottom()
			}
		}
	}
	put(t, shelf, areas...)
	perBox := len(areas) / len(boxes())
	for b, box := range boxes() {
		mine := inventory.Query{Area: box}
		var want []inventory.ID
		for _, a := range areas[b*perBox : (b+1)*perBox] {
			if meets[a.ID] {
				want = append(want, a.ID)
			}
		}
		prefix := fmt.Sprintf("%d-", b)
		got := slices.DeleteFunc(keys(t.Context(), t, shelf, mine), func(id inventory.ID) bool {
			return len(id) < len(prefix) || string(id[:len(prefix)]) != prefix
		})
		if slices.Sort(want); !slices.Equal(got, want) || len(want) == perBox {
			t.Errorf("%v: too many %q, missing %q", box, without(got, want), without(want, got))
		}
	}
}

// comb is a concave polygon: a spine at the south and five teeth to the north, each a tenth of a degree wide.
func comb() orb.Polygon {
	ring := orb.Ring{{2, 48}, {2.9, 48}}
	for tooth := 4; tooth >= 0; tooth-- {
		east := 2.1 + 0.2*float64(tooth)
		ring = append(ring, orb.Point{east, 48.5}, orb.Point{east - 0.1, 48.5})
		if tooth > 0 {
			ring = append(ring, orb.Point{east - 0.1, 48.1}, orb.Point{east - 0.2, 48.1})
		}
	}
	ring[2] = orb.Point{2.9, 48.5}
	return orb.Polygon{append(ring, ring[0])}
}

// frame is a square with a square hole, and an island in the hole.
func frame() orb.MultiPolygon {
	square := func(half float64) orb.Ring {
		return orb.Bound{Min: orb.Point{5 - half, 45 - half}, Max: orb.Point{5 + half, 45 + half}}.ToRing()
	}
	hole := square(0.5)
	hole.Reverse()
	return orb.MultiPolygon{{square(1), hole}, {square(0.25)}}
}

// testPolygons: notches and holes of a query's area are outside it, their borders inside.
func testPolygons(t *testing.T, h Harness) {
	shelf := fresh(t, h).Cameras()
	for id, p := range map[string]orb.Point{
		"comb-spine": {2.45, 48.05}, "comb-tooth": {2.05, 48.4}, "comb-notch": {2.15, 48.4}, "comb-corner": {2, 48},
		"comb-above": {2.05, 48.5 + hair}, "comb-top": {2.05, 48.5}, "comb-notch-side": {2, 48.3},
		"comb-west": {2 - hair, 48.3},
		"frame-in":  {5.75, 45}, "frame-hole": {5.4, 45}, "frame-hole-side": {5.5, 45}, "frame-hole-corner": {5.5, 45.5},
		"frame-in-hole-by-a-hair": {5.5 - hair, 45}, "frame-out-of-hole-by-a-hair": {5.5 + hair, 45},
		"frame-island": {5.1, 45.1}, "frame-island-side": {5.25, 45}, "frame-off-island": {5.25 + hair, 45},
		"frame-out": {6 + hair, 45}, "frame-side": {6, 45},
	} {
		put(t, shelf, cameraAt(id, p))
	}
	selects(t, shelf, inventory.Query{Area: comb()}, []inventory.ID{
		"comb-spine", "comb-tooth", "comb-corner", "comb-top", "comb-notch-side",
	})
	selects(t, shelf, inventory.Query{Area: frame()}, []inventory.ID{
		"frame-in", "frame-hole-side", "frame-hole-corner", "frame-out-of-hole-by-a-hair", "frame-island",
		"frame-island-side", "frame-side",
	})
}

// testExtents: a record's own notches and holes are outside it; a surface inside an area, or around it, meets it.
func testExtents(t *testing.T, h Harness) {
	shelf := fresh(t, h).Areas()
	square := func(lon, lat, half float64) orb.Bound {
		return orb.Bound{Min: orb.Point{lon - half, lat - half}, Max: orb.Point{lon + half, lat + half}}
	}
	put(t, shelf, areaOf("comb", comb()), areaOf("frame", frame()...), areaOf("speck", square(5.4, 45, 0.001).ToPolygon()))
	for _, c := range []struct {
		name string
		area orb.Bound
		want []inventory.ID
	}{
		{"in a tooth", square(2.05, 48.4, 0.01), []inventory.ID{"comb"}},
		{"in a notch", square(2.15, 48.4, 0.01), nil},
		{"across teeth", orb.Bound{Min: orb.Point{1.9, 48.39}, Max: orb.Point{3, 48.41}}, []inventory.ID{"comb"}},
		{"round it", square(2.5, 48.25, 5), []inventory.ID{"comb", "frame", "speck"}},
		{"in the hole", square(5.4, 45.4, 0.01), nil},
		{"in the hole, on the speck", square(5.4, 45, 0.01), []inventory.ID{"speck"}},
		{"on the island", square(5, 45, 0.01), []inventory.ID{"frame"}},
		{"across the side of the hole", square(5.5, 45.2, 0.01), []inventory.ID{"frame"}},
		{"elsewhere", square(-5, -45, 1), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			selects(t, shelf, inventory.Query{Area: c.area}, c.want)
			selects(t, shelf, inventory.Query{Area: c.area.ToPolygon()}, c.want)
		})
	}
}

// testMoved: after a change of place or attributes the indexes give the record where it is, and no longer where it was.
func testMoved(t *testing.T, h Harness) {
	store := fresh(t, h)
	here, there := boxes()[0], boxes()[1]
	camera := cameraAt("c", here.Center())
	camera.Deployment = "d:old"
	area := areaOf("a", here.ToPolygon())
	area.Holder = "h:old"
	put(t, store.Cameras(), camera)
	put(t, store.Areas(), area)
	_, err := store.Cameras().Update(t.Context(), "c", func(c *inventory.Camera) error {
		c.Location, c.Deployment = known(inventory.Point(there.Center())), "d:new"
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	area.Geometry, area.Holder = inventory.Surface{there.ToPolygon()}, "h:new"
	put(t, store.Areas(), area)
	selects(t, store.Cameras(), inventory.Query{Area: here}, nil)
	selects(t, store.Cameras(), inventory.Query{Area: there}, []inventory.ID{"c"})
	selects(t, store.Cameras(), inventory.Query{Where: anyOf(inventory.AttrDeployment, "d:old")}, nil)
	selects(t, store.Cameras(), inventory.Query{Where: anyOf(inventory.AttrDeployment, "d:new")}, []inventory.ID{"c"})
	selects(t, store.Areas(), inventory.Query{Area: here}, nil)
	selects(t, store.Areas(), inventory.Query{Area: there}, []inventory.ID{"a"})
	selects(t, store.Areas(), inventory.Query{Where: anyOf(inventory.AttrHolder, "h:old")}, nil)
	selects(t, store.Areas(), inventory.Query{Where: anyOf(inventory.AttrHolder, "h:new")}, []inventory.ID{"a"})
	mobile := camera
	mobile.Category, mobile.Unit, mobile.Location, mobile.Deployment = inventory.Drone, "unité", nil, ""
	put(t, store.Cameras(), mobile)
	selects(t, store.Cameras(), inventory.Query{Area: there}, nil)
	selects(t, store.Cameras(), inventory.Query{Where: anyOf(inventory.AttrDeployment, "d:new")}, nil)
	selects(t, store.Cameras(), inventory.Query{}, []inventory.ID{"c"})
}

// testConditions: what each form of condition means, alone, together, and in an area.
func testConditions(t *testing.T, h Harness) {
	shelf := fresh(t, h).Cameras()
	add := func(id string, lon float64, holder, deployment inventory.ID, status inventory.Status) {
		c := cameraAt(id, orb.Point{lon, 0})
		c.Holder, c.Deployment, c.Status = holder, deployment, status
		put(t, shelf, c)
	}
	add("1", 1, "A", "d1", inventory.InService)
	add("2", 2, "A", "", inventory.Planned)
	add("3", 3, "B", "d1", inventory.InService)
	add("4", 4, "a", "d2", "")
	add("5", 5, "AB", "d2", inventory.InService)
	west := orb.Bound{Min: orb.Point{0.5, -1}, Max: orb.Point{3, 1}}
	var many []string
	for i := range 2000 {
		many = append(many, fmt.Sprintf("d%d", i))
	}
	holder, deployment, status := inventory.AttrHolder, inventory.AttrDeployment, inventory.AttrStatus
	for _, c := range []struct {
		name string
		q    inventory.Query
		want string
	}{
		{"one value", inventory.Query{Where: anyOf(holder, "A")}, "12"},
		{"several values", inventory.Query{Where: anyOf(holder, "A", "B", "A", "C")}, "123"},
		{"two thousand values", inventory.Query{Where: anyOf(deployment, many...)}, "1345"},
		{"two thousand values in an area", inventory.Query{Where: anyOf(deployment, many...), Area: west}, "13"},
		{"no such value", inventory.Query{Where: anyOf(holder, "C")}, ""},
		{"empty value", inventory.Query{Where: anyOf(deployment, "")}, ""},
		{"known", inventory.Query{Where: []inventory.Condition{{Attr: deployment}}}, "1345"},
		{"known status", inventory.Query{Where: []inventory.Condition{{Attr: status}}}, "1235"},
		{"from", inventory.Query{Where: []inventory.Condition{{Attr: holder, From: "AB"}}}, "345"},
		{"before", inventory.Query{Where: []inventory.Condition{{Attr: holder, Before: "AB"}}}, "12"},
		{"from and before", inventory.Query{Where: []inventory.Condition{{Attr: holder, From: "AB", Before: "a"}}}, "35"},
		{"in and from", inventory.Query{Where: []inventory.Condition{{Attr: holder, In: []string{"A", "B"}, From: "B"}}}, "3"},
		{"one in and before", inventory.Query{Where: []inventory.Condition{{Attr: holder, In: []string{"B"}, Before: "B"}}}, ""},
		{"two attributes", inventory.Query{Where: append(anyOf(deployment, "d1"), anyOf(holder, "B")...)}, "3"},
		{"twice one attribute", inventory.Query{Where: append(anyOf(holder, "A", "B"), anyOf(holder, "B", "a")...)}, "3"},
		{"an attribute that the kind lacks", inventory.Query{Where: anyOf(inventory.AttrCommune, "34172")}, ""},
		{"area", inventory.Query{Area: west}, "123"},
		{"area and one value", inventory.Query{Area: west, Where: anyOf(holder, "A")}, "12"},
		{"area and status", inventory.Query{Area: west, Where: anyOf(status, "in_service")}, "13"},
		{"area polygon and two", inventory.Query{Area: west.ToPolygon(), Where: append(anyOf(deployment, "d1", "d2"), anyOf(status, "in_service")...)}, "13"},
		{"after and limit", inventory.Query{Where: anyOf(status, "in_service"), After: "1", Limit: 1}, "3"},
		{"after and limit in an area", inventory.Query{Area: west, After: "1", Limit: 1}, "2"},
		{"quotes", inventory.Query{Where: anyOf(holder, "' OR '1'='1", "\x00", "\xff")}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := []inventory.ID{}
			for _, id := range c.want {
				want = append(want, inventory.ID(id))
			}
			selects(t, shelf, c.q, want)
		})
	}
}

// testBadQuery: a query that means nothing is an *InvalidError, by Find and by Count.
func testBadQuery(t *testing.T, h Harness) {
	shelf := fresh(t, h).Cameras()
	put(t, shelf, FullCamera())
	for name, q := range map[string]inventory.Query{
		"limit":     {Limit: -1},
		"attribute": {Where: anyOf("colour", "red")},
		"point":     {Area: orb.Point{1, 1}},
		"empty box": {Area: orb.Bound{Min: orb.Point{1, 1}, Max: orb.Point{0, 0}}},
		"NaN box":   {Area: orb.Bound{Min: orb.Point{math.NaN(), 1}, Max: orb.Point{2, 2}}},
		"bow tie":   {Area: orb.Polygon{{{3, 43}, {3.1, 43.1}, {3.1, 43}, {3, 43.1}, {3, 43}}}},
	} {
		var invalid *inventory.InvalidError
		if _, err := inventory.All(t.Context(), shelf, q); !errors.As(err, &invalid) {
			t.Errorf("%s: Find gave %v", name, err)
		}
		q.Limit = min(q.Limit, 0)
		if _, err := inventory.Count(t.Context(), shelf, q); name != "limit" && !errors.As(err, &invalid) {
			t.Errorf("%s: Count gave %v", name, err)
		}
	}
}
