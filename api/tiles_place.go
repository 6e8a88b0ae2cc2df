package api

import (
	"math"

	"github.com/paulmach/orb"

	"vigie/inventory"
)

const (
	// tileExtent is how many units a tile has a side (Mapbox Vector Tile Specification 2.1, 4.1: a usual number is 4096).
	tileExtent = 4096
	// tileBuffer is how far surfaces are drawn beyond the tile, units, so that their outlines do not show at its border.
	tileBuffer = 64
	// highestLat is where Web Mercator ends, degrees: atan(sinh(π)).
	highestLat = 85.05112877980659
)

// units is where a place, lon, lat, lies in the tile: from its north-western corner, y downwards. What is beyond the end of the
// map lies on it.
func (t tile) units(p orb.Point) orb.Point {
	side := float64(uint64(1) << t.z)
	lat := math.Max(-highestLat, math.Min(highestLat, p.Lat()))
	y := 0.5 - math.Atanh(math.Sin(lat*math.Pi/180))/(2*math.Pi)
	return orb.Point{((p.Lon()/360+0.5)*side - float64(t.x)) * tileExtent, (y*side - float64(t.y)) * tileExtent}
}

// holds tells whether a place is the tile's: each place of the map is one tile's of a level.
func (t tile) holds(p orb.Point) bool {
	if math.Abs(p.Lat()) > highestLat {
		return false
	}
	last, at := float64(uint64(1)<<t.z)-1, t.units(p)
	column, row := math.Floor(at[0]/tileExtent), math.Floor(at[1]/tileExtent)
	return (column == 0 || column == 1 && float64(t.x) == last) && (row == 0 || row == 1 && float64(t.y) == last || row == -1 && t.y == 0)
}

// latOf is the latitude of the northern border of a row of tiles, degrees.
func latOf(z, row uint32) float64 {
	return math.Atan(math.Sinh(math.Pi*(1-2*float64(row)/float64(uint64(1)<<z)))) * 180 / math.Pi
}

// bound is the ground of the tile, degrees.
func (t tile) bound() orb.Bound {
	width := 360 / float64(uint64(1)<<t.z)
	return orb.Bound{
		Min: orb.Point{float64(t.x)*width - 180, latOf(t.z, t.y+1)},
		Max: orb.Point{float64(t.x+1)*width - 180, latOf(t.z, t.y)},
	}
}

// around is the ground of the tile and so many metres round it, within the world.
func (t tile) around(metres float64) orb.Bound {
	const metresPerDeg = 111_000 // not more than a degree of latitude has
	box := t.bound()
	lat := metres / metresPerDeg
	lon := lat / math.Cos(math.Max(math.Abs(box.Bottom()), math.Abs(box.Top()))*math.Pi/180)
	return orb.Bound{
		Min: orb.Point{max(-180, box.Left()-lon), max(-90, box.Bottom()-lat)},
		Max: orb.Point{min(180, box.Right()+lon), min(90, box.Top()+lat)},
	}
}

// finer is how many times the cells in which cameras are counted are finer than the tile, in powers of two; groupedBy how many
// times finer they are than the cells in which they are shown together: eight of these from west to east.
const finer, groupedBy = 5, 2

// cells are those in which the cameras of the tile are counted: those whose middle is the tile's; ok is false when there is none.
func (t tile) cells() (in inventory.Cells, ok bool) {
	in.Order = min(int(t.z)+finer, inventory.MaxCellOrder)
	shift := in.Order - int(t.z)
	in.West, in.East = t.x<<shift, (t.x+1)<<shift-1
	south, north := rowFrom(t.z, t.y+1, in.Order), rowFrom(t.z, t.y, in.Order)
	if south >= north {
		return in, false
	}
	in.South, in.North = south, north-1
	return in, true
}

// rowFrom is the first row of cells whose middle is not south of the northern border of a row of tiles.
func rowFrom(z, row uint32, order int) uint32 {
	height := 180 / float64(uint32(1)<<order)
	return uint32(math.Ceil((latOf(z, row)+90)/height - 0.5))
}
