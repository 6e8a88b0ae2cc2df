package mongodb

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"vigie/inventory"
)

const (
	// mostDocument is the largest document, bytes: MongoDB keeps 16 MiB, and counts some of what it adds
	// (https://www.mongodb.com/docs/manual/reference/limits/#mongodb-limit-BSON-Document-Size).
	mostDocument = 16<<20 - 1024
	// batchDocuments and batchBytes bound one message to the server, which takes 48,000,000 bytes.
	batchDocuments, batchBytes = 1000, 8 << 20
)

// Put stores the records, each of them whole. All are checked before the first is stored; when it fails nevertheless,
// because the server does, some may be stored: putting them again makes it good.
//
// What is there already is replaced and the rest inserted, by unordered messages of a thousand records. No upsert is
// used: on a sharded cluster it would need the shard key, which only the document that is there knows.
func (s *shelf[T]) Put(ctx context.Context, records ...T) error {
	if err := inventory.ValidateAll(records); err != nil {
		return s.fail(ctx, "put", "", err)
	}
	return s.PutValid(ctx, records...)
}

// PutValid is Put without checking the records once more.
func (s *shelf[T]) PutValid(ctx context.Context, records ...T) error {
	documents, err := s.prepare(records)
	if err != nil {
		return s.fail(ctx, "put", "", err)
	}
	for batch := range batches(documents) {
		if err := s.putBatch(ctx, batch); err != nil {
			return s.fail(ctx, "put", "", err)
		}
	}
	return nil
}

// Create inserts one record. It looks first, which asks every shard of a cluster, and then the unique index of the keys
// lets one of several pass that come at once. A cluster has such an index on each shard alone: two that create one key at
// the same moment in two départements may both succeed.
func (s *shelf[T]) Create(ctx context.Context, record T) error {
	return s.fail(ctx, "create", record.Key(), s.create(ctx, record))
}

func (s *shelf[T]) create(ctx context.Context, record T) error {
	if err := record.Validate(); err != nil {
		return err
	}
	documents, err := s.prepare([]T{record})
	if err != nil {
		return err
	}
	there, err := s.departments(ctx, documents)
	switch {
	case err != nil:
		return err
	case len(there) > 0:
		return inventory.ErrExists
	}
	_, err = s.documents.InsertOne(ctx, documents[0].raw)
	if mongo.IsDuplicateKeyError(err) {
		return fmt.Errorf("%w: %w", inventory.ErrExists, err)
	}
	return err
}

// CreateAll inserts records in their order, and ends at the first whose key is taken, or that cannot be stored; see [shelf.Create].
func (s *shelf[T]) CreateAll(ctx context.Context, records ...T) (stored int, err error) {
	if err := inventory.ValidateAll(records); err != nil {
		return 0, s.fail(ctx, "create", "", err)
	}
	documents := make([]document, len(records))
	for i, record := range records {
		if documents[i], err = s.document(record); err != nil {
			return 0, s.fail(ctx, "create", record.Key(), err)
		}
	}
	for batch := range batches(documents) {
		n, err := s.insertInOrder(ctx, batch)
		stored += n
		if err != nil {
			return stored, s.fail(ctx, "create", records[min(stored, len(records)-1)].Key(), err)
		}
	}
	return stored, nil
}

// insertInOrder inserts documents until one is there, and returns how many it inserted.
func (s *shelf[T]) insertInOrder(ctx context.Context, documents []document) (stored int, err error) {
	there, err := s.departments(ctx, documents)
	if err != nil {
		return 0, err
	}
	taken := slices.IndexFunc(documents, func(doc document) bool { _, known := there[doc.id]; return known })
	if taken >= 0 {
		documents, err = documents[:taken], inventory.ErrExists
	}
	if len(documents) == 0 {
		return 0, err
	}
	raw := make([]any, len(documents))
	for i, doc := range documents {
		raw[i] = doc.raw
	}
	_, failed := s.documents.InsertMany(ctx, raw) // in order: the first that fails ends it
	var bulk mongo.BulkWriteException
	switch {
	case failed == nil:
		return len(documents), err
	case !errors.As(failed, &bulk) || bulk.WriteConcernError != nil || len(bulk.WriteErrors) == 0:
		return 0, failed
	case mongo.IsDuplicateKeyError(failed):
		failed = fmt.Errorf("%w: %w", inventory.ErrExists, failed)
	}
	return bulk.WriteErrors[0].Index, failed
}

// prepare makes the documents of the records, the last one of each key.
func (s *shelf[T]) prepare(records []T) ([]document, error) {
	documents, ranks := make([]document, 0, len(records)), make(map[string]int, len(records))
	for _, record := range records {
		doc, err := s.document(record)
		if err != nil {
			return nil, err
		}
		if rank, again := ranks[doc.id]; again {
			documents[rank] = doc
			continue
		}
		ranks[doc.id] = len(documents)
		documents = append(documents, doc)
	}
	return documents, nil
}

func (s *shelf[T]) document(record T) (document, error) {
	doc, err := s.mapping.write(record)
	if err == nil && len(doc.raw) > mostDocument {
		err = fmt.Errorf("%w: %q has %d bytes, the limit is %d", inventory.ErrTooLarge, doc.id, len(doc.raw), mostDocument)
	}
	return doc, err
}

