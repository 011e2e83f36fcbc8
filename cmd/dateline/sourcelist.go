package main

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v4"

	"dateline/feed/fetch"
	"dateline/feed/opml"
	"dateline/feed/parse"
	"dateline/feed/poll"
	"dateline/store"
)

func sourceDiscoverCommand() *cobra.Command {
	var asJSON, allowPrivate bool
	cmd := &cobra.Command{
		Use:     "discover URL",
		Short:   "List the feeds that a page announces",
		Example: `  dateline source discover https://gazette.example`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := configOrDefault(cmd)
			if err != nil {
				return err
			}
			found, err := discover(cmd, c.fetcher(), args[0], allowPrivate)
			if err != nil {
				return fmt.Errorf("discover feeds at %s: %w", args[0], err)
			}
			if asJSON {
				return printJSON(cmd, found)
			}
			for _, f := range found {
				fmt.Fprintf(cmd.OutOrStdout(), "%s\t%s\t%s\n", f.URL, f.Type, f.Title)
			}
			return nil
		},
	}
	jsonFlag(cmd, &asJSON)
	cmd.Flags().BoolVar(&allowPrivate, "allow-private", false, "let it reach addresses of private networks, loopback among them")
	return cmd
}

// foundFeed is a feed that was discovered.
type foundFeed struct {
	URL   string `json:"url"`
	Type  string `json:"type"`
	Title string `json:"title"`
}

// discover is the feed at an address itself, or those that the page there
// announces, or else those at the usual addresses of its site.
func discover(cmd *cobra.Command, f *fetch.Fetcher, address string, allowPrivate bool) ([]foundFeed, error) {
	defer f.Close()
	get := func(address string) (fetch.Outcome, parse.Feed, error) {
		o := f.Fetch(cmd.Context(), fetch.Request{URL: address, AllowPrivate: allowPrivate}, time.Now())
		if o.Kind != fetch.Fetched && o.Hint != "" {
			return o, parse.Feed{}, fmt.Errorf("%s: %s", o, o.Hint)
		} else if o.Kind != fetch.Fetched {
			return o, parse.Feed{}, errors.New(o.String())
		}
		read, err := parse.Read(o.Body, o.ContentType, o.URL)
		return o, read, err
	}
	o, read, err := get(address)
	if err == nil {
		return []foundFeed{{o.URL, read.Format, read.Title}}, nil
	}
	var page *parse.NotFeed
	if !errors.As(err, &page) {
		return nil, err
	}
	var found []foundFeed
	for _, d := range page.Feeds {
		found = append(found, foundFeed{d.URL, d.Type, d.Title})
	}
	for _, usual := range parse.WellKnown(o.URL) {
		if len(found) > 0 {
			break
		}
		if o, read, err := get(usual); err == nil {
			found = append(found, foundFeed{o.URL, read.Format, read.Title})
		}
	}
	if len(found) == 0 {
		return nil, errors.New("the page announces no feed, and there is none at the usual addresses")
	}
	return found, nil
}

// sourceEntry is a source as the configuration is to have it.
type sourceEntry struct {
	Name     string `yaml:"name" json:"name"`
	URL      string `yaml:"url" json:"url"`
	Category string `yaml:"category" json:"category"`
}

func sourceImportCommand() *cobra.Command {
	var asJSON bool
	var category string
	cmd := &cobra.Command{
		Use:   "import FILE.opml",
		Short: "Print the feeds of an outline as sources, to be put into config.yaml",
		Long: `Print the feeds of an OPML outline as sources, to be put into config.yaml. A
folder that is called as a category is gives that category; other feeds get the
one of --category. Feeds that are sources already are left out.`,
		Example: `  dateline source import subscriptions.opml --category world`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := configOf(cmd)
			if err != nil {
				return err
			}
			data, err := os.ReadFile(args[0])
			if err != nil {
				return fmt.Errorf("import %s: %w", args[0], pathCause(err))
			}
			entries, err := opml.Read(data)
			if err != nil {
				return fmt.Errorf("import %s: %w", args[0], err)
			}
			list, err := c.importSources(entries, category)
			if err != nil {
				return fmt.Errorf("import %s: %w", args[0], err)
			}
			if asJSON {
				return printJSON(cmd, append([]sourceEntry{}, list...))
			}
			if len(list) == 0 {
				fmt.Fprintf(cmd.ErrOrStderr(), "all %d feeds of %s are sources already\n", len(entries), args[0])
				return nil
			}
			text, err := yaml.Marshal(map[string]any{"sources": list})
			if err != nil {
				return err
			}
			_, err = cmd.OutOrStdout().Write(text)
			return err
		},
	}
	jsonFlag(cmd, &asJSON)
	cmd.Flags().StringVar(&category, "category", "", "the `category` of feeds whose folder is none; without it, the first")
	return cmd
}

// importSources are the entries that are no sources yet, with names of their
// own.
func (c config) importSources(entries []opml.Entry, other string) (list []sourceEntry, err error) {
	desk := c.desk()
	if other == "" {
		other = c.Categories[0].Slug
	} else if slug, ok := desk.Slug(other); ok {
		other = slug
	} else {
		return nil, fmt.Errorf("--category %q: the configuration has none of that name", other)
	}
	var known []store.Source
	for _, s := range c.Sources {
		known = append(known, store.Source{Name: s.Name, Configured: s.URL})
	}
	for _, s := range poll.FromOutline(entries, "", known, desk.Slug, other) {
		list = append(list, sourceEntry{s.Name, s.Configured, s.Category})
	}
	return list, nil
}

func sourceExportCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "export",
		Short:   "Print the sources as an OPML outline, with the categories as folders",
		Example: `  dateline source export > sources.opml`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := configOf(cmd)
			if err != nil {
				return err
			}
			titles := map[string]string{}
			for _, category := range c.Categories {
				titles[category.Slug] = category.Title
			}
			var list []opml.Outline
			for _, s := range c.Sources {
				address := s.URL
				if u, err := url.Parse(address); err == nil && u.User != nil {
					u.User = nil // it is a secret
					address = u.String()
				}
				list = append(list, opml.Outline{Title: s.Name, Feed: address, Folder: titles[s.Category]})
			}
			if len(c.Outlines) > 0 { // what they list only the store knows
				known, err := knownSources(cmd)
				if err != nil {
					return fmt.Errorf("read the sources of sources_opml: %w", err)
				}
				for _, s := range known {
					if s.Outline != "" {
						list = append(list, opml.Outline{Title: cmp.Or(s.Title, s.Name), Feed: s.Configured, Folder: titles[s.Category]})
					}
				}
			}
			if asJSON {
				return printJSON(cmd, exportedOf(list))
			}
			slices.SortStableFunc(list, func(a, b opml.Outline) int { return strings.Compare(a.Folder, b.Folder) })
			body, err := opml.Write(c.site(), time.Now(), list)
			if err != nil {
				return err
			}
			_, err = cmd.OutOrStdout().Write(body)
			return err
		},
	}
	clientFlags(cmd)
	jsonFlag(cmd, &asJSON)
	return cmd
}

// exported is a source as `source export --json` prints it.
type exported struct {
	Title    string `json:"title"`
	URL      string `json:"url"`
	Category string `json:"category"` // its title
}

func exportedOf(list []opml.Outline) []exported {
	out := []exported{}
	for _, o := range list {
		out = append(out, exported{o.Title, o.Feed, o.Folder})
	}
	return out
}
