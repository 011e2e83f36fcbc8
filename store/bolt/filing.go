package bolt

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"time"

	"dateline/store"
)

// File files an article: a new one, a new version of one, or nothing when it
// is there already; see store.Filing. It fails with *store.Invalid,
// store.ErrKilled, store.ErrExpunged, store.ErrStale, store.ErrOlder or
// store.ErrKeyReused, and then has kept nothing.
func (s *Store) File(ctx context.Context, f store.Filing) (store.Receipt, error) {
	if faults := f.Article.Check(); faults != nil {
		return store.Receipt{}, &store.Invalid{Faults: faults}
	}
	var receipt store.Receipt
	err := s.write(ctx, func(tx *tx) (err error) {
		receipt, err = tx.file(f)
		return err
	})
	if err != nil {
		return store.Receipt{}, err
	}
	return receipt, nil
}

func (tx *tx) file(f store.Filing) (store.Receipt, error) {
	key := idempotencyKey(f)
	if old, ok, err := tx.filedBefore(key, f); ok || err != nil {
		return store.Receipt{Article: old.Article, Outcome: store.Repeated}, err
	}
	old, err := tx.filedAs(f.Article)
	if err != nil {
		return store.Receipt{}, err
	}
	var r record
	var oldArticle *store.Article
	if old != nil {
		oldArticle, r = &old.Article, *old
	}
	stamp := tx.stamp(f.Now)
	article, outcome, err := store.Revise(oldArticle, f, stamp)
	if err != nil {
		return store.Receipt{}, refusal{err}
	}
	if outcome != store.Repeated {
		if err := tx.mayStand(old, f, article); err != nil {
			return store.Receipt{}, err
		}
	}
	r.Article, r.Edited = article, article.Origin.Source != ""
	made(&r, f.Made, f.Edition, stamp)
	if r.Tombstone != nil { // it stands where the article is filed
		t := *r.Tombstone
		t.Categories, r.Tombstone = article.Categories, &t
	}
	receipt := store.Receipt{Article: article, Outcome: outcome}
	if outcome != store.Repeated {
		kind := store.KindFiled
		switch {
		case outcome == store.Revised && f.Quiet:
			kind = store.KindMended
		case outcome == store.Revised:
			kind = store.KindRevised
		}
		line, err := tx.change(old, r, store.Change{Time: stamp, Kind: kind, By: f.By, Reason: f.Reason})
		if err != nil {
			return store.Receipt{}, err
		}
		receipt.Sequence = line.Sequence
	}
	if key == nil {
		return receipt, nil
	}
	return receipt, tx.put(bucketKeys, key, slices.Concat(timeKey(stamp), idKey(article.ID), fingerprint(f)))
}

// mayStand fails when a is older than what stands, or was killed under another
// name.
func (tx *tx) mayStand(old *record, f store.Filing, a store.Article) error {
	if old != nil && f.Expect == 0 &&
		(store.Late(f.Made, f.Edition, old.Made, old.Edition) || slices.Contains(old.Traces, store.TraceOfAll(a))) {
		return refusal{fmt.Errorf("article %s: %w", old.Article.ID, store.ErrOlder)}
	}
	if old != nil && store.TraceOfText(old.Article) == store.TraceOfText(a) { // a copy of it was killed, and this one not
		return nil
	}
	id, killed, err := tx.killedAs(a, f.Names)
	if killed {
		return refusal{fmt.Errorf("this is article %s: %w", id, store.ErrKilled)}
	} else if err != nil {
		return err
	}
	same, withheld, err := tx.withheldAs(a)
	if withheld {
		return refusal{fmt.Errorf("article %s says the same and is %s: file this as its next version: %w", same.ID, same.Withholding(), store.ErrConflict)}
	}
	return err
}

// withheldAs is the article that says what a says and is held, or under
// embargo.
func (tx *tx) withheldAs(a store.Article) (same store.Article, withheld bool, err error) {
	err = tx.tracedAs(a, func(r record) bool {
		same, withheld = r.Article, r.Article.Withheld()
		return withheld
	})
	return same, withheld, err
}

// tracedAs gives the articles with a row in bucketTraces that say what a says,
// until yes says so.
func (tx *tx) tracedAs(a store.Article, yes func(record) bool) error {
	c := tx.Bucket(bucketTraces).Cursor()
	if k, _ := c.First(); k == nil { // it costs nothing where nothing is withheld
		return nil
	}
	trace := []byte(store.TraceOfText(a))
	for k, _ := c.Seek(trace); bytes.HasPrefix(k, trace); k, _ = c.Next() {
		r, ok, err := tx.record(idAt(k))
		if err != nil || ok && yes(r) {
			return err
		}
	}
	return nil
}

