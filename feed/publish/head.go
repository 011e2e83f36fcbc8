package publish

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"dateline/feed"
	"dateline/store"
)

// head is the feed at path without what the store knows of it: that there is
// one of a source or an archive it only supposes. It fails with ErrNoFeed,
// ErrGone or *Moved.
func (p *Publisher) head(path string) (feed.Feed, error) {
	f := feed.Feed{
		Site: p.Site, MaxAge: p.MaxAge, Content: p.Content,
		Name: p.Site.Title, Title: p.Site.Title, Description: p.Site.Description,
	}
	home, number, archived := strings.Cut(path, "/archive/")
	if archived {
		// Only the number as we write it: one archive has one address.
		n, err := strconv.Atoi(number)
		if err != nil || n < 1 || strconv.Itoa(n) != number {
			return f, fmt.Errorf("feed %s: %w", path, ErrNoFeed)
		}
		f.Number = n
	}
	if f.Path = home; home == "" {
		return f, nil
	}
	if err := p.name(&f); err != nil {
		return f, fmt.Errorf("feed %s: %w", path, err)
	}
	f.Title = p.Site.Title + ": " + f.Name
	return f, nil
}

// name fills in what the feed at f.Path shows and what it is called.
func (p *Publisher) name(f *feed.Feed) error {
	path, absolute := strings.CutPrefix(f.Path, "/")
	kind, name, _ := strings.Cut(path, "/")
	switch {
	case kind == "category" && absolute:
		c, err := p.declared(name)
		f.Listing, f.Name, f.Description = c.Slug, c.Title, c.Description
		return err
	case kind == "feed" && absolute:
		c, ok := p.combination(name)
		if f.Listing, f.Name, f.Description = c.Listing(), c.Title, c.Description; ok {
			return nil
		}
	case kind == "source" && absolute && store.IsCategory(name):
		f.Listing, f.Name, f.Description = store.SourceListing(name), name, ""
		return nil
	}
	return ErrNoFeed
}

func (p *Publisher) combination(name string) (feed.Combination, bool) {
	for _, c := range p.Combinations {
		if c.Name == name {
			return c, true
		}
	}
	return feed.Combination{}, false
}

// firstPath is the path that the feed at path had before all renaming.
func (p *Publisher) firstPath(path string) string {
	slug, ok := strings.CutPrefix(path, feed.CategoryPath(""))
	if c, _ := p.Category(slug); ok && len(c.Was) > 0 {
		return feed.CategoryPath(c.Was[0])
	}
	return path
}

// declared is the category of that slug. One that was renamed is Moved.
func (p *Publisher) declared(slug string) (feed.Category, error) {
	if c, ok := p.Category(slug); ok {
		return c, nil
	}
	for _, c := range p.Categories {
		if slices.Contains(c.Was, slug) {
			return c, &Moved{feed.CategoryPath(c.Slug)}
		}
	}
	if slices.Contains(p.Retired, slug) {
		return feed.Category{}, ErrGone
	}
	return feed.Category{}, ErrNoFeed
}

// nameSource calls the feed of a source what the source calls itself, by the
// newest of these articles that came from it.
func (p *Publisher) nameSource(f *feed.Feed, articles []store.Article) {
	source, ok := store.SourceOf(f.Listing)
	if !ok {
		return
	}
	for _, a := range articles {
		for _, o := range append([]store.Origin{a.Origin}, a.AlsoAt...) {
			if o.Source == source && o.FeedTitle != "" {
				f.Name, f.Title = o.FeedTitle, p.Site.Title+": "+o.FeedTitle
				return
			}
		}
	}
}

// Head is the feed at path without its articles. It fails as Feed does.
func (p *Publisher) Head(ctx context.Context, path string) (feed.Feed, error) {
	f, err := p.head(path)
	if _, ok := store.SourceOf(f.Listing); err != nil || !ok {
		return f, err
	}
	page, err := p.Store.Articles(ctx, store.Query{Listing: f.Listing, Limit: 1})
	if err != nil {
		return f, fmt.Errorf("read feed %s: %w", path, err)
	}
	p.nameSource(&f, page.Articles)
	return f, nil
}

// Page is what the page of the feed, or of the archive, at path shows: the feed
// without its articles, and these as the store has them. It fails as Feed does.
func (p *Publisher) Page(ctx context.Context, path string) (feed.Feed, store.Page, error) {
	f, err := p.head(path)
	if err != nil {
		return f, store.Page{}, err
	}
	page, err := p.page(ctx, f, 0)
	if err != nil {
		return f, page, fmt.Errorf("read feed %s: %w", path, err)
	}
	f.OlderArchive, f.NewerArchive = page.OlderArchive, page.NewerArchive
	p.nameSource(&f, page.Articles)
	return f, page, nil
}

// Paths are those of all feeds: that of everything, those of the categories and
// of the combinations as they are declared, and those of the sources by name.
func (p *Publisher) Paths(ctx context.Context) ([]string, error) {
	paths := []string{""}
	for _, c := range p.Categories {
		paths = append(paths, feed.CategoryPath(c.Slug))
	}
	for _, c := range p.Combinations {
		paths = append(paths, feed.CombinationPath(c.Name))
	}
	sources, err := p.Store.Sources(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the sources: %w", err)
	}
	for _, name := range sources {
		paths = append(paths, feed.SourcePath(name))
	}
	return paths, nil
}

// Feeds are all feeds without their articles, in the order of Paths.
func (p *Publisher) Feeds(ctx context.Context) (list []feed.Feed, err error) {
	paths, err := p.Paths(ctx)
	if err != nil {
		return nil, err
	}
	for _, path := range paths {
		f, err := p.Head(ctx, path)
		if err != nil {
			return nil, err
		}
		list = append(list, f)
	}
	return list, nil
}
