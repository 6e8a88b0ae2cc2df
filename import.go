package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"vigie/inventory"
)

// The kinds that only the command line imports and exports, as JSON arrays of records.
const (
	kindHolders     inventory.Kind = "holders"
	kindDeployments inventory.Kind = "deployments"
)

// importConfig is what the user says of a file to import.
type importConfig struct {
	Kind, Format, CRS, Key string
	Holder, HolderName     string
	HolderKind             string
	Deployment             string
	Category, Status       string
	OnMissing              string
	Set, Layer             string
	AroundM, WidthM        float64
	Require                string
	Only                   []string
	Source, Licence        string
	MappingFile            string
	Map                    []string
	DryRun                 bool
	Report                 string
}

func (a *app) importCommand() *cobra.Command {
	c := &a.config.Import
	cmd := &cobra.Command{
		Use:   "import FILE|-",
		Short: "Bring a file of cameras, areas, obstacles, candidates, equipment, holders or deployments into the store",
		Long: `Import reads a file row by row and brings its records into the store. It reports what was read, added, changed
and rejected, and every assumption; the same file twice changes nothing.

Cameras, areas, obstacles and candidates (where cameras could be put) come as GeoJSON, CSV, a shapefile in a zip archive,
KML or KMZ, or as what Overpass answers of OpenStreetMap; equipment, the models of a catalogue, as CSV or a JSON array;
holders and deployments as a JSON array of records.`,
		Example: `  vigie import cameras.geojson --crs EPSG:2154 --key Nom \
    --holder ville --holder-name "Ville de Montpellier" --holder-kind local_authority
  vigie import schools.csv --kind areas --category priority_place --dry-run
  vigie import street-lights.zip --kind candidates --set street-lights
  vigie import catalogue.csv --kind equipment`,
		Args: atMost(1),
	}
	flags := cmd.Flags()
	a.storeFlags(flags)
	a.config.Serve.Changes.noneFlag(flags)
	flags.BoolVar(&a.config.Quiet, "quiet", false, "show no progress bar")
	flags.StringVar(&c.Kind, "kind", "cameras", "`kind` of the rows: cameras, areas, obstacles, candidates, equipment, holders, deployments")
	flags.StringVar(&c.Format, "format", "", "`format` of the file: geojson, csv, shapefile, kml, osm (default: by the file)")
	flags.StringVar(&c.CRS, "crs", "", "coordinate `system` of the file, as EPSG:2154 (default: what the file says, or WGS 84)")
	flags.StringVar(&c.Key, "key", "", "`property` that identifies a row for its holder (default: a usual name, reported)")
	flags.StringVar(&c.Holder, "holder", "", "`identifier` of who holds the cameras, or declared the areas")
	flags.StringVar(&c.HolderName, "holder-name", "", "`name` of the holder, which is made when it is not in the store")
	flags.StringVar(&c.HolderKind, "holder-kind", "", "`kind` of that holder: ministry, local_authority, private")
	flags.StringVar(&c.Deployment, "deployment", "", "`identifier` of the deployment of the cameras")
	flags.StringVar(&c.Category, "category", "", "`category` given to areas (default: priority_place)")
	flags.StringVar(&c.Set, "set", "", "`name` of the candidates together, as street-lights (default: that of the file)")
	flags.Float64Var(&c.AroundM, "around", 0, "make areas of points and lines: the ground within so many `metres` of them")
	flags.Float64Var(&c.WidthM, "width", 0, "make areas of lines so many `metres` wide, where a row gives neither its width nor its lanes")
	flags.StringVar(&c.Require, "require", "", "requirement given to areas, as `overview=50`: a level and the percent of the area to be seen")
	flags.StringArrayVar(&c.Only, "only", nil, "`property=value` of the rows to read, the others are left out; may be repeated")
	flags.StringVar(&c.Layer, "layer", "", "`name` of the shapefile to read in an archive that has several")
	flags.StringVar(&c.Status, "status", "", "`status` given to cameras whose row has none")
	flags.StringVar(&c.OnMissing, "on-missing", "keep", "what becomes of cameras of the holder (of the deployment and the --source, when named) "+
		"that the file lacks: `keep` or retire")
	flags.StringVar(&c.Source, "source", "", "`name` of where the file comes from (default: its own)")
	flags.StringVar(&c.Licence, "licence", "", "`licence` of the source")
	flags.StringVar(&c.MappingFile, "mapping", "", "JSON `file` that gives the field of Vigie for each property")
	flags.StringArrayVar(&c.Map, "map", nil, "`property=field`, as hauteur=mounting.heightM; may be repeated")
	flags.BoolVar(&c.DryRun, "dry-run", false, "read, check and report, and store nothing")
	flags.StringVar(&c.Report, "report", "", "JSON `file` to write the whole report to")
	return a.bind(cmd, action{faults: a.importFaults, do: a.importFile})
}

