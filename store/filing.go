package store

import (
	"fmt"
	"slices"
	"time"
)

// Filing is one act of filing an article.
type Filing struct {
	// Article as it was read. ID and GUID must be set (NewID, TagURI); when
	// the GUID is in the store already, the article there keeps its ID and
	// its Published. Version and Status are ignored. A zero
	// Published means now; one in the future is taken as now. An Embargo in
	// the past counts as none.
	Article Article
	Now     time.Time
	By      string // who files: the name of a token or of a part of the program
	Reason  string // why, for the log; may be empty

	// Names are other names of what is filed: IDs and GUIDs of articles here,
	// and canonical links, as in Gathered. When one of them is that of an
	// article that was killed, or the article says what that said, the filing
	// fails with ErrKilled.
	Names []string

	// Expect is the version that must stand for the filing to be done, or else
	// it fails with ErrStale: 0 is whatever stands, Absent none.
	Expect int

	// Made is when this version was made by whoever made it, and Edition the
	// number that they gave it. Unless the filing says what it expects, one
	// that is older than that which stands, by either, fails with ErrOlder; so
	// does one that says in all what an earlier version said. A version of
	// which nobody said when it was made was made when it was filed.
	Made    time.Time
	Edition int

	// Quiet mends what readers need not know of: Updated stays, so that no
	// reader shows the article as changed.
	Quiet bool

	// Key makes the filing idempotent: the same Key by the same By, as long as
	// keys are kept (Retention), gives back the article of its first use and
	// changes nothing, provided that the Fingerprint is the same. Empty means
	// none.
	Key         string
	Fingerprint string
}

// Absent is the Expect of a filing that must be the first of its article.
const Absent = -1

// Outcome says what a filing did.
type Outcome string

const (
	Filed    Outcome = "filed"    // a new article
	Revised  Outcome = "revised"  // a new version of an article
	Repeated Outcome = "repeated" // nothing: it was there already
)

// Receipt is the answer to a filing.
type Receipt struct {
	Article  Article // as it stands in the store now
	Outcome  Outcome
	Sequence uint64 // of the line in the change log; 0 for Repeated
}

// Revise is the article that results from filing f at stamp where old stands
// (nil where none does), and what that is called. Every engine files by this
// rule. stamp is the time of the change, strictly after that of the change
// before. It fails with ErrKilled when old is killed, with ErrStale when another
// version stands than f expects, and with ErrConflict when what is public would
// come under an embargo: its readers would have it, and not be told. An embargo
// that is not over stays where f names none; one that is over lifts it. It fails
// with *Invalid when the article would expire before that.
func Revise(old *Article, f Filing, stamp time.Time) (Article, Outcome, error) {
	stamp = instant(stamp)
	a := f.Article
	a.Embargo, a.Expires = instant(a.Embargo), instant(a.Expires)
	if a.Embargo.IsZero() && old != nil && old.Embargo.After(stamp) { // only one that is over lifts it
		a.Embargo = old.Embargo
	}
	if !a.Embargo.After(stamp) {
		a.Embargo = time.Time{}
		if old != nil && old.Status == Held && old.unseen() { // it ends with the release
			a.Embargo = earliest(old.Embargo, stamp)
		}
	}
	if stands := standing(old); f.Expect != 0 && stands != f.Expect {
		return Article{}, "", fmt.Errorf("article %s: %w", a.ID, staleness(stands))
	}
	if old == nil {
		a.Version, a.Status = 1, Usable
		a.Published = firstPublished(a, stamp)
		a.Updated = clamp(instant(a.Updated), a.Published, latest(stamp, a.Published))
		return a, Filed, nil
	}
	if old.Status == Killed {
		return Article{}, "", fmt.Errorf("article %s: %w", old.ID, ErrKilled)
	}
	if old.SameContent(a) {
		return *old, Repeated, nil
	}
	if old.Public() && !a.Embargo.IsZero() {
		return Article{}, "", fmt.Errorf("article %s is public, and no embargo takes that back: hold it, and release it when its time has come: %w", old.ID, ErrConflict)
	}
	if !a.Expires.IsZero() && !a.Embargo.IsZero() && !a.Expires.After(a.Embargo) {
		detail := "must be later than the embargo that the article has, " + a.Embargo.Format(time.RFC3339) + ", and that stays"
		return Article{}, "", &Invalid{[]Fault{{"expires", detail}}}
	}
	updated := instant(a.Updated)
	a.ID, a.GUID, a.Published = old.ID, old.GUID, old.Published
	a.Version, a.Status = old.Version+1, old.Status
	if a.Status == Expired { // filed again, it is alive again
		a.Status = Usable
	}
	if old.unseen() {
		a.Published = firstPublished(a, stamp)
	}
	switch {
	case f.Quiet:
		updated = old.Updated
	case !updated.After(old.Updated) || updated.After(stamp):
		updated = stamp
	}
	a.Updated = latest(updated, a.Published)
	return a, Revised, nil
}

// standing is the version of old, Absent when there is none.
func standing(old *Article) int {
	if old == nil {
		return Absent
	}
	return old.Version
}

func staleness(stands int) error {
	if stands == Absent {
		return fmt.Errorf("%w: there is none", ErrStale)
	}
	return fmt.Errorf("%w: version %d stands", ErrStale, stands)
}

