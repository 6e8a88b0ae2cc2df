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
	p.line("Import de %s (%s)", report.Source, report.Kind)
	if report.DryRun {
		p.line("Essai à blanc : rien n'est enregistré / dry run: nothing is stored")
	}
	if report.CRS != "" {
		p.line("Coordonnées / coordinates     %s", report.CRS)
	}
	if report.Key != "" {
		p.line("Clé / key                     %s", report.Key)
	}
	p.line("Lues / read                   %d", report.Read)
	p.line("Ajoutées / added              %d", report.Added)
	p.line("Modifiées / updated           %d", report.Updated)
	p.line("Inchangées / unchanged        %d", report.Unchanged)
	p.line("Refusées / rejected           %d", report.RejectedRows)
	if len(report.Assumed) > 0 {
		p.line("Suppositions / assumptions:")
	}
	for _, note := range report.Assumed {
		p.line("  - %s (lignes / rows: %d, dès / from %d)", note.Text, note.Rows, note.First)
	}
	p.rejects(report.Rejected)
	return p.err
}

// printer writes lines until one fails.
type printer struct {
	out io.Writer
	err error
}

func (p *printer) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.out, format+"\n", args...)
	}
}

func (p *printer) rejects(rejected []inventory.RowFault) {
	if len(rejected) > 0 {
		p.line("Refus / rejected rows:")
	}
	for i, fault := range rejected {
		if i == rejectsShown {
			p.line("  … et %d de plus / and %d more", len(rejected)-i, len(rejected)-i)
			return
		}
		p.line("  - %s", describeFault(fault))
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
