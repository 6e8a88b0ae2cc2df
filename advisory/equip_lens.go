package advisory

import (
	"fmt"
	"math"
	"sort"

	"vigie/geo"
	"vigie/inventory"
)

// target is what optics are set for.
type target struct {
	// densityPxM is needed at the slant distance distanceM; the scene is to be widthM wide there, and must be if widthAsked.
	densityPxM, distanceM, widthM float64
	widthAsked                    bool
	// advisedPxM is better than needed; 0 when nothing is advised.
	advisedPxM float64
	// mountHeightM is that of the lens, heightM that of what is looked at, metres above the ground.
	mountHeightM, heightM float64
	// plate tells that a number plate is looked at, not a person.
	plate bool
}

// groundM is the distance on the ground, metres; 0 for what is nearer than the lens is high.
func (t target) groundM() float64 {
	dropM := math.Abs(t.mountHeightM - t.heightM)
	if t.distanceM <= dropM {
		return 0
	}
	return math.Sqrt(t.distanceM-dropM) * math.Sqrt(t.distanceM+dropM)
}

// lens is a head with its lens as it can be set.
type lens struct {
	stream Stream
	// focalMM is 0 where only the field is told. hfovDeg is the field of one head; toldDeg is set where the field is that of
	// the class of equipment rather than the pinhole's.
	focalMM, hfovDeg float64
	told             bool
	profile          Profile
}

// sensor is the head for geometry, without tilt.
func (l lens) sensor(t target) geo.Sensor {
	s := geo.Sensor{
		RecordedWidthPx: new(l.stream.WidthPx), MountHeightM: new(t.mountHeightM), TargetHeightM: t.heightM,
	}
	if l.focalMM > 0 {
		s.WidthMM, s.HeightMM, s.FocalMM = &l.profile.SensorWidthMM.Value, &l.profile.SensorHeightMM.Value, new(l.focalMM)
	}
	if l.told {
		s.HFOVDeg, s.VFOVDeg = new(l.hfovDeg), l.vfovDeg()
	}
	return s
}

// vfovDeg is the vertical field where only the horizontal one is told: that of a picture that draws straight lines as such,
// 2·atan(tan(HFOV/2)·height/width); nil for a wider one.
func (l lens) vfovDeg() *float64 {
	if l.hfovDeg > maxStraightDeg {
		return nil
	}
	ratio := float64(l.stream.HeightPx) / float64(l.stream.WidthPx)
	deg := 2 * math.Atan(math.Tan(l.hfovDeg/2*math.Pi/180)*ratio) * 180 / math.Pi
	return &deg
}

// maxStraightDeg is the widest field whose lines are taken for straight, degrees: as geo has it.
const maxStraightDeg = 120

// densityPxM is what one head gives at the distance of a target, px/m.
func (l lens) densityPxM(t target) float64 {
	density, err := l.sensor(t).DensityAt(t.distanceM)
	if err != nil {
		return 0
	}
	return density
}

// sceneM is how wide all heads side by side see the scene at a distance, metres: W = D·w/f of one; of n the arc D·n·HFOV, on
// which the distance is kept.
func (l lens) sceneM(t target) float64 {
	heads := l.profile.Heads.Value
	if heads == 1 {
		width, err := l.sensor(t).SceneWidthM(t.distanceM)
		if err != nil {
			return 0
		}
		return width
	}
	return t.distanceM * min(l.hfovDeg*float64(heads), 360) * math.Pi / 180
}

// lensRange is every way to set the lens of a class of equipment, from the widest field to the narrowest.
type lensRange struct {
	profile Profile
	focals  []float64 // nil where only fields are told
	lowMM   float64
	stepMM  float64
	n       int
}

// lenses gives the settings of a profile: those of fixed lenses that the book lists, every step of a lens that is set.
func (s *Sizing) lenses(p Profile) lensRange {
	r := lensRange{profile: p, n: 1, stepMM: s.Figures.LensStepMM.Value}
	switch {
	case p.FocalMM == nil:
		r.n = 1 + int(math.Floor(p.HFOVDeg.Value.High-p.HFOVDeg.Value.Low))
	case p.Form == FormFixed:
		for _, focalMM := range s.FixedFocalsMM.Value {
			if p.FocalMM.Value.Has(focalMM) {
				r.focals = append(r.focals, focalMM)
			}
		}
		r.n = len(r.focals)
	default:
		r.lowMM = p.FocalMM.Value.Low
		r.n = 1 + int(math.Floor((p.FocalMM.Value.High-r.lowMM)/r.stepMM+1e-9))
	}
	return r
}

// at is one setting, with the widest stream.
func (r lensRange) at(i int) lens {
	p := r.profile
	l := lens{profile: p, stream: p.Streams.Value[len(p.Streams.Value)-1]}
	switch {
	case p.FocalMM == nil:
		l.hfovDeg, l.told = p.HFOVDeg.Value.High-float64(i), true
		return l
	case r.focals != nil:
		l.focalMM = r.focals[i]
	default: // in steps of the lens, without the digits that adding steps up leaves
		l.focalMM = math.Round((r.lowMM+float64(i)*r.stepMM)*1000) / 1000
	}
	l.hfovDeg = fieldOf(p.SensorWidthMM.Value, l.focalMM)
	if l.focalMM == p.FocalMM.Value.Low && p.HFOVDeg.Value.High > l.hfovDeg {
		l.hfovDeg, l.told = p.HFOVDeg.Value.High, true // the lens bends the picture
	}
	return l
}

