package inventory

import (
	"cmp"
	"context"
	"encoding/csv"
	"fmt"
	"reflect"
	"slices"
	"strconv"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"
)

// encodeCSV writes one line per record (RFC 4180 with LF): the mark, one column per field that any record has, in the
// order of their types, then the place and its coordinate system. It reads the records twice: the columns first.
func encodeCSV[T Record](ctx context.Context, shelf Shelf[T], kind kindOf[T], to exportTo) error {
	columns, err := csvFields(ctx, shelf, to.options.Query)
	if err != nil {
		return err
	}
	at := map[string]int{}
	header := []string{exportMark}
	for _, column := range columns {
		at[column.path] = len(header)
		header = append(header, column.path)
	}
	if kind.place != "" {
		header = append(append(header, to.placeColumns(kind.place)...), "crs")
	}
	out := csv.NewWriter(to.out)
	if err := out.Write(header); err != nil {
		return err
	}
	for record, err := range shelf.Find(ctx, to.options.Query) {
		if err != nil {
			return err
		}
		line := make([]string, len(columns)+1, len(header))
		line[0] = kind.mark()
		flatten(reflect.ValueOf(record), func(f flatField) {
			if column, known := at[f.path]; known {
				line[column] = f.text
			} else {
				err = fmt.Errorf("%s %s changed during the export: %s", kind.one, record.Key(), f.path)
			}
		})
		if err != nil {
			return err
		}
		if kind.place != "" {
			line = append(append(line, to.placeCells(record.Shape(), kind.place)...), to.crs.Code)
		}
		if err := out.Write(line); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// csvFields are the fields that any of the records has.
func csvFields[T Record](ctx context.Context, shelf Shelf[T], query Query) ([]flatField, error) {
	fields := map[string]flatField{}
	for record, err := range shelf.Find(ctx, query) {
		if err != nil {
			return nil, err
		}
		flatten(reflect.ValueOf(record), func(f flatField) { fields[f.path] = f })
	}
	list := make([]flatField, 0, len(fields))
	for _, f := range fields {
		list = append(list, f)
	}
	slices.SortFunc(list, func(a, b flatField) int { return cmp.Compare(a.rank, b.rank) })
	return list, nil
}

// placeColumns are lon, lat or easting, northing for a place, well-known text for a surface.
func (to exportTo) placeColumns(field string) []string {
	switch {
	case field == "geometry":
		return []string{mapWKT}
	case to.crs.Geographic():
		return []string{mapLon, mapLat}
	}
	return []string{"easting", "northing"}
}

func (to exportTo) placeCells(shape orb.Geometry, field string) []string {
	shape = to.shape(shape)
	point, located := shape.(orb.Point)
	switch {
	case field == "geometry" && shape != nil:
		return []string{wkt.MarshalString(singled(shape))}
	case field == "geometry":
		return []string{""}
	case !located:
		return []string{"", ""}
	}
	return []string{strconv.FormatFloat(point[0], 'f', -1, 64), strconv.FormatFloat(point[1], 'f', -1, 64)}
}
