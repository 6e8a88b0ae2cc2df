package api

import (
	"bytes"
	"context"
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"vigie/advisory/report"
	"vigie/inventory"
)

const assessmentsPath = "/api/v1/assessments"

// assessments serves coverage studies. They are made and read; none is changed.
type assessments struct {
	records resource[inventory.Assessment]
}

// AssessmentSummary is a study in a list: its figures without its geometry.
type AssessmentSummary struct {
	ID      inventory.ID `json:"id"`
	Name    string       `json:"name,omitempty" example:"Centre-ville 2026"`
	Commune string       `json:"commune,omitempty" example:"34172"`
	// PerimeterName is the name of the area or commune taken as perimeter.
	PerimeterName string `json:"perimeterName,omitempty" example:"Montpellier"`
	// GroundM2 is the surface of the ground to watch, m².
	GroundM2   float64                 `json:"groundM2" example:"48200000"`
	Levels     []inventory.LevelResult `json:"levels"`
	Cameras    int                     `json:"cameras" example:"141"`
	Provenance inventory.Provenance    `json:"provenance,omitzero"`
}

func (s *server) assessments() *assessments {
	return &assessments{records: resource[inventory.Assessment]{
		server: s,
		path:   assessmentsPath,
		shelf:  s.config.Store.Assessments(),
		filters: filters{placed: true, attrs: []inventory.Attr{
			inventory.AttrCommune, inventory.AttrDepartment, inventory.AttrUpdated,
		}},
		id:    func(a *inventory.Assessment) *inventory.ID { return &a.ID },
		owner: func(a *inventory.Assessment) *inventory.ID { return &a.Owner },
	}}
}

func (a *assessments) register(to routes) {
	to.server.jobs.works[inventory.JobAssessment] = a.making().work
	to.on(http.MethodPost, assessmentsPath, toWrite("assessments"), a.post)
	to.get(assessmentsPath, toRead("assessments"), a.list)
	to.get(assessmentsPath+"/:id", toRead("assessments"), a.get)
	to.on(http.MethodPost, assessmentsPath+"/:id/explain", toRead("assessments"), a.explain)
}

// post computes a study and stores it.
//
//	@Summary		Compute a coverage study
//	@Description	Exactly one of perimeter, area and commune says where. The same request on the same inventory gives the
//	@Description	same study: it is computed again, stored once, and answered with 200 instead of 201.
//	@Tags			assessments
//	@Accept			json
//	@Produce		json
//	@Param			request		body		inventory.AssessmentRequest	true	"What to study"
//	@Param			wait		query		integer	false	"Seconds to wait for the study; then its job goes on"	default(30)	minimum(0)	maximum(30)
//	@Success		201			{object}	inventory.Assessment
//	@Header			201,200		{string}	Location	"Address of the study"
//	@Header			201,200		{string}	ETag		"Strong tag of the study"
//	@Success		200			{object}	inventory.Assessment	"The study existed"
//	@Success		202			{object}	Job	"It is not made yet: Location is the job's"
//	@Header			202			{string}	Location	"Address of the job"
//	@Header			202			{integer}	Retry-After	"When to ask how far it is, seconds"
//	@Failure		400,413,415,503	{object}	Problem
//	@Failure		422			{object}	Problem	"The request is not valid, or names a place that the inventory does not know"
//	@Router			/api/v1/assessments [post]
func (a *assessments) post(c *gin.Context) error { return a.making().post(c) }

func (a *assessments) making() *making[inventory.AssessmentRequest, inventory.Assessment] {
	return &making[inventory.AssessmentRequest, inventory.Assessment]{
		kind: inventory.JobAssessment, records: &a.records, make: a.assess,
		provenance: func(made *inventory.Assessment) *inventory.Provenance { return &made.Provenance },
	}
}

func (a *assessments) assess(ctx context.Context, request inventory.AssessmentRequest, report onProgress) (inventory.Assessment, error) {
	study, err := a.records.server.telling(report).Assess(ctx, request)
	if errors.Is(err, inventory.ErrNotFound) {
		err = &refusal{kind: kindUnknownPlace, detail: "import it first, or give a perimeter", cause: err}
	}
	return study, err
}

// list gives one page of studies, without their geometry.
//
//	@Summary	List coverage studies
//	@Tags		assessments
//	@Produce	json
//	@Param		bbox			query		string	false	"minLon,minLat,maxLon,maxLat in degrees (WGS 84), borders included"	example(3.8,43.6,3.9,43.7)
//	@Param		commune			query		string	false	"INSEE codes asked for; a comma means any of"						example(34172)
//	@Param		department		query		string	false	"INSEE codes of départements"										example(34)
//	@Param		updatedFrom		query		string	false	"Computed at this moment (RFC 3339) or day, or later"				example(2026-01-01)
//	@Param		updatedBefore	query		string	false	"Computed before this moment or day"								example(2027-01-01)
//	@Param		limit			query		integer	false	"Most items of the page"											default(100)	minimum(1)	maximum(1000)
//	@Param		cursor			query		string	false	"next of the page before"
//	@Success	200				{object}	Page[AssessmentSummary]
//	@Header		200				{string}	Link	"The next page, rel=next (RFC 8288)"
//	@Failure	400,406,503			{object}	Problem
//	@Router		/api/v1/assessments [get]
func (a *assessments) list(c *gin.Context) error { return listAs(c, &a.records, summarise) }

