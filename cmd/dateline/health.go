package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
)

// health is how the server is, for programs.
type health struct {
	Server string `json:"server"`
	Ready  bool   `json:"ready"`
	Error  string `json:"error,omitempty"`
}

func healthCommand() *cobra.Command {
	var asJSON bool
	var timeout time.Duration
	cmd := &cobra.Command{
		Use:   "health",
		Short: "Ask the running server on this machine whether it is ready",
		Long: `Ask the running server on this machine whether it is ready, which is when its
store answers. The exit status is 0 when it is, and 1 when it is not: for
containers and monitors. It needs no token.`,
		Example: `  dateline health
  dateline health --json --timeout 1s`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := configOf(cmd)
			if err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(cmd.Context(), timeout)
			defer cancel()
			shown, err := c.askReady(ctx)
			if asJSON {
				h := health{Server: shown, Ready: err == nil}
				if err != nil {
					h.Error = err.Error()
				}
				printJSON(cmd, h)
			} else if err == nil {
				fmt.Fprintf(cmd.OutOrStdout(), "the server at %s is ready\n", shown)
			}
			if err != nil && asJSON {
				return errSaid
			}
			return err
		},
	}
	jsonFlag(cmd, &asJSON)
	cmd.Flags().DurationVar(&timeout, "timeout", 5*time.Second, "how `long` it may take")
	return cmd
}

// askReady asks the server that listens as the configuration says.
func (c config) askReady(ctx context.Context) (shown string, err error) {
	shown, server, transport := c.local()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, server+"/readyz", nil)
	if err != nil {
		return shown, err
	}
	resp, err := (&http.Client{Transport: transport}).Do(req)
	if errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, fs.ErrNotExist) {
		return shown, fmt.Errorf("no server answers at %s: start it with `dateline serve`", shown)
	} else if err != nil {
		return shown, fmt.Errorf("ask %s: %w", shown, cause(err))
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, 4096))
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("the server at %s is not ready: %s", shown, strings.TrimSpace(string(text)))
	}
	return shown, err
}
