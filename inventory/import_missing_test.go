package inventory_test

import (
	"slices"
	"strings"
	"testing"

	"vigie/inventory"
)

// bothStores runs a test on a new store of each engine.
func bothStores(t *testing.T, test func(t *testing.T, store inventory.Store)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, openStore(t)) })
	t.Run("mongodb", func(t *testing.T) { test(t, openMongoDB(t)) })
}

// trailOf is where an import keeps its trail.
func trailOf(store inventory.Store) *inventory.Trail {
	return &inventory.Trail{Blobs: store.Blobs(), Owner: "ville", ExpiresAt: inventory.InstantOf(now().AddDate(0, 1, 0))}
}

func rowsOf(t *testing.T, store inventory.Store, id inventory.ID) (rows []inventory.ImportedRow) {
	t.Helper()
	for row, err := range inventory.ImportedRows(t.Context(), store.Blobs(), id, inventory.TrailPlace{}) {
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row.ImportedRow)
	}
	return rows
}

// TestTraffordsThreeDates: the same public inventory at three dates, whose columns change and change places each time.
func TestTraffordsThreeDates(t *testing.T) {
	dataFile(t, "trafford/2018-05-04/CCTV_cameras_trafford.csv") // or skip, loudly, before a server is asked for
	bothStores(t, func(t *testing.T, store inventory.Store) {
		t.Helper()
		editions := []struct {
			name                                 string
			added, updated, retired              int
			relabelled, moved, restated, reaimed int
		}{
			{name: "2018-05-04/CCTV_cameras_trafford.csv", added: 98},
			{name: "2018-07-19/CCTV_cameras_trafford.csv"},
			{name: "2021-02-10/trafford_cctv_cameras.csv", added: 9, updated: 90, retired: 8, relabelled: 90},
		}
		var last inventory.ImportReport
		before := []inventory.Camera(nil)
		for _, e := range editions {
			options := cameraOptions("")
			options.OnMissing, options.Trail = inventory.RetireMissing, trailOf(store)
			before = allCameras(t, store)
			last = importFile(t, store, "trafford/"+e.name, options)
			c := last.Changed
			got := []int{last.Added, last.Updated, last.Retired, c.Relabelled, c.Moved, c.Restated, c.Reaimed, last.RejectedRows}
			if want := []int{e.added, e.updated, e.retired, e.relabelled, e.moved, e.restated, e.reaimed, 0}; !slices.Equal(got, want) {
				t.Errorf("%s: added, updated, retired, relabelled, moved, restated, reaimed, rejected are %v, want %v", e.name, got, want)
			}
		}
		byOutcome := map[inventory.Outcome]int{}
		for _, row := range rowsOf(t, store, last.Import) {
			byOutcome[row.Outcome]++
			if row.Outcome == inventory.RowUpdated && (row.MovedM != nil || !slices.Contains(row.Changes, inventory.RowRelabelled)) {
				t.Errorf("%+v", row)
			}
		}
		if byOutcome[inventory.RowAdded] != 9 || byOutcome[inventory.RowUpdated] != 90 || byOutcome[inventory.RowRetired] != 8 || len(byOutcome) != 3 {
			t.Errorf("rows %v", byOutcome)
		}
		undoAll(t, store, last, before)
	})
}

// undoAll takes an import back, and then the store is as it was before.
func undoAll(t *testing.T, store inventory.Store, report inventory.ImportReport, before []inventory.Camera) {
	t.Helper()
	undo := inventory.UndoOptions{Import: report.Import}
	undone, err := inventory.UndoImport(t.Context(), store, store.Blobs(), undo)
	if err != nil || undone.Removed != report.Added || undone.Restored != report.Updated+report.Retired || undone.Conflicts != 0 {
		t.Errorf("undone %+v, %v", undone, err)
	}
	if got := allCameras(t, store); !sameCameras(got, before) {
		t.Errorf("%d cameras, not the %d as they were", len(got), len(before))
	}
	again, err := inventory.UndoImport(t.Context(), store, store.Blobs(), undo)
	if err != nil || again.Removed+again.Restored+again.Conflicts != 0 || again.Undone != report.Added+report.Updated+report.Retired {
		t.Errorf("undone again %+v, %v", again, err)
	}
}

func sameCameras(a, b []inventory.Camera) bool {
	return slices.EqualFunc(a, b, func(a, b inventory.Camera) bool { return inventory.Tag(a) == inventory.Tag(b) })
}

