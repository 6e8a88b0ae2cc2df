//go:build unix

package geo

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/paulmach/orb"
)

// peerLevels is how many levels a scene of scripts/bench-peers has.
const peerLevels = 4

// peerOutcome is one run, as scripts/peers/protocol.go reads it.
type peerOutcome struct {
	Seconds   float64   `json:"seconds"`
	CPU       float64   `json:"cpu,omitempty"` // seconds, of all threads
	SeenM2    []float64 `json:"seenM2,omitempty"`
	Rings     []int     `json:"rings,omitempty"`
	AtLeastM2 []float64 `json:"atLeastM2,omitempty"` // at the first level
	P50       float64   `json:"p50,omitempty"`       // seconds, of one change among many
	P99       float64   `json:"p99,omitempty"`
	PeakMB    float64   `json:"peakMB,omitempty"`
	Fault     string    `json:"fault,omitempty"`
}

// BenchmarkPeers is Vigie's side of scripts/bench-peers: it reads the scene of VIGIE_BENCH_SCENE, says so with a line of
// JSON, and answers each line of its standard input with one run of the task VIGIE_BENCH_TASK.
func BenchmarkPeers(b *testing.B) {
	name, task := os.Getenv("VIGIE_BENCH_SCENE"), os.Getenv("VIGIE_BENCH_TASK")
	if name == "" {
		b.Skip("scripts/bench-peers runs this, with VIGIE_BENCH_SCENE")
	}
	tasks := map[string]func(testing.TB, *peerScene) peerOutcome{
		"overlay":  peerOverlay,
		"union":    peerUnion,
		"depths":   peerDepths,
		"see":      peerSee,
		"sight":    peerSight,
		"outline":  peerOutline,
		"endtoend": peerEndToEnd,
		"change":   peerChange,
		"edit":     peerChangeAmong,
	}
	run, known := tasks[task]
	if !known {
		b.Fatalf("no task %q", task)
	}
	scene := readPeerScene(b, name, slices.Contains([]string{"overlay", "union", "depths"}, task))
	peerForgetPeak()
	fmt.Println() // ends the line that the testing package began
	peerAnswer(b, peerOutcome{})
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		o := run(b, scene)
		o.PeakMB = peerPeakMB(b)
		peerAnswer(b, o)
	}
}

// startPeerWatch begins a run on a clean heap, after what is not counted; stop tells how long it took, by the clock and of
// processor time.
func startPeerWatch(uncounted ...func()) (stop func() (seconds, cpu float64)) {
	used := func() float64 {
		var usage syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
			return math.NaN()
		}
		return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()).Seconds()
	}
	runtime.GC()
	for _, do := range uncounted {
		do()
	}
	start, before := time.Now(), used()
	return func() (float64, float64) { return time.Since(start).Seconds(), used() - before }
}

// peerAnswer writes a line of JSON.
func peerAnswer(b *testing.B, o peerOutcome) {
	b.Helper()
	if err := json.NewEncoder(os.Stdout).Encode(o); err != nil {
		b.Fatal(err)
	}
}

// peerOverlay finds, at every level, what is seen by every k and the gaps as polygons with holes. The time includes
// bringing the footprints to the grid.
func peerOverlay(b testing.TB, s *peerScene) peerOutcome {
	b.Helper()
	return peerTimed(b, s, want{outlines: true})
}

// peerUnion does the same for what is seen at all, and not how often.
func peerUnion(b testing.TB, s *peerScene) peerOutcome {
	b.Helper()
	return peerTimed(b, s, want{outlines: true, union: true})
}

func peerTimed(b testing.TB, s *peerScene, want want) peerOutcome {
	b.Helper()
	stop := startPeerWatch()
	o := peerLevelsOf(b, func(l int) []surface { return peerSurfaces(s.footprints[l]) }, s.perimeter, want)
	o.Seconds, o.CPU = stop()
	return o
}

