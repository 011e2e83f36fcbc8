package page_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"

	"dateline/feed"
	"dateline/feed/serve/page"
	"dateline/store"
)

var categories = []feed.Category{
	{Slug: "world", Title: "World", Description: "From every continent."},
	{Slug: "conflicts-war", Title: "Conflicts & War", Description: "Fighting and ceasefires."},
	{Slug: "sport", Title: "Sport"},
}

func siteAt(url string) feed.Site {
	return feed.Site{
		Title: "The Dateline Wire", URL: url, Description: "News as it is filed.", Language: "en",
		Copyright: "© 2026 The Dateline Wire", Publisher: feed.Publisher{Name: "Dateline Press", Email: "desk@example.com"},
	}
}

const base = "https://wire.example"

var pages = page.New(siteAt(base), categories)

// ferry is an article with all that a page can show.
func ferry() store.Article {
	published := time.Date(2026, 11, 22, 11, 5, 9, 0, time.UTC)
	return store.Article{
		ID: "01JDABCDEFGHJKMNPQRSTVWXYZ", GUID: "tag:wire.example,2026-11-22:article/1", Slug: "ferry-ashore",
		Headline: "Ferry passengers ashore as engine fails at Lisbon’s ‘river mouth’",
		Summary:  "All 214 people on board were brought ashore by noon.",
		Body: `<p>The ferry “Santa Íria” lost power on Sunday.</p><h1>What is known</h1><p>See <a href="https://example.com/i">the report</a>.</p>` +
			`<p><img src="https://img.example/inside.jpg?a=1&amp;b=2" alt="The ferry"></p>`,
		Dateline: store.Dateline{Place: "Setúbal", Date: "2026-11-22", Agency: "DP"},
		Byline:   []store.Author{{Name: "Inês Corrêa", URL: "https://example.com/ines"}, {Name: "Tomás Vaz"}, {Name: "Lena Ögren"}},
		Credit:   store.Credit{Agency: "DP", SignOff: "ml/co"},
		Language: "en", Rights: "May be republished with credit.",
		Enclosures: []store.Enclosure{
			{URL: "https://img.example/ferry.jpg", Type: "image/jpeg", Width: 1600, Height: 900, Caption: "At the old harbour.", Credit: "Rui Matos"},
			{URL: "https://img.example/inside.jpg?a=1&b=2", Type: "image/jpeg"},
			{URL: "https://media.example/harbour%20office.mp3", Type: "audio/mpeg", Length: 3418219},
		},
		Categories: []string{"conflicts-war", "undeclared", "world"}, Tags: []string{"ferries", "Tagus"},
		Related: []store.Related{{Title: "Ferry had failed before", URL: "https://example.com/before"}},
		Origin:  store.Origin{Source: "gazeta", FeedURL: "https://gazeta.example/feed", FeedTitle: "A Gazeta", Link: "https://gazeta.example/ferry"},
		AlsoAt:  []store.Origin{{Source: "herald", FeedURL: "https://herald.example/feed"}},
		Status:  store.Usable, Published: published, Updated: published.Add(95 * time.Minute),
		CorrectionNote: "There were 214 passengers, not 241.", EditorNote: "CALL THE HARBOUR OFFICE AGAIN",
	}
}

// arabic is an article in another language and another direction.
func arabic() store.Article {
	a := ferry()
	a.ID, a.Slug, a.Language = "01JDABCDEFGHJKMNPQRSTVWXY0", "استئناف-الرحلات", "ar-QA"
	a.Headline, a.Summary, a.Body = "اتفاق على استئناف الرحلات الجوية", "أول رحلة تقلع يوم الخميس.", "<p>أول رحلة تقلع يوم الخميس.</p>"
	a.Dateline, a.CorrectionNote, a.Enclosures = store.Dateline{Place: "الدوحة"}, "", nil
	return a
}

// feedOf is the feed of a category, as its page needs it.
func feedOf(c feed.Category) feed.Feed {
	return feed.Feed{Path: feed.CategoryPath(c.Slug), Listing: c.Slug, Name: c.Title, Description: c.Description}
}

