package inventory_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"vigie/inventory"
)

// TestAGuardedQueryFindsWhatIsInReach asks the guard for all that a caller may read, and then random queries: each must find and
// count those of them that match, whichever way the conditions of the query and those of the caller's reach were put together.
func TestAGuardedQueryFindsWhatIsInReach(t *testing.T) {
	raw, guarded := guardedTown(t)
	convention := agreement(func(c *inventory.Convention) {
		c.Holder, c.All, c.Deployments = "company", false, []inventory.ID{"d-company"}
	})
	if err := raw.Conventions().Put(t.Context(), convention); err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(7, 2026))
	for name, caller := range map[string]inventory.Caller{
		"reader": {Role: inventory.RoleHolderReader, Account: "a1", Holder: "south", Day: "2026-11-15"},
		"expert": {Role: inventory.RoleExpert, Account: "a2", Day: "2026-11-15", Mandates: []inventory.Mandate{
			{Holders: []inventory.ID{"north", "company"}}, {Departments: []string{"34"}, Disclosure: inventory.DisclosureStreet},
		}},
		"surface":    {Role: inventory.RoleExpert, Account: "a3", Day: "2026-11-15", Mandates: []inventory.Mandate{{Area: squareAt(1)}}},
		"prefecture": {Role: inventory.RolePrefecture, Account: "a4", Departments: []string{"34"}, Day: "2026-11-15"},
		"nobody's":   {Role: inventory.RoleHolderReader, Account: "a5", Holder: "elsewhere", Day: "2026-11-15"},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, shelf := as(t, caller), inventory.Disclosed(guarded)
			whole, err := inventory.All(ctx, shelf, inventory.Query{})
			if err != nil {
				t.Fatal(err)
			}
			for range 150 {
				checkFound(ctx, t, shelf, whole, randomQuery(random))
			}
		})
	}
}

// checkFound holds what a query finds and counts against the records in reach that match it.
func checkFound(ctx context.Context, t *testing.T, shelf inventory.Shelf[inventory.Camera], whole []inventory.Camera, q inventory.Query) {
	t.Helper()
	var want []inventory.ID
	for _, record := range whole {
		if record.ID > q.After && q.Matches(record) {
			want = append(want, record.ID)
		}
	}
	number := len(want)
	if q.After != "" {
		number = -1 // a count is of all pages
	}
	if q.Limit > 0 {
		want = want[:min(len(want), q.Limit)]
	}
	found, err := inventory.All(ctx, shelf, q)
	if err != nil {
		t.Fatal(err)
	}
	got := make([]inventory.ID, 0, len(found))
	for _, record := range found {
		got = append(got, record.ID)
	}
	if !slices.Equal(got, want) {
		t.Errorf("%+v: found %v, want %v", q, got, want)
	}
	if counted, err := inventory.Count(ctx, shelf, q); err != nil || number >= 0 && counted != number {
		t.Errorf("%+v: %d counted, %d found (%v)", q, counted, number, err)
	}
}

// randomQuery asks for some values of some attributes, one of them twice now and then, and for a part of the ground.
func randomQuery(random *rand.Rand) inventory.Query {
	values := map[inventory.Attr][]string{
		inventory.AttrHolder:     {"north", "south", "company", "elsewhere", "h5", "h6"},
		inventory.AttrDeployment: {"d-north", "d-south", "d-company"},
		inventory.AttrCommune:    {"59350", "34172"},
		inventory.AttrDepartment: {"59", "34"},
		inventory.AttrStatus:     {string(inventory.InService)},
	}
	attrs := []inventory.Attr{
		inventory.AttrHolder, inventory.AttrHolder, inventory.AttrDeployment, inventory.AttrCommune, inventory.AttrDepartment, inventory.AttrStatus,
	}
	q := inventory.Query{Limit: []int{0, 0, 3}[random.IntN(3)]}
	for range random.IntN(4) {
		c := inventory.Condition{Attr: attrs[random.IntN(len(attrs))]}
		known := values[c.Attr]
		for _, i := range random.Perm(len(known))[:random.IntN(len(known)+1)] {
			c.In = append(c.In, known[i])
		}
		switch random.IntN(6) {
		case 0:
			c.From = known[random.IntN(len(known))]
		case 1:
			c.Before = known[random.IntN(len(known))]
		}
		q.Where = append(q.Where, c)
	}
	if random.IntN(3) == 0 {
		at := float64(random.IntN(3)) - 0.25
		q.Area = orb.Bound{Min: orb.Point{at, 44}, Max: orb.Point{at + 0.7, 46}}
	}
	if random.IntN(4) == 0 {
		q.After = inventory.ID(fmt.Sprintf("c%d", random.IntN(7)))
	}
	return q
}

// TestNothingInReachIsStillAskedRight tells a wrong query apart from one that finds nothing.
func TestNothingInReachIsStillAskedRight(t *testing.T) {
	_, guarded := guardedTown(t)
	ctx := as(t, inventory.Caller{Role: inventory.RoleHolderReader, Holder: "south"})
	elsewhere := []inventory.Condition{{Attr: inventory.AttrHolder, In: []string{"north"}}}
	for _, err := range guarded.Cameras().Find(ctx, inventory.Query{Where: elsewhere}) {
		t.Error("found something of another, or", err)
	}
	faults := 0
	for _, err := range guarded.Cameras().Find(ctx, inventory.Query{Where: elsewhere, Limit: -1}) {
		if err == nil {
			t.Error("found something")
		}
		faults++
	}
	if faults != 1 {
		t.Errorf("%d faults of a wrong query, want 1", faults)
	}
}
