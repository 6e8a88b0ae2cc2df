package inventory_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/paulmach/orb"

	"vigie/inventory"
)

// importText imports a text that cannot be sought.
func importText(t testing.TB, store inventory.Store, text string, options inventory.ImportOptions) (inventory.ImportReport, error) {
	t.Helper()
	options.Now = now
	if options.Kind == "" {
		options.Kind = inventory.KindCameras
	}
	if options.Kind == inventory.KindCameras && options.Holder == "" {
		options.Holder = "ville"
	}
	return inventory.Import(t.Context(), store, iotest.HalfReader(strings.NewReader(text)), options)
}

func allCameras(t testing.TB, store inventory.Store) []inventory.Camera {
	t.Helper()
	cameras, err := inventory.All(t.Context(), store.Cameras(), inventory.Query{})
	if err != nil {
		t.Fatal(err)
	}
	return cameras
}

// point is a feature with a reference at a place.
func point(ref string, lon, lat float64) string {
	return fmt.Sprintf(`{"type":"Feature","properties":{"ref":%q},"geometry":{"type":"Point","coordinates":[%v,%v]}}`, ref, lon, lat)
}

func collection(features ...string) string {
	return `{"type":"FeatureCollection","features":[` + strings.Join(features, ",") + `]}`
}

func TestFormsOfGeoJSON(t *testing.T) {
	a, b := point("a", 2.35, 48.85), point("b", 2.36, 48.86)
	lambert := strings.ReplaceAll(collection(`{"type":"Feature","properties":{"ref":"a"},"geometry":{"type":"Point","coordinates":[652469.02,6862035.26]}}`), " ", "")
	const crs = `"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::2154"}}`
	for name, check := range map[string]struct{ text, want string }{
		"collection":          {collection(a, b), "read 2, added 2, updated 0, unchanged 0, rejected 0"},
		"empty collection":    {collection(), "read 0, added 0, updated 0, unchanged 0, rejected 0"},
		"byte order mark":     {"\ufeff" + collection(a), "read 1, added 1, updated 0, unchanged 0, rejected 0"},
		"newline-delimited":   {a + "\n" + b + "\n\n", "read 2, added 2, updated 0, unchanged 0, rejected 0"},
		"record separators":   {"\x1e" + a + "\n\x1e" + b + "\n", "read 2, added 2, updated 0, unchanged 0, rejected 0"},
		"bare feature":        {a, "read 1, added 1, updated 0, unchanged 0, rejected 0"},
		"array of features":   {"[" + a + "," + b + "]", "read 2, added 2, updated 0, unchanged 0, rejected 0"},
		"two collections":     {collection(a) + collection(b), "read 2, added 2, updated 0, unchanged 0, rejected 0"},
		"bare geometry":       {`{"type":"Point","coordinates":[2,48]}`, "read 1, added 1, updated 0, unchanged 0, rejected 0"},
		"array of geometries": {`[{"coordinates":[2,48],"type":"Point"},{"type":"Point","coordinates":[3,48]}]`, "read 2, added 2, updated 0, unchanged 0, rejected 0"},
		"no properties":       {collection(`{"type":"Feature","geometry":{"type":"Point","coordinates":[2,48]}}`), "read 1, added 1, updated 0, unchanged 0, rejected 0"},
		"null properties":     {collection(`{"type":"Feature","properties":null,"geometry":{"type":"Point","coordinates":[2,48]}}`), "read 1, added 1, updated 0, unchanged 0, rejected 0"},
		"null geometry":       {collection(`{"type":"Feature","properties":{"ref":"x"},"geometry":null}`, a), "read 2, added 1, updated 0, unchanged 0, rejected 1"},
		"third coordinate":    {collection(`{"type":"Feature","geometry":{"type":"Point","coordinates":[2,48,35.5]}}`), "read 1, added 1, updated 0, unchanged 0, rejected 0"},
		"null coordinates":    {collection(`{"type":"Feature","geometry":{"type":"Point","coordinates":[null,null]}}`), "read 1, added 0, updated 0, unchanged 0, rejected 1"},
		"one coordinate":      {collection(`{"type":"Feature","geometry":{"type":"Point","coordinates":[2]}}`), "read 1, added 0, updated 0, unchanged 0, rejected 1"},
		"text coordinates":    {collection(`{"type":"Feature","geometry":{"type":"Point","coordinates":["2","48"]}}`), "read 1, added 0, updated 0, unchanged 0, rejected 1"},
		"huge coordinate":     {collection(`{"type":"Feature","geometry":{"type":"Point","coordinates":[1e999,2]}}`, a, b), "read 3, added 2, updated 0, unchanged 0, rejected 1"},
		"one point of many":   {collection(`{"type":"Feature","geometry":{"type":"MultiPoint","coordinates":[[2,48]]}}`), "read 1, added 1, updated 0, unchanged 0, rejected 0"},
		"many points":         {collection(`{"type":"Feature","geometry":{"type":"MultiPoint","coordinates":[[2,48],[3,48]]}}`), "read 1, added 0, updated 0, unchanged 0, rejected 1"},
		"geometry collection": {collection(`{"type":"Feature","geometry":{"type":"GeometryCollection","geometries":[]}}`), "read 1, added 0, updated 0, unchanged 0, rejected 1"},
		"not features":        {collection(`5`, `null`, `"x"`, `{}`, `[]`, `{"type":5}`), "read 6, added 0, updated 0, unchanged 0, rejected 6"},
		"bad properties":      {collection(`{"type":"Feature","properties":[1],"geometry":{"type":"Point","coordinates":[2,48]}}`), "read 1, added 0, updated 0, unchanged 0, rejected 1"},
		"latitude 91":         {collection(a, b, point("c", 2, 91)), "read 3, added 2, updated 0, unchanged 0, rejected 1"},
		"crs before":          {strings.Replace(lambert, `"features"`, crs+`,"features"`, 1), "read 1, added 1, updated 0, unchanged 0, rejected 0"},
		"crs after":           {strings.TrimSuffix(lambert, "}") + "," + crs + "}", "read 1, added 1, updated 0, unchanged 0, rejected 0"},
		"type after":          {`{"features":[` + a + `],"other":{"features":[1,{"a":[]}]},"type":"FeatureCollection"}`, "read 1, added 1, updated 0, unchanged 0, rejected 0"},
		"older crs":           {strings.Replace(lambert, `"features"`, `"crs":{"type":"EPSG","properties":{"code":2154}},"features"`, 1), "read 1, added 1, updated 0, unchanged 0, rejected 0"},
		"null crs":            {strings.Replace(collection(a), `"features"`, `"crs":null,"features"`, 1), "read 1, added 1, updated 0, unchanged 0, rejected 0"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, format := range []inventory.Format{inventory.FormatGeoJSON, ""} {
				store := openStore(t)
				report, err := importText(t, store, check.text, inventory.ImportOptions{Format: format})
				if got := counts(report); err != nil || got != check.want || report.Format != inventory.FormatGeoJSON {
					t.Fatalf("%s, %v; want %s; %+v", got, err, check.want, report.Rejected)
				}
				for _, c := range allCameras(t, store) {
					if at := orb.Point(*c.Location); !(at.Lon() >= 2 && at.Lon() <= 3 && at.Lat() >= 48 && at.Lat() < 49) {
						t.Errorf("%+v", at)
					}
				}
			}
		})
	}
}

