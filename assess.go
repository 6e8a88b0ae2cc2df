package main

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"vigie/advisory"
	"vigie/advisory/report"
	"vigie/inventory"
)

// assessConfig is the study that the user asks for.
type assessConfig struct {
	Name                     string
	Commune, Area, Perimeter string
	PerimeterCRS             string
	Cameras, CamerasCRS, Key string
	Areas                    []string
	AreasCRS                 string
	Obstacles, ObstaclesCRS  string
	Scale, Assume, GapLevel  string
	TargetHeightM            *float64
	Ground                   string
	OpenGround, ForceFacades bool
	Draws, Seed              int
	Privacy                  bool
	Out                      string
}

func (a *app) assessCommand() *cobra.Command {
	c := &a.config.Assess
	cmd := &cobra.Command{
		Use:   "assess",
		Short: "Compute what the cameras of a place see, and what they do not",
		Long: `Assess computes the coverage of a place: the share seen at each level, what is seen of each area of interest, and
the blind places. It prints a table; --out also writes assessment.json, coverage.geojson, gaps.geojson and map.svg.

It works on the store, or with --cameras directly on files, which leaves the store alone. The same inputs give the
same bytes.`,
		Example: `  vigie assess --commune 34172 --assume dome-ptz-2mp --out out
  vigie assess --perimeter communes.geojson --commune 34172 \
    --cameras cameras.geojson --cameras-crs EPSG:2154 --key Nom --assume dome-ptz-2mp --out out`,
		Args: atMost(0),
	}
	flags := cmd.Flags()
	a.placeFlags(flags)
	flags.StringVar(&c.Name, "name", "", "`title` of the study")
	flags.StringSliceVar(&c.Areas, "areas", nil, "areas of interest: `identifiers`, or with --cameras one file")
	flags.StringVar(&c.AreasCRS, "areas-crs", "", "coordinate `system` of the --areas file")
	flags.StringVar(&c.GapLevel, "gap-level", "", "`level` whose blind places are ranked (default: the lowest)")
	flags.IntVar(&c.Draws, "draws", 0, "`number` of draws of the facts within their tolerances, as 200, to tell how sure the figures are")
	flags.IntVar(&c.Seed, "seed", 0, "`number` that begins the random numbers of the draws")
	flags.BoolVar(&c.Privacy, "privacy", false, "tell the walls of dwellings in view, and the masks that would hide them")
	flags.StringVar(&c.Out, "out", "", "`folder` to write the results to")
	return a.bind(cmd, action{faults: a.assessFaults, do: a.assess})
}

// placeFlags are those of the commands that look at a place.
func (a *app) placeFlags(flags *pflag.FlagSet) {
	c := &a.config.Assess
	a.storeFlags(flags)
	a.bookFlag(flags)
	flags.BoolVar(&a.config.Quiet, "quiet", false, "show no progress bar")
	flags.StringVar(&c.Commune, "commune", "", "INSEE `code` of the commune to watch, in the store or in the --perimeter file")
	flags.StringVar(&c.Area, "area", "", "`identifier` of the area to watch")
	flags.StringVar(&c.Perimeter, "perimeter", "", "`file` with the outline to watch (GeoJSON)")
	flags.StringVar(&c.PerimeterCRS, "perimeter-crs", "", "coordinate `system` of the --perimeter file")
	flags.StringVar(&c.Cameras, "cameras", "", "`file` of cameras to count in place of the store's (GeoJSON or CSV)")
	flags.StringVar(&c.CamerasCRS, "cameras-crs", "", "coordinate `system` of the --cameras file")
	flags.StringVar(&c.Key, "key", "", "`property` that identifies a row of the --cameras file")
	flags.StringVar(&c.Obstacles, "obstacles", "", "`file` of buildings that hide, with --cameras (GeoJSON or CSV)")
	flags.StringVar(&c.ObstaclesCRS, "obstacles-crs", "", "coordinate `system` of the --obstacles file")
	flags.StringVar(&c.Scale, "scale", "", "level `scale` (default: the rulebook's)")
	flags.StringVar(&c.Assume, "assume", "", "`profile` for cameras without optics, as dome-ptz-2mp (default: they are left out)")
	flags.Var(optionalNumber{&c.TargetHeightM}, "target-height", "height of what is to be seen, in `metres` (default: the rulebook's)")
	flags.StringVar(&c.Ground, "ground", "", "`category` of areas to watch alone, as street_place (default: all of the perimeter but the buildings)")
	flags.BoolVar(&c.OpenGround, "open-ground", false, "leave the buildings out, to compare")
	flags.BoolVar(&c.ForceFacades, "force-facades", false, "let cameras see that are recorded deep inside a building")
}

func (a *app) assessFaults([]string) []string {
	c := a.config.Assess
	faults := a.storeFaults()
	if c.Cameras != "" {
		return append(faults[:0], c.fileFaults()...)
	}
	places := 0
	for _, given := range []string{c.Perimeter, c.Area, c.Commune} {
		if given != "" {
			places++
		}
	}
	selects := c.Perimeter != "" && c.Commune != "" && c.Area == ""
	if places != 1 && !selects {
		faults = append(faults, "exactly one of --commune, --area and --perimeter must say what to watch")
	}
	for _, flag := range []struct{ name, value string }{
		{"cameras-crs", c.CamerasCRS}, {"key", c.Key}, {"areas-crs", c.AreasCRS},
		{"obstacles", c.Obstacles}, {"obstacles-crs", c.ObstaclesCRS},
	} {
		if flag.value != "" {
			faults = append(faults, "--"+flag.name+" needs --cameras: it describes a file")
		}
	}
	return append(faults, c.perimeterFaults()...)
}

