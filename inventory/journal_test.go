package inventory_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"vigie/inventory"
	"vigie/inventory/inventorytest"
)

// written opens the journal of a store and a guard that writes into it.
func written(t *testing.T, raw inventory.Store, now func() time.Time) (*inventory.Journal, inventory.Store) {
	t.Helper()
	journal, err := inventory.OpenJournal(t.Context(), raw, now)
	if err != nil {
		t.Fatal(err)
	}
	return journal, inventory.Guard(raw, journal)
}

// onBothStores runs a test on an empty store of each engine.
func onBothStores(t *testing.T, test func(*testing.T, inventory.Store)) {
	t.Helper()
	t.Parallel()
	for _, engine := range engines() {
		t.Run(engine.name, func(t *testing.T) {
			t.Parallel()
			test(t, engine.open(t))
		})
	}
}

// linesOf are the lines of a journal, as short texts.
func linesOf(t *testing.T, store inventory.Store) (lines []string) {
	t.Helper()
	for line, err := range store.Journal().Find(t.Context(), inventory.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, fmt.Sprintf("%s %s %s %s", line.Account, line.Deed, line.Kind, line.Record))
	}
	return lines
}

func verified(t *testing.T, store inventory.Store, known string) inventory.JournalReport {
	t.Helper()
	report, err := inventory.VerifyJournal(t.Context(), store, known)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// TestJournalOfWrites: each write that a guard lets through is a line, with what was before and what is after; one that
// fails is told as undone, and one that is refused is no line.
func TestJournalOfWrites(t *testing.T) { onBothStores(t, testJournalOfWrites) }

func testJournalOfWrites(t *testing.T, raw inventory.Store) {
	t.Helper()
	_, guarded := written(t, raw, time.Now)
	ctx := as(t, editor("south"))
	cameras := guarded.Cameras()
	camera := inventory.Camera{ID: "c", Holder: "south", Category: inventory.Fixed, Location: &inventory.Point{3, 43}}
	other := camera
	other.ID = "d"
	wrong := errors.New("not today")
	err := errors.Join(
		inventory.Create(ctx, cameras, camera),
		updated(ctx, cameras, "c", func(c *inventory.Camera) { c.Name = "entrance" }),
		cameras.Put(ctx, camera, other),
	)
	if err != nil {
		t.Fatal(err)
	}
	if err := inventory.Create(ctx, cameras, camera); !errors.Is(err, inventory.ErrExists) {
		t.Errorf("created twice: %v", err)
	}
	if err := cameras.Delete(ctx, "c", func(inventory.Camera) error { return wrong }); !errors.Is(err, wrong) {
		t.Errorf("deleted against the check: %v", err)
	}
	if err := cameras.Delete(ctx, "c", nil); err != nil {
		t.Error(err)
	}
	if _, err := cameras.Update(ctx, "c", func(*inventory.Camera) error { return nil }); !errors.Is(err, inventory.ErrNotFound) {
		t.Errorf("changed what is not there: %v", err)
	}
	want := []string{"a create cameras c", "a update cameras c", "a put cameras ", "a create cameras c", "a undone cameras c", "a delete cameras c"}
	if got := linesOf(t, raw); !slices.Equal(got, want) {
		t.Errorf("the journal tells\n%q\nnot\n%q", got, want)
	}
	changed, err := raw.Journal().Get(t.Context(), "0000000000000002")
	renamed := camera
	renamed.Name = "entrance"
	if err != nil || changed.Before != inventory.Tag(camera) || changed.After != inventory.Tag(renamed) || changed.Role != inventory.RoleHolderEditor {
		t.Errorf("the change is told as %+v (%v)", changed, err)
	}
	if report := verified(t, raw, ""); report.Lines != 6 || len(report.Faults) > 0 {
		t.Errorf("%+v", report)
	}
}

// TestJournalOfTwo: two programs that write at once keep one chain, and tell every write.
func TestJournalOfTwo(t *testing.T) { onBothStores(t, testJournalOfTwo) }

func testJournalOfTwo(t *testing.T, raw inventory.Store) {
	t.Helper()
	const writers, each = 4, 12
	var replicas []inventory.Store
	for range writers {
		_, guarded := written(t, raw, time.Now)
		replicas = append(replicas, guarded)
	}
	ctx := as(t, editor("south"))
	if err := raw.Cameras().Put(t.Context(), inventory.Camera{ID: "shared", Holder: "south", Category: inventory.Fixed, Location: &inventory.Point{3, 43}}); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	failed := make(chan error, 2*writers*each)
	for i, store := range replicas {
		all.Go(func() {
			for n := range each {
				id := inventory.ID(fmt.Sprintf("c%d-%d", i, n))
				camera := inventory.Camera{ID: id, Holder: "south", Category: inventory.Fixed, Location: &inventory.Point{3, 43}}
				failed <- inventory.Create(ctx, store.Cameras(), camera)
				err := updated(ctx, store.Cameras(), "shared", func(c *inventory.Camera) { c.Name += "x" })
				if !errors.Is(err, inventory.ErrConflict) {
					failed <- err
				}
			}
		})
	}
	all.Wait()
	close(failed)
	for err := range failed {
		if err != nil {
			t.Error(err)
		}
	}
	report := verified(t, raw, "")
	if len(report.Faults) > 0 {
		t.Errorf("%+v", report)
	}
	held := map[string]int{}
	for _, line := range linesOf(t, raw) {
		held[line]++
	}
	done := held["a update cameras shared"] - held["a undone cameras shared"]
	shared, err := raw.Cameras().Get(t.Context(), "shared")
	if err != nil || len(shared.Name) != done || held["a create cameras c3-11"] != 1 {
		t.Errorf("the camera was changed %d times, the journal tells %d (%v)", len(shared.Name), done, err)
	}
}

// TestJournalTakesAnyBytes: a store gives back what was appended, also where a client wrote no UTF-8 or no identifier.
func TestJournalTakesAnyBytes(t *testing.T) { onBothStores(t, testJournalTakesAnyBytes) }

func testJournalTakesAnyBytes(t *testing.T, store inventory.Store) {
	t.Helper()
	journal, _ := written(t, store, time.Now)
	for _, line := range []inventory.Entry{
		{Deed: inventory.DeedRead, Kind: "cameras", Reason: "contr\xf4le"},
		{Deed: inventory.DeedRead, Kind: "cameras", What: "GET /?q=\xff\xfe", Record: "c"},
		{Deed: inventory.DeedRead, Kind: "cameras", Record: "caf\xe9 noir"},
	} {
		if _, err := journal.Append(t.Context(), line); err != nil {
			t.Fatal(err)
		}
	}
	if report := verified(t, store, ""); len(report.Faults) > 0 || report.Lines != 3 {
		t.Errorf("%+v", report)
	}
	lines := linesOf(t, store)
	if !strings.HasSuffix(lines[1], " c") || !strings.HasSuffix(lines[2], "cameras ") {
		t.Errorf("the lines are %q", lines)
	}
}

// TestJournalIsTamperEvident spoils a journal in every way, past the guard, and expects the line to be named.
func TestJournalIsTamperEvident(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		spoil func(context.Context, inventory.Shelf[inventory.Entry]) error
		at    inventory.ID
	}{
		"altered": {func(ctx context.Context, lines inventory.Shelf[inventory.Entry]) error {
			return updated(ctx, lines, rank(3), func(e *inventory.Entry) { e.Account = "innocent"; *e = e.Sealed() })
		}, rank(4)},
		"taken out": {func(ctx context.Context, lines inventory.Shelf[inventory.Entry]) error {
			return lines.Delete(ctx, rank(3), nil)
		}, rank(4)},
		"taken out, the first": {func(ctx context.Context, lines inventory.Shelf[inventory.Entry]) error {
			return lines.Delete(ctx, rank(1), nil)
		}, rank(2)},
		"taken out, the last": {func(ctx context.Context, lines inventory.Shelf[inventory.Entry]) error {
			return lines.Delete(ctx, rank(6), nil)
		}, rank(5)},
		"put in the place of another": {func(ctx context.Context, lines inventory.Shelf[inventory.Entry]) error {
			third, err := lines.Get(ctx, rank(3))
			fourth, err2 := lines.Get(ctx, rank(4))
			third.ID, fourth.ID = fourth.ID, third.ID
			return errors.Join(err, err2, lines.Put(ctx, third.Sealed(), fourth.Sealed()))
		}, rank(3)},
	} {
		raw, _ := guardedTown(t)
		journal, _ := written(t, raw, time.Now)
		for n := range 6 {
			if _, err := journal.Append(t.Context(), inventory.Entry{Deed: inventory.DeedRead, Account: "a", What: fmt.Sprint(n)}); err != nil {
				t.Fatal(err)
			}
		}
		before := verified(t, raw, "")
		if len(before.Faults) > 0 || before.Lines != 6 {
			t.Fatalf("%+v", before)
		}
		if err := test.spoil(t.Context(), raw.Journal()); err != nil {
			t.Fatal(err)
		}
		after := verified(t, raw, before.Hash)
		if len(after.Faults) == 0 || after.Faults[0].Line != test.at {
			t.Errorf("%s: %+v, want a fault at %s", name, after, test.at)
		}
	}
}

