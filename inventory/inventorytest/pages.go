package inventorytest

import (
	"fmt"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"vigie/inventory"
)

// paged reads a query page by page, and calls between after each page.
func paged[T inventory.Record](t *testing.T, shelf inventory.Shelf[T], q inventory.Query, between func(page int)) []inventory.ID {
	t.Helper()
	var all []inventory.ID
	for page := 0; ; page++ {
		ids := keys(t.Context(), t, shelf, q)
		if len(ids) > q.Limit {
			t.Fatalf("a page of %d records, not %d", len(ids), q.Limit)
		}
		all = append(all, ids...)
		if len(ids) < q.Limit {
			return all
		}
		q.After = ids[len(ids)-1]
		between(page)
	}
}

// testPages: records there from the start are given once each, whatever is added or deleted between pages.
func testPages(t *testing.T, h Harness) {
	for name, area := range map[string]orb.Geometry{"all": nil, "area": orb.Bound{Min: orb.Point{0, 0}, Max: orb.Point{1, 1}}} {
		for _, where := range [][]inventory.Condition{nil, anyOf(inventory.AttrHolder, "holder:1"), anyOf(inventory.AttrHolder, "holder:1", "x")} {
			t.Run(fmt.Sprintf("%s with %d conditions", name, len(where)), func(t *testing.T) {
				pagesUnderInserts(t, fresh(t, h).Cameras(), inventory.Query{Area: area, Where: where, Limit: 7})
			})
		}
	}
}

func pagesUnderInserts(t *testing.T, shelf inventory.Shelf[inventory.Camera], q inventory.Query) {
	r := dice(4)
	box := orb.Bound{Min: orb.Point{0, 0}, Max: orb.Point{1, 1}}
	var there []inventory.ID
	var cameras []inventory.Camera
	for i := range 100 {
		c := cameraAt(fmt.Sprintf("there-%03d", i), randomPoint(r, box))
		cameras, there = append(cameras, c), append(there, c.ID)
	}
	put(t, shelf, cameras...)
	got := paged(t, shelf, q, func(page int) {
		for range 3 {
			put(t, shelf, cameraAt(fmt.Sprintf("there-%03d-%d", r.IntN(100), page), randomPoint(r, box)))
		}
		moved := cameraAt(string(there[r.IntN(100)]), randomPoint(r, box))
		put(t, shelf, moved)
		put(t, shelf, cameraAt("a-before", randomPoint(r, box)), cameraAt(fmt.Sprintf("z-%d", page), randomPoint(r, box)))
	})
	if !slices.IsSorted(got) || len(slices.Compact(slices.Clone(got))) != len(got) {
		t.Errorf("out of order or repeated: %q", got)
	}
	if missing := without(there, got); len(missing) > 0 {
		t.Errorf("missing %q", missing)
	}
}

// testAreaPages: the pages of a query, laid end to end, are the query.
func testAreaPages(t *testing.T, h Harness) {
	r, shelf := dice(5), fresh(t, h).Cameras()
	world := orb.Bound{Min: orb.Point{0, 0}, Max: orb.Point{1, 1}}
	cameras := make([]inventory.Camera, 1000)
	for i := range cameras {
		cameras[i] = randomCamera(r, fmt.Sprintf("%04d", i), world)
	}
	put(t, shelf, cameras...)
	for range 50 {
		q := randomQuery(r, world)
		q.After, q.Limit = "", 0
		want := model(cameras, q)
		q.Limit = 1 + r.IntN(60)
		if got := paged(t, shelf, q, func(int) {}); !slices.Equal(got, want) && len(got)+len(want) > 0 {
			t.Fatalf("pages of %d of %+v gave %q, not %q", q.Limit, q, got, want)
		}
	}
}

// testCount: Count equals what Find gives, for every form of query, and ignores After and Limit.
func testCount(t *testing.T, h Harness) {
	r, store := dice(6), fresh(t, h)
	world := orb.Bound{Min: orb.Point{0, 0}, Max: orb.Point{1, 1}}
	for i := range 500 {
		put(t, store.Cameras(), randomCamera(r, fmt.Sprintf("%04d", i), world))
	}
	put(t, store.Areas(), areaOf("a", world.ToPolygon()))
	for range 300 {
		q := randomQuery(r, world)
		counted, err := inventory.Count(t.Context(), store.Cameras(), q)
		q.After, q.Limit = "", 0
		if found := len(keys(t.Context(), t, store.Cameras(), q)); counted != found || err != nil {
			t.Fatalf("Count(%+v) = %d, %v; Find gave %d", q, counted, err, found)
		}
	}
	if n, err := inventory.Count(t.Context(), store.Areas(), inventory.Query{Area: world, Limit: 1, After: "b"}); n != 1 || err != nil {
		t.Errorf("Count of areas = %d, %v", n, err)
	}
}
