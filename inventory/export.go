package inventory

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"vigie/geo"
)

// ExportOptions says what to write.
type ExportOptions struct {
	Kind   Kind
	Format Format
	// CRS is the coordinate system to write, as "EPSG:2154"; WGS 84 lon, lat when empty. Projected coordinates are
	// rounded to a hundredth of a millimetre, and so find back their place to 1e-9°.
	CRS   string
	Query Query
}

// Export writes the records that the query matches, in the order of their keys, so that Import reads them back the
// same: every field is written, and the mark by which Import knows its own. In a CSV, an empty text is no text, and
// a line in a text ends with LF. Bad options and queries are an *InvalidError.
func Export(ctx context.Context, store Store, out io.Writer, options ExportOptions) error {
	crs, err := options.validate()
	if err != nil {
		return err
	}
	buffered := bufio.NewWriter(out)
	switch options.Kind {
	case KindCameras:
		err = exportKind(ctx, store, cameraKind(), exportTo{buffered, crs, options})
	case KindAreas:
		err = exportKind(ctx, store, areaKind(), exportTo{buffered, crs, options})
	case KindObstacles:
		err = exportKind(ctx, store, obstacleKind(), exportTo{buffered, crs, options})
	case KindCandidates:
		err = exportKind(ctx, store, candidateKind(), exportTo{buffered, crs, options})
	case KindEquipment:
		err = exportKind(ctx, store, equipmentKind(), exportTo{buffered, crs, options})
	}
	if err == nil {
		err = buffered.Flush()
	}
	if err != nil {
		return fmt.Errorf("export %s: %w", options.Kind, err)
	}
	return nil
}

func (o ExportOptions) validate() (geo.CRS, error) {
	var f faults
	if !slices.Contains(Kinds(), o.Kind) {
		f.add("kind", "%q is not one of cameras, areas, obstacles, candidates, equipment", string(o.Kind))
	}
	if !slices.Contains([]Format{FormatGeoJSON, FormatCSV}, o.Format) {
		f.add("format", "%q is not one of geojson, csv", string(o.Format))
	}
	name := o.CRS
	if name == "" {
		name = "CRS84"
	}
	crs, known := geo.FindCRS(name)
	if !known {
		f.add("crs", "%q is not a coordinate system that Vigie knows", o.CRS)
	}
	if err := f.err("export", ""); err != nil {
		return crs, err
	}
	return crs, o.Query.Validate()
}

// exportTo is where and how an export is written.
type exportTo struct {
	out     *bufio.Writer
	crs     geo.CRS
	options ExportOptions
}

func exportKind[T Record](ctx context.Context, store Store, kind kindOf[T], to exportTo) error {
	if to.options.Format == FormatCSV {
		return encodeCSV(ctx, kind.shelf(store), kind, to)
	}
	return encodeGeoJSON(ctx, kind.shelf(store), kind, to)
}

// shape is a place in the coordinate system of the export.
func (to exportTo) shape(shape orb.Geometry) orb.Geometry {
	if to.crs.Geographic() || shape == nil {
		return shape
	}
	return withPoints(shape, func(p orb.Point) orb.Point {
		p = to.crs.FromLonLat(p)
		return orb.Point{math.Round(p[0]*1e5) / 1e5, math.Round(p[1]*1e5) / 1e5}
	})
}
