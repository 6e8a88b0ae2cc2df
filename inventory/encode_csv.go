package inventory

import (
	"context"
	"encoding/csv"
	"fmt"
	"reflect"
	"strconv"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"
)

// encodeCSV writes one line per record (RFC 4180 with LF): the mark, one column per field that any record has, in the
// order of their types, then the place and its coordinate system. It reads the records twice: the columns first.
func encodeCSV[T Record](ctx context.Context, shelf Shelf[T], kind kindOf[T], to exportTo) error {
	fields, err := fieldsFound(ctx, shelf, to.options.Query)
	if err != nil {
		return err
	}
	header := fields.number([]string{exportMark})
	line, unknown := make([]string, len(header), len(header)+3), ""
	if kind.place != "" {
		header = append(append(header, to.placeColumns(kind.place)...), "crs")
	}
	out := csv.NewWriter(to.out)
	if err := out.Write(header); err != nil {
		return err
	}
	cell := func(field *fieldTree, value reflect.Value) {
		if field.found {
			line[field.column] = field.text(value)
		} else {
			unknown = field.path
		}
	}
	var one T
	record := reflect.ValueOf(&one).Elem()
	for next, err := range shelf.Find(ctx, to.options.Query) {
		if err != nil {
			return err
		}
		one = next
		clear(line)
		line[0] = kind.mark()
		if fields.each(record, cell); unknown != "" {
			return fmt.Errorf("%s %s changed during the export: %s", kind.one, next.Key(), unknown)
		}
		whole := line
		if kind.place != "" {
			whole = append(append(line, to.placeCells(next.Shape(), kind.place)...), to.crs.Code)
		}
		if err := out.Write(whole); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// fieldsFound finds the fields that any of the records has.
func fieldsFound[T Record](ctx context.Context, shelf Shelf[T], query Query) (*fieldTree, error) {
	fields := newFieldTree("", reflect.TypeFor[T]())
	var one T
	record := reflect.ValueOf(&one).Elem()
	for next, err := range shelf.Find(ctx, query) {
		if err != nil {
			return nil, err
		}
		one = next
		fields.each(record, func(field *fieldTree, _ reflect.Value) { field.found = true })
	}
	return fields, nil
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