func TestRowFaultsSayWhereAndWhy(t *testing.T) {
	text := collection(
		point("a", 2, 48), point("a", 2, 48),
		`{"type":"Feature","properties":{"ref":"c","hauteur":"haute"},"geometry":{"type":"Point","coordinates":[2,48]}}`,
		`{"type":"Feature","properties":{"ref":"d","camera:direction":"180;270","heads[0].hfovDeg":400},"geometry":{"type":"Point","coordinates":[2,48]}}`,
		`{"type":"Feature","properties":{"ref":"e"},"geometry":null}`,
		`{"type":"Feature","properties":{"ref":"f","heads[0].hfovDeg":400},"geometry":{"type":"Point","coordinates":[2,48]}}`,
	)
	report, err := importText(t, openStore(t), text, inventory.ImportOptions{Key: "ref"})
	if err != nil {
		t.Fatal(err)
	}
	want := []inventory.RowFault{
		{Line: 2, Key: "a", Field: "ref", Reason: "the key of row 1 comes back"},
		{Line: 3, Key: "c", Field: "mounting.heightM", Reason: `hauteur: "haute" is not a number`},
		{Line: 4, Key: "d", Field: "heads[0].bearingDeg", Reason: `camera:direction: "180;270" is not a bearing in degrees, nor one point of the compass`},
		{Line: 5, Key: "e", Field: "location", Reason: "the feature has no geometry"},
		{Line: 6, Key: "f", Field: "heads[0].hfovDeg", Reason: "400 is not between 0.1 and 360 °"},
	}
	if !slices.Equal(report.Rejected, want) || report.RejectedRows != 5 || report.Added != 1 {
		t.Errorf("%s\n%+v\nwant\n%+v", counts(report), report.Rejected, want)
	}
}

