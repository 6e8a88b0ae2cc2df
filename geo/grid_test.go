package geo

import "github.com/paulmach/orb"

// Tests of the engine lay things on the finest grid.

// squareM2 is the surface of one of its square units, square metres.
const squareM2 = 1.0 / unitsPerM / unitsPerM

func toVertex(p orb.Point) vertex { return grid(0).vertex(p) }

func (v vertex) local() orb.Point { return grid(0).local(v) }
