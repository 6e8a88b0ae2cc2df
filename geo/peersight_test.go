//go:build unix

package geo

import (
	"bufio"
	"context"
	"fmt"
	"math"
	"os"
	"strconv"
	"testing"

	"github.com/paulmach/orb"
)

// peerCamera is a head of a scene of scripts/bench-peers.
type peerCamera struct {
	at                   orb.Point // metres
	axisDeg, apertureDeg float64
	reachM               [peerLevels]float64
}

// sector is the ground within reach at a level, cut into chords as scripts/peers/scene.go cuts it.
func (c peerCamera) sector(level int) (sector, chord) {
	s := sector{at: c.at, axisDeg: c.axisDeg, apertureDeg: c.apertureDeg, farM: c.reachM[level]}
	steps := 32
	if c.apertureDeg >= 360 {
		steps = 64
	}
	return s, chord{
		steps: steps, farM: s.farM, first: radians(c.axisDeg + c.apertureDeg/2),
		stepRads: radians(c.apertureDeg) / float64(steps),
	}
}

func (c peerCamera) outlook() outlook {
	return outlook{
		eye: toVertex(c.at), rangeM: c.reachM[0], axisDeg: c.axisDeg, apertureDeg: c.apertureDeg, heightM: math.NaN(),
	}
}

// blocks indexes the buildings of a scene.
func (s *peerScene) blocks() *blocks {
	b := &blocks{facts: make([]blockFacts, len(s.buildings))}
	for k, shape := range peerSurfaces(s.buildings) {
		b.facts[k].heightM = math.NaN()
		b.add(shape[0], int32(k))
	}
	b.index()
	return b
}

// seen is what every camera of a scene sees among buildings, by level and camera.
func (s *peerScene) seen(b *blocks) (seen [peerLevels][]surface, err error) {
	const batch = 64
	for l := range seen {
		seen[l] = make([]surface, len(s.cameras))
	}
	err = inParallel(0, (len(s.cameras)+batch-1)/batch, func(k int) error {
		looker := newLooker(b)
		for i := k * batch; i < min(len(s.cameras), (k+1)*batch); i++ {
			e := looker.envelope(s.cameras[i].outlook())
			for l := range seen {
				sector, chord := s.cameras[i].sector(l)
				if seen[l][i], err = e.surface(context.Background(), sector, chord); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return seen, err
}

// peerSee writes the perimeter and what every camera sees of it to the file of VIGIE_BENCH_OUT, as footprints for the
// peers; coordinates are those of the grid, to the last digit.
func peerSee(b testing.TB, s *peerScene) peerOutcome {
	b.Helper()
	seen, err := s.seen(s.blocks())
	if err != nil {
		b.Fatal(err)
	}
	file, err := os.Create(os.Getenv("VIGIE_BENCH_OUT"))
	if err != nil {
		b.Fatal(err)
	}
	w := bufio.NewWriter(file)
	write := func(word string, points []orb.Point) {
		w.WriteString(word)
		for _, p := range points {
			fmt.Fprintf(w, " %s %s", strconv.FormatFloat(p[0], 'f', -1, 64), strconv.FormatFloat(p[1], 'f', -1, 64))
		}
		w.WriteString("\n")
	}
	write("perimeter", s.perimeter[0])
	for l, level := range seen {
		for _, shape := range level {
			for _, ring := range shape {
				points := make([]orb.Point, len(ring)-1)
				for k := range points {
					points[k] = ring[k].local()
				}
				write(fmt.Sprintf("footprint %d", l), points)
			}
		}
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	if err := file.Close(); err != nil {
		b.Fatal(err)
	}
	return peerOutcome{}
}

// peerSight looks all round from the first cameras of a scene, on one thread, as the side of CGAL does: the index is made
// before, surfaces are computed afterwards, and the cameras look twice, of which the second time counts. The collector has just
// run before the first, and the other program before that: in the three milliseconds that a time takes, much of the time would be
// theirs.
func peerSight(b testing.TB, s *peerScene) peerOutcome {
	b.Helper()
	const cameras = 200
	if s.index == nil {
		s.index = s.blocks()
	}
	looker := newLooker(s.index)
	var shapes [cameras]surface
	look := func() {
		for k, c := range s.cameras[:cameras] {
			c.apertureDeg = 360
			sector, chord := c.sector(0)
			chord.first = 0
			e := looker.envelope(c.outlook())
			var err error
			if shapes[k], err = e.surface(context.Background(), sector, chord); err != nil {
				b.Fatal(err)
			}
		}
	}
	stop := startPeerWatch(look)
	look()
	seconds, cpu := stop()
	areas := make([]float64, 1)
	for _, shape := range shapes {
		for _, ring := range shape {
			areas[0] += twiceArea(ring) / 2 * squareM2
		}
	}
	return peerOutcome{Seconds: seconds, CPU: cpu, SeenM2: areas}
}

// peerEndToEnd indexes the buildings, looks with every camera and covers the ground at every level.
func peerEndToEnd(b testing.TB, s *peerScene) peerOutcome {
	b.Helper()
	stop := startPeerWatch()
	seen, err := s.seen(s.blocks())
	if err != nil {
		b.Fatal(err)
	}
	o := peerLevelsOf(b, func(l int) []surface { return seen[l] }, s.perimeter, want{outlines: true})
	o.Seconds, o.CPU = stop()
	return o
}
