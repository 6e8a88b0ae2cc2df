package inventory

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// Outcome is what became of one row of an import.
type Outcome string

// The outcomes. A record that the file lacks is retired; the others are of rows of the file.
const (
	RowAdded     Outcome = "added"
	RowUpdated   Outcome = "updated"
	RowUnchanged Outcome = "unchanged"
	RowRetired   Outcome = "retired"
	RowRefused   Outcome = "refused"
)

// Outcomes are all outcomes.
func Outcomes() []Outcome {
	return []Outcome{RowAdded, RowUpdated, RowUnchanged, RowRetired, RowRefused}
}

// ImportedRow tells what became of one row of a file, or of a record that the file lacks.
type ImportedRow struct {
	// Line is the line (CSV, newline-delimited) or the rank of the feature, from 1; 0 of a record that the file lacks.
	Line int `json:"line,omitempty"`
	// Key is what identifies the row for its holder; Record the record of the inventory. Either may be unknown.
	Key     string  `json:"key,omitempty"`
	Record  ID      `json:"record,omitempty"`
	Outcome Outcome `json:"outcome"`
	// Changes, Fields and MovedM tell what an update changes: in short, the paths of the fields (fifty at most), and how far
	// the place is from where it was, metres, when that is a decimetre or more.
	Changes []RowChange `json:"changes,omitempty"`
	Fields  []string    `json:"fields,omitempty"`
	MovedM  *float64    `json:"movedM,omitempty"`
	// Faults are why a row is refused.
	Faults []Fault `json:"faults,omitempty"`
}

func (r *ImportedRow) differ(d differing) {
	r.Changes, r.Fields, r.MovedM = d.changes, d.fields, d.movedM
}

// told is what is told of a row.
func (d *draft[T]) told(outcome Outcome) ImportedRow {
	row := ImportedRow{Line: d.line, Key: d.key, Outcome: outcome}
	if d.readable {
		row.Record = d.recordID
	}
	return row
}

// trace is a row with what undoing it takes: the record as it was, and by what it is known as it is since: its tag, or the moment
// of the import, which whoever changes a record replaces.
type trace struct {
	ImportedRow
	Before json.RawMessage `json:"before,omitempty"`
	After  string          `json:"after,omitempty"`
}

// stampMark begins what a record is known by that has the moment of the import: a tag takes as long as the rest of the row.
const stampMark = "at:"

// isLeft tells whether a record is still as an import left it.
func isLeft[T Record](row trace, id ID, record T, from Provenance) bool {
	if at, stamped := strings.CutPrefix(row.After, stampMark); stamped {
		return from.Import == id && from.UpdatedAt != nil && from.UpdatedAt.String() == at
	}
	return row.After == Tag(record)
}

// recordText is the JSON of a record; empty of one that has none, which no store gives.
func recordText[T Record](record T) json.RawMessage {
	text, err := json.Marshal(record)
	if err != nil {
		return nil
	}
	return text
}

// Trail says where an import keeps what becomes of each row, and what was there before: as blobs, until they expire.
type Trail struct {
	Blobs Shelf[Blob]
	// Owner is whose import it is.
	Owner     ID
	ExpiresAt Instant
	// Again tells that an earlier try of the same import, with the same identifier and file, may have left a trail: what it
	// stored counts as stored by this one.
	Again bool
}

// TrailKept is how long the trail of an import is usually kept, and so how long the import can be undone.
const TrailKept = 30 * 24 * time.Hour

// trailWriter gathers what becomes of the rows that are taken together, a block at a time. What a block tells is stored before
// its records are. A nil writer does nothing.
type trailWriter struct {
	keep   *Trail
	id     ID // of the import
	block  int
	open   bool
	rows   []trace
	before map[ID]trace // what an earlier try told of the block
}

func newTrailWriter(options ImportOptions, id ID) *trailWriter {
	if options.Trail == nil {
		return nil
	}
	return &trailWriter{keep: options.Trail, id: id}
}

// begin begins a block, unless one was begun.
func (w *trailWriter) begin(ctx context.Context) error {
	if w == nil || w.open {
		return nil
	}
	w.block, w.open, w.rows, w.before = w.block+1, true, nil, nil
	if !w.keep.Again {
		return nil
	}
	text, err := getText(ctx, w.keep.Blobs, w.name())
	if errors.Is(err, ErrNotFound) || errors.Is(err, errCutText) {
		return nil // what was not told was not stored
	}
	if err != nil {
		return fmt.Errorf("read what was done before: %w", err)
	}
	rows, err := readTraces(text)
	if err != nil {
		return err
	}
	w.before = map[ID]trace{}
	for _, row := range rows {
		if row.After != "" {
			w.before[row.Record] = row
		}
	}
	return nil
}

func (w *trailWriter) name() ID { return blockName(w.id, w.block) }

func blockName(id ID, block int) ID { return ID(fmt.Sprintf("%s.rows.%08d", id, block)) }

func (w *trailWriter) earlier(id ID) (row trace, known bool) {
	if w == nil {
		return row, false
	}
	row, known = w.before[id]
	return row, known
}

