package advisory

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"vigie/geo"
	"vigie/inventory"
)

// equipmentOption is one way to meet a need: a class of equipment with its optics set.
type equipmentOption struct {
	profile Profile
	// need is what it meets, with what was supposed.
	need inventory.Need
	// heads have no bearing; offsetsDeg are their bearings against that of the camera, degrees clockwise.
	heads      []inventory.Head
	offsetsDeg []float64
	optics     []inventory.HeadOptics
	// bill is what one of it takes at its place, costEUR what that costs without tax.
	bill    []inventory.BillLine
	costEUR inventory.Range
	advice  []inventory.Advice
	specs   []inventory.Specification

	// reached is how many advised values it has, housings how many devices stand there; lamp tells that they need infrared
	// beside their own.
	reached, housings int
	lamp              bool
}

// options gives the ways to meet a need on a day, best first, and the classes of equipment that do not do, with the reason.
// The best has the most of what is advised, then costs least, then draws least. only narrows the classes; an identifier
// that is not in the book is an *inventory.InvalidError. A need that nothing meets is a *geo.BindingError that names what
// stands in the way of the class that comes closest.
func (b *Book) options(need inventory.Need, project inventory.Project, at inventory.Date, only []string) ([]equipmentOption, []inventory.Alternative, error) {
	if err := b.knowProfiles(only); err != nil {
		return nil, nil, err
	}
	d, err := b.demand(need, project, at)
	if err != nil {
		return nil, nil, err
	}
	var found []equipmentOption
	var rejected []inventory.Alternative
	var closest []refusal
	var closestID string
	for _, p := range b.Profiles {
		if len(only) > 0 && !slices.Contains(only, p.ID) {
			continue
		}
		option, refusals, err := b.option(p, d)
		if err != nil {
			return nil, nil, err
		}
		if len(refusals) == 0 {
			found = append(found, option)
			continue
		}
		rejected = append(rejected, alternative(p, refusals))
		if closest == nil || closer(refusals, closest) {
			closest, closestID = refusals, p.ID
		}
	}
	if len(found) == 0 {
		return nil, rejected, impossible(d, closest, closestID)
	}
	slices.SortStableFunc(found, compareOptions)
	return found, rejected, nil
}

func compareOptions(a, b equipmentOption) int {
	return cmp.Or(
		cmp.Compare(b.reached, a.reached),
		cmp.Compare(a.costEUR.Low+a.costEUR.High, b.costEUR.Low+b.costEUR.High),
		cmp.Compare(a.profile.PowerW.Value, b.profile.PowerW.Value),
		strings.Compare(a.profile.ID, b.profile.ID),
	)
}

// knowProfiles refuses identifiers that the book does not have.
func (b *Book) knowProfiles(only []string) error {
	var faults []inventory.Fault
	for i, id := range only {
		if _, known := b.Profile(id); !known {
			ids := make([]string, len(b.Profiles))
			for k, p := range b.Profiles {
				ids[k] = p.ID
			}
			faults = append(faults, inventory.Fault{
				Field: fmt.Sprintf("profiles[%d]", i), Reason: fmt.Sprintf("%q is not a profile of the book: one of %s", id, strings.Join(ids, ", ")),
			})
		}
	}
	if len(faults) > 0 {
		return &inventory.InvalidError{Kind: "recommendation request", Faults: faults}
	}
	return nil
}

// impossible is the error of a need that nothing meets.
func impossible(d demanded, closest []refusal, id string) error {
	if len(closest) == 0 {
		return &geo.BindingError{Constraint: byProfile, Reason: "the book has no class of equipment to choose from"}
	}
	first, rules := closest[0], ""
	if len(first.rules) > 0 {
		rules = " (" + strings.Join(first.rules, ", ") + ")"
	}
	return &geo.BindingError{
		Constraint: first.constraint,
		Reason:     fmt.Sprintf("no class of equipment meets the need%s; %s comes closest: %s%s", ofPlace(d.u.need), id, first.why.EN, rules),
	}
}

// ofPlace names the place of a need, for a message.
func ofPlace(need inventory.Need) string {
	switch {
	case need.Area != "":
		return fmt.Sprintf(" of the area %q", string(need.Area))
	case need.Site != "":
		return fmt.Sprintf(" of the site %q", string(need.Site))
	}
	return ""
}

