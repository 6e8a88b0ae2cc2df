package inventory

import (
	"context"
	"errors"
	"iter"
	"sync/atomic"
)

var (
	// ErrSealed says that secret fields are encrypted with a key that is not here: they cannot be read, and are not changed.
	ErrSealed = errors.New("the key of the secret fields is not here")
	// ErrTampered says that encrypted fields are not what was stored with their record.
	ErrTampered = errors.New("encrypted fields were altered, or are of another record")
)

// Seal gives a store that keeps the secret fields of records (see [SecretFields]) encrypted with the first of the keys, by
// AES-256 in Galois/Counter Mode (NIST SP 800-38D) with a random nonce for every write. It belongs below [Guard].
//
// Fields that were stored before in the clear are read as they are, and encrypted when their record is written again or by
// [Reseal]. Of a record whose key is not here the secret fields are absent, and its Sealed tells the key's identifier; it can
// be changed but for those fields, which it keeps. Without any key (nil) nothing is encrypted, and a store that has encrypted
// fields takes no others in the clear.
func Seal(store Store, keys *SecretKeys) Store {
	return &sealing{store: store, keys: keys, mixed: &mixture{store: store}}
}

// sealing does not embed the store: of a kind of record that is added to stores it must be decided whether it has secrets.
type sealing struct {
	store Store
	keys  *SecretKeys
	mixed *mixture
}

func (s *sealing) Cameras() Shelf[Camera] {
	return &sealed[Camera]{cameraSecrets(), s.store.Cameras(), s.keys, s.mixed}
}

func (s *sealing) Deployments() Shelf[Deployment] {
	return &sealed[Deployment]{deploymentSecrets(), s.store.Deployments(), s.keys, s.mixed}
}

func (s *sealing) Audits() Shelf[Audit] {
	return &sealed[Audit]{auditSecrets(), s.store.Audits(), s.keys, s.mixed}
}

func (s *sealing) Subscriptions() Shelf[Subscription] {
	return &sealed[Subscription]{subscriptionSecrets(), s.store.Subscriptions(), s.keys, s.mixed}
}

func (s *sealing) Holders() Shelf[Holder]                 { return s.store.Holders() }
func (s *sealing) Areas() Shelf[Area]                     { return s.store.Areas() }
func (s *sealing) Obstacles() Shelf[Obstacle]             { return s.store.Obstacles() }
func (s *sealing) Assessments() Shelf[Assessment]         { return s.store.Assessments() }
func (s *sealing) Answers() Shelf[FindingAnswer]          { return s.store.Answers() }
func (s *sealing) Candidates() Shelf[Candidate]           { return s.store.Candidates() }
func (s *sealing) Recommendations() Shelf[Recommendation] { return s.store.Recommendations() }
func (s *sealing) Equipment() Shelf[Equipment]            { return s.store.Equipment() }
func (s *sealing) Accounts() Shelf[Account]               { return s.store.Accounts() }
func (s *sealing) Sessions() Shelf[Session]               { return s.store.Sessions() }
func (s *sealing) Conventions() Shelf[Convention]         { return s.store.Conventions() }
func (s *sealing) Journal() Shelf[Entry]                  { return s.store.Journal() }
func (s *sealing) Jobs() Shelf[Job]                       { return s.store.Jobs() }
func (s *sealing) Blobs() Shelf[Blob]                     { return &sealedBlobs{s.store.Blobs(), s.keys} }
func (s *sealing) Changes() Shelf[Change]                 { return s.store.Changes() }

// Ping tells whether the store answers.
func (s *sealing) Ping(ctx context.Context) error { return s.store.Ping(ctx) }

// Close closes the store.
func (s *sealing) Close() error { return s.store.Close() }

// Transactional is the store's.
func (s *sealing) Transactional() bool {
	t, ok := s.store.(Transactional)
	return ok && t.Transactional()
}

// mixture tells whether a store has encrypted fields. It is asked when somebody without a key stores secrets, and then looks
// through the store, once.
type mixture struct {
	store Store
	known atomic.Bool // that there are none
}

func (m *mixture) any(ctx context.Context) (bool, error) {
	if m.known.Load() {
		return false, nil
	}
	for _, err := range sealedBys(ctx, m.store, 0) {
		return err == nil, err
	}
	m.known.Store(true)
	return false, nil
}

// sealedBys are the keys of the encrypted fields of a store, as often as they are found, looking at so many records of each kind
// at most; 0 is all of them. After an error there are no more.
func sealedBys(ctx context.Context, store Store, most int) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		q := Query{Limit: most}
		_ = eachSealed(store.Cameras().Find(ctx, q), cameraSecrets(), yield) &&
			eachSealed(store.Deployments().Find(ctx, q), deploymentSecrets(), yield) &&
			eachSealed(store.Audits().Find(ctx, q), auditSecrets(), yield) &&
			eachSealed(store.Subscriptions().Find(ctx, q), subscriptionSecrets(), yield)
	}
}

// eachSealed gives the keys of the encrypted fields of records. It tells whether more are wanted.
func eachSealed[T Record](records iter.Seq2[T, error], of secrets[T], yield func(string, error) bool) bool {
	for record, err := range records {
		if err != nil {
			yield("", err)
			return false
		}
		if text := *of.sealed(&record); text != "" && !yield(sealedBy(text), nil) {
			return false
		}
	}
	return true
}
