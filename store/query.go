package store

import (
	"cmp"
	"encoding/base64"
	"time"
)

// Query asks for a page of a listing.
type Query struct {
	// Listing is the name of the one that is wanted; empty means everything.
	Listing string
	// All asks for every article of whatever status, public or not, from the
	// one first filed last to the first. It takes no Listing.
	All bool
	// Limit is the greatest number of articles wanted, at least 1.
	Limit int
	// After is the Next of the page before; empty means the beginning.
	After Cursor
}

// Window asks for what a feed of a listing holds. What any of Newest, KeepFor
// and Archive calls for is in it.
type Window struct {
	Listing string // as in Query
	// Newest is how many of the newest articles are wanted, at least 1.
	Newest int
	// KeepFor calls for what was filed or changed within this time before the
	// listing's last change, however old its date, so that a reader who comes
	// seldom misses nothing; at most Most of it, the last changed first.
	KeepFor time.Duration
	Most    int
	// Archive calls for what stands in no closed archive of this size. Zero
	// means that there are no archives. It takes the listing of a category or
	// a source: the others have no places.
	Archive int
}

// Archive asks for one closed archive: so many places of a listing, numbered
// from the oldest, which is 1. What stands at a place stays there: an archive
// changes only when an article in it does.
//
// An article gets its place in the listing of a category or a source when it
// first becomes public there: the places run 1, 2, 3, and none is given twice.
type Archive struct {
	Listing string
	Number  int
	Size    int // as Window.Archive
	Newest  int // as Window.Newest
}

// ClosedArchives is how many archives of a size are closed when so many places
// were given out: the last places, at least newest of them, stay out of
// archives, so that in the ordinary course an article is either in the feed or
// in an archive.
func ClosedArchives(places, newest, size int) int {
	if size < 1 || places < newest {
		return 0
	}
	return (places - newest) / size
}

// Page is a part of a listing, read in one piece.
type Page struct {
	Articles []Article
	// Next continues the listing; empty at its end.
	Next Cursor
	// Count is the number of articles in the whole listing. Not set for a
	// combination.
	Count int
	// Changed is when the listing last changed, removals included; the day
	// the store was made when it never did. Not set with Query.All.
	Changed time.Time
	// Archives is the number of closed archives of the listing, for a Window
	// or an Archive.
	Archives int
	// OlderArchive and NewerArchive are the numbers of the closed archives next to
	// it of which something is left; 0 when there is none.
	OlderArchive int
	NewerArchive int
}

// Cursor is an opaque place in a listing, safe within a URL. It stays good
// when the article it points behind is gone.
type Cursor string

// NewCursor makes a cursor of an engine's own key.
func NewCursor(key []byte) Cursor {
	return Cursor(base64.RawURLEncoding.EncodeToString(key))
}

// Key is what NewCursor was given; ok is false when it is no cursor.
func (c Cursor) Key() (key []byte, ok bool) {
	key, err := base64.RawURLEncoding.DecodeString(string(c))
	return key, err == nil
}

// Stats says what a store holds.
type Stats struct {
	Engine     string         `json:"engine"` // such as "bolt"
	Schema     int            `json:"schema"`
	Created    time.Time      `json:"created"`
	Articles   int            `json:"articles"`   // of every status
	ByStatus   map[Status]int `json:"by_status"`  // all of them, embargoed ones under usable
	Public     int            `json:"public"`     // in the listing of everything
	ByCategory map[string]int `json:"categories"` // public articles in each category
	BySource   map[string]int `json:"sources"`    // public articles of each source
	Sequence   uint64         `json:"sequence"`   // of the last change; 0 for none
	Trimmed    uint64         `json:"trimmed"`    // up to this line the log leaves out what is gone; 0 for none
	Size       int64          `json:"size"`       // bytes on disk; 0 when the engine cannot tell
	Free       int64          `json:"free"`       // bytes of it that are free for reuse
	Room       int64          `json:"room"`       // bytes left on its disk; -1 when the engine cannot tell

	// Fault is why the last write of this process came to nothing, for a reason
	// that is the store's own, such as a full disk, and FaultAt when that was, by
	// the clock of the machine; empty once one was done again.
	Fault   string    `json:"fault,omitempty"`
	FaultAt time.Time `json:"fault_at,omitzero"`

	// Readers is how many reads are going on in this process, and OldestReader
	// when the first of them began, by the clock of the machine; the zero time
	// for none. A read that goes on for long, such as a backup to a slow disk,
	// keeps what is freed meanwhile from being used again.
	Readers      int       `json:"readers,omitempty"`
	OldestReader time.Time `json:"oldest_reader,omitzero"`
}

// Newer compares by the order of listings: negative when a stands before b.
func Newer(a, b Article) int {
	return cmp.Or(b.Published.Compare(a.Published), cmp.Compare(b.ID, a.ID))
}
