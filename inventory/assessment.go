package inventory

import (
	"fmt"

	"github.com/paulmach/orb"
)

// Text is what an official reads, French first.
type Text struct {
	FR string `json:"fr"`
	EN string `json:"en"`
}

// AssessmentRequest asks for a coverage study. Exactly one of Perimeter, Area and Commune says where.
type AssessmentRequest struct {
	Name string `json:"name,omitempty"`
	// Perimeter is the watched ground, lon, lat.
	Perimeter Surface `json:"perimeter,omitempty"`
	// Area is the identifier of an area to take as perimeter.
	Area ID `json:"area,omitempty"`
	// Commune is the INSEE code of an imported commune to take as perimeter.
	Commune string `json:"commune,omitempty"`
	// Areas are the areas of interest; when empty, every priority place that meets the perimeter.
	Areas []ID `json:"areas,omitempty"`
	// Statuses are the states of the cameras to count; when empty, installed, in service and unknown.
	Statuses []Status `json:"statuses,omitempty"`
	// Scale is the identifier of a level scale; when empty, the rulebook's default.
	Scale string `json:"scale,omitempty"`
	// Assume is the identifier of the assumption profile for cameras without optics; when empty they are left out
	// and counted.
	Assume string `json:"assume,omitempty"`
	// TargetHeightM is the height of what is to be seen above the ground, metres; the rulebook's default when nil.
	TargetHeightM *float64 `json:"targetHeightM,omitempty"`
	// GapLevel is the level whose blind places are ranked; when empty, the lowest of the scale.
	GapLevel string `json:"gapLevel,omitempty"`
	// Ground is a category of areas that make the ground to watch, as street; when empty, all of the perimeter that no
	// obstacle covers.
	Ground AreaCategory `json:"ground,omitempty"`
	// OpenGround leaves the obstacles out, to compare.
	OpenGround bool `json:"openGround,omitempty"`
	// ForceFacades lets cameras see that are recorded deeper inside a building than a wall is thick.
	ForceFacades bool `json:"forceFacades,omitempty"`
	// Draws is how often to draw the facts within their tolerances, to tell how sure the figures are; 0 for not at all.
	Draws int `json:"draws,omitempty"`
	// Seed begins the random numbers of the draws.
	Seed int `json:"seed,omitempty"`
	// Privacy asks for the walls of dwellings in view, and for the masks that would hide them.
	Privacy bool `json:"privacy,omitempty"`
}

// maxDraws bounds the draws of one study.
const maxDraws = 10_000

// Validate returns nil or an *InvalidError with every fault.
func (r AssessmentRequest) Validate() error {
	var f faults
	r.check(&f, "")
	return f.err("assessment request", "")
}

func (r AssessmentRequest) check(f *faults, at string) {
	places := 0
	for _, given := range []bool{len(r.Perimeter) > 0, r.Area != "", r.Commune != ""} {
		if given {
			places++
		}
	}
	if places != 1 {
		f.add(at+"perimeter", "exactly one of perimeter, area and commune must be given, not %d", places)
	}
	if len(r.Perimeter) > 0 {
		f.geometry(at+"perimeter", orb.MultiPolygon(r.Perimeter))
	}
	f.reference(at+"area", r.Area)
	if r.Commune != "" && !isCommune(r.Commune) {
		f.add(at+"commune", "is not an INSEE code (five digits, or 2A/2B and three digits)")
	}
	for i, id := range r.Areas {
		f.id(fmt.Sprintf("%sareas[%d]", at, i), id)
	}
	for i, s := range r.Statuses {
		oneOf(f, fmt.Sprintf("%sstatuses[%d]", at, i), s, Statuses()...)
	}
	f.within(at+"targetHeightM", r.TargetHeightM, 0, 50, "m")
	oneOf(f, at+"ground", r.Ground, AreaCategories()...)
	if r.Draws < 0 || r.Draws > maxDraws {
		f.add(at+"draws", "must be between 0 and %d", maxDraws)
	}
	if r.Seed < 0 {
		f.add(at+"seed", "must not be negative")
	}
}

