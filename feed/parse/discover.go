package parse

import (
	"bytes"
	"net/url"
	"path"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/charset"

	"dateline/feed/clean"
)

// Discovered is a feed that a page announces.
type Discovered struct {
	URL   string // absolute
	Title string // plain text; empty when the page gives none
	Type  string // media type; empty when it is only guessed that this is a feed
}

// maxDiscovered is how many feeds of a page are listed.
const maxDiscovered = 100

// Discover lists the feeds that the HTML page at that URL announces with link
// elements, in its order; when there is none, those that its links on the same
// host look like.
func Discover(page []byte, pageURL string) []Discovered {
	d := discovery{base: resolve(nil, pageURL), seen: map[string]bool{}}
	if d.base != nil {
		d.host = d.base.Hostname()
	}
	text, err := charset.NewReader(bytes.NewReader(page), "")
	if err != nil { // an empty page
		return nil
	}
	z := html.NewTokenizer(text)
	for z.Next() != html.ErrorToken {
		if t := z.Token(); t.Type == html.StartTagToken || t.Type == html.SelfClosingTagToken {
			d.tag(t)
		}
	}
	if len(d.announced) > 0 {
		return d.announced
	}
	return d.guessed
}

type discovery struct {
	base               *url.URL
	hasBase            bool // the page has set it
	host               string
	announced, guessed []Discovered
	seen               map[string]bool
}

func (d *discovery) tag(t html.Token) {
	attrs := map[string]string{}
	for _, a := range t.Attr {
		attrs[a.Key] = a.Val
	}
	switch t.Data {
	case "base":
		if u := resolve(d.base, attrs["href"]); u != nil && !d.hasBase {
			d.base, d.hasBase = u, true
		}
	case "link":
		kind := feedType(attrs["type"])
		if kind == "" || !hasWord(attrs["rel"], "alternate") {
			return
		}
		u := absolute(d.base, attrs["href"])
		// WordPress announces the data of its pages as JSON.
		if u != "" && !(kind == "application/json" && strings.Contains(u, "/wp-json/")) {
			d.add(&d.announced, Discovered{u, clean.Line(attrs["title"]), kind})
		}
	case "a":
		u := resolve(d.base, attrs["href"])
		if u != nil && u.Hostname() == d.host && isFeedName(u.Path) && !strings.Contains(u.Path, "/wp-json/") {
			d.add(&d.guessed, Discovered{URL: u.String(), Title: clean.Line(attrs["title"])})
		}
	}
}

func (d *discovery) add(list *[]Discovered, f Discovered) {
	if !d.seen[f.URL] && len(*list) < maxDiscovered {
		d.seen[f.URL] = true
		*list = append(*list, f)
	}
}

// feedType is a media type, in lower case and without parameters, when feeds
// have it.
func feedType(s string) string {
	kind, _, _ := strings.Cut(strings.ToLower(s), ";")
	switch kind = strings.TrimSpace(kind); kind {
	case "application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json", "application/json",
		"application/xml", "text/xml", "text/rss", "text/atom":
		return kind
	}
	return ""
}

func hasWord(list, word string) bool {
	for w := range strings.FieldsSeq(list) {
		if strings.EqualFold(w, word) {
			return true
		}
	}
	return false
}

// isFeedName reports whether a path ends as those of feeds do.
func isFeedName(p string) bool {
	p = strings.ToLower(strings.TrimSuffix(p, "/"))
	last := path.Base(p)
	for _, end := range []string{"rss", "atom", "xml", "json"} {
		if last == end || strings.HasSuffix(last, "."+end) {
			return true
		}
	}
	return last == "feed"
}

// WellKnown are the addresses at which a site may have a feed that none of its
// pages announces: beside the page, then at the root of its host.
func WellKnown(pageURL string) []string {
	page := resolve(nil, pageURL)
	if page == nil {
		return nil
	}
	var list []string
	seen := map[string]bool{}
	for _, dir := range []string{"./", "/"} {
		for _, name := range []string{
			"feed", "feed/", "rss", "rss/", "atom.xml", "rss.xml", "feed.xml", "index.xml", "feed.json", "feed.atom",
			"index.rss", "index.atom", "rss/feed.xml",
		} {
			u := page.ResolveReference(&url.URL{Path: dir + name}).String()
			if !seen[u] {
				seen[u] = true
				list = append(list, u)
			}
		}
	}
	return list
}
