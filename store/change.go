package store

import "time"

// Change is one line of the change log.
type Change struct {
	Sequence uint64    `json:"sequence"`
	Time     time.Time `json:"time"`
	Kind     Kind      `json:"kind"`
	ID       ID        `json:"id"`
	Version  int       `json:"version"`
	By       string    `json:"by,omitempty"`
	Reason   string    `json:"reason,omitempty"`

	// Listings are the names of those that this changed, sorted; that of
	// everything changes with any of them, unless the line has no article.
	// Empty for a change that no reader can see, such as one to an article
	// under embargo.
	Listings []string `json:"listings,omitempty"`
}

// MaxLines is how many lines of the change log an article keeps as its own. Of
// more, the oldest new versions are left out, but not the first.
const MaxLines = 500

// Quiet reports whether readers need not be told.
func (k Kind) Quiet() bool {
	return k == KindRefiled || k == KindMended || k == KindRelated || k == KindExpunged
}

// Kind says what happened to the article.
type Kind string

const (
	KindFiled     Kind = "filed"     // a new article
	KindRevised   Kind = "revised"   // a new version of it
	KindMended    Kind = "mended"    // a new version that readers need not know of
	KindRefiled   Kind = "refiled"   // its category was renamed
	KindRelated   Kind = "related"   // other articles were found near to it
	KindDeclared  Kind = "declared"  // combinations are other than before; a line without an article
	KindPublished Kind = "published" // its embargo ended
	KindHeld      Kind = "held"
	KindReleased  Kind = "released"
	KindKilled    Kind = "killed"
	KindExpired   Kind = "expired"
	KindExpunged  Kind = "expunged" // it was let go of, and is there no more; see Retention
)
