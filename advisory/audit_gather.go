package advisory

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/paulmach/orb"

	"vigie/geo"
	"vigie/inventory"
)

// Dossier is everything that an audit reads of its subject. It reads nothing more, and may be judged by several sessions,
// also at once.
type Dossier struct {
	request  inventory.AuditRequest
	software string
	subject  inventory.AuditSubject
	// perimeter is the ground of an audit of an area or a commune.
	perimeter orb.MultiPolygon
	// Each kind is in the order of its keys; cameras are the ones to judge.
	holders     []inventory.Holder
	deployments []inventory.Deployment
	cameras     []inventory.Camera
	areas       []inventory.Area
	// of are all cameras of each deployment.
	of map[inventory.ID][]inventory.Camera
	// computed are what the coverage engine tells, by the keys of the subjects.
	computed geometry
	hash     string
}

// Gather reads what an audit needs, and asks the coverage engine. Its errors are those of [Advisor.Audit].
func (a Advisor) Gather(ctx context.Context, request inventory.AuditRequest) (*Dossier, error) {
	if faults := ownFaults(request.Validate()); len(faults) > 0 {
		return nil, &inventory.InvalidError{Kind: "audit request", Faults: faults}
	}
	d := &Dossier{request: request, software: a.Software, of: map[inventory.ID][]inventory.Camera{}}
	read := a.readArea
	switch {
	case request.Deployment != "":
		read = a.readDeployment
	case request.Holder != "":
		read = a.readHolder
	}
	if err := read(ctx, d); err != nil {
		return nil, err
	}
	if err := a.readHolders(ctx, d); err != nil {
		return nil, err
	}
	d.sort()
	if !request.WithoutGeometry {
		if err := a.measure(ctx, d); err != nil {
			return nil, err
		}
	}
	var err error
	d.hash, err = d.sum()
	return d, err
}

func (a Advisor) readDeployment(ctx context.Context, d *Dossier) error {
	deployment, err := a.Store.Deployments().Get(ctx, d.request.Deployment)
	if err != nil {
		return fmt.Errorf("audit: deployment %q: %w", d.request.Deployment, err)
	}
	d.subject, d.deployments = deploymentSubject(deployment), []inventory.Deployment{deployment}
	if d.cameras, err = a.camerasBy(ctx, inventory.AttrDeployment, string(deployment.ID)); err != nil {
		return err
	}
	d.of[deployment.ID] = d.cameras
	return a.readAreasOf(ctx, d)
}

// readAreasOf reads the places that a deployment, the only one, is to watch.
func (a Advisor) readAreasOf(ctx context.Context, d *Dossier) error {
	deployment := d.deployments[0]
	if err := a.readPriorities(ctx, d, deployment.Holder); err != nil {
		return err
	}
	return a.readPlacesOf(ctx, d, orb.MultiPolygon(deployment.Authorisation.Perimeter))
}

// readPlacesOf reads the places to watch that nobody declared as his own and where one of the cameras stands, or that
// meet the authorised perimeter.
func (a Advisor) readPlacesOf(ctx context.Context, d *Dossier, perimeter orb.MultiPolygon) error {
	box := perimeter.Bound()
	var stands []orb.Point
	for _, camera := range d.cameras {
		if camera.Location != nil {
			stands = append(stands, orb.Point(*camera.Location))
			box = orb.MultiPoint(stands).Bound().Union(box)
		}
	}
	if box.IsEmpty() {
		return nil
	}
	query := inventory.Query{Area: box, Where: only(inventory.AttrCategory, string(inventory.AreaPriority))}
	for area, err := range a.Store.Areas().Find(ctx, query) {
		if err != nil {
			return fmt.Errorf("audit: read areas: %w", err)
		}
		shape := orb.MultiPolygon(area.Geometry)
		watched := len(perimeter) > 0 && geo.Intersects(perimeter, shape) ||
			slices.ContainsFunc(stands, func(at orb.Point) bool { return geo.Intersects(shape, at) })
		if area.Holder == "" && watched {
			d.areas = append(d.areas, area)
		}
	}
	return nil
}

func (a Advisor) readHolder(ctx context.Context, d *Dossier) error {
	holder, err := a.Store.Holders().Get(ctx, d.request.Holder)
	if err != nil {
		return fmt.Errorf("audit: holder %q: %w", d.request.Holder, err)
	}
	d.subject, d.holders = holderSubject(holder), []inventory.Holder{holder}
	d.deployments, err = inventory.All(ctx, a.Store.Deployments(), inventory.Query{Where: only(inventory.AttrHolder, string(holder.ID))})
	if err != nil {
		return fmt.Errorf("audit: read deployments: %w", err)
	}
	if d.cameras, err = a.camerasBy(ctx, inventory.AttrHolder, string(holder.ID)); err != nil {
		return err
	}
	for _, deployment := range d.deployments {
		cameras, err := a.camerasBy(ctx, inventory.AttrDeployment, string(deployment.ID))
		if err != nil {
			return err
		}
		d.of[deployment.ID] = cameras
		d.cameras = append(d.cameras, cameras...)
	}
	return a.readPriorities(ctx, d, holder.ID)
}

func (a Advisor) camerasBy(ctx context.Context, attr inventory.Attr, value string) ([]inventory.Camera, error) {
	cameras, err := inventory.All(ctx, a.Store.Cameras(), inventory.Query{Where: only(attr, value)})
	if err != nil {
		return nil, fmt.Errorf("audit: read cameras: %w", err)
	}
	return cameras, nil
}

