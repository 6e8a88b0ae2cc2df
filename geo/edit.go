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
	mutex sync.Mutex
	study *study
	// ledgers are by table and level: of what can be seen, and of what is seen unmoved. They are one as long as every
	// camera sees the same in both.
	ledgers [][2]*ledger
	ranks   map[string]int // of the cameras
}

func newDesk(s *study) *desk {
	k := &desk{study: s, ledgers: make([][2]*ledger, len(s.tables)*len(s.levels)), ranks: make(map[string]int, len(s.cameras))}
	for rank, p := range s.cameras {
		k.ranks[p.camera] = rank
	}
	return k
}

// Replace puts other heads in the place of those of one camera (none: it goes away), and gives the figures that a new run
// would give, to a thousandth of a square millimetre, in the time that the neighbourhood of the camera takes. The shapes
// are left out: [Cover] draws them. The coverage it is called on stays as it is; the next call goes on from the last one.
// The first call takes about as long as a run, and so does the first one after which some camera sees more than it sees unmoved.
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
	rank, known := k.ranks[camera]
	if !known {
		return Coverage{}, ErrUnknownCamera
	}
	if len(s.out.Subsets) > 0 && len(heads) != s.headsOf(rank) {
		return Coverage{}, fmt.Errorf("%d heads in the place of %d, to which subsets refer", len(heads), s.headsOf(rank))
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
	err = inParallel(s.options.Workers, len(k.ledgers), func(i int) error { return k.turn(ctx, i, rank) })
	if err != nil { // some ledgers have turned: the next call begins with new ones
		s.cameras[rank] = before
		clear(k.ledgers)
		return Coverage{}, err
	}
	s.noteChange(before, p)
	k.post()
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
		seen, err := s.footprints(ctx, t, t.layer, level)
		if err != nil {
			return err
		}
		unmoved, err := s.footprints(ctx, t, t.layer+1, level)
		if err != nil {
			return err
		}
		var pair [2]*ledger
		if pair[0], err = newLedger(ctx, seen, t.domains, s.want(t)); err != nil {
			return err
		}
		if pair[1] = pair[0]; !slices.EqualFunc(seen, unmoved, sameSurface) {
			pair[1], err = newLedger(ctx, unmoved, t.domains, s.unparted())
		}
		k.ledgers[i] = pair
		return err
	})
}

// sameSurface tells whether two surfaces are one in memory.
func sameSurface(a, b surface) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

// turn brings one level of one table up to date after a camera has changed.
func (k *desk) turn(ctx context.Context, i, rank int) error {
	s, pair := k.study, &k.ledgers[i]
	t, level := &s.tables[i/len(s.levels)], i%len(s.levels)
	seen, err := s.footprint(ctx, t, t.layer, level, rank)
	if err != nil {
		return err
	}
	unmoved, err := s.footprint(ctx, t, t.layer+1, level, rank)
	if err != nil {
		return err
	}
	pair[0].replace(int32(rank), seen)
	switch {
	case pair[0] != pair[1]:
		pair[1].replace(int32(rank), unmoved)
	case !sameSurface(seen, unmoved):
		footprints := slices.Clone(pair[0].footprints)
		footprints[rank] = unmoved
		if pair[1], err = newLedger(ctx, footprints, t.domains, s.unparted()); err != nil {
			return err
		}
	}
	out := &t.levels[level]
	out.Seen, out.Blind = nil, nil
	out.fill(pair[0].depths(), s.frame.grid)
	out.fillPermanent(pair[1].depths(), s.frame.grid)
	pair[0].compare()
	return nil
}

// noteChange is note after one camera has changed.
func (s *study) noteChange(before, after placed) {
	out := &s.out
	if before.insetM == out.ArcInsetM || before.lossShare == out.ArcLossShare || len(before.facades)+len(after.facades) > 0 {
		s.note()
		return
	}
	out.ArcInsetM, out.ArcLossShare = max(out.ArcInsetM, after.insetM), max(out.ArcLossShare, after.lossShare)
}

// post writes the parts of the cameras that have changed, and what is lost with them, into rows of their own: earlier
// coverages keep theirs.
func (k *desk) post() {
	s := k.study
	squareM2 := s.frame.grid.squareM2()
	cameras, losses, own := newDraft(s.out.Cameras), newDraft(s.out.Losses), map[*[]float64]bool{}
	figures := func(x change) *[]float64 {
		switch x.of {
		case eachItem:
			return &cameras.row(x.number).FootprintM2
		case onlyItem:
			return &cameras.row(x.number).ExclusiveM2
		case oneGroup:
			return &losses.row(x.number).LostM2
		}
		return nil
	}
	for i, pair := range k.ledgers {
		if !s.tables[i/len(s.levels)].parted() {
			continue
		}
		for _, x := range pair[0].changes {
			m2 := figures(x)
			if !own[m2] {
				own[m2], *m2 = true, slices.Clone(*m2)
			}
			(*m2)[i%len(s.levels)] = max(0, float64(x.sum)*tallyUnits*squareM2)
		}
	}
	s.out.Cameras, s.out.Losses = cameras.rows, losses.rows
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
	return c
}
