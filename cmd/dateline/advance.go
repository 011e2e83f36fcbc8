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
	advanceLook  = time.Minute      // at the latest, since clocks are set, and stand while a machine sleeps
)

// advance ends embargoes and lets articles expire when their time comes, until
// ctx ends. What fell due while no server ran is done first.
func advance(ctx context.Context, s clockedStore, clock func() time.Time, log *slog.Logger) {
	for ctx.Err() == nil {
		// Read before Advance, so that no change after it is missed.
		sequence, err := s.Sequence(ctx)
		var next time.Time
		if err == nil {
			next, err = s.Advance(ctx, clock())
		}
		wait := advanceLook
		switch {
		case err != nil && ctx.Err() == nil:
			log.Error("embargoes and expiries could not be kept; trying again", "error", err, "in", advanceRetry)
			sequence, wait = ^uint64(0), advanceRetry
		case !next.IsZero():
			wait = min(wait, next.Sub(clock()))
		}
		// Any change may bring something that falls due earlier.
		until, cancel := context.WithTimeout(ctx, wait)
		_, err = s.Changes(until, sequence, 1)
		if err != nil && until.Err() == nil && !errors.Is(err, context.DeadlineExceeded) {
			log.Error("the change log could not be read; trying again", "error", err, "in", advanceRetry)
			<-until.Done()
		}
		cancel()
	}
}
