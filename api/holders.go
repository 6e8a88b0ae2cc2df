package api

import "vigie/inventory"

const holdersPath = "/api/v1/holders"

// holders serves holders: who holds cameras. The comments inside describe its routes, for swag.
func (s *server) holders() *resource[inventory.Holder] {
	// @Summary     List holders
	// @Description In the order of their identifiers, a page at a time. A comma in a filter means any of; filters are all to hold.
	// @Tags        holders
	// @Produce     json
	// @Param       category query string false "Kinds of holder" example(local_authority)
	// @Param       commune query string false "INSEE codes of communes" example(34172)
	// @Param       department query string false "INSEE codes of départements" example(34)
	// @Param       import query string false "Identifiers of imports" example(0193a5d2-7c3f-7a51-9f0e-3f1c2b4d5e6f)
	// @Param       updatedFrom query string false "Changed at this moment (RFC 3339) or day, or later" example(2026-01-01)
	// @Param       updatedBefore query string false "Changed before this moment or day" example(2027-01-01)
	// @Param       limit query integer false "Most items of the page" default(100) minimum(1) maximum(1000)
	// @Param       cursor query string false "next of the page before"
	// @Success     200 {object} Page[inventory.Holder]
	// @Header      200 {string} Link "The next page, rel=next (RFC 8288)"
	// @Failure     400,406,503 {object} Problem
	// @Router      /api/v1/holders [get]

	// @Summary     Create a holder
	// @Description An identifier is made when the body has none. provenance.updatedAt is set by the server.
	// @Tags        holders
	// @Accept      json
	// @Produce     json
	// @Param       holder body inventory.Holder true "The holder"
	// @Success     201 {object} inventory.Holder
	// @Header      201 {string} Location "Address of the holder"
	// @Header      201 {string} ETag "Strong tag of the holder"
	// @Failure     400,413,415,422,503 {object} Problem
	// @Failure     409 {object} Problem "The identifier is taken"
	// @Router      /api/v1/holders [post]

	// @Summary     Read a holder
	// @Tags        holders
	// @Produce     json
	// @Param       id path string true "Identifier of the holder"
	// @Param       If-None-Match header string false "ETag already held"
	// @Success     200 {object} inventory.Holder
	// @Header      200 {string} ETag "Strong tag of the holder"
	// @Success     304 "Not changed"
	// @Failure     400,404,406,503 {object} Problem
	// @Router      /api/v1/holders/{id} [get]

	// @Summary     Replace a holder, or create it under this identifier
	// @Description Replacing needs If-Match with the ETag read last; creating needs If-None-Match: *.
	// @Tags        holders
	// @Accept      json
	// @Produce     json
	// @Param       id path string true "Identifier of the holder"
	// @Param       If-Match header string false "ETag of the state to replace"
	// @Param       If-None-Match header string false "* to create only"
	// @Param       holder body inventory.Holder true "The holder"
	// @Success     200 {object} inventory.Holder "Replaced"
	// @Success     201 {object} inventory.Holder "Created"
	// @Header      200,201 {string} ETag "Strong tag of the holder"
	// @Failure     400,404,413,415,422,503 {object} Problem
	// @Failure     412 {object} Problem "It changed since it was read, or it exists already"
	// @Failure     428 {object} Problem "Neither If-Match nor If-None-Match: * was sent"
	// @Router      /api/v1/holders/{id} [put]

	// @Summary     Delete a holder
	// @Description Cameras and deployments that name the holder are kept as they are.
	// @Tags        holders
	// @Produce     json
	// @Param       id path string true "Identifier of the holder"
	// @Param       If-Match header string true "ETag of the state to delete"
	// @Success     204 "Deleted"
	// @Failure     400,404,503 {object} Problem
	// @Failure     412 {object} Problem "It changed since it was read"
	// @Failure     428 {object} Problem "If-Match was not sent"
	// @Router      /api/v1/holders/{id} [delete]

	return &resource[inventory.Holder]{
		server: s,
		path:   holdersPath,
		shelf:  s.config.Store.Holders(),
		filters: filters{attrs: []inventory.Attr{
			inventory.AttrCategory, inventory.AttrCommune,
			inventory.AttrDepartment, inventory.AttrImport, inventory.AttrUpdated,
		}},
		id:         func(h *inventory.Holder) *inventory.ID { return &h.ID },
		provenance: func(h *inventory.Holder) *inventory.Provenance { return &h.Provenance },
	}
}
