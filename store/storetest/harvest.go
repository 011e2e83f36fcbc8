package storetest

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"dateline/store"
)

// item is an entry of a source, as it says something for the first time.
func (f *fixture) item(source, entry, headline string) store.Gathered {
	a := f.article(headline, "harbour")
	a.Body = "<p>" + headline + ", the harbour office said.</p>"
	a.GUID = "urn:" + source + ":" + entry
	a.Origin = store.Origin{
		Source: source, FeedURL: "https://" + source + ".example/feed", EntryID: entry, Link: "https://" + source + ".example/" + entry,
	}
	return store.Gathered{Article: a, Minted: "urn:minted:" + string(a.ID), Hash: headline, Link: a.Origin.Link}
}

// reap records a harvest a minute later.
func (f *fixture) reap(source string, items ...store.Gathered) store.Yield {
	f.Helper()
	return f.record(store.Harvest{Source: source, Items: items})
}

func (f *fixture) record(h store.Harvest) store.Yield {
	f.Helper()
	h.Now = f.later(time.Minute)
	y, err := f.store.Harvest(f.Context(), h)
	f.must(err)
	return y
}

// sole is the only article of a listing.
func (f *fixture) sole(listing string) store.Article {
	f.Helper()
	list := f.page(store.Query{Listing: listing, Limit: 10}).Articles
	if len(list) != 1 {
		f.Fatalf("%d articles in %q, want 1", len(list), listing)
	}
	return list[0]
}

func newIsFiled(f *fixture) {
	source := f.sourceDue("gazette", 0)
	f.adopt(source)
	source.ETag, source.Next = `"7"`, f.now.Add(time.Hour)
	source.Claimed = f.now
	y := f.record(store.Harvest{
		Source: "gazette", Items: []store.Gathered{f.item("gazette", "1", "Ferry sinks"), f.item("gazette", "2", "Ferry floats")},
		Keep: func(y store.Yield) store.Source { source.Brought = y.New; return source },
	})
	source.Claimed, source.Read = time.Time{}, f.now
	f.same("yield", y, store.Yield{New: 2})
	list := f.page(store.Query{Listing: "source/gazette", Limit: 5}).Articles
	if len(list) != 2 || list[0].Headline != "Ferry floats" || list[1].GUID != "urn:gazette:1" || list[1].Status != store.Usable || list[1].Version != 1 {
		f.Errorf("got %+v", list)
	}
	if lines := f.lines(0); len(lines) != 2 || lines[0].By != "gazette" || lines[0].Kind != store.KindFiled {
		f.Errorf("log: %+v", lines)
	}
	kept, err := f.store.Source(f.Context(), "gazette")
	f.must(err)
	if source.Brought != 2 {
		f.Errorf("kept as for %d new articles", source.Brought)
	}
	f.same("the source", kept, source)
}

func sameIsUnchanged(f *fixture) {
	f.adopt(f.sourceDue("gazette", time.Hour))
	f.reap("gazette", f.item("gazette", "1", "Ferry sinks"))
	f.unchanged("the same again", func() {
		f.same("yield", f.reap("gazette", f.item("gazette", "1", "Ferry sinks")), store.Yield{Unchanged: 1})
	}, "harbour", "source/gazette")
}

func otherIsRevised(f *fixture) {
	f.reap("gazette", f.item("gazette", "1", "Ferry sinks"))
	first := f.sole("harbour")
	f.same("yield", f.reap("gazette", f.item("gazette", "1", "Ferry is late")), store.Yield{Revised: 1})
	a := f.sole("harbour")
	if a.ID != first.ID || a.GUID != first.GUID || a.Version != 2 || a.Headline != "Ferry is late" || !a.Published.Equal(first.Published) || !a.Updated.Equal(f.now) {
		f.Errorf("it became %+v", a)
	}
	f.same("once more", f.reap("gazette", f.item("gazette", "1", "Ferry is late")), store.Yield{Unchanged: 1})
	// Another hash of what is the same when it is read is no version.
	touched := f.item("gazette", "1", "Ferry is late")
	touched.Hash = "white space"
	sequence := f.sequence()
	f.same("touched", f.reap("gazette", touched), store.Yield{Unchanged: 1})
	f.same("and again", f.reap("gazette", touched), store.Yield{Unchanged: 1})
	if n := f.sequence(); n != sequence {
		f.Errorf("%d lines for nothing", n-sequence)
	}
}

