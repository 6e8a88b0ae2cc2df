package api

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// usualKinds are the problems that stand for a status in examples.
func usualKinds() map[int]kind {
	return map[int]kind{
		http.StatusBadRequest:            kindInvalidRequest,
		http.StatusUnauthorized:          kindUnauthenticated,
		http.StatusForbidden:             kindForbidden,
		http.StatusNotFound:              kindNotFound,
		http.StatusMethodNotAllowed:      kindMethodNotAllowed,
		http.StatusNotAcceptable:         kindNotAcceptable,
		http.StatusConflict:              kindAlreadyExists,
		http.StatusGone:                  kindSyncAgain,
		http.StatusPreconditionFailed:    kindStale,
		http.StatusRequestEntityTooLarge: kindTooLarge,
		http.StatusUnsupportedMediaType:  kindUnsupportedMediaType,
		http.StatusMisdirectedRequest:    kindMisdirected,
		http.StatusUnprocessableEntity:   kindInvalidContent,
		http.StatusPreconditionRequired:  kindPreconditionRequired,
		http.StatusTooManyRequests:       kindTooManyRequests,
		http.StatusInternalServerError:   kindInternal,
		http.StatusServiceUnavailable:    kindNotReady,
		http.StatusInsufficientStorage:   kindNoRoom,
	}
}

// components adds what operations refer to: headers, parameters and ways to say who asks. Refusals come as they are referred to.
func (d describer) components() {
	to := d.document.Components
	to.Headers, to.Responses, to.Parameters = openapi3.Headers{}, openapi3.ResponseBodies{}, openapi3.ParametersMap{}
	for name, header := range usualHeaders() {
		to.Headers[name] = &openapi3.HeaderRef{Value: header}
	}
	for name, parameter := range usualParameters() {
		to.Parameters[name] = &openapi3.ParameterRef{Value: parameter}
	}
	to.SecuritySchemes = openapi3.SecuritySchemes{
		bearerScheme: &openapi3.SecuritySchemeRef{Value: openapi3.NewSecurityScheme().WithType("http").WithScheme("bearer").
			WithDescription("An API key (vigie_…), or a token of the server's identity provider: a JWT, checked after RFC 8725. " +
				"A server that is started with --access open asks for none.")},
		sessionScheme: &openapi3.SecuritySchemeRef{Value: openapi3.NewSecurityScheme().WithType("apiKey").WithIn("cookie").
			WithName(sessionCookie).WithDescription("The session of a browser that signed in at /auth/login; with TLS the name begins with __Host-.")},
	}
}

// usualParameters are those that many operations have.
func usualParameters() map[string]*openapi3.Parameter {
	reason := openapi3.NewHeaderParameter(reasonHeader).WithDescription("Why this is asked: experts and prefectures must say it")
	reason.Example = "contrôle 2026-12"
	known := openapi3.NewHeaderParameter("If-None-Match").WithDescription("ETag already held")
	known.Example = `"0e3b1c5a9d7f2468"`
	tongue := openapi3.NewHeaderParameter("Accept-Language").
		WithDescription("The language of refusals and pages, English or French: `fr` for French (RFC 9110, section 12.5.4)")
	tongue.Example = "fr-FR, en;q=0.5"
	for _, parameter := range []*openapi3.Parameter{reason, known, tongue} {
		parameter.Schema = openapi3.NewStringSchema().WithMaxLength(maxHeaderBytes).NewRef()
	}
	once := openapi3.NewHeaderParameter(keyHeader).WithDescription("A name for this request, new for each: sent again within a day, " +
		"the request is not done again, and has the same answer (draft-ietf-httpapi-idempotency-key-header-07)")
	once.Example = `"8e03978e-40d5-43dd-bc93-6894a57f9324"`
	once.Schema = openapi3.NewStringSchema().WithMaxLength(mostKey).WithPattern(keyPattern.String()).NewRef()
	return map[string]*openapi3.Parameter{"Reason": reason, "Known": known, "Language": tongue, "Once": once}
}

func refusalName(status int) string { return "Problem" + strconv.Itoa(status) }

// usualHeaders are those that many answers have.
func usualHeaders() map[string]*openapi3.Header {
	text := func(description, example string) *openapi3.Header {
		return &openapi3.Header{Parameter: openapi3.Parameter{
			Description: description, Example: example, Schema: openapi3.NewStringSchema().WithMaxLength(maxHeaderBytes).NewRef(),
		}}
	}
	headers := map[string]*openapi3.Header{
		requestIDHeader: text("Finds the request in the server's log; the client's own, when it sent one", exampleID),
		"RateLimit": text("What is left of the quotas, where there are some (draft-ietf-httpapi-ratelimit-headers-11)",
			`"account";r=39;t=1`),
		"RateLimit-Policy":            text("The quotas, where there are some", `"account";q=40;w=2`),
		"Access-Control-Allow-Origin": text("The site that may read the answer, where it is one of the server's list", "https://carte.example"),
		"WWW-Authenticate":            text("How to say who asks (RFC 6750)", `Bearer realm="vigie"`),
		"Retry-After":                 text("When to ask again, seconds", "5"),
		"ETag":                        text("Strong tag of what is answered (RFC 9110, section 8.8.3)", `"0e3b1c5a9d7f2468"`),
		"Location":                    text("Where it is", "/api/v1/cameras/c1"),
		"Content-Language":            text("The languages of the answer: en, fr, or both where a part has no French", "fr"),
		replayedHeader:                text("That the answer was given before, to a request with the same "+keyHeader, "true"),
		"Allow":                       text("The methods that are taken here", "GET, HEAD, OPTIONS"),
	}
	headers["Retry-After"].Schema.Value = wholeNumber(0, secondsADay)
	headers["Retry-After"].Example = 5
	headers[requestIDHeader].Required = true
	return headers
}

