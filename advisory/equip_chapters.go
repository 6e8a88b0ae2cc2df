package advisory

import (
	"fmt"
	"math"
	"slices"

	"vigie/inventory"
)

// quality is the picture that is asked for at the target, and how it is proven: by counting pixels over a known width.
func (w writer) quality() inventory.SpecificationSection {
	items := []inventory.Text{
		text("La densité se compte sur l’image enregistrée, et non sur celle du capteur (arrêté du 3 août 2007, annexe 1).",
			"Density is counted on the recorded picture, not on that of the sensor (arrêté of 3 August 2007, annex 1)."),
		text("Épreuve : une mire verticale de 1,00 m de large est tenue à la distance de la cible, perpendiculaire à l’axe ; "+
			"sur une image extraite de l’enregistrement, sa largeur en pixels est relevée, sans arrondi vers le haut. Elle "+
			"doit atteindre la densité demandée, sans tolérance.",
			"Test: an upright target 1.00 m wide is held at the distance of the target, square to the axis; on a picture "+
				"taken from the recording its width in pixels is read, never rounded up. It must reach the density asked "+
				"for, without tolerance."),
		text("L’épreuve est faite de jour, puis de nuit avec l’éclairage en service ou éteint selon l’usage du lieu.",
			"The test is made by day, then by night with the lighting on or off as is usual there."),
	}
	for i, c := range w.result.Cameras {
		if len(c.Optics) == 0 || c.Need.DensityPxM == nil {
			continue
		}
		o := c.Optics[0]
		items = append(items, inventory.Text{
			FR: fmt.Sprintf("Point %d : %s px/m au moins à %s m, soit %s pixels sur la mire%s.", i+1, frNumber(short(*c.Need.DensityPxM)),
				frNumber(o.TargetDistanceM), frNumber(math.Ceil(*c.Need.DensityPxM)), w.sources.cite(specifications(c.Specifications).rules("densityPxM"))),
			EN: fmt.Sprintf("Point %d: at least %v px/m at %v m, that is %v pixels over the target%s.", i+1, short(*c.Need.DensityPxM),
				o.TargetDistanceM, math.Ceil(*c.Need.DensityPxM), w.sources.cite(specifications(c.Specifications).rules("densityPxM"))),
		})
	}
	items = append(items, w.wanted("detailDensityPxM", "detailPoints", "sceneWidthM", "fieldM", "faceAngleDeg", "plateAngleDeg",
		"plateWidthPx", "lanesPerCamera", "mountHeightM", "spacingM", "contextView", "identification", "plateSoftware")...)
	return section("Qualité d’image et épreuve de réception", "Image quality and acceptance test", items)
}

func (w writer) night() inventory.SpecificationSection {
	return section("Nuit et éclairage", "Night and light", []inventory.Text{
		text("Chaque caméra convient à la lumière de sa scène, de jour et de nuit : sensibilité, ou éclairage d’appoint "+
			"(arrêté du 3 août 2007, art. 1er et annexe 1).",
			"Each camera suits the light of its scene, by day and by night: sensitivity, or added light (arrêté of 3 August "+
				"2007, art. 1 and annex 1)."),
	}, w.wanted("irRangeM", "infraredNm", "infraredStrobed", "sceneLux", "warmLight", "sunOffsetDeg"))
}

func (w writer) privacy() inventory.SpecificationSection {
	items := []inventory.Text{
		text("Aucune image de l’intérieur d’un logement ni, de façon spécifique, de son entrée n’est vue ni enregistrée "+
			"(CSI, art. L251-3) ; les masques sont posés avant la mise en service et leur image est jointe au dossier.",
			"No picture of the inside of a dwelling nor, specifically, of its entrance is seen or recorded (CSI art. "+
				"L251-3); masks are set before commissioning, and a picture of them goes with the file."),
	}
	for i, c := range w.result.Cameras {
		masks := 0
		for _, h := range c.Camera.Heads {
			masks += len(h.Masks)
		}
		if masks > 0 {
			items = append(items, inventory.Text{
				FR: fmt.Sprintf("Point %d : %s, selon le plan joint (CSI, art. L251-3).", i+1, fr(masks, "masque", "masques")),
				EN: fmt.Sprintf("Point %d: %s, by the attached plan (CSI art. L251-3).", i+1, en(masks, "mask", "masks")),
			})
		}
	}
	return section("Masques et vie privée", "Masks and privacy", items,
		w.wanted("dwellingMasks", "dynamicMasks", "masksLocked", "masksProven", "maskZones", "fieldCut", "noPrivateYard", "noDwellingRecorded"))
}

