package api

import (
	"cmp"
	"context"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/paulmach/orb"

	"vigie/inventory"
)

// The addresses of vector tiles (Mapbox Vector Tile Specification 2.1; TileJSON 3.0.0).
const (
	tilesPath    = "/tiles/:collection"
	tileJSONPath = tilesPath + "/tilejson.json"
	tilePath     = tilesPath + "/:z/:x/:y" + tileEnding
	tileEnding   = ".mvt"
	// rowParam is how the router calls the last part of the address.
	rowParam = "y" + tileEnding

	mvtType = "application/vnd.mapbox-vector-tile"
)

const (
	// lastZoom is the last level that has tiles, lastDrawnZoom that from which on maps draw them larger themselves.
	lastZoom, lastDrawnZoom = 22, 18
	// closeZoom is the first level at which cameras stand one by one and views are drawn: its tiles are some 1.7 km wide in France.
	closeZoom = 14
	// mostTileFeatures bounds the cameras, and the views, of a tile.
	mostTileFeatures = 2000
	// mostTileBytes is the size above which surfaces are drawn more coarsely, as far as coarsest.
	mostTileBytes = 1 << 20
)

// tileSet is a collection of tiles.
type tileSet struct {
	id, title, description string
	// kind is the kind of record whose rights count.
	kind      string
	firstZoom int
	// fields are the properties of the features, and what they are.
	fields map[string]string
	// ask reads the parameters.
	ask func(*params) tileQuestion
	// draw makes the layers of a tile.
	draw func(context.Context, tile, tileQuestion) (drawing, error)
}

// tileQuestion is what the parameters of a tile ask for.
type tileQuestion struct {
	query      inventory.Query
	assessment inventory.ID
	levels     []string
	densityPxM float64
}

func (s *server) tileRoutes(r routes) {
	t := &tiles{server: s, sets: s.tileSets()}
	read := need{action: inventory.Read, kindOf: t.kind}
	r.get(tileJSONPath, read, t.describe)
	r.get(tilePath, read, t.tile)
}

// tiles gives vector tiles.
type tiles struct {
	server *server
	sets   []tileSet
}

// tileSets are all collections of tiles.
func (s *server) tileSets() []tileSet {
	return []tileSet{
		s.cameraTiles(), s.viewTiles(),
		s.studyTiles(layerCoverage, "Couverture / coverage", "The ground that is seen at each level of a coverage study.", seenSurfaces),
		s.studyTiles(layerGaps, "Lacunes / gaps", "The blind ground of a coverage study, ranked.", gapSurfaces),
	}
}

// asked is the collection of the address.
func (t *tiles) asked(c *gin.Context) (tileSet, error) {
	at := slices.IndexFunc(t.sets, func(set tileSet) bool { return set.id == c.Param("collection") })
	if at < 0 {
		return tileSet{}, errNoRoute
	}
	return t.sets[at], nil
}

// kind is the kind of record of the collection of the address.
func (t *tiles) kind(c *gin.Context) (string, error) {
	set, err := t.asked(c)
	return set.kind, err
}

