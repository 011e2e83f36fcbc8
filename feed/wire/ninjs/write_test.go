package ninjs

import (
	"testing"
	"time"

	"dateline/feed"
	"dateline/store"
)

// ferry is an article with everything that an article can have.
func ferry() store.Article {
	noon := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	return store.Article{
		ID: "01ARZ3NDEKTSV4RRFFQ69G5FAV", GUID: "https://hafen.example/überfahrt", Slug: "ferry-pier", Version: 2,
		Headline: `Ferry pier "opens" & closes`, Summary: "The pier took four years.",
		Body:     "<p>Boats left the new pier on Sunday.</p>\n<p>All were full.</p>",
		Dateline: store.Dateline{Place: "Port Mercy", Date: "2026-11-22", Agency: "Coast"},
		Byline:   []store.Author{{Name: "Ada Quill", Email: "ada@coast.example", URL: "https://coast.example/ada"}, {Name: "Ben Oar"}, {Name: "Cleo Mast"}},
		Credit:   store.Credit{Agency: "Coast <&>", SignOff: "aq/bo"}, Language: "en",
		Enclosures: []store.Enclosure{
			{URL: "https://media.coast.example/1.jpg", Type: "image/jpeg", Length: 1234, Width: 640, Height: 480, Caption: "The pier.", Credit: "Dora Lens"},
			{URL: "https://media.coast.example/plan.pdf", Type: "application/pdf"},
		},
		Rights: "© Coast", Categories: []string{"conflicts-war", "harbour", "gone"}, Tags: []string{"pier"},
		Subjects: []string{"medtop:20000148", "subj:04015001", "x:sea"}, Urgency: 4, Status: store.Usable,
		Published: noon.In(time.FixedZone("", 3600)), Updated: noon.Add(time.Hour + 5*time.Microsecond), Expires: noon.AddDate(0, 1, 0),
		CorrectionNote: "An earlier <version>\ngave another number.", EditorNote: "Ask Ben.",
		Related: []store.Related{{Title: "Work begins", URL: "https://coast.example/begun"}},
		Origin:  store.Origin{Source: "hafen", FeedURL: "https://hafen.example/feed", FeedTitle: "Hafenblatt", EntryID: "17", Link: "https://hafen.example/17"},
		AlsoAt:  []store.Origin{{Source: "quay", FeedURL: "https://quay.example/feed"}},
	}
}

func TestWriteExamples(t *testing.T) {
	held, killed := ferry(), ferry()
	held.Status, killed.Status = store.Held, store.Killed
	brief := store.Article{
		ID: "01ARZ3NDEKTSV4RRFFQ69G5FAV", GUID: "tag:wire.example,2026:1", Slug: "brief", Version: 1, Headline: "Brief",
		Summary: "One line.", Dateline: store.Dateline{Place: "Rome"}, Categories: []string{"weather"}, Status: store.Usable,
	}
	for name, a := range map[string]store.Article{"full": ferry(), "held": held, "killed": killed, "brief": brief} {
		got, err := Write(feed.Article{Article: a, Reason: map[string]string{"held": "The <quote> is checked.", "killed": "The pier is not there."}[name]}, options)
		if err != nil {
			t.Fatal(err)
		}
		golden(t, "testdata/write/"+name+".json", got)
	}
	o := options
	o.Title, o.Path = "Harbour — The Harbour Wire", "/category/harbour"
	got, err := WriteFeed([]feed.Article{{Article: killed}, {Article: brief}}, o)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/write/list.json", got)
	if got, err = WriteFeed(nil, options); err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/write/empty.json", got)
}