func (w writer) network() inventory.SpecificationSection {
	n := w.result.Network
	return section("Réseau et cybersécurité", "Network and cyber security", []inventory.Text{
		{
			FR: fmt.Sprintf("Débit de tous les flux enregistrés : %s Mbit/s ; liaison du nœud le plus chargé : %s Mbit/s au "+
				"moins.", frNumber(n.BitrateMbps), frNumber(n.LinkMbps)),
			EN: fmt.Sprintf("Rate of all recorded streams: %v Mbit/s; link of the busiest node: at least %v Mbit/s.", n.BitrateMbps, n.LinkMbps),
		},
		text("Mots de passe propres à chaque appareil, services et ports inutiles fermés, correctifs de sécurité livrés "+
			"pendant la durée demandée (recommandations de l’ANSSI).",
			"Passwords of its own on each device, unused services and ports closed, security corrections delivered for the "+
				"time asked for (recommendations of ANSSI)."),
	}, w.wanted("tls", "ieee8021x", "signedFirmware", "dedicatedNetwork", "outdoorSegment", "firewall", "internetAccess",
		"maintenanceBastion", "cameraLink", "nodeLink", "linkMbps", "linkLoadPct", "encryptedRadio", "encryptedTunnel", "radioEndSegment", "redundantPaths",
		"dualNetwork", "clockDriftS"))
}

func (w writer) storage() inventory.SpecificationSection {
	n := w.result.Network
	return section("Stockage et conservation", "Storage and retention", []inventory.Text{
		{
			FR: fmt.Sprintf("Capacité brute : %s To (%d disques), pour %d jours de conservation au plus ; effacement "+
				"automatique au terme (CSI, art. L252-5 et R253-4).",
				frNumber(n.StorageTB), n.Disks, n.RetentionDays),
			EN: fmt.Sprintf("Raw capacity: %v TB (%d disks), for at most %d days of retention; erased by itself at the end "+
				"(CSI art. L252-5 and R253-4).",
				n.StorageTB, n.Disks, n.RetentionDays),
		},
		text("Chaque image est enregistrée avec sa date, son heure et sa caméra ; consultations et exportations sont "+
			"journalisées ; l’exportation se fait sans perte, en codage normalisé, avec son lecteur (arrêté du 3 août 2007, art. 2 et 3).",
			"Each picture is recorded with its date, time and camera; viewings and exports are logged; exports lose nothing, "+
				"in a standard coding, with their player (arrêté of 3 August 2007, art. 2 and 3)."),
	}, w.wanted("retentionDays", "storageTb", "rawStorageTb", "raid", "digitalRecorder", "automaticLog", "standardExport", "separateRecorder",
		"policeViewingOnly", "imageTransfer", "countingOnly"))
}

func (w writer) power() inventory.SpecificationSection {
	n := w.result.Network
	return section("Énergie", "Power", []inventory.Text{{
		FR: fmt.Sprintf("Budget PoE des commutateurs, pour l’ensemble : %s W au moins ; énergie secourue : %s Wh au "+
			"moins.", frNumber(n.PoEW), frNumber(n.UPSWh)),
		EN: fmt.Sprintf("PoE budget of all switches: at least %s W; energy of the uninterruptible supplies: at least %s Wh.",
			enNumber(n.PoEW), enNumber(n.UPSWh)),
	}}, w.wanted("poeBudgetW", "poeType", "upsMinutes", "batteryH", "permanentCircuit", "chargeAtNight", "solarPower", "surgeProtection",
		"dataSurgeProtection", "earthBonding"))
}

// works are the supports and the civil works, as the bill counts them.
func (w writer) works() inventory.SpecificationSection {
	items := []inventory.Text{
		text("Les installations électriques suivent la NF C 15-100 et, sur l’éclairage extérieur, la NF C 17-200.",
			"Electrical installations follow NF C 15-100 and, on outdoor lighting, NF C 17-200."),
		text("Les supports résistent au vent avec le matériel posé ; la note de calcul est remise avant la pose.",
			"Supports withstand the wind with the equipment on them; the computation is handed over before installation."),
	}
	for _, line := range allPhases(w.result.Bill.Lines, "supports", "civil_works") {
		items = append(items, inventory.Text{
			FR: fmt.Sprintf("%s : %s.", line.Name.FR, quantity(frNumber(line.Quantity), frUnit(line.Unit))),
			EN: fmt.Sprintf("%s: %s.", line.Name.EN, quantity(enNumber(line.Quantity), enUnit(line.Unit))),
		})
	}
	return section("Supports et génie civil", "Supports and civil works", items, w.wanted("antiVandalConduit", "removalDays"))
}

// allPhases are the lines of some lots, those of one article together whatever their phase.
func allPhases(lines []inventory.BillLine, lots ...inventory.Lot) []inventory.BillLine {
	var all []inventory.BillLine
	for _, l := range lines {
		if slices.Contains(lots, l.Lot) {
			l.Phase = 1
			all = append(all, l)
		}
	}
	return merged(all)
}

