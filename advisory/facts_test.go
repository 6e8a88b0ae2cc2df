package advisory_test

import (
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"vigie/advisory"
	"vigie/inventory"
	"vigie/inventory/inventorytest"
)

func to[V any](v V) *V { return &v }

// plainFields are the paths in JSON of the fields of a record that hold one value, or a list of texts.
func plainFields(t reflect.Type, path string) []string {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || t == reflect.TypeFor[inventory.Instant]() {
		return []string{path}
	}
	var paths []string
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		paths = append(paths, plainFields(t.Field(i).Type, strings.TrimPrefix(path+"."+name, "."))...)
	}
	return paths
}

// noFacts are the fields that no rule asks for as they are: names, places, shapes, and what facts are worked out from.
func noFacts() map[string]string {
	return map[string]string{
		"holder":     "id name siren commune contact provenance",
		"deployment": "id holder name commune vms recorder network sealed provenance authorisation.publicationRef authorisation.perimeter pieces",
		"camera": `id holder deployment externalId name address location positionToleranceM unit commune planLocation heads extra sealed
			department provenance mounting.support mounting.mast mounting.heightToleranceM device.manufacturer device.model device.serial
			device.ingressRating device.impactRating retiredOn`,
		"head": `id bearingToleranceDeg tiltDeg hfovDeg vfovDeg panRangeDeg sensorWidthMm sensorHeightMm focalMm codec objective
			planBearingDeg masks`,
		"area":    "id holder name commune geometry weight extra provenance",
		"need":    "area",
		"project": "holder cameras subsidyRatePct otherAidPct",
	}
}

// Every field of the records that are audited is a fact, or is named among those that are not.
func TestEveryFieldIsAFactOrNamed(t *testing.T) {
	records := map[string]reflect.Type{
		"holder": reflect.TypeFor[inventory.Holder](), "deployment": reflect.TypeFor[inventory.Deployment](),
		"camera": reflect.TypeFor[inventory.Camera](), "head": reflect.TypeFor[inventory.Head](), "area": reflect.TypeFor[inventory.Area](),
		"need": reflect.TypeFor[inventory.Need](), "project": reflect.TypeFor[inventory.Project](),
	}
	var sources strings.Builder
	for _, fact := range advisory.AllFacts() {
		sources.WriteString(strings.ReplaceAll(fact.From.EN, "camera.heads[]", "head") + " " + fact.Name + " ;\n")
	}
	said := " " + strings.NewReplacer(";", " ", ",", " ", "\n", " ").Replace(sources.String()) + " "
	for record, kind := range records {
		exempt := strings.Fields(noFacts()[record])
		for _, path := range plainFields(kind, "") {
			top, _, _ := strings.Cut(path, ".")
			if slices.Contains(exempt, path) || slices.Contains(exempt, top) {
				continue
			}
			last := path[strings.LastIndex(path, ".")+1:]
			if !strings.Contains(said, " "+record+"."+path+" ") && !strings.Contains(said, " "+last+" ") {
				t.Errorf("%s.%s is no fact: add it to the table, or name it in this test", record, path)
			}
		}
	}
}

func TestFactsAreDeclaredWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, fact := range advisory.AllFacts() {
		if seen[fact.Name] {
			t.Errorf("%s is there twice", fact.Name)
		}
		seen[fact.Name] = true
		if fact.Type == "" || fact.Subject == "" || fact.Label.FR == "" || fact.Label.EN == "" || fact.From.FR == "" || fact.From.EN == "" {
			t.Errorf("%s lacks something: %+v", fact.Name, fact)
		}
	}
	if len(seen) < 240 {
		t.Errorf("%d facts: a field of the table is no field of its record any more", len(seen))
	}
}

