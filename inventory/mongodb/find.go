package mongodb

import (
	"cmp"
	"context"
	"iter"
	"math"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"vigie/inventory"
)

const (
	// pageRows and pageBytes bound what Find reads ahead: records, and bytes of their documents.
	pageRows, pageBytes = 1000, 4 << 20
	// mostCandidates is how many keys Find remembers at once (some 10 MB), and fewCandidates how many to give a page.
	mostCandidates, fewCandidates = 1 << 17, 1 << 12
	// manyPages is how many times the records that are asked for are read at once, and sorted here, rather than by keys.
	manyPages = 6
)

// Find gives the records that the query matches, in the order of their keys.
//
// It reads page by page and keeps neither a cursor nor a connection while the loop's body runs, so that the body may
// use the store and take its time. What others change meanwhile may or may not be seen; a record that is there, matches
// and is not changed all the time is given exactly once. Records added behind the last key there was at the start are
// not given: a loop that adds records ends.
func (s *shelf[T]) Find(ctx context.Context, q inventory.Query) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) { s.find(ctx, &finding[T]{shelf: s}, q, yield) }
}

// FindBrief gives what Find gives, in brief. The server keeps the large parts to itself.
func (s *shelf[T]) FindBrief(ctx context.Context, q inventory.Query) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		s.find(ctx, &finding[T]{shelf: s, without: s.mapping.table.large}, q, func(record T, err error) bool {
			return yield(inventory.BriefOf(record), err)
		})
	}
}

func (s *shelf[T]) find(ctx context.Context, f *finding[T], q inventory.Query, yield func(T, error) bool) {
	f.after, f.feed = string(q.After), inventory.Feed[T]{Query: q, Left: q.Limit, Yield: yield}
	if q.Limit == 0 {
		f.feed.Left = math.MaxInt
	}
	if err := f.run(ctx); err != nil {
		var none T
		yield(none, s.fail(ctx, "find", "", err))
	}
}

// finding is one run of Find.
type finding[T inventory.Record] struct {
	*shelf[T]
	feed  inventory.Feed[T]
	where []bson.D // the conditions
	after string   // the last key looked at
	// without are the paths of the fields that are not read.
	without []string
}

// run walks along the keys, or gathers what the indexes propose and sorts it. It walks when there is no index to gather
// from, when an index gives the records in the order of their keys, and when it would have to gather very many to give
// a few.
func (f *finding[T]) run(ctx context.Context) error {
	if err := f.feed.Query.Validate(); err != nil {
		return err
	}
	f.where, _ = conditions(f.feed.Query.Where)
	sources := f.sources()
	if sources == nil {
		return f.walk(ctx)
	}
	if done, err := f.small(ctx, sources); done || err != nil {
		return err
	}
	if done, err := f.glance(ctx); done || err != nil {
		return err
	}
	for {
		found, err := f.gather(ctx, sources)
		if err != nil {
			return err
		}
		if found.more && f.feed.Query.Limit > 0 {
			return f.walk(ctx)
		}
		if err := f.fetch(ctx, found.kept); err != nil || !found.more || f.feed.Left == 0 {
			return err
		}
	}
}

// sources are filters that together propose every record, from indexes; none when walking is better.
func (f *finding[T]) sources() []bson.D {
	selective := inventory.Lead(f.feed.Query.Where, narrow) >= 0
	inOrder := inventory.Lead(f.feed.Query.Where, inventory.Condition.Single) >= 0
	switch {
	case f.feed.Query.Area != nil:
		if near := f.mapping.table.near(f.feed.Query.Area.Bound()); near != nil || !selective {
			return near
		}
		return []bson.D{f.meets()}
	case selective && !inOrder:
		return []bson.D{{}}
	}
	return nil
}

// meets keeps the documents whose box meets the area's, without an index.
func (f *finding[T]) meets() bson.D {
	if f.feed.Query.Area == nil {
		return nil
	}
	return f.mapping.table.meets(f.feed.Query.Area.Bound())
}

// behind keeps the documents after the last one looked at.
func (f *finding[T]) behind() bson.D {
	if f.after == "" {
		return nil
	}
	return bson.D{{Key: fieldID, Value: bson.D{{Key: "$gt", Value: text(f.after)}}}}
}

