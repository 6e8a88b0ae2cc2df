package inventory_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"testing"

	"vigie/inventory"
	"vigie/inventory/inventorytest"
	"vigie/inventory/mongodb"
	"vigie/inventory/mongodb/mongodbtest"
)

// engine opens the new stores of a test.
type engine struct {
	name string
	open func(t testing.TB) inventory.Store
}

// engines are both: the one that needs a server skips without it.
func engines() []engine {
	return []engine{
		{"sqlite", openStore},
		{"mongodb", func(t testing.TB) inventory.Store {
			t.Helper()
			store, err := mongodb.Open(t.Context(), mongodbtest.NewDatabase(t))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = store.Close() })
			return store
		}},
	}
}

// fillWhole puts records of every kind in a store, in which every field is known at least once.
func fillWhole(t testing.TB, store inventory.Store) {
	t.Helper()
	fill(t, store)
	ctx := t.Context()
	if err := errors.Join(
		store.Holders().Put(ctx, inventorytest.FullHolder(), inventory.Holder{ID: "ville", Name: "Ville", Kind: inventory.LocalAuthority}),
		store.Deployments().Put(ctx, inventorytest.FullDeployment()),
		store.Cameras().Put(ctx, inventorytest.FullCamera(), inventorytest.FullMobileCamera()),
		store.Areas().Put(ctx, inventorytest.FullArea()),
		store.Obstacles().Put(ctx, inventorytest.FullObstacle()),
		store.Assessments().Put(ctx, inventorytest.FullAssessment()),
		store.Audits().Put(ctx, inventorytest.FullAudit()),
		store.Answers().Put(ctx, inventorytest.FullAnswer()),
		store.Candidates().Put(ctx, inventorytest.FullCandidate()),
		store.Recommendations().Put(ctx, inventorytest.FullRecommendation()),
		store.Equipment().Put(ctx, inventorytest.FullEquipment()),
		store.Accounts().Put(ctx, inventorytest.FullAccount()),
		store.Sessions().Put(ctx, inventorytest.FullSession()),
		store.Conventions().Put(ctx, inventorytest.FullConvention()),
		store.Journal().Put(ctx, inventorytest.FullEntry()),
	); err != nil {
		t.Fatal(err)
	}
}

// manyCameras are valid cameras whose keys are not in the order in which they are made.
func manyCameras(n int) []inventory.Camera {
	random := rand.New(rand.NewPCG(5, 6))
	cameras := make([]inventory.Camera, n)
	for i := range cameras {
		at := inventory.Point{2 + random.Float64(), 48 + random.Float64()}
		cameras[i] = inventory.Camera{
			ID: inventory.DeriveID("camera", fmt.Sprint(i)), Holder: "ville", Category: inventory.Fixed, Location: &at,
			Name: fmt.Sprintf("Caméra %d", i), ExternalID: fmt.Sprint(i), Commune: "34172", Status: inventory.InService,
			Address: "1, place de la Comédie", Extra: map[string]string{"quartier": "Centre"},
			Provenance: inventory.Provenance{Source: "ville.geojson", Import: "import-1", Row: i + 1},
		}
	}
	return cameras
}

func putAll(t testing.TB, store inventory.Store, cameras []inventory.Camera) {
	t.Helper()
	for some := range slices.Chunk(cameras, 1000) {
		if err := store.Cameras().Put(t.Context(), some...); err != nil {
			t.Fatal(err)
		}
	}
}

func copyAll(t testing.TB, from, to inventory.Store, options inventory.CopyOptions) inventory.CopyReport {
	t.Helper()
	report, err := inventory.Copy(t.Context(), from, to, options)
	if err != nil {
		t.Fatalf("Copy: %v", err)
	}
	return report
}

// told is what a copy did with each kind that it found records of.
func told(report inventory.CopyReport) string {
	var out bytes.Buffer
	for _, kind := range report.Kinds {
		if kind.Source.Records+kind.Others > 0 {
			fmt.Fprintf(&out, "%s +%d ~%d =%d others %d; ", kind.Kind, kind.Added, kind.Replaced, kind.Unchanged, kind.Others)
		}
	}
	return out.String()
}

// archiveOf is a backup whose bytes depend on the records alone.
func archiveOf(t testing.TB, store inventory.Store) []byte {
	t.Helper()
	var out bytes.Buffer
	if _, err := inventory.Backup(t.Context(), store, &out, inventory.BackupOptions{Software: "test", Now: now}); err != nil {
		t.Fatalf("Backup: %v", err)
	}
	return out.Bytes()
}

