package api

import (
	"context"
	"fmt"
	"runtime"
	"slices"

	"vigie/inventory"
)

// lane is where wide reads wait for one another. A map that is moved asks for a small box, a form for one camera: they are
// answered at once. A synchronisation, a report, a map of the whole country read from everywhere; if fifty of them shared the
// processors with everybody else, all would wait as long as they do. As many go on at once as there are processors; the
// others wait in the order in which they came, and no longer than a request may take.
type lane chan struct{}

func newLane() lane { return make(lane, runtime.GOMAXPROCS(0)) }

// enter waits until a query may be asked; leave tells that it has been answered. What is not wide does not wait. The error is
// that of the context.
func (l lane) enter(ctx context.Context, q inventory.Query) (leave func(), err error) {
	if !isWide(q) {
		return func() {}, nil
	}
	select {
	case l <- struct{}{}:
		return func() { <-l }, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for other reads of everything: %w", ctx.Err())
	}
}

// wideDeg is the side of a box whose reading is wide, degrees of longitude or latitude: about 100 km.
const wideDeg = 1

// isWide tells a query that asks neither for a place of the size of a town, nor for what one holder, deployment or commune has.
func isWide(q inventory.Query) bool {
	few := []inventory.Attr{inventory.AttrHolder, inventory.AttrDeployment, inventory.AttrCommune}
	if slices.ContainsFunc(q.Where, func(c inventory.Condition) bool { return len(c.In) > 0 && slices.Contains(few, c.Attr) }) {
		return false
	}
	if q.Area == nil {
		return true
	}
	box := q.Area.Bound()
	return max(box.Right()-box.Left(), box.Top()-box.Bottom()) > wideDeg
}
