package bolt

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"dateline/store"
)

// remainsKeys are the rows of bucketGoneNames that follow from what is left of an
// article.
func remainsKeys(r store.Remains) (keys [][]byte) {
	for _, name := range r.Names {
		keys = append(keys, append(nameKey(name), idKey(r.ID)...))
	}
	return keys
}

// nameKey is a name of store.NameOf as bytes.
func nameKey(name string) []byte {
	key, _ := hex.DecodeString(name) // of what is loaded it is checked
	return key
}

// remains are those of an article; ok is false when there are none.
func (tx *tx) remains(id store.ID) (r store.Remains, ok bool, err error) {
	v := tx.Bucket(bucketGone).Get(idKey(id))
	if v == nil {
		return r, false, nil
	}
	if err := tx.coder.unmarshal(v, &r); err != nil {
		return r, false, fmt.Errorf("read what is left of article %s: %w", id, err)
	}
	return r, true, nil
}

// keepRemains keeps what is left of an article. Its names never change.
func (tx *tx) keepRemains(r store.Remains) error {
	value, err := tx.coder.marshal(r)
	if err != nil {
		return err
	}
	for _, key := range remainsKeys(r) {
		if err := tx.put(bucketGoneNames, key, nil); err != nil {
			return err
		}
	}
	return tx.put(bucketGone, idKey(r.ID), value)
}

// forgetRemains drops what is left of an article.
func (tx *tx) forgetRemains(key []byte) error {
	r, ok, err := tx.remains(idAt(key))
	if err != nil || !ok {
		return err
	}
	for _, key := range remainsKeys(r) {
		if err := tx.Bucket(bucketGoneNames).Delete(key); err != nil {
			return err
		}
	}
	return tx.Bucket(bucketGone).Delete(key)
}

// missing is the error for an article that is not there.
func (tx *tx) missing(id store.ID) error {
	if _, ok := id.Bytes(); ok && tx.Bucket(bucketGone).Get(idKey(id)) != nil {
		return fmt.Errorf("article %s: %w", id, store.ErrExpunged)
	}
	return fmt.Errorf("article %s: %w", id, store.ErrNotFound)
}

// missingGUID is the error for an article that is not there under a GUID.
func (tx *tx) missingGUID(guid string) error {
	if tx.hadGUID(guid) {
		return fmt.Errorf("article %s: %w", guid, store.ErrExpunged)
	}
	return fmt.Errorf("article %s: %w", guid, store.ErrNotFound)
}

// hadGUID reports whether an article with that GUID was let go of.
func (tx *tx) hadGUID(guid string) bool {
	name := nameKey(store.NameOf("guid", guid))
	k, _ := tx.Bucket(bucketGoneNames).Cursor().Seek(name)
	return bytes.HasPrefix(k, name)
}

// isGone is the article that was let go of that an entry of a source is.
func (tx *tx) isGone(source string, item store.Gathered) (r store.Remains, ok bool, err error) {
	c := tx.Bucket(bucketGoneNames).Cursor()
	if k, _ := c.First(); k == nil { // nothing was
		return r, false, nil
	}
	for _, name := range store.NamesOf(source, item) {
		name := nameKey(name)
		for k, _ := c.Seek(name); bytes.HasPrefix(k, name); k, _ = c.Next() {
			if r, ok, err = tx.remains(idAt(k)); err != nil || ok && r.Is(source, item) {
				return r, err == nil, err
			}
		}
	}
	return store.Remains{}, false, nil
}

// remind notes that a source has still what went, written anew only now and then.
func (tx *tx) remind(r store.Remains, now time.Time) error {
	if now.Sub(r.Carried) < store.GoneFor/10 {
		return nil
	}
	r.Carried = now.UTC().Truncate(time.Microsecond)
	return tx.keepRemains(r)
}

// isForgotten reports whether what is left of an article is to be forgotten.
func (tx *tx) isForgotten(value []byte, now time.Time) (forgotten bool, err error) {
	var r store.Remains
	if err := tx.coder.unmarshal(value, &r); err != nil {
		return false, fmt.Errorf("read what is left of an article: %w", err)
	}
	var failed error
	forgotten = r.IsForgotten(now, func(name string) (store.Source, bool) {
		s, ok, err := tx.source(name)
		failed = errors.Join(failed, err)
		return s, ok
	})
	return forgotten, failed
}

// remains holds what is left of articles to their names.
func (c *checker) remains() error {
	follow := map[string]bool{}
	err := c.tx.Bucket(bucketGone).ForEach(func(k, v []byte) error {
		var r store.Remains
		if err := c.tx.coder.unmarshal(v, &r); err != nil || len(k) != 16 || idAt(k) != r.ID {
			c.fault("article %x that went: what is left of it is of another, or cannot be read (%v)", k, err)
			return nil
		}
		for _, key := range remainsKeys(r) {
			follow[string(key)] = true
			if at, _ := c.tx.Bucket(bucketGoneNames).Cursor().Seek(key); !bytes.Equal(at, key) {
				c.fault("article %s that went: its row in index %q is missing", r.ID, bucketGoneNames)
			}
		}
		return nil
	})
	return errors.Join(err, c.tx.Bucket(bucketGoneNames).ForEach(func(k, _ []byte) error {
		if !follow[string(k)] {
			c.fault("index %q: row %x follows from no article that went", bucketGoneNames, k)
		}
		return nil
	}))
}
