package storetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"dateline/store"
)

// inStatus files an article and brings it to a status.
func (f *fixture) inStatus(status store.Status) store.Article {
	f.Helper()
	a := f.article("Ferry pier opens", "harbour")
	if status == store.Expired {
		a.Expires = f.now.Add(micro)
	}
	f.file(a)
	switch status {
	case store.Held, store.Killed:
		f.set(a.ID, status)
	case store.Expired:
		f.later(time.Second)
		f.advance()
	}
	return f.read(a.ID)
}

func onlyAllowedTransitions(f *fixture) {
	kinds := map[store.Status]store.Kind{store.Usable: store.KindReleased, store.Held: store.KindHeld, store.Killed: store.KindKilled}
	for from, allowed := range map[store.Status][]store.Status{
		store.Usable:  {store.Held, store.Killed},
		store.Held:    {store.Usable, store.Killed},
		store.Expired: {store.Killed},
		store.Killed:  {},
	} {
		for _, to := range []store.Status{store.Usable, store.Held, store.Killed, store.Expired, "", "deleted"} {
			a := f.inStatus(from)
			f.later(time.Minute)
			if !slices.Contains(allowed, to) {
				f.refuseStatus(a, to)
				continue
			}
			changed := f.set(a.ID, to)
			f.same("article", f.read(a.ID), changed)
			f.same("status, version", []any{changed.Status, changed.Version}, []any{to, a.Version + 1})
			f.same("updated", changed.Updated, f.now)
			line := f.lastLine()
			f.same("line", []any{line.Kind, line.ID, line.Version}, []any{kinds[to], a.ID, changed.Version})
		}
	}
}

func (f *fixture) refuseStatus(a store.Article, to store.Status) {
	f.Helper()
	want := store.ErrConflict
	if a.Status == store.Killed {
		want = store.ErrKilled
	}
	f.unchanged("a refused status", func() {
		stands, err := f.store.SetStatus(f.Context(), f.statusChange(a.ID, to))
		if !errors.Is(err, want) {
			f.Errorf("from %s to %q: error %v; want %v", a.Status, to, err, want)
		}
		f.same("article as it stands", stands, a)
	}, "harbour")
}

func killedLosesText(f *fixture) {
	a := f.file(f.fullArticle()).Article
	f.later(time.Minute)
	killed := f.set(a.ID, store.Killed)
	want := store.Article{
		ID: a.ID, GUID: a.GUID, Slug: killed.Slug, Version: 2, Language: a.Language, Categories: a.Categories,
		Urgency: a.Urgency, Origin: a.Origin, AlsoAt: a.AlsoAt,
		Status: store.Killed, Published: a.Published, Updated: f.now,
	}
	if killed.Slug == a.Slug {
		f.Errorf("slug %q still tells the headline", killed.Slug)
	}
	f.same("killed article", killed, want)
	f.same("killed article, read", f.read(a.ID), want)
}

func killedIsNeverFiledAgain(f *fixture) {
	a := f.article("Ferry sinks", "harbour")
	f.file(a)
	f.set(a.ID, store.Killed)
	f.later(time.Hour)
	f.unchanged("filing what was killed", func() {
		f.refuse(f.filing(a), store.ErrKilled)
		another := f.article("Ferry did sink", "council")
		another.GUID = a.GUID
		f.refuse(f.filing(another), store.ErrKilled)
	}, "harbour", "council")
}

// copyOfKilledLives: when one of two articles that say the same is killed, the
// other lives on.
func copyOfKilledLives(f *fixture) {
	a, b := f.article("Ferry sinks", "harbour"), f.article("Ferry sinks", "council")
	b.Body = a.Body
	f.file(a)
	f.file(b)
	f.set(a.ID, store.Killed)
	f.later(time.Hour)
	b.Categories = []string{"sport"}
	if r := f.file(b); r.Outcome != store.Revised {
		f.Errorf("it was %s", r.Outcome)
	}
	b.Body = "<p>It sank.</p>"
	f.file(b)
	f.later(time.Hour)
	b.Body, b.Categories = a.Body, []string{"council", "sport"}
	f.unchanged("what says anew what was killed", func() { f.refuse(f.filing(b), store.ErrKilled) }, "sport")
}