func summarise(a inventory.Assessment) AssessmentSummary {
	return AssessmentSummary{
		ID: a.ID, Name: a.Request.Name, Commune: a.Request.Commune, PerimeterName: a.Result.PerimeterName,
		GroundM2: a.Result.GroundM2, Levels: a.Result.Levels, Cameras: len(a.Result.Cameras), Provenance: a.Provenance,
	}
}

// get gives one study, as JSON, as GeoJSON or as a map.
//
//	@Summary		Read a coverage study
//	@Description	As GeoJSON, layer=coverage gives one feature per level, per area and per camera, and layer=gaps one
//	@Description	feature per ranked gap. As SVG, a map with a legend in French.
//	@Tags			assessments
//	@Produce		json,application/geo+json,image/svg+xml
//	@Param			id				path		string	true	"Identifier of the study"
//	@Param			layer			query		string	false	"Layer of the GeoJSON form"	Enums(coverage, gaps)	default(coverage)
//	@Param			If-None-Match	header		string	false	"ETag already held (JSON form)"
//	@Success		200				{object}	inventory.Assessment
//	@Header			200				{string}	ETag	"Strong tag of the study (JSON form)"
//	@Success		304				"Not changed"
//	@Failure		400,404,406,503		{object}	Problem
//	@Router			/api/v1/assessments/{id} [get]
func (a *assessments) get(c *gin.Context) error {
	mediaType, err := negotiate(c, jsonType, geoJSONType, svgType)
	if err != nil {
		return err
	}
	layer, err := readLayer(c, mediaType)
	if err != nil {
		return err
	}
	study, err := a.records.shelf.Get(c.Request.Context(), a.records.target(c))
	if err != nil {
		return err
	}
	if mediaType == jsonType {
		return a.records.show(c, http.StatusOK, study)
	}
	return a.draw(c, mediaType, layer, study)
}

// PlaceRequest asks about one place.
type PlaceRequest struct {
	// At is the place, lon, lat.
	At *inventory.Point `json:"at"`
}

// explain tells why a place is seen or not.
//
//	@Summary		Explain a place of a coverage study
//	@Description	Tells what each camera near a place sees of it at each level, by day and by night, and all reasons why it
//	@Description	does not (range, axis, dead zone, density, obstacle, mask, light), in the inventory as it is now; unchanged
//	@Description	tells whether the study read the same.
//	@Tags			assessments
//	@Accept			json
//	@Produce		json
//	@Param			id		path		string			true	"Identifier of the study"
//	@Param			request	body		PlaceRequest	true	"The place, lon, lat in degrees (WGS 84)"
//	@Success		200		{object}	inventory.Explanation
//	@Failure		400,404,413,415,503	{object}	Problem
//	@Failure		422		{object}	Problem	"The place is none, or what the study asked for is no longer there"
//	@Router			/api/v1/assessments/{id}/explain [post]
func (a *assessments) explain(c *gin.Context) error {
	if err := noParams(c); err != nil {
		return err
	}
	var request PlaceRequest
	if err := a.records.server.decode(c, &request); err != nil {
		return err
	}
	if request.At == nil {
		fault := inventory.Fault{Field: "at", Reason: "is missing: a Point, lon, lat in degrees"}
		return &inventory.InvalidError{Kind: "place", Faults: []inventory.Fault{fault}}
	}
	study, err := a.records.shelf.Get(c.Request.Context(), a.records.target(c))
	if err != nil {
		return err
	}
	explanation, err := inTurn(c.Request.Context(), a.records.server, func(ctx context.Context) (inventory.Explanation, error) {
		return a.records.server.config.Advisor.Explain(ctx, study, *request.At)
	})
	if errors.Is(err, inventory.ErrNotFound) {
		err = &refusal{kind: kindUnknownPlace, detail: "what the study asked for is no longer in the inventory", cause: err}
	}
	if err != nil {
		return err
	}
	return ok(c, explanation)
}

const layerCoverage, layerGaps = "coverage", "gaps"

func readLayer(c *gin.Context, mediaType string) (string, error) {
	p := readParams(c)
	layer := p.word("layer", []string{layerCoverage, layerGaps})
	if layer != "" && mediaType != geoJSONType {
		p.fault("layer", "is read with Accept: %s only", geoJSONType)
	}
	return layer, p.done()
}

func (a *assessments) draw(c *gin.Context, mediaType, layer string, study inventory.Assessment) error {
	var out bytes.Buffer
	var err error
	switch {
	case mediaType == svgType:
		var under report.Backdrop
		if under, err = report.Buildings(c.Request.Context(), a.records.server.config.Store, study); err == nil {
			err = report.Map(&out, study, under)
		}
	case layer == layerGaps:
		err = report.GapsGeoJSON(&out, study)
	default:
		err = report.CoverageGeoJSON(&out, study)
	}
	if err != nil {
		return err
	}
	return give(c, mediaType, out.Bytes())
}
