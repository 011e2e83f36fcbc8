// Package poll decides when sources are fetched, and runs the whole cycle of
// one: fetch, parse, clean, file. Which sources are due the store knows, so
// that a restart polls nobody early and two machines share the work.
package poll

import (
	"context"
	"log/slog"
	"net/url"
	"sync"
	"time"

	"dateline/feed/fetch"
	"dateline/store"
)

// Poller polls sources. Its fields must not change while it runs.
type Poller struct {
	Sources []Source // by which the names in the schedule are known
	Host    string   // of the site: the authority of ids that are minted
	Store   Store
	Fetcher *fetch.Fetcher
	Workers int           // fetches at a time; at least 1
	PerHost int           // of them to one host; at least 1
	Pause   time.Duration // between the end of a fetch from a host and the next
	Now     func() time.Time
	Log     *slog.Logger
}

// Adopt makes the store follow the configured sources. New ones are due at
// once, spread over the first minutes so that a long list is no burst.
func (p *Poller) Adopt(ctx context.Context) error {
	now := p.Now()
	list := make([]store.Source, len(p.Sources))
	for i, s := range p.Sources {
		list[i] = store.Source{
			Name: s.Name, Configured: s.URL, URL: s.URL,
			Next: now.Add(time.Duration(i) * 50 * time.Millisecond), Why: "it is new",
		}
	}
	return p.Store.Adopt(ctx, list)
}

const (
	claimFor  = 10 * time.Minute // longer than any cycle takes
	claimMost = 256              // sources at a time, so that one slow host does not hold up the rest
	look      = time.Minute      // at the latest, for what others have adopted or given back
	retry     = 10 * time.Second // after an error of the store
)

// Run polls what is due until ctx ends, and returns when all fetches have
// ended.
func (p *Poller) Run(ctx context.Context) {
	q := newQueue(p)
	defer q.wait()
	for ctx.Err() == nil {
		now := p.Now()
		list, next, err := p.Store.Claim(ctx, now, now.Add(claimFor), claimMost-q.len())
		wait := min(look, max(0, next.Sub(now)))
		switch {
		case err != nil && ctx.Err() == nil:
			p.Log.Error("the sources that are due could not be read; trying again", "error", err, "in", retry)
			wait = retry
		case next.IsZero():
			wait = look
		}
		q.add(list)
		q.run(ctx, wait)
	}
}

// Once polls the named sources, or those that are due when none is named, and
// tells done of each result as it comes. It returns when all have ended.
func (p *Poller) Once(ctx context.Context, names []string, done func(Result)) error {
	now := p.Now()
	list, err := p.Store.Schedule(ctx)
	if err != nil {
		return err
	}
	wanted := map[string]bool{}
	for _, name := range names {
		wanted[name] = true
	}
	q := newQueue(p)
	q.done = done
	for _, s := range list {
		due, ok := s.Due()
		if wanted[s.Name] || len(names) == 0 && ok && !due.After(now) {
			q.add([]store.Source{s})
		}
	}
	for ctx.Err() == nil && q.len() > 0 {
		q.run(ctx, look)
	}
	q.wait()
	return ctx.Err()
}

// queue is what was claimed and not yet settled. It is for one goroutine, but
// for what workers give back.
type queue struct {
	*Poller
	waiting []store.Source
	busy    map[string]int       // fetches that run, by host
	free    map[string]time.Time // when the pause of a host ends
	running int
	ended   chan string // the host of a cycle that has ended
	workers sync.WaitGroup
	done    func(Result) // told of each result; may be nil
	telling sync.Mutex   // held while done runs
}

func newQueue(p *Poller) *queue {
	return &queue{Poller: p, busy: map[string]int{}, free: map[string]time.Time{}, ended: make(chan string, max(1, p.Workers))}
}

func (q *queue) len() int { return len(q.waiting) + q.running }

func (q *queue) add(list []store.Source) { q.waiting = append(q.waiting, list...) }

// run starts what can be started, and then waits for so long, for the end of a
// cycle, or for a host that is free again.
func (q *queue) run(ctx context.Context, wait time.Duration) {
	pause := q.start(ctx)
	if pause > 0 {
		wait = min(wait, pause)
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case host := <-q.ended:
		q.end(host)
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
			q.begin(ctx, s, host)
			continue
		}
		left = append(left, s)
	}
	q.waiting = left
	return pause
}

func (q *queue) begin(ctx context.Context, s store.Source, host string) {
	q.running++
	q.busy[host]++
	q.workers.Go(func() {
		r := q.Cycle(ctx, s)
		if q.done != nil {
			q.telling.Lock()
			q.done(r)
			q.telling.Unlock()
		}
		q.ended <- host
	})
}

func (q *queue) end(host string) {
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
}

// wait returns when all cycles have ended.
func (q *queue) wait() {
	for q.running > 0 {
		q.end(<-q.ended)
	}
	q.workers.Wait()
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Host
}
