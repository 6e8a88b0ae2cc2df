package inventory

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"reflect"
	"slices"
	"strings"
)

const (
	// leastBatch is how many records are stored at once at first. Each batch is twice the one before, up to mostBatch:
	// as many as keep the memory small. A store writes a page of an index once a batch, however many records touch it.
	leastBatch     = 1000
	mostBatch      = 2000
	rejectedListed = 10_000
)

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
	atOnce  int // how many records of the batch are enough
	batch   batch[T]
	storing chan error // holds the end of the batch that is being stored; nil when none is
	// inStore is the batch that is being stored.
	inStore batch[T]
}

// batch is records to be stored at once; added and updated count them.
type batch[T Record] struct {
	records        []T
	added, updated int
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
	report.CRS, report.Key = im.plan.crs.Code, im.plan.key.String()
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
	drafts := make([]draft[T], len(rows))
	ids := make([]ID, 0, len(rows))
	for i, r := range rows {
		drafts[i].row = r
		if im.begin(&drafts[i]); drafts[i].readable {
			ids = append(ids, drafts[i].recordID)
		}
	}
	there, err := GetAll(ctx, im.shelf, ids)
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
		d.recordID = DeriveID(string(im.options.Kind), string(im.options.Holder), d.key)
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

// draft is a record in the making.
type draft[T Record] struct {
	row
	key      string
	recordID ID
	// readable tells that the row says which record it is.
	readable bool
	record   T
	faults   faults
	// found tells that the shelf has the record already, and before is what it says there.
	found  bool
	before string
	// whole tells that the row has the whole record, provenance included.
	whole       bool
	assumptions []string
}

// suppose notes something assumed for the row, in the report and in the record.
func (im *importer[T]) suppose(d *draft[T], text string) {
	im.notes.add(text, d.line)
	if !slices.Contains(d.assumptions, text) {
		d.assumptions = append(d.assumptions, text)
	}
}

// readRow makes a record of a row of anybody's, on top of the one that the shelf has already.
func (im *importer[T]) readRow(d *draft[T]) {
	*im.kind.parts(&d.record).id = d.recordID
	for _, c := range d.cells {
		im.readCell(d, c)
	}
	for _, note := range d.notes {
		im.suppose(d, note)
	}
	for _, assumed := range im.kind.complete(&d.record, im.options, d.line, im.keyText(d)) {
		im.suppose(d, assumed)
	}
	if d.shape == nil {
		d.faults.add(im.kind.place, "%s", d.shapeless)
		return
	}
	im.place(d)
}

// keyText is the key of a row as its holder writes it, empty when it is made from the content.
func (im *importer[T]) keyText(d *draft[T]) string {
	if im.plan.key.content() {
		return ""
	}
	return d.key
}

const contentKey = "content:"

// keyOf is what identifies the row for its holder.
func (im *importer[T]) keyOf(d *draft[T]) string {
	k := im.plan.key
	if k.byID && d.id != "" {
		return d.id
	}
	for _, c := range d.cells {
		if text := strings.TrimSpace(c.text); k.name != "" && c.name == k.name && !unknownWord(text) {
			return text
		}
	}
	if !k.content() {
		d.faults.add(k.String(), "the key is missing")
		return ""
	}
	im.suppose(d, "nothing identifies the row: its identifier is made from its content, and a row that changes becomes another one")
	sum := sha256.New()
	for _, c := range d.cells {
		fmt.Fprintf(sum, "%q=%q,", c.name, c.text)
	}
	fmt.Fprintf(sum, "%v", d.shape)
	return contentKey + hex.EncodeToString(sum.Sum(nil)[:16])
}

// again tells whether a line before brought the same record.
func (im *importer[T]) again(d *draft[T]) bool {
	first, again := im.seen[maphash.String(im.seed, string(d.recordID))]
	if again {
		what, field := "key", im.plan.key.String()
		switch {
		case d.mark() != "":
			what, field = "identifier", "id"
		case im.keyText(d) == "":
			what = "content"
		}
		d.faults.add(field, "the %s of row %d comes back", what, first)
	}
	return again
}

// readCell gives one property to its field, or keeps it aside.
func (im *importer[T]) readCell(d *draft[T], c cell) {
	text := strings.TrimSpace(c.text)
	if im.plan.dropped[c.name] || unknownWord(text) {
		return
	}
	t, known := im.plan.targets[c.name]
	if !known {
		im.keepAside(d, c.name, text)
		return
	}
	exact, assumed, err := t.read(text)
	if err == nil && exact != "" {
		err = t.path.set(reflect.ValueOf(&d.record).Elem(), exact)
	}
	switch {
	case err != nil && t.doubtful:
		im.keepAside(d, c.name, text)
		im.notes.add(t.aside, d.line)
		return
	case err != nil:
		d.faults.add(t.path.text, "%.60s: %v", c.name, err)
		return
	case assumed != "":
		im.suppose(d, fmt.Sprintf("%.60s: %s", c.name, assumed))
	}
	if t.note != "" {
		im.notes.add(t.note, d.line)
	}
}

func (im *importer[T]) keepAside(d *draft[T], name, text string) {
	if name == im.plan.key.name && im.kind.keepsKey {
		return
	}
	extra := im.kind.parts(&d.record).extra
	if *extra == nil {
		*extra = map[string]string{}
	}
	(*extra)[name] = text
}

// place carries the shape to lon, lat and gives it to the record.
func (im *importer[T]) place(d *draft[T]) {
	shape := d.shape
	if d.mark() == "" && hasOrigin(shape) {
		d.faults.add(im.kind.place, "a position is exactly 0, 0, which is how files write that it is unknown")
		return
	}
	if !im.plan.crs.Geographic() {
		shape = withPoints(shape, im.plan.crs.ToLonLat)
		if at, ok := firstPoint(shape); ok && im.plan.crs.Territory != "" && !im.plan.crs.InFrance(at) {
			im.notes.add(fmt.Sprintf("the place is outside the area where %s is used", im.plan.crs.Code), d.line)
		}
	}
	if reason := im.kind.setPlace(&d.record, shape); reason != "" {
		d.faults.add(im.kind.place, "%s", reason)
	}
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

func (im *importer[T]) reject(line int, key string, faults ...Fault) {
	im.report.RejectedRows++
	for _, f := range faults {
		if len(im.report.Rejected) < rejectedListed {
			im.report.Rejected = append(im.report.Rejected, RowFault{line, key, f.Field, f.Reason})
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
