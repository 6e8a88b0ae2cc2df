package advisory

import (
	"fmt"
	"math"

	"vigie/geo"
	"vigie/inventory"
)

// understood is a need in which nothing is left open that equipment depends on.
type understood struct {
	need inventory.Need
	// supposedDistance, supposedWidth and supposedHeight tell what the request did not say.
	supposedDistance, supposedWidth, supposedHeight bool
	// aim is the row of the book for the need's aim.
	aim   AimNeed
	steps []inventory.Step
}

// usualAim is that of a need which names neither aim nor place.
const usualAim inventory.Aim = "recognise"

// understand fills what a need leaves open, by its kind of place and its aim, and notes it.
func (b *Book) understand(need inventory.Need) understood {
	site := b.Sizing.siteOf(need.Site)
	u := understood{need: need, supposedDistance: need.TargetDistanceM == nil, supposedWidth: need.TargetWidthM == nil,
		supposedHeight: need.MountHeightM == nil}
	own := need.Aim == "" || need.Aim == site.Aim // what is usual of the place holds of its usual aim
	if need.Aim == "" {
		u.need.Aim = cmpOr(site.Aim, usualAim)
	}
	u.aim = b.Sizing.aimOf(u.need.Aim)
	origin := u.aim.Origin
	pick := func(of *float64, otherwise float64) (float64, Origin) {
		if own && of != nil {
			return *of, site.Origin
		}
		return otherwise, origin
	}
	suppose := func(into **float64, fr, en, unit string, of *float64, otherwise float64) {
		if *into == nil {
			value, from := pick(of, otherwise)
			*into = &value
			u.note(fr, en, value, unit, from)
		}
	}
	suppose(&u.need.TargetDistanceM, "Distance de la cible, supposée", "Distance of the target, supposed", "m", site.DistanceM, u.aim.DistanceM)
	suppose(&u.need.TargetWidthM, "Largeur de la scène, supposée", "Width of the scene, supposed", "m", site.WidthM, u.aim.WidthM)
	suppose(&u.need.MountHeightM, "Hauteur de pose, supposée", "Height of the lens, supposed", "m", site.MountHeightM, u.aim.MountHeightM)
	suppose(&u.need.TargetSpeedKMH, "Vitesse de la cible, supposée", "Speed of the target, supposed", "km/h", site.SpeedKMH, u.aim.SpeedKMH)
	u.place(site)
	b.levelOf(&u)
	return u
}

// reachM is how high a person reaches from the ground, metres: the height that IK10 is asked for up to.
const reachM = 3.0

// place fills what goes without saying of a kind of place, and of a support of its height.
func (u *understood) place(site SiteNeed) {
	if u.need.Reachable == nil {
		u.need.Reachable = new(*u.need.MountHeightM <= reachM)
	}
	if u.need.Environment == "" {
		u.need.Environment = "temperate"
	}
	if u.need.Outdoor == nil {
		u.need.Outdoor = site.Outdoor
	}
	if u.need.FilmsPublicWay == nil {
		u.need.FilmsPublicWay = site.FilmsPublicWay
	}
	if u.need.Period == "" {
		u.need.Period = inventory.DayAndNight
	}
	if u.need.Carrier == "" {
		u.need.Carrier = inventory.Fixed
	}
	if u.need.ColourAtNight == nil && u.need.Period != inventory.Day {
		u.need.ColourAtNight = new(false)
		u.steps = append(u.steps, inventory.Step{
			Name:   inventory.Text{FR: "Couleurs non demandées la nuit, supposé", EN: "No colours asked for at night, supposed"},
			Source: "arrêté du 3 août 2007, annexe 1 : éclairage d’appoint, comme l’infrarouge",
		})
	}
}

// levelOf takes the density of a level that the need names: of the book's usual scale, else of the first that has it.
func (b *Book) levelOf(u *understood) {
	if u.need.Level == "" || u.need.DensityPxM != nil {
		return
	}
	usual, _ := b.Scale(b.Params.DefaultScale.Value)
	for _, scale := range append([]Scale{usual}, b.Scales...) {
		if rank, known := scale.Level(u.need.Level); known {
			level := scale.Levels[rank]
			u.need.DensityPxM = &level.Density.Value
			u.note("Densité du niveau « "+level.Name.FR+" »", "Density of the level “"+level.Name.EN+"”",
				level.Density.Value, "px/m", Origin{level.Density.Source, level.Density.Verified})
			return
		}
	}
}

