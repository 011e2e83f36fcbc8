package main

import (
	_ "embed"

	"github.com/spf13/cobra"
)

// exampleConfig is config.yaml of the top of the house, of which a test keeps
// this copy, and the reference in README.md.
//
//go:embed config.yaml
var exampleConfig []byte

func configExampleCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "example",
		Short: "Print a configuration that runs as it is, with every key explained",
		Long: `Print a configuration that runs as it is, with every key explained; with --json,
the values of its keys alone.`,
		Example: `  dateline config example > config.yaml`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if asJSON {
				c, doc := defaultConfig(), document{}
				doc.decode(exampleConfig, &c)
				return printJSON(cmd, treeOf(c, hidden))
			}
			_, err := cmd.OutOrStdout().Write(exampleConfig)
			return err
		},
	}
	jsonFlag(cmd, &asJSON)
	return cmd
}
