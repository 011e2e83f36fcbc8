package storetest

import (
	"errors"
	"time"

	"dateline/store"
)

// tombstoneOf is the one that setting a status leaves now.
func (f *fixture) tombstoneOf(a store.Article, status store.Status) store.Tombstone {
	c := f.statusChange(a.ID, status)
	return store.Tombstone{
		ID: a.ID, GUID: a.GUID, Status: status, When: f.now, By: c.By, Reason: c.Reason, Categories: a.Categories,
	}
}

// noTombstone fails when there is one of that article.
func (f *fixture) noTombstone(id store.ID) {
	f.Helper()
	if t, err := f.store.Tombstone(f.Context(), id); !errors.Is(err, store.ErrNotFound) {
		f.Errorf("tombstone %+v, error %v; want none", t, err)
	}
}

func withdrawalLeavesRecord(f *fixture) {
	for _, status := range []store.Status{store.Held, store.Killed} {
		a := f.article("Ferry sinks", "harbour", "council")
		f.file(a)
		f.noTombstone(a.ID)
		f.later(time.Hour)
		f.set(a.ID, status)
		want := f.tombstoneOf(a, status)
		got, err := f.store.Tombstone(f.Context(), a.ID)
		f.must(err)
		f.same("tombstone", got, want)
		for _, slug := range []string{"", "harbour", "council"} {
			f.same("newest tombstone of "+slug, f.tombstones(slug)[0], want)
		}
	}
	f.same("tombstones", len(f.tombstones("")), 2)
}

func recordOfHoldGoes(f *fixture) {
	for what, end := range map[string]func(store.ID){
		"release": func(id store.ID) { f.set(id, store.Usable) },
		"kill":    func(id store.ID) { f.set(id, store.Killed) },
		"expiry":  func(store.ID) { f.later(24 * time.Hour); f.advance() },
	} {
		a := f.article("Ferry sinks", "harbour")
		a.Expires = f.now.Add(24 * time.Hour)
		f.file(a)
		f.set(a.ID, store.Held)
		f.later(time.Hour)
		end(a.ID)
		for _, t := range f.tombstones("harbour") {
			if t.ID == a.ID && t.Status == store.Held {
				f.Errorf("after its %s there is %+v", what, t)
			}
		}
		if what != "kill" {
			f.noTombstone(a.ID)
		}
	}
	f.same("tombstones of what was killed", len(f.tombstones("harbour")), 1)
}

func tombstonesSince(f *fixture) {
	var want []store.Tombstone // the newest first
	for range 5 {
		a := f.article("Ferry sinks", "harbour")
		f.file(a)
		f.later(time.Hour)
		f.set(a.ID, store.Killed)
		want = append([]store.Tombstone{f.tombstoneOf(a, store.Killed)}, want...)
	}
	for n := range want {
		for past, expected := range map[time.Duration][]store.Tombstone{0: want[:n+1], micro: want[:n]} {
			for _, slug := range []string{"", "harbour"} {
				got, err := f.store.Tombstones(f.Context(), slug, want[n].When.Add(past))
				f.must(err)
				f.same("tombstones of "+slug, got, expected)
			}
		}
	}
}

func tombstonesByCategory(f *fixture) {
	a, b := f.article("Ferry sinks", "harbour", "people"), f.article("Council falls", "council")
	f.file(a)
	f.file(b)
	f.set(a.ID, store.Held)
	f.set(b.ID, store.Killed)
	f.same("tombstones of everything", len(f.tombstones("")), 2)
	f.same("tombstones of council", f.tombstones("council")[0].ID, b.ID)
	f.same("tombstones of sport", f.tombstones("sport"), []store.Tombstone(nil))

	a.Categories = []string{"council", "people"}
	f.file(a)
	f.same("listings of the change", f.lastLine().Listings, []string{"council", "harbour", "people"})
	for _, slug := range []string{"", "harbour", "council", "people"} { // the first of them it has left
		for _, t := range f.tombstones(slug) {
			if t.ID == a.ID {
				f.same("categories of the tombstone in "+slug, t.Categories, a.Categories)
			}
		}
	}
	f.same("tombstones where it is, and was", len(f.tombstones("council"))+len(f.tombstones("people"))+len(f.tombstones("harbour")), 4)
}

