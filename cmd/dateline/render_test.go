package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dateline/store"
	"dateline/store/bolt"
)

// TestRenderTakesBackWhatWasKilled: not a byte of it stays in the folder.
func TestRenderTakesBackWhatWasKilled(t *testing.T) {
	dir := t.TempDir()
	config := filepath.Join(dir, "config.yaml")
	err := os.WriteFile(config, []byte(`
site: {title: Wire, url: "https://news.example.com", publisher: {name: Desk}}
categories: [{slug: sport, title: Sport}]
output: {window: 2}
`), 0o600)
	if err != nil {
		t.Fatal(err)
	}
	c, err := loadConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().Add(-time.Hour)
	act := func(act func(*bolt.Store)) {
		t.Helper()
		s, err := bolt.Open(c.storePath(), bolt.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		act(s)
	}
	file := func(s *bolt.Store, a store.Article) store.Article {
		t.Helper()
		now = now.Add(time.Second)
		r, err := s.File(t.Context(), store.Filing{Article: a, Now: now})
		if err != nil {
			t.Fatal(err)
		}
		return r.Article
	}
	var goat store.Article
	act(func(s *bolt.Store) {
		for i := range 8 {
			a := store.Article{ID: store.NewID(now.Add(time.Duration(i))), Slug: "s", Headline: "Ferry", Body: "<p>It crossed.</p>", Categories: []string{"sport"}}
			if a.GUID = store.TagURI("news.example.com", now, a.ID); i == 0 {
				a.Slug, a.Headline = "goat-at-sea", "A goat at sea"
			}
			if filed := file(s, a); i == 0 {
				goat = filed
			}
		}
	})
	public := filepath.Join(dir, "public")
	holding := func(word string) (files []string) {
		filepath.WalkDir(public, func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			data, err := os.ReadFile(path)
			if strings.Contains(path, word) || strings.Contains(string(data), word) {
				files = append(files, path)
			}
			return err
		})
		return files
	}
	render := func() {
		t.Helper()
		if _, err := renderSite(t.Context(), c, public, false, t.Output()); err != nil {
			t.Fatal(err)
		}
	}
	render()
	if got := holding("goat"); len(got) < 6 { // its page and siblings, an archive in three forms
		t.Errorf("the article is in %v", got)
	}
	goat.Headline, goat.Slug = "A sheep at sea", "sheep-at-sea"
	act(func(s *bolt.Store) { file(s, goat) })
	render()
	if got := holding("goat"); len(got) > 0 {
		t.Errorf("after its correction the old headline is in %v", got)
	}
	act(func(s *bolt.Store) {
		if _, err := s.SetStatus(t.Context(), store.StatusChange{ID: goat.ID, Status: store.Killed, Now: now.Add(time.Minute)}); err != nil {
			t.Fatal(err)
		}
	})
	render()
	if got := holding("sheep"); len(got) > 0 {
		t.Errorf("after its kill it is in %v", got)
	}
	if _, err := os.Stat(filepath.Join(public, "article", string(goat.ID))); !os.IsNotExist(err) {
		t.Errorf("its folder: error %v", err)
	}
	act(func(s *bolt.Store) {
		a := store.Article{ID: store.NewID(now.Add(-time.Hour)), Slug: "okapi-at-sea", Headline: "A okapi at sea", Body: "<p>It swam.</p>", Categories: []string{"sport"}}
		a.GUID, a.Published = store.TagURI("news.example.com", now, a.ID), now.Add(-100*24*time.Hour)
		file(s, a)
	})
	render()
	if got := holding("okapi"); len(got) < 3 {
		t.Errorf("an old article is in %v", got)
	}
	act(func(s *bolt.Store) {
		removed, err := sweep(t.Context(), s, store.Retention{Default: store.Keep{Age: 90 * 24 * time.Hour}}, now.Add(48*time.Hour), 0)
		if err != nil || removed != 1 {
			t.Errorf("%d were let go of, error %v", removed, err)
		}
	})
	render()
	if got := holding("okapi"); len(got) > 0 {
		t.Errorf("once it was let go of it is in %v", got)
	}
	// Then all go but for what was killed, and then another, of which the log tells
	// no more.
	if got := holding("archive/2"); len(got) == 0 {
		t.Fatal("there is no second archive")
	}
	everythingGoes := func(days time.Duration, log time.Duration) func(*bolt.Store) {
		return func(s *bolt.Store) {
			r := store.Retention{Default: store.Keep{Age: 24 * time.Hour}, Log: log}
			if _, err := sweep(t.Context(), s, r, now.Add(days*24*time.Hour), 0); err != nil {
				t.Fatal(err)
			}
		}
	}
	gone := func() {
		t.Helper()
		render()
		for _, word := range []string{"It crossed.", "archive/2"} {
			if got := holding(word); len(got) > 0 {
				t.Errorf("once everything went, %q is in %v", word, got)
			}
		}
	}
	act(everythingGoes(100, 0))
	gone()
	another := func(s *bolt.Store) {
		a := store.Article{ID: store.NewID(now), Slug: "s", Headline: "Another", Body: "<p>It crossed.</p>", Categories: []string{"world"}}
		a.GUID = store.TagURI("news.example.com", now, a.ID)
		file(s, a)
	}
	act(another)
	render()
	if got := holding("It crossed."); len(got) == 0 {
		t.Error("another is not there")
	}
	act(everythingGoes(200, 0))
	act(another) // a line behind that of what went
	act(everythingGoes(400, logKept))
	gone()
}
