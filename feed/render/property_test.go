package render

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"
	gofeedatom "github.com/mmcdole/gofeed/atom"
	gofeedrss "github.com/mmcdole/gofeed/rss"
	"golang.org/x/net/html"
	"pgregory.net/rapid"

	"dateline/feed"
	"dateline/feed/clean"
	"dateline/store"
)

// awkward are texts that have broken feeds.
var awkward = []string{
	"", "]]>", "<![CDATA[", "<b>bold</b>", "&amp;", "&", "&#0;", "a\x00b", "\x0b", "\ufffe", "\ud7ff", "\U0010ffff", "\xff\xfe",
	"e\u0301", "\u202egnp.exe", "\u2028", "\r\n", "  ", "\"'", "<!--", "-->", "</title>", "<script>alert(1)</script>", "\\u0000", "🙂", "\u0085",
}

func text(r *rapid.T, label string) string {
	return rapid.OneOf(rapid.String(), rapid.SampledFrom(awkward), rapid.Custom(func(r *rapid.T) string {
		return rapid.String().Draw(r, "a") + rapid.SampledFrom(awkward).Draw(r, "b") + rapid.String().Draw(r, "c")
	})).Draw(r, label)
}

// line is a text as the store keeps it: on one line, and some of it there.
func line(r *rapid.T, label string) string {
	if s := clean.Line(text(r, label)); s != "" {
		return s
	}
	return "x"
}

func lines(r *rapid.T, label string, most int) []string {
	list := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) string { return line(r, "line") }), 0, most).Draw(r, label)
	slices.Sort(list)
	return slices.Compact(list)
}

func anyInstant(r *rapid.T, label string) time.Time {
	return time.UnixMicro(rapid.Int64Range(0, 4e15).Draw(r, label)).UTC()
}

// article is any that the store may hold.
func article(r *rapid.T) store.Article {
	a := store.Article{
		ID: store.NewID(noon), GUID: fmt.Sprintf("tag:x,2026:%d", rapid.IntRange(0, 1e9).Draw(r, "guid")), Slug: clean.Slug(text(r, "slug")),
		Version: rapid.IntRange(1, 9).Draw(r, "version"), Headline: line(r, "headline"), Summary: clean.Text(text(r, "summary")),
		Body: clean.HTML(text(r, "body"), nil), Rights: clean.Text(text(r, "rights")), CorrectionNote: clean.Text(text(r, "correction")),
		Dateline: store.Dateline{Place: clean.Line(text(r, "place")), Agency: clean.Line(text(r, "agency"))},
		Credit:   store.Credit{Agency: clean.Line(text(r, "credit")), SignOff: clean.Line(text(r, "sign-off"))},
		Language: rapid.SampledFrom([]string{"", "en-GB", "ar", "pt-BR"}).Draw(r, "language"),
		Tags:     lines(r, "tags", 200), Urgency: rapid.IntRange(0, 9).Draw(r, "urgency"), Status: store.Usable,
		Published: anyInstant(r, "published"),
	}
	a.Updated = a.Published.Add(time.Duration(rapid.Int64Range(0, 1e12).Draw(r, "after")).Truncate(time.Microsecond))
	for i := range rapid.IntRange(1, 200).Draw(r, "categories") {
		a.Categories = append(a.Categories, fmt.Sprintf("c%d", i))
	}
	for _, name := range lines(r, "byline", 5) {
		a.Byline = append(a.Byline, store.Author{Name: name})
	}
	for i := range rapid.IntRange(0, 3).Draw(r, "related") {
		a.Related = append(a.Related, store.Related{Title: line(r, "title"), URL: fmt.Sprintf("https://example.com/related/%d", i)})
	}
	for i := range rapid.IntRange(0, 3).Draw(r, "origins") {
		o := store.Origin{Source: fmt.Sprintf("s%d", i), FeedURL: fmt.Sprintf("https://s%d.example/feed", i), FeedTitle: clean.Line(text(r, "feed title"))}
		if rapid.Bool().Draw(r, "link") {
			o.Link = fmt.Sprintf("https://s%d.example/1", i)
		}
		if i == 0 {
			a.Origin = o
		} else {
			a.AlsoAt = append(a.AlsoAt, o)
		}
	}
	for i := range rapid.IntRange(0, 3).Draw(r, "enclosures") {
		a.Enclosures = append(a.Enclosures, store.Enclosure{
			URL: fmt.Sprintf("https://example.com/%d.jpg", i), Type: "image/jpeg", Length: rapid.Int64Range(0, 1<<40).Draw(r, "length"),
			Caption: clean.Text(text(r, "caption")),
		})
	}
	return a
}

