package advisory_test

import (
	"testing"

	"vigie/inventory"
)

// A profile gives what is unknown, and only that: the surface of the circle or sector tells which facts were used.
func TestAProfileFillsOnlyUnknownFacts(t *testing.T) {
	narrow := inventory.Head{ID: "1", Kind: inventory.HeadFixed, HFOVDeg: new(60.0), BearingDeg: new(0.0)}
	sharp := inventory.Head{ID: "1", Kind: inventory.HeadFixed, RecordedWidthPx: new(3840), BearingDeg: new(0.0)}
	bare := inventory.Head{ID: "1", BearingDeg: new(0.0)}
	tests := []struct {
		name    string
		heads   []inventory.Head
		profile string
		wantM2  float64 // at 80 px/m
		assumed []string
		isOwn   bool
	}{
		// The dome: 60° wide, 1920 px, turns all round; mounted at 6 m, so that its slant reach is a little shorter.
		{"no heads", nil, "dome-ptz-2mp", sectorM2(360, 80), []string{"optics_assumed", "movement_assumed", "bearing_unknown", "mount_height_assumed", "dead_zone_ignored", "night_unknown"}, false},
		{"own field, pixels of the profile", []inventory.Head{narrow}, "dome-ptz-2mp", sectorM2(60, 80), []string{"optics_assumed", "mount_height_assumed", "dead_zone_ignored", "night_unknown"}, false},
		{"own pixels, field of the profile", []inventory.Head{sharp}, "dome-ptz-2mp", 4 * sectorM2(60, 80), []string{"optics_assumed", "mount_height_assumed", "dead_zone_ignored", "night_unknown"}, false},
		{"kind of the profile", []inventory.Head{bare}, "dome-ptz-2mp", sectorM2(360, 80), []string{"optics_assumed", "movement_assumed", "mount_height_assumed", "dead_zone_ignored", "night_unknown"}, false},
		{"everything known but the mounting", []inventory.Head{looking(0)}, "dome-ptz-2mp", sectorM2(60, 80), []string{"mount_height_assumed", "dead_zone_ignored", "night_unknown"}, true},
		{"no profile needed", []inventory.Head{looking(0)}, "", sectorM2(60, 80), []string{"dead_zone_ignored", "night_unknown"}, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := newTown(t)
			w.putCameras(w.camera("c", 0, 0, test.heads...))
			r := w.assess(inventory.AssessmentRequest{Perimeter: w.square(-300, -300, 300, 300), Assume: test.profile})
			if got := level(t, r.Levels, "discern").SeenM2; relative(got, test.wantM2) > 0.06 {
				t.Errorf("seen %v m², want about %v", got, test.wantM2)
			}
			if len(r.Assumptions) != len(test.assumed) {
				t.Errorf("assumptions %+v, want %q", r.Assumptions, test.assumed)
			}
			for _, code := range test.assumed {
				if assumed(r, code) != 1 {
					t.Errorf("assumption %s for %d cameras, want 1", code, assumed(r, code))
				}
			}
			if r.Cameras[0].Assumed == test.isOwn {
				t.Errorf("camera marked assumed: %v", r.Cameras[0].Assumed)
			}
			if warned(r, "cameras_left_out") {
				t.Error("warned of cameras left out")
			}
		})
	}
}

func TestAFixedProfileNeverSupposesABearing(t *testing.T) {
	w := newTown(t)
	w.putCameras(w.camera("c", 0, 0))
	r := w.assess(inventory.AssessmentRequest{Perimeter: w.square(-300, -300, 300, 300), Assume: "fixed-2mp"})
	l := level(t, r.Levels, "overview")
	if l.SeenM2 == 0 || l.PermanentM2 != 0 {
		t.Errorf("seen %v m², permanent %v m²", l.SeenM2, l.PermanentM2)
	}
	if assumed(r, "bearing_unknown") != 1 || assumed(r, "dead_zone_assumed") != 1 {
		t.Errorf("assumptions %+v", r.Assumptions)
	}
}

func TestAFisheyeNeedsNoBearing(t *testing.T) {
	w := newTown(t)
	w.putCameras(w.camera("c", 0, 0))
	r := w.assess(inventory.AssessmentRequest{Perimeter: w.square(-300, -300, 300, 300), Assume: "fisheye-12mp"})
	l := level(t, r.Levels, "overview")
	if l.SeenM2 == 0 || l.PermanentM2 != l.SeenM2 || assumed(r, "bearing_unknown") != 0 {
		t.Errorf("seen %v m², permanent %v m², assumptions %+v", l.SeenM2, l.PermanentM2, r.Assumptions)
	}
}

func TestWithoutProfileUnknownOpticsAreLeftOutAndSaid(t *testing.T) {
	w := newTown(t)
	unknown := inventory.Head{ID: "2", Kind: inventory.HeadPTZ}
	w.putCameras(
		w.camera("bare", 0, 0),
		w.camera("half", 10, 0, looking(0), unknown),
		w.camera("bare-outside", 150, 0),
	)
	r := w.assess(inventory.AssessmentRequest{Perimeter: w.square(-100, -100, 100, 100)})
	if len(r.Cameras) != 1 || r.Cameras[0].ID != "half" {
		t.Errorf("cameras %+v", r.Cameras)
	}
	if !warned(r, "cameras_left_out") || !warned(r, "heads_left_out") || warned(r, "no_camera") {
		t.Errorf("warnings %+v", r.Warnings)
	}
	if assumed(r, "movement_assumed") != 0 {
		t.Errorf("a head that was left out is in the assumptions %+v", r.Assumptions)
	}
}

func TestTwoHeadsOfOneCameraCountOnce(t *testing.T) {
	w := newTown(t)
	second := looking(10)
	second.ID = "2"
	w.putCameras(w.camera("c", 0, 0, looking(0), second))
	r := w.assess(inventory.AssessmentRequest{Perimeter: w.square(-100, -100, 100, 100)})
	l := level(t, r.Levels, "discern")
	if want := sectorM2(70, 80); relative(l.SeenM2, want) > 0.01 {
		t.Errorf("seen %v m², want the two sectors together, %v", l.SeenM2, want)
	}
	if len(r.Cameras) != 1 || len(l.AtLeastM2) > 1 && l.AtLeastM2[1] > 0 {
		t.Errorf("cameras %d, seen twice %v", len(r.Cameras), l.AtLeastM2)
	}
}
