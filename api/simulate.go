package api

import (
	"context"

	"github.com/gin-gonic/gin"

	"vigie/advisory"
)

// SimulatedChange is what a change of the book would do.
type SimulatedChange struct {
	advisory.Simulation
	// Changes are the verdicts that change, in the order of the deployments, of their subjects and of the rules; Cut tells
	// that there are more than the limit.
	Changes []advisory.Flip `json:"changes"`
	Cut     bool            `json:"cut,omitempty"`
}

// maxFlips is how many verdicts are told at most.
const maxFlips = 10_000

// simulate tells which verdicts another book would change.
//
//	@Summary		Which deployments flip?
//	@Description	Judges every deployment of the selection (all when it is empty) by the book and by the changed one, and tells
//	@Description	the verdicts that differ. The change is of limits, of files of a local book, of the day or of the level scale.
//	@Description	Nothing is stored. Facts that take the coverage engine are left unknown.
//	@Tags			audits
//	@Accept			json
//	@Produce		json
//	@Param			limit	query		integer						false	"Most verdicts told; the counts are of all"	default(1000)	minimum(1)	maximum(10000)
//	@Param			request	body		advisory.SimulationRequest	true	"Which deployments, and what to change"
//	@Success		200		{object}	SimulatedChange
//	@Failure		400,413,415,503	{object}	Problem
//	@Failure		422		{object}	Problem	"The request is not valid: every fault, those of files with line and column"
//	@Router			/api/v1/audits/simulate [post]
func (a *audits) simulate(c *gin.Context) error {
	p := readParams(c)
	limit := p.number("limit", maxLimit, maxFlips)
	if err := p.done(); err != nil {
		return err
	}
	var request advisory.SimulationRequest
	server := a.records.server
	if err := server.decode(c, &request); err != nil {
		return err
	}
	answer, err := inTurn(c.Request.Context(), server, func(ctx context.Context) (SimulatedChange, error) {
		told := SimulatedChange{Changes: []advisory.Flip{}}
		var err error
		told.Simulation, err = server.config.Advisor.WhatIf(ctx, request, func(flip advisory.Flip) error {
			if told.Cut = len(told.Changes) == limit; !told.Cut {
				told.Changes = append(told.Changes, flip)
			}
			return nil
		})
		return told, err
	})
	if err != nil {
		return err
	}
	return ok(c, answer)
}
