package advisory

import (
	"context"
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"vigie/geo"
	"vigie/inventory"
)

// targetDensityPxM is so low that only the picture and the obstacles bound what is seen of a target.
const targetDensityPxM = 1

func (g *gauge) bandFarM(v view) float64 {
	return *v.head.TargetDistanceM * (1 + g.params.TargetDepthPct.Value/100)
}

// target tells which part of the target of a head obstacles hide: of the ground in its field round the distance of the
// target.
func (g *gauge) target(ctx context.Context, v view) error {
	const fact = "head.targetHiddenPct"
	fieldDeg, _ := v.at.Sensor.FieldOfView()
	var needs []string
	if v.head.TargetDistanceM == nil {
		needs = append(needs, "head.targetDistanceM")
	}
	if v.at.BearingDeg == nil && *fieldDeg < 360 {
		needs = append(needs, "head.bearingDeg")
	}
	switch {
	case len(needs) > 0:
		g.cannot(v.subject, fact, why{needs, inventory.Text{
			FR: "On ne sait pas où est la cible.", EN: "It is not known where the target is.",
		}})
		return nil
	case len(v.obstacles) == 0:
		g.cannot(v.subject, fact, noBuildings())
		return nil
	case g.bandFarM(v) > geo.MaxReachM || *v.head.TargetDistanceM <= 0:
		return nil
	}
	band, err := g.band(v, *fieldDeg)
	if err != nil {
		return err
	}
	aimed := v.at
	aimed.PanRangeDeg, aimed.Masks = 0, nil
	scene := geo.Scene{
		Perimeter: band, Heads: []geo.Head{aimed}, Levels: []geo.Level{{Code: "target", DensityPxM: targetDensityPxM}},
	}
	open, err := geo.Cover(ctx, scene, geo.Options{})
	if err != nil {
		return err
	}
	scene.Obstacles = v.obstacles
	behind, err := geo.Cover(ctx, scene, geo.Options{})
	if err != nil {
		return err
	}
	switch openM2 := open.Levels[0].SeenM2; {
	case refused(behind):
		g.cannot(v.subject, fact, insideBuilding())
	case openM2 <= 0:
		g.cannot(v.subject, fact, why{[]string{"head.targetDistanceM", "head.tiltDeg"}, inventory.Text{
			FR: "La cible n’est pas dans l’image : elle est dans la zone morte, ou au-dessus.",
			EN: "The target is not in the picture: it is in the dead zone, or above.",
		}})
	default:
		g.suppose("target_depth", v.camera.ID)
		g.suppose("buildings_recorded", v.camera.ID)
		g.tell(v.subject, fact, pct(max(0, openM2-behind.Levels[0].SeenM2), openM2))
	}
	return nil
}

// arcStepDeg is how finely arcs are drawn, degrees.
const arcStepDeg = 2.0

// band is the ground of the field of a head round the distance of its target.
func (g *gauge) band(v view, fieldDeg float64) (orb.MultiPolygon, error) {
	frame, err := geo.NewFrame(v.at.At)
	if err != nil {
		return nil, err
	}
	farM := g.bandFarM(v)
	nearM := 2**v.head.TargetDistanceM - farM
	if fieldDeg >= 360 {
		outer, inner := arc(frame, farM, 0, 360), arc(frame, nearM, 0, 360)
		outer[len(outer)-1], inner[len(inner)-1] = outer[0], inner[0]
		slices.Reverse(outer)
		return orb.MultiPolygon{{outer, inner}}, nil
	}
	from := *v.at.BearingDeg - fieldDeg/2
	ring := arc(frame, farM, from, from+fieldDeg)
	near := arc(frame, nearM, from, from+fieldDeg)
	slices.Reverse(near)
	ring = append(append(ring, near...), ring[0])
	slices.Reverse(ring) // counter-clockwise, as RFC 7946 asks
	return orb.MultiPolygon{{ring}}, nil
}

