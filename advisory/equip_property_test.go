package advisory_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"vigie/advisory"
	"vigie/geo"
	"vigie/inventory"
)

// alone sets one class of equipment for a need; known is false where it does not do.
func alone(t *testing.T, book *advisory.Book, id string, need inventory.Need) (optics inventory.HeadOptics, known bool) {
	t.Helper()
	options, _, err := book.Options(need, municipality(), today, []string{id})
	var binding *geo.BindingError
	if errors.As(err, &binding) {
		return inventory.HeadOptics{}, false
	}
	if err != nil {
		t.Fatal(err)
	}
	return options[0].Optics[0], true
}

// TestDenserIsNeverWider and farther is never shorter, for each class of equipment.
func TestDenserIsNeverWider(t *testing.T) {
	book := loadBook(t)
	random := rand.New(rand.NewPCG(6, 2))
	compared := 0
	for range 400 {
		id := []string{"fixed-4mp", "varifocal-2mp", "varifocal-4mp", "varifocal-8mp", "telephoto-8mp", "multi-sensor-360", "ptz-2mp", "thermal-640"}[random.IntN(8)]
		need := inventory.Need{
			Aim: "observe", DensityPxM: new(10 + random.Float64()*400), TargetDistanceM: new(5 + random.Float64()*50),
			MountHeightM: new(2.5 + random.Float64()*2),
		}
		if random.IntN(2) == 0 {
			need.TargetWidthM = new(2 + random.Float64()*20)
		}
		plain, known := alone(t, book, id, need)
		if !known {
			continue
		}
		if plain.DensityPxM < math.Floor(*need.DensityPxM*100)/100 {
			t.Fatalf("%s: %v px/m, not %v", id, plain.DensityPxM, *need.DensityPxM)
		}
		if need.TargetWidthM != nil && id != "multi-sensor-360" && plain.SceneWidthM < math.Floor(*need.TargetWidthM*100)/100 {
			t.Fatalf("%s: %v m wide, not %v", id, plain.SceneWidthM, *need.TargetWidthM)
		}
		denser := need
		denser.DensityPxM = new(*need.DensityPxM * (1 + random.Float64()))
		if o, known := alone(t, book, id, denser); known {
			compared++
			if o.HFOVDeg > plain.HFOVDeg {
				t.Fatalf("%s: %v° at %v px/m, %v° at %v px/m", id, plain.HFOVDeg, *need.DensityPxM, o.HFOVDeg, *denser.DensityPxM)
			}
		}
		farther := need
		farther.TargetDistanceM = new(*need.TargetDistanceM * (1 + random.Float64()))
		if o, known := alone(t, book, id, farther); known {
			compared++
			if o.FocalMM < plain.FocalMM {
				t.Fatalf("%s: %v mm at %v m, %v mm at %v m", id, plain.FocalMM, *need.TargetDistanceM, o.FocalMM, *farther.TargetDistanceM)
			}
		}
	}
	if compared < 100 {
		t.Errorf("only %d comparisons", compared)
	}
}

// FuzzOptions: whatever the need, an answer that keeps its word or an error that names the constraint, never a panic.
func FuzzOptions(f *testing.F) {
	book := loadBook(f)
	f.Add(uint64(1), 125.0, 20.0, 15.0, 5.0, 30.0)
	f.Add(uint64(2), 1.0, 0.1, 0.1, 0.0, 0.0)
	f.Add(uint64(3), 100_000.0, 3000.0, 3000.0, 500.0, 500.0)
	f.Add(uint64(4), 250.0, 8.3, 7.5, 3.0, 130.0)
	for seed := range uint64(60) {
		random := rand.New(rand.NewPCG(seed, 7))
		f.Add(seed, 1+random.ExpFloat64()*120, 0.1+random.ExpFloat64()*25, 0.1+random.ExpFloat64()*12, random.Float64()*12, random.Float64()*150)
	}
	f.Fuzz(func(t *testing.T, seed uint64, densityPxM, distanceM, widthM, heightM, speedKMH float64) {
		need, project := anyNeed(seed, densityPxM, distanceM, widthM, heightM, speedKMH)
		request := inventory.RecommendationRequest{Assessment: "a", At: today, Need: need, Project: project}
		if request.Validate() != nil {
			return // refused before it comes here
		}
		options, rejected, err := book.Options(need, project, today, nil)
		var binding *geo.BindingError
		switch {
		case err != nil && !errors.As(err, &binding):
			t.Fatal(err)
		case err != nil && (binding.Constraint == "" || binding.Reason == ""):
			t.Fatalf("nothing is said of the constraint: %+v", binding)
		case err == nil && len(options)+len(rejected) != len(book.Profiles):
			t.Fatalf("%d options and %d rejected of %d classes", len(options), len(rejected), len(book.Profiles))
		}
		for _, o := range options {
			holdsWord(t, o, need)
		}
	})
}

