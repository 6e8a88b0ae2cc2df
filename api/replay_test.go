package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http/httputil"
	"regexp"
	"strings"
	"testing"

	"vigie/inventory"
	"vigie/scripts/demotown"
)

// TestStoresAnswerAlike plays the same requests to a server on each store: every answer is the same, byte for byte,
// but for its date. Clock and identifiers are those of the test.
func TestStoresAnswerAlike(t *testing.T) {
	t.Parallel()
	players := []*player{newPlayer(t, openSQLite), newPlayer(t, openMongoDB)}
	statuses := map[int]int{}
	for i, r := range recording(t) {
		want, status := players[0].play(t, i, r)
		got, _ := players[1].play(t, i, r)
		if got != want {
			t.Fatalf("request %d, %s %s: SQLite answers\n%.3000s\nMongoDB answers\n%.3000s", i, r.method, r.url, want, got)
		}
		statuses[status]++
	}
	for _, status := range []int{200, 201, 204, 304, 400, 404, 405, 406, 409, 412, 415, 422, 428} {
		if statuses[status] == 0 {
			t.Errorf("no request is answered %d: %v", status, statuses)
		}
	}
	t.Logf("answers by status: %v", statuses)
}

// played is a request. In its url and headers, {tag URL} stands for the tag that a record has then, {next} for the
// page that the last list named, and {location} for the record that was made last.
type played struct {
	method, url string
	headers     map[string]string
	body        string
}

// player plays requests to one server.
type player struct {
	base           string
	next, location string
}

func newPlayer(t *testing.T, open opener) *player {
	t.Helper()
	c := config(t, open(t))
	made := 0
	c.NewID = func() inventory.ID {
		made++
		return inventory.DeriveID("replay", fmt.Sprint(made))
	}
	return &player{base: serve(t, c)}
}

var tagPattern = regexp.MustCompile(`\{tag ([^}]+)\}`)

// play sends a request and gives the whole answer without its date.
func (p *player) play(t *testing.T, i int, r played) (text string, status int) {
	t.Helper()
	url := strings.NewReplacer("{next}", p.next, "{location}", p.location).Replace(r.url)
	headers := map[string]string{"X-Request-Id": fmt.Sprintf("replay-%d", i)}
	for name, value := range r.headers {
		headers[name] = tagPattern.ReplaceAllStringFunc(value, func(found string) string {
			return tagOf(t, p.base+tagPattern.FindStringSubmatch(found)[1])
		})
	}
	answer, body := request(t, r.method, p.base+url, headers, r.body)
	answer.Header.Del("Date")
	head, err := httputil.DumpResponse(answer, false)
	if err != nil {
		t.Fatal(err)
	}
	if link := answer.Header.Get("Link"); link != "" {
		p.next = link[1:strings.Index(link, ">")]
	}
	if location := answer.Header.Get("Location"); location != "" {
		p.location = location
	}
	return r.method + " " + url + "\n" + string(head) + body, answer.StatusCode
}

// recording is a day at a prefecture: the demo town comes in by every way there is, is read by every filter and page,
// changed, changed too late, studied and partly removed; and many requests are wrong.
func recording(t *testing.T) []played {
	t.Helper()
	town := demotown.Make(demotown.DefaultSeed)
	var all []played
	all = append(all, created("holders", town.Holders)...)
	all = append(all, created("deployments", town.Deployments)...)
	all = append(all, created("areas", town.Areas)...)
	all = append(all, created("obstacles", town.Obstacles[:200])...)
	all = append(all, created("cameras", town.Cameras[:40])...)
	all = append(all, imported(t, town.Cameras)...)
	all = append(all, wrong()...)
	all = append(all, listed()...)
	all = append(all, studies(t, town)...)
	all = append(all, judged(town)...)
	all = append(all, planned(town)...)
	for _, k := range kinds() {
		all = append(all, life(k.name, k.id, k.body, k.broken)...)
	}
	return append(append(all, random(t, town.Cameras)...), listed()...)
}

