package inventory_test

import (
	"math"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"vigie/inventory"
	"vigie/inventory/inventorytest"
)

func TestQueryMatches(t *testing.T) {
	camera := inventory.Camera{
		ID: "c", Holder: "B", Category: inventory.Fixed, Location: &inventory.Point{3, 43}, Status: inventory.InService,
	}
	box := func(west, south, east, north float64) orb.Bound {
		return orb.Bound{Min: orb.Point{west, south}, Max: orb.Point{east, north}}
	}
	where := func(conditions ...inventory.Condition) inventory.Query { return inventory.Query{Where: conditions} }
	holder, deployment := inventory.AttrHolder, inventory.AttrDeployment
	for _, c := range []struct {
		name string
		q    inventory.Query
		want bool
	}{
		{"everything", inventory.Query{}, true},
		{"after and limit are not its business", inventory.Query{After: "z", Limit: 1}, true},
		{"box around", inventory.Query{Area: box(2, 42, 4, 44)}, true},
		{"corner of a box", inventory.Query{Area: box(3, 43, 4, 44)}, true},
		{"box of no size", inventory.Query{Area: box(3, 43, 3, 43)}, true},
		{"box next to it", inventory.Query{Area: box(3.000000001, 43, 4, 44)}, false},
		{"polygon around", inventory.Query{Area: box(2, 42, 4, 44).ToPolygon()}, true},
		{"polygon of which it is in the box only", inventory.Query{Area: orb.Polygon{{{2, 42}, {4, 42}, {2, 43.9}, {2, 42}}}}, false},
		{"hole", inventory.Query{Area: orb.Polygon{box(2, 42, 4, 44).ToRing(), box(2.9, 42.9, 3.1, 43.1).ToRing()}}, false},
		{"known", where(inventory.Condition{Attr: holder}), true},
		{"unknown", where(inventory.Condition{Attr: deployment}), false},
		{"unknown, any value", where(inventory.Condition{Attr: deployment, In: []string{""}}), false},
		{"in", where(inventory.Condition{Attr: holder, In: []string{"A", "B"}}), true},
		{"not in", where(inventory.Condition{Attr: holder, In: []string{"A", "b"}}), false},
		{"from itself", where(inventory.Condition{Attr: holder, From: "B"}), true},
		{"from the next", where(inventory.Condition{Attr: holder, From: "B\x00"}), false},
		{"before itself", where(inventory.Condition{Attr: holder, Before: "B"}), false},
		{"before the next", where(inventory.Condition{Attr: holder, Before: "a"}), true},
		{"all hold", where(inventory.Condition{Attr: holder, In: []string{"B"}}, inventory.Condition{Attr: "status"}), true},
		{"one does not", where(inventory.Condition{Attr: holder, In: []string{"B"}}, inventory.Condition{Attr: deployment}), false},
		{"attributes but not area", inventory.Query{Area: box(4, 4, 5, 5), Where: []inventory.Condition{{Attr: holder}}}, false},
	} {
		if got := c.q.Matches(camera); got != c.want {
			t.Errorf("%s: %t", c.name, got)
		}
	}
	everywhere := inventory.Query{Area: box(-180, -90, 180, 90)}
	if everywhere.Matches(inventorytest.FullMobileCamera()) || everywhere.Matches(inventorytest.FullHolder()) {
		t.Error("a record without a place meets an area")
	}
	if !(inventory.Query{}).Matches(inventorytest.FullMobileCamera()) {
		t.Error("a record without a place is not in everything")
	}
}

func TestQueryValidate(t *testing.T) {
	square := orb.Bound{Min: orb.Point{3, 43}, Max: orb.Point{4, 44}}
	for _, c := range []struct {
		name   string
		q      inventory.Query
		fields []string
	}{
		{"everything", inventory.Query{}, nil},
		{"box", inventory.Query{Area: square}, nil},
		{"polygon", inventory.Query{Area: square.ToPolygon()}, nil},
		{"multipolygon", inventory.Query{Area: orb.MultiPolygon{square.ToPolygon()}, Limit: 5, After: "a"}, nil},
		{"point", inventory.Query{Area: orb.Point{3, 43}}, []string{"area"}},
		{"infinite", inventory.Query{Area: orb.Bound{Min: orb.Point{math.Inf(-1), 0}, Max: orb.Point{1, 1}}}, []string{"area"}},
		{"east before west", inventory.Query{Area: orb.Bound{Min: orb.Point{1, 0}, Max: orb.Point{0, 1}}}, []string{"area"}},
		{"open ring", inventory.Query{Area: orb.Polygon{{{3, 43}, {4, 43}, {4, 44}}}}, []string{"area"}},
		{
			"all at once",
			inventory.Query{Limit: -1, Area: orb.Ring{}, Where: []inventory.Condition{{Attr: "holder"}, {Attr: "colour"}, {}}},
			[]string{"limit", "where[1]", "where[2]", "area"},
		},
	} {
		if got := faultyFields(t, c.q); !slices.Equal(got, c.fields) {
			t.Errorf("%s: faults in %q, not in %q", c.name, got, c.fields)
		}
	}
	for _, attr := range inventory.Attrs() {
		if err := (inventory.Query{Where: []inventory.Condition{{Attr: attr}}}).Validate(); err != nil {
			t.Errorf("%s: %v", attr, err)
		}
	}
}
