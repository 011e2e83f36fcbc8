package parse

import (
	"reflect"
	"slices"
	"testing"

	"dateline/feed/clean"
	"dateline/store"
)

func TestDiscover(t *testing.T) {
	for name, tc := range map[string]struct {
		page string
		want []Discovered
	}{
		"announced": {
			`<html><head><link rel="alternate" type="application/rss+xml" title="A &amp; B" href="/rss.xml"><LINK REL='home Alternate' TYPE='application/atom+xml' HREF=atom.xml></head>`,
			[]Discovered{{"https://example.com/rss.xml", "A & B", "application/rss+xml"}, {"https://example.com/news/atom.xml", "", "application/atom+xml"}},
		},
		"base": {
			`<base href="https://cdn.example.net/x/"><base href="https://other.example/"><link rel=alternate type="application/feed+json" href="feed.json">`,
			[]Discovered{{"https://cdn.example.net/x/feed.json", "", "application/feed+json"}},
		},
		"no feeds": {
			`<link rel="stylesheet" type="text/css" href="a.css"><link rel="alternate" hreflang="de" href="/de"><link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/1"><link rel="alternate" type="application/rss+xml" href="javascript:x"><link rel="alternate" type="application/json+oembed" href="/o">`,
			nil,
		},
		"once": {
			`<link rel="alternate" type="application/rss+xml" href="/rss.xml"><link rel="alternate" type="application/rss+xml" href="/rss.xml">`,
			[]Discovered{{"https://example.com/rss.xml", "", "application/rss+xml"}},
		},
		"only linked": {
			`<a href="/feed/">a</a><a href="x.rss">b</a><a href="https://other.example/rss.xml">c</a><a href="/feedback">d</a><a href="/a.xml?x=1">e</a>`,
			[]Discovered{{"https://example.com/feed/", "", ""}, {"https://example.com/news/x.rss", "", ""}, {"https://example.com/a.xml?x=1", "", ""}},
		},
		"announced beats linked": {
			`<a href="/sitemap.xml">a</a><link rel="alternate" type="text/xml" href="/feed">`,
			[]Discovered{{"https://example.com/feed", "", "text/xml"}},
		},
		"commented out": {`<!-- <link rel="alternate" type="application/rss+xml" href="/rss.xml"> -->`, nil},
		"another character set": {
			"<meta charset=windows-1252><link rel=alternate type=application/rss+xml title=Caf\xe9 href=/rss.xml>",
			[]Discovered{{"https://example.com/rss.xml", "Café", "application/rss+xml"}},
		},
		"nothing": {"", nil},
	} {
		if got := Discover([]byte(tc.page), "https://example.com/news/"); !reflect.DeepEqual(got, tc.want) {
			t.Errorf("%s: got %+v, want %+v", name, got, tc.want)
		}
	}
	if got := Discover([]byte(`<link rel=alternate type=application/rss+xml href=/rss.xml>`), ""); got != nil {
		t.Errorf("a page from nowhere: %+v", got)
	}
}

func TestWellKnown(t *testing.T) {
	got := WellKnown("https://example.com/blog/index.html?x=1")
	for _, want := range []string{"https://example.com/blog/feed", "https://example.com/feed", "https://example.com/atom.xml", "https://example.com/rss/feed.xml"} {
		if !slices.Contains(got, want) {
			t.Errorf("%s is not among %v", want, got)
		}
	}
	if root := WellKnown("https://example.com"); len(root) != 13 || slices.Contains(root, "https://example.com/blog/feed") {
		t.Errorf("of the root: %v", root)
	}
	if WellKnown("mailto:x") != nil {
		t.Error("of no page")
	}
}

// FuzzDiscover: whatever a page holds, what is found in it are addresses of
// the web, each once.
func FuzzDiscover(f *testing.F) {
	for _, page := range []string{
		`<link rel=alternate type="application/rss+xml" href="a.xml" title="A">`, `<base href="//b.example/x/"><a href="feed/">x</a>`, `<a href="javascript:x.xml">`,
		`<link rel="x alternate" type="application/atom+xml;x" href="http://[::1">`, "<base href='http://%00/'><a href=' rss\n'>", "\xff\xfe<\x00a\x00", "<!--<a href=x.rss>-->",
	} {
		f.Add([]byte(page))
	}
	f.Fuzz(func(t *testing.T, page []byte) {
		list := Discover(page, defaultURL)
		seen := map[string]bool{}
		for _, d := range list {
			checkURL(t, d.URL)
			if d.URL == "" || seen[d.URL] || clean.Line(d.Title) != d.Title || !store.IsLegal(d.Title) {
				t.Errorf("found %+v", d)
			}
			seen[d.URL] = true
		}
		if len(list) > maxDiscovered {
			t.Errorf("%d feeds", len(list))
		}
	})
}
