package inventory_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"vigie/inventory"
)

// overpass is an answer with these elements.
func overpass(elements ...string) string {
	return `{"version":0.6,"generator":"Overpass API","osm3s":{"timestamp_osm_base":"2026-11-20T00:00:00Z"},"elements":[` +
		strings.Join(elements, ",\n") + `]}`
}

// node is a surveillance node with more tags, as "camera:type=dome".
func node(id int, tags ...string) string {
	text := `"man_made":"surveillance"`
	for _, tag := range tags {
		name, value, _ := strings.Cut(tag, "=")
		text += fmt.Sprintf(`,%q:%q`, name, value)
	}
	return fmt.Sprintf(`{"type":"node","id":%d,"lat":46.2,"lon":6.1,"tags":{%s}}`, id, text)
}

// headTexts are the heads of a camera, in short: kind, bearing, field of view, range of pan, tilt.
func headTexts(c inventory.Camera) []string {
	number := func(mark string, value *float64) string {
		if value == nil {
			return ""
		}
		return fmt.Sprintf(" %s%v", mark, *value)
	}
	var texts []string
	for _, h := range c.Heads {
		text := string(h.Kind) + number("b", h.BearingDeg) + number("f", h.HFOVDeg) + number("p", h.PanRangeDeg) + number("t", h.TiltDeg)
		if slices.Contains(h.Aims, "plate") {
			text += " plate"
		}
		texts = append(texts, strings.TrimSpace(text))
	}
	return texts
}

func TestTagsOfSurveillanceBecomeHeads(t *testing.T) {
	checks := []struct {
		name string
		tags []string
		want []string // heads
		kept string   // as it stands, what is not read or not as it stands
	}{
		{"nothing", nil, nil, ""},
		{"a bearing", []string{"camera:direction=330", "camera:type=fixed"}, []string{"fixed b330"}, ""},
		{"with a degree", []string{"camera:direction=33.5°"}, []string{"b33.5"}, ""},
		{"direction alone", []string{"direction=45"}, []string{"b45"}, ""},
		{"both directions", []string{"direction=45", "camera:direction=90"}, []string{"b90"}, "direction"},
		{"three directions", []string{"camera:direction=90;160;270", "camera:count=3", "camera:type=fixed"}, []string{"fixed b90", "fixed b160", "fixed b270"}, ""},
		{"with a comma", []string{"camera:direction=180, 270", "camera:type=dome"}, []string{"ptz b180", "ptz b270"}, ""},
		{"more cameras", []string{"camera:direction=45", "camera:count=3", "camera:angle=5"}, []string{"b45 t5", "t5", "t5"}, "camera:angle"},
		{"cameras alone", []string{"camera:count=2", "camera:type=dome"}, []string{"ptz", "ptz"}, ""},
		{"a range that turns", []string{"camera:direction=190-100", "camera:type=dome"}, []string{"ptz b325 p270"}, "camera:direction"},
		{"a range that does not", []string{"camera:direction=10 - 100"}, []string{"b55 f90"}, "camera:direction"},
		{"a range round north", []string{"camera:direction=NW-NE"}, []string{"b0 f90"}, "camera:direction"},
		{"a range and a bearing", []string{"camera:direction=0-90;180"}, []string{"b45 f90", "b180"}, "camera:direction"},
		{"points of the compass", []string{"camera:direction=NW;south;NNE;east;WSW"}, []string{"b315", "b180", "b22.5", "b90", "b247.5"}, ""},
		{"below zero", []string{"camera:direction=-140"}, []string{"b220"}, ""},
		{"beyond the circle", []string{"camera:direction=405;-450;720"}, []string{"b45", "b270", "b0"}, ""},
		{"north", []string{"camera:direction=360", "camera:type=fixed"}, []string{"fixed b0"}, ""},
		{"all round", []string{"camera:direction=360", "camera:type=dome"}, []string{"ptz"}, "camera:direction"},
		{"no direction", []string{"camera:direction=both", "camera:type=panning"}, []string{"ptz"}, "camera:direction"},
		{"a year", []string{"camera:direction=2023"}, []string{""}, "camera:direction"},
		{"too many", []string{"camera:direction=" + strings.Repeat("1;", 40)}, slices.Repeat([]string{"b1"}, 32), "camera:direction"},
		{"two types", []string{"camera:type=dome;fixed", "camera:count=4"}, []string{"ptz", "fixed", "fixed", "fixed"}, ""},
		{"type 360", []string{"camera:type=360"}, []string{"fixed f360"}, ""},
		{"another type", []string{"camera:type=webcam", "camera:direction=175"}, []string{"b175"}, "camera:type"},
		{"tilt", []string{"camera:angle=15°"}, []string{"t15"}, "camera:angle"},
		{"tilt above the horizon", []string{"camera:angle=-30"}, []string{"t30"}, "camera:angle"},
		{"no tilt", []string{"camera:angle=180", "camera:type=fixed"}, []string{"fixed"}, "camera:angle"},
		{"plates", []string{"surveillance:type=ALPR", "direction=228"}, []string{"b228 plate"}, ""},
		{"plates, nothing else", []string{"surveillance:type=ALPR"}, []string{"plate"}, ""},
		{"bad count", []string{"camera:count=many", "camera:direction=1"}, []string{"b1"}, "camera:count"},
		{"endless count", []string{"camera:count=1000000000"}, nil, "camera:count"},
	}
	nodes := make([]string, len(checks))
	for i, check := range checks {
		nodes[i] = node(i, check.tags...)
	}
	store := openStore(t)
	report, err := importText(t, store, overpass(nodes...), inventory.ImportOptions{})
	if err != nil || report.Added != len(checks) || report.Key != "id of the feature" {
		t.Fatalf("%s by %q, %v, %+v", counts(report), report.Key, err, report.Rejected)
	}
	for _, c := range allCameras(t, store) {
		var check struct {
			name string
			tags []string
			want []string
			kept string
		}
		for i := range checks {
			if c.ExternalID == fmt.Sprintf("node/%d", i) {
				check = checks[i]
			}
		}
		if got := headTexts(c); check.name == "" || !slices.Equal(got, check.want) {
			t.Errorf("%s: heads %q, want %q", check.name, got, check.want)
		}
		for _, tag := range check.tags {
			kept, value, _ := strings.Cut(tag, "=")
			if got := c.Extra[kept]; kept != "surveillance:type" && (got != "") != (kept == check.kept) || got != "" && got != value {
				t.Errorf("%s: %s is kept aside as %q", check.name, kept, got)
			}
		}
		if c.Provenance.Licence != "ODbL 1.0" {
			t.Errorf("%s: %q", check.name, c.Provenance.Licence)
		}
	}
}

