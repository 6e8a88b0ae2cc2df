package inventory_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"vigie/inventory"
)

func to[T any](v T) *T { return &v }

// fullCamera has a value in every field.
func fullCamera() inventory.Camera {
	head := inventory.Head{
		ID: "1", Kind: inventory.HeadPTZ, BearingDeg: to(12.345678901234567), TiltDeg: to(-0.5), HFOVDeg: to(63.7), VFOVDeg: to(38.2),
		PanRangeDeg: to(360.0), SensorWidthMM: to(5.4), SensorHeightMM: to(3.04), FocalMM: to(4.3), RecordedWidthPx: to(1920),
		RecordedHeightPx: to(1080), RecordedFPS: to(12.5), Codec: "H.265", BitrateMbps: to(4.0), Shot: inventory.Narrow,
		Purposes: []inventory.Purpose{"P01", "P05"}, Objective: "Régulation, \"flux\" ; sécurité", TargetDistanceM: to(35.0),
		RequiredDensityPxM: to(250.0), SceneLuxNight: to(10.0), MinLux: to(0.002), InfraredRangeM: to(50.0), WDRDB: to(120.0),
		ShutterS: to(0.001), VehicleSpeedKMH: to(50.0), DwellingInView: to(true), PrivacyMask: to(false),
	}
	return inventory.Camera{
		ID: "cam-1", Holder: "ville", Deployment: "d-1", ExternalID: "C59.04", Name: "Place d'Été, \"Nord\"\nquai ; 2",
		Address: "1, rue de l'Œuf 🎥", Category: inventory.Fixed, Status: inventory.InService,
		Location: to(inventory.Point{3.853717198025545, 43.631168360694907}), Commune: "34172", Department: "34",
		FilmsPublicWay: to(true),
		Mounting: inventory.Mounting{Support: "pole", HeightM: to(6.25), Outdoor: to(true), Reachable: to(false),
			DistanceToOwnBuildingM: to(2.0)},
		Heads: []inventory.Head{head, {ID: "2", BearingDeg: to(0.0)}},
		Device: inventory.Device{Manufacturer: "Acme", Model: "X-1", Serial: "=1+1", IngressRating: "IP66", ImpactRating: "IK10",
			MinTemperatureC: to(-40.0), MaxTemperatureC: to(60.0), PowerW: to(25.5), PoEType: "802.3at", FirmwareOn: "2026-01-02",
			EndOfLifeOn: "2031-01-02"},
		InServiceSince: "2020-02-29", MaintainedOn: "2026-03-04", CleanedOn: "2026-03-05", RetiredOn: "2026-03-06",
		Provenance: inventory.Provenance{Source: "inventaire.csv", Licence: "Licence Ouverte", Import: "imp-1", Row: 7,
			Assumptions: []string{"first", "second, with a comma"}, UpdatedAt: to(inventory.InstantOf(now()))},
		Extra: map[string]string{"Année": "2004", "a.b[0]": " spaced ", "extra.x": "1"},
	}
}

// fill puts records of all kinds in a store: rich, bare, mobile, with holes, in parts, at random places.
func fill(t testing.TB, store inventory.Store) {
	t.Helper()
	origin := inventory.Provenance{Source: "saisie", UpdatedAt: to(inventory.InstantOf(now()))}
	cameras := []inventory.Camera{fullCamera(),
		{ID: "cam-2", Holder: "ville", Category: inventory.Fixed, Location: to(inventory.Point{math.Copysign(0, -1), 48}), Provenance: origin},
		{ID: "cam-3", Holder: "police", Category: inventory.BodyWorn, Unit: "Brigade de nuit", Provenance: origin},
	}
	random := rand.New(rand.NewPCG(1, 2))
	for i := range 50 {
		at := inventory.Point{2 + 3*random.Float64(), 44 + 5*random.Float64()}
		cameras = append(cameras, inventory.Camera{ID: inventory.ID(fmt.Sprintf("r-%02d", i)), Holder: "ville",
			Category: inventory.Fixed, Location: &at, Provenance: origin})
	}
	square := func(lon, lat, side float64) orb.Ring {
		return orb.Ring{{lon, lat}, {lon + side, lat}, {lon + side, lat + side}, {lon, lat + side}, {lon, lat}}
	}
	hole := square(3.81, 43.61, 0.01)
	hole.Reverse()
	areas := []inventory.Area{
		{ID: "a-1", Holder: "ville", Category: inventory.AreaPriority, Kind: "school", Name: "École", Commune: "34172", Weight: to(2.5),
			Requirement: &inventory.Requirement{Level: "perceive", SharePct: 90, Period: inventory.Night}, Provenance: origin,
			Geometry: inventory.Surface{{square(3.8, 43.6, 0.1), hole}}, Extra: map[string]string{"type": "x"}},
		{ID: "a-2", Category: inventory.AreaCommune, Name: "Îles", Provenance: origin,
			Geometry: inventory.Surface{{square(2, 48, 0.1)}, {square(2.2, 48, 1.0/3)}}},
	}
	obstacles := []inventory.Obstacle{
		{ID: "o-1", Name: "Halle", HeightM: to(12.5), Geometry: inventory.Surface{{square(3.8, 43.6, 0.001)}}, Provenance: origin},
		{ID: "o-2", Geometry: inventory.Surface{{square(3.9, 43.6, 0.001)}}, Provenance: origin, Extra: map[string]string{"NB_LEV": "2"}},
	}
	if err := errors.Join(store.Cameras().Put(t.Context(), cameras...), store.Areas().Put(t.Context(), areas...),
		store.Obstacles().Put(t.Context(), obstacles...)); err != nil {
		t.Fatal(err)
	}
}

