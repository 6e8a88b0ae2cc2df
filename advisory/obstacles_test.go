package advisory_test

import (
	"math"
	"strconv"
	"testing"

	"vigie/inventory"
)

func (w town) putObstacles(obstacles ...inventory.Obstacle) {
	w.t.Helper()
	if err := w.store.Obstacles().Put(w.t.Context(), obstacles...); err != nil {
		w.t.Fatal(err)
	}
}

func TestObstaclesHideAndAreNoGround(t *testing.T) {
	w := newTown(t)
	w.putCameras(w.camera("c", 0, 0, looking(0)))
	request := inventory.AssessmentRequest{Perimeter: w.square(-100, -100, 100, 100)}
	open := w.assess(request)
	if !warned(open, "no_obstacles") || open.Obstacles != 0 || open.GroundM2 != open.PerimeterM2 {
		t.Errorf("%d obstacles, ground %v m², warnings %+v", open.Obstacles, open.GroundM2, open.Warnings)
	}
	w.putObstacles(
		inventory.Obstacle{ID: "wall", Geometry: w.square(-50, 10, 50, 20)},
		inventory.Obstacle{ID: "high", Geometry: w.square(60, -60, 70, -50), HeightM: new(12.0)},
		inventory.Obstacle{ID: "beyond", Geometry: w.square(300, 300, 310, 310)},
	)
	built := w.assess(request)
	if built.Obstacles != 2 || built.UnknownHeights != 1 || !warned(built, "heights_unknown") || warned(built, "no_obstacles") {
		t.Errorf("%d obstacles, %d of unknown height, warnings %+v", built.Obstacles, built.UnknownHeights, built.Warnings)
	}
	if math.Abs(built.PerimeterM2-40_000) > 0.1 || math.Abs(built.GroundM2-(40_000-1000-100)) > 0.1 {
		t.Errorf("perimeter %v m², ground %v m²", built.PerimeterM2, built.GroundM2)
	}
	// Before the wall lies a triangle of the field of 60°, 10 m high.
	if got, want := level(t, built.Levels, "overview").SeenM2, 100*math.Tan(math.Pi/6); math.Abs(got-want) > 0.01*want {
		t.Errorf("seen before the wall %v m², want %v m²", got, want)
	}
	request.OpenGround = true
	again := w.assess(request)
	if got, want := level(t, again.Levels, "overview").SeenM2, level(t, open.Levels, "overview").SeenM2; got != want {
		t.Errorf("in open ground %v m² are seen, want %v m²", got, want)
	}
	if !warned(again, "open_ground") || again.Obstacles != 0 {
		t.Errorf("%d obstacles, warnings %+v", again.Obstacles, again.Warnings)
	}
}

func TestOnlyTheStreetsAreWatched(t *testing.T) {
	w := newTown(t)
	w.putAreas(
		inventory.Area{ID: "s", Category: inventory.AreaStreet, Name: "S", Geometry: w.square(-300, -5, 300, 5)},
		inventory.Area{ID: "t", Category: inventory.AreaStreet, Name: "T", Geometry: w.square(-5, -300, 5, 300)},
	)
	request := inventory.AssessmentRequest{Perimeter: w.square(-100, -100, 100, 100), Ground: inventory.AreaStreet}
	if r := w.assess(request); math.Abs(r.GroundM2-(2000+2000-100)) > 0.1 || warned(r, "no_ground") {
		t.Errorf("ground %v m², warnings %+v", r.GroundM2, r.Warnings)
	}
	request.Ground = inventory.AreaCommune
	if r := w.assess(request); r.GroundM2 != 0 || !warned(r, "no_ground") {
		t.Errorf("ground %v m², warnings %+v", r.GroundM2, r.Warnings)
	}
}

