package inventorytest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/paulmach/orb"

	"vigie/inventory"
)

// cellsOf counts records by cells without any index.
func cellsOf(records []inventory.Camera, q inventory.Query, in inventory.Cells, by []inventory.Attr) []inventory.CellGroup {
	var tally inventory.CellTally
	for _, record := range records {
		at, placed := record.Shape().(orb.Point)
		if !placed || !q.Matches(record) || !in.Hold(inventory.CellOf(at, in.Order)) {
			continue
		}
		values := []string{}
		for _, attr := range by {
			values = append(values, record.Attributes()[attr])
		}
		tally.Add(1, inventory.CellOf(at, in.Order), values...)
	}
	return tally.Groups()
}

// randomCells are cells round a place of the world.
func randomCells(r *rand.Rand, world orb.Bound) inventory.Cells {
	in := inventory.Cells{Order: r.IntN(inventory.MaxCellOrder + 1)}
	at, last := inventory.CellOf(randomPoint(r, world), in.Order), uint32(1)<<in.Order-1
	in.West, in.South = at.Column-min(at.Column, r.Uint32N(20)), at.Row-min(at.Row, r.Uint32N(20))
	in.East, in.North = min(last, at.Column+r.Uint32N(40)), min(last, at.Row+r.Uint32N(40))
	return in
}

// cornered puts a camera on the corner of a cell, or at the ends of the world.
func cornered(r *rand.Rand, c *inventory.Camera, world orb.Bound) {
	if c.Location == nil {
		return
	}
	in := inventory.Cells{Order: 8 + r.IntN(16)}
	cell := inventory.CellOf(randomPoint(r, world), in.Order)
	in.West, in.South, in.East, in.North = cell.Column, cell.Row, cell.Column, cell.Row
	at := inventory.Point(in.Bound().Min)
	if r.IntN(5) == 0 {
		at = inventory.Point{oneOf(r, -180.0, 180), oneOf(r, -90.0, 90)}
	}
	c.Location = &at
}

// testCells: on random cells, queries and attributes, a count by cells is what a plain loop counts.
func testCells(t *testing.T, h Harness) {
	r, store := dice(11), fresh(t, h)
	world := orb.Bound{Min: orb.Point{1, 43}, Max: orb.Point{3, 45}}
	cameras := make([]inventory.Camera, 500)
	for i := range cameras {
		cameras[i] = randomCamera(r, fmt.Sprintf("%04d", i), world)
		cameras[i].Status = oneOf(r, "", inventory.Planned, inventory.InService)
		if i%5 == 0 {
			cornered(r, &cameras[i], world)
		}
	}
	put(t, store.Cameras(), cameras...)
	put(t, store.Areas(), areaOf("1", orb.Point{2, 44}.Bound().Pad(0.1).ToPolygon()))
	some := 0
	for range 300 {
		q, in, by := randomQuery(r, world), randomCells(r, world), randomBy(r)[:r.IntN(2)]
		if r.IntN(3) > 0 {
			q.Area = nil
		}
		got, err := inventory.CountCells(t.Context(), store.Cameras(), q, in, by...)
		want := cellsOf(cameras, q, in, by)
		some += len(want)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("CountCells(%+v, %+v, %q) = %v, %v, not %v", q, in, by, got, err, want)
		}
	}
	if some < 500 {
		t.Errorf("only %d groups were counted: the test is too weak", some)
	}
	everywhere := inventory.Cells{}
	if groups, err := inventory.CountCells(t.Context(), store.Areas(), inventory.Query{}, everywhere); err != nil || len(groups) != 0 {
		t.Errorf("surfaces stand in cells: %v, %v", groups, err)
	}
}

// testBadCells: cells that are none, or too many, are an *InvalidError.
func testBadCells(t *testing.T, h Harness) {
	shelf := fresh(t, h).Cameras()
	var invalid *inventory.InvalidError
	for _, in := range []inventory.Cells{
		{Order: -1}, {Order: 25}, {Order: 3, West: 8, East: 8}, {Order: 3, West: 2, East: 1}, {Order: 20, East: 1 << 10, North: 1 << 10},
	} {
		if groups, err := inventory.CountCells(t.Context(), shelf, inventory.Query{}, in); !errors.As(err, &invalid) {
			t.Errorf("CountCells in %+v = %v, %v", in, groups, err)
		}
	}
	if groups, err := inventory.CountCells(t.Context(), shelf, inventory.Query{}, inventory.Cells{}, "colour"); !errors.As(err, &invalid) {
		t.Errorf("CountCells by no attribute = %v, %v", groups, err)
	}
}

