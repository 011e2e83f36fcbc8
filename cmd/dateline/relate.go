package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"dateline/feed/related"
	"dateline/store"
)

// relatedStore is what a relater needs of a store.
type relatedStore interface {
	Article(context.Context, store.ID) (store.Article, error)
	Articles(context.Context, store.Query) (store.Page, error)
	Sequence(context.Context) (uint64, error)
	Changes(ctx context.Context, after uint64, limit int) ([]store.Change, error)
	Related(context.Context) (through uint64, err error)
	Relate(context.Context, store.Relating) error
}

const (
	relateSpan  = 30 * 24 * time.Hour // articles further apart are not related
	relateMost  = 20_000              // articles among which the near ones are sought
	relateFresh = 3 * 24 * time.Hour  // an article that is older when it comes gets no neighbours of its own
	relateBatch = 100                 // lines of the change log at a time
	relateRetry = 10 * time.Second    // after an error
)

// relater follows the change log and tells the store what is near to each
// article that is filed. Readers of an article from before it come to know of
// it too, since the store knows the way back.
type relater struct {
	store  relatedStore
	index  *related.Index
	now    func() time.Time
	loaded bool
	after  uint64 // the last line that was looked at
	kept   uint64 // the last that the store knows of
}

func newRelater(s relatedStore, now func() time.Time) *relater {
	return &relater{store: s, index: related.New(related.Options{Span: relateSpan, Most: relateMost}), now: now}
}

// run follows the change log until ctx ends.
func (r *relater) run(ctx context.Context, log *slog.Logger) {
	for ctx.Err() == nil {
		if err := r.step(ctx); err != nil && ctx.Err() == nil {
			log.Error("related articles could not be found; trying again", "error", err, "in", relateRetry)
			retry, cancel := context.WithTimeout(ctx, relateRetry)
			<-retry.Done()
			cancel()
		}
	}
}

// catchUp looks at all lines that there are.
func (r *relater) catchUp(ctx context.Context) error {
	last, err := r.store.Sequence(ctx)
	if err != nil {
		return err
	}
	through, err := r.store.Related(ctx)
	if err != nil || through >= last {
		return err
	}
	for r.after < last {
		if err := r.step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// step looks at the next lines, and waits when there are none.
func (r *relater) step(ctx context.Context) error {
	if !r.loaded {
		if err := r.load(ctx); err != nil {
			return err
		}
	}
	lines, err := r.store.Changes(ctx, r.after, relateBatch)
	if err != nil || len(lines) == 0 {
		return err
	}
	known, err := r.take(ctx, lines)
	if err != nil {
		return err
	}
	last := lines[len(lines)-1].Sequence
	found := r.find(lines, known)
	if len(found) > 0 || last-r.kept >= 10*relateBatch {
		if err := r.store.Relate(ctx, store.Relating{Relations: found, Through: last, Now: r.now()}); err != nil {
			return err
		}
		r.kept = last
	}
	r.after = last
	return nil
}

// load takes up the newest articles, and where the store was left.
func (r *relater) load(ctx context.Context) (err error) {
	if r.after, err = r.store.Related(ctx); err != nil {
		return err
	}
	r.kept = r.after
	var newest time.Time
	q := store.Query{Limit: relateBatch}
	for n := 0; n < relateMost; n += relateBatch {
		page, err := r.store.Articles(ctx, q)
		if err != nil {
			return err
		}
		for _, a := range page.Articles {
			if newest.IsZero() {
				newest = a.Published
			}
			if newest.Sub(a.Published) > relateSpan {
				page.Next = ""
				break
			}
			r.index.Put(a)
		}
		if q.After = page.Next; q.After == "" {
			break
		}
	}
	r.loaded = true
	return nil
}

// take brings the index up to what the lines are about, and gives the articles
// that are there.
func (r *relater) take(ctx context.Context, lines []store.Change) (map[store.ID]store.Article, error) {
	known := map[store.ID]store.Article{}
	for _, line := range lines {
		if line.ID == "" || line.Kind == store.KindRelated {
			continue
		}
		if _, done := known[line.ID]; done {
			continue
		}
		a, err := r.store.Article(ctx, line.ID)
		switch {
		case errors.Is(err, store.ErrNotFound):
			r.index.Remove(line.ID)
			continue
		case err != nil:
			return nil, err
		}
		r.index.Put(a)
		known[line.ID] = a
	}
	return known, nil
}

// find seeks the neighbours of what the lines brought to readers.
func (r *relater) find(lines []store.Change, known map[store.ID]store.Article) (found []store.Relation) {
	for _, line := range lines {
		a, ok := known[line.ID]
		if !ok || !a.Public() || line.Time.Sub(a.Published) > relateFresh {
			continue
		}
		switch line.Kind {
		case store.KindFiled, store.KindRevised, store.KindPublished, store.KindReleased:
		default:
			continue
		}
		delete(known, line.ID) // once is enough
		relation := store.Relation{ID: a.ID}
		for _, match := range r.index.Near(a, store.MaxNear) {
			relation.Near = append(relation.Near, match.ID)
		}
		found = append(found, relation)
	}
	return found
}
