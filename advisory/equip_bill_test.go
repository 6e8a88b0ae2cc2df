package advisory_test

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"vigie/advisory"
	"vigie/inventory"
)

// proposed are cameras for needs, each the best of its kind, all in one phase or in several.
func proposed(t *testing.T, book *advisory.Book, project inventory.Project, phases int, needs ...inventory.Need) []inventory.ProposedCamera {
	t.Helper()
	var cameras []inventory.ProposedCamera
	for i, need := range needs {
		options, rejected, err := book.Options(need, project, today, nil)
		if err != nil {
			t.Fatal(err)
		}
		o := options[0]
		cameras = append(cameras, inventory.ProposedCamera{
			Camera: inventory.Camera{ID: inventory.ID(fmt.Sprintf("p-%d", i+1)), Heads: o.Heads, Mounting: inventory.Mounting{HeightM: o.Need.MountHeightM}},
			Spot:   fmt.Sprintf("lamp-%d", i+1), Near: "Place du Marché", Profile: o.Profile.ID, Need: o.Need, Optics: o.Optics, Advice: o.Advice,
			Specifications: o.Specs, Rejected: rejected, Bill: o.Bill, CostEUR: o.CostEUR, Phase: i%phases + 1,
		})
	}
	return cameras
}

func repeated(need inventory.Need, times int) []inventory.Need {
	needs := make([]inventory.Need, times)
	for i := range needs {
		needs[i] = need
	}
	return needs
}

// TestStorageVector: 24 cameras of 4 Mbit/s for 30 days take 31.1 TB, 37.3 TB with the margin.
func TestStorageVector(t *testing.T) {
	netTB, rawTB, disks, steps := loadBook(t).StorageFor(24*4, 30, today)
	if steps[0].Value != 31.1 || steps[1].Value != 37.3 || math.Abs(netTB-37.3248) > 1e-9 || math.Abs(rawTB-37.3248*1.25) > 1e-9 {
		t.Errorf("%v TB, %v TB with the margin (%v), %v TB raw", steps[0].Value, steps[1].Value, netTB, rawTB)
	}
	if disks != 6 || !strings.Contains(steps[3].Name.EN, "RAID 5") {
		t.Errorf("%d disks, %s", disks, steps[3].Name.EN)
	}
	if _, _, disks, steps = loadBook(t).StorageFor(24*8, 30, today); disks <= 8 || !strings.Contains(steps[3].Name.EN, "RAID 6") {
		t.Errorf("%d disks, %s", disks, steps[3].Name.EN)
	}
}

// TestStorageGrows holds that longer, or more, is never less.
func TestStorageGrows(t *testing.T) {
	book := loadBook(t)
	for _, mbps := range []float64{0, 0.5, 4, 33, 96, 700} {
		var last float64
		lastDisks := 0
		for days := 1; days <= 31; days++ {
			_, rawTB, disks, _ := book.StorageFor(mbps, days, today)
			if rawTB < last || disks < lastDisks || disks > 0 && float64(disks)*8 < rawTB {
				t.Fatalf("%v Mbit/s for %d days: %v TB on %d disks after %v TB on %d", mbps, days, rawTB, disks, last, lastDisks)
			}
			last, lastDisks = rawTB, disks
		}
	}
}

func TestNetworkSizing(t *testing.T) {
	book := loadBook(t)
	project := municipality()
	project.RetentionDays, project.CamerasPerNode = new(15), new(3)
	cameras := proposed(t, book, project, 1, repeated(inventory.Need{Site: "street"}, 7)...)
	each := *cameras[0].Camera.Heads[0].BitrateMbps
	profile, _ := book.Profile(cameras[0].Profile)
	n := book.SizeNetwork(cameras, project, today)
	if want := math.Ceil((3*each + 3*0.5) / 0.7); n.LinkMbps != want {
		t.Errorf("link of %v Mbit/s, not %v", n.LinkMbps, want)
	}
	if want := math.Ceil(7 * profile.PowerW.Value * 1.25); n.PoEW != want {
		t.Errorf("PoE budget %v W, not %v", n.PoEW, want)
	}
	if n.BitrateMbps != 7*each || n.RetentionDays != 15 {
		t.Errorf("%v Mbit/s for %d days", n.BitrateMbps, n.RetentionDays)
	}
	longer := project
	longer.RetentionDays = new(30)
	if more := book.SizeNetwork(cameras, longer, today); more.StorageTB < 1.9*n.StorageTB {
		t.Errorf("%v TB for 15 days, %v for 30", n.StorageTB, more.StorageTB)
	}
	for _, s := range n.Steps {
		if s.Name.FR == "" || s.Name.EN == "" || s.Source == "" {
			t.Errorf("a step says too little: %+v", s)
		}
	}
}

