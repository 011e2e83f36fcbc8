package main

import (
	"context"
	"log/slog"
	"time"

	"dateline/feed/serve"
	"dateline/feed/serve/admin"
	"dateline/store"
)

type retentionConfig struct {
	Age    time.Duration `yaml:"age"`
	Number int           `yaml:"number"`
}

func (r retentionConfig) check(doc *document, key string) {
	if r.Age != 0 && r.Age < 24*time.Hour {
		doc.fault(key+".age", "must be at least 24h, such as 90d, or 0s for ever")
	}
	if r.Number < 0 {
		doc.fault(key+".number", "must be how many of the newest articles are kept, or 0 for all")
	}
}

func (r retentionConfig) keep() store.Keep { return store.Keep{Age: r.Age, Number: r.Number} }

const (
	logKept  = 90 * 24 * time.Hour // who follows /changes may be away for so long
	keysKept = 30 * 24 * time.Hour
)

// retention is what the store keeps.
func (c config) retention() store.Retention {
	r := store.Retention{Default: c.Retention.keep(), Of: map[string]store.Keep{}, Log: logKept, Keys: keysKept}
	for _, category := range c.Categories {
		if k := category.Retention.keep(); k != (store.Keep{}) {
			r.Of[category.Slug] = k
		}
	}
	for _, s := range c.Sources {
		if k := s.Retention.keep(); k != (store.Keep{}) {
			r.Of[store.SourceListing(s.Name)] = k
		}
	}
	return r
}

// sweptStore is what retain needs of a store.
type sweptStore interface {
	Expunge(context.Context, store.Retention, store.Sweep) (store.Sweep, error)
	Expungeable(context.Context, store.Retention, time.Time) (int, error)
	Sequence(context.Context) (uint64, error)
	Changes(ctx context.Context, after uint64, limit int) ([]store.Change, error)
}

const (
	sweepEvery = time.Hour
	sweepPause = 100 * time.Millisecond // between two steps: filing and reading come first
	clockDrift = time.Hour              // by which a clock may be set without anybody being asked
	clockDoubt = 24 * time.Hour         // for how long nothing is let go once it was set
	longQuiet  = 30 * 24 * time.Hour    // after which a clock is in doubt when a store is opened
)

// trust says from when on the clock is believed. A clock that is wrong could cost
// the whole archive: one that was set, before the server started or while it
// runs, whatever configurations come and go, is in doubt for a day.
type trust struct {
	seen time.Time // the clock, last
	from time.Time // it is believed
}

// newTrust is that of a server that starts at now and has written nothing yet.
func newTrust(ctx context.Context, s sweptStore, now time.Time, log *slog.Logger) (*trust, error) {
	last, err := lastChange(ctx, s)
	t := &trust{now, now}
	switch {
	case err != nil || last.IsZero():
	case last.Sub(now) > clockDrift:
		log.Error("the last change in the store is dated later than now: the clock was wrong then, or is now. Until then changes are dated just after it, and notices do not age. If the clock is right now, a backup from before that change has no such dates", "last_change", last)
	case now.Sub(last) >= longQuiet:
		t.from = now.Add(clockDoubt)
		log.Warn("nothing has changed in the store for a long time, or the clock is wrong: no old articles are let go of for a day. If it is wrong, set it right before then")
	}
	return t, err
}

// doubt is for how long the clock is not to be believed.
func (t *trust) doubt(now time.Time, log *slog.Logger) time.Duration {
	if jump := clockJump(t.seen, now); jump.Abs() > clockDrift {
		log.Error("the clock was set: no old articles are let go of for a day. If it is wrong, set it right before then", "by", jump)
		t.from = now.Add(clockDoubt)
	}
	t.seen = now
	return t.from.Sub(now)
}

// retain lets go of what the retention does not keep, once an hour, until ctx
// ends. What goes first is told an hour before: leaving is told of how many go
// within a day and from when on, and of none once the first have gone.
func retain(ctx context.Context, s sweptStore, r store.Retention, t *trust, log *slog.Logger, leaving func(admin.Leaving)) {
	wait := sweepEvery
	leaving(admin.Leaving{})
	if goes, err := serve.GoesWithinADay(ctx, s, r, time.Now()); err == nil && goes > 0 {
		leaving(admin.Leaving{Articles: goes, From: time.Now().Add(wait).UTC()})
		log.Warn("old articles go for good within a day, as `retention` says: if that is not meant, change it now", "articles", goes, "first_in", wait)
	}
	for {
		if pause(ctx, wait); ctx.Err() != nil {
			return
		}
		now := time.Now()
		if wait = sweepEvery; t.doubt(now, log) > 0 {
			continue
		}
		if removed, err := sweep(ctx, s, r, now, sweepPause); err != nil && ctx.Err() == nil {
			log.Error("old articles could not be let go of; trying again", "error", err, "in", wait)
		} else if leaving(admin.Leaving{}); removed > 0 {
			log.Info("old articles were let go of, as `retention` says", "articles", removed)
		}
	}
}

// clockJump is by how much the clock was set between two readings.
func clockJump(begun, now time.Time) time.Duration {
	return now.Round(0).Sub(begun.Round(0)) - now.Sub(begun)
}

// sweep lets go of all that the retention does not keep at now, with a pause
// between its steps.
func sweep(ctx context.Context, s sweptStore, r store.Retention, now time.Time, wait time.Duration) (removed int, err error) {
	at := store.Sweep{Now: now}
	for !at.Done && err == nil {
		if at, err = s.Expunge(ctx, r, at); !at.Done {
			pause(ctx, wait)
		}
	}
	return at.Removed, err
}

// lastChange is when the store changed last; zero when it never did.
func lastChange(ctx context.Context, s sweptStore) (time.Time, error) {
	n, err := s.Sequence(ctx)
	if err != nil || n == 0 {
		return time.Time{}, err
	}
	lines, err := s.Changes(ctx, n-1, 1)
	if err != nil || len(lines) == 0 {
		return time.Time{}, err
	}
	return lines[0].Time, nil
}
