package advisory

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"vigie/geo"
	"vigie/inventory"
)

const (
	// mostModels is how many models of the catalogue are listed with a camera.
	mostModels = 10
	// leastFieldShare is what part of the field that was computed a model must show: fixed lenses come in steps.
	leastFieldShare = 0.9
)

// gatherModels reads the catalogue. When a model was stored, and by which import, says nothing of it.
func (u *undertaking) gatherModels(ctx context.Context) error {
	models, err := inventory.All(ctx, u.advisor.Store.Equipment(), inventory.Query{})
	if err != nil {
		return fmt.Errorf("read the catalogue: %w", err)
	}
	for i := range models {
		p := models[i].Provenance
		models[i].Provenance = inventory.Provenance{Source: p.Source, Licence: p.Licence}
	}
	u.models = models
	return nil
}

// modelsFor are the models that keep what is asked of a camera with its optics, as far as the catalogue tells: those that
// were checked first, then those of which most is told, then the cheapest.
func (u *undertaking) modelsFor(c inventory.ProposedCamera) []inventory.ProposedModel {
	profile, known := u.advisor.Book.Profile(c.Profile)
	if !known || len(c.Optics) == 0 || c.Need.DensityPxM == nil {
		return nil
	}
	var found []inventory.ProposedModel
	for _, e := range u.models {
		if m, fits := fitting(e, profile, c); fits {
			found = append(found, m)
		}
	}
	price := func(m inventory.ProposedModel) float64 {
		if m.PriceEUR == nil {
			return math.Inf(1)
		}
		return *m.PriceEUR
	}
	slices.SortStableFunc(found, func(a, b inventory.ProposedModel) int {
		return cmp.Or(compareFlags(a.Unverified, b.Unverified), cmp.Compare(len(a.Untold), len(b.Untold)), cmp.Compare(price(a), price(b)),
			strings.Compare(a.Manufacturer, b.Manufacturer), strings.Compare(a.Reference, b.Reference), strings.Compare(string(a.ID), string(b.ID)))
	})
	return found[:min(len(found), mostModels)]
}

// fitting tells whether a model does for a camera, and how it would be set.
func fitting(e inventory.Equipment, profile Profile, c inventory.ProposedCamera) (inventory.ProposedModel, bool) {
	m := inventory.ProposedModel{
		ID: e.ID, Manufacturer: e.Manufacturer, Reference: e.Reference, Name: e.Name, Unverified: !e.Verified,
		PriceEUR: e.PriceEUR, PricedOn: e.PricedOn, Untold: []string{}, Doubts: []string{}, Source: e.Provenance.Source, Licence: e.Provenance.Licence,
	}
	if !ofForm(e, profile) || !setModel(&m, e, c) {
		return m, false
	}
	for _, s := range c.Specifications {
		if slices.Contains(keptBeside(profile), s.Name) || s.Name == "heads" {
			continue
		}
		switch modelKeeps(e, s) {
		case VerdictFail:
			return m, false
		case VerdictUnknown:
			m.Untold = append(m.Untold, s.Name)
		default:
		}
	}
	for _, doubt := range e.Doubts() {
		m.Doubts = append(m.Doubts, doubt.Field+": "+doubt.Reason)
	}
	return m, true
}

// ofForm tells whether a model is built as a class of equipment is, with as many heads, and draws no more. A lens that is set
// does for one that is not.
func ofForm(e inventory.Equipment, profile Profile) bool {
	form := Form(e.Form)
	heads := 1
	if e.Heads != nil {
		heads = *e.Heads
	}
	return (form == profile.Form || form == FormVarifocal && profile.Form == FormFixed) && heads == profile.Heads.Value &&
		(e.PowerW == nil || *e.PowerW <= profile.PowerW.Value)
}