// Every fact that comes from records has its value, of its type, when every field of the records is known.
func TestFactsOfFullRecords(t *testing.T) {
	camera := inventorytest.FullCamera()
	camera.Heads = camera.Heads[:1]
	camera.Mounting.HeightM = to(4.0)
	c := advisory.Case{
		Holder: inventorytest.FullHolder(), Deployment: inventorytest.FullDeployment(), Camera: camera, Head: camera.Heads[0],
		Cameras: []inventory.Camera{camera}, Area: inventorytest.FullArea(),
	}
	fillFields(reflect.ValueOf(&c.Need).Elem())
	fillFields(reflect.ValueOf(&c.Project).Elem())
	c.Deployment.Pieces = map[inventory.Piece]bool{}
	for _, piece := range inventory.Pieces() {
		c.Deployment.Pieces[piece] = true
	}
	c.Head.TiltDeg = to(25.0)
	elsewhere := []string{
		"head.ownSurroundingsPct", "head.targetHiddenPct", "area.coveredPct", "area.cameraCount", "area.steadyCameraCount",
		"area.nightCameraCount", "area.localRecordingCount", "need.facadesInViewM", "need.bitrateCeilingMbps", "gap.shortfallPct",
		"tie.candidates", "project.cameraCount", "project.publicWayCameras", "project.criticalNodes", "project.bitrateMbps",
		"project.disks", "project.deviceW", "project.largestDeviceW", "project.eligibleEur", "project.subsidyCeilingEur",
		"project.subsidyPct", "project.aidCapPct",
	}
	types := map[advisory.FactType]string{
		advisory.Flag: "bool", advisory.Whole: "int", advisory.Number: "float64", advisory.Text: "string",
		advisory.Day: "inventory.Date", advisory.List: "[]string",
	}
	facts := c.Facts(inventory.SubjectCamera)
	maps.Copy(facts, c.Facts(inventory.SubjectArea))
	maps.Copy(facts, c.Facts(advisory.SubjectNeed))
	for _, fact := range advisory.AllFacts() {
		value, known := facts[fact.Name]
		switch want := types[fact.Type]; {
		case slices.Contains(elsewhere, fact.Name):
		case !known:
			t.Errorf("%s is unknown", fact.Name)
		case reflect.TypeOf(value).String() != want:
			t.Errorf("%s is a %T, not a %s", fact.Name, value, want)
		}
	}
}

// fillFields makes every field of a record known.
func fillFields(record reflect.Value) {
	for i := range record.NumField() {
		field := record.Field(i)
		if field.Kind() == reflect.Pointer {
			field.Set(reflect.New(field.Type().Elem()))
			continue
		}
		if field.Kind() == reflect.Slice {
			field.Set(reflect.MakeSlice(field.Type(), 1, 1))
			field = field.Index(0)
		}
		field.SetString("2026-12-31")
	}
}

func TestFactsOfNothing(t *testing.T) {
	for _, subject := range []inventory.SubjectKind{
		inventory.SubjectHolder, inventory.SubjectDeployment, inventory.SubjectCamera, inventory.SubjectArea,
		advisory.SubjectNeed, advisory.SubjectProject,
	} {
		if facts := (advisory.Case{}).Facts(subject); len(facts) > 0 {
			t.Errorf("of a %s nothing is known, and yet %v", subject, facts)
		}
	}
}

// The worked values of geo: 1920 px through 6 mm on 5.57 mm at 8.3 m give 249 px/m, never 250; a camera at 6 m, tilted
// 25°, with a vertical field of 43° sees the ground from 5.69 m on; from 4 m up a face at 5 m is seen from 25.6° above.
func TestFactsOfGeometry(t *testing.T) {
	density := advisory.Case{Head: inventory.Head{
		SensorWidthMM: to(5.57), FocalMM: to(6.0), RecordedWidthPx: to(1920), TargetDistanceM: to(8.3),
	}}.Facts(inventory.SubjectCamera)["head.densityAtTargetPxM"]
	if d, ok := density.(float64); !ok || math.Floor(d) != 249 {
		t.Errorf("density %v, want 249 and a bit", density)
	}
	tall := advisory.Case{Camera: inventory.Camera{Mounting: inventory.Mounting{HeightM: to(6.0)}}, Head: inventory.Head{
		TiltDeg: to(25.0), VFOVDeg: to(43.0),
	}}.Facts(inventory.SubjectCamera)["head.deadZoneM"]
	if d, ok := tall.(float64); !ok || math.Abs(d-5.69) > 0.01 {
		t.Errorf("dead zone %v, want 5.69", tall)
	}
	face := advisory.Case{Camera: inventory.Camera{Mounting: inventory.Mounting{HeightM: to(4.0)}}, Head: inventory.Head{
		TargetDistanceM: to(5.0),
	}}.Facts(inventory.SubjectCamera)["head.faceAngleDeg"]
	if d, ok := face.(float64); !ok || math.Abs(d-25.6) > 0.05 {
		t.Errorf("face angle %v, want 25.6", face)
	}
}