func cmpOr(aim, otherwise inventory.Aim) inventory.Aim {
	if aim == "" {
		return otherwise
	}
	return aim
}

// note adds something supposed.
func (u *understood) note(fr, en string, value float64, unit string, from Origin) {
	u.steps = append(u.steps, inventory.Step{
		Name: inventory.Text{FR: fr, EN: en}, Formula: "", Value: value, Unit: unit, Source: from.Source + mark(from.Verified),
	})
}

// mark says how far a value can be trusted, after its source.
func mark(verified Verified) string {
	if verified == VerifiedYes || verified == "" {
		return ""
	}
	return " [" + string(verified) + "]"
}

// aimed is the target of the optics, under what the rules ask for. What was supposed gives way to them; what the request
// says does not, and is refused where both cannot be.
func (b *Book) aimed(u *understood, asked specifications) (target, *refusal) {
	t := target{
		distanceM: *u.need.TargetDistanceM, widthM: *u.need.TargetWidthM, widthAsked: !u.supposedWidth,
		mountHeightM: *u.need.MountHeightM, heightM: b.Params.TargetHeightM.Value,
	}
	if u.need.Aim == "plate" {
		t.plate, t.heightM = true, b.Sizing.Figures.PlateHeightM.Value
	}
	b.needDensity(u, asked, &t)
	if most := asked.atMost("sceneWidthM"); most != nil && u.supposedWidth {
		t.widthM = min(t.widthM, *most)
	}
	if within := asked.clamp("mountHeightM", t.mountHeightM); within != t.mountHeightM {
		b.heightAsked(u, &t, within, asked)
	}
	if refused := u.angle(asked, &t); refused != nil {
		return t, refused
	}
	if drop := math.Abs(t.mountHeightM - t.heightM); t.groundM() == 0 {
		if !u.supposedDistance {
			return t, refuse(byHeight,
				fmt.Sprintf("une cible à %s m est plus près que les %s m qui la séparent de l’objectif en hauteur", frNumber(t.distanceM), frNumber(drop)),
				fmt.Sprintf("a target at %v m is nearer than the lens is above it, %v m", t.distanceM, drop))
		}
		t.distanceM = 2 * drop
	}
	u.need.TargetDistanceM, u.need.TargetWidthM, u.need.MountHeightM = &t.distanceM, &t.widthM, &t.mountHeightM
	u.need.DensityPxM = &t.densityPxM
	return t, nil
}

// heightAsked takes the height that rules ask for where it was only supposed. A height that the request gives stays, as
// long as the angle to a face allows it, and is said to be another one.
func (b *Book) heightAsked(u *understood, t *target, heightM float64, asked specifications) {
	rules := asked.rulesOf("mountHeightM")
	if u.supposedHeight {
		t.mountHeightM = heightM
		u.note("Hauteur de pose demandée par "+rules, "Height of the lens asked for by "+rules, heightM, "m", Origin{Source: rules})
		return
	}
	u.note("Hauteur de pose conseillée par "+rules+", autre que celle du support", "Height of the lens advised by "+rules+", not that of the support",
		heightM, "m", Origin{Source: rules})
}

// needDensity is the greater of what the need and the rules ask for; that of the aim when neither does, or when the rules
// ask only for an overview of a place where people or plates are to be told.
func (b *Book) needDensity(u *understood, asked specifications, t *target) {
	if u.need.DensityPxM != nil {
		t.densityPxM = *u.need.DensityPxM
	}
	if least := asked.atLeast("densityPxM"); least != nil && *least > t.densityPxM {
		t.densityPxM = *least
		rules := asked.rulesOf("densityPxM")
		u.note("Densité demandée par "+rules, "Density asked for by "+rules, *least, "px/m", Origin{Source: rules})
	}
	if advised := asked.advised("densityPxM"); advised != nil {
		t.advisedPxM = *advised
	}
	narrow := shotOf(u.need.Aim) == inventory.Narrow && u.need.DensityPxM == nil && t.densityPxM < u.aim.DensityPxM
	if t.densityPxM == 0 || narrow {
		t.densityPxM = u.aim.DensityPxM
		u.note("Densité de l’objectif, supposée", "Density of the aim, supposed", t.densityPxM, "px/m", u.aim.Origin)
	}
}

