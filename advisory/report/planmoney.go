package report

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"vigie/inventory"
)

// billTables tell what the plan costs, lot by lot and phase by phase.
func billTables(out *bytes.Buffer, r inventory.RecommendationResult) {
	if len(r.Bill.Lines) == 0 {
		return
	}
	rows := grid{{"Lot", "Phase", "Coût HT"}}
	for _, l := range r.Bill.Lots {
		rows = append(rows, []string{l.Name.FR, fmt.Sprint(l.Phase), euros(l.CostEUR)})
	}
	rows = append(rows,
		[]string{"Total", "", euros(r.Bill.TotalEUR)},
		[]string{"Fonctionnement, par an", "", euros(r.Bill.YearlyEUR)},
		[]string{"Renouvellement à provisionner, par an", "", euros(r.Bill.RenewalEUR)})
	fmt.Fprintf(out, "\nDevis estimatif, hors taxes\n")
	rows.write(out, "lrr")
	if len(r.Phases) < 2 {
		return
	}
	phases := grid{{"Phase", "Caméras", "Coût HT", "Vu à la fin"}}
	for i, p := range r.Phases {
		name := fmt.Sprint(i + 1)
		if p.Name != "" {
			name += " · " + p.Name
		}
		phases = append(phases, []string{name, fmt.Sprint(p.Cameras), euros(p.CostEUR), surface(first(p.SeenM2))})
	}
	fmt.Fprintf(out, "\n")
	phases.write(out, "lrrr")
}

func subsidyTable(out *bytes.Buffer, r inventory.RecommendationResult) {
	s := r.Subsidy
	if s == nil {
		return
	}
	fmt.Fprintf(out, "\nAide publique, estimation sans valeur de promesse\n")
	rows := grid{{"", "Montant HT"}}
	rows = append(rows, []string{"Dépense éligible", euros(s.BaseEUR)}, []string{"Taux", spread(s.RatePct)},
		[]string{"Subvention", euros(s.AmountEUR)}, []string{"Autres fonds de l’État", euros(s.OtherEUR)},
		[]string{"Ensemble des aides", euros(s.TotalEUR)}, []string{"Reste au porteur", euros(s.HolderEUR)})
	rows.write(out, "lr")
}

func networkTable(out *bytes.Buffer, r inventory.RecommendationResult) {
	n := r.Network
	if len(r.Cameras) == 0 {
		return
	}
	fmt.Fprintf(out, "\nRéseau et enregistrement\n")
	bullet(out, fmt.Sprintf("Débit %s Mbit/s ; lien %s Mbit/s ; stockage %s To pour %s (%s) ; alimentation PoE %s W ; onduleurs %s Wh",
		number(n.BitrateMbps, 1), number(n.LinkMbps, 0), number(n.StorageTB, 1), count(n.RetentionDays, "jour", "jours"),
		count(n.Disks, "disque", "disques"), number(n.PoEW, 0), number(n.UPSWh, 0)))
}

func projectAdvice(out *bytes.Buffer, r inventory.RecommendationResult) {
	if len(r.Advice) == 0 {
		return
	}
	fmt.Fprintf(out, "\nRègles de conduite du projet\n")
	for _, a := range r.Advice {
		text := a.Title.FR
		if a.Verdict == "UNKNOWN" {
			text += " – à vérifier, manque : " + strings.Join(a.Missing, ", ")
		}
		bullet(out, a.Rule+" "+text)
	}
}

// BillCSV writes a bill of quantities as CSV (RFC 4180), with semicolons and decimal commas as French spreadsheets read
// them: one line an article, then the subtotals. Amounts are euros without tax.
func BillCSV(out io.Writer, r inventory.Recommendation) error {
	var text bytes.Buffer
	text.WriteString("\ufeff") // by which spreadsheets know UTF-8
	w := csv.NewWriter(&text)
	w.Comma, w.UseCRLF = ';', true
	lines := [][]string{{"phase", "lot", "article", "designation", "designation_en", "quantite", "unite", "pu_bas_eur_ht", "pu_haut_eur_ht",
		"bas_eur_ht", "haut_eur_ht", "source", "fiabilite", "regles"}}
	for _, l := range r.Result.Bill.Lines {
		lines = append(lines, []string{
			strconv.Itoa(l.Phase), lotName(r.Result.Bill, l.Lot), l.Article, l.Name.FR, l.Name.EN, comma(l.Quantity), l.Unit,
			comma(l.UnitEUR.Low), comma(l.UnitEUR.High), comma(l.CostEUR.Low), comma(l.CostEUR.High), l.Source, l.Verified, strings.Join(l.Rules, " "),
		})
	}
	total := func(phase, lot, name, english string, cost inventory.Range) []string {
		return []string{phase, lot, "", name, english, "", "", "", "", comma(cost.Low), comma(cost.High), "", "", ""}
	}
	for _, l := range r.Result.Bill.Lots {
		lines = append(lines, total(strconv.Itoa(l.Phase), l.Name.FR, "Sous-total", "Subtotal", l.CostEUR))
	}
	lines = append(lines,
		total("", "", "Total", "Total", r.Result.Bill.TotalEUR),
		total("", "", "Fonctionnement par an", "Running costs a year", r.Result.Bill.YearlyEUR),
		total("", "", "Renouvellement par an", "Renewal a year", r.Result.Bill.RenewalEUR))
	if err := w.WriteAll(lines); err != nil {
		return fmt.Errorf("write bill: %w", err)
	}
	if _, err := out.Write(text.Bytes()); err != nil {
		return fmt.Errorf("write bill: %w", err)
	}
	return nil
}

// comma writes a number as French spreadsheets read it.
func comma(v float64) string {
	return strings.Replace(strconv.FormatFloat(v, 'f', -1, 64), ".", ",", 1)
}