// Late reports whether a version that was made at made and numbered edition, as
// in Filing, is older than the one that stands.
func Late(made time.Time, edition int, stands time.Time, standing int) bool {
	return !made.IsZero() && instant(made).Before(stands) || edition > 0 && edition < standing
}

// LateStatus reports whether a status is that of an older version than the one
// that stands. Numbers tell where there are two that differ: an editor's
// correction of version 3, whenever it was made, does not undo the kill of
// version 4.
func LateStatus(c StatusChange, stands time.Time, standing int) bool {
	if c.Edition > 0 && standing > 0 && c.Edition != standing {
		return c.Edition < standing
	}
	return Late(c.Made, c.Edition, stands, standing)
}

// firstPublished: an article under embargo is first published when that ends.
func firstPublished(a Article, stamp time.Time) time.Time {
	switch published := instant(a.Published); {
	case !a.Embargo.IsZero():
		return a.Embargo
	case published.IsZero(), published.After(stamp):
		return stamp
	default:
		return published
	}
}

// clamp is t between low and high; the zero time counts as low.
func clamp(t, low, high time.Time) time.Time {
	switch {
	case t.Before(low):
		return low
	case t.After(high):
		return high
	}
	return t
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earliest(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// StatusChange withdraws an article or brings it back.
type StatusChange struct {
	ID      ID
	GUID    string // of the article, in place of an empty ID
	Ahead   ID     // of a kill that may come ahead of its article: when none has the GUID, a killed one with this ID takes its place, of which readers never know; empty fails with ErrNotFound
	Status  Status // Held, Killed, or Usable to release what was held
	Expect  int    // the version that must stand, or else it fails with ErrStale; 0 is whatever stands
	Made    time.Time
	Edition int // as in Filing
	Now     time.Time
	By      string
	Reason  string // public with a kill or a hold: readers are told
}

// SetStatus is the article that results from applying c at stamp to a, by the
// rules of its life: what is usable can be held or killed; what is held can be
// released or killed; what is expired can be killed; what is killed stays so.
// A killed article keeps its identity, its filing and its origin, and loses its
// text. It fails with ErrKilled, ErrStale or ErrConflict.
func SetStatus(a Article, c StatusChange, stamp time.Time) (Article, error) {
	allowed := map[Status][]Status{
		Usable:  {Held, Killed},
		Held:    {Usable, Killed},
		Expired: {Killed},
	}
	if a.Status == Killed {
		return Article{}, fmt.Errorf("article %s: %w", a.ID, ErrKilled)
	}
	if c.Expect != 0 && c.Expect != a.Version {
		return Article{}, fmt.Errorf("article %s: %w", a.ID, staleness(a.Version))
	}
	if !slices.Contains(allowed[a.Status], c.Status) {
		return Article{}, fmt.Errorf("article %s is %s and cannot become %q: %w", a.ID, a.Status, c.Status, ErrConflict)
	}
	switch {
	case c.Status == Killed:
		a = Article{
			ID: a.ID, GUID: a.GUID, Version: a.Version, Categories: a.Categories, Urgency: a.Urgency,
			Language: a.Language, Published: a.Published, Embargo: a.Embargo,
			Origin: a.Origin, AlsoAt: a.AlsoAt,
			Slug: "withdrawn", // the old one was made from the headline
		}
	case c.Status == Usable && !a.Embargo.After(stamp):
		a.Embargo = time.Time{} // it ended while the article was held
	}
	a.Status = c.Status
	a.Version++
	a.Updated = latest(instant(stamp), a.Published)
	return a, nil
}

// Foregone is what a kill that comes ahead of its article is done to. It fails
// with *Invalid when no article can have the GUID.
func Foregone(c StatusChange, stamp time.Time) (Article, error) {
	stamp = instant(stamp)
	if c.GUID == "" || !isIRI(c.GUID) || len(c.GUID) > MaxLine {
		return Article{}, &Invalid{[]Fault{{"guid", "must be an absolute IRI"}}}
	}
	return Article{ID: c.Ahead, GUID: c.GUID, Status: Held, Published: stamp, Embargo: stamp}, nil // under embargo: unseen
}

// Refile is the article as it stands once what is filed under the category from
// is filed under to instead, at the same place of the list; ok is false when
// it is not filed under from. Readers are not told of it as of a change: Updated
// stays.
func Refile(a Article, from, to string) (refiled Article, ok bool) {
	i := slices.Index(a.Categories, from)
	if i < 0 {
		return a, false
	}
	list := slices.Clone(a.Categories)
	if list[i] = to; slices.Contains(a.Categories, to) {
		list = slices.Delete(list, i, i+1)
	}
	a.Categories = list
	a.Version++
	return a, true
}

// Due is when something next falls due for a: the end of its embargo, or its
// expiry. It is the zero time when nothing will. The embargo of what is held
// ends with its release.
func Due(a Article) time.Time {
	switch {
	case a.Status == Usable && !a.Embargo.IsZero():
		return a.Embargo
	case a.Status == Usable || a.Status == Held:
		return a.Expires
	}
	return time.Time{}
}

// Advance is what becomes of a when what is Due has come: an embargo is
// lifted, or else the article expires.
func Advance(a Article) (Article, Kind) {
	if a.Status == Usable && !a.Embargo.IsZero() {
		a.Embargo = time.Time{}
		return a, KindPublished
	}
	a.Status = Expired
	return a, KindExpired
}
