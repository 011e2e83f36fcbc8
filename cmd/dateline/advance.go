package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"dateline/store"
)

// clockedStore is what advance needs of a store.
type clockedStore interface {
	Advance(ctx context.Context, now time.Time) (next time.Time, err error)
	Changes(ctx context.Context, after uint64, limit int) ([]store.Change, error)
	Sequence(context.Context) (uint64, error)
}

const (
	advanceRetry = 10 * time.Second // after an error
	advanceLook  = time.Hour        // at the latest, in case the clock was set
)

// advance ends embargoes and lets articles expire when their time comes, until
// ctx ends. What fell due while no server ran is done first.
func advance(ctx context.Context, s clockedStore, log *slog.Logger) {
	for ctx.Err() == nil {
		// Read before Advance, so that no change after it is missed.
		sequence, err := s.Sequence(ctx)
		var next time.Time
		if err == nil {
			next, err = s.Advance(ctx, time.Now())
		}
		now := time.Now()
		wake := now.Add(advanceLook)
		switch {
		case err != nil && ctx.Err() == nil:
			log.Error("embargoes and expiries could not be kept; trying again", "error", err, "in", advanceRetry)
			sequence, wake = ^uint64(0), now.Add(advanceRetry)
		case !next.IsZero() && next.Before(wake):
			wake = next
		}
		// Any change may bring something that falls due earlier.
		until, cancel := context.WithDeadline(ctx, wake)
		_, err = s.Changes(until, sequence, 1)
		if err != nil && until.Err() == nil && !errors.Is(err, context.DeadlineExceeded) {
			log.Error("the change log could not be read; trying again", "error", err, "in", advanceRetry)
			<-until.Done()
		}
		cancel()
	}
}
