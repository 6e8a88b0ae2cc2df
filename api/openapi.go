package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/getkin/kin-openapi/openapi2"
	"github.com/getkin/kin-openapi/openapi2conv"
	"github.com/getkin/kin-openapi/openapi3"
	"github.com/gin-gonic/gin"
	swaggerfiles "github.com/swaggo/files"
	ginswagger "github.com/swaggo/gin-swagger"

	"vigie/docs"
)

const (
	swaggerPath = "/swagger/"
	openAPIPath = "/openapi.json"
)

// description is the API description in its two forms, as JSON text.
type description struct {
	swagger []byte // Swagger 2.0, as swag generates it
	openAPI []byte // OpenAPI 3.0, converted
}

// describe reads the embedded Swagger document, gives it the software's version, converts it and checks the result.
func describe(version string) (description, error) {
	spec := *docs.SwaggerInfo
	if version != "" {
		spec.Version = version
	}
	d := description{swagger: []byte(spec.ReadDoc())}
	var two openapi2.T
	if err := json.Unmarshal(d.swagger, &two); err != nil {
		return d, fmt.Errorf("embedded API description: %w", err)
	}
	three, err := openapi2conv.ToV3(&two)
	if err != nil {
		return d, fmt.Errorf("API description to OpenAPI 3: %w", err)
	}
	three.Servers = openapi3.Servers{{URL: "/", Description: "This server"}}
	for _, path := range three.Paths.Map() {
		for _, operation := range path.Operations() {
			nameMediaTypes(operation)
		}
	}
	if err := three.Validate(context.Background()); err != nil {
		return d, fmt.Errorf("API description: %w", err)
	}
	d.openAPI, err = json.Marshal(three)
	return d, err
}

// nameMediaTypes says what Swagger 2.0 cannot: that problems have a media type of their own, and that the schema of an
// answer is not that of its GeoJSON or SVG form.
func nameMediaTypes(operation *openapi3.Operation) {
	for _, response := range operation.Responses.Map() {
		for mediaType, content := range response.Value.Content {
			switch {
			case content.Schema != nil && strings.HasSuffix(content.Schema.Ref, "/api.Problem"):
				response.Value.Content = openapi3.Content{problemType: content}
			case mediaType == geoJSONType:
				schema := openapi3.NewObjectSchema()
				schema.Description = "A GeoJSON FeatureCollection (RFC 7946)"
				response.Value.Content[mediaType] = openapi3.NewMediaType().WithSchema(schema)
			case mediaType == svgType:
				response.Value.Content[mediaType] = openapi3.NewMediaType().WithSchema(openapi3.NewStringSchema())
			}
		}
	}
}

func (d description) routes(r routes) {
	r.get(openAPIPath, public(), d.three)
	r.get(swaggerPath+"*file", public(), d.userInterface())
}

// three gives the OpenAPI 3.0 description.
//
//	@Summary	This description as OpenAPI 3.0
//	@Tags		service
//	@Produce	json
//	@Success	200	{object}	object
//	@Failure	400	{object}	Problem
//	@Router		/openapi.json [get]
func (d description) three(c *gin.Context) error {
	if err := noParams(c); err != nil {
		return err
	}
	return give(c, jsonType, d.openAPI)
}

// userInterface serves Swagger UI, whose files are embedded in the program, and the Swagger 2.0 description it shows.
func (d description) userInterface() handler {
	files := ginswagger.WrapHandler(swaggerfiles.NewHandler(), ginswagger.DefaultModelsExpandDepth(0))
	return func(c *gin.Context) error {
		if err := noParams(c); err != nil {
			return err
		}
		switch c.Param("file") {
		case "/":
			c.Redirect(http.StatusFound, swaggerPath+"index.html")
		case "/doc.json":
			return give(c, jsonType, d.swagger)
		default:
			if _, err := swaggerfiles.FS.Stat(c.Request.Context(), c.Param("file")); err != nil {
				return errNoRoute
			}
			asGet(c, files)
		}
		return nil
	}
}

// asGet has a handler that knows GET only answer HEAD too; net/http leaves the body of the answer out.
func asGet(c *gin.Context, h gin.HandlerFunc) {
	asked := c.Request
	defer func() { c.Request = asked }()
	c.Request = asked.WithContext(asked.Context())
	c.Request.Method = http.MethodGet
	h(c)
}
