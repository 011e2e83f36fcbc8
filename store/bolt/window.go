package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"iter"
	"slices"
	"time"

	"dateline/store"
)

// Window is what a feed of a listing holds, the newest Published first. It
// fails with store.ErrNotFound as Articles does.
func (s *Store) Window(ctx context.Context, w store.Window) (page store.Page, err error) {
	err = s.view(ctx, func(tx *tx) error {
		page, err = tx.window(w)
		return err
	})
	return page, err
}

func (tx *tx) window(w store.Window) (store.Page, error) {
	page, err := tx.articles(store.Query{Listing: w.Listing, Limit: w.Newest})
	if err != nil {
		return page, err
	}
	l, err := tx.listing(w.Listing)
	if err != nil {
		return page, err
	}
	page.Next = ""
	page.Archives = store.ClosedArchives(int(l.places), w.Newest, w.Archive)
	page.OlderArchive = tx.archiveBefore(w.Listing, page.Archives+1, w.Archive)
	have := map[store.ID]bool{}
	for _, a := range page.Articles {
		have[a.ID] = true
	}
	holds, err := tx.holds(w.Listing)
	if err != nil {
		return page, err
	}
	add := func(id store.ID) (added bool, err error) {
		if have[id] {
			return false, nil
		}
		have[id] = true
		r, ok, err := tx.record(id)
		if err != nil || !ok || !r.Article.Public() || !holds(r.Article) {
			return false, err
		}
		page.Articles = append(page.Articles, r.Article)
		return true, nil
	}
	if err := tx.changedWithin(w, l.changed, add); err != nil {
		return page, err
	}
	if w.Archive > 0 {
		for _, id := range tx.placed(w.Listing, uint64(page.Archives*w.Archive)+1, l.places) {
			if _, err := add(id); err != nil {
				return page, err
			}
		}
	}
	slices.SortFunc(page.Articles, store.Newer)
	return page, nil
}

// changedWithin adds what KeepFor calls for.
func (tx *tx) changedWithin(w store.Window, changed time.Time, add func(store.ID) (bool, error)) error {
	if w.KeepFor <= 0 {
		return nil
	}
	since := changed.Add(-w.KeepFor)
	rows, err := tx.changes(w.Listing)
	if err != nil {
		return err
	}
	left := w.Most
	for t, id := range rows {
		if left <= 0 || t.Before(since) {
			return nil
		}
		added, err := add(id)
		if err != nil {
			return err
		}
		if added {
			left--
		}
	}
	return nil
}

// changes are the articles of a listing by their last change, the latest
// first. It may give one twice, and one that has left the listing.
func (tx *tx) changes(listing string) (iter.Seq2[time.Time, store.ID], error) {
	every := listing == ""
	if store.IsCombination(listing) {
		rule, err := tx.combination(listing)
		if err != nil {
			return nil, err
		}
		every = len(rule.Any) == 0
	}
	if every {
		return tx.logged, nil
	}
	rows, err := tx.rows(bucketChanged, listing, nil)
	return func(yield func(time.Time, store.ID) bool) {
		for at := range rows {
			if !yield(keyTime(at), idAt(at)) {
				return
			}
		}
	}, err
}

// logged is what readers saw change, by the log.
func (tx *tx) logged(yield func(time.Time, store.ID) bool) {
	c := tx.Bucket(bucketLog).Cursor()
	for k, v := c.Last(); k != nil; k, v = c.Prev() {
		line, err := tx.line(k, v)
		if err != nil || len(line.Listings) == 0 || line.Kind.Quiet() || line.Kind == store.KindDeclared {
			continue // what is damaged is told by Check
		}
		if !yield(line.Time, line.ID) {
			return
		}
	}
}

// archiveBefore is the last archive of a size before the one with a number of
// which something is left; 0 when there is none.
func (tx *tx) archiveBefore(listing string, number, size int) int {
	k, _ := before(tx.Bucket(bucketPlaces).Cursor(), placeKey(listing, uint64((number-1)*size)+1))
	return archiveOf(k, listing, size)
}

// archiveAfter is the first one behind it.
func (tx *tx) archiveAfter(listing string, number, size int) int {
	k, _ := tx.Bucket(bucketPlaces).Cursor().Seek(placeKey(listing, uint64(number*size)+1))
	return archiveOf(k, listing, size)
}

// archiveOf is the archive in which a row of bucketPlaces stands; 0 for one of
// another listing.
func archiveOf(row []byte, listing string, size int) int {
	place, ok := bytes.CutPrefix(row, listingPrefix(listing))
	if !ok || len(place) != 8 || size < 1 {
		return 0
	}
	return int((binary.BigEndian.Uint64(place)-1)/uint64(size)) + 1
}

// placed is what stands at the places from first to last.
func (tx *tx) placed(listing string, first, last uint64) (ids []store.ID) {
	c := tx.Bucket(bucketPlaces).Cursor()
	end := placeKey(listing, last)
	for k, v := c.Seek(placeKey(listing, first)); k != nil && bytes.Compare(k, end) <= 0; k, v = c.Next() {
		ids = append(ids, idAt(v))
	}
	return ids
}

// Archive is one closed archive of a listing, the newest Published first. Its
// Changed is when one of its articles last changed, withdrawal included. It
// fails with store.ErrNotFound when it is not closed yet, and with
// store.ErrExpunged when nothing of it is left.
func (s *Store) Archive(ctx context.Context, a store.Archive) (page store.Page, err error) {
	err = s.view(ctx, func(tx *tx) error {
		page, err = tx.archive(a)
		return err
	})
	return page, err
}

func (tx *tx) archive(a store.Archive) (page store.Page, err error) {
	l, err := tx.listing(a.Listing)
	if err != nil {
		return page, err
	}
	page.Count, page.Changed = int(l.count), tx.created()
	page.Archives = store.ClosedArchives(int(l.places), a.Newest, a.Size)
	if a.Number < 1 || a.Number > page.Archives {
		return page, fmt.Errorf("archive %d of %s: %w", a.Number, a.Listing, store.ErrNotFound)
	}
	holds, err := tx.holds(a.Listing)
	if err != nil {
		return page, err
	}
	last := uint64(a.Number * a.Size)
	ids := tx.placed(a.Listing, last-uint64(a.Size)+1, last)
	if len(ids) == 0 {
		return page, fmt.Errorf("archive %d of %s: %w", a.Number, a.Listing, store.ErrExpunged)
	}
	page.OlderArchive = tx.archiveBefore(a.Listing, a.Number, a.Size)
	if page.NewerArchive = tx.archiveAfter(a.Listing, a.Number, a.Size); page.NewerArchive > page.Archives {
		page.NewerArchive = 0
	}
	if len(ids) < a.Size && l.expunged.After(page.Changed) { // some of it was let go of
		page.Changed = l.expunged
	}
	for _, id := range ids {
		r, _, err := tx.record(id)
		if err != nil {
			return page, err
		}
		if r.Changed.After(page.Changed) {
			page.Changed = r.Changed
		}
		if r.Article.Public() && holds(r.Article) {
			page.Articles = append(page.Articles, r.Article)
		}
	}
	slices.SortFunc(page.Articles, store.Newer)
	return page, nil
}
