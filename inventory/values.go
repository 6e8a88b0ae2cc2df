package inventory

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/paulmach/orb"

	"vigie/geo"
	"vigie/inventory/recordjson"
)

// Instant is a moment, kept in UTC to the millisecond: what every store can hold.
type Instant struct{ time.Time }

// InstantOf rounds a time down to what stores hold.
func InstantOf(t time.Time) Instant { return Instant{t.UTC().Truncate(time.Millisecond)} }

const instantLayout = "2006-01-02T15:04:05.000Z"

// String writes the instant so that the order of the texts is the order of the instants.
func (i Instant) String() string { return i.Time.UTC().Format(instantLayout) }

// MarshalJSON writes RFC 3339 in UTC with milliseconds.
func (i Instant) MarshalJSON() ([]byte, error) { return i.AppendJSON(nil) }

// AppendJSON appends what MarshalJSON gives.
func (i Instant) AppendJSON(text []byte) ([]byte, error) {
	return append(i.Time.UTC().AppendFormat(append(text, '"'), instantLayout), '"'), nil
}

// UnmarshalJSON reads RFC 3339 in any time zone.
func (i *Instant) UnmarshalJSON(text []byte) error {
	var t time.Time
	if err := t.UnmarshalJSON(text); err != nil {
		return fmt.Errorf("instant: %w", err)
	}
	*i = InstantOf(t)
	return nil
}

// Date is a calendar day, "2026-11-21". Empty means unknown.
type Date string

// DateOf is the day of a moment, where the clock stands.
func DateOf(t time.Time) Date { return Date(t.Format(time.DateOnly)) }

// Valid tells whether the date is a day of the calendar.
func (d Date) Valid() bool {
	_, err := time.Parse(time.DateOnly, string(d))
	return err == nil
}

// Point is a place, lon, lat in degrees (WGS 84). Its JSON is a GeoJSON Point.
type Point orb.Point

// MarshalJSON writes a GeoJSON Point.
func (p Point) MarshalJSON() ([]byte, error) { return p.AppendJSON(make([]byte, 0, 80)) }

// AppendJSON appends what MarshalJSON gives.
func (p Point) AppendJSON(text []byte) ([]byte, error) {
	text, err := recordjson.AppendPoint(text, orb.Point(p))
	if err != nil {
		return nil, fmt.Errorf("point: %w", err)
	}
	return text, nil
}

// pointHead is how the JSON of a point begins.
const pointHead = `{"type":"Point","coordinates":`

// UnmarshalJSON reads a GeoJSON Point.
func (p *Point) UnmarshalJSON(text []byte) error {
	if coordinates, plain := bytes.CutPrefix(text, []byte(pointHead)); plain && p.readPair(coordinates) {
		return nil // as MarshalJSON writes it, which is how most are read
	}
	shape, err := unmarshalGeometry(text)
	if err != nil {
		return fmt.Errorf("point: %w", err)
	}
	point, ok := shape.(orb.Point)
	if !ok {
		return fmt.Errorf("point: a GeoJSON Point is needed, not a %s", shape.GeoJSONType())
	}
	*p = Point(point)
	return nil
}

// readPair reads "[lon,lat]}", with nothing between.
func (p *Point) readPair(text []byte) bool {
	inside, open := bytes.CutPrefix(text, []byte("["))
	inside, closed := bytes.CutSuffix(inside, []byte("]}"))
	lon, lat, pair := bytes.Cut(inside, []byte(","))
	if !open || !closed || !pair || !numeric(lon) || !numeric(lat) {
		return false
	}
	x, errX := strconv.ParseFloat(string(lon), 64)
	y, errY := strconv.ParseFloat(string(lat), 64)
	if errX != nil || errY != nil {
		return false
	}
	*p = Point{x, y}
	return true
}

// numeric tells a text of the characters of numbers in JSON.
func numeric(text []byte) bool {
	for _, b := range text {
		if (b < '0' || b > '9') && b != '-' && b != '.' && b != 'e' && b != '+' && b != 'E' {
			return false
		}
	}
	return len(text) > 0
}

