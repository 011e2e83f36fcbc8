package feed

import (
	"testing"

	"dateline/store"
)

func TestNearest(t *testing.T) {
	known := []string{"world", "politics", "conflicts-war", "Conflicts & War"}
	for word, want := range map[string]string{
		"wrold": "world", "World": "world", "politcs": "politics", "Conflict & Wars": "Conflicts & War", "cuisine": "", "": "",
	} {
		if got := Nearest(word, known); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", word, got, want)
		}
	}
}

func TestAddresses(t *testing.T) {
	s := Site{URL: "https://news.example.com:8443"}
	a := store.Article{ID: "01JD000000000000000000000A", Slug: "война-и-мир"}
	for got, want := range map[string]string{
		s.PageURL(""):                         "https://news.example.com:8443/",
		s.PageURL(CategoryPath("world")):      "https://news.example.com:8443/category/world",
		s.FeedURL("", RSS):                    "https://news.example.com:8443/rss.xml",
		s.FeedURL(CategoryPath("x"), JSON):    "https://news.example.com:8443/category/x/feed.json",
		s.FeedURL(ArchivePath("/a", 2), Atom): "https://news.example.com:8443/a/archive/2/atom.xml",
		s.ArticleURL(a):                       "https://news.example.com:8443/article/01JD000000000000000000000A/%D0%B2%D0%BE%D0%B9%D0%BD%D0%B0-%D0%B8-%D0%BC%D0%B8%D1%80",
		s.Host():                              "news.example.com",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestTagsDifferByCoding(t *testing.T) {
	for encoding, want := range map[Encoding]string{Identity: `"t"`, Gzip: `"t-gzip"`, Brotli: `"t-br"`, Zstd: `"t-zstd"`} {
		if got := (Document{Tag: "t", Encoding: encoding}).ETag(); got != want {
			t.Errorf("%s: %s", encoding, got)
		}
	}
}