func (a *app) importFaults(args []string) []string {
	c := a.config.Import
	faults := a.storeFaults()
	if len(args) == 0 {
		faults = append(faults, "a FILE is needed, or - for the standard input")
	}
	faults = append(faults, oneOf("kind", c.Kind, "cameras", "areas", "obstacles", "candidates", "equipment", "holders", "deployments")...)
	faults = append(faults, oneOf("format", c.Format, append(words(inventory.Formats()), "")...)...)
	faults = append(faults, oneOf("holder-kind", c.HolderKind, append(words(holderKinds()), "")...)...)
	faults = append(faults, oneOf("category", c.Category, append(words(inventory.AreaCategories()), "")...)...)
	faults = append(faults, oneOf("status", c.Status, append(words(inventory.Statuses()), "")...)...)
	faults = append(faults, oneOf("on-missing", c.OnMissing, words(inventory.OnMissings())...)...)
	if c.OnMissing == string(inventory.RetireMissing) && (c.Kind != "cameras" || c.Holder == "") {
		faults = append(faults, "--on-missing retire is of cameras, and needs --holder: whose cameras are they?")
	}
	if c.Kind == "cameras" && c.Holder == "" && !c.mapsHolder() {
		faults = append(faults, `--holder is needed: who holds the cameras (with --holder-name and --holder-kind when new); `+
			`or, when each row names its holder, --map property=holder`)
	}
	if (c.HolderName == "") != (c.HolderKind == "") {
		faults = append(faults, "--holder-name and --holder-kind go together")
	}
	if c.HolderName != "" && c.Holder == "" {
		faults = append(faults, "--holder-name needs --holder, the identifier of the holder")
	}
	for _, pair := range c.Map {
		if property, field := splitPair(pair); property == "" || field == "" {
			faults = append(faults, fmt.Sprintf("--map %q is not property=field", pair))
		}
	}
	if _, err := inventory.ReadOnly(c.Only); err != nil {
		faults = append(faults, "--only "+err.Error())
	}
	if _, err := c.requirement(); err != nil {
		faults = append(faults, err.Error())
	}
	return append(faults, c.idle()...)
}

// mapsHolder tells whether the rows may name their holders; of a mapping file the import itself finds out.
func (c importConfig) mapsHolder() bool {
	return c.MappingFile != "" || slices.ContainsFunc(c.Map, func(pair string) bool {
		_, field := splitPair(pair)
		return field == "holder"
	})
}

// idle tells the settings that holders and deployments, which are records already, leave without effect.
func (c importConfig) idle() (faults []string) {
	if kind := inventory.Kind(c.Kind); kind != kindHolders && kind != kindDeployments {
		return nil
	}
	metres := func(value float64) string {
		if value == 0 {
			return ""
		}
		return fmt.Sprint(value)
	}
	for _, setting := range []struct{ flag, value string }{
		{"format", c.Format}, {"crs", c.CRS}, {"key", c.Key},
		{"holder", c.Holder}, {"holder-name", c.HolderName}, {"holder-kind", c.HolderKind},
		{"deployment", c.Deployment}, {"category", c.Category}, {"status", c.Status}, {"set", c.Set},
		{"layer", c.Layer}, {"around", metres(c.AroundM)}, {"width", metres(c.WidthM)}, {"require", c.Require},
		{"only", strings.Join(c.Only, ", ")},
		{"mapping", c.MappingFile}, {"map", strings.Join(c.Map, ", ")},
	} {
		if setting.value != "" {
			faults = append(faults, fmt.Sprintf("--%s has no effect on %s, which are read as they are", setting.flag, c.Kind))
		}
	}
	return faults
}

