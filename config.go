package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"vigie/inventory"
)

// config is everything a user can set, by flag or by environment. Each command binds the part it uses.
type config struct {
	// Store is the address of the store, as "sqlite:/var/lib/vigie/vigie.db".
	Store string
	// SecretKeyFile is a file of the keys of the secret fields; empty when VIGIE_SECRET_KEY holds them, or there are none.
	SecretKeyFile string
	// Addr is the host and port to serve on, or to ask.
	Addr string
	// Wait is how long to wait for a store that does not answer; 0 for not at all.
	Wait time.Duration
	// Quiet hides the progress bar.
	Quiet bool

	Import importConfig
	Undo   undoConfig
	Export exportConfig
	Copy   copyConfig
	Backup backupConfig
	// Restore also says what to do with a store that is not empty.
	Restore restoreConfig
	Assess  assessConfig
	Explain explainConfig
	// Recommend goes with Assess, which says what to look at.
	Recommend recommendConfig
	Audit     auditConfig
	Serve     serveConfig
	Key       keyConfig
	Session   sessionConfig
	Secrets   secretsConfig
	// Journal is the part of the journal to work on.
	Journal journalConfig
	// Campaign also says what to simulate.
	Campaign campaignConfig
	Demo     demoConfig
	Book     bookConfig
}

// action is what a command does once its configuration is known to be right.
type action struct {
	// faults lists everything wrong with the configuration; nil when nothing can be.
	faults func(args []string) []string
	do     func(ctx context.Context, args []string) error
}

// bind gives the command its action: the environment is read, every fault is told at once, then the work is done.
func (a *app) bind(cmd *cobra.Command, act action) *cobra.Command {
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		faults := readEnvironment(cmd.Flags(), a.env)
		if act.faults != nil {
			faults = append(faults, act.faults(args)...)
		}
		if err := misconfigured(cmd.CommandPath(), faults); err != nil {
			return err
		}
		return act.do(inventory.WithCaller(cmd.Context(), a.localCaller(cmd.CommandPath())), args)
	}
	return cmd
}

// readEnvironment sets the flags that the command line leaves out from their twins, and gives the faults.
func readEnvironment(flags *pflag.FlagSet, env func(string) string) (faults []string) {
	flags.VisitAll(func(flag *pflag.Flag) {
		if flag.Changed || flag.Name == "help" {
			return
		}
		name := twin(flag.Name)
		value, err := fromEnvironment(env, name)
		if err == nil && value != "" {
			err = flags.Set(flag.Name, value)
		}
		if err != nil {
			faults = append(faults, fmt.Sprintf("%s: %v", name, err))
		}
	})
	return faults
}

// fromEnvironment is the value of a variable, or what the file holds that NAME_FILE names: so a password stays out of the
// environment, which other programs may read.
func fromEnvironment(env func(string) string, name string) (string, error) {
	value, file := env(name), env(name+"_FILE")
	switch {
	case file == "":
		return value, nil
	case value != "":
		return "", fmt.Errorf("%s_FILE is set as well", name)
	}
	text, err := os.ReadFile(file) //nolint:gosec // G304: opening the file that the user names is the work of the program
	return strings.TrimSpace(string(text)), err
}

// twin is the environment variable of a flag.
func twin(flag string) string {
	return "VIGIE_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// atMost refuses more than n arguments, which the usage line of the command names.
func atMost(n int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) > n {
			return usage("unexpected argument %q; usage: %s", args[n], cmd.UseLine())
		}
		return nil
	}
}

// oneOf gives a fault when a setting is none of the words; empty is right when it may be left out.
func oneOf(flag, value string, words ...string) []string {
	for _, word := range words {
		if value == word {
			return nil
		}
	}
	return []string{fmt.Sprintf("--%s %q is none of %s", flag, value, strings.Join(nonEmpty(words), ", "))}
}

func nonEmpty(words []string) []string {
	var kept []string
	for _, word := range words {
		if word != "" {
			kept = append(kept, word)
		}
	}
	return kept
}
