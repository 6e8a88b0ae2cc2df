package inventory

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/paulmach/orb"
)

var (
	// ErrNoFeed says that a store keeps no changes: it has no journal.
	ErrNoFeed = errors.New("no changes are kept here")
	// ErrFeedBroken says that the feed does not tell all that happened after a position: read all records again, then go on
	// from a new position.
	ErrFeedBroken = errors.New("changes after this position are missing, or what you may read is not what it was")
)

// FeedPosition is a place in the feed: before the change at Place, from 0, of the line of rank Rank.
type FeedPosition struct {
	// Epoch names the feed, Reach what its reader may read: a position is good for no other feed and no other reach.
	Epoch ID
	Rank  int
	Place int
	Reach string
}

// String writes a position for [ParseFeedPosition].
func (p FeedPosition) String() string {
	return fmt.Sprintf("%s/%d/%d/%s", p.Epoch, p.Rank, p.Place, p.Reach)
}

// After tells whether a position of the same feed and reach is behind another one.
func (p FeedPosition) After(other FeedPosition) bool {
	ahead := p.Rank > other.Rank || p.Rank == other.Rank && p.Place > other.Place
	return ahead && p.Epoch == other.Epoch && p.Reach == other.Reach
}

// ParseFeedPosition reads what String wrote; ok is false for what is no position.
func ParseFeedPosition(text string) (p FeedPosition, ok bool) {
	parts := strings.Split(text, "/")
	if len(parts) != 4 {
		return p, false
	}
	rank, errRank := strconv.Atoi(parts[1])
	place, errPlace := strconv.Atoi(parts[2])
	p = FeedPosition{ID(parts[0]), rank, place, parts[3]}
	return p, errRank == nil && errPlace == nil && rank > 0 && place >= 0
}

// ChangeQuery selects changes.
type ChangeQuery struct {
	// Kinds are the kinds of record; all when empty.
	Kinds []string
	// Area keeps the changes of records that, as the reader sees them, were or are in it, lon, lat; nil keeps all.
	Area orb.Geometry
	// Limit is the most changes to give, at least 1.
	Limit int
}

// What a change is to its reader.
const (
	ChangeCreated = "create" // there is a record now, or it may be read now
	ChangeUpdated = "update"
	ChangeDeleted = "delete" // it is gone, or may not be read any more
)

// ToldChange is a change as one reader sees it.
type ToldChange struct {
	// ID is the rank of its line in the journal and its place in it, as "1042-0".
	ID string  `json:"id" example:"1042-0"`
	At Instant `json:"at" swaggertype:"string" format:"date-time" example:"2026-11-21T08:30:00.000Z"`
	// Kind is the kind of record.
	Kind string `json:"kind" example:"cameras"`
	// Change is create, update or delete, as this reader sees it.
	Change string `json:"change" example:"update" enums:"create,update,delete"`
	Record ID     `json:"record" swaggertype:"string" example:"0193a5d2-7c3f-7a51-9f0e-3f1c2b4d5e6f"`
	// Before and After are the record as this reader would have read it and reads it, without its secret fields; of studies
	// neither is told.
	Before json.RawMessage `json:"before,omitempty" swaggertype:"object"`
	After  json.RawMessage `json:"after,omitempty" swaggertype:"object"`
}

// ChangePage is a part of the feed.
type ChangePage struct {
	Items []ToldChange
	// Next is where the feed goes on; More tells that something may be there already.
	Next FeedPosition
	More bool
}

// Bounds of one page.
const (
	mostPageBytes = 4 << 20
	// mostLooked is how many changes are looked at for one page, whoever may see them.
	mostLooked = 20_000
)

// feedMark is up to which rank a program knows the outcomes of all lines.
type feedMark struct {
	mu      sync.Mutex
	epoch   ID
	settled int
}

// feedOf is the guarded store behind a store, and its journal.
func feedOf(store Store) (guarded, error) {
	g, ok := store.(guarded)
	if !ok || g.journal == nil {
		return g, ErrNoFeed
	}
	return g, nil
}

// FeedEnd is the position after all changes that are settled, for the caller of the context. Who reads all records after it
// and then the feed from it has missed nothing.
func FeedEnd(ctx context.Context, store Store) (FeedPosition, error) {
	g, err := feedOf(store)
	if err != nil {
		return FeedPosition{}, err
	}
	state, err := g.journal.advance(ctx)
	if err != nil {
		return FeedPosition{}, fmt.Errorf("changes: %w", err)
	}
	views, err := g.views(ctx)
	if err != nil {
		return FeedPosition{}, err
	}
	return FeedPosition{Epoch: state.Epoch, Rank: state.Settled + 1, Reach: views.reach}, nil
}

