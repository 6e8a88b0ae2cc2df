package advisory

import (
	"slices"

	"github.com/paulmach/orb"

	"vigie/geo"
	"vigie/inventory"
)

// derived is a fact that is worked out from records.
func derived(fact Fact, value func(*Case) any) Fact {
	fact.field, fact.value = nil, value
	return fact
}

func holderFacts() []Fact {
	return slices.Concat(
		rows("holder", [][4]string{
			{"kind", "", "Famille du détenteur", "Family of the holder"},
			{"type", "", "Nature juridique du détenteur", "Legal quality of the holder"},
			{"municipalPolicePosts", "", "Nombre d’emplois de police municipale", "Number of municipal police posts"},
			{"coordinationAgreement", "", "Convention de coordination en vigueur", "Coordination agreement in force"},
			{"cnilUndertakingOn", "", "Date de l’engagement de conformité envoyé à la CNIL", "Day of the undertaking sent to the CNIL"},
			{"dpiaOn", "", "Date de l’analyse d’impact (AIPD)", "Day of the impact assessment (DPIA)"},
			{"intercommunal", "", "EPCI ou syndicat mixte", "EPCI or mixed syndicate"},
		}),
		[]Fact{
			department(inventory.SubjectHolder, func(c *Case) inventory.Record { return c.Holder }),
			givenOr("holder", "cnilUndertakingSent", "cnilUndertakingOn", inventory.Text{
				FR: "Engagement de conformité envoyé à la CNIL", EN: "Undertaking sent to the CNIL"}),
			givenOr("holder", "dpiaDone", "dpiaOn", inventory.Text{FR: "Analyse d’impact (AIPD) réalisée", EN: "Impact assessment (DPIA) made"}),
		},
	)
}

// department is where a record is, for rules of a territory.
func department(subject inventory.SubjectKind, record func(*Case) inventory.Record) Fact {
	return derived(Fact{
		Name: string(subject) + ".department", Type: Text, Subject: subject,
		Label: inventory.Text{FR: "Département (code INSEE)", EN: "Département (INSEE code)"},
		From: inventory.Text{
			FR: "champ " + string(subject) + ".department, sinon commune", EN: "field " + string(subject) + ".department, else commune",
		},
	}, func(c *Case) any {
		if code := record(c).Attributes()[inventory.AttrDepartment]; code != "" {
			return code
		}
		return nil
	})
}

// givenOr is a flag that is true as soon as a text or a date that proves it is given.
func givenOr(name, flag, proof string, label inventory.Text) Fact {
	fact := rows(name, [][4]string{{flag, "", label.FR, label.EN}})[0]
	proved := rows(name, [][4]string{{proof, "", "", ""}})[0]
	fact.From.FR += " ; vrai si " + proof + " est renseigné"
	fact.From.EN += "; true when " + proof + " is given"
	said := fact
	return derived(fact, func(c *Case) any {
		if proved.of(c) != nil {
			return true
		}
		return said.of(c)
	})
}

