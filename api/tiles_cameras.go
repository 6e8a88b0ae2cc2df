package api

import (
	"cmp"
	"context"
	"maps"
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"vigie/advisory"
	"vigie/inventory"
)

// borderDeg is more than rounding moves a place on the border of a tile, degrees.
const borderDeg = 1e-9

// cameraTiles are the cameras that whoever asks may see, each where it is shown.
func (s *server) cameraTiles() tileSet {
	shelf := inventory.Disclosed(s.config.Store)
	fields := map[string]string{
		"cluster": "Boolean, true for cameras that are counted together", "count": "Number, of these",
		"unknown": "Number, of these without a status", "id": "String", "name": "String", "holder": "String", "deployment": "String",
		"category": "String", "status": "String", "commune": "String", "kind": "String, of the first head", "heads": "Number",
		"bearingDeg": "Number, of the first head that has one, clockwise from north", "toleranceM": "Number, how far it may be from there",
		"disclosure": "String, street where the place is coarse",
	}
	for _, status := range inventory.Statuses() {
		fields[string(status)] = "Number, of these with this status"
	}
	return tileSet{
		id: "cameras", title: "Caméras / cameras", kind: "cameras", fields: fields, ask: s.askCameras,
		description: "Cameras; counted together at low levels.",
		draw: func(ctx context.Context, at tile, asked tileQuestion) (drawing, error) {
			if at.z >= closeZoom {
				if drawn, err := at.cameras(ctx, shelf, asked.query); err != nil || !drawn.dropped {
					return drawn, err
				}
			}
			return at.clusters(ctx, shelf, asked.query)
		},
	}
}

// askCameras takes the filters of the list of cameras.
func (s *server) askCameras(p *params) tileQuestion {
	all := s.cameras().filters
	all.placed = false
	return tileQuestion{query: all.query(p)}
}

// cameras draws cameras one by one; dropped tells that there are more than a tile holds.
func (t tile) cameras(ctx context.Context, shelf inventory.Shelf[inventory.Camera], q inventory.Query) (drawn drawing, err error) {
	q.Area, q.Limit = t.bound().Pad(borderDeg), mostTileFeatures+1
	found := 0
	for camera, err := range shelf.Find(ctx, q) {
		if err != nil {
			return drawn, err
		}
		found++
		if at := orb.Point(*camera.Location); t.holds(at) {
			drawn.add(0, t.whole(t.units(at)), propertiesOf(camera))
		}
	}
	drawn.dropped = found > mostTileFeatures
	return drawn, nil
}

// whole is a place in whole units inside the tile: maps leave points out that are not.
func (t tile) whole(at orb.Point) orb.Point {
	inside := func(n float64) float64 { return max(0, min(tileExtent-1, math.Floor(n))) }
	return orb.Point{inside(at[0]), inside(at[1])}
}

// propertiesOf is what a tile tells of a camera; what is not known is left out.
func propertiesOf(c inventory.Camera) geojson.Properties {
	all := geojson.Properties{"id": string(c.ID)}
	for name, text := range map[string]string{
		"name": c.Name, "holder": string(c.Holder), "deployment": string(c.Deployment), "category": string(c.Category),
		"status": string(c.Status), "commune": c.Commune,
	} {
		if text != "" {
			all[name] = text
		}
	}
	if c.Extra["disclosure"] != "" && c.Status == "" && len(c.Heads) == 0 {
		all["disclosure"] = c.Extra["disclosure"]
	}
	if c.PositionToleranceM != nil {
		all["toleranceM"] = *c.PositionToleranceM
	}
	if len(c.Heads) > 0 {
		all["heads"] = len(c.Heads)
		if kind := c.Heads[0].Kind; kind != "" {
			all["kind"] = string(kind)
		}
	}
	if at := slices.IndexFunc(c.Heads, func(h inventory.Head) bool { return h.BearingDeg != nil }); at >= 0 {
		all["bearingDeg"] = *c.Heads[at].BearingDeg
	}
	return all
}

// cluster is cameras that stand in one cell.
type cluster struct {
	count    int
	sum      orb.Point // of the middles of the finer cells in which they stand, units, each as often as cameras stand there
	statuses map[string]int
}

