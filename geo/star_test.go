package geo

import (
	"context"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/paulmach/orb"
)

// fans draws triangles whose corners are few places, as heads that look past the same houses do; some of them twice.
func fans(random *rand.Rand, n int) (footprints []surface) {
	corner := func() vertex {
		return toVertex(orb.Point{float64(random.IntN(9))*10 - 40, float64(random.IntN(9))*10 - 40})
	}
	for len(footprints) < n {
		p, q, r := corner(), corner(), corner()
		switch area := orient(p, q, r); {
		case area > 0:
			footprints = append(footprints, surface{closed([]vertex{p, q, r})})
		case area < 0:
			footprints = append(footprints, surface{closed([]vertex{p, r, q})})
		case random.IntN(4) == 0 && len(footprints) > 0:
			footprints = append(footprints, footprints[random.IntN(len(footprints))])
		}
	}
	return footprints
}

// crossingsOf are all crossings of an arrangement's edges, without their places.
func crossingsOf(a *arrangement) (all [][4]int32) {
	w := a.newWalker(want{})
	note := func(crossings []crossing) {
		for _, x := range crossings {
			all = append(all, [4]int32{x.edge, x.other, x.item, x.delta})
		}
	}
	for c := range a.chunks {
		w.chunk = &a.chunks[c]
		w.cross()
		note(w.crossings)
		for e := w.chunk.first; a.stars != nil && e < w.chunk.last; e++ {
			p, q := a.vertices[e], a.vertices[e+1]
			note(w.crossStar(nil, e, q.from(p), 0, a.stars.at(e)))
			note(w.crossStar(nil, e, p.from(q), 1, a.stars.at(e+1)))
		}
	}
	slices.SortFunc(all, func(p, q [4]int32) int { return slices.Compare(p[:], q[:]) })
	return all
}

func TestStarsFindTheCrossingsThatTheSearchFinds(t *testing.T) {
	for seed := range uint64(40) {
		random := rand.New(rand.NewPCG(seed, 23))
		footprints := fans(random, 60)
		if seed%4 == 0 {
			footprints = append(footprints, randomScene(random, 60, 10)...)
		}
		a := arrange(footprints, []surface{square(-40, -40, 40, 40)})
		searched := crossingsOf(a)
		a.stars = a.findStars()
		if turned := crossingsOf(a); len(searched) == 0 || !slices.Equal(searched, turned) {
			t.Fatalf("seed %d: %d crossings, %d with stars", seed, len(searched), len(turned))
		}
	}
}

func TestStarsChangeNothing(t *testing.T) {
	for seed := range uint64(40) {
		random := rand.New(rand.NewPCG(seed, 29))
		footprints, domains := fans(random, 4+random.IntN(60)), []surface{square(-55, -40, 55, 50)}
		plain, err := arrange(footprints, domains).walk(context.Background(), want{outlines: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, union := range []bool{false, true} {
			a := arrange(footprints, domains)
			a.stars = a.findStars()
			starred, err := a.walk(context.Background(), want{outlines: true, union: union})
			if err != nil {
				t.Fatal(err)
			}
			if starred.ground != plain.ground || !slices.Equal(starred.atLeast, plain.atLeast[:len(starred.atLeast)]) {
				t.Errorf("seed %d: %v seen of %v, want %v of %v", seed, starred.atLeast, starred.ground, plain.atLeast, plain.ground)
			}
			for name, outline := range map[string]func(*depths) ([][]vertex, error){"gaps": (*depths).gaps, "seen": (*depths).seen} {
				want, err := outline(plain)
				if err != nil {
					t.Fatal(err)
				}
				got, err := outline(starred)
				if err != nil {
					t.Fatalf("seed %d: %s: %v", seed, name, err)
				}
				if !reflect.DeepEqual(tidy(got), tidy(want)) {
					t.Errorf("seed %d: the %s are others", seed, name)
				}
			}
		}
	}
}