// written is one page of each kind, by its name.
func written(t *testing.T, p *page.Pages) map[string]string {
	t.Helper()
	list := []store.Article{ferry(), arabic()}
	out := map[string]string{}
	keep := func(name string) func([]byte, error) {
		return func(b []byte, err error) {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			out[name] = string(b)
		}
	}
	var sections []page.Section
	for _, c := range categories {
		sections = append(sections, page.Section{Category: c, Count: 1204, Newest: list})
	}
	keep("front")(p.Front(page.Front{Newest: list, Categories: sections}))
	keep("front of an empty store")(p.Front(page.Front{}))
	home := feedOf(categories[1])
	home.OlderArchive = 23
	keep("category")(p.Listing(page.Listing{Feed: home, Count: 1204, Articles: list}))
	home.Number, home.OlderArchive, home.NewerArchive = 7, 6, 8
	keep("archive")(p.Listing(page.Listing{Feed: home, Count: 1204, Articles: list}))
	keep("empty category")(p.Listing(page.Listing{Feed: feedOf(categories[2])}))
	keep("combination")(p.Listing(page.Listing{Feed: feed.Feed{Path: "/feed/top", Listing: "feed/top", Name: "Top stories"}, Articles: list}))
	keep("extension")(p.Extension())
	keep("article")(p.Article(ferry(), []store.Article{arabic()}))
	keep("article in Arabic")(p.Article(arabic(), nil))
	keep("error")(p.Error(page.Error{Status: 404, Title: "There is no such article", Detail: "The address may be mistyped."}))
	return out
}

func TestEveryPage(t *testing.T) {
	style := page.Assets()[0].Path
	for name, text := range written(t, pages) {
		t.Run(name, func(t *testing.T) {
			doc := parse(t, text)
			if n := len(all(doc, "h1")); n != 1 {
				t.Errorf("%d h1 elements; want 1", n)
			}
			for _, element := range []string{"title", "header", "main", "footer"} {
				if len(all(doc, element)) == 0 {
					t.Errorf("no %s element", element)
				}
			}
			for _, element := range []string{"style", "iframe", "form", "base"} {
				if len(all(doc, element)) > 0 {
					t.Errorf("a %s element", element)
				}
			}
			if got := attr(all(doc, "html")[0], "lang"); got != "en" {
				t.Errorf("lang of the page is %q; want en", got)
			}
			ids := map[string]bool{}
			for n := range doc.Descendants() {
				if id := attr(n, "id"); id != "" && ids[id] {
					t.Errorf("id %q is there twice", id)
				} else {
					ids[id] = true
				}
				for _, a := range n.Attr {
					switch {
					case a.Key == "style" || strings.HasPrefix(a.Key, "on"):
						t.Errorf("attribute %s of %s", a.Key, n.Data)
					case a.Key == "href" && (a.Val == "#main" || a.Val == style), a.Key == "src" && a.Val == page.Assets()[1].Path:
					case (a.Key == "href" || a.Key == "src") && !strings.HasPrefix(a.Val, "https://") && !strings.HasPrefix(a.Val, "mailto:"):
						t.Errorf("%s=%q of %s is not absolute", a.Key, a.Val, n.Data)
					}
				}
			}
			if !strings.Contains(text, `<link rel="stylesheet" href="`+style+`">`) {
				t.Error("no link to the style sheet")
			}
			if !strings.Contains(text, `<meta name="description" content="`) {
				t.Error("no description")
			}
			if strings.Contains(text, "CALL THE HARBOUR") {
				t.Error("shows the editor's note")
			}
		})
	}
}

