package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"iter"
	"slices"

	"dateline/store"
)

// Relate keeps which articles are near to some, and up to which line of the
// change log that was looked for. What is not there or was killed has no
// neighbours, and is none. An article whose neighbours are others than before
// gets a line of KindRelated.
func (s *Store) Relate(ctx context.Context, r store.Relating) error {
	return s.write(ctx, func(tx *tx) error {
		for _, relation := range r.Relations {
			if err := tx.relate(relation, r); err != nil {
				return fmt.Errorf("relate article %s: %w", relation.ID, err)
			}
		}
		return tx.keepRelated(r.Through)
	})
}

func (tx *tx) keepRelated(through uint64) error {
	return tx.Bucket(bucketMeta).Put(keyRelated, binary.BigEndian.AppendUint64(nil, through))
}

// related is how far Relate has come; 0 before the first.
func (tx *tx) related() uint64 {
	v := tx.Bucket(bucketMeta).Get(keyRelated)
	if len(v) != 8 {
		return 0
	}
	return binary.BigEndian.Uint64(v)
}

func (tx *tx) relate(relation store.Relation, to store.Relating) error {
	old, ok, err := tx.record(relation.ID)
	if err != nil || !ok || old.Article.Status == store.Killed {
		return err
	}
	r := old
	r.Near = []store.ID{}
	for _, id := range store.Nearest(relation.ID, relation.Near) {
		near, ok, err := tx.record(id)
		if err != nil {
			return err
		}
		if ok && near.Article.Status != store.Killed {
			r.Near = append(r.Near, id)
		}
	}
	if slices.Equal(r.Near, old.Near) {
		return nil
	}
	_, err = tx.change(&old, r, store.Change{Time: tx.stamp(to.Now), Kind: store.KindRelated})
	return err
}

// Related is the Through of the last Relate; 0 before the first.
func (s *Store) Related(ctx context.Context) (through uint64, err error) {
	err = s.view(ctx, func(tx *tx) error {
		through = tx.related()
		return nil
	})
	return through, err
}

// Near are, for each of these articles that readers may see and that has any,
// the articles that it leads to and that readers may see: all that its editor
// named, and then those near to it, the nearest first, at most limit.
func (s *Store) Near(ctx context.Context, ids []store.ID, limit int) (near map[store.ID][]store.Article, err error) {
	near = map[store.ID][]store.Article{}
	err = s.view(ctx, func(tx *tx) error {
		for _, id := range ids {
			r, _, err := tx.record(id)
			if err != nil {
				return err
			}
			if !r.Article.Public() {
				continue
			}
			named, close := leads(r)
			first, err := tx.public(slices.Values(named), len(named))
			if err != nil {
				return err
			}
			rest, err := tx.public(slices.Values(close), limit)
			if err != nil {
				return err
			}
			if list := append(first, rest...); len(list) > 0 {
				near[id] = list
			}
		}
		return nil
	})
	return near, err
}

// LeadingTo are the articles that readers may see and that lead to this one,
// the newest ID first, at most limit.
func (s *Store) LeadingTo(ctx context.Context, id store.ID, limit int) (list []store.Article, err error) {
	err = s.view(ctx, func(tx *tx) error {
		list, err = tx.public(tx.leadingTo(id), limit)
		return err
	})
	return list, err
}

// Beside are all articles, of whatever status, that lead to this one or that it
// leads to: those whose pages may show it.
func (s *Store) Beside(ctx context.Context, id store.ID) (ids []store.ID, err error) {
	err = s.view(ctx, func(tx *tx) error {
		r, _, err := tx.record(id)
		named, near := leads(r)
		ids = slices.AppendSeq(slices.Concat(named, near), tx.leadingTo(id))
		return err
	})
	return ids, err
}

// public are the first of these articles that readers may see.
func (tx *tx) public(ids iter.Seq[store.ID], limit int) (list []store.Article, err error) {
	for id := range ids {
		if len(list) == limit {
			break
		}
		r, ok, err := tx.record(id)
		if err != nil {
			return nil, err
		}
		if ok && r.Article.Public() {
			list = append(list, r.Article)
		}
	}
	return list, nil
}

// leadingTo are the articles that lead to this one, the newest ID first.
func (tx *tx) leadingTo(id store.ID) iter.Seq[store.ID] {
	return func(yield func(store.ID) bool) {
		prefix := idKey(id)
		c := tx.Bucket(bucketNear).Cursor()
		// The last row of this article is the one before the first of the next.
		end := bytes.Clone(prefix)
		for i := len(end) - 1; i >= 0; i-- {
			if end[i]++; end[i] != 0 {
				break
			}
		}
		k, _ := c.Seek(end)
		if k == nil {
			k, _ = c.Last()
		} else {
			k, _ = c.Prev()
		}
		for ; bytes.HasPrefix(k, prefix); k, _ = c.Prev() {
			if !yield(idAt(k)) {
				return
			}
		}
	}
}