// peerLevelsOf covers the ground with footprints, at every level.
func peerLevelsOf(b testing.TB, footprints func(level int) []surface, perimeter []orb.Ring, want want) peerOutcome {
	b.Helper()
	o := peerOutcome{SeenM2: make([]float64, peerLevels), Rings: make([]int, peerLevels)}
	ground := peerSurfaces(perimeter)
	err := inParallel(0, peerLevels, func(l int) error {
		d, err := arrange(footprints(l), ground).walk(context.Background(), want)
		if err != nil {
			return err
		}
		gaps, err := d.gaps()
		if err != nil {
			return err
		}
		for _, polygon := range nest(tidy(gaps)) {
			o.Rings[l] += len(polygon)
		}
		o.SeenM2[l] = d.seenM2(0)
		if l == 0 {
			o.AtLeastM2 = peerM2(d.atLeast)
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return o
}

// peerDepths finds what is seen by every k at the first level, without any shape.
func peerDepths(b testing.TB, s *peerScene) peerOutcome {
	b.Helper()
	stop := startPeerWatch()
	d, err := arrange(peerSurfaces(s.footprints[0]), peerSurfaces(s.perimeter)).walk(context.Background(), want{})
	seconds, cpu := stop()
	if err != nil {
		b.Fatal(err)
	}
	return peerOutcome{Seconds: seconds, CPU: cpu, AtLeastM2: peerM2(d.atLeast)}
}

// peerM2 turns square units into square metres.
func peerM2(units []float64) []float64 {
	out := slices.Clone(units)
	for k := range out {
		out[k] *= squareM2
	}
	return out
}

// peerScene is a scene of scripts/peers/text.go: metres east and north, rings not closed.
type peerScene struct {
	perimeter  []orb.Ring // one
	buildings  []orb.Ring
	cameras    []peerCamera
	footprints [peerLevels][]orb.Ring
	index      *blocks
	desk       *peerDesk
}

// readPeerScene reads a scene, with the footprints when they are asked for.
func readPeerScene(b *testing.B, name string, footprints bool) *peerScene {
	b.Helper()
	file, err := os.Open(name)
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	s := &peerScene{}
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		word, rest, _ := strings.Cut(lines.Text(), " ")
		switch word {
		case "perimeter":
			s.perimeter = append(s.perimeter, peerRing(peerNumbers(b, rest)))
		case "building":
			s.buildings = append(s.buildings, peerRing(peerNumbers(b, rest)))
		case "camera":
			v := peerNumbers(b, rest)
			s.cameras = append(s.cameras, peerCamera{orb.Point{v[0], v[1]}, v[2], v[3], [peerLevels]float64(v[4:])})
		case "footprint":
			if footprints {
				v := peerNumbers(b, rest)
				s.footprints[int(v[0])] = append(s.footprints[int(v[0])], peerRing(v[1:]))
			}
		}
	}
	if err := lines.Err(); err != nil {
		b.Fatal(err)
	}
	return s
}

func peerNumbers(b *testing.B, text string) []float64 {
	b.Helper()
	var out []float64
	for field := range strings.FieldsSeq(text) {
		v, err := strconv.ParseFloat(field, 64)
		if err != nil {
			b.Fatal(err)
		}
		out = append(out, v)
	}
	return out
}

func peerRing(v []float64) orb.Ring {
	out := make(orb.Ring, len(v)/2)
	for k := range out {
		out[k] = orb.Point{v[2*k], v[2*k+1]}
	}
	return out
}

// peerSurfaces brings rings to the grid, anticlockwise.
func peerSurfaces(rings []orb.Ring) []surface {
	n := 0
	for _, r := range rings {
		n += len(r) + 1
	}
	room, lists := make([]vertex, 0, n), make([][]vertex, len(rings))
	out := make([]surface, len(rings))
	for k, r := range rings {
		vertices := room[len(room) : len(room) : len(room)+len(r)+1]
		for _, p := range r {
			vertices = append(vertices, toVertex(p))
		}
		vertices = closed(vertices)
		if twiceArea(vertices) < 0 {
			slices.Reverse(vertices)
		}
		lists[k], room = vertices, room[:len(room)+len(vertices)]
		out[k] = lists[k : k+1 : k+1]
	}
	return out
}

// peerForgetPeak lets the high-water mark begin again, where the system allows it (Linux, proc(5), clear_refs), so that
// reading a scene does not count; the scene itself does.
func peerForgetPeak() {
	debug.FreeOSMemory()
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0o600)
}

// peerPeakMB is the high-water mark of this process's memory.
func peerPeakMB(b testing.TB) float64 {
	b.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, line, _ := strings.Cut(string(status), "VmHWM:")
	var kB float64
	if _, err := fmt.Sscanf(line, "%f", &kB); err != nil {
		b.Fatal(err)
	}
	return kB / 1024
}
