package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"dateline/feed/serve"
	"dateline/feed/wire"
)

func articleCorrectCommand() *cobra.Command {
	var note, reason, category, as string
	var version int
	var quiet, asJSON bool
	cmd := &cobra.Command{
		Use:   "correct ID FILE | -",
		Short: "File the next version of an article",
		Long: `File the next version of an article: the whole of it, in any form that publish
takes. It keeps its id and its date of publication, and every reader shows the
new text in place of the old. What --note says was wrong stands at the top of
the text and in every feed. With --quiet no reader shows the article as changed:
that is for a slip that nobody need know of.`,
		Example: `  dateline article correct 01JDABCDEFGHJKMNPQRSTVWXYZ ferry.txt --note "An earlier version gave the wrong day."`,
		Args:    cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if quiet && note != "" {
				return wrongCall("--quiet and --note: a correction with a note is for readers to see")
			}
			if version < 0 {
				return wrongCall("--version %d: versions begin with 1", version)
			}
			c, err := newClient(cmd)
			if err != nil {
				return err
			}
			data, form, err := readCopy(cmd, args[1], wire.Form(as))
			if err != nil {
				return fmt.Errorf("correct with %s: %w", args[1], err)
			}
			path := "/api/v1/articles/" + url.PathEscape(args[0])
			if version == 0 {
				var a serve.Article
				if err := c.get(cmd.Context(), path, nil, &a); err != nil {
					return fmt.Errorf("correct article: %w", err)
				}
				version = a.Version
			}
			query := url.Values{}
			for name, value := range map[string]string{"note": note, "reason": reason, "category": category} {
				if value != "" {
					query.Set(name, value)
				}
			}
			if quiet {
				query.Set("quiet", "true")
			}
			header := http.Header{"Content-Type": {form.MediaType()}, "If-Match": {`"v` + strconv.Itoa(version) + `"`}}
			var receipt serve.Receipt
			if err := c.do(cmd.Context(), http.MethodPut, path, query, header, data, &receipt); err != nil {
				return fmt.Errorf("correct article: %w", err)
			}
			if asJSON {
				return printJSON(cmd, receipt)
			}
			return printReceipt(cmd.OutOrStdout(), receipt)
		},
	}
	clientFlags(cmd)
	jsonFlag(cmd, &asJSON)
	cmd.Flags().StringVar(&note, "note", "", "`what` was wrong, for readers; in place of the note that the copy has")
	cmd.Flags().StringVar(&reason, "reason", "", "`why`, for the log of the article")
	cmd.Flags().BoolVar(&quiet, "quiet", false, "readers need not know of it")
	cmd.Flags().IntVar(&version, "version", 0, "the `number` of the version that this was written for; without it, the one that stands")
	cmd.Flags().StringVar(&category, "category", "", "file under this `category`, whatever the copy says")
	cmd.Flags().StringVar(&as, "as", "", "take the file for text, html or json")
	return cmd
}

func articleHoldCommand() *cobra.Command {
	return moderatingCommand("hold", "Withdraw an article while it is checked", `
A notice takes its place in every feed, with the reason; release brings it back.`)
}

func articleReleaseCommand() *cobra.Command {
	return moderatingCommand("release", "Bring back an article that was held", "")
}

func articleKillCommand() *cobra.Command {
	return moderatingCommand("kill", "Withdraw an article for good", `
Its text is gone at once, from the store too. A notice takes its place in every
feed that it was in, with the reason, and its page answers 410. Nothing brings
it back: not filing it again, nor a source that has it.`)
}

// moderatingCommand gives an article another status.
func moderatingCommand(act, short, long string) *cobra.Command {
	var reason string
	var asJSON bool
	cmd := &cobra.Command{
		Use:     act + " ID",
		Short:   short,
		Long:    short + ".\n" + long,
		Example: "  dateline article " + act + ` 01JDABCDEFGHJKMNPQRSTVWXYZ --reason "The mayor denies it."`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := newClient(cmd)
			if err != nil {
				return err
			}
			body, err := json.Marshal(serve.Moderation{Reason: reason})
			if err != nil {
				return err
			}
			var a serve.Article
			header := http.Header{"Content-Type": {"application/json"}}
			if err := c.post(cmd.Context(), "/api/v1/articles/"+url.PathEscape(args[0])+"/"+act, nil, header, body, &a); err != nil {
				return fmt.Errorf("%s article: %w", act, err)
			}
			if asJSON {
				return printJSON(cmd, a)
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s %s, version %d\n", a.ID, a.Status, a.Version)
			return err
		},
	}
	clientFlags(cmd)
	jsonFlag(cmd, &asJSON)
	cmd.Flags().StringVar(&reason, "reason", "", "`why`: readers see it with a hold and a kill")
	cmd.MarkFlagRequired("reason")
	return cmd
}

func articleLogCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "log ID",
		Short:   "Show who did what to an article, when and why",
		Example: `  dateline article log 01JDABCDEFGHJKMNPQRSTVWXYZ`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := newClient(cmd)
			if err != nil {
				return err
			}
			var found serve.Log
			if err := c.get(cmd.Context(), "/api/v1/articles/"+url.PathEscape(args[0])+"/log", nil, &found); err != nil {
				return fmt.Errorf("log of article: %w", err)
			}
			if asJSON {
				return printJSON(cmd, found)
			}
			w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
			for _, line := range found.Changes {
				fmt.Fprintf(w, "%s\t%s\tversion %d\t%s\t%s\n", line.Time.UTC().Format(time.DateTime), line.Kind, line.Version, line.By, line.Reason)
			}
			return w.Flush()
		},
	}
	clientFlags(cmd)
	jsonFlag(cmd, &asJSON)
	return cmd
}

// readCopy reads what is to be filed, from standard input for "-". The error does
// not name it.
func readCopy(cmd *cobra.Command, name string, form wire.Form) (data []byte, _ wire.Form, err error) {
	if form != "" && form != wire.Text && form != wire.HTML && form != wire.JSON {
		return nil, "", wrongCall("--as %q: it must be text, html or json", form)
	}
	if name == "-" {
		data, err = io.ReadAll(cmd.InOrStdin())
	} else {
		data, err = os.ReadFile(name)
	}
	if form == "" {
		form = formOf(name, data)
	}
	if err == nil && len(bytes.TrimSpace(data)) == 0 {
		err = errors.New("it is empty")
	}
	return data, form, pathCause(err)
}
