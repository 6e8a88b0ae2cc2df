package inventory

import (
	"context"
	"encoding/json"
	"fmt"
)

const (
	// leastBatch is how many records are stored at once at first. Each batch is twice the one before, up to mostBatch:
	// as many as keep the memory small. A store writes a page of an index once a batch, however many records touch it.
	leastBatch = 1000
	mostBatch  = 2000
)

// batch is records to be stored at once; added and updated count them.
type batch[T Record] struct {
	records        []T
	added, updated int
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

// flush begins to store the batch, when the one before is stored.
func (im *importer[T]) flush(ctx context.Context) error {
	if err := im.stored(); err != nil {
		return err
	}
	im.inStore, im.batch = im.batch, batch[T]{}
	im.storing = make(chan error, 1)
	go func(records []T, done chan<- error) {
		if len(records) == 0 || im.options.DryRun {
			done <- nil
			return
		}
		done <- im.shelf.Put(ctx, records...)
	}(im.inStore.records, im.storing)
	return nil
}

// stored waits until nothing is being stored.
func (im *importer[T]) stored() error {
	if im.storing == nil {
		return nil
	}
	err := <-im.storing
	im.storing = nil
	if err != nil {
		return fmt.Errorf("store %d records: %w", len(im.inStore.records), err)
	}
	im.report.Added += im.inStore.added
	im.report.Updated += im.inStore.updated
	return nil
}