// TestCopyThereAndBack carries everything into another engine and back, and finds the same bytes at the end.
func TestCopyThereAndBack(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine.name, func(t *testing.T) {
			first, other, last := openStore(t), engine.open(t), openStore(t)
			fillWhole(t, first)
			putAll(t, first, manyCameras(2500))
			report := copyAll(t, first, other, inventory.CopyOptions{})
			const want = "holders +2 ~0 =0 others 0; deployments +1 ~0 =0 others 0; cameras +2555 ~0 =0 others 0; " +
				"areas +3 ~0 =0 others 0; obstacles +3 ~0 =0 others 0; assessments +1 ~0 =0 others 0; " +
				"audits +1 ~0 =0 others 0; answers +1 ~0 =0 others 0; candidates +1 ~0 =0 others 0; recommendations +1 ~0 =0 others 0; equipment +1 ~0 =0 others 0; accounts +1 ~0 =0 others 0; sessions +1 ~0 =0 others 0; conventions +1 ~0 =0 others 0; journal +1 ~0 =0 others 0; "
			if got := told(report); got != want {
				t.Errorf("copied %s, want %s", got, want)
			}
			for _, kind := range report.Kinds {
				if kind.Source != kind.Destination || len(kind.Source.SHA256) != 64 {
					t.Errorf("%s: %+v", kind.Kind, kind)
				}
			}
			copyAll(t, other, last, inventory.CopyOptions{})
			if !bytes.Equal(archiveOf(t, first), archiveOf(t, last)) {
				t.Error("the archive of what came back is not the archive of what went")
			}
			again := copyAll(t, other, last, inventory.CopyOptions{})
			if again.Stored() != 0 || again.Kinds[2].Unchanged != 2555 {
				t.Errorf("a second copy: %s", told(again))
			}
		})
	}
}

// TestCopyRefusesOthersRecords unless told to merge, and then stores nothing.
func TestCopyRefusesOthersRecords(t *testing.T) {
	cameras := manyCameras(10)
	slices.SortFunc(cameras, func(a, b inventory.Camera) int { return bytes.Compare([]byte(a.ID), []byte(b.ID)) })
	changed := cameras[4]
	changed.Name = "changed"
	other := inventory.Camera{ID: "zz-other", Holder: "h", Category: inventory.Fixed, Location: &inventory.Point{2, 48}}
	tests := []struct {
		name              string
		there             []inventory.Camera
		others, different int
		key               inventory.ID
		merged            string
	}{
		{"another record", []inventory.Camera{cameras[2], other}, 1, 0, other.ID, "cameras +9 ~0 =1 others 1; "},
		{"another state", []inventory.Camera{changed}, 0, 1, changed.ID, "cameras +9 ~1 =0 others 0; "},
		{"both", []inventory.Camera{changed, other, cameras[0]}, 1, 1, changed.ID, "cameras +8 ~1 =1 others 1; "},
	}
	for _, engine := range engines() {
		for _, test := range tests {
			t.Run(engine.name+", "+test.name, func(t *testing.T) {
				from, to := openStore(t), engine.open(t)
				putAll(t, from, cameras)
				putAll(t, to, test.there)
				before := archiveOf(t, to)
				_, err := inventory.Copy(t.Context(), from, to, inventory.CopyOptions{})
				var occupied *inventory.OccupiedError
				if !errors.As(err, &occupied) {
					t.Fatalf("Copy: %v", err)
				}
				want := inventory.OccupiedError{Others: test.others, Different: test.different, Kind: "cameras", Key: test.key}
				if *occupied != want {
					t.Errorf("refused with %+v, want %+v", *occupied, want)
				}
				if !bytes.Equal(archiveOf(t, to), before) {
					t.Error("something was stored")
				}
				report := copyAll(t, from, to, inventory.CopyOptions{Merge: true})
				if got := told(report); got != test.merged {
					t.Errorf("merged %s, want %s", got, test.merged)
				}
				if report.Kinds[2].Source != report.Kinds[2].Destination || report.Kinds[2].Source.Records != len(cameras) {
					t.Errorf("sums %+v", report.Kinds[2])
				}
			})
		}
	}
}

// TestCopyIsContinued: a copy stopped at any moment leaves what the next one completes.
func TestCopyIsContinued(t *testing.T) {
	const n = 4000
	for _, engine := range engines() {
		t.Run(engine.name, func(t *testing.T) {
			from, to := openStore(t), engine.open(t)
			fillWhole(t, from)
			putAll(t, from, manyCameras(n))
			partial := 0 // interruptions that came in the middle of the storing
			for round := 0; ; round++ {
				ctx, cancel := context.WithCancel(t.Context())
				report, err := inventory.Copy(ctx, from, to, inventory.CopyOptions{Progress: func(done, total int) {
					if done > total/6*(round+1) {
						cancel()
					}
				}})
				cancel()
				if err == nil {
					break
				}
				if !errors.Is(err, context.Canceled) {
					t.Fatalf("round %d: %v", round, err)
				}
				stored, err := inventory.Count(t.Context(), to.Cameras(), inventory.Query{})
				if err != nil || stored < report.Stored()-10 {
					t.Fatalf("round %d: %d cameras are there (%v), %d records were told", round, stored, err, report.Stored())
				}
				if stored > 0 && stored < n {
					partial++
				}
			}
			if partial < 2 {
				t.Errorf("only %d interruptions came in the middle: the test is too weak", partial)
			}
			if !bytes.Equal(archiveOf(t, from), archiveOf(t, to)) {
				t.Error("not the same at the end")
			}
		})
	}
}

