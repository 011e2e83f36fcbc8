package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"dateline/feed"
	"dateline/feed/fetch"
	"dateline/feed/poll"
	"dateline/store/bolt"
)

func fetchCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "fetch [NAME…]",
		Short: "Fetch the due sources, or those named, once into the store",
		Long: `Fetch the sources that are due, or those that are named whether they are due or
not, once into the store, and end. For cron, where no server runs: a server
fetches by itself. The store must not be held by one.`,
		RunE: func(cmd *cobra.Command, names []string) error {
			c, err := configOf(cmd)
			if err != nil {
				return err
			}
			if err := c.knowsSources(names); err != nil {
				return err
			}
			return fetchOnce(cmd, c, names, asJSON)
		},
	}
	jsonFlag(cmd, &asJSON)
	return cmd
}

// knowsSources fails when one of the names is that of no source.
func (c config) knowsSources(names []string) error {
	var known []string
	for _, s := range c.Sources {
		known = append(known, s.Name)
	}
	for _, name := range names {
		if slices.Contains(known, name) {
			continue
		}
		if near := feed.Nearest(name, known); near != "" {
			return fmt.Errorf("source %q: the configuration has none of that name: did you mean %q?", name, near)
		}
		return fmt.Errorf("source %q: the configuration has none of that name: see `dateline source list`", name)
	}
	return nil
}

func fetchOnce(cmd *cobra.Command, c config, names []string, asJSON bool) (err error) {
	s, err := bolt.Open(c.storePath(), bolt.Options{LockWait: 100 * time.Millisecond})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	log := newLog(c, io.Discard) // each result is printed
	if err := followConfig(cmd.Context(), c, s, time.Now, log); err != nil {
		return err
	}
	p, err := c.poller(s, log)
	if err != nil {
		return err
	}
	defer p.Fetcher.Close()
	if err := p.Adopt(cmd.Context()); err != nil {
		return err
	}
	if len(names) == 0 { // what is new is due at once, however long the list
		for _, source := range c.Sources {
			if state, err := s.Source(cmd.Context(), source.Name); err == nil && state.Polled.IsZero() {
				names = append(names, source.Name)
			}
		}
		if due, err := dueSources(cmd, s); err != nil {
			return err
		} else if names = append(names, due...); len(names) == 0 {
			return nil
		}
	}
	failed := false
	err = p.Once(cmd.Context(), names, func(r poll.Result) {
		failed = failed || r.Err != nil || r.Source.Error != ""
		if asJSON {
			printJSON(cmd, fetchResultOf(r))
		} else {
			fmt.Fprintln(cmd.OutOrStdout(), describe(r))
		}
	})
	if err == nil && failed {
		return errSaid
	}
	return err
}

// dueSources are the names of those that are due now.
func dueSources(cmd *cobra.Command, s *bolt.Store) (names []string, err error) {
	list, err := s.Schedule(cmd.Context())
	for _, source := range list {
		if due, ok := source.Due(); ok && !due.After(time.Now()) && !source.Polled.IsZero() {
			names = append(names, source.Name)
		}
	}
	return names, err
}

// fetchResult is what came of one source, for programs.
type fetchResult struct {
	Source   string    `json:"source"`
	Outcome  string    `json:"outcome"`
	New      int       `json:"new"`
	Revised  int       `json:"revised"`
	HeldBack int       `json:"held_back,omitempty"`
	Error    string    `json:"error,omitempty"`
	Hint     string    `json:"hint,omitempty"`
	Next     time.Time `json:"next"`
	Warnings []string  `json:"warnings"`
}

func fetchResultOf(r poll.Result) fetchResult {
	out := fetchResult{
		Source: r.Source.Name, Outcome: string(r.Outcome.Kind), New: r.Yield.New, Revised: r.Yield.Revised, HeldBack: r.Yield.HeldBack,
		Error: r.Source.Error, Hint: r.Source.Hint, Next: r.Source.Next, Warnings: append([]string{}, r.Warnings...),
	}
	if r.Err != nil {
		out.Error = r.Err.Error()
	}
	return out
}

// describe is what came of one source, in a line for people.
func describe(r poll.Result) string {
	text := ""
	switch y := r.Yield; {
	case r.Err != nil:
		text = r.Err.Error()
	case r.Source.Error != "":
		text = r.Source.Error
		if r.Source.Hint != "" {
			text += ": " + r.Source.Hint
		}
	case r.Outcome.Kind == fetch.NotModified:
		text = "nothing new"
	case r.Outcome.Kind != fetch.Fetched:
		text = r.Outcome.String()
	case y.HeldBack > 0:
		text = fmt.Sprintf("%d articles are far more than ever at once, and wait: look at the source", y.HeldBack)
	default:
		text = fmt.Sprintf("%d new, %d revised", y.New, y.Revised)
		if y.Joined > 0 {
			text += fmt.Sprintf(", %d that another source had", y.Joined)
		}
	}
	if n := len(r.Warnings); n > 0 {
		text += fmt.Sprintf(" (%d warnings, the first: %s)", n, strings.TrimSpace(r.Warnings[0]))
	}
	return r.Source.Name + ": " + text
}
