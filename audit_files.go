package main

import (
	"cmp"
	"context"

	"github.com/spf13/pflag"

	"vigie/inventory"
)

func (a *app) auditFileFlags(flags *pflag.FlagSet) {
	c := &a.config.Audit
	flags.StringVar(&c.Holders, "holders", "", "`file` of holders, as vigie export writes them (JSON), with --deployments")
	flags.StringVar(&c.Deployments, "deployments", "", "`file` of deployments to audit in place of the store's (JSON)")
	flags.StringVar(&c.Cameras, "cameras", "", "`file` of cameras, as vigie export writes them, with --deployments")
	flags.StringVar(&c.CamerasCRS, "cameras-crs", "", "coordinate `system` of the --cameras file")
	flags.StringVar(&c.Key, "key", "", "`property` that identifies a row of the --cameras file")
	flags.StringVar(&c.Areas, "areas", "", "`file` of areas, with --deployments")
	flags.StringVar(&c.AreasCRS, "areas-crs", "", "coordinate `system` of the --areas file")
	flags.StringVar(&c.Obstacles, "obstacles", "", "`file` of buildings that hide, with --deployments")
	flags.StringVar(&c.ObstaclesCRS, "obstacles-crs", "", "coordinate `system` of the --obstacles file")
}

// ofFiles tells an audit of files.
func (c auditConfig) ofFiles() bool { return c.Deployments != "" }

// idleFileFaults are the flags that describe files when none is audited.
func (c auditConfig) idleFileFaults() (faults []string) {
	for _, flag := range []struct{ name, value string }{
		{"holders", c.Holders}, {"cameras", c.Cameras}, {"cameras-crs", c.CamerasCRS}, {"key", c.Key}, {"areas", c.Areas},
		{"areas-crs", c.AreasCRS}, {"obstacles", c.Obstacles}, {"obstacles-crs", c.ObstaclesCRS},
	} {
		if flag.value != "" {
			faults = append(faults, "--"+flag.name+" needs --deployments, the file of what to audit")
		}
	}
	return faults
}

// fileFaults is what is wrong with an audit of files.
func (c auditConfig) fileFaults() (faults []string) {
	if c.Holders == "" {
		faults = append(faults, "--deployments needs --holders, the file of who holds them")
	}
	for _, crs := range []struct{ name, value, file string }{
		{"cameras", c.CamerasCRS, c.Cameras}, {"areas", c.AreasCRS, c.Areas}, {"obstacles", c.ObstaclesCRS, c.Obstacles},
	} {
		if crs.value != "" && crs.file == "" {
			faults = append(faults, "--"+crs.name+"-crs needs --"+crs.name)
		}
	}
	return faults
}

// withAuditFiles brings the files of an audit into a scratch store, see withScratchFiles.
func (a *app) withAuditFiles(ctx context.Context, use func(inventory.Store) error) error {
	c := a.config.Audit
	return a.withScratchFiles(ctx, []scratchFile{
		{c.Holders, "", inventory.ImportOptions{Kind: kindHolders}},
		{c.Deployments, "", inventory.ImportOptions{Kind: kindDeployments}},
		{c.Cameras, "--cameras-crs", c.cameraRows()},
		areaFile(c.Areas, c.AreasCRS),
		obstacleFile(c.Obstacles, c.ObstaclesCRS),
	}, use)
}

// cameraRows says how the cameras are read: those that name no deployment are of the one that is audited.
func (c auditConfig) cameraRows() inventory.ImportOptions {
	return inventory.ImportOptions{
		Kind: inventory.KindCameras, CRS: c.CamerasCRS, Key: c.Key, Deployment: inventory.ID(c.Deployment),
		Holder: cmp.Or(inventory.ID(c.Holder), fileHolder),
	}
}
