package inventory

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"iter"
)

// CopyOptions says how to copy.
type CopyOptions struct {
	// Merge lets the destination hold other records than the source: those that the source lacks stay, those that
	// differ from the source's are replaced by them. Without it such a destination is refused.
	Merge bool
	// Progress, when not nil, is called with how many steps of how many are done. A record of the source is two steps,
	// or three when the destination holds something already.
	Progress func(done, total int)
}

// Sum is a number of records, and the SHA-256 of their JSON in the order of their keys, each followed by a line feed,
// in hexadecimal digits.
type Sum struct {
	Records int    `json:"records"`
	SHA256  string `json:"sha256"`
}

// CopiedKind tells what was copied of one kind.
type CopiedKind struct {
	// Kind is "holders", "deployments", "cameras", "areas", "obstacles", "assessments", "audits", "answers", "candidates",
	// "recommendations", "equipment", "accounts", "sessions", "conventions" or "journal".
	Kind string
	// Source and Destination are what both were found to hold afterwards; the destination without Others.
	Source, Destination Sum
	// Added, Replaced and Unchanged count the records of the source that the destination did not have, had otherwise,
	// and had already.
	Added, Replaced, Unchanged int
	// Others counts the records of the destination that the source lacks.
	Others int
}

// CopyReport tells what a copy did, kind by kind. When it stopped at an error the sums may be empty.
type CopyReport struct{ Kinds []CopiedKind }

// Stored counts the records that were added or replaced.
func (r CopyReport) Stored() int {
	n := 0
	for _, kind := range r.Kinds {
		n += kind.Added + kind.Replaced
	}
	return n
}

// OccupiedError refuses a destination that holds something else than records of the source.
type OccupiedError struct {
	// Others counts the records that the source lacks, Different those that differ from the source's.
	Others, Different int
	// Kind and Key are of the first one.
	Kind string
	Key  ID
}

// Error counts them and names the first.
func (e *OccupiedError) Error() string {
	return fmt.Sprintf("the destination holds %d records that the source lacks and %d that differ from the source's, first of %s %q",
		e.Others, e.Different, e.Kind, e.Key)
}

// MismatchError says that the destination does not hold what the source does, after all was copied: another program
// changed one of them meanwhile, or a store does not give back what it was given.
type MismatchError struct {
	// Kind and Key are of the first record that differs; Reason says how.
	Kind   string
	Key    ID
	Reason string
}

// Error names the record.
func (e *MismatchError) Error() string {
	return fmt.Sprintf("source and destination are not the same after the copy, first at %s %q: %s", e.Kind, e.Key, e.Reason)
}

// Copy brings every record of one store into another one, kind by kind in the order of their keys, and then reads both
// again to compare them: a [MismatchError] says that they are not the same. Memory does not grow with the stores.
//
// It walks along both stores at once and stores only what the destination lacks, so that a copy that was interrupted is
// continued by the same call. A destination that holds anything else than records of the source is refused with an
// [OccupiedError] before anything is stored, unless options.Merge is set. When it fails or ctx is cancelled, the report
// says what was stored until then.
func Copy(ctx context.Context, from, to Store, options CopyOptions) (CopyReport, error) {
	c := &copying{
		to:        to,
		open:      func(context.Context) (origin, error) { return storeOrigin{from}, nil },
		merge:     options.Merge,
		progress:  options.Progress,
		countFrom: func(ctx context.Context) (int, error) { return countAll(ctx, from) },
	}
	survey := false
	if !options.Merge {
		empty, err := isEmpty(ctx, to)
		if err != nil {
			return c.report, fmt.Errorf("look into the destination: %w", err)
		}
		survey = !empty
	}
	return c.run(ctx, survey)
}

func countAll(ctx context.Context, store Store) (int, error) {
	total := 0
	for _, kind := range recordKinds() {
		n, err := kind.count(ctx, store)
		if err != nil {
			return 0, err
		}
		total += n
	}
	return total, nil
}

// origin is where records are copied from. It is asked for each kind once, in the order of [recordKinds], and then
// whether that was all.
type origin interface {
	records(ctx context.Context, kind recordKind) iter.Seq2[Record, error]
	end() error
}

// storeOrigin copies from a store.
type storeOrigin struct{ store Store }

func (o storeOrigin) records(ctx context.Context, kind recordKind) iter.Seq2[Record, error] {
	return kind.find(ctx, o.store, Query{})
}

func (storeOrigin) end() error { return nil }

// copying is one run of Copy or of [Archive.Restore].
type copying struct {
	to        Store
	open      func(context.Context) (origin, error) // the origin from its start, once for each pass
	countFrom func(context.Context) (int, error)
	merge     bool
	progress  func(done, total int)

	done, total int
	report      CopyReport
	mismatch    *MismatchError
}

func (c *copying) run(ctx context.Context, survey bool) (CopyReport, error) {
	passes := 2
	if survey {
		passes++
	}
	if c.progress != nil {
		n, err := c.countFrom(ctx)
		if err != nil {
			return c.report, fmt.Errorf("count the source: %w", err)
		}
		c.total = passes * n
	}
	c.report.Kinds = make([]CopiedKind, len(recordKinds()))
	for i, kind := range recordKinds() {
		c.report.Kinds[i].Kind = kind.name
	}
	if survey {
		if err := c.survey(ctx); err != nil {
			return c.report, err
		}
	}
	err := c.pass(ctx, c.transfer)
	if c.report.Stored() > 0 { // the feed of the destination knows nothing of it
		err = errors.Join(err, BreakFeed(context.WithoutCancel(ctx), c.to))
	}
	if err != nil {
		return c.report, fmt.Errorf("copy: %w", err)
	}
	if err := c.pass(ctx, c.verify); err != nil {
		return c.report, fmt.Errorf("verify: %w", err)
	}
	if c.mismatch != nil {
		return c.report, c.mismatch
	}
	return c.report, nil
}