// tile gives one tile.
//
//	@Summary		A vector tile
//	@Description	Mapbox Vector Tile 2.1, in Web Mercator, one layer with the name of the collection. Cameras are counted together below
//	@Description	level 14, and where a tile has more than 2,000 of them: count, and how many of them have each status. Above, each has its
//	@Description	properties, as far as whoever asks may see it. What does not fit is told by a point of the layer "dropped".
//	@Description	The filters are those of the list of cameras; coverage and gaps need assessment.
//	@Tags			tiles
//	@Produce		application/vnd.mapbox-vector-tile
//	@Param			collection		path		string	true	"cameras, fields-of-view, coverage, gaps"	Enums(cameras, fields-of-view, coverage, gaps)
//	@Param			z				path		integer	true	"Level, 0 to 22"	minimum(0)	maximum(22)	example(14)
//	@Param			x				path		integer	true	"Column, from the west"	minimum(0)	example(8368)
//	@Param			y				path		integer	true	"Row, from the north"	minimum(0)	example(5982)
//	@Param			holder			query		string	false	"Of cameras and views: identifiers of holders"	example(mairie)
//	@Param			deployment		query		string	false	"Of cameras and views: identifiers of deployments"	example(voie-publique)
//	@Param			category		query		string	false	"Of cameras and views: categories"	example(fixed)
//	@Param			status			query		string	false	"Of cameras and views: states"	example(in_service,installed)
//	@Param			commune			query		string	false	"Of cameras and views: INSEE codes of communes"	example(34172)
//	@Param			department		query		string	false	"Of cameras and views: INSEE codes of départements"	example(34)
//	@Param			import			query		string	false	"Of cameras and views: identifiers of imports"	example(0193a5d2-7c3f-7a51-9f0e-3f1c2b4d5e6f)
//	@Param			updatedFrom		query		string	false	"Of cameras and views: changed at this moment (RFC 3339) or day, or later"	example(2026-01-01)
//	@Param			updatedBefore	query		string	false	"Of cameras and views: changed before this moment or day"	example(2027-01-01)
//	@Param			density			query		number	false	"Of views: the least pixel density to which they reach, px/m"	default(25)	minimum(1)	maximum(1000)
//	@Param			assessment		query		string	false	"Of coverage and gaps: identifier of the study; it must be there"	example(0193a5d2-7c3f-7a51-9f0e-3f1c2b4d5e6f)
//	@Param			level			query		string	false	"Of coverage and gaps: codes of levels"	example(identify)
//	@Param			If-None-Match	header		string	false	"ETag already held"
//	@Param			X-Reason		header		string	false	"Why it is read; experts and prefectures must say it"
//	@Success		200				{file}		binary
//	@Header			200				{string}	ETag	"Strong tag of the tile"
//	@Success		304				"Not changed"
//	@Failure		400,401,403,404,406,428,429,503	{object}	Problem
//	@Router			/tiles/{collection}/{z}/{x}/{y}.mvt [get]
func (t *tiles) tile(c *gin.Context) error {
	set, err := t.asked(c)
	if err != nil {
		return err
	}
	at, err := tileOf(c)
	if err != nil {
		return err
	}
	if _, err := negotiate(c, mvtType); err != nil {
		return err
	}
	p := readParams(c)
	question := set.ask(p)
	if err := p.done(); err != nil {
		return err
	}
	drawn, err := t.draw(c.Request.Context(), set, at, question)
	if err != nil {
		return err
	}
	text, err := drawn.encode(set.id)
	if err != nil {
		return err
	}
	return give(c, mvtType, text)
}

// draw draws a tile, in its turn when it is of a wide country.
func (t *tiles) draw(ctx context.Context, set tileSet, at tile, question tileQuestion) (drawing, error) {
	wide := question.query
	wide.Area = at.bound()
	leave, err := t.server.wide.enter(ctx, wide)
	if err != nil {
		return drawing{}, err
	}
	defer leave()
	return set.draw(ctx, at, question)
}

// TileJSON describes a collection of tiles (TileJSON 3.0.0).
type TileJSON struct {
	TileJSON    string `json:"tilejson" example:"3.0.0"`
	Name        string `json:"name"`
	Description string `json:"description"`
	Scheme      string `json:"scheme" example:"xyz"`
	// Tiles has the address of the tiles, with the parameters of this request.
	Tiles   []string `json:"tiles" example:"https://vigie.example/tiles/cameras/{z}/{x}/{y}.mvt"`
	MinZoom int      `json:"minzoom" example:"0"`
	MaxZoom int      `json:"maxzoom" example:"18"`
	// Bounds are west, south, east, north, degrees.
	Bounds       [4]float64  `json:"bounds"`
	VectorLayers []TileLayer `json:"vector_layers"`
}

// TileLayer is a layer of tiles.
type TileLayer struct {
	ID          string            `json:"id" example:"cameras"`
	Description string            `json:"description"`
	MinZoom     int               `json:"minzoom" example:"0"`
	MaxZoom     int               `json:"maxzoom" example:"18"`
	Fields      map[string]string `json:"fields"`
}

