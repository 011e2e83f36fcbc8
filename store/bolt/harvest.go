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

// mayRevise counts one more revision at now; ok is false when there have been
// enough.
func mayRevise(s *store.Sighting, now time.Time) (ok bool) {
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
	newest, err := tx.newest(h)
	if err != nil {
		return y, err
	}
	g := gathering{tx, h, newest, store.Yield{}}
	fresh, renamed, err := g.fresh()
	if err != nil {
		return y, err
	}
	if h.MostNew > 0 && (fresh > h.MostNew || renamed >= fewest && 2*renamed >= len(h.Items)) {
		y.HeldBack, y.Unchanged = fresh, len(h.Items)-fresh
		if 2*renamed >= len(h.Items) {
			y.Renamed = renamed
		}
		return y, tx.keep(h, y)
	}
	for _, item := range h.Items {
		if err := g.gather(item); err != nil {
			return g.yield, err
		}
	}
	for _, deletion := range h.Deleted {
		if err := tx.takeBack(h, deletion, &g.yield); err != nil {
			return g.yield, err
		}
	}
	return g.yield, tx.keep(h, g.yield)
}

// gathering is a harvest that is being recorded.
type gathering struct {
	*tx
	harvest store.Harvest
	newest  map[string]store.Article // of the source, by headline
	yield   store.Yield
}

func (tx *tx) keep(h store.Harvest, y store.Yield) error {
	if h.Keep == nil {
		return nil
	}
	source := h.Keep(y)
	source.Read = h.Now
	return tx.settle(source)
}

// fresh is how many items would be new articles, and how many of those have
// headline and date of one of the source's newest articles.
func (g *gathering) fresh() (fresh, renamed int, err error) {
	for _, item := range g.harvest.Items {
		_, ok, err := g.standsFor(item)
		if err == nil && !ok {
			_, ok, err = g.isGone(g.harvest.Source, item)
		}
		if err == nil && !ok {
			ok, err = g.isBarred(item)
		}
		if err != nil {
			return 0, 0, err
		}
		if ok {
			continue
		}
		fresh++
		if _, ok := g.twin(item); ok {
			renamed++
		}
	}
	return fresh, renamed, nil
}

// fewest is how many entries it takes to tell that a source has given them
// other IDs.
const fewest = 3

// newest are the newest articles of a source, twice as many as it brings now.
func (tx *tx) newest(h store.Harvest) (map[string]store.Article, error) {
	if h.MostNew == 0 && !h.TakeIDs {
		return nil, nil
	}
	rows, err := tx.rows(bucketPublished, store.SourceListing(h.Source), nil)
	if err != nil {
		return nil, err
	}
	list, looked := map[string]store.Article{}, 0
	for row := range rows {
		r, _, err := tx.record(idAt(row))
		if err != nil {
			return nil, err
		}
		if _, later := list[r.Article.Headline]; !later {
			list[r.Article.Headline] = r.Article
		}
		if looked++; looked == 2*len(h.Items) {
			break
		}
	}
	return list, nil
}

// twin is the article of the source that has an item's headline and is dated no
// earlier.
func (g *gathering) twin(item store.Gathered) (store.Article, bool) {
	a, ok := g.newest[item.Article.Headline]
	return a, ok && a.Origin.Source == g.harvest.Source && !item.Article.Published.After(a.Published)
}

// Unfiled are the items of a harvest, by their places in it, that are new or
// say something else than when they were gathered last: what Harvest would
// not find unchanged.
func (s *Store) Unfiled(ctx context.Context, h store.Harvest) (places []int, err error) {
	err = s.view(ctx, func(tx *tx) error {
		for i, item := range h.Items {
			v := tx.Bucket(bucketSeen).Get([]byte(sightingKey(h.Source, item.Article.Origin.EntryID)))
			if v != nil && string(v) == sightingValue(v[:16], item.Hash) {
				continue
			}
			if v == nil {
				if _, gone, err := tx.isGone(h.Source, item); err != nil {
					return err
				} else if gone {
					continue
				}
			}
			places = append(places, i)
		}
		return nil
	})
	return places, err
}

