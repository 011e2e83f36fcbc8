package publish_test

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/feed"
	"dateline/feed/publish"
	"dateline/store"
	"dateline/store/bolt"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func open(t *testing.T, path string) *bolt.Store {
	t.Helper()
	s, err := bolt.Open(path, bolt.Options{Now: noon})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func publisher(s publish.Store) *publish.Publisher {
	return &publish.Publisher{
		Site: feed.Site{Title: "Wire", URL: "https://News.example.com", Language: "en", Publisher: feed.Publisher{Name: "Desk"}},
		Categories: []feed.Category{
			{Slug: "world", Title: "World", Description: "All of it"}, {Slug: "sport", Title: "Sport"}},
		Store: s, Window: 3, MaxAge: time.Minute, Since: noon,
	}
}

func file(t *testing.T, s *bolt.Store, now time.Time, headline string, categories ...string) store.Article {
	t.Helper()
	id := store.NewID(now)
	r, err := s.File(t.Context(), store.Filing{Now: now, Article: store.Article{
		ID: id, GUID: store.TagURI("news.example.com", now, id), Slug: "s", Headline: headline, Body: "<p>b</p>", Categories: categories,
	}})
	if err != nil {
		t.Fatal(err)
	}
	return r.Article
}

func headlines(t *testing.T, p *publish.Publisher, path string) (list []string) {
	t.Helper()
	f, err := p.Feed(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range f.Articles {
		list = append(list, a.Headline)
	}
	return list
}

func TestFeedHoldsTheNewestOfItsCategory(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "s.db"))
	p := publisher(s)
	for i := range 5 {
		file(t, s, noon.Add(time.Duration(i)*time.Minute), fmt.Sprint("w", i), "world")
	}
	file(t, s, noon.Add(time.Hour), "x", "sport", "world")
	for path, want := range map[string][]string{
		"":                {"x", "w4", "w3"},
		"/category/world": {"x", "w4", "w3"},
		"/category/sport": {"x"},
	} {
		if got := headlines(t, p, path); !slices.Equal(got, want) {
			t.Errorf("%q: got %v, want %v", path, got, want)
		}
	}
}

func TestFeedSaysWhatItIs(t *testing.T) {
	p := publisher(open(t, filepath.Join(t.TempDir(), "s.db")))
	f, err := p.Feed(t.Context(), "/category/world")
	if err != nil {
		t.Fatal(err)
	}
	if f.ID != "tag:news.example.com,2026-11-22:feed/category/world" || f.Title != "Wire: World" || f.Description != "All of it" || !f.Updated.Equal(noon) {
		t.Errorf("got %+v", f)
	}
}

func TestNoFeedElsewhere(t *testing.T) {
	p := publisher(open(t, filepath.Join(t.TempDir(), "s.db")))
	for _, path := range []string{"/category/none", "/category/", "/category", "/", "/source/x", "world", "/x/world"} {
		if _, err := p.Document(t.Context(), path, feed.RSS, feed.Identity); !errors.Is(err, publish.ErrNoFeed) {
			t.Errorf("%q: got %v", path, err)
		}
	}
}

func TestPathsOf(t *testing.T) {
	p := publisher(nil)
	public := store.Article{Status: store.Usable, Categories: []string{"sport", "retired", "world"}}
	if got := p.PathsOf(public); !slices.Equal(got, []string{"/category/sport", "/category/world", ""}) {
		t.Errorf("got %q", got)
	}
	public.Embargo = noon
	if got := p.PathsOf(public); got != nil {
		t.Errorf("under embargo: got %q", got)
	}
}

// TestSameStoreSameBytes: nothing but the store and the settings makes a
// document, so that validators survive a restart.
func TestSameStoreSameBytes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.db")
	s := open(t, path)
	file(t, s, noon, "a", "world")
	var before []feed.Document
	for _, f := range feed.Formats() {
		d, err := publisher(s).Document(t.Context(), "/category/world", f, feed.Identity)
		if err != nil {
			t.Fatal(err)
		}
		before = append(before, d)
	}
	s.Close()
	s = open(t, path)
	for i, f := range feed.Formats() {
		d, err := publisher(s).Document(t.Context(), "/category/world", f, feed.Identity)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(d.Body, before[i].Body) || d.ETag() != before[i].ETag() || !d.Modified.Equal(before[i].Modified) {
			t.Errorf("%s changed with a restart", f)
		}
	}
}

func TestValidatorsMoveWithEveryChange(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "s.db"))
	p := publisher(s)
	last, err := p.Document(t.Context(), "/category/world", feed.Atom, feed.Identity)
	if err != nil {
		t.Fatal(err)
	}
	a := file(t, s, noon.Add(time.Minute), "a", "world")
	steps := []func(){
		func() {},
		func() { file(t, s, noon.Add(2*time.Minute), "b", "world") },
		func() {
			if _, err := s.SetStatus(t.Context(), store.StatusChange{ID: a.ID, Status: store.Killed, Now: noon.Add(3 * time.Minute)}); err != nil {
				t.Fatal(err)
			}
		},
	}
	for i, step := range steps {
		step()
		d, err := p.Document(t.Context(), "/category/world", feed.Atom, feed.Identity)
		if err != nil {
			t.Fatal(err)
		}
		if d.ETag() == last.ETag() || !d.Modified.After(last.Modified) {
			t.Errorf("step %d: %s %s, before %s %s", i, d.ETag(), d.Modified, last.ETag(), last.Modified)
		}
		last = d
	}
	file(t, s, noon.Add(4*time.Minute), "c", "sport")
	if d, _ := p.Document(t.Context(), "/category/world", feed.Atom, feed.Identity); d.ETag() != last.ETag() {
		t.Error("a change elsewhere moved it")
	}
}

