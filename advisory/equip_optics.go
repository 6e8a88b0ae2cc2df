package advisory

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"vigie/geo"
	"vigie/inventory"
)

// mount makes the heads of a camera from the lens as it is set, and says how its figures were found.
func (b *Book) mount(o *equipmentOption, l lens, d demanded) {
	p := o.profile
	if d.asked.atLeast("recordedWidthPx") != nil {
		l = l.atLeastWide(*d.asked.atLeast("recordedWidthPx"))
	}
	fps := d.rate(b.Sizing.Figures.FramesPerSecond.Value, p)
	codec, bitrate, rateSteps := b.Sizing.bitrate(l.stream, p.Codecs.Value, fps)
	head, optics := l.head(d), l.optics(d)
	head.RecordedFPS, head.Codec, head.BitrateMbps = &fps, codec, &bitrate
	optics.BitrateMbps = bitrate
	optics.Steps = slices.Concat(d.u.steps, l.steps(d, optics), rateSteps)
	if reach := d.asked.atLeast("irRangeM"); reach != nil && lacksInfrared(p, *reach) {
		o.lamp, head.InfraredRangeM = true, reach
	}
	o.housings = p.housings(d.asked)
	count := p.Heads.Value * o.housings
	apart := min(l.hfovDeg, 360/float64(count))
	if o.housings > 1 { // back to back
		apart = 360 / float64(count)
	}
	for i := range count {
		head.ID, optics.Head = strconv.Itoa(i+1), strconv.Itoa(i+1)
		o.heads, o.optics = append(o.heads, head), append(o.optics, optics)
		offsetDeg := apart * float64(i)
		if o.housings == 1 {
			offsetDeg -= apart * float64(count-1) / 2
		}
		o.offsetsDeg = append(o.offsetsDeg, offsetDeg)
	}
}

// lacksInfrared tells that a class lights less far by itself than is asked for, so that a lamp goes with it. A thermal head
// needs none.
func lacksInfrared(p Profile, reachM float64) bool {
	return p.Kind != inventory.HeadThermal && (p.IRRangeM == nil || p.IRRangeM.Value < reachM)
}

// atLeastWide is the lens with a recorded picture of so many pixels at least, where the class has one.
func (l lens) atLeastWide(widthPx float64) lens {
	for _, stream := range l.profile.Streams.Value {
		if float64(stream.WidthPx) >= max(widthPx, float64(l.stream.WidthPx)) {
			l.stream = stream
			break
		}
	}
	return l
}

// rate is how many pictures a second are recorded: what is advised where the class reaches it, else the least that is
// asked for.
func (d demanded) rate(usual float64, p Profile) float64 {
	fps := usual
	if least := d.asked.atLeast("framesPerSecond"); least != nil {
		fps = *least
	}
	if advised := d.asked.advised("framesPerSecond"); advised != nil {
		fps = max(fps, *advised)
	}
	if most := d.asked.atMost("framesPerSecond"); most != nil {
		fps = min(fps, *most)
	}
	return min(fps, p.FramesPerSecond.Value)
}

// bitrate is the ceiling of the rate of a stream, Mbit/s: that of the book for the smallest picture that holds as many
// pixels, in H.265 where the class has it; larger pictures in proportion, fewer pictures a second for less.
func (s *Sizing) bitrate(stream Stream, codecs []string, fps float64) (codec string, mbps float64, steps []inventory.Step) {
	pixels := float64(stream.WidthPx * stream.HeightPx)
	row := s.Streams[len(s.Streams)-1]
	scale := max(1, pixels/float64(row.WidthPx*row.HeightPx))
	for _, r := range s.Streams {
		if pixels <= float64(r.WidthPx*r.HeightPx) {
			row, scale = r, 1
			break
		}
	}
	codec, mbps = "H.265", row.H265Mbps
	if !slices.Contains(codecs, codec) {
		codec, mbps = "H.264", row.H264Mbps
	}
	factor := 1.0
	if fps <= s.Figures.SlowFramesPerSecond.Value {
		factor = s.Figures.SlowRate.Value
	}
	mbps = roundTo(mbps*scale*factor, 0.01)
	return codec, mbps, []inventory.Step{{
		Name:    inventory.Text{FR: "Débit plafond, " + codec, EN: "Ceiling of the bit rate, " + codec},
		Formula: fmt.Sprintf("%d × %d px, %.4g images/s: × %.4g", stream.WidthPx, stream.HeightPx, fps, scale*factor),
		Value:   mbps, Unit: "Mbit/s", Source: row.Source + mark(row.Verified),
	}}
}

