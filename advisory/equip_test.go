package advisory_test

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"vigie/advisory"
	"vigie/geo"
	"vigie/inventory"
)

const today inventory.Date = "2026-11-22"

// municipality is a commune that nothing else is known of.
func municipality() inventory.Project {
	return inventory.Project{HolderType: inventory.PublicAuthority, Department: "34"}
}

// specOf is what is asked for under a name.
func specOf(specs []inventory.Specification, name string) *inventory.Specification {
	i := slices.IndexFunc(specs, func(s inventory.Specification) bool { return s.Name == name })
	if i < 0 {
		return nil
	}
	return &specs[i]
}

func TestOptionsOfNeeds(t *testing.T) {
	book := loadBook(t)
	police := inventory.Project{HolderType: inventory.StateForce, Department: "34"}
	trader := inventory.Project{HolderType: inventory.Trader, Department: "34"}
	cases := []struct {
		name    string
		need    inventory.Need
		project inventory.Project
		// forms are those of all options; leastPxM what every one gives at the target, leastPx what it records at least.
		forms    []advisory.Form
		leastPxM float64
		leastPx  int
		// heads is how many the best has, fps what it records at least, sensorMM its least sensor.
		heads    int
		fps      float64
		sensorMM float64
		// rule is among the advice, rejects is a profile that it rules out.
		rule, rejects string
	}{
		{"school gate", inventory.Need{Site: "school"}, municipality(),
			[]advisory.Form{advisory.FormFixed, advisory.FormVarifocal}, 125, 2560, 1, 12, 0, "REC-10", "ptz-4mp"},
		{"town entrance", inventory.Need{Site: "town_entrance"}, municipality(),
			nil, 125, 0, 1, 25, 7.18, "REC-08", "varifocal-4mp"},
		{"square", inventory.Need{Site: "square"}, municipality(),
			[]advisory.Form{advisory.FormMultiSensor}, 40, 2560, 4, 12, 0, "REC-06", "ptz-4mp"},
		{"long street, flow of people", inventory.Need{Site: "street", Aim: "flow", StreetLengthM: new(80.0)}, municipality(),
			[]advisory.Form{advisory.FormFixed, advisory.FormVarifocal}, 80, 0, 2, 12, 0, "REC-07", "multi-sensor-360"},
		{"car park", inventory.Need{Site: "car_park", FlowRegulated: new(false)}, municipality(), nil, 80, 0, 1, 12, 0, "REC-14", "body-worn-2mp"},
		{"town hall", inventory.Need{Site: "public_building"}, municipality(),
			[]advisory.Form{advisory.FormFixed, advisory.FormVarifocal}, 250, 0, 1, 15, 0, "REC-12", "thermal-640"},
		{"plate for the police", inventory.Need{Aim: "plate", PlateReading: new(true)}, police,
			[]advisory.Form{advisory.FormPlate}, 250, 0, 1, 25, 0, "REC-09", "varifocal-8mp"},
		{"shop", inventory.Need{Site: "shop_front"}, trader,
			[]advisory.Form{advisory.FormFixed, advisory.FormVarifocal}, 125, 0, 1, 12, 0, "REC-21", "multi-sensor-180"},
		{"flood", inventory.Need{Site: "natural_risk"}, municipality(),
			[]advisory.Form{advisory.FormPTZ, advisory.FormThermal, advisory.FormDeployable}, 25, 0, 1, 6, 0, "REC-18", "fixed-4mp"},
		{"event", inventory.Need{Site: "event_site", Temporary: new(true), EventEndsOn: "2026-12-24"}, municipality(),
			[]advisory.Form{advisory.FormDeployable}, 80, 0, 1, 12, 0, "REC-20", "varifocal-4mp"},
		{"far detail", inventory.Need{Aim: "recognise", TargetDistanceM: new(100.0), DensityPxM: new(125.0)}, municipality(),
			nil, 125, 0, 1, 12, 0, "REC-27", "varifocal-8mp"},
		{"mountain", inventory.Need{Site: "park", Environment: "mountain"}, municipality(), nil, 80, 0, 1, 12, 0, "REC-01", "deployable-mast"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			options, rejected, err := book.Options(c.need, c.project, today, nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, o := range options {
				if c.forms != nil && !slices.Contains(c.forms, o.Profile.Form) {
					t.Errorf("%s is %s, not of %v", o.Profile.ID, o.Profile.Form, c.forms)
				}
				optics := o.Optics[0]
				if optics.DensityPxM < c.leastPxM || optics.RecordedWidthPx < c.leastPx || optics.SensorWidthMM < c.sensorMM {
					t.Errorf("%s: %v px/m, %d px, %v mm", o.Profile.ID, optics.DensityPxM, optics.RecordedWidthPx, optics.SensorWidthMM)
				}
			}
			best := options[0]
			if len(best.Heads) != c.heads || *best.Heads[0].RecordedFPS < c.fps || len(best.OffsetsDeg) != c.heads {
				t.Errorf("%s: %d heads at %v images/s", best.Profile.ID, len(best.Heads), *best.Heads[0].RecordedFPS)
			}
			if !slices.ContainsFunc(best.Advice, func(a inventory.Advice) bool { return a.Rule == c.rule && a.Verdict == "APPLIES" }) {
				t.Errorf("%s does not apply", c.rule)
			}
			i := slices.IndexFunc(rejected, func(a inventory.Alternative) bool { return a.Profile == c.rejects })
			if i < 0 {
				t.Fatalf("%s was not rejected", c.rejects)
			}
			if why := rejected[i].Why; why.FR == "" || why.EN == "" || why.FR == why.EN {
				t.Errorf("rejected because of %+v", why)
			}
		})
	}
}

