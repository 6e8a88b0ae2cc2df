package main

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"vigie/advisory/report"
	"vigie/inventory"
)

// recommendConfig is the plan that the user asks for; the place is that of assessConfig.
type recommendConfig struct {
	At, Format string
	Keep       bool
	// Assessment, Gap and Camera narrow it.
	Assessment, Camera string
	Gap                int
	// Where cameras can be put: sets of the store, a file of candidates beside a file of cameras, generated places.
	Sets                      []string
	Candidates, CandidatesCRS string
	Facades, Grid             bool
	StepM                     float64
	Bearings                  int
	// What bounds the plan.
	Count        int
	BudgetEUR    float64
	Phases       []string
	Profiles     []string
	SpacingM     float64
	MaxDwellingM *float64
	Times        int
	Strict       bool
	Removal      bool
	// What is known of the project, and of what is needed.
	Holder, Department, HolderType string
	RetentionDays                  int
	NeedFile                       string
}

func (a *app) recommendCommand() *cobra.Command {
	c := &a.config.Recommend
	cmd := &cobra.Command{
		Use:   "recommend",
		Short: "Say what to buy and where to put it, with a bill and a specification",
		Long: `Recommend turns what a place needs into a plan: first what can be had without a new camera, then the best places and
bearings of new ones among candidates, each with its optics, equipment profile, masks and cost. Every figure is computed by
the exact engine, and a bound proves how good the plan is. It prints tables; --out also writes recommendation.json,
plan.geojson, bill.csv, specification.md, map.svg and curve.svg.

What must be met are the requirements of the areas of interest. --count and --budget bound the plan; without either it meets
the requirements with as little as can be. The same inputs give the same bytes.`,
		Example: `  vigie recommend --commune 34172 --areas gare,ecoles --set street-lights --count 20 --assume dome-ptz-2mp --out plan
  vigie recommend --perimeter town.geojson --cameras cameras.csv --candidates lamps.geojson --grid --count 5`,
		Args: atMost(0),
	}
	flags := cmd.Flags()
	a.placeFlags(flags)
	a.interestFlags(flags)
	flags.StringVar(&c.At, "at", "", "`day` of the rules and prices, as 2026-11-22 (default: today)")
	flags.StringVar(&c.Assessment, "assessment", "", "`identifier` of a study that was kept, whose ground and cameras are taken")
	flags.IntVar(&c.Gap, "gap", 0, "`rank` of one gap of the --assessment to attend to")
	flags.StringVar(&c.Camera, "camera", "", "`identifier` of one existing camera to advise on")
	c.spotFlags(flags)
	c.planFlags(flags)
	c.projectFlags(flags)
	flags.StringVar(&c.Format, "format", "table", "`format` of what is printed: table or json")
	flags.BoolVar(&c.Keep, "keep", false, "keep the recommendation in the store")
	flags.StringVar(&a.config.Assess.Out, "out", "", "`folder` to write the results to")
	return a.bind(cmd, action{faults: a.recommendFaults, do: a.recommend})
}

// interestFlags say what is of interest in a place.
func (a *app) interestFlags(flags *pflag.FlagSet) {
	c := &a.config.Assess
	flags.StringVar(&c.Name, "name", "", "`title` of the plan")
	flags.StringSliceVar(&c.Areas, "areas", nil, "areas of interest: `identifiers`, or with --cameras one file")
	flags.StringVar(&c.AreasCRS, "areas-crs", "", "coordinate `system` of the --areas file")
	flags.StringVar(&c.GapLevel, "gap-level", "", "`level` of what is seen and drawn (default: the lowest)")
}

// spotFlags say where cameras can be put.
func (c *recommendConfig) spotFlags(flags *pflag.FlagSet) {
	flags.StringSliceVar(&c.Sets, "set", nil, "`names` of sets of candidates of the store, as street-lights")
	flags.StringVar(&c.Candidates, "candidates", "", "`file` of candidates, with --cameras")
	flags.StringVar(&c.CandidatesCRS, "candidates-crs", "", "coordinate `system` of the --candidates file")
	flags.BoolVar(&c.Facades, "facades", false, "corners of buildings are candidates too")
	flags.BoolVar(&c.Grid, "grid", false, "places on a grid over the ground are candidates too")
	flags.Float64Var(&c.StepM, "step", 0, "`metres` between candidates along streets and on the grid (default: 25)")
	flags.IntVar(&c.Bearings, "bearings", 0, "`number` of directions in which each camera could look (default: 12)")
}

// planFlags bound the plan.
func (c *recommendConfig) planFlags(flags *pflag.FlagSet) {
	flags.IntVar(&c.Count, "count", 0, "`number` of cameras to propose at most")
	flags.Float64Var(&c.BudgetEUR, "budget", 0, "`euros` without tax that the whole bill may come to, by the middle of its prices")
	flags.StringArrayVar(&c.Phases, "phase", nil, "a part of the works, as `NAME=5` (cameras) or NAME=20000eur; may be repeated")
	flags.StringSliceVar(&c.Profiles, "profile", nil, "`identifiers` of the equipment profiles that may be proposed (default: by the rules)")
	flags.Float64Var(&c.SpacingM, "spacing", 0, "least distance between supports, `metres`")
	flags.Var(optionalNumber{&c.MaxDwellingM}, "max-dwelling",
		"`metres` of walls of dwellings that a camera may have in view before masks (default: masks are proposed)")
	flags.IntVar(&c.Times, "times", 0, "by how many cameras critical areas are to be seen (default: 2), a `number`")
	flags.BoolVar(&c.Strict, "strict", false, "refuse a plan that leaves a requirement unmet, and say which constraint binds")
	flags.BoolVar(&c.Removal, "removal", false, "tell which existing cameras could go")
}

