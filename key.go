package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"vigie/inventory"
)

// keyConfig is an API key to make.
type keyConfig struct {
	Name, Role, Holder   string
	Departments, Holders []string
	Area                 string
	From, To             string
	Scopes               []string
	Expires              string
	// Secrets lets an expert see secret fields.
	Secrets bool
	// Grace is how long the key before a rotation stays good.
	Grace time.Duration
	// Expiring is within how many days, as "30d".
	Expiring string
}

func (a *app) keyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "key",
		Short: "Make, list and take back the API keys of a server with --access keys",
		Long: `Key keeps the accounts of those who may ask a server that runs with --access keys: people and programs, each with an API
key, a role, and what the role may see. Keys are made and taken back at the machine of the store only.`,
		Example: `  vigie key list
  vigie key rotate 0193a5d2-7c3f-7a51-9f0e-3f1c2b4d5e6f
  vigie key revoke 0193a5d2-7c3f-7a51-9f0e-3f1c2b4d5e6f`,
		Args: atMost(0),
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.keyCreateCommand(), a.keyListCommand(), a.keyRotateCommand(), a.keyRevokeCommand())
	return cmd
}

func (a *app) keyCreateCommand() *cobra.Command {
	c := &a.config.Key
	cmd := &cobra.Command{
		Use:   "create",
		Short: "Make an API key, which is shown once",
		Long: `Create makes an account and its API key. The key is shown once and kept nowhere: the store has a hash of it.

Roles:
  admin          reads and changes everything
  expert         reads what --department, --holders or --area name, from --from to --to; makes studies and audits of it
  prefecture     reads its --department; makes audits
  holder_editor  reads and changes what its --holder has; makes studies, audits and recommendations
  holder_reader  reads what its --holder has
  integrator     a program: the actions of its --scope, as cameras:write; of one --holder when it is given`,
		Example: `  vigie key create --name 'SIG de la ville' --role integrator --holder ville --scope cameras:read,cameras:write
  vigie key create --name 'Expert de la délégation' --role expert --department 34,30 --to 2027-06-30 --expires 2027-06-30`,
		Args: atMost(0),
	}
	flags := cmd.Flags()
	a.storeFlags(flags)
	flags.StringVar(&c.Name, "name", "", "whose the key is, by `function` rather than by name")
	flags.StringVar(&c.Role, "role", "", "`role`: "+strings.Join(words(inventory.Roles()), ", "))
	flags.StringVar(&c.Holder, "holder", "", "`identifier` of the holder that the key speaks for")
	flags.StringSliceVar(&c.Departments, "department", nil, "INSEE `codes` of the départements of a prefecture, or of an expert's mandate")
	flags.StringSliceVar(&c.Holders, "holders", nil, "`identifiers` of the holders of an expert's mandate")
	flags.StringVar(&c.Area, "area", "", "`identifier` of an area of the store whose surface an expert's mandate takes")
	flags.StringVar(&c.From, "from", "", "first `day` of the mandate, as 2026-11-21")
	flags.StringVar(&c.To, "to", "", "last `day` of the mandate")
	flags.BoolVar(&c.Secrets, "secrets", false, "let an expert see secret fields too (see vigie secrets list)")
	flags.StringSliceVar(&c.Scopes, "scope", nil, "`scopes` of an integrator, as cameras:read; secrets:read and secrets:write are of secret fields")
	flags.StringVar(&c.Expires, "expires", "", "last `day` of the key (default: until it is revoked)")
	return a.bind(cmd, action{faults: a.createFaults, do: a.createKey})
}

func (a *app) createFaults([]string) []string {
	return append(a.storeFaults(), a.config.Key.mandateFaults()...)
}

// mandateFaults are the flags of a mandate that another role would be given in vain.
func (c keyConfig) mandateFaults() (faults []string) {
	if c.Role == string(inventory.RoleExpert) {
		return nil
	}
	for _, flag := range []struct {
		name  string
		given bool
	}{
		{"--from", c.From != ""}, {"--to", c.To != ""}, {"--holders", len(c.Holders) > 0}, {"--area", c.Area != ""}, {"--secrets", c.Secrets},
	} {
		if flag.given {
			faults = append(faults, flag.name+" is of an expert's mandate: it goes with --role expert alone")
		}
	}
	return faults
}

