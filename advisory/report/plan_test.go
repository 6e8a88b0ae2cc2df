package report_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"vigie/advisory/report"
	"vigie/geo"
	"vigie/inventory"
)

// smallPlan is a plan of two cameras in a square of a kilometre, one of which looks all round.
func smallPlan() inventory.Recommendation {
	square := func(west, south, side float64) inventory.Surface {
		return inventory.Surface{{{{west, south}, {west + side, south}, {west + side, south + side}, {west, south + side}, {west, south}}}}
	}
	bearing, height, pct := 90.0, 5.0, 42.5
	camera := func(id inventory.ID, lon, lat float64, bearing *float64) inventory.ProposedCamera {
		at := inventory.Point{lon, lat}
		return inventory.ProposedCamera{
			Camera: inventory.Camera{
				ID: id, Name: "Proposition", Location: &at, Mounting: inventory.Mounting{HeightM: &height},
				Heads: []inventory.Head{{ID: "1", BearingDeg: bearing, Masks: []inventory.Mask{{FromDeg: 10, ToDeg: 20}}}},
			},
			Spot: "lamp-1", Near: "Rue <Longue> & Cie", Profile: "varifocal-4mp", Phase: 1,
			Optics: []inventory.HeadOptics{{Head: "1", FocalMM: 4, HFOVDeg: 60, NearM: 2, FarM: 30}},
			Walls:  []inventory.WallsInView{{Level: "overview", WallsM: 12}}, ExclusiveM2: []float64{1000, 10}, CostEUR: inventory.Range{Low: 1000, High: 2000.4},
		}
	}
	result := inventory.RecommendationResult{
		Software: "test", Book: "2026", BookHash: "abcdefghij", InputHash: "0123456789", Scale: "iec-62676-4-2025",
		Perimeter: square(3.87, 43.60, 0.01), GroundM2: 1e6,
		Levels: []inventory.LevelGain{{
			Code: "overview", Name: inventory.Text{FR: "Vue d’ensemble", EN: "Overview"}, DensityPxM: 20, BeforeM2: 1e4, AfterM2: 3e4, BeforePct: 1, AfterPct: 3,
		}},
		Areas: []inventory.AreaGain{{
			ID: "school", Name: "École", Requirement: &inventory.Requirement{Level: "overview", SharePct: 50}, BeforePct: &pct,
			Before: inventory.NotReached, After: inventory.Reached, Times: 2,
		}},
		Drawing: inventory.PlanDrawing{
			Level: "overview", SeenBefore: square(3.871, 43.601, 0.001), SeenAfter: square(3.871, 43.601, 0.003),
			Existing: []inventory.DrawnCamera{{Camera: "old", Name: "Ancienne", Location: inventory.Point{3.8715, 43.6015}}},
			Areas:    []inventory.DrawnArea{{ID: "school", Geometry: square(3.875, 43.605, 0.001)}},
		},
		Measures: []inventory.Measure{{Kind: inventory.MeasureReaim, Camera: "old", GainM2: []float64{500}, Taken: true, Why: inventory.Text{FR: "Elle regarde un mur.", EN: "It looks at a wall."}}},
		Cameras:  []inventory.ProposedCamera{camera("p1", 3.872, 43.602, &bearing), camera("p2", 3.876, 43.606, nil)},
		Proofs:   []inventory.PlanProof{{Measure: "most-ground", Text: inventory.Text{FR: "À 1,3 % du meilleur plan possible.", EN: "Within 1.3 % of the best possible."}}},
		Curve:    []inventory.TradeOff{{Cameras: 1, SharePct: 20}, {Cameras: 2, SharePct: 31.5}},
		Marginal: []inventory.MarginalCamera{{Camera: "old", Name: "Ancienne", ExclusiveM2: []float64{0}, Removable: true}},
		Spots:    inventory.SpotCount{Spots: 100, Candidates: 1200, Spacing: 3},
		Bill: inventory.Bill{
			Lines:    []inventory.BillLine{{Lot: "cameras", Phase: 1, Article: "cam-varifocal", Name: inventory.Text{FR: "Caméra ; fixe", EN: "Camera"}, Quantity: 2, Unit: "u", UnitEUR: inventory.Range{Low: 500.5, High: 900}, CostEUR: inventory.Range{Low: 1001, High: 1800}, Source: "pratique", Verified: "practice", Rules: []string{"REC-04"}}},
			Lots:     []inventory.LotTotal{{Lot: "cameras", Name: inventory.Text{FR: "Caméras", EN: "Cameras"}, Phase: 1, CostEUR: inventory.Range{Low: 1001, High: 1800}}},
			TotalEUR: inventory.Range{Low: 1001, High: 1800},
		},
		Subsidy:       &inventory.Subsidy{RatePct: inventory.Range{Low: 20, High: 50}, TotalEUR: inventory.Range{Low: 200, High: 900}},
		Specification: []inventory.SpecificationSection{{Title: inventory.Text{FR: "Objet", EN: "Purpose"}, Items: []inventory.Text{{FR: "Fourniture", EN: "Supply"}}}},
		Warnings:      []inventory.Warning{{Code: "x", Text: inventory.Text{FR: "Le relief n’est pas pris en compte.", EN: "Relief is not taken into account."}}},
	}
	return inventory.Recommendation{ID: "plan", Request: inventory.RecommendationRequest{Name: "Centre <ville>", At: "2026-11-22"}, Result: result}
}

