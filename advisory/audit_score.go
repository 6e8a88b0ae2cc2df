package advisory

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"vigie/inventory"
)

// How an audit is scored. Each rule r that applies to n subjects weighs w, the weight of its severity (a parameter of the
// book). A subject that passes earns w/n; one that fails with a lesser severity of weight v earns (w−v)/n; one that fails,
// or of which the verdict is unknown, nothing:
//
//	score = 100 · Σ earned / Σ w
//
// So a rule counts once, whether it judges one deployment or a hundred cameras, and what is unknown never counts as
// passed. What breaches and unknowns lose, with the score, makes 100.

// tally is the weight of an audit, and what becomes of it.
type tally struct {
	whole, earned, lost, unknown float64
	weights                      map[string]float64
	// needs are what would give the facts that are worked out.
	needs  map[string][]string
	gains  map[gainOf]*inventory.ScoreGain
	counts map[Severity]*inventory.SeverityCount
}

// gainOf is what would raise a score: a fact to make known, or a rule to comply with.
type gainOf struct {
	kind inventory.GainKind
	name string
}

// score makes the figure of an audit, and all that explains it, of the groups in an order of their ranks.
func (h *hearing) score(result inventory.AuditResult, order []int) inventory.AuditScore {
	t := tally{
		weights: h.sessions[0].book.Params.severityWeights(), needs: needsOf(result.Unknowns),
		gains: map[gainOf]*inventory.ScoreGain{}, counts: map[Severity]*inventory.SeverityCount{},
	}
	subjects := make([]int, h.sessions[0].count)
	for i := range h.notes.groups {
		if g := &h.notes.groups[i]; g.verdict != VerdictNotApplicable {
			subjects[g.rule.number] += g.size()
		}
	}
	for _, rank := range order {
		g := &h.notes.groups[rank]
		t.count(g.severity, g.verdict, g.size())
		if g.verdict != VerdictNotApplicable {
			t.weigh(g, float64(g.size())/float64(subjects[g.rule.number]))
		}
	}
	return t.result()
}

// count counts n verdicts.
func (t *tally) count(severity Severity, verdict Verdict, n int) {
	c := t.counts[severity]
	if c == nil {
		c = &inventory.SeverityCount{Severity: string(severity), Weight: t.weights[string(severity)]}
		t.counts[severity] = c
	}
	switch verdict {
	case VerdictPass:
		c.Pass += n
	case VerdictFail:
		c.Fail += n
	case VerdictUnknown:
		c.Unknown += n
	case VerdictNotApplicable:
		c.NotApplicable += n
	case VerdictApplies: // of rules that recommend, which are not judged here
	}
}

// weigh adds a share of a rule to what is earned, lost or unknown.
func (t *tally) weigh(g *noted, share float64) {
	r := g.rule
	w := t.weights[string(r.Severity)]
	t.whole += w * share
	switch g.verdict {
	case VerdictPass:
		t.earned += w * share
	case VerdictFail:
		loss := min(w, t.weights[string(g.severity)])
		t.earned += (w - loss) * share
		t.lost += loss * share
		t.gain(gainOf{inventory.GainByRemedy, r.ID}, g, loss*share).What = r.Remedy
	case VerdictUnknown:
		t.unknown += w * share
		if len(g.missing) == 0 { // an expression that fails
			t.gain(gainOf{inventory.GainByRemedy, r.ID}, g, w*share).What = r.Remedy
		}
		for _, name := range g.missing {
			if gain := t.gain(gainOf{inventory.GainByFact, name}, g, w*share/float64(len(g.missing))); gain.What.FR == "" {
				gain.What = t.toMakeKnown(name)
			}
		}
	case VerdictNotApplicable, VerdictApplies:
	}
}

func (t *tally) gain(of gainOf, found *noted, weight float64) *inventory.ScoreGain {
	g := t.gains[of]
	if g == nil {
		g = &inventory.ScoreGain{Kind: of.kind, Name: of.name, Rules: []string{}}
		t.gains[of] = g
	}
	g.GainPct += weight
	g.Findings += found.size()
	if !slices.Contains(g.Rules, found.rule.ID) {
		g.Rules = append(g.Rules, found.rule.ID)
	}
	return g
}

// needsOf are the fields that would give each of the facts that are worked out.
func needsOf(unknowns []inventory.UnknownFact) map[string][]string {
	needs := map[string][]string{}
	for _, u := range unknowns {
		for _, name := range u.Needs {
			if !slices.Contains(needs[u.Fact], name) {
				needs[u.Fact] = append(needs[u.Fact], name)
			}
		}
	}
	return needs
}

