package setcover

import "container/heap"

// offer is what a candidate was last known to be worth.
type offer struct {
	key       float64
	candidate int32
}

// queue is a heap of offers, the best first, and of equals the first candidate.
type queue []offer

func (q queue) Len() int      { return len(q) }
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q queue) Less(i, j int) bool {
	return q[i].key > q[j].key || q[i].key == q[j].key && q[i].candidate < q[j].candidate
}
func (q *queue) Push(any) {}
func (q *queue) Pop() any {
	*q = (*q)[:len(*q)-1]
	return nil
}

// rule is how greedy goes about it.
type rule struct {
	// key is what a candidate is worth now; it only falls as others are taken in.
	key func(j int32) float64
	// may tells whether a candidate may be taken in, and full that none may any more.
	may  func(j int32) bool
	full func() bool
}

// greedy takes in the candidate of the greatest key until none is left that may be taken and whose key is positive. As
// keys only fall, one is looked at again only when it comes first.
func (s *state) greedy(by rule) (curve []Point) {
	q := make(queue, 0, len(s.in))
	for j := range s.in {
		if s.in[j] {
			continue
		}
		if key := by.key(int32(j)); key > 0 {
			q = append(q, offer{key, int32(j)})
		}
	}
	heap.Init(&q)
	for len(q) > 0 && q[0].key > 0 && !by.full() {
		top := &q[0]
		if !by.may(top.candidate) {
			heap.Pop(&q)
			continue
		}
		if now := by.key(top.candidate); now < top.key {
			top.key = now
			heap.Fix(&q, 0)
			continue
		}
		s.add(top.candidate)
		heap.Pop(&q)
		curve = append(curve, Point{len(s.chosen), s.spent, s.value()})
	}
	return curve
}

// perCost is a worth for its cost; what costs nothing costs a millionth.
func perCost(worth float64, cost int64) float64 { return worth / max(float64(cost), 1e-6) }
