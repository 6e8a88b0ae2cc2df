package api

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"vigie/inventory"
)

// maxScanned bounds how many records a page looks at for a filter that no index answers: it ends then, with a link to the
// next page, however few features it has.
const maxScanned = 100_000

// Items is a page of features (OGC 17-069r4, 7.15).
type Items struct {
	Type     string    `json:"type" example:"FeatureCollection"`
	Features []Feature `json:"features"`
	Links    []Link    `json:"links"`
	// TimeStamp is when the page was made.
	TimeStamp inventory.Instant `json:"timeStamp" swaggertype:"string"`
	// NumberMatched is how many features there are on all pages; absent where it is not known without reading them, and on the pages
	// that follow the first.
	NumberMatched  *int `json:"numberMatched,omitempty"`
	NumberReturned int  `json:"numberReturned"`
}

// usualBytes is how long the page is at most, bytes, but for surfaces and long texts.
func (i Items) usualBytes() int {
	const feature, whole = 256, 2048 // besides the properties
	n := whole
	for _, f := range i.Features {
		n += feature + len(f.Properties)
	}
	return n
}

// items gives a page of features.
//
//	@Summary		Features of a collection
//	@Description	OGC API – Features, parts 1 to 3. Any property that the collection's queryables list is a parameter too, and
//	@Description	keeps the features that have this value. Coordinates are lon, lat unless crs names another system.
//	@Tags			ogc
//	@Produce		application/geo+json,html
//	@Param			collection	path		string	true	"Collection, as cameras, deployments, areas, obstacles, candidates, coverage, gaps"
//	@Param			bbox		query		string	false	"Four numbers: smallest coordinates, then largest, lon, lat unless bbox-crs says otherwise"	example(3.8,43.6,3.9,43.7)
//	@Param			bbox-crs	query		string	false	"Coordinate system of bbox"
//	@Param			crs			query		string	false	"Coordinate system of the answer"
//	@Param			datetime	query		string	false	"Moment, or interval as 2026-01-01T00:00:00Z/.., of the last change of a feature"	example(2026-01-01T00:00:00Z/..)
//	@Param			filter		query		string	false	"Filter in CQL2"	example(status = 'in_service')
//	@Param			filter-lang	query		string	false	"How the filter is written"	Enums(cql2-text, cql2-json)	default(cql2-text)
//	@Param			filter-crs	query		string	false	"Coordinate system of the geometries of the filter"
//	@Param			limit		query		integer	false	"Most features of the page; more than 1000 are never given"	default(100)	minimum(1)
//	@Param			cursor		query		string	false	"Of the link to the next page"
//	@Param			f			query		string	false	"Form of the answer, instead of Accept"	Enums(json, html)
//	@Success		200			{object}	Items
//	@Header			200			{string}	Content-Crs	"Coordinate system of the answer"
//	@Header			200			{string}	Link		"The next page, rel=next (RFC 8288)"
//	@Failure		400,404,406,503	{object}	Problem
//	@Router			/ogc/collections/{collection}/items [get]
func (o *ogc) items(c *gin.Context) error {
	of, err := o.asked(c)
	if err != nil {
		return err
	}
	asked, err := o.selection(c, of)
	if err != nil {
		return err
	}
	found, err := o.page(c, of, asked)
	if err != nil {
		return err
	}
	asked.system.tell(c)
	if asked.html {
		return showItems(c, of, found)
	}
	text, err := o.write.Append(make([]byte, 0, found.usualBytes()), &found)
	if err != nil {
		return err
	}
	return giveAsOf(c, geoJSONType, text, found.TimeStamp.String())
}

// page reads one page.
func (o *ogc) page(c *gin.Context, of collection, asked selection) (Items, error) {
	ctx := c.Request.Context()
	found := Items{Type: "FeatureCollection", Features: []Feature{}, TimeStamp: inventory.InstantOf(o.server.config.Now())}
	leave, err := o.server.wide.enter(ctx, asked.query)
	if err != nil {
		return found, err
	}
	defer leave()
	last, more, err := asked.gather(ctx, of, &found)
	if err != nil {
		return found, err
	}
	found.NumberReturned = len(found.Features)
	switch {
	case asked.query.After == "" && !more:
		found.NumberMatched = &found.NumberReturned
	case asked.counted && asked.query.After == "":
		n, known, err := of.layer.count(ctx, asked.query)
		if err != nil {
			return found, err
		}
		if known {
			found.NumberMatched = &n
		}
	}
	base := o.server.base(c)
	self := base + c.Request.URL.RequestURI()
	found.Links = []Link{
		{Rel: "self", Type: geoJSONType, Href: withForm(self, "json")},
		{Rel: "alternate", Type: htmlType, Href: withForm(self, "html")},
		{Rel: "collection", Type: jsonType, Href: base + ogcCollectionsPath + "/" + of.id},
	}
	if more {
		next := base + asked.next(c.Request.URL.Path, sealCursor(asked.address, last))
		found.Links = append(found.Links, Link{Rel: "next", Type: geoJSONType, Href: next})
		linkNext(c, next)
	}
	return found, nil
}

