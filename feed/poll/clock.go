package poll

import (
	"context"
	"time"

	"dateline/store"
)

const (
	slack   = time.Minute        // by which a clock may be set back without anybody minding
	newMost = time.Hour          // how far off the first poll of a source can be,
	skips   = 8 * 24 * time.Hour // and by how much skipHours and skipDays put off another; see allowed
)

// followClock sees to the sources whose times are of a clock that was ahead and
// has been set back since, by an hour or by years: by those they would wait for
// its return. From now on each waits for as long as it was told to wait then.
// Those in skip are being polled.
func (p *Poller) followClock(ctx context.Context, skip map[string]bool) error {
	list, err := p.Store.Schedule(ctx)
	if err != nil {
		return err
	}
	now := p.Now()
	var back []store.Source
	for _, s := range list {
		if ahead := p.isAhead(s, now); !skip[s.Name] && (ahead || s.Claimed.After(now.Add(claimFor+slack))) {
			if ahead {
				s = setBack(s, now, p.firstDue(now, len(back)))
			}
			back = append(back, s)
		}
	}
	if len(back) == 0 {
		return nil
	}
	p.Log.Warn("the clock was set back: sources that were to wait for a time by the clock of before wait as long from now on", "sources", len(back))
	return p.Store.Settle(ctx, back)
}

// isAhead reports whether no clock that is right can have told a source when to
// be polled.
func (p *Poller) isAhead(s store.Source, now time.Time) bool {
	if s.Polled.IsZero() {
		return s.Next.After(now.Add(newMost))
	}
	most := longest
	if configured, _, err := p.source(s); err == nil {
		most = max(most, configured.every())
	}
	return s.Polled.After(now.Add(slack)) || s.Next.After(now.Add(most+spread(most, 1)+skips))
}

// setBack is a source as it would be by the clock as it is now. It is due first
// when it is not known how long it was to wait.
func setBack(s store.Source, now, first time.Time) store.Source {
	if s.Polled.After(now) {
		s.Next = now.Add(max(0, s.Next.Sub(s.Polled)))
	} else {
		s.Next = first
	}
	for _, t := range []*time.Time{&s.Polled, &s.Good, &s.LastNew, &s.MovedSince} {
		if t.After(now) {
			*t = now
		}
	}
	return s
}

// followClock does so when the clock goes back while the queue runs.
func (q *queue) followClock(ctx context.Context) error {
	now := q.Now().Round(0) // by the clock on the wall, which is the only one that can be set
	if now.Before(q.seen.Add(-slack)) {
		q.ahead = true
	}
	q.seen = now
	if !q.ahead {
		return nil
	}
	clear(q.free)
	err := q.settle(ctx, true)
	if err == nil {
		err = q.Poller.followClock(ctx, q.names)
	}
	q.ahead = err != nil
	return err
}
