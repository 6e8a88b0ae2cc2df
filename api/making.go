package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/gin-gonic/gin"

	"vigie/advisory"
	"vigie/inventory"
)

// validated is a request that can tell its faults.
type validated interface{ Validate() error }

// making makes records of one kind of what is asked for: studies, audits, plans. The same request on the same inventory makes the
// same record, which is stored once.
type making[Q validated, T inventory.Record] struct {
	kind    inventory.JobKind
	records *resource[T]
	// make computes a record and stores nothing.
	make func(ctx context.Context, request Q, report onProgress) (T, error)
	// provenance points into a record.
	provenance func(*T) *inventory.Provenance
}

// post makes what the body asks for while the client waits, and answers with it; when that takes longer than the client waits,
// with the job that goes on.
func (m *making[Q, T]) post(c *gin.Context) error {
	var request Q
	p := readParams(c)
	wait := p.wait(mostWait)
	if err := p.done(); err != nil {
		return err
	}
	if err := m.records.server.decode(c, &request); err != nil {
		return err
	}
	jobs := m.records.server.jobs
	job, err := jobs.draft(c, m.kind, request)
	if err != nil {
		return err
	}
	if wait == 0 {
		if err := request.Validate(); err != nil {
			return err
		}
	}
	var made T
	var created bool
	answered, err := jobs.answer(c, job, wait, func(ctx context.Context, _ inventory.Job, report onProgress) (path string, err error) {
		made, created, err = m.do(ctx, request, report)
		return m.records.address(made.Key()), err
	})
	if answered || err != nil {
		return err
	}
	return m.show(c, made, created)
}

// show answers with a record that was made now (201), or before (200).
func (m *making[Q, T]) show(c *gin.Context, made T, created bool) error {
	if created {
		return m.records.created(c, made)
	}
	m.records.locate(c, made.Key())
	return m.records.show(c, http.StatusOK, made)
}

// work makes what a job asks for.
func (m *making[Q, T]) work(ctx context.Context, job inventory.Job, report onProgress) (string, error) {
	var request Q
	if err := json.Unmarshal(job.Request, &request); err != nil {
		return "", fmt.Errorf("read the request of a job: %w", err)
	}
	made, _, err := m.do(ctx, request, report)
	return m.records.address(made.Key()), err
}

// do makes a record, for whoever asks, and stores it, or finds the one that is stored when the same was made before.
func (m *making[Q, T]) do(ctx context.Context, request Q, report onProgress) (made T, created bool, err error) {
	made, err = m.make(ctx, request, report)
	if err != nil {
		return made, false, err
	}
	now := inventory.InstantOf(m.records.server.config.Now())
	m.provenance(&made).UpdatedAt = &now
	own(ctx, m.records.id(&made), m.records.owner(&made))
	err = inventory.Create(ctx, m.records.shelf, made)
	if errors.Is(err, inventory.ErrExists) {
		made, err = m.records.shelf.Get(ctx, made.Key())
		return made, false, err
	}
	return made, true, err
}

// telling is an advisor that tells how far it is, where it can.
func (s *server) telling(report onProgress) Advisor {
	able, ok := s.config.Advisor.(interface {
		Telling(advisory.Progress) advisory.Advisor
	})
	if !ok {
		return s.config.Advisor
	}
	return able.Telling(func(step string, done, total int) {
		report(inventory.JobProgress{Step: step, Done: done, Total: total})
	})
}
