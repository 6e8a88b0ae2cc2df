package main

import (
	"fmt"
	"math"
	"os"
	"runtime"
	"slices"
	"strings"
)

const tableHead = "| work | Vigie | peer | peer's time | ratio | of processor time | target | agreement |\n|---|---|---|---|---|---|---|---|\n"

func line(cells ...string) string {
	for k, c := range cells {
		cells[k] = strings.NewReplacer("|", "/", "\n", " ").Replace(c)
	}
	return "| " + strings.Join(cells, " | ") + " |\n"
}

// seconds has three figures.
func seconds(s float64) string {
	switch {
	case math.IsNaN(s):
		return "–"
	case s < 0.001:
		return fmt.Sprintf("%.3g µs", s*1e6)
	case s < 1:
		return fmt.Sprintf("%.3g ms", s*1e3)
	}
	return fmt.Sprintf("%.3g s", s)
}

// agreement compares two results: the surfaces that both give, whose largest relative difference (of less than a square
// metre: absolute) is allowed to be tolerance, and the rings. It says so, and whether they agree.
func agreement(ours, theirs outcome, tolerance float64) (text string, agree bool) {
	off, compared := 0.0, 0
	for _, pair := range [][2][]float64{{ours.SeenM2, theirs.SeenM2}, {ours.AtLeastM2, theirs.AtLeastM2}} {
		for k := range min(len(pair[0]), len(pair[1])) {
			off = max(off, math.Abs(pair[0][k]-pair[1][k])/max(1, pair[1][k]))
			compared++
		}
	}
	agree = compared > 0 && off <= tolerance
	text = fmt.Sprintf("areas within %.1g", off)
	switch {
	case len(theirs.Rings) == 0 || len(ours.Rings) == 0:
	case slices.Equal(ours.Rings, theirs.Rings):
		text += ", rings equal"
	default:
		text += fmt.Sprintf(", rings %v against %v", ours.Rings, theirs.Rings)
		agree = false
	}
	if !agree {
		text = "DIFFER: " + text
	}
	return text, agree
}

// machine names the processor, how many of them there are, and how busy they were.
func machine() string {
	name := "unknown processor"
	if info, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		_, rest, _ := strings.Cut(string(info), "model name")
		first, _, _ := strings.Cut(rest, "\n")
		name = strings.TrimSpace(strings.TrimLeft(first, "\t :"))
	}
	load, _ := os.ReadFile("/proc/loadavg")
	busy, _, _ := strings.Cut(string(load), " ")
	return fmt.Sprintf("%s, %d processors, %s, load %s at the start", name, runtime.NumCPU(), runtime.Version(), busy)
}
