package inventory_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"

	"vigie/inventory"
)

// TestUndoLeavesWhatChangedSince: what somebody changed, removed or made since is told and left as it is.
func TestUndoLeavesWhatChangedSince(t *testing.T) {
	bothStores(t, func(t *testing.T, store inventory.Store) {
		t.Helper()
		var features []string
		for i := range 4 {
			features = append(features, point(fmt.Sprint("old", i), 2, 48))
		}
		if _, err := importText(t, store, collection(features...), inventory.ImportOptions{Key: "ref"}); err != nil {
			t.Fatal(err)
		}
		for i := range features {
			features[i] = strings.Replace(features[i], "[2,48]", "[2.001,48]", 1)
		}
		options := inventory.ImportOptions{Key: "ref", Trail: trailOf(store)}
		report, err := importText(t, store, collection(append(features, point("new0", 2, 48), point("new1", 2, 48))...), options)
		if err != nil || report.Changed.Moved != 4 || report.Changed.Relabelled != 0 || report.Added != 2 {
			t.Fatalf("%+v, %v", report, err)
		}
		byRef := map[string]inventory.Camera{}
		for _, c := range allCameras(t, store) {
			byRef[c.ExternalID] = c
		}
		for _, row := range rowsOf(t, store, report.Import) {
			if row.Outcome == inventory.RowUpdated && (row.MovedM == nil || *row.MovedM < 70 || *row.MovedM > 80) {
				t.Errorf("%+v", row)
			}
		}
		later := inventory.InstantOf(now().AddDate(0, 0, 1))
		edit := func(c *inventory.Camera) error { c.Name, c.Provenance.UpdatedAt = "mine", &later; return nil }
		for _, ref := range []string{"old0", "new0"} {
			if _, err := store.Cameras().Update(t.Context(), byRef[ref].ID, edit); err != nil {
				t.Fatal(err)
			}
		}
		for _, ref := range []string{"old1", "new1"} {
			if err := store.Cameras().Delete(t.Context(), byRef[ref].ID, nil); err != nil {
				t.Fatal(err)
			}
		}
		undo := inventory.UndoOptions{Import: report.Import, DryRun: true}
		for _, undo.DryRun = range []bool{true, false} {
			undone, err := inventory.UndoImport(t.Context(), store, store.Blobs(), undo)
			if err != nil || undone.Restored != 2 || undone.Removed != 0 || undone.Undone != 1 || undone.Conflicts != 3 {
				t.Errorf("%+v, %v", undone, err)
			}
			if kept, err := inventory.ReadUndo(t.Context(), store.Blobs(), report.Import, undo.DryRun); err != nil || !reflect.DeepEqual(kept, undone) {
				t.Errorf("kept %+v, %v", kept, err)
			}
		}
		for _, c := range allCameras(t, store) {
			if want := map[string]float64{"old0": 2.001, "new0": 2}[c.ExternalID]; want == 0 && c.Location[0] != 2 || want != 0 && c.Location[0] != want {
				t.Errorf("%s at %v", c.ExternalID, c.Location)
			}
		}
	})
}

func TestUndoOfNothing(t *testing.T) {
	store := openStore(t)
	_, err := inventory.UndoImport(t.Context(), store, store.Blobs(), inventory.UndoOptions{Import: "none"})
	if !errors.Is(err, inventory.ErrNotFound) {
		t.Error(err)
	}
	if _, err := inventory.ReadUndo(t.Context(), store.Blobs(), "none", false); !errors.Is(err, inventory.ErrNotFound) {
		t.Error(err)
	}
	trail := trailOf(store)
	report, err := importText(t, store, collection(point("a", 2, 48)), inventory.ImportOptions{DryRun: true, Trail: trail})
	if err != nil {
		t.Fatal(err)
	}
	undone, err := inventory.UndoImport(t.Context(), store, store.Blobs(), inventory.UndoOptions{Import: report.Import})
	if err != nil || undone.Removed+undone.Restored+undone.Conflicts != 0 || len(rowsOf(t, store, report.Import)) != 1 {
		t.Errorf("a dry run: %+v, %v", undone, err)
	}
	if _, err := importText(t, store, `{"type":"FeatureCollection","features":[{`, inventory.ImportOptions{Trail: trail}); err == nil {
		t.Error("a bad file is imported")
	}
	if n, err := inventory.Count(t.Context(), store.Blobs(), inventory.Query{}); err != nil || n != 3 { // report and rows of the dry run, report of its undoing
		t.Errorf("%d blobs, %v", n, err)
	}
}

