package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"dateline/store"
	"dateline/store/bolt"
)

func storeCommand() *cobra.Command {
	return group("store", "Look after the file that all is in",
		storeCheckCommand(), storeStatsCommand(), storeBackupCommand(), storeCompactCommand(), storeDumpCommand(), storeLoadCommand())
}

// readingCommand is a command that opens the store, changes nothing, and does
// not wait for a server that holds it.
func readingCommand(use, short string, run func(cmd *cobra.Command, s *bolt.Store, asJSON bool) error) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     use,
		Short:   short,
		Example: "  dateline store " + use,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := openStore(cmd)
			if err != nil {
				return err
			}
			defer s.Close()
			if err := run(cmd, s, asJSON); err != nil {
				return fmt.Errorf("%s %s: %w", use, s.Path(), err)
			}
			return nil
		},
	}
	storeFlag(cmd)
	jsonFlag(cmd, &asJSON)
	return cmd
}

func storeFlag(cmd *cobra.Command) {
	cmd.Flags().String("store", "", "another `file` than that of the configuration, such as a backup")
}

// openStore opens for reading the store that --store names, or else that of the
// configuration.
func openStore(cmd *cobra.Command) (*bolt.Store, error) {
	path, _ := cmd.Flags().GetString("store")
	if path == "" {
		c, err := configOf(cmd)
		if err != nil {
			return nil, err
		}
		path = c.storePath()
	}
	return bolt.Open(path, bolt.Options{ReadOnly: true, LockWait: 100 * time.Millisecond})
}

func storeCheckCommand() *cobra.Command {
	return readingCommand("check", "Read the whole store and report everything that is wrong with it", checkStore)
}

func checkStore(cmd *cobra.Command, s *bolt.Store, asJSON bool) error {
	faults := []string{}
	progress := newProgress(cmd.ErrOrStderr(), 0, "articles and changes")
	err := s.Check(cmd.Context(), func(fault string) { faults = append(faults, fault) }, progress.set)
	progress.clear()
	if err != nil {
		return err
	}
	stats, err := s.Stats(cmd.Context())
	if err != nil && len(faults) == 0 {
		return err
	}
	if asJSON {
		err = printJSON(cmd, map[string]any{"path": s.Path(), "articles": stats.Articles, "sequence": stats.Sequence, "faults": faults})
	} else {
		err = printCheck(cmd.OutOrStdout(), s.Path(), stats, faults)
	}
	if err == nil && len(faults) > 0 {
		return fmt.Errorf("%s: keep a copy of the file, and restore it from a backup", counted(len(faults), "fault"))
	}
	return err
}

func printCheck(w io.Writer, path string, stats store.Stats, faults []string) error {
	if len(faults) == 0 {
		_, err := fmt.Fprintf(w, "%s is well: %d articles, %d changes\n", path, stats.Articles, stats.Sequence)
		return err
	}
	_, err := io.WriteString(w, strings.Join(faults, "\n")+"\n")
	return err
}

func storeStatsCommand() *cobra.Command {
	return readingCommand("stats", "Say what the store holds", func(cmd *cobra.Command, s *bolt.Store, asJSON bool) error {
		stats, err := s.Stats(cmd.Context())
		if err != nil {
			return err
		}
		if asJSON {
			return printJSON(cmd, stats)
		}
		return printStats(cmd.OutOrStdout(), s.Path(), stats)
	})
}

func printStats(w io.Writer, path string, s store.Stats) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "file\t%s\n", path)
	fmt.Fprintf(table, "engine\t%s, schema %d\n", s.Engine, s.Schema)
	fmt.Fprintf(table, "made\t%s\n", s.Created.Format(time.RFC3339))
	fmt.Fprintf(table, "size\t%s, %s of it free\n", size(s.Size), size(s.Free))
	if s.Room >= 0 {
		fmt.Fprintf(table, "room\t%s left on its disk\n", size(s.Room))
	}
	fmt.Fprintf(table, "changes\t%d\n", s.Sequence)
	fmt.Fprintf(table, "articles\t%d, %d of them public\n", s.Articles, s.Public)
	for _, status := range slices.Sorted(maps.Keys(s.ByStatus)) {
		fmt.Fprintf(table, "  %s\t%d\n", status, s.ByStatus[status])
	}
	fmt.Fprintf(table, "categories\t%d\n", len(s.ByCategory))
	for _, slug := range slices.Sorted(maps.Keys(s.ByCategory)) {
		fmt.Fprintf(table, "  %s\t%d\n", slug, s.ByCategory[slug])
	}
	return table.Flush()
}

// size is a number of bytes for people.
func size(n int64) string {
	value, unit := float64(n), "B"
	for _, next := range []string{"KiB", "MiB", "GiB", "TiB"} {
		if value < 1024 {
			break
		}
		value, unit = value/1024, next
	}
	if unit == "B" {
		return fmt.Sprintf("%d B", n)
	}
	return fmt.Sprintf("%.1f %s", value, unit)
}