// arc is a part of a circle round the origin, clockwise between two bearings, lon, lat.
func arc(frame geo.Frame, radiusM, fromDeg, toDeg float64) orb.Ring {
	steps := int(math.Ceil((toDeg - fromDeg) / arcStepDeg))
	var ring orb.Ring
	for i := range steps + 1 {
		sin, cos := math.Sincos((fromDeg + (toDeg-fromDeg)*float64(i)/float64(steps)) * math.Pi / 180)
		ring = append(ring, frame.ToLonLat(orb.Point{radiusM * sin, radiusM * cos}))
	}
	return ring
}

// premisesOf reads the premises of a holder.
func (g *gauge) premisesOf(ctx context.Context, holder inventory.ID) ([]inventory.Area, error) {
	if areas, known := g.premises[holder]; known {
		return areas, nil
	}
	where := append(only(inventory.AttrHolder, string(holder)), only(inventory.AttrCategory, string(inventory.AreaPremises))...)
	areas, err := inventory.All(ctx, g.Store.Areas(), inventory.Query{Where: where})
	if err != nil {
		return nil, err
	}
	for _, area := range areas {
		g.areas[area.ID] = area
	}
	g.premises[holder] = areas
	return areas, nil
}

// ownBuilding tells how far a camera stands from the premises of its holder, when the record does not.
func (g *gauge) ownBuilding(ctx context.Context, camera inventory.Camera) error {
	if camera.Mounting.DistanceToOwnBuildingM != nil {
		return nil
	}
	areas, err := g.premisesOf(ctx, camera.Holder)
	if err != nil || len(areas) == 0 {
		return err
	}
	frame, err := geo.NewFrame(orb.Point(*camera.Location))
	if err != nil {
		return err
	}
	nearestM := math.Inf(1)
	for _, area := range areas {
		nearestM = min(nearestM, distanceM(frame, area))
	}
	value := math.Round(nearestM*100) / 100
	g.tell(cameraSubject(&camera, "").Key(), "mounting.distanceToOwnBuildingM", value)
	for _, head := range camera.Heads {
		g.tell(cameraSubject(&camera, head.ID).Key(), "mounting.distanceToOwnBuildingM", value)
	}
	g.suppose("premises_drawn", camera.ID)
	return nil
}

// distanceM is how far an area is from the origin of a frame, metres; 0 inside.
func distanceM(frame geo.Frame, area inventory.Area) float64 {
	if geo.Intersects(orb.MultiPolygon(area.Geometry), frame.Origin()) {
		return 0
	}
	nearest := math.Inf(1)
	for _, polygon := range area.Geometry {
		for _, ring := range polygon {
			for i := 1; i < len(ring); i++ {
				nearest = min(nearest, planar.DistanceFromSegment(frame.ToLocal(ring[i-1]), frame.ToLocal(ring[i]), orb.Point{}))
			}
		}
	}
	return nearest
}

// surroundings tells which part of the ground that a head sees lies on the premises of its holder or round them, for a
// holder who may film no more of the public way (CSI L251-2, L223-1).
func (g *gauge) surroundings(ctx context.Context, v view) error {
	const fact = "head.ownSurroundingsPct"
	deployment, bound := g.bound(v.camera.Deployment)
	if !bound {
		return nil
	}
	areas, err := g.premisesOf(ctx, v.camera.Holder)
	if err != nil {
		return err
	}
	widthM, known := g.surroundingsLimit(deployment)
	if !known {
		g.cannot(v.subject, fact, why{[]string{"deployment.department"}, inventory.Text{
			FR: "Le seuil dépend du département, qui n’est pas connu.", EN: "The limit depends on the département, which is not known.",
		}})
		return nil
	}
	if len(areas) == 0 {
		g.cannot(v.subject, fact, why{[]string{"area.premises"}, inventory.Text{
			FR: "L’emprise de l’établissement n’est pas tracée.", EN: "The premises are not drawn.",
		}})
		return nil
	}
	if len(v.obstacles) == 0 {
		g.cannot(v.subject, fact, noBuildings())
		return nil
	}
	ground, err := around(v.at.At, areas, widthM)
	if err != nil {
		return err
	}
	scene := geo.Scene{
		Perimeter: squareRound(v.at.At, v.reachM), Heads: []geo.Head{v.at}, Obstacles: v.obstacles, Levels: g.scale.GeoLevels()[:1],
	}
	all, err := geo.Cover(ctx, scene, geo.Options{})
	if err != nil {
		return err
	}
	scene.Ground = ground
	own, err := geo.Cover(ctx, scene, geo.Options{})
	if err != nil {
		return err
	}
	switch allM2 := all.Levels[0].SeenM2; {
	case refused(all):
		g.cannot(v.subject, fact, insideBuilding())
	case allM2 > 0:
		g.suppose("premises_drawn", v.camera.ID)
		g.suppose("buildings_recorded", v.camera.ID)
		g.tell(v.subject, fact, percent(own.Levels[0].SeenM2, allM2))
	}
	return nil
}

