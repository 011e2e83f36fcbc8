package poll

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"time"

	"dateline/feed/clean"
	"dateline/feed/fetch"
	"dateline/feed/parse"
	"dateline/store"
)

// Result is what came of one cycle of a source.
type Result struct {
	Source   store.Source // as it is to be kept
	Outcome  fetch.Outcome
	Yield    store.Yield
	Warnings []string // what is odd about the feed, and what could not be filed
	Err      error    // of the store, which has then kept nothing

	asked    store.Source // as it was claimed
	walked   int          // archives that were read
	unfiled  []string     // why items were not filed; they are among Warnings
	recorded bool         // nothing is left to settle
}

// Cycle polls one source: it fetches, reads, cleans and files what is new, and
// keeps when to poll again. It always gives the source back; when the store
// fails, Run does so once that can be written to.
func (p *Poller) Cycle(ctx context.Context, state store.Source) Result {
	r := p.poll(ctx, state)
	p.giveBack(ctx, &r)
	return r
}

// giveBack settles the source of a cycle, or leaves that to Run.
func (p *Poller) giveBack(ctx context.Context, r *Result) {
	if r.recorded {
		return
	}
	err := p.Store.Settle(context.WithoutCancel(ctx), []store.Source{r.Source})
	if r.recorded = err == nil; err != nil {
		p.owing.Lock()
		p.owed = append(p.owed, r.Source)
		p.owing.Unlock()
	}
	if r.Err == nil {
		r.Err = err
	}
}

// unfiledAgain is when a source is asked again whose articles the store could not
// keep.
const unfiledAgain = 5 * time.Minute

// poll is a cycle that leaves it to its caller to settle the source, unless
// that is recorded already.
func (p *Poller) poll(ctx context.Context, state store.Source) Result {
	r := Result{Source: state, asked: state}
	s, outline, err := p.source(state)
	if err != nil {
		r.Err, r.recorded = err, true
		return r
	}
	now := p.Now()
	r.Source.Polled, r.Source.Claimed = now, time.Time{}
	r.Source.Error, r.Source.Hint, r.Source.Stopped, r.Source.Throttled = "", "", "", false
	if outline != nil {
		p.pollOutline(ctx, *outline, &r, now)
	} else {
		if rules := s.rules(); r.Source.Rules != rules { // the same answer may mean something else
			r.forget()
			r.Source.Rules = rules
		}
		p.pollFeed(ctx, s, &r, now)
	}
	if ctx.Err() != nil && !r.recorded { // not the source's fault: it is given back as it was
		r.Source, r.Err = state, ctx.Err()
	} else if r.Err != nil { // nor is a store that fails: what it brought has to come again
		r.Source = state
		r.Source.Next, r.Source.Why = now.Add(unfiledAgain), "what it brought could not be filed"
	}
	p.log(ctx, s, r)
	if p.Told != nil {
		p.Told(r)
	}
	return r
}

// Word is what came of the cycle in one word of few, for counting: that of the
// fetch, or "unreadable" for an answer that is no feed, "held back", or
// "unrecorded" when the store failed.
func (r Result) Word() string {
	switch {
	case r.Err != nil:
		return "unrecorded"
	case r.Source.HeldBack > 0 && r.Outcome.Kind == fetch.Fetched:
		return "held back"
	case r.Source.Error != "" && (r.Outcome.Kind == fetch.Fetched || r.Outcome.Kind == ""):
		return "unreadable"
	case r.Outcome.Kind == "": // a file
		return string(fetch.Fetched)
	}
	return string(r.Outcome.Kind)
}

func (p *Poller) pollFeed(ctx context.Context, s Source, r *Result, now time.Time) {
	r.Outcome = p.Fetcher.Fetch(ctx, request(s, r.Source), now)
	switch {
	case ctx.Err() != nil:
	case r.Outcome.Kind == fetch.Fetched:
		p.read(ctx, s, r, now)
	case r.Outcome.Kind == fetch.NotModified:
		r.keepNewer()
		r.same(s, now)
	default:
		r.failed(s, now)
	}
}

