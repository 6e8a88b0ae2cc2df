package advisory_test

import (
	"math"
	"slices"
	"testing"

	"vigie/inventory"
)

func (w town) building(id inventory.ID, shape inventory.Surface, dwelling *bool) inventory.Obstacle {
	return inventory.Obstacle{ID: id, Geometry: shape, Dwelling: dwelling}
}

// valueIn is the value of a fact in the evidence of a finding.
func valueIn(tb testing.TB, f inventory.AuditFinding, name string) inventory.FactValue {
	tb.Helper()
	i := slices.IndexFunc(f.Evidence, func(v inventory.FactValue) bool { return v.Name == name })
	if i < 0 {
		tb.Fatalf("%s does not show %s", f.Rule, name)
	}
	return f.Evidence[i]
}

// unknownOf is why a fact of a subject is unknown.
func unknownOf(tb testing.TB, audit inventory.Audit, fact, subject string) inventory.UnknownFact {
	tb.Helper()
	for _, u := range audit.Result.Unknowns {
		if u.Fact == fact && slices.Contains(u.Subjects, subject) {
			return u
		}
	}
	tb.Fatalf("nothing tells why %s of %s is unknown", fact, subject)
	return inventory.UnknownFact{}
}

// targetCase is a head that looks east from (0, 0) at a target 20 m away.
type targetCase struct {
	name     string
	building *inventory.Surface
	change   func(*inventory.Camera)
	// hiddenPct is what must be hidden; negative when it must be unknown, for want of needs.
	hiddenPct float64
	needs     []string
}

// TestTargetHidden: the ground in the field between 18 and 22 m, behind a wall that stands before its northern half.
func TestTargetHidden(t *testing.T) {
	w := newTown(t)
	half, aside, all := w.square(10, 0, 12, 14), w.square(10, 20, 12, 30), w.square(4, -9, 5, 9)
	same := func(*inventory.Camera) {}
	for _, test := range []targetCase{
		{name: "half", building: &half, change: same, hiddenPct: 50},
		{name: "aside", building: &aside, change: same, hiddenPct: 0},
		{name: "all", building: &all, change: same, hiddenPct: 100},
		{name: "nothing on record", change: same, hiddenPct: -1, needs: []string{"obstacle"}},
		{name: "no direction", building: &half, hiddenPct: -1, needs: []string{"head.bearingDeg"},
			change: func(c *inventory.Camera) { c.Heads[0].BearingDeg = nil }},
		{name: "no target", building: &half, hiddenPct: -1, needs: []string{"head.targetDistanceM"},
			change: func(c *inventory.Camera) { c.Heads[0].TargetDistanceM = nil }},
		{name: "no optics", building: &half, hiddenPct: -1, needs: []string{"head.hfovDeg"},
			change: func(c *inventory.Camera) { c.Heads[0].HFOVDeg = nil }},
		{name: "in the dead zone", building: &half, hiddenPct: -1, needs: []string{"head.targetDistanceM", "head.tiltDeg"},
			change: func(c *inventory.Camera) {
				c.Heads[0].TiltDeg, c.Heads[0].VFOVDeg, c.Heads[0].TargetDistanceM = new(60.0), new(20.0), new(40.0)
				c.Mounting.HeightM = new(6.0)
			}},
		{name: "all round", building: &half, hiddenPct: 15, change: func(c *inventory.Camera) {
			c.Heads[0].HFOVDeg, c.Heads[0].BearingDeg = new(360.0), nil
		}},
		{name: "in a building", building: new(w.square(-20, -20, 20, 20)), hiddenPct: -1, needs: []string{"camera.location"}, change: same},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newTown(t)
			head := looking(90)
			head.TargetDistanceM = new(20.0)
			camera := w.camera("c", 0, 0, head)
			test.change(&camera)
			w.putCameras(camera)
			if test.building != nil {
				w.putObstacles(w.building("b", *test.building, nil))
			}
			test.check(t, w.audit(inventory.AuditRequest{Area: w.ground(), At: auditDay}))
		})
	}
}

