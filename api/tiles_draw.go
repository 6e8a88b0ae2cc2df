package api

import (
	"context"
	"fmt"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/clip"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/planar"
	"github.com/paulmach/orb/simplify"

	"vigie/geo"
)

// drawing is what a tile shows, in units of the tile.
type drawing struct {
	features []*geojson.Feature
	// dropped tells that there was more than fits.
	dropped bool
}

// add adds a feature; id is 0 for one that has no number.
func (d *drawing) add(id uint64, shape orb.Geometry, properties geojson.Properties) {
	one := geojson.NewFeature(shape)
	one.Properties = properties
	if id > 0 {
		one.ID = id
	}
	d.features = append(d.features, one)
}

// encode writes the tile; one that shows nothing has no layer and no byte.
func (d drawing) encode(layer string) ([]byte, error) {
	var layers mvt.Layers
	if len(d.features) > 0 {
		layers = append(layers, &mvt.Layer{Name: layer, Version: 2, Extent: tileExtent, Features: d.features})
	}
	if d.dropped {
		note := geojson.NewFeature(orb.Point{tileExtent / 2, tileExtent / 2})
		note.Properties = geojson.Properties{"collection": layer, "shown": len(d.features)}
		layers = append(layers, &mvt.Layer{Name: "dropped", Version: 2, Extent: tileExtent, Features: []*geojson.Feature{note}})
	}
	text, err := mvt.Marshal(layers)
	if err != nil {
		return nil, fmt.Errorf("write tile: %w", err)
	}
	return text, nil
}

// leastArea is the smallest surface that is drawn, square units: an eighth of a pixel of a map whose tiles have 512 of them a side.
const leastArea = 8

// surface is a surface, lon, lat, as the tile shows it: cut a little beyond the tile, without what is thinner than tolerance, units,
// on whole numbers, wound as the Mapbox Vector Tile Specification 2.1 asks (4.3.4.4); nil when there is nothing to show.
func (t tile) surface(ctx context.Context, shape orb.MultiPolygon, tolerance float64) (orb.Geometry, error) {
	box := orb.Bound{Min: orb.Point{-tileBuffer, -tileBuffer}, Max: orb.Point{tileExtent + tileBuffer, tileExtent + tileBuffer}}
	var cut orb.MultiPolygon
	for _, polygon := range shape {
		if part := t.polygon(polygon, box, tolerance); len(part) > 0 {
			cut = append(cut, part)
		}
	}
	rounded, err := geo.Rounded(ctx, cut)
	if err != nil {
		return nil, fmt.Errorf("draw tile: %w", err)
	}
	kept := rounded[:0]
	for _, polygon := range rounded {
		if planar.Area(polygon) >= leastArea {
			kept = append(kept, polygon)
		}
	}
	switch len(kept) {
	case 0:
		return nil, nil //nolint:nilnil // nothing to show
	case 1:
		return kept[0], nil
	}
	return kept, nil
}

// polygon is one polygon of a surface, not yet on whole numbers; without rings when it is outside.
func (t tile) polygon(polygon orb.Polygon, box orb.Bound, tolerance float64) orb.Polygon {
	var out orb.Polygon
	for k, r := range polygon {
		ring := make(orb.Ring, len(r))
		for i, p := range r {
			ring[i] = t.units(p)
		}
		if ring.Bound().Intersects(box) {
			ring = clip.Ring(box, ring)
		} else {
			ring = nil
		}
		if len(ring) > 4 {
			ring = simplify.DouglasPeucker(tolerance).Ring(ring)
		}
		switch {
		case len(ring) >= 4:
			out = append(out, ring)
		case k == 0:
			return nil
		}
	}
	return out
}
