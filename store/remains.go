package store

import (
	"slices"
	"time"
)

// Remains are what is kept of an article that was let go of: what it is known by
// when it comes again, as digests, and not what it said.
type Remains struct {
	ID       ID        `json:"id"`
	Gone     time.Time `json:"gone"`
	Carried  time.Time `json:"carried"`           // when a source had it last, as far as is known; Gone at first
	Headline string    `json:"headline"`          // its NameOf
	Names    []string  `json:"names"`             // NameOf its GUID, its links and its entries
	Sources  []string  `json:"sources,omitempty"` // that had it
}

// RemainsOf are those of what goes at now.
func RemainsOf(r Record, now time.Time) Remains {
	now = now.UTC().Truncate(time.Microsecond)
	left := Remains{
		ID: r.Article.ID, Gone: now, Carried: now,
		Headline: NameOf("headline", r.Article.Headline), Names: []string{NameOf("guid", r.Article.GUID)},
	}
	for _, s := range r.Seen {
		left.Names = append(left.Names, NameOf("entry", s.Source, s.Entry))
		if !slices.Contains(left.Sources, s.Source) {
			left.Sources = append(left.Sources, s.Source)
		}
	}
	for _, link := range r.Links {
		left.Names = append(left.Names, NameOf("link", link))
	}
	return left
}

// NameOf is a short name for something of a kind: 8 bytes, hexadecimal.
func NameOf(kind string, parts ...string) string {
	for _, part := range parts {
		kind += "\x00" + part
	}
	return Digest(kind)[:16]
}

// NamesOf are the names by which what was gathered may be known again.
func NamesOf(source string, g Gathered) []string {
	names := []string{NameOf("entry", source, g.Article.Origin.EntryID), NameOf("guid", g.Article.GUID)}
	if g.Link != "" {
		names = append(names, NameOf("link", g.Link))
	}
	return names
}

// Is reports whether an entry of a source is the article that went: it has the
// ID that it had there, or its link, or its GUID. From a source that had it, and
// under the GUID of what was gathered, only what has its headline too: some
// sources give all their stories one link, and some number them as others do.
func (r Remains) Is(source string, g Gathered) bool {
	has := func(name string) bool { return slices.Contains(r.Names, name) }
	if has(NameOf("entry", source, g.Article.Origin.EntryID)) {
		return true
	}
	same := r.Headline == NameOf("headline", g.Article.Headline)
	if g.Link != "" && has(NameOf("link", g.Link)) && (same || !slices.Contains(r.Sources, source)) {
		return true
	}
	return has(NameOf("guid", g.Article.GUID)) && (same || len(r.Sources) == 0)
}

// IsForgotten reports whether what went is to be forgotten at now: no source has
// had it for GoneFor, and each of them that there still is has said other things
// for as long. One that is silent may carry it still. source gives one by its
// name.
func (r Remains) IsForgotten(now time.Time, source func(string) (Source, bool)) bool {
	if now.Sub(r.Carried) <= GoneFor {
		return false
	}
	return !slices.ContainsFunc(r.Sources, func(name string) bool {
		s, ok := source(name)
		return ok && s.Read.Sub(r.Carried) <= GoneFor
	})
}
