package inventory

import "github.com/paulmach/orb"

// row is one line or feature of a file, as the file says it.
type row struct {
	// line is the line of a text, or the rank of a feature in a collection, from 1.
	line int
	// id is the identifier that a GeoJSON feature has beside its properties.
	id    string
	cells []cell
	// shape is in the coordinate system of the file; when nil, shapeless says why.
	shape     orb.Geometry
	shapeless string
	// crs is the coordinate system that the row itself names.
	crs string
	// notes are what reading the row supposed.
	notes []string
	// fault is why the row cannot be read at all, in field when it is known.
	fault, field string
}

// cell is one property: a name and a text that is not empty. The unknown has no cell.
type cell struct{ name, text string }

// exportMark is the property by which rows that Vigie wrote are known: "camera/1".
const exportMark = "vigie"

// mark is the value of the export mark, empty on a row of anybody's.
func (r row) mark() string {
	if len(r.cells) > 0 && r.cells[0].name == exportMark {
		return r.cells[0].text
	}
	return ""
}