// Surface is one or more polygons, lon, lat in degrees (WGS 84). Its JSON is a GeoJSON Polygon or MultiPolygon.
type Surface orb.MultiPolygon

// MarshalJSON writes a GeoJSON Polygon when there is one polygon, a MultiPolygon otherwise.
func (s Surface) MarshalJSON() ([]byte, error) { return s.AppendJSON(nil) }

// AppendJSON appends what MarshalJSON gives.
func (s Surface) AppendJSON(text []byte) (_ []byte, err error) {
	switch {
	case s == nil:
		return append(text, "null"...), nil
	case len(s) == 1:
		text, err = recordjson.AppendGeometry(text, s[0])
	default:
		text, err = recordjson.AppendGeometry(text, orb.MultiPolygon(s))
	}
	if err != nil {
		return nil, fmt.Errorf("surface: %w", err)
	}
	return text, nil
}

// UnmarshalJSON reads a GeoJSON Polygon or MultiPolygon.
func (s *Surface) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		*s = nil
		return nil
	}
	geometry, err := unmarshalGeometry(text)
	if err != nil {
		return fmt.Errorf("surface: %w", err)
	}
	switch shape := geometry.(type) {
	case orb.Polygon:
		*s = Surface{shape}
	case orb.MultiPolygon:
		*s = Surface(shape)
	default:
		return fmt.Errorf("surface: a GeoJSON Polygon or MultiPolygon is needed, not a %s", shape.GeoJSONType())
	}
	return nil
}

// unmarshalGeometry reads the GeoJSON geometry of a record, and refuses what the record would not keep: a member that
// is no part of a geometry (RFC 7946 §3.1; its "bbox" says nothing more), a third number in a position. A position
// without two numbers is a fault, where a generic reader would take zero for what is missing.
func unmarshalGeometry(text []byte) (orb.Geometry, error) {
	var geometry feature
	var foreign []string
	object := (&jsonText{text: text}).members(func(name string, value []byte) {
		switch name {
		case "type", "coordinates":
			geometry.member(name, value)
		case "bbox":
		default:
			foreign = append(foreign, name)
		}
	})
	switch {
	case !object:
		return nil, errors.New("a GeoJSON geometry is needed")
	case len(foreign) > 0:
		return nil, fmt.Errorf("%.60q is not a member of a GeoJSON geometry", foreign[0])
	}
	shape, tall, err := geometryOf(textOf(geometry.kind), geometry.coordinates)
	if err == nil && tall {
		return nil, errors.New("a position is lon, lat: a third number (altitude) is not kept, leave it out")
	}
	return shape, err
}

// faults gathers what is wrong with a record.
type faults []Fault

func (f *faults) add(field, reason string, args ...any) {
	*f = append(*f, Fault{Field: field, Reason: fmt.Sprintf(reason, args...)})
}

// err is nil, or the faults as an *InvalidError.
func (f faults) err(kind string, key ID) error {
	if len(f) == 0 {
		return nil
	}
	return &InvalidError{Kind: kind, Key: key, Faults: f}
}

// wellFormed tells 1 to [MaxIDLength] of the characters that an identifier may have.
func (id ID) wellFormed() bool {
	for i := range len(id) {
		switch b := id[i]; {
		case b >= 'a' && b <= 'z', b >= 'A' && b <= 'Z', b >= '0' && b <= '9', b == '.', b == '_', b == ':', b == '-':
		default:
			return false
		}
	}
	return len(id) >= 1 && len(id) <= MaxIDLength
}

func (f *faults) id(field string, id ID) {
	if !id.wellFormed() {
		f.add(field, "needs 1 to 128 letters, digits, '-', '_', '.' or ':'")
	}
}

func (f *faults) reference(field string, id ID) {
	if id != "" {
		f.id(field, id)
	}
}

var sirenPattern = regexp.MustCompile(`^\d{9}$`)

// isCommune tells an INSEE code of a commune: five digits, or 2A or 2B and three digits.
func isCommune(code string) bool {
	if len(code) == 5 && (code[:2] == "2A" || code[:2] == "2B") {
		code = code[2:]
	} else if len(code) != 5 {
		return false
	}
	return onlyDigits(code)
}

