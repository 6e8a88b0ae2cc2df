package geo_test

import (
	"math"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"github.com/tidwall/geodesic"

	"vigie/geo"
)

// This file judges what a place sees by plain geometry and nothing of the engine: geodesics on the ellipsoid for
// distances and directions, every wall of every obstacle in turn, straight lines in space over low ones, and optics
// written down again from their definitions.

// holds tells whether a place is in a polygon, by the even-odd rule.
func holds(polygon orb.Polygon, p orb.Point) bool {
	in := false
	for _, r := range polygon {
		for k := 1; k < len(r); k++ {
			a, b := r[k-1], r[k]
			if (a[1] > p[1]) != (b[1] > p[1]) && p[0] < a[0]+(p[1]-a[1])/(b[1]-a[1])*(b[0]-a[0]) {
				in = !in
			}
		}
	}
	return in
}

func anyHolds(shape orb.MultiPolygon, p orb.Point) bool {
	return slices.ContainsFunc(shape, func(polygon orb.Polygon) bool { return holds(polygon, p) })
}

// watched tells whether a place is ground to watch.
func watched(scene geo.Scene, p orb.Point) bool {
	if !anyHolds(scene.Perimeter, p) || scene.Ground != nil && !anyHolds(scene.Ground, p) {
		return false
	}
	return !slices.ContainsFunc(scene.Obstacles, func(o geo.Obstacle) bool { return anyHolds(o.Shape, p) })
}

// fromEye is a place in metres east and north of another, as the geodesic between them goes.
func fromEye(eye, p orb.Point) orb.Point {
	var distanceM, azimuthDeg float64
	geodesic.WGS84.Inverse(eye.Lat(), eye.Lon(), p.Lat(), p.Lon(), &distanceM, &azimuthDeg, nil)
	sin, cos := math.Sincos(azimuthDeg * math.Pi / 180)
	return orb.Point{distanceM * sin, distanceM * cos}
}

// witness is a head that is asked what it sees.
type witness struct {
	head   geo.Head
	eye    orb.Point
	camera uint64 // a bit
	solids []solid
}

// solid is a polygon of an obstacle, seen from an eye.
type solid struct {
	polygon  orb.Polygon
	heightM  float64
	endsView bool // hides all that is behind it
}

// witnesses are the heads of a scene that see anything, where the coverage says they look from.
func witnesses(t *testing.T, scene geo.Scene, c geo.Coverage) []witness {
	t.Helper()
	cameras := map[string]uint64{}
	var out []witness
	for _, h := range scene.Heads {
		if _, known := cameras[h.Camera]; !known {
			cameras[h.Camera] = 1 << len(cameras)
		}
		eye, buried := standing(t, scene, c, h)
		if buried {
			continue
		}
		w := witness{head: h, eye: eye, camera: cameras[h.Camera]}
		for _, o := range scene.Obstacles {
			s := solid{endsView: true}
			if eyeM := h.Sensor.MountHeightM; eyeM != nil && o.HeightM != nil && *o.HeightM < *eyeM {
				s.endsView, s.heightM = false, *o.HeightM
			}
			for _, polygon := range o.Shape {
				s.polygon = make(orb.Polygon, len(polygon))
				for k, r := range polygon {
					for _, p := range r {
						s.polygon[k] = append(s.polygon[k], fromEye(eye, p))
					}
				}
				w.solids = append(w.solids, s)
			}
		}
		out = append(out, w)
	}
	return out
}

// standing is where a head looks from, when the coverage moved it out of an obstacle with reason.
func standing(t *testing.T, scene geo.Scene, c geo.Coverage, h geo.Head) (eye orb.Point, buried bool) {
	t.Helper()
	length := func(p orb.Point) float64 { return math.Hypot(p[0], p[1]) }
	for _, f := range c.Facades {
		if f.Camera != h.Camera || length(fromEye(h.At, f.From)) > 1e-3 {
			continue
		}
		if f.Refused {
			return h.At, true
		}
		if movedM := length(fromEye(f.From, f.To)); movedM > f.DepthM+0.08 || f.DepthM > 2 {
			t.Errorf("camera %s is moved by %v m, %v m deep", h.Camera, movedM, f.DepthM)
		}
		if slices.ContainsFunc(scene.Obstacles, func(o geo.Obstacle) bool { return anyHolds(o.Shape, f.To) }) {
			t.Errorf("camera %s is moved into an obstacle", h.Camera)
		}
		return f.To, false
	}
	for _, o := range scene.Obstacles {
		if deepIn(o.Shape, h.At) && (o.HeightM == nil || h.Sensor.MountHeightM == nil || *o.HeightM >= *h.Sensor.MountHeightM) {
			t.Errorf("camera %s looks from inside obstacle %s", h.Camera, o.ID)
		}
	}
	return h.At, false
}

// besideM is how far inside a wall an eye may stand by the rounding of coordinates, metres.
const besideM = 0.001

// deepIn tells whether a place is in a shape, and all round it is.
func deepIn(shape orb.MultiPolygon, p orb.Point) bool {
	const besideDeg = besideM / 111_320
	for _, d := range [4]orb.Point{{besideDeg, besideDeg}, {besideDeg, -besideDeg}, {-besideDeg, besideDeg}, {-besideDeg, -besideDeg}} {
		if !anyHolds(shape, orb.Point{p[0] + d[0], p[1] + d[1]}) {
			return false
		}
	}
	return true
}

