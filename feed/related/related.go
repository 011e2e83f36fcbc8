// Package related finds the articles nearest to an article by their words:
// rare ones count more than common ones, names more than other words, those of
// headlines more than those of bodies, and what was published at another time
// counts less. It needs no service, no model and no list of words.
package related

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"dateline/store"
)

// Options say what an index keeps. The zero value is ready.
type Options struct {
	Span time.Duration // articles further apart in Published are not related; zero means 30 days
	Most int           // articles kept, the oldest by Published go first; zero means 20,000
}

// Index knows the articles that others may be near to. It is safe for
// concurrent use. What it answers depends on the articles it holds, not on the
// order in which they came.
type Index struct {
	span time.Duration
	most int

	mu       sync.RWMutex
	slots    map[store.ID]uint32 // guarded by mu, as all below
	known    []known             // by slot
	free     []uint32            // slots of none
	order    []uint32            // slots by Published and ID, the oldest first
	postings map[uint32][]uint32 // the slots of a term, in no order
}

// New is an index without articles.
func New(o Options) *Index {
	return &Index{
		span: cmp.Or(o.Span, 30*24*time.Hour), most: cmp.Or(o.Most, 20_000),
		slots: map[store.ID]uint32{}, postings: map[uint32][]uint32{},
	}
}

// Put adds the article or takes the place of what it was before. One that is
// not public is removed: others may not lead to it.
func (x *Index) Put(a store.Article) {
	if !a.Public() {
		x.Remove(a.ID)
		return
	}
	k := know(a.ID, a.Published, byID(termsOf(a)))
	x.mu.Lock()
	defer x.mu.Unlock()
	x.remove(a.ID)
	x.add(k)
	if len(x.order) > x.most {
		x.remove(x.known[x.order[0]].id)
	}
}

// Remove lets go of the article. One that the index does not hold is no error.
func (x *Index) Remove(id store.ID) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.remove(id)
}

func (x *Index) add(k known) {
	slot := uint32(len(x.known))
	if n := len(x.free); n > 0 {
		slot, x.free = x.free[n-1], x.free[:n-1]
		x.known[slot] = k
	} else {
		x.known = append(x.known, k)
	}
	x.slots[k.id] = slot
	at, _ := x.place(k)
	x.order = slices.Insert(x.order, at, slot)
	for _, t := range k.terms {
		x.postings[t] = append(x.postings[t], slot)
	}
}

func (x *Index) remove(id store.ID) {
	slot, ok := x.slots[id]
	if !ok {
		return
	}
	k := x.known[slot]
	if at, ok := x.place(k); ok {
		x.order = slices.Delete(x.order, at, at+1)
	}
	for _, t := range k.terms {
		list := x.postings[t]
		last := len(list) - 1
		if last == 0 {
			delete(x.postings, t)
			continue
		}
		list[slices.Index(list, slot)] = list[last]
		x.postings[t] = list[:last]
	}
	delete(x.slots, id)
	x.known[slot] = known{}
	x.free = append(x.free, slot)
}

// place is where the article stands in order, or would.
func (x *Index) place(k known) (at int, found bool) {
	return slices.BinarySearchFunc(x.order, k, func(slot uint32, k known) int { return older(x.known[slot], k) })
}
