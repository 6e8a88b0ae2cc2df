package main

import (
	"context"
	"errors"
	"sync"

	"vigie/inventory"
)

// ownedStore stores a new holder just before the first record that comes after it, so that no camera is without its
// holder, and no holder is left by a file of which nothing was stored.
type ownedStore struct {
	inventory.Store
	owner  inventory.Holder
	mu     sync.Mutex // guards stored
	stored bool
}

// welcome stores the holder, once.
func (s *ownedStore) welcome(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stored {
		return nil
	}
	if err := s.Store.Holders().Put(ctx, s.owner); err != nil {
		return err
	}
	s.stored = true
	return nil
}

func (s *ownedStore) Cameras() inventory.Shelf[inventory.Camera] {
	return ownedShelf[inventory.Camera]{s.Store.Cameras(), s}
}

func (s *ownedStore) Areas() inventory.Shelf[inventory.Area] {
	return ownedShelf[inventory.Area]{s.Store.Areas(), s}
}

func (s *ownedStore) Obstacles() inventory.Shelf[inventory.Obstacle] {
	return ownedShelf[inventory.Obstacle]{s.Store.Obstacles(), s}
}

func (s *ownedStore) Candidates() inventory.Shelf[inventory.Candidate] {
	return ownedShelf[inventory.Candidate]{s.Store.Candidates(), s}
}

// ownedShelf is a shelf whose records belong to the holder of the store.
type ownedShelf[T inventory.Record] struct {
	inventory.Shelf[T]
	store *ownedStore
}

// Put stores the holder first.
func (s ownedShelf[T]) Put(ctx context.Context, records ...T) error {
	if err := s.store.welcome(ctx); err != nil {
		return err
	}
	return s.Shelf.Put(ctx, records...)
}

// PutValid stores the holder first.
func (s ownedShelf[T]) PutValid(ctx context.Context, records ...T) error {
	if err := s.store.welcome(ctx); err != nil {
		return err
	}
	return inventory.PutValid(ctx, s.Shelf, records...)
}

// PutNew stores the holder first.
func (s ownedShelf[T]) PutNew(ctx context.Context, records ...T) error {
	if err := s.store.welcome(ctx); err != nil {
		return err
	}
	return inventory.PutNew(ctx, s.Shelf, records...)
}

// Settle ends what PutNew began.
func (s ownedShelf[T]) Settle(ctx context.Context) error { return inventory.Settle(ctx, s.Shelf) }

// Watch counts the writes to the shelf where that can.
func (s ownedShelf[T]) Watch(ctx context.Context) (func() uint64, error) {
	if watched, can := s.Shelf.(inventory.Watcher); can {
		return watched.Watch(ctx)
	}
	return nil, errors.ErrUnsupported
}

// GetAll reads many records at once where the shelf does.
func (s ownedShelf[T]) GetAll(ctx context.Context, ids []inventory.ID) (map[inventory.ID]T, error) {
	return inventory.GetAll(ctx, s.Shelf, ids)
}
