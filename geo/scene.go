package geo

import "github.com/paulmach/orb"

// Level is one step of a level scale: the image quality reached from a pixel density on. Scales are data
// (advisory/book/scales.yaml), never constants.
type Level struct {
	// Code is the level's name in its scale, as "perceive".
	Code string `json:"code"`
	// DensityPxM is the least pixel density of the level, in pixels per metre at the target.
	DensityPxM float64 `json:"densityPxM"`
}

// View tells how surely a head looks at what it covers.
type View string

const (
	// Permanent is what a head sees without being moved: a fixed head, or the home position of a moving one.
	Permanent View = "permanent"
	// Reachable is what a head can be turned to see: a moving head, or one whose bearing is unknown. Nobody looks
	// there all the time.
	Reachable View = "reachable"
)

// Head is one optical axis placed in a scene.
type Head struct {
	// Camera is the identifier of the device that carries the head. Two heads of one camera count once.
	Camera string
	// At is the place, lon, lat.
	At orb.Point
	// BearingDeg is the direction of the axis, clockwise from geographic north; nil when unknown: the head is then
	// reachable all round, never permanent.
	BearingDeg *float64
	// PanRangeDeg is how far round a moving head can look, in degrees (360: everywhere); 0 for a fixed head. A moving
	// head sees its own field of view permanently (when its home bearing is known) and its pan range reachably, from
	// the foot of its mast on, since it tilts.
	PanRangeDeg float64
	// Sensor gives the near and far limits of each density.
	Sensor Sensor
	// Masks are the directions that the head blackens (privacy masks): it sees nothing there.
	Masks []Mask
	// NightReachM is the distance from the lens up to which the head sees by night, by its own infrared or the light on
	// the ground, metres; +Inf when light never limits it, nil when unknown: it is then not counted by night.
	NightReachM *float64
	// Tolerance says how well its facts are known; only [Uncertainty] reads it.
	Tolerance Tolerance
}

// Mask is a range of directions, clockwise from one bearing to another, in degrees from geographic north.
type Mask struct{ FromDeg, ToDeg float64 }

// Tolerance is how far the facts of a head may be from the truth: each value within ± the tolerance is as likely as the
// others (rectangular distribution, JCGM 100:2008, 4.3.7). An unknown bearing may be any.
type Tolerance struct {
	BearingDeg, HeightM float64
	// PositionM is the radius of the disc in which the head stands.
	PositionM float64
}

// Obstacle is a building, or another thing that nobody sees through.
type Obstacle struct {
	ID string
	// Shape is its footprint, lon, lat. Its rings may be wound either way, and touch or overlap other obstacles.
	Shape orb.MultiPolygon
	// HeightM is the height of its top above the ground, metres; nil when unknown: it then hides all that is behind it.
	HeightM *float64
	// Dwelling tells a building whose windows and doors are private (CSI L251-3).
	Dwelling bool
}

// Zone is an area of interest inside the scene.
type Zone struct {
	ID    string
	Shape orb.MultiPolygon // lon, lat
}

// Scene is everything that [Cover] looks at.
type Scene struct {
	// Perimeter is the watched ground, lon, lat.
	Perimeter orb.MultiPolygon
	Heads     []Head
	// Obstacles hide what is behind them, wherever they stand; the ground under them is not watched.
	Obstacles []Obstacle
	// Ground is the ground to watch, lon, lat, as streets and squares, whose parts may overlap; nil for all of the
	// perimeter, empty for none of it.
	Ground orb.MultiPolygon
	Zones  []Zone
	// Subsets are parts of the heads whose coverage is asked for by itself.
	Subsets []Subset
	// Groupings are what to lose in a failure drill: each member of each of them in turn.
	Groupings []Grouping
	// Levels are the thresholds, in any order.
	Levels []Level
}

// Grouping tells which cameras go away together, as those on one mast.
type Grouping struct {
	ID string
	// Members gives the name of the member of each camera, by the camera's identifier; cameras without one stay.
	Members map[string]string
}

// Subset is a part of the heads of a scene, as those that serve one purpose.
type Subset struct {
	ID string
	// Heads are ranks in [Scene.Heads].
	Heads []int
}

