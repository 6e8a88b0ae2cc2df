package api_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"
)

// truth is what a predicate is of a record, with the third value of SQL: NOT is minus, AND the least, OR the greatest.
type truth int

const (
	no      truth = -1
	unknown truth = 0
	yes     truth = 1
)

func truthOf(holds bool) truth {
	if holds {
		return yes
	}
	return no
}

// predicate is a condition as CQL2 text, as CQL2 JSON, and in Go.
type predicate struct {
	collection, text string
	tree             any
	holds            func(r surveyRecord) truth
}

func (p predicate) json(t *testing.T) string {
	t.Helper()
	text, err := json.Marshal(p.tree)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// of are the records of the predicate's collection.
func (p predicate) of() []surveyRecord {
	if p.collection == "areas" {
		return rectangleRecords()
	}
	return cameraRecords()
}

// said is an operation in CQL2 JSON.
func said(op string, args ...any) map[string]any { return map[string]any{"op": op, "args": args} }

func named(property string) map[string]any { return map[string]any{"property": property} }

// surveyRecord is a camera or an area as its JSON has it, and where it lies.
type surveyRecord struct {
	id      string
	members map[string]any
	at      *orb.Bound
}

// value is that of a property; nil when it is not known.
func (r surveyRecord) value(name string) any {
	switch name {
	case "updated":
		name = "provenance.updatedAt"
	case "geometry":
		if r.at == nil {
			return nil
		}
		return *r.at
	}
	return member(r.members, name)
}

func cameraRecords() []surveyRecord {
	var list []surveyRecord
	for _, camera := range surveyed() {
		one := surveyRecord{id: string(camera.ID), members: membersOf(camera)}
		if camera.Location != nil {
			one.at = &orb.Bound{Min: orb.Point(*camera.Location), Max: orb.Point(*camera.Location)}
		}
		list = append(list, one)
	}
	return list
}

func rectangleRecords() []surveyRecord {
	var list []surveyRecord
	for i, r := range rectangles() {
		bound := r.bound()
		list = append(list, surveyRecord{id: fmt.Sprintf("a%02d", i), members: membersOf(rectangleArea(i, r)), at: &bound})
	}
	return list
}

func membersOf(value any) map[string]any {
	text, err := json.Marshal(value)
	if err != nil {
		return nil
	}
	var members map[string]any
	if json.Unmarshal(text, &members) != nil {
		return nil
	}
	return members
}

// constant is a value that a property is compared with, as text, as JSON, and in Go: a string, a number, a boolean or a time.
type constant struct {
	text  string
	tree  any
	value any
}

func word(text string) constant {
	return constant{"'" + strings.ReplaceAll(text, "'", "''") + "'", text, text}
}

func numeric(n float64) constant { return constant{fmt.Sprint(n), n, n} }
func boolean(b bool) constant    { return constant{fmt.Sprint(b), b, b} }

func day(text string) constant {
	return constant{"DATE('" + text + "')", map[string]any{"date": text}, instantOf(text)}
}

func moment(text string) constant {
	return constant{"TIMESTAMP('" + text + "')", map[string]any{"timestamp": text}, instantOf(text)}
}

// instantOf is the beginning of a day, or a moment; nil when a text is neither.
func instantOf(value any) any {
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(layout, text(value)); err == nil {
			return t
		}
	}
	return nil
}

// order compares a value with a constant's; known is false when it is not known.
func order(value any, with any) (sign int, known bool) {
	if _, is := with.(time.Time); is {
		value = instantOf(value)
	}
	switch b := with.(type) {
	case string:
		a, is := value.(string)
		return strings.Compare(a, b), is
	case float64:
		a, is := value.(float64)
		return cmp.Compare(a, b), is
	case bool:
		a, is := value.(bool)
		return map[bool]int{true: 1}[a] - map[bool]int{true: 1}[b], is
	case time.Time:
		a, is := value.(time.Time)
		return a.Compare(b), is
	}
	return 0, false
}

func means(op string, sign int) bool {
	return map[string]bool{"=": sign == 0, "<>": sign != 0, "<": sign < 0, ">": sign > 0, "<=": sign <= 0, ">=": sign >= 0}[op]
}

func operators() []string { return []string{"=", "<>", "<", ">", "<=", ">="} }

// compares are comparisons of cameras' properties of each kind.
func compares(*suite) (list []predicate) {
	for name, values := range map[string][]constant{
		"name": {word("foo"), word("Place d'Arç"), word("GARE SAINT-ROCH"), word("")}, "status": {word("planned")}, "holder": {word("h1")}, "commune": {word("34172")},
		"mounting.heightM": {numeric(3.14), numeric(0), numeric(-2)}, "critical": {boolean(true), boolean(false)}, "inServiceSince": {day("2022-04-14"), day("2021-01-01")},
		"updated": {moment("2022-04-14T14:48:46Z"), moment("2021-04-14T14:48:44Z")}, "provenance.row": {numeric(0), numeric(1)},
	} {
		for _, value := range values {
			for _, op := range operators() {
				list = append(list, predicate{"cameras", name + " " + op + " " + value.text, said(op, named(name), value.tree), func(r surveyRecord) truth {
					sign, known := order(r.value(name), value.value)
					if !known {
						return unknown
					}
					return truthOf(means(op, sign))
				}})
			}
		}
	}
	return list
}

