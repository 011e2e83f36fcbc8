package wire

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"dateline/feed/clean"
	"dateline/store"
)

// lookalikes are lines that wire copy, or a page around it, gives a meaning.
var lookalikes = []string{
	"Bellmar, Jan 10 (DTL).- The ferry ran.", "LONDON — It rained.", "(Reuters) - Shares rose.", "Oslo, Feb 29 (DTL) - It snowed.", "MADRID, 10 ene (EFE).-",
	"Related Articles", "Back to top button", "Share", "X", "Read more: the ferry", "Home / World / Asia", "3 min read", "Published: 10 Jan 2026 | 12:31",
	"Photo: A. One", "We use cookies on this site.", "kk-bsi/smq/jt", "kk", "EFE kk/smq", "-- AP", "© 2026 AFP", "EFE", "(Reporting by A; Editing by B)",
	"It was so.DTL", "It was so. (AFP)", "War", "conflicts-war", "Science & Technology", "By Ana Sá and Bo Ek", "By Ana", "Von Ana Sá",
	"CORRECTION: It was 14.", "CORRECTED-Ferry runs", "UPDATE 1-Ferry runs", "REFILE-Ferry", "(Adds quote in paragraph 3)", "[Eds: new throughout]",
	"HOLD HOLD HOLD", "KILL KILL KILL", "STORY WITHDRAWN", "EMBARGOED UNTIL 10:00 GMT, 12 MARCH 2026", "Embargo: soon", "1st Add", "Sub", "Insert after 4th paragraph", "(MORE)",
	"Headline: another", "Category: world", "Urgency: 3", "Id: urn:x:1", "Summary: none", "Tags: a, b", "Language: en", "Sign-off: kk/jt", "Editor note: x", "Embargo: 2026-11-22T10:00:00Z",
	`\`, `\\ two`, `\War`, "<p>markup</p>", "&amp;", "- 30 -", "###", "A <a@b.c> <https://x.example/>", "a, b; c and d", "Embago: soon", "Internal: ask", "Not before 1000 GMT", "Not before 10:00 GMT, 12 March 2026", "Hold until noon", "NOT FOR PUBLICATION", "Catgory: War", "ADVISORY: plans", "Tags", "Enditem", "It was so. Enditem", "==Kyodo", "It was so. (ANSA).", "Related: 01M823XMDB7MC6FV6Y6H9PSZGR", "Status: held",
	"東京、11月22日（共同）— It ran.", "【東京11月22日共同】It ran.", "GENEVA (22 November 2026) – It ran.", "NEW YORK--(BUSINESS WIRE)--It ran.", "NEW YORK, Nov. 20 /PRNewswire/ -- It ran.", "بيروت، ٢٢ تشرين الثاني (وكالات) - It ran.", "(Corrects number)", "10 Jan 2026 | 12:31", "^Head<", "1", "…", "-", "—",
	"He said it had been raining for most of the week, and that nobody could say when it would end.",
}

// anyLine is a clean line, often one that looks like something else.
func anyLine(r *rapid.T, label string) string {
	s := rapid.OneOf(
		rapid.SampledFrom(lookalikes), rapid.String(),
		rapid.Custom(func(r *rapid.T) string {
			return rapid.SampledFrom(lookalikes).Draw(r, "a") + rapid.SampledFrom([]string{"", " ", ". ", ": ", " — ", "/"}).Draw(r, "b") + rapid.SampledFrom(lookalikes).Draw(r, "c")
		}),
		rapid.StringMatching(`[A-Z][a-z]{2,9}( [a-zA-Z]{1,9}){0,12}[.?]?`),
	).Draw(r, label)
	if s = clean.Line(s); s == "" {
		return "x"
	}
	return s
}

// maybe is one of those that the generator makes, or none.
func maybe(r *rapid.T, label string, make func(*rapid.T, string) string) string {
	if rapid.Bool().Draw(r, label+"?") {
		return make(r, label)
	}
	return ""
}

// anyText is a clean text of one line or several, with all kinds of space.
func anyText(r *rapid.T, label string) string {
	n := rapid.IntRange(1, 4).Draw(r, label+" lines")
	var lines []string
	for range n {
		lines = append(lines, rapid.SampledFrom([]string{"", " ", "\t", "  ", "\u200b", "\u00a0"}).Draw(r, "space")+maybe(r, "line", anyLine))
	}
	return clean.Text(strings.Join(lines, "\n"))
}

func anyList(r *rapid.T, label string, make func(*rapid.T, string) string) []string {
	list := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) string { return make(r, "member") }), 0, 3).Draw(r, label)
	slices.Sort(list)
	return slices.Compact(list)
}

func anyTime(r *rapid.T, label string) time.Time {
	if !rapid.Bool().Draw(r, label+"?") {
		return time.Time{}
	}
	return time.UnixMicro(rapid.Int64Range(0, 4e15).Draw(r, label)).UTC()
}

// anyArticle is any that wire copy can carry.
func anyArticle(r *rapid.T) store.Article {
	a := store.Article{
		ID: store.NewID(noon), GUID: fmt.Sprintf("tag:x,2026:%d", rapid.IntRange(0, 99).Draw(r, "guid")),
		Headline: anyLine(r, "headline"), Slug: clean.Slug(anyLine(r, "slug")),
		Language: rapid.SampledFrom([]string{"", "en", "pt-BR"}).Draw(r, "language"), Urgency: rapid.IntRange(0, 9).Draw(r, "urgency"),
		Rights: anyText(r, "rights"), CorrectionNote: anyText(r, "correction"), EditorNote: anyText(r, "note"), Tags: anyList(r, "tags", anyLine),
		Subjects:   rapid.SampledFrom([][]string{nil, {"medtop:1"}, {"a:b,", "a:c"}}).Draw(r, "subjects"),
		Categories: rapid.SampledFrom([][]string{{"conflicts-war"}, {"world"}, {"science", "world"}}).Draw(r, "categories"),
		Dateline:   store.Dateline{Place: maybe(r, "place", anyLine), Agency: maybe(r, "agency", anyLine)},
		Credit:     store.Credit{Agency: maybe(r, "credit", anyLine), SignOff: maybe(r, "sign-off", anyLine)},
		Published:  anyTime(r, "published"), Updated: anyTime(r, "updated"), Embargo: anyTime(r, "embargo"),
	}
	if rapid.Bool().Draw(r, "usual") { // what newsrooms write
		a.Dateline = store.Dateline{Place: rapid.SampledFrom([]string{"Bellmar", "LONDON", "Paris and Berlin"}).Draw(r, "city"), Agency: "DTL"}
		a.Credit = store.Credit{Agency: "DTL", SignOff: "kk/jt"}
	}
	if day := anyTime(r, "date"); !day.IsZero() {
		a.Dateline.Date = day.Format(time.DateOnly)
	}
	if rapid.Bool().Draw(r, "expires?") {
		a.Expires = a.Embargo.Add(time.Hour)
		a.Expires = a.Expires.AddDate(max(0, 2000-a.Expires.Year()), 0, 0)
	}
	a.Body = clean.Paragraphs(strings.Join(rapid.SliceOfN(rapid.Custom(func(r *rapid.T) string { return anyLine(r, "paragraph") }), 0, 5).Draw(r, "body"), "\n\n"))
	if a.Summary = summary(a.Body); a.Summary == "" || rapid.Bool().Draw(r, "own summary") {
		a.Summary = anyText(r, "summary")
	}
	if a.Summary == "" {
		a.Summary = "s"
	}
	for range rapid.IntRange(0, 3).Draw(r, "authors") {
		a.Byline = append(a.Byline, store.Author{
			Name:  anyLine(r, "name"),
			Email: rapid.SampledFrom([]string{"", "a@b.example"}).Draw(r, "email"), URL: rapid.SampledFrom([]string{"", "https://b.example/a?q=1"}).Draw(r, "page"),
		})
	}
	for range rapid.IntRange(0, 2).Draw(r, "enclosures") {
		a.Enclosures = append(a.Enclosures, store.Enclosure{
			URL: "https://b.example/a.jpg", Type: "image/jpeg", Length: rapid.Int64Range(0, 9e9).Draw(r, "length"),
			Width: rapid.IntRange(0, 99).Draw(r, "width"), Height: rapid.IntRange(0, 99).Draw(r, "height"),
			Caption: anyText(r, "caption"), Credit: maybe(r, "picture credit", anyLine),
		})
	}
	for range rapid.IntRange(0, 2).Draw(r, "related") {
		a.Related = append(a.Related, rapid.SampledFrom([]store.Related{
			{Title: anyLine(r, "title"), URL: "https://b.example/r"}, {ID: "01M823XMDB7MC6FV6Y6H9PSZGR", Title: anyLine(r, "title"), URL: desk.Site.URL + "/article/01M823XMDB7MC6FV6Y6H9PSZGR"},
		}).Draw(r, "named"))
	}
	return a
}

// TestWriteThenRead: what is written is read again as it was, whatever its
// texts look like.
func TestWriteThenRead(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		a := anyArticle(r)
		if faults := a.Check(); faults != nil {
			r.Skip(faults)
		}
		text, err := Write(a, desk.Categories)
		if err != nil {
			r.Fatalf("%v\n%+v", err, a)
		}
		now := a.Published
		if !a.Expires.IsZero() {
			now = a.Expires.Add(-time.Second)
		}
		again, err := desk.Read([]byte(text), Text, Options{Now: now})
		if err != nil {
			r.Fatalf("%v\n%s", err, text)
		}
		if !a.SameContent(again) || a.GUID != again.GUID || a.Slug != again.Slug || !a.Published.Equal(again.Published) || !a.Updated.Equal(again.Updated) {
			r.Fatalf("%+v\nis read again as\n%+v\nfrom\n%s", a, again, text)
		}
	})
}

// TestWriteAsNewsroomsDo: what looks like nothing else has no marks.
func TestWriteAsNewsroomsDo(t *testing.T) {
	a := store.Article{
		ID: store.NewID(noon), GUID: "urn:test:1", Slug: "ferry-runs", Headline: "Ferry runs", Summary: "It ran.",
		Body:       "<p>It ran.</p>\n<p>Share</p>\n<p>It was late &amp; wet.</p>",
		Dateline:   store.Dateline{Place: "Bellmar", Date: "2026-01-10", Agency: "DTL"},
		Byline:     []store.Author{{Name: "Ana Sá"}, {Name: "Bo Ek"}},
		Categories: []string{"conflicts-war"}, Credit: store.Credit{Agency: "DTL", SignOff: "kk/jt"}, CorrectionNote: "It was wet.", Urgency: 3,
	}
	const rest = `
It ran.

\Share

It was late & wet.DTL

kk/jt
`
	const head = "Conflicts & War\n\nFerry runs\n\nBy Ana Sá and Bo Ek\n\nCORRECTION: It was wet.\n\nId: urn:test:1\n"
	text, err := Write(a, desk.Categories)
	if want := head + "Urgency: 3\n\nBellmar, Jan 10, 2026 (DTL) — " + rest[1:]; err != nil || text != want {
		t.Errorf("got %v\n%s\nwant\n%s", err, text, want)
	}
	a.Published = noon // beside which the day needs no year
	text, err = Write(a, desk.Categories)
	if want := head + "Published: 2026-11-22T12:00:00Z\nUrgency: 3\n\nBellmar, Jan 10 (DTL) — " + rest[1:]; err != nil || text != want {
		t.Errorf("got %v\n%s\nwant\n%s", err, text, want)
	}
}

// TestWriteNamesWhatItCannot carry.
func TestWriteNamesWhatItCannot(t *testing.T) {
	for field, change := range map[string]func(*store.Article){
		"status":                      func(a *store.Article) { a.Status = store.Killed },
		"origin":                      func(a *store.Article) { a.Origin.Source = "s" },
		"also_at":                     func(a *store.Article) { a.AlsoAt = []store.Origin{{}} },
		"body has more":               func(a *store.Article) { a.Body = "<p>It <em>ran</em>.</p>" },
		"body has more than":          func(a *store.Article) { a.Body = "<p>It</p><p>ran.</p>" },
		"body has more than par":      func(a *store.Article) { a.Body = "It ran." },
		"body has more than paragr":   func(a *store.Article) { a.Body = "<p>Cafe\u0301 and 5\u00a0km.</p>" },
		"summary is empty":            func(a *store.Article) { a.Summary = "" },
		"slug cannot":                 func(a *store.Article) { a.Slug = "Ferry" },
		"headline cannot":             func(a *store.Article) { a.Headline = "Two  spaces" },
		"headline is missing":         func(a *store.Article) { a.Headline = "" },
		`categories "politics" is no`: func(a *store.Article) { a.Categories = []string{"politics"} },
		"tags cannot":                 func(a *store.Article) { a.Tags = []string{"a", "a"} },
	} {
		a := store.Article{ID: store.NewID(noon), GUID: "urn:test:1", Slug: "ferry", Headline: "Ferry", Summary: "It ran.", Body: "<p>It ran.</p>", Categories: []string{"world"}}
		if _, err := Write(a, desk.Categories); err != nil {
			t.Fatal(err)
		}
		change(&a)
		text, err := Write(a, desk.Categories)
		if err == nil || !strings.HasPrefix(err.Error(), "write article as wire copy: "+field) {
			t.Errorf("%s: %v\n%s", field, err, text)
		}
	}
}

// TestWriteNamesInBrackets: an author's name may look like an address.
func TestWriteNamesInBrackets(t *testing.T) {
	for _, author := range []store.Author{
		{Name: "A <a@b.c> <https://x.example/>"}, {Name: "A <b>", Email: "a@b.example"}, {Name: "A <b>", URL: "https://b.example/"}, {Name: "<a@b.c>"}, {Name: "By Ana, Editor"},
	} {
		a := store.Article{ID: store.NewID(noon), GUID: "urn:test:1", Slug: "ferry", Headline: "Ferry", Summary: "It ran.", Body: "<p>It ran.</p>", Categories: []string{"world"}, Byline: []store.Author{author}}
		text, err := Write(a, desk.Categories)
		if err != nil {
			t.Errorf("%+v: %v", author, err)
		} else if b := read(t, Text, text, Options{}); !a.SameContent(b) {
			t.Errorf("%+v: %+v\n%s", author, b.Byline, text)
		}
	}
}
