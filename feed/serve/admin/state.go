package admin

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"dateline/feed"
	"dateline/feed/clean"
	"dateline/store"
)

// State is how a source is, in one word or two.
type State string

// The states, that which needs somebody soonest first.
const (
	Gone      State = "gone"      // it is polled no more
	HeldBack  State = "held back" // articles wait for the operator
	Failing   State = "failing"
	Quiet     State = "quiet" // beyond its rhythm
	Throttled State = "throttled"
	New       State = "new" // not polled yet
	Well      State = "well"
)

// States are all of them, in their order.
func States() []State { return []State{Gone, HeldBack, Failing, Quiet, Throttled, New, Well} }

const (
	patience   = 3              // failures in a row, before anybody is asked to look
	quietFrom  = 24 * time.Hour // for how long a source may bring nothing, whatever its rhythm,
	quietTimes = 3              // and how often its longest pause of late
)

// Source is how a source is.
type Source struct {
	Name  string `json:"name"`
	Title string `json:"title,omitempty"` // that it gives itself
	URL   string `json:"url"`
	State State  `json:"state"`
	Needs bool   `json:"needs_attention"` // somebody has to do something
	Since string `json:"words,omitempty"` // the state in words, when it is not well
	Error string `json:"error,omitempty"` // of the last poll
	Do    string `json:"do,omitempty"`    // what to do about it

	Good     time.Time `json:"last_good,omitzero"`
	Polled   time.Time `json:"last_poll,omitzero"`
	Next     time.Time `json:"next,omitzero"` // zero for never
	Why      string    `json:"why_then,omitempty"`
	Articles int       `json:"articles"` // that it has brought
	LastNew  time.Time `json:"last_new,omitzero"`
	Failures int       `json:"failures"` // in a row
	HeldBack int       `json:"held_back"`
	Running  bool      `json:"being_polled"`
	Outline  bool      `json:"outline,omitempty"` // it is a list of sources; Articles are these
	ListedIn string    `json:"listed_in,omitempty"`
}

// sourceOf is how a source is, now.
func sourceOf(s store.Source, now time.Time) Source {
	v := Source{
		Name: s.Name, Title: s.Title, URL: feed.Shown(s.URL), Error: s.Error, Do: s.Hint,
		Good: s.Good, Polled: s.Polled, Next: s.Next, Why: s.Why, Articles: s.Brought, LastNew: s.LastNew,
		Failures: s.Failures, HeldBack: s.HeldBack, Running: s.Claimed.After(now),
		Outline: strings.ContainsRune(s.Name, '/'), ListedIn: s.Outline,
	}
	v.Error, v.Do, v.Title = clean.Line(v.Error), clean.Line(v.Do), clean.Line(v.Title)
	switch {
	case s.Stopped != "":
		v.State, v.Needs, v.Since, v.Next, v.Why = Gone, true, "Polled no more: "+s.Stopped+".", time.Time{}, ""
		v.Do = cmp.Or(v.Do, "Take it out of the configuration, or give it its new address; `dateline source discover` finds the feeds that a page of the site announces. Fetch asks once more.")
	case s.HeldBack > 0:
		v.State, v.Needs, v.Since = HeldBack, true, upper(s.HeldWhy)+"."
		v.Do = fmt.Sprintf("Look at them with `dateline source test %s`; when they are right, release them.", s.Name)
	case s.Error != "" && s.Failures > 0:
		v.State = Failing
		v.Needs = s.Failures >= patience || s.Good.IsZero() && s.Hint != "" // as with a mistyped address or password
		v.Since = fmt.Sprintf("Has failed %s in a row; it was last good %s.", times(s.Failures), ago(now, s.Good))
		if s.Good.IsZero() {
			v.Since = fmt.Sprintf("Has failed %s, and was never good.", times(s.Failures))
		}
		v.Do = cmp.Or(v.Do, untold(v))
	case s.Throttled:
		v.State, v.Since, v.Do = Throttled, "Its server asked to be left alone for a while.", "Nothing: it is asked again when that time is over."
	case s.Polled.IsZero():
		v.State = New
	case isQuiet(s, now):
		v.State, v.Needs = Quiet, true
		v.Since = fmt.Sprintf("Has brought nothing since %s; of late it never paused for longer than %s.", ago(now, s.LastNew), length(time.Duration(s.Gap)*time.Second))
		v.Do = "Open its site: when there is news, its feed has moved or is broken."
	default:
		v.State = Well
	}
	return v
}

// isQuiet reports whether a source brings nothing for longer than is its way.
func isQuiet(s store.Source, now time.Time) bool {
	silent := now.Sub(s.LastNew)
	return !s.LastNew.IsZero() && s.Gap > 0 && silent > quietFrom && silent > quietTimes*time.Duration(s.Gap)*time.Second
}

// untold is what to do about a failure for which there is no better advice.
func untold(s Source) string {
	if !s.Needs && s.Good.IsZero() {
		return "It is tried again. Was it just added? Then open its address in a browser: `dateline source discover` finds the feeds that a page announces."
	} else if !s.Needs {
		return "Nothing yet: it is tried again."
	}
	return "Open its address in a browser: when it is well there, `dateline source test " + s.Name + "` says what is not."
}

// byNeed orders sources: those that need somebody first, then by state, then by
// name.
func byNeed(a, b Source) int {
	rank := func(s Source) int {
		if s.Needs {
			return -1
		}
		return slices.Index(States(), s.State)
	}
	return cmp.Or(cmp.Compare(rank(a), rank(b)),
		cmp.Compare(slices.Index(States(), a.State), slices.Index(States(), b.State)), strings.Compare(a.Name, b.Name))
}
