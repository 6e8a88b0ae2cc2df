package inventory_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"golang.org/x/text/encoding/charmap"

	"vigie/inventory"
)

// kml is a document with these placemarks in folders.
func kml(placemarks ...string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>All</name>` +
		`<Style id="x"><IconStyle><color>ff0000ff</color></IconStyle></Style><Folder><name>Centre</name><open>1</open><Folder><name>Place</name>` +
		strings.Join(placemarks, "\n") + `</Folder></Folder></Document></kml>`
}

// placemark is one with a key and a geometry.
func placemark(ref, geometry string) string {
	return fmt.Sprintf(`<Placemark><ExtendedData><Data name="ref"><value>%s</value></Data></ExtendedData>%s</Placemark>`, ref, geometry)
}

const kmlPoint = `<Point><coordinates> 2.35,48.85,0 </coordinates></Point>`

func TestKML(t *testing.T) {
	text := kml(`<Placemark id="p1"><name>Mairie &amp; place</name><visibility>1</visibility><description><![CDATA[<b>Entrée</b>]]></description>
		<styleUrl>#x</styleUrl><TimeStamp><when>2020</when></TimeStamp><ExtendedData><Data name="hauteur"><displayName>H</displayName><value>3,5</value></Data>
		<SchemaData schemaUrl="#s"><SimpleData name="ref">C1</SimpleData><SimpleData name="name">Autre</SimpleData><SimpleData name="vide"/></SchemaData></ExtendedData>`+
		kmlPoint+`</Placemark>`, placemark("C2", kmlPoint), `<NetworkLink><Link><href>http://localhost/</href></Link></NetworkLink><GroundOverlay><name>x</name></GroundOverlay>`)
	for _, text := range []string{text, zipped(t, "files/icon.png", "x", "doc.kml", text), zipped(t, "a/b.kml", kml(), "c.kml", text)} {
		store := openStore(t)
		report, err := importText(t, store, text, inventory.ImportOptions{})
		if err != nil || report.Added != 2 || report.Format != inventory.FormatKML || report.CRS != "EPSG:4326" || report.Key != "ref" {
			t.Fatalf("%s, %s, %s by %q, %v, %+v", counts(report), report.Format, report.CRS, report.Key, err, report.Rejected)
		}
		if notes := noteTexts(report); !strings.Contains(notes, "1 links to documents elsewhere are not followed") ||
			strings.Contains(text, "PK") && strings.Contains(text, "a/b.kml") != strings.Contains(notes, `1 more KML documents in the archive are not read: "c.kml"`) {
			t.Error(notes)
		}
		cameras := allCameras(t, store)
		c := cameras[slices.IndexFunc(cameras, func(c inventory.Camera) bool { return c.ExternalID == "C1" })]
		want := map[string]string{"Placemark name": "Mairie & place", "description": "<b>Entrée</b>", "folder": "Centre / Place"}
		if fmt.Sprint(c.Extra) != fmt.Sprint(want) || c.Name != "Autre" || *c.Mounting.HeightM != 3.5 || orb.Point(*c.Location) != (orb.Point{2.35, 48.85}) {
			t.Errorf("%+v", c)
		}
	}
}

