package advisory

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"vigie/geo"
	"vigie/inventory"
)

// assumption is the code of something supposed about a camera.
type assumption string

const (
	opticsAssumed      assumption = "optics_assumed"
	movementAssumed    assumption = "movement_assumed"
	mountHeightAssumed assumption = "mount_height_assumed"
	deadZoneAssumed    assumption = "dead_zone_assumed"
	deadZoneIgnored    assumption = "dead_zone_ignored"
	bearingUnknown     assumption = "bearing_unknown"
	nightUnknown       assumption = "night_unknown"
)

// assumptions are all codes, in the order in which a study lists them.
func assumptions() []assumption {
	return []assumption{opticsAssumed, movementAssumed, bearingUnknown, mountHeightAssumed, deadZoneAssumed, deadZoneIgnored, nightUnknown}
}

// text says what is supposed, under a profile or without one.
func (a assumption) text(profile *Assumption) inventory.Text {
	var p Assumption
	if profile != nil {
		p = *profile
	}
	switch a {
	case opticsAssumed:
		return inventory.Text{
			FR: fmt.Sprintf("Optique ou image inconnue, en tout ou partie : ce qui manque est pris au profil « %s » "+
				"(champ horizontal %v°, %d pixels de large).",
				p.Name.FR, frNumber(p.HFOVDeg.Value), p.RecordedWidthPx.Value),
			EN: fmt.Sprintf("Optics or image unknown, in whole or in part: what is missing is taken from the profile %q "+
				"(horizontal field %v°, %d pixels wide).",
				p.Name.EN, p.HFOVDeg.Value, p.RecordedWidthPx.Value),
		}
	case movementAssumed:
		if profile == nil {
			return inventory.Text{
				FR: "Mobilité inconnue : caméra supposée fixe ; motorisée sans course connue, supposée tourner sur 360°.",
				EN: "Unknown movement: the camera is supposed fixed; a motorised one without a known range, to turn by 360°.",
			}
		}
		return inventory.Text{
			FR: fmt.Sprintf("Mobilité inconnue : celle du profil « %s » ; motorisée sans course connue, supposée tourner sur 360°.", p.Name.FR),
			EN: fmt.Sprintf("Unknown movement: that of the profile %q; a motorised camera without a known range is supposed to turn by 360°.", p.Name.EN),
		}
	case mountHeightAssumed:
		return inventory.Text{
			FR: fmt.Sprintf("Hauteur de pose inconnue : supposée de %s m.", frNumber(p.MountHeightM.Value)),
			EN: fmt.Sprintf("Unknown mounting height: supposed %v m.", p.MountHeightM.Value),
		}
	case deadZoneAssumed:
		return inventory.Text{
			FR: "Hauteur, inclinaison ou champ vertical inconnus : la zone morte au pied de la caméra est calculée avec ceux du profil.",
			EN: "Unknown height, tilt or vertical field: the dead zone at the foot of the camera is computed with those of the profile.",
		}
	case deadZoneIgnored:
		return inventory.Text{
			FR: "Hauteur, inclinaison ou champ vertical inconnus : la zone morte au pied de la caméra est ignorée.",
			EN: "Unknown height, tilt or vertical field: the dead zone at the foot of the camera is ignored.",
		}
	case bearingUnknown:
		return inventory.Text{
			FR: "Orientation inconnue : la caméra est comptée comme pouvant voir tout autour d’elle, mais jamais en permanence.",
			EN: "Unknown bearing: the camera counts as able to see all round, but never permanently.",
		}
	case nightUnknown:
		return inventory.Text{
			FR: "Portée de nuit inconnue (infrarouge, éclairage, sensibilité) : la caméra n’est pas comptée de nuit.",
			EN: "Unknown reach by night (infrared, light, sensitivity): the camera does not count by night.",
		}
	}
	return inventory.Text{}
}

// assumed lists what was supposed, and for how many cameras.
func (s study) assumed(sights []sight) []inventory.Assumption {
	list := []inventory.Assumption{}
	for _, code := range assumptions() {
		n := 0
		for _, v := range sights {
			if len(v.heads) > 0 && v.supposes(code) {
				n++
			}
		}
		if n > 0 {
			list = append(list, inventory.Assumption{Code: string(code), Text: code.text(s.assume), Cameras: n})
		}
	}
	return list
}

// warnings gathers what a reader must know before quoting a figure.
type warnings []inventory.Warning

