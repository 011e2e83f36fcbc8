package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"time"

	bbolt "go.etcd.io/bbolt"

	"dateline/store"
)

// tx is one transaction, with the acts that the methods of Store are made of.
type tx struct {
	*bbolt.Tx
	coder *coder
}

// view runs act on a snapshot of the store.
func (s *Store) view(ctx context.Context, act func(*tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return s.db.View(func(btx *bbolt.Tx) error {
		return act(&tx{Tx: btx, coder: s.coder})
	})
}

func (tx *tx) schema() int { return schemaOf(tx.Tx) }

// record is that of id; ok is false when there is none.
func (tx *tx) record(id store.ID) (r record, ok bool, err error) {
	b := tx.Bucket(bucketArticles).Get(idKey(id))
	if b == nil {
		return r, false, nil
	}
	if err := tx.coder.unmarshal(b, &r); err != nil {
		return r, false, fmt.Errorf("read article %s: %w", id, err)
	}
	return r, true, nil
}

// byGUID is the record with that GUID.
func (tx *tx) byGUID(guid string) (record, bool, error) {
	if id, own := ownID(guid); own {
		if r, ok, err := tx.record(id); err != nil || ok && r.Article.GUID == guid {
			return r, ok, err
		}
	}
	id := tx.Bucket(bucketGUIDs).Get([]byte(guid))
	if id == nil {
		return record{}, false, nil
	}
	return tx.record(idAt(id))
}

// change replaces old (nil for a new article) with r everywhere and writes
// the line of the log, whose Sequence, ID, Version and Listings it fills in.
func (tx *tx) change(old *record, r record, line store.Change) (store.Change, error) {
	line.Sequence = tx.lastChange().sequence + 1
	r.Changed = line.Time
	given, err := tx.givePlaces(old, &r)
	if err != nil {
		return line, err
	}
	line.ID, line.Version = r.Article.ID, r.Article.Version
	listings := map[string]bool{}
	before, after := map[entry]bool{}, map[entry]bool{}
	if old != nil {
		collect(*old, before, listings)
	}
	collect(r, after, listings)
	line.Listings = slices.Sorted(maps.Keys(listings))

	value, err := tx.coder.marshal(r)
	if err != nil {
		return line, err
	}
	if err := tx.put(bucketArticles, idKey(r.Article.ID), value); err != nil {
		return line, err
	}
	if err := tx.recount(old, r); err != nil {
		return line, err
	}
	counts, err := tx.reindex(before, after)
	if err != nil {
		return line, err
	}
	if len(listings) > 0 {
		for _, slug := range append(line.Listings, "") {
			if err := tx.touch(slug, counts[slug], given[slug], line); err != nil {
				return line, err
			}
		}
	}
	return line, tx.appendLog(line)
}

// givePlaces gives r the places that old had, and one in the listing of each
// category in which it is public for the first time. given says in which.
func (tx *tx) givePlaces(old, r *record) (given map[string]uint64, err error) {
	given = map[string]uint64{}
	r.Places = map[string]uint64{}
	if old != nil {
		maps.Copy(r.Places, old.Places)
	}
	if !r.Article.Public() {
		return given, nil
	}
	for _, slug := range r.Article.Categories {
		if r.Places[slug] > 0 {
			continue
		}
		l, err := tx.listing(slug)
		if err != nil {
			return nil, err
		}
		r.Places[slug], given[slug] = l.places+1, 1
	}
	return given, nil
}

// collect adds the index rows of r, and the listings in which readers see it.
func collect(r record, rows map[entry]bool, listings map[string]bool) {
	for _, e := range entries(r) {
		rows[e] = true
	}
	if r.Article.Visible() {
		for _, slug := range r.Article.Categories {
			listings[slug] = true
		}
	}
}

// reindex writes the difference between two sets of index rows, and says by
// how much each listing grew.
func (tx *tx) reindex(before, after map[entry]bool) (counts map[string]int, err error) {
	counts = map[string]int{}
	count := func(e entry, by int) {
		if e.bucket == string(bucketPublished) {
			counts[e.key[:bytes.IndexByte([]byte(e.key), 0)]] += by
		}
	}
	for e := range before {
		if !after[e] {
			count(e, -1)
			if err := tx.Bucket([]byte(e.bucket)).Delete([]byte(e.key)); err != nil {
				return nil, err
			}
		}
	}
	for e := range after {
		if !before[e] {
			count(e, +1)
			if err := tx.put([]byte(e.bucket), []byte(e.key), []byte(e.value)); err != nil {
				return nil, err
			}
		}
	}
	return counts, nil
}

// recount moves an article from the count of its old status to that of its
// new one.
func (tx *tx) recount(old *record, r record) error {
	if old != nil {
		if old.Article.Status == r.Article.Status {
			return nil
		}
		if err := tx.setCount(old.Article.Status, tx.count(old.Article.Status)-1); err != nil {
			return err
		}
	}
	return tx.setCount(r.Article.Status, tx.count(r.Article.Status)+1)
}

// count is the number of articles of a status.
func (tx *tx) count(status store.Status) int {
	b := tx.Bucket(bucketMeta).Get([]byte(status))
	if len(b) != 8 {
		return 0
	}
	return int(binary.BigEndian.Uint64(b))
}

func (tx *tx) setCount(status store.Status, n int) error {
	return tx.Bucket(bucketMeta).Put([]byte(status), binary.BigEndian.AppendUint64(nil, uint64(n)))
}

// total is the number of articles of every status.
func (tx *tx) total() (n int) {
	for _, status := range statuses {
		n += tx.count(status)
	}
	return n
}

// put writes a key. Nearly all keys run with the clock, so pages are split
// nearly full, not in half.
func (tx *tx) put(bucket, key, value []byte) error {
	b := tx.Bucket(bucket)
	b.FillPercent = 0.9
	return b.Put(key, value)
}

// listing is the state of a listing; its time is that of the store's making
// when it never changed.
func (tx *tx) listing(slug string) (listing, error) {
	b := tx.Bucket(bucketListings).Get([]byte(listingName(slug)))
	if b == nil {
		return listing{changed: tx.created()}, nil
	}
	l, err := unmarshalListing(b)
	if err != nil {
		return l, fmt.Errorf("read listing %q: %w", slug, err)
	}
	return l, nil
}

// listingName is the key of a listing: bbolt takes no empty key, so each ends
// with a zero byte, as in the indexes.
func listingName(slug string) string { return string(listingPrefix(slug)) }

// touch records that a listing changed with that line of the log: by so many
// articles, and with so many places given out.
func (tx *tx) touch(slug string, by int, places uint64, line store.Change) error {
	l, err := tx.listing(slug)
	if err != nil {
		return err
	}
	l.count += uint64(by) // wraps down as well as up
	l.places += places
	l.sequence, l.changed = line.Sequence, line.Time
	return tx.put(bucketListings, []byte(listingName(slug)), l.marshal())
}

func (tx *tx) created() time.Time {
	return keyTime(tx.Bucket(bucketMeta).Get(keyCreated))
}
