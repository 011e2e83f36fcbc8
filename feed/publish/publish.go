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

// ErrGone: there was a feed at that path, and it was given up.
var ErrGone = errors.New("this feed was given up, and none takes its place")

// Moved is the error of a path whose feed is at another for good.
type Moved struct{ Path string }

func (e *Moved) Error() string { return "moved to " + e.Path }

// Publisher makes the feeds of a site and keeps their documents. Its exported
// fields must not change once it is in use; it is then safe for use by many
// goroutines. The zero value of what it keeps is ready.
type Publisher struct {
	Site         feed.Site
	Categories   []feed.Category
	Combinations []feed.Combination // declared to the store too
	Retired      []string           // slugs of categories that were given up
	Store        Store
	Window       int           // how many of the newest articles a feed holds, and every archive of one; at least 1
	KeepFor      time.Duration // a feed holds besides what was filed or changed within this time
	NoticeFor    time.Duration // a feed holds a notice in place of what was withdrawn
	Content      feed.Content  // how much of each article; empty means all
	MaxAge       time.Duration // how long readers may wait between two polls
	Deltas       bool          // whether documents are remembered for Delta
	Settled      time.Time     // when settings or program last became what they are; zero for never
	Since        time.Time     // the day from which the ids of the feeds are dated: that of the store's making
	CacheBytes   int           // how much the documents in memory may take; zero means 64 MiB

	cache    cache
	changes  changes
	contents contents
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
	for _, c := range p.Combinations {
		if c.Holds(a) {
			paths = append(paths, feed.CombinationPath(c.Name))
		}
	}
	for _, name := range a.Listings() {
		if source, ok := store.SourceOf(name); ok {
			paths = append(paths, feed.SourcePath(source))
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

// Feed is the feed at path. It fails with ErrNoFeed, ErrGone or *Moved, and for
// an archive with store.ErrExpunged when nothing of it is left.
func (p *Publisher) Feed(ctx context.Context, path string) (feed.Feed, error) {
	f, err := p.head(path)
	if err != nil {
		return f, err
	}
	// RFC 4287 §4.2.6: an id never changes, not even when the feed is renamed.
	// RFC 5005 §4: an archive is a part of the same feed.
	f.ID = p.id(p.firstPath(f.Path))
	f.Categories = map[string]string{}
	for _, c := range p.Categories {
		f.Categories[c.Slug] = c.Title
	}
	page, err := p.page(ctx, f, p.KeepFor)
	if err != nil {
		return f, fmt.Errorf("read feed %s: %w", path, err)
	}
	f.OlderArchive, f.NewerArchive = page.OlderArchive, page.NewerArchive
	f.Updated = page.Changed
	p.nameSource(&f, page.Articles)
	for _, a := range page.Articles {
		f.Articles = append(f.Articles, feed.Article{Article: a, Content: p.contents.of(a)})
	}
	if f.Number == 0 { // what is closed changes only with its own articles
		if err := p.addNear(ctx, f.Articles); err != nil {
			return f, fmt.Errorf("read feed %s: %w", path, err)
		}
		if err := p.tellWithdrawn(ctx, &f); err != nil {
			return f, fmt.Errorf("read feed %s: %w", path, err)
		}
	}
	return f, nil
}

// mostNear is to how many articles each one of a feed leads; its page leads to
// more.
const mostNear = 2

// addNear names the articles that are near to these.
func (p *Publisher) addNear(ctx context.Context, articles []feed.Article) error {
	ids := make([]store.ID, len(articles))
	for i, a := range articles {
		ids[i] = a.ID
	}
	near, err := p.Store.Near(ctx, ids, mostNear)
	for i, id := range ids {
		articles[i].Near = near[id]
	}
	return err
}

// maxChanged bounds what KeepFor adds to a feed, so that a flood leaves it
// readable; archives hold the rest.
const maxChanged = 500

// page is what the feed holds, with what was changed within keepFor.
func (p *Publisher) page(ctx context.Context, f feed.Feed, keepFor time.Duration) (page store.Page, err error) {
	if f.Number == 0 {
		// The feed of everything has no archives: those of the categories hold
		// it all. What has no places has none either.
		archive := p.Window
		if f.Listing == "" {
			archive = 0
		}
		page, err = p.Store.Window(ctx, store.Window{
			Listing: f.Listing, Newest: p.Window, KeepFor: keepFor, Most: maxChanged, Archive: archive,
		})
	} else {
		page, err = p.Store.Archive(ctx, store.Archive{Listing: f.Listing, Number: f.Number, Size: p.Window, Newest: p.Window})
	}
	if errors.Is(err, store.ErrNotFound) && !errors.Is(err, store.ErrExpunged) {
		err = ErrNoFeed
	}
	return page, err
}

// id is the permanent IRI of the feed at path.
func (p *Publisher) id(path string) string { return p.NameOf("feed" + path) }

// NameOf is the permanent IRI of something of this site: a tag: URI (RFC 4151)
// of the site on the day its store was made.
func (p *Publisher) NameOf(what string) string {
	return fmt.Sprintf("tag:%s,%s:%s", strings.ToLower(p.Site.Host()), p.Since.UTC().Format(time.DateOnly), what)
}
