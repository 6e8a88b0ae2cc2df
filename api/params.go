package api

import (
	"cmp"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/paulmach/orb"

	"vigie/inventory"
)

// params reads the query parameters of a request and gathers what is wrong with them. A parameter that nobody took is
// unknown.
type params struct {
	values url.Values
	known  []string
	faults []Fault
}

func readParams(c *gin.Context) *params {
	values, err := url.ParseQuery(c.Request.URL.RawQuery)
	p := &params{values: values}
	if err != nil {
		p.fault("", "the query is not well written: %v", err)
	}
	return p
}

// noParams refuses every query parameter.
func noParams(c *gin.Context) error { return readParams(c).done() }

func (p *params) fault(name, reason string, args ...any) {
	p.faults = append(p.faults, Fault{In: "query", Field: name, Reason: fmt.Sprintf(reason, args...), phrase: phrase{reason, args}})
}

// done tells every fault, with the unknown parameters last.
func (p *params) done() error {
	for name := range p.values {
		if slices.Contains(p.known, name) {
			continue
		}
		if len(p.known) == 0 {
			p.fault(name, "is unknown: no parameter is read here")
		} else {
			p.fault(name, "is unknown: the parameters here are %s", strings.Join(p.known, ", "))
		}
	}
	slices.SortStableFunc(p.faults, func(a, b Fault) int { return cmp.Compare(a.Field, b.Field) })
	return refuseFaults(p.faults)
}

// text takes a parameter; ok is false when it is absent or faulty.
func (p *params) text(name string) (value string, ok bool) {
	p.known = append(p.known, name)
	given := p.values[name]
	switch {
	case len(given) == 0:
		return "", false
	case len(given) > 1:
		p.fault(name, "is given %d times", len(given))
	case given[0] == "":
		p.fault(name, "is empty")
	default:
		return given[0], true
	}
	return "", false
}

// dryRun takes true or false; false when absent.
func (p *params) dryRun() bool {
	text, ok := p.text("dryRun")
	if ok && text != "true" && text != "false" {
		p.fault("dryRun", "%q is neither true nor false", text)
	}
	return text == "true"
}

// number takes a whole number between 1 and most.
func (p *params) number(name string, absent, most int) int {
	text, ok := p.text(name)
	if !ok {
		return absent
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > most {
		p.fault(name, "%q is not a whole number between 1 and %d", text, most)
		return absent
	}
	return n
}

// mostWait is how long a client may wait for a job.
const mostWait = 30 * time.Second

// wait takes how long a client waits, whole seconds.
func (p *params) wait(absent time.Duration) time.Duration {
	text, ok := p.text("wait")
	if !ok {
		return absent
	}
	n, err := strconv.Atoi(text)
	if most := int(mostWait / time.Second); err != nil || n < 0 || n > most {
		p.fault("wait", "%q is not a whole number of seconds between 0 and %d", text, most)
	}
	return time.Duration(n) * time.Second
}

// id takes an identifier; whether it is well formed is for the record that bears it to say.
func (p *params) id(name string) inventory.ID {
	text, _ := p.text(name)
	return inventory.ID(text)
}

// required takes a parameter that must be there.
func (p *params) required(name string) string {
	text, ok := p.text(name)
	if !ok && len(p.values[name]) == 0 {
		p.fault(name, "is missing")
	}
	return text
}

// word takes one of a list of values; empty when absent.
func (p *params) word(name string, among []string) string {
	text, ok := p.text(name)
	if ok && !slices.Contains(among, text) {
		p.fault(name, "%q is not one of %s", text, strings.Join(among, ", "))
	}
	return text
}

// words takes one or more values with commas between them.
func (p *params) words(name string) []string {
	text, ok := p.text(name)
	if !ok {
		return nil
	}
	words := strings.Split(text, ",")
	if len(words) > maxValues {
		p.fault(name, "has %d values, more than the %d that are read", len(words), maxValues)
		return nil
	}
	if slices.Contains(words, "") {
		p.fault(name, "has an empty value in %q", text)
	}
	return words
}

// wordsAmong takes one or more of a list of values, with commas between them.
func (p *params) wordsAmong(name string, list ...string) []string {
	words := p.words(name)
	for _, word := range words {
		if word != "" && !slices.Contains(list, word) {
			p.fault(name, "%q is not one of %s", word, strings.Join(list, ", "))
		}
	}
	return words
}

// repeated takes a parameter that may be given several times; nil when absent.
func (p *params) repeated(name string) []string {
	p.known = append(p.known, name)
	return p.values[name]
}

// instant takes a moment (RFC 3339) or a day, which begins at midnight UTC, as stores compare it.
func (p *params) instant(name string) string {
	text, ok := p.text(name)
	if !ok {
		return ""
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			return inventory.InstantOf(t).String()
		}
	}
	p.fault(name, "%q is not a moment as 2026-11-21T08:30:00Z nor a day as 2026-11-21 (write + as %%2B)", text)
	return ""
}

// box takes minLon,minLat,maxLon,maxLat in degrees; nil when absent.
func (p *params) box(name string) orb.Geometry {
	text, ok := p.text(name)
	if !ok {
		return nil
	}
	box, err := parseBox(text)
	if err != nil {
		p.fault(name, "%v", err)
		return nil
	}
	return box
}

func parseBox(text string) (orb.Bound, error) {
	parts := strings.Split(text, ",")
	if len(parts) != 4 {
		return orb.Bound{}, fmt.Errorf("has %d numbers, not the four of minLon,minLat,maxLon,maxLat", len(parts))
	}
	var v [4]float64
	for i, part := range parts {
		n, err := strconv.ParseFloat(part, 64)
		if limit := [2]float64{180, 90}[i%2]; err != nil || !(math.Abs(n) <= limit) {
			return orb.Bound{}, fmt.Errorf("%q is not a number of degrees between -%v and %v", part, limit, limit)
		}
		v[i] = n
	}
	if v[0] > v[2] || v[1] > v[3] {
		return orb.Bound{}, fmt.Errorf("%q has its corners in another order than minLon,minLat,maxLon,maxLat", text)
	}
	return orb.Bound{Min: orb.Point{v[0], v[1]}, Max: orb.Point{v[2], v[3]}}, nil
}
