package parse

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"dateline/feed/clean"
	"dateline/store"
)

// identifier is an ID as it was given, without white space around it and
// illegal characters. It is not normalised: RFC 4287 §4.2.6.1 compares ids
// character by character. One that is longer than an ID can be is replaced by
// its SHA-256.
func identifier(s string) string {
	s = legal(strings.TrimSpace(s))
	if len(s) > store.MaxLine {
		return digest(s)
	}
	return s
}

// digest is the SHA-256 of the parts, and of where each ends, in hexadecimal
// digits.
func digest(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0}) // which no part has
	}
	return hex.EncodeToString(h.Sum(nil))
}

// legal is s without the characters that XML 1.0 §2.2 does not allow.
func legal(s string) string {
	if store.IsLegal(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if store.IsLegalRune(r) {
			return r
		}
		return -1
	}, strings.ToValidUTF8(s, ""))
}

// add adds an item with the ID that the feed gives it, which may be empty: it
// is then known by its link, and without that by its text.
func (r *reader) add(it Item, id string) {
	it.Content = legal(it.Content)
	it.Canonical = clean.Canonical(it.Link)
	it.ID, it.IDFrom = id, FromID
	if it.ID == "" {
		it.ID, it.IDFrom = it.Canonical, FromLink
	}
	if it.ID == "" || len(it.ID) > store.MaxLine {
		it.ID, it.IDFrom = digest(it.Title, essence(it.Content)), FromText
	}
	it.IRI = it.IDFrom == FromID && isIRI(it.ID)
	it.Hash = hash(it)
	r.feed.Items, r.all = append(r.feed.Items, it), append(r.all, r.at)
}

// isIRI reports whether an article may have that GUID. One that is a script
// for whoever takes it for a link is none.
func isIRI(id string) bool {
	switch scheme, _, ok := strings.Cut(strings.ToLower(id), ":"); {
	case !ok, scheme == "javascript", scheme == "vbscript", scheme == "data":
		return false
	}
	for _, f := range (store.Article{GUID: id}).Check() {
		if f.Field == "guid" {
			return false
		}
	}
	return true
}

// identify sees to it that every item has an ID of its own.
func (r *reader) identify() {
	r.tellApart()
	at := map[string]int{} // where the item of each ID is kept
	kept := r.feed.Items[:0]
	for i, it := range r.feed.Items {
		r.at = r.all[i]
		before, again := at[it.ID]
		switch {
		case !again:
			at[it.ID] = len(kept)
			kept = append(kept, it)
		case it.changed().After(kept[before].changed()):
			// RFC 4287 §4.1.1: the same thing at another time.
			r.warn("it has the id %.80q of an earlier item and is newer: the earlier is left out", it.ID)
			kept[before] = it
		default:
			r.warn("it has the id %.80q of an earlier item, and is left out", it.ID)
		}
	}
	r.feed.Items, r.at = kept, 0
}

func (it Item) changed() time.Time {
	if it.Updated.IsZero() {
		return it.Published
	}
	return it.Updated
}

// tellApart gives new IDs to items of RSS whose ID stands for more than one
// thing. All that share it get one, the first as well: else that would be
// known by another name once the others have left the feed. Atom and JSON Feed
// name one thing for ever with an id.
func (r *reader) tellApart() {
	if !strings.HasPrefix(r.feed.Format, "r") { // rss, rdf
		return
	}
	groups := map[string][]int{}
	for i, it := range r.feed.Items {
		groups[it.ID] = append(groups[it.ID], i)
	}
	for i, it := range r.feed.Items {
		group := groups[it.ID]
		if len(group) < 2 || group[0] != i {
			continue
		}
		items := make([]*Item, len(group))
		for n, i := range group {
			items[n] = &r.feed.Items[i]
		}
		r.at = r.all[i]
		r.share(it.ID, items)
	}
	r.at = 0
}

// share gives new IDs to items that have the same one, unless they are the
// same thing.
func (r *reader) share(id string, items []*Item) {
	switch items[0].IDFrom {
	case FromID:
		if !differ(items, func(it *Item) string { return it.Canonical }) {
			return
		}
		r.warn("its id %.80q is that of %d items with different links: the link is added to it", id, len(items))
		for _, it := range items {
			it.ID, it.IDFrom, it.IRI = identifier(it.ID+" "+it.Canonical), FromIDAndLink, false
		}
	case FromLink:
		byTitle := differ(items, func(it *Item) string { return it.Title })
		if !byTitle && !differ(items, fragment) {
			return
		}
		r.warn("its link %.80q is that of %d items without an id: fragment and title are added to it", id, len(items))
		for _, it := range items {
			it.ID += fragment(it)
			if byTitle {
				it.ID += " " + digest(it.Title)[:16]
			}
			it.ID = identifier(it.ID)
		}
	}
}

// differ reports whether the items do not all have the same.
func differ(items []*Item, what func(*Item) string) bool {
	for _, it := range items[1:] {
		if what(it) != what(items[0]) {
			return true
		}
	}
	return false
}

// fragment is the fragment of the item's link with its #, empty when there is
// none.
func fragment(it *Item) string {
	if i := strings.IndexByte(it.Link, '#'); i >= 0 {
		return it.Link[i:]
	}
	return ""
}
