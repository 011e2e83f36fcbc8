package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"dateline/feed"
	"dateline/feed/fetch"
	"dateline/feed/poll"
	"dateline/store"
)

func sourceTestCommand() *cobra.Command {
	var asJSON, allowPrivate bool
	cmd := &cobra.Command{
		Use:   "test URL|NAME",
		Short: "Fetch a feed and say what would be stored, storing nothing",
		Long: `Fetch a feed, or a source of the configuration by its name or URL, and say where
it ended, what it is, what would be stored and where that would go, what is odd
about it, and when it would be polled next. Nothing is stored.`,
		Example: `  dateline source test https://gazette.example/feed.xml`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := configOrDefault(cmd)
			if err != nil {
				return err
			}
			source, err := c.sourceToTest(args[0])
			if err != nil {
				return err
			}
			source.AllowPrivate = source.AllowPrivate || allowPrivate
			c.Site.URL = cmp.Or(c.Site.URL, "http://localhost")
			p := &poll.Poller{Site: c.site(), Fetcher: c.fetcher(), Now: time.Now}
			defer p.Fetcher.Close()
			return printTrial(cmd, source, p, asJSON)
		},
	}
	jsonFlag(cmd, &asJSON)
	cmd.Flags().BoolVar(&allowPrivate, "allow-private", false, "let it reach addresses of private networks, loopback among them")
	return cmd
}

// configOrDefault is the configuration, or what holds without one when nobody
// named a file and there is none.
func configOrDefault(cmd *cobra.Command) (config, error) {
	path, _ := cmd.Flags().GetString("config")
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) && !cmd.Flags().Changed("config") {
		return defaultConfig(), nil
	}
	return configOf(cmd)
}

// sourceToTest is the source of that name or URL, or else one that keeps all
// of whatever is at the URL.
func (c config) sourceToTest(name string) (poll.Source, error) {
	list, err := c.sources()
	if err != nil {
		return poll.Source{}, err
	}
	for _, s := range list {
		if s.Name == name || s.URL == name {
			return s, nil
		}
	}
	s := poll.Source{Name: "test", URL: name, Category: "uncategorised", Republish: feed.RepublishFull}
	if len(c.Categories) > 0 {
		s.Category = c.Categories[0].Slug
	}
	if err := (fetch.Request{URL: s.URL}).Check(); err != nil {
		var known []string
		for _, source := range list {
			known = append(known, source.Name)
		}
		if near := feed.Nearest(name, known); near != "" {
			return s, fmt.Errorf("%s is no source of the configuration, and no URL: did you mean %q?", name, near)
		}
		return s, fmt.Errorf("%s is no source of the configuration, and no URL: %w", name, err)
	}
	return s, nil
}

// trialJSON is what `source test --json` prints.
type trialJSON struct {
	URL      string      `json:"url"`
	FinalURL string      `json:"final_url"`
	Status   int         `json:"status"` // 0 without an answer
	Format   string      `json:"format"`
	Title    string      `json:"title"`
	Items    []triedJSON `json:"items"`
	Warnings []string    `json:"warnings"`
	Error    string      `json:"error,omitempty"`
	Hint     string      `json:"hint,omitempty"`
	Next     time.Time   `json:"next,omitzero"`
	Why      string      `json:"why,omitempty"`
}

type triedJSON struct {
	ID         string            `json:"id"`
	Title      string            `json:"title"`
	Link       string            `json:"link"`
	Published  *time.Time        `json:"published"` // null when the feed gives none
	Updated    *time.Time        `json:"updated"`
	Authors    []string          `json:"authors"`
	Categories []string          `json:"categories"`
	Enclosures []store.Enclosure `json:"enclosures"`
	Language   string            `json:"language"`
	Summary    string            `json:"summary"`
	Content    string            `json:"content"`
	FiledUnder []string          `json:"filed_under"`
	Rule       string            `json:"rule,omitempty"` // what decided where it is filed
	Left       string            `json:"left_out,omitempty"`
}

