package inventory

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/maphash"
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
	seed    maphash.Seed
	seen    map[uint64]int32 // hash of an identifier → the line that brought it
	paths   map[string]fieldPath
	alone   *solitude
	atOnce  int // how many records of the batch are enough
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
		atOnce: leastBatch, seed: maphash.MakeSeed(), seen: map[uint64]int32{}, paths: map[string]fieldPath{},
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
	if failed == nil {
		failed = im.flush(ctx)
	}
	return cmp.Or(im.stored(), failed)
}

// takeAll imports some rows. Its error is not a row's fault: it stops the import.
func (im *importer[T]) takeAll(ctx context.Context, rows []row) error {
	rows = im.wanted(rows)
	if len(rows) == 0 {
		return nil
	}
	drafts := make([]draft[T], len(rows))
	ids := make([]ID, 0, len(rows))
	for i, r := range rows {
		drafts[i].row = r
		if im.begin(&drafts[i]); drafts[i].readable {
			ids = append(ids, drafts[i].recordID)
		}
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
	return nil
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
			d.before = im.content(stored)
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
		im.reject(d.line, d.key, d.faults...)
		return nil
	}
	return im.keep(ctx, d)
}

// keep checks a record and puts it in the batch, unless the shelf says the same already.
func (im *importer[T]) keep(ctx context.Context, d *draft[T]) error {
	if err := d.record.Validate(); err != nil {
		invalid := (*InvalidError)(nil)
		if !errors.As(err, &invalid) {
			return fmt.Errorf("row %d: %w", d.line, err)
		}
		im.reject(d.line, d.key, invalid.Faults...)
		return nil
	}
	im.seen[maphash.String(im.seed, string(d.record.Key()))] = int32(d.line) //nolint:gosec // no file has two thousand million rows
	if d.found && im.content(d.record) == d.before {
		im.report.Unchanged++
		return nil
	}
	im.stamp(d)
	im.batch.records = append(im.batch.records, d.record)
	if d.found {
		im.batch.updated++
	} else {
		im.batch.added++
	}
	if len(im.batch.records) == im.atOnce {
		im.atOnce = min(2*im.atOnce, mostBatch)
		return im.flush(ctx)
	}
	return nil
}

func (im *importer[T]) reject(line int, key string, faults ...Fault) {
	im.report.RejectedRows++
	for _, f := range faults {
		if len(im.report.Rejected) < rejectedListed {
			im.report.Rejected = append(im.report.Rejected, RowFault{line, strings.Clone(key), f.Field, f.Reason})
		}
	}
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