func movedIsTheSame(f *fixture) {
	f.reap("gazette", f.item("gazette", "1", "Ferry sinks"))
	moved := f.item("gazette", "new-id-1", "Ferry sinks")
	moved.Link = f.item("gazette", "1", "").Link
	moved.Article.Origin.Link = moved.Link
	f.reap("gazette", moved)
	f.sole("harbour")
	// From now on both IDs are known.
	again := f.item("gazette", "new-id-1", "Ferry is late")
	f.reap("gazette", again)
	if a := f.sole("harbour"); a.Headline != "Ferry is late" {
		f.Errorf("got %+v", a)
	}
}

func linkJoinsSources(f *fixture) {
	f.reap("gazette", f.item("gazette", "1", "Ferry sinks"))
	same := f.item("herald", "77", "Ferry sinks, says Gazette")
	same.Link = f.item("gazette", "1", "").Link
	f.same("yield", f.reap("herald", same), store.Yield{Joined: 1})
	a := f.sole("harbour")
	if a.Headline != "Ferry sinks" || a.Origin.Source != "gazette" || len(a.AlsoAt) != 1 || a.AlsoAt[0].Source != "herald" {
		f.Errorf("got %+v", a)
	}
	f.sole("source/herald")
	f.same("again", f.reap("herald", same), store.Yield{Unchanged: 1})
	same.Hash = "they wrote it anew"
	f.same("another text of the second", f.reap("herald", same), store.Yield{Unchanged: 1})
	f.reap("gazette", f.item("gazette", "1", "Ferry is late"))
	if a := f.sole("harbour"); a.Headline != "Ferry is late" || len(a.AlsoAt) != 1 {
		f.Errorf("after a new version: %+v", a)
	}
}

func idJoinsNothing(f *fixture) {
	f.reap("gazette", f.item("gazette", "1", "Ferry sinks"))
	forged := f.item("herald", "1", "Buy our ferries")
	forged.Article.GUID = "urn:gazette:1"
	f.same("yield", f.reap("herald", forged), store.Yield{New: 1})
	if a := f.sole("source/gazette"); a.Headline != "Ferry sinks" {
		f.Errorf("got %+v", a)
	}
	if a := f.sole("source/herald"); a.GUID != forged.Minted {
		f.Errorf("its GUID is %s", a.GUID)
	}
}

func churnIsRefused(f *fixture) {
	f.reap("gazette", f.item("gazette", "1", "Ferry is 0 minutes late"))
	revised := 0
	for n := 1; n < 60; n++ {
		revised += f.reap("gazette", f.item("gazette", "1", fmt.Sprintf("Ferry is %d minutes late", n))).Revised
	}
	if revised != store.MaxRevisions {
		f.Errorf("%d versions within an hour, want %d", revised, store.MaxRevisions)
	}
	f.later(time.Minute)
	f.same("later", f.reap("gazette", f.item("gazette", "1", "Ferry is 59 minutes late")), store.Yield{Revised: 1})
	if a := f.sole("harbour"); a.Headline != "Ferry is 59 minutes late" {
		f.Errorf("got %+v", a)
	}
}

func ownIsRefused(f *fixture) {
	own := f.file(f.article("Ferry sinks", "harbour")).Article
	back := f.item("gazette", "1", "Ferry sinks")
	back.Article.GUID = own.GUID
	f.unchanged("what came back", func() { f.same("yield", f.reap("gazette", back), store.Yield{Refused: 1}) })
	f.set(own.ID, store.Killed)
	f.unchanged("once it was killed", func() { f.same("yield", f.reap("gazette", back), store.Yield{Refused: 1}) })
}