func TestByNight(t *testing.T) {
	w := newTown(t)
	lit := looking(0)
	lit.SceneLuxNight, lit.MinLux = new(20.0), new(0.5)
	dark := looking(0)
	dark.SceneLuxNight, dark.MinLux = new(0.1), new(0.5)
	infrared := dark
	infrared.InfraredRangeM = new(10.0)
	thermal := looking(0)
	thermal.Kind = inventory.HeadThermal
	useless := looking(0)
	useless.InfraredRangeM = new(0.0) // without light on the scene, that tells nothing
	for i, c := range []struct {
		head inventory.Head
		want func(day float64) float64
	}{
		{lit, func(day float64) float64 { return day }},
		{dark, func(float64) float64 { return 0 }},
		{infrared, func(float64) float64 { return 100 * math.Pi / 6 }},
		{thermal, func(day float64) float64 { return day }},
		{useless, func(float64) float64 { return 0 }},
		{looking(0), func(float64) float64 { return 0 }},
	} {
		w.putCameras(w.camera("c", 0, 0, c.head))
		r := w.assess(inventory.AssessmentRequest{Perimeter: w.square(-100, -100, 100, 100)})
		day, night := level(t, r.Levels, "discern"), level(t, r.Night, "discern")
		if want := c.want(day.SeenM2); math.Abs(night.SeenM2-want) > 0.01*want {
			t.Errorf("head %d: %v m² by night, want %v m²", i, night.SeenM2, want)
		}
		if unknown := i >= 4; (assumed(r, "night_unknown") == 1) != unknown {
			t.Errorf("head %d: assumptions %+v", i, r.Assumptions)
		}
	}
	w.putCameras(w.camera("c", 0, 0, infrared))
	w.putAreas(inventory.Area{
		ID: "near", Category: inventory.AreaPriority, Name: "Near", Geometry: w.square(-1, 5, 1, 9),
		Requirement: &inventory.Requirement{Level: "discern", SharePct: 100},
	}, inventory.Area{
		ID: "far", Category: inventory.AreaPriority, Name: "Far", Geometry: w.square(-1, 15, 1, 19),
		Requirement: &inventory.Requirement{Level: "discern", SharePct: 100},
	})
	r := w.assess(inventory.AssessmentRequest{Perimeter: w.square(-100, -100, 100, 100)})
	for i, want := range []inventory.Verdict{inventory.NotReached, inventory.Reached} { // by id: far, near
		if got := r.Areas[i]; got.Verdict != want || len(got.Night) != len(got.Levels) {
			t.Errorf("%s: %q, want %q", got.Name, got.Verdict, want)
		}
	}
}

func TestPurposes(t *testing.T) {
	w := newTown(t)
	with := func(bearingDeg float64, purposes ...inventory.Purpose) inventory.Head {
		h := looking(bearingDeg)
		h.Purposes = purposes
		return h
	}
	second := with(180)
	second.ID = "2"
	w.putCameras(w.camera("a", 0, 0, with(0, "P05", "P03"), second), w.camera("b", 50, 0, with(0, "P05")))
	r := w.assess(inventory.AssessmentRequest{Perimeter: w.square(-100, -100, 100, 100)})
	one := sectorM2(60, 80)
	want := []struct {
		code    inventory.Purpose
		cameras int
		m2      float64
	}{{"P03", 1, one}, {"P05", 2, 2 * one}, {"", 1, one}}
	if len(r.Purposes) != len(want) {
		t.Fatalf("purposes %+v", r.Purposes)
	}
	for i, p := range r.Purposes {
		got := level(t, p.Levels, "discern")
		if p.Purpose != want[i].code || p.Cameras != want[i].cameras || relative(got.SeenM2, want[i].m2) > 0.01 || p.Name.FR == "" {
			t.Errorf("purpose %d: %q, %d cameras, %v m²; want %+v", i, p.Purpose, p.Cameras, got.SeenM2, want[i])
		}
	}
}

func TestWhatIsLostWithAMast(t *testing.T) {
	w := newTown(t)
	var cameras []inventory.Camera
	for i, x := range []float64{0, 0, 60, 62} {
		c := w.camera(inventory.ID("c"+strconv.Itoa(i)), x, 0, looking(float64(i%2)*180))
		c.Deployment = "d"
		if x > 0 {
			c.Mounting.Mast = "M 17"
		}
		cameras = append(cameras, c)
	}
	cameras[3].Deployment = ""
	w.putCameras(cameras...)
	r := w.assess(inventory.AssessmentRequest{Perimeter: w.square(-40, -100, 140, 100)})
	kinds := map[inventory.LossKind]int{}
	for _, l := range r.Losses {
		kinds[l.Kind]++
		last := l.Levels[len(l.Levels)-1] // so near that no camera sees what another does
		own := r.Cameras[0].Levels[len(l.Levels)-1].ExclusiveM2
		if relative(last.LostM2, float64(l.Cameras)*own) > 0.01 || last.LostPct <= 0 {
			t.Errorf("%s %s of %d cameras: %+v, one camera %v m²", l.Kind, l.Member, l.Cameras, last, own)
		}
	}
	if kinds[inventory.LossOfMast] != 2 || kinds[inventory.LossOfDeployment] != 1 || kinds[inventory.LossOfHolder] != 1 {
		t.Errorf("losses %+v", r.Losses)
	}
}