// standsFor is the ID of the article that an item is, or is another version of.
func (g *gathering) standsFor(item store.Gathered) (id store.ID, ok bool, err error) {
	if v := g.Bucket(bucketSeen).Get([]byte(sightingKey(g.harvest.Source, item.Article.Origin.EntryID))); v != nil {
		return store.IDFromBytes([16]byte(v[:16])), true, nil
	}
	if item.Link != "" {
		if v := g.Bucket(bucketLinks).Get([]byte(linkKey(item.Link))); v != nil {
			r, ok, err := g.record(idAt(v))
			if err != nil || ok && g.isSame(r, item) {
				return r.Article.ID, err == nil, err
			}
		}
	}
	if a, ok := g.twin(item); ok && g.harvest.TakeIDs {
		return a.ID, true, nil
	}
	// What comes back from somebody who has it from where we have it keeps its
	// GUID: the same words under it are the same story.
	r, ok, err := g.byGUID(item.Article.GUID)
	if err != nil || !ok || r.Article.Origin.Source == "" || r.Article.Headline != item.Article.Headline {
		return "", false, err
	}
	return r.Article.ID, true, nil
}

// isSame reports whether an item with the link of an article is that. From the
// same source it is another story when it has another ID and says something
// else: some give all their stories one link.
func (g *gathering) isSame(r record, item store.Gathered) bool {
	i := slices.IndexFunc(r.Seen, func(s store.Sighting) bool { return s.Source == g.harvest.Source })
	return i < 0 || r.Seen[i].Hash == item.Hash || r.Article.Status == store.Killed ||
		r.Article.Origin.Source == g.harvest.Source && r.Article.Headline == item.Article.Headline
}

// isBarred reports whether an item has the GUID of an article that was filed
// here, and so has come back, or is one that was killed, or that is withheld.
func (tx *tx) isBarred(item store.Gathered) (bool, error) {
	r, ok, err := tx.byGUID(item.Article.GUID)
	if err != nil || ok && r.Article.Origin.Source == "" {
		return err == nil, err
	}
	_, killed, err := tx.killedAs(item.Article, []string{item.Article.GUID})
	if killed || err != nil {
		return killed, err
	}
	_, withheld, err := tx.withheldAs(item.Article)
	return withheld, err
}

// gather files one item.
func (g *gathering) gather(item store.Gathered) error {
	origin := item.Article.Origin
	seen := store.Sighting{
		Source: g.harvest.Source, Entry: origin.EntryID, Hash: item.Hash, Updated: item.Article.Updated, Categories: item.Article.Categories,
	}
	id, ok, err := g.standsFor(item)
	if err != nil {
		return err
	}
	if !ok {
		if left, gone, err := g.isGone(g.harvest.Source, item); err != nil {
			return err
		} else if gone {
			g.yield.Unchanged++
			return g.remind(left, g.harvest.Now)
		}
		if barred, err := g.isBarred(item); err != nil {
			return err
		} else if barred {
			g.yield.Refused++
			return nil
		}
		g.yield.New++
		return g.gatherNew(g.harvest, item, seen)
	}
	if v := g.Bucket(bucketSeen).Get([]byte(sightingKey(seen.Source, seen.Entry))); string(v) == sightingValue(idKey(id), seen.Hash) {
		g.yield.Unchanged++
		return nil
	}
	old, _, err := g.record(id)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(old.Seen, func(s store.Sighting) bool { return s.Source == seen.Source })
	switch {
	case old.Article.Status == store.Killed,
		i >= 0 && !seen.Updated.IsZero() && seen.Updated.Before(old.Seen[i].Updated):
		g.yield.Refused++
		return nil
	}
	r := old
	r.Seen = slices.Clone(old.Seen)
	if i >= 0 {
		seen.Since, seen.Times = old.Seen[i].Since, old.Seen[i].Times
		if seen.Hash != old.Seen[i].Hash && !mayRevise(&seen, g.harvest.Now) { // once it has calmed down, it is heard again
			g.yield.Refused++
			return nil
		}
		r.Seen[i] = seen
	} else {
		r.Seen = append(r.Seen, seen)
	}
	return g.gatherKnown(item, old, r)
}

