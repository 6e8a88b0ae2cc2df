//go:build unix

package geo

import (
	"bufio"
	"context"
	"fmt"
	"math"
	"os"
	"slices"
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

// peerSights is how many cameras look in the tasks "sight" and "outline", on one thread, with an index made before.
const peerSights = 200

// peerSight looks all round from the first cameras of a scene. What they see of the ground within reach is computed afterwards from
// the envelopes, as the polygons of CGAL are cut by the reach afterwards.
func peerSight(b testing.TB, s *peerScene) peerOutcome {
	b.Helper()
	var sights [peerSights]envelope
	looker := s.looker()
	o := peerLooks(func() {
		for k := range sights {
			sights[k] = looker.envelope(s.allRound(k).outlook())
			sights[k].env = slices.Clone(sights[k].env)
		}
	})
	for k := range sights {
		o.SeenM2[0] += areaM2(peerSurface(b, &sights[k], s.allRound(k)))
	}
	return o
}

// peerOutline looks as peerSight does, and cuts what is seen by the reach, on the grid, in the same time.
func peerOutline(b testing.TB, s *peerScene) peerOutcome {
	b.Helper()
	var seen [peerSights]surface
	looker := s.looker()
	o := peerLooks(func() {
		for k := range seen {
			c := s.allRound(k)
			e := looker.envelope(c.outlook())
			seen[k] = peerSurface(b, &e, c)
		}
	})
	for _, shape := range seen {
		o.SeenM2[0] += areaM2(shape)
	}
	return o
}

// peerLooks has all look twice, as the side of CGAL does, of which the second time counts. The collector has just run before the
// first, and the other program before that: much of the three milliseconds that it takes would be theirs.
func peerLooks(look func()) peerOutcome {
	stop := startPeerWatch(look)
	look()
	seconds, cpu := stop()
	return peerOutcome{Seconds: seconds, CPU: cpu, SeenM2: make([]float64, 1)}
}

// looker is one on the index of the scene, which is made once.
func (s *peerScene) looker() *looker {
	if s.index == nil {
		s.index = s.blocks()
	}
	return newLooker(s.index)
}

// allRound is a camera of the scene that looks all round.
func (s *peerScene) allRound(camera int) peerCamera {
	c := s.cameras[camera]
	c.apertureDeg = 360
	return c
}

// peerSurface is the ground that a camera sees all round within reach, which is cut into chords that begin in the north.
func peerSurface(b testing.TB, e *envelope, c peerCamera) surface {
	b.Helper()
	sector, chord := c.sector(0)
	chord.first = 0
	shape, err := e.surface(context.Background(), sector, chord)
	if err != nil {
		b.Fatal(err)
	}
	return shape
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
