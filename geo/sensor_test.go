package geo_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"vigie/geo"
)

// pinhole is a sensor known by its size, focal length and stream.
func pinhole(widthPx int, widthMM, focalMM float64) geo.Sensor {
	return geo.Sensor{WidthMM: &widthMM, FocalMM: &focalMM, RecordedWidthPx: &widthPx}
}

// mounted puts a sensor with a given horizontal and vertical field on a mast.
func mounted(heightM, tiltDeg, hfovDeg, vfovDeg, targetM float64) geo.Sensor {
	widthPx := 1920
	return geo.Sensor{
		HFOVDeg: &hfovDeg, VFOVDeg: &vfovDeg, RecordedWidthPx: &widthPx,
		MountHeightM: &heightM, TiltDeg: &tiltDeg, TargetHeightM: targetM,
	}
}

// near tells whether two numbers agree to a relative error.
func near(got, want, relative float64) bool {
	return got == want || math.Abs(got-want) <= relative*math.Abs(want)
}

// inTable tells whether a number rounds to the one printed in a table, in units of its last digit.
func inTable(got, printed, unit float64) bool { return math.Abs(got-printed) <= unit/2+1e-9 }

func TestDensityRoundsDown(t *testing.T) {
	s := pinhole(1920, 5.57, 6)
	density, err := s.DensityAt(8.3)
	if err != nil || math.Floor(density) != 249 || density >= 250 {
		t.Errorf("got %v px/m, %v; want 249 and not 250", density, err)
	}
	_, farM, err := s.Reach(250)
	if err != nil || farM >= 8.3 {
		t.Errorf("250 px/m reaches %v m, %v; want less than 8.3", farM, err)
	}
}

// TestWorkedDistances holds the distances on axis of common sensors, worked by hand from Hpx·f/(w·density).
func TestWorkedDistances(t *testing.T) {
	densities := []float64{20, 40, 80, 125, 250, 500}
	tests := []struct {
		sensor geo.Sensor
		wantM  []float64
	}{
		{pinhole(1920, 5.57, 2.8), []float64{48, 24, 12, 7.7, 3.9, 1.9}},
		{pinhole(1920, 5.57, 6), []float64{103, 52, 26, 16.5, 8.3, 4.1}},
		{pinhole(1920, 5.57, 12), []float64{207, 103, 52, 33, 16.5, 8.3}},
		{pinhole(1920, 5.57, 50), []float64{862, 431, 215, 138, 69, 34}},
		{pinhole(3840, 7.68, 4), []float64{100, 50, 25, 16, 8.0, 4.0}},
		{pinhole(3840, 7.68, 12), []float64{300, 150, 75, 48, 24, 12}},
		{pinhole(3840, 7.68, 50), []float64{1250, 625, 312, 200, 100, 50}},
	}
	for _, test := range tests {
		for i, density := range densities {
			got, err := test.sensor.MaxDistanceM(density)
			unit := 1.0
			if test.wantM[i] != math.Trunc(test.wantM[i]) || test.wantM[i] < 9 {
				unit = 0.1
			}
			if err != nil || !inTable(got, test.wantM[i], unit) {
				t.Errorf("f = %v mm, %v px/m: got %v m, %v; want %v", *test.sensor.FocalMM, density, got, err, test.wantM[i])
			}
		}
	}
}

func TestSceneWidths(t *testing.T) {
	for _, test := range []struct {
		widthPx int
		wantM   [3]float64 // at 125, 250 and 500 px/m
	}{{1920, [3]float64{15.4, 7.7, 3.8}}, {2688, [3]float64{21.5, 10.8, 5.4}}, {3840, [3]float64{30.7, 15.4, 7.7}}} {
		for i, density := range []float64{125, 250, 500} {
			s := pinhole(test.widthPx, 5.57, 6)
			maxM, err := s.MaxDistanceM(density)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := s.SceneWidthM(maxM); err != nil || !inTable(got, test.wantM[i], 0.1) {
				t.Errorf("%d px at %v px/m: got %v m, %v; want %v", test.widthPx, density, got, err, test.wantM[i])
			}
		}
	}
}

