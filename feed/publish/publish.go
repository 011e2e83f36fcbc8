// Package publish answers which articles a feed holds, and makes its
// documents with the validators that HTTP needs.
package publish

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
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
	Window     int           // how many of the newest articles a feed holds, and every archive of one; at least 1
	KeepFor    time.Duration // a feed holds besides what was filed or changed within this time
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
		Site: p.Site, Path: path, MaxAge: p.MaxAge, Content: p.Content,
		Title: p.Site.Title, Description: p.Site.Description,
		Categories: map[string]string{},
	}
	for _, c := range p.Categories {
		f.Categories[c.Slug] = c.Title
	}
	slug, number, err := p.listing(path)
	if err != nil {
		return f, err
	}
	if number > 0 {
		f.Path, f.Number = feed.CategoryPath(slug), number
	}
	f.ID = p.id(f.Path) // RFC 5005 §4: an archive is a part of the same feed
	if c, ok := p.Category(slug); ok {
		f.Title, f.Description = p.Site.Title+": "+c.Title, c.Description
	}
	page, err := p.page(ctx, slug, number)
	if err != nil {
		return f, fmt.Errorf("read feed %s: %w", path, err)
	}
	f.Archives = page.Archives
	f.Updated = page.Changed
	// Counted back from the feed's last change, not from the present: the same
	// store gives the same feed.
	if number == 0 {
		withdrawn, err := p.Store.Tombstones(ctx, slug, page.Changed.Add(-killedFor))
		if err != nil {
			return f, fmt.Errorf("read feed %s: %w", path, err)
		}
		for _, t := range withdrawn {
			if t.Status == store.Killed {
				f.Killed = append(f.Killed, t)
			}
		}
	}
	for _, a := range page.Articles {
		f.Articles = append(f.Articles, feed.Article{Article: a, Content: p.contents.of(a)})
	}
	return f, nil
}

// maxChanged bounds what KeepFor adds to a feed, so that a flood leaves it
// readable; archives hold the rest.
const maxChanged = 500

// page is what the feed of a listing holds, or one of its archives.
func (p *Publisher) page(ctx context.Context, slug string, number int) (store.Page, error) {
	if number == 0 {
		w := store.Window{Listing: slug, Newest: p.Window, KeepFor: p.KeepFor, Most: maxChanged}
		if slug != "" { // the feed of everything has no archives: those of the categories hold it all
			w.Archive = p.Window
		}
		return p.Store.Window(ctx, w)
	}
	page, err := p.Store.Archive(ctx, store.Archive{Listing: slug, Number: number, Size: p.Window, Newest: p.Window})
	if errors.Is(err, store.ErrNotFound) {
		err = ErrNoFeed
	}
	return page, err
}

// listing is the store's name for the listing that the feed at path shows, and
// the number of the archive when path is that of one.
func (p *Publisher) listing(path string) (slug string, number int, err error) {
	if path == "" {
		return "", 0, nil
	}
	slug, ok := strings.CutPrefix(path, feed.CategoryPath(""))
	if name, n, archived := strings.Cut(slug, "/archive/"); archived {
		slug = name
		// Only the number as we write it: one archive has one address.
		if number, err = strconv.Atoi(n); err != nil || number < 1 || strconv.Itoa(number) != n {
			ok = false
		}
	}
	if _, declared := p.Category(slug); !ok || !declared {
		return "", 0, fmt.Errorf("feed %s: %w", path, ErrNoFeed)
	}
	return slug, number, nil
}

// id is the permanent IRI of the feed at path: a tag: URI (RFC 4151) of the
// site on the day its store was made.
func (p *Publisher) id(path string) string {
	return fmt.Sprintf("tag:%s,%s:feed%s", strings.ToLower(p.Site.Host()), p.Since.UTC().Format(time.DateOnly), path)
}
