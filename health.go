package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/spf13/cobra"
)

// healthPatience is how long a server may take to answer that it is alive.
const healthPatience = 5 * time.Second

func (a *app) healthCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "health",
		Short:   "Ask a running server whether it is alive",
		Long:    "Health asks /healthz of a running server and exits with 0 when it answers: a health check for containers.",
		Example: "  vigie health --addr 127.0.0.1:8080",
		Args:    atMost(0),
	}
	cmd.Flags().StringVar(&a.config.Addr, "addr", defaultAddr, "`host:port` of the server")
	return a.bind(cmd, action{faults: a.healthFaults, do: a.health})
}

func (a *app) healthFaults([]string) []string {
	_, port, err := net.SplitHostPort(a.config.Addr)
	if err != nil {
		return []string{fmt.Sprintf("--addr %q is not host:port", a.config.Addr)}
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return []string{fmt.Sprintf("--addr: port %q is not a number from 0 to 65535", port)}
	}
	return nil
}

func (a *app) health(ctx context.Context, _ []string) error {
	ctx, cancel := context.WithTimeout(ctx, healthPatience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+a.config.Addr+"/healthz", nil)
	if err != nil {
		return usage("--addr %q: %w", a.config.Addr, err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("no answer: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", a.config.Addr, response.Status)
	}
	_, err = fmt.Fprintln(a.stdout, "ok")
	return err
}
