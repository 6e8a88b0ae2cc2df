package mongodb

import (
	"context"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// About is what an operator wants to know of a store. It holds no password.
type About struct {
	// Place is the hosts and the database.
	Place string
	// Server is the version of the server.
	Server string
	// Validates tells whether the server checks documents itself, see [Store.Validates].
	Validates bool
}

// About asks the server what it is.
func (s *Store) About(ctx context.Context) (About, error) {
	about := About{Place: s.place}
	var build struct {
		Version string `bson:"version"`
	}
	if err := s.database.RunCommand(ctx, bson.D{{Key: "buildInfo", Value: 1}}).Decode(&build); err != nil {
		return about, fmt.Errorf("ask the version of %s: %w", s.place, classify(ctx, err))
	}
	about.Server = build.Version
	validates, err := s.Validates(ctx)
	about.Validates = validates
	return about, err
}
