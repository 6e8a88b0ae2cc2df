package advisory

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
	orbgeo "github.com/paulmach/orb/geo"

	"vigie/geo"
	"vigie/inventory"
)

// sight is a camera as the engine sees it, with what had to be supposed.
type sight struct {
	camera inventory.Camera
	inside bool
	heads  []geo.Head
	// ids and purposes are those of each of the heads.
	ids      []string
	purposes [][]inventory.Purpose
	// supposed are the assumptions made for one head or more.
	supposed []assumption
	// blindHeads is how many heads were left out because their optics are unknown.
	blindHeads int
}

// suppose notes an assumption, once.
func (v *sight) suppose(a assumption) {
	if !v.supposes(a) {
		v.supposed = append(v.supposed, a)
	}
}

// sights makes the cameras that count ready for the engine: those of the wanted states that stand in the perimeter, or
// may see into it.
func (s study) sights(in inputs) []sight {
	var sights []sight
	for _, camera := range in.cameras {
		if camera.Location == nil || !slices.Contains(s.statuses, camera.Status) {
			continue
		}
		v := s.sight(camera)
		v.inside = geo.Intersects(in.perimeter, orb.Point(*camera.Location))
		if v.inside || s.mayReach(v.heads, in.perimeter) {
			sights = append(sights, v)
		}
	}
	return sights
}

// mayReach tells whether the boxes round the heads, out to where they see at the lowest level, meet the perimeter.
func (s study) mayReach(heads []geo.Head, perimeter orb.MultiPolygon) bool {
	return slices.ContainsFunc(heads, func(h geo.Head) bool {
		_, farM, err := h.Sensor.Reach(s.scale.Levels[0].Density.Value)
		return err == nil && geo.Intersects(perimeter, orbgeo.BoundPad(h.At.Bound(), min(farM, geo.MaxReachM)*spare))
	})
}

// sight turns one camera into heads of the engine. Under an assumption profile, a camera without heads gets the profile's, and a
// head gets the facts it lacks.
func (s study) sight(camera inventory.Camera) sight {
	v := sight{camera: camera}
	heads := camera.Heads
	if len(heads) == 0 {
		heads = []inventory.Head{{}}
	}
	for _, own := range heads {
		h, mountHeightM := own, camera.Mounting.HeightM
		if s.assume != nil {
			h, mountHeightM = s.assume.fill(h, mountHeightM, &v)
		}
		sensor := s.sensor(h, mountHeightM)
		if _, _, err := sensor.Reach(s.scale.Levels[0].Density.Value); err != nil {
			v.blindHeads++
			continue
		}
		v.note(h, sensor, s.sensor(own, camera.Mounting.HeightM))
		v.heads = append(v.heads, geo.Head{
			Camera: string(camera.ID), At: orb.Point(*camera.Location),
			BearingDeg: h.BearingDeg, PanRangeDeg: panRange(h), Sensor: sensor,
			Masks: masks(h), NightReachM: nightReachM(h), Tolerance: s.tolerance(camera, h),
		})
		v.ids, v.purposes = append(v.ids, own.ID), append(v.purposes, own.Purposes)
	}
	return v
}

// sensor is the optics of a head at a height.
func (s study) sensor(h inventory.Head, mountHeightM *float64) geo.Sensor {
	return geo.Sensor{
		HFOVDeg: h.HFOVDeg, VFOVDeg: h.VFOVDeg,
		WidthMM: h.SensorWidthMM, HeightMM: h.SensorHeightMM, FocalMM: h.FocalMM,
		RecordedWidthPx: h.RecordedWidthPx,
		MountHeightM:    mountHeightM, TargetHeightM: s.targetHeightM, TiltDeg: h.TiltDeg,
	}
}

