package inventory

import (
	"context"
	"fmt"
	"strconv"

	"github.com/paulmach/orb"

	"vigie/geo"
)

const (
	// laneM is how wide a lane is supposed to be where only their number is known, metres: the usual width of main roads
	// (Sétra, Aménagement des routes principales, 1994); lanes in towns are often narrower.
	laneM = 3.5
	// mostStreetM is the widest street, metres; mostLanes how many lanes one has.
	mostStreetM, mostLanes = 500.0, 40
)

// areasOf makes areas of surfaces, and of points and lines as the options say.
func areasOf(ctx context.Context, options ImportOptions) kindOf[Area] {
	kind := areaKind()
	surface := kind.setPlace
	kind.setPlace = func(a *Area, shape orb.Geometry) (assumed []string, reason string) {
		var radiusM float64
		path := pathOf(shape)
		switch shape = alone(shape); {
		case path == nil:
			return surface(a, shape)
		case options.AroundM != 0:
			radiusM = options.AroundM
		case shape.Dimensions() == 1:
			var widthM float64
			if widthM, assumed = streetWidthM(a.Extra, options.WidthM); widthM == 0 {
				return nil, "a line is an area by its width: give --width, a property width or lanes, or --around"
			}
			radiusM = widthM / 2
		default:
			return surface(a, shape)
		}
		ground, err := geo.Corridor(ctx, path, radiusM)
		if err != nil {
			return nil, err.Error()
		}
		a.Geometry = Surface(ground)
		return assumed, ""
	}
	return kind
}

// pathOf is a point or a line as lines; nil of anything else. A point is a line of no length.
func pathOf(shape orb.Geometry) orb.MultiLineString {
	switch s := alone(shape).(type) {
	case orb.Point:
		return orb.MultiLineString{{s}}
	case orb.LineString:
		return orb.MultiLineString{s}
	case orb.MultiLineString:
		return s
	}
	return nil
}

// streetWidthM is how wide a street is, metres: what its row says, else its lanes, else what is usual; 0 when nothing is
// known. What was supposed is told.
func streetWidthM(row map[string]string, usualM float64) (widthM float64, assumed []string) {
	if widthM = numberUnder(row, readQuantity("mètres", "m", "M"), "width", "widthm", "largeur", "largeurm", "largeurdechaussee",
		"largeurvoie", "estwidth"); widthM > 0 && widthM <= mostStreetM {
		return widthM, nil
	}
	lanes := numberUnder(row, readWhole, "lanes", "nbvoies", "nombredevoies", "nbrevoies")
	if lanes > 0 && lanes <= mostLanes {
		return lanes * laneM, []string{fmt.Sprintf("the width of the street is that of its lanes, %v m each", laneM)}
	}
	if usualM > 0 {
		return usualM, []string{fmt.Sprintf("the street is supposed to be %v m wide", usualM)}
	}
	return 0, nil
}

// numberUnder is the number that the first of some names has, 0 without one.
func numberUnder(row map[string]string, read reading, names ...string) float64 {
	for _, name := range names {
		for _, key := range sortedKeys(row) {
			if plainName(key) != name {
				continue
			}
			if exact, _, err := read(row[key]); err == nil {
				value, _ := strconv.ParseFloat(exact, 64)
				return value
			}
		}
	}
	return 0
}
