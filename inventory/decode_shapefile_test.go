package inventory_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"golang.org/x/text/encoding/charmap"

	"vigie/inventory"
)

func TestShapefile(t *testing.T) {
	store := openStore(t)
	report, err := importText(t, store, points().archive(t, prjWorld), inventory.ImportOptions{})
	if err != nil || report.Added != 2 || report.Format != inventory.FormatShapefile || report.CRS != "EPSG:4326" || report.Key != "ref" {
		t.Fatalf("%s, %s, %s by %q, %v, %+v", counts(report), report.Format, report.CRS, report.Key, err, report.Rejected)
	}
	for _, c := range allCameras(t, store) {
		at := orb.Point(*c.Location)
		if c.ExternalID == "a" && (at != orb.Point{2.35, 48.85} || c.Name != "Eglise" || *c.Mounting.HeightM != 3.5 || c.Extra["pose"] != "2026-01-02" || c.Extra["film"] != "true") {
			t.Errorf("%+v", c)
		}
		if c.ExternalID == "b" && (c.Mounting.HeightM != nil || len(c.Extra) != 0 || c.Provenance.Row != 2) {
			t.Errorf("%+v", c)
		}
	}
	again, err := importText(t, store, points().archive(t, prjWorld), inventory.ImportOptions{})
	if err != nil || again.Unchanged != 2 {
		t.Errorf("again: %s, %v", counts(again), err)
	}
}

func TestTextsOfShapefiles(t *testing.T) {
	const name = "Église Œuvre"
	for label, check := range map[string]struct {
		driver byte
		page   string // in which the text is written
		cpg    string
		note   string
	}{
		"Windows by the table":    {0x57, "1252", "", "code page 1252, which the .dbf names"},
		"DOS by the table":        {0x02, "850", "", "code page 850, which the .dbf names"},
		"UTF-8 by the .cpg":       {0x57, "", "UTF-8", `read as "UTF-8", which the .cpg names`},
		"Latin-1 by the .cpg":     {0x02, "1252", "ISO 88591\r\n", `read as "ISO 88591", which the .cpg names`},
		"ANSI by the .cpg":        {0, "1252", "ANSI 1252", `read as "ANSI 1252", which the .cpg names`},
		"UTF-8 by nothing":        {0, "", "", ""},
		"Windows by nothing":      {0, "1252", "", "nothing names the encoding of the texts"},
		"unknown to the .cpg":     {0x57, "1252", "klingon", `names the encoding "klingon", which is not known`},
		"unknown to the table":    {0x99, "1252", "", "nothing names the encoding of the texts"},
		"Latin-9 by the .cpg":     {0, "8859-15", "ISO-8859-15", `read as "ISO-8859-15"`},
		"Macintosh by the table":  {0x04, "mac", "", "code page macintosh"},
		"not what the .cpg says.": {0, "1252", "UTF-8", "texts are not in the encoding of the others"},
	} {
		l, want := points(), name
		l.driver, l.columns[1] = check.driver, "Légende/C/20"
		if check.page == "850" { // which has no Œ
			want = "Église"
		}
		text, column := want, "Légende"
		if e := map[string]*charmap.Charmap{"1252": charmap.Windows1252, "850": charmap.CodePage850, "8859-15": charmap.ISO8859_15, "mac": charmap.Macintosh}[check.page]; e != nil {
			text, _ = e.NewEncoder().String(text)
			column, _ = e.NewEncoder().String(column)
		}
		l.columns[1], l.rows[0][1] = column+"/C/20", text
		parts := []string{"l.shp", string(l.shp()), "l.dbf", string(l.dbf()), "l.prj", prjWorld}
		if check.cpg != "" {
			parts = append(parts, "L.CPG", check.cpg)
		}
		store := openStore(t)
		report, err := importText(t, store, zipped(t, parts...), inventory.ImportOptions{Key: "ref"})
		if err != nil || report.Added != 2 {
			t.Errorf("%s: %s, %v", label, counts(report), err)
			continue
		}
		cameras := allCameras(t, store)
		at := slices.IndexFunc(cameras, func(c inventory.Camera) bool { return c.ExternalID == "a" })
		if got := cameras[at].Extra["Légende"]; got != want && !strings.HasPrefix(label, "not what") {
			t.Errorf("%s: %q", label, got)
		}
		if notes := noteTexts(report); !strings.Contains(notes, check.note) {
			t.Errorf("%s: %s", label, notes)
		}
	}
}