// refusal is why a profile does not do.
type refusal struct {
	constraint geo.Binding
	why        inventory.Text
	rules      []string
	// reaches is what part of what is asked for it has; 0 when it cannot be counted.
	reaches float64
}

// closer tells whether the reasons against one class weigh less than those against another: fewer of them, then the one that
// has more of what is asked for. A class for another carrier is never close.
func closer(a, b []refusal) bool {
	if carried, others := a[0].constraint == byCarrier, b[0].constraint == byCarrier; carried != others {
		return others
	}
	if len(a) != len(b) {
		return len(a) < len(b)
	}
	return a[0].reaches > b[0].reaches
}

// The constraints that a need can fail on.
const (
	byFocal     geo.Binding = "focal length"
	byPixels    geo.Binding = "density over the width"
	byWidth     geo.Binding = "width of the scene"
	byAngle     geo.Binding = "angle to a face"
	byHeight    geo.Binding = "mounting height"
	byConflict  geo.Binding = "rules that contradict each other"
	byProfile   geo.Binding = "profile"
	byPlates    geo.Binding = "reading of plates"
	byCarrier   geo.Binding = "carrier"
	bySpecified geo.Binding = "specification"
)

// set sets the lens of a profile for a target. Where a width is to be seen, it is the narrowest field that shows it, with
// the smallest stream that keeps the density; where that cannot be and the width was only supposed, the widest field that
// keeps the density with the widest stream. A denser need or a farther one is never given a wider field.
func (s *Sizing) set(p Profile, t target) (lens, *refusal) {
	r := s.lenses(p)
	if r.n == 0 {
		return lens{}, refuse(byFocal, "aucun objectif de cette classe n’est au catalogue des focales", "no lens of this class is among the focal lengths")
	}
	shows := -1 // the narrowest that shows the width
	if !p.surveys() {
		shows = sort.Search(r.n, func(i int) bool { return r.at(i).sceneM(t) < t.widthM }) - 1
	}
	dense := sort.Search(r.n, func(i int) bool { return r.at(i).densityPxM(t) >= t.densityPxM })
	chosen := max(shows, dense)
	switch {
	case dense == r.n:
		return lens{}, notDense(r.at(r.n-1), t)
	case t.widthAsked && r.at(chosen).sceneM(t) < t.widthM:
		return lens{}, notWide(r.at(0), r.at(dense), t)
	}
	return leastStream(r.at(max(chosen, 0)), t), nil
}

// surveys tells a class of equipment that is there to see all round.
func (p Profile) surveys() bool { return p.Form == FormMultiSensor || p.Form == FormPanoramic }

// leastStream is the lens with the smallest recorded picture that keeps the density; the advised one, where a larger
// picture does.
func leastStream(l lens, t target) lens {
	wanted := t.densityPxM
	if l.densityPxM(t) >= t.advisedPxM {
		wanted = max(wanted, t.advisedPxM)
	}
	for _, stream := range l.profile.Streams.Value {
		smaller := l
		smaller.stream = stream
		if smaller.densityPxM(t) >= wanted {
			return smaller
		}
	}
	return l
}

func refuse(constraint geo.Binding, fr, en string) *refusal {
	return &refusal{constraint: constraint, why: inventory.Text{FR: fr, EN: en}}
}

// notDense says that even the longest lens is too short.
func notDense(l lens, t target) *refusal {
	density := math.Floor(l.densityPxM(t)*10) / 10
	refused := refuse(byFocal,
		fmt.Sprintf("au plus serré, %s px/m à %s m, là où %s sont demandés", frNumber(density), frNumber(t.distanceM), frNumber(t.densityPxM)),
		fmt.Sprintf("at its longest, %v px/m at %v m, where %v are asked for", density, t.distanceM, t.densityPxM))
	refused.reaches = density / t.densityPxM
	return refused
}

// notWide says that the lens shows too little: at its widest, or with the density kept.
func notWide(widest, dense lens, t target) *refusal {
	if sceneM := floorTo(widest.sceneM(t), 0.1); sceneM < t.widthM {
		return refuse(byWidth,
			fmt.Sprintf("au plus large, %s m de scène à %s m, là où %s sont demandés", frNumber(sceneM), frNumber(t.distanceM), frNumber(t.widthM)),
			fmt.Sprintf("at its widest, %v m of the scene at %v m, where %v are asked for", sceneM, t.distanceM, t.widthM))
	}
	sceneM := floorTo(dense.sceneM(t), 0.1)
	refused := refuse(byPixels,
		fmt.Sprintf("à %s px/m, %d pixels ne montrent que %s m de scène, là où %s sont demandés",
			frNumber(t.densityPxM), dense.stream.WidthPx, frNumber(sceneM), frNumber(t.widthM)),
		fmt.Sprintf("at %v px/m, %d pixels show only %v m of the scene, where %v are asked for",
			t.densityPxM, dense.stream.WidthPx, sceneM, t.widthM))
	refused.reaches = sceneM / t.widthM
	return refused
}

// floorTo rounds down to whole steps, and keeps what is a whole number of them.
func floorTo(v, step float64) float64 {
	parts := math.Round(1 / step)
	return math.Floor(v*parts+1e-9) / parts
}
