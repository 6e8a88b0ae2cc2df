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
	// needs are what would give the facts that are worked out.
	needs  map[string][]string
	gains  map[string]*inventory.ScoreGain
	counts map[string]*inventory.SeverityCount
}

// score makes the figure of an audit, and all that explains it.
func (h *hearing) score(result inventory.AuditResult) inventory.AuditScore {
	weights := h.sessions[0].book.Params.severityWeights()
	t := tally{needs: needsOf(result.Unknowns), gains: map[string]*inventory.ScoreGain{}, counts: map[string]*inventory.SeverityCount{}}
	subjects := map[string]int{}
	for _, f := range result.Findings {
		if f.Verdict != string(VerdictNotApplicable) {
			subjects[f.Rule] += len(f.Subjects)
		}
	}
	for _, f := range result.Findings {
		t.count(f, weights)
		if n := subjects[f.Rule]; f.Verdict != string(VerdictNotApplicable) {
			t.weigh(h.rules[f.Rule], f, float64(len(f.Subjects))/float64(n), weights)
		}
	}
	return t.result(weights)
}

// count counts the verdicts of a finding.
func (t *tally) count(f inventory.AuditFinding, weights map[string]float64) {
	if t.counts[f.Severity] == nil {
		t.counts[f.Severity] = &inventory.SeverityCount{Severity: f.Severity, Weight: weights[f.Severity]}
	}
	n, c := len(f.Subjects), t.counts[f.Severity]
	switch Verdict(f.Verdict) {
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
func (t *tally) weigh(r *Rule, f inventory.AuditFinding, share float64, weights map[string]float64) {
	w := weights[string(r.Severity)]
	t.whole += w * share
	switch Verdict(f.Verdict) {
	case VerdictPass:
		t.earned += w * share
	case VerdictFail:
		loss := min(w, weights[f.Severity])
		t.earned += (w - loss) * share
		t.lost += loss * share
		t.gain(inventory.GainByRemedy, r.ID, f, loss*share).What = r.Remedy
	case VerdictUnknown:
		t.unknown += w * share
		lacking := f.Missing
		if len(lacking) == 0 { // an expression that fails
			t.gain(inventory.GainByRemedy, r.ID, f, w*share).What = r.Remedy
		}
		for _, name := range lacking {
			t.gain(inventory.GainByFact, name, f, w*share/float64(len(lacking))).What = t.toMakeKnown(name)
		}
	case VerdictNotApplicable, VerdictApplies:
	}
}

func (t *tally) gain(kind inventory.GainKind, name string, f inventory.AuditFinding, weight float64) *inventory.ScoreGain {
	key := string(kind) + " " + name
	g := t.gains[key]
	if g == nil {
		g = &inventory.ScoreGain{Kind: kind, Name: name, Rules: []string{}}
		t.gains[key] = g
	}
	g.GainPct += weight
	g.Findings += len(f.Subjects)
	if !slices.Contains(g.Rules, f.Rule) {
		g.Rules = append(g.Rules, f.Rule)
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
func (t *tally) result(weights map[string]float64) inventory.AuditScore {
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
		c := inventory.SeverityCount{Severity: string(severity), Weight: weights[string(severity)]}
		if found := t.counts[c.Severity]; found != nil {
			c = *found
		}
		score.Counts = append(score.Counts, c)
	}
	for _, key := range slices.Sorted(maps.Keys(t.gains)) {
		g := *t.gains[key]
		g.GainPct = roundPct(pct(g.GainPct))
		slices.Sort(g.Rules)
		score.Gains = append(score.Gains, g)
	}
	slices.SortStableFunc(score.Gains, func(a, b inventory.ScoreGain) int { return cmp.Compare(b.GainPct, a.GainPct) })
	score.Formula, score.Summary = formula(weights), summary(score)
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