// TestNetworkSteps: the steps say figures as a reader writes them, and the raw capacity that is asked for.
func TestNetworkSteps(t *testing.T) {
	book := loadBook(t)
	for _, mbps := range []float64{0.004, 0.123, 31.37, 998.7, 12_345.6} {
		_, rawTB, _, steps := book.StorageFor(mbps, 30, today)
		for _, s := range steps {
			if strings.Contains(s.Formula, "e+") || strings.Contains(s.Formula, "e-") || strings.Contains(s.Formula, ".") {
				t.Errorf("%s: %s", s.Name.EN, s.Formula)
			}
			if strings.HasPrefix(s.Name.EN, "Raw capacity") && (s.Value < rawTB-1e-9 || s.Value > rawTB+0.1) {
				t.Errorf("%v TB for %v", s.Value, rawTB)
			}
		}
	}
}

// TestNetworkSizingKeepsALocalBook: where a prefecture's book is stricter, storage, link and power follow it; elsewhere the
// book of France stands, and the source says which.
func TestNetworkSizingKeepsALocalBook(t *testing.T) {
	book, err := advisory.LoadOverlay(fstest.MapFS{"overlay.yaml": {Data: []byte(`edition: "34-2026-11"
limits:
  - {name: storageMargin, territory: ["34"], value: {value: 2.4, source: "arrêté préfectoral", verified: "yes"}}
  - {name: linkLoadPct, territory: ["34"], value: {value: 35, source: "arrêté préfectoral", verified: "yes"}}
  - {name: poeMargin, territory: ["34"], value: {value: 2.5, source: "arrêté préfectoral", verified: "yes"}}
`)}})
	if err != nil {
		t.Fatal(err)
	}
	sized := func(department string) inventory.NetworkSizing {
		project := municipality()
		project.Department = department
		cameras := proposed(t, book, project, 1, repeated(inventory.Need{Site: "street"}, 7)...)
		return book.SizeNetwork(cameras, project, today)
	}
	here, elsewhere := sized("34"), sized("33")
	if math.Abs(here.StorageTB/elsewhere.StorageTB-2) > 0.02 || math.Abs(here.LinkMbps/elsewhere.LinkMbps-2) > 0.1 || math.Abs(here.PoEW/elsewhere.PoEW-2) > 0.01 {
		t.Errorf("in the département %v TB, %v Mbit/s, %v W; elsewhere %v TB, %v Mbit/s, %v W",
			here.StorageTB, here.LinkMbps, here.PoEW, elsewhere.StorageTB, elsewhere.LinkMbps, elsewhere.PoEW)
	}
	for _, c := range []struct {
		sizing inventory.NetworkSizing
		local  int
	}{{here, 3}, {elsewhere, 0}} {
		local := 0
		for _, s := range c.sizing.Steps {
			if s.Source == "arrêté préfectoral" {
				local++
			}
		}
		if local != c.local {
			t.Errorf("%d steps quote the prefecture, want %d", local, c.local)
		}
	}
}

