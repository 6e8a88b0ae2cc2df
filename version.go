package main

import (
	"context"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"vigie/advisory"
	"vigie/inventory/sqlite"
)

// version is set by the linker (-ldflags "-X main.version=1.2.3"); without it the build's own information speaks.
var version string

// mongoDriver is the module that speaks to MongoDB servers.
const mongoDriver = "go.mongodb.org/mongo-driver/v2"

func (a *app) versionCommand() *cobra.Command {
	return a.bind(&cobra.Command{
		Use:     "version",
		Short:   "Print the versions of Vigie, of its store and of its rulebook",
		Long:    "Version prints what a result depends on: the program, Go, the drivers of the stores and the rulebook.",
		Example: "  vigie version",
		Args:    atMost(0),
	}, action{do: a.printVersions})
}

func (a *app) printVersions(context.Context, []string) error {
	book, err := advisory.LoadBook()
	if err != nil {
		return err
	}
	p := printer{out: a.stdout}
	p.linef("vigie   %s", softwareVersion())
	p.linef("go      %s %s/%s", runtime.Version(), runtime.GOOS, runtime.GOARCH)
	p.linef("sqlite  %s (driver zombiezen.com/go/sqlite %s)", sqlite.LibraryVersion, moduleVersion("zombiezen.com/go/sqlite"))
	p.linef("mongodb driver go.mongodb.org/mongo-driver/v2 %s", moduleVersion(mongoDriver))
	p.linef("book    %s (sha256 %s)", book.Edition, book.Hash)
	return p.err
}

// softwareVersion is the version written into every result.
func softwareVersion() string {
	if version != "" {
		return version
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := strings.Trim(info.Main.Version, "()"); v != "" && v != "devel" {
		return v
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" {
			return "devel-" + setting.Value[:min(12, len(setting.Value))]
		}
	}
	return "devel"
}

// moduleVersion is the version of a module built into the program.
func moduleVersion(path string) string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, module := range info.Deps {
		if module.Path == path {
			return module.Version
		}
	}
	return "unknown"
}
