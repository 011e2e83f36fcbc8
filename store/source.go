package store

import "time"

// Source is somebody else's feed as the store keeps it between two polls.
type Source struct {
	Name       string `json:"name"`       // as in the configuration; see Origin.Source
	Configured string `json:"configured"` // its URL in the configuration
	URL        string `json:"url"`        // that is polled: Configured, or where it has moved for good

	// Of a source that an outline lists and not the configuration itself: where
	// the outline is, and what it files the source under.
	Outline  string `json:"outline,omitempty"`
	Category string `json:"category,omitempty"`

	// Validators, exactly as received, of what was fetched last, and the URL
	// that it was fetched from in the end.
	ValidatorsOf string `json:"validators_of,omitempty"`
	ETag         string `json:"etag,omitempty"`
	LastModified string `json:"last_modified,omitempty"`
	Body         string `json:"body,omitempty"`  // names the bytes, for servers without validators
	Rules        string `json:"rules,omitempty"` // names those by which it was filed

	Next    time.Time `json:"next"`              // not to be polled before; see Stopped
	Why     string    `json:"why,omitempty"`     // why then, in words for the operator
	Claimed time.Time `json:"claimed,omitzero"`  // somebody polls it, until then at most
	Stopped string    `json:"stopped,omitempty"` // why it is polled no more; empty while it is

	Polled   time.Time `json:"polled,omitzero"`    // last, whatever came of it
	Good     time.Time `json:"good,omitzero"`      // last with a good answer
	Read     time.Time `json:"read,omitzero"`      // when what it has was last recorded; set by Harvest
	Failures int       `json:"failures,omitempty"` // in a row
	Error    string    `json:"error,omitempty"`    // of the last poll; empty when it was good
	Hint     string    `json:"hint,omitempty"`     // what to do about it

	Throttled bool `json:"throttled,omitempty"` // at the last poll its server asked to be left alone for a while, which is no error

	Moved      string    `json:"moved,omitempty"` // where permanent redirects have led since MovedSince
	MovedSince time.Time `json:"moved_since,omitzero"`

	Title    string    `json:"title,omitempty"`     // that it gives itself
	Brought  int       `json:"brought,omitempty"`   // articles; adopted again, it begins with those that are here
	MostNew  int       `json:"most_new,omitempty"`  // the most that were new in one poll but the first
	HeldBack int       `json:"held_back,omitempty"` // articles that wait for the operator; see Harvest.MostNew
	HeldWhy  string    `json:"held_why,omitempty"`  // why they do
	Released bool      `json:"released,omitempty"`  // the operator takes whatever the next poll brings
	Pace     float64   `json:"pace,omitempty"`      // new articles a day, as of late
	Overrun  time.Time `json:"overrun,omitzero"`    // when articles may last have been missed between two polls
	LastNew  time.Time `json:"last_new,omitzero"`   // when it last brought an article
	Gap      int64     `json:"gap,omitempty"`       // seconds: the longest time of late from one poll that brought something to the next; 0 when that is not known
}

// Due is when the source is next to be polled; ok is false when never.
func (s Source) Due() (due time.Time, ok bool) {
	return latest(s.Next, s.Claimed), s.Stopped == ""
}
