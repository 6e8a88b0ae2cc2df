package advisory_test

import (
	"slices"
	"strings"
	"testing"

	"vigie/inventory"
)

// TestRecommendListsModels: with each proposed camera are the models of the catalogue that do, with where they come from and
// whether anybody checked them; the tender names none, and the catalogue changes no figure of the plan.
func TestRecommendListsModels(t *testing.T) {
	w, request := schoolTown(t)
	request.Count, request.Profiles = 1, []string{"fixed-4mp", "varifocal-4mp"}
	before := w.recommend(request)
	if len(before.Cameras) != 1 || before.Cameras[0].Models == nil || len(before.Cameras[0].Models) != 0 {
		t.Fatalf("without a catalogue: %+v", before.Cameras)
	}
	o := before.Cameras[0].Optics[0]
	model := func(reference string, change func(*inventory.Equipment)) inventory.Equipment {
		e := inventory.Equipment{
			ID: inventory.ID(strings.ToLower(reference)), Manufacturer: "Argus & Fils", Reference: reference, Form: "varifocal",
			SensorWidthMM: &o.SensorWidthMM, MinFocalMM: new(o.FocalMM / 2), MaxFocalMM: new(o.FocalMM * 2), RecordedWidthPx: &o.RecordedWidthPx,
			MaxFPS: new(25.0), IngressRating: "IP67", ImpactRating: "IK10", MinTemperatureC: new(-40.0), MaxTemperatureC: new(60.0),
			Codecs: []string{"H.264", "H.265"}, ONVIFProfiles: []inventory.ONVIFProfile{"S", "T", "G", "M"}, WDRDB: new(120.0), PowerW: new(9.0),
			Provenance: inventory.Provenance{Source: "catalogue.csv", Licence: "catalogue public"},
		}
		if change != nil {
			change(&e)
		}
		return e
	}
	if err := w.store.Equipment().Put(t.Context(),
		model("GOOD", nil),
		model("CHECKED", func(e *inventory.Equipment) { e.Verified, e.PriceEUR = true, new(640.0) }),
		model("SHORT", func(e *inventory.Equipment) { e.MaxFocalMM, e.MinFocalMM = new(o.FocalMM/3), new(o.FocalMM/4) }),
		model("LONG", func(e *inventory.Equipment) { e.MinFocalMM, e.MaxFocalMM = new(o.FocalMM*1.5), new(o.FocalMM*3) }),
		model("COARSE", func(e *inventory.Equipment) { e.RecordedWidthPx = new(640) }),
		model("LEAKS", func(e *inventory.Equipment) { e.IngressRating = "IP44" }),
		model("FRAIL", func(e *inventory.Equipment) { e.ImpactRating = "IK07" }),
		model("HUNGRY", func(e *inventory.Equipment) { e.PowerW = new(80.0) }),
		model("TURNS", func(e *inventory.Equipment) { e.Form = "ptz" }),
		model("SILENT", func(e *inventory.Equipment) { e.IngressRating, e.Codecs, e.MaxFPS = "", nil, nil }),
		model("BLANK", func(e *inventory.Equipment) { e.SensorWidthMM = nil }),
	); err != nil {
		t.Fatal(err)
	}
	after := w.recommend(request)
	models := after.Cameras[0].Models
	var names []string
	for _, m := range models {
		names = append(names, m.Reference)
		if m.Source != "catalogue.csv" || m.Licence == "" || m.Unverified != (m.Reference != "CHECKED") ||
			m.DensityPxM < *after.Cameras[0].Need.DensityPxM || m.FocalMM <= 0 || slices.Contains(m.Untold, "ingressRating") != (m.Reference == "SILENT") {
			t.Errorf("model %+v", m)
		}
	}
	if want := []string{"CHECKED", "GOOD", "SILENT"}; !slices.Equal(names, want) {
		t.Errorf("models %v, want %v", names, want)
	}
	if after.InputHash == before.InputHash || after.Levels[0] != before.Levels[0] || after.Bill.TotalEUR != before.Bill.TotalEUR {
		t.Error("the catalogue is not told of by the hash, or changes the plan")
	}
	for _, section := range after.Specification {
		for _, item := range section.Items {
			if text := item.FR + item.EN; strings.Contains(text, "Argus") || strings.Contains(text, "CHECKED") || strings.Contains(text, "GOOD") {
				t.Errorf("the tender names a model: %s", text)
			}
		}
	}
}
