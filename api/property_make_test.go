package api_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// maker makes requests from the description.
type maker struct {
	r *rand.Rand
	// ids are identifiers of records that there are, and tags the ETags of addresses that were asked before.
	ids  []string
	tags map[string]string
}

// chance is true so often out of a hundred.
func (m maker) chance(percent int) bool { return m.r.IntN(100) < percent }

func pick[T any](m maker, list ...T) T { return list[m.r.IntN(len(list))] }

// attempt makes a request to an operation; every other one has something wrong with it.
func (m maker) attempt(of described) attempt {
	a := attempt{method: of.method, path: of.path, address: of.path, query: url.Values{}, header: http.Header{}}
	for _, ref := range of.operation.Parameters {
		m.parameter(&a, ref.Value)
	}
	if of.operation.RequestBody != nil {
		m.content(&a, of.operation.RequestBody.Value.Content)
	}
	m.headers(&a)
	if m.chance(50) {
		m.spoil(&a, of.operation)
	}
	return a
}

// headers gives a request those that any may have.
func (m maker) headers(a *attempt) {
	if m.chance(20) {
		a.header.Set("Accept", pick(m, "application/json", "application/geo+json", "text/html", "image/svg+xml", "*/*", "text/csv;q=0.2"))
	}
	if m.chance(30) {
		a.header.Set("Accept-Encoding", pick(m, "gzip", "zstd", "gzip;q=0.5, zstd", "identity", "br, *;q=0.1", "zstd;q=0, gzip;q=0", ";;q=x"))
	}
	if m.chance(20) {
		a.header.Set("Origin", pick(m, townPage, townPage, "https://elsewhere.example", "null"))
	}
}

// parameter gives a parameter a value that the description allows, or leaves it out.
func (m maker) parameter(a *attempt, p *openapi3.Parameter) {
	if !p.Required && m.chance(70) {
		return
	}
	var values []string
	for range 1 + m.r.IntN(2) {
		values = append(values, m.word(p, a.address))
	}
	switch p.In {
	case openapi3.ParameterInPath:
		a.address = strings.ReplaceAll(a.address, "{"+p.Name+"}", url.PathEscape(values[0]))
	case openapi3.ParameterInHeader:
		a.header.Set(p.Name, strings.Map(printable, values[0]))
	case openapi3.ParameterInQuery:
		if !p.Schema.Value.Type.Is("array") || inOneText(p) {
			values = values[:1]
		}
		a.query[p.Name] = values
	}
}

func printable(r rune) rune {
	if r < ' ' || r > '~' {
		return -1
	}
	return r
}

// word is a value of a parameter of an address.
func (m maker) word(p *openapi3.Parameter, address string) string {
	schema := p.Schema.Value
	switch {
	case p.Name == "collection":
		return pick(m, "cameras", "deployments", "areas", "obstacles", "candidates", "coverage", "gaps", "none")
	case inOneText(p):
		return pick(m, "3.8,43.6,3.9,43.7", "-180,-90,180,90", "0,0,0,0", "3.8,43.6,0,3.9,43.7,100", "170,-20,-170,20")
	case p.Name == "If-Match" || p.Name == "If-None-Match":
		return pick(m, "*", `"0e3b1c5a9d7f2468"`, `W/"0e3b1c5a9d7f2468"`, m.tags[address], m.tags[address])
	case p.Name == "Accept-Language":
		return pick(m, "fr", "en", "fr-FR, fr;q=0.9, en;q=0.1", "de", "*;q=0", "")
	case p.Name == "Idempotency-Key": // few of them, so that some come again
		return pick(m, `"a"`, "b", fmt.Sprintf("%q", fmt.Sprint(m.r.IntN(1000))))
	case p.Example != nil && m.chance(50):
		if list, ok := p.Example.([]any); ok {
			return fmt.Sprint(list[0])
		}
		return fmt.Sprint(p.Example)
	case schema.Type.Is("array"):
		schema = schema.Items.Value
	}
	return fmt.Sprint(m.value(p.Name, schema, 0))
}

// content gives a request a body: the example, some of whose members are others, or one from the schema.
func (m maker) content(a *attempt, content openapi3.Content) {
	types := make([]string, 0, len(content))
	for mediaType := range content {
		types = append(types, mediaType)
	}
	slices.Sort(types)
	mediaType := pick(m, types...)
	a.header.Set("Content-Type", mediaType)
	one := content[mediaType]
	if one.Schema.Value.Type.Is("string") {
		text, ok := one.Example.(string)
		if a.raw = []byte(text); !ok || m.chance(30) {
			a.raw = []byte(m.text())
		}
		return
	}
	made := m.value("", one.Schema.Value, 0)
	if example, ok := one.Example.(map[string]any); ok && m.chance(80) {
		mixed := map[string]any{}
		for name, value := range example {
			mixed[name] = value
		}
		if object, ok := made.(map[string]any); ok && m.chance(60) && len(object) > 0 {
			name := pick(m, sortedNames(object)...)
			mixed[name] = object[name]
		}
		made = mixed
	}
	a.body = made
}