// killedAhead: a kill that overtakes its article is done all the same.
func killedAhead(f *fixture) {
	a := f.article("Ferry sinks", "harbour")
	kill := store.StatusChange{GUID: a.GUID, Ahead: store.NewID(f.now), Status: store.Killed, Now: f.now, By: "provider", Reason: "it was never so"}
	unseen := func(what string) {
		f.Helper()
		f.same("listings of "+what, f.lastLine().Listings, []string(nil))
		f.same("tombstones after "+what, append(f.tombstones(""), f.tombstones("harbour")...), []store.Tombstone(nil))
	}
	f.unchanged("a hold, or a kill of no name", func() {
		for _, c := range []store.StatusChange{
			{GUID: a.GUID, Ahead: kill.Ahead, Status: store.Held, Now: f.now}, {GUID: a.GUID, Status: store.Killed, Now: f.now},
			{GUID: a.GUID, Ahead: kill.Ahead, Status: store.Killed, Now: f.now, Expect: 3}, {GUID: "no IRI", Ahead: kill.Ahead, Status: store.Killed, Now: f.now},
		} {
			if _, err := f.store.SetStatus(f.Context(), c); err == nil {
				f.Errorf("%+v was done", c)
			}
		}
	}, "harbour")
	killed, err := f.store.SetStatus(f.Context(), kill)
	f.must(err)
	if killed.ID != kill.Ahead || killed.GUID != a.GUID || killed.Status != store.Killed || killed.Version != 1 || killed.Visible() {
		f.Errorf("got %+v", killed)
	}
	unseen("the kill")
	f.reopen()
	f.later(time.Hour)
	f.unchanged("the article, once it comes", func() { f.refuse(f.filing(a), store.ErrKilled) }, "harbour")
	if _, err := f.store.SetStatus(f.Context(), kill); !errors.Is(err, store.ErrKilled) {
		f.Errorf("once more: error %v", err)
	}
	f.move(f.host.TempDir())
	f.refuse(f.filing(a), store.ErrKilled)
	log, err := f.store.Log(f.Context(), kill.Ahead)
	f.must(err)
	if len(log) != 1 || log[0].Kind != store.KindKilled || log[0].Reason != kill.Reason {
		f.Errorf("log %+v", log)
	}
}

// killedIsKnownAgain: what was killed is refused in other clothes too, in the
// words of any of its versions.
func killedIsKnownAgain(f *fixture) {
	a := f.article("Ferry sinks", "harbour")
	first := a.Body
	f.file(a)
	f.later(time.Hour)
	a.Body = "<p>" + strings.Repeat("It sank at once, with all who were not on board. ", 5) + "</p>"
	f.file(a)
	f.later(time.Hour)
	a.Body = ""
	a.Summary = "It sank at 6&7."
	f.file(a)
	floats := f.file(f.article("Ferry floats", "harbour")).Article
	f.set(a.ID, store.Killed)
	f.later(time.Hour)

	other := func(change func(*store.Filing)) store.Filing {
		filing := f.filing(f.article("Ferry sank", "council"))
		change(&filing)
		return filing
	}
	refused := map[string]store.Filing{
		"the first text with its headline": other(func(g *store.Filing) {
			g.Article.Headline, g.Article.Body = "FERRY SINKS", strings.ToUpper(strings.ReplaceAll(first, " ", "\r\n <b></b>"))
		}),
		"the second text, which is long": other(func(g *store.Filing) {
			g.Article.Body = "<div>" + strings.Repeat("It sank — at once; with all who were not on board\n", 5) + "</div>"
		}),
		"hyphenated and decorated": other(func(g *store.Filing) {
			g.Article.Body = "<p><span>I</span>t s\u00adank" + strings.Repeat("It sank at once, with all who were not on board.", 5)[len("It sank"):] + "</p>"
		}),
		"its summary, with its headline": other(func(g *store.Filing) {
			g.Article.Headline, g.Article.Body, g.Article.Summary = "Ferry sinks!", "", "It sank at 6 & 7"
		}),
		"under its ID":   other(func(g *store.Filing) { g.Names = []string{"nothing", strings.ToLower(string(a.ID))} }),
		"under its GUID": other(func(g *store.Filing) { g.Names = []string{a.GUID} }),
		"in the place of another": other(func(g *store.Filing) {
			g.Article = floats
			g.Article.Headline, g.Article.Body = "Ferry sinks", first
		}),
	}
	look := func(when string) {
		for what, filing := range refused {
			f.unchanged(what+when, func() { f.refuse(filing, store.ErrKilled) }, "harbour", "council")
		}
	}
	look("")
	f.reopen()
	look(", after reopening")
	f.move(f.host.TempDir())
	look(", after a dump")
	f.send(other(func(g *store.Filing) { g.Article.Body = first }))
	f.send(other(func(g *store.Filing) {
		g.Article.Headline = "Ferry sinks"
		g.Names = []string{floats.GUID, string(floats.ID)}
	}))
}