// refusal says that an operation may be refused with a status.
func (d describer) refusal(operation *openapi3.Operation, status int) {
	if operation.Responses.Status(status) != nil {
		return
	}
	operation.Responses.Set(strconv.Itoa(status), d.refusalRef(status))
}

func (d describer) refusalRef(status int) *openapi3.ResponseRef {
	name, all := refusalName(status), d.document.Components.Responses
	if all[name] == nil {
		all[name] = &openapi3.ResponseRef{Value: d.newRefusal(status, "")}
	}
	return &openapi3.ResponseRef{Ref: "#/components/responses/" + name, Value: all[name].Value}
}

// newRefusal is an answer with a problem. Without a description it has the title of the problem.
func (d describer) newRefusal(status int, description string) *openapi3.Response {
	_, title, _ := usualKinds()[status].meaning()
	if description == "" {
		description = title
	}
	content := openapi3.NewMediaType().WithSchemaRef(d.schema("api.Problem"))
	content.Example = problemOf(status)
	return d.withHeaders(openapi3.NewResponse().WithDescription(description).WithContent(openapi3.Content{problemType: content}), status)
}

// problemOf is the example of a refusal.
func problemOf(status int) any {
	p := newProblem(usualKinds()[status], "see errors, or what the operation says")
	p.Instance, p.RequestID = camerasPath, exampleID
	return plain(p)
}

// plain is a value as JSON has it.
func plain(value any) any {
	text, err := json.Marshal(value)
	if err != nil {
		return nil
	}
	var out any
	if json.Unmarshal(text, &out) != nil {
		return nil
	}
	return out
}

// withHeaders adds the headers that any answer of a status may have.
func (d describer) withHeaders(response *openapi3.Response, status int) *openapi3.Response {
	names := []string{requestIDHeader, "RateLimit", "RateLimit-Policy", "Access-Control-Allow-Origin"}
	switch status {
	case http.StatusUnauthorized:
		names = append(names, "WWW-Authenticate")
	case http.StatusTooManyRequests, http.StatusServiceUnavailable, http.StatusInsufficientStorage, http.StatusConflict:
		names = append(names, "Retry-After")
	case http.StatusMethodNotAllowed:
		names = append(names, "Allow")
	case http.StatusNotModified:
		names = append(names, "ETag")
	case http.StatusOK, http.StatusCreated:
		names = append(names, "ETag", "Location")
	case http.StatusAccepted:
		names = append(names, "ETag", "Location", "Retry-After")
	}
	if _, refused := usualKinds()[status]; refused {
		names = append(names, "Content-Language")
		if isKept(status) {
			names = append(names, replayedHeader)
		}
	}
	for _, name := range names {
		d.addHeader(response, name)
	}
	return response
}

// addHeader adds one of the usual headers to an answer, unless a comment tells of it.
func (d describer) addHeader(response *openapi3.Response, name string) {
	if response.Headers == nil {
		response.Headers = openapi3.Headers{}
	}
	if response.Headers[name] == nil {
		response.Headers[name] = &openapi3.HeaderRef{Ref: "#/components/headers/" + name, Value: d.document.Components.Headers[name].Value}
	}
}

// answers completes every answer that the comments tell: its headers, the bounds of its schemas, an example.
func (d describer) answers(operation *openapi3.Operation) {
	for text, response := range operation.Responses.Map() {
		status, _ := strconv.Atoi(text)
		if response.Ref != "" {
			continue
		}
		if _, known := usualKinds()[status]; known {
			description := *response.Value.Description
			if description == http.StatusText(status) {
				operation.Responses.Set(text, d.refusalRef(status))
				continue
			}
			headers := response.Value.Headers
			response.Value = d.newRefusal(status, description)
			for name, header := range headers {
				response.Value.Headers[name] = header
			}
		}
		for _, header := range response.Value.Headers {
			if header.Ref == "" {
				refine("", header.Value.Schema)
			}
		}
		for mediaType, content := range response.Value.Content {
			refine("", content.Schema)
			if mediaType != problemType && strings.HasSuffix(mediaType, "json") {
				exemplify(content)
			}
		}
		d.withHeaders(response.Value, status)
	}
}
