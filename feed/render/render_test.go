package render

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"

	"dateline/feed"
	"dateline/feed/clean"
	"dateline/store"
)

var update = flag.Bool("update", false, "write the golden documents anew")

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func testFeed(articles ...store.Article) feed.Feed {
	var list []feed.Article
	for _, a := range articles {
		list = append(list, feed.Article{Article: a, Content: Content(a)})
	}
	return feed.Feed{
		Site: feed.Site{
			Title: "The Test Wire", URL: "https://news.example.com", Language: "en-GB", Copyright: "© Test & Co",
			Publisher: feed.Publisher{Name: "Test Desk", Email: "desk@example.com", Logo: "https://news.example.com/logo.png"},
		},
		ID:   "tag:news.example.com,2026-11-22:feed/category/conflicts-war",
		Path: "/category/conflicts-war", Listing: "conflicts-war", Title: "Conflicts & War", Description: "Fighting & truces",
		Updated: noon.Add(time.Hour), MaxAge: 5 * time.Minute,
		Categories: map[string]string{"conflicts-war": "Conflicts & War", "world": "World"},
		Articles:   list,
	}
}

// full has something in every field.
func full() store.Article {
	return store.Article{
		ID: "01JD000000000000000000000A", GUID: "tag:news.example.com,2026-11-22:article/1", Slug: "schüsse-am-fluss", Version: 2,
		Headline: `Shots & “calm” at 1 < 2 ]]> in São José`, Summary: `A <quiet> night & day: 1 < 2.`,
		Body:     "<p>First &amp; last.</p>\n<p>See <a href=\"https://example.com/?a=1&amp;b=2\">this</a>.</p>",
		Dateline: store.Dateline{Place: "São José", Date: "2026-11-21", Agency: "TST"},
		Byline:   []store.Author{{Name: "Ana Conceição", Email: "ana@example.com", URL: "https://example.com/ana"}, {Name: "B. Two"}},
		Credit:   store.Credit{Agency: "TST", SignOff: "ac/bt"},
		Language: "pt-BR", Rights: "Only in Brazil",
		Enclosures: []store.Enclosure{
			{URL: "https://example.com/a.jpg", Type: "image/jpeg", Length: 5 << 30, Width: 1200, Height: 800, Caption: "A & b", Credit: "P. Hoto"},
			{URL: "https://example.com/a.mp3", Type: "audio/mpeg"},
		},
		Categories: []string{"conflicts-war", "world", "retired"}, Tags: []string{"rivers", "World"}, Subjects: []string{"medtop:16000000"},
		Urgency: 3, Status: store.Usable, Published: noon, Updated: noon.Add(90*time.Second + 1500*time.Microsecond),
		CorrectionNote: "It was <one> shot.", EditorNote: "never-to-be-seen", Expires: noon.Add(72 * time.Hour),
		Related: []store.Related{{Title: "Calm & <shots>", URL: "https://example.com/earlier"}},
		Origin: store.Origin{
			Source: "gazeta", FeedURL: "https://gazeta.example/feed", FeedID: "tag:gazeta.example,2020:f", FeedTitle: "Gazeta & Co",
			EntryID: "77", Link: "https://gazeta.example/77",
		},
		AlsoAt: []store.Origin{{Source: "herald", FeedURL: "https://herald.example/rss"}},
	}
}

// bare has what an article must have and no more.
func bare() store.Article {
	return store.Article{
		ID: "01JD000000000000000000000B", GUID: "tag:news.example.com,2026-11-22:article/2", Slug: "article", Version: 1,
		Headline: "Bare", Summary: "Only a summary.", Categories: []string{"world"}, Status: store.Usable, Published: noon, Updated: noon,
	}
}

