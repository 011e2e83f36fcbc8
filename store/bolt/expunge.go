package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"dateline/store"
)

const (
	expungeLook = 500 // records, lines or keys that one step looks at
	expungeMost = 50  // articles that go in one transaction: others wait for it
)

// Expunge lets go, for good, of what a retention does not keep, a step at a
// time; see store.Retention. It is given what it returned before, until that is
// Done. What went has a line in the log, and what its sources still carry does
// not come back.
func (s *Store) Expunge(ctx context.Context, r store.Retention, at store.Sweep) (store.Sweep, error) {
	if at.Cutoffs == nil {
		err := s.view(ctx, func(tx *tx) (err error) {
			at.Cutoffs, err = tx.cutoffs(r, at.Now)
			return err
		})
		if err != nil {
			return at, err
		}
	}
	stages := []func(context.Context, store.Retention, store.Sweep) (store.Sweep, error){s.expungeArticles, s.trimLog, s.trimKeys, s.forgetGone}
	if at.Stage >= len(stages) {
		at.Done = true
		return at, nil
	}
	next, err := stages[at.Stage](ctx, r, at)
	if err != nil {
		return at, err
	}
	if next.After == nil {
		next.Stage++
		next.Done = next.Stage == len(stages)
	}
	return next, nil
}

// cutoffs are those of all listings from which something goes.
func (tx *tx) cutoffs(r store.Retention, now time.Time) (map[string]store.Cutoff, error) {
	list := map[string]store.Cutoff{}
	err := tx.Bucket(bucketListings).ForEach(func(k, _ []byte) error {
		name := string(k[:len(k)-1])
		keep, ok := r.Of[name]
		if _, ofSource := store.SourceOf(name); !ok && !ofSource {
			keep = r.Default
		}
		if name == "" || store.IsCombination(name) || keep == (store.Keep{}) {
			return nil
		}
		var c store.Cutoff
		if keep.Age > 0 {
			c = store.Cutoff{Published: now.Add(-keep.Age).UTC().Truncate(time.Microsecond), ID: store.IDFromBytes([16]byte{})}
		}
		if keep.Number > 0 {
			n := 0
			rows, err := tx.rows(bucketPublished, name, nil)
			if err != nil {
				return err
			}
			for at := range rows {
				if n++; n == keep.Number {
					c = c.Later(store.Cutoff{Published: keyTime(at), ID: idAt(at)})
					break
				}
			}
		}
		list[name] = c
		return nil
	})
	return list, err
}

// expungeArticles lets some articles go.
func (s *Store) expungeArticles(ctx context.Context, r store.Retention, at store.Sweep) (store.Sweep, error) {
	var ids []store.ID
	next := at
	next.After = nil
	if len(at.Cutoffs) == 0 { // no look at a million articles of which none goes
		return next, nil
	}
	err := s.view(ctx, func(tx *tx) error {
		c, looked := tx.Bucket(bucketArticles).Cursor(), 0
		for k, _ := after(c, at.After); k != nil; k, _ = c.Next() {
			r1, _, err := tx.record(idAt(k))
			if err != nil {
				return err
			}
			if r.LetsGo(r1.Article, r1.Changed, at) {
				ids = append(ids, r1.Article.ID)
			}
			if looked++; looked == expungeLook || len(ids) == expungeMost {
				next.After = bytes.Clone(k)
				return nil
			}
		}
		return nil
	})
	if err != nil || len(ids) == 0 {
		return next, err
	}
	removed := 0
	err = s.write(ctx, func(tx *tx) error {
		removed = 0
		for _, id := range ids {
			old, ok, err := tx.record(id)
			if err != nil {
				return err
			}
			if !ok || !r.LetsGo(old.Article, old.Changed, at) { // meanwhile somebody changed it
				continue
			}
			if err := tx.expunge(old, at.Now); err != nil {
				return fmt.Errorf("let go of article %s: %w", id, err)
			}
			removed++
		}
		return nil
	})
	next.Removed += removed
	return next, err
}