// request asks for the source where it is now. What is secret between us and
// the source is for the origin that the configuration names: it is sent nowhere
// else, not even when the source has moved there for good.
func request(s Source, state store.Source) fetch.Request {
	r := fetch.Request{
		URL: state.URL, ETag: state.ETag, LastModified: state.LastModified, ValidatorsOf: state.ValidatorsOf,
		Proxy: s.Proxy, AllowPrivate: s.AllowPrivate,
	}
	if sameOrigin(s.URL, state.URL) {
		r.Header, r.User, r.Password, r.UserAgent = s.Header, s.User, s.Password, s.UserAgent
	}
	return r
}

// sameOrigin compares scheme, host and port: RFC 6454 §4.
func sameOrigin(a, b string) bool {
	u, err := url.Parse(a)
	v, err2 := url.Parse(b)
	return err == nil && err2 == nil && u.Scheme == v.Scheme && strings.EqualFold(u.Host, v.Host)
}

// read files what was fetched.
func (p *Poller) read(ctx context.Context, s Source, r *Result, now time.Time) {
	state, o := &r.Source, r.Outcome
	body := store.Digest(string(o.Body))
	if body == state.Body && state.ValidatorsOf == o.URL { // a server without validators
		r.keepValidators()
		r.same(s, now)
		return
	}
	f, err := parse.Read(o.Body, o.ContentType, o.URL)
	if err != nil {
		r.unreadable(s, err, now)
		return
	}
	h := p.reap(s, r, f, now)
	again, err := p.fillIn(ctx, s, r, &h, now)
	if err != nil {
		r.Err = err
		return
	}
	r.keepValidators()
	state.Body, state.Title = body, clean.Excerpt(f.Title, maxSummary)
	if again {
		r.forget()
	}
	r.moved(now)
	before, jitter := *state, rand.Float64()
	if before.Good.IsZero() {
		before.Pace = firstPace(s, h.Items, now)
	}
	h.Keep = func(y store.Yield) store.Source {
		r.Source = before
		r.learn(y, len(h.Items), now)
		r.well(s, f.Pause, now, jitter)
		r.Source.Read = now // as Harvest has it
		return r.Source
	}
	// What was fetched is filed, whatever happens meanwhile: were it cut off,
	// nobody could tell whether the source was recorded.
	r.Yield, r.Err = p.Store.Harvest(context.WithoutCancel(ctx), h)
	r.recorded = r.Err == nil
	if r.recorded && r.overrun() && f.Older != "" {
		p.walk(ctx, s, r, f.Older, now)
	}
}

const (
	maxTold   = 20   // items of a feed that are told of by name
	maxReason = 1000 // characters of what is kept of a reason, part of which a stranger may have written
)

// reap is what a feed brings: what its filters let through, the oldest first.
// What cannot be filed is warned of.
func (p *Poller) reap(s Source, r *Result, f parse.Feed, now time.Time) store.Harvest {
	h := store.Harvest{Source: s.Name, Now: now, MostNew: mostNew(r.Source)}
	h.TakeIDs = r.Source.Released
	r.Warnings = append(r.Warnings, f.Warnings...)
	ours, links := 0, map[string]int{}
	for _, item := range slices.Backward(f.Items) { // as they were written
		g, err := p.gather(s, r.Source, f, item, now)
		switch {
		case err != nil:
			r.notFiled(fmt.Sprintf("item %q cannot be filed: %v", item.ID, err))
		case g.left == comeBack:
			ours++
		case g.left == "":
			h.Items = append(h.Items, g.Gathered)
			links[g.Link]++
			if g.cut {
				r.notFiled(fmt.Sprintf("item %q: its text is cut, since it has more than %d bytes", item.ID, store.MaxBody))
			}
		}
	}
	if ours > 0 && ours == len(f.Items) {
		r.notFiled(fmt.Sprintf("all its %d items are articles of this site: is it a site of ours, or is site.url that of another?", ours))
	}
	for i, g := range h.Items { // a link that several share is the name of none
		if links[g.Link] > 1 {
			h.Items[i].Link = ""
		}
	}
	if n := len(r.unfiled); n > maxTold {
		r.Warnings = append(r.Warnings, fmt.Sprintf("and %d more cannot be filed", n-maxTold))
	}
	for _, d := range f.Deleted {
		h.Deleted = append(h.Deleted, store.Deletion{EntryID: entryID(d.Ref), When: d.When, Reason: clean.Excerpt(d.Comment, maxReason)})
	}
	return h
}

