package inventory_test

import (
	"path/filepath"
	"strings"
	"testing"

	"vigie/inventory"
	"vigie/inventory/sqlite"
)

// fuzzImport reads anything as anything: no panic; every row is a record or has a fault; what a dry run says of a file
// that can be read, it says twice.
func fuzzImport(f *testing.F, format inventory.Format) {
	f.Helper()
	store, err := sqlite.Open(f.Context(), filepath.Join(f.TempDir(), "vigie.db"))
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { store.Close() })
	f.Fuzz(func(t *testing.T, text, key string, kind byte) {
		options := inventory.ImportOptions{
			Kind:   []inventory.Kind{inventory.KindCameras, inventory.KindAreas, inventory.KindObstacles}[kind%3],
			Format: format, Holder: "ville", Key: key, DryRun: true, Now: now,
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
	})
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
