package api

import (
	"context"
	"fmt"
)

// inTurn computes when its turn comes: more studies and audits at once than there are processors would only hold more
// memory. The error is that of compute, or of the context when the turn does not come in time.
func inTurn[R any](ctx context.Context, s *server, compute func(context.Context) (R, error)) (result R, err error) {
	select {
	case s.computing <- struct{}{}:
		defer func() { <-s.computing }()
		return compute(ctx)
	case <-ctx.Done():
		return result, fmt.Errorf("wait for what is being computed: %w", ctx.Err())
	}
}
