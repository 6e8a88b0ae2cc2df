package inventory_test

import (
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"vigie/inventory"
	"vigie/inventory/inventorytest"
)

func known[V any](v V) *V { return &v }

// faultyFields are the fields that Validate complains of, in its order.
func faultyFields(t *testing.T, record interface{ Validate() error }) []string {
	t.Helper()
	err := record.Validate()
	if err == nil {
		return nil
	}
	var invalid *inventory.InvalidError
	if !errors.As(err, &invalid) {
		t.Fatalf("Validate gave a %T: %v", err, err)
	}
	var fields []string
	for _, f := range invalid.Faults {
		if f.Reason == "" {
			t.Errorf("%s has no reason", f.Field)
		}
		if !strings.Contains(err.Error(), f.Field+": "+f.Reason) {
			t.Errorf("%q does not say %q", err, f.Field)
		}
		fields = append(fields, f.Field)
	}
	return fields
}

func TestFullRecordsAreValid(t *testing.T) {
	for _, r := range []inventory.Record{
		inventorytest.FullHolder(), inventorytest.FullDeployment(), inventorytest.FullCamera(),
		inventorytest.FullMobileCamera(), inventorytest.FullArea(), inventorytest.FullObstacle(), inventorytest.FullAssessment(),
	} {
		if err := r.Validate(); err != nil {
			t.Errorf("%T: %v", r, err)
		}
	}
}

// TestValidateTellsEveryFault breaks many fields of each kind at once and wants them all named.
func TestValidateTellsEveryFault(t *testing.T) {
	bowTie := inventory.Surface{{{{3, 43}, {3.1, 43.1}, {3.1, 43}, {3, 43.1}, {3, 43}}}}

	holder := inventorytest.FullHolder()
	holder.ID, holder.Name, holder.Kind, holder.Type, holder.Siren = "a b", "", "town", "king", "213401723"
	holder.Commune, holder.Department = "3417", "9"
	holder.CNILUndertakingOn, holder.DPIAOn, holder.MunicipalPolicePosts = "2026-02-30", "1/2/2026", known(-1)

	deployment := inventorytest.FullDeployment()
	deployment.ID, deployment.Holder, deployment.Name, deployment.Regime = "", "é", "", "martial"
	deployment.Pieces, deployment.RetentionDays = map[inventory.Piece]bool{"poem": true}, known(-1)
	a := &deployment.Authorisation
	a.Status, a.GrantedOn, a.ExpiresOn, a.Purposes = "perhaps", "2026-01-02", "2026-01-01", []inventory.Purpose{"P01", "P12"}
	a.MaxCameras, a.RetentionDaysMax, a.RetentionDaysMin, a.Perimeter = known(-1), known(-1), known(99_999), bowTie

	camera := inventorytest.FullCamera()
	camera.ID, camera.Holder, camera.Deployment, camera.Category, camera.Status = "", "", "a/b", "toy", "lost"
	camera.Location, camera.Commune, camera.Department = &inventory.Point{200, 0}, "2C004", "2C"
	camera.Mounting.HeightM, camera.Mounting.DistanceToOwnBuildingM = known(-1.0), known(math.NaN())
	camera.Device.MinTemperatureC, camera.Device.PowerW, camera.Device.FirmwareOn = known(-300.0), known(math.Inf(1)), "soon"
	camera.InServiceSince = "2026-13-01"
	h := &camera.Heads[0]
	h.Kind, h.Shot, h.BearingDeg, h.TiltDeg, h.HFOVDeg, h.RecordedWidthPx = "eye", "long", known(360.0), known(91.0), known(0.0), known(0)
	h.Purposes = []inventory.Purpose{"X"}
	camera.Heads[1].ID = "1"

	area := inventorytest.FullArea()
	area.ID, area.Holder, area.Category, area.Name, area.Geometry = "", " ", "lawn", "", bowTie
	area.Weight, area.Requirement = known(-1.0), &inventory.Requirement{SharePct: 101, Period: "dusk"}

	obstacle := inventorytest.FullObstacle()
	obstacle.ID, obstacle.Commune, obstacle.Geometry, obstacle.HeightM = "", "x", nil, known(-1.0)

	assessment := inventorytest.FullAssessment()
	assessment.ID, assessment.Request.Area, assessment.Result.Perimeter = "", "a b", bowTie
	assessment.Request.Areas, assessment.Request.Statuses = []inventory.ID{"ok", ""}, []inventory.Status{"lost"}
	assessment.Request.TargetHeightM = known(51.0)

	for _, c := range []struct {
		record inventory.Record
		fields string
	}{
		{holder, "id name kind type siren commune department cnilUndertakingOn dpiaOn municipalPolicePosts"},
		{deployment, "id holder name regime pieces.poem retentionDays authorisation.status authorisation.expiresOn " +
			"authorisation.purposes[1] authorisation.maxCameras authorisation.retentionDaysMax " +
			"authorisation.retentionDaysMin authorisation.perimeter"},
		{camera, "id holder deployment category status location " +
			"location commune department mounting.heightM " +
			"mounting.distanceToOwnBuildingM device.minTemperatureC device.powerW device.firmwareOn inServiceSince " +
			"heads[0].kind heads[0].shot heads[0].bearingDeg heads[0].tiltDeg heads[0].hfovDeg heads[0].recordedWidthPx " +
			"heads[0].purposes[0] heads[1].id"},
		{area, "id holder name category geometry weight requirement.level requirement.sharePct requirement.period"},
		{obstacle, "id commune geometry heightM"},
		{assessment, "id request.perimeter request.area request.areas[1] request.statuses[0] request.targetHeightM result.perimeter"},
	} {
		want := strings.Fields(c.fields)
		got := faultyFields(t, c.record)
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%T: faults in\n%q, not in\n%q", c.record, got, want)
		}
	}
}

