package inventory

import (
	"cmp"
	"context"
	"iter"
	"maps"
	"slices"
	"strconv"

	"github.com/paulmach/orb"
)

// cameras is the shelf of the cameras that the caller sees exactly.
func (g guarded) cameras() *guardedShelf[Camera] {
	return &guardedShelf[Camera]{
		kind: kindCameras, shelf: g.store.Cameras(), journal: g.journal, shared: &sharing{g.store.Conventions()},
	}
}

// Disclosed is the shelf of the cameras of a store with those that its callers see coarsely, as the street grade shows them: to
// list and to count, not to compute with. Of a store without a guard it is its shelf.
func Disclosed(store Store) Shelf[Camera] {
	g, ok := store.(guarded)
	if !ok {
		return store.Cameras()
	}
	shelf := g.cameras()
	shelf.coarse = coarseCamera
	return shelf
}

// CountStep is what the numbers of shared cameras are rounded down to, and the least that is told: fewer are not told at all.
const CountStep = 5

// SharedCount is what is told of cameras that are not shown: how many a holder has in a commune, or that it has some.
type SharedCount struct {
	Holder ID `json:"holder"`
	// Commune is an INSEE code, empty where it is not known.
	Commune    string     `json:"commune,omitempty"`
	Disclosure Disclosure `json:"disclosure"`
	// AtLeast is a multiple of five; nil where only their presence is told.
	AtLeast *int `json:"atLeast,omitempty"`
}

// SharedCounts tells what the conventions and the mandates of the caller tell of cameras without showing them, in the order of
// the holders and communes. There is nothing to ask: the numbers are those of fixed parts, rounded once, so that no
// difference of two answers tells more than they do. A camera that is seen is not counted here. Of a store without a guard
// there is nothing to tell.
func SharedCounts(ctx context.Context, store Store) ([]SharedCount, error) {
	g, ok := store.(guarded)
	if !ok {
		return []SharedCount{}, nil
	}
	shelf := g.cameras()
	may, err := shelf.whole(ctx)
	if err != nil {
		return nil, err
	}
	tallies := map[Disclosure]*Tally{DisclosureCommune: {}, DisclosurePresence: {}}
	for camera, err := range shelf.unshown(ctx, may) {
		if err != nil {
			return nil, err
		}
		grade := DisclosurePresence
		if may.meets(camera, DisclosureCommune) {
			grade = DisclosureCommune
		}
		tallies[grade].Add(1, string(camera.Holder), camera.Commune)
	}
	return toldCounts(tallies), nil
}

// whole is the reach of a reader with every grade.
func (s *guardedShelf[T]) whole(ctx context.Context) (reach, error) {
	may, err := s.reach(ctx, Read)
	if err != nil || may.all {
		return may, err
	}
	caller, _ := CallerOf(ctx)
	more, err := s.shared.clauses(ctx, caller)
	if err != nil {
		return reach{}, err
	}
	may.clauses = joined(append(caller.reach(Read, s.kind).clauses, more...))
	return may, nil
}

// unshown gives the records of which the caller is told, and which it is not shown.
func (s *guardedShelf[T]) unshown(ctx context.Context, may reach) iter.Seq2[T, error] {
	told := may.graded(DisclosureCommune, DisclosurePresence)
	return func(yield func(T, error) bool) {
		for record, err := range s.parts(ctx, Query{}, told.clauses) {
			if err == nil && (may.holds(record) || may.meets(record, DisclosureStreet)) {
				continue
			}
			if !yield(record, err) {
				return
			}
		}
	}
}

// parts gives the records of a query that meet some clauses, whatever their grade.
func (s *guardedShelf[T]) parts(ctx context.Context, q Query, clauses []clause) iter.Seq2[T, error] {
	parts := make([]iter.Seq2[T, error], len(clauses))
	for i, c := range clauses {
		parts[i] = s.part(ctx, q, c)
	}
	return merge(parts)
}

// toldCounts rounds the numbers down, and leaves out the small ones.
func toldCounts(tallies map[Disclosure]*Tally) []SharedCount {
	told := []SharedCount{}
	for _, grade := range slices.Sorted(maps.Keys(tallies)) {
		for _, group := range tallies[grade].Groups() {
			one := SharedCount{Holder: ID(group.Values[0]), Commune: group.Values[1], Disclosure: grade}
			if grade == DisclosureCommune {
				n := group.Count / CountStep * CountStep
				if n == 0 {
					continue
				}
				one.AtLeast = &n
			}
			told = append(told, one)
		}
	}
	slices.SortStableFunc(told, func(a, b SharedCount) int {
		return cmp.Or(cmp.Compare(a.Holder, b.Holder), cmp.Compare(a.Commune, b.Commune))
	})
	return told
}

// CountedOnly gives the cameras in a surface that count in the studies of the caller and that it does not see, with nothing
// that tells whose they are: their identifiers are their ranks. They are for computing figures of a whole commune, and no
// answer may show anything else of them. Of a store without a guard there are none.
func CountedOnly(ctx context.Context, store Store, area orb.Geometry) ([]Camera, error) {
	g, ok := store.(guarded)
	if !ok {
		return nil, nil
	}
	shelf := g.cameras()
	may, err := shelf.reach(ctx, Read)
	if err != nil || may.all {
		return nil, err
	}
	clauses, err := shelf.countedOnly(ctx)
	if err != nil {
		return nil, err
	}
	var all []Camera
	for camera, err := range shelf.parts(ctx, Query{Area: area}, clauses) {
		if err != nil {
			return nil, err
		}
		if !may.holds(camera) {
			all = append(all, nameless(camera, len(all)+1))
		}
	}
	return all, nil
}

// countedOnly are the clauses of the conventions whose cameras count.
func (s *guardedShelf[T]) countedOnly(ctx context.Context) ([]clause, error) {
	caller, _ := CallerOf(ctx)
	conventions, err := s.shared.inForce(ctx, caller)
	if err != nil {
		return nil, err
	}
	var clauses []clause
	for _, c := range conventions {
		if c.Counted {
			one := c.clause()
			one.grade = DisclosurePresence
			clauses = append(clauses, one)
		}
	}
	return joined(clauses), nil
}

// nameless is what the coverage engine needs of a camera, and nothing else.
func nameless(c Camera, rank int) Camera {
	return Camera{
		ID: ID(strconv.Itoa(rank)), Category: c.Category, Status: c.Status, Location: c.Location,
		PositionToleranceM: c.PositionToleranceM, Mounting: Mounting{HeightM: c.Mounting.HeightM}, Heads: c.Heads,
	}
}
