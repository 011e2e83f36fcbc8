package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/store/bolt"
)

// backupTest makes a backup every day and keeps two.
func backupTest(t *testing.T) (b *backups, now *time.Time) {
	s, err := bolt.Open(filepath.Join(t.TempDir(), "dateline.db"), bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	now = new(time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC))
	return &backups{
		store: s, folder: filepath.Join(t.TempDir(), "copies"), every: 24 * time.Hour, keep: 2,
		now: func() time.Time { return *now }, log: slog.New(slog.NewTextHandler(t.Output(), nil)),
	}, now
}

func stepBackups(t *testing.T, b *backups, next time.Time, want ...string) {
	t.Helper()
	got, err := b.step(t.Context())
	if err != nil || !got.Equal(next) {
		t.Errorf("the next is due at %s, want %s; error %v", got, next, err)
	}
	entries, err := os.ReadDir(b.folder)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if !slices.Equal(names, want) {
		t.Errorf("the folder has %q, want %q", names, want)
	}
}

// TestBackupsTellWhatFails until one is made.
func TestBackupsTellWhatFails(t *testing.T) {
	b, now := backupTest(t)
	if err := os.WriteFile(b.folder, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if next := b.attempt(t.Context()); !next.Equal(now.Add(backupRetry)) {
		t.Errorf("the next is at %s", next)
	}
	if v, _ := b.shown(); !strings.Contains(v.Fault, "not a directory") || !v.FaultAt.Equal(*now) || !v.Last.IsZero() {
		t.Errorf("%+v", v)
	}
	if err := os.Remove(b.folder); err != nil {
		t.Fatal(err)
	}
	b.attempt(t.Context())
	if v, err := b.shown(); v.Fault != "" || !v.Last.Equal(*now) || err != nil {
		t.Errorf("%+v, %v", v, err)
	}
}

func TestBackupsRotate(t *testing.T) {
	b, now := backupTest(t)
	day := 24 * time.Hour
	first := now.Add(0)
	stepBackups(t, b, first.Add(day), "dateline-20260302T060000Z.db")
	*now = first.Add(23 * time.Hour) // as after a restart
	stepBackups(t, b, first.Add(day), "dateline-20260302T060000Z.db")
	for _, other := range []string{"dateline-notes.db", "dateline-20260101T000000Z.db.part-123", "keep.txt"} {
		if err := os.WriteFile(filepath.Join(b.folder, other), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	*now = first.Add(day)
	stepBackups(t, b, first.Add(2*day), "dateline-20260302T060000Z.db", "dateline-20260303T060000Z.db", "dateline-notes.db", "keep.txt")
	*now = first.Add(5 * day)
	stepBackups(t, b, first.Add(6*day), "dateline-20260303T060000Z.db", "dateline-20260307T060000Z.db", "dateline-notes.db", "keep.txt")
	*now = first // the clock was set back
	stepBackups(t, b, first.Add(day), "dateline-20260302T060000Z.db", "dateline-20260307T060000Z.db", "dateline-notes.db", "keep.txt")
	*now = first.Add(time.Hour) // no other for that
	stepBackups(t, b, first.Add(day), "dateline-20260302T060000Z.db", "dateline-20260307T060000Z.db", "dateline-notes.db", "keep.txt")
	if s, err := bolt.Open(filepath.Join(b.folder, "dateline-20260307T060000Z.db"), bolt.Options{ReadOnly: true}); err != nil {
		t.Error(err)
	} else {
		s.Close()
	}
}

// TestBackupsWhenTheClockJumps: as many are made as before, whatever the clock
// says, and those stay that were made last.
func TestBackupsWhenTheClockJumps(t *testing.T) {
	for _, jump := range []time.Duration{time.Hour, -time.Hour, 365 * 24 * time.Hour, -365 * 24 * time.Hour} {
		b, now := backupTest(t)
		made := 0
		hours := func(n int) {
			t.Helper()
			for range n {
				before := b.now()
				if _, err := b.step(t.Context()); err != nil {
					t.Fatal(err)
				}
				if at, err := b.last(); err != nil || at.After(before) {
					t.Fatalf("%s: the last was made at %s, now is %s, %v", jump, at, before, err)
				} else if at.Equal(before) {
					made++
				}
				*now = now.Add(time.Hour)
			}
		}
		hours(30)
		before := made
		*now = now.Add(jump)
		hours(4 * 24)
		if n := made - before; n < 4 || n > 5 {
			t.Errorf("%s: %d backups in 4 days", jump, n)
		}
		if list, err := b.list(); err != nil || len(list) != 2 || list[0] < backupPrefix+now.Add(-50*time.Hour).Format(backupTime) {
			t.Errorf("%s: %q at %s, %v", jump, list, now, err)
		}
	}
}

func TestFailedBackupRemovesNothing(t *testing.T) {
	b, now := backupTest(t)
	if err := os.MkdirAll(b.folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"dateline-20260101T000000Z.db", "dateline-20260102T000000Z.db"} {
		if err := os.WriteFile(filepath.Join(b.folder, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	b.store.Close()
	*now = now.Add(time.Hour)
	if _, err := b.step(t.Context()); err == nil {
		t.Error("a closed store was copied")
	}
	if names, err := b.list(); err != nil || len(names) != 2 {
		t.Errorf("%q, %v", names, err)
	}
}
