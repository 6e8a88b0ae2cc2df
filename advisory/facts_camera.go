package advisory

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
	orbgeo "github.com/paulmach/orb/geo"

	"vigie/geo"
	"vigie/inventory"
)

func cameraFacts() []Fact {
	return slices.Concat(
		rows("camera", [][4]string{
			{"category", "", "Type de porteur", "What carries it"},
			{"status", "", "État de la caméra", "State of the camera"},
			{"filmsPublicWay", "", "Filme la voie publique", "Films the public way"},
			{"critical", "", "Caméra critique", "Critical camera"},
			{"localRecording", "", "Enregistrement local de secours", "Records by itself"},
			{"uptimePct", "%", "Disponibilité sur douze mois", "Availability over twelve months"},
			{"inServiceSince", "", "Date de mise en service", "Day put into service"},
			{"maintainedOn", "", "Dernière maintenance", "Last maintenance"},
			{"cleanedOn", "", "Dernier nettoyage", "Last cleaning"},
		}),
		rows("mounting", [][4]string{
			{"heightM", "m", "Hauteur de pose", "Height of the lens"},
			{"heightJustified", "", "Hauteur inhabituelle justifiée au dossier", "Unusual height justified in the file"},
			{"outdoor", "", "Posée en extérieur", "Outdoors"},
			{"reachable", "", "À portée de main", "Within reach"},
			{"exposed", "", "Lieu exposé au vandalisme", "Place exposed to vandalism"},
			{"inSun", "", "Boîtier exposé au soleil", "Housing in the sun"},
			{"siteMinTemperatureC", "°C", "Température minimale du site", "Coldest air of the place"},
			{"siteMaxTemperatureC", "°C", "Température maximale du site", "Hottest air of the place"},
			{"cable", "", "Liaison de la caméra", "What carries its images"},
			{"powerSource", "", "Source d’alimentation", "What feeds it"},
			{"surgeProtected", "", "Protection contre les surtensions aux deux extrémités", "Surge protection at both ends"},
			{"poweredByDay", "", "Alimentation assurée de jour", "Fed by day"},
			{"distanceToOwnBuildingM", "m", "Distance au bâtiment de l’exploitant", "Distance to the holder’s own building"},
		}),
		[]Fact{derived(Fact{
			Name: "camera.distanceToPlanM", Type: Number, Subject: inventory.SubjectCamera, Unit: "m",
			Label: inventory.Text{FR: "Écart avec l’emplacement porté au plan", EN: "Distance from the place on the plan"},
			From:  inventory.Text{FR: "calculé : emplacement et camera.planLocation", EN: "computed: place and camera.planLocation"},
		}, distanceToPlan)},
	)
}

// distanceToPlan is the geodesic distance between the place and that on the plan, metres.
func distanceToPlan(c *Case) any {
	if c.Camera.Location == nil || c.Camera.PlanLocation == nil {
		return nil
	}
	return orbgeo.DistanceHaversine(orb.Point(*c.Camera.Location), orb.Point(*c.Camera.PlanLocation))
}

func equipmentFacts() []Fact {
	return slices.Concat(
		rows("device", [][4]string{
			{"minTemperatureC", "°C", "Température minimale de fonctionnement", "Lowest temperature of operation"},
			{"maxTemperatureC", "°C", "Température maximale de fonctionnement", "Highest temperature of operation"},
			{"powerW", "W", "Puissance maximale", "Largest draw"},
			{"poeType", "", "Norme d’alimentation PoE", "PoE standard"},
			{"firmwareOn", "", "Date du micrologiciel", "Date of the firmware"},
			{"firmwareLatest", "", "Aucun micrologiciel plus récent proposé", "No newer firmware offered"},
			{"criticalFlawOpen", "", "Faille critique non corrigée depuis plus de 30 jours", "Critical flaw open for more than 30 days"},
			{"endOfLifeOn", "", "Fin de prise en charge par le fabricant", "End of support by the maker"},
			{"onvifProfiles", "", "Profils ONVIF", "ONVIF profiles"},
			{"wipeCertificate", "", "Certificat d’effacement", "Wipe certificate"},
		}),
		[]Fact{
			givenOr("device", "endOfLifeAnnounced", "endOfLifeOn", inventory.Text{
				FR: "Fin de prise en charge annoncée", EN: "End of support announced"}),
			rating("ip", "Indice de protection IP de l’ensemble posé", "IP rating as mounted", "ingressRating",
				func(d inventory.Device) string { return d.IngressRating }),
			rating("ik", "Indice de résistance aux chocs IK de l’ensemble posé", "IK rating as mounted", "impactRating",
				func(d inventory.Device) string { return d.ImpactRating }),
		},
	)
}

