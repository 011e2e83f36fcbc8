package bolt

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"time"

	"dateline/store"
)

// sighting is an entry of a source that a record stands for.
type sighting struct {
	Source  string    `json:"s"`
	Entry   string    `json:"e"` // its ID there
	Hash    string    `json:"h"` // of what it said last
	Updated time.Time `json:"u,omitzero"`

	// The revisions that it caused since a time, which is at most an hour ago.
	Since time.Time `json:"t,omitzero"`
	Times int       `json:"n,omitempty"`
}

// revise counts one more revision at now; ok is false when there have been
// enough.
func (s *sighting) revise(now time.Time) (ok bool) {
	if now.Sub(s.Since) >= time.Hour {
		s.Since, s.Times = now, 0
	}
	s.Times++
	return s.Times <= store.MaxRevisions
}

// sightingKey names an entry of a source.
func sightingKey(source, entry string) string {
	sum := sha256.Sum256([]byte(entry))
	return string(append(listingPrefix(source), sum[:16]...))
}

// linkKey names a canonical link.
func linkKey(link string) string {
	sum := sha256.Sum256([]byte(link))
	return string(sum[:16])
}

// sightingValue is the id of the article and what names the entry's hash.
func sightingValue(id []byte, hash string) string {
	sum := sha256.Sum256([]byte(hash))
	return string(id) + string(sum[:16])
}

// Harvest records what one fetch of a source yields: new articles, new
// versions of known ones, articles of other sources that this one has too,
// and the source itself. An entry is known by the source and its ID there, or
// by its link. It fails with *store.Invalid, and has then recorded nothing.
func (s *Store) Harvest(ctx context.Context, h store.Harvest) (store.Yield, error) {
	for i, item := range h.Items {
		if faults := item.Article.Check(); faults != nil {
			return store.Yield{}, fmt.Errorf("item %d of source %s: %w", i+1, h.Source, &store.Invalid{Faults: faults})
		}
	}
	var yield store.Yield
	err := s.write(ctx, func(tx *tx) (err error) {
		yield, err = tx.harvest(h)
		return err
	})
	if err != nil {
		return store.Yield{}, err
	}
	return yield, nil
}

func (tx *tx) harvest(h store.Harvest) (y store.Yield, err error) {
	fresh, err := tx.unknown(h)
	if err != nil {
		return y, err
	}
	if h.MostNew > 0 && len(fresh) == len(h.Items) {
		if y.Renamed, err = tx.renamed(h); err != nil {
			return y, err
		}
	}
	if h.MostNew > 0 && len(fresh) > h.MostNew || y.Renamed > 0 {
		y.HeldBack, y.Unchanged = len(fresh), len(h.Items)-len(fresh)
		return y, tx.keep(h, y)
	}
	for _, item := range h.Items {
		if err := tx.gather(h, item, &y); err != nil {
			return y, err
		}
	}
	for _, deletion := range h.Deleted {
		if err := tx.takeBack(h, deletion, &y); err != nil {
			return y, err
		}
	}
	return y, tx.keep(h, y)
}

func (tx *tx) keep(h store.Harvest, y store.Yield) error {
	if h.Keep == nil {
		return nil
	}
	return tx.settle(h.Keep(y))
}

// unknown are the items, by their places, that would be new articles.
func (tx *tx) unknown(h store.Harvest) (fresh []int, err error) {
	for i, item := range h.Items {
		_, ok, err := tx.standsFor(h.Source, item)
		if err == nil && !ok {
			ok, err = tx.isBarred(item)
		}
		if err != nil {
			return nil, err
		}
		if !ok {
			fresh = append(fresh, i)
		}
	}
	return fresh, nil
}

// fewest is how many entries it takes to tell that a source has given all of
// them other IDs.
const fewest = 3

