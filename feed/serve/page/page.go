// Package page writes the HTML pages that people see: the front page, the page
// of a category, the page of an article and the page of an error. Pages are
// whole documents that need no script, without anything from elsewhere but the
// pictures of articles and their own Assets. They hold no style attributes and no
// script elements with content, so a Content-Security-Policy of 'self' is enough. The
// same input gives the same bytes.
package page

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"

	"dateline/feed"
	"dateline/feed/render"
	"dateline/store"
)

// Pages writes the HTML pages of a site. It is safe for use by many
// goroutines.
type Pages struct {
	site       feed.Site
	language   string // of the site; that of the pages' own words when it names none
	categories []feed.Category
	bySlug     map[string]feed.Category

	// Paths of the assets, not URLs: 'self' is whatever host a page came from.
	style, script string

	front, listing, article, failure, extension, api *template.Template
}

// Front is what the front page shows.
type Front struct {
	Newest     []store.Article // newest headlines of everything
	Categories []Section       // in the configured order
	Others     []feed.Feed     // the feeds of combinations and sources
}

// Section is a category as the front page shows it: how many articles it
// holds, and a few of them.
type Section struct {
	Category feed.Category
	Count    int
	Newest   []store.Article
}

// Listing is the page of a feed, or of one of its archives: which of them, and
// where the others are, the feed says.
type Listing struct {
	Feed     feed.Feed       // without its articles
	Count    int             // of all articles that its listing holds; 0 when it does not know
	Articles []store.Article // on this page
}

// Error is what a person reads in place of the page that was asked for.
type Error struct {
	Status int // of the answer, such as 404
	Title  string
	Detail string
}

//go:embed templates/*.html
var files embed.FS

// New makes the pages of a site. The categories are the declared ones, in the
// order in which pages offer them; articles filed under any other show without
// it.
func New(site feed.Site, categories []feed.Category) *Pages {
	assets := Assets()
	p := &Pages{
		style: assets[0].Path, script: assets[1].Path,
		site: site, language: site.Language,
		categories: categories, bySlug: make(map[string]feed.Category, len(categories)),
	}
	if p.language == "" {
		p.language = "en"
	}
	for _, c := range categories {
		p.bySlug[c.Slug] = c
	}
	// The templates are part of the program: a test renders each of them.
	shared := template.Must(template.New("").Funcs(template.FuncMap{"words": words, "paragraphs": paragraphs}).ParseFS(files, "templates/layout.html", "templates/parts.html"))
	parse := func(name string) *template.Template {
		return template.Must(template.Must(shared.Clone()).ParseFS(files, "templates/"+name))
	}
	p.front, p.listing = parse("front.html"), parse("listing.html")
	p.article, p.failure, p.extension = parse("article.html"), parse("error.html"), parse("extension.html")
	p.api = parse("api.html")
	return p
}

// Front writes the front page: the newest headlines, the categories, how to
// subscribe. It announces the feeds of everything, then those of each category.
func (p *Pages) Front(d Front) ([]byte, error) {
	f := p.frame(p.site.Title, p.site.Description)
	f.Front = true
	for _, c := range p.categories {
		f.Alternates = append(f.Alternates, p.addressesOf(c)...)
	}
	f.Main = p.frontView(d)
	return write(p.front, f)
}

// Listing writes the page of a feed other than that of everything, or of one of
// its archives: its articles, and its addresses, which it announces before
// those of everything.
func (p *Pages) Listing(d Listing) ([]byte, error) {
	description := d.Feed.Description
	if description == "" {
		description = "The newest articles of " + d.Feed.Name + "."
	}
	v := p.listingView(d)
	f := p.frame(v.Title+" – "+p.site.Title, description)
	f.Alternates = append(p.addresses(d.Feed.Path, d.Feed.Name), f.Alternates...)
	f.mark(d.Feed.Listing, "page")
	f.Main = v
	return write(p.listing, f)
}

// Extension writes the page that says what the _dateline objects of the JSON
// feeds hold.
func (p *Pages) Extension() ([]byte, error) {
	f := p.frame("Additions to JSON Feed – "+p.site.Title, "What the _dateline objects in the JSON feeds of this site hold.")
	f.Main = render.Extension()
	return write(p.extension, f)
}

// API writes the page that describes the API.
func (p *Pages) API(view API) ([]byte, error) {
	f := p.frame("API – "+p.site.Title, view.Summary)
	f.Main = view
	return write(p.api, f)
}

// Article writes the page of an article, with the text that its feeds carry.
// It leads to what belongs with it: what its editor named, then near. It
// announces the feeds of its primary category, then those of everything.
func (p *Pages) Article(a store.Article, near []store.Article) ([]byte, error) {
	f := p.frame(a.Headline+" – "+p.site.Title, summary(a))
	if c, ok := p.primary(a); ok {
		f.Alternates = append(p.addressesOf(c), f.Alternates...)
		f.mark(c.Slug, "true")
	}
	f.Main = p.articleView(a, near)
	return write(p.article, f)
}

// Error writes the page of an error, which search engines are asked to forget.
func (p *Pages) Error(d Error) ([]byte, error) {
	f := p.frame(d.Title+" – "+p.site.Title, d.Detail)
	f.Main = struct {
		Error
		Home, HomeTitle string
	}{d, p.site.PageURL(""), p.site.Title}
	return write(p.failure, f)
}

func write(t *template.Template, f frame) ([]byte, error) {
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, "layout", f); err != nil {
		return nil, fmt.Errorf("write page %q: %w", f.Title, err)
	}
	return b.Bytes(), nil
}
