package inventory_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb"
	orbgeo "github.com/paulmach/orb/geo"

	"vigie/inventory"
	"vigie/inventory/inventorytest"
)

// agreement is a valid convention of north with south, of all its cameras, in force.
func agreement(edit func(*inventory.Convention)) inventory.Convention {
	c := inventory.Convention{
		ID: "convention", Kind: "public_authority_access", Holder: "north", With: inventory.Party{Holder: "south"}, Purpose: "test",
		All: true, Disclosure: inventory.DisclosureExact, From: "2026-11-01", To: "2026-11-30",
		Signatures: []inventory.Signature{{Capacity: "mayor", By: "Maire", On: "2026-10-01"}, {Capacity: "director", By: "Directeur", On: "2026-10-01"}},
	}
	if edit != nil {
		edit(&c)
	}
	return c
}

// TestConventionsGive: a convention adds to what a caller sees exactly the cameras that it names, of the holder who signed it,
// to whom it is with, while it is in force; and it changes nothing of what may be written.
func TestConventionsGive(t *testing.T) {
	t.Parallel()
	raw, guarded := guardedTown(t)
	prefecture := inventory.Caller{Account: "p", Role: inventory.RolePrefecture, Departments: []string{"34"}, Day: "2026-11-22"}
	program := inventory.Caller{Account: "i", Role: inventory.RoleIntegrator, Holder: "south", Scopes: []inventory.Scope{"cameras:read"}, Day: "2026-11-22"}
	withdrawn := inventory.InstantOf(time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC))
	for name, test := range map[string]struct {
		caller inventory.Caller
		edit   func(*inventory.Convention)
		more   int
	}{
		"all":          {editor("south"), nil, 7},
		"reader":       {inventory.Caller{Role: inventory.RoleHolderReader, Holder: "south", Day: "2026-11-22"}, nil, 7},
		"its program":  {program, nil, 7},
		"another":      {editor("company"), nil, 0},
		"a deployment": {editor("south"), func(c *inventory.Convention) { c.All, c.Deployments = false, []inventory.ID{"d-north"} }, 7},
		"theirs":       {editor("south"), func(c *inventory.Convention) { c.All, c.Deployments = false, []inventory.ID{"d-company"} }, 0},
		"cameras": {editor("south"), func(c *inventory.Convention) {
			c.All, c.Cameras = false, []inventory.ID{"c1-north", "c3-north", "c2-company", "none"}
		}, 2},
		"a surface":       {editor("south"), func(c *inventory.Convention) { c.All, c.Area = false, squareAt(0.25) }, 4},
		"of others":       {editor("south"), func(c *inventory.Convention) { c.All, c.Area = false, squareAt(2) }, 0},
		"nothing named":   {editor("south"), func(c *inventory.Convention) { c.All = false }, 0},
		"first day":       {editor("south"), func(c *inventory.Convention) { c.From = "2026-11-22" }, 7},
		"not yet":         {editor("south"), func(c *inventory.Convention) { c.From = "2026-11-23" }, 0},
		"last day":        {editor("south"), func(c *inventory.Convention) { c.To = "2026-11-22" }, 7},
		"expired":         {editor("south"), func(c *inventory.Convention) { c.To = "2026-11-21" }, 0},
		"withdrawn":       {editor("south"), func(c *inventory.Convention) { c.WithdrawnAt = &withdrawn }, 0},
		"an account":      {editor("south"), func(c *inventory.Convention) { c.With = inventory.Party{Account: "a"} }, 7},
		"another account": {editor("south"), func(c *inventory.Convention) { c.With = inventory.Party{Account: "south"} }, 0},
		"a prefecture":    {prefecture, func(c *inventory.Convention) { c.With = inventory.Party{Department: "34"} }, 7},
		"another one":     {prefecture, func(c *inventory.Convention) { c.With = inventory.Party{Department: "30"} }, 0},
		"coarse":          {editor("south"), func(c *inventory.Convention) { c.Disclosure = inventory.DisclosureStreet }, 0},
		"counted":         {editor("south"), func(c *inventory.Convention) { c.Disclosure, c.Counted = "", true }, 0},
	} {
		c := agreement(test.edit)
		putUnchecked(t, raw, c)
		ctx := as(t, test.caller)
		before := 7
		if test.caller.Role == inventory.RolePrefecture {
			before = 14
		}
		found := idsOf(t, guarded.Cameras().Find(ctx, inventory.Query{}))
		if len(found) != before+test.more || !slices.IsSorted(found) {
			t.Errorf("%s: sees %v, not %d more", name, found, test.more)
		}
		n, err := inventory.Count(ctx, guarded.Cameras(), inventory.Query{})
		many, errMany := inventory.GetAll(ctx, guarded.Cameras(), idsOf(t, raw.Cameras().Find(t.Context(), inventory.Query{})))
		if err != nil || errMany != nil || n != len(found) || len(many) != len(found) {
			t.Errorf("%s: counts %d and gets %d, not %d (%v, %v)", name, n, len(many), len(found), err, errMany)
		}
		_, err = guarded.Cameras().Get(ctx, "c1-north")
		if seen := slices.Contains(found, "c1-north"); seen != (err == nil) || !seen && !errors.Is(err, inventory.ErrNotFound) {
			t.Errorf("%s: get gives %v", name, err)
		}
		if err := updated(ctx, guarded.Cameras(), "c1-north", func(c *inventory.Camera) { c.Name = "x" }); err == nil {
			t.Errorf("%s: a shared camera is changed", name)
		}
		if test.more > 0 {
			if err := raw.Conventions().Delete(t.Context(), c.ID, nil); err != nil {
				t.Fatal(err)
			}
			if now := idsOf(t, guarded.Cameras().Find(ctx, inventory.Query{})); len(now) != before {
				t.Errorf("%s: sees %v when it is gone", name, now)
			}
		}
	}
}