func (tx *tx) gatherNew(h store.Harvest, item store.Gathered, seen store.Sighting) error {
	a := item.Article
	if _, taken, err := tx.byGUID(a.GUID); err != nil {
		return err
	} else if taken || tx.hadGUID(a.GUID) { // by another source: a GUID alone joins nothing
		a.GUID = item.Minted
	}
	stamp := tx.stamp(h.Now)
	a, _, err := store.Revise(nil, store.Filing{Article: a, Now: h.Now}, stamp)
	if err != nil {
		return err
	}
	r := record{Article: a, Seen: []store.Sighting{seen}}
	if tx.isFree(item.Link) {
		r.Links = []string{item.Link}
	}
	_, err = tx.change(nil, r, store.Change{Time: stamp, Kind: store.KindFiled, By: h.Source})
	return err
}

// isFree reports whether a link leads to no article yet.
func (tx *tx) isFree(link string) bool {
	return link != "" && tx.Bucket(bucketLinks).Get([]byte(linkKey(link))) == nil
}

// gatherKnown files an item whose article is there: as a new version of it,
// when the article is this source's, or comes closer to where it is from, or
// else as one that has it too.
func (g *gathering) gatherKnown(item store.Gathered, old, r record) error {
	stamp := g.stamp(g.harvest.Now)
	origin, own := item.Article.Origin, old.Article.Origin.Source == g.harvest.Source
	takes := !own && old.Article.Origin.Source != "" && origin.Closer(old.Article.Origin)
	if own || takes {
		if old.Edited { // what the source says now is noted, and that is all
			g.yield.Refused++
			return g.rewrite(old, r)
		}
		a := item.Article
		a.GUID, a.ID = old.Article.GUID, old.Article.ID
		a.AlsoAt = slices.DeleteFunc(slices.Clone(old.Article.AlsoAt), func(o store.Origin) bool { return o.Source == origin.Source })
		if takes {
			a.AlsoAt = append(a.AlsoAt, old.Article.Origin)
		} else { // another ID alone says nothing
			a.Origin.EntryID = old.Article.Origin.EntryID
		}
		a.Categories = categoriesOf(r.Seen, g.harvest.Source)
		revised, outcome, err := store.Revise(&old.Article, store.Filing{Article: a, Now: g.harvest.Now}, stamp)
		if err != nil {
			return err
		}
		if outcome == store.Revised {
			g.yield.Revised++
			r.Article = revised
		} else {
			g.yield.Unchanged++
		}
		if g.isFree(item.Link) {
			r.Links = append(slices.Clone(old.Links), item.Link)
		}
	} else if has := slices.ContainsFunc(old.Article.AlsoAt, func(o store.Origin) bool { return o.Source == origin.Source }); !has && old.Article.Origin.Source != "" {
		g.yield.Joined++
		r.Article.AlsoAt = append(slices.Clone(old.Article.AlsoAt), origin)
		r.Article.Categories = categoriesOf(r.Seen, old.Article.Origin.Source)
		r.Article.Version++
	} else {
		g.yield.Unchanged++
	}
	if r.Article.Version == old.Article.Version { // nothing for readers: the record alone
		return g.rewrite(old, r)
	}
	if r.Tombstone != nil {
		t := *r.Tombstone
		t.Categories, r.Tombstone = r.Article.Categories, &t
	}
	_, err := g.change(&old, r, store.Change{Time: stamp, Kind: store.KindRevised, By: g.harvest.Source})
	return err
}

// categoriesOf are those of all sources that have an article, its own first.
func categoriesOf(seen []store.Sighting, own string) (list []string) {
	for _, first := range []bool{true, false} {
		for _, s := range seen {
			for _, category := range s.Categories {
				if (s.Source == own) == first && !slices.Contains(list, category) && len(list) < store.MaxList {
					list = append(list, category)
				}
			}
		}
	}
	return list
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
	if slices.ContainsFunc(old.Seen, func(s store.Sighting) bool {
		return s.Entry == d.EntryID && s.Updated.After(d.When) && !d.When.IsZero()
	}) {
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