// note notes what is supposed of a head that is computed, beside the optics and the height of the profile. own is the
// sensor without the profile.
func (v *sight) note(h inventory.Head, sensor, own geo.Sensor) {
	if fieldDeg, _ := sensor.FieldOfView(); h.BearingDeg == nil && *fieldDeg < 360 {
		v.suppose(bearingUnknown)
	}
	if h.Kind == "" || h.Kind == inventory.HeadPTZ && h.PanRangeDeg == nil {
		v.suppose(movementAssumed)
	}
	if nightReachM(h) == nil {
		v.suppose(nightUnknown)
	}
	switch {
	case !sensor.DeadZoneKnown():
		v.suppose(deadZoneIgnored)
	case !own.DeadZoneKnown():
		v.suppose(deadZoneAssumed)
	}
}

// panRange is how far round a head turns, degrees. Only a PTZ turns, and all round when nothing else is known.
func panRange(h inventory.Head) float64 {
	switch {
	case h.Kind == inventory.HeadFixed || h.Kind == inventory.HeadThermal:
		return 0
	case h.PanRangeDeg != nil:
		return *h.PanRangeDeg
	case h.Kind == inventory.HeadPTZ:
		return 360
	}
	return 0
}

// masks are the directions that a head blackens.
func masks(h inventory.Head) []geo.Mask {
	var masks []geo.Mask
	for _, m := range h.Masks {
		masks = append(masks, geo.Mask(m))
	}
	return masks
}

// nightReachM is how far a head sees by night, metres: as by day when it is thermal or there is light enough on the
// scene for it, as far as its own infrared otherwise; nil when that is unknown.
func nightReachM(h inventory.Head) *float64 {
	light := h.SceneLuxNight != nil && h.MinLux != nil
	switch {
	case h.Kind == inventory.HeadThermal, light && *h.SceneLuxNight >= *h.MinLux:
		return new(math.Inf(1))
	case h.InfraredRangeM != nil && (light || *h.InfraredRangeM > 0):
		return h.InfraredRangeM
	case light:
		return new(0.0)
	}
	return nil
}

// tolerance is how well the facts of a head are known: as its record says, else as the book supposes.
func (s study) tolerance(camera inventory.Camera, h inventory.Head) geo.Tolerance {
	or := func(own *float64, usual Sourced[float64]) float64 {
		if own != nil {
			return *own
		}
		return usual.Value
	}
	return geo.Tolerance{
		BearingDeg: or(h.BearingToleranceDeg, s.params.BearingToleranceDeg),
		HeightM:    or(camera.Mounting.HeightToleranceM, s.params.HeightToleranceM),
		PositionM:  or(camera.PositionToleranceM, s.params.PositionToleranceM),
	}
}

// fill completes a head with the facts of the assumption profile, and never touches one that is known. The vertical field and the tilt
// belong to the lens they were chosen for: they are only taken together with the profile's horizontal field.
func (p Assumption) fill(h inventory.Head, mountHeightM *float64, v *sight) (inventory.Head, *float64) {
	if h.Kind == "" {
		h.Kind = p.Kind
		v.suppose(movementAssumed)
	}
	if h.PanRangeDeg == nil && h.Kind == inventory.HeadPTZ && p.Kind == inventory.HeadPTZ {
		h.PanRangeDeg = &p.PanRangeDeg.Value
		v.suppose(movementAssumed)
	}
	if h.RecordedWidthPx == nil {
		h.RecordedWidthPx = &p.RecordedWidthPx.Value
		v.suppose(opticsAssumed)
	}
	if h.HFOVDeg == nil && (h.SensorWidthMM == nil || h.FocalMM == nil) {
		h.HFOVDeg = &p.HFOVDeg.Value
		v.suppose(opticsAssumed)
		if h.VFOVDeg == nil && (h.SensorHeightMM == nil || h.FocalMM == nil) && p.VFOVDeg != nil {
			h.VFOVDeg = &p.VFOVDeg.Value
		}
		if h.TiltDeg == nil && p.TiltDeg != nil {
			h.TiltDeg = &p.TiltDeg.Value
		}
	}
	if mountHeightM == nil {
		mountHeightM = &p.MountHeightM.Value
		v.suppose(mountHeightAssumed)
	}
	return h, mountHeightM
}

// supposes tells whether an assumption was made.
func (v *sight) supposes(a assumption) bool { return slices.Contains(v.supposed, a) }
