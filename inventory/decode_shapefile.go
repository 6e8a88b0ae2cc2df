package inventory

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"golang.org/x/text/encoding/charmap"

	"vigie/geo"
)

// shapefile is the parts of one layer in an archive, by their extensions.
type shapefile struct {
	name  string
	parts map[string]*zip.File
}

// layers are the shapefiles of an archive, in the order of their names.
func layers(archive *zip.Reader) []shapefile {
	byName := map[string]*shapefile{}
	for _, f := range parts(archive) {
		ext := extension(f.Name)
		if !slices.Contains([]string{".shp", ".shx", ".dbf", ".prj", ".cpg"}, ext) {
			continue
		}
		name := strings.ToLower(f.Name[:len(f.Name)-len(ext)])
		if byName[name] == nil {
			byName[name] = &shapefile{name: path.Base(f.Name[:len(f.Name)-len(ext)]), parts: map[string]*zip.File{}}
		}
		byName[name].parts[ext] = f
	}
	var found []shapefile
	for _, name := range sortedKeys(byName) {
		if layer := byName[name]; layer.parts[".shp"] != nil || layer.parts[".dbf"] != nil {
			found = append(found, *layer)
		}
	}
	return found
}

// chooseLayer is the one that is wanted, or the only one.
func chooseLayer(all []shapefile, wanted string) (shapefile, error) {
	names := make([]string, len(all))
	for i, layer := range all {
		names[i] = layer.name
	}
	same := func(name string) bool { return strings.EqualFold(name, strings.TrimSuffix(wanted, ".shp")) }
	switch at := slices.IndexFunc(names, same); {
	case len(all) == 0:
		return shapefile{}, errors.New("the archive has no shapefile: a .shp, a .shx, a .dbf and a .prj are needed")
	case wanted != "" && at < 0:
		return shapefile{}, fmt.Errorf("the archive has no layer %.60q; it has %s", wanted, quotedList(names))
	case wanted != "":
		return all[at], nil
	case len(all) > 1:
		return shapefile{}, fmt.Errorf("the archive has several layers, name one with --layer: %s", quotedList(names))
	}
	return all[0], nil
}

// missing tells the parts without which nothing can be read.
func (s shapefile) missing() error {
	var lacking []string
	for _, ext := range []string{".shp", ".dbf"} {
		if s.parts[ext] == nil {
			lacking = append(lacking, s.name+ext)
		}
	}
	if len(lacking) == 0 {
		return nil
	}
	for _, ext := range []string{".shx", ".prj"} {
		if s.parts[ext] == nil {
			lacking = append(lacking, s.name+ext)
		}
	}
	return fmt.Errorf("the shapefile is not whole: the archive lacks %s", strings.Join(lacking, ", "))
}

// shapefileRows gives every row of a shapefile.
func (s *sourceFile) shapefileRows(ctx context.Context, options ImportOptions, pass int, to rowTaker) error {
	archive, err := s.archive(ctx, pass)
	if err != nil {
		return err
	}
	layer, err := chooseLayer(layers(archive), options.Layer)
	if err == nil {
		err = layer.missing()
	}
	if err != nil {
		return &FileError{Err: err}
	}
	d := &shapefileDecoder{layer: layer}
	err = d.rows(ctx, to)
	switch yielded := (stopped{}); {
	case err == nil:
		if s.progress != nil {
			s.progress(int64(pass+1) * s.size / passes)
		}
		return nil
	case errors.As(err, &yielded):
		return yielded.error
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return &FileError{Rows: d.rank, Err: err}
}

// shapefileDecoder reads the shapes and the table of one layer side by side.
type shapefileDecoder struct {
	layer   shapefile
	shapes  *shpReader
	table   *dbfReader
	notes   []string
	rank    int
	deleted int
}

func (d *shapefileDecoder) rows(ctx context.Context, to rowTaker) (err error) {
	shapes, err := openPart(d.layer.parts[".shp"])
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, shapes.Close()) }()
	table, err := openPart(d.layer.parts[".dbf"])
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, table.Close()) }()
	if d.shapes, err = openSHP(shapes); err != nil {
		return d.in(".shp", err)
	}
	if d.table, err = openDBF(table); err != nil {
		return d.in(".dbf", err)
	}
	if err := d.chooseEncoding(); err != nil {
		return err
	}
	crs, err := d.system()
	if err != nil {
		return err
	}
	for err == nil {
		err = d.row(ctx, to)
	}
	if !errors.Is(err, errEndOfShapes) {
		return err
	}
	d.noteParts()
	to.about(crs, d.table.names(), d.notes...)
	for _, part := range []io.Reader{shapes, table} { // to the end, where the checksum is
		if _, err := io.Copy(io.Discard, part); err != nil {
			return err
		}
	}
	return nil
}

