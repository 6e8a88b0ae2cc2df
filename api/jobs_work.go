package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"runtime/debug"
	"time"

	"vigie/inventory"
)

const (
	// jobLease is how long a worker has a job without renewing that; when it dies, another goes on after so long.
	jobLease = 30 * time.Second
	// jobPulse is how often progress is written, and jobRenewal how often the lease is renewed where there is none.
	jobPulse, jobRenewal = time.Second, jobLease / 3
	// jobPoll is how often a server looks for jobs of which it was not told.
	jobPoll = time.Second
	// mostAttempts is how often a job is begun whose workers died, or whose store did not answer.
	mostAttempts = 3
	// stopGrace is what those who wait for a study have when the server stops; it is less than [drainTimeout].
	stopGrace = 10 * time.Second
)

var (
	errStopping = errors.New("the server stops")
	errDropped  = errors.New("the job was cancelled, or is another worker's")
)

// run does jobs until ctx ends.
func (j *jobs) run(ctx context.Context) {
	ctx = forItself(ctx)
	j.mu.Lock()
	j.working = true
	j.mu.Unlock()
	poll := time.NewTicker(jobPoll)
	defer poll.Stop()
	for ctx.Err() == nil {
		for j.begin(ctx) {
			continue
		}
		select {
		case <-ctx.Done():
		case <-j.wake:
		case <-poll.C:
		}
	}
	j.stop()
	j.group.Wait()
}

// stop has every worker give its job back.
func (j *jobs) stop() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.working = false
	close(j.stopping)
	time.AfterFunc(stopGrace, func() { close(j.closing) })
	for _, d := range j.doing {
		d.cancel(errStopping)
	}
}

// begin has a worker take the job whose turn it is. It tells whether there was one.
func (j *jobs) begin(ctx context.Context) bool {
	if free, err := j.free(ctx); err != nil || len(free) == 0 {
		return false
	}
	select { // in the same line as those who wait for a study
	case j.server.turns.all <- struct{}{}:
	case <-ctx.Done():
		return false
	}
	free, err := j.free(ctx) // others may have come, or gone
	if err == nil {
		for _, job := range free {
			if j.take(ctx, job) {
				return true
			}
		}
	}
	<-j.server.turns.all
	return false
}

// free are the jobs that a worker may take, in their turn.
func (j *jobs) free(ctx context.Context) ([]inventory.Job, error) {
	unfinished, err := inventory.All(ctx, inventory.Briefly(j.shelf), inventory.Query{
		Where: stateIs(inventory.JobQueued, inventory.JobRunning),
	})
	if err != nil {
		if ctx.Err() == nil {
			j.server.log.WarnContext(ctx, "jobs were not looked for", slog.Any("error", err))
		}
		return nil, err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	waiting := map[inventory.ID]bool{}
	for _, job := range unfinished {
		waiting[job.Asker.Account] = true
	}
	maps.DeleteFunc(j.served, func(account inventory.ID, _ time.Time) bool { return !waiting[account] })
	return inTheirTurn(unfinished, j.served, j.server.config.Now()), nil
}

// take has a worker do a job, if the account has a turn left and nobody else takes it. The turn of the processor goes with it.
func (j *jobs) take(ctx context.Context, job inventory.Job) bool {
	leave, ok := j.server.turns.takeOwn(job.Asker.Account)
	if !ok {
		return false
	}
	worn := false
	job, err := j.shelf.Update(ctx, job.ID, func(stored *inventory.Job) error {
		worn = stored.Attempts >= mostAttempts
		return stored.Take(j.worker, j.server.config.Now(), jobLease)
	})
	if err != nil {
		leave()
		if !errors.Is(err, inventory.ErrJobLost) && !errors.Is(err, inventory.ErrNotFound) {
			j.server.log.WarnContext(ctx, "a job was not taken", slog.Any("error", err))
		}
		return false
	}
	work := j.works[job.Kind]
	switch {
	case worn:
		work = func(context.Context, inventory.Job, onProgress) (string, error) { return "", errWorn }
	case work == nil:
		work = func(context.Context, inventory.Job, onProgress) (string, error) {
			return "", fmt.Errorf("no work is known for a job of kind %q", job.Kind)
		}
	}
	d := newDoing(ctx)
	go func() {
		defer close(d.done)
		defer func() { <-j.server.turns.all }()
		defer leave()
		d.result, d.err = j.attempt(d.ctx, job, work, d.report)
	}()
	j.follow(job, d)
	return true
}

// errWorn says that a job was begun too often.
var errWorn = &refusal{kind: kindInternal, detail: fmt.Sprintf("the server ended %d times while it was done", mostAttempts)}

// trying is work whose panics are errors.
func trying(work work) work {
	return func(ctx context.Context, job inventory.Job, report onProgress) (result string, err error) {
		defer func() {
			if fault := recover(); fault != nil {
				err = fmt.Errorf("panic: %v\n%s", fault, debug.Stack())
			}
		}()
		return work(ctx, job, report)
	}
}

// attempt does the work of a job with the rights of who asked for it. A panic is an error.
func (j *jobs) attempt(ctx context.Context, job inventory.Job, work work, report onProgress) (result string, err error) {
	caller, err := j.callerOf(forItself(ctx), job)
	if err != nil {
		return "", err
	}
	return trying(work)(inventory.WithCaller(ctx, caller), job, report)
}

// follow keeps the lease of a job until its work is done, and then says so. When the server has stopped, the job is given back.
func (j *jobs) follow(job inventory.Job, d *doing) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if !j.working {
		d.cancel(errStopping)
		<-d.done
		j.finish(job, d)
		return
	}
	j.doing[job.ID] = d
	j.served[job.Asker.Account] = time.Now()
	j.group.Go(func() {
		j.hold(job, d)
		<-d.done
		j.finish(job, d)
		d.cancel(nil)
		j.mu.Lock()
		delete(j.doing, job.ID)
		j.mu.Unlock()
		j.nudge()
	})
}

