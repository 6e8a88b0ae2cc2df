package advisory

import (
	"slices"

	"vigie/inventory"
)

// localLimit is a limit that a local book made stricter in some départements: its value depends on where the subject is.
type localLimit struct {
	slot       int
	everywhere placedLimit
	// in are the values by the départements that have one of their own.
	in map[string]placedLimit
}

// localLimits are those of a day. everywhere knows what holds elsewhere.
func (b *Book) localLimits(at inventory.Date, everywhere *bindings) ([]localLimit, error) {
	var all []localLimit
	for _, l := range b.Limits {
		slot := b.language.slots[limitRoot+l.Name]
		local := localLimit{
			slot: slot, everywhere: everywhere.placed(slot), in: map[string]placedLimit{},
		}
		for _, v := range l.localOn(at) {
			for _, department := range v.Territory {
				strictest, _ := l.In(at, department)
				placed, err := l.placed(strictest)
				if err != nil {
					return nil, err
				}
				local.in[department] = placed
			}
		}
		if len(local.in) > 0 && local.everywhere.limit != nil {
			all = append(all, local)
		}
	}
	return all, nil
}

// of is the value for a subject of a kind. Where the place of the subject is not known, nor is the limit: what is missing
// is the place.
func (l localLimit) of(b *bindings, kind inventory.SubjectKind) placedLimit {
	place := factIndex()[departmentFact(kind)]
	department, known := b.facts[place].(string)
	if !known {
		return b.unplaced(place)
	}
	if own, has := l.in[department]; has {
		return own
	}
	return l.everywhere
}

// dependsOnPlace tells whether the value of a limit does.
func (s *Session) dependsOnPlace(slot int) bool {
	return slices.ContainsFunc(s.local, func(l localLimit) bool { return l.slot == slot })
}

// settle gives the limits that depend on the place their values for a subject of a kind, of which the facts are known.
// changed, which may be nil, is told the slots of those that are not what they were.
func (b *bindings) settle(local []localLimit, kind inventory.SubjectKind, changed func(slot int)) {
	for _, l := range local {
		if b.place(l.slot, l.of(b, kind)) && changed != nil {
			changed(l.slot)
		}
	}
}