// projectFlags say what is known of the project; --need says the rest of it.
func (c *recommendConfig) projectFlags(flags *pflag.FlagSet) {
	flags.StringVar(&c.Holder, "holder", "", "`identifier` of who would hold the cameras")
	flags.StringVar(&c.HolderType, "holder-type", "", "`type` of the holder, as commune, where none is named")
	flags.StringVar(&c.Department, "department", "", "INSEE `code` of the département, for the aid that can be had")
	flags.IntVar(&c.RetentionDays, "retention", 0, "`days` for which images are kept")
	flags.StringVar(&c.NeedFile, "need", "", `JSON `+"`file`"+` {"need": {…}, "needs": [{"area": …}], "project": {…}} of what is needed`)
}

func (a *app) recommendFaults(args []string) []string {
	c := a.config.Recommend
	var faults []string
	if c.Assessment == "" {
		faults = a.assessFaults(args)
	} else {
		faults = append(a.storeFaults(), a.idlePlaceFaults()...)
	}
	faults = append(faults, dayFaults(c.At)...)
	faults = append(faults, oneOf("format", c.Format, "table", "json")...)
	files := a.config.Assess.Cameras != ""
	switch {
	case c.Gap != 0 && c.Assessment == "":
		faults = append(faults, "--gap is the rank of a gap of a study: name it with --assessment")
	case files && len(c.Sets) > 0:
		faults = append(faults, "--set names candidates of the store; with --cameras, give a file with --candidates")
	case files && c.Keep:
		faults = append(faults, "--keep needs a store: a plan of files is not kept")
	case !files && c.Candidates != "":
		faults = append(faults, "--candidates needs --cameras: it describes a file; candidates of the store are named with --set")
	}
	if c.CandidatesCRS != "" && c.Candidates == "" {
		faults = append(faults, "--candidates-crs needs --candidates")
	}
	for _, text := range c.Phases {
		if _, err := readPhase(text); err != nil {
			faults = append(faults, err.Error())
		}
	}
	return faults
}

// idlePlaceFaults are the flags that say where, beside a study that says it.
func (a *app) idlePlaceFaults() (faults []string) {
	c := a.config.Assess
	for _, flag := range []struct{ name, value string }{
		{"commune", c.Commune}, {"area", c.Area}, {"perimeter", c.Perimeter}, {"cameras", c.Cameras},
	} {
		if flag.value != "" {
			faults = append(faults, fmt.Sprintf("--%s does not go with --assessment, which says where", flag.name))
		}
	}
	return faults
}

func (a *app) recommend(ctx context.Context, _ []string) error {
	request, err := a.config.Recommend.request()
	if err != nil {
		return err
	}
	request.Name = a.config.Assess.Name
	if request.Assessment != "" {
		return a.withExistingStore(ctx, a.config.Store, func(store inventory.Store) error { return a.plan(ctx, store, request) })
	}
	return a.withPlace(ctx, func(store inventory.Store, study inventory.AssessmentRequest) error {
		request.Study = &study
		return a.plan(ctx, store, request)
	})
}

// planGarbagePct is how much of the heap may be garbage before it is collected, percent: a search among tens of thousands of
// places makes much of it.
const planGarbagePct = 40

// plan makes one recommendation, keeps it when asked to, prints it and writes its files.
func (a *app) plan(ctx context.Context, store inventory.Store, request inventory.RecommendationRequest) error {
	defer debug.SetGCPercent(debug.SetGCPercent(planGarbagePct))
	advisor, err := a.newAdvisor(store)
	if err != nil {
		return err
	}
	made, err := advisor.Recommend(ctx, request)
	if err != nil {
		return err
	}
	if a.config.Recommend.Keep {
		if err := keepRecommendation(ctx, store, made); err != nil {
			return err
		}
	}
	if a.config.Recommend.Format == "json" {
		return json.NewEncoder(a.stdout).Encode(made)
	}
	under, err := report.Buildings(ctx, store, made)
	if err != nil {
		return err
	}
	return a.publishPlan(made, under, a.config.Assess.Out)
}

// keepRecommendation stores a recommendation; made again from the same facts by the same book it is the same record.
func keepRecommendation(ctx context.Context, store inventory.Store, made inventory.Recommendation) error {
	now := inventory.InstantOf(time.Now())
	made.Provenance = inventory.Provenance{Source: "vigie recommend", UpdatedAt: &now}
	if err := store.Recommendations().Put(ctx, made); err != nil {
		return fmt.Errorf("keep the recommendation: %w", err)
	}
	return nil
}
