package sqlite_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"vigie/inventory"
	"vigie/inventory/inventorytest"
	"vigie/inventory/sqlite"
)

// TestLedger: terms and groups are those of the rows, whatever is done to the cameras.
func TestLedger(t *testing.T) {
	store := opened(t, filepath.Join(t.TempDir(), "vigie.db"))
	r, shelf, ctx := rand.New(rand.NewPCG(3, 4)), store.Cameras(), t.Context()
	pick := func(words ...string) string { return words[r.IntN(len(words))] }
	random := func() inventory.Camera {
		if r.IntN(2) == 0 {
			return inventory.Camera{
				ID: inventory.ID(fmt.Sprintf("c%03d", r.IntN(300))), Holder: inventory.ID(pick("a", "b")), Category: inventory.Fixed,
				Location: &inventory.Point{3 + r.Float64()/5, 43 + r.Float64()/5},
			}
		}
		return inventory.Camera{
			ID: inventory.ID(fmt.Sprintf("c%03d", r.IntN(300))), Holder: inventory.ID(pick("a", "b", "c")), Category: inventory.BodyWorn,
			Unit: "u", Deployment: inventory.ID(pick("", "d", "e")), Commune: pick("", "34172", "2A004"),
			Status:     inventory.Status(pick("", "planned", "retired")),
			Provenance: inventory.Provenance{Import: inventory.ID(pick("", "i", "j"))},
		}
	}
	for round := range 150 {
		var err error
		switch r.IntN(3) {
		case 0:
			cameras := make([]inventory.Camera, r.IntN(40))
			for i := range cameras {
				cameras[i] = random()
			}
			err = shelf.Put(ctx, cameras...)
		case 1:
			_, err = shelf.Update(ctx, random().ID, func(c *inventory.Camera) error {
				id := c.ID
				*c = random()
				c.ID = id
				return nil
			})
		case 2:
			err = shelf.Delete(ctx, random().ID, nil)
		}
		if err != nil && !errors.Is(err, inventory.ErrNotFound) {
			t.Fatal(err)
		}
		judgeLedger(t, store, fmt.Sprintf("round %d", round))
	}
}

// judgeLedger holds the terms and groups of cameras against the rows.
func judgeLedger(t *testing.T, store *sqlite.Store, when string) {
	t.Helper()
	var terms []string
	for _, attr := range []string{"holder", "deployment", "commune", "department", "import", "updated"} {
		terms = append(terms, fmt.Sprintf("SELECT '%s', %s, n / 64 FROM cameras WHERE %s IS NOT NULL", attr, attr, attr))
	}
	for what, of := range map[string]string{
		"cameras_terms":   strings.Join(terms, " UNION "),
		"cameras_groups":  "SELECT department, holder, category, status, count(*) FROM cameras GROUP BY 1, 2, 3, 4",
		"cameras_squares": "SELECT cell >> 24, department, holder, category, status, count(*) FROM cameras GROUP BY 1, 2, 3, 4, 5",
	} {
		for _, odd := range []string{
			fmt.Sprintf("SELECT * FROM %s EXCEPT SELECT * FROM (%s)", what, of),
			fmt.Sprintf("SELECT * FROM (%s) EXCEPT SELECT * FROM %s", of, what),
		} {
			if n, err := store.Number(t.Context(), "SELECT count(*) FROM ("+odd+")"); n != 0 || err != nil {
				t.Fatalf("%s: %d rows of %s (%v)", when, n, odd, err)
			}
		}
	}
}

// TestFirstVersion: what the first version of Vigie stored is found and counted by this one.
func TestFirstVersion(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vigie.db")
	store, err := sqlite.OpenFirst(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	camera := inventorytest.FullCamera()
	if err := errors.Join(store.Execute(t.Context(), firstRow(t, camera)), store.Close()); err != nil {
		t.Fatal(err)
	}
	migrated := opened(t, path)
	judgeLedger(t, migrated, "after the migration")
	shelf := migrated.Cameras()
	for _, attr := range inventory.Attrs() {
		q := inventory.Query{Where: []inventory.Condition{{Attr: attr, In: []string{camera.Attributes()[attr]}}}}
		found, err := inventory.All(t.Context(), shelf, q)
		if err != nil || !reflect.DeepEqual(found, []inventory.Camera{camera}) {
			t.Errorf("by %s: %+v, %v", attr, found, err)
		}
		groups, err := inventory.CountBy(t.Context(), shelf, q, attr)
		want := []inventory.Group{{Values: q.Where[0].In, Count: 1}}
		if err != nil || !reflect.DeepEqual(groups, want) {
			t.Errorf("counted by %s: %v, %v", attr, groups, err)
		}
	}
}

// firstRow stores a camera as the first version did.
func firstRow(t *testing.T, camera inventory.Camera) string {
	t.Helper()
	doc, err := json.Marshal(camera)
	if err != nil {
		t.Fatal(err)
	}
	columns := []string{"cell", "id", "lon", "lat", "doc"}
	texts := []string{
		fmt.Sprint(sqlite.CellOf(orb.Point(*camera.Location))), quoted(string(camera.ID)),
		fmt.Sprint(camera.Location[0]), fmt.Sprint(camera.Location[1]), quoted(string(doc)),
	}
	for attr, value := range camera.Attributes() {
		columns, texts = append(columns, string(attr)), append(texts, quoted(value))
	}
	return fmt.Sprintf("INSERT INTO cameras (%s) VALUES (%s)", strings.Join(columns, ", "), strings.Join(texts, ", "))
}

func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