func (test targetCase) check(t *testing.T, audit inventory.Audit) {
	t.Helper()
	const fact = "head.targetHiddenPct"
	f := verdictOn(t, audit, "AUD-Q13", "camera:c#1")
	if test.hiddenPct < 0 {
		u := unknownOf(t, audit, fact, "camera:c#1")
		if f.Verdict != "UNKNOWN" || !slices.Equal(u.Needs, test.needs) || u.Reason.FR == "" || u.Reason.EN == "" {
			t.Errorf("%s, for want of %q: %s", f.Verdict, u.Needs, u.Reason.FR)
		}
		return
	}
	value := valueIn(t, f, fact)
	if value.Number == nil || math.Abs(*value.Number-test.hiddenPct) > 0.6 {
		t.Fatalf("hidden %+v, not %v %%", value.Number, test.hiddenPct)
	}
	if fails := f.Verdict == "FAIL"; fails != (test.hiddenPct > 10) {
		t.Errorf("%s with %v %% hidden", f.Verdict, *value.Number)
	}
}

// ground stores a square kilometre round the origin, and gives its identifier.
func (w town) ground() inventory.ID {
	w.putAreas(inventory.Area{ID: "ground", Category: inventory.AreaPerimeter, Name: "Sol", Geometry: w.square(-500, -500, 500, 500)})
	return "ground"
}

// TestOwnSurroundings: a trader's camera of small reach, 1 m before the shop, sees 46.5 % of its ground within 10 m of it:
// 9²·tan 30° of the sector 13.86²·π/6.
func TestOwnSurroundings(t *testing.T) {
	w := newTown(t)
	w.putDeployment(inventory.Deployment{
		ID: "shop", Holder: "town", Name: "Boutique", Regime: inventory.RegimeOpenPlace,
		Authorisation: inventory.Authorisation{Purposes: []inventory.Purpose{"T01"}},
	})
	head := looking(90)
	head.RecordedWidthPx = new(320)
	camera := w.camera("c", 1, 0, head)
	camera.Deployment, camera.FilmsPublicWay = "shop", new(true)
	w.putCameras(camera)
	shop := w.square(-10, -40, 0, 40)
	request := inventory.AuditRequest{Deployment: "shop", At: auditDay}

	audit := w.audit(request)
	if u := unknownOf(t, audit, "head.ownSurroundingsPct", "camera:c#1"); !slices.Equal(u.Needs, []string{"area.premises"}) {
		t.Errorf("without premises it needs %q", u.Needs)
	}
	w.putAreas(inventory.Area{ID: "p", Holder: "town", Category: inventory.AreaPremises, Name: "Boutique", Geometry: shop})
	if u := unknownOf(t, w.audit(request), "head.ownSurroundingsPct", "camera:c#1"); !slices.Equal(u.Needs, []string{"obstacle"}) {
		t.Errorf("without buildings it needs %q", u.Needs)
	}
	w.putObstacles(w.building("b", shop, nil))
	f := verdictOn(t, w.audit(request), "AUD-L07", "camera:c#1")
	share, off := valueIn(t, f, "head.ownSurroundingsPct"), valueIn(t, f, "mounting.distanceToOwnBuildingM")
	if share.Number == nil || math.Abs(*share.Number-46.5) > 0.3 || f.Verdict != "FAIL" {
		t.Errorf("%s, with %+v of its ground in the surroundings", f.Verdict, share)
	}
	if off.Number == nil || math.Abs(*off.Number-1) > 0.01 {
		t.Errorf("the camera is %+v from the shop", off)
	}
}

// TestDwellings: what is not in view is sure; what is, is for a person to look at.
func TestDwellings(t *testing.T) {
	for _, test := range []struct {
		name     string
		dwelling *bool
		at       [4]float64
		verdict  string
		needs    []string
	}{
		{"a shop before it", new(false), [4]float64{20, -5, 25, 5}, "PASS", nil},
		{"a dwelling behind it", new(true), [4]float64{-25, -5, -20, 5}, "PASS", nil},
		{"a dwelling before it", new(true), [4]float64{20, -5, 25, 5}, "UNKNOWN", []string{"head.dwellingInView"}},
		{"who knows", nil, [4]float64{20, -5, 25, 5}, "UNKNOWN", []string{"head.dwellingInView", "obstacle.dwelling"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newTown(t)
			camera := w.camera("c", 0, 0, looking(90))
			camera.FilmsPublicWay = new(true)
			w.putCameras(camera)
			w.putObstacles(w.building("b", w.square(test.at[0], test.at[1], test.at[2], test.at[3]), test.dwelling))
			audit := w.audit(inventory.AuditRequest{Area: w.ground(), At: auditDay})
			if f := verdictOn(t, audit, "AUD-L15", "camera:c#1"); f.Verdict != test.verdict {
				t.Fatalf("%s, not %s", f.Verdict, test.verdict)
			}
			if entrance := verdictOn(t, audit, "AUD-L16", "camera:c#1"); entrance.Verdict != test.verdict {
				t.Errorf("the entrances: %s, not %s", entrance.Verdict, test.verdict)
			}
			if test.needs == nil {
				return
			}
			if u := unknownOf(t, audit, "head.dwellingInView", "camera:c#1"); !slices.Equal(u.Needs, test.needs) {
				t.Errorf("it needs %q", u.Needs)
			}
		})
	}
}

