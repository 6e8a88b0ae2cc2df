package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"vigie/advisory/report"
	"vigie/api/cql"
	"vigie/geo"
	"vigie/inventory"
)

// studied is a layer of what coverage studies found. Its features are those of each study, one study after the other, and
// their identifiers that of the study and a number: "…~3".
type studied struct {
	shelf inventory.Shelf[inventory.Assessment]
	write func(io.Writer, inventory.Assessment) error
	// only is the part of the drawing that is given.
	only string
}

// studies makes a collection of what coverage studies found.
func (s *server) studies(id, title, description string) collection {
	one := collection{
		id: id, title: title, description: description, kind: "assessments",
		types: cql.Queryables{
			geometryName: cql.Geometry, "assessment": cql.String, "commune": cql.String, "department": cql.String, "updated": cql.Timestamp,
			"level": cql.String,
		},
		attrs: map[string]inventory.Attr{
			"commune": inventory.AttrCommune, "department": inventory.AttrDepartment, "updated": inventory.AttrUpdated,
		},
	}
	layer := studied{shelf: s.config.Store.Assessments(), write: report.CoverageGeoJSON, only: "seen"}
	numbers := []string{"densityPxM", "seenM2", "seenPct", "blindM2", "blindPct", "permanentM2", "permanentPct", "nightM2", "nightPct"}
	if id == layerGaps {
		layer.write, layer.only = report.GapsGeoJSON, "gap"
		numbers = []string{"rank", "areaM2", "weightedM2", "nearM"}
		one.types["near"] = cql.String
	}
	for _, name := range numbers {
		one.types[name] = cql.Number
	}
	one.layer = layer
	return one
}

// idSeparator stands between the identifier of a study and the number of a feature: no identifier has one.
const idSeparator = "~"

func (l studied) find(ctx context.Context, query inventory.Query) iter.Seq2[item, error] {
	return func(yield func(item, error) bool) {
		after := query.After
		begun, _, _ := strings.Cut(string(after), idSeparator)
		if begun != "" { // the study in which the page before ended is read again
			study, err := l.shelf.Get(ctx, inventory.ID(begun))
			if err != nil && !errors.Is(err, inventory.ErrNotFound) {
				yield(item{}, err)
				return
			}
			rest := func(i item, err error) bool { return err == nil && i.at <= after || yield(i, err) }
			if err == nil && !l.each(study, query.Area, rest) {
				return
			}
		}
		query.After, query.Limit = inventory.ID(begun), 0
		for study, err := range l.shelf.Find(ctx, query) {
			if err != nil {
				yield(item{}, err)
				return
			}
			if !l.each(study, query.Area, yield) {
				return
			}
		}
	}
}

// each gives the features of one study that meet an area, and tells whether all of them were wanted.
func (l studied) each(study inventory.Assessment, area orb.Geometry, yield func(item, error) bool) bool {
	features, err := l.features(study)
	if err != nil {
		return yield(item{}, err)
	}
	for n, f := range features {
		if area != nil && (f.Geometry == nil || !geo.Intersects(area, f.Geometry.Geometry())) {
			continue
		}
		if !yield(l.item(study, n, f), nil) {
			return false
		}
	}
	return true
}

// studiedFeature is a feature that is drawn of a study.
type studiedFeature struct {
	Geometry   *geojson.Geometry
	Properties map[string]json.RawMessage
}

// features are what is drawn of a study.
func (l studied) features(study inventory.Assessment) ([]studiedFeature, error) {
	var text bytes.Buffer
	if err := l.write(&text, study); err != nil {
		return nil, err
	}
	var drawn struct{ Features []studiedFeature }
	if err := json.Unmarshal(text.Bytes(), &drawn); err != nil {
		return nil, fmt.Errorf("features of study %s: %w", study.ID, err)
	}
	kept := drawn.Features[:0]
	for _, f := range drawn.Features {
		if string(f.Properties["layer"]) == strconv.Quote(l.only) {
			kept = append(kept, f)
		}
	}
	return kept, nil
}

func (l studied) item(study inventory.Assessment, n int, f studiedFeature) item {
	// As many digits as keep the order of the numbers that of the identifiers.
	id := inventory.ID(fmt.Sprintf("%s%s%06d", study.ID, idSeparator, n))
	f.Properties["assessment"] = json.RawMessage(strconv.Quote(string(study.ID)))
	attributes := study.Attributes()
	return item{
		at: id,
		values: func(name string) any {
			switch name {
			case geometryName:
				return shapeOf(f.Geometry)
			case "commune", "department", "updated":
				if text, known := attributes[inventory.Attr(name)]; known {
					return text
				}
				return nil
			}
			var value any
			if json.Unmarshal(f.Properties[name], &value) != nil {
				return nil
			}
			return value
		},
		show: func() (Feature, error) {
			properties, err := json.Marshal(f.Properties)
			return Feature{"Feature", id, featureGeometry{shapeOf(f.Geometry)}, properties}, err
		},
	}
}

func shapeOf(g *geojson.Geometry) orb.Geometry {
	if g == nil {
		return nil
	}
	return g.Geometry()
}

func (l studied) get(ctx context.Context, id inventory.ID) (item, error) {
	of, number, _ := strings.Cut(string(id), idSeparator)
	study, err := l.shelf.Get(ctx, inventory.ID(of))
	if err != nil {
		return item{}, err
	}
	features, err := l.features(study)
	if err != nil {
		return item{}, err
	}
	n, err := strconv.Atoi(number)
	if err != nil || n < 0 || n >= len(features) {
		return item{}, fmt.Errorf("feature %q: %w", id, inventory.ErrNotFound)
	}
	return l.item(study, n, features[n]), nil
}

func (l studied) count(context.Context, inventory.Query) (n int, known bool, err error) {
	return 0, false, nil
}
