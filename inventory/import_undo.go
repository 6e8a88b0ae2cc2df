package inventory

import (
	"cmp"
	"context"
	"errors"
	"fmt"
)

// UndoOptions says which import is to be undone.
type UndoOptions struct {
	// Import is the identifier that its report tells.
	Import ID
	// DryRun looks what would be done, and changes no record.
	DryRun bool
	// Rows, when not nil, is called with the number of rows that were looked at, of how many.
	Rows func(rows, all int)
}

// UndoReport tells what undoing an import did, or with DryRun would do.
type UndoReport struct {
	Import ID   `json:"import"`
	Kind   Kind `json:"kind"`
	DryRun bool `json:"dryRun"`
	// Ended tells that all rows were looked at. What was cancelled or failed tells what it did until then.
	Ended bool `json:"ended"`
	// Removed counts the records that the import added and that are gone now; Restored those that it changed or retired and
	// that are as they were; Undone those that were so already.
	Removed  int `json:"removed"`
	Restored int `json:"restored"`
	Undone   int `json:"undone"`
	// Conflicts counts the records that somebody changed since: they are left as they are. Conflicting has them, ten thousand
	// at most.
	Conflicts   int            `json:"conflicts"`
	Conflicting []UndoConflict `json:"conflicting"`
}

// UndoConflict is a record that is left as it is.
type UndoConflict struct {
	// Line and Key are those of the row of the import.
	Line   int    `json:"line,omitempty"`
	Key    string `json:"key,omitempty"`
	Record ID     `json:"record"`
	Reason string `json:"reason"`
}

// UndoImport takes back what an import did that kept a [Trail] in blobs: what it added is removed, and what it changed or
// retired is as it was before, its date included. A record that somebody changed or removed since is a
// conflict: it is told and left as it is. Undoing may be repeated, and continues what was interrupted; each record is one step.
// The report is kept with the trail, for [ReadUndo]; when it fails, the report says what was done until then. ErrNotFound when there
// is no trail, or not any more.
func UndoImport(ctx context.Context, store Store, blobs Shelf[Blob], options UndoOptions) (UndoReport, error) {
	report := UndoReport{Import: options.Import, DryRun: options.DryRun, Conflicting: []UndoConflict{}}
	kept, err := ReadImport(ctx, blobs, options.Import)
	if err != nil {
		return report, err
	}
	report.Kind = kept.Report.Kind
	if !kept.Report.DryRun {
		err = undo(ctx, store, undoing{blobs, options, &report, kept.Report.Read + kept.Report.Retired})
	}
	report.Ended = err == nil
	err = cmp.Or(err, kept.keepUndo(context.WithoutCancel(ctx), blobs, report))
	if err != nil {
		return report, fmt.Errorf("undo the import %q: %w", options.Import, err)
	}
	return report, nil
}

func undo(ctx context.Context, store Store, u undoing) error {
	switch u.report.Kind {
	case KindCameras:
		return undoKind(ctx, store, cameraKind(), u)
	case KindAreas:
		return undoKind(ctx, store, areaKind(), u)
	case KindObstacles:
		return undoKind(ctx, store, obstacleKind(), u)
	case KindCandidates:
		return undoKind(ctx, store, candidateKind(), u)
	case KindEquipment:
		return undoKind(ctx, store, equipmentKind(), u)
	}
	return nil
}

// undoing takes back an import of so many rows.
type undoing struct {
	blobs   Shelf[Blob]
	options UndoOptions
	report  *UndoReport
	rows    int
}

// undoingOf takes back rows that are records of one kind.
type undoingOf[T Record] struct {
	undoing
	kind  kindOf[T]
	shelf Shelf[T]
}

func undoKind[T Record](ctx context.Context, store Store, kind kindOf[T], u undoing) error {
	each := undoingOf[T]{u, kind, kind.shelf(store)}
	rows := 0
	for block, err := range traces(ctx, u.blobs, u.options.Import, 1) {
		if err != nil {
			return err
		}
		for _, row := range block {
			if row.After == "" {
				continue
			}
			if err := each.row(ctx, row); err != nil {
				return fmt.Errorf("%s %q: %w", kind.one, row.Record, err)
			}
		}
		if rows += len(block); u.options.Rows != nil {
			u.options.Rows(rows, max(rows, u.rows)) // an earlier try may have come farther than the one that reported
		}
	}
	return nil
}

// errKeepIt ends a step in which nothing is changed.
var errKeepIt = errors.New("is left as it is")

// row takes back one row.
func (u *undoingOf[T]) row(ctx context.Context, row trace) error {
	var before *T
	if len(row.Before) > 0 {
		record, err := readStrictly[T](row.Before)
		if err != nil {
			return fmt.Errorf("read what was there: %w", err)
		}
		before = &record
	}
	var counted *int
	conflict := ""
	look := func(now T) error {
		counted, conflict = u.judge(row, before, now)
		if counted == &u.report.Undone || conflict != "" || u.options.DryRun {
			return errKeepIt
		}
		return nil
	}
	err := u.step(ctx, row.Record, before, look)
	switch {
	case errors.Is(err, ErrNotFound) && before == nil:
		counted = &u.report.Undone
	case errors.Is(err, ErrNotFound):
		conflict = "it was removed since"
	case err != nil && !errors.Is(err, errKeepIt):
		return err
	}
	if conflict != "" {
		u.conflict(row, conflict)
		return nil
	}
	*counted++
	return nil
}

// step removes a record that was not there before, or puts it back.
func (u *undoingOf[T]) step(ctx context.Context, id ID, before *T, look func(T) error) error {
	if before == nil {
		return u.shelf.Delete(ctx, id, look)
	}
	_, err := u.shelf.Update(ctx, id, func(now *T) error {
		if err := look(*now); err != nil {
			return err
		}
		*now = *before
		return nil
	})
	return err
}

// judge tells what is to be done with a record as it is now: which number counts it, or why it is left as it is.
func (u *undoingOf[T]) judge(row trace, before *T, now T) (counted *int, conflict string) {
	switch {
	case before != nil && Tag(now) == Tag(*before):
		return &u.report.Undone, ""
	case !isLeft(row, u.options.Import, now, *u.kind.parts(&now).provenance):
		return nil, "it was changed since"
	case before == nil:
		return &u.report.Removed, ""
	}
	return &u.report.Restored, ""
}

func (u *undoing) conflict(row trace, reason string) {
	if u.report.Conflicts++; len(u.report.Conflicting) < rejectedListed {
		u.report.Conflicting = append(u.report.Conflicting, UndoConflict{row.Line, row.Key, row.Record, reason})
	}
}
