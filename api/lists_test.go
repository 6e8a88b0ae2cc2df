package api_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie/inventory"
)

// fill stores n cameras on a diagonal from lon 3, lat 43, a thousandth of a degree apart, of three holders in turn.
func fill(tb testing.TB, store inventory.Store, n int) []inventory.Camera {
	tb.Helper()
	cameras := make([]inventory.Camera, n)
	for i := range cameras {
		at := inventory.Point{3 + float64(i)/1000, 43 + float64(i)/1000}
		changed := inventory.InstantOf(clock().Add(time.Duration(i) * time.Hour))
		bearing, field := float64(i%360), 60.0
		cameras[i] = inventory.Camera{
			ID: inventory.ID(fmt.Sprintf("c%05d", i)), Holder: inventory.ID(fmt.Sprintf("h%d", i%3)), Category: inventory.Fixed,
			Status: inventory.Statuses()[i%5], Location: &at, Commune: "34172", Name: fmt.Sprintf("Caméra %d", i),
			Heads:      []inventory.Head{{ID: "1", BearingDeg: &bearing, HFOVDeg: &field}},
			Provenance: inventory.Provenance{Import: "i1", UpdatedAt: &changed},
		}
	}
	if err := store.Cameras().Put(tb.Context(), cameras...); err != nil {
		tb.Fatal(err)
	}
	return cameras
}

type cameraPage struct {
	Items []inventory.Camera `json:"items"`
	Next  string             `json:"next"`
}

func readPage(t *testing.T, url string) (found cameraPage, next string) {
	t.Helper()
	answer, body := request(t, http.MethodGet, url, nil, "")
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("GET %s: %d %s", url, answer.StatusCode, body)
	}
	if err := json.Unmarshal([]byte(body), &found); err != nil {
		t.Fatal(err)
	}
	link := answer.Header.Get("Link")
	next, _ = strings.CutSuffix(strings.TrimPrefix(link, "<"), `>; rel="next"`)
	if (found.Next == "") != (link == "") {
		t.Errorf("next is %q and Link %q", found.Next, link)
	}
	return found, next
}

func keys(cameras []inventory.Camera) []inventory.ID {
	ids := make([]inventory.ID, len(cameras))
	for i, c := range cameras {
		ids[i] = c.ID
	}
	return ids
}

// TestPagesGiveEachRecordOnce: following the Link headers gives every record that was there from the start once and in
// order, whatever is stored and deleted between the pages, for any size of page.
func TestPagesGiveEachRecordOnce(t *testing.T) { onEachStore(t, testPagesGiveEachRecordOnce) }

func testPagesGiveEachRecordOnce(t *testing.T, open opener) {
	base, store := newServer(t, open)
	want := keys(fill(t, store, 257))
	random := rand.New(rand.NewPCG(7, 11))
	for round, limit := range []int{1000, 257, 256, 100, 64, 7, 1} {
		var got []inventory.ID
		url := fmt.Sprintf("/api/v1/cameras?limit=%d", limit)
		for url != "" {
			found, next := readPage(t, base+url)
			if len(found.Items) > limit {
				t.Fatalf("%d items on a page of %d", len(found.Items), limit)
			}
			got = append(got, keys(found.Items)...)
			url = next
			disturb(t, store, inventory.ID(fmt.Sprintf("c%05d-%d", random.IntN(257), round)))
		}
		got = slices.DeleteFunc(got, func(id inventory.ID) bool { return strings.Contains(string(id), "-") })
		if !slices.Equal(got, want) {
			t.Errorf("pages of %d give %d records: %v", limit, len(got), got)
		}
	}
}

// TestPagesOfLargeRecordsAreShort: a page ends before its limit when its records are large, and none is lost.
func TestPagesOfLargeRecordsAreShort(t *testing.T) { onEachStore(t, testPagesOfLargeRecordsAreShort) }

func testPagesOfLargeRecordsAreShort(t *testing.T, open opener) {
	checkLargePages(t, open, 15)
}

// TestRecordLargerThanAPage: such a record is a page of its own. MongoDB keeps none.
func TestRecordLargerThanAPage(t *testing.T) {
	t.Parallel()
	checkLargePages(t, openSQLite, 20)
}

