package inventory_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"vigie/inventory"
)

// TestUsualNames reads the names and words of files of all sorts.
func TestUsualNames(t *testing.T) {
	text := "Réf.;Libellé;Adresse;Code INSEE;Statut;Hauteur (m);azimut;camera:type;hfov;Date mise en service;Voie publique;Marque;Année;inconnu;lon;lat\n" +
		"V-01;Mairie;1, place X;34172;En service;4,5 m;NO;dome;90°;21/11/2020;oui;Acme;2004;;3.87;43.6\n" +
		"V-02;Gare;;Montpellier;démontée;0;-90;étrange;;;peut-être;NA;;x;3.88;43.6\n"
	store := openStore(t)
	report, err := importText(t, store, text, inventory.ImportOptions{Status: inventory.Planned, Key: "Réf."})
	if err != nil || report.Added != 2 {
		t.Fatalf("%s %v %+v", counts(report), err, report.Rejected)
	}
	byRef := map[string]inventory.Camera{}
	for _, c := range allCameras(t, store) {
		byRef[c.ExternalID] = c
	}
	a, b := byRef["V-01"], byRef["V-02"]
	if a.Name != "Mairie" || a.Address != "1, place X" || a.Commune != "34172" || a.Status != inventory.InService ||
		*a.Heads[0].BearingDeg != 315 || a.Heads[0].Kind != inventory.HeadPTZ || *a.Heads[0].HFOVDeg != 90 ||
		a.Heads[0].ID != "1" || a.InServiceSince != "2020-11-21" || !*a.FilmsPublicWay ||
		a.Device.Manufacturer != "Acme" || a.Extra["Année"] != "2004" || a.Category != inventory.Fixed {
		t.Errorf("%+v", a)
	}
	if b.Commune != "" || b.Extra["Code INSEE"] != "Montpellier" || b.Status != inventory.Planned || *b.Heads[0].BearingDeg != 270 ||
		b.Heads[0].Kind != "" || b.Extra["camera:type"] != "étrange" || b.FilmsPublicWay != nil || b.Device.Manufacturer != "" ||
		b.Mounting.HeightM != nil || b.Extra["inconnu"] != "x" {
		t.Errorf("%+v", b)
	}
	if h := a.Mounting.HeightM; h == nil || *h != 4.5 {
		t.Errorf("height %v", h)
	}
	for _, note := range []string{"a point of the compass", "brought back into the circle", `"Code INSEE" cannot be read as commune`, `"Libellé" is read as name`} {
		if !slices.ContainsFunc(report.Assumed, func(n inventory.ImportNote) bool { return strings.Contains(n.Text, note) }) {
			t.Errorf("no note says %q: %+v", note, report.Assumed)
		}
	}
	if !slices.ContainsFunc(a.Provenance.Assumptions, func(s string) bool { return strings.Contains(s, "compass") }) ||
		a.Provenance.Row != 2 || a.Provenance.Import != report.Import || a.Provenance.UpdatedAt.String() != "2026-11-21T10:00:00.000Z" {
		t.Errorf("%+v", a.Provenance)
	}
}

func TestMapping(t *testing.T) {
	text := "cle;est;nord;ht;sens;secret;largeur;deux\nK1;652301,56;6861302,73;6,25;45;x;1 920;190\n"
	store := openStore(t)
	report, err := importText(t, store, text, inventory.ImportOptions{CRS: "2154", Key: "cle", Mapping: map[string]string{
		"est": "lon", "nord": "lat", "ht": "mounting.heightM", "sens": "heads[0].bearingDeg", "secret": "-",
		"largeur": "heads[0].recordedWidthPx", "deux": "heads[1].bearingDeg",
	}})
	if err != nil || report.Added != 1 {
		t.Fatalf("%s %v %+v", counts(report), err, report.Rejected)
	}
	c := allCameras(t, store)[0]
	if *c.Mounting.HeightM != 6.25 || *c.Heads[0].BearingDeg != 45 || *c.Heads[0].RecordedWidthPx != 1920 ||
		*c.Heads[1].BearingDeg != 190 || c.Heads[1].ID != "2" || c.Extra != nil {
		t.Errorf("%+v", c)
	}
}

// TestKeyChoice takes what tells rows apart, and no number of a row.
func TestKeyChoice(t *testing.T) {
	feature := func(id, properties string, lon float64) string {
		return fmt.Sprintf(`{"type":"Feature","id":%s,"properties":{%s},"geometry":{"type":"Point","coordinates":[%v,48]}}`, id, properties, lon)
	}
	for name, check := range map[string]struct{ text, want string }{
		"reference before name": {collection(feature("7", `"nom":"x","ref":"1"`, 2), feature("9", `"nom":"y","ref":"2"`, 3)), "ref"},
		"feature id":            {collection(feature(`"n7"`, `"nom":"x"`, 2), feature(`"n9"`, `"nom":"y"`, 3)), "id of the feature"},
		"ranks are no key":      {collection(feature("0", `"nom":"x"`, 2), feature("1", `"nom":"y"`, 3)), "nom"},
		"repeated is no key":    {collection(feature("0", `"ref":"1","nom":"x"`, 2), feature("1", `"ref":"1","nom":"y"`, 3)), "nom"},
		"missing is no key":     {collection(feature("0", `"ref":"1","nom":"x"`, 2), feature("1", `"nom":"y"`, 3)), "nom"},
		"nothing":               {collection(feature("0", `"OBJECTID":1`, 2), feature("1", `"OBJECTID":2`, 3)), ""},
	} {
		store := openStore(t)
		report, err := importText(t, store, check.text, inventory.ImportOptions{})
		if err != nil || report.Key != check.want || report.Added != 2 {
			t.Errorf("%s: key %q, want %q; %s %v", name, report.Key, check.want, counts(report), err)
		}
		if report, err = importText(t, store, check.text, inventory.ImportOptions{}); err != nil || report.Unchanged != 2 {
			t.Errorf("%s, again: %s %v", name, counts(report), err)
		}
	}
}

