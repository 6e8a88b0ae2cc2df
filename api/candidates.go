package api

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"vigie/inventory"
)

const (
	candidatesPath = "/api/v1/candidates"
	// candidateSetsPath is beside the candidates and not under them, where every name may be an identifier.
	candidateSetsPath = "/api/v1/candidate-sets"
)

// candidates serves candidates: where cameras could be put. The comments inside describe its routes, for swag.
func (s *server) candidates() *resource[inventory.Candidate] {
	// @Summary     List candidates
	// @Description In the order of their identifiers, a page at a time. A comma in a filter means any of; filters are all to hold.
	// @Description With Accept: application/geo+json, a FeatureCollection whose links name the next page.
	// @Tags        candidates
	// @Produce     json,application/geo+json
	// @Param       bbox query string false "minLon,minLat,maxLon,maxLat in degrees (WGS 84), borders included" example(3.8,43.6,3.9,43.7)
	// @Param       set query string false "Sets" example(street-lights)
	// @Param       form query string false "Forms: point, line, area" example(point,line)
	// @Param       commune query string false "INSEE codes of communes" example(34172)
	// @Param       department query string false "INSEE codes of départements" example(34)
	// @Param       import query string false "Identifiers of imports" example(0193a5d2-7c3f-7a51-9f0e-3f1c2b4d5e6f)
	// @Param       updatedFrom query string false "Changed at this moment (RFC 3339) or day, or later" example(2026-01-01)
	// @Param       updatedBefore query string false "Changed before this moment or day" example(2027-01-01)
	// @Param       limit query integer false "Most items of the page" default(100) minimum(1) maximum(1000)
	// @Param       cursor query string false "next of the page before"
	// @Success     200 {object} Page[inventory.Candidate]
	// @Header      200 {string} Link "The next page, rel=next (RFC 8288)"
	// @Failure     400,406,503 {object} Problem
	// @Router      /api/v1/candidates [get]

	// @Summary     Create a candidate
	// @Description An identifier is made when the body has none. provenance.updatedAt is set by the server.
	// @Tags        candidates
	// @Accept      json
	// @Produce     json
	// @Param       candidate body inventory.Candidate true "The candidate"
	// @Success     201 {object} inventory.Candidate
	// @Header      201 {string} Location "Address of the candidate"
	// @Header      201 {string} ETag "Strong tag of the candidate"
	// @Failure     400,413,415,422,503 {object} Problem
	// @Failure     409 {object} Problem "The identifier is taken"
	// @Router      /api/v1/candidates [post]

	// @Summary     Read a candidate
	// @Tags        candidates
	// @Produce     json
	// @Param       id path string true "Identifier of the candidate"
	// @Param       If-None-Match header string false "ETag already held"
	// @Success     200 {object} inventory.Candidate
	// @Header      200 {string} ETag "Strong tag of the candidate"
	// @Success     304 "Not changed"
	// @Failure     400,404,406,503 {object} Problem
	// @Router      /api/v1/candidates/{id} [get]

	// @Summary     Replace a candidate, or create it under this identifier
	// @Description Replacing needs If-Match with the ETag read last; creating needs If-None-Match: *.
	// @Tags        candidates
	// @Accept      json
	// @Produce     json
	// @Param       id path string true "Identifier of the candidate"
	// @Param       If-Match header string false "ETag of the state to replace"
	// @Param       If-None-Match header string false "* to create only"
	// @Param       candidate body inventory.Candidate true "The candidate"
	// @Success     200 {object} inventory.Candidate "Replaced"
	// @Success     201 {object} inventory.Candidate "Created"
	// @Header      200,201 {string} ETag "Strong tag of the candidate"
	// @Failure     400,404,413,415,422,503 {object} Problem
	// @Failure     412 {object} Problem "It changed since it was read, or it exists already"
	// @Failure     428 {object} Problem "Neither If-Match nor If-None-Match: * was sent"
	// @Router      /api/v1/candidates/{id} [put]

	// @Summary     Delete a candidate
	// @Tags        candidates
	// @Produce     json
	// @Param       id path string true "Identifier of the candidate"
	// @Param       If-Match header string true "ETag of the state to delete"
	// @Success     204 "Deleted"
	// @Failure     400,404,503 {object} Problem
	// @Failure     412 {object} Problem "It changed since it was read"
	// @Failure     428 {object} Problem "If-Match was not sent"
	// @Router      /api/v1/candidates/{id} [delete]

	return &resource[inventory.Candidate]{
		server: s,
		path:   candidatesPath,
		shelf:  s.config.Store.Candidates(),
		filters: filters{
			placed: true,
			attrs: []inventory.Attr{
				inventory.AttrCategory, inventory.AttrStatus, inventory.AttrCommune, inventory.AttrDepartment,
				inventory.AttrImport, inventory.AttrUpdated,
			},
			names: map[inventory.Attr]string{inventory.AttrCategory: "set", inventory.AttrStatus: "form"},
		},
		place:      "geometry",
		id:         func(c *inventory.Candidate) *inventory.ID { return &c.ID },
		provenance: func(c *inventory.Candidate) *inventory.Provenance { return &c.Provenance },
	}
}

// candidateRoutes serves what concerns candidates as sets.
func (s *server) candidateRoutes(r routes) {
	r.get(candidateSetsPath, toRead("candidates"), s.listCandidateSets)
	r.on(http.MethodDelete, candidatesPath, toWrite("candidates"), s.forgetCandidates)
}

// CandidateSets are all sets of candidates.
type CandidateSets struct {
	Items []inventory.CandidateSet `json:"items"`
}

// @Summary     List the sets of candidates
// @Description In the order of their names, with how many candidates of each form they have.
// @Tags        candidates
// @Produce     json
// @Success     200 {object} CandidateSets
// @Failure     400,406,503 {object} Problem
// @Router      /api/v1/candidate-sets [get]
func (s *server) listCandidateSets(c *gin.Context) error {
	if _, err := negotiate(c, jsonType); err != nil {
		return err
	}
	if err := noParams(c); err != nil {
		return err
	}
	sets, err := inventory.CandidateSets(c.Request.Context(), s.config.Store)
	if err != nil {
		return err
	}
	return ok(c, CandidateSets{Items: append([]inventory.CandidateSet{}, sets...)})
}

// Forgotten counts what was removed.
type Forgotten struct {
	Removed int  `json:"removed"`
	DryRun  bool `json:"dryRun"`
}

// @Summary     Remove the candidates of a set, or of an import
// @Description One of set and import is needed; with both, those of the import in the set. It may be repeated.
// @Tags        candidates
// @Produce     json
// @Param       set query string false "Set" example(street-lights)
// @Param       import query string false "Identifier of the import that brought them" example(0193a5d2-7c3f-7a51-9f0e-3f1c2b4d5e6f)
// @Param       dryRun query boolean false "Count, and remove nothing" default(false)
// @Success     200 {object} Forgotten
// @Failure     400,503 {object} Problem
// @Router      /api/v1/candidates [delete]
func (s *server) forgetCandidates(c *gin.Context) error {
	p := readParams(c)
	options := inventory.ForgetOptions{Set: p.id("set"), Import: p.id("import"), DryRun: p.dryRun()}
	if err := p.done(); err != nil {
		return err
	}
	removed, err := inventory.ForgetCandidates(c.Request.Context(), s.config.Store, options)
	if err != nil {
		return importError(err)
	}
	return ok(c, Forgotten{Removed: removed, DryRun: options.DryRun})
}
