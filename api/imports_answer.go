package api

import (
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"vigie/inventory"
)

// BulkImport is an import that was asked for: how far it is, and what it did.
type BulkImport struct {
	ID inventory.ID `json:"id" example:"0193a5d2-7c3f-7a51-9f0e-3f1c2b4d5e6f"`
	// State is that of its job; "ended" of an import whose job is forgotten, or that another way brought.
	State string `json:"state" enums:"queued,running,succeeded,failed,cancelled,ended" example:"running"`
	// Job is the address of its job, for a week.
	Job string `json:"job,omitempty" example:"/api/v1/jobs/0193a5d2-7c3f-7a51-9f0e-3f1c2b4d5e6f"`
	// Progress is there while it runs.
	Progress *ImportProgress `json:"progress,omitempty"`
	// Report counts what it did, as far as it came; it is there when the import has ended, also when it was cancelled. Of the
	// faults of rows it has a hundred; Rows has all.
	Report *inventory.ImportReport `json:"report,omitempty"`
	// Rows is the address of what became of each row.
	Rows string `json:"rows,omitempty" example:"/api/v1/imports/0193a5d2-7c3f-7a51-9f0e-3f1c2b4d5e6f/rows"`
	// Problem says why it failed.
	Problem *Problem `json:"problem,omitempty"`
	// ExpiresAt is until when the report is kept and the import can be undone.
	ExpiresAt *inventory.Instant `json:"expiresAt,omitempty"`
}

// mostRefusedTold is how many faults of rows a report has that is read with its import.
const mostRefusedTold = 100

// ImportProgress is how far an import is.
type ImportProgress struct {
	// Bytes of TotalBytes are done: the file is read twice, and each time counts for half.
	Bytes      int `json:"bytes" example:"524288"`
	TotalBytes int `json:"totalBytes" example:"1048576"`
	// Rows were read to be stored; the last few thousand of them are on their way.
	Rows int `json:"rows" example:"4000"`
}

// importProgress tells how far an import is. Its parts are told by one goroutine each.
type importProgress struct {
	total int
	tell  onProgress
	now   chan ImportProgress // holds one
}

func newImportProgress(total int64, tell onProgress) *importProgress {
	p := &importProgress{total: int(total), tell: tell, now: make(chan ImportProgress, 1)}
	p.now <- ImportProgress{}
	return p
}

func (p *importProgress) bytes(n int64) {
	now := <-p.now
	now.Bytes = int(n)
	p.told(now)
}

func (p *importProgress) rows(n int) {
	now := <-p.now
	now.Rows = n
	p.told(now)
}

func (p *importProgress) told(now ImportProgress) {
	p.tell(inventory.JobProgress{Done: now.Bytes, Total: p.total, Step: fmt.Sprintf("%d rows", now.Rows)})
	p.now <- now
}

func readProgress(told inventory.JobProgress) *ImportProgress {
	now := ImportProgress{Bytes: told.Done, TotalBytes: told.Total}
	if _, err := fmt.Sscanf(told.Step, "%d rows", &now.Rows); err != nil {
		now.Rows = 0 // it has not begun to tell
	}
	return &now
}

// keptImport is what is kept of an import of the caller's; ErrNotFound also of one that is somebody else's.
func (s *server) keptImport(c *gin.Context, id inventory.ID) (inventory.KeptImport, error) {
	ctx := c.Request.Context()
	kept, err := inventory.ReadImport(ctx, s.config.Store.Blobs(), id)
	if err != nil {
		return kept, err
	}
	caller, _ := inventory.CallerOf(ctx)
	if caller.Role != inventory.RoleAdmin && (kept.Owner == "" || kept.Owner != caller.For()) {
		return kept, fmt.Errorf("import %q: %w", id, inventory.ErrNotFound)
	}
	return kept, nil
}

// bulkImport tells of one import, from its job and from what is kept of it: either may be gone, or not be there yet.
func (s *server) bulkImport(c *gin.Context, id inventory.ID) (BulkImport, error) {
	job, err := s.config.Store.Jobs().Get(c.Request.Context(), id)
	hasJob := err == nil && job.Kind == inventory.JobImport
	if err != nil && !errors.Is(err, inventory.ErrNotFound) && !errors.Is(err, inventory.ErrForbidden) {
		return BulkImport{}, err
	}
	kept, err := s.keptImport(c, id)
	switch {
	case errors.Is(err, inventory.ErrNotFound) && !hasJob:
		return BulkImport{}, err
	case err != nil && !errors.Is(err, inventory.ErrNotFound):
		return BulkImport{}, err
	}
	path := importPath(id)
	told := BulkImport{ID: id, State: "ended"}
	if err == nil {
		told.Rows, told.ExpiresAt = path+"/rows", &kept.ExpiresAt
	}
	if kept.Ended {
		told.Report = &kept.Report
		told.Report.Rejected = told.Report.Rejected[:min(len(told.Report.Rejected), mostRefusedTold)]
	}
	if hasJob {
		told.ofJob(job)
	}
	return told, nil
}

