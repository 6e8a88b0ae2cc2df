package inventorytest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/paulmach/orb"

	"vigie/inventory"
)

// groupsOf counts records by attributes without any index; kind gives the value of one that is no attribute.
func groupsOf[T inventory.Record](records []T, q inventory.Query, by []inventory.Attr, kind func(T) string) []inventory.Group {
	var tally inventory.Tally
	for _, record := range records {
		if !q.Matches(record) {
			continue
		}
		var values []string
		for _, attr := range by {
			if attr == inventory.AttrHolderKind {
				values = append(values, kind(record))
			} else {
				values = append(values, record.Attributes()[attr])
			}
		}
		tally.Add(1, values...)
	}
	return tally.Groups()
}

// randomBy draws one to four attributes, perhaps one twice.
func randomBy(r *rand.Rand) []inventory.Attr {
	var by []inventory.Attr
	for range 1 + r.IntN(4) {
		by = append(by, oneOf(r, inventory.Attrs()...))
	}
	return by
}

// testGroups: on random queries and attributes, groups are those that a plain loop over all records counts.
func testGroups(t *testing.T, h Harness) {
	r, store := dice(7), fresh(t, h)
	world := orb.Bound{Min: orb.Point{1, 43}, Max: orb.Point{3, 45}}
	cameras := make([]inventory.Camera, 500)
	for i := range cameras {
		cameras[i] = randomCamera(r, fmt.Sprintf("%04d", i), world)
		cameras[i].Status = oneOf(r, "", inventory.Planned, inventory.InService)
	}
	put(t, store.Cameras(), cameras...)
	areas := []inventory.Area{areaOf("1", orb.Point{2, 44}.Bound().Pad(0.1).ToPolygon()), areaOf("2", orb.Point{2, 44}.Bound().Pad(0.2).ToPolygon())}
	areas[0].Commune, areas[1].Holder = "34172", "holder:1"
	put(t, store.Areas(), areas...)
	some := 0
	for range 300 {
		q, by := randomQuery(r, world), randomBy(r)
		got, err := inventory.CountBy(t.Context(), store.Cameras(), q, by...)
		want := groupsOf(cameras, q, by, nil)
		some += len(want)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("CountBy(%+v, %q) = %v, %v, not %v", q, by, got, err, want)
		}
		got, err = inventory.CountBy(t.Context(), store.Areas(), q, by...)
		if want := groupsOf(areas, q, by, nil); err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("CountBy(%+v, %q) of areas = %v, %v, not %v", q, by, got, err, want)
		}
	}
	if some < 1000 {
		t.Errorf("only %d groups were counted: the test is too weak", some)
	}
}

// testHolderKinds: cameras are counted by the kind of their holder, whether few holders or many are concerned, and
// whether the store has them or not.
func testHolderKinds(t *testing.T, h Harness) {
	r, store := dice(9), fresh(t, h)
	world := orb.Bound{Min: orb.Point{1, 43}, Max: orb.Point{3, 45}}
	kinds := map[inventory.ID]inventory.HolderKind{}
	var holders []inventory.Holder
	for i := range 90 {
		holder := FullHolder()
		holder.ID = inventory.ID(fmt.Sprintf("holder:%d", i))
		holder.Kind = oneOf(r, inventory.Ministry, inventory.LocalAuthority, inventory.Private)
		if holder.Kind != inventory.LocalAuthority {
			holder.MunicipalPolicePosts, holder.CoordinationAgreement = nil, nil
		}
		if i%10 > 0 {
			kinds[holder.ID] = holder.Kind
			holders = append(holders, holder)
		}
	}
	put(t, store.Holders(), holders...)
	cameras := make([]inventory.Camera, 300)
	for i := range cameras {
		cameras[i] = randomCamera(r, fmt.Sprintf("%04d", i), world)
		cameras[i].Holder = inventory.ID(fmt.Sprintf("holder:%d", r.IntN(90)))
	}
	put(t, store.Cameras(), cameras...)
	kind := func(c inventory.Camera) string { return string(kinds[c.Holder]) }
	for _, q := range []inventory.Query{{}, {Area: orb.Point{2, 44}.Bound().Pad(0.3)}, {Where: anyOf(inventory.AttrHolder, "holder:1", "holder:10")}} {
		for _, by := range [][]inventory.Attr{
			{inventory.AttrHolderKind}, {inventory.AttrDepartment, inventory.AttrHolderKind}, {inventory.AttrStatus},
			{inventory.AttrHolderKind, inventory.AttrHolder},
		} {
			got, err := inventory.CountCameras(t.Context(), store, q, by...)
			if want := groupsOf(cameras, q, by, kind); err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("CountCameras(%+v, %q) = %v, %v, not %v", q, by, got, err, want)
			}
		}
	}
}

// testBadGroups: what cannot be counted by is an *InvalidError.
func testBadGroups(t *testing.T, h Harness) {
	shelf := fresh(t, h).Cameras()
	put(t, shelf, FullCamera())
	var invalid *inventory.InvalidError
	for _, by := range [][]inventory.Attr{nil, {"colour"}, {inventory.AttrHolderKind}, make([]inventory.Attr, 9)} {
		if groups, err := inventory.CountBy(t.Context(), shelf, inventory.Query{}, by...); !errors.As(err, &invalid) {
			t.Errorf("CountBy %q = %v, %v", by, groups, err)
		}
	}
	q := inventory.Query{Where: anyOf("colour", "red")}
	if groups, err := inventory.CountBy(t.Context(), shelf, q, inventory.AttrStatus); !errors.As(err, &invalid) {
		t.Errorf("CountBy with a bad query = %v, %v", groups, err)
	}
}
