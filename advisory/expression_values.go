package advisory

import (
	"errors"
	"fmt"
	"reflect"
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
		placed, err := Limit{Name: name, Type: l.limits[name]}.placed(limit)
		if err != nil {
			return nil, err
		}
		b.place(l.slots[limitRoot+name], placed)
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
	if value == nil {
		b.unlearn(slot)
		return nil
	}
	fact := &factTable()[slot]
	known, err := celValue(fact.Type, value)
	if err != nil {
		return fmt.Errorf("%s: %w", fact.Name, err)
	}
	b.values[slot], b.facts[slot] = known, value
	return nil
}

// placedLimit is a value of a limit, also as expressions see it.
type placedLimit struct {
	limit *LimitValue
	value ref.Val
}

// placed makes a value of the limit ready for expressions.
func (l Limit) placed(v LimitValue) (placedLimit, error) {
	value, err := celValue(l.Type, v.Value)
	if err != nil {
		return placedLimit{}, fmt.Errorf("%s%s: %w", limitRoot, l.Name, err)
	}
	return placedLimit{&v, value}, nil
}

// placed is the limit at a slot.
func (b *bindings) placed(slot int) placedLimit { return placedLimit{b.limits[slot], b.values[slot]} }

// unplaced is a limit that is not known because a fact is not.
func (b *bindings) unplaced(fact int) placedLimit { return placedLimit{nil, b.language.unknown[fact]} }

// place gives the limit at a slot a value, and tells whether it had another one.
func (b *bindings) place(slot int, now placedLimit) (changed bool) {
	changed = b.limits[slot] != now.limit
	b.limits[slot], b.values[slot] = now.limit, now.value
	return changed
}

// unlearn makes a fact unknown.
func (b *bindings) unlearn(slot int) { b.values[slot], b.facts[slot] = b.language.unknown[slot], nil }

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

// evaluator works expressions out by bindings, for one goroutine, until it is closed.
type evaluator struct{ frame *interpreter.ExecutionFrame }

func (b *bindings) evaluator() (evaluator, error) {
	frame, err := interpreter.NewExecutionFrame(b)
	return evaluator{frame}, err
}

func (e evaluator) close() { e.frame.Close() }

// decide evaluates the expression. missing are the facts and limits that it needs and that are not known, in the order of
// the table; they are given only when nothing is decided. An expression that fails decides nothing, and says why.
func (e *expression) decide(at evaluator) (a answer, missing []string, err error) {
	value, missing, err := e.value(at)
	if yes, isFlag := value.(types.Bool); isFlag {
		if yes {
			return answerYes, nil, nil
		}
		return answerNo, nil, nil
	}
	return answerUnknown, missing, err
}

// plain evaluates the expression: a float64, a bool or a []string. It is nil where missing or err say why there is none, as
// for decide.
func (e *expression) plain(at evaluator) (value any, missing []string, err error) {
	found, missing, err := e.value(at)
	switch v := found.(type) {
	case nil:
		return nil, missing, err
	case types.Double:
		return float64(v), nil, nil
	case types.Int:
		return float64(v), nil, nil
	case types.Bool:
		return bool(v), nil, nil
	}
	words, err := found.ConvertToNative(reflect.TypeFor[[]string]())
	if err != nil {
		return nil, nil, fmt.Errorf("expression: %w", err)
	}
	return words, nil, nil
}

// value evaluates the expression; it is nil where missing or err say why there is none, as for decide.
func (e *expression) value(at evaluator) (value ref.Val, missing []string, err error) {
	result, _, err := e.program.Eval(at.frame)
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
	if slot, one := l.alone[value]; one { // as most of the time
		return l.names[slot : slot+1 : slot+1]
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