func olderIsRefused(f *fixture) {
	item := f.item("gazette", "1", "Ferry is late")
	item.Article.Updated = f.now.Add(-time.Hour)
	f.reap("gazette", item)
	older := f.item("gazette", "1", "Ferry sinks")
	older.Article.Updated = f.now.Add(-2 * time.Hour)
	f.same("yield", f.reap("gazette", older), store.Yield{Refused: 1})
	if a := f.sole("harbour"); a.Headline != "Ferry is late" {
		f.Errorf("got %+v", a)
	}
}

func editedIsRefused(f *fixture) {
	f.reap("gazette", f.item("gazette", "1", "Ferry sniks"))
	edited := f.sole("harbour")
	edited.Headline, edited.CorrectionNote = "Ferry sinks", "An earlier version had another word."
	edited = f.file(edited).Article
	mirror := f.item("herald", "1", "Ferry sniks")
	mirror.Link = f.item("gazette", "1", "").Link
	f.unchanged("what its source says after an editor", func() {
		f.same("another version", f.reap("gazette", f.item("gazette", "1", "Ferry snikt")), store.Yield{Refused: 1})
		f.same("the same version again", f.reap("gazette", f.item("gazette", "1", "Ferry snikt")), store.Yield{Unchanged: 1})
	}, "harbour")
	f.same("who has it too", f.reap("herald", mirror), store.Yield{Joined: 1})
	f.same("another version", f.reap("gazette", f.item("gazette", "1", "Ferry snikd")), store.Yield{Refused: 1})
	if a := f.sole("harbour"); a.Headline != edited.Headline || a.CorrectionNote != edited.CorrectionNote {
		f.Errorf("got %+v", a)
	}
	f.set(edited.ID, store.Held)
	f.set(edited.ID, store.Usable)
	f.same("after a hold", f.reap("gazette", f.item("gazette", "1", "Ferry snikx")), store.Yield{Refused: 1})
}

func killedStaysKilled(f *fixture) {
	f.reap("gazette", f.item("gazette", "1", "Ferry sinks"))
	f.set(f.sole("harbour").ID, store.Killed)
	byLink := f.item("herald", "9", "Ferry sinks")
	byLink.Link = f.item("gazette", "1", "").Link
	f.unchanged("gathering what was killed", func() {
		f.same("by its ID", f.reap("gazette", f.item("gazette", "1", "Ferry sinks deeper")), store.Yield{Refused: 1})
		f.same("by its link", f.reap("herald", byLink), store.Yield{Refused: 1})
		byGUID := f.item("herald", "10", "Ferry sinks")
		byGUID.Article.GUID = "urn:gazette:1"
		f.same("by its GUID", f.reap("herald", byGUID), store.Yield{Refused: 1})
		f.same("by its words", f.reap("herald", f.item("herald", "11", "Ferry sinks")), store.Yield{Refused: 1})
		f.same("by its words, as a flood", f.record(store.Harvest{Source: "herald", MostNew: 1, Items: []store.Gathered{
			f.item("herald", "11", "Ferry sinks"), f.item("herald", "12", "Ferry sinks"),
		}}), store.Yield{Refused: 2})
		filed := f.article("Ferry sinks at last", "harbour")
		filed.Origin = byLink.Article.Origin
		filed.Origin.Source, filed.Origin.EntryID = "gazette", "1"
		f.refuse(f.filing(filed), store.ErrKilled)
		filed.Origin, filed.AlsoAt = store.Origin{Source: "herald", FeedURL: "https://h.example/feed"}, []store.Origin{filed.Origin}
		f.refuse(f.filing(filed), store.ErrKilled)
		linked := f.filing(f.article("Ferry sinks at last", "harbour"))
		linked.Names = []string{"https://elsewhere.example/", byLink.Link}
		f.refuse(linked, store.ErrKilled)
	}, "harbour", "source/herald")
	if y := f.reap("herald", f.item("herald", "13", "Ferry floats")); y.New != 1 {
		f.Errorf("another story: %+v", y)
	}
}

