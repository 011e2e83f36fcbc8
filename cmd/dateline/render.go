package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"dateline/feed"
	"dateline/feed/serve"
	"dateline/feed/static"
	"dateline/store"
	"dateline/store/bolt"
)

func renderCommand() *cobra.Command {
	var asJSON, all bool
	cmd := &cobra.Command{
		Use:   "render DIR",
		Short: "Write every feed and page as static files",
		Long: `Write every feed, archive, page and the list of feeds into DIR as files that any
web server can serve, each with compressed siblings (.gz, .br, .zst).

DIR must be new, empty, or one that was written before: then only what changed
is written, and what was withdrawn is removed. Other files may be put into DIR
itself, not into its folders. The store must not be held by a server. That
renamed and retired categories lead on or are gone is for the web server to say.`,
		Example: `  dateline render /var/www/news`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := configOf(cmd)
			if err != nil {
				return err
			}
			report, err := renderSite(cmd.Context(), c, args[0], all, cmd.ErrOrStderr())
			if err != nil {
				return fmt.Errorf("render into %s: %w", args[0], err)
			}
			if asJSON {
				return printJSON(cmd, report)
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s: %d files written, %d unchanged, %d removed\n", args[0], report.Written, report.Unchanged, report.Removed)
			return err
		},
	}
	jsonFlag(cmd, &asJSON)
	cmd.Flags().BoolVar(&all, "all", false, "look at every file, and mend what somebody else changed")
	return cmd
}

// renderSite writes the site into a folder: all of it, or, when the folder was
// written with the same settings before and all is not asked for, what changed
// since.
func renderSite(ctx context.Context, c config, path string, all bool, stderr io.Writer) (report static.Report, err error) {
	s, err := bolt.Open(c.storePath(), bolt.Options{LockWait: 100 * time.Millisecond})
	if err != nil {
		return report, err
	}
	defer s.Close()
	now := time.Now()
	if err := followConfig(ctx, c, s, time.Now, newLog(c, stderr, c.logLevel())); err != nil {
		return report, err
	}
	if _, err := s.Advance(ctx, now); err != nil {
		return report, err
	}
	if err := newRelater(s, time.Now).catchUp(ctx); err != nil {
		return report, err
	}
	stats, err := s.Stats(ctx)
	if err != nil {
		return report, err
	}
	settings, err := settingsName(c, stats)
	if err != nil {
		return report, err
	}
	server, err := newServer(ctx, c, s, stats, newLog(c, stderr, c.logLevel()))
	if err != nil {
		return report, err
	}
	server.Now = func() time.Time { return now.Add(time.Minute) } // so that the time of a file is that of its change
	folder, mark, err := static.Open(path, server.Handler())
	if err != nil {
		return report, err
	}
	site := rendering{server, folder, newProgress(stderr, 0, "addresses")}
	if !all && mark.Settings == settings && mark.Sequence >= stats.Trimmed && mark.Sequence <= stats.Sequence {
		err = site.changes(ctx, s, mark.Sequence)
	} else {
		err = site.all(ctx)
	}
	site.progress.clear()
	if err != nil {
		return report, err
	}
	return folder.Report, folder.Close(static.Mark{Settings: settings, Sequence: stats.Sequence})
}

// rendering is a site that is being written into a folder.
type rendering struct {
	server   *serve.Server
	folder   *static.Folder
	progress *progress
}

// put writes what is at an address.
func (r rendering) put(address string) error {
	err := r.folder.Put(address)
	r.progress.set(r.progress.done+1, 0)
	return err
}

// all writes everything, and removes what does not belong.
func (r rendering) all(ctx context.Context) error {
	if err := r.folder.PutError(); err != nil {
		return err
	}
	feeds, err := r.server.Publisher.Feeds(ctx)
	if err != nil {
		return err
	}
	if err := r.putFeeds(ctx, feeds); err != nil {
		return err
	}
	for address, err := range r.server.ArticleAddresses(ctx) {
		if err != nil {
			return err
		}
		if err := r.put(address); err != nil {
			return err
		}
	}
	return r.folder.Prune("/article", "/category", "/feed", "/source", "/docs")
}

// changes writes what the changes after a sequence may have changed.
func (r rendering) changes(ctx context.Context, s *bolt.Store, after uint64) error {
	last, err := s.Sequence(ctx)
	if err != nil {
		return err
	}
	listings := map[string]bool{}
	articles := map[store.ID]bool{}
	for after < last {
		lines, err := s.Changes(ctx, after, 1000)
		if err != nil {
			return err
		}
		for _, line := range lines {
			after = line.Sequence
			if line.ID != "" {
				articles[line.ID] = true
			}
			for _, name := range append(line.Listings, "") {
				listings[name] = true
			}
		}
	}
	feeds, err := r.server.Publisher.Feeds(ctx)
	if err != nil {
		return err
	}
	feeds = slices.DeleteFunc(feeds, func(f feed.Feed) bool { return !listings[f.Listing] })
	if err := r.putFeeds(ctx, feeds); err != nil {
		return err
	}
	beside := map[store.ID]bool{}
	for id := range articles {
		ids, err := s.Beside(ctx, id)
		if err != nil {
			return err
		}
		for _, id := range ids {
			beside[id] = true
		}
	}
	maps.Copy(articles, beside)
	for id := range articles {
		if err := r.putArticle(ctx, s, id); err != nil {
			return err
		}
	}
	return nil
}

// putArticle writes the page of an article, or removes it when readers may no
// longer see it.
func (r rendering) putArticle(ctx context.Context, s *bolt.Store, id store.ID) error {
	a, err := s.Article(ctx, id)
	if err != nil && !errors.Is(err, store.ErrNotFound) { // it was let go of
		return err
	}
	if a.Public() {
		if err := r.put(feed.ArticlePath(a)); err != nil {
			return err
		}
	}
	return r.folder.Prune("/article/" + string(id)) // pages at slugs that it had before, too
}

func (r rendering) putFeeds(ctx context.Context, feeds []feed.Feed) error {
	addresses := r.server.Addresses()
	var archives []string
	for _, f := range feeds {
		archives = append(archives, feed.ArchivesPath(f.Path))
		more, err := r.server.FeedAddresses(ctx, f.Path)
		if err != nil {
			return err
		}
		addresses = append(addresses, more...)
	}
	for _, address := range addresses {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := r.put(address); err != nil {
			return err
		}
	}
	return r.folder.Prune(archives...) // those of which nothing is left
}
