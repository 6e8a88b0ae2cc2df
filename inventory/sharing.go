package inventory

import (
	"context"
	"fmt"
	"slices"

	"github.com/paulmach/orb"
)

// sharing finds what conventions give a caller. It reads the store each time: what is withdrawn is gone at once.
type sharing struct{ conventions Shelf[Convention] }

// mostInForce bounds the conventions of one holder that count for a caller at once: what others sign costs whoever it is with.
const mostInForce = 100

// inForce are the conventions that give a caller something today: of each holder the first mostInForce by identifier.
func (s sharing) inForce(ctx context.Context, caller Caller) ([]Convention, error) {
	parties := caller.parties()
	if len(parties) == 0 {
		return nil, nil
	}
	q := Query{Where: []Condition{{Attr: AttrDeployment, In: parties}, {Attr: AttrStatus, In: []string{conventionSigned}}}}
	var all []Convention
	of := map[ID]int{}
	for c, err := range s.conventions.Find(ctx, q) {
		if err != nil {
			return nil, fmt.Errorf("read conventions: %w", err)
		}
		if c.InForce(caller.Day) && of[c.Holder] < mostInForce {
			all = append(all, c)
			of[c.Holder]++
		}
	}
	return all, nil
}

// clauses are what conventions let a caller see of the cameras of others.
func (s sharing) clauses(ctx context.Context, caller Caller) ([]clause, error) {
	conventions, err := s.inForce(ctx, caller)
	if err != nil {
		return nil, err
	}
	var clauses []clause
	for _, c := range conventions {
		if c.Disclosure != "" {
			clauses = append(clauses, c.clause())
		}
	}
	return clauses, nil
}

// clause is what a convention shares: cameras of its holder, and of nobody else.
func (c Convention) clause() clause {
	shared := clause{where: []Condition{{Attr: AttrHolder, In: []string{string(c.Holder)}}}, grade: gradeOf(c.Disclosure)}
	switch {
	case c.All:
	case len(c.Deployments) > 0:
		shared.where = append(shared.where, Condition{Attr: AttrDeployment, In: texts(c.Deployments)})
	case len(c.Area) > 0:
		shared.area = orb.MultiPolygon(c.Area)
	default:
		shared.keys = append([]ID{}, c.Cameras...)
	}
	return shared
}

// joined puts the clauses that ask for a holder alone into one for each grade: one query then finds what they all give.
func joined(clauses []clause) []clause {
	var all []clause
	at := map[Disclosure]int{}
	for _, c := range clauses {
		if c.keys != nil || c.area != nil || len(c.where) != 1 || !c.where[0].ofHolders() {
			all = append(all, c)
			continue
		}
		i, there := at[c.grade]
		if !there {
			at[c.grade] = len(all)
			all = append(all, clause{where: []Condition{{Attr: AttrHolder, In: slices.Clone(c.where[0].In)}}, grade: c.grade})
			continue
		}
		in := slices.Concat(all[i].where[0].In, c.where[0].In)
		slices.Sort(in)
		all[i].where[0].In = slices.Compact(in)
	}
	return all
}

// ofHolders tells a condition that names holders.
func (c Condition) ofHolders() bool {
	return c.Attr == AttrHolder && len(c.In) > 0 && c.From == "" && c.Before == ""
}

// SharedCoverage is what the cameras see that count in a study by convention (see [Convention.Counted]) and that its author
// does not see: in a whole commune, alone, by the defaults of the rulebook, and rounded, so that nobody finds out where they
// stand.
type SharedCoverage struct {
	// CamerasAtLeast is how many they are, rounded down to a multiple of five.
	CamerasAtLeast int `json:"camerasAtLeast"`
	// Levels and Night are in the order of the study's.
	Levels []SharedLevel `json:"levels"`
	Night  []SharedLevel `json:"night"`
}

// SharedLevel is what they see at one level or better.
type SharedLevel struct {
	Code string `json:"code"`
	// SeenM2 is the surface, rounded down to two significant figures, m².
	SeenM2 float64 `json:"seenM2"`
	// TogetherAtLeastPct and TogetherAtMostPct bound the share of the ground that they and the cameras of the study see.
	TogetherAtLeastPct float64 `json:"togetherAtLeastPct"`
	TogetherAtMostPct  float64 `json:"togetherAtMostPct"`
}
