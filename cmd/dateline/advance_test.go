package main

import (
	"context"
	"log/slog"
	"path/filepath"
	"sync/atomic"
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
		go func() { advance(ctx, s, time.Now, slog.New(slog.DiscardHandler)); close(ended) }()
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

// lookedAt is a store that counts how often it was asked to advance.
type lookedAt struct {
	*bolt.Store
	advanced atomic.Int64
}

func (c *lookedAt) Advance(ctx context.Context, now time.Time) (time.Time, error) {
	c.advanced.Add(1)
	return c.Store.Advance(ctx, now)
}

// TestEmbargoesWhenTheClockJumps end by the clock as it is, within a minute, and
// nobody looks for that all the time.
func TestEmbargoesWhenTheClockJumps(t *testing.T) {
	const year = 365 * 24 * time.Hour
	for _, jump := range []time.Duration{time.Hour, -time.Hour, year, -year} {
		synctest.Test(t, func(t *testing.T) {
			s, err := bolt.Open(filepath.Join(t.TempDir(), "s.db"), bolt.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			var off atomic.Int64
			clock := func() time.Time { return time.Now().Round(0).Add(time.Duration(off.Load())) }
			fileUnderEmbargo(t, s, 30*time.Minute) // and expires an hour later
			looks := &lookedAt{Store: s}
			ctx, stop := context.WithCancel(t.Context())
			ended := make(chan struct{})
			go func() { advance(ctx, looks, clock, slog.New(slog.DiscardHandler)); close(ended) }()
			time.Sleep(10 * time.Minute)
			off.Store(int64(jump))
			time.Sleep(time.Minute)
			synctest.Wait()
			want := map[time.Duration]int{time.Hour: 1}[jump] // within its hour, not yet, or expired
			if n := public(t, s); n != want {
				t.Errorf("%s: %d public, want %d", jump, n, want)
			}
			off.Store(0)
			time.Sleep(2 * time.Hour)
			synctest.Wait()
			if n := looks.advanced.Load(); n > 3*60 {
				t.Errorf("%s: it looked %d times", jump, n)
			}
			if n := public(t, s); n != 0 {
				t.Errorf("%s: %d public in the end", jump, n)
			}
			stop()
			<-ended
		})
	}
}
