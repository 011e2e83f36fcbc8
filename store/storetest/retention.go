package storetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"dateline/store"
)

const day = 24 * time.Hour

// expunge lets go of what a retention does not keep, and says how many went.
func (f *fixture) expunge(r store.Retention) int {
	f.Helper()
	foretold, err := f.store.Expungeable(f.Context(), r, f.now)
	f.must(err)
	at := store.Sweep{Now: f.now}
	for !at.Done {
		at, err = f.store.Expunge(f.Context(), r, at)
		f.must(err)
	}
	f.same("foretold", foretold, at.Removed)
	return at.Removed
}

// aged files an article that was published some days ago.
func (f *fixture) aged(headline string, days int, categories ...string) store.Article {
	f.Helper()
	f.later(time.Minute)
	a := f.article(headline, categories...)
	a.Published = f.now.Add(-time.Duration(days) * day)
	return f.file(a).Article
}

func oldGoes(f *fixture) {
	f.declare(store.Combination{Name: "top", Any: []string{"harbour"}})
	old, young := f.aged("Old", 40, "harbour"), f.aged("Young", 20, "harbour")
	both, kept := f.aged("Both", 40, "harbour", "council"), f.aged("Kept", 40, "council")
	held, killed := f.aged("Held", 40, "harbour"), f.aged("Killed", 40, "harbour")
	f.set(held.ID, store.Held)
	f.set(killed.ID, store.Killed)
	expired := f.article("Expired", "harbour")
	expired.Published, expired.Expires = f.now.Add(-40*day), f.now.Add(time.Hour)
	expired = f.file(expired).Article
	f.relate(young.ID, old.ID, both.ID)
	month := store.Retention{Of: map[string]store.Keep{"harbour": {Age: 30 * day}}}
	f.later(2 * time.Hour)
	f.advance()
	f.unchanged("what changed within a day stays", func() { f.same("removed", f.expunge(month), 0) }, "harbour")

	f.later(2 * day)
	secret := f.article("Secret", "harbour")
	secret.Embargo = f.now.Add(day)
	secret = f.file(secret).Article
	f.unchanged("without a retention", func() { f.same("removed", f.expunge(store.Retention{}), 0) }, "harbour")
	f.same("removed", f.expunge(month), 2) // old and expired
	f.same("left in harbour", f.ids("harbour"), []store.ID{young.ID, both.ID})
	f.same("left in the combination", f.ids("feed/top"), []store.ID{young.ID, both.ID})
	f.same("left in council", f.ids("council"), []store.ID{kept.ID, both.ID})
	f.same("near", f.near(young.ID), []store.ID{both.ID})
	f.same("changed", f.changed("harbour"), f.lines(f.sequence() - 2)[0].Time)
	f.same("changed", f.changed("feed/top"), f.lines(f.sequence() - 2)[0].Time)
	for _, id := range []store.ID{old.ID, expired.ID} {
		f.isExpunged(id)
	}
	for _, id := range []store.ID{held.ID, killed.ID, secret.ID} {
		f.read(id)
	}
	for _, line := range f.lines(f.sequence() - 2) {
		if line.Kind != store.KindExpunged || line.ID != old.ID && line.ID != expired.ID {
			f.Errorf("line %+v", line)
		}
	}
	f.same("as a default", f.expunge(store.Retention{Default: store.Keep{Age: 30 * day}}), 2) // both and kept
	f.unchanged("once more", func() { f.same("removed", f.expunge(month), 0) }, "harbour")
	f.reopen()
	f.move(f.host.TempDir())
	f.isExpunged(old.ID)
}

func (f *fixture) isExpunged(id store.ID) {
	f.Helper()
	_, err := f.store.Article(f.Context(), id)
	_, err2 := f.store.Log(f.Context(), id)
	for _, err := range []error{err, err2} {
		if !errors.Is(err, store.ErrExpunged) || !errors.Is(err, store.ErrNotFound) {
			f.Errorf("article %s: %v", id, err)
		}
	}
}

