package publish

import (
	"context"
	"slices"
	"time"

	"dateline/feed"
	"dateline/feed/render"
	"dateline/store"
)

// killedFor is how long a feed names what was withdrawn for good, once its
// notice has gone.
const killedFor = 30 * 24 * time.Hour

// tellWithdrawn puts a notice in place of every article that was withdrawn from
// the feed, whatever its window holds, and names those that were killed. Times
// are counted back from the feed's last change, not from the present: the same
// store gives the same feed.
func (p *Publisher) tellWithdrawn(ctx context.Context, f *feed.Feed) error {
	withdrawn, err := p.Store.Tombstones(ctx, f.Listing, f.Updated.Add(-p.NoticeFor-killedFor))
	if err != nil {
		return err
	}
	for _, t := range withdrawn {
		if t.Status == store.Killed {
			f.Killed = append(f.Killed, t)
		}
		if f.Updated.Sub(t.When) > p.NoticeFor {
			continue
		}
		a, err := p.Store.Article(ctx, t.ID)
		if err != nil {
			return err
		}
		f.Articles = append(f.Articles, render.Notice(a, t))
	}
	slices.SortFunc(f.Articles, func(a, b feed.Article) int { return store.Newer(a.Article, b.Article) })
	return nil
}
