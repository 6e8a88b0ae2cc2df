package inventory_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"vigie/inventory"
	"vigie/inventory/inventorytest"
	"vigie/inventory/sqlite"
)

// guardedTown is a store of two towns in two départements and a company, and a guard before it.
func guardedTown(t *testing.T) (raw, guarded inventory.Store) {
	t.Helper()
	ctx := t.Context()
	raw, err := sqlite.Open(context.WithoutCancel(ctx), filepath.Join(t.TempDir(), "vigie.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = raw.Close() })
	for i, town := range []struct {
		holder  inventory.ID
		commune string
	}{{"north", "59350"}, {"south", "34172"}, {"company", "34172"}} {
		holder := inventory.Holder{ID: town.holder, Name: string(town.holder), Kind: inventory.HolderKinds()[0], Commune: town.commune}
		deployment := inventory.Deployment{ID: "d-" + town.holder, Holder: town.holder, Name: "d", Commune: town.commune}
		street := inventory.Area{
			ID: "street-" + town.holder, Name: "street", Category: inventory.AreaStreet, Commune: town.commune, Geometry: squareAt(float64(i)),
		}
		place := street
		place.ID, place.Holder, place.Category = "place-"+town.holder, town.holder, inventory.AreaPriority
		err := errors.Join(raw.Holders().Put(ctx, holder), raw.Deployments().Put(ctx, deployment), raw.Areas().Put(ctx, street, place))
		for n := range 7 {
			at := inventory.Point{float64(i) + 0.1*float64(n), 45}
			err = errors.Join(err, raw.Cameras().Put(ctx, inventory.Camera{
				ID: inventory.ID(fmt.Sprintf("c%d-%s", n, town.holder)), Holder: town.holder, Deployment: deployment.ID,
				Category: inventory.Fixed, Location: &at, Commune: town.commune,
			}))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return raw, inventory.Guard(raw, nil)
}

func squareAt(lon float64) inventory.Surface {
	return inventory.Surface{{{{lon, 45}, {lon + 0.5, 45}, {lon + 0.5, 45.5}, {lon, 45.5}, {lon, 45}}}}
}

func as(t *testing.T, caller inventory.Caller) context.Context {
	t.Helper()
	return inventory.WithCaller(t.Context(), caller)
}

func editor(holder inventory.ID) inventory.Caller {
	return inventory.Caller{Account: "a", Role: inventory.RoleHolderEditor, Holder: holder, Day: "2026-11-22"}
}

func expert(mandates ...inventory.Mandate) inventory.Caller {
	return inventory.Caller{Account: "e", Role: inventory.RoleExpert, Mandates: mandates, Day: "2026-11-22"}
}

// TestGuardGivesWhatIsInReach holds every query through the guard against the slow path: all records, sieved one by one.
func TestGuardGivesWhatIsInReach(t *testing.T) {
	t.Parallel()
	raw, guarded := guardedTown(t)
	west := squareAt(0)
	box := orb.Bound{Min: orb.Point{0.15, 44}, Max: orb.Point{1.25, 46}}
	ofHolder := func(holders ...inventory.ID) func(inventory.Camera) bool {
		return func(c inventory.Camera) bool { return slices.Contains(holders, c.Holder) }
	}
	for name, test := range map[string]struct {
		caller inventory.Caller
		sees   func(inventory.Camera) bool
	}{
		"admin":                 {inventory.LocalCaller(), func(inventory.Camera) bool { return true }},
		"editor":                {editor("south"), ofHolder("south")},
		"prefecture":            {inventory.Caller{Role: inventory.RolePrefecture, Departments: []string{"34"}}, ofHolder("south", "company")},
		"expert, département":   {expert(inventory.Mandate{Departments: []string{"59"}}), ofHolder("north")},
		"expert, holders twice": {expert(inventory.Mandate{Holders: []inventory.ID{"north", "company"}}, inventory.Mandate{Departments: []string{"34"}}), ofHolder("north", "south", "company")},
		"expert, surface": {expert(inventory.Mandate{Area: west}, inventory.Mandate{Holders: []inventory.ID{"company"}}), func(c inventory.Camera) bool {
			return c.Holder == "company" || inventory.Query{Area: orb.MultiPolygon(west)}.Matches(c)
		}},
		"integrator":          {inventory.Caller{Role: inventory.RoleIntegrator, Scopes: []inventory.Scope{"cameras:read"}}, func(inventory.Camera) bool { return true }},
		"integrator of a one": {inventory.Caller{Role: inventory.RoleIntegrator, Holder: "north", Scopes: []inventory.Scope{"cameras:read"}}, ofHolder("north")},
	} {
		ctx := as(t, test.caller)
		for _, q := range []inventory.Query{
			{}, {Area: box}, {Limit: 3}, {After: "c3", Limit: 5}, {Where: []inventory.Condition{{Attr: inventory.AttrHolder, In: []string{"south", "north"}}}},
			{Area: box, Limit: 2, After: "c2"},
		} {
			var want []inventory.ID
			unbounded := q
			unbounded.Limit = 0
			for camera, err := range raw.Cameras().Find(t.Context(), unbounded) {
				if err != nil {
					t.Fatal(err)
				}
				if test.sees(camera) && (q.Limit == 0 || len(want) < q.Limit) {
					want = append(want, camera.ID)
				}
			}
			if got := idsOf(t, guarded.Cameras().Find(ctx, q)); !slices.Equal(got, want) {
				t.Errorf("%s: %+v gives %v, not %v", name, q, got, want)
			}
			if q.After == "" && q.Limit == 0 {
				if n, err := inventory.Count(ctx, guarded.Cameras(), q); err != nil || n != len(want) {
					t.Errorf("%s: %+v counts %d, not %d: %v", name, q, n, len(want), err)
				}
				groups, err := inventory.CountBy(ctx, guarded.Cameras(), q, inventory.AttrHolder)
				sum := 0
				for _, g := range groups {
					sum += g.Count
				}
				if err != nil || sum != len(want) {
					t.Errorf("%s: %+v counts %d in groups, not %d: %v", name, q, sum, len(want), err)
				}
			}
		}
	}
}

func idsOf[T inventory.Record](t *testing.T, found iter.Seq2[T, error]) (ids []inventory.ID) {
	t.Helper()
	for record, err := range found {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, record.Key())
	}
	return ids
}

// TestGuardTwoHolders: of what belongs to another a holder can read, change, delete or take nothing, and cannot tell it
// from what is not there.
func TestGuardTwoHolders(t *testing.T) {
	t.Parallel()
	raw, guarded := guardedTown(t)
	ctx := as(t, editor("south"))
	theirs, err := raw.Cameras().Get(t.Context(), "c1-north")
	if err != nil {
		t.Fatal(err)
	}
	cameras := guarded.Cameras()
	rename := func(c *inventory.Camera) error { c.Name = "renamed"; return nil }
	calls := map[string]func(inventory.ID) error{
		"get":    func(id inventory.ID) error { _, err := cameras.Get(ctx, id); return err },
		"update": func(id inventory.ID) error { _, err := cameras.Update(ctx, id, rename); return err },
		"delete": func(id inventory.ID) error { return cameras.Delete(ctx, id, nil) },
	}
	for name, call := range calls {
		there, absent := call("c1-north"), call("nothing-there")
		if !errors.Is(there, inventory.ErrNotFound) || !errors.Is(absent, inventory.ErrNotFound) {
			t.Errorf("%s: %v, and of an absent record %v", name, there, absent)
		}
	}
	taken := theirs
	taken.Holder = "south"
	given := theirs
	given.ID = "c9-south"
	for name, err := range map[string]error{
		"put theirs":     cameras.Put(ctx, theirs),
		"take theirs":    cameras.Put(ctx, taken),
		"put for them":   inventory.PutValid(ctx, cameras, given),
		"create for":     inventory.Create(ctx, cameras, given),
		"give away":      updated(ctx, cameras, "c1-south", func(c *inventory.Camera) { c.Holder = "north" }),
		"accounts":       guarded.Accounts().Put(ctx, inventorytest.FullAccount()),
		"buildings":      guarded.Obstacles().Put(ctx, inventorytest.FullObstacle()),
		"nobody":         cameras.Put(t.Context(), taken),
		"another street": updated(ctx, guarded.Areas(), "street-south", func(a *inventory.Area) { a.Name = "mine" }),
	} {
		if !errors.Is(err, inventory.ErrForbidden) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if now, err := raw.Cameras().Get(t.Context(), "c1-north"); err != nil || inventory.Tag(now) != inventory.Tag(theirs) {
		t.Errorf("their camera is %+v (%v)", now, err)
	}
	many, err := inventory.GetAll(ctx, cameras, []inventory.ID{"c1-north", "c1-south", "c2-company"})
	if err != nil || len(many) != 1 {
		t.Errorf("GetAll gives %v (%v)", many, err)
	}
	if err := updated(ctx, cameras, "c1-south", func(c *inventory.Camera) { c.Name = "ours" }); err != nil {
		t.Errorf("own camera: %v", err)
	}
}

func updated[T inventory.Record](ctx context.Context, shelf inventory.Shelf[T], id inventory.ID, edit func(*T)) error {
	_, err := shelf.Update(ctx, id, func(record *T) error { edit(record); return nil })
	return err
}

// TestMandateEnds: a mandate holds from its first day to its last, and the same caller sees nothing before and after.
func TestMandateEnds(t *testing.T) {
	t.Parallel()
	_, guarded := guardedTown(t)
	caller := expert(inventory.Mandate{Departments: []string{"34"}, From: "2026-11-22", To: "2026-11-24"})
	for day, want := range map[inventory.Date]int{"2026-11-21": 0, "2026-11-22": 14, "2026-11-24": 14, "2026-11-25": 0} {
		caller.Day = day
		n, err := inventory.Count(as(t, caller), guarded.Cameras(), inventory.Query{})
		if err != nil && !errors.Is(err, inventory.ErrForbidden) || n != want {
			t.Errorf("on %s %d cameras, not %d (%v)", day, n, want, err)
		}
	}
}

// TestAccounts: a key opens its own account only, and an account has what its role needs and nothing else.
func TestAccounts(t *testing.T) {
	t.Parallel()
	account := inventory.Account{ID: "a.b:c-1", Name: "SIG", Role: inventory.RoleIntegrator, Scopes: []inventory.Scope{"cameras:read"}, ExpiresOn: "2026-11-22"}
	key := account.NewSecret()
	if err := account.Validate(); err != nil {
		t.Fatal(err)
	}
	id, secret, ok := inventory.ReadKey(key)
	if !ok || id != account.ID || !account.Opens(secret) || account.Opens(secret+"x") || account.Opens("") {
		t.Errorf("%q is read as %q, %q", key, id, secret)
	}
	if other := account; other.NewSecret() == key || other.Opens(secret) {
		t.Error("two keys are alike")
	}
	for _, wrong := range []string{"", "vigie_", "vigie_a", "vigie_a.", "vigie_.s", "a.s", "vigie_a b.s"} {
		if _, _, ok := inventory.ReadKey(wrong); ok {
			t.Errorf("%q is taken for a key", wrong)
		}
	}
	if !account.Usable("2026-11-22") || account.Usable("2026-11-23") {
		t.Error("a key is good to the end of its last day")
	}
	for name, spoil := range map[string]func(*inventory.Account){
		"no name":              func(a *inventory.Account) { a.Name = "" },
		"no role":              func(a *inventory.Account) { a.Role = "" },
		"no scope":             func(a *inventory.Account) { a.Scopes = nil },
		"scope of accounts":    func(a *inventory.Account) { a.Scopes = []inventory.Scope{"accounts:read"} },
		"mandate of a program": func(a *inventory.Account) { a.Mandates = []inventory.Mandate{{Departments: []string{"34"}}} },
		"reader of no holder":  func(a *inventory.Account) { a.Role, a.Scopes = inventory.RoleHolderReader, nil },
		"expert of no mandate": func(a *inventory.Account) { a.Role, a.Scopes = inventory.RoleExpert, nil },
		"mandate of nothing": func(a *inventory.Account) {
			a.Role, a.Scopes, a.Mandates = inventory.RoleExpert, nil, []inventory.Mandate{{}}
		},
		"prefecture of no land": func(a *inventory.Account) { a.Role, a.Scopes = inventory.RolePrefecture, nil },
		"no hash":               func(a *inventory.Account) { a.SecretHash = "00" },
	} {
		spoilt := account
		spoil(&spoilt)
		var invalid *inventory.InvalidError
		if err := spoilt.Validate(); !errors.As(err, &invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
