package store

import (
	"slices"
	"strings"
)

// A listing is public articles in the order of Newer. It has a name: the slug
// of a category, what SourceListing or Combination.Listing gives, or nothing
// for the listing of everything.

const (
	sourcePrefix      = "source/"
	combinationPrefix = "feed/"
)

// SourceListing is the name of the listing of what a source gave.
func SourceListing(source string) string { return sourcePrefix + source }

// SourceOf is the source whose listing has that name; ok is false when it is
// not that of a source.
func SourceOf(listing string) (source string, ok bool) {
	return strings.CutPrefix(listing, sourcePrefix)
}

// IsCombination reports whether a listing of that name is one of a
// combination.
func IsCombination(listing string) bool { return strings.HasPrefix(listing, combinationPrefix) }

// Listings are the names of those that the article stands in while it is
// public: of its categories and of its sources. It stands in that of
// everything too, and in those of the combinations that hold it.
func (a Article) Listings() []string {
	list := slices.Clone(a.Categories)
	for _, origin := range append([]Origin{a.Origin}, a.AlsoAt...) {
		if name := SourceListing(origin.Source); origin.Source != "" && !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	return list
}

// Showing are the names of the listings whose readers see something of the
// article, given those in which it ever was public: those that it stands in,
// and once it was withdrawn those too that it has left. Their readers may have
// it still.
func (a Article) Showing(been []string) []string {
	list := a.Listings()
	if a.Status != Held && a.Status != Killed {
		return list
	}
	for _, name := range been {
		if !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	return list
}

// Combination is a listing made out of those of categories.
type Combination struct {
	Name       string   `json:"name"`
	Any        []string `json:"any,omitempty"`         // in one of these categories; none named means in whatever
	None       []string `json:"none,omitempty"`        // and in none of these
	MaxUrgency int      `json:"max_urgency,omitempty"` // 1 to 9: as urgent as this or more, and not without urgency; 0 means however urgent
}

// MaxLook is how many of the newest articles in its categories a combination
// looks at to find its own.
const MaxLook = 10_000

// Listing is the name of the combination's listing.
func (c Combination) Listing() string { return combinationPrefix + c.Name }

// Equal reports whether both are the same, categories in the same order.
func (c Combination) Equal(d Combination) bool {
	return c.Name == d.Name && slices.Equal(c.Any, d.Any) && slices.Equal(c.None, d.None) && c.MaxUrgency == d.MaxUrgency
}

// Holds reports whether the article belongs to the combination, public or not.
func (c Combination) Holds(a Article) bool {
	in := func(slug string) bool { return slices.Contains(a.Categories, slug) }
	return (len(c.Any) == 0 || slices.ContainsFunc(c.Any, in)) && !slices.ContainsFunc(c.None, in) && c.Urgent(a.Urgency)
}

// Shows reports whether readers of the combination see something of an article
// with these Showing: they do where it belongs, and where it did when it was
// filed elsewhere.
func (c Combination) Shows(a Article, showing []string) bool {
	in := func(slug string) bool { return slices.Contains(showing, slug) }
	moved := len(showing) > len(a.Listings())
	return c.Holds(a) || moved && (len(c.Any) == 0 || slices.ContainsFunc(c.Any, in)) && c.Urgent(a.Urgency)
}

// Urgent reports whether an article of that urgency may belong to it.
func (c Combination) Urgent(urgency int) bool {
	return c.MaxUrgency == 0 || urgency > 0 && urgency <= c.MaxUrgency
}