func TestAlternates(t *testing.T) {
	of := func(path, title string) []string {
		return []string{
			"application/rss+xml|" + title + " (RSS)|" + base + path + "/rss.xml",
			"application/atom+xml|" + title + " (Atom)|" + base + path + "/atom.xml",
			"application/feed+json|" + title + " (JSON Feed)|" + base + path + "/feed.json",
		}
	}
	everything := of("", "The Dateline Wire")
	conflicts := of("/category/conflicts-war", "Conflicts & War")
	want := map[string][]string{
		"front":    slices.Concat(everything, of("/category/world", "World"), conflicts, of("/category/sport", "Sport")),
		"category": slices.Concat(conflicts, everything),
		"article":  slices.Concat(conflicts, everything),
		"error":    everything,
	}
	for name, text := range written(t, pages) {
		if want[name] == nil {
			continue
		}
		var got []string
		for _, l := range all(parse(t, text), "link") {
			if attr(l, "rel") == "alternate" {
				got = append(got, attr(l, "type")+"|"+attr(l, "title")+"|"+attr(l, "href"))
			}
		}
		if !slices.Equal(got, want[name]) {
			t.Errorf("%s announces\n%s\nwant\n%s", name, strings.Join(got, "\n"), strings.Join(want[name], "\n"))
		}
		// Simple programs look for the type in the bare text.
		if !strings.Contains(text, `<link rel="alternate" type="application/rss+xml" title="`) {
			t.Errorf("%s: the media type is not written as it is", name)
		}
	}
}

func TestFrontPage(t *testing.T) {
	doc := parse(t, written(t, pages)["front"])
	want(t, doc, "The Dateline Wire", "News as it is filed.", "How to subscribe", "Conflicts & War", "From every continent.", "1,204 articles",
		"Lisbon’s ‘river mouth’", "Setúbal", "22 Nov 2026, 11:05 UTC", "Corrected", "All 214 people on board",
		base+"/rss.xml", base+"/atom.xml", base+"/feed.json")
	links(t, doc, base+"/category/sport", base+"/category/sport/rss.xml", base+"/category/sport/feed.json", base+"/feeds.opml",
		base+"/article/01JDABCDEFGHJKMNPQRSTVWXYZ/ferry-ashore")
	want(t, parse(t, written(t, pages)["front of an empty store"]), "Nothing has been published yet", base+"/rss.xml")
}

func TestCategoryPage(t *testing.T) {
	doc := parse(t, written(t, pages)["category"])
	want(t, doc, "Conflicts & War", "Fighting and ceasefires.", "A feed is", "1,204 articles", "All 214 people on board", "Older articles",
		base+"/category/conflicts-war/rss.xml", base+"/category/conflicts-war/atom.xml", base+"/category/conflicts-war/feed.json")
	links(t, doc, base+"/category/conflicts-war/archive/23")

	doc = parse(t, written(t, pages)["empty category"])
	want(t, doc, "Nothing has been filed here yet", base+"/category/sport/rss.xml")
	if strings.Contains(words(doc), "Older articles") {
		t.Error("an empty category offers older articles")
	}
	b, err := pages.Listing(page.Listing{Feed: feedOf(categories[0]), Count: 3})
	if err != nil {
		t.Fatal(err)
	}
	want(t, parse(t, string(b)), "nothing is left")

	doc = parse(t, written(t, pages)["archive"])
	want(t, doc, "Conflicts & War, archive 7", "2 articles", "Newer articles", "Older articles")
	links(t, doc, base+"/category/conflicts-war/archive/6", base+"/category/conflicts-war/archive/8")

	doc = parse(t, written(t, pages)["combination"])
	want(t, doc, "Top stories", "Newest articles", base+"/feed/top/atom.xml")
	if strings.Contains(words(doc), "Older articles") || strings.Contains(words(doc), "No articles") {
		t.Error("a combination has archives, or no articles")
	}
}