// head is one head without a bearing: it is aimed at the target.
func (l lens) head(d demanded) inventory.Head {
	p, t := l.profile, d.t
	h := inventory.Head{
		Kind: p.Kind, TiltDeg: l.tiltDeg(t),
		RecordedWidthPx: new(l.stream.WidthPx), RecordedHeightPx: new(l.stream.HeightPx),
		Shot: shotOf(d.u.need.Aim), Purposes: slices.Clone(d.u.need.Purposes), Aims: []inventory.Aim{d.u.need.Aim},
		TargetDistanceM: new(roundTo(t.distanceM, 0.01)), RequiredDensityPxM: new(t.densityPxM),
		SceneLuxNight: d.u.need.SceneLuxNight, Backlight: d.u.need.Backlight,
		MinLux: valueOf(p.MinLux), InfraredRangeM: valueOf(p.IRRangeM), WDRDB: valueOf(p.WDRDB), ShutterS: new(d.shutterS),
	}
	s := l.sensor(t)
	h.SensorWidthMM, h.SensorHeightMM, h.FocalMM = s.WidthMM, s.HeightMM, s.FocalMM
	h.HFOVDeg, h.VFOVDeg = s.HFOVDeg, s.VFOVDeg
	h.NightUse = new(d.u.need.Period != inventory.Day)
	if p.Kind == inventory.HeadPTZ {
		h.PanRangeDeg = &p.PanRangeDeg.Value
	}
	if t.plate {
		h.VehicleSpeedKMH = d.u.need.TargetSpeedKMH
	}
	return h
}

// shotOf is narrow for what analyses people or objects, whatever the lens (arrêté of 3 August 2007, annex 1 §3).
func shotOf(aim inventory.Aim) inventory.Shot {
	switch aim {
	case "recognise", "identify", "face", "plate":
		return inventory.Narrow
	}
	return inventory.Wide
}

// tiltDeg aims the axis at the target, degrees below the horizon to the hundredth; nil for a head that looks all round
// from straight above.
func (l lens) tiltDeg(t target) *float64 {
	if l.hfovDeg > maxStraightDeg && l.vfovDeg() == nil && l.told {
		return nil
	}
	deg := roundTo(math.Atan2(t.mountHeightM-t.heightM, t.groundM())*180/math.Pi, 0.01)
	return &deg
}

// optics are the figures of one head: densities and far limits rounded down, near limits up.
func (l lens) optics(d demanded) inventory.HeadOptics {
	s := l.sensor(d.t)
	s.TiltDeg = l.tiltDeg(d.t)
	_, vfovDeg := s.FieldOfView()
	nearM, farM, err := s.Reach(d.t.densityPxM)
	if err != nil {
		nearM, farM = 0, 0
	}
	sceneM, err := s.SceneWidthM(d.t.distanceM)
	if err != nil {
		sceneM = 0
	}
	o := inventory.HeadOptics{
		FocalMM: l.focalMM, HFOVDeg: roundTo(l.hfovDeg, 0.01), RecordedWidthPx: l.stream.WidthPx,
		TargetDistanceM: roundTo(d.t.distanceM, 0.01), DensityPxM: floorTo(l.densityPxM(d.t), 0.01), SceneWidthM: floorTo(sceneM, 0.01),
		NearM: -floorTo(-nearM, 0.01), FarM: floorTo(farM, 0.01),
		FaceAngleDeg: roundTo(geo.FaceAngleDeg(d.t.mountHeightM, d.t.groundM()), 0.1),
	}
	if s.WidthMM != nil {
		o.SensorWidthMM = *s.WidthMM
	}
	if vfovDeg != nil {
		o.VFOVDeg = roundTo(*vfovDeg, 0.01)
	}
	return o
}

