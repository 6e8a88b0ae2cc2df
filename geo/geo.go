// Package geo computes what cameras can see.
//
// geo knows lengths, angles and shapes. It does not know what a camera costs, who owns it, or the law; it reads no
// file, keeps no log, asks no clock and locks nothing. The same input gives the same bytes, whatever the number of
// processors.
//
// Conventions, everywhere in Vigie: positions are lon, lat in degrees (WGS 84); bearings are degrees clockwise from
// geographic north; lengths are metres; pixel densities are pixels per metre (px/m); every number carries its unit in
// its name.
//
// The way in: [Cover] turns a [Scene] into a [Coverage], which [Coverage.Replace] follows when one camera changes;
// [Sight] is what one head sees among obstacles, [Explain] why a place is seen or not, [Privacy] what is seen of
// dwellings, [Uncertainty] how sure the figures are; [Sensor] says how far a head sees; [Frame] carries lon/lat to local
// metres and back; [CRS] is for imports and exports only.
package geo

import (
	"errors"
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

// ErrTooLarge says that a surface does not fit the coarsest integer grid of a local frame.
var ErrTooLarge = errors.New("surface too large for one study (more than 516 km across)")

// Rule names what a [Violation] breaks.
type Rule string

// The rules of valid geometry, after OGC Simple Features and RFC 7946.
const (
	RuleEmpty        Rule = "geometry has no surface"
	RuleNotFinite    Rule = "coordinate is not a finite number"
	RuleNotDegrees   Rule = "coordinates are not lon, lat degrees"
	RuleTooFewPoints Rule = "ring has fewer than three distinct points"
	RuleNotClosed    Rule = "ring is not closed"
	RuleZeroArea     Rule = "ring has no area"
	RuleSelfCrossing Rule = "ring crosses itself"
	RuleRingsCross   Rule = "rings of one surface cross"
	RuleHoleOutside  Rule = "hole lies outside its polygon"
	RuleOverlap      Rule = "polygons of one surface overlap"
	RuleNearPole     Rule = "place is too near a pole for a local frame"
	RuleTwoSides     Rule = "surface lies on both sides of the antimeridian (study each side by itself)"
)

// Violation is a fault of a geometry: which rule is broken, and where (lon, lat), so that a map can put a pin there.
type Violation struct {
	Rule Rule
	// At is lon, lat; meaningless for RuleEmpty.
	At orb.Point
}

// Error names the rule and the place; what is empty has none.
func (v *Violation) Error() string {
	if v.Rule == RuleEmpty {
		return string(v.Rule)
	}
	format := "%s at or near lon %.7f, lat %.7f"
	if max(math.Abs(v.At.Lon()), math.Abs(v.At.Lat())) > 360 { // no degrees: as short as can be
		format = "%s at or near lon %.10g, lat %.10g"
	}
	return fmt.Sprintf(format, v.Rule, v.At.Lon(), v.At.Lat())
}
