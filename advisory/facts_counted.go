package advisory

import (
	"iter"
	"reflect"
	"slices"

	"vigie/inventory"
)

// deploymentCameraFacts are worked out from the cameras of a deployment. Without a camera they are unknown.
func deploymentCameraFacts() []Fact {
	fact := func(name string, kind FactType, unit string, label, from inventory.Text, value func(*Case) any) Fact {
		return derived(Fact{Name: "deployment." + name, Type: kind, Subject: inventory.SubjectDeployment, Unit: unit, Label: label, From: from}, value)
	}
	facts := []Fact{
		fact("cameraCount", Whole, "", inventory.Text{FR: "Nombre de caméras", EN: "Number of cameras"},
			inventory.Text{FR: "nombre déclaré, sinon caméras posées recensées", EN: "declared number, else installed cameras on record"}, cameraCount),
		fact("filmsPublicWay", Flag, "", inventory.Text{FR: "Filme la voie publique", EN: "Films the public way"},
			inventory.Text{FR: "régime, sinon caméras recensées", EN: "body of law, else cameras on record"}, filmsPublicWay),
		fact("inServiceSince", Day, "", inventory.Text{FR: "Première mise en service", EN: "First put into service"},
			inventory.Text{
				FR: "plus ancienne date de mise en service ; inconnue s’il en manque une",
				EN: "earliest day of service of its cameras; unknown when one lacks",
			}, firstInService),
		fact("carriers", List, "", inventory.Text{FR: "Types de porteurs des caméras", EN: "What carries its cameras"},
			inventory.Text{FR: "catégories des caméras recensées", EN: "categories of the cameras on record"}, carriers),
		fact("hasOutdoor", Flag, "", inventory.Text{FR: "Caméras en extérieur", EN: "Cameras outdoors"},
			inventory.Text{FR: "caméras recensées", EN: "cameras on record"}, func(c *Case) any { return anyCamera(c, outdoor, true) }),
		fact("hasIndoor", Flag, "", inventory.Text{FR: "Caméras en intérieur", EN: "Cameras indoors"},
			inventory.Text{FR: "caméras recensées", EN: "cameras on record"}, func(c *Case) any { return anyCamera(c, outdoor, false) }),
		fact("bitrateMbps", Number, "Mbit/s", inventory.Text{FR: "Débit total des flux enregistrés", EN: "Total rate of the recorded streams"},
			inventory.Text{FR: "somme des voies ; inconnu s’il en manque une", EN: "sum of all heads; unknown when one lacks"}, totalBitrate),
	}
	facts[3].Words, facts[3].list = closedListOf(inventory.Categories()), reflect.TypeFor[inventory.Category]()
	return facts
}

func closedListOf[W ~string](words []W) []string {
	texts := make([]string, len(words))
	for i, w := range words {
		texts[i] = string(w)
	}
	return texts
}

// standing are the cameras of the deployment that are neither planned nor retired.
func standing(c *Case) iter.Seq[*inventory.Camera] {
	return func(yield func(*inventory.Camera) bool) {
		for i := range c.Cameras {
			camera := &c.Cameras[i]
			if camera.Status != inventory.Planned && camera.Status != inventory.Retired && !yield(camera) {
				return
			}
		}
	}
}

func cameraCount(c *Case) any {
	if n := c.Deployment.CameraCount; n != nil {
		return *n
	}
	n := 0
	for range standing(c) {
		n++
	}
	if n > 0 {
		return n
	}
	return nil
}

func filmsPublicWay(c *Case) any {
	if c.Deployment.Regime == inventory.RegimePublicWay {
		return true
	}
	return anyCamera(c, func(camera *inventory.Camera) *bool { return camera.FilmsPublicWay }, true)
}

func outdoor(camera *inventory.Camera) *bool { return camera.Mounting.Outdoor }

// anyCamera tells whether some camera has the answer; unknown when none is known to and the answer of one is not known.
func anyCamera(c *Case, ask func(*inventory.Camera) *bool, answer bool) any {
	known := true
	var found any
	for camera := range standing(c) {
		switch said := ask(camera); {
		case said == nil:
			known = false
		case *said == answer:
			return true
		default:
			found = false
		}
	}
	if !known {
		return nil
	}
	return found
}

func firstInService(c *Case) any {
	var first inventory.Date
	for camera := range standing(c) {
		switch day := camera.InServiceSince; {
		case day == "":
			return nil
		case first == "" || day < first:
			first = day
		}
	}
	if first == "" {
		return nil
	}
	return first
}

func carriers(c *Case) any {
	var found []string
	for i := range c.Cameras {
		found = append(found, string(c.Cameras[i].Category))
	}
	if len(found) == 0 {
		return nil
	}
	slices.Sort(found)
	return slices.Compact(found)
}

func totalBitrate(c *Case) any {
	sum, heads := 0.0, 0
	for camera := range standing(c) {
		if len(camera.Heads) == 0 {
			return nil
		}
		for _, head := range camera.Heads {
			if head.BitrateMbps == nil {
				return nil
			}
			sum, heads = sum+*head.BitrateMbps, heads+1
		}
	}
	if heads == 0 {
		return nil
	}
	return sum
}
