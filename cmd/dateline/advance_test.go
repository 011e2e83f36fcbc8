package main

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"dateline/store"
	"dateline/store/bolt"
)

// fileUnderEmbargo files an article that becomes public after so long.
func fileUnderEmbargo(t *testing.T, s *bolt.Store, after time.Duration) {
	t.Helper()
	now := time.Now()
	id := store.NewID(now)
	_, err := s.File(t.Context(), store.Filing{Now: now, Article: store.Article{
		ID: id, GUID: store.TagURI("example.com", now, id), Slug: "s", Headline: "H", Summary: "S",
		Categories: []string{"world"}, Embargo: now.Add(after), Expires: now.Add(after + time.Hour),
	}})
	if err != nil {
		t.Fatal(err)
	}
}

func public(t *testing.T, s *bolt.Store) int {
	t.Helper()
	page, err := s.Articles(t.Context(), store.Query{Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	return page.Count
}

// TestEmbargoesEndAndArticlesExpire runs on synctest's clock: no time passes.
func TestEmbargoesEndAndArticlesExpire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, err := bolt.Open(filepath.Join(t.TempDir(), "s.db"), bolt.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		fileUnderEmbargo(t, s, time.Minute)
		time.Sleep(5 * time.Minute) // its end comes while no server runs
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { advance(ctx, s, slog.New(slog.DiscardHandler)); close(ended) }()
		synctest.Wait()
		if n := public(t, s); n != 1 {
			t.Errorf("what fell due before the start: %d public, want 1", n)
		}
		// Filed later, due before anything that advance knows of.
		fileUnderEmbargo(t, s, 10*time.Minute)
		for _, step := range []struct {
			pass time.Duration
			want int
		}{{9 * time.Minute, 1}, {2 * time.Minute, 2}, {46 * time.Minute, 1}, {time.Hour, 0}} {
			time.Sleep(step.pass)
			synctest.Wait()
			if n := public(t, s); n != step.want {
				t.Errorf("after %s more: %d public, want %d", step.pass, n, step.want)
			}
		}
		stop()
		<-ended
	})
}