// Options tunes [Cover]. The zero value is the default.
type Options struct {
	// ArcToleranceM is the largest distance between a circle and the polygon that stands for it, in metres; 0 means
	// 0.02 m, and less than 0.1 mm that. Polygons lie inside the true shape, so a reported area is never too large.
	ArcToleranceM float64
	// Night asks for the coverage by night as well.
	Night bool
	// ForceFacade takes a head placed deep inside an obstacle for one on its nearest outside wall, however far away.
	ForceFacade bool
	// Editable keeps what [Coverage.Replace] needs, in memory.
	Editable bool
	// UnionOnly asks what is seen, not how often nor by whom: [LevelCoverage.AtLeastM2] then has one figure, and there
	// are neither [Coverage.Cameras] nor [Coverage.Losses]. Where views overlap a lot in open ground, that takes a
	// fraction of the time. It changes nothing together with Editable, which keeps every figure.
	UnionOnly bool
	// Workers bounds the goroutines; 0 means one per processor. It never changes the result.
	Workers int
}

func (o Options) arcToleranceM() float64 {
	const leastM = 1e-4 // a circle of 3 km has 12,000 corners then
	if o.ArcToleranceM > 0 {
		return max(o.ArcToleranceM, leastM)
	}
	return defaultArcToleranceM
}

// Coverage is what the heads of a scene see of its perimeter.
type Coverage struct {
	// PerimeterM2 is the surface of the perimeter, GroundM2 that of the ground to watch in it, in square metres on the
	// WGS 84 ellipsoid.
	PerimeterM2, GroundM2 float64
	// Levels are in the order of increasing density; Night is the same by night, when asked for.
	Levels, Night []LevelCoverage
	// Zones are in the order of the scene.
	Zones []ZoneCoverage
	// Subsets are in the order of the scene.
	Subsets []SubsetCoverage
	// Cameras are in the order of their first head in the scene.
	Cameras Rows[CameraCoverage]
	// Facades are the heads that stand on an obstacle or in it, in the order of the cameras.
	Facades []Facade
	// Losses are in the order of the groupings, and of the names of their members.
	Losses Rows[Loss]
	// ArcInsetM is the largest distance by which a circle was cut short to make it a polygon, in metres.
	ArcInsetM float64
	// ArcLossShare is the largest share of a head's surface lost to that cut (0.001: one thousandth).
	ArcLossShare float64

	desk *desk
}

// LevelCoverage is what is seen at one level or better.
type LevelCoverage struct {
	Level Level
	// SeenM2 and BlindM2 add up to the ground.
	SeenM2, BlindM2 float64
	// PermanentM2 is the part of SeenM2 that some head sees without being moved.
	PermanentM2 float64
	// AtLeastM2[k-1] is the surface seen by k cameras or more.
	AtLeastM2 []float64
	// Seen and Blind are the shapes, lon, lat, wound as RFC 7946 asks.
	Seen, Blind orb.MultiPolygon
}

// ZoneCoverage is what is seen of one zone: of the ground to watch in it. Its levels have no shapes.
type ZoneCoverage struct {
	ID string
	// PerimeterM2 is the surface of the zone inside the perimeter, GroundM2 that of the ground to watch in it, in square
	// metres.
	PerimeterM2, GroundM2 float64
	// Levels and Night are as those of [Coverage].
	Levels, Night []LevelCoverage
}

// SubsetCoverage is what the heads of one subset see by day. Its levels have no shapes.
type SubsetCoverage struct {
	ID     string
	Levels []LevelCoverage
}

// Facade is a head that stands on an obstacle or in it, and was moved to look from before its wall.
type Facade struct {
	Camera string
	FacadeMove
	// Refused tells that it stands too deep inside to be believed: it sees nothing, and To is where it stands.
	Refused bool
}

// Loss is what is no longer seen by day when the cameras of one member of a grouping go away.
type Loss struct {
	Grouping, Member string
	Cameras          int
	// LostM2 is the ground that no other camera sees, in square metres, in the order of [Coverage.Levels].
	LostM2 []float64
}

// CameraCoverage is the part of one camera, level by level, in the order of [Coverage.Levels].
type CameraCoverage struct {
	Camera string
	// FootprintM2 is the ground of the perimeter that the camera sees, in square metres.
	FootprintM2 []float64
	// ExclusiveM2 is the part of it that no other camera sees.
	ExclusiveM2 []float64
}
