// Package render writes a feed as RSS 2.0, Atom 1.0 or JSON Feed 1.1. It is
// pure and deterministic: the same feed gives the same bytes.
//
// gorilla/feeds supplies the documents' structure. Each format's file embeds
// its structs in wider ones, which add what they lack and shadow what they
// cannot say; no id and no date is left for it to invent. All text is written
// escaped, never as CDATA, so that no character of an article can break a
// document.
//
// # Where each field lands
//
//	article        RSS                        Atom                      JSON Feed
//	GUID           guid isPermaLink=false     id                        id
//	address        link                       link rel=alternate        url
//	Headline       title                      title                     title
//	Summary        description (as HTML)      summary type=text         summary
//	full text      content:encoded            content type=html         content_html
//	Published      pubDate                    published                 date_published
//	Updated        dcterms:modified,          updated                   date_modified
//	               atom:updated
//	Byline         dc:creator, each           author, each              authors
//	               (else the publisher, or    (else the feed's, or      (else the feed's, or the
//	               the source's title)        the source's)             source's title)
//	Categories     category domain            category term, scheme,    tags; _dateline.categories
//	                                          label
//	Subjects       category domain (IPTC)     category scheme (IPTC)    tags; _dateline.subjects
//	Tags           category                   category                  tags
//	Language       dc:language                xml:lang                  language
//	Enclosures     enclosure (the first),     link rel=enclosure,       attachments, image;
//	               media:content              media:content             _dateline.enclosures
//	Rights         dc:rights                  rights                    _dateline.rights
//	Related, near  atom:link rel=related      link rel=related          _dateline.related
//	Origin         source, atom:link rel=via  source, link rel=via      external_url; _dateline.source
//	AlsoAt         atom:link rel=via          link rel=via              _dateline.also_at
//	Expires        dcterms:valid              dcterms:valid             _dateline.expires
//	Dateline       in the text                in the text               in the text; _dateline.dateline
//	Credit         in the text                in the text               in the text; _dateline.credit
//	CorrectionNote in the text; category      in the text; category     in the text; tags;
//	               domain (IPTC's signal)     scheme (IPTC's signal)    _dateline.correction_note, .signal
//	Version        –                          –                         _dateline.version
//	Urgency        –                          –                         _dateline.urgency
//	killed, held   a notice in its place;     the same; once that is    the same; _dateline.tombstones,
//	               category (IPTC's status)   over at:deleted-entry     of the feed
//	EditorNote     never                      never                     never
//
// What the _dateline objects hold is said by Extension, and on the page that
// they name as about.
package render

import (
	"bytes"
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/feeds"

	"dateline/feed"
	"dateline/feed/clean"
	"dateline/store"
)

// generator is the name of this program in the feeds that it writes. It has no
// version: an update of the program alone must not change every feed.
const generator = "Dateline"

// Feed writes f in the given format.
func Feed(f feed.Feed, format feed.Format) ([]byte, error) {
	var b bytes.Buffer
	var err error
	switch items := prepare(f); format {
	case feed.RSS:
		err = feeds.WriteXML(rss(f, items), &b)
	case feed.Atom:
		err = feeds.WriteXML(atom(f, items), &b)
	case feed.JSON:
		err = writeJSON(&b, f, items)
	default:
		err = fmt.Errorf("no such format")
	}
	if err != nil {
		return nil, fmt.Errorf("render %s as %s: %w", f.ID, format, err)
	}
	return append(bytes.TrimRight(b.Bytes(), "\n"), '\n'), nil
}

// item is an article as all formats need it.
type item struct {
	feed.Article
	url        string
	categories []category
	html       string // the text that the feed carries
	otherLang  string // its language, where that is not the feed's
	related    []page
	publisher  string // who answers for what has no byline
}

// category is one thing that an article is filed under, in one of three
// vocabularies: the site's own, IPTC's, or free tags without a scheme.
type category struct {
	term, scheme, label string
}

// schemes are those of the subject codes that we know, by the prefix of the
// code.
var schemes = map[string]string{
	"medtop": "http://cv.iptc.org/newscodes/mediatopic/",
	"subj":   "http://cv.iptc.org/newscodes/subjectcode/",
}

func prepare(f feed.Feed) []item {
	items := make([]item, len(f.Articles))
	for i, a := range f.Articles {
		// The store keeps only what is legal; a feed stays a feed whatever
		// an engine gives.
		a.Headline, a.Summary = clean.Line(a.Headline), clean.Text(a.Summary)
		items[i] = item{
			Article: a, url: f.Site.ArticleURL(a.Article), categories: categories(f, a.Article),
			related: related(f.Site, a), publisher: f.Site.Publisher.Name,
		}
		if o := a.Origin; o.Source != "" { // not ours to be credited for
			items[i].publisher = cmp.Or(o.FeedTitle, o.Source)
		}
		if items[i].html = a.Content; f.Content == feed.Summary && a.Summary != "" {
			items[i].html = brief(a.Article)
		}
		if a.Language != "" && a.Language != f.Site.Language {
			items[i].otherLang = a.Language
		}
	}
	return items
}

func categories(f feed.Feed, a store.Article) (list []category) {
	for _, slug := range a.Categories {
		c := category{term: slug, scheme: f.Site.At("/category/"), label: f.Categories[slug]}
		if c.label == "" { // no longer declared
			c.label = slug
		}
		list = append(list, c)
	}
	for _, code := range a.Subjects {
		prefix, _, _ := strings.Cut(code, ":")
		list = append(list, category{term: code, scheme: schemes[prefix], label: code})
	}
	for _, tag := range a.Tags {
		list = append(list, category{term: tag, label: tag})
	}
	if name, c := signal(a); name != "" {
		list = append(list, c)
	}
	return list
}

// rfc3339 is the form of a date in Atom and JSON Feed, with a fraction where
// the store has one: two changes within a second stay two.
func rfc3339(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.999999Z07:00") }

// minutes is a duration in whole minutes, at least one.
func minutes(d time.Duration) int { return max(1, int(d/time.Minute)) }

// valid is the end of an article's life as a DCMI Period; "" when it has none.
func valid(expires time.Time) string {
	if expires.IsZero() {
		return ""
	}
	return "end=" + rfc3339(expires) + "; scheme=W3C-DTF"
}

// viaLinks lead to the article at its sources: RFC 4287 §4.2.7.2.
func viaLinks(a store.Article) (links []atomLink) {
	for _, o := range append([]store.Origin{a.Origin}, a.AlsoAt...) {
		if o.Link != "" {
			links = append(links, atomLink{Rel: "via", Title: o.FeedTitle, Href: o.Link})
		}
	}
	return links
}

// page is one that belongs with the article.
type page struct {
	Title string `json:"title"`
	URL   string `json:"url"`
}

func related(site feed.Site, a feed.Article) (list []page) {
	for _, r := range site.Related(a.Article, a.Near) {
		list = append(list, page{clean.Line(r.Title), r.URL})
	}
	return list
}

// relatedLinks lead to what belongs with the article.
func relatedLinks(list []page) (links []atomLink) {
	for _, r := range list {
		links = append(links, atomLink{Rel: "related", Title: r.Title, Href: r.URL})
	}
	return links
}

func length(n int64) string { return strconv.FormatInt(n, 10) }
