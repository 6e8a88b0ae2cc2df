package inventory_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/paulmach/orb"

	"vigie/inventory"
)

func TestFormsOfCSV(t *testing.T) {
	utf16Text := func(text string) string {
		var b strings.Builder
		for _, unit := range utf16.Encode([]rune("\ufeff" + text)) {
			b.WriteByte(byte(unit))
			b.WriteByte(byte(unit >> 8))
		}
		return b.String()
	}
	const plain = "ref,nom,lon,lat\na,Hôtel de Ville,2.35,48.85\n"
	for name, check := range map[string]struct {
		text string
		crs  string
		note string
	}{
		"comma":            {plain, "", `separated by ','`},
		"semicolon":        {strings.ReplaceAll(plain, ",", ";"), "", `separated by ';'`},
		"tab":              {strings.ReplaceAll(plain, ",", "\t"), "", `separated by '\t'`},
		"bar":              {strings.ReplaceAll(plain, ",", "|"), "", `separated by '|'`},
		"CRLF":             {strings.ReplaceAll(plain, "\n", "\r\n"), "", ""},
		"CR":               {strings.ReplaceAll(plain, "\n", "\r"), "", ""},
		"CR, no end":       {strings.TrimSpace(strings.ReplaceAll(plain, "\n", "\r")), "", ""},
		"CR, marked":       {"\ufeff" + strings.ReplaceAll(strings.ReplaceAll(plain, "\n", "\r"), ",", ";"), "", `separated by ';'`},
		"CR, UTF-16":       {utf16Text(strings.ReplaceAll(plain, "\n", "\r")), "", "UTF-16"},
		"sep=;":            {"sep=;\r\n" + strings.ReplaceAll(plain, ",", ";"), "", `separated by ';'`},
		"sep=#":            {"\ufeffSEP=#\n" + strings.ReplaceAll(plain, ",", "#"), "", `separated by '#'`},
		"sep=tab, quoted":  {"\"sep=\t\"\n" + strings.ReplaceAll(plain, ",", "\t"), "", `separated by '\t'`},
		"sep= with CR":     {"sep=;\r" + strings.ReplaceAll(strings.ReplaceAll(plain, ",", ";"), "\n", "\r"), "", `separated by ';'`},
		"no end of line":   {strings.TrimSpace(plain), "", ""},
		"byte order mark":  {"\ufeff" + plain, "", ""},
		"UTF-16":           {utf16Text(plain), "", "UTF-16"},
		"Latin-1":          {strings.ReplaceAll(plain, "ô", "\xf4"), "", "Windows-1252"},
		"decimal comma":    {"ref;nom;lon;lat\na;Hôtel de Ville;2,35;48,85\n", "", "decimal mark"},
		"lat before lon":   {"latitude,longitude,nom,ref\n48.85,2.35,Hôtel de Ville,a\n", "", `columns "longitude" and "latitude"`},
		"dBase types":      {"\"ref,C,10\",\"nom,C,254\",\"lon,N,9,5\",\"lat,N,9,5\"\na,Hôtel de Ville,2.35,48.85\n", "", "dBase"},
		"bare dBase types": {"ref,C,10;nom,C,254;lon,N,9,5;lat,N,9,5;jour,D\na;Hôtel de Ville;2,35;48,85;24/10/90\n", "", "dBase"},
		"metres":           {"ref;nom;X;Y\na;Hôtel de Ville;652 301,56;6 861 302,73\n", "EPSG:2154", ""},
		"well-known text":  {"ref,nom,WKT\na,Hôtel de Ville,POINT (2.35 48.85)\n", "", ""},
		"geo_point_2d":     {"ref;nom;geo_point_2d\na;Hôtel de Ville;48.85, 2.35\n", "", "lat, lon"},
		"geo_shape":        {"ref;nom;Geo Shape\na;Hôtel de Ville;\"{\"\"type\"\":\"\"Point\"\",\"\"coordinates\"\":[2.35,48.85]}\"\n", "", ""},
		"blank lines":      {"ref,nom,lon,lat\n\na,Hôtel de Ville,2.35,48.85\n\n", "", ""},
		"crs column":       {"ref,nom,x,y,crs\na,Hôtel de Ville,652301.56,6861302.73,EPSG:2154\n", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			store := openStore(t)
			report, err := importText(t, store, check.text, inventory.ImportOptions{CRS: check.crs})
			if err != nil || report.Added != 1 || report.Key != "ref" {
				t.Fatalf("%s, key %q, %v; %+v", counts(report), report.Key, err, report.Rejected)
			}
			c := allCameras(t, store)[0]
			at := orb.Point(*c.Location)
			if c.Name != "Hôtel de Ville" || c.ExternalID != "a" || math.Abs(at[0]-2.35) > 2e-7 || math.Abs(at[1]-48.85) > 2e-7 {
				t.Errorf("%+v at %v", c, at)
			}
			if !slices.ContainsFunc(report.Assumed, func(n inventory.ImportNote) bool { return strings.Contains(n.Text, check.note) }) {
				t.Errorf("no note says %q: %+v", check.note, report.Assumed)
			}
		})
	}
}

