package inventory

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// rejectedListed is how many faults of rows are reported.
const rejectedListed = 10_000

// importer carries the rows of one file into one shelf.
type importer[T Record] struct {
	kind    kindOf[T]
	shelf   Shelf[T]
	options ImportOptions
	plan    plan
	report  *ImportReport
	notes   noteBook
	now     Instant
	seen    seenKeys
	paths   map[string]fieldPath
	fields  *fieldTree // found out as records differ
	alone   *solitude
	missing *missing     // nil where what the file lacks is kept
	trail   *trailWriter // nil where nobody wants to know
	drafts  []draft[T]   // of the block before
	atOnce  int          // how many records of the batch are enough
	batch   batch[T]
	storing []storing[T] // in the order in which they were begun
}

// importKind surveys the file, then imports it.
func importKind[T Record](
	ctx context.Context, store Store, kind kindOf[T], file *sourceFile, options ImportOptions, report *ImportReport,
) error {
	if options.Format == "" {
		format, err := file.format(ctx)
		if err != nil {
			return err
		}
		options.Format, report.Format = format, format
	}
	if options.Format == FormatOSM && options.Licence == "" {
		options.Licence = osmLicence
	}
	file.progress = options.Progress
	found, err := surveyFile(ctx, file, options)
	if err != nil {
		return err
	}
	im := &importer[T]{
		kind: kind, shelf: kind.shelf(store), options: options, report: report, now: InstantOf(options.Now()),
		atOnce: leastBatch, seen: newSeenKeys(), paths: map[string]fieldPath{}, fields: newFieldTree("", reflect.TypeFor[T]()),
	}
	if im.plan, err = makePlan(found, kind.aliases(options), reflect.TypeFor[T](), options); err != nil {
		return err
	}
	if report.Key = im.plan.key.String(); kind.place != "" {
		report.CRS = im.plan.crs.Code
	}
	if im.alone, err = newSolitude(ctx, im.shelf); err != nil {
		return err
	}
	im.missing, im.trail = newMissing(options), newTrailWriter(options, report.Import)
	if err = options.Trail.tell(ctx, *report, false); err != nil {
		return err
	}
	err = im.run(ctx, file)
	im.noteFile(found, file)
	report.Assumed = append(report.Assumed, im.notes.list...)
	return err
}

// run imports the rows while the next ones are read, and stores records while the next ones are made. The batch that
// is being stored when it fails is waited for: the report counts it if it was stored.
func (im *importer[T]) run(ctx context.Context, file *sourceFile) error {
	var failed error
	for rows, err := range file.ahead(ctx, im.options) {
		if failed = err; failed == nil {
			failed = im.takeAll(ctx, rows)
		}
		if failed != nil {
			break
		}
	}
	if failed == nil && im.missing != nil {
		failed = im.retireMissing(ctx)
	}
	if failed == nil {
		failed = im.flush(ctx)
	}
	failed = cmp.Or(im.stored(), failed)
	if im.options.DryRun {
		return failed
	}
	return cmp.Or(failed, Settle(context.WithoutCancel(ctx), im.shelf))
}

// takeAll imports some rows. Its error is not a row's fault: it stops the import.
func (im *importer[T]) takeAll(ctx context.Context, rows []row) error {
	if rows = im.wanted(rows); len(rows) == 0 {
		return nil
	}
	if err := im.trail.begin(ctx); err != nil {
		return err
	}
	drafts := im.blank(len(rows))
	ids := make([]ID, 0, len(rows))
	for i, r := range rows {
		drafts[i].row = r
		if im.begin(&drafts[i]); drafts[i].readable {
			ids = append(ids, drafts[i].recordID)
		}
		im.missing.has(drafts[i].recordID, drafts[i].readable)
	}
	there, err := im.there(ctx, ids)
	if err != nil {
		return fmt.Errorf("rows %d to %d: %w", rows[0].line, rows[len(rows)-1].line, err)
	}
	for i := range drafts {
		if err := im.take(ctx, &drafts[i], there); err != nil {
			return err
		}
	}
	return im.endBlock(ctx)
}

// blank are n drafts, in memory that serves again.
func (im *importer[T]) blank(n int) []draft[T] {
	if cap(im.drafts) < n {
		im.drafts = make([]draft[T], n)
	}
	im.drafts = im.drafts[:n]
	clear(im.drafts)
	return im.drafts
}

// endBlock tells of the rows that were taken together, and begins to store when there is enough.
func (im *importer[T]) endBlock(ctx context.Context) error {
	told, err := im.trail.end()
	if err != nil {
		return err
	}
	im.batch.told = append(im.batch.told, told...)
	if im.options.Rows != nil {
		im.options.Rows(im.report.Read)
	}
	if !im.full() {
		return nil
	}
	im.atOnce = min(2*im.atOnce, mostBatch)
	return im.flush(ctx)
}

// there are the records that the shelf has already.
func (im *importer[T]) there(ctx context.Context, ids []ID) (map[ID]T, error) {
	if im.alone.lasts() {
		return nil, nil //nolint:nilnil // no records
	}
	return GetAll(ctx, im.shelf, ids)
}

// wanted are the rows that the options ask for; the others are counted in a note.
func (im *importer[T]) wanted(rows []row) []row {
	if len(im.options.Only) == 0 {
		return rows
	}
	return slices.DeleteFunc(rows, func(r row) bool {
		for _, property := range sortedKeys(im.options.Only) {
			at := slices.IndexFunc(r.cells, func(c cell) bool { return c.name == property })
			if at < 0 || !slices.Contains(im.options.Only[property], strings.TrimSpace(r.cells[at].text)) {
				im.notes.add("left out, as asked: "+property+" is none of "+quotedList(im.options.Only[property]), r.line)
				im.passOver(r)
				return true
			}
		}
		return false
	})
}