// holdsWord holds an option against what it says.
func holdsWord(t *testing.T, o advisory.EquipmentOption, need inventory.Need) {
	t.Helper()
	for i, optics := range o.Optics {
		numbers := []float64{optics.FocalMM, optics.HFOVDeg, optics.DensityPxM, optics.SceneWidthM, optics.NearM, optics.FarM, optics.BitrateMbps, o.OffsetsDeg[i]}
		if slices.ContainsFunc(numbers, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }) {
			t.Fatalf("%s: %+v", o.Profile.ID, optics)
		}
		if need.DensityPxM != nil && optics.DensityPxM < math.Floor(*need.DensityPxM*100)/100 {
			t.Fatalf("%s: %v px/m, not %v", o.Profile.ID, optics.DensityPxM, *need.DensityPxM)
		}
		if optics.NearM < 0 || optics.FarM < 0 || optics.BitrateMbps <= 0 {
			t.Fatalf("%s: from %v to %v m, %v Mbit/s", o.Profile.ID, optics.NearM, optics.FarM, optics.BitrateMbps)
		}
	}
	camera := inventory.Camera{ID: "p", Holder: "h", Category: inventory.Fixed, Location: &inventory.Point{4, 45}, Heads: o.Heads}
	if err := camera.Validate(); err != nil {
		t.Fatalf("%s: %v", o.Profile.ID, err)
	}
	if o.CostEUR.Low <= 0 || o.CostEUR.High < o.CostEUR.Low || len(o.Bill) == 0 {
		t.Fatalf("%s costs %v", o.Profile.ID, o.CostEUR)
	}
}

// anyNeed is a need and a project in which some things are known, by the bits of a seed.
func anyNeed(seed uint64, densityPxM, distanceM, widthM, heightM, speedKMH float64) (inventory.Need, inventory.Project) {
	random := rand.New(rand.NewPCG(seed, 99))
	some := func(v float64) *float64 {
		if random.IntN(3) == 0 {
			return nil
		}
		return &v
	}
	flag := func() *bool {
		if random.IntN(3) > 0 {
			return nil
		}
		return new(random.IntN(2) == 0)
	}
	need := inventory.Need{
		DensityPxM: some(densityPxM), TargetDistanceM: some(distanceM), TargetWidthM: some(widthM), MountHeightM: some(heightM),
		TargetSpeedKMH: some(speedKMH), StreetLengthM: some(widthM * 3), SceneLuxNight: some(heightM), TrenchM: some(distanceM * 4),
		ColourAtNight: flag(), Backlight: flag(), Outdoor: flag(), Reachable: flag(), FilmsPublicWay: flag(), DwellingInView: flag(),
		Critical: flag(), PermanentPower: flag(), PavedTrench: flag(), ProtectedSite: flag(), PlateReading: flag(), Door: flag(),
	}
	if random.IntN(4) > 0 {
		need.Site = inventory.SiteKinds()[random.IntN(len(inventory.SiteKinds()))]
	}
	if random.IntN(3) > 0 {
		need.Aim = inventory.Aims()[random.IntN(len(inventory.Aims()))]
	}
	if random.IntN(5) == 0 {
		need.Level = "discern"
	}
	if random.IntN(3) == 0 {
		need.Environment = inventory.Environments()[random.IntN(len(inventory.Environments()))]
	}
	if random.IntN(3) == 0 {
		need.PowerSource = inventory.PowerSources()[random.IntN(len(inventory.PowerSources()))]
	}
	project := inventory.Project{Watched: flag(), CriticalHeadEnd: flag()}
	if random.IntN(4) > 0 {
		project.HolderType = inventory.HolderTypes()[random.IntN(len(inventory.HolderTypes()))]
	}
	return need, project
}
