package api

import (
	"context"
	"fmt"
	"runtime"
	"sync"

	"vigie/inventory"
)

// mostOwnTurns is how many studies, audits, plans and imports an account may have under way or waiting.
const mostOwnTurns = 4

// turns share the processors out: more studies and audits at once than there are processors would only hold more memory, and
// one account has half of them at most, so that there is always one for somebody else.
type turns struct {
	// all holds one element per study or audit that is being made; its capacity is how many may be at once.
	all chan struct{}

	mu  sync.Mutex
	own map[inventory.ID]*ownTurns
}

// ownTurns are those of one account.
type ownTurns struct {
	computing chan struct{}
	taken     int
}

func newTurns() *turns {
	return &turns{all: make(chan struct{}, runtime.GOMAXPROCS(0)), own: map[inventory.ID]*ownTurns{}}
}

// enter takes one of the turns of whoever asks; leave gives it back. Without accounts there is no bound.
func (t *turns) enter(ctx context.Context) (own *ownTurns, leave func(), err error) {
	caller, _ := inventory.CallerOf(ctx)
	if caller.Account == "" {
		return &ownTurns{computing: make(chan struct{}, cap(t.all))}, func() {}, nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	own = t.own[caller.Account]
	if own == nil {
		own = &ownTurns{computing: make(chan struct{}, (cap(t.all)+1)/2)}
		t.own[caller.Account] = own
	}
	if own.taken == mostOwnTurns {
		return nil, nil, &refusal{
			kind: kindTooManyRequests, policies: []string{"computations"},
			detail: fmt.Sprintf("%d studies, audits, plans or imports of yours are under way: wait for one of them", mostOwnTurns),
		}
	}
	own.taken++
	return own, func() { t.leave(caller.Account) }, nil
}

func (t *turns) leave(account inventory.ID) {
	t.mu.Lock()
	defer t.mu.Unlock()
	own := t.own[account]
	if own.taken--; own.taken == 0 {
		delete(t.own, account)
	}
}

// inTurn computes when its turn comes. The error is that of compute, or of the context when the turn does not come in time.
func inTurn[R any](ctx context.Context, s *server, compute func(context.Context) (R, error)) (result R, err error) {
	own, leave, err := s.turns.enter(ctx)
	if err != nil {
		return result, err
	}
	defer leave()
	for _, turn := range []chan struct{}{own.computing, s.turns.all} {
		select {
		case turn <- struct{}{}:
			defer func() { <-turn }()
		case <-ctx.Done():
			return result, fmt.Errorf("wait for what is being computed: %w", ctx.Err())
		}
	}
	return compute(ctx)
}
