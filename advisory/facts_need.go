package advisory

import (
	"slices"

	"vigie/inventory"
)

// needFacts are what is known of a need.
func needFacts() []Fact {
	return slices.Concat(
		rows("need", [][4]string{
			{"site", "", "Nature du lieu", "Kind of place"},
			{"purposes", "", "Finalités", "Purposes"},
			{"aim", "", "Objectif opérationnel", "Operational aim"},
			{"level", "", "Niveau exigé", "Level required"},
			{"densityPxM", "px/m", "Densité exigée sur la cible", "Density required at the target"},
			{"targetDistanceM", "m", "Distance de la cible", "Distance to the target"},
			{"targetWidthM", "m", "Largeur de scène à la cible", "Width of the scene at the target"},
			{"targetSpeedKmh", "km/h", "Vitesse de la cible", "Speed of the target"},
			{"mountHeightM", "m", "Hauteur de pose possible", "Height at which a lens can be fixed"},
			{"streetLengthM", "m", "Longueur de rue sans ouverture", "Length of street without openings"},
			{"period", "", "Période exigée", "Period required"},
			{"sceneLuxNight", "lx", "Éclairement de la scène la nuit", "Light on the scene at night"},
			{"colourAtNight", "", "Couleurs nécessaires la nuit", "Colours needed at night"},
			{"backlight", "", "Prise de vue à contre-jour", "Against the light"},
			{"outdoor", "", "En extérieur", "Outdoors"},
			{"reachable", "", "À portée de main", "Within reach"},
			{"environment", "", "Environnement climatique", "Climate"},
			{"filmsPublicWay", "", "Filme la voie publique", "Films the public way"},
			{"dwellingInView", "", "Logement dans le champ", "Dwelling in view"},
			{"critical", "", "Vue critique", "Critical view"},
			{"temporary", "", "Besoin de quelques mois", "Need of a few months"},
			{"eventEndsOn", "", "Dernier jour de l’événement", "Last day of the event"},
			{"powerSource", "", "Source d’alimentation du support", "What feeds the support"},
			{"permanentPower", "", "Alimentation permanente", "Permanent supply"},
			{"support", "", "Type de support", "Kind of support"},
			{"trenchM", "m", "Longueur de tranchée jusqu’au nœud", "Trench to the next node"},
			{"pavedTrench", "", "Tranchée sous revêtement", "Trench under a paved surface"},
			{"protectedSite", "", "Site protégé", "Protected site"},
			{"plateReading", "", "Lecture automatisée des plaques demandée", "Reading of plates asked for"},
			{"carrier", "", "Type de porteur", "What carries it"},
			{"edgeRecording", "", "Enregistrement dans la caméra", "Recorded on the camera"},
			{"door", "", "Porte ou entrée à filmer", "A door or an entrance to film"},
			{"flowRegulated", "", "Passage régulé (barrière, sas)", "Regulated passage (barrier, lock)"},
		}),
		[]Fact{
			foundOut("need.facadesInViewM", SubjectNeed, Number, "m", byEngine(), "Façades de logements dans le champ", "Walls of dwellings in view"),
			foundOut("need.bitrateCeilingMbps", SubjectNeed, Number, "Mbit/s", byBook(), "Plafond de débit du flux", "Ceiling of the rate of the stream"),
			foundOut("gap.shortfallPct", SubjectNeed, Number, "%", byEngine(),
				"Densité qui manque à la meilleure caméra en place", "Density that the best existing camera lacks"),
			foundOut("tie.candidates", SubjectNeed, Whole, "", byEngine(),
				"Emplacements à égalité", "Places that are as good as each other"),
		},
	)
}

// projectFacts are what is known of the undertaking.
func projectFacts() []Fact {
	return slices.Concat(
		rows("project", [][4]string{
			{"holderType", "", "Type de détenteur", "Type of holder"},
			{"department", "", "Département", "Département"},
			{"retentionDays", "d", "Durée de conservation autorisée", "Retention authorised"},
			{"watched", "", "Images regardées en continu", "Images watched round the clock"},
			{"neighboursInterested", "", "Communes voisines intéressées", "Neighbouring communes interested"},
			{"diagnosisOn", "", "Date du diagnostic de sûreté", "Day of the safety diagnosis"},
			{"algorithmicAlerts", "", "Alertes algorithmiques demandées", "Algorithmic alerts asked for"},
			{"camerasPerNode", "", "Caméras par nœud", "Cameras a node"},
			{"criticalHeadEnd", "", "Tête de réseau critique", "Critical head-end"},
		}),
		[]Fact{
			derived(Fact{
				Name: "project.diagnosed", Type: Flag, Subject: SubjectProject,
				Label: inventory.Text{FR: "Diagnostic de sûreté fait", EN: "Safety diagnosis done"},
				From: inventory.Text{
					FR: "champs project.diagnosed et project.diagnosisOn", EN: "fields project.diagnosed and project.diagnosisOn",
				},
			}, diagnosed),
			foundOut("project.cameraCount", SubjectProject, Whole, "", byPlan(),
				"Caméras en place et proposées", "Cameras that exist and are proposed"),
			foundOut("project.publicWayCameras", SubjectProject, Whole, "", byPlan(),
				"Caméras proposées sur la voie publique", "Proposed cameras on the public way"),
			foundOut("project.criticalNodes", SubjectProject, Whole, "", byPlan(), "Nœuds portant une vue critique", "Nodes with a critical view"),
			foundOut("project.bitrateMbps", SubjectProject, Number, "Mbit/s", byPlan(), "Débit des flux enregistrés", "Rate of the recorded streams"),
			foundOut("project.disks", SubjectProject, Whole, "", byPlan(), "Nombre de disques", "Number of disks"),
			foundOut("project.deviceW", SubjectProject, Number, "W", byPlan(),
				"Puissance maximale des appareils en PoE", "Largest draw of all PoE devices"),
			foundOut("project.largestDeviceW", SubjectProject, Number, "W", byPlan(),
				"Puissance du plus gros appareil en PoE", "Draw of the largest PoE device"),
			foundOut("project.eligibleEur", SubjectProject, Number, "€", byPlan(), "Coût éligible hors taxes", "Eligible cost without tax"),
			foundOut("project.subsidyCeilingEur", SubjectProject, Number, "€", byBook(), "Plafond de la base par caméra", "Ceiling of the base a camera"),
			foundOut("project.subsidyPct", SubjectProject, Number, "%", byBook(), "Taux de subvention au plus", "Rate of subsidy at most"),
			foundOut("project.aidCapPct", SubjectProject, Number, "%", byBook(), "Plafond du total des aides de l’État", "Cap of all State aid"),
		},
	)
}

// foundOut is a fact that no record tells: the engine, the plan or the book gives it.
func foundOut(name string, subject inventory.SubjectKind, kind FactType, unit string, from inventory.Text, labels ...string) Fact {
	return Fact{Name: name, Type: kind, Subject: subject, Unit: unit, From: from, Label: inventory.Text{FR: labels[0], EN: labels[1]}}
}

func byPlan() inventory.Text {
	return inventory.Text{FR: "compté sur les caméras proposées", EN: "counted on the cameras proposed"}
}

func byBook() inventory.Text {
	return inventory.Text{FR: "paramètre daté du livre", EN: "dated parameter of the book"}
}

// diagnosed tells whether the safety diagnosis was made: it was when its day is known.
func diagnosed(c *Case) any {
	switch {
	case c.Project.DiagnosisOn != "":
		return true
	case c.Project.Diagnosed != nil:
		return *c.Project.Diagnosed
	}
	return nil
}
