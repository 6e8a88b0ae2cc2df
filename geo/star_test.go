package geo

import (
	"cmp"
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

// crossingsOf are all crossings of an arrangement's edges, found in batches of so many chunks.
func crossingsOf(a *arrangement, batch int) (all []crossing) {
	w := a.newWalker(want{})
	for c := range int32(len(a.chunks)) {
		w.enlist(leg{c, c + 1})
		if int(c+1)%batch > 0 && int(c+1) < len(a.chunks) {
			continue
		}
		w.cross()
		for k := range w.batch {
			w.own = &w.batch[k]
			for e := w.own.first; e < w.own.last; e++ {
				n, p, q := w.own.edge+e-w.own.first, a.vertices[e], a.vertices[e+1]
				found := slices.Clone(w.crossings[w.starts[n]:w.starts[n+1]])
				if a.stars != nil {
					found = w.crossStar(found, q.from(p), 0, a.stars.at(e))
					found = w.crossStar(found, p.from(q), 1, a.stars.at(e+1))
				}
				for _, x := range found {
					x.edge = e
					all = append(all, x)
				}
			}
		}
		w.batch = w.batch[:0]
	}
	slices.SortFunc(all, func(p, q crossing) int {
		return cmp.Or(cmp.Compare(p.edge, q.edge), cmp.Compare(p.other, q.other), cmp.Compare(p.delta, q.delta))
	})
	return all
}

func TestABatchFindsWhatItsChunksFindAlone(t *testing.T) {
	for seed := range uint64(20) {
		random := rand.New(rand.NewPCG(seed, 31))
		a := arrange(append(fans(random, 60), randomScene(random, 60, 10)...), []surface{square(-40, -40, 40, 40)})
		alone := crossingsOf(a, 1)
		for _, batch := range []int{3, len(a.chunks)} {
			if together := crossingsOf(a, batch); len(alone) == 0 || !slices.Equal(alone, together) {
				t.Fatalf("seed %d: %d crossings, %d in batches of %d", seed, len(alone), len(together), batch)
			}
		}
	}
}

func TestStarsFindTheCrossingsThatTheSearchFinds(t *testing.T) {
	for seed := range uint64(40) {
		random := rand.New(rand.NewPCG(seed, 23))
		footprints := fans(random, 60)
		if seed%4 == 0 {
			footprints = append(footprints, randomScene(random, 60, 10)...)
		}
		a := arrange(footprints, []surface{square(-40, -40, 40, 40)})
		searched := crossingsOf(a, 64)
		a.stars = a.findStars()
		turned := crossingsOf(a, 64)
		for _, all := range [][]crossing{searched, turned} { // where along their edge, stars tell exactly
			for k := range all {
				all[k].t = 0
			}
		}
		if len(searched) == 0 || !slices.Equal(searched, turned) {
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
