// Package mongodb keeps an inventory on a MongoDB server: a replica set, a sharded cluster, or a server that speaks the
// same protocol.
//
// Each kind is a collection of plain documents: the fields of the record under the names of its JSON, instants as BSON
// dates, places as GeoJSON. Beside them stand a revision, which changes with every write, and the object index, which
// holds what the indexes use. Indexes propose, [inventory.Query.Matches] disposes.
//
// Nothing here needs a transaction over several documents. Put stores each record whole, but several records are not
// one step: see [inventory.Transactional].
package mongodb

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"

	"vigie/inventory"
)

// Store is an inventory in a database of a MongoDB server.
type Store struct {
	client   *mongo.Client
	database *mongo.Database
	place    string // hosts and database, for messages: never the whole address, which may hold a password

	// Shelves are held as interfaces: whoever compiles something with a Store would compile the shelves of all kinds again.
	holders     inventory.Shelf[inventory.Holder]
	deployments inventory.Shelf[inventory.Deployment]
	cameras     inventory.Shelf[inventory.Camera]
	areas       inventory.Shelf[inventory.Area]
	obstacles   inventory.Shelf[inventory.Obstacle]
	assessments inventory.Shelf[inventory.Assessment]
	audits      inventory.Shelf[inventory.Audit]
	answers     inventory.Shelf[inventory.FindingAnswer]
	candidates  inventory.Shelf[inventory.Candidate]
	recommended inventory.Shelf[inventory.Recommendation]
	equipment   inventory.Shelf[inventory.Equipment]
	accounts    inventory.Shelf[inventory.Account]
	sessions    inventory.Shelf[inventory.Session]
	conventions inventory.Shelf[inventory.Convention]
	journal     inventory.Shelf[inventory.Entry]
	jobs        inventory.Shelf[inventory.Job]
	blobs       inventory.Shelf[inventory.Blob]
	changes     inventory.Shelf[inventory.Change]
	subscribed  inventory.Shelf[inventory.Subscription]

	collections map[string]collection // by name

	closing  sync.Once
	closeErr error
}

var _ inventory.Store = (*Store)(nil)

// closePatience is how long Close waits for the work under way.
const closePatience = 10 * time.Second

// newStore sets the shelves up.
func newStore(client *mongo.Client, database string, hosts []string) (*Store, error) {
	s := &Store{client: client, database: client.Database(database), collections: map[string]collection{}}
	s.place = strings.Join(hosts, ",") + "/" + database
	return s, errors.Join(
		setUp(s, &s.holders, "holder", table{collection: "holders"}),
		setUp(s, &s.deployments, "deployment", table{collection: "deployments"}),
		setUp(s, &s.cameras, "camera", table{collection: "cameras", placed: "location"}),
		setUp(s, &s.areas, "area", table{collection: "areas"}),
		setUp(s, &s.obstacles, "obstacle", table{collection: "obstacles"}),
		setUp(s, &s.assessments, "assessment", table{collection: "assessments", large: largeInStudies()}),
		setUp(s, &s.audits, "audit", table{collection: "audits"}),
		setUp(s, &s.answers, "answer", table{collection: "answers"}),
		setUp(s, &s.candidates, "candidate", table{collection: "candidates"}),
		setUp(s, &s.recommended, "recommendation", table{collection: "recommendations", large: largeInPlans()}),
		setUp(s, &s.equipment, "equipment", table{collection: "equipment"}),
		setUp(s, &s.accounts, "account", table{collection: "accounts"}),
		setUp(s, &s.sessions, "session", table{collection: "sessions"}),
		setUp(s, &s.conventions, "convention", table{collection: "conventions"}),
		setUp(s, &s.journal, "journal", table{collection: "journal"}),
		setUp(s, &s.jobs, "job", table{collection: "jobs", large: []string{"request", "asker.mandates"}}),
		setUp(s, &s.blobs, "blob", table{collection: "blobs", large: []string{"data"}}),
		setUp(s, &s.changes, "change", table{collection: "changes"}),
		setUp(s, &s.subscribed, "subscription", table{collection: "subscriptions"}),
	)
}

