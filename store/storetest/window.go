package storetest

import (
	"errors"
	"slices"
	"time"

	"dateline/store"
)

const (
	newest  = 5
	archive = 4
)

func (f *fixture) window(w store.Window) store.Page {
	f.Helper()
	page, err := f.store.Window(f.Context(), w)
	f.must(err)
	return page
}

func (f *fixture) archive(category string, number int) store.Page {
	f.Helper()
	page, err := f.store.Archive(f.Context(), store.Archive{Listing: category, Number: number, Size: archive, Newest: newest})
	f.must(err)
	return page
}

// fileSeveral files so many articles, a minute apart, and gives their IDs, the
// first filed first.
func (f *fixture) fileSeveral(n int, categories ...string) (ids []store.ID) {
	f.Helper()
	for range n {
		f.later(time.Minute)
		ids = append(ids, f.file(f.article("Ferry keeps its timetable", categories...)).Article.ID)
	}
	return ids
}

func windowHoldsNewest(f *fixture) {
	ids := f.fileSeveral(8, "sport")
	f.fileSeveral(2, "council")
	for category, want := range map[string]int{"sport": 5, "council": 2, "": 5} {
		page := f.window(store.Window{Listing: category, Newest: newest})
		if len(page.Articles) != want || page.Archives != 0 {
			f.Errorf("%q: %d articles, %d archives", category, len(page.Articles), page.Archives)
		}
	}
	got := idsOf(f.window(store.Window{Listing: "sport", Newest: 3}).Articles)
	if want := []store.ID{ids[7], ids[6], ids[5]}; !slices.Equal(got, want) {
		f.Errorf("got %v, want %v", got, want)
	}
}

func windowKeepsChanged(f *fixture) {
	ids := f.fileSeveral(10, "sport")
	f.later(48 * time.Hour)
	corrected := f.read(ids[0])
	corrected.Body = "<p>It was nine boats.</p>"
	f.file(corrected)
	f.later(time.Hour)
	last := f.file(f.article("Ferry keeps its timetable", "sport")).Article.ID
	page := f.window(store.Window{Listing: "sport", Newest: 2, KeepFor: 24 * time.Hour, Most: 10})
	if got, want := idsOf(page.Articles), []store.ID{last, ids[9], ids[0]}; !slices.Equal(got, want) {
		f.Errorf("got %v, want %v", got, want)
	}
	if all := f.window(store.Window{Newest: 2, KeepFor: 24 * time.Hour, Most: 10}); !slices.Equal(idsOf(all.Articles), idsOf(page.Articles)) {
		f.Errorf("of everything: %v", idsOf(all.Articles))
	}
	// Counted from the last change of the listing, not from now.
	f.later(1000 * time.Hour)
	if again := f.window(store.Window{Listing: "sport", Newest: 2, KeepFor: 24 * time.Hour, Most: 10}); len(again.Articles) != 3 {
		f.Errorf("later: %d articles", len(again.Articles))
	}
	if most := f.window(store.Window{Listing: "sport", Newest: 2, KeepFor: 1000 * time.Hour, Most: 4}); len(most.Articles) > 6 {
		f.Errorf("at most 4 beside the newest 2: %d articles", len(most.Articles))
	}
}

// archivesHoldTheRest walks as a client does: the feed, then every archive.
func archivesHoldTheRest(f *fixture) {
	for n := range 30 {
		f.fileSeveral(1, "sport", "council")
		page := f.window(store.Window{Listing: "sport", Newest: newest, Archive: archive})
		if want := max(0, (n+1-newest)/archive); page.Archives != want {
			f.Fatalf("%d articles: %d archives, want %d", n+1, page.Archives, want)
		}
		ids := idsOf(page.Articles)
		for number := page.Archives; number >= 1; number-- {
			ids = append(ids, idsOf(f.archive("sport", number).Articles)...)
		}
		if want := f.ids("sport"); !slices.Equal(ids, want) {
			f.Fatalf("after %d articles the walk meets %v, want %v", n+1, ids, want)
		}
	}
	for _, number := range []int{0, -1, 7, 100} {
		_, err := f.store.Archive(f.Context(), store.Archive{Listing: "sport", Number: number, Size: archive, Newest: newest})
		if !errors.Is(err, store.ErrNotFound) {
			f.Errorf("archive %d: %v", number, err)
		}
	}
}

