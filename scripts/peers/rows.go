package main

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// row is a line of the table: one work on one scene, for Vigie and its peers.
type row struct {
	// group is the name by which the row is chosen.
	group string
	work  string
	// km2, cameras and seen choose the scene: seen footprints are those that buildings leave.
	km2     float64
	cameras uint32
	seen    bool
	// task is Vigie's, of BenchmarkPeers in package geo.
	task string
	// peers are measured always; others with --all only.
	peers, others []string
	// target is the ratio to the first of the peers that is asked for.
	target string
	// rounding is how far surfaces may differ where the two sides do not compute on the same points; 0 where they do.
	rounding float64
	// tell says what a row without peers found.
	tell func(*conductor, measure) string
	// slow rows are left out of --quick.
	slow bool
}

// rows is the table of docs/performance.md.
func rows() []row {
	all := []string{"geos", "simplefeatures", "shapely overlay", "clipper2-ts", "polygon-clipping"}
	geos, others := all[:1], all[1:]
	return []row{
		{group: "small", work: "100 cameras, 1 km²", km2: 1, cameras: 100, task: "overlay", peers: all},
		{group: "small", work: "100 cameras, 1 km², buildings", km2: 1, cameras: 100, seen: true, task: "overlay", peers: all},
		{group: "town", work: "1,000 cameras, 10 km²", km2: 10, cameras: 1000, task: "overlay", peers: all, target: "22 ×"},
		{group: "town", work: "1,000 cameras, 10 km², buildings", km2: 10, cameras: 1000, seen: true, task: "overlay", peers: all, target: "32 ×"},
		{
			group: "city", work: "10,000 cameras, 100 km²", km2: 100, cameras: 10000, task: "overlay",
			peers: geos, others: others, target: "35 ×", slow: true,
		},
		{
			group: "city", work: "10,000 cameras, 100 km², buildings", km2: 100, cameras: 10000, seen: true, task: "overlay",
			peers: geos, others: others, target: "50 ×", slow: true,
		},
		{
			group: "dense", work: "10,000 cameras, 10 km²", km2: 10, cameras: 10000, task: "union",
			peers: geos, others: others, target: "22 ×", slow: true,
		},
		{
			group: "dense", work: "10,000 cameras, 10 km², buildings", km2: 10, cameras: 10000, seen: true, task: "union",
			peers: geos, others: others, target: "25 ×", slow: true,
		},
		{group: "depths", work: "every k, level 1, 1,000 cameras", km2: 10, cameras: 1000, task: "depths", peers: []string{"shapely depths"}, target: "30 ×"},
		{
			group: "depths", work: "every k, level 1, 1,000 cameras, buildings", km2: 10, cameras: 1000, seen: true, task: "depths",
			peers: []string{"shapely depths"}, target: "30 ×",
		},
		{
			group: "sight", work: "200 sights all round, 1 km² of buildings", km2: 1, cameras: 1000, task: "sight",
			peers: []string{"CGAL"}, target: "9 ×", rounding: onGrid,
		},
		{
			group: "sight", work: "the same, cut by the reach", km2: 1, cameras: 1000, task: "outline",
			peers: []string{"CGAL"}, rounding: onGrid,
		},
		{
			group: "sight", work: "200 sights all round, 10 km² of buildings", km2: 10, cameras: 1000, task: "sight",
			peers: []string{"CGAL"}, target: "80 ×", rounding: onGrid, slow: true,
		},
		{
			group: "sight", work: "the same, cut by the reach", km2: 10, cameras: 1000, task: "outline",
			peers: []string{"CGAL"}, rounding: onGrid, slow: true,
		},
		{
			group: "endtoend", work: "index, 1,000 sights, coverage, 10 km²", km2: 10, cameras: 1000, task: "endtoend",
			peers: []string{"shapely endtoend"}, target: "300 ×", rounding: onMillimetres,
		},
		{
			group: "scaling", work: "1,000 to 10,000 cameras at equal density", km2: 100, cameras: 10000, task: "overlay",
			target: "× 12 at most", tell: scaling(false), slow: true,
		},
		{
			group: "scaling", work: "the same, buildings", km2: 100, cameras: 10000, seen: true, task: "overlay",
			target: "× 12 at most", tell: scaling(true), slow: true,
		},
		{
			group: "memory", work: "peak memory: index, 10,000 sights, coverage, 100 km²", km2: 100, cameras: 10000, task: "endtoend",
			target: "150 MB", tell: func(_ *conductor, m measure) string {
				return fmt.Sprintf("%.0f MB (%s)", m.last.PeakMB, seconds(m.median()))
			}, slow: true,
		},
		{
			group: "change", work: "one camera changed among 10,000, 100 km²", km2: 100, cameras: 10000, task: "change",
			target: "1 ms, 3 ms", tell: tails, slow: true,
		},
		{
			group: "change", work: "the same among the buildings", km2: 100, cameras: 10000, task: "edit",
			target: "1 ms, 3 ms", tell: tails, slow: true,
		},
	}
}

// Relative differences of surfaces.
const (
	exact         = 1e-9
	onGrid        = 1e-6 // a sight's corners on a grid of 1/64 mm, against none
	onMillimetres = 1e-5 // corners on millimetres, against others
)

// tolerance is how far an engine's surfaces may be from Vigie's.
func (r row) tolerance(engine string) float64 {
	if strings.HasPrefix(engine, "clipper2-ts") { // it computes on millimetres
		return onMillimetres
	}
	return max(exact, r.rounding)
}

// tails tells the median and the 99th percentile of one change.
func tails(_ *conductor, m measure) string {
	return fmt.Sprintf("p50 %.2g ms, p99 %.2g ms", 1000*m.last.P50, 1000*m.last.P99)
}

// scaling divides the time of the city by the time of the town, when that was measured too.
func scaling(seen bool) func(*conductor, measure) string {
	town := "overlay 10km2-1000.txt"
	if seen {
		town = "overlay 10km2-1000-seen.txt"
	}
	return func(c *conductor, city measure) string {
		small, measured := c.done[town]
		if ratio := city.median() / small.median(); measured && !math.IsNaN(ratio) {
			return fmt.Sprintf("× %.3g", ratio)
		}
		return "needs the rows of the town"
	}
}

func groupNames() []string {
	var names []string
	for _, r := range rows() {
		if !slices.Contains(names, r.group) {
			names = append(names, r.group)
		}
	}
	return names
}

// choose keeps the rows of some groups, all of them when none is named; quick leaves the slow ones out.
func choose(groups string, quick bool) ([]row, error) {
	wanted := strings.FieldsFunc(groups, func(r rune) bool { return r == ',' || r == ' ' })
	for _, g := range wanted {
		if !slices.Contains(groupNames(), g) {
			return nil, fmt.Errorf("no rows %q: %s", g, strings.Join(groupNames(), ", "))
		}
	}
	return slices.DeleteFunc(rows(), func(r row) bool {
		return quick && r.slow || len(wanted) > 0 && !slices.Contains(wanted, r.group)
	}), nil
}