func TestOtherTagsOfSurveillance(t *testing.T) {
	store := openStore(t)
	text := overpass(node(1, "ref=BN-CAM-237", "name=Bohl", "operator=ASTRA", "camera:mount=pole", "support=mast", "height=3.5",
		"surveillance:zone=town", "brand=UBS", "start_date=2020-01-02"), node(2, "camera:height=4 m"), node(3, "height=3", "camera:height=5"))
	report, err := importText(t, store, text, inventory.ImportOptions{Licence: "mine"})
	if err != nil || report.Added != 3 || report.Format != inventory.FormatOSM {
		t.Fatalf("%s, %v, %+v", counts(report), err, report.Rejected)
	}
	for _, c := range allCameras(t, store) {
		switch {
		case c.ExternalID == "BN-CAM-237":
			if c.Name != "Bohl" || c.Extra["operator"] != "ASTRA" || c.Mounting.Support != "pole" || *c.Mounting.HeightM != 3.5 ||
				c.Extra["surveillance:zone"] != "town" || c.Device.Manufacturer != "" || c.Extra["brand"] != "UBS" ||
				c.InServiceSince != "2020-01-02" || c.Provenance.Licence != "mine" {
				t.Errorf("%+v", c)
			}
		case c.ExternalID == "node/2":
			if *c.Mounting.HeightM != 4 {
				t.Errorf("%+v", c.Mounting)
			}
		case *c.Mounting.HeightM != 3 || c.Extra["camera:height"] != "5":
			t.Errorf("%+v", c)
		}
	}
}

