package inventorytest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/paulmach/orb"

	"vigie/inventory"
)

// text has what texts must survive: accents, a combining accent that must not be composed, signs outside the first
// plane, quotes, markup, line breaks, a line separator.
const text = "Caméra n° 7 — e\u0301 東京 🎥 \"'\\ <b>&amp; \t\n\u2028"

func known[V any](v V) *V { return &v }

func fullProvenance() inventory.Provenance {
	paris := time.FixedZone("Europe/Paris", 2*3600)
	return inventory.Provenance{
		Source:      "ville.geojson " + text,
		Licence:     "Licence Ouverte 2.0",
		Import:      "import-1",
		Row:         17,
		Assumptions: []string{"hfovDeg from model", text},
		UpdatedAt:   known(inventory.InstantOf(time.Date(2026, 3, 29, 2, 59, 59, 987_654_321, paris))),
	}
}

// fullSurface is two polygons, one with a hole, with fifteen decimals.
func fullSurface() inventory.Surface {
	return inventory.Surface{
		{
			{{3.1, 43.1}, {3.200000000000001, 43.1}, {3.2, 43.2}, {3.123456789012345, 43.199999999999996}, {3.1, 43.1}},
			{{3.15, 43.13}, {3.16, 43.14}, {3.17, 43.13}, {3.15, 43.13}},
		},
		{{{3.5, 43.5}, {3.6, 43.5}, {3.6, 43.6}, {3.5, 43.5}}},
	}
}

// FullHolder is a valid holder in which every field is known.
func FullHolder() inventory.Holder {
	return inventory.Holder{
		ID: "holder:1", Name: text, Kind: inventory.LocalAuthority, Type: inventory.PublicAuthority,
		Siren: "213401722", Commune: "34172", Department: "34", Contact: "videoprotection@ville.example",
		MunicipalPolicePosts: known(0), CoordinationAgreement: known(false),
		CNILUndertakingOn: "2026-01-02", CNILUndertakingSent: known(true), DPIAOn: "2025-12-31", DPIADone: known(true),
		Intercommunal: known(false), Provenance: fullProvenance(),
	}
}

// FullDeployment is a valid deployment in which every field is known.
func FullDeployment() inventory.Deployment {
	return withPractice(inventory.Deployment{
		ID: "deployment:1", Holder: "holder:1", Name: text, Regime: inventory.RegimePublicWay,
		Commune: "2A004", Department: "2A",
		Authorisation: inventory.Authorisation{
			Number: "2026-34-0017", Status: inventory.AuthorisationGranted, GrantedOn: "2026-01-02", ExpiresOn: "2031-01-01",
			Provisional: known(false), EventEndsOn: "2026-07-14", Purposes: []inventory.Purpose{"P01", "T01"},
			MaxCameras: known(0), RetentionDaysMax: known(30), RetentionDaysMin: known(7),
			Recipients: []string{"police municipale", text}, Perimeter: fullSurface(),
			CommissioningNoticeOn: "2026-02-03", RenewalFiledOn: "2030-09-01", PublicationRef: "RAA 34-2026-001",
			CertifiedInstaller: known(true), ConformityProofPresent: known(false),
		},
		Pieces:        map[inventory.Piece]bool{"report": true, "dpia": false},
		RetentionDays: known(0), AutomaticErasure: known(true), Audio: known(false), CentralStorage: known(true),
		VMS: "logiciel " + text, Recorder: "enregistreur", Network: "fibre", Provenance: fullProvenance(),
	})
}

// FullCamera is a valid camera in which every field is known but the unit, which only mobile cameras have.
func FullCamera() inventory.Camera {
	return withSurroundings(inventory.Camera{
		ID: "camera:1", Holder: "holder:1", Deployment: "deployment:1", ExternalID: "CAM/007 " + text, Name: text,
		Address: "1 place de la Comédie", Category: inventory.Fixed, Status: inventory.InService,
		Location: &inventory.Point{3.876716123456789, -43.608970987654321},
		Commune:  "34172", Department: "34", FilmsPublicWay: known(false),
		Mounting: inventory.Mounting{
			Support: "pole", HeightM: known(4.123456789012345), Outdoor: known(true), Reachable: known(false),
			DistanceToOwnBuildingM: known(math.Copysign(0, -1)),
		},
		Heads: []inventory.Head{fullHead("1"), {ID: "2"}},
		Device: inventory.Device{
			Manufacturer: "Fabricant", Model: "Modèle", Serial: "0012", IngressRating: "IP66", ImpactRating: "IK10",
			MinTemperatureC: known(-40.0), MaxTemperatureC: known(60.5), PowerW: known(12.95), PoEType: "802.3at",
			FirmwareOn: "2026-02-28", EndOfLifeOn: "2032-02-29",
		},
		InServiceSince: "2024-02-29", MaintainedOn: "2026-01-15", CleanedOn: "2026-01-16", RetiredOn: "2026-01-17",
		Provenance: fullProvenance(), Extra: map[string]string{"Observations": text, "": "", "a.b": "c"},
	})
}

