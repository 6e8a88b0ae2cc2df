package advisory

import (
	"strings"
	"sync"
)

// factRows are facts of the table, by their ranks there.
type factRows []*Fact

// rowsOf are the facts that are wanted, in the order of the table.
func rowsOf(wanted func(*Fact) bool) func() factRows {
	return sync.OnceValue(func() factRows {
		var found factRows
		for i := range factTable() {
			if fact := &factTable()[i]; wanted(fact) {
				found = append(found, fact)
			}
		}
		return found
	})
}

func onSubject(s Subject) func(*Fact) bool { return func(f *Fact) bool { return f.Subject == s } }

func isOfHead(f *Fact) bool { return f.Subject == SubjectCamera && strings.HasPrefix(f.Name, "head.") }

func isOfDevice(f *Fact) bool { return f.Subject == SubjectCamera && !isOfHead(f) }

// The facts that belong to one record each.
var (
	holderRows     = rowsOf(onSubject(SubjectHolder))
	deploymentRows = rowsOf(onSubject(SubjectDeployment))
	cameraRows     = rowsOf(isOfDevice)
	headRows       = rowsOf(isOfHead)
	areaRows       = rowsOf(onSubject(SubjectArea))
)

// learn adds the facts that the case tells and that are not there yet.
func (c *Case) learn(facts Facts, from factRows) Facts {
	for _, fact := range from {
		if fact.value == nil {
			continue
		}
		if value := fact.value(c); value != nil {
			facts[fact.Name] = value
		}
	}
	return facts
}
