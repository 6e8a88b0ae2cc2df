package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"vigie/api"
	"vigie/inventory"
)

const importsURL = "/api/v1/imports"

// bulkServer serves a configuration, with workers when it works.
func bulkServer(t testing.TB, c api.Config, works bool) string {
	t.Helper()
	handler, err := api.New(c)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	if !works {
		return server.URL
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan struct{})
	go func() {
		handler.Work(ctx)
		close(ended)
	}()
	t.Cleanup(func() { stop(); <-ended })
	return server.URL
}

// sendFile has a file imported and waits for the end.
func sendFile(t testing.TB, base, query, mediaType, text string, headers map[string]string) (status int, told api.BulkImport, body string) {
	t.Helper()
	all := map[string]string{"Content-Type": mediaType}
	for name, value := range headers {
		all[name] = value
	}
	answer, body := request(t, http.MethodPost, base+importsURL+"?wait=30&"+query, all, text)
	if answer.StatusCode == http.StatusCreated || answer.StatusCode == http.StatusAccepted {
		if err := json.Unmarshal([]byte(body), &told); err != nil {
			t.Fatal(err, body)
		}
		if answer.Header.Get("Location") != importsURL+"/"+string(told.ID) {
			t.Errorf("located at %q", answer.Header.Get("Location"))
		}
	}
	return answer.StatusCode, told, body
}

// importRows are the rows of an import, page by page.
func importRows(t *testing.T, base string, told api.BulkImport, filter string) (rows []inventory.ImportedRow) {
	t.Helper()
	for path := told.Rows + "?limit=40" + filter; path != ""; {
		answer, body := request(t, http.MethodGet, base+path, nil, "")
		var page api.Page[inventory.ImportedRow]
		if err := json.Unmarshal([]byte(body), &page); err != nil || answer.StatusCode != http.StatusOK || len(page.Items) > 40 {
			t.Fatalf("%d %v %s", answer.StatusCode, err, body)
		}
		rows = append(rows, page.Items...)
		path = ""
		if link := answer.Header.Get("Link"); link != "" {
			path, _, _ = strings.Cut(strings.TrimPrefix(link, "<"), ">")
		}
	}
	return rows
}

// TestTraffordInTurn: the same public inventory at three dates, sent one after the other.
func TestTraffordInTurn(t *testing.T) {
	folder := publicData(t, "trafford")
	onEachStore(t, func(t *testing.T, open opener) {
		base := bulkServer(t, config(t, open(t)), true)
		var told api.BulkImport
		for _, name := range []string{"2018-05-04/CCTV_cameras_trafford.csv", "2018-07-19/CCTV_cameras_trafford.csv", "2021-02-10/trafford_cctv_cameras.csv"} {
			text, err := os.ReadFile(filepath.Join(folder, name))
			if err != nil {
				t.Fatal(err)
			}
			var status int
			var body string
			if status, told, body = sendFile(t, base, "holder=trafford&onMissing=retire&source=trafford", "text/csv", string(text), nil); status != http.StatusCreated {
				t.Fatalf("%s: %d %s", name, status, body)
			}
		}
		r := told.Report
		if r.Added != 9 || r.Retired != 8 || r.Updated != 90 || r.Changed.Relabelled != 90 || r.Changed.Moved != 0 || r.RejectedRows != 0 {
			t.Errorf("%+v", r)
		}
		for filter, want := range map[string]int{"": 107, "&outcome=retired": 8, "&outcome=added,updated": 99, "&outcome=refused": 0} {
			rows := importRows(t, base, told, filter)
			if len(rows) != want {
				t.Errorf("%q: %d rows, want %d", filter, len(rows), want)
			}
			for i, row := range rows {
				if i > 0 && row.Line != 0 && row.Line <= rows[i-1].Line {
					t.Errorf("%q: row %d after row %d", filter, row.Line, rows[i-1].Line)
				}
			}
		}
		undo := importsURL + "/" + string(told.ID) + "/undo"
		runAll(t, base, []scenario{
			{name: "retired", method: "GET", url: "/api/v1/cameras?status=retired", status: 200, has: []string{`"retiredOn":"2026-11-21"`}},
			{name: "undo, to see", method: "POST", url: undo + "?dryRun=true", status: 200, has: []string{`"removed":9,"restored":98,"undone":0,"conflicts":0`}},
			{name: "undo", method: "POST", url: undo, status: 200, has: []string{`"removed":9,"restored":98,"undone":0,"conflicts":0,"conflicting":[]`}},
			{name: "again", method: "POST", url: undo, status: 200, has: []string{`"removed":0,"restored":0,"undone":107,"conflicts":0`}},
			{name: "what the look told", method: "GET", url: undo + "?dryRun=true", status: 200, has: []string{`"dryRun":true,"ended":true,"removed":9,"restored":98,"undone":0,"conflicts":0`}},
			{name: "what the last told", method: "GET", url: undo, status: 200, has: []string{`"dryRun":false,"ended":true,"removed":0,"restored":0,"undone":107,"conflicts":0`}},
			{name: "none retired", method: "GET", url: "/api/v1/cameras?status=retired", status: 200, has: []string{`"items":[]`}},
		})
	})
}

