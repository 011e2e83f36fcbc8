package related

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"
	"time"

	"dateline/store"
)

// known is an article as the index keeps it.
type known struct {
	id        store.ID // empty in a free slot
	published int64    // microseconds since 1970
	terms     []uint32 // ascending
	weights   []uint8  // of the terms
	headline  uint64   // bit i: terms[i] stands in the headline
}

// know is an article with these terms, which are in the order of their IDs.
func know(id store.ID, published time.Time, terms []term) known {
	k := known{
		id: store.ID(strings.Clone(string(id))), published: published.UnixMicro(),
		terms: make([]uint32, len(terms)), weights: make([]uint8, len(terms)),
	}
	for i, t := range terms {
		k.terms[i], k.weights[i] = t.id, t.weight
		if t.headline {
			k.headline |= 1 << i
		}
	}
	return k
}

func byID(terms []term) []term {
	slices.SortFunc(terms, func(a, b term) int { return cmp.Compare(a.id, b.id) })
	return terms
}

// older orders articles by Published and ID.
func older(a, b known) int {
	return cmp.Or(cmp.Compare(a.published, b.published), cmp.Compare(a.id, b.id))
}

// common calls f with the places of every term that both have.
func common(a, b known, f func(i, j int)) {
	for i, j := 0, 0; i < len(a.terms) && j < len(b.terms); {
		switch c := cmp.Compare(a.terms[i], b.terms[j]); {
		case c < 0:
			i++
		case c > 0:
			j++
		default:
			f(i, j)
			i, j = i+1, j+1
		}
	}
}

// tellsSame reports whether the headlines of both have nearly the same words,
// which makes them one story told twice.
func tellsSame(a, b known) bool {
	const nearly = 0.7
	both := 0
	common(a, b, func(i, j int) { both += int(a.headline >> i & (b.headline >> j) & 1) })
	either := bits.OnesCount64(a.headline) + bits.OnesCount64(b.headline) - both
	return both > 0 && float64(both) >= nearly*float64(either)
}
