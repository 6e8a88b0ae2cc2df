package advisory

import (
	"strconv"

	"vigie/inventory"
)

// heardValue is a fact of the subject that is heard, or a limit, as it is stored: worked out once for all findings that
// show it, as long as it does not change.
type heardValue struct {
	turn  int
	value inventory.FactValue
	text  []byte
	// shown is the turn of the value that a finding showed last, 0 before the first; words are those shown so far, sources
	// and verified those of a limit.
	shown    int
	words    []string
	sources  []string
	verified string
}

// language is that of the book.
func (h *hearing) language() *language { return h.judges[0].language }

// heard is the value at a slot.
func (h *hearing) heard(slot int) *heardValue {
	v, j := &h.notes.values[slot], h.judges[0]
	if v.turn > 0 && j.changed[slot] < v.turn {
		return v
	}
	v.turn = j.turn
	var value any
	if slot < len(j.facts) {
		value = j.facts[slot]
	} else if limit := j.limits[slot]; limit != nil {
		value = limit.Value
	}
	v.value = factValue(j.language.names[slot], value)
	v.text = appendValue(v.text[:0], value)
	return v
}

// show notes that a finding shows the value at a slot.
func (h *hearing) show(slot int) inventory.FactValue {
	v := h.heard(slot)
	if v.shown == v.turn {
		return v.value
	}
	v.shown = v.turn
	if limit := h.judges[0].limits[slot]; limit != nil {
		v.sources, v.verified = addNew(v.sources, []string{limit.Source}), string(limit.Verified)
	}
	if h.sessions[0].closed[slot] {
		v.words = addNew(v.words, v.value.Words())
	}
	return v.value
}

// appendValue writes a value so that two values are the same when their texts are.
func appendValue(text []byte, value any) []byte {
	switch v := value.(type) {
	case bool:
		return strconv.AppendBool(text, v)
	case int:
		return strconv.AppendInt(text, int64(v), 10)
	case float64:
		return strconv.AppendFloat(text, v, 'g', -1, 64)
	case string:
		return strconv.AppendQuote(text, v)
	case inventory.Date:
		return append(text, v...)
	case []string:
		for _, one := range v {
			text = append(strconv.AppendQuote(text, one), ',')
		}
	}
	return text
}

// factValue is a value as it is stored.
func factValue(name string, value any) inventory.FactValue {
	out := inventory.FactValue{Name: name}
	switch v := value.(type) {
	case bool:
		out.Flag = &v
	case int:
		out.Number = new(float64(v))
	case float64:
		out.Number = &v
	case string:
		out.Text = &v
	case inventory.Date:
		out.Text = new(string(v))
	case []string:
		out.List = v
	}
	return out
}
