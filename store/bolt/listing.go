package bolt

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"dateline/store"
)

// Declare makes the combinations those of the store, in place of all that were
// declared before. What is new, gone or other than before has then changed, and
// has a line in the log.
func (s *Store) Declare(ctx context.Context, list []store.Combination, now time.Time) error {
	return s.write(ctx, func(tx *tx) error { return tx.declare(list, now) })
}

func (tx *tx) declare(list []store.Combination, now time.Time) error {
	old, err := tx.combinations()
	if err != nil {
		return err
	}
	line := store.Change{Sequence: tx.lastChange().sequence + 1, Time: tx.stamp(now), Kind: store.KindDeclared}
	changed := func(c store.Combination) {
		if !slices.Contains(line.Listings, c.Listing()) {
			line.Listings = append(line.Listings, c.Listing())
		}
	}
	for _, c := range old {
		if slices.ContainsFunc(list, c.Equal) {
			continue
		}
		changed(c)
		if err := tx.Bucket(bucketRules).Delete([]byte(c.Name)); err != nil {
			return err
		}
		if err := tx.Bucket(bucketListings).Delete([]byte(listingName(c.Listing()))); err != nil {
			return err
		}
	}
	for _, c := range list {
		if slices.ContainsFunc(old, c.Equal) {
			continue
		}
		changed(c)
		value, err := tx.coder.marshal(c)
		if err != nil {
			return err
		}
		if err := tx.put(bucketRules, []byte(c.Name), value); err != nil {
			return err
		}
		if err := tx.grow(c.Listing(), listing{changed: line.Time}); err != nil {
			return err
		}
	}
	if tx.rules = nil; len(line.Listings) == 0 {
		return nil
	}
	slices.Sort(line.Listings)
	return tx.appendLog(line)
}

// combinations are those that were declared, by name.
func (tx *tx) combinations() ([]store.Combination, error) {
	if tx.rules != nil {
		return tx.rules, nil
	}
	tx.rules = []store.Combination{}
	err := tx.Bucket(bucketRules).ForEach(func(k, v []byte) error {
		var c store.Combination
		if err := tx.coder.unmarshal(v, &c); err != nil {
			return fmt.Errorf("read combination %q: %w", k, err)
		}
		tx.rules = append(tx.rules, c)
		return nil
	})
	return tx.rules, err
}

// combination is the one whose listing has that name, or store.ErrNotFound.
func (tx *tx) combination(listing string) (store.Combination, error) {
	rules, err := tx.combinations()
	if err != nil {
		return store.Combination{}, err
	}
	i := slices.IndexFunc(rules, func(c store.Combination) bool { return c.Listing() == listing })
	if i < 0 {
		return store.Combination{}, fmt.Errorf("listing %s: %w", listing, store.ErrNotFound)
	}
	return rules[i], nil
}

// known is the state of the listing of that name; store.ErrNotFound for that
// of a source of which nothing was ever public, or of a combination that is
// not declared.
func (tx *tx) known(name string) (listing, error) {
	l, err := tx.listing(name)
	if err != nil {
		return l, err
	}
	if _, ok := store.SourceOf(name); ok && l.places == 0 {
		return l, fmt.Errorf("listing %s: %w", name, store.ErrNotFound)
	}
	if store.IsCombination(name) {
		_, err = tx.combination(name)
	}
	return l, err
}

// holds tells of an article whether it belongs to a listing.
func (tx *tx) holds(name string) (func(store.Article) bool, error) {
	if !store.IsCombination(name) {
		return func(a store.Article) bool { return name == "" || slices.Contains(a.Listings(), name) }, nil
	}
	rule, err := tx.combination(name)
	return rule.Holds, err
}

// Sources are the names of those of which something was public, sorted.
func (s *Store) Sources(ctx context.Context) (names []string, err error) {
	err = s.view(ctx, func(tx *tx) error {
		c := tx.Bucket(bucketListings).Cursor()
		prefix := []byte(store.SourceListing(""))
		for k, v := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, v = c.Next() {
			l, err := unmarshalListing(v)
			if err != nil {
				return fmt.Errorf("read listing %q: %w", k, err)
			}
			if l.places > 0 {
				names = append(names, string(k[len(prefix):len(k)-1]))
			}
		}
		return nil
	})
	return names, err
}

// Refile files under the category to all that is filed under from, of whatever
// status, and says how much that was; see store.Refile. It costs next to
// nothing when there is nothing to do. When it fails in the middle, it may be
// called again for the rest.
func (s *Store) Refile(ctx context.Context, from, to string, now time.Time) (n int, err error) {
	var last store.ID
	for {
		ids, err := s.filedUnder(ctx, from, last)
		if err != nil || len(ids) == 0 {
			return n, err
		}
		last = ids[len(ids)-1]
		if err := s.write(ctx, func(tx *tx) error { return tx.refile(ids, from, to, now) }); err != nil {
			return n, err
		}
		n += len(ids)
	}
}

// filedUnder are the next articles after an ID, at most a group of them, that
// are filed under the category, of whatever status.
func (s *Store) filedUnder(ctx context.Context, category string, after store.ID) (ids []store.ID, err error) {
	err = s.view(ctx, func(tx *tx) error {
		l, err := tx.listing(category)
		if err != nil {
			return err
		}
		most := min(maxGroup, int(l.filed))
		c := tx.Bucket(bucketArticles).Cursor()
		k, _ := c.First()
		if after != "" {
			c.Seek(idKey(after))
			k, _ = c.Next()
		}
		for ; k != nil && len(ids) < most; k, _ = c.Next() {
			r, _, err := tx.record(idAt(k))
			if err != nil {
				return err
			}
			if slices.Contains(r.Article.Categories, category) {
				ids = append(ids, r.Article.ID)
			}
		}
		return ctx.Err()
	})
	return ids, err
}

func (tx *tx) refile(ids []store.ID, from, to string, now time.Time) error {
	for _, id := range ids {
		old, _, err := tx.record(id)
		if err != nil {
			return err
		}
		r := old
		r.Places = maps.Clone(old.Places)
		delete(r.Places, from) // it is the same category: nothing has left it
		var ok bool
		if r.Article, ok = store.Refile(old.Article, from, to); !ok {
			continue // meanwhile somebody moved it
		}
		if r.Tombstone != nil {
			t := *r.Tombstone
			t.Categories, r.Tombstone = r.Article.Categories, &t
		}
		if _, err := tx.change(&old, r, store.Change{Time: tx.stamp(now), Kind: store.KindRefiled}); err != nil {
			return err
		}
	}
	return nil
}