// forgetful is a store that keeps the cameras it was given, but for one.
type forgetful struct {
	inventory.Store
	drop inventory.ID
	name string // of the cameras that it gives back, when not empty
}

func (s forgetful) Cameras() inventory.Shelf[inventory.Camera] {
	return forgetfulShelf{s.Store.Cameras(), s}
}

type forgetfulShelf struct {
	inventory.Shelf[inventory.Camera]
	how forgetful
}

func (s forgetfulShelf) Find(ctx context.Context, q inventory.Query) iter.Seq2[inventory.Camera, error] {
	return func(yield func(inventory.Camera, error) bool) {
		for camera, err := range s.Shelf.Find(ctx, q) {
			if err == nil && camera.ID == s.how.drop {
				if s.how.name == "" {
					continue
				}
				camera.Name = s.how.name
			}
			if !yield(camera, err) {
				return
			}
		}
	}
}

// TestCopyVerifies: a destination that does not give back what it was given is told, with the first record.
func TestCopyVerifies(t *testing.T) {
	cameras := manyCameras(700)
	for name, store := range map[string]forgetful{
		"the destination lacks it":  {drop: cameras[300].ID},
		"it is not the same record": {drop: cameras[400].ID, name: "another"},
	} {
		t.Run(name, func(t *testing.T) {
			from := openStore(t)
			putAll(t, from, cameras)
			store.Store = openStore(t)
			report, err := inventory.Copy(t.Context(), from, store, inventory.CopyOptions{})
			var mismatch *inventory.MismatchError
			if !errors.As(err, &mismatch) {
				t.Fatalf("Copy: %v", err)
			}
			if want := (inventory.MismatchError{Kind: "cameras", Key: store.drop, Reason: name}); *mismatch != want {
				t.Errorf("%+v, want %+v", *mismatch, want)
			}
			if kind := report.Kinds[2]; kind.Source == kind.Destination || kind.Source.Records != 700 {
				t.Errorf("sums %+v", kind)
			}
		})
	}
}

// TestCopyProgress never goes back and ends at its total.
func TestCopyProgress(t *testing.T) {
	from, to := openStore(t), openStore(t)
	putAll(t, from, manyCameras(1000))
	for round, want := range []int{2000, 3000} {
		last, backwards, end := 0, false, 0
		copyAll(t, from, to, inventory.CopyOptions{Progress: func(done, total int) {
			backwards, last, end = backwards || done < last, done, total
		}})
		if backwards || last != want || end != want {
			t.Errorf("round %d: ended at %d of %d, want %d; backwards %v", round, last, end, want, backwards)
		}
	}
}

// highWater looks at the heap now and then, and keeps the most that it found above its start, bytes.
type highWater struct {
	mark  uint64
	calls int
	most  int64
}

func newHighWater() *highWater { return &highWater{mark: uint64(heapAbove(0))} }

func (h *highWater) look(int, int) {
	if h.calls++; h.calls%20 == 0 {
		h.most = max(h.most, heapAbove(h.mark))
	}
}

// TestMemoryDoesNotGrowWithTheStore copies and saves 100,000 cameras, checks the archive, and looks at the heap on the way.
func TestMemoryDoesNotGrowWithTheStore(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: a hundred thousand cameras take a while")
	}
	const n, mostHeap = 100_000, 24 << 20
	from := openStore(t)
	putAll(t, from, manyCameras(n))
	file := tempFile(t)
	steps := []struct {
		name string
		do   func(look func(done, total int)) error
	}{
		{"copy", func(look func(int, int)) error {
			_, err := inventory.Copy(t.Context(), from, openStore(t), inventory.CopyOptions{Progress: look})
			return err
		}},
		{"backup", func(look func(int, int)) error {
			_, err := inventory.Backup(t.Context(), from, file, inventory.BackupOptions{Progress: look})
			return err
		}},
		{"check", func(look func(int, int)) error {
			archive, err := inventory.OpenArchive(t.Context(), file, func(int64) { look(0, 0) })
			if err != nil {
				return err
			}
			return archive.Close()
		}},
	}
	for _, step := range steps {
		water := newHighWater()
		if err := step.do(water.look); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		t.Logf("%s: heap never more than %.1f MB above its start", step.name, float64(water.most)/(1<<20))
		if water.calls < 50 || water.most > mostHeap {
			t.Errorf("%s: heap up by %d MB in %d looks", step.name, water.most>>20, water.calls)
		}
	}
}
