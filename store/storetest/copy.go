package storetest

import (
	"time"

	"dateline/store"
)

// article is new copy, as it is filed now.
func (f *fixture) article(headline string, categories ...string) store.Article {
	return newArticle(store.NewID(f.now), f.now, headline, categories...)
}

func newArticle(id store.ID, now time.Time, headline string, categories ...string) store.Article {
	return store.Article{
		ID: id, GUID: store.TagURI("wire.example", now, id), Slug: "from-the-wire",
		Headline:   headline,
		Body:       "<p>" + headline + ", the harbour office said on Monday. Work goes on at night and the ferry keeps to its timetable, as file " + string(id) + " has it.</p>",
		Categories: categories,
	}
}

// fullArticle has something in every field.
func (f *fixture) fullArticle() store.Article {
	a := f.article("Ferry pier opens after nine months", "harbour", "council")
	a.Slug = "ferry-pier-opens-après-neuf-mois"
	a.Summary = "The pier at Old Quay is open again; <b> is not markup here, & neither is this."
	a.Body = "<p>The pier at Old Quay took its first ferry at 6.14 on Monday.</p>\n<p>“It holds,” said the harbour master — 船 🚢.</p>"
	a.Dateline = store.Dateline{Place: "Port Salter", Date: "2026-03-02", Agency: "NCW"}
	a.Byline = []store.Author{
		{Name: "Ines Calloway", Email: "ines@wire.example", URL: "https://wire.example/staff/ines"},
		{Name: "Tomás Brandl"},
	}
	a.Credit = store.Credit{Agency: "NCW", SignOff: "ic-tb/rl"}
	a.Language = "en-GB"
	a.Enclosures = []store.Enclosure{
		{URL: "https://media.wire.example/pier.jpg", Type: "image/jpeg", Length: 3 << 30, Width: 1600, Height: 900, Caption: "The pier\nat dawn", Credit: "R. Lund"},
		{URL: "https://media.wire.example/pier.mp3", Type: "audio/mpeg"},
	}
	a.Rights = "© North Coast Wire"
	a.Tags = []string{"ferries", "public works"}
	a.Subjects = []string{"medtop:20000337"}
	a.Urgency = 4
	a.Published = f.now.Add(-time.Hour)
	a.Updated = f.now.Add(-time.Minute)
	a.Expires = f.now.Add(48 * time.Hour)
	a.CorrectionNote = "An earlier version gave the wrong berth."
	a.EditorNote = "Check the spelling of Calloway."
	a.Related = []store.Related{{Title: "Nine months without a pier", URL: "https://wire.example/nine-months"}}
	a.Origin = store.Origin{
		Source: "gazette", FeedURL: "https://gazette.example/feed", FeedID: "tag:gazette.example,2020:feed",
		FeedTitle: "The Gazette", EntryID: "pier-1", Link: "https://gazette.example/pier",
	}
	a.AlsoAt = []store.Origin{{Source: "herald", FeedURL: "https://herald.example/feed"}}
	return a
}
