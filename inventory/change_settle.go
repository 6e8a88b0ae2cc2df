package inventory

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// How a change comes into the feed. The writer writes the line of the journal, the change, the records, and then the outcome of
// the line, which may be written once: whoever writes it first, the writer or somebody who found it dead, decides. The feed
// passes no line that has none.
//
// Lines are in the order in which they were written, records in the order in which the store took them. When two writers meet
// at one record these may differ, and who finds out tells the state of the record once more, in a line that confirms it: the
// writer looks, between its write and its outcome, whether anybody else has begun to write the same record since its own line.
// Of the writers who meet the last one in the store sees the lines of all others, so that the last state told is the one that
// is stored.

// changeGrace is how long a writer may take between its line and its outcome before it is held to be dead.
const changeGrace = 2 * time.Minute

// lateWrite is how old a line may be when its write begins.
const lateWrite = changeGrace / 2

// KeepNoChanges keeps nothing of what is written from now on: those who read the feed are told that they must read all records
// again.
func (j *Journal) KeepNoChanges() { j.untold = true }

// keep writes the change of a line, before the write.
func (j *Journal) keep(ctx context.Context, line Entry, list []changed) error {
	if !line.changes() {
		return nil
	}
	parts, err := line.parts(list)
	if err != nil {
		return err
	}
	untold := Change{ID: line.ID, At: line.At, Kind: line.Kind, Deed: line.Deed, Untold: true}
	if j.untold {
		parts = []Change{untold}
	}
	if len(parts) > 0 {
		err = j.changed.Put(ctx, parts...)
	}
	if errors.Is(err, ErrTooLarge) {
		err = j.changed.Put(ctx, untold)
	}
	if err == nil && j.now().Sub(line.At.Time) > lateWrite {
		return fmt.Errorf("%s %s: too long after line %s of the journal: %w", line.Deed, line.Kind, line.ID, ErrUnavailable)
	}
	return err
}

// kept are the records that a change tells of; found is false when there is none, and there may be none in one that is untold.
func (j *Journal) kept(ctx context.Context, rank int) (list []changed, found bool, err error) {
	for part := 1; ; part++ {
		change, err := j.changed.Get(ctx, partID(rank, part))
		if errors.Is(err, ErrNotFound) {
			return list, part > 1, nil
		}
		if err != nil {
			return nil, false, err
		}
		records, err := change.records()
		if err != nil {
			return nil, false, err
		}
		list = append(list, records...)
	}
}

// decide writes the outcome of a line, and returns the one that stands.
func (j *Journal) decide(ctx context.Context, line Entry, outcome ChangeOutcome) (ChangeOutcome, error) {
	told := Change{ID: outcomeID(line.rank()), At: InstantOf(j.now()), Outcome: outcome}
	err := Create(ctx, j.changed, told)
	if errors.Is(err, ErrExists) {
		told, err = j.changed.Get(ctx, told.ID)
	}
	return told.Outcome, err
}

// void settles a write that came to nothing.
func (j *Journal) void(ctx context.Context, line Entry) error {
	if !line.changes() {
		return nil
	}
	_, err := j.decide(ctx, line, OutcomeVoid)
	return err
}

// done settles a write that was done. Its error says that it is not settled: somebody will find that out later.
func (j *Journal) done(ctx context.Context, line Entry, list []changed) error {
	if !line.changes() {
		return nil
	}
	if j.untold {
		_, err := j.decide(ctx, line, OutcomeDone)
		return err
	}
	disputed, err := j.disputed(ctx, line, list)
	if err == nil {
		err = j.confirm(ctx, line.Kind, disputed)
	}
	if err != nil {
		return err
	}
	outcome, err := j.decide(ctx, line, OutcomeDone)
	if err == nil && outcome == OutcomeVoid { // somebody held this program to be dead
		err = j.confirm(ctx, line.Kind, witnessed(list))
	}
	return err
}

// witnessed are records that may have been seen before and after a write.
func witnessed(list []changed) []changed {
	all := make([]changed, len(list))
	for i, c := range list {
		all[i] = changed{ID: c.ID, Was: c.Was}
		if c.Now != nil {
			all[i].Was = append(append([]json.RawMessage{}, c.Was...), c.Now)
		}
	}
	return all
}

// disputed are the records of a write that others have begun to write since its line, with what they may have been seen as.
func (j *Journal) disputed(ctx context.Context, line Entry, list []changed) ([]changed, error) {
	var others []Entry
	undone := map[ID]bool{}
	for other, err := range j.lines.Find(ctx, Query{After: line.ID}) {
		if err != nil {
			return nil, err
		}
		if other.Deed == DeedUndone {
			undone[other.Undoes] = true
		}
		if other.changes() && other.Kind == line.Kind {
			others = append(others, other)
		}
	}
	if len(others) == 0 {
		return nil, nil
	}
	d := dispute{own: make(map[ID]changed, len(list)), met: map[ID]changed{}}
	for _, c := range list {
		d.own[c.ID] = c
	}
	for _, other := range others {
		if undone[other.ID] || !d.meets(other) {
			continue
		}
		records, found, err := j.kept(ctx, other.rank())
		if err != nil {
			return nil, err
		}
		d.add(other, records, found)
	}
	return d.list(list), nil
}

