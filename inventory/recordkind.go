package inventory

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
)

// recordKind is a kind of record for work that treats all of them alike, as copies and archives do.
type recordKind struct {
	name  string // as "cameras"
	find  func(context.Context, Store, Query) iter.Seq2[Record, error]
	put   func(context.Context, Store, []Record) error
	count func(context.Context, Store) (int, error)
	// tag is that of one record, empty when it is not there.
	tag func(ctx context.Context, store Store, id ID) (string, error)
	// read makes a record of its JSON, and refuses what no field holds.
	read func(text []byte) (Record, error)
}

// recordKinds are all kinds that are copied, those before the ones that refer to them. Jobs and blobs are not: they are of work
// under way, which a copy would begin a second time.
func recordKinds() []recordKind {
	return []recordKind{
		recordKindOf(kindHolders, Store.Holders),
		recordKindOf(kindDeployments, Store.Deployments),
		recordKindOf(kindCameras, Store.Cameras),
		recordKindOf(kindAreas, Store.Areas),
		recordKindOf(kindObstacles, Store.Obstacles),
		recordKindOf(kindAssessments, Store.Assessments),
		recordKindOf(kindAudits, Store.Audits),
		recordKindOf(kindAnswers, Store.Answers),
		recordKindOf(kindCandidates, Store.Candidates),
		recordKindOf(kindRecommendations, Store.Recommendations),
		recordKindOf(kindEquipment, Store.Equipment),
		recordKindOf(kindAccounts, Store.Accounts),
		recordKindOf(kindSessions, Store.Sessions),
		recordKindOf(kindConventions, Store.Conventions),
		recordKindOf(kindJournal, Store.Journal),
	}
}

func recordKindOf[T Record](name string, shelf func(Store) Shelf[T]) recordKind {
	return recordKind{
		name: name,
		find: func(ctx context.Context, store Store, q Query) iter.Seq2[Record, error] {
			return func(yield func(Record, error) bool) {
				for record, err := range shelf(store).Find(ctx, q) {
					if !yield(record, err) {
						return
					}
				}
			}
		},
		put: func(ctx context.Context, store Store, records []Record) error {
			typed := make([]T, len(records))
			for i, record := range records {
				one, ok := record.(T)
				if !ok {
					return fmt.Errorf("%q is no record of %s", record.Key(), name)
				}
				typed[i] = one
			}
			return shelf(store).Put(ctx, typed...)
		},
		count: func(ctx context.Context, store Store) (int, error) { return Count(ctx, shelf(store), Query{}) },
		tag: func(ctx context.Context, store Store, id ID) (string, error) {
			record, err := shelf(store).Get(ctx, id)
			switch {
			case errors.Is(err, ErrNotFound):
				return "", nil
			case err != nil:
				return "", err
			}
			return openTag(record), nil
		},
		read: func(text []byte) (Record, error) { return readStrictly[T](text) },
	}
}

// readStrictly reads one JSON value. A property that no field holds would be lost without a word: it is an error.
func readStrictly[T Record](text []byte) (record T, err error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&record); err != nil {
		return record, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return record, errors.New("more than one JSON value")
	}
	return record, nil
}

// isEmpty tells whether a store holds no record at all.
func isEmpty(ctx context.Context, store Store) (bool, error) {
	for _, kind := range recordKinds() {
		for _, err := range kind.find(ctx, store, Query{Limit: 1}) {
			return false, err
		}
	}
	return true, nil
}
