package poll

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"dateline/feed/clean"
	"dateline/feed/extract"
	"dateline/feed/fetch"
	"dateline/store"
)

const (
	maxPages  = 30              // of articles, fetched in one cycle; the others are fetched with the next
	pagesFor  = 2 * time.Minute // no page is begun later in a cycle
	maxAsking = 24 * time.Hour  // from its publication on, a page that does not answer is asked for again
	whole     = 2000            // characters of a text that is taken for the whole article
)

// fillIn puts the text of its page into each new or changed article whose feed
// has only a part of it. again says that some pages are to be asked for with
// the next poll. The error is that of the store, or of ctx.
func (p *Poller) fillIn(ctx context.Context, s Source, r *Result, h *store.Harvest, now time.Time) (again bool, err error) {
	if !s.FullText {
		return false, nil
	}
	places, err := p.Store.Unfiled(ctx, *h)
	if err != nil || h.MostNew > 0 && len(places) > h.MostNew { // they will be held back
		return false, err
	}
	asked, begun := 0, p.Now()
	for _, i := range places {
		g := &h.Items[i]
		if g.Article.Origin.Link == "" || isWhole(g.Article.Body) {
			continue
		}
		later := errors.New("it waits for the next poll")
		if asked++; asked <= maxPages && p.Now().Sub(begun) < pagesFor {
			var warning string
			if warning, later = p.fillPage(ctx, s, &g.Article, now); ctx.Err() != nil {
				return false, ctx.Err()
			} else if warning != "" {
				r.Warnings = append(r.Warnings, warning)
			}
		}
		if later != nil { // filed with what the feed has, and once more when the page is there
			g.Hash += " without its page"
			again = true
		}
	}
	return again, nil
}

// fillPage puts the text of its page into an article. warning is why it is not
// there; later is not nil when the page is worth asking for again.
func (p *Poller) fillPage(ctx context.Context, s Source, a *store.Article, now time.Time) (warning string, later error) {
	if err := p.rest(ctx); err != nil {
		return "", err
	}
	request := elsewhere(s, a.Origin.Link)
	request.Accept = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"
	o := p.Fetcher.Fetch(ctx, request, now)
	var body string
	err := errors.New(o.String())
	if o.Kind == fetch.Fetched {
		body, err = extract.Article(o.Body, o.ContentType, o.URL)
	}
	if err != nil {
		warning = fmt.Sprintf("%s: the full text is not there: %v", a.Origin.Link, err)
		passing := o.Kind == fetch.Failed || o.Kind == fetch.Throttled
		if passing && !a.Published.IsZero() && now.Sub(a.Published) < maxAsking {
			later = err
		}
		return warning, later
	}
	if length(body) > length(a.Body) {
		a.Body = body
	}
	if a.Summary == "" {
		a.Summary = clean.Excerpt(clean.Plain(body), maxSummary)
	}
	return "", nil
}

// isWhole reports whether a body seems to be that of the whole article.
func isWhole(body string) bool {
	text := strings.TrimRight(clean.Plain(body), " \n\u00a0]).")
	return utf8.RuneCountInString(text) >= whole && !strings.HasSuffix(text, "…")
}

func length(body string) int { return utf8.RuneCountInString(clean.Plain(body)) }

// elsewhere asks for another document than the feed of a source.
func elsewhere(s Source, address string) fetch.Request { return request(s, store.Source{URL: address}) }
