package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"vigie/inventory"
)

// kindLabel is what an official calls a kind, French first.
func kindLabel(kind string) string {
	switch kind {
	case "holders":
		return "Détenteurs / holders"
	case "deployments":
		return "Systèmes / deployments"
	case "cameras":
		return "Caméras / cameras"
	case "areas":
		return "Zones / areas"
	case "obstacles":
		return "Obstacles / obstacles"
	case "assessments":
		return "Études / assessments"
	case "audits":
		return "Audits / audits"
	case "answers":
		return "Réponses / answers"
	case "candidates":
		return "Lieux / candidates"
	case "recommendations":
		return "Préconisations / recommendations"
	case "equipment":
		return "Matériels / equipment"
	case "accounts":
		return "Comptes / accounts"
	case "sessions":
		return "Sessions / sessions"
	case "conventions":
		return "Conventions / sharing agreements"
	case "journal":
		return "Journal / journal"
	}
	return kind
}

// printCopy tells a person what a copy or a restore did and what was found afterwards.
func printCopy(out io.Writer, report inventory.CopyReport, same bool) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	p := printer{out: table}
	p.linef("Genre / kind\tLus / read\tAjoutés / added\tRemplacés / replaced\tInchangés / unchanged\tAutres / others\tSHA-256")
	records := 0
	for _, kind := range report.Kinds {
		sum := short(kind.Source.SHA256)
		if kind.Source != kind.Destination {
			sum = fmt.Sprintf("%s ≠ %s (%d)", sum, short(kind.Destination.SHA256), kind.Destination.Records)
		}
		p.linef("%s\t%d\t%d\t%d\t%d\t%d\t%s",
			kindLabel(kind.Kind), kind.Source.Records, kind.Added, kind.Replaced, kind.Unchanged, kind.Others, sum)
		records += kind.Source.Records
	}
	if p.err == nil {
		p.err = table.Flush()
	}
	p.out = out
	if same {
		p.linef("Vérifié / verified: %d", records)
	} else {
		p.linef("Différent / not the same")
	}
	return p.err
}

// short is the beginning of a SHA-256, enough to tell it from another by eye.
func short(sum string) string { return sum[:min(16, len(sum))] }

// printArchive tells a person what is in an archive.
func printArchive(out io.Writer, manifest inventory.ArchiveManifest) error {
	p := printer{out: out}
	p.linef("Sauvegarde du / backup of     %s", manifest.Created)
	p.linef("Par / by                      vigie %s", manifest.Software)
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	p.out = table
	p.linef("Genre / kind\tNombre / number\tSHA-256")
	for _, kind := range manifest.Kinds {
		p.linef("%s\t%d\t%s", kindLabel(kind.Kind), kind.Records, kind.SHA256)
	}
	if p.err == nil {
		p.err = table.Flush()
	}
	return p.err
}
