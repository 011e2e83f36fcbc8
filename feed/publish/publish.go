// Package publish answers which articles a feed holds, and makes its
// documents with the validators that HTTP needs.
package publish

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"dateline/feed"
	"dateline/store"
)

// ErrNoFeed: there is no feed at that path.
var ErrNoFeed = errors.New("no such feed")

// Publisher makes the feeds of a site and keeps their documents. Its exported
// fields must not change once it is in use; it is then safe for use by many
// goroutines. The zero value of what it keeps is ready.
type Publisher struct {
	Site       feed.Site
	Categories []feed.Category
	Store      Store
	Window     int           // how many of the newest articles a feed holds, at least 1
	Content    feed.Content  // how much of each article; empty means all
	MaxAge     time.Duration // how long readers may wait between two polls
	Since      time.Time     // the day from which the ids of the feeds are dated: that of the store's making
	CacheBytes int           // how much the documents in memory may take; zero means 64 MiB

	cache    cache
	changes  changes
	contents contents
}

// killedFor is how long a feed names the articles that were withdrawn for
// good.
const killedFor = 30 * 24 * time.Hour

// Paths are those of all feeds, that of everything first.
func (p *Publisher) Paths() []string {
	paths := []string{""}
	for _, c := range p.Categories {
		paths = append(paths, feed.CategoryPath(c.Slug))
	}
	return paths
}

// PathsOf are those of the feeds that hold a, while it is among the newest;
// none when readers may not see it.
func (p *Publisher) PathsOf(a store.Article) []string {
	if !a.Public() {
		return nil
	}
	var paths []string
	for _, slug := range a.Categories {
		if _, ok := p.Category(slug); ok {
			paths = append(paths, feed.CategoryPath(slug))
		}
	}
	return append(paths, "")
}

// Category is the declared category with that slug.
func (p *Publisher) Category(slug string) (feed.Category, bool) {
	i := slices.IndexFunc(p.Categories, func(c feed.Category) bool { return c.Slug == slug })
	if i < 0 {
		return feed.Category{}, false
	}
	return p.Categories[i], true
}

// Feed is the feed at path, or ErrNoFeed.
func (p *Publisher) Feed(ctx context.Context, path string) (feed.Feed, error) {
	f := feed.Feed{
		Site: p.Site, Path: path, MaxAge: p.MaxAge, Content: p.Content, ID: p.id(path),
		Title: p.Site.Title, Description: p.Site.Description,
		Categories: map[string]string{},
	}
	for _, c := range p.Categories {
		f.Categories[c.Slug] = c.Title
	}
	slug, err := p.listing(path)
	if err != nil {
		return f, err
	}
	if c, ok := p.Category(slug); ok {
		f.Title, f.Description = p.Site.Title+": "+c.Title, c.Description
	}
	page, err := p.Store.Articles(ctx, store.Query{Category: slug, Limit: p.Window})
	if err != nil {
		return f, fmt.Errorf("read feed %s: %w", f.ID, err)
	}
	f.Updated = page.Changed
	// Counted back from the feed's last change, not from the present: the same
	// store gives the same feed.
	withdrawn, err := p.Store.Tombstones(ctx, slug, page.Changed.Add(-killedFor))
	if err != nil {
		return f, fmt.Errorf("read feed %s: %w", f.ID, err)
	}
	for _, t := range withdrawn {
		if t.Status == store.Killed {
			f.Killed = append(f.Killed, t)
		}
	}
	for _, a := range page.Articles {
		f.Articles = append(f.Articles, feed.Article{Article: a, Content: p.contents.of(a)})
	}
	return f, nil
}

// listing is the store's name for the listing that the feed at path shows.
func (p *Publisher) listing(path string) (slug string, err error) {
	if path == "" {
		return "", nil
	}
	slug, ok := strings.CutPrefix(path, feed.CategoryPath(""))
	if _, declared := p.Category(slug); !ok || !declared {
		return "", fmt.Errorf("feed %s: %w", path, ErrNoFeed)
	}
	return slug, nil
}

// id is the permanent IRI of the feed at path: a tag: URI (RFC 4151) of the
// site on the day its store was made.
func (p *Publisher) id(path string) string {
	return fmt.Sprintf("tag:%s,%s:feed%s", strings.ToLower(p.Site.Host()), p.Since.UTC().Format(time.DateOnly), path)
}
