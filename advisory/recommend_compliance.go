package advisory

import (
	"fmt"
	"slices"

	"vigie/geo"
	"vigie/inventory"
)

// dwellingRules are the audit rules that every proposed camera must keep before it is shown: the inside of dwellings and
// their entrances (CSI L251-3).
func dwellingRules() []string { return []string{"AUD-L15", "AUD-L16"} }

// comply judges a proposed camera by the rules on dwellings. A breach is an error: the masks should have prevented it.
// What cannot be decided is warned of.
func (u *undertaking) comply(session *Session, camera inventory.Camera) error {
	for _, h := range camera.Heads {
		c := Case{Camera: camera, Head: h}
		findings, err := session.Judge(inventory.SubjectCamera, c.Facts(inventory.SubjectCamera))
		if err != nil {
			return err
		}
		for _, f := range findings {
			if !slices.Contains(dwellingRules(), f.Rule) {
				continue
			}
			if f.Verdict == VerdictFail {
				return &geo.BindingError{Constraint: geo.ByDwellings, Reason: fmt.Sprintf("%s is not kept by %q", f.Rule, camera.Name)}
			}
			if f.Verdict == VerdictUnknown {
				u.unknownDwellings(f.Rule)
			}
		}
	}
	return nil
}

// unknownDwellings warns, once, that a rule on dwellings cannot be decided.
func (u *undertaking) unknownDwellings(rule string) {
	code := "dwellings_undecided"
	if !slices.ContainsFunc(u.warnings, func(w inventory.Warning) bool { return w.Code == code }) {
		u.warnings.add(code,
			"Faute de savoir quels bâtiments sont des logements, la règle "+rule+" ne peut être vérifiée sur les caméras proposées : constater sur place.",
			"Since it is not known which buildings are dwellings, rule "+rule+" cannot be checked for the cameras proposed: look on the spot.")
	}
}

// settleDwellings tells of the heads of a proposed camera what is known of dwellings: whether any is in view, close enough
// to show what is inside, and whether masks hide it.
func (u *undertaking) settleDwellings(camera *inventory.Camera, walls []inventory.WallsInView) {
	if !u.usesKnown() {
		return
	}
	interior := u.scale.Levels[u.interior()].Code
	for i := range camera.Heads {
		h := &camera.Heads[i]
		inView := slices.ContainsFunc(walls, func(w inventory.WallsInView) bool { return w.Head == h.ID && w.Level == interior })
		h.DwellingInView = &inView
		h.DwellingEntranceTargeted = new(false) // the axis looks at what is wanted, and masks hide the walls of dwellings
		if !inView {
			h.PrivacyMask, h.MaskFollows = nil, nil
		}
	}
}

// usesKnown tells whether there are buildings, and whether it is known of all which are dwellings.
func (u *undertaking) usesKnown() bool {
	return len(u.in.obstacles) > 0 && !slices.ContainsFunc(u.in.obstacles, func(o inventory.Obstacle) bool { return o.Dwelling == nil })
}
