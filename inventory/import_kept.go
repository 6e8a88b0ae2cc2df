package inventory

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
)

// KeptImport is the report of an import that is kept with its trail.
type KeptImport struct {
	Report ImportReport
	// Owner is whose import it is; empty of the person at the machine itself.
	Owner ID
	// Ended is false while it goes on, and when it was interrupted.
	Ended     bool
	ExpiresAt Instant
}

// ReadImport reads the report of an import that kept a [Trail]; ErrNotFound when there is none, or not any more.
func ReadImport(ctx context.Context, blobs Shelf[Blob], id ID) (KeptImport, error) {
	first, err := blobs.Get(asVigie(ctx), pieceName(id+".report", 0))
	if err != nil {
		return KeptImport{}, fmt.Errorf("import %q: %w", id, err)
	}
	text, err := getText(ctx, blobs, id+".report")
	if err != nil {
		return KeptImport{}, fmt.Errorf("import %q: %w", id, err)
	}
	var kept reported
	if err := json.Unmarshal(text, &kept); err != nil {
		return KeptImport{}, fmt.Errorf("import %q: %w", id, err)
	}
	return KeptImport{Report: kept.Report, Owner: first.Owner, Ended: kept.Ended, ExpiresAt: first.ExpiresAt}, nil
}

// undoName is the text that tells of the last undoing of an import, or of the last look at what it would do.
func undoName(id ID, dryRun bool) ID {
	if dryRun {
		return id + ".undo.dry"
	}
	return id + ".undo"
}

// keepUndo keeps the report of an undoing, as long as the trail.
func (k KeptImport) keepUndo(ctx context.Context, blobs Shelf[Blob], report UndoReport) error {
	trail := Trail{Blobs: blobs, Owner: k.Owner, ExpiresAt: k.ExpiresAt}
	return trail.keep(ctx, undoName(report.Import, report.DryRun), report)
}

// ReadUndo reads what [UndoImport] told last of an import, with dryRun or without; ErrNotFound when it was not undone so.
func ReadUndo(ctx context.Context, blobs Shelf[Blob], id ID, dryRun bool) (report UndoReport, err error) {
	text, err := getText(ctx, blobs, undoName(id, dryRun))
	if err == nil {
		err = json.Unmarshal(text, &report)
	}
	if err != nil {
		return report, fmt.Errorf("undoing of the import %q: %w", id, err)
	}
	return report, nil
}

// TrailPlace is a place in the trail of an import: behind so many rows of a block. The zero value is its beginning.
type TrailPlace struct{ Block, Row int }

// PlacedRow is a row of an import, and the place behind it.
type PlacedRow struct {
	ImportedRow
	Place TrailPlace
}

// ImportedRows gives the rows of an import in the order of the file, and then what the file lacks, from a place on. The last
// ones of an import that was interrupted may tell of records that were not stored.
func ImportedRows(ctx context.Context, blobs Shelf[Blob], id ID, from TrailPlace) iter.Seq2[PlacedRow, error] {
	return func(yield func(PlacedRow, error) bool) {
		block := max(from.Block, 1)
		for rows, err := range traces(ctx, blobs, id, block) {
			if err != nil {
				yield(PlacedRow{}, err)
				return
			}
			for i, row := range rows {
				if block == from.Block && i < from.Row {
					continue
				}
				if !yield(PlacedRow{row.ImportedRow, TrailPlace{block, i + 1}}, nil) {
					return
				}
			}
			block++
		}
	}
}

// traces gives the blocks of an import, from one on.
func traces(ctx context.Context, blobs Shelf[Blob], id ID, from int) iter.Seq2[[]trace, error] {
	return func(yield func([]trace, error) bool) {
		for block := from; ; block++ {
			text, err := getText(ctx, blobs, blockName(id, block))
			if errors.Is(err, ErrNotFound) {
				return
			}
			var rows []trace
			if err == nil {
				rows, err = readTraces(text)
			}
			if !yield(rows, err) || err != nil {
				return
			}
		}
	}
}
