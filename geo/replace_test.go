package geo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"
)

// randomGroups puts n footprints into groups, some into none.
func randomGroups(random *rand.Rand, n int) []int32 {
	groups := make([]int32, n)
	for k := range groups {
		groups[k] = random.Int32N(int32(n/3+1)+1) - 1
	}
	groups[0] = int32(n / 3) // so that the number of groups is known
	return groups
}

func TestLedgerEqualsAFullWalk(t *testing.T) {
	for seed := range uint64(24) {
		random := rand.New(rand.NewPCG(seed, 17))
		step := float64(seed%3) * 10
		n := 30
		if seed >= 20 { // two walk what is near
			n = 90
		}
		footprints := randomScene(random, n, step)
		domains := []surface{{square(-400, -450, 420, 380)[0], reversed(square(-50, -60, 70, 80)[0])}}
		if seed%2 == 1 {
			domains = append(domains, square(-200, -300, 600, 250))
		}
		want := want{exclusives: seed%4 < 2, groups: [][]int32{randomGroups(random, n), randomGroups(random, n)}}
		l, err := newLedger(context.Background(), footprints, domains, want)
		if err != nil {
			t.Fatal(err)
		}
		for change := range 60 {
			item := random.IntN(len(footprints))
			switch next := randomScene(random, 1, step)[0]; random.IntN(6) {
			case 0:
				next = nil
				fallthrough
			default:
				footprints[item] = next
			case 1:
				footprints[item] = footprints[random.IntN(len(footprints))] // a copy of another
			case 2:
				footprints[item] = square(-5000, -5000, 5000, -410+step) // over the border, and far beyond
			}
			l.replace(int32(item), footprints[item])
			full, err := arrange(footprints, domains).walk(context.Background(), want)
			if err != nil {
				t.Fatal(err)
			}
			if got := l.sum.depths(); !reflect.DeepEqual(got, full) {
				t.Fatalf("seed %d, change %d: the ledger says\n%v\na full walk\n%v", seed, change, got, full)
			}
		}
	}
}

func TestLedgerOfAnEmptyDomain(t *testing.T) {
	l, err := newLedger(context.Background(), []surface{square(0, 0, 10, 10)}, []surface{nil}, want{exclusives: true})
	if err != nil {
		t.Fatal(err)
	}
	l.replace(0, square(5, 5, 20, 20))
	if d := l.sum.depths(); d.ground != 0 || len(d.atLeast) != 0 || d.each[0] != 0 {
		t.Errorf("surfaces in no domain: %+v", d)
	}
}

func shifted(s surface, east, north int32) surface {
	out := make(surface, len(s))
	for k, r := range s {
		for _, v := range r {
			out[k] = append(out[k], vertex{v.x + east, v.y + north})
		}
	}
	return out
}

// BenchmarkLedger moves one footprint among 10,000 by some metres at four levels, and reports how long it takes until all figures
// are there again.
func BenchmarkLedger(b *testing.B) {
	random := rand.New(rand.NewPCG(5, 23))
	var ledgers []*ledger
	var levels [][]surface
	for _, reach := range []float64{1, 0.4, 0.2, 0.1} {
		footprints, domain := benchFootprints(100, 10000, reach)
		l, err := newLedger(context.Background(), footprints, []surface{domain},
			want{exclusives: true, groups: [][]int32{randomGroups(random, len(footprints))}})
		if err != nil {
			b.Fatal(err)
		}
		ledgers, levels = append(ledgers, l), append(levels, footprints)
	}
	var times []time.Duration
	for b.Loop() {
		item, east, north := random.Int32N(10000), random.Int32N(20*unitsPerM), random.Int32N(20*unitsPerM)
		start := time.Now()
		for k, l := range ledgers {
			l.replace(item, shifted(levels[k][item], east, north))
			l.depths()
		}
		times = append(times, time.Since(start))
	}
	slices.Sort(times)
	for _, share := range []float64{0.5, 0.99} {
		at := times[min(len(times)-1, int(share*float64(len(times))))]
		b.ReportMetric(float64(at)/1e6, fmt.Sprintf("p%g-ms", 100*share))
	}
}
