package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
	"github.com/spf13/cobra"

	"vigie/advisory/report"
	"vigie/inventory"
	"vigie/scripts/demotown"
)

// demoConfig is what the user wants of the demonstration.
type demoConfig struct {
	// Store is apart from that of the other commands, whose default is another file.
	Store string
	Out   string
	Serve bool
}

func (a *app) demoCommand() *cobra.Command {
	c := &a.config.Demo
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Make a town that does not exist, and show what its cameras see",
		Long: `Demo makes ` + demotown.CommuneName + `, a town that does not exist: its streets, buildings, places to watch and
the cameras of three holders. It stores them, computes their coverage, advises on one place, prints the tables and writes
the results; the town's own files go to the town folder beside them, to try import and assess on. Run twice, it changes nothing.`,
		Example: "  vigie demo --out out --serve --access open\n  vigie assess --perimeter out/town/areas.geojson --commune " +
			demotown.CommuneCode + " --cameras out/town/cameras.geojson",
		Args: atMost(0),
	}
	flags := cmd.Flags()
	flags.StringVar(&c.Store, "store", defaultStore(a.env, "demo.db"), storeHelp)
	a.waitFlag(flags)
	a.bookFlag(flags)
	flags.StringVar(&a.config.Addr, "addr", defaultAddr, "`host:port` to serve on, with --serve")
	flags.StringVar(&c.Out, "out", "out", "`folder` to write the results to")
	flags.BoolVar(&c.Serve, "serve", false, "serve the API on the town when done")
	a.accessFlag(flags)
	return a.bind(cmd, action{faults: a.demoFaults, do: a.demo})
}

func (a *app) demoFaults([]string) []string {
	faults := append(addressFaults("store", a.config.Demo.Store), a.waitFaults()...)
	if a.config.Demo.Out == "" {
		faults = append(faults, "--out is needed: the folder to write the results to")
	}
	if a.config.Demo.Serve {
		faults = append(faults, oneOf("access", a.config.Serve.Access, accessOpen, accessKeys)...)
		faults = append(faults, addrFaults(a.config.Addr)...)
	}
	return faults
}

func (a *app) demo(ctx context.Context, _ []string) error {
	town := demotown.Make(demotown.DefaultSeed)
	return a.withRawStore(ctx, a.config.Demo.Store, func(raw inventory.Store) error {
		makeIn := a.told(ctx, func(store inventory.Store) error { return a.makeDemo(ctx, store, town) })
		if err := makeIn(raw); err != nil || !a.config.Demo.Serve {
			return err
		}
		return a.serveStore(ctx, raw)
	})
}

// makeDemo stores the town, and computes and writes what there is to show of it.
func (a *app) makeDemo(ctx context.Context, store inventory.Store, town demotown.Town) error {
	if err := storeTown(ctx, store, town); err != nil {
		return err
	}
	assessment, err := a.assessStore(ctx, store, inventory.AssessmentRequest{
		Name: demotown.CommuneName, Commune: demotown.CommuneCode,
	})
	if err != nil {
		return err
	}
	if err := keepAssessment(ctx, store, assessment); err != nil {
		return err
	}
	out := a.config.Demo.Out
	if err := writeTown(ctx, filepath.Join(out, "town"), town); err != nil {
		return err
	}
	if err := a.publish(assessment, townBackdrop(town), out); err != nil {
		return err
	}
	return a.demoPlan(ctx, store, town)
}

// The place that the demonstration advises on, and the set of candidates that the lamps of the town are.
const (
	demoPlace = inventory.ID("demo-stade")
	demoLamps = inventory.ID("street-lights")
)