// withNear is the feed, whose first article is near to its second, and to one
// that its editor names already.
func withNear(f feed.Feed) feed.Feed {
	named := bare()
	named.ID = "01JD000000000000000000000C"
	named.Headline = "As it is called now"
	f.Articles[0].Related = append([]store.Related{
		{ID: named.ID, Title: "As it was called once", URL: f.Site.ArticleURL(named)},
		{ID: "01JD000000000000000000000D", Title: "Withdrawn", URL: f.Site.ArticleURL(named)},
	}, f.Articles[0].Related...)
	f.Articles[0].Near = []store.Article{named, bare()}
	return f
}

// archive is one of several of a feed.
func archive() feed.Feed {
	f := testFeed(bare())
	f.Number, f.OlderArchive, f.NewerArchive = 3, 2, 4
	return f
}

// killed is a feed of summaries from which an article was withdrawn.
func killed() feed.Feed {
	f := testFeed(full())
	f.Content = feed.Summary
	f.Killed = []store.Tombstone{{GUID: "tag:news.example.com,2026-11-22:article/3", Status: store.Killed, When: noon.Add(time.Hour), Reason: "The <ministry> withdrew it."}}
	return f
}

// notices is a feed with one article that was killed, one that is held, and one
// whose notice is over.
func notices() feed.Feed {
	f := testFeed(bare())
	dead, checked := full(), full()
	dead.ID, dead.GUID, dead.Updated, dead.Version = "01JD000000000000000000000K", "urn:dead", noon.Add(2*time.Hour), 3
	checked.ID, checked.GUID, checked.Updated, checked.Version = "01JD000000000000000000000H", "urn:checked", noon.Add(time.Hour), 2
	f.Killed = []store.Tombstone{
		{GUID: dead.GUID, Status: store.Killed, When: dead.Updated, Reason: "The <ministry> withdrew it."},
		{GUID: "urn:long-dead", Status: store.Killed, When: noon.Add(-40 * 24 * time.Hour)},
	}
	f.Articles = append(f.Articles, Notice(dead, f.Killed[0]), Notice(checked, store.Tombstone{Status: store.Held}))
	return f
}

// TestNoticeHasNothingOfTheArticle: not its words, nor who wrote it, nor where
// the rest of it is.
func TestNoticeHasNothingOfTheArticle(t *testing.T) {
	for _, status := range []store.Status{store.Killed, store.Held} {
		n := Notice(full(), store.Tombstone{Status: status})
		allowed := store.Article{
			ID: n.ID, GUID: n.GUID, Slug: "withdrawn", Version: n.Version, Status: status, Categories: n.Categories,
			Published: n.Published, Updated: n.Updated, Headline: n.Headline, Summary: n.Summary, Body: n.Body,
		}
		if !reflect.DeepEqual(n.Article, allowed) || n.ID != full().ID || n.GUID != full().GUID {
			t.Errorf("%s: %+v", status, n)
		}
		for _, word := range strings.Fields(full().Headline + " " + clean.Plain(full().Body)) {
			if len(word) > 5 && strings.Contains(n.Headline+n.Summary+n.Body, word) {
				t.Errorf("%s: it has the word %q", status, word)
			}
		}
	}
}

func TestSummaryFeedHoldsNoFullText(t *testing.T) {
	for _, format := range feed.Formats() {
		if got := mustRender(t, killed(), format); bytes.Contains(got, []byte("First &amp;")) || bytes.Contains(got, []byte("First &amp;amp;")) {
			t.Errorf("%s has the full text:\n%s", format, got)
		}
	}
}

