package inventory

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
)

const (
	// leastBatch is how many records are stored at once at first. Each batch is twice the one before, up to mostBatch:
	// as many as keep the memory small. A store writes a page of an index once a batch, however many records touch it.
	leastBatch = 1000
	mostBatch  = 1500
)

// batch is records to be stored at once, and what was done, which is told before they are. The numbers count the records.
type batch[T Record] struct {
	records                 []T
	added, updated, retired int
	changed                 RowChangeCounts
	told                    []Blob
	// fresh tells that the shelf had none of the records when the batch was made.
	fresh bool
}

// content is what a record says, wherever it comes from.
func (im *importer[T]) content(record T) string {
	*im.kind.parts(&record).provenance = Provenance{}
	text, err := json.Marshal(record)
	if err != nil {
		return err.Error() // a record that has no JSON is refused by Validate
	}
	return string(text)
}

// mostStoring is how many batches are on their way into the store at once: while one is stored, the next is made ready.
const mostStoring = 2

// storing is a batch on its way into the store.
type storing[T Record] struct {
	batch[T]
	done chan error // holds how it ended
}

// flush begins to store the batch, when few enough are being stored.
func (im *importer[T]) flush(ctx context.Context) error {
	for len(im.storing) >= mostStoring {
		if err := im.storedFirst(); err != nil {
			return err
		}
	}
	im.batch.fresh = im.alone.lasts()
	next := storing[T]{im.batch, make(chan error, 1)}
	im.storing, im.batch = append(im.storing, next), batch[T]{}
	go func() { next.done <- im.store(ctx, next.batch) }()
	return nil
}

// store stores a batch, after what is told of it: what an interrupted import has stored can always be undone.
func (im *importer[T]) store(ctx context.Context, b batch[T]) error {
	if len(b.told) > 0 {
		if err := im.options.Trail.Blobs.Put(asVigie(ctx), b.told...); err != nil {
			return fmt.Errorf("keep what becomes of the rows: %w", err)
		}
	}
	if len(b.records) == 0 || im.options.DryRun {
		return nil
	}
	im.alone.own.Add(1)
	if b.fresh {
		err := PutNew(ctx, im.shelf, b.records...)
		if !errors.Is(err, ErrExists) {
			return err
		}
	}
	return PutValid(ctx, im.shelf, b.records...) // in place of what somebody else has stored meanwhile
}

// mostTold is how many blocks of rows are told at once of which nothing is to be stored.
const mostTold = 16

// full tells whether the batch is enough to be stored.
func (im *importer[T]) full() bool {
	return len(im.batch.records) >= im.atOnce || len(im.batch.told) >= mostTold
}

// stored waits until nothing is being stored.
func (im *importer[T]) stored() (err error) {
	for len(im.storing) > 0 {
		err = cmp.Or(err, im.storedFirst())
	}
	return err
}

// storedFirst waits until the batch that was begun first is stored, and counts it.
func (im *importer[T]) storedFirst() error {
	first := im.storing[0]
	im.storing = im.storing[1:]
	if err := <-first.done; err != nil {
		return fmt.Errorf("store %d records: %w", len(first.records), err)
	}
	im.report.Added += first.added
	im.report.Updated += first.updated
	im.report.Retired += first.retired
	im.report.Changed.add(first.changed)
	return nil
}
