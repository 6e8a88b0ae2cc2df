package api

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"vigie/api/cql"
)

const (
	htmlType       = "text/html"
	mergePatchType = "application/merge-patch+json" // RFC 7396
	schemaType     = "application/schema+json"
	// openAPIType is that of an OpenAPI 3.0 document (OGC 17-069r4, 8.2).
	openAPIType = "application/vnd.oai.openapi+json;version=3.0"
)

// OGCLanding is where the OGC API begins (OGC 17-069r4, 7.2).
type OGCLanding struct {
	Title       string `json:"title" example:"Vigie"`
	Description string `json:"description"`
	Links       []Link `json:"links"`
}

// OGCConformance lists the conformance classes that are met.
type OGCConformance struct {
	ConformsTo []string `json:"conformsTo" example:"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core"`
}

// OGCCollections lists the collections.
type OGCCollections struct {
	Links       []Link          `json:"links"`
	CRS         []string        `json:"crs"`
	Collections []OGCCollection `json:"collections"`
}

// OGCCollection describes a collection (OGC 17-069r4, 7.14; OGC 18-058r1, 6.2).
type OGCCollection struct {
	ID          string    `json:"id" example:"cameras"`
	Title       string    `json:"title"`
	Description string    `json:"description"`
	Links       []Link    `json:"links"`
	Extent      OGCExtent `json:"extent"`
	ItemType    string    `json:"itemType" example:"feature"`
	CRS         []string  `json:"crs"`
	StorageCRS  string    `json:"storageCrs"`
}

// OGCExtent is where and when features may be: everywhere, since the places of cameras are told to those who may know them only.
type OGCExtent struct {
	Spatial struct {
		BBox [][4]float64 `json:"bbox"`
		CRS  string       `json:"crs"`
	} `json:"spatial"`
}

func (o *ogc) link(c *gin.Context, rel, mediaType, path string) Link {
	return Link{Rel: rel, Type: mediaType, Href: o.server.base(c) + path}
}

// forms are the links to a page itself and to its other form.
func (o *ogc) forms(c *gin.Context, path string) []Link {
	return []Link{
		o.link(c, "self", jsonType, path+"?f=json"), o.link(c, "alternate", htmlType, path+"?f=html"),
	}
}

// answer gives a page as JSON or as HTML.
func (o *ogc) answer(c *gin.Context, of func() any, page string) error {
	p := readParams(c)
	html := p.form(c, jsonType)
	if err := p.done(); err != nil {
		return err
	}
	if html {
		return showPage(c, page, of())
	}
	return reply(c, http.StatusOK, jsonType, of())
}

// landing is where to begin.
//
//	@Summary	OGC API: where to begin
//	@Tags		ogc
//	@Produce	json,html
//	@Param		f	query		string	false	"Form of the answer, instead of Accept"	Enums(json, html)
//	@Success	200	{object}	OGCLanding
//	@Failure	400,406	{object}	Problem
//	@Router		/ogc [get]
func (o *ogc) landing(c *gin.Context) error {
	return o.answer(c, func() any {
		return OGCLanding{
			Title: "Vigie", Description: "Inventaire de vidéoprotection / inventory of video protection",
			Links: append(o.forms(c, ogcPath),
				o.link(c, "service-desc", openAPIType, ogcDefinitionPath),
				o.link(c, "service-doc", htmlType, swaggerPath+"index.html"),
				o.link(c, "conformance", jsonType, ogcConformancePath),
				o.link(c, "http://www.opengis.net/def/rel/ogc/1.0/conformance", jsonType, ogcConformancePath),
				o.link(c, "data", jsonType, ogcCollectionsPath),
				o.link(c, "http://www.opengis.net/def/rel/ogc/1.0/data", jsonType, ogcCollectionsPath)),
		}
	}, landingPage)
}

// conformance lists what is met.
//
//	@Summary	OGC API: the conformance classes that are met
//	@Tags		ogc
//	@Produce	json,html
//	@Param		f	query		string	false	"Form of the answer, instead of Accept"	Enums(json, html)
//	@Success	200	{object}	OGCConformance
//	@Failure	400,406	{object}	Problem
//	@Router		/ogc/conformance [get]
func (o *ogc) conformance(c *gin.Context) error {
	return o.answer(c, func() any { return OGCConformance{classes()} }, conformancePage)
}

// define gives the API description.
//
//	@Summary	OGC API: this description as OpenAPI 3.0
//	@Tags		ogc
//	@Produce	application/vnd.oai.openapi+json
//	@Success	200	{object}	object
//	@Failure	400	{object}	Problem
//	@Router		/ogc/api [get]
func (o *ogc) define(c *gin.Context) error {
	if err := noParams(c); err != nil {
		return err
	}
	if err := o.definition.describe(); err != nil {
		return err
	}
	return give(c, openAPIType, o.definition.openAPI)
}

