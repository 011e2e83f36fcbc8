package bolt

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"maps"
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
	stages := []func(context.Context, store.Retention, store.Sweep) (store.Sweep, error){s.expungePublished, s.expungeExpired, s.trimLog, s.trimKeys, s.forgetGone}
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

// Expungeable is how many articles a retention lets go of at now.
func (s *Store) Expungeable(ctx context.Context, r store.Retention, now time.Time) (int, error) {
	at, all := store.Sweep{Now: now}, map[store.ID]bool{}
	err := s.view(ctx, func(tx *tx) (err error) {
		at.Cutoffs, err = tx.cutoffs(r, now)
		return err
	})
	for _, rows := range []func(*tx, store.Sweep) iter.Seq[[]byte]{(*tx).beyond, (*tx).expired} {
		for at.After = nil; err == nil; {
			var ids []store.ID
			ids, at.After, err = s.lookFor(ctx, r, at, rows)
			for _, id := range ids {
				all[id] = true
			}
			if at.After == nil {
				break
			}
		}
	}
	return len(all), err
}

// expungePublished lets some public articles go.
func (s *Store) expungePublished(ctx context.Context, r store.Retention, at store.Sweep) (store.Sweep, error) {
	return s.letGo(ctx, r, at, (*tx).beyond)
}

// expungeExpired lets some articles go that have expired.
func (s *Store) expungeExpired(ctx context.Context, r store.Retention, at store.Sweep) (store.Sweep, error) {
	return s.letGo(ctx, r, at, (*tx).expired)
}

// beyond are rows of public articles, the oldest of each listing that has a
// cutoff, and none that is newer. It may give an article in several listings.
func (tx *tx) beyond(at store.Sweep) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		c := tx.Bucket(bucketPublished).Cursor()
		for _, name := range slices.Sorted(maps.Keys(at.Cutoffs)) {
			from, cutoff := listingPrefix(name), at.Cutoffs[name]
			end := listingKey(name, cutoff.Published, idKey(cutoff.ID))
			if cutoff == (store.Cutoff{}) {
				continue
			}
			if bytes.Compare(at.After, from) > 0 {
				from = append(bytes.Clone(at.After), 0) // just behind it
			}
			for k, _ := c.Seek(from); k != nil && bytes.Compare(k, end) < 0; k, _ = c.Next() {
				if !yield(k) {
					return
				}
			}
		}
	}
}

// expired are the rows of what has expired, none where nothing is let go of.
func (tx *tx) expired(at store.Sweep) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		c := tx.Bucket(bucketExpired).Cursor()
		for k, _ := after(c, at.After); k != nil && len(at.Cutoffs) > 0 && yield(k); k, _ = c.Next() {
		}
	}
}

// lookFor looks for articles that go, of those whose ids end some rows. next is
// the row behind which it is to go on; nil when that is all.
func (s *Store) lookFor(ctx context.Context, r store.Retention, at store.Sweep, rows func(*tx, store.Sweep) iter.Seq[[]byte]) (ids []store.ID, next []byte, err error) {
	err = s.view(ctx, func(tx *tx) error {
		looked := 0
		for k := range rows(tx, at) {
			found, ok, err := tx.record(idAt(k))
			if err != nil {
				return err
			}
			if ok && r.LetsGo(found.Article, found.Changed, at) {
				ids = append(ids, found.Article.ID)
			}
			if looked++; looked == expungeLook || len(ids) == expungeMost {
				next = bytes.Clone(k)
				return nil
			}
		}
		return nil
	})
	return ids, next, err
}

// letGo lets some articles go of those whose ids end some rows.
func (s *Store) letGo(ctx context.Context, r store.Retention, at store.Sweep, rows func(*tx, store.Sweep) iter.Seq[[]byte]) (store.Sweep, error) {
	ids, behind, err := s.lookFor(ctx, r, at, rows)
	next := at
	if next.After = behind; err != nil || len(ids) == 0 {
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
	if err := tx.keepRemains(store.RemainsOf(r, now)); err != nil {
		return err
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
