package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

// Every engine is a worker: a program that loads its scene, says it is ready with a line of JSON, and answers each line
// of its standard input with one run and one more line of JSON. So all of them stay warm, and take turns.

// outcome is one run of a worker.
type outcome struct {
	// Engine is the name and version of the worker's engine, in its first line.
	Engine string `json:"engine,omitempty"`
	// Seconds is the time of the run, loading apart.
	Seconds float64 `json:"seconds"`
	// CPU is the processor time of the run, of all its threads, in seconds.
	CPU float64 `json:"cpu,omitempty"`
	// SeenM2 and Rings are by level: what is seen, and how many rings bound the gaps.
	SeenM2 []float64 `json:"seenM2,omitempty"`
	Rings  []int     `json:"rings,omitempty"`
	// AtLeastM2 is the surface seen by k cameras or more, from k = 1, at the first level.
	AtLeastM2 []float64 `json:"atLeastM2,omitempty"`
	// P50 and P99 are of one change, in seconds, where a run is many changes.
	P50 float64 `json:"p50,omitempty"`
	P99 float64 `json:"p99,omitempty"`
	// PeakMB is the most memory that the worker ever held.
	PeakMB float64 `json:"peakMB,omitempty"`
	// Fault is why there is no result.
	Fault string `json:"fault,omitempty"`
}

// serve is the worker's side.
func serve(engine string, in io.Reader, out io.Writer, run func() outcome) error {
	answers := json.NewEncoder(out)
	if err := answers.Encode(outcome{Engine: engine}); err != nil {
		return err
	}
	for lines := bufio.NewScanner(in); lines.Scan(); {
		o := run()
		o.PeakMB = peakMB()
		if err := answers.Encode(o); err != nil {
			return err
		}
	}
	return nil
}

// peakMB is the high-water mark of this process's memory; 0 where the system does not tell.
func peakMB() float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	var kB float64
	if _, line, found := strings.Cut(string(status), "VmHWM:"); found {
		if _, err := fmt.Sscanf(line, "%f", &kB); err != nil {
			return 0
		}
	}
	return kB / 1024
}

// worker is the conductor's side of one.
type worker struct {
	engine  string
	command *exec.Cmd
	input   io.WriteCloser
	lines   *bufio.Scanner
}

func startWorker(ctx context.Context, environment []string, argv ...string) (*worker, error) {
	w := &worker{command: exec.CommandContext(ctx, argv[0], argv[1:]...)} //nolint:gosec // programs that this script built
	w.command.Env = append(os.Environ(), environment...)
	w.command.Stderr = os.Stderr
	output, err := w.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if w.input, err = w.command.StdinPipe(); err != nil {
		return nil, err
	}
	w.lines = bufio.NewScanner(output)
	w.lines.Buffer(nil, 1<<24)
	if err := w.command.Start(); err != nil {
		return nil, err
	}
	ready, err := w.answer()
	if err != nil {
		w.stop()
		return nil, err
	}
	w.engine = ready.Engine
	return w, nil
}

// run asks for one run.
func (w *worker) run() (outcome, error) {
	if _, err := io.WriteString(w.input, "run\n"); err != nil {
		return outcome{}, err
	}
	return w.answer()
}

// warmS is the time under which a turn is two runs, seconds.
const warmS = 5

// turn asks for a run that counts. One that is quick comes after another that does not count, which finds the caches as the
// engine before it left them.
func (w *worker) turn() (outcome, error) {
	o, err := w.run()
	if err != nil || o.Fault != "" || o.Seconds >= warmS {
		return o, err
	}
	return w.run()
}

// try is turn whose error is a fault of the engine.
func (w *worker) try() outcome {
	o, err := w.turn()
	if err != nil {
		o.Fault = err.Error()
	}
	return o
}

// answer is the next line of JSON. A worker may say other things between; when it ends without an answer, they are why.
func (w *worker) answer() (o outcome, err error) {
	said := ""
	for w.lines.Scan() {
		line := w.lines.Text()
		if strings.HasPrefix(line, "{") {
			return o, json.Unmarshal([]byte(line), &o)
		}
		said += " " + strings.TrimSpace(line)
	}
	return o, errors.Join(fmt.Errorf("ended without an answer: %.300s", said), w.lines.Err())
}

// stop ends the input of a worker, on which it ends; how, no longer matters.
func (w *worker) stop() {
	_ = w.input.Close()
	_ = w.command.Wait()
}
