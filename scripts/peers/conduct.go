package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// conductor runs the rows of the table: Vigie and a peer on the same scene, in turns.
type conductor struct {
	// ours is the test binary of package geo; python, modules (the folder of the JavaScript peers) and cgal are empty
	// when they are missing.
	ours, python, modules, cgal string
	// programs is the folder of the peers' programs, scenes the one that the scenes are written to.
	programs, scenes string
	rounds           int
	all              bool
	out, log         io.Writer
	// differ counts the peers that ran and found something else.
	differ int
	// done are Vigie's medians by task and scene, for the rows that compare two of them.
	done map[string]measure
}

// measure is what the runs of one worker gave.
type measure struct {
	engine       string
	seconds, cpu []float64
	last         outcome
}

func (m measure) median() float64 { return median(m.seconds) }

func median(of []float64) float64 {
	if len(of) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(of))
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}

// add keeps a run.
func (m *measure) add(o outcome) {
	m.seconds, m.cpu, m.last = append(m.seconds, o.Seconds), append(m.cpu, o.CPU), o
}

func conduct(ctx context.Context, args []string) error {
	c := conductor{out: os.Stdout, log: os.Stderr, done: map[string]measure{}}
	flags := flag.NewFlagSet("run", flag.ContinueOnError)
	flags.StringVar(&c.ours, "geo", "", "the test binary of package geo")
	flags.StringVar(&c.python, "python", "", "a Python that has shapely")
	flags.StringVar(&c.modules, "modules", "", "the folder with overlay.mjs and its node_modules")
	flags.StringVar(&c.cgal, "cgal", "", "the program of cgal.cpp")
	flags.StringVar(&c.programs, "programs", "scripts/peers/programs", "the folder of the peers' programs")
	flags.StringVar(&c.scenes, "scenes", "", "where scenes are written, and kept")
	flags.IntVar(&c.rounds, "rounds", 5, "runs of each side; three of a slow one")
	quick := flags.Bool("quick", false, "only what takes seconds")
	flags.BoolVar(&c.all, "all", false, "every engine on every scene, whatever the time")
	groups := flags.String("rows", "", "only these rows: "+strings.Join(groupNames(), ", "))
	if err := flags.Parse(args); err != nil {
		return err
	}
	chosen, err := choose(*groups, *quick)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "%s, %s\n\n%s", time.Now().UTC().Format("2006-01-02 15:04 UTC"), machine(), tableHead)
	for _, r := range chosen {
		fmt.Fprint(c.out, c.row(ctx, r))
	}
	if c.differ > 0 {
		return fmt.Errorf("%d results differ", c.differ)
	}
	return nil
}

// row runs one row and gives its lines of the table, one for each peer.
func (c *conductor) row(ctx context.Context, r row) string {
	fmt.Fprintf(c.log, "%s: %s\n", time.Now().UTC().Format("15:04:05"), r.work)
	names := r.peers
	if c.all {
		names = slices.Concat(r.peers, r.others)
	}
	ours, peers, err := c.measure(ctx, r, names)
	if err != nil {
		return line(r.work, "–", "", "", "", "", r.target, "Vigie: "+err.Error())
	}
	if len(peers) == 0 {
		return line(r.work, r.tell(c, ours), "", "", "", "", r.target, ours.last.Fault)
	}
	var lines strings.Builder
	target := r.target // to the first of the peers
	for _, p := range peers {
		lines.WriteString(c.against(r, ours, p, target))
		target = ""
	}
	return lines.String()
}

// against is the line of one peer.
func (c *conductor) against(r row, ours, peer measure, target string) string {
	own := seconds(ours.median())
	if fault := ours.last.Fault + peer.last.Fault; fault != "" {
		return line(r.work, own, peer.engine, "–", "–", "–", target, fault)
	}
	compared, agree := agreement(ours.last, peer.last, r.tolerance(peer.engine))
	if !agree {
		c.differ++
	}
	times := func(ratio float64) string { return fmt.Sprintf("%.3g ×", ratio) }
	return line(
		r.work, own, peer.engine, seconds(peer.median()), times(peer.median()/ours.median()),
		times(median(peer.cpu)/median(ours.cpu)), target, compared,
	)
}