// after is the first key behind another; the first of all for none.
func after(c interface {
	First() (key, value []byte)
	Next() (key, value []byte)
	Seek([]byte) (key, value []byte)
}, key []byte) (k, v []byte) {
	if key == nil {
		return c.First()
	}
	if k, v = c.Seek(key); bytes.Equal(k, key) {
		return c.Next()
	}
	return k, v
}

// expunge removes a record and all that follows from it, and remembers what
// would make an article of it again.
func (tx *tx) expunge(r record, now time.Time) error {
	line := store.Change{
		Sequence: tx.lastChange().sequence + 1, Time: tx.stamp(now), Kind: store.KindExpunged, ID: r.Article.ID, Version: r.Article.Version,
	}
	gone := r
	gone.Article.Status = store.Expired
	var err error
	if line.Listings, err = tx.seenIn(&r, gone); err != nil {
		return err
	}
	shows, err := tx.isAmongNewest(r)
	if err != nil {
		return err
	}
	for _, e := range entries(r) {
		if err := tx.Bucket([]byte(e.bucket)).Delete([]byte(e.key)); err != nil {
			return err
		}
	}
	if err := tx.Bucket(bucketArticles).Delete(idKey(r.Article.ID)); err != nil {
		return err
	}
	if err := tx.setCount(r.Article.Status, tx.count(r.Article.Status)-1); err != nil {
		return err
	}
	grown := map[string]listing{}
	collect(r, map[entry]bool{}, grown, -1)
	for name := range r.Places {
		l := grown[name]
		l.expunged = line.Time
		grown[name] = l
	}
	if shows {
		for _, name := range append(line.Listings, "") {
			l := grown[name]
			l.changed = line.Time
			grown[name] = l
		}
	}
	for name, by := range grown {
		if err := tx.grow(name, by); err != nil {
			return err
		}
	}
	for _, s := range r.Seen {
		if err := tx.put(bucketGone, []byte(sightingKey(s.Source, s.Entry)), timeKey(now)); err != nil {
			return err
		}
	}
	trimmed := tx.trimmed()
	for _, n := range r.Lines {
		if n <= trimmed {
			if err := tx.Bucket(bucketLog).Delete(sequenceKey(n)); err != nil {
				return err
			}
		}
	}
	return tx.appendLog(line)
}

// isAmongNewest reports whether an article stands where feeds may show it.
func (tx *tx) isAmongNewest(r record) (bool, error) {
	if !r.Article.Public() {
		return false, nil
	}
	for _, name := range append(r.Article.Listings(), "") {
		rows, err := tx.rows(bucketPublished, name, nil)
		if err != nil {
			return false, err
		}
		n := 0
		for at := range rows {
			if idAt(at) == r.Article.ID {
				return true, nil
			}
			if n++; n == store.MaxWindow {
				break
			}
		}
	}
	return false, nil
}

// isGone reports whether an item is an entry that was let go of. It is
// remembered as long as its source carries it.
func (g *gathering) isGone(item store.Gathered) (gone bool, since time.Time) {
	v := g.Bucket(bucketGone).Get([]byte(sightingKey(g.harvest.Source, item.Article.Origin.EntryID)))
	if len(v) != 8 {
		return false, since
	}
	return true, keyTime(v)
}

// remind keeps an entry that is gone remembered, written anew only now and then.
func (g *gathering) remind(item store.Gathered, since time.Time) error {
	if g.harvest.Now.Sub(since) < store.GoneFor/10 {
		return nil
	}
	return g.put(bucketGone, []byte(sightingKey(g.harvest.Source, item.Article.Origin.EntryID)), timeKey(g.harvest.Now))
}

// trimmed is the last line of the log up to which what is gone was left out.
func (tx *tx) trimmed() uint64 {
	v := tx.Bucket(bucketMeta).Get(keyTrimmed)
	if len(v) != 8 {
		return 0
	}
	return binary.BigEndian.Uint64(v)
}

