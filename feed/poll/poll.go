// Package poll decides when sources are fetched, and runs the whole cycle of
// one: fetch, parse, clean, file. Which sources are due the store knows, so
// that a restart polls nobody early and two machines share the work.
package poll

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"sync"
	"time"

	"dateline/feed"
	"dateline/feed/fetch"
	"dateline/store"
)

// Poller polls sources. Its fields must not change while it runs.
type Poller struct {
	Sources  []Source  // by which the names in the schedule are known
	Outlines []Outline // that list more of them
	Site     feed.Site // whose host is the authority of ids that are minted
	Category func(name string) (slug string, ok bool)
	Store    Store
	Fetcher  *fetch.Fetcher
	Workers  int           // fetches at a time; at least 1
	PerHost  int           // of them to one host; at least 1
	Pause    time.Duration // between the end of a fetch from a host and the next
	Spread   time.Duration // between the first polls of new sources
	Now      func() time.Time
	Log      *slog.Logger

	adopting sync.Mutex // held while an outline is taken over
}

// Adopt makes the store follow the configured sources and outlines. New ones
// are due at once, one Spread after the other. What the outlines listed last
// stays.
func (p *Poller) Adopt(ctx context.Context) error {
	now := p.Now()
	sources := p.Sources
	outlines := map[string]bool{}
	for _, o := range p.Outlines {
		outlines[o.Address] = true
		sources = append(slices.Clip(sources), o.source())
	}
	var list []store.Source
	names, urls := map[string]bool{}, map[string]bool{}
	for i, s := range sources {
		names[s.Name], urls[s.URL] = true, true
		list = append(list, store.Source{Name: s.Name, Configured: s.URL, URL: s.URL, Next: p.firstDue(now, i), Why: isNew})
	}
	known, err := p.Store.Schedule(ctx)
	if err != nil {
		return err
	}
	for _, s := range known {
		if outlines[s.Outline] && !names[s.Name] && !urls[s.Configured] {
			list = append(list, s)
		}
	}
	return p.Store.Adopt(ctx, list)
}

// isNew is why a source is polled that never was.
const isNew = "it is new"

// firstDue is when the nth of new sources is due.
func (p *Poller) firstDue(now time.Time, n int) time.Time {
	return now.Add(time.Duration(n) * p.Spread)
}

// source is how a source is polled; outline is set when it is one.
func (p *Poller) source(state store.Source) (s Source, outline *Outline, err error) {
	if i := slices.IndexFunc(p.Outlines, func(o Outline) bool { return o.Address == state.Name }); i >= 0 {
		return p.Outlines[i].source(), &p.Outlines[i], nil
	}
	if i := slices.IndexFunc(p.Sources, func(s Source) bool { return s.Name == state.Name }); i >= 0 {
		return p.Sources[i], nil, nil
	}
	if slices.ContainsFunc(p.Outlines, func(o Outline) bool { return o.Address == state.Outline }) {
		return listed(state), nil, nil
	}
	return Source{}, nil, fmt.Errorf("source %s: %w: the configuration has none of that name", state.Name, store.ErrNotFound)
}

const (
	claimFor  = 10 * time.Minute // longer than any cycle takes
	claimMost = 256              // sources at a time, so that one slow host does not hold up the rest
	look      = time.Minute      // at the latest, for what others have adopted or given back
	retry     = 10 * time.Second // after an error of the store
)

// Run polls what is due until ctx ends, and returns when all fetches have
// ended and what was not polled is given back.
func (p *Poller) Run(ctx context.Context) {
	q := newQueue(p)
	defer q.close(ctx)
	for ctx.Err() == nil {
		wait, err := q.claim(ctx)
		if err != nil && ctx.Err() == nil {
			p.Log.Error("the sources that are due could not be read; trying again", "error", err, "in", retry)
			wait = retry
		}
		q.run(ctx, wait)
		if err := q.settle(ctx, false); err != nil {
			p.Log.Error("what was polled could not be recorded; trying again", "error", err)
		}
	}
}

// Once polls the named sources, whether they are due or not, or all that are
// due when none is named, and tells done of each result as it comes. It
// returns when all have ended. done is not called at the same time as itself.
func (p *Poller) Once(ctx context.Context, names []string, done func(Result)) error {
	q := newQueue(p)
	q.done = done
	err := q.once(ctx, names)
	return errors.Join(err, q.close(ctx), ctx.Err())
}

func (q *queue) once(ctx context.Context, names []string) error {
	for _, name := range names {
		s, err := q.claimNamed(ctx, name)
		if err != nil {
			return err
		}
		q.add([]store.Source{s})
	}
	for ctx.Err() == nil {
		if len(names) == 0 {
			if _, err := q.claim(ctx); err != nil {
				return err
			}
		}
		if q.len() == 0 {
			return nil
		}
		q.run(ctx, look)
		if err := q.settle(ctx, false); err != nil {
			return err
		}
	}
	return nil
}

// Fetch polls one source now, whether it is due or not; with release, what it
// brings is filed however much it is. While the source is being polled it waits
// for that to end. It fails with store.ErrNotFound, and with store.ErrConflict
// when the other poll takes too long.
func (p *Poller) Fetch(ctx context.Context, name string, release bool) (Result, error) {
	s, err := p.claimNamed(ctx, name)
	if err != nil {
		return Result{}, err
	}
	back := s
	s.Released = s.Released || release
	r := p.Cycle(ctx, s)
	if ctx.Err() != nil && !r.recorded {
		p.Store.Settle(context.WithoutCancel(ctx), []store.Source{back})
	}
	return r, r.Err
}

