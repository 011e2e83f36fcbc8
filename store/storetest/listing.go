package storetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"dateline/store"
)

func newestFirst(f *fixture) {
	var want []store.ID
	for _, published := range []time.Time{ // as they are filed; the newest is third
		time.Date(1969, 12, 31, 23, 59, 59, 999999000, time.UTC),
		time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC),
		f.now,
		f.now.Add(-micro),
		time.Date(1000, 1, 1, 0, 0, 1, 0, time.UTC),
		time.Date(2001, 9, 9, 1, 46, 40, 0, time.UTC),
		time.Date(1890, 5, 1, 0, 0, 0, 0, time.UTC),
	} {
		a := f.article("Ferry pier opens", "harbour")
		a.Published = published
		want = append(want, f.file(a).Article.ID)
	}
	want = []store.ID{want[2], want[3], want[5], want[1], want[0], want[6], want[4]}
	f.same("category", f.ids("harbour"), want)
	f.same("everything", f.ids(""), want)
}

func greaterIDFirst(f *fixture) {
	var want []store.ID
	for range 9 {
		a := f.article("Ferry pier opens", "harbour")
		a.Published = f.now.Add(-time.Hour)
		want = append(want, f.file(a).Article.ID)
	}
	slices.Sort(want)
	slices.Reverse(want)
	f.same("category", f.ids("harbour"), want)
	f.same("everything", f.ids(""), want)
}

func allOfWhateverStatus(f *fixture) {
	var want []store.ID
	for i, status := range []store.Status{store.Usable, store.Held, store.Killed, store.Expired, store.Usable} {
		f.later(time.Second) // so that the IDs are in the order of filing
		a := f.article("Ferry pier opens", "harbour")
		switch {
		case status == store.Expired:
			a.Expires = f.now
		case i == 4:
			a.Embargo = f.now.Add(time.Hour)
		}
		f.file(a)
		if status == store.Held || status == store.Killed {
			f.set(a.ID, status)
		}
		want = append(want, a.ID)
	}
	f.later(time.Second)
	f.advance()
	slices.Reverse(want)
	all := f.walk(store.Query{All: true, Limit: 2})
	f.same("all", idsOf(all.Articles), want)
	f.same("count of all", all.Count, 5)
	f.same("public", f.ids(""), want[4:])

	stats := f.stats()
	f.same("articles by status", stats.ByStatus, map[store.Status]int{store.Usable: 2, store.Held: 1, store.Killed: 1, store.Expired: 1})
	f.same("articles, public articles", []int{stats.Articles, stats.Public, stats.ByCategory["harbour"]}, []int{5, 1, 1})
}

func pagesAreFull(f *fixture) {
	for range 6 {
		f.file(f.article("Ferry pier opens", "harbour"))
	}
	for _, q := range []store.Query{{}, {Listing: "harbour"}, {All: true}} {
		for limit := 1; limit <= 7; limit++ {
			q.Limit, q.After = limit, ""
			for left := 6; left > 0; left -= limit {
				page := f.page(q)
				if len(page.Articles) != min(limit, left) || page.Count != 6 || (page.Next == "") != (left <= limit) {
					f.Errorf("%+v: %d articles of %d, next %q; %d are left", q, len(page.Articles), page.Count, page.Next, left)
				}
				q.After = page.Next
			}
		}
	}
}