// hides tells whether the line of sight to a place meets the solid, or the place is under it.
func (s solid) hides(to orb.Point, eyeM, targetM float64) bool {
	var cuts []float64
	for _, r := range s.polygon {
		for k := 1; k < len(r); k++ {
			a, b := r[k-1], r[k]
			if (to[0]*a[1]-to[1]*a[0] >= 0) == (to[0]*b[1]-to[1]*b[0] >= 0) {
				continue
			}
			ex, ey := b[0]-a[0], b[1]-a[1]
			if cut := (a[0]*ey - a[1]*ex) / (to[0]*ey - to[1]*ex); cut > 0 {
				cuts = append(cuts, cut)
			}
		}
	}
	slices.Sort(cuts)
	if len(cuts)%2 == 1 { // it begins under the eye
		cuts = slices.Insert(cuts, 0, 0)
	}
	for k := 0; k < len(cuts); k += 2 {
		enter, leave := cuts[k], cuts[k+1]
		if enter >= 1 {
			break
		}
		if leave*math.Hypot(to[0], to[1]) < besideM { // an eye on the wall is before it
			continue
		}
		lowestM := min(eyeM+enter*(targetM-eyeM), eyeM+leave*(targetM-eyeM))
		if s.endsView || leave >= 1 || lowestM <= s.heightM {
			return true
		}
	}
	return false
}

// judgement says which cameras see a place, each a bit: what they can be turned to see and what they see unmoved, by
// day and by night.
type judgement struct{ reachable, permanent, nightReachable, nightPermanent uint64 }

// judge asks every witness. to[k] is the place as witness k sees it, shift an offset in metres.
func judge(all []witness, to []orb.Point, shift orb.Point, densityPxM float64) judgement {
	var j judgement
	for k, w := range all {
		at := orb.Point{to[k][0] + shift[0], to[k][1] + shift[1]}
		permanent, reachable := w.optics(at, densityPxM)
		if !permanent && !reachable || w.hidden(at) {
			continue
		}
		lit := w.head.NightReachM != nil && math.Hypot(math.Hypot(at[0], at[1]), w.dropM()) <= *w.head.NightReachM
		j.reachable |= w.camera
		if lit {
			j.nightReachable |= w.camera
		}
		if permanent {
			j.permanent |= w.camera
			if lit {
				j.nightPermanent |= w.camera
			}
		}
	}
	return j
}

func (w witness) hidden(at orb.Point) bool {
	bearingDeg := math.Atan2(at[0], at[1]) * 180 / math.Pi
	for _, m := range w.head.Masks {
		if math.Mod(math.Mod(bearingDeg-m.FromDeg, 360)+360, 360) <= m.ToDeg-m.FromDeg {
			return true
		}
		if m.ToDeg < m.FromDeg && math.Mod(math.Mod(bearingDeg-m.FromDeg, 360)+360, 360) <= m.ToDeg-m.FromDeg+360 {
			return true
		}
	}
	eyeM := 0.0
	if w.head.Sensor.MountHeightM != nil {
		eyeM = *w.head.Sensor.MountHeightM
	}
	return slices.ContainsFunc(w.solids, func(s solid) bool { return s.hides(at, eyeM, w.head.Sensor.TargetHeightM) })
}

func (w witness) dropM() float64 {
	if w.head.Sensor.MountHeightM == nil {
		return 0
	}
	return *w.head.Sensor.MountHeightM - w.head.Sensor.TargetHeightM
}

// optics tells whether a place is in the picture with a density: unmoved, or turned.
func (w witness) optics(at orb.Point, densityPxM float64) (permanent, reachable bool) {
	const farthestM = 3000
	s, fieldDeg := w.head.Sensor, *w.head.Sensor.HFOVDeg
	groundM := math.Hypot(at[0], at[1])
	widthPerM := 2 * math.Tan(min(fieldDeg, 120)/2*math.Pi/180) // of the scene at one metre
	if fieldDeg > 120 {
		widthPerM = max(widthPerM, fieldDeg*math.Pi/180)
	}
	slantM := math.Hypot(groundM, w.dropM())
	if groundM > farthestM || float64(*s.RecordedWidthPx) < densityPxM*widthPerM*slantM {
		return false, false
	}
	inPicture := true
	if s.MountHeightM != nil && s.TiltDeg != nil && s.VFOVDeg != nil {
		belowDeg := math.Atan2(w.dropM(), groundM) * 180 / math.Pi
		inPicture = math.Abs(belowDeg-*s.TiltDeg) <= *s.VFOVDeg/2
	}
	turns := w.head.PanRangeDeg > 0
	if w.head.BearingDeg == nil {
		return fieldDeg >= 360 && inPicture, turns || inPicture
	}
	offDeg := math.Abs(math.Remainder(math.Atan2(at[0], at[1])*180/math.Pi-*w.head.BearingDeg, 360))
	permanent = inPicture && offDeg <= fieldDeg/2
	return permanent, permanent || turns && offDeg <= (fieldDeg+w.head.PanRangeDeg)/2
}
