package inventory

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// mostOSMHeads bounds the heads of one mast.
const mostOSMHeads = 32

// camera makes the cells of a camera out of the tags of man_made=surveillance
// (https://wiki.openstreetmap.org/wiki/Tag:man_made=surveillance).
func (d *osmDecoder) camera(e *osmElement, r *row) {
	if r.fault = e.noCamera(); r.fault != "" {
		return
	}
	for _, t := range e.tags {
		switch t.name {
		case "camera:direction", "direction", "camera:type", "camera:angle", "camera:count", "camera:height":
			// what becomes of them is said below
		case "camera:mount":
			r.cells = append(r.cells, d.cell("mounting.support", t.value))
		case "brand": // of the bank or shop that the camera belongs to
			r.cells = append(r.cells, d.cell("extra.brand", t.value))
		default:
			r.cells = append(r.cells, d.cell(t.name, t.value))
		}
	}
	if height := e.tag("camera:height"); height != "" {
		name := "height"
		if e.tag("height") != "" {
			name = "extra.camera:height"
		}
		r.cells = append(r.cells, d.cell(name, height))
	}
	c := osmCamera{note: func(text string) { r.notes = append(r.notes, text) }}
	c.read(e)
	for i, h := range c.heads {
		d.headCells(r, i, h)
	}
	for _, t := range c.aside {
		r.cells = append(r.cells, d.cell("extra."+t.name, t.value))
	}
}

// noCamera says why an element is not a camera; empty when it is one.
func (e *osmElement) noCamera() string {
	switch watching := e.tag("surveillance:type"); {
	case e.tag("man_made") != "surveillance":
		return "is not tagged man_made=surveillance"
	case watching == "guard":
		return "surveillance:type=guard is a person, not a camera"
	case e.tag("surveillance") == "fake":
		return "surveillance=fake is a dummy, not a camera"
	}
	return ""
}

// osmHead is what the tags say of one head; NaN and empty are unknown.
type osmHead struct {
	kind         HeadKind
	bearingDeg   float64
	sectorDeg    float64 // the width of what it looks at
	tiltDeg      float64
	plates, wide bool // reads plates; looks all round without turning
}

// headCells adds what is known of the n-th head, from 0; at least that it is there.
func (d *osmDecoder) headCells(r *row, n int, h osmHead) {
	path, said := fmt.Sprintf("heads[%d].", n), len(r.cells)
	add := func(field, text string) { r.cells = append(r.cells, d.cell(path+field, text)) }
	number := func(field string, value float64) {
		if !math.IsNaN(value) {
			add(field, strconv.FormatFloat(value, 'g', -1, 64))
		}
	}
	if h.kind != "" {
		add("kind", string(h.kind))
	}
	number("bearingDeg", h.bearingDeg)
	number("tiltDeg", h.tiltDeg)
	switch {
	case h.kind == HeadPTZ:
		number("panRangeDeg", h.sectorDeg)
	case h.wide:
		add("hfovDeg", "360")
	default:
		number("hfovDeg", h.sectorDeg)
	}
	if h.plates {
		add("aims[0]", "plate")
	}
	if said == len(r.cells) {
		add("id", strconv.Itoa(n+1))
	}
}

// osmCamera gathers the heads of one mast.
type osmCamera struct {
	heads []osmHead
	// aside are the tags that were not read, or not as they stand.
	aside []osmTag
	note  func(text string)
}

func (c *osmCamera) keep(name, value string) {
	if value != "" && !slices.Contains(c.aside, osmTag{name, value}) {
		c.aside = append(c.aside, osmTag{name, value})
	}
}

// read makes as many heads as there are directions, types or cameras, whichever is most, and one when anything is said
// of its head.
func (c *osmCamera) read(e *osmElement) {
	kinds, tilt, plates := c.kinds(e), c.tilt(e), e.readsPlates()
	c.heads = c.directions(e, kinds)
	wanted := max(c.count(e), len(kinds))
	if plates || !math.IsNaN(tilt) {
		wanted = max(wanted, 1)
	}
	if len(c.heads) > 0 && len(c.heads) < wanted {
		c.note("there are more cameras than directions: the others have none")
	}
	for len(c.heads) < wanted {
		c.heads = append(c.heads, osmHead{bearingDeg: math.NaN(), sectorDeg: math.NaN()})
	}
	for i := range c.heads {
		h := &c.heads[i]
		h.tiltDeg, h.plates = tilt, plates
		if len(kinds) > 0 {
			kind := kinds[min(i, len(kinds)-1)]
			h.kind, h.wide = kind.head, kind.wide
		}
	}
}

// readsPlates tells a head that reads the plates of vehicles.
func (e *osmElement) readsPlates() bool {
	watching := e.tag("surveillance:type")
	return watching == "ALPR" || watching == "ANPR"
}

// osmKind is a kind of head; wide looks all round without turning.
type osmKind struct {
	head HeadKind
	wide bool
}

// kinds reads camera:type, of each head in turn, or of all.
func (c *osmCamera) kinds(e *osmElement) (kinds []osmKind) {
	text := e.tag("camera:type")
	for _, word := range osmList(text) {
		kind := osmKind{}
		switch word {
		case "fixed":
			kind.head = HeadFixed
		case "dome":
			kind.head = HeadPTZ
			c.note("camera:type=dome is read as a head that turns, tilts and zooms")
		case "panning":
			kind.head = HeadPTZ
		case "360", "panoramic":
			kind = osmKind{HeadFixed, true}
			c.note("camera:type=360 is read as a fixed head that looks all round")
		default:
			c.keep("camera:type", text)
			c.note("camera:type is a word that is not read: kept aside")
		}
		kinds = append(kinds, kind)
	}
	if len(kinds) > mostOSMHeads {
		kinds = kinds[:mostOSMHeads]
	}
	return kinds
}

