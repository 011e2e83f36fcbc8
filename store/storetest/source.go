package storetest

import (
	"errors"
	"slices"
	"time"

	"dateline/store"
)

// gathered is an article that came from these sources.
func (f *fixture) gathered(category string, sources ...string) store.Article {
	a := f.article("Ferry keeps its timetable", category)
	for i, name := range sources {
		if o := (store.Origin{Source: name, FeedURL: "https://" + name + ".example/feed"}); i == 0 {
			a.Origin = o
		} else {
			a.AlsoAt = append(a.AlsoAt, o)
		}
	}
	return a
}

func (f *fixture) sources() []string {
	f.Helper()
	names, err := f.store.Sources(f.Context())
	f.must(err)
	return names
}

func sourceHasListing(f *fixture) {
	name := store.SourceListing("gazette")
	if _, err := f.store.Articles(f.Context(), store.Query{Listing: name, Limit: 1}); !errors.Is(err, store.ErrNotFound) {
		f.Errorf("before: error %v; want not found", err)
	}
	secret := f.gathered("sport", "gazette")
	secret.Embargo = f.now.Add(time.Hour)
	f.file(secret)
	if _, err := f.store.Window(f.Context(), store.Window{Listing: name, Newest: 1}); !errors.Is(err, store.ErrNotFound) || len(f.sources()) > 0 {
		f.Errorf("under embargo: error %v, sources %v", err, f.sources())
	}
	f.later(time.Minute)
	a := f.file(f.gathered("sport", "gazette")).Article
	f.file(f.article("Ferry keeps its timetable", "sport"))
	if got := f.ids(name); !slices.Equal(got, []store.ID{a.ID}) {
		f.Errorf("got %v", got)
	}
	if line := f.lines(1)[0]; !slices.Equal(line.Listings, []string{name, "sport"}) {
		f.Errorf("its line names %v", line.Listings)
	}
	f.same("sources", f.sources(), []string{"gazette"})
	f.same("count by source", f.stats().BySource, map[string]int{"gazette": 1})
	f.set(a.ID, store.Killed)
	if got := f.tombstones(name); len(got) != 1 || got[0].ID != a.ID || len(f.ids(name)) > 0 {
		f.Errorf("after its kill: tombstones %v, articles %v", got, f.ids(name))
	}
}

func sourcesShareArticle(f *fixture) {
	a := f.file(f.gathered("sport", "gazette", "herald", "gazette")).Article
	for _, source := range []string{"gazette", "herald"} {
		if got := f.ids(store.SourceListing(source)); !slices.Equal(got, []store.ID{a.ID}) {
			f.Errorf("%s: %v", source, got)
		}
	}
	f.same("sources", f.sources(), []string{"gazette", "herald"})
}

func sourceHasArchives(f *fixture) {
	name := store.SourceListing("gazette")
	for range 13 {
		f.later(time.Minute)
		f.file(f.gathered("sport", "gazette"))
	}
	page := f.window(store.Window{Listing: name, Newest: newest, Archive: archive})
	ids := idsOf(page.Articles)
	for number := page.Archives; number >= 1; number-- {
		ids = append(ids, idsOf(f.archive(name, number).Articles)...)
	}
	if page.Archives != 2 || !slices.Equal(ids, f.ids(name)) {
		f.Errorf("%d archives, %v; want %v", page.Archives, ids, f.ids(name))
	}
}
