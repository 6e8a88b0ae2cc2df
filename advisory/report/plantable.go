package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"vigie/inventory"
)

// maxMeasureRows and maxProposedRows are how many measures and cameras the tables of a plan show.
const maxMeasureRows, maxProposedRows = 12, 60

// PlanTable writes a recommendation as plain text, in French, for a terminal.
func PlanTable(out io.Writer, r inventory.Recommendation) error {
	var text bytes.Buffer
	result := r.Result
	heading := "Préconisation : " + planTitle(r)
	fmt.Fprintf(&text, "%s\n%s\n", heading, strings.Repeat("═", utf8.RuneCountInString(heading)))
	fmt.Fprintf(&text, "%s à surveiller · %s · échelle %s · règles et prix au %s\n", surface(result.GroundM2),
		count(len(result.Marginal), "caméra existante", "caméras existantes"), result.Scale, r.Request.At)
	fmt.Fprintf(&text, "Identifiant / identifier  %s\n", r.ID)
	gainTable(&text, result)
	placeTable(&text, result)
	measureTable(&text, result)
	proposedTable(&text, result)
	modelTable(&text, result)
	proofs(&text, result)
	billTables(&text, result)
	subsidyTable(&text, result)
	networkTable(&text, result)
	projectAdvice(&text, result)
	if len(result.Assumptions) > 0 {
		fmt.Fprintf(&text, "\nHypothèses\n")
		for _, h := range result.Assumptions {
			bullet(&text, h.Text.FR)
		}
	}
	if len(result.Warnings) > 0 {
		fmt.Fprintf(&text, "\nÀ savoir avant de citer un chiffre\n")
		for _, w := range result.Warnings {
			bullet(&text, w.Text.FR)
		}
	}
	fmt.Fprintf(&text, "\n%s\n", planEdition(result))
	if _, err := out.Write(text.Bytes()); err != nil {
		return fmt.Errorf("write table: %w", err)
	}
	return nil
}

// gainTable tells what is seen before and after, level by level.
func gainTable(out *bytes.Buffer, r inventory.RecommendationResult) {
	rows := grid{{"Niveau", "Densité", "Vu avant", "Vu après", "Gain", "De nuit avant", "De nuit après"}}
	for _, l := range r.Levels {
		rows = append(rows, []string{
			l.Name.FR, density(l.DensityPxM) + space + "px/m", percent(l.BeforePct), percent(l.AfterPct), signed(l.AfterM2 - l.BeforeM2),
			percent(l.NightBeforePct), percent(l.NightAfterPct),
		})
	}
	fmt.Fprintf(out, "\n")
	rows.write(out, "lrrrrrr")
}

// signed writes a surface with its sign.
func signed(m2 float64) string {
	if m2 < 0 {
		return "-" + surface(-m2)
	}
	return "+" + surface(m2)
}

// placeTable tells what becomes of the areas of interest.
func placeTable(out *bytes.Buffer, r inventory.RecommendationResult) {
	if len(r.Areas) == 0 {
		return
	}
	named := inventory.AssessmentResult{}
	for _, l := range r.Levels {
		named.Levels = append(named.Levels, inventory.LevelResult{Code: l.Code, Name: l.Name})
	}
	rows := grid{{"Lieu à couvrir", "Exigé", "Avant", "Après", "Verdict avant", "Verdict après"}}
	for _, a := range r.Areas {
		required := requirement(named, a.Requirement)
		if a.Times > 1 {
			required += fmt.Sprintf(", %d fois", a.Times)
		}
		rows = append(rows, []string{a.Name, required, optional(a.BeforePct), optional(a.AfterPct), verdict(a.Before), verdict(a.After)})
	}
	fmt.Fprintf(out, "\n")
	rows.write(out, "llrrll")
}

// bestGain is what a measure gains at the level at which it gains most: turned to see finer detail, a head may see less
// ground.
func bestGain(r inventory.RecommendationResult, m inventory.Measure) (gain, level string) {
	best := 0
	for i, m2 := range m.GainM2 {
		if m2 > m.GainM2[best] {
			best = i
		}
	}
	if best >= min(len(m.GainM2), len(r.Levels)) {
		return "–", "–"
	}
	return signed(m.GainM2[best]), r.Levels[best].Name.FR
}

// measureTable tells what could be done without a new camera.
func measureTable(out *bytes.Buffer, r inventory.RecommendationResult) {
	if len(r.Measures) == 0 {
		return
	}
	rows := grid{{"Sans caméra de plus", "Caméra", "Gain", "Au niveau", "Coût", "Retenu"}}
	shown := r.Measures[:min(len(r.Measures), maxMeasureRows)]
	for _, m := range shown {
		cost := "–"
		if m.CostEUR != nil {
			cost = euros(*m.CostEUR)
		}
		gain, level := bestGain(r, m)
		rows = append(rows, []string{
			measureName(m.Kind), cut(planCamera(r, m.Camera), 40), gain, level, cost, map[bool]string{true: "oui", false: "non"}[m.Taken],
		})
	}
	fmt.Fprintf(out, "\n")
	rows.write(out, "llrlrl")
	for _, m := range shown {
		if m.Taken {
			bullet(out, measureName(m.Kind)+" « "+planCamera(r, m.Camera)+" » : "+m.Why.FR)
		}
	}
	if more := len(r.Measures) - len(shown); more > 0 {
		fmt.Fprintf(out, "  … et %s\n", count(more, "autre", "autres"))
	}
}

