package render

import (
	"cmp"

	"github.com/gorilla/feeds"

	"dateline/feed"
	"dateline/feed/clean"
	"dateline/store"
)

// atomFeed is an Atom 1.0 document: gorilla's, with what RFC 4287 has beyond
// it.
type atomFeed struct {
	*feeds.AtomFeed
	Media     string         `xml:"xmlns:media,attr"`
	DCTerms   string         `xml:"xmlns:dcterms,attr,omitempty"`
	At        string         `xml:"xmlns:at,attr,omitempty"`
	FH        string         `xml:"xmlns:fh,attr,omitempty"`
	Lang      string         `xml:"xml:lang,attr"`
	Author    *atomPerson    `xml:"author"`
	Links     []atomLink     `xml:"link"`
	Generator *atomGenerator `xml:"generator"`
	Archive   *struct{}      `xml:"fh:archive"`
	Deleted   []atomDeleted  `xml:"at:deleted-entry"`
	Entries   []atomEntry    `xml:"entry"`
}

// FeedXml makes it a feeds.XmlFeed.
func (f *atomFeed) FeedXml() any { return f }

type atomGenerator struct {
	Name string `xml:",chardata"`
}

// atomDeleted is a tombstone: RFC 6721 §3.
type atomDeleted struct {
	Ref     string `xml:"ref,attr"`
	When    string `xml:"when,attr"`
	Comment string `xml:"at:comment,omitempty"`
}

type atomEntry struct {
	*feeds.AtomEntry
	Lang       string         `xml:"xml:lang,attr,omitempty"`
	Authors    []atomPerson   `xml:"author"`
	Links      []atomLink     `xml:"link"` // beside AtomEntry.Links, which stays empty
	Categories []atomCategory `xml:"category"`
	Source     *atomSource    `xml:"source"`
	Valid      string         `xml:"dcterms:valid,omitempty"`
	Media      []media        `xml:"media:content"`
}

// atomSource is what is known of the feed that an entry came from: RFC 4287
// §4.2.11 asks for its id, title and updated.
type atomSource struct {
	ID      string     `xml:"id"`
	Title   string     `xml:"title"`
	Updated string     `xml:"updated"`
	Links   []atomLink `xml:"link"`
}

type atomPerson struct {
	Name  string `xml:"name"`
	URI   string `xml:"uri,omitempty"`
	Email string `xml:"email,omitempty"`
}

// atomLink is an atom:link element; within RSS its field is tagged with the
// prefix.
type atomLink struct {
	Rel    string `xml:"rel,attr"`
	Type   string `xml:"type,attr,omitempty"`
	Lang   string `xml:"hreflang,attr,omitempty"`
	Title  string `xml:"title,attr,omitempty"`
	Length int64  `xml:"length,attr,omitempty"`
	Href   string `xml:"href,attr"`
}

type atomCategory struct {
	Term   string `xml:"term,attr"`
	Scheme string `xml:"scheme,attr,omitempty"`
	Label  string `xml:"label,attr,omitempty"`
}

func atom(f feed.Feed, items []item) *atomFeed {
	out := &atomFeed{
		AtomFeed: &feeds.AtomFeed{
			Xmlns: "http://www.w3.org/2005/Atom",
			// RFC 4287 §4.1.1: exactly one id, title and updated.
			Id: f.ID, Title: f.Title, Updated: rfc3339(f.Updated),
			Subtitle: f.Description,
			Rights:   f.Site.Copyright,
			Logo:     f.Site.Publisher.Logo,
		},
		Media: "http://search.yahoo.com/mrss/",
		Lang:  f.Site.Language,
		// RFC 4287 §4.1.1: an author here serves every entry without one.
		Author:    &atomPerson{Name: f.Site.Publisher.Name, URI: f.Site.PageURL(""), Email: f.Site.Publisher.Email},
		Generator: &atomGenerator{generator},
		Links: append([]atomLink{
			// RFC 4287 §4.1.1: a feed should have one link to itself.
			{Rel: "self", Type: feed.Atom.MediaType(), Href: f.Site.FeedURL(f.Location(), feed.Atom)},
			{Rel: "alternate", Type: "text/html", Href: f.Site.PageURL(f.Location())},
		}, siblings(f, feed.Atom)...),
	}
	out.Links = append(out.Links, archiveLinks(f)...)
	if f.Number > 0 {
		out.FH, out.Archive = "http://purl.org/syndication/history/1.0", &struct{}{}
	}
	noticed := map[string]bool{}
	for _, it := range items {
		noticed[it.GUID] = true
	}
	for _, t := range f.Killed {
		// RFC 6721 §4: whoever takes the tombstone drops the entry that was
		// updated no later, and so would drop the notice.
		if noticed[t.GUID] {
			continue
		}
		out.At = "http://purl.org/atompub/tombstones/1.0"
		out.Deleted = append(out.Deleted, atomDeleted{t.GUID, rfc3339(t.When), clean.Text(t.Reason)})
	}
	for _, it := range items {
		entry := atomEntryOf(it)
		if entry.Valid != "" {
			out.DCTerms = "http://purl.org/dc/terms/"
		}
		out.Entries = append(out.Entries, entry)
	}
	return out
}

