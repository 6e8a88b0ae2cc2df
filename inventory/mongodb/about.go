package mongodb

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"

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

// Same tells whether two stores are the same database, as far as the names of the hosts tell.
func (s *Store) Same(other *Store) bool {
	hosts, database, _ := strings.Cut(s.place, "/")
	otherHosts, otherDatabase, _ := strings.Cut(other.place, "/")
	return database == otherDatabase && slices.ContainsFunc(strings.Split(hosts, ","), func(host string) bool {
		return slices.ContainsFunc(strings.Split(otherHosts, ","), func(other string) bool { return fullHost(host) == fullHost(other) })
	})
}

// fullHost is a host with its port, the loopback address by one of its names.
func fullHost(host string) string {
	name, port, err := net.SplitHostPort(host)
	if err != nil {
		name, port = strings.Trim(host, "[]"), "27017"
	}
	if ip := net.ParseIP(name); strings.EqualFold(name, "localhost") || ip != nil && ip.IsLoopback() {
		name = "localhost"
	}
	return net.JoinHostPort(strings.ToLower(name), port)
}