// filter is that of the query, with more.
func (f *finding[T]) filter(more ...bson.D) bson.D { return all(append(more, f.where...)...) }

// small gives the records at once when the indexes propose no more than a page, or [manyPages] of those that are asked for;
// done tells that they did.
func (f *finding[T]) small(ctx context.Context, sources []bson.D) (done bool, err error) {
	var page []T
	most := pageRows
	if f.feed.Query.Limit > 0 {
		most = min(pageRows, manyPages*f.feed.Left)
	}
	for _, source := range sources {
		rows, whole, err := f.read(ctx, f.filter(source, f.behind()), options.Find().SetLimit(int64(most)))
		if err != nil || !whole || len(page)+len(rows) >= most {
			return false, err
		}
		page = append(page, rows...)
	}
	return true, f.feed.Give(ctx, inOrder(page))
}

// glance gives what the next few keys hold of a page; done tells that it was all that is asked for, as it is where the
// query selects a good part of the records: gathering would then read very many keys.
func (f *finding[T]) glance(ctx context.Context) (done bool, err error) {
	if f.feed.Query.Limit == 0 || inventory.Lead(f.feed.Query.Where, narrow) >= 0 {
		return false, nil
	}
	byKey := func() *options.FindOptionsBuilder {
		return options.Find().SetSort(bson.D{{Key: fieldID, Value: 1}}).SetHint("_id_")
	}
	ahead, err := f.keys(ctx, all(f.behind()), byKey().SetSkip(fewCandidates-1).SetLimit(1))
	if err != nil {
		return false, err
	}
	if len(ahead.kept) == 0 { // there are not even so many keys
		return true, f.walk(ctx)
	}
	want := min(pageRows, f.feed.Left)
	few := bson.D{{Key: fieldID, Value: bson.D{{Key: "$lte", Value: ahead.kept[0]}}}}
	page, whole, err := f.read(ctx, f.filter(f.behind(), few, f.meets()), byKey().SetLimit(int64(want)))
	if err != nil {
		return false, err
	}
	if f.after = ahead.kept[0]; !whole || len(page) == want {
		f.after = string(page[len(page)-1].Key())
	}
	err = f.feed.Give(ctx, page)
	return f.feed.Left == 0, err
}

// inOrder sorts records by key. An index may propose a record twice, when it is moved meanwhile.
func inOrder[T inventory.Record](records []T) []T {
	slices.SortStableFunc(records, func(a, b T) int { return cmp.Compare(a.Key(), b.Key()) })
	return slices.CompactFunc(records, func(a, b T) bool { return a.Key() == b.Key() })
}

// read reads the documents of a filter until there are enough bytes; whole tells that there were not. The server sends
// all it can in its first answer.
func (f *finding[T]) read(ctx context.Context, filter bson.D, how *options.FindOptionsBuilder) (rows []T, whole bool, err error) {
	if len(f.without) > 0 {
		hidden := bson.D{}
		for _, path := range f.without {
			hidden = append(hidden, bson.E{Key: path, Value: 0})
		}
		how.SetProjection(hidden)
	}
	cursor, err := f.documents.Find(ctx, filter, how.SetBatchSize(pageRows))
	if err != nil {
		return nil, false, err
	}
	size := 0
	for size < pageBytes && cursor.Next(ctx) {
		record, _, err := f.mapping.read(cursor.Current)
		if err != nil {
			return nil, false, cmp.Or(cursor.Close(ctx), err)
		}
		rows = append(rows, record)
		size += len(cursor.Current)
	}
	return rows, size < pageBytes, cmp.Or(cursor.Err(), cursor.Close(ctx))
}