// dispute gathers the records at which writers met.
type dispute struct{ own, met map[ID]changed }

// meets tells whether another line may be of a record of one's own. One that tells of having found it as it was left came after.
func (d dispute) meets(other Entry) bool {
	if other.Record == "" {
		return true
	}
	own, known := d.own[other.Record]
	return known && (other.Before == "" || other.Deed == DeedConfirm || other.Before != tagOfState(own.Now))
}

// add notes where a line met one's own records: anywhere, as long as it is not known what it is of.
func (d dispute) add(other Entry, records []changed, found bool) {
	if !found && other.Record == "" {
		for id := range d.own {
			d.note(id, nil)
		}
	}
	if !found && other.Record != "" {
		d.note(other.Record, nil)
	}
	for _, c := range records {
		d.note(c.ID, c.Now)
	}
}

func (d dispute) note(id ID, state json.RawMessage) {
	own, known := d.own[id]
	if !known {
		return
	}
	met, before := d.met[id]
	if !before {
		met = witnessed([]changed{own})[0]
	}
	if state != nil {
		met.Was = append(met.Was, state)
	}
	d.met[id] = met
}

// list are the records met, in the order of one's own.
func (d dispute) list(order []changed) (met []changed) {
	for _, c := range order {
		if one, there := d.met[c.ID]; there {
			met = append(met, one)
		}
	}
	return met
}

// confirm tells what is stored of records, in a line of its own. It reads them before and after that line: when they are the
// same, whoever changes them later finds the line.
func (j *Journal) confirm(ctx context.Context, kind string, list []changed) error {
	if len(list) == 0 {
		return nil
	}
	ids := make([]ID, len(list))
	for i, c := range list {
		ids[i] = c.ID
	}
	for range mostTries {
		before, err := j.states(ctx, kind, ids)
		if err != nil {
			return err
		}
		line := Entry{Deed: DeedConfirm, Kind: kind, Count: len(ids)}
		if len(ids) == 1 {
			line.Count, line.Record = 0, ids[0]
			line.Before = tagOfState(before[ids[0]])
			line.After = line.Before
		}
		if line, err = j.Append(ctx, line); err != nil {
			return err
		}
		for i := range list {
			list[i].Now = before[list[i].ID]
		}
		if err := j.keep(ctx, line, list); err != nil {
			return err
		}
		after, err := j.states(ctx, kind, ids)
		if err != nil {
			return err
		}
		if sameStates(ids, before, after) {
			_, err := j.decide(ctx, line, OutcomeDone)
			return err
		}
		if err := j.void(ctx, line); err != nil {
			return err
		}
	}
	return fmt.Errorf("confirm %d %s: %w", len(ids), kind, ErrConflict)
}

func sameStates(ids []ID, a, b map[ID]json.RawMessage) bool {
	for _, id := range ids {
		if !bytes.Equal(a[id], b[id]) {
			return false
		}
	}
	return true
}

// revive settles a line whose writer is dead, by what is stored.
func (j *Journal) revive(ctx context.Context, line Entry) error {
	list, found, err := j.kept(ctx, line.rank())
	if err != nil {
		return err
	}
	if !found {
		return j.void(ctx, line)
	}
	ids := make([]ID, len(list))
	for i, c := range list {
		ids[i] = c.ID
	}
	states, err := j.states(ctx, line.Kind, ids)
	if err != nil {
		return err
	}
	landed, missed := 0, 0
	var unclear []changed
	for _, c := range list {
		switch state := states[c.ID]; {
		case bytes.Equal(state, c.Now):
			landed++
			continue
		case len(c.Was) == 0 && state == nil || len(c.Was) > 0 && bytes.Equal(state, c.Was[0]):
			missed++
		}
		unclear = append(unclear, c)
	}
	if missed == len(list) && landed == 0 && missed > 0 {
		return j.void(ctx, line)
	}
	if err := j.confirm(ctx, line.Kind, witnessed(unclear)); err != nil {
		return err
	}
	_, err = j.decide(ctx, line, OutcomeDone)
	return err
}

// prepared writes the change of a line whose write is about to begin.
func (j *Journal) prepared(ctx context.Context, line Entry, list func(context.Context) ([]changed, error)) (changes []changed, err error) {
	if !line.changes() {
		return nil, nil
	}
	if !j.untold {
		if changes, err = list(ctx); err != nil {
			return nil, err
		}
	}
	return changes, j.keep(ctx, line, changes)
}

// finish settles a write that was done. When that fails it is no failure of the write: what is not settled is found out later.
func (j *Journal) finish(ctx context.Context, line Entry, changes []changed) {
	_ = j.done(ctx, line, changes)
}
