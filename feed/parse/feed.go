package parse

import (
	"net/url"
	"time"

	"dateline/store"
)

// Feed is a source's feed as it was read. Texts are plain text on one line
// and legal; what the feed does not say is the zero value.
type Feed struct {
	Format   string // "rss 2.0", "atom 1.0", "json 1.1", "rdf 1.0"; without a number when the feed gives none
	ID       string // Atom's id, JSON's feed_url
	Title    string
	Link     string // absolute URL of its page
	Language string // BCP 47
	Rights   string
	Self     string   // absolute URL that the feed gives as its own: a claim, which may point anywhere
	Hubs     []string // absolute URLs (WebSub)
	Updated  time.Time
	Pause    Pause

	// Older is the absolute URL of where what left the feed is: its newest
	// archive (RFC 5005 §4), else its next page (§3, and JSON's next_url).
	Older    string
	Complete bool // fh:complete: what is not in it is no more (RFC 5005 §2)
	Archive  bool // fh:archive: a closed archive (RFC 5005 §4)
	Expired  bool // JSON's expired: nothing will come any more

	Items    []Item // in the feed's order, one for each ID
	Deleted  []Deletion
	Warnings []string // what was odd, each a line that says what and where
}

// Pause is what a feed asks of those who poll it.
type Pause struct {
	TTL       time.Duration // RSS ttl: how long it may be kept
	Period    time.Duration // sy:updatePeriod over sy:updateFrequency
	SkipHours [24]bool      // hours of the day, UTC, in which nothing is to be asked
	SkipDays  [7]bool       // days of the week, UTC, by time.Weekday
}

// Deletion says that an entry was withdrawn (RFC 6721). It counts only for
// entries of the same source, and an entry that was updated after When has
// been restored.
type Deletion struct {
	Ref     string // the ID of the entry
	When    time.Time
	By      string
	Comment string
}

// Item is an item of an RSS or JSON feed or an Atom entry. URLs are absolute,
// http or https, and ASCII; a reference that cannot be made one is left out
// with a warning.
type Item struct {
	ID     string // its name within the source, the same whenever the item is read again
	IDFrom From
	IRI    bool // ID is an absolute IRI, fit to be an article's GUID

	Title     string // plain text on one line; empty when there is none
	Link      string // of its page, as the feed gives it
	Canonical string // Link without fragment and trackers: what the same story has in common in two sources
	Published time.Time
	Updated   time.Time // both UTC; zero when the feed has none that can be read

	Authors    []store.Author // the item's own, else those that the format lets it inherit; each has a name
	Categories []Category
	Enclosures []store.Enclosure // each URL once; each has a type, guessed where the feed gives none
	Language   string            // the item's own, else the feed's
	Rights     string            // likewise
	Comments   string            // URL of the page with its comments
	Related    []Related
	Source     Source // where the item was taken from, when the feed says so

	Summary string   // plain text; empty when the feed gives only a full text
	Content string   // HTML, neither resolved nor sanitised: the full text, else the summary with its markup
	Full    bool     // Content is declared as the full text
	Base    *url.URL // what the references in Content are relative to; nil when nothing is known

	// Hash stands for title, text, links and media. It changes with them, and
	// not with white space, the order or the other attributes of markup,
	// tracking parameters or invisible pictures.
	Hash string
}

// From is the rule that gave an item its ID.
type From string

const (
	FromID        From = "id"          // the feed's own: guid, id, rdf:about
	FromLink      From = "link"        // the canonical link
	FromText      From = "text"        // SHA-256 of title and content
	FromIDAndLink From = "id and link" // an ID that several items of the feed share
)

// Category is what a source files an item under. Term is never empty.
type Category struct{ Term, Scheme, Label string }

// Related is a page that an item names beside its own.
type Related struct {
	Rel   string // "related" or "via" (RFC 4287 §4.2.7.2)
	URL   string
	Title string
}

// Source is the feed that an item was taken from (RFC 4287 §4.2.11).
type Source struct{ Title, URL, ID string }
