package cql

import "github.com/paulmach/orb/encoding/wkt"

// box reads BBOX(minx, miny, maxx, maxy).
func (p *parser) box() (operand, error) {
	word := p.advance()
	list, err := p.list()
	if err != nil {
		return nil, err
	}
	numbers := make([]float64, len(list))
	for i, one := range list {
		l, _ := one.(literal)
		n, ok := l.given.(float64)
		if !ok {
			return nil, &Error{At: byteAt(word.at), Reason: "BBOX takes numbers"}
		}
		numbers[i] = n
	}
	return locate(word)(boxOf(numbers, p.to))
}

func shapes() []string {
	return []string{"POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON", "GEOMETRYCOLLECTION"}
}

// shape reads a geometry as well-known text.
func (p *parser) shape() (operand, error) {
	begin := p.advance()
	depth := 0
	for {
		t := p.advance()
		switch {
		case t.is("("):
			depth++
		case t.is(")"):
			depth--
		case t.kind == endToken, depth == 0:
			return nil, &Error{At: byteAt(begin.at), Reason: "the geometry is not well-known text in two dimensions"}
		}
		if depth == 0 {
			return p.wellKnown(begin, t.at+1)
		}
	}
}

func (p *parser) wellKnown(begin token, end int) (operand, error) {
	g, err := wkt.Unmarshal(p.text[begin.at:end])
	if err != nil {
		return nil, &Error{At: byteAt(begin.at), Reason: "the geometry is not well-known text in two dimensions: " + err.Error()}
	}
	return locate(begin)(place(carried(g, p.to)))
}
