// The peers that scripts/bench-peers measures Vigie against: a module of its own, so that nothing of them is ever built
// into Vigie.
module peers

go 1.26

require (
	github.com/peterstace/simplefeatures v0.59.0
	github.com/twpayne/go-geos v0.20.0
)