func takenBackIsKilled(f *fixture) {
	f.reap("gazette", f.item("gazette", "1", "Ferry sinks"), f.item("gazette", "2", "Ferry floats"))
	f.reap("herald", f.item("herald", "1", "Council meets"))
	restored := f.item("gazette", "4", "Ferry is back")
	restored.Article.Updated = f.now
	f.reap("gazette", restored)
	y := f.record(store.Harvest{Source: "gazette", Deleted: []store.Deletion{{EntryID: "4", When: f.now.Add(-time.Hour)}}})
	f.same("what was updated later", y, store.Yield{})
	f.set(f.page(store.Query{Listing: "source/gazette", Limit: 1}).Articles[0].ID, store.Killed)
	y = f.record(store.Harvest{Source: "gazette", Deleted: []store.Deletion{{EntryID: "1", Reason: "It did not."}, {EntryID: "3"}}})
	f.same("yield", y, store.Yield{Killed: 1})
	if a := f.sole("source/gazette"); a.Headline != "Ferry floats" {
		f.Errorf("left is %+v", a)
	}
	if list := f.tombstones("source/gazette"); len(list) != 2 || list[0].Reason != "It did not." || list[0].By != "gazette" {
		f.Errorf("tombstones %+v", list)
	}
	y = f.record(store.Harvest{Source: "gazette", Deleted: []store.Deletion{{EntryID: "1"}}})
	f.same("once more, and of another source's entry of that name", y, store.Yield{})
	f.sole("source/herald")
}

func floodWaits(f *fixture) {
	source := f.sourceDue("gazette", time.Hour)
	f.adopt(source)
	keep := func(y store.Yield) store.Source { source.HeldBack = y.HeldBack; return source }
	f.reap("gazette", f.item("gazette", "0", "Ferry 0"))
	var items []store.Gathered
	for n := range 6 {
		items = append(items, f.item("gazette", fmt.Sprint(n), fmt.Sprint("Ferry ", n)))
	}
	f.same("one too many", f.record(store.Harvest{Source: "gazette", Keep: keep, Items: items, MostNew: 4}), store.Yield{HeldBack: 5, Unchanged: 1})
	f.sole("harbour")
	if kept, err := f.store.Source(f.Context(), "gazette"); err != nil || kept.HeldBack != 5 {
		f.Errorf("the source: %+v, error %v", kept, err)
	}
	f.same("as many as may be", f.record(store.Harvest{Source: "gazette", Keep: keep, Items: items, MostNew: 5}), store.Yield{New: 5, Unchanged: 1})
	if kept, err := f.store.Source(f.Context(), "gazette"); err != nil || kept.HeldBack != 0 {
		f.Errorf("the source: %+v, error %v", kept, err)
	}
}

