package main

import (
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"dateline/store"
	"dateline/store/bolt"
)

func sourceCommand() *cobra.Command {
	return group("source", "Look after the sources", sourceListCommand(), sourceTestCommand(),
		sourceDiscoverCommand(), sourceImportCommand(), sourceExportCommand())
}

func sourceListCommand() *cobra.Command {
	return readingCommand("list", "List the sources that the store knows, and how they are", func(cmd *cobra.Command, s *bolt.Store, asJSON bool) error {
		list, err := s.Schedule(cmd.Context())
		if err != nil {
			return err
		}
		if asJSON {
			return printJSON(cmd, append([]store.Source{}, list...))
		}
		w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
		for _, source := range list {
			fmt.Fprintf(w, "%s\t%d articles\t%s\t%s\n", source.Name, source.Brought, nextOf(source), stateOf(source))
		}
		return w.Flush()
	})
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
		return fmt.Sprintf("%d articles at once are far more than ever, and wait", s.HeldBack)
	case s.Error != "" && s.Hint != "":
		return s.Error + ": " + s.Hint
	case s.Error != "":
		return s.Error
	case s.Polled.IsZero():
		return "not polled yet"
	}
	return "well"
}