// batches cuts the documents into messages.
func batches(documents []document) iter.Seq[[]document] {
	return func(yield func([]document) bool) {
		start, size := 0, 0
		for i, doc := range documents {
			if i > start && (i-start == batchDocuments || size+len(doc.raw) > batchBytes) {
				if !yield(documents[start:i]) {
					return
				}
				start, size = i, 0
			}
			size += len(doc.raw)
		}
		if start < len(documents) {
			yield(documents[start:])
		}
	}
}

// putBatch looks which documents are there, and replaces or inserts; what another writer inserted, moved or deleted
// between is tried again, from then on alone, so that some document gets done each time.
//
// While batches are all new, as in a first import, the next one is inserted without a look: that is a message less.
func (s *shelf[T]) putBatch(ctx context.Context, batch []document) (err error) {
	if s.allNew.Load() {
		if batch, err = s.insert(ctx, batch); err != nil || len(batch) == 0 {
			return err
		}
	}
	alone := false
	return insist(ctx, func() (done bool, err error) {
		there, err := s.departments(ctx, batch)
		if err != nil {
			return false, err
		}
		s.allNew.Store(len(there) == 0)
		todo := plannedWrites(batch, there, alone)
		if batch, err = s.carryOut(ctx, todo); err != nil {
			return false, err
		}
		alone = true
		return len(batch) == 0, nil
	})
}

// writes are documents by how to store them.
type writes struct {
	inserts, replaces []document
	singles           []document // replaced one by one
	there             map[string]any
}

// plannedWrites: a change of the département is one of the shard key, which a sharded cluster takes only alone.
func plannedWrites(batch []document, there map[string]any, alone bool) writes {
	todo := writes{there: there}
	for _, doc := range batch {
		department, found := there[doc.id]
		switch {
		case !found:
			todo.inserts = append(todo.inserts, doc)
		case alone || department != doc.department:
			todo.singles = append(todo.singles, doc)
		default:
			todo.replaces = append(todo.replaces, doc)
		}
	}
	return todo
}

// carryOut stores the documents, and gives those that are to be tried again.
func (s *shelf[T]) carryOut(ctx context.Context, todo writes) (again []document, err error) {
	for _, doc := range todo.singles {
		done, err := s.replace(ctx, todo, doc)
		if err != nil {
			return nil, err
		}
		if !done {
			again = append(again, doc)
		}
	}
	done, err := s.replace(ctx, todo, todo.replaces...)
	if err != nil {
		return nil, err
	}
	if !done {
		again = append(again, todo.replaces...)
	}
	there, err := s.insert(ctx, todo.inserts)
	return append(again, there...), err
}

// departments are the indexed départements of the documents that are there, by key; nil for an unknown one.
func (s *shelf[T]) departments(ctx context.Context, batch []document) (map[string]any, error) {
	ids := make(bson.A, len(batch))
	for i, doc := range batch {
		ids[i] = doc.id
	}
	cursor, err := s.documents.Find(ctx, bson.D{{Key: fieldID, Value: bson.D{{Key: "$in", Value: ids}}}}, options.Find().
		SetProjection(bson.D{{Key: path(inventory.AttrDepartment), Value: 1}}).SetBatchSize(batchDocuments+1))
	if err != nil {
		return nil, err
	}
	var found []struct {
		ID    string `bson:"_id"`
		Index struct {
			Department *string `bson:"department"`
		} `bson:"index"`
	}
	if err := cursor.All(ctx, &found); err != nil {
		return nil, err
	}
	departments := make(map[string]any, len(found))
	for _, f := range found {
		departments[f.ID] = nil
		if f.Index.Department != nil {
			departments[f.ID] = *f.Index.Department
		}
	}
	return departments, nil
}

// replace tells whether every document was still there, in the same département.
func (s *shelf[T]) replace(ctx context.Context, todo writes, documents ...document) (bool, error) {
	if len(documents) == 0 {
		return true, nil
	}
	models := make([]mongo.WriteModel, len(documents))
	for i, doc := range documents {
		models[i] = mongo.NewReplaceOneModel().SetReplacement(doc.raw).SetFilter(bson.D{
			{Key: fieldID, Value: doc.id}, {Key: path(inventory.AttrDepartment), Value: todo.there[doc.id]},
		})
	}
	result, err := s.documents.BulkWrite(ctx, models, options.BulkWrite().SetOrdered(false))
	if err != nil {
		return false, err
	}
	return result.MatchedCount == int64(len(models)), nil
}

// insert gives the documents that were there already.
func (s *shelf[T]) insert(ctx context.Context, documents []document) (there []document, err error) {
	if len(documents) == 0 {
		return nil, nil
	}
	models := make([]mongo.WriteModel, len(documents))
	for i, doc := range documents {
		models[i] = mongo.NewInsertOneModel().SetDocument(doc.raw)
	}
	_, err = s.documents.BulkWrite(ctx, models, options.BulkWrite().SetOrdered(false))
	var bulk mongo.BulkWriteException
	if !errors.As(err, &bulk) || bulk.WriteConcernError != nil {
		return nil, err
	}
	for _, fault := range bulk.WriteErrors {
		if !mongo.IsDuplicateKeyError(fault.WriteError) {
			return nil, err
		}
		there = append(there, documents[fault.Index])
	}
	return there, nil
}