func printTrial(cmd *cobra.Command, s poll.Source, p *poll.Poller, asJSON bool) error {
	t := p.Try(cmd.Context(), s)
	if cmd.Context().Err() != nil {
		return context.Cause(cmd.Context())
	}
	out := trialJSON{
		URL: feed.Shown(s.URL), FinalURL: t.Outcome.URL, Status: t.Outcome.Status, Format: t.Feed.Format, Title: t.Feed.Title,
		Items: []triedJSON{}, Warnings: append([]string{}, t.Warnings...), Hint: t.Outcome.Hint, Next: t.Next, Why: t.Why,
	}
	switch {
	case t.Err != nil:
		out.Error = t.Err.Error()
	case t.Outcome.Kind != fetch.Fetched:
		out.Error = t.Outcome.String()
	}
	for _, tried := range t.Items {
		out.Items = append(out.Items, triedJSONOf(tried))
	}
	var err error
	if asJSON {
		err = printJSON(cmd, out)
	} else {
		err = explain(cmd.OutOrStdout(), out, t)
	}
	if err == nil && out.Error != "" {
		if !asJSON {
			return fmt.Errorf("source test %s: %s", out.URL, out.Error)
		}
		return errSaid
	}
	return err
}

func triedJSONOf(t poll.Tried) triedJSON {
	item, a := t.Item, t.Article
	content := a.Body
	if item.Content == "" && !t.Paged { // nothing but a link to the source
		content = ""
	}
	out := triedJSON{
		ID: item.ID, Title: item.Title, Link: item.Link, Published: known(item.Published), Updated: known(item.Updated),
		Authors: []string{}, Categories: []string{}, Enclosures: append([]store.Enclosure{}, item.Enclosures...),
		Language: item.Language, Summary: a.Summary, Content: content,
		FiledUnder: append([]string{}, a.Categories...), Rule: t.Rule, Left: t.Left,
	}
	for _, author := range item.Authors {
		out.Authors = append(out.Authors, author.Name)
	}
	for _, c := range item.Categories {
		out.Categories = append(out.Categories, cmp.Or(c.Label, c.Term))
	}
	return out
}

// known is nil for the zero time.
func known(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// shown is how many items and warnings are explained.
const shown = 10

// explain says in words what would come of a source.
func explain(w io.Writer, out trialJSON, t poll.Trial) error {
	var b strings.Builder
	say := func(what, format string, args ...any) {
		fmt.Fprintf(&b, "%-10s %s\n", what, fmt.Sprintf(format, args...))
	}
	say("asked", "%s", out.URL)
	for _, hop := range t.Outcome.Hops {
		say("redirect", "%d to %s", hop.Status, hop.To)
	}
	if out.Error != "" {
		if out.Hint != "" {
			say("hint", "%s", out.Hint)
		}
	} else {
		say("found", "%s, %s, %d items", out.Format, cmp.Or(out.Title, "without a title"), len(out.Items))
	}
	for i, item := range out.Items {
		if i == shown {
			say("", "… and %d more", len(out.Items)-shown)
			break
		}
		if item.Left != "" {
			say("left out", "%s: %s", cmp.Or(item.Title, item.ID), item.Left)
			continue
		}
		say("would file", "%s, under %s by %s (its ID is the feed's %s)", cmp.Or(item.Title, item.ID), strings.Join(item.FiledUnder, ", "), item.Rule, t.Items[i].Item.IDFrom)
	}
	for i, warning := range out.Warnings {
		if i == shown {
			say("", "… and %d more", len(out.Warnings)-shown)
			break
		}
		say("odd", "%s", warning)
	}
	if out.Next.IsZero() {
		say("next", "%s", out.Why)
	} else {
		say("next", "%s: %s", out.Next.Local().Format(time.DateTime), out.Why)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
