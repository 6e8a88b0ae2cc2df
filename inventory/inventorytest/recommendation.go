package inventorytest

import (
	"reflect"

	"vigie/inventory"
)

// FullRecommendation is a valid recommendation in which every field is known, but the ways to say where that exclude the
// ones it uses.
func FullRecommendation() inventory.Recommendation {
	study := FullAssessment().Request
	return inventory.Recommendation{
		ID: "recommendation:1",
		Request: inventory.RecommendationRequest{
			Name: text, Study: &study, Camera: "camera:1", At: "2026-11-22",
			Need: fullNeed(), Needs: []inventory.Need{fullNeed()}, Project: fullProject(),
			Spots: inventory.Spots{
				Sets: []inventory.ID{"street-lights"}, Facades: true, Grid: true, StepM: 12.5, Bearings: 16,
			},
			Profiles: []string{"fixed-4mp"}, Count: 20, BudgetEUR: 1e5 + 0.1, Strict: true, SpacingM: 40.5, MaxDwellingM: known(0.0),
			Times: 2, Removal: true,
			Phases: []inventory.PhaseRequest{{Name: text, Count: 5, BudgetEUR: 20_000.5}},
		},
		Result:     filled[inventory.RecommendationResult](),
		Owner:      "holder:1",
		Provenance: fullProvenance(),
	}
}

func fullNeed() inventory.Need {
	return inventory.Need{
		Area: "area:1", Site: "school", Purposes: []inventory.Purpose{"P01"}, Aim: inventory.Aims()[0], Level: "perceive",
		DensityPxM: known(125.0), TargetDistanceM: known(30.5), TargetWidthM: known(12.0), TargetSpeedKMH: known(0.0),
		MountHeightM: known(3.5), StreetLengthM: known(0.0), Period: inventory.DayAndNight, SceneLuxNight: known(0.0),
		ColourAtNight: known(false), Backlight: known(true), Outdoor: known(true), Reachable: known(false),
		Environment: "seaside", FilmsPublicWay: known(true), DwellingInView: known(false), Critical: known(true),
		Temporary: known(false), EventEndsOn: "2026-12-31", PowerSource: inventory.PowerSources()[0],
		PermanentPower: known(false), Support: "pole", TrenchM: known(0.0), PavedTrench: known(true),
		ProtectedSite: known(false), PlateReading: known(false), Carrier: inventory.InVehicle,
		EdgeRecording: known(true), Door: known(false), FlowRegulated: known(true),
	}
}

func fullProject() inventory.Project {
	return inventory.Project{
		Holder: "holder:1", HolderType: inventory.PublicAuthority, Department: "34", RetentionDays: known(0), Watched: known(false),
		Cameras: known(0), NeighboursInterested: known(true), DiagnosisOn: "2026-01-02", Diagnosed: known(false), AlgorithmicAlerts: known(false),
		SubsidyRatePct: known(0.0), OtherAidPct: known(20.5), CamerasPerNode: known(4), CriticalHeadEnd: known(true),
	}
}

// filled is a value in which every field is known: an answer has more of them than one would write out.
func filled[V any]() (value V) {
	new(filler).fill(reflect.ValueOf(&value).Elem())
	return value
}

// filler counts what it has written, so that no two numbers are the same.
type filler int

func (n *filler) fill(v reflect.Value) {
	switch into := v.Addr().Interface().(type) {
	case *inventory.Surface:
		*into = fullSurface()
		return
	case *inventory.Point:
		*into = inventory.Point{3.12, 43.12}
		return
	case *inventory.Camera:
		*into = FullCamera()
		return
	}
	n.fillPlain(v)
}

func (n *filler) fillPlain(v reflect.Value) {
	*n++
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			n.fill(v.Field(i))
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		n.fill(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		n.fill(v.Index(0))
	case reflect.Float64:
		v.SetFloat(float64(*n) + 0.1)
	case reflect.Int:
		v.SetInt(int64(*n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.String:
		v.SetString(text)
	}
}