// demoPlan advises on one place of the town that is seen too little: a plan of two cameras on its lamps.
func (a *app) demoPlan(ctx context.Context, store inventory.Store, town demotown.Town) error {
	advisor, err := a.newAdvisor(store)
	if err != nil {
		return err
	}
	made, err := advisor.Recommend(ctx, inventory.RecommendationRequest{
		Study: &inventory.AssessmentRequest{Area: demoPlace, Areas: []inventory.ID{demoPlace}},
		At:    dayOf(""), Spots: inventory.Spots{Sets: []inventory.ID{demoLamps}}, Count: 2,
	})
	if err != nil {
		return err
	}
	p := printer{out: a.stdout}
	p.linef("")
	return errors.Join(p.err, a.publishPlan(made, townBackdrop(town), filepath.Join(a.config.Demo.Out, "plan")))
}

// lampCandidates are the lamps of a town, on which cameras could be put.
func lampCandidates(town demotown.Town) []inventory.Candidate {
	lamps := make([]inventory.Candidate, len(town.Lamps))
	for i, at := range town.Lamps {
		lamps[i] = inventory.Candidate{
			ID: inventory.ID(fmt.Sprintf("demo-lamp-%d", i+1)), Set: demoLamps, Kind: "lamp", Commune: demotown.CommuneCode,
			Geometry: inventory.Outline{Geometry: at},
		}
	}
	return lamps
}

// storeTown puts the town into a store; again, it changes nothing.
func storeTown(ctx context.Context, store inventory.Store, town demotown.Town) error {
	return errors.Join(
		store.Holders().Put(ctx, town.Holders...),
		store.Deployments().Put(ctx, town.Deployments...),
		store.Areas().Put(ctx, town.Areas...),
		store.Obstacles().Put(ctx, town.Obstacles...),
		store.Cameras().Put(ctx, town.Cameras...),
		store.Candidates().Put(ctx, lampCandidates(town)...),
	)
}

// keepAssessment stores an assessment that is not there yet, so that the API can show it.
func keepAssessment(ctx context.Context, store inventory.Store, assessment inventory.Assessment) error {
	_, err := store.Assessments().Get(ctx, assessment.ID)
	if errors.Is(err, inventory.ErrNotFound) {
		return store.Assessments().Put(ctx, timeless(assessment))
	}
	return err
}

func townBackdrop(town demotown.Town) report.Backdrop {
	var under report.Backdrop
	for _, building := range town.Obstacles {
		under.Buildings = append(under.Buildings, orb.MultiPolygon(building.Geometry))
	}
	for _, street := range town.Streets {
		under.Streets = append(under.Streets, street.Line)
	}
	return under
}

// writeTown writes the town's own files into a folder: what a reader can import.
func writeTown(ctx context.Context, folder string, town demotown.Town) error {
	return withScratchStore(ctx, func(store inventory.Store) error {
		if err := storeTown(ctx, store, town); err != nil {
			return err
		}
		for name, kind := range map[string]inventory.Kind{
			"holders.json": kindHolders, "deployments.json": kindDeployments, "cameras.geojson": inventory.KindCameras,
			"areas.geojson": inventory.KindAreas, "obstacles.geojson": inventory.KindObstacles,
		} {
			c := exportConfig{Kind: string(kind), Out: name}
			err := writeFile(filepath.Join(folder, name), func(out io.Writer) error {
				return c.write(ctx, store, out, inventory.Query{})
			})
			if err != nil {
				return err
			}
		}
		return errors.Join(
			writeFeatures(filepath.Join(folder, "streets.geojson"), streetFeatures(town)),
			writeFeatures(filepath.Join(folder, "lamps.geojson"), lampFeatures(town)),
		)
	})
}

func streetFeatures(town demotown.Town) *geojson.FeatureCollection {
	streets := geojson.NewFeatureCollection()
	for _, street := range town.Streets {
		feature := geojson.NewFeature(street.Line)
		feature.Properties["name"] = street.Name
		streets.Append(feature)
	}
	return streets
}

func lampFeatures(town demotown.Town) *geojson.FeatureCollection {
	lamps := geojson.NewFeatureCollection()
	for _, lamp := range town.Lamps {
		lamps.Append(geojson.NewFeature(lamp))
	}
	return lamps
}

func writeFeatures(name string, features *geojson.FeatureCollection) error {
	return writeFile(name, func(out io.Writer) error { return json.NewEncoder(out).Encode(features) })
}
