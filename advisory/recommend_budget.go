package advisory

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sort"

	"vigie/geo"
	"vigie/inventory"
)

// middle is the middle of a price, euros: what a budget is held against.
func middle(r inventory.Range) float64 { return (r.Low + r.High) / 2 }

// priceEUR is what a proposal adds to the bill at least, euros without tax by the middle of prices: itself with its masks,
// and its part of what cameras share.
func (u *undertaking) priceEUR(p proposal) float64 { return u.ownEUR(p) + p.offer.shareEUR }

// ownEUR is what a proposal costs by itself, with its masks.
func (u *undertaking) ownEUR(p proposal) float64 {
	eur := p.offer.eur()
	if p.maskedDeg() > 0 && !slices.ContainsFunc(p.offer.bill, func(l inventory.BillLine) bool { return l.Article == articleMasks }) {
		eur += u.middleOf(articleMasks)
	}
	return eur
}

func (u *undertaking) middleOf(article string) float64 {
	return u.advisor.Book.middleOf(article, u.asked.At)
}

// middleOf is the middle of the price of an article on a day, euros; 0 where the book has none.
func (b *Book) middleOf(article string, at inventory.Date) float64 {
	a, known := b.Article(article, at)
	if !known {
		return 0
	}
	return middle(a.EUR)
}

// storageTB is the room on disks that an option takes, TB.
func (b *Book) storageTB(o equipmentOption, project inventory.Project, at inventory.Date) float64 {
	mbps := 0.0
	for _, h := range o.heads {
		if h.BitrateMbps != nil {
			mbps += *h.BitrateMbps
		}
	}
	days, _ := b.retention(project)
	return b.storageFor(mbps, days, project, at).rawTB
}

// shareEUR is the least that a camera adds to what cameras share, euros: its streams on disks and recorders, its part of a
// cabinet and of the batteries there. [purse.shared] buys whole ones, never less.
func (b *Book) shareEUR(streams int, tb float64, project inventory.Project, at inventory.Date) float64 {
	battery := min(b.middleOf(articleUPS, at), b.middleOf(articleLongUPS, at))
	return tb*b.middleOf(articleStorage, at) + float64(streams)/b.Sizing.Figures.StreamsPerRecorder.Value*b.middleOf(articleRecorder, at) +
		(b.middleOf(articleCabinet, at)+battery)/float64(b.perNode(project))
}

// fixedEUR is what any plan takes whatever its cameras, by the middle of prices: the measures that are taken, training and
// the file, and the head-end where there is none yet.
func (u *undertaking) fixedEUR() float64 {
	eur := u.measuresEUR() + u.middleOf(articleTraining) + u.middleOf(articleFile)
	if u.existing() == 0 {
		eur += u.middleOf(articleHeadUPS) + u.middleOf(articleSecurity)
	}
	return eur
}

// measuresEUR is what the measures that are taken cost, by the middle of prices.
func (u *undertaking) measuresEUR() float64 {
	sum := 0.0
	for _, m := range u.measures {
		if m.Taken && m.CostEUR != nil {
			sum += middle(*m.CostEUR)
		}
	}
	return sum
}

// beyondBudget tells that a measure costs more than the budget has left after those that are taken.
func (u *undertaking) beyondBudget(m inventory.Measure) bool {
	return u.asked.BudgetEUR > 0 && m.CostEUR != nil && u.measuresEUR()+middle(*m.CostEUR) > u.asked.BudgetEUR
}

// leastStepShare is by what part of the budget the search's part of it shrinks at least, when its bill is too high; twice as
// much each time, so that it ends.
const leastStepShare = 0.002

// leastEUR is what the search may spend where nothing is left, euros: 0 would be no budget.
const leastEUR = 0.01

// purchase is what the search may spend on cameras, and how many it can buy with it at most.
type purchase struct {
	budgetEUR float64 // 0 where there is no budget
	count     int     // 0 where there is no bound
	again     bool    // the bound is known from a purchase that had more to spend
}

