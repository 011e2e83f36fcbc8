package parse

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/mmcdole/gofeed/atom"

	"dateline/feed/clean"
	"dateline/store"
)

// atom reads Atom 1.0 and 0.3.
func (r *reader) atom(data []byte, d document) error {
	r.m = mend(data, d, r.from, &r.warnings)
	f, err := (&atom.Parser{}).Parse(bytes.NewReader(r.m.xml))
	if err != nil {
		return fmt.Errorf("%w: %w", errMended, err)
	}
	if len(f.Entries) != len(r.m.items) {
		return fmt.Errorf("%w: %d items are %d", errMended, len(r.m.items), len(f.Entries))
	}
	r.feed.Format = atomFormat(r.m)
	r.atomFeed(f)
	for i, e := range f.Entries {
		r.at = i + 1
		r.entry(e, r.m.items[i], f)
	}
	r.at = 0
	return nil
}

func atomFormat(m mended) string {
	switch {
	case vocabulary(m.version) == "atom" && strings.Contains(m.version, "2005"):
		return "atom 1.0"
	case vocabulary(m.version) == "atom":
		return "atom 0.3"
	}
	return strings.TrimSpace("atom " + versionNumber(m.version))
}

func (r *reader) atomFeed(f *atom.Feed) {
	r.feed.ID = identifier(r.m.note.id)
	r.feed.Title = lineOf(r.text(f.Title))
	r.feed.Rights = textOf(r.text(f.Rights))
	r.feed.Language = r.language(r.m.note.lang)
	r.feed.Updated = firstDate(f.Updated)
	if l := linkOf(f.Links, "self"); l != nil {
		r.feed.Self = absolute(r.from, l.Href)
	}
	page := ""
	if l := pageOf(f.Links); l != nil {
		page = l.Href
	}
	r.setLink(page)
	for _, rel := range []string{"prev-archive", "next"} { // the archive rather than the next page
		if l := linkOf(f.Links, rel); l != nil && r.feed.Older == "" {
			r.setOlder(l.Href)
		}
	}
	for _, l := range f.Links {
		if strings.EqualFold(l.Rel, "hub") {
			r.addHub(l.Href)
		}
	}
	r.feedExtensions(f.Extensions)
}

func (r *reader) entry(e *atom.Entry, n note, f *atom.Feed) {
	x := e.Extensions
	it := Item{
		Title:     lineOf(r.text(either(e.Title, value(x, "media", "title")))),
		Language:  either(r.language(either(own(n.lang, r.feed), value(x, "dc", "language"))), r.feed.Language),
		Rights:    either(textOf(r.text(e.Rights)), r.feed.Rights),
		Published: firstDate(e.Published, value(x, "dcterms", "issued"), value(x, "dc", "date")),
		Updated:   firstDate(e.Updated, value(x, "dcterms", "modified")),
	}
	it.Authors = r.entryAuthors(e, f)
	for _, c := range e.Categories {
		it.Categories = addCategory(it.Categories, Category(*c))
	}
	keywords(&it, x)
	r.entryLinks(&it, e, n)
	if s := e.Source; s != nil {
		it.Source = Source{Title: lineOf(r.text(s.Title)), ID: identifier(n.sourceID)}
		if l := linkOf(s.Links, "self"); l != nil {
			it.Source.URL = absolute(r.base, l.Href)
		}
	}
	it.Content = r.text(either(e.Summary, value(x, "dc", "description")))
	it.Summary = textOf(it.Content)
	if e.Content != nil && e.Content.Value != "" {
		it.Content, it.Full = r.text(e.Content.Value), true
	}
	r.media(&it, x)
	r.setBase(&it, n)
	r.add(it, identifier(n.id))
}

// entryLinks sets what an entry's links say. Its own page is where FeedBurner
// found it, an alternate, the content that stands elsewhere, or the address
// that serves as its id.
func (r *reader) entryLinks(it *Item, e *atom.Entry, n note) {
	it.Link = r.link("the link", value(e.Extensions, "feedburner", "origLink"))
	if l := pageOf(e.Links); it.Link == "" && l != nil {
		it.Link = r.link("the link", l.Href)
	}
	if c := e.Content; c != nil && c.Src != "" {
		kind, _, _ := strings.Cut(mediaType(c.Type, "", c.Src), "/")
		switch {
		case kind == "image" || kind == "audio" || kind == "video":
			r.enclose(it, file{url: c.Src, kind: c.Type})
		case it.Link == "":
			it.Link = r.link("the content's address", c.Src)
		}
	}
	if it.Link == "" {
		it.Link = webAddress(n.id)
	}
	for _, l := range e.Links {
		switch rel := strings.ToLower(l.Rel); rel {
		case "enclosure":
			r.enclose(it, file{url: l.Href, kind: l.Type, length: l.Length, caption: l.Title})
		case "related", "via":
			r.relate(it, Related{Rel: rel, URL: l.Href, Title: l.Title})
		case "replies": // RFC 4685 §4
			if it.Comments == "" && !isFeedType(l.Type) {
				it.Comments = absolute(r.base, l.Href)
			}
		case "self":
			if it.Link == "" && !isFeedType(l.Type) {
				it.Link = absolute(r.base, l.Href)
			}
		}
	}
}

// entryAuthors are the entry's, else those of the feed it was taken from, else
// the feed's (RFC 4287 §4.2.1).
func (r *reader) entryAuthors(e *atom.Entry, f *atom.Feed) (list []store.Author) {
	people := e.Authors
	if len(people) == 0 && e.Source != nil {
		people = e.Source.Authors
	}
	for _, c := range e.Extensions["dc"]["creator"] {
		if len(people) == 0 {
			list = addAuthor(list, mailbox(c.Value))
		}
	}
	if len(people) == 0 && len(list) == 0 && (e.Source == nil || len(e.Source.Authors) == 0) {
		people = f.Authors
	}
	for _, p := range people {
		list = addAuthor(list, store.Author{Name: p.Name, Email: p.Email, URL: absolute(r.base, p.URI)})
	}
	return list
}

// linkOf is the first link of that relation, nil when there is none.
func linkOf(links []*atom.Link, rel string) *atom.Link {
	i := slices.IndexFunc(links, func(l *atom.Link) bool { return strings.EqualFold(relation(l), rel) && l.Href != "" })
	if i < 0 {
		return nil
	}
	return links[i]
}

// relation is a link's relation by its registered name.
func relation(l *atom.Link) string {
	return strings.TrimPrefix(l.Rel, "http://www.iana.org/assignments/relation/") // RFC 4287 §4.2.7.2
}

// pageOf is the alternate link that leads to a page; nil when there is none.
func pageOf(links []*atom.Link) *atom.Link {
	var best *atom.Link
	for _, l := range links {
		if !strings.EqualFold(relation(l), "alternate") || l.Href == "" {
			continue
		}
		if l.Type == "" || strings.Contains(l.Type, "html") {
			return l
		}
		if best == nil && !isFeedType(l.Type) {
			best = l
		}
	}
	return best
}

// isFeedType reports whether a link of that media type leads to a feed or an
// entry.
func isFeedType(kind string) bool {
	kind = strings.ToLower(clean.Line(kind))
	return strings.Contains(kind, "atom") || strings.Contains(kind, "rss") || strings.Contains(kind, "json")
}