// areaTown is a town with a place to watch east of (0, 0), a house aside, and the cameras of a test.
func areaTown(t *testing.T, change func(*inventory.Area), cameras ...inventory.Camera) inventory.Audit {
	t.Helper()
	w := newTown(t)
	place := inventory.Area{
		ID: "place", Category: inventory.AreaPriority, Name: "Place", Geometry: w.square(10, -4, 20, 4),
		Critical: new(true), NightExtinction: new(true),
		Requirement: &inventory.Requirement{Level: "overview", SharePct: 90, Period: inventory.Day},
	}
	change(&place)
	w.putAreas(place)
	w.putCameras(cameras...)
	w.putObstacles(w.building("b", w.square(12, 6, 14, 8), new(false)))
	return w.audit(inventory.AuditRequest{Area: "place", At: auditDay})
}

// TestAreaFacts: how many cameras cover a place, steadily, by night, and by themselves.
func TestAreaFacts(t *testing.T) {
	w := newTown(t)
	same := func(*inventory.Area) {}
	camera := func(id inventory.ID, y float64, change func(*inventory.Camera)) inventory.Camera {
		head := looking(90)
		head.InfraredRangeM = new(60.0)
		c := w.camera(id, -2, y, head)
		c.LocalRecording = new(false)
		change(&c)
		return c
	}
	plain := func(*inventory.Camera) {}
	dome := func(c *inventory.Camera) { c.Heads[0].Kind = inventory.HeadPTZ }
	lost := func(c *inventory.Camera) { c.Heads[0].BearingDeg = nil }
	blind := func(c *inventory.Camera) { c.Heads[0].HFOVDeg = nil }
	dark := func(c *inventory.Camera) { c.Heads[0].InfraredRangeM = nil }
	for _, test := range []struct {
		name    string
		change  func(*inventory.Area)
		cameras []inventory.Camera
		// want are the verdicts of AUD-Q10 (steady), Q15 (share), Q16 (two cameras) and Q17 (night).
		want  [4]string
		needs []string
	}{
		{"one", same, []inventory.Camera{camera("a", 0, plain)}, [4]string{"PASS", "PASS", "FAIL", "PASS"}, nil},
		{"two", same, []inventory.Camera{camera("a", 0, plain), camera("b", 1, plain)}, [4]string{"PASS", "PASS", "PASS", "PASS"}, nil},
		{"none", same, []inventory.Camera{camera("far", 400, plain)}, [4]string{"FAIL", "FAIL", "FAIL", "PASS"}, nil},
		{"a dome", same, []inventory.Camera{camera("a", 0, dome)}, [4]string{"FAIL", "PASS", "FAIL", "PASS"}, nil},
		{"no direction", same, []inventory.Camera{camera("a", 0, lost)}, [4]string{"UNKNOWN", "UNKNOWN", "UNKNOWN", "PASS"}, []string{"head.bearingDeg"}},
		{"no optics", same, []inventory.Camera{camera("a", 0, plain), camera("b", 1, blind)}, [4]string{"UNKNOWN", "UNKNOWN", "UNKNOWN", "PASS"},
			[]string{"head.hfovDeg", "head.recordedWidthPx"}},
		{"by night", atNight, []inventory.Camera{camera("a", 0, plain)}, [4]string{"PASS", "PASS", "FAIL", "PASS"}, nil},
		{"dark", atNight, []inventory.Camera{camera("a", 0, dark)}, [4]string{"PASS", "UNKNOWN", "FAIL", "UNKNOWN"}, []string{"head.infraredRangeM"}},
		{"the other scale", func(a *inventory.Area) { a.Requirement.Level = "detect" }, []inventory.Camera{camera("a", 0, plain)},
			[4]string{"PASS", "PASS", "FAIL", "PASS"}, nil},
		{"no such level", func(a *inventory.Area) { a.Requirement.Level = "xray" }, []inventory.Camera{camera("a", 0, plain)},
			[4]string{"UNKNOWN", "UNKNOWN", "UNKNOWN", "PASS"}, []string{"requirement.level"}},
		{"nothing required", func(a *inventory.Area) { a.Requirement = nil }, []inventory.Camera{camera("a", 0, plain)},
			[4]string{"UNKNOWN", "NOT_APPLICABLE", "UNKNOWN", "UNKNOWN"}, []string{"requirement.level", "requirement.sharePct"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			audit := areaTown(t, test.change, test.cameras...)
			for i, rule := range []string{"AUD-Q10", "AUD-Q15", "AUD-Q16", "AUD-Q17"} {
				f := verdictOn(t, audit, rule, "area:place")
				if f.Verdict != test.want[i] {
					t.Errorf("%s is %s, not %s: %+v", rule, f.Verdict, test.want[i], f.Evidence)
				}
				if f.Verdict != "UNKNOWN" {
					continue
				}
				for _, missing := range f.Missing {
					if missing == "requirement.period" { // which is a field, and needs nothing else
						continue
					}
					if u := unknownOf(t, audit, missing, "area:place"); !slices.Equal(u.Needs, test.needs) {
						t.Errorf("%s needs %q, not %q: %s", missing, u.Needs, test.needs, u.Reason.FR)
					}
				}
			}
		})
	}
}