// osmList are the values of a tag that has several, separated by semicolons as the rule is, or by commas.
func osmList(text string) []string {
	var list []string
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ';' || r == ',' || r == '|' }) {
		if word = strings.TrimSpace(word); word != "" {
			list = append(list, word)
		}
	}
	return list
}

// directions makes a head of each direction.
func (c *osmCamera) directions(e *osmElement, kinds []osmKind) (heads []osmHead) {
	name := "camera:direction"
	if e.tag(name) == "" {
		name = "direction"
	} else {
		c.keep("direction", e.tag("direction"))
	}
	text := e.tag(name)
	list := osmList(text)
	if len(list) > 1 {
		c.note("several directions are read as so many heads of one camera")
	}
	turns := len(kinds) > 0 && kinds[0].head == HeadPTZ
	for i, word := range list {
		if i == mostOSMHeads {
			c.keep(name, text)
			c.note(fmt.Sprintf("only the first %d directions are read: kept aside", mostOSMHeads))
			break
		}
		h := osmHead{bearingDeg: math.NaN(), sectorDeg: math.NaN()}
		assumed, exact := h.look(word, turns)
		if assumed != "" {
			c.note(name + ": " + assumed)
		}
		if !exact {
			c.keep(name, text)
		}
		heads = append(heads, h)
	}
	return heads
}

// look reads one direction: a bearing, a point of the compass, or a sector from one to the other, clockwise
// (https://wiki.openstreetmap.org/wiki/Key:direction). exact is false when the text says more than what is read.
func (h *osmHead) look(text string, turns bool) (assumed string, exact bool) {
	if turns && strings.TrimSuffix(text, "°") == "360" {
		return "360 on a head that turns is read as all round, not as north", false
	}
	if from, to, ok := osmSector(text); ok {
		h.sectorDeg = math.Mod(to-from+360, 360)
		h.bearingDeg = math.Mod(from+h.sectorDeg/2, 360)
		return "a range is read as the sector from one bearing clockwise to the other", false
	}
	bearing, assumed, ok := osmBearing(text)
	if !ok {
		return "is not a bearing, a point of the compass or a range: kept aside", false
	}
	h.bearingDeg = bearing
	return assumed, true
}

// osmSector reads "190-100" or "NW-NE".
func osmSector(text string) (from, to float64, ok bool) {
	left, right, found := strings.Cut(text, "-")
	if !found || strings.TrimSpace(left) == "" {
		return 0, 0, false // a bearing below zero
	}
	from, _, okFrom := osmBearing(left)
	to, _, okTo := osmBearing(right)
	return from, to, okFrom && okTo && from != to
}

// osmBearing reads degrees, which may be negative or beyond the circle, or a point of the compass.
func osmBearing(text string) (bearingDeg float64, assumed string, ok bool) {
	if i := slices.Index(compass(), compassPoint(text)); i >= 0 {
		return float64(i) * 22.5, "a point of the compass is read as its bearing", true
	}
	value, _, err := parseNumber(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(text), "°")))
	const turns = 2 // what is further round is a mistake
	if err != nil || math.Abs(value) > turns*360 {
		return 0, "", false
	}
	if value < 0 || value >= 360 {
		assumed = "a bearing of 360° or more, or below 0°, is brought back into the circle"
	}
	if value = math.Mod(math.Mod(value, 360)+360, 360); value == 0 {
		value = 0 // not −0
	}
	return value, assumed, true
}

// count reads camera:count, 0 when unknown.
func (c *osmCamera) count(e *osmElement) int {
	text := e.tag("camera:count")
	n, err := strconv.Atoi(text)
	if text != "" && (err != nil || n < 1 || n > mostOSMHeads) {
		c.keep("camera:count", text)
		c.note("camera:count cannot be read: kept aside")
		return 0
	}
	return n
}

// tilt reads camera:angle.
func (c *osmCamera) tilt(e *osmElement) float64 {
	text := e.tag("camera:angle")
	if text == "" {
		return math.NaN()
	}
	c.keep("camera:angle", text)
	exact, assumed, err := readInclination(text)
	value, errNumber := strconv.ParseFloat(exact, 64)
	if err != nil || errNumber != nil {
		c.note("camera:angle is no inclination: kept aside")
		return math.NaN()
	}
	c.note(assumed)
	return value
}

// readInclination reads camera:angle of OpenStreetMap, in degrees. No two programs agree what it is: the map for which it
// was made draws the inclination, some others take it for the width of the view. Nearly all values are of a few degrees,
// which no surveillance camera is wide.
func readInclination(text string) (exact, assumed string, err error) {
	value, _, err := parseNumber(strings.TrimSuffix(strings.TrimSpace(text), "°"))
	if err != nil || math.Abs(value) > 90 {
		return "", "", fmt.Errorf("%.40q is not an inclination in degrees", text)
	}
	return strconv.FormatFloat(math.Abs(value), 'g', -1, 64), "camera:angle is read as the inclination below the horizon", nil
}
