package inventorytest

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"vigie/inventory"
)

// testEveryField: a record comes back with every field that it had. A field added to a kind and forgotten here, or in
// the adapter, fails.
func testEveryField(t *testing.T, h Harness) {
	store := fresh(t, h)
	comesBack(t, store.Holders(), FullHolder())
	comesBack(t, store.Deployments(), FullDeployment(), "Deployment.Sealed")
	comesBack(t, store.Cameras(), FullCamera(), "Camera.Unit", "Camera.Heads[1]", "Camera.Sealed")
	comesBack(t, store.Cameras(), FullMobileCamera(), "Camera")
	comesBack(t, store.Areas(), FullArea())
	comesBack(t, store.Obstacles(), FullObstacle())
	comesBack(t, store.Assessments(), FullAssessment(), "Assessment.Request.Perimeter", "Assessment.Request.Area")
	comesBack(t, store.Audits(), FullAudit(), "Audit.Request.Holder", "Audit.Request.Area", "Audit.Request.Commune",
		"Audit.Result.Subject.Head", "Audit.Result.Findings[0].Evidence", "Audit.Result.Findings[0].Withheld", "Audit.Result.Findings[1]",
		"Audit.Result.Score.Withheld", "Audit.Sealed")
	comesBack(t, store.Answers(), FullAnswer())
	for _, candidate := range Candidates() {
		comesBack(t, store.Candidates(), candidate)
	}
	comesBack(t, store.Equipment(), FullEquipment())
	comesBack(t, store.Recommendations(), FullRecommendation(), "Recommendation.Request.Assessment", "Recommendation.Request.Gap",
		"Recommendation.Request.Study.Perimeter", "Recommendation.Request.Study.Area", "Recommendation.Result.Cameras[0].Camera")
	comesBack(t, store.Accounts(), FullAccount(), "Account.Holder", "Account.Departments", "Account.Scopes")
	comesBack(t, store.Sessions(), FullSession(), "Session.Holder", "Session.Departments", "Session.Scopes")
	comesBack(t, store.Conventions(), FullConvention(), "Convention.With.Account", "Convention.With.Department",
		"Convention.All", "Convention.Cameras", "Convention.Area")
	comesBack(t, store.Journal(), FullEntry())
	comesBack(t, store.Changes(), FullChange())
	comesBack(t, store.Subscriptions(), FullSubscription(), "Subscription.Sealed")
	comesBack(t, store.Jobs(), FullJob(), "Job.Result", "Job.Lease")
	comesBack(t, store.Jobs(), RunningJob(), "Job")
	comesBack(t, store.Jobs(), DoneJob(), "Job")
	comesBack(t, store.Blobs(), FullBlob())
}

// comesBack puts a record and compares what Get, Find and Update give. Only the fields at empty may have none.
func comesBack[T inventory.Record](t *testing.T, shelf inventory.Shelf[T], record T, empty ...string) {
	t.Helper()
	value := reflect.ValueOf(record)
	for _, path := range unknownFields(value, value.Type().Name(), empty) {
		t.Errorf("%s is unknown in the full record: give it a value", path)
	}
	put(t, shelf, record)
	same(t, "Get", get(t, shelf, record.Key()), record)
	found, err := inventory.All(t.Context(), shelf, inventory.Query{})
	if err != nil || !slices.ContainsFunc(found, func(r T) bool { return r.Key() == record.Key() }) {
		t.Fatalf("Find gave %d records (%v), not the %T that was put", len(found), err, record)
	}
	for _, r := range found {
		if r.Key() == record.Key() {
			same(t, "Find", r, record)
		}
	}
	updated, err := shelf.Update(t.Context(), record.Key(), func(r *T) error { same(t, "edit", *r, record); return nil })
	if err != nil {
		t.Fatalf("Update: %v", err)
	}
	same(t, "Update", updated, record)
	same(t, "Get after Update", get(t, shelf, record.Key()), record)
}

// same compares two records to the last bit: by value, and by the JSON behind their tags, which tells −0 from 0.
func same[T inventory.Record](t *testing.T, where string, got, want T) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s gave\n%+v\nnot\n%+v", where, got, want)
	}
	if inventory.Tag(got) != inventory.Tag(want) {
		t.Errorf("%s changed the tag of %T %q", where, want, want.Key())
	}
}

