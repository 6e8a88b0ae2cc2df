package advisory

import (
	"math"

	"github.com/goccy/go-yaml/ast"
)

// into reads a value with its origin.
func into[V any](p *page, target *Sourced[V], read func(ast.Node) V) func(ast.Node) {
	return func(n ast.Node) { *target = sourced(p, n, read) }
}

// perhaps reads a value with its origin that may be left out.
func perhaps[V any](p *page, target **Sourced[V], read func(ast.Node) V) func(ast.Node) {
	return func(n ast.Node) {
		value := sourced(p, n, read)
		*target = &value
	}
}

func (p *page) numbers(low, high float64) func(ast.Node) float64 {
	return func(n ast.Node) float64 { return p.number(n, low, high) }
}

func (p *page) wholes(low, high int) func(ast.Node) int {
	return func(n ast.Node) int { return p.whole(n, low, high) }
}

// spans read a range, [lowest, highest].
func (p *page) spans(low, high float64) func(ast.Node) Span {
	return func(n ast.Node) Span {
		var ends []float64
		p.list(n, func(n ast.Node) { ends = append(ends, p.number(n, low, high)) })
		if len(ends) != 2 || ends[0] > ends[1] {
			p.fault(placeOf(n), "must be a range: [lowest, highest]")
			return Span{}
		}
		return Span{ends[0], ends[1]}
	}
}

// wordLists read words of a closed list, in the order given; there may be none.
func (p *page) wordLists(words ...string) func(ast.Node) []string {
	return func(n ast.Node) []string {
		found := []string{}
		items, ok := n.(*ast.SequenceNode)
		if !ok {
			p.fault(placeOf(n), "must be a list")
			return found
		}
		for _, item := range items.Values {
			found = append(found, word(p, item, words...))
		}
		return found
	}
}

// streams read sizes of pictures, [[width, height], …], each wider than the one before.
func (p *page) streams(n ast.Node) []Stream {
	var all []Stream
	p.list(n, func(n ast.Node) {
		var sides []int
		p.list(n, func(n ast.Node) { sides = append(sides, p.whole(n, 1, 100_000)) })
		switch {
		case len(sides) != 2:
			p.fault(placeOf(n), "must be the size of a picture: [width, height]")
		case len(all) > 0 && sides[0] <= all[len(all)-1].WidthPx:
			p.fault(placeOf(n), "must be wider than the picture before it")
		default:
			all = append(all, Stream{sides[0], sides[1]})
		}
	})
	return all
}

// fieldOf is the horizontal field of a lens that draws straight lines as such, HFOV = 2·atan(w/2f), degrees.
func fieldOf(widthMM, focalMM float64) float64 {
	return 2 * math.Atan(widthMM/(2*focalMM)) * 180 / math.Pi
}
