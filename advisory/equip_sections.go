package advisory

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"vigie/inventory"
)

// specification is the technical text of a call for tenders, from what was found: without brands, French then English. Each
// thing that rules ask for names them and their references. It depends on nothing but the result and the book.
func (b *Book) specification(r inventory.RecommendationResult) []inventory.SpecificationSection {
	if len(r.Cameras) == 0 {
		return []inventory.SpecificationSection{}
	}
	w := writer{book: b, result: r, sources: referencesOf(r), groups: groupsOf(r.Cameras)}
	sections := []inventory.SpecificationSection{w.object()}
	for i, g := range w.groups {
		sections = append(sections, w.equipment(i, g))
	}
	sections = append(sections, w.quality(), w.night(), w.privacy(), w.network(), w.storage(), w.power(), w.works(), w.services(),
		w.acceptance(), w.file())
	return sections
}

// writer writes one specification.
type writer struct {
	book    *Book
	result  inventory.RecommendationResult
	sources references
	groups  []group
}

// group are the cameras of one class of equipment.
type group struct {
	profile string
	cameras []int // ranks in the result
	asked   specifications
}

// groupsOf gathers the cameras by their class, in the order in which the first of each is bought.
func groupsOf(cameras []inventory.ProposedCamera) []group {
	var groups []group
	for i, c := range cameras {
		k := slices.IndexFunc(groups, func(g group) bool { return g.profile == c.Profile })
		if k < 0 {
			k, groups = len(groups), append(groups, group{profile: c.Profile})
		}
		groups[k].cameras = append(groups[k].cameras, i)
		groups[k].asked = joinAll(groups[k].asked, c.Specifications)
	}
	return groups
}

// joinAll joins what is asked for with more, the strictest of each.
func joinAll(asked specifications, more []inventory.Specification) specifications {
	all := []inventory.Specification(asked)
	for _, s := range more {
		all = addSpecification(all, s)
	}
	slices.SortStableFunc(all, func(a, b inventory.Specification) int { return rankOf(a.Name) - rankOf(b.Name) })
	return all
}

// wanted are the phrases of what is asked for under some names: of the project, then of each class of equipment. What all
// classes must keep alike is said once.
func (w writer) wanted(names ...string) []inventory.Text {
	items := w.asked(Strictest(w.result.Advice), names...)
	for _, name := range names {
		said := map[inventory.Text][]string{}
		var order []inventory.Text
		for i, g := range w.groups {
			for _, item := range w.asked(g.asked, name) {
				if said[item] == nil {
					order = append(order, item)
				}
				said[item] = append(said[item], letterOf(i))
			}
		}
		for _, item := range order {
			items = append(items, ofClasses(item, said[item], len(w.groups)))
		}
	}
	return items
}

// ofClasses says which classes something is asked of, when it is not asked of all.
func ofClasses(item inventory.Text, letters []string, all int) inventory.Text {
	if len(letters) == all {
		return item
	}
	list := strings.Join(letters, ", ")
	return inventory.Text{FR: "Matériel " + list + " – " + item.FR, EN: "Equipment " + list + " – " + item.EN}
}

// section makes a chapter of items; what is empty is left out.
func section(fr, en string, items ...[]inventory.Text) inventory.SpecificationSection {
	return inventory.SpecificationSection{Title: text(fr, en), Items: append([]inventory.Text{}, slices.Concat(items...)...)}
}

// asked are the phrases of what is asked for under some names.
func (w writer) asked(specs specifications, names ...string) []inventory.Text {
	var items []inventory.Text
	for _, s := range specs {
		if slices.Contains(names, s.Name) {
			items = append(items, w.book.phrase(s, w.sources))
		}
	}
	return items
}

func (w writer) object() inventory.SpecificationSection {
	r := w.result
	place := r.PerimeterName
	if place == "" {
		place = "–"
	}
	items := []inventory.Text{{
		FR: fmt.Sprintf("Fourniture, pose et mise en service de %s de vidéoprotection. Périmètre : "+
			"%s.", fr(len(r.Cameras), "caméra", "caméras"), place),
		EN: fmt.Sprintf("Supply, installation and commissioning of %s of video-protection. Perimeter: "+
			"%s.", en(len(r.Cameras), "camera", "cameras"), place),
	}}
	for _, l := range r.Levels {
		items = append(items, inventory.Text{
			FR: fmt.Sprintf("Sol vu au niveau « %s » (%s px/m) : %s %% avant, %s %% après, selon le plan joint.",
				l.Name.FR, frNumber(l.DensityPxM), frNumber(l.BeforePct), frNumber(l.AfterPct)),
			EN: fmt.Sprintf("Ground seen at the level “%s” (%v px/m): %v %% before, %v %% after, by the attached plan.",
				l.Name.EN, l.DensityPxM, l.BeforePct, l.AfterPct),
		})
	}
	items = append(items,
		text("Aucune marque, aucun modèle ni procédé particulier n’est exigé ; tout équivalent qui tient les valeurs "+
			"ci-dessous est admis (code de la commande publique, art. R2111-7).",
			"No make, model or particular process is required; any equivalent that keeps the values below is accepted "+
				"(public procurement code, art. R2111-7)."),
		text("Le titulaire vérifie sur place les hauteurs, les supports et les masques avant toute commande.",
			"The contractor checks heights, supports and obstructions on site before ordering."))
	return section("Objet", "Object", items)
}

