package advisory

import (
	"slices"
	"strings"
	"unicode"

	"vigie/inventory"
)

// siteWords tell the kind of place from what a holder calls it, in French and in English, as OpenStreetMap and the open
// data of towns do; a word stands for all that begin with it. The first kind that has one of the words is taken, so that a
// car park is no park and a hypermarket no market.
func siteWords() []struct {
	site  inventory.SiteKind
	words []string
} {
	return []struct {
		site  inventory.SiteKind
		words []string
	}{
		{"car_park", []string{"parking", "stationnement", "carpark", "car"}},
		{"shop_front", []string{"supermarche", "hypermarche", "supermarket", "commerce", "magasin", "boutique", "shop", "mall", "retail"}},
		{"cash_point", []string{"atm", "distributeur", "banque", "bank", "cash"}},
		{"school", []string{
			"ecole", "college", "lycee", "school", "maternelle", "elementaire", "primaire", "creche", "enseignement", "kindergarten",
			"nursery", "universit", "faculte", "education", "scolaire",
		}},
		{"station", []string{"gare", "station", "metro", "tram", "railway", "halt", "bus", "transport", "train"}},
		{"market", []string{"marche", "market", "halle"}},
		{"public_building", []string{
			"mairie", "hotel", "town", "townhall", "prefecture", "tribunal", "palais", "administration", "public", "musee", "museum",
			"mediatheque", "bibliotheque", "library", "courthouse", "theatre", "hopital", "hospital", "clinique", "culte", "worship",
			"police", "poste", "collectivite",
		}},
		{"event_site", []string{"stade", "stadium", "gymnase", "sport", "arena", "piscine", "salle", "venue", "event", "pitch", "fair"}},
		{"park", []string{"parc", "park", "jardin", "garden", "playground", "aire", "cimetiere", "cemetery"}},
		{"dumping_point", []string{"depot", "decharge", "dechet", "dechetterie", "waste", "dump", "recycling", "proprete"}},
		{"town_entrance", []string{"entree", "entrance", "gateway"}},
		{"traffic_point", []string{"carrefour", "crossing", "junction", "roundabout", "giratoire", "traffic"}},
		{"housing", []string{"habitation", "logement", "residence", "residential", "housing", "hlm", "cite", "quartier"}},
		{"shopping_street", []string{"pieton", "pedestrian", "shopping"}},
		{"square", []string{"place", "square", "esplanade", "parvis", "plaza"}},
		{"vital_site", []string{"vital", "usine", "industrial", "barrage", "reservoir", "power"}},
		{"natural_risk", []string{"inondation", "flood", "foret", "forest", "riviere"}},
		{"open_to_public", []string{"restaurant", "cafe", "cinema"}},
		{"street", []string{"rue", "avenue", "boulevard", "street", "road", "chemin", "voie", "quai"}},
	}
}

// siteOf is the kind of place of an area: by what it is called, a street for a street that is called nothing; empty when
// nothing tells it.
func siteOf(area inventory.Area) inventory.SiteKind {
	if site := inventory.SiteKind(area.Kind); slices.Contains(inventory.SiteKinds(), site) {
		return site
	}
	if site := siteCalled(area.Kind); site != "" {
		return site
	}
	if area.Category == inventory.AreaStreet {
		return "street"
	}
	return siteCalled(area.Name)
}

func siteCalled(name string) inventory.SiteKind {
	words := plainWords(name)
	if slices.Contains(words, "shopping") && slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(w, "cent") }) {
		return "shop_front"
	}
	for _, kind := range siteWords() {
		for _, stem := range kind.words {
			if slices.ContainsFunc(words, func(w string) bool { return w == stem || len(stem) > 3 && strings.HasPrefix(w, stem) }) {
				return kind.site
			}
		}
	}
	return ""
}

// plainWords are the words of a name without case and French accents.
func plainWords(name string) []string {
	plain := strings.NewReplacer("à", "a", "â", "a", "ç", "c", "é", "e", "è", "e", "ê", "e", "ë", "e", "î", "i", "ï", "i", "ô", "o",
		"ù", "u", "û", "u", "œ", "oe").Replace(strings.ToLower(name))
	return strings.FieldsFunc(plain, func(r rune) bool { return !unicode.IsLetter(r) })
}

// sitePurposes are the purposes for which images of a kind of place are usually asked for (CSI L251-2): what a request that
// names none is taken to mean.
func sitePurposes(site inventory.SiteKind) []inventory.Purpose {
	switch site {
	case "public_building", "school":
		return []inventory.Purpose{"P01", "P05"}
	case "station":
		return []inventory.Purpose{"P03", "P05"}
	case "traffic_point":
		return []inventory.Purpose{"P03"}
	case "offence_point":
		return []inventory.Purpose{"P04"}
	case "dumping_point":
		return []inventory.Purpose{"P11"}
	case "natural_risk":
		return []inventory.Purpose{"P07", "P08"}
	case "vital_site":
		return []inventory.Purpose{"P02"}
	case "open_to_public", "cash_point":
		return []inventory.Purpose{"E01"}
	case "shop_front":
		return []inventory.Purpose{"T01"}
	}
	return []inventory.Purpose{"P05"}
}
