package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"vigie/advisory/report"
	"vigie/inventory"
)

// neededFile is what a --need file says.
type neededFile struct {
	Need    inventory.Need    `json:"need"`
	Needs   []inventory.Need  `json:"needs"`
	Project inventory.Project `json:"project"`
}

// request says what the flags ask, but for the place; what they say of the project goes before the file.
func (c recommendConfig) request() (inventory.RecommendationRequest, error) {
	request := inventory.RecommendationRequest{
		Assessment: inventory.ID(c.Assessment), Gap: c.Gap, Camera: inventory.ID(c.Camera), At: dayOf(c.At),
		Spots:    inventory.Spots{Facades: c.Facades, Grid: c.Grid, StepM: c.StepM, Bearings: c.Bearings},
		Profiles: c.Profiles, Count: c.Count, BudgetEUR: c.BudgetEUR, Strict: c.Strict, SpacingM: c.SpacingM,
		MaxDwellingM: c.MaxDwellingM, Times: c.Times, Removal: c.Removal,
	}
	for _, set := range c.Sets {
		request.Spots.Sets = append(request.Spots.Sets, inventory.ID(set))
	}
	if c.Candidates != "" {
		request.Spots.Sets = append(request.Spots.Sets, fileSet)
	}
	for _, text := range c.Phases {
		phase, err := readPhase(text)
		if err != nil {
			return request, err
		}
		request.Phases = append(request.Phases, phase)
	}
	needed, err := readNeeded(c.NeedFile)
	if err != nil {
		return request, err
	}
	request.Need, request.Needs, request.Project = needed.Need, needed.Needs, needed.Project
	c.describe(&request.Project)
	return request, nil
}

// describe adds what the flags say of the project.
func (c recommendConfig) describe(p *inventory.Project) {
	if c.Holder != "" {
		p.Holder = inventory.ID(c.Holder)
	}
	if c.HolderType != "" {
		p.HolderType = inventory.HolderType(c.HolderType)
	}
	if c.Department != "" {
		p.Department = c.Department
	}
	if c.RetentionDays != 0 {
		p.RetentionDays = &c.RetentionDays
	}
}

// readNeeded reads a --need file; a misspelt property is refused.
func readNeeded(name string) (needed neededFile, err error) {
	if name == "" {
		return needed, nil
	}
	text, err := os.ReadFile(name) //nolint:gosec // G304: opening the file that the user names is the work of the program
	if err != nil {
		return needed, err
	}
	decoder := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(text, []byte(byteOrderMark))))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&needed); err != nil {
		return needed, refused("%s: %w", name, err)
	}
	return needed, nil
}

// readPhase reads "Centre=5", five cameras, or "Centre=20000eur".
func readPhase(text string) (inventory.PhaseRequest, error) {
	name, bound := splitPair(text)
	if name == "" {
		bound = text
	}
	phase := inventory.PhaseRequest{Name: name}
	var err error
	if amount, isMoney := strings.CutSuffix(strings.ToLower(bound), "eur"); isMoney {
		phase.BudgetEUR, err = strconv.ParseFloat(amount, 64)
	} else {
		phase.Count, err = strconv.Atoi(bound)
	}
	if err != nil || phase.Count < 0 || phase.BudgetEUR < 0 {
		return phase, usage("--phase %q is not NAME=5, a number of cameras, or NAME=20000eur, a budget", text)
	}
	return phase, nil
}

// fileSet is what the candidates of a file are called together.
const fileSet = inventory.ID("file")

func candidateFile(name, crs string) scratchFile {
	return scratchFile{name, "--candidates-crs", inventory.ImportOptions{Kind: inventory.KindCandidates, CRS: crs, Set: fileSet}}
}

// publishPlan prints the tables and writes the files.
func (a *app) publishPlan(made inventory.Recommendation, under report.Backdrop, out string) error {
	if err := a.output("-", func(w io.Writer) error { return report.PlanTable(w, made) }); err != nil {
		return err
	}
	if out == "" {
		return nil
	}
	files, err := writePlan(out, made, under)
	p := printer{out: a.stdout, err: err}
	p.linef("")
	for _, name := range files {
		p.linef("Écrit / written  %s", name)
	}
	return p.err
}

// writePlan writes the files of a recommendation into a folder and gives their names.
func writePlan(folder string, made inventory.Recommendation, under report.Backdrop) ([]string, error) {
	made.Provenance = inventory.Provenance{} // so that the same plan gives the same bytes
	files := []struct {
		name  string
		write func(io.Writer) error
	}{
		{"recommendation.json", func(out io.Writer) error { return json.NewEncoder(out).Encode(made) }},
		{"plan.geojson", func(out io.Writer) error { return report.PlanGeoJSON(out, made) }},
		{"bill.csv", func(out io.Writer) error { return report.BillCSV(out, made) }},
		{"specification.md", func(out io.Writer) error { return report.PlanSpecification(out, made) }},
		{"map.svg", func(out io.Writer) error { return report.PlanMap(out, made, under) }},
		{"curve.svg", func(out io.Writer) error { return report.PlanCurve(out, made) }},
	}
	var written []string
	for _, file := range files {
		path := filepath.Join(folder, file.name)
		if err := writeFile(path, file.write); err != nil {
			return written, fmt.Errorf("%s: %w", file.name, err)
		}
		written = append(written, path)
	}
	return written, nil
}
