// Command vigie keeps a town's cameras and computes what they see.
//
// This package wires the others together: it reads flags and environment, opens the store, and leaves the work to
// inventory (what is there), geo (what can be seen), advisory (what to think) and api (who asks). It computes nothing
// and stores nothing itself. Start reading at [run].
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	os.Exit(run(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr}, os.Getenv))
}

// run is the whole program: it carries out the command that args name and gives its exit code. Cancelling ctx is what
// SIGINT and SIGTERM do; env is os.Getenv.
func run(ctx context.Context, args []string, std streams, env func(string) string) (code int) {
	a := &app{streams: std, env: env}
	defer a.explainPanic(&code)
	root := a.rootCommand() //nolint:contextcheck // cobra hands the context of ExecuteContext to the command
	root.SetArgs(args)
	return tell(a.stderr, root.ExecuteContext(ctx))
}

// explainPanic tells a fault of the program itself without its stack, which VIGIE_DEBUG lets through.
func (a *app) explainPanic(code *int) {
	if a.env("VIGIE_DEBUG") != "" {
		return
	}
	if fault := recover(); fault != nil {
		*code = tell(a.stderr, fmt.Errorf("fault in vigie: %v (VIGIE_DEBUG=1 shows where)", fault))
	}
}

// streams are what the program reads and where it writes: results to stdout, everything else to stderr.
type streams struct {
	stdin          io.Reader
	stdout, stderr io.Writer
}

// app is one run of the program: its streams, its environment and its configuration.
type app struct {
	streams
	env    func(string) string
	config config
}

func (a *app) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "vigie",
		Short: "Keep a town's cameras and compute what they see",
		Long: `Vigie keeps an inventory of cameras, computes what they see of a town and shows what they do not.

Every flag has a twin in the environment: --gap-level is VIGIE_GAP_LEVEL. The flag goes first.
VIGIE_GAP_LEVEL_FILE names a file that holds the value instead, which suits addresses with a password.
VIGIE_DEBUG=1 shows where in the program a fault of its own is.

` + exitCodesHelp,
		Example:       "  vigie demo --out out --serve --access open\n  vigie assess --perimeter town.geojson --cameras cameras.csv --out out",
		Args:          knownCommand,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		SilenceErrors: true,
		SilenceUsage:  true,

		SuggestionsMinimumDistance: 2,
	}
	root.AddCommand(
		a.serveCommand(),
		a.keyCommand(),
		a.sessionCommand(),
		a.journalCommand(),
		a.secretsCommand(),
		a.importCommand(),
		a.undoCommand(),
		a.exportCommand(),
		a.copyCommand(),
		a.backupCommand(),
		a.restoreCommand(),
		a.assessCommand(),
		a.explainCommand(),
		a.recommendCommand(),
		a.auditCommand(),
		a.campaignCommand(),
		a.simulateCommand(),
		a.bookCommand(),
		a.demoCommand(),
		a.versionCommand(),
		a.healthCommand(),
	)
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usage("%w (see %s --help)", err, cmd.CommandPath())
	})
	return root
}

func knownCommand(root *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if near := root.SuggestionsFor(args[0]); len(near) > 0 {
		return usage("unknown command %q; did you mean %q?", args[0], near[0])
	}
	return usage("unknown command %q (see vigie --help)", args[0])
}
