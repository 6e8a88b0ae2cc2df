package inventory

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
)

// Counter is a shelf that counts without reading every record.
type Counter interface {
	// Count is the number of records that the query matches; After and Limit are ignored.
	Count(ctx context.Context, q Query) (int, error)
	// CountBy counts the records that the query matches by their values of some attributes, one to eight of them. No
	// group is empty; they are in the order of their values. After and Limit are ignored.
	CountBy(ctx context.Context, q Query, by ...Attr) ([]Group, error)
}

// Group is how many records have the same values of the attributes that were asked for.
type Group struct {
	// Values are in the order in which the attributes were asked for; an unknown one is empty.
	Values []string
	Count  int
}

// Count is the number of records of a shelf that the query matches, by its [Counter] when it has one.
func Count[T Record](ctx context.Context, shelf Shelf[T], q Query) (int, error) {
	q.After, q.Limit = "", 0
	if counter, ok := shelf.(Counter); ok {
		return counter.Count(ctx, q)
	}
	return CountFound(shelf.Find(ctx, q))
}

// CountBy counts the records of a shelf that the query matches by their values of some attributes, by its [Counter]
// when it has one.
func CountBy[T Record](ctx context.Context, shelf Shelf[T], q Query, by ...Attr) ([]Group, error) {
	q.After, q.Limit = "", 0
	if counter, ok := shelf.(Counter); ok {
		return counter.CountBy(ctx, q, by...)
	}
	if err := CheckGroups(by); err != nil {
		return nil, err
	}
	return GroupFound(shelf.Find(ctx, q), by)
}

// CountFound counts the records of a Find one by one.
func CountFound[T Record](found iter.Seq2[T, error]) (int, error) {
	n := 0
	for _, err := range found {
		if err != nil {
			return 0, err
		}
		n++
	}
	return n, nil
}

// GroupFound counts the records of a Find one by one, by their values of some attributes.
func GroupFound[T Record](found iter.Seq2[T, error], by []Attr) ([]Group, error) {
	var tally Tally
	for record, err := range found {
		if err != nil {
			return nil, err
		}
		tally.note(record, by)
	}
	return tally.Groups(), nil
}

// CheckGroups returns nil, or an *InvalidError when records cannot be counted by these attributes.
func CheckGroups(by []Attr) error {
	var f faults
	if len(by) == 0 || len(by) > len(Attrs()) {
		f.add("by", "needs one to %d attributes", len(Attrs()))
	}
	for i, attr := range by {
		if !slices.Contains(Attrs(), attr) {
			f.add(fmt.Sprintf("by[%d]", i), "%q is not an indexed attribute", attr)
		}
	}
	return f.err("query", "")
}

// Tally adds up groups. Its zero value is empty.
type Tally struct{ counts map[[8]string]*Group }

// Add counts n more records with these values, eight at most.
func (t *Tally) Add(n int, values ...string) {
	var key [8]string
	copy(key[:], values)
	group, known := t.counts[key]
	if !known {
		if t.counts == nil {
			t.counts = map[[8]string]*Group{}
		}
		group = &Group{Values: slices.Clone(values)}
		t.counts[key] = group
	}
	group.Count += n
}

// note counts a record.
func (t *Tally) note(record Record, by []Attr) {
	attributes, values := record.Attributes(), make([]string, len(by))
	for i, attr := range by {
		values[i] = attributes[attr]
	}
	t.Add(1, values...)
}

// Groups are those that have records, in the order of their values.
func (t *Tally) Groups() []Group {
	groups := make([]Group, 0, len(t.counts))
	for _, group := range slices.SortedFunc(maps.Values(t.counts), func(a, b *Group) int {
		return slices.Compare(a.Values, b.Values)
	}) {
		if group.Count > 0 {
			groups = append(groups, *group)
		}
	}
	return groups
}

// AttrHolderKind is what [CountCameras] counts by besides the attributes of cameras: the kind of the camera's holder, a
// [HolderKind]. It is no attribute of a camera: a holder may change it.
const AttrHolderKind Attr = "holderKind"

// CountCameras counts the cameras that are [Disclosed] as [CountBy] does, and by [AttrHolderKind] as well. The kind of a holder that the store
// does not have is unknown. The store counts by holder; the holders' kinds are joined here, so that no store needs to.
func CountCameras(ctx context.Context, store Store, q Query, by ...Attr) ([]Group, error) {
	at := slices.Index(by, AttrHolderKind)
	if at < 0 {
		return CountBy(ctx, Disclosed(store), q, by...)
	}
	byHolder := slices.Clone(by)
	byHolder[at] = AttrHolder
	groups, err := CountBy(ctx, Disclosed(store), q, byHolder...)
	if err != nil {
		return nil, err
	}
	kinds, err := holderKinds(ctx, store.Holders(), groups, at)
	if err != nil {
		return nil, err
	}
	var tally Tally
	for _, group := range groups {
		group.Values[at] = string(kinds[ID(group.Values[at])])
		tally.Add(group.Count, group.Values...)
	}
	return tally.Groups(), nil
}

// holdersAtOnce is how many holders are read at once: a store that many ask is waited for once, not for each page of them.
const holdersAtOnce = 4096

// holderKinds are the kinds of the holders that stand at a rank of the groups' values.
func holderKinds(ctx context.Context, holders Shelf[Holder], groups []Group, at int) (map[ID]HolderKind, error) {
	kinds := map[ID]HolderKind{}
	for _, group := range groups {
		kinds[ID(group.Values[at])] = ""
	}
	for ids := range slices.Chunk(slices.Sorted(maps.Keys(kinds)), holdersAtOnce) {
		found, err := GetAll(ctx, holders, ids)
		if err != nil {
			return nil, err
		}
		for id, holder := range found {
			kinds[id] = holder.Kind
		}
	}
	return kinds, nil
}