func (w *warnings) add(code, fr, en string) {
	*w = append(*w, inventory.Warning{Code: code, Text: inventory.Text{FR: fr, EN: en}})
}

// cameras warns of cameras that count without being known well, or do not count.
func (w *warnings) cameras(sights []sight) {
	seeing, leftOut, partly, unknown := 0, 0, 0, 0
	for _, v := range sights {
		switch {
		case len(v.heads) == 0:
			leftOut++
			continue
		case v.blindHeads > 0:
			partly++
		}
		seeing++
		if v.camera.Status == "" {
			unknown++
		}
	}
	if seeing == 0 {
		w.add("no_camera", "Aucune caméra n’est comptée : tout le périmètre est donc donné comme non vu.",
			"No camera counts: the whole perimeter is therefore given as unseen.")
	}
	if leftOut > 0 {
		w.add("cameras_left_out",
			fr(leftOut, "caméra du périmètre n’est pas comptée, faute d’optique connue",
				"caméras du périmètre ne sont pas comptées, faute d’optique connue")+
				" : un profil d’hypothèse permettrait de les estimer.",
			en(leftOut, "camera of the perimeter does not count, its optics being unknown",
				"cameras of the perimeter do not count, their optics being unknown")+
				": an assumption profile would allow to estimate them.")
	}
	if partly > 0 {
		w.add("heads_left_out",
			fr(partly, "caméra n’est comptée qu’en partie", "caméras ne sont comptées qu’en partie")+
				" : l’optique de certains de leurs capteurs est inconnue.",
			en(partly, "camera counts only in part", "cameras count only in part")+": the optics of some of their heads are unknown.")
	}
	if unknown > 0 {
		w.add("status_unknown",
			fr(unknown, "caméra comptée est dans un état inconnu", "caméras comptées sont dans un état inconnu")+
				" : peut-être hors service.",
			en(unknown, "camera counted has an unknown state", "cameras counted have an unknown state")+": perhaps out of service.")
	}
}

// ground warns of what the computation leaves aside.
func (w *warnings) ground(s study, in inputs) {
	w.add("flat_ground", "Le relief n’est pas pris en compte : le sol est supposé plat entre une caméra et ce qu’elle voit.",
		"The relief is not taken into account: the ground is supposed flat between a camera and what it sees.")
	if s.request.Ground != "" && len(in.ground) == 0 {
		w.add("no_ground", "Aucun lieu de la catégorie demandée n’est connu dans le périmètre : il n’y a rien à surveiller.",
			"No area of the category asked for is known in the perimeter: there is nothing to watch.")
	}
	switch unknown := unknownHeights(in.obstacles); {
	case s.request.OpenGround:
		w.add("open_ground", "Étude en terrain dégagé, à la demande : les bâtiments sont ignorés, les surfaces vues sont surestimées.",
			"Study of open ground, as asked for: buildings are ignored, the surfaces seen are too large.")
		return
	case unknown > 0:
		w.add("heights_unknown",
			fr(unknown, "obstacle de hauteur inconnue est supposé tout cacher derrière lui",
				"obstacles de hauteur inconnue sont supposés tout cacher derrière eux")+".",
			en(unknown, "obstacle of unknown height is supposed to hide all that is behind it",
				"obstacles of unknown height are supposed to hide all that is behind them")+".")
		return
	case len(in.obstacles) > 0:
		return
	}
	w.add("no_obstacles", "Aucun bâtiment ni obstacle n’est connu : tout est calculé en terrain dégagé, les surfaces vues sont surestimées.",
		"No building or obstacle is known: everything is computed in open ground, the surfaces seen are too large.")
}

// facades tells of the cameras that were moved before a wall, or stand too deep behind it.
func (w *warnings) facades(all []geo.Facade) {
	moved, refused := 0, 0
	for _, f := range all {
		if f.Refused {
			refused++
		} else {
			moved++
		}
	}
	if moved > 0 {
		w.add("facades_moved",
			fr(moved, "capteur placé sur un bâtiment ou dedans a été ramené", "capteurs placés sur un bâtiment ou dedans ont été ramenés")+
				" devant sa façade.",
			en(moved, "head placed on a building or inside was moved", "heads placed on a building or inside were moved")+
				" before its wall.")
	}
	if refused > 0 {
		w.add("facades_refused",
			fr(refused, "capteur n’est pas compté : il est placé", "capteurs ne sont pas comptés : ils sont placés")+
				" trop loin à l’intérieur d’un bâtiment ; vérifiez la position, ou forcez-la.",
			en(refused, "head does not count, since it is placed", "heads do not count, since they are placed")+
				" too deep inside a building; check the position, or force it.")
	}
}

