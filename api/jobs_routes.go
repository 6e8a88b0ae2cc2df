package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/gin-gonic/gin"

	"vigie/inventory"
)

const (
	jobsPath      = "/api/v1/jobs"
	jobEventsPath = jobsPath + "/:id/events"
)

func jobPath(id inventory.ID) string { return jobsPath + "/" + url.PathEscape(string(id)) }

// Job is work that goes on while nobody waits for it.
type Job struct {
	ID   inventory.ID      `json:"id" example:"0193a5d2-7c3f-7a51-9f0e-3f1c2b4d5e6f"`
	Kind inventory.JobKind `json:"kind" example:"assessment"`
	// State is queued, running, or one of the ends: succeeded, failed, cancelled.
	State    inventory.JobState    `json:"state" example:"succeeded"`
	Progress inventory.JobProgress `json:"progress,omitzero"`
	// Result is the path of the record or the report that was made; it may have a query.
	Result string `json:"result,omitempty" example:"/api/v1/assessments/5f0c1b8e-6a56-5e0f-9f43-0d5a1f6c2b11"`
	// Problem says why the job failed, as the answer to the request would have.
	Problem *Problem `json:"problem,omitempty"`
	// Attempts counts how often the job was begun.
	Attempts  int                `json:"attempts,omitempty" example:"1"`
	CreatedAt inventory.Instant  `json:"createdAt"`
	StartedAt *inventory.Instant `json:"startedAt,omitempty"`
	EndedAt   *inventory.Instant `json:"endedAt,omitempty"`
	// ExpiresAt is when the job, not its result, is forgotten.
	ExpiresAt *inventory.Instant `json:"expiresAt,omitempty"`
}

// viewJob is a job as its clients see it: neither who asked, nor who does it.
func viewJob(job inventory.Job) Job {
	return Job{
		ID: job.ID, Kind: job.Kind, State: job.State, Progress: job.Progress, Result: job.Result, Problem: readProblem(job.Problem),
		Attempts: job.Attempts, CreatedAt: job.CreatedAt, StartedAt: job.StartedAt, EndedAt: job.EndedAt, ExpiresAt: job.ExpiresAt,
	}
}

// jobTag is the strong tag of a job as its clients see it.
func jobTag(job inventory.Job) string {
	seen := job.Brief()
	seen.Asker, seen.Lease = inventory.JobAsker{}, nil
	return etag(seen)
}

func (j *jobs) records() *resource[inventory.Job] {
	return &resource[inventory.Job]{
		server: j.server,
		path:   jobsPath,
		shelf:  j.shelf,
		filters: filters{
			attrs: []inventory.Attr{inventory.AttrCategory, inventory.AttrStatus, inventory.AttrUpdated},
			names: map[inventory.Attr]string{inventory.AttrCategory: "kind", inventory.AttrStatus: "state"},
		},
	}
}

func (j *jobs) routes(to routes) {
	to.get(jobsPath, toRead("jobs"), j.list)
	to.get(jobsPath+"/:id", toRead("jobs"), j.get)
	to.get(jobEventsPath, toRead("jobs"), j.events)
	to.on(http.MethodDelete, jobsPath+"/:id", toWrite("jobs"), j.cancel)
}

// list gives one page of jobs.
//
//	@Summary		List jobs
//	@Description	The jobs of the caller's holder, or of the caller alone without one, in the order in which they were asked for.
//	@Tags			jobs
//	@Produce		json
//	@Param			kind			query		string	false	"assessment, audit, recommendation, import, undo; a comma means any of"	example(assessment)
//	@Param			state			query		string	false	"queued, running, succeeded, failed, cancelled"						example(queued,running)
//	@Param			updatedFrom		query		string	false	"Asked for, begun or ended at this moment (RFC 3339) or day, or later"	example(2026-01-01)
//	@Param			updatedBefore	query		string	false	"Asked for, begun or ended before this moment or day"				example(2027-01-01)
//	@Param			limit			query		integer	false	"Most items of the page"											default(100)	minimum(1)	maximum(1000)
//	@Param			cursor			query		string	false	"next of the page before"
//	@Success		200				{object}	Page[Job]
//	@Header			200				{string}	Link	"The next page, rel=next (RFC 8288)"
//	@Failure		400,406,503		{object}	Problem
//	@Router			/api/v1/jobs [get]
func (j *jobs) list(c *gin.Context) error { return listAs(c, j.records(), viewJob) }