// pinhole is the source of the relations between a lens and its scene.
const pinhole = "modèle du sténopé : largeur d’image / focale = largeur de scène / distance (guides d’objectifs) ; densité en px/m : IEC 62676-4"

// steps say how the figures of the optics were found.
func (l lens) steps(d demanded, o inventory.HeadOptics) []inventory.Step {
	t := d.t
	step := func(fr, en, formula string, value float64, unit, source string) inventory.Step {
		return inventory.Step{Name: inventory.Text{FR: fr, EN: en}, Formula: formula, Value: value, Unit: unit, Source: source}
	}
	var steps []inventory.Step
	if l.focalMM > 0 {
		width := l.profile.SensorWidthMM.Value
		steps = append(steps,
			step("Focale pour la densité", "Focal length for the density",
				fmt.Sprintf("f = d·w·D/H = %.4g × %.4g × %.4g / %d", t.densityPxM, width, t.distanceM, l.stream.WidthPx),
				roundTo(t.densityPxM*width*t.distanceM/float64(l.stream.WidthPx), 0.001), "mm", pinhole),
			step("Focale retenue", "Focal length chosen", "f", l.focalMM, "mm", l.profile.FocalMM.Source+mark(l.profile.FocalMM.Verified)),
		)
	}
	field := step("Champ horizontal d’un capteur", "Horizontal field of a head", "HFOV = 2·atan(w/2f)", o.HFOVDeg, "°", pinhole)
	if l.told {
		field.Formula, field.Source = "HFOV", l.profile.HFOVDeg.Source+mark(l.profile.HFOVDeg.Verified)
	}
	steps = append(steps, field,
		step("Largeur de scène par capteur", "Width of the scene a head", fmt.Sprintf("W = D·w/f, D = %.4g m", t.distanceM), o.SceneWidthM, "m", pinhole),
		step("Densité à la cible, arrondie en dessous", "Density at the target, rounded down",
			fmt.Sprintf("H/W = %d / W ≥ %.4g", l.stream.WidthPx, t.densityPxM), o.DensityPxM, "px/m", pinhole),
	)
	if tilt := l.tiltDeg(t); tilt != nil {
		steps = append(steps, step("Inclinaison", "Tilt",
			fmt.Sprintf("τ = asin((Hc − z)/D) = asin((%.4g − %.4g)/%.4g)", t.mountHeightM, t.heightM, t.distanceM), *tilt, "°", "trigonométrie"))
	}
	steps = append(steps,
		step("Limite proche au sol", "Near limit on the ground", "(Hc − z)/tan(τ + VFOV/2)", o.NearM, "m", "trigonométrie"),
		step("Limite lointaine à la densité", "Far limit at the density",
			fmt.Sprintf("√((H·f/(w·d))² − (Hc − z)²), d = %.4g px/m", t.densityPxM), o.FarM, "m", pinhole),
		step("Angle vertical sur un visage", "Vertical angle to a face", "α = atan((Hc − 1,60)/D sol)", o.FaceAngleDeg, "°", "trigonométrie"),
	)
	return steps
}

// roundTo rounds to the nearest step.
func roundTo(v, step float64) float64 {
	parts := math.Round(1 / step)
	return math.Round(v*parts) / parts
}

// signif keeps the digits that count.
func signif(v float64, digits int) float64 {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', digits, 64), 64)
	if err != nil {
		return v
	}
	return rounded
}