func TestWhatIsNoCameraOnOpenStreetMap(t *testing.T) {
	text := overpass(node(1, "surveillance:type=guard"), node(2, "surveillance=fake"), node(3), node(3),
		`{"type":"node","id":4,"lat":46.2,"lon":6.1,"tags":{"highway":"street_lamp"}}`,
		`{"type":"node","id":5,"lat":46.2,"lon":6.1}`, `{"type":"node","id":6,"lat":46.2,"lon":6.1,"tags":{}}`,
		`{"type":"node","id":7,"lat":46.2,"tags":{"man_made":"surveillance"}}`,
		`{"type":"node","lat":46.2,"lon":6.1,"tags":{"man_made":"surveillance"}}`,
		`{"type":"way","id":8,"nodes":[1,2],"tags":{"man_made":"surveillance"}}`,
		`{"type":"way","id":9,"center":{"lat":46.2,"lon":6.1},"tags":{"man_made":"surveillance"}}`,
		`{"type":"count","id":0,"tags":{"nodes":"1"}}`, `7`,
	)
	report, err := importText(t, openStore(t), text, inventory.ImportOptions{})
	want := []string{
		"surveillance:type=guard is a person, not a camera", "surveillance=fake is a dummy, not a camera",
		"the id of the feature of row 3 comes back", "is not tagged man_made=surveillance",
		"no coordinates: lat or lon is missing", "the node has no identifier",
		`the way has no geometry in the file: ask Overpass for "out geom" or "out center"`,
		`a node, way or relation is needed, not "count"`, "a node, way or relation is needed",
	}
	var got []string
	for _, fault := range report.Rejected {
		got = append(got, strings.Replace(fault.Reason, "the key of row", "the id of the feature of row", 1))
	}
	if err != nil || report.Added != 2 || !slices.Equal(got, want) {
		t.Errorf("%s, %v\n%q\nwant\n%q", counts(report), err, got, want)
	}
	if !slices.ContainsFunc(report.Assumed, func(n inventory.ImportNote) bool {
		return n.Text == "2 nodes without tags are the bends of lines and make no row"
	}) {
		t.Errorf("%+v", report.Assumed)
	}
}

// TestGenevaWhole imports every surveillance node of a country: all enter but three, which are told.
func TestGenevaWhole(t *testing.T) {
	store := openStore(t)
	const name = "geneva/osm-surveillance.json"
	options := inventory.ImportOptions{Kind: inventory.KindCameras, Holder: "osm"}
	report := importFile(t, store, name, options)
	expectCounts(t, report, "read 2144, added 2141, updated 0, unchanged 0, rejected 3")
	want := []inventory.RowFault{
		{Line: 133, Reason: "surveillance=fake is a dummy, not a camera"},
		{Line: 951, Reason: "surveillance:type=guard is a person, not a camera"},
		{Line: 1511, Reason: "surveillance:type=guard is a person, not a camera"},
	}
	if !slices.Equal(report.Rejected, want) {
		t.Errorf("%+v", report.Rejected)
	}
	expectCounts(t, importFile(t, store, name, options), "read 2144, added 0, updated 0, unchanged 2141, rejected 3")
	heads, bearings, turning, several := 0, 0, 0, 0
	for _, c := range allCameras(t, store) {
		for _, h := range c.Heads {
			heads++
			if h.BearingDeg != nil {
				bearings++
			}
			if h.Kind == inventory.HeadPTZ {
				turning++
			}
		}
		if len(c.Heads) > 1 {
			several++
		}
	}
	if got := fmt.Sprintf("%d heads, %d with a bearing, %d that turn, %d cameras of several", heads, bearings, turning, several); got != "1550 heads, 483 with a bearing, 693 that turn, 28 cameras of several" {
		t.Error(got)
	}
}

