package main

import (
	"context"

	"vigie/inventory"
)

// ownedStore stores a new holder just before the first record that comes after it, so that no camera is without its
// holder, and no holder is left by a file of which nothing was stored.
type ownedStore struct {
	inventory.Store
	owner  inventory.Holder
	stored bool
}

// welcome stores the holder, once.
func (s *ownedStore) welcome(ctx context.Context) error {
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
