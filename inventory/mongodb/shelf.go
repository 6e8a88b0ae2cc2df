package mongodb

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"vigie/inventory"
)

// shelf keeps the records of one kind in one collection.
type shelf[T inventory.Record] struct {
	kind      string
	mapping   mapping[T]
	documents *mongo.Collection
	allNew    atomic.Bool // the last batch of a Put held new records only
}

var (
	_ inventory.Shelf[inventory.Camera] = (*shelf[inventory.Camera])(nil)
	_ inventory.Counter                 = (*shelf[inventory.Camera])(nil)

	_ inventory.ManyGetter[inventory.Camera] = (*shelf[inventory.Camera])(nil)
	_ inventory.Creator[inventory.Camera]    = (*shelf[inventory.Camera])(nil)

	_ inventory.ValidPutter[inventory.Camera] = (*shelf[inventory.Camera])(nil)

	_ inventory.BriefFinder[inventory.Assessment] = (*shelf[inventory.Assessment])(nil)
)

const (
	// mostTries is how often a write is tried again because another came between.
	mostTries = 200
	// firstPause and longestPause bound the wait before the next try, which doubles and is drawn at random.
	firstPause, longestPause = time.Millisecond, 100 * time.Millisecond
)

// Get returns one record.
func (s *shelf[T]) Get(ctx context.Context, id inventory.ID) (T, error) {
	record, _, err := s.get(ctx, id)
	return record, s.fail(ctx, "get", id, err)
}

func (s *shelf[T]) get(ctx context.Context, id inventory.ID) (record T, revision bson.ObjectID, err error) {
	raw, err := s.documents.FindOne(ctx, bson.D{{Key: fieldID, Value: text(string(id))}}).Raw()
	if errors.Is(err, mongo.ErrNoDocuments) {
		return record, revision, inventory.ErrNotFound
	}
	if err != nil {
		return record, revision, err
	}
	return s.mapping.read(raw)
}

// GetAll returns the records that are there.
func (s *shelf[T]) GetAll(ctx context.Context, ids []inventory.ID) (map[inventory.ID]T, error) {
	found := map[inventory.ID]T{}
	for some := range slices.Chunk(ids, pageRows) {
		cursor, err := s.documents.Find(ctx, bson.D{{Key: fieldID, Value: bson.D{{Key: "$in", Value: texts(some)}}}})
		if err != nil {
			return nil, s.fail(ctx, "get", "", err)
		}
		for cursor.Next(ctx) {
			record, _, err := s.mapping.read(cursor.Current)
			if err != nil {
				return nil, s.fail(ctx, "get", "", cmp.Or(cursor.Close(ctx), err))
			}
			found[record.Key()] = record
		}
		if err := cmp.Or(cursor.Err(), cursor.Close(ctx)); err != nil {
			return nil, s.fail(ctx, "get", "", err)
		}
	}
	return found, nil
}

func texts(ids []inventory.ID) []string {
	all := make([]string, len(ids))
	for i, id := range ids {
		all[i] = text(string(id))
	}
	return all
}

// Update edits one record: it reads it, and replaces it if its revision is still the one that was read; otherwise it
// starts again, some [mostTries] times, and then gives up with [inventory.ErrConflict].
func (s *shelf[T]) Update(ctx context.Context, id inventory.ID, edit func(*T) error) (T, error) {
	var record T
	err := insist(ctx, func() (done bool, err error) {
		var revision bson.ObjectID
		if record, revision, err = s.get(ctx, id); err != nil {
			return false, err
		}
		if err := s.edit(&record, edit); err != nil {
			return false, err
		}
		doc, err := s.document(record)
		if err != nil {
			return false, err
		}
		result, err := s.documents.ReplaceOne(ctx, exactly(id, revision), doc.raw)
		return err == nil && result.MatchedCount == 1, err
	})
	if err != nil {
		var none T
		return none, s.fail(ctx, "update", id, err)
	}
	return record, nil
}

func (s *shelf[T]) edit(record *T, edit func(*T) error) error {
	id := (*record).Key()
	if err := edit(record); err != nil {
		return err
	}
	if (*record).Key() != id {
		fault := inventory.Fault{Field: keyID, Reason: "may not change"}
		return &inventory.InvalidError{Kind: s.kind, Key: id, Faults: []inventory.Fault{fault}}
	}
	return (*record).Validate()
}

// Delete removes one record that check, when there is one, lets go. check may see it more than once, when others
// change it meanwhile.
func (s *shelf[T]) Delete(ctx context.Context, id inventory.ID, check func(T) error) error {
	return s.fail(ctx, "delete", id, insist(ctx, func() (done bool, err error) {
		record, revision, err := s.get(ctx, id)
		if err != nil {
			return false, err
		}
		if check != nil {
			if err := check(record); err != nil {
				return false, err
			}
		}
		result, err := s.documents.DeleteOne(ctx, exactly(id, revision))
		return err == nil && result.DeletedCount == 1, err
	}))
}

// DeleteAll removes the records by their keys.
func (s *shelf[T]) DeleteAll(ctx context.Context, ids []inventory.ID) error {
	keys := make(bson.A, len(ids))
	for i, id := range ids {
		keys[i] = string(id)
	}
	_, err := s.documents.DeleteMany(ctx, bson.D{{Key: fieldID, Value: bson.D{{Key: "$in", Value: keys}}}})
	return s.fail(ctx, "delete", "", err)
}

// exactly is the document in the state that was read.
func exactly(id inventory.ID, revision bson.ObjectID) bson.D {
	return bson.D{{Key: fieldID, Value: string(id)}, {Key: fieldRevision, Value: revision}}
}

// insist tries until the work is done or fails; too often in vain is [inventory.ErrConflict].
func insist(ctx context.Context, try func() (done bool, err error)) error {
	pause := firstPause
	for range mostTries {
		done, err := try()
		if done || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(rand.N(pause)): //nolint:gosec // G404: a pause, not a secret
		}
		pause = min(2*pause, longestPause)
	}
	return fmt.Errorf("%w: given up after %d tries", inventory.ErrConflict, mostTries)
}

// fail says what was being done to which record.
func (s *shelf[T]) fail(ctx context.Context, verb string, id inventory.ID, err error) error {
	switch {
	case err == nil:
		return nil
	case id == "":
		return fmt.Errorf("%s %s: %w", verb, s.kind, classify(ctx, err))
	}
	return fmt.Errorf("%s %s %q: %w", verb, s.kind, id, classify(ctx, err))
}
