package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/gin-gonic/gin"

	"vigie/advisory"
	"vigie/inventory"
)

const (
	auditsPath   = "/api/v1/audits"
	simulatePath = auditsPath + "/simulate"
)

// audits serves audits and the answers to their findings. Audits are made and read, answers are added; none is changed.
type audits struct {
	records resource[inventory.Audit]
	answers inventory.Shelf[inventory.FindingAnswer]
}

// AuditSummary is an audit in a list: its figures without its findings.
type AuditSummary struct {
	ID   inventory.ID   `json:"id"`
	Name string         `json:"name,omitempty" example:"Contrôle 2026"`
	At   inventory.Date `json:"at" example:"2026-11-21"`
	// Subject is what was audited.
	Subject inventory.AuditSubject `json:"subject"`
	// Subjects is how many records and heads were judged.
	Subjects int `json:"subjects" example:"141"`
	// Book is the edition of the rulebook, BookHash its SHA-256.
	Book     string `json:"book" example:"2026-11"`
	BookHash string `json:"bookHash"`
	// ScorePct and UnknownPct are of the score, percent.
	ScorePct   float64                   `json:"scorePct" example:"61.25"`
	UnknownPct float64                   `json:"unknownPct" example:"30.5"`
	Counts     []inventory.SeverityCount `json:"counts"`
	Provenance inventory.Provenance      `json:"provenance,omitzero"`
}

func (s *server) audits() *audits {
	return &audits{answers: s.config.Store.Answers(), records: resource[inventory.Audit]{
		server: s,
		path:   auditsPath,
		shelf:  s.config.Store.Audits(),
		filters: filters{attrs: []inventory.Attr{
			inventory.AttrCategory, inventory.AttrHolder, inventory.AttrDeployment, inventory.AttrCommune,
			inventory.AttrDepartment, inventory.AttrUpdated,
		}},
		id:    func(a *inventory.Audit) *inventory.ID { return &a.ID },
		owner: func(a *inventory.Audit) *inventory.ID { return &a.Owner },
	}}
}

func (a *audits) register(to routes) {
	to.server.jobs.works[inventory.JobAudit] = a.making().work
	to.on(http.MethodPost, auditsPath, toWrite("audits"), a.post)
	to.get(auditsPath, toRead("audits"), a.list)
	to.on(http.MethodPost, simulatePath, toWrite("audits"), a.simulate)
	to.get(auditsPath+"/:id", toRead("audits"), a.get)
	to.get(auditsPath+"/:id/findings", toRead("audits"), a.findings)
	to.get(auditsPath+"/:id/comparison", toRead("audits"), a.comparison)
	to.on(http.MethodPost, auditsPath+"/:id/answers", toWrite("answers"), a.answer)
}

// post makes an audit and stores it.
//
//	@Summary		Audit a deployment, a holder, an area or a commune
//	@Description	Exactly one of deployment, holder, area and commune says what, at the day whose rules count. The same
//	@Description	request on the same inventory and rulebook gives the same audit: it is stored once, and answered with 200
//	@Description	instead of 201 when it was there.
//	@Tags			audits
//	@Accept			json
//	@Produce		json
//	@Param			request		body		inventory.AuditRequest	true	"What to audit"
//	@Param			wait		query		integer	false	"Seconds to wait for the audit; then its job goes on"	default(30)	minimum(0)	maximum(30)
//	@Success		201			{object}	inventory.Audit
//	@Header			201,200		{string}	Location	"Address of the audit"
//	@Header			201,200		{string}	ETag		"Strong tag of the audit"
//	@Success		200			{object}	inventory.Audit	"The audit existed"
//	@Success		202			{object}	Job	"It is not made yet: Location is the job's"
//	@Header			202			{string}	Location	"Address of the job"
//	@Header			202			{integer}	Retry-After	"When to ask how far it is, seconds"
//	@Failure		400,413,415,503	{object}	Problem
//	@Failure		422			{object}	Problem	"The request is not valid, or names what the inventory does not know"
//	@Router			/api/v1/audits [post]
func (a *audits) post(c *gin.Context) error { return a.making().post(c) }

func (a *audits) making() *making[inventory.AuditRequest, inventory.Audit] {
	return &making[inventory.AuditRequest, inventory.Audit]{
		kind: inventory.JobAudit, records: &a.records, make: a.audit,
		provenance: func(made *inventory.Audit) *inventory.Provenance { return &made.Provenance },
	}
}

