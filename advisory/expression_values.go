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

// bindings are what expressions see of one subject. They are read only once a subject is judged by them, and may be
// shared by goroutines.
type bindings struct {
	language *language
	// values are those of the variables by their slots, unknown ones included; facts are as they were given, nil where
	// unknown.
	values []ref.Val
	facts  []any
	// limits are the values of limits by their slots; nil for what is no limit, and for one that is not known.
	limits []*LimitValue
}

// share makes ready what is the same for every subject.
func (l *language) share(limits map[string]LimitValue, today inventory.Date, scale string) (*bindings, error) {
	b := &bindings{
		language: l, values: slices.Clone(l.unknown), facts: make([]any, len(factTable())), limits: make([]*LimitValue, len(l.names)),
	}
	for name, limit := range limits {
		converted, err := celValue(l.limits[name], limit.Value)
		if err != nil {
			return nil, fmt.Errorf("%s%s: %w", limitRoot, name, err)
		}
		slot := l.slots[limitRoot+name]
		b.values[slot], b.limits[slot] = converted, &limit
	}
	day, err := celValue(Day, today)
	if err != nil {
		return nil, fmt.Errorf("today: %w", err)
	}
	b.values[l.slots[todayName]], b.values[l.slots[scaleName]] = day, types.String(scale)
	return b, nil
}

func (b *bindings) clone() *bindings {
	return &bindings{language: b.language, values: slices.Clone(b.values), facts: slices.Clone(b.facts), limits: slices.Clone(b.limits)}
}

// learn adds facts of a subject to what is known already. A value of another type than its fact's, or one that is too
// long, is an error.
func (b *bindings) learn(facts Facts) error {
	for name, value := range facts {
		slot, isFact := factIndex()[name]
		if !isFact {
			return fmt.Errorf("%q is not a fact", name)
		}
		if err := b.set(slot, value); err != nil {
			return err
		}
	}
	return nil
}

// set makes the value of a fact known, or unknown when it is nil. A value of another type than the fact's, or one that is
// too long, is an error.
func (b *bindings) set(slot int, value any) error {
	converted := b.language.unknown[slot]
	if value != nil {
		fact := &factTable()[slot]
		known, err := celValue(fact.Type, value)
		if err != nil {
			return fmt.Errorf("%s: %w", fact.Name, err)
		}
		converted = known
	}
	b.values[slot], b.facts[slot] = converted, value
	return nil
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
	if i, declared := b.language.slots[name]; declared {
		return b.values[i], true
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
func (e *expression) decide(frame *interpreter.ExecutionFrame) (a answer, missing []string, err error) {
	value, missing, err := e.value(frame)
	if yes, isFlag := value.(types.Bool); isFlag {
		if yes {
			return answerYes, nil, nil
		}
		return answerNo, nil, nil
	}
	return answerUnknown, missing, err
}

// value evaluates the expression; it is nil where missing or err say why there is none, as for decide.
func (e *expression) value(frame *interpreter.ExecutionFrame) (value ref.Val, missing []string, err error) {
	result, _, err := e.program.Eval(frame)
	if err != nil {
		return nil, nil, fmt.Errorf("expression: %w", err)
	}
	if unknown, isUnknown := result.(*types.Unknown); isUnknown {
		return nil, e.language.missing(unknown), nil
	}
	return result, nil, nil
}

// missing are the names of the variables that leave a value unknown: those of their slots, by which they were made.
func (l *language) missing(value *types.Unknown) []string {
	for slot, unknown := range l.unknown {
		if unknown == value { // one variable, as most of the time
			return l.names[slot : slot+1 : slot+1]
		}
	}
	var names []string
	for _, slot := range value.IDs() {
		names = append(names, l.names[slot])
	}
	return names
}

// variable is a step of a program that asks for a variable: it is read from its slot, without a search by its name.
type variable struct {
	interpreter.InterpretableAttribute
	slot int
}

// intoSlots makes the steps that ask for a variable ones that read its slot.
func (l *language) intoSlots(step interpreter.InterpretableV2) (interpreter.InterpretableV2, error) {
	attribute, isAttribute := step.(interpreter.InterpretableAttribute)
	if !isAttribute {
		return step, nil
	}
	name, isName := attribute.Attr().(interpreter.NamespacedAttribute)
	if !isName || len(name.Qualifiers()) > 0 || len(name.CandidateVariableNames()) != 1 {
		return step, nil
	}
	slot, declared := l.slots[name.CandidateVariableNames()[0]]
	if !declared {
		return step, nil
	}
	return &variable{InterpretableAttribute: attribute, slot: slot}, nil
}

// Exec is the value of the variable. Inside a loop, which has variables of its own, it is searched by its name.
func (v *variable) Exec(frame *interpreter.ExecutionFrame) ref.Val {
	if b, bound := frame.Scope().(*bindings); bound {
		return b.values[v.slot]
	}
	return v.InterpretableAttribute.Exec(frame)
}