// setModel sets the lens of a model as near as can be to the field that was computed; it tells whether the model then keeps
// the density at the target and shows the field.
func setModel(m *inventory.ProposedModel, e inventory.Equipment, c inventory.ProposedCamera) bool {
	o := c.Optics[0]
	s := geo.Sensor{RecordedWidthPx: e.RecordedWidthPx}
	longest := cmp.Or(e.MaxFocalMM, e.MinFocalMM)
	narrowest := cmp.Or(e.TeleHFOVDeg, e.WideHFOVDeg)
	switch {
	case e.RecordedWidthPx == nil:
		return false
	case e.SensorWidthMM != nil && e.MinFocalMM != nil && o.HFOVDeg <= maxStraightDeg:
		wantedMM := *e.SensorWidthMM / (2 * math.Tan(o.HFOVDeg/2*math.Pi/180))
		m.FocalMM = math.Round(min(max(wantedMM, *e.MinFocalMM), *longest)*100) / 100
		s.WidthMM, s.FocalMM = e.SensorWidthMM, &m.FocalMM
	case e.WideHFOVDeg != nil:
		field := min(max(o.HFOVDeg, *narrowest), *e.WideHFOVDeg)
		s.HFOVDeg = &field
	default:
		return false
	}
	density, err := s.DensityAt(o.TargetDistanceM)
	field, _ := s.FieldOfView()
	if err != nil || field == nil {
		return false
	}
	m.DensityPxM, m.HFOVDeg = floorTo(density, 0.01), roundTo(*field, 0.01)
	return density >= askedDensityPxM(c) && *field >= leastFieldShare*o.HFOVDeg
}

// askedDensityPxM is what is asked of a camera at its target, px/m: what the need takes, or the rules; never more than what its
// class was computed to give there.
func askedDensityPxM(c inventory.ProposedCamera) float64 {
	asked := *c.Need.DensityPxM
	if least := specifications(c.Specifications).atLeast("densityPxM"); least != nil {
		asked = max(asked, *least)
	}
	return min(asked, c.Optics[0].DensityPxM)
}

// modelKeeps tells whether a model keeps a specification: UNKNOWN where the catalogue does not say.
func modelKeeps(e inventory.Equipment, s inventory.Specification) Verdict {
	switch s.Name {
	case "codecs":
		return wordsKept(s, e.Codecs)
	case "onvif":
		return wordsKept(s, closedListOf(e.ONVIFProfiles))
	}
	if _, _, _, concerns := (Profile{}).offer(s.Name); concerns {
		low, high, told := modelOffer(e, s.Name)
		return keepsNumber(s, low, high, told)
	}
	if s.Flag != nil && *s.Flag && slices.Contains(equipmentFlags(), s.Name) {
		return VerdictUnknown // no catalogue says so
	}
	return VerdictNotApplicable
}

// wordsKept compares words; a model of which none is told may have any.
func wordsKept(s inventory.Specification, has []string) Verdict {
	if len(has) == 0 {
		return VerdictUnknown
	}
	return keepsWords(s, has)
}

// modelOffer are the values of a specification that a model can be had with, from the lowest to the highest.
func modelOffer(e inventory.Equipment, name string) (low, high float64, told bool) {
	one := func(v *float64) (float64, float64, bool) {
		if v == nil {
			return 0, 0, false
		}
		return *v, *v, true
	}
	upTo := func(v *float64) (float64, float64, bool) {
		_, high, told := one(v)
		return math.Inf(-1), high, told
	}
	switch name {
	case "ingressRating":
		return one(ratingOf(e.IngressRating, "IP"))
	case "impactRating":
		return one(ratingOf(e.ImpactRating, "IK"))
	case "minTemperatureC":
		return one(e.MinTemperatureC)
	case "maxTemperatureC":
		return one(e.MaxTemperatureC)
	case "framesPerSecond":
		return upTo(e.MaxFPS)
	case "recordedWidthPx":
		if e.RecordedWidthPx == nil {
			return 0, 0, false
		}
		return 0, float64(*e.RecordedWidthPx), true
	case "sensorWidthMm":
		return one(e.SensorWidthMM)
	case "focalMm":
		return focalsOf(e)
	case "irRangeM":
		return one(e.InfraredRangeM)
	case "wdrDb":
		return one(e.WDRDB)
	}
	return 0, 0, false
}

func focalsOf(e inventory.Equipment) (low, high float64, told bool) {
	if e.MinFocalMM == nil {
		return 0, 0, false
	}
	return *e.MinFocalMM, *cmp.Or(e.MaxFocalMM, e.MinFocalMM), true
}

// ratingOf is the number of a code, as 66 of "IP66" and 10 of "IK10"; nil when it is none.
func ratingOf(code, prefix string) *float64 {
	digits := strings.TrimSpace(strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(code)), prefix))
	n, err := strconv.Atoi(digits)
	if err != nil {
		return nil
	}
	number := float64(n)
	return &number
}
