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
	articleExisting    = "support_existing"
	articleMast        = "support_new_mast"
	articleFacade      = "support_facade"
	articleTrenchSoft  = "trench_soft"
	articleTrenchPaved = "trench_paved"
	articleConduit     = "conduit_anti_vandal"
	articleFibre       = "fibre_drop"
	articleRadio       = "radio_5ghz"
	articleLicensed    = "radio_licensed"
	articleCellular    = "cellular_tunnel"
	articleCircuit     = "permanent_circuit"
	articleBattery     = "battery_16h"
	articleSurge       = "surge_protection"
	articleLamp        = "ir_illuminator"
	articleLight       = "light_point"
	articleMasks       = "privacy_masks"
	articleLicence     = "vms_licence"
	articleSign        = "sign"
	articleAcceptance  = "acceptance"

	articleCabinet      = "node_cabinet"
	articleDualPath     = "node_dual_path"
	articleUPS          = "ups_node"
	articleLongUPS      = "ups_node_long"
	articleHeadUPS      = "ups_head_end"
	articleSecurity     = "network_security"
	articleStorage      = "storage_tb"
	articleRecorder     = "recorder"
	articlePosition     = "operator_position"
	articleTransfer     = "police_transfer"
	articleTraining     = "training"
	articleFile         = "authorisation_file"
	articleAgent        = "agent_year"
	articleSubscription = "cellular_subscription"
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

// order is what a bill is of.
type order struct {
	cameras []inventory.ProposedCamera
	// measures are those for existing cameras: the ones that are taken are paid.
	measures []inventory.Measure
	project  inventory.Project
	// existing is how many cameras there are beside those that are bought.
	existing int
}

