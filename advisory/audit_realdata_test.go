package advisory_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"vigie/inventory"
)

// dataFile opens a file of the published data, beside the repository or where VIGIE_DATA says; without it, a loud skip.
func dataFile(tb testing.TB, name string) *os.File {
	tb.Helper()
	root := os.Getenv("VIGIE_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "shared", "data")
	}
	if _, err := os.Stat(root); err != nil {
		if strings.Contains(os.Getenv("VIGIE_TEST_REQUIRE"), "data") {
			tb.Fatalf("VIGIE_TEST_REQUIRE asks for the published data, which are missing: %v", err)
		}
		tb.Skipf("SKIPPED: no published data at %s (set VIGIE_DATA): %v", root, err)
	}
	file, err := os.Open(filepath.Join(root, filepath.FromSlash(name)))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { file.Close() })
	return file
}

// TestAuditMontpellier audits a commune of which only the places and names of 141 cameras are published: almost nothing
// can be decided, and every fact that would decide is named.
func TestAuditMontpellier(t *testing.T) {
	w := newTown(t)
	for name, options := range map[string]inventory.ImportOptions{
		"montpellier/VilleMTP_MTP_CameraSurv/VilleMTP_MTP_CameraSurv.geojson": {
			Kind: inventory.KindCameras, Format: inventory.FormatGeoJSON, Holder: "ville", Key: "Nom", CRS: "EPSG:2154",
		},
		"boundaries/communes/communes-34-herault.geojson": {
			Kind: inventory.KindAreas, Format: inventory.FormatGeoJSON, Category: inventory.AreaCommune, Key: "code",
		},
	} {
		if _, err := inventory.Import(t.Context(), w.store, dataFile(t, name), options); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	audit := w.audit(inventory.AuditRequest{Commune: "34172", At: auditDay})
	checkAudit(t, audit)
	cameras := 0
	for _, s := range audit.Result.Subjects {
		if s.Kind == inventory.SubjectCamera {
			cameras++
		}
	}
	if cameras != 141 || audit.Result.Subject.Name != "Montpellier" {
		t.Errorf("%d cameras of %s are judged, not 141", cameras, audit.Result.Subject.Name)
	}
	missing := map[string]int{}
	for rank := range audit.Result.Each() {
		f := audit.Result.Findings[rank]
		if f.Verdict == "PASS" || f.Verdict == "FAIL" {
			t.Logf("%s %s on %q: %+v", f.Rule, f.Verdict, f.Subjects[:1], f.Evidence)
		}
		for _, name := range f.Missing {
			missing[name]++
		}
	}
	for _, name := range []string{"camera.filmsPublicWay", "device.ip", "mounting.outdoor", "head.targetHiddenPct", "authorisation.status"} {
		if missing[name] < 141 {
			t.Errorf("%s is named %d times as missing, not for 141 cameras", name, missing[name])
		}
	}
	if score := audit.Result.Score; score.ScorePct > 1 || score.UnknownPct < 99 || len(score.Gains) < 20 {
		t.Errorf("score %+v", score.Summary.FR)
	}
	optics := func(u inventory.UnknownFact) bool {
		return u.Fact == "head.densityAtTargetPxM" && len(u.Subjects) == 141 && slices.Contains(u.Needs, "head.hfovDeg")
	}
	if !slices.ContainsFunc(audit.Result.Unknowns, optics) {
		t.Error("nothing says that the fields of view are missing")
	}
	t.Log(audit.Result.Score.Summary.FR)
}