func sortedNames[T any](object map[string]T) []string {
	names := make([]string, 0, len(object))
	for name := range object {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// value makes a value of a schema.
func (m maker) value(name string, s *openapi3.Schema, depth int) any {
	switch {
	case s.Example != nil && m.chance(40):
		return s.Example
	case len(s.Enum) > 0:
		return pick(m, s.Enum...)
	case len(s.AllOf) > 0:
		return m.value(name, s.AllOf[0].Value, depth)
	case len(s.AnyOf) > 0:
		return m.value(name, pick(m, s.AnyOf...).Value, depth)
	case s.Type.Is("string"):
		return m.textOf(name, s)
	case s.Type.Is("integer"):
		return m.whole(s)
	case s.Type.Is("number"):
		return pick(m, 0, 1, -1, 0.5, 3.8767, 43.6108, 90, 180, 359.999, 1e-9, 1e9, -1e300, m.r.NormFloat64()*100)
	case s.Type.Is("boolean"):
		return m.chance(50)
	case s.Type.Is("array"):
		list := []any{}
		for range max(int(s.MinItems), m.r.IntN(4)) {
			list = append(list, m.value(name, s.Items.Value, depth+1))
		}
		return list
	}
	return m.object(s, depth)
}

func (m maker) object(s *openapi3.Schema, depth int) map[string]any {
	object := map[string]any{}
	for _, name := range sortedNames(s.Properties) {
		if slices.Contains(s.Required, name) || depth < 5 && m.chance(60>>depth) {
			object[name] = m.value(name, s.Properties[name].Value, depth+1)
		}
	}
	if inner := s.AdditionalProperties.Schema; inner != nil && m.chance(50) {
		object[m.text()] = m.value("", inner.Value, depth+1)
	}
	return object
}

func (m maker) whole(s *openapi3.Schema) any {
	least, most := int64(*s.Min), int64(*s.Max)
	return pick(m, least, most, max(least, 0), min(most, max(least, 1)), least+m.r.Int64N(min(most-least, 1000)+1))
}

// textOf makes a text of the form that the schema tells.
func (m maker) textOf(name string, s *openapi3.Schema) string {
	switch {
	case s.Format == "date":
		return pick(m, "2026-11-22", "1900-01-01", "2024-02-29", "9999-12-31")
	case s.Format == "date-time":
		return pick(m, "2026-11-22T08:00:00Z", "1970-01-01T00:00:00.000+02:00", "2024-02-29T23:59:59.999Z")
	case strings.Contains(s.Pattern, "2[AB][0-9]{3}"):
		return pick(m, "34172", "2A004", "99001", "00000")
	case strings.Contains(s.Pattern, "2[AB]"):
		return pick(m, "34", "2B", "971", "99")
	case name == "bbox":
		return pick(m, "3.8,43.6,3.9,43.7", "-180,-90,180,90", "0,0,0,0")
	case s.Pattern != "":
		if m.chance(50) {
			return pick(m, m.ids...)
		}
		return pick(m, "c1", "ville:c1", "unknown", strings.Repeat("x", 128), "0193a5d2-7c3f-7a51-9f0e-3f1c2b4d5e6f")
	}
	return m.text()
}

// text makes any text, short.
func (m maker) text() string {
	return pick(m, "", "a", "true", "0", "mairie", "é–漢字", "' OR 1=1 --", "<script>", "../../etc", "%00", "a,b,,c", "\u0000", "\U0001F4F7",
		"{\"$gt\":1}", "\r\nX: y", strings.Repeat("long ", 1000), "-1", "1e400", "name='x'", fmt.Sprint(m.r.Uint64()))
}

// spoil makes something of a request wrong, in a way that must be refused.
func (m maker) spoil(a *attempt, operation *openapi3.Operation) {
	object, _ := a.body.(map[string]any)
	switch way := m.r.IntN(6); {
	case way == 0 && a.path != "/auth/callback": // providers add parameters of their own
		a.query["unheard-of"], a.spoiled = []string{"1"}, "an unknown parameter"
	case way == 1 && len(object) > 0:
		object["unheardOf"], a.spoiled = 1, "an unknown member"
	case way == 2 && a.body != nil:
		text := a.content()
		a.raw, a.spoiled = slices.Clone(text[:len(text)-1]), "half a body"
	case way == 3 && operation.RequestBody != nil:
		a.header.Set("Content-Type", "application/x-unheard-of")
		a.spoiled = "an unknown media type"
	case way == 4:
		for _, ref := range operation.Parameters {
			if p := ref.Value; p.In == openapi3.ParameterInQuery && (len(p.Schema.Value.Enum) > 0 || p.Schema.Value.Type.Is("integer")) {
				a.query[p.Name], a.spoiled = []string{"-7x"}, "the "+p.Name+" -7x"
				return
			}
		}
	case way == 5 && len(object) > 0:
		name := pick(m, sortedNames(object)...)
		object[name], a.spoiled = []any{map[string]any{}, 1}, "the member "+name
	}
}