// equipment is the chapter of one class: how many, how each is set, and what it must keep.
func (w writer) equipment(rank int, g group) inventory.SpecificationSection {
	name := text(g.profile, g.profile)
	description := inventory.Text{}
	if p, known := w.book.Profile(g.profile); known {
		name, description = p.Name, p.Description
	}
	letter := letterOf(rank)
	items := []inventory.Text{{FR: fmt.Sprintf("Quantité : %d. "+
		"%s", len(g.cameras), description.FR), EN: fmt.Sprintf("Quantity: %d. %s", len(g.cameras), description.EN)}}
	for _, i := range g.cameras {
		items = append(items, w.point(i))
	}
	items = append(items, w.asked(g.asked, deviceNames()...)...)
	return section("Matériel "+letter+" – "+name.FR, "Equipment "+letter+" – "+name.EN, items)
}

// letterOf names the classes A, B, … Z, AA.
func letterOf(rank int) string {
	if rank < 26 {
		return string(rune('A' + rank))
	}
	return letterOf(rank/26-1) + letterOf(rank%26)
}

// point says where one camera stands and how it is set.
func (w writer) point(i int) inventory.Text {
	c := w.result.Cameras[i]
	where := c.Near
	if where == "" {
		where = c.Spot
	}
	t := inventory.Text{FR: fmt.Sprintf("Point %d (%s)", i+1, where), EN: fmt.Sprintf("Point %d (%s)", i+1, where)}
	if h := c.Camera.Mounting.HeightM; h != nil {
		t.FR += ", objectif à " + frNumber(*h) + " m"
		t.EN += fmt.Sprintf(", lens at %v m", *h)
	}
	for k, o := range c.Optics {
		if k > 0 && sameSetting(o, c.Optics[0]) {
			continue
		}
		t.FR += " ; " + frOptics(o)
		t.EN += "; " + enOptics(o)
	}
	t.FR, t.EN = t.FR+bearingsOf(c.Camera.Heads, " ; azimuts ")+".", t.EN+bearingsOf(c.Camera.Heads, "; bearings ")+"."
	return t
}

func sameSetting(a, b inventory.HeadOptics) bool {
	return a.FocalMM == b.FocalMM && a.HFOVDeg == b.HFOVDeg && a.RecordedWidthPx == b.RecordedWidthPx
}

func frOptics(o inventory.HeadOptics) string {
	return focalWords("focale ", o.FocalMM, frNumber) + fmt.Sprintf("champ horizontal %s°, image enregistrée de %d px de "+
		"large, densité calculée de %s px/m à %s m",
		frNumber(o.HFOVDeg), o.RecordedWidthPx, frNumber(o.DensityPxM), frNumber(o.TargetDistanceM))
}

func enOptics(o inventory.HeadOptics) string {
	return focalWords("focal length ", o.FocalMM, enNumber) + fmt.Sprintf("horizontal field %v°, recorded picture %d px wide, "+
		"computed density of %v px/m at %v m",
		o.HFOVDeg, o.RecordedWidthPx, o.DensityPxM, o.TargetDistanceM)
}

// focalWords says a focal length; nothing where only the field is told.
func focalWords(word string, focalMM float64, number func(float64) string) string {
	if focalMM == 0 {
		return ""
	}
	return word + number(focalMM) + " mm, "
}

// bearingsOf lists the directions of the heads that have one, whole degrees.
func bearingsOf(heads []inventory.Head, word string) string {
	var all []string
	for _, h := range heads {
		if h.BearingDeg != nil {
			all = append(all, strconv.FormatFloat(*h.BearingDeg, 'f', 0, 64)+"°")
		}
	}
	if len(all) == 0 {
		return ""
	}
	return word + strings.Join(all, ", ")
}

// deviceNames are what a device itself must keep; the other names are in the chapters that follow.
func deviceNames() []string {
	return []string{
		"forms", "heads", "fieldDeg", "recordedWidthPx", "framesPerSecond", "shutterS", "shutterKind", "wdrDb", "wdr", "sensorWidthMm", "focalMm",
		"opticalZoom", "fNumber", "stabilisation", "ingressRating", "impactRating", "minTemperatureC", "maxTemperatureC", "marineFinish",
		"onvif", "codecs", "bitrateControl", "bitrateMbps", "poeType", "motionTrigger", "companions", "supportYears",
	}
}
