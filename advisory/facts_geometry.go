package advisory

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/paulmach/orb"
	orbgeo "github.com/paulmach/orb/geo"

	"vigie/geo"
	"vigie/inventory"
)

// geometry is what the coverage engine tells of the subjects of an audit, by their keys.
type geometry struct {
	facts map[string]Facts
	// why are the reasons of what it could not tell, by subject and fact.
	why         map[string]map[string]why
	assumptions []inventory.Assumption
	warnings    []inventory.Warning
	// read are the records that were read for it, without their provenance, in the order of their keys.
	read []any
}

// gauge works the facts of geometry out. A fact that cannot be worked out is left out, and the reason noted.
type gauge struct {
	Advisor
	study    // no profile: an audit supposes no optics
	dossier  *Dossier
	geometry geometry
	assumed  map[string]map[inventory.ID]bool
	// premises are those of each holder that was asked about.
	premises  map[inventory.ID][]inventory.Area
	areas     map[inventory.ID]inventory.Area
	cameras   map[inventory.ID]inventory.Camera
	obstacles map[inventory.ID]inventory.Obstacle
}

// measure works out the facts of geometry of everything in the dossier.
func (a Advisor) measure(ctx context.Context, d *Dossier) error {
	s, err := a.Book.study(inventory.AssessmentRequest{Area: "audit", Scale: d.request.Scale})
	if err != nil {
		return err
	}
	g := &gauge{
		Advisor: a, study: s, dossier: d,
		geometry:  geometry{facts: map[string]Facts{}, why: map[string]map[string]why{}},
		assumed:   map[string]map[inventory.ID]bool{},
		premises:  map[inventory.ID][]inventory.Area{},
		areas:     map[inventory.ID]inventory.Area{},
		cameras:   map[inventory.ID]inventory.Camera{},
		obstacles: map[inventory.ID]inventory.Obstacle{},
	}
	for _, camera := range d.cameras {
		if camera.Category != inventory.Fixed || camera.Location == nil {
			continue
		}
		if err := g.camera(ctx, camera); err != nil {
			return fmt.Errorf("audit: camera %q: %w", camera.ID, err)
		}
	}
	for _, area := range d.areas {
		if err := g.area(ctx, area); err != nil {
			return fmt.Errorf("audit: area %q: %w", area.ID, err)
		}
	}
	d.computed = g.conclude()
	return nil
}

// conclude puts what was read in the order of its keys, and tells what was supposed.
func (g *gauge) conclude() geometry {
	for _, id := range slices.Sorted(maps.Keys(g.areas)) {
		area := g.areas[id]
		area.Provenance = inventory.Provenance{}
		g.geometry.read = append(g.geometry.read, area)
	}
	for _, id := range slices.Sorted(maps.Keys(g.cameras)) {
		camera := g.cameras[id]
		camera.Provenance = inventory.Provenance{}
		g.geometry.read = append(g.geometry.read, camera)
	}
	for _, id := range slices.Sorted(maps.Keys(g.obstacles)) {
		obstacle := g.obstacles[id]
		obstacle.Provenance = inventory.Provenance{}
		g.geometry.read = append(g.geometry.read, obstacle)
	}
	g.geometry.assumptions = g.assumptions()
	return g.geometry
}

func (g *gauge) tell(subject, fact string, value any) {
	if g.geometry.facts[subject] == nil {
		g.geometry.facts[subject] = Facts{}
	}
	g.geometry.facts[subject][fact] = value
}

func (g *gauge) cannot(subject, fact string, because why) {
	if g.geometry.why[subject] == nil {
		g.geometry.why[subject] = map[string]why{}
	}
	g.geometry.why[subject][fact] = because
}

// suppose notes that an assumption was made for a camera.
func (g *gauge) suppose(code string, camera inventory.ID) {
	if g.assumed[code] == nil {
		g.assumed[code] = map[inventory.ID]bool{}
	}
	g.assumed[code][camera] = true
}

// view is a head that is looked at by itself.
type view struct {
	camera    inventory.Camera
	head      inventory.Head
	subject   string // the key of the head
	at        geo.Head
	reachM    float64
	obstacles []geo.Obstacle
	// dwellings are the obstacles within reach of which it is not known whether they are dwellings.
	dwellingsUnknown int
}

