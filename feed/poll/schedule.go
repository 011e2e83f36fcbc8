package poll

import (
	"fmt"
	"math"
	"time"

	"dateline/feed/fetch"
	"dateline/feed/parse"
	"dateline/store"
)

const (
	slowest   = 12 * time.Hour // between two polls of a source that is well
	backOff   = 24 * time.Hour // between two polls of one that is not
	longest   = 7 * 24 * time.Hour
	movedFor  = 3 * 24 * time.Hour // a permanent redirect must have lasted so long to be taken over
	paceShare = 0.2                // how much the last poll counts in the pace
)

// next is when a source that answered is polled again, and why then. jitter is
// from 0 to 1.
func next(s Source, state store.Source, o fetch.Outcome, pause parse.Pause, now time.Time, jitter float64) (time.Time, string) {
	wait, why := s.every(), "as often as it may be"
	longer := func(d time.Duration, reason string) {
		if d > wait {
			wait, why = d, reason
		}
	}
	if state.Pace > 0 {
		longer(min(slowest, time.Duration(float64(24*time.Hour)/state.Pace)), fmt.Sprintf("it brings %s a day", pace(state.Pace)))
	}
	if !state.Overrun.IsZero() && state.Overrun.Equal(now) {
		wait, why = max(s.every(), wait/2), "articles may have been missed since the last poll"
	}
	longer(min(pause.TTL, slowest), "its ttl asks for it")
	longer(min(pause.Period, slowest), "its updatePeriod asks for it")
	longer(min(o.MaxAge, slowest), "its server says that nothing is new before")
	longer(min(o.RetryAfter, longest), "its server asks for it")
	at := now.Add(wait + spread(wait, jitter))
	return allowed(pause, at), why
}

// again is when a source is polled again that did not answer as it should.
func again(s Source, state store.Source, o fetch.Outcome, now time.Time, jitter float64) (time.Time, string) {
	wait := time.Duration(math.Min(float64(backOff), float64(s.every())*math.Pow(2, float64(min(state.Failures, 20)))))
	why := fmt.Sprintf("it has failed %d times in a row", state.Failures)
	switch {
	case o.Kind == fetch.Throttled:
		why = "its server asks for patience"
	case state.Failures == 1:
		why = "it has failed"
	}
	if o.RetryAfter > wait {
		wait = min(o.RetryAfter, longest)
		why = "its server asks for it"
	}
	return now.Add(wait + spread(wait, jitter)), why
}

// spread keeps sources from being due all at once.
func spread(wait time.Duration, jitter float64) time.Duration {
	return time.Duration(float64(wait) * 0.1 * jitter)
}

// allowed is the first time from at on that is in none of the hours and days
// in which the feed asks to be left alone; at when that is all of them.
func allowed(pause parse.Pause, at time.Time) time.Time {
	t := at.UTC()
	for range 8 * 24 {
		if !pause.SkipHours[t.Hour()] && !pause.SkipDays[t.Weekday()] {
			return t
		}
		t = t.Truncate(time.Hour).Add(time.Hour)
	}
	return at
}

// firstPace is the new articles a day by the dates of what the first poll
// brings; without dates, one for each poll until more is known.
func firstPace(s Source, items []store.Gathered, now time.Time) float64 {
	oldest, dated := now, 0
	for _, item := range items {
		if t := item.Article.Published; !t.IsZero() && t.Before(now) {
			dated++
			if t.Before(oldest) {
				oldest = t
			}
		}
	}
	if dated < 2 {
		return perDay(1, s.every())
	}
	return perDay(dated, max(now.Sub(oldest), time.Hour))
}

func perDay(n int, in time.Duration) float64 { return float64(n) * float64(24*time.Hour) / float64(in) }

// paceOf is the new articles a day, after a poll that brought so many.
func paceOf(state store.Source, brought int, now time.Time) float64 {
	since := now.Sub(state.Good)
	if state.Good.IsZero() || since <= 0 {
		return state.Pace
	}
	rate := perDay(brought, since)
	// A poll counts by the time that it stands for, so that many polls in a
	// row that bring nothing do not make a busy source look dead.
	share := 1 - math.Pow(1-paceShare, math.Min(since.Hours(), 24))
	return state.Pace*(1-share) + rate*share
}

// gapOf is the Gap of a source that brings something now: at least nine tenths
// of that of before, so that one long silence is not held for its habit for
// ever.
func gapOf(state store.Source, now time.Time) int64 {
	if state.LastNew.IsZero() {
		return 0
	}
	return max(int64(now.Sub(state.LastNew)/time.Second), state.Gap*9/10)
}

// pace is a number of articles a day in words.
func pace(p float64) string {
	switch {
	case p < 0.1:
		return "hardly an article"
	case p < 1.5:
		return fmt.Sprintf("%.1f articles", p)
	}
	return fmt.Sprintf("%.0f articles", p)
}