func (w writer) services() inventory.SpecificationSection {
	return section("Maintenance et formation", "Maintenance and training", []inventory.Text{
		text("Maintenance préventive deux fois par an au moins (nettoyage, cadrage, masques, horloge, sauvegardes) et "+
			"corrective ; délai de rétablissement proposé par le candidat ; chaque intervention est consignée.",
			"Preventive maintenance at least twice a year (cleaning, framing, masks, clock, backups), and corrective; the "+
				"bidder states the time to restore; each visit is written down."),
		text("Pièces et extensions disponibles pendant cinq ans au moins, compatibles avec d’autres marques (arrêté du 5 janvier 2011, annexe).",
			"Parts and extensions available for at least five years, compatible with other makes (arrêté of 5 January 2011, annex)."),
		text("Formation des opérateurs, de l’administrateur et des personnes habilitées aux extractions ; supports remis en français.",
			"Training of operators, of the administrator and of those entitled to extract; material handed over in French."),
		text("À la fin de vie, effacement certifié des mémoires et reprise des appareils.",
			"At end of life, memories erased with a certificate and devices taken back."),
	}, w.wanted("certifiedInstaller", "fte", "streamsPerOperator", "sharedCentre", "swornAgents", "biometrics", "analytics"))
}

func (w writer) acceptance() inventory.SpecificationSection {
	return section("Réception", "Acceptance", []inventory.Text{
		text("Pour chaque caméra : image de jour et de nuit, relevé de densité sur mire, cadence réellement enregistrée, "+
			"azimut, hauteur et position relevés, image des masques.",
			"For each camera: a picture by day and by night, the density read over the target, the rate that is really "+
				"recorded, bearing, height and place as built, a picture of the masks."),
		text("Pour l’ensemble : conservation et effacement constatés, horloge, journaux, exportation relue sur un autre "+
			"poste, coupure du secteur, coupure d’une liaison, mots de passe et services ouverts.",
			"For the whole: retention and erasure as found, clock, logs, an export read back on another machine, mains cut, "+
				"a link cut, passwords and open services."),
		text("Le procès-verbal de réception est signé des deux parties (arrêté du 5 janvier 2011, annexe) ; un écart de "+
			"densité ou de masque ajourne la réception de la caméra.",
			"The report of acceptance is signed by both sides (arrêté of 5 January 2011, annex); a shortfall of density or a "+
				"fault of a mask puts off the acceptance of the camera."),
	})
}

// file are the documents that the authorisation file needs of the contractor.
func (w writer) file() inventory.SpecificationSection {
	items := []inventory.Text{
		text("Description technique pour le rapport de présentation (1°) et des transmissions, de l’enregistrement et du traitement (5°).",
			"Technical description for the presentation report (1°), and of transmission, recording and processing (5°)."),
	}
	if w.films() {
		items = append(items, text("Plan-masse des bâtiments dans le champ, avec leurs accès et ouvertures (2°).",
			"Block plan of the buildings in view, with their accesses and openings (2°)."))
	}
	if w.films() || len(w.result.Cameras) >= detailedPlanCameras {
		items = append(items, text("Plan de détail : nombre, emplacement et zones couvertes des caméras (3°).",
			"Detailed plan: number, place and covered areas of the cameras (3°)."))
	}
	items = append(items,
		text("Mesures de sécurité des images enregistrées (6°).", "Security measures of recorded pictures (6°)."),
		text("Modèle et emplacement des panneaux d’information (7°).", "Model and place of the information signs (7°)."),
		text("Note de calcul du stockage et durée de conservation (8° ; arrêté du 3 août 2007, annexe 1, § 3).",
			"Computation of storage, and retention (8°; arrêté of 3 August 2007, annex 1, § 3)."),
		text("Identité du prestataire de maintenance (9°) et éléments pour le droit d’accès (10°).",
			"Who maintains the system (9°), and what the right of access takes (10°)."),
		text("Attestation de conformité à l’arrêté du 3 août 2007, d’un installateur certifié ou avec ses justificatifs (11°).",
			"Certificate of conformity to the arrêté of 3 August 2007, by a certified installer or with its proofs (11°)."))
	return section("Pièces à remettre pour le dossier préfectoral (CSI, art. R252-3)", "Documents to deliver for the "+
		"prefecture’s file (CSI art. R252-3)",
		items, w.wanted("shortReport", "detailedReport", "detailedPlan", "separateIndoorFile", "provisionalFile", "prefectDecision",
			"sharingDecision", "signs", "diagnosis", "listedOffences"))
}

// detailedPlanCameras is from how many cameras on a detailed plan goes with the file (CSI R252-3 3°).
const detailedPlanCameras = 8

// films tells whether any camera films the public way, or may.
func (w writer) films() bool {
	return slices.ContainsFunc(w.result.Cameras, func(c inventory.ProposedCamera) bool {
		return c.Need.FilmsPublicWay == nil || *c.Need.FilmsPublicWay
	})
}