// notFiled warns of what was not filed.
func (r *Result) notFiled(why string) {
	why = clean.Excerpt(why, maxReason)
	if r.unfiled = append(r.unfiled, why); len(r.unfiled) <= maxTold {
		r.Warnings = append(r.Warnings, why)
	}
}

// learn takes from a harvest how often the source brings something, and
// whether something may have been missed.
func (r *Result) learn(y store.Yield, items int, now time.Time) {
	state, known := &r.Source, r.Source.Brought > 0
	state.Pace = paceOf(*state, y.New, now)
	state.Brought += y.New
	if y.New > 0 {
		state.Gap, state.LastNew = gapOf(*state, now), now
	}
	state.HeldBack, state.HeldWhy, state.Overrun = y.HeldBack, heldWhy(y), time.Time{}
	switch {
	case y.HeldBack > 0: // once it is released the same answer is to be read again
		r.forget()
		return
	case known && !state.Released:
		state.MostNew = max(state.MostNew, y.New)
		if y.New == items && items > 0 {
			state.Overrun = now
		}
	}
	state.Released = false
}

// heldWhy is why articles wait for the operator; empty when none do.
func heldWhy(y store.Yield) string {
	switch {
	case y.Renamed > 0:
		return fmt.Sprintf("%d articles wait: the source has given its entries other IDs, and %d of them are here already; released, they are taken for those", y.HeldBack, y.Renamed)
	case y.HeldBack > 0:
		return fmt.Sprintf("%d articles wait: that is far more at once than the source ever brought", y.HeldBack)
	}
	return ""
}

// overrun reports whether articles may have been missed before this poll.
func (r *Result) overrun() bool {
	return !r.Source.Overrun.IsZero() && r.Source.Overrun.Equal(r.Source.Polled)
}

// floodFrom is how many articles may be new at once whatever the source did
// before, floodTimes how many times its most.
const (
	floodFrom  = 50
	floodTimes = 3
)

// mostNew is how many articles of a source may be new at once; 0 for however
// many, at its first poll and once it was released.
func mostNew(state store.Source) int {
	if state.Brought == 0 || state.Released {
		return 0
	}
	return max(floodFrom, floodTimes*state.MostNew)
}

// keepValidators keeps those of the answer.
func (r *Result) keepValidators() {
	o := r.Outcome
	r.Source.ValidatorsOf, r.Source.ETag, r.Source.LastModified = o.URL, o.ETag, o.LastModified
}

// forget makes the next poll read the answer whatever it is.
func (r *Result) forget() {
	r.Source.ETag, r.Source.LastModified, r.Source.Body = "", "", ""
}

// moved takes a permanent redirect over once it has lasted.
func (r *Result) moved(now time.Time) {
	s, to := &r.Source, r.Outcome.Moved
	switch {
	case len(to) > store.MaxLine: // no article could name it
	case to == "" || to != s.Moved:
		s.Moved, s.MovedSince = to, now
		if to == "" {
			s.MovedSince = time.Time{}
		}
	case now.Sub(s.MovedSince) >= movedFor:
		s.URL, s.Moved, s.MovedSince = to, "", time.Time{}
	}
}

