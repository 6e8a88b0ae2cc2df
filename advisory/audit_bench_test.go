package advisory_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"vigie/inventory"
	"vigie/inventory/inventorytest"
)

// hundred is a deployment of 100 cameras of which everything is known, in a store.
func hundred(b *testing.B) (town, inventory.AuditRequest) {
	b.Helper()
	w := newTown(b)
	if err := w.store.Holders().Put(b.Context(), inventorytest.FullHolder()); err != nil {
		b.Fatal(err)
	}
	w.putDeployment(inventorytest.FullDeployment())
	var cameras []inventory.Camera
	for i := range 100 {
		camera := inventorytest.FullCamera()
		camera.ID = inventory.ID(fmt.Sprintf("camera:%03d", i))
		camera.Heads = camera.Heads[:1]
		camera.Heads[0].TargetDistanceM = new(float64(10 + i)) // no two cameras the same
		cameras = append(cameras, camera)
	}
	w.putCameras(cameras...)
	return w, inventory.AuditRequest{Deployment: "deployment:1", At: auditDay, WithoutGeometry: true}
}

// BenchmarkAuditGather reads a deployment of 100 cameras from SQLite, without the coverage engine.
func BenchmarkAuditGather(b *testing.B) {
	w, request := hundred(b)
	advisor := w.advisor()
	for b.Loop() {
		if _, err := advisor.Gather(b.Context(), request); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkAuditJudge judges a deployment of 100 cameras by all rules: facts, verdicts, findings and score.
func BenchmarkAuditJudge(b *testing.B) {
	w, request := hundred(b)
	advisor := w.advisor()
	dossier, err := advisor.Gather(b.Context(), request)
	if err != nil {
		b.Fatal(err)
	}
	sessions, err := advisor.Book.Sessions(request)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := dossier.Judge(sessions...); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkAuditStored writes the audit of 100 cameras as JSON, and tells how large it is.
func BenchmarkAuditStored(b *testing.B) {
	w, request := hundred(b)
	audit, err := w.advisor().Audit(b.Context(), request)
	if err != nil {
		b.Fatal(err)
	}
	var text []byte
	for b.Loop() {
		if text, err = json.Marshal(audit); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(text)), "bytes/audit")
	b.ReportMetric(float64(len(audit.Result.Findings)), "findings")
}