// planned has a catalogue and lamps to put cameras on, asks for plans by number and by budget, good and bad, twice, and reads them
// in every form.
func planned(town demotown.Town) []played {
	const plans = "/api/v1/recommendations"
	var lamps strings.Builder
	lamps.WriteString("ref;lon;lat\n")
	for i, c := range town.Cameras[:30] {
		if c.Location != nil {
			fmt.Fprintf(&lamps, "l%d;%.6f;%.6f\n", i, c.Location[0]+0.0001, c.Location[1])
		}
	}
	models := "reference;marque;forme;capteurs;largeur_capteur;focale_min;focale_max;largeur_px;ip;ik;prix\n" +
		"V1;Acme;varifocale;1;5.37;2.8;12;2560;IP67;IK10;700\nF1;Acme;fixe;1;5.37;4;4;2560;IP66;IK10;300\n"
	ask := func(more string) played {
		return played{"POST", plans, sendJSON, `{"at":"2026-11-22","study":{"commune":"99001"},"spots":{"sets":["masts"],"bearings":4},` +
			`"project":{"holderType":"public_authority","department":"34","retentionDays":15},` + more + `}`}
	}
	return []played{
		{"POST", "/api/v1/candidates/import?set=masts&key=ref", sendAs("text/csv"), lamps.String()},
		{"POST", "/api/v1/equipment/import?key=reference&source=catalogue.csv", sendAs("text/csv"), models},
		ask(`"count":2`),
		{"GET", "{location}", nil, ""}, {"GET", "{location}/specification", nil, ""}, {"GET", "{location}/plan", nil, ""},
		{"GET", "{location}/bill", nil, ""}, {"GET", "{location}", map[string]string{"Accept": "image/svg+xml"}, ""},
		ask(`"count":2`), ask(`"budgetEur":60000,"phases":[{"count":1}]`), ask(`"budgetEur":1`), ask(`"count":1,"profiles":["none"]`),
		{"GET", plans, nil, ""}, {"GET", "/api/v1/equipment?form=fixed", nil, ""},
	}
}

func created[T inventory.Record](kind string, records []T) []played {
	all := make([]played, 0, len(records))
	for _, record := range records {
		all = append(all, played{"POST", "/api/v1/" + kind, sendJSON, jsonText(record)})
	}
	return all
}

func jsonText(value any) string {
	var text bytes.Buffer
	if err := json.NewEncoder(&text).Encode(value); err != nil {
		return err.Error() // which no server takes
	}
	return text.String()
}

// imported has the last cameras twice in a file of Vigie's own, once in metres and once as a CSV of strangers.
func imported(t *testing.T, cameras []inventory.Camera) []played {
	t.Helper()
	store := openSQLite(t)
	if err := store.Cameras().Put(t.Context(), cameras...); err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	options := inventory.ExportOptions{Kind: inventory.KindCameras, Format: inventory.FormatGeoJSON}
	if err := inventory.Export(t.Context(), store, &file, options); err != nil {
		t.Fatal(err)
	}
	send := func(query, mediaType, body string) played {
		return played{"POST", "/api/v1/cameras/import?" + query, sendAs(mediaType), body}
	}
	holder := "holder=" + string(cameras[0].Holder)
	return []played{
		send(holder+"&dryRun=true", "application/geo+json", file.String()),
		send(holder, "application/geo+json", file.String()),
		send(holder, "application/geo+json", file.String()),
		send("holder=h1&key=Nom&source=a.geojson&status=in_service", "application/geo+json", degreesFile),
		send("holder=h1&key=Nom&source=a.geojson&status=in_service", "application/geo+json", degreesFile),
		send("holder=h2&key=Nom", "application/json", lambertFile),
		send("holder=h2&key=Nom&crs=EPSG:2154", "application/json", lambertFile),
		send("holder=h3&key=Nom&licence=Libre", "text/csv", csvFile),
		send("holder=h3", "text/csv", ""),
		send("status=lost", "application/json", "{}"),
	}
}

