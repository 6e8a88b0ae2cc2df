package advisory

import (
	"context"
	"fmt"
	"slices"

	"github.com/paulmach/orb"
	orbgeo "github.com/paulmach/orb/geo"

	"vigie/geo"
	"vigie/inventory"
)

// engineAreaFacts are the facts of an area that the coverage engine gives.
func engineAreaFacts() []string {
	return []string{
		"area.coveredPct", "area.cameraCount", "area.steadyCameraCount", "area.nightCameraCount", "area.localRecordingCount",
	}
}

// watch is an area and the cameras that may see it.
type watch struct {
	area     inventory.Area
	subject  string
	required inventory.Requirement
	level    geo.Level
	scene    geo.Scene
	// cameras and heads are the owners of the heads of the scene, by rank.
	cameras []inventory.Camera
	heads   []inventory.Head
	// unseen are the cameras whose optics are unknown, near enough to see the area were they the best of the book.
	unseen []inventory.ID
}

// area works out what is seen of an area. It is worked out for areas of which something is required alone, and stays
// unknown while a camera that may see the area is not known well enough: see [gauge.bounds].
func (g *gauge) area(ctx context.Context, area inventory.Area) error {
	yes := func(flag *bool) bool { return flag != nil && *flag }
	w := watch{area: area, subject: areaSubject(area).Key()}
	if area.Requirement == nil && !yes(area.Critical) && !yes(area.NightExtinction) {
		g.cannotArea(w, why{nil, inventory.Text{FR: "Rien n’est exigé de la zone.", EN: "Nothing is required of the area."}})
		return nil
	}
	if area.Requirement == nil {
		g.cannotArea(w, why{[]string{"requirement.level", "requirement.sharePct"}, inventory.Text{
			FR: "Aucune exigence de couverture n’est fixée pour la zone.", EN: "No coverage is required of the area.",
		}})
		return nil
	}
	w.required = *area.Requirement
	density, known := g.densityOf(w.required.Level)
	if !known {
		g.cannotArea(w, why{[]string{"requirement.level"}, inventory.Text{
			FR: fmt.Sprintf("Le niveau exigé « %s » n’existe dans aucune échelle du livre.", w.required.Level),
			EN: fmt.Sprintf("The required level %q is in no scale of the book.", w.required.Level),
		}})
		return nil
	}
	w.level = geo.Level{Code: w.required.Level, DensityPxM: density}
	if err := g.gatherWatch(ctx, &w); err != nil {
		return err
	}
	mapped, err := g.mapped(ctx, w)
	if err != nil {
		return err
	}
	if !mapped {
		g.cannotArea(w, noBuildings())
		return nil
	}
	return g.watchArea(ctx, w)
}

func (g *gauge) cannotArea(w watch, because why) {
	for _, fact := range engineAreaFacts() {
		g.cannot(w.subject, fact, because)
	}
}

// densityOf is the density of a level: of the scale of the audit, else of another scale of the book.
func (g *gauge) densityOf(level string) (densityPxM float64, known bool) {
	for _, scale := range append([]Scale{g.scale}, g.Book.Scales...) {
		if rank, there := scale.Level(level); there {
			return scale.Levels[rank].Density.Value, true
		}
	}
	return 0, false
}

// gatherWatch reads the cameras that may see the area, and what may hide it from them.
func (g *gauge) gatherWatch(ctx context.Context, w *watch) error {
	shape := orb.MultiPolygon(w.area.Geometry)
	near, err := inventory.All(ctx, g.Store.Cameras(), inventory.Query{
		Area: orbgeo.BoundPad(shape.Bound(), geo.MaxReachM*spare), Where: only(inventory.AttrCategory, string(inventory.Fixed)),
	})
	if err != nil {
		return fmt.Errorf("read cameras: %w", err)
	}
	bestM := g.bestReachM(w.level.DensityPxM)
	box := shape.Bound()
	w.scene = geo.Scene{Perimeter: shape, Levels: []geo.Level{w.level}}
	for _, camera := range near {
		if camera.Location == nil || !slices.Contains(g.statuses, camera.Status) {
			continue
		}
		g.cameras[camera.ID] = camera
		sight := g.sight(camera)
		if sight.blindHeads > 0 && geo.Intersects(shape, orbgeo.BoundPad(orb.Point(*camera.Location).Bound(), bestM*spare)) {
			w.unseen = append(w.unseen, camera.ID)
		}
		if !g.mayReachAt(sight.heads, shape, w.level.DensityPxM) {
			continue
		}
		box = box.Extend(orb.Point(*camera.Location))
		for i, head := range sight.heads {
			w.scene.Heads = append(w.scene.Heads, head)
			w.cameras = append(w.cameras, camera)
			w.heads = append(w.heads, headOf(camera, sight.ids[i]))
		}
	}
	obstacles, err := g.obstaclesIn(ctx, box)
	for _, o := range obstacles {
		w.scene.Obstacles = append(w.scene.Obstacles, obstacleOf(o))
	}
	return err
}

