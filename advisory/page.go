package advisory

import (
	"errors"
	"fmt"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"vigie/inventory"
)

// BookError is one fault of the rulebook, with its place. Line and Column count from 1; both are 0 for a fault of the
// whole file.
type BookError struct {
	File         string
	Line, Column int
	Reason       string
}

// Error is "file:line:column: reason".
func (f *BookError) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", f.File, f.Line, f.Column, f.Reason)
}

// page reads one YAML file of the book. It goes on after a fault, so that the author sees all of them at once.
type page struct {
	file string
	raw  []byte
	// root is the top node of the file, nil when it is none.
	root   ast.Node
	faults []error
}

// place is a position in a page, kept for checks between files.
type place struct{ line, column int }

func (p *page) fault(at place, reason string, args ...any) {
	p.faults = append(p.faults, &BookError{File: p.file, Line: at.line, Column: at.column, Reason: fmt.Sprintf(reason, args...)})
}

// parse finds the top node of a file of YAML.
func (p *page) parse() {
	if path.Ext(p.file) != ".yaml" || len(p.raw) > maxFileBytes {
		return
	}
	file, err := parser.ParseBytes(p.raw, 0, parser.AllowDuplicateMapKey())
	var syntax yaml.Error
	switch {
	case errors.As(err, &syntax):
		at := syntax.GetToken().Position
		p.fault(place{at.Line, at.Column}, "%s", syntax.GetMessage())
	case err != nil:
		p.fault(place{}, "%v", err)
	case len(file.Docs) != 1 || file.Docs[0].Body == nil:
		p.fault(place{1, 1}, "the file must hold one document")
	default:
		p.root = file.Docs[0].Body
	}
}

func placeOf(n ast.Node) place {
	if m, ok := n.(*ast.MappingNode); ok && !m.IsFlowStyle && len(m.Values) > 0 {
		n = m.Values[0].Key
	}
	token := n.GetToken()
	if token == nil || token.Position == nil {
		return place{}
	}
	return place{token.Position.Line, token.Position.Column}
}

// field reads the value of one key of a mapping.
type field struct {
	key      string
	read     func(ast.Node)
	optional bool
}

// object reads a mapping: every key at most once, none that is not among the fields, every needed one there.
func (p *page) object(n ast.Node, fields ...field) {
	entries, ok := n.(ast.MapNode)
	if !ok {
		p.fault(placeOf(n), "must be a mapping, not a %s", strings.ToLower(n.Type().YAMLName()))
		return
	}
	seen := map[string]bool{}
	for i := entries.MapRange(); i.Next(); {
		name := i.Key().String()
		at := placeOf(i.Key())
		k := slices.IndexFunc(fields, func(f field) bool { return f.key == name })
		switch {
		case k < 0:
			p.fault(at, "%q is not a known key: one of %s", name, keysOf(fields))
			continue
		case seen[name]:
			p.fault(at, "%q is given twice", name)
			continue
		}
		seen[name] = true
		fields[k].read(i.Value())
	}
	for _, f := range fields {
		if !seen[f.key] && !f.optional {
			p.fault(placeOf(n), "%q is missing", f.key)
		}
	}
}

func keysOf(fields []field) string {
	keys := make([]string, len(fields))
	for i, f := range fields {
		keys[i] = f.key
	}
	return strings.Join(keys, ", ")
}

// list reads every item of a sequence that has at least one.
func (p *page) list(n ast.Node, read func(ast.Node)) {
	items, ok := n.(*ast.SequenceNode)
	if !ok || len(items.Values) == 0 {
		p.fault(placeOf(n), "must be a list with at least one item")
		return
	}
	for _, item := range items.Values {
		read(item)
	}
}

func (p *page) text(n ast.Node) string {
	text, ok := n.(ast.ScalarNode)
	value, isText := "", false
	if ok {
		value, isText = text.GetValue().(string)
	}
	if value = strings.TrimSpace(value); !isText || value == "" {
		p.fault(placeOf(n), "must be a text that is not empty")
		return ""
	}
	return value
}

// number reads a number from low to high. Both bounds belong to it.
func (p *page) number(n ast.Node, low, high float64) float64 {
	value := math.NaN()
	switch n.(type) {
	case *ast.IntegerNode, *ast.FloatNode:
		if v, err := strconv.ParseFloat(n.GetToken().Value, 64); err == nil {
			value = v
		}
	}
	if !(value >= low && value <= high) {
		p.fault(placeOf(n), "must be a number from %v to %v, not %s", low, high, n.String())
		return low
	}
	return value
}

// whole reads a whole number from low to high.
func (p *page) whole(n ast.Node, low, high int) int {
	value := p.number(n, float64(low), float64(high))
	if value != math.Trunc(value) {
		p.fault(placeOf(n), "must be a whole number, not %s", n.String())
	}
	return int(value)
}

func (p *page) date(n ast.Node) inventory.Date {
	day := inventory.Date(p.text(n))
	if day != "" && !day.Valid() {
		p.fault(placeOf(n), "%q is not a day written YYYY-MM-DD", string(day))
	}
	return day
}

// word reads a word of a closed list.
func word[W ~string](p *page, n ast.Node, words ...W) W {
	value := W(p.text(n))
	if value != "" && !slices.Contains(words, value) {
		p.fault(placeOf(n), "%q is not one of %q", value, words)
	}
	return value
}

// bilingual reads a text in French and English.
func (p *page) bilingual(n ast.Node) inventory.Text {
	var t inventory.Text
	p.object(n,
		field{key: "fr", read: func(n ast.Node) { t.FR = p.text(n) }},
		field{key: "en", read: func(n ast.Node) { t.EN = p.text(n) }},
	)
	return t
}

// named reads a file that is one list of things under their plural, in the order of their names; a name is there once.
func named[V any](p *page, thing string, read func(ast.Node) V, name func(V) string) []V {
	if p.root == nil {
		return nil
	}
	var all []V
	p.object(p.root, field{key: thing + "s", read: func(n ast.Node) {
		p.list(n, func(n ast.Node) {
			one := read(n)
			if slices.ContainsFunc(all, func(other V) bool { return name(other) == name(one) }) {
				p.fault(placeOf(n), "the %s %q is there twice", thing, name(one))
			}
			all = append(all, one)
		})
	}})
	slices.SortFunc(all, func(a, b V) int { return strings.Compare(name(a), name(b)) })
	return all
}