func atNight(a *inventory.Area) { a.Requirement.Period = inventory.DayAndNight }

// TestWithoutGeometry: what was not asked for is unknown, and says so.
func TestWithoutGeometry(t *testing.T) {
	w := newTown(t)
	head := looking(90)
	head.TargetDistanceM = new(20.0)
	w.putCameras(w.camera("c", 0, 0, head))
	w.putObstacles(w.building("b", w.square(10, 0, 12, 14), nil))
	request := inventory.AuditRequest{Area: w.ground(), At: auditDay, WithoutGeometry: true}
	audit := w.audit(request)
	if f := verdictOn(t, audit, "AUD-Q13", "camera:c#1"); f.Verdict != "UNKNOWN" {
		t.Errorf("%s without geometry", f.Verdict)
	}
	if u := unknownOf(t, audit, "head.targetHiddenPct", "camera:c#1"); u.Reason.EN != "Geometry was not asked for." {
		t.Errorf("because: %s", u.Reason.EN)
	}
	// The density at the target is of the record alone.
	if f := verdictOn(t, audit, "AUD-Q13", "camera:c#1"); len(f.Missing) != 1 {
		t.Errorf("it misses %q", f.Missing)
	}
	request.WithoutGeometry = false
	if f := verdictOn(t, w.audit(request), "AUD-Q13", "camera:c#1"); f.Verdict != "FAIL" {
		t.Errorf("%s with geometry", f.Verdict)
	}
}

// TestGeometryFar: cameras of one deployment in two towns are each measured among the buildings of their own.
func TestGeometryFar(t *testing.T) {
	w := newTown(t)
	w.putDeployment(inventory.Deployment{ID: "d", Holder: "town", Name: "Deux villes"})
	head := looking(90)
	head.TargetDistanceM = new(20.0)
	near, far := w.camera("near", 0, 0, head), w.camera("far", 0, 0, head)
	far.Location = &inventory.Point{-1.55, 47.2}
	near.Deployment, far.Deployment = "d", "d"
	w.putCameras(near, far)
	w.putObstacles(w.building("b", w.square(10, 0, 12, 14), nil))
	audit := w.audit(inventory.AuditRequest{Deployment: "d", At: auditDay})
	if f := verdictOn(t, audit, "AUD-Q13", "camera:near#1"); f.Verdict != "FAIL" {
		t.Errorf("near: %s", f.Verdict)
	}
	if f := verdictOn(t, audit, "AUD-Q13", "camera:far#1"); f.Verdict != "UNKNOWN" {
		t.Errorf("far: %s", f.Verdict)
	}
}
