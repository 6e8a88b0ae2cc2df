package advisory

import (
	"fmt"
	"slices"
	"strings"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"

	"vigie/inventory"
)

// wrongSubject takes a fact, its subject and that of the rule.
const wrongSubject = "%q is a fact of a %s, which a rule on a %s does not see"

// inspect notes what an expression asks for, and finds what its types do not tell: a fact of another subject, a word
// that is not in the closed list of its fact, a level that the book does not have.
func (l *language) inspect(e *expression, tree *ast.AST, subject inventory.SubjectKind) []exprFault {
	var faults []exprFault
	fault := func(at ast.Expr, reason string, args ...any) {
		start := tree.SourceInfo().GetStartLocation(at.ID())
		column := start.Column() - max(strings.LastIndex(dotted(at), "."), 0) // CEL gives the last dot of a name
		faults = append(faults, exprFault{line: max(start.Line(), 1), column: max(column, 0), reason: fmt.Sprintf(reason, args...)})
	}
	ast.PreOrderVisit(tree.Expr(), ast.NewExprVisitor(func(at ast.Expr) {
		switch at.Kind() {
		case ast.IdentKind:
			name := strings.TrimPrefix(at.AsIdent(), knownName(""))
			if fact := factNamed(name); fact != nil && !sees(subject, fact.Subject) {
				fault(at, wrongSubject, name, fact.Subject, subject)
			}
			e.note(name)
		case ast.CallKind:
			for _, reason := range l.wrongWords(at.AsCall()) {
				fault(at, "%s", reason)
			}
		default:
		}
	}))
	return faults
}

func (e *expression) note(name string) {
	into := &e.facts
	switch {
	case name == scaleName:
		e.usesScale = true
		return
	case strings.HasPrefix(name, limitRoot):
		into, name = &e.limits, strings.TrimPrefix(name, limitRoot)
	case factNamed(name) == nil:
		return
	}
	if !slices.Contains(*into, name) {
		*into = append(*into, name)
	}
}

// wrongWords finds texts that a fact with a closed list can never equal, and levels that are not in the book.
func (l *language) wrongWords(call ast.CallExpr) []string {
	args := call.Args()
	if call.IsMemberFunction() {
		args = slices.Concat([]ast.Expr{call.Target()}, args)
	}
	if len(args) != 2 {
		return nil
	}
	switch call.FunctionName() {
	case "level":
		if args[0].Kind() == ast.LiteralKind && args[1].Kind() == ast.LiteralKind {
			if _, known := l.density(args[0].AsLiteral(), args[1].AsLiteral()); !known {
				return []string{fmt.Sprintf("the book has no level %q of the scale %q", args[1].AsLiteral().Value(), args[0].AsLiteral().Value())}
			}
		}
	case operators.Equals, operators.NotEquals, operators.In, "subset", "meets":
		return slices.Concat(notInList(args[0], args[1]), notInList(args[1], args[0]))
	}
	return nil
}

// notInList checks the texts of one side against the closed list of the fact that is the other side.
func notInList(name, texts ast.Expr) []string {
	fact := factNamed(dotted(name))
	if fact == nil || fact.Words == nil {
		return nil
	}
	literals := []ast.Expr{texts}
	if texts.Kind() == ast.ListKind {
		literals = texts.AsList().Elements()
	}
	var reasons []string
	for _, literal := range literals {
		if literal.Kind() != ast.LiteralKind {
			continue
		}
		if text, isText := literal.AsLiteral().Value().(string); isText && !slices.Contains(fact.Words, text) {
			reasons = append(reasons, fmt.Sprintf("%s is never %q: one of %q", fact.Name, text, fact.Words))
		}
	}
	return reasons
}
