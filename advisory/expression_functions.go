package advisory

import (
	"slices"
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
)

// dayFunctions are date("2026-11-21"), and plusDays, plusMonths, plusYears and daysUntil of a day.
func dayFunctions() []cel.EnvOption {
	plus := func(name string, add func(day time.Time, n int) time.Time) cel.EnvOption {
		return cel.Function(name, cel.MemberOverload(name, []*cel.Type{cel.TimestampType, cel.IntType}, cel.TimestampType,
			cel.BinaryBinding(func(day, n ref.Val) ref.Val {
				from, count := day.(types.Timestamp), n.(types.Int) //nolint:forcetypeassert // checked by the overload
				if count < -maxShift || count > maxShift {
					return types.NewErr("%s(%d) is out of range", name, count)
				}
				return types.Timestamp{Time: add(from.Time, int(count))}
			})))
	}
	return []cel.EnvOption{
		cel.Function("date", cel.Overload("date", []*cel.Type{cel.StringType}, cel.TimestampType,
			cel.UnaryBinding(func(text ref.Val) ref.Val {
				day, err := time.Parse(time.DateOnly, string(text.(types.String))) //nolint:forcetypeassert // checked by the overload
				if err != nil {
					return types.NewErr("%q is not a day written YYYY-MM-DD", text)
				}
				return types.Timestamp{Time: day}
			}))),
		plus("plusDays", func(day time.Time, n int) time.Time { return day.AddDate(0, 0, n) }),
		plus("plusMonths", plusMonths),
		plus("plusYears", func(day time.Time, n int) time.Time { return plusMonths(day, 12*n) }),
		cel.Function("daysUntil", cel.MemberOverload("daysUntil", []*cel.Type{cel.TimestampType, cel.TimestampType}, cel.IntType,
			cel.BinaryBinding(func(from, to ref.Val) ref.Val {
				a, b := from.(types.Timestamp), to.(types.Timestamp) //nolint:forcetypeassert // checked by the overload
				return types.Int(b.Sub(a.Time) / (24 * time.Hour))
			}))),
	}
}

// maxShift bounds the days, months or years that a day can be moved by.
const maxShift = 10_000

// otherFunctions are subset and meets of lists, and level("iec-62676-4-2025", "validate"), a density in px/m.
func (l *language) otherFunctions() []cel.EnvOption {
	lists := []*cel.Type{cel.ListType(cel.StringType), cel.ListType(cel.StringType)}
	compare := func(name string, decide func(found, all int) bool) cel.EnvOption {
		return cel.Function(name, cel.MemberOverload(name, lists, cel.BoolType,
			cel.BinaryBinding(func(a, b ref.Val) ref.Val {
				found, all := countIn(a.(traits.Lister), b.(traits.Lister)) //nolint:forcetypeassert // checked by the overload
				return types.Bool(decide(found, all))
			})))
	}
	return []cel.EnvOption{
		compare("subset", func(found, all int) bool { return found == all }),
		compare("meets", func(found, _ int) bool { return found > 0 }),
		cel.Function("level", cel.Overload("level", []*cel.Type{cel.StringType, cel.StringType}, cel.DoubleType,
			cel.BinaryBinding(func(scale, code ref.Val) ref.Val {
				density, known := l.density(scale, code)
				if !known {
					return types.NewErr("the book has no level %v of the scale %v", code, scale)
				}
				return types.Double(density)
			}))),
	}
}

// countIn counts the items of a, and those of them that b has.
func countIn(a, b traits.Lister) (found, all int) {
	for items := a.Iterator(); items.HasNext() == types.True; all++ {
		if b.Contains(items.Next()) == types.True {
			found++
		}
	}
	return found, all
}

func (l *language) density(scale, code ref.Val) (densityPxM float64, known bool) {
	i := slices.IndexFunc(l.scales, func(s Scale) bool { return s.ID == scale.Value() })
	if i < 0 {
		return 0, false
	}
	text, _ := code.Value().(string)
	rank, known := l.scales[i].Level(text)
	if !known {
		return 0, false
	}
	return l.scales[i].Levels[rank].Density.Value, true
}

// knownName is the variable that tells whether a fact is known; no author can write it.
func knownName(fact string) string { return "known " + fact }

// knownMacro is known(fact): true or false, never unknown.
func knownMacro() cel.Macro {
	return cel.GlobalMacro("known", 1, func(exprs cel.MacroExprFactory, _ ast.Expr, args []ast.Expr) (ast.Expr, *cel.Error) {
		name := dotted(args[0])
		if factNamed(name) == nil {
			return nil, exprs.NewError(args[0].ID(), "known() asks for the name of a fact")
		}
		return exprs.NewIdent(knownName(name)), nil
	})
}

// dotted is the name that a chain of selections spells, "" when it is none.
func dotted(e ast.Expr) string {
	switch e.Kind() {
	case ast.IdentKind:
		return e.AsIdent()
	case ast.SelectKind:
		if before := dotted(e.AsSelect().Operand()); before != "" {
			return before + "." + e.AsSelect().FieldName()
		}
	default:
	}
	return ""
}
