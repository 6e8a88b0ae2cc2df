package geo

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"vigie/geo/setcover"
)

// candidateTown is a town of about 10 km² with 10,000 buildings, 100 cameras, places that are worth more than others, and
// n candidates on its streets: four of five look 70° wide in one of eight directions, the fifth all round, up to 80 m.
func candidateTown(b *testing.B, n int) (Scene, []Candidate, []Demand) {
	b.Helper()
	w := newTownOfBlocks(1, 10_000)
	frame, err := NewFrame(orb.Point{3.88, 43.61})
	if err != nil {
		b.Fatal(err)
	}
	random := rand.New(rand.NewPCG(7, 7))
	disc := func(x, y, r float64) orb.MultiPolygon {
		var ring orb.Ring
		for k := range 48 {
			sin, cos := math.Sincos(2 * math.Pi * float64(k) / 48)
			ring = append(ring, frame.ToLonLat(orb.Point{x + r*cos, y + r*sin}))
		}
		return orb.MultiPolygon{{append(ring, ring[0])}}
	}
	half := w.sizeM / 2
	scene := Scene{Perimeter: disc(0, 0, 1.13*half), Obstacles: w.obstacles(frame), Levels: []Level{{Code: "seen", DensityPxM: 100}}}
	demands := []Demand{{Level: "seen"}}
	for k := range 12 {
		z := Zone{ID: fmt.Sprint("zone ", k), Shape: disc((random.Float64()*2-1)*half, (random.Float64()*2-1)*half, 60+120*random.Float64())}
		scene.Zones = append(scene.Zones, z)
		demands = append(demands, Demand{Zone: z.ID, Level: "seen", Weight: float64(2 + k%5*2)})
	}
	head := func() Head {
		at, bearing := frame.ToLonLat(w.streetPlace(random)), 45*float64(random.IntN(8))
		hDeg, px := 70.0, int(2*80*100*math.Tan(radians(35)))
		if random.IntN(5) == 0 {
			hDeg, px = 360, int(math.Round(80*100*2*math.Pi))
		}
		return Head{At: at, BearingDeg: &bearing, Sensor: Sensor{HFOVDeg: &hDeg, RecordedWidthPx: &px}}
	}
	for k := range 100 {
		h := head()
		h.Camera = fmt.Sprint("camera ", k)
		scene.Heads = append(scene.Heads, h)
	}
	var candidates []Candidate
	for k := range n {
		candidates = append(candidates, Candidate{ID: fmt.Sprint(k), Heads: []Head{head()}})
	}
	return scene, candidates, demands
}

// BenchmarkPlace chooses 100 of 10,000 candidates. It reports, in milliseconds, how long the sets of the candidates take (with
// the town laid out before), making the problem small with a first choice (model), that with all choices (greedy), greedy with
// the bound, and with the search; then what they reach of the bound, and the memory.
func BenchmarkPlace(b *testing.B) {
	scene, candidates, demands := candidateTown(b, 10_000)
	ctx, limit := context.Background(), setcover.Limit{Count: 100}
	for b.Loop() {
		s := &scout{scene: scene, all: candidates, options: Placing{Demands: demands, Count: 100}}
		if err := s.layGround(ctx); err != nil {
			b.Fatal(err)
		}
		s.aim()
		s.keepExisting()
		clock := time.Now()
		lap := func(name string) {
			b.ReportMetric(float64(time.Since(clock))/1e6, name)
			clock = time.Now()
		}
		if err := s.look(ctx); err != nil {
			b.Fatal(err)
		}
		lap("sets-ms")
		if _, err := setcover.Maximise(ctx, s.problem, setcover.Limit{Count: 1}, setcover.Effort{Rounds: -1, BoundRounds: -1}); err != nil {
			b.Fatal(err)
		}
		lap("model-ms")
		greedy, err := setcover.Maximise(ctx, s.problem, limit, setcover.Effort{Rounds: -1, BoundRounds: -1})
		if err != nil {
			b.Fatal(err)
		}
		lap("greedy-ms")
		bound, err := setcover.Maximise(ctx, s.problem, limit, setcover.Effort{Rounds: -1})
		if err != nil {
			b.Fatal(err)
		}
		lap("bound-ms")
		plan, err := setcover.Maximise(ctx, s.problem, limit, setcover.Effort{})
		if err != nil {
			b.Fatal(err)
		}
		lap("search-ms")
		b.ReportMetric(100*(1-float64(greedy.Value)/float64(plan.Bound)), "greedy-gap-%")
		b.ReportMetric(100*bound.Gap(), "bound-gap-%")
		b.ReportMetric(100*plan.Gap(), "search-gap-%")
		var memory runtime.MemStats
		runtime.ReadMemStats(&memory)
		b.ReportMetric(float64(memory.Sys)/1e6, "MB")
		b.ReportMetric(float64(len(s.problem.Rows)), "rows")
	}
}
