package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"vigie/api"
	"vigie/inventory"
)

// peopleConfig is the identity provider that tells who people are.
type peopleConfig struct {
	Issuer, Audience, ClientID string
	SecretFile, RolesFile      string
	Scopes                     []string
	Idle, Lifetime             time.Duration
}

// clientSecretVariable holds the client's secret itself; no flag does, for other programs see command lines.
const clientSecretVariable = "VIGIE_OIDC_CLIENT_SECRET" //nolint:gosec // G101: the name of a variable

// How long a session lasts without flags: a coffee, and a working day.
const (
	defaultSessionIdle     = time.Hour
	defaultSessionLifetime = 10 * time.Hour
)

func (c *peopleConfig) flags(flags *pflag.FlagSet) {
	flags.StringVar(&c.Issuer, "oidc-issuer", "", "`address` of the identity provider (OpenID Connect) that tells who people are, as its tokens have it")
	flags.StringVar(&c.Audience, "oidc-audience", "", "`audience` that bearer tokens must be for; without it none are taken")
	flags.StringVar(&c.ClientID, "oidc-client-id", "", "`name` of this service at the provider; without it nobody signs in")
	flags.StringVar(&c.SecretFile, "oidc-client-secret-file", "",
		"`file` with the secret of this service at the provider, or "+clientSecretVariable+" with the secret itself")
	flags.StringVar(&c.RolesFile, "oidc-roles", "", "YAML or JSON `file` that says which claims give which role")
	flags.StringSliceVar(&c.Scopes, "oidc-scope", nil, "`scopes` to ask the provider for, beside openid")
	flags.DurationVar(&c.Idle, "session-idle", defaultSessionIdle, "`time` after which a session that is not used ends")
	flags.DurationVar(&c.Lifetime, "session-lifetime", defaultSessionLifetime, "`time` after which a session ends in any case")
}

func (c *peopleConfig) faults(access string) (faults []string) {
	if c.Issuer == "" {
		if c.Audience+c.ClientID+c.SecretFile+c.RolesFile+strings.Join(c.Scopes, "") != "" {
			faults = append(faults, "--oidc-… flags mean nothing without --oidc-issuer")
		}
		return faults
	}
	if access != accessKeys {
		faults = append(faults, "--oidc-issuer goes with --access keys: otherwise everybody is let in anyway")
	}
	if err := api.CheckIssuer(c.Issuer); err != nil {
		faults = append(faults, "--oidc-issuer: "+err.Error())
	}
	if c.Audience == "" && c.ClientID == "" {
		faults = append(faults, "--oidc-issuer needs --oidc-audience, for tokens, or --oidc-client-id, for people who sign in")
	}
	if c.Audience != "" && c.Audience == c.ClientID {
		faults = append(faults, "--oidc-audience must not be --oidc-client-id: the identity tokens of those who sign in would open the API")
	}
	if c.RolesFile == "" {
		faults = append(faults, "--oidc-issuer needs --oidc-roles: nobody would have a role")
	}
	if c.Idle < time.Minute || c.Lifetime < c.Idle {
		faults = append(faults, "--session-idle must be a minute at least, and --session-lifetime no shorter")
	}
	return faults
}

// servedPeople are those whom the provider of the flags knows; nil without one. Every fault of the roles is told at once.
func (a *app) servedPeople(ctx context.Context, log *slog.Logger, store inventory.Store) (*api.People, error) {
	c := a.config.Serve.People
	if c.Issuer == "" {
		return nil, nil //nolint:nilnil // no provider is no error
	}
	text, err := os.ReadFile(c.RolesFile)
	if err != nil {
		return nil, refused("--oidc-roles: %w", err)
	}
	roles, err := api.ReadRoles(text)
	if err != nil {
		return nil, refused("--oidc-roles: %s", rolesFaults(c.RolesFile, err))
	}
	secret, err := c.secret(a.env)
	if err != nil {
		return nil, err
	}
	for _, holder := range roles.Holders() {
		if _, err := store.Holders().Get(ctx, holder); errors.Is(err, inventory.ErrNotFound) {
			log.WarnContext(ctx, "roles name a holder that the store does not have: who gets it sees nothing", slog.String("holder", string(holder)))
		}
	}
	return &api.People{
		Issuer: c.Issuer, Audience: c.Audience, ClientID: c.ClientID, ClientSecret: secret, Scopes: c.Scopes,
		Roles: roles, Sessions: store.Sessions(), Idle: c.Idle, Lifetime: c.Lifetime,
	}, nil
}

// rolesFaults tells what is wrong with a file, one fault a line.
func rolesFaults(file string, err error) string {
	var invalid *inventory.InvalidError
	if !errors.As(err, &invalid) {
		return fmt.Sprintf("%s: %v", file, err)
	}
	lines := []string{fmt.Sprintf("%s has %d faults", file, len(invalid.Faults))}
	for _, fault := range invalid.Faults {
		lines = append(lines, fmt.Sprintf("  %s: %s", fault.Field, fault.Reason))
	}
	return strings.Join(lines, "\n")
}

// secret is that of the client, which may have none.
func (c *peopleConfig) secret(env func(string) string) (string, error) {
	given := env(clientSecretVariable)
	switch {
	case c.SecretFile == "":
		return given, nil
	case given != "":
		return "", refused("--oidc-client-secret-file and %s are both given", clientSecretVariable)
	}
	text, err := os.ReadFile(c.SecretFile)
	if err != nil {
		return "", refused("--oidc-client-secret-file: %w", err)
	}
	if given = strings.TrimSpace(string(text)); given == "" {
		return "", refused("--oidc-client-secret-file: %s is empty", c.SecretFile)
	}
	return given, nil
}

// sessionSweep is how often sessions that have ended are taken out of the store.
const sessionSweep = 15 * time.Minute

// sweepSessions takes those out that have ended, now and then. They let nobody in meanwhile.
func sweepSessions(ctx context.Context, log *slog.Logger, sessions inventory.Shelf[inventory.Session]) {
	for {
		_, err := inventory.RemoveSessions(ctx, sessions, func(s inventory.Session) bool { return !s.Lives(time.Now()) })
		if err != nil && ctx.Err() == nil {
			log.WarnContext(ctx, "sessions that have ended were not removed", slog.Any("error", err))
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(sessionSweep):
		}
	}
}
