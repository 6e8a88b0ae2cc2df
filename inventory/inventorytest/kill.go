package inventorytest

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"vigie/inventory"
)

// victimLocation is the environment variable that makes a test process the victim: it names the store to write to.
const victimLocation = "VIGIE_TEST_VICTIM"

const (
	smallBatch, smallBatches = 200, 10
	largeBatch               = 20_000
	acknowledged             = "acknowledged "
	puttingLarge             = "putting a large batch"
)

// batchOf is a batch of cameras that can be told from any other, all of one import.
func batchOf(name string, size int) []inventory.Camera {
	cameras := make([]inventory.Camera, size)
	for i := range cameras {
		c := FullCamera()
		c.ID = inventory.ID(fmt.Sprintf("%s:%06d", name, i))
		c.Location = &inventory.Point{float64(i%1000) / 1000, float64(i/1000) / 1000}
		c.Provenance.Import = inventory.ID(name)
		cameras[i] = c
	}
	return cameras
}

// beVictim puts small batches, telling of each one, then a large one, and waits to be killed.
func beVictim(t *testing.T, h Harness, location string) {
	shelf := h.Open(t, location).Cameras()
	if os.Getenv(victimFills) != "" {
		fill(t, shelf)
		return
	}
	for b := range smallBatches {
		name := fmt.Sprintf("small-%d", b)
		put(t, shelf, batchOf(name, smallBatch)...)
		fmt.Println(acknowledged + name)
	}
	large := batchOf("large", largeBatch)
	fmt.Println(puttingLarge)
	put(t, shelf, large...)
	fmt.Println(acknowledged + "large")
	<-t.Context().Done()
}

// testKilled: a process killed by SIGKILL at some moment of a large put leaves a store that opens, where every record
// is whole and found by the indexes, and every acknowledged batch is there in full. In a transactional store the large
// one is there in full or not at all; in another one, putting it again makes it good.
func testKilled(t *testing.T, h Harness) {
	for _, after := range []time.Duration{0, 40 * time.Millisecond, 300 * time.Millisecond, 3 * time.Second} {
		t.Run(after.String(), func(t *testing.T) {
			location := h.New(t)
			told := killVictim(t, location, after, "")
			store := reopened(t, h, location)
			judgeRemains(t, store, told)
		})
	}
}

// killVictim starts a victim, that fills when fills is not empty, and kills it some time after it began its large put. It returns
// the batches that the victim told of.
func killVictim(t *testing.T, location string, after time.Duration, fills string) map[string]bool {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	outermost, _, _ := strings.Cut(t.Name(), "/")
	victim := exec.CommandContext(ctx, os.Args[0], "-test.run=^"+regexp.QuoteMeta(outermost)+"$")
	victim.Env = append(os.Environ(), victimLocation+"="+location, victimFills+"="+fills)
	out, err := victim.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := victim.Start(); err != nil {
		t.Fatal(err)
	}
	told := map[string]bool{}
	reached := false
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if name, found := strings.CutPrefix(lines.Text(), acknowledged); found {
			told[name] = true
		}
		if lines.Text() == puttingLarge {
			reached = true
			time.AfterFunc(after, func() { _ = victim.Process.Kill() }) // SIGKILL
		}
	}
	if err := victim.Wait(); err == nil || !reached || len(told) < smallBatches {
		t.Fatalf("the victim ended by itself (%v) after %d batches", err, len(told))
	}
	return told
}

func judgeRemains(t *testing.T, store inventory.Store, told map[string]bool) {
	t.Helper()
	if err := store.Ping(t.Context()); err != nil {
		t.Fatalf("Ping: %v", err)
	}
	expected := map[inventory.ID]string{}
	for b := range smallBatches {
		for _, c := range batchOf(fmt.Sprintf("small-%d", b), smallBatch) {
			expected[c.ID] = inventory.Tag(c)
		}
	}
	for _, c := range batchOf("large", largeBatch) {
		expected[c.ID] = inventory.Tag(c)
	}
	counts := map[string]int{}
	for c, err := range store.Cameras().Find(t.Context(), inventory.Query{}) {
		if err != nil {
			t.Fatalf("Find: %v", err)
		}
		if inventory.Tag(c) != expected[c.ID] {
			t.Fatalf("%q is not whole", c.ID)
		}
		counts[string(c.Provenance.Import)]++
	}
	whole := transactional(t, store)
	for name, n := range counts {
		if n != smallBatch && n != largeBatch && (whole || told[name]) {
			t.Errorf("%d records of batch %s", n, name)
		}
		if indexed, err := inventory.Count(t.Context(), store.Cameras(), inventory.Query{Where: anyOf(inventory.AttrImport, name)}); indexed != n {
			t.Errorf("the index knows %d of %d records of batch %s (%v)", indexed, n, name, err)
		}
	}
	for name := range told {
		if counts[name] == 0 {
			t.Errorf("batch %s was acknowledged and is not there", name)
		}
	}
	t.Logf("large batch: %d records after the kill", counts["large"])
	put(t, store.Cameras(), cameraAt("alive", orb.Point{}))
	if whole {
		return
	}
	put(t, store.Cameras(), batchOf("large", largeBatch)...)
	if n, err := inventory.Count(t.Context(), store.Cameras(), inventory.Query{}); n != len(expected)+1 || err != nil {
		t.Errorf("%d records after the large batch was put again, not %d (%v)", n, len(expected)+1, err)
	}
}
