package api

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"vigie/advisory/report"
	"vigie/inventory"
)

const recommendationsPath = "/api/v1/recommendations"

// recommendations serves plans of equipment. They are made and read; none is changed.
type recommendations struct {
	records resource[inventory.Recommendation]
}

// RecommendationSummary is a plan in a list: its figures without its geometry and its texts.
type RecommendationSummary struct {
	ID            inventory.ID          `json:"id"`
	Name          string                `json:"name,omitempty" example:"Centre-ville 2027"`
	PerimeterName string                `json:"perimeterName,omitempty" example:"Montpellier"`
	At            inventory.Date        `json:"at" example:"2026-11-22"`
	Levels        []inventory.LevelGain `json:"levels"`
	// Cameras is how many are proposed, TotalEUR what the plan costs without tax, euros.
	Cameras    int                   `json:"cameras" example:"20"`
	TotalEUR   inventory.Range       `json:"totalEur"`
	Proofs     []inventory.PlanProof `json:"proofs"`
	Provenance inventory.Provenance  `json:"provenance,omitzero"`
}

func (s *server) recommendations() *recommendations {
	return &recommendations{records: resource[inventory.Recommendation]{
		server: s,
		path:   recommendationsPath,
		shelf:  s.config.Store.Recommendations(),
		filters: filters{placed: true, attrs: []inventory.Attr{
			inventory.AttrHolder, inventory.AttrCommune, inventory.AttrDepartment, inventory.AttrUpdated,
		}},
		id:    func(r *inventory.Recommendation) *inventory.ID { return &r.ID },
		owner: func(r *inventory.Recommendation) *inventory.ID { return &r.Owner },
	}}
}

func (r *recommendations) register(to routes) {
	to.server.jobs.works[inventory.JobRecommendation] = r.making().work
	to.on(http.MethodPost, recommendationsPath, toWrite("recommendations"), r.post)
	to.get(recommendationsPath, toRead("recommendations"), r.list)
	to.get(recommendationsPath+"/:id", toRead("recommendations"), r.get)
	to.get(recommendationsPath+"/:id/specification", toRead("recommendations"), r.written(markdownType, report.PlanSpecification))
	to.get(recommendationsPath+"/:id/plan", toRead("recommendations"), r.written(geoJSONType, report.PlanGeoJSON))
	to.get(recommendationsPath+"/:id/bill", toRead("recommendations"), r.written(csvType, report.BillCSV))
}

// post computes a plan and stores it.
//
//	@Summary		Recommend equipment and its places
//	@Description	Exactly one of study and assessment says where. First what can be had without a new camera, then the best places
//	@Description	among candidates, each with optics, profile, masks, bill and specification; a bound proves how good the plan is.
//	@Description	The same request on the same inventory gives the same plan: it is computed again, stored once, and answered
//	@Description	with 200 instead of 201.
//	@Tags			recommendations
//	@Accept			json
//	@Produce		json
//	@Param			request		body		inventory.RecommendationRequest	true	"What is needed, and where"
//	@Param			wait		query		integer	false	"Seconds to wait for the plan; then its job goes on"	default(30)	minimum(0)	maximum(30)
//	@Success		201			{object}	inventory.Recommendation
//	@Header			201,200		{string}	Location	"Address of the plan"
//	@Header			201,200		{string}	ETag		"Strong tag of the plan"
//	@Success		200			{object}	inventory.Recommendation	"The plan existed"
//	@Success		202			{object}	Job	"It is not made yet: Location is the job's"
//	@Header			202			{string}	Location	"Address of the job"
//	@Header			202			{integer}	Retry-After	"When to ask how far it is, seconds"
//	@Failure		400,413,415,503	{object}	Problem
//	@Failure		422			{object}	Problem	"The request is not valid, names what the inventory does not know, or cannot be met: the problem names the constraint that binds"
//	@Router			/api/v1/recommendations [post]
func (r *recommendations) post(c *gin.Context) error { return r.making().post(c) }

func (r *recommendations) making() *making[inventory.RecommendationRequest, inventory.Recommendation] {
	return &making[inventory.RecommendationRequest, inventory.Recommendation]{
		kind: inventory.JobRecommendation, records: &r.records, make: r.recommend,
		provenance: func(made *inventory.Recommendation) *inventory.Provenance { return &made.Provenance },
	}
}

func (r *recommendations) recommend(
	ctx context.Context, request inventory.RecommendationRequest, report onProgress,
) (inventory.Recommendation, error) {
	plan, err := r.records.server.telling(report).Recommend(ctx, request)
	if errors.Is(err, inventory.ErrNotFound) {
		err = &refusal{kind: kindUnknownPlace, detail: "import it first: " + err.Error(), cause: err}
	}
	return plan, err
}

