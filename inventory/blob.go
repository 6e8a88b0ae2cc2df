package inventory

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/paulmach/orb"
)

// MostBlobBytes is how many bytes one blob holds.
const MostBlobBytes = 1 << 20

// Blob is bytes that are kept for a while, until work that needs them is done: a part of an uploaded file, an answer that may
// be asked for again. Blobs are in no backup and no copy, and nobody reads them but Vigie itself.
type Blob struct {
	ID ID `json:"id"`
	// Owner is whose it is: an account, a holder, a job.
	Owner ID `json:"owner,omitempty"`
	// Part is its rank among the parts of a file, from 1; 0 of what is no part.
	Part int    `json:"part,omitempty"`
	Data []byte `json:"data,omitempty"`
	// Media is the media type of the data.
	Media string `json:"media,omitempty"`
	// ExpiresAt is when it may be removed.
	ExpiresAt Instant `json:"expiresAt"`
}

// Key is the blob's identifier.
func (b Blob) Key() ID { return b.ID }

// Shape is nil: a blob has no place.
func (b Blob) Shape() orb.Geometry { return nil }

// Attributes are the owner as holder, and when it expires as updated: an index finds those that have.
func (b Blob) Attributes() Attributes {
	a := Attributes{}
	a.set(AttrHolder, string(b.Owner))
	a.set(AttrUpdated, b.ExpiresAt.String())
	return a
}

// Brief is the blob without its data.
func (b Blob) Brief() Blob {
	b.Data = nil
	return b
}

// Validate returns nil or an *InvalidError with every fault.
func (b Blob) Validate() error {
	var f faults
	f.id("id", b.ID)
	f.reference("owner", b.Owner)
	if b.Part < 0 {
		f.add("part", "must not be negative")
	}
	if len(b.Data) > MostBlobBytes && (len(b.Data) > MostBlobBytes+mostSealingBytes || !bytes.HasPrefix(b.Data, []byte(sealedBlobMark))) {
		f.add("data", "has %d bytes, the most is %d", len(b.Data), MostBlobBytes)
	}
	if b.ExpiresAt.IsZero() {
		f.add("expiresAt", "is missing")
	}
	return f.err("blob", b.ID)
}

// mostSwept is how many records are looked up before they are removed.
const mostSwept = 1000

// Sweep removes the jobs and the blobs of a store that have expired at a moment, and counts them.
func Sweep(ctx context.Context, store Store, now time.Time) (jobs, blobs int, err error) {
	ended := []string{string(JobSucceeded), string(JobFailed), string(JobCancelled)}
	jobs, err = sweep(ctx, store.Jobs(), Query{Limit: mostSwept, Where: []Condition{
		{Attr: AttrUpdated, Before: InstantOf(now.Add(-JobKept)).String()}, {Attr: AttrStatus, In: ended},
	}})
	if err != nil {
		return jobs, 0, fmt.Errorf("remove the jobs that have expired: %w", err)
	}
	blobs, err = sweep(ctx, store.Blobs(), Query{Limit: mostSwept, Where: []Condition{{Attr: AttrUpdated, Before: InstantOf(now).String()}}})
	if err != nil {
		err = fmt.Errorf("remove the blobs that have expired: %w", err)
	}
	return jobs, blobs, err
}

func sweep[T Record](ctx context.Context, shelf Shelf[T], expired Query) (removed int, err error) {
	for {
		var ids []ID
		for record, err := range FindBrief(ctx, shelf, expired) {
			if err != nil {
				return removed, err
			}
			ids = append(ids, record.Key())
		}
		if len(ids) == 0 {
			return removed, nil
		}
		if err := deleteAll(ctx, shelf, ids); err != nil {
			return removed, err
		}
		removed += len(ids)
	}
}
