package inventory

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"vigie/geo"
)

// Kind names what a file is imported as.
type Kind string

// The kinds that files bring.
const (
	KindCameras   Kind = "cameras"
	KindAreas     Kind = "areas"
	KindObstacles Kind = "obstacles"
	// KindCandidates are where cameras could be put.
	KindCandidates Kind = "candidates"
	// KindEquipment are models of makers' catalogues.
	KindEquipment Kind = "equipment"
)

// Format is a file format.
type Format string

// The formats read; the first two are written as well.
const (
	FormatGeoJSON Format = "geojson" // feature collection, newline-delimited or bare features
	FormatCSV     Format = "csv"
	// FormatShapefile is a zip archive with the parts of a shapefile.
	FormatShapefile Format = "shapefile"
	// FormatKML is KML 2.2, or a KMZ archive around it.
	FormatKML Format = "kml"
	// FormatOSM is what Overpass answers, as JSON.
	FormatOSM Format = "osm"
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
	// name is used, and the report says which. A row that lacks the key, or repeats one, is left out.
	Key string
	// Layer names the one to read in an archive that has several shapefiles.
	Layer string
	// Set names the candidates together, as "street-lights"; when empty, the source without its extension.
	Set ID
	// AroundM makes areas of points and lines: the ground within so many metres of them.
	AroundM float64
	// WidthM makes areas of lines, as streets: the ground that is so wide, metres. A row that gives its width, or its number
	// of lanes, has that one.
	WidthM float64
	// Category is given to areas; when empty, priority_place.
	Category AreaCategory
	// Requirement is given to areas, in the place of their own.
	Requirement *Requirement
	// Only keeps the rows that have one of the values under each of the properties; the others are not read.
	Only map[string][]string
	// Status is given to cameras whose row has none.
	Status Status
	// OnMissing says what becomes of the cameras that the file does not have; they are kept when it is empty.
	OnMissing OnMissing
	// MissingFrom narrows the cameras that the file is expected to have to those that came from this source.
	MissingFrom string
	// Mapping gives the field of Vigie (its JSON path, as "mounting.heightM") for a property of the source. For the
	// columns of a CSV, "lon" and "lat" are also easting and northing; "wkt" holds well-known text, "point" holds
	// "lat,lon", "crs" names the coordinate system; for any format, "-" leaves a property out.
	Mapping map[string]string
	// DryRun reads, checks and reports, and stores nothing.
	DryRun bool
	// Trail, when not nil, keeps what becomes of each row, so that it can be told and undone (see [UndoImport]).
	Trail *Trail
	// Progress, when not nil, is called with the number of bytes done so far: the file is read twice, and each time
	// counts for half.
	Progress func(bytes int64)
	// Rows, when not nil, is called with the number of rows that were imported so far, or refused.
	Rows func(rows int)
	// Now tells the time; time.Now when nil.
	Now func() time.Time
	// NewID makes the identifier of the import; [NewID] when nil.
	NewID func() ID
}

// RowFault is a row that was not imported.
type RowFault struct {
	// Line is the line (CSV, newline-delimited) or the rank of the feature, from 1.
	Line int `json:"line"`
	// Key is what identifies the row for its holder, or for Vigie when it wrote it; empty when it was not read.
	Key string `json:"key,omitempty"`
	// Field is the field of Vigie, or the property of the source, that is wrong; empty when it is the whole row.
	Field string `json:"field,omitempty"`
	// Reason says what is wrong.
	Reason string `json:"reason"`
}

// ImportNote is something assumed for a number of rows.
type ImportNote struct {
	Text string `json:"text"`
	// Rows counts the rows of which it was assumed; First is the line or the rank of the first, from 1. Both are 0 of a
	// file that has no row.
	Rows  int `json:"rows"`
	First int `json:"firstLine"`
}

// ImportReport tells what an import did, or with DryRun would do. Read is the sum of Added, Updated, Unchanged and
// RejectedRows, unless the import stopped at an error: then Added, Updated and Retired are what was stored.
type ImportReport struct {
	// Import identifies the import; the provenance of the records that it brought has it.
	Import ID `json:"import"`
	// Source is the name of the file, as the options gave it.
	Source string `json:"source,omitempty"`
	// Kind is what the rows were read as.
	Kind Kind `json:"kind"`
	// Format is the one that was read, given or detected.
	Format Format `json:"format"`
	// CRS is the coordinate system that was read, as "EPSG:2154".
	CRS string `json:"crs"`
	// Key names the property that identifies the rows; empty when that is their whole content, or Vigie wrote them all.
	Key string `json:"key,omitempty"`
	// DryRun tells that nothing was stored.
	DryRun bool `json:"dryRun"`
	// Read counts the rows of the file, good or not.
	Read int `json:"read"`
	// Added, Updated and Unchanged count the records that the store did not have, had otherwise, and had already.
	Added     int `json:"added"`
	Updated   int `json:"updated"`
	Unchanged int `json:"unchanged"`
	// Changed counts the updated records by what changed of them.
	Changed RowChangeCounts `json:"changed"`
	// Retired counts the cameras that were retired because the file does not have them (see [ImportOptions.OnMissing]).
	Retired int `json:"retired"`
	// RejectedRows counts the rows left out; Rejected has their faults, one or more a row, ten thousand at most.
	RejectedRows int        `json:"rejectedRows"`
	Rejected     []RowFault `json:"rejected"`
	// Assumed are the notes of what was supposed; it is not nil.
	Assumed []ImportNote `json:"assumed"`
}