func fullHead(id string) inventory.Head {
	return inventory.Head{
		ID: id, Kind: inventory.HeadPTZ, BearingDeg: known(359.99999999999994), TiltDeg: known(math.Copysign(0, -1)),
		HFOVDeg: known(59.8), VFOVDeg: known(35.2), PanRangeDeg: known(360.0),
		SensorWidthMM: known(5.37), SensorHeightMM: known(3.02), FocalMM: known(4.3),
		RecordedWidthPx: known(1920), RecordedHeightPx: known(1080), RecordedFPS: known(12.5), Codec: "H.265",
		BitrateMbps: known(4.0), Shot: inventory.Narrow, Purposes: []inventory.Purpose{"P06", "P01"}, Objective: text,
		TargetDistanceM: known(0.1), RequiredDensityPxM: known(250.0), SceneLuxNight: known(0.0), MinLux: known(1e-7),
		InfraredRangeM: known(30.0), WDRDB: known(120.0), ShutterS: known(1.0 / 3), VehicleSpeedKMH: known(50.0),
		DwellingInView: known(false), PrivacyMask: known(true),
	}
}

// FullMobileCamera is a valid body-worn camera, with a unit and without a place.
func FullMobileCamera() inventory.Camera {
	return inventory.Camera{
		ID: "camera:mobile", Holder: "holder:1", Category: inventory.BodyWorn, Status: inventory.Planned,
		Unit: "Police municipale, brigade de nuit", Department: "974",
	}
}

// FullArea is a valid area in which every field is known.
func FullArea() inventory.Area {
	return inventory.Area{
		ID: "area:1", Holder: "holder:1", Category: inventory.AreaPriority, Kind: "school", Name: text,
		Commune: "97411", Department: "974", Geometry: fullSurface(),
		Requirement: &inventory.Requirement{Level: "perceive", SharePct: 80.000000000000014, Period: inventory.DayAndNight},
		Weight:      known(0.0), Critical: known(true), NightExtinction: known(false),
		Provenance: fullProvenance(), Extra: map[string]string{"nature": text},
	}
}

// FullObstacle is a valid obstacle in which every field is known.
func FullObstacle() inventory.Obstacle {
	return inventory.Obstacle{
		ID: "obstacle:1", Name: text, Commune: "34172", Department: "34", Geometry: fullSurface(), HeightM: known(0.0),
		PositionToleranceM: known(0.5), Dwelling: known(true),
		Provenance: fullProvenance(), Extra: map[string]string{"usage": text},
	}
}

// FullAssessment is a valid assessment in which every field is known, but the two ways to say where that exclude the
// one it uses.
func FullAssessment() inventory.Assessment {
	say := inventory.Text{FR: "vu " + text, EN: "seen"}
	level := inventory.LevelResult{
		Code: "perceive", Name: say, DensityPxM: 25, SeenM2: 1.1, SeenPct: 2.2, BlindM2: 3.3, BlindPct: 4.4,
		PermanentM2: 5.5, PermanentPct: 6.6, AtLeastM2: []float64{1.1, 0.30000000000000004},
	}
	required := &inventory.Requirement{Level: "perceive", SharePct: 80, Period: inventory.Night}
	return inventory.Assessment{
		ID: "assessment:1",
		Request: inventory.AssessmentRequest{
			Name: text, Commune: "34172", Areas: []inventory.ID{"area:1"}, Statuses: inventory.Statuses(),
			Scale: "iec-62676-4-2025", Assume: "dome-ptz-2mp", TargetHeightM: known(1.65), GapLevel: "perceive",
			Ground: inventory.AreaStreet, OpenGround: true, ForceFacades: true, Draws: 200, Seed: 7, Privacy: true,
		},
		Result: inventory.AssessmentResult{
			Software: "1.0", Book: "2026-1", BookHash: "00ff", InputHash: "ff00", Scale: "iec-62676-4-2025",
			Perimeter: fullSurface(), PerimeterName: "Montpellier", PerimeterM2: 57e6, GroundM2: 56_880_000.123456789, TargetHeightM: 1.65,
			Shared: &inventory.SharedCoverage{
				CamerasAtLeast: 5, Levels: []inventory.SharedLevel{{Code: "perceive", SeenM2: 1200, TogetherAtLeastPct: 2.2, TogetherAtMostPct: 4.5}},
				Night: []inventory.SharedLevel{{Code: "perceive", SeenM2: 100, TogetherAtLeastPct: 2.2, TogetherAtMostPct: 2.5}},
			},
			Obstacles: 12, UnknownHeights: 3, Levels: []inventory.LevelResult{level}, Night: []inventory.LevelResult{level},
			Areas: []inventory.AreaResult{{
				ID: "area:1", Name: "école", Kind: "school", Geometry: fullSurface(), Weight: 3, GroundM2: 1234.5,
				Requirement: required, ReachedPct: known(79.99), PermanentPct: known(0.0), Verdict: inventory.NotReached,
				Reason: &say, Levels: []inventory.LevelResult{level}, Night: []inventory.LevelResult{level},
			}},
			GapLevel: "perceive",
			Gaps: []inventory.Gap{{
				Rank: 1, Level: "perceive", AreaM2: 12.5, WeightedM2: 37.5, Places: []string{"école"}, Near: "rue Foch",
				NearM: known(12.0), Inside: inventory.Point{3.12, 43.12}, Geometry: fullSurface(),
			}},
			Cameras: []inventory.CameraResult{{
				ID: "camera:1", Holder: "holder:1", ExternalID: "CAM", Name: "nom", Location: inventory.Point{3.1, 43.1},
				Assumed: true, Levels: []inventory.CameraLevel{{Level: "perceive", FootprintM2: 1, ExclusiveM2: 0.5}},
			}},
			Purposes:    []inventory.PurposeResult{{Purpose: "P05", Name: say, Cameras: 2, Levels: []inventory.LevelResult{level}}},
			Losses:      fullLosses(),
			Facades:     fullFacades(),
			Uncertainty: fullUncertainty(),
			WallsInView: fullWalls(),
			Assumptions: []inventory.Assumption{{Code: "A1", Text: say, Cameras: 3}},
			Warnings:    []inventory.Warning{{Code: "W1", Text: say}},
			ArcInsetM:   0.02, ArcLossPct: 0.1,
			Seen: []inventory.SeenShape{{Level: "perceive", Geometry: fullSurface()}},
		},
		Owner: "holder:1", Provenance: fullProvenance(),
	}
}