func TestArticlePage(t *testing.T) {
	text := written(t, pages)["article"]
	doc := parse(t, text)
	want(t, doc, "By Inês Corrêa, Tomás Vaz and Lena Ögren", "Published 22 Nov 2026, 11:05 UTC", "Updated 22 Nov 2026, 12:40 UTC",
		"Correction: There were 214 passengers, not 241.", "Setúbal, Nov 22 (DP) — The ferry “Santa Íria” lost power",
		"DP ml/co", "At the old harbour. Rui Matos", "harbour office.mp3 audio/mpeg, 3.4 MB", "ferries", "May be republished with credit.",
		"Ferry had failed before", "From A Gazeta (read it there), also at herald",
		base+"/category/conflicts-war/rss.xml")
	links(t, doc, base+"/category/conflicts-war", base+"/category/world", "https://media.example/harbour%20office.mp3", "https://example.com/ines",
		"https://example.com/before", "https://gazeta.example/ferry", base+"/source/gazeta", base+"/source/herald")
	if n := strings.Count(words(doc), "There were 214 passengers"); n != 1 {
		t.Errorf("the correction note is shown %d times", n)
	}
	if strings.Contains(words(doc), "undeclared") {
		t.Error("shows a category that the site does not declare")
	}
	var pictures []string
	for _, img := range all(doc, "img") {
		pictures = append(pictures, attr(img, "src"))
	}
	if want := []string{"https://img.example/ferry.jpg", "https://img.example/inside.jpg?a=1&b=2"}; !slices.Equal(pictures, want) {
		t.Errorf("shows the pictures %q; want %q: each once", pictures, want)
	}
	for _, want := range []string{
		`<link rel="canonical" href="` + base + `/article/01JDABCDEFGHJKMNPQRSTVWXYZ/ferry-ashore">`,
		`<meta property="og:type" content="article">`,
		`<meta property="og:image" content="https://img.example/ferry.jpg">`,
		`<meta property="article:modified_time" content="2026-11-22T12:40:09Z">`,
		`<time datetime="2026-11-22T11:05:09Z"`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("lacks %s", want)
		}
	}
}

func TestUpdateThatDoesNotShow(t *testing.T) {
	a := ferry()
	a.Updated = a.Published.Add(20 * time.Second)
	if text := words(parse(t, article(t, a))); strings.Contains(text, "Updated") {
		t.Error("shows the same minute twice")
	}
}

func TestArticleOfNoDeclaredCategory(t *testing.T) {
	a := ferry()
	a.Categories = []string{"undeclared"}
	a.Tags, a.Related = nil, nil
	doc := parse(t, article(t, a))
	if len(all(doc, "aside")) > 0 {
		t.Error("has an empty aside")
	}
	for _, l := range all(doc, "link") {
		if strings.Contains(attr(l, "href"), "undeclared") {
			t.Errorf("announces %s, which the site does not publish", attr(l, "href"))
		}
	}
}

func TestMarkupIsText(t *testing.T) {
	a := ferry()
	evil := `<script>alert(1)</script><img src=x onerror=alert(1)> "quoted" & 'so'`
	a.Headline, a.Summary, a.Rights, a.CorrectionNote = evil, evil, evil, evil
	a.Dateline.Place, a.Credit.SignOff, a.Tags = evil, evil, []string{evil}
	a.Byline = []store.Author{{Name: evil, URL: "javascript:alert(1)"}}
	a.Enclosures[0].Caption, a.Enclosures[0].Credit = evil, evil
	a.Body = `<p>Text</p><script>alert(1)</script><p onclick="alert(1)">More</p>`
	category := feed.Category{Slug: "evil", Title: evil, Description: evil}
	p := page.New(siteAt(base), []feed.Category{category})
	a.Categories = []string{"evil"}
	for name, write := range map[string]func() ([]byte, error){
		"article": func() ([]byte, error) { return p.Article(a, nil) },
		"front": func() ([]byte, error) {
			list := []store.Article{a}
			return p.Front(page.Front{Newest: list, Categories: []page.Section{{Category: category, Newest: list}}})
		},
		"category": func() ([]byte, error) {
			return p.Listing(page.Listing{Feed: feedOf(category), Count: 1, Articles: []store.Article{a}})
		},
		"error": func() ([]byte, error) { return p.Error(page.Error{Status: 400, Title: evil, Detail: evil}) },
	} {
		b, err := write()
		if err != nil {
			t.Fatal(err)
		}
		doc := parse(t, string(b))
		if n := len(all(doc, "script")); n != 1 { // ours
			t.Errorf("%s: markup of a text became a script", name)
		}
		for n := range doc.Descendants() {
			for _, at := range n.Attr {
				if strings.HasPrefix(at.Key, "on") || strings.HasPrefix(at.Val, "javascript:") {
					t.Errorf("%s: %s=%q of %s", name, at.Key, at.Val, n.Data)
				}
			}
		}
		want(t, doc, evil)
	}
}