// TestStreetsOfOpenStreetMap: ways and relations are lines and surfaces.
func TestStreetsOfOpenStreetMap(t *testing.T) {
	const square = `"geometry":[{"lat":46,"lon":6},{"lat":46,"lon":6.1},{"lat":46.1,"lon":6.1},{"lat":46,"lon":6}]`
	member := func(role, path string) string {
		return fmt.Sprintf(`{"type":"way","ref":1,"role":%q,"geometry":%s}`, role, path)
	}
	places := func(text string) string { // "6 46,6.1 46"
		var list []string
		for _, place := range strings.Split(text, ",") {
			lon, lat, _ := strings.Cut(place, " ")
			list = append(list, fmt.Sprintf(`{"lat":%s,"lon":%s}`, lat, lon))
		}
		return "[" + strings.Join(list, ",") + "]"
	}
	text := overpass(
		`{"type":"way","id":1,"tags":{"highway":"residential","name":"Rue"},"geometry":[{"lat":46,"lon":6},{"lat":46.1,"lon":6.1}]}`,
		`{"type":"way","id":2,"tags":{"highway":"residential"},`+square+`}`,
		`{"type":"way","id":3,"tags":{"highway":"pedestrian","area":"yes"},`+square+`}`,
		`{"type":"way","id":4,"tags":{"building":"yes","height":"12"},`+square+`}`,
		`{"type":"relation","id":5,"tags":{"building":"yes"},"members":[`+
			member("outer", places("6 46,6.2 46,6.2 46.2"))+","+member("outer", places("6 46,6 46.2,6.2 46.2"))+","+
			member("inner", places("6.05 46.05,6.1 46.05,6.1 46.1,6.05 46.05"))+`,{"type":"node","ref":1,"role":"entrance","lat":46,"lon":6}]}`,
		`{"type":"relation","id":6,"tags":{"building":"yes"},"members":[`+member("outer", places("6 46,6.2 46,6.2 46.2"))+`]}`,
		`{"type":"way","id":7,"tags":{"building":"yes"},"geometry":[null,{"lat":46,"lon":6}]}`,
	)
	store := openStore(t)
	report, err := importText(t, store, text, inventory.ImportOptions{Kind: inventory.KindCandidates, Set: "streets"})
	if err != nil || report.Added != 5 || report.RejectedRows != 2 {
		t.Fatalf("%s, %v, %+v", counts(report), err, report.Rejected)
	}
	sets, err := inventory.CandidateSets(t.Context(), store)
	if want := (inventory.CandidateSet{Set: "streets", Lines: 2, Areas: 3}); err != nil || len(sets) != 1 || sets[0] != want {
		t.Errorf("%+v, %v", sets, err)
	}
	buildings := strings.ReplaceAll(text, `"name":"Rue"`, `"ref":"x"`)
	report, err = importText(t, store, buildings, inventory.ImportOptions{Kind: inventory.KindObstacles})
	if err != nil || report.Added != 3 || report.RejectedRows != 4 {
		t.Errorf("%s, %v, %+v", counts(report), err, report.Rejected)
	}
}

func TestBrokenAnswersOfOverpass(t *testing.T) {
	sound := overpass(node(1))
	for name, check := range map[string]struct{ text, want string }{
		"cut short":    {sound[:len(sound)-30], "cut short"},
		"gave up":      {strings.Replace(sound, `"elements"`, `"remark":"runtime error: Query timed out","elements"`, 1), "Query timed out"},
		"no elements":  {`{"osm3s":{},"version":0.6}`, `"elements" is missing`},
		"not a list":   {`{"osm3s":{},"elements":7}`, "not an array"},
		"another JSON": {`7`, "are needed"},
		"empty":        {"", "the file is empty"},
		"damaged":      {strings.Replace(sound, `"lat":46.2`, `"lat":46.2.1`, 1), "invalid character"},
	} {
		store := openStore(t)
		_, err := importText(t, store, check.text, inventory.ImportOptions{Format: inventory.FormatOSM})
		if err == nil || !strings.Contains(err.Error(), check.want) || len(allCameras(t, store)) != 0 {
			t.Errorf("%s: %v, want %q", name, err, check.want)
		}
	}
	options := inventory.ImportOptions{Kind: inventory.KindCameras, Holder: "osm", Source: filepath.Base("a.json"), Now: now}
	if report, err := inventory.Import(t.Context(), openStore(t), strings.NewReader("\n["+node(1)+"]"), options); err != nil || report.Format != inventory.FormatOSM {
		t.Errorf("a bare list: %s, %v", report.Format, err)
	}
}