func wrong() []played {
	const cameras = "/api/v1/cameras"
	return []played{
		{method: "GET", url: "/"},
		{method: "GET", url: "/healthz"},
		{method: "GET", url: "/readyz"},
		{method: "GET", url: "/openapi.json"},
		{method: "GET", url: "/nowhere"},
		{method: "PATCH", url: cameras},
		{method: "OPTIONS", url: cameras + "/c1"},
		{method: "POST", url: cameras, body: cameraBody},
		{method: "POST", url: cameras, headers: sendJSON, body: `{"id":"a b","heads":[{"hfovDeg":400}]}`},
		{method: "POST", url: cameras, headers: sendJSON, body: `{"id":7}`},
		{method: "GET", url: cameras + "?color=red&limit=0&bbox=1,2"},
		{method: "GET", url: cameras, headers: map[string]string{"Accept": "text/csv"}},
		{method: "GET", url: cameras + "/none"},
		{method: "GET", url: cameras + "/no%20id"},
	}
}

// listed reads every list by its filters, in both formats, and follows pages.
func listed() []played {
	var all []played
	for _, kind := range []string{"cameras", "deployments", "areas", "obstacles", "holders", "assessments", "candidates"} {
		for _, query := range []string{
			"?limit=1000", "?department=34", "?commune=34172,99999", "?updatedFrom=2026-11-21&updatedBefore=2026-11-22", "?updatedFrom=2027-01-01",
			"?bbox=-180,-90,180,90&limit=1000", "?bbox=3.87,43.6,3.88,43.61", "?holder=h1", "?category=fixed,commune", "?status=in_service", "?deployment=d1&holder=h1",
		} {
			all = append(all, played{method: "GET", url: "/api/v1/" + kind + query})
			all = append(all, played{method: "GET", url: "/api/v1/" + kind + query, headers: geoJSON})
		}
		all = append(all, played{method: "GET", url: "/api/v1/" + kind + "?limit=2"})
		for range 5 {
			all = append(all, played{method: "GET", url: "{next}"})
		}
	}
	for _, query := range []string{"?by=status", "?by=department,holderKind", "?by=category&commune=34172", "?by=colour"} {
		all = append(all, played{method: "GET", url: "/api/v1/counts/cameras" + query})
	}
	return all
}

// studies has the town and a square studied, twice, and read in each form.
func studies(t *testing.T, town demotown.Town) []played {
	t.Helper()
	var all []played
	for _, body := range []string{
		squareRequest, squareRequest, `{"commune":"` + demotown.CommuneCode + `"}`, `{"commune":"` + demotown.CommuneCode + `","assume":"dome-ptz-2mp"}`,
		jsonText(map[string]string{"area": string(town.Areas[0].ID)}), `{"commune":"75056"}`, `{"area":"nowhere"}`, `{}`,
	} {
		all = append(all,
			played{"POST", studiesURL, sendJSON, body},
			played{method: "GET", url: "{location}"},
			played{method: "GET", url: "{location}?layer=coverage", headers: geoJSON},
			played{method: "GET", url: "{location}?layer=gaps", headers: geoJSON},
			played{method: "GET", url: "{location}", headers: map[string]string{"Accept": "image/svg+xml"}})
	}
	return all
}

// judged has a deployment, a holder and the commune audited, twice, their findings read, answered and compared, and a
// change of the book tried.
func judged(town demotown.Town) []played {
	var all []played
	deployment := town.Deployments[0]
	for _, body := range []string{
		`{"deployment":"` + string(deployment.ID) + `","at":"2026-11-21"}`, `{"holder":"` + string(deployment.Holder) + `","at":"2026-11-21"}`,
		`{"commune":"` + demotown.CommuneCode + `","at":"2026-11-21","withoutGeometry":true}`, `{"area":"nowhere","at":"2026-11-21"}`, `{}`,
	} {
		all = append(all,
			played{"POST", auditsURL, sendJSON, body},
			played{"POST", auditsURL, sendJSON, body},
			played{method: "GET", url: "{location}"},
			played{"POST", "{location}/answers", sendJSON, `{"rule":"AUD-L02","subject":"deployment:` + string(deployment.ID) + `","status":"fixed","author":"DPM","text":"Renouvelé"}`},
			played{method: "GET", url: "{location}/findings?severity=BLOCKER,MAJOR&verdict=FAIL,UNKNOWN"},
			played{method: "GET", url: "{location}/comparison?with=none"})
	}
	return append(all,
		played{method: "GET", url: auditsURL + "?department=34&limit=2"},
		played{"POST", auditsURL + "/simulate?limit=50", sendJSON, `{"at":"2026-11-21","change":{"at":"2031-11-21"}}`})
}

