package inventory

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// feedReading makes a page.
type feedReading struct {
	journal *Journal
	views   changeViews
	query   ChangeQuery
	page    ChangePage
	// rank and place are of the next record, void tells that the line of that rank came to nothing.
	rank, place int
	void        bool
	// looked counts the records that were looked at, bytes those of the items.
	looked, bytes int
}

// feedPage is how many documents are read at once, each of which may be large.
const feedPage = 16

// full tells that the page has what it may have.
func (r *feedReading) full() bool {
	return len(r.page.Items) >= r.query.Limit || r.bytes >= mostPageBytes || r.looked >= mostLooked
}

// read goes over the changes up to a rank, until the page is full.
func (r *feedReading) read(ctx context.Context, settled int) error {
	after := rankID(r.page.Next.Rank-1) + "~" // no document has such an identifier: it comes after the parts and the outcome
	for {
		documents, err := All(ctx, r.journal.changed, Query{After: after, Limit: feedPage})
		if err != nil {
			return err
		}
		for _, document := range documents {
			if document.ID == feedState || document.rank() > settled {
				r.skipTo(settled + 1)
				return nil
			}
			after = document.ID
			if err := r.document(ctx, document); err != nil {
				return err
			}
			if r.full() {
				r.page.More = true
				return nil
			}
		}
		if len(documents) < feedPage {
			r.skipTo(settled + 1)
			return nil
		}
	}
}

// skipTo goes on at the beginning of a line, unless the page is behind it already.
func (r *feedReading) skipTo(rank int) {
	if rank > r.page.Next.Rank {
		r.page.Next.Rank, r.page.Next.Place = rank, 0
	}
}

// document takes what a document tells.
func (r *feedReading) document(ctx context.Context, document Change) error {
	if document.Outcome != "" {
		return nil
	}
	if rank := document.rank(); rank != r.rank {
		outcome, err := r.journal.changed.Get(ctx, outcomeID(rank))
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		r.rank, r.place, r.void = rank, 0, outcome.Outcome != OutcomeDone
		r.skipTo(rank)
	}
	view, seen := r.views.kinds[document.Kind]
	wanted := len(r.query.Kinds) == 0 || slices.Contains(r.query.Kinds, document.Kind)
	switch {
	case r.void:
	case !seen || !wanted:
		r.place += document.Count
	case document.Untold:
		return ErrFeedBroken
	default:
		return r.records(document, view)
	}
	return nil
}

// records takes the records of a document, from the place where the page begins.
func (r *feedReading) records(document Change, view changeView) error {
	next := &r.page.Next
	if next.Rank == r.rank && next.Place >= r.place+document.Count {
		r.place += document.Count
		return nil
	}
	list, err := document.records()
	if err != nil {
		return err
	}
	for _, c := range list {
		if r.full() {
			return nil
		}
		place := r.place
		r.place++
		if next.Rank == r.rank && place < next.Place {
			continue
		}
		r.looked++
		told, err := view.told(c, r.query.Area)
		if err != nil {
			return fmt.Errorf("change %s: %w", document.ID, err)
		}
		if told != nil {
			told.ID, told.At, told.Kind = eventID(r.rank, place), document.At, document.Kind
			r.page.Items = append(r.page.Items, *told)
			r.bytes += len(told.Before) + len(told.After)
		}
		next.Rank, next.Place = r.rank, r.place
	}
	return nil
}

func eventID(rank, place int) string { return fmt.Sprintf("%d-%d", rank, place) }
