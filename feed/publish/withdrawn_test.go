package publish_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"dateline/feed"
	"dateline/store"
)

const (
	killedTitle = "WITHDRAWN: do not use this article"
	heldTitle   = "HELD: do not use this article until it is released"
)

func TestNoticeStandsInPlaceOfWhatWasWithdrawn(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "s.db"))
	p := publisher(s)
	p.NoticeFor = 10 * 24 * time.Hour
	combination := store.Combination{Name: "all", Any: []string{"world", "sport"}}
	if err := s.Declare(t.Context(), []store.Combination{combination}, noon); err != nil {
		t.Fatal(err)
	}
	p.Combinations = []feed.Combination{{Combination: combination, Title: "All"}}
	now := noon
	next := func(d time.Duration) time.Time { now = now.Add(d); return now }
	var articles []store.Article
	for i := range 6 {
		articles = append(articles, file(t, s, next(time.Minute), fmt.Sprint("w", i), "world"))
	}
	set := func(i int, status store.Status) {
		t.Helper()
		if _, err := s.SetStatus(t.Context(), store.StatusChange{ID: articles[i].ID, Status: status, Now: next(time.Minute), Reason: "wrong"}); err != nil {
			t.Fatal(err)
		}
	}
	check := func(what string, want ...string) {
		t.Helper()
		for _, path := range []string{"", "/category/world", "/feed/all"} {
			if got := headlines(t, p, path); !slices.Equal(got, want) {
				t.Errorf("%s, %s: %q; want %q", what, path, got, want)
			}
		}
	}
	check("before", "w5", "w4", "w3")
	set(4, store.Killed)
	check("killed: at its place, and the window full", "w5", killedTitle, "w3", "w2")
	set(0, store.Killed)
	check("killed out of the archives: it was in the feed once", "w5", killedTitle, "w3", "w2", killedTitle)
	set(5, store.Held)
	check("held", heldTitle, killedTitle, "w3", "w2", "w1", killedTitle)
	set(5, store.Usable)
	check("released", "w5", killedTitle, "w3", "w2", killedTitle)
	set(5, store.Held)
	set(5, store.Killed)
	check("killed while it was held", killedTitle, killedTitle, "w3", "w2", "w1", killedTitle)

	f, err := p.Feed(t.Context(), "/category/world")
	if err != nil || len(f.Killed) != 3 {
		t.Errorf("%d tombstones, error %v", len(f.Killed), err)
	}
	for i, a := range f.Articles {
		if a.Status == store.Killed && !slices.ContainsFunc(articles, func(old store.Article) bool {
			return old.GUID == a.GUID && old.Published.Equal(a.Published) && a.Updated.After(old.Updated) && a.Version > old.Version
		}) {
			t.Errorf("notice %d is under no id of before: %+v", i, a.Article)
		}
	}
	atom, err := p.Document(t.Context(), "/category/world", feed.Atom, feed.Identity)
	if err != nil || bytes.Contains(atom.Body, []byte("deleted-entry")) {
		t.Errorf("a tombstone beside its notice: %v\n%s", err, atom.Body)
	}

	// Time alone changes nothing; a change after the notices' time lets them go.
	next(11 * 24 * time.Hour)
	if got := headlines(t, p, "/category/world"); len(got) != 6 {
		t.Errorf("without a change: %q", got)
	}
	file(t, s, next(time.Minute), "new", "world")
	check("eleven days later", "new", "w3", "w2")
	atom, err = p.Document(t.Context(), "/category/world", feed.Atom, feed.Identity)
	if err != nil || bytes.Count(atom.Body, []byte("<at:deleted-entry")) != 3 {
		t.Errorf("no tombstones in place of the notices: %v\n%s", err, atom.Body)
	}
	file(t, s, next(40*24*time.Hour), "newer", "world")
	if f, err = p.Feed(t.Context(), "/category/world"); err != nil || len(f.Killed) != 0 {
		t.Errorf("51 days later: %d tombstones, error %v", len(f.Killed), err)
	}
}

// TestNothingTellsOfWhatWasNeverPublic: what was killed under its embargo was
// never there.
func TestNothingTellsOfWhatWasNeverPublic(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "s.db"))
	p := publisher(s)
	p.NoticeFor = 10 * 24 * time.Hour
	file(t, s, noon, "open", "world")
	before, err := p.Document(t.Context(), "/category/world", feed.JSON, feed.Identity)
	if err != nil {
		t.Fatal(err)
	}
	id := store.NewID(noon)
	if _, err := s.File(t.Context(), store.Filing{Now: noon, Article: store.Article{
		ID: id, GUID: "urn:test:secret", Slug: "s", Headline: "secret", Body: "<p>b</p>", Categories: []string{"world"}, Embargo: noon.Add(time.Hour),
	}}); err != nil {
		t.Fatal(err)
	}
	for _, status := range []store.Status{store.Held, store.Killed} {
		if _, err := s.SetStatus(t.Context(), store.StatusChange{ID: id, Status: status, Now: noon.Add(time.Minute)}); err != nil {
			t.Fatal(err)
		}
		after, err := p.Document(t.Context(), "/category/world", feed.JSON, feed.Identity)
		if err != nil || after.Tag != before.Tag || !after.Modified.Equal(before.Modified) {
			t.Errorf("%s: the feed is another: %v\n%s", status, err, after.Body)
		}
	}
}