// archiveLinks lead from the feed back through its archives: RFC 5005 §4. The
// feed links to the newest, and each archive to its neighbours and the feed.
func archiveLinks(f feed.Feed) (links []atomLink) {
	link := func(rel, path string) {
		links = append(links, atomLink{Rel: rel, Type: feed.Atom.MediaType(), Href: f.Site.FeedURL(path, feed.Atom)})
	}
	if f.Number > 0 {
		link("current", f.Path)
	}
	if f.OlderArchive > 0 {
		link("prev-archive", feed.ArchivePath(f.Path, f.OlderArchive))
	}
	if f.NewerArchive > 0 {
		link("next-archive", feed.ArchivePath(f.Path, f.NewerArchive))
	}
	return links
}

// siblings are the same feed in the other formats.
func siblings(f feed.Feed, self feed.Format) (links []atomLink) {
	formats := feed.Formats()
	if f.Number > 0 {
		formats = feed.ArchiveFormats()
	}
	for _, other := range formats {
		if other != self {
			links = append(links, atomLink{
				Rel: "alternate", Type: other.MediaType(), Title: other.Name(),
				Href: f.Site.FeedURL(f.Location(), other),
			})
		}
	}
	return links
}

func atomEntryOf(it item) atomEntry {
	out := atomEntry{
		AtomEntry: &feeds.AtomEntry{
			Id: it.GUID, Title: it.Headline,
			Published: rfc3339(it.Published), Updated: rfc3339(it.Updated),
			Rights:  it.Rights,
			Content: &feeds.AtomContent{Type: "html", Content: it.html},
		},
		Lang:    it.otherLang,
		Authors: persons(it.Byline),
		Links:   []atomLink{{Rel: "alternate", Type: "text/html", Lang: it.otherLang, Href: it.url}},
	}
	out.Links = append(out.Links, relatedLinks(it.related)...)
	out.Links = append(out.Links, viaLinks(it.Article.Article)...)
	out.Source, out.Valid = atomSourceOf(it), valid(it.Expires)
	if it.Summary != "" {
		out.Summary = &feeds.AtomSummary{Type: "text", Content: it.Summary}
	}
	for _, e := range it.Enclosures {
		// RFC 4287 §4.2.7.6: the length is a hint, left out when unknown.
		out.Links = append(out.Links, atomLink{Rel: "enclosure", Type: e.Type, Title: e.Caption, Length: e.Length, Href: e.URL})
		out.Media = append(out.Media, mediaOf(e))
	}
	for _, c := range it.categories {
		out.Categories = append(out.Categories, atomCategory{c.term, c.scheme, c.label})
	}
	return out
}

// atomSourceOf is nil for an article of our own. That the source was updated
// when the article was is all we know, and enough: it holds the article.
func atomSourceOf(it item) *atomSource {
	o := it.Origin
	if o.Source == "" {
		return nil
	}
	return &atomSource{
		ID: cmp.Or(o.FeedID, o.FeedURL), Title: cmp.Or(o.FeedTitle, o.Source), Updated: rfc3339(it.Updated),
		Links: []atomLink{{Rel: "self", Href: o.FeedURL}},
	}
}

func persons(authors []store.Author) (list []atomPerson) {
	for _, a := range authors {
		list = append(list, atomPerson{a.Name, a.URL, a.Email})
	}
	return list
}
