package geo

import (
	"fmt"
	"math"
	"strings"
)

// maxRectilinearDeg is the widest horizontal field taken for a rectilinear (straight lines stay straight) lens,
// degrees. Wider heads are panoramic or fisheye: their pixels follow the angle, so density is counted along the arc, and
// is never taken for higher than that of the widest rectilinear lens: a wider field does not see farther. Engineering
// practice, not a norm.
const maxRectilinearDeg = 120

// faceHeightM is the height of the face of a standing person, metres.
const faceHeightM = 1.60

// Sensor is what a head can resolve: pinhole optics over a flat ground. A nil number is unknown, and so is one that
// cannot be (not finite, negative, a field or focal length of zero). Datasheet angles go before sensor size and focal
// length, because a wide lens bends straight lines and then shows more than the two lengths say.
//
// The optics are the pinhole relations of lens makers' guides (image width / focal length = scene width / distance)
// and trigonometry in the vertical plane of the axis. Pixel density in pixels per metre at the target is the measure
// of IEC 62676-4. It is counted on the slant distance, from lens to target, wherever the target is in the picture:
// off the axis a rectilinear lens resolves a little more ([DepthM]), so nothing is promised that is not kept. Numbers
// are not rounded: compare them as they are, and show densities rounded down.
type Sensor struct {
	HFOVDeg, VFOVDeg *float64
	// WidthMM and HeightMM are the active surface of the sensor, FocalMM the focal length, millimetres.
	WidthMM, HeightMM, FocalMM *float64
	// RecordedWidthPx is the width of the recorded stream, not of the sensor, pixels.
	RecordedWidthPx *int
	// MountHeightM is the height of the lens above the ground, TargetHeightM that of what is looked at, metres.
	MountHeightM  *float64
	TargetHeightM float64
	// TiltDeg is the angle of the axis below the horizon, degrees.
	TiltDeg *float64
}

// UnknownError says which facts of a [Sensor] are missing for a computation.
type UnknownError struct {
	// Facts are names of fields of Sensor.
	Facts []string
}

// Error lists the missing facts.
func (e *UnknownError) Error() string { return "unknown " + strings.Join(e.Facts, ", ") }

// FieldOfView gives the horizontal and vertical fields of view, degrees: the datasheet's, else 2·atan(w/2f) of the
// pinhole; nil when unknown.
func (s Sensor) FieldOfView() (hDeg, vDeg *float64) {
	return fieldOfView(s.HFOVDeg, s.WidthMM, s.FocalMM), fieldOfView(s.VFOVDeg, s.HeightMM, s.FocalMM)
}

func fieldOfView(datasheetDeg, sizeMM, focalMM *float64) *float64 {
	if isAngle(datasheetDeg) {
		return datasheetDeg
	}
	if !isLength(sizeMM) || !isLength(focalMM) {
		return nil
	}
	deg := degrees(2 * math.Atan(*sizeMM/(2**focalMM)))
	return &deg
}

// Missing names the facts without which [Sensor.Reach] fails (HFOVDeg, RecordedWidthPx) or knows no dead zone
// (MountHeightM, TiltDeg, VFOVDeg), as fields of Sensor, in that order.
func (s Sensor) Missing() []string { return append(s.missingDensity(), s.missingVertical()...) }

// DeadZoneKnown tells whether the near and far limits of the vertical field can be computed.
func (s Sensor) DeadZoneKnown() bool { return len(s.missingVertical()) == 0 }

func (s Sensor) missingDensity() []string {
	var facts []string
	if hDeg, _ := s.FieldOfView(); hDeg == nil {
		facts = append(facts, "HFOVDeg")
	}
	if s.RecordedWidthPx == nil || *s.RecordedWidthPx <= 0 {
		facts = append(facts, "RecordedWidthPx")
	}
	return facts
}

func (s Sensor) missingVertical() []string {
	var facts []string
	if !s.heightKnown() {
		facts = append(facts, "MountHeightM")
	}
	if s.TiltDeg == nil || !isFinite(*s.TiltDeg) {
		facts = append(facts, "TiltDeg")
	}
	if _, vDeg := s.FieldOfView(); vDeg == nil {
		facts = append(facts, "VFOVDeg")
	}
	return facts
}

func (s Sensor) heightKnown() bool {
	return s.MountHeightM != nil && *s.MountHeightM >= 0 && isFinite(*s.MountHeightM)
}