const (
	askAgain  = 200 * time.Millisecond // whether another poll of a source has ended
	waitOther = 30 * time.Second       // for that, at most
)

func (p *Poller) claimNamed(ctx context.Context, name string) (s store.Source, err error) {
	waited, cancel := context.WithTimeout(ctx, waitOther)
	defer cancel()
	for {
		now := p.Now()
		if s, err = p.Store.ClaimNamed(ctx, name, now, now.Add(claimFor)); !errors.Is(err, store.ErrConflict) {
			return s, err
		}
		select {
		case <-time.After(askAgain):
		case <-waited.Done():
			return s, err
		}
	}
}

// queue is what was claimed and not yet settled. It is for one goroutine, but
// for what workers give back.
type queue struct {
	*Poller
	waiting []store.Source
	busy    map[string]int       // fetches that run, by host
	free    map[string]time.Time // when the pause of a host ends
	running int
	ended   chan Result
	settled []store.Source // polled, and not yet recorded
	since   time.Time      // when the first of them was
	workers sync.WaitGroup
	done    func(Result) // told of each result; may be nil
}

func newQueue(p *Poller) *queue {
	return &queue{Poller: p, busy: map[string]int{}, free: map[string]time.Time{}, ended: make(chan Result, max(1, p.Workers))}
}

func (q *queue) len() int { return len(q.waiting) + q.running }

func (q *queue) add(list []store.Source) { q.waiting = append(q.waiting, list...) }

// claim takes what is due when there is room for it. wait is how long nothing
// more is, as far as is known now.
func (q *queue) claim(ctx context.Context) (wait time.Duration, err error) {
	if q.len() > claimMost/2 { // not one by one: each claim is a write
		return look, nil
	}
	now := q.Now()
	list, next, err := q.Store.Claim(ctx, now, now.Add(claimFor), claimMost-q.len())
	q.add(list)
	if err != nil || !next.After(now) { // none is due ever, or more are than there is room for
		return look, err
	}
	return min(look, next.Sub(now)), nil
}

// run starts what can be started, and then waits for so long, for the end of a
// cycle, or for a host that is free again.
func (q *queue) run(ctx context.Context, wait time.Duration) {
	pause := q.start(ctx)
	if pause > 0 {
		wait = min(wait, pause)
	}
	if len(q.settled) > 0 {
		wait = min(wait, max(0, settleWait-q.Now().Sub(q.since)))
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case r := <-q.ended:
		q.end(r)
	case <-timer.C:
	case <-ctx.Done():
	}
}

// start begins all cycles that may begin now. pause is how long until the host
// of one that waits is free; 0 when none waits for that.
func (q *queue) start(ctx context.Context) (pause time.Duration) {
	now := q.Now()
	var left []store.Source
	for _, s := range q.waiting {
		host := hostOf(s.URL)
		rest := q.free[host].Sub(now)
		switch {
		case q.running >= max(1, q.Workers) || q.busy[host] >= max(1, q.PerHost):
		case rest > 0:
			if pause == 0 || rest < pause {
				pause = rest
			}
		default:
			q.running++
			q.busy[host]++
			q.workers.Go(func() { q.ended <- q.poll(ctx, s) })
			continue
		}
		left = append(left, s)
	}
	q.waiting = left
	return pause
}

func (q *queue) end(r Result) {
	host := hostOf(r.asked.URL)
	q.running--
	if q.busy[host]--; q.busy[host] == 0 {
		delete(q.busy, host)
	}
	if q.Pause > 0 {
		q.free[host] = q.Now().Add(q.Pause)
	}
	for h, until := range q.free { // forget pauses that are over
		if !until.After(q.Now()) {
			delete(q.free, h)
		}
	}
	if !r.recorded {
		if len(q.settled) == 0 {
			q.since = q.Now()
		}
		q.settled = append(q.settled, r.Source)
	}
	if q.done != nil {
		q.done(r)
	}
}

const (
	settleMost = 256         // polls that brought nothing, in one transaction
	settleWait = time.Second // that the first of them waits for others at most
)

// settle records the polls that brought nothing, many at once: when they are
// enough, or have waited, or now. What a dying process has not recorded is
// claimed still, so that nobody polls it early.
func (q *queue) settle(ctx context.Context, now bool) error {
	if len(q.settled) == 0 || !now && len(q.settled) < settleMost && q.len() > 0 && q.Now().Sub(q.since) < settleWait {
		return nil
	}
	if err := q.Store.Settle(ctx, q.settled); err != nil {
		q.since = q.Now() // not at once again
		return err
	}
	q.settled = nil
	return nil
}

// close waits for all cycles to end, records what they brought, and gives back
// what was not polled.
func (q *queue) close(ctx context.Context) error {
	for q.running > 0 {
		q.end(<-q.ended)
	}
	q.workers.Wait()
	q.settled = append(q.settled, q.waiting...)
	q.waiting = nil
	return q.settle(context.WithoutCancel(ctx), true)
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Host
}
