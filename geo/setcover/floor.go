package setcover

import (
	"cmp"
	"math"
	"slices"
)

// floor relaxes [Minimise]: at prices p, a candidate is taken when its rows are priced higher than it costs, and of each
// group the rows that are cheapest for their weight are promised, up to what is required.
type floor struct {
	saver *saver
	// promised is how much of each row is, order the rows of each group by price for weight, pivot the price for weight of
	// the last that is promised.
	promised []float64
	order    [][]int32
	pivot    []float64
}

func newFloor(s *saver) *floor {
	f := &floor{saver: s, promised: make([]float64, len(s.weight)), order: make([][]int32, len(s.goals)), pivot: make([]float64, len(s.goals))}
	for i, g := range s.group {
		switch {
		case s.wholly[g]:
			f.promised[i] = float64(s.need[i])
		case s.goals[g] > 0:
			f.order[g] = append(f.order[g], int32(i))
		}
	}
	return f
}

// first is what a row costs by the candidate that covers most for its cost.
func (f *floor) first(i int32) float64 {
	if f.saver.goals[f.saver.group[i]] == 0 {
		return 0
	}
	least := math.Inf(1)
	for _, slot := range f.saver.by.of(i) {
		j := f.saver.slotOwner[slot]
		least = min(least, float64(f.saver.cost[j])/float64(len(f.saver.covers.of(j))))
	}
	return least
}

func (f *floor) most(int32) float64                    { return math.Inf(1) }
func (f *floor) better(a, b float64) bool              { return a > b }
func (f *floor) demand(_ *relaxation, i int32) float64 { return f.promised[i] }
func (f *floor) goal(*relaxation) float64              { return float64(f.saver.bestCost) }

func (f *floor) value(r *relaxation) float64 {
	bound := 0.0
	for g := range f.order {
		f.promise(r, g)
	}
	for i, p := range r.price {
		bound += p * f.promised[i]
	}
	r.taken = r.taken[:0]
	for q := range int32(r.parts.len()) {
		best, least := int32(-1), 0.0
		for _, j := range r.parts.of(q) {
			if d := float64(r.cost[j]) - r.sum[j]; d < least {
				best, least = j, d
			}
		}
		if best >= 0 {
			bound += least
			r.taken = append(r.taken, best)
		}
	}
	return bound
}

// promise fills a group up with its cheapest rows.
func (f *floor) promise(r *relaxation, g int) {
	each := func(i int32) float64 { return r.price[i] / float64(r.weight[i]) }
	slices.SortFunc(f.order[g], func(a, b int32) int { return cmp.Or(cmp.Compare(each(a), each(b)), cmp.Compare(a, b)) })
	left := float64(f.saver.goals[g])
	for _, i := range f.order[g] {
		f.promised[i] = min(float64(r.need[i]), left/float64(r.weight[i]))
		if f.promised[i] > 0 {
			f.pivot[g] = each(i)
		}
		left = max(0, left-float64(r.weight[i])*float64(r.need[i]))
	}
}

// exact adds up the bound in whole numbers. What a group is promised is bounded by the goal at a price for weight, less
// what rows that are cheaper bring; any such price gives a bound.
func (f *floor) exact(r *relaxation) int64 {
	scale := f.scale(r)
	price, sum := r.whole(scale)
	total := int64(0)
	for i, p := range price {
		g := r.group[i]
		switch pivot := f.whole(int(g), scale); {
		case f.saver.wholly[g]:
			total += int64(r.need[i]) * p
		case f.saver.goals[g] > 0:
			total += int64(r.need[i]) * min(0, p-pivot*r.weight[i])
		}
	}
	for g, goal := range f.saver.goals {
		if !f.saver.wholly[g] {
			total += f.whole(g, scale) * goal
		}
	}
	for q := range int32(r.parts.len()) {
		least := int64(0)
		for _, j := range r.parts.of(q) {
			least = min(least, r.cost[j]<<scale-sum[j])
		}
		total += least
	}
	return max(0, -(-total >> scale))
}

// whole is the pivot of a group in whole numbers.
func (f *floor) whole(g int, scale uint) int64 { return int64(math.Ldexp(f.pivot[g], int(scale))) }

// scale is how many binary places there is room for.
func (f *floor) scale(r *relaxation) uint {
	sum := 1.0
	for i, p := range r.price {
		g := r.group[i]
		sum += p*float64(int(r.need[i])+len(r.by.of(int32(i)))) + f.pivot[g]*float64(r.weight[i])*float64(r.need[i])
	}
	for g, goal := range f.saver.goals {
		sum += f.pivot[g] * float64(goal)
	}
	for _, c := range r.cost {
		sum += float64(c)
	}
	return uint(max(0, min(40, 60-int(math.Ceil(math.Log2(sum))))))
}