// putUnchecked stores a convention, also one that is not valid: as another program might have.
func putUnchecked(t *testing.T, store inventory.Store, c inventory.Convention) {
	t.Helper()
	if err := inventory.PutValid(t.Context(), store.Conventions(), c); err != nil {
		t.Fatal(err)
	}
}

// TestWhoWritesConventions: the holder who shares, and administrators; both sides read, and nobody else.
func TestWhoWritesConventions(t *testing.T) {
	t.Parallel()
	raw, guarded := guardedTown(t)
	c := agreement(nil)
	scopes := []inventory.Scope{"conventions:read", "conventions:write", "cameras:read"}
	for name, test := range map[string]struct {
		caller        inventory.Caller
		reads, writes bool
	}{
		"the holder":       {editor("north"), true, true},
		"administrator":    {inventory.LocalCaller(), true, true},
		"its reader":       {inventory.Caller{Role: inventory.RoleHolderReader, Holder: "north", Day: "2026-11-22"}, true, false},
		"the other side":   {editor("south"), true, false},
		"somebody else":    {editor("company"), false, false},
		"expert on north":  {expert(inventory.Mandate{Holders: []inventory.ID{"north"}}), true, false},
		"expert elsewhere": {expert(inventory.Mandate{Holders: []inventory.ID{"south"}}), false, false},
		"its program":      {inventory.Caller{Role: inventory.RoleIntegrator, Holder: "north", Scopes: scopes}, true, false},
		"their program":    {inventory.Caller{Role: inventory.RoleIntegrator, Holder: "south", Scopes: scopes}, true, false},
		"auditor":          {inventory.Caller{Role: inventory.RoleAccessAuditor}, false, false},
	} {
		putUnchecked(t, raw, c)
		ctx := as(t, test.caller)
		if _, err := guarded.Conventions().Get(ctx, c.ID); (err == nil) != test.reads {
			t.Errorf("%s reads: %v", name, err)
		}
		changed := c
		changed.Purpose = "another"
		for what, err := range map[string]error{
			"updates": updated(ctx, guarded.Conventions(), c.ID, func(c *inventory.Convention) { c.Purpose = "another" }),
			"puts":    guarded.Conventions().Put(ctx, changed),
			"deletes": guarded.Conventions().Delete(ctx, c.ID, nil),
		} {
			if what == "deletes" && errors.Is(err, inventory.ErrNotFound) && test.writes {
				continue
			}
			if (err == nil) != test.writes {
				t.Errorf("%s %s: %v", name, what, err)
			}
		}
	}
	if err := guarded.Conventions().Put(as(t, editor("south")), c); !errors.Is(err, inventory.ErrForbidden) {
		t.Errorf("south shares for north: %v", err)
	}
}