// proposedTable tells what to buy, in the order in which it is best bought.
func proposedTable(out *bytes.Buffer, r inventory.RecommendationResult) {
	if len(r.Cameras) == 0 {
		return
	}
	rows := grid{{"Rang", "Près de", "Matériel", "Orientation", "Focale", "Champ", "Portée", "Elle seule", "Masques", "Coût HT", "Phase"}}
	for i, c := range r.Cameras[:min(len(r.Cameras), maxProposedRows)] {
		o := opticsText(c)
		rows = append(rows, []string{
			fmt.Sprint(i + 1), cut(place(c), 34), c.Profile, o[0], o[1], o[2], o[3], surface(first(c.ExclusiveM2)),
			fmt.Sprint(masks(c)), euros(c.CostEUR), fmt.Sprint(c.Phase),
		})
	}
	fmt.Fprintf(out, "\nCaméras proposées, dans l’ordre d’achat\n")
	rows.write(out, "rllrrrrrrrr")
	for i, c := range r.Cameras {
		if m := dwellingsM(c); m > 0 {
			bullet(out, fmt.Sprintf("%d : %s de façades d’habitations en vue avant masquage (CSI L251-3)", i+1, length(m)))
		}
	}
}

// opticsText is the bearing, the focal length, the field and the reach of a camera; of several heads, one after the other.
func opticsText(c inventory.ProposedCamera) (columns [4]string) {
	var parts [4][]string
	for i, h := range c.Camera.Heads {
		bearing := "–"
		if h.BearingDeg != nil {
			bearing = number(*h.BearingDeg, 0) + "°"
		}
		parts[0] = append(parts[0], bearing)
		if i > 0 { // the others are as the first
			continue
		}
		for _, o := range c.Optics[:min(1, len(c.Optics))] {
			parts[1] = append(parts[1], number(o.FocalMM, 1)+space+"mm")
			parts[2] = append(parts[2], number(o.HFOVDeg, 0)+"°")
			parts[3] = append(parts[3], length(o.FarM))
		}
	}
	for i := range columns {
		columns[i] = strings.Join(parts[i], " / ")
	}
	return columns
}

// masks counts the masks of a camera.
func masks(c inventory.ProposedCamera) (n int) {
	for _, h := range c.Camera.Heads {
		n += len(h.Masks)
	}
	return n
}

// dwellingsM is how many metres of walls of dwellings the camera has in view, at the level where it has most.
func dwellingsM(c inventory.ProposedCamera) float64 {
	byLevel, most := map[string]float64{}, 0.0
	for _, w := range c.Walls {
		byLevel[w.Level] += w.WallsM
		most = max(most, byLevel[w.Level])
	}
	return most
}

// proofs tells in words how good the plan is, what the search looked at, and what could go.
func proofs(out *bytes.Buffer, r inventory.RecommendationResult) {
	if len(r.Proofs)+len(r.Curve) == 0 && r.Spots.Spots == 0 {
		return
	}
	fmt.Fprintf(out, "\nCe que vaut ce plan\n")
	for _, p := range r.Proofs {
		bullet(out, p.Text.FR)
	}
	if s := r.Spots; s.Spots > 0 {
		bullet(out, fmt.Sprintf("%s et %s examinés ; écartés : zone interdite %d, espacement %d, dans un bâtiment %d, logements %d, ne voient rien %d",
			count(s.Spots, "emplacement", "emplacements"), count(s.Candidates, "caméra possible", "caméras possibles"),
			s.Forbidden, s.Spacing, s.Inside, s.Dwellings, s.Blind))
	}
	for _, t := range curvePoints(r.Curve) {
		bullet(out, fmt.Sprintf("%s : %s de ce qui est demandé", count(t.Cameras, "caméra", "caméras"), percent(t.SharePct)))
	}
	for _, c := range r.Marginal {
		if c.Removable {
			bullet(out, "Retirable sans rien perdre : "+planCamera(r, c.Camera))
		}
	}
}

// curvePoints are a few points of a curve, the last one among them.
func curvePoints(curve []inventory.TradeOff) []inventory.TradeOff {
	const most = 5
	if len(curve) <= most {
		return curve
	}
	var some []inventory.TradeOff
	for k := range most {
		some = append(some, curve[(k+1)*len(curve)/most-1])
	}
	return some
}