// clusters draws cameras together that stand in one cell of a fixed grid: where they are in the middle, to some pixels.
func (t tile) clusters(ctx context.Context, shelf inventory.Shelf[inventory.Camera], q inventory.Query) (drawn drawing, err error) {
	in, ok := t.cells()
	if !ok {
		return drawn, nil
	}
	groups, err := inventory.CountCells(ctx, shelf, q, in, inventory.AttrStatus)
	if err != nil {
		return drawn, err
	}
	clusters := map[inventory.Cell]*cluster{}
	for _, group := range groups {
		of := inventory.Cell{Column: group.Cell.Column >> groupedBy, Row: group.Cell.Row >> groupedBy}
		one := clusters[of]
		if one == nil {
			one = &cluster{statuses: map[string]int{}}
			clusters[of] = one
		}
		middle, n := t.units(in.Middle(group.Cell)), float64(group.Count)
		one.count += group.Count
		one.sum = orb.Point{one.sum[0] + n*middle[0], one.sum[1] + n*middle[1]}
		one.statuses[cmp.Or(group.Values[0], "unknown")] += group.Count
	}
	for _, cell := range slices.SortedFunc(maps.Keys(clusters), func(a, b inventory.Cell) int {
		return cmp.Or(cmp.Compare(a.Row, b.Row), cmp.Compare(a.Column, b.Column))
	}) {
		one := clusters[cell]
		properties := geojson.Properties{"cluster": true, "count": one.count}
		for status, n := range one.statuses {
			properties[status] = n
		}
		n := float64(one.count)
		drawn.add(1+uint64(cell.Row)<<24|uint64(cell.Column), t.whole(orb.Point{one.sum[0] / n, one.sum[1] / n}), properties)
	}
	return drawn, nil
}

// farthestViewM is how far from its camera a view is drawn at least, metres: in the tiles that are not farther than that.
const farthestViewM = 1000

// viewTiles are what the heads of cameras see, as far as nothing hides it.
func (s *server) viewTiles() tileSet {
	return tileSet{
		id: "fields-of-view", title: "Champs de vision / fields of view", kind: "cameras", firstZoom: closeZoom,
		description: "The ground in the view of each head whose optics are known, to a pixel density, as if there were no walls.",
		fields: map[string]string{
			"camera": "String, identifier", "head": "String, identifier within the camera", "holder": "String", "status": "String",
			"bearingDeg": "Number, clockwise from north; absent where the view is drawn all round", "densityPxM": "Number, px/m at its end",
		},
		ask: func(p *params) tileQuestion {
			asked := s.askCameras(p)
			asked.densityPxM = p.density("density")
			return asked
		},
		draw: func(ctx context.Context, at tile, asked tileQuestion) (drawing, error) {
			if at.z < closeZoom {
				return drawing{}, nil
			}
			return at.views(ctx, s.config.Store.Cameras(), asked)
		},
	}
}

// views draws the views of the cameras in the tile and round it.
func (t tile) views(ctx context.Context, shelf inventory.Shelf[inventory.Camera], asked tileQuestion) (drawn drawing, err error) {
	q, found := asked.query, 0
	q.Area, q.Limit = t.around(farthestViewM), mostTileFeatures+1
	for camera, err := range shelf.Find(ctx, q) {
		if err != nil {
			return drawn, err
		}
		if found++; found > mostTileFeatures || len(drawn.features) >= mostTileFeatures {
			drawn.dropped = true
			break
		}
		views, err := advisory.Views(ctx, camera, asked.densityPxM)
		if err != nil {
			return drawn, err
		}
		for _, view := range views {
			shape, err := t.surface(ctx, view.Seen, 1)
			if err != nil {
				return drawn, err
			}
			if shape == nil {
				continue
			}
			properties := geojson.Properties{
				"camera": string(camera.ID), "head": view.Head, "holder": string(camera.Holder), "densityPxM": asked.densityPxM,
			}
			if camera.Status != "" {
				properties["status"] = string(camera.Status)
			}
			if view.BearingDeg != nil {
				properties["bearingDeg"] = *view.BearingDeg
			}
			drawn.add(0, shape, properties)
		}
	}
	return drawn, nil
}
