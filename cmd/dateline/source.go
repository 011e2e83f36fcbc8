package main

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"dateline/feed/serve"
	"dateline/store"
	"dateline/store/bolt"
)

func sourceCommand() *cobra.Command {
	return group("source", "Look after the sources", sourceListCommand(), sourceFetchCommand(), sourceReleaseCommand(), sourceTestCommand(),
		sourceDiscoverCommand(), sourceImportCommand(), sourceExportCommand())
}

func sourceListCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the sources and how they are, that which is due first in front",
		Example: `  dateline source list`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			list, err := knownSources(cmd)
			if err != nil {
				return fmt.Errorf("list sources: %w", err)
			}
			if asJSON {
				return printJSON(cmd, append([]store.Source{}, list...))
			}
			w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
			for _, source := range list {
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", source.Name, broughtBy(source), nextOf(source), stateOf(source))
			}
			return w.Flush()
		},
	}
	clientFlags(cmd)
	jsonFlag(cmd, &asJSON)
	return cmd
}

// knownSources are those of the store: as the running server has it, or read
// from its file when no server holds it.
func knownSources(cmd *cobra.Command) (list []store.Source, err error) {
	server, _ := cmd.Flags().GetString("server")
	if server == "" {
		c, err := configOf(cmd)
		if err != nil {
			return nil, err
		}
		s, err := bolt.Open(c.storePath(), bolt.Options{ReadOnly: true, LockWait: 100 * time.Millisecond})
		if err == nil {
			defer s.Close()
			list, err := s.Schedule(cmd.Context())
			return serve.ListSources(list).Sources, err
		} else if !errors.Is(err, bolt.ErrHeld) {
			return nil, err
		}
	}
	c, err := newClient(cmd)
	if err != nil {
		return nil, err
	}
	var found serve.SourceListing
	err = c.get(cmd.Context(), "/api/v1/sources", nil, &found)
	return found.Sources, err
}

func sourceFetchCommand() *cobra.Command {
	return pollingCommand("fetch NAME…", "Have the running server fetch sources now, whether they are due or not", "fetch", `
An outline of sources_opml is named by its address.`)
}

func sourceReleaseCommand() *cobra.Command {
	return pollingCommand("release NAME…", "Let through what was held back of sources", "release", `
Nothing is filed of a source that suddenly brings far more than ever, or that
has given all its entries other IDs, and nothing is taken of an outline that
drops more than a fifth of its sources, until this is said. An outline is named
by its address.`)
}

// pollingCommand has the running server poll sources.
func pollingCommand(use, short, act, long string) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     use,
		Short:   short,
		Long:    short + ".\n" + long,
		Example: "  dateline source " + act + " un-news",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, names []string) error {
			c, err := newClient(cmd)
			if err != nil {
				return err
			}
			c.http.Timeout = 0 // the server bounds it, and says what is slow
			failed := false
			progress := newProgress(cmd.ErrOrStderr(), len(names), "sources")
			for _, name := range names {
				var polled serve.Polled
				err := c.post(cmd.Context(), "/api/v1/sources/"+url.PathEscape(name)+"/"+act, nil, nil, nil, &polled)
				progress.clear()
				switch {
				case err != nil:
					fmt.Fprintf(cmd.ErrOrStderr(), "dateline: %s: %v\n", act, err)
				case asJSON:
					err = printJSON(cmd, polled)
				default:
					_, err = fmt.Fprintln(cmd.OutOrStdout(), describe(polled))
				}
				failed = failed || err != nil || polled.Error != ""
				progress.add()
			}
			progress.clear()
			if failed {
				return errSaid
			}
			return nil
		},
	}
	clientFlags(cmd)
	jsonFlag(cmd, &asJSON)
	return cmd
}

// broughtBy is what a source has brought so far.
func broughtBy(s store.Source) string {
	what := "article"
	if strings.ContainsRune(s.Name, '/') { // an outline
		what = "source"
	}
	if s.Brought != 1 {
		what += "s"
	}
	return fmt.Sprint(s.Brought, " ", what)
}

func nextOf(s store.Source) string {
	if _, ok := s.Due(); !ok {
		return "never"
	}
	return "next " + s.Next.Local().Format(time.DateTime)
}

// stateOf is how a source is, in words.
func stateOf(s store.Source) string {
	switch {
	case s.Stopped != "":
		return s.Stopped
	case s.HeldBack > 0:
		return s.HeldWhy
	case s.Error != "" && s.Hint != "":
		return s.Error + ": " + s.Hint
	case s.Error != "":
		return s.Error
	case s.Polled.IsZero():
		return "not polled yet"
	}
	return "well"
}
