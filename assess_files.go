package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"vigie/inventory"
)

// fileHolder stands for whoever holds the cameras of a file.
const fileHolder = inventory.ID("file")

// withFiles brings the files of a study into a scratch store, see withScratchFiles.
func (a *app) withFiles(ctx context.Context, use func(inventory.Store) error) error {
	c := a.config.Assess
	files := []scratchFile{{c.Cameras, "--cameras-crs", inventory.ImportOptions{
		Kind: inventory.KindCameras, CRS: c.CamerasCRS, Key: c.Key, Holder: fileHolder,
	}}}
	for _, name := range c.Areas {
		files = append(files, areaFile(name, c.AreasCRS))
	}
	files = append(files, obstacleFile(c.Obstacles, c.ObstaclesCRS), candidateFile(a.config.Recommend.Candidates, a.config.Recommend.CandidatesCRS))
	return a.withScratchFiles(ctx, files, use)
}

// withScratchFiles brings those of the files that have a name into a scratch store. Rows that were rejected are told, and
// fail with their own code once the store was used.
func (a *app) withScratchFiles(ctx context.Context, files []scratchFile, use func(inventory.Store) error) error {
	var rejected []error
	err := withScratchStore(ctx, func(store inventory.Store) error {
		for _, file := range files {
			if file.name == "" {
				continue
			}
			report, err := a.importScratch(ctx, store, file)
			if err != nil {
				return err
			}
			rejected = append(rejected, rejectedRows(report))
		}
		return use(store)
	})
	if err != nil {
		return err
	}
	return errors.Join(rejected...)
}

// scratchFile is a file to bring into a scratch store.
type scratchFile struct {
	name, crsFlag string
	options       inventory.ImportOptions
}

func areaFile(name, crs string) scratchFile {
	return scratchFile{name, "--areas-crs", inventory.ImportOptions{Kind: inventory.KindAreas, CRS: crs}}
}

func obstacleFile(name, crs string) scratchFile {
	return scratchFile{name, "--obstacles-crs", inventory.ImportOptions{Kind: inventory.KindObstacles, CRS: crs}}
}

// importScratch imports a file and tells the rows that it left out.
func (a *app) importScratch(
	ctx context.Context, store inventory.Store, file scratchFile,
) (report inventory.ImportReport, err error) {
	read := func(source input) error {
		source.crsFlag = file.crsFlag
		file.options.Source = source.name
		file.options.Format = formatOf(source.name)
		switch file.options.Kind {
		case kindHolders:
			report, err = importRecords(ctx, holderRecords(store), source, file.options)
		case kindDeployments:
			report, err = importRecords(ctx, deploymentRecords(store), source, file.options)
		default:
			report, err = a.readRows(ctx, store, source, file.options)
		}
		return err
	}
	err = a.withInput(file.name, read)
	if err == nil && file.name != "-" && nameHolders(report) {
		file.options.Holder, file.options.Mapping = "", map[string]string{"holder": "holder"}
		err = a.withInput(file.name, read)
	}
	p := printer{out: a.stderr, err: err}
	p.rejects(report.Rejected)
	return report, p.err
}

// nameHolders tells a file that Vigie wrote, whose rows were all refused for naming holders of their own.
func nameHolders(report inventory.ImportReport) bool {
	return report.Added == 0 && len(report.Rejected) > 0 &&
		!slices.ContainsFunc(report.Rejected, func(fault inventory.RowFault) bool { return fault.Field != "holder" })
}

// readPerimeter reads the outline to watch: the only one of its file, or the one of the commune that is named.
func (a *app) readPerimeter(ctx context.Context) (inventory.Area, error) {
	c := a.config.Assess
	var outline inventory.Area
	err := withScratchStore(ctx, func(store inventory.Store) error {
		_, err := a.importScratch(ctx, store, scratchFile{c.Perimeter, "--perimeter-crs", inventory.ImportOptions{
			Kind: inventory.KindAreas, CRS: c.PerimeterCRS, Category: inventory.AreaCommune,
		}})
		if err != nil {
			return err
		}
		var query inventory.Query
		if c.Commune != "" {
			query.Where = []inventory.Condition{{Attr: inventory.AttrCommune, In: []string{c.Commune}}}
		}
		found, err := inventory.All(ctx, store.Areas(), query)
		if err != nil {
			return err
		}
		outline, err = onlyOutline(c, found)
		return err
	})
	return outline, err
}

func onlyOutline(c assessConfig, found []inventory.Area) (inventory.Area, error) {
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return inventory.Area{}, refused("%s holds %d outlines (%s); name one with --commune, its INSEE code",
			c.Perimeter, len(found), someNames(found))
	case c.Commune != "":
		return inventory.Area{}, fmt.Errorf("commune %s in %s: %w", c.Commune, c.Perimeter, inventory.ErrNotFound)
	}
	return inventory.Area{}, refused("%s holds no outline", c.Perimeter)
}

// someNames gives the first names of a list.
func someNames(areas []inventory.Area) string {
	const shown = 3
	var names []string
	for i, area := range areas {
		if i == shown {
			names = append(names, "…")
			break
		}
		names = append(names, area.Name)
	}
	return strings.Join(names, ", ")
}