// tombstonesWhereItWas: whoever had an article learns that it was withdrawn,
// also where it was filed no more by then.
func tombstonesWhereItWas(f *fixture) {
	quiet := store.Combination{Name: "quiet", Any: []string{"harbour"}, None: []string{"sport"}}
	f.declare(quiet, store.Combination{Name: "all", None: []string{"sport"}})
	stays, moves := f.article("Ferry race", "harbour", "sport"), f.article("Ferry sinks", "harbour")
	f.file(stays)
	f.file(moves)
	f.set(stays.ID, store.Killed)
	moves.Categories = []string{"sport"}
	f.file(moves)
	f.same("tombstones before", f.tombstones("harbour")[0].ID, stays.ID)
	f.later(time.Hour)
	f.set(moves.ID, store.Killed)
	f.same("listings of the change", f.lastLine().Listings, []string{"feed/all", "feed/quiet", "harbour", "sport"})
	for _, listing := range []string{"harbour", "sport", "feed/quiet", "feed/all", ""} {
		if t := f.tombstones(listing); len(t) == 0 || t[0].ID != moves.ID {
			f.Errorf("tombstones of %q: %+v", listing, t)
		}
		if got := f.changed(listing); !got.Equal(f.now) {
			f.Errorf("%q changed %s, want %s", listing, got, f.now)
		}
	}
	f.same("tombstones where it never was", len(f.tombstones("feed/quiet"))+len(f.tombstones("feed/all")), 2)
}

func embargoedLeavesNoTombstone(f *fixture) {
	withdraw := func(status store.Status) store.Article {
		a := f.article("Council to buy the ferry", "council")
		a.Embargo = f.now.Add(time.Hour)
		f.file(a)
		f.set(a.ID, status)
		return a
	}
	withdraw(store.Killed)
	again, lifted := withdraw(store.Held), withdraw(store.Held)
	invisible := func(when string) {
		f.Helper()
		f.same("listings of a change "+when, f.lastLine().Listings, []string(nil))
		f.same("tombstones "+when, append(f.tombstones(""), f.tombstones("council")...), []store.Tombstone(nil))
	}
	invisible("under embargo")
	lifted.Headline, lifted.Embargo = "Council to buy two ferries", time.Time{}
	f.file(lifted)
	invisible("when it is revised without embargo")
	f.later(2 * time.Hour)
	f.advance()
	f.unchanged("a repetition", func() { f.file(again); f.file(lifted) }, "council")
	again.Headline = "Council to buy three ferries"
	f.file(again)
	invisible("when it is revised past its embargo")
	f.set(lifted.ID, store.Killed)
	invisible("when it is killed past its embargo")
	f.set(again.ID, store.Usable)
	f.same("listing", f.ids("council"), []store.ID{again.ID})
}

func publicBeforeEmbargoIsShown(f *fixture) {
	for _, status := range []store.Status{store.Held, store.Killed} {
		a := f.article("Council to buy the ferry", "council")
		f.file(a)
		f.later(time.Minute)
		a.Embargo = f.now.Add(time.Hour)
		f.unchanged("an embargo of what is public", func() { f.refuse(f.filing(a), store.ErrConflict) }, "council")
		f.set(a.ID, store.Held)
		f.file(a)
		f.later(time.Minute)
		if status == store.Killed {
			f.set(a.ID, status)
		}
		f.same("listings of the change", f.lastLine().Listings, []string{"council"})
		if t := f.tombstones("council")[0]; t.ID != a.ID || t.Status != status {
			f.Errorf("tombstone %+v, want %s", t, status)
		}
	}
}
