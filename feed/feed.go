// Package feed is the vocabulary that the stages of publication hand each
// other: the site, its categories, a feed and the document made of it, and the
// addresses of all of them. It does no I/O.
package feed

import (
	"time"

	"dateline/store"
)

// Site is what the configuration says of the whole site.
type Site struct {
	Title       string
	URL         string // the public address, without a slash at the end
	Description string
	Language    string // BCP 47
	Copyright   string
	Publisher   Publisher
}

// Publisher is who answers for the feeds. Email and Logo may be empty.
type Publisher struct {
	Name  string
	Email string
	Logo  string // absolute URL of an image
}

// Category is what articles are filed under, as the configuration declares
// it.
type Category struct {
	Slug        string
	Title       string
	Description string
	Aliases     []string // other names that copy may use, IPTC codes among them
}

// Feed is what is to be written, the same for every format.
type Feed struct {
	Site        Site
	ID          string // IRI, permanent
	Path        string // of the feed's page, such as "/category/world"; "" is everything
	Title       string
	Description string
	Updated     time.Time         // when what it holds last changed, removals included
	MaxAge      time.Duration     // how long a reader may wait before it asks again
	Categories  map[string]string // the title of every declared category, by slug
	Articles    []store.Article   // newest first
}

// Document is a feed in one format, ready for HTTP.
type Document struct {
	Format   Format
	Body     []byte
	ETag     string    // strong, with its quotes
	Modified time.Time // when the feed last changed
	MaxAge   time.Duration
}