// bill prices the cameras that were chosen, each with its own bill and phase, what they share, and the measures that are
// taken. Lines are in the order of the lots, then of the phases. An article without a price on the day is an error.
func (b *Book) bill(o order, at inventory.Date) (billing, error) {
	cameras, project, existing := o.cameras, o.project, o.existing
	facts := b.projectFacts(cameras, project, existing)
	advice, err := b.Advise(SubjectProject, facts, at)
	if err != nil {
		return billing{}, err
	}
	asked := specifications(Strictest(advice))
	network := b.network(cameras, project, asked, at)
	network.fresh = existing == 0
	found := billing{network: network.sizing}
	facts["project.disks"] = network.sizing.Disks
	p := purse{book: b, at: at}
	for _, c := range cameras {
		p.camera(c)
	}
	p.shared(cameras, asked, network)
	p.works(o.measures)
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

// camera puts the bill of one camera into its phase, with the masks that it turned out to need.
func (p *purse) camera(c inventory.ProposedCamera) {
	first := len(p.lines)
	p.lines = append(p.lines, c.Bill...)
	p.masks(c)
	for i := first; i < len(p.lines); i++ {
		p.lines[i].Phase = max(c.Phase, 1)
	}
}

// masks buys the masks of a camera, where its own bill does not have them.
func (p *purse) masks(c inventory.ProposedCamera) {
	masked := slices.ContainsFunc(c.Camera.Heads, func(h inventory.Head) bool { return len(h.Masks) > 0 })
	priced := slices.ContainsFunc(c.Bill, func(l inventory.BillLine) bool { return l.Article == articleMasks })
	if masked && !priced {
		asked := specifications(c.Specifications)
		p.buy(articleMasks, 1, append(slices.Clone(asked.rules("dwellingMasks")), asked.rules("masksProven")...)...)
	}
}

// billMasks adds the masks of a camera to its own bill.
func (b *Book) billMasks(c *inventory.ProposedCamera, at inventory.Date) {
	p := purse{book: b, at: at, lines: slices.Clone(c.Bill)}
	p.masks(*c)
	c.Bill, c.CostEUR = p.lines, totalOf(p.lines)
}

// works buys the measures that are taken, in the first phase. A measure has a price where it is an article; of several that
// are one agreement only the first has.
func (p *purse) works(measures []inventory.Measure) {
	first := len(p.lines)
	for _, m := range measures {
		if article, known := measureArticles()[m.Kind]; known && m.Taken && m.CostEUR != nil {
			p.buy(article, 1, m.Rules...)
		}
	}
	for i := first; i < len(p.lines); i++ {
		p.lines[i].Phase = 1
	}
}

// measureArticles are the articles that measures are priced by.
func measureArticles() map[inventory.MeasureKind]string {
	return map[inventory.MeasureKind]string{
		inventory.MeasureReaim: articleReaim, inventory.MeasureLens: articleLens, inventory.MeasureShare: articleShare,
		inventory.MeasureMove: articleMove,
	}
}

// shared buys what cameras share, in the first phase: cabinets and their batteries, storage, supervision, services. What a
// system has once is bought where there is none yet.
func (p *purse) shared(cameras []inventory.ProposedCamera, asked specifications, n sizedNetwork) {
	if len(cameras) == 0 {
		return
	}
	first := len(p.lines)
	p.buy(articleCabinet, float64(n.nodes), asked.rules("poeBudgetW")...)
	p.buy(articleUPS, float64(n.nodes-n.longNodes), asked.rules("upsMinutes")...)
	p.buy(articleLongUPS, float64(n.longNodes), asked.rules("upsMinutes")...)
	if asked.wants("redundantPaths") || asked.wants("dualNetwork") {
		p.buy(articleDualPath, float64(n.longNodes), asked.rules("redundantPaths")...)
	}
	p.buy(articleStorage, math.Ceil(n.sizing.StorageTB), asked.rules("rawStorageTb")...)
	p.buy(articleRecorder, math.Ceil(float64(n.streams)/p.book.Sizing.Figures.StreamsPerRecorder.Value))
	if n.fresh {
		p.buy(articleHeadUPS, 1, asked.rules("upsMinutes")...)
		p.buy(articleSecurity, 1, asked.rules("firewall")...)
	}
	if most := asked.atMost("streamsPerOperator"); most != nil && *most > 0 {
		p.buy(articlePosition, math.Ceil(float64(n.streams)/(*most)), asked.rules("streamsPerOperator")...)
	}
	if asked.wants("imageTransfer") {
		p.buy(articleTransfer, 1, asked.rules("imageTransfer")...)
	}
	p.buy(articleTraining, 1)
	p.buy(articleFile, 1)
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

// running adds what a year takes: maintenance, as a part of what was bought, agents and subscriptions, and what is put
// aside to renew each lot at the end of its life.
func (p *purse) running(bill *inventory.Bill, asked specifications) {
	upkeep := p.book.Costs.MaintenancePct
	yearly := purse{book: p.book, at: p.at, lines: []inventory.BillLine{yearlyLine("maintenance", "services",
		text("Maintenance", "Maintenance"), inventory.Range{
			Low: math.Round(bill.TotalEUR.Low * upkeep.Value.Low / 100), High: math.Round(bill.TotalEUR.High * upkeep.Value.High / 100),
		}, upkeep.Source, upkeep.Verified)}}
	if fte := asked.atLeast("fte"); fte != nil {
		yearly.buy(articleAgent, *fte, asked.rules("fte")...)
	}
	for _, l := range bill.Lines {
		if l.Article == articleCellular {
			yearly.buy(articleSubscription, l.Quantity, l.Rules...)
		}
	}
	p.missing = append(p.missing, yearly.missing...)
	bill.Yearly, bill.YearlyEUR, bill.Renewals = yearly.lines, totalOf(yearly.lines), []inventory.BillLine{}
	for _, lot := range inventory.Lots() {
		r, known := p.book.Renewal(lot)
		cost := lotCost(*bill, lot)
		if known && cost.High > 0 {
			bill.Renewals = append(bill.Renewals, yearlyLine("renewal_"+string(lot), lot,
				text("Renouvellement : "+lotName(lot).FR, "Renewal: "+lotName(lot).EN), inventory.Range{
					Low: math.Round(cost.Low / r.Years.Value.High), High: math.Round(cost.High / r.Years.Value.Low),
				}, r.Years.Source, r.Years.Verified))
		}
	}
	bill.RenewalEUR = totalOf(bill.Renewals)
}

// yearlyLine is an amount a year that no article prices.
func yearlyLine(article string, lot inventory.Lot, name inventory.Text, cost inventory.Range, source string, verified Verified) inventory.BillLine {
	return inventory.BillLine{
		Lot: lot, Article: article, Name: name, Quantity: 1, Unit: "a", UnitEUR: cost, CostEUR: cost, Source: source, Verified: string(verified),
	}
}

// lotCost is what a lot costs in all phases.
func lotCost(bill inventory.Bill, lot inventory.Lot) inventory.Range {
	var sum inventory.Range
	for _, l := range bill.Lots {
		if l.Lot == lot {
			sum = plus(sum, l.CostEUR)
		}
	}
	return sum
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
	days, _ := b.retention(project)
	facts["project.retentionDays"] = days
	facts["project.cameraCount"], facts["project.camerasPerNode"] = existing+len(cameras), b.perNode(project)
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