func walkMeetsEachOnce(f *fixture) {
	var stay []store.ID
	for i := range 20 {
		a := f.article("Ferry pier opens", "harbour")
		a.Published = f.now.Add(-time.Duration(i/3) * time.Hour) // three of each instant
		f.file(a)
		stay = append(stay, a.ID)
	}
	times := map[store.ID]int{}
	q := store.Query{Listing: "harbour", Limit: 3}
	for i := 0; ; i += 2 {
		page := f.page(q)
		for _, a := range page.Articles {
			times[a.ID]++
		}
		if q.After = page.Next; q.After == "" {
			break
		}
		// One more before and one behind the place of the walk, one gone.
		f.file(f.article("Ferry leaves", "harbour"))
		old := f.article("Ferry arrives", "harbour")
		old.Published = f.now.Add(-90 * time.Minute)
		f.file(old)
		if i < len(stay) {
			f.set(stay[i], store.Killed)
		}
	}
	for _, id := range stay {
		if killed := f.read(id).Status == store.Killed; times[id] == 0 && !killed {
			f.Errorf("article %s was not met", id)
		}
	}
	for id, n := range times {
		if n > 1 {
			f.Errorf("article %s was met %d times", id, n)
		}
	}
}

func walkBesideWriters(f *fixture) {
	stay := map[store.ID]bool{}
	var goes []store.ID
	for i := range 40 {
		a := f.article("Ferry pier opens", "harbour")
		a.Published = f.now.Add(-time.Duration(i%7) * time.Minute)
		if f.file(a); i%2 == 0 {
			stay[a.ID] = true
		} else {
			goes = append(goes, a.ID)
		}
	}
	var writers sync.WaitGroup
	writers.Go(func() {
		for _, id := range goes {
			a := f.article("Ferry leaves", "harbour")
			a.Published = f.now.Add(-3 * time.Minute)
			if _, err := f.store.File(f.Context(), f.filing(a)); err != nil {
				f.Errorf("file: %v", err)
			}
			if _, err := f.store.SetStatus(f.Context(), f.statusChange(id, store.Held)); err != nil {
				f.Errorf("hold: %v", err)
			}
		}
	})
	for range 5 {
		times := map[store.ID]int{}
		for _, id := range f.ids("harbour") {
			if times[id]++; times[id] > 1 {
				f.Errorf("article %s was met again", id)
			}
		}
		for id := range stay {
			if times[id] == 0 {
				f.Errorf("article %s was not met", id)
			}
		}
	}
	writers.Wait()
}

func cursorOutlivesArticle(f *fixture) {
	var ids []store.ID // the newest first
	for i := range 12 {
		a := f.article("Ferry pier opens", "harbour")
		a.Published = f.now.Add(-time.Duration(i) * time.Minute)
		if i%3 == 2 {
			a.Expires = f.now.Add(time.Hour)
		}
		f.file(a)
		ids = append(ids, a.ID)
	}
	behind := map[int]store.Cursor{}
	for _, n := range []int{3, 6, 9} {
		behind[n] = f.page(store.Query{Listing: "harbour", Limit: n}).Next
	}
	f.set(ids[2], store.Killed)
	moved := f.read(ids[5])
	moved.Categories = []string{"council"}
	f.file(moved)
	f.later(2 * time.Hour)
	f.advance() // 8 and 11 expire
	f.reopen()
	for n, after := range behind {
		var want []store.ID
		for i, id := range ids[n:] {
			if (n+i)%3 != 2 {
				want = append(want, id)
			}
		}
		page := f.page(store.Query{Listing: "harbour", Limit: 20, After: after})
		f.same(fmt.Sprintf("behind %d", n), idsOf(page.Articles), want)
	}
}

func foreignCursor(f *fixture) {
	for range 4 {
		f.file(f.article("Ferry pier opens", "harbour", "council"))
	}
	listings := []store.Query{
		{Limit: 2}, {Limit: 2, All: true},
		{Limit: 2, Listing: "harbour"}, {Limit: 2, Listing: "council"}, {Limit: 2, Listing: "harbor"},
	}
	bad := []store.Cursor{"?", "not base 64", store.NewCursor(nil) + "A", store.NewCursor([]byte("harbour")), store.NewCursor([]byte(strings.Repeat("x", 500)))}
	for i, q := range listings {
		if q.After = f.page(q).Next; q.After != "" {
			f.page(q)
		}
		for _, after := range bad {
			f.refuseCursor(q, after)
		}
		for j, other := range listings {
			if after := f.page(other).Next; i != j && after != "" {
				f.refuseCursor(q, after)
			}
		}
	}
}