// get gives one job, at once or when it has ended.
//
//	@Summary		Read a job
//	@Description	With wait the answer comes when the job has ended, or after so many seconds. Of a job that has succeeded, result
//	@Description	is the path of what it made; of one that has failed, problem is what the request would have been answered.
//	@Tags			jobs
//	@Produce		json
//	@Param			id				path		string	true	"Identifier of the job"
//	@Param			wait			query		integer	false	"Seconds to wait for its end"	default(0)	minimum(0)	maximum(30)
//	@Param			If-None-Match	header		string	false	"ETag already held"
//	@Success		200				{object}	Job
//	@Header			200				{string}	ETag		"Strong tag of the job"
//	@Header			200				{integer}	Retry-After	"When to ask again, seconds; absent once the job has ended"
//	@Success		304				"Not changed"
//	@Failure		400,404,406,503	{object}	Problem
//	@Router			/api/v1/jobs/{id} [get]
func (j *jobs) get(c *gin.Context) error {
	if _, err := negotiate(c, jsonType); err != nil {
		return err
	}
	p := readParams(c)
	wait := p.wait(0)
	if err := p.done(); err != nil {
		return err
	}
	job, err := j.await(c.Request.Context(), inventory.ID(c.Param("id")), wait, func(now inventory.Job) bool { return now.State.Ended() })
	if err != nil {
		return err
	}
	return j.show(c, http.StatusOK, job)
}

// jobRetryAfterS is when to ask again how far a job is, seconds.
const jobRetryAfterS = "1"

// show answers with a job and its tag, or only says that the client has it already.
func (j *jobs) show(c *gin.Context, status int, job inventory.Job) error {
	tag := jobTag(job)
	c.Header("ETag", tag)
	if !job.State.Ended() {
		c.Header("Retry-After", jobRetryAfterS)
	}
	if status == http.StatusOK && isRead(c) && unchanged(header(c, "If-None-Match"), tag) {
		c.Status(http.StatusNotModified)
		c.Writer.WriteHeaderNow()
		return nil
	}
	return reply(c, status, jsonType, viewJob(job))
}

// accepted answers that a job goes on, and where.
func (j *jobs) accepted(c *gin.Context, job inventory.Job) error {
	c.Header("Location", jobPath(job.ID))
	stored, err := j.shelf.Get(c.Request.Context(), job.ID)
	if err != nil {
		return err
	}
	return j.show(c, http.StatusAccepted, stored)
}

// shortestLook and longestLook bound how often a job is looked at while somebody waits for it.
const shortestLook, longestLook = 20 * time.Millisecond, 500 * time.Millisecond

// await reads a job until it is as wanted, the time is over, or the server stops.
func (j *jobs) await(ctx context.Context, id inventory.ID, wait time.Duration, wanted func(inventory.Job) bool) (inventory.Job, error) {
	over := time.After(wait)
	for pause := shortestLook; ; pause = min(2*pause, longestLook) {
		job, err := j.shelf.Get(ctx, id)
		if err != nil || wait == 0 || wanted(job) {
			return job, err
		}
		select {
		case <-ctx.Done():
			return job, ctx.Err()
		case <-over:
			return job, nil
		case <-j.stopping:
			return job, nil
		case <-time.After(pause):
		}
	}
}