// withForm is an address with the parameter f.
func withForm(address, form string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	values := u.Query()
	values.Set("f", form)
	u.RawQuery = values.Encode()
	return u.String()
}

// gather fills a page, and tells where it ended and whether more may follow.
func (s selection) gather(ctx context.Context, of collection, into *Items) (last inventory.ID, more bool, err error) {
	query := s.query
	if query.Limit = 0; s.counted {
		query.Limit = s.query.Limit + 1
	}
	scanned, size := 0, 0
	for one, err := range of.layer.find(ctx, query) {
		if err != nil {
			return last, false, err
		}
		if scanned++; scanned > maxScanned {
			return last, true, nil
		}
		if scanned%16 == 0 && ctx.Err() != nil { // a filter may take longer over a record than the store
			return last, false, ctx.Err()
		}
		if !s.filter.Holds(one.values) {
			last = one.at
			continue
		}
		if len(into.Features) == s.query.Limit || size > maxPageBytes {
			return last, true, nil
		}
		f, err := shown(one, s.system)
		if err != nil {
			return last, false, err
		}
		size += len(f.Properties)
		into.Features = append(into.Features, f)
		last = one.at
	}
	return last, false, nil
}

// shown is a feature in a coordinate system.
func shown(one item, in system) (Feature, error) {
	f, err := one.show()
	if err != nil || f.Geometry.Geometry == nil {
		return f, err
	}
	carried, ok := in.fromLonLat(f.Geometry.Geometry)
	if !ok {
		return f, refuse(kindInvalidRequest, "feature %q has no place in %s", string(f.ID), in.uri)
	}
	f.Geometry = featureGeometry{carried}
	return f, nil
}

// OneFeature is a feature with its links.
type OneFeature struct {
	Feature

	Links []Link `json:"links"`
}

// item gives one feature.
//
//	@Summary	A feature
//	@Tags		ogc
//	@Produce	application/geo+json,html
//	@Param		collection		path		string	true	"Collection"
//	@Param		id				path		string	true	"Identifier of the feature"
//	@Param		crs				query		string	false	"Coordinate system of the answer"
//	@Param		f				query		string	false	"Form of the answer, instead of Accept"	Enums(json, html)
//	@Param		If-None-Match	header		string	false	"ETag already held"
//	@Success	200				{object}	OneFeature
//	@Header		200				{string}	ETag		"Strong tag of the record"
//	@Header		200				{string}	Content-Crs	"Coordinate system of the answer"
//	@Success	304				"Not changed"
//	@Failure	400,404,406,503	{object}	Problem
//	@Router		/ogc/collections/{collection}/items/{id} [get]
func (o *ogc) item(c *gin.Context) error {
	of, err := o.asked(c)
	if err != nil {
		return err
	}
	p := readParams(c)
	html, in := p.form(c, geoJSONType), p.system("crs")
	if err := p.done(); err != nil {
		return err
	}
	one, err := of.layer.get(c.Request.Context(), inventory.ID(c.Param("id")))
	if err != nil {
		return err
	}
	if one.tag != nil {
		tag := one.tag()
		if c.Header("ETag", tag); unchanged(header(c, "If-None-Match"), tag) {
			return notModified(c)
		}
	}
	found, err := o.linked(c, of, one, in)
	if err != nil {
		return err
	}
	in.tell(c)
	if html {
		return showItem(c, found)
	}
	return reply(c, http.StatusOK, geoJSONType, found)
}

func (o *ogc) linked(c *gin.Context, of collection, one item, in system) (OneFeature, error) {
	f, err := shown(one, in)
	if err != nil {
		return OneFeature{}, err
	}
	base := o.server.base(c) + ogcCollectionsPath + "/" + of.id
	self := base + "/items/" + url.PathEscape(string(f.ID))
	return OneFeature{f, []Link{
		{Rel: "self", Type: geoJSONType, Href: withForm(self, "json")},
		{Rel: "alternate", Type: htmlType, Href: withForm(self, "html")},
		{Rel: "collection", Type: jsonType, Href: base},
	}}, nil
}

// MarshalJSON writes the feature with its links as members beside its own.
func (f OneFeature) MarshalJSON() ([]byte, error) {
	type plain Feature
	return json.Marshal(struct {
		plain
		Links []Link `json:"links"`
	}{plain(f.Feature), f.Links})
}
