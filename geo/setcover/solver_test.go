package setcover_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"vigie/geo/setcover"
)

// program writes a problem in the LP format of mixed-integer solvers: to cover most within a limit or, when something is
// required, at the lowest cost.
func program(p setcover.Problem, limit setcover.Limit, required []int64) string {
	kept := make([]int32, len(p.Rows))
	for _, spans := range p.Kept {
		for _, s := range spans {
			for i := s.First; i < s.End; i++ {
				kept[i]++
			}
		}
	}
	by := make([]string, len(p.Rows))
	var cost, count strings.Builder
	for j, c := range p.Candidates {
		fmt.Fprintf(&cost, " + %d x%d", c.Cost, j)
		fmt.Fprintf(&count, " + x%d", j)
		for _, s := range c.Covers {
			for i := s.First; i < s.End; i++ {
				by[i] += fmt.Sprintf(" - x%d", j)
			}
		}
	}
	var value, rows, bounds, binary strings.Builder
	groups, held := make([]string, len(required)), make([]int64, len(required))
	for i, r := range p.Rows {
		need := max(r.Need, 1)
		fmt.Fprintf(&value, " + %d z%d", r.Weight, i)
		fmt.Fprintf(&rows, " r%d: z%d%s <= 0\n", i, i, by[i])
		fmt.Fprintf(&bounds, " 0 <= z%d <= %d\n", i, max(0, need-kept[i]))
		if int(r.Group) < len(required) {
			groups[r.Group] += fmt.Sprintf(" + %d z%d", r.Weight, i)
			held[r.Group] += r.Weight * int64(min(need, kept[i]))
		}
	}
	for j := range p.Candidates {
		fmt.Fprintf(&binary, " x%d\n", j)
	}
	goal := "Maximize\n o:" + value.String()
	if required != nil {
		goal = "Minimize\n o:" + cost.String()
	}
	for g, asked := range required {
		fmt.Fprintf(&rows, " g%d:%s >= %d\n", g, groups[g], asked-held[g])
	}
	if limit.Count > 0 {
		fmt.Fprintf(&rows, " k:%s <= %d\n", count.String(), limit.Count)
	}
	if limit.Cost > 0 {
		fmt.Fprintf(&rows, " b:%s <= %d\n", cost.String(), limit.Cost)
	}
	for q, set := range p.Exclusive {
		fmt.Fprintf(&rows, " e%d:", q)
		for k, j := range set {
			if !containsBefore(set, k) {
				fmt.Fprintf(&rows, " + x%d", j)
			}
		}
		rows.WriteString(" <= 1\n")
	}
	return goal + "\nSubject To\n" + rows.String() + "Bounds\n" + bounds.String() + "Binary\n" + binary.String() + "End\n"
}

func containsBefore(set []int32, k int) bool {
	for _, j := range set[:k] {
		if j == set[k] {
			return true
		}
	}
	return false
}

// trial is one problem of TestAgainstSolver.
type trial struct {
	p        setcover.Problem
	limit    setcover.Limit
	required []int64
}

func trials() (out []trial) {
	for seed := range uint64(60) {
		p := town(seed, 20+int(seed%5)*5, 60+int(seed%7)*15)
		switch seed % 4 {
		case 0:
			out = append(out, trial{p: p, limit: setcover.Limit{Count: 3 + int(seed%9)}})
		case 1:
			out = append(out, trial{p: p, limit: setcover.Limit{Cost: 10 + int64(seed%7)*4, Count: int(seed % 3 * 4)}})
		case 2:
			out = append(out, trial{p: p, required: setcover.Require(p.Rows, []float64{0.9, 0.5, 0.7})})
		default:
			out = append(out, trial{p: p, required: setcover.Require(p.Rows, []float64{1, 1, 1})})
		}
	}
	return out
}

// An exact solver finds nothing better than our plans, and nothing beyond our bounds. scripts/mip installs one and runs this.
func TestAgainstSolver(t *testing.T) {
	solver := os.Getenv("VIGIE_TEST_MIP")
	if solver == "" {
		t.Skip("SKIPPED, no exact solver: scripts/mip installs one and runs this test")
	}
	dir, args := t.TempDir(), []string{solver}
	for k, c := range trials() {
		file := filepath.Join(dir, fmt.Sprintf("%d.lp", k))
		if err := os.WriteFile(file, []byte(program(c.p, c.limit, c.required)), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, file)
	}
	out, err := exec.CommandContext(t.Context(), "node", args...).Output()
	if err != nil {
		t.Fatal(err)
	}
	best := strings.Fields(string(out))
	if len(best) != len(trials()) {
		t.Fatalf("%d answers to %d problems", len(best), len(trials()))
	}
	solved := 0
	for k, c := range trials() {
		if compare(t, k, c, best[k]) {
			solved++
		}
	}
	t.Logf("%d problems, of which %d can be met: each solved to the optimum", len(best), solved)
	if solved < 40 {
		t.Errorf("only %d problems can be met: too few to mean anything", solved)
	}
}

// compare solves one problem and compares; it tells whether the problem can be met.
func compare(t *testing.T, k int, c trial, best string) bool {
	t.Helper()
	effort := setcover.Effort{Seed: 5}
	plan, err := setcover.Maximise(context.Background(), c.p, c.limit, effort)
	value := plan.Value
	if c.required != nil {
		plan, err = setcover.Minimise(context.Background(), c.p, c.required, effort)
		value = plan.Cost
	}
	var impossible *setcover.ImpossibleError
	if best == "Infeasible" && errors.As(err, &impossible) {
		return false
	}
	optimum, wrong := strconv.ParseFloat(best, 64)
	if wrong != nil || err != nil {
		t.Errorf("problem %d: the solver says %s, ours %v", k, best, err)
		return false
	}
	exact := int64(math.Round(optimum))
	if past := (plan.Bound - exact) * sign(c.required == nil); value != exact || past < 0 {
		t.Errorf("problem %d: %d with bound %d, the optimum is %d (required %v, limit %+v)", k, value, plan.Bound, exact, c.required, c.limit)
	}
	return true
}

func sign(maximised bool) int64 {
	if maximised {
		return 1
	}
	return -1
}
