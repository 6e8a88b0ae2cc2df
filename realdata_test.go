package main

import (
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

// The city's own outline is 48.20 km²; its attribute table says 48,200,183.7 m² in Lambert-93.
func TestMontpellierAssess(t *testing.T) {
	cameras, communes, outline := montpellier(t)
	const publishedM2 = 48_200_183.7
	s := newShell(t)
	s.must(t, append([]string{"import", cameras, "--key", "Nom", "--crs", "EPSG:2154"}, asNewHolder...)...)
	s.must(t, "import", communes, "--kind", "areas", "--category", "commune", "--key", "code").want(t, exitDone, "343")
	tests := []struct {
		name string
		args []string
	}{
		{"store, commune", []string{"--commune", "34172"}},
		{"files, commune", []string{"--perimeter", communes, "--commune", "34172", "--cameras", cameras, "--cameras-crs", "EPSG:2154", "--key", "Nom"}},
		{"files, the city's own outline", []string{"--perimeter", outline, "--cameras", cameras, "--cameras-crs", "EPSG:2154", "--key", "Nom"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			out := s.path(test.name)
			s.must(t, append([]string{"assess", "--assume", "dome-ptz-2mp", "--out", out}, test.args...)...)
			assessment := checkStudy(t, out)
			if ground := assessment.Result.GroundM2; math.Abs(ground/publishedM2-1) > 0.005 {
				t.Errorf("the ground is %.0f m², %.2f %% off the published %.0f", ground, 100*(ground/publishedM2-1), publishedM2)
			}
			if n := len(assessment.Result.Cameras); n < 139 || n > 141 {
				t.Errorf("%d cameras are counted of 141", n)
			}
			t.Logf("ground %.0f m², seen %.2f %% at %s", assessment.Result.GroundM2,
				assessment.Result.Levels[0].SeenPct, assessment.Result.Levels[0].Code)
		})
	}
}

func TestTraffordThreeLayouts(t *testing.T) {
	folder := filepath.Join(realData(t), "trafford")
	for _, file := range []struct{ path, rows string }{
		{"2018-05-04/CCTV_cameras_trafford.csv", "98"},
		{"2018-07-19/CCTV_cameras_trafford.csv", "98"},
		{"2021-02-10/trafford_cctv_cameras.csv", "99"},
		{"2018-05-04/CCTV_cameras_trafford.geojson", "98"},
		{"2018-07-19/CCTV_cameras_trafford.geojson", "98"},
		{"2021-02-10/trafford_cctv_cameras.geojson", "99"},
	} {
		t.Run(file.path, func(t *testing.T) {
			s := newShell(t)
			got := s.must(t, "import", filepath.Join(folder, filepath.FromSlash(file.path)), "--holder", "trafford",
				"--holder-name", "Trafford Council", "--holder-kind", "local_authority")
			got.want(t, exitDone, "Ajoutées / added              "+file.rows)
			// Were latitude and longitude taken one for the other, the cameras would be in the Indian Ocean.
			inside := s.must(t, "export", "--format", "geojson", "--bbox", "-2.5,53.3,-2.2,53.5").stdout
			if n := strings.Count(inside, `"Point"`); n == 0 || !strings.Contains(got.stdout, file.rows) {
				t.Errorf("%d cameras are in Trafford", n)
			}
		})
	}
}
