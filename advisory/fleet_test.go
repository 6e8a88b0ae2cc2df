package advisory_test

import (
	"fmt"
	"math/rand/v2"

	"vigie/inventory"
)

// fleet makes up holders, deployments and cameras of which much is known, and something is not, the same ones from the
// same seed. Few cameras are alike.
type fleet struct{ dice *rand.Rand }

func newFleet(seed uint64) fleet { return fleet{rand.New(rand.NewPCG(seed, 117))} }

// known tells whether something is known: four times out of five.
func (f fleet) known() bool { return f.dice.IntN(5) > 0 }

func (f fleet) flag() *bool {
	if !f.known() {
		return nil
	}
	return to(f.dice.IntN(2) == 0)
}

func (f fleet) number(low, high float64) *float64 {
	if !f.known() {
		return nil
	}
	return to(low + f.dice.Float64()*(high-low))
}

func (f fleet) whole(low, high int) *int {
	if !f.known() {
		return nil
	}
	return to(low + f.dice.IntN(high-low))
}

func (f fleet) day() inventory.Date {
	if !f.known() {
		return ""
	}
	return inventory.Date(fmt.Sprintf("20%02d-%02d-%02d", 18+f.dice.IntN(9), 1+f.dice.IntN(12), 1+f.dice.IntN(28)))
}

func pick[W any](f fleet, words ...W) (word W) {
	if f.known() {
		word = words[f.dice.IntN(len(words))]
	}
	return word
}

// one is a list of one of the words, or nothing.
func one[W comparable](f fleet, words ...W) []W {
	var none W
	if word := pick(f, words...); word != none {
		return []W{word}
	}
	return nil
}

func (f fleet) holder(id inventory.ID) inventory.Holder {
	return inventory.Holder{
		ID: id, Name: "Détenteur " + string(id), Kind: inventory.LocalAuthority, Type: pick(f, inventory.HolderTypes()...),
		Department: "34", MunicipalPolicePosts: f.whole(0, 9), CoordinationAgreement: f.flag(), CNILUndertakingOn: f.day(),
		DPIAOn: f.day(), Intercommunal: f.flag(),
	}
}

func (f fleet) deployment(id, holder inventory.ID) inventory.Deployment {
	pieces := map[inventory.Piece]bool{}
	for _, piece := range inventory.Pieces() {
		if f.known() {
			pieces[piece] = f.dice.IntN(4) > 0
		}
	}
	return inventory.Deployment{
		ID: id, Holder: holder, Name: "Système " + string(id), Regime: pick(f, inventory.RegimePublicWay, inventory.RegimeOpenPlace),
		Department: "34", Pieces: pieces, RetentionDays: f.whole(10, 40), AutomaticErasure: f.flag(), Audio: f.flag(),
		CentralStorage: f.flag(),
		Authorisation: inventory.Authorisation{
			Status: pick(f, inventory.AuthorisationStatuses()...), GrantedOn: "2021-03-02", Provisional: f.flag(),
			Purposes: []inventory.Purpose{"P01", "P05"}, MaxCameras: f.whole(1, 60), RetentionDaysMax: f.whole(15, 31),
			PositionsNotified: f.flag(), CertifiedInstaller: f.flag(), ConformityProofPresent: f.flag(),
		},
		Recording: inventory.Recording{
			Storage: pick(f, inventory.Storages()...), Stamped: f.flag(), ClockDriftS: f.number(0, 5), DiskTB: f.number(1, 60),
			LogAutomatic: f.flag(), OnEdge: f.flag(),
		},
		Operation: inventory.Operation{OperatorsDesignated: f.flag(), CivilAgents: f.flag(), MaintenanceContract: f.flag(), CheckedOn: f.day()},
		Link:      inventory.Link{AllStreamsCarried: f.flag(), LoadPct: f.number(20, 100), PoELoadPct: f.number(20, 100), Wireless: f.flag()},
		Security:  inventory.Security{DedicatedVLAN: f.flag(), NamedAccounts: f.flag(), DefaultCredentials: f.flag()},
	}
}

func (f fleet) camera(id, holder, deployment inventory.ID) inventory.Camera {
	return inventory.Camera{
		ID: id, Holder: holder, Deployment: deployment, Category: inventory.Fixed, Department: "34",
		Status:         pick(f, inventory.InService, inventory.Installed, inventory.Retired),
		Location:       &inventory.Point{3.8 + f.dice.Float64()/10, 43.6 + f.dice.Float64()/10},
		FilmsPublicWay: f.flag(), Critical: f.flag(), LocalRecording: f.flag(), UptimePct: f.number(90, 100),
		InServiceSince: f.day(), MaintainedOn: f.day(), CleanedOn: f.day(),
		Mounting: inventory.Mounting{
			HeightM: f.number(2, 9), Outdoor: f.flag(), Reachable: f.flag(), Exposed: f.flag(), InSun: f.flag(),
			SiteMinTemperatureC: f.number(-25, 0), SiteMaxTemperatureC: f.number(30, 45), Cable: pick(f, inventory.Cables()...),
			PowerSource: pick(f, inventory.PowerSources()...), SurgeProtected: f.flag(), PoweredByDay: f.flag(),
		},
		Device: inventory.Device{
			IngressRating: pick(f, "IP54", "IP66", "IP67"), ImpactRating: pick(f, "IK08", "IK10"),
			MinTemperatureC: f.number(-40, 0), MaxTemperatureC: f.number(40, 60), PowerW: f.number(4, 60),
			PoEType: pick(f, "802.3af", "802.3at"), FirmwareOn: f.day(), FirmwareLatest: f.flag(), CriticalFlawOpen: f.flag(),
			EndOfLifeOn: f.day(), ONVIFProfiles: one(f, inventory.ONVIFProfiles()...),
		},
		Heads: []inventory.Head{f.head()},
	}
}

func (f fleet) head() inventory.Head {
	return inventory.Head{
		ID: "1", Kind: pick(f, inventory.HeadKinds()...), BearingDeg: f.number(0, 359), TiltDeg: f.number(5, 40),
		HFOVDeg: f.number(30, 110), VFOVDeg: f.number(20, 60), RecordedWidthPx: f.whole(704, 3840), RecordedHeightPx: f.whole(576, 2160),
		RecordedFPS: f.number(6, 25), BitrateMbps: f.number(1, 8), Shot: pick(f, inventory.Shots()...),
		Purposes: one(f, inventory.Purposes()...), Aims: one(f, inventory.Aims()...),
		MovingPeople: f.flag(), TargetDistanceM: f.number(4, 60), RequiredDensityPxM: f.number(20, 500), NightUse: f.flag(),
		SceneLuxNight: f.number(0, 20), MinLux: f.number(0, 2), InfraredRangeM: f.number(10, 60), Backlight: f.flag(),
		WDRDB: f.number(60, 130), ShutterS: f.number(0.001, 0.04), DwellingInView: f.flag(), PrivacyMask: f.flag(),
	}
}
