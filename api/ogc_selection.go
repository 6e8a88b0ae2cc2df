package api

import (
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/paulmach/orb"

	"vigie/api/cql"
	"vigie/inventory"
)

// selection is what a request for features asks for.
type selection struct {
	listing

	filter cql.Filter
	// counted tells that the store can count what is asked for.
	counted bool
	system  system
	html    bool
}

// selection reads what is asked for.
func (o *ogc) selection(c *gin.Context, of collection) (selection, error) {
	p := readParams(c)
	asked := selection{html: p.form(c, geoJSONType), system: p.system("crs")}
	asked.values = p.values
	asked.query.Limit = p.most("limit")
	if box, given := p.text("bbox"); given {
		asked.query.Area = p.boxIn(box, p.system("bbox-crs"))
	} else {
		p.system("bbox-crs")
	}
	asked.filter = p.filter(of)
	p.when(&asked.query, of)
	asked.counted = asked.narrow(of)
	if err := asked.query.Validate(); err != nil {
		p.fault("filter", "the area is not valid: %v", err)
	}
	cursor, continued := p.text("cursor")
	for _, name := range []string{"limit", "cursor", "f"} {
		asked.values.Del(name)
	}
	asked.address = c.Request.URL.Path + "?" + asked.values.Encode()
	if continued {
		after, ok := openCursor(asked.address, cursor)
		if !ok {
			p.fault("cursor", "is not one that this list gave for these filters")
		}
		asked.query.After = after
	}
	return asked, p.done()
}

// most takes a number of features: more than there may be is as much as there may be (OGC 17-069r4, 7.15.2).
func (p *params) most(name string) int {
	text, ok := p.text(name)
	if !ok {
		return defaultLimit
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		p.fault(name, "%q is not a whole number of 1 or more", text)
	}
	return min(max(n, 1), maxLimit)
}

// form tells whether HTML is asked for, by the parameter f or else by Accept.
func (p *params) form(c *gin.Context, mediaType string) (html bool) {
	form := p.word("f", []string{"json", "html"})
	if form != "" {
		return form == "html"
	}
	chosen, err := negotiate(c, mediaType, htmlType)
	if err != nil && quality(header(c, "Accept"), jsonType) == 0 {
		p.fault("f", "there is no answer in an accepted format: they are %s and %s", mediaType, htmlType)
	}
	return chosen == htmlType
}

// boxIn reads a box of a coordinate system. Heights are not looked at.
func (p *params) boxIn(text string, of system) orb.Geometry {
	var numbers []float64
	for part := range strings.SplitSeq(text, ",") {
		n, err := strconv.ParseFloat(strings.TrimSpace(part), 64)
		if err != nil || !isFinite(n) {
			p.fault("bbox", "%q is not a number", part)
			return nil
		}
		numbers = append(numbers, n)
	}
	if len(numbers) == 6 {
		numbers = []float64{numbers[0], numbers[1], numbers[3], numbers[4]}
	}
	if len(numbers) != 4 {
		p.fault("bbox", "has %d numbers, not the four of the smallest and the largest coordinates", len(numbers))
		return nil
	}
	box := orb.Bound{Min: orb.Point{numbers[0], numbers[1]}, Max: orb.Point{numbers[2], numbers[3]}}
	lonLat := of.toLonLat() == nil
	switch {
	case box.Min[0] > box.Max[0] && !lonLat || box.Min[1] > box.Max[1]: // a west beyond the east is across the date line (7.15.3)
		p.fault("bbox", "%q has its corners in another order than the smallest and the largest coordinates", text)
		return nil
	case lonLat && (min(box.Min[0], box.Max[0]) < -180 || max(box.Min[0], box.Max[0]) > 180 || box.Min[1] < -90 || box.Max[1] > 90):
		p.fault("bbox", "%q is not within -180, 180 and -90, 90 degrees", text)
		return nil
	}
	return cql.Box(box, of.toLonLat())
}

// filter takes the filter, and the properties that are given as parameters.
func (p *params) filter(of collection) cql.Filter {
	text, given := p.text("filter")
	language := p.word("filter-lang", []string{"cql2-text", "cql2-json"})
	coordinates := p.system("filter-crs").toLonLat()
	var parts []cql.Filter
	if given {
		parsed, err := cql.ParseText(text, coordinates)
		if language == "cql2-json" {
			parsed, err = cql.ParseJSON([]byte(text), coordinates)
		}
		if err == nil {
			err = parsed.Check(of.types)
		}
		if err != nil {
			p.fault("filter", "%v", err)
		}
		parts = append(parts, parsed)
	}
	for name, kind := range of.types {
		if _, asked := p.values[name]; !asked || name == geometryName {
			continue
		}
		text, _ := p.text(name)
		one, err := cql.Equals(name, kind, text)
		if err != nil {
			p.fault(name, "%v", err)
		}
		parts = append(parts, one)
	}
	return cql.All(parts...)
}

// when takes the moment or the interval of the last change.
func (p *params) when(query *inventory.Query, of collection) {
	text, given := p.text("datetime")
	if !given {
		return
	}
	from, to, isInterval := strings.Cut(text, "/")
	if !isInterval {
		to = from
	}
	condition := inventory.Condition{Attr: inventory.AttrUpdated}
	first, okFrom := moment(from, isInterval)
	last, okTo := moment(to, isInterval)
	switch {
	case !okFrom || !okTo || first.from.IsZero() && last.to.IsZero():
		p.fault("datetime", "%q is neither a moment (RFC 3339) nor an interval as 2026-01-01T00:00:00Z/..", text)
		return
	case !first.from.IsZero() && !last.to.IsZero() && last.to.Before(first.from):
		p.fault("datetime", "%q ends before it begins", text)
		return
	}
	if condition.From = "0000"; !first.from.IsZero() {
		condition.From = inventory.InstantOf(first.from).String()
	}
	if !last.to.IsZero() {
		condition.Before = inventory.InstantOf(last.to).String()
	}
	if of.dated() {
		query.Where = append(query.Where, condition)
	}
}

// dated tells whether the features have a time: where they have none, every time is theirs (OGC 17-069r4, 7.15.4).
func (c collection) dated() bool {
	_, dated := c.attrs[string(inventory.AttrUpdated)]
	return dated
}

// stretch is a time from a moment to before another; zero is open.
type stretch struct{ from, to time.Time }

// moment reads one end of an interval; ".." and nothing are open.
func moment(text string, open bool) (stretch, bool) {
	if open && (text == "" || text == "..") {
		return stretch{}, true
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return stretch{t, t.Add(time.Millisecond)}, true
	}
	t, err := time.Parse(time.DateOnly, text)
	return stretch{t, t.Add(24 * time.Hour)}, err == nil
}

// narrow tells the store what must hold of a feature, and whether that is all that is asked for.
func (s *selection) narrow(of collection) (whole bool) {
	terms, whole := s.filter.Terms()
	for _, term := range terms {
		attr, indexed := of.attrs[term.Property]
		switch {
		case term.Meets != nil && s.query.Area == nil && term.Property == geometryName:
			s.query.Area = term.Meets
		case term.Meets == nil && indexed:
			s.query.Where = append(s.query.Where, inventory.Condition{
				Attr: attr, In: term.In, From: instantText(term.From), Before: instantText(term.Before),
			})
		default:
			whole = false
		}
	}
	return whole
}

// instantText is a moment as stores compare it; empty stays empty.
func instantText(text string) string {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return ""
	}
	return inventory.InstantOf(t).String()
}