// mapped tells whether buildings are on record at the area or round it: where none is, nothing tells what hides.
func (g *gauge) mapped(ctx context.Context, w watch) (bool, error) {
	if len(w.scene.Obstacles) > 0 {
		return true, nil
	}
	box := orbgeo.BoundPad(w.scene.Perimeter.Bound(), g.params.StreetSearchM.Value)
	for obstacle, err := range g.Store.Obstacles().Find(ctx, inventory.Query{Area: box, Limit: 1}) {
		if err != nil {
			return false, fmt.Errorf("read obstacles: %w", err)
		}
		g.obstacles[obstacle.ID] = obstacle
		return true, nil
	}
	return false, nil
}

func headOf(camera inventory.Camera, id string) inventory.Head {
	for _, head := range camera.Heads {
		if head.ID == id {
			return head
		}
	}
	return inventory.Head{}
}

// mayReachAt is mayReach at a level of its own.
func (g *gauge) mayReachAt(heads []geo.Head, shape orb.MultiPolygon, densityPxM float64) bool {
	return slices.ContainsFunc(heads, func(h geo.Head) bool {
		_, farM, err := h.Sensor.Reach(densityPxM)
		return err == nil && geo.Intersects(shape, orbgeo.BoundPad(h.At.Bound(), min(farM, geo.MaxReachM)*spare))
	})
}

// bestReachM is how far the best class of equipment of the book sees at a density: a camera of which the optics are
// unknown is taken to see no farther.
func (g *gauge) bestReachM(densityPxM float64) float64 {
	bestM := 0.0
	for _, profile := range g.Book.Assumptions {
		var none sight
		head, heightM := profile.fill(inventory.Head{}, nil, &none)
		if _, farM, err := g.sensor(head, heightM).Reach(densityPxM); err == nil {
			bestM = max(bestM, farM)
		}
	}
	if bestM == 0 {
		return geo.MaxReachM
	}
	return min(bestM, geo.MaxReachM)
}

// watchArea works the facts of an area out. Each is computed twice: by the heads that are known well enough, which see
// that much at least, and by all that may be such heads, which see no more. When both are the same, it is known.
func (g *gauge) watchArea(ctx context.Context, w watch) error {
	fixedKind := func(h inventory.Head) bool { return h.Kind == inventory.HeadFixed || h.Kind == inventory.HeadThermal }
	all, err := g.cover(ctx, w, func(int) bool { return true })
	if err != nil {
		return err
	}
	if all.GroundM2 <= 0 {
		g.cannotArea(w, why{nil, inventory.Text{FR: "La zone n’a pas de sol à surveiller.", EN: "The area has no ground to watch."}})
		return nil
	}
	sure, err := g.cover(ctx, w, w.directed)
	if err != nil {
		return err
	}
	steady, err := g.coverBoth(ctx, w, func(i int) bool { return fixedKind(w.heads[i]) },
		func(i int) bool { return w.heads[i].Kind != inventory.HeadPTZ })
	if err != nil {
		return err
	}
	local, err := g.coverBoth(ctx, w, func(i int) bool { return w.cameras[i].LocalRecording != nil && *w.cameras[i].LocalRecording },
		func(i int) bool { return w.cameras[i].LocalRecording == nil || *w.cameras[i].LocalRecording })
	if err != nil {
		return err
	}
	day := bounds{sure.Levels[0], all.Levels[0]}
	night := bounds{sure.Night[0], all.Night[0]}
	if w.darkUnknown() {
		night.most = all.Levels[0]
	}
	period := night
	if w.required.Period == inventory.Day {
		period = day
	}
	groundM2 := all.GroundM2
	g.settle(w, "area.coveredPct", percent(period.least.SeenM2, groundM2), percent(period.most.SeenM2, groundM2))
	for fact, b := range map[string]bounds{
		"area.cameraCount": day, "area.steadyCameraCount": steady, "area.nightCameraCount": night, "area.localRecordingCount": local,
	} {
		g.settle(w, fact, w.fold(b.least, groundM2), w.fold(b.most, groundM2))
	}
	for _, camera := range w.cameras {
		g.suppose("area_cover", camera.ID)
		g.suppose("buildings_recorded", camera.ID)
	}
	return nil
}

