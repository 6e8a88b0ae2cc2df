package inventory

import (
	"context"
	"fmt"
	"iter"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"vigie/geo"
)

const (
	// maxNames bounds the property names that a survey remembers; others are kept aside like any unknown one.
	maxNames = 2000
	// keySampleRows is how many rows must show a key to be one.
	keySampleRows = 1000
)

// survey is what a first reading of the whole file learns, so that a fault of the whole file stops the import before
// anything is stored.
type survey struct {
	rows, firstLine int
	exported        int // rows that Vigie wrote
	// located rows have a place; outside counts those that cannot be degrees, and far is the first.
	located, outside int
	far              orb.Point
	farLine          int
	crs              string
	// names are those of the properties, in order of appearance; header those of every column of a CSV.
	names, header []string
	known         map[string]bool
	keys          map[string]*keySample
	ids           keySample
	rank          rankCheck
	sampled       int
	notes         []string
}

// keySample counts the values of a property that could be a key.
type keySample struct{ values map[string]bool }

func (k *keySample) add(value string) {
	if k.values == nil {
		k.values = map[string]bool{}
	}
	k.values[strings.Clone(value)] = true // the text that it is a part of is long
}

// identifies tells whether all rows but a few have a value of their own. A property is not dropped for the few: the
// next edition of a file would then be made of other records for one row that comes twice.
func (k *keySample) identifies(rows, few int) bool {
	return len(k.values) > 0 && rows-len(k.values) <= few
}

// fewStrong is how many rows may lack or repeat a strong key: less than half, or its values tell nothing apart.
func fewStrong(rows int) int { return (rows - 1) / 2 }

// fewWeak is how many rows may lack or repeat a weak one: one, or one in ten. Names that often come back are those of
// streets or of kinds of things.
func fewWeak(rows int) int { return min(max(1, rows/10), fewStrong(rows)) }

// rankCheck tells whether identifiers are but the rank of the row, which the next edition of the file will give to
// another one.
type rankCheck struct {
	last  int
	other bool
}

// add takes the identifiers in order. One that comes back at once is that of a row that is there twice.
func (c *rankCheck) add(id string, rank int) {
	number, err := strconv.Atoi(id)
	follows := rank == 1 || number == c.last || number == c.last+1
	c.last, c.other = number, c.other || err != nil || !follows
}

// surveyFile reads the whole file.
func surveyFile(ctx context.Context, file *sourceFile, options ImportOptions) (*survey, error) {
	s := &survey{known: map[string]bool{}, keys: map[string]*keySample{}}
	err := file.rows(ctx, options, surveyPass, s)
	return s, err
}

// The readings of the file.
const (
	surveyPass = iota
	importPass
)

// rowTaker is given the rows of a file, and what the file says of itself.
type rowTaker interface {
	take(ctx context.Context, r row) error
	about(crs string, header []string, notes ...string)
}

// rowsAtOnce is how many rows are read ahead of those that are being imported.
const rowsAtOnce = 500

// ahead gives the rows of the file, some at a time, while the next ones are read by a goroutine of its own. That has
// ended when the loop does.
func (s *sourceFile) ahead(ctx context.Context, options ImportOptions) iter.Seq2[[]row, error] {
	return func(yield func([]row, error) bool) {
		ctx, stop := context.WithCancel(ctx)
		reading := &rowsAhead{some: make(chan []row, 1)}
		var failed error
		go func() {
			defer close(reading.some)
			if failed = s.rows(ctx, options, importPass, reading); failed == nil {
				failed = reading.send(ctx)
			}
		}()
		defer func() {
			stop()
			for range reading.some { // until it has ended
			}
		}()
		for rows := range reading.some {
			if !yield(rows, nil) {
				return
			}
		}
		if failed != nil {
			yield(nil, failed)
		}
	}
}

// rowsAhead gathers rows and sends them on.
type rowsAhead struct {
	rows []row
	some chan []row
}

func (a *rowsAhead) take(ctx context.Context, r row) error {
	if a.rows = append(a.rows, r); len(a.rows) == rowsAtOnce {
		return a.send(ctx)
	}
	return nil
}

