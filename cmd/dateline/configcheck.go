package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

func configCommand() *cobra.Command {
	return group("config", "Look after the configuration", configCheckCommand(), configDiffCommand(), configExampleCommand())
}

// checked is what `config check --json` prints.
type checked struct {
	File     string  `json:"file"`
	Faults   []fault `json:"faults"`
	Warnings []fault `json:"warnings"`
}

func configCheckCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Find everything that is wrong with the configuration",
		Long: `Find everything that is wrong with the configuration, and say where it stands:
what cannot be read, what has no meaning, and what would be found out late, such
as a file with a secret that is not there. No server is needed, and nothing is
changed. Run it as the user that the server runs as, who may read other files.

A fault keeps the server from starting, and from taking the file up while it
runs. A warning does not: it tells of what is hardly meant.`,
		Example: `  dateline config check && systemctl reload dateline`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			path, _ := cmd.Flags().GetString("config")
			c, doc := readConfig(path)
			c.probe(&doc)
			c.probeStart(&doc)
			if asJSON {
				out := checked{path, append([]fault{}, inOrder(doc.faults)...), append([]fault{}, inOrder(doc.warnings)...)}
				if err := printJSON(cmd, out); err != nil {
					return err
				}
			} else if err := printFaults(cmd, c, doc); err != nil {
				return err
			}
			switch n := len(doc.faults); {
			case n == 0:
				return nil
			case asJSON:
				return errSaid
			default:
				return fmt.Errorf("%s has %s: a server does not take it", path, counted(n, "fault"))
			}
		},
	}
	jsonFlag(cmd, &asJSON)
	return cmd
}

// printFaults prints a line for each fault, and then for each warning.
func printFaults(cmd *cobra.Command, c config, doc document) error {
	ink := inkOf(cmd.OutOrStdout())
	var b strings.Builder
	for _, line := range doc.lines(doc.faults) {
		fmt.Fprintf(&b, "%s %s\n", ink.bad("fault  "), line)
	}
	for _, line := range doc.lines(doc.warnings) {
		fmt.Fprintf(&b, "%s %s\n", ink.odd("warning"), line)
	}
	if len(doc.faults) == 0 {
		well := "is well"
		if n := len(doc.warnings); n > 0 {
			well = "can be taken, with " + counted(n, "warning")
		}
		fmt.Fprintf(&b, "%s %s: %s, %s, %s\n", doc.path, well, counted(len(c.Categories), "category"), counted(len(c.Feeds), "feed"), counted(len(c.Sources), "source"))
	}
	_, err := fmt.Fprint(cmd.OutOrStdout(), b.String())
	return err
}

// counted is a number of things in words.
func counted(n int, what string) string {
	if stem, ok := strings.CutSuffix(what, "y"); ok && n != 1 {
		what = stem + "ies"
	} else if n != 1 {
		what += "s"
	}
	return fmt.Sprint(n, " ", what)
}
