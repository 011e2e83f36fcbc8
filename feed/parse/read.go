package parse

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// Read is the feed in data, which came from that URL with that Content-Type;
// either may be empty. What is wrong with it and does not hide its items is a
// warning. The error is a *NotFeed when data is something else.
func Read(data []byte, contentType, from string) (Feed, error) {
	f, err := read(data, contentType, from)
	if err != nil {
		return Feed{}, fmt.Errorf("parse %s: %w", from, err)
	}
	return f, nil
}

func read(data []byte, contentType, from string) (Feed, error) {
	r := reader{from: resolve(nil, from)}
	text := decode(data, contentType, &r.warnings)
	d := sniff(text)
	if d.page {
		return Feed{}, &NotFeed{What: d.what, Feeds: Discover(data, from)}
	}
	if d.odd != "" {
		r.warn("%s", d.odd)
	}
	var err error
	switch d.language {
	case jsonFeed:
		err = r.json(text[d.at:])
	case rssXML:
		err = r.rss(text, d)
	case atomXML:
		err = r.atom(text, d)
	default:
		err = &NotFeed{What: d.what}
	}
	if err != nil {
		return Feed{}, err
	}
	r.identify()
	r.feed.Warnings = r.lines()
	return r.feed, nil
}

// NotFeed is the error of Read for what is no feed.
type NotFeed struct {
	What  string       // "an HTML page"
	Feeds []Discovered // what the page announces
}

func (e *NotFeed) Error() string {
	text := "this is " + e.What + ", no feed"
	switch len(e.Feeds) {
	case 0:
		return text
	case 1:
		return text + "; it announces " + e.Feeds[0].URL
	}
	return fmt.Sprintf("%s; it announces %s and %d more", text, e.Feeds[0].URL, len(e.Feeds)-1)
}

// errMended: gofeed refused a document that was made for it.
var errMended = errors.New("cannot be read even when mended")

// reader gathers a feed.
type reader struct {
	warnings
	from *url.URL // where the feed came from; nil when that is not known
	base *url.URL // what references of items are relative to, where there is no xml:base
	feed Feed
	m    mended // what of it gofeed did not see
	at   int    // the number of the item at hand, from 1; 0 for the feed itself
	all  []int  // the numbers of the items that the feed has so far
}

// warn adds a warning that names the item at hand.
func (r *reader) warn(format string, args ...any) {
	if r.at > 0 {
		format = fmt.Sprintf("item %d: ", r.at) + format
	}
	r.warnings.add(format, args...)
}

// setLink sets the feed's page, and so what references are relative to: the
// address of the feed, but that of its page when another host serves the feed.
func (r *reader) setLink(ref string) {
	page := resolve(r.from, ref)
	if ref != "" && page == nil {
		r.warn("the feed's link %.80q leads nowhere", ref)
	}
	r.base = r.from
	if page == nil {
		return
	}
	r.feed.Link = page.String()
	if r.from == nil || !strings.EqualFold(r.from.Hostname(), page.Hostname()) {
		r.base = page
	}
}

// setOlder sets where older items are. A feed that names itself would be
// walked for ever.
func (r *reader) setOlder(ref string) {
	older := absolute(r.from, ref)
	if older != "" && older != r.feed.Self && (r.from == nil || older != r.from.String()) {
		r.feed.Older = older
	}
}

func (r *reader) addHub(ref string) {
	if hub := absolute(r.from, ref); hub != "" && len(r.feed.Hubs) < 10 {
		r.feed.Hubs = append(r.feed.Hubs, hub)
	}
}

// text is the text, as HTML, that stands under a number; nothing under none.
func (r *reader) text(number string) string {
	n, err := strconv.Atoi(number)
	if err != nil || n < 0 || n >= len(r.m.texts) {
		return ""
	}
	return r.m.texts[n]
}

// link is a reference of the item at hand, empty with a warning when it leads
// nowhere.
func (r *reader) link(what, ref string) string {
	u := absolute(r.base, ref)
	if u == "" && strings.TrimSpace(ref) != "" {
		r.warn("%s %.80q leads nowhere", what, ref)
	}
	return u
}
