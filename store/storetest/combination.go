package storetest

import (
	"errors"
	"slices"
	"time"

	"dateline/store"
)

// top is the combination of most tests.
var top = store.Combination{Name: "top", Any: []string{"harbour", "sport"}, None: []string{"council"}, MaxUrgency: 3}

func (f *fixture) declare(list ...store.Combination) {
	f.Helper()
	f.must(f.store.Declare(f.Context(), list, f.now))
}

// urgent files an article of that urgency a minute later.
func (f *fixture) urgent(urgency int, categories ...string) store.Article {
	f.Helper()
	f.later(time.Minute)
	a := f.article("Ferry keeps its timetable", categories...)
	a.Urgency = urgency
	return f.file(a).Article
}

func combinationHolds(f *fixture) {
	if _, err := f.store.Window(f.Context(), store.Window{Listing: top.Listing(), Newest: 5}); !errors.Is(err, store.ErrNotFound) {
		f.Errorf("before it is declared: error %v; want not found", err)
	}
	f.declare(top, store.Combination{Name: "all-but-sport", None: []string{"sport"}})
	flash := f.urgent(1, "harbour")
	f.urgent(4, "harbour")
	f.urgent(0, "harbour")
	f.urgent(1, "harbour", "council")
	both := f.urgent(3, "sport", "harbour")
	f.urgent(2, "council")
	if got, want := f.ids(top.Listing()), []store.ID{both.ID, flash.ID}; !slices.Equal(got, want) {
		f.Errorf("got %v, want %v", got, want)
	}
	if got := f.ids("feed/all-but-sport"); len(got) != 5 || slices.Contains(got, both.ID) {
		f.Errorf("all but sport: %v", got)
	}
	both.Urgency = 5
	f.file(both)
	if got, want := f.ids(top.Listing()), []store.ID{flash.ID}; !slices.Equal(got, want) {
		f.Errorf("after a change of urgency: %v, want %v", got, want)
	}
}

func combinationIsWalked(f *fixture) {
	f.declare(top)
	var want []store.ID
	for i := range 20 {
		a := f.urgent(1+i%4, []string{"harbour", "sport"}[i%2], []string{"sport", "rowing"}[i%2])
		if a.Urgency <= 3 {
			want = append(want, a.ID)
		}
	}
	slices.Reverse(want)
	for limit := range 7 {
		if got := idsOf(f.walk(store.Query{Listing: top.Listing(), Limit: limit + 1}).Articles); !slices.Equal(got, want) {
			f.Errorf("%d a page: got %v, want %v", limit+1, got, want)
		}
	}
	first := f.page(store.Query{Listing: top.Listing(), Limit: 2})
	if _, err := f.store.Articles(f.Context(), store.Query{Listing: "sport", Limit: 2, After: first.Next}); !errors.Is(err, store.ErrBadCursor) {
		f.Errorf("its cursor elsewhere: error %v", err)
	}
}

func combinationChanges(f *fixture) {
	f.declare(top)
	before := f.changed(top.Listing())
	f.urgent(5, "harbour")
	if got := f.changed(top.Listing()); !got.Equal(before) || slices.Contains(f.lastLine().Listings, top.Listing()) {
		f.Errorf("what it does not hold changed it: %s, line %v", got, f.lastLine().Listings)
	}
	a := f.urgent(2, "harbour")
	if got := f.changed(top.Listing()); !got.Equal(f.now) || !slices.Contains(f.lastLine().Listings, top.Listing()) {
		f.Errorf("changed %s, line %v", got, f.lastLine().Listings)
	}
	f.later(time.Hour)
	a.Urgency = 9
	f.file(a)
	if got := f.changed(top.Listing()); !got.Equal(f.now) {
		f.Errorf("after a removal: changed %s", got)
	}
}

func combinationIsDeclaredAnew(f *fixture) {
	f.declare(top)
	first := f.changed(top.Listing())
	f.urgent(5, "sport")
	f.later(time.Hour)
	f.declare(top)
	if got := f.changed(top.Listing()); !got.Equal(first) {
		f.Errorf("declared as it was: changed %s", got)
	}
	other := top
	other.MaxUrgency = 0
	f.declare(other)
	if got := f.changed(top.Listing()); !got.Equal(f.now) || len(f.ids(top.Listing())) != 1 {
		f.Errorf("declared anew: changed %s, %v", got, f.ids(top.Listing()))
	}
	f.declare()
	if _, err := f.store.Articles(f.Context(), store.Query{Listing: top.Listing(), Limit: 1}); !errors.Is(err, store.ErrNotFound) {
		f.Errorf("no longer declared: error %v", err)
	}
}

func combinationKeepsChanged(f *fixture) {
	everything := store.Combination{Name: "every", None: []string{"council"}}
	f.declare(top, everything)
	old := f.urgent(1, "sport")
	for range 6 {
		f.urgent(1, "harbour")
	}
	f.later(48 * time.Hour)
	old.Body = "<p>It was nine boats.</p>"
	f.file(old)
	f.urgent(1, "council")
	for _, c := range []store.Combination{top, everything} {
		page := f.window(store.Window{Listing: c.Listing(), Newest: 2, KeepFor: 24 * time.Hour, Most: 10})
		if got := idsOf(page.Articles); len(got) != 3 || got[2] != old.ID {
			f.Errorf("%s: got %v", c.Name, got)
		}
	}
}

func combinationShowsWithdrawal(f *fixture) {
	f.declare(top)
	a, b := f.urgent(2, "sport"), f.urgent(9, "sport")
	f.later(time.Hour)
	f.set(b.ID, store.Killed)
	f.later(time.Hour)
	f.set(a.ID, store.Killed)
	if got := f.tombstones(top.Listing()); len(got) != 1 || got[0].ID != a.ID {
		f.Errorf("got %v", got)
	}
	if got := f.changed(top.Listing()); !got.Equal(f.now) {
		f.Errorf("changed %s, want %s", got, f.now)
	}
}

func combinationSurvivesReopen(f *fixture) {
	f.declare(top)
	a := f.urgent(2, "sport")
	f.reopen()
	if got := f.ids(top.Listing()); !slices.Equal(got, []store.ID{a.ID}) {
		f.Errorf("got %v", got)
	}
}
