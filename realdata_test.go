package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// realData is the folder of published data, or a loud skip; VIGIE_TEST_REQUIRE=data makes its absence a failure.
func realData(t *testing.T) string {
	t.Helper()
	folder := os.Getenv("VIGIE_DATA")
	if folder == "" {
		folder = filepath.Join("..", "shared", "data")
	}
	if _, err := os.Stat(folder); err != nil {
		if strings.Contains(os.Getenv("VIGIE_TEST_REQUIRE"), "data") {
			t.Fatalf("the published data are required and missing: %v", err)
		}
		t.Skipf("SKIPPED: no published data at %s (set VIGIE_DATA)", folder)
	}
	return folder
}

func montpellier(t *testing.T) (cameras, communes, outline string) {
	t.Helper()
	folder := realData(t)
	city := filepath.Join(folder, "montpellier")
	return filepath.Join(city, "VilleMTP_MTP_CameraSurv", "VilleMTP_MTP_CameraSurv.geojson"),
		filepath.Join(folder, "boundaries", "communes", "communes-34-herault.geojson"),
		filepath.Join(city, "VilleMTP_MTP_LimitesCommune", "VilleMTP_MTP_LimiteCommune.geojson")
}

func TestMontpellierImport(t *testing.T) {
	cameras, _, _ := montpellier(t)
	s := newShell(t)
	args := append([]string{"import", cameras, "--key", "Nom"}, asNewHolder...)
	s.run(t, args...).want(t, exitRefused, "EPSG:2154", "--crs")
	args = append(args, "--crs", "EPSG:2154")
	s.must(t, args...).want(t, exitDone, "Ajoutées / added              141", "Refusées / rejected           0")
	s.must(t, args...).want(t, exitDone, "Ajoutées / added              0", "Inchangées / unchanged        141")
	if n := strings.Count(s.must(t, "export").stdout, `"Point"`); n != 141 {
		t.Errorf("%d cameras are exported, want 141", n)
	}
}

// The attribute table of the city's own outline says 48,200,183.7 m². The simplified outline of the national file is
// another one, and larger: INSEE gives the commune 56.88 km².
func TestMontpellierAssess(t *testing.T) {
	cameras, communes, outline := montpellier(t)
	s := newShell(t)
	s.must(t, append([]string{"import", cameras, "--key", "Nom", "--crs", "EPSG:2154"}, asNewHolder...)...)
	s.must(t, "import", communes, "--kind", "areas", "--category", "commune", "--key", "code").want(t, exitDone, "Ajoutées / added              343")
	files := []string{"--cameras", cameras, "--cameras-crs", "EPSG:2154", "--key", "Nom"}
	tests := []struct {
		name        string
		args        []string
		publishedM2 float64
		counted     int // of 141; three stand outside the city's own outline, 146 to 635 m away
	}{
		{"store, city", []string{"--perimeter", outline}, 48_200_183.7, 138},
		{"files, city", append([]string{"--perimeter", outline}, files...), 48_200_183.7, 138},
		{"store, commune", []string{"--commune", "34172"}, 56_880_000, 141},
		{"files, commune", append([]string{"--perimeter", communes, "--commune", "34172"}, files...), 56_880_000, 141},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			out := s.path(test.name)
			s.must(t, append([]string{"assess", "--assume", "dome-ptz-2mp", "--out", out}, test.args...)...)
			result := checkStudy(t, out).Result
			if off := result.GroundM2/test.publishedM2 - 1; math.Abs(off) > 0.005 {
				t.Errorf("the ground is %.0f m², %.2f %% off the published %.0f", result.GroundM2, 100*off, test.publishedM2)
			}
			if n := len(result.Cameras); n != test.counted {
				t.Errorf("%d cameras are counted, want %d", n, test.counted)
			}
			if result.Levels[0].SeenM2 == 0 {
				t.Error("nothing is seen")
			}
			t.Logf("ground %.0f m², seen %.2f %% at %s", result.GroundM2, result.Levels[0].SeenPct, result.Levels[0].Code)
		})
	}
}

func TestTraffordThreeLayouts(t *testing.T) {
	folder := filepath.Join(realData(t), "trafford")
	for _, file := range []struct {
		path string
		rows int
	}{
		{"2018-05-04/CCTV_cameras_trafford.csv", 98},
		{"2018-07-19/CCTV_cameras_trafford.csv", 98},
		{"2021-02-10/trafford_cctv_cameras.csv", 99},
		{"2018-05-04/CCTV_cameras_trafford.geojson", 98},
		{"2018-07-19/CCTV_cameras_trafford.geojson", 98},
		{"2021-02-10/trafford_cctv_cameras.geojson", 99},
	} {
		t.Run(file.path, func(t *testing.T) {
			s := newShell(t)
			s.must(t, "import", filepath.Join(folder, filepath.FromSlash(file.path)), "--holder", "trafford",
				"--holder-name", "Trafford Council", "--holder-kind", "local_authority").
				want(t, exitDone, fmt.Sprintf("Ajoutées / added              %d", file.rows))
			// Were latitude and longitude taken one for the other, the cameras would be off Somalia.
			inside := s.must(t, "export", "--format", "geojson", "--bbox", "-2.5,53.3,-2.2,53.5").stdout
			if n := strings.Count(inside, `"Point"`); n != file.rows {
				t.Errorf("%d cameras are in Trafford, want %d", n, file.rows)
			}
		})
	}
}
