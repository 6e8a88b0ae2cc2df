//go:build geos

package main

import (
	"fmt"

	"github.com/twpayne/go-geos"
)

// geosEngine is GEOS, the C++ port of JTS, by github.com/twpayne/go-geos; it needs cgo and the headers of GEOS.
type geosEngine struct {
	perimeter *geos.Geom
	all       [levels]*geos.Geom
}

func newGEOS() (engine, error) { return &geosEngine{}, nil }

func (e *geosEngine) name() string {
	return fmt.Sprintf("GEOS %d.%d.%d", geos.VersionMajor, geos.VersionMinor, geos.VersionPatch)
}

func (e *geosEngine) load(s *scene) error {
	context := geos.NewContext()
	polygon := func(r ring) *geos.Geom {
		coordinates := make([][]float64, 0, len(r)+1)
		for _, p := range append(r[:len(r):len(r)], r[0]) {
			coordinates = append(coordinates, []float64{p.x, p.y})
		}
		return context.NewPolygon([][][]float64{coordinates})
	}
	e.perimeter = polygon(s.perimeter)
	for l, footprints := range s.footprints {
		parts := make([]*geos.Geom, len(footprints))
		for k, f := range footprints {
			parts[k] = polygon(f)
		}
		e.all[l] = context.NewCollection(geos.TypeIDMultiPolygon, parts)
	}
	return nil
}

// gaps turns the panic with which go-geos tells an exception of GEOS into an error.
func (e *geosEngine) gaps(level int) (areaM2 float64, rings int, err error) {
	defer func() {
		if thrown := recover(); thrown != nil {
			err = fmt.Errorf("%v", thrown)
		}
	}()
	gaps := e.perimeter.Difference(e.all[level].UnaryUnion())
	for k := range gaps.NumGeometries() {
		if part := gaps.Geometry(k); part.TypeID() == geos.TypeIDPolygon && !part.IsEmpty() {
			rings += 1 + part.NumInteriorRings()
		}
	}
	return gaps.Area(), rings, nil
}