// scenePerM is the width of the scene at one metre: w/f of the pinhole, or the arc of a head too wide for one.
func (s Sensor) scenePerM() (float64, error) {
	hDeg, _ := s.FieldOfView()
	switch {
	case hDeg == nil:
		return 0, &UnknownError{Facts: []string{"HFOVDeg"}}
	case *hDeg > maxRectilinearDeg:
		return max(radians(*hDeg), 2*math.Tan(radians(maxRectilinearDeg)/2)), nil
	case isAngle(s.HFOVDeg):
		return 2 * math.Tan(radians(*hDeg)/2), nil
	}
	return *s.WidthMM / *s.FocalMM, nil
}

// SceneWidthM gives the width of the scene at a slant distance: D·w/f, metres. It fails with *[UnknownError].
func (s Sensor) SceneWidthM(slantM float64) (float64, error) {
	perM, err := s.scenePerM()
	return slantM * perM, err
}

// DensityAt gives the pixel density at a slant distance: recorded pixels / scene width, px/m. It fails with
// *[UnknownError].
func (s Sensor) DensityAt(slantM float64) (densityPxM float64, err error) {
	maxM, err := s.MaxDistanceM(1)
	if err != nil {
		return 0, err
	}
	return maxM / slantM, nil
}

// MaxDistanceM gives the slant distance up to which a density (px/m) is kept: recorded pixels · f / (w · density),
// metres. It fails with *[UnknownError].
func (s Sensor) MaxDistanceM(densityPxM float64) (float64, error) {
	if missing := s.missingDensity(); len(missing) > 0 {
		return 0, &UnknownError{Facts: missing}
	}
	perM, err := s.scenePerM()
	return float64(*s.RecordedWidthPx) / perM / densityPxM, err
}

// FocalForMM gives the focal length that shows a density (px/m) at a slant distance with this sensor and this stream:
// density · w · D / recorded pixels, millimetres. It fails with *[UnknownError].
func (s Sensor) FocalForMM(densityPxM, slantM float64) (float64, error) {
	var missing []string
	if !isLength(s.WidthMM) {
		missing = append(missing, "WidthMM")
	}
	if s.RecordedWidthPx == nil || *s.RecordedWidthPx <= 0 {
		missing = append(missing, "RecordedWidthPx")
	}
	if len(missing) > 0 {
		return 0, &UnknownError{Facts: missing}
	}
	return densityPxM * *s.WidthMM * slantM / float64(*s.RecordedWidthPx), nil
}

// SlantM gives the distance from the lens to a target at TargetHeightM above a place on the ground, metres. When the
// mounting height is unknown it is the distance on the ground.
func (s Sensor) SlantM(groundM float64) float64 { return math.Hypot(groundM, s.dropM()) }

// dropM is how far the target is below the lens, metres; 0 when the mounting height is unknown.
func (s Sensor) dropM() float64 {
	if !s.heightKnown() {
		return 0
	}
	return *s.MountHeightM - s.TargetHeightM
}

// NearLimitM gives the ground distance from which a target at TargetHeightM z is in the vertical field:
// (Hc-z)/tan(τ+VFOV/2), metres; 0 when it is seen at the foot of the mast, +Inf when it never is (an axis too high for
// it). What is nearer is the dead zone. known is false without mounting height, tilt and vertical field.
func (s Sensor) NearLimitM() (limitM float64, known bool) {
	nearM, _, known := s.verticalLimits()
	return nearM, known
}

// FarLimitM gives the ground distance up to which a target at TargetHeightM z is in the vertical field:
// (Hc-z)/tan(τ-VFOV/2), metres; +Inf when the horizon is. known is as for [Sensor.NearLimitM].
func (s Sensor) FarLimitM() (limitM float64, known bool) {
	_, farM, known := s.verticalLimits()
	return farM, known
}

// verticalLimits gives both limits on the ground. The target is seen under an angle that grows from 0 far away to 90°
// at the foot of the mast, below the horizon when the lens is higher than the target, above it otherwise; there the
// scene is turned upside down.
func (s Sensor) verticalLimits() (nearM, farM float64, known bool) {
	if !s.DeadZoneKnown() {
		return 0, math.Inf(1), false
	}
	_, vDeg := s.FieldOfView()
	dropM, tiltDeg := s.dropM(), *s.TiltDeg
	if dropM < 0 {
		dropM, tiltDeg = -dropM, -tiltDeg
	}
	if dropM == 0 { // straight ahead at every distance
		if math.Abs(tiltDeg) > *vDeg/2 {
			return math.Inf(1), 0, true
		}
		return 0, math.Inf(1), true
	}
	return groundUnder(dropM, tiltDeg+*vDeg/2), groundUnder(dropM, tiltDeg-*vDeg/2), true
}

