package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"dateline/feed"
	"dateline/feed/fetch"
	"dateline/feed/poll"
	"dateline/feed/serve"
	"dateline/store"
	"dateline/store/bolt"
)

func fetchCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "fetch [NAME…]",
		Short: "Fetch the due sources, or those named, once into the store",
		Long: `Fetch the sources that are due, or those that are named whether they are due or
not, once into the store, let go of what ` + "`retention`" + ` does not keep, and end. For
cron, where no server runs: a server does both by itself. The store must not be
held by one.`,
		Example: `  */10 * * * * dateline fetch --config /etc/dateline/config.yaml`,
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
	log := newLog(c, io.Discard, c.logLevel()) // each result is printed
	if err := followConfig(cmd.Context(), c, s, time.Now, log); err != nil {
		return err
	}
	p, err := c.poller(s, log)
	if err != nil {
		return err
	}
	p.Spread = 0 // whoever runs this wants what is new now
	defer p.Fetcher.Close()
	if err := p.Adopt(cmd.Context()); err != nil {
		return err
	}
	if err := giveBack(cmd.Context(), s, time.Time{}); err != nil {
		return err
	}
	total := len(names)
	if total == 0 {
		if total, err = due(cmd.Context(), s); err != nil {
			return err
		}
	}
	clock, err := newTrust(cmd.Context(), s, time.Now(), p.Log)
	if err != nil {
		return err
	}
	failed := false
	progress := newProgress(cmd.ErrOrStderr(), total, "sources")
	err = p.Once(cmd.Context(), names, func(r poll.Result) {
		polled := polledOf(r)
		failed = failed || polled.Error != ""
		progress.clear()
		if asJSON {
			printJSON(cmd, polled)
		} else {
			fmt.Fprintln(cmd.OutOrStdout(), describe(polled))
		}
		progress.add()
	})
	progress.clear()
	if err == nil && clock.doubt(time.Now(), p.Log) <= 0 {
		_, err = sweep(cmd.Context(), s, c.retention(), time.Now(), 0)
	}
	if err == nil && failed {
		return errSaid
	}
	return err
}

// giveBack ends the claims of a process that died: nobody else has the store.
// What it had claimed is not due before next, since it may be what it died of.
func giveBack(ctx context.Context, s *bolt.Store, next time.Time) error {
	list, err := s.Schedule(ctx)
	if err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(source store.Source) bool { return source.Claimed.IsZero() })
	for i := range list {
		if list[i].Next.Before(next) {
			list[i].Next, list[i].Why = next, "its last poll was cut off"
		}
	}
	return s.Settle(ctx, list)
}

// due is how many sources are due now.
func due(ctx context.Context, s *bolt.Store) (n int, err error) {
	list, err := s.Schedule(ctx)
	for _, source := range list {
		if at, ok := source.Due(); ok && !at.After(time.Now()) {
			n++
		}
	}
	return n, err
}

// polledOf is what came of a poll, for programs and for the lines below.
func polledOf(r poll.Result) serve.Polled {
	out := serve.Polled{
		Source: r.Source.Name, Outcome: string(r.Outcome.Kind), New: r.Yield.New, Revised: r.Yield.Revised, Joined: r.Yield.Joined,
		HeldBack: r.Source.HeldBack, HeldWhy: r.Source.HeldWhy,
		Error: r.Source.Error, Hint: r.Source.Hint, Next: r.Source.Next, Warnings: append([]string{}, r.Warnings...),
	}
	if r.Err != nil {
		out.Error = r.Err.Error()
	} else if r.Outcome.Kind == fetch.Throttled {
		out.Hint = r.Outcome.String()
	}
	return out
}

// describe is what came of one source, in a line for people.
func describe(p serve.Polled) string {
	text := ""
	switch {
	case p.Error != "" && p.Hint != "":
		text = p.Error + ": " + p.Hint
	case p.Error != "":
		text = p.Error
	case p.Outcome == string(fetch.NotModified):
		text = "nothing new"
	case p.Outcome != string(fetch.Fetched):
		text = cmp.Or(p.Hint, p.Outcome)
	case p.HeldBack > 0:
		text = p.HeldWhy
	default:
		text = fmt.Sprintf("%d new, %d revised", p.New, p.Revised)
		if p.Joined > 0 {
			text += fmt.Sprintf(", %d that another source had", p.Joined)
		}
	}
	switch n := len(p.Warnings); n {
	case 0:
	case 1:
		text += " (" + p.Warnings[0] + ")"
	default:
		text += fmt.Sprintf(" (%d warnings, the first: %s)", n, p.Warnings[0])
	}
	return p.Source + ": " + text
}