func (b *BulkImport) ofJob(job inventory.Job) {
	b.State, b.Job, b.Problem = string(job.State), jobPath(job.ID), readProblem(job.Problem)
	switch job.State {
	case inventory.JobRunning:
		b.Progress = readProgress(job.Progress)
	case inventory.JobSucceeded, inventory.JobFailed, inventory.JobCancelled, inventory.JobQueued:
	}
	if !job.State.Ended() {
		b.Report = nil
	}
}

// getImport tells how far an import is.
//
//	@Summary		Read an import
//	@Description	How far it is; once it has ended, also when it was cancelled, what it did, in numbers. Rows gives what became of each row.
//	@Tags			imports
//	@Produce		json
//	@Param			id	path		string	true	"Identifier of the import"
//	@Success		200	{object}	BulkImport
//	@Header			200	{integer}	Retry-After	"When to ask again, seconds, while it is not done"
//	@Failure		400,401,404,406,429,503	{object}	Problem
//	@Router			/api/v1/imports/{id} [get]
func (s *server) getImport(c *gin.Context) error {
	if _, err := negotiate(c, jsonType); err != nil {
		return err
	}
	if err := noParams(c); err != nil {
		return err
	}
	told, err := s.bulkImport(c, inventory.ID(c.Param("id")))
	if err != nil {
		return err
	}
	return showImport(c, http.StatusOK, told)
}

// goesOn tells an import that has not ended.
func (b BulkImport) goesOn() bool {
	return b.State == string(inventory.JobQueued) || b.State == string(inventory.JobRunning)
}

func showImport(c *gin.Context, status int, told BulkImport) error {
	if told.goesOn() {
		c.Header("Retry-After", jobRetryAfterS)
	}
	return reply(c, status, jsonType, told)
}

// listImportRows tells what became of each row.
//
//	@Summary		List the rows of an import
//	@Description	What became of each row of the file, in its order, and then of the cameras that it lacks: added, updated (with what
//	@Description	changed, and how far a place was moved), unchanged, retired or refused (with every fault). While the import runs,
//	@Description	of the rows so far.
//	@Tags			imports
//	@Produce		json
//	@Param			id		path		string	true	"Identifier of the import"
//	@Param			outcome	query		string	false	"Outcomes; a comma means any of"	example(updated,refused)
//	@Param			limit	query		integer	false	"Most items of the page"			default(100)	minimum(1)	maximum(1000)
//	@Param			cursor	query		string	false	"next of the page before"
//	@Success		200		{object}	Page[inventory.ImportedRow]
//	@Header			200		{string}	Link	"The next page, rel=next (RFC 8288)"
//	@Failure		400,401,404,406,429,503	{object}	Problem
//	@Router			/api/v1/imports/{id}/rows [get]
func (s *server) listImportRows(c *gin.Context) error {
	if _, err := negotiate(c, jsonType); err != nil {
		return err
	}
	p := readParams(c)
	outcomes := p.wordsAmong("outcome", words(inventory.Outcomes())...)
	l := filters{}.listing(c, p)
	if err := p.done(); err != nil {
		return err
	}
	var from inventory.TrailPlace
	if l.query.After != "" {
		if _, err := fmt.Sscanf(string(l.query.After), "%d.%d", &from.Block, &from.Row); err != nil {
			return refuse(kindInvalidRequest, "the cursor is not one that this list gave")
		}
	}
	id := inventory.ID(c.Param("id"))
	if _, err := s.keptImport(c, id); err != nil {
		return err
	}
	found := Page[inventory.ImportedRow]{Items: []inventory.ImportedRow{}}
	var last inventory.TrailPlace
	for row, err := range inventory.ImportedRows(c.Request.Context(), s.config.Store.Blobs(), id, from) {
		switch {
		case err != nil:
			return err
		case len(outcomes) > 0 && !slices.Contains(outcomes, string(row.Outcome)):
			continue
		}
		if len(found.Items) == l.query.Limit {
			found.Next = sealCursor(l.address, inventory.ID(fmt.Sprintf("%d.%d", last.Block, last.Row)))
			break
		}
		found.Items, last = append(found.Items, row.ImportedRow), row.Place
	}
	linkNext(c, l.next(c.Request.URL.Path, found.Next))
	return ok(c, found)
}