// LevelResult is what is seen at one level or better. SeenM2 and BlindM2 add up to the ground.
type LevelResult struct {
	Code       string  `json:"code"`
	Name       Text    `json:"name"`
	DensityPxM float64 `json:"densityPxM"`
	// SeenM2 is the surface that some camera sees or can be turned to see, m².
	SeenM2   float64 `json:"seenM2"`
	SeenPct  float64 `json:"seenPct"`
	BlindM2  float64 `json:"blindM2"`
	BlindPct float64 `json:"blindPct"`
	// PermanentM2 is the part of SeenM2 that some camera sees without being moved, m².
	PermanentM2  float64 `json:"permanentM2"`
	PermanentPct float64 `json:"permanentPct"`
	// AtLeastM2[k-1] is the surface seen by k cameras or more, m².
	AtLeastM2 []float64 `json:"atLeastM2"`
}

// Verdict says whether an area reaches what it requires.
type Verdict string

// The verdicts.
const (
	Reached    Verdict = "reached"
	NotReached Verdict = "not_reached"
	// ReachableOnly: reached, but only by turning cameras that do not look there all the time.
	ReachableOnly Verdict = "reachable_only"
	// NothingRequired: the area has no requirement.
	NothingRequired Verdict = "nothing_required"
	// Undecided: the requirement cannot be judged; Reason says why.
	Undecided Verdict = "undecided"
)

// AreaResult is what is seen of one area of interest: of its part inside the perimeter.
type AreaResult struct {
	ID          ID           `json:"id"`
	Name        string       `json:"name"`
	Kind        string       `json:"kind,omitempty"`
	Geometry    Surface      `json:"geometry"`
	Weight      float64      `json:"weight"`
	GroundM2    float64      `json:"groundM2"`
	Requirement *Requirement `json:"requirement,omitempty"`
	// ReachedPct is the share seen at the required level or better, percent, rounded down to 0.01.
	ReachedPct *float64 `json:"reachedPct,omitempty"`
	// PermanentPct is the part of it seen without moving a camera.
	PermanentPct *float64      `json:"permanentPct,omitempty"`
	Verdict      Verdict       `json:"verdict"`
	Reason       *Text         `json:"reason,omitempty"`
	Levels       []LevelResult `json:"levels"`
	// Night is the same by night.
	Night []LevelResult `json:"night"`
}

// Gap is a blind polygon.
type Gap struct {
	// Rank is 1 for the greatest weighted surface.
	Rank   int     `json:"rank"`
	Level  string  `json:"level"`
	AreaM2 float64 `json:"areaM2"`
	// WeightedM2 is the surface with each area of interest counted by its weight, m².
	WeightedM2 float64 `json:"weightedM2"`
	// Places are the names of the areas of interest that the gap meets.
	Places []string `json:"places,omitempty"`
	// Near names the nearest known street or place, when one is known within NearM metres.
	Near  string   `json:"near,omitempty"`
	NearM *float64 `json:"nearM,omitempty"`
	// Inside is a point of the gap, lon, lat.
	Inside   Point   `json:"inside"`
	Geometry Surface `json:"geometry"`
}

// CameraLevel is the part of one camera at one level, m².
type CameraLevel struct {
	Level       string  `json:"level"`
	FootprintM2 float64 `json:"footprintM2"`
	// ExclusiveM2 is what no other camera sees.
	ExclusiveM2 float64 `json:"exclusiveM2"`
}

// CameraResult is one camera that was counted.
type CameraResult struct {
	ID         ID     `json:"id"`
	Holder     ID     `json:"holder"`
	ExternalID string `json:"externalId,omitempty"`
	Name       string `json:"name,omitempty"`
	Location   Point  `json:"location"`
	// Assumed tells that its optics are the assumption profile's, not its own.
	Assumed bool          `json:"assumed,omitempty"`
	Levels  []CameraLevel `json:"levels"`
}

// Assumption is something supposed, and how many cameras it touched.
type Assumption struct {
	Code    string `json:"code"`
	Text    Text   `json:"text"`
	Cameras int    `json:"cameras"`
}

