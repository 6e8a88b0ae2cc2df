package inventory

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/paulmach/orb"
)

// Deed is what a line of the journal tells.
type Deed string

// The deeds. A write is told before it is done; one that came to nothing is told again, as undone.
const (
	DeedCreate  Deed = "create"
	DeedUpdate  Deed = "update"
	DeedDelete  Deed = "delete"
	DeedPut     Deed = "put"      // many records at once, as an import brings them
	DeedRead    Deed = "read"     // a request that gave records away
	DeedSignIn  Deed = "sign_in"  // a session began
	DeedSignOut Deed = "sign_out" // a session was ended by whoever it was of, or by an administrator
	DeedUndone  Deed = "undone"   // the line of rank Undoes came to nothing
	DeedConfirm Deed = "confirm"  // the records are as the line says: two had written them at once
	DeedPurge   Deed = "purge"    // lines up to the rank Undoes were taken out, the last of which had the hash Before
)

// Entry (ligne du journal) is one line of the journal: who did or read what, when, and why. Lines are never changed; each has
// the hash of the one before it, so that none can be altered, taken out or put in without a trace.
type Entry struct {
	// ID is the rank in the journal, from 1, in 16 digits.
	ID ID      `json:"id"`
	At Instant `json:"at"`
	// Account and Role are of whoever did it; both are empty for Vigie itself.
	Account ID   `json:"account,omitempty"`
	Role    Role `json:"role,omitempty"`
	Deed    Deed `json:"deed"`
	// Kind is the kind of record, as "cameras", Record the one that was written; Count how many, when there are several.
	Kind   string `json:"kind,omitempty"`
	Record ID     `json:"record,omitempty"`
	Count  int    `json:"count,omitempty"`
	// Before and After are the tags of the record (see [Tag]), empty where there is none; of several records, After is the
	// SHA-256 of their keys and tags in the order of the keys.
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
	// What is the address that was asked, Reason why.
	What   string `json:"what,omitempty"`
	Reason string `json:"reason,omitempty"`
	// Undoes is the rank of the line that this one is about.
	Undoes ID `json:"undoes,omitempty"`
	// Previous is the hash of the line before; Hash that of this one: the SHA-256 of its JSON without it, 64 hexadecimal
	// digits.
	Previous string `json:"previous"`
	Hash     string `json:"hash"`
}

// Key is the rank.
func (e Entry) Key() ID { return e.ID }

// Shape is nil: a line has no place.
func (e Entry) Shape() orb.Geometry { return nil }

// Attributes are the account as holder, the kind as category, the deed as status, and when.
func (e Entry) Attributes() Attributes {
	a := Attributes{}
	a.set(AttrHolder, string(e.Account))
	a.set(AttrCategory, e.Kind)
	a.set(AttrStatus, string(e.Deed))
	a.set(AttrUpdated, e.At.String())
	return a
}

// Validate returns nil or an *InvalidError with every fault.
func (e Entry) Validate() error {
	var f faults
	f.id("id", e.ID)
	if e.Deed == "" {
		f.add("deed", "is missing")
	}
	if e.Hash != e.hash() {
		f.add("hash", "is not that of the line")
	}
	return f.err("journal", e.ID)
}

// Sealed is the line with its hash.
func (e Entry) Sealed() Entry {
	e.Hash = e.hash()
	return e
}

func (e Entry) hash() string {
	e.Hash = ""
	text, err := json.Marshal(e)
	if err != nil {
		return "" // texts and numbers always have JSON
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

func rankID(rank int) ID { return ID(fmt.Sprintf("%016d", rank)) }

func (e Entry) rank() int {
	rank, err := strconv.Atoi(string(e.ID))
	if err != nil {
		return 0 // before all lines
	}
	return rank
}

// Journal appends lines to the journal of a store. Several programs may append to one journal at once: they keep one chain.
type Journal struct {
	lines Shelf[Entry]
	now   func() time.Time
	// store is where the records are, changed what is kept of how they change, unless untold.
	store   Store
	changed Shelf[Change]
	untold  bool
	feed    feedMark

	mu sync.Mutex
	// last is the end of the chain, as far as it is known; it never goes back.
	last    Entry
	waiting []*waitingLine // in the order in which they came
	writing bool           // lines are being written
}

// OpenJournal finds the end of a store's journal. now is the clock of its lines.
func OpenJournal(ctx context.Context, store Store, now func() time.Time) (*Journal, error) {
	j := &Journal{lines: store.Journal(), now: now, store: store, changed: store.Changes()}
	first, err := All(ctx, j.lines, Query{Limit: 1})
	if err != nil {
		return nil, fmt.Errorf("open the journal: %w", err)
	}
	if len(first) == 0 {
		return j, nil
	}
	j.last = first[0]
	if err := j.leap(ctx); err != nil {
		return nil, fmt.Errorf("open the journal: %w", err)
	}
	return j, nil
}

// leap goes from a line to one near the end, in longer and longer steps: a journal has millions of lines, none of which is
// missing between two that are there.
func (j *Journal) leap(ctx context.Context) error {
	for step := 1; step > 0; {
		line, err := j.lines.Get(ctx, rankID(j.end().rank()+step))
		switch {
		case err == nil:
			j.reached(line)
			step *= 2
		case errors.Is(err, ErrNotFound):
			step /= 2
		default:
			return err
		}
	}
	return nil
}
