package main

import (
	"encoding/json"
	"fmt"
	"io"

	"vigie/inventory"
)

// rejectsShown is how many rejected rows are told on the terminal; the report file has them all.
const rejectsShown = 20

// printImport tells a report to a person, French first.
func printImport(out io.Writer, report inventory.ImportReport) error {
	p := printer{out: out}
	p.linef("Import de %s (%s)", report.Source, report.Kind)
	if report.DryRun {
		p.linef("Essai à blanc : rien n'est enregistré / dry run: nothing is stored")
	}
	if !report.DryRun {
		p.linef("Identifiant / identifier      %s", report.Import)
	}
	if report.CRS != "" {
		p.linef("Coordonnées / coordinates     %s", report.CRS)
	}
	if report.Key != "" {
		p.linef("Clé / key                     %s", report.Key)
	}
	p.linef("Lues / read                   %d", report.Read)
	p.linef("Ajoutées / added              %d", report.Added)
	p.linef("Modifiées / updated           %d", report.Updated)
	for _, change := range inventory.RowChanges() {
		if n := report.Changed.Count(change); n > 0 {
			p.linef("  %-28s%d", changeWords()[change], n)
		}
	}
	p.linef("Inchangées / unchanged        %d", report.Unchanged)
	if report.Retired > 0 {
		p.linef("Retirées / retired            %d", report.Retired)
	}
	p.linef("Refusées / rejected           %d", report.RejectedRows)
	if len(report.Assumed) > 0 {
		p.linef("Suppositions / assumptions:")
	}
	for _, note := range report.Assumed {
		p.linef("  - %s (lignes / rows: %d, dès / from %d)", note.Text, note.Rows, note.First)
	}
	p.rejects(report.Rejected)
	return p.err
}

// changeWords say what an import changed.
func changeWords() map[inventory.RowChange]string {
	return map[inventory.RowChange]string{
		inventory.RowRelabelled: "renommées / relabelled", inventory.RowMoved: "déplacées / moved",
		inventory.RowReshaped: "redessinées / reshaped", inventory.RowReaimed: "réorientées / re-aimed",
		inventory.RowReequipped: "rééquipées / re-equipped", inventory.RowRestated: "changées d'état / restated",
		inventory.RowReturned: "revenues / returned", inventory.RowOther: "autre / other",
	}
}

// printer writes lines until one fails.
type printer struct {
	out io.Writer
	err error
}

func (p *printer) linef(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.out, format+"\n", args...)
	}
}

func (p *printer) rejects(rejected []inventory.RowFault) {
	if len(rejected) > 0 {
		p.linef("Refus / rejected rows:")
	}
	for i, fault := range rejected {
		if i == rejectsShown {
			p.linef("  … et %d de plus / and %d more", len(rejected)-i, len(rejected)-i)
			return
		}
		p.linef("  - %s", describeFault(fault))
	}
}

func describeFault(fault inventory.RowFault) string {
	text := fmt.Sprintf("ligne / row %d", fault.Line)
	if fault.Key != "" {
		text += ", " + fault.Key
	}
	if fault.Field != "" {
		text += ", " + fault.Field
	}
	return text + ": " + fault.Reason
}

func writeJSON(out io.Writer, value any) error {
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}