func nulls(*suite) (list []predicate) {
	for _, name := range []string{"name", "commune", "department", "deployment", "critical", "mounting.heightM", "inServiceSince", "updated", "geometry", "provenance.row"} {
		null := func(r surveyRecord) truth { return truthOf(r.value(name) == nil) }
		list = append(list, predicate{"cameras", name + " IS NULL", said("isNull", named(name)), null},
			predicate{"cameras", name + " is not null", said("not", said("isNull", named(name))), func(r surveyRecord) truth { return -null(r) }})
	}
	return list
}

// pattern is the regular expression of the form of LIKE.
func pattern(form, flags string) *regexp.Regexp {
	var out strings.Builder
	escaped := false
	for _, r := range form {
		switch {
		case escaped, !strings.ContainsRune(`\%_`, r):
			out.WriteString(regexp.QuoteMeta(string(r)))
			escaped = false
		case r == '\\':
			escaped = true
		case r == '%':
			out.WriteString(".*")
		default:
			out.WriteString(".")
		}
	}
	return regexp.MustCompile("^(?" + flags + ":" + out.String() + ")$")
}

// liked is a predicate that a name has a form.
func liked(text string, tree any, form *regexp.Regexp) predicate {
	return predicate{"cameras", text, tree, func(r surveyRecord) truth {
		name, known := r.value("name").(string)
		if !known {
			return unknown
		}
		return truthOf(form.MatchString(name))
	}}
}

func opposite(p predicate, text string) predicate {
	return predicate{p.collection, text, said("not", p.tree), func(r surveyRecord) truth { return -p.holds(r) }}
}

func likes(*suite) (list []predicate) {
	for _, form := range []string{"B_r%", "%", "_%", "", "%%", `\%\_`, `50 \% %`, `a\_b`, "a_b", "%ç", "Place d'A%", "%é%"} {
		one := liked("name LIKE "+word(form).text, said("like", named("name"), form), pattern(form, "s"))
		list = append(list, one, opposite(one, "name NOT LIKE "+word(form).text))
	}
	return list
}

func betweens(*suite) (list []predicate) {
	for _, ends := range [][2]float64{{0, 100}, {100, 1}, {3.14, 4.5}, {-5, 0}} {
		one := predicate{
			"cameras", fmt.Sprintf("mounting.heightM between %v and %v", ends[0], ends[1]), said("between", named("mounting.heightM"), ends[0], ends[1]),
			func(r surveyRecord) truth {
				n, known := r.value("mounting.heightM").(float64)
				if !known {
					return unknown
				}
				return truthOf(ends[0] <= n && n <= ends[1])
			},
		}
		list = append(list, one, opposite(one, fmt.Sprintf("mounting.heightM not between %v and %v", ends[0], ends[1])))
	}
	return list
}

func ins(*suite) (list []predicate) {
	for name, values := range map[string][]constant{
		"name": {word("Bar"), word("bérange"), word("a_b"), word("foo")}, "mounting.heightM": {numeric(1), numeric(2), numeric(3)}, "critical": {boolean(true)},
		"inServiceSince": {day("2022-04-14"), day("2022-04-15")}, "updated": {moment("2022-04-14T14:48:46Z"), moment("2022-04-14T15:52:56Z")},
	} {
		texts, trees := []string{}, []any{}
		for _, value := range values {
			texts, trees = append(texts, value.text), append(trees, value.tree)
		}
		one := predicate{"cameras", name + " IN (" + strings.Join(texts, ",") + ")", said("in", named(name), trees), func(r surveyRecord) truth {
			held := no
			for _, value := range values {
				sign, known := order(r.value(name), value.value)
				if !known {
					return unknown
				}
				held = max(held, truthOf(sign == 0))
			}
			return held
		}}
		list = append(list, one, opposite(one, name+" not in ("+strings.Join(texts, ",")+")"))
	}
	return list
}

func casei(of any) map[string]any { return said("casei", of) }

func caseis(*suite) (list []predicate) {
	for _, name := range []string{"gare saint-roch", "Gare Saint-Roch", "PLACE D'ARÇ", "bÉrange", "foo"} {
		text := word(name).text
		equal := liked("CASEI(name) = casei("+text+")", said("=", casei(named("name")), casei(name)), pattern(strings.NewReplacer("_", `\_`, "%", `\%`).Replace(name), "si"))
		list = append(list, equal, predicate{"cameras", "casei(name) <> CASEI(" + text + ")", said("<>", casei(named("name")), casei(name)), func(r surveyRecord) truth { return -equal.holds(r) }})
	}
	for _, form := range []string{"B_r%", "b_R%", "GARE%", "%É%", "%ç"} {
		list = append(list, liked("CASEI(name) LIKE casei("+word(form).text+")", said("like", casei(named("name")), casei(form)), pattern(form, "si")))
	}
	return append(list, liked("CASEI(name) IN (casei('BAR'), casei('place de la comédie'))",
		said("in", casei(named("name")), []any{casei("BAR"), casei("place de la comédie")}), regexp.MustCompile("(?i)^(bar|place de la comédie)$")))
}