// all lists the collections.
//
//	@Summary	OGC API: the collections
//	@Tags		ogc
//	@Produce	json,html
//	@Param		f	query		string	false	"Form of the answer, instead of Accept"	Enums(json, html)
//	@Success	200	{object}	OGCCollections
//	@Failure	400,406	{object}	Problem
//	@Router		/ogc/collections [get]
func (o *ogc) all(c *gin.Context) error {
	return o.answer(c, func() any {
		list := OGCCollections{Links: o.forms(c, ogcCollectionsPath), CRS: systems(), Collections: []OGCCollection{}}
		for _, of := range o.list {
			list.Collections = append(list.Collections, o.about(c, of))
		}
		return list
	}, collectionsPage)
}

// one describes a collection.
//
//	@Summary	OGC API: a collection
//	@Tags		ogc
//	@Produce	json,html
//	@Param		collection	path		string	true	"Collection"
//	@Param		f			query		string	false	"Form of the answer, instead of Accept"	Enums(json, html)
//	@Success	200			{object}	OGCCollection
//	@Failure	400,404,406	{object}	Problem
//	@Router		/ogc/collections/{collection} [get]
func (o *ogc) one(c *gin.Context) error {
	of, err := o.asked(c)
	if err != nil {
		return err
	}
	return o.answer(c, func() any { return o.about(c, of) }, collectionPage)
}

func (o *ogc) about(c *gin.Context, of collection) OGCCollection {
	path := ogcCollectionsPath + "/" + of.id
	about := OGCCollection{
		ID: of.id, Title: of.title, Description: of.description, ItemType: "feature", CRS: systems(), StorageCRS: crs84,
		Links: append(o.forms(c, path),
			o.link(c, "items", geoJSONType, path+"/items?f=json"), o.link(c, "items", htmlType, path+"/items?f=html"),
			o.link(c, "http://www.opengis.net/def/rel/ogc/1.0/queryables", schemaType, path+"/queryables")),
	}
	about.Extent.Spatial.BBox, about.Extent.Spatial.CRS = [][4]float64{{-180, -90, 180, 90}}, crs84
	return about
}

// Queryables is a JSON Schema of the properties that filters may name (OGC 19-079r2, 6.2).
type Queryables struct {
	Schema               string                       `json:"$schema" example:"https://json-schema.org/draft/2020-12/schema"`
	ID                   string                       `json:"$id"`
	Type                 string                       `json:"type" example:"object"`
	Title                string                       `json:"title"`
	Properties           map[string]map[string]string `json:"properties"`
	AdditionalProperties bool                         `json:"additionalProperties"`
}

// queryables lists the properties that filters may name.
//
//	@Summary	OGC API: what the features of a collection can be filtered by
//	@Tags		ogc
//	@Produce	application/schema+json
//	@Param		collection	path		string	true	"Collection"
//	@Success	200			{object}	Queryables
//	@Failure	400,404		{object}	Problem
//	@Router		/ogc/collections/{collection}/queryables [get]
func (o *ogc) queryables(c *gin.Context) error {
	of, err := o.asked(c)
	if err != nil {
		return err
	}
	if err := noParams(c); err != nil {
		return err
	}
	schema := Queryables{
		Schema: "https://json-schema.org/draft/2020-12/schema", Type: "object", Title: of.title,
		ID:         o.server.base(c) + ogcCollectionsPath + "/" + of.id + "/queryables",
		Properties: map[string]map[string]string{},
	}
	for name, kind := range of.types {
		schema.Properties[name] = schemaOf(name, kind)
	}
	return reply(c, http.StatusOK, schemaType, schema)
}

func schemaOf(name string, kind cql.Type) map[string]string {
	switch kind {
	case cql.Geometry:
		return map[string]string{"title": name, "format": "geometry-any"}
	case cql.Date:
		return map[string]string{"title": name, "type": "string", "format": "date"}
	case cql.Timestamp:
		return map[string]string{"title": name, "type": "string", "format": "date-time"}
	case cql.String, cql.Number, cql.Boolean:
	}
	return map[string]string{"title": name, "type": string(kind)}
}

// base is the scheme and the host under which the client reached the server.
func (s *server) base(c *gin.Context) string {
	scheme := "http"
	if c.Request.TLS != nil || s.origin(c).proxied {
		scheme = "https"
	}
	return scheme + "://" + c.Request.Host
}
