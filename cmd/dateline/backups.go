package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"dateline/feed/serve/admin"
	"dateline/store/bolt"
)

type backupConfig struct {
	Folder string        `yaml:"folder"`
	Every  time.Duration `yaml:"every"`
	Keep   int           `yaml:"keep"`
}

func (b backupConfig) check(doc *document) {
	if b.Every < time.Minute {
		doc.fault("backup.every", "must be at least 1m, such as 24h")
	}
	if b.Keep < 1 {
		doc.fault("backup.keep", "must be at least 1: that is how many backups are kept")
	}
}

// backups copies the store into a folder again and again, and keeps the newest
// copies. When the last was made is read from the folder: a restart makes none.
type backups struct {
	store  *bolt.Store
	folder string
	every  time.Duration
	keep   int
	now    func() time.Time
	log    *slog.Logger
	fault  atomic.Pointer[refusal] // why none could be made when one was due last; nil when it was
}

const (
	backupPrefix = "dateline-"
	backupTime   = "20060102T150405Z" // sorts by time
	backupRetry  = 10 * time.Minute   // after an error
)

// run makes backups when they are due, until ctx ends.
func (b *backups) run(ctx context.Context) {
	for ctx.Err() == nil {
		wait := time.NewTimer(min(b.attempt(ctx).Sub(b.now()), time.Hour)) // in case the clock was set
		select {
		case <-wait.C:
		case <-ctx.Done():
		}
		wait.Stop()
	}
}

// attempt is a step, and tells of one that fails. It says when the next is.
func (b *backups) attempt(ctx context.Context) (next time.Time) {
	next, err := b.step(ctx)
	if err != nil && ctx.Err() == nil {
		b.log.Error("no backup could be made; trying again", "folder", b.folder, "error", err, "in", backupRetry)
		b.fault.Store(&refusal{err.Error(), b.now()})
		return b.now().Add(backupRetry)
	}
	b.fault.Store(nil)
	return next
}

// step makes a backup when one is due, and says when the next is.
func (b *backups) step(ctx context.Context) (next time.Time, err error) {
	made, err := b.list()
	if err != nil {
		return next, err
	}
	if n := len(made); n > 0 {
		last, _ := backupTimeOf(made[n-1])
		if next := last.Add(b.every); next.After(b.now()) && !last.After(b.now()) {
			return next, nil
		}
	}
	name := backupPrefix + b.now().UTC().Format(backupTime) + ".db"
	stats, err := bolt.Keep(ctx, filepath.Join(b.folder, name), func(w io.Writer) error { return b.store.Backup(ctx, w, nil) }, nil)
	if err != nil {
		return next, err
	}
	b.log.Info("backed up", "file", filepath.Join(b.folder, name), "sequence", stats.Sequence, "articles", stats.Articles, "bytes", stats.Size)
	return b.now().Add(b.every), b.rotate(name)
}

// rotate removes the oldest backups, but not the one just made, whatever its
// time says, and what a death left half made.
func (b *backups) rotate(made string) error {
	others, err := b.list()
	if err != nil {
		return err
	}
	others = slices.DeleteFunc(others, func(name string) bool { return name == made })
	for len(others) >= b.keep {
		if err := os.Remove(filepath.Join(b.folder, others[0])); err != nil {
			return err
		}
		others = others[1:]
	}
	halves, err := filepath.Glob(filepath.Join(b.folder, backupPrefix+"*.part-*"))
	for _, half := range halves {
		err = errors.Join(err, os.Remove(half))
	}
	return err
}

// shown is what shows of them on the admin listener.
func (b *backups) shown() (admin.Backup, error) {
	last, err := b.last()
	v := admin.Backup{Folder: b.folder, Every: b.every, Last: last}
	if f := b.fault.Load(); f != nil {
		v.Fault, v.FaultAt = f.text, f.at.UTC()
	}
	return v, err
}

// last is when the newest backup was made; the zero time when there is none.
func (b *backups) last() (at time.Time, err error) {
	made, err := b.list()
	if n := len(made); n > 0 {
		at, _ = backupTimeOf(made[n-1])
	}
	return at, err
}

// list are the names of the backups in the folder, the oldest first, in front of
// them those that were made before the clock was set back: their time is still to
// come. Other files there are left alone.
func (b *backups) list() (names []string, err error) {
	if err := os.MkdirAll(b.folder, 0o700); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(b.folder) // sorted
	for _, entry := range entries {
		if _, ok := backupTimeOf(entry.Name()); ok {
			names = append(names, entry.Name())
		}
	}
	ahead := slices.IndexFunc(names, func(name string) bool {
		at, _ := backupTimeOf(name)
		return at.After(b.now())
	})
	if ahead > 0 {
		names = slices.Concat(names[ahead:], names[:ahead])
	}
	return names, err
}

// backupTimeOf is when the backup of that name was made.
func backupTimeOf(name string) (at time.Time, ok bool) {
	text, begins := strings.CutPrefix(name, backupPrefix)
	text, ends := strings.CutSuffix(text, ".db")
	at, err := time.Parse(backupTime, text)
	return at, begins && ends && err == nil
}