func TestOptionsBackToBack(t *testing.T) {
	options, _, err := loadBook(t).Options(
		inventory.Need{Site: "street", Aim: "flow", StreetLengthM: new(80.0)}, municipality(), today, []string{"varifocal-4mp"})
	if err != nil {
		t.Fatal(err)
	}
	if got := options[0].OffsetsDeg; !slices.Equal(got, []float64{0, 180}) {
		t.Errorf("offsets %v, not back to back", got)
	}
	i := slices.IndexFunc(options[0].Bill, func(l inventory.BillLine) bool { return l.Article == "camera_varifocal" })
	if options[0].Bill[i].Quantity != 2 {
		t.Errorf("%v cameras are bought, not 2", options[0].Bill[i].Quantity)
	}
}

func TestOptionsSideBySide(t *testing.T) {
	options, _, err := loadBook(t).Options(inventory.Need{Site: "square"}, municipality(), today, []string{"multi-sensor-360"})
	if err != nil {
		t.Fatal(err)
	}
	o := options[0]
	for i := 1; i < len(o.OffsetsDeg); i++ {
		if apart := o.OffsetsDeg[i] - o.OffsetsDeg[i-1]; math.Abs(apart-o.Optics[0].HFOVDeg) > 0.1 {
			t.Errorf("heads are %v° apart, their field is %v°", apart, o.Optics[0].HFOVDeg)
		}
	}
	if first, last := o.OffsetsDeg[0], o.OffsetsDeg[len(o.OffsetsDeg)-1]; math.Abs(first+last) > 1e-9 {
		t.Errorf("offsets %v are not about the middle", o.OffsetsDeg)
	}
}