// withheldIsKnownAgain: what is held or under embargo does not go out under
// another name, and may once it has been released.
func withheldIsKnownAgain(f *fixture) {
	text := "<p>" + strings.Repeat("It sank at once, with all who were not on board. ", 5) + "</p>"
	again := func() store.Filing {
		a := f.article("Another headline", "council")
		a.Body = text
		return f.filing(a)
	}
	for _, how := range []string{"held", "under embargo until 20"} {
		a := f.article("Ferry sinks", "harbour")
		if a.Body = text; how != "held" {
			a.Embargo = f.now.Add(time.Hour)
		}
		a = f.file(a).Article
		if how == "held" {
			f.set(a.ID, store.Held)
		}
		for range 2 {
			f.unchanged("the same, "+how, func() {
				f.refuse(again(), store.ErrConflict)
				if _, err := f.store.File(f.Context(), again()); !strings.Contains(fmt.Sprint(err), "article "+string(a.ID)+" says the same and is "+how) {
					f.Errorf("error %v", err)
				}
				item := f.item("gazette", "1", "As we hear")
				item.Article.Body = text
				f.same("gathered", f.reap("gazette", item), store.Yield{Refused: 1})
			}, "harbour", "council")
			f.move(f.host.TempDir())
		}
		if how == "held" {
			f.set(a.ID, store.Usable)
		} else {
			f.later(2 * time.Hour)
			f.advance()
		}
		f.same("once it is public", f.send(again()).Outcome, store.Filed)
		f.set(f.ids("council")[0], store.Killed) // for the next round
		text = "<p>" + strings.Repeat("It floats again, and nobody knows why that should be so. ", 5) + "</p>"
	}
}

func heldStaysHeld(f *fixture) {
	a := f.article("Ferry sinks", "harbour")
	f.file(a)
	f.set(a.ID, store.Held)
	held := f.tombstones("harbour")
	f.later(time.Hour)
	a.Headline = "Ferry does not sink"
	revised := f.file(a).Article
	f.same("status, version", []any{revised.Status, revised.Version}, []any{store.Held, 3})
	f.same("listing", f.ids("harbour"), []store.ID(nil))
	f.same("tombstones", f.tombstones("harbour"), held)
	released := f.set(a.ID, store.Usable)
	f.same("headline when released", released.Headline, "Ferry does not sink")
}

func releasedStandsWhereItStood(f *fixture) {
	var ids []store.ID
	for range 3 {
		f.later(time.Minute)
		ids = append(ids, f.file(f.article("Ferry pier opens", "harbour")).Article.ID)
	}
	slices.Reverse(ids)
	f.later(time.Hour)
	f.set(ids[1], store.Held)
	f.same("listing with a hold", f.ids("harbour"), []store.ID{ids[0], ids[2]})
	f.set(ids[1], store.Usable)
	f.same("listing after the release", f.ids("harbour"), ids)
}

func statusByGUID(f *fixture) {
	a := f.file(f.article("Ferry sinks", "harbour")).Article
	held, err := f.store.SetStatus(f.Context(), store.StatusChange{GUID: a.GUID, Status: store.Held, Now: f.now})
	if err != nil || held.ID != a.ID || held.Status != store.Held {
		f.Errorf("got %+v, error %v", held, err)
	}
	if _, err := f.store.SetStatus(f.Context(), store.StatusChange{GUID: "urn:test:nobody", Status: store.Held, Now: f.now}); !errors.Is(err, store.ErrNotFound) {
		f.Errorf("error %v", err)
	}
}
