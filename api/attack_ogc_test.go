package api_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"vigie/inventory"
)

// TestAttackFilters: a CQL2 expression says which of the records in reach are wanted, and reaches no other; what is no
// expression, or one without end, is refused.
func TestAttackFilters(t *testing.T) { onEachStore(t, testAttackFilters) }

func testAttackFilters(t *testing.T, open opener) {
	raw := open(t)
	base := guardedServer(t, raw)
	recordsOf(t, raw, "south")
	recordsOf(t, raw, "north")
	key := keyOf(t, raw, inventory.Account{Role: inventory.RoleHolderEditor, Holder: "south"})
	const items = "/ogc/collections/cameras/items?filter="
	for _, filter := range []string{
		"holder = 'north'", "holder <> 'south'", "NOT (holder = 'south')", "holder = 'north' OR 1 = 1", "holder LIKE '%'", "holder LIKE 'n%'", "holder IN ('north', 'south')", "id = 'camera-north'",
		"holder = '' OR ''=''", "holder = 'x'; DROP TABLE cameras", "holder = 'x' UNION SELECT * FROM accounts", "holder = 'x'--", "holder = 'x' /*", "$where = '1'", "holder = {$ne: 1}",
		"secretHash LIKE '%'", "accounts.secretHash = 'x'", "S_INTERSECTS(geometry, POLYGON((-180 -90, 180 -90, 180 90, -180 90, -180 -90)))", "S_WITHIN(geometry, POINT(1e400 0))",
		strings.Repeat("(", 5000) + "holder = 'north'" + strings.Repeat(")", 5000), strings.Repeat("NOT ", 10_000) + "holder = 'x'", "holder = '" + strings.Repeat("x", 50_000) + "'",
		"holder IN (" + strings.Repeat("'a',", 10_000) + "'b')", strings.Repeat("holder = 'x' OR ", 3000) + "holder = 'north'", "\x00", "holder = '\xff'", "pg_sleep(9) = 1", "CASEI(holder) = CASEI('NORTH')",
	} {
		answer, body := request(t, "GET", base+items+url.QueryEscape(filter), key, "")
		if answer.StatusCode != http.StatusOK && (answer.StatusCode < 400 || answer.StatusCode >= 500) || strings.Contains(body, `"camera-north"`) || strings.Contains(body, `"secretHash":`) {
			t.Errorf("%.80s: %d %.300s", filter, answer.StatusCode, body)
		}
	}
	for _, query := range []string{"sortby=holder;DROP", "sortby=-secretHash", "crs=file:///etc/passwd", "bbox=NaN,0,1,1", "limit=1e9", "filter-crs=http://127.0.0.1/", "filter-lang=sql&filter=1=1", "properties=secretHash"} {
		answer, body := request(t, "GET", base+"/ogc/collections/cameras/items?"+query, key, "")
		if answer.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: %d %.300s", query, answer.StatusCode, body)
		}
	}
	for _, collection := range []string{"accounts", "journal", "sessions", "..%2faccounts", "cameras%00"} {
		answer, body := request(t, "GET", base+"/ogc/collections/"+collection+"/items", key, "")
		if answer.StatusCode != http.StatusNotFound {
			t.Errorf("collection %s: %d %.300s", collection, answer.StatusCode, body)
		}
	}
}
