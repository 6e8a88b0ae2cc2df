package demotown

import (
	"fmt"
	"math/rand/v2"
)

// names gives each street a name of its own.
type names struct {
	random *rand.Rand
	stocks map[zone][]string
	used   map[string]bool
}

func newNames(random *rand.Rand) *names {
	n := &names{random: random, stocks: map[zone][]string{}, used: map[string]bool{}}
	for _, z := range []zone{oldCentre, inner, suburb} {
		stock := append([]string{}, stockOf(z)...)
		random.Shuffle(len(stock), func(i, j int) { stock[i], stock[j] = stock[j], stock[i] })
		n.stocks[z] = stock
	}
	return n
}

// next is a name for a new street. Short streets are lanes and closes; when a zone's stock is used up, its words come
// again with another kind of street.
func (n *names) next(z zone, lengthM float64) string {
	stock := n.stocks[z]
	for _, kind := range kindsOf(z, lengthM) {
		for range stock {
			name := kind + " " + stock[0]
			stock = append(stock[1:], stock[0])
			if n.used[name] {
				continue
			}
			n.used[name], n.stocks[z] = true, stock
			return name
		}
	}
	return fmt.Sprintf("voie communale n° %d", len(n.used))
}

func kindsOf(z zone, lengthM float64) []string {
	switch {
	case z == oldCentre && lengthM < 60:
		return []string{"ruelle", "passage", "venelle", "cour", "rue", "petite rue"}
	case z == oldCentre:
		return []string{"rue", "petite rue", "passage", "ruelle"}
	case z == inner:
		return []string{"rue", "avenue", "cité", "villa", "passage", "petite rue"}
	case lengthM < 90:
		return []string{"impasse", "clos", "sente", "allée"}
	}
	return []string{"rue", "allée", "chemin", "clos", "sente"}
}

func stockOf(z zone) []string {
	switch z {
	case oldCentre:
		return []string{
			"des Tanneurs", "du Four-Banal", "des Orfèvres", "de la Halle-aux-Grains", "du Puits", "des Drapiers", "des Chanoines",
			"de la Vieille-Poste", "du Pilori", "des Trois-Écus", "du Cloître", "des Sabotiers", "de la Monnaie", "du Beffroi",
			"des Remouleurs", "de la Lanterne", "du Chapeau-Rouge", "des Boucheries", "de l’Étoile", "du Petit-Marché",
			"des Ménétriers", "de la Tour-Ronde", "du Guet", "des Cordiers", "de la Fontaine", "des Vignerons", "du Bourg-Neuf",
			"de l’Arsenal", "des Capucins", "du Mouton-d’Or", "des Parcheminiers", "de la Herse", "du Lion-d’Argent",
			"des Teinturiers", "de la Poterne", "du Temple", "des Cloutiers", "de l’Aumônerie", "du Grenier-à-Sel",
			"des Arbalétriers", "de la Licorne", "du Vieux-Collège", "des Potiers", "de la Rose-d’Or", "du Palais", "des Grands-Degrés",
			"de la Croix-Blanche", "des Tonneliers", "du Cheval-Blanc", "de la Petite-Porte", "des Libraires", "du Cygne",
		}
	case inner:
		return []string{
			"de la Manufacture", "des Écoles", "du Gaz", "de la Filature", "de la Caserne", "des Fossés", "du Manège", "de l’Octroi",
			"du Canal", "des Abattoirs", "de la Sous-Préfecture", "du Vélodrome", "de la Glacière", "des Entrepôts", "de l’Hospice",
			"de la Tuilerie", "du Champ-de-Foire", "de la Distillerie", "des Forges", "du Séminaire", "de la Brasserie",
			"de l’Abreuvoir", "des Jardiniers", "de la Corderie", "du Tribunal", "des Maraîchers", "de la Minoterie", "du Télégraphe",
			"de la Concorde", "de la Fraternité", "des Coopérateurs", "du Progrès", "de l’Avenir", "de la Mutualité", "du Belvédère",
			"de la Passerelle", "de l’Écluse", "du Port-aux-Bois", "des Chantiers", "de la Verrerie", "du Haut-Pavé",
			"de la Laiterie", "des Peupliers", "des Platanes", "des Marronniers", "du Bel-Air", "de la Paix", "du Repos",
			"des Iris", "des Lilas", "des Glycines", "des Roses", "du Lavoir", "de la Sablière", "des Ateliers", "de la Scierie",
		}
	case suburb:
	}
	return []string{
		"des Mésanges", "des Rossignols", "des Fauvettes", "des Bouvreuils", "des Hirondelles", "des Alouettes", "des Pinsons",
		"des Chardonnerets", "du Martin-Pêcheur", "des Hérons", "des Acacias", "des Bouleaux", "des Charmes", "des Érables",
		"des Frênes", "des Hêtres", "des Merisiers", "des Noisetiers", "des Ormes", "des Saules", "des Sorbiers", "des Sureaux",
		"des Aulnes", "des Châtaigniers", "des Cerisiers", "des Pommiers", "des Mirabelliers", "des Noyers", "des Bleuets",
		"des Coquelicots", "des Jonquilles", "des Primevères", "des Violettes", "des Pervenches", "des Genêts", "des Bruyères",
		"des Fougères", "de la Garenne", "des Champs-Longs", "du Clos-Fleuri", "de la Prairie", "des Grands-Prés", "du Moulin-à-Vent",
		"de la Côte", "des Vergers", "du Bois-Joli", "de la Source", "des Sablons", "de la Croix-Rouge", "des Quatre-Vents",
		"du Petit-Bois", "de la Butte", "des Lavandes", "du Pré-aux-Clercs", "de la Mare", "des Coteaux", "du Ruisseau", "des Murets",
	}
}
