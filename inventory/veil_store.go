package inventory

import "context"

// veiling is a store whose records show their secret fields to those who may see them, see [veiled]. It does not embed the
// store: of a kind of record that is added to stores it must be decided whether it has secrets.
type veiling struct{ store Store }

func (s veiling) Cameras() Shelf[Camera] { return veil(cameraSecrets(), s.store.Cameras()) }
func (s veiling) Deployments() Shelf[Deployment] {
	return veil(deploymentSecrets(), s.store.Deployments())
}
func (s veiling) Audits() Shelf[Audit] { return veil(auditSecrets(), s.store.Audits()) }

func (s veiling) Holders() Shelf[Holder]                 { return s.store.Holders() }
func (s veiling) Areas() Shelf[Area]                     { return s.store.Areas() }
func (s veiling) Obstacles() Shelf[Obstacle]             { return s.store.Obstacles() }
func (s veiling) Assessments() Shelf[Assessment]         { return s.store.Assessments() }
func (s veiling) Answers() Shelf[FindingAnswer]          { return s.store.Answers() }
func (s veiling) Candidates() Shelf[Candidate]           { return s.store.Candidates() }
func (s veiling) Recommendations() Shelf[Recommendation] { return s.store.Recommendations() }
func (s veiling) Equipment() Shelf[Equipment]            { return s.store.Equipment() }
func (s veiling) Accounts() Shelf[Account]               { return s.store.Accounts() }
func (s veiling) Sessions() Shelf[Session]               { return s.store.Sessions() }
func (s veiling) Conventions() Shelf[Convention]         { return s.store.Conventions() }
func (s veiling) Journal() Shelf[Entry]                  { return s.store.Journal() }
func (s veiling) Jobs() Shelf[Job]                       { return s.store.Jobs() }
func (s veiling) Blobs() Shelf[Blob]                     { return s.store.Blobs() }
func (s veiling) Changes() Shelf[Change]                 { return s.store.Changes() }
func (s veiling) Subscriptions() Shelf[Subscription]     { return s.store.Subscriptions() }

// Ping tells whether the store answers.
func (s veiling) Ping(ctx context.Context) error { return s.store.Ping(ctx) }

// Close closes the store.
func (s veiling) Close() error { return s.store.Close() }

// Transactional is the store's.
func (s veiling) Transactional() bool {
	t, ok := s.store.(Transactional)
	return ok && t.Transactional()
}
