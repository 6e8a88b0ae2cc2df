package inventory

import (
	"context"
	"fmt"
	"iter"
	"slices"
)

// feed is what a caller may do with the feed of changes: whoever may read a kind whose changes are kept reads its part of it.
func (c Caller) feed(action Action) reach {
	reads := func(kind string) bool { return c.May(Read, kind) }
	return reach{all: action == Read && slices.ContainsFunc(ChangeKinds(), reads)}
}

// subscriptions are the caller's own; administrators see all. Who may read no change can have none sent.
func (c Caller) subscriptions() reach {
	switch {
	case !c.May(Read, kindChanges):
		return reach{}
	case c.Role == RoleAdmin:
		return reach{all: true}
	case c.Account == "":
		return reach{}
	}
	return reach{clauses: []clause{{where: []Condition{{Attr: AttrHolder, In: []string{string(c.Account)}}}}}}
}

// noShelf is a shelf from which nobody reads and to which nobody writes: what is there is shown in another way.
type noShelf[T Record] struct{ kind string }

func (s noShelf[T]) refusal() error { return fmt.Errorf("%s: %w", s.kind, ErrForbidden) }

// Put is refused.
func (s noShelf[T]) Put(context.Context, ...T) error { return s.refusal() }

// Get is refused.
func (s noShelf[T]) Get(context.Context, ID) (T, error) {
	var none T
	return none, s.refusal()
}

// Find is refused.
func (s noShelf[T]) Find(context.Context, Query) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		yield(none, s.refusal())
	}
}

// Update is refused.
func (s noShelf[T]) Update(context.Context, ID, func(*T) error) (T, error) {
	var none T
	return none, s.refusal()
}

// Delete is refused.
func (s noShelf[T]) Delete(context.Context, ID, func(T) error) error { return s.refusal() }