func TestFaultyRowsOfCSV(t *testing.T) {
	text := "ref,lon,lat\na,2.35,48.85\nb,2.35\nc,2.35,48.85,x\n\nd,east,48.85\ne,,\nf,2.35,\ng,2.35,98.85\nh,\"2.35\"x,48.85\ni,2.36,48.86\n"
	report, err := importText(t, openStore(t), text, inventory.ImportOptions{Key: "ref"})
	if err != nil {
		t.Fatal(err)
	}
	want := []struct {
		line   int
		reason string
	}{
		{3, "2 fields where the header has 3"}, {4, "4 fields where the header has 3"}, {6, `"east" is not a number`},
		{7, "no coordinates: the cells are empty"}, {8, `"" is not a number`}, {9, "coordinates are not lon, lat degrees"},
		{10, `extraneous or missing " in quoted-field`},
	}
	if report.Added != 2 || report.RejectedRows != len(want) || report.Read != len(want)+2 {
		t.Fatalf("%s %+v", counts(report), report.Rejected)
	}
	for i, w := range want {
		if got := report.Rejected[i]; got.Line != w.line || !strings.Contains(got.Reason, w.reason) {
			t.Errorf("%+v, want line %d: %s", got, w.line, w.reason)
		}
	}
}

// TestCarriageReturnsInQuotesStay: those that end lines do so wherever the buffers of the reader are cut.
func TestCarriageReturnsInQuotesStay(t *testing.T) {
	const rows = 5000
	var text strings.Builder
	text.WriteString("ref,nom,lon,lat\r")
	for i := range rows {
		fmt.Fprintf(&text, "R%d,\"Hall \"\"%d\"\",\rporte %d\",2.35,48.85\r", i, i, i)
	}
	store := openStore(t)
	report, err := importText(t, store, text.String(), inventory.ImportOptions{})
	if err != nil || report.Added != rows {
		t.Fatalf("%s, %v; %+v", counts(report), err, report.Rejected[:min(3, len(report.Rejected))])
	}
	for _, c := range allCameras(t, store) {
		number := strings.TrimPrefix(c.ExternalID, "R")
		if want := "Hall \"" + number + "\",\rporte " + number; c.Name != want {
			t.Fatalf("the name is %q, not %q", c.Name, want)
		}
	}
}

// TestCarriageReturnsOfOtherFilesStay: lines that end with a line feed may hold one.
func TestCarriageReturnsOfOtherFilesStay(t *testing.T) {
	store := openStore(t)
	text := "ref,nom,lon,lat\na,Hall\rporte 2,2.35,48.85\nb,\"Hall\rporte 3\",2.35,48.85\r\n"
	report, err := importText(t, store, text, inventory.ImportOptions{})
	if err != nil || report.Added != 2 || !strings.Contains(allCameras(t, store)[0].Name, "Hall\rporte ") {
		t.Errorf("%s, %v; %+v", counts(report), err, report.Rejected)
	}
}

func TestLinesAreCountedFromTheFirst(t *testing.T) {
	report, err := importText(t, openStore(t), "sep=;\nref;lon;lat\na;2;48\nb;2\nc;\"2\"x;48\nd;2;48\n", inventory.ImportOptions{Key: "ref"})
	if err != nil || report.Added != 2 || len(report.Rejected) != 2 || report.Rejected[0].Line != 4 || report.Rejected[1].Line != 5 {
		t.Errorf("%s, %v; %+v", counts(report), err, report.Rejected)
	}
}

func TestAFileWithoutRowsIsTold(t *testing.T) {
	for _, text := range []string{"ref,lon,lat\n", "sep=;\nref;lon;lat", collection()} {
		report, err := importText(t, openStore(t), text, inventory.ImportOptions{})
		if err != nil || !slices.Contains(report.Assumed, inventory.ImportNote{Text: "the file has no row"}) {
			t.Errorf("%q: %v; %+v", text, err, report.Assumed)
		}
	}
}