func noteTexts(report inventory.ImportReport) string {
	var texts []string
	for _, note := range report.Assumed {
		texts = append(texts, note.Text)
	}
	return strings.Join(texts, "\n")
}

func TestShapesOfShapefiles(t *testing.T) {
	square := func(x, y, size float64) []orb.Point { // clockwise
		return []orb.Point{{x, y}, {x, y + size}, {x + size, y + size}, {x + size, y}, {x, y}}
	}
	hole := func(x, y, size float64) []orb.Point {
		reversed := square(x, y, size)
		slices.Reverse(reversed)
		return reversed
	}
	line := []orb.Point{{2, 48}, {2.1, 48.1}}
	store := openStore(t)
	for name, check := range map[string]struct {
		kind  uint32
		shape []byte
		want  string // the type, or a part of the reason
	}{
		"point":                 {1, shpPoint(2, 48), "Point"},
		"point with a height":   {11, append(shpPoint(2, 48), littleEndian(35.5, 0.0)...), "Point"},
		"point with a measure":  {21, append(shpPoint(2, 48), littleEndian(35.5)...), "Point"},
		"one point of many":     {8, littleEndian(make([]float64, 4), uint32(1), 2.0, 48.0), "Point"},
		"points":                {8, littleEndian(make([]float64, 4), uint32(2), 2.0, 48.0, 2.1, 48.0), "not a MultiPoint"},
		"line":                  {3, shpParts(line), "LineString"},
		"lines":                 {3, shpParts(line, square(2, 48, 1)), "MultiLineString"},
		"polygon":               {5, shpParts(square(2, 48, 1)), "Polygon"},
		"hole":                  {5, shpParts(square(2, 48, 1), hole(2.2, 48.2, 0.1)), "Polygon"},
		"hole first":            {5, shpParts(hole(2.2, 48.2, 0.1), square(2, 48, 1)), "Polygon"},
		"two polygons":          {5, shpParts(square(2, 48, 1), square(4, 48, 1)), "MultiPolygon"},
		"island in a lake":      {5, shpParts(square(2, 48, 1), hole(2.2, 48.2, 0.5), square(2.3, 48.3, 0.2), hole(2.35, 48.35, 0.1)), "MultiPolygon"},
		"the wrong way round":   {5, shpParts(hole(2, 48, 1)), "Polygon"},
		"polygon with heights":  {15, shpParts(square(2, 48, 1)), "Polygon"},
		"null":                  {5, nil, "the shape is null"},
		"hole outside":          {5, shpParts(square(2, 48, 1), hole(5, 48, 0.1)), "a hole of the shape is outside"},
		"bow tie":               {5, shpParts([]orb.Point{{2, 48}, {3, 49}, {3, 48}, {2, 49}, {2, 48}}), "crosses itself"},
		"patches":               {31, shpParts(square(2, 48, 1)), "type 31"},
		"another type":          {7, shpParts(square(2, 48, 1)), "type 7"},
		"a type from elsewhere": {1001, shpPoint(2, 48), "type 1001"},
		"cut short":             {5, shpParts(square(2, 48, 1))[:60], "cut short"},
		"not a number":          {1, shpPoint(math.NaN(), 48), "not numbers"},
		"no data":               {1, shpPoint(-1e39, 48), "not numbers"},
		"too many points":       {5, littleEndian(make([]float64, 4), uint32(1), uint32(math.MaxUint32), uint32(0)), "cut short"},
		"too many parts":        {5, littleEndian(make([]float64, 4), uint32(math.MaxUint32), uint32(1), 0.0, 0.0), "cut short"},
		"parts out of order":    {5, littleEndian(make([]float64, 4), uint32(2), uint32(2), uint32(1), uint32(0), make([]float64, 4)), "not in order"},
		"no part":               {5, littleEndian(make([]float64, 4), uint32(0), uint32(0)), "no part"},
		"no point":              {8, littleEndian(make([]float64, 4), uint32(0)), "no point"},
	} {
		l := points()
		l.kind, l.shapes, l.rows = check.kind, [][]byte{check.shape}, l.rows[:1]
		set := strings.ReplaceAll(name, " ", "-")
		report, err := importText(t, store, l.archive(t, prjWorld), inventory.ImportOptions{Kind: inventory.KindCandidates, Set: inventory.ID(set)})
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
		if tall := strings.Contains(name, "height"); tall != strings.Contains(noteTexts(report), "the third coordinate is left out") {
			t.Errorf("%s: %s", name, noteTexts(report))
		}
	}
}

