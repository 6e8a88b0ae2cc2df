package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"time"
)

// errFailed says that a request came to nothing, or that none was made.
var errFailed = errors.New("requests failed")

// tell prints the table, and what the server used. It fails when any request did.
func (l *load) tell(out io.Writer, all [][]answered, server *watched) error {
	kinds := map[kind][]answered{}
	var failed []error
	total := 0
	for _, one := range slices.Concat(all...) {
		total++
		if one.err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", one.kind, one.err))
		}
		kinds[one.kind] = append(kinds[one.kind], one)
	}
	fmt.Fprintln(out, "| request | number | a second | p50 | p95 | p99 | most | bytes | errors |")
	fmt.Fprintln(out, "| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
	for _, s := range l.shares {
		l.row(out, s.kind, kinds[s.kind])
	}
	l.row(out, "all", slices.Concat(all...))
	fmt.Fprintf(out, "\n%d clients, %v, pause %v; features of a box: %.0f on average. %s\n",
		l.clients, l.lasts, l.pause, features(kinds[kindBox]), server.tell(total))
	if len(failed) > 0 || total == 0 {
		return fmt.Errorf("%w: %d of %d: %w", errFailed, len(failed), total, errors.Join(failed[:min(len(failed), 5)]...))
	}
	return nil
}

func (l *load) row(out io.Writer, k kind, of []answered) {
	if len(of) == 0 {
		return
	}
	var took []time.Duration
	bytes, errs := 0, 0
	for _, one := range of {
		took = append(took, one.took)
		bytes += one.bytes
		if one.err != nil {
			errs++
		}
	}
	slices.Sort(took)
	fmt.Fprintf(out, "| %s | %d | %.0f | %s | %s | %s | %s | %d | %d |\n", k, len(of), float64(len(of))/l.lasts.Seconds(),
		at(took, 50), at(took, 95), at(took, 99), ms(took[len(took)-1]), bytes/len(of), errs)
}

// at is the time below which so many of a hundred are; took is sorted.
func at(took []time.Duration, percent int) string { return ms(took[(len(took)-1)*percent/100]) }

func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000) }

func features(of []answered) float64 {
	sum, n := 0, 0
	for _, one := range of {
		if one.err == nil {
			sum, n = sum+one.features, n+1
		}
	}
	return float64(sum) / float64(max(n, 1))
}
