package inventory

import (
	"reflect"
	"slices"

	"vigie/geo"
)

// plan is how the rows of a file are understood.
type plan struct {
	crs     geo.CRS
	said    string // the name that the file gives to crs
	key     key
	targets map[string]target
	dropped map[string]bool
}

// makePlan decides how to read the rows.
func makePlan(found *survey, aliases []alias, record reflect.Type, options ImportOptions) (p plan, err error) {
	if p.crs, err = found.chooseCRS(options.CRS); err != nil {
		return p, err
	}
	p.said = found.crs
	if found.exported == found.rows {
		return p, nil
	}
	if options.Kind == KindCameras && options.Holder == "" && !slices.Contains(sortedValues(options.Mapping), "holder") {
		return p, &InvalidError{Kind: "import", Faults: []Fault{{"holder", "is missing: who holds the cameras?"}}}
	}
	if p.key, err = found.chooseKey(options); err != nil {
		return p, err
	}
	p.dropped = map[string]bool{}
	fields := map[string]string{}
	for name, field := range options.Mapping {
		switch {
		case field == mapDrop:
			p.dropped[name] = true
		case field == "id":
			return p, &InvalidError{Kind: "import", Faults: []Fault{{"mapping", "an identifier is named as the key, not mapped"}}}
		case options.Format != FormatCSV || !slices.Contains([]string{mapLon, mapLat, mapWKT, mapPoint, mapCRS}, field):
			fields[name] = field
		}
	}
	p.targets, err = targets(record, found.allNames(), fields, aliases)
	return p, err
}

func sortedValues(m map[string]string) []string {
	values := make([]string, 0, len(m))
	for _, value := range m {
		values = append(values, value)
	}
	slices.Sort(values)
	return values
}

// noteBook counts the rows that each note is about.
type noteBook struct {
	list []ImportNote
	at   map[string]int
}

// maxNotes bounds the notes; they are about names and kinds of values, of which a file has few.
const maxNotes = 500

func (b *noteBook) add(text string, line int) {
	if at, known := b.at[text]; known {
		b.list[at].Rows++
		return
	}
	if len(b.list) == maxNotes {
		return
	}
	if b.at == nil {
		b.at = map[string]int{}
	}
	b.at[text] = len(b.list)
	b.list = append(b.list, ImportNote{Text: text, Rows: 1, First: line})
}