// unknownFields lists the paths of the fields that are zero, but for those at or under the paths of empty.
func unknownFields(v reflect.Value, path string, empty []string) []string {
	if slices.Contains(empty, path) {
		return nil
	}
	var paths []string
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return []string{path}
		}
		if v.Elem().Kind() == reflect.Struct {
			return unknownFields(v.Elem(), path, empty)
		}
	case reflect.Struct:
		if _, ok := v.Interface().(inventory.Instant); ok {
			break
		}
		for i := range v.NumField() {
			paths = append(paths, unknownFields(v.Field(i), path+"."+v.Type().Field(i).Name, empty)...)
		}
		return paths
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 && v.Len() > 0 {
			return nil // a byte may be zero
		}
		for i := range v.Len() {
			paths = append(paths, unknownFields(v.Index(i), fmt.Sprintf("%s[%d]", path, i), empty)...)
		}
		if v.Len() > 0 {
			return paths
		}
	}
	if v.IsZero() || v.Kind() == reflect.Slice || v.Kind() == reflect.Map && v.Len() == 0 {
		return []string{path}
	}
	return nil
}

// testExactValues: numbers keep their last bit, texts every byte, times their instant to the millisecond.
func testExactValues(t *testing.T, h Harness) {
	shelf := fresh(t, h).Cameras()
	numbers := []float64{
		math.Copysign(0, -1), 0, 5e-324, 0.1, 1.0 / 3, 0.123456789012345, 89.99999999999999, 1e-15, math.Nextafter(1, 2),
	}
	for i, n := range numbers {
		c := cameraAt(fmt.Sprintf("number-%d", i), orb.Point{n, -n})
		c.Heads = []inventory.Head{{ID: "1", TiltDeg: &n}}
		put(t, shelf, c)
		got := get(t, shelf, c.ID)
		for _, pair := range [][2]float64{{got.Location[0], n}, {got.Location[1], -n}, {*got.Heads[0].TiltDeg, n}} {
			if math.Float64bits(pair[0]) != math.Float64bits(pair[1]) {
				t.Errorf("%v came back as %v", pair[1], pair[0])
			}
		}
	}
	for i, s := range []string{"\x00", "a\x00b", text, "\ufffd", "null", "{}", "'; DROP TABLE cameras; --", "\u202e"} {
		c := cameraAt(fmt.Sprintf("text-%d", i), orb.Point{})
		c.Name, c.Extra = s, map[string]string{s: s}
		put(t, shelf, c)
		if got := get(t, shelf, c.ID); got.Name != s || got.Extra[s] != s {
			t.Errorf("%q came back as %q and %q", s, got.Name, got.Extra)
		}
	}
	for i, zone := range []int{-11 * 3600, 0, 2 * 3600, 5*3600 + 1800, 14 * 3600} {
		c := cameraAt(fmt.Sprintf("time-%d", i), orb.Point{})
		at := time.Date(2026, 10, 25, 2, 30, 0, 999_999_999, time.FixedZone("", zone))
		c.Provenance.UpdatedAt = &inventory.Instant{Time: at}
		put(t, shelf, c)
		if got := get(t, shelf, c.ID).Provenance.UpdatedAt; !got.Equal(at.Truncate(time.Millisecond)) {
			t.Errorf("%v came back as %v", at, got)
		}
	}
}

// testUnknown: asking for, editing or deleting what is not there says ErrNotFound, and does nothing.
func testUnknown(t *testing.T, h Harness) {
	store := fresh(t, h)
	put(t, store.Areas(), FullArea())
	shelf := store.Cameras()
	for _, id := range []inventory.ID{"nobody", "", "camera:1", "\x00", "area:1", "a'b"} {
		if c, err := shelf.Get(t.Context(), id); !errors.Is(err, inventory.ErrNotFound) || c.ID != "" {
			t.Errorf("Get(%q) = %+v, %v", id, c, err)
		}
		edit := func(*inventory.Camera) error { t.Errorf("Update(%q) called edit", id); return nil }
		if _, err := shelf.Update(t.Context(), id, edit); !errors.Is(err, inventory.ErrNotFound) {
			t.Errorf("Update(%q): %v", id, err)
		}
		check := func(inventory.Camera) error { t.Errorf("Delete(%q) called check", id); return nil }
		if err := shelf.Delete(t.Context(), id, check); !errors.Is(err, inventory.ErrNotFound) {
			t.Errorf("Delete(%q): %v", id, err)
		}
	}
	if n, err := inventory.Count(t.Context(), shelf, inventory.Query{}); n != 0 || err != nil {
		t.Errorf("the shelf holds %d records (%v)", n, err)
	}
}