// goneIsTold: who acts upon what went is told so, and files nothing under its
// names until it is forgotten.
func goneIsTold(f *fixture) {
	keyed := f.filing(f.article("Ferry sinks", "harbour"))
	keyed.Key, keyed.Fingerprint = "k", "one"
	a := f.send(keyed).Article
	f.later(40 * day)
	f.same("removed", f.expunge(store.Retention{Default: store.Keep{Age: 30 * day}}), 1)
	is := func(what string, err error) {
		f.Helper()
		if !errors.Is(err, store.ErrExpunged) {
			f.Errorf("%s: error %v", what, err)
		}
	}
	for range 2 {
		f.unchanged("acts upon it", func() {
			for _, status := range []store.Status{store.Held, store.Killed, store.Usable} {
				_, err := f.store.SetStatus(f.Context(), f.statusChange(a.ID, status))
				is(string(status), err)
				_, err = f.store.SetStatus(f.Context(), store.StatusChange{GUID: a.GUID, Status: status, Now: f.now})
				is(string(status)+" by GUID", err)
			}
			f.refuse(f.filing(a), store.ErrExpunged)
			again := f.article("Ferry sinks", "harbour")
			again.GUID = a.GUID
			f.refuse(f.filing(again), store.ErrExpunged)
			again.ID, again.GUID = a.ID, "urn:test:another"
			f.refuse(f.filing(again), store.ErrConflict)
			keyed.Article = f.article("Ferry sinks", "harbour") // who sends it again gives it other names
			f.refuse(keyed, store.ErrExpunged)
		}, "harbour")
		f.isExpunged(a.ID)
		f.reopen()
		f.move(f.host.TempDir())
	}
	if _, err := f.store.Article(f.Context(), store.NewID(f.now)); errors.Is(err, store.ErrExpunged) {
		f.Errorf("one that never was: %v", err)
	}
	other := f.removed("Goat swims")
	f.later(store.GoneFor + day)
	f.expunge(store.Retention{})
	f.same("once it is forgotten", f.file(other).Outcome, store.Filed)

	// A kill that a partner sends for what went counts.
	third := f.removed("Council meets")
	kill := store.StatusChange{GUID: third.GUID, Ahead: store.NewID(f.now), Status: store.Killed, Now: f.now}
	_, err := f.store.SetStatus(f.Context(), kill)
	f.must(err)
	f.refuse(f.filing(third), store.ErrKilled)
}

// removed is an article that was let go of, and the clock is at that moment.
func (f *fixture) removed(headline string) store.Article {
	f.Helper()
	a := f.file(f.article(headline, "harbour")).Article
	f.later(40 * day)
	f.expunge(store.Retention{Default: store.Keep{Age: 30 * day}})
	f.isExpunged(a.ID)
	return a
}

func manyGo(f *fixture) {
	var want []store.ID
	for i := range 130 { // more than one step takes
		a := f.aged(fmt.Sprint("Berth ", i), 130-i, "harbour")
		if i >= 120 {
			want = append([]store.ID{a.ID}, want...)
		}
	}
	f.aged("Elsewhere", 200, "council")
	f.later(2 * day)
	f.same("removed", f.expunge(store.Retention{Of: map[string]store.Keep{"harbour": {Number: 10}, "council": {Number: 5, Age: 300 * day}}}), 120)
	f.same("left", f.ids("harbour"), want)
	f.same("both rules: what either calls for", f.expunge(store.Retention{Of: map[string]store.Keep{"harbour": {Number: 100, Age: 5 * day}}}), 8)
}

