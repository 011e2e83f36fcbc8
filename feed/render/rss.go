package render

import (
	"cmp"
	"strings"
	"time"

	"github.com/gorilla/feeds"

	"dateline/feed"
	"dateline/feed/clean"
)

// rssRoot is an RSS 2.0 document: gorilla's, with the namespaces that it
// uses.
type rssRoot struct {
	*feeds.RssFeedXml
	Atom    string     `xml:"xmlns:atom,attr"`
	DC      string     `xml:"xmlns:dc,attr"`
	DCTerms string     `xml:"xmlns:dcterms,attr"`
	Media   string     `xml:"xmlns:media,attr"`
	Channel rssChannel `xml:"channel"`
}

// FeedXml makes it a feeds.XmlFeed.
func (r *rssRoot) FeedXml() any { return r }

type rssChannel struct {
	*feeds.RssFeed
	Title       plain         `xml:"title"`
	Description plain         `xml:"description"`
	Image       *rssImage     `xml:"image"`
	Categories  []rssCategory `xml:"category"`
	Links       []atomLink    `xml:"atom:link"`
	Items       []rssItem     `xml:"item"` // last: RSS Profile, "items should come last"
}

type rssImage struct {
	*feeds.RssImage
	Title plain `xml:"title"`
}

type rssItem struct {
	*feeds.RssItem
	Title      plain         `xml:"title"`
	Creators   []plain       `xml:"dc:creator"`
	Language   string        `xml:"dc:language,omitempty"`
	Categories []rssCategory `xml:"category"`
	Modified   string        `xml:"dcterms:modified,omitempty"`
	Updated    string        `xml:"atom:updated,omitempty"`
	Valid      string        `xml:"dcterms:valid,omitempty"`
	Rights     *plain        `xml:"dc:rights"`
	Source     *rssSource    `xml:"source"`
	Links      []atomLink    `xml:"atom:link"`
	Content    string        `xml:"content:encoded"`
	Media      []media       `xml:"media:content"`
}

// rssSource is where an item came from; RSS 2.0 requires the URL.
type rssSource struct {
	URL   string `xml:"url,attr"`
	Title string `xml:",innerxml"` // as in plain
}

type rssCategory struct {
	Domain string `xml:"domain,attr,omitempty"`
	Name   string `xml:",innerxml"` // as in plain
}

// plain is text with & and < written as most readers understand them in
// titles, in hexadecimal: RSS Best Practices Profile §3.1.
type plain struct {
	Inner string `xml:",innerxml"`
}

var hexEscapes = strings.NewReplacer("&", "&#x26;", "<", "&#x3C;", ">", "&#x3E;")

func plainText(s string) plain { return plain{hexEscapes.Replace(clean.Line(s))} }

func rss(f feed.Feed, items []item) *rssRoot {
	channel := rssChannel{
		RssFeed: &feeds.RssFeed{
			Link:          f.Site.PageURL(f.Path),
			Language:      strings.ToLower(f.Site.Language),
			Copyright:     f.Site.Copyright,
			LastBuildDate: rfc822(f.Updated),
			Generator:     generator,
			Docs:          "https://www.rssboard.org/rss-specification",
			Ttl:           minutes(f.MaxAge), // agrees with max-age
		},
		Title: plainText(f.Title), Description: plainText(description(f)),
		Links: rssLinks(f),
	}
	if title, ok := f.Categories[f.Listing]; ok {
		channel.Categories = []rssCategory{{f.Site.At(feed.CategoryPath("")), plainText(title).Inner}}
	}
	if p := f.Site.Publisher; p.Email != "" {
		// RSS 2.0: an address, with the name behind it in parentheses.
		channel.ManagingEditor = p.Email + " (" + p.Name + ")"
	}
	if logo := f.Site.Publisher.Logo; logo != "" {
		// RSS 2.0: the image's title and link are the channel's.
		channel.Image = &rssImage{&feeds.RssImage{Url: logo, Link: channel.Link}, plainText(f.Title)}
	}
	for _, it := range items {
		channel.Items = append(channel.Items, rssEntry(it))
	}
	return &rssRoot{
		RssFeedXml: &feeds.RssFeedXml{Version: "2.0", ContentNamespace: "http://purl.org/rss/1.0/modules/content/"},
		Atom:       "http://www.w3.org/2005/Atom",
		DC:         "http://purl.org/dc/elements/1.1/",
		DCTerms:    "http://purl.org/dc/terms/",
		Media:      "http://search.yahoo.com/mrss/",
		Channel:    channel,
	}
}

// rssLinks are the feed itself (RSS Profile §4.1: rel=self) and its siblings.
func rssLinks(f feed.Feed) []atomLink {
	links := []atomLink{{Rel: "self", Type: feed.RSS.MediaType(), Href: f.Site.FeedURL(f.Path, feed.RSS)}}
	// The archives are written as Atom and JSON Feed: RFC 5005 §4.
	return append(append(links, siblings(f, feed.RSS)...), archiveLinks(f)...)
}

func rssEntry(it item) rssItem {
	out := rssItem{
		RssItem: &feeds.RssItem{
			Link:    it.url,
			Guid:    &feeds.RssGuid{Id: it.GUID, IsPermaLink: "false"},
			PubDate: rfc822(it.Published),
			// A description is HTML, so that a plain text is escaped once
			// more.
			Description: clean.Escape(it.Summary),
		},
		Title:    plainText(it.Headline),
		Language: it.otherLang,
		Modified: rfc3339(it.Updated),
		Updated:  rfc3339(it.Updated),
		Valid:    valid(it.Expires),
		Links:    append(relatedLinks(it.related), viaLinks(it.Article.Article)...),
		Content:  it.html,
	}
	if o := it.Origin; o.Source != "" {
		out.Source = &rssSource{o.FeedURL, plainText(cmp.Or(o.FeedTitle, o.Source)).Inner}
	}
	if out.Description == "" {
		out.Description = it.html
	}
	for _, a := range it.Byline {
		out.Creators = append(out.Creators, plainText(a.Name))
	}
	if len(out.Creators) == 0 { // an RSS item has no author from its channel, as an Atom entry has
		out.Creators = []plain{plainText(it.publisher)}
	}
	if it.Rights != "" {
		rights := plainText(it.Rights)
		out.Rights = &rights
	}
	for _, c := range it.categories {
		out.Categories = append(out.Categories, rssCategory{c.scheme, plainText(c.label).Inner})
	}
	for i, e := range it.Enclosures {
		if i == 0 { // RSS Profile: at most one
			out.Enclosure = &feeds.RssEnclosure{Url: e.URL, Type: e.Type, Length: length(e.Length)}
		}
		out.Media = append(out.Media, mediaOf(e))
	}
	return out
}

// description is that of the channel, which RSS 2.0 requires.
func description(f feed.Feed) string {
	if f.Description != "" {
		return f.Description
	}
	return f.Title
}

// rfc822 is the form of a date that every reader tried by the RSS Board
// understands: RSS Profile §3.2.
func rfc822(t time.Time) string { return t.UTC().Format(time.RFC1123Z) }
