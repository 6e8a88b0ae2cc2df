package geo

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/paulmach/orb"
)

// Draws says how [Uncertainty] draws.
type Draws struct {
	// Count is the number of draws; 0 means 200: a tenth percentile of so many is one of between 6 and 14 % nineteen
	// times in twenty (binomial law).
	Count int
	// Seed begins the random numbers: the same seed gives the same result.
	Seed uint64
	// MapToleranceM is the radius of the disc in which the whole map (perimeter, ground, obstacles and zones) may lie
	// off the heads, metres.
	MapToleranceM float64
	// Causes is how many causes to give at most; 0 means 20.
	Causes int
}

const (
	usualDraws  = 200
	usualCauses = 20
	// bearingsTried is how many bearings stand for an unknown one, when its cost is found.
	bearingsTried = 8
)

// Uncertain is how surely the figures of a coverage are known, by day.
type Uncertain struct {
	// Levels are in the order of increasing density; Zones[z] the same for each zone of the scene.
	Levels []LevelSpread
	Zones  [][]LevelSpread
	// Causes are the facts that cost most certainty, the greatest first.
	Causes []Cause
}

// LevelSpread holds the spreads of the surfaces of one level, see [LevelCoverage]; TwiceM2 is what two cameras or more
// see.
type LevelSpread struct {
	Level                        Level
	SeenM2, PermanentM2, TwiceM2 Spread
}

// Spread holds the surfaces that one draw in ten, one in two, and nine in ten do not exceed, square metres.
type Spread struct{ P10, P50, P90 float64 }

// Fact is something that the record of a camera tells, or should.
type Fact string

// The facts that tolerances are for.
const (
	FactBearing  Fact = "bearing"
	FactHeight   Fact = "height"
	FactPosition Fact = "position"
)

// Cause is one fact of one camera that is not known exactly.
type Cause struct {
	Camera string
	Fact   Fact
	// SpanM2[level] is how much the ground seen unmoved changes as the fact runs through what it may be while the others
	// stay, square metres.
	SpanM2 []float64
}

// Uncertainty says how far the figures of [Cover] can be trusted. It covers the scene again and again with the facts
// drawn within their tolerances (Monte Carlo method, JCGM 101:2008), and tries each fact by itself to find what it
// costs. A head whose bearing is unknown is drawn as one that looks somewhere: its permanent view spreads, too.
//
// Errors are those of [Cover], and one for a map tolerance that is below zero, above 10 km or not a number.
func Uncertainty(ctx context.Context, scene Scene, draws Draws, options Options) (Uncertain, error) {
	options.Night, scene.Subsets = false, nil
	if draws.Count <= 0 {
		draws.Count = usualDraws
	}
	if draws.Causes <= 0 {
		draws.Causes = usualCauses
	}
	if err := (Tolerance{PositionM: draws.MapToleranceM}).validate(); err != nil {
		return Uncertain{}, fmt.Errorf("uncertainty: map: %w", err)
	}
	s, err := newStudy(ctx, scene, options)
	if err != nil {
		return Uncertain{}, fmt.Errorf("uncertainty: %w", err)
	}
	drawn := make([]Coverage, draws.Count)
	err = inParallel(options.Workers, draws.Count, func(k int) (err error) {
		drawn[k], err = s.redraw(ctx, scene, draws, k)
		return err
	})
	if err != nil {
		return Uncertain{}, fmt.Errorf("uncertainty: %w", err)
	}
	out := Uncertain{Levels: spreads(drawn, func(c Coverage) []LevelCoverage { return c.Levels })}
	for z := range scene.Zones {
		out.Zones = append(out.Zones, spreads(drawn, func(c Coverage) []LevelCoverage { return c.Zones[z].Levels }))
	}
	if out.Causes, err = s.causes(ctx, scene.Heads, draws.Causes); err != nil {
		return Uncertain{}, fmt.Errorf("uncertainty: %w", err)
	}
	return out, nil
}

