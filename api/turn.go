package api

import (
	"context"
	"fmt"
	"runtime"
	"sync"

	"vigie/inventory"
)

// mostOwnTurns is how many studies, audits, plans, imports and undoings an account may have under way or waiting.
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
	// taken is how many requests are under way or waiting, users how many requests and jobs there are.
	taken, users int
}

func newTurns() *turns {
	return &turns{all: make(chan struct{}, runtime.GOMAXPROCS(0)), own: map[inventory.ID]*ownTurns{}}
}

// of are the turns of an account, for one user more; forget must follow. t.mu is held.
func (t *turns) of(account inventory.ID) *ownTurns {
	own := t.own[account]
	if own == nil {
		most := (cap(t.all) + 1) / 2
		if account == "" { // without accounts there is no bound
			most = cap(t.all)
		}
		own = &ownTurns{computing: make(chan struct{}, most)}
		t.own[account] = own
	}
	own.users++
	return own
}

func (t *turns) forget(account inventory.ID) {
	own := t.own[account]
	if own.users--; own.users == 0 {
		delete(t.own, account)
	}
}

// enter takes one of the turns of whoever asks; leave gives it back. Without accounts there is no bound.
func (t *turns) enter(ctx context.Context) (own *ownTurns, leave func(), err error) {
	caller, _ := inventory.CallerOf(ctx)
	t.mu.Lock()
	defer t.mu.Unlock()
	own = t.of(caller.Account)
	if own.taken == mostOwnTurns && caller.Account != "" {
		t.forget(caller.Account)
		return nil, nil, exhausted("computations", "%d studies, audits, plans, imports or undoings of yours are under way: wait for one of them", mostOwnTurns)
	}
	own.taken++
	return own, func() { t.leave(caller.Account) }, nil
}

func (t *turns) leave(account inventory.ID) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.own[account].taken--
	t.forget(account)
}

// join counts one user more of the turns of an account, until leave.
func (t *turns) join(account inventory.ID) (leave func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.of(account)
	return func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.forget(account)
	}
}

// takeOwn has an account compute at once, if it has a turn left; leave gives it back.
func (t *turns) takeOwn(account inventory.ID) (leave func(), ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	own := t.of(account)
	select {
	case own.computing <- struct{}{}:
	default:
		t.forget(account)
		return nil, false
	}
	return func() {
		<-own.computing
		t.mu.Lock()
		defer t.mu.Unlock()
		t.forget(account)
	}, true
}

// wait waits for the turn of an account, and then for a processor; release gives both back. The error is that of the context when
// they do not come in time.
func (t *turns) wait(ctx context.Context, own *ownTurns) (release func(), err error) {
	select {
	case own.computing <- struct{}{}:
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for what is being computed: %w", ctx.Err())
	}
	select {
	case t.all <- struct{}{}:
	case <-ctx.Done():
		<-own.computing
		return nil, fmt.Errorf("wait for what is being computed: %w", ctx.Err())
	}
	return func() {
		<-t.all
		<-own.computing
	}, nil
}

// inTurn computes when its turn comes. The error is that of compute, or of the context when the turn does not come in time.
func inTurn[R any](ctx context.Context, s *server, compute func(context.Context) (R, error)) (result R, err error) {
	own, leave, err := s.turns.enter(ctx)
	if err != nil {
		return result, err
	}
	defer leave()
	release, err := s.turns.wait(ctx, own)
	if err != nil {
		return result, err
	}
	defer release()
	return compute(ctx)
}
