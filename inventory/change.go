package inventory

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/paulmach/orb"
)

// ChangesKept is how long changes are kept.
const ChangesKept = 30 * 24 * time.Hour

// ChangeOutcome is what became of a write.
type ChangeOutcome string

// The outcomes. Of a write that has none it is not known yet whether it was done.
const (
	OutcomeDone ChangeOutcome = "done"
	OutcomeVoid ChangeOutcome = "void" // it came to nothing
)

// Change (changement) is the companion of a line of the journal that tells of a write: what the records were before it and
// are after it, but for their secret fields, which are in no change. It is written after the line and before the write. Whether
// the write was done is told by a document of its own, its outcome, which is written once and stands whatever happens then.
//
// Changes are in no backup and no copy. Nobody reads them but through a [Feed], which shows each reader its part.
type Change struct {
	// ID is the rank of the line; of further parts of one that is large, the rank and ".000002" and so on; of the outcome, the
	// rank and ".outcome". One document, "state", is of the feed itself.
	ID ID      `json:"id"`
	At Instant `json:"at"`
	// Kind is the kind of the records, as "cameras", Deed that of the line.
	Kind string `json:"kind,omitempty"`
	Deed Deed   `json:"deed,omitempty"`
	// Count is how many records this document tells of.
	Count int `json:"count,omitempty"`
	// Text is the JSON of what they were and are; Packed the same, compressed (DEFLATE, RFC 1951), where there is much of it.
	Text   string `json:"text,omitempty"`
	Packed []byte `json:"packed,omitempty"`
	// Untold tells that nothing was kept of what was written: who reads the feed past it must read all records again.
	Untold bool `json:"untold,omitempty"`
	// Outcome is that of an outcome.
	Outcome ChangeOutcome `json:"outcome,omitempty"`
	// Epoch names the feed of a store, in its state: it is another one when the feed began anew. Up to the rank Purged changes
	// were taken out, up to Settled all are known to be done or void.
	Epoch   ID  `json:"epoch,omitempty"`
	Purged  int `json:"purged,omitempty"`
	Settled int `json:"settled,omitempty"`
}

// feedState is the identifier of the document of the feed itself. It comes after all ranks.
const feedState = "state"

func outcomeID(rank int) ID { return rankID(rank) + ".outcome" }

// partID is the identifier of a part, from 1.
func partID(rank, part int) ID {
	if part == 1 {
		return rankID(rank)
	}
	return ID(fmt.Sprintf("%s.%06d", rankID(rank), part))
}

// rank is that of the line; 0 of the state.
func (c Change) rank() int {
	rank, _, _ := strings.Cut(string(c.ID), ".")
	return Entry{ID: ID(rank)}.rank()
}

// Key is the identifier.
func (c Change) Key() ID { return c.ID }

// Shape is nil: where its records are is for the reader's part to say.
func (c Change) Shape() orb.Geometry { return nil }

// Attributes are the kind as category, and when.
func (c Change) Attributes() Attributes {
	a := Attributes{}
	a.set(AttrCategory, c.Kind)
	a.set(AttrUpdated, c.At.String())
	return a
}

// Validate returns nil or an *InvalidError with every fault.
func (c Change) Validate() error {
	var f faults
	f.id("id", c.ID)
	oneOf(&f, "outcome", c.Outcome, OutcomeDone, OutcomeVoid)
	if c.Count < 0 {
		f.add("count", "must not be negative")
	}
	return f.err("change", c.ID)
}

// ChangeKinds are the kinds of record whose changes are kept: inventories whole, studies by their identifiers alone.
func ChangeKinds() []string {
	return append(wholeKinds(), kindAssessments, kindAudits, kindRecommendations)
}

func wholeKinds() []string {
	return []string{kindHolders, kindDeployments, kindCameras, kindAreas, kindObstacles, kindCandidates}
}

// changes tells a line of a write whose change is kept.
func (e Entry) changes() bool {
	return slices.Contains([]Deed{DeedCreate, DeedUpdate, DeedDelete, DeedPut, DeedConfirm}, e.Deed) &&
		slices.Contains(ChangeKinds(), e.Kind)
}
