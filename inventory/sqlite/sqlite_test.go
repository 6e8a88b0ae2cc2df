package sqlite_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"vigie/inventory"
	"vigie/inventory/inventorytest"
	"vigie/inventory/sqlite"
)

func harness() inventorytest.Harness {
	return inventorytest.Harness{
		New: func(t testing.TB) string {
			t.Helper()
			return filepath.Join(t.TempDir(), "vigie.db")
		},
		Open: func(t testing.TB, location string) inventory.Store {
			t.Helper()
			store, err := sqlite.Open(t.Context(), location)
			if err != nil {
				t.Fatalf("Open: %v", err)
			}
			return store
		},
	}
}

func TestContract(t *testing.T) { inventorytest.Run(t, harness()) }

func opened(t *testing.T, path string) *sqlite.Store {
	t.Helper()
	store, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return store
}

// closed puts a full camera in a new store, runs SQL on it, and closes it.
func closed(t *testing.T, path string, statements ...string) {
	t.Helper()
	store, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	if err := store.Cameras().Put(t.Context(), inventorytest.FullCamera()); err != nil {
		t.Fatalf("Put: %v", err)
	}
	for _, text := range statements {
		if err := store.Execute(t.Context(), text); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
	if err := store.Close(); err != nil {
		t.Fatalf("Close: %v", err)
	}
}

func TestOpenRefuses(t *testing.T) {
	folder := t.TempDir()
	path := func(name string) string { return filepath.Join(folder, name) }
	write := func(name, content string) {
		t.Helper()
		if err := os.WriteFile(path(name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	closed(t, path("newer"), "PRAGMA user_version = 99")
	closed(t, path("other"), "PRAGMA application_id = 42")
	closed(t, path("unmarked"), "PRAGMA application_id = 0", "PRAGMA user_version = 0")
	write("text", strings.Repeat("This is no database at all. ", 100))
	write("short", "no database")
	if err := os.Mkdir(path("folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		want error
		says string
	}{
		{"newer", sqlite.ErrNewer, "version 99"},
		{"other", sqlite.ErrNotVigie, "another application"},
		{"unmarked", sqlite.ErrNotVigie, "another application"},
		{"text", sqlite.ErrNotVigie, "not a SQLite file"},
		{"short", sqlite.ErrNotVigie, "not a SQLite file"},
		{"folder", sqlite.ErrNotVigie, "not a regular file"},
		{"nowhere/vigie.db", fs.ErrNotExist, "no such file or directory"},
		{"text/vigie.db", syscall.ENOTDIR, "not a directory"},
	} {
		t.Run(c.name, func(t *testing.T) {
			before, _ := os.ReadFile(path(c.name))
			_, err := sqlite.Open(t.Context(), path(c.name))
			if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), c.name) {
				t.Errorf("Open: %v", err)
			}
			if after, _ := os.ReadFile(path(c.name)); !bytes.Equal(before, after) {
				t.Error("the refused file was changed")
			}
		})
	}
}

func TestOpenUnusualPaths(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, name := range []string{":memory:", "file:vigie.db?mode=memory", "ville é 東京 'x\".db", "%20.db"} {
		closed(t, name)
		if _, err := os.Stat(name); err != nil {
			t.Errorf("the store is not in the file %q: %v", name, err)
		}
	}
}

func TestFileIsPrivate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vigie.db")
	opened(t, path)
	for _, suffix := range []string{"", "-wal", "-shm"} {
		info, err := os.Stat(path + suffix)
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("others may read %s: %v", suffix, info.Mode())
		}
	}
}

func TestOpenReadOnly(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("SKIPPED: the superuser may write everywhere: run as an ordinary user to test a file that may only be read")
	}
	path := filepath.Join(t.TempDir(), "vigie.db")
	closed(t, path)
	if err := os.Chmod(path, 0o400); err != nil {
		t.Fatal(err)
	}
	if _, err := sqlite.Open(t.Context(), path); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("Open of a file that may not be written: %v", err)
	}
}

