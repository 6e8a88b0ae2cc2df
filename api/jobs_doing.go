package api

import (
	"context"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"vigie/inventory"
)

// doing is work under way.
type doing struct {
	ctx    context.Context //nolint:containedctx // the work's own: whoever stops it does not call it
	cancel context.CancelCauseFunc
	// done is closed when the work has ended; result and err are of then.
	done   chan struct{}
	result string
	err    error

	mu       sync.Mutex
	progress inventory.JobProgress
	started  bool
	left     bool
}

// newDoing is work whose context has the values of another, and ends by cancel alone.
func newDoing(of context.Context) *doing {
	d := &doing{done: make(chan struct{})}
	d.ctx, d.cancel = context.WithCancelCause(context.WithoutCancel(of))
	return d
}

// report tells how far the work is.
func (d *doing) report(p inventory.JobProgress) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.progress = p
}

func (d *doing) progressNow() inventory.JobProgress {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.progress
}

// start tells whether work whose turn has come is still wanted here.
func (d *doing) start() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.started = !d.left
	return d.started
}

// leave tells that the work, if it has not started, is not wanted here any more. It tells whether it has.
func (d *doing) leave() (started bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.left = true
	return d.started
}

// answer has the work of a new job done while its client waits for so long; when that is not enough, or nobody waits, by the
// workers. answered tells that the client was told so.
func (j *jobs) answer(c *gin.Context, job inventory.Job, wait time.Duration, work work) (answered bool, err error) {
	ctx, kept := c.Request.Context(), true
	if wait == 0 {
		err = j.submit(ctx, job)
	} else {
		kept, err = j.meanwhile(ctx, job, wait, work)
	}
	if err != nil || !kept {
		return false, err
	}
	return true, j.accepted(c, job)
}

// meanwhile does the work of a job that is not stored, while its client waits for so long. When that is not enough the job is
// stored (kept), and goes on without the client, who until then stops it by going away. The result and the error of a job that
// was not kept are those of the work.
func (j *jobs) meanwhile(ctx context.Context, job inventory.Job, wait time.Duration, work work) (kept bool, err error) {
	own, leave, err := j.server.turns.enter(ctx)
	if err != nil {
		return false, err
	}
	defer leave()
	expired, closing := j.until(wait)
	d := newDoing(ctx)
	unlink := context.AfterFunc(ctx, func() { d.cancel(context.Cause(ctx)) })
	quit := j.server.turns.join(job.Asker.Account) // it may outlast the request
	go func() {
		defer close(d.done)
		defer quit()
		release, err := j.server.turns.wait(d.ctx, own)
		if err != nil {
			d.err = err
			return
		}
		defer release()
		if d.start() {
			d.result, d.err = trying(work)(d.ctx, job, d.report)
		}
	}()
	stopped := false
	select {
	case <-d.done:
		unlink()
		d.cancel(nil)
		return false, d.err
	case <-expired:
	case <-closing:
		stopped = true
	}
	started := d.leave()
	if !unlink() { // the client went away
		<-d.done
		return false, d.err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), j.server.config.Patience)
	defer cancel()
	if started && !stopped {
		return true, j.keep(ctx, job, d)
	}
	d.cancel(errStopping)
	<-d.done
	if started && d.err == nil {
		return false, nil // done at the last moment
	}
	return true, j.submit(ctx, job)
}

// until are what ends the waiting for work: a client's patience, and the end of the server. Without workers to go on with it,
// neither does.
func (j *jobs) until(wait time.Duration) (expired <-chan time.Time, closing <-chan struct{}) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if !j.working {
		return nil, nil
	}
	return time.After(wait), j.closing
}

// keep stores a job whose work is under way.
func (j *jobs) keep(ctx context.Context, job inventory.Job, d *doing) error {
	err := job.Take(j.worker, j.server.config.Now(), jobLease)
	if err == nil {
		job.Progress = d.progressNow()
		err = inventory.Create(ctx, j.shelf, job)
	}
	if err != nil {
		d.cancel(errDropped)
		<-d.done
		return err
	}
	j.follow(job, d)
	return nil
}

// drop stops the work of a job here, if it is done here.
func (j *jobs) drop(id inventory.ID) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if d := j.doing[id]; d != nil {
		d.cancel(errDropped)
	}
}