// groundUnder gives the ground distance at which a drop is seen under an angle below the horizon, metres: +Inf at the
// horizon and above, 0 from straight down on.
func groundUnder(dropM, belowDeg float64) float64 {
	switch {
	case belowDeg <= 0:
		return math.Inf(1)
	case belowDeg >= 90:
		return 0
	}
	return dropM / math.Tan(radians(belowDeg))
}

// Reach gives the distances on the ground between which a target at TargetHeightM is seen with a density (px/m) or
// better, in the direction of the axis: from [Sensor.NearLimitM] to the shorter of [Sensor.FarLimitM] and the ground
// side of [Sensor.MaxDistanceM]. Where nothing is seen both are 0. It fails with *[UnknownError] when the horizontal
// field or the recorded width is missing. Without mounting height, tilt or vertical field no dead zone is cut off: see
// [Sensor.DeadZoneKnown]. A density of zero or less is kept at any distance (+Inf).
func (s Sensor) Reach(densityPxM float64) (nearM, farM float64, err error) {
	slantM, err := s.MaxDistanceM(densityPxM)
	if err != nil {
		return 0, 0, fmt.Errorf("reach of a head: %w", err)
	}
	if densityPxM <= 0 {
		slantM = math.Inf(1)
	}
	nearM, farM, _ = s.verticalLimits()
	farM = min(farM, groundSide(slantM, s.dropM()))
	if !(nearM < farM) {
		return 0, 0, nil
	}
	return nearM, farM, nil
}

// groundSide gives the ground side of a right triangle from its slant and its height; 0 when the slant is too short.
// The product keeps its digits where a difference of squares would lose them.
func groundSide(slantM, heightM float64) float64 {
	heightM = math.Abs(heightM)
	if !(slantM > heightM) {
		return 0
	}
	return math.Sqrt(slantM-heightM) * math.Sqrt(slantM+heightM)
}

// DepthM gives the depth along the axis of a target at a slant distance and an angle off the axis: D·cosθ, metres. In
// the place of the slant distance it gives the density of a rectilinear lens away from the middle of the picture.
func DepthM(slantM, offAxisDeg float64) float64 { return slantM * math.Cos(radians(offAxisDeg)) }

// FaceAngleDeg gives the angle below the horizon under which a camera sees a face at 1.60 m, from its height and the
// distance on the ground: atan((Hc-1.60)/D), degrees. Facial detail suffers above about 15° and is lost above about
// 30° (camera height tests of IPVM; makers' limits).
func FaceAngleDeg(mountHeightM, groundM float64) float64 {
	return degrees(math.Atan2(mountHeightM-faceHeightM, groundM))
}

// FaceDistanceM gives the ground distance from which a face at 1.60 m is seen under an angle or less:
// (Hc-1.60)/tan α, metres; 0 for a camera no higher than a face.
func FaceDistanceM(mountHeightM, angleDeg float64) float64 {
	if mountHeightM <= faceHeightM {
		return 0
	}
	return groundUnder(mountHeightM-faceHeightM, angleDeg)
}

// Motion is how a target moves in front of a camera.
type Motion struct {
	// SpeedMS is its speed, metres per second.
	SpeedMS float64
	// OffAxisDeg is the angle between its way and the optical axis, degrees: 90 when it crosses the picture.
	OffAxisDeg float64
}

// BlurPx gives the length over which a moving target smears during an exposure, where the density is known:
// v·t·density·sin φ, pixels.
func (m Motion) BlurPx(exposureS, densityPxM float64) float64 {
	return m.SpeedMS * exposureS * densityPxM * math.Abs(math.Sin(radians(m.OffAxisDeg)))
}

// Frames gives the number of pictures taken while the target passes a zone: L·fps/v; +Inf when it stands still.
func (m Motion) Frames(zoneLengthM, fps float64) float64 { return zoneLengthM * fps / m.SpeedMS }

func isFinite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// isLength tells whether a number is known and can be a length.
func isLength(v *float64) bool { return v != nil && *v > 0 && isFinite(*v) }

// isAngle tells whether a number is known and can be a field of view, degrees.
func isAngle(v *float64) bool { return v != nil && *v > 0 && *v <= 360 }