func TestGolden(t *testing.T) {
	for name, f := range map[string]feed.Feed{
		"full":    withNear(testFeed(full(), bare())),
		"empty":   testFeed(),
		"killed":  killed(),
		"archive": archive(),
		"notices": notices(),
	} {
		formats := feed.Formats()
		if f.Number > 0 {
			formats = feed.ArchiveFormats()
		}
		for _, format := range formats {
			t.Run(name+"."+string(format), func(t *testing.T) {
				got := mustRender(t, f, format)
				path := filepath.Join("testdata", name+"."+string(format))
				if *update {
					if err := os.WriteFile(path, got, 0o644); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(got, want) {
					t.Errorf("differs from %s (write it anew with -update):\n%s", path, got)
				}
				if !bytes.Equal(got, mustRender(t, f, format)) {
					t.Error("the same feed gave other bytes")
				}
			})
		}
	}
}

func mustRender(t *testing.T, f feed.Feed, format feed.Format) []byte {
	t.Helper()
	b, err := Feed(f, format)
	if err != nil {
		t.Fatal(err)
	}
	if format != feed.JSON {
		wellFormed(t, b)
	} else if !json.Valid(b) {
		t.Fatalf("not JSON: %s", b)
	}
	return b
}

// wellFormed also sees to it that every prefix is declared: an undeclared one
// is left as the name space by encoding/xml.
func wellFormed(t *testing.T, b []byte) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(b))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("not well-formed: %v\n%s", err, b)
		}
		if e, ok := token.(xml.StartElement); ok && e.Name.Space != "" && !strings.Contains(e.Name.Space, "://") {
			t.Fatalf("prefix %q is not declared", e.Name.Space)
		}
	}
}

// TestReadersSeeTheWholeArticle reads each format with a parser that is not
// ours.
func TestReadersSeeTheWholeArticle(t *testing.T) {
	a := full()
	for _, format := range feed.Formats() {
		t.Run(string(format), func(t *testing.T) {
			got, err := gofeed.NewParser().Parse(bytes.NewReader(mustRender(t, testFeed(a), format)))
			if err != nil {
				t.Fatal(err)
			}
			if got.Title != "Conflicts & War" || got.Link != "https://news.example.com/category/conflicts-war" || len(got.Items) != 1 {
				t.Fatalf("feed: %q %q, %d items", got.Title, got.Link, len(got.Items))
			}
			it := got.Items[0]
			summary := a.Summary
			if format == feed.RSS { // a description is HTML
				summary = "A &lt;quiet&gt; night &amp; day: 1 &lt; 2."
			}
			for _, field := range []struct{ name, got, want string }{
				{"id", it.GUID, a.GUID},
				{"link", it.Link, "https://news.example.com/article/01JD000000000000000000000A/sch%C3%BCsse-am-fluss"},
				{"title", it.Title, a.Headline},
				{"summary", it.Description, summary},
				{"content", it.Content, Content(a)},
				{"published", it.PublishedParsed.Format(time.RFC3339Nano), "2026-11-22T12:00:00Z"},
				{"updated", updated(it), "2026-11-22T12:01:30.0015Z"},
				{"authors", authors(it), "Ana Conceição|B. Two"},
				{"categories", categoryNames(it, format), "Conflicts & War|World|retired|medtop:16000000|rivers|World|Correction"},
				{"first enclosure", enclosure(it), "https://example.com/a.jpg image/jpeg 5368709120"},
			} {
				if field.got != field.want {
					t.Errorf("%s: got %q, want %q", field.name, field.got, field.want)
				}
			}
		})
	}
}

func updated(it *gofeed.Item) string {
	if it.UpdatedParsed != nil {
		return it.UpdatedParsed.Format(time.RFC3339Nano)
	}
	return it.Extensions["dcterms"]["modified"][0].Value
}

// authors are the names; gofeed gives the first of RSS's as its author.
func authors(it *gofeed.Item) string {
	if it.DublinCoreExt != nil {
		return strings.Join(it.DublinCoreExt.Creator, "|")
	}
	var list []string
	for _, p := range it.Authors {
		list = append(list, p.Name)
	}
	return strings.Join(list, "|")
}

// categoryNames are the labels; gofeed gives the terms of Atom's, and JSON
// Feed names none twice.
func categoryNames(it *gofeed.Item, format feed.Format) string {
	list := slices.Clone(it.Categories)
	switch format {
	case feed.Atom:
		labels := map[string]string{"conflicts-war": "Conflicts & War", "world": "World"}
		for i, term := range list {
			if label, ok := labels[term]; ok {
				list[i] = label
			}
		}
	case feed.JSON:
		list = slices.Insert(list, len(list)-1, "World")
	}
	return strings.Join(list, "|")
}