// Warning is something the reader must know before quoting a figure.
type Warning struct {
	Code string `json:"code"`
	Text Text   `json:"text"`
}

// PurposeResult is what the heads that serve one purpose see.
type PurposeResult struct {
	// Purpose is empty for the heads whose purposes are unknown.
	Purpose Purpose       `json:"purpose,omitempty"`
	Name    Text          `json:"name"`
	Cameras int           `json:"cameras"`
	Levels  []LevelResult `json:"levels"`
}

// LossKind is what goes away together in a failure drill.
type LossKind string

// The kinds of loss.
const (
	LossOfCamera     LossKind = "camera"
	LossOfMast       LossKind = "mast"
	LossOfDeployment LossKind = "deployment"
	LossOfHolder     LossKind = "holder"
)

// Loss is what is no longer seen when something goes away.
type Loss struct {
	Kind LossKind `json:"kind"`
	// Member is the identifier of the camera, deployment or holder; the name of the mast, or the place it stands at.
	Member  string `json:"member"`
	Cameras int    `json:"cameras"`
	// Levels are in the order of the study's.
	Levels []LevelLoss `json:"levels"`
}

// LevelLoss is the ground that nobody else sees at a level, m², and its share of the ground, percent, rounded up to
// 0.01.
type LevelLoss struct {
	Level   string  `json:"level"`
	LostM2  float64 `json:"lostM2"`
	LostPct float64 `json:"lostPct"`
}

// Facade is a camera that is recorded inside a building or on its wall, and was moved in front of the wall.
type Facade struct {
	Camera   ID `json:"camera"`
	Obstacle ID `json:"obstacle"`
	// From is where it is recorded, To where it sees from, lon, lat.
	From Point `json:"from"`
	To   Point `json:"to"`
	// DepthM is how deep inside it is recorded, metres.
	DepthM float64 `json:"depthM"`
	// Refused tells that it is too deep inside to be believed: it sees nothing.
	Refused bool `json:"refused,omitempty"`
}

// Spread holds the shares of the ground, percent, that one draw in ten, one in two, and nine in ten do not exceed.
type Spread struct {
	P10Pct float64 `json:"p10Pct"`
	P50Pct float64 `json:"p50Pct"`
	P90Pct float64 `json:"p90Pct"`
}

// LevelSpread is how sure the figures of one level are.
type LevelSpread struct {
	Level     string `json:"level"`
	Seen      Spread `json:"seen"`
	Permanent Spread `json:"permanent"`
	Twice     Spread `json:"twice"`
}

// Doubt is a fact of a camera that is not known exactly, and what it costs.
type Doubt struct {
	Camera ID `json:"camera"`
	// Fact is bearing, height or position.
	Fact string `json:"fact"`
	// SpanPct is how much the share of the ground seen unmoved, at the level of the gaps, changes as the fact runs
	// through what it may be, percentage points.
	SpanPct float64 `json:"spanPct"`
}

// Uncertainty is how sure the figures are, by draws of the facts within their tolerances (Monte Carlo).
type Uncertainty struct {
	Draws  int           `json:"draws"`
	Seed   int           `json:"seed"`
	Levels []LevelSpread `json:"levels"`
	// Doubts are the facts that cost most certainty, the greatest first.
	Doubts []Doubt `json:"doubts"`
}

// WallsInView are the walls of dwellings that a camera sees at a level, and the masks that would hide them.
type WallsInView struct {
	Camera ID     `json:"camera"`
	Head   string `json:"head"`
	Level  string `json:"level"`
	// WallsM is the length of the walls, metres; Dwellings are their obstacles.
	WallsM    float64 `json:"wallsM"`
	Dwellings []ID    `json:"dwellings"`
	// Masks hide them; CostM2 is the ground that is then no longer seen by the head, m².
	Masks  []Mask  `json:"masks"`
	CostM2 float64 `json:"costM2"`
}

// SeenShape is the ground seen at one level or better.
type SeenShape struct {
	Level    string  `json:"level"`
	Geometry Surface `json:"geometry"`
}

