package geo

import (
	"context"
	"slices"
)

// ledger keeps the surfaces of a scene while its footprints change one at a time. Since surfaces are whole numbers and
// every chunk is walked on its own, taking away what the chunks near a change gave before it, and adding what they give
// after, leaves the very sums that a full walk would find.
//
// It is for one goroutine at a time.
type ledger struct {
	want                want
	footprints, domains []surface
	a                   *arrangement
	walkers             [2]*walker // the second helps the first
	sum                 *tally
	last                *tally            // sum, when it was last compared
	changes             []change          // since then, up to the next comparison
	loops               map[int32][]int32 // of footprints that changed since the arrangement was made
	late                int               // chunks added since then
}

// newLedger walks a scene, which has one domain at least. What want says of outlines is not looked at.
func newLedger(ctx context.Context, footprints, domains []surface, want want) (*ledger, error) {
	want.outlines = false
	l := &ledger{want: want, footprints: append([]surface(nil), footprints...), domains: domains}
	l.arrange()
	var err error
	l.sum, _, err = l.a.tally(ctx, want)
	l.walkers[0].use(l.sum)
	l.last = l.a.newTally(want)
	l.last.add(l.sum)
	return l, err
}

// change is a sum of a tally that is another now.
type change struct {
	of     changed
	number int32 // of the footprint; of the group, counted through all groupings
	sum    int64
}

// changed tells what a change is about.
type changed uint8

const (
	eachItem changed = iota // the surface of a footprint
	onlyItem                // what only that footprint covers
	oneGroup                // what only the footprints of a group cover
)

// compare lists what has changed since the last comparison, but for the depths.
func (l *ledger) compare() {
	l.changes = l.changes[:0]
	l.list(eachItem, 0, l.sum.each, l.last.each)
	first := int32(0)
	for k, sums := range l.sum.lost {
		if k == 0 {
			l.list(onlyItem, 0, sums[1:], l.last.lost[k][1:])
			continue
		}
		l.list(oneGroup, first, sums[1:], l.last.lost[k][1:])
		first += int32(len(sums)) - 1
	}
}

// list lists the sums that are no longer the last ones, and makes them the last ones.
func (l *ledger) list(of changed, first int32, sums, last []int64) {
	for k, m := range sums {
		if m != last[k] {
			last[k] = m
			l.changes = append(l.changes, change{of, first + int32(k), m})
		}
	}
}

// arrange indexes the footprints as they are now.
func (l *ledger) arrange() {
	l.a = arrange(l.footprints, l.domains)
	l.a.lateChunks, l.a.lateRings = newLatecomers(l.a.cells), newLatecomers(l.a.cells)
	for k := range l.walkers {
		l.walkers[k] = l.a.newWalker(l.want)
	}
	l.loops, l.late = map[int32][]int32{}, 0
	if l.sum != nil {
		l.walkers[0].use(l.sum)
	}
}

// depths are the surfaces now, but for those of single footprints and groups.
func (l *ledger) depths() *depths {
	whole := tally{footprints: l.sum.footprints, domains: l.sum.domains}
	return whole.depths()
}

// replace puts another surface in the place of a footprint; an empty one takes it away.
func (l *ledger) replace(item int32, s surface) {
	const worn = 4 // one chunk in so many is late before everything is indexed again
	if l.late > len(l.a.chunks)/worn {
		l.arrange()
	}
	old := l.loopsOf(item)
	near := l.near(old, s)
	c := turnover{item: item, fresh: int32(len(l.a.vertices))}
	fresh := l.a.insert(s, item)
	l.loops[item], l.footprints[item] = fresh, s
	for _, k := range fresh {
		l.late += int(l.a.rings[k].lastChunk - l.a.rings[k].firstChunk)
	}
	l.book(c, slices.Concat(old, fresh), near)
	for _, k := range old {
		l.a.remove(k)
	}
}

// halves are chunks in two parts, each in order: what lies in rows of cells to the south, and to the north.
type halves [2][]int32

// book takes away what some rings of a footprint that changes, and chunks near it, gave before, and adds what they give after.
func (l *ledger) book(c turnover, rings []int32, near halves) {
	walkers := l.walkers[:1]
	if len(near[1]) > 0 {
		walkers = l.walkers[:]
	}
	for _, w := range walkers {
		w.growTo(len(l.a.chunks))
	}
	for _, k := range rings {
		walkers[0].enlist(leg{l.a.rings[k].firstChunk, l.a.rings[k].lastChunk})
	}
	_ = inParallel(l.want.workers, len(walkers), func(k int) error {
		w := walkers[k]
		for _, chunk := range near[k] {
			w.enlist(leg{chunk, chunk + 1})
		}
		w.walkTurnover(c)
		return nil
	})
	if len(walkers) > 1 {
		l.sum.take(walkers[1].sum)
	}
}

func (l *ledger) loopsOf(item int32) []int32 {
	if loops, changed := l.loops[item]; changed {
		return loops
	}
	var loops []int32
	for k := l.a.firstRing(item); k < len(l.a.rings) && l.a.rings[k].item == item; k++ {
		loops = append(loops, int32(k))
	}
	return loops
}

// near are the chunks of other items that what a footprint was, or will be, may meet.
func (l *ledger) near(old []int32, s surface) halves {
	const many = 32 // chunks that are worth a goroutine more
	var boxes []box
	for _, k := range old {
		boxes = append(boxes, l.a.rings[k].box)
	}
	for _, r := range s {
		boxes = append(boxes, boxOf(r))
	}
	item := int32(-1)
	if len(old) > 0 {
		item = l.a.rings[old[0]].item
	}
	w := l.walkers[0]
	w.mark++
	var near []int32
	for _, b := range boxes {
		if !b.meets(l.a.limit) {
			continue
		}
		l.a.visitChunks(b, func(k int32) {
			if c := &l.a.chunks[k]; c.item != item && w.stamp[k] != w.mark && c.box.meets(b) {
				w.stamp[k] = w.mark
				near = append(near, k)
			}
		})
	}
	half := len(near)
	if half > many {
		half /= 2
	}
	slices.Sort(near[:half])
	slices.Sort(near[half:])
	return halves{near[:half], near[half:]}
}