func export(t testing.TB, store inventory.Store, options inventory.ExportOptions) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := inventory.Export(t.Context(), store, &out, options); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestExportsReadBackTheSame for every kind, format and a few systems: the bytes of an export of what was imported
// are those of the first; in lon, lat the records are the same too, and their places otherwise to 1e-9°.
func TestExportsReadBackTheSame(t *testing.T) {
	first := openStore(t)
	fill(t, first)
	for _, kind := range []inventory.Kind{inventory.KindCameras, inventory.KindAreas, inventory.KindObstacles} {
		for _, format := range []inventory.Format{inventory.FormatGeoJSON, inventory.FormatCSV} {
			for _, crs := range []string{"", "EPSG:4326", "EPSG:2154", "EPSG:3857", "EPSG:32631"} {
				t.Run(fmt.Sprintf("%s %s %s", kind, format, crs), func(t *testing.T) {
					options := inventory.ExportOptions{Kind: kind, Format: format, CRS: crs}
					text := export(t, first, options)
					second := openStore(t)
					again := inventory.ImportOptions{Kind: kind, Now: now}
					report, err := inventory.Import(t.Context(), second, bytes.NewReader(text), again)
					if err != nil || report.RejectedRows > 0 || report.Added == 0 || report.Format != format {
						t.Fatalf("%s %v %+v\n%s", counts(report), err, report.Rejected, text)
					}
					if got := export(t, second, options); !bytes.Equal(got, text) {
						t.Errorf("export of the import:\n%s\nwas:\n%s", got, text)
					}
					if crs == "" || crs == "EPSG:4326" {
						sameRecords(t, first, second, kind)
					} else {
						samePlaces(t, first, second)
					}
					report, err = inventory.Import(t.Context(), second, bytes.NewReader(text), again)
					if err != nil || report.Unchanged != report.Read {
						t.Errorf("again: %s, %v", counts(report), err)
					}
				})
			}
		}
	}
}

func sameRecords(t *testing.T, a, b inventory.Store, kind inventory.Kind) {
	t.Helper()
	texts := make([]string, 2)
	for i, store := range []inventory.Store{a, b} {
		var records any
		var err error
		switch kind {
		case inventory.KindCameras:
			records, err = inventory.All(t.Context(), store.Cameras(), inventory.Query{})
		case inventory.KindAreas:
			records, err = inventory.All(t.Context(), store.Areas(), inventory.Query{})
		case inventory.KindObstacles:
			records, err = inventory.All(t.Context(), store.Obstacles(), inventory.Query{})
		case inventory.KindCandidates:
			records, err = inventory.All(t.Context(), store.Candidates(), inventory.Query{})
		case inventory.KindEquipment:
			records, err = inventory.All(t.Context(), store.Equipment(), inventory.Query{})
		}
		text, marshalErr := json.Marshal(records)
		if err := errors.Join(err, marshalErr); err != nil {
			t.Fatal(err)
		}
		texts[i] = string(text)
	}
	if texts[0] != texts[1] {
		t.Errorf("records are\n%s\nwere\n%s", texts[1], texts[0])
	}
}