// AssessmentResult is a coverage study. The same request on the same inventory, rulebook and software gives the same
// bytes.
type AssessmentResult struct {
	// Software is the version of Vigie; Book and BookHash the edition and the SHA-256 of the rulebook; InputHash the
	// SHA-256 of everything the study read.
	Software  string `json:"software"`
	Book      string `json:"book"`
	BookHash  string `json:"bookHash"`
	InputHash string `json:"inputHash"`

	Scale     string  `json:"scale"`
	Perimeter Surface `json:"perimeter"`
	// PerimeterName is the name of the area or commune taken as perimeter.
	PerimeterName string `json:"perimeterName,omitempty"`
	// PerimeterM2 is the surface of the perimeter, GroundM2 that of the ground to watch in it, m² on the WGS 84 ellipsoid.
	PerimeterM2 float64 `json:"perimeterM2"`
	GroundM2    float64 `json:"groundM2"`
	// Obstacles is how many obstacles were taken into account, UnknownHeights how many of them hide everything since
	// their height is unknown.
	Obstacles      int           `json:"obstacles"`
	UnknownHeights int           `json:"unknownHeights"`
	TargetHeightM  float64       `json:"targetHeightM"`
	Levels         []LevelResult `json:"levels"`
	// Night is the same by night: what heads see by their own infrared or by the light on the ground.
	Night    []LevelResult  `json:"night"`
	Areas    []AreaResult   `json:"areas"`
	GapLevel string         `json:"gapLevel"`
	Gaps     []Gap          `json:"gaps"`
	Cameras  []CameraResult `json:"cameras"`
	// Shared is what cameras see that others let count and do not show; nil where that is not told.
	Shared *SharedCoverage `json:"shared,omitempty"`
	// Purposes is the coverage of the heads that serve each purpose; heads may serve several.
	Purposes []PurposeResult `json:"purposes"`
	// Losses are what is no longer seen when a mast, a deployment or a holder goes away, the worst first of each kind;
	// those of single cameras are their exclusive surfaces.
	Losses  []Loss   `json:"losses"`
	Facades []Facade `json:"facades"`
	// Uncertainty is there when draws were asked for, WallsInView when privacy was.
	Uncertainty *Uncertainty  `json:"uncertainty,omitempty"`
	WallsInView []WallsInView `json:"wallsInView,omitempty"`
	Assumptions []Assumption  `json:"assumptions"`
	Warnings    []Warning     `json:"warnings"`
	// ArcInsetM is the largest distance by which a circle was cut short to make it a polygon, metres; ArcLossPct the
	// largest part of a camera's surface lost to it, percent. Figures err on the low side.
	ArcInsetM  float64     `json:"arcInsetM"`
	ArcLossPct float64     `json:"arcLossPct"`
	Seen       []SeenShape `json:"seen"`
}

// Assessment (étude de couverture) is a request and its result.
type Assessment struct {
	// ID is derived from the request and the inputs: asking twice gives one assessment.
	ID      ID                `json:"id"`
	Request AssessmentRequest `json:"request"`
	Result  AssessmentResult  `json:"result"`
	// Owner is the holder or the account that it was made for; empty for the person at the machine itself.
	Owner ID `json:"owner,omitempty"`
	// Provenance says when it was computed first.
	Provenance Provenance `json:"provenance,omitzero"`
}

// Key is the assessment's identifier.
func (a Assessment) Key() ID { return a.ID }

// Shape is the perimeter.
func (a Assessment) Shape() orb.Geometry { return orb.MultiPolygon(a.Result.Perimeter) }

// Attributes are whose it is, as holder, the commune and département asked for, and the last change.
func (a Assessment) Attributes() Attributes {
	attributes := Attributes{}
	attributes.set(AttrHolder, string(a.Owner))
	attributes.place(a.Request.Commune, "")
	attributes.provenance(a.Provenance)
	return attributes
}

// Validate returns nil or an *InvalidError with every fault.
func (a Assessment) Validate() error {
	var f faults
	f.id("id", a.ID)
	a.Request.check(&f, "request.")
	f.geometry("result.perimeter", orb.MultiPolygon(a.Result.Perimeter))
	return f.err("assessment", a.ID)
}
