package bolt

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"dateline/store"
)

// find is the record of an id that may be no ULID.
func (tx *tx) find(id store.ID) (record, bool, error) {
	if _, ok := id.Bytes(); !ok {
		return record{}, false, nil
	}
	return tx.record(id)
}

// Article is the article with that ID, of whatever status, or
// store.ErrNotFound, or store.ErrExpunged.
func (s *Store) Article(ctx context.Context, id store.ID) (article store.Article, err error) {
	err = s.view(ctx, func(tx *tx) error {
		r, ok, err := tx.find(id)
		if err == nil && !ok {
			err = tx.missing(id)
		}
		article = r.Article
		return err
	})
	return article, err
}

// Tombstone is that of a killed or held article, or store.ErrNotFound.
func (s *Store) Tombstone(ctx context.Context, id store.ID) (t store.Tombstone, err error) {
	err = s.view(ctx, func(tx *tx) error {
		r, ok, err := tx.find(id)
		if err != nil {
			return err
		}
		if !ok || r.Tombstone == nil {
			return fmt.Errorf("tombstone of article %s: %w", id, store.ErrNotFound)
		}
		t = *r.Tombstone
		return nil
	})
	return t, err
}

// Articles is a page of a listing. It fails with store.ErrBadCursor, and with
// store.ErrNotFound when there is no listing of that name: any category has
// one, a source that gave something, a combination that was declared.
func (s *Store) Articles(ctx context.Context, q store.Query) (page store.Page, err error) {
	err = s.view(ctx, func(tx *tx) error {
		page, err = tx.articles(q)
		return err
	})
	return page, err
}

func (tx *tx) articles(q store.Query) (page store.Page, err error) {
	if q.All {
		return tx.allArticles(q)
	}
	l, err := tx.known(q.Listing)
	if err != nil {
		return page, err
	}
	page.Count, page.Changed = int(l.count), l.changed
	at, err := cursorKey(q, listingPrefix(q.Listing), atLength)
	if err != nil {
		return page, err
	}
	rows, err := tx.rows(bucketPublished, q.Listing, at)
	if err != nil {
		return page, err
	}
	for next := range rows {
		if len(page.Articles) == max(q.Limit, 1) {
			page.Next = store.NewCursor(append(listingPrefix(q.Listing), at...))
			break
		}
		r, ok, err := tx.record(idAt(next))
		if err == nil && !ok {
			err = fmt.Errorf("read article %s: the index names it, but it is not there; run `dateline store check`", idAt(next))
		}
		if err != nil {
			return page, err
		}
		page.Articles = append(page.Articles, r.Article)
		at = next
	}
	return page, nil
}

// allArticles is a page of all articles, of whatever status.
func (tx *tx) allArticles(q store.Query) (page store.Page, err error) {
	page.Count = tx.total()
	end, err := cursorKey(q, nil, 16)
	if err != nil {
		return page, err
	}
	if end == nil {
		end = bytes.Repeat([]byte{0xff}, 17) // after every id
	}
	c := tx.Bucket(bucketArticles).Cursor()
	for k, _ := before(c, end); k != nil; k, _ = c.Prev() {
		if len(page.Articles) == max(q.Limit, 1) {
			page.Next = store.NewCursor(end)
			break
		}
		r, _, err := tx.record(idAt(k))
		if err != nil {
			return page, err
		}
		page.Articles = append(page.Articles, r.Article)
		end = k
	}
	return page, nil
}

// cursorKey is the part behind the prefix of the key before which the page
// begins; nil when it begins the listing.
func cursorKey(q store.Query, prefix []byte, length int) ([]byte, error) {
	if q.After == "" {
		return nil, nil
	}
	key, ok := q.After.Key()
	at, inside := bytes.CutPrefix(key, prefix)
	if !ok || !inside || len(at) != length {
		return nil, store.ErrBadCursor
	}
	return at, nil
}

// Tombstones are those that readers of the listing must see: of what was
// withdrawn at since or later, the newest first.
func (s *Store) Tombstones(ctx context.Context, listing string, since time.Time) (list []store.Tombstone, err error) {
	err = s.view(ctx, func(tx *tx) error {
		rows, err := tx.rows(bucketWithdrawn, listing, nil)
		if err != nil {
			return err
		}
		for at := range rows {
			if keyTime(at).Before(since) {
				return nil
			}
			r, _, err := tx.record(idAt(at))
			if err != nil {
				return err
			}
			if r.Tombstone != nil {
				list = append(list, *r.Tombstone)
			}
		}
		return nil
	})
	return list, err
}