// fileFaults is what is wrong with a study of files.
func (c assessConfig) fileFaults() (faults []string) {
	if c.Perimeter == "" {
		faults = append(faults, "--cameras needs --perimeter, the file with the outline to watch")
	}
	if c.Area != "" {
		faults = append(faults, "--area names an area of the store and does not go with --cameras")
	}
	if c.ObstaclesCRS != "" && c.Obstacles == "" {
		faults = append(faults, "--obstacles-crs needs --obstacles")
	}
	if len(c.Areas) > 1 {
		faults = append(faults, "with --cameras, --areas is one file")
	}
	return append(faults, c.perimeterFaults()...)
}

func (c assessConfig) perimeterFaults() []string {
	if c.PerimeterCRS != "" && c.Perimeter == "" {
		return []string{"--perimeter-crs needs --perimeter"}
	}
	return nil
}

func (a *app) assess(ctx context.Context, _ []string) error {
	return a.withPlace(ctx, func(store inventory.Store, request inventory.AssessmentRequest) error {
		return a.study(ctx, store, request, a.config.Assess.Out)
	})
}

// withPlace gives what the flags ask, and the store that holds the cameras: the one that is named, or one made of files.
func (a *app) withPlace(ctx context.Context, use func(inventory.Store, inventory.AssessmentRequest) error) error {
	request, err := a.request(ctx)
	if err != nil {
		return err
	}
	if a.config.Assess.Cameras != "" {
		return a.withFiles(ctx, func(store inventory.Store) error { return use(store, request) })
	}
	for _, id := range a.config.Assess.Areas {
		request.Areas = append(request.Areas, inventory.ID(id))
	}
	return a.withExistingStore(ctx, a.config.Store, func(store inventory.Store) error { return use(store, request) })
}

// request says what the flags ask, but for the areas of interest.
func (a *app) request(ctx context.Context) (inventory.AssessmentRequest, error) {
	c := a.config.Assess
	request := inventory.AssessmentRequest{
		Name: c.Name, Area: inventory.ID(c.Area), Commune: c.Commune,
		Scale: c.Scale, Assume: c.Assume, GapLevel: c.GapLevel, TargetHeightM: c.TargetHeightM,
		Ground: inventory.AreaCategory(c.Ground), OpenGround: c.OpenGround, ForceFacades: c.ForceFacades,
		Draws: c.Draws, Seed: c.Seed, Privacy: c.Privacy,
	}
	if c.Perimeter == "" {
		return request, nil
	}
	outline, err := a.readPerimeter(ctx)
	if err != nil {
		return request, err
	}
	request.Perimeter, request.Commune = outline.Geometry, ""
	if request.Name == "" {
		request.Name = titleOf(outline, c.Perimeter)
	}
	return request, nil
}

// titleOf is the name of the outline; of its file when the outline has but a number.
func titleOf(outline inventory.Area, file string) string {
	if _, err := strconv.Atoi(outline.Name); err != nil {
		return outline.Name
	}
	return strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
}

// study computes one assessment, prints its table and writes its files when out names a folder.
func (a *app) study(
	ctx context.Context, store inventory.Store, request inventory.AssessmentRequest, out string,
) error {
	assessment, err := a.assessStore(ctx, store, request)
	if err != nil {
		return err
	}
	under, err := report.Buildings(ctx, store, assessment)
	if err != nil {
		return err
	}
	return a.publish(assessment, under, out)
}

func (a *app) assessStore(
	ctx context.Context, store inventory.Store, request inventory.AssessmentRequest,
) (inventory.Assessment, error) {
	advisor, err := a.newAdvisor(store)
	if err != nil {
		return inventory.Assessment{}, err
	}
	return advisor.Assess(ctx, request)
}

// newAdvisor judges a store by the book that --book names.
func (a *app) newAdvisor(store inventory.Store) (advisory.Advisor, error) {
	book, err := openBook(a.config.Book.Folder)
	return advisory.Advisor{Store: store, Book: book, Software: softwareVersion()}, err
}

// publish prints the table and writes the files.
func (a *app) publish(assessment inventory.Assessment, under report.Backdrop, out string) error {
	table := func(w io.Writer) error { return report.Table(w, assessment) }
	if err := a.output("-", table); err != nil {
		return err
	}
	if out == "" {
		return nil
	}
	files, err := writeStudy(out, assessment, under)
	p := printer{out: a.stdout, err: err}
	p.linef("")
	for _, name := range files {
		p.linef("Écrit / written  %s", name)
	}
	return p.err
}

// optionalNumber is a flag whose absence is not zero.
type optionalNumber struct{ value **float64 }

func (n optionalNumber) Set(text string) error {
	number, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return errors.New("must be a number")
	}
	*n.value = &number
	return nil
}

func (n optionalNumber) String() string {
	if n.value == nil || *n.value == nil {
		return ""
	}
	return strconv.FormatFloat(**n.value, 'g', -1, 64)
}

// Type is what the help shows.
func (optionalNumber) Type() string { return "metres" }