func TestFaceDistances(t *testing.T) {
	angles := []float64{15, 20, 30, 35}
	for heightM, wantM := range map[float64][]float64{
		2.5: {3.4, 2.5, 1.6, 1.3}, 3: {5.2, 3.8, 2.4, 2.0}, 4: {9.0, 6.6, 4.2, 3.4},
		5: {12.7, 9.3, 5.9, 4.9}, 6: {16.4, 12.1, 7.6, 6.3}, 8: {23.9, 17.6, 11.1, 9.1},
	} {
		for i, angle := range angles {
			got := geo.FaceDistanceM(heightM, angle)
			if !inTable(got, wantM[i], 0.1) {
				t.Errorf("%v m, %v°: got %v m, want %v", heightM, angle, got, wantM[i])
			}
			if back := geo.FaceAngleDeg(heightM, got); !near(back, angle, 1e-12) {
				t.Errorf("%v m at %v m: got %v°, want %v", heightM, got, back, angle)
			}
		}
	}
	if got := geo.FaceDistanceM(1.5, 15); got != 0 {
		t.Errorf("a camera below the face: got %v, want 0", got)
	}
}

func TestFaceAngle(t *testing.T) {
	for _, test := range []struct{ heightM, groundM, want float64 }{{4, 5, 25.6}, {4, 9, 14.9}, {1.6, 3, 0}, {8, 0, 90}} {
		if got := geo.FaceAngleDeg(test.heightM, test.groundM); !inTable(got, test.want, 0.1) {
			t.Errorf("%v m at %v m: got %v°, want %v", test.heightM, test.groundM, got, test.want)
		}
	}
}

func TestVerticalLimits(t *testing.T) {
	inf := math.Inf(1)
	tests := []struct {
		name                   string
		heightM, tiltDeg, vfov float64
		targetM                float64
		wantNear, wantFar      float64
	}{
		{"ground", 6, 25, 43, 0, 5.69, 98.1},
		{"head of a person", 6, 25, 43, 1.7, 4.08, 70.3},
		{"horizon in view", 6, 20, 43, 0, 6.78, inf},
		{"lower edge of the field level with the horizon", 6, -21.5, 43, 0, inf, inf},
		{"straight down", 6, 90, 40, 0, 0, 2.18},
		{"foot of the mast in view", 6, 70, 60, 0, 0, 7.15},
		{"fisheye under a roof", 3, 90, 180, 0, 0, inf},
		{"target above the lens, axis down", 2, 30, 40, 5, inf, inf},
		{"target above the lens, axis up", 2, -25, 43, 5, 2.85, 49.0},
		{"target level with the lens", 3, 10, 43, 3, 0, inf},
		{"target level with the lens, out of the field", 3, 30, 43, 3, inf, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := mounted(test.heightM, test.tiltDeg, 90, test.vfov, test.targetM)
			nearM, known := s.NearLimitM()
			farM, alsoKnown := s.FarLimitM()
			if !known || !alsoKnown {
				t.Fatal("limits not known")
			}
			if nearM != test.wantNear && !inTable(nearM, test.wantNear, 0.01) {
				t.Errorf("near: got %v m, want %v", nearM, test.wantNear)
			}
			if farM != test.wantFar && !inTable(farM, test.wantFar, 0.1) {
				t.Errorf("far: got %v m, want %v", farM, test.wantFar)
			}
		})
	}
}