func renamedWaits(f *fixture) {
	source := f.sourceDue("gazette", time.Hour)
	f.adopt(source)
	names := []string{"Ferry sinks", "Ferry floats", "Ferry rests", "Goat swims"}
	items := func(prefix string, changes ...func(*store.Gathered)) (list []store.Gathered) {
		for i, name := range names {
			g := f.item("gazette", fmt.Sprint(prefix, i), name)
			g.Article.Published = f.now.Add(-24 * time.Hour).Truncate(24 * time.Hour)
			for _, change := range changes {
				change(&g)
			}
			list = append(list, g)
		}
		return list
	}
	f.reap("gazette", items("a")...)
	harvest := func(most int, list []store.Gathered) store.Yield {
		return f.record(store.Harvest{Source: "gazette", Items: list, MostNew: most})
	}
	f.same("the same with other IDs", harvest(50, items("b")), store.Yield{HeldBack: 4, Renamed: 4})
	undated := items("c", func(g *store.Gathered) { g.Article.Published = time.Time{} })
	undated[0].Article.Headline = "Goat lands"
	f.same("most of them, without dates", harvest(50, undated), store.Yield{HeldBack: 4, Renamed: 3})
	f.same("too few to tell", harvest(50, items("d")[:2]), store.Yield{New: 2})
	f.same("one that is known", harvest(50, append(items("e"), items("a")[0])), store.Yield{HeldBack: 4, Unchanged: 1, Renamed: 4})
	var news []store.Gathered
	for n := range 5 {
		news = append(news, f.item("gazette", fmt.Sprint("n", n), fmt.Sprint("News ", n)))
	}
	f.same("fewer than half of them", harvest(50, append(news, items("e")...)), store.Yield{New: 9})
	later := items("f", func(g *store.Gathered) { g.Article.Published = f.now })
	f.same("the same headlines of a later day", harvest(50, later), store.Yield{New: 4})
	f.same("without a limit", harvest(0, items("g")), store.Yield{New: 4})
}

// renamedIsTaken: once the operator has let it through, an entry that is here
// under another ID is that article, and what is new is new.
func renamedIsTaken(f *fixture) {
	f.adopt(f.sourceDue("gazette", time.Hour))
	names := []string{"Ferry sinks", "Ferry floats", "Ferry rests"}
	items := func(prefix string, names ...string) (list []store.Gathered) {
		for i, name := range names {
			list = append(list, f.item("gazette", fmt.Sprint(prefix, i), name))
		}
		return list
	}
	f.reap("gazette", items("a", names...)...)
	renamed := append(items("b", names...), f.item("gazette", "new", "Goat swims"))
	y := f.record(store.Harvest{Source: "gazette", Items: renamed, TakeIDs: true})
	if y.New != 1 || y.New+y.Revised+y.Unchanged != 4 || f.page(store.Query{Listing: "harbour", Limit: 10}).Count != 4 {
		f.Errorf("yield %+v", y)
	}
	f.same("from then on", f.reap("gazette", renamed...), store.Yield{Unchanged: 4})
}

// storiesOfOneLink: some sources give all their stories one link.
func storiesOfOneLink(f *fixture) {
	item := func(entry, headline string) store.Gathered {
		g := f.item("gazette", entry, headline)
		g.Link = "https://gazette.example/"
		return g
	}
	f.same("the first", f.reap("gazette", item("1", "Ferry sinks")), store.Yield{New: 1})
	f.same("the second", f.reap("gazette", item("2", "Ferry floats")), store.Yield{New: 1})
	f.same("both", f.reap("gazette", item("1", "Ferry sinks"), item("2", "Ferry floats")), store.Yield{Unchanged: 2})
}

// otherIDsOfOneStory: an ID alone is no change, however often it is another.
func otherIDsOfOneStory(f *fixture) {
	f.reap("gazette", f.item("gazette", "1", "Ferry sinks"))
	for n := range 5 {
		again := f.item("gazette", fmt.Sprint("x", n), "Ferry sinks")
		again.Link, again.Article.Origin.Link = f.item("gazette", "1", "").Link, f.item("gazette", "1", "").Link
		f.same("again", f.reap("gazette", again), store.Yield{Unchanged: 1})
	}
	if a := f.sole("harbour"); a.Version != 1 {
		f.Errorf("version %d", a.Version)
	}
}

// comesRound: two sites that follow each other give the same stories back.
func comesRound(f *fixture) {
	f.reap("gazette", f.item("gazette", "1", "Ferry sinks"))
	back := f.item("mirror", "urn:gazette:1", "Ferry sinks")
	back.Article.GUID = "urn:gazette:1"
	f.same("what came back", f.reap("mirror", back), store.Yield{Joined: 1})
	f.same("again", f.reap("mirror", back), store.Yield{Unchanged: 1})
	f.sole("harbour")
}

