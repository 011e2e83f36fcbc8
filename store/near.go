package store

import (
	"slices"
	"time"
)

// MaxNear is how many articles are kept as near to one.
const MaxNear = 5

// Relation says which articles are near to one.
type Relation struct {
	ID   ID
	Near []ID // the nearest first; see Nearest
}

// Relating is what a look at a part of the change log came to.
type Relating struct {
	Relations []Relation
	Through   uint64 // the last line that was looked at
	Now       time.Time
}

// Nearest is what is kept of near for the article id: the first MaxNear,
// without id itself and without what there is twice.
func Nearest(id ID, near []ID) []ID {
	kept := []ID{}
	for _, n := range near {
		if n != id && !slices.Contains(kept, n) && len(kept) < MaxNear {
			kept = append(kept, n)
		}
	}
	return kept
}

// ShowsOtherwise reports whether those who lead to an article must be told
// that old became a: readers may see only one of them, or its headline or its
// address is another.
func ShowsOtherwise(old, a Article) bool {
	return old.Public() != a.Public() || a.Public() && (old.Headline != a.Headline || old.Slug != a.Slug)
}
