package store

import (
	"net/url"
	"strings"
	"time"
)

// Harvest is what one fetch of a source yields. It is recorded in one
// transaction, with the source as it then stands.
type Harvest struct {
	Source string // its name
	Now    time.Time
	// Keep is the source as it is to be kept, given what became of the items;
	// its Claimed is cleared. It may be called more than once. Nil leaves the
	// source as it is.
	Keep  func(Yield) Source
	Items []Gathered // in the order in which they are to be filed: the oldest first
	// Deleted are the entries that the source took back: those of its articles
	// are killed.
	Deleted []Deletion
	// MostNew is how many articles may be new. With more nothing is filed:
	// they wait for the operator. So they do when half of the entries or more
	// are new and have headline and date of the source's newest articles: it
	// has given them other IDs. Zero takes whatever there is.
	MostNew int
	// TakeIDs takes entries with the headline of one of the source's newest
	// articles, and dated no later, for that article under another ID.
	TakeIDs bool
}

// MaxRevisions is how many versions an entry may cause within an hour: one that
// says something else at every poll would otherwise be news all the time.
const MaxRevisions = 4

// Gathered is one entry of a source, ready to be filed.
type Gathered struct {
	Article Article // with its Origin; its GUID is taken only when no other article has it; with that of one of ours, or of one that was killed, it is refused
	Minted  string  // GUID in place of one that another article has
	Hash    string  // names what the entry says; another hash is a real change
	Link    string  // canonical, what two sources' same story shares; may be empty
}

// Closer reports whether o comes closer than other to where an article is from:
// its feed is of the host that the article's page is of, and that of other is
// not. A source that repeats the stories of others may have been first.
func (o Origin) Closer(other Origin) bool { return o.isHome() && !other.isHome() }

func (o Origin) isHome() bool {
	feed, err := url.Parse(o.FeedURL)
	page, err2 := url.Parse(o.Link)
	if err != nil || err2 != nil || o.Link == "" {
		return false
	}
	a, b := "."+feed.Hostname(), "."+page.Hostname()
	return feed.Host == page.Host || strings.HasSuffix(a, strings.TrimPrefix(b, ".www")) || strings.HasSuffix(b, strings.TrimPrefix(a, ".www"))
}

// Deletion is an entry that its source took back.
type Deletion struct {
	EntryID string
	When    time.Time // an entry that was updated later has come back (RFC 6721 §4)
	Reason  string
}

// Yield says what became of a harvest.
type Yield struct {
	New       int `json:"new"`       // articles
	Revised   int `json:"revised"`   // articles with a new version
	Joined    int `json:"joined"`    // articles of other sources that this one has too
	Unchanged int `json:"unchanged"` // entries that were known, and say the same
	Refused   int `json:"refused"`   // entries of articles that were killed, are our own, or were revised here, that are older than what is known, or change all the time
	Killed    int `json:"killed"`    // articles that the source took back
	HeldBack  int `json:"held_back"` // articles that wait; then all but Unchanged and Renamed is 0
	Renamed   int `json:"renamed"`   // of HeldBack, those with the headline of an article of the source
}