func (w *trailWriter) allEarlier() map[ID]trace {
	if w == nil {
		return nil
	}
	return w.before
}

// add tells of one row; it is made only where it is kept.
func (w *trailWriter) add(row func() trace) {
	if w != nil {
		w.rows = append(w.rows, row())
	}
}

// end ends the block, and gives it as it is to be stored.
func (w *trailWriter) end() ([]Blob, error) {
	if w == nil || !w.open {
		return nil, nil
	}
	w.open = false
	if len(w.rows) == 0 && len(w.before) == 0 {
		w.block--
		return nil, nil
	}
	var text bytes.Buffer
	lines := json.NewEncoder(&text)
	for _, row := range w.rows {
		if err := lines.Encode(row); err != nil {
			return nil, fmt.Errorf("tell of row %d: %w", row.Line, err)
		}
	}
	return w.keep.blobs(w.name(), text.Bytes())
}

func readTraces(text []byte) (rows []trace, err error) {
	lines := json.NewDecoder(bytes.NewReader(text))
	for {
		var row trace
		switch err := lines.Decode(&row); {
		case errors.Is(err, io.EOF):
			return rows, nil
		case err != nil:
			return nil, fmt.Errorf("read what an import did: %w", err)
		}
		rows = append(rows, row)
	}
}

// trailBytes is what one blob holds of a text.
const trailBytes = 512 << 10

// blobs are a text, packed, in as many blobs as it takes. Each begins with how many those are.
func (t *Trail) blobs(name ID, text []byte) ([]Blob, error) {
	var packed bytes.Buffer
	pack, err := gzip.NewWriterLevel(&packed, gzip.BestSpeed)
	if err == nil {
		_, err = pack.Write(text)
	}
	if err = errors.Join(err, pack.Close()); err != nil {
		return nil, fmt.Errorf("pack %s: %w", name, err)
	}
	rest := packed.Bytes()
	count := (len(rest) + trailBytes - 1) / trailBytes
	blobs := make([]Blob, count)
	for i := range blobs {
		piece := rest[:min(trailBytes, len(rest))]
		rest = rest[len(piece):]
		blobs[i] = Blob{
			ID: pieceName(name, i), Owner: t.Owner, Part: i + 1, Media: "application/gzip", ExpiresAt: t.ExpiresAt,
			Data: append(binary.BigEndian.AppendUint32(nil, uint32(count)), piece...), //nolint:gosec // a few
		}
	}
	return blobs, nil
}

// asVigie is a context in which Vigie itself asks: blobs are for nobody else.
func asVigie(ctx context.Context) context.Context { return WithCaller(ctx, LocalCaller()) }

func pieceName(name ID, i int) ID { return ID(fmt.Sprintf("%s.%04d", name, i)) }

// errCutText says that a text in blobs is not whole.
var errCutText = errors.New("is not whole")

// getText reads a text that was stored in blobs.
func getText(ctx context.Context, blobs Shelf[Blob], name ID) ([]byte, error) {
	ctx = asVigie(ctx)
	var packed []byte
	for i, count := 0, 1; i < count; i++ {
		chunk, err := blobs.Get(ctx, pieceName(name, i))
		switch {
		case i > 0 && errors.Is(err, ErrNotFound), err == nil && len(chunk.Data) < 4:
			return nil, fmt.Errorf("%s %w", name, errCutText)
		case err != nil:
			return nil, err
		}
		count = int(binary.BigEndian.Uint32(chunk.Data))
		packed = append(packed, chunk.Data[4:]...)
	}
	unpack, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("%s %w: %w", name, errCutText, err)
	}
	text, err := io.ReadAll(unpack)
	if err != nil {
		return nil, fmt.Errorf("%s %w: %w", name, errCutText, err)
	}
	return text, nil
}

// reported is the report of an import as it is kept.
type reported struct {
	Report ImportReport `json:"report"`
	// Ended tells that nothing more will be done.
	Ended bool `json:"ended"`
}

// tell keeps the report of an import: at its beginning, so that what it stores can be undone whatever happens, and at its end.
func (t *Trail) tell(ctx context.Context, report ImportReport, ended bool) error {
	if t == nil {
		return nil
	}
	return t.keep(ctx, report.Import+".report", reported{report, ended})
}

// keep keeps a report as a text in blobs.
func (t *Trail) keep(ctx context.Context, name ID, report any) error {
	text, err := json.Marshal(report)
	if err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	blobs, err := t.blobs(name, text)
	if err == nil {
		err = t.Blobs.Put(asVigie(ctx), blobs...)
	}
	if err != nil {
		return fmt.Errorf("keep the report: %w", err)
	}
	return nil
}

// conclude keeps the report of an import that has ended, also when it was cancelled. One that was refused as a whole has none.
func (t *Trail) conclude(ctx context.Context, report ImportReport) error {
	if t == nil {
		return nil
	}
	ctx = asVigie(context.WithoutCancel(ctx))
	if _, err := t.Blobs.Get(ctx, pieceName(report.Import+".report", 0)); err != nil {
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		return fmt.Errorf("keep the report: %w", err)
	}
	return t.tell(ctx, report, true)
}
