package advisory

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/interpreter"

	"vigie/inventory"
)

// answer is what an expression decides.
type answer int

const (
	answerNo answer = iota
	answerYes
	answerUnknown
)

// values are values of variables, by their names.
type values map[string]ref.Val

// bindings are what expressions see of one subject. They are read only, and may be shared by goroutines.
type bindings struct {
	language *language
	// facts are of the subject, in the order of the table, nil where unknown; shared are the values of every subject:
	// limits, today, scale.
	facts  []ref.Val
	shared values
}

// share makes ready what is the same for every subject.
func (l *language) share(limits map[string]LimitValue, today inventory.Date, scale string) (values, error) {
	shared := make(values, len(limits)+2)
	for name, limit := range limits {
		converted, err := celValue(l.limits[name], limit.Value)
		if err != nil {
			return nil, fmt.Errorf("%s%s: %w", limitRoot, name, err)
		}
		shared[limitRoot+name] = converted
	}
	day, err := celValue(Day, today)
	if err != nil {
		return nil, fmt.Errorf("today: %w", err)
	}
	shared[todayName], shared[scaleName] = day, types.String(scale)
	return shared, nil
}

// bind makes the facts of a subject ready. A value of another type than its fact's, or one that is too long, is an error.
func (l *language) bind(facts Facts, shared values) (*bindings, error) {
	b := &bindings{language: l, facts: make([]ref.Val, len(factTable())), shared: shared}
	for name, value := range facts {
		i, isFact := factIndex()[name]
		if !isFact {
			return nil, fmt.Errorf("%q is not a fact", name)
		}
		converted, err := celValue(factTable()[i].Type, value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		b.facts[i] = converted
	}
	return b, nil
}

var errTooLong = errors.New("is too long to be judged")

func celValue(kind FactType, value any) (ref.Val, error) {
	switch v := value.(type) {
	case bool:
		if kind == Flag {
			return types.Bool(v), nil
		}
	case int:
		if kind == Whole {
			return types.Int(v), nil
		}
	case float64:
		if kind == Number {
			return types.Double(v), nil
		}
	case string:
		if kind == Text {
			return types.String(v), lengthOf([]string{v})
		}
	case inventory.Date:
		if kind == Day {
			day, err := time.Parse(time.DateOnly, string(v))
			if err != nil {
				return nil, fmt.Errorf("%q is not a day", string(v))
			}
			return types.Timestamp{Time: day}, nil
		}
	case []string:
		if kind == List {
			return types.NewStringList(types.DefaultTypeAdapter, v), lengthOf(v)
		}
	}
	return nil, fmt.Errorf("a %T is no %s", value, kind)
}

func lengthOf(texts []string) error {
	tooLong := func(text string) bool { return len(text) > maxTextBytes }
	if len(texts) > maxItems || slices.ContainsFunc(texts, tooLong) {
		return errTooLong
	}
	return nil
}

// ResolveName gives CEL the value of a variable: that of a fact that is not known is unknown, which CEL carries through
// as far as it matters.
func (b *bindings) ResolveName(name string) (any, bool) {
	if i, isFact := factIndex()[name]; isFact {
		if value := b.facts[i]; value != nil {
			return value, true
		}
		return b.language.unknown[name], true
	}
	if value, known := b.shared[name]; known {
		return value, true
	}
	if unknown, declared := b.language.unknown[name]; declared {
		return unknown, true
	}
	if fact, asked := strings.CutPrefix(name, knownName("")); asked {
		i, isFact := factIndex()[fact]
		return types.Bool(isFact && b.facts[i] != nil), true
	}
	return nil, false
}

// Parent is nil: there are no other variables.
func (b *bindings) Parent() interpreter.Activation { return nil }

// decide evaluates the expression. missing are the facts and limits that it needs and that are not known, in the order of
// the table; they are given only when nothing is decided. An expression that fails decides nothing, and says why.
func (e *expression) decide(b *bindings) (a answer, missing []string, err error) {
	result, _, err := e.program.Eval(b)
	if err != nil {
		return answerUnknown, nil, fmt.Errorf("expression: %w", err)
	}
	switch value := result.(type) {
	case types.Bool:
		if value {
			return answerYes, nil, nil
		}
		return answerNo, nil, nil
	case *types.Unknown:
		for _, id := range value.IDs() {
			trails, _ := value.GetAttributeTrails(id)
			for _, trail := range trails {
				missing = append(missing, trail.Variable())
			}
		}
	}
	return answerUnknown, missing, nil
}