// TestOneBadRowKeepsTheKey: the next edition of a file has one row too many, and only that row is left out.
func TestOneBadRowKeepsTheKey(t *testing.T) {
	rows := func(head string, keys ...string) string {
		for i, key := range keys {
			head += fmt.Sprintf("%s,%v,48\n", key, 2+float64(i)/100)
		}
		return head
	}
	many := make([]string, 20)
	for i := range many {
		many[i] = fmt.Sprint("Place ", i)
	}
	for name, check := range map[string]struct {
		head          string
		first, second []string
		reason        string
	}{
		"ref repeated":  {"ref,lon,lat\n", []string{"A", "B", "C"}, []string{"A", "B", "C", "C"}, "the key of row 4 comes back"},
		"ref missing":   {"ref,lon,lat\n", []string{"A", "B", "C"}, []string{"A", "B", "C", ""}, "the key is missing"},
		"ref blank":     {"ref,lon,lat\n", []string{"A", "B", "C"}, []string{"A", "B", "C", "  "}, "the key is missing"},
		"ref unknown":   {"id_externe,lon,lat\n", []string{"A", "B", "C"}, []string{"A", "B", "C", "NULL"}, "the key is missing"},
		"code repeated": {"code,lon,lat\n", []string{"A", "B", "C"}, []string{"A", "B", "C", "A"}, "the key of row 2 comes back"},
		"name repeated": {"Nom,lon,lat\n", many, append(slices.Clone(many), "Place 3"), "the key of row 5 comes back"},
	} {
		store := openStore(t)
		report, err := importText(t, store, rows(check.head, check.first...), inventory.ImportOptions{})
		if err != nil || report.Added != len(check.first) {
			t.Fatalf("%s: %s, %v", name, counts(report), err)
		}
		key := report.Key
		report, err = importText(t, store, rows(check.head, check.second...), inventory.ImportOptions{})
		want := inventory.RowFault{Line: len(check.second) + 1, Key: strings.TrimSpace(check.second[len(check.second)-1]), Field: key, Reason: check.reason}
		if strings.Contains(check.reason, "missing") {
			want.Key = ""
		}
		if err != nil || report.Key != key || report.Unchanged != len(check.first) || !slices.Equal(report.Rejected, []inventory.RowFault{want}) {
			t.Errorf("%s: by %q, %s, %v; %+v, want %+v", name, report.Key, counts(report), err, report.Rejected, want)
		}
	}
}

// TestANameThatOftenComesBackIsNoKey, nor is a number that is the same everywhere.
func TestANameThatOftenComesBackIsNoKey(t *testing.T) {
	text := "Id,Nom,lon,lat\n"
	for i := range 20 {
		text += fmt.Sprintf("0,Rue %d,%v,48\n", i%14, 2+float64(i)/100)
	}
	report, err := importText(t, openStore(t), text, inventory.ImportOptions{})
	if err != nil || report.Key != "" || report.Added != 20 {
		t.Errorf("by %q: %s, %v", report.Key, counts(report), err)
	}
}

// TestBearings reads what people write for a direction; NaN stands for a fault.
func TestBearings(t *testing.T) {
	fault := math.NaN()
	for text, want := range map[string]float64{
		"0": 0, "359.5": 359.5, "12,5": 12.5, " 45 ° ": 45, "90 deg": 90, "360": 0, "-90": 270, "-360": 0, "N": 0, "nord": 0,
		"NNE": 22.5, "Nord-Est": 45, "est": 90, "E": 90, "Sud-Est": 135, "south": 180, "S": 180, "SSO": 202.5, "SO": 225,
		"south-west": 225, "ouest": 270, "O": 270, "W": 270, "NO": 315, "north west": 315, "NNW": 337.5,
		"361": fault, "-361": fault, "180;270": fault, "1,2,3": fault, "1.234,5": fault, "0x10": fault, "Inf": fault, "vers la mer": fault,
	} {
		store := openStore(t)
		report, err := importText(t, store, fmt.Sprintf("ref;azimut;lon;lat\na;\"%s\";2;48\n", text), inventory.ImportOptions{Key: "ref"})
		if err != nil {
			t.Fatal(err)
		}
		if math.IsNaN(want) {
			if report.RejectedRows != 1 || report.Rejected[0].Field != "heads[0].bearingDeg" || report.Rejected[0].Line != 2 {
				t.Errorf("%q: %s %+v", text, counts(report), report.Rejected)
			}
			continue
		}
		cameras := allCameras(t, store)
		if len(cameras) != 1 || *cameras[0].Heads[0].BearingDeg != want {
			t.Errorf("%q: %+v, want %v; %+v", text, cameras, want, report.Rejected)
		}
	}
}
