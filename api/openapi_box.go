package api

import "github.com/getkin/kin-openapi/openapi3"

// shapeBox gives the parameter bbox of features the form that it must have (OGC 17-069r4, /req/core/fc-bbox-definition), which Swagger
// 2.0 cannot say: numbers of one text, with commas. Numbers of some coordinate systems are metres.
func shapeBox(p *openapi3.Parameter) {
	const farthestM = 1e9
	number := openapi3.NewFloat64Schema().WithMin(-farthestM).WithMax(farthestM)
	p.Style, p.Explode = openapi3.SerializationForm, openapi3.Ptr(false)
	p.Example = []any{3.87, 43.6, 3.89, 43.62}
	p.Schema = openapi3.NewSchemaRef("", openapi3.NewArraySchema().WithItems(number).WithMinItems(4).WithMaxItems(6))
}