func TestShapesOfKML(t *testing.T) {
	const ring = `<LinearRing><coordinates>2,48 2.1,48 2.1,48.1 2,48</coordinates></LinearRing>`
	const hole = `<innerBoundaryIs><LinearRing><coordinates>2.05,48.02 2.08,48.02 2.08,48.05 2.05,48.02</coordinates></LinearRing></innerBoundaryIs>`
	const line = `<LineString><tessellate>1</tessellate><coordinates>2,48,1 2.1,48.1,2</coordinates></LineString>`
	polygon := `<Polygon>` + hole + `<outerBoundaryIs>` + ring + `</outerBoundaryIs></Polygon>`
	store := openStore(t)
	several := func(shapes ...string) string {
		return `<MultiGeometry>` + strings.Join(shapes, "") + `</MultiGeometry>`
	}
	for name, check := range map[string]struct{ geometry, want string }{
		"point":                 {kmlPoint, "Point"},
		"line":                  {line, "LineString"},
		"ring":                  {ring, "LineString"},
		"polygon":               {polygon, "Polygon"},
		"one of many":           {several(kmlPoint), "Point"},
		"lines":                 {several(line, several(line)), "MultiLineString"},
		"polygons":              {several(polygon, strings.ReplaceAll(polygon, "2", "4")), "MultiPolygon"},
		"points":                {several(kmlPoint, kmlPoint), "not a MultiPoint"},
		"mixed":                 {several(kmlPoint, line), "points, lines and polygons in one MultiGeometry"},
		"nothing":               {"", "the placemark has no geometry"},
		"nothing in it":         {several(), "the geometry is empty"},
		"two geometries":        {kmlPoint + line, "more than one geometry"},
		"model":                 {`<Model><Location/></Model>`, `geometry type "Model"`},
		"track":                 {`<gx:Track xmlns:gx="http://www.google.com/kml/ext/2.2"><gx:coord>1 2 3</gx:coord></gx:Track>`, `geometry type "Track"`},
		"in a MultiGeometry":    {several(`<Model/>`), `geometry type "Model"`},
		"no numbers":            {`<Point><coordinates>a,b</coordinates></Point>`, `"a,b" is not lon,lat`},
		"NaN":                   {`<Point><coordinates>NaN,48</coordinates></Point>`, "is not lon,lat"},
		"one number":            {`<Point><coordinates>2</coordinates></Point>`, "is not lon,lat"},
		"spaces after commas":   {`<Point><coordinates>2, 48</coordinates></Point>`, "is not lon,lat"},
		"two positions":         {`<Point><coordinates>2,48 3,48</coordinates></Point>`, "one position, not 2"},
		"one position":          {`<LineString><coordinates>2,48</coordinates></LineString>`, "two positions or more"},
		"no outline":            {`<Polygon>` + hole + `</Polygon>`, "no outline"},
		"not closed":            {`<Polygon><outerBoundaryIs><LinearRing><coordinates>2,48 2.1,48 2.1,48.1</coordinates></LinearRing></outerBoundaryIs></Polygon>`, "not closed"},
		"beyond the pole":       {`<Point><coordinates>2,98</coordinates></Point>`, "degrees"},
		"no coordinates at all": {`<Point></Point>`, "the geometry is empty"},
	} {
		set := strings.ReplaceAll(name, " ", "-")
		report, err := importText(t, store, kml(placemark("a", check.geometry)), inventory.ImportOptions{Kind: inventory.KindCandidates, Set: inventory.ID(set)})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		candidates, err := inventory.All(t.Context(), store.Candidates(), inventory.Query{Where: []inventory.Condition{{Attr: inventory.AttrCategory, In: []string{set}}}})
		got := ""
		switch {
		case err != nil:
			got = err.Error()
		case len(candidates) == 1:
			got = candidates[0].Shape().GeoJSONType()
		case len(report.Rejected) == 1:
			got = report.Rejected[0].Reason
		}
		if exact := len(candidates) == 1; exact && got != check.want || !strings.Contains(got, check.want) {
			t.Errorf("%s: %s, want %s", name, got, check.want)
		}
		if tall := len(candidates) == 1 && strings.Contains(check.geometry, "48,1 "); tall != strings.Contains(noteTexts(report), "the third coordinate is left out") {
			t.Errorf("%s: %s", name, noteTexts(report))
		}
	}
}