// renamed is how many items have the headline of one of the newest articles of
// their source and are not dated later; 0 when that is less than half of them,
// or they are too few to tell.
func (tx *tx) renamed(h store.Harvest) (n int, err error) {
	if len(h.Items) < fewest {
		return 0, nil
	}
	rows, err := tx.rows(bucketPublished, store.SourceListing(h.Source), nil)
	if err != nil {
		return 0, err
	}
	known, looked := map[string]time.Time{}, 0 // the latest date, by headline
	for row := range rows {
		r, _, err := tx.record(idAt(row))
		if err != nil {
			return 0, err
		}
		if a := r.Article; a.Published.After(known[a.Headline]) {
			known[a.Headline] = a.Published
		}
		if looked++; looked == 2*len(h.Items) {
			break
		}
	}
	for _, item := range h.Items {
		if date, ok := known[item.Article.Headline]; ok && !item.Article.Published.After(date) {
			n++
		}
	}
	if 2*n < len(h.Items) {
		return 0, nil
	}
	return n, nil
}

// Unfiled are the items of a harvest, by their places in it, that are new or
// say something else than when they were gathered last: what Harvest would
// not find unchanged.
func (s *Store) Unfiled(ctx context.Context, h store.Harvest) (places []int, err error) {
	err = s.view(ctx, func(tx *tx) error {
		for i, item := range h.Items {
			v := tx.Bucket(bucketSeen).Get([]byte(sightingKey(h.Source, item.Article.Origin.EntryID)))
			if v == nil || string(v) != sightingValue(v[:16], item.Hash) {
				places = append(places, i)
			}
		}
		return nil
	})
	return places, err
}

// standsFor is the ID of the article that stands for an item.
func (tx *tx) standsFor(source string, item store.Gathered) (id store.ID, ok bool, err error) {
	if v := tx.Bucket(bucketSeen).Get([]byte(sightingKey(source, item.Article.Origin.EntryID))); v != nil {
		return store.IDFromBytes([16]byte(v[:16])), true, nil
	}
	if item.Link != "" {
		if v := tx.Bucket(bucketLinks).Get([]byte(linkKey(item.Link))); v != nil {
			return idAt(v), true, nil
		}
	}
	return "", false, nil
}

// isBarred reports whether an item has the GUID of an article that was filed
// here, and so has come back, or of one that was killed.
func (tx *tx) isBarred(item store.Gathered) (bool, error) {
	r, ok, err := tx.byGUID(item.Article.GUID)
	return ok && (r.Article.Origin.Source == "" || r.Article.Status == store.Killed), err
}

// gather files one item.
func (tx *tx) gather(h store.Harvest, item store.Gathered, y *store.Yield) error {
	origin := item.Article.Origin
	seen := sighting{Source: h.Source, Entry: origin.EntryID, Hash: item.Hash, Updated: item.Article.Updated}
	id, ok, err := tx.standsFor(h.Source, item)
	if err != nil {
		return err
	}
	if !ok {
		if barred, err := tx.isBarred(item); err != nil {
			return err
		} else if barred {
			y.Refused++
			return nil
		}
		y.New++
		return tx.gatherNew(h, item, seen)
	}
	if v := tx.Bucket(bucketSeen).Get([]byte(sightingKey(seen.Source, seen.Entry))); string(v) == sightingValue(idKey(id), seen.Hash) {
		y.Unchanged++
		return nil
	}
	old, _, err := tx.record(id)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(old.Seen, func(s sighting) bool { return s.Source == seen.Source && s.Entry == seen.Entry })
	switch {
	case old.Article.Status == store.Killed,
		i >= 0 && !seen.Updated.IsZero() && seen.Updated.Before(old.Seen[i].Updated):
		y.Refused++
		return nil
	}
	r := old
	r.Seen = slices.Clone(old.Seen)
	if i >= 0 {
		seen.Since, seen.Times = old.Seen[i].Since, old.Seen[i].Times
		if !seen.revise(h.Now) { // once it has calmed down, it is heard again
			y.Refused++
			return nil
		}
		r.Seen[i] = seen
	} else {
		r.Seen = append(r.Seen, seen)
	}
	if item.Link != "" && !slices.Contains(r.Links, item.Link) {
		r.Links = append(slices.Clone(old.Links), item.Link)
	}
	return tx.gatherKnown(h, item, old, r, y)
}