func (a *rowsAhead) send(ctx context.Context) error {
	if len(a.rows) == 0 {
		return nil
	}
	select {
	case a.some <- a.rows:
		a.rows = nil
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (*rowsAhead) about(string, []string, ...string) {}

// notes tell how the columns are read.
func (d *csvDecoder) notes() []string {
	notes := []string{fmt.Sprintf("fields are separated by %q", d.csv.Comma)}
	if d.dbase {
		notes = append(notes, "column names are read without their dBase types")
	}
	if d.columns.pair() {
		notes = append(notes, fmt.Sprintf("columns %q and %q are read as lon (or easting) and lat (or northing)",
			d.names[d.columns.lon], d.names[d.columns.lat]))
	}
	return notes
}

func (s *survey) about(crs string, header []string, notes ...string) {
	if crs != "" {
		s.crs = crs
	}
	s.header, s.notes = header, append(s.notes, notes...)
}

func (s *survey) take(_ context.Context, r row) error {
	if s.rows++; s.rows == 1 {
		s.firstLine = r.line
	}
	if s.crs == "" {
		s.crs = r.crs
	}
	if r.mark() != "" {
		s.exported++
	}
	for _, c := range r.cells {
		if !s.known[c.name] && len(s.names) < maxNames {
			s.known[c.name] = true
			s.names = append(s.names, c.name)
		}
	}
	if at, ok := firstPoint(r.shape); ok && at != (orb.Point{}) {
		s.located++
		if !(math.Abs(at[0]) <= 180 && math.Abs(at[1]) <= 90) {
			if s.outside++; s.outside == 1 {
				s.far, s.farLine = at, r.line
			}
		}
	}
	s.sampleKeys(r)
	return nil
}

func (s *survey) sampleKeys(r row) {
	if s.sampled == keySampleRows || r.fault != "" || r.mark() != "" {
		return
	}
	s.sampled++
	if r.id != "" {
		s.ids.add(r.id)
	}
	s.rank.add(r.id, s.sampled)
	for _, c := range r.cells {
		if unknownWord(strings.TrimSpace(c.text)) || !slices.Contains(keyNames(), plainName(c.name)) {
			continue
		}
		if s.keys[c.name] == nil {
			s.keys[c.name] = &keySample{}
		}
		s.keys[c.name].add(strings.TrimSpace(c.text))
	}
}

// firstPoint is a point of a shape that has one.
func firstPoint(shape orb.Geometry) (at orb.Point, ok bool) {
	if shape == nil {
		return at, false
	}
	withPoints(shape, func(p orb.Point) orb.Point {
		if !ok {
			at, ok = p, true
		}
		return p
	})
	return at, ok
}

// hasOrigin tells whether a position of the shape is exactly 0, 0.
func hasOrigin(shape orb.Geometry) (found bool) {
	withPoints(shape, func(p orb.Point) orb.Point {
		found = found || p == orb.Point{}
		return p
	})
	return found
}

// knownSystems names the systems that can be read, in short.
func knownSystems() string {
	var names, zones []string
	for _, c := range geo.CRSs() {
		if c.Territory == "" && !c.Geographic() && strings.Contains(c.Name, "UTM") {
			zones = append(zones, c.Code)
			continue
		}
		names = append(names, fmt.Sprintf("%s (%s)", c.Code, c.Name))
	}
	return strings.Join(append(names, zones...), ", ")
}

// chooseCRS is the system that the caller forces, or the file names, or lon, lat.
func (s *survey) chooseCRS(forced string) (geo.CRS, error) {
	name := forced
	if name == "" {
		name = s.crs
	}
	if name == "" {
		if 2*s.outside > s.located {
			return geo.CRS{}, &CRSNeededError{At: s.far, Line: s.farLine, Candidates: geo.CRSCandidates(s.far)}
		}
		name = "CRS84"
	}
	c, known := geo.FindCRS(name)
	if !known {
		return c, &InvalidError{Kind: "import", Faults: []Fault{{"crs", fmt.Sprintf(
			"the file names the coordinate system %.80q, which Vigie does not know; it knows %s: name one with --crs", name, knownSystems())}}}
	}
	if said, _ := geo.FindCRS(s.crs); s.crs != "" && said.Code != c.Code {
		s.notes = append(s.notes, fmt.Sprintf("the file names the coordinate system %.80q; %s is forced", s.crs, c.Code))
	}
	return c, nil
}
