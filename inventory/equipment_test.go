package inventory_test

import (
	"errors"
	"strings"
	"testing"

	"vigie/inventory"
	"vigie/inventory/inventorytest"
)

// TestEquipmentContradicts: each figure is held against the others; the reason gives them.
func TestEquipmentContradicts(t *testing.T) {
	for _, c := range []struct {
		name    string
		edit    func(*inventory.Equipment)
		refused string // piece of the reason; empty when it is kept
		doubt   string
	}{
		{"sound", func(*inventory.Equipment) {}, "", ""},
		{"identification out of reach", func(e *inventory.Equipment) {
			e.Stated = []inventory.StatedDistance{{DensityPxM: known(250.0), DistanceM: known(60.0)}}
		}, "stated[0].distanceM: 250 px/m at 60 m is not what the optics give: 2560 px over a field of 30.1° keep it up to 19.0 m (+215 %), and give 79.3 px/m there", ""},
		{"rounded up", func(e *inventory.Equipment) {
			e.Stated = []inventory.StatedDistance{{DensityPxM: known(250.0), DistanceM: known(22.0)}}
		}, "", "250 px/m at 22 m"},
		{"a datasheet that promises too much", func(e *inventory.Equipment) { e.DORI.IdentifyM = known(60.0) },
			"dori.identifyM: 250 px/m at 60 m is not what the optics give", ""},
		{"rounded", func(e *inventory.Equipment) {
			e.Stated = []inventory.StatedDistance{{DensityPxM: known(250.0), DistanceM: known(19.4)}}
		}, "", ""},
		{"at the wide end", func(e *inventory.Equipment) {
			e.Stated = []inventory.StatedDistance{{DensityPxM: known(250.0), DistanceM: known(19.0), FocalMM: known(3.0)}}
		}, "over a field of 83.7°", ""},
		{"field too narrow for its lens", func(e *inventory.Equipment) { e.WideHFOVDeg, e.Stated = known(50.0), nil },
			"wideHfovDeg: 50° is not the field of sensorWidthMm 5.37 mm and minFocalMm 3 mm, which is 2·atan(w/2f) = 83.7°: the scene is -48 % as wide", ""},
		{"bent lines", func(e *inventory.Equipment) { e.WideHFOVDeg = known(104.0) }, "", "the scene is +43 % as wide"},
		{"a fisheye is no pinhole", func(e *inventory.Equipment) { e.WideHFOVDeg, e.WideVFOVDeg = known(180.0), known(180.0) }, "", ""},
		{"zoom backwards", func(e *inventory.Equipment) { e.MinFocalMM, e.MaxFocalMM = known(10.0), known(3.0) },
			"maxFocalMm: the longest focal length, 3 mm, is shorter than the shortest, 10 mm", ""},
		{"too hungry", func(e *inventory.Equipment) { e.PowerW = known(20.0) },
			"powerW: 20 W is more than 802.3af guarantees at the device, 12.95 W", ""},
		{"upside down", func(e *inventory.Equipment) { e.MaxTemperatureC = known(-50.0) }, "is below the lowest, -40 °C", ""},
		{"nothing known", func(e *inventory.Equipment) {
			*e = inventory.Equipment{ID: "m", Manufacturer: "A", Reference: "B", Stated: []inventory.StatedDistance{{DensityPxM: known(250.0), DistanceM: known(900.0)}}}
		}, "", ""},
		{"no maker", func(e *inventory.Equipment) { e.Manufacturer = "" }, "manufacturer: is missing", ""},
		{"half a statement", func(e *inventory.Equipment) { e.Stated[0].DistanceM = nil }, "a distance goes with a density", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := inventorytest.FullEquipment()
			c.edit(&e)
			err := e.Validate()
			if c.refused == "" && err != nil || c.refused != "" && (err == nil || !strings.Contains(err.Error(), c.refused)) {
				t.Errorf("refused: %v, want %q", err, c.refused)
			}
			var invalid *inventory.InvalidError
			if err != nil && !errors.As(err, &invalid) {
				t.Errorf("%T", err)
			}
			var doubts []string
			for _, d := range e.Doubts() {
				doubts = append(doubts, d.Reason)
			}
			all := strings.Join(doubts, "; ")
			if c.refused == "" && (c.doubt == "") != (all == "") || !strings.Contains(all, c.doubt) {
				t.Errorf("doubts %q, want %q", all, c.doubt)
			}
		})
	}
}

