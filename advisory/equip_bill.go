package advisory

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"vigie/inventory"
)

// The articles of costs.yaml that bills name; the equipment itself is that of its profile.
const (
	articleInstallation  = "installation"
	articleFixing        = "support_existing"
	articleMast          = "mast"
	articleTrenchSoft    = "trench_soft"
	articleTrenchPaved   = "trench_paved"
	articleConnection    = "network_connection"
	articleRadio         = "radio_link"
	articleCircuit       = "permanent_circuit"
	articleBattery       = "mast_battery"
	articleSolar         = "solar_kit"
	articleSurge         = "surge_protection"
	articleIlluminator   = "illuminator"
	articleCabinet       = "street_cabinet"
	articleUPS           = "ups_wh"
	articleStorage       = "storage_tb"
	articleRecorder      = "recorder"
	articlePosition      = "operator_position"
	articleDesign        = "design"
	articleCommissioning = "commissioning"
	articleTraining      = "training"
	articleOperator      = "operator"
)

// purse gathers lines of a bill.
type purse struct {
	book  *Book
	at    inventory.Date
	lines []inventory.BillLine
	// missing are the articles that have no price on the day.
	missing []string
}

// buy adds a quantity of an article; nothing where none is needed.
func (p *purse) buy(article string, quantity float64, rules ...string) {
	if quantity <= 0 {
		return
	}
	a, known := p.book.Article(article, p.at)
	if !known {
		p.missing = append(p.missing, article)
		return
	}
	quantity = roundTo(quantity, 0.01)
	slices.Sort(rules)
	p.lines = append(p.lines, inventory.BillLine{
		Lot: a.Lot, Article: a.ID, Name: a.Name, Quantity: quantity, Unit: a.Unit, UnitEUR: a.EUR, CostEUR: times(a.EUR, quantity),
		Source: a.Source, Verified: string(a.Verified), Rules: slices.Compact(rules),
	})
}

// times is a price for a quantity, to the euro.
func times(price inventory.Range, quantity float64) inventory.Range {
	return inventory.Range{Low: math.Round(price.Low * quantity), High: math.Round(price.High * quantity)}
}

func plus(a, b inventory.Range) inventory.Range {
	return inventory.Range{Low: a.Low + b.Low, High: a.High + b.High}
}

func totalOf(lines []inventory.BillLine) inventory.Range {
	var sum inventory.Range
	for _, l := range lines {
		sum = plus(sum, l.CostEUR)
	}
	return sum
}

// cameraBill is what one camera takes at its place: itself, its support, its trench, its link and its power. What is
// behind several cameras is in the bill of the project.
func (b *Book) cameraBill(o equipmentOption, at inventory.Date) ([]inventory.BillLine, inventory.Range, *refusal) {
	p := purse{book: b, at: at}
	need, asked := o.need, specifications(o.specs)
	p.buy(o.profile.Article, 1, asked.rules("forms")...)
	p.buy(articleInstallation, 1)
	p.support(o.profile, need)
	p.way(need, asked)
	if asked.wants("permanentCircuit") {
		p.buy(articleCircuit, 1, asked.rules("permanentCircuit")...)
	}
	if hours := asked.atLeast("batteryH"); hours != nil {
		p.buy(articleBattery, o.profile.PowerW.Value*(*hours)/b.Sizing.Figures.UPSShare.Value, asked.rules("batteryH")...)
	}
	if asked.wants("solarPower") {
		p.buy(articleSolar, 1, asked.rules("solarPower")...)
	}
	if asked.wants("surgeProtection") {
		p.buy(articleSurge, 1, asked.rules("surgeProtection")...)
	}
	if o.illuminated {
		p.buy(articleIlluminator, 1, asked.rules("irRangeM")...)
	}
	if len(p.missing) > 0 {
		return nil, inventory.Range{}, refuse(byProfile,
			fmt.Sprintf("aucun prix au %s pour %s", string(at), strings.Join(p.missing, ", ")),
			fmt.Sprintf("no price on %s for %s", string(at), strings.Join(p.missing, ", ")))
	}
	return p.lines, totalOf(p.lines), nil
}

// support is what carries the camera: a mast that is put up, or what is there already.
func (p *purse) support(profile Profile, need inventory.Need) {
	switch {
	case profile.Form == FormDeployable: // it brings its own
	case need.Support == "pole" || need.Support == "mast":
		p.buy(articleMast, 1)
	default:
		p.buy(articleFixing, 1)
	}
}