// publicData is a folder of the public data that tests run against.
func publicData(t *testing.T, name string) string {
	t.Helper()
	root := os.Getenv("VIGIE_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "shared", "data")
	}
	if _, err := os.Stat(root); err != nil {
		if strings.Contains(os.Getenv("VIGIE_TEST_REQUIRE"), "data") {
			t.Fatalf("VIGIE_TEST_REQUIRE asks for the public data, which is missing: %v", err)
		}
		t.Skipf("SKIPPED: no public data at %s (set VIGIE_DATA): %v", root, err)
	}
	return filepath.Join(root, name)
}

func TestBulkImport(t *testing.T) { onEachStore(t, testBulkImport) }

func testBulkImport(t *testing.T, open opener) {
	store := open(t)
	c := config(t, store)
	c.MaxImportBytes = 100_000
	base := bulkServer(t, c, true)
	const camera = importsURL + "?wait=30&holder=h1&key=Nom"
	runAll(t, base, []scenario{
		{name: "dry", method: "POST", url: camera + "&dryRun=true", headers: sendJSON, body: degreesFile, status: 201, has: []string{`"dryRun":true`, `"added":2`, `"rejectedRows":1`}},
		{name: "nothing is stored", method: "GET", url: "/api/v1/cameras", status: 200, has: []string{`"items":[]`}},
		{name: "mapped", method: "POST", url: importsURL + "?wait=30&holder=h1&mapping=%7B%22Nom%22:%22address%22%7D", headers: sendJSON, body: degreesFile, status: 201, has: []string{`"added":2`, `"state":"succeeded"`, `"job":"/api/v1/jobs/`}},
		{name: "as mapped", method: "GET", url: "/api/v1/cameras", status: 200, has: []string{`"address":"A"`}},
		{name: "candidates", method: "POST", url: importsURL + "?wait=30&kind=candidates&set=lights&key=Nom", headers: sendJSON, body: degreesFile, status: 201, has: []string{`"kind":"candidates"`, `"added":2`}},
		{name: "areas", method: "POST", url: importsURL + "?wait=30&kind=areas&around=50&key=Nom", headers: sendJSON, body: degreesFile, status: 201, has: []string{`"kind":"areas"`, `"added":2`}},
		{name: "obstacles", method: "POST", url: importsURL + "?wait=30&kind=obstacles", headers: sendJSON, body: degreesFile, status: 201, has: []string{`"rejectedRows":3`}},
		{name: "equipment", method: "POST", url: importsURL + "?wait=30&kind=equipment", headers: sendAs("text/csv"), body: "reference,marque,forme\nP1,Acme,dome\n", status: 201, has: []string{`"added":1`}},
		{name: "kmz", method: "POST", url: importsURL + "?wait=30&holder=h1", headers: sendAs("application/zip"), body: archiveOf(t, "doc.kml", kmlFile), status: 201, has: []string{`"format":"kml"`}},

		{name: "every fault", method: "POST", url: importsURL + "?dryRun=maybe&status=lost&x=1&onMissing=delete&mapping=5&crs=EPSG:1&wait=99&only=a", headers: sendJSON, body: degreesFile, status: 400, has: []string{"9 faults"}},
		{name: "of another kind", method: "POST", url: importsURL + "?kind=obstacles&onMissing=retire&holder=h1", headers: sendJSON, body: degreesFile, status: 400, has: []string{`"field":"onMissing"`, `"field":"holder"`}},
		{name: "no such kind", method: "POST", url: importsURL + "?kind=accounts", headers: sendJSON, body: degreesFile, status: 400, has: []string{`"field":"kind"`}},
		{name: "no set", method: "POST", url: importsURL + "?kind=candidates", headers: sendJSON, body: degreesFile, status: 400, has: []string{`"field":"set"`}},
		{name: "type", method: "POST", url: camera, headers: sendAs("application/pdf"), body: "PK", status: 415},
		{name: "metres", method: "POST", url: camera, headers: sendJSON, body: lambertFile, status: 422, has: []string{"/problems/crs-needed", `"candidates":[`}},
		{name: "cut short", method: "POST", url: camera, headers: sendJSON, body: `{"type":"FeatureCollection","features":[{`, status: 422, has: []string{"/problems/unreadable-file"}},
		{name: "no such key", method: "POST", url: importsURL + "?wait=30&holder=h1&key=ref", headers: sendJSON, body: degreesFile, status: 400, has: []string{`"field":"key"`}},
		{name: "an archive that is none", method: "POST", url: camera, headers: sendAs("application/zip"), body: "x", status: 422},
		{name: "a bomb", method: "POST", url: camera, headers: sendAs("application/zip"), body: archive(t, 300<<20, "c.shp", "c.dbf", "c.shx"), status: 422, has: []string{"too many for the"}},
		{name: "a bomb that says less", method: "POST", url: camera, headers: sendAs("application/vnd.google-earth.kmz"), body: archive(t, 200, "doc.kml"), status: 422},
		{name: "packed", method: "POST", url: camera, headers: with(sendJSON, "Content-Encoding", "gzip"), body: "x", status: 415},
		{name: "too large", method: "POST", url: camera, headers: sendJSON, body: degreesFile + strings.Repeat(" ", 100_000), status: 413},

		{name: "absent", method: "GET", url: importsURL + "/none", status: 404},
		{name: "absent rows", method: "GET", url: importsURL + "/none/rows", status: 404},
		{name: "absent undo", method: "POST", url: importsURL + "/none/undo", status: 404},
		{name: "absent events", method: "GET", url: importsURL + "/none/events", status: 404},
		{name: "absent cancel", method: "DELETE", url: importsURL + "/none", status: 404},
		{name: "three", method: "GET", url: "/api/v1/cameras", status: 200, has: []string{`"address":"A"`, `"address":"B"`, `"name":"Place"`}},
	})
	if left := filesLeft(t, store); len(left) != 0 {
		t.Errorf("files stay: %v", left)
	}
	_, told, _ := sendFile(t, base, "holder=h2&key=Nom", "application/json", degreesFile, nil)
	one := importsURL + "/" + string(told.ID)
	runAll(t, base, []scenario{
		{name: "ended", method: "GET", url: one, status: 200, has: []string{`"state":"succeeded"`, `"report":{`, `"rows":"` + one + `/rows"`}, hasNot: []string{`"progress"`}},
		{name: "rows", method: "GET", url: one + "/rows", status: 200, has: []string{`"line":1,"key":"A","record":"`, `"outcome":"added"`, `"line":3,"key":"C"`, `"outcome":"refused","faults":[{"field":"location"`}},
		{name: "bad rows", method: "GET", url: one + "/rows?outcome=lost&limit=0&cursor=x&y=1", status: 400, has: []string{"4 faults"}},
		{name: "events", method: "GET", url: one + "/events", headers: map[string]string{"Accept": "text/event-stream"}, status: 200, has: []string{"event: end\n", `"result":"` + one + `"`}},
		{name: "cancelled too late", method: "DELETE", url: one, status: 409},
		{name: "the old way is told as well", method: "GET", url: "/api/v1/cameras?holder=h2&import=" + string(told.ID), status: 200, has: []string{`"externalId":"A"`}},

		{name: "absent, undone", method: "GET", url: importsURL + "/none/undo", status: 404},
		{name: "not undone", method: "GET", url: one + "/undo", status: 404},
		{name: "bad undo", method: "POST", url: one + "/undo?wait=31&dryRun=maybe&x=1", status: 400, has: []string{"3 faults"}},
		{name: "bad undone", method: "GET", url: one + "/undo?wait=1", status: 400, has: []string{`"field":"wait"`}},
	})
	answer, body := request(t, http.MethodPost, base+one+"/undo?wait=0", nil, "")
	if answer.StatusCode != http.StatusAccepted {
		t.Fatalf("%d %s", answer.StatusCode, body)
	}
	job := jobAt(t, base+answer.Header.Get("Location"), "30", nil)
	if job.Kind != inventory.JobUndo || job.State != inventory.JobSucceeded || job.Progress != (inventory.JobProgress{}) || job.Result != one+"/undo" {
		t.Errorf("the job is %+v", job)
	}
	runAll(t, base, []scenario{
		{name: "undone", method: "GET", url: job.Result, status: 200, has: []string{`"dryRun":false,"ended":true,"removed":2,"restored":0,"undone":0,"conflicts":0`}},
		{name: "no look", method: "GET", url: job.Result + "?dryRun=true", status: 404},
		{name: "nothing is left", method: "GET", url: "/api/v1/cameras?holder=h2", status: 200, has: []string{`"items":[]`}},
	})
}

