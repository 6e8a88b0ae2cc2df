package advisory

import (
	"fmt"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common"
	"cel.dev/cel-go/common/cost"
	"cel.dev/cel-go/common/types"
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
	// unknown is the value of a fact or a limit that is not known, by its name.
	unknown map[string]*types.Unknown
}

func newLanguage(scales []Scale, limits map[string]FactType) (*language, error) {
	l := &language{scales: scales, limits: limits, unknown: map[string]*types.Unknown{}}
	options := []cel.EnvOption{
		cel.StdLib(), cel.CrossTypeNumericComparisons(true), cel.DefaultUTCTimeZone(true),
		cel.ParserExpressionSizeLimit(maxTextBytes), cel.ParserRecursionLimit(64),
		cel.Variable(todayName, cel.TimestampType), cel.Variable(scaleName, cel.StringType), cel.Macros(knownMacro()),
	}
	for i, fact := range factTable() {
		options = append(options, cel.Variable(fact.Name, celType(fact.Type)), cel.Variable(knownName(fact.Name), cel.BoolType))
		l.unknown[fact.Name] = types.NewUnknown(int64(i), types.NewAttributeTrail(fact.Name))
	}
	id := len(factTable())
	for name, kind := range limits {
		options = append(options, cel.Variable(limitRoot+name, celType(kind)))
		l.unknown[limitRoot+name] = types.NewUnknown(int64(id), types.NewAttributeTrail(limitRoot+name))
		id++
	}
	env, err := cel.NewCustomEnv(append(append(options, dayFunctions()...), l.otherFunctions()...)...)
	if err != nil {
		return nil, fmt.Errorf("expressions: %w", err)
	}
	l.env = env
	return l, nil
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
	program cel.Program
	// facts and limits are the names it asks for, in the order in which it does.
	facts, limits []string
	usesScale     bool
}

// exprFault is a fault of an expression. Line counts from 1, Column from 0, both in its text.
type exprFault struct {
	line, column int
	reason       string
}

// compile checks an expression that decides yes or no about a subject.
func (l *language) compile(text string, subject Subject) (*expression, []exprFault) {
	checked, issues := l.env.Compile(text)
	if issues.Err() != nil {
		return nil, explain(issues.Errors(), text)
	}
	if checked.OutputType() != cel.BoolType {
		return nil, []exprFault{{line: 1, reason: fmt.Sprintf("must be true or false, not a %s", checked.OutputType())}}
	}
	e := &expression{}
	if faults := l.inspect(e, checked.NativeRep(), subject); len(faults) > 0 {
		return nil, faults
	}
	estimate, err := l.env.EstimateCost(checked, sizes{})
	if err == nil && estimate.Max > maxCost {
		return nil, []exprFault{{line: 1, reason: fmt.Sprintf("may take %d steps, more than %d: make it simpler", estimate.Max, maxCost)}}
	}
	if err == nil {
		e.program, err = l.env.Program(checked)
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
