package storetest

import (
	"time"

	"dateline/store"
)

func publishedIsClamped(f *fixture) {
	for _, c := range []struct {
		what        string
		given, want time.Time
	}{
		{"none", time.Time{}, f.now},
		{"past", f.now.Add(-24 * time.Hour), f.now.Add(-24 * time.Hour)},
		{"long past", time.Date(1890, 5, 1, 0, 0, 0, 0, time.UTC), time.Date(1890, 5, 1, 0, 0, 0, 0, time.UTC)},
		{"future", f.now.Add(time.Second), f.now},
	} {
		a := f.article("Ferry pier opens", "harbour")
		a.Published = c.given
		// The second filing at one time of the clock is a microsecond later.
		f.same("published, given "+c.what, f.file(a).Article.Published.Truncate(time.Second), c.want)
	}
}

func updatedIsClamped(f *fixture) {
	published := f.now.Add(-2 * time.Hour)
	for _, c := range []struct {
		what        string
		given, want time.Time
	}{
		{"none", time.Time{}, published},
		{"before publication", published.Add(-time.Hour), published},
		{"between", published.Add(time.Hour), published.Add(time.Hour)},
		{"future", f.now.Add(time.Hour), f.now},
	} {
		a := f.article("Ferry pier opens", "harbour")
		a.Published, a.Updated = published, c.given
		f.same("updated, given "+c.what, f.file(a).Article.Updated.Truncate(time.Second), c.want)
	}
}

// updatedMovesForward revises one article with dates and clocks of all sorts.
func updatedMovesForward(f *fixture) {
	a := f.article("Ferry pier opens", "harbour")
	last := f.file(a).Article
	for _, c := range []struct {
		headline string
		clock    time.Duration // by which it moves
		given    time.Duration // from the clock; 0 for none
	}{
		{"Pier opens", time.Hour, 0},
		{"Pier opens to cheers", time.Hour, -30 * time.Minute},
		{"Pier opens to boos", time.Hour, -10 * time.Hour},
		{"Pier opens to silence", time.Hour, 10 * time.Hour},
		{"Pier opens in rain", 0, 0},
		{"Pier opens in fog", -72 * time.Hour, 0},
		{"Pier opens in sun", 0, -time.Hour},
	} {
		f.later(c.clock)
		a.Headline = c.headline
		if a.Updated = f.now.Add(c.given); c.given == 0 {
			a.Updated = time.Time{}
		}
		now := f.file(a).Article
		if !now.Updated.After(last.Updated) {
			f.Errorf("%s: updated %s, after %s", c.headline, now.Updated, last.Updated)
		}
		if filed := f.lastLine().Time; now.Updated.After(filed) {
			f.Errorf("%s: updated %s, but filed %s", c.headline, now.Updated, filed)
		}
		last = now
	}
	f.later(-time.Hour)
	if killed := f.set(last.ID, store.Killed); !killed.Updated.After(last.Updated) {
		f.Errorf("killed: updated %s, after %s", killed.Updated, last.Updated)
	}
}

func publishedNeverChanges(f *fixture) {
	a := f.article("Ferry pier opens", "harbour")
	a.Published = f.now.Add(-time.Hour)
	a.Expires = f.now.Add(100 * time.Hour)
	want := f.file(a).Article.Published
	id := a.ID
	revise := func(what string, change func()) {
		f.Helper()
		f.later(time.Hour)
		change()
		a.Headline = "Ferry pier opens: " + what
		f.same("published after "+what, f.file(a).Article.Published, want)
	}
	revise("an earlier date", func() { a.Published = want.Add(-time.Hour) })
	revise("a later date", func() { a.Published = want.Add(time.Hour) })
	revise("no date", func() { a.Published = time.Time{} })
	revise("a hold", func() { f.set(id, store.Held) })
	revise("a release", func() { f.set(id, store.Usable) })
	f.set(id, store.Held)
	revise("a late embargo", func() { a.Embargo = f.now.Add(10 * time.Hour) })
	revise("a longer late embargo", func() { a.Embargo = f.now.Add(20 * time.Hour) })
	revise("the end of the late embargo", func() { a.Embargo = time.Time{} })
	f.set(id, store.Usable)
	revise("an expiry", func() { f.later(100 * time.Hour); f.advance(); a.Expires = time.Time{} })
	f.same("published after a kill", f.set(id, store.Killed).Published, want)
}

func embargoEndsInPublication(f *fixture) {
	a := f.article("Council to buy the ferry", "council")
	a.Published, a.Updated = f.now.Add(-time.Hour), f.now.Add(-time.Hour)
	a.Embargo = f.now.Add(8 * time.Hour)
	f.same("published", f.file(a).Article.Published, a.Embargo)

	f.later(time.Hour)
	a.Embargo = f.now.Add(2 * time.Hour)
	f.same("published with an earlier embargo", f.file(a).Article.Published, a.Embargo)
	f.later(2 * time.Hour)
	f.advance()
	public := f.read(a.ID)
	f.same("published when the embargo has ended", public.Published, a.Embargo)
	f.same("updated when the embargo has ended", public.Updated, a.Embargo)
	f.same("embargo when it has ended", public.Embargo, time.Time{})

	past := f.article("Council bought the ferry", "council")
	past.Published, past.Embargo = f.now.Add(-2*time.Hour), f.now.Add(-time.Hour)
	filed := f.file(past).Article
	f.same("an embargo in the past", filed.Embargo, time.Time{})
	f.same("published with an embargo in the past", filed.Published, past.Published)

	lifted := f.article("Council sells the ferry", "council")
	lifted.Embargo = f.now.Add(time.Hour)
	f.file(lifted)
	f.later(time.Minute)
	lifted.Embargo, lifted.Headline = time.Time{}, "Council may sell the ferry"
	f.same("embargo where a correction names none", f.file(lifted).Article.Embargo, f.now.Add(time.Hour-time.Minute))
	before := lifted
	before.Headline, before.Expires = "Council will sell the ferry", f.now.Add(time.Minute)
	f.refuse(f.filing(before), new(store.Invalid)) // it would expire before the embargo, which stays, ends
	f.later(time.Minute)
	lifted.Embargo = f.now
	f.same("published when the embargo is lifted early", f.file(lifted).Article.Published, f.now)
}