// walk reads the records in the order of their keys, by the index of a condition on one value when there is one.
func (f *finding[T]) walk(ctx context.Context) error {
	hint := "_id_"
	if lead := inventory.Lead(f.feed.Query.Where, inventory.Condition.Single); lead >= 0 {
		hint = string(f.feed.Query.Where[lead].Attr)
	}
	last, bounded := "", bson.D(nil)
	for f.feed.Left > 0 {
		want := min(pageRows, max(f.feed.Left, 16)) // some more than are wanted, for those that will not match
		page, whole, err := f.read(ctx, f.filter(f.behind(), bounded, f.meets()), options.Find().
			SetSort(bson.D{{Key: fieldID, Value: 1}}).SetLimit(int64(want)).SetHint(hint))
		if err != nil {
			return err
		}
		end := whole && len(page) < want
		if !end && last == "" { // before the loop's body may add records
			if last, err = f.lastKey(ctx); err != nil {
				return err
			}
			bounded = bson.D{{Key: fieldID, Value: bson.D{{Key: "$lte", Value: last}}}}
		}
		if len(page) > 0 {
			f.after = string(page[len(page)-1].Key())
		}
		if err := f.feed.Give(ctx, page); err != nil || end {
			return err
		}
	}
	return nil
}

// lastKey is the greatest key of the collection.
func (f *finding[T]) lastKey(ctx context.Context) (string, error) {
	found, err := f.keys(ctx, bson.D{}, options.Find().SetSort(bson.D{{Key: fieldID, Value: -1}}).SetLimit(1))
	if err != nil || len(found.kept) == 0 {
		return "", err
	}
	return found.kept[0], nil
}

// gather asks the indexes for the smallest keys after the last one looked at, in order.
func (f *finding[T]) gather(ctx context.Context, sources []bson.D) (found smallest, err error) {
	found.most = f.candidates()
	for _, source := range sources {
		how := options.Find()
		if f.feed.Query.Limit > 0 {
			how.SetLimit(int64(found.most) + 1) // one more tells that they are too many
		}
		some, err := f.keys(ctx, f.filter(source, f.behind()), how)
		if err != nil {
			return found, err
		}
		found.kept, found.more = append(found.kept, some.kept...), found.more || some.more
		found.sort()
	}
	return found, nil
}

func (f *finding[T]) candidates() int {
	if f.feed.Query.Limit > 0 {
		return fewCandidates
	}
	return mostCandidates
}

// keys reads the smallest keys of a filter.
func (f *finding[T]) keys(ctx context.Context, filter bson.D, how *options.FindOptionsBuilder) (found smallest, err error) {
	found.most = f.candidates()
	batch := int32(2 * found.most) //nolint:gosec // one of two constants
	cursor, err := f.documents.Find(ctx, filter, how.SetProjection(bson.D{{Key: fieldID, Value: 1}}).SetBatchSize(batch))
	if err != nil {
		return found, err
	}
	for cursor.Next(ctx) {
		found.add(cursor.Current.Lookup(fieldID).StringValue())
	}
	found.sort()
	return found, cmp.Or(cursor.Err(), cursor.Close(ctx))
}

// smallest keeps the smallest keys.
type smallest struct {
	most int
	kept []string
	more bool
}

func (s *smallest) add(key string) {
	if s.kept = append(s.kept, key); len(s.kept) >= 2*s.most {
		s.sort()
	}
}

func (s *smallest) sort() {
	slices.Sort(s.kept)
	s.kept = slices.Compact(s.kept)
	if len(s.kept) > s.most {
		s.kept, s.more = s.kept[:s.most], true
	}
}

// fetch reads the documents of the keys and gives those that match.
func (f *finding[T]) fetch(ctx context.Context, keys []string) error {
	for len(keys) > 0 && f.feed.Left > 0 {
		some := keys[:min(len(keys), pageRows, max(f.feed.Left, 16))]
		page, whole, err := f.read(ctx, bson.D{{Key: fieldID, Value: bson.D{{Key: "$in", Value: some}}}}, options.Find().
			SetSort(bson.D{{Key: fieldID, Value: 1}}))
		if err != nil {
			return err
		}
		f.after = some[len(some)-1]
		if !whole && len(page) > 0 {
			f.after = string(page[len(page)-1].Key())
		}
		next, _ := slices.BinarySearch(keys, f.after+"\x00")
		keys = keys[next:]
		if err := f.feed.Give(ctx, page); err != nil {
			return err
		}
	}
	return nil
}