func TestBrokenKML(t *testing.T) {
	sound := kml(placemark("a", kmlPoint))
	latin, _ := charmap.Windows1252.NewEncoder().String(strings.Replace(kml(placemark("école", kmlPoint)), "UTF-8", "ISO-8859-1", 1))
	for name, check := range map[string]struct{ text, want string }{
		"sound":               {sound, ""},
		"no folder":           {`<kml>` + placemark("a", kmlPoint) + `</kml>`, ""},
		"Placemark alone":     {placemark("a", kmlPoint), ""},
		"older, no namespace": {strings.Replace(sound, "www.opengis.net/kml/2.2", "earth.google.com/kml/2.1", 1), ""},
		"byte order mark":     {"\ufeff" + sound, ""},
		"Latin-1":             {latin, ""},
		"Latin-1 in a KMZ":    {zipped(t, "doc.kml", latin), ""},
		"cut short":           {sound[:len(sound)-40], "the file is cut short"},
		"cut in a placemark":  {sound[:strings.Index(sound, "48.85")], "the file is cut short"},
		"not closed":          {strings.Replace(sound, "</Placemark>", "", 1), "element <Placemark> closed by </Folder>"},
		"GPX":                 {`<gpx version="1.1"><wpt lat="1" lon="2"/></gpx>`, `a KML document is needed, not "gpx"`},
		"page":                {`<!DOCTYPE html><html><body>404</body></html>`, `a KML document is needed, not "html"`},
		"entities": {`<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><kml>` +
			`<Placemark><name>&b;</name></Placemark></kml>`, "invalid character entity &b;"},
		"files of others":      {`<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]><kml><Placemark><name>&x;</name></Placemark></kml>`, "invalid character entity &x;"},
		"nested deep":          {`<kml>` + strings.Repeat(`<Folder>`, 70), "nested more than 64 deep"},
		"skipped deep":         {`<kml><Document><Style>` + strings.Repeat(`<a>`, 70), "nested more than 64 deep"},
		"geometries deep":      {kml(placemark("a", strings.Repeat(`<MultiGeometry>`, 70))), "nested more than 64 deep"},
		"unknown encoding":     {zipped(t, "doc.kml", strings.Replace(sound, "UTF-8", "EBCDIC-X", 1)), `encoding "EBCDIC-X" is not known`},
		"two in one placemark": {kml(placemark("a", kmlPoint), `<Placemark>`+placemark("b", kmlPoint)+`</Placemark>`), ""},
	} {
		store := openStore(t)
		report, err := importText(t, store, check.text, inventory.ImportOptions{Format: inventory.FormatKML})
		if check.want == "" {
			if err != nil || report.Added != 1 {
				t.Errorf("%s: %s, %v, %+v", name, counts(report), err, report.Rejected)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), check.want) || len(allCameras(t, store)) != 0 {
			t.Errorf("%s: %s, %v, want %q", name, counts(report), err, check.want)
		}
	}
	if _, err := importText(t, openStore(t), zipped(t, "a.txt", "x"), inventory.ImportOptions{Format: inventory.FormatKML}); err == nil || !strings.Contains(err.Error(), `the archive has no .kml: it has "a.txt"`) {
		t.Error(err)
	}
	if _, err := importText(t, openStore(t), sound, inventory.ImportOptions{Format: inventory.FormatShapefile}); err == nil || !strings.Contains(err.Error(), "not a zip archive") {
		t.Error(err)
	}
	if _, err := importText(t, openStore(t), zipped(t, "a.csv", "x"), inventory.ImportOptions{Format: inventory.FormatCSV}); err == nil || !strings.Contains(err.Error(), "is a zip archive") {
		t.Error(err)
	}
	if _, err := importText(t, openStore(t), string(points().shp()), inventory.ImportOptions{}); err == nil || !strings.Contains(err.Error(), "one zip archive of its parts") {
		t.Error(err)
	}
}

// TestMontpellierKML: the same cameras by the KML as by the shapefile, at the places that the test reads by itself.
func TestMontpellierKML(t *testing.T) {
	store := openStore(t)
	options := inventory.ImportOptions{Kind: inventory.KindCameras, Holder: "ville"}
	report := importFile(t, store, montpellier+".kml", options)
	expectCounts(t, report, "read 141, added 141, updated 0, unchanged 0, rejected 0")
	places := kmlPlaces(t)
	for _, c := range allCameras(t, store) {
		if orb.Point(*c.Location) != places[c.ExternalID] || c.Extra["folder"] != "VilleMTP_MTP_CameraSurv" || report.Key != "Nom" {
			t.Errorf("%+v", c)
		}
	}
	report = importFile(t, store, montpellier+".zip", options)
	if report.Added != 0 || report.Updated+report.Unchanged != 141 {
		t.Errorf("the shapefile brings others: %s", counts(report))
	}
}