func TestMigration(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vigie.db")
	closed(t, path)
	_, err := sqlite.OpenWith(t.Context(), path, "ALTER TABLE cameras ADD COLUMN colour TEXT; CREATE TABLE t (x)", "no SQL")
	if err == nil || !strings.Contains(err.Error(), "migrate to version 19") {
		t.Fatalf("a step that fails: %v", err)
	}
	for range 2 { // the failed migration left nothing; the second time there is nothing to do
		store, err := sqlite.OpenWith(t.Context(), path, "ALTER TABLE cameras ADD COLUMN colour TEXT DEFAULT 'red'")
		if err != nil {
			t.Fatal(err)
		}
		got, err := store.Cameras().Get(t.Context(), "camera:1")
		if err != nil || !reflect.DeepEqual(got, inventorytest.FullCamera()) {
			t.Errorf("after the migration: %+v, %v", got, err)
		}
		if n, err := store.Number(t.Context(), "SELECT count(*) FROM cameras WHERE colour = 'red'"); n != 1 || err != nil {
			t.Errorf("%d rows were migrated (%v)", n, err)
		}
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := sqlite.Open(t.Context(), path); !errors.Is(err, sqlite.ErrNewer) {
		t.Errorf("this version opens the database of the next one: %v", err)
	}
}

func TestManyOpenOneNewFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vigie.db")
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			store, err := sqlite.Open(t.Context(), path)
			if err != nil {
				t.Errorf("Open: %v", err)
				return
			}
			camera := inventorytest.FullCamera()
			camera.ID = inventory.ID(fmt.Sprintf("camera:%d", i))
			if err := errors.Join(store.Cameras().Put(t.Context(), camera), store.Close()); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if n, err := inventory.Count(t.Context(), opened(t, path).Cameras(), inventory.Query{}); n != 8 || err != nil {
		t.Errorf("%d cameras, %v", n, err)
	}
}

func TestDurability(t *testing.T) {
	store := opened(t, filepath.Join(t.TempDir(), "vigie.db"))
	if err := store.Cameras().Put(t.Context(), inventorytest.FullCamera()); err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]int{
		"SELECT count(*) FROM pragma_journal_mode WHERE journal_mode = 'wal'": 1,
		"PRAGMA query_only":   1,
		"PRAGMA user_version": 17,
		"SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'": 1,
	} {
		if got, err := store.Number(t.Context(), query); got != want || err != nil {
			t.Errorf("%s: %d, %v", query, got, err)
		}
	}
}

// TestIndexesFollow: rows of the spatial index are those of the table, after changes of every sort.
func TestIndexesFollow(t *testing.T) {
	store := opened(t, filepath.Join(t.TempDir(), "vigie.db"))
	ctx, shelf := t.Context(), store.Deployments()
	placed, placeless := inventorytest.FullDeployment(), inventorytest.FullDeployment()
	placeless.Authorisation.Perimeter = nil
	for i, step := range []struct {
		do   func() error
		want int
	}{
		{func() error { return shelf.Put(ctx, placed) }, 1},
		{func() error { return shelf.Put(ctx, placed) }, 1},
		{func() error { return shelf.Put(ctx, placeless) }, 0},
		{func() error { return shelf.Put(ctx, placed) }, 1},
		{func() error { return shelf.Delete(ctx, placed.ID, nil) }, 0},
	} {
		if err := step.do(); err != nil {
			t.Fatal(err)
		}
		if n, err := store.Number(ctx, "SELECT count(*) FROM deployments_extent"); n != step.want || err != nil {
			t.Errorf("step %d: %d rows in the R*Tree, not %d (%v)", i, n, step.want, err)
		}
	}
}