func (a *audits) audit(ctx context.Context, request inventory.AuditRequest, report onProgress) (inventory.Audit, error) {
	audit, err := a.records.server.telling(report).Audit(ctx, request)
	if errors.Is(err, inventory.ErrNotFound) {
		err = &refusal{kind: kindUnknownSubject, detail: "create or import it first", cause: err}
	}
	return audit, err
}

// list gives one page of audits, without their findings.
//
//	@Summary	List audits
//	@Tags		audits
//	@Produce	json
//	@Param		category		query		string	false	"What was audited: holder, deployment or area; a comma means any of"	example(deployment)
//	@Param		holder			query		string	false	"Identifiers of holders"											example(mairie)
//	@Param		deployment		query		string	false	"Identifiers of deployments"										example(voie-publique)
//	@Param		commune			query		string	false	"INSEE codes of communes"											example(34172)
//	@Param		department		query		string	false	"INSEE codes of départements"										example(34)
//	@Param		updatedFrom		query		string	false	"Made at this moment (RFC 3339) or day, or later"					example(2026-01-01)
//	@Param		updatedBefore	query		string	false	"Made before this moment or day"									example(2027-01-01)
//	@Param		limit			query		integer	false	"Most items of the page"											default(100)	minimum(1)	maximum(1000)
//	@Param		cursor			query		string	false	"next of the page before"
//	@Success	200				{object}	Page[AuditSummary]
//	@Header		200				{string}	Link	"The next page, rel=next (RFC 8288)"
//	@Failure	400,406,503		{object}	Problem
//	@Router		/api/v1/audits [get]
func (a *audits) list(c *gin.Context) error { return listAs(c, &a.records, summariseAudit) }

func summariseAudit(a inventory.Audit) AuditSummary {
	return AuditSummary{
		ID: a.ID, Name: a.Request.Name, At: a.Request.At, Subject: a.Result.Subject, Subjects: len(a.Result.Subjects),
		Book: a.Result.Book, BookHash: a.Result.BookHash, ScorePct: a.Result.Score.ScorePct,
		UnknownPct: a.Result.Score.UnknownPct, Counts: a.Result.Score.Counts, Provenance: a.Provenance,
	}
}

// get gives one audit.
//
//	@Summary	Read an audit
//	@Tags		audits
//	@Produce	json
//	@Param		id				path		string	true	"Identifier of the audit"
//	@Param		If-None-Match	header		string	false	"ETag already held"
//	@Success	200				{object}	inventory.Audit
//	@Header		200				{string}	ETag	"Strong tag of the audit"
//	@Success	304				"Not changed"
//	@Failure	400,404,406,503	{object}	Problem
//	@Router		/api/v1/audits/{id} [get]
func (a *audits) get(c *gin.Context) error { return a.records.get(c) }

// stored reads the audit of the address.
func (a *audits) stored(c *gin.Context) (inventory.Audit, error) {
	return a.records.shelf.Get(c.Request.Context(), a.records.target(c))
}

// comparison tells what changed since another audit.
//
//	@Summary		Compare two audits
//	@Description	Tells which findings changed from the audit with to this one, and why: a fact, a text of the rule, a limit
//	@Description	of the book, the day, the level scale. Both are read as they are stored.
//	@Tags			audits
//	@Produce		json
//	@Param			id		path		string	true	"Identifier of the later audit"
//	@Param			with	query		string	true	"Identifier of the earlier audit"
//	@Success		200		{object}	inventory.AuditComparison
//	@Failure		400,404,406,503	{object}	Problem
//	@Failure		422		{object}	Problem	"There is no audit to compare with"
//	@Router			/api/v1/audits/{id}/comparison [get]
func (a *audits) comparison(c *gin.Context) error {
	if _, err := negotiate(c, jsonType); err != nil {
		return err
	}
	p := readParams(c)
	with := inventory.ID(p.required("with"))
	if err := p.done(); err != nil {
		return err
	}
	after, err := a.stored(c)
	if err != nil {
		return err
	}
	before, err := a.records.shelf.Get(c.Request.Context(), with)
	if errors.Is(err, inventory.ErrNotFound) {
		return &refusal{kind: kindUnknownSubject, detail: fmt.Sprintf("there is no audit %q to compare with", with), cause: err}
	}
	if err != nil {
		return err
	}
	return ok(c, advisory.CompareAudits(before, after))
}