func TestUncertaintyIsAskedFor(t *testing.T) {
	w := newTown(t)
	sure := looking(0)
	sure.BearingToleranceDeg = new(0.0)
	exact := w.camera("sure", 40, 0, sure)
	exact.PositionToleranceM, exact.Mounting.HeightToleranceM = new(0.0), new(0.0)
	w.putCameras(w.camera("blurred", -40, 0, optics()), exact)
	request := inventory.AssessmentRequest{Perimeter: w.square(-100, -100, 100, 100)}
	if r := w.assess(request); r.Uncertainty != nil {
		t.Error("nobody asked for the uncertainty")
	}
	request.Draws, request.Seed = 50, 3
	u := w.assess(request).Uncertainty
	if u == nil || u.Draws != 50 || u.Seed != 3 || len(u.Levels) == 0 {
		t.Fatalf("uncertainty %+v", u)
	}
	for _, l := range u.Levels {
		for _, s := range []inventory.Spread{l.Seen, l.Permanent, l.Twice} {
			if s.P10Pct > s.P50Pct || s.P50Pct > s.P90Pct {
				t.Errorf("%s: %+v", l.Level, s)
			}
		}
	}
	if len(u.Doubts) == 0 || u.Doubts[0].Camera != "blurred" {
		t.Fatalf("doubts %+v", u.Doubts)
	}
	for _, d := range u.Doubts {
		if d.Camera == "sure" {
			t.Errorf("doubt %+v about a camera that is known exactly", d)
		}
	}
	again := w.assess(request).Uncertainty
	if again.Levels[0] != u.Levels[0] {
		t.Error("the same seed gives other draws")
	}
}

func TestCamerasOnFacades(t *testing.T) {
	w := newTown(t)
	w.putObstacles(inventory.Obstacle{ID: "house", Geometry: w.square(-10, -20, 15, 0)})
	w.putCameras(w.camera("wall", 0, -0.5, looking(0)), w.camera("deep", 8, -8, looking(90)), w.camera("street", 0, 30, looking(0)))
	request := inventory.AssessmentRequest{Perimeter: w.square(-100, -100, 100, 100)}
	r := w.assess(request)
	if len(r.Facades) != 2 || r.Facades[0].Camera != "deep" || !r.Facades[0].Refused || r.Facades[1].Refused {
		t.Fatalf("facades %+v", r.Facades)
	}
	if moved := r.Facades[1]; moved.Obstacle != "house" || math.Abs(moved.DepthM-0.5) > 0.01 || moved.From == moved.To {
		t.Errorf("facade %+v", moved)
	}
	if !warned(r, "facades_moved") || !warned(r, "facades_refused") {
		t.Errorf("warnings %+v", r.Warnings)
	}
	request.ForceFacades = true
	forced := w.assess(request)
	if warned(forced, "facades_refused") || level(t, forced.Levels, "discern").SeenM2 <= level(t, r.Levels, "discern").SeenM2 {
		t.Errorf("forced: warnings %+v", forced.Warnings)
	}
}

func TestWallsOfDwellingsInView(t *testing.T) {
	w := newTown(t)
	w.putCameras(w.camera("c", 0, 0, looking(0)))
	w.putObstacles(inventory.Obstacle{ID: "shop", Geometry: w.square(-50, 10, 0, 20)})
	request := inventory.AssessmentRequest{Perimeter: w.square(-100, -100, 100, 100), Privacy: true}
	if r := w.assess(request); !warned(r, "dwellings_unknown") || len(r.WallsInView) != 0 {
		t.Errorf("walls %+v, warnings %+v", r.WallsInView, r.Warnings)
	}
	w.putObstacles(inventory.Obstacle{ID: "house", Geometry: w.square(1, 10, 50, 20), Dwelling: new(true)})
	r := w.assess(request)
	if warned(r, "dwellings_unknown") || len(r.WallsInView) == 0 {
		t.Fatalf("walls %+v, warnings %+v", r.WallsInView, r.Warnings)
	}
	far := r.WallsInView[0] // the field of 60° sees the wall from 1 m to 10·tan 30°, and its west side through the gap
	if far.Camera != "c" || far.Head != "1" || far.Level != "overview" || len(far.Dwellings) != 1 || far.Dwellings[0] != "house" {
		t.Errorf("walls %+v", far)
	}
	if want := 10*math.Tan(math.Pi/6) - 1; far.WallsM < want-0.1 || far.WallsM > want+10.1 {
		t.Errorf("%v m of wall, want %v m and at most 10 m of the side", far.WallsM, want)
	}
	if len(far.Masks) == 0 || far.CostM2 <= 0 {
		t.Errorf("masks %+v cost %v m²", far.Masks, far.CostM2)
	}
	if request.Privacy = false; w.assess(request).WallsInView != nil {
		t.Error("nobody asked for walls")
	}
	masked := looking(0)
	masked.Masks = far.Masks
	w.putCameras(w.camera("c", 0, 0, masked))
	request.Privacy = true
	for _, left := range w.assess(request).WallsInView {
		if left.Level == "overview" && left.WallsM > 0.01 {
			t.Errorf("behind the masks %v m of wall are in view", left.WallsM)
		}
	}
}