// TestPlans: queries by area and by attribute read through an index, and only by it.
func TestPlans(t *testing.T) {
	store := opened(t, filepath.Join(t.TempDir(), "vigie.db"))
	box := orb.Bound{Min: orb.Point{3.8, 43.5}, Max: orb.Point{3.9, 43.6}}
	for i := range 300 { // enough for an area to go before the holder
		camera := inventorytest.FullCamera()
		camera.ID = inventory.ID(fmt.Sprintf("camera:%d", i))
		if err := store.Cameras().Put(t.Context(), camera); err != nil {
			t.Fatal(err)
		}
	}
	one := func(attr inventory.Attr, values ...string) []inventory.Condition {
		return []inventory.Condition{{Attr: attr, In: values}}
	}
	const terms = "SEARCH x USING PRIMARY KEY (attr=? AND value"
	for _, c := range []struct {
		kind string
		q    inventory.Query
		want string
	}{
		{"cameras", inventory.Query{}, "SEARCH t USING INDEX cameras_id (id>? AND id<?)"},
		{"cameras", inventory.Query{Area: box}, "SEARCH t USING INDEX cameras_cell (cell>? AND cell<?)"},
		{"cameras", inventory.Query{Area: box, Where: one("holder", "holder:1")}, "SEARCH t USING INDEX cameras_cell (cell>? AND cell<?)"},
		{"cameras", inventory.Query{Area: box, Where: one("holder", "rare")}, terms + "=?)"},
		{"cameras", inventory.Query{Where: one("holder", "h")}, terms + "=?)"},
		{"cameras", inventory.Query{Where: one("status", "planned")}, "SEARCH t USING INDEX cameras_id (id>? AND id<?)"},
		{"cameras", inventory.Query{Where: one("import", "i")}, terms + "=?)"},
		{"cameras", inventory.Query{Where: append(one("status", "planned"), one("holder", "h")...)}, terms + "=?)"},
		{"cameras", inventory.Query{Where: one("department", "34", "30")}, terms + "=?)"},
		{"cameras", inventory.Query{Where: []inventory.Condition{{Attr: "updated", From: "2026"}}}, terms + ">?)"},
		{"cameras", inventory.Query{Where: []inventory.Condition{{Attr: "updated", From: "2026", Before: "2027"}}}, terms + ">? AND value<?)"},
		{"areas", inventory.Query{Area: box}, "SCAN r VIRTUAL TABLE INDEX 2:"},
		{"areas", inventory.Query{Where: one("category", "commune")}, "SEARCH t USING INDEX areas_category (category=? AND id>? AND id<?)"},
	} {
		plan, err := store.Explain(t.Context(), c.kind, c.q)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range plan {
			second := strings.HasPrefix(line, "SEARCH t USING INTEGER PRIMARY KEY (rowid") // from the R*Tree, or the terms, to the table
			if !strings.HasPrefix(line, c.want) && !second {
				t.Errorf("%+v is run by\n%s\nnot %s", c.q, strings.Join(plan, "\n"), c.want)
				break
			}
		}
	}
	plan, err := store.ExplainCells(t.Context(), inventory.Query{Where: one("status", "planned")})
	if want := []string{"SCAN t USING INDEX cameras_cell"}; err != nil || !slices.Equal(plan, want) {
		t.Errorf("rare values are found by\n%s\nnot %s: %v", strings.Join(plan, "\n"), want, err)
	}
}

