package api_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"vigie/inventory"
	"vigie/inventory/inventorytest"
)

const conventionsURL = "/api/v1/conventions"

// agreed is a convention of a holder with south, in force at the clock of the tests.
func agreed(id, holder inventory.ID, edit func(*inventory.Convention)) inventory.Convention {
	c := inventory.Convention{
		ID: id, Kind: "public_authority_access", Holder: holder, With: inventory.Party{Holder: "south"}, Purpose: "Continuité territoriale",
		All: true, Disclosure: inventory.DisclosureExact, From: "2026-11-01", To: "2026-12-31",
		Signatures: []inventory.Signature{
			{Capacity: "mayor", By: "Maire de Vaubrenne", On: "2026-10-12"}, {Capacity: "president", By: "Présidente de l’agglomération", On: "2026-10-14"},
		},
	}
	if edit != nil {
		edit(&c)
	}
	return c
}

func asJSON(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestConventions: the holder signs, both sides read, nobody else can tell that there is one; withdrawn, it gives nothing more.
func TestConventions(t *testing.T) { onEachStore(t, testConventions) }

func testConventions(t *testing.T, open opener) {
	raw := open(t)
	base := guardedServer(t, raw)
	recordsOf(t, raw, "north")
	recordsOf(t, raw, "south")
	north := with(keyOf(t, raw, inventory.Account{Role: inventory.RoleHolderEditor, Holder: "north"}), "Content-Type", "application/json")
	south := with(keyOf(t, raw, inventory.Account{Role: inventory.RoleHolderEditor, Holder: "south"}), "Content-Type", "application/json")
	east := keyOf(t, raw, inventory.Account{Role: inventory.RoleHolderEditor, Holder: "east"})
	signed := asJSON(t, agreed("north:1", "north", nil))
	address := conventionsURL + "/north:1"
	runAll(t, base, []scenario{
		{name: "before", method: "GET", url: "/api/v1/cameras/camera-north", headers: south, status: 404},
		{name: "for another", method: "POST", url: conventionsURL, headers: south, body: asJSON(t, agreed("", "north", nil)), status: 403},
		{name: "unsigned", method: "POST", url: conventionsURL, headers: north, body: asJSON(t, agreed("", "north", func(c *inventory.Convention) { c.Signatures = nil })), status: 422, has: []string{`"field":"signatures"`}},
		{name: "created", method: "POST", url: conventionsURL, headers: north, body: signed, status: 201, replies: map[string]string{"Location": address, "ETag": "*"}},
		{name: "seen", method: "GET", url: "/api/v1/cameras/camera-north", headers: south, status: 200, has: []string{"43.6"}},
		{name: "listed", method: "GET", url: "/api/v1/cameras?bbox=3.8,43.5,4,43.7", headers: south, status: 200, has: []string{"camera-north", "camera-south"}},
		{name: "not written", method: "DELETE", url: "/api/v1/cameras/camera-north", headers: with(south, "If-Match", "*"), status: 403},
		{name: "read by its holder", method: "GET", url: conventionsURL + "?with=holder:south", headers: north, status: 200, has: []string{"north:1"}},
		{name: "read by the other", method: "GET", url: address, headers: south, status: 200, has: []string{"Maire de Vaubrenne"}},
		{name: "not by others", method: "GET", url: address, headers: east, status: 404},
		{name: "nor listed", method: "GET", url: conventionsURL, headers: east, status: 200, has: []string{`{"items":[]}`}},
		{name: "not written by the other", method: "PUT", url: address, headers: with(south, "If-Match", "*"), body: signed, status: 403},
		{name: "nor removed", method: "DELETE", url: address, headers: with(south, "If-Match", "*"), status: 403},
		{name: "kinds", method: "GET", url: "/api/v1/convention-kinds", headers: south, status: 200, has: []string{"CSI, art. L512-4", `"verified":"yes"`, `"signers":["mayor","prefect","prosecutor"]`}},
		{name: "no condition", method: "PUT", url: address, headers: north, body: signed, status: 428},
		{name: "stale", method: "PUT", url: address, headers: with(north, "If-Match", `"0"`), body: signed, status: 412},
	})
	withdrawnAt := inventory.InstantOf(clock())
	withdrawn := asJSON(t, agreed("north:1", "north", func(c *inventory.Convention) { c.WithdrawnAt = &withdrawnAt }))
	runAll(t, base, []scenario{
		{name: "withdrawn", method: "PUT", url: address, headers: with(north, "If-Match", "*"), body: withdrawn, status: 200},
		{name: "gone", method: "GET", url: "/api/v1/cameras/camera-north", headers: south, status: 404},
		{name: "not listed", method: "GET", url: "/api/v1/cameras?bbox=3.8,43.5,4,43.7", headers: south, status: 200, has: []string{"camera-south"}, hasNot: []string{"camera-north"}},
		{name: "still read", method: "GET", url: conventionsURL + "?status=withdrawn&kind=public_authority_access", headers: south, status: 200, has: []string{"north:1"}},
		{name: "removed", method: "DELETE", url: address, headers: with(north, "If-Match", "*"), status: 204},
	})
}

// secretWorld fills a store with what south may see coarsely or not at all. Two worlds differ in nothing that south is told: the
// cells, the communes, and the numbers to the step.
func secretWorld(t *testing.T, raw inventory.Store, world int) {
	t.Helper()
	ctx := t.Context()
	recordsOf(t, raw, "south")
	seed := rand.New(rand.NewPCG(uint64(world), 3))
	put := func(holder inventory.ID, rank int, at inventory.Point) {
		c := inventorytest.FullCamera()
		c.ID, c.Holder, c.Location, c.Commune, c.Department = inventory.ID(fmt.Sprintf("%s:%02d", holder, rank)), holder, &at, "34172", "34"
		if world == 1 {
			c.Name, c.Deployment, c.Status, c.Heads, c.Mounting = "", "", inventory.Retired, c.Heads[:0], inventory.Mounting{}
			c.Provenance, c.Address, c.Device, c.Extra, c.ExternalID = inventory.Provenance{}, "", inventory.Device{}, nil, ""
		}
		if err := raw.Cameras().Put(ctx, c); err != nil {
			t.Fatal(err)
		}
	}
	scattered := func() inventory.Point {
		return inventory.Point{3.85 + 0.08*seed.Float64(), 43.57 + 0.08*seed.Float64()}
	}
	for i := range 12 { // each anywhere in its cell
		cell := inventory.Coarse(inventory.Point{3.87 + 0.006*float64(i%4), 43.6 + 0.004*float64(i/4)})
		put("street", i, inventory.Point{cell[0] + 0.0034*(seed.Float64()-0.5), cell[1] + 0.0024*(seed.Float64()-0.5)})
	}
	for i := range 7 + 2*world { // five at least
		put("commune", i, scattered())
	}
	for i := range 1 + 20*world {
		put("presence", i, scattered())
	}
	for i := range 6 + world {
		put("counted", i, scattered())
	}
	err := errors.Join(
		raw.Conventions().Put(ctx, agreed("s", "street", func(c *inventory.Convention) { c.Disclosure = inventory.DisclosureStreet })),
		raw.Conventions().Put(ctx, agreed("c", "commune", func(c *inventory.Convention) { c.Disclosure = inventory.DisclosureCommune })),
		raw.Conventions().Put(ctx, agreed("p", "presence", func(c *inventory.Convention) { c.Disclosure = inventory.DisclosurePresence })),
		raw.Conventions().Put(ctx, agreed("n", "counted", func(c *inventory.Convention) { c.Disclosure, c.Counted = "", true })))
	if err != nil {
		t.Fatal(err)
	}
}

// attackOnPlaces are requests that close in on the places of cameras by boxes that are halved again and again, by filters and
// by small studies.
func attackOnPlaces() []scenario {
	seed := rand.New(rand.NewPCG(9, 9))
	var all []scenario
	ask := func(path string) { all = append(all, scenario{method: "GET", url: path}) }
	for range 60 {
		lon, lat, size := 3.86+0.04*seed.Float64(), 43.59+0.03*seed.Float64(), 0.02*math.Exp(-8*seed.Float64())
		box := fmt.Sprintf("bbox=%.7f,%.7f,%.7f,%.7f", lon-size, lat-size, lon+size, lat+size)
		ask("/api/v1/cameras?limit=1000&" + box)
		ask("/api/v1/counts/cameras?by=holder,status&" + box)
		ask("/ogc/collections/cameras/items?" + box)
	}
	for _, filter := range []string{
		"status=retired", "status=in_service", "deployment=deployment:1", "import=import:1", "updatedFrom=2000-01-01", "updatedBefore=2030-01-01",
		"category=fixed", "commune=34172", "department=34", "holder=street", "holder=commune,presence,counted", "holder=counted&commune=34172",
	} {
		ask("/api/v1/cameras?limit=1000&" + filter)
		ask("/api/v1/counts/cameras?by=holder,commune,deployment,import&" + filter)
	}
	for _, holder := range []string{"street", "commune", "presence", "counted"} {
		for _, rank := range []string{"00", "03", "99"} {
			ask("/api/v1/cameras/" + holder + ":" + rank)
			ask("/ogc/collections/cameras/items/" + holder + ":" + rank)
			all = append(all, scenario{method: "DELETE", url: "/api/v1/cameras/" + holder + ":" + rank})
		}
	}
	ask("/api/v1/counts/shared-cameras")
	ask("/ogc/collections/cameras")
	for i := range 8 { // coverage of small grounds would draw a footprint
		lon, lat := 3.87+0.006*float64(i%4), 43.6+0.004*float64(i/4)
		ground := fmt.Sprintf(`{"type":"Polygon","coordinates":[[[%v,%v],[%v,%v],[%v,%v],[%v,%v],[%v,%v]]]}`,
			lon, lat, lon+0.001, lat, lon+0.001, lat+0.001, lon, lat+0.001, lon, lat)
		all = append(all, scenario{method: "POST", url: studiesURL, body: `{"assume":"dome-ptz-2mp","privacy":true,"perimeter":` + ground + `}`})
	}
	all = append(all, scenario{method: "POST", url: "/api/v1/audits", body: `{"at":"2026-11-21","area":"area-south"}`},
		scenario{method: "POST", url: "/api/v1/audits", body: `{"at":"2026-11-21","holder":"street"}`})
	return all
}

// TestAttackOnPlaces asks two stores the same hundreds of questions. The stores differ only in what the grades hide, and so the
// answers do not differ at all: nobody finds out by them what the grades hide.
func TestAttackOnPlaces(t *testing.T) { onEachStore(t, testAttackOnPlaces) }

func testAttackOnPlaces(t *testing.T, open opener) {
	questions := attackOnPlaces()
	var told [2][]string
	for world := range told {
		raw := open(t)
		secretWorld(t, raw, world)
		base := guardedServer(t, raw)
		key := with(keyOf(t, raw, inventory.Account{ID: "spy", Role: inventory.RoleHolderEditor, Holder: "south"}), "Content-Type", "application/json")
		key["If-Match"] = "*"
		for _, q := range questions {
			answer := asked(t, q.method, base+q.url, key, q.body, "-")
			if strings.Contains(answer, base) { // the tag is a hash of the text, and so of the server's address
				answer = regexp.MustCompile(`(?m)^Etag: .*$`).ReplaceAllString(answer, "")
			}
			told[world] = append(told[world], strings.ReplaceAll(answer, base, ""))
		}
	}
	places := 0
	for i, q := range questions {
		if told[0][i] != told[1][i] {
			t.Fatalf("%s %s %s tells\n%s\nand\n%s", q.method, q.url, q.body, told[0][i], told[1][i])
		}
		places += strings.Count(told[0][i], `"disclosure":"street"`)
		if strings.HasPrefix(told[0][i], "5") {
			t.Errorf("%s %s: %s", q.method, q.url, told[0][i])
		}
	}
	if places < 100 {
		t.Errorf("the attack met %d coarse places: it did not come near", places)
	}
}

// square is a ground of whole degrees·10⁻³ as the commune of the tests.
func communeOf(holder inventory.ID, id inventory.ID, lon float64) inventory.Area {
	return inventory.Area{
		ID: id, Holder: holder, Category: inventory.AreaCommune, Name: "Vaubrenne", Commune: "34172", Department: "34",
		Geometry: inventory.Surface{{{{lon, 43.6}, {lon + 0.02, 43.6}, {lon + 0.02, 43.62}, {lon, 43.62}, {lon, 43.6}}}},
	}
}

// TestCountedWithoutPlaces: cameras that only count come into the figures of a commune, rounded and as bounds, whatever the
// caller adds or changes; nothing else of a study tells that they are there.
func TestCountedWithoutPlaces(t *testing.T) { onEachStore(t, testCountedWithoutPlaces) }

func testCountedWithoutPlaces(t *testing.T, open opener) {
	raw := open(t)
	ctx := t.Context()
	recordsOf(t, raw, "south")
	base := guardedServer(t, raw)
	key := with(keyOf(t, raw, inventory.Account{Role: inventory.RoleHolderEditor, Holder: "south"}), "Content-Type", "application/json")
	var full inventory.Camera
	if err := json.Unmarshal([]byte(cameraBody), &full); err != nil {
		t.Fatal(err)
	}
	bearing, field, width, height := 40.0, 60.0, 1920, 5.0
	full.Status, full.Mounting.HeightM = inventory.InService, &height
	full.Heads = []inventory.Head{{ID: "1", Kind: inventory.HeadFixed, BearingDeg: &bearing, HFOVDeg: &field, RecordedWidthPx: &width}}
	put := func(holder inventory.ID, id inventory.ID, at inventory.Point) {
		c := full
		c.ID, c.Holder, c.Name, c.Address, c.Location = id, holder, "Nom de "+string(id), "rue de "+string(id), &at
		if err := raw.Cameras().Put(ctx, c); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 8 {
		put("north", inventory.ID(fmt.Sprintf("hidden-%d", i)), inventory.Point{3.8712345 + 0.002*float64(i), 43.6112345})
	}
	put("south", "own", inventory.Point{3.88, 43.605})
	if err := raw.Areas().Put(ctx, communeOf("", "vaubrenne", 3.87)); err != nil {
		t.Fatal(err)
	}
	study := func(body string) (string, *inventory.SharedCoverage) {
		t.Helper()
		answer, text := request(t, http.MethodPost, base+studiesURL, key, body)
		var made inventory.Assessment
		if err := json.Unmarshal([]byte(text), &made); err != nil || answer.StatusCode/100 != 2 {
			t.Fatalf("%d %s (%v)", answer.StatusCode, text, err)
		}
		shared := made.Result.Shared
		for _, secret := range []string{"hidden", "north", "43.6112345", "3.8712345"} {
			if strings.Contains(text, secret) {
				t.Errorf("%s tells %s", body, secret)
			}
		}
		made.ID, made.Provenance, made.Result.Shared = "", inventory.Provenance{}, nil
		return asJSON(t, made), shared
	}
	const whole = `{"commune":"34172"}`
	alone, none := study(whole)
	if none != nil {
		t.Errorf("without a convention: %+v", none)
	}
	convention := agreed("n", "north", func(c *inventory.Convention) { c.Disclosure, c.Counted = "", true })
	if err := raw.Conventions().Put(ctx, convention); err != nil {
		t.Fatal(err)
	}
	rest, shared := study(whole)
	if rest != alone {
		t.Errorf("the rest of the study differs:\n%s\n%s", rest, alone)
	}
	if shared == nil || shared.CamerasAtLeast != 5 || !(shared.Levels[0].SeenM2 > 0) || shared.Levels[0].TogetherAtMostPct <= shared.Levels[0].TogetherAtLeastPct {
		t.Fatalf("%+v", shared)
	}
	told := asJSON(t, shared.Levels[0].SeenM2)
	for i := range 6 { // probes of the caller's own, on the hidden footprints
		put("south", inventory.ID(fmt.Sprintf("probe-%d", i)), inventory.Point{3.8713 + 0.002*float64(i), 43.6113})
		if _, shared := study(whole); asJSON(t, shared.Levels[0].SeenM2) != told {
			t.Errorf("probe %d changes %s to %+v", i, told, shared.Levels[0])
		}
	}
	if _, shared := study(`{"commune":"34172","targetHeightM":1.2,"statuses":["in_service"],"assume":"dome-ptz-2mp","areas":[]}`); asJSON(t, shared.Levels[0].SeenM2) != told {
		t.Errorf("the request changes %s to %+v", told, shared.Levels[0])
	}
	if err := raw.Areas().Put(ctx, communeOf("south", "south:own", 3.9)); err != nil {
		t.Fatal(err)
	}
	for name, body := range map[string]string{
		"own ground beside": whole, "own ground": `{"area":"south:own"}`, "drawn ground": squareRequest,
		"other ground": `{"area":"vaubrenne","ground":"priority_place"}`, "open ground": `{"area":"vaubrenne","openGround":true}`,
	} {
		if _, shared := study(body); shared != nil {
			t.Errorf("%s: %+v", name, shared)
		}
	}
	if _, shared := study(`{"area":"vaubrenne"}`); shared == nil {
		t.Error("the commune by its identifier tells nothing")
	}
	convention.To = "2026-11-20"
	if err := raw.Conventions().Put(ctx, convention); err != nil {
		t.Fatal(err)
	}
	if _, shared := study(`{"area":"vaubrenne"}`); shared != nil {
		t.Errorf("expired: %+v", shared)
	}
}

// TestOnlyAdviceComputesWithHidden: no file of this package, nor of the commands, reads the cameras that only count.
func TestOnlyAdviceComputesWithHidden(t *testing.T) {
	t.Parallel()
	for _, pattern := range []string{"*.go", "../*.go", "../advisory/report/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files (%v)", pattern, len(files), err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(text), "inventory.CountedOnly"+"(") {
				t.Errorf("%s reads cameras that only count", file)
			}
		}
	}
}