// angle keeps the vertical angle to a face or to a plate under what the rules accept, by going farther away where the
// distance was only supposed.
func (u *understood) angle(asked specifications, t *target) *refusal {
	most := asked.atMost("faceAngleDeg")
	if t.plate {
		most = asked.atMost("plateAngleDeg")
	}
	if most == nil || t.groundM() > 0 && t.angleDeg() <= *most {
		return nil
	}
	needM := t.distanceAt(*most)
	if u.supposedDistance {
		t.distanceM = math.Ceil(needM*10) / 10
		return nil
	}
	return refuse(byAngle,
		fmt.Sprintf("à %s m de haut, il faut être à %s m au moins pour un angle de %s°, et non à %s m",
			frNumber(t.mountHeightM), frNumber(math.Ceil(needM*10)/10), frNumber(*most), frNumber(t.distanceM)),
		fmt.Sprintf("from %v m up, an angle of %v° takes a distance of %v m at least, not %v m",
			t.mountHeightM, *most, math.Ceil(needM*10)/10, t.distanceM))
}

// angleDeg is the angle below the horizon at which the plate, or a face, is seen, degrees.
func (t target) angleDeg() float64 {
	if t.plate {
		return math.Atan2(t.mountHeightM-t.heightM, t.groundM()) * 180 / math.Pi
	}
	return geo.FaceAngleDeg(t.mountHeightM, t.groundM())
}

// distanceAt is the slant distance from which the plate, or a face, is seen under an angle, metres.
func (t target) distanceAt(angleDeg float64) float64 {
	dropM := t.mountHeightM - t.heightM
	groundM := geo.FaceDistanceM(t.mountHeightM, angleDeg)
	if t.plate {
		groundM = dropM / math.Tan(angleDeg*math.Pi/180)
	}
	return math.Hypot(groundM, dropM)
}

// shutter is how long an exposure may be, seconds: short enough that a target at the needed density smears no more than
// the book accepts (v·t·density·sin φ), and for the rules; set to the next shorter exposure that cameras have.
func (b *Book) shutter(u *understood, asked specifications, t target) (seconds float64, steps []inventory.Step) {
	f := b.Sizing.Figures
	motion := geo.Motion{SpeedMS: *u.need.TargetSpeedKMH / 3.6, OffAxisDeg: f.CrossingDeg.Value}
	if *u.need.TargetSpeedKMH > f.VehicleKMH.Value {
		motion.OffAxisDeg = f.VehicleDeg.Value
	}
	parts := b.Sizing.Shutters.Value
	longest := 1 / parts[0]
	if perSecond := motion.BlurPx(1, t.densityPxM); perSecond > 0 {
		longest = min(longest, f.BlurPx.Value/perSecond)
	}
	source := f.BlurPx.Source + mark(f.BlurPx.Verified)
	if most := asked.atMost("shutterS"); most != nil && *most < longest {
		longest, source = *most, asked.rulesOf("shutterS")
	}
	seconds = 1 / parts[len(parts)-1]
	for _, part := range parts {
		if 1/part <= longest*(1+1e-9) {
			seconds = 1 / part
			break
		}
	}
	return seconds, []inventory.Step{{
		Name:    inventory.Text{FR: "Temps de pose au plus", EN: "Exposure at most"},
		Formula: fmt.Sprintf("t = b/(v·d·sin φ) = %.4g/(%.4g × %.4g × sin %.4g°)", f.BlurPx.Value, motion.SpeedMS, t.densityPxM, motion.OffAxisDeg),
		Value:   seconds, Unit: "s", Source: source,
	}}
}
