package inventory

import (
	"context"
	"io"
)

// Kind names what a file is imported as.
type Kind string

// The kinds that files bring.
const (
	KindCameras   Kind = "cameras"
	KindAreas     Kind = "areas"
	KindObstacles Kind = "obstacles"
)

// Format is a file format.
type Format string

// The formats read and written.
const (
	FormatGeoJSON Format = "geojson" // feature collection, newline-delimited or bare features
	FormatCSV     Format = "csv"
)

// ImportOptions says how to read a file. The zero value of a field means: detect it, or leave it unknown.
type ImportOptions struct {
	Kind   Kind
	Format Format
	// Source names the file in reports and provenance.
	Source  string
	Licence string
	// CRS forces the coordinate system, as "EPSG:2154".
	CRS string
	// Holder is who holds the imported cameras (needed for cameras), or declared the areas.
	Holder     ID
	Deployment ID
	// Key is the property that identifies a record for its holder, as "Nom"; without it, the feature's id or a usual
	// name is used, and the report says which.
	Key string
	// Category is given to areas; when empty, priority_place.
	Category AreaCategory
	// Status is given to cameras whose row has none.
	Status Status
	// Mapping gives the field of Vigie (its JSON path, as "mounting.heightM") for a property of the source.
	Mapping map[string]string
	// DryRun reads, checks and reports, and stores nothing.
	DryRun bool
	// Progress, when not nil, is called with the number of bytes read so far.
	Progress func(bytes int64)
}

// RowFault is a row that was not imported.
type RowFault struct {
	// Line is the line (CSV, newline-delimited) or the rank of the feature, from 1.
	Line   int    `json:"line"`
	Key    string `json:"key,omitempty"`
	Field  string `json:"field,omitempty"`
	Reason string `json:"reason"`
}

// ImportNote is something assumed for a number of rows.
type ImportNote struct {
	Text  string `json:"text"`
	Rows  int    `json:"rows"`
	First int    `json:"firstLine"`
}

// ImportReport tells what an import did, or with DryRun would do.
type ImportReport struct {
	Import    ID           `json:"import"`
	Source    string       `json:"source,omitempty"`
	Kind      Kind         `json:"kind"`
	Format    Format       `json:"format"`
	CRS       string       `json:"crs"`
	Key       string       `json:"key,omitempty"`
	DryRun    bool         `json:"dryRun"`
	Read      int          `json:"read"`
	Added     int          `json:"added"`
	Updated   int          `json:"updated"`
	Unchanged int          `json:"unchanged"`
	Rejected  []RowFault   `json:"rejected"`
	Assumed   []ImportNote `json:"assumed"`
}

// Import reads records from a file into the store. It streams: memory does not grow with the file. Rows with faults
// are reported and left out; a fault of the whole file (no such CRS, coordinates that cannot be degrees, unreadable)
// is the error, and nothing is stored. The same file twice changes nothing.
func Import(ctx context.Context, store Store, source io.Reader, options ImportOptions) (ImportReport, error) {
	panic("to be written")
}

// ExportOptions says what to write.
type ExportOptions struct {
	Kind   Kind
	Format Format
	// CRS is the coordinate system to write, as "EPSG:2154"; WGS 84 lon, lat when empty.
	CRS   string
	Query Query
}

// Export writes the records that the query matches, in the order of their keys, so that Import reads them back the
// same.
func Export(ctx context.Context, store Store, out io.Writer, options ExportOptions) error {
	panic("to be written")
}
