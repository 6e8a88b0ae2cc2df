package api_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"vigie/api"
)

// contract is the served description, as the tests hold requests and answers to it: an answer has no member that is not
// described.
type contract struct {
	document *openapi3.T
	paths    []describedPath
}

// describedPath is a path of the description, in its parts.
type describedPath struct {
	parts []string
	item  *openapi3.PathItem
}

// newContract reads a description.
func newContract(text []byte) (*contract, error) {
	document, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		return nil, err
	}
	for _, schema := range document.Components.Schemas {
		shut(schema.Value)
	}
	c := &contract{document: document}
	for path, item := range document.Paths.Map() {
		c.paths = append(c.paths, describedPath{strings.Split(path, "/"), item})
	}
	return c, nil
}

// shut lets a schema, and those it is made of, have no members but those that are described.
func shut(s *openapi3.Schema) {
	if s == nil {
		return
	}
	if len(s.Properties) > 0 && s.AdditionalProperties.Has == nil && s.AdditionalProperties.Schema == nil {
		closed := false
		s.AdditionalProperties.Has = &closed
	}
	for _, property := range s.Properties {
		if property.Ref == "" {
			shut(property.Value)
		}
	}
	if s.Items != nil && s.Items.Ref == "" {
		shut(s.Items.Value)
	}
}

// served is the description of this program. It is read once: every server of the tests serves the same, but for its version.
var served struct {
	once     sync.Once
	contract *contract
	err      error
}

// contractOf reads what a handler serves.
func contractOf(tb testing.TB, handler http.Handler) *contract {
	tb.Helper()
	served.once.Do(func() {
		request := httptest.NewRequestWithContext(tb.Context(), http.MethodGet, "http://localhost/openapi.json", nil)
		served.contract, served.err = newContract(record(handler, request).Body.Bytes())
	})
	if served.err != nil {
		tb.Fatal(served.err)
	}
	return served.contract
}

// operation finds what a request is described as; parameters are those of its path. A path without parameters goes before one with.
func (c *contract) operation(method string, address *url.URL) (operation *openapi3.Operation, parameters map[string]string) {
	if method == http.MethodHead {
		method = http.MethodGet
	}
	asked := strings.Split(address.EscapedPath(), "/")
	for _, path := range c.paths {
		found, values := path.match(asked)
		if found && (operation == nil || len(values) < len(parameters)) && path.item.GetOperation(method) != nil {
			operation, parameters = path.item.GetOperation(method), values
		}
	}
	return operation, parameters
}

func (p describedPath) match(asked []string) (found bool, values map[string]string) {
	if len(asked) != len(p.parts) {
		return false, nil
	}
	values = map[string]string{}
	for i, part := range p.parts {
		name, ending, variable := strings.Cut(strings.TrimPrefix(part, "{"), "}")
		if text, ok := strings.CutSuffix(asked[i], ending); variable && ok && text != "" {
			value, err := url.PathUnescape(text)
			if err != nil {
				return false, nil
			}
			values[name] = value
		} else if part != asked[i] {
			return false, nil
		}
	}
	return true, values
}

// exchange is a request and its answer.
type exchange struct {
	request *http.Request
	sent    []byte
	status  int
	header  http.Header
	body    []byte
}

// faults are what the exchange has and the description has not, and the other way round. A request that was answered must be a
// valid one; one that was refused may be anything.
func (c *contract) faults(e exchange) error {
	if e.status == 499 {
		return nil // there is nobody to be answered
	}
	operation, path := c.operation(e.request.Method, e.request.URL)
	if operation == nil {
		if e.status < 400 && e.request.Method != http.MethodOptions && !strings.HasPrefix(e.request.URL.Path, "/swagger/") {
			return errors.New("it is answered and not described")
		}
		return nil
	}
	var all []error
	if e.status < 400 && len(e.sent) < mostJudged {
		all = append(all, requestFaults(operation, path, e))
	}
	return errors.Join(append(all, answerFaults(operation, e))...)
}

