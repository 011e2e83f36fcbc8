package parse

import (
	"strconv"
	"strings"
	"time"

	ext "github.com/mmcdole/gofeed/extensions"

	"dateline/feed/clean"
	"dateline/store"
)

// value is the text of the first element of that name, "" when there is none.
func value(x ext.Extensions, prefix, name string) string {
	for _, e := range x[prefix][name] {
		if e.Value != "" {
			return e.Value
		}
	}
	return ""
}

// feedExtensions reads what the vocabularies beside RSS and Atom say of the
// feed.
func (r *reader) feedExtensions(x ext.Extensions) {
	_, r.feed.Complete = x["fh"]["complete"]
	_, r.feed.Archive = x["fh"]["archive"]
	r.feed.Pause.Period = period(value(x, "sy", "updatePeriod"), value(x, "sy", "updateFrequency"))
	for _, e := range x["at"]["deleted-entry"] {
		r.deletion(e)
	}
}

// period is how often a feed changes (RSS 1.0, module Syndication); without a
// period it is a day, without a frequency once.
func period(name, frequency string) time.Duration {
	if name == "" && frequency == "" {
		return 0
	}
	const day = 24 * time.Hour
	d := map[string]time.Duration{
		"hourly": time.Hour, "daily": day, "": day, "weekly": 7 * day, "monthly": 30 * day, "yearly": 365 * day,
	}[strings.ToLower(strings.TrimSpace(name))]
	if n, err := strconv.Atoi(strings.TrimSpace(frequency)); err == nil && n > 1 && n <= 1e6 {
		d /= time.Duration(n)
	}
	return d
}

// deletion reads a tombstone (RFC 6721 §3). One without ref or when says
// nothing that can be acted on.
func (r *reader) deletion(e ext.Extension) {
	d := Deletion{Ref: identifier(e.Attrs["ref"])}
	d.When = firstDate(e.Attrs["when"])
	if d.Ref == "" || d.When.IsZero() {
		r.warn("a deleted entry without ref or when is left out")
		return
	}
	for _, by := range e.Children["by"] {
		for _, n := range by.Children["name"] {
			d.By = clean.Line(n.Value)
		}
	}
	for _, c := range e.Children["comment"] {
		d.Comment = textOf(r.text(c.Value))
	}
	if len(r.feed.Deleted) < maxItems {
		r.feed.Deleted = append(r.feed.Deleted, d)
	}
}

// itemLinks reads the links of Atom that an item of RSS has: those related to
// it, and its own when it has no other.
func (r *reader) itemLinks(it *Item, x ext.Extensions) {
	for _, e := range x["atom"]["link"] {
		switch rel := e.Attrs["rel"]; rel {
		case "alternate", "":
			if it.Link == "" {
				it.Link = r.link("the link", e.Attrs["href"])
			}
		case "related", "via":
			r.relate(it, Related{Rel: rel, URL: e.Attrs["href"], Title: e.Attrs["title"]})
		case "enclosure":
			r.enclose(it, file{url: e.Attrs["href"], kind: e.Attrs["type"], length: e.Attrs["length"], caption: e.Attrs["title"]})
		}
	}
}

// relate adds a related page once.
func (r *reader) relate(it *Item, to Related) {
	to.URL, to.Title = r.link("the "+to.Rel+" link", to.URL), clean.Excerpt(to.Title, maxName)
	if to.URL == "" || len(to.URL) > store.MaxLine || len(it.Related) == 50 {
		return
	}
	for _, known := range it.Related {
		if known.Rel == to.Rel && known.URL == to.URL {
			return
		}
	}
	it.Related = append(it.Related, to)
}

// keywords adds what other vocabularies file the item under.
func keywords(it *Item, x ext.Extensions) {
	for _, e := range x["dc"]["subject"] {
		it.Categories = addCategory(it.Categories, Category{Term: e.Value})
	}
	for _, e := range x["media"]["category"] {
		it.Categories = addCategory(it.Categories, Category{Term: e.Value, Scheme: e.Attrs["scheme"], Label: e.Attrs["label"]})
	}
	for _, list := range []string{value(x, "media", "keywords"), value(x, "itunes", "keywords")} {
		for word := range strings.SplitSeq(list, ",") {
			it.Categories = addCategory(it.Categories, Category{Term: word})
		}
	}
}
