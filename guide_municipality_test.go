package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const municipality = "docs/guide-municipality.md"

// stretford is the rectangle that the guide describes.
const stretford = `{"type":"Feature","properties":{"name":"Stretford"},"geometry":{"type":"Polygon","coordinates":` +
	`[[[-2.325,53.435],[-2.285,53.435],[-2.285,53.46],[-2.325,53.46],[-2.325,53.435]]]}}`

// TestGuideMunicipality carries out the plans of the guide and holds what they print against what it quotes: those of the
// demo town always, those of Trafford where the published data are. Those of Montpellier take a minute: only where
// VIGIE_TEST_REQUIRE names "long".
func TestGuideMunicipality(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: plans of towns take half a minute")
	}
	t.Run("town.db", func(t *testing.T) { followPlans(t, "sqlite:town.db", nil) })
	t.Run("trafford.db", func(t *testing.T) {
		folder := filepath.Join(realData(t), "trafford")
		followPlans(t, "sqlite:trafford.db", map[string]string{
			"trafford.csv":      readText(t, filepath.Join(folder, "2021-02-10", "trafford_cctv_cameras.csv")),
			"schools.geojson":   readText(t, filepath.Join(folder, "schools", "trafford_schools_and_colleges.geojson")),
			"perimeter.geojson": stretford,
		})
	})
	t.Run("montpellier.db", func(t *testing.T) {
		if !strings.Contains(os.Getenv("VIGIE_TEST_REQUIRE"), "long") {
			t.Skip("SKIPPED: the plan of Montpellier takes a minute (set VIGIE_TEST_REQUIRE=long)")
		}
		cameras, _, outline := montpellier(t)
		city := func(name string) string {
			return readText(t, filepath.Join(realData(t), "montpellier", name, name+".zip"))
		}
		followPlans(t, "sqlite:montpellier.db", map[string]string{
			"cameras.geojson": readText(t, cameras), "outline.geojson": readText(t, outline), "lights.zip": city("VilleMTP_MTP_EclairagePublic"),
			"buildings.zip": city("VilleMTP_MTP_Batiments"), "places.zip": city("VilleMTP_MTP_EtabliPublic"),
		})
	})
}

// followPlans carries out the commands of the guide that work on a store, among files of these names.
func followPlans(t *testing.T, store string, files map[string]string) {
	t.Helper()
	commands := shownCommands(t, municipality)
	s := newShell(t)
	for name, text := range files {
		s.file(t, name, text)
	}
	t.Chdir(s.home)
	plans := 0
	for _, c := range commands {
		if !slices.Contains(c.args, store) {
			continue
		}
		got := s.run(t, c.args...)
		c.check(t, got.stdout+got.stderr)
		if c.args[0] == "recommend" && len(c.lines) > 3 {
			plans++
		}
	}
	if plans != 1 {
		t.Errorf("the guide quotes %d plans of %s, want one with its figures", plans, store)
	}
}
