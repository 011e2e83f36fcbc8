package storetest

import (
	"fmt"
	"slices"
	"time"

	"dateline/store"
)

// embargoIsInvisible does to an article under embargo whatever can be done.
func embargoIsInvisible(f *fixture) {
	f.file(f.article("Council meets", "council"))
	a := f.article("Council to buy the ferry", "council", "harbour")
	a.Embargo, a.Expires = f.now.Add(100*time.Hour), f.now.Add(200*time.Hour)
	for _, c := range []struct {
		what string
		act  func()
	}{
		{"filing", func() { f.file(a) }},
		{"a revision", func() { a.Headline = "Council to buy two ferries"; f.file(a) }},
		{"another embargo", func() { a.Embargo = f.now.Add(50 * time.Hour); f.file(a) }},
		{"a move", func() { a.Categories = []string{"council", "sport"}; f.file(a) }},
		{"a hold", func() { f.set(a.ID, store.Held) }},
		{"a revision of what is held", func() { a.Headline = "Council to buy three ferries"; f.file(a) }},
		{"a release", func() { f.set(a.ID, store.Usable) }},
		{"time", func() { f.same("next", f.advance(), a.Embargo) }},
		{"a kill", func() { f.set(a.ID, store.Killed) }},
		{"more time", func() { f.later(1000 * time.Hour); f.advance() }},
	} {
		before := f.picture(10, "council", "harbour", "sport")
		f.later(time.Minute)
		c.act()
		after := f.picture(10, "council", "harbour", "sport")
		f.same(c.what+": listings", after.Listings, before.Listings)
		f.same(c.what+": tombstones", after.Tombstones, before.Tombstones)
		f.same(c.what+": public", after.Stats.Public, before.Stats.Public)
		f.same(c.what+": public by category", after.Stats.ByCategory, before.Stats.ByCategory)
		for _, line := range after.Log[len(before.Log):] {
			f.same(c.what+": listings of the change", line.Listings, []string(nil))
		}
	}
}

func embargoEndsWithAdvance(f *fixture) {
	a := f.article("Council to buy the ferry", "council")
	a.Embargo = f.now.Add(time.Hour)
	f.file(a)
	f.same("next", f.advance(), a.Embargo)
	f.later(time.Hour - micro)
	f.unchanged("time before the end of the embargo", func() { f.same("next", f.advance(), a.Embargo) }, "council")
	f.later(micro)
	f.same("listing before time advances", f.ids("council"), []store.ID(nil))

	f.same("next", f.advance(), time.Time{})
	f.same("listing", f.ids("council"), []store.ID{a.ID})
	f.same("line", f.lastLine(), store.Change{
		Sequence: 2, Time: f.now, Kind: store.KindPublished, ID: a.ID, Version: 1, Listings: []string{"council"},
	})
	f.same("change", f.changed("council"), f.now)
	f.unchanged("time after it", func() {
		f.advance()
		f.later(time.Hour)
		f.advance()
	}, "council")
}

func embargoOfHeld(f *fixture) {
	early, late := f.article("Council to buy the ferry", "council"), f.article("Council to sell the ferry", "council")
	for _, a := range []*store.Article{&early, &late} {
		a.Embargo = f.now.Add(time.Hour)
		f.file(*a)
		f.set(a.ID, store.Held)
	}
	f.set(early.ID, store.Usable)
	f.same("listing after release under embargo", f.ids("council"), []store.ID(nil))
	f.later(2 * time.Hour)
	f.advance()
	f.same("listing without what is held", f.ids("council"), []store.ID{early.ID})
	released := f.set(late.ID, store.Usable)
	f.same("listing after release past the embargo", len(f.ids("council")), 2)
	f.same("embargo", released.Embargo, time.Time{})
	f.same("published", released.Published, late.Embargo)
	f.same("next", f.advance(), time.Time{})
}

func expiryComesWithAdvance(f *fixture) {
	a, b := f.article("Ferry is late today", "harbour"), f.article("Ferry is early today", "harbour")
	a.Expires, b.Expires = f.now.Add(time.Hour), f.now.Add(2*time.Hour)
	f.file(a)
	f.file(b)
	f.set(b.ID, store.Held)
	f.later(3 * time.Hour)
	f.same("listing before time advances", f.ids("harbour"), []store.ID{a.ID})
	f.same("next", f.advance(), time.Time{})
	f.same("listing", f.ids("harbour"), []store.ID(nil))
	for _, id := range []store.ID{a.ID, b.ID} {
		f.same("status", f.read(id).Status, store.Expired)
	}
	f.same("text", f.read(a.ID).Body, a.Body)
	f.same("line", f.lastLine().Kind, store.KindExpired)
	f.same("listings of the line", f.lastLine().Listings, []string{"harbour"})
	f.unchanged("time after it", func() { f.later(time.Hour); f.advance() }, "harbour")
}

func expiredIsRevived(f *fixture) {
	a := f.article("Ferry is late today", "harbour")
	a.Expires = f.now.Add(time.Hour)
	first := f.file(a).Article
	f.later(2 * time.Hour)
	f.advance()
	f.unchanged("the same content", func() { f.file(a) }, "harbour")
	a.Expires = f.now.Add(time.Hour)
	revived := f.file(a).Article
	f.same("status, version", []any{revived.Status, revived.Version}, []any{store.Usable, 2})
	f.same("published", revived.Published, first.Published)
	f.same("listing", f.ids("harbour"), []store.ID{a.ID})
	f.same("next", f.advance(), a.Expires)
}

func dueTwice(f *fixture) {
	a := f.article("Council votes tonight", "council")
	a.Embargo, a.Expires = f.now.Add(time.Hour), f.now.Add(2*time.Hour)
	f.file(a)
	f.same("next", f.advance(), a.Embargo)
	f.later(24 * time.Hour)
	f.advance()
	var kinds []store.Kind
	for _, line := range f.lines(1) {
		kinds = append(kinds, line.Kind)
	}
	f.same("kinds", kinds, []store.Kind{store.KindPublished, store.KindExpired})
	f.same("status", f.read(a.ID).Status, store.Expired)
}

// muchIsDue is more than an engine would do in one transaction, asked for by
// several at once.
func muchIsDue(f *fixture) {
	const writers, each = 10, 60
	due := f.now.Add(time.Hour)
	f.concurrently(writers, func(w int) {
		for i := range each {
			a := f.article(fmt.Sprintf("Berth %d.%d", w, i), "harbour")
			a.Embargo = due.Add(-time.Duration(i) * time.Minute / 2)
			if _, err := f.store.File(f.Context(), f.filing(a)); err != nil {
				f.Errorf("file: %v", err)
			}
		}
	})
	f.later(2 * time.Hour)
	f.concurrently(4, func(int) {
		if next, err := f.store.Advance(f.Context(), f.now); err != nil || !next.IsZero() {
			f.Errorf("advance: next %s, error %v", next, err)
		}
	})
	seen := map[store.ID]bool{}
	for _, line := range f.lines(writers * each) {
		if seen[line.ID] || line.Kind != store.KindPublished {
			f.Errorf("change %d: %s again, or %s", line.Sequence, line.ID, line.Kind)
		}
		seen[line.ID] = true
	}
	f.same("published", len(seen), writers*each)
	if ids := f.ids("harbour"); len(ids) != writers*each || len(slices.Compact(ids)) != writers*each {
		f.Errorf("%d articles listed; want %d", len(ids), writers*each)
	}
}