func (a *app) createKey(ctx context.Context, _ []string) error {
	return a.withAccounts(ctx, func(store inventory.Store) error {
		account, err := a.config.Key.account(ctx, store)
		if err != nil {
			return err
		}
		key := account.NewSecret()
		if err := inventory.Create(ctx, store.Accounts(), account); err != nil {
			return err
		}
		return a.showKey(account, key)
	})
}

// showKey prints a key, and how to use it.
func (a *app) showKey(account inventory.Account, key string) error {
	p := printer{out: a.stdout}
	p.linef("Compte / account  %s  %s (%s)", account.ID, account.Name, account.Role)
	p.linef("Clé, montrée cette seule fois / key, shown this once:")
	p.linef("%s", key)
	reason := ""
	if account.Role == inventory.RoleExpert || account.Role == inventory.RolePrefecture {
		reason = " -H 'X-Reason: contrôle 2026-17'"
	}
	path := "cameras"
	if account.Role == inventory.RoleAccessAuditor {
		path = "journal"
	}
	p.linef("Emploi / use:")
	p.linef("  curl -H \"Authorization: Bearer $KEY\"%s https://vigie.example.fr/api/v1/%s", reason, path)
	return p.err
}

// account is the account of the flags, still without a secret.
func (c keyConfig) account(ctx context.Context, store inventory.Store) (inventory.Account, error) {
	now := inventory.InstantOf(time.Now())
	account := inventory.Account{
		ID: inventory.NewID(), Name: c.Name, Role: inventory.Role(c.Role), Holder: inventory.ID(c.Holder),
		ExpiresOn: inventory.Date(c.Expires), Provenance: inventory.Provenance{UpdatedAt: &now},
	}
	for _, scope := range c.Scopes {
		account.Scopes = append(account.Scopes, inventory.Scope(scope))
	}
	if account.Role != inventory.RoleExpert {
		account.Departments = c.Departments
		return account, c.checkHolder(ctx, store)
	}
	mandate := inventory.Mandate{Departments: c.Departments, Secrets: c.Secrets, From: inventory.Date(c.From), To: inventory.Date(c.To)}
	for _, id := range c.Holders {
		if _, err := store.Holders().Get(ctx, inventory.ID(id)); err != nil {
			return account, fmt.Errorf("--holders: %w", err)
		}
		mandate.Holders = append(mandate.Holders, inventory.ID(id))
	}
	if c.Area != "" {
		area, err := store.Areas().Get(ctx, inventory.ID(c.Area))
		if err != nil {
			return account, fmt.Errorf("--area: %w", err)
		}
		mandate.Area = area.Geometry
	}
	account.Mandates = []inventory.Mandate{mandate}
	return account, nil
}

// checkHolder refuses a holder that the store does not have: a key with a misspelt one would see nothing, and nobody knew.
func (c keyConfig) checkHolder(ctx context.Context, store inventory.Store) error {
	if c.Holder == "" {
		return nil
	}
	if _, err := store.Holders().Get(ctx, inventory.ID(c.Holder)); err != nil {
		return fmt.Errorf("--holder: %w", err)
	}
	return nil
}

func (a *app) keyListCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the accounts, when their keys and mandates end and when they were last used",
		Args:  atMost(0),
	}
	a.storeFlags(cmd.Flags())
	cmd.Flags().StringVar(&a.config.Key.Expiring, "expiring", "",
		"only those whose key or mandate has ended, or ends within so many `days`, as 30d")
	return a.bind(cmd, action{faults: a.listFaults, do: a.listKeys})
}

func (a *app) listFaults([]string) []string {
	faults := a.storeFaults()
	if _, err := a.config.Key.expiring(); err != nil {
		faults = append(faults, err.Error())
	}
	return faults
}

// expiring is the last day of those that --expiring asks for; empty for all accounts.
func (c keyConfig) expiring() (inventory.Date, error) {
	if c.Expiring == "" {
		return "", nil
	}
	days, err := strconv.Atoi(strings.TrimSuffix(c.Expiring, "d"))
	if err != nil || days < 0 || days > 36_500 {
		return "", fmt.Errorf("--expiring %q is not a number of days, as 30d", c.Expiring)
	}
	return inventory.DateOf(time.Now().AddDate(0, 0, days)), nil
}

