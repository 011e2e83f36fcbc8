package page

import (
	"html/template"
	"strings"

	"dateline/feed"
	"dateline/store"
)

// frame is what stands around the main part of every page.
type frame struct {
	Site        feed.Site
	Language    string
	Direction   string // "rtl", or "" for what is written from left to right
	Title       string // of the window
	Description string
	Style       string // path of the style sheet
	Script      string // path of the script
	Home        string
	Subscribe   string // where the front page says how to
	OPML        string
	API         string
	Extension   string
	Alternates  []address // announced in the head
	Feeds       []address // of everything
	Navigation  []pointer
	Front       bool // whether the site's title is the heading of the page
	Main        any  // what the template of the page shows
}

// pointer is a category in the navigation.
type pointer struct {
	Slug, Title, Href string
	Current           string // value of aria-current
}

// outline is the path of the list of all feeds.
const outline = "/feeds.opml"

// address is a feed as it is offered.
type address struct {
	Format string // such as "RSS"
	Title  string // names the feed where the format alone would not
	Href   string

	// Type is the type attribute as it is to be written: html/template
	// would write the plus sign of a media type as a character reference,
	// and simple programs look for "application/rss+xml" in the bare text.
	Type template.HTMLAttr
}

// Parts are the pieces of the address between which it may be broken to fit a
// narrow column.
func (a address) Parts() []string {
	scheme, rest, _ := strings.Cut(a.Href, "://")
	parts := strings.SplitAfter(rest, "/")
	parts[0] = scheme + "://" + parts[0]
	return parts
}

func (p *Pages) frame(title, description string) frame {
	f := frame{
		Site: p.site, Language: p.language, Direction: direction(p.language),
		Title: title, Description: description,
		Style: p.style, Script: p.script, Home: p.site.PageURL(""), Subscribe: p.site.At("/#subscribe"), OPML: p.site.At(outline),
		API: p.site.At(feed.APIPath), Extension: p.site.At(feed.ExtensionPath),
		Alternates: p.addresses("", p.site.Title),
		Feeds:      p.addresses("", p.site.Title),
	}
	for _, c := range p.categories {
		f.Navigation = append(f.Navigation, pointer{Slug: c.Slug, Title: c.Title, Href: p.categoryURL(c)})
	}
	return f
}

// mark says which category of the navigation the page belongs to.
func (f *frame) mark(slug, current string) {
	for i := range f.Navigation {
		if f.Navigation[i].Slug == slug {
			f.Navigation[i].Current = current
		}
	}
}

// primary is the first category of the article that the site declares; ok is
// false when it declares none of them.
func (p *Pages) primary(a store.Article) (c feed.Category, ok bool) {
	for _, slug := range a.Categories {
		if c, ok = p.bySlug[slug]; ok {
			return c, true
		}
	}
	return feed.Category{}, false
}

func (p *Pages) categoryURL(c feed.Category) string {
	return p.site.PageURL(feed.CategoryPath(c.Slug))
}

// addresses are the feeds at path, in the order in which formats are offered.
func (p *Pages) addresses(path, title string) []address {
	links := p.site.Alternates(path, title)
	list := make([]address, len(links))
	for i, f := range feed.Formats() {
		list[i] = address{
			Format: f.Name(), Title: links[i].Title, Href: links[i].Href,
			Type: template.HTMLAttr(`type="` + links[i].Type + `"`),
		}
	}
	return list
}

func (p *Pages) addressesOf(c feed.Category) []address {
	return p.addresses(feed.CategoryPath(c.Slug), c.Title)
}