// TestCountPlans: counting by what groups have reads the groups alone.
func TestCountPlans(t *testing.T) {
	store := opened(t, filepath.Join(t.TempDir(), "vigie.db"))
	in := func(attr inventory.Attr, values ...string) inventory.Query {
		return inventory.Query{Where: []inventory.Condition{{Attr: attr, In: values}}}
	}
	by := func(attrs ...inventory.Attr) []inventory.Attr { return attrs }
	const groups = "SCAN t"
	for _, c := range []struct {
		q    inventory.Query
		by   []inventory.Attr
		want string
	}{
		{inventory.Query{}, by("department", "holder"), groups},
		{inventory.Query{}, by("holder", "department"), groups},
		{inventory.Query{}, by("status"), groups},
		{in("status", "planned"), by("category"), groups},
		{in("category", "fixed"), nil, groups},
		{in("department", "34"), by("holder"), "SEARCH t USING INDEX cameras_groups_values (department=?)"},
		{in("holder", "h"), by("status"), "SEARCH x USING PRIMARY KEY (attr=? AND value=?)"},
		{in("import", "i"), nil, "SEARCH x USING PRIMARY KEY (attr=? AND value=?)"},
	} {
		plan, err := store.ExplainCount(t.Context(), c.q, c.by...)
		if err != nil || !strings.HasPrefix(plan[0], c.want) {
			t.Errorf("%+v by %q is counted by\n%s\nnot %s (%v)", c.q, c.by, strings.Join(plan, "\n"), c.want, err)
		}
	}
}

// TestNarrowMemory: a Find that can remember a few keys or documents only gives the same records.
func TestNarrowMemory(t *testing.T) {
	store := opened(t, filepath.Join(t.TempDir(), "vigie.db"))
	r := rand.New(rand.NewPCG(7, 8))
	cameras := make([]inventory.Camera, 300)
	for i := range cameras {
		c := inventorytest.FullCamera()
		c.ID = inventory.ID(fmt.Sprintf("%03d", i))
		c.Location = &inventory.Point{r.Float64(), r.Float64()}
		c.Holder = inventory.ID(fmt.Sprintf("h%d", r.IntN(3)))
		if r.IntN(10) == 0 {
			c.Status = inventory.Planned
		}
		cameras[i] = c
	}
	if err := store.Cameras().Put(t.Context(), cameras...); err != nil {
		t.Fatal(err)
	}
	for range 600 {
		store.Narrow(1+r.IntN(20), 1+r.IntN(20_000), 1+r.IntN(50), 1+r.IntN(50), r.IntN(50))
		q := inventory.Query{Limit: r.IntN(30), After: cameras[r.IntN(300)].ID}
		if r.IntN(3) > 0 {
			q.Area = orb.Point{r.Float64(), r.Float64()}.Bound().Pad(r.Float64() / 2)
		}
		if r.IntN(2) > 0 {
			q.Where = []inventory.Condition{{Attr: "holder", In: []string{"h0", "h1"}[r.IntN(2):]}}
		}
		if r.IntN(2) > 0 {
			q.Where = append(q.Where, inventory.Condition{Attr: "status", In: []string{"planned", "retired"}[r.IntN(2):]})
		}
		var want, got []inventory.ID
		for _, c := range cameras {
			if c.ID > q.After && q.Matches(c) && (q.Limit == 0 || len(want) < q.Limit) {
				want = append(want, c.ID)
			}
		}
		for c, err := range store.Cameras().Find(t.Context(), q) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, c.ID)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("Find(%+v) gave %q, not %q", q, got, want)
		}
	}
}

func TestInterruptedPut(t *testing.T) {
	store := opened(t, filepath.Join(t.TempDir(), "vigie.db"))
	cameras := make([]inventory.Camera, 20_000)
	for i := range cameras {
		cameras[i] = inventorytest.FullCamera()
		cameras[i].ID = inventory.ID(fmt.Sprintf("camera:%d", i))
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	want := len(cameras) // on a machine so quick that nothing is interrupted
	if err := store.Cameras().Put(ctx, cameras...); err != nil {
		if want = 1; !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("interrupted Put: %v", err)
		}
	}
	if err := store.Cameras().Put(t.Context(), cameras[0]); err != nil {
		t.Errorf("Put after an interrupted one: %v", err)
	}
	if n, err := inventory.Count(t.Context(), store.Cameras(), inventory.Query{}); n != want || err != nil {
		t.Errorf("%d cameras are there, not %d: %v", n, want, err)
	}
}
