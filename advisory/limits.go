package advisory

import (
	"slices"

	"github.com/goccy/go-yaml/ast"

	"vigie/inventory"
)

// Stricter says in which direction a limit is the stricter one.
type Stricter string

// The directions.
const (
	StricterLower  Stricter = "lower"  // a smaller number, an earlier day
	StricterHigher Stricter = "higher" // a greater number, a later day
	StricterFewer  Stricter = "fewer"  // a list without some of its words
	StricterNever  Stricter = "never"  // no value is stricter than another: only a book of its own sets it
)

// Limit is a dated value that rules name, as limit.surroundingsM.
type Limit struct {
	Name     string
	Type     FactType
	Unit     string
	Label    inventory.Text
	Stricter Stricter
	// WordsOf is the fact of which the words are the limit's, as "holder.type"; empty when they are of no closed list.
	WordsOf string
	// Values follow each other in time, and hold everywhere; Local are stricter ones of some départements.
	Values, Local []LimitValue
}

// LimitValue is a value of a limit and its time.
type LimitValue struct {
	Sourced[any]
	// ValidTo is the last day of the value; empty when it goes on until the next one.
	ValidTo inventory.Date
	// Territory are the INSEE codes of the départements in which a local value holds.
	Territory []string

	at place
}

// At is the value of the limit on a day wherever no local one holds; known is false when it has none.
func (l Limit) At(day inventory.Date) (value LimitValue, known bool) {
	for _, v := range slices.Backward(l.Values) {
		if v.ValidFrom <= day {
			return v, v.ValidTo == "" || day <= v.ValidTo
		}
	}
	return LimitValue{}, false
}

// In is the value of the limit on a day in a département: the strictest of those that hold there. known is false when it
// has none.
func (l Limit) In(day inventory.Date, department string) (value LimitValue, known bool) {
	value, known = l.At(day)
	for _, local := range l.localOn(day) {
		if known && slices.Contains(local.Territory, department) && l.Stricter.allows(value.Value, local.Value) {
			value = local
		}
	}
	return value, known
}

// localOn are the local values of a day.
func (l Limit) localOn(day inventory.Date) []LimitValue {
	var values []LimitValue
	for _, v := range l.Local {
		if v.ValidFrom <= day {
			values = append(values, v)
		}
	}
	return values
}

// gap is a day between two, both included, on which the limit has no value; empty when there is none. An empty first day
// is the beginning of time, an empty last day its end.
func (l Limit) gap(from, to inventory.Date) inventory.Date {
	if _, known := l.At(from); !known {
		return cmpEmpty(from, "0000-00-00")
	}
	for i, v := range l.Values {
		ends := v.ValidTo != "" && v.ValidTo >= from && (to == "" || v.ValidTo < to)
		follows := i+1 < len(l.Values) && l.Values[i+1].ValidFrom <= nextDay(v.ValidTo)
		if ends && !follows {
			return nextDay(v.ValidTo)
		}
	}
	return ""
}

func cmpEmpty(day, otherwise inventory.Date) inventory.Date {
	if day == "" {
		return otherwise
	}
	return day
}

// Limit gives the limit of a name.
func (b *Book) Limit(name string) (Limit, bool) {
	l := b.limit(name)
	return l, l.Name != ""
}

// limit is the limit of a name; loading made sure that it is there.
func (b *Book) limit(name string) Limit {
	i := slices.IndexFunc(b.Limits, func(l Limit) bool { return l.Name == name })
	if i < 0 {
		return Limit{}
	}
	return b.Limits[i]
}

func (b *Book) limitsAt(day inventory.Date) map[string]LimitValue {
	values := make(map[string]LimitValue, len(b.Limits))
	for _, l := range b.Limits {
		if value, known := l.At(day); known {
			values[l.Name] = value
		}
	}
	return values
}

// limits reads limits.yaml.
func (p *page) limits() []Limit {
	return named(p, "limit", p.limit, func(l Limit) string { return l.Name })
}

func (p *page) limit(n ast.Node) Limit {
	var l Limit
	var values ast.Node
	p.object(n,
		field{key: "name", read: func(n ast.Node) { l.Name = p.limitName(n) }},
		field{key: "type", read: func(n ast.Node) { l.Type = word(p, n, Flag, Whole, Number, Text, Day, List) }},
		field{key: "unit", read: func(n ast.Node) { l.Unit = p.text(n) }, optional: true},
		field{key: "label", read: func(n ast.Node) { l.Label = p.bilingual(n) }},
		field{key: "stricter", read: func(n ast.Node) {
			l.Stricter = word(p, n, StricterLower, StricterHigher, StricterFewer, StricterNever)
		}},
		field{key: "wordsOf", read: func(n ast.Node) { l.WordsOf = p.closedFact(n) }, optional: true},
		field{key: "values", read: func(n ast.Node) { values = n }},
	)
	if values == nil {
		return l
	}
	p.list(values, func(n ast.Node) {
		v := p.limitValue(n, l)
		if k := len(l.Values); k > 0 && v.ValidFrom <= max(l.Values[k-1].ValidFrom, l.Values[k-1].ValidTo) {
			p.fault(v.at, "the value must begin after the one before it ends")
		}
		l.Values = append(l.Values, v)
	})
	return l
}

func (p *page) limitName(n ast.Node) string {
	name := p.text(n)
	for _, r := range name {
		if !isWordRune(r) {
			p.fault(placeOf(n), "%q must be letters and digits", name)
			break
		}
	}
	return name
}

// closedFact reads the name of a fact with a closed list of words.
func (p *page) closedFact(n ast.Node) string {
	name := p.text(n)
	if fact := factNamed(name); fact == nil || fact.Words == nil {
		p.fault(placeOf(n), "%q is not a fact with a closed list of words", name)
	}
	return name
}

func (p *page) limitValue(n ast.Node, l Limit) LimitValue {
	v, like := LimitValue{at: placeOf(n)}, Fact{Name: limitRoot + l.Name, Type: l.Type}
	if fact := factNamed(l.WordsOf); fact != nil {
		like.Words = fact.Words
	}
	p.object(n,
		field{key: "value", read: func(n ast.Node) { v.Value = p.factValue(n, like) }},
		field{key: "source", read: func(n ast.Node) { v.Source = p.text(n) }},
		field{key: "verified", read: func(n ast.Node) { v.Verified = p.verified(n) }},
		field{key: "validFrom", read: func(n ast.Node) { v.ValidFrom = p.date(n) }, optional: true},
		field{key: "validTo", read: func(n ast.Node) { v.ValidTo = p.date(n) }, optional: true},
	)
	if v.ValidTo != "" && v.ValidTo < v.ValidFrom {
		p.fault(v.at, "validTo is before validFrom")
	}
	return v
}
