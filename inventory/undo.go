package inventory

import (
	"context"
	"errors"
	"fmt"
)

// ForgetOptions says which candidates are to go: those of a set, of an import, or of both.
type ForgetOptions struct {
	Set, Import ID
	// DryRun counts, and removes nothing.
	DryRun bool
}

// forgottenAtOnce is how many candidates are removed in one step.
const forgottenAtOnce = 2000

// ForgetCandidates removes the candidates of a set or of an import, and tells how many those were. It may be repeated: what
// was interrupted is finished. Without a set and an import it is an *InvalidError.
func ForgetCandidates(ctx context.Context, store Store, options ForgetOptions) (count int, err error) {
	query, err := options.query()
	if err != nil {
		return 0, err
	}
	shelf := store.Candidates()
	if options.DryRun {
		return Count(ctx, shelf, query)
	}
	for {
		some, err := All(ctx, shelf, query)
		if err != nil || len(some) == 0 {
			return count, err
		}
		ids := make([]ID, len(some))
		for i, candidate := range some {
			ids[i] = candidate.ID
		}
		if err := deleteAll(ctx, shelf, ids); err != nil {
			return count, fmt.Errorf("forget candidates: %w", err)
		}
		count += len(ids)
	}
}

func (o ForgetOptions) query() (Query, error) {
	var f faults
	f.reference("set", o.Set)
	f.reference("import", o.Import)
	if o.Set == "" && o.Import == "" {
		f.add("set", "is missing: which set is to go, or which import?")
	}
	q := Query{Limit: forgottenAtOnce}
	for attr, value := range map[Attr]ID{AttrCategory: o.Set, AttrImport: o.Import} {
		if value != "" {
			q.Where = append(q.Where, Condition{Attr: attr, In: []string{string(value)}})
		}
	}
	return q, f.err("removal", "")
}

// deleteAll removes records, at once where the shelf can.
func deleteAll[T Record](ctx context.Context, shelf Shelf[T], ids []ID) error {
	if many, ok := shelf.(ManyDeleter); ok {
		return many.DeleteAll(ctx, ids)
	}
	for _, id := range ids {
		if err := shelf.Delete(ctx, id, nil); err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
	}
	return nil
}
