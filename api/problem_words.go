package api

// explained is what the page of a kind of problem says in one language, as Markdown with code in it and nothing else.
type explained struct{ Meaning, Remedy string }

// explanations are the words of each kind of problem.
type explanations struct{ English, French explained }

// problemPages are the words of the pages, in the order of the statuses. A test holds them against the kinds there are.
var problemPages = []struct {
	kind  kind
	words explanations
}{
	{kindInvalidRequest, explanations{
		explained{"A parameter or a member of the body is unknown, missing or of another type, or the body is not JSON.",
			"`errors` lists every fault with its place: mend them all, then ask again."},
		explained{"Un paramètre ou un membre du corps est inconnu, absent ou d’un autre type, ou le corps n’est pas du JSON.",
			"`errors` donne chaque faute et sa place : corrigez-les toutes, puis redemandez."},
	}},
	{kindUnauthenticated, explanations{
		explained{"The request has no API key, token or session, or one that is not valid, not yet or not any more. A key that was revoked and one that never was look the same.",
			"Send `Authorization: Bearer` with a valid key or token, or sign in. Ask the administrator for a key."},
		explained{"La requête n’a ni clé d’API, ni jeton, ni session, ou ce qu’elle a n’est pas, pas encore ou plus valable. Une clé révoquée et une clé qui n’a jamais existé se ressemblent.",
			"Envoyez `Authorization: Bearer` avec une clé ou un jeton valables, ou connectez-vous. L’administrateur donne les clés."},
	}},
	{kindForbidden, explanations{
		explained{"It is known who asks, and the role, the holder or the scopes of that account do not allow it. What an account may not even know of is answered 404.",
			"Ask the administrator for the right, or leave the request out. Asking again changes nothing."},
		explained{"On sait qui demande ; le rôle, le détenteur ou les portées de ce compte ne le permettent pas. Ce dont un compte ne doit pas même savoir l’existence répond 404.",
			"Demandez ce droit à l’administrateur, ou renoncez à la requête. La répéter ne change rien."},
	}},
	{kindCrossOrigin, explanations{
		explained{"A browser sent a change, or used a session, for a page of another web site than this server's and those it was told with `--cors-origin`.",
			"Ask from a page of this site, or from a program with a key; or have the operator name the site."},
		explained{"Un navigateur a envoyé un changement, ou s’est servi d’une session, pour une page d’un autre site que ce serveur et que ceux que nomme `--cors-origin`.",
			"Demandez depuis une page de ce site, ou par un programme muni d’une clé ; ou faites nommer le site par l’exploitant."},
	}},
	{kindNotFound, explanations{
		explained{"There is no such address, or no record with this identifier that you may know of: a record that is not for you looks as if it were not there.",
			"Check the address and the identifier, then your rights."},
		explained{"Cette adresse n’existe pas, ou aucune fiche de cet identifiant n’est pour vous : ce qui n’est pas pour vous paraît ne pas être là.",
			"Vérifiez l’adresse et l’identifiant, puis vos droits."},
	}},
	{kindMethodNotAllowed, explanations{
		explained{"The address exists and does not take this method.",
			"The header `Allow` lists those that it takes."},
		explained{"L’adresse existe et n’admet pas cette méthode.",
			"L’en-tête `Allow` donne celles qu’elle admet."},
	}},
	{kindNotAcceptable, explanations{
		explained{"None of the formats of this answer is one that `Accept` allows.",
			"`detail` lists the formats there are: name one of them in `Accept`, or send no `Accept`."},
		explained{"Aucun format de cette réponse n’est admis par `Accept`.",
			"`detail` donne les formats possibles : nommez-en un dans `Accept`, ou n’envoyez pas `Accept`."},
	}},
	{kindAlreadyExists, explanations{
		explained{"A POST asks for an identifier that is taken; or it repeats an `Idempotency-Key` whose answer is not kept, and `Location` says what was made.",
			"Read the record, then replace it with PUT and `If-Match`; or leave the identifier out, and the server makes one."},
		explained{"Un POST demande un identifiant déjà pris ; ou il répète une `Idempotency-Key` dont la réponse n’est pas gardée, et `Location` dit ce qui a été créé.",
			"Lisez la fiche, puis remplacez-la par PUT avec `If-Match` ; ou omettez l’identifiant, le serveur en fait un."},
	}},
	{kindEnded, explanations{
		explained{"The job that is to be cancelled has succeeded, failed or been cancelled before.",
			"Read the job: its `state` says which, and `result` what it made."},
		explained{"La tâche à annuler a réussi, échoué ou été annulée auparavant.",
			"Lisez la tâche : `state` dit lequel, et `result` ce qu’elle a fait."},
	}},
	{kindUnderWay, explanations{
		explained{"A request with the same `Idempotency-Key` is being answered, by this server or another one of the same store.",
			"Ask again, the same, after `Retry-After` seconds: you get its answer."},
		explained{"Une requête de même `Idempotency-Key` est en cours, sur ce serveur ou un autre de la même base.",
			"Redemandez, à l’identique, après `Retry-After` secondes : vous aurez sa réponse."},
	}},
	{kindStale, explanations{
		explained{"The record changed since you read it, is gone, or exists although `If-None-Match: *` says that it must not.",
			"Read the record again, decide anew, and send its new `ETag` in `If-Match`."},
		explained{"La fiche a changé depuis votre lecture, n’est plus là, ou existe alors que `If-None-Match: *` ne le veut pas.",
			"Relisez la fiche, décidez à nouveau, et envoyez son nouvel `ETag` dans `If-Match`."},
	}},
	{kindSyncAgain, explanations{
		explained{"The cursor of the feed of changes is older than what the feed keeps.",
			"Read the records anew, then follow the feed from its end: see docs/api.md."},
		explained{"Le curseur du fil des changements est plus ancien que ce que le fil garde.",
			"Relisez les fiches, puis suivez le fil depuis sa fin : voir docs/api.md."},
	}},
	{kindTooLarge, explanations{
		explained{"The body is longer than what is read here, or a record longer than what the store keeps.",
			"`detail` gives the bound. Cut a file in several imports, simplify a geometry."},
		explained{"Le corps dépasse ce qui se lit ici, ou une fiche ce que la base garde.",
			"`detail` donne la limite. Coupez un fichier en plusieurs imports, simplifiez une géométrie."},
	}},
	{kindUnsupportedMediaType, explanations{
		explained{"`Content-Type` is missing or names a format that is not read here, or the body is packed (`Content-Encoding`).",
			"`detail` lists the formats that are read. Send the body as it is."},
		explained{"`Content-Type` manque ou nomme un format qui ne se lit pas ici, ou le corps est compressé (`Content-Encoding`).",
			"`detail` donne les formats lus. Envoyez le corps tel quel."},
	}},
	{kindMisdirected, explanations{
		explained{"The `Host` of the request is not a name of this server, or clear HTTP came from elsewhere than its proxies.",
			"Use a name that the operator gave with `--host`, over TLS."},
		explained{"L’en-tête `Host` de la requête n’est pas un nom de ce serveur, ou du HTTP en clair ne vient pas de ses mandataires.",
			"Prenez un nom que l’exploitant a donné par `--host`, en TLS."},
	}},
	{kindInvalidContent, explanations{
		explained{"The request is well formed, and what it says is not a valid record or question: a value out of its range, a rule between two fields, a geometry that crosses itself.",
			"`errors` lists every fault with its JSON Pointer: mend them all, then ask again."},
		explained{"La requête est bien formée, mais ce qu’elle dit n’est ni une fiche ni une question valables : une valeur hors de ses bornes, une règle entre deux champs, une géométrie qui se croise.",
			"`errors` donne chaque faute et son pointeur JSON : corrigez-les toutes, puis redemandez."},
	}},
	{kindUnknownPlace, explanations{
		explained{"The area or the commune that a study names is not in the inventory.",
			"Import the area or the commune first, or give a perimeter."},
		explained{"La zone ou la commune que nomme l’étude n’est pas dans l’inventaire.",
			"Importez d’abord la zone ou la commune, ou donnez un périmètre."},
	}},
	{kindUnknownSubject, explanations{
		explained{"What is to be audited, answered or compared with is not in the inventory, or not for you.",
			"Check the identifier; create or import the record first."},
		explained{"Ce qu’il faut auditer, justifier ou comparer n’est pas dans l’inventaire, ou n’est pas pour vous.",
			"Vérifiez l’identifiant ; créez ou importez d’abord la fiche."},
	}},
	{kindCRSNeeded, explanations{
		explained{"The coordinates of the file are not degrees, and nothing says in which system they are.",
			"Name the system with the parameter `crs`; `candidates` lists those in which the file falls in France."},
		explained{"Les coordonnées du fichier ne sont pas des degrés, et rien ne dit leur système.",
			"Nommez le système par le paramètre `crs` ; `candidates` donne ceux dans lesquels le fichier tombe en France."},
	}},
	{kindUnreadableFile, explanations{
		explained{"The file as a whole cannot be imported; nothing was stored.",
			"`detail` says where the file breaks: mend it, or export it anew."},
		explained{"Le fichier entier ne peut être importé ; rien n’a été enregistré.",
			"`detail` dit où il se rompt : réparez-le, ou exportez-le à nouveau."},
	}},
	{kindNoPlan, explanations{
		explained{"No plan keeps the constraint that `constraint` names.",
			"Relax that constraint, or ask for less."},
		explained{"Aucun plan ne respecte la contrainte que nomme `constraint`.",
			"Relâchez cette contrainte, ou demandez moins."},
	}},
	{kindKeyReused, explanations{
		explained{"The `Idempotency-Key` came with another request in the last 24 hours, or the rights of the account have changed since.",
			"Take a new key (a random UUID) for each new request, and the same one only to repeat a request."},
		explained{"La clé `Idempotency-Key` accompagnait une autre requête dans les dernières 24 heures, ou les droits du compte ont changé depuis.",
			"Prenez une clé nouvelle (un UUID aléatoire) pour chaque requête nouvelle, et la même seulement pour répéter une requête."},
	}},
	{kindPreconditionRequired, explanations{
		explained{"PUT, PATCH and DELETE must say on which state of the record they are based.",
			"Send `If-Match` with the `ETag` read last, `If-Match: *` for any state, or `If-None-Match: *` to create only."},
		explained{"PUT, PATCH et DELETE doivent dire sur quel état de la fiche ils se fondent.",
			"Envoyez `If-Match` avec le dernier `ETag` lu, `If-Match: *` pour tout état, ou `If-None-Match: *` pour créer seulement."},
	}},
	{kindReasonRequired, explanations{
		explained{"Experts and prefectures account for what they read and have computed.",
			"Send the reason in the header `X-Reason` (UTF-8 or ISO 8859-1); it is written into the journal."},
		explained{"Experts et préfectures rendent compte de ce qu’ils lisent et font calculer.",
			"Envoyez le motif dans l’en-tête `X-Reason` (UTF-8 ou ISO 8859-1) ; il s’inscrit au journal."},
	}},
	{kindTooManyRequests, explanations{
		explained{"A quota is used up: `violated-policies` names it, and `RateLimit` tells how far each one is.",
			"Ask again after `Retry-After` seconds, more slowly; larger pages need fewer requests."},
		explained{"Un quota est épuisé : `violated-policies` le nomme, et `RateLimit` dit où en est chacun.",
			"Redemandez après `Retry-After` secondes, plus lentement ; des pages plus grandes demandent moins de requêtes."},
	}},
	{kindCancelled, explanations{
		explained{"The client went away before the answer. Nobody receives this one: it stands in the server's log.",
			"Wait longer, or have the work made as a job."},
		explained{"Le client est parti avant la réponse. Personne ne reçoit celle-ci : elle est au journal technique du serveur.",
			"Attendez plus longtemps, ou faites faire le travail en tâche de fond."},
	}},
	{kindInternal, explanations{
		explained{"The fault is the server's. Whether a change was made is not known.",
			"Read the record, then try again; give the operator `requestId`, which finds the cause in the log."},
		explained{"La faute est au serveur. On ne sait pas si un changement a été fait.",
			"Relisez la fiche, puis réessayez ; donnez `requestId` à l’exploitant : il retrouve la cause dans le journal technique."},
	}},
	{kindNotReady, explanations{
		explained{"The store, or for people the identity provider, does not answer, or not in time.",
			"Ask again after `Retry-After` seconds; with an `Idempotency-Key`, a POST is not done twice."},
		explained{"La base, ou pour les personnes le fournisseur d’identité, ne répond pas, ou pas à temps.",
			"Redemandez après `Retry-After` secondes ; avec une `Idempotency-Key`, un POST ne se fait pas deux fois."},
	}},
	{kindNoRoom, explanations{
		explained{"The store has no room left. Nothing was stored.",
			"Have the operator make room, then ask again."},
		explained{"La base n’a plus de place. Rien n’a été enregistré.",
			"Faites faire de la place par l’exploitant, puis redemandez."},
	}},
}
