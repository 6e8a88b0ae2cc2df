package inventory

import (
	"errors"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
)

// mostOSMMembers bounds the ways of one relation that are put together.
const mostOSMMembers = 20_000

// osmSurface puts the members of a multipolygon together
// (https://wiki.openstreetmap.org/wiki/Relation:multipolygon): ways in any order and direction, end to end, "inner" ones
// round holes.
func osmSurface(members []byte) (orb.Geometry, error) {
	outer, inner, err := osmMemberPaths(members)
	if err != nil {
		return nil, err
	}
	outlines, whole := osmRings(outer)
	holes, wholeHoles := osmRings(inner)
	switch {
	case !whole || !wholeHoles:
		return nil, errors.New("the ways of the relation do not close")
	case len(outlines) == 0:
		return nil, errors.New(`the relation has no outer way with a geometry: ask Overpass for "out geom"`)
	}
	surface := make(orb.MultiPolygon, len(outlines))
	for i, outline := range outlines {
		surface[i] = orb.Polygon{outline}
	}
	for _, hole := range holes {
		at := slices.IndexFunc(outlines, func(outline orb.Ring) bool { return planar.RingContains(outline, hole[0]) })
		if at < 0 {
			return nil, errors.New("a hole of the relation is outside its outer ways")
		}
		surface[at] = append(surface[at], hole)
	}
	if len(surface) == 1 {
		return surface[0], nil
	}
	return surface, nil
}

// osmMemberPaths are the ways of a relation, by their roles. An empty role is an outer one.
func osmMemberPaths(members []byte) (outer, inner []orb.LineString, err error) {
	j := &jsonText{text: members}
	if !j.accept('[') {
		return nil, nil, errors.New("the members are not a list")
	}
	for count := 0; j.at < len(j.text) && !j.accept(']'); count++ {
		if count == mostOSMMembers {
			return nil, nil, errors.New("the relation has too many members")
		}
		j.space()
		start := j.at
		j.skip()
		var kind, role string
		var path []byte
		(&jsonText{text: j.text[start:j.at]}).members(func(name string, value []byte) {
			switch name {
			case "type":
				kind = textOf(value)
			case "role":
				role = textOf(value)
			case "geometry":
				path = value
			}
		})
		j.accept(',')
		if kind != "way" || path == nil {
			continue
		}
		line, err := osmPath(path)
		if err != nil {
			return nil, nil, err
		}
		switch role {
		case "outer", "":
			outer = append(outer, line)
		case "inner":
			inner = append(inner, line)
		}
	}
	return outer, inner, nil
}

// osmRings puts ways end to end; whole is false when some do not close.
func osmRings(ways []orb.LineString) (rings []orb.Ring, whole bool) {
	ends := map[orb.Point][]int{} // the ways that begin or end at a place
	for i, way := range ways {
		ends[way[0]] = append(ends[way[0]], i)
		ends[way[len(way)-1]] = append(ends[way[len(way)-1]], i)
	}
	used := make([]bool, len(ways))
	for i, way := range ways {
		if used[i] {
			continue
		}
		used[i] = true
		ring := slices.Clone(orb.Ring(way))
		for ring[0] != ring[len(ring)-1] {
			last := ring[len(ring)-1]
			at := slices.IndexFunc(ends[last], func(n int) bool { return !used[n] })
			if at < 0 {
				return nil, false
			}
			next := ends[last][at]
			used[next] = true
			more := slices.Clone(ways[next])
			if more[0] != last {
				slices.Reverse(more)
			}
			ring = append(ring, more[1:]...)
		}
		rings = append(rings, ring)
	}
	return rings, true
}