func authorisationFacts() []Fact {
	return slices.Concat(
		rows("authorisation", [][4]string{
			{"number", "", "Numéro de l’arrêté d’autorisation", "Number of the authorisation"},
			{"status", "", "État de l’autorisation", "State of the authorisation"},
			{"grantedOn", "", "Date de l’autorisation", "Day the authorisation was granted"},
			{"expiresOn", "", "Date d’expiration de l’autorisation", "Day the authorisation expires"},
			{"provisional", "", "Autorisation provisoire", "Provisional authorisation"},
			{"provisionalGround", "", "Motif de l’autorisation provisoire", "Ground of the provisional authorisation"},
			{"eventEndsOn", "", "Fin du rassemblement", "End of the gathering"},
			{"purposes", "", "Finalités autorisées", "Authorised purposes"},
			{"maxCameras", "", "Nombre de caméras autorisées", "Number of cameras authorised"},
			{"retentionDaysMax", "d", "Durée de conservation maximale autorisée", "Longest retention authorised"},
			{"retentionDaysMin", "d", "Durée de conservation minimale fixée", "Shortest retention set"},
			{"recipients", "", "Destinataires désignés des images", "Designated recipients of images"},
			{"viewers", "", "Catégories de personnes habilitées à visionner", "Categories of people allowed to view"},
			{"positionsNotified", "", "Implantations notifiées au préfet avant pose ou déplacement", "Positions notified to the prefect beforehand"},
			{"commissioningNoticeOn", "", "Date de la déclaration de mise en service", "Day the commissioning was notified"},
			{"certifiedInstaller", "", "Installateur certifié", "Certified installer"},
			{"conformityProofPresent", "", "Justificatif de conformité technique présent", "Proof of technical conformity present"},
		}),
		[]Fact{
			givenOr("authorisation", "renewalFiled", "renewalFiledOn", inventory.Text{FR: "Demande de renouvellement déposée", EN: "Renewal applied for"}),
			derived(Fact{
				Name: "authorisation.hasPerimeter", Type: Flag, Subject: inventory.SubjectDeployment,
				Label: inventory.Text{FR: "Périmètre vidéoprotégé autorisé", EN: "Protected perimeter authorised"},
				From: inventory.Text{
					FR: "champ deployment.authorisation.hasPerimeter ; vrai si le périmètre est tracé",
					EN: "field deployment.authorisation.hasPerimeter; true when the perimeter is drawn",
				},
			}, hasPerimeter),
			derived(Fact{
				Name: "deployment.camerasOutsidePerimeter", Type: Whole, Subject: inventory.SubjectDeployment,
				Label: inventory.Text{FR: "Caméras situées hors du périmètre autorisé", EN: "Cameras outside the authorised perimeter"},
				From:  inventory.Text{FR: "calculé : emplacement des caméras et périmètre tracé", EN: "computed: places of cameras and perimeter drawn"},
			}, camerasOutsidePerimeter),
		},
	)
}

func hasPerimeter(c *Case) any {
	switch a := c.Deployment.Authorisation; {
	case len(a.Perimeter) > 0:
		return true
	case a.HasPerimeter != nil:
		return *a.HasPerimeter
	}
	return nil
}

// camerasOutsidePerimeter counts the fixed cameras outside; unknown without a perimeter, a camera or the place of one.
func camerasOutsidePerimeter(c *Case) any {
	perimeter, outside := orb.MultiPolygon(c.Deployment.Authorisation.Perimeter), 0
	if len(perimeter) == 0 || len(c.Cameras) == 0 {
		return nil
	}
	for _, camera := range c.Cameras {
		switch {
		case camera.Category != inventory.Fixed || camera.Status == inventory.Retired:
		case camera.Location == nil:
			return nil
		case !geo.Intersects(perimeter, orb.Point(*camera.Location)):
			outside++
		}
	}
	return outside
}

