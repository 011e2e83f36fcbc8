package storetest

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"time"

	"dateline/store"
)

func filedIsReadBack(f *fixture) {
	a := f.fullArticle()
	a.Published = a.Published.In(time.FixedZone("Port Salter", 3600)).Add(1500 * time.Nanosecond)
	a.Version, a.Status = 12, store.Killed // not for the filer to say
	for i, v := range reflect.ValueOf(a).Fields() {
		// Under an embargo it would have another Published: dates.go.
		if v.IsZero() && i.Name != "Embargo" {
			f.Fatalf("%s is empty: this test wants all fields", i.Name)
		}
	}
	want := a
	want.Published = time.Date(2026, 3, 2, 5, 0, 0, 1000, time.UTC)
	want.Version, want.Status = 1, store.Usable

	receipt := f.file(a)
	if receipt.Outcome != store.Filed || receipt.Sequence != 1 {
		f.Errorf("%s at %d; want filed at 1", receipt.Outcome, receipt.Sequence)
	}
	f.same("receipt", receipt.Article, want)
	f.same("article", f.read(a.ID), want)
	f.same("listing", f.page(store.Query{Listing: "council", Limit: 1}).Articles, []store.Article{want})
	f.reopen()
	f.same("article after reopening", f.read(a.ID), want)
}

// everyFaultIsTold breaks all fields of one article.
func everyFaultIsTold(f *fixture) {
	year := func(n int) time.Time { return time.Date(n, 1, 1, 0, 0, 0, 0, time.UTC) }
	a := store.Article{
		ID: "pier", GUID: "no IRI", Slug: "two--hyphens",
		Headline: "Pier\nopens", Summary: "bell \a", Body: strings.Repeat("x", store.MaxBody+1),
		Dateline: store.Dateline{Place: " Old Quay", Date: "2 March", Agency: "N\tW"},
		Byline:   []store.Author{{Email: "ines", URL: "/staff/ines"}},
		Credit:   store.Credit{Agency: "N\nCW", SignOff: " ic"},
		Language: "English, British", Rights: "\xff", CorrectionNote: "\x00", EditorNote: "\x01",
		Enclosures: []store.Enclosure{{URL: "ftp://media.wire.example/pier.jpg", Type: "picture", Length: -1, Caption: "\x02", Credit: "R.\nLund"}},
		Categories: []string{"Harbour", "council", "council"},
		Tags:       []string{""}, Subjects: []string{"ferries"}, Urgency: 10,
		Related: []store.Related{{ID: "pier", URL: "/pier"}}, Origin: store.Origin{Source: "The Gazette", FeedURL: "feed", FeedID: "x", Link: "y"},
		AlsoAt:    []store.Origin{{}},
		Published: year(10000), Updated: year(10001), Embargo: year(10003), Expires: year(10002),
	}
	var invalid *store.Invalid
	f.unchanged("an invalid filing", func() {
		if _, err := f.store.File(f.Context(), f.filing(a)); !errors.As(err, &invalid) {
			f.Fatalf("error %v; want *store.Invalid", err)
		}
	})
	f.same("faults", invalid.Faults, a.Check())
	for _, field := range []string{
		"id", "guid", "slug", "headline", "summary", "body", "dateline.place", "dateline.date", "dateline.agency",
		"byline[0].name", "byline[0].email", "byline[0].url", "credit.agency", "credit.sign_off",
		"language", "rights", "correction_note", "editor_note", "enclosures[0].url", "enclosures[0].type",
		"enclosures[0]", "enclosures[0].caption", "enclosures[0].credit", "categories[0]", "categories[2]", "tags[0]", "subjects[0]",
		"urgency", "published", "updated", "embargo", "expires", "related[0].title", "related[0].url",
		"origin.source", "origin.feed_url", "origin.feed_id", "origin.link", "also_at[0].source", "also_at[0].feed_url",
	} {
		if !slices.ContainsFunc(invalid.Faults, func(fault store.Fault) bool { return fault.Field == field }) {
			f.Errorf("nothing is said of %s", field)
		}
	}
}

func knownGUIDMakesNextVersion(f *fixture) {
	first := f.file(f.article("Ferry pier opens", "harbour")).Article
	f.later(time.Hour)
	again := f.article("Ferry pier opens late", "harbour")
	again.GUID, again.Slug = first.GUID, "ferry-pier-opens-late"
	receipt := f.file(again)

	want := again
	want.ID, want.Published = first.ID, first.Published
	want.Version, want.Status, want.Updated = 2, store.Usable, f.now
	if receipt.Outcome != store.Revised || receipt.Sequence != 2 {
		f.Errorf("%s at %d; want revised at 2", receipt.Outcome, receipt.Sequence)
	}
	f.same("receipt", receipt.Article, want)
	f.same("all articles", f.walk(store.Query{All: true, Limit: 5}).Articles, []store.Article{want})
	if _, err := f.store.Article(f.Context(), again.ID); !errors.Is(err, store.ErrNotFound) {
		f.Errorf("the ID of the second filing: error %v; want not found", err)
	}
}

func sameContentChangesNothing(f *fixture) {
	a := f.fullArticle()
	filed := f.file(a).Article
	a.Version, a.Status, a.Slug = 9, store.Held, "another-slug"
	a.Published, a.Updated = a.Published.Add(time.Minute), a.Updated.Add(time.Minute)
	a.Expires = a.Expires.In(time.FixedZone("", -7200)).Add(300 * time.Nanosecond)
	f.later(time.Hour)
	f.unchanged("a repetition", func() {
		receipt := f.file(a)
		if receipt.Outcome != store.Repeated || receipt.Sequence != 0 {
			f.Errorf("%s at %d; want repeated at 0", receipt.Outcome, receipt.Sequence)
		}
		f.same("receipt", receipt.Article, filed)
	}, "harbour")
}

func takenIDIsRefused(f *fixture) {
	usable := f.file(f.article("Ferry pier opens", "harbour")).Article
	killed := f.file(f.article("Ferry sinks", "harbour")).Article
	f.set(killed.ID, store.Killed)
	for _, taken := range []store.Article{usable, killed} {
		a := f.article("Council meets", "council")
		a.ID = taken.ID
		f.unchanged("a taken ID", func() { f.refuse(f.filing(a), store.ErrConflict) }, "harbour", "council")
	}
}

func absentIsNotFound(f *fixture) {
	there := f.file(f.article("Ferry pier opens", "harbour")).Article.ID
	for _, id := range []store.ID{store.NewID(f.now), "", "pier", store.ID(strings.Repeat("Z", 26)), there[:25] + "\n"} {
		if _, err := f.store.Article(f.Context(), id); !errors.Is(err, store.ErrNotFound) {
			f.Errorf("article %q: error %v; want not found", id, err)
		}
		if _, err := f.store.Tombstone(f.Context(), id); !errors.Is(err, store.ErrNotFound) {
			f.Errorf("tombstone %q: error %v; want not found", id, err)
		}
		f.unchanged("a status for nothing", func() {
			_, err := f.store.SetStatus(f.Context(), f.statusChange(id, store.Killed))
			if !errors.Is(err, store.ErrNotFound) {
				f.Errorf("set status %q: error %v; want not found", id, err)
			}
		})
	}
}
