package advisory

import (
	"math"
	"slices"

	"vigie/inventory"
)

// memory holds findings by their rules and by what they depend on, so that of two subjects of which a rule sees the same only
// one is judged. What values are is told by numbers: 0 for what is unknown, otherwise the same for the same value alone.
type memory struct {
	texts   map[string]int32
	numbers map[uint64]int32
	limits  map[*LimitValue]int32
	// now are the numbers of what is known, by slots.
	now []int32
	// table has the entries, from 1, at the place of the sum of what they depend on or, where that is taken, behind it. Its
	// length is a power of two, and more than twice the entries.
	table   []int32
	entries []remembered
	// seen are the numbers that the entries depend on, one after the other.
	seen []int32
	text []byte // room for a text
	// serial is that of the last entry.
	serial int
}

// remembered is a finding that was given.
type remembered struct {
	finding Finding
	rule    int
	// sum is that of what it depends on, seen where that begins.
	sum  uint64
	seen int
	// serial tells it apart from all other entries that there ever were.
	serial int
	// rank is for who groups findings, -1 until then.
	rank int
}

// mostRemembered is how many findings are remembered; then all are forgotten.
const mostRemembered = 1 << 14

const leastTable = 1 << 10

func newMemory(slots int) memory {
	return memory{
		texts: map[string]int32{}, numbers: map[uint64]int32{}, limits: map[*LimitValue]int32{},
		now: make([]int32, slots), table: make([]int32, leastTable),
	}
}

// forget forgets all but the serial. facts are those that are known.
func (m *memory) forget(facts []any, limits []*LimitValue) {
	clear(m.texts)
	clear(m.numbers)
	clear(m.table)
	m.entries, m.seen = m.entries[:0], m.seen[:0]
	for slot := range m.now {
		if slot < len(facts) {
			m.now[slot] = m.number(facts[slot])
		} else {
			m.now[slot] = m.limit(limits[slot])
		}
	}
}

// full tells whether it is time to forget.
func (m *memory) full() bool {
	return max(len(m.entries), len(m.texts), len(m.numbers)) > mostRemembered
}

// limit gives a value of a limit its number.
func (m *memory) limit(value *LimitValue) int32 {
	if value == nil {
		return 0
	}
	return numbered(m.limits, value)
}

// number gives the value of a fact its number.
func (m *memory) number(value any) int32 {
	switch v := value.(type) {
	case nil:
		return 0
	case bool:
		if v {
			return 2
		}
		return 1
	case int:
		return numbered(m.numbers, uint64(v)) //nolint:gosec // every whole number has one of its own
	case float64:
		return numbered(m.numbers, math.Float64bits(v))
	case string:
		return numbered(m.texts, v)
	case inventory.Date:
		return numbered(m.texts, string(v))
	}
	m.text = appendValue(m.text[:0], value)
	if n, known := m.texts[string(m.text)]; known {
		return n
	}
	return numbered(m.texts, string(m.text))
}

// numbered gives the number of a value among others, from 1.
func numbered[V comparable](all map[V]int32, value V) int32 {
	n, known := all[value]
	if !known {
		n = int32(len(all) + 1) //nolint:gosec // there are not so many values
		all[value] = n
	}
	return n
}

// find gives the entry of a rule of which the findings depend on some slots; found is false for a new one, of which the
// finding is to be set.
func (m *memory) find(r *ruling) (entry int, found bool) {
	sum := uint64(r.number) //nolint:gosec // G115: bits of a sum, not a number
	for _, slot := range r.asks {
		sum = (sum ^ uint64(m.now[slot])) * spread //nolint:gosec // G115: bits of a sum, not a number
		sum ^= sum >> 32
	}
	at := m.place(sum)
	for ; m.table[at] != 0; at = (at + 1) & (len(m.table) - 1) {
		entry = int(m.table[at]) - 1
		if e := &m.entries[entry]; e.sum == sum && e.rule == r.number && m.same(e, r.asks) {
			return entry, true
		}
	}
	m.serial++
	m.entries = append(m.entries, remembered{rule: r.number, sum: sum, seen: len(m.seen), serial: m.serial, rank: -1})
	for _, slot := range r.asks {
		m.seen = append(m.seen, m.now[slot])
	}
	m.table[at] = int32(len(m.entries)) //nolint:gosec // not many more than mostRemembered
	m.grow()
	return len(m.entries) - 1, false
}

// spread is 2⁶⁴ divided by the golden ratio, which spreads sums (Knuth, The Art of Computer Programming 3, 6.4).
const spread = 0x9e3779b97f4a7c15

// place is where a sum stands in the table, or would.
func (m *memory) place(sum uint64) int { return int(sum) & (len(m.table) - 1) } //nolint:gosec // less than the length

// grow makes the table larger when half of it is taken.
func (m *memory) grow() {
	if 2*len(m.entries) < len(m.table) {
		return
	}
	m.table = make([]int32, 2*len(m.table))
	for i := range m.entries {
		at := m.place(m.entries[i].sum)
		for m.table[at] != 0 {
			at = (at + 1) & (len(m.table) - 1)
		}
		m.table[at] = int32(i + 1) //nolint:gosec // as above
	}
}

// same tells whether what an entry depends on is as it is now.
func (m *memory) same(e *remembered, slots []int) bool {
	seen := m.seen[e.seen:][:len(slots)]
	return !slices.ContainsFunc(slots, func(slot int) bool {
		same := seen[0] == m.now[slot]
		seen = seen[1:]
		return !same
	})
}