func sourceLetsGo(f *fixture) {
	f.reap("gazette", f.item("gazette", "1", "Ferry sinks"), f.item("gazette", "2", "Ferry floats"))
	f.reap("herald", f.item("herald", "1", "Council meets"))
	joined := f.item("herald", "2", "Ferry floats")
	joined.Link = f.item("gazette", "2", "").Link
	f.same("joined", f.reap("herald", joined), store.Yield{Joined: 1})
	f.later(40 * day)
	week := store.Keep{Age: 7 * day}
	f.same("what another source keeps", f.expunge(store.Retention{Of: map[string]store.Keep{store.SourceListing("gazette"): week, store.SourceListing("herald"): {Age: 50 * day}}}), 1)
	f.same("what its category keeps", f.expunge(store.Retention{Of: map[string]store.Keep{
		store.SourceListing("gazette"): week, store.SourceListing("herald"): week, "harbour": {Age: 60 * day},
	}}), 0)
	f.same("in place of the default", f.expunge(store.Retention{
		Default: store.Keep{Age: 300 * day}, Of: map[string]store.Keep{store.SourceListing("gazette"): week, store.SourceListing("herald"): week},
	}), 2)
}

// goneStaysGone: what was let go of does not come back as long as its source
// carries it.
func goneStaysGone(f *fixture) {
	old := f.item("gazette", "1", "Ferry sinks")
	f.reap("gazette", old)
	f.later(40 * day)
	month := store.Retention{Default: store.Keep{Age: 30 * day}}
	f.same("removed", f.expunge(month), 1)
	for range 12 { // for a year
		f.later(30 * day)
		f.expunge(month)
		f.unchanged("it is carried still", func() {
			f.same("yield", f.reap("gazette", old), store.Yield{Unchanged: 1})
			f.same("as a flood", f.record(store.Harvest{Source: "gazette", Items: []store.Gathered{old}, MostNew: 1}), store.Yield{Unchanged: 1})
		}, "harbour")
		places, err := f.store.Unfiled(f.Context(), store.Harvest{Source: "gazette", Items: []store.Gathered{old}})
		f.must(err)
		f.same("unfiled", places, []int(nil))
	}
	f.reopen()
	f.move(f.host.TempDir())
	f.same("after a dump", f.reap("gazette", old), store.Yield{Unchanged: 1})
	f.later(store.GoneFor + day)
	f.expunge(store.Retention{})
	f.same("once it was not carried for long", f.reap("gazette", old), store.Yield{New: 1})
}

// goneIsKnownAgain: under another ID at its source, from another source, and
// when our own comes round; and it bars nothing else.
func goneIsKnownAgain(f *fixture) {
	items := []store.Gathered{f.item("gazette", "1", "Ferry sinks"), f.item("gazette", "2", "Ferry floats")}
	f.reap("gazette", items...)
	own := f.file(f.article("Ours", "harbour")).Article
	f.later(40 * day)
	f.same("removed", f.expunge(store.Retention{Default: store.Keep{Age: 30 * day}}), 3)
	revised := f.item("gazette", "1", "Ferry sank")
	moved := f.item("gazette", "2-new", "Ferry floats")
	moved.Link = items[1].Link
	elsewhere := f.item("herald", "77", "Ferry floats, says Gazette")
	elsewhere.Link = items[1].Link
	round := f.item("herald", "78", "Ferry floats")
	round.Article.GUID = items[1].Article.GUID
	back := f.item("herald", "79", "Ours, says Herald")
	back.Article.GUID = own.GUID
	for range 2 {
		f.unchanged("what comes again", func() {
			f.same("from its source", f.reap("gazette", items[0], moved), store.Yield{Unchanged: 2})
			f.same("revised", f.reap("gazette", revised), store.Yield{Unchanged: 1})
			f.same("from elsewhere", f.reap("herald", elsewhere, round, back), store.Yield{Unchanged: 3})
			h := store.Harvest{Source: "gazette", Items: []store.Gathered{items[0], moved, revised}, MostNew: 1}
			f.same("as a flood", f.record(h), store.Yield{Unchanged: 3})
			h.Items = append(h.Items, f.item("gazette", "3", "Goat swims"))
			places, err := f.store.Unfiled(f.Context(), h)
			f.must(err)
			f.same("unfiled", places, []int{3})
		}, "harbour", "source/gazette")
		f.reopen()
		f.move(f.host.TempDir())
	}
	front := f.item("gazette", "3", "Goat swims") // all its stories lead to one page
	front.Link = items[0].Link
	f.same("another story", f.reap("gazette", front), store.Yield{New: 1})
	numbered := f.item("herald", "1", "Council meets") // numbered as the other does
	numbered.Article.GUID = items[1].Article.GUID
	f.same("of another source", f.reap("herald", numbered), store.Yield{New: 1})
	if a := f.sole("source/herald"); a.GUID != numbered.Minted {
		f.Errorf("its GUID is %s, which another had", a.GUID)
	}
}

