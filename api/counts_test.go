package api_test

import (
	"net/http"
	"testing"

	"vigie/inventory"
)

func TestCounts(t *testing.T) { onEachStore(t, testCounts) }

func testCounts(t *testing.T, open opener) {
	base, store := newServer(t, open)
	fill(t, store, 30)
	for id, kind := range map[inventory.ID]inventory.HolderKind{"h0": inventory.LocalAuthority, "h1": inventory.Ministry} {
		holder := inventory.Holder{ID: id, Name: string(id), Kind: kind}
		if err := store.Holders().Put(t.Context(), holder); err != nil {
			t.Fatal(err)
		}
	}
	const at = "/api/v1/counts/cameras"
	runAll(t, base, []scenario{
		{
			name: "by status", method: http.MethodGet, url: at + "?by=status", status: http.StatusOK,
			has: []string{
				`{"by":["status"],"total":30,"groups":[{"values":{"status":"in_service"},"count":6},`,
				`{"values":{"status":"retired"},"count":6}]}`,
			},
		},
		{
			name: "by department and kind of holder, one of them unknown", method: http.MethodGet,
			url: at + "?by=department,holderKind", status: http.StatusOK,
			has: []string{
				`"groups":[{"values":{"department":"34"},"count":10},` +
					`{"values":{"department":"34","holderKind":"local_authority"},"count":10},` +
					`{"values":{"department":"34","holderKind":"ministry"},"count":10}]`,
			},
		},
		{
			name: "filtered", method: http.MethodGet, url: at + "?by=holder&bbox=3,43,3.0095,44&holder=h1,h2", status: http.StatusOK,
			has: []string{`"total":6,"groups":[{"values":{"holder":"h1"},"count":3},{"values":{"holder":"h2"},"count":3}]`},
		},
		{
			name: "none", method: http.MethodGet, url: at + "?by=commune&holder=nobody", status: http.StatusOK,
			has: []string{`{"by":["commune"],"total":0,"groups":[]}`},
		},
		{name: "HEAD", method: http.MethodHead, url: at + "?by=status", status: http.StatusOK},
		{name: "by nothing", method: http.MethodGet, url: at, status: http.StatusBadRequest, has: []string{`"by","reason":"is missing"`}},
		{
			name: "by what is no attribute", method: http.MethodGet, url: at + "?by=colour,status,status&limit=3",
			status: http.StatusBadRequest, has: []string{`\"colour\" is not one of`, `\"status\" is given twice`, `"limit"`},
		},
		{name: "another media type", method: http.MethodGet, url: at + "?by=status", status: http.StatusNotAcceptable,
			headers: map[string]string{"Accept": "application/geo+json"}},
		{name: "another method", method: http.MethodPost, url: at, status: http.StatusMethodNotAllowed},
	})
}
