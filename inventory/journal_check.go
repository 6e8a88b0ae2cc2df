package inventory

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// JournalFault is a line that is not what it should be.
type JournalFault struct {
	Line   ID     `json:"line"`
	Reason string `json:"reason"`
}

// JournalReport is what a check of a journal found.
type JournalReport struct {
	// Lines is how many there are, First and Last their ranks.
	Lines int `json:"lines"`
	First ID  `json:"first,omitempty"`
	Last  ID  `json:"last,omitempty"`
	// Hash is that of the last line: who wrote it down elsewhere can tell later that nothing before it was changed.
	Hash   string         `json:"hash,omitempty"`
	Faults []JournalFault `json:"faults"`
}

// mostJournalFaults is how many faults are told of a journal; one that was rewritten has as many as lines.
const mostJournalFaults = 100

// VerifyJournal reads a store's journal from end to end, and names the lines that were altered, taken out or put in. It
// cannot see by itself that the last lines were cut off: known, when not empty, is the Hash of an earlier report, which must
// still be that of a line.
func VerifyJournal(ctx context.Context, store Store, known string) (JournalReport, error) {
	report := JournalReport{Faults: []JournalFault{}}
	fault := func(line ID, reason string, args ...any) {
		if len(report.Faults) < mostJournalFaults {
			report.Faults = append(report.Faults, JournalFault{line, fmt.Sprintf(reason, args...)})
		}
	}
	var before, first Entry
	purged := map[string]bool{}
	for line, err := range store.Journal().Find(ctx, Query{}) {
		if err != nil {
			return report, fmt.Errorf("verify the journal: %w", err)
		}
		switch {
		case line.Hash != line.hash():
			fault(line.ID, "was altered: it does not have the hash that it bears")
		case report.Lines == 0:
			first = line
		case line.rank() != before.rank()+1:
			fault(line.ID, "lines %s to %s were taken out", rankID(before.rank()+1), rankID(line.rank()-1))
		case line.Previous != before.Hash:
			fault(line.ID, "does not follow the line before it: one of both was put in the place of another")
		}
		if line.Deed == DeedPurge {
			purged[line.Before] = true
		}
		if line.Hash == known {
			known = ""
		}
		report.Lines++
		before = line
	}
	if first.ID != "" && first.rank() != 1 && !purged[first.Previous] {
		fault(first.ID, "lines before it were taken out, and no purge tells of it")
	}
	if known != "" && !purged[known] {
		fault(before.ID, "no line has the hash %s: the end of the journal was cut off, or written anew", known)
	}
	report.First, report.Last, report.Hash = first.ID, before.ID, before.Hash
	return report, nil
}

// Purge takes out the lines older than a moment and tells so in a line: the hash of the last one taken out keeps what
// remains a chain. It returns how many lines went.
func (j *Journal) Purge(ctx context.Context, before time.Time) (int, error) {
	var old []ID
	var end Entry
	for line, err := range j.lines.Find(ctx, Query{}) {
		if err != nil {
			return 0, fmt.Errorf("purge the journal: %w", err)
		}
		if !line.At.Before(before) {
			break
		}
		old, end = append(old, line.ID), line
	}
	if len(old) == 0 {
		return 0, nil
	}
	if _, err := j.Append(ctx, Entry{Deed: DeedPurge, Undoes: end.ID, Before: end.Hash, Count: len(old)}); err != nil {
		return 0, err
	}
	for _, id := range old {
		if err := j.lines.Delete(ctx, id, nil); err != nil && !errors.Is(err, ErrNotFound) {
			return 0, fmt.Errorf("purge the journal: %w", err)
		}
	}
	return len(old), nil
}

// mostUnsettled is how many of the last lines a repair looks at: more writes than that are never under way at once.
const mostUnsettled = 2000

// Repair looks at the last lines that tell of a write: one that came to nothing, because the program died between the line
// and the write, is told as undone. Lines younger than grace may be of a write under way and are left. It returns how
// many lines it added.
func (j *Journal) Repair(ctx context.Context, store Store, grace time.Duration) (int, error) {
	from := rankID(max(0, j.end().rank()-mostUnsettled))
	lines, err := All(ctx, j.lines, Query{After: from})
	if err != nil {
		return 0, fmt.Errorf("repair the journal: %w", err)
	}
	type record struct {
		kind string
		id   ID
	}
	latest, undone := map[record]Entry{}, map[ID]bool{}
	for _, line := range lines {
		undone[line.Undoes] = undone[line.Undoes] || line.Deed == DeedUndone
		if line.Record != "" && line.Kind != kindJobs && line.Kind != kindSubscriptions && line.Deed != DeedRead && line.Deed != DeedUndone {
			latest[record{line.Kind, line.Record}] = line
		}
	}
	repaired := 0
	for _, line := range lines { // in their order, so that two repairs write the same
		young := j.now().Sub(line.At.Time) < grace
		if undone[line.ID] || young || latest[record{line.Kind, line.Record}].ID != line.ID {
			continue
		}
		added, err := j.settle(ctx, store, line)
		if err != nil {
			return repaired, err
		}
		if added {
			repaired++
		}
	}
	return repaired, nil
}

// settle tells a line as undone when the record is still what it was before.
func (j *Journal) settle(ctx context.Context, store Store, line Entry) (undone bool, err error) {
	tag, err := tagOf(ctx, store, line.Kind, line.Record)
	if err != nil || tag != line.Before || tag == line.After {
		return false, err
	}
	_, err = j.Append(ctx, Entry{Deed: DeedUndone, Undoes: line.ID, Kind: line.Kind, Record: line.Record})
	return err == nil, err
}

// tagOf is the tag of a record, empty when it is not there.
func tagOf(ctx context.Context, store Store, kind string, id ID) (string, error) {
	for _, k := range recordKinds() {
		if k.name == kind {
			return k.tag(ctx, store, id)
		}
	}
	return "", fmt.Errorf("no kind of record is named %q", kind)
}
