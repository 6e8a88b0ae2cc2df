package inventory

import (
	"context"
	"iter"
)

// Briefed is a record with large parts, which lists do not show.
type Briefed[T Record] interface {
	// Brief is the record without them. The rest is as it was: the key, the shape, the attributes and whose it is.
	Brief() T
}

// BriefFinder is a shelf that finds briefed records without reading them whole.
type BriefFinder[T Record] interface {
	// FindBrief gives, in the same order, the brief forms of the records that Find gives.
	FindBrief(ctx context.Context, q Query) iter.Seq2[T, error]
}

// FindBrief gives the brief forms of the records that the query matches, as a [BriefFinder] when the shelf is one; of a kind
// that is not [Briefed], the records.
func FindBrief[T Record](ctx context.Context, shelf Shelf[T], q Query) iter.Seq2[T, error] {
	if quick, can := shelf.(BriefFinder[T]); can {
		return quick.FindBrief(ctx, q)
	}
	return func(yield func(T, error) bool) {
		for record, err := range shelf.Find(ctx, q) {
			if !yield(BriefOf(record), err) {
				return
			}
		}
	}
}

// BriefOf is the brief form of a record, the record itself when it has none.
func BriefOf[T Record](record T) T {
	if long, ok := any(record).(Briefed[T]); ok {
		return long.Brief()
	}
	return record
}

// Brief is the study without what is seen of places and by cameras, which it only counts: there are as many empty ones.
func (a Assessment) Brief() Assessment {
	r := &a.Result
	r.Cameras = make([]CameraResult, len(r.Cameras))
	r.Areas, r.Gaps, r.Purposes, r.Losses, r.Facades = nil, nil, nil, nil, nil
	r.Uncertainty, r.WallsInView, r.Seen = nil, nil, nil
	return a
}

// Brief is the plan without what it shows and why; it only counts the cameras: there are as many empty ones.
func (r Recommendation) Brief() Recommendation {
	made := &r.Result
	made.Cameras = make([]ProposedCamera, len(made.Cameras))
	made.Drawing = PlanDrawing{}
	made.Areas, made.Measures, made.Curve, made.Marginal, made.Advice = nil, nil, nil, nil, nil
	made.Phases, made.Network, made.Specification = nil, NetworkSizing{}, nil
	return r
}

// FindBrief is that of [BriefFinder], held to what the caller may read as Find is.
func (s *guardedShelf[T]) FindBrief(ctx context.Context, q Query) iter.Seq2[T, error] {
	brief := *s
	brief.shelf = Briefly(s.shelf)
	return brief.Find(ctx, q)
}

// Briefly is the shelf with its records found in brief.
func Briefly[T Record](shelf Shelf[T]) Shelf[T] { return briefly[T]{shelf} }

// briefly is a shelf whose records are found in brief.
type briefly[T Record] struct{ Shelf[T] }

// Find gives the brief forms.
func (b briefly[T]) Find(ctx context.Context, q Query) iter.Seq2[T, error] {
	return FindBrief(ctx, b.Shelf, q)
}
