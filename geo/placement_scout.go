package geo

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"vigie/geo/setcover"
)

// scout prepares the choice among candidates: which are allowed, and what squares of ground each sees.
type scout struct {
	*study  // of the levels that are demanded
	scene   Scene
	all     []Candidate
	options Placing
	cells   cells
	targets []target
	// open are the candidates that may be chosen, as ranks in all; places are where they would stand, local metres.
	open     []int
	places   []orb.Point
	excluded Exclusions
	problem  setcover.Problem
}

// target is a demand on the grid.
type target struct {
	Demand
	layer  layer
	level  int // in the study
	sheet  sheet
	offset int32 // of its rows
}

// weightUnits is what a weight of 1 is in whole numbers.
const weightUnits = 1000

func newScout(ctx context.Context, scene Scene, candidates []Candidate, options Placing) (*scout, error) {
	options.Demands = options.demands(scene)
	if err := options.check(scene, candidates); err != nil {
		return nil, err
	}
	for _, d := range options.Demands {
		options.Night = options.Night || d.Night
	}
	s := &scout{scene: scene, all: candidates, options: options}
	if err := s.layGround(ctx); err != nil {
		return nil, err
	}
	s.aim()
	s.keepExisting()
	if err := s.look(ctx); err != nil {
		return nil, err
	}
	if len(s.open) == 0 {
		return nil, s.nobody()
	}
	s.excludeEachOther()
	return s, nil
}

// layGround lays the scene on the grid, with the levels that are demanded and the one that reaches farthest.
func (s *scout) layGround(ctx context.Context) error {
	needed := s.scene
	needed.Levels, needed.Subsets, needed.Groupings = nil, nil, nil
	for k, l := range s.scene.byDensity() {
		if k == 0 || slices.ContainsFunc(s.options.Demands, func(d Demand) bool { return d.Level == l.Code }) {
			needed.Levels = append(needed.Levels, l)
		}
	}
	var err error
	s.study, err = newStudy(ctx, needed, s.options.Options)
	return err
}

// aim lays the demands on squares.
func (s *scout) aim() {
	s.cells = newCells(s.perimeter.box(), s.frame.grid, s.options.CellM)
	sampler := newSampler(s.cells)
	sheets := map[string]sheet{"": newSheet(sampler, s.ground)}
	for _, d := range s.options.Demands {
		t := target{Demand: d, layer: reachableByDay, offset: int32(len(s.problem.Rows))}
		if d.Night {
			t.layer = reachableByNight
		}
		t.level = slices.IndexFunc(s.levels, func(l Level) bool { return l.Code == d.Level })
		var known bool
		if t.sheet, known = sheets[d.Zone]; !known {
			t.sheet = sheets[""]
			for k, z := range s.scene.Zones {
				if z.ID == d.Zone {
					t.sheet = t.sheet.within(s.zones[k], sampler)
				}
			}
			sheets[d.Zone] = t.sheet
		}
		weight := int64(weightUnits)
		if d.Weight > 0 {
			weight = max(1, int64(math.Round(d.Weight*weightUnits)))
		}
		row := setcover.Row{Weight: weight, Need: int32(d.times()), Group: int32(len(s.targets))}
		s.problem.Rows = append(s.problem.Rows, slices.Repeat([]setcover.Row{row}, int(t.sheet.count()))...)
		s.targets = append(s.targets, t)
	}
}

// keepExisting notes what the cameras that are there see.
func (s *scout) keepExisting() {
	sampler := newSampler(s.cells)
	for _, c := range s.cameras {
		var kept []setcover.Span
		for _, t := range s.targets {
			kept = t.sheet.spans(kept, t.offset, sampler.sample(c.seen[t.layer][t.level]))
		}
		s.problem.Kept = append(s.problem.Kept, kept)
	}
}

// sighting is what became of one candidate.
type sighting struct {
	place  orb.Point
	covers []setcover.Span
	out    *int // the exclusion that counts it
}

// look finds what each candidate sees, and leaves out those that are not allowed.
func (s *scout) look(ctx context.Context) error {
	found := make([]sighting, len(s.all))
	samplers := newSpares(func() *sampler { return newSampler(s.cells) })
	existing := newNeighbours(s.options.SpacingM)
	for _, h := range s.scene.Heads {
		existing.add(s.frame.ToLocal(h.At))
	}
	err := inParallel(s.options.Workers, len(s.all), func(k int) (err error) {
		if err = ctx.Err(); err != nil {
			return err
		}
		sampler := samplers.take()
		defer samplers.give(sampler)
		if found[k], err = s.sight(ctx, s.all[k], sampler, existing); err != nil {
			err = fmt.Errorf("candidate %q: %w", s.all[k].ID, err)
		}
		return err
	})
	if err != nil {
		return err
	}
	for k, f := range found {
		if f.out != nil {
			*f.out++
			continue
		}
		s.open, s.places = append(s.open, k), append(s.places, f.place)
		cost := int64(math.Round(s.all[k].CostEUR * 100))
		s.problem.Candidates = append(s.problem.Candidates, setcover.Candidate{Cost: cost, Covers: f.covers})
	}
	return nil
}

