package inventory

// RecommendationResult is the plan, with what led to it. The same request on the same inventory, rulebook and software
// gives the same bytes. Amounts are euros without tax.
type RecommendationResult struct {
	// Software is the version of Vigie; Book and BookHash the edition and the SHA-256 of the rulebook; InputHash the
	// SHA-256 of everything that was read.
	Software  string `json:"software"`
	Book      string `json:"book"`
	BookHash  string `json:"bookHash"`
	InputHash string `json:"inputHash"`
	// Scale is the level scale.
	Scale         string  `json:"scale"`
	Perimeter     Surface `json:"perimeter"`
	PerimeterName string  `json:"perimeterName,omitempty"`
	GroundM2      float64 `json:"groundM2"`
	// Levels are what is seen before and after, exactly, by day and by night.
	Levels []LevelGain `json:"levels"`
	Areas  []AreaGain  `json:"areas"`
	// Drawing is what a map of the plan shows.
	Drawing PlanDrawing `json:"drawing"`
	// Measures are what could be done without a new camera, the ones worth most first; those that were taken count in what
	// is seen after.
	Measures []Measure `json:"measures"`
	// Cameras are the ones proposed, in the order in which they are best bought.
	Cameras []ProposedCamera `json:"cameras"`
	Proofs  []PlanProof      `json:"proofs"`
	// Curve is how much could be had with fewer.
	Curve []TradeOff `json:"curve"`
	// Marginal are the existing cameras with what they alone see, the least worth first.
	Marginal []MarginalCamera `json:"marginal"`
	Spots    SpotCount        `json:"spots"`
	// Advice is of the project as a whole; that of a camera is with it.
	Advice []Advice `json:"advice"`
	Phases []Phase  `json:"phases"`
	Bill   Bill     `json:"bill"`
	// Subsidy is nil where the holder can have none, or nothing is known of it; Advice says why.
	Subsidy *Subsidy `json:"subsidy,omitempty"`
	// Network is what storage, links and power take.
	Network NetworkSizing `json:"network"`
	// Specification is the technical text of a call for tenders, without brands.
	Specification []SpecificationSection `json:"specification"`
	Assumptions   []Assumption           `json:"assumptions"`
	Warnings      []Warning              `json:"warnings"`
}

// LevelGain is what is seen at one level or better, before and after.
type LevelGain struct {
	Code           string  `json:"code"`
	Name           Text    `json:"name"`
	DensityPxM     float64 `json:"densityPxM"`
	BeforeM2       float64 `json:"beforeM2"`
	AfterM2        float64 `json:"afterM2"`
	BeforePct      float64 `json:"beforePct"`
	AfterPct       float64 `json:"afterPct"`
	NightBeforeM2  float64 `json:"nightBeforeM2"`
	NightAfterM2   float64 `json:"nightAfterM2"`
	NightBeforePct float64 `json:"nightBeforePct"`
	NightAfterPct  float64 `json:"nightAfterPct"`
}

// AreaGain is what becomes of one area of interest.
type AreaGain struct {
	ID          ID           `json:"id"`
	Name        string       `json:"name"`
	Kind        string       `json:"kind,omitempty"`
	Requirement *Requirement `json:"requirement,omitempty"`
	// Need is what was to be met there, as it was understood.
	Need      Need     `json:"need"`
	GroundM2  float64  `json:"groundM2"`
	BeforePct *float64 `json:"beforePct,omitempty"`
	AfterPct  *float64 `json:"afterPct,omitempty"`
	Before    Verdict  `json:"before"`
	After     Verdict  `json:"after"`
	// Times is by how many cameras it was to be seen.
	Times int `json:"times"`
}

// MeasureKind is a way to see more, or to spend less, without a new camera.
type MeasureKind string

// The kinds of measure.
const (
	MeasureReaim   MeasureKind = "reaim"   // turn an existing camera
	MeasureLens    MeasureKind = "lens"    // another focal length on an existing camera
	MeasureMove    MeasureKind = "move"    // an existing camera a few metres along its wall
	MeasureReplace MeasureKind = "replace" // an existing camera gives way to a better one
	MeasureShare   MeasureKind = "share"   // a camera of another holder sees it already
	MeasureLight   MeasureKind = "light"   // light the scene
	MeasureRemove  MeasureKind = "remove"  // an existing camera adds nothing
	MeasureMask    MeasureKind = "mask"    // hide dwellings
	MeasureKeep    MeasureKind = "keep"    // nothing better was found
)

