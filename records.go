package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"vigie/api"
	"vigie/inventory"
)

// recordImport is how records of one kind are imported.
type recordImport[T inventory.Record] struct {
	shelf      inventory.Shelf[T]
	provenance func(*T) *inventory.Provenance
	// check gives what makes a valid record unfit for the store: an *inventory.InvalidError, or why it could not tell.
	check func(context.Context, T) error
}

func holderRecords(store inventory.Store) recordImport[inventory.Holder] {
	return recordImport[inventory.Holder]{
		shelf:      store.Holders(),
		provenance: func(h *inventory.Holder) *inventory.Provenance { return &h.Provenance },
		check:      func(context.Context, inventory.Holder) error { return nil },
	}
}

func deploymentRecords(store inventory.Store) recordImport[inventory.Deployment] {
	return recordImport[inventory.Deployment]{
		shelf:      store.Deployments(),
		provenance: func(d *inventory.Deployment) *inventory.Provenance { return &d.Provenance },
		check: func(ctx context.Context, d inventory.Deployment) error {
			_, err := store.Holders().Get(ctx, d.Holder)
			if !errors.Is(err, inventory.ErrNotFound) {
				return err
			}
			reason := fmt.Sprintf("%q is no holder in the store: import it first, with --kind holders", d.Holder)
			fault := inventory.Fault{Field: "holder", Reason: reason}
			return &inventory.InvalidError{Kind: "deployment", Key: d.ID, Faults: []inventory.Fault{fault}}
		},
	}
}

// importRecords reads a JSON array of holders or deployments and stores the valid ones that are new or changed, together.
// Text that is no JSON array, or more than one, is refused as a whole; a record with faults is left out and reported.
func importRecords[T inventory.Record](
	ctx context.Context, kind recordImport[T], source input, options inventory.ImportOptions,
) (inventory.ImportReport, error) {
	report := inventory.ImportReport{
		Import: inventory.NewID(), Source: options.Source, Kind: options.Kind, Format: "json", DryRun: options.DryRun,
		Rejected: []inventory.RowFault{}, Assumed: []inventory.ImportNote{},
	}
	text, err := io.ReadAll(source)
	if err != nil {
		return report, fmt.Errorf("%s: %w", source.name, err)
	}
	rows, err := readArray(text)
	if err != nil {
		return report, refused("%s: a JSON array of %s is needed: %w", source.name, options.Kind, err)
	}
	report.Read = len(rows)
	changed, err := kind.changes(ctx, rows, &report)
	if err != nil || options.DryRun || len(changed) == 0 {
		return report, err
	}
	now := inventory.InstantOf(time.Now())
	for i := range changed {
		origin := kind.provenance(&changed[i])
		if origin.Source == "" { // otherwise the record says itself where it was first read
			origin.Source, origin.Licence = options.Source, options.Licence
		}
		origin.Import, origin.UpdatedAt = report.Import, &now
	}
	return report, kind.shelf.Put(ctx, changed...)
}

// changes gives the records that are new or not as they are stored, with their row, and reports on all of them.
func (k recordImport[T]) changes(
	ctx context.Context, rows []json.RawMessage, report *inventory.ImportReport,
) (changed []T, err error) {
	firstRow := map[inventory.ID]int{}
	for i, text := range rows {
		row := i + 1
		record, err := k.read(ctx, text)
		if first, again := firstRow[record.Key()]; err == nil && again {
			reason := fmt.Sprintf("has the id of row %d", first)
			err = &inventory.InvalidError{Faults: []inventory.Fault{{Reason: reason}}}
		}
		var invalid *inventory.InvalidError
		if errors.As(err, &invalid) {
			report.RejectedRows++
			report.Rejected = append(report.Rejected, rowFaults(row, record.Key(), invalid.Faults)...)
			continue
		}
		if err != nil {
			return nil, err
		}
		firstRow[record.Key()] = row
		same, err := k.compare(ctx, record, report)
		if err != nil {
			return nil, err
		}
		if !same {
			if origin := k.provenance(&record); origin.Source == "" {
				origin.Row = row
			}
			changed = append(changed, record)
		}
	}
	return changed, nil
}

const byteOrderMark = "\ufeff"

// readArray reads a text that is one JSON array, which may follow a byte order mark.
func readArray(text []byte) ([]json.RawMessage, error) {
	var rows []json.RawMessage
	if err := json.Unmarshal(bytes.TrimPrefix(text, []byte(byteOrderMark)), &rows); err != nil {
		return nil, err
	}
	if rows == nil {
		return nil, errors.New("the text is null")
	}
	return rows, nil
}

// read decodes a record. It refuses a property that no field holds: a misspelt one would be lost without a word.
func (k recordImport[T]) read(ctx context.Context, row json.RawMessage) (T, error) {
	var record T
	if err := api.Decode(row, &record); err != nil {
		return record, err
	}
	if err := record.Validate(); err != nil {
		return record, err
	}
	return record, k.check(ctx, record)
}

// rowFaults gives one fault per field that is wrong.
func rowFaults(row int, key inventory.ID, wrong []inventory.Fault) []inventory.RowFault {
	faults := make([]inventory.RowFault, len(wrong))
	for i, fault := range wrong {
		faults[i] = inventory.RowFault{Line: row, Key: string(key), Field: fault.Field, Reason: fault.Reason}
	}
	return faults
}

// compare counts a record as added, updated or unchanged, and tells the last. Where a record comes from is no part of
// what it says; record is a copy.
func (k recordImport[T]) compare(ctx context.Context, record T, report *inventory.ImportReport) (same bool, err error) {
	stored, err := k.shelf.Get(ctx, record.Key())
	switch {
	case errors.Is(err, inventory.ErrNotFound):
		report.Added++
		return false, nil
	case err != nil:
		return false, err
	}
	*k.provenance(&stored), *k.provenance(&record) = inventory.Provenance{}, inventory.Provenance{}
	if inventory.Tag(stored) == inventory.Tag(record) {
		report.Unchanged++
		return true, nil
	}
	report.Updated++
	return false, nil
}
