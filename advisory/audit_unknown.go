package advisory

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"vigie/geo"
	"vigie/inventory"
)

// why is the reason for which a fact that is worked out is unknown.
type why struct {
	// needs are the facts or fields that would give it.
	needs  []string
	reason inventory.Text
}

// unknowns gather, for each fact, the reasons and the subjects that have the same ones.
type unknowns map[string][]*inventory.UnknownFact

// note notes a reason. All that concerns one subject is noted before another.
func (u unknowns) note(fact, subject string, because why) {
	same := slices.IndexFunc(u[fact], func(of *inventory.UnknownFact) bool {
		return of.Reason.FR == because.reason.FR && slices.Equal(of.Needs, because.needs)
	})
	if same < 0 {
		same = len(u[fact])
		u[fact] = append(u[fact], &inventory.UnknownFact{Fact: fact, Needs: because.needs, Reason: because.reason})
	}
	of := u[fact][same]
	if n := len(of.Subjects); n == 0 || of.Subjects[n-1] != subject {
		of.Subjects = append(of.Subjects, subject)
	}
}

// list gives them in the order of the facts.
func (u unknowns) list() []inventory.UnknownFact {
	all := []inventory.UnknownFact{}
	for _, of := range u {
		for _, one := range of {
			all = append(all, *one)
		}
	}
	key := func(f inventory.UnknownFact) string {
		return f.Fact + "\n" + strings.Join(f.Needs, " ") + "\n" + f.Reason.FR
	}
	slices.SortFunc(all, func(a, b inventory.UnknownFact) int { return strings.Compare(key(a), key(b)) })
	return all
}

// toNote are those of some facts that are missing of which [hearing.noteUnknown] may have something to note.
func (h *hearing) toNote(missing []string) []string {
	if len(h.computed.why) > 0 { // the coverage engine gives reasons of any
		return missing
	}
	var worked []string
	for _, name := range missing {
		_, derived := neededBy()[name]
		if f := factNamed(name); derived || f != nil && !f.recorded() {
			worked = append(worked, name)
		}
	}
	return worked
}

// noteUnknown notes why a fact that a finding misses is unknown, when it is one that is worked out.
func (h *hearing) noteUnknown(fact, subject string, c *Case) {
	if because, measured := h.computed.why[subject][fact]; measured {
		h.unknowns.note(fact, subject, because)
		return
	}
	needs, derived := neededBy()[fact]
	switch f := factNamed(fact); {
	case derived:
		h.unknowns.note(fact, subject, why{needs(c), inventory.Text{
			FR: "Se calcule à partir d’informations qui manquent.", EN: "Is worked out from facts that are missing.",
		}})
	case f != nil && !f.recorded() && h.request.WithoutGeometry:
		h.unknowns.note(fact, subject, why{nil, inventory.Text{
			FR: "Le calcul géométrique n’a pas été demandé.", EN: "Geometry was not asked for.",
		}})
	case f != nil && !f.recorded():
		h.unknowns.note(fact, subject, why{[]string{f.Name}, inventory.Text{
			FR: "N’est pas calculé pour cet objet.", EN: "Is not worked out for this subject.",
		}})
	}
}

// neededBy gives, for the facts that are worked out from records, what is missing in a case to do so.
var neededBy = sync.OnceValue(func() map[string]func(*Case) []string {
	always := func(fields ...string) func(*Case) []string { return func(*Case) []string { return fields } }
	return map[string]func(*Case) []string{
		"deployment.filmsPublicWay":          always("deployment.regime", "camera.filmsPublicWay"),
		"deployment.inServiceSince":          always("camera.inServiceSince"),
		"deployment.hasOutdoor":              always("mounting.outdoor"),
		"deployment.hasIndoor":               always("mounting.outdoor"),
		"deployment.bitrateMbps":             always("head.bitrateMbps"),
		"deployment.carriers":                always("camera.category"),
		"deployment.camerasOutsidePerimeter": always("authorisation.perimeter"),
		"camera.distanceToPlanM":             always("camera.planLocation"),
		"device.ip":                          always("device.ingressRating"),
		"device.ik":                          always("device.impactRating"),
		"head.densityAtTargetPxM":            densityNeeds,
		"head.deadZoneM": func(c *Case) []string {
			return sensorFields(c.sensor(), "MountHeightM", "TiltDeg", "VFOVDeg")
		},
		"head.faceAngleDeg": func(c *Case) []string {
			return append(sensorFields(c.sensor(), "MountHeightM"), targetNeeds(c)...)
		},
		"head.bearingOffPlanDeg": func(c *Case) []string {
			var needs []string
			if c.Head.BearingDeg == nil {
				needs = append(needs, "head.bearingDeg")
			}
			if c.Head.PlanBearingDeg == nil {
				needs = append(needs, "head.planBearingDeg")
			}
			return needs
		},
	}
})

func densityNeeds(c *Case) []string {
	return append(sensorFields(c.sensor(), "HFOVDeg", "RecordedWidthPx", "MountHeightM"), targetNeeds(c)...)
}

func targetNeeds(c *Case) []string {
	if c.Head.TargetDistanceM == nil {
		return []string{"head.targetDistanceM"}
	}
	return nil
}

// sensorFields are those of the named facts of a sensor that are missing, as fields of a camera.
func sensorFields(sensor geo.Sensor, wanted ...string) []string {
	fields := map[string]string{
		"HFOVDeg": "head.hfovDeg", "RecordedWidthPx": "head.recordedWidthPx", "MountHeightM": "mounting.heightM",
		"TiltDeg": "head.tiltDeg", "VFOVDeg": "head.vfovDeg",
	}
	var missing []string
	for _, name := range sensor.Missing() {
		if slices.Contains(wanted, name) {
			missing = append(missing, cmp.Or(fields[name], name))
		}
	}
	return missing
}

// fieldLabels name the fields that are no facts of their own.
var fieldLabels = sync.OnceValue(func() map[string]inventory.Text {
	return map[string]inventory.Text{
		"head.hfovDeg":            {FR: "Champ horizontal (ou capteur et focale)", EN: "Horizontal field of view (or sensor and focal length)"},
		"head.vfovDeg":            {FR: "Champ vertical (ou capteur et focale)", EN: "Vertical field of view (or sensor and focal length)"},
		"head.tiltDeg":            {FR: "Inclinaison", EN: "Tilt"},
		"head.planBearingDeg":     {FR: "Azimut porté au plan", EN: "Bearing on the plan"},
		"camera.location":         {FR: "Emplacement de la caméra", EN: "Place of the camera"},
		"camera.planLocation":     {FR: "Emplacement porté au plan", EN: "Place on the plan"},
		"device.ingressRating":    {FR: "Code IP", EN: "IP code"},
		"device.impactRating":     {FR: "Code IK", EN: "IK code"},
		"authorisation.perimeter": {FR: "Périmètre vidéoprotégé tracé", EN: "Protected perimeter drawn"},
		"obstacle":                {FR: "Bâtiments alentour", EN: "Buildings around"},
		"obstacle.dwelling":       {FR: "Usage d’habitation des bâtiments", EN: "Whether buildings are dwellings"},
		"area.premises": {
			FR: "Emprise de l’établissement (zone « premises » du détenteur)", EN: "Premises of the holder (an area of category “premises”)",
		},
	}
})
