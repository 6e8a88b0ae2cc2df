package advisory_test

import (
	"fmt"
	"reflect"
	"testing"

	"vigie/advisory"
	"vigie/inventory"
)

// watchedTown has three deployments in a street with houses: each has a camera of which all is known, its holder declared
// premises and a place to watch; the holder of the last is not on record, and its place is larger than the coverage engine takes.
func watchedTown(t *testing.T) town {
	t.Helper()
	w := newTown(t)
	yes := true
	for i := range 3 {
		x := float64(200 * i)
		holder, id := inventory.ID(fmt.Sprint("h", i)), inventory.ID(fmt.Sprint("d", i))
		if i < 2 {
			if err := w.store.Holders().Put(t.Context(), inventory.Holder{ID: holder, Name: "H", Kind: inventory.LocalAuthority, Type: inventory.HolderTypes()[i]}); err != nil {
				t.Fatal(err)
			}
		}
		w.putDeployment(inventory.Deployment{
			ID: id, Name: "D", Holder: holder, Regime: inventory.Regimes()[0],
			Authorisation: inventory.Authorisation{Purposes: []inventory.Purpose{"T01"}},
		})
		camera := w.camera(inventory.ID(fmt.Sprint("c", i)), x, 0, inventory.Head{
			ID: "1", BearingDeg: to(90.0), HFOVDeg: to(60.0), RecordedWidthPx: to(1920), TargetDistanceM: to(20.0), TiltDeg: to(10.0),
		})
		camera.Holder, camera.Deployment, camera.Mounting.HeightM = holder, id, to(4.0)
		w.putCameras(camera)
		place := inventory.Area{
			ID: inventory.ID(fmt.Sprint("p", i)), Holder: holder, Category: inventory.AreaPriority, Name: "P", Critical: &yes,
			Geometry: w.square(x+15, -3, x+25, 3), Requirement: &inventory.Requirement{Level: "observe", SharePct: 50, Period: inventory.Day},
		}
		if i == 2 {
			place.Geometry = w.square(x, 0, x+600_000, 10)
		}
		w.putAreas(place, inventory.Area{
			ID: inventory.ID(fmt.Sprint("a", i)), Holder: holder, Category: inventory.AreaPremises, Name: "A", Geometry: w.square(x-10, -10, x+5, 10),
		})
		if err := w.store.Obstacles().Put(t.Context(), inventory.Obstacle{
			ID: inventory.ID(fmt.Sprint("o", i)), Geometry: w.square(x+10, 5, x+40, 15), HeightM: to(6.0), Dwelling: &yes,
		}); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// With geometry a campaign says of each deployment, its areas included, what an audit with geometry says; what the coverage
// engine refuses is told, and the campaign goes on. It may be cut short anywhere.
func TestCampaignWithGeometry(t *testing.T) {
	advisor := watchedTown(t).advisor()
	asked := wholeCampaign()
	asked.Request.Geometry = true
	var outcomes []advisory.CampaignOutcome
	whole, err := advisor.Campaign(t.Context(), asked, advisory.CampaignOptions{Each: func(o advisory.CampaignOutcome) error {
		outcomes = append(outcomes, o)
		return nil
	}})
	if err != nil || len(outcomes) != 3 {
		t.Fatalf("%d deployments, %v", len(outcomes), err)
	}
	for i, outcome := range outcomes {
		request := inventory.AuditRequest{Deployment: outcome.Deployment, At: auditDay, WithoutGeometry: i == 2}
		audit, err := advisor.Audit(t.Context(), request)
		if err != nil {
			t.Fatal(err)
		}
		var sum advisory.Tally
		for _, f := range audit.Result.Findings {
			addVerdict(&sum, f)
		}
		if sum != outcome.Tally || outcome.Areas != 1 || (outcome.Unmeasured != "") != (i == 2) {
			t.Errorf("%s: %+v, in the audit %+v", outcome.Deployment, outcome, sum)
		}
	}
	without, err := advisor.Campaign(t.Context(), wholeCampaign(), advisory.CampaignOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if known, unknown := unknownIn(whole), unknownIn(without); known >= unknown {
		t.Errorf("%d verdicts are unknown with geometry, %d without", known, unknown)
	}
	for cut := range 3 {
		left := cut
		record, err := advisor.Campaign(t.Context(), asked, advisory.CampaignOptions{Each: func(advisory.CampaignOutcome) error {
			if left--; left < 0 {
				return errCut
			}
			return nil
		}})
		if err == nil {
			t.Fatal("it is not cut short")
		}
		end, err := advisor.Campaign(t.Context(), thereAndBack(t, record), advisory.CampaignOptions{})
		if err != nil || !reflect.DeepEqual(thereAndBack(t, end), thereAndBack(t, whole)) {
			t.Errorf("cut after %d: another end: %v", cut, err)
		}
	}
}

func unknownIn(record advisory.CampaignRecord) int {
	sum := 0
	for _, r := range record.Rules {
		sum += r.Unknown
	}
	return sum
}