// alternative is a class that does not do, with all reasons.
func alternative(p Profile, refusals []refusal) inventory.Alternative {
	a := inventory.Alternative{Profile: p.ID, Rules: []string{}}
	fr, en := make([]string, len(refusals)), make([]string, len(refusals))
	for i, r := range refusals {
		fr[i], en[i] = r.why.FR, r.why.EN
		a.Rules = append(a.Rules, r.rules...)
	}
	slices.Sort(a.Rules)
	a.Rules = slices.Compact(a.Rules)
	a.Why = inventory.Text{FR: strings.Join(fr, " ; "), EN: strings.Join(en, "; ")}
	return a
}

// demanded is a need with all that is asked of equipment for it.
type demanded struct {
	u       understood
	t       target
	advice  []inventory.Advice
	asked   specifications
	project inventory.Project
	at      inventory.Date
	// shutterS is the longest exposure, seconds.
	shutterS float64
}

// demand understands a need and asks the rules. What the rules move, as the distance to a face, is told to them again.
func (b *Book) demand(need inventory.Need, project inventory.Project, at inventory.Date) (demanded, error) {
	if len(b.Sizing.Aims) == 0 {
		return demanded{}, fmt.Errorf("advise on equipment: the book has no sizing.yaml")
	}
	d := demanded{u: b.understand(need), project: project, at: at}
	steps := d.u.steps
	for range 2 {
		d.u.steps = slices.Clone(steps)
		var err error
		if d.advice, err = b.adviseNeed(d.u.need, project, at, 0); err != nil {
			return demanded{}, err
		}
		d.asked = Strictest(d.advice)
		if c := d.asked.conflict(); c != nil {
			return demanded{}, &geo.BindingError{
				Constraint: byConflict, Reason: fmt.Sprintf("%s: %s cannot all be kept", c.Label.EN, strings.Join(c.Rules, ", ")),
			}
		}
		refused := refusedPlates(d)
		if refused == nil {
			d.t, refused = b.aimed(&d.u, d.asked)
		}
		if refused != nil {
			return demanded{}, &geo.BindingError{Constraint: refused.constraint, Reason: refused.why.EN}
		}
	}
	shutterS, more := b.shutter(&d.u, d.asked, d.t)
	d.shutterS, d.u.steps = shutterS, append(d.u.steps, more...)
	return d, nil
}

// refusedPlates is why plates may not be read by software, where they are asked for and the rules forbid it.
func refusedPlates(d demanded) *refusal {
	software := d.asked.named("plateSoftware")
	if d.u.need.PlateReading == nil || !*d.u.need.PlateReading || software == nil || software.Flag == nil || *software.Flag {
		return nil
	}
	rules := strings.Join(software.Rules, ", ")
	return refuse(byPlates, "lecture automatisée des plaques exclue par "+rules+" (CSI, art. L233-1)",
		rules+" excludes the reading of plates by this holder (CSI art. L233-1)")
}

// adviseNeed asks the rules about a need. bitrateMbps is the ceiling of one stream, 0 while no equipment is chosen.
func (b *Book) adviseNeed(need inventory.Need, project inventory.Project, at inventory.Date, bitrateMbps float64) ([]inventory.Advice, error) {
	about := &Case{Need: need, Project: project}
	facts := about.Facts(SubjectNeed)
	if project.Cameras != nil {
		facts["project.cameraCount"] = *project.Cameras
	}
	if bitrateMbps > 0 {
		facts["need.bitrateCeilingMbps"] = bitrateMbps
	}
	return b.Advise(SubjectNeed, facts, at)
}

// option sets a class of equipment for a need, or says why it does not do.
func (b *Book) option(p Profile, d demanded) (equipmentOption, []refusal, error) {
	if p.Carrier != d.u.need.Carrier {
		return equipmentOption{}, []refusal{*refuse(byCarrier, "elle n’est pas faite pour ce porteur", "it is not made for what carries it here")}, nil
	}
	refusals, reached := b.holds(p, d.asked)
	l, refused := b.Sizing.set(p, d.t)
	if refused != nil {
		refusals = append(refusals, *refused)
	}
	if len(refusals) > 0 {
		return equipmentOption{}, refusals, nil
	}
	o := equipmentOption{profile: p, need: d.u.need, reached: reached}
	b.mount(&o, l, d)
	if advised := d.asked.advised("densityPxM"); advised != nil && o.optics[0].DensityPxM >= *advised {
		o.reached++
	}
	advice, err := b.adviseNeed(d.u.need, d.project, d.at, *o.heads[0].BitrateMbps)
	if err != nil {
		return equipmentOption{}, nil, err
	}
	o.advice, o.specs = advice, Strictest(advice)
	if o.bill, o.costEUR, refused = b.cameraBill(o, d.at); refused != nil {
		return equipmentOption{}, []refusal{*refused}, nil
	}
	return o, nil, nil
}
