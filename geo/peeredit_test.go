//go:build unix

package geo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb"
)

// peerDesk is a scene of scripts/bench-peers computed by [Cover], to be changed camera by camera.
type peerDesk struct {
	heads    []Head
	coverage Coverage
	random   *rand.Rand
}

// peerChange changes the bearings of cameras of an open scene, one after the other, through [Coverage.Replace].
func peerChange(b testing.TB, s *peerScene) peerOutcome {
	b.Helper()
	return s.change(b, nil)
}

// peerChangeAmong does the same among the buildings.
func peerChangeAmong(b testing.TB, s *peerScene) peerOutcome {
	b.Helper()
	return s.change(b, s.buildings)
}

func (s *peerScene) change(b testing.TB, buildings []orb.Ring) peerOutcome {
	b.Helper()
	const changes = 500
	ctx := context.Background()
	if s.desk == nil {
		scene := s.lonLat(b, buildings)
		coverage, err := Cover(ctx, scene, Options{Editable: true})
		if err != nil {
			b.Fatal(err)
		}
		s.desk = &peerDesk{scene.Heads, coverage, rand.New(rand.NewPCG(1, 2))}
		s.desk.turn(b) // the first change opens the books
	}
	stop := startPeerWatch()
	times := make([]float64, changes)
	for k := range times {
		start := time.Now()
		s.desk.turn(b)
		times[k] = time.Since(start).Seconds()
	}
	seconds, cpu := stop()
	slices.Sort(times)
	return peerOutcome{Seconds: seconds / changes, CPU: cpu / changes, P50: times[changes/2], P99: times[changes*99/100]}
}

// turn gives one camera another bearing.
func (d *peerDesk) turn(b testing.TB) {
	b.Helper()
	head := d.heads[d.random.IntN(len(d.heads))]
	bearingDeg := d.random.Float64() * 360
	head.BearingDeg = &bearingDeg
	var err error
	if d.coverage, err = d.coverage.Replace(context.Background(), head.Camera, []Head{head}); err != nil {
		b.Fatal(err)
	}
}

// peerDensitiesPxM are the four densities of IEC 62676-4 whose distances are those of the scenes: 25 px/m at 120 m is
// 250 px/m at 12 m.
var peerDensitiesPxM = [peerLevels]float64{25, 62.5, 125, 250}

// lonLat is the scene round a place in Montpellier, in degrees.
func (s *peerScene) lonLat(b testing.TB, buildings []orb.Ring) Scene {
	b.Helper()
	frame, err := NewFrame(orb.Point{3.88, 43.61})
	if err != nil {
		b.Fatal(err)
	}
	shape := func(r orb.Ring) orb.MultiPolygon {
		var out orb.Ring
		for _, p := range r {
			out = append(out, frame.ToLonLat(p))
		}
		return orb.MultiPolygon{{append(out, out[0])}}
	}
	scene := Scene{Perimeter: shape(s.perimeter[0])}
	for l, densityPxM := range peerDensitiesPxM {
		scene.Levels = append(scene.Levels, Level{Code: fmt.Sprint(l), DensityPxM: densityPxM})
	}
	for k, r := range buildings {
		scene.Obstacles = append(scene.Obstacles, Obstacle{ID: fmt.Sprint(k), Shape: shape(r)})
	}
	for k, c := range s.cameras {
		scene.Heads = append(scene.Heads, Head{
			Camera: fmt.Sprint(k), At: frame.ToLonLat(c.at), BearingDeg: &c.axisDeg, Sensor: c.sensor(b),
		})
	}
	return scene
}

// sensor is one that reaches as far as the camera.
func (c peerCamera) sensor(b testing.TB) Sensor {
	b.Helper()
	width := 1_000_000
	s := Sensor{HFOVDeg: &c.apertureDeg, RecordedWidthPx: &width}
	farM, err := s.MaxDistanceM(peerDensitiesPxM[0])
	if err != nil {
		b.Fatal(err)
	}
	width = int(c.reachM[0] / farM * float64(width))
	return s
}