// TestUndoCutShort: an undoing that is cancelled tells what it did, and the next one does the rest.
func TestUndoCutShort(t *testing.T) {
	store := openStore(t)
	report, err := importText(t, store, collection(point("a", 2, 48), point("b", 2, 48)), inventory.ImportOptions{Trail: trailOf(store)})
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Cameras().Delete(t.Context(), allCameras(t, store)[0].ID, nil); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	undo := inventory.UndoOptions{Import: report.Import, Rows: func(done, all int) {
		if done != 2 || all != 2 {
			t.Errorf("%d of %d rows", done, all)
		}
		cancel()
	}}
	cut := func(ctx context.Context, removed, undone int, ended bool) {
		t.Helper()
		told, err := inventory.UndoImport(ctx, store, store.Blobs(), undo)
		kept, unread := inventory.ReadUndo(t.Context(), store.Blobs(), report.Import, false)
		if (err == nil) != ended || unread != nil || !reflect.DeepEqual(kept, told) || told.Ended != ended || told.Removed != removed || told.Undone != undone {
			t.Errorf("told %+v, kept %+v, %v, %v", told, kept, err, unread)
		}
	}
	cut(ctx, 1, 1, false)
	cut(t.Context(), 0, 2, true)
}

// TestTryAgain: an import that was interrupted, at any of its batches, and is tried again with the same identifier tells what it
// did as if it had not been, and is undone as a whole.
func TestTryAgain(t *testing.T) {
	t.Parallel()
	const rows = 5200
	line := func(i int, name string) string { return fmt.Sprintf("c%d,%s,2,48\n", i, name) }
	var first, second strings.Builder
	first.WriteString("ref,nom,lon,lat\n")
	second.WriteString("ref,nom,lon,lat\n")
	for i := range rows {
		if i%2 == 0 || i > rows-100 {
			first.WriteString(line(i, "old"))
		}
		if i <= rows-100 {
			second.WriteString(line(i, map[bool]string{true: "new", false: "old"}[i%4 == 0]))
		}
	}
	store := openStore(t)
	if _, err := importText(t, store, first.String(), inventory.ImportOptions{Key: "ref"}); err != nil {
		t.Fatal(err)
	}
	before := allCameras(t, store)
	options := inventory.ImportOptions{
		Kind: inventory.KindCameras, Holder: "ville", Key: "ref", OnMissing: inventory.RetireMissing, Now: now, Trail: trailOf(store),
		NewID: func() inventory.ID { return "one" },
	}
	for _, most := range []int{1000, 3000, 5000} {
		ctx, stop := context.WithCancel(t.Context())
		options.Rows = func(rows int) {
			if rows >= most {
				stop()
			}
		}
		report, err := inventory.Import(ctx, store, strings.NewReader(second.String()), options)
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("not interrupted: %s, %v", counts(report), err)
		}
		if kept, err := inventory.ReadImport(t.Context(), store.Blobs(), "one"); err != nil || !kept.Ended || counts(kept.Report) != counts(report) {
			t.Errorf("told %s, %v, of %s", counts(kept.Report), err, counts(report))
		}
		options.Trail.Again = true
	}
	options.Rows = nil
	report, err := inventory.Import(t.Context(), store, strings.NewReader(second.String()), options)
	if err != nil || report.Read != 5101 || report.Added != 2550 || report.Updated != 1276 || report.Unchanged != 1275 || report.Retired != 99 ||
		report.Changed.Relabelled != 1276 {
		t.Errorf("%s, retired %d, relabelled %d, %v", counts(report), report.Retired, report.Changed.Relabelled, err)
	}
	if n := len(rowsOf(t, store, "one")); n != 5101+99 {
		t.Errorf("%d rows are told", n)
	}
	again, err := inventory.Import(t.Context(), store, strings.NewReader(second.String()), options)
	if err != nil || again.Added != report.Added || again.Updated != report.Updated || again.Retired != report.Retired {
		t.Errorf("and once more: %s, retired %d, %v", counts(again), again.Retired, err)
	}
	undoAll(t, store, report, before)
}