// testPutTwice: a second record of the same key takes the place of the first, also inside one batch.
func testPutTwice(t *testing.T, h Harness) {
	shelf := fresh(t, h).Cameras()
	first, second := cameraAt("a", orb.Point{1, 1}), cameraAt("a", orb.Point{2, 2})
	first.Name, first.Deployment, second.Name = "first", "d:1", "second"
	put(t, shelf, first)
	put(t, shelf, second)
	same(t, "Get", get(t, shelf, "a"), second)
	put(t, shelf, second, first, cameraAt("b", orb.Point{}))
	same(t, "Get", get(t, shelf, "a"), first)
	if got := keys(t.Context(), t, shelf, inventory.Query{}); !slices.Equal(got, []inventory.ID{"a", "b"}) {
		t.Errorf("the shelf holds %q", got)
	}
	put(t, shelf)
}

// testBadBatch: when one record is invalid nothing is stored, and every fault is told.
func testBadBatch(t *testing.T, h Harness) {
	shelf := fresh(t, h).Cameras()
	kept := cameraAt("kept", orb.Point{1, 1})
	put(t, shelf, kept)
	batch := []inventory.Camera{cameraAt("kept", orb.Point{2, 2}), cameraAt("new", orb.Point{3, 3}), {ID: "bad"}}
	err := shelf.Put(t.Context(), batch...)
	var invalid *inventory.InvalidError
	if !errors.As(err, &invalid) || invalid.Key != "bad" || len(invalid.Faults) < 3 {
		t.Fatalf("Put of a bad batch: %v", err)
	}
	same(t, "Get", get(t, shelf, "kept"), kept)
	if got := keys(t.Context(), t, shelf, inventory.Query{}); len(got) != 1 {
		t.Errorf("the shelf holds %q", got)
	}
}

// testBadGeometry: geometry that is not valid lon, lat is refused, wherever a kind has some.
func testBadGeometry(t *testing.T, h Harness) {
	store := fresh(t, h)
	for name, at := range map[string]orb.Point{
		"NaN": {math.NaN(), 0}, "infinite": {0, math.Inf(1)}, "beyond 180": {180.5, 0}, "beyond 90": {0, -90.5},
		"Lambert-93": {770_000, 6_280_000},
	} {
		refused(t, name, store.Cameras(), cameraAt("a", at))
	}
	box := orb.Bound{Min: orb.Point{3, 43}, Max: orb.Point{3.1, 43.1}}
	for name, surface := range map[string]inventory.Surface{
		"none":        nil,
		"not closed":  {{{{3, 43}, {3.1, 43}, {3.1, 43.1}, {3, 43.1}}}},
		"bow tie":     {{{{3, 43}, {3.1, 43.1}, {3.1, 43}, {3, 43.1}, {3, 43}}}},
		"line":        {{{{3, 43}, {3.1, 43}, {3, 43}}}},
		"NaN":         {{{{3, 43}, {math.NaN(), 43}, {3.1, 43.1}, {3, 43}}}},
		"hole out":    {append(box.ToPolygon(), orb.Ring{{4, 43}, {4.1, 43}, {4.1, 43.1}, {4, 43}})},
		"not degrees": {{{{770_000, 6_280_000}, {770_100, 6_280_000}, {770_100, 6_280_100}, {770_000, 6_280_000}}}},
	} {
		area, obstacle, deployment, assessment := FullArea(), FullObstacle(), FullDeployment(), FullAssessment()
		area.Geometry, obstacle.Geometry = surface, surface
		assessment.Result.Perimeter = surface
		refused(t, name, store.Areas(), area)
		refused(t, name, store.Obstacles(), obstacle)
		refused(t, name, store.Assessments(), assessment)
		if surface != nil { // a deployment may have no perimeter
			deployment.Authorisation.Perimeter = surface
			refused(t, name, store.Deployments(), deployment)
		}
	}
}