// describe describes a collection of tiles.
//
//	@Summary		Vector tiles: what a collection has
//	@Description	TileJSON 3.0.0. It takes the parameters of the tiles and puts them into their address. Whoever must say why with
//	@Description	X-Reason sends it with this request and with that of each tile.
//	@Tags			tiles
//	@Produce		json
//	@Param			collection		path		string	true	"cameras, fields-of-view, coverage, gaps"	Enums(cameras, fields-of-view, coverage, gaps)
//	@Param			holder			query		string	false	"Of cameras and views: identifiers of holders"	example(mairie)
//	@Param			deployment		query		string	false	"Of cameras and views: identifiers of deployments"	example(voie-publique)
//	@Param			category		query		string	false	"Of cameras and views: categories"	example(fixed)
//	@Param			status			query		string	false	"Of cameras and views: states"	example(in_service,installed)
//	@Param			commune			query		string	false	"Of cameras and views: INSEE codes of communes"	example(34172)
//	@Param			department		query		string	false	"Of cameras and views: INSEE codes of départements"	example(34)
//	@Param			import			query		string	false	"Of cameras and views: identifiers of imports"	example(0193a5d2-7c3f-7a51-9f0e-3f1c2b4d5e6f)
//	@Param			updatedFrom		query		string	false	"Of cameras and views: changed at this moment (RFC 3339) or day, or later"	example(2026-01-01)
//	@Param			updatedBefore	query		string	false	"Of cameras and views: changed before this moment or day"	example(2027-01-01)
//	@Param			density			query		number	false	"Of views: the least pixel density to which they reach, px/m"	default(25)	minimum(1)	maximum(1000)
//	@Param			assessment		query		string	false	"Of coverage and gaps: identifier of the study; it must be there"	example(0193a5d2-7c3f-7a51-9f0e-3f1c2b4d5e6f)
//	@Param			level			query		string	false	"Of coverage and gaps: codes of levels"	example(identify)
//	@Param			If-None-Match	header		string	false	"ETag already held"
//	@Param			X-Reason		header		string	false	"Why it is read; experts and prefectures must say it"
//	@Success		200				{object}	TileJSON
//	@Header			200				{string}	ETag	"Strong tag of the description"
//	@Success		304				"Not changed"
//	@Failure		400,401,403,404,406,428,429,503	{object}	Problem
//	@Router			/tiles/{collection}/tilejson.json [get]
func (t *tiles) describe(c *gin.Context) error {
	set, err := t.asked(c)
	if err != nil {
		return err
	}
	if _, err := negotiate(c, jsonType); err != nil {
		return err
	}
	p := readParams(c)
	question := set.ask(p)
	if err := p.done(); err != nil {
		return err
	}
	bound := orb.Bound{Min: orb.Point{-180, -highestLat}, Max: orb.Point{180, highestLat}}
	if question.assessment != "" {
		study, err := t.server.config.Store.Assessments().Get(c.Request.Context(), question.assessment)
		if err != nil {
			return err
		}
		if ground := orb.MultiPolygon(study.Result.Perimeter); len(ground) > 0 {
			bound = ground.Bound()
		}
	}
	return reply(c, http.StatusOK, jsonType, TileJSON{
		TileJSON: "3.0.0", Name: set.title, Description: set.description, Scheme: "xyz",
		Tiles:   []string{t.address(c, set, p.values)},
		MinZoom: set.firstZoom, MaxZoom: lastDrawnZoom,
		Bounds: [4]float64{bound.Left(), max(bound.Bottom(), -highestLat), bound.Right(), min(bound.Top(), highestLat)},
		VectorLayers: []TileLayer{{
			ID: set.id, Description: set.description, MinZoom: set.firstZoom, MaxZoom: lastDrawnZoom, Fields: set.fields,
		}},
	})
}

// address is that of the tiles of a collection, with the parameters of the request.
func (t *tiles) address(c *gin.Context, set tileSet, values url.Values) string {
	address := t.server.base(c) + "/tiles/" + set.id + "/{z}/{x}/{y}" + tileEnding
	if len(values) > 0 {
		address += "?" + values.Encode()
	}
	return address
}

// tile is a square of the world in Web Mercator: level, column from the west, row from the north.
type tile struct{ z, x, y uint32 }

var errNoTile = &refusal{kind: kindNotFound, detail: "no such tile: levels go to 22, columns and rows to 2^level - 1, as 5/16/11.mvt"}

// tileOf is the tile of the address, which has one way to be written.
func tileOf(c *gin.Context) (tile, error) {
	row, ended := strings.CutSuffix(c.Param(rowParam), tileEnding)
	z, okZ := tileNumber(c.Param("z"), lastZoom)
	side := uint32(1) << z
	x, okX := tileNumber(c.Param("x"), side-1)
	y, okY := tileNumber(row, side-1)
	if !ended || !okZ || !okX || !okY {
		return tile{}, errNoTile
	}
	return tile{z, x, y}, nil
}

// tileNumber reads a whole number of an address.
func tileNumber(text string, most uint32) (uint32, bool) {
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil || n > uint64(most) || strconv.FormatUint(n, 10) != text {
		return 0, false
	}
	return uint32(n), true
}

// density takes a pixel density, px/m.
func (p *params) density(name string) float64 {
	const usual, most = 25, 1000 // px/m; "detect" of IEC 62676-4:2014
	text, ok := p.text(name)
	if !ok {
		return usual
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(n) || n < 1 || n > most {
		p.fault(name, "%q is not a number of px/m between 1 and %d", text, most)
	}
	return cmp.Or(n, usual)
}