func TestUpload(t *testing.T) {
	store := openStore(t)
	file := strings.Repeat("0123456789abcdef", 100_000) // 1.6 MB
	upload := inventory.Upload{Blobs: store.Blobs(), ID: "u", ExpiresAt: inventory.InstantOf(now())}
	size, err := upload.Keep(t.Context(), strings.NewReader(file))
	if err != nil || size != int64(len(file)) {
		t.Fatal(size, err)
	}
	open := upload.Open(t.Context(), size)
	for _, at := range []int64{0, 524_287, 1_599_990, 3} {
		got := make([]byte, 10)
		if _, err := open.Seek(at, 0); err != nil {
			t.Fatal(err)
		}
		if n, err := io.ReadFull(open, got); err != nil || string(got[:n]) != file[at:at+10] {
			t.Errorf("at %d: %q, %v", at, got[:n], err)
		}
	}
	if err := upload.Drop(t.Context(), size); err != nil {
		t.Fatal(err)
	}
	broken := fmt.Errorf("broken")
	if _, err := upload.Keep(t.Context(), &breaking{left: 600_000, err: broken}); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
	if n, err := inventory.Count(t.Context(), store.Blobs(), inventory.Query{}); n != 0 || err != nil {
		t.Errorf("%d parts stay, %v", n, err)
	}
}

// breaking gives zeros until it fails.
type breaking struct {
	left int
	err  error
}

func (b *breaking) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, b.err
	}
	n := min(len(p), b.left)
	b.left -= n
	return n, nil
}

// TestBlobsAreSealed: what an import keeps may hold secret fields, and is encrypted where those are.
func TestBlobsAreSealed(t *testing.T) {
	raw := openStore(t)
	keys, err := inventory.ReadSecretKeys(inventory.NewSecretKey())
	if err != nil {
		t.Fatal(err)
	}
	sealed := inventory.Seal(raw, keys)
	blob := inventory.Blob{ID: "b", Data: make([]byte, inventory.MostBlobBytes), ExpiresAt: inventory.InstantOf(now())}
	copy(blob.Data, "a secret")
	if err := sealed.Blobs().Put(t.Context(), blob); err != nil {
		t.Fatal(err)
	}
	stored, err := raw.Blobs().Get(t.Context(), "b")
	if err != nil || strings.Contains(string(stored.Data), "a secret") {
		t.Errorf("it is stored in the clear, %v", err)
	}
	opened, err := sealed.Blobs().Get(t.Context(), "b")
	if err != nil || inventory.Tag(opened) != inventory.Tag(blob) {
		t.Errorf("it is not given back, %v", err)
	}
	if _, err := inventory.Seal(raw, nil).Blobs().Get(t.Context(), "b"); !errors.Is(err, inventory.ErrSealed) {
		t.Errorf("without the key: %v", err)
	}
	stored.ID = "c"
	if err := raw.Blobs().Put(t.Context(), stored); err != nil {
		t.Fatal(err)
	}
	if _, err := sealed.Blobs().Get(t.Context(), "c"); !errors.Is(err, inventory.ErrTampered) {
		t.Errorf("under another name: %v", err)
	}
}
