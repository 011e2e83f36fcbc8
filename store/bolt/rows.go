package bolt

import (
	"bytes"
	"iter"

	bbolt "go.etcd.io/bbolt"

	"dateline/store"
)

// atLength is that of the time and the id that end the key of a row.
const atLength = 8 + 16

// rows are those of a listing in an index, the latest first: the time and the
// id of each, good until the transaction ends. They begin before the row at
// end, or with the last when end is empty.
func (tx *tx) rows(bucket []byte, listing string, end []byte) (iter.Seq[[]byte], error) {
	if !store.IsCombination(listing) {
		return func(yield func([]byte) bool) {
			for r := tx.seek(bucket, listing, end); r.at != nil && yield(r.at); r.previous() {
			}
		}, nil
	}
	rule, err := tx.combination(listing)
	if err != nil {
		return nil, err
	}
	return func(yield func([]byte) bool) { tx.merge(bucket, rule, end, yield) }, nil
}

// run is a place in the rows of one listing.
type run struct {
	cursor *bbolt.Cursor
	prefix []byte
	at     []byte // nil before the first row
	value  []byte
}

// seek is the run that begins before the row at end.
func (tx *tx) seek(bucket []byte, listing string, end []byte) *run {
	r := &run{cursor: tx.Bucket(bucket).Cursor(), prefix: listingPrefix(listing)}
	key := append(bytes.Clone(r.prefix), end...)
	if len(end) == 0 {
		key[len(key)-1]++ // the zero byte that ends the name
	}
	r.set(before(r.cursor, key))
	return r
}

func (r *run) previous() { r.set(r.cursor.Prev()) }

func (r *run) set(key, value []byte) {
	var inside bool
	r.at, inside = bytes.CutPrefix(key, r.prefix)
	if r.value = value; !inside {
		r.at = nil
	}
}

// merge gives the rows of a combination, each once, as long as yield asks for
// more.
func (tx *tx) merge(bucket []byte, rule store.Combination, end []byte, yield func([]byte) bool) {
	listings := rule.Any
	if len(listings) == 0 {
		listings = []string{""}
	}
	var runs []*run
	for _, listing := range listings {
		runs = append(runs, tx.seek(bucket, listing, end))
	}
	for range store.MaxLook {
		var latest *run
		for _, r := range runs {
			if r.at != nil && (latest == nil || bytes.Compare(r.at, latest.at) > 0) {
				latest = r
			}
		}
		if latest == nil {
			return
		}
		at, value := latest.at, latest.value
		for _, r := range runs {
			if bytes.Equal(r.at, at) {
				r.previous()
			}
		}
		if rule.Urgent(urgencyOf(value)) && (hasMoved(value) || !tx.inAny(bucket, rule.None, at)) && !yield(at) {
			return
		}
	}
}

// inAny reports whether one of the listings has that row.
func (tx *tx) inAny(bucket []byte, listings []string, at []byte) bool {
	for _, listing := range listings {
		k, _ := tx.Bucket(bucket).Cursor().Seek(append(listingPrefix(listing), at...))
		if rest, ok := bytes.CutPrefix(k, listingPrefix(listing)); ok && bytes.Equal(rest, at) {
			return true
		}
	}
	return false
}

// cursor is the part of bbolt's cursor that before needs.
type cursor interface {
	Seek([]byte) (key, value []byte)
	Last() (key, value []byte)
	Prev() (key, value []byte)
}

// before moves to the last key that is less than end.
func before(c cursor, end []byte) (key, value []byte) {
	if k, _ := c.Seek(end); k == nil {
		return c.Last()
	}
	return c.Prev()
}