// camera works out what the heads of a camera see of their targets, of dwellings, and of the ground round the premises.
func (g *gauge) camera(ctx context.Context, camera inventory.Camera) error {
	if err := g.ownBuilding(ctx, camera); err != nil {
		return err
	}
	sight := g.sight(camera)
	for _, head := range camera.Heads {
		v := view{camera: camera, head: head, subject: cameraSubject(&camera, head.ID).Key()}
		rank := slices.Index(sight.ids, head.ID)
		if rank < 0 {
			g.withoutOptics(v)
			continue
		}
		v.at = sight.heads[rank]
		_, farM, err := v.at.Sensor.Reach(g.scale.Levels[0].Density.Value)
		if err != nil {
			return err
		}
		v.reachM = min(farM, geo.MaxReachM)
		if err := g.look(ctx, v); err != nil {
			return fmt.Errorf("head %q: %w", head.ID, err)
		}
	}
	return nil
}

func (g *gauge) withoutOptics(v view) {
	sensor := g.sensor(v.head, v.camera.Mounting.HeightM)
	because := why{sensorFields(sensor, "HFOVDeg", "RecordedWidthPx"), inventory.Text{
		FR: "L’optique de la caméra est inconnue.", EN: "The optics of the camera are unknown.",
	}}
	for _, fact := range []string{"head.targetHiddenPct", "head.ownSurroundingsPct", "head.dwellingInView"} {
		g.cannot(v.subject, fact, because)
	}
}

// look works out the facts of a head of which the optics are known.
func (g *gauge) look(ctx context.Context, v view) error {
	around := v.reachM
	if v.head.TargetDistanceM != nil {
		around = min(max(around, g.bandFarM(v)), geo.MaxReachM)
	}
	obstacles, err := g.obstaclesIn(ctx, orbgeo.BoundPad(v.at.At.Bound(), around*spare))
	if err != nil {
		return err
	}
	for _, o := range obstacles {
		v.obstacles = append(v.obstacles, obstacleOf(o))
		if o.Dwelling == nil {
			v.dwellingsUnknown++
		}
	}
	for _, work := range []func(context.Context, view) error{g.target, g.dwellings, g.surroundings} {
		if err := work(ctx, v); err != nil {
			return err
		}
	}
	return nil
}

func obstacleOf(o inventory.Obstacle) geo.Obstacle {
	return geo.Obstacle{
		ID: string(o.ID), Shape: orb.MultiPolygon(o.Geometry), HeightM: o.HeightM, Dwelling: o.Dwelling != nil && *o.Dwelling,
	}
}

// obstaclesIn reads the obstacles of a box, in the order of their keys.
func (g *gauge) obstaclesIn(ctx context.Context, box orb.Bound) ([]inventory.Obstacle, error) {
	obstacles, err := inventory.All(ctx, g.Store.Obstacles(), inventory.Query{Area: box})
	if err != nil {
		return nil, fmt.Errorf("read obstacles: %w", err)
	}
	for _, o := range obstacles {
		g.obstacles[o.ID] = o
	}
	return obstacles, nil
}

// noBuildings is why nothing can be said of what hides.
func noBuildings() why {
	return why{[]string{"obstacle"}, inventory.Text{
		FR: "Aucun bâtiment n’est recensé alentour : rien ne dit que la vue soit libre.",
		EN: "No building is on record around: nothing tells that the view is free.",
	}}
}

// pct is a share in percent to 0.01.
func pct(part, whole float64) float64 { return math.Round(part/whole*10_000) / 100 }

// refused tells whether the head is recorded too deep inside a building to be believed.
func refused(c geo.Coverage) bool {
	return slices.ContainsFunc(c.Facades, func(f geo.Facade) bool { return f.Refused })
}

func insideBuilding() why {
	return why{[]string{"camera.location"}, inventory.Text{
		FR: "La caméra est localisée à l’intérieur d’un bâtiment : sa position est à corriger.",
		EN: "The camera is recorded inside a building: its place is to be corrected.",
	}}
}

