package poll

import (
	"context"
	"fmt"
	"time"

	"dateline/feed/fetch"
	"dateline/feed/parse"
	"dateline/store"
)

// Trial is what would come of a source, with nothing stored.
type Trial struct {
	Outcome fetch.Outcome
	Feed    parse.Feed // zero when there is none
	Items   []Tried
	Next    time.Time // when it would be polled again,
	Why     string    // and why then
	Err     error     // why what was fetched is no feed; *parse.NotFeed for a page

	Warnings []string // those of the feed, and what is amiss with the pages of its articles
}

// Tried is an item and what would become of it.
type Tried struct {
	Item    parse.Item
	Article store.Article
	Paged   bool   // the text of the article is that of its page
	Left    string // why it would not be filed; empty when it would
	Rule    string // what decided that, and where it would be filed
}

// firstYear is that of the first feeds.
const firstYear = 1997

// triedPages is how many pages of articles a trial fetches at most.
const triedPages = 5

// Try fetches a source as if for the first time and says what would come of
// it.
func (p *Poller) Try(ctx context.Context, s Source) (t Trial) {
	now := p.Now()
	state := store.Source{Name: s.Name, Configured: s.URL, URL: s.URL}
	if t.Outcome = p.Fetcher.Fetch(ctx, request(s, state), now); t.Outcome.Kind != fetch.Fetched {
		if t.Outcome.Kind == fetch.Gone {
			t.Why = "never again: its server says that it is gone for good (410)"
			return t
		}
		state.Failures = 1
		t.Next, t.Why = again(s, state, t.Outcome, now, 0)
		return t
	}
	if t.Feed, t.Err = parse.Read(t.Outcome.Body, t.Outcome.ContentType, t.Outcome.URL); t.Err != nil {
		state.Failures = 1
		t.Next, t.Why = again(s, state, t.Outcome, now, 0)
		return t
	}
	t.Warnings = t.Feed.Warnings
	pages := 0
	for _, item := range t.Feed.Items {
		if date := published(item); date.After(now) {
			t.Warnings = append(t.Warnings, fmt.Sprintf("item %q: its date, %s, is in the future, and taken for the time of fetching", item.ID, date.Format(time.DateOnly)))
		} else if !date.IsZero() && date.Year() < firstYear {
			t.Warnings = append(t.Warnings, fmt.Sprintf("item %q: its date, %s, is older than any feed", item.ID, date.Format(time.DateOnly)))
		}
		g, err := p.gather(s, state, t.Feed, item, now)
		tried := Tried{Item: item, Article: g.Article, Left: g.left, Rule: g.rule}
		if err != nil {
			tried.Left = err.Error()
		}
		if s.FullText && tried.Left == "" && pages < triedPages && !isWhole(g.Article.Body) && g.Article.Origin.Link != "" {
			pages++
			warning, _ := p.fillPage(ctx, s, &tried.Article, now)
			if tried.Paged = warning == ""; !tried.Paged {
				t.Warnings = append(t.Warnings, warning)
			}
		}
		t.Items = append(t.Items, tried)
	}
	t.Next, t.Why = next(s, state, t.Outcome, t.Feed.Pause, now, 0)
	return t
}