// TestDisclosed: of a coarse camera nothing is shown but its cell, and every query finds it by what is shown.
func TestDisclosed(t *testing.T) {
	t.Parallel()
	raw, guarded := guardedTown(t)
	seed := rand.New(rand.NewPCG(7, 7))
	for i := range 60 {
		full := inventorytest.FullCamera()
		at := inventory.Point{3.8 + 0.1*seed.Float64(), 43.6 + 0.1*seed.Float64()}
		full.ID, full.Holder, full.Commune, full.Department, full.Location = inventory.ID(fmt.Sprintf("x%d", i)), "north", "34172", "34", &at
		if err := raw.Cameras().Put(t.Context(), full); err != nil {
			t.Fatal(err)
		}
	}
	putUnchecked(t, raw, agreement(func(c *inventory.Convention) { c.Disclosure = inventory.DisclosureStreet }))
	ctx, shelf := as(t, editor("south")), inventory.Disclosed(guarded)
	var coarse []inventory.Camera
	for camera, err := range shelf.Find(ctx, inventory.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		exact, err := raw.Cameras().Get(t.Context(), camera.ID)
		if err != nil {
			t.Fatal(err)
		}
		if camera.Holder == "south" {
			if inventory.Tag(camera) != inventory.Tag(exact) {
				t.Errorf("the own camera %s is changed", camera.ID)
			}
			continue
		}
		coarse = append(coarse, camera)
		bare := inventory.Camera{
			ID: exact.ID, Holder: "north", Category: exact.Category, Commune: exact.Commune, Department: exact.Department,
			Location: camera.Location, PositionToleranceM: camera.PositionToleranceM, Extra: map[string]string{"disclosure": "street"},
		}
		if inventory.Tag(camera) != inventory.Tag(bare) || *camera.Location != inventory.Coarse(*exact.Location) {
			t.Errorf("%s is shown as %+v", camera.ID, camera)
		}
		if m := orbgeo.Distance(orb.Point(*camera.Location), orb.Point(*exact.Location)); m > *camera.PositionToleranceM {
			t.Errorf("%s is %v m from its place", camera.ID, m)
		}
		again, err := shelf.Get(ctx, camera.ID)
		if err != nil || inventory.Tag(again) != inventory.Tag(camera) {
			t.Errorf("get gives %+v (%v)", again, err)
		}
	}
	if len(coarse) != 67 {
		t.Fatalf("%d coarse cameras", len(coarse))
	}
	for range 300 {
		w, s, size := 3.79+0.12*seed.Float64(), 43.59+0.12*seed.Float64(), math.Exp(-9*seed.Float64())*0.1
		q := inventory.Query{Area: orb.Bound{Min: orb.Point{w, s}, Max: orb.Point{w + size, s + size}}}
		if seed.IntN(3) == 0 {
			attr := inventory.Attrs()[seed.IntN(len(inventory.Attrs()))]
			q.Where = []inventory.Condition{{Attr: attr, In: []string{"north", "34172", "34", "in_service", "fixed"}}}
		}
		var want []inventory.ID
		for _, c := range coarse {
			if q.Matches(c) {
				want = append(want, c.ID)
			}
		}
		if got := idsOf(t, shelf.Find(ctx, q)); !slices.Equal(got, want) {
			t.Fatalf("%+v gives %v, not %v", q, got, want)
		}
		if n, err := inventory.Count(ctx, shelf, q); err != nil || n != len(want) {
			t.Errorf("%+v counts %d, not %d (%v)", q, n, len(want), err)
		}
		if n, err := inventory.Count(ctx, guarded.Cameras(), q); err != nil || n != 0 {
			t.Errorf("%+v counts %d exact ones (%v)", q, n, err)
		}
	}
	if err := updated(ctx, shelf, "c1-north", func(c *inventory.Camera) { c.Name = "x" }); !errors.Is(err, inventory.ErrForbidden) {
		t.Errorf("a coarse camera is changed: %v", err)
	}
}

