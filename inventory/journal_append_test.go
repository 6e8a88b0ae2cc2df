package inventory_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"vigie/inventory"
)

// gatedStore is a store in which lines of the journal are written when the test opens the gate.
type gatedStore struct {
	inventory.Store

	journal *gatedJournal
}

func (s gatedStore) Journal() inventory.Shelf[inventory.Entry] { return s.journal }

// gatedJournal tells how many lines come together, and waits for the gate before it stores them.
type gatedJournal struct {
	inventory.Shelf[inventory.Entry]

	came chan int
	gate chan struct{}
}

func (j *gatedJournal) CreateAll(ctx context.Context, lines ...inventory.Entry) (int, error) {
	j.came <- len(lines)
	select {
	case <-j.gate:
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	return inventory.CreateAll(ctx, j.Shelf, lines...)
}

func gated(t *testing.T) (*inventory.Journal, gatedStore) {
	t.Helper()
	raw := openStore(t)
	store := gatedStore{raw, &gatedJournal{raw.Journal(), make(chan int, 100), make(chan struct{})}}
	journal, _ := written(t, store, time.Now)
	return journal, store
}

// telling is an account that tells a journal that it read.
func telling(ctx context.Context, journal *inventory.Journal, account inventory.ID, results chan<- error) {
	go func() {
		_, err := journal.Append(ctx, inventory.Entry{Deed: inventory.DeedRead, Account: account})
		results <- err
	}()
	synctest.Wait() // it waits for the gate, or for those who do
}

// TestLinesThatComeTogether: lines that come while others are written are written together, in one chain in the order in which
// they came; one that is taken back meanwhile is not written.
func TestLinesThatComeTogether(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		journal, store := gated(t)
		results := make(chan error, 10)
		impatient, cancel := context.WithCancel(t.Context())
		for _, account := range []inventory.ID{"first", "second", "third"} {
			telling(t.Context(), journal, account, results)
		}
		telling(impatient, journal, "taken back", results)
		telling(t.Context(), journal, "fourth", results)
		cancel()
		if err := <-results; !errors.Is(err, context.Canceled) {
			t.Errorf("the line that was taken back: %v", err)
		}
		close(store.journal.gate)
		for range 4 {
			if err := <-results; err != nil {
				t.Error(err)
			}
		}
		if first, then := <-store.journal.came, <-store.journal.came; first != 1 || then != 3 {
			t.Errorf("%d lines were written first, and %d then", first, then)
		}
		want := []string{"first read  ", "second read  ", "third read  ", "fourth read  "}
		if got := linesOf(t, store); !slices.Equal(got, want) {
			t.Errorf("the journal tells %q", got)
		}
		if report := verified(t, store, ""); len(report.Faults) > 0 {
			t.Errorf("%+v", report)
		}
	})
}

// TestOneLineThatCannotBe: of lines that come together, the one that no store takes spoils no other.
func TestOneLineThatCannotBe(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		journal, store := gated(t)
		results := make(chan error, 10)
		telling(t.Context(), journal, "first", results)
		telling(t.Context(), journal, "second", results)
		wrong := make(chan error)
		go func() {
			_, err := journal.Append(t.Context(), inventory.Entry{Account: "of no deed"})
			wrong <- err
		}()
		synctest.Wait()
		telling(t.Context(), journal, "third", results)
		close(store.journal.gate)
		var invalid *inventory.InvalidError
		if err := <-wrong; !errors.As(err, &invalid) {
			t.Errorf("the line of no deed: %v", err)
		}
		for range 3 {
			if err := <-results; err != nil {
				t.Error(err)
			}
		}
		if report := verified(t, store, ""); report.Lines != 3 || len(report.Faults) > 0 {
			t.Errorf("%+v", report)
		}
	})
}

// TestNobodyWaits: the writing of lines is given up when the last who waits for them goes, and not before.
func TestNobodyWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		journal, store := gated(t)
		results := make(chan error, 10)
		one, cancelOne := context.WithCancel(t.Context())
		two, cancelTwo := context.WithCancel(t.Context())
		telling(t.Context(), journal, "first", results)
		telling(one, journal, "one", results)
		telling(two, journal, "two", results)
		store.journal.gate <- struct{}{}
		if err := <-results; err != nil {
			t.Error(err)
		}
		synctest.Wait()
		cancelOne()
		synctest.Wait()
		if len(results) > 0 {
			t.Errorf("one went, and so did the line of the other: %v", <-results)
		}
		cancelTwo()
		for range 2 {
			if err := <-results; !errors.Is(err, context.Canceled) {
				t.Errorf("a line that nobody waits for: %v", err)
			}
		}
		close(store.journal.gate)
		telling(t.Context(), journal, "last", results)
		if err := <-results; err != nil {
			t.Error(err)
		}
		if report := verified(t, store, ""); report.Lines != 2 || len(report.Faults) > 0 {
			t.Errorf("%+v", report)
		}
	})
}

// TestManyTell: many who tell a journal at once, by two programs, find their lines in one chain, in the order of the clock.
func TestManyTell(t *testing.T) { onBothStores(t, testManyTell) }

func testManyTell(t *testing.T, raw inventory.Store) {
	t.Helper()
	const tellers, each = 24, 8
	journals := make([]*inventory.Journal, 2)
	for i := range journals {
		journals[i], _ = written(t, raw, time.Now)
	}
	told := make(chan inventory.Entry, tellers*each)
	var all sync.WaitGroup
	for i := range tellers {
		all.Go(func() {
			for n := range each {
				line := inventory.Entry{Deed: inventory.DeedRead, Account: inventory.ID(fmt.Sprintf("a%d-%d", i, n))}
				stored, err := journals[i%len(journals)].Append(t.Context(), line)
				if err != nil {
					t.Error(err)
					return
				}
				if there, err := raw.Journal().Get(t.Context(), stored.ID); err != nil || there.Account != line.Account {
					t.Errorf("%s was told, and is %+v (%v)", line.Account, there, err)
				}
				told <- stored
			}
		})
	}
	all.Wait()
	close(told)
	if report := verified(t, raw, ""); report.Lines != tellers*each || len(report.Faults) > 0 {
		t.Errorf("%+v", report)
	}
	var accounts []inventory.ID
	for line := range told {
		accounts = append(accounts, line.Account)
	}
	slices.Sort(accounts)
	if n := len(slices.Compact(accounts)); n != tellers*each {
		t.Errorf("%d lines are told", n)
	}
}