// bounds are the least and the most that may be seen.
type bounds struct{ least, most geo.LevelCoverage }

// coverBoth is what is seen by the heads that surely are of a sort and whose direction is known, and by all that may be.
func (g *gauge) coverBoth(ctx context.Context, w watch, surely, maybe func(int) bool) (bounds, error) {
	least, err := g.cover(ctx, w, func(i int) bool { return surely(i) && w.directed(i) })
	if err != nil {
		return bounds{}, err
	}
	most, err := g.cover(ctx, w, maybe)
	if err != nil {
		return bounds{}, err
	}
	return bounds{least.Levels[0], most.Levels[0]}, nil
}

func (g *gauge) cover(ctx context.Context, w watch, wanted func(rank int) bool) (geo.Coverage, error) {
	scene := w.scene
	scene.Heads = nil
	for i, head := range w.scene.Heads {
		if wanted(i) {
			scene.Heads = append(scene.Heads, head)
		}
	}
	coverage, err := geo.Cover(ctx, scene, geo.Options{Night: true})
	if err != nil {
		return coverage, fmt.Errorf("compute the coverage: %w", err)
	}
	return coverage, nil
}

// directed tells whether the direction of a head is known, or does not matter.
func (w watch) directed(rank int) bool {
	head := w.scene.Heads[rank]
	fieldDeg, _ := head.Sensor.FieldOfView()
	return head.BearingDeg != nil || head.PanRangeDeg >= 360 || fieldDeg != nil && *fieldDeg >= 360
}

// darkUnknown tells whether it is not known of some head how far it sees by night.
func (w watch) darkUnknown() bool {
	return slices.ContainsFunc(w.scene.Heads, func(h geo.Head) bool { return h.NightReachM == nil })
}

// fold is how many cameras cover the area: the most by which the share required of the ground is seen at once.
func (w watch) fold(seen geo.LevelCoverage, groundM2 float64) int {
	for k := len(seen.AtLeastM2); k > 0; k-- {
		if share(seen.AtLeastM2[k-1], groundM2)*100 >= w.required.SharePct {
			return k
		}
	}
	return 0
}

// settle tells a fact whose bounds agree, or why they do not.
func (g *gauge) settle(w watch, fact string, least, most any) {
	switch {
	case len(w.unseen) > 0:
		g.cannot(w.subject, fact, why{[]string{"head.hfovDeg", "head.recordedWidthPx"}, inventory.Text{
			FR: fmt.Sprintf("Entre %v et davantage : l’optique de %s à portée est inconnue.", least, fr(len(w.unseen), "caméra", "caméras")),
			EN: fmt.Sprintf("%v or more: the optics of %s within reach are unknown.", least, en(len(w.unseen), "camera", "cameras")),
		}})
	case least != most:
		g.cannot(w.subject, fact, why{w.doubts(fact), inventory.Text{
			FR: fmt.Sprintf("Entre %v et %v, selon ce qui est inconnu des caméras à portée.", least, most),
			EN: fmt.Sprintf("Between %v and %v, after what is not known of the cameras within reach.", least, most),
		}})
	default:
		g.tell(w.subject, fact, most)
	}
}

// doubts are the facts of cameras that keep a fact of the area apart.
func (w watch) doubts(fact string) []string {
	var needs []string
	add := func(name string, lacks bool) {
		if lacks && !slices.Contains(needs, name) {
			needs = append(needs, name)
		}
	}
	byNight := fact == "area.nightCameraCount" || fact == "area.coveredPct" && w.required.Period != inventory.Day
	for i, head := range w.scene.Heads {
		add("head.bearingDeg", !w.directed(i))
		add("head.kind", fact == "area.steadyCameraCount" && w.heads[i].Kind == "")
		add("camera.localRecording", fact == "area.localRecordingCount" && w.cameras[i].LocalRecording == nil)
		add("head.infraredRangeM", byNight && head.NightReachM == nil)
	}
	return needs
}