// redraw gives the figures of the scene with the facts of draw k. No draw depends on another.
func (s *study) redraw(ctx context.Context, scene Scene, draws Draws, k int) (Coverage, error) {
	random := rand.New(rand.NewPCG(draws.Seed, uint64(k))) //nolint:gosec // G404: the same draws again, not a secret
	shift := inDisc(random, draws.MapToleranceM)
	scene.Heads = slices.Clone(scene.Heads)
	for i := range scene.Heads {
		h := &scene.Heads[i]
		h.draw(random)
		h.At = moved(h.At, shift)
	}
	again := study{
		frame: s.frame, options: s.options, levels: s.levels, ground: s.ground, perimeter: s.perimeter, plot: s.plot, zones: s.zones,
		blocks: s.blocks, lookers: s.lookers, figuresOnly: true,
	}
	again.options.Workers = 1
	if err := again.place(ctx, scene); err != nil {
		return Coverage{}, err
	}
	again.layOut(scene)
	err := again.fill(ctx)
	return again.out, err
}

// draw draws the facts of a head.
func (h *Head) draw(random *rand.Rand) {
	turn, rise := 2*random.Float64()-1, 2*random.Float64()-1
	switch {
	case h.BearingDeg == nil:
		h.BearingDeg = some(180 + 180*turn)
	default:
		h.BearingDeg = some(*h.BearingDeg + turn*h.Tolerance.BearingDeg)
	}
	if heightM := h.Sensor.MountHeightM; heightM != nil {
		h.Sensor.MountHeightM = some(max(0, *heightM+rise*h.Tolerance.HeightM))
	}
	h.At = moved(h.At, inDisc(random, h.Tolerance.PositionM))
}

// some is a number that is known.
func some(v float64) *float64 { return &v }

// inDisc draws a shift, metres east and north, evenly in a disc.
func inDisc(random *rand.Rand, radiusM float64) orb.Point {
	r, turn := radiusM*math.Sqrt(random.Float64()), 2*math.Pi*random.Float64()
	sin, cos := math.Sincos(turn)
	return orb.Point{r * sin, r * cos}
}

// moved is the place, lon, lat, some metres east and north of another: few enough for the ellipsoid's radii of
// curvature there to do.
func moved(from, byM orb.Point) orb.Point {
	meridianM, parallelM := radiiM(from.Lat())
	return orb.Point{from.Lon() + degrees(byM[0]/parallelM), from.Lat() + degrees(byM[1]/meridianM)}
}

// spreads gathers the figures of one table over all draws.
func spreads(drawn []Coverage, table func(Coverage) []LevelCoverage) []LevelSpread {
	out := make([]LevelSpread, len(table(drawn[0])))
	for l := range out {
		spread := func(figure func(LevelCoverage) float64) Spread {
			values := make([]float64, len(drawn))
			for k, c := range drawn {
				values[k] = figure(table(c)[l])
			}
			slices.Sort(values)
			return Spread{P10: percentile(values, 10), P50: percentile(values, 50), P90: percentile(values, 90)}
		}
		out[l] = LevelSpread{
			Level:       table(drawn[0])[l].Level,
			SeenM2:      spread(func(c LevelCoverage) float64 { return c.SeenM2 }),
			PermanentM2: spread(func(c LevelCoverage) float64 { return c.PermanentM2 }),
			TwiceM2: spread(func(c LevelCoverage) float64 {
				if len(c.AtLeastM2) < 2 {
					return 0
				}
				return c.AtLeastM2[1]
			}),
		}
	}
	return out
}

// percentile interpolates between the two nearest of sorted values.
func percentile(sorted []float64, percent float64) float64 {
	at := percent / 100 * float64(len(sorted)-1)
	k := min(int(at), len(sorted)-1)
	next := sorted[min(k+1, len(sorted)-1)]
	return sorted[k] + (at-float64(k))*(next-sorted[k])
}
