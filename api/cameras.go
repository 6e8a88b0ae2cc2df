package api

import "vigie/inventory"

const camerasPath = "/api/v1/cameras"

// cameras serves cameras: devices with a place, or with a unit when they are mobile. The comments inside describe its
// routes, for swag.
func (s *server) cameras() *resource[inventory.Camera] {
	// @Summary     List cameras
	// @Description In the order of their identifiers, a page at a time. A comma in a filter means any of; filters are all to hold.
	// @Description A camera that another holder shares at the grade street has a coarse place, and no attribute but holder, commune,
	// @Description department and category: boxes and filters find it by these alone.
	// @Description With Accept: application/geo+json, a FeatureCollection whose links name the next page.
	// @Tags        cameras
	// @Produce     json,application/geo+json
	// @Param       bbox query string false "minLon,minLat,maxLon,maxLat in degrees (WGS 84), borders included" example(3.8,43.6,3.9,43.7)
	// @Param       holder query string false "Identifiers of holders" example(mairie)
	// @Param       deployment query string false "Identifiers of deployments" example(voie-publique)
	// @Param       category query string false "Categories" example(fixed)
	// @Param       status query string false "States" example(in_service,installed)
	// @Param       commune query string false "INSEE codes of communes" example(34172)
	// @Param       department query string false "INSEE codes of départements" example(34)
	// @Param       import query string false "Identifiers of imports" example(0193a5d2-7c3f-7a51-9f0e-3f1c2b4d5e6f)
	// @Param       updatedFrom query string false "Changed at this moment (RFC 3339) or day, or later" example(2026-01-01)
	// @Param       updatedBefore query string false "Changed before this moment or day" example(2027-01-01)
	// @Param       limit query integer false "Most items of the page" default(100) minimum(1) maximum(1000)
	// @Param       cursor query string false "next of the page before"
	// @Success     200 {object} Page[inventory.Camera]
	// @Header      200 {string} Link "The next page, rel=next (RFC 8288)"
	// @Failure     400,406,503 {object} Problem
	// @Router      /api/v1/cameras [get]

	// @Summary     Create a camera
	// @Description An identifier is made when the body has none. provenance.updatedAt is set by the server.
	// @Description Whether the holder and the deployment exist is not checked: they may come later.
	// @Tags        cameras
	// @Accept      json
	// @Produce     json
	// @Param       camera body inventory.Camera true "The camera"
	// @Success     201 {object} inventory.Camera
	// @Header      201 {string} Location "Address of the camera"
	// @Header      201 {string} ETag "Strong tag of the camera"
	// @Failure     400,413,415,422,503 {object} Problem
	// @Failure     409 {object} Problem "The identifier is taken"
	// @Router      /api/v1/cameras [post]

	// @Summary     Read a camera
	// @Tags        cameras
	// @Produce     json
	// @Param       id path string true "Identifier of the camera"
	// @Param       If-None-Match header string false "ETag already held"
	// @Success     200 {object} inventory.Camera
	// @Header      200 {string} ETag "Strong tag of the camera"
	// @Success     304 "Not changed"
	// @Failure     400,404,406,503 {object} Problem
	// @Router      /api/v1/cameras/{id} [get]

	// @Summary     Replace a camera, or create it under this identifier
	// @Description Replacing needs If-Match with the ETag read last; creating needs If-None-Match: *.
	// @Tags        cameras
	// @Accept      json
	// @Produce     json
	// @Param       id path string true "Identifier of the camera"
	// @Param       If-Match header string false "ETag of the state to replace"
	// @Param       If-None-Match header string false "* to create only"
	// @Param       camera body inventory.Camera true "The camera"
	// @Success     200 {object} inventory.Camera "Replaced"
	// @Success     201 {object} inventory.Camera "Created"
	// @Header      200,201 {string} ETag "Strong tag of the camera"
	// @Failure     400,404,413,415,422,503 {object} Problem
	// @Failure     412 {object} Problem "It changed since it was read, or it exists already"
	// @Failure     428 {object} Problem "Neither If-Match nor If-None-Match: * was sent"
	// @Router      /api/v1/cameras/{id} [put]

	// @Summary     Delete a camera
	// @Tags        cameras
	// @Produce     json
	// @Param       id path string true "Identifier of the camera"
	// @Param       If-Match header string true "ETag of the state to delete"
	// @Success     204 "Deleted"
	// @Failure     400,404,503 {object} Problem
	// @Failure     412 {object} Problem "It changed since it was read"
	// @Failure     428 {object} Problem "If-Match was not sent"
	// @Router      /api/v1/cameras/{id} [delete]

	return &resource[inventory.Camera]{
		server: s,
		path:   camerasPath,
		shelf:  inventory.Disclosed(s.config.Store),
		filters: filters{placed: true, attrs: []inventory.Attr{
			inventory.AttrHolder, inventory.AttrDeployment, inventory.AttrCategory, inventory.AttrStatus,
			inventory.AttrCommune, inventory.AttrDepartment, inventory.AttrImport, inventory.AttrUpdated,
		}},
		place:      "location",
		id:         func(c *inventory.Camera) *inventory.ID { return &c.ID },
		provenance: func(c *inventory.Camera) *inventory.Provenance { return &c.Provenance },
	}
}
