package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

// The exit statuses of the command.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// run carries out one command line and says how it ended. It returns when all
// that it started has ended; serving ends with ctx.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	started := false
	root := rootCommand()
	root.PersistentPreRun = func(*cobra.Command, []string) { started = true }
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	asked, err := root.ExecuteContextC(ctx)
	switch {
	case err == nil:
		return exitDone
	case !started: // cobra could make nothing of the command line
		fmt.Fprintf(stderr, "dateline: %s: see `%s --help`\n", usageError(err), asked.CommandPath())
		return exitUsage
	}
	if !errors.Is(err, errSaid) {
		fmt.Fprintf(stderr, "dateline: %v\n", err)
	}
	return exitFailed
}

// errSaid ends a command that has told its errors already.
var errSaid = errors.New("failed")

// usageError is an error of cobra's on one line, with the first of the
// suggestions that it adds below.
func usageError(err error) string {
	text, suggestions, _ := strings.Cut(err.Error(), "\n")
	text, _, _ = strings.Cut(text, ": strconv.") // Go's own words for a number that is none
	if lines := strings.Fields(strings.TrimPrefix(strings.TrimSpace(suggestions), "Did you mean this?")); len(lines) > 0 {
		text += fmt.Sprintf(": did you mean %q?", lines[0])
	}
	return text
}

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:           "dateline",
		Short:         "A syndication server: articles in, feeds and pages out",
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.PersistentFlags().String("config", "config.yaml", "the configuration `file`")
	root.AddCommand(
		serveCommand(),
		fetchCommand(),
		renderCommand(),
		publishCommand(),
		articleCommand(),
		sourceCommand(),
		storeCommand(),
		configCommand(),
		versionCommand(),
	)
	return root
}

// group is a command that only holds others.
func group(use, short string, commands ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{
		Use:   use,
		Short: short,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				var near string
				if list := cmd.SuggestionsFor(args[0]); len(list) > 0 {
					near = "\nDid you mean this?\n" + list[0]
				}
				return fmt.Errorf("unknown command %q for %q%s", args[0], cmd.CommandPath(), near)
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.SuggestionsMinimumDistance = 2
	cmd.AddCommand(commands...)
	return cmd
}

// configOf is the configuration that the command line names.
func configOf(cmd *cobra.Command) (config, error) {
	path, err := cmd.Flags().GetString("config")
	if err != nil {
		return config{}, err
	}
	return loadConfig(path)
}
