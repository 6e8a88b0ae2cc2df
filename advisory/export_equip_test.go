package advisory

import "vigie/inventory"

// EquipmentOption is a way to meet a need, as tests look at it.
type EquipmentOption struct {
	Profile    Profile
	Need       inventory.Need
	Heads      []inventory.Head
	OffsetsDeg []float64
	Optics     []inventory.HeadOptics
	Bill       []inventory.BillLine
	CostEUR    inventory.Range
	Advice     []inventory.Advice
	Specs      []inventory.Specification
}

// Options are the ways to meet a need.
func (b *Book) Options(need inventory.Need, project inventory.Project, at inventory.Date, only []string) ([]EquipmentOption, []inventory.Alternative, error) {
	found, rejected, err := b.options(need, project, at, only)
	options := make([]EquipmentOption, len(found))
	for i, o := range found {
		options[i] = EquipmentOption{o.profile, o.need, o.heads, o.offsetsDeg, o.optics, o.bill, o.costEUR, o.advice, o.specs}
	}
	return options, rejected, err
}

// Billing is what a plan costs.
type Billing struct {
	Bill     inventory.Bill
	Network  inventory.NetworkSizing
	Subsidy  *inventory.Subsidy
	Advice   []inventory.Advice
	Warnings []inventory.Warning
}

// BillOf is the bill of cameras.
func (b *Book) BillOf(cameras []inventory.ProposedCamera, project inventory.Project, existing int, at inventory.Date) (Billing, error) {
	found, err := b.bill(order{cameras: cameras, project: project, existing: existing}, at)
	return Billing{found.bill, found.network, found.subsidy, found.advice, found.warnings}, err
}

// SpecificationOf is the tender text of a result.
func (b *Book) SpecificationOf(r inventory.RecommendationResult) []inventory.SpecificationSection {
	return b.specification(r)
}

// StorageFor is the storage of streams, TB, and its disks.
func (b *Book) StorageFor(mbps float64, days int, at inventory.Date) (netTB, rawTB float64, disks int, steps []inventory.Step) {
	s := b.storageFor(mbps, days, inventory.Project{}, at)
	return s.netTB, s.rawTB, s.disks, s.steps
}

// SizeNetwork is what is behind cameras.
func (b *Book) SizeNetwork(cameras []inventory.ProposedCamera, project inventory.Project, at inventory.Date) inventory.NetworkSizing {
	return b.network(cameras, project, nil, at).sizing
}
