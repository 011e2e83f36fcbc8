package ninjs

import (
	"cmp"
	"time"

	"dateline/feed"
)

// MediaType is that of a list, and of an item. None is registered for ninjs.
const MediaType = "application/json"

// list is a list of items. Its members but items are named, and mean what they
// mean, as in an item.
type list struct {
	Standard        *standard  `json:"standard"`
	URI             string     `json:"uri"`
	Title           string     `json:"title"`
	VersionCreated  string     `json:"versionCreated,omitempty"`
	CopyrightNotice string     `json:"copyrightNotice,omitempty"`
	Language        string     `json:"language,omitempty"`
	Items           []newsItem `json:"items"`
}

// WriteFeed is a list of articles, in their order, each as Write gives it: one
// JSON object with the items in an array "items", and beside it what the list
// is and when the last of them changed.
//
// The standard has no list. Of its schema each item must be an object by
// itself, so a list cannot be a composite item without calling its members
// associations of it. What services that speak ninjs answer with is an object
// that has an array of whole items ("hits" in TT's API, "_items" in those of
// Superdesk), which a client takes apart by one name; so do we. A bare array, as in the one collection among the IPTC's own
// examples, has no room for what the list is. Lines of JSON are for streams:
// they have no room for it either, and a browser or a cache knows them as no
// document of JSON.
func WriteFeed(articles []feed.Article, o Options) ([]byte, error) {
	var changed time.Time
	out := list{
		Standard: ours(), URI: uriOf(o.Site.PageURL(o.Path)), Title: cmp.Or(o.Title, o.Site.Title),
		CopyrightNotice: o.Site.Copyright, Language: o.Site.Language,
		Items: []newsItem{}, // there even when there are none
	}
	for _, a := range articles {
		if out.Items = append(out.Items, document(a, o)); a.Updated.After(changed) {
			changed = a.Updated
		}
	}
	out.VersionCreated = rfc3339(changed)
	return encodeJSON(out)
}