// TestWhoReadsGaps asks every route that shows what is not seen as everybody: whose the study is, the experts and the
// prefecture of the place read it; to all others it is not there.
func TestWhoReadsGaps(t *testing.T) { onEachStore(t, testWhoReadsGaps) }

func testWhoReadsGaps(t *testing.T, open opener) {
	raw := open(t)
	ctx := t.Context()
	recordsOf(t, raw, "south")
	base := guardedServer(t, raw)
	err := errors.Join(raw.Areas().Put(ctx, communeOf("", "vaubrenne", 3.87)),
		raw.Conventions().Put(ctx, agreed("c", "south", func(c *inventory.Convention) { c.With = inventory.Party{Holder: "friend"} })))
	if err != nil {
		t.Fatal(err)
	}
	type account = inventory.Account
	callers := map[string]struct {
		account account
		reads   bool
	}{
		"its editor":               {account{Role: inventory.RoleHolderEditor, Holder: "south"}, true},
		"its reader":               {account{Role: inventory.RoleHolderReader, Holder: "south"}, true},
		"its program":              {account{Role: inventory.RoleIntegrator, Holder: "south", Scopes: inventory.Scopes()}, true},
		"administrator":            {account{Role: inventory.RoleAdmin}, true},
		"expert on the holder":     {account{Role: inventory.RoleExpert, Mandates: []inventory.Mandate{{Holders: []inventory.ID{"south"}}}}, true},
		"expert of the place":      {account{Role: inventory.RoleExpert, Mandates: []inventory.Mandate{{Departments: []string{"34"}}}}, true},
		"prefecture":               {account{Role: inventory.RolePrefecture, Departments: []string{"34"}}, true},
		"another holder":           {account{Role: inventory.RoleHolderEditor, Holder: "north"}, false},
		"by convention":            {account{Role: inventory.RoleHolderEditor, Holder: "friend"}, false},
		"a program of all holders": {account{Role: inventory.RoleIntegrator, Scopes: inventory.Scopes()}, false},
		"expert after his mandate": {account{Role: inventory.RoleExpert, Mandates: []inventory.Mandate{{Departments: []string{"34"}, To: "2026-11-20"}}}, false},
		"expert of a surface":      {account{Role: inventory.RoleExpert, Mandates: []inventory.Mandate{{Area: communeOf("", "x", 3.87).Geometry}}}, false},
		"coarse expert":            {account{Role: inventory.RoleExpert, Mandates: []inventory.Mandate{{Departments: []string{"34"}, Disclosure: inventory.DisclosureStreet}}}, false},
		"another prefecture":       {account{Role: inventory.RolePrefecture, Departments: []string{"30"}}, false},
	}
	south := with(keyOf(t, raw, callers["its editor"].account), "Content-Type", "application/json")
	made, text := request(t, http.MethodPost, base+studiesURL, south, `{"commune":"34172","name":"Carré"}`)
	plan, planText := request(t, http.MethodPost, base+recommendationsURL, south,
		`{"at":"2026-11-21","count":1,"spots":{"grid":true,"stepM":400,"bearings":4},"project":{"department":"34"},"study":{"commune":"34172","name":"Carré"}}`)
	if made.StatusCode != http.StatusCreated || plan.StatusCode != http.StatusCreated {
		t.Fatalf("%d %s\n%d %s", made.StatusCode, text, plan.StatusCode, planText)
	}
	at, of := made.Header.Get("Location"), plan.Header.Get("Location")
	id := strings.TrimPrefix(at, studiesURL+"/")
	routes := []scenario{
		{method: "GET", url: at}, {method: "GET", url: at, headers: map[string]string{"Accept": "image/svg+xml"}},
		{method: "GET", url: at + "?layer=gaps", headers: map[string]string{"Accept": "application/geo+json"}},
		{method: "POST", url: at + "/explain", body: `{"at":{"type":"Point","coordinates":[3.8797,43.60855]}}`},
		{method: "GET", url: "/ogc/collections/gaps/items/" + id + "~000000"},
		{method: "GET", url: of}, {method: "GET", url: of + "/plan"}, {method: "GET", url: of + "/bill"}, {method: "GET", url: of + "/specification"},
	}
	lists := []string{studiesURL, recommendationsURL, "/ogc/collections/gaps/items?limit=1", studiesURL + "?bbox=3.86,43.59,3.9,43.63"}
	for name, caller := range callers {
		key := with(with(keyOf(t, raw, caller.account), "X-Reason", "test"), "Content-Type", "application/json")
		for _, r := range routes {
			headers := key
			for header, value := range r.headers {
				headers = with(headers, header, value)
			}
			answer, body := request(t, r.method, base+r.url, headers, r.body)
			if want := map[bool]int{true: 200, false: 404}[caller.reads]; answer.StatusCode != want {
				t.Errorf("%s: %s %s: %d, not %d: %.300s", name, r.method, r.url, answer.StatusCode, want, body)
			}
		}
		for _, list := range lists {
			answer, body := request(t, http.MethodGet, base+list, key, "")
			if listed := strings.Contains(body, id) || strings.Contains(body, "Vaubrenne"); answer.StatusCode != http.StatusOK || listed != caller.reads {
				t.Errorf("%s: %s: %d %.300s", name, list, answer.StatusCode, body)
			}
		}
		if caller.reads || caller.account.Role == inventory.RoleHolderReader {
			continue
		}
		ask := func(study string) string {
			body := `{"at":"2026-11-21","count":1,"gap":1,"spots":{"grid":true},"assessment":"` + study + `"}`
			return asked(t, http.MethodPost, base+recommendationsURL, key, body, inventory.ID(study))
		}
		if there, absent := ask(id), ask("absent"); there != absent {
			t.Errorf("%s: a plan for a gap of the study tells\n%s\nand for one of nothing\n%s", name, there, absent)
		}
	}
}
