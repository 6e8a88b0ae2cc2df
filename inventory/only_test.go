package inventory_test

import (
	"strings"
	"testing"

	"vigie/inventory"
)

// TestOnlySomeRows: the rows that are not asked for are left out and counted; a requirement given goes before the row's own.
func TestOnlySomeRows(t *testing.T) {
	rows := collection(street("a", `,"kind":"school","width":8`), street("b", `,"kind":"park","width":8`), street("c", `,"kind":"station","width":8`),
		street("d", `,"width":8`))
	store := openStore(t)
	options := inventory.ImportOptions{
		Kind: inventory.KindAreas, Only: map[string][]string{"kind": {"school", "station"}},
		Requirement: &inventory.Requirement{Level: "overview", SharePct: 50},
	}
	report, err := importText(t, store, rows, options)
	if err != nil || report.Read != 2 || report.Added != 2 || !strings.Contains(noteTexts(report), `left out, as asked: kind is none of "school", "station"`) {
		t.Fatalf("%+v, %v", report, err)
	}
	options.Requirement = &inventory.Requirement{Level: "outline", SharePct: 60}
	if report, err = importText(t, store, rows, options); err != nil || report.Updated != 2 {
		t.Errorf("another requirement: %+v, %v", report, err)
	}
	areas, err := inventory.All(t.Context(), store.Areas(), inventory.Query{})
	if err != nil || len(areas) != 2 || areas[0].Requirement.Level != "outline" {
		t.Errorf("%+v, %v", areas, err)
	}
	options.Kind = inventory.KindObstacles
	if _, err := importText(t, store, rows, options); err == nil || !strings.Contains(err.Error(), "requirement") {
		t.Errorf("a requirement of obstacles: %v", err)
	}
}