func TestRowsOfTextAreLines(t *testing.T) {
	text := "\n" + point("a", 2, 48) + "\n\n" + `{"type":"Feature","properties":{"ref":"b"},` + "\n" + `"geometry":null}` + "\n" + point("a", 2, 48) + "\n"
	report, err := importText(t, openStore(t), text, inventory.ImportOptions{Key: "ref"})
	want := []inventory.RowFault{
		{Line: 4, Key: "b", Field: "location", Reason: "the feature has no geometry"},
		{Line: 6, Key: "a", Field: "ref", Reason: "the key of row 2 comes back"},
	}
	if err != nil || !slices.Equal(report.Rejected, want) {
		t.Errorf("%v %+v", err, report.Rejected)
	}
}

func TestAFileCutShortSaysWhere(t *testing.T) {
	text := collection(point("a", 2, 48)+"\n", point("b", 2, 48)+"\n", point("c", 2, 48))
	_, err := importText(t, openStore(t), text[:len(text)-20], inventory.ImportOptions{})
	var file *inventory.FileError
	if !errors.As(err, &file) || file.Rows != 2 || file.Line != 3 || file.Byte < int64(len(text))/2 {
		t.Errorf("%v: %+v", err, file)
	}
}

// TestFaultsOfTheWholeFile stores nothing and says what is wrong, wherever in the file it is.
func TestFaultsOfTheWholeFile(t *testing.T) {
	var many []string
	for i := range 2500 {
		many = append(many, point(fmt.Sprint(i), 2, 48))
	}
	long := collection(many...)
	for name, check := range map[string]struct {
		text, want string
		options    inventory.ImportOptions
	}{
		"cut in a feature":   {long[:len(long)-40], "cut short", inventory.ImportOptions{}},
		"cut between":        {long[:len(long)-2], "cut short", inventory.ImportOptions{}},
		"not JSON":           {strings.Replace(long, `"1999"`, `"1999`, 1), "invalid character", inventory.ImportOptions{}},
		"trailing rubbish":   {long + "]", "invalid", inventory.ImportOptions{}},
		"not GeoJSON":        {"5", "a GeoJSON object is needed", inventory.ImportOptions{Format: inventory.FormatGeoJSON}},
		"empty":              {"", "empty", inventory.ImportOptions{Format: inventory.FormatGeoJSON}},
		"features no array":  {`{"type":"FeatureCollection","features":{}}`, "not an array", inventory.ImportOptions{}},
		"unknown crs":        {`{"type":"FeatureCollection","crs":{"properties":{"name":"EPSG:27572"}},"features":[]}`, "EPSG:27572", inventory.ImportOptions{}},
		"unknown forced crs": {long, "EPSG:1", inventory.ImportOptions{CRS: "EPSG:1"}},
		"no such key":        {long, `no property "Nom"; it has "ref"`, inventory.ImportOptions{Key: "Nom"}},
		"no such mapping":    {long, `no property "h"`, inventory.ImportOptions{Mapping: map[string]string{"h": "mounting.heightM"}}},
		"no such field":      {long, `"mounting.height" is not a field`, inventory.ImportOptions{Mapping: map[string]string{"ref": "mounting.height"}}},
		"mapped identifier":  {long, "not mapped", inventory.ImportOptions{Mapping: map[string]string{"ref": "id"}}},
		"metres":             {collection(point("a", 768915, 6281719)), "--crs", inventory.ImportOptions{}},
		"nowhere":            {collection(point("a", 1e8, 1e8)), "in none that Vigie knows", inventory.ImportOptions{}},
		"no such kind":       {long, `"drones" is not one of`, inventory.ImportOptions{Kind: "drones"}},
		"empty CSV":          {"", "empty", inventory.ImportOptions{Format: inventory.FormatCSV}},
		"CSV without header": {"1,2.5,48.5\n2,2.6,48.6\n", "column names", inventory.ImportOptions{}},
		"CSV cut in a text":  {"ref,lon,lat,nom\n1,2.5,48.5,\"Place\n2,2.6,48.6,x\n", "cut short inside quotes", inventory.ImportOptions{}},
		"CSV in metres":      {"ref;x;y\na;768915,19;6281719,38\n", "EPSG:2154", inventory.ImportOptions{}},
		"CSV, unknown crs":   {"ref,lon,lat,crs\na,1,2,EPSG:1\n", "EPSG:1", inventory.ImportOptions{}},
	} {
		t.Run(name, func(t *testing.T) {
			store := openStore(t)
			report, err := importText(t, store, check.text, check.options)
			if err == nil || !strings.Contains(err.Error(), check.want) {
				t.Errorf("error %v, want %q", err, check.want)
			}
			var file *inventory.FileError
			var needed *inventory.CRSNeededError
			var invalid *inventory.InvalidError
			if !errors.As(err, &file) && !errors.As(err, &needed) && !errors.As(err, &invalid) {
				t.Errorf("error of type %T", err)
			}
			if n := len(allCameras(t, store)); n != 0 || report.Added != 0 {
				t.Errorf("%d cameras stored, %d reported", n, report.Added)
			}
		})
	}
	report, err := importText(t, openStore(t), long, inventory.ImportOptions{})
	if err != nil || report.Added != len(many) {
		t.Errorf("whole: %s, %v", counts(report), err)
	}
}