// cancel ends a job that has not ended.
//
//	@Summary		Cancel a job
//	@Description	The job ends at once, and whoever does it stops ten seconds later at most; what was made until then may be there.
//	@Tags			jobs
//	@Produce		json
//	@Param			id				path		string	true	"Identifier of the job"
//	@Success		200				{object}	Job
//	@Header			200				{string}	ETag	"Strong tag of the job"
//	@Failure		400,404,406,503	{object}	Problem
//	@Failure		409				{object}	Problem	"The job has ended"
//	@Router			/api/v1/jobs/{id} [delete]
func (j *jobs) cancel(c *gin.Context) error {
	if err := noParams(c); err != nil {
		return err
	}
	id := inventory.ID(c.Param("id"))
	job, err := j.shelf.Update(c.Request.Context(), id, func(stored *inventory.Job) error {
		return stored.Cancel(j.server.config.Now())
	})
	if errors.Is(err, inventory.ErrJobEnded) {
		return &refusal{kind: kindEnded, detail: "it has succeeded, failed or been cancelled before", cause: err}
	}
	if err != nil {
		return err
	}
	j.drop(id)
	return j.show(c, http.StatusOK, job)
}

// heartbeat is how often a stream of events says that it is there, so that proxies do not end it.
const heartbeat = 15 * time.Second

// events tells what happens to a job until it has ended.
//
//	@Summary		Follow a job
//	@Description	Server-sent events: progress, with the job as data, whenever it changes; then end, with the job, and the stream
//	@Description	ends. A stream that breaks is asked for again.
//	@Tags			jobs
//	@Produce		text/event-stream
//	@Param			id				path		string	true	"Identifier of the job"
//	@Success		200				{string}	string	"The events"
//	@Failure		400,404,406,503	{object}	Problem
//	@Router			/api/v1/jobs/{id}/events [get]
func (j *jobs) events(c *gin.Context) error {
	if _, err := negotiate(c, eventsType); err != nil {
		return err
	}
	if err := noParams(c); err != nil {
		return err
	}
	ctx, id := c.Request.Context(), inventory.ID(c.Param("id"))
	job, err := j.shelf.Get(ctx, id)
	if err != nil {
		return err
	}
	c.Header("Content-Type", eventsType)
	c.Status(http.StatusOK)
	if c.Request.Method == http.MethodHead {
		c.Writer.WriteHeaderNow()
		return nil
	}
	for tellEvent(c, job) && !job.State.Ended() {
		told := jobTag(job)
		for jobTag(job) == told {
			if job, err = j.await(ctx, id, heartbeat, func(now inventory.Job) bool { return jobTag(now) != told }); err != nil || j.stopped() {
				return nil //nolint:nilerr // the answer has begun: it ends here, and the client asks again
			}
			if jobTag(job) == told && !keepAlive(c) {
				return nil
			}
		}
	}
	return nil
}

// keepAlive tells the client that nothing has changed. It tells whether the client was still there.
func keepAlive(c *gin.Context) bool {
	_, err := c.Writer.WriteString(": \n\n")
	c.Writer.Flush()
	return err == nil
}

// stopped tells whether the workers have been stopped.
func (j *jobs) stopped() bool {
	select {
	case <-j.stopping:
		return true
	default:
		return false
	}
}

// tellEvent writes one event. It tells whether the client was still there.
func tellEvent(c *gin.Context, job inventory.Job) bool {
	name := "progress"
	if job.State.Ended() {
		name = "end"
	}
	text, err := json.Marshal(viewJob(job))
	if err != nil {
		return false
	}
	if _, err := fmt.Fprintf(c.Writer, "event: %s\ndata: %s\n\n", name, text); err != nil {
		return false
	}
	c.Writer.Flush()
	return true
}

// readProblem is why a job failed; nil when it did not.
func readProblem(text json.RawMessage) *Problem {
	var p Problem
	if len(text) == 0 || json.Unmarshal(text, &p) != nil {
		return nil
	}
	return &p
}
