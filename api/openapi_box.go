package api

import "github.com/getkin/kin-openapi/openapi3"

// shapeBox gives the parameter bbox of the features the form that it must have (OGC 17-069r4, /req/core/fc-bbox-definition), which
// Swagger 2.0 cannot say.
func shapeBox(document *openapi3.T) {
	box := document.Paths.Value(ogcPath+"/collections/{collection}/items").Get.Parameters.GetByInAndName(openapi3.ParameterInQuery, "bbox")
	box.Style, box.Explode = openapi3.SerializationForm, openapi3.BoolPtr(false)
	box.Example = []any{3.87, 43.6, 3.89, 43.62}
	box.Schema = openapi3.NewSchemaRef("", openapi3.NewArraySchema().WithItems(openapi3.NewFloat64Schema().WithMin(-1e9).WithMax(1e9)).WithMinItems(4).WithMaxItems(6))
}