// checkLargePages reads pages of four from six cameras, the fourth of which has the size given, MiB.
func checkLargePages(t *testing.T, open opener, large int) {
	t.Helper()
	base, store := newServer(t, open)
	cameras := fill(t, store, 6)
	for i, megabytes := range []int{7, 8, 3, large, 1, 1} {
		cameras[i].Extra = map[string]string{"note": strings.Repeat("n", megabytes<<20)}
	}
	if err := store.Cameras().Put(t.Context(), cameras...); err != nil {
		t.Fatal(err)
	}
	var got [][]inventory.ID
	for url := "/api/v1/cameras?limit=4"; url != ""; {
		found, next := readPage(t, base+url)
		got, url = append(got, keys(found.Items)), next
	}
	want := [][]inventory.ID{{"c00000", "c00001"}, {"c00002"}, {"c00003"}, {"c00004", "c00005"}}
	if !slices.EqualFunc(got, want, slices.Equal[[]inventory.ID]) {
		t.Errorf("pages %v, want %v", got, want)
	}
}

// disturb stores a record between two others, or deletes it.
func disturb(t *testing.T, store inventory.Store, id inventory.ID) {
	t.Helper()
	if store.Cameras().Delete(t.Context(), id, nil) == nil {
		return
	}
	at := inventory.Point{3, 43}
	camera := inventory.Camera{ID: id, Holder: "h0", Category: inventory.Fixed, Location: &at}
	if err := store.Cameras().Put(t.Context(), camera); err != nil {
		t.Fatal(err)
	}
}

func TestFilters(t *testing.T) { onEachStore(t, testFilters) }

func testFilters(t *testing.T, open opener) {
	base, store := newServer(t, open)
	all := fill(t, store, 60)
	count := func(keep func(i int, c inventory.Camera) bool) (n int) {
		for i, c := range all {
			if keep(i, c) {
				n++
			}
		}
		return n
	}
	for _, test := range []struct {
		query string
		keep  func(i int, c inventory.Camera) bool
	}{
		{"", func(int, inventory.Camera) bool { return true }},
		{"bbox=3.01,43.01,3.02,43.02", func(i int, _ inventory.Camera) bool { return i >= 10 && i <= 20 }},
		{"bbox=3.01,43.01,3.01,43.01", func(i int, _ inventory.Camera) bool { return i == 10 }},
		{"bbox=-180,-90,180,90", func(int, inventory.Camera) bool { return true }},
		{"holder=h1", func(_ int, c inventory.Camera) bool { return c.Holder == "h1" }},
		{"holder=h1,h2", func(_ int, c inventory.Camera) bool { return c.Holder != "h0" }},
		{"holder=h1&status=planned,retired", func(_ int, c inventory.Camera) bool {
			return c.Holder == "h1" && (c.Status == inventory.Planned || c.Status == inventory.Retired)
		}},
		{"department=34", func(int, inventory.Camera) bool { return true }},
		{"commune=34172&category=fixed&import=i1", func(int, inventory.Camera) bool { return true }},
		{"commune=75056", func(int, inventory.Camera) bool { return false }},
		{"deployment=d1", func(int, inventory.Camera) bool { return false }},
		{"updatedFrom=2026-11-21T11:30:00%2B01:00", func(i int, _ inventory.Camera) bool { return i >= 2 }},
		{"updatedFrom=2026-11-22&updatedBefore=2026-11-23", func(i int, _ inventory.Camera) bool { return i >= 16 && i < 40 }},
		{"bbox=3.01,43.01,3.02,43.02&holder=h1", func(i int, _ inventory.Camera) bool { return i >= 10 && i <= 20 && i%3 == 1 }},
	} {
		found, _ := readPage(t, base+"/api/v1/cameras?"+test.query)
		if got, want := len(found.Items), count(test.keep); got != want {
			t.Errorf("%q gives %d cameras, want %d", test.query, got, want)
		}
	}
}

func TestQueriesThatAreRefused(t *testing.T) { onEachStore(t, testQueriesThatAreRefused) }