func rank(n int) inventory.ID { return inventory.ID(fmt.Sprintf("%016d", n)) }

// TestJournalPurge: what is older goes, what remains is still a chain, and taking more out is still seen.
func TestJournalPurge(t *testing.T) {
	t.Parallel()
	raw, _ := guardedTown(t)
	day := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	journal, _ := written(t, raw, func() time.Time { day = day.AddDate(0, 0, 1); return day })
	for range 10 {
		if _, err := journal.Append(t.Context(), inventory.Entry{Deed: inventory.DeedRead}); err != nil {
			t.Fatal(err)
		}
	}
	for i, want := range []int{4, 0} {
		if n, err := journal.Purge(t.Context(), time.Date(2020, 1, 6, 0, 0, 0, 0, time.UTC)); err != nil || n != want {
			t.Errorf("purge %d took %d lines, not %d (%v)", i, n, want, err)
		}
	}
	report := verified(t, raw, "")
	if len(report.Faults) > 0 || report.First != rank(5) || report.Last != rank(11) || report.Lines != 7 {
		t.Errorf("%+v", report)
	}
	again, _ := written(t, raw, time.Now)
	if line, err := again.Append(t.Context(), inventory.Entry{Deed: inventory.DeedRead}); err != nil || line.ID != rank(12) {
		t.Errorf("after a purge the next line is %s (%v)", line.ID, err)
	}
	if err := raw.Journal().Delete(t.Context(), rank(5), nil); err != nil {
		t.Fatal(err)
	}
	if report := verified(t, raw, ""); len(report.Faults) != 1 || report.Faults[0].Line != rank(6) {
		t.Errorf("%+v", report)
	}
}