// sight finds what one candidate sees.
func (s *scout) sight(ctx context.Context, c Candidate, sampler *sampler, existing *neighbours) (sighting, error) {
	f := sighting{place: s.frame.ToLocal(c.Heads[0].At)}
	for _, z := range s.options.Forbidden {
		for _, h := range c.Heads {
			if Intersects(z.Shape, h.At) {
				f.out = &s.excluded.Forbidden
				return f, nil
			}
		}
	}
	if existing.near(f.place, func(int) bool { return true }) {
		f.out = &s.excluded.Spacing
		return f, nil
	}
	p := placed{camera: c.ID, parts: make([]views, len(c.Heads))}
	wallsM := 0.0
	for k, h := range c.Heads {
		h.Camera = c.ID
		if err := s.head(ctx, h, &p, k); err != nil {
			return f, err
		}
		if s.options.MaxDwellingM == nil {
			continue
		}
		m, err := s.dwellingM(h)
		if err != nil {
			return f, err
		}
		wallsM += m
	}
	switch {
	case slices.ContainsFunc(p.facades, func(x Facade) bool { return x.Refused }):
		f.out = &s.excluded.Inside
	case s.options.MaxDwellingM != nil && wallsM > *s.options.MaxDwellingM:
		f.out = &s.excluded.Dwellings
	default:
		f.covers = s.covers(&p, sampler)
		if len(f.covers) == 0 {
			f.out = &s.excluded.Blind
		}
	}
	return f, nil
}

// covers are the cells of all demands that a candidate sees.
func (s *scout) covers(p *placed, sampler *sampler) []setcover.Span {
	var seen []stretch
	covers := sampler.covers[:0]
	for k := range s.targets {
		t := &s.targets[k]
		if k == 0 || t.layer != s.targets[k-1].layer || t.level != s.targets[k-1].level {
			seen = sampler.sample(p.all(t.layer, t.level)...)
		}
		covers = t.sheet.spans(covers, t.offset, seen)
	}
	sampler.covers = covers
	return slices.Clone(covers) // as long as it is, and no longer: there are tens of thousands
}

// all are the views of all heads in a layer. What is seen unmoved can be seen, too.
func (p *placed) all(layer layer, level int) []surface {
	var all []surface
	for _, v := range p.parts {
		all = append(all, v[layer][level]...)
		if layer == reachableByDay || layer == reachableByNight {
			all = append(all, v[layer+1][level]...)
		}
	}
	return all
}

// dwellingM is the length of the walls of dwellings that a head has in view, metres.
func (s *scout) dwellingM(h Head) (float64, error) {
	looker := s.lookers.take()
	defer s.lookers.give(looker)
	g, err := s.gaze(h, looker, &placed{})
	if err != nil || g == nil || g.envelope == nil {
		return 0, err
	}
	views := h.views()
	sector, err := views[len(views)-1].sector(s.frame.grid, g.outlook, s.levels[0].DensityPxM)
	if err != nil {
		return 0, err
	}
	p := &privacyStudy{study: s.study}
	inView, _ := p.level(g.envelope, g.envelope.dwellings(), sector)
	return inView.FacadeM, nil
}

// nobody says what rules out most of the candidates, when it rules out all.
func (s *scout) nobody() error {
	x, n := s.excluded, len(s.all)
	most := max(x.Forbidden, x.Spacing, x.Inside, x.Dwellings, x.Blind)
	switch most {
	case x.Forbidden:
		return binding(ByForbidden, "%d of %d candidates stand in one, and no other can be used", most, n)
	case x.Spacing:
		return binding(BySpacing, "%d of %d candidates stand within %g m of an existing camera, and no other can be used", most, n, s.options.SpacingM)
	case x.Dwellings:
		return binding(ByDwellings, "%d of %d candidates have more than %g m of walls of dwellings in view, and no other can be used",
			most, n, *s.options.MaxDwellingM)
	case x.Inside:
		return binding(ByObstacles, "%d of %d candidates stand deep inside one, and no other can be used", most, n)
	}
	return binding(BySight, "%d of %d candidates see nothing that is demanded, and no other can be used", most, n)
}

// excludeEachOther notes the candidates of which at most one may be chosen.
func (s *scout) excludeEachOther() {
	ranks := map[string]int{}
	var supports [][]int32
	near := newNeighbours(s.options.SpacingM)
	for j, k := range s.open {
		name := s.all[k].Support
		r, known := ranks[name]
		if !known || name == "" {
			r = len(supports)
			supports, ranks[name] = append(supports, nil), r
			near.add(s.places[j])
		}
		supports[r] = append(supports[r], int32(j))
	}
	for r, members := range supports {
		if len(members) > 1 {
			s.problem.Exclusive = append(s.problem.Exclusive, members)
		}
		near.near(near.points[r], func(o int) bool {
			if o > r {
				s.problem.Exclusive = append(s.problem.Exclusive, slices.Concat(members, supports[o]))
			}
			return false
		})
	}
}

// impossible translates what the choice cannot meet.
func (s *scout) impossible(err error) error {
	var e *setcover.ImpossibleError
	if !errors.As(err, &e) {
		return err
	}
	t := s.targets[e.Group]
	whole := float64(t.sheet.count()) * float64(s.problem.Rows[t.offset].Weight) * float64(t.times())
	asked, reach := float64(e.Required)/whole, float64(e.Reachable)/whole
	if e.Excluded() {
		return binding(ByExclusion, "no plan was found that sees %.2f %% of %s; candidates of one support, or too close to each other, exclude each other",
			100*asked, t.name())
	}
	return binding(ByShare, "%.2f %% of %s must be seen, and all %d candidates that are allowed, with what is there, see %.2f %%",
		100*asked, t.name(), len(s.open), 100*reach)
}