// TestCatalogues: a catalogue comes as CSV in French or as JSON; what contradicts itself is left out with its figures, what
// is doubtful is kept and told.
func TestCatalogues(t *testing.T) {
	const sheet = "Référence;Marque;Forme;Focale min;Focale max;Largeur capteur;Largeur px;Détection (m);Identification (m);IP;IK;Puissance;PoE;Prix\n" +
		"V4;Acme;varifocale;2,8;12;5,37;2560;229;22,9;IP66;IK10;12,5 W;802.3af;450 €\n" +
		"V5;Acme;varifocale;2,8;12;5,37;2560;900;22,9;IP66;IK10;12,5 W;802.3af;450 €\n" +
		"V6;Acme;varifocale;2,8;12;5,37;2560;260;22,9;IP66;IK10;12,5 W;802.3af;inconnu\n"
	store := openStore(t)
	report, err := importText(t, store, sheet, inventory.ImportOptions{Kind: inventory.KindEquipment, Source: "catalogue.csv"})
	if err != nil || report.Added != 1 || report.RejectedRows != 2 || report.CRS != "" {
		t.Fatalf("%+v, %v", report, err)
	}
	if r := report.Rejected[0]; r.Key != "V5" || r.Field != "dori.detectM" || !strings.Contains(r.Reason, "keep it up to 228.8 m") {
		t.Errorf("the row that contradicts itself: %+v", r)
	}
	if r := report.Rejected[1]; r.Key != "V6" || r.Field != "priceEur" {
		t.Errorf("the row without a price: %+v", r)
	}
	const rows = `[{"reference":"J1","manufacturer":"Acme","form":"fixed","heads":1,"sensorWidthMm":5.37,"minFocalMm":4,"wideHfovDeg":74,
		"recordedWidthPx":1920,"codecs":["H.264","H.265"],"onvifProfiles":["S","T"],"verified":true},{"manufacturer":"Acme"}]`
	report, err = importText(t, store, rows, inventory.ImportOptions{Kind: inventory.KindEquipment, Key: "reference"})
	if err != nil || report.Added != 1 || report.RejectedRows != 1 || !strings.Contains(noteTexts(report), "doubtful: wideHfovDeg: 74°") {
		t.Fatalf("%+v, %v", report, err)
	}
	models, err := inventory.All(t.Context(), store.Equipment(), inventory.Query{
		Where: []inventory.Condition{{Attr: inventory.AttrStatus, In: []string{inventory.EquipmentVerified}}},
	})
	if err != nil || len(models) != 1 || models[0].Reference != "J1" || len(models[0].Codecs) != 2 || *models[0].MaxFocalMM != 4 ||
		!strings.Contains(strings.Join(models[0].Provenance.Assumptions, " "), "doubtful") {
		t.Errorf("%+v, %v", models, err)
	}
	again, err := importText(t, store, sheet, inventory.ImportOptions{Kind: inventory.KindEquipment, Source: "catalogue.csv"})
	if err != nil || again.Unchanged != 1 {
		t.Errorf("again: %+v, %v", again, err)
	}
}

// TestEquipmentComesBack: what is exported is imported again the same, on another store.
func TestEquipmentComesBack(t *testing.T) {
	for _, format := range []inventory.Format{inventory.FormatCSV, inventory.FormatGeoJSON} {
		first, second := openStore(t), openStore(t)
		e := inventorytest.FullEquipment()
		if err := first.Equipment().Put(t.Context(), e); err != nil {
			t.Fatal(err)
		}
		var text strings.Builder
		options := inventory.ExportOptions{Kind: inventory.KindEquipment, Format: format}
		if err := inventory.Export(t.Context(), first, &text, options); err != nil {
			t.Fatal(err)
		}
		report, err := importText(t, second, text.String(), inventory.ImportOptions{Kind: inventory.KindEquipment})
		if err != nil || report.Added != 1 {
			t.Fatalf("%s: %+v, %v\n%s", format, report, err, text.String())
		}
		got, err := second.Equipment().Get(t.Context(), e.ID)
		if err != nil || inventory.Tag(got) != inventory.Tag(e) {
			t.Errorf("%s: %+v, %v", format, got, err)
		}
	}
}
