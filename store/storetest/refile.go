package storetest

import (
	"slices"
	"time"

	"dateline/store"
)

func (f *fixture) refile(from, to string) int {
	f.Helper()
	n, err := f.store.Refile(f.Context(), from, to, f.now)
	f.must(err)
	return n
}

func refileMovesAll(f *fixture) {
	const many = 300 // more than an engine is likely to do at once
	ids := f.fileSeveral(many, "council", "sport")
	f.set(ids[0], store.Killed)
	f.set(ids[1], store.Held)
	secret := f.article("Ferry keeps its timetable", "sport")
	secret.Embargo = f.now.Add(time.Hour)
	ids = append(ids, f.file(secret).Article.ID)
	both := f.file(f.article("Ferry keeps its timetable", "sport", "harbour", "council")).Article
	other := f.file(f.article("Ferry keeps its timetable", "council")).Article
	f.later(time.Hour)
	if n := f.refile("sport", "harbour"); n != many+2 {
		f.Errorf("%d articles, want %d", n, many+2)
	}
	for i, id := range ids {
		want := []string{"council", "harbour"}
		if i == many {
			want = []string{"harbour"}
		}
		if got := f.read(id).Categories; !slices.Equal(got, want) {
			f.Fatalf("article %d is filed under %v, want %v", i, got, want)
		}
	}
	if got := f.read(both.ID).Categories; !slices.Equal(got, []string{"harbour", "council"}) {
		f.Errorf("what was in both is filed under %v", got)
	}
	f.same("what was in neither", f.read(other.ID), other)
	if got := len(f.ids("harbour")); got != many-1 || len(f.ids("sport")) > 0 {
		f.Errorf("%d in the new listing, %d left in the old", got, len(f.ids("sport")))
	}
	if got := f.tombstones("harbour"); len(got) != 2 || len(f.tombstones("sport")) > 0 {
		f.Errorf("%d tombstones in the new listing, %d left in the old", len(got), len(f.tombstones("sport")))
	}
}

func refileIsNoNews(f *fixture) {
	ids := f.fileSeveral(20, "sport")
	before := f.read(ids[3])
	f.later(72 * time.Hour)
	f.refile("sport", "harbour")
	after := f.read(ids[3])
	if !after.Updated.Equal(before.Updated) || !after.Published.Equal(before.Published) || after.Version != before.Version+1 {
		f.Errorf("it became %+v", after)
	}
	if line := f.lastLine(); line.Kind != store.KindRefiled || !slices.Equal(line.Listings, []string{"harbour", "sport"}) {
		f.Errorf("its line is %+v", line)
	}
	for _, name := range []string{"harbour", ""} {
		page := f.window(store.Window{Listing: name, Newest: 2, KeepFor: 24 * time.Hour, Most: 100})
		if len(page.Articles) != 2 {
			f.Errorf("%q: %d articles in the window", name, len(page.Articles))
		}
	}
}

func refileNothing(f *fixture) {
	f.fileSeveral(2, "sport")
	f.refile("sport", "harbour")
	f.unchanged("refiling once more", func() {
		if n := f.refile("sport", "harbour") + f.refile("none", "harbour"); n != 0 {
			f.Errorf("%d articles", n)
		}
	}, "harbour", "sport")
}