// refs are the references of the cameras with a status, in order.
func refs(t *testing.T, store inventory.Store, status inventory.Status) string {
	t.Helper()
	var all []string
	for _, c := range allCameras(t, store) {
		if c.Status == status {
			all = append(all, c.ExternalID)
		}
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}

func TestWhatAFileLacksIsRetired(t *testing.T) {
	bothStores(t, func(t *testing.T, store inventory.Store) {
		t.Helper()
		put := func(text string, change func(*inventory.ImportOptions)) inventory.ImportReport {
			t.Helper()
			options := inventory.ImportOptions{OnMissing: inventory.RetireMissing, Key: "ref", Status: inventory.InService, Deployment: "d"}
			change(&options)
			report, err := importText(t, store, text, options)
			if err != nil {
				t.Fatal(err)
			}
			return report
		}
		none := func(*inventory.ImportOptions) {}
		a, b, c := point("a", 2, 48), point("b", 2, 48.1), point("c", 2, 48.2)
		put(collection(a, b, c), none)
		put(collection(point("x", 2, 48)), func(o *inventory.ImportOptions) { o.Deployment, o.OnMissing = "other", "" })
		put(collection(point("y", 2, 48)), func(o *inventory.ImportOptions) { o.Holder = "autre" })

		dry := put(collection(a), func(o *inventory.ImportOptions) { o.DryRun = true })
		if dry.Retired != 2 || refs(t, store, inventory.Retired) != "" {
			t.Errorf("dry %+v, retired %q", dry, refs(t, store, inventory.Retired))
		}
		for name, text := range map[string]string{
			"none": collection(), "all refused": collection(point("a", 0, 0)), "one unknown": collection(a, strings.Replace(b, `"ref":"b"`, `"ref":""`, 1)),
		} {
			if r := put(text, none); r.Retired != map[string]int{"all refused": 2}[name] {
				t.Errorf("%s: %+v", name, r)
			}
			put(collection(a, b, c), none)
		}
		if r := put(collection(a), func(o *inventory.ImportOptions) { o.MissingFrom = "elsewhere.csv" }); r.Retired != 0 || len(r.Assumed) == 0 {
			t.Errorf("from elsewhere: %+v", r)
		}
		if r := put(collection(a, b, c), func(o *inventory.ImportOptions) { o.Only = map[string][]string{"ref": {"a"}} }); r.Retired != 0 || r.Read != 1 {
			t.Errorf("rows that are left out are in the file: %+v", r)
		}
		if r := put(collection(a, point("c", 0, 0)), none); r.Retired != 1 || r.RejectedRows != 1 || refs(t, store, inventory.Retired) != "b" {
			t.Errorf("%+v, retired %q", r, refs(t, store, inventory.Retired))
		}
		for _, camera := range allCameras(t, store) {
			if camera.ExternalID == "b" && camera.RetiredOn != "2026-11-21" {
				t.Errorf("retired on %q", camera.RetiredOn)
			}
		}
		if r := put(collection(a, c), none); r.Retired != 0 {
			t.Errorf("again: %+v", r)
		}
		r := put(collection(a, point("b", 2, 48.1), c), none)
		if r.Updated != 1 || r.Changed.Returned != 1 || refs(t, store, inventory.Retired) != "" || refs(t, store, inventory.InService) != "a b c x y" {
			t.Errorf("it is there again: %+v, in service %q", r, refs(t, store, inventory.InService))
		}
	})
}

func TestOptionsOfWhatIsMissing(t *testing.T) {
	for name, options := range map[string]inventory.ImportOptions{
		"areas":     {Kind: inventory.KindAreas, OnMissing: inventory.RetireMissing, Holder: "ville"},
		"no word":   {OnMissing: "delete"},
		"no holder": {Kind: inventory.KindCameras, OnMissing: inventory.RetireMissing},
		"no sense":  {MissingFrom: "a.csv"},
	} {
		if name != "no holder" {
			if options.Kind == "" {
				options.Kind, options.Holder = inventory.KindCameras, "ville"
			}
		}
		report, err := inventory.Import(t.Context(), openStore(t), strings.NewReader(collection(point("a", 2, 48))), options)
		if err == nil || !strings.Contains(err.Error(), "issing") || report.Added != 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}