// silentKeepsGone: a source that says nothing new for years has what went still.
func silentKeepsGone(f *fixture) {
	source := f.sourceDue("gazette", time.Hour)
	f.adopt(source)
	keep := func(store.Yield) store.Source { return source }
	old, other := f.item("gazette", "1", "Ferry sinks"), f.item("gazette", "2", "Goat swims")
	f.record(store.Harvest{Source: "gazette", Items: []store.Gathered{old}, Keep: keep})
	month := store.Retention{Default: store.Keep{Age: 30 * day}}
	f.later(40 * day)
	f.same("removed", f.expunge(month), 1)
	f.later(1000 * day) // in which it is polled and not read
	f.expunge(month)
	f.same("once it is read", f.record(store.Harvest{Source: "gazette", Items: []store.Gathered{old, other}, Keep: keep}), store.Yield{New: 1, Unchanged: 1})
	for range 2 { // then it carries the other alone
		f.later(store.GoneFor/2 + day)
		f.record(store.Harvest{Source: "gazette", Items: []store.Gathered{other}, Keep: keep})
	}
	f.expunge(store.Retention{})
	f.same("once it has said other things for long", f.record(store.Harvest{Source: "gazette", Items: []store.Gathered{old}, Keep: keep}), store.Yield{New: 1})
}

func logIsTrimmed(f *fixture) {
	gone, kept := f.aged("Gone", 40, "harbour"), f.aged("Kept", 1, "harbour")
	killed := f.aged("Killed", 40, "harbour")
	gone.Headline = "Gone soon"
	f.file(gone)
	f.set(killed.ID, store.Killed)
	f.relate(kept.ID, gone.ID)
	f.later(3 * day)
	r := store.Retention{Default: store.Keep{Age: 30 * day}, Log: 10 * day}
	f.same("removed", f.expunge(r), 1)
	f.same("lines", len(f.lines(0)), 7)
	f.later(11 * day)
	f.file(f.article("Later", "harbour"))
	last := f.sequence()
	f.expunge(r)
	var kinds []string
	for _, line := range f.lines(0) {
		kinds = append(kinds, string(line.Kind)+" "+f.read(line.ID).Headline)
	}
	f.same("lines", strings.Join(kinds, ", "), "filed Kept, filed , killed , filed Later")
	f.same("sequence", f.sequence(), last)
	f.same("whole from", f.stats().Trimmed, last-1)
	log, err := f.store.Log(f.Context(), killed.ID)
	f.must(err)
	f.same("log of what was killed", len(log), 2)
	f.reopen()
	f.move(f.host.TempDir())
	f.same("lines after a dump", len(f.lines(0)), 4)
	f.later(30 * day)
	f.same("removed", f.expunge(r), 1)
	f.later(11 * day)
	f.expunge(r)
	f.same("the last line stays", f.sequence(), last+2) // Later went meanwhile
	f.same("the next", f.file(f.article("Next", "harbour")).Sequence, last+3)
	f.expunge(r)
	var ids []store.ID
	for _, line := range f.lines(0) {
		ids = append(ids, line.ID)
	}
	if slices.Contains(ids, kept.ID) {
		f.Errorf("lines of what is gone: %v", ids)
	}
}