// hold renews the lease and tells the progress until the work is done.
func (j *jobs) hold(job inventory.Job, d *doing) {
	pulse := time.NewTicker(jobPulse)
	defer pulse.Stop()
	renewed, told := time.Now(), inventory.JobProgress{}
	for {
		select {
		case <-d.done:
			return
		case <-d.ctx.Done():
			return
		case <-pulse.C:
		}
		progress := d.progressNow()
		if progress == told && time.Since(renewed) < jobRenewal {
			continue
		}
		ctx, cancel := context.WithTimeout(forItself(d.ctx), jobLease/2)
		_, err := j.shelf.Update(ctx, job.ID, func(stored *inventory.Job) error {
			return stored.Renew(j.worker, j.server.config.Now().Add(jobLease), progress)
		})
		cancel()
		switch {
		case err == nil:
			renewed, told = time.Now(), progress
		case errors.Is(err, inventory.ErrJobLost), errors.Is(err, inventory.ErrNotFound), time.Since(renewed) >= jobLease:
			d.cancel(errDropped)
			return
		}
	}
}

// finish writes how the work of a job ended.
func (j *jobs) finish(job inventory.Job, d *doing) {
	if errors.Is(context.Cause(d.ctx), errDropped) {
		return
	}
	ending, patience := j.ending(job, d), jobLease
	if j.stopped() {
		patience = stopGrace / 2 // a lease that cannot be given back lapses
	}
	ctx, cancel := context.WithTimeout(forItself(context.WithoutCancel(d.ctx)), patience)
	defer cancel()
	for pause := 10 * time.Millisecond; ; pause *= 2 {
		_, err := j.shelf.Update(ctx, job.ID, ending)
		switch {
		case err == nil, errors.Is(err, inventory.ErrJobLost), errors.Is(err, inventory.ErrNotFound):
			return
		case ctx.Err() != nil || !errors.Is(err, inventory.ErrUnavailable):
			j.server.log.WarnContext(ctx, "how a job ended was not noted: it will be done again", slog.String("job", string(job.ID)), slog.Any("error", err))
			return
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
}

// ending is the change of a job whose work has ended: done, to be done again, or not to be done.
func (j *jobs) ending(job inventory.Job, d *doing) func(*inventory.Job) error {
	switch {
	case d.err == nil:
		return func(stored *inventory.Job) error { return stored.Succeed(j.worker, j.server.config.Now(), d.result) }
	case errors.Is(context.Cause(d.ctx), errStopping):
		return func(stored *inventory.Job) error { return stored.GiveBack(j.worker) }
	case errors.Is(d.err, inventory.ErrUnavailable) && job.Attempts < mostAttempts:
		return func(stored *inventory.Job) error {
			err := stored.GiveBack(j.worker)
			stored.Attempts = job.Attempts
			return err
		}
	}
	why := j.problemOf(job, d.err)
	return func(stored *inventory.Job) error { return stored.Fail(j.worker, j.server.config.Now(), why) }
}

// problemOf is why a job failed, as a client reads it. The log has the cause of an internal error under the job's identifier.
func (j *jobs) problemOf(job inventory.Job, err error) json.RawMessage {
	p := problem(err)
	p.Instance, p.RequestID = jobPath(job.ID), string(job.ID)
	if p.Status >= http.StatusInternalServerError {
		j.server.log.Error("job failed", slog.String("requestId", p.RequestID), slog.String("kind", string(job.Kind)), slog.Any("error", err))
	}
	text, err := json.Marshal(p)
	if err != nil {
		return json.RawMessage(`{"type":"/problems/internal","title":"Internal error","status":500}`)
	}
	return text
}
