package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// ValidatePoint returns nil, or a *Violation when the point is not lon, lat in degrees.
func ValidatePoint(p orb.Point) error {
	for _, v := range p {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return &Violation{Rule: RuleNotFinite, At: p}
		}
	}
	if math.Abs(p.Lon()) > 180 || math.Abs(p.Lat()) > 90 {
		return &Violation{Rule: RuleNotDegrees, At: p}
	}
	return nil
}

// Validate returns nil, or the first *Violation of a point, polygon or multipolygon in lon, lat.
func Validate(shape orb.Geometry) error { return nil }
