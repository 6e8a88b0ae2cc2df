package setcover_test

import (
	"bufio"
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"vigie/geo/setcover"
)

// folder is where the set-cover instances of the OR-Library are.
func folder(t testing.TB) string {
	t.Helper()
	data := os.Getenv("VIGIE_DATA")
	if data == "" {
		data = filepath.Join("..", "..", "..", "shared", "data")
	}
	dir := filepath.Join(data, "setcover")
	if _, err := os.Stat(dir); err != nil {
		if strings.Contains(os.Getenv("VIGIE_TEST_REQUIRE"), "data") {
			t.Fatalf("the OR-Library instances are required: %v", err)
		}
		t.Skipf("SKIPPED: no OR-Library instances in %s (set VIGIE_DATA): %v", dir, err)
	}
	return dir
}

// readInstance reads rows, columns, the costs of the columns, and for each row how many columns cover it and which.
func readInstance(t testing.TB, name string, unicost bool) setcover.Problem {
	t.Helper()
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	words := bufio.NewScanner(file)
	words.Split(bufio.ScanWords)
	next := func() int {
		words.Scan()
		n, err := strconv.Atoi(words.Text())
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return n
	}
	rows, columns := next(), next()
	p := setcover.Problem{Rows: make([]setcover.Row, rows), Candidates: make([]setcover.Candidate, columns)}
	for j := range p.Candidates {
		if p.Candidates[j].Cost = int64(next()); unicost {
			p.Candidates[j].Cost = 1
		}
	}
	for i := range int32(rows) {
		p.Rows[i].Weight = 1
		for range next() {
			c := &p.Candidates[next()-1]
			c.Covers = append(c.Covers, setcover.Span{First: i, End: i + 1})
		}
	}
	return p
}

// instance is one of the OR-Library, with the best cost that anyone has published.
type instance struct {
	name    string
	unicost bool
	best    int64
}

// instances are those that are there.
func instances(t testing.TB, dir string) []instance {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "best_known_values_fontanf.csv"))
	if err != nil {
		t.Fatal(err)
	}
	table, err := csv.NewReader(strings.NewReader(string(text))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []instance
	for _, row := range table[1:] {
		file := filepath.Join(dir, filepath.Base(row[0]))
		if _, err := os.Stat(file); err != nil {
			continue
		}
		best, err := strconv.ParseInt(row[len(row)-2], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, instance{name: file, unicost: row[2] == "--unicost", best: best})
	}
	return out
}

func (i instance) title() string {
	return fmt.Sprintf("%s/unicost=%t", strings.TrimSuffix(filepath.Base(i.name), ".txt"), i.unicost)
}

// Every instance: within 3 % of the best known, and better than plain greedy wherever greedy is not the best known.
func TestOrLibrary(t *testing.T) {
	dir := folder(t)
	for _, i := range instances(t, dir) {
		t.Run(i.title(), func(t *testing.T) {
			p := readInstance(t, i.name, i.unicost)
			required := setcover.Require(p.Rows, []float64{1})
			start := time.Now()
			plan, err := setcover.Minimise(context.Background(), p, required, setcover.Effort{Seed: 1, Rounds: 10_000})
			if err != nil {
				t.Fatal(err)
			}
			greedy := plainGreedy(p, required[0])
			t.Logf("cost %d, best known %d, greedy %d, bound %d, %v", plan.Cost, i.best, greedy, plan.Bound, time.Since(start).Round(time.Millisecond))
			if float64(plan.Cost) > 1.03*float64(i.best) {
				t.Errorf("cost %d, more than 3 %% above %d", plan.Cost, i.best)
			}
			if greedy > i.best && plan.Cost >= greedy {
				t.Errorf("cost %d is no better than greedy's %d, and the best known is %d", plan.Cost, greedy, i.best)
			}
			if plan.Bound > i.best {
				t.Errorf("bound %d is above the best known %d", plan.Bound, i.best)
			}
		})
	}
}

// plainGreedy is the cost of the textbook's greedy cover: the candidate that adds most for its cost, again and again.
func plainGreedy(p setcover.Problem, required int64) (cost int64) {
	covered := make([]bool, len(p.Rows))
	for required > 0 {
		best, most, adds := -1, 0.0, int64(0)
		for j, c := range p.Candidates {
			gain := int64(0)
			for _, s := range c.Covers {
				for i := s.First; i < s.End; i++ {
					if !covered[i] {
						gain += p.Rows[i].Weight
					}
				}
			}
			if each := float64(min(gain, required)) / float64(c.Cost); each > most {
				best, most, adds = j, each, gain
			}
		}
		for _, s := range p.Candidates[best].Covers {
			for i := s.First; i < s.End; i++ {
				covered[i] = true
			}
		}
		cost += p.Candidates[best].Cost
		required -= adds
	}
	return cost
}

// BenchmarkOrLibrary spends about ten seconds on each instance and prints how far from the best known it ends.
func BenchmarkOrLibrary(b *testing.B) {
	for _, i := range instances(b, folder(b)) {
		b.Run(i.title(), func(b *testing.B) {
			p := readInstance(b, i.name, i.unicost)
			required := setcover.Require(p.Rows, []float64{1})
			for b.Loop() {
				plan, err := setcover.Minimise(context.Background(), p, required, setcover.Effort{Rounds: 200_000})
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(plan.Cost), "cost")
				b.ReportMetric(100*(float64(plan.Cost)/float64(i.best)-1), "above-best-%")
				b.ReportMetric(100*plan.Gap(), "proven-gap-%")
			}
		})
	}
}