func TestLanguage(t *testing.T) {
	for _, test := range []struct{ site, article, want string }{
		{"en", "", ""},
		{"en", "EN", ""},
		{"en", "pt-BR", `lang="pt-BR"`},
		{"en", "ar", `lang="ar" dir="rtl"`},
		{"en", "uz-Arab-AF", `lang="uz-Arab-AF" dir="rtl"`},
		{"en", "ar-Latn", `lang="ar-Latn"`},
		{"he", "he", ""},
		{"he", "ar", `lang="ar"`},
		{"he", "en", `lang="en" dir="ltr"`},
		{"", "en", ""},
		{"", "fa", `lang="fa" dir="rtl"`},
	} {
		t.Run(fmt.Sprintf("%q on %q", test.article, test.site), func(t *testing.T) {
			site := siteAt(base)
			site.Language = test.site
			p := page.New(site, categories)
			a := ferry()
			a.Language = test.article
			one, err := p.Article(a, nil)
			if err != nil {
				t.Fatal(err)
			}
			list, err := p.Listing(page.Listing{Feed: feedOf(categories[0]), Count: 1, Articles: []store.Article{a}})
			if err != nil {
				t.Fatal(err)
			}
			for _, text := range [][]byte{one, list} {
				element := all(parse(t, string(text)), "article")[0]
				var got []string
				for _, key := range []string{"lang", "dir"} {
					if v := attr(element, key); v != "" {
						got = append(got, fmt.Sprintf("%s=%q", key, v))
					}
				}
				if got := strings.Join(got, " "); got != test.want {
					t.Errorf("the article has %s; want %s", got, test.want)
				}
			}
			if rtl := bytes.Contains(one, []byte(`<html lang="he" dir="rtl">`)); rtl != (test.site == "he") {
				t.Errorf("the page is written from right to left: %v", rtl)
			}
		})
	}
}

func TestSameInputSameBytes(t *testing.T) {
	first := written(t, pages)
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for name, text := range written(t, page.New(siteAt(base), categories)) {
				if text != first[name] {
					t.Errorf("%s of other Pages differs", name)
				}
			}
			for name, text := range written(t, pages) {
				if text != first[name] {
					t.Errorf("%s differs when written again", name)
				}
			}
		})
	}
	wait.Wait()
}

func article(t *testing.T, a store.Article) string {
	t.Helper()
	b, err := pages.Article(a, nil)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func parse(t *testing.T, text string) *html.Node {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func all(n *html.Node, element string) (list []*html.Node) {
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && d.Data == element {
			list = append(list, d)
		}
	}
	return list
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// words is the text of the body, with single spaces.
func words(doc *html.Node) string {
	var b strings.Builder
	for d := range all(doc, "body")[0].Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// want checks that the texts can be read on the page.
func want(t *testing.T, doc *html.Node, texts ...string) {
	t.Helper()
	shown := words(doc)
	for _, text := range texts {
		if !strings.Contains(shown, text) {
			t.Errorf("does not show %q", text)
		}
	}
}

// links checks that the page links to the addresses.
func links(t *testing.T, doc *html.Node, addresses ...string) {
	t.Helper()
	var hrefs []string
	for _, a := range all(doc, "a") {
		hrefs = append(hrefs, attr(a, "href"))
	}
	for _, address := range addresses {
		if !slices.Contains(hrefs, address) {
			t.Errorf("does not link to %s", address)
		}
	}
}