func archivesStay(f *fixture) {
	ids := f.fileSeveral(20, "sport")
	first, second := f.archive("sport", 1), f.archive("sport", 2)
	f.fileSeveral(10, "sport")
	f.set(ids[5], store.Killed) // the second place of archive 2
	if got := f.archive("sport", 1); !slices.Equal(idsOf(got.Articles), idsOf(first.Articles)) || !got.Changed.Equal(first.Changed) {
		f.Errorf("archive 1 changed with something else: %v, before %v", got, first)
	}
	got := f.archive("sport", 2)
	if want := slices.DeleteFunc(idsOf(second.Articles), func(id store.ID) bool { return id == ids[5] }); !slices.Equal(idsOf(got.Articles), want) {
		f.Errorf("archive 2: %v, want %v", idsOf(got.Articles), want)
	}
	if !got.Changed.After(second.Changed) {
		f.Errorf("a withdrawal did not move archive 2: %s", got.Changed)
	}
}

func lateIsInTheWindow(f *fixture) {
	f.fileSeveral(20, "sport")
	old := f.article("Ferry keeps its timetable", "sport")
	old.Published = f.now.Add(-1000 * time.Hour)
	id := f.file(old).Article.ID
	if got := idsOf(f.window(store.Window{Listing: "sport", Newest: newest, Archive: archive}).Articles); !slices.Contains(got, id) {
		f.Errorf("%v lacks %s, which was filed last", got, id)
	}
}

func placeIsKept(f *fixture) {
	ids := f.fileSeveral(20, "sport")
	before := idsOf(f.archive("sport", 1).Articles)
	f.set(ids[0], store.Held)
	if got := idsOf(f.archive("sport", 1).Articles); slices.Contains(got, ids[0]) {
		f.Error("what is held is in the archive")
	}
	f.set(ids[0], store.Usable)
	if got := idsOf(f.archive("sport", 1).Articles); !slices.Equal(got, before) {
		f.Errorf("after its release: %v, want %v", got, before)
	}
	moved := f.read(ids[1])
	moved.Categories = []string{"council"}
	f.file(moved)
	if got := idsOf(f.archive("sport", 1).Articles); slices.Contains(got, ids[1]) {
		f.Error("what has left the category is in its archive")
	}
	moved.Categories = []string{"sport"} // back again
	back := f.filing(moved)
	back.Expect = f.read(ids[1]).Version
	f.send(back)
	if got := idsOf(f.archive("sport", 1).Articles); !slices.Equal(got, before) {
		f.Errorf("after its return: %v, want %v", got, before)
	}
}

func embargoedHasNoPlace(f *fixture) {
	f.fileSeveral(8, "sport")
	secret := f.article("Ferry keeps its timetable", "sport")
	secret.Embargo = f.now.Add(time.Hour)
	id := f.file(secret).Article.ID
	w := store.Window{Listing: "sport", Newest: newest, Archive: archive, KeepFor: 24 * time.Hour, Most: 100}
	if page := f.window(w); page.Archives != 0 || slices.Contains(idsOf(page.Articles), id) {
		f.Errorf("%d archives, %v", page.Archives, idsOf(page.Articles))
	}
	f.later(2 * time.Hour)
	f.advance()
	if page := f.window(w); page.Archives != 1 || !slices.Contains(idsOf(page.Articles), id) {
		f.Errorf("after its end: %d archives, %v", page.Archives, idsOf(page.Articles))
	}
}
