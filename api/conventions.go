package api

import (
	"github.com/gin-gonic/gin"

	"vigie/inventory"
)

const (
	conventionsPath     = "/api/v1/conventions"
	conventionKindsPath = "/api/v1/convention-kinds"
	sharedCountsPath    = "/api/v1/counts/shared-cameras"
)

// conventions serves sharing agreements. The comments inside describe its routes, for swag.
func (s *server) conventions() *resource[inventory.Convention] {
	// @Summary     List conventions
	// @Description Those that the caller's holder gave, and those that are with it. In the order of their identifiers, a page at a
	// @Description time. A comma in a filter means any of; filters are all to hold.
	// @Tags        conventions
	// @Produce     json
	// @Param       holder query string false "Identifiers of the holders who share" example(mairie)
	// @Param       with query string false "Whom they are with, as holder:ID, account:ID or department:CODE" example(holder:metropole)
	// @Param       kind query string false "Kinds of convention" example(coordination_agreement)
	// @Param       status query string false "signed, withdrawn" example(signed)
	// @Param       updatedFrom query string false "Changed at this moment (RFC 3339) or day, or later" example(2026-01-01)
	// @Param       updatedBefore query string false "Changed before this moment or day" example(2027-01-01)
	// @Param       limit query integer false "Most items of the page" default(100) minimum(1) maximum(1000)
	// @Param       cursor query string false "next of the page before"
	// @Success     200 {object} Page[inventory.Convention]
	// @Header      200 {string} Link "The next page, rel=next (RFC 8288)"
	// @Failure     400,401,403,406,503 {object} Problem
	// @Router      /api/v1/conventions [get]

	// @Summary     Create a convention
	// @Description By the holder who shares. It must be signed as its kind asks, see convention-kinds, and by its first day. An
	// @Description identifier is made when the body has none. provenance.updatedAt is set by the server.
	// @Tags        conventions
	// @Accept      json
	// @Produce     json
	// @Param       convention body inventory.Convention true "The convention"
	// @Success     201 {object} inventory.Convention
	// @Header      201 {string} Location "Address of the convention"
	// @Header      201 {string} ETag "Strong tag of the convention"
	// @Failure     400,401,403,413,415,422,503 {object} Problem
	// @Failure     409 {object} Problem "The identifier is taken"
	// @Router      /api/v1/conventions [post]

	// @Summary     Read a convention
	// @Tags        conventions
	// @Produce     json
	// @Param       id path string true "Identifier of the convention"
	// @Param       If-None-Match header string false "ETag already held"
	// @Success     200 {object} inventory.Convention
	// @Header      200 {string} ETag "Strong tag of the convention"
	// @Success     304 "Not changed"
	// @Failure     400,401,403,404,406,503 {object} Problem
	// @Router      /api/v1/conventions/{id} [get]

	// @Summary     Replace a convention, or create it under this identifier
	// @Description Replacing needs If-Match with the ETag read last; creating needs If-None-Match: *. One that has withdrawnAt gives
	// @Description nothing any more, from the moment of the answer.
	// @Tags        conventions
	// @Accept      json
	// @Produce     json
	// @Param       id path string true "Identifier of the convention"
	// @Param       If-Match header string false "ETag of the state to replace"
	// @Param       If-None-Match header string false "* to create only"
	// @Param       convention body inventory.Convention true "The convention"
	// @Success     200 {object} inventory.Convention "Replaced"
	// @Success     201 {object} inventory.Convention "Created"
	// @Header      200,201 {string} ETag "Strong tag of the convention"
	// @Failure     400,401,403,404,413,415,422,503 {object} Problem
	// @Failure     412 {object} Problem "It changed since it was read, or it exists already"
	// @Failure     428 {object} Problem "Neither If-Match nor If-None-Match: * was sent"
	// @Router      /api/v1/conventions/{id} [put]

	// @Summary     Delete a convention
	// @Description What it gave is gone at once. To keep a trace, withdraw it instead.
	// @Tags        conventions
	// @Produce     json
	// @Param       id path string true "Identifier of the convention"
	// @Param       If-Match header string true "ETag of the state to delete"
	// @Success     204 "Deleted"
	// @Failure     400,401,403,404,503 {object} Problem
	// @Failure     412 {object} Problem "It changed since it was read"
	// @Failure     428 {object} Problem "If-Match was not sent"
	// @Router      /api/v1/conventions/{id} [delete]

	return &resource[inventory.Convention]{
		server: s,
		path:   conventionsPath,
		shelf:  s.config.Store.Conventions(),
		filters: filters{
			attrs: []inventory.Attr{
				inventory.AttrHolder, inventory.AttrDeployment, inventory.AttrCategory, inventory.AttrStatus, inventory.AttrUpdated,
			},
			names: map[inventory.Attr]string{inventory.AttrDeployment: "with", inventory.AttrCategory: "kind"},
		},
		id:         func(c *inventory.Convention) *inventory.ID { return &c.ID },
		provenance: func(c *inventory.Convention) *inventory.Provenance { return &c.Provenance },
	}
}

func (s *server) sharingRoutes(to routes) {
	to.get(conventionKindsPath, toRead("conventions"), s.listConventionKinds)
	to.get(sharedCountsPath, toRead("cameras"), s.countShared)
}

// ConventionKinds are all kinds of convention.
type ConventionKinds struct {
	Items []inventory.ConventionModel `json:"items"`
}

// listConventionKinds gives the kinds of convention with their texts.
//
//	@Summary		List the kinds of convention
//	@Description	With the articles that each rests on, whether the text itself was read, and who must have signed.
//	@Tags			conventions
//	@Produce		json
//	@Success		200	{object}	ConventionKinds
//	@Failure		400,401,403,406	{object}	Problem
//	@Router			/api/v1/convention-kinds [get]
func (s *server) listConventionKinds(c *gin.Context) error {
	if _, err := negotiate(c, jsonType); err != nil {
		return err
	}
	if err := noParams(c); err != nil {
		return err
	}
	return ok(c, ConventionKinds{Items: inventory.ConventionModels()})
}

// SharedCounts are what others tell of their cameras without showing them.
type SharedCounts struct {
	Items []inventory.SharedCount `json:"items"`
}

// countShared tells how many cameras others have that are not shown.
//
//	@Summary		Count the cameras that others share without showing them
//	@Description	By holder and commune, by the conventions and the mandates of the caller, rounded down to a multiple of five;
//	@Description	fewer than five are not told. Cameras that the caller sees are not counted here. There is nothing to filter by.
//	@Tags			conventions
//	@Produce		json
//	@Success		200	{object}	SharedCounts
//	@Failure		400,401,403,406,428,503	{object}	Problem
//	@Router			/api/v1/counts/shared-cameras [get]
func (s *server) countShared(c *gin.Context) error {
	if _, err := negotiate(c, jsonType); err != nil {
		return err
	}
	if err := noParams(c); err != nil {
		return err
	}
	counts, err := inventory.SharedCounts(c.Request.Context(), s.config.Store)
	if err != nil {
		return err
	}
	return ok(c, SharedCounts{Items: counts})
}