func TestCamerasNeedAHolder(t *testing.T) {
	_, err := inventory.Import(t.Context(), openStore(t), strings.NewReader(collection(point("a", 2, 48))),
		inventory.ImportOptions{Kind: inventory.KindCameras})
	var invalid *inventory.InvalidError
	if !errors.As(err, &invalid) || invalid.Faults[0].Field != "holder" {
		t.Errorf("%v", err)
	}
}

// TestTheSameContentTwice is a fault: two cameras cannot be told apart.
func TestTheSameContentTwice(t *testing.T) {
	bare := `{"type":"Point","coordinates":[2,48]}`
	report, err := importText(t, openStore(t), bare+"\n"+bare+"\n", inventory.ImportOptions{})
	if err != nil || report.Added != 1 || report.RejectedRows != 1 || report.Rejected[0].Line != 2 ||
		report.Rejected[0].Reason != "the content of row 1 comes back" {
		t.Errorf("%s %v %+v", counts(report), err, report.Rejected)
	}
}

// TestAnImportAgainKeepsWhatTheFileDoesNotSay: the file knows the name, the inventory learned the optics since.
func TestAnImportAgainKeepsWhatTheFileDoesNotSay(t *testing.T) {
	store := openStore(t)
	text := "ref,nom,lon,lat\na,Gare,2.35,48.85\n"
	if _, err := importText(t, store, text, inventory.ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	id := allCameras(t, store)[0].ID
	bearing := 90.0
	_, err := store.Cameras().Update(t.Context(), id, func(c *inventory.Camera) error {
		c.Heads = []inventory.Head{{ID: "1", BearingDeg: &bearing}}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	report, err := importText(t, store, text, inventory.ImportOptions{})
	if err != nil || report.Unchanged != 1 {
		t.Errorf("the same again: %s %v", counts(report), err)
	}
	report, err = importText(t, store, strings.Replace(text, "Gare", "Gare routière", 1), inventory.ImportOptions{})
	if err != nil || report.Updated != 1 {
		t.Errorf("renamed: %s %v", counts(report), err)
	}
	c := allCameras(t, store)[0]
	if c.ID != id || c.Name != "Gare routière" || len(c.Heads) != 1 || c.Provenance.Import != report.Import {
		t.Errorf("%+v", c)
	}
}

// TestDeepPropertiesAreAFault of the row: each of their values would have a path as long as the way to it.
func TestDeepPropertiesAreAFault(t *testing.T) {
	nested := func(depth int, name string) string {
		return fmt.Sprintf(`{"type":"Feature","properties":{"ref":%d%s%s},"geometry":{"type":"Point","coordinates":[2,48]}}`, depth,
			strings.Repeat(`,"`+name+`":{"x":1`, depth-1), strings.Repeat("}", depth-1))
	}
	text := collection(nested(31, "a"), nested(32, "a"), nested(33, "a"), nested(5000, "a"), nested(20, strings.Repeat("n", 100)),
		strings.Replace(point("list", 2, 48), `"ref"`, `"list":`+strings.Repeat("[", 40)+"1"+strings.Repeat("]", 40)+`,"ref"`, 1))
	report, err := importText(t, openStore(t), text, inventory.ImportOptions{Key: "ref"})
	if err != nil || report.Added != 2 || report.RejectedRows != 4 {
		t.Fatalf("%s, %v; %+v", counts(report), err, report.Rejected)
	}
	for i, want := range []string{"nested more than 32 deep", "nested more than 32 deep", "longer than 1024 bytes", "nested more than 32 deep"} {
		if got := report.Rejected[i]; got.Line != i+3 || !strings.Contains(got.Reason, want) || len(got.Reason) > 200 {
			t.Errorf("%+v, want line %d: %s", got, i+3, want)
		}
	}
}

// TestZeroZeroIsNoPlace, in whatever system: it is how files say that they do not know.
func TestZeroZeroIsNoPlace(t *testing.T) {
	for name, check := range map[string]struct {
		text string
		line int
	}{
		"GeoJSON":        {collection(point("a", 2, 48), point("b", 0, 0)), 2},
		"CSV":            {"ref,lon,lat\na,2,48\nb,0,0.0\n", 3},
		"decimal commas": {"ref;lon;lat\na;2;48\nb;0,0;-0\n", 3},
		"WKT":            {"ref,wkt\na,POINT(2 48)\nb,POINT(0 0)\n", 3},
		"Lambert 93":     {"ref,x,y,crs\na,652301.56,6861302.73,EPSG:2154\nb,0,0,EPSG:2154\n", 3},
	} {
		report, err := importText(t, openStore(t), check.text, inventory.ImportOptions{Key: "ref"})
		want := inventory.RowFault{Line: check.line, Key: "b", Field: "location",
			Reason: "a position is exactly 0, 0, which is how files write that it is unknown"}
		if err != nil || report.Added != 1 || !slices.Equal(report.Rejected, []inventory.RowFault{want}) {
			t.Errorf("%s: %s, %v; %+v", name, counts(report), err, report.Rejected)
		}
	}
	near := collection(point("a", 0, 48), point("b", 2, 0), point("c", 1e-7, 0))
	if report, err := importText(t, openStore(t), near, inventory.ImportOptions{}); err != nil || report.Added != 3 {
		t.Errorf("near: %s, %v; %+v", counts(report), err, report.Rejected)
	}
	metres := "ref,x,y\na,652301.56,6861302.73\nb,0,0\nc,0,0\n" // the places that say nothing do not make degrees of the others
	var needed *inventory.CRSNeededError
	if _, err := importText(t, openStore(t), metres, inventory.ImportOptions{}); !errors.As(err, &needed) {
		t.Errorf("metres: %v", err)
	}
}

// TestDryRunCountsAlike on a file of every kind of row, on an empty store and on one that has some.
func TestDryRunCountsAlike(t *testing.T) {
	store := openStore(t)
	if _, err := importText(t, store, collection(point("a", 2, 48), point("b", 2, 48)), inventory.ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	text := collection(point("a", 2, 48), point("b", 3, 48), point("c", 2, 48), point("c", 2, 48), point("d", 2, 95), `5`)
	options := inventory.ImportOptions{DryRun: true, Key: "ref"}
	dry, err := importText(t, store, text, options)
	if err != nil || len(allCameras(t, store)) != 2 {
		t.Fatalf("%v, %d cameras", err, len(allCameras(t, store)))
	}
	options.DryRun = false
	stored, err := importText(t, store, text, options)
	const want = "read 6, added 1, updated 1, unchanged 1, rejected 3"
	if err != nil || counts(dry) != want || counts(stored) != want || !slices.Equal(dry.Rejected, stored.Rejected) ||
		!slices.Equal(dry.Assumed, stored.Assumed) {
		t.Errorf("dry %s, real %s, want %s; %v", counts(dry), counts(stored), want, err)
	}
}