func refused[T inventory.Record](t *testing.T, name string, shelf inventory.Shelf[T], record T) {
	t.Helper()
	err := shelf.Put(t.Context(), record)
	var invalid *inventory.InvalidError
	if !errors.As(err, &invalid) {
		t.Errorf("%s: Put of a %T gave %v", name, record, err)
	}
	if _, err := shelf.Get(t.Context(), record.Key()); !errors.Is(err, inventory.ErrNotFound) {
		t.Errorf("%s: a refused %T was stored (%v)", name, record, err)
	}
}

// testDelete: what is deleted is gone from every index; a check sees the record and can keep it.
func testDelete(t *testing.T, h Harness) {
	store := fresh(t, h)
	put(t, store.Cameras(), FullCamera())
	put(t, store.Areas(), FullArea())
	deletes(t, store.Cameras(), FullCamera())
	deletes(t, store.Areas(), FullArea())
}

func deletes[T inventory.Record](t *testing.T, shelf inventory.Shelf[T], record T) {
	t.Helper()
	no := errors.New("no")
	err := shelf.Delete(t.Context(), record.Key(), func(r T) error { same(t, "check", r, record); return no })
	if !errors.Is(err, no) {
		t.Errorf("Delete against its check: %v", err)
	}
	same(t, "Get", get(t, shelf, record.Key()), record)
	if err := shelf.Delete(t.Context(), record.Key(), func(T) error { return nil }); err != nil {
		t.Errorf("Delete: %v", err)
	}
	if err := shelf.Delete(t.Context(), record.Key(), nil); !errors.Is(err, inventory.ErrNotFound) {
		t.Errorf("second Delete: %v", err)
	}
	everywhere := orb.Bound{Min: orb.Point{-180, -90}, Max: orb.Point{180, 90}}
	for _, q := range []inventory.Query{{}, {Area: everywhere}, {Where: anyOf(inventory.AttrImport, "import-1")}} {
		if got := keys(t.Context(), t, shelf, q); len(got) != 0 {
			t.Errorf("Find(%+v) still gives %q", q, got)
		}
	}
	put(t, shelf, record)
	same(t, "Get after Put again", get(t, shelf, record.Key()), record)
}

// testPlaceless: records without a place are kept and found by everything but an area.
func testPlaceless(t *testing.T, h Harness) {
	store := fresh(t, h)
	mobile, placed := FullMobileCamera(), cameraAt("placed", orb.Point{})
	deployment := FullDeployment()
	deployment.Authorisation.Perimeter = nil
	put(t, store.Cameras(), mobile, placed)
	put(t, store.Deployments(), deployment)
	everywhere := inventory.Query{Area: orb.Bound{Min: orb.Point{-180, -90}, Max: orb.Point{180, 90}}}
	if got := keys(t.Context(), t, store.Cameras(), everywhere); !slices.Equal(got, []inventory.ID{"placed"}) {
		t.Errorf("an area found %q", got)
	}
	if got := keys(t.Context(), t, store.Deployments(), everywhere); len(got) != 0 {
		t.Errorf("an area found %q", got)
	}
	if got := keys(t.Context(), t, store.Cameras(), inventory.Query{}); len(got) != 2 {
		t.Errorf("everything is %q", got)
	}
	same(t, "Get", get(t, store.Deployments(), deployment.ID), deployment)
}

