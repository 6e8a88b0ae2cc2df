package advisory

import (
	"cmp"
	"math"

	"vigie/geo"
)

// aims are the wants for which existing cameras may be turned: those of areas and of the gap. That a camera would see more
// of the ground elsewhere is no reason to turn it from what it was put there for; only advice on one camera looks at that.
func (u *undertaking) aims() []want {
	var aims []want
	for _, w := range u.wants {
		if w.Zone != "" {
			aims = append(aims, w)
		}
	}
	if len(aims) == 0 && u.camera != nil {
		return u.wants
	}
	return aims
}

// worth is the weighted ground that is seen of what existing cameras may be turned for, m²: of what is required as much as
// is required, and a hundredth of the rest.
func (u *undertaking) worth(c geo.Coverage) float64 {
	sum := 0.0
	for _, w := range u.aims() {
		groundM2, seenM2 := w.seen(c)
		if w.Share > 0 {
			enough := math.Min(seenM2, w.Share*groundM2)
			seenM2 = enough + (seenM2-enough)/100
		}
		sum += w.Weight * seenM2
	}
	return sum
}

// gain is what another setting of a camera is worth, m²: what it adds to the worth, less what is lost of the ground.
func (u *undertaking) gain(before, after geo.Coverage) float64 {
	lost := math.Min(0, after.Levels[u.gapRank].SeenM2-before.Levels[u.gapRank].SeenM2)
	return u.worth(after) - u.worth(before) + lost*usualWeight
}

// missing is the weighted ground that is to be seen and is not, m².
func (u *undertaking) missing() float64 {
	sum := 0.0
	for _, w := range u.aims() {
		groundM2, seenM2 := w.seen(u.now)
		sum += w.Weight * math.Max(0, cmp.Or(w.Share, 1)*groundM2-seenM2)
	}
	return sum
}
