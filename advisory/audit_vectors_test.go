package advisory_test

import (
	"fmt"
	"testing"

	"vigie/inventory"
)

// system stores a holder, a deployment and its cameras, and audits the deployment without the coverage engine.
func (w town) system(at inventory.Date, d inventory.Deployment, cameras ...inventory.Camera) inventory.Audit {
	w.t.Helper()
	holder := inventory.Holder{ID: "town", Name: "Ville", Kind: inventory.LocalAuthority, Type: inventory.PublicAuthority}
	if err := w.store.Holders().Put(w.t.Context(), holder); err != nil {
		w.t.Fatal(err)
	}
	d.ID, d.Holder, d.Name = "d", "town", "Système"
	w.putDeployment(d)
	for i := range cameras {
		cameras[i].Deployment = "d"
	}
	w.putCameras(cameras...)
	return w.audit(inventory.AuditRequest{Deployment: "d", At: at, WithoutGeometry: true, AlsoScales: []string{"dori-2014"}})
}

// wanted is what a rule must say of a subject.
type wanted struct {
	rule, subject, verdict, severity string
}

func (want wanted) check(t *testing.T, audit inventory.Audit) {
	t.Helper()
	f := verdictOn(t, audit, want.rule, want.subject)
	if f.Verdict != want.verdict || want.severity != "" && f.Severity != want.severity {
		t.Errorf("%s on %s is %s %s, not %s %s: missing %q", want.rule, want.subject, f.Severity, f.Verdict, want.severity, want.verdict, f.Missing)
	}
}

// TestAuditLegalDays: an authorisation of five years is valid to the day before its fifth anniversary as the decision
// says, and no day after it (CSI L252-4).
func TestAuditLegalDays(t *testing.T) {
	d := inventory.Deployment{Authorisation: inventory.Authorisation{
		Status: inventory.AuthorisationGranted, GrantedOn: "2021-11-20", ExpiresOn: "2026-11-20", Provisional: new(false),
	}}
	w := newTown(t)
	wanted{"AUD-L02", "deployment:d", "PASS", ""}.check(t, w.system("2026-11-20", d))
	wanted{"AUD-L02", "deployment:d", "FAIL", "BLOCKER"}.check(t, w.system("2026-11-21", d))
}

// TestAuditSystems: cameras count together where images come together (arrêté of 3 August 2007, annex 1 §3); a commune may
// not read plates (CSI L233-1); 24 streams of 4 Mbit/s over 30 days take 31.1 TB, 37.3 with the margin.
func TestAuditSystems(t *testing.T) {
	shop := func(pooled int) inventory.Deployment {
		return inventory.Deployment{
			Regime: inventory.RegimeOpenPlace, CameraCount: new(7), CentralStorage: new(true), PooledCameraCount: &pooled,
			Recording: inventory.Recording{Storage: "analogue"},
		}
	}
	store := func(diskTB float64) inventory.Deployment {
		return inventory.Deployment{
			Regime: inventory.RegimePublicWay, RetentionDays: new(30),
			Recording: inventory.Recording{Storage: "digital", StorageNote: new(true), DiskTB: &diskTB},
		}
	}
	plates := inventory.Deployment{PlateReading: inventory.PlateReading{Used: new(true), PaidParkingOnly: new(false)}}
	for name, test := range map[string]struct {
		deployment inventory.Deployment
		cameras    int
		want       wanted
	}{
		"seven of twenty-one": {shop(21), 0, wanted{"AUD-T01", "deployment:d", "FAIL", "MAJOR"}},
		"seven alone":         {shop(7), 0, wanted{"AUD-T01", "deployment:d", "NOT_APPLICABLE", ""}},
		"a commune's plates":  {plates, 0, wanted{"AUD-L40", "deployment:d", "FAIL", "BLOCKER"}},
		"31.1 TB":             {store(31.1), 24, wanted{"AUD-T18", "deployment:d", "FAIL", "MINOR"}},
		"37.3 TB":             {store(37.3), 24, wanted{"AUD-T18", "deployment:d", "FAIL", "MINOR"}},
		"37.33 TB":            {store(37.33), 24, wanted{"AUD-T18", "deployment:d", "PASS", ""}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newTown(t)
			var cameras []inventory.Camera
			for i := range test.cameras {
				cameras = append(cameras, w.camera(inventory.ID(fmt.Sprintf("c%02d", i)), float64(i), 0, inventory.Head{ID: "1", BitrateMbps: new(4.0)}))
			}
			test.want.check(t, w.system(auditDay, test.deployment, cameras...))
		})
	}
}

