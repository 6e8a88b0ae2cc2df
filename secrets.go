package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"vigie/inventory"
)

// secretKeyVariable holds the keys themselves, one a line or with commas between them.
const secretKeyVariable = "VIGIE_SECRET_KEY" //nolint:gosec // G101: the name of a variable

// secretsConfig is where a new key goes.
type secretsConfig struct{ Out string }

func (a *app) secretsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "secrets",
		Short: "Make and change the keys by which secret fields are encrypted",
		Long: `Secret fields (serial numbers, what is known of the network and of its weaknesses) are kept encrypted when
--secret-key-file, VIGIE_SECRET_KEY_FILE or VIGIE_SECRET_KEY gives a key. A file has a key per line: the first one encrypts,
all decrypt. Without its key a store serves everything else, and refuses to change what it cannot read.

To change the key, put a new line before the others, start the servers again, run rotate, then take the old line out.`,
		Example: "  vigie secrets new-key\n  vigie secrets rotate",
		Args:    atMost(0),
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.newSecretKeyCommand(), a.rotateSecretsCommand(), a.listSecretsCommand())
	return cmd
}

func (a *app) newSecretKeyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "new-key",
		Short: "Make a key; with --out, as the first line of a key file, the lines that are there after it",
		Args:  atMost(0),
	}
	cmd.Flags().StringVar(&a.config.Secrets.Out, "out", "-", "`file` that the key is put into, readable by its owner only; - for the standard output")
	return a.bind(cmd, action{do: a.newSecretKey})
}

func (a *app) newSecretKey(context.Context, []string) error {
	key, out := inventory.NewSecretKey(), a.config.Secrets.Out
	p := printer{out: a.stdout}
	if out == "-" {
		p.linef("%s", key)
		return p.err
	}
	before, err := os.ReadFile(out) //nolint:gosec // the file that the administrator names
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	text := key + "\n" + string(before)
	keys, err := inventory.ReadSecretKeys(text)
	if err != nil {
		return refused("%s: %w", out, err)
	}
	if err := replaceSecretFile(out, text); err != nil {
		return err
	}
	p.linef("Clé / key  %s  %s", keys.First(), out)
	p.linef("Gardez-en une copie hors de cette machine : sans elle, ce qu’elle chiffre est perdu.")
	p.linef("Keep a copy of it elsewhere: without it, what it encrypts is lost.")
	return p.err
}

// replaceSecretFile writes a file that only its owner reads, whole or not at all.
func replaceSecretFile(name, text string) error {
	draft := name + ".new"
	if err := os.WriteFile(draft, []byte(text), 0o600); err != nil {
		return err
	}
	if err := os.Rename(draft, name); err != nil {
		return errors.Join(err, os.Remove(draft))
	}
	return nil
}

func (a *app) rotateSecretsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "rotate",
		Short: "Encrypt all secret fields of the store with the first key",
		Long: `Rotate encrypts with the first key what is in the clear and what other keys encrypted. It may be interrupted and run again, and
servers may run meanwhile, if they have all the keys.`,
		Args: atMost(0),
	}
	a.storeFlags(cmd.Flags())
	return a.bind(cmd, action{faults: func([]string) []string { return a.storeFaults() }, do: a.rotateSecrets})
}

func (a *app) rotateSecrets(ctx context.Context, _ []string) error {
	keys, err := a.secretKeys()
	if err != nil {
		return err
	}
	if keys == nil {
		return usage("--secret-key-file or %s is needed: with which key?", secretKeyVariable)
	}
	return a.withExistingRawStore(ctx, a.config.Store, func(store inventory.Store) error {
		if err := a.tellJournal(ctx, store, inventory.Entry{Deed: inventory.DeedPut}); err != nil {
			return err
		}
		report, err := inventory.Reseal(ctx, store, keys, nil)
		p := printer{out: a.stdout}
		p.linef("Chiffrés avec / encrypted with %s  %d, dont déjà / of which before %d", keys.First(), report.Sealed+report.Fresh, report.Fresh)
		if err != nil {
			return errors.Join(fmt.Errorf("%w; the same command again does the rest", err), p.err)
		}
		if report.Locked > 0 {
			return refused("%d records are encrypted with keys that are not here: they stay as they are", report.Locked)
		}
		return p.err
	})
}

func (a *app) listSecretsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the fields that are secret, and why",
		Args:  atMost(0),
	}
	return a.bind(cmd, action{do: func(context.Context, []string) error {
		table := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
		p := printer{out: table}
		for _, field := range inventory.SecretFields() {
			p.linef("%s\t%s\t%s", field.Kind, field.Path, field.Why)
		}
		return errors.Join(p.err, table.Flush())
	}})
}

// secretKeys are the keys that the user gives; nil when there are none.
func (a *app) secretKeys() (*inventory.SecretKeys, error) {
	text, file := a.env(secretKeyVariable), a.config.SecretKeyFile
	switch {
	case file == "" && text == "":
		return nil, nil //nolint:nilnil // no keys are no error
	case file == "":
		text = strings.ReplaceAll(text, ",", "\n")
	case text != "":
		return nil, usage("both --secret-key-file and %s are given", secretKeyVariable)
	default:
		content, err := os.ReadFile(file) //nolint:gosec // the file that the administrator names
		if err != nil {
			return nil, fmt.Errorf("--secret-key-file: %w", err)
		}
		text = string(content)
	}
	keys, err := inventory.ReadSecretKeys(text)
	if err != nil {
		return nil, refused("%w", err)
	}
	return keys, nil
}

// sealed is a store whose secret fields are encrypted with the keys that the user gives. Keys that are not those of the store
// are refused: what they would encrypt, the others could not read.
func (a *app) sealed(ctx context.Context, raw inventory.Store) (inventory.Store, error) {
	keys, err := a.secretKeys()
	if err != nil {
		return nil, err
	}
	if keys != nil {
		missing, err := inventory.CheckSecretKeys(ctx, raw, keys)
		if err != nil {
			return nil, err
		}
		if len(missing) > 0 {
			return nil, refused("secret fields of the store are encrypted with the key %s, which is not among those given (%s)",
				strings.Join(missing, ", "), strings.Join(keys.IDs(), ", "))
		}
	}
	return inventory.Seal(raw, keys), nil
}