func testQueriesThatAreRefused(t *testing.T, open opener) {
	base, store := newServer(t, open)
	fill(t, store, 3)
	found, _ := readPage(t, base+"/api/v1/cameras?limit=1&holder=h0,h1")
	bad := func(name, url string, has ...string) scenario {
		return scenario{name: name, method: "GET", url: url, status: 400, has: append(has, "/problems/invalid-request", `"in":"query"`)}
	}
	const url = "/api/v1/cameras?"
	runAll(t, base, []scenario{
		bad("unknown", url+"color=red", `"field":"color"`, "the parameters here are bbox, holder, deployment"),
		bad("every fault", url+"color=red&limit=0&bbox=1,2&updatedFrom=now", "4 faults", `"field":"limit"`, `"field":"bbox"`, `"field":"updatedFrom"`),
		bad("twice", url+"holder=a&holder=b", "is given 2 times"),
		bad("empty", url+"holder=", "is empty"),
		bad("empty among others", url+"holder=a,,b", "has an empty value"),
		bad("escape", url+"holder=%zz", "not well written"),
		bad("limit", url+"limit=1001", "between 1 and 1000"),
		bad("limit word", url+"limit=ten", "between 1 and 1000"),
		bad("three numbers", url+"bbox=1,2,3", "has 3 numbers"),
		bad("heights", url+"bbox=1,2,3,4,5,6", "has 6 numbers"),
		bad("metres", url+"bbox=770000,6279000,771000,6280000", "not a number of degrees between -180 and 180"),
		bad("NaN", url+"bbox=NaN,2,3,4", "NaN"),
		bad("swapped", url+"bbox=3,4,1,2", "another order"),
		bad("moment", url+"updatedBefore=2026-11-21T08:30:00+01:00", "write + as %2B"),
		bad("cursor", url+"cursor=abc", `"field":"cursor"`),
		bad("tampered cursor", url+"limit=1&holder=h0,h1&cursor="+found.Next[:len(found.Next)-2]+"AA", `"field":"cursor"`),
		bad("cursor of other filters", url+"limit=1&holder=h0&cursor="+found.Next, `"field":"cursor"`),
		bad("cursor of another kind", "/api/v1/areas?holder=h0,h1&cursor="+found.Next, `"field":"cursor"`),
		{name: "cursor with another limit", method: "GET", url: url + "limit=2&holder=h0,h1&cursor=" + found.Next, status: 200, has: []string{"c00001"}, hasNot: []string{"c00000"}},
		bad("holders have no place", "/api/v1/holders?bbox=1,2,3,4", `"field":"bbox"`),
		bad("one record", "/api/v1/cameras/c00000?fields=name", "no parameter is read here"),
		{name: "create", method: "POST", url: url + "a=1", headers: sendJSON, body: cameraBody, status: 400},
		{name: "put", method: "PUT", url: "/api/v1/cameras/c00000?a=1", headers: with(sendJSON, "If-Match", "*"), body: cameraBody, status: 400},
		{name: "delete", method: "DELETE", url: "/api/v1/cameras/c00000?a=1", headers: map[string]string{"If-Match": "*"}, status: 400},
	})
}

func TestFormats(t *testing.T) { onEachStore(t, testFormats) }

func testFormats(t *testing.T, open opener) {
	base, store := newServer(t, open)
	fill(t, store, 2)
	accept := func(value string) map[string]string { return map[string]string{"Accept": value} }
	is := func(value string) map[string]string {
		return map[string]string{"Content-Type": value, "Vary": "Accept"}
	}
	const url = "/api/v1/cameras"
	runAll(t, base, []scenario{
		{name: "default", method: "GET", url: url, status: 200, replies: is("application/json")},
		{name: "anything", method: "GET", url: url, headers: accept("*/*"), status: 200, replies: is("application/json")},
		{name: "browser", method: "GET", url: url, headers: accept("text/html,application/xml;q=0.9,*/*;q=0.8"), status: 200, replies: is("application/json")},
		{name: "geojson", method: "GET", url: url, headers: geoJSON, status: 200, replies: is("application/geo+json"),
			has:    []string{`{"type":"FeatureCollection","features":[{"type":"Feature","id":"c00000","geometry":{"type":"Point","coordinates":[3,43]},"properties":{`, `"holder":"h0"`},
			hasNot: []string{`"location"`, `"links"`}},
		{name: "geojson preferred", method: "GET", url: url, headers: accept("application/json;q=0.5, application/geo+json"), status: 200, replies: is("application/geo+json")},
		{name: "geojson not wanted", method: "GET", url: url, headers: accept("application/*, application/geo+json;q=0"), status: 200, replies: is("application/json")},
		{name: "geojson page", method: "GET", url: url + "?limit=1", headers: geoJSON, status: 200, has: []string{`"links":[{"rel":"next","type":"application/geo+json","href":"/api/v1/cameras?cursor=`}, replies: map[string]string{"Link": "*"}},
		{name: "none", method: "GET", url: url, headers: accept("text/csv"), status: 406, has: []string{"application/geo+json"}},
		{name: "holders have no place", method: "GET", url: "/api/v1/holders", headers: geoJSON, status: 406},
		{name: "empty collection", method: "GET", url: "/api/v1/areas", headers: geoJSON, status: 200, has: []string{`"features":[]`}},
	})
}
