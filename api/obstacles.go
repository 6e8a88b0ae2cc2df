package api

import "vigie/inventory"

const obstaclesPath = "/api/v1/obstacles"

// obstacles serves obstacles: footprints of buildings, which hide what is behind them. The comments inside describe
// its routes, for swag.
func (s *server) obstacles() *resource[inventory.Obstacle] {
	// @Summary     List obstacles
	// @Description In the order of their identifiers, a page at a time. A comma in a filter means any of; filters are all to hold.
	// @Description With Accept: application/geo+json, a FeatureCollection whose links name the next page.
	// @Tags        obstacles
	// @Produce     json,application/geo+json
	// @Param       bbox query string false "minLon,minLat,maxLon,maxLat in degrees (WGS 84), borders included" example(3.8,43.6,3.9,43.7)
	// @Param       commune query string false "INSEE codes of communes" example(34172)
	// @Param       department query string false "INSEE codes of départements" example(34)
	// @Param       import query string false "Identifiers of imports" example(0193a5d2-7c3f-7a51-9f0e-3f1c2b4d5e6f)
	// @Param       updatedFrom query string false "Changed at this moment (RFC 3339) or day, or later" example(2026-01-01)
	// @Param       updatedBefore query string false "Changed before this moment or day" example(2027-01-01)
	// @Param       limit query integer false "Most items of the page" default(100) minimum(1) maximum(1000)
	// @Param       cursor query string false "next of the page before"
	// @Success     200 {object} Page[inventory.Obstacle]
	// @Header      200 {string} Link "The next page, rel=next (RFC 8288)"
	// @Failure     400,406,503 {object} Problem
	// @Router      /api/v1/obstacles [get]

	// @Summary     Create an obstacle
	// @Description An identifier is made when the body has none. provenance.updatedAt is set by the server.
	// @Tags        obstacles
	// @Accept      json
	// @Produce     json
	// @Param       obstacle body inventory.Obstacle true "The obstacle"
	// @Success     201 {object} inventory.Obstacle
	// @Header      201 {string} Location "Address of the obstacle"
	// @Header      201 {string} ETag "Strong tag of the obstacle"
	// @Failure     400,413,415,422,503 {object} Problem
	// @Failure     409 {object} Problem "The identifier is taken"
	// @Router      /api/v1/obstacles [post]

	// @Summary     Read an obstacle
	// @Tags        obstacles
	// @Produce     json
	// @Param       id path string true "Identifier of the obstacle"
	// @Param       If-None-Match header string false "ETag already held"
	// @Success     200 {object} inventory.Obstacle
	// @Header      200 {string} ETag "Strong tag of the obstacle"
	// @Success     304 "Not changed"
	// @Failure     400,404,406,503 {object} Problem
	// @Router      /api/v1/obstacles/{id} [get]

	// @Summary     Replace an obstacle, or create it under this identifier
	// @Description Replacing needs If-Match with the ETag read last; creating needs If-None-Match: *.
	// @Tags        obstacles
	// @Accept      json
	// @Produce     json
	// @Param       id path string true "Identifier of the obstacle"
	// @Param       If-Match header string false "ETag of the state to replace"
	// @Param       If-None-Match header string false "* to create only"
	// @Param       obstacle body inventory.Obstacle true "The obstacle"
	// @Success     200 {object} inventory.Obstacle "Replaced"
	// @Success     201 {object} inventory.Obstacle "Created"
	// @Header      200,201 {string} ETag "Strong tag of the obstacle"
	// @Failure     400,404,413,415,422,503 {object} Problem
	// @Failure     412 {object} Problem "It changed since it was read, or it exists already"
	// @Failure     428 {object} Problem "Neither If-Match nor If-None-Match: * was sent"
	// @Router      /api/v1/obstacles/{id} [put]

	// @Summary     Delete an obstacle
	// @Tags        obstacles
	// @Produce     json
	// @Param       id path string true "Identifier of the obstacle"
	// @Param       If-Match header string true "ETag of the state to delete"
	// @Success     204 "Deleted"
	// @Failure     400,404,503 {object} Problem
	// @Failure     412 {object} Problem "It changed since it was read"
	// @Failure     428 {object} Problem "If-Match was not sent"
	// @Router      /api/v1/obstacles/{id} [delete]

	return &resource[inventory.Obstacle]{
		server: s,
		path:   obstaclesPath,
		shelf:  s.config.Store.Obstacles(),
		filters: filters{placed: true, attrs: []inventory.Attr{
			inventory.AttrCommune, inventory.AttrDepartment,
			inventory.AttrImport, inventory.AttrUpdated,
		}},
		place:      "geometry",
		id:         func(o *inventory.Obstacle) *inventory.ID { return &o.ID },
		provenance: func(o *inventory.Obstacle) *inventory.Provenance { return &o.Provenance },
	}
}
