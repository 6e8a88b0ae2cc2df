package advisory

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"vigie/inventory"
)

// WrittenCase is a case that a person wrote down, to see what the rules say of it: audit rules and recommendation rules.
type WrittenCase struct {
	Subject inventory.SubjectKind
	// At is the day of the judgement, Scale the level scale, empty for the book's own.
	At    inventory.Date
	Scale string
	Facts Facts
}

// maxCaseBytes bounds a written case.
const maxCaseBytes = 1 << 20

// DecodeCase reads a case from JSON:
//
//	{"subject": "deployment", "at": "2026-11-21", "facts": {"deployment.retentionDays": 31, "deployment.audio": null}}
//
// "scale" may be added. A fact that is null or left out is unknown. The error is an *inventory.InvalidError with every
// fault: text that is no such object, a name that is no fact or of another subject, a value of another type or that is not
// in the closed list of its fact, a name given twice.
func DecodeCase(text []byte) (WrittenCase, error) {
	d := caseDecoder{}
	d.decode(text)
	if len(d.faults) > 0 {
		return WrittenCase{}, &inventory.InvalidError{Kind: "case", Faults: d.faults}
	}
	return d.read, nil
}

// caseSubjects are the kinds of subject that a case can be of: those of audits and of recommendations.
func caseSubjects() []inventory.SubjectKind {
	return append(inventory.SubjectKinds(), SubjectNeed, SubjectProject)
}

type caseDecoder struct {
	read   WrittenCase
	faults []inventory.Fault
}

func (d *caseDecoder) fault(field, reason string, args ...any) {
	d.faults = append(d.faults, inventory.Fault{Field: field, Reason: fmt.Sprintf(reason, args...)})
}

func (d *caseDecoder) decode(text []byte) {
	if len(text) > maxCaseBytes {
		d.fault("case", "is larger than %d bytes", maxCaseBytes)
		return
	}
	var facts json.RawMessage
	d.members("", text, func(name string, value json.RawMessage) {
		switch name {
		case "subject":
			d.read.Subject = inventory.SubjectKind(d.word(name, value, closedListOf(caseSubjects())))
		case "at":
			d.read.At = d.day(name, value)
		case "scale":
			d.read.Scale = d.text(name, value)
		case "facts":
			facts = value
		default:
			d.fault(name, "is not a member of a case: subject, at, scale and facts are")
		}
	})
	if len(d.faults) > 0 {
		return
	}
	if d.read.Subject == "" {
		d.fault("subject", "is missing: one of %q", caseSubjects())
	}
	if d.read.At == "" {
		d.fault("at", "is missing: the day of the judgement, as 2026-11-21")
	}
	d.read.Facts = Facts{}
	if facts != nil {
		d.members("facts.", facts, d.addFact)
	}
}

// members reads the members of an object, each once.
func (d *caseDecoder) members(at string, text []byte, read func(name string, value json.RawMessage)) {
	whole := strings.TrimSuffix(at, ".")
	if whole == "" {
		whole = "case"
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	if open, err := decoder.Token(); err != nil || open != json.Delim('{') {
		d.fault(whole, "must be a JSON object")
		return
	}
	seen := map[string]bool{}
	for decoder.More() {
		key, err := decoder.Token()
		var value json.RawMessage
		if err == nil {
			err = decoder.Decode(&value)
		}
		if err != nil {
			d.fault(whole, "is no JSON: %v", err)
			return
		}
		name, _ := key.(string)
		if seen[name] {
			d.fault(at+name, "is given twice")
			continue
		}
		seen[name] = true
		read(name, value)
	}
	if _, err := decoder.Token(); err != nil {
		d.fault(whole, "is no JSON: %v", err)
		return
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		d.fault(whole, "must be one JSON object and nothing after it")
	}
}

func (d *caseDecoder) addFact(name string, value json.RawMessage) {
	at := "facts." + name
	fact := factNamed(name)
	switch {
	case fact == nil:
		d.fault(at, "%q is not a fact%s", name, meant(name))
	case d.read.Subject != "" && !sees(d.read.Subject, fact.Subject):
		d.fault(at, wrongSubject, name, fact.Subject, d.read.Subject)
	case string(value) != "null":
		before := len(d.faults)
		if read := d.value(at, value, fact); len(d.faults) == before {
			d.read.Facts[name] = read
		}
	}
}

// value reads the value of a fact as its type has it.
func (d *caseDecoder) value(at string, text json.RawMessage, fact *Fact) any {
	switch fact.Type {
	case Flag:
		if flag := string(text); flag == "true" || flag == "false" {
			return flag == "true"
		}
		d.fault(at, "must be true or false")
		return nil
	case Whole:
		if number, err := strconv.Atoi(string(text)); err == nil && math.Abs(float64(number)) <= maxWhole {
			return number
		}
		d.fault(at, "must be a whole number up to %d", maxWhole)
		return nil
	case Number:
		if number, err := strconv.ParseFloat(string(text), 64); err == nil && math.Abs(number) <= maxNumber {
			return number
		}
		d.fault(at, "must be a number up to %g", maxNumber)
		return nil
	case Day:
		return d.day(at, text)
	case List:
		return d.list(at, text, fact.Words)
	case Text:
	}
	return d.word(at, text, fact.Words)
}

// maxWhole and maxNumber bound the numbers of a case, as those of the cases of a rule.
const (
	maxWhole  = 1_000_000_000
	maxNumber = 1e12
)

func (d *caseDecoder) text(at string, value json.RawMessage) string {
	var text string
	if err := json.Unmarshal(value, &text); err != nil || text == "" || len(text) > maxTextBytes {
		d.fault(at, "must be a text of 1 to %d bytes", maxTextBytes)
		return ""
	}
	return text
}

// word reads a text, of a closed list when there is one.
func (d *caseDecoder) word(at string, value json.RawMessage, words []string) string {
	text := d.text(at, value)
	if words != nil && text != "" && !slices.Contains(words, text) {
		d.fault(at, "%q is not one of %q", text, words)
	}
	return text
}

func (d *caseDecoder) day(at string, value json.RawMessage) inventory.Date {
	day := inventory.Date(d.text(at, value))
	if day != "" && !day.Valid() {
		d.fault(at, "%q is not a day written YYYY-MM-DD", string(day))
	}
	return day
}

func (d *caseDecoder) list(at string, value json.RawMessage, words []string) []string {
	var items []json.RawMessage
	if err := json.Unmarshal(value, &items); err != nil || len(items) > maxItems {
		d.fault(at, "must be a list of at most %d texts", maxItems)
		return nil
	}
	texts := make([]string, len(items))
	for i, item := range items {
		texts[i] = d.word(fmt.Sprintf("%s[%d]", at, i), item, words)
	}
	return texts
}
