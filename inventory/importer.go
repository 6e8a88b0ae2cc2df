package inventory

import (
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
	importBatch    = 1000
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
	batch   []T
	// added and updated count the records of the batch.
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
		seed: maphash.MakeSeed(), seen: map[uint64]int32{}, paths: map[string]fieldPath{},
	}
	if im.plan, err = makePlan(found, kind.aliases(options), reflect.TypeFor[T](), options); err != nil {
		return err
	}
	report.CRS, report.Key = im.plan.crs.Code, im.plan.key.String()
	err = file.rows(ctx, options, importPass, im)
	if err == nil {
		err = im.flush(ctx)
	}
	im.noteFile(found, file)
	report.Assumed = append(report.Assumed, im.notes.list...)
	return err
}

func (im *importer[T]) about(string, []string, ...string) {}

// take imports one row. Its error is not the row's fault: it stops the import.
func (im *importer[T]) take(ctx context.Context, r row) error {
	im.report.Read++
	switch {
	case r.fault != "":
		im.reject(r.line, "", Fault{r.field, r.fault})
		return nil
	case r.crs != "" && r.crs != im.plan.said && im.options.CRS == "":
		im.reject(r.line, "", Fault{"crs", fmt.Sprintf("%.80q is not the coordinate system of the other rows", r.crs)})
		return nil
	}
	d := draft[T]{row: r}
	read := im.readRow
	if r.mark() != "" {
		read = im.copyRow
	}
	if err := read(ctx, &d); err != nil {
		return err
	}
	if len(d.faults) > 0 {
		im.reject(r.line, d.key, d.faults...)
		return nil
	}
	return im.keep(ctx, d)
}

// draft is a record in the making.
type draft[T Record] struct {
	row
	key    string
	record T
	faults faults
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
func (im *importer[T]) readRow(ctx context.Context, d *draft[T]) error {
	if d.key = im.keyOf(d); len(d.faults) > 0 {
		return nil
	}
	id := DeriveID(string(im.options.Kind), string(im.options.Holder), d.key)
	if im.again(d, id) {
		return nil
	}
	stored, err := im.lookUp(ctx, d, id)
	if err != nil {
		return err
	}
	d.record = stored
	*im.kind.parts(&d.record).id = id
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
		return nil
	}
	im.place(d)
	return nil
}

// lookUp gives the record that the shelf has under an identifier, or an empty one.
func (im *importer[T]) lookUp(ctx context.Context, d *draft[T], id ID) (record T, err error) {
	record, err = im.shelf.Get(ctx, id)
	switch {
	case err == nil:
		d.found, d.before = true, im.content(record)
	case errors.Is(err, ErrNotFound):
		err = nil
	default:
		err = fmt.Errorf("row %d: %w", d.line, err)
	}
	return record, err
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
func (im *importer[T]) again(d *draft[T], id ID) bool {
	first, again := im.seen[maphash.String(im.seed, string(id))]
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
func (im *importer[T]) keep(ctx context.Context, d draft[T]) error {
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
	im.stamp(&d)
	im.batch = append(im.batch, d.record)
	if d.found {
		im.updated++
	} else {
		im.added++
	}
	if len(im.batch) == importBatch {
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

// flush stores the batch.
func (im *importer[T]) flush(ctx context.Context) error {
	if len(im.batch) > 0 && !im.options.DryRun {
		if err := im.shelf.Put(ctx, im.batch...); err != nil {
			return fmt.Errorf("store %d records: %w", len(im.batch), err)
		}
	}
	im.report.Added += im.added
	im.report.Updated += im.updated
	im.batch, im.added, im.updated = im.batch[:0], 0, 0
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
