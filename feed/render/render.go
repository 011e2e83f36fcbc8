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
//	               (else the publisher)       (else the feed's)         (else the feed's)
//	Categories     category domain            category term, scheme,    tags; _dateline.categories
//	                                          label
//	Subjects       category domain (IPTC)     category scheme (IPTC)    tags; _dateline.subjects
//	Tags           category                   category                  tags
//	Language       dc:language                xml:lang                  language
//	Enclosures     enclosure (the first),     link rel=enclosure,       attachments, image;
//	               media:content              media:content             _dateline.enclosures
//	Rights         dc:rights                  rights                    _dateline.rights
//	Dateline       in the text                in the text               in the text; _dateline.dateline
//	Credit         in the text                in the text               in the text; _dateline.credit
//	CorrectionNote in the text                in the text               in the text; _dateline.correction_note
//	Version        –                          –                         _dateline.version
//	Urgency        –                          –                         _dateline.urgency
//	killed         –                          at:deleted-entry          _dateline.tombstones, of the feed
//	EditorNote     never                      never                     never
//
// # The _dateline extension of JSON Feed
//
// JSON Feed 1.1 lets publishers add objects whose name begins with an
// underscore. An item's _dateline has what the format has no place for, with
// the names and forms of an article in the API: version, urgency, categories
// (an array of slug and title), subjects, dateline (place, date, agency),
// credit (agency, sign_off), enclosures, rights, correction_note, and signal,
// which is "correction" for an article with a correction note. The feed's has
// tombstones: id, when, status and reason of the articles that were withdrawn
// for good; a reader should drop them.
package render

import (
	"bytes"
	"fmt"
	"strconv"
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
	publisher  string // who answers for what has no byline
}

// category is one thing that an article is filed under, in one of three
// vocabularies: the site's own, IPTC's, or free tags without a scheme.
type category struct {
	term, scheme, label string
}

// mediaTopics is the scheme of IPTC's subject codes.
const mediaTopics = "http://cv.iptc.org/newscodes/mediatopic/"

func prepare(f feed.Feed) []item {
	items := make([]item, len(f.Articles))
	for i, a := range f.Articles {
		// The store keeps only what is legal; a feed stays a feed whatever
		// an engine gives.
		a.Headline, a.Summary = clean.Line(a.Headline), clean.Text(a.Summary)
		items[i] = item{
			Article: a, url: f.Site.ArticleURL(a.Article), categories: categories(f, a.Article),
			publisher: f.Site.Publisher.Name,
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
		list = append(list, category{term: code, scheme: mediaTopics, label: code})
	}
	for _, tag := range a.Tags {
		list = append(list, category{term: tag, label: tag})
	}
	return list
}

// rfc3339 is the form of a date in Atom and JSON Feed, with a fraction where
// the store has one: two changes within a second stay two.
func rfc3339(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.999999Z07:00") }

// minutes is a duration in whole minutes, at least one.
func minutes(d time.Duration) int { return max(1, int(d/time.Minute)) }

func length(n int64) string { return strconv.FormatInt(n, 10) }