// sides are both sequences of one kind.
type sides struct {
	kind     recordKind
	from, to *sequence
	told     *CopiedKind
}

// pass takes every kind in its turn.
func (c *copying) pass(ctx context.Context, take func(context.Context, sides) error) error {
	from, err := c.open(ctx)
	if err != nil {
		return err
	}
	for i, kind := range recordKinds() {
		s := sides{kind: kind, told: &c.report.Kinds[i]}
		s.from = newSequence(ctx, from.records(ctx, kind))
		s.to = newSequence(ctx, kind.find(ctx, c.to, Query{}))
		err := take(ctx, s)
		s.from.stop()
		s.to.stop()
		if err != nil {
			return fmt.Errorf("%s: %w", kind.name, err)
		}
	}
	return from.end()
}

// step tells the progress.
func (c *copying) step() {
	if c.done++; c.progress != nil && (c.done%aheadRecords == 0 || c.done == c.total) {
		c.progress(c.done, max(c.done, c.total))
	}
}

// survey refuses a destination with records of its own.
func (c *copying) survey(ctx context.Context) error {
	var found OccupiedError
	err := c.pass(ctx, func(_ context.Context, s sides) error {
		return join(s.from, s.to, func(from, to *entry) error {
			if from != nil {
				c.step()
			}
			found.note(s.kind.name, from, to)
			return nil
		})
	})
	if err == nil && found.Kind != "" {
		err = fmt.Errorf("nothing was stored: %w", &found)
	}
	return err
}

// note counts an entry of the destination that is not the source's.
func (e *OccupiedError) note(kind string, from, to *entry) {
	switch {
	case to == nil, from != nil && bytes.Equal(from.text, to.text):
		return
	case from == nil:
		e.Others++
	default:
		e.Different++
	}
	if e.Kind == "" {
		e.Kind, e.Key = kind, to.record.Key()
	}
}

const (
	// batchRecords and batchBytes bound what is stored in one go.
	batchRecords, batchBytes = 1000, 4 << 20
)

// transfer stores what the destination lacks.
func (c *copying) transfer(ctx context.Context, s sides) error {
	batch := copyBatch{sides: s, store: c.to}
	err := join(s.from, s.to, func(from, to *entry) error {
		if from == nil && c.merge {
			return nil
		}
		if !c.merge {
			var found OccupiedError // another program wrote it after the survey
			if found.note(s.kind.name, from, to); found.Kind != "" {
				return &found
			}
		}
		c.step()
		if to != nil && bytes.Equal(from.text, to.text) {
			s.told.Unchanged++
			return nil
		}
		return batch.add(ctx, from, to != nil)
	})
	if err != nil {
		return err
	}
	return batch.flush(ctx)
}

// copyBatch gathers records to store in one go.
type copyBatch struct {
	sides
	store    Store
	records  []Record
	bytes    int
	replaced int
}

func (b *copyBatch) add(ctx context.Context, e *entry, replaces bool) error {
	b.records, b.bytes = append(b.records, e.record), b.bytes+len(e.text)
	if replaces {
		b.replaced++
	}
	if len(b.records) < batchRecords && b.bytes < batchBytes {
		return nil
	}
	return b.flush(ctx)
}

func (b *copyBatch) flush(ctx context.Context) error {
	if len(b.records) == 0 {
		return nil
	}
	if err := b.kind.put(ctx, b.store, b.records); err != nil {
		return err
	}
	b.told.Added += len(b.records) - b.replaced
	b.told.Replaced += b.replaced
	b.records, b.bytes, b.replaced = b.records[:0], 0, 0
	return nil
}

// verify sums both sides, and remembers the first record that differs.
func (c *copying) verify(_ context.Context, s sides) error {
	from, to := newSumming(), newSumming()
	err := join(s.from, s.to, func(a, b *entry) error {
		if a == nil {
			s.told.Others++
			if c.merge {
				return nil
			}
		} else {
			c.step()
		}
		from.add(a)
		to.add(b)
		if reason := difference(a, b); reason != "" && c.mismatch == nil {
			c.mismatch = &MismatchError{Kind: s.kind.name, Key: cmp.Or(a, b).record.Key(), Reason: reason}
		}
		return nil
	})
	s.told.Source, s.told.Destination = from.sum(), to.sum()
	return err
}

// difference says how the entries of both sides differ; empty when they do not.
func difference(from, to *entry) string {
	switch {
	case from == nil:
		return "the source lacks it"
	case to == nil:
		return "the destination lacks it"
	case !bytes.Equal(from.text, to.text):
		return "it is not the same record"
	}
	return ""
}

// summing makes a [Sum].
type summing struct {
	records int
	hash    hash.Hash
}

func newSumming() *summing { return &summing{hash: sha256.New()} }

// add sums an entry; nil is none.
func (s *summing) add(e *entry) {
	if e == nil {
		return
	}
	s.records++
	s.hash.Write(e.text)
	s.hash.Write([]byte{'\n'})
}

func (s *summing) sum() Sum { return Sum{s.records, hex.EncodeToString(s.hash.Sum(nil))} }