// written is what a writer of reports writes, twice the same.
func written(t *testing.T, write func(io.Writer, inventory.Recommendation) error) string {
	t.Helper()
	var first, second bytes.Buffer
	if err := errors.Join(write(&first, smallPlan()), write(&second, smallPlan())); err != nil {
		t.Fatal(err)
	}
	if first.String() != second.String() {
		t.Error("the same plan gives other bytes")
	}
	return strings.NewReplacer("\u00a0", " ").Replace(first.String())
}

func tells(t *testing.T, text string, pieces ...string) {
	t.Helper()
	for _, piece := range pieces {
		before, after, found := strings.Cut(text, piece)
		if !found {
			t.Fatalf("it does not tell %q, in this order:\n%s", piece, text)
		}
		_, text = before, after
	}
}

func TestPlanTable(t *testing.T) {
	tells(t, written(t, report.PlanTable), "Préconisation : Centre <ville>", "Vue d’ensemble", "1,00 %", "3,00 %", "+2,00 ha",
		"École", "2 fois", "42,50 %", "non atteint", "atteint", "réorienter", "Ancienne", "+500 m²", "oui", "Elle regarde un mur.",
		"Rue <Longue> & Cie", "varifocal-4mp", "90°", "4,0 mm", "60°", "30 m", "1 000 m²", "1 000 à 2 000 €",
		"12 m de façades", "À 1,3 % du meilleur", "100 emplacements et 1 200 caméras possibles", "espacement 3,",
		"2 caméras : 31,50 %", "Retirable sans rien perdre : Ancienne", "Caméras", "1 001 à 1 800 €", "20 à 50 %", "Le relief")
}

func TestPlanDrawings(t *testing.T) {
	for name, draw := range map[string]func(io.Writer, inventory.Recommendation) error{
		"map": func(out io.Writer, r inventory.Recommendation) error {
			return report.PlanMap(out, r, report.Backdrop{})
		},
		"curve": report.PlanCurve,
	} {
		text := written(t, draw)
		decoder := xml.NewDecoder(strings.NewReader(text))
		for {
			if _, err := decoder.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s is no XML: %v", name, err)
			}
		}
		tells(t, text, "Centre &lt;ville&gt;")
	}
	tells(t, written(t, func(out io.Writer, r inventory.Recommendation) error {
		return report.PlanMap(out, r, report.Backdrop{})
	}),
		"École", "PRÉCONISATION", "+2", "À 1,3 %", "non atteint : 1 avant, 0 après", "Nouvellement vu", "1 001 à 1 800 €")
	if err := report.PlanMap(io.Discard, inventory.Recommendation{}, report.Backdrop{}); err == nil {
		t.Error("a plan without ground was drawn")
	}
}

func TestPlanGeoJSON(t *testing.T) {
	text := written(t, report.PlanGeoJSON)
	collection, err := geojson.UnmarshalFeatureCollection([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	layers := map[string]int{}
	for _, f := range collection.Features {
		layer, _ := f.Properties["layer"].(string)
		layers[layer]++
		if err := geo.Validate(f.Geometry); err != nil {
			t.Errorf("%s: %v", f.ID, err)
		}
		if polygon, ok := f.Geometry.(orb.Polygon); ok && layer == "field" && f.Properties["rank"] == 1.0 {
			if b := polygon.Bound(); b.Min[0] < 3.872 || b.Max[0] < 3.8723 {
				t.Errorf("the field of a camera that looks east: %v", b)
			}
		}
	}
	want := map[string]int{"proposed": 2, "field": 2, "existing": 1, "area": 1, "seen_before": 1, "seen_after": 1}
	for layer, n := range want {
		if layers[layer] != n {
			t.Errorf("%d features of layer %s, want %d", layers[layer], layer, n)
		}
	}
	var head struct{ Study struct{ InputHash string } }
	if err := json.Unmarshal([]byte(text), &head); err != nil || head.Study.InputHash != "0123456789" {
		t.Errorf("%+v, %v", head, err)
	}
}

func TestPlanBill(t *testing.T) {
	text := strings.TrimPrefix(written(t, report.BillCSV), "\ufeff")
	rows := csv.NewReader(strings.NewReader(text))
	rows.Comma = ';'
	lines, err := rows.ReadAll()
	if err != nil || len(lines) != 6 {
		t.Fatalf("%d lines, %v", len(lines), err)
	}
	if l := lines[1]; l[1] != "Caméras" || l[3] != "Caméra ; fixe" || l[7] != "500,5" || l[13] != "REC-04" {
		t.Errorf("%q", l)
	}
	if l := lines[3]; l[3] != "Total" || l[10] != "1800" {
		t.Errorf("%q", l)
	}
}

func TestPlanSpecification(t *testing.T) {
	tells(t, written(t, report.PlanSpecification), "# Cahier des clauses techniques : Centre <ville>", "## 1. Objet", "- Fourniture",
		"# Technical specification", "## 1. Purpose", "- Supply")
}
