package poll

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"dateline/feed"
	"dateline/feed/clean"
	"dateline/feed/fetch"
	"dateline/feed/opml"
	"dateline/store"
)

// An outline of the configuration stands in the schedule as a source whose name
// is its address: it is polled as they are, and what it brings is sources.

const (
	outlineEvery = time.Hour       // an outline at a URL is never polled more often
	fileEvery    = 5 * time.Minute // nor one in a file
	maxOutline   = 10 << 20        // bytes of a file
	dropShare    = 5               // one in so many sources may leave an outline at once
)

// Outline lists sources: an OPML document at a URL, or in a file.
type Outline struct {
	Address  string // a URL, or the absolute path of a file
	Category string // slug, of the sources whose folders are none
}

func (o Outline) isFile() bool { return !strings.Contains(o.Address, "://") }

// source is how the outline itself is polled.
func (o Outline) source() Source {
	s := Source{Name: o.Address, URL: o.Address, Every: outlineEvery}
	if o.isFile() {
		s.Every = fileEvery
	}
	return s
}

// listed is a source of an outline. It carries all that is known of it.
func listed(state store.Source) Source {
	return Source{Name: state.Name, URL: state.Configured, Category: state.Category, Republish: feed.RepublishSummary}
}

// FromOutline is the feeds of an outline as sources, with names of their own
// that none of known has. One whose URL is known keeps its name when it is of
// that outline, and is left out when it is not, as is what cannot be fetched.
// The innermost folder that slug knows gives the category, or else other does.
func FromOutline(entries []opml.Entry, outline string, known []store.Source, slug func(name string) (string, bool), other string) (list []store.Source) {
	names, urls := map[string]bool{}, map[string]store.Source{}
	for _, s := range known {
		names[s.Name], urls[s.Configured] = true, s
	}
	for _, e := range entries {
		s, taken := urls[e.Feed]
		if taken && (s.Outline == "" || s.Outline != outline) || (fetch.Request{URL: e.Feed}).Check() != nil {
			continue
		}
		if !taken {
			s = store.Source{Name: sourceName(e.Title, names), Configured: e.Feed, URL: e.Feed, Outline: outline}
		}
		s.Category = other
		for _, folder := range slices.Backward(e.Folder) {
			if category, ok := slug(folder); ok {
				s.Category = category
				break
			}
		}
		urls[e.Feed] = store.Source{} // once is enough
		list = append(list, s)
	}
	return list
}

// sourceName makes a name of a title that none of names has, and adds it.
func sourceName(title string, names map[string]bool) string {
	base := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, clean.Slug(title))
	base = strings.Join(strings.FieldsFunc(base, func(r rune) bool { return r == '-' }), "-")
	if base == "" {
		base = "source"
	}
	name := base
	for n := 2; names[name]; n++ {
		name = fmt.Sprintf("%s-%d", base, n)
	}
	names[name] = true
	return name
}

// pollOutline reads an outline, and takes over its sources when it is another
// than before.
func (p *Poller) pollOutline(ctx context.Context, o Outline, r *Result, now time.Time) {
	s := o.source()
	if o.isFile() {
		r.Outcome = readFile(o.Address)
	} else {
		r.Outcome = p.Fetcher.Fetch(ctx, request(s, r.Source), now)
	}
	if ctx.Err() != nil {
		return
	}
	switch r.Outcome.Kind {
	case fetch.Fetched:
	case fetch.NotModified:
		r.keepNewer()
		r.same(s, now)
		return
	default:
		r.failed(s, now)
		return
	}
	body := store.Digest(string(r.Outcome.Body))
	if body == r.Source.Body && r.Source.ValidatorsOf == r.Outcome.URL {
		r.keepValidators()
		r.same(s, now)
		return
	}
	entries, err := opml.Read(r.Outcome.Body)
	if err != nil {
		r.unreadable(s, err, now)
		return
	}
	p.adopting.Lock()
	defer p.adopting.Unlock()
	if r.Err = p.takeOver(ctx, o, r, entries, now); r.Err != nil {
		return
	}
	r.keepValidators()
	r.Source.Body = body
	if r.Source.HeldBack > 0 {
		r.forget()
	}
	r.same(s, now)
}

// takeOver makes the sources of an outline those that are polled, unless too
// many would be dropped: an outline that was cut short must not end them.
func (p *Poller) takeOver(ctx context.Context, o Outline, r *Result, entries []opml.Entry, now time.Time) error {
	known, err := p.Store.Schedule(ctx)
	if err != nil {
		return err
	}
	list := FromOutline(entries, o.Address, known, p.Category, o.Category)
	kept := map[string]bool{}
	for i, s := range list {
		if kept[s.Name] = true; s.Next.IsZero() {
			list[i].Next, list[i].Why = p.firstDue(now, i), isNew
		}
	}
	before, dropped := 0, 0
	var others []store.Source
	for _, s := range known {
		switch {
		case s.Outline != o.Address:
			others = append(others, s)
		case !kept[s.Name]:
			dropped++
			fallthrough
		default:
			before++
		}
	}
	if dropped*dropShare > before && !r.Source.Released {
		r.Source.HeldBack = dropped
		r.Source.HeldWhy = fmt.Sprintf("%d of its %d sources would be dropped: that is too many at once, and all stay until it is released", dropped, before)
		return nil
	}
	r.Source.HeldBack, r.Source.HeldWhy, r.Source.Released = 0, "", false
	r.Source.Brought = len(list)
	r.Yield.New = len(list) - (before - dropped)
	return p.Store.Adopt(ctx, append(others, list...))
}

// readFile is a file as a fetch of it.
func readFile(path string) (o fetch.Outcome) {
	o.URL = path
	f, err := os.Open(path)
	if err != nil {
		o.Kind, o.Err = fetch.Failed, fmt.Errorf("read outline: %w", err)
		return o
	}
	defer f.Close()
	o.Body, err = io.ReadAll(io.LimitReader(f, maxOutline+1))
	switch {
	case err != nil:
	case len(o.Body) == 0:
		err = errors.New("it is empty")
	case len(o.Body) > maxOutline:
		err = fmt.Errorf("it is larger than %d MiB", maxOutline>>20)
	}
	if o.Kind = fetch.Fetched; err != nil {
		o = fetch.Outcome{Kind: fetch.Failed, URL: path, Err: fmt.Errorf("read outline %s: %w", path, err)}
	}
	return o
}
