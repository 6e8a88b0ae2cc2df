package geo

import (
	"cmp"
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
				n := w.own.edge + e - w.own.first
				for _, x := range w.crossings[w.starts[n]:w.starts[n+1]] {
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

func TestTheUnionAloneIsThatOfEveryK(t *testing.T) {
	for seed := range uint64(40) {
		random := rand.New(rand.NewPCG(seed, 29))
		footprints, domains := fans(random, 4+random.IntN(60)), []surface{square(-55, -40, 55, 50)}
		var walks [2]*depths
		for k := range walks {
			var err error
			if walks[k], err = arrange(footprints, domains).walk(t.Context(), want{outlines: true, union: k > 0}); err != nil {
				t.Fatal(err)
			}
		}
		every, alone := walks[0], walks[1]
		if alone.ground != every.ground || len(alone.atLeast) != 1 || alone.atLeast[0] != every.atLeast[0] {
			t.Errorf("seed %d: %v seen of %v, want %v of %v", seed, alone.atLeast, alone.ground, every.atLeast, every.ground)
		}
		for name, outline := range map[string]func(*depths) ([][]vertex, error){"gaps": (*depths).gaps, "seen": (*depths).seen} {
			want, err := outline(every)
			if err != nil {
				t.Fatal(err)
			}
			got, err := outline(alone)
			if err != nil {
				t.Fatalf("seed %d: %s: %v", seed, name, err)
			}
			if !reflect.DeepEqual(tidy(got), tidy(want)) {
				t.Errorf("seed %d: the %s are others", seed, name)
			}
		}
	}
}