func pieceFacts() []Fact {
	labels := map[inventory.Piece]inventory.Text{
		"report":           {FR: "Rapport de présentation (R252-3 1°)", EN: "Presentation report (R252-3 1°)"},
		"report_detailed":  {FR: "Rapport de présentation détaillé (R252-3 1°)", EN: "Detailed presentation report (R252-3 1°)"},
		"masse":            {FR: "Plan-masse (R252-3 2°)", EN: "Block plan (R252-3 2°)"},
		"detail":           {FR: "Plan de détail (R252-3 3°)", EN: "Detailed plan (R252-3 3°)"},
		"perimeter_plan":   {FR: "Plan du périmètre vidéoprotégé (R252-3)", EN: "Plan of the protected perimeter (R252-3)"},
		"transmission":     {FR: "Description de la transmission et du traitement (R252-3 5°)", EN: "Description of transmission and processing (R252-3 5°)"},
		"security":         {FR: "Mesures de sécurité des images (R252-3 6°)", EN: "Security of recorded images (R252-3 6°)"},
		"public_info":      {FR: "Modalités d’information du public (R252-3 7°)", EN: "Information of the public (R252-3 7°)"},
		"retention_justif": {FR: "Durée de conservation justifiée (R252-3 8°)", EN: "Retention with its justification (R252-3 8°)"},
		"maintainer":       {FR: "Désignation du mainteneur (R252-3 9°)", EN: "Maintenance provider (R252-3 9°)"},
		"access_rights":    {FR: "Modalités du droit d’accès (R252-3 10°)", EN: "Right of access (R252-3 10°)"},
		"conformity":       {FR: "Justificatif de conformité aux normes techniques (R252-3 11°)", EN: "Proof of conformity to the norms (R252-3 11°)"},
		"cnil":             {FR: "Engagement de conformité destiné à la CNIL (R252-3 12°)", EN: "Undertaking for the CNIL (R252-3 12°)"},
		"installer_cert":   {FR: "Attestation de l’installateur", EN: "Installer’s certificate"},
		"mayor_letter":     {FR: "Copie de la lettre au maire (R252-3 4°)", EN: "Copy of the letter to the mayor (R252-3 4°)"},
		"dpia":             {FR: "Analyse d’impact jointe au dossier", EN: "Impact assessment attached to the file"},
	}
	var facts []Fact
	for _, piece := range inventory.Pieces() {
		facts = append(facts, derived(Fact{
			Name: "pieces." + string(piece), Type: Flag, Subject: inventory.SubjectDeployment, Label: labels[piece],
			From: inventory.Text{FR: "champ deployment.pieces." + string(piece), EN: "field deployment.pieces." + string(piece)},
		}, func(c *Case) any {
			if there, known := c.Deployment.Pieces[piece]; known {
				return there
			}
			return nil
		}))
	}
	return facts
}

func deploymentFacts() []Fact {
	return slices.Concat(
		rows("deployment", [][4]string{
			{"regime", "", "Régime juridique", "Body of law"},
			{"pooledCameraCount", "", "Caméras rattachées au site central commun", "Cameras that share the common site"},
			{"centralStorage", "", "Images ramenées sur un site central commun", "Images come to one common site"},
			{"retentionDays", "d", "Durée de conservation effective", "Retention in practice"},
			{"automaticErasure", "", "Effacement automatique à l’échéance", "Automatic erasure at the end"},
			{"audio", "", "Enregistrement du son", "Sound is recorded"},
		}),
		rows("mobile", [][4]string{
			{"permanentRecording", "", "Enregistrement permanent", "Records all the time"},
			{"visualSignal", "", "Signal visuel d’enregistrement", "Visual signal while recording"},
			{"vehicleSign", "", "Signalétique sur les véhicules", "Sign on vehicles"},
			{"unmarkedVehicles", "", "Véhicules banalisés", "Unmarked vehicles"},
			{"register", "", "Registre des utilisations tenu", "Register of uses kept"},
		}),
		rows("plateReading", [][4]string{
			{"used", "", "Lecture automatisée de plaques (LAPI)", "Automatic plate reading"},
			{"paidParkingOnly", "", "LAPI réservé au contrôle du stationnement payant", "Plate reading for paid parking only"},
			{"noHitRetentionDays", "d", "Conservation des plaques sans rapprochement", "Retention of plates without a hit"},
			{"hitRetentionDays", "d", "Conservation des plaques avec rapprochement", "Retention of plates with a hit"},
		}),
		rows("analytics", [][4]string{
			{"used", "", "Traitement algorithmique des images", "Algorithmic processing of images"},
			{"biometric", "", "Données biométriques traitées", "Biometric data processed"},
			{"faceRecognition", "", "Reconnaissance faciale", "Face recognition"},
			{"events", "", "Événements recherchés", "Events looked for"},
		}),
		[]Fact{department(inventory.SubjectDeployment, func(c *Case) inventory.Record { return c.Deployment })},
		[]Fact{givenOr("analytics", "authorised", "decisionRef", inventory.Text{
			FR: "Décision autorisant le traitement algorithmique", EN: "Decision that allows algorithmic processing"})},
		deploymentCameraFacts(),
	)
}
