package parse

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/mmcdole/gofeed/rss"
)

// rss reads RSS 0.9x, 1.0 and 2.0.
func (r *reader) rss(data []byte, d document) error {
	r.m = mend(data, d, r.from, &r.warnings)
	f, err := (&rss.Parser{}).Parse(bytes.NewReader(r.m.xml))
	if err != nil {
		return fmt.Errorf("%w: %w", errMended, err)
	}
	if len(f.Items) != len(r.m.items) {
		return fmt.Errorf("%w: %d items are %d", errMended, len(r.m.items), len(f.Items))
	}
	r.feed.Format = rssFormat(r.m)
	r.channel(f)
	for i, it := range f.Items {
		r.at = i + 1
		r.rssItem(it, r.m.items[i])
	}
	r.at = 0
	return nil
}

func rssFormat(m mended) string {
	switch {
	case m.name == "rdf" && strings.Contains(m.version, "0.9"):
		return "rdf 0.9"
	case m.name == "rdf":
		return "rdf 1.0"
	}
	return strings.TrimSpace("rss " + versionNumber(m.version))
}

// versionNumber is s when it is the number of a version.
func versionNumber(s string) string {
	if s = strings.TrimSpace(s); len(s) > 8 || strings.Trim(s, "0123456789.") != "" {
		return ""
	}
	return s
}

func (r *reader) channel(f *rss.Feed) {
	x := f.Extensions
	r.feed.Title = lineOf(r.text(either(f.Title, value(x, "dc", "title"))))
	r.feed.Rights = textOf(r.text(either(f.Copyright, value(x, "dc", "rights"))))
	r.feed.Language = r.language(either(f.Language, value(x, "dc", "language"), r.m.note.lang))
	for _, l := range x["atom"]["link"] {
		if l.Attrs["rel"] == "self" && r.feed.Self == "" {
			r.feed.Self = absolute(r.from, l.Attrs["href"])
		}
	}
	page := firstLink(f.Links)
	for _, l := range x["atom"]["link"] {
		if rel := l.Attrs["rel"]; rel == "alternate" || rel == "" {
			page = either(page, l.Attrs["href"])
		}
	}
	r.setLink(page)
	for _, rel := range []string{"prev-archive", "next"} { // the archive rather than the next page
		for _, l := range x["atom"]["link"] {
			if l.Attrs["rel"] == rel && r.feed.Older == "" {
				r.setOlder(l.Attrs["href"])
			}
		}
	}
	for _, l := range x["atom"]["link"] {
		if l.Attrs["rel"] == "hub" {
			r.addHub(l.Attrs["href"])
		}
	}
	r.feed.Updated = firstDate(f.LastBuildDate, value(x, "atom", "updated"), f.PubDate, value(x, "dc", "date"))
	r.feedExtensions(x)
	r.pause(f)
}

// pause reads what RSS 2.0 asks of pollers.
func (r *reader) pause(f *rss.Feed) {
	p := &r.feed.Pause
	if n, err := strconv.Atoi(strings.TrimSpace(f.TTL)); err == nil && n > 0 && n <= 60*24*366 {
		p.TTL = time.Duration(n) * time.Minute
	}
	for _, h := range f.SkipHours {
		if n, err := strconv.Atoi(strings.TrimSpace(h)); err == nil && n >= 0 && n <= 24 {
			p.SkipHours[n%24] = true // midnight is written both ways
		}
	}
	for _, name := range f.SkipDays {
		for d := range time.Saturday + 1 {
			if strings.EqualFold(strings.TrimSpace(name), d.String()) {
				p.SkipDays[d] = true
			}
		}
	}
}

func (r *reader) rssItem(in *rss.Item, n note) {
	x := in.Extensions
	it := Item{
		Title:    lineOf(r.text(either(in.Title, value(x, "dc", "title"), value(x, "atom", "title"), value(x, "media", "title")))),
		Language: either(r.language(either(value(x, "dc", "language"), own(n.lang, r.feed))), r.feed.Language),
		Rights:   either(textOf(r.text(value(x, "dc", "rights"))), r.feed.Rights),
	}
	r.rssLink(&it, in)
	it.Published = firstDate(in.PubDate, value(x, "dc", "date"), value(x, "dcterms", "issued"),
		value(x, "dcterms", "created"), value(x, "atom", "published"), value(x, "prism", "publicationDate"))
	it.Updated = firstDate(value(x, "dcterms", "modified"), value(x, "atom", "updated"))
	it.Authors = r.rssAuthors(in)
	for _, c := range in.Categories {
		it.Categories = addCategory(it.Categories, Category{Term: c.Value, Scheme: c.Domain})
	}
	keywords(&it, x)
	it.Comments = absolute(r.base, in.Comments)
	if s := in.Source; s != nil {
		it.Source = Source{Title: name(s.Title), URL: absolute(r.base, s.URL)}
	}
	for _, e := range in.Enclosures {
		r.enclose(&it, file{url: e.URL, kind: e.Type, length: e.Length})
	}
	r.rssText(&it, in)
	r.media(&it, x)
	r.setBase(&it, n)
	guid := ""
	if in.GUID != nil {
		guid = in.GUID.Value
	}
	r.add(it, either(identifier(guid), identifier(n.about), identifier(value(x, "atom", "id"))))
}

// rssText sets summary and content: the full text is in content:encoded, and
// description is the summary, or all there is.
func (r *reader) rssText(it *Item, in *rss.Item) {
	x := in.Extensions
	full := r.text(either(in.Content, value(x, "atom", "content")))
	summary := r.text(either(in.Description, value(x, "atom", "summary"), value(x, "dc", "description"),
		value(x, "dcterms", "abstract"), value(x, "itunes", "summary")))
	it.Summary = textOf(summary)
	it.Content, it.Full = either(full, summary), full != ""
}

// rssLink sets the link: where FeedBurner counts clicks, the address behind
// it; else the item's own; else a guid that says it is one.
func (r *reader) rssLink(it *Item, in *rss.Item) {
	it.Link = r.link("the link", either(value(in.Extensions, "feedburner", "origLink"), firstLink(in.Links)))
	r.itemLinks(it, in.Extensions)
	if g := in.GUID; it.Link == "" && g != nil && !strings.EqualFold(strings.TrimSpace(g.IsPermalink), "false") {
		it.Link = webAddress(g.Value)
	}
}

// webAddress is s when it is an absolute URL as it stands.
func webAddress(s string) string {
	lower := strings.ToLower(strings.TrimSpace(s))
	if !strings.HasPrefix(lower, "http://") && !strings.HasPrefix(lower, "https://") {
		return ""
	}
	return absolute(nil, s)
}

func firstLink(links []string) string {
	for _, l := range links {
		if strings.TrimSpace(l) != "" {
			return l
		}
	}
	return ""
}