func samePlaces(t *testing.T, a, b inventory.Store) {
	t.Helper()
	for _, c := range allCameras(t, b) {
		was, err := a.Cameras().Get(t.Context(), c.ID)
		if err != nil {
			t.Fatal(err)
		}
		if was.Location != nil {
			for i, v := range was.Location {
				if math.Abs(v-c.Location[i]) > 1e-9 {
					t.Errorf("%s at %v, was %v", c.ID, *c.Location, *was.Location)
				}
			}
		}
	}
}

func TestExportSelects(t *testing.T) {
	store := openStore(t)
	fill(t, store)
	text := string(export(t, store, inventory.ExportOptions{Kind: inventory.KindCameras, Format: inventory.FormatCSV,
		Query: inventory.Query{Where: []inventory.Condition{{Attr: inventory.AttrHolder, In: []string{"police"}}}}}))
	want := "vigie,id,holder,category,unit,provenance.source,provenance.updatedAt,lon,lat,crs\n" +
		"camera/1,cam-3,police,body_worn,Brigade de nuit,saisie,2026-11-21T10:00:00.000Z,,,EPSG:4326\n"
	if text != want {
		t.Errorf("%s\nwant\n%s", text, want)
	}
	empty := string(export(t, openStore(t), inventory.ExportOptions{Kind: inventory.KindAreas, Format: inventory.FormatGeoJSON}))
	if empty != "{\"type\":\"FeatureCollection\",\"features\":[\n\n]}\n" || !json.Valid([]byte(empty)) {
		t.Errorf("%q", empty)
	}
}

func TestBadExports(t *testing.T) {
	store := openStore(t)
	for name, options := range map[string]inventory.ExportOptions{
		"kind":   {Format: inventory.FormatCSV},
		"format": {Kind: inventory.KindAreas},
		"crs":    {Kind: inventory.KindAreas, Format: inventory.FormatCSV, CRS: "EPSG:1"},
		"limit":  {Kind: inventory.KindAreas, Format: inventory.FormatCSV, Query: inventory.Query{Limit: -1}},
	} {
		err := inventory.Export(t.Context(), store, &bytes.Buffer{}, options)
		var invalid *inventory.InvalidError
		if !errors.As(err, &invalid) || invalid.Faults[0].Field != name {
			t.Errorf("%s: %v", name, err)
		}
	}
	fill(t, store)
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for _, format := range []inventory.Format{inventory.FormatCSV, inventory.FormatGeoJSON} {
		err := inventory.Export(cancelled, store, &bytes.Buffer{}, inventory.ExportOptions{Kind: inventory.KindAreas, Format: format})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
		full := failingWriter{errors.New("disk full")}
		if err := inventory.Export(t.Context(), store, full, inventory.ExportOptions{Kind: inventory.KindCameras, Format: format}); !errors.Is(err, full.err) {
			t.Errorf("disk full: %v", err)
		}
	}
}

type failingWriter struct{ err error }

func (w failingWriter) Write([]byte) (int, error) { return 0, w.err }

// TestExportedRowsAreChecked: a mark does not make a row true.
func TestExportedRowsAreChecked(t *testing.T) {
	const head = "vigie,id,holder,category,mounting.heightM,lon,lat\n"
	for name, check := range map[string]struct{ text, want string }{
		"another kind":  {head + "area/1,a,ville,fixed,,2,48\n", `"area/1", not "camera/1"`},
		"not a field":   {"vigie,id,holder,category,colour,lon,lat\ncamera/1,a,ville,fixed,red,2,48\n", `"colour" is not a field`},
		"not a number":  {head + "camera/1,a,ville,fixed,high,2,48\n", `"high" is not a number`},
		"not finite":    {head + "camera/1,a,ville,fixed,NaN,2,48\n", `"NaN" is not a number`},
		"no identifier": {head + "camera/1,,ville,fixed,,2,48\n", "needs 1 to 128 letters"},
		"no place":      {head + "camera/1,a,ville,fixed,,,\n", "a fixed camera has a place"},
		"twice":         {head + "camera/1,a,ville,fixed,,2,48\ncamera/1,a,ville,fixed,,2,49\n", "the identifier of row 2 comes back"},
		"too many":      {"vigie,id,holder,category,heads[9999999].id,lon,lat\ncamera/1,a,ville,fixed,1,2,48\n", "is not a field"},
	} {
		report, err := importText(t, openStore(t), check.text, inventory.ImportOptions{})
		if err != nil || report.RejectedRows != 1 || !strings.Contains(report.Rejected[0].Reason, check.want) {
			t.Errorf("%s: %s %v %+v", name, counts(report), err, report.Rejected)
		}
	}
}

