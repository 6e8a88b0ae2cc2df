package api

import (
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"vigie/inventory"
)

// What follows for every schema from the bounds of requests and answers, where nothing narrower is known: a body or an answer
// of the largest size holds no longer text and no longer list.
const (
	mostText  = defaultMaxImportBytes
	mostItems = maxPageBytes / 2
	// mostWhole is the largest whole number that every reader of JSON keeps (RFC 7493, section 2.2).
	mostWhole = 1<<53 - 1
)

// The forms of texts. Patterns are for readers of the description; what is checked is decided where records are.
const (
	idForm         = `^[A-Za-z0-9._:-]+$`
	communeForm    = `^([0-9]{5}|2[AB][0-9]{3})$`
	departmentForm = `^([0-9]{2}|2[AB]|9[78][0-9])$`
	boxForm        = `^ *[-+0-9.eE]+ *(, *[-+0-9.eE]+ *){3}$`
	// Features of studies in the OGC API have a rank beside the identifier of the study.
	featureForm = `^[A-Za-z0-9._:~-]+$`
)

var (
	instantNames = regexp.MustCompile(`^(until|created|timeStamp)$|[a-z](At|Until)$`)
	dayNames     = regexp.MustCompile(`^(on|inServiceSince|validFrom|validTo)$|[a-z]On$`)
)

// idNames are the members that hold the identifier of a record, or several of them.
func idNames() []string {
	return []string{
		"account", "area", "areas", "assessment", "audit", "camera", "cameras", "deployment", "deployments", "holder", "id", "import",
		"obstacle", "owner", "set", "undoes",
	}
}

// refineComponents completes the schemas of the components, and says of geometries what comments cannot.
func (d describer) refineComponents() {
	for name, schema := range d.document.Components.Schemas {
		properties := schema.Value.Properties
		switch _, title, _ := strings.Cut(name, "."); title {
		case "PointGeometry":
			properties["coordinates"] = position().NewRef()
			properties["coordinates"].Value.Example = examplePlace()
		case "SurfaceGeometry":
			properties["coordinates"] = depths(3, 4)
			properties["coordinates"].Value.Example = exampleSquare()
		case "OutlineGeometry":
			properties["coordinates"] = depths(1, 4)
			properties["coordinates"].Value.Example = examplePlace()
		case "Feature", "OneFeature":
			properties["geometry"] = anyGeometry().NewRef()
			properties["id"].Value.WithMaxLength(mostText) // of what is computed, names of any form
		case "FlipCount":
			for _, member := range []string{"before", "after"} {
				properties[member] = orEmpty(d.document.Components.Schemas["advisory.Verdict"].Value).NewRef()
			}
		case "FeatureCollection":
			properties["study"] = openapi3.NewObjectSchema().NewRef()
			properties["study"].Value.Description = "What the features are part of, where they are of a study or a plan"
			properties["crs"] = systemMember().NewRef()
		}
		refine(name, schema)
	}
}

// refine completes a schema that has a name: with its form when the name tells it, and with bounds.
func refine(name string, ref *openapi3.SchemaRef) {
	if ref == nil || ref.Ref != "" || ref.Value == nil {
		return
	}
	s := ref.Value
	switch {
	case s.Type.Is("string"):
		refineText(name, s)
	case s.Type.Is("integer"):
		refineWhole(s)
	case s.Type.Is("number") && s.Format == "float64":
		s.Format = "double"
	case s.Type.Is("array"):
		if s.MaxItems == nil {
			s.WithMaxItems(mostItems)
		}
		refine(name, s.Items)
	case s.Type.Is("object") || s.Type == nil && len(s.Properties) > 0:
		s.Type = &openapi3.Types{"object"}
		if inner := s.AdditionalProperties.Schema; inner != nil {
			s.WithMaxProperties(mostItems)
			refine("", inner)
		}
	}
	for member, property := range s.Properties {
		refine(member, property)
	}
	for _, part := range slices.Concat(s.OneOf, s.AnyOf, s.AllOf) {
		refine(name, part)
	}
}