func ownLogIsBounded(f *fixture) {
	a := f.article("Ferry sinks", "harbour")
	f.file(a)
	f.set(a.ID, store.Held)
	f.set(a.ID, store.Usable)
	for n := range store.MaxLines + 20 {
		f.later(time.Minute)
		a.Body = fmt.Sprintf("<p>The ferry has %d holes.</p>", n)
		f.file(a)
	}
	log := func() (kinds []store.Kind) {
		list, err := f.store.Log(f.Context(), a.ID)
		f.must(err)
		for _, line := range list {
			kinds = append(kinds, line.Kind)
		}
		f.same("lines", len(list), store.MaxLines)
		f.same("the last", list[len(list)-1].Version, f.read(a.ID).Version)
		f.same("the first", kinds[:4], []store.Kind{store.KindFiled, store.KindHeld, store.KindReleased, store.KindRevised})
		return kinds
	}
	log()
	f.same("in the log of all", len(f.lines(0)), store.MaxLines+23)
	f.later(400 * day)
	f.file(f.article("Goat swims", "sport"))
	f.expunge(store.Retention{Log: 90 * day})
	log()
	f.same("in the log of all, later", len(f.lines(0)), store.MaxLines+1)
	f.reopen()
	f.move(f.host.TempDir())
	log()
}

func keysAreTrimmed(f *fixture) {
	filing := f.filing(f.article("Keyed", "harbour"))
	filing.Key, filing.Fingerprint = "k", "one"
	f.send(filing)
	r := store.Retention{Keys: 30 * day}
	f.later(29 * day)
	f.expunge(r)
	filing.Now = f.now
	f.same("within its time", f.send(filing).Outcome, store.Repeated)
	f.later(2 * day)
	f.expunge(r)
	another := f.filing(f.article("Another", "harbour"))
	another.Key, another.Fingerprint = "k", "two"
	f.same("after it", f.send(another).Outcome, store.Filed)
}

// archivesLose: an archive of which something was let go keeps its number, and
// says that it changed.
func archivesLose(f *fixture) {
	ids := f.fileSeveral(20, "sport")
	f.later(3 * day)
	page := f.archive("sport", 1)
	f.same("removed", f.expunge(store.Retention{Default: store.Keep{Number: 17}}), 3)
	after := f.archive("sport", 1)
	if !after.Changed.After(page.Changed) || len(after.Articles) >= len(page.Articles) {
		f.Errorf("changed %s, and was %s; %d of %d articles", after.Changed, page.Changed, len(after.Articles), len(page.Articles))
	}
	f.later(time.Hour)
	f.same("removed", f.expunge(store.Retention{Default: store.Keep{Number: 20 - 2*archive}}), 2*archive-3)
	window := f.window(store.Window{Listing: "sport", Newest: newest, Archive: archive})
	for n := 1; n <= window.Archives; n++ {
		page, err := f.store.Archive(f.Context(), store.Archive{Listing: "sport", Number: n, Size: archive, Newest: newest})
		if n <= 2 {
			if !errors.Is(err, store.ErrExpunged) {
				f.Errorf("archive %d, of which nothing is left: %v", n, err)
			}
			continue
		}
		f.must(err)
		older, newer := n-1, n+1
		if older == 2 {
			older = 0
		}
		if newer > window.Archives {
			newer = 0
		}
		f.same("next to it", []int{page.OlderArchive, page.NewerArchive}, []int{older, newer})
	}
	f.same("before the feed", window.OlderArchive, window.Archives)
	second := idsOf(f.archive("sport", 3).Articles)
	for _, id := range second {
		if !slices.Contains(ids, id) {
			f.Errorf("%s is in the third archive", id)
		}
	}
}
