package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"vigie/api"
	"vigie/inventory"
)

// sessionConfig is whose sessions to work on.
type sessionConfig struct{ Issuer string }

func (a *app) sessionCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "session",
		Short: "List and end the sessions of people who signed in, and find out who is who",
		Long: `Session looks after the people who signed in to a server with --oidc-issuer. The journal and the sessions name a person by an
identifier that is made of the provider's name and the person's subject (sub) there; session person tells it.`,
		Example: `  vigie session list
  vigie session revoke 6f1b2c6e-0c0b-5f0a-8a57-6a4b2f1d9e10`,
		Args: atMost(0),
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.sessionListCommand(), a.sessionRevokeCommand(), a.sessionPersonCommand())
	return cmd
}

func (a *app) sessionListCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the sessions that last, by their persons",
		Args:  atMost(0),
	}
	a.storeFlags(cmd.Flags())
	return a.bind(cmd, action{faults: func([]string) []string { return a.storeFaults() }, do: a.listSessions})
}

func (a *app) listSessions(ctx context.Context, _ []string) error {
	return a.withExistingAccounts(ctx, func(store inventory.Store) error {
		table := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
		p := printer{out: table}
		p.linef("Personne / person\tNom / name\tRôle / role\tDepuis / since\tAu plus tard / at the latest")
		for session, err := range store.Sessions().Find(ctx, inventory.Query{}) {
			if err != nil {
				return err
			}
			if session.Lives(time.Now()) {
				p.linef("%s\t%s\t%s\t%s\t%s", session.Person, session.Name, session.Role, instantLabel(&session.StartedAt), instantLabel(&session.EndsAt))
			}
		}
		return errors.Join(p.err, table.Flush())
	})
}

func (a *app) sessionRevokeCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "revoke PERSON",
		Short: "End all sessions of a person at once, on every server of the store",
		Long: `Revoke ends the sessions. Whoever still has an account at the identity provider may sign in again: close it there first. A
bearer token cannot be taken back here; it lasts as long as the provider says.`,
		Args: atMost(1),
	}
	a.storeFlags(cmd.Flags())
	return a.bind(cmd, action{faults: a.sessionRevokeFaults, do: a.revokeSessions})
}

func (a *app) sessionRevokeFaults(args []string) []string {
	faults := a.storeFaults()
	if len(args) == 0 {
		faults = append(faults, "the identifier of the person is needed (see vigie session list)")
	}
	return faults
}

func (a *app) revokeSessions(ctx context.Context, args []string) error {
	person := inventory.ID(args[0])
	return a.withExistingAccounts(ctx, func(store inventory.Store) error {
		ended, err := inventory.RemoveSessions(ctx, store.Sessions(), func(s inventory.Session) bool { return s.Person == person })
		if err != nil {
			return err
		}
		p := printer{out: a.stdout}
		p.linef("Sessions terminées / sessions ended  %d", ended)
		return p.err
	})
}

func (a *app) sessionPersonCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "person [SUBJECT]",
		Short:   "Tell the identifier of a person of an identity provider, or of those whose subjects stand on the standard input",
		Example: `  vigie session person --oidc-issuer https://id.example.fr < subjects.txt`,
		Args:    atMost(1),
	}
	cmd.Flags().StringVar(&a.config.Session.Issuer, "oidc-issuer", "", "`address` of the identity provider, as its tokens have it")
	return a.bind(cmd, action{faults: a.personFaults, do: a.tellPersons})
}

func (a *app) personFaults([]string) []string {
	if err := api.CheckIssuer(a.config.Session.Issuer); err != nil {
		return []string{"--oidc-issuer: " + err.Error()}
	}
	return nil
}

func (a *app) tellPersons(_ context.Context, args []string) error {
	p := printer{out: a.stdout}
	tell := func(subject string) {
		if subject != "" {
			p.linef("%s  %s", inventory.PersonID(a.config.Session.Issuer, subject), subject)
		}
	}
	if len(args) == 1 {
		tell(args[0])
		return p.err
	}
	lines := bufio.NewScanner(a.stdin)
	for lines.Scan() {
		tell(strings.TrimSpace(lines.Text()))
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("standard input: %w", err)
	}
	return p.err
}