func refineText(name string, s *openapi3.Schema) {
	if len(s.Enum) > 0 {
		return
	}
	switch {
	case s.Format != "" || s.Pattern != "" || s.MaxLength != nil:
	case slices.Contains(idNames(), name):
		s.Pattern = idForm
		s.WithMaxLength(inventory.MaxIDLength)
	case name == "commune":
		s.Pattern = communeForm
		s.WithMaxLength(5)
	case name == "department":
		s.Pattern = departmentForm
		s.WithMaxLength(3)
	case instantNames.MatchString(name):
		s.Format = "date-time"
		s.WithMaxLength(64)
	case dayNames.MatchString(name):
		s.Format = "date"
		s.WithMaxLength(10)
	}
	if s.MaxLength == nil {
		s.WithMaxLength(mostText)
	}
}

func refineWhole(s *openapi3.Schema) {
	if s.Format == "" {
		s.Format = "int64"
	}
	if s.Min == nil {
		s.WithMin(-mostWhole)
	}
	if s.Max == nil {
		s.WithMax(mostWhole)
	}
}

func wholeNumber(least, most float64) *openapi3.Schema {
	return openapi3.NewInt64Schema().WithMin(least).WithMax(most)
}

// position is a place in a GeoJSON geometry (RFC 7946, section 3.1.1).
func position() *openapi3.Schema {
	return openapi3.NewArraySchema().WithItems(openapi3.NewFloat64Schema().WithFormat("double")).WithMinItems(2).WithMaxItems(3)
}

// depths are the lists of positions that are so deep in one another, from least to most: 1 is a position, 3 the rings of a
// polygon.
func depths(least, most int) *openapi3.SchemaRef {
	var alternatives []*openapi3.Schema
	at := position()
	for depth := 1; depth <= most; depth++ {
		if depth >= least {
			alternatives = append(alternatives, at)
		}
		at = openapi3.NewArraySchema().WithItems(at).WithMaxItems(mostItems)
	}
	return openapi3.NewAnyOfSchema(alternatives...).NewRef() // an empty list is of any depth
}

// anyGeometry is a geometry of GeoJSON, or null.
func anyGeometry() *openapi3.Schema {
	kinds := openapi3.NewStringSchema().WithEnum("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon")
	s := openapi3.NewObjectSchema().WithProperty("type", kinds).WithPropertyRef("coordinates", depths(1, 4)).WithNullable()
	s.Description = "The place, null when it is unknown (RFC 7946, section 3.1)"
	s.Required = []string{"type", "coordinates"}
	s.Example = map[string]any{"type": "Point", "coordinates": examplePlace()}
	return s
}

// orEmpty is an enumeration, or nothing.
func orEmpty(enumeration *openapi3.Schema) *openapi3.Schema {
	s := *enumeration
	s.Enum = append(slices.Clone(s.Enum), "")
	return &s
}

// systemMember is what a collection says of its coordinates when they are not lon, lat (The GeoJSON Format Specification, 2008,
// section 3).
func systemMember() *openapi3.Schema {
	name := openapi3.NewStringSchema()
	name.Example = "urn:ogc:def:crs:EPSG::2154"
	s := openapi3.NewObjectSchema().WithProperty("type", openapi3.NewStringSchema().WithEnum("name")).
		WithProperty("properties", openapi3.NewObjectSchema().WithProperty("name", name))
	s.Description = "The coordinate system of an export with crs, where it is not that of GeoJSON"
	return s
}

// examplePlace and exampleSquare are the coordinates of examples: a Point, and the ring of a Polygon.
func examplePlace() []any { return []any{3.8767, 43.6108} }

func exampleSquare() []any {
	return []any{[]any{
		[]any{3.87, 43.61}, []any{3.88, 43.61}, []any{3.88, 43.62}, []any{3.87, 43.62}, []any{3.87, 43.61},
	}}
}