// slowS is the run after which three rounds are enough, verySlowS the one after which one is, seconds.
const slowS, verySlowS = 20, 120

// measure runs all sides in turns. The error is of Vigie's; a peer's is its fault.
func (c *conductor) measure(ctx context.Context, r row, names []string) (ours measure, peers []measure, err error) {
	file, err := c.scene(ctx, r)
	if err != nil {
		return ours, nil, err
	}
	us, err := c.startOurs(ctx, r.task, file, "")
	if err != nil {
		return ours, nil, err
	}
	defer us.stop()
	workers := make([]*worker, len(names))
	peers = make([]measure, len(names))
	for k, name := range names {
		peers[k].engine = name
		w, err := c.startPeer(ctx, name, file)
		if err != nil {
			peers[k].last.Fault = err.Error()
			continue
		}
		defer w.stop()
		workers[k], peers[k].engine = w, w.engine
	}
	for round := range c.rounds {
		o, err := us.turn()
		if err != nil {
			return ours, nil, err
		}
		ours.add(o)
		for k, w := range workers {
			if w != nil && !peers[k].enough(round) {
				peers[k].add(w.try())
			}
		}
	}
	c.done[r.task+" "+filepath.Base(file)] = ours
	return ours, peers, nil
}

// enough tells that a peer need not run again.
func (m measure) enough(round int) bool {
	return m.last.Fault != "" || m.last.Seconds > verySlowS || m.last.Seconds > slowS && round >= 3
}

// startOurs starts package geo's side; output is the file that the task "see" writes.
func (c *conductor) startOurs(ctx context.Context, task, file, output string) (*worker, error) {
	environment := []string{"VIGIE_BENCH_TASK=" + task, "VIGIE_BENCH_SCENE=" + file, "VIGIE_BENCH_OUT=" + output}
	return startWorker(ctx, environment, c.ours, "-test.run=^$", "-test.bench=^BenchmarkPeers$", "-test.benchtime=1x", "-test.timeout=2h")
}

// startPeer starts the worker of a peer, as "shapely depths".
func (c *conductor) startPeer(ctx context.Context, peer, file string) (*worker, error) {
	name, task, _ := strings.Cut(peer, " ")
	missing := func(program string) error {
		if program == "" {
			return errors.New("not run: missing here")
		}
		return nil
	}
	switch name {
	case "shapely":
		if err := missing(c.python); err != nil {
			return nil, err
		}
		return startWorker(ctx, nil, c.python, filepath.Join(c.programs, "shapely_peer.py"), task, file)
	case "CGAL":
		if err := missing(c.cgal); err != nil {
			return nil, err
		}
		return startWorker(ctx, nil, c.cgal, file)
	case "clipper2-ts", "polygon-clipping":
		if err := missing(c.modules); err != nil {
			return nil, err
		}
		return startWorker(ctx, nil, "node", "--max-old-space-size=8192", filepath.Join(c.modules, "overlay.mjs"), name, file)
	}
	if _, err := newEngine(name); err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return startWorker(ctx, nil, self, "overlay", name, file)
}

// scene is the file of a row's scene, written the first time; with buildings, package geo writes what is seen.
func (c *conductor) scene(ctx context.Context, r row) (string, error) {
	name := fmt.Sprintf("%gkm2-%d", r.km2, r.cameras)
	file := filepath.Join(c.scenes, name+".txt")
	if _, err := os.Stat(file); err != nil {
		if err := makeScene(r.km2, r.cameras).write(file); err != nil {
			return "", err
		}
	}
	if !r.seen {
		return file, nil
	}
	seen := filepath.Join(c.scenes, name+"-seen.txt")
	if _, err := os.Stat(seen); err == nil {
		return seen, nil
	}
	w, err := c.startOurs(ctx, "see", file, seen)
	if err != nil {
		return "", fmt.Errorf("footprints: %w", err)
	}
	defer w.stop()
	_, err = w.run()
	return seen, err
}