// afford chooses cameras and prices them, again with less money as long as the whole bill is beyond the budget. The proof of
// the first choice holds of the last: it had more to spend.
func (u *undertaking) afford(ctx context.Context, all []proposal, counts plan) error {
	first, err := u.purchase(all)
	if err != nil {
		return err
	}
	said, step := len(u.warnings), leastStepShare*u.asked.BudgetEUR
	var proofs []geo.Proof
	for may := first; ; {
		u.warnings = u.warnings[:said]
		asked := u.unmet == nil
		if err := u.attempt(ctx, all, counts, may); err != nil {
			return err
		}
		if asked && u.unmet != nil && may.again { // begin again, without the shares that cost too much
			may, proofs, step = first, nil, leastStepShare*u.asked.BudgetEUR
			continue
		}
		if proofs == nil {
			proofs = u.plan.Proofs
		}
		overEUR := middle(u.billed.bill.TotalEUR) - u.asked.BudgetEUR
		if u.asked.BudgetEUR == 0 || overEUR <= 0 || len(u.plan.chosen) == 0 {
			break
		}
		if may.budgetEUR <= leastEUR {
			return &geo.BindingError{Constraint: geo.ByBudget, Reason: fmt.Sprintf(
				"the least plan costs %.0f euros with all that it takes, and %.0f may be spent", middle(u.billed.bill.TotalEUR), u.asked.BudgetEUR)}
		}
		may.budgetEUR, may.again, step = max(leastEUR, u.plan.CostEUR-max(overEUR, step)), true, 2*step
	}
	u.plan.Proofs = withBound(u.plan.Proofs, proofs)
	u.sayBudget()
	return u.cut(ctx)
}

// purchase is what there is to spend. It is an error when nothing can be bought and nothing else is gained.
func (u *undertaking) purchase(all []proposal) (purchase, error) {
	may := purchase{budgetEUR: u.asked.BudgetEUR, count: u.asked.Count}
	if u.asked.BudgetEUR == 0 {
		return may, nil
	}
	fixedEUR := u.fixedEUR()
	ownEUR, tb, streams := math.Inf(1), math.Inf(1), math.Inf(1)
	for _, p := range all {
		ownEUR = min(ownEUR, u.ownEUR(p))
		tb, streams = min(tb, p.offer.storageTB), min(streams, float64(len(p.offer.heads)))
	}
	atLeastEUR := func(n int) float64 { // what n cameras cost at least
		return fixedEUR + float64(n)*ownEUR + u.advisor.Book.commonEUR(n, float64(n)*tb, float64(n)*streams, u.project, u.asked.At)
	}
	if atLeastEUR(1) > u.asked.BudgetEUR {
		if u.measuresEUR() == 0 {
			return may, &geo.BindingError{Constraint: geo.ByBudget, Reason: fmt.Sprintf(
				"the cheapest camera, with its works, storage and file, costs %.0f euros, and %.0f may be spent", atLeastEUR(1), u.asked.BudgetEUR)}
		}
		may.budgetEUR = leastEUR
		return may, nil
	}
	most := sort.Search(len(all), func(n int) bool { return atLeastEUR(n+1) > u.asked.BudgetEUR })
	if may.count == 0 || most < may.count {
		may.count = most
	}
	may.budgetEUR -= fixedEUR
	return may, nil
}

// commonEUR is what so many cameras share at least, by the middle of prices: cabinets with their batteries, disks,
// recorders.
func (b *Book) commonEUR(cameras int, tb, streams float64, project inventory.Project, at inventory.Date) float64 {
	battery := min(b.middleOf(articleUPS, at), b.middleOf(articleLongUPS, at))
	recorders := math.Ceil(streams/b.Sizing.Figures.StreamsPerRecorder.Value - 1e-9)
	return float64(b.nodes(cameras, project))*(b.middleOf(articleCabinet, at)+battery) + math.Ceil(tb-1e-9)*b.middleOf(articleStorage, at) +
		recorders*b.middleOf(articleRecorder, at)
}