func (a *app) listKeys(ctx context.Context, _ []string) error {
	until, err := a.config.Key.expiring()
	if err != nil {
		return err
	}
	return a.withExistingAccounts(ctx, func(store inventory.Store) error {
		table := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
		p := printer{out: table}
		p.linef("Compte / account\tRôle / role\tNom / name\tJusqu’au / until\tUtilisée / last used")
		for account, err := range store.Accounts().Find(ctx, inventory.Query{}) {
			if err != nil {
				return err
			}
			if ends := account.Ends(); until != "" && (account.RevokedAt != nil || len(ends) == 0 || ends[0] > until) {
				continue
			}
			p.linef("%s\t%s\t%s\t%s\t%s", account.ID, account.Role, account.Name, untilLabel(account), instantLabel(account.LastUsedAt))
		}
		return errors.Join(p.err, table.Flush())
	})
}

func untilLabel(account inventory.Account) string {
	switch {
	case account.RevokedAt != nil:
		return "révoquée / revoked " + instantLabel(account.RevokedAt)
	case len(account.Ends()) > 0:
		return endsLabel(account)
	}
	return "–"
}

// endsLabel are the last days of the key and of its mandates, and whether they are past.
func endsLabel(account inventory.Account) string {
	today := inventory.DateOf(time.Now())
	label := func(day inventory.Date, what string) string {
		if day < today {
			what += " expiré / ended"
		}
		return strings.TrimSpace(string(day) + what)
	}
	var all []string
	if account.ExpiresOn != "" {
		all = append(all, label(account.ExpiresOn, ""))
	}
	for _, m := range account.Mandates {
		if m.To != "" && m.To != account.ExpiresOn {
			all = append(all, label(m.To, " (mandat / mandate)"))
		}
	}
	return strings.Join(all, ", ")
}

func instantLabel(at *inventory.Instant) string {
	if at == nil {
		return "–"
	}
	return at.Local().Format("2006-01-02 15:04")
}

func (a *app) keyRotateCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "rotate ACCOUNT",
		Short: "Give an account a new key; the old one stays good for a while",
		Args:  atMost(1),
	}
	a.storeFlags(cmd.Flags())
	cmd.Flags().DurationVar(&a.config.Key.Grace, "grace", defaultGrace, "how `long` the old key stays good; 0s for not at all")
	return a.bind(cmd, action{faults: a.rotateFaults, do: a.rotateKey})
}

// defaultGrace is long enough to change a key over a weekend.
const defaultGrace = 72 * time.Hour

func (a *app) rotateFaults(args []string) []string {
	faults := a.revokeFaults(args)
	if a.config.Key.Grace < 0 {
		faults = append(faults, "--grace is negative")
	}
	return faults
}

func (a *app) rotateKey(ctx context.Context, args []string) error {
	return a.withExistingAccounts(ctx, func(store inventory.Store) error {
		now, key := time.Now(), ""
		until := now.Add(a.config.Key.Grace)
		account, err := store.Accounts().Update(ctx, inventory.ID(args[0]), func(account *inventory.Account) error {
			if !account.Usable(inventory.DateOf(now)) {
				return refused("the account is revoked, or its key has ended: make another one")
			}
			key = account.Renew(until)
			changed := inventory.InstantOf(now)
			account.Provenance.UpdatedAt = &changed
			return nil
		})
		if err != nil {
			return fmt.Errorf("account %q: %w", args[0], err)
		}
		p := printer{out: a.stdout}
		p.linef("L’ancienne clé vaut jusqu’au / the old key is good until  %s", until.Local().Format("2006-01-02 15:04"))
		return errors.Join(p.err, a.showKey(account, key))
	})
}

func (a *app) keyRevokeCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "revoke ACCOUNT",
		Short: "Take the key of an account back, at once and for good",
		Args:  atMost(1),
	}
	a.storeFlags(cmd.Flags())
	return a.bind(cmd, action{faults: a.revokeFaults, do: a.revokeKey})
}

func (a *app) revokeFaults(args []string) []string {
	faults := a.storeFaults()
	if len(args) == 0 {
		faults = append(faults, "the identifier of the account is needed (see vigie key list)")
	}
	return faults
}

func (a *app) revokeKey(ctx context.Context, args []string) error {
	return a.withExistingAccounts(ctx, func(store inventory.Store) error {
		now := inventory.InstantOf(time.Now())
		account, err := store.Accounts().Update(ctx, inventory.ID(args[0]), func(account *inventory.Account) error {
			if account.RevokedAt == nil {
				account.RevokedAt = &now
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("account %q: %w", args[0], err)
		}
		p := printer{out: a.stdout}
		p.linef("Clé révoquée / key revoked  %s  %s", account.ID, account.Name)
		return p.err
	})
}
