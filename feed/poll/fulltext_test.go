package poll

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"dateline/feed"
	"dateline/store"
)

// page is a web page with an article of so many paragraphs and what stands
// around one.
func page(paragraphs int, words string) string {
	return "<!DOCTYPE html><html><head><title>One</title></head><body><nav><a href='/'>Home</a> <a href='/sport'>Sport</a></nav>" +
		"<article><h1>One</h1>" + strings.Repeat("<p>"+words+", said the ferryman, who has crossed the river every morning for thirty years, and means to do so again.</p>", paragraphs) +
		"<p><a href='/goat'>The goat</a> came too.</p><script>alert(1)</script></article><footer>Subscribe to our newsletter</footer></body></html>"
}

// pages makes the farm's server answer for articles too: with what answer says
// of a path below /a/.
func (f *farm) pages(answer func(w http.ResponseWriter, r *http.Request)) {
	feed := f.answer
	f.answer = func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/a/") {
			answer(w, r)
			return
		}
		feed(w, r)
	}
}

// teaser is an item whose page the farm's own server has.
func (f *farm) teaser(id, title string, more ...string) string {
	return strings.ReplaceAll(item(id, title, more...), "https://gazette.example/", f.server.URL+"/a/")
}

func (f *farm) only() store.Article {
	f.Helper()
	page, err := f.store.Articles(f.Context(), store.Query{Listing: "source/gazette", Limit: 2})
	if err != nil || len(page.Articles) != 1 {
		f.Fatalf("%d articles, error %v", len(page.Articles), err)
	}
	return page.Articles[0]
}

func TestFullTextComesFromThePage(t *testing.T) {
	f := newFarm(t)
	f.Sources[0].FullText = true
	words, asked := "It floats", 0
	page := func(w http.ResponseWriter, r *http.Request) {
		asked++
		if r.Header.Get("Accept") == "" || strings.Contains(r.Header.Get("Accept"), "rss") {
			t.Errorf("a page was asked for as %q", r.Header.Get("Accept"))
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, page(5, words))
	}
	f.say(f.teaser("1", "One"))
	f.pages(page)
	f.poll()
	a := f.only()
	if strings.Count(a.Body, "It floats, said the ferryman") != 5 || strings.Contains(a.Body, "newsletter") || strings.Contains(a.Body, "alert") ||
		!strings.Contains(a.Body, `href="`+f.server.URL+`/goat"`) || a.Summary != "It says One." {
		t.Errorf("got %q, summary %q", a.Body, a.Summary)
	}

	f.say(strings.Replace(f.teaser("1", "One"), "<title>", "<title> ", 1))
	f.pages(page)
	if f.poll(); asked != 1 || f.only().Version != 1 {
		t.Errorf("%d pages asked for, version %d: nothing has changed", asked, f.only().Version)
	}

	words = "It sank"
	f.say(f.teaser("1", "One, corrected"))
	f.pages(page)
	f.poll()
	if a := f.only(); asked != 2 || a.Version != 2 || !strings.Contains(a.Body, "It sank, said") {
		t.Errorf("%d pages asked for; got %+v", asked, a)
	}
}

// TestPageThatFailsCostsNoArticle: the feed's text is filed, and the page asked
// for again only when that may help.
func TestPageThatFailsCostsNoArticle(t *testing.T) {
	for _, c := range []struct {
		what   string
		answer http.HandlerFunc
		again  bool
	}{
		{"an error", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(500) }, true},
		{"a refusal", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(403) }, false},
		{"a picture", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "image/png")
			w.Write([]byte("\x89PNG"))
		}, false},
		{"a notice", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "<p>Log in to read on.</p>") }, false},
		{"nesting", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, strings.Repeat("<div>", 100_000)) }, false},
	} {
		f := newFarm(t)
		f.Sources[0].FullText = true
		f.say(f.teaser("1", "One", "<pubDate>"+noon.Format(http.TimeFormat)+"</pubDate>"))
		f.pages(c.answer)
		r := f.poll()
		if a := f.only(); !strings.Contains(a.Body, "It says One") || len(r.Warnings) != 1 || !strings.Contains(r.Warnings[0], "/a/1") {
			t.Errorf("%s: %q, warnings %q", c.what, a.Body, r.Warnings)
		}
		f.say(f.teaser("1", "One", "<pubDate>"+noon.Format(http.TimeFormat)+"</pubDate>"))
		f.pages(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, page(5, "It floats")) })
		f.poll()
		if got := strings.Contains(f.only().Body, "It floats"); got != c.again {
			t.Errorf("%s: once its page answers, the article has it: %v, want %v", c.what, got, c.again)
		}
	}
}

func TestSecretsOfASourceStayWithIt(t *testing.T) {
	s := Source{
		URL: "https://a.example/feed", Header: http.Header{"X-Key": {"k"}}, User: "u", Password: "p", UserAgent: "ours",
		Proxy: "http://proxy.example", Republish: feed.RepublishFull,
	}
	for address, own := range map[string]bool{
		"https://a.example/1": true, "https://A.example/1": true, "http://a.example/1": false,
		"https://b.example/1": false, "https://a.example:8443/1": false, "::": false,
	} {
		r := elsewhere(s, address)
		if (r.User != "") != own || (r.Password != "") != own || (len(r.Header) > 0) != own || (r.UserAgent != "") != own || r.Proxy == "" || r.URL != address {
			t.Errorf("%s: %+v", address, r)
		}
	}
}