// filesLeft are the parts of sent files that are kept.
func filesLeft(t *testing.T, store inventory.Store) (names []inventory.ID) {
	t.Helper()
	blobs, err := inventory.All(t.Context(), store.Blobs(), inventory.Query{})
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range blobs {
		if strings.Contains(string(b.ID), ".file.") {
			names = append(names, b.ID)
		}
	}
	return names
}

// TestAnotherServerImports what one without workers took in, and what was cancelled is not imported.
func TestAnotherServerImports(t *testing.T) { onEachStore(t, testAnotherServerImports) }

func testAnotherServerImports(t *testing.T, open opener) {
	store := open(t)
	first := bulkServer(t, config(t, store), false)
	send := func() (told api.BulkImport) {
		answer, body := request(t, http.MethodPost, first+importsURL+"?holder=h1&key=Nom", sendJSON, degreesFile)
		if err := json.Unmarshal([]byte(body), &told); err != nil || answer.StatusCode != http.StatusAccepted || told.State != "queued" {
			t.Fatalf("%d %v %s", answer.StatusCode, err, body)
		}
		return told
	}
	cancelled, kept := send(), send()
	runAll(t, first, []scenario{
		{name: "undone too early", method: "POST", url: importsURL + "/" + string(kept.ID) + "/undo", status: 412},
		{name: "cancelled", method: "DELETE", url: importsURL + "/" + string(cancelled.ID), status: 200, has: []string{`"state":"cancelled"`}},
		{name: "told so", method: "GET", url: importsURL + "/" + string(cancelled.ID), status: 200, has: []string{`"state":"cancelled"`}},
	})
	second := bulkServer(t, config(t, store), true)
	runAll(t, second, []scenario{
		{name: "done", method: "GET", url: "/api/v1/jobs/" + string(kept.ID) + "?wait=30", status: 200, has: []string{`"state":"succeeded"`}},
		{name: "reported", method: "GET", url: importsURL + "/" + string(kept.ID), status: 200, has: []string{`"added":2`}},
		{name: "never begun", method: "GET", url: importsURL + "/" + string(cancelled.ID), status: 200, has: []string{`"state":"cancelled"`}, hasNot: []string{`"report"`}},
	})
}