func TestPartsOfShapefiles(t *testing.T) {
	l := points()
	shp, dbf := string(l.shp()), string(l.dbf())
	short := points()
	short.rows = short.rows[:1]
	none := points()
	none.deleted = map[int]bool{1: true}
	memo := points()
	memo.columns[1] = "nom/M/12"
	far := points()
	far.shapes = [][]byte{shpPoint(652469.02, 6862035.26), shpPoint(652470, 6862036)}
	for name, check := range map[string]struct {
		text, layer string
		want        string // a part of the error, or of the notes
		added       int
	}{
		"whole":                 {l.archive(t, prjWorld), "", "", 2},
		"no .shx":               {zipped(t, "l.shp", shp, "l.dbf", dbf, "l.prj", prjWorld), "", "lacks l.shx", 2},
		"no .prj, degrees":      {zipped(t, "l.shp", shp, "l.dbf", dbf, "l.shx", ""), "", "lacks l.prj", 2},
		"no .prj, metres":       {zipped(t, "l.shp", string(far.shp()), "l.dbf", dbf), "", "EPSG:2154 (RGF93 v1 / Lambert-93", -1},
		"Lambert-93":            {far.archive(t, prjLambert), "", "", 2},
		"unknown .prj":          {far.archive(t, prjParis), "", `coordinate system "NTF_Lambert_II_etendu", which Vigie does not know; it knows EPSG:2154 (RGF93 v1 / Lambert-93)`, -1},
		"damaged .prj":          {l.archive(t, "PROJCS["), "", `coordinate system "PROJCS["`, -1},
		"no .dbf":               {zipped(t, "l.shp", shp), "", "the archive lacks l.dbf, l.shx, l.prj", -1},
		"no .shp":               {zipped(t, "l.dbf", dbf, "l.prj", prjWorld), "", "the archive lacks l.shp, l.shx", -1},
		"nothing":               {zipped(t), "", "neither a shapefile (.shp) nor a .kml", -1},
		"other things":          {zipped(t, "readme.txt", "x"), "", `it has "readme.txt"`, -1},
		"two layers":            {zipped(t, "a.shp", shp, "a.dbf", dbf, "b.shp", shp, "b.dbf", dbf), "", `name one with --layer: "a", "b"`, -1},
		"one of two":            {zipped(t, "a.shp", shp, "a.dbf", dbf, "x/B.SHP", shp, "x/b.dbf", dbf), "b", "", 2},
		"another of two":        {zipped(t, "a.shp", shp, "a.dbf", dbf, "b.shp", shp, "b.dbf", dbf), "c", `no layer "c"`, -1},
		"of macOS":              {zipped(t, "__MACOSX/._l.shp", "x", "._l.dbf", "x", "l.shp", shp, "l.dbf", dbf), "", "", 2},
		"fewer rows":            {zipped(t, "l.shp", shp, "l.dbf", string(short.dbf())), "", "after 1 rows, l.dbf ends before l.shp", -1},
		"more rows":             {zipped(t, "l.shp", string(layer{kind: 1}.shp()), "l.dbf", dbf), "", "after 0 rows, l.shp ends before l.dbf", -1},
		"deleted row":           {none.archive(t, prjWorld), "", "1 rows are marked as deleted", 1},
		"memo":                  {memo.archive(t, prjWorld), "", `kept in other files are not read: "nom"`, 2},
		"cut .shp":              {zipped(t, "l.shp", shp[:110], "l.dbf", dbf), "", "l.shp: is cut short", -1},
		"cut .dbf":              {zipped(t, "l.shp", shp, "l.dbf", dbf[:len(dbf)-20]), "", "l.dbf: is cut short", -1},
		"no head of .dbf":       {zipped(t, "l.shp", shp, "l.dbf", dbf[:20]), "", "l.dbf: is cut short", -1},
		"not a .shp":            {zipped(t, "l.shp", dbf+dbf, "l.dbf", dbf), "", "l.shp: is not the main file", -1},
		"not a .dbf":            {zipped(t, "l.shp", shp, "l.dbf", shp), "", "l.dbf: is not a dBase table", -1},
		"a record too long":     {zipped(t, "l.shp", shp[:106]+"\xff\xff"+shp[108:], "l.dbf", dbf), "", "is longer than the file", -1},
		"cut archive":           {l.archive(t, prjWorld)[:300], "", "the zip archive cannot be read", -1},
		"damaged in the middle": {damaged(l.archive(t, prjWorld)), "", "l", -1},
	} {
		store := openStore(t)
		report, err := importText(t, store, check.text, inventory.ImportOptions{Layer: check.layer, Key: "ref"})
		if check.added < 0 {
			if err == nil || !strings.Contains(err.Error(), check.want) || len(allCameras(t, store)) != 0 {
				t.Errorf("%s: %s, %v; want %q", name, counts(report), err, check.want)
			}
			continue
		}
		if err != nil || report.Added != check.added || !strings.Contains(noteTexts(report), check.want) {
			t.Errorf("%s: %s, %v, %s; want %q", name, counts(report), err, noteTexts(report), check.want)
		}
	}
}

