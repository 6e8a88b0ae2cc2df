package mongodb

import (
	"context"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"vigie/inventory"
)

const (
	// metadata is the collection with the version of the others.
	metadata   = "vigie"
	versionKey = "schema"
)

// migration carries a database from the version before to the next one. It may be taken twice, and by several programs
// at once: each of its steps does nothing when it is done already. Once released it never changes.
type migration func(ctx context.Context, s *Store) error

// migrations are all steps in order: the n-th, from 1, makes version n.
func migrations() []migration {
	return []migration{first, second, third, fourth, fifth, sixth, seventh, eighth, ninth, tenth}
}

func (s *Store) migrate(ctx context.Context, steps []migration) error {
	version, err := s.version(ctx)
	if err != nil {
		return fmt.Errorf("read the version of %s: %w", s.place, err)
	}
	if version > len(steps) {
		return fmt.Errorf("%w: its schema is version %d, this program knows %d", ErrNewer, version, len(steps))
	}
	for n, step := range steps[version:] {
		if err := step(ctx, s); err != nil {
			return fmt.Errorf("migrate %s to version %d: %w", s.place, version+n+1, err)
		}
		if err := s.setVersion(ctx, version+n+1); err != nil {
			return fmt.Errorf("write the version of %s: %w", s.place, err)
		}
	}
	return nil
}

// version is that of the last migration, 0 for a new database.
func (s *Store) version(ctx context.Context) (int, error) {
	var found struct {
		Version int `bson:"version"`
	}
	err := s.database.Collection(metadata).FindOne(ctx, bson.D{{Key: fieldID, Value: versionKey}}).Decode(&found)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return 0, nil
	}
	return found.Version, err
}

// setVersion never lowers it: another program may be newer.
func (s *Store) setVersion(ctx context.Context, version int) error {
	_, err := s.database.Collection(metadata).UpdateOne(ctx,
		bson.D{{Key: fieldID, Value: versionKey}},
		bson.D{{Key: "$max", Value: bson.D{{Key: "version", Value: version}}}},
		options.UpdateOne().SetUpsert(true))
	if mongo.IsDuplicateKeyError(err) {
		return s.setVersion(ctx, version) // another program made it this very moment
	}
	return err
}

// first makes the collections of version 1, their validators and their indexes.
func first(ctx context.Context, s *Store) error {
	return s.makeCollections(ctx, "holders", "deployments", "cameras", "areas", "obstacles", "assessments")
}

// second makes those of audits and of the answers to their findings.
func second(ctx context.Context, s *Store) error {
	return s.makeCollections(ctx, "audits", "answers")
}

// third makes that of candidates.
func third(ctx context.Context, s *Store) error {
	return s.makeCollections(ctx, "candidates")
}

// fourth makes that of recommendations.
func fourth(ctx context.Context, s *Store) error {
	return s.makeCollections(ctx, "recommendations")
}

// fifth makes that of equipment.
func fifth(ctx context.Context, s *Store) error {
	return s.makeCollections(ctx, "equipment")
}

// sixth makes that of accounts.
func sixth(ctx context.Context, s *Store) error {
	return s.makeCollections(ctx, "accounts")
}

// seventh makes that of the journal.
func seventh(ctx context.Context, s *Store) error {
	return s.makeCollections(ctx, "journal")
}

// eighth makes those of sessions and conventions.
func eighth(ctx context.Context, s *Store) error {
	return s.makeCollections(ctx, "sessions", "conventions")
}

// ninth makes those of jobs and blobs.
func ninth(ctx context.Context, s *Store) error {
	return s.makeCollections(ctx, "jobs", "blobs")
}

// tenth makes those of changes and of subscriptions to them.
func tenth(ctx context.Context, s *Store) error {
	return s.makeCollections(ctx, "changes", "subscriptions")
}

// collection is what a migration makes.
type collection struct {
	table  table
	schema func() bson.D
}

func (s *Store) makeCollections(ctx context.Context, names ...string) error {
	for _, name := range names {
		c := s.collections[name]
		if err := s.makeCollection(ctx, name, c.schema()); err != nil {
			return fmt.Errorf("collection %s: %w", name, err)
		}
		if _, err := s.database.Collection(name).Indexes().CreateMany(ctx, indexes(c.table)); err != nil {
			return fmt.Errorf("indexes of %s: %w", name, err)
		}
	}
	return nil
}

// makeCollection makes a collection whose documents the server checks. A server that does not check is no reason to
// refuse it: Vigie checks every record itself, the validator is for the hands of others.
func (s *Store) makeCollection(ctx context.Context, name string, schema bson.D) error {
	validator := bson.D{{Key: "$jsonSchema", Value: schema}}
	err := s.database.CreateCollection(ctx, name, options.CreateCollection().
		SetValidator(validator).SetValidationLevel("strict").SetValidationAction("error"))
	if hasCode(err, codeNamespaceExists) {
		err = s.database.RunCommand(ctx, bson.D{{Key: "collMod", Value: name}, {Key: "validator", Value: validator}}).Err()
	}
	if hasCode(err, codeCommandNotFound, codeNotSupported, codeNotImplemented) {
		err = s.database.CreateCollection(ctx, name)
	}
	if hasCode(err, codeNamespaceExists) {
		return nil
	}
	return err
}

// Validates tells whether the server checks documents before it takes them, which protects against other programs than
// Vigie. Some servers that speak the protocol leave validators aside without a word.
func (s *Store) Validates(ctx context.Context) (bool, error) {
	found, err := s.database.ListCollectionSpecifications(ctx, bson.D{{Key: "name", Value: "cameras"}})
	if err != nil {
		return false, fmt.Errorf("read the collections of %s: %w", s.place, classify(ctx, err))
	}
	for _, collection := range found {
		if _, err := collection.Options.LookupErr("validator"); err == nil {
			return true, nil
		}
	}
	return false, nil
}

// indexes are one on the shape, and one on each attribute followed by the key: it gives the records that have a value
// in the order of their keys. MongoDB builds them without blocking writers
// (https://www.mongodb.com/docs/manual/core/index-creation/).
func indexes(t table) []mongo.IndexModel {
	models := []mongo.IndexModel{
		{Keys: bson.D{{Key: t.shapeField(), Value: "2dsphere"}}, Options: options.Index().SetName("shape")},
	}
	if t.placed == "" {
		models = append(models, mongo.IndexModel{
			Keys: bson.D{{Key: fieldWide, Value: 1}}, Options: options.Index().SetName("wide").SetSparse(true),
		})
	}
	for _, attr := range inventory.Attrs() {
		models = append(models, mongo.IndexModel{
			Keys:    bson.D{{Key: path(attr), Value: 1}, {Key: fieldID, Value: 1}},
			Options: options.Index().SetName(string(attr)),
		})
	}
	return models
}

// path is where a document has an attribute.
func path(attr inventory.Attr) string { return fieldIndex + "." + string(attr) }