// begin finds the identifier of the record of a row.
func (im *importer[T]) begin(d *draft[T]) {
	switch {
	case d.fault != "":
		d.faults = append(d.faults, Fault{d.field, d.fault})
	case d.crs != "" && d.crs != im.plan.said && im.options.CRS == "":
		d.faults.add("crs", "%.80q is not the coordinate system of the other rows", d.crs)
	case d.mark() != "":
		im.beginCopy(d)
	default:
		d.key = im.keyOf(d)
		d.recordID = DeriveID(string(im.options.Kind), im.options.owner(), d.key)
		d.readable = len(d.faults) == 0
	}
}

// take imports one row; there are the records that the shelf has already.
func (im *importer[T]) take(ctx context.Context, d *draft[T], there map[ID]T) error {
	im.report.Read++
	if d.readable && !im.again(d) {
		var stored T
		if stored, d.found = there[d.recordID]; d.found {
			d.before, d.from = im.content(stored), *im.kind.parts(&stored).provenance
		} else if d.mark() != "" {
			im.mayName(ctx, d)
		}
		if d.mark() == "" {
			d.record = stored
			im.readRow(d)
		} else if d.shape != nil { // a mobile camera has none; Validate misses it for the others
			im.place(d)
		}
	}
	if len(d.faults) > 0 {
		im.reject(d, d.faults...)
		return nil
	}
	return im.keep(d)
}

// keep checks a record and puts it in the batch, unless the shelf says the same already.
func (im *importer[T]) keep(d *draft[T]) error {
	if err := d.record.Validate(); err != nil {
		invalid := (*InvalidError)(nil)
		if !errors.As(err, &invalid) {
			return fmt.Errorf("row %d: %w", d.line, err)
		}
		im.reject(d, invalid.Faults...)
		return nil
	}
	im.seen.add(d.record.Key(), d.line)
	if d.found && im.content(d.record) == d.before {
		return im.same(d)
	}
	im.stamp(d)
	im.batch.records = append(im.batch.records, d.record)
	if d.found {
		return im.updated(d)
	}
	im.batch.added++
	im.trail.add(func() trace {
		row := trace{ImportedRow: d.told(RowAdded), After: stampMark + im.now.String()}
		if d.whole { // it says itself when it was changed
			row.After = Tag(d.record)
		}
		return row
	})
	return nil
}

// updated counts a record that the shelf has otherwise, by what changes.
func (im *importer[T]) updated(d *draft[T]) error {
	before, err := im.beforeOf(d)
	if err != nil {
		return err
	}
	im.batch.updated++
	row := d.told(RowUpdated)
	row.differ(differenceOf(im.fields, before, d.record))
	im.batch.changed.count(row.Changes)
	im.trail.add(func() trace { return trace{ImportedRow: row, Before: recordText(before), After: Tag(d.record)} })
	return nil
}

// beforeOf is the record that the shelf has, which the draft was made on top of.
func (im *importer[T]) beforeOf(d *draft[T]) (before T, err error) {
	if err := json.Unmarshal([]byte(d.before), &before); err != nil {
		return before, fmt.Errorf("row %d: read what was there: %w", d.line, err)
	}
	*im.kind.parts(&before).provenance = d.from
	return before, nil
}

// same counts a record that the shelf has already: because an earlier try of this import stored it, or from before.
func (im *importer[T]) same(d *draft[T]) error {
	if earlier, known := im.trail.earlier(d.recordID); known {
		before, err := im.beforeOf(d)
		if err != nil {
			return err
		}
		if isLeft(earlier, im.report.Import, before, d.from) {
			im.countEarlier(earlier)
			return nil
		}
	}
	im.report.Unchanged++
	im.trail.add(func() trace { return trace{ImportedRow: d.told(RowUnchanged)} })
	return nil
}

// countEarlier counts what an earlier try of this import has stored.
func (im *importer[T]) countEarlier(earlier trace) {
	switch earlier.Outcome {
	case RowAdded:
		im.report.Added++
	case RowUpdated:
		im.report.Updated++
		im.report.Changed.count(earlier.Changes)
	case RowRetired:
		im.report.Retired++
	case RowUnchanged, RowRefused:
		return
	}
	im.trail.add(func() trace { return earlier })
}

func (im *importer[T]) reject(d *draft[T], faults ...Fault) {
	im.report.RejectedRows++
	for _, f := range faults {
		if len(im.report.Rejected) < rejectedListed {
			im.report.Rejected = append(im.report.Rejected, RowFault{d.line, strings.Clone(d.key), f.Field, f.Reason})
		}
	}
	im.trail.add(func() trace {
		row := d.told(RowRefused)
		row.Faults = faults[:min(len(faults), mostFields)]
		return trace{ImportedRow: row}
	})
}

// noteFile adds what was supposed of the whole file.
func (im *importer[T]) noteFile(found *survey, file *sourceFile) {
	for _, text := range append([]string{file.note}, found.notes...) {
		if text != "" {
			im.report.Assumed = append(im.report.Assumed, ImportNote{text, found.rows, found.firstLine})
		}
	}
	if found.rows == 0 {
		im.report.Assumed = append(im.report.Assumed, ImportNote{Text: "the file has no row"})
	}
	var aside []string
	for _, name := range found.names {
		_, known := im.plan.targets[name]
		if !known && !im.plan.dropped[name] && found.exported < found.rows && !(name == im.plan.key.name && im.kind.keepsKey) {
			aside = append(aside, name)
		}
	}
	if len(aside) > 0 {
		text := "no field of Vigie, kept aside: " + quotedList(aside)
		im.report.Assumed = append(im.report.Assumed, ImportNote{text, found.rows, found.firstLine})
	}
}