// TestExportedRowsOfAnotherHolder are no rows of the one that the import is for.
func TestExportedRowsOfAnotherHolder(t *testing.T) {
	store := openStore(t)
	text := "vigie,id,holder,category,lon,lat\ncamera/1,a,ville,fixed,2,48\ncamera/1,b,other,fixed,2,48\n"
	report, err := importText(t, store, text, inventory.ImportOptions{Holder: "ville"})
	want := []inventory.RowFault{{Line: 3, Key: "b", Field: "holder", Reason: `the record is of holder "other", and the import of "ville"`}}
	if err != nil || report.Added != 1 || !slices.Equal(report.Rejected, want) {
		t.Errorf("%s, %v; %+v", counts(report), err, report.Rejected)
	}
	if cameras := allCameras(t, store); len(cameras) != 1 || cameras[0].Holder != "ville" {
		t.Errorf("%+v", cameras)
	}
}

// TestOptionsThatExportedRowsDoNotFollowAreTold, with how many rows did not.
func TestOptionsThatExportedRowsDoNotFollowAreTold(t *testing.T) {
	store := openStore(t)
	fill(t, store)
	const note = "the row is a whole record that Vigie wrote: not applied: "
	for _, check := range []struct {
		options inventory.ImportOptions
		want    inventory.ImportNote
	}{
		{inventory.ImportOptions{Kind: inventory.KindCameras, Key: "nothing", Status: inventory.Planned, Deployment: "d",
			Category: inventory.AreaPriority}, inventory.ImportNote{Text: note + "key, status, deployment", Rows: 53, First: 1}},
		{inventory.ImportOptions{Kind: inventory.KindAreas, Category: inventory.AreaCommune, Status: inventory.Planned},
			inventory.ImportNote{Text: note + "category", Rows: 2, First: 1}},
		{inventory.ImportOptions{Kind: inventory.KindAreas, Holder: "ville"}, inventory.ImportNote{Text: note + "holder", Rows: 1, First: 2}},
	} {
		text := export(t, store, inventory.ExportOptions{Kind: check.options.Kind, Format: inventory.FormatGeoJSON})
		check.options.Now = now
		report, err := inventory.Import(t.Context(), store, bytes.NewReader(text), check.options)
		if err != nil || report.Unchanged != report.Read || !slices.Contains(report.Assumed, check.want) {
			t.Errorf("%s, %v; %+v", counts(report), err, report.Assumed)
		}
	}
}

// TestChangedExportedRowsAreStamped, so that whoever follows the changes sees them; new ones and the same ones are not.
func TestChangedExportedRowsAreStamped(t *testing.T) {
	first, second := openStore(t), openStore(t)
	fill(t, first)
	text := export(t, first, inventory.ExportOptions{Kind: inventory.KindCameras, Format: inventory.FormatGeoJSON})
	later := inventory.ImportOptions{Kind: inventory.KindCameras, Now: func() time.Time { return now().Add(time.Hour) }}
	if _, err := inventory.Import(t.Context(), second, bytes.NewReader(text), later); err != nil {
		t.Fatal(err)
	}
	sameRecords(t, first, second, inventory.KindCameras)
	changed := bytes.Replace(text, []byte("Brigade de nuit"), []byte("Brigade de jour"), 1)
	report, err := inventory.Import(t.Context(), second, bytes.NewReader(changed), later)
	if err != nil || report.Updated != 1 || report.Unchanged != report.Read-1 {
		t.Fatalf("%s, %v", counts(report), err)
	}
	recent := inventory.Query{Where: []inventory.Condition{{Attr: inventory.AttrUpdated, From: inventory.InstantOf(now().Add(time.Hour)).String()}}}
	found, err := inventory.All(t.Context(), second.Cameras(), recent)
	if err != nil || len(found) != 1 || found[0].Unit != "Brigade de jour" || found[0].Provenance.Import != report.Import ||
		found[0].Provenance.Source != "saisie" {
		t.Errorf("%v, %+v", err, found)
	}
}
