package setcover

import "math"

// ceiling relaxes [Maximise]: at prices p, a row brings need × (weight − p) beyond what the candidates are paid for it, and
// a candidate brings what its rows are priced. Those that bring most within the limit are taken; a limit is met by a
// price per candidate or per cost, the least at which no more is taken than it allows.
type ceiling struct {
	seeker *seeker
	limit  Limit
	// toll is the price of the limit that binds, by candidate when perCandidate.
	toll         float64
	perCandidate bool
	steps        int
}

func (c *ceiling) first(i int32) float64    { return float64(c.seeker.weight[i]) / 2 }
func (c *ceiling) most(i int32) float64     { return float64(c.seeker.weight[i]) }
func (c *ceiling) better(a, b float64) bool { return a < b }
func (c *ceiling) goal(*relaxation) float64 { return float64(c.seeker.bestValue) }
func (c *ceiling) priceOf(j int32) float64  { return c.toll * float64(c.use(j)) }

// use is what a candidate takes of the limit that binds.
func (c *ceiling) use(j int32) int64 {
	if c.perCandidate {
		return 1
	}
	return c.seeker.cost[j]
}

// possible tells whether a candidate alone keeps to the limit.
func (c *ceiling) possible(j int32) bool {
	return c.limit.Cost == 0 || c.seeker.cost[j] <= c.limit.Cost
}

func (c *ceiling) demand(r *relaxation, i int32) float64 {
	if r.price[i] < c.most(i) {
		return float64(r.need[i])
	}
	return float64(min(r.need[i], r.cover[i])) // worth nothing either way: what is given is promised
}

func (c *ceiling) value(r *relaxation) float64 {
	bound := 0.0
	for i, p := range r.price {
		bound += float64(r.need[i]) * (float64(r.weight[i]) - p)
	}
	return bound + c.fill(r)
}

// fill takes the candidates that bring most, under the limit that binds more.
func (c *ceiling) fill(r *relaxation) float64 {
	count, cost := c.limit.Count, c.limit.Cost
	if count == 0 && cost == 0 {
		count = len(r.sum)
	}
	best := math.Inf(1)
	if count > 0 {
		c.perCandidate = true
		best = c.settle(r, int64(count))
	}
	if cost > 0 {
		byCount, toll := best, c.toll
		c.perCandidate = false
		best = c.settle(r, cost)
		if byCount <= best {
			best, c.toll, c.perCandidate = byCount, toll, true
		}
	}
	c.take(r)
	return best
}

// settle finds the least toll at which no more than a room is used, and gives the bound under it.
func (c *ceiling) settle(r *relaxation, room int64) float64 {
	low, high := c.bracket(r, room)
	c.toll = high
	for range 60 {
		if high-low <= 1e-12*high {
			break
		}
		c.toll = (low + high) / 2
		switch used := c.load(r); {
		case used == room:
			low, high = c.toll, c.toll
		case used > room:
			low = c.toll
		default:
			high = c.toll
		}
		c.toll = high
	}
	bound := c.toll * float64(room)
	for q := range int32(r.parts.len()) {
		if _, surplus := c.bestOf(r, q); surplus > 0 {
			bound += surplus
		}
	}
	return bound
}

// bracket gives a toll at which too much is used, or none, and one at which it is not: near the last toll, as a rule.
func (c *ceiling) bracket(r *relaxation, room int64) (low, high float64) {
	const step = 1.02
	near := c.toll
	if c.toll = 0; c.load(r) <= room {
		return 0, 0
	}
	if c.toll = near / step; near > 0 && c.load(r) > room {
		low = c.toll
	}
	if c.toll = near * step; low > 0 && c.load(r) <= room {
		return low, c.toll
	}
	for j, sum := range r.sum {
		high = max(high, sum/max(1, float64(c.use(int32(j)))))
	}
	return low, high
}

// bestOf is the candidate of a part that brings most at the toll.
func (c *ceiling) bestOf(r *relaxation, q int32) (best int32, surplus float64) {
	best, surplus = -1, 0
	for _, j := range r.parts.of(q) {
		if s := r.sum[j] - c.priceOf(j); s > surplus && c.possible(j) {
			best, surplus = j, s
		}
	}
	return best, surplus
}

// load is what is used of the limit at the toll.
func (c *ceiling) load(r *relaxation) int64 {
	used := int64(0)
	for q := range int32(r.parts.len()) {
		if j, _ := c.bestOf(r, q); j >= 0 {
			used += c.use(j)
		}
	}
	return used
}

// take lists what is taken at the toll; every so often a plan is tried with it.
func (c *ceiling) take(r *relaxation) {
	r.taken = r.taken[:0]
	for q := range int32(r.parts.len()) {
		if j, _ := c.bestOf(r, q); j >= 0 {
			r.taken = append(r.taken, j)
		}
	}
	if c.steps++; c.steps%10 == 0 {
		c.seeker.try(r.taken)
	}
}

// exact adds up the same bound in whole numbers: any prices and any toll give a bound, so that rounding them first does
// no harm, and the sum is rounded down.
func (c *ceiling) exact(r *relaxation) int64 {
	scale := r.scale()
	price, sum := r.whole(scale)
	total := int64(0)
	for i, w := range r.weight {
		price[i] = min(price[i], w<<scale)
		total += int64(r.need[i]) * (w<<scale - price[i])
	}
	room, toll := int64(c.limit.Count), int64(math.Ldexp(c.toll, int(scale)))
	if !c.perCandidate {
		room = c.limit.Cost
	}
	if float64(toll)*float64(room) > 1<<61 { // beyond whole numbers, where a candidate costs next to nothing
		return math.MaxInt64
	}
	total += toll * room
	for q := range int32(r.parts.len()) {
		most := int64(0)
		for _, j := range r.parts.of(q) {
			if c.possible(j) {
				most = max(most, sum[j]-toll*c.use(j))
			}
		}
		total += most
	}
	return total >> scale
}

// try makes a plan of what the relaxation took, filled up greedily.
func (s *seeker) try(taken []int32) {
	s.become(nil)
	for _, j := range taken {
		if s.fits(j) {
			s.add(j)
		}
	}
	for j, _ := s.leaders(); j >= 0; j, _ = s.leaders() {
		s.add(j)
	}
	s.keep()
}