func answerFaults(operation *openapi3.Operation, e exchange) error {
	response := operation.Responses.Status(e.status)
	if response == nil {
		return fmt.Errorf("the status %d is not described", e.status)
	}
	all := headerFaults(response.Value, e.header)
	if e.status >= 300 && e.status < 400 || e.request.Method == http.MethodHead || len(e.body) == 0 && len(response.Value.Content) == 0 {
		return errors.Join(all...)
	}
	mediaType, _, err := mime.ParseMediaType(e.header.Get("Content-Type"))
	content := response.Value.Content[mediaType]
	if content == nil {
		return errors.Join(append(all, err, fmt.Errorf("the media type %q of %d is not described", mediaType, e.status))...)
	}
	if len(e.body) >= mostJudged {
		return errors.Join(all...)
	}
	body, err := unpacked(e.header.Get("Content-Encoding"), e.body)
	if err == nil {
		err = bodyFaults(mediaType, content, body)
	}
	return errors.Join(append(all, err)...)
}

// plainHeaders are those that say how any message is sent or kept, and to browsers which pages may see it, of which the description
// says nothing.
func plainHeaders() []string {
	return []string{
		"Access-Control-Allow-Credentials", "Access-Control-Expose-Headers", "Cache-Control", "Connection", "Content-Encoding", "Content-Length", "Content-Security-Policy", "Content-Type",
		"Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy", "Date", "Referrer-Policy", "Strict-Transport-Security",
		"Vary", "X-Content-Type-Options",
	}
}

func headerFaults(response *openapi3.Response, header http.Header) (all []error) {
	for name, ref := range response.Headers {
		values := header.Values(name)
		switch {
		case len(values) == 0 && ref.Value.Required:
			all = append(all, fmt.Errorf("the header %s is missing", name))
		case len(values) > 0:
			value, err := decodeText(ref.Value.Schema.Value, values)
			if err == nil {
				err = brief(ref.Value.Schema.Value.VisitJSON(value, openapi3.EnableFormatValidation()))
			}
			if err != nil {
				all = append(all, fmt.Errorf("header %s: %w", name, err))
			}
		}
	}
	described := map[string]bool{}
	for name := range response.Headers {
		described[http.CanonicalHeaderKey(name)] = true
	}
	for name := range header {
		if !described[name] && !slices.Contains(plainHeaders(), name) {
			all = append(all, fmt.Errorf("the header %s is not described", name))
		}
	}
	return all
}

// bodyFaults holds a body to the schema of its media type. What is no JSON is a text of any form.
func bodyFaults(mediaType string, content *openapi3.MediaType, body []byte) error {
	if mediaType != "application/json" && !strings.HasSuffix(mediaType, "+json") || content.Schema.Value.Type.Is("string") {
		return nil
	}
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		return err
	}
	return brief(content.Schema.Value.VisitJSON(value, openapi3.MultiErrors(), openapi3.EnableFormatValidation()))
}

// brief is an error without the schemas that it quotes.
func brief(err error) error {
	var many openapi3.MultiError
	if errors.As(err, &many) {
		all := make([]error, len(many))
		for i, one := range many {
			all[i] = brief(one)
		}
		return errors.Join(all...)
	}
	var one *openapi3.SchemaError
	if errors.As(err, &one) {
		return fmt.Errorf("/%s: %s, but there is %.200v", strings.Join(one.JSONPointer(), "/"), one.Reason, one.Value)
	}
	return err
}

func requestFaults(operation *openapi3.Operation, path map[string]string, e exchange) error {
	query, err := url.ParseQuery(e.request.URL.RawQuery)
	all := []error{err}
	for _, ref := range operation.Parameters {
		p := ref.Value
		values := query[p.Name]
		switch p.In {
		case openapi3.ParameterInPath:
			values = []string{path[p.Name]}
		case openapi3.ParameterInHeader:
			values = e.request.Header.Values(p.Name)
		}
		if len(values) == 0 {
			if p.Required {
				all = append(all, fmt.Errorf("the parameter %s is missing", p.Name))
			}
			continue
		}
		if inOneText(p) {
			values = strings.Split(values[0], ",")
		}
		value, err := decodeText(p.Schema.Value, values)
		if err == nil {
			err = brief(p.Schema.Value.VisitJSON(value, openapi3.EnableFormatValidation()))
		}
		if err != nil {
			all = append(all, fmt.Errorf("parameter %s: %w", p.Name, err))
		}
	}
	return errors.Join(append(all, sentFaults(operation, e))...)
}

func sentFaults(operation *openapi3.Operation, e exchange) error {
	if operation.RequestBody == nil {
		return nil
	}
	mediaType, _, err := mime.ParseMediaType(e.request.Header.Get("Content-Type"))
	content := operation.RequestBody.Value.Content[mediaType]
	if content == nil {
		return errors.Join(err, fmt.Errorf("the media type %q is read and not described", mediaType))
	}
	return bodyFaults(mediaType, content, e.sent)
}