func TestCameraHasPlaceOrUnit(t *testing.T) {
	place := &inventory.Point{3.8, 43.6}
	for _, c := range []struct {
		name     string
		category inventory.Category
		place    *inventory.Point
		unit     string
		fields   []string
	}{
		{"fixed with a place", inventory.Fixed, place, "", nil},
		{"fixed without", inventory.Fixed, nil, "", []string{"location"}},
		{"drone with a unit", inventory.Drone, nil, "unité", nil},
		{"drone without", inventory.Drone, nil, "", []string{"unit"}},
		{"body-worn with a place", inventory.BodyWorn, place, "unité", []string{"location"}},
	} {
		camera := inventory.Camera{ID: "c", Holder: "h", Category: c.category, Location: c.place, Unit: c.unit}
		if got := faultyFields(t, camera); !slices.Equal(got, c.fields) {
			t.Errorf("%s: faults in %q", c.name, got)
		}
	}
}

func TestBounds(t *testing.T) {
	for _, c := range []struct {
		bearing float64
		valid   bool
	}{{0, true}, {359.999, true}, {360, false}, {-0.001, false}, {math.NaN(), false}} {
		camera := inventorytest.FullCamera()
		camera.Heads[0].BearingDeg = &c.bearing
		if valid := camera.Validate() == nil; valid != c.valid {
			t.Errorf("a bearing of %v is valid: %t", c.bearing, valid)
		}
	}
	for id, valid := range map[inventory.ID]bool{
		"a": true, "A-z_0.9:x": true, inventory.NewID(): true, inventory.ID(strings.Repeat("x", 128)): true,
		"": false, "a b": false, "é": false, "a/b": false, "a\n": false, inventory.ID(strings.Repeat("x", 129)): false,
	} {
		holder := inventorytest.FullHolder()
		holder.ID = id
		if got := holder.Validate() == nil; got != valid {
			t.Errorf("the identifier %q is valid: %t", id, got)
		}
	}
}