func (f *fixture) refuseCursor(q store.Query, after store.Cursor) {
	f.Helper()
	q.After = after
	if _, err := f.store.Articles(f.Context(), q); !errors.Is(err, store.ErrBadCursor) {
		f.Errorf("%+v: error %v; want that of a bad cursor", q, err)
	}
}

func moveChangesBoth(f *fixture) {
	a := f.article("Council buys the ferry", "council", "people")
	f.file(a)
	f.file(f.article("Regatta is put off", "sport"))
	before := f.changed("sport")
	f.later(time.Hour)
	a.Categories = []string{"harbour", "people"}
	f.file(a)

	f.same("listings of the change", f.lastLine().Listings, []string{"council", "harbour", "people"})
	for slug, want := range map[string][]store.ID{"council": nil, "harbour": {a.ID}, "people": {a.ID}} {
		f.same(slug, f.ids(slug), want)
		page := f.page(store.Query{Listing: slug, Limit: 1})
		f.same("count of "+slug, page.Count, len(want))
		f.same("change of "+slug, page.Changed, f.now)
	}
	f.same("change of sport", f.changed("sport"), before)
	f.same("change of everything", f.changed(""), f.now)
}

func everyCategoryListsIt(f *fixture) {
	a := f.article("Council buys the ferry", "council", "harbour", "people")
	b := f.article("Council sells the ferry", "people", "council")
	f.file(a)
	f.later(time.Minute)
	f.file(b)
	for slug, want := range map[string][]store.ID{"": {b.ID, a.ID}, "council": {b.ID, a.ID}, "people": {b.ID, a.ID}, "harbour": {a.ID}} {
		f.same("listing "+slug, f.ids(slug), want)
		f.same("count of "+slug, f.page(store.Query{Listing: slug, Limit: 1}).Count, len(want))
	}
}

func anySlugIsACategory(f *fixture) {
	made := f.stats().Created
	slugs := []string{"s", "sport", "sport-1", "sports", "0", strings.Repeat("a", 100)}
	ids := map[string]store.ID{}
	for _, slug := range slugs {
		ids[slug] = f.file(f.article("Regatta is put off", slug)).Article.ID
	}
	for _, slug := range slugs {
		f.same("listing "+slug, f.ids(slug), []store.ID{ids[slug]})
	}
	for _, unknown := range []string{"harbour", "spor", "sport-", "sport/1", "Ünknown", strings.Repeat("b", 3000)} {
		page := f.page(store.Query{Listing: unknown, Limit: 5})
		f.same("listing "+unknown, page, store.Page{Changed: made})
		f.same("tombstones of "+unknown, f.tombstones(unknown), []store.Tombstone(nil))
	}
}

func removalsChangeListing(f *fixture) {
	var ids []store.ID
	for range 4 {
		a := f.article("Ferry pier opens", "harbour")
		a.Expires = f.now.Add(100 * time.Hour)
		f.file(a)
		ids = append(ids, a.ID)
	}
	f.file(f.article("Council meets", "council"))
	council := f.changed("council")
	for i, remove := range []func(){
		func() { f.set(ids[0], store.Killed) },
		func() { f.set(ids[1], store.Held) },
		func() { a := f.read(ids[2]); a.Categories = []string{"pier"}; f.file(a) },
	} {
		f.later(time.Minute)
		remove()
		f.same("change", f.changed("harbour"), f.now)
		f.same("change of everything", f.changed(""), f.now)
		f.same("count", f.page(store.Query{Listing: "harbour", Limit: 1}).Count, 3-i)
	}
	f.later(200 * time.Hour)
	f.advance()
	f.same("listing", f.ids("harbour"), []store.ID(nil))
	if changed := f.changed("harbour"); changed.Before(f.now) {
		f.Errorf("changed %s, but the last expired %s", changed, f.now)
	}
	f.same("change of council", f.changed("council"), council)
}
