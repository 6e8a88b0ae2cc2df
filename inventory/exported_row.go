package inventory

import (
	"context"
	"errors"
	"reflect"
	"strings"
)

// beginCopy makes the record that Vigie wrote as this row, but for its place.
func (im *importer[T]) beginCopy(d *draft[T]) {
	if d.mark() != im.kind.mark() {
		d.faults.add(exportMark, "the row is %.40q, not %q", d.mark(), im.kind.mark())
		return
	}
	for _, c := range d.cells[1:] {
		path, err := im.pathTo(c.name)
		if err == nil {
			err = path.set(reflect.ValueOf(&d.record).Elem(), c.text)
		}
		if err != nil {
			d.faults.add(c.name, "%v", err)
		}
	}
	parts := im.kind.parts(&d.record)
	d.readable, d.recordID, d.key, d.whole = true, *parts.id, string(*parts.id), !reflect.ValueOf(*parts.provenance).IsZero()
	im.checkAsked(d, parts)
}

func (im *importer[T]) pathTo(name string) (fieldPath, error) {
	if path, known := im.paths[name]; known {
		return path, nil
	}
	path, err := pathTo(reflect.TypeFor[T](), name)
	if err == nil && len(im.paths) < maxNames {
		im.paths[name] = path
	}
	return path, err
}

// checkAsked holds the row against what the caller asked for: a row of another holder is a fault; that the rest does not
// apply to a whole record is told.
func (im *importer[T]) checkAsked(d *draft[T], parts recordParts) {
	left := im.options.forOthersOnly()
	if asked := im.options.Holder; asked != "" && parts.holder != nil && *parts.holder != asked {
		if *parts.holder == "" {
			left = append(left, "holder")
		} else {
			d.faults.add("holder", "the record is of holder %q, and the import of %q", string(*parts.holder), string(asked))
		}
	}
	if len(left) > 0 {
		im.notes.add("the row is a whole record that Vigie wrote: not applied: "+strings.Join(left, ", "), d.line)
	}
}

// mayName holds the identifier of a new record, which the row says, to what whoever imports may choose.
func (im *importer[T]) mayName(ctx context.Context, d *draft[T]) {
	caller, known := CallerOf(ctx)
	if !known {
		return
	}
	var invalid *InvalidError
	if errors.As(caller.CheckName(string(im.options.Kind), d.recordID), &invalid) {
		d.faults = append(d.faults, invalid.Faults...)
	}
}

// forOthersOnly are the options given that say nothing of a row that Vigie wrote.
func (o ImportOptions) forOthersOnly() (given []string) {
	for _, option := range []struct {
		name  string
		given bool
	}{
		{"key", o.Key != ""},
		{"status", o.Status != "" && o.Kind == KindCameras},
		{"deployment", o.Deployment != "" && o.Kind == KindCameras},
		{"category", o.Category != "" && o.Kind == KindAreas},
		{"set", o.Set != ""},
		{"aroundM", o.AroundM != 0},
		{"widthM", o.WidthM != 0},
		{"requirement", o.Requirement != nil},
	} {
		if option.given {
			given = append(given, option.name)
		}
	}
	return given
}

// stamp tells where a record comes from. A whole record says it itself, but for a change that the store did not have:
// that one is of this import, now.
func (im *importer[T]) stamp(d *draft[T]) {
	from := im.kind.parts(&d.record).provenance
	switch {
	case !d.whole:
		*from = Provenance{
			Source: im.options.Source, Licence: im.options.Licence, Import: im.report.Import, Row: d.line,
			Assumptions: d.assumptions, UpdatedAt: &im.now,
		}
	case d.found:
		from.Import, from.UpdatedAt = im.report.Import, &im.now
	}
}
