package inventory

import (
	"fmt"
	"strconv"

	"github.com/paulmach/orb"
)

// kindOf is what an import needs to know of a kind of record.
type kindOf[T Record] struct {
	one     string // "camera"
	place   string // the field of the place; empty of a kind that has none
	shelf   func(Store) Shelf[T]
	aliases func(ImportOptions) []alias
	parts   func(*T) recordParts
	// setPlace gives the record its place, lon, lat, and tells what it supposed, or says why that is none.
	setPlace func(*T, orb.Geometry) (assumed []string, reason string)
	// complete fills in what the options say and the row does not, and tells what it supposed.
	complete func(record *T, options ImportOptions, line int, key string) (assumed []string)
	keepsKey bool // the record has a field for the key of its holder
	// retire gives a record up, as of a day, unless it is given up already, and tells its holder's key; comesBack takes that
	// back. Both are nil for kinds that are not retired.
	retire    func(record *T, on Date) (key string, retired bool)
	comesBack func(*T)
	// properties is the record without its place, as GeoJSON exports it.
	properties func(T) any
}

// recordParts are the fields that every imported kind has.
type recordParts struct {
	id         *ID
	holder     *ID // nil for a kind that has none
	provenance *Provenance
	extra      *map[string]string
}

func (k kindOf[T]) mark() string { return k.one + "/1" }

func cameraKind() kindOf[Camera] {
	return kindOf[Camera]{
		one: "camera", place: "location", keepsKey: true,
		shelf:   Store.Cameras,
		aliases: func(ImportOptions) []alias { return cameraAliases() },
		parts:   func(c *Camera) recordParts { return recordParts{&c.ID, &c.Holder, &c.Provenance, &c.Extra} },
		setPlace: func(c *Camera, shape orb.Geometry) ([]string, string) {
			p, ok := alone(shape).(orb.Point)
			if !ok {
				return nil, "a camera needs a Point, not a " + shape.GeoJSONType()
			}
			c.Location = (*Point)(&p)
			return nil, ""
		},
		retire: retireCamera, comesBack: cameraComesBack,
		complete:   completeCamera,
		properties: func(c Camera) any { return cameraProperties{Mark: "camera/1", Camera: c} },
	}
}

// alone is the point of a shape that is but one.
func alone(shape orb.Geometry) orb.Geometry {
	if several, ok := shape.(orb.MultiPoint); ok && len(several) == 1 {
		return several[0]
	}
	return shape
}

func completeCamera(c *Camera, options ImportOptions, _ int, key string) (assumed []string) {
	if c.ExternalID == "" {
		c.ExternalID = key
	}
	if c.Holder == "" {
		c.Holder = options.Holder
	}
	if c.Deployment == "" {
		c.Deployment = options.Deployment
	}
	if c.Status == "" {
		c.Status = options.Status
	}
	if c.Category == "" {
		c.Category = Fixed
	}
	for i := range c.Heads {
		if c.Heads[i].ID == "" {
			c.Heads[i].ID = strconv.Itoa(i + 1)
		}
	}
	return nil
}

func areaKind() kindOf[Area] {
	return kindOf[Area]{
		one: "area", place: "geometry",
		shelf:   Store.Areas,
		aliases: func(o ImportOptions) []alias { return areaAliases(o.Category) },
		parts:   func(a *Area) recordParts { return recordParts{&a.ID, &a.Holder, &a.Provenance, &a.Extra} },
		setPlace: func(a *Area, shape orb.Geometry) (_ []string, reason string) {
			a.Geometry, reason = surfaceOf(shape, "an area")
			return nil, reason
		},
		complete:   completeArea,
		properties: func(a Area) any { return areaProperties{Mark: "area/1", Area: a} },
	}
}

func completeArea(a *Area, options ImportOptions, line int, key string) (assumed []string) {
	if a.Holder == "" {
		a.Holder = options.Holder
	}
	if options.Category != "" {
		a.Category = options.Category
	}
	if a.Category == "" {
		a.Category = AreaPriority
	}
	if options.Requirement != nil {
		a.Requirement = options.Requirement
	}
	switch {
	case a.Name != "":
		return nil
	case key != "":
		a.Name = key
		return []string{"no name is given: the key is taken"}
	}
	a.Name = fmt.Sprintf("%s %d", options.Source, line)
	if options.Source == "" {
		a.Name = fmt.Sprintf("area %d", line)
	}
	return []string{"no name is given: the source and the rank are taken"}
}

func obstacleKind() kindOf[Obstacle] {
	return kindOf[Obstacle]{
		one: "obstacle", place: "geometry",
		shelf:   Store.Obstacles,
		aliases: func(ImportOptions) []alias { return obstacleAliases() },
		parts:   func(o *Obstacle) recordParts { return recordParts{&o.ID, nil, &o.Provenance, &o.Extra} },
		setPlace: func(o *Obstacle, shape orb.Geometry) (_ []string, reason string) {
			o.Geometry, reason = surfaceOf(shape, "an obstacle")
			return nil, reason
		},
		complete:   func(*Obstacle, ImportOptions, int, string) []string { return nil },
		properties: func(o Obstacle) any { return obstacleProperties{Mark: "obstacle/1", Obstacle: o} },
	}
}

func surfaceOf(shape orb.Geometry, what string) (surface Surface, reason string) {
	switch s := shape.(type) {
	case orb.Polygon:
		return Surface{s}, ""
	case orb.MultiPolygon:
		return Surface(s), ""
	}
	return nil, what + " needs a Polygon or a MultiPolygon, not a " + shape.GeoJSONType()
}