func TestBillAddsUp(t *testing.T) {
	book := loadBook(t)
	needs := append(repeated(inventory.Need{Site: "street", TrenchM: new(40.0), PavedTrench: new(false)}, 3),
		inventory.Need{Site: "square", Support: "pole"}, inventory.Need{Site: "school", Support: "wall", TrenchM: new(20.0)},
		inventory.Need{Site: "natural_risk", TrenchM: new(400.0)})
	project := municipality()
	cameras := proposed(t, book, project, 2, needs...)
	cameras[4].Camera.Heads[0].Masks = []inventory.Mask{{FromDeg: 10, ToDeg: 30}}
	billing, err := book.BillOf(cameras, project, 0, today)
	if err != nil {
		t.Fatal(err)
	}
	bill := billing.Bill
	var lines, lots, yearly inventory.Range
	bought := map[string]float64{}
	for _, l := range bill.Lines {
		lines = inventory.Range{Low: lines.Low + l.CostEUR.Low, High: lines.High + l.CostEUR.High}
		bought[l.Article] += l.Quantity
		if l.Source == "" || l.Verified == "" || l.Name.FR == "" || l.Name.EN == "" || l.Phase < 1 || l.CostEUR.Low > l.CostEUR.High {
			t.Errorf("a line says too little: %+v", l)
		}
	}
	for _, l := range bill.Lots {
		lots = inventory.Range{Low: lots.Low + l.CostEUR.Low, High: lots.High + l.CostEUR.High}
	}
	for _, l := range bill.Yearly {
		yearly = inventory.Range{Low: yearly.Low + l.CostEUR.Low, High: yearly.High + l.CostEUR.High}
	}
	if lines != bill.TotalEUR || lots != bill.TotalEUR || yearly != bill.YearlyEUR || bill.RenewalEUR.Low <= 0 {
		t.Errorf("lines %v, lots %v, total %v, yearly %v of %v", lines, lots, bill.TotalEUR, yearly, bill.YearlyEUR)
	}
	for article, want := range map[string]float64{
		"trench_soft": 120, "trench_paved": 20, "support_new_mast": 1, "support_facade": 1, "support_existing": 4, "privacy_masks": 1,
		"radio_licensed": 1, "node_cabinet": 2, "sign": 6, "acceptance": 6, "network_security": 1, "storage_tb": math.Ceil(billing.Network.StorageTB),
	} {
		if bought[article] != want {
			t.Errorf("%v of %s, not %v", bought[article], article, want)
		}
	}
	sorted := slices.IsSortedFunc(bill.Lines, func(a, b inventory.BillLine) int {
		return slices.Index(inventory.Lots(), a.Lot) - slices.Index(inventory.Lots(), b.Lot)
	})
	if !sorted {
		t.Error("lines are not in the order of the lots")
	}
	existing, err := book.BillOf(cameras, project, 30, today)
	if err != nil || existing.Bill.TotalEUR.High >= bill.TotalEUR.High {
		t.Errorf("where there is a system already: %v, %v", existing.Bill.TotalEUR, err)
	}
}

func TestBillOfNothing(t *testing.T) {
	billing, err := loadBook(t).BillOf(nil, municipality(), 12, today)
	if err != nil || billing.Bill.TotalEUR.High != 0 || billing.Subsidy != nil || billing.Network.StorageTB != 0 || billing.Network.UPSWh != 0 {
		t.Errorf("%+v, %v", billing, err)
	}
}

func TestBillOfAgents(t *testing.T) {
	book := loadBook(t)
	project := municipality()
	project.Watched = new(true)
	cameras := proposed(t, book, project, 1, repeated(inventory.Need{Site: "street"}, 10)...)
	billing, err := book.BillOf(cameras, project, 90, today)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(billing.Bill.Yearly, func(l inventory.BillLine) bool { return l.Article == "agent_year" })
	if i < 0 || billing.Bill.Yearly[i].Quantity != 12 {
		t.Errorf("for 100 cameras watched: %+v", billing.Bill.Yearly)
	}
}

