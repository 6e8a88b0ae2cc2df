package cql

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/paulmach/orb/geojson"
)

// ParseJSON reads a filter in CQL2 JSON. An error is an *[Error].
func ParseJSON(text []byte, to Coordinates) (Filter, error) {
	var root any
	decoder := json.NewDecoder(bytes.NewReader(text))
	if err := decoder.Decode(&root); err != nil {
		return Filter{}, wrong("is not JSON: %v", err)
	}
	if decoder.More() {
		return Filter{}, wrong("more follows the filter")
	}
	r := reader{to: to}
	found, err := r.predicate("", root, 0)
	if err != nil {
		return Filter{}, err
	}
	return Filter{found}, nil
}

// reader reads the tree of a filter.
type reader struct{ to Coordinates }

// call is an operation with its arguments.
type call struct {
	at   string
	op   string // in small letters
	args []any
}

func (c call) arg(i int) string { return strings.TrimPrefix(fmt.Sprintf("%s.args[%d]", c.at, i), ".") }

func (c call) wrong(reason string, args ...any) error {
	return &Error{At: c.at, Reason: fmt.Sprintf(reason, args...)}
}

// need checks the number of arguments.
func (c call) need(n int) error {
	if len(c.args) != n {
		return c.wrong("%s takes %d arguments, not %d", c.op, n, len(c.args))
	}
	return nil
}

// callOf reads {"op": …, "args": […]}.
func callOf(at string, value any) (call, bool) {
	object, _ := value.(map[string]any)
	op, named := object["op"].(string)
	args, given := object["args"].([]any)
	return call{at: at, op: strings.ToLower(op), args: args}, named && given && len(object) == 2
}

func (r reader) predicate(at string, value any, depth int) (predicate, error) {
	if depth > mostDepth {
		return nil, &Error{At: at, Reason: fmt.Sprintf("conditions are nested more than %d deep", mostDepth)}
	}
	c, ok := callOf(at, value)
	if !ok {
		of, err := r.operand(at, value)
		return asserted{of: of}, err
	}
	switch c.op {
	case "and", "or":
		return r.joined(c, depth)
	case "not":
		if err := c.need(1); err != nil {
			return nil, err
		}
		part, err := r.predicate(c.arg(0), c.args[0], depth+1)
		return negation{of: part}, err
	}
	return r.said(c)
}

func (r reader) joined(c call, depth int) (predicate, error) {
	if len(c.args) < 2 {
		return nil, c.wrong("%s takes two arguments or more", c.op)
	}
	parts := make([]predicate, len(c.args))
	for i, arg := range c.args {
		part, err := r.predicate(c.arg(i), arg, depth+1)
		if err != nil {
			return nil, err
		}
		parts[i] = part
	}
	if c.op == "and" {
		return all(parts), nil
	}
	return either(parts), nil
}

// said reads a condition on operands.
func (r reader) said(c call) (predicate, error) {
	numbers := map[string]int{"isnull": 1, "between": 3}
	need := numbers[c.op]
	if need == 0 {
		need = 2
	}
	if err := c.need(need); err != nil {
		return nil, err
	}
	if c.op == "in" {
		return r.among(c)
	}
	of, err := r.operands(c, c.args)
	if err != nil {
		return nil, err
	}
	placed, isPosition := isPosition(c.op)
	timely, isRelation := isRelation(c.op)
	switch {
	case slices.Contains([]string{"=", "<>", "<", ">", "<=", ">="}, c.op):
		return compared(c.op, of[0], of[1]), nil
	case c.op == "isnull":
		return missing{of: of[0]}, nil
	case c.op == "like":
		return like{of: of[0], form: of[1]}, nil
	case c.op == "between":
		return between{of: of[0], from: of[1], to: of[2]}, nil
	case isPosition:
		return position{placed, of[0], of[1]}, nil
	case isRelation:
		return relation{name: timely, left: of[0], right: of[1]}, nil
	}
	return nil, c.wrong("there is no operation %q here", c.op)
}

func (r reader) operands(c call, args []any) ([]operand, error) {
	list := make([]operand, len(args))
	for i, arg := range args {
		of, err := r.operand(c.arg(i), arg)
		if err != nil {
			return nil, err
		}
		list[i] = of
	}
	return list, nil
}

func (r reader) among(c call) (predicate, error) {
	of, err := r.operand(c.arg(0), c.args[0])
	if err != nil {
		return nil, err
	}
	values, isList := c.args[1].([]any)
	if !isList || len(values) == 0 {
		return nil, c.wrong("the second argument of in is a list of values")
	}
	list, err := r.operands(call{at: c.arg(1)}, values)
	return among{of: of, list: list}, err
}

// operand reads a value, a property, or a function of them.
func (r reader) operand(at string, value any) (operand, error) {
	switch v := value.(type) {
	case string:
		return literal{String, v}, nil
	case float64:
		return literal{Number, v}, nil
	case bool:
		return literal{Boolean, v}, nil
	case map[string]any:
		of, err := r.object(at, v)
		return located(at, of, err)
	}
	return nil, &Error{At: at, Reason: "is neither a value, a property, nor a function"}
}

// located gives the error of an operand its place, unless it has one.
func located(at string, of operand, err error) (operand, error) {
	if err == nil {
		return of, nil
	}
	var fault *Error
	if errors.As(err, &fault) && fault.At != "" {
		return nil, err
	}
	return nil, &Error{At: at, Reason: err.Error()}
}

func (r reader) object(at string, value map[string]any) (operand, error) {
	if c, ok := callOf(at, value); ok && c.op == "casei" && len(c.args) == 1 {
		of, err := r.operand(c.arg(0), c.args[0])
		return folded{of}, err
	}
	if _, shaped := value["coordinates"]; shaped || value["type"] == "GeometryCollection" {
		return r.shape(value)
	}
	for name, of := range value {
		if len(value) != 1 {
			break
		}
		switch text, _ := of.(string); name {
		case "property":
			return property(text), nil
		case "date", "timestamp":
			return timeLiteral(strings.ToUpper(name), text)
		case "interval":
			return r.interval(at, of)
		case "bbox":
			return r.box(of)
		}
	}
	return nil, wrong("is neither a property, a time, a geometry, nor a function that is known here")
}

func (r reader) interval(at string, value any) (operand, error) {
	ends, _ := value.([]any)
	if len(ends) != 2 {
		return nil, wrong("an interval is a list of two")
	}
	list, err := r.operands(call{at: at}, ends)
	if err != nil {
		return nil, err
	}
	return intervalOf(list[0], list[1])
}

func (r reader) box(value any) (operand, error) {
	list, _ := value.([]any)
	numbers := make([]float64, len(list))
	for i, one := range list {
		n, ok := one.(float64)
		if !ok {
			return nil, wrong("a box is a list of numbers")
		}
		numbers[i] = n
	}
	return boxOf(numbers, r.to)
}

func (r reader) shape(value map[string]any) (operand, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, wrong("the geometry is not GeoJSON: %v", err)
	}
	g, err := geojson.UnmarshalGeometry(text)
	if err != nil || g.Geometry() == nil {
		return nil, wrong("the geometry is not GeoJSON: %v", err)
	}
	return place(carried(g.Geometry(), r.to))
}
