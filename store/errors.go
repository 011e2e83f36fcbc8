package store

import (
	"errors"
	"strings"
)

var (
	// ErrNotFound: there is no such article.
	ErrNotFound = errors.New("not found")
	// ErrExpunged: the article was here, was kept for its time, and was let go of.
	// It is an ErrNotFound too.
	ErrExpunged error = expunged{}
	// ErrKilled: the article was withdrawn for good, and nothing brings it
	// back.
	ErrKilled = errors.New("killed: it was withdrawn for good, and nothing brings it back: what is to be said now is a new article, with another text and another GUID")
	// ErrConflict: the act does not fit the state of the article.
	ErrConflict = errors.New("conflict")
	// ErrStale: another version stands than the act was meant for.
	ErrStale = errors.New("another version stands: look at it, and do it again")
	// ErrOlder: a newer version is there already.
	ErrOlder = errors.New("it is older than the version that is there: to go back to it all the same, name that version (If-Match, or `dateline correct`)")
	// ErrKeyReused: the idempotency key was used before for other content.
	ErrKeyReused = errors.New("this idempotency key was used before with other content: use a new key for a new article")
	// ErrFull: there is no room for what was to be kept.
	ErrFull = errors.New("there is no room left for the store: make some, and send it again")
	// ErrBadCursor: the cursor was not made by this listing.
	ErrBadCursor = errors.New("not a cursor of this listing: begin again without one")
)

// expunged is ErrExpunged.
type expunged struct{}

func (expunged) Error() string {
	return "gone: articles are kept here for some time, and that time is over"
}

func (expunged) Is(target error) bool { return target == ErrNotFound }

// Fault is one thing wrong with one field of an article.
type Fault struct {
	Field  string // as in JSON, such as "byline[0].name"
	Detail string // what is wrong and what would be right
}

// Invalid says everything that is wrong with an article. A store that returns
// it has kept nothing.
type Invalid struct{ Faults []Fault }

func (e *Invalid) Error() string {
	parts := make([]string, len(e.Faults))
	for i, f := range e.Faults {
		parts[i] = f.Field + " " + f.Detail
	}
	return strings.Join(parts, "; ")
}
