package inventory

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"
)

// csvColumns says which columns of a CSV hold the place of a row; −1 for none.
type csvColumns struct {
	lon, lat   int // or easting, northing
	wkt, point int // well-known text; "lat,lon" in one cell, or a GeoJSON geometry
	crs        int
}

// The fields that a mapping may name beside those of a record: where the place is, and what to leave out.
const (
	mapLon   = "lon" // or easting
	mapLat   = "lat" // or northing
	mapWKT   = "wkt"
	mapPoint = "point" // "lat,lon" in one column
	mapCRS   = "crs"   // the coordinate system of the row
	mapDrop  = "-"
)

// csvDecoder reads a text in columns, one line at a time.
type csvDecoder struct {
	csv     *csv.Reader
	names   []string
	columns csvColumns
	rows    int
	before  int // lines passed over before the first that is read
	dbase   bool
	ahead   *csvLine // read already, to know whether the file goes on
}

type csvLine struct {
	fields []string
	line   int
	err    error
}

// decodeCSV gives every row to yield, in order, and stops at its first error. The delimiter and the meaning of the
// columns are learned from the first lines.
func decodeCSV(source io.Reader, mapping map[string]string, yield func(row) error) (d *csvDecoder, err error) {
	d, err = openCSV(source, mapping)
	for err == nil {
		var r row
		r, err = d.next()
		if err == nil {
			err = yield(r)
		}
	}
	if errors.Is(err, errEndOfCSV) {
		err = nil
	}
	return d, err
}

// errEndOfCSV ends the loop; io.EOF would be mistaken for one that a caller's function met.
var errEndOfCSV = errors.New("end of the file")

const csvSampleBytes = 64 << 10

func openCSV(source io.Reader, mapping map[string]string) (*csvDecoder, error) {
	head, err := openHead(source)
	if err != nil {
		return nil, err
	}
	d := &csvDecoder{csv: csv.NewReader(head.text)}
	if d.csv.Comma = head.comma; head.comma != 0 {
		d.before = 1
	} else {
		d.csv.Comma = delimiter(head.sample, head.whole)
	}
	d.csv.FieldsPerRecord = -1
	header := d.readLine()
	switch {
	case errors.Is(header.err, io.EOF):
		return d, &FileError{Line: 1, Err: errors.New("the file is empty")}
	case header.err != nil:
		return d, d.unreadable(header.err)
	}
	if numbers := countNumbers(header.fields); numbers > 0 && 2*numbers >= len(header.fields) {
		return d, &FileError{Line: header.line, Err: errors.New("the first line holds numbers: a line of column names is needed")}
	}
	d.names, d.dbase = columnNames(header.fields)
	d.columns = placeColumns(d.names, mapping)
	return d, nil
}

// delimiter is the one that cuts most lines of the sample in as many fields as the first.
func delimiter(sample []byte, whole bool) rune {
	best, bestLines := ',', 0
	for _, candidate := range []rune{',', ';', '\t', '|'} {
		reader := csv.NewReader(bytes.NewReader(sample))
		reader.Comma, reader.FieldsPerRecord, reader.LazyQuotes = candidate, -1, true
		fields, lines := 0, 0
		for {
			record, err := reader.Read()
			if err != nil || !whole && reader.InputOffset() == int64(len(sample)) {
				break
			}
			if fields == 0 {
				fields = len(record)
			}
			if len(record) == fields {
				lines++
			}
		}
		if fields > 1 && lines > bestLines {
			best, bestLines = candidate, lines
		}
	}
	return best
}

// dbaseHeader is a column as some GIS write it: name, type, width, decimals.
var dbaseHeader = regexp.MustCompile(`^(.+),(?:[CNF],\d+(?:,\d+)?|[DLM](?:,\d+)?)$`)

// columnNames cleans the names: no empty one, no two alike.
func columnNames(header []string) (names []string, dbase bool) {
	seen := map[string]bool{}
	for i, name := range header {
		name = strings.TrimSpace(name)
		if parts := dbaseHeader.FindStringSubmatch(name); parts != nil {
			name, dbase = parts[1], true
		}
		if name == "" || seen[name] {
			name = strings.TrimSpace(fmt.Sprintf("%s column %d", name, i+1))
		}
		seen[name] = true
		names = append(names, name)
	}
	return names, dbase
}

// placeColumns finds the columns of the place: those that the mapping names, then the usual names.
func placeColumns(names []string, mapping map[string]string) csvColumns {
	find := func(field string, usual ...string) int {
		at := slices.IndexFunc(names, func(name string) bool { return mapping[name] == field })
		for i := 0; at < 0 && i < len(usual); i++ {
			at = slices.IndexFunc(names, func(name string) bool {
				_, mapped := mapping[name]
				return !mapped && plainName(name) == usual[i]
			})
		}
		return at
	}
	return csvColumns{
		lon: find(mapLon, "lon", "lng", "long", "longitude", "easting", "est", "x", "coordx", "xcoord", "pointx", "geox",
			"xl93", "xlambert93", "lambert93x", "coordonneex"),
		lat: find(mapLat, "lat", "latitude", "northing", "nord", "y", "coordy", "ycoord", "pointy", "geoy",
			"yl93", "ylambert93", "lambert93y", "coordonneey"),
		wkt:   find(mapWKT, "wkt", "geomwkt", "wktgeom", "thegeom"),
		point: find(mapPoint, "geopoint2d", "geopoint", "geoshape", "latlon", "latlng", "coordonneesgps"),
		crs:   find(mapCRS, "crs", "srid", "epsg"),
	}
}