// TestWalkThroughArchives follows the links as a client does: RFC 5005 §4 in
// Atom, next_url in JSON Feed.
func TestWalkThroughArchives(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "s.db"))
	p := publisher(s)
	want := map[string]bool{}
	for i := range 23 {
		want[file(t, s, noon.Add(time.Duration(i)*time.Minute), fmt.Sprint("w", i), "world", "sport").GUID] = true
	}
	walk := func(format feed.Format, read func([]byte) (ids []string, older string)) {
		seen := map[string]bool{}
		for path := "/category/world"; path != ""; {
			d, err := p.Document(t.Context(), path, format, feed.Identity)
			if err != nil {
				t.Fatal(err)
			}
			ids, older := read(d.Body)
			for _, id := range ids {
				if seen[id] {
					t.Errorf("%s: %s is there twice", format, id)
				}
				seen[id] = true
			}
			path = strings.TrimSuffix(strings.TrimPrefix(older, p.Site.URL), "/"+string(format))
		}
		if !maps.Equal(seen, want) {
			t.Errorf("%s: the walk met %d articles of %d", format, len(seen), len(want))
		}
	}
	walk(feed.Atom, func(b []byte) (ids []string, older string) {
		var f struct {
			Links []struct {
				Rel  string `xml:"rel,attr"`
				Href string `xml:"href,attr"`
			} `xml:"link"`
			Entries []struct {
				ID string `xml:"id"`
			} `xml:"entry"`
		}
		if err := xml.Unmarshal(b, &f); err != nil {
			t.Fatal(err)
		}
		for _, l := range f.Links {
			if l.Rel == "prev-archive" {
				older = l.Href
			}
		}
		for _, e := range f.Entries {
			ids = append(ids, e.ID)
		}
		return ids, older
	})
	walk(feed.JSON, func(b []byte) (ids []string, older string) {
		var f struct {
			Next  string `json:"next_url"`
			Items []struct{ ID string }
		}
		if err := json.Unmarshal(b, &f); err != nil {
			t.Fatal(err)
		}
		for _, it := range f.Items {
			ids = append(ids, it.ID)
		}
		return ids, f.Next
	})
}

// TestClosedArchiveStays until an article in it is withdrawn.
func TestClosedArchiveStays(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "s.db"))
	p := publisher(s)
	var articles []store.Article
	for i := range 10 {
		articles = append(articles, file(t, s, noon.Add(time.Duration(i)*time.Minute), fmt.Sprint("w", i), "world"))
	}
	archive := func(number int) feed.Document {
		d, err := p.Document(t.Context(), feed.ArchivePath("/category/world", number), feed.JSON, feed.Identity)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	first, second := archive(1), archive(2)
	file(t, s, noon.Add(time.Hour), "x", "world")
	if got := archive(1); got.Tag != first.Tag || !got.Modified.Equal(first.Modified) {
		t.Error("it changed with what was filed later")
	}
	if _, err := s.SetStatus(t.Context(), store.StatusChange{ID: articles[0].ID, Status: store.Killed, Now: noon.Add(2 * time.Hour)}); err != nil {
		t.Fatal(err)
	}
	if got := archive(1); got.Tag == first.Tag || !got.Modified.After(first.Modified) || bytes.Contains(got.Body, []byte(articles[0].GUID)) {
		t.Error("it did not change with a kill")
	}
	if got := archive(2); got.Tag != second.Tag {
		t.Error("the next one changed with the kill")
	}
	for _, path := range []string{"/category/world/archive/99", "/category/world/archive/0", "/category/world/archive/01", "/category/world/archive/x", "/category/none/archive/1"} {
		if _, err := p.Document(t.Context(), path, feed.Atom, feed.Identity); !errors.Is(err, publish.ErrNoFeed) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// TestSettingsMoveTheDate: readers who go by the date alone learn of new
// settings; the feed itself says when its articles changed.
func TestSettingsMoveTheDate(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "s.db"))
	file(t, s, noon, "a", "world")
	p := publisher(s)
	p.Settled = noon.Add(-time.Hour)
	before, err := p.Document(t.Context(), "/category/world", feed.Atom, feed.Identity)
	if err != nil || !before.Modified.Equal(noon) {
		t.Fatalf("modified %s, error %v", before.Modified, err)
	}
	p = publisher(s)
	p.Settled = noon.Add(time.Hour)
	after, err := p.Document(t.Context(), "/category/world", feed.Atom, feed.Identity)
	if err != nil || !after.Modified.Equal(p.Settled) || after.Tag != before.Tag {
		t.Errorf("modified %s, tag %s, error %v", after.Modified, after.Tag, err)
	}
}