// linkOfJoinedIsNotOurs: a source that has an article too has no say over which
// links it goes by.
func linkOfJoinedIsNotOurs(f *fixture) {
	f.reap("gazette", f.item("gazette", "2", "Ferry sinks"))
	spoof := f.item("spoof", "s", "Ferry sinks")
	spoof.Link = f.item("gazette", "2", "").Link
	f.same("joined", f.reap("spoof", spoof), store.Yield{Joined: 1})
	spoof.Link, spoof.Hash = f.item("gazette", "4", "").Link, "another"
	f.reap("spoof", spoof)
	f.same("a new story", f.reap("gazette", f.item("gazette", "4", "Goat swims")), store.Yield{New: 1})
}

// homeTakesOver: whoever repeats a story before its own site tells it, that
// site's text is shown once it comes; and each files it under its category.
func homeTakesOver(f *fixture) {
	early := f.item("planet", "p", "Ferry, says the Gazette")
	early.Article.Origin.Link, early.Link = f.item("gazette", "1", "").Article.Origin.Link, f.item("gazette", "1", "").Link
	early.Article.Categories = []string{"council"}
	f.reap("planet", early)
	f.same("yield", f.reap("gazette", f.item("gazette", "1", "Ferry sinks")), store.Yield{Revised: 1})
	a := f.sole("source/gazette")
	if a.Headline != "Ferry sinks" || a.Origin.Source != "gazette" || len(a.AlsoAt) != 1 || a.AlsoAt[0].Source != "planet" || !slices.Equal(a.Categories, []string{"harbour", "council"}) {
		f.Errorf("got %+v", a)
	}
	again := f.item("planet", "p", "Ferry, says the Gazette again")
	again.Link, again.Article.Categories = early.Link, early.Article.Categories
	f.reap("planet", again)
	f.same("headline", f.sole("harbour").Headline, "Ferry sinks")
	f.same("its own change", f.reap("gazette", f.item("gazette", "1", "Ferry sank")), store.Yield{Revised: 1})
	if a := f.sole("council"); a.Headline != "Ferry sank" || !slices.Equal(a.Categories, []string{"harbour", "council"}) {
		f.Errorf("got %+v", a)
	}
}

func unfiledIsKnown(f *fixture) {
	f.adopt(f.sourceDue("gazette", time.Hour))
	f.reap("gazette", f.item("gazette", "1", "Ferry sinks"), f.item("gazette", "2", "Ferry floats"))
	h := store.Harvest{Source: "gazette", Items: []store.Gathered{
		f.item("gazette", "3", "Goat swims"), f.item("gazette", "2", "Ferry floats"), f.item("gazette", "1", "Ferry sank"),
	}}
	f.unchanged("asking", func() {
		places, err := f.store.Unfiled(f.Context(), h)
		f.must(err)
		f.same("places", places, []int{0, 2})
	})
	f.same("yield", f.record(h), store.Yield{New: 1, Revised: 1, Unchanged: 1})
}

func harvestIsAtomic(f *fixture) {
	f.adopt(f.sourceDue("gazette", 0))
	bad := f.item("gazette", "2", "Ferry floats")
	bad.Article.Categories = nil
	f.unchanged("a harvest with a fault", func() {
		var invalid *store.Invalid
		_, err := f.store.Harvest(f.Context(), store.Harvest{
			Source: "gazette", Now: f.now, Items: []store.Gathered{f.item("gazette", "1", "Ferry sinks"), bad},
		})
		if !errors.As(err, &invalid) {
			f.Errorf("error %v; want *store.Invalid", err)
		}
	}, "harbour")
}

func seenSurvivesReopen(f *fixture) {
	f.reap("gazette", f.item("gazette", "1", "Ferry sinks"))
	f.reopen()
	f.same("yield", f.reap("gazette", f.item("gazette", "1", "Ferry sinks")), store.Yield{Unchanged: 1})
	f.sole("harbour")
}
