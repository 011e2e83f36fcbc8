package storetest

import (
	"fmt"
	"slices"
	"time"

	"dateline/store"
)

// relate tells the store what is near to one article.
func (f *fixture) relate(id store.ID, near ...store.ID) {
	f.Helper()
	f.must(f.store.Relate(f.Context(), store.Relating{
		Relations: []store.Relation{{ID: id, Near: near}}, Through: f.sequence(), Now: f.now,
	}))
}

// near are the IDs of what readers are led to from an article.
func (f *fixture) near(id store.ID) (ids []store.ID) {
	f.Helper()
	near, err := f.store.Near(f.Context(), []store.ID{id}, store.MaxNear)
	f.must(err)
	return idsOf(near[id])
}

func (f *fixture) leadingTo(id store.ID) (ids []store.ID) {
	f.Helper()
	list, err := f.store.LeadingTo(f.Context(), id, 10)
	f.must(err)
	return idsOf(list)
}

func (f *fixture) beside(id store.ID) []store.ID {
	f.Helper()
	ids, err := f.store.Beside(f.Context(), id)
	f.must(err)
	return ids
}

// fileSome files n articles under a category, the oldest first.
func (f *fixture) fileSome(n int, category string) (ids []store.ID) {
	f.Helper()
	for i := range n {
		a := newArticle(store.NewID(f.later(time.Second)), f.now, fmt.Sprintf("Berth %d is free", i+1), category)
		ids = append(ids, f.file(a).Article.ID)
	}
	return ids
}

func nearIsKept(f *fixture) {
	ids := f.fileSome(8, "harbour")
	a := ids[7]
	unknown := store.NewID(f.now.Add(time.Hour))
	f.relate(a, ids[3], a, unknown, ids[1], ids[3], ids[2], ids[0], ids[4])
	want := []store.ID{ids[3], ids[1], ids[2], ids[0]} // of the first five that are not a or twice, those that are there
	f.same("near", f.near(a), want)
	f.same("leading to it", f.leadingTo(ids[3]), []store.ID{a})
	f.relate(ids[5], ids[3])
	f.same("leading to it", f.leadingTo(ids[3]), []store.ID{a, ids[5]}) // the newest first
	near, err := f.store.Near(f.Context(), []store.ID{a, ids[6], unknown}, 2)
	f.must(err)
	if len(near) != 1 || !slices.Equal(idsOf(near[a]), want[:2]) {
		f.Errorf("near to three, of which one has some: %d; %v", len(near), idsOf(near[a]))
	}
	f.reopen()
	f.same("near after reopening", f.near(a), want)
	f.relate(a)
	f.same("near, once there is nothing", f.near(a), nil)
	f.same("leading to it", f.leadingTo(ids[3]), []store.ID{ids[5]})
	f.relate(unknown, a)
	f.same("leading to it", f.leadingTo(a), nil)
}

func nearIsNoNews(f *fixture) {
	ids := f.fileSome(3, "harbour")
	before := f.read(ids[0])
	f.later(time.Hour)
	f.relate(ids[0], ids[2])
	line := f.lastLine()
	if line.Kind != store.KindRelated || line.ID != ids[0] || !slices.Equal(line.Listings, []string{"harbour"}) {
		f.Errorf("the line is %+v", line)
	}
	f.same("article", f.read(ids[0]), before)
	log, err := f.store.Log(f.Context(), ids[0])
	f.must(err)
	if len(log) != 1 {
		f.Errorf("it is in the log of the article: %+v", log)
	}
	window, err := f.store.Window(f.Context(), store.Window{Listing: "harbour", Newest: 1, KeepFor: 30 * time.Minute, Most: 10})
	f.must(err)
	f.same("window", idsOf(window.Articles), []store.ID{ids[2]})
	if !window.Changed.Equal(line.Time) {
		f.Errorf("the window changed at %s, want %s", window.Changed, line.Time)
	}
	f.unchanged("the same once more", func() { f.relate(ids[0], ids[2], ids[2]) })
}