// dwellings warns that nothing tells dwellings from other buildings.
func (w *warnings) dwellings(s study, in inputs) {
	if s.request.Privacy && !slices.ContainsFunc(in.obstacles, func(o inventory.Obstacle) bool { return o.Dwelling != nil }) {
		w.add("dwellings_unknown", "Aucun bâtiment n’est dit d’habitation ou non : les façades de logements en vue ne peuvent être comptées.",
			"No building is said to be a dwelling or not: the walls of dwellings in view cannot be counted.")
	}
}

// unknownByNight counts the cameras that see, but perhaps not by night.
func unknownByNight(sights []sight) int {
	n := 0
	for _, v := range sights {
		if len(v.heads) > 0 && v.supposes(nightUnknown) {
			n++
		}
	}
	return n
}

// unknownHeights counts the obstacles whose height is unknown.
func unknownHeights(obstacles []inventory.Obstacle) int {
	n := 0
	for _, o := range obstacles {
		if o.HeightM == nil {
			n++
		}
	}
	return n
}

// areas warns of areas of interest that the perimeter cuts.
func (w *warnings) areas(outside, cut []string) {
	if len(outside) > 0 {
		w.add("area_outside", "Hors du périmètre, donc sans chiffre : "+names(outside, frQuotes)+".",
			"Outside the perimeter, thus without figures: "+names(outside, enQuotes)+".")
	}
	if len(cut) > 0 {
		w.add("area_cut", "En partie hors du périmètre (seule la partie intérieure compte) : "+names(cut, frQuotes)+".",
			"Partly outside the perimeter (only the part inside counts): "+names(cut, enQuotes)+".")
	}
}

// scale warns of densities whose official text was not read.
func (w *warnings) scale(s Scale) {
	for _, l := range s.Levels {
		if l.Density.Verified != VerifiedYes {
			w.add("scale_not_verified",
				fmt.Sprintf("Les densités de l’échelle %s sont reprises de documents tiers, le texte de la norme n’ayant pas été lu.", s.Name.FR),
				fmt.Sprintf("The densities of the scale %s are taken from third parties' documents; the text of the standard was not read.", s.Name.EN))
			return
		}
	}
}

// gaps warns that the list of gaps was cut.
func (w *warnings) gaps(listed, all int) {
	if listed < all {
		w.add("gaps_capped", fmt.Sprintf("Seules les %s premières lacunes sur %s sont listées ; les chiffres les comptent toutes.",
			grouped(listed, "\u00a0"), grouped(all, "\u00a0")),
			fmt.Sprintf("Only the first %s gaps of %s are listed; the figures count all of them.", grouped(listed, ","), grouped(all, ",")))
	}
}

// maxNames is how many names a warning spells out.
const maxNames = 10

func names(all []string, quote func(string) string) string {
	shown := make([]string, 0, maxNames)
	for _, name := range all[:min(len(all), maxNames)] {
		shown = append(shown, quote(name))
	}
	text := strings.Join(shown, ", ")
	if more := len(all) - len(shown); more > 0 {
		text += fmt.Sprintf(" (+ %d)", more)
	}
	return text
}

func frQuotes(s string) string { return "« " + s + " »" }
func enQuotes(s string) string { return "“" + s + "”" }

// fr writes a count and its noun; in French 0 and 1 are singular, and a space parts the thousands.
func fr(n int, one, many string) string {
	if n < 2 {
		return fmt.Sprintf("%d %s", n, one)
	}
	return grouped(n, "\u00a0") + " " + many
}

// en writes a count and its noun.
func en(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return grouped(n, ",") + " " + many
}

// grouped writes a count with a mark between thousands.
func grouped(n int, mark string) string {
	if n < 1000 {
		return strconv.Itoa(n)
	}
	return fmt.Sprintf("%s%s%03d", grouped(n/1000, mark), mark, n%1000)
}

// frNumber writes a number with a decimal comma.
func frNumber(v float64) string { return strings.Replace(enNumber(v), ".", ",", 1) }

// enNumber writes a number without an exponent.
func enNumber(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