// damaged has another byte in its first part.
func damaged(archive string) string {
	text := []byte(archive)
	text[60] ^= 0x55
	return string(text)
}

// TestArchivesThatFillDisks: what would be inflated a thousand times is refused before it is, and what is longer than the
// archive says when it is.
func TestArchivesThatFillDisks(t *testing.T) {
	names := make([]string, 0, 20_000)
	for i := range cap(names) / 2 {
		names = append(names, fmt.Sprintf("%01000d", i), "")
	}
	for name, check := range map[string]struct{ text, want string }{
		"inflated":      {untrue(t, 300<<20), `"l.shp" would be 314572800 bytes long, too many for the`},
		"beyond 4 GB":   {untrue(t, 5<<30), `"l.shp" would be`},
		"longer":        {untrue(t, 120), "l.shp"},
		"many contents": {zipped(t, names...), "table of contents is too long"},
	} {
		_, err := importText(t, openStore(t), check.text, inventory.ImportOptions{Format: inventory.FormatShapefile})
		if err == nil || !strings.Contains(err.Error(), check.want) {
			t.Errorf("%s: %v, want %q", name, err, check.want)
		}
	}
}

// untrue is an archive whose .shp says that it is so many bytes long.
func untrue(t *testing.T, bytesLong uint64) string {
	t.Helper()
	var packed, out bytes.Buffer
	deflated, err := flate.NewWriter(&packed, flate.DefaultCompression)
	if err == nil {
		_, err = deflated.Write(points().shp())
	}
	if err := errors.Join(err, deflated.Close()); err != nil {
		t.Fatal(err)
	}
	archive := zip.NewWriter(&out)
	shapes, err := archive.CreateRaw(&zip.FileHeader{
		Name: "l.shp", Method: zip.Deflate, CompressedSize64: uint64(packed.Len()), UncompressedSize64: bytesLong,
	})
	if err == nil {
		_, err = shapes.Write(packed.Bytes())
	}
	if err != nil {
		t.Fatal(err)
	}
	table, err := archive.Create("l.dbf")
	if err == nil {
		_, err = table.Write(points().dbf())
	}
	if err := errors.Join(err, archive.Close()); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestMontpellierShapefiles: every layer of the city comes in, in Lambert-93 by its .prj, with the texts of Windows. Of the
// street lights 124 are there twice, at one place and of one type.
func TestMontpellierShapefiles(t *testing.T) {
	store := openStore(t)
	for _, check := range []struct {
		name    string
		options inventory.ImportOptions
		want    string
	}{
		{"EclairagePublic/VilleMTP_MTP_EclairagePublic.zip", inventory.ImportOptions{Kind: inventory.KindCandidates, Set: "street-lights"}, "read 29969, added 29845, updated 0, unchanged 0, rejected 124"},
		{"Signalisation/VilleMTP_MTP_Signalisation.zip", inventory.ImportOptions{Kind: inventory.KindCandidates, Set: "junctions"}, "read 373, added 373, updated 0, unchanged 0, rejected 0"},
		{"FilaireVoies/VilleMTP_MTP_FilaireVoies.zip", inventory.ImportOptions{Kind: inventory.KindCandidates, Set: "streets"}, "read 8011, added 8011, updated 0, unchanged 0, rejected 0"},
		{"Batiments/VilleMTP_MTP_Batiments.zip", inventory.ImportOptions{Kind: inventory.KindObstacles}, "read 3356, added 3356, updated 0, unchanged 0, rejected 0"},
		{"EtabliPublic/VilleMTP_MTP_EtabliPublic.zip", inventory.ImportOptions{Kind: inventory.KindAreas, AroundM: 50}, "read 1024, added 1024, updated 0, unchanged 0, rejected 0"},
		{"SousQuartiers/VilleMTP_MTP_SousQuartiers.zip", inventory.ImportOptions{Kind: inventory.KindAreas}, "read 31, added 31, updated 0, unchanged 0, rejected 0"},
		{"CameraSurv/VilleMTP_MTP_CameraSurv.zip", inventory.ImportOptions{Kind: inventory.KindCameras, Holder: "ville"}, "read 141, added 141, updated 0, unchanged 0, rejected 0"},
	} {
		report := importFile(t, store, "montpellier/VilleMTP_MTP_"+check.name, check.options)
		expectCounts(t, report, check.want)
		if report.CRS != "EPSG:2154" || report.Format != inventory.FormatShapefile || !strings.Contains(noteTexts(report), "code page 1252") {
			t.Errorf("%s: %s, %s, %s", check.name, report.Format, report.CRS, noteTexts(report))
		}
	}
	sets, err := inventory.CandidateSets(t.Context(), store)
	want := []inventory.CandidateSet{{Set: "junctions", Points: 373}, {Set: "street-lights", Points: 29845}, {Set: "streets", Lines: 8011}}
	if err != nil || !slices.Equal(sets, want) {
		t.Errorf("%+v, %v", sets, err)
	}
	places := kmlPlaces(t)
	for _, c := range allCameras(t, store) {
		if d := orb.Point(*c.Location); math.Abs(d[0]-places[c.Name][0]) > 1e-7 || math.Abs(d[1]-places[c.Name][1]) > 1e-7 {
			t.Errorf("%s at %v, the city's KML says %v", c.Name, d, places[c.Name])
		}
	}
}

// TestCandidatesComeBack: what is exported is imported again the same, on another store.
func TestCandidatesComeBack(t *testing.T) {
	square := []orb.Point{{2, 48}, {2, 48.1}, {2.1, 48.1}, {2.1, 48}, {2, 48}}
	first := openStore(t)
	for set, l := range map[inventory.ID]layer{
		"lights":  points(),
		"streets": {kind: 3, shapes: [][]byte{shpParts(square), shpParts(square[:2], square[2:4])}, columns: points().columns, rows: points().rows},
		"squares": {kind: 5, shapes: [][]byte{shpParts(square), shpParts(square)}, columns: points().columns, rows: points().rows},
	} {
		if _, err := importText(t, first, l.archive(t, prjWorld), inventory.ImportOptions{Kind: inventory.KindCandidates, Set: set}); err != nil {
			t.Fatal(err)
		}
	}
	for _, options := range []inventory.ExportOptions{
		{Format: inventory.FormatGeoJSON}, {Format: inventory.FormatCSV}, {Format: inventory.FormatGeoJSON, CRS: "EPSG:2154"},
	} {
		options.Kind = inventory.KindCandidates
		var file, again bytes.Buffer
		if err := inventory.Export(t.Context(), first, &file, options); err != nil {
			t.Fatal(err)
		}
		second := openStore(t)
		report, err := importText(t, second, file.String(), inventory.ImportOptions{Kind: inventory.KindCandidates, Source: "all.x"})
		if err != nil || report.Added != 6 {
			t.Fatalf("%s, %v, %+v", counts(report), err, report.Rejected)
		}
		if err := inventory.Export(t.Context(), second, &again, options); err != nil {
			t.Fatal(err)
		}
		if options.CRS == "" && again.String() != file.String() {
			t.Errorf("%s: came back as\n%s\nand was\n%s", options.Format, again.String(), file.String())
		}
	}
}
