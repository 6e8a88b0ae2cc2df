package inventory

import (
	"context"
	"errors"
	"fmt"
)

// ResealReport tells what a [Reseal] did.
type ResealReport struct {
	// Sealed counts the records whose secret fields were encrypted anew, Fresh those that were encrypted with the first key
	// already. Locked counts those whose key is not here, which stay as they are.
	Sealed, Fresh, Locked int
}

// Reseal encrypts all secret fields of a store with the first of the keys: those that are in the clear, and those of the other
// keys. store is the one below [Seal]. It goes on where it was interrupted, and may run while the store is used by programs
// that have all of the keys. done, when not nil, is told after each record how many were looked at.
func Reseal(ctx context.Context, store Store, keys *SecretKeys, done func(records int)) (ResealReport, error) {
	r := &resealing{keys: keys, done: done}
	err := reseal(ctx, r, cameraSecrets(), store.Cameras())
	if err == nil {
		err = reseal(ctx, r, deploymentSecrets(), store.Deployments())
	}
	if err == nil {
		err = reseal(ctx, r, auditSecrets(), store.Audits())
	}
	if err == nil {
		err = reseal(ctx, r, subscriptionSecrets(), store.Subscriptions())
	}
	if err != nil {
		return r.report, fmt.Errorf("encrypt anew: %w", err)
	}
	return r.report, nil
}

type resealing struct {
	keys   *SecretKeys
	done   func(int)
	looked int
	report ResealReport
}

func reseal[T Record](ctx context.Context, r *resealing, of secrets[T], shelf Shelf[T]) error {
	through := &sealed[T]{of: of, shelf: shelf, keys: r.keys}
	for record, err := range shelf.Find(ctx, Query{}) {
		if err != nil {
			return err
		}
		switch by := sealedBy(*of.sealed(&record)); {
		case by == r.keys.First():
			r.report.Fresh++
		case by != "" && r.keys.find(by) == nil:
			r.report.Locked++
		case by != "" || of.know(&record):
			_, err := through.Update(ctx, record.Key(), func(*T) error { return nil })
			if err != nil && !errors.Is(err, ErrNotFound) { // it was deleted meanwhile
				return err
			}
			r.report.Sealed++
		}
		if r.looked++; r.done != nil {
			r.done(r.looked)
		}
	}
	return nil
}
