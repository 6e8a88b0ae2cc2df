package inventory_test

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"vigie/inventory"
	"vigie/inventory/mongodb"
	"vigie/inventory/mongodb/mongodbtest"
	"vigie/inventory/sqlite"
)

// dataFile opens a file of the public data that tests run against, beside the repository or where VIGIE_DATA says.
func dataFile(t testing.TB, name string) *os.File {
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
	file, err := os.Open(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	return file
}

func openStore(t testing.TB) inventory.Store {
	t.Helper()
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "vigie.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	return store
}

func openMongoDB(t testing.TB) inventory.Store {
	t.Helper()
	store, err := mongodb.Open(t.Context(), mongodbtest.NewDatabase(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	return store
}

// now is the time of every import in the tests.
func now() time.Time { return time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC) }

// counts are what a report says, in short.
func counts(r inventory.ImportReport) string {
	return fmt.Sprintf("read %d, added %d, updated %d, unchanged %d, rejected %d",
		r.Read, r.Added, r.Updated, r.Unchanged, r.RejectedRows)
}

func importFile(t *testing.T, store inventory.Store, name string, options inventory.ImportOptions) inventory.ImportReport {
	t.Helper()
	options.Source, options.Now = filepath.Base(name), now
	report, err := inventory.Import(t.Context(), store, dataFile(t, name), options)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return report
}

func expectCounts(t *testing.T, report inventory.ImportReport, want string) {
	t.Helper()
	if got := counts(report); got != want {
		t.Errorf("%s: %s; want %s\n%+v", report.Source, got, want, report.Rejected[:min(3, len(report.Rejected))])
	}
}

const montpellier = "montpellier/VilleMTP_MTP_CameraSurv/VilleMTP_MTP_CameraSurv"

func cameraOptions(format inventory.Format) inventory.ImportOptions {
	return inventory.ImportOptions{Kind: inventory.KindCameras, Format: format, Holder: "ville"}
}

func TestMontpellierIsRefusedWithoutCRS(t *testing.T) {
	store := openStore(t)
	_, err := inventory.Import(t.Context(), store, dataFile(t, montpellier+".geojson"), cameraOptions(inventory.FormatGeoJSON))
	var needed *inventory.CRSNeededError
	if !errors.As(err, &needed) {
		t.Fatalf("error %v, want a *CRSNeededError", err)
	}
	if needed.Candidates[0].Code != "EPSG:2154" || !strings.Contains(err.Error(), "--crs") ||
		!strings.Contains(err.Error(), "EPSG:2154 (RGF93 v1 / Lambert-93, France métropolitaine)") {
		t.Errorf("%v", err)
	}
	if n, err := inventory.Count(t.Context(), store.Cameras(), inventory.Query{}); n != 0 || err != nil {
		t.Errorf("%d cameras stored, %v", n, err)
	}
}

func TestMontpellierCameras(t *testing.T) {
	for name, open := range map[string]func(testing.TB) inventory.Store{"sqlite": openStore, "mongodb": openMongoDB} {
		t.Run(name, func(t *testing.T) { checkMontpellier(t, open(t)) })
	}
}

func checkMontpellier(t *testing.T, store inventory.Store) {
	t.Helper()
	options := cameraOptions(inventory.FormatGeoJSON)
	options.CRS, options.Key, options.Licence = "EPSG:2154", "Nom", "Licence Ouverte"
	dry := options
	dry.DryRun = true
	const added, unchanged = "read 141, added 141, updated 0, unchanged 0, rejected 0", "read 141, added 0, updated 0, unchanged 141, rejected 0"
	expectCounts(t, importFile(t, store, montpellier+".geojson", dry), added)
	expectCounts(t, importFile(t, store, montpellier+".geojson", options), added)
	expectCounts(t, importFile(t, store, montpellier+".geojson", options), unchanged)
	expectCounts(t, importFile(t, store, montpellier+".geojson", dry), unchanged)
	options.Key = ""
	if report := importFile(t, store, montpellier+".geojson", options); report.Key != "Nom" || report.Unchanged != 141 {
		t.Errorf("without a key: %s by %q", counts(report), report.Key)
	}

	cameras, err := inventory.All(t.Context(), store.Cameras(), inventory.Query{})
	if err != nil || len(cameras) != 141 {
		t.Fatalf("%d cameras, %v", len(cameras), err)
	}
	places := kmlPlaces(t)
	for _, c := range cameras {
		want, known := places[c.ExternalID]
		got := orb.Point(*c.Location)
		if d := math.Max(math.Abs(got[0]-want[0]), math.Abs(got[1]-want[1])); !known || !(d <= 1e-7) {
			t.Errorf("%s at %.9f, the city's KML says %.9f", c.ExternalID, got, want)
		}
		if c.Name != c.ExternalID || c.Holder != "ville" || c.Provenance.Licence != "Licence Ouverte" || c.Extra["Année"] == "" {
			t.Errorf("%+v", c)
		}
	}
}

// Both stores give back the same bytes of what the city publishes: its cameras, its districts and the communes around.
func TestMontpellierAlikeOnBothStores(t *testing.T) {
	whole := func(open func(testing.TB) inventory.Store) map[string]string {
		store, cameras := open(t), cameraOptions(inventory.FormatGeoJSON)
		cameras.CRS, cameras.Key = "EPSG:2154", "Nom"
		cameras.NewID = func() inventory.ID { return inventory.DeriveID("import", "cameras") }
		areas := inventory.ImportOptions{Kind: inventory.KindAreas, Holder: "ville"}
		areas.NewID = func() inventory.ID { return inventory.DeriveID("import", "areas") }
		importFile(t, store, montpellier+".geojson", cameras)
		importFile(t, store, "montpellier/VilleMTP_MTP_SousQuartiers/VilleMTP_MTP_SousQuartiers.geojson", areas)
		areas.Category = inventory.AreaCommune
		importFile(t, store, "boundaries/communes/communes-34-herault.geojson", areas)
		return exports(t, store)
	}
	embedded, server := whole(openStore), whole(openMongoDB)
	for name, want := range embedded {
		if got := server[name]; got != want || len(want) < 10_000 {
			t.Errorf("%s: %d bytes from SQLite and %d from MongoDB, which differ or are few", name, len(want), len(got))
		}
	}
}

// exports is the whole store as files.
func exports(t *testing.T, store inventory.Store) map[string]string {
	t.Helper()
	files := map[string]string{}
	for _, kind := range []inventory.Kind{inventory.KindCameras, inventory.KindAreas} {
		for _, format := range []inventory.Format{inventory.FormatGeoJSON, inventory.FormatCSV} {
			var out strings.Builder
			if err := inventory.Export(t.Context(), store, &out, inventory.ExportOptions{Kind: kind, Format: format}); err != nil {
				t.Fatal(err)
			}
			files[string(kind)+"."+string(format)] = out.String()
		}
	}
	return files
}

// kmlPlaces are the places of the cameras in the WGS 84 file of the same city.
func kmlPlaces(t *testing.T) map[string]orb.Point {
	t.Helper()
	var document struct {
		Placemarks []struct {
			Data []struct {
				Name string `xml:"name,attr"`
				Text string `xml:",chardata"`
			} `xml:"ExtendedData>SchemaData>SimpleData"`
			Coordinates string `xml:"Point>coordinates"`
		} `xml:"Document>Folder>Placemark"`
	}
	if err := xml.NewDecoder(dataFile(t, montpellier+".kml")).Decode(&document); err != nil {
		t.Fatal(err)
	}
	places := map[string]orb.Point{}
	for _, placemark := range document.Placemarks {
		var at orb.Point
		if _, err := fmt.Sscanf(placemark.Coordinates, "%g,%g", &at[0], &at[1]); err != nil {
			t.Fatal(err)
		}
		for _, data := range placemark.Data {
			if data.Name == "Nom" {
				places[data.Text] = at
			}
		}
	}
	if len(places) != 141 {
		t.Fatalf("%d placemarks in the KML", len(places))
	}
	return places
}

func TestMontpellierCSVHasNoCoordinates(t *testing.T) {
	store, options := openStore(t), cameraOptions(inventory.FormatCSV)
	options.Key = "Nom"
	report := importFile(t, store, montpellier+".csv", options)
	expectCounts(t, report, "read 141, added 0, updated 0, unchanged 0, rejected 141")
	for _, fault := range report.Rejected {
		if fault.Field != "location" || !strings.Contains(fault.Reason, "no column of coordinates") || fault.Key == "" {
			t.Fatalf("%+v", fault)
		}
	}
	for _, text := range []string{"dBase types", "Windows-1252", `"Adresse" is read as address`} {
		if !slices.ContainsFunc(report.Assumed, func(n inventory.ImportNote) bool { return strings.Contains(n.Text, text) }) {
			t.Errorf("no note says %q: %+v", text, report.Assumed)
		}
	}
}

func TestARepeatedKeyIsTold(t *testing.T) {
	store, options := openStore(t), cameraOptions(inventory.FormatGeoJSON)
	options.CRS, options.Key = "2154", "Id" // 0 everywhere
	report := importFile(t, store, montpellier+".geojson", options)
	expectCounts(t, report, "read 141, added 1, updated 0, unchanged 0, rejected 140")
	want := inventory.RowFault{Line: 2, Key: "0", Field: "Id", Reason: "the key of row 1 comes back"}
	if report.Rejected[0] != want {
		t.Errorf("%+v, want %+v", report.Rejected[0], want)
	}
}

func TestTraffordLayouts(t *testing.T) {
	store := openStore(t)
	// Added and updated depend on the edition before: some names and columns change each time.
	for _, check := range []struct {
		name string
		read int
		new  int // cameras that no edition before had
	}{
		{"2018-05-04/CCTV_cameras_trafford.csv", 98, 98},
		{"2018-05-04/CCTV_cameras_trafford.geojson", 98, 0},
		{"2018-07-19/CCTV_cameras_trafford.csv", 98, 0},
		{"2018-07-19/CCTV_cameras_trafford.geojson", 98, 0},
		{"2021-02-10/trafford_cctv_cameras.csv", 99, 9},
		{"2021-02-10/trafford_cctv_cameras.geojson", 99, 0},
	} {
		report := importFile(t, store, "trafford/"+check.name, cameraOptions("")) // the format is found
		if report.Read != check.read || report.RejectedRows != 0 || report.Added != check.new {
			t.Errorf("%s: %s, %+v", check.name, counts(report), report.Rejected)
		}
	}
	// RAW has no identifier but the name of each camera.
	raw := importFile(t, openStore(t), "trafford/2021-02-10/CCTV_cameras_trafford_RAW.geojson", cameraOptions(inventory.FormatGeoJSON))
	expectCounts(t, raw, "read 99, added 99, updated 0, unchanged 0, rejected 0")
	trafford := orb.Bound{Min: orb.Point{-2.5, 53.3}, Max: orb.Point{-2.2, 53.5}}
	if n, err := inventory.Count(t.Context(), store.Cameras(), inventory.Query{Area: trafford}); n != 98+9 || err != nil {
		t.Errorf("%d cameras in Trafford, %v: lat and lon are mixed up", n, err)
	}
}

func TestCommunes(t *testing.T) {
	store := openStore(t)
	options := inventory.ImportOptions{Kind: inventory.KindAreas, Category: inventory.AreaCommune}
	report := importFile(t, store, "boundaries/communes/communes-34-herault.geojson", options)
	if report.Read != 343 || report.Added+report.RejectedRows != 343 || report.Added < 340 || report.Key != "code" {
		t.Errorf("%s by %q: %+v", counts(report), report.Key, report.Rejected)
	}
	for _, fault := range report.Rejected {
		t.Logf("explained: %+v", fault)
		if fault.Field != "geometry" || fault.Reason == "" {
			t.Errorf("%+v", fault)
		}
	}
	expectCounts(t, importFile(t, store, "boundaries/communes/communes-75-paris.geojson", options),
		"read 1, added 1, updated 0, unchanged 0, rejected 0")
	for code, name := range map[string]string{"34172": "Montpellier", "75056": "Paris"} {
		found, err := inventory.All(t.Context(), store.Areas(), inventory.Query{Where: []inventory.Condition{
			{Attr: inventory.AttrCommune, In: []string{code}}}})
		if err != nil || len(found) != 1 || found[0].Name != name || found[0].Category != inventory.AreaCommune {
			t.Errorf("%s: %v, %v", code, found, err)
		}
	}
}

func TestDistrictsOfMontpellier(t *testing.T) {
	store := openStore(t)
	for name, want := range map[string]int{
		"montpellier/VilleMTP_MTP_Quartiers/VilleMTP_MTP_Quartiers.geojson":          7,
		"montpellier/VilleMTP_MTP_SousQuartiers/VilleMTP_MTP_SousQuartiers.geojson":  31,
		"montpellier/VilleMTP_MTP_ZonePietonne/VilleMTP_MTP_ZonePietonne.geojson":    8,
		"montpellier/VilleMTP_MTP_LimitesCommune/VilleMTP_MTP_LimiteCommune.geojson": 1,
	} {
		report := importFile(t, store, name, inventory.ImportOptions{Kind: inventory.KindAreas, Holder: "ville"})
		if report.Read != want || report.Added+report.RejectedRows != want || report.Added == 0 {
			t.Errorf("%s: %s, %+v", name, counts(report), report.Rejected)
		}
		for _, fault := range report.Rejected {
			t.Logf("%s: %+v", name, fault)
		}
	}
	areas, err := inventory.All(t.Context(), store.Areas(), inventory.Query{})
	if err != nil || !slices.ContainsFunc(areas, func(a inventory.Area) bool { return a.Name == "HOPITAUX-FACULTES" }) {
		t.Errorf("%d areas, %v", len(areas), err)
	}
}

func TestVannesBuildings(t *testing.T) {
	store, options := openStore(t), inventory.ImportOptions{Kind: inventory.KindObstacles}
	report := importFile(t, store, "vannes/BUILDING.geojson", options)
	if report.CRS != "EPSG:32630" || report.Key != "" || report.Read != 2506 || report.Added < 2450 ||
		report.Added+report.RejectedRows != report.Read {
		t.Errorf("%s, %s, by %q", report.CRS, counts(report), report.Key)
	}
	for _, fault := range report.Rejected {
		t.Logf("explained: %+v", fault)
	}
	vannes := orb.Bound{Min: orb.Point{-2.82, 47.63}, Max: orb.Point{-2.74, 47.67}}
	heights := map[float64]int{}
	for o, err := range store.Obstacles().Find(t.Context(), inventory.Query{Area: vannes}) {
		if err != nil {
			t.Fatal(err)
		}
		heights[*o.HeightM]++
	}
	if total := heights[3] + heights[6] + heights[9] + heights[12] + heights[15]; total != report.Added || heights[6] < 150 {
		t.Errorf("heights %v of %d", heights, report.Added)
	}
	tile := importFile(t, store, "vannes/building_test.geojson", options)
	if tile.CRS != "EPSG:2154" || tile.Read != 1491 || tile.Added < 1450 {
		t.Errorf("%s, %s", tile.CRS, counts(tile))
	}
}

func TestWrongKindExplainsEveryRow(t *testing.T) {
	report := importFile(t, openStore(t), "vannes/HYDRO.geojson", cameraOptions(inventory.FormatGeoJSON))
	if report.RejectedRows != report.Read || report.Read == 0 {
		t.Errorf("%s", counts(report))
	}
	for _, fault := range report.Rejected {
		if fault.Reason != "a camera needs a Point, not a Polygon" {
			t.Errorf("%+v", fault)
		}
	}
	schools := importFile(t, openStore(t), "trafford/schools/trafford_schools_and_colleges.csv",
		inventory.ImportOptions{Kind: inventory.KindAreas})
	if schools.RejectedRows != 103 || schools.Rejected[0].Reason != "an area needs a Polygon or a MultiPolygon, not a Point" {
		t.Errorf("%s %+v", counts(schools), schools.Rejected[0])
	}
}

func TestDecimalCommasAndProjectedColumns(t *testing.T) {
	options := cameraOptions(inventory.FormatCSV)
	_, err := inventory.Import(context.Background(), openStore(t),
		dataFile(t, "montpellier/VilleMTP_MTP_Signalisation/VilleMTP_MTP_Signalisation.csv"), options)
	if needed := (*inventory.CRSNeededError)(nil); !errors.As(err, &needed) {
		t.Fatalf("%v", err)
	}
	options.CRS = "EPSG:2154"
	report := importFile(t, openStore(t), "montpellier/VilleMTP_MTP_Signalisation/VilleMTP_MTP_Signalisation.csv", options)
	if report.Read != 373 || report.Added+report.RejectedRows != 373 || report.Added < 360 {
		t.Errorf("%s %+v", counts(report), report.Rejected[:min(3, len(report.Rejected))])
	}
	if !slices.ContainsFunc(report.Assumed, func(n inventory.ImportNote) bool {
		return n.Text == "a comma is read as the decimal mark" && n.Rows > 360
	}) {
		t.Errorf("%+v", report.Assumed)
	}
}
