package setcover

import (
	"context"
	"math"
	"slices"
)

// relaxation bounds what any plan can reach (Lagrangian relaxation): a row is promised cover from sets that are not
// chosen, at a price per row, and whatever the prices are, the best that can be promised is no worse than the best plan.
// The prices are improved step by step along a subgradient (Held, Wolfe and Crowder 1974; Beasley 1990 for covers).
type relaxation struct {
	*model
	side side
	// prices by row, those of the best bound, and what they come to for each candidate.
	price, bestPrice, sum []float64
	slopes                []float64
	// taken are the candidates chosen at these prices, cover how often they cover each row.
	taken []int32
	cover []int32
	best  float64
	ran   bool
}

// side is the problem that is relaxed.
type side interface {
	// first is the price to start with of a row, most the highest that can be of use.
	first(i int32) float64
	most(i int32) float64
	// value is the bound at the prices; it fills what is taken.
	value(r *relaxation) float64
	// demand is how much of a row is promised.
	demand(r *relaxation, i int32) float64
	// better tells which of two bounds is tighter, and goal is the best value known.
	better(a, b float64) bool
	goal(r *relaxation) float64
	// exact is the bound at prices in whole numbers, 1<<scale to the unit, rounded so that it is never past the truth.
	exact(r *relaxation) int64
}

func newRelaxation(m *model, side side) *relaxation {
	r := &relaxation{
		model: m, side: side, price: make([]float64, len(m.weight)), sum: make([]float64, m.covers.len()), cover: make([]int32, len(m.weight)),
		slopes: make([]float64, len(m.weight)),
	}
	for i := range r.price {
		r.price[i] = side.first(int32(i))
	}
	r.bestPrice = slices.Clone(r.price)
	return r
}

const (
	patience  = 15   // steps without a better bound before they are made shorter
	shorten   = 0.7  // by which they are
	leastStep = 1e-4 // and when it is no use any more
)

// run improves the prices.
func (r *relaxation) run(ctx context.Context, rounds int) error {
	step, stalled := 1.0, 0
	for range rounds {
		if err := ctx.Err(); err != nil {
			return err
		}
		bound := r.evaluate()
		if !r.ran || r.side.better(bound, r.best) {
			r.best, r.ran, stalled = bound, true, 0
			copy(r.bestPrice, r.price)
		} else if stalled++; stalled > patience {
			step, stalled = step*shorten, 0
		}
		missing := math.Abs(bound - r.side.goal(r))
		if step < leastStep || math.Abs(r.best-r.side.goal(r)) < 1e-9 || !r.move(step*missing) {
			break
		}
	}
	copy(r.price, r.bestPrice)
	if r.ran {
		r.evaluate()
	}
	return nil
}

// evaluate is the bound at the prices.
func (r *relaxation) evaluate() float64 {
	for j := range r.sum {
		sum := 0.0
		for _, i := range r.covers.of(int32(j)) {
			sum += r.price[i]
		}
		r.sum[j] = sum
	}
	bound := r.side.value(r)
	clear(r.cover)
	for _, j := range r.taken {
		for _, i := range r.covers.of(j) {
			r.cover[i]++
		}
	}
	return bound
}

// move changes the prices of the rows that are promised more or less than they are given; it tells whether there are any.
func (r *relaxation) move(length float64) bool {
	norm := 0.0
	for i := range int32(len(r.price)) {
		g := r.slope(i)
		r.slopes[i] = g
		norm += g * g
	}
	if norm == 0 {
		return false
	}
	for i, g := range r.slopes {
		if g != 0 {
			r.price[i] = min(r.side.most(int32(i)), max(0, r.price[i]+length/norm*g))
		}
	}
	return true
}

// slope is how a price should change: not at all where it cannot.
func (r *relaxation) slope(i int32) float64 {
	g := r.side.demand(r, i) - float64(r.cover[i])
	if g < 0 && r.price[i] <= 0 || g > 0 && r.price[i] >= r.side.most(i) {
		return 0
	}
	return g
}

// exact is the bound at the best prices, as a whole number that is never past the truth.
func (r *relaxation) exact() int64 { return r.side.exact(r) }

// whole are the prices in whole numbers, scale binary places.
func (r *relaxation) whole(scale uint) (price, sum []int64) {
	price, sum = make([]int64, len(r.price)), make([]int64, len(r.sum))
	for i, p := range r.price {
		price[i] = int64(math.Ldexp(p, int(scale)))
	}
	for j := range sum {
		for _, i := range r.covers.of(int32(j)) {
			sum[j] += price[i]
		}
	}
	return price, sum
}
