// Package advisory judges: it turns an inventory into coverage studies, and (in later issues) findings and
// recommendations. The [Advisor] gathers what a judgement needs, the only code here that touches the store; the [Book]
// is data under advisory/book: level scales, assumption profiles, parameters, each with its source.
//
// advisory computes no geometry of its own (geo does) and stores nothing but assessments (inventory does).
package advisory

import (
	"context"

	"vigie/inventory"
)

// Advisor makes studies from a store by a book.
type Advisor struct {
	Store inventory.Store
	Book  *Book
	// Software is the version written into every result.
	Software string
}

// Assess computes a coverage study. It stores nothing. The request's faults are an *inventory.InvalidError; an area
// or a commune that is not in the store is ErrNotFound.
func (a Advisor) Assess(ctx context.Context, request inventory.AssessmentRequest) (inventory.Assessment, error) {
	panic("to be written")
}
