package advisory

import (
	"crypto/sha256"
	"slices"

	"vigie/inventory"
)

// notes are what an audit takes down on its way. Their memory serves one audit after the other.
type notes struct {
	// key is that of the last subject.
	key string
	// groups are the subjects of which the same holds, ranks the places of the groups by what holds.
	groups []noted
	ranks  map[[sha256.Size]byte]int
	// runs are the last groups of the rules, by their numbers, values those of facts and limits by their slots.
	runs   []run
	values []heardValue
	text   []byte // room for what makes a finding
}

// stateBytes is how much of the sum of all that holds makes the state of a finding.
const stateBytes = 8

// noted is what holds of some subjects by a rule.
type noted struct {
	rule     *ruling
	verdict  Verdict
	severity Severity
	others   []inventory.ScaleVerdict
	evidence []inventory.FactValue
	missing  []string
	notes    []inventory.Text
	fault    string
	state    [stateBytes]byte
	// toNote are those of the facts missing of which the reasons are noted.
	toNote []string
	// members are the subjects, as spans of those of the roll of the rule; most groups have one.
	members span
	more    []span
}

// span are the subjects of a roll from one up to another, which is not of them.
type span struct{ from, to int }

// run is the group of the subjects that a rule judged last, from the first one on. serial is that of the last finding, 0 before
// there is one, see [remembered].
type run struct{ serial, rank, from int }

// takeNotes gives empty notes for an audit by a session; they are to be put back.
func (s *Session) takeNotes() *notes {
	n, used := s.used.Get().(*notes)
	if !used {
		n = &notes{ranks: map[[sha256.Size]byte]int{}, runs: make([]run, s.count), values: make([]heardValue, len(s.given.values))}
	}
	return n
}

// putBack keeps the memory of notes for the next audit, and nothing that they say.
func (s *Session) putBack(n *notes) {
	clear(n.groups)
	clear(n.ranks)
	clear(n.runs)
	for i := range n.values {
		n.values[i] = heardValue{text: n.values[i].text}
	}
	n.key, n.groups = "", n.groups[:0]
	s.used.Put(n)
}

// end ends a run before a subject.
func (n *notes) end(r *run, at int) {
	if r.serial == 0 || r.from == at {
		return
	}
	switch g, s := &n.groups[r.rank], (span{r.from, at}); {
	case g.members.to == 0:
		g.members = s
	default:
		g.more = append(g.more, s)
	}
}

// endAll ends all runs after the last subject.
func (n *notes) endAll(s *Session, keys *[rollCount][]string) {
	for on, rules := range s.rolls {
		for i := range rules {
			n.end(&n.runs[rules[i].number], len(keys[on]))
		}
	}
}

// size is how many subjects are in the group.
func (g *noted) size() int {
	size := g.members.to - g.members.from
	for _, s := range g.more {
		size += s.to - s.from
	}
	return size
}

// subjects are those of the group among the keys of its roll. They may share memory with those of another group.
func (g *noted) subjects(keys []string) []string {
	if len(g.more) == 0 {
		return slices.Clip(keys[g.members.from:g.members.to])
	}
	all := append(make([]string, 0, g.size()), keys[g.members.from:g.members.to]...)
	for _, s := range g.more {
		all = append(all, keys[s.from:s.to]...)
	}
	return all
}