func holderKinds() []inventory.HolderKind {
	return []inventory.HolderKind{inventory.Ministry, inventory.LocalAuthority, inventory.Private}
}

func words[W ~string](named []W) []string {
	texts := make([]string, len(named))
	for i, word := range named {
		texts[i] = string(word)
	}
	return texts
}

// splitPair cuts "property=field" at the last "=": a field has none, a property may.
func splitPair(pair string) (property, field string) {
	cut := strings.LastIndex(pair, "=")
	if cut < 0 {
		return "", ""
	}
	return pair[:cut], pair[cut+1:]
}

// importGarbagePct is how much of the heap may be garbage before it is collected, percent: an import makes much of it, and
// would take twice the memory that it needs.
const importGarbagePct = 50

// importHeapBytes is how much memory of Go's an import takes before it collects all the time; SQLite takes as much again. A
// million rows, of which the identifiers are remembered, stay below it.
const importHeapBytes = 90 << 20

func (a *app) importFile(ctx context.Context, args []string) error {
	defer debug.SetGCPercent(debug.SetGCPercent(importGarbagePct))
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(min(importHeapBytes, debug.SetMemoryLimit(-1))))
	return a.withInput(args[0], func(source input) error {
		source.crsFlag = "--crs"
		options, err := a.importOptions(source)
		if err != nil {
			return err
		}
		with := a.withStore
		if options.DryRun {
			with = a.withTrialStore
		}
		return with(ctx, a.config.Store, func(store inventory.Store) error {
			report, err := a.importInto(ctx, store, source, options)
			if err != nil {
				return err
			}
			return a.tellImport(report)
		})
	})
}

// importInto chooses how a kind is read.
func (a *app) importInto(
	ctx context.Context, store inventory.Store, source input, options inventory.ImportOptions,
) (inventory.ImportReport, error) {
	switch options.Kind {
	case kindHolders:
		return importRecords(ctx, holderRecords(store), source, options)
	case kindDeployments:
		return importRecords(ctx, deploymentRecords(store), source, options)
	default:
		return a.importRows(ctx, store, source, options)
	}
}

// importRows imports what has a place, with its holder when that is new: the holder is stored before the first of its
// rows, and not at all when the file is refused.
func (a *app) importRows(
	ctx context.Context, store inventory.Store, source input, options inventory.ImportOptions,
) (inventory.ImportReport, error) {
	newHolder, err := a.checkOwners(ctx, store)
	if err != nil {
		return inventory.ImportReport{}, err
	}
	if len(newHolder) == 0 || options.DryRun {
		return a.readRows(ctx, store, source, options)
	}
	owned := &ownedStore{Store: store, owner: newHolder[0]}
	report, err := a.readRows(ctx, owned, source, options)
	if err != nil {
		return report, err
	}
	return report, owned.welcome(ctx)
}

// readRows imports with a progress bar.
func (a *app) readRows(
	ctx context.Context, store inventory.Store, source input, options inventory.ImportOptions,
) (inventory.ImportReport, error) {
	update, finish := a.progress(source.name, source.size)
	options.Progress = update
	if !options.DryRun {
		now := time.Now()
		options.Trail = &inventory.Trail{Blobs: store.Blobs(), ExpiresAt: inventory.InstantOf(now.Add(inventory.TrailKept))}
		if _, _, err := inventory.Sweep(ctx, store, now); err != nil {
			return inventory.ImportReport{}, err
		}
	}
	report, err := inventory.Import(ctx, store, source.Reader, options)
	finish()
	var needed *inventory.CRSNeededError
	switch {
	case errors.As(err, &needed):
		return report, source.refuseWithoutCRS(needed)
	case errors.Is(err, context.Canceled):
		return report, &failure{code: exitInterrupted, cause: fmt.Errorf(
			"interrupted: %d rows were stored; the same import again does the rest", report.Added+report.Updated)}
	case err != nil:
		return report, fmt.Errorf("%s: %w", source.name, err)
	}
	return report, nil
}

