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
	Was         []string // slugs that it had before, the first of all in front
}

// Combination is a feed made out of those of categories, as the configuration
// declares it.
type Combination struct {
	store.Combination
	Title       string
	Description string
}

// Feed is what is to be written, the same for every format.
type Feed struct {
	Site        Site
	ID          string // IRI, permanent
	Path        string // of the feed's page, such as "/category/world"; "" is everything
	Listing     string // that it shows, by its name in the store
	Name        string // in a few words, such as "World"
	Title       string // with the name of the site
	Description string
	Updated     time.Time         // when what it holds last changed, removals included
	MaxAge      time.Duration     // how long a reader may wait before it asks again
	Categories  map[string]string // the title of every declared category, by slug
	Articles    []Article         // newest first
	Killed      []store.Tombstone // of articles that it held and readers must drop, newest first; Articles may have a notice of them
	Content     Content

	// Number is that of the closed archive (RFC 5005 §4) that this is, the
	// oldest being 1; 0 for the feed itself. OlderArchive and NewerArchive are
	// the numbers of those next to it, 0 when there is none: of an archive of
	// which nothing is left, none leads there.
	Number       int
	OlderArchive int
	NewerArchive int
}

// Location is the path that the document itself stands at: Path, or that of
// its archive.
func (f Feed) Location() string {
	if f.Number == 0 {
		return f.Path
	}
	return ArchivePath(f.Path, f.Number)
}

// Content is how much of an article a feed carries.
type Content string

const (
	Full    Content = "full"
	Summary Content = "summary" // the summary stands where the full text would
)

// Article is an article with its full text as HTML, as render.Content makes
// it.
type Article struct {
	store.Article
	Content string
	Near    []store.Article // public, the nearest first
	Reason  string          // why it was withdrawn, for readers; empty when nobody said, and when it was not
}

// Document is a feed in one format and one content coding, ready for HTTP.
type Document struct {
	Format   Format
	Encoding Encoding
	Body     []byte    // in that coding
	Tag      string    // names the content, whatever its coding
	Modified time.Time // when the feed last changed
	MaxAge   time.Duration
}

// ETag is the strong entity tag of the document, with its quotes: another for
// each coding (RFC 9110 §8.8.3.3).
func (d Document) ETag() string {
	if d.Encoding == Identity {
		return `"` + d.Tag + `"`
	}
	return `"` + d.Tag + "-" + string(d.Encoding) + `"`
}

// Encoding is a content coding (RFC 9110 §8.4.1).
type Encoding string

const (
	Identity Encoding = "identity"
	Gzip     Encoding = "gzip"
	Brotli   Encoding = "br"
	Zstd     Encoding = "zstd"
)

// Encodings are all of them, the one that is best for a client that takes any
// first.
func Encodings() []Encoding { return []Encoding{Brotli, Zstd, Gzip, Identity} }

// Republish is how much of a gathered article is kept and shown.
type Republish string

const (
	RepublishFull     Republish = "full"
	RepublishSummary  Republish = "summary"
	RepublishHeadline Republish = "headline"
)