// inOneText tells that the values of a parameter are one text with commas.
func inOneText(p *openapi3.Parameter) bool { return p.Explode != nil && !*p.Explode }

// decodeText reads what stands in a query, a path or a header as its schema says.
func decodeText(schema *openapi3.Schema, values []string) (any, error) {
	switch {
	case schema.Type.Is("array"):
		list := make([]any, len(values))
		for i, value := range values {
			one, err := decodeText(schema.Items.Value, []string{strings.TrimSpace(value)})
			if err != nil {
				return nil, err
			}
			list[i] = one
		}
		return list, nil
	case schema.Type.Is("integer") || schema.Type.Is("number"):
		return strconv.ParseFloat(values[0], 64)
	case schema.Type.Is("boolean"):
		return strconv.ParseBool(values[0])
	}
	return values[0], nil
}

// held makes a handler that is held to the description.
func held(tb testing.TB, handler http.Handler) http.Handler {
	tb.Helper()
	contract := contractOf(tb, handler)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var sent head
		witness := &witness{ResponseWriter: w, status: http.StatusOK}
		asked := r.Clone(r.Context())
		body := r.Body
		r.Body = struct {
			io.Reader
			io.Closer
		}{io.TeeReader(body, &sent), body}
		handler.ServeHTTP(witness, r)
		e := exchange{request: asked, sent: sent.text, status: witness.status, header: w.Header(), body: witness.body.text}
		if err := contract.faults(e); err != nil {
			tb.Errorf("%s %s: %d: the description says otherwise: %v", r.Method, r.URL, witness.status, err)
		}
	})
}

// witness is told what a handler answers.
type witness struct {
	http.ResponseWriter
	status int
	body   head
}

// mostJudged is the size from which bodies are not judged, bytes: some tests send and read files that no memory is to hold.
const mostJudged = 4 << 20

// head keeps the beginning of what is written.
type head struct{ text []byte }

func (h *head) Write(text []byte) (int, error) {
	h.text = append(h.text, text[:min(len(text), mostJudged-len(h.text))]...)
	return len(text), nil
}

func (w *witness) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

func (w *witness) Write(text []byte) (int, error) {
	_, _ = w.body.Write(text)
	return w.ResponseWriter.Write(text)
}

// Flush sends what is written.
func (w *witness) Flush() { _ = http.NewResponseController(w.ResponseWriter).Flush() }

// Unwrap gives what controls the connection.
func (w *witness) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// record has a handler answer a request, without a connection.
func record(handler http.Handler, request *http.Request) *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, request)
	return answer
}

// TestContractSeesFaults: exchanges that the description does not tell are found.
func TestContractSeesFaults(t *testing.T) {
	t.Parallel()
	handler, err := api.New(config(t, openSQLite(t)))
	if err != nil {
		t.Fatal(err)
	}
	contract := contractOf(t, handler)
	sound := func() exchange {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://localhost/api/v1/cameras?limit=2", nil)
		answer := record(handler, request)
		return exchange{request: request, status: answer.Code, header: answer.Header(), body: answer.Body.Bytes()}
	}
	if err := contract.faults(sound()); err != nil {
		t.Errorf("a sound exchange: %v", err)
	}
	for name, spoil := range map[string]func(e *exchange){
		"status":       func(e *exchange) { e.status = http.StatusTeapot },
		"header":       func(e *exchange) { e.header.Set("X-Unheard-Of", "1") },
		"no header":    func(e *exchange) { e.header.Del("X-Request-Id") },
		"media type":   func(e *exchange) { e.header.Set("Content-Type", "text/plain") },
		"member":       func(e *exchange) { e.body = []byte(`{"items":[],"unheardOf":1}`) },
		"inner member": func(e *exchange) { e.body = []byte(`{"items":[{"unheardOf":1}]}`) },
		"type":         func(e *exchange) { e.body = []byte(`{"items":{}}`) },
		"enumeration":  func(e *exchange) { e.body = []byte(`{"items":[{"category":"kite"}]}`) },
		"parameter":    func(e *exchange) { e.request.URL.RawQuery = "limit=5000" },
		"path":         func(e *exchange) { e.request.URL.Path = "/api/v1/unheard-of" },
	} {
		e := sound()
		if spoil(&e); contract.faults(e) == nil {
			t.Errorf("a wrong %s is not found", name)
		}
	}
}
