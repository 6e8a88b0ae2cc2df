package geo

import (
	"context"

	"github.com/paulmach/orb"
)

// Plane is a scene as the engine lays it on the plane, in metres, for tests outside of the package.
type Plane struct {
	Perimeter, Ground orb.MultiPolygon
	Given             []orb.MultiPolygon // parts of the ground layer
	Obstacles, Zones  []orb.MultiPolygon
	// Seen is what each camera can be turned to see, [level][camera], by day; Night the same by night.
	Seen, Night [][]orb.MultiPolygon
}

// NewPlane lays a scene out.
func NewPlane(ctx context.Context, scene Scene, options Options) (Plane, error) {
	s, err := newStudy(ctx, scene, options)
	if err != nil {
		return Plane{}, err
	}
	p := Plane{Perimeter: metres(s.frame.grid, s.perimeter), Ground: metres(s.frame.grid, s.ground)}
	for _, polygon := range scene.Ground {
		given, err := s.frame.surface(ctx, orb.MultiPolygon{polygon})
		if err != nil {
			return Plane{}, err
		}
		p.Given = append(p.Given, metres(s.frame.grid, given))
	}
	var solids []surface
	for k, r := range s.blocks.rings {
		if !r.hole {
			solids = append(solids, nil)
		}
		last := len(solids) - 1
		solids[last] = append(solids[last], s.blocks.vertexRing(int32(k)))
	}
	for _, rings := range solids { // those that touch themselves come apart there
		p.Obstacles = append(p.Obstacles, metres(s.frame.grid, tidy(rings)))
	}
	for _, z := range s.zones {
		p.Zones = append(p.Zones, metres(s.frame.grid, z))
	}
	for l := range s.levels {
		var day, night []orb.MultiPolygon
		for _, c := range s.cameras {
			day, night = append(day, metres(s.frame.grid, c.seen[reachableByDay][l])), append(night, metres(s.frame.grid, c.seen[reachableByNight][l]))
		}
		p.Seen, p.Night = append(p.Seen, day), append(p.Night, night)
	}
	return p, nil
}

// metres nests the rings of a surface on a grid.
func metres(g grid, s surface) orb.MultiPolygon {
	var out orb.MultiPolygon
	for _, part := range nest(s) {
		polygon := make(orb.Polygon, len(part))
		for k, r := range part {
			for _, v := range r {
				polygon[k] = append(polygon[k], g.local(v))
			}
		}
		out = append(out, polygon)
	}
	return out
}

// SlitPolygons carries two polygons on both sides of the line to x, y, in units of the grid, to lon, lat. Nothing but the
// rounding of the corners of one of them, so many, keeps them apart.
func SlitPolygons(origin orb.Point, x, y int32, corners int) (orb.MultiPolygon, error) {
	f, err := NewFrame(origin)
	if err != nil {
		return nil, err
	}
	const depth = 300 * unitsPerM
	end := vertex{x, y}
	over := []vertex{{}, end, {x, y + depth}, {0, depth}}
	under := []vertex{{0, -depth}, {x, y - depth}, {x, y - 1}}
	for k := corners; k >= 0; k-- {
		v := along(vertex{}, end, float64(k)/float64(corners+1))
		for orient(vertex{}, end, v) >= 0 {
			v.y--
		}
		under = append(under, v)
	}
	return f.polygons([][]vertex{closed(over), closed(under)}), nil
}
