package api_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie/inventory"
)

const changesURL = "/api/v1/changes"

// changesPage is a page of the feed as a client reads it.
type changesPage struct {
	Items []struct {
		ID, Kind, Change, Record string
		Before, After            map[string]any
	}
	Next string
	More bool
}

func follow(t *testing.T, url string, headers map[string]string) changesPage {
	t.Helper()
	answer, body := request(t, http.MethodGet, url, headers, "")
	var page changesPage
	if err := json.Unmarshal([]byte(body), &page); err != nil || answer.StatusCode != http.StatusOK || page.Next == "" {
		t.Fatalf("%s: %d %s", url, answer.StatusCode, body)
	}
	return page
}

// TestChanges: who follows the feed from its first cursor has every change, as it may see it, and is told when it would not.
func TestChanges(t *testing.T) { onEachStore(t, testChanges) }

func testChanges(t *testing.T, open opener) {
	raw := open(t)
	base := guardedServer(t, raw)
	key := func(account inventory.Account) map[string]string {
		return with(keyOf(t, raw, account), "Content-Type", "application/json")
	}
	root, south := key(inventory.Account{Role: inventory.RoleAdmin}), key(inventory.Account{Role: inventory.RoleHolderEditor, Holder: "south"})
	north := key(inventory.Account{Role: inventory.RoleHolderEditor, Holder: "north"})
	prefecture := key(inventory.Account{Role: inventory.RolePrefecture, Departments: []string{"34"}})
	starts := map[string]string{}
	for name, headers := range map[string]map[string]string{"root": root, "south": south, "north": north} {
		page := follow(t, base+changesURL, headers)
		if starts[name] = page.Next; len(page.Items) > 0 {
			t.Errorf("the first page has %d items", len(page.Items))
		}
	}
	camera := `{"id":"c","holder":"south","name":"a","category":"fixed","location":{"type":"Point","coordinates":[3.9,43.6]}}`
	runAll(t, base, []scenario{
		{name: "create", method: "PUT", url: "/api/v1/cameras/c", headers: with(root, "If-None-Match", "*"), body: camera, status: 201},
		{name: "replace", method: "PUT", url: "/api/v1/cameras/c", headers: with(root, "If-Match", "*"), body: strings.Replace(camera, `"south"`, `"north"`, 1), status: 200},
		{name: "delete", method: "DELETE", url: "/api/v1/cameras/c", headers: with(north, "If-Match", "*"), status: 204},
		{name: "tampered", method: "GET", url: changesURL + "?since=" + mangled(starts["south"]), headers: south, status: 400, has: []string{`"field":"since"`}},
		{name: "no cursor", method: "GET", url: changesURL + "?since=12", headers: south, status: 400},
		{name: "another's cursor", method: "GET", url: changesURL + "?since=" + starts["north"], headers: south, status: 410, has: []string{"/problems/sync-again"}},
		{name: "unknown kind", method: "GET", url: changesURL + "?kind=accounts", headers: south, status: 400},
		{name: "too long", method: "GET", url: changesURL + "?wait=31&since=" + starts["south"], headers: south, status: 400},
		{name: "unknown parameter", method: "GET", url: changesURL + "?from=1", headers: south, status: 400},
		{name: "without a reason", method: "GET", url: changesURL, headers: prefecture, status: 428},
		{name: "with a reason", method: "GET", url: changesURL, headers: with(prefecture, "X-Reason", "contrôle"), status: 200},
		{name: "nobody", method: "GET", url: changesURL, status: 401},
	})
	for name, want := range map[string][]string{
		"root": {"create", "update", "delete"}, "south": {"create", "delete"}, "north": {"create", "delete"},
	} {
		headers := map[string]map[string]string{"root": root, "south": south, "north": north}[name]
		var got []string
		next := starts[name]
		for more := true; more; {
			page := follow(t, base+changesURL+"?limit=1&bbox=3.8,43.5,4,43.7&kind=cameras,areas&since="+next, headers)
			for _, item := range page.Items {
				if got = append(got, item.Change); item.Record != "c" || item.Kind != "cameras" {
					t.Errorf("%s is told of %s %s", name, item.Kind, item.Record)
				}
				if name == "south" && (item.Before["holder"] == "north" || item.After["holder"] == "north") {
					t.Errorf("south is told what became of its camera: %v", item)
				}
			}
			next, more = page.Next, page.More
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s is told %v, not %v", name, got, want)
		}
	}
	lines := linesOf(t, raw, "changes")
	if !slices.ContainsFunc(lines, func(l inventory.Entry) bool { return l.Reason == "contrôle" && l.Deed == inventory.DeedRead }) {
		t.Errorf("the journal does not tell who read the feed: %v", lines)
	}
}

// linesOf are the lines of the journal of a kind.
func linesOf(t *testing.T, raw inventory.Store, kind string) []inventory.Entry {
	t.Helper()
	q := inventory.Query{Where: []inventory.Condition{{Attr: inventory.AttrCategory, In: []string{kind}}}}
	lines, err := inventory.All(t.Context(), raw.Journal(), q)
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

// TestWaitingForChanges: a request that waits is answered when something changes.
func TestWaitingForChanges(t *testing.T) {
	t.Parallel()
	raw := openSQLite(t)
	base := guardedServer(t, raw)
	root := with(keyOf(t, raw, inventory.Account{Role: inventory.RoleAdmin}), "Content-Type", "application/json")
	start := follow(t, base+changesURL, root).Next
	answered := make(chan changesPage, 1)
	go func() { answered <- follow(t, base+changesURL+"?wait=20&since="+start, root) }()
	time.Sleep(300 * time.Millisecond) // most often it waits by now; otherwise it need not
	runAll(t, base, []scenario{{name: "create", method: "POST", url: "/api/v1/holders", headers: root, body: holderBody, status: 201}})
	if page := <-answered; len(page.Items) != 1 || page.Items[0].Change != "create" {
		t.Errorf("the answer is %+v", page)
	}
	if page := follow(t, base+changesURL+"?wait=0&since="+start, root); len(page.Items) != 1 {
		t.Errorf("without waiting: %+v", page)
	}
}

// mangled is a cursor with another first letter.
func mangled(cursor string) string {
	if cursor[0] == 'x' {
		return "y" + cursor[1:]
	}
	return "x" + cursor[1:]
}