// TestImpossibleNeeds holds that the constraint that stands in the way is named.
func TestImpossibleNeeds(t *testing.T) {
	cases := []struct {
		name       string
		need       inventory.Need
		only       []string
		constraint geo.Binding
		says       string
	}{
		{"density too far", inventory.Need{DensityPxM: new(2000.0), TargetDistanceM: new(300.0)}, nil, "focal length", "2000"},
		{"width at a density", inventory.Need{DensityPxM: new(500.0), TargetDistanceM: new(5.0), TargetWidthM: new(30.0)}, nil,
			"density over the width", "500 px/m"},
		{"wider than the lens", inventory.Need{DensityPxM: new(20.0), TargetDistanceM: new(5.0), TargetWidthM: new(60.0)},
			[]string{"varifocal-4mp"}, "width of the scene", "60"},
		{"face from too high", inventory.Need{Aim: "identify", MountHeightM: new(8.0), TargetDistanceM: new(8.0)}, nil, "angle to a face", "30°"},
		{"nearer than the lens is high", inventory.Need{Aim: "observe", MountHeightM: new(12.0), TargetDistanceM: new(6.0)}, nil,
			"mounting height", "10.3 m"},
		{"rules that contradict", inventory.Need{Site: "housing", Aim: "identify"}, nil, "rules that contradict each other", "REC-04, REC-13"},
		{"plates for a municipality", inventory.Need{Site: "town_entrance", PlateReading: new(true)}, nil, "reading of plates", "REC-09"},
		{"a body-worn camera on a mast", inventory.Need{Site: "street"}, []string{"body-worn-2mp"}, "carrier", "body-worn-2mp"},
		{"a PTZ alone on a square", inventory.Need{Site: "square"}, []string{"ptz-4mp"}, "specification", "REC-06"},
	}
	book := loadBook(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			options, _, err := book.Options(c.need, municipality(), today, c.only)
			var binding *geo.BindingError
			if !errors.As(err, &binding) {
				t.Fatalf("%d options, error %v", len(options), err)
			}
			if binding.Constraint != c.constraint || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestUnknownProfile(t *testing.T) {
	_, _, err := loadBook(t).Options(inventory.Need{}, municipality(), today, []string{"varifocal-4mp", "nothing"})
	var invalid *inventory.InvalidError
	if !errors.As(err, &invalid) || invalid.Faults[0].Field != "profiles[1]" {
		t.Errorf("got %v", err)
	}
}

// TestDensityIsNotRoundedUp: 1920 px on 5.57 mm at 6 mm give 249.2 px/m at 8.3 m, which is not 250.
func TestDensityIsNotRoundedUp(t *testing.T) {
	need := inventory.Need{Aim: "observe", DensityPxM: new(250.0), TargetDistanceM: new(8.3), TargetWidthM: new(7.5)}
	options, _, err := loadBook(t).Options(need, municipality(), today, []string{"varifocal-2mp"})
	if err != nil {
		t.Fatal(err)
	}
	o := options[0].Optics[0]
	if o.FocalMM != 6.1 || o.DensityPxM < 250 || o.DensityPxM != 253.33 {
		t.Errorf("%v mm give %v px/m", o.FocalMM, o.DensityPxM)
	}
	need.TargetWidthM = new(7.65) // takes 6.0 mm
	if _, _, err = loadBook(t).Options(need, municipality(), today, []string{"varifocal-2mp"}); err == nil {
		t.Error("249.2 px/m were taken for 250")
	}
}

// TestOpticsVectors holds optics against the formulae: the near limit, the tilt, the angle to a face.
func TestOpticsVectors(t *testing.T) {
	book := loadBook(t)
	for _, c := range []struct{ groundM, faceDeg float64 }{{5, 25.6}, {9, 14.9}} {
		need := inventory.Need{Aim: "identify", MountHeightM: new(4.0), TargetDistanceM: new(math.Hypot(c.groundM, 4-1.7))}
		options, _, err := book.Options(need, municipality(), today, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, option := range options {
			o, h := option.Optics[0], option.Heads[0]
			if o.FaceAngleDeg != c.faceDeg {
				t.Errorf("%s: a face at %v m is seen at %v°, not %v°", option.Profile.ID, c.groundM, o.FaceAngleDeg, c.faceDeg)
			}
			tiltDeg := math.Atan2(4-1.7, c.groundM) * 180 / math.Pi
			if math.Abs(*h.TiltDeg-tiltDeg) > 0.006 {
				t.Errorf("%s: tilt %v°, not %v°", option.Profile.ID, *h.TiltDeg, tiltDeg)
			}
			nearM := (4 - 1.7) / math.Tan((*h.TiltDeg+o.VFOVDeg/2)*math.Pi/180)
			if math.Abs(o.NearM-nearM) > 0.02 {
				t.Errorf("%s: near limit %v m, not %v m", option.Profile.ID, o.NearM, nearM)
			}
		}
	}
}

// TestShutter: at 50 km/h and 250 px/m a plate smears 1.7 px at 1/1000 s and 3.5 px at 1/500 s; walkers take 1/200 s.
func TestShutter(t *testing.T) {
	book := loadBook(t)
	for _, c := range []struct {
		aim   inventory.Aim
		kmh   float64
		parts float64
	}{{"plate", 30, 500}, {"plate", 50, 1000}, {"plate", 90, 2000}, {"plate", 130, 2000}, {"identify", 5, 200}} {
		need := inventory.Need{Aim: c.aim, TargetSpeedKMH: new(c.kmh), DensityPxM: new(250.0)}
		options, _, err := book.Options(need, municipality(), today, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := *options[0].Heads[0].ShutterS; math.Abs(got*c.parts-1) > 1e-9 {
			t.Errorf("%s at %v km/h: %v s, not 1/%v s", c.aim, c.kmh, got, c.parts)
		}
	}
}

// TestSupposedIsSaid holds that what a need leaves open is filled and told, with a source.
func TestSupposedIsSaid(t *testing.T) {
	options, _, err := loadBook(t).Options(inventory.Need{Site: "school"}, municipality(), today, nil)
	if err != nil {
		t.Fatal(err)
	}
	need := options[0].Need
	if need.Aim != "recognise" || *need.TargetDistanceM != 15 || *need.TargetWidthM != 12 || *need.MountHeightM != 4.5 || *need.DensityPxM != 125 {
		t.Errorf("understood as %+v", need)
	}
	supposed := 0
	for _, s := range options[0].Optics[0].Steps {
		if s.Name.FR == "" || s.Name.EN == "" || s.Source == "" {
			t.Errorf("a step says too little: %+v", s)
		}
		if strings.Contains(s.Name.EN, "supposed") {
			supposed++
		}
	}
	if supposed != 5 { // distance, width, height, speed, colours
		t.Errorf("%d things are said to be supposed", supposed)
	}
}

func TestOptionsRepeat(t *testing.T) {
	var first []byte
	for range 3 {
		options, rejected, err := loadBook(t).Options(inventory.Need{Site: "street"}, municipality(), today, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := range options {
			options[i].Profile = advisory.Profile{}
		}
		text, err := json.Marshal([]any{options, rejected})
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = text
		}
		if string(first) != string(text) {
			t.Fatal("the same need gave other bytes")
		}
	}
}

// TestNightLamp holds that infrared which does not reach far enough is bought, and counted on.
func TestNightLamp(t *testing.T) {
	need := inventory.Need{Aim: "observe", TargetDistanceM: new(50.0), ColourAtNight: new(false), Period: inventory.Night}
	options, _, err := loadBook(t).Options(need, municipality(), today, []string{"varifocal-4mp", "ptz-4mp"})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range options {
		lamp := slices.ContainsFunc(o.Bill, func(l inventory.BillLine) bool { return l.Article == "ir_illuminator" })
		if own := o.Profile.IRRangeM.Value >= 65; lamp == own || *o.Heads[0].InfraredRangeM < 65 {
			t.Errorf("%s lights %v m, lamp %v", o.Profile.ID, *o.Heads[0].InfraredRangeM, lamp)
		}
	}
	if s := specOf(options[0].Specs, "irRangeM"); s == nil || *s.AtLeast != 65 {
		t.Errorf("infrared asked for: %+v", s)
	}
}
