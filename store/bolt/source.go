package bolt

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"dateline/store"
)

// Adopt makes the sources those of the list, in place of all that were known
// before: a new one stands as it is given, but that it has brought the articles of
// its name that are there, as one has that was forgotten; a known one stays as it is when its
// Configured is the same, but for its outline, and is otherwise taken for new;
// all others are forgotten, but not their articles, nor which entries of theirs
// are known.
func (s *Store) Adopt(ctx context.Context, list []store.Source) error {
	var change []store.Source
	err := s.view(ctx, func(tx *tx) (err error) {
		change, err = tx.adoptions(list)
		return err
	})
	if err != nil || len(change) == 0 && !s.forgets(ctx, list) {
		return err
	}
	return s.write(ctx, func(tx *tx) error { return tx.adopt(list) })
}

// adoptions are the sources of the list that are new or other than before.
func (tx *tx) adoptions(list []store.Source) (change []store.Source, err error) {
	for _, source := range list {
		old, ok, err := tx.source(source.Name)
		if err != nil {
			return nil, err
		}
		switch {
		case !ok:
			here, err := tx.listing(store.SourceListing(source.Name))
			if err != nil {
				return nil, err
			}
			source.Brought = max(source.Brought, int(here.filed))
			change = append(change, source)
		case old.Configured != source.Configured:
			change = append(change, source)
		case old.Outline != source.Outline || old.Category != source.Category:
			old.Outline, old.Category = source.Outline, source.Category
			change = append(change, old)
		}
	}
	return change, nil
}

// forgets reports whether a known source is not in the list.
func (s *Store) forgets(ctx context.Context, list []store.Source) (forgets bool) {
	s.view(ctx, func(tx *tx) error {
		names := map[string]bool{}
		for _, source := range list {
			names[source.Name] = true
		}
		return tx.Bucket(bucketSources).ForEach(func(k, _ []byte) error {
			forgets = forgets || !names[string(k)]
			return nil
		})
	})
	return forgets
}

