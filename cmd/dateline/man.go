package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
)

func manCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "man DIR",
		Short: "Write the manual pages, one for each command, into a folder",
		Example: `  dateline man ~/.local/share/man/man1 && man dateline-publish
  dateline man /tmp && man -l /tmp/dateline.1`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return fmt.Errorf("write manual pages: %w", err)
			}
			names := []string{}
			for _, c := range commandsOf(cmd.Root()) {
				name := pageName(c) + ".1"
				if err := os.WriteFile(filepath.Join(args[0], name), []byte(manPage(c)), 0o644); err != nil {
					return fmt.Errorf("write manual pages: %w", err)
				}
				names = append(names, name)
			}
			if asJSON {
				return printJSON(cmd, map[string]any{"folder": args[0], "pages": names})
			}
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "%s has %s: read them with `man -l %s`\n", args[0], counted(len(names), "page"), filepath.Join(args[0], names[0]))
			return err
		},
	}
	jsonFlag(cmd, &asJSON)
	return cmd
}

// commandsOf are a command and all below it that people call.
func commandsOf(cmd *cobra.Command) (list []*cobra.Command) {
	if cmd.Hidden || cmd.Name() == "help" {
		return nil
	}
	list = append(list, cmd)
	for _, c := range cmd.Commands() {
		list = append(list, commandsOf(c)...)
	}
	return list
}

// pageName is the name of the manual page of a command.
func pageName(cmd *cobra.Command) string { return strings.ReplaceAll(cmd.CommandPath(), " ", "-") }

// manPage is the manual page of a command: man(7).
func manPage(cmd *cobra.Command) string {
	var b strings.Builder
	name := pageName(cmd)
	fmt.Fprintf(&b, ".TH %s 1 \"\" %s %s\n", roffWord(strings.ToUpper(name)), roffWord("dateline "+programVersion().Version), roffWord("Dateline"))
	fmt.Fprintf(&b, ".SH NAME\n%s \\- %s\n", roff(name), roff(cmd.Short))
	fmt.Fprintf(&b, ".SH SYNOPSIS\n.B %s\n", roff(cmd.UseLine()))
	if cmd.Long != "" {
		fmt.Fprintf(&b, ".SH DESCRIPTION\n%s", roffText(cmd.Long))
	}
	if commands := commandsOf(cmd)[1:]; len(commands) > 0 {
		b.WriteString(".SH COMMANDS\n")
		for _, c := range commands {
			if c.Parent() == cmd {
				fmt.Fprintf(&b, ".TP\n.BR %s (1)\n%s\n", roffWord(pageName(c)), roff(c.Short))
			}
		}
	}
	b.WriteString(".SH OPTIONS\n")
	for line := range strings.Lines(flagUsages(cmd)) {
		flag, what, _ := strings.Cut(strings.TrimSpace(line), "   ")
		fmt.Fprintf(&b, ".TP\n.B %s\n%s\n", roff(flag), roff(strings.TrimSpace(what)))
	}
	if cmd.Example != "" {
		fmt.Fprintf(&b, ".SH EXAMPLES\n.nf\n%s.fi\n", roffLines(cmd.Example))
	}
	b.WriteString(".SH EXIT STATUS\n0 when it is done, 1 when it failed, 2 when it was called wrongly.\n")
	if cmd.HasParent() {
		fmt.Fprintf(&b, ".SH SEE ALSO\n.BR %s (1)\n", roffWord(pageName(cmd.Parent())))
	}
	return b.String()
}

// roff is text as it stands in a manual page: no character of it is a command.
func roff(text string) string {
	text = strings.NewReplacer(`\`, `\e`, `-`, `\-`, `'`, `\(aq`, "`", `\(ga`, `^`, `\(ha`, `~`, `\(ti`).Replace(text)
	if strings.HasPrefix(text, ".") {
		text = `\&` + text
	}
	return text
}

// roffWord is one argument of a command of a manual page.
func roffWord(text string) string { return `"` + strings.ReplaceAll(roff(text), `"`, `\(dq`) + `"` }

// roffLines keeps the lines as they are.
func roffLines(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString(roff(strings.TrimRight(line, "\n")) + "\n")
	}
	return b.String()
}

// roffText is text in paragraphs; what is indented keeps its lines.
func roffText(text string) string {
	var b strings.Builder
	for paragraph := range strings.SplitSeq(strings.Trim(text, "\n"), "\n\n") {
		if strings.HasPrefix(paragraph, " ") || strings.HasPrefix(paragraph, "\t") {
			fmt.Fprintf(&b, ".PP\n.nf\n%s.fi\n", roffLines(strings.ReplaceAll(paragraph, "\t", "    ")))
		} else {
			fmt.Fprintf(&b, ".PP\n%s", roffLines(paragraph))
		}
	}
	return b.String()
}