func TestReach(t *testing.T) {
	tests := []struct {
		name              string
		sensor            geo.Sensor
		density           float64
		wantNear, wantFar float64
	}{
		{"limited by density", mounted(6, 20, 90, 43, 0), 20, 6.7818, math.Sqrt(48*48 - 36)},
		{"limited by the ground in view", mounted(6, 25, 30, 43, 0), 20, 5.6938, 98.099},
		{"dead zone longer than the density keeps", mounted(8, 10, 90, 30, 0), 125, 0, 0},
		{"axis above every target", mounted(6, -40, 90, 43, 0), 20, 0, 0},
		{"higher than the density keeps", mounted(100, 80, 90, 43, 0), 20, 0, 0},
		{"heights unknown", pinhole(1920, 5.57, 6), 250, 0, 8.2729},
		{"any density", pinhole(1920, 5.57, 6), 0, 0, math.Inf(1)},
		{"not a density", pinhole(1920, 5.57, 6), math.NaN(), 0, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			nearM, farM, err := test.sensor.Reach(test.density)
			if err != nil || !near(nearM, test.wantNear, 1e-4) || !near(farM, test.wantFar, 1e-4) {
				t.Errorf("got %v to %v m, %v; want %v to %v", nearM, farM, err, test.wantNear, test.wantFar)
			}
		})
	}
}

func TestFieldOfView(t *testing.T) {
	s := pinhole(1920, 5.57, 6)
	height := 3.13
	s.HeightMM = &height
	hDeg, vDeg := s.FieldOfView()
	if hDeg == nil || !inTable(*hDeg, 49.80, 0.01) || vDeg == nil || !inTable(*vDeg, 29.24, 0.01) {
		t.Fatalf("from the lengths: got %v and %v", hDeg, vDeg)
	}
	stated := 55.0
	s.HFOVDeg = &stated
	if hDeg, _ = s.FieldOfView(); *hDeg != 55 {
		t.Errorf("the datasheet goes first: got %v", *hDeg)
	}
	byAngle, _ := s.DensityAt(10)
	if want := 1920 / (2 * 10 * math.Tan(55*math.Pi/360)); !near(byAngle, want, 1e-12) {
		t.Errorf("density by the datasheet: got %v, want %v", byAngle, want)
	}
	if hDeg, vDeg := (geo.Sensor{}).FieldOfView(); hDeg != nil || vDeg != nil {
		t.Errorf("nothing known: got %v and %v", hDeg, vDeg)
	}
}

// TestWideHeads counts density along the arc where no straight-line lens exists, and never more than the widest
// straight lens shows.
func TestWideHeads(t *testing.T) {
	widest := 1920 / (2 * math.Tan(60*math.Pi/180) * 10)
	for _, hfovDeg := range []float64{120, 120.1, 150, 180} {
		if got, err := mounted(3, 45, hfovDeg, 90, 0).DensityAt(10); err != nil || !near(got, widest, 1e-12) {
			t.Errorf("%v°: got %v px/m, %v; want %v", hfovDeg, got, err, widest)
		}
	}
	for _, hfovDeg := range []float64{200, 270, 360} {
		s := mounted(3, 45, hfovDeg, 90, 0)
		got, err := s.DensityAt(10)
		if want := 1920 / (hfovDeg * math.Pi / 180 * 10); err != nil || !near(got, want, 1e-12) {
			t.Errorf("%v°: got %v px/m, %v; want %v", hfovDeg, got, err, want)
		}
	}
}

