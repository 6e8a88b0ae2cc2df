package inventory

import (
	"context"
	"fmt"
	"hash/maphash"
	"maps"
	"slices"
)

// OnMissing says what becomes of cameras that a file does not have, or not any more.
type OnMissing string

// What becomes of them.
const (
	// KeepMissing leaves them as they are.
	KeepMissing OnMissing = "keep"
	// RetireMissing takes the file for the whole of what the holder has (in the deployment, when the options name one; from the
	// source MissingFrom, when they name that): its cameras that the file lacks get the status retired and the day of the
	// import; none is deleted. One that an import retired and that the file has again comes back, with the status that the row
	// or the options give. A row that is refused counts as there. When one does not say which camera it is, or when there is
	// none at all, nothing is retired, which is noted.
	RetireMissing OnMissing = "retire"
)

// OnMissings are both.
func OnMissings() []OnMissing { return []OnMissing{KeepMissing, RetireMissing} }

func (o ImportOptions) checkMissing(f *faults) {
	oneOf(f, "onMissing", o.OnMissing, OnMissings()...)
	switch {
	case o.OnMissing != RetireMissing && o.MissingFrom != "":
		f.add("missingFrom", "is read with onMissing %s only", RetireMissing)
	case o.OnMissing != RetireMissing:
	case o.Kind != KindCameras:
		f.add("onMissing", "%s is of cameras only", RetireMissing)
	case o.Holder == "":
		f.add("onMissing", "%s needs the holder: whose cameras are they?", RetireMissing)
	}
}

// missing finds out what a file lacks.
type missing struct {
	seed    maphash.Seed
	present map[uint64]struct{} // hashes of the identifiers that the file has
	unknown int                 // rows that do not say which camera they are
}

// newMissing is nil where what the file lacks is kept.
func newMissing(options ImportOptions) *missing {
	if options.OnMissing != RetireMissing {
		return nil
	}
	return &missing{seed: maphash.MakeSeed(), present: map[uint64]struct{}{}}
}

// has notes a row of the file.
func (m *missing) has(id ID, readable bool) {
	switch {
	case m == nil:
	case readable:
		m.present[maphash.String(m.seed, string(id))] = struct{}{}
	default:
		m.unknown++
	}
}

func (m *missing) lacks(id ID) bool {
	_, present := m.present[maphash.String(m.seed, string(id))]
	return !present
}

// passOver notes a row that is not read: it is in the file.
func (im *importer[T]) passOver(r row) {
	if im.missing == nil {
		return
	}
	d := draft[T]{row: r}
	im.begin(&d)
	im.missing.has(d.recordID, d.readable)
}

// gives tells whether the row gives a field.
func (im *importer[T]) gives(d *draft[T], field string) bool {
	for _, c := range d.cells {
		if t, known := im.plan.targets[c.name]; known && t.path.text == field && !unknownWord(c.text) {
			return true
		}
	}
	return false
}

// retireMissing retires what the file lacks.
func (im *importer[T]) retireMissing(ctx context.Context) error {
	switch {
	case im.missing.unknown > 0:
		im.report.Assumed = append(im.report.Assumed, ImportNote{Text: fmt.Sprintf(
			"nothing is retired: %d rows do not say which camera they are", im.missing.unknown), Rows: im.missing.unknown})
		return nil
	case len(im.missing.present) == 0:
		im.report.Assumed = append(im.report.Assumed, ImportNote{Text: "nothing is retired: the file has no camera"})
		return nil
	}
	if err := im.retiredEarlier(ctx); err != nil {
		return err
	}
	elsewhere, taken := 0, 0
	for record, err := range im.shelf.Find(ctx, im.options.expected()) {
		if err != nil {
			return fmt.Errorf("look for what the file lacks: %w", err)
		}
		if !im.missing.lacks(record.Key()) {
			continue
		}
		if from := im.options.MissingFrom; from != "" && im.kind.parts(&record).provenance.Source != from {
			elsewhere++
			continue
		}
		if taken%rowsAtOnce == 0 {
			if err := im.beginRetired(ctx, taken > 0); err != nil {
				return err
			}
		}
		if im.retire(record) {
			taken++
		}
	}
	if elsewhere > 0 {
		im.report.Assumed = append(im.report.Assumed, ImportNote{Text: fmt.Sprintf(
			"%d cameras of the holder that the file lacks are from another source than %.60q: kept", elsewhere, im.options.MissingFrom)})
	}
	return im.endBlock(ctx)
}

// expected selects what the file should have.
func (o ImportOptions) expected() Query {
	q := Query{Where: []Condition{{Attr: AttrHolder, In: []string{string(o.Holder)}}}}
	if o.Deployment != "" {
		q.Where = append(q.Where, Condition{Attr: AttrDeployment, In: []string{string(o.Deployment)}})
	}
	return q
}

// retiredEarlier counts what an earlier try of this import has retired.
func (im *importer[T]) retiredEarlier(ctx context.Context) error {
	for {
		if err := im.trail.begin(ctx); err != nil {
			return err
		}
		earlier := im.trail.allEarlier()
		if len(earlier) == 0 {
			return nil
		}
		ids := slices.Sorted(maps.Keys(earlier))
		there, err := GetAll(ctx, im.shelf, ids)
		if err != nil {
			return fmt.Errorf("look for what was retired: %w", err)
		}
		for _, id := range ids {
			if record, known := there[id]; known && isLeft(earlier[id], im.report.Import, record, *im.kind.parts(&record).provenance) {
				im.countEarlier(earlier[id])
			}
		}
		if err := im.endBlock(ctx); err != nil {
			return err
		}
	}
}

// beginRetired begins to tell of some records that are retired, after ending to tell of those before.
func (im *importer[T]) beginRetired(ctx context.Context, again bool) error {
	if again {
		if err := im.endBlock(ctx); err != nil {
			return err
		}
	}
	return im.trail.begin(ctx)
}

// retire puts a record that the file lacks into the batch, if it is not retired already.
func (im *importer[T]) retire(record T) bool {
	before := record
	key, retired := im.kind.retire(&record, DateOf(im.now.Time))
	if !retired {
		return false
	}
	from := im.kind.parts(&record).provenance
	from.Import, from.UpdatedAt = im.report.Import, &im.now
	im.batch.records = append(im.batch.records, record)
	im.batch.retired++
	im.trail.add(func() trace {
		row := ImportedRow{Record: record.Key(), Key: key, Outcome: RowRetired}
		return trace{ImportedRow: row, Before: recordText(before), After: Tag(record)}
	})
	return true
}

func retireCamera(c *Camera, on Date) (key string, retired bool) {
	if c.Status == Retired {
		return c.ExternalID, false
	}
	c.Status, c.RetiredOn = Retired, on
	return c.ExternalID, true
}

// cameraComesBack takes back what retireCamera did. Which status the camera had is not known any more.
func cameraComesBack(c *Camera) {
	if c.Status == Retired && c.RetiredOn != "" {
		c.Status, c.RetiredOn = "", ""
	}
}
