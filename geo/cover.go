package geo

import (
	"context"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// MaxReachM is the farthest that a head is taken to see, metres: beyond it haze and heat decide, not optics.
const MaxReachM = 3_000.0

// Cover computes what the heads of a scene see of its perimeter and of its zones, level by level, exactly (on polygons
// inscribed in the true sectors), by the method of boundary depth.
//
// Errors: a *[Violation] for a bad geometry, an *[UnknownError] for a head without optics, [ErrTooLarge] for a
// perimeter more than 54 km across; the context's own when it ends.
func Cover(ctx context.Context, scene Scene, options Options) (Coverage, error) {
	s, err := newStudy(ctx, scene, options)
	if err != nil {
		return Coverage{}, fmt.Errorf("cover: %w", err)
	}
	jobs := s.jobs(scene)
	if err := inParallel(options.Workers, len(jobs), func(k int) error { return jobs[k](ctx) }); err != nil {
		return Coverage{}, fmt.Errorf("cover: %w", err)
	}
	return s.out, nil
}

// job is one walk, or a few, that writes its own part of the result.
type job func(context.Context) error

// jobs lays the result out and gives what is to be done to fill it, the longest jobs first.
func (s *study) jobs(scene Scene) []job {
	s.layOut(scene)
	jobs := s.period(s.out.Levels, reachableByDay)
	if s.options.Night {
		s.out.Night = s.blankLevels()
		jobs = append(jobs, s.period(s.out.Night, reachableByNight)...)
	}
	for z := range s.out.Zones {
		jobs = append(jobs, s.zone(z)...)
	}
	for k := range s.out.Subsets {
		jobs = append(jobs, s.subset(&s.out.Subsets[k], scene.Subsets[k].Heads)...)
	}
	return jobs
}

// layOut makes the tables of the result.
func (s *study) layOut(scene Scene) {
	s.out.Levels = s.blankLevels()
	for _, p := range s.cameras {
		none := make([]float64, 2*len(s.levels))
		s.out.Cameras = append(s.out.Cameras, CameraCoverage{
			Camera: p.camera, FootprintM2: none[:len(s.levels):len(s.levels)], ExclusiveM2: none[len(s.levels):],
		})
		s.out.Facades = append(s.out.Facades, p.facades...)
		s.out.ArcInsetM, s.out.ArcLossShare = max(s.out.ArcInsetM, p.insetM), max(s.out.ArcLossShare, p.lossShare)
	}
	for _, z := range scene.Zones {
		s.out.Zones = append(s.out.Zones, ZoneCoverage{ID: z.ID, Levels: s.blankLevels()})
	}
	for _, g := range scene.Groupings {
		s.drill(g)
	}
	for _, b := range scene.Subsets {
		s.out.Subsets = append(s.out.Subsets, SubsetCoverage{ID: b.ID, Levels: s.blankLevels()})
	}
}

// drill makes room for the losses of a grouping.
func (s *study) drill(g Grouping) {
	ranks := map[string]int32{}
	for _, p := range s.cameras {
		if member, goes := g.Members[p.camera]; goes {
			ranks[member] = 0
		}
	}
	first := len(s.out.Losses)
	for rank, member := range slices.Sorted(maps.Keys(ranks)) {
		ranks[member] = int32(rank)
		s.out.Losses = append(s.out.Losses, Loss{Grouping: g.ID, Member: member, LostM2: make([]float64, len(s.levels))})
	}
	groups := make([]int32, len(s.cameras))
	for k, p := range s.cameras {
		member, goes := g.Members[p.camera]
		if groups[k] = -1; goes {
			groups[k] = ranks[member]
			s.out.Losses[first+int(groups[k])].Cameras++
		}
	}
	s.groups = append(s.groups, groups)
}

func (s *study) blankLevels() []LevelCoverage {
	blank := make([]LevelCoverage, len(s.levels))
	for l := range blank {
		blank[l].Level = s.levels[l]
	}
	return blank
}

// seen is what each camera sees in a layer, at a level.
func (s *study) seen(layer layer, level int) []surface {
	seen := make([]surface, len(s.cameras))
	for k, p := range s.cameras {
		seen[k] = p.seen[layer][level]
	}
	return seen
}

// period fills the levels of the whole ground, by day or by night.
func (s *study) period(out []LevelCoverage, layer layer) []job {
	var jobs []job
	for l := range out {
		jobs = append(jobs, func(ctx context.Context) error {
			if err := s.level(ctx, &out[l], layer, l); err != nil {
				return err
			}
			return s.permanent(ctx, &out[l], s.seen(layer+1, l), s.ground)
		})
	}
	return jobs
}

// zone fills the levels of a zone.
func (s *study) zone(z int) []job {
	out, shape := &s.out.Zones[z], s.zones[z]
	domains := []surface{s.ground.within(shape.box()), shape}
	measure := func(domain surface, into *float64) job {
		return func(ctx context.Context) error {
			return s.areas(ctx, nil, []surface{domain, shape}, func(d *depths) { *into = d.ground * squareM2 })
		}
	}
	jobs := []job{measure(s.perimeter, &out.PerimeterM2), measure(domains[0], &out.GroundM2)}
	fill := func(levels []LevelCoverage, layer layer) {
		for l := range levels {
			jobs = append(jobs, func(ctx context.Context) error {
				if err := s.areas(ctx, s.seen(layer, l), domains, levels[l].fill); err != nil {
					return err
				}
				return s.permanent(ctx, &levels[l], s.seen(layer+1, l), domains...)
			})
		}
	}
	fill(out.Levels, reachableByDay)
	if s.options.Night {
		out.Night = s.blankLevels()
		fill(out.Night, reachableByNight)
	}
	return jobs
}

// subset fills the levels of what some of the heads see by day.
func (s *study) subset(out *SubsetCoverage, heads []int) []job {
	byCamera := make([][]int, len(s.cameras))
	for _, h := range heads {
		byCamera[s.ranks[h]] = append(byCamera[s.ranks[h]], s.parts[h])
	}
	seen := func(ctx context.Context, layer layer, level int) (all []surface, err error) {
		for k, some := range byCamera {
			p := &s.cameras[k]
			shape := p.seen[layer][level]
			if len(some) < len(p.parts) {
				if shape, err = p.merged(ctx, layer, level, some); err != nil {
					return nil, err
				}
			}
			if len(some) > 0 {
				all = append(all, shape)
			}
		}
		return all, nil
	}
	var jobs []job
	for l := range out.Levels {
		jobs = append(jobs, func(ctx context.Context) error {
			reachable, err := seen(ctx, reachableByDay, l)
			if err != nil {
				return err
			}
			unmoved, err := seen(ctx, permanentByDay, l)
			if err != nil {
				return err
			}
			if err := s.areas(ctx, reachable, []surface{s.ground}, out.Levels[l].fill); err != nil {
				return err
			}
			return s.permanent(ctx, &out.Levels[l], unmoved, s.ground)
		})
	}
	return jobs
}

// level fills one level over the whole ground, with shapes, and by day with the part of each camera.
func (s *study) level(ctx context.Context, out *LevelCoverage, layer layer, l int) error {
	byDay := layer == reachableByDay
	if s.figuresOnly {
		return s.areas(ctx, s.seen(layer, l), []surface{s.ground}, out.fill)
	}
	want := want{outlines: true, workers: s.options.Workers}
	if byDay {
		want.exclusives, want.groups = true, s.groups
	}
	d, err := arrange(s.seen(layer, l), []surface{s.ground}).walk(ctx, want)
	if err != nil {
		return err
	}
	out.fill(d)
	if byDay {
		s.parting(d, l)
	}
	gaps, err := d.gaps()
	if err != nil {
		return err
	}
	seen, err := d.seen()
	if err != nil {
		return err
	}
	out.Blind, out.Seen = s.frame.polygons(gaps), s.frame.polygons(seen)
	return nil
}

// parting fills the parts of the cameras, and what is lost with them, at a level.
func (s *study) parting(d *depths, l int) {
	for k := range s.out.Cameras {
		s.out.Cameras[k].FootprintM2[l] = max(0, d.each[k]*squareM2)
		s.out.Cameras[k].ExclusiveM2[l] = max(0, d.only[k]*squareM2)
	}
	rank := 0
	for _, members := range d.lost {
		for _, m := range members {
			s.out.Losses[rank].LostM2[l] = max(0, m*squareM2)
			rank++
		}
	}
}

// permanent fills what is seen unmoved. It is part of what is seen: two ways to merge the same sectors may differ by a
// rounding.
func (s *study) permanent(ctx context.Context, out *LevelCoverage, footprints []surface, domains ...surface) error {
	return s.areas(ctx, footprints, domains, func(d *depths) { out.PermanentM2 = min(d.seenM2(), out.SeenM2) })
}

// areas walks the footprints that meet the last domain.
func (s *study) areas(ctx context.Context, footprints, domains []surface, use func(*depths)) error {
	limit := domains[len(domains)-1].box()
	var near []surface
	for _, f := range footprints {
		if f.box().meets(limit) {
			near = append(near, f)
		}
	}
	d, err := arrange(near, domains).walk(ctx, want{workers: s.options.Workers})
	if err != nil {
		return err
	}
	use(d)
	return nil
}

func (d *depths) seenM2() float64 {
	if len(d.atLeast) == 0 {
		return 0
	}
	return min(d.atLeast[0], d.ground) * squareM2
}

// fill takes the surfaces of a walk.
func (c *LevelCoverage) fill(d *depths) {
	c.SeenM2 = d.seenM2()
	c.BlindM2 = d.ground*squareM2 - c.SeenM2
	c.AtLeastM2 = make([]float64, len(d.atLeast))
	for k, m := range d.atLeast {
		c.AtLeastM2[k] = min(m, d.ground) * squareM2
	}
}

// inParallel runs n jobs on some workers (0: one per processor) and returns the error of the first job in order that
// failed.
func inParallel(workers, n int, job func(k int) error) error {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	failed := make([]error, n)
	var next atomic.Int64
	var group sync.WaitGroup
	for range min(workers, n) {
		group.Go(func() {
			for k := next.Add(1) - 1; k < int64(n); k = next.Add(1) - 1 {
				failed[k] = job(int(k))
			}
		})
	}
	group.Wait()
	for _, err := range failed {
		if err != nil {
			return err
		}
	}
	return nil
}
