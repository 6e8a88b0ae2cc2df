package geo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
)

// benchEyes are places on the streets of a town.
func benchEyes(w town, b *blocks, n int) []vertex {
	random := rand.New(rand.NewPCG(uint64(n), 3))
	var eyes []vertex
	for len(eyes) < n {
		if eye := toVertex(w.streetPlace(random)); len(b.holders(eye)) == 0 {
			eyes = append(eyes, eye)
		}
	}
	return eyes
}

// benchSectors are four levels of a camera: 120, 48, 24 and 12 m, a fifth of the cameras all round.
func benchSectors(k int, eye vertex) (sectors [4]sector) {
	aperture := 30 + float64(k*37%80)
	if k%5 == 0 {
		aperture = 360
	}
	for l, farM := range [4]float64{120, 48, 24, 12} {
		sectors[l] = sector{at: eye.local(), axisDeg: float64(k * 61 % 360), apertureDeg: aperture, farM: farM}
	}
	return sectors
}

// BenchmarkLook looks all round, and along the sectors of mixed cameras with the rings of four levels.
func BenchmarkLook(b *testing.B) {
	for _, n := range []int{1_000, 10_000} {
		w := newTownOfBlocks(uint64(n), n)
		l := newLooker(w.blocks())
		eyes := benchEyes(w, l.blocks, 1000)
		b.Run(fmt.Sprintf("allRound/%d", n), func(b *testing.B) {
			facets := 0
			for k := 0; b.Loop(); k++ {
				facets += len(l.envelope(allRoundFrom(eyes[k%1000], 160)).env)
			}
			b.ReportMetric(float64(facets)/float64(b.N), "facets")
		})
		b.Run(fmt.Sprintf("fourLevels/%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for k := 0; b.Loop(); k++ {
				if err := lookAtFourLevels(l, eyes[k%1000], k%1000); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func lookAtFourLevels(l *looker, eye vertex, k int) error {
	sectors := benchSectors(k, eye)
	o := allRoundFrom(eye, sectors[0].farM)
	o.axisDeg, o.apertureDeg = sectors[0].axisDeg, sectors[0].apertureDeg
	e := l.envelope(o)
	for _, s := range sectors {
		if _, err := e.surface(context.Background(), s, s.cut(defaultArcToleranceM)); err != nil {
			return err
		}
	}
	return nil
}

// BenchmarkTown indexes 100,000 buildings, carries them to the grid and indexes them, and looks at four levels with
// 10,000 cameras on one processor.
func BenchmarkTown(b *testing.B) {
	const buildings, cameras = 100_000, 10_000
	w := newTownOfBlocks(1, buildings)
	blocks := w.blocks()
	b.Run("index", func(b *testing.B) {
		for b.Loop() {
			blocks.index()
		}
	})
	b.Run("obstacles", func(b *testing.B) {
		frame, err := NewFrame(orb.Point{3.88, 43.61})
		if err != nil {
			b.Fatal(err)
		}
		obstacles := w.obstacles(frame)
		for b.Loop() {
			if _, err := newBlocks(context.Background(), frame, obstacles); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("cameras", func(b *testing.B) {
		eyes := benchEyes(w, blocks, cameras)
		for b.Loop() {
			l := newLooker(blocks)
			for k, eye := range eyes {
				if err := lookAtFourLevels(l, eye, k); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}