// isDepartment tells an INSEE code of a département: two digits, 2A, 2B, or 97 or 98 and a digit.
func isDepartment(code string) bool {
	switch {
	case code == "2A" || code == "2B":
		return true
	case len(code) == 3 && code[:2] != "97" && code[:2] != "98":
		return false
	}
	return (len(code) == 2 || len(code) == 3) && onlyDigits(code)
}

func onlyDigits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return true
}

// places checks the two INSEE codes of a record (Code officiel géographique), empty when unknown.
func (f *faults) places(commune, department string) {
	if commune != "" && !isCommune(commune) {
		f.add("commune", "is not an INSEE code (five digits, or 2A/2B and three digits)")
	}
	if department != "" && !isDepartment(department) {
		f.add("department", "is not an INSEE département code")
	}
}

// departmentOf is the département of an INSEE commune code: its first two characters, three overseas.
func departmentOf(commune string) string {
	switch {
	case len(commune) != 5:
		return ""
	case commune[:2] == "97" || commune[:2] == "98":
		return commune[:3]
	}
	return commune[:2]
}

// within checks a number that may be unknown.
func (f *faults) within(field string, value *float64, low, high float64, unit string) {
	if value == nil {
		return
	}
	if !(*value >= low && *value <= high) {
		f.add(field, "%v is not between %v and %v %s", *value, low, high, unit)
	}
}

func (f *faults) pixels(field string, value *int) {
	if value != nil && (*value < 1 || *value > 100_000) {
		f.add(field, "%d is not between 1 and 100000 px", *value)
	}
}

func (f *faults) date(field string, value Date) {
	if value != "" && !value.Valid() {
		f.add(field, "%q is not a day written YYYY-MM-DD", string(value))
	}
}

// oneOf checks a word of a closed list; empty means unknown.
func oneOf[W ~string](f *faults, field string, value W, words ...W) {
	if value == "" {
		return
	}
	for _, w := range words {
		if value == w {
			return
		}
	}
	f.add(field, "%q is not one of %q", value, slices.Clone(words)) // a copy, so that the words need not be on the heap
}

// eachOf checks the words of a list against a closed one.
func eachOf[W ~string](f *faults, field string, values, words []W) {
	for i, value := range values {
		if !slices.Contains(words, value) {
			f.add(fmt.Sprintf("%s[%d]", field, i), "%q is not one of %q", value, slices.Clone(words))
		}
	}
}

func (f *faults) point(field string, p *Point) {
	if p == nil {
		return
	}
	if err := geo.ValidatePoint(orb.Point(*p)); err != nil {
		f.add(field, "%v", err)
	}
}

// MostPositions is how many positions the geometry of a record or of a request may have.
const MostPositions = 200_000

func (f *faults) geometry(field string, shape orb.Geometry) {
	if n := positions(shape); n > MostPositions {
		f.add(field, "has %d positions, more than %d: simplify it", n, MostPositions)
		return
	}
	if err := geo.Validate(shape); err != nil {
		f.add(field, "%v", err)
	}
}

func finite(p orb.Point) bool {
	return !math.IsNaN(p[0]) && !math.IsInf(p[0], 0) && !math.IsNaN(p[1]) && !math.IsInf(p[1], 0)
}

// positions counts the positions of a shape.
func positions(shape orb.Geometry) int {
	switch s := shape.(type) {
	case orb.MultiPoint:
		return len(s)
	case orb.LineString:
		return len(s)
	case orb.Ring:
		return len(s)
	case orb.MultiLineString:
		return sumOf(s, func(line orb.LineString) int { return len(line) })
	case orb.Polygon:
		return sumOf(s, func(ring orb.Ring) int { return len(ring) })
	case orb.MultiPolygon:
		return sumOf(s, func(polygon orb.Polygon) int { return positions(polygon) })
	}
	return 1
}

func sumOf[P any](parts []P, count func(P) int) (sum int) {
	for _, part := range parts {
		sum += count(part)
	}
	return sum
}