// testReopen: what was acknowledged is there after Close and Open, and so are the indexes.
func testReopen(t *testing.T, h Harness) {
	location := h.New(t)
	store := h.Open(t, location)
	put(t, store.Holders(), FullHolder())
	put(t, store.Deployments(), FullDeployment())
	put(t, store.Cameras(), FullCamera(), FullMobileCamera())
	put(t, store.Areas(), FullArea())
	put(t, store.Obstacles(), FullObstacle())
	put(t, store.Assessments(), FullAssessment())
	put(t, store.Audits(), FullAudit())
	put(t, store.Answers(), FullAnswer())
	put(t, store.Candidates(), Candidates()...)
	put(t, store.Recommendations(), FullRecommendation())
	put(t, store.Equipment(), FullEquipment())
	put(t, store.Accounts(), FullAccount())
	put(t, store.Sessions(), FullSession())
	put(t, store.Conventions(), FullConvention())
	put(t, store.Journal(), FullEntry())
	put(t, store.Changes(), FullChange())
	put(t, store.Subscriptions(), FullSubscription())
	put(t, store.Jobs(), FullJob())
	put(t, store.Blobs(), FullBlob())
	for range 2 {
		if err := store.Close(); err != nil {
			t.Fatalf("Close: %v", err)
		}
	}
	store = reopened(t, h, location)
	if err := store.Ping(t.Context()); err != nil {
		t.Errorf("Ping: %v", err)
	}
	same(t, "Get", get(t, store.Holders(), "holder:1"), FullHolder())
	same(t, "Get", get(t, store.Deployments(), "deployment:1"), FullDeployment())
	same(t, "Get", get(t, store.Cameras(), "camera:1"), FullCamera())
	same(t, "Get", get(t, store.Cameras(), "camera:mobile"), FullMobileCamera())
	same(t, "Get", get(t, store.Areas(), "area:1"), FullArea())
	same(t, "Get", get(t, store.Obstacles(), "obstacle:1"), FullObstacle())
	same(t, "Get", get(t, store.Assessments(), "assessment:1"), FullAssessment())
	same(t, "Get", get(t, store.Audits(), "audit:1"), FullAudit())
	same(t, "Get", get(t, store.Answers(), "answer:1"), FullAnswer())
	same(t, "Get", get(t, store.Candidates(), "candidate:1"), FullCandidate())
	same(t, "Get", get(t, store.Recommendations(), "recommendation:1"), FullRecommendation())
	same(t, "Get", get(t, store.Equipment(), "equipment:1"), FullEquipment())
	same(t, "Get", get(t, store.Accounts(), "account:1"), FullAccount())
	same(t, "Get", get(t, store.Sessions(), "session:1"), FullSession())
	same(t, "Get", get(t, store.Conventions(), "convention:1"), FullConvention())
	same(t, "Get", get(t, store.Journal(), FullEntry().ID), FullEntry())
	same(t, "Get", get(t, store.Changes(), FullChange().ID), FullChange())
	same(t, "Get", get(t, store.Subscriptions(), "subscription:1"), FullSubscription())
	same(t, "Get", get(t, store.Jobs(), "job:1"), FullJob())
	same(t, "Get", get(t, store.Blobs(), FullBlob().ID), FullBlob())
	here := inventory.Query{Area: orb.Bound{Min: orb.Point{3, -44}, Max: orb.Point{4, 44}}}
	if got := keys(t.Context(), t, store.Cameras(), here); !slices.Equal(got, []inventory.ID{"camera:1"}) {
		t.Errorf("Find gave %q", got)
	}
	if got := keys(t.Context(), t, store.Areas(), here); !slices.Equal(got, []inventory.ID{"area:1"}) {
		t.Errorf("Find gave %q", got)
	}
}

// testClosed: a closed store gives errors, and closing again is harmless.
func testClosed(t *testing.T, h Harness) {
	store := h.Open(t, h.New(t))
	put(t, store.Cameras(), FullCamera())
	cameras := store.Cameras()
	for range 2 {
		if err := store.Close(); err != nil {
			t.Fatalf("Close: %v", err)
		}
	}
	if err := store.Ping(t.Context()); err == nil {
		t.Error("Ping of a closed store gave no error")
	}
	if _, err := cameras.Get(t.Context(), "camera:1"); err == nil || errors.Is(err, inventory.ErrNotFound) {
		t.Errorf("Get of a closed store: %v", err)
	}
	if err := cameras.Put(t.Context(), FullCamera()); err == nil {
		t.Error("Put of a closed store gave no error")
	}
	if _, err := inventory.All(t.Context(), cameras, inventory.Query{}); err == nil {
		t.Error("Find of a closed store gave no error")
	}
}
