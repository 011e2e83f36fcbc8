package main

import (
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"dateline/feed/clean"
	"dateline/feed/render"
	"dateline/feed/serve"
	"dateline/store"
)

func articleCommand() *cobra.Command {
	return group("article", "Look after the articles of the running server", articleListCommand(), articleShowCommand(), articleLogCommand(),
		articleCorrectCommand(), articleHoldCommand(), articleReleaseCommand(), articleKillCommand())
}

func articleListCommand() *cobra.Command {
	var category, after string
	var limit int
	var all, asJSON bool
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List articles, the newest first",
		Example: `  dateline article list --category world --limit 5`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if limit < 1 || limit > 500 {
				return wrongCall("--limit %d: it must be from 1 to 500", limit)
			}
			c, err := newClient(cmd)
			if err != nil {
				return err
			}
			query := url.Values{"limit": {strconv.Itoa(limit)}}
			if category != "" {
				query.Set("category", category)
			}
			if after != "" {
				query.Set("after", after)
			}
			if all {
				query.Set("all", "true")
			}
			var found serve.Listing
			if err := c.get(cmd.Context(), "/api/v1/articles", query, &found); err != nil {
				return fmt.Errorf("list articles: %w", err)
			}
			if asJSON {
				return printJSON(cmd, found)
			}
			return printListing(cmd.OutOrStdout(), found)
		},
	}
	clientFlags(cmd)
	jsonFlag(cmd, &asJSON)
	cmd.Flags().StringVar(&category, "category", "", "only of this `category`")
	cmd.Flags().BoolVar(&all, "all", false, "of every status, embargoed ones too, the last filed first")
	cmd.Flags().IntVar(&limit, "limit", 20, "how `many`, at most 500")
	cmd.Flags().StringVar(&after, "after", "", "continue behind this `cursor`")
	return cmd
}

func printListing(w io.Writer, found serve.Listing) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, a := range found.Articles {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", a.ID, minute(a.Published), state(a.Article), strings.Join(a.Categories, ","), a.Headline)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "%d of %d\n", len(found.Articles), found.Count)
	if found.Next != "" {
		_, err = fmt.Fprintf(w, "more with --after %s\n", found.Next)
	}
	return err
}

// state is the status, or the embargo that hides a usable article.
func state(a store.Article) string {
	if a.Status == store.Usable && !a.Embargo.IsZero() {
		return "embargo"
	}
	return string(a.Status)
}

func minute(t time.Time) string { return t.UTC().Format("2006-01-02 15:04") }

func articleShowCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "show ID",
		Short:   "Show an article, of whatever status",
		Example: `  dateline article show 01JDABCDEFGHJKMNPQRSTVWXYZ`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := newClient(cmd)
			if err != nil {
				return err
			}
			var a serve.Article
			if err := c.get(cmd.Context(), "/api/v1/articles/"+url.PathEscape(args[0]), nil, &a); err != nil {
				return fmt.Errorf("show article: %w", err)
			}
			if asJSON {
				return printJSON(cmd, a)
			}
			return printArticle(cmd.OutOrStdout(), a)
		},
	}
	clientFlags(cmd)
	jsonFlag(cmd, &asJSON)
	return cmd
}

func printArticle(w io.Writer, a serve.Article) error {
	var b strings.Builder
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%-12s %s\n", name, value)
		}
	}
	instant := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.UTC().Format(time.RFC3339)
	}
	var names []string
	for _, author := range a.Byline {
		names = append(names, author.Name)
	}
	line("id", string(a.ID))
	line("guid", a.GUID)
	line("address", a.URL)
	line("status", string(a.Status))
	line("version", strconv.Itoa(a.Version))
	line("published", instant(a.Published))
	line("updated", instant(a.Updated))
	line("embargo", instant(a.Embargo))
	line("expires", instant(a.Expires))
	line("categories", strings.Join(a.Categories, ", "))
	line("tags", strings.Join(a.Tags, ", "))
	line("subjects", strings.Join(a.Subjects, ", "))
	line("language", a.Language)
	line("byline", strings.Join(names, ", "))
	line("rights", a.Rights)
	line("editor note", a.EditorNote)
	for _, e := range a.Enclosures {
		line("enclosure", e.URL)
	}
	fmt.Fprintf(&b, "\n%s\n\n%s\n", a.Headline, clean.Plain(render.Content(a.Article)))
	_, err := io.WriteString(w, b.String())
	return err
}