func TestMissing(t *testing.T) {
	zero, negative, nan, wide := 0.0, -1.0, math.NaN(), 361.0
	all := []string{"HFOVDeg", "RecordedWidthPx", "MountHeightM", "TiltDeg", "VFOVDeg"}
	full := mounted(6, 25, 90, 43, 0)
	noPixels := 0
	tests := []struct {
		name   string
		change func(*geo.Sensor)
		want   []string
	}{
		{"nothing", func(*geo.Sensor) {}, nil},
		{"all", func(s *geo.Sensor) { *s = geo.Sensor{} }, all},
		{"no field", func(s *geo.Sensor) { s.HFOVDeg = nil }, all[:1]},
		{"field of zero", func(s *geo.Sensor) { s.HFOVDeg = &zero }, all[:1]},
		{"field of more than a circle", func(s *geo.Sensor) { s.HFOVDeg = &wide }, all[:1]},
		{"no pixels", func(s *geo.Sensor) { s.RecordedWidthPx = &noPixels }, all[1:2]},
		{"negative height", func(s *geo.Sensor) { s.MountHeightM = &negative }, all[2:3]},
		{"height of zero is a height", func(s *geo.Sensor) { s.MountHeightM = &zero }, nil},
		{"tilt not a number", func(s *geo.Sensor) { s.TiltDeg = &nan }, all[3:4]},
		{"tilt of zero is a tilt", func(s *geo.Sensor) { s.TiltDeg = &zero }, nil},
		{"no vertical field", func(s *geo.Sensor) { s.VFOVDeg = nil }, all[4:]},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := full
			test.change(&s)
			if got := s.Missing(); !slices.Equal(got, test.want) {
				t.Errorf("missing: got %v, want %v", got, test.want)
			}
			density := slices.DeleteFunc(slices.Clone(test.want), func(f string) bool { return !slices.Contains(all[:2], f) })
			_, _, err := s.Reach(25)
			var unknown *geo.UnknownError
			if errors.As(err, &unknown) != (len(density) > 0) || unknown != nil && !slices.Equal(unknown.Facts, density) {
				t.Errorf("reach: got %v, want %v unknown", err, density)
			}
			if got, want := s.DeadZoneKnown(), len(test.want) == len(density); got != want {
				t.Errorf("dead zone known: got %v, want %v", got, want)
			}
		})
	}
}

func TestFocalFor(t *testing.T) {
	s := pinhole(1920, 5.57, 6)
	maxM, _ := s.MaxDistanceM(250)
	if got, err := s.FocalForMM(250, maxM); err != nil || !near(got, 6, 1e-12) {
		t.Errorf("got %v mm, %v; want 6", got, err)
	}
	var unknown *geo.UnknownError
	if _, err := (geo.Sensor{}).FocalForMM(250, 10); !errors.As(err, &unknown) || len(unknown.Facts) != 2 {
		t.Errorf("got %v, want two unknown facts", err)
	}
}

func TestDepth(t *testing.T) {
	if got := geo.DepthM(10, 60); !near(got, 5, 1e-12) {
		t.Errorf("got %v m, want 5", got)
	}
}

// TestMotion holds worked values for plates: density 250 px/m, motion at 30° to the axis, a zone of 5 m.
func TestMotion(t *testing.T) {
	for _, test := range []struct{ kmh, exposureS, wantPx, wantFrames float64 }{
		{50, 1. / 1000, 1.7, 9}, {50, 1. / 500, 3.5, 9}, {90, 1. / 2000, 1.6, 5}, {130, 1. / 2000, 2.3, 3.5},
	} {
		m := geo.Motion{SpeedMS: test.kmh / 3.6, OffAxisDeg: 30}
		if got := m.BlurPx(test.exposureS, 250); !inTable(got, test.wantPx, 0.1) {
			t.Errorf("%v km/h, %v s: got %v px, want %v", test.kmh, test.exposureS, got, test.wantPx)
		}
		if got := m.Frames(5, 25); !inTable(got, test.wantFrames, 0.1) {
			t.Errorf("%v km/h: got %v frames, want %v", test.kmh, got, test.wantFrames)
		}
	}
}

// randomSensor is any sensor with everything known, some of them odd: looking up, below its target, very wide.
func randomSensor(r *rand.Rand) geo.Sensor {
	return mounted(12*r.Float64(), 200*r.Float64()-100, 1+300*r.Float64(), 1+120*r.Float64(), 6*r.Float64())
}

