package inventory

import "context"

// Guard gives a store in which every call is held to what its caller may read and change (see [WithCaller]): a record that
// is not for the caller's eyes is not found, found by no query and counted by no count; one that may be read but not
// changed gives ErrForbidden, and so does a call of which nobody said who makes it.
//
// A query becomes one query of the store for each of the ways in which a record can be in reach, merged in the order of
// the keys: what the caller may see is looked up by the store's indexes, not sieved out of everything.
//
// Of cameras, the conventions that are in force for the caller give more (see [Convention]): exactly here, coarsely in
// [Disclosed], as numbers in [SharedCounts], and for nothing but computing in [CountedOnly].
//
// With a journal, every write is a line of it, written before the write is done (see [Journal]); nil keeps none.
func Guard(store Store, journal *Journal) Store { return guarded{veiling{store}, journal} }

// guarded does not embed the store: a kind of record that is added to stores must be guarded before it compiles.
type guarded struct {
	store   Store
	journal *Journal
}

func (g guarded) Holders() Shelf[Holder] { return guard(kindHolders, g.store.Holders(), g.journal) }
func (g guarded) Deployments() Shelf[Deployment] {
	return guard(kindDeployments, g.store.Deployments(), g.journal)
}
func (g guarded) Cameras() Shelf[Camera] { return g.cameras() }
func (g guarded) Areas() Shelf[Area]     { return guard(kindAreas, g.store.Areas(), g.journal) }
func (g guarded) Obstacles() Shelf[Obstacle] {
	return guard(kindObstacles, g.store.Obstacles(), g.journal)
}
func (g guarded) Candidates() Shelf[Candidate] {
	return guard(kindCandidates, g.store.Candidates(), g.journal)
}
func (g guarded) Audits() Shelf[Audit] { return guard(kindAudits, g.store.Audits(), g.journal) }
func (g guarded) Answers() Shelf[FindingAnswer] {
	return guard(kindAnswers, g.store.Answers(), g.journal)
}
func (g guarded) Equipment() Shelf[Equipment] {
	return guard(kindEquipment, g.store.Equipment(), g.journal)
}
func (g guarded) Journal() Shelf[Entry]    { return guard(kindJournal, g.store.Journal(), nil) }
func (g guarded) Accounts() Shelf[Account] { return guard(kindAccounts, g.store.Accounts(), g.journal) }
func (g guarded) Sessions() Shelf[Session] { return guard(kindSessions, g.store.Sessions(), g.journal) }
func (g guarded) Conventions() Shelf[Convention] {
	return guard(kindConventions, g.store.Conventions(), g.journal)
}
func (g guarded) Jobs() Shelf[Job] {
	return &guardedJobs{&guardedShelf[Job]{kind: kindJobs, shelf: g.store.Jobs(), journal: g.journal}}
}
func (g guarded) Blobs() Shelf[Blob] { return guard(kindBlobs, g.store.Blobs(), nil) }
func (g guarded) Recommendations() Shelf[Recommendation] {
	return guard(kindRecommendations, g.store.Recommendations(), g.journal)
}
func (g guarded) Assessments() Shelf[Assessment] {
	return guard(kindAssessments, g.store.Assessments(), g.journal)
}

func (g guarded) Changes() Shelf[Change] { return noShelf[Change]{kindChanges} }
func (g guarded) Subscriptions() Shelf[Subscription] {
	return guard(kindSubscriptions, g.store.Subscriptions(), g.journal)
}

// Ping tells whether the store answers: anybody may know.
func (g guarded) Ping(ctx context.Context) error { return g.store.Ping(ctx) }

// Close closes the store.
func (g guarded) Close() error { return g.store.Close() }

// Transactional is the store's.
func (g guarded) Transactional() bool {
	t, ok := g.store.(Transactional)
	return ok && t.Transactional()
}
