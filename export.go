package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
	"github.com/spf13/cobra"

	"vigie/geo"
	"vigie/inventory"
)

// exportConfig is what the user wants written.
type exportConfig struct {
	Kind, Format, CRS, BBox, Out string
}

func (a *app) exportCommand() *cobra.Command {
	c := &a.config.Export
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Write the records of the store to a file",
		Long: `Export writes the records of one kind in the order of their keys, so that import reads them back the same.

Cameras, areas, obstacles, candidates and equipment are written as GeoJSON or CSV; holders and deployments as a JSON array of records.`,
		Example: `  vigie export --kind cameras --out cameras.geojson
  vigie export --kind areas --format csv --bbox 3.80,43.56,3.95,43.66 --out -`,
		Args: atMost(0),
	}
	flags := cmd.Flags()
	a.storeFlags(flags)
	flags.StringVar(&c.Kind, "kind", "cameras", "`kind` of the records: cameras, areas, obstacles, candidates, equipment, holders, deployments")
	flags.StringVar(&c.Format, "format", "", "`format` to write, geojson or csv (default: by the extension of --out, then geojson)")
	flags.StringVar(&c.CRS, "crs", "", "coordinate `system` to write, as EPSG:2154 (default: WGS 84 lon, lat)")
	flags.StringVar(&c.BBox, "bbox", "", "only what meets this `box`: minLon,minLat,maxLon,maxLat in degrees")
	flags.StringVar(&c.Out, "out", "-", "`file` to write, - for the standard output")
	return a.bind(cmd, action{faults: a.exportFaults, do: a.export})
}

func (a *app) exportFaults([]string) []string {
	c := a.config.Export
	faults := a.storeFaults()
	faults = append(faults, oneOf("kind", c.Kind, "cameras", "areas", "obstacles", "candidates", "equipment", "holders", "deployments")...)
	faults = append(faults, oneOf("format", c.Format, "", "geojson", "csv")...)
	if _, known := geo.FindCRS(c.CRS); c.CRS != "" && !known {
		faults = append(faults, fmt.Sprintf("--crs %q is not a known coordinate system", c.CRS))
	}
	if _, err := c.query(); err != nil {
		faults = append(faults, "--bbox "+err.Error())
	}
	return faults
}

// query selects what meets the box, or everything.
func (c exportConfig) query() (inventory.Query, error) {
	if c.BBox == "" {
		return inventory.Query{}, nil
	}
	box, err := parseBBox(c.BBox)
	return inventory.Query{Area: box}, err
}

// parseBBox reads "minLon,minLat,maxLon,maxLat".
func parseBBox(text string) (orb.Bound, error) {
	parts := strings.Split(text, ",")
	if len(parts) != 4 {
		return orb.Bound{}, fmt.Errorf("%q is not minLon,minLat,maxLon,maxLat", text)
	}
	var numbers [4]float64
	for i, part := range parts {
		number, err := strconv.ParseFloat(strings.TrimSpace(part), 64)
		if err != nil {
			return orb.Bound{}, fmt.Errorf("%q: %q is not a number", text, part)
		}
		numbers[i] = number
	}
	box := orb.Bound{Min: orb.Point{numbers[0], numbers[1]}, Max: orb.Point{numbers[2], numbers[3]}}
	for _, corner := range []orb.Point{box.Min, box.Max} {
		if err := geo.ValidatePoint(corner); err != nil {
			return orb.Bound{}, fmt.Errorf("%q: %w", text, err)
		}
	}
	if box.IsEmpty() {
		return orb.Bound{}, fmt.Errorf("%q: the first corner must be the south-western one", text)
	}
	return box, nil
}

func (a *app) export(ctx context.Context, _ []string) error {
	c := a.config.Export
	query, err := c.query()
	if err != nil {
		return err
	}
	return a.withExistingStore(ctx, a.config.Store, func(store inventory.Store) error {
		return a.output(c.Out, func(out io.Writer) error {
			return c.write(ctx, store, out, query)
		})
	})
}

func (c exportConfig) write(ctx context.Context, store inventory.Store, out io.Writer, query inventory.Query) error {
	switch inventory.Kind(c.Kind) {
	case kindHolders:
		return inventory.ExportRecords(ctx, store.Holders(), out, query)
	case kindDeployments:
		return inventory.ExportRecords(ctx, store.Deployments(), out, query)
	default:
		return inventory.Export(ctx, store, out, inventory.ExportOptions{
			Kind: inventory.Kind(c.Kind), Format: c.format(), CRS: c.CRS, Query: query,
		})
	}
}

// format is the one asked for, else the one that the name of the file tells, else GeoJSON.
func (c exportConfig) format() inventory.Format {
	if c.Format != "" {
		return inventory.Format(c.Format)
	}
	if format := formatOf(c.Out); format == inventory.FormatCSV {
		return format
	}
	return inventory.FormatGeoJSON
}