// Measure is one of them, with what it gives.
type Measure struct {
	Kind MeasureKind `json:"kind"`
	// Camera is the existing camera that it is about; empty where it is about an area.
	Camera ID     `json:"camera,omitempty"`
	Head   string `json:"head,omitempty"`
	Area   ID     `json:"area,omitempty"`
	// Set is how the head would be set; nil where it stays as it is.
	Set *Head `json:"set,omitempty"`
	// MoveTo is where the camera would be moved to, lon, lat; nil where it stays.
	MoveTo *Point `json:"moveTo,omitempty"`
	// GainM2 is the ground that is newly seen, exactly, in the order of the levels, m², by night where the measure is light;
	// CostEUR what it costs.
	GainM2  []float64 `json:"gainM2"`
	CostEUR *Range    `json:"costEur,omitempty"`
	// Taken tells whether the plan counts on it; Why says why, or why not.
	Taken bool     `json:"taken"`
	Why   Text     `json:"why"`
	Rules []string `json:"rules"`
}

// Range is an amount between two bounds.
type Range struct {
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// ProposedCamera is one camera to add.
type ProposedCamera struct {
	// Camera is the record that it would be, planned: place, mounting, heads with their bearings, optics and masks.
	Camera Camera `json:"camera"`
	// Spot is where it would stand: a candidate of the inventory, or a generated place; Near names it for a reader.
	Spot string `json:"spot"`
	Near string `json:"near,omitempty"`
	// Profile is the identifier of the equipment profile.
	Profile string `json:"profile"`
	// Need is what it serves, as it was understood.
	Need   Need         `json:"need"`
	Optics []HeadOptics `json:"optics"`
	// AddsM2 is the weighted ground that it adds to those before it, by the search; ExclusiveM2 what it alone sees once all
	// are there, exactly, in the order of the levels.
	AddsM2      float64   `json:"addsM2"`
	ExclusiveM2 []float64 `json:"exclusiveM2"`
	// Walls are the walls of dwellings in view, and the masks that hide them.
	Walls  []WallsInView `json:"walls"`
	Advice []Advice      `json:"advice"`
	// Specifications are what all advice together asks for, the strictest of each.
	Specifications []Specification `json:"specifications"`
	// Models are models of the catalogue that do, ten at most; empty when the catalogue has none. The specification names none.
	Models []ProposedModel `json:"models"`
	// Rejected are profiles that were considered and not taken.
	Rejected []Alternative `json:"rejected"`
	Bill     []BillLine    `json:"bill"`
	CostEUR  Range         `json:"costEur"`
	// Phase is the rank of its phase, from 1.
	Phase int `json:"phase"`
}

// ProposedModel is a model of the catalogue that keeps what is asked of a proposed camera, as far as the catalogue tells.
type ProposedModel struct {
	ID           ID     `json:"id"`
	Manufacturer string `json:"manufacturer"`
	Reference    string `json:"reference"`
	Name         string `json:"name,omitempty"`
	// Unverified tells that nobody has checked its figures against the maker's own document.
	Unverified bool `json:"unverified"`
	// FocalMM is what its lens is set to, 0 where only its field is known; HFOVDeg the horizontal field that it then has, and
	// DensityPxM what it gives at the target of the camera.
	FocalMM    float64 `json:"focalMm"`
	HFOVDeg    float64 `json:"hfovDeg"`
	DensityPxM float64 `json:"densityPxM"`
	// PriceEUR is that of the catalogue, without tax, as it was on PricedOn.
	PriceEUR *float64 `json:"priceEur,omitempty"`
	PricedOn Date     `json:"pricedOn,omitempty"`
	// Untold names the specifications of which the catalogue does not say whether it keeps them: to be asked of the maker.
	Untold []string `json:"untold"`
	// Doubts are figures of the catalogue that others of the same model speak against.
	Doubts []string `json:"doubts"`
	// Source and Licence are those of the catalogue that it came from.
	Source  string `json:"source,omitempty"`
	Licence string `json:"licence,omitempty"`
}

// HeadOptics is how the optics of a head were found.
type HeadOptics struct {
	Head string `json:"head"`
	// FocalMM, HFOVDeg, VFOVDeg and RecordedWidthPx are what is proposed; SensorWidthMM what they hold for.
	FocalMM         float64 `json:"focalMm"`
	SensorWidthMM   float64 `json:"sensorWidthMm"`
	HFOVDeg         float64 `json:"hfovDeg"`
	VFOVDeg         float64 `json:"vfovDeg"`
	RecordedWidthPx int     `json:"recordedWidthPx"`
	// TargetDistanceM is the slant distance for which they were computed; DensityPxM and SceneWidthM are what they give
	// there; NearM and FarM bound the ground in the picture at the needed density.
	TargetDistanceM float64 `json:"targetDistanceM"`
	DensityPxM      float64 `json:"densityPxM"`
	SceneWidthM     float64 `json:"sceneWidthM"`
	NearM           float64 `json:"nearM"`
	FarM            float64 `json:"farM"`
	// FaceAngleDeg is the angle at which a face is seen there, degrees below the horizon.
	FaceAngleDeg float64 `json:"faceAngleDeg"`
	BitrateMbps  float64 `json:"bitrateMbps"`
	// Steps are the formulae, with their values and sources.
	Steps []Step `json:"steps"`
}

// Step is one computation, or one thing supposed, so that every number can be followed.
type Step struct {
	Name    Text    `json:"name"`
	Formula string  `json:"formula"`
	Value   float64 `json:"value"`
	Unit    string  `json:"unit"`
	Source  string  `json:"source"`
}

// Alternative is a profile that was not taken.
type Alternative struct {
	Profile string `json:"profile"`
	Why     Text   `json:"why"`
	// Rules are those that speak against it; none when it is only dearer, or sees less.
	Rules []string `json:"rules"`
}

// Advice is what one recommendation rule says of a need or of a project.
type Advice struct {
	Rule string `json:"rule"`
	// Verdict is APPLIES, UNKNOWN (a fact is missing) or NOT_APPLICABLE; the last is left out of results.
	Verdict string `json:"verdict"`
	Title   Text   `json:"title"`
	Text    Text   `json:"text"`
	// Basis, Reference, Edition and Verified are those of the rule.
	Basis          string          `json:"basis"`
	Reference      string          `json:"reference"`
	Edition        string          `json:"edition"`
	Verified       string          `json:"verified"`
	Caveat         *Text           `json:"caveat,omitempty"`
	Specifications []Specification `json:"specifications"`
	Evidence       []FactValue     `json:"evidence"`
	// Missing names the facts that must be known to decide.
	Missing []string `json:"missing"`
}

// Specification is one thing that is asked of equipment: a number between bounds, one of some words, all of some words, or
// a yes or no.
type Specification struct {
	// Name is as "ingressRating"; Label what a reader calls it.
	Name  string `json:"name"`
	Label Text   `json:"label"`
	Unit  string `json:"unit,omitempty"`
	// AtLeast and AtMost bound a number; Advised is better than what is asked.
	AtLeast *float64 `json:"atLeast,omitempty"`
	AtMost  *float64 `json:"atMost,omitempty"`
	Advised *float64 `json:"advised,omitempty"`
	OneOf   []string `json:"oneOf,omitempty"`
	AllOf   []string `json:"allOf,omitempty"`
	Flag    *bool    `json:"flag,omitempty"`
	// Rules are those that ask for it. Conflict tells that they cannot all be kept.
	Rules    []string `json:"rules"`
	Conflict bool     `json:"conflict,omitempty"`
}

// PlanProof is how far the plan can be from the best, among the same places and on the squares of the search.
type PlanProof struct {
	// Measure is least-cameras, least-cost or most-ground.
	Measure string `json:"measure"`
	// Reached is what the plan has; no plan passes Bound. GapPct is the distance between them, percent.
	Reached float64 `json:"reached"`
	Bound   float64 `json:"bound"`
	GapPct  float64 `json:"gapPct"`
	// Text says it.
	Text Text `json:"text"`
}

// TradeOff is a point of the curve; CostEUR is what so many cameras cost at least, by the middle of prices.
type TradeOff struct {
	Cameras int     `json:"cameras"`
	CostEUR float64 `json:"costEur"`
	// SharePct is the weighted ground newly seen, percent of all that is demanded.
	SharePct float64 `json:"sharePct"`
}

// MarginalCamera is what an existing camera alone sees, once the plan is there, in the order of the levels, m².
type MarginalCamera struct {
	Camera      ID        `json:"camera"`
	Name        string    `json:"name,omitempty"`
	ExclusiveM2 []float64 `json:"exclusiveM2"`
	Removable   bool      `json:"removable"`
}

// SpotCount tells how many places there were, and what ruled others out.
type SpotCount struct {
	Spots      int `json:"spots"`
	Candidates int `json:"candidates"`
	Forbidden  int `json:"forbidden"`
	Spacing    int `json:"spacing"`
	Inside     int `json:"inside"`
	Dwellings  int `json:"dwellings"`
	Blind      int `json:"blind"`
	// CellM is the side of the squares on which the search looked at the ground, metres.
	CellM float64 `json:"cellM"`
}

// Phase is a part of the works.
type Phase struct {
	Name    string `json:"name,omitempty"`
	Cameras int    `json:"cameras"`
	CostEUR Range  `json:"costEur"`
	// SeenM2 is the ground seen when it ends, exactly, in the order of the levels.
	SeenM2 []float64 `json:"seenM2"`
}

// Lot is a part of a tender.
type Lot string

// Lots are all lots, in the order of a bill.
func Lots() []Lot {
	return []Lot{"cameras", "supports", "civil_works", "network", "power", "storage", "supervision", "lighting", "services"}
}

// Bill is a bill of quantities.
type Bill struct {
	Lines []BillLine `json:"lines"`
	Lots  []LotTotal `json:"lots"`
	// TotalEUR is what is bought; YearlyEUR what it takes to run it a year; RenewalEUR what is to be put aside a year.
	TotalEUR   Range `json:"totalEur"`
	YearlyEUR  Range `json:"yearlyEur"`
	RenewalEUR Range `json:"renewalEur"`
	// Yearly and Renewals say what the last two are made of; they are not in Lines.
	Yearly   []BillLine `json:"yearly"`
	Renewals []BillLine `json:"renewals"`
}

// LotTotal is the subtotal of a lot in a phase.
type LotTotal struct {
	Lot     Lot   `json:"lot"`
	Name    Text  `json:"name"`
	Phase   int   `json:"phase"`
	CostEUR Range `json:"costEur"`
}

// BillLine is one article.
type BillLine struct {
	Lot      Lot     `json:"lot"`
	Phase    int     `json:"phase"`
	Article  string  `json:"article"`
	Name     Text    `json:"name"`
	Quantity float64 `json:"quantity"`
	Unit     string  `json:"unit"`
	UnitEUR  Range   `json:"unitEur"`
	CostEUR  Range   `json:"costEur"`
	// Source is where the price comes from, Verified how far it can be trusted.
	Source   string `json:"source"`
	Verified string `json:"verified"`
	// Rules are those that ask for it.
	Rules []string `json:"rules,omitempty"`
}

// Subsidy is an estimate of public aid.
type Subsidy struct {
	// BaseEUR is the eligible cost, at most so much a camera; RatePct what part of it may be given; OtherEUR comes from
	// other funds of the State; all aid together is capped.
	BaseEUR   Range `json:"baseEur"`
	RatePct   Range `json:"ratePct"`
	AmountEUR Range `json:"amountEur"`
	OtherEUR  Range `json:"otherEur"`
	TotalEUR  Range `json:"totalEur"`
	// HolderEUR is what is left to the holder.
	HolderEUR Range  `json:"holderEur"`
	Steps     []Step `json:"steps"`
}

// NetworkSizing is what the proposed cameras take behind them.
type NetworkSizing struct {
	BitrateMbps float64 `json:"bitrateMbps"`
	// StorageTB is for the retention, decimal terabytes; RetentionDays what was counted.
	StorageTB     float64 `json:"storageTb"`
	RetentionDays int     `json:"retentionDays"`
	Disks         int     `json:"disks"`
	// LinkMbps is the capacity that keeps the load of the busiest node under what the book allows.
	LinkMbps float64 `json:"linkMbps"`
	// PoEW is the budget of the switches, watts; UPSWh what the batteries hold, watt-hours.
	PoEW  float64 `json:"poeW"`
	UPSWh float64 `json:"upsWh"`
	Steps []Step  `json:"steps"`
}

// SpecificationSection is a chapter of the technical text.
type SpecificationSection struct {
	Title Text   `json:"title"`
	Items []Text `json:"items"`
}
