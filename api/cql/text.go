package cql

import (
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
)

// Coordinates carries the coordinates of a filter to lon, lat. Nil takes them as they are.
type Coordinates func(orb.Point) orb.Point

// mostDepth bounds how deep conditions are nested.
const mostDepth = 64

// ParseText reads a filter in CQL2 text. An error is an *[Error].
func ParseText(text string, to Coordinates) (Filter, error) {
	tokens, err := scan(text)
	if err != nil {
		return Filter{}, err
	}
	p := &parser{text: text, tokens: tokens, to: to}
	root, err := p.alternatives()
	if err == nil && p.now().kind != endToken {
		err = p.expected("the end")
	}
	if err != nil {
		return Filter{}, err
	}
	return Filter{root}, nil
}

// parser reads a filter from left to right.
type parser struct {
	text   string
	tokens []token
	next   int
	depth  int
	to     Coordinates
}

func (p *parser) now() token { return p.tokens[p.next] }

func (p *parser) advance() token {
	t := p.now()
	if t.kind != endToken {
		p.next++
	}
	return t
}

// accept takes a keyword or a sign when it is the next word.
func (p *parser) accept(word string) bool {
	if !p.now().is(word) {
		return false
	}
	p.advance()
	return true
}

func (p *parser) expect(word string) error {
	if !p.accept(word) {
		return p.expected(strconv.Quote(word))
	}
	return nil
}

func (p *parser) expected(what string) error {
	return &Error{At: byteAt(p.now().at), Reason: "here is " + p.now().String() + ", not " + what}
}

// enter goes one level deeper; leave comes back.
func (p *parser) enter() (leave func(), err error) {
	if p.depth++; p.depth > mostDepth {
		return nil, &Error{At: byteAt(p.now().at), Reason: "conditions are nested more than " + strconv.Itoa(mostDepth) + " deep"}
	}
	return func() { p.depth-- }, nil
}

// alternatives reads conditions with OR between them.
func (p *parser) alternatives() (predicate, error) {
	leave, err := p.enter()
	if err != nil {
		return nil, err
	}
	defer leave()
	parts, err := p.joined("OR", func() (predicate, error) {
		both, err := p.joined("AND", p.factor)
		if len(both) == 1 {
			return both[0], err
		}
		return all(both), err
	})
	if len(parts) == 1 {
		return parts[0], err
	}
	return either(parts), err
}

// joined reads one or more parts with a keyword between them.
func (p *parser) joined(word string, part func() (predicate, error)) ([]predicate, error) {
	var parts []predicate
	for {
		one, err := part()
		if err != nil {
			return nil, err
		}
		if parts = append(parts, one); !p.accept(word) {
			return parts, nil
		}
	}
}

// factor reads a condition, or what is not one.
func (p *parser) factor() (predicate, error) {
	turned := false
	for p.accept("NOT") {
		turned = !turned
	}
	one, err := p.primary()
	if err != nil || !turned {
		return one, err
	}
	return negation{of: one}, nil
}

func (p *parser) primary() (predicate, error) {
	if p.accept("(") {
		inner, err := p.alternatives()
		if err != nil {
			return nil, err
		}
		return inner, p.expect(")")
	}
	if p.now().kind == nameToken {
		if name, is := isPosition(p.now().text); is {
			left, right, err := p.pair()
			return position{name, left, right}, err
		}
		if name, is := isRelation(p.now().text); is {
			left, right, err := p.pair()
			return relation{name: name, left: left, right: right}, err
		}
	}
	left, err := p.operand()
	if err != nil {
		return nil, err
	}
	return p.about(left)
}

// pair reads the two operands of a function.
func (p *parser) pair() (left, right operand, err error) {
	p.advance()
	list, err := p.list()
	if err != nil {
		return nil, nil, err
	}
	if len(list) != 2 {
		return nil, nil, &Error{At: byteAt(p.now().at), Reason: "the function takes two operands, not " + strconv.Itoa(len(list))}
	}
	return list[0], list[1], nil
}

// list reads operands in brackets, with commas between them.
func (p *parser) list() ([]operand, error) {
	if err := p.expect("("); err != nil {
		return nil, err
	}
	var list []operand
	for {
		one, err := p.operand()
		if err != nil {
			return nil, err
		}
		list = append(list, one)
		if !p.accept(",") {
			return list, p.expect(")")
		}
	}
}

// about reads what is said of an operand.
func (p *parser) about(left operand) (predicate, error) {
	if slices.Contains([]string{"=", "<>", "<", ">", "<=", ">="}, p.now().text) && p.now().kind == signToken {
		operator := p.advance().text
		right, err := p.operand()
		return compared(operator, left, right), err
	}
	if p.accept("IS") {
		turned := p.accept("NOT")
		return turn(turned, missing{of: left}), p.expect("NULL")
	}
	turned := p.accept("NOT")
	switch {
	case p.accept("LIKE"):
		form, err := p.operand()
		return turn(turned, like{of: left, form: form}), err
	case p.accept("BETWEEN"):
		return p.between(left, turned)
	case p.accept("IN"):
		list, err := p.list()
		return turn(turned, among{of: left, list: list}), err
	case turned:
		return nil, p.expected("LIKE, BETWEEN or IN")
	}
	return asserted{of: left}, nil
}