// TestReachKeepsItsDensity: the density at the far limit is the one asked for, wherever density decides it.
func TestReachKeepsItsDensity(t *testing.T) {
	r := rand.New(rand.NewPCG(15, 16))
	decided := 0
	for range 20000 {
		s, density := randomSensor(r), 10+500*r.Float64()
		nearM, farM, err := s.Reach(density)
		if err != nil {
			t.Fatal(err)
		}
		if farM == 0 {
			continue
		}
		if nearM < 0 || nearM >= farM {
			t.Fatalf("from %v to %v m", nearM, farM)
		}
		got, _ := s.DensityAt(s.SlantM(farM))
		limitM, _ := s.FarLimitM()
		if farM < limitM {
			decided++
			if !near(got, density, 1e-9) {
				t.Fatalf("%v px/m at the far limit %v m, want %v", got, farM, density)
			}
		} else if got < density*(1-1e-9) {
			t.Fatalf("%v px/m at the far limit %v m, less than %v", got, farM, density)
		}
	}
	if decided < 1000 {
		t.Errorf("density decided only %d times", decided)
	}
}

func TestReachIsMonotone(t *testing.T) {
	r := rand.New(rand.NewPCG(17, 18))
	for range 20000 {
		s, density := randomSensor(r), 10+500*r.Float64()
		nearM, farM, _ := s.Reach(density)
		lessNearM, lessFarM, _ := s.Reach(density * (0.2 + 0.8*r.Float64()))
		if farM > lessFarM || farM > 0 && nearM != lessNearM {
			t.Fatalf("%v px/m from %v to %v m, a lower density from %v to %v", density, nearM, farM, lessNearM, lessFarM)
		}
	}
}

// inPicture projects a target on the axis' vertical plane through a pinhole: it turns the ray from lens to target into
// the camera's axes, and looks where it meets the picture plane.
func inPicture(s geo.Sensor, groundM float64) bool {
	sin, cos := math.Sincos(*s.TiltDeg * math.Pi / 180)
	ahead, down := groundM, *s.MountHeightM-s.TargetHeightM
	depth, below := ahead*cos+down*sin, down*cos-ahead*sin
	return depth > 0 && math.Abs(below) <= depth*math.Tan(*s.VFOVDeg/2*math.Pi/180)
}

func TestLimitsAgreeWithProjection(t *testing.T) {
	r := rand.New(rand.NewPCG(19, 20))
	count := map[bool]int{}
	for range 20000 {
		s := randomSensor(r)
		nearM, _ := s.NearLimitM()
		farM, _ := s.FarLimitM()
		for range 10 {
			groundM := math.Exp(12*r.Float64() - 4)
			if near(groundM, nearM, 1e-9) || near(groundM, farM, 1e-9) {
				continue
			}
			want := inPicture(s, groundM)
			if got := groundM > nearM && groundM < farM; got != want {
				t.Fatalf("height %v, tilt %v, field %v, target %v, at %v m: in the limits %v to %v m, in the picture %v",
					*s.MountHeightM, *s.TiltDeg, *s.VFOVDeg, s.TargetHeightM, groundM, nearM, farM, want)
			}
			count[want]++
		}
	}
	if count[true] < 10000 || count[false] < 10000 {
		t.Errorf("one-sided: %v", count)
	}
}

// FuzzReach: whatever the numbers, either facts are unknown or the limits are numbers in order.
func FuzzReach(f *testing.F) {
	f.Add(6.0, 25.0, 90.0, 43.0, 1.7, 125.0)
	f.Add(0.0, 0.0, 360.0, 180.0, 0.0, 0.0)
	f.Add(3.0, -90.0, 1e-300, 1e-300, 1e300, 1e-300)
	f.Add(math.Inf(1), math.NaN(), 0.0, -5.0, math.Inf(-1), math.NaN())
	f.Fuzz(func(t *testing.T, heightM, tiltDeg, hfovDeg, vfovDeg, targetM, density float64) {
		s := mounted(heightM, tiltDeg, hfovDeg, vfovDeg, targetM)
		nearM, farM, err := s.Reach(density)
		var unknown *geo.UnknownError
		if err != nil && !errors.As(err, &unknown) {
			t.Fatalf("error of another kind: %v", err)
		}
		if !(nearM >= 0 && nearM <= farM) || err != nil && farM != 0 {
			t.Errorf("from %v to %v m, %v", nearM, farM, err)
		}
	})
}