// TestExactBeforeCoarse: whoever sees a camera exactly by one way is not shown it coarsely by another.
func TestExactBeforeCoarse(t *testing.T) {
	t.Parallel()
	raw, guarded := guardedTown(t)
	putUnchecked(t, raw, agreement(func(c *inventory.Convention) { c.Disclosure = inventory.DisclosureStreet }))
	putUnchecked(t, raw, agreement(func(c *inventory.Convention) {
		c.ID, c.All, c.Cameras = "finer", false, []inventory.ID{"c1-north"}
	}))
	ctx := as(t, editor("south"))
	exact, coarse := 0, 0
	for camera, err := range inventory.Disclosed(guarded).Find(ctx, inventory.Query{Where: []inventory.Condition{{Attr: inventory.AttrHolder, In: []string{"north"}}}}) {
		switch {
		case err != nil:
			t.Fatal(err)
		case camera.Deployment != "":
			exact++
		default:
			coarse++
		}
	}
	if exact != 1 || coarse != 6 {
		t.Errorf("%d exact and %d coarse", exact, coarse)
	}
	mandate := inventory.Mandate{Departments: []string{"59"}, Disclosure: inventory.DisclosureStreet}
	ctx = as(t, expert(mandate))
	found := idsOf(t, inventory.Disclosed(guarded).Find(ctx, inventory.Query{}))
	deployments := idsOf(t, guarded.Deployments().Find(ctx, inventory.Query{}))
	if len(found) != 7 || len(idsOf(t, guarded.Cameras().Find(ctx, inventory.Query{}))) != 0 || len(deployments) != 0 {
		t.Errorf("a coarse mandate gives %v, and deployments %v", found, deployments)
	}
}

// TestSharedCounts: numbers by holder and commune, rounded down, none of the small ones, and none of what is seen.
func TestSharedCounts(t *testing.T) {
	t.Parallel()
	raw, guarded := guardedTown(t)
	for i := range 4 { // four in another commune: too few to tell
		at := inventory.Point{3, 50}
		camera := inventory.Camera{ID: inventory.ID("few" + string(rune('0'+i))), Holder: "north", Category: inventory.Fixed, Location: &at, Commune: "59009"}
		if err := raw.Cameras().Put(t.Context(), camera); err != nil {
			t.Fatal(err)
		}
	}
	putUnchecked(t, raw, agreement(func(c *inventory.Convention) { c.Disclosure = inventory.DisclosureCommune }))
	putUnchecked(t, raw, agreement(func(c *inventory.Convention) {
		c.ID, c.Holder, c.Disclosure, c.All, c.Cameras = "company", "company", inventory.DisclosurePresence, false, []inventory.ID{"c1-company"}
	}))
	ctx := as(t, editor("south"))
	got, err := inventory.SharedCounts(ctx, guarded)
	if err != nil || len(got) != 2 {
		t.Fatalf("%+v (%v)", got, err)
	}
	if got[0].Holder != "company" || got[0].Commune != "34172" || got[0].AtLeast != nil || got[0].Disclosure != inventory.DisclosurePresence {
		t.Errorf("%+v", got[0])
	}
	if got[1].Holder != "north" || got[1].Commune != "59350" || *got[1].AtLeast != 5 {
		t.Errorf("%+v", got[1])
	}
	if found := idsOf(t, inventory.Disclosed(guarded).Find(ctx, inventory.Query{})); len(found) != 7 {
		t.Errorf("they are shown: %v", found)
	}
	putUnchecked(t, raw, agreement(func(c *inventory.Convention) {
		c.ID, c.Disclosure, c.All, c.Cameras = "finer", inventory.DisclosureStreet, false, []inventory.ID{"c0-north", "c1-north", "c2-north"}
	}))
	if got, err := inventory.SharedCounts(ctx, guarded); err != nil || len(got) != 1 {
		t.Errorf("of seven, three are seen: %+v (%v)", got, err)
	}
	for _, caller := range []inventory.Caller{inventory.LocalCaller(), editor("company")} {
		if got, err := inventory.SharedCounts(as(t, caller), guarded); err != nil || len(got) != 0 {
			t.Errorf("%+v is told %+v (%v)", caller, got, err)
		}
	}
}