func fullLosses() []inventory.Loss {
	return []inventory.Loss{{
		Kind: inventory.LossOfMast, Member: "M 17", Cameras: 2,
		Levels: []inventory.LevelLoss{{Level: "perceive", LostM2: 12.5, LostPct: 0.02}},
	}}
}

func fullFacades() []inventory.Facade {
	return []inventory.Facade{{
		Camera: "camera:1", Obstacle: "obstacle:1", From: inventory.Point{3.1, 43.1}, To: inventory.Point{3.1001, 43.1}, DepthM: 0.4, Refused: true,
	}}
}

func fullUncertainty() *inventory.Uncertainty {
	spread := inventory.Spread{P10Pct: 1.1, P50Pct: 2.2, P90Pct: 3.3}
	return &inventory.Uncertainty{
		Draws: 200, Seed: 7, Levels: []inventory.LevelSpread{{Level: "perceive", Seen: spread, Permanent: spread, Twice: spread}},
		Doubts: []inventory.Doubt{{Camera: "camera:1", Fact: "bearing", SpanPct: 0.4}},
	}
}

func fullWalls() []inventory.WallsInView {
	return []inventory.WallsInView{{
		Camera: "camera:1", Head: "1", Level: "perceive", WallsM: 12.5, Dwellings: []inventory.ID{"obstacle:1"},
		Masks: []inventory.Mask{{FromDeg: 350, ToDeg: 10.5}}, CostM2: 44.4,
	}}
}

// cameraAt is a plain valid camera at a place, lon, lat.
func cameraAt(id string, at orb.Point) inventory.Camera {
	return inventory.Camera{
		ID: inventory.ID(id), Holder: "holder:1", Category: inventory.Fixed, Location: known(inventory.Point(at)),
	}
}

// areaOf is a plain valid area with a surface, lon, lat.
func areaOf(id string, shape ...orb.Polygon) inventory.Area {
	return inventory.Area{
		ID: inventory.ID(id), Category: inventory.AreaPriority, Name: id, Geometry: inventory.Surface(shape),
	}
}

// randomCamera is a valid camera somewhere in the box, with attributes drawn from a few values, some of them unknown.
func randomCamera(r *rand.Rand, id string, box orb.Bound) inventory.Camera {
	c := cameraAt(id, randomPoint(r, box))
	c.Holder = inventory.ID(fmt.Sprintf("holder:%d", r.IntN(8)))
	c.Status = oneOf(r, append(inventory.Statuses(), "")...)
	c.Commune = oneOf(r, "34172", "34057", "2A004", "97411", "")
	c.Deployment = oneOf[inventory.ID](r, "", "d:1", "d:2", "d:3")
	c.Provenance.Import = inventory.ID(fmt.Sprintf("import-%d", r.IntN(40)))
	if r.IntN(10) == 0 {
		c.Category, c.Unit, c.Location = inventory.Drone, "unité", nil
	}
	if r.IntN(3) > 0 {
		c.Provenance.UpdatedAt = known(inventory.InstantOf(time.UnixMilli(1_700_000_000_000 + r.Int64N(100_000_000))))
	}
	return c
}

func randomPoint(r *rand.Rand, box orb.Bound) orb.Point {
	return orb.Point{
		box.Min.Lon() + r.Float64()*(box.Max.Lon()-box.Min.Lon()),
		box.Min.Lat() + r.Float64()*(box.Max.Lat()-box.Min.Lat()),
	}
}

func oneOf[V any](r *rand.Rand, values ...V) V { return values[r.IntN(len(values))] }

// dice makes the same random numbers every time.
func dice(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 20260101)) }