func TestSubsidy(t *testing.T) {
	book := loadBook(t)
	project := municipality()
	needs := repeated(inventory.Need{Site: "street", TrenchM: new(100.0)}, 10)
	cameras := proposed(t, book, project, 1, needs...)
	of := func(change func(*inventory.Project)) advisory.Billing {
		t.Helper()
		changed := project
		change(&changed)
		billing, err := book.BillOf(cameras, changed, 0, today)
		if err != nil {
			t.Fatal(err)
		}
		return billing
	}
	plain := of(func(*inventory.Project) {})
	s := plain.Subsidy
	if s == nil {
		t.Fatalf("no subsidy: %+v", plain.Warnings)
	}
	if s.BaseEUR.High != 15_000*10 || s.RatePct != (inventory.Range{Low: 20, High: 50}) || s.AmountEUR.High != 75_000 || s.OtherEUR.Low != 0 {
		t.Errorf("base %v, rate %v, amount %v, other %v", s.BaseEUR, s.RatePct, s.AmountEUR, s.OtherEUR)
	}
	if s.TotalEUR.Low != s.AmountEUR.Low || s.TotalEUR.High != s.AmountEUR.High+s.OtherEUR.High {
		t.Errorf("total %v of %v and %v", s.TotalEUR, s.AmountEUR, s.OtherEUR)
	}
	generous := of(func(p *inventory.Project) { p.SubsidyRatePct, p.OtherAidPct = new(50.0), new(70.0) }).Subsidy
	eligible := eligibleEUR(plain.Bill)
	if want := math.Round(0.8 * eligible.High); math.Abs(generous.TotalEUR.High-want) > 1 {
		t.Errorf("all aid comes to %v, not to 80 %% of %v", generous.TotalEUR.High, eligible.High)
	}
	if left := generous.HolderEUR.High - (plain.Bill.TotalEUR.High - math.Round(0.8*eligible.High)); math.Abs(left) > 1 {
		t.Errorf("%v are left to the holder", generous.HolderEUR)
	}
	for name, change := range map[string]func(*inventory.Project){
		"a trader":        func(p *inventory.Project) { p.HolderType = inventory.Trader },
		"a State service": func(p *inventory.Project) { p.HolderType = inventory.StateForce },
		"who knows":       func(p *inventory.Project) { p.HolderType = "" },
	} {
		billing := of(change)
		if billing.Subsidy != nil || len(billing.Warnings) != 1 || billing.Warnings[0].Code != "no_subsidy" ||
			billing.Warnings[0].Text.FR == "" || billing.Warnings[0].Text.EN == "" {
			t.Errorf("%s: %+v, %+v", name, billing.Subsidy, billing.Warnings)
		}
	}
}

// eligibleEUR is what counts for the fund: everything but supervision and services.
func eligibleEUR(bill inventory.Bill) inventory.Range {
	var sum inventory.Range
	for _, l := range bill.Lots {
		if l.Lot != "services" && l.Lot != "supervision" {
			sum.Low, sum.High = sum.Low+l.CostEUR.Low, sum.High+l.CostEUR.High
		}
	}
	return sum
}

// TestSubsidyOfDepartment: the terms of the Moselle in 2022 go before those of all of France.
func TestSubsidyOfDepartment(t *testing.T) {
	book := loadBook(t)
	project := inventory.Project{HolderType: inventory.PublicAuthority, Department: "57"}
	cameras := proposed(t, book, project, 1, inventory.Need{Site: "street"})
	billing, err := book.BillOf(cameras, project, 20, "2022-06-01")
	if err != nil {
		t.Fatal(err)
	}
	if billing.Subsidy == nil || billing.Subsidy.RatePct != (inventory.Range{Low: 0, High: 50}) || billing.Subsidy.AmountEUR.Low != 0 {
		t.Errorf("%+v, %+v", billing.Subsidy, billing.Warnings)
	}
}

func TestBillRepeats(t *testing.T) {
	book := loadBook(t)
	project := municipality()
	var first string
	for range 3 {
		cameras := proposed(t, book, project, 2, inventory.Need{Site: "street"}, inventory.Need{Site: "square"}, inventory.Need{Site: "school"})
		billing, err := book.BillOf(cameras, project, 3, today)
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(billing)
		if err != nil {
			t.Fatal(err)
		}
		if first == "" {
			first = string(text)
		}
		if first != string(text) {
			t.Fatal("the same plan gave other bytes")
		}
	}
}