// way is how the camera is joined to its node: a trench, or radio where the rules have it.
func (p *purse) way(need inventory.Need, asked specifications) {
	if link := asked.named("cameraLink"); link != nil && !slices.Contains(link.OneOf, "fibre") && !slices.Contains(link.OneOf, "copper") {
		p.buy(articleRadio, 1, link.Rules...)
		return
	}
	p.buy(articleConnection, 1)
	if need.TrenchM == nil {
		return
	}
	if need.PavedTrench == nil || *need.PavedTrench {
		p.buy(articleTrenchPaved, *need.TrenchM)
	} else {
		p.buy(articleTrenchSoft, *need.TrenchM)
	}
}

// billing is what a plan costs, and what stands behind it.
type billing struct {
	bill    inventory.Bill
	network inventory.NetworkSizing
	subsidy *inventory.Subsidy
	// advice is that of the project as a whole.
	advice []inventory.Advice
	// warnings say what could not be told, as why there is no subsidy.
	warnings []inventory.Warning
}

// bill prices the cameras that were chosen, each with its own bill and phase, and what they share; existing is how many
// cameras there are beside them. Lines are in the order of the lots, then of the phases. An article without a price on the
// day is an error.
func (b *Book) bill(cameras []inventory.ProposedCamera, project inventory.Project, existing int, at inventory.Date) (billing, error) {
	facts := b.projectFacts(cameras, project, existing)
	advice, err := b.Advise(SubjectProject, facts, at)
	if err != nil {
		return billing{}, err
	}
	asked := specifications(Strictest(advice))
	found := billing{network: b.network(cameras, project, asked, at)}
	facts["project.disks"] = found.network.Disks
	p := purse{book: b, at: at}
	for _, c := range cameras {
		for _, l := range c.Bill {
			l.Phase = max(c.Phase, 1)
			p.lines = append(p.lines, l)
		}
	}
	p.shared(cameras, project, asked, found.network)
	found.bill = b.summed(merged(p.lines))
	p.running(&found.bill, asked)
	if len(p.missing) > 0 {
		return billing{}, fmt.Errorf("bill of quantities: no price on %s for %s", string(at), strings.Join(p.missing, ", "))
	}
	found.subsidy, found.warnings = b.aid(cameras, project, found.bill, at)
	b.aidFacts(facts, cameras, project, found.bill, at)
	found.advice, err = b.Advise(SubjectProject, facts, at)
	return found, err
}

// shared buys what cameras share, in the first phase: cabinets, batteries, storage, services.
func (p *purse) shared(cameras []inventory.ProposedCamera, project inventory.Project, asked specifications, n inventory.NetworkSizing) {
	first := len(p.lines)
	if len(cameras) > 0 {
		nodes := math.Ceil(float64(len(cameras)) / float64(p.book.perNode(project)))
		p.buy(articleCabinet, nodes, asked.rules("poeBudgetW")...)
		p.buy(articleUPS, n.UPSWh, asked.rules("upsMinutes")...)
		p.buy(articleStorage, math.Ceil(n.StorageTB), asked.rules("rawStorageTb")...)
		p.buy(articleRecorder, 1)
		if most := asked.atMost("streamsPerOperator"); most != nil && *most > 0 {
			p.buy(articlePosition, math.Ceil(float64(len(cameras))/(*most)), asked.rules("streamsPerOperator")...)
		}
		p.buy(articleDesign, float64(len(cameras)))
		p.buy(articleCommissioning, float64(len(cameras)))
		p.buy(articleTraining, 1)
	}
	for i := first; i < len(p.lines); i++ {
		p.lines[i].Phase = 1
	}
}

// merged joins lines of one article at one price in one phase, and puts them in the order of the lots.
func merged(lines []inventory.BillLine) []inventory.BillLine {
	all := []inventory.BillLine{}
	for _, l := range lines {
		i := slices.IndexFunc(all, func(o inventory.BillLine) bool {
			return o.Phase == l.Phase && o.Article == l.Article && o.UnitEUR == l.UnitEUR
		})
		if i < 0 {
			l.Rules = slices.Clone(l.Rules)
			all = append(all, l)
			continue
		}
		all[i].Quantity = roundTo(all[i].Quantity+l.Quantity, 0.01)
		all[i].CostEUR = times(l.UnitEUR, all[i].Quantity)
		all[i].Rules = addNew(all[i].Rules, l.Rules)
	}
	lots := inventory.Lots()
	slices.SortStableFunc(all, func(a, b inventory.BillLine) int {
		return cmp.Or(slices.Index(lots, a.Lot)-slices.Index(lots, b.Lot), a.Phase-b.Phase, strings.Compare(a.Article, b.Article),
			cmp.Compare(a.UnitEUR.Low, b.UnitEUR.Low))
	})
	return all
}