// rating is the number of a code of IEC 60529 or IEC 62262, as 66 for "IP66" and 69 for "IP69K". A code of the other standard
// tells nothing.
func rating(name, fr, en, field string, code func(inventory.Device) string) Fact {
	return derived(Fact{
		Name: "device." + name, Type: Whole, Subject: inventory.SubjectCamera, Label: inventory.Text{FR: fr, EN: en},
		From: inventory.Text{FR: "nombre du champ camera.device." + field, EN: "number of field camera.device." + field},
	}, func(c *Case) any {
		digits, found := strings.CutPrefix(code(c.Camera.Device), strings.ToUpper(name))
		digits = strings.TrimSuffix(digits, "K")
		value, err := strconv.ParseUint(digits, 10, 8)
		if !found || len(digits) != 2 || err != nil {
			return nil
		}
		return int(value)
	})
}

func headFacts() []Fact {
	return slices.Concat(
		rows("head", [][4]string{
			{"kind", "", "Type de voie", "Kind of head"},
			{"bearingDeg", "°", "Azimut", "Bearing"},
			{"recordedWidthPx", "px", "Largeur du flux enregistré", "Width of the recorded stream"},
			{"recordedHeightPx", "px", "Hauteur du flux enregistré", "Height of the recorded stream"},
			{"recordedFps", "1/s", "Cadence enregistrée", "Recorded rate"},
			{"interpolated", "", "Cadence obtenue par interpolation", "Rate made up from a lower one"},
			{"bitrateMbps", "Mbit/s", "Débit du flux enregistré", "Rate of the recorded stream"},
			{"shot", "", "Plan étroit ou large", "Narrow or wide shot"},
			{"purposes", "", "Finalités de la voie", "Purposes of the head"},
			{"aims", "", "Objectifs opérationnels", "Operational aims"},
			{"movingPeople", "", "Filme surtout des personnes en déplacement rapide", "Mostly films people moving fast"},
			{"faceWidthPx", "px", "Largeur des vignettes de visage", "Width of face thumbnails"},
			{"faceHeightPx", "px", "Hauteur des vignettes de visage", "Height of face thumbnails"},
			{"targetDistanceM", "m", "Distance de la cible", "Distance to the target"},
			{"requiredDensityPxM", "px/m", "Densité exigée sur la cible", "Density required at the target"},
			{"dwellingInView", "", "Intérieur d’un logement dans le champ", "Inside of a dwelling in view"},
			{"dwellingEntranceTargeted", "", "Entrée d’un immeuble d’habitation filmée spécifiquement", "Entrance of a dwelling specially filmed"},
			{"privacyMask", "", "Masquage en place", "Privacy mask in place"},
			{"maskFollows", "", "Masquage suivant les mouvements", "Mask follows the movements"},
		}),
		[]Fact{
			givenOr("head", "objectiveStated", "objective", inventory.Text{FR: "Objectif de la caméra indiqué au dossier", EN: "Aim stated in the file"}),
			computed("head.densityAtTargetPxM", "px/m", inventory.Text{FR: "Densité de pixels sur la cible", EN: "Pixel density at the target"},
				inventory.Text{
					FR: "calculé : optique, flux enregistré, hauteur de pose, distance de la cible",
					EN: "computed: optics, recorded stream, height, distance to the target",
				}, densityAtTarget),
			computed("head.faceAngleDeg", "°", inventory.Text{FR: "Angle vertical sur le visage", EN: "Vertical angle to a face"},
				inventory.Text{FR: "calculé : hauteur de pose, distance de la cible", EN: "computed: height, distance to the target"}, faceAngle),
			computed("head.deadZoneM", "m", inventory.Text{FR: "Zone aveugle au pied de la caméra", EN: "Dead zone below the camera"},
				inventory.Text{FR: "calculé : hauteur, inclinaison, champ vertical", EN: "computed: height, tilt, vertical field"}, deadZone),
			computed("head.bearingOffPlanDeg", "°", inventory.Text{FR: "Écart d’azimut avec le plan", EN: "Bearing off the plan"},
				inventory.Text{
					FR: "calculé : head.bearingDeg et head.planBearingDeg", EN: "computed: head.bearingDeg and head.planBearingDeg",
				}, bearingOffPlan),
			computed("head.ownSurroundingsPct", "%", inventory.Text{
				FR: "Part du sol vu située aux abords immédiats de l’établissement", EN: "Part of the ground seen in the immediate surroundings",
			}, byEngine(), nil),
			computed("head.targetHiddenPct", "%", inventory.Text{
				FR: "Part de la cible masquée par des obstacles", EN: "Part of the target hidden by obstacles",
			}, byEngine(), nil),
		},
	)
}

func byEngine() inventory.Text {
	return inventory.Text{FR: "calculé par le moteur de couverture", EN: "computed by the coverage engine"}
}

// computed is a number of a head that is worked out; value is nil for what the coverage engine gives.
func computed(name, unit string, label, from inventory.Text, value func(*Case) any) Fact {
	return Fact{Name: name, Type: Number, Subject: inventory.SubjectCamera, Unit: unit, Label: label, From: from, value: value}
}