func (a *app) importOptions(source input) (inventory.ImportOptions, error) {
	c := a.config.Import
	mapping, err := c.mapping()
	required, unreadable := c.requirement()
	only, unread := inventory.ReadOnly(c.Only)
	err = errors.Join(err, unreadable, unread)
	options := inventory.ImportOptions{
		Kind:       inventory.Kind(c.Kind),
		Format:     inventory.Format(c.Format),
		Source:     c.Source,
		Licence:    c.Licence,
		CRS:        c.CRS,
		Holder:     inventory.ID(c.Holder),
		Deployment: inventory.ID(c.Deployment),
		Key:        c.Key,
		Category:   inventory.AreaCategory(c.Category),
		Set:        inventory.ID(c.Set),
		Layer:      c.Layer,
		AroundM:    c.AroundM,
		WidthM:     c.WidthM,

		Requirement: required,
		Only:        only,
		Status:      inventory.Status(c.Status),
		Mapping:     mapping,
		DryRun:      c.DryRun,
		OnMissing:   inventory.OnMissing(c.OnMissing),
	}
	if options.OnMissing == inventory.RetireMissing {
		options.MissingFrom = c.Source // as the user named it, not the file
	}
	if options.Format == "" {
		options.Format = formatOf(source.name)
	}
	if options.Source == "" {
		options.Source = source.name
	}
	return options, err
}

// requirement reads --require; nil when nothing is asked for.
func (c importConfig) requirement() (*inventory.Requirement, error) {
	if c.Require == "" {
		return nil, nil //nolint:nilnil // nothing is required
	}
	required, err := inventory.ReadRequirement(c.Require)
	if err != nil {
		return nil, fmt.Errorf("--require %w", err)
	}
	return required, nil
}

// mapping joins the mapping file and the pairs of the command line, which go first.
func (c importConfig) mapping() (map[string]string, error) {
	mapping := map[string]string{}
	if c.MappingFile != "" {
		text, err := os.ReadFile(c.MappingFile)
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(text, &mapping); err != nil {
			return nil, refused("%s: a JSON object of property: field is needed: %w", c.MappingFile, err)
		}
	}
	for _, pair := range c.Map {
		property, field := splitPair(pair)
		mapping[property] = field
	}
	return mapping, nil
}

// checkOwners makes sure that the holder and the deployment are in the store and belong together. It gives the holder to make when it is
// not there and its name and kind are given.
func (a *app) checkOwners(ctx context.Context, store inventory.Store) (newHolder []inventory.Holder, err error) {
	c := a.config.Import
	if c.Deployment != "" {
		deployment, err := store.Deployments().Get(ctx, inventory.ID(c.Deployment))
		if err != nil {
			return nil, fmt.Errorf("deployment %q: %w", c.Deployment, err)
		}
		if c.Holder != "" && deployment.Holder != inventory.ID(c.Holder) {
			return nil, refused("deployment %q belongs to holder %q, not %q", c.Deployment, deployment.Holder, c.Holder)
		}
	}
	if c.Holder == "" {
		return nil, nil
	}
	_, err = store.Holders().Get(ctx, inventory.ID(c.Holder))
	if err == nil || !errors.Is(err, inventory.ErrNotFound) {
		return nil, err
	}
	if c.HolderName == "" {
		return nil, fmt.Errorf("holder %q: %w; add --holder-name and --holder-kind to make it", c.Holder, err)
	}
	holder := inventory.Holder{ID: inventory.ID(c.Holder), Name: c.HolderName, Kind: inventory.HolderKind(c.HolderKind)}
	return []inventory.Holder{holder}, holder.Validate()
}

// tellImport prints the report, writes it whole where it was asked for, and fails with its own code when rows were
// rejected.
func (a *app) tellImport(report inventory.ImportReport) error {
	if err := a.output("-", func(out io.Writer) error { return printImport(out, report) }); err != nil {
		return err
	}
	if name := a.config.Import.Report; name != "" {
		if err := a.output(name, func(out io.Writer) error { return writeJSON(out, report) }); err != nil {
			return err
		}
	}
	return rejectedRows(report)
}

// rejectedRows is nil, or the failure that says how many rows were left out.
func rejectedRows(report inventory.ImportReport) error {
	if report.RejectedRows == 0 {
		return nil
	}
	return &failure{code: exitRejected, cause: fmt.Errorf("%s: %d of %d rows rejected", report.Source, report.RejectedRows, report.Read)}
}
