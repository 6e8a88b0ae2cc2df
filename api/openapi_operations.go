package api

import (
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"vigie/inventory"
)

// describer completes the description that comes from comments with what is alike everywhere: who may ask, which refusals
// and headers any answer may have, how long texts and lists may be, and an example of everything.
type describer struct {
	document *openapi3.T
	// needs are what the routes ask of whoever comes, by method and described path.
	needs map[string]need
	// samples are the examples that comments give to parameters, by method, path and name.
	samples map[string]any
}

func (d describer) complete() {
	d.components()
	d.refineComponents()
	for path, item := range d.document.Paths.Map() {
		for method, operation := range item.Operations() {
			d.operation(method, path, operation)
		}
	}
	d.closeRequests()
}

func (d describer) operation(method, path string, operation *openapi3.Operation) {
	d.nameMediaTypes(operation)
	if operation.OperationID == "" {
		operation.OperationID = operationID(method, path)
	}
	d.rights(d.needs[method+" "+path], operation)
	d.parameter(operation, "Language")
	if method == http.MethodPost && !d.needs[method+" "+path].public {
		d.once(operation)
	}
	if method != http.MethodGet {
		d.refusal(operation, http.StatusForbidden)
		d.refusal(operation, http.StatusInsufficientStorage)
	}
	for _, status := range []int{
		http.StatusBadRequest, http.StatusMisdirectedRequest, http.StatusTooManyRequests, http.StatusInternalServerError,
		http.StatusServiceUnavailable,
	} {
		d.refusal(operation, status)
	}
	if method == http.MethodGet && operation.Responses.Status(http.StatusOK) != nil {
		d.forPeople(operation.Responses.Status(http.StatusOK).Value)
		d.conditional(operation)
	}
	d.answers(operation)
	d.parameters(method, path, operation)
	d.body(method+" "+path, operation)
}

var pathParameter = regexp.MustCompile(`[:*](\w+)`)

// describedPath is the path of a route as the description writes it.
func describedPath(route string) string { return pathParameter.ReplaceAllString(route, "{$1}") }

// operationID names an operation after its method and its address: PUT /api/v1/cameras/{id} is putCamerasById.
func operationID(method, path string) string {
	var name strings.Builder
	name.WriteString(strings.ToLower(method))
	for _, part := range strings.FieldsFunc(strings.TrimPrefix(path, "/api/v1"), func(r rune) bool { return strings.ContainsRune("/-.", r) }) {
		if inner, ok := strings.CutPrefix(part, "{"); ok {
			name.WriteString("By")
			part = strings.TrimSuffix(inner, "}")
		}
		name.WriteString(strings.ToUpper(part[:1]) + part[1:])
	}
	if path == "/" {
		name.WriteString("Root")
	}
	return name.String()
}

// The names of the ways to say who asks.
const (
	bearerScheme  = "bearer"
	sessionScheme = "session"
)

// rights says who may send a request, and with which refusals everybody else must reckon.
func (d describer) rights(n need, operation *openapi3.Operation) {
	if n.public {
		operation.Security = openapi3.NewSecurityRequirements()
		note(operation, "Everybody who reaches the server may ask this.")
		return
	}
	operation.Security = openapi3.NewSecurityRequirements().
		With(openapi3.NewSecurityRequirement().Authenticate(bearerScheme)).
		With(openapi3.NewSecurityRequirement().Authenticate(sessionScheme))
	d.refusal(operation, http.StatusUnauthorized)
	d.refusal(operation, http.StatusForbidden)
	switch {
	case n.action == "":
		note(operation, "For everybody who is let in.")
		return
	case n.kindOf != nil:
		note(operation, "For those who may "+string(n.action)+" records of the kind.")
	default:
		note(operation, "For those who may "+string(n.action)+" "+n.kind+".")
	}
	if n.action == inventory.Read || n.kindOf == nil && isStudy(n.kind) {
		d.refusal(operation, http.StatusPreconditionRequired)
		d.parameter(operation, "Reason")
	}
}

// forPeople says of pages and texts in which languages they are.
func (d describer) forPeople(response *openapi3.Response) {
	if response.Content[htmlType] != nil || response.Content[markdownType] != nil {
		d.addHeader(response, "Content-Language")
	}
}

// conditional says that a client may ask for what it has not got yet.
func (d describer) conditional(operation *openapi3.Operation) {
	d.parameter(operation, "Known")
	if operation.Responses.Status(http.StatusNotModified) == nil {
		operation.AddResponse(http.StatusNotModified, openapi3.NewResponse().WithDescription("Not changed"))
	}
	whole, same := operation.Responses.Status(http.StatusOK).Value, operation.Responses.Status(http.StatusNotModified).Value
	same.Headers = openapi3.Headers{}
	for _, name := range []string{"Content-Crs", "Content-Language", "Link", "Retry-After"} {
		if header := whole.Headers[name]; header != nil {
			same.Headers[name] = header
		}
	}
}

// once says that a request with a key is done one time, whatever it is sent again for.
func (d describer) once(operation *openapi3.Operation) {
	d.parameter(operation, "Once")
	for status, response := range operation.Responses.Map() {
		if strings.HasPrefix(status, "2") {
			d.addHeader(response.Value, replayedHeader)
		}
	}
	d.refusal(operation, http.StatusConflict)
	d.refusal(operation, http.StatusUnprocessableEntity)
}

// parameter adds one of the usual parameters, unless a comment tells of it.
func (d describer) parameter(operation *openapi3.Operation, name string) {
	usual := d.document.Components.Parameters[name].Value
	if operation.Parameters.GetByInAndName(usual.In, usual.Name) == nil {
		operation.Parameters = append(operation.Parameters, &openapi3.ParameterRef{Ref: "#/components/parameters/" + name, Value: usual})
	}
}

// note adds a sentence to what an operation says of itself.
func note(operation *openapi3.Operation, sentence string) {
	if operation.Description != "" {
		operation.Description += "\n"
	}
	operation.Description += sentence
}

// closeRequests says that a body has no members but those that are described: others are refused.
func (d describer) closeRequests() {
	seen := map[*openapi3.Schema]bool{}
	for _, item := range d.document.Paths.Map() {
		for _, operation := range item.Operations() {
			if operation.RequestBody == nil {
				continue
			}
			for mediaType, content := range operation.RequestBody.Value.Content {
				if mediaType == jsonType {
					closeSchema(content.Schema, seen)
				}
			}
		}
	}
}

func closeSchema(schema *openapi3.SchemaRef, seen map[*openapi3.Schema]bool) {
	if schema == nil || schema.Value == nil || seen[schema.Value] {
		return
	}
	one := schema.Value
	seen[one] = true
	if len(one.Properties) > 0 && one.AdditionalProperties.Has == nil && one.AdditionalProperties.Schema == nil {
		closed := false
		one.AdditionalProperties.Has = &closed
	}
	for _, inner := range schemasIn(one) {
		closeSchema(inner, seen)
	}
}

// schemasIn are the schemas of which a schema is made.
func schemasIn(s *openapi3.Schema) []*openapi3.SchemaRef {
	parts := slices.Concat(s.OneOf, s.AnyOf, s.AllOf)
	for _, property := range s.Properties {
		parts = append(parts, property)
	}
	for _, part := range []*openapi3.SchemaRef{s.Items, s.AdditionalProperties.Schema, s.Not} {
		if part != nil {
			parts = append(parts, part)
		}
	}
	return parts
}