// TestCountedOnly: what is for computing has no name, and is only what the caller does not see.
func TestCountedOnly(t *testing.T) {
	t.Parallel()
	raw, guarded := guardedTown(t)
	full := inventorytest.FullCamera()
	full.ID, full.Holder, full.Location = "full", "north", &inventory.Point{1, 46}
	if err := raw.Cameras().Put(t.Context(), full); err != nil {
		t.Fatal(err)
	}
	putUnchecked(t, raw, agreement(func(c *inventory.Convention) { c.Disclosure, c.Counted = "", true }))
	putUnchecked(t, raw, agreement(func(c *inventory.Convention) {
		c.ID, c.All, c.Cameras, c.Counted = "seen", false, []inventory.ID{"c1-north"}, true
	}))
	world := orb.Bound{Min: orb.Point{-10, 40}, Max: orb.Point{10, 55}}
	got, err := inventory.CountedOnly(as(t, editor("south")), guarded, world)
	if err != nil || len(got) != 7 {
		t.Fatalf("%d cameras (%v)", len(got), err)
	}
	for _, c := range got {
		bare := inventory.Camera{
			ID: c.ID, Category: c.Category, Status: c.Status, Location: c.Location, PositionToleranceM: c.PositionToleranceM,
			Mounting: inventory.Mounting{HeightM: c.Mounting.HeightM}, Heads: c.Heads,
		}
		if inventory.Tag(c) != inventory.Tag(bare) || len(c.ID) > 2 {
			t.Errorf("%+v", c)
		}
	}
	for name, caller := range map[string]inventory.Caller{"company": editor("company"), "admin": inventory.LocalCaller()} {
		if got, err := inventory.CountedOnly(as(t, caller), guarded, world); err != nil || len(got) != 0 {
			t.Errorf("%s computes with %d cameras (%v)", name, len(got), err)
		}
	}
}

// TestConventionIsSigned: what the law asks of each kind, and what makes no sense.
func TestConventionIsSigned(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		edit  func(*inventory.Convention)
		field string
	}{
		"sound":            {nil, ""},
		"no kind":          {func(c *inventory.Convention) { c.Kind = "" }, "kind"},
		"a kind alone":     {func(c *inventory.Convention) { c.Kind = "coordination_agreement" }, "signatures"},
		"a decision":       {func(c *inventory.Convention) { c.Kind = "image_sharing_decision" }, "signatures"},
		"one signature":    {func(c *inventory.Convention) { c.Signatures = c.Signatures[:1] }, "signatures"},
		"signed late":      {func(c *inventory.Convention) { c.Signatures[1].On = "2026-11-02" }, "signatures[1].on"},
		"signed by nobody": {func(c *inventory.Convention) { c.Signatures[1].By = "" }, "signatures[1].by"},
		"too long": {func(c *inventory.Convention) {
			c.Kind, c.To, c.Signatures[0].Capacity, c.Signatures[1].Capacity = "residential_images", "2027-11-01", "manager", "prefect"
		}, "to"},
		"no purpose":    {func(c *inventory.Convention) { c.Purpose = "" }, "purpose"},
		"no end":        {func(c *inventory.Convention) { c.To = "" }, "to"},
		"ends first":    {func(c *inventory.Convention) { c.To = "2026-10-31" }, "to"},
		"no day":        {func(c *inventory.Convention) { c.To = "2026-11-31" }, "to"},
		"nothing":       {func(c *inventory.Convention) { c.Disclosure = "" }, "disclosure"},
		"no grade":      {func(c *inventory.Convention) { c.Disclosure = "vague" }, "disclosure"},
		"no cameras":    {func(c *inventory.Convention) { c.All = false }, "all"},
		"two ways":      {func(c *inventory.Convention) { c.Cameras = []inventory.ID{"x"} }, "all"},
		"with nobody":   {func(c *inventory.Convention) { c.With = inventory.Party{} }, "with"},
		"with two":      {func(c *inventory.Convention) { c.With.Account = "x" }, "with"},
		"with itself":   {func(c *inventory.Convention) { c.With.Holder = "north" }, "with.holder"},
		"no prefecture": {func(c *inventory.Convention) { c.With = inventory.Party{Department: "345"} }, "with.department"},
		"bad surface":   {func(c *inventory.Convention) { c.All, c.Area = false, inventory.Surface{{{{0, 0}, {1, 1}, {0, 0}}}} }, "area"},
	} {
		err := agreement(test.edit).Validate()
		var invalid *inventory.InvalidError
		switch {
		case test.field == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case test.field != "" && (!errors.As(err, &invalid) || !slices.ContainsFunc(invalid.Faults, func(f inventory.Fault) bool { return f.Field == test.field })):
			t.Errorf("%s: no fault of %s: %v", name, test.field, err)
		}
	}
	for _, model := range inventory.ConventionModels() {
		if model.Name.FR == "" || model.Name.EN == "" || len(model.Articles) == 0 || model.LeastSignatures < max(1, len(model.Signers)) {
			t.Errorf("%+v", model)
		}
		for _, a := range model.Articles {
			if a.Reference == "" || a.Edition == "" || a.Verified != "yes" && a.Verified != "secondary" {
				t.Errorf("%s: %+v", model.Kind, a)
			}
		}
	}
}
