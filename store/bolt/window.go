package bolt

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"dateline/store"
)

// Window is what a feed of a listing holds, the newest Published first.
func (s *Store) Window(ctx context.Context, w store.Window) (page store.Page, err error) {
	err = s.view(ctx, func(tx *tx) error {
		page, err = tx.window(w)
		return err
	})
	return page, err
}

func (tx *tx) window(w store.Window) (store.Page, error) {
	page, err := tx.articles(store.Query{Category: w.Category, Limit: w.Newest})
	if err != nil {
		return page, err
	}
	l, err := tx.listing(w.Category)
	if err != nil {
		return page, err
	}
	page.Next = ""
	page.Archives = store.ClosedArchives(int(l.places), w.Newest, w.Archive)
	ids, err := tx.changedWithin(w, l)
	if err != nil {
		return page, err
	}
	if w.Archive > 0 {
		ids = append(ids, tx.placed(w.Category, uint64(page.Archives*w.Archive)+1, l.places)...)
	}
	have := map[store.ID]bool{}
	for _, a := range page.Articles {
		have[a.ID] = true
	}
	for _, id := range ids {
		if have[id] {
			continue
		}
		have[id] = true
		r, ok, err := tx.record(id)
		if err != nil {
			return page, err
		}
		if ok && r.listed(w.Category) {
			page.Articles = append(page.Articles, r.Article)
		}
	}
	slices.SortFunc(page.Articles, store.Newer)
	return page, nil
}

// listed reports whether the article stands in the listing.
func (r record) listed(category string) bool {
	return r.Article.Public() && (category == "" || slices.Contains(r.Article.Categories, category))
}

// changedWithin is what KeepFor calls for.
func (tx *tx) changedWithin(w store.Window, l listing) (ids []store.ID, err error) {
	since := l.changed.Add(-w.KeepFor)
	switch {
	case w.KeepFor <= 0:
		return nil, nil
	case w.Category == "":
		return tx.loggedSince(since, w.Most)
	}
	prefix := listingPrefix(w.Category)
	end, _ := pageEnd(store.Query{}, prefix)
	c := tx.Bucket(bucketChanged).Cursor()
	for k := before(c, end); k != nil && bytes.HasPrefix(k, prefix) && len(ids) < w.Most; k, _ = c.Prev() {
		if keyTime(k[len(prefix):]).Before(since) {
			break
		}
		ids = append(ids, idAt(k))
	}
	return ids, nil
}

// loggedSince is what readers saw change since then, the last changed first,
// at most so many.
func (tx *tx) loggedSince(since time.Time, most int) (ids []store.ID, err error) {
	seen := map[store.ID]bool{}
	c := tx.Bucket(bucketLog).Cursor()
	for k, v := c.Last(); k != nil && len(ids) < most && !keyTime(v).Before(since); k, v = c.Prev() {
		line, err := tx.line(k, v)
		if err != nil {
			return nil, err
		}
		if len(line.Listings) > 0 && !seen[line.ID] {
			seen[line.ID] = true
			ids = append(ids, line.ID)
		}
	}
	return ids, nil
}

// placed is what stands at the places from first to last.
func (tx *tx) placed(category string, first, last uint64) (ids []store.ID) {
	c := tx.Bucket(bucketPlaces).Cursor()
	end := placeKey(category, last)
	for k, v := c.Seek(placeKey(category, first)); k != nil && bytes.Compare(k, end) <= 0; k, v = c.Next() {
		ids = append(ids, idAt(v))
	}
	return ids
}

// Archive is one closed archive of a category, the newest Published first. Its
// Changed is when one of its articles last changed, withdrawal included. It
// fails with store.ErrNotFound when it is not closed yet.
func (s *Store) Archive(ctx context.Context, a store.Archive) (page store.Page, err error) {
	err = s.view(ctx, func(tx *tx) error {
		page, err = tx.archive(a)
		return err
	})
	return page, err
}

func (tx *tx) archive(a store.Archive) (page store.Page, err error) {
	l, err := tx.listing(a.Category)
	if err != nil {
		return page, err
	}
	page.Count, page.Changed = int(l.count), tx.created()
	page.Archives = store.ClosedArchives(int(l.places), a.Newest, a.Size)
	if a.Number < 1 || a.Number > page.Archives {
		return page, fmt.Errorf("archive %d of %s: %w", a.Number, a.Category, store.ErrNotFound)
	}
	last := uint64(a.Number * a.Size)
	for _, id := range tx.placed(a.Category, last-uint64(a.Size)+1, last) {
		r, _, err := tx.record(id)
		if err != nil {
			return page, err
		}
		if r.Changed.After(page.Changed) {
			page.Changed = r.Changed
		}
		if r.listed(a.Category) {
			page.Articles = append(page.Articles, r.Article)
		}
	}
	slices.SortFunc(page.Articles, store.Newer)
	return page, nil
}
