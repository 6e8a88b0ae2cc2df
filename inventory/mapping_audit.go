package inventory

// auditAliases are usual names, in French and English, of what the audit asks of a camera, its device and its first head.
// What they cannot read is kept aside: an audit tells what is unknown, and a list of cameras is no reason to refuse it. "IP"
// alone is not among them: it is an address more often than a rating.
func auditAliases() []alias {
	flag := func(field string, names ...string) alias { return alias{field, names, readBool, true} }
	day := func(field string, names ...string) alias { return alias{field, names, readDate, true} }
	text := func(field string, names ...string) alias { return alias{field, names, readText, false} }
	quantity := func(field string, units []string, names ...string) alias {
		return alias{field, names, readQuantity(units...), true}
	}
	celsius, percent, metres, lux := []string{"°C", "C"}, []string{"%"}, []string{"mètres", "m", "M"}, []string{"lux", "lx"}
	return []alias{
		flag("critical", "critical", "critique", "cameracritique"),
		flag("localRecording", "localrecording", "enregistrementlocal"),
		quantity("uptimePct", percent, "uptime", "uptimepct", "disponibilite", "tauxdisponibilite", "tauxdedisponibilite"),
		day("cleanedOn", "cleanedon", "datenettoyage", "datedenettoyage", "derniernettoyage"),
		flag("mounting.outdoor", "outdoor", "exterieur", "enexterieur"),
		flag("mounting.reachable", "reachable", "aportee", "accessible"),
		flag("mounting.heightJustified", "heightjustified", "hauteurjustifiee"),
		flag("mounting.exposed", "exposed", "exposee", "exposeevandalisme"),
		flag("mounting.inSun", "insun", "pleinsoleil", "exposeesoleil"),
		quantity("mounting.siteMinTemperatureC", celsius, "sitemintemperature", "temperatureminsite", "sitemintemperaturec"),
		quantity("mounting.siteMaxTemperatureC", celsius, "sitemaxtemperature", "temperaturemaxsite", "sitemaxtemperaturec"),
		{"mounting.cable", []string{"cable", "liaison", "typeliaison", "raccordement"}, readWord(cableWords()), true},
		{"mounting.powerSource", []string{"powersource", "alimentation", "sourcealimentation"}, readWord(powerWords()), true},
		flag("mounting.surgeProtected", "surgeprotected", "parafoudre", "protectionsurtension"),
		flag("mounting.poweredByDay", "poweredbyday", "alimenteedejour"),
		quantity("mounting.distanceToOwnBuildingM", metres, "distancetoownbuilding", "distancebatiment", "distancetoownbuildingm"),
		text("device.ingressRating", "ingressrating", "indiceip", "indiceprotection", "protectionip"),
		text("device.impactRating", "impactrating", "indiceik", "ik", "protectionik"),
		quantity("device.minTemperatureC", celsius, "mintemperature", "temperaturemin", "mintemperaturec"),
		quantity("device.maxTemperatureC", celsius, "maxtemperature", "temperaturemax", "maxtemperaturec"),
		quantity("device.powerW", []string{"W"}, "powerw", "puissance", "puissancew", "consommation"),
		text("device.poeType", "poetype", "typepoe", "normepoe"),
		day("device.firmwareOn", "firmwareon", "datefirmware", "datemicrologiciel"),
		flag("device.firmwareLatest", "firmwarelatest", "micrologicielajour", "firmwareajour"),
		flag("device.criticalFlawOpen", "criticalflawopen", "faillecritique"),
		day("device.endOfLifeOn", "endoflifeon", "endoflife", "finsupport", "findesupport", "findepriseencharge"),
		flag("device.wipeCertificate", "wipecertificate", "certificateffacement"),
		quantity("heads[0].recordedFps", []string{"images/s", "i/s", "fps", "ips"}, "fps", "ips", "cadence", "recordedfps", "imagesparseconde"),
		text("heads[0].codec", "codec", "compression"),
		quantity("heads[0].bitrateMbps", []string{"Mbit/s", "Mbps", "Mb/s"}, "bitrate", "bitratembps", "debit", "debitmbps"),
		{"heads[0].shot", []string{"shot", "plan", "typeplan"}, readWord(shotWords()), true},
		text("heads[0].objective", "objective", "objectif"),
		flag("heads[0].movingPeople", "movingpeople", "personnesenmouvement"),
		quantity("heads[0].targetDistanceM", metres, "targetdistance", "targetdistancem", "distancecible", "distancedelacible"),
		quantity("heads[0].requiredDensityPxM", []string{"px/m"}, "requireddensity", "requireddensitypxm", "densiteexigee"),
		flag("heads[0].nightUse", "nightuse", "usagedenuit", "visionnocturne"),
		quantity("heads[0].sceneLuxNight", lux, "sceneluxnight", "eclairementnuit", "luxnuit"),
		quantity("heads[0].minLux", lux, "minlux", "sensibilite", "eclairementmin"),
		quantity("heads[0].infraredRangeM", metres, "infraredrange", "infraredrangem", "porteeir", "porteeinfrarouge", "irrange"),
		flag("heads[0].backlight", "backlight", "contrejour"),
		quantity("heads[0].wdrDb", []string{"dB"}, "wdr", "wdrdb", "plagedynamique"),
		quantity("heads[0].planBearingDeg", []string{"degrés", "deg", "°"}, "planbearing", "planbearingdeg", "azimutplan"),
		flag("heads[0].dwellingInView", "dwellinginview", "logementvisible", "logementenvue"),
		flag("heads[0].privacyMask", "privacymask", "masquage", "masquevieprivee"),
		flag("heads[0].maskFollows", "maskfollows", "masquagedynamique"),
	}
}

func cableWords() map[string]string {
	return map[string]string{
		"copper": "copper", "cuivre": "copper", "ethernet": "copper", "rj45": "copper", "fibre": "fibre", "fiber": "fibre",
		"fibreoptique": "fibre", "fo": "fibre", "radio": "radio", "hertzien": "radio", "faisceauhertzien": "radio", "wifi": "radio",
		"cellular": "cellular", "4g": "cellular", "5g": "cellular", "mobile": "cellular",
	}
}

func powerWords() map[string]string {
	return map[string]string{
		"mains": "mains", "secteur": "mains", "edf": "mains", "reseau": "mains", "streetlighting": "street_lighting",
		"eclairagepublic": "street_lighting", "ep": "street_lighting", "poe": "poe", "solar": "solar", "solaire": "solar",
	}
}

func shotWords() map[string]string {
	return map[string]string{
		"narrow": "narrow", "etroit": "narrow", "planetroit": "narrow", "serre": "narrow",
		"wide": "wide", "large": "wide", "planlarge": "wide",
	}
}
