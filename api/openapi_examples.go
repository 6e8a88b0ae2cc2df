package api

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"vigie/inventory"
)

// exampleBodies are the examples of what is sent, by method and path; a media type may follow. They are about one town, Montpellier,
// whose records have the identifiers of pathExample.
//
//go:embed openapi_examples.json
var exampleBodies []byte

// readSamples gathers the examples of bodies, and those that comments give to parameters, which the conversion of the description
// loses.
func readSamples(swagger []byte) (map[string]any, error) {
	samples := map[string]any{}
	if err := json.Unmarshal(exampleBodies, &samples); err != nil {
		return nil, fmt.Errorf("examples of the API description: %w", err)
	}
	var document struct {
		Paths map[string]map[string]struct {
			Parameters []struct {
				Name    string `json:"name"`
				Type    string `json:"type"`
				Example any    `json:"example"`
			} `json:"parameters"`
		} `json:"paths"`
	}
	if err := json.Unmarshal(swagger, &document); err != nil {
		return nil, fmt.Errorf("examples of the API description: %w", err)
	}
	for path, methods := range document.Paths {
		for method, operation := range methods {
			for _, p := range operation.Parameters {
				if p.Example == nil {
					continue
				}
				if p.Type == "array" {
					p.Example = []any{p.Example}
				}
				samples[sampleKey(strings.ToUpper(method), path, p.Name)] = p.Example
			}
		}
	}
	return samples, nil
}

// parameterExamples are the examples of parameters for which no comment has one.
func parameterExamples() map[string]any {
	return map[string]any{
		"collection": "cameras", "f": "json", "with": exampleID,
		"If-Match": "*", "If-None-Match": `"0e3b1c5a9d7f2468"`,
		"crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84", "bbox-crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
		"filter-crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
		"limit":      100,
	}
}

// exampleID is the example of an identifier that the server gives.
const exampleID = "0193a5d2-7c3f-7a51-9f0e-3f1c2b4d5e6f"

// pathExample is the example of the identifier in a path.
func pathExample(path string) string {
	for kind, id := range map[string]string{
		camerasPath: "mairie:1", ogcCollectionsPath: "mairie:2", holdersPath: "mairie", deploymentsPath: "voie-publique",
		areasPath: "place", obstaclesPath: "halle", candidatesPath: "mast-1", equipmentPath: "dome-4mp",
		conventionsPath: "mairie:1",
	} {
		if strings.HasPrefix(path, kind+"/") {
			return id
		}
	}
	return exampleID
}

// parameters completes the parameters of an operation: bounds, and an example of each.
func (d describer) parameters(method, path string, operation *openapi3.Operation) {
	for _, ref := range operation.Parameters {
		p := ref.Value
		if ref.Ref != "" {
			continue
		}
		if p.Name == "bbox" && strings.HasPrefix(path, ogcPath+"/") {
			shapeBox(p)
			continue
		}
		refineParameter(path, p)
		if p.Example = d.samples[sampleKey(method, path, p.Name)]; p.Example != nil {
			continue
		}
		schema := p.Schema.Value
		switch usual, known := parameterExamples()[p.Name]; {
		case p.Name == "id":
			p.Example = pathExample(path)
		case schema.Default != nil:
			p.Example = schema.Default
		case len(schema.Enum) > 0:
			p.Example = schema.Enum[0]
		case known:
			p.Example = usual
		}
	}
}

func sampleKey(method, path, name string) string { return method + " " + path + " " + name }

// refineParameter gives a parameter its form and its bounds.
func refineParameter(path string, p *openapi3.Parameter) {
	s, ogc := p.Schema.Value, strings.HasPrefix(path, ogcPath+"/")
	switch {
	case !s.Type.Is("string") || len(s.Enum) > 0:
	case p.Name == "id" && ogc:
		s.Pattern = featureForm
	case p.Name == "id":
		s.Pattern = idForm
		s.WithMaxLength(inventory.MaxIDLength)
	case p.Name == "bbox":
		s.Pattern = boxForm
	}
	if s.Type.Is("string") && len(s.Enum) == 0 && s.MaxLength == nil {
		s.WithMaxLength(maxHeaderBytes)
	}
	if s.Type.Is("array") {
		s.WithMaxItems(maxValues)
		if s.Items.Value.MaxLength == nil && len(s.Items.Value.Enum) == 0 {
			s.Items.Value.WithMaxLength(maxHeaderBytes)
		}
	}
	refine("", p.Schema)
}

// body completes what an operation reads, with the example for the demo town.
func (d describer) body(key string, operation *openapi3.Operation) {
	if operation.RequestBody == nil {
		return
	}
	for mediaType, content := range operation.RequestBody.Value.Content {
		refine("", content.Schema)
		for _, name := range []string{key + " " + mediaType, key} {
			if example, known := d.samples[name]; known {
				content.Example = example
				break
			}
		}
	}
}

// exemplify gives an answer an example, of the examples of its members.
func exemplify(content *openapi3.MediaType) {
	if content.Example != nil || content.Schema == nil {
		return
	}
	if example, known := exampleOf(content.Schema, nil); known {
		content.Example = example
	}
}

// exampleOf makes an example of a schema: of an object, of its members that have one or are required. open are the schemas that it
// is part of.
func exampleOf(ref *openapi3.SchemaRef, open []*openapi3.Schema) (example any, known bool) {
	if ref == nil || ref.Value == nil || slices.Contains(open, ref.Value) {
		return nil, false
	}
	s, open := ref.Value, append(slices.Clone(open), ref.Value)
	switch {
	case s.Example != nil:
		return s.Example, true
	case s.Default != nil:
		return s.Default, true
	case len(s.Enum) > 0:
		return s.Enum[0], true
	case len(s.AllOf) == 1:
		return exampleOf(s.AllOf[0], open)
	case len(s.OneOf) > 0:
		return exampleOf(s.OneOf[0], open)
	case s.Type.Is("array"):
		if item, known := exampleOf(s.Items, open); known {
			return []any{item}, true
		}
		return []any{}, s.MinItems == 0
	case s.Type.Is("object"):
		return exampleObject(s, open), true
	}
	return nil, false
}

func exampleObject(s *openapi3.Schema, open []*openapi3.Schema) map[string]any {
	object := map[string]any{}
	for name, property := range s.Properties {
		if value, known := exampleOf(property, open); known {
			object[name] = value
		}
	}
	return object
}
