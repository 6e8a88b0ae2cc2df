package advisory

import "slices"

func recordingFacts() []Fact {
	return rows("recording", [][4]string{
		{"storage", "", "Support d’enregistrement", "Kind of storage"},
		{"sharedWithIndoor", "", "Enregistreur commun aux caméras intérieures", "Recorder shared with indoor cameras"},
		{"stamped", "", "Date, heure et lieu enregistrés avec chaque flux", "Date, time and place kept with every stream"},
		{"timeSource", "", "Source de temps de l’enregistreur", "Time source of the recorder"},
		{"clockDriftS", "s", "Dérive d’horloge constatée", "Clock drift found"},
		{"integrity", "", "Dispositif d’intégrité des enregistrements", "What shows that recordings are unchanged"},
		{"diskTb", "TB", "Capacité de stockage", "Storage capacity"},
		{"storageNote", "", "Note de calcul du stockage au dossier", "Note on storage size in the file"},
		{"measuredDays", "d", "Profondeur d’enregistrement constatée", "Depth of recordings found"},
		{"onEdge", "", "Images conservées dans les caméras ou sur support amovible", "Images kept on cameras or removable media"},
		{"encryptedAtRest", "", "Supports locaux ou amovibles chiffrés", "Edge and removable media encrypted"},
		{"logAutomatic", "", "Journal automatique", "Automatic log"},
		{"logFields", "", "Mentions portées au journal", "What the log says"},
		{"logRetentionMonths", "mo", "Durée de conservation du journal", "Retention of the log"},
		{"exports.lossless", "", "Exportation sans perte de qualité", "Export without loss of quality"},
		{"exports.recordingContinues", "", "Enregistrement maintenu pendant l’exportation", "Recording goes on during an export"},
		{"exports.nonRewritable", "", "Support d’exportation non réinscriptible disponible", "Non-rewritable medium available"},
		{"exports.logFields", "", "Mentions du journal des exportations", "What the log of exports says"},
		{"exports.playerFeatures", "", "Fonctions du lecteur fourni", "What the player can do"},
	})
}

func operationFacts() []Fact {
	return slices.Concat(
		rows("operation", [][4]string{
			{"operatorsDesignated", "", "Opérateurs désignés individuellement par écrit", "Operators designated in writing"},
			{"civilAgents", "", "Agents civils visionnant la voie publique", "Civil agents view the public way"},
			{"operatorsApproved", "", "Agents agréés par le préfet", "Agents approved by the prefect"},
			{"privateOperators", "", "Opérateurs privés", "Private operators"},
			{"imagesShared", "", "Images transmises à d’autres services", "Images go to other services"},
			{"externalViewers", "", "Services extérieurs destinataires", "Outside services that receive images"},
			{"copyRetentionDays", "d", "Conservation des copies par les destinataires", "Retention of copies by recipients"},
			{"rightsContactPublished", "", "Contact pour l’exercice des droits publié", "Contact for people’s rights published"},
			{"sign.present", "", "Affiches ou panneaux en place", "Signs are there"},
			{"sign.pictogram", "", "Pictogramme de caméra sur les panneaux", "Pictogram of a camera on signs"},
			{"sign.controller", "", "Responsable du traitement mentionné", "Controller named on signs"},
			{"sign.purposes", "", "Finalités mentionnées", "Purposes named on signs"},
			{"sign.rights", "", "Droits des personnes mentionnés", "Rights named on signs"},
			{"communeAgreement", "", "Accord de la commune d’implantation", "Agreement of the commune"},
			{"memberAgreements", "", "Conventions avec les communes membres", "Agreements with the members"},
			{"stateAgreement", "", "Convention avec l’État", "Agreement with the State"},
			{"maintenanceContract", "", "Contrat de maintenance", "Maintenance contract"},
			{"maintenanceWritten", "", "Exploitation et maintenance consignées par écrit", "Operation and maintenance written down"},
			{"acceptanceReport", "", "Procès-verbal de réception signé", "Report of acceptance signed"},
			{"checkedOn", "", "Date du dernier contrôle périodique", "Day of the last regular check"},
			{"checkedItems", "", "Points vérifiés lors du contrôle", "What the check looked at"},
		}),
		rows("site", [][4]string{
			{"outdoorCabinets", "", "Armoires extérieures", "Outdoor cabinets"},
			{"cabinetsLocked", "", "Armoires verrouillées", "Cabinets locked"},
			{"cabinetsTamperAlarm", "", "Armoires munies d’un contact d’ouverture avec alarme", "Cabinets with tamper contact and alarm"},
			{"roomProtected", "", "Enregistreurs dans la zone la mieux protégée", "Recorders in the best protected zone"},
			{"roomAccessLogged", "", "Accès au local technique journalisés", "Access to the room logged"},
		}),
	)
}