func (c *Case) sensor() geo.Sensor {
	h := c.Head
	return geo.Sensor{
		HFOVDeg: h.HFOVDeg, VFOVDeg: h.VFOVDeg, WidthMM: h.SensorWidthMM, HeightMM: h.SensorHeightMM, FocalMM: h.FocalMM,
		RecordedWidthPx: h.RecordedWidthPx, MountHeightM: c.Camera.Mounting.HeightM, TiltDeg: h.TiltDeg,
	}
}

// densityAtTarget is the density at the foot of the target, which is the farthest part of it. It is never rounded up.
func densityAtTarget(c *Case) any {
	if c.Head.TargetDistanceM == nil {
		return nil
	}
	sensor := c.sensor()
	density, err := sensor.DensityAt(sensor.SlantM(*c.Head.TargetDistanceM))
	if err != nil || math.IsInf(density, 0) {
		return nil
	}
	return density
}

func faceAngle(c *Case) any {
	if c.Camera.Mounting.HeightM == nil || c.Head.TargetDistanceM == nil {
		return nil
	}
	return geo.FaceAngleDeg(*c.Camera.Mounting.HeightM, *c.Head.TargetDistanceM)
}

func deadZone(c *Case) any {
	if limitM, known := c.sensor().NearLimitM(); known {
		return limitM
	}
	return nil
}

// bearingOffPlan is the smaller angle between two bearings, 0 to 180 degrees.
func bearingOffPlan(c *Case) any {
	if c.Head.BearingDeg == nil || c.Head.PlanBearingDeg == nil {
		return nil
	}
	off := math.Abs(*c.Head.BearingDeg - *c.Head.PlanBearingDeg)
	return min(off, 360-off)
}

func imageFacts() []Fact {
	return rows("head", [][4]string{
		{"nightUse", "", "Usage de nuit attendu", "To serve at night"},
		{"sceneLuxNight", "lx", "Éclairement de la scène la nuit", "Light on the scene at night"},
		{"verticalLuxNight", "lx", "Éclairement vertical sur la cible la nuit", "Upright light at the target at night"},
		{"minLux", "lx", "Éclairement minimal requis par la caméra", "Light the head needs"},
		{"infraredRangeM", "m", "Portée infrarouge", "Infrared range"},
		{"nearReflection", "", "Réflexion infrarouge à moins de 0,5 m", "Infrared reflection within 0.5 m"},
		{"webFound", "", "Toile d’araignée constatée à la dernière visite", "Spider’s web at the last visit"},
		{"backlight", "", "Prise de vue à contre-jour", "Against the light"},
		{"wdrDb", "dB", "Plage dynamique étendue (WDR)", "Wide dynamic range"},
		{"shutterS", "s", "Temps de pose", "Exposure time"},
		{"vehicleSpeedKmh", "km/h", "Vitesse des véhicules à lire", "Speed of the vehicles to read"},
		{"captureZoneM", "m", "Longueur de la zone de lecture", "Length of the capture zone"},
		{"plateWidthPx", "px", "Largeur de la plaque dans l’image", "Width of the plate in the image"},
		{"plateVerticalDeg", "°", "Angle vertical sur la plaque", "Vertical angle to the plate"},
		{"plateHorizontalDeg", "°", "Angle horizontal sur la plaque", "Horizontal angle to the plate"},
	})
}

func areaFacts() []Fact {
	engine := func(name string, kind FactType, unit, fr, en string) Fact {
		return Fact{
			Name: "area." + name, Type: kind, Subject: inventory.SubjectArea, Unit: unit, Label: inventory.Text{FR: fr, EN: en}, From: byEngine(),
		}
	}
	return slices.Concat(
		rows("area", [][4]string{
			{"category", "", "Catégorie de zone", "Category of area"},
			{"kind", "", "Nature du lieu", "Kind of place"},
			{"critical", "", "Zone critique", "Critical area"},
			{"nightExtinction", "", "Extinction nocturne de l’éclairage public", "Street lighting off at night"},
		}),
		rows("requirement", [][4]string{
			{"level", "", "Niveau exigé", "Level required"},
			{"sharePct", "%", "Part de la zone à couvrir", "Part of the area to cover"},
			{"period", "", "Période exigée", "Period required"},
		}),
		[]Fact{
			department(inventory.SubjectArea, func(c *Case) inventory.Record { return c.Area }),
			engine("coveredPct", Number, "%", "Part de la zone couverte au niveau exigé", "Part of the area covered at the level required"),
			engine("cameraCount", Whole, "", "Caméras couvrant la zone", "Cameras that cover the area"),
			engine("steadyCameraCount", Whole, "", "Caméras fixes ou multicapteurs couvrant la zone", "Fixed or multi-sensor cameras that cover the area"),
			engine("nightCameraCount", Whole, "", "Caméras voyant la zone de nuit", "Cameras that see the area by night"),
			engine("localRecordingCount", Whole, "", "Caméras à enregistrement local couvrant la zone", "Cameras that record by themselves and cover the area"),
		},
	)
}