// TestCancelledImport: one that is cancelled while it runs keeps what it had stored, says how much that was, and can be undone.
func TestCancelledImport(t *testing.T) { onEachStore(t, testCancelledImport) }

func testCancelledImport(t *testing.T, open opener) {
	store := open(t)
	base := bulkServer(t, config(t, store), true)
	var file strings.Builder
	file.WriteString("ref,lon,lat\n")
	for i := range 150_000 {
		fmt.Fprintf(&file, "C%06d,%.6f,43.6\n", i, 3+float64(i)*1e-6)
	}
	answer, body := request(t, http.MethodPost, base+importsURL+"?holder=h1&key=ref", sendAs("text/csv"), file.String())
	var told api.BulkImport
	if err := json.Unmarshal([]byte(body), &told); err != nil || answer.StatusCode != http.StatusAccepted {
		t.Fatalf("%d %v %s", answer.StatusCode, err, body)
	}
	one := importsURL + "/" + string(told.ID)
	read := func() (now api.BulkImport) {
		_, body := request(t, http.MethodGet, base+one, nil, "")
		if err := json.Unmarshal([]byte(body), &now); err != nil {
			t.Fatal(err, body)
		}
		return now
	}
	stored := func() int {
		n, err := inventory.Count(t.Context(), store.Cameras(), inventory.Query{})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	eventually(t, "cameras are stored", func() bool { return stored() > 0 })
	scenario{method: "DELETE", url: one, status: 200, has: []string{`"state":"cancelled"`}}.run(t, base)
	eventually(t, "it has ended", func() bool { return read().Report != nil })
	// What was being stored when it was cancelled may be there without being counted.
	if n, report := stored(), read().Report; report.Added > n || n == 150_000 {
		t.Errorf("%d cameras are stored, reported %d", n, report.Added)
	}
	answer, body = request(t, http.MethodPost, base+one+"/undo?wait=0", nil, "")
	if answer.StatusCode != http.StatusAccepted {
		t.Fatalf("%d %s", answer.StatusCode, body)
	}
	eventually(t, "it is undone", func() bool {
		job := jobAt(t, base+answer.Header.Get("Location"), "30", nil)
		if job.State == inventory.JobFailed {
			t.Fatalf("%+v", job.Problem)
		}
		return job.State == inventory.JobSucceeded
	})
	if left := stored(); left != 0 {
		t.Errorf("%d cameras are left after it was undone", left)
	}
}

// TestImportsAreTheirOwners: nobody else learns of them, and they are done with the rights of who asked.
func TestImportsAreTheirOwners(t *testing.T) {
	t.Parallel()
	raw := openSQLite(t)
	base := bulkServer(t, guardedConfig(t, raw), true)
	south := keyOf(t, raw, inventory.Account{Role: inventory.RoleHolderEditor, Holder: "south"})
	north := keyOf(t, raw, inventory.Account{Role: inventory.RoleHolderEditor, Holder: "north"})
	admin := keyOf(t, raw, inventory.Account{Role: inventory.RoleAdmin})
	status, told, body := sendFile(t, base, "holder=south&key=Nom", "application/json", degreesFile, south)
	if status != http.StatusCreated || told.Report.Added != 2 {
		t.Fatalf("%d %s", status, body)
	}
	one := importsURL + "/" + string(told.ID)
	runAll(t, base, []scenario{
		{name: "its own", method: "GET", url: one, headers: south, status: 200},
		{name: "an administrator", method: "GET", url: one + "/rows", headers: admin, status: 200, has: []string{`"key":"A"`}},
		{name: "somebody else", method: "GET", url: one, headers: north, status: 404},
		{name: "their rows", method: "GET", url: one + "/rows", headers: north, status: 404},
		{name: "their undoing", method: "POST", url: one + "/undo", headers: north, status: 404},
		{name: "what that did", method: "GET", url: one + "/undo", headers: north, status: 404},
		{name: "their end", method: "DELETE", url: one, headers: north, status: 404},
	})
	if status, _, body := sendFile(t, base, "holder=south&key=Nom", "application/json", degreesFile, north); status != http.StatusForbidden {
		t.Errorf("for somebody else: %d %s", status, body)
	}
	if status, _, body := sendFile(t, base, "kind=obstacles", "application/json", degreesFile, south); status != http.StatusForbidden {
		t.Errorf("what is not for holders: %d %s", status, body)
	}
	scenario{name: "undone", method: "POST", url: one + "/undo", headers: south, status: 200, has: []string{`"removed":2`}}.run(t, base)
	scenario{name: "what it did", method: "GET", url: one + "/undo", headers: south, status: 200, has: []string{`"removed":2`}}.run(t, base)
	scenario{name: "to nobody else", method: "GET", url: one + "/undo", headers: north, status: 404}.run(t, base)
	var kinds []inventory.Deed
	for line, err := range raw.Journal().Find(t.Context(), inventory.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		if line.Kind == "cameras" {
			kinds = append(kinds, line.Deed)
		}
	}
	if !slices.Contains(kinds, inventory.DeedPut) || !slices.Contains(kinds, inventory.DeedDelete) {
		t.Errorf("the journal tells of %v", kinds)
	}
}

// BenchmarkBulkImport against the same import below HTTP, in the same run.
func BenchmarkBulkImport(b *testing.B) {
	const rows = 20_000
	var text strings.Builder
	text.WriteString("ref,nom,adresse,lon,lat,hauteur,azimut\n")
	for i := range rows {
		fmt.Fprintf(&text, "C%d,Caméra %d,\"%d, rue de la Loge\",3.%06d,43.6,6.5,%d\n", i, i, i, i, i%360)
	}
	options := inventory.ImportOptions{Kind: inventory.KindCameras, Holder: "h1", Key: "ref", Now: clock}
	var direct, kept, sent time.Duration
	for b.Loop() {
		for _, one := range []struct {
			into  *time.Duration
			trail bool
		}{{&direct, false}, {&kept, true}} {
			store := openSQLite(b)
			options.Trail = nil
			if one.trail {
				options.Trail = &inventory.Trail{Blobs: store.Blobs(), ExpiresAt: inventory.InstantOf(clock().AddDate(0, 1, 0))}
			}
			*one.into += timeUsed(b, func() {
				if report, err := inventory.Import(b.Context(), store, strings.NewReader(text.String()), options); err != nil || report.Added != rows {
					b.Fatal(report, err)
				}
			})
		}
		base := bulkServer(b, config(b, openSQLite(b)), true)
		sent += timeUsed(b, func() {
			if status, told, body := sendFile(b, base, "holder=h1&key=ref", "text/csv", text.String(), nil); status != http.StatusCreated || told.Report.Added != rows {
				b.Fatal(status, body)
			}
		})
	}
	total := float64(rows * b.N)
	b.ReportMetric(total/direct.Seconds(), "direct-rows/cpu-s")
	b.ReportMetric(total/kept.Seconds(), "kept-rows/cpu-s")
	b.ReportMetric(total/sent.Seconds(), "sent-rows/cpu-s")
}

// timeUsed is the processor time of this process that work takes.
func timeUsed(b *testing.B, work func()) time.Duration {
	b.Helper()
	before := usedTime(b)
	work()
	return usedTime(b) - before
}

// TestImporting: whoever serves is told when an import begins and when it has ended, both in a request and in a job, also of one
// that is refused.
func TestImporting(t *testing.T) {
	onEachStore(t, func(t *testing.T, open opener) {
		var begun, ended atomic.Int32
		c := config(t, open(t))
		c.Importing = func() func() {
			begun.Add(1)
			return func() { ended.Add(1) }
		}
		base := bulkServer(t, c, true)
		for i, text := range []string{csvFile, "Nom;Longitude;Latitude\nA;770753,1;6279455,2\n"} {
			status, _, body := sendFile(t, base, "holder=h1", "text/csv", text, nil)
			if want := []int{http.StatusCreated, http.StatusUnprocessableEntity}[i]; status != want {
				t.Errorf("job: %d %s", status, body)
			}
			answer, body := request(t, http.MethodPost, base+importURL, sendAs("text/csv"), text)
			if want := []int{http.StatusOK, http.StatusUnprocessableEntity}[i]; answer.StatusCode != want {
				t.Errorf("request: %d %s", answer.StatusCode, body)
			}
			if n := int32(2 * (i + 1)); begun.Load() != n || ended.Load() != n {
				t.Errorf("%d imports begun, %d ended, not %d", begun.Load(), ended.Load(), n)
			}
		}
	})
}