func networkFacts() []Fact {
	return slices.Concat(
		rows("link", [][4]string{
			{"loadPct", "%", "Charge de pointe de la liaison la plus chargée", "Peak load of the most loaded link"},
			{"allStreamsCarried", "", "Tous les flux requis acheminés", "All needed streams get through"},
			{"wireless", "", "Liaisons radio", "Radio links"},
			{"wirelessEncrypted", "", "Liaisons radio chiffrées", "Radio links encrypted"},
			{"wirelessSegment", "", "Emploi des liaisons radio", "Where radio links are used"},
			{"poeLoadPct", "%", "Charge du budget PoE", "Load of the PoE budget"},
			{"upsMinutes", "min", "Autonomie de l’alimentation secourue", "Time without mains"},
			{"orderlyShutdown", "", "Arrêt ordonné en fin d’autonomie", "Orderly shutdown"},
		}),
		rows("security", [][4]string{
			{"physicallySeparate", "", "Réseau physiquement séparé", "Physically separate network"},
			{"dedicatedVlan", "", "Réseau virtuel (VLAN) dédié", "Dedicated VLAN"},
			{"sharedWithAccessControl", "", "Réseau partagé avec le contrôle d’accès", "Network shared with access control"},
			{"outdoorSegmented", "", "Caméras extérieures isolées des intérieures", "Outdoor cameras apart from indoor ones"},
			{"internetExposed", "", "Système accessible depuis Internet", "System reachable from the Internet"},
			{"peerToPeerCloud", "", "Liaison au nuage d’un fabricant (P2P)", "Link to a maker’s cloud (P2P)"},
			{"defaultCredentials", "", "Mots de passe par défaut subsistants", "Default passwords left"},
			{"networkAuthentication", "", "Authentification 802.1X des ports", "802.1X on ports"},
			{"portSecurity", "", "Verrouillage des ports par adresse", "Ports locked by address"},
			{"linkLossAlarm", "", "Alarme de perte de liaison", "Alarm on loss of link"},
			{"unusedPortsDisabled", "", "Ports inutilisés désactivés", "Unused ports disabled"},
			{"uncontrolledNetwork", "", "Flux sur un réseau non maîtrisé ou entre sites", "Flows on a network not under control, or between sites"},
			{"flowsEncrypted", "", "Flux chiffrés", "Flows encrypted"},
			{"flowsAuthenticated", "", "Flux authentifiés", "Flows authenticated"},
			{"managementEncrypted", "", "Administration chiffrée (TLS)", "Management over TLS"},
			{"tlsVersion", "", "Version minimale de TLS", "Lowest version of TLS"},
			{"mediaEncrypted", "", "Flux vidéo chiffrés", "Video streams encrypted"},
			{"insecureServices", "", "Telnet, FTP ou UPnP actifs", "Telnet, FTP or UPnP on"},
			{"unusedFunctionsOff", "", "Fonctions inutiles désactivées", "Unused functions off"},
			{"localAdminOpen", "", "Interface d’administration locale ouverte", "Local management open"},
			{"namedAccounts", "", "Comptes nominatifs", "Named accounts"},
			{"adminTwoFactor", "", "Double authentification des administrateurs", "Two factors for administrators"},
			{"rightsByRole", "", "Droits attribués selon les responsabilités", "Rights by responsibility"},
			{"remoteMaintenance", "", "Télémaintenance", "Remote maintenance"},
			{"remoteMaintenanceBastion", "", "Télémaintenance par un bastion", "Remote maintenance through a bastion"},
			{"remoteMaintenanceOnRequest", "", "Télémaintenance ouverte à la demande", "Remote maintenance opened on request"},
			{"remoteMaintenanceLogged", "", "Télémaintenance journalisée", "Remote maintenance logged"},
			{"logsCentral", "", "Journaux centralisés", "Logs gathered centrally"},
			{"configurationsSaved", "", "Configurations sauvegardées", "Settings backed up"},
		}),
	)
}