func (tx *tx) adopt(list []store.Source) error {
	change, err := tx.adoptions(list)
	if err != nil {
		return err
	}
	names := map[string]bool{}
	for _, source := range list {
		names[source.Name] = true
	}
	var gone []string
	err = tx.Bucket(bucketSources).ForEach(func(k, _ []byte) error {
		if !names[string(k)] {
			gone = append(gone, string(k))
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, name := range gone {
		if err := tx.forget(name); err != nil {
			return err
		}
	}
	for _, source := range change {
		if err := tx.keepSource(source); err != nil {
			return err
		}
	}
	return nil
}

// forget takes a source and its row in the schedule away.
func (tx *tx) forget(name string) error {
	old, ok, err := tx.source(name)
	if err != nil || !ok {
		return err
	}
	if err := tx.Bucket(bucketPolls).Delete(pollKey(old)); err != nil {
		return err
	}
	return tx.Bucket(bucketSources).Delete([]byte(name))
}

// keepSource writes a source and its row in the schedule.
func (tx *tx) keepSource(source store.Source) error {
	if old, ok, err := tx.source(source.Name); err != nil {
		return err
	} else if ok {
		if err := tx.Bucket(bucketPolls).Delete(pollKey(old)); err != nil {
			return err
		}
	}
	value, err := tx.coder.marshal(source)
	if err != nil {
		return err
	}
	if err := tx.put(bucketSources, []byte(source.Name), value); err != nil {
		return err
	}
	if key := pollKey(source); key != nil {
		return tx.put(bucketPolls, key, nil)
	}
	return nil
}

// pollKey is the row of a source in the schedule; nil when it has none.
func pollKey(source store.Source) []byte {
	due, ok := source.Due()
	if !ok {
		return nil
	}
	return append(timeKey(due), source.Name...)
}

func (tx *tx) source(name string) (source store.Source, ok bool, err error) {
	v := tx.Bucket(bucketSources).Get([]byte(name))
	if v == nil {
		return source, false, nil
	}
	if err := tx.coder.unmarshal(v, &source); err != nil {
		return source, false, fmt.Errorf("read source %s: %w", name, err)
	}
	return source, true, nil
}

// Source is the source of that name, or store.ErrNotFound.
func (s *Store) Source(ctx context.Context, name string) (source store.Source, err error) {
	err = s.view(ctx, func(tx *tx) (err error) {
		var ok bool
		if source, ok, err = tx.source(name); err == nil && !ok {
			err = fmt.Errorf("source %s: %w", name, store.ErrNotFound)
		}
		return err
	})
	return source, err
}

// Schedule is all sources, that which is due first in front; those that are
// polled no more come last, by name.
func (s *Store) Schedule(ctx context.Context) (list []store.Source, err error) {
	err = s.view(ctx, func(tx *tx) error {
		return tx.Bucket(bucketSources).ForEach(func(k, _ []byte) error {
			source, _, err := tx.source(string(k))
			list = append(list, source)
			return err
		})
	})
	slices.SortStableFunc(list, func(a, b store.Source) int { // they come by name
		return bytes.Compare(orLast(pollKey(a)), orLast(pollKey(b)))
	})
	return list, err
}

func orLast(key []byte) []byte {
	if key == nil {
		return []byte{0xff}
	}
	return key
}

// Claim takes the sources that are due at now, the one that is due first in
// front, at most limit, for whoever calls: nobody else is given them until
// then. Settle or Harvest gives them back. next is when the first of the
// others is due; zero when none is.
func (s *Store) Claim(ctx context.Context, now, until time.Time, limit int) (list []store.Source, next time.Time, err error) {
	var due bool
	err = s.view(ctx, func(tx *tx) error {
		due, next = tx.nextPoll(now)
		return nil
	})
	if err != nil || !due || limit < 1 {
		return nil, next, err
	}
	// Not the results themselves: when ctx ends, the write may go on without
	// its caller.
	var claimed []store.Source
	var left time.Time
	err = s.write(ctx, func(tx *tx) (err error) {
		claimed, err = tx.claim(now, until, limit)
		_, left = tx.nextPoll(now)
		return err
	})
	if err != nil {
		return nil, time.Time{}, err
	}
	return claimed, left, nil
}

// ClaimNamed takes the source of that name, whether it is due or not, as Claim
// does. It fails with store.ErrNotFound, and with store.ErrConflict while
// somebody else has it.
func (s *Store) ClaimNamed(ctx context.Context, name string, now, until time.Time) (store.Source, error) {
	var source store.Source
	err := s.write(ctx, func(tx *tx) (err error) {
		var ok bool
		switch source, ok, err = tx.source(name); {
		case err != nil:
			return err
		case !ok:
			return refusal{fmt.Errorf("source %s: %w", name, store.ErrNotFound)}
		case source.Claimed.After(now):
			return refusal{fmt.Errorf("source %s is being polled: %w", name, store.ErrConflict)}
		}
		source.Claimed = until
		return tx.keepSource(source)
	})
	if err != nil {
		return store.Source{}, err
	}
	return source, nil
}

// nextPoll is when the first source is due, and whether that is now.
func (tx *tx) nextPoll(now time.Time) (due bool, next time.Time) {
	k, _ := tx.Bucket(bucketPolls).Cursor().First()
	if k == nil {
		return false, time.Time{}
	}
	return !keyTime(k).After(now), keyTime(k)
}

func (tx *tx) claim(now, until time.Time, limit int) (list []store.Source, err error) {
	var names []string
	c := tx.Bucket(bucketPolls).Cursor()
	for k, _ := c.First(); k != nil && !keyTime(k).After(now) && len(names) < limit; k, _ = c.Next() {
		names = append(names, string(k[8:]))
	}
	for _, name := range names {
		source, ok, err := tx.source(name)
		if err != nil {
			return nil, err
		}
		if !ok {
			return nil, fmt.Errorf("claim source %s: the schedule names it, but it is not there; run `dateline store check`", name)
		}
		source.Claimed = until
		if err := tx.keepSource(source); err != nil {
			return nil, err
		}
		list = append(list, source)
	}
	return list, nil
}

// Settle keeps sources as polls that brought nothing left them, and gives them
// back. One that was forgotten meanwhile stays so, and so does one whose
// Configured is another now.
func (s *Store) Settle(ctx context.Context, list []store.Source) error {
	if len(list) == 0 {
		return nil
	}
	return s.write(ctx, func(tx *tx) error {
		for _, source := range list {
			if err := tx.settle(source); err != nil {
				return err
			}
		}
		return nil
	})
}

func (tx *tx) settle(source store.Source) error {
	old, ok, err := tx.source(source.Name)
	if err != nil || !ok || old.Configured != source.Configured {
		return err
	}
	source.Claimed = time.Time{}
	return tx.keepSource(source)
}