// toMakeKnown says which fact to give, or what would give it.
func (t *tally) toMakeKnown(name string) inventory.Text {
	label, needs := labelOf(name), t.needs[name]
	if len(needs) == 0 || slices.Equal(needs, []string{name}) {
		return inventory.Text{FR: "Renseigner : " + label.FR, EN: "Make known: " + label.EN}
	}
	var fr, en []string
	for _, need := range needs {
		fr, en = append(fr, labelOf(need).FR), append(en, labelOf(need).EN)
	}
	return inventory.Text{
		FR: "Renseigner : " + strings.Join(fr, " ; ") + " (pour établir : " + label.FR + ")",
		EN: "Make known: " + strings.Join(en, "; ") + " (to work out: " + label.EN + ")",
	}
}

// labelOf is what a fact or a field is called.
func labelOf(name string) inventory.Text {
	if fact := factNamed(name); fact != nil {
		return fact.Label
	}
	if label, known := fieldLabels()[name]; known {
		return label
	}
	return inventory.Text{FR: name, EN: name}
}

// result rounds down what is earned, and ranks the gains.
func (t *tally) result() inventory.AuditScore {
	pct := func(part float64) float64 {
		if t.whole <= 0 {
			return 0
		}
		return part / t.whole * 100
	}
	score := inventory.AuditScore{
		ScorePct: floorPct(pct(t.earned)), CeilingPct: floorPct(pct(t.earned + t.unknown)),
		UnknownPct: roundPct(pct(t.unknown)), LostPct: roundPct(pct(t.lost)),
		Counts: []inventory.SeverityCount{}, Gains: []inventory.ScoreGain{},
	}
	for _, severity := range Severities() {
		c := inventory.SeverityCount{Severity: string(severity), Weight: t.weights[string(severity)]}
		if found := t.counts[severity]; found != nil {
			c = *found
		}
		score.Counts = append(score.Counts, c)
	}
	byName := func(a, b gainOf) int { return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.name, b.name)) }
	for _, of := range slices.SortedFunc(maps.Keys(t.gains), byName) {
		g := *t.gains[of]
		g.GainPct = roundPct(pct(g.GainPct))
		slices.Sort(g.Rules)
		score.Gains = append(score.Gains, g)
	}
	slices.SortStableFunc(score.Gains, func(a, b inventory.ScoreGain) int { return cmp.Compare(b.GainPct, a.GainPct) })
	score.Formula, score.Summary = formula(t.weights), summary(score)
	return score
}

// rounding is what floating point may lose of a sum of shares.
const rounding = 1e-9

func floorPct(pct float64) float64 { return math.Floor(pct*100+rounding*100) / 100 }

func roundPct(pct float64) float64 { return math.Round(pct*100) / 100 }

func formula(weights map[string]float64) inventory.Text {
	var fr, en []string
	for _, s := range Severities() {
		fr = append(fr, fmt.Sprintf("%s %g", s, weights[string(s)]))
		en = append(en, fmt.Sprintf("%s %g", s, weights[string(s)]))
	}
	return inventory.Text{
		FR: "Note = 100 × poids acquis / poids des règles applicables. Poids par gravité : " + strings.Join(fr, ", ") +
			". Chaque règle compte une fois, pour la part des objets qui la respectent ; un écart de moindre gravité ne perd que le " +
			"poids de celle-ci ; un verdict inconnu n’acquiert rien.",
		EN: "Score = 100 × weight earned / weight of the rules that apply. Weights by severity: " + strings.Join(en, ", ") +
			". Each rule counts once, for the part of its subjects that pass it; a breach of a lesser severity loses the weight of that " +
			"severity alone; an unknown verdict earns nothing.",
	}
}

// summary says the figure with what must not be read without it.
func summary(s inventory.AuditScore) inventory.Text {
	var fails, unknown, blockers int
	for _, c := range s.Counts {
		fails, unknown = fails+c.Fail, unknown+c.Unknown
		if c.Severity == string(Blocker) {
			blockers = c.Fail
		}
	}
	figure := func(pct float64) string { return strings.Replace(fmt.Sprintf("%.2f", pct), ".", ",", 1) }
	return inventory.Text{
		FR: fmt.Sprintf("Note de %s %%, qui pourrait atteindre %s %% si tout ce qui est inconnu était conforme. %s, dont %s ; %s.",
			figure(s.ScorePct), figure(s.CeilingPct), fr(fails, "écart", "écarts"), fr(blockers, "bloquant", "bloquants"),
			fr(unknown, "verdict inconnu", "verdicts inconnus")),
		EN: fmt.Sprintf("Score %.2f %%, which might reach %.2f %% were all that is unknown as it should. %s, of which %d blocking; %s.",
			s.ScorePct, s.CeilingPct, en(fails, "breach", "breaches"), blockers, en(unknown, "unknown verdict", "unknown verdicts")),
	}
}
