package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// side is one of the servers that are asked the same in turns.
type side struct {
	load

	name string
	by   caller
	// byOffset tells that its pages are asked for by number, not by the links that it gives.
	byOffset bool
}

// pageWalk is how many pages a client reads before it begins again.
const pageWalk = 20

// slot is one kind of request by so many clients.
type slot struct {
	kind    kind
	clients int
}

// beside asks several servers for the same in turns: boxes, single features and pages, by one client and by many, each kind by
// itself. It prints what each took, as a Markdown table, with the number of answers a second beside that of the last server.
// Each slot lasts so long on each side, in two turns. It fails when two sides give different numbers of features for a box.
func beside(ctx context.Context, sides []*side, clients int, lasts time.Duration) error {
	for _, s := range sides {
		s.client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients, DisableCompression: true}}
	}
	if err := agree(ctx, sides); err != nil {
		return err
	}
	var slots []slot
	for _, k := range []kind{kindBox, kindItem, kindWalk} {
		slots = append(slots, slot{k, 1}, slot{k, clients})
	}
	found := map[slot][][]answered{}
	for _, one := range slots {
		found[one] = make([][]answered, len(sides))
		for range 2 {
			for i, s := range sides {
				found[one][i] = append(found[one][i], s.turn(ctx, one, lasts/2)...)
			}
		}
	}
	return compare(os.Stdout, sides, slots, found, lasts)
}

// agree holds the numbers of features that each side gives for the same boxes against each other.
func agree(ctx context.Context, sides []*side) error {
	boxes := sides[0].by.places.boxes
	for i := range boxes {
		var counts []int
		for _, s := range sides {
			only := places{boxes: s.by.places.boxes[i : i+1], spots: s.by.places.spots}
			body, err := s.ask(ctx, s.by, s.address(kindBox, draw(0), only, ""))
			if err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
			counts = append(counts, featuresIn(body))
		}
		if len(slices.Compact(slices.Clone(counts))) > 1 {
			return fmt.Errorf("%w: box %d has %v features", errDiffer, i, counts)
		}
	}
	return nil
}

var errDiffer = errors.New("the servers give different numbers of features")

func draw(client int) *rand.Rand {
	return rand.New(rand.NewPCG(uint64(client), 7)) //nolint:gosec // G404,G115: the same requests every time
}

// turn has some clients ask a side for one kind of request as often as it answers.
func (s *side) turn(ctx context.Context, one slot, lasts time.Duration) []answered {
	end := time.Now().Add(lasts)
	all := make([][]answered, one.clients)
	var group sync.WaitGroup
	for i := range all {
		group.Go(func() {
			r, next, page := draw(i), "", 0
			for time.Now().Before(end) {
				from := time.Now()
				body, err := s.ask(ctx, s.by, cmp.Or(next, s.address(one.kind, r, s.by.places, "")))
				all[i] = append(all[i], answered{kind: one.kind, took: time.Since(from), bytes: len(body), err: err})
				if page++; one.kind == kindWalk {
					next = s.after(body, page%pageWalk)
				}
			}
		})
	}
	group.Wait()
	return slices.Concat(all...)
}

var nextLink = regexp.MustCompile(`"rel":"next"[^}]*"href":"([^"]*)"`)

// after is the path of the page that follows; empty to begin again.
func (s *side) after(body []byte, page int) string {
	link := nextLink.FindSubmatch(body[max(0, len(body)-2048):])
	switch {
	case page == 0:
		return ""
	case s.byOffset:
		return fmt.Sprintf("%s/collections/%s/items?limit=100&offset=%d", s.ogc, s.collection, page*100)
	case link == nil:
		return ""
	}
	return strings.TrimPrefix(strings.ReplaceAll(string(link[1]), `\u0026`, "&"), s.base)
}

func compare(out io.Writer, sides []*side, slots []slot, found map[slot][][]answered, lasts time.Duration) error {
	fmt.Fprint(out, "| request | clients |")
	for _, s := range sides {
		fmt.Fprintf(out, " %s: a second | p50 | p99 | bytes |", s.name)
	}
	for _, s := range sides[:len(sides)-1] {
		fmt.Fprintf(out, " %s : %s |", s.name, sides[len(sides)-1].name)
	}
	fmt.Fprintf(out, "\n|%s\n", strings.Repeat(" --- |", 2+4*len(sides)+len(sides)-1))
	var failed []error
	for _, one := range slots {
		fmt.Fprintf(out, "| %s | %d |", one.kind, one.clients)
		var rates []float64
		for i := range sides {
			took, bytes := []time.Duration{0}[:0], 0
			for _, a := range found[one][i] {
				took, bytes = append(took, a.took), bytes+a.bytes
				if a.err != nil {
					failed = append(failed, fmt.Errorf("%s, %s: %w", sides[i].name, a.kind, a.err))
				}
			}
			slices.Sort(took)
			rates = append(rates, float64(len(took))/lasts.Seconds())
			fmt.Fprintf(out, " %.0f | %s | %s | %d |", rates[i], at(took, 50), at(took, 99), bytes/max(len(took), 1))
		}
		for _, rate := range rates[:len(rates)-1] {
			fmt.Fprintf(out, " %.2f |", rate/rates[len(rates)-1])
		}
		fmt.Fprintln(out)
	}
	if len(failed) > 0 {
		return fmt.Errorf("%w: %d: %w", errFailed, len(failed), errors.Join(failed[:min(len(failed), 5)]...))
	}
	return nil
}
