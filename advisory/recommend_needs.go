package advisory

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"

	"vigie/geo"
	"vigie/inventory"
)

// gapZone is the name of the zone of the gap that is attended to; no area can have it.
const gapZone = "the gap"

// usualWeight is what a square metre outside the areas of interest weighs.
const usualWeight = 1.0

// want is ground that is to be seen, and what for.
type want struct {
	geo.Demand
	need inventory.Need
	// area is the rank of the area of interest, −1 for other ground.
	area int
}

// seen is the ground of a want, and what is seen of it often enough, m².
func (w want) seen(c geo.Coverage) (groundM2, seenM2 float64) {
	ground, levels, night := c.GroundM2, c.Levels, c.Night
	for _, z := range c.Zones {
		if z.ID == w.Zone {
			ground, levels, night = z.GroundM2, z.Levels, z.Night
		}
	}
	if w.Night {
		levels = night
	}
	for _, l := range levels {
		if k := max(1, w.Times); l.Level.Code == w.Level && k <= len(l.AtLeastM2) {
			seenM2 = l.AtLeastM2[k-1]
		}
	}
	return ground, seenM2
}

// complete takes from another need what this one leaves open.
func complete(need, from inventory.Need) inventory.Need {
	into, of := reflect.ValueOf(&need).Elem(), reflect.ValueOf(from)
	for i := range into.NumField() {
		if into.Field(i).IsZero() {
			into.Field(i).Set(of.Field(i))
		}
	}
	return need
}

// want works out the needs and what is to be seen.
func (u *undertaking) want() error {
	u.ground = u.asked.Need
	if err := u.level("need.", &u.ground, u.scale.Levels[u.gapRank].Code); err != nil {
		return err
	}
	u.ground = complete(u.ground, inventory.Need{Site: "street", Period: inventory.Day})
	u.settle(&u.ground)
	for i := range u.in.areas {
		if err := u.wantArea(i); err != nil {
			return err
		}
	}
	limited := u.asked.Count > 0 || u.asked.BudgetEUR > 0
	switch {
	case u.gap != nil:
		u.wants = []want{{Demand: u.demand(gapZone, u.ground, usualWeight), need: u.ground, area: -1}}
		if !limited {
			u.asked.Count = 1
			u.assume("one_camera", "Ni nombre ni budget n’est donné pour la lacune : une caméra est proposée.",
				"Neither a number nor a budget is given for the gap: one camera is proposed.")
		}
	case limited || u.camera != nil:
		u.wants = append(u.wants, want{Demand: u.demand("", u.ground, usualWeight), need: u.ground, area: -1})
	case !slices.ContainsFunc(u.wants, func(w want) bool { return w.Share > 0 }):
		return &geo.BindingError{
			Constraint: geo.ByDemands, Reason: "neither a number of cameras, nor a budget, nor an area with a requirement is given",
		}
	default:
		u.wants = slices.DeleteFunc(u.wants, func(w want) bool { return w.Share == 0 })
	}
	return nil
}

// wantArea works out the need of an area of interest and what is to be seen of it.
func (u *undertaking) wantArea(i int) error {
	area := &u.in.areas[i]
	own, at := inventory.Need{}, ""
	for k, need := range u.asked.Needs {
		if need.Area == area.ID {
			own, at = need, fmt.Sprintf("needs[%d].", k)
		}
	}
	told := own.Level != "" || own.Aim != "" || own.DensityPxM != nil
	need := complete(own, u.asked.Need)
	need.Area = area.ID
	fromArea := inventory.Need{Site: siteOf(*area), Critical: area.Critical}
	level := u.ground.Level
	if r := area.Requirement; r != nil {
		fromArea.Period = cmp.Or(r.Period, inventory.DayAndNight)
		level = r.Level
	}
	if area.NightExtinction != nil && *area.NightExtinction {
		fromArea.SceneLuxNight = new(0.0)
	}
	need = complete(need, fromArea)
	if err := u.level(at, &need, level); err != nil {
		return err
	}
	u.settle(&need)
	u.needs = append(u.needs, need)
	share := u.require(area, need, told)
	if u.before.Zones[i].GroundM2 <= 0 || share == 0 && weight(*area) <= usualWeight {
		return nil
	}
	d := u.demand(string(area.ID), need, weight(*area))
	if d.Share = share; share == 0 {
		d.Weight -= usualWeight // the ground round about counts already
	} else if need.Critical != nil && *need.Critical {
		d.Times = cmp.Or(u.asked.Times, u.params.Plan.CriticalTimes.Value)
	}
	u.wants = append(u.wants, want{Demand: d, need: need, area: i})
	return nil
}