// dying is a store whose cameras the program does not live to write.
type dying struct {
	inventory.Store
	died error
}

type dyingShelf struct {
	inventory.Shelf[inventory.Camera]
	died error
}

func (s dying) Cameras() inventory.Shelf[inventory.Camera] {
	return dyingShelf{s.Store.Cameras(), s.died}
}

func (s dyingShelf) Put(context.Context, ...inventory.Camera) error { panic(s.died) }

func (s dyingShelf) Update(context.Context, inventory.ID, func(*inventory.Camera) error) (inventory.Camera, error) {
	panic(s.died)
}

// TestJournalIsRepaired: a program that dies between the line and the write leaves a line that the next one tells as undone,
// once, and only when it is old enough not to be of a write under way.
func TestJournalIsRepaired(t *testing.T) { onBothStores(t, testJournalIsRepaired) }

func testJournalIsRepaired(t *testing.T, raw inventory.Store) {
	t.Helper()
	camera := inventory.Camera{ID: "c", Holder: "south", Category: inventory.Fixed, Location: &inventory.Point{3, 43}}
	if err := raw.Cameras().Put(t.Context(), camera); err != nil {
		t.Fatal(err)
	}
	ctx, died := as(t, editor("south")), errors.New("died")
	journal, err := inventory.OpenJournal(t.Context(), raw, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	func() {
		defer func() {
			if fault := recover(); fault != died { //nolint:errorlint // the very value
				t.Errorf("the program did not die: %v", fault)
			}
		}()
		_ = updated(ctx, inventory.Guard(dying{raw, died}, journal).Cameras(), "c", func(c *inventory.Camera) { c.Name = "new" })
	}()
	_, healthy := written(t, raw, time.Now)
	if err := inventory.Create(ctx, healthy.Deployments(), inventorytest.FullDeployment()); err == nil {
		t.Error("a deployment of another holder was created")
	}
	later, err := inventory.OpenJournal(t.Context(), raw, func() time.Time { return time.Now().Add(time.Hour) })
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		journal *inventory.Journal
		want    int
	}{{journal, 0}, {later, 1}, {later, 0}} {
		if n, err := step.journal.Repair(t.Context(), raw, time.Minute); err != nil || n != step.want {
			t.Errorf("repaired %d lines, not %d (%v)", n, step.want, err)
		}
	}
	if got := linesOf(t, raw); !slices.Equal(got, []string{"a update cameras c", " undone cameras c"}) {
		t.Errorf("the journal tells %q", got)
	}
	if report := verified(t, raw, ""); len(report.Faults) > 0 {
		t.Errorf("%+v", report)
	}
}
