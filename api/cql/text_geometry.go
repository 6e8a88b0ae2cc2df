package cql

import (
	"slices"
	"strings"

	"github.com/paulmach/orb/encoding/wkt"
)

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

// shape reads a geometry as well-known text. Heights are not looked at, and the points of several may stand without brackets.
func (p *parser) shape() (operand, error) {
	begin := p.now()
	var flat strings.Builder
	bare := false // a point without brackets is being read
	for depth, numbers := 0, 0; ; {
		t := p.advance()
		if numbers++; t.kind != numberToken {
			numbers = 0
			if bare {
				flat.WriteByte(')')
			}
			bare = false
		}
		switch {
		case t.is("("):
			depth++
		case t.is(")"):
			depth--
		case t.kind == endToken, depth == 0 && !slices.Contains(append(shapes(), "Z"), strings.ToUpper(t.text)):
			return nil, &Error{At: byteAt(begin.at), Reason: noShape}
		}
		switch {
		case t.is("Z"), numbers == 3:
			continue
		case numbers == 2:
			flat.WriteByte(' ')
		case numbers == 1 && depth == 1 && begin.is("MULTIPOINT"):
			bare = true
			flat.WriteByte('(')
		}
		flat.WriteString(t.text)
		if depth == 0 && t.is(")") {
			return p.wellKnown(begin, flat.String())
		}
	}
}

const noShape = "the geometry is not well-known text"

func (p *parser) wellKnown(begin token, text string) (operand, error) {
	g, err := wkt.Unmarshal(text)
	if err != nil {
		return nil, &Error{At: byteAt(begin.at), Reason: noShape + ": " + err.Error()}
	}
	return locate(begin)(place(carried(g, p.to)))
}