// attempt chooses cameras for what may be spent, and prices them.
func (u *undertaking) attempt(ctx context.Context, all []proposal, counts plan, may purchase) error {
	placement, err := u.choose(ctx, all, may)
	if err != nil {
		return err
	}
	u.plan = &counts
	u.plan.Placement = placement
	for _, c := range placement.Chosen {
		u.plan.chosen = append(u.plan.chosen, all[c.Candidate])
	}
	if err := u.stand(ctx); err != nil {
		return err
	}
	return u.price(ctx)
}

// price works out the bill of what was chosen, and of the measures that are taken.
func (u *undertaking) price(ctx context.Context) error {
	var err error
	if u.proposed, err = u.cameras(ctx); err != nil {
		return err
	}
	u.billed, err = u.advisor.Book.bill(u.order(), u.asked.At)
	return err
}

func (u *undertaking) order() order {
	return order{cameras: u.proposed, measures: u.measures, project: u.project, existing: u.existing()}
}

// withBound gives what a plan reaches the bounds of a search that had more to spend. Its bound of the most ground, once
// required shares are met, is not among them: it holds beside the cameras that this search met them with.
func withBound(last, first []geo.Proof) []geo.Proof {
	out := slices.Clone(last)
	for k := range min(len(out), len(first)) {
		if out[k].Measure != first[k].Measure || k > 0 && out[k].Measure == geo.MostGround {
			continue
		}
		out[k].Bound = first[k].Bound
		out[k].Gap = math.Abs(out[k].Bound-out[k].Reached) / max(out[k].Bound, out[k].Reached, 1e-9)
	}
	return out
}

// sayBudget tells how the bill stands to the budget: by the middle of prices it is within, at their highest it may not be.
func (u *undertaking) sayBudget() {
	budget, total := u.asked.BudgetEUR, u.billed.bill.TotalEUR
	if budget == 0 {
		return
	}
	fr := func(eur float64) string { return grouped(whole(eur), "\u00a0") + " €" }
	en := func(eur float64) string { return "€" + grouped(whole(eur), ",") }
	if middle(total) > budget { // what is counted on without being bought, as an agreement to share images
		u.warnings.add("budget_beyond", "Sans aucune caméra, les mesures et accords déjà comptés coûtent "+fr(middle(total))+" : "+fr(middle(total)-budget)+
			" de plus que le budget.", "Without any camera, the measures and agreements that are counted cost "+en(middle(total))+": "+en(middle(total)-budget)+
			" more than the budget.")
		return
	}
	u.assume("budget",
		"Le budget de "+fr(budget)+" est tenu au milieu des fourchettes de prix : le devis entier, parties communes et mesures "+
			"comprises, y est de "+fr(middle(total))+".",
		"The budget of "+en(budget)+" is kept by the middle of the prices: the whole bill, with what is shared and the measures, "+
			"is "+en(middle(total))+" there.")
	if total.High > budget {
		u.warnings.add("budget_high", "Au plus haut des prix, le devis est de "+fr(total.High)+" : "+fr(total.High-budget)+" de plus que le budget.",
			"At the highest prices the bill is "+en(total.High)+": "+en(total.High-budget)+" more than the budget.")
	}
	if len(u.plan.chosen) == 0 {
		u.warnings.add("budget_no_camera", "Le budget ne paie aucune caméra avec ce qu’elle demande.",
			"The budget does not pay for any camera with what it takes.")
	}
}

// ofBudget says of an error that the search had what is left of a budget, and only so many cameras by it, unless they are as
// many as were asked for.
func (u *undertaking) ofBudget(err error, may purchase) error {
	var binding *geo.BindingError
	if u.asked.BudgetEUR == 0 || !errors.As(err, &binding) {
		return err
	}
	if binding.Constraint != geo.ByBudget && (binding.Constraint != geo.ByCount || may.count == u.asked.Count) {
		return err
	}
	return &geo.BindingError{Constraint: geo.ByBudget, Reason: fmt.Sprintf(
		"%s, of a budget of %.0f euros for the whole bill", binding.Reason, u.asked.BudgetEUR)}
}