// life is that of a record: made, made again, read, changed, changed too late, removed.
func life(kind, id, body, broken string) []played {
	list, one := "/api/v1/"+kind, "/api/v1/"+kind+"/"+id
	ifMatch := func(tag string) map[string]string { return with(sendJSON, "If-Match", tag) }
	current := "{tag " + one + "}"
	return []played{
		{method: "GET", url: one},
		{"POST", list, sendJSON, body},
		{"POST", list, sendJSON, body},
		{"POST", list, sendJSON, strings.Replace(body, `"id":"`+id+`",`, "", 1)},
		{"POST", list, sendJSON, broken},
		{method: "HEAD", url: one},
		{method: "GET", url: one, headers: map[string]string{"If-None-Match": current}},
		{"PUT", one, sendJSON, body},
		{"PUT", one, ifMatch(`"00"`), body},
		{"PUT", one, ifMatch(current), broken},
		{"PUT", one, ifMatch(current), strings.Replace(body, `"`+id+`"`, `"`+id+`","externalId":"x"`, 1)},
		{"PUT", one, ifMatch(current), body},
		{"PUT", list + "/new", with(sendJSON, "If-None-Match", "*"), strings.Replace(body, `"id":"`+id+`"`, `"id":"new"`, 1)},
		{"PUT", list + "/new", with(sendJSON, "If-None-Match", "*"), strings.Replace(body, `"id":"`+id+`"`, `"id":"new"`, 1)},
		{"DELETE", list + "/new", nil, ""},
		{"DELETE", list + "/new", map[string]string{"If-Match": `"00"`}, ""},
		{"DELETE", list + "/new", map[string]string{"If-Match": "{tag " + list + "/new}"}, ""},
		{"DELETE", list + "/new", map[string]string{"If-Match": "*"}, ""},
		{method: "GET", url: list + "/new"},
	}
}

// random changes, moves, removes and looks for cameras as it comes, by a seed.
func random(t *testing.T, cameras []inventory.Camera) []played {
	t.Helper()
	dice := rand.New(rand.NewPCG(3, 2026))
	var all []played
	for range 300 {
		camera := cameras[dice.IntN(len(cameras))]
		one := "/api/v1/cameras/" + string(camera.ID)
		switch dice.IntN(6) {
		case 0:
			all = append(all, played{"DELETE", one, map[string]string{"If-Match": "*"}, ""})
		case 1:
			all = append(all, played{"POST", "/api/v1/cameras", sendJSON, jsonText(camera)})
		case 2, 3:
			camera.Name = fmt.Sprintf("Caméra n° %d", dice.IntN(1000))
			if camera.Location != nil {
				camera.Location = &inventory.Point{camera.Location[0] + (dice.Float64()-0.5)/100, camera.Location[1] + (dice.Float64()-0.5)/100}
			}
			all = append(all, played{"PUT", one, with(sendJSON, "If-Match", "{tag "+one+"}"), jsonText(camera)})
		case 4:
			all = append(all, played{method: "GET", url: one})
		default:
			at, half := around(camera), dice.Float64()/100
			all = append(all, played{method: "GET", url: fmt.Sprintf("/api/v1/cameras?limit=7&bbox=%.9f,%.9f,%.9f,%.9f", at[0]-half, at[1]-half, at[0]+half, at[1]+half)})
		}
	}
	return all
}

func around(camera inventory.Camera) inventory.Point {
	if camera.Location == nil {
		return inventory.Point{3, 43}
	}
	return *camera.Location
}
