package poll

import (
	"context"
	"net/url"
	"sync"
	"time"

	"dateline/store"
)

// queue is what was claimed and not yet settled. It is for one goroutine, but
// for what workers give back.
type queue struct {
	*Poller
	waiting []waiting
	names   map[string]bool      // of what waits and what is polled
	waits   map[string]int       // sources that wait, by host
	busy    map[string]int       // fetches that run, by host
	free    map[string]time.Time // when the pause of a host ends
	running int
	ended   chan Result
	settled []store.Source // polled, and not yet recorded
	since   time.Time      // when the first of them was
	workers sync.WaitGroup
	done    func(Result) // told of each result; may be nil
	seen    time.Time    // by the clock on the wall
	ahead   bool         // it was, and there are sources still that were told to wait by it

	room       int // for sources at a time
	roomOfHost int // for those of one host that wait
}

// waiting is a source that waits for its turn.
type waiting struct {
	store.Source
	host string
}

const (
	roomForAll  = 256
	roomForHost = 64 // so that one slow host does not hold up the rest
	postponed   = time.Minute
)

func newQueue(p *Poller) *queue {
	return &queue{
		Poller: p, names: map[string]bool{}, waits: map[string]int{}, busy: map[string]int{}, free: map[string]time.Time{},
		ended: make(chan Result, max(1, p.Workers)), room: roomForAll, roomOfHost: roomForHost,
	}
}

func (q *queue) len() int { return len(q.waiting) + q.running }

// add lets sources wait that were claimed. One that is here already, its claim
// having ended meanwhile, is so once; those of a host that has enough of them
// are given back for a while.
func (q *queue) add(list []store.Source) {
	for _, s := range list {
		host := hostOf(s.URL)
		switch {
		case q.names[s.Name]:
		case q.waits[host] >= q.roomOfHost:
			s.Next, s.Why = q.Now().Add(postponed), "many others of its host are due"
			q.keep(s)
		default:
			q.names[s.Name] = true
			q.waits[host]++
			q.waiting = append(q.waiting, waiting{s, host})
		}
	}
}

// keep lets a source wait for being recorded.
func (q *queue) keep(s store.Source) {
	if len(q.settled) == 0 {
		q.since = q.Now()
	}
	q.settled = append(q.settled, s)
}

// takeOwed takes over what others could not give back.
func (q *queue) takeOwed() {
	q.owing.Lock()
	defer q.owing.Unlock()
	for _, s := range q.owed {
		q.keep(s)
	}
	q.owed = nil
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

// claim takes what is due when there is room for it. wait is how long nothing
// more is, as far as is known now.
func (q *queue) claim(ctx context.Context) (wait time.Duration, err error) {
	if q.len() > q.room/2 { // not one by one: each claim is a write
		return look, nil
	}
	now := q.Now()
	// Not cut off by ctx: what is claimed must be known, to be given back.
	list, next, err := q.Store.Claim(context.WithoutCancel(ctx), now, now.Add(claimFor), q.room-q.len())
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
// of one that waits is free; 0 when none waits for that alone.
func (q *queue) start(ctx context.Context) (pause time.Duration) {
	now := q.Now()
	left := q.waiting[:0]
	for i, w := range q.waiting {
		if q.running >= max(1, q.Workers) { // the end of one wakes us
			left = append(left, q.waiting[i:]...)
			break
		}
		rest := q.free[w.host].Sub(now)
		switch {
		case q.busy[w.host] >= max(1, q.PerHost):
		case rest > 0:
			if pause == 0 || rest < pause {
				pause = rest
			}
		default:
			q.running++
			q.busy[w.host]++
			q.waits[w.host]--
			q.workers.Go(func() { q.ended <- q.poll(ctx, w.Source) })
			continue
		}
		left = append(left, w)
	}
	clear(q.waiting[len(left):])
	q.waiting = left
	return pause
}

func (q *queue) end(r Result) {
	host := hostOf(r.asked.URL)
	q.running--
	delete(q.names, r.asked.Name)
	q.ahead = q.ahead || r.Source.Polled.After(q.Now().Round(0).Add(slack))
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
	if q.waits[host] == 0 {
		delete(q.waits, host)
	}
	if !r.recorded {
		q.keep(r.Source)
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
	for _, w := range q.waiting {
		q.settled = append(q.settled, w.Source)
	}
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
