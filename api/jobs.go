package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"vigie/inventory"
)

// Handler answers the whole API.
//
// What takes long is a job: it is written into the store and done by the workers of whichever server of that store has one
// free. A Handler has workers while its Work runs, and starts none by itself: without, it makes studies and undoes
// imports while their clients wait, and leaves other jobs for the workers of another server, or for later.
type Handler struct {
	http.Handler

	jobs *jobs
}

// Work does jobs until ctx ends, and returns when the last of them has stopped: those that were not done are given back to the
// store, for another server or the next start to go on. It is called once. Clients that wait for a study when ctx ends are
// given some seconds more, and then the address of its job.
func (h *Handler) Work(ctx context.Context) { h.jobs.run(ctx) }

// work makes what a job asks for, and gives the path of what it made. It has the rights of whoever asked for the job,
// which are in its context, and ends soon after its context does. report tells how far it is, as often as it likes.
type work func(ctx context.Context, job inventory.Job, report onProgress) (result string, err error)

// onProgress is told how far work is.
type onProgress func(inventory.JobProgress)

// jobs are those of one server: it takes them in, and does them while it runs.
type jobs struct {
	server *server
	shelf  inventory.Shelf[inventory.Job]
	works  map[inventory.JobKind]work
	worker inventory.ID
	// wake tells that there may be something to do.
	wake chan struct{}
	// stopping is closed when the workers are to stop, closing some seconds later.
	stopping, closing chan struct{}

	mu      sync.Mutex
	working bool
	doing   map[inventory.ID]*doing
	served  map[inventory.ID]time.Time // when each account was last given a worker
	group   sync.WaitGroup
}

func newJobs(s *server) *jobs {
	return &jobs{
		server: s, shelf: s.config.Store.Jobs(), works: map[inventory.JobKind]work{}, worker: inventory.NewID(),
		wake: make(chan struct{}, 1), stopping: make(chan struct{}), closing: make(chan struct{}),
		doing: map[inventory.ID]*doing{}, served: map[inventory.ID]time.Time{},
	}
}

// forItself is the context of what Vigie does with jobs by itself, whoever asked for them.
func forItself(ctx context.Context) context.Context {
	return inventory.WithCaller(ctx, inventory.LocalCaller())
}

// mostWaiting is how many jobs of one holder or account may wait for a worker.
const mostWaiting = 100

// draft is a new job of whoever asks, which is not stored yet.
func (j *jobs) draft(c *gin.Context, kind inventory.JobKind, request any) (inventory.Job, error) {
	text, err := json.Marshal(request)
	if err != nil {
		return inventory.Job{}, fmt.Errorf("write the request of a job: %w", err)
	}
	caller, _ := inventory.CallerOf(c.Request.Context())
	return inventory.Job{
		ID: inventory.NewID(), Kind: kind, Owner: caller.For(), Asker: askerOf(c, caller), Request: text,
		State: inventory.JobQueued, CreatedAt: inventory.InstantOf(j.server.config.Now()),
	}, nil
}

// submit stores a new job, for the workers to do.
func (j *jobs) submit(ctx context.Context, job inventory.Job) error {
	waiting, err := inventory.Count(forItself(ctx), j.shelf, inventory.Query{Where: append(stateIs(inventory.JobQueued), ownerIs(job.Owner)...)})
	if err != nil {
		return err
	}
	if waiting >= mostWaiting {
		return &refusal{
			kind: kindTooManyRequests, policies: []string{"computations"},
			detail: fmt.Sprintf("%d jobs of yours wait: let one of them begin, or cancel it", waiting),
		}
	}
	if err := inventory.Create(ctx, j.shelf, job); err != nil {
		return err
	}
	j.nudge()
	return nil
}

func stateIs(states ...inventory.JobState) []inventory.Condition {
	return []inventory.Condition{{Attr: inventory.AttrStatus, In: words(states)}}
}

// ownerIs holds for the jobs of an owner; without one there is but one, who is at the machine.
func ownerIs(owner inventory.ID) []inventory.Condition {
	if owner == "" {
		return nil
	}
	return []inventory.Condition{{Attr: inventory.AttrHolder, In: []string{string(owner)}}}
}

// nudge has the workers look whether there is something to do.
func (j *jobs) nudge() {
	select {
	case j.wake <- struct{}{}:
	default: // they will look anyway
	}
}
