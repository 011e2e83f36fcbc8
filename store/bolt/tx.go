package bolt

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	bbolt "go.etcd.io/bbolt"

	"dateline/store"
)

// tx is one transaction, with the acts that the methods of Store are made of.
type tx struct {
	*bbolt.Tx
	coder *coder
	memo  *memo               // nil in a transaction that writes
	rules []store.Combination // once combinations has read them
}

// view runs act on a snapshot of the store.
func (s *Store) view(ctx context.Context, act func(*tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true)) // see damaged
	return s.db.View(func(btx *bbolt.Tx) (err error) {
		defer damaged(s.db.Path(), &err)
		defer s.readers.begin(time.Now())()
		return act(&tx{Tx: btx, coder: s.coder, memo: &s.memo})
	})
}

// errDamaged: the file has a page that cannot be what it should.
var errDamaged = errors.New("damaged")

// damaged makes an error of the panic with which bbolt meets a page that
// cannot be what it should, or with which the process does that follows it out
// of the file, where debug.SetPanicOnFault is set.
func damaged(path string, err *error) {
	p := recover()
	if p == nil {
		return
	}
	why := strings.TrimPrefix(fmt.Sprint(p), "assertion failed: ")
	if _, ok := p.(runtime.Error); ok {
		why = "a page leads nowhere"
	}
	*err = fmt.Errorf("store %s is %w: %s: stop the server, run `dateline store check`, and go back to a good copy", path, errDamaged, why)
}

func (tx *tx) schema() int { return schemaOf(tx.Tx) }

// record is that of id; ok is false when there is none.
func (tx *tx) record(id store.ID) (r record, ok bool, err error) {
	b := tx.Bucket(bucketArticles).Get(idKey(id))
	if b == nil {
		return r, false, nil
	}
	if tx.memo != nil {
		if r, ok := tx.memo.get(id, b); ok {
			return r, true, nil
		}
	}
	if err := tx.coder.unmarshal(b, &r); err != nil {
		return r, false, fmt.Errorf("read article %s: %w", id, err)
	}
	if tx.memo != nil {
		tx.memo.put(id, b, r)
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
	if r.Changed = line.Time; line.Kind.Quiet() {
		r.Changed = old.Changed // readers need not see it again
	}
	if old != nil && r.Seen == nil {
		r.Seen, r.Links = old.Seen, old.Links
	}
	if old != nil && r.Near == nil {
		r.Near = old.Near
	}
	if r.Lines = nil; old != nil {
		r.Lines = slices.Clip(old.Lines)
		r.Traces = store.Traces(old.Traces, old.Article, r.Article)
	}
	if line.Kind != store.KindRelated { // nobody did anything to it
		var err error
		if r.Lines, err = tx.capLines(append(r.Lines, line.Sequence)); err != nil {
			return line, err
		}
	}
	given, err := tx.givePlaces(&r)
	if err != nil {
		return line, err
	}
	line.ID, line.Version = r.Article.ID, r.Article.Version
	line.Listings, err = tx.seenIn(old, r)
	if err != nil {
		return line, err
	}

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
	grown, err := tx.reindex(old, r)
	if err != nil {
		return line, err
	}
	for name := range given {
		l := grown[name]
		l.places++
		grown[name] = l
	}
	if len(line.Listings) > 0 {
		for _, name := range append(line.Listings, "") {
			l := grown[name]
			l.changed = line.Time
			grown[name] = l
		}
	}
	for name, by := range grown {
		if err := tx.grow(name, by); err != nil {
			return line, err
		}
	}
	return line, tx.appendLog(line)
}

// seenIn are the listings in which readers see a difference between old and r,
// sorted, but for that of everything.
func (tx *tx) seenIn(old *record, r record) ([]string, error) {
	rules, err := tx.combinations()
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	see := func(r record) {
		if !r.Article.Visible() {
			return
		}
		showing := showing(r)
		for _, name := range showing {
			seen[name] = true
		}
		for _, c := range rules {
			if c.Shows(r.Article, showing) {
				seen[c.Listing()] = true
			}
		}
	}
	if old != nil {
		see(*old)
	}
	see(r)
	if old != nil && store.ShowsOtherwise(old.Article, r.Article) {
		for id := range tx.leadingTo(r.Article.ID) {
			leads, ok, err := tx.record(id)
			if err != nil {
				return nil, err
			}
			if ok && leads.Article.Public() {
				see(leads)
			}
		}
	}
	return slices.Sorted(maps.Keys(seen)), nil
}

// givePlaces gives r a place in each listing in which it is public for the first
// time, beside those that it has. given says in which.
func (tx *tx) givePlaces(r *record) (given map[string]bool, err error) {
	given = map[string]bool{}
	places := map[string]uint64{}
	maps.Copy(places, r.Places)
	r.Places = places
	if !r.Article.Public() {
		return given, nil
	}
	for _, name := range r.Article.Listings() {
		if r.Places[name] > 0 {
			continue
		}
		l, err := tx.listing(name)
		if err != nil {
			return nil, err
		}
		r.Places[name], given[name] = l.places+1, true
	}
	return given, nil
}

// reindex writes the difference between the index rows of old and of r, and
// says by how much each listing grew.
func (tx *tx) reindex(old *record, r record) (grown map[string]listing, err error) {
	before, after := map[entry]bool{}, map[entry]bool{}
	grown = map[string]listing{}
	if old != nil {
		collect(*old, before, grown, -1)
	}
	collect(r, after, grown, +1)
	for e := range before {
		if !after[e] {
			if err := tx.Bucket([]byte(e.bucket)).Delete([]byte(e.key)); err != nil {
				return nil, err
			}
		}
	}
	for e := range after {
		if !before[e] {
			if err := tx.put([]byte(e.bucket), []byte(e.key), []byte(e.value)); err != nil {
				return nil, err
			}
		}
	}
	return grown, nil
}

// collect adds the index rows of r to rows, and what r counts for in each
// listing, so many times, to grown. Numbers wrap down as well as up.
func collect(r record, rows map[entry]bool, grown map[string]listing, times int) {
	for _, e := range entries(r) {
		rows[e] = true
	}
	for _, name := range append(r.Article.Listings(), "") {
		l := grown[name]
		l.filed += uint64(times)
		if r.Article.Public() {
			l.count += uint64(times)
		}
		grown[name] = l
	}
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
func (tx *tx) listing(name string) (listing, error) {
	b := tx.Bucket(bucketListings).Get([]byte(listingName(name)))
	if b == nil {
		return listing{changed: tx.created()}, nil
	}
	l, err := unmarshalListing(b)
	if err != nil {
		return l, fmt.Errorf("read listing %q: %w", name, err)
	}
	return l, nil
}

// listingName is the key of a listing: bbolt takes no empty key, so each ends
// with a zero byte, as in the indexes.
func listingName(slug string) string { return string(listingPrefix(slug)) }

// grow adds to the numbers of a listing, and sets when it changed unless by
// leaves that open.
func (tx *tx) grow(name string, by listing) error {
	l, err := tx.listing(name)
	if err != nil {
		return err
	}
	if by == (listing{}) {
		return nil
	}
	l.count, l.filed, l.places = l.count+by.count, l.filed+by.filed, l.places+by.places
	if !by.changed.IsZero() {
		l.changed = by.changed
	}
	if !by.expunged.IsZero() {
		l.expunged = by.expunged
	}
	return tx.put(bucketListings, []byte(listingName(name)), l.marshal())
}

func (tx *tx) created() time.Time {
	return keyTime(tx.Bucket(bucketMeta).Get(keyCreated))
}