// FileError is a fault of a whole file, of which nothing was stored.
type FileError struct {
	// Line, from 1, and Byte say where reading stopped, after Rows rows; both are 0 of an archive.
	Line int
	Byte int64
	Rows int
	Err  error
}

// Error says where and what.
func (e *FileError) Error() string {
	switch {
	case e.Line == 0 && e.Rows == 0:
		return e.Err.Error()
	case e.Line == 0:
		return fmt.Sprintf("after %d rows: %v", e.Rows, e.Err)
	}
	return fmt.Sprintf("line %d, byte %d, after %d rows: %v", e.Line, e.Byte, e.Rows, e.Err)
}

// Unwrap gives the cause.
func (e *FileError) Unwrap() error { return e.Err }

// CRSNeededError refuses a file whose coordinates cannot be degrees and that names no coordinate system.
type CRSNeededError struct {
	// At is one position of the file, as it stands on line (or rank) Line.
	At   orb.Point
	Line int
	// Candidates are the systems in which it would fall in France.
	Candidates []geo.CRS
}

// Error names the position, the candidates and how to choose one.
func (e *CRSNeededError) Error() string {
	names := make([]string, len(e.Candidates))
	for i, c := range e.Candidates {
		names[i] = fmt.Sprintf("%s (%s)", c.Code, strings.TrimSuffix(c.Name+", "+c.Territory, ", "))
	}
	text := fmt.Sprintf("coordinates such as %.10g, %.10g (row %d) are not degrees and the file names no coordinate system",
		e.At[0], e.At[1], e.Line)
	if len(names) == 0 {
		return text + "; they fall in France in none that Vigie knows: name one with --crs"
	}
	return text + "; name one with --crs; they would fall in France in: " + strings.Join(names, "; ")
}

// Import reads records from a file into the store. Rows with faults are reported and left out; a fault of the whole
// file (no such CRS, coordinates that cannot be degrees, unreadable, cut short) is the error, a *FileError,
// *CRSNeededError or *InvalidError, and nothing is stored.
//
// The file is read twice, first to find such a fault; one that cannot be sought is kept in a temporary file. It
// streams: two batches of a few thousand records are held, one being made and one being stored; beyond that, memory grows by
// a few words a row only, to see keys that come back. The same file twice changes nothing: a row changes the fields it
// gives and no other, except a row exported by Vigie, which is the whole record. When the context is cancelled or the
// store fails, the report says what was stored until then.
//
// To a row exported by Vigie, Key, Status, Deployment and Category do not apply, which is noted; one of another holder
// than Holder is left out. It keeps its provenance, but for one that changes a record of the store: that takes the
// identifier and the time of this import.
func Import(ctx context.Context, store Store, source io.Reader, options ImportOptions) (ImportReport, error) {
	if options.NewID == nil {
		options.NewID = NewID
	}
	report := ImportReport{
		Import: options.NewID(), Source: options.Source, Kind: options.Kind, Format: options.Format, DryRun: options.DryRun,
		Rejected: []RowFault{}, Assumed: []ImportNote{},
	}
	if options.Now == nil {
		options.Now = time.Now
	}
	if err := options.Validate(); err != nil {
		return report, err
	}
	file, release, err := openSource(ctx, source)
	if err == nil {
		switch options.Kind {
		case KindCameras:
			err = importKind(ctx, store, cameraKind(), file, options, &report)
		case KindAreas:
			err = importKind(ctx, store, areasOf(ctx, options), file, options, &report)
		case KindObstacles:
			err = importKind(ctx, store, obstacleKind(), file, options, &report)
		case KindCandidates:
			err = importKind(ctx, store, candidateKind(), file, options, &report)
		case KindEquipment:
			err = importKind(ctx, store, equipmentKind(), file, options, &report)
		}
	}
	err = cmp.Or(err, options.Trail.conclude(ctx, report))
	if closing := release(); err == nil && closing != nil {
		err = fmt.Errorf("remove the temporary file: %w", closing)
	}
	if err != nil {
		return report, fmt.Errorf("import %s: %w", options.Kind, err)
	}
	return report, nil
}

// Validate returns nil, or an *InvalidError with every fault of the options that shows without the file.
func (o ImportOptions) Validate() error {
	var f faults
	o.checkKind(&f)
	oneOf(&f, "format", o.Format, Formats()...)
	if _, known := geo.FindCRS(o.CRS); o.CRS != "" && !known {
		f.add("crs", "%q is not a coordinate system that Vigie knows", o.CRS)
	}
	f.reference("holder", o.Holder)
	f.reference("deployment", o.Deployment)
	oneOf(&f, "category", o.Category, AreaCategories()...)
	oneOf(&f, "status", o.Status, Statuses()...)
	o.checkMissing(&f)
	return f.err("import", "")
}
