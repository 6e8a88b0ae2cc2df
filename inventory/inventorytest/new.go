package inventorytest

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"vigie/inventory"
)

const (
	// victimFills is the environment variable that makes the victim bring new records until it is killed.
	victimFills = "VIGIE_TEST_VICTIM_FILLS"
	// newBatch is how many of them come at once: as many as a store may think worth a way of their own.
	newBatch = 600
)

// putNew stores new records or stops the test.
func putNew(t testing.TB, shelf inventory.Shelf[inventory.Camera], cameras ...inventory.Camera) {
	t.Helper()
	if err := inventory.PutNew(t.Context(), shelf, cameras...); err != nil {
		t.Fatalf("PutNew: %v", err)
	}
}

// testPutNew: whatever is done to new records between their coming and the end is done as at any other time.
func testPutNew(t *testing.T, h Harness) {
	between := map[string]func(t *testing.T, shelf inventory.Shelf[inventory.Camera], known inventory.Camera){
		"nothing": func(*testing.T, inventory.Shelf[inventory.Camera], inventory.Camera) {},
		"get": func(t *testing.T, shelf inventory.Shelf[inventory.Camera], known inventory.Camera) {
			if got := get(t, shelf, known.ID); inventory.Tag(got) != inventory.Tag(known) {
				t.Errorf("%q is not what was stored", known.ID)
			}
		},
		"put again": func(t *testing.T, shelf inventory.Shelf[inventory.Camera], known inventory.Camera) {
			put(t, shelf, known)
		},
		"create again": func(t *testing.T, shelf inventory.Shelf[inventory.Camera], known inventory.Camera) {
			if err := inventory.Create(t.Context(), shelf, known); !errors.Is(err, inventory.ErrExists) {
				t.Errorf("Create of what is there: %v", err)
			}
		},
		"delete and put": func(t *testing.T, shelf inventory.Shelf[inventory.Camera], known inventory.Camera) {
			if err := shelf.Delete(t.Context(), known.ID, nil); err != nil {
				t.Error(err)
			}
			put(t, shelf, known)
		},
		"new ones of which one is there": func(t *testing.T, shelf inventory.Shelf[inventory.Camera], known inventory.Camera) {
			if err := inventory.Settle(t.Context(), shelf); err != nil {
				t.Error(err)
			}
			err := inventory.PutNew(t.Context(), shelf, append(batchOf("refused", newBatch), known)...)
			if !errors.Is(err, inventory.ErrExists) {
				t.Errorf("PutNew of what is there: %v", err)
			}
		},
	}
	for name, act := range between {
		t.Run(name, func(t *testing.T) {
			shelf := fresh(t, h).Cameras()
			first, second := batchOf("first", newBatch), batchOf("second", newBatch)
			putNew(t, shelf, first...)
			act(t, shelf, first[newBatch/2])
			putNew(t, shelf, second...)
			if err := inventory.Settle(t.Context(), shelf); err != nil {
				t.Fatal(err)
			}
			var want []inventory.ID
			for _, c := range slices.Concat(first, second) {
				want = append(want, c.ID)
			}
			slices.Sort(want)
			if got := keys(t.Context(), t, shelf, inventory.Query{}); !slices.Equal(got, want) {
				t.Errorf("%d cameras are there, not %d, or others", len(got), len(want))
			}
			put(t, shelf, first...)
			if n, err := inventory.Count(t.Context(), shelf, inventory.Query{}); n != len(want) || err != nil {
				t.Errorf("%d cameras after the first were put again, not %d (%v)", n, len(want), err)
			}
		})
	}
}

// fill brings batches of new records, telling of each one, until it is killed.
func fill(t *testing.T, shelf inventory.Shelf[inventory.Camera]) {
	for b := 0; t.Context().Err() == nil; b++ {
		if b == smallBatches {
			fmt.Println(puttingLarge)
		}
		putNew(t, shelf, batchOf(fmt.Sprintf("new-%06d", b), newBatch)...)
		fmt.Printf("%snew-%06d\n", acknowledged, b)
	}
}

// testKilledFilling: a process killed while it brings new records leaves a store that has every batch of which it told, and at
// most one more; whole, and every key once, also when they are put again.
func testKilledFilling(t *testing.T, h Harness) {
	for _, after := range []time.Duration{0, 200 * time.Millisecond} {
		t.Run(after.String(), func(t *testing.T) {
			location := h.New(t)
			told := killVictim(t, location, after, "yes")
			shelf := reopened(t, h, location).Cameras()
			counts := map[string]int{}
			for c, err := range shelf.Find(t.Context(), inventory.Query{}) {
				if err != nil {
					t.Fatalf("Find: %v", err)
				}
				counts[string(c.Provenance.Import)]++
			}
			for name, n := range counts {
				if told[name] && n != newBatch {
					t.Errorf("%d records of batch %s", n, name)
				}
			}
			if len(counts) < len(told) || len(counts) > len(told)+1 {
				t.Errorf("%d batches are there, %d were acknowledged", len(counts), len(told))
			}
			before, err := inventory.Count(t.Context(), shelf, inventory.Query{})
			if err != nil {
				t.Fatal(err)
			}
			known := batchOf("new-000003", newBatch)
			if err := inventory.PutNew(t.Context(), shelf, known...); !errors.Is(err, inventory.ErrExists) {
				t.Errorf("PutNew of what is there: %v", err)
			}
			put(t, shelf, known...)
			if n, err := inventory.Count(t.Context(), shelf, inventory.Query{}); n != before || err != nil {
				t.Errorf("%d records after a batch was put again, not %d (%v)", n, before, err)
			}
		})
	}
}
