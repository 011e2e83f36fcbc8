package parse

import (
	"errors"
	"net/url"
	"os"
	"reflect"
	"strings"
	"testing"

	"dateline/store"
)

// FuzzRead: whatever the bytes are, Read does not fail but for what is no
// feed, gives the same twice, and keeps what Feed and Item promise.
func FuzzRead(f *testing.F) {
	for _, path := range caseFiles(f) {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data, "application/xml")
	}
	f.Add([]byte("<rss><channel><item><title>a</title>"), "text/xml; charset=koi8-r")
	f.Fuzz(func(t *testing.T, data []byte, contentType string) {
		feed, err := Read(data, contentType, defaultURL)
		if errors.Is(err, errMended) {
			t.Fatal(err)
		}
		if err != nil && !reflect.DeepEqual(feed, Feed{}) {
			t.Fatalf("a feed beside the error %v", err)
		}
		checkFeed(t, feed)
		again, _ := Read(data, contentType, defaultURL)
		if !reflect.DeepEqual(feed, again) {
			t.Fatal("the same bytes give two feeds")
		}
	})
}

// checkFeed checks what every feed keeps.
func checkFeed(t *testing.T, f Feed) {
	for _, s := range append([]string{f.Format, f.ID, f.Title, f.Language, f.Rights}, f.Warnings...) {
		if !store.IsLegal(s) {
			t.Errorf("%q is not legal", s)
		}
	}
	for _, u := range append([]string{f.Link, f.Self, f.Older}, f.Hubs...) {
		checkURL(t, u)
	}
	checkTime(t, f.Updated)
	if len(f.Items) > maxItems || len(f.Deleted) > maxItems || len(f.Warnings) > maxWarnings+1 {
		t.Errorf("%d items, %d deletions, %d warnings", len(f.Items), len(f.Deleted), len(f.Warnings))
	}
	seen := map[string]bool{}
	for _, it := range f.Items {
		if seen[it.ID] {
			t.Errorf("two items with the id %q", it.ID)
		}
		seen[it.ID] = true
		checkItem(t, it)
	}
}

func checkItem(t *testing.T, it Item) {
	if it.ID == "" || len(it.ID) > store.MaxLine || it.IDFrom == "" || it.Hash == "" {
		t.Errorf("ID %q from %q, hash %q", it.ID, it.IDFrom, it.Hash)
	}
	texts := []string{it.ID, it.Title, it.Language, it.Rights, it.Source.Title, it.Source.ID, it.Summary, it.Content}
	urls := []string{it.Link, it.Canonical, it.Comments, it.Source.URL}
	for _, a := range it.Authors {
		if a.Name == "" {
			t.Error("an author without a name")
		}
		texts, urls = append(texts, a.Name, a.Email), append(urls, a.URL)
	}
	for _, c := range it.Categories {
		if c.Term == "" {
			t.Error("a category without a term")
		}
		texts = append(texts, c.Term, c.Scheme, c.Label)
	}
	for _, e := range it.Enclosures {
		if e.URL == "" || !mediaShape.MatchString(e.Type) || e.Length < 0 || e.Width < 0 || e.Height < 0 {
			t.Errorf("enclosure %+v", e)
		}
		texts, urls = append(texts, e.Caption, e.Credit), append(urls, e.URL)
	}
	for _, r := range it.Related {
		texts, urls = append(texts, r.Rel, r.Title), append(urls, r.URL)
	}
	for _, s := range texts {
		if !store.IsLegal(s) {
			t.Errorf("%q is not legal", s)
		}
	}
	for _, u := range urls {
		checkURL(t, u)
	}
	checkTime(t, it.Published)
	checkTime(t, it.Updated)
	if it.IRI != isIRI(it.ID) && it.IDFrom == FromID {
		t.Errorf("IRI of %q is %v", it.ID, it.IRI)
	}
}

// checkURL checks that s is empty or an absolute web address in ASCII.
func checkURL(t *testing.T, s string) {
	if s == "" {
		return
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" ||
		strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r >= 0x7F || strings.ContainsRune("\"<>\\^`{|}", r) }) {
		t.Errorf("URL %q: %v", s, err)
	}
}