// said is what any reader should learn of an article.
type said struct {
	id, title, summary, content, published, updated string
	authors, categories                             []string
	enclosures                                      []string
	related, via                                    []string
	source                                          string
	language                                        string
}

// normal is a text as an XML parser gives it back: without the difference of
// white space that no reader shows.
func normal(s string) string { return strings.Join(strings.Fields(s), " ") }

// credited is who is, for an article without a byline.
func credited(a store.Article, publisher string) string {
	if a.Origin.Source == "" {
		return publisher
	}
	return cmp.Or(normal(a.Origin.FeedTitle), a.Origin.Source)
}

func meant(a store.Article) said {
	s := said{
		id: a.GUID, title: normal(a.Headline), summary: normal(a.Summary), content: normal(Content(a)),
		published: a.Published.Format(time.RFC3339Nano), updated: a.Updated.Format(time.RFC3339Nano),
		categories: append(slices.Clone(a.Categories), a.Tags...),
	}
	if a.CorrectionNote != "" {
		s.categories = append(s.categories, "Correction")
	}
	for _, p := range a.Byline {
		s.authors = append(s.authors, p.Name)
	}
	for _, e := range a.Enclosures {
		s.enclosures = append(s.enclosures, fmt.Sprintf("%s %s %d", e.URL, e.Type, e.Length))
	}
	for _, p := range a.Related {
		s.related = append(s.related, p.URL+" "+normal(p.Title))
	}
	for _, o := range append([]store.Origin{a.Origin}, a.AlsoAt...) {
		if o.Link != "" {
			s.via = append(s.via, o.Link)
		}
	}
	if a.Origin.Source != "" {
		s.source = a.Origin.FeedURL + " " + normal(cmp.Or(a.Origin.FeedTitle, a.Origin.Source))
	}
	if a.Language != "en-GB" {
		s.language = a.Language
	}
	return s
}

// TestTheThreeSayTheSame renders any article in each format, reads it back
// with parsers that are not ours, and compares it with what was meant.
func TestTheThreeSayTheSame(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		a := article(r)
		want := meant(a)
		for format, read := range map[feed.Format]func(*rapid.T, []byte) said{feed.RSS: readRSS, feed.Atom: readAtom, feed.JSON: readJSON} {
			b, err := Feed(testFeed(a), format)
			if err != nil {
				r.Fatal(err)
			}
			w := want
			switch format {
			case feed.RSS:
				w.published = a.Published.Truncate(time.Second).Format(time.RFC3339Nano) // RSS has whole seconds
				w.enclosures = w.enclosures[:min(1, len(w.enclosures))]                  // and one enclosure
				if len(w.authors) == 0 {
					w.authors = []string{credited(a, "Test Desk")}
				}
				if w.summary == "" {
					w.summary = normal(clean.Plain(Content(a)))
				}
			case feed.JSON: // names nothing twice
				if len(w.authors) == 0 && a.Origin.Source != "" {
					w.authors = []string{credited(a, "")}
				}
				w.categories = slices.Sorted(slices.Values(w.categories))
				w.categories = slices.Compact(w.categories)
			}
			if got := read(r, b); fmt.Sprintf("%+q", got) != fmt.Sprintf("%+q", w) {
				r.Fatalf("%s says\n%+q\nwant\n%+q\n%s", format, got, w, b)
			}
		}
	})
}

func readRSS(r *rapid.T, b []byte) said {
	f, err := (&gofeedrss.Parser{}).Parse(bytes.NewReader(b))
	if err != nil || len(f.Items) != 1 {
		r.Fatalf("%v\n%s", err, b)
	}
	it := f.Items[0]
	s := said{
		id: it.GUID.Value, title: normal(it.Title), summary: normal(plainOf(it.Description)), content: normal(it.Content),
		published: it.PubDateParsed.Format(time.RFC3339Nano), updated: it.Extensions["dcterms"]["modified"][0].Value,
		authors: it.DublinCoreExt.Creator,
	}
	for _, c := range it.Categories {
		s.categories = append(s.categories, c.Value)
	}
	if it.Enclosure != nil {
		s.enclosures = []string{fmt.Sprintf("%s %s %s", it.Enclosure.URL, it.Enclosure.Type, it.Enclosure.Length)}
	}
	for _, l := range it.Extensions["atom"]["link"] {
		switch l.Attrs["rel"] {
		case "related":
			s.related = append(s.related, l.Attrs["href"]+" "+normal(l.Attrs["title"]))
		case "via":
			s.via = append(s.via, l.Attrs["href"])
		}
	}
	if it.Source != nil {
		s.source = it.Source.URL + " " + normal(it.Source.Title)
	}
	if len(it.DublinCoreExt.Language) > 0 {
		s.language = it.DublinCoreExt.Language[0]
	}
	return s
}

