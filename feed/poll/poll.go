// Package poll decides when sources are fetched, and runs the whole cycle of
// one: fetch, parse, clean, file. Which sources are due the store knows, so
// that a restart polls nobody early and two machines share the work.
package poll

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
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
	Told     func(Result) // of every cycle, as it ends; may be nil, and must not wait

	adopting sync.Mutex     // held while an outline is taken over
	places   map[string]int // in Sources, by name; made by Adopt

	owing sync.Mutex
	owed  []store.Source // that could not be given back; guarded by owing
}

// Adopt makes the store follow the configured sources and outlines. New ones
// are due at once, one Spread after the other. What the outlines listed last
// stays. Nothing waits for a time by a clock that has been set back.
func (p *Poller) Adopt(ctx context.Context) error {
	if err := p.adopt(ctx); err != nil {
		return err
	}
	return p.followClock(ctx, nil)
}

func (p *Poller) adopt(ctx context.Context) error {
	now := p.Now()
	p.places = map[string]int{}
	for i, s := range p.Sources {
		p.places[s.Name] = i
	}
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
	if len(outlines) == 0 {
		return p.Store.Adopt(ctx, list)
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
	if i, ok := p.places[state.Name]; ok {
		return p.Sources[i], nil, nil
	}
	if slices.ContainsFunc(p.Outlines, func(o Outline) bool { return o.Address == state.Outline }) {
		return listed(state), nil, nil
	}
	return Source{}, nil, fmt.Errorf("source %s: %w: the configuration has none of that name", state.Name, store.ErrNotFound)
}

const (
	claimFor = 20 * time.Minute // longer than any cycle takes, see pagesFor and the limit of fetch.timeout
	look     = time.Minute      // at the latest, for what others have adopted or given back
	retry    = 10 * time.Second // after an error of the store
)

// Run polls what is due until ctx ends, and returns when all fetches have
// ended and what was not polled is given back.
func (p *Poller) Run(ctx context.Context) {
	q := newQueue(p)
	defer q.close(ctx)
	for ctx.Err() == nil {
		err := q.followClock(ctx)
		wait := look
		if err == nil {
			wait, err = q.claim(ctx)
		}
		if err != nil && ctx.Err() == nil {
			p.Log.Error("the sources that are due could not be read; trying again", "error", err, "in", retry)
			wait = retry
		}
		q.run(ctx, wait)
		q.takeOwed()
		if err := q.settle(ctx, false); err != nil && ctx.Err() == nil { // close does it then
			p.Log.Error("what was polled could not be recorded; trying again", "error", err)
		}
	}
}

// Once polls the named sources, whether they are due or not, or all that are
// due when none is named, and tells done of each result as it comes. It
// returns when all have ended. done is not called at the same time as itself.
func (p *Poller) Once(ctx context.Context, names []string, done func(Result)) error {
	q := newQueue(p)
	q.done, q.room, q.roomOfHost = done, math.MaxInt32, math.MaxInt32
	err := q.once(ctx, names)
	return errors.Join(err, q.close(ctx), ctx.Err())
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
	was := s.Released
	s.Released = was || release
	r := p.poll(ctx, s)
	if r.Err != nil { // nothing was released
		r.Source.Released = was
	}
	p.giveBack(ctx, &r)
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
		if s, err = p.Store.ClaimNamed(context.WithoutCancel(ctx), name, now, now.Add(claimFor)); !errors.Is(err, store.ErrConflict) {
			return s, err
		}
		select {
		case <-time.After(askAgain):
		case <-waited.Done():
			return s, err
		}
	}
}