// bound tells whether a deployment is authorised for the surroundings of premises alone.
func (g *gauge) bound(id inventory.ID) (inventory.Deployment, bool) {
	for _, d := range g.dossier.deployments {
		p := d.Authorisation.Purposes
		if d.ID == id && (slices.Contains(p, "T01") || slices.Contains(p, "A01")) {
			return d, true
		}
	}
	return inventory.Deployment{}, false
}

// surroundingsLimit is how far round the premises of a deployment it may film; known is false where local values hold and
// the place of the deployment is not known.
func (g *gauge) surroundingsLimit(d inventory.Deployment) (widthM float64, known bool) {
	limit, at := g.Book.limit("surroundingsM"), g.dossier.request.At
	department := d.Attributes()[inventory.AttrDepartment]
	if department == "" && len(limit.localOn(at)) > 0 {
		return 0, false
	}
	value, known := limit.In(at, department)
	widthM, isNumber := value.Value.(float64)
	return widthM, known && isNumber
}

// around are surfaces that together make areas and the ground within a distance of them: the areas, a rectangle on each
// side of their edges and a disc round their corners. They overlap.
func around(at orb.Point, areas []inventory.Area, widthM float64) (orb.MultiPolygon, error) {
	frame, err := geo.NewFrame(at)
	if err != nil {
		return nil, err
	}
	var parts orb.MultiPolygon
	for _, area := range areas {
		for _, polygon := range area.Geometry {
			parts = append(parts, polygon)
			for _, ring := range polygon {
				for i := 1; i < len(ring); i++ {
					a, b := frame.ToLocal(ring[i-1]), frame.ToLocal(ring[i])
					parts = append(parts, alongEdge(frame, a, b, widthM)...)
					if widthM > 0 {
						parts = append(parts, disc(frame, a, widthM))
					}
				}
			}
		}
	}
	return parts, nil
}

// alongEdge is the rectangle of a width on both sides of an edge, in metres of the frame; none for an edge of no length.
func alongEdge(frame geo.Frame, a, b orb.Point, widthM float64) orb.MultiPolygon {
	dx, dy := b[0]-a[0], b[1]-a[1]
	length := math.Hypot(dx, dy)
	if length < 1e-3 || widthM <= 0 {
		return nil
	}
	ox, oy := -dy/length*widthM, dx/length*widthM
	ring := orb.Ring{
		{a[0] - ox, a[1] - oy}, {b[0] - ox, b[1] - oy}, {b[0] + ox, b[1] + oy}, {a[0] + ox, a[1] + oy}, {a[0] - ox, a[1] - oy},
	}
	return orb.MultiPolygon{{toLonLat(frame, ring)}}
}

// disc is a polygon inside a disc.
func disc(frame geo.Frame, centre orb.Point, radiusM float64) orb.Polygon {
	const corners = 64
	var ring orb.Ring
	for i := range corners {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / corners)
		ring = append(ring, orb.Point{centre[0] + radiusM*cos, centre[1] + radiusM*sin})
	}
	return orb.Polygon{toLonLat(frame, append(ring, ring[0]))}
}

func toLonLat(frame geo.Frame, ring orb.Ring) orb.Ring {
	for i, p := range ring {
		ring[i] = frame.ToLonLat(p)
	}
	return ring
}