func countNumbers(texts []string) (count int) {
	for _, text := range texts {
		if _, _, err := parseNumber(text); err == nil {
			count++
		}
	}
	return count
}

// next reads one row, or errEndOfCSV.
func (d *csvDecoder) next() (row, error) {
	at := d.readLine()
	if errors.Is(at.err, io.EOF) {
		return row{}, errEndOfCSV
	}
	d.rows++
	if at.err != nil {
		return d.faultyRow(at.err)
	}
	r := row{line: at.line}
	if len(at.fields) != len(d.names) {
		r.fault = fmt.Sprintf("%d fields where the header has %d", len(at.fields), len(d.names))
		return r, nil
	}
	for i, text := range at.fields {
		if !d.columns.holds(i) && text != "" {
			r.cells = append(r.cells, cell{d.names[i], text})
		}
	}
	d.place(&r, at.fields)
	return r, nil
}

func (d *csvDecoder) readLine() csvLine {
	if at := d.ahead; at != nil {
		d.ahead = nil
		return *at
	}
	fields, err := d.csv.Read()
	at := csvLine{fields: fields, err: err}
	if err == nil {
		at.line, _ = d.csv.FieldPos(0)
		at.line += d.before
	}
	if parse := (*csv.ParseError)(nil); errors.As(err, &parse) {
		parse.StartLine, parse.Line = parse.StartLine+d.before, parse.Line+d.before
	}
	return at
}

// faultyRow is a row whose quotes are wrong. A quote that nothing closes swallows the rest of the file: that is a file
// cut short.
func (d *csvDecoder) faultyRow(err error) (row, error) {
	parse := (*csv.ParseError)(nil)
	if !errors.As(err, &parse) {
		return row{}, d.unreadable(err)
	}
	next := d.readLine()
	if errors.Is(next.err, io.EOF) && errors.Is(err, csv.ErrQuote) {
		return row{}, d.unreadable(fmt.Errorf("the file is cut short inside quotes: %w", err))
	}
	d.ahead = &next
	return row{line: parse.StartLine, fault: parse.Err.Error()}, nil
}

func (d *csvDecoder) unreadable(err error) error {
	line := 1 + d.before
	if parse := (*csv.ParseError)(nil); errors.As(err, &parse) {
		line = parse.StartLine
	}
	return &FileError{Line: line, Byte: d.csv.InputOffset(), Rows: d.rows, Err: err}
}

// holds tells whether a column is part of the place.
func (c csvColumns) holds(i int) bool {
	return i == c.crs || c.pair() && (i == c.lon || i == c.lat) || i == c.wkt || i == c.point
}

// pair tells whether there are two columns of coordinates.
func (c csvColumns) pair() bool { return c.lon >= 0 && c.lat >= 0 && c.lon != c.lat }

// place reads the shape of a row from the first of its columns that has one.
func (d *csvDecoder) place(r *row, fields []string) {
	at := func(i int) string {
		if i < 0 {
			return ""
		}
		return strings.TrimSpace(fields[i])
	}
	r.crs = at(d.columns.crs)
	switch {
	case at(d.columns.wkt) != "":
		d.wellKnownText(r, at(d.columns.wkt))
	case d.columns.pair() && (at(d.columns.lon) != "" || at(d.columns.lat) != ""):
		d.coordinates(r, at(d.columns.lon), at(d.columns.lat))
	case at(d.columns.point) != "":
		d.onePoint(r, at(d.columns.point))
	case d.columns.wkt < 0 && !d.columns.pair() && d.columns.point < 0:
		r.shapeless = "no coordinates: the file has no column of coordinates"
	default:
		r.shapeless = "no coordinates: the cells are empty"
	}
}

func (d *csvDecoder) wellKnownText(r *row, text string) {
	shape, err := wkt.Unmarshal(text)
	if err != nil {
		r.shapeless = fmt.Sprintf("%q is not well-known text that can be read: %v", d.names[d.columns.wkt], err)
		return
	}
	r.shape = shape
}

func (d *csvDecoder) coordinates(r *row, lon, lat string) {
	var p orb.Point
	for i, text := range []string{lon, lat} {
		value, comma, err := parseNumber(text)
		if err != nil {
			r.field, r.fault = d.names[[]int{d.columns.lon, d.columns.lat}[i]], err.Error()
			return
		}
		if comma {
			r.notes = append(r.notes, commaNote)
		}
		p[i] = value
	}
	r.shape = p
}

// onePoint reads "lat,lon" as open-data portals write it, or a GeoJSON geometry.
func (d *csvDecoder) onePoint(r *row, text string) {
	name := d.names[d.columns.point]
	if strings.HasPrefix(text, "{") {
		if !json.Valid([]byte(text)) {
			r.field, r.fault = name, "is not GeoJSON"
			return
		}
		placed := feature{kind: []byte(`"Feature"`), geometry: []byte(text)}.row(r.line, nil)
		r.shape, r.shapeless, r.notes = placed.shape, placed.shapeless, append(r.notes, placed.notes...)
		return
	}
	lat, lon, two := strings.Cut(text, ",")
	if !two {
		lat, lon, two = strings.Cut(text, " ")
	}
	y, _, errY := parseNumber(lat)
	x, _, errX := parseNumber(lon)
	if err := errors.Join(errY, errX); err != nil || !two {
		r.field, r.fault = name, fmt.Sprintf("%.60q is not \"lat,lon\"", text)
		return
	}
	r.shape = orb.Point{x, y}
	r.notes = append(r.notes, fmt.Sprintf("%q is read as lat, lon", name))
}
