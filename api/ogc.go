package api

import (
	"cmp"
	"context"
	"iter"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"vigie/api/cql"
	"vigie/inventory"
	"vigie/inventory/recordjson"
)

// The addresses of the OGC API (OGC 17-069r4, 18-058r1, 19-079r2, 20-002).
const (
	ogcPath            = "/ogc"
	ogcConformancePath = ogcPath + "/conformance"
	ogcDefinitionPath  = ogcPath + "/api"
	ogcCollectionsPath = ogcPath + "/collections"
	ogcCollectionPath  = ogcCollectionsPath + "/:collection"
	ogcQueryablesPath  = ogcCollectionPath + "/queryables"
	ogcItemsPath       = ogcCollectionPath + "/items"
	ogcItemPath        = ogcItemsPath + "/:id"
)

// collection is a kind of feature that the OGC API gives.
type collection struct {
	id, title, description string
	// kind is the kind of record whose rights count.
	kind string
	// types are the properties that can be asked for.
	types cql.Queryables
	// attrs are those of them that stores index.
	attrs map[string]inventory.Attr
	layer layer
	// editor changes features; nil for those that are computed.
	editor editor
}

// layer gives the features of a collection.
type layer interface {
	// find gives the features that a query keeps, after one place of their order; its Limit is not looked at.
	find(ctx context.Context, query inventory.Query) iter.Seq2[item, error]
	// get gives one feature, or inventory.ErrNotFound.
	get(ctx context.Context, id inventory.ID) (item, error)
	// count is how many find would give; known is false where that takes as long as to find them.
	count(ctx context.Context, query inventory.Query) (n int, known bool, err error)
}

// item is one feature.
type item struct {
	// at is its place in the order of the collection.
	at inventory.ID
	// values are its properties, for filters.
	values cql.Values
	// show makes the feature, lon, lat.
	show func() (Feature, error)
	// tag is its strong entity tag; nil for what is computed.
	tag func() string
}

// collections are all collections, in the order of their names.
func (s *server) collections() []collection {
	list := []collection{
		recordsOf(s.cameras(), "Caméras / cameras", "Devices with their heads; the geometry is the place of the camera."),
		recordsOf(s.deployments(), "Systèmes de vidéoprotection / deployments",
			"Legal units; the geometry is the authorised perimeter."),
		recordsOf(s.areas(), "Zones / areas", "Communes, perimeters, priority places, streets, zones without cameras."),
		recordsOf(s.obstacles(), "Obstacles / obstacles", "Footprints of buildings."),
		recordsOf(s.candidates(), "Emplacements possibles / candidates", "Where cameras could be put."),
		s.studies(layerCoverage, "Couverture / coverage", "The ground that is seen at each level of each coverage study."),
		s.studies(layerGaps, "Lacunes / gaps", "The blind ground of each coverage study, ranked."),
	}
	slices.SortFunc(list, func(a, b collection) int { return cmp.Compare(a.id, b.id) })
	return list
}

func (s *server) ogcRoutes(r routes, d *description) {
	o := &ogc{server: s, list: s.collections(), definition: d, write: recordjson.Of[Items]()}
	r.get(ogcPath, public(), o.landing)
	r.get(ogcConformancePath, public(), o.conformance)
	r.get(ogcDefinitionPath, public(), o.define)
	r.get(ogcCollectionsPath, public(), o.all)
	r.get(ogcCollectionPath, public(), o.one)
	r.get(ogcQueryablesPath, public(), o.queryables)
	read, write := need{action: inventory.Read, kindOf: o.kind}, need{action: inventory.Write, kindOf: o.kind}
	r.get(ogcItemsPath, read, o.items)
	r.get(ogcItemPath, read, o.item)
	r.on(http.MethodPost, ogcItemsPath, write, o.create)
	r.on(http.MethodPut, ogcItemPath, write, o.replace)
	r.on(http.MethodPatch, ogcItemPath, write, o.update)
	r.on(http.MethodDelete, ogcItemPath, write, o.remove)
}

// ogc answers as OGC API – Features asks.
type ogc struct {
	server     *server
	list       []collection
	definition *description
	write      recordjson.Writer[Items]
}

// asked is the collection of the address.
func (o *ogc) asked(c *gin.Context) (collection, error) {
	at, found := slices.BinarySearchFunc(o.list, c.Param("collection"), func(one collection, id string) int {
		return cmp.Compare(one.id, id)
	})
	if !found {
		return collection{}, errNoRoute
	}
	return o.list[at], nil
}

// kind is the kind of record of the collection of the address.
func (o *ogc) kind(c *gin.Context) (string, error) {
	one, err := o.asked(c)
	return one.kind, err
}

// classes are the conformance classes that are met.
func classes() []string {
	const features, editing = "http://www.opengis.net/spec/ogcapi-features-", "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/"
	met := []string{
		"http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
		features + "1/1.0/conf/core", features + "1/1.0/conf/oas30", features + "1/1.0/conf/html", features + "1/1.0/conf/geojson",
		features + "2/1.0/conf/crs",
		features + "3/1.0/conf/queryables", features + "3/1.0/conf/queryables-query-parameters",
		features + "3/1.0/conf/filter", features + "3/1.0/conf/features-filter",
		editing + "create-replace-delete", editing + "update", editing + "optimistic-locking-etags", editing + "features",
	}
	return append(met, cql.Classes()...)
}