func (tx *tx) gatherNew(h store.Harvest, item store.Gathered, seen sighting) error {
	a := item.Article
	if _, taken, err := tx.byGUID(a.GUID); err != nil {
		return err
	} else if taken { // by another source: a GUID alone joins nothing
		a.GUID = item.Minted
	}
	stamp := tx.stamp(h.Now)
	a, _, err := store.Revise(nil, store.Filing{Article: a, Now: h.Now}, stamp)
	if err != nil {
		return err
	}
	r := record{Article: a, Seen: []sighting{seen}}
	if item.Link != "" {
		r.Links = []string{item.Link}
	}
	_, err = tx.change(nil, r, store.Change{Time: stamp, Kind: store.KindFiled, By: h.Source})
	return err
}

// gatherKnown files an item whose article is there: as a new version of it,
// when the article is this source's, or else as one that has it too.
func (tx *tx) gatherKnown(h store.Harvest, item store.Gathered, old, r record, y *store.Yield) error {
	stamp := tx.stamp(h.Now)
	if origin := item.Article.Origin; old.Article.Origin.Source == h.Source {
		a := item.Article
		a.GUID, a.ID = old.Article.GUID, old.Article.ID
		a.AlsoAt = old.Article.AlsoAt
		revised, outcome, err := store.Revise(&old.Article, store.Filing{Article: a, Now: h.Now}, stamp)
		if err != nil {
			return err
		}
		if outcome == store.Revised {
			y.Revised++
			r.Article = revised
		} else {
			y.Unchanged++
		}
	} else if has := slices.ContainsFunc(old.Article.AlsoAt, func(o store.Origin) bool { return o.Source == origin.Source }); !has && old.Article.Origin.Source != "" {
		y.Joined++
		r.Article.AlsoAt = append(slices.Clone(old.Article.AlsoAt), origin)
		r.Article.Version++
	} else {
		y.Unchanged++
	}
	if r.Article.Version == old.Article.Version { // nothing for readers: the record alone
		return tx.rewrite(old, r)
	}
	if r.Tombstone != nil {
		t := *r.Tombstone
		t.Categories, r.Tombstone = r.Article.Categories, &t
	}
	_, err := tx.change(&old, r, store.Change{Time: stamp, Kind: store.KindRevised, By: h.Source})
	return err
}

// takeBack kills the article of an entry that its source took back. One that
// other sources have too stays.
func (tx *tx) takeBack(h store.Harvest, d store.Deletion, y *store.Yield) error {
	v := tx.Bucket(bucketSeen).Get([]byte(sightingKey(h.Source, d.EntryID)))
	if v == nil {
		return nil
	}
	id := store.IDFromBytes([16]byte(v[:16]))
	old, ok, err := tx.record(id)
	if err != nil || !ok || old.Article.Status == store.Killed || old.Article.Origin.Source != h.Source || len(old.Article.AlsoAt) > 0 {
		return err
	}
	if slices.ContainsFunc(old.Seen, func(s sighting) bool { return s.Entry == d.EntryID && s.Updated.After(d.When) && !d.When.IsZero() }) {
		return nil
	}
	y.Killed++
	_, err = tx.setStatus(store.StatusChange{ID: id, Status: store.Killed, Now: h.Now, By: h.Source, Reason: d.Reason})
	if r := (refusal{}); errors.As(err, &r) { // other items may have been filed already
		err = r.error
	}
	return err
}

// rewrite replaces a record whose article and tombstone are the same.
func (tx *tx) rewrite(old, r record) error {
	value, err := tx.coder.marshal(r)
	if err != nil {
		return err
	}
	if err := tx.put(bucketArticles, idKey(r.Article.ID), value); err != nil {
		return err
	}
	_, err = tx.reindex(&old, r)
	return err
}
