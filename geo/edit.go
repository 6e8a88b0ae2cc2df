package geo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
)

// ErrNotEditable says that a coverage was not computed with [Options.Editable].
var ErrNotEditable = errors.New("coverage is not editable")

// ErrUnknownCamera says that a camera is not in the scene.
var ErrUnknownCamera = errors.New("camera is not in the scene")

// desk keeps what takes long, so that the figures of a coverage follow when one camera changes.
type desk struct {
	mutex   sync.Mutex
	study   *study
	ledgers [][2]*ledger // by table and level: of what can be seen, and of what is seen unmoved
}

func newDesk(s *study) *desk {
	return &desk{study: s, ledgers: make([][2]*ledger, len(s.tables)*len(s.levels))}
}

// Replace puts other heads in the place of those of one camera (none: it goes away), and gives the figures that a new run
// would give, to a thousandth of a square millimetre, in the time that the neighbourhood of the camera takes. The shapes
// are left out: [Cover] draws them. The coverage it is called on stays as it is; the next call goes on from the last one.
// The first call takes about as long as a run.
//
// Errors: [ErrNotEditable], [ErrUnknownCamera], those of [Cover] for the new heads; when there are subsets, also a
// number of heads that is not the one before.
func (c Coverage) Replace(ctx context.Context, camera string, heads []Head) (Coverage, error) {
	if c.desk == nil {
		return Coverage{}, fmt.Errorf("replace: %w", ErrNotEditable)
	}
	c.desk.mutex.Lock()
	defer c.desk.mutex.Unlock()
	out, err := c.desk.replace(ctx, camera, heads)
	if err != nil {
		return Coverage{}, fmt.Errorf("replace camera %q: %w", camera, err)
	}
	return out, nil
}

func (k *desk) replace(ctx context.Context, camera string, heads []Head) (Coverage, error) {
	s := k.study
	rank := slices.IndexFunc(s.cameras, func(p placed) bool { return p.camera == camera })
	if rank < 0 {
		return Coverage{}, ErrUnknownCamera
	}
	if before := s.headsOf(rank); len(s.out.Subsets) > 0 && len(heads) != before {
		return Coverage{}, fmt.Errorf("%d heads in the place of %d, to which subsets refer", len(heads), before)
	}
	heads = slices.Clone(heads)
	for i := range heads {
		heads[i].Camera = camera
		if err := heads[i].validate(); err != nil {
			return Coverage{}, err
		}
	}
	if err := k.open(ctx); err != nil {
		return Coverage{}, err
	}
	p, err := s.camera(ctx, camera, heads)
	if err != nil {
		return Coverage{}, err
	}
	before := s.cameras[rank]
	s.cameras[rank] = p
	s.note()
	err = inParallel(s.options.Workers, len(k.ledgers), func(i int) error { return k.turn(ctx, i, rank) })
	if err != nil { // some ledgers have turned: the next call begins with new ones
		s.cameras[rank] = before
		clear(k.ledgers)
		return Coverage{}, err
	}
	return s.out.clone(), nil
}

// headsOf counts the heads of a camera.
func (s *study) headsOf(rank int) int {
	n := 0
	for _, r := range s.ranks {
		if r == rank {
			n++
		}
	}
	return n
}

// open makes the ledgers, once.
func (k *desk) open(ctx context.Context) error {
	s := k.study
	return inParallel(s.options.Workers, len(k.ledgers), func(i int) error {
		if k.ledgers[i][0] != nil {
			return nil
		}
		t, level := &s.tables[i/len(s.levels)], i%len(s.levels)
		var pair [2]*ledger
		for side, want := range []want{s.want(t), s.unparted()} {
			footprints, err := s.footprints(ctx, t, t.layer+layer(side), level)
			if err != nil {
				return err
			}
			if pair[side], err = newLedger(ctx, footprints, t.domains, want); err != nil {
				return err
			}
		}
		k.ledgers[i] = pair
		return nil
	})
}

// turn brings one level of one table up to date after a camera has changed.
func (k *desk) turn(ctx context.Context, i, rank int) error {
	s := k.study
	t, level := &s.tables[i/len(s.levels)], i%len(s.levels)
	for side, l := range k.ledgers[i] {
		shape, err := s.footprint(ctx, t, t.layer+layer(side), level, rank)
		if err != nil {
			return err
		}
		l.replace(int32(rank), shape)
	}
	out, d := &t.levels[level], k.ledgers[i][0].depths()
	out.Seen, out.Blind = nil, nil
	out.fill(d, s.frame.grid)
	out.fillPermanent(k.ledgers[i][1].depths(), s.frame.grid)
	if t.parted() {
		s.part(d, level)
	}
	return nil
}

// clone copies what later changes would write over.
func (c Coverage) clone() Coverage {
	c.Levels, c.Night = slices.Clone(c.Levels), slices.Clone(c.Night)
	c.Zones, c.Subsets = slices.Clone(c.Zones), slices.Clone(c.Subsets)
	for z := range c.Zones {
		c.Zones[z].Levels, c.Zones[z].Night = slices.Clone(c.Zones[z].Levels), slices.Clone(c.Zones[z].Night)
	}
	for k := range c.Subsets {
		c.Subsets[k].Levels = slices.Clone(c.Subsets[k].Levels)
	}
	c.Cameras, c.Losses = slices.Clone(c.Cameras), slices.Clone(c.Losses)
	room := make([]float64, 0, (2*len(c.Cameras)+len(c.Losses))*len(c.Levels))
	own := func(m2 *[]float64) {
		from := len(room)
		room = append(room, *m2...)
		*m2 = room[from:len(room):len(room)]
	}
	for k := range c.Cameras {
		own(&c.Cameras[k].FootprintM2)
		own(&c.Cameras[k].ExclusiveM2)
	}
	for k := range c.Losses {
		own(&c.Losses[k].LostM2)
	}
	return c
}