// killedAs is the killed article that says what a says, or has one of the
// names, or was gathered where a was.
func (tx *tx) killedAs(a store.Article, names []string) (id store.ID, killed bool, err error) {
	first, _ := tx.Bucket(bucketTraces).Cursor().First()
	if first == nil { // nothing was killed
		return "", false, nil
	}
	err = tx.tracedAs(a, func(r record) bool {
		id, killed = r.Article.ID, r.Article.Status == store.Killed
		return killed
	})
	if killed || err != nil {
		return id, killed, err
	}
	var ids []store.ID
	for _, name := range names {
		if id, ok := store.ParseID(name); ok {
			ids = append(ids, id)
		}
		if v := tx.Bucket(bucketLinks).Get([]byte(linkKey(name))); v != nil {
			ids = append(ids, idAt(v))
		}
		r, ok, err := tx.byGUID(name)
		if err != nil {
			return "", false, err
		} else if ok {
			ids = append(ids, r.Article.ID)
		}
	}
	for _, o := range append([]store.Origin{a.Origin}, a.AlsoAt...) {
		if v := tx.Bucket(bucketSeen).Get([]byte(sightingKey(o.Source, o.EntryID))); v != nil {
			ids = append(ids, idAt(v[:16]))
		}
	}
	for _, id := range ids {
		if r, ok, err := tx.record(id); err != nil || ok && r.Article.Status == store.Killed {
			return id, err == nil, err
		}
	}
	return "", false, nil
}

// filedAs is the record of the article that a names, nil when it is new.
func (tx *tx) filedAs(a store.Article) (*record, error) {
	old, ok, err := tx.byGUID(a.GUID)
	if err != nil {
		return nil, err
	}
	if ok {
		return &old, nil
	}
	if tx.hadGUID(a.GUID) {
		return nil, refusal{tx.missingGUID(a.GUID)}
	}
	if _, taken, err := tx.record(a.ID); err != nil {
		return nil, err
	} else if taken || errors.Is(tx.missing(a.ID), store.ErrExpunged) {
		return nil, refusal{fmt.Errorf("article %s has another GUID than %s: %w", a.ID, a.GUID, store.ErrConflict)}
	}
	return nil, nil
}

// filedBefore is the article that the filing's key stands for.
func (tx *tx) filedBefore(key []byte, f store.Filing) (record, bool, error) {
	if key == nil {
		return record{}, false, nil
	}
	v := tx.Bucket(bucketKeys).Get(key)
	if v == nil {
		return record{}, false, nil
	}
	if string(v[8+16:]) != string(fingerprint(f)) {
		return record{}, false, refusal{store.ErrKeyReused}
	}
	id := idAt(v[:8+16])
	r, ok, err := tx.record(id)
	if ok && r.Article.Status == store.Killed {
		return record{}, false, refusal{fmt.Errorf("article %s: %w", id, store.ErrKilled)}
	}
	if gone := tx.missing(id); err == nil && !ok && errors.Is(gone, store.ErrExpunged) {
		return record{}, false, refusal{gone}
	}
	return r, ok, err
}

// idempotencyKey is what the filing's key is kept under, nil without one. One
// filer's keys say nothing about another's.
func idempotencyKey(f store.Filing) []byte {
	if f.Key == "" {
		return nil
	}
	sum := sha256.Sum256([]byte(f.By + "\x00" + f.Key))
	return sum[:]
}

func fingerprint(f store.Filing) []byte {
	sum := sha256.Sum256([]byte(f.Fingerprint))
	return sum[:]
}

// SetStatus withdraws an article or brings it back, and gives it as it then
// stands; see store.SetStatus. It fails with store.ErrNotFound,
// store.ErrExpunged, store.ErrKilled or store.ErrConflict; with the latter two it gives the article
// as it stands.
func (s *Store) SetStatus(ctx context.Context, c store.StatusChange) (store.Article, error) {
	var article store.Article // not a named result: when ctx ends, the act may still assign it
	err := s.write(ctx, func(tx *tx) (err error) {
		article, err = tx.setStatus(c)
		return err
	})
	if err != nil && !errors.Is(err, store.ErrKilled) && !errors.Is(err, store.ErrConflict) {
		return store.Article{}, err
	}
	return article, err
}