// list gives one page of plans.
//
//	@Summary	List recommendations
//	@Tags		recommendations
//	@Produce	json
//	@Param		bbox			query		string	false	"minLon,minLat,maxLon,maxLat in degrees (WGS 84), borders included"	example(3.8,43.6,3.9,43.7)
//	@Param		holder			query		string	false	"Identifiers of holders"											example(mairie)
//	@Param		commune			query		string	false	"INSEE codes asked for; a comma means any of"						example(34172)
//	@Param		department		query		string	false	"INSEE codes of départements"										example(34)
//	@Param		updatedFrom		query		string	false	"Computed at this moment (RFC 3339) or day, or later"				example(2026-01-01)
//	@Param		updatedBefore	query		string	false	"Computed before this moment or day"								example(2027-01-01)
//	@Param		limit			query		integer	false	"Most items of the page"											default(100)	minimum(1)	maximum(1000)
//	@Param		cursor			query		string	false	"next of the page before"
//	@Success	200				{object}	Page[RecommendationSummary]
//	@Header		200				{string}	Link	"The next page, rel=next (RFC 8288)"
//	@Failure	400,406,503			{object}	Problem
//	@Router		/api/v1/recommendations [get]
func (r *recommendations) list(c *gin.Context) error {
	return listAs(c, &r.records, summarisePlan)
}

func summarisePlan(made inventory.Recommendation) RecommendationSummary {
	return RecommendationSummary{
		ID: made.ID, Name: made.Request.Name, PerimeterName: made.Result.PerimeterName, At: made.Request.At,
		Levels: made.Result.Levels, Cameras: len(made.Result.Cameras), TotalEUR: made.Result.Bill.TotalEUR,
		Proofs: made.Result.Proofs, Provenance: made.Provenance,
	}
}

// get gives one plan, as JSON or as a map.
//
//	@Summary		Read a recommendation
//	@Description	As SVG, a map with a legend in French: what is seen before and after, the existing cameras, the proposed ones.
//	@Tags			recommendations
//	@Produce		json,image/svg+xml
//	@Param			id				path		string	true	"Identifier of the plan"
//	@Param			If-None-Match	header		string	false	"ETag already held (JSON form)"
//	@Success		200				{object}	inventory.Recommendation
//	@Header			200				{string}	ETag	"Strong tag of the plan (JSON form)"
//	@Success		304				"Not changed"
//	@Failure		400,404,406,503		{object}	Problem
//	@Router			/api/v1/recommendations/{id} [get]
func (r *recommendations) get(c *gin.Context) error {
	mediaType, err := negotiate(c, jsonType, svgType)
	if err != nil {
		return err
	}
	if err := noParams(c); err != nil {
		return err
	}
	plan, err := r.records.shelf.Get(c.Request.Context(), r.records.target(c))
	if err != nil {
		return err
	}
	if mediaType == jsonType {
		return r.records.show(c, http.StatusOK, plan)
	}
	under, err := report.Buildings(c.Request.Context(), r.records.server.config.Store, plan)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := report.PlanMap(&out, plan, under); err != nil {
		return err
	}
	return give(c, svgType, out.Bytes())
}

// written answers with what a report writes of a plan.
//
//	@Summary		Read the technical specification of a recommendation
//	@Description	The text of a call for tenders, without brands, as Markdown: in French, then in English.
//	@Tags			recommendations
//	@Produce		text/markdown
//	@Param			id	path		string	true	"Identifier of the plan"
//	@Success		200	{string}	string
//	@Failure		400,404,406,503	{object}	Problem
//	@Router			/api/v1/recommendations/{id}/specification [get]
func (r *recommendations) written(mediaType string, write func(io.Writer, inventory.Recommendation) error) handler {
	// @Summary     Read the plan of a recommendation as GeoJSON
	// @Description The proposed cameras as points with their bearings, their fields as sectors, the existing cameras, the areas
	// @Description with their verdicts, and the ground seen before and after.
	// @Tags        recommendations
	// @Produce     application/geo+json
	// @Param       id path string true "Identifier of the plan"
	// @Success     200 {object} FeatureCollection
	// @Failure     400,404,406,503 {object} Problem
	// @Router      /api/v1/recommendations/{id}/plan [get]

	// @Summary     Read the bill of quantities of a recommendation
	// @Description CSV with semicolons and decimal commas: one line an article, then the subtotals. Euros without tax.
	// @Tags        recommendations
	// @Produce     text/csv
	// @Param       id path string true "Identifier of the plan"
	// @Success     200 {string} string
	// @Failure     400,404,406,503 {object} Problem
	// @Router      /api/v1/recommendations/{id}/bill [get]
	return func(c *gin.Context) error {
		if _, err := negotiate(c, mediaType); err != nil {
			return err
		}
		if err := noParams(c); err != nil {
			return err
		}
		plan, err := r.records.shelf.Get(c.Request.Context(), r.records.target(c))
		if err != nil {
			return err
		}
		if mediaType == markdownType {
			tellBoth(c)
		}
		var out bytes.Buffer
		if err := write(&out, plan); err != nil {
			return err
		}
		return give(c, mediaType+charsetOf(mediaType), out.Bytes())
	}
}

// charsetOf is what follows the media type of a text: JSON is UTF-8 without a word (RFC 8259, section 8.1).
func charsetOf(mediaType string) string {
	if strings.HasPrefix(mediaType, "text/") {
		return "; charset=utf-8"
	}
	return ""
}