func turn(turned bool, one predicate) predicate {
	if turned {
		return negation{of: one}
	}
	return one
}

func (p *parser) between(left operand, turned bool) (predicate, error) {
	from, err := p.operand()
	if err != nil {
		return nil, err
	}
	if err := p.expect("AND"); err != nil {
		return nil, err
	}
	to, err := p.operand()
	return turn(turned, between{of: left, from: from, to: to}), err
}

// operand reads a property, a value, or a function of them.
func (p *parser) operand() (operand, error) {
	leave, err := p.enter()
	if err != nil {
		return nil, err
	}
	defer leave()
	t := p.now()
	switch t.kind {
	case textToken:
		p.advance()
		return literal{String, t.text}, nil
	case quotedToken:
		p.advance()
		return property(t.text), nil
	case numberToken:
		p.advance()
		n, err := strconv.ParseFloat(t.text, 64)
		if err != nil {
			return nil, &Error{At: byteAt(t.at), Reason: t.String() + " is not a number"}
		}
		return literal{Number, n}, nil
	case nameToken:
		return p.named()
	case endToken, signToken:
	}
	return nil, p.expected("a property or a value")
}

// named reads an operand that begins with a word.
func (p *parser) named() (operand, error) {
	switch t := p.now(); {
	case t.is("TRUE"), t.is("FALSE"):
		p.advance()
		return literal{Boolean, t.is("TRUE")}, nil
	case t.is("DATE"), t.is("TIMESTAMP"):
		return p.time()
	case t.is("INTERVAL"):
		return p.interval()
	case t.is("CASEI"):
		p.advance()
		list, err := p.list()
		if err == nil && len(list) != 1 {
			err = &Error{At: byteAt(t.at), Reason: "CASEI takes one operand"}
		}
		if err != nil {
			return nil, err
		}
		return folded{list[0]}, nil
	case t.is("BBOX"):
		return p.box()
	case slices.Contains(shapes(), strings.ToUpper(t.text)):
		return p.shape()
	case p.tokens[p.next+1].is("("):
		return nil, &Error{At: byteAt(t.at), Reason: "there is no function " + t.String() + " here"}
	case isReserved(t):
		return nil, p.expected("a property or a value")
	default:
		p.advance()
		return property(t.text), nil
	}
}

func isReserved(t token) bool {
	return slices.ContainsFunc([]string{"AND", "OR", "NOT", "LIKE", "BETWEEN", "IN", "IS", "NULL"}, t.is)
}

// time reads DATE('…') or TIMESTAMP('…').
func (p *parser) time() (operand, error) {
	word := p.advance()
	if err := p.expect("("); err != nil {
		return nil, err
	}
	text := p.advance()
	l, err := timeLiteral(strings.ToUpper(word.text), text.text)
	if text.kind != textToken || err != nil {
		return nil, &Error{At: byteAt(text.at), Reason: text.String() + " is not the text of a " + strings.ToLower(word.text)}
	}
	return l, p.expect(")")
}

// timeLiteral makes a literal of the text of a DATE or of a TIMESTAMP.
func timeLiteral(word, text string) (literal, error) {
	at, kind, ok := readTime(text)
	if !ok || kind != Date && word == "DATE" || kind != Timestamp && word == "TIMESTAMP" {
		return literal{}, wrong("%q is not a %s", text, strings.ToLower(word))
	}
	return literal{kind, at}, nil
}

// interval reads INTERVAL(from, to); '..' is an open end.
func (p *parser) interval() (operand, error) {
	word := p.advance()
	list, err := p.list()
	if err != nil {
		return nil, err
	}
	if len(list) != 2 {
		return nil, &Error{At: byteAt(word.at), Reason: "INTERVAL takes two operands"}
	}
	return locate(word)(intervalOf(list[0], list[1]))
}

// locate gives the error of an operand the place of a word.
func locate(t token) func(operand, error) (operand, error) {
	return func(of operand, err error) (operand, error) { return located(byteAt(t.at), of, err) }
}

// intervalOf is the interval between two operands, of which texts are times.
func intervalOf(from, to operand) (operand, error) {
	ends := [2]operand{from, to}
	for i, end := range ends {
		l, isLiteral := end.(literal)
		text, isText := l.given.(string)
		switch {
		case !isLiteral || !isText:
		case text == "..":
			ends[i] = nil
		default:
			at, kind, ok := readTime(text)
			if !ok {
				return nil, wrong("%q is neither a day nor a moment, nor '..'", text)
			}
			ends[i] = literal{kind, at}
		}
	}
	return interval{ends[0], ends[1]}, nil
}