func (tx *tx) setStatus(c store.StatusChange) (store.Article, error) {
	old, ok, err := tx.find(c.ID)
	if c.ID == "" {
		old, ok, err = tx.byGUID(c.GUID)
	}
	if err != nil {
		return store.Article{}, err
	}
	if !ok && c.Status == store.Killed && c.Ahead != "" {
		return tx.forgo(c)
	}
	if !ok && c.ID == "" {
		return store.Article{}, refusal{tx.missingGUID(c.GUID)}
	} else if !ok {
		return store.Article{}, refusal{tx.missing(c.ID)}
	}
	if store.LateStatus(c, old.Made, old.Edition) && old.Article.Status != store.Killed {
		return store.Article{}, refusal{fmt.Errorf("article %s: %w", old.Article.ID, store.ErrOlder)}
	}
	stamp := tx.stamp(c.Now)
	article, err := store.SetStatus(old.Article, c, stamp)
	if err != nil {
		return old.Article, refusal{err}
	}
	r := old
	r.Article, r.Tombstone = article, nil
	if !c.Made.IsZero() || c.Edition > 0 { // else it is an act, and no version
		made(&r, c.Made, c.Edition, stamp)
	}
	kind := store.KindReleased
	if article.Status != store.Usable {
		kind = store.KindHeld
		if article.Status == store.Killed {
			kind = store.KindKilled
		}
		r.Tombstone = tombstone(article, c, stamp)
	}
	_, err = tx.change(&old, r, store.Change{Time: stamp, Kind: kind, By: c.By, Reason: c.Reason})
	return article, err
}

func tombstone(a store.Article, c store.StatusChange, stamp time.Time) *store.Tombstone {
	return &store.Tombstone{
		ID: a.ID, GUID: a.GUID, Status: a.Status, When: stamp, By: c.By, Reason: c.Reason, Categories: a.Categories,
	}
}

// forgo kills what has not come yet.
func (tx *tx) forgo(c store.StatusChange) (store.Article, error) {
	stamp := tx.stamp(c.Now)
	a, err := store.Foregone(c, stamp)
	if err == nil {
		a, err = store.SetStatus(a, c, stamp)
	}
	if err != nil {
		return store.Article{}, refusal{err}
	}
	_, err = tx.change(nil, record{Article: a, Tombstone: tombstone(a, c, stamp)},
		store.Change{Time: stamp, Kind: store.KindKilled, By: c.By, Reason: c.Reason})
	return a, err
}

// Advance does all that is due at now: embargoes end, articles expire, each
// with its line in the log. It returns when the next thing falls due; the zero
// time when nothing will.
func (s *Store) Advance(ctx context.Context, now time.Time) (next time.Time, err error) {
	for {
		next, err = s.nextDue(ctx)
		if err != nil || next.IsZero() || next.After(now) {
			return next, err
		}
		if err := s.write(ctx, func(tx *tx) error { return tx.advance(now) }); err != nil {
			return time.Time{}, err
		}
	}
}

func (s *Store) nextDue(ctx context.Context) (next time.Time, err error) {
	err = s.view(ctx, func(tx *tx) error {
		if k, _ := tx.Bucket(bucketDue).Cursor().First(); k != nil {
			next = keyTime(k)
		}
		return nil
	})
	return next, err
}

// advance does what is due, at most a group of it.
func (tx *tx) advance(now time.Time) error {
	var due [][]byte
	c := tx.Bucket(bucketDue).Cursor()
	for k, _ := c.First(); k != nil && !keyTime(k).After(now) && len(due) < maxGroup; k, _ = c.Next() {
		due = append(due, bytes.Clone(k))
	}
	for _, k := range due {
		old, ok, err := tx.record(idAt(k))
		if err != nil {
			return err
		}
		if !ok || !store.Due(old.Article).Equal(keyTime(k)) { // a damaged index; or it would be due for ever
			if err := tx.Bucket(bucketDue).Delete(k); err != nil {
				return err
			}
			continue
		}
		r := old
		r.Tombstone = nil
		var kind store.Kind
		r.Article, kind = store.Advance(old.Article)
		if _, err := tx.change(&old, r, store.Change{Time: tx.stamp(now), Kind: kind}); err != nil {
			return err
		}
	}
	return nil
}
