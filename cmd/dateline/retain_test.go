package main

import (
	"bytes"
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"dateline/feed/serve/admin"
	"dateline/store"
	"dateline/store/bolt"
)

// TestOldArticlesAreLetGo runs on synctest's clock: no time passes.
func TestOldArticlesAreLetGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, err := bolt.Open(filepath.Join(t.TempDir(), "a.db"), bolt.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		fileUnderEmbargo(t, s, 0)
		if n := public(t, s); n != 1 {
			t.Fatalf("%d articles", n)
		}
		var said bytes.Buffer
		done := make(chan struct{})
		go func() {
			defer close(done)
			r := store.Retention{Default: store.Keep{Age: 48 * time.Hour}}
			retain(t.Context(), s, r, trustIn(t, s), slog.New(slog.NewTextHandler(&said, nil)), func(admin.Leaving) {})
		}()
		time.Sleep(47*time.Hour + 59*time.Minute)
		if n := public(t, s); n != 1 {
			t.Errorf("%d articles before they are old", n)
		}
		time.Sleep(90 * time.Minute)
		if n := public(t, s); n != 0 || !strings.Contains(said.String(), "articles=1") {
			t.Errorf("%d articles; it said %s", n, said.String())
		}
	})
}

// TestWhatIsLeavingIsTold until the first sweep.
func TestWhatIsLeavingIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, err := bolt.Open(filepath.Join(t.TempDir(), "a.db"), bolt.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		fileUnderEmbargo(t, s, 0)
		time.Sleep(30 * time.Hour)
		var told atomic.Pointer[admin.Leaving]
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			retain(ctx, s, store.Retention{Default: store.Keep{Age: 48 * time.Hour}}, trustIn(t, s), slog.New(slog.DiscardHandler), func(l admin.Leaving) { told.Store(&l) })
		}()
		synctest.Wait()
		if l := told.Load(); l.Articles != 1 || !l.From.Equal(time.Now().Add(sweepEvery)) {
			t.Errorf("%+v", l)
		}
		time.Sleep(sweepEvery + time.Minute)
		if l := told.Load(); l.Articles != 0 {
			t.Errorf("after the first sweep: %+v", l)
		}
		cancel()
		<-done
	})
}

func trustIn(t *testing.T, s *bolt.Store) *trust {
	t.Helper()
	clock, err := newTrust(t.Context(), s, time.Now(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return clock
}

// TestNothingGoesByAClockInDoubt: one that is months on when the server starts
// may be wrong. Nothing goes for a day, and no new configuration shortens that.
func TestNothingGoesByAClockInDoubt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, err := bolt.Open(filepath.Join(t.TempDir(), "a.db"), bolt.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		fileUnderEmbargo(t, s, 0)
		time.Sleep(365 * 24 * time.Hour)
		clock := trustIn(t, s)
		fileUnderEmbargo(t, s, 0) // as if all were well
		for _, step := range []struct {
			hours, want int
		}{{20, 2}, {2, 2}, {3, 1}} {
			ctx, stop := context.WithCancel(t.Context())
			done := make(chan struct{})
			go func() {
				defer close(done)
				retain(ctx, s, store.Retention{Default: store.Keep{Age: 48 * time.Hour}}, clock, slog.New(slog.DiscardHandler), func(admin.Leaving) {})
			}()
			time.Sleep(time.Duration(step.hours)*time.Hour + time.Minute)
			stop()
			<-done
			if n := public(t, s); n != step.want {
				t.Errorf("%d hours on: %d articles, want %d", step.hours, n, step.want)
			}
		}
	})
}

// A clock that was set lets nothing go; one that runs slow or fast does.
func TestClockThatWasSetIsNoticed(t *testing.T) {
	begun := time.Now()
	later := begun.Add(time.Hour) // with the monotonic reading
	if jump := clockJump(begun, later); jump != 0 {
		t.Errorf("nobody set it, and it jumped by %s", jump)
	}
	// A reading whose wall clock is a year on, and whose monotonic one is not.
	if jump := clockJump(begun.Round(0).Add(-8760*time.Hour), later.Round(0)); jump != 0 {
		t.Errorf("readings without monotonic clock cannot tell: %s", jump)
	}
}

// A store that was written to under a clock that was ahead says so when it is
// opened; how long it takes to catch up, nobody could guess.
func TestChangesOfTheFutureAreTold(t *testing.T) {
	s, err := bolt.Open(filepath.Join(t.TempDir(), "a.db"), bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	fileUnderEmbargo(t, s, 0)
	for _, test := range []struct {
		now  time.Time
		want string
	}{
		{time.Now(), ""},
		{time.Now().Add(-365 * 24 * time.Hour), "level=ERROR msg=\"the last change in the store is dated later than now"},
		{time.Now().Add(365 * 24 * time.Hour), "level=WARN msg=\"nothing has changed in the store for a long time"},
	} {
		var said bytes.Buffer
		if _, err := newTrust(t.Context(), s, test.now, slog.New(slog.NewTextHandler(&said, nil))); err != nil {
			t.Fatal(err)
		}
		if text := said.String(); !strings.Contains(text, test.want) || (text == "") != (test.want == "") {
			t.Errorf("at %s: %s", test.now, text)
		}
	}
}
