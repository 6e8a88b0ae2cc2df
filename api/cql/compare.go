package cql

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// comparison compares two values by one of = <> < > <= >=.
type comparison struct {
	operator    string
	left, right operand
}

// compared compares two operands, of which one may be a time that the other is to be read as.
func compared(operator string, left, right operand) comparison {
	if isTime(right) {
		left = timed{left}
	}
	if isTime(left) {
		right = timed{right}
	}
	return comparison{operator, left, right}
}

func isTime(of operand) bool {
	l, is := of.(literal)
	return is && temporal(l.kind)
}

func (c comparison) check(properties Queryables) error {
	left, err := c.left.typed(properties)
	if err != nil {
		return err
	}
	right, err := c.right.typed(properties)
	switch {
	case err != nil:
		return err
	case left == Geometry || right == Geometry:
		return wrong("a geometry is not compared by %s: use S_EQUALS", c.operator)
	case left == period || right == period:
		return wrong("an interval is not compared by %s: use T_EQUALS and the like", c.operator)
	case left != right && !(temporal(left) && temporal(right)):
		return wrong("a %s is not compared with a %s", left, right)
	}
	return nil
}

func (c comparison) holds(record Values) truth {
	order, known := compare(c.left.value(record), c.right.value(record))
	if !known {
		return unknown
	}
	switch c.operator {
	case "=":
		return truthOf(order == 0)
	case "<>":
		return truthOf(order != 0)
	case "<":
		return truthOf(order < 0)
	case "<=":
		return truthOf(order <= 0)
	case ">":
		return truthOf(order > 0)
	}
	return truthOf(order >= 0)
}

// terms are known of a property beside a text, and of a moment that is bounded.
func (c comparison) terms() ([]Term, bool) {
	left := c.left
	if t, wrapped := left.(timed); wrapped {
		left = t.of
	}
	name, isProperty := left.(property)
	given, isLiteral := c.right.(literal)
	if !isProperty || !isLiteral {
		return nil, false
	}
	switch value := given.given.(type) {
	case string:
		if c.operator == "=" {
			return []Term{{Property: string(name), In: []string{value}}}, true
		}
	case span:
		return c.bounds(string(name), value)
	}
	return nil, false
}

// bounds are those of a moment. The text of a moment may be finer than the index, which keeps milliseconds at least: what
// is said to the store is a little more than what holds.
func (c comparison) bounds(name string, at span) ([]Term, bool) {
	switch c.operator {
	case ">", ">=":
		return []Term{{Property: name, From: moment(at.from.Add(-time.Second))}}, false
	case "<", "<=":
		return []Term{{Property: name, Before: moment(at.to.Add(time.Second))}}, false
	case "<>":
		return nil, false
	}
	return []Term{{Property: name, From: moment(at.from.Add(-time.Second)), Before: moment(at.to.Add(time.Second))}}, false
}

// compare orders two values of one type; known is false when one is not known.
func compare(a, b any) (order int, known bool) {
	switch left := a.(type) {
	case string:
		right, is := b.(string)
		return strings.Compare(left, right), is
	case float64:
		right, is := b.(float64)
		return cmp.Compare(left, right), is
	case bool:
		right, is := b.(bool)
		return cmp.Compare(digit(left), digit(right)), is
	case span:
		right, is := b.(span)
		return left.from.Compare(right.from), is
	}
	return 0, false
}

func digit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// between holds for a number within two others, borders included.
type between struct {
	opaque
	of, from, to operand
}

func (b between) check(properties Queryables) error {
	for _, part := range []operand{b.of, b.from, b.to} {
		if err := expect(properties, part, "BETWEEN", Number); err != nil {
			return err
		}
	}
	return nil
}

func (b between) holds(record Values) truth {
	value := b.of.value(record)
	low, known := compare(b.from.value(record), value)
	high, alsoKnown := compare(value, b.to.value(record))
	if !known || !alsoKnown {
		return unknown
	}
	return truthOf(low <= 0 && high <= 0)
}

// among holds for one of a list.
type among struct {
	of   operand
	list []operand
}

func (a among) check(properties Queryables) error {
	for _, one := range a.list {
		if err := compared("=", a.of, one).check(properties); err != nil {
			return err
		}
	}
	return nil
}

func (a among) holds(record Values) truth {
	found := no
	for _, one := range a.list {
		found = max(found, compared("=", a.of, one).holds(record))
	}
	return found
}

func (a among) terms() ([]Term, bool) {
	parts := make(either, len(a.list))
	for i, one := range a.list {
		parts[i] = compared("=", a.of, one)
	}
	return parts.terms()
}

// missing holds for what is not known.
type missing struct {
	opaque
	of operand
}

func (m missing) check(properties Queryables) error {
	_, err := m.of.typed(properties)
	return err
}

func (m missing) holds(record Values) truth { return truthOf(m.of.value(record) == nil) }

// like holds for a text of a form in which % stands for any letters, _ for one, and \ takes the meaning from the next.
type like struct {
	opaque
	of, form operand
}

func (l like) check(properties Queryables) error {
	if err := expect(properties, l.of, "LIKE", String); err != nil {
		return err
	}
	return expect(properties, l.form, "LIKE", String)
}

func (l like) holds(record Values) truth {
	text, known := l.of.value(record).(string)
	form, alsoKnown := l.form.value(record).(string)
	if !known || !alsoKnown {
		return unknown
	}
	return truthOf(fits([]rune(text), signs(form)))
}

// sign is a place of a form: a letter, one letter whatever it is, or any number of them.
type sign struct {
	letter    rune
	any, many bool
}

func signs(form string) []sign {
	var list []sign
	escaped := false
	for _, r := range form {
		switch {
		case escaped:
			list, escaped = append(list, sign{letter: r}), false
		case r == '\\':
			escaped = true
		case r == '%':
			list = append(list, sign{many: true})
		default:
			list = append(list, sign{letter: r, any: r == '_'})
		}
	}
	return list
}

// fits goes through the text once and comes back to the last sign for many whenever it is stuck: never more steps than the
// letters of the text times the signs of the form.
func fits(text []rune, form []sign) bool {
	at, in, backAt, backIn := 0, 0, -1, 0
	for at < len(text) {
		switch {
		case in < len(form) && form[in].many:
			backAt, backIn = at, in+1
			in++
		case in < len(form) && (form[in].any || form[in].letter == text[at]):
			at++
			in++
		case backAt < 0:
			return false
		default:
			backAt++
			at, in = backAt, backIn
		}
	}
	return !slices.ContainsFunc(form[in:], func(s sign) bool { return !s.many })
}