// testGuardedCounts: whoever asks, a count is that of what its Find gives, each camera once, and by cells where it is shown.
func testGuardedCounts(t *testing.T, h Harness) {
	r, raw := dice(13), fresh(t, h)
	world := orb.Bound{Min: orb.Point{1, 43}, Max: orb.Point{3, 45}}
	cameras := make([]inventory.Camera, 400)
	for i := range cameras {
		cameras[i] = randomCamera(r, fmt.Sprintf("%04d", i), world)
	}
	put(t, raw.Cameras(), cameras...)
	for i := range 12 {
		put(t, raw.Conventions(), randomConvention(r, i, world))
	}
	store := inventory.Guard(raw, nil)
	some := 0
	for range 150 {
		ctx := inventory.WithCaller(t.Context(), randomCaller(r, world))
		q, in, by := randomQuery(r, world), randomCells(r, world), randomBy(r)[:r.IntN(2)]
		q.After, q.Limit = "", 0
		if r.IntN(3) > 0 {
			q.Area = nil
		}
		for name, shelf := range map[string]inventory.Shelf[inventory.Camera]{"exact": store.Cameras(), "disclosed": inventory.Disclosed(store)} {
			want := cellsOf(found(ctx, t, shelf, q), inventory.Query{}, in, by)
			some += len(want)
			got, err := inventory.CountCells(ctx, shelf, q, in, by...)
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Fatalf("%s: CountCells(%+v, %+v, %q) = %v, %v, not %v", name, q, in, by, got, err, want)
			}
			checkCounts(ctx, t, shelf, q, randomBy(r))
		}
	}
	if some < 500 {
		t.Errorf("only %d groups were counted: the test is too weak", some)
	}
}

// checkCounts holds the counts of a shelf against what it finds.
func checkCounts(
	ctx context.Context, t *testing.T, shelf inventory.Shelf[inventory.Camera], q inventory.Query, by []inventory.Attr,
) {
	t.Helper()
	cameras := found(ctx, t, shelf, q)
	if n, err := inventory.Count(ctx, shelf, q); err != nil || n != len(cameras) {
		t.Fatalf("Count(%+v) = %d, %v, not %d", q, n, err, len(cameras))
	}
	want := groupsOf(cameras, q, by, nil)
	if got, err := inventory.CountBy(ctx, shelf, q, by...); err != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("CountBy(%+v, %q) = %v, %v, not %v", q, by, got, err, want)
	}
}

func found(ctx context.Context, t *testing.T, shelf inventory.Shelf[inventory.Camera], q inventory.Query) []inventory.Camera {
	t.Helper()
	all, err := inventory.All(ctx, shelf, q)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// randomCaller has one to four ways in which cameras are in reach.
func randomCaller(r *rand.Rand, world orb.Bound) inventory.Caller {
	caller := inventory.Caller{Account: "expert", Role: inventory.RoleExpert, Day: "2026-11-22"}
	switch r.IntN(5) {
	case 0:
		return inventory.Caller{Account: "reader", Role: inventory.RoleHolderReader, Holder: "holder:1", Day: "2026-11-22"}
	case 1:
		return inventory.Caller{Account: "prefect", Role: inventory.RolePrefecture, Departments: []string{"34", "2A"}, Day: "2026-11-22"}
	}
	for range 1 + r.IntN(4) {
		mandate := inventory.Mandate{Disclosure: oneOf(r, "", inventory.DisclosureStreet, inventory.DisclosureCommune)}
		switch r.IntN(3) {
		case 0:
			mandate.Departments = []string{oneOf(r, "34", "2A", "974", "75")}
		case 1:
			mandate.Holders = []inventory.ID{inventory.ID(fmt.Sprintf("holder:%d", r.IntN(9)))}
		case 2:
			mandate.Area = inventory.Surface{{star(r, randomPoint(r, world), 0.4, 9)}}
		}
		caller.Mandates = append(caller.Mandates, mandate)
	}
	return caller
}

// randomConvention is one of a holder with the reader or the expert of randomCaller.
func randomConvention(r *rand.Rand, rank int, world orb.Bound) inventory.Convention {
	c := FullConvention()
	c.ID, c.Holder = inventory.ID(fmt.Sprintf("convention:%d", rank)), inventory.ID(fmt.Sprintf("holder:%d", 2+r.IntN(7)))
	c.With = oneOf(r, inventory.Party{Holder: "holder:1"}, inventory.Party{Account: "expert"})
	c.Disclosure = oneOf(r, inventory.DisclosureExact, inventory.DisclosureStreet, inventory.DisclosurePresence)
	c.From, c.To, c.WithdrawnAt = "2026-01-01", "2026-12-31", nil
	c.All, c.Deployments, c.Area, c.Cameras = false, nil, nil, nil
	switch r.IntN(4) {
	case 0:
		c.All = true
	case 1:
		c.Deployments = []inventory.ID{"d:1", "d:2"}
	case 2:
		c.Area = inventory.Surface{{star(r, randomPoint(r, world), 0.5, 8)}}
	case 3:
		c.Cameras = []inventory.ID{"0001", "0017", "0050", "0120", "0333"}
	}
	return c
}