func setUp[T inventory.Record](s *Store, at *inventory.Shelf[T], kind string, t table) error {
	mapping, err := newMapping[T](t)
	*at = &shelf[T]{kind: kind, mapping: mapping, documents: s.database.Collection(t.collection)}
	s.collections[t.collection] = collection{t, mapping.schema}
	return err
}

// Holders is the shelf of holders.
func (s *Store) Holders() inventory.Shelf[inventory.Holder] { return s.holders }

// Deployments is the shelf of deployments.
func (s *Store) Deployments() inventory.Shelf[inventory.Deployment] { return s.deployments }

// Cameras is the shelf of cameras.
func (s *Store) Cameras() inventory.Shelf[inventory.Camera] { return s.cameras }

// Areas is the shelf of areas.
func (s *Store) Areas() inventory.Shelf[inventory.Area] { return s.areas }

// Obstacles is the shelf of obstacles.
func (s *Store) Obstacles() inventory.Shelf[inventory.Obstacle] { return s.obstacles }

// Assessments is the shelf of assessments.
func (s *Store) Assessments() inventory.Shelf[inventory.Assessment] { return s.assessments }

// Audits is the shelf of audits.
func (s *Store) Audits() inventory.Shelf[inventory.Audit] { return s.audits }

// Answers is the shelf of answers to findings.
func (s *Store) Answers() inventory.Shelf[inventory.FindingAnswer] { return s.answers }

// Candidates is the shelf of candidates.
func (s *Store) Candidates() inventory.Shelf[inventory.Candidate] { return s.candidates }

// Recommendations is the shelf of recommendations.
func (s *Store) Recommendations() inventory.Shelf[inventory.Recommendation] { return s.recommended }

// Equipment is the shelf of models of catalogues.
func (s *Store) Equipment() inventory.Shelf[inventory.Equipment] { return s.equipment }

// Accounts is the shelf of accounts.
func (s *Store) Accounts() inventory.Shelf[inventory.Account] { return s.accounts }

// Sessions is the shelf of sessions.
func (s *Store) Sessions() inventory.Shelf[inventory.Session] { return s.sessions }

// Conventions is the shelf of conventions.
func (s *Store) Conventions() inventory.Shelf[inventory.Convention] { return s.conventions }

// Journal is the shelf of the lines of the journal.
func (s *Store) Journal() inventory.Shelf[inventory.Entry] { return s.journal }

// Jobs is the shelf of jobs.
func (s *Store) Jobs() inventory.Shelf[inventory.Job] { return s.jobs }

// Blobs is the shelf of blobs.
func (s *Store) Blobs() inventory.Shelf[inventory.Blob] { return s.blobs }

// Changes is the shelf of what the lines of the journal changed.
func (s *Store) Changes() inventory.Shelf[inventory.Change] { return s.changes }

// Subscriptions is the shelf of subscriptions to changes.
func (s *Store) Subscriptions() inventory.Shelf[inventory.Subscription] { return s.subscribed }

// Ping returns nil when a server that takes writes answers; otherwise an error that is [inventory.ErrUnavailable].
func (s *Store) Ping(ctx context.Context) error {
	if err := s.client.Ping(ctx, nil); err != nil {
		return fmt.Errorf("ping %s: %w", s.place, classify(ctx, err))
	}
	return nil
}

// Close waits some seconds for the work under way, then closes the connections. Later calls of the store fail with
// [mongo.ErrClientDisconnected].
func (s *Store) Close() error {
	s.closing.Do(func() {
		ctx, cancel := context.WithTimeout(context.Background(), closePatience)
		defer cancel()
		if err := s.client.Disconnect(ctx); err != nil {
			s.closeErr = fmt.Errorf("close %s: %w", s.place, err)
		}
	})
	return s.closeErr
}