// require is the share of an area that must be seen, 0 when nothing is required; a need that is told of the area makes it
// required, or changes what is.
func (u *undertaking) require(area *inventory.Area, need inventory.Need, told bool) float64 {
	r := area.Requirement
	switch {
	case r == nil && !told:
		return 0
	case r == nil:
		usual, critical := u.params.Plan.PrioritySharePct, u.params.Plan.CriticalSharePct
		r = &inventory.Requirement{SharePct: usual.Value}
		if need.Critical != nil && *need.Critical {
			r.SharePct = critical.Value
		}
		u.assume("share", fmt.Sprintf("La part à couvrir des lieux dont seul le niveau est dit est de %s %%, et de %s %% pour un lieu critique (%s%s).",
			frNumber(usual.Value), frNumber(critical.Value), usual.Source, mark(usual.Verified)),
			fmt.Sprintf("The share to cover of places of which only the level is told is %v %%, and %v %% of a critical place%s.",
				usual.Value, critical.Value, mark(usual.Verified)))
	default:
		r = new(*r)
	}
	if _, known := u.scale.Level(r.Level); r.Level != "" && !known && need.Level == "" {
		return 0
	}
	r.Level, r.Period = need.Level, cmp.Or(need.Period, r.Period)
	area.Requirement = r
	return min(1, r.SharePct/100)
}

// level finds the level and the density of a need: as told, by its aim, or as the default.
func (u *undertaking) level(at string, need *inventory.Need, otherwise string) error {
	code := need.Level
	densityPxM := 0.0
	switch {
	case code != "":
	case need.DensityPxM != nil:
		densityPxM = *need.DensityPxM
	case need.Aim != "":
		densityPxM = aimDensityPxM(need.Aim)
	default:
		code = otherwise
	}
	if code == "" {
		code = u.levelAt(densityPxM)
	}
	rank, known := u.scale.Level(code)
	switch {
	case known:
	case code == otherwise: // the requirement of an area in the words of another scale
		rank = u.gapRank
		u.warnings.add("level_unknown",
			fmt.Sprintf("Le niveau exigé « %s » n’existe pas dans l’échelle %s : le niveau des lacunes est pris.", code, u.scale.Name.FR),
			fmt.Sprintf("The required level %q is not in the scale %s: that of the gaps is taken.", code, u.scale.Name.EN))
	default:
		return invalidRequest(at+"level", "%q is not one of: %s", code, u.scale.codes())
	}
	need.Level = u.scale.Levels[rank].Code
	if need.DensityPxM == nil {
		need.DensityPxM = new(max(densityPxM, u.scale.Levels[rank].Density.Value))
	}
	return nil
}

// aimDensityPxM is the density that an aim takes, px/m: detect 25, observe 62.5, recognise 125, identify 250 (IEC
// 62676-4:2014, as quoted by third parties); a plate is read as a person is identified.
func aimDensityPxM(aim inventory.Aim) float64 {
	switch aim {
	case "recognise":
		return 125
	case "identify", "face", "plate":
		return 250
	case "observe", "flow", "count":
		return 62.5
	}
	return 25
}

// aimOf is the aim that a density allows.
func aimOf(densityPxM float64) inventory.Aim {
	aim := inventory.Aim("detect")
	for _, better := range []inventory.Aim{"observe", "recognise", "identify"} {
		if densityPxM >= aimDensityPxM(better) {
			aim = better
		}
	}
	return aim
}

// levelAt is the lowest level with a density or more, the highest of the scale when there is none.
func (s study) levelAt(densityPxM float64) string {
	for _, l := range s.scale.Levels {
		if l.Density.Value >= densityPxM {
			return l.Code
		}
	}
	return s.scale.Levels[len(s.scale.Levels)-1].Code
}

// settle supposes what nobody told of a need.
func (u *undertaking) settle(need *inventory.Need) {
	yes := true
	supposed := inventory.Need{
		Purposes: sitePurposes(need.Site), Aim: aimOf(*need.DensityPxM), Environment: "temperate", Outdoor: &yes, FilmsPublicWay: &yes,
		Period: inventory.Day,
	}
	*need = complete(*need, supposed)
}

// demand is what the engine is asked to see.
func (u *undertaking) demand(zone string, need inventory.Need, weight float64) geo.Demand {
	return geo.Demand{Zone: zone, Level: need.Level, Night: need.Period != inventory.Day, Weight: max(weight, 0.001)}
}

// assume notes something supposed, once.
func (u *undertaking) assume(code, fr, en string) {
	if !slices.ContainsFunc(u.assumptions, func(a inventory.Assumption) bool { return a.Code == code }) {
		u.assumptions = append(u.assumptions, inventory.Assumption{Code: code, Text: inventory.Text{FR: fr, EN: en}})
	}
}