// plainOf is the text of a description, which is HTML.
func plainOf(description string) string {
	if strings.Contains(description, "<") { // it is the full text
		return clean.Plain(description)
	}
	return html.UnescapeString(description)
}

func readAtom(r *rapid.T, b []byte) said {
	f, err := (&gofeedatom.Parser{}).Parse(bytes.NewReader(b))
	if err != nil || len(f.Entries) != 1 {
		r.Fatalf("%v\n%s", err, b)
	}
	it := f.Entries[0]
	s := said{
		id: it.ID, title: normal(it.Title), summary: normal(it.Summary), content: normal(it.Content.Value),
		published: it.PublishedParsed.Format(time.RFC3339Nano), updated: it.UpdatedParsed.Format(time.RFC3339Nano),
	}
	for _, p := range it.Authors {
		s.authors = append(s.authors, p.Name)
	}
	for _, c := range it.Categories {
		if c.Scheme == signalScheme { // its term is a code
			c.Term = c.Label
		}
		s.categories = append(s.categories, c.Term)
	}
	for _, l := range it.Links {
		switch {
		case l.Rel == "enclosure" && l.Length == "":
			s.enclosures = append(s.enclosures, fmt.Sprintf("%s %s 0", l.Href, l.Type))
		case l.Rel == "enclosure":
			s.enclosures = append(s.enclosures, fmt.Sprintf("%s %s %s", l.Href, l.Type, l.Length))
		case l.Rel == "related":
			s.related = append(s.related, l.Href+" "+normal(l.Title))
		case l.Rel == "via":
			s.via = append(s.via, l.Href)
		case l.Rel == "alternate": // gofeed keeps no xml:lang of an entry
			s.language = l.Hreflang
		}
	}
	if it.Source != nil {
		s.source = it.Source.Links[0].Href + " " + normal(it.Source.Title)
	}
	return s
}

func readJSON(r *rapid.T, b []byte) said {
	if _, err := gofeed.NewParser().Parse(bytes.NewReader(b)); err != nil {
		r.Fatalf("gofeed: %v\n%s", err, b)
	}
	var f struct {
		Items []struct {
			ID, Title, Summary, Language string
			Content                      string `json:"content_html"`
			Published                    string `json:"date_published"`
			Modified                     string `json:"date_modified"`
			Authors                      []struct{ Name string }
			Tags                         []string
			Attachments                  []struct {
				URL  string
				Type string `json:"mime_type"`
				Size int64  `json:"size_in_bytes"`
			}
			Extension struct {
				Related []struct{ Title, URL string }
				Source  jsonSource
				AlsoAt  []jsonSource `json:"also_at"`
			} `json:"_dateline"`
			External string `json:"external_url"`
		}
	}
	if err := json.Unmarshal(b, &f); err != nil || len(f.Items) != 1 {
		r.Fatalf("%v\n%s", err, b)
	}
	it := f.Items[0]
	s := said{
		id: it.ID, title: normal(it.Title), summary: normal(it.Summary), content: normal(it.Content),
		published: it.Published, updated: it.Modified, categories: it.Tags, language: it.Language,
	}
	slices.Sort(s.categories)
	for _, p := range it.Authors {
		s.authors = append(s.authors, p.Name)
	}
	for _, p := range it.Extension.Related {
		s.related = append(s.related, p.URL+" "+normal(p.Title))
	}
	if o := it.Extension.Source; o.Name != "" {
		s.source = o.FeedURL + " " + normal(cmp.Or(o.Title, o.Name))
	}
	if it.External != "" {
		s.via = append(s.via, it.External)
	}
	for _, o := range it.Extension.AlsoAt {
		if o.URL != "" {
			s.via = append(s.via, o.URL)
		}
	}
	for _, e := range it.Attachments {
		s.enclosures = append(s.enclosures, fmt.Sprintf("%s %s %d", e.URL, e.Type, e.Size))
	}
	return s
}