// well makes the source one that answered.
func (r *Result) well(s Source, pause parse.Pause, now time.Time, jitter float64) {
	state := &r.Source
	state.Good, state.Failures = now, 0
	state.Next, state.Why = next(s, *state, r.Outcome, pause, now, jitter)
}

// same makes the source one that answered and had nothing new.
func (r *Result) same(s Source, now time.Time) {
	r.Source.Pace = paceOf(r.Source, 0, now)
	r.Source.Overrun = time.Time{}
	r.moved(now)
	r.well(s, parse.Pause{}, now, rand.Float64())
}

// keepNewer keeps the validators that a 304 brought.
func (r *Result) keepNewer() {
	r.Source.ETag, r.Source.LastModified = r.Outcome.ETag, r.Outcome.LastModified
}

// failed makes the source one that did not answer as it should.
func (r *Result) failed(s Source, now time.Time) {
	state, o := &r.Source, r.Outcome
	state.Error, state.Hint = clean.Excerpt(o.String(), maxReason), o.Hint
	switch o.Kind {
	case fetch.Gone:
		state.Stopped = "its server says that it is gone for good (410)"
		return
	case fetch.Throttled: // no error: it is there
		state.Error, state.Throttled = "", true
	default:
		state.Failures++
	}
	state.Next, state.Why = again(s, *state, o, now, rand.Float64())
}

// unreadable makes the source one whose answer is no feed. Its validators go:
// a 304 would say that there is nothing new.
func (r *Result) unreadable(s Source, err error, now time.Time) {
	state := &r.Source
	state.Failures++
	r.forget()
	state.Error = clean.Excerpt(err.Error(), maxReason)
	if page := new(parse.NotFeed); errors.As(err, &page) {
		state.Hint = "open the address in a browser: `dateline source discover` finds the feeds that a page of the site announces"
		if len(page.Feeds) > 0 {
			state.Hint = "the page announces " + page.Feeds[0].URL + ": put that into the configuration"
		}
	}
	state.Next, state.Why = again(s, *state, r.Outcome, now, rand.Float64())
}

// log tells of a cycle in one line.
func (p *Poller) log(ctx context.Context, s Source, r Result) {
	args := []any{"source", s.Name}
	for _, warning := range r.Warnings {
		p.Log.DebugContext(ctx, "a feed is odd", append(args, "warning", warning)...)
	}
	if len(r.unfiled) > 0 {
		p.Log.WarnContext(ctx, "items of a source were not filed, or not whole", append(args, "items", len(r.unfiled), "first", r.unfiled[0])...)
	}
	switch y := r.Yield; {
	case errors.Is(r.Err, context.Canceled):
	case r.Err != nil:
		p.Log.ErrorContext(ctx, "a source could not be recorded", append(args, "error", r.Err)...)
	case r.Source.Stopped != "":
		p.Log.WarnContext(ctx, "a source is polled no more", append(args, "why", r.Source.Stopped)...)
	case r.Source.Error != "":
		if args = append(args, "error", r.Source.Error); r.Source.Hint != "" {
			args = append(args, "hint", r.Source.Hint)
		}
		p.Log.WarnContext(ctx, "a source failed", append(args, "next", r.Source.Next)...)
	case r.Source.HeldBack > 0 && r.Source.HeldWhy == r.asked.HeldWhy: // that was said
	case r.Source.HeldBack > 0:
		p.Log.WarnContext(ctx, "nothing of a source is taken until it is released with `dateline source release`", append(args, "why", r.Source.HeldWhy)...)
	case r.overrun():
		p.Log.WarnContext(ctx, "articles of a source may have been missed between two polls", append(args, "new", y.New, "archives_read", r.walked)...)
	default:
		p.Log.DebugContext(ctx, "polled", append(args, "outcome", r.Outcome.Kind, "new", y.New, "revised", y.Revised, "next", r.Source.Next)...)
	}
}
