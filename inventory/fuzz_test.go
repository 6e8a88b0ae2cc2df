package inventory_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"vigie/inventory"
	"vigie/inventory/sqlite"
)

// fuzzStore is a store for the runs of one fuzz test, which store nothing.
func fuzzStore(f *testing.F) inventory.Store {
	f.Helper()
	store, err := sqlite.Open(f.Context(), filepath.Join(f.TempDir(), "vigie.db"))
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { store.Close() })
	return store
}

// fuzzImport reads anything as anything.
func fuzzImport(f *testing.F, format inventory.Format) {
	f.Helper()
	store := fuzzStore(f)
	f.Fuzz(func(t *testing.T, text, key string, kind byte) { checkImport(t, store, text, format, key, kind) })
}

// checkImport: no panic; every row is a record or has a fault; what a dry run says of a file that can be read, it says
// twice.
func checkImport(t *testing.T, store inventory.Store, text string, format inventory.Format, key string, kind byte) {
	t.Helper()
	options := inventory.ImportOptions{
		Kind:   inventory.Kinds()[int(kind)%len(inventory.Kinds())],
		Format: format, Holder: "ville", Key: key, DryRun: true, Source: "fuzz", Now: now,
	}
	report, err := inventory.Import(t.Context(), store, strings.NewReader(text), options)
	if err != nil {
		if report.Added+report.Updated+report.Unchanged > 0 {
			t.Errorf("%v, and yet %s", err, counts(report))
		}
		return
	}
	rejected := map[int]bool{}
	for _, fault := range report.Rejected {
		if fault.Reason == "" || fault.Line < 1 {
			t.Errorf("unexplained: %+v", fault)
		}
		rejected[fault.Line] = true
	}
	if report.Read != report.Added+report.Updated+report.Unchanged+report.RejectedRows || len(rejected) > report.RejectedRows {
		t.Errorf("%s, faults on %d lines", counts(report), len(rejected))
	}
	again, err := inventory.Import(t.Context(), store, strings.NewReader(text), options)
	if err != nil || counts(again) != counts(report) {
		t.Errorf("again: %s, %v; was %s", counts(again), err, counts(report))
	}
}

func FuzzDecodeGeoJSON(f *testing.F) {
	f.Add(collection(point("a", 2, 48), point("b", 768915, 6281719)), "", byte(0))
	f.Add(`{"type":"Polygon","coordinates":[[[0,0,1],[1,0],[1,1],[0,0]]]}`+"\n\x1e"+`{"type":"Feature","id":7,"geometry":null}`, "id", byte(1))
	f.Add(`[{"type":"Feature","properties":{"a":{"b":[1,null,"\u00e9\n"]},"heads[1].bearingDeg":"NNO","hauteur":"3,5 m"},"geometry":{"type":"Point","coordinates":[2,48]}}]`, "", byte(0))
	f.Add(`{"features":[{"type":"Feature","properties":{"vigie":"camera/1","id":"x","holder":"v","category":"drone","unit":"u"},"geometry":null}],"crs":{"properties":{"name":"CRS84"}}}`, "", byte(0))
	f.Add(`{"type":"Feature","geometry":{"type":"MultiPolygon","coordinates":[[[[0,0],[1,1],[1,0],[0,1],[0,0]]]]}}`, "", byte(2))
	f.Add("{\"a\":\"\xff\\ud800\"}", "", byte(2))
	fuzzImport(f, inventory.FormatGeoJSON)
}

func FuzzDecodeCSV(f *testing.F) {
	f.Add("ref,nom,lon,lat\na,\"x\ny\",2.35,48.85\nb,y,2\n", "", byte(0))
	f.Add("\"Nom,C,254\";\"x,N,9\";\"y,N,9\"\na;768915,19;6281719,38\n", "Nom", byte(0))
	f.Add("id\twkt\n1\tPOLYGON((0 0,1 0,1 1,0 0))\n2\tPOINT EMPTY\n3\tMULTIPOLYGON(((0 0,1 0\n", "", byte(1))
	f.Add("vigie,id,holder,category,heads[0].id,heads[0].purposes[1],extra.,lon,lat,crs\ncamera/1,a,b,fixed,1,P01,z,2,48,EPSG:4326\n", "", byte(0))
	f.Add("ref;geo_point_2d;geo_shape\na;48.85, 2.35;\"{\"\"type\"\":1}\"\n", "", byte(2))
	f.Add("\xff\xfea\x00,\x00", "", byte(0))
	fuzzImport(f, inventory.FormatCSV)
}

func FuzzDecodeShapefile(f *testing.F) {
	f.Add(string(points().shp()), string(points().dbf()), prjWorld, "UTF-8", byte(0))
	f.Add(string(points().shp()), string(points().dbf()), prjLambert, "", byte(3))
	f.Add(string(layer{kind: 5, shapes: [][]byte{shpParts([]orb.Point{{2, 48}, {2, 49}, {3, 49}, {2, 48}}), nil}}.shp()), string(points().dbf()), "", "850", byte(2))
	f.Add(string(layer{kind: 3, shapes: [][]byte{shpParts([]orb.Point{{2, 48}, {2, 49}})}}.shp()), string(layer{columns: []string{"a/C/9", "a/M/9", "/I/4"}, rows: [][]string{{"\xe9", "", "1234"}}}.dbf()), "x", "", byte(3))
	store := fuzzStore(f)
	f.Fuzz(func(t *testing.T, shp, dbf, prj, cpg string, kind byte) {
		checkImport(t, store, zipped(t, "l.shp", shp, "l.dbf", dbf, "l.prj", prj, "l.cpg", cpg), inventory.FormatShapefile, "", kind)
	})
}

func FuzzArchiveFormats(f *testing.F) {
	f.Add(points().archive(f, prjWorld), "", byte(0))
	f.Add(zipped(f, "doc.kml", kml(placemark("a", kmlPoint))), "ref", byte(3))
	fuzzImport(f, "")
}

func FuzzDecodeKML(f *testing.F) {
	f.Add(kml(placemark("a", kmlPoint), placemark("b", `<Polygon><outerBoundaryIs><LinearRing><coordinates>2,48 3,48 3,49 2,48</coordinates></LinearRing></outerBoundaryIs></Polygon>`)), "", byte(0))
	f.Add(kml(placemark("a", `<MultiGeometry>`+kmlPoint+kmlPoint+`</MultiGeometry>`)), "ref", byte(3))
	f.Add(`<?xml version="1.0" encoding="latin1"?><!DOCTYPE a><kml><Folder><Placemark id="x"><name>&lt;</name></Placemark></Folder></kml>`, "id", byte(1))
	fuzzImport(f, inventory.FormatKML)
}

func FuzzDecodeOSM(f *testing.F) {
	f.Add(overpass(node(1, "camera:direction=190-100;N;-45", "camera:type=dome;fixed", "camera:count=4", "camera:angle=15°")), "", byte(0))
	f.Add(`[{"type":"way","id":4,"tags":{"building":"yes"},"geometry":[{"lat":46,"lon":6},{"lat":46,"lon":6.1},{"lat":46.1,"lon":6.1},{"lat":46,"lon":6}]}]`, "", byte(2))
	f.Add(`{"elements":[{"type":"relation","id":5,"tags":{"a":"b"},"members":[{"type":"way","role":"outer","geometry":[{"lat":1,"lon":1},{"lat":1,"lon":2},{"lat":2,"lon":2},{"lat":1,"lon":1}]},{"type":"way","role":"inner","geometry":[null,{}]}]}]}`, "", byte(3))
	fuzzImport(f, inventory.FormatOSM)
}