func enclosure(it *gofeed.Item) string {
	if len(it.Enclosures) == 0 {
		return ""
	}
	e := it.Enclosures[0]
	return fmt.Sprintf("%s %s %s", e.URL, e.Type, e.Length)
}

func TestEditorNoteIsNeverWritten(t *testing.T) {
	for _, format := range feed.Formats() {
		if bytes.Contains(mustRender(t, testFeed(full()), format), []byte("never-to-be-seen")) {
			t.Errorf("%s has the editor's note", format)
		}
	}
}

// TestFeedSurvivesABadArticle renders what no store should give.
func TestFeedSurvivesABadArticle(t *testing.T) {
	a := full()
	bad := "a\x00\x0b\xff\ufffe]]><b>\u0085"
	a.Headline, a.Summary, a.Body, a.Rights, a.CorrectionNote = bad, bad, bad, bad, bad
	a.Byline, a.Tags = []store.Author{{Name: bad}}, []string{bad}
	a.Enclosures[0].Caption, a.Enclosures[0].URL = bad, "https://example.com/"+bad
	for _, format := range feed.Formats() {
		mustRender(t, testFeed(a, bare()), format)
	}
}

func TestContent(t *testing.T) {
	dateline := store.Dateline{Place: "Here", Date: "2026-01-02", Agency: "X"}
	for _, tc := range []struct {
		name string
		in   store.Article
		want string
	}{
		{"dateline goes into the first paragraph", store.Article{Body: "<p>a</p><p>b</p>", Dateline: dateline}, "<p>Here, Jan 2 (X) — a</p><p>b</p>"},
		{"or before another element", store.Article{Body: "<ul><li>a</li></ul>", Dateline: dateline}, "<p>Here, Jan 2 (X) —</p>\n<ul><li>a</li></ul>"},
		{"pre is no p", store.Article{Body: "<pre>a</pre>", Dateline: dateline}, "<p>Here, Jan 2 (X) —</p>\n<pre>a</pre>"},
		{"a paragraph with attributes", store.Article{Body: `<p dir="rtl">a</p>`, Dateline: dateline}, `<p dir="rtl">Here, Jan 2 (X) — a</p>`},
		{"place alone", store.Article{Body: "<p>a</p>", Dateline: store.Dateline{Place: "A&B"}}, "<p>A&amp;B — a</p>"},
		{"agency alone", store.Article{Body: "<p>a</p>", Dateline: store.Dateline{Agency: "X"}}, "<p>(X) — a</p>"},
		{"credit comes last", store.Article{Body: "<p>a</p>", Credit: store.Credit{Agency: "X", SignOff: "a/b"}}, "<p>a</p>\n<p>X a/b</p>"},
		{"correction comes first", store.Article{Body: "<p>a</p>", CorrectionNote: "b < c"}, "<p><strong>Correction:</strong> b &lt; c</p>\n<p>a</p>"},
		{"summary stands in for a body", store.Article{Summary: "a & b"}, "<p>a &amp; b</p>"},
		{"a script in the store is not shown", store.Article{Body: "<p>a<script>alert(1)</script></p>"}, "<p>a</p>"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := Content(tc.in); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func BenchmarkFeed(b *testing.B) {
	articles := make([]store.Article, 50)
	for i := range articles {
		articles[i] = full()
		articles[i].Body = strings.Repeat("<p>Some words of copy that stand for a paragraph, with <em>stress</em> and a full stop.</p>\n", 22)
	}
	f := testFeed(articles...)
	for _, format := range feed.Formats() {
		b.Run(string(format), func(b *testing.B) {
			for b.Loop() {
				if _, err := Feed(f, format); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
