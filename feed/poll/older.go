package poll

import (
	"context"
	"fmt"
	"time"

	"dateline/feed/fetch"
	"dateline/feed/parse"
	"dateline/store"
)

// maxWalk is how many archives of a source are read after one poll.
const maxWalk = 10

// walk files what left the feed of a source between two polls: it reads its
// archives, or its next pages, from that address back to an article that is
// known. What goes wrong on the way is warned of: the feed itself was filed.
func (p *Poller) walk(ctx context.Context, s Source, r *Result, address string, now time.Time) {
	seen, begun := map[string]bool{r.Outcome.URL: true}, p.Now()
	for range maxWalk {
		if address == "" || seen[address] || p.Now().Sub(begun) > pagesFor || p.rest(ctx) != nil {
			return
		}
		seen[address] = true
		f, err := p.older(ctx, s, address, now)
		if err != nil {
			r.Warnings = append(r.Warnings, fmt.Sprintf("what left the feed is in %s, and cannot be read: %v", address, err))
			return
		}
		h := p.reap(s, r, f, now)
		before := r.Source
		h.Keep = func(y store.Yield) store.Source {
			r.Source = before
			r.Source.Brought += y.New
			return r.Source
		}
		y, err := p.Store.Harvest(context.WithoutCancel(ctx), h)
		if err != nil {
			r.Err = err
			return
		}
		r.walked++
		r.Yield.New += y.New
		if y.HeldBack > 0 {
			r.Warnings = append(r.Warnings, fmt.Sprintf("%s is not filed: %s", address, heldWhy(y)))
			return
		}
		if y.New < len(h.Items) || y.New == 0 {
			return
		}
		address = f.Older
	}
}

// older is the feed at an address that the source's own feed names.
func (p *Poller) older(ctx context.Context, s Source, address string, now time.Time) (parse.Feed, error) {
	o := p.Fetcher.Fetch(ctx, elsewhere(s, address), now)
	if o.Kind != fetch.Fetched {
		return parse.Feed{}, fmt.Errorf("%s", o)
	}
	return parse.Read(o.Body, o.ContentType, o.URL)
}

// rest is the pause between two fetches from one host. It fails when ctx ends.
func (p *Poller) rest(ctx context.Context) error {
	if p.Pause <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(p.Pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
