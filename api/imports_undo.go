package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/gin-gonic/gin"

	"vigie/inventory"
)

// undoOrder is what was asked for of an undoing, as its job keeps it. It names the report as well.
type undoOrder struct {
	Import inventory.ID `json:"import"`
	DryRun bool         `json:"dryRun,omitempty"`
}

// path is the address of what it did.
func (o undoOrder) path() string {
	path := importPath(o.Import) + "/undo"
	if o.DryRun {
		path += "?dryRun=true"
	}
	return path
}

func undoAsked(c *gin.Context, p *params) undoOrder {
	return undoOrder{Import: inventory.ID(c.Param("id")), DryRun: p.dryRun()}
}

// postUndo takes an import back.
//
//	@Summary		Undo an import
//	@Description	What it added is removed, and what it changed or retired is as it was, its date included. A record that somebody
//	@Description	changed or removed since is a conflict: it is told and left as it is. It may be repeated, and then continues what
//	@Description	was interrupted. An import can be undone for thirty days, once it has ended. What takes longer than the client
//	@Description	waits goes on as a job; cancelled, it leaves what is undone undone, and tells how much that is.
//	@Tags			imports
//	@Produce		json
//	@Param			id		path		string	true	"Identifier of the import"
//	@Param			dryRun	query		boolean	false	"Look what would be done, and change nothing"	default(false)
//	@Param			wait	query		integer	false	"Seconds to wait for its end"					default(30)	minimum(0)	maximum(30)
//	@Success		200		{object}	inventory.UndoReport
//	@Success		202		{object}	Job		"It goes on"
//	@Header			202		{string}	Location	"Address of the job, whose result is the address of the report"
//	@Header			202		{integer}	Retry-After	"When to ask again, seconds"
//	@Failure		400,401,403,404,429,503	{object}	Problem
//	@Failure		412		{object}	Problem	"It has not ended: cancel it first"
//	@Router			/api/v1/imports/{id}/undo [post]
func (s *server) postUndo(c *gin.Context) error {
	p := readParams(c)
	order, wait := undoAsked(c, p), p.wait(mostWait)
	if err := p.done(); err != nil {
		return err
	}
	told, err := s.bulkImport(c, order.Import)
	switch {
	case err != nil:
		return err
	case told.goesOn():
		return refuse(kindStale, "the import has not ended: cancel it first, or wait")
	case told.Rows == "":
		return fmt.Errorf("import %q: %w", order.Import, inventory.ErrNotFound) // it came to nothing
	}
	job, err := s.jobs.draft(c, inventory.JobUndo, order)
	if err != nil {
		return err
	}
	var report inventory.UndoReport
	answered, err := s.jobs.answer(c, job, wait, func(ctx context.Context, _ inventory.Job, tell onProgress) (path string, err error) {
		report, err = s.undo(ctx, order, tell)
		return order.path(), err
	})
	if answered || err != nil {
		return err
	}
	return ok(c, report)
}

// runUndo does what a job asks for. Begun again, it continues what an earlier try has done.
func (s *server) runUndo(ctx context.Context, job inventory.Job, tell onProgress) (result string, err error) {
	var order undoOrder
	if err := json.Unmarshal(job.Request, &order); err != nil {
		return "", fmt.Errorf("read the request of a job: %w", err)
	}
	_, err = s.undo(ctx, order, tell)
	return order.path(), err
}

func (s *server) undo(ctx context.Context, order undoOrder, tell onProgress) (inventory.UndoReport, error) {
	return inventory.UndoImport(ctx, s.config.Store, s.config.Store.Blobs(), inventory.UndoOptions{
		Import: order.Import, DryRun: order.DryRun,
		Rows: func(done, all int) { tell(inventory.JobProgress{Step: "undo", Done: done, Total: all}) },
	})
}

// getUndo tells what undoing an import did.
//
//	@Summary		Read what undoing an import did
//	@Description	The report of the last undoing that is over; with dryRun, of the last look at what it would do. Without ended it was
//	@Description	cancelled, or failed. One that was begun again, as after a restart of the server, counts what it did before as undone.
//	@Tags			imports
//	@Produce		json
//	@Param			id		path		string	true	"Identifier of the import"
//	@Param			dryRun	query		boolean	false	"That of the last look"	default(false)
//	@Success		200		{object}	inventory.UndoReport
//	@Failure		400,401,406,429,503	{object}	Problem
//	@Failure		404		{object}	Problem	"No such import, or it was not undone"
//	@Router			/api/v1/imports/{id}/undo [get]
func (s *server) getUndo(c *gin.Context) error {
	if _, err := negotiate(c, jsonType); err != nil {
		return err
	}
	p := readParams(c)
	order := undoAsked(c, p)
	if err := p.done(); err != nil {
		return err
	}
	if _, err := s.keptImport(c, order.Import); err != nil {
		return err
	}
	report, err := inventory.ReadUndo(c.Request.Context(), s.config.Store.Blobs(), order.Import, order.DryRun)
	if err != nil {
		return err
	}
	return reply(c, http.StatusOK, jsonType, report)
}