// ReadFeed gives the changes after a position that the caller of the context may see, in the order of the journal. It stops before
// the first write of which it is not known whether it was done. ErrFeedBroken says that the position is good for nothing any more.
func ReadFeed(ctx context.Context, store Store, from FeedPosition, q ChangeQuery) (ChangePage, error) {
	g, err := feedOf(store)
	if err != nil {
		return ChangePage{}, err
	}
	state, err := g.journal.advance(ctx)
	if err != nil {
		return ChangePage{}, fmt.Errorf("changes: %w", err)
	}
	views, err := g.views(ctx)
	if err != nil {
		return ChangePage{}, err
	}
	if from.Epoch != state.Epoch || from.Rank <= state.Purged || from.Reach != views.reach {
		return ChangePage{}, ErrFeedBroken
	}
	r := feedReading{journal: g.journal, views: views, query: q, page: ChangePage{Items: []ToldChange{}, Next: from}}
	if err := r.read(ctx, state.Settled); err != nil {
		return ChangePage{}, fmt.Errorf("changes: %w", err)
	}
	return r.page, nil
}

// state is the document of the feed, which is made when there is none.
func (j *Journal) state(ctx context.Context) (Change, error) {
	state, err := j.changed.Get(ctx, feedState)
	if !errors.Is(err, ErrNotFound) {
		return state, err
	}
	if err := j.leap(ctx); err != nil {
		return state, err
	}
	end := j.end().rank()
	state = Change{ID: feedState, At: InstantOf(j.now()), Epoch: NewID(), Purged: end, Settled: end}
	if err := Create(ctx, j.changed, state); !errors.Is(err, ErrExists) {
		return state, err
	}
	return j.changed.Get(ctx, feedState)
}

// BreakFeed begins the feed of a store anew, after records were written in a way that it does not tell of: who reads it must read
// all records again.
func BreakFeed(ctx context.Context, store Store) error {
	if err := store.Changes().Delete(ctx, feedState, nil); err != nil && !errors.Is(err, ErrNotFound) {
		return fmt.Errorf("changes: %w", err)
	}
	return nil
}

const (
	// markStep is after how many lines a program writes down up to where all are settled, for those that start later.
	markStep = 1000
	// advancePage is how many lines are read at once.
	advancePage = 500
)

// advance finds out up to where all lines are settled. A line whose writer has been silent for too long is settled here.
func (j *Journal) advance(ctx context.Context) (state Change, err error) {
	if state, err = j.state(ctx); err != nil {
		return state, err
	}
	j.feed.mu.Lock()
	defer j.feed.mu.Unlock()
	if j.feed.epoch != state.Epoch {
		j.feed.epoch, j.feed.settled = state.Epoch, state.Settled
	}
	j.feed.settled = max(j.feed.settled, state.Settled)
	for more := true; more; {
		if more, err = j.settleSome(ctx); err != nil {
			return state, err
		}
	}
	if settled := j.feed.settled; settled-state.Settled >= markStep {
		_, err := j.changed.Update(ctx, feedState, func(c *Change) error {
			c.Settled = max(c.Settled, settled)
			return nil
		})
		if err != nil && !errors.Is(err, ErrNotFound) {
			return state, err
		}
	}
	state.Settled = j.feed.settled
	return state, nil
}

// settleSome goes on over the next lines, and tells whether there are more behind them.
func (j *Journal) settleSome(ctx context.Context) (more bool, err error) {
	lines, err := All(ctx, j.lines, Query{After: rankID(j.feed.settled), Limit: advancePage})
	if err != nil {
		return false, err
	}
	var asked []ID
	for _, line := range lines {
		if line.changes() {
			asked = append(asked, outcomeID(line.rank()))
		}
	}
	outcomes, err := GetAll(ctx, j.changed, asked)
	if err != nil {
		return false, err
	}
	for _, line := range lines {
		if _, known := outcomes[outcomeID(line.rank())]; !known && line.changes() {
			if j.now().Sub(line.At.Time) < changeGrace {
				return false, nil
			}
			if err := j.revive(ctx, line); err != nil {
				return false, err
			}
		}
		j.feed.settled = line.rank()
	}
	return len(lines) == advancePage, nil
}

// PurgeChanges takes out the changes from before a moment, and returns how many documents went.
func (j *Journal) PurgeChanges(ctx context.Context, before time.Time) (int, error) {
	if _, err := j.state(ctx); err != nil {
		return 0, fmt.Errorf("purge the changes: %w", err)
	}
	purged := 0
	for {
		old, last, err := j.oldChanges(ctx, before)
		if err != nil || len(old) == 0 {
			return purged, err
		}
		_, err = j.changed.Update(ctx, feedState, func(c *Change) error {
			c.Purged, c.Settled = max(c.Purged, last), max(c.Settled, last)
			return nil
		})
		if err == nil {
			err = deleteAll(ctx, j.changed, old)
		}
		if err != nil {
			return purged, fmt.Errorf("purge the changes: %w", err)
		}
		purged += len(old)
	}
}

// oldChanges are some documents from before a moment, and the rank of the last one.
func (j *Journal) oldChanges(ctx context.Context, before time.Time) (old []ID, last int, err error) {
	const some = 100
	for change, err := range j.changed.Find(ctx, Query{Limit: some}) {
		if err != nil {
			return nil, 0, fmt.Errorf("purge the changes: %w", err)
		}
		if change.ID == feedState || !change.At.Before(before) {
			break
		}
		old, last = append(old, change.ID), change.rank()
	}
	return old, last, nil
}

// fingerprint is a short text that differs when what it is made of does.
func fingerprint(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}