// trimLog leaves out of the log what is gone, and what was found near to what,
// once that is old. The last line stays: the numbers go on from there.
func (s *Store) trimLog(ctx context.Context, r store.Retention, at store.Sweep) (store.Sweep, error) {
	next := at
	next.After = nil
	if r.Log == 0 {
		return next, nil
	}
	before := at.Now.Add(-r.Log)
	err := s.write(ctx, func(tx *tx) error {
		next.After = nil
		trimmed, last, looked := tx.trimmed(), tx.lastChange().sequence, 0
		var old [][]byte
		c := tx.Bucket(bucketLog).Cursor()
		for k, v := c.Seek(sequenceKey(trimmed + 1)); k != nil && keyTime(v).Before(before) && keySequence(k) < last; k, v = c.Next() {
			line, err := tx.line(k, v)
			if err != nil {
				return err
			}
			if _, there, err := tx.find(line.ID); err != nil {
				return err
			} else if !there || line.Kind == store.KindRelated {
				old = append(old, bytes.Clone(k))
			}
			trimmed = line.Sequence
			if looked++; looked == expungeLook {
				next.After = bytes.Clone(k)
				break
			}
		}
		for _, k := range old {
			if err := tx.Bucket(bucketLog).Delete(k); err != nil {
				return err
			}
		}
		if looked == 0 {
			return nil
		}
		return tx.Bucket(bucketMeta).Put(keyTrimmed, binary.BigEndian.AppendUint64(nil, trimmed))
	})
	return next, err
}

// trimKeys lets go of old idempotency keys.
func (s *Store) trimKeys(ctx context.Context, r store.Retention, at store.Sweep) (store.Sweep, error) {
	if r.Keys == 0 {
		at.After = nil
		return at, nil
	}
	before := at.Now.Add(-r.Keys)
	return s.dropOld(ctx, bucketKeys, at, func(_ *tx, _, v []byte) (bool, error) { return isBefore(v, before), nil })
}

// forgetGone forgets the entries that no source has carried for long. A source
// that there is must have been read since: one that has nothing new for years
// has the same entries all the time.
func (s *Store) forgetGone(ctx context.Context, _ store.Retention, at store.Sweep) (store.Sweep, error) {
	return s.dropOld(ctx, bucketGone, at, func(tx *tx, k, v []byte) (bool, error) {
		if !isBefore(v, at.Now.Add(-store.GoneFor)) {
			return false, nil
		}
		name, _, _ := bytes.Cut(k, []byte{0})
		source, ok, err := tx.source(string(name))
		return !ok || isBefore(v, source.Read.Add(-store.GoneFor)), err
	})
}

// isBefore reports whether a row that begins with a time is from before t.
func isBefore(v []byte, t time.Time) bool { return len(v) < 8 || keyTime(v[:8]).Before(t) }

// dropOld drops, of some rows of a bucket, those that are old.
func (s *Store) dropOld(ctx context.Context, bucket []byte, at store.Sweep, isOld func(tx *tx, k, v []byte) (bool, error)) (store.Sweep, error) {
	var old [][]byte
	next := at
	next.After = nil
	err := s.view(ctx, func(tx *tx) error {
		c, looked := tx.Bucket(bucket).Cursor(), 0
		for k, v := after(c, at.After); k != nil; k, v = c.Next() {
			drop, err := isOld(tx, k, v)
			if err != nil {
				return err
			} else if drop {
				old = append(old, bytes.Clone(k))
			}
			if looked++; looked == expungeLook {
				next.After = bytes.Clone(k)
				return nil
			}
		}
		return nil
	})
	if err != nil || len(old) == 0 {
		return next, err
	}
	return next, s.write(ctx, func(tx *tx) error {
		for _, k := range slices.Clone(old) {
			v := tx.Bucket(bucket).Get(k)
			if v == nil {
				continue
			}
			if drop, err := isOld(tx, k, v); err != nil {
				return err
			} else if !drop { // meanwhile it was used again
				continue
			}
			if err := tx.Bucket(bucket).Delete(k); err != nil {
				return err
			}
		}
		return nil
	})
}