func nearFollowsItsOwnLife(f *fixture) {
	old := f.file(newArticle(store.NewID(f.now), f.now, "Pier opens", "council")).Article
	ids := f.fileSome(2, "harbour")
	f.relate(ids[1], old.ID, ids[0])
	touches := func(what string, want ...string) {
		f.Helper()
		if line := f.lastLine(); !slices.Equal(line.Listings, want) {
			f.Errorf("%s names %q, want %q", what, line.Listings, want)
		}
	}
	next := old
	next.Body = "<p>It is long.</p>"
	f.file(next)
	touches("a new text", "council")
	next.Headline = "Pier opens at last"
	f.file(next)
	touches("a new headline", "council", "harbour")
	f.set(old.ID, store.Held)
	touches("a hold", "council", "harbour")
	f.same("near while it is held", f.near(ids[1]), []store.ID{ids[0]})
	f.set(old.ID, store.Usable)
	touches("a release", "council", "harbour")
	f.same("near once it is released", f.near(ids[1]), []store.ID{old.ID, ids[0]})
	f.set(ids[1], store.Held)
	f.same("leading to it, while that is held", f.leadingTo(old.ID), nil)
	f.set(ids[1], store.Usable)
	f.set(old.ID, store.Killed)
	touches("a kill", "council", "harbour")
	f.same("near once it is killed", f.near(ids[1]), []store.ID{ids[0]})
	f.set(ids[1], store.Killed)
	f.same("near to what is killed", f.near(ids[1]), nil)
	f.same("leading to it, once that is killed", f.leadingTo(ids[0]), nil)
	f.same("beside what is killed", f.beside(ids[1]), []store.ID{old.ID, ids[0]})
	f.same("beside it, once that is killed", f.beside(ids[0]), []store.ID{ids[1]})
	f.unchanged("what is near to what is killed", func() { f.relate(ids[1], ids[0]) })
}

// namedComesFirst: what an editor names lives its own life, like what is near.
func namedComesFirst(f *fixture) {
	ids := f.fileSome(4, "harbour")
	pier := f.file(newArticle(store.NewID(f.now), f.now, "Pier opens", "council")).Article
	a := f.article("Ferry sinks", "sport")
	unknown := store.NewID(f.now.Add(time.Hour))
	for _, id := range []store.ID{pier.ID, unknown, a.ID, pier.ID, ids[0]} {
		a.Related = append(a.Related, store.Related{ID: id, Title: "As it was named", URL: "https://wire.example/article/" + string(id)})
	}
	a.Related = append(a.Related, store.Related{Title: "Elsewhere", URL: "https://elsewhere.example/"})
	f.file(a)
	f.relate(a.ID, ids[1], pier.ID, ids[2])
	near, err := f.store.Near(f.Context(), []store.ID{a.ID}, 1)
	f.must(err)
	f.same("named, and one near", idsOf(near[a.ID]), []store.ID{pier.ID, ids[0], ids[1]})
	f.same("leading to it", f.leadingTo(pier.ID), []store.ID{a.ID})
	f.same("beside it", f.beside(a.ID), []store.ID{pier.ID, unknown, ids[0], ids[1], ids[2]})
	f.set(pier.ID, store.Held)
	f.same("a hold of it names", f.lastLine().Listings, []string{"council", "sport"})
	f.same("near while it is held", f.near(a.ID), []store.ID{ids[0], ids[1], ids[2]})
	f.reopen()
	f.set(pier.ID, store.Killed)
	f.same("near once it is killed", f.near(a.ID), []store.ID{ids[0], ids[1], ids[2]})
	a.Related = nil
	f.file(a)
	f.same("leading to it, once it is named no more", f.leadingTo(ids[0]), nil)
	f.same("near", f.near(a.ID), []store.ID{ids[1], ids[2]})
}

func relatedIsKept(f *fixture) {
	through := func() uint64 {
		n, err := f.store.Related(f.Context())
		f.must(err)
		return n
	}
	if n := through(); n != 0 {
		f.Errorf("an empty store was looked at up to %d", n)
	}
	f.must(f.store.Relate(f.Context(), store.Relating{Through: 17, Now: f.now}))
	f.reopen()
	if n := through(); n != 17 {
		f.Errorf("looked at up to %d, want 17", n)
	}
}