// summed is a bill of lines in order, with the subtotal of each lot in each phase.
func (b *Book) summed(lines []inventory.BillLine) inventory.Bill {
	bill := inventory.Bill{Lines: lines, Lots: []inventory.LotTotal{}, TotalEUR: totalOf(lines)}
	for _, l := range lines {
		if k := len(bill.Lots) - 1; k >= 0 && bill.Lots[k].Lot == l.Lot && bill.Lots[k].Phase == l.Phase {
			bill.Lots[k].CostEUR = plus(bill.Lots[k].CostEUR, l.CostEUR)
			continue
		}
		bill.Lots = append(bill.Lots, inventory.LotTotal{Lot: l.Lot, Name: lotName(l.Lot), Phase: l.Phase, CostEUR: l.CostEUR})
	}
	return bill
}

// running adds what a year takes: maintenance, as a part of what was bought, agents, and what is put aside to renew each
// lot at the end of its life.
func (p *purse) running(bill *inventory.Bill, asked specifications) {
	share := p.book.Costs.MaintenancePct.Value
	bill.YearlyEUR = inventory.Range{
		Low: math.Round(bill.TotalEUR.Low * share.Low / 100), High: math.Round(bill.TotalEUR.High * share.High / 100),
	}
	if fte := asked.atLeast("fte"); fte != nil {
		if a, known := p.book.Article(articleOperator, p.at); known {
			bill.YearlyEUR = plus(bill.YearlyEUR, times(a.EUR, *fte))
		} else {
			p.missing = append(p.missing, articleOperator)
		}
	}
	for _, l := range bill.Lots {
		r, known := p.book.Renewal(l.Lot)
		if !known {
			continue
		}
		bill.RenewalEUR = plus(bill.RenewalEUR, inventory.Range{
			Low: math.Round(l.CostEUR.Low / r.Years.Value.High), High: math.Round(l.CostEUR.High / r.Years.Value.Low),
		})
	}
}

// lotName is what a reader calls a lot.
func lotName(lot inventory.Lot) inventory.Text {
	return map[inventory.Lot]inventory.Text{
		"cameras":     {FR: "Caméras", EN: "Cameras"},
		"supports":    {FR: "Supports", EN: "Supports"},
		"civil_works": {FR: "Génie civil", EN: "Civil works"},
		"network":     {FR: "Réseau", EN: "Network"},
		"power":       {FR: "Énergie", EN: "Power"},
		"storage":     {FR: "Stockage", EN: "Storage"},
		"supervision": {FR: "Supervision", EN: "Supervision"},
		"lighting":    {FR: "Éclairage", EN: "Lighting"},
		"services":    {FR: "Prestations", EN: "Services"},
	}[lot]
}

// projectFacts are what the rules can know of a project, as far as the cameras tell it. What no need says stays unknown.
func (b *Book) projectFacts(cameras []inventory.ProposedCamera, project inventory.Project, existing int) Facts {
	about := &Case{Project: project}
	facts := about.Facts(SubjectProject)
	facts["project.cameraCount"] = existing + len(cameras)
	var mbps, watts, largest float64
	for _, one := range b.burdens(cameras) {
		mbps, watts, largest = mbps+one.mbps, watts+one.watts, max(largest, one.watts)
	}
	facts["project.bitrateMbps"], facts["project.deviceW"], facts["project.largestDeviceW"] = mbps, watts, largest
	publicWay, critical := counter{}, counter{}
	for _, c := range cameras {
		publicWay.count(c.Need.FilmsPublicWay)
		critical.count(c.Need.Critical)
	}
	if publicWay.known {
		facts["project.publicWayCameras"] = publicWay.n
	}
	if critical.known {
		facts["project.criticalNodes"] = critical.n
	}
	return facts
}

// counter counts what is true, and tells whether anything was known.
type counter struct {
	n     int
	known bool
}

func (c *counter) count(flag *bool) {
	c.known = c.known || flag != nil
	if flag != nil && *flag {
		c.n++
	}
}
