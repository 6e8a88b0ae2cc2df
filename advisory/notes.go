package advisory

import (
	"fmt"
	"strconv"
	"strings"

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
)

// assumptions are all codes, in the order in which a study lists them.
func assumptions() []assumption {
	return []assumption{opticsAssumed, movementAssumed, bearingUnknown, mountHeightAssumed, deadZoneAssumed, deadZoneIgnored}
}

// text says what is supposed, under a profile or without one.
func (a assumption) text(profile *Profile) inventory.Text {
	var p Profile
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
			list = append(list, inventory.Assumption{Code: string(code), Text: code.text(s.profile), Cameras: n})
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
func (w *warnings) ground(in inputs) {
	if in.obstacles > 0 {
		w.add("obstacles_ignored",
			fr(in.obstacles, "bâtiment ou obstacle du périmètre n’est pas pris en compte",
				"bâtiments ou obstacles du périmètre ne sont pas pris en compte")+
				" : les surfaces vues sont surestimées.",
			en(in.obstacles, "building or obstacle of the perimeter is not taken into account",
				"buildings or obstacles of the perimeter are not taken into account")+
				": the surfaces seen are too large.")
		return
	}
	w.add("no_obstacles", "Aucun bâtiment ni obstacle n’est connu : tout est calculé en terrain dégagé, les surfaces vues sont surestimées.",
		"No building or obstacle is known: everything is computed in open ground, the surfaces seen are too large.")
}

// areas warns of areas of interest that the perimeter cuts, and of requirements by night.
func (w *warnings) areas(outside, cut []string, night int) {
	if len(outside) > 0 {
		w.add("area_outside", "Hors du périmètre, donc sans chiffre : "+names(outside, frQuotes)+".",
			"Outside the perimeter, thus without figures: "+names(outside, enQuotes)+".")
	}
	if len(cut) > 0 {
		w.add("area_cut", "En partie hors du périmètre (seule la partie intérieure compte) : "+names(cut, frQuotes)+".",
			"Partly outside the perimeter (only the part inside counts): "+names(cut, enQuotes)+".")
	}
	if night > 0 {
		w.add("night_not_computed",
			fr(night, "lieu est à couvrir aussi ou seulement de nuit", "lieux sont à couvrir aussi ou seulement de nuit")+
				" : cette étude ne calcule que le jour.",
			en(night, "area is to be covered by night, too or only", "areas are to be covered by night, too or only")+
				": this study computes the day alone.")
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
func frNumber(v float64) string { return strings.Replace(fmt.Sprint(v), ".", ",", 1) }