func TestFactsOfACameraThatStandsElsewhere(t *testing.T) {
	square := inventory.Surface{{{{3.87, 43.60}, {3.89, 43.60}, {3.89, 43.62}, {3.87, 43.62}, {3.87, 43.60}}}}
	at := func(lon, lat float64) inventory.Camera {
		return inventory.Camera{Category: inventory.Fixed, Location: &inventory.Point{lon, lat}}
	}
	c := advisory.Case{
		Deployment: inventory.Deployment{Authorisation: inventory.Authorisation{Perimeter: square}},
		Cameras:    []inventory.Camera{at(3.88, 43.61), at(3.90, 43.61), {Category: inventory.BodyWorn}},
	}
	facts := c.Facts(inventory.SubjectDeployment)
	if facts["deployment.camerasOutsidePerimeter"] != 1 || facts["authorisation.hasPerimeter"] != true {
		t.Errorf("facts %v, want one camera outside a perimeter", facts)
	}
	c.Cameras[0].Location = nil
	if value, known := c.Facts(inventory.SubjectDeployment)["deployment.camerasOutsidePerimeter"]; known {
		t.Errorf("%v cameras are outside, though the place of one is unknown", value)
	}
	moved := at(3.88, 43.61)
	moved.PlanLocation = &inventory.Point{3.88, 43.6101}
	off := advisory.Case{Camera: moved, Head: inventory.Head{BearingDeg: to(350.0), PlanBearingDeg: to(20.0)}}.Facts(inventory.SubjectCamera)
	if d, ok := off["camera.distanceToPlanM"].(float64); !ok || math.Abs(d-11.1) > 0.1 || off["head.bearingOffPlanDeg"] != 30.0 {
		t.Errorf("facts %v, want 11.1 m and 30°", off)
	}
}

// What is counted over the cameras of a deployment is unknown as soon as one of them may change it.
func TestFactsCountedOverCameras(t *testing.T) {
	first := inventory.Camera{
		InServiceSince: "2024-05-01", FilmsPublicWay: to(false), Mounting: inventory.Mounting{Outdoor: to(true)},
		Heads: []inventory.Head{{BitrateMbps: to(4.0)}},
	}
	second := first
	second.InServiceSince, second.Heads = "2023-02-01", []inventory.Head{{BitrateMbps: to(2.5)}}
	retired := inventory.Camera{Status: inventory.Retired, InServiceSince: "2001-01-01"}
	facts := advisory.Case{Cameras: []inventory.Camera{first, second, retired}}.Facts(inventory.SubjectDeployment)
	for name, want := range map[string]any{
		"deployment.cameraCount": 2, "deployment.filmsPublicWay": false, "deployment.inServiceSince": inventory.Date("2023-02-01"),
		"deployment.hasOutdoor": true, "deployment.hasIndoor": false, "deployment.bitrateMbps": 6.5,
	} {
		if facts[name] != want {
			t.Errorf("%s is %v, want %v", name, facts[name], want)
		}
	}
	second = inventory.Camera{}
	facts = advisory.Case{Cameras: []inventory.Camera{first, second}}.Facts(inventory.SubjectDeployment)
	for _, name := range []string{
		"deployment.filmsPublicWay", "deployment.inServiceSince", "deployment.hasIndoor", "deployment.bitrateMbps",
	} {
		if value, known := facts[name]; known {
			t.Errorf("%s is %v, though nothing is known of a camera", name, value)
		}
	}
	if facts["deployment.hasOutdoor"] != true {
		t.Error("one camera is outdoors, whatever the other is")
	}
}

func dateOf(day string) inventory.Date { return inventory.Date(day) }

// TestMeanings: what is written as a code is told in both languages, for every word of every fact, every lawful purpose and
// every level; the words of a limit are those of its fact.
func TestMeanings(t *testing.T) {
	book := loadBook(t)
	told := func(name, word string) {
		text, known := book.Meaning(name, word)
		if !known || text.FR == "" || text.EN == "" {
			t.Errorf("%s %q: %+v", name, word, text)
		}
	}
	for _, fact := range advisory.AllFacts() {
		for _, word := range fact.Words {
			told(fact.Name, word)
		}
	}
	for _, scale := range book.Scales {
		for _, level := range scale.Levels {
			told("requirement.level", level.Code)
		}
	}
	told("limit.droneHolders", "state_force")
	for name, word := range map[string]string{"authorisation.status": "lost", "authorisation.number": "granted", "nothing": "day"} {
		if text, known := book.Meaning(name, word); known {
			t.Errorf("%s %q means %+v", name, word, text)
		}
	}
}