// dwellings tells that no dwelling is in view where that is sure; whether the inside of one that is in view can be seen
// is for a person to say (CSI L251-3).
func (g *gauge) dwellings(ctx context.Context, v view) error {
	const fact = "head.dwellingInView"
	if v.head.DwellingInView != nil {
		return nil
	}
	switch {
	case len(v.obstacles) == 0:
		g.cannot(v.subject, fact, noBuildings())
		return nil
	case v.dwellingsUnknown > 0:
		g.cannot(v.subject, fact, why{[]string{fact, "obstacle.dwelling"}, inventory.Text{
			FR: "L’usage des bâtiments à portée n’est pas connu.", EN: "It is not known which buildings within reach are dwellings.",
		}})
		return nil
	}
	scene := geo.Scene{
		Perimeter: squareRound(v.at.At, v.reachM), Heads: []geo.Head{v.at}, Obstacles: v.obstacles, Levels: g.scale.GeoLevels()[:1],
	}
	found, err := geo.Privacy(ctx, scene, geo.PrivacyOptions{})
	if err != nil {
		return err
	}
	inView := slices.ContainsFunc(found, func(f geo.PrivacyFinding) bool { return f.Levels[0].FacadeM > 0 })
	if inView {
		g.cannot(v.subject, fact, why{[]string{fact}, inventory.Text{
			FR: "Des murs de logements sont dans le champ : constater sur l’image si l’intérieur est visible.",
			EN: "Walls of dwellings are in view: see from the picture whether the inside is.",
		}})
		return nil
	}
	g.suppose("dwellings_in_reach", v.camera.ID)
	g.tell(v.subject, fact, false)
	if v.head.DwellingEntranceTargeted == nil {
		g.tell(v.subject, "head.dwellingEntranceTargeted", false)
	}
	return nil
}

// squareRound is a square of ground round a place, that reaches so far on every side.
func squareRound(at orb.Point, reachM float64) orb.MultiPolygon {
	return orb.MultiPolygon{orbgeo.BoundPad(at.Bound(), reachM*spare).ToPolygon()}
}

// assumptions are the sentences of what was supposed, in the order of their codes.
func (g *gauge) assumptions() []inventory.Assumption {
	texts := map[string]inventory.Text{
		"buildings_recorded": {
			FR: "Seuls les bâtiments recensés masquent la vue ; végétation et mobilier urbain n’y figurent pas. " +
				"Un bâtiment de hauteur inconnue masque tout ce qui est derrière lui.",
			EN: "Only the buildings on record hide; trees and street furniture are not among them. A building of unknown height hides all that is behind it.",
		},
		"target_depth": {
			FR: fmt.Sprintf("La cible est le sol du champ situé à la distance de la cible, à %g %% près.", g.params.TargetDepthPct.Value),
			EN: fmt.Sprintf("The target is the ground in the field at the distance of the target, within %g %%.", g.params.TargetDepthPct.Value),
		},
		"dwellings_in_reach": {
			FR: "Au-delà de la portée du niveau le plus bas de l’échelle, aucun logement n’est tenu pour visible.",
			EN: "Beyond the reach of the lowest level of the scale no dwelling is taken to be in view.",
		},
		"premises_drawn": {
			FR: "L’établissement est l’emprise tracée par le détenteur (zone « premises »), et ses abords le sol qui l’entoure jusqu’à la distance du livre.",
			EN: "The premises are the area that the holder drew (category “premises”), and their surroundings the ground around as far as the book says.",
		},
		"area_cover": {
			FR: "Une zone est couverte par k caméras quand la part exigée de son sol est vue par k caméras au moins, au niveau exigé.",
			EN: "An area is covered by k cameras when the share required of its ground is seen by k cameras or more, at the level required.",
		},
	}
	list := []inventory.Assumption{}
	for _, code := range slices.Sorted(maps.Keys(g.assumed)) {
		list = append(list, inventory.Assumption{Code: code, Text: texts[code], Cameras: len(g.assumed[code])})
	}
	slices.SortStableFunc(list, func(a, b inventory.Assumption) int { return cmp.Compare(a.Code, b.Code) })
	return list
}
