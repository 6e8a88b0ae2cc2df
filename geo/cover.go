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
// perimeter more than 516 km across; the context's own when it ends.
func Cover(ctx context.Context, scene Scene, options Options) (Coverage, error) {
	options.UnionOnly = options.UnionOnly && !options.Editable
	s, err := newStudy(ctx, scene, options)
	if err != nil {
		return Coverage{}, fmt.Errorf("cover: %w", err)
	}
	s.layOut(scene)
	if options.Editable {
		s.out.desk = newDesk(s)
	}
	if err := s.fill(ctx); err != nil {
		return Coverage{}, fmt.Errorf("cover: %w", err)
	}
	if options.Editable {
		return s.out.clone(), nil
	}
	return s.out, nil
}

// layOut makes the tables of the result, those that take longest first.
func (s *study) layOut(scene Scene) {
	if !s.options.UnionOnly {
		s.layOutCameras()
	}
	s.out.Levels = s.table(table{layer: reachableByDay, domains: []surface{s.ground}, whole: true})
	if s.options.Night {
		s.out.Night = s.table(table{layer: reachableByNight, domains: []surface{s.ground}, whole: true})
	}
	for z, shape := range s.zones {
		domains := []surface{s.ground, shape}
		zone := ZoneCoverage{ID: scene.Zones[z].ID, Levels: s.table(table{layer: reachableByDay, domains: domains})}
		if s.options.Night {
			zone.Night = s.table(table{layer: reachableByNight, domains: domains})
		}
		s.out.Zones = append(s.out.Zones, zone)
	}
	for _, b := range scene.Subsets {
		t := table{layer: reachableByDay, domains: []surface{s.ground}, heads: make([][]int, len(s.cameras))}
		for _, h := range b.Heads {
			t.heads[s.ranks[h]] = append(t.heads[s.ranks[h]], s.parts[h])
		}
		s.out.Subsets = append(s.out.Subsets, SubsetCoverage{ID: b.ID, Levels: s.table(t)})
	}
	var losses []Loss
	for _, g := range scene.Groupings {
		if !s.options.UnionOnly {
			losses = s.drill(g, losses)
		}
	}
	s.out.Losses = newRows(losses)
}

// layOutCameras makes room for the parts of the cameras.
func (s *study) layOutCameras() {
	cameras, none := make([]CameraCoverage, len(s.cameras)), make([]float64, 2*len(s.cameras)*len(s.levels))
	next := func() (row []float64) {
		row, none = none[:len(s.levels):len(s.levels)], none[len(s.levels):]
		return row
	}
	for k, p := range s.cameras {
		cameras[k] = CameraCoverage{Camera: p.camera, FootprintM2: next(), ExclusiveM2: next()}
	}
	s.out.Cameras = newRows(cameras)
}

// drill adds room for the losses of a grouping.
func (s *study) drill(g Grouping, losses []Loss) []Loss {
	ranks := map[string]int32{}
	for _, p := range s.cameras {
		if member, goes := g.Members[p.camera]; goes {
			ranks[member] = 0
		}
	}
	first := len(losses)
	for rank, member := range slices.Sorted(maps.Keys(ranks)) {
		ranks[member] = int32(rank)
		losses = append(losses, Loss{Grouping: g.ID, Member: member, LostM2: make([]float64, len(s.levels))})
	}
	groups := make([]int32, len(s.cameras))
	for k, p := range s.cameras {
		member, goes := g.Members[p.camera]
		if groups[k] = -1; goes {
			groups[k] = ranks[member]
			losses[first+int(groups[k])].Cameras++
		}
	}
	s.groups = append(s.groups, groups)
	return losses
}

// fill fills the result.
func (s *study) fill(ctx context.Context) error {
	s.note()
	n := len(s.levels)
	err := inParallel(s.options.Workers, len(s.tables)*n, func(k int) error { return s.fillLevel(ctx, k/n, k%n) })
	if err != nil {
		return err
	}
	return inParallel(s.options.Workers, len(s.zones), func(z int) error { return s.measure(ctx, z) })
}

// note gathers what the cameras say of themselves.
func (s *study) note() {
	s.out.Facades, s.out.ArcInsetM, s.out.ArcLossShare = nil, 0, 0
	for k := range s.cameras {
		p := &s.cameras[k]
		s.out.Facades = append(s.out.Facades, p.facades...)
		s.out.ArcInsetM, s.out.ArcLossShare = max(s.out.ArcInsetM, p.insetM), max(s.out.ArcLossShare, p.lossShare)
	}
}

// measure finds the surfaces of a zone.
func (s *study) measure(ctx context.Context, z int) error {
	out := &s.out.Zones[z]
	for _, part := range []struct {
		domain surface
		into   *float64
	}{{s.perimeter, &out.PerimeterM2}, {s.ground, &out.GroundM2}} {
		d, err := arrange(nil, []surface{part.domain, s.zones[z]}).walk(ctx, want{workers: s.options.Workers})
		if err != nil {
			return err
		}
		*part.into = d.ground * s.frame.grid.squareM2()
	}
	return nil
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
