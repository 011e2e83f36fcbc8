package store

import (
	"encoding/base64"
	"time"
)

// Query asks for a page of a listing.
type Query struct {
	// Category is the slug whose listing is wanted; empty means everything.
	Category string
	// All asks for every article of whatever status, public or not, from the
	// one first filed last to the first. It takes no Category.
	All bool
	// Limit is the greatest number of articles wanted, at least 1.
	Limit int
	// After is the Next of the page before; empty means the beginning.
	After Cursor
}

// Page is a part of a listing, read in one piece.
type Page struct {
	Articles []Article
	// Next continues the listing; empty at its end.
	Next Cursor
	// Count is the number of articles in the whole listing.
	Count int
	// Changed is when the listing last changed, removals included; the day
	// the store was made when it never did. Not set with Query.All.
	Changed time.Time
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
	Sequence   uint64         `json:"sequence"`   // of the last change; 0 for none
	Size       int64          `json:"size"`       // bytes on disk; 0 when the engine cannot tell
	Free       int64          `json:"free"`       // bytes of it that are free for reuse
}
