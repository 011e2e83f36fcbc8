package store

import (
	"reflect"
	"time"
)

// Article is the unit that the store keeps. Text fields are plain text but
// Body, which is sanitised HTML. All of them are valid UTF-8 with only the
// characters that XML 1.0 allows; Check says what else they keep.
type Article struct {
	ID      ID     `json:"id"`      // made once by NewID
	GUID    string `json:"guid"`    // an IRI, the article's name in every feed; never changes
	Slug    string `json:"slug"`    // the readable end of its address, from its headline; any other leads there too
	Version int    `json:"version"` // how often it was filed, corrections included; set by the store

	Headline   string      `json:"headline"`
	Summary    string      `json:"summary,omitempty"`
	Body       string      `json:"body,omitempty"` // HTML without dateline and credit, which have their own fields
	Dateline   Dateline    `json:"dateline,omitzero"`
	Byline     []Author    `json:"byline,omitempty"`
	Credit     Credit      `json:"credit,omitzero"`
	Language   string      `json:"language,omitempty"` // BCP 47; empty means the site's
	Enclosures []Enclosure `json:"enclosures,omitempty"`
	Rights     string      `json:"rights,omitempty"`

	Categories []string `json:"categories"`         // slugs, at least one; the first is the primary
	Tags       []string `json:"tags,omitempty"`     // free keywords
	Subjects   []string `json:"subjects,omitempty"` // IPTC codes, such as "medtop:16000000"
	Urgency    int      `json:"urgency,omitempty"`  // 1 (flash) to 9; 0 means not given

	Status         Status    `json:"status"`
	Published      time.Time `json:"published"` // first publication
	Updated        time.Time `json:"updated"`   // last significant change
	Embargo        time.Time `json:"embargo,omitzero"`
	Expires        time.Time `json:"expires,omitzero"`
	CorrectionNote string    `json:"correction_note,omitempty"` // public: what was wrong
	EditorNote     string    `json:"editor_note,omitempty"`     // never public
	Related        []Related `json:"related,omitempty"`         // what belongs with it, in the editor's order

	Origin Origin   `json:"origin,omitzero"`   // of a gathered article; zero for our own
	AlsoAt []Origin `json:"also_at,omitempty"` // the other sources that had it
}

// Related is a page that belongs with an article.
type Related struct {
	ID    ID     `json:"id,omitempty"` // of the article whose page it is, here: then readers see that as it stands; empty for any other page
	Title string `json:"title"`
	URL   string `json:"url"`
}

// Origin is where a gathered article came from. All but Source and FeedURL may
// be empty.
type Origin struct {
	Source    string `json:"source"`               // the source's name, of the shape of a category's slug
	FeedURL   string `json:"feed_url"`             // of the source
	FeedID    string `json:"feed_id,omitempty"`    // the IRI that the source gives itself
	FeedTitle string `json:"feed_title,omitempty"` // the source's title for itself
	EntryID   string `json:"entry_id,omitempty"`   // the article's name there
	Link      string `json:"link,omitempty"`       // of its page there
}

// Dateline is place, date and agency at the head of wire copy. Each may be
// empty.
type Dateline struct {
	Place  string `json:"place,omitempty"`
	Date   string `json:"date,omitempty"` // YYYY-MM-DD
	Agency string `json:"agency,omitempty"`
}

// Author is one name of a byline. Email and URL may be empty.
type Author struct {
	Name  string `json:"name"`
	Email string `json:"email,omitempty"`
	URL   string `json:"url,omitempty"`
}

// Credit is agency and initials at the foot of wire copy. Each may be empty.
type Credit struct {
	Agency  string `json:"agency,omitempty"`
	SignOff string `json:"sign_off,omitempty"`
}

// Enclosure is a media file that belongs to an article.
type Enclosure struct {
	URL     string `json:"url"`
	Type    string `json:"type"`             // media type, such as "image/jpeg"
	Length  int64  `json:"length,omitempty"` // bytes; 0 means unknown
	Width   int    `json:"width,omitempty"`  // pixels; 0 means unknown
	Height  int    `json:"height,omitempty"`
	Caption string `json:"caption,omitempty"`
	Credit  string `json:"credit,omitempty"`
}

// Status is where an article stands in its life.
type Status string

const (
	Usable  Status = "usable"
	Held    Status = "held"    // withdrawn while it is checked
	Killed  Status = "killed"  // withdrawn for good; its text is gone
	Expired Status = "expired" // past its Expires
)

// Public reports whether readers may see the article: it is usable and under
// no embargo. An embargo that has ended is no longer in the field.
func (a Article) Public() bool {
	return a.Status == Usable && a.Embargo.IsZero()
}

// Visible reports whether readers know of the article: they may see it, or it
// was withdrawn from them. What was withdrawn before it was ever public they
// never knew.
func (a Article) Visible() bool {
	switch a.Status {
	case Held, Killed:
		return !a.unseen()
	}
	return a.Public()
}

// Withheld reports whether the article is kept back for now: it is held, or
// under embargo.
func (a Article) Withheld() bool {
	return a.Status == Held || a.Status == Usable && !a.Embargo.IsZero()
}

// Withholding says how, as in "held"; empty when it is not Withheld.
func (a Article) Withholding() string {
	switch {
	case a.Status == Held:
		return "held"
	case a.Withheld():
		return "under embargo until " + a.Embargo.Format(time.RFC3339)
	}
	return ""
}

// unseen reports whether the article was never public: the end of its embargo
// is its first publication. One that was public before it came under embargo
// keeps its earlier Published.
func (a Article) unseen() bool {
	return !a.Embargo.IsZero() && a.Published.Equal(a.Embargo)
}

// SameContent reports whether a and b say the same: all that was filed is
// equal. What the store itself sets (identity, version, status, dates of
// publication and update) does not count.
func (a Article) SameContent(b Article) bool {
	return reflect.DeepEqual(a.content(), b.content())
}

func (a Article) content() Article {
	a.ID, a.GUID, a.Slug, a.Version, a.Status = "", "", "", 0, ""
	a.Published, a.Updated = time.Time{}, time.Time{}
	a.Embargo, a.Expires = instant(a.Embargo), instant(a.Expires)
	for _, list := range []*[]string{&a.Categories, &a.Tags, &a.Subjects} {
		if len(*list) == 0 {
			*list = nil
		}
	}
	if len(a.Byline) == 0 {
		a.Byline = nil
	}
	if len(a.Enclosures) == 0 {
		a.Enclosures = nil
	}
	if len(a.Related) == 0 {
		a.Related = nil
	}
	if len(a.AlsoAt) == 0 {
		a.AlsoAt = nil
	}
	return a
}

// instant is t as the store keeps it: UTC, whole microseconds, no monotonic
// reading.
func instant(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Microsecond)
}
