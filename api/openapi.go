package api

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/getkin/kin-openapi/openapi2"
	"github.com/getkin/kin-openapi/openapi2conv"
	"github.com/getkin/kin-openapi/openapi3"
	"github.com/gin-gonic/gin"
	swaggerfiles "github.com/swaggo/files/v2"

	"vigie/docs"
)

const (
	swaggerPath = "/swagger/"
	openAPIPath = "/openapi.json"
)

// description is the API description in its two forms, as JSON text.
//
// It is written when it is first asked for: that takes longer than all the rest of a start.
type description struct {
	version string
	// needs are what the routes ask of whoever comes, by method and described path.
	needs map[string]need
	once  sync.Once
	err   error

	swagger []byte // Swagger 2.0, as swag generates it
	openAPI []byte // OpenAPI 3.0, converted

	fileTags sync.Map // the tags of the files of Swagger UI that were asked for, by name
}

// describe reads the embedded Swagger document, gives it the software's version, converts it, completes it with what the routes
// need and checks the result.
func (d *description) describe() error {
	d.once.Do(func() { d.err = d.write() })
	return d.err
}

func (d *description) write() error {
	spec := *docs.SwaggerInfo
	if d.version != "" {
		spec.Version = d.version
	}
	d.swagger = []byte(spec.ReadDoc())
	var two openapi2.T
	if err := json.Unmarshal(d.swagger, &two); err != nil {
		return fmt.Errorf("embedded API description: %w", err)
	}
	three, err := openapi2conv.ToV3(&two)
	if err != nil {
		return fmt.Errorf("API description to OpenAPI 3: %w", err)
	}
	three.Servers = openapi3.Servers{{
		URL: "/", Description: "This server, in production or for a test", Extensions: map[string]any{"x-internal": false},
	}}
	samples, err := readSamples(d.swagger)
	if err != nil {
		return err
	}
	describer{document: three, needs: d.needs, samples: samples}.complete()
	if err := three.Validate(context.Background(), openapi3.DisableExamplesValidation()); err != nil { // they are tested
		return fmt.Errorf("API description: %w", err)
	}
	d.openAPI, err = json.Marshal(three)
	return err
}

// nameMediaTypes says what Swagger 2.0 cannot: that problems have a media type of their own, and that the schema of an
// answer is not that of its GeoJSON, HTML or SVG form.
func (d describer) nameMediaTypes(operation *openapi3.Operation) {
	for _, response := range operation.Responses.Map() {
		content := response.Value.Content
		for mediaType, one := range content {
			switch {
			case one.Schema != nil && strings.HasSuffix(one.Schema.Ref, "/api.Problem"):
				response.Value.Content = openapi3.Content{problemType: one}
			case mediaType == geoJSONType && len(content) > 1 && content[jsonType] != nil:
				content[mediaType] = openapi3.NewMediaType().WithSchemaRef(d.schema("api.FeatureCollection"))
			case mediaType == svgType || mediaType == htmlType:
				content[mediaType] = openapi3.NewMediaType().WithSchema(openapi3.NewStringSchema())
			}
		}
	}
}

// schema refers to a schema of the components.
func (d describer) schema(name string) *openapi3.SchemaRef {
	return openapi3.NewSchemaRef("#/components/schemas/"+name, d.document.Components.Schemas[name].Value)
}

func (d *description) routes(r routes) {
	r.get(openAPIPath, public(), d.three)
	r.get(swaggerPath+"*file", public(), d.userInterface)
}

// three gives the OpenAPI 3.0 description.
//
//	@Summary	This description as OpenAPI 3.0
//	@Tags		service
//	@Produce	json
//	@Success	200	{object}	object
//	@Failure	400	{object}	Problem
//	@Router		/openapi.json [get]
func (d *description) three(c *gin.Context) error {
	if err := noParams(c); err != nil {
		return err
	}
	if err := d.describe(); err != nil {
		return err
	}
	return give(c, jsonType, d.openAPI)
}

// userInterface serves Swagger UI, whose files are embedded in the program, and the Swagger 2.0 description it shows.
func (d *description) userInterface(c *gin.Context) error {
	if err := noParams(c); err != nil {
		return err
	}
	switch name := strings.TrimPrefix(c.Param("file"), "/"); name {
	case "":
		c.Redirect(http.StatusFound, swaggerPath+"index.html")
		return nil
	case "doc.json":
		if err := d.describe(); err != nil {
			return err
		}
		return give(c, jsonType, d.swagger)
	case "swagger-initializer.js":
		return give(c, swaggerTypes[".js"], []byte(swaggerStart))
	default:
		return d.swaggerFile(c, name)
	}
}

// swaggerFile gives a file of Swagger UI as it stands in the program: the largest have a megabyte, of which no copy is made.
func (d *description) swaggerFile(c *gin.Context, name string) error {
	file, err := swaggerfiles.FS.Open(name)
	if err != nil {
		return errNoRoute
	}
	content, ok := file.(io.ReadSeeker)
	if !ok { // a folder
		return errNoRoute
	}
	kept, _ := d.fileTags.Load(name)
	tag, known := kept.(string)
	if !known {
		sum := sha256.New()
		if _, err := io.Copy(sum, content); err != nil {
			return fmt.Errorf("file %s of Swagger UI: %w", name, err)
		}
		tag = fmt.Sprintf(`"%x"`, sum.Sum(nil)[:16])
		d.fileTags.Store(name, tag)
	}
	c.Header("ETag", tag)
	c.Header("Content-Type", swaggerTypes[path.Ext(name)])
	http.ServeContent(c.Writer, c.Request, name, time.Time{}, content)
	return nil
}

// swaggerTypes are the media types of the files of Swagger UI.
var swaggerTypes = map[string]string{
	".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".map": jsonType, ".png": "image/png",
}

// swaggerStart starts Swagger UI with the description that stands beside it, which no other site is asked to check:
// https://swagger.io/docs/open-source-tools/swagger-ui/usage/configuration/.
const swaggerStart = `window.onload = () => {
  window.ui = SwaggerUIBundle({
    dom_id: "#swagger-ui",
    url: "doc.json",
    validatorUrl: null,
    deepLinking: true,
    defaultModelsExpandDepth: 0,
    layout: "StandaloneLayout",
    presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
    plugins: [SwaggerUIBundle.plugins.DownloadUrl],
  });
};
`
