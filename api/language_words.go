package api

// frenchPhrases are the texts of refusals in French, by their English with its verbs. A test holds them against the code.
var frenchPhrases = map[string]string{
	// who asks
	"send an API key: Authorization: Bearer vigie_…, or sign in where people may":                                           "envoyez une clé d’API : Authorization: Bearer vigie_…, ou connectez-vous là où les personnes le peuvent",
	"the API key is not valid, or not any more":                                                                             "la clé d’API n’est pas valable, ou ne l’est plus",
	"send one Authorization header":                                                                                         "envoyez un seul en-tête Authorization",
	"a session counts for requests from the pages of this site alone":                                                       "une session ne vaut que pour les requêtes des pages de ce site",
	"you are not signed in, or not any more: sign in at " + loginPath:                                                       "vous n’êtes pas connecté, ou ne l’êtes plus : connectez-vous à " + loginPath,
	"the token is not valid here, or not any more":                                                                          "le jeton n’est pas valable ici, ou ne l’est plus",
	"you are known, and have no role here: ask the administrator":                                                           "vous êtes connu et n’avez pas de rôle ici : demandez à l’administrateur",
	"nobody signs in here: no identity provider is configured":                                                              "personne ne se connecte ici : aucun fournisseur d’identité n’est configuré",
	"the identity provider does not let you in, and does not say why":                                                       "le fournisseur d’identité ne vous laisse pas entrer et ne dit pas pourquoi",
	"the identity provider does not let you in: %s":                                                                         "le fournisseur d’identité ne vous laisse pas entrer : %s",
	"the identity provider does not answer, so nobody can be recognised by it: try again later; API keys are not concerned": "le fournisseur d’identité ne répond pas et ne peut reconnaître personne : réessayez plus tard ; les clés d’API ne sont pas concernées",
	"the sign-in was not begun in this browser, or is too old, or was done already: begin anew at " + loginPath:             "la connexion n’a pas été commencée dans ce navigateur, est trop ancienne ou déjà faite : recommencez à " + loginPath,
	"this link is not valid, or not any more; at the machine itself, vigie key create --role admin makes a key":             "ce lien n’est pas valable, ou ne l’est plus ; sur la machine même, vigie key create --role admin crée une clé",

	// what may be done
	"the role %s may not %s %s":                             "le rôle %s n’a pas ce droit : %s %s",
	"your role, your holder or your scopes do not allow it": "votre rôle, votre détenteur ou vos portées ne le permettent pas",
	"the secret fields of this record are encrypted with a key that the server was not given: leave them out": "les champs secrets de cette fiche sont chiffrés avec une clé que le serveur n’a pas reçue : laissez-les de côté",
	"say why, with %s: it is written into the journal":                                                        "dites pourquoi, avec %s : cela s’inscrit au journal",
	"a browser may only change data from this site, or from one that the server was told":                     "un navigateur ne change des données que depuis ce site, ou depuis un site que le serveur connaît",
	"clear HTTP is spoken to the proxies of this server alone: ask one of them":                               "le serveur ne parle en clair qu’à ses mandataires : adressez-vous à l’un d’eux",
	"this name is not one of the server's":                                                                    "ce nom n’est pas un nom du serveur",

	// what is asked for
	"no such address; the addresses are listed at /openapi.json":           "cette adresse n’existe pas ; la liste des adresses est à /openapi.json",
	"no record has this identifier":                                        "aucune fiche n’a cet identifiant",
	"the methods here are %s":                                              "les méthodes admises ici sont %s",
	"the features of %s are computed: ask for a study instead":             "les objets de %s sont calculés : demandez plutôt une étude",
	"the formats here are %s":                                              "les formats proposés ici sont %s",
	"Content-Type must be %s":                                              "Content-Type doit être %s",
	"a body that is packed (Content-Encoding) is not read here":            "un corps compressé (Content-Encoding) ne se lit pas ici",
	"Content-Crs: %q is not one of the systems that the collections list":  "Content-Crs : %q n’est pas un des systèmes que donnent les collections",
	"feature %q has no place in %s":                                        "l’objet %q n’a pas de position dans %s",
	"send the form of the page":                                            "envoyez le formulaire de la page",
	"the form cannot be read":                                              "le formulaire ne peut être lu",
	"%s has more than %d bytes":                                            "%s a plus de %d octets",
	"the body could not be read to its end":                                "le corps n’a pas pu être lu jusqu’au bout",
	"create or import it first":                                            "créez-le ou importez-le d’abord",
	"import it first, or give a perimeter":                                 "importez-le d’abord, ou donnez un périmètre",
	"what the study asked for is no longer in the inventory":               "ce que demandait l’étude n’est plus dans l’inventaire",
	"there is no problem of this type; they are listed at " + problemsPath: "aucun problème n’est de ce type ; la liste est à " + problemsPath,

	// states
	"send If-Match with the ETag that was read last":                                                           "envoyez If-Match avec le dernier ETag lu",
	"read it, then replace it with PUT and If-Match":                                                           "lisez la fiche, puis remplacez-la par PUT avec If-Match",
	"it changed since you read it: read it again, then decide":                                                 "la fiche a changé depuis votre lecture : relisez-la, puis décidez",
	"the quota %q, %d requests, is used up: ask again in %d s":                                                 "le quota %q, de %d requêtes, est épuisé : redemandez dans %d s",
	"%d studies, audits, plans, imports or undoings of yours are under way: wait for one of them":              "%d de vos études, audits, plans, imports ou annulations sont en cours : attendez la fin de l’un d’eux",
	"a request with this key is being answered: ask again in %d s":                                             "une requête avec cette clé est en cours de traitement : redemandez dans %d s",
	"this key came with another request, or your rights have changed since: take a new one":                    "cette clé accompagnait une autre requête, ou vos droits ont changé depuis : prenez-en une nouvelle",
	"a request with this key was answered %d, and the answer is not kept: it is large, or shows a secret once": "une requête avec cette clé a reçu la réponse %d, qui n’est pas gardée : elle est longue, ou montre un secret une seule fois",

	// the service
	"the store does not answer":                                                            "la base ne répond pas",
	"the store does not answer; try again later":                                           "la base ne répond pas ; réessayez plus tard",
	"there was no answer in time; try again later":                                         "la réponse n’est pas venue à temps ; réessayez plus tard",
	"nothing was stored: there is no room left; try again when the operator has made some": "rien n’a été enregistré : il n’y a plus de place ; réessayez quand l’exploitant en aura fait",
	"internal error; the request id finds the cause in the server's log":                   "erreur interne ; le numéro de la requête en retrouve la cause dans le journal du serveur",

	// parameters
	"the query is not well written: %v":             "la requête est mal écrite : %v",
	"is unknown: no parameter is read here":         "est inconnu : aucun paramètre ne se lit ici",
	"is unknown: the parameters here are %s":        "est inconnu : les paramètres sont ici %s",
	"is given %d times":                             "est donné %d fois",
	"is empty":                                      "est vide",
	"is missing":                                    "manque",
	"%q is neither true nor false":                  "%q n’est ni true ni false",
	"%q is not a whole number between 1 and %d":     "%q n’est pas un nombre entier entre 1 et %d",
	"%q is not a whole number of 1 or more":         "%q n’est pas un nombre entier, 1 ou plus",
	"%q is not a number of metres":                  "%q n’est pas un nombre de mètres",
	"%q is not a number":                            "%q n’est pas un nombre",
	"%q is not one of %s":                           "%q n’est pas de la liste : %s",
	"%q is given twice":                             "%q est donné deux fois",
	"has %d values, more than the %d that are read": "a %d valeurs, plus que les %d qui se lisent",
	"has an empty value in %q":                      "a une valeur vide dans %q",
	"%q is not a moment as 2026-11-21T08:30:00Z nor a day as 2026-11-21 (write + as %%2B)": "%q n’est ni un instant, comme 2026-11-21T08:30:00Z, ni un jour, comme 2026-11-21 (écrivez %%2B pour +)",
	"is not one that this list gave for these filters":                                     "n’est pas un curseur que cette liste a donné pour ces filtres",
	"is read with Accept: %s only":                                                         "ne se lit qu’avec Accept: %s",
	"is not a path of this server":                                                         "n’est pas un chemin de ce serveur",

	"%q is not a whole number of seconds between 0 and %d": "%q n’est pas un nombre entier de secondes entre 0 et %d",

	// bodies
	"is not a field that exists here":   "n’est pas un champ qui existe ici",
	"is not a member of a feature here": "n’est pas un membre d’un objet GeoJSON ici",
	"must be a text or a number":        "doit être un texte ou un nombre",
	"null is not an object":             "null n’est pas un objet",
	"is nested more than %d deep":       "est imbriqué sur plus de %d niveaux",
	"has %.60q twice in one object":     "a deux fois %.60q dans un même objet",
}