// errEndOfShapes ends the loop; io.EOF would be mistaken for one that a caller's function met.
var errEndOfShapes = errors.New("end of the shapes")

// in says in which part something is wrong.
func (d *shapefileDecoder) in(ext string, err error) error {
	return fmt.Errorf("%s%s: %w", d.layer.name, ext, err)
}

func (d *shapefileDecoder) row(ctx context.Context, to rowTaker) error {
	shape, tall, reason, err := d.shapes.next()
	cells, deleted, errTable := d.table.next()
	switch ended, tableEnded := errors.Is(err, io.EOF), errors.Is(errTable, io.EOF); {
	case err != nil && !ended:
		return d.in(".shp", err)
	case errTable != nil && !tableEnded:
		return d.in(".dbf", errTable)
	case ended && tableEnded:
		return errEndOfShapes
	case ended != tableEnded:
		return fmt.Errorf("the parts are not of one shapefile: after %d rows, %s%s ends before %s%s", d.rank,
			d.layer.name, map[bool]string{true: ".shp", false: ".dbf"}[ended],
			d.layer.name, map[bool]string{true: ".dbf", false: ".shp"}[ended])
	}
	if d.rank++; deleted {
		d.deleted++
		return nil
	}
	r := row{line: d.rank, cells: cells, shape: shape, shapeless: reason}
	if tall {
		r.notes = append(r.notes, tallNote)
	}
	if err := to.take(ctx, r); err != nil {
		return stopped{err}
	}
	return nil
}

// system is the code of the system that the .prj describes, or its name when it is not known; empty without a .prj.
func (d *shapefileDecoder) system() (string, error) {
	f := d.layer.parts[".prj"]
	if f == nil {
		d.notes = append(d.notes, fmt.Sprintf("the archive lacks %s.prj, which names the coordinate system", d.layer.name))
		return "", nil
	}
	text, err := readPart(f, 64<<10)
	if err != nil {
		return "", err
	}
	c, name, known := geo.FindCRSInWKT(string(text))
	switch {
	case known:
		return c.Code, nil
	case strings.TrimSpace(string(text)) == "":
		return "", nil
	case name == "":
		return strings.TrimSpace(string(text)), nil
	}
	return name, nil
}

// chooseEncoding takes the encoding that the .cpg names, or the table itself; otherwise UTF-8 when all texts are, or
// Windows-1252.
func (d *shapefileDecoder) chooseEncoding() error {
	if f := d.layer.parts[".cpg"]; f != nil {
		name, err := readPart(f, 1<<10)
		if err != nil {
			return err
		}
		text := strings.TrimSpace(string(name))
		if e, known := namedEncoding(text); known {
			d.table.useEncoding(e)
			d.notes = append(d.notes, fmt.Sprintf("the texts are read as %.20q, which the .cpg names", text))
			return nil
		}
		d.notes = append(d.notes, fmt.Sprintf("the .cpg names the encoding %.20q, which is not known", text))
	}
	if page := languageDriver(d.table.driver); page != "" {
		e, _ := namedEncoding(page)
		d.table.useEncoding(e)
		d.notes = append(d.notes, fmt.Sprintf("the texts are read in code page %s, which the .dbf names", page))
		return nil
	}
	utf8, err := d.allUTF8()
	switch {
	case err != nil:
		return d.in(".dbf", err)
	case utf8:
		d.table.useEncoding(nil)
	default:
		d.table.useEncoding(charmap.Windows1252)
		d.notes = append(d.notes, "nothing names the encoding of the texts: they are read as Windows-1252 (Latin-1)")
	}
	return nil
}

// allUTF8 reads the table once more, to know whether all its texts are UTF-8.
func (d *shapefileDecoder) allUTF8() (_ bool, err error) {
	part, err := openPart(d.layer.parts[".dbf"])
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, part.Close()) }()
	table, err := openDBF(part)
	if err != nil {
		return false, err
	}
	table.useEncoding(nil)
	for table.broken == 0 {
		if _, _, err := table.next(); errors.Is(err, io.EOF) {
			return true, nil
		} else if err != nil {
			return false, err
		}
	}
	return false, nil
}

// noteParts tells what was left out of the parts.
func (d *shapefileDecoder) noteParts() {
	note := func(holds bool, text string, args ...any) {
		if holds {
			d.notes = append(d.notes, fmt.Sprintf(text, args...))
		}
	}
	note(d.layer.parts[".shx"] == nil, "the archive lacks %s.shx, which is not needed", d.layer.name)
	note(d.deleted > 0, "%d rows are marked as deleted in the .dbf and left out", d.deleted)
	note(len(d.table.skipped) > 0, "columns whose values are kept in other files are not read: %s", quotedList(d.table.skipped))
	note(d.table.broken > 0, "%d texts are not in the encoding of the others: what cannot be read is marked \ufffd", d.table.broken)
}
