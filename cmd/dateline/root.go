package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"dateline/feed"
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
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error {
		err := cmd.ValidateRequiredFlags()
		started = err == nil
		return err
	}
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.InitDefaultCompletionCmd()
	if completion, _, err := root.Find([]string{"completion"}); err == nil {
		completion.Args, completion.RunE = noOther, func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	}
	asked, err := root.ExecuteContextC(ctx)
	switch {
	case err == nil:
		return exitDone
	case !started: // cobra could make nothing of the command line
		fmt.Fprintf(stderr, "dateline: %s: see `%s --help`\n", usageError(asked, err), asked.CommandPath())
		return exitUsage
	case errors.As(err, new(usage)):
		fmt.Fprintf(stderr, "dateline: %v: see `%s --help`\n", err, asked.CommandPath())
		return exitUsage
	}
	if !errors.Is(err, errSaid) {
		fmt.Fprintf(stderr, "dateline: %v\n", err)
	}
	return exitFailed
}

// errSaid ends a command that has told its errors already.
var errSaid = errors.New("failed")

// usage is the error of a command that was called wrongly.
type usage struct{ text string }

func (u usage) Error() string { return u.text }

// wrongCall is for commands that find out themselves that they were.
func wrongCall(format string, args ...any) error { return usage{fmt.Sprintf(format, args...)} }

// usageError is an error of cobra's on one line, with what to do: the first of
// the suggestions that it adds below, a flag that is near, or how the command
// is called.
func usageError(cmd *cobra.Command, err error) string {
	text, suggestions, _ := strings.Cut(err.Error(), "\n")
	text, _, _ = strings.Cut(text, ": strconv.") // Go's own words for a number that is none
	near := ""
	if lines := strings.Fields(strings.TrimPrefix(strings.TrimSpace(suggestions), "Did you mean this?")); len(lines) > 0 {
		near = lines[0]
	}
	if name, ok := strings.CutPrefix(text, "unknown flag: --"); ok {
		if near = feed.Nearest(name, flagsOf(cmd)); near != "" {
			near = "--" + near
		}
	}
	if name, ok := strings.CutPrefix(text, "required flag(s) "); ok {
		text = "--" + strings.Trim(strings.TrimSuffix(name, " not set"), `"`) + " is missing"
	}
	few := strings.HasPrefix(text, "requires ") || strings.HasPrefix(text, "accepts ")
	if few || !cmd.HasSubCommands() && strings.HasPrefix(text, "unknown command ") {
		text = fmt.Sprintf("this is called as `%s`", strings.TrimSuffix(cmd.UseLine(), " [flags]"))
	}
	if near != "" {
		text += fmt.Sprintf(": did you mean %q?", near)
	}
	return text
}

var flagName = regexp.MustCompile(`(?m)^ +(?:-\w, |    )--([a-z-]+)`)

// flagsOf are the names of the flags of a command.
func flagsOf(cmd *cobra.Command) (names []string) {
	for _, m := range flagName.FindAllStringSubmatch(flagUsages(cmd), -1) {
		names = append(names, m[1])
	}
	return names
}

// flagUsages are the flags of a command with what they are for.
func flagUsages(cmd *cobra.Command) string {
	cmd.InitDefaultHelpFlag()
	return cmd.LocalFlags().FlagUsages() + cmd.InheritedFlags().FlagUsages()
}

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:           "dateline",
		Short:         "A syndication server: articles in, feeds and pages out",
		SilenceErrors: true,
		SilenceUsage:  true,
		Version:       programVersion().String(),
	}
	root.SetVersionTemplate("{{.Version}}\n")
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
		manCommand(),
		healthCommand(),
		versionCommand(),
	)
	completeValues(root)
	return root
}

// group is a command that only holds others.
func group(use, short string, commands ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{
		Use:   use,
		Short: short,
		Args:  noOther,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.SuggestionsMinimumDistance = 2
	cmd.AddCommand(commands...)
	return cmd
}

// noOther fails when a command that only holds others is called with something
// that is none of them.
func noOther(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	near := ""
	if list := cmd.SuggestionsFor(args[0]); len(list) > 0 {
		near = "\nDid you mean this?\n" + list[0]
	}
	return fmt.Errorf("unknown command %q for %q%s", args[0], cmd.CommandPath(), near)
}

// configOf is the configuration that the command line names.
func configOf(cmd *cobra.Command) (config, error) {
	path, err := cmd.Flags().GetString("config")
	if err != nil {
		return config{}, err
	}
	return loadConfig(path)
}