// TestAuditImages: densities are rounded down, and judged by both scales; the dead zone and the angle to a face are of the
// mounting; people who walk through a narrow shot need 12 images a second.
func TestAuditImages(t *testing.T) {
	lens := inventory.Head{
		ID: "1", SensorWidthMM: new(5.57), FocalMM: new(6.0), RecordedWidthPx: new(1920), TargetDistanceM: new(8.3),
		RequiredDensityPxM: new(250.0), Aims: []inventory.Aim{"identify", "recognise"},
	}
	tilted := func(targetM float64) inventory.Head {
		return inventory.Head{ID: "1", TiltDeg: new(25.0), VFOVDeg: new(43.0), TargetDistanceM: &targetM, Aims: []inventory.Aim{"face"}}
	}
	street := inventory.Head{
		ID: "1", Shot: inventory.Narrow, MovingPeople: new(true), Purposes: []inventory.Purpose{"P05"}, Interpolated: new(false),
		RecordedWidthPx: new(704), RecordedHeightPx: new(576), RecordedFPS: new(6.0),
	}
	for name, test := range map[string]struct {
		head    inventory.Head
		heightM *float64
		want    []wanted
		dori    map[string]string // verdicts by the scale of 2014
	}{
		"249 px/m": {lens, nil, []wanted{
			{"AUD-Q01", "camera:c#1", "FAIL", "MAJOR"},
			{"AUD-Q02", "camera:c#1", "FAIL", "MAJOR"},
			{"AUD-Q03", "camera:c#1", "FAIL", "INFO"},
		}, map[string]string{"AUD-Q02": "FAIL", "AUD-Q03": "PASS"}},
		"target in the dead zone":     {tilted(5.6), new(6.0), []wanted{{"AUD-Q11", "camera:c#1", "FAIL", "MAJOR"}}, nil},
		"target beyond the dead zone": {tilted(5.7), new(6.0), []wanted{{"AUD-Q11", "camera:c#1", "PASS", ""}}, nil},
		"a face at 25.6°":             {tilted(5), new(4.0), []wanted{{"AUD-Q05", "camera:c#1", "FAIL", "INFO"}}, nil},
		"a face at 14.9°":             {tilted(9), new(4.0), []wanted{{"AUD-Q05", "camera:c#1", "PASS", ""}}, nil},
		"a face at 50°":               {tilted(2), new(4.0), []wanted{{"AUD-Q05", "camera:c#1", "FAIL", "MAJOR"}}, nil},
		"a pavement at 6 images/s": {street, nil, []wanted{
			{"AUD-T02", "camera:c#1", "PASS", ""}, {"AUD-T04", "camera:c#1", "FAIL", "MAJOR"},
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			w := newTown(t)
			camera := w.camera("c", 0, 0, test.head)
			camera.Mounting.HeightM = test.heightM
			audit := w.system(auditDay, inventory.Deployment{Regime: inventory.RegimePublicWay}, camera)
			for _, want := range test.want {
				want.check(t, audit)
			}
			for rule, verdict := range test.dori {
				f := verdictOn(t, audit, rule, "camera:c#1")
				if len(f.Others) != 1 || f.Others[0].Scale != "dori-2014" || f.Others[0].Verdict != verdict || f.Scale != "iec-62676-4-2025" {
					t.Errorf("%s by the scale of 2014: %+v, not %s", rule, f.Others, verdict)
				}
			}
		})
	}
}
