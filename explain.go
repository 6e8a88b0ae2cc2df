package main

import (
	"context"
	"encoding/json"
	"io"

	"github.com/spf13/cobra"

	"vigie/advisory/report"
	"vigie/inventory"
)

// explainConfig is the place that the user asks about.
type explainConfig struct {
	Lon, Lat *float64
	JSON     bool
}

func (a *app) explainCommand() *cobra.Command {
	c := &a.config.Explain
	cmd := &cobra.Command{
		Use:   "explain",
		Short: "Tell why a place is seen, or not",
		Long: `Explain tells what each camera near a place sees of it, by day and by night, and why it does not: range, axis, dead
zone, density, building, mask or light, with distances and densities. It says what to watch as assess does.`,
		Example: `  vigie explain --commune 34172 --lon 3.8797 --lat 43.6085
  vigie explain --perimeter town.geojson --cameras cameras.csv --obstacles buildings.geojson --lon 3.88 --lat 43.61 --json`,
		Args: atMost(0),
	}
	flags := cmd.Flags()
	a.placeFlags(flags)
	flags.Var(optionalNumber{&c.Lon}, "lon", "longitude of the place, `degrees` (WGS 84)")
	flags.Var(optionalNumber{&c.Lat}, "lat", "latitude of the place, `degrees` (WGS 84)")
	flags.BoolVar(&c.JSON, "json", false, "write all of it as JSON")
	return a.bind(cmd, action{faults: a.explainFaults, do: a.explain})
}

func (a *app) explainFaults(args []string) []string {
	faults := a.assessFaults(args)
	if a.config.Explain.Lon == nil || a.config.Explain.Lat == nil {
		faults = append(faults, "--lon and --lat must say which place")
	}
	return faults
}

func (a *app) explain(ctx context.Context, _ []string) error {
	c := a.config.Explain
	return a.withPlace(ctx, func(store inventory.Store, request inventory.AssessmentRequest) error {
		advisor, err := a.newAdvisor(store)
		if err != nil {
			return err
		}
		explanation, err := advisor.Explain(ctx, inventory.Assessment{Request: request}, inventory.Point{*c.Lon, *c.Lat})
		if err != nil {
			return err
		}
		return a.output("-", func(out io.Writer) error {
			if c.JSON {
				return json.NewEncoder(out).Encode(explanation)
			}
			return report.Explanation(out, explanation)
		})
	})
}