func TestAttributes(t *testing.T) {
	updated := "2026-03-29T00:59:59.987Z"
	for _, c := range []struct {
		record inventory.Record
		want   inventory.Attributes
	}{
		{inventorytest.FullHolder(), inventory.Attributes{
			"category": "local_authority", "commune": "34172", "department": "34", "import": "import-1", "updated": updated}},
		{inventorytest.FullDeployment(), inventory.Attributes{
			"holder": "holder:1", "category": "csi_public_way", "status": "granted", "commune": "2A004", "department": "2A",
			"import": "import-1", "updated": updated}},
		{inventorytest.FullCamera(), inventory.Attributes{
			"holder": "holder:1", "deployment": "deployment:1", "category": "fixed", "status": "in_service",
			"commune": "34172", "department": "34", "import": "import-1", "updated": updated}},
		{inventorytest.FullMobileCamera(), inventory.Attributes{
			"holder": "holder:1", "category": "body_worn", "status": "planned", "department": "974"}},
		{inventorytest.FullArea(), inventory.Attributes{
			"holder": "holder:1", "category": "priority_place", "commune": "97411", "department": "974",
			"import": "import-1", "updated": updated}},
		{inventorytest.FullObstacle(), inventory.Attributes{
			"commune": "34172", "department": "34", "import": "import-1", "updated": updated}},
		{inventorytest.FullAssessment(), inventory.Attributes{
			"holder": "holder:1", "commune": "34172", "department": "34", "import": "import-1", "updated": updated}},
		{inventory.Holder{Commune: "97411"}, inventory.Attributes{"commune": "97411", "department": "974"}},
		{inventory.Holder{Commune: "2B033"}, inventory.Attributes{"commune": "2B033", "department": "2B"}},
	} {
		if got := c.record.Attributes(); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%T: %v, not %v", c.record, got, c.want)
		}
	}
}

func TestShapes(t *testing.T) {
	deployment := inventorytest.FullDeployment()
	deployment.Authorisation.Perimeter = nil
	for _, r := range []inventory.Record{inventorytest.FullHolder(), inventorytest.FullMobileCamera(), deployment} {
		if r.Shape() != nil {
			t.Errorf("a %T without a place has the shape %v", r, r.Shape())
		}
	}
	if got := inventorytest.FullCamera().Shape(); got != (orb.Point{3.876716123456789, -43.608970987654321}) {
		t.Errorf("a camera is at %v", got)
	}
	if got, ok := inventorytest.FullArea().Shape().(orb.MultiPolygon); !ok || len(got) != 2 {
		t.Errorf("an area has the shape %v", got)
	}
}

func TestTagFollowsEveryByte(t *testing.T) {
	camera := inventorytest.FullCamera()
	tag := inventory.Tag(camera)
	if len(tag) != 32 || strings.Trim(tag, "0123456789abcdef") != "" {
		t.Errorf("the tag is %q", tag)
	}
	if inventory.Tag(inventorytest.FullCamera()) != tag {
		t.Error("the same record has two tags")
	}
	text, err := json.Marshal(camera)
	if err != nil {
		t.Fatal(err)
	}
	var read inventory.Camera
	if err := json.Unmarshal(text, &read); err != nil || inventory.Tag(read) != tag {
		t.Errorf("the record read back has another tag (%v)", err)
	}
	seen := map[string]bool{tag: true}
	for i, change := range []func(*inventory.Camera){
		func(c *inventory.Camera) { c.Name += " " },
		func(c *inventory.Camera) { c.Heads[0].TiltDeg = known(0.0) }, // it was −0
		func(c *inventory.Camera) { c.Heads[0].HFOVDeg = nil },
		func(c *inventory.Camera) { c.Location[0] = math.Nextafter(c.Location[0], 4) },
		func(c *inventory.Camera) { c.Extra["new"] = "" },
		func(c *inventory.Camera) { *c = inventory.Camera{} },
	} {
		changed := inventorytest.FullCamera()
		change(&changed)
		if other := inventory.Tag(changed); seen[other] {
			t.Errorf("change %d keeps a tag", i)
		} else {
			seen[other] = true
		}
	}
}

func TestIDs(t *testing.T) {
	if a, b := inventory.NewID(), inventory.NewID(); a >= b {
		t.Errorf("%q was made before %q", a, b)
	}
	same := inventory.DeriveID("camera", "holder:1", "CAM 7")
	// Computed by another implementation of RFC 9562 UUID version 5, in the space of version 5 of DNS "vigie".
	if same != "b2193d85-c959-5d0d-8bcb-0dc614113746" {
		t.Errorf("the identifier is %q: every import made so far would be made twice", same)
	}
	for _, parts := range [][]string{{"camera", "holder:1CAM", " 7"}, {"camera", "holder:1"}, {"area", "holder:1", "CAM 7"}, nil} {
		if inventory.DeriveID(parts...) == same {
			t.Errorf("%q give the identifier of others", parts)
		}
	}
}
