package advisory

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common"
	"cel.dev/cel-go/common/cost"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"vigie/inventory"
)

const (
	// maxCost bounds the steps of one expression in the worst case, in the units of CEL's cost model. A rule of the book
	// takes some tens.
	maxCost = 20_000
	// maxItems and maxTextBytes bound what a fact may hold, so that the worst case is known when the book is loaded.
	maxItems, maxTextBytes = 256, 4096
)

const (
	todayName = "today"
	scaleName = "scale"
	limitRoot = "limit."
)

// language is CEL (https://cel.dev) with the facts, the limits and the levels of a book for variables, and functions on
// days and lists. It may be shared by goroutines.
type language struct {
	env    *cel.Env
	scales []Scale
	limits map[string]FactType
	// slots give the place of each variable among the values of a subject: those of the facts as in the table, then the
	// limits, today and the scale.
	slots map[string]int
	// names are those of the variables by their slots, unknown their values when they are not known.
	names   []string
	unknown []ref.Val
	// byName are the slots in the order of the names.
	byName []int
	// alone gives the slots of the values of unknown.
	alone map[*types.Unknown]int
}

func newLanguage(scales []Scale, limits map[string]FactType) (*language, error) {
	l := &language{scales: scales, limits: limits, slots: map[string]int{}, alone: map[*types.Unknown]int{}}
	options := []cel.EnvOption{
		cel.StdLib(), cel.CrossTypeNumericComparisons(true), cel.DefaultUTCTimeZone(true),
		cel.ParserExpressionSizeLimit(maxTextBytes), cel.ParserRecursionLimit(64),
		cel.Variable(todayName, cel.TimestampType), cel.Variable(scaleName, cel.StringType), cel.Macros(knownMacro()),
	}
	for _, fact := range factTable() {
		options = append(options, cel.Variable(fact.Name, celType(fact.Type)), cel.Variable(knownName(fact.Name), cel.BoolType))
		l.addSlot(fact.Name)
	}
	for _, name := range slices.Sorted(maps.Keys(limits)) {
		options = append(options, cel.Variable(limitRoot+name, celType(limits[name])))
		l.addSlot(limitRoot + name)
	}
	l.addSlot(todayName)
	l.addSlot(scaleName)
	for slot := range l.names {
		l.byName = append(l.byName, slot)
	}
	slices.SortFunc(l.byName, func(a, b int) int { return strings.Compare(l.names[a], l.names[b]) })
	env, err := cel.NewCustomEnv(append(append(options, dayFunctions()...), l.otherFunctions()...)...)
	if err != nil {
		return nil, fmt.Errorf("expressions: %w", err)
	}
	l.env = env
	return l, nil
}

// addSlot makes room for the value of a variable, which is not known.
func (l *language) addSlot(name string) {
	slot := len(l.names)
	l.slots[name] = slot
	l.names = append(l.names, name)
	unknown := types.NewUnknown(int64(slot), types.NewAttributeTrail(name))
	l.unknown, l.alone[unknown] = append(l.unknown, unknown), slot
}

func celType(kind FactType) *cel.Type {
	switch kind {
	case Flag:
		return cel.BoolType
	case Whole:
		return cel.IntType
	case Number:
		return cel.DoubleType
	case Day:
		return cel.TimestampType
	case List:
		return cel.ListType(cel.StringType)
	case Text:
	}
	return cel.StringType
}

// expression is a condition of a rule, checked and compiled. It may be shared by goroutines.
type expression struct {
	language *language
	program  cel.Program
	// facts and limits are the names it asks for, in the order in which it does.
	facts, limits []string
	usesScale     bool
}

// exprFault is a fault of an expression. Line counts from 1, Column from 0, both in its text.
type exprFault struct {
	line, column int
	reason       string
}

// outcome is what an expression gives.
type outcome struct {
	name  string
	types []*cel.Type
}

// The outcomes of expressions.
func yesOrNo() outcome { return outcome{"true or false", []*cel.Type{cel.BoolType}} }
func aNumber() outcome { return outcome{"a number", []*cel.Type{cel.DoubleType, cel.IntType}} }
func wordList() outcome {
	return outcome{"a list of words", []*cel.Type{cel.ListType(cel.StringType)}}
}

// compile checks an expression about a subject.
func (l *language) compile(text string, subject inventory.SubjectKind, wanted outcome) (*expression, []exprFault) {
	checked, issues := l.env.Compile(text)
	if issues.Err() != nil {
		return nil, explain(issues.Errors(), text)
	}
	if !slices.ContainsFunc(wanted.types, checked.OutputType().IsExactType) {
		return nil, []exprFault{{line: 1, reason: fmt.Sprintf("must be %s, not a %s", wanted.name, checked.OutputType())}}
	}
	e := &expression{language: l}
	if faults := l.inspect(e, checked.NativeRep(), subject); len(faults) > 0 {
		return nil, faults
	}
	estimate, err := l.env.EstimateCost(checked, sizes{})
	if err == nil && estimate.Max > maxCost {
		return nil, []exprFault{{line: 1, reason: fmt.Sprintf("may take %d steps, more than %d: make it simpler", estimate.Max, maxCost)}}
	}
	if err == nil {
		e.program, err = l.env.Program(checked, cel.EvalOptions(cel.OptOptimize), cel.CustomDecoratorV2(l.intoSlots))
	}
	if err != nil {
		return nil, []exprFault{{line: 1, reason: err.Error()}}
	}
	return e, nil
}

// sizes bounds what variables may hold.
type sizes struct{}

func (sizes) EstimateSize(node cost.AstNode) *cost.SizeEstimate {
	switch node.Type().Kind() {
	case types.ListKind:
		return &cost.SizeEstimate{Max: maxItems}
	case types.StringKind:
		return &cost.SizeEstimate{Max: maxWordBytes}
	default:
		return nil
	}
}

// maxWordBytes is how long the texts are that expressions compare, in the estimate of their cost.
const maxWordBytes = 64

func (sizes) EstimateCallCost(string, string, *cost.AstNode, []cost.AstNode) *cost.CallEstimate {
	return nil
}

// explain makes CEL's messages ones for the author of a rule.
func explain(issues []*common.Error, text string) []exprFault {
	lines := strings.Split(text, "\n")
	faults := make([]exprFault, len(issues))
	for i, issue := range issues {
		f := exprFault{line: max(issue.Location.Line(), 1), column: max(issue.Location.Column(), 0), reason: issue.Message}
		if strings.HasPrefix(f.reason, "undeclared reference to '") && f.line <= len(lines) {
			f.column, f.reason = unknownName(lines[f.line-1], f.column, f.reason)
		}
		faults[i] = f
	}
	return faults
}