// readPriorities reads the places to watch that a holder declared.
func (a Advisor) readPriorities(ctx context.Context, d *Dossier, holder inventory.ID) error {
	where := append(only(inventory.AttrHolder, string(holder)), only(inventory.AttrCategory, string(inventory.AreaPriority))...)
	areas, err := inventory.All(ctx, a.Store.Areas(), inventory.Query{Where: where})
	if err != nil {
		return fmt.Errorf("audit: read areas: %w", err)
	}
	d.areas = append(d.areas, areas...)
	return nil
}

// readArea reads an area or a commune: the places to watch in it, the cameras that stand there, the deployments they
// belong to and, of a commune, those that bear its code with the mobile cameras they have.
func (a Advisor) readArea(ctx context.Context, d *Dossier) error {
	at := inventory.AssessmentRequest{Area: d.request.Area, Commune: d.request.Commune}
	places, err := a.places(ctx, at)
	if err != nil {
		return err
	}
	if d.perimeter, err = perimeter(at, places); err != nil {
		return err
	}
	d.subject = areaSubject(places[0])
	d.areas, err = inventory.All(ctx, a.Store.Areas(), inventory.Query{
		Area: d.perimeter, Where: only(inventory.AttrCategory, string(inventory.AreaPriority)),
	})
	if err != nil {
		return fmt.Errorf("audit: read areas: %w", err)
	}
	if d.areas, err = areasWithin(ctx, d.areas, d.perimeter); err != nil {
		return err
	}
	d.areas = append(d.areas, places...)
	d.cameras, err = inventory.All(ctx, a.Store.Cameras(), inventory.Query{Area: d.perimeter})
	if err != nil {
		return fmt.Errorf("audit: read cameras: %w", err)
	}
	return a.readDeploymentsOf(ctx, d, places[0])
}

// areasWithin are the areas that share more than a border with a perimeter.
func areasWithin(ctx context.Context, areas []inventory.Area, perimeter orb.MultiPolygon) ([]inventory.Area, error) {
	shapes := make([]orb.MultiPolygon, len(areas))
	for i, area := range areas {
		shapes[i] = orb.MultiPolygon(area.Geometry)
	}
	sharedM2, err := geo.Overlaps(ctx, shapes, perimeter)
	if err != nil {
		return nil, fmt.Errorf("audit: areas: %w", err)
	}
	var kept []inventory.Area
	for i, area := range areas {
		wholeM2, err := surfaceM2(ctx, shapes[i])
		if err != nil {
			return nil, fmt.Errorf("audit: area %q: %w", area.ID, err)
		}
		if !touches(sharedM2[i], wholeM2) {
			kept = append(kept, area)
		}
	}
	return kept, nil
}

// readDeploymentsOf reads the deployments of the cameras, and those of the commune when the place is one.
func (a Advisor) readDeploymentsOf(ctx context.Context, d *Dossier, place inventory.Area) error {
	wanted := map[inventory.ID]bool{}
	for _, camera := range d.cameras {
		if camera.Deployment != "" {
			wanted[camera.Deployment] = true
		}
	}
	found, err := inventory.GetAll(ctx, a.Store.Deployments(), slices.Sorted(maps.Keys(wanted)))
	if err != nil {
		return fmt.Errorf("audit: read deployments: %w", err)
	}
	if place.Category == inventory.AreaCommune && place.Commune != "" {
		for deployment, err := range a.Store.Deployments().Find(ctx, inventory.Query{Where: only(inventory.AttrCommune, place.Commune)}) {
			if err != nil {
				return fmt.Errorf("audit: read deployments: %w", err)
			}
			found[deployment.ID] = deployment
		}
	}
	for _, id := range slices.Sorted(maps.Keys(found)) {
		cameras, err := a.camerasBy(ctx, inventory.AttrDeployment, string(id))
		if err != nil {
			return err
		}
		d.deployments, d.of[id] = append(d.deployments, found[id]), cameras
		if place.Commune == "" || found[id].Commune != place.Commune {
			continue
		}
		for _, camera := range cameras {
			if camera.Location == nil {
				d.cameras = append(d.cameras, camera)
			}
		}
	}
	return nil
}

// readHolders reads the holders of all that is judged. One that is not in the store stays unknown.
func (a Advisor) readHolders(ctx context.Context, d *Dossier) error {
	wanted := slices.DeleteFunc(d.holderIDs(), func(id inventory.ID) bool {
		return slices.ContainsFunc(d.holders, func(h inventory.Holder) bool { return h.ID == id })
	})
	found, err := inventory.GetAll(ctx, a.Store.Holders(), wanted)
	if err != nil && !errors.Is(err, inventory.ErrNotFound) {
		return fmt.Errorf("audit: read holders: %w", err)
	}
	d.holders = append(d.holders, slices.Collect(maps.Values(found))...)
	return nil
}

// holderIDs are the holders of the deployments and the cameras, in the order of their keys.
func (d *Dossier) holderIDs() []inventory.ID {
	wanted := map[inventory.ID]bool{}
	for _, deployment := range d.deployments {
		wanted[deployment.Holder] = true
	}
	for _, camera := range d.cameras {
		wanted[camera.Holder] = true
	}
	return slices.Sorted(maps.Keys(wanted))
}

// sort puts each kind in the order of its keys, each record once.
func (d *Dossier) sort() {
	d.holders = byKey(d.holders)
	d.deployments = byKey(d.deployments)
	d.cameras = byKey(d.cameras)
	d.areas = byKey(d.areas)
}

func byKey[T inventory.Record](records []T) []T {
	sorted := slices.SortedFunc(slices.Values(records), func(a, b T) int { return cmp.Compare(a.Key(), b.Key()) })
	return slices.CompactFunc(sorted, func(a, b T) bool { return a.Key() == b.Key() })
}
