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
// store.ErrNotFound.
func (s *Store) Article(ctx context.Context, id store.ID) (article store.Article, err error) {
	err = s.view(ctx, func(tx *tx) error {
		r, ok, err := tx.find(id)
		if err == nil && !ok {
			err = fmt.Errorf("article %s: %w", id, store.ErrNotFound)
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

// Articles is a page of a listing. It fails with store.ErrBadCursor.
func (s *Store) Articles(ctx context.Context, q store.Query) (page store.Page, err error) {
	err = s.view(ctx, func(tx *tx) error {
		page, err = tx.articles(q)
		return err
	})
	return page, err
}

func (tx *tx) articles(q store.Query) (page store.Page, err error) {
	bucket, prefix := bucketPublished, listingPrefix(q.Category)
	if q.All {
		bucket, prefix = bucketArticles, nil
		page.Count = tx.total()
	} else {
		l, err := tx.listing(q.Category)
		if err != nil {
			return page, err
		}
		page.Count, page.Changed = int(l.count), l.changed
	}
	end, err := pageEnd(q, prefix)
	if err != nil {
		return page, err
	}
	c := tx.Bucket(bucket).Cursor()
	k := before(c, end)
	for ; k != nil && bytes.HasPrefix(k, prefix); k, _ = c.Prev() {
		if len(page.Articles) == max(q.Limit, 1) {
			page.Next = store.NewCursor(end)
			return page, nil
		}
		r, ok, err := tx.record(idAt(k))
		if err == nil && !ok {
			err = fmt.Errorf("read article %s: the index names it, but it is not there; run `dateline store check`", idAt(k))
		}
		if err != nil {
			return page, err
		}
		page.Articles = append(page.Articles, r.Article)
		end = bytes.Clone(k)
	}
	return page, nil
}

// pageEnd is the key before which the page begins: that of the cursor, or the
// end of the listing.
func pageEnd(q store.Query, prefix []byte) ([]byte, error) {
	if q.After == "" {
		if len(prefix) == 0 {
			return bytes.Repeat([]byte{0xff}, 17), nil // after every id
		}
		end := bytes.Clone(prefix)
		end[len(end)-1]++ // the zero byte that ends the name
		return end, nil
	}
	length := len(prefix) + 16
	if !q.All {
		length += 8
	}
	key, ok := q.After.Key()
	if !ok || len(key) != length || !bytes.HasPrefix(key, prefix) {
		return nil, store.ErrBadCursor
	}
	return key, nil
}

// cursor is the part of bbolt's cursor that before needs.
type cursor interface {
	Seek([]byte) (key, value []byte)
	Last() (key, value []byte)
	Prev() (key, value []byte)
}

// before moves to the last key that is less than end.
func before(c cursor, end []byte) []byte {
	if k, _ := c.Seek(end); k == nil {
		k, _ = c.Last()
		return k
	}
	k, _ := c.Prev()
	return k
}

// Tombstones are those that readers of the category (of everything, when it
// is empty) must see: of what was withdrawn at since or later, the newest
// first.
func (s *Store) Tombstones(ctx context.Context, category string, since time.Time) (list []store.Tombstone, err error) {
	err = s.view(ctx, func(tx *tx) error {
		prefix := listingPrefix(category)
		end, _ := pageEnd(store.Query{}, prefix)
		c := tx.Bucket(bucketWithdrawn).Cursor()
		for k := before(c, end); k != nil && bytes.HasPrefix(k, prefix); k, _ = c.Prev() {
			if keyTime(k[len(prefix):]).Before(since) {
				return nil
			}
			r, _, err := tx.record(idAt(k))
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
