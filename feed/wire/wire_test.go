package wire

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"dateline/feed"
	"dateline/store"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

var desk = Desk{
	Site: feed.Site{URL: "https://news.example.com:8443"},
	Categories: []feed.Category{
		{Slug: "conflicts-war", Title: "Conflicts & War", Aliases: []string{"War", "medtop:16000000"}},
		{Slug: "world", Title: "World"},
		{Slug: "science", Title: "Science & Technology"},
	},
}

func read(t *testing.T, form Form, text string, o Options) store.Article {
	t.Helper()
	if o.Now.IsZero() {
		o.Now = noon
	}
	a, err := desk.Read([]byte(text), form, o)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// explain reads copy that is right.
func explain(t *testing.T, text string) Reading {
	t.Helper()
	r, err := desk.Explain([]byte(text), Text, Options{Now: noon})
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return r
}

// faults reads what must be refused, and gives its faults by field.
func faults(t *testing.T, form Form, text string, o Options) map[string]string {
	t.Helper()
	o.Now = noon
	a, err := desk.Read([]byte(text), form, o)
	var invalid *store.Invalid
	if !errors.As(err, &invalid) {
		t.Fatalf("got %+v, %v; want *store.Invalid", a, err)
	}
	found := map[string]string{}
	for _, f := range invalid.Faults {
		if found[f.Field] != "" {
			t.Errorf("%s has two faults: %q and %q", f.Field, found[f.Field], f.Detail)
		}
		found[f.Field] = f.Detail
	}
	return found
}

const copyText = `Conflicts & War

Ferry on the Oru ‘runs again’,
eleven years on

By Tomas Lindqvist and Amina Yusuf

Bellmar, Jan 10 (DTL).- The ferry crossed the Oru again on Monday.
It carried nine people & a goat.

“It is a boat, not a peace,” said the U.S. delegate.

Neither side gave up its claim 11 years ago.DTL

tl-ay/smq/jt

Related Articles

Back to top button
`

func TestWireCopy(t *testing.T) {
	a := read(t, Text, copyText, Options{})
	want := store.Article{
		ID: a.ID, GUID: "tag:news.example.com,2026-11-22:article/" + string(a.ID),
		Slug:       "ferry-on-the-oru-runs-again-eleven-years-on",
		Headline:   "Ferry on the Oru ‘runs again’, eleven years on",
		Summary:    "The ferry crossed the Oru again on Monday. It carried nine people & a goat.",
		Dateline:   store.Dateline{Place: "Bellmar", Date: "2026-01-10", Agency: "DTL"},
		Byline:     []store.Author{{Name: "Tomas Lindqvist"}, {Name: "Amina Yusuf"}},
		Credit:     store.Credit{Agency: "DTL", SignOff: "tl-ay/smq/jt"},
		Categories: []string{"conflicts-war"},
		Body: "<p>The ferry crossed the Oru again on Monday. It carried nine people &amp; a goat.</p>\n" +
			"<p>“It is a boat, not a peace,” said the U.S. delegate.</p>\n" +
			"<p>Neither side gave up its claim 11 years ago.</p>",
	}
	if !reflect.DeepEqual(a, want) {
		t.Errorf("got  %+v\nwant %+v", a, want)
	}
}

func TestCopyWithoutBlankLinesBetweenItsHead(t *testing.T) {
	a := read(t, Text, "World\nThe headline\n\nLONDON — The copy.\n", Options{})
	if a.Headline != "The headline" || a.Dateline.Place != "LONDON" || a.Body != "<p>The copy.</p>" || a.Categories[0] != "world" {
		t.Errorf("got %+v", a)
	}
}

func TestCopyWithALineForEachParagraph(t *testing.T) {
	a := read(t, Text, "World\r\nThe headline\r\nBy A. One\r\nLONDON — The copy.\r\nMore of it.\r\n", Options{})
	if a.Headline != "The headline" || len(a.Byline) != 1 || a.Body != "<p>The copy.</p>\n<p>More of it.</p>" {
		t.Errorf("got %+v", a)
	}
}

func TestCorrectionLine(t *testing.T) {
	a := read(t, Text, "World\n\nHead\n\nCORRECTION: It was 14.\n\nLONDON — Copy.\n", Options{})
	if a.CorrectionNote != "It was 14." || a.Body != "<p>Copy.</p>" {
		t.Errorf("got %+v", a)
	}
}

func TestCredit(t *testing.T) {
	for _, tc := range []struct{ in, agency, credit, rest string }{
		{"It was so.DTL", "", "DTL", "It was so."},
		{"It was “so.”DTL", "", "DTL", "It was “so.”"},
		{"It was so. DTL", "DTL", "DTL", "It was so."},
		{"It was so. USA", "DTL", "", "It was so. USA"},
		{"He went to the USA", "USA", "", "He went to the USA"},
	} {
		if credit, rest, _ := splitCredit(tc.in, tc.agency); credit != tc.credit || rest != tc.rest {
			t.Errorf("%q: got %q, %q", tc.in, credit, rest)
		}
	}
}

func TestUnknownCategoryIsRefusedWithTheNearest(t *testing.T) {
	got := faults(t, Text, strings.Replace(copyText, "Conflicts & War", "Conflict & Wars", 1), Options{})
	if len(got) != 1 || got["categories"] != `"Conflict & Wars" is no category: did you mean "Conflicts & War"?` {
		t.Errorf("got %q", got)
	}
	a := read(t, Text, strings.Replace(copyText, "Conflicts & War", "Anything", 1), Options{Category: "world"})
	if a.Categories[0] != "world" || !strings.HasPrefix(a.Headline, "Ferry") {
		t.Errorf("with the option: %+v", a)
	}
}

func TestCategoryByAnyOfItsNames(t *testing.T) {
	for _, name := range []string{"conflicts-war", "CONFLICTS AND WAR", "war", "medtop:16000000", " Conflicts &  War "} {
		if slug, _ := desk.Slug(name); slug != "conflicts-war" {
			t.Errorf("%q is %q", name, slug)
		}
	}
}

func TestCopyWithoutWhatItNeeds(t *testing.T) {
	for name, tc := range map[string]struct {
		text  string
		field string
	}{
		"nothing":     {"", "headline"},
		"no category": {"A headline\n\nLONDON — Text.", "categories"},
		"no copy":     {"World\n\nA headline\n", "body"},
	} {
		if got := faults(t, Text, tc.text, Options{}); got[tc.field] == "" {
			t.Errorf("%s: got %q, want a fault of %s", name, got, tc.field)
		}
	}
}

func TestHTMLPage(t *testing.T) {
	a := read(t, HTML, `<!doctype html><html lang="pt"><head><title>A title &amp; more</title>
		<meta name="author" content="Ana"><meta name="author" content="Bo"><meta name="category" content="War">
		<meta name="category" content="world"><meta name="keywords" content="rivers, boats ,rivers"><meta name="description" content="The sum.">
		<meta name="date" content="2026-11-20T08:00:00+01:00"><meta name="urgency" content="3"><meta name="dc.identifier" content="urn:test:1">
		<meta name="place" content="Bellmar"><base href="https://example.com/a/"></head>
		<body><article><h1>A title &amp; more</h1><p>Text with <a href="b">a link</a>.<script>alert(1)</script></p></article></body></html>`, Options{})
	want := store.Article{
		ID: a.ID, GUID: "urn:test:1", Slug: "a-title-more", Headline: "A title & more", Summary: "The sum.", Language: "pt",
		Dateline: store.Dateline{Place: "Bellmar"}, Byline: []store.Author{{Name: "Ana"}, {Name: "Bo"}},
		Categories: []string{"conflicts-war", "world"}, Tags: []string{"rivers", "boats"}, Urgency: 3,
		Body: `<p>Text with <a href="https://example.com/a/b">a link</a>.</p>`, Published: a.Published,
	}
	if !reflect.DeepEqual(a, want) || !a.Published.Equal(time.Date(2026, 11, 20, 7, 0, 0, 0, time.UTC)) {
		t.Errorf("got  %+v\nwant %+v", a, want)
	}
}

func TestHTMLFaultsAreNamed(t *testing.T) {
	got := faults(t, HTML, `<meta name="category" content="wrld"><meta name="embargo" content="soon"><meta name="urgency" content="high">`, Options{})
	for _, field := range []string{"headline", "body", "categories", "embargo", "urgency"} {
		if got[field] == "" {
			t.Errorf("no fault of %s in %q", field, got)
		}
	}
}

func TestJSONArticle(t *testing.T) {
	a := read(t, JSON, `{"guid":"urn:test:2","headline":"H","body":"<p>B</p>","categories":["War"],"byline":[{"name":"Ana","url":"https://example.com/"}],
		"enclosures":[{"url":"https://example.com/a.jpg","type":"Image/JPEG","length":10}],"dateline":{"place":"P","date":"2026-01-02"},
		"urgency":2,"embargo":"2026-11-23T00:00:00Z","editor_note":"n","subjects":["medtop:1"]}`, Options{})
	want := store.Article{
		ID: a.ID, GUID: "urn:test:2", Slug: "h", Headline: "H", Summary: "B", Body: "<p>B</p>", Categories: []string{"conflicts-war"},
		Byline: []store.Author{{Name: "Ana", URL: "https://example.com/"}}, Urgency: 2, EditorNote: "n", Subjects: []string{"medtop:1"},
		Enclosures: []store.Enclosure{{URL: "https://example.com/a.jpg", Type: "image/jpeg", Length: 10}},
		Dateline:   store.Dateline{Place: "P", Date: "2026-01-02"}, Embargo: noon.Add(12 * time.Hour),
	}
	if !reflect.DeepEqual(a, want) {
		t.Errorf("got  %+v\nwant %+v", a, want)
	}
}

func TestURLsArePercentEncoded(t *testing.T) {
	a := read(t, JSON, `{"headline":"H","body":"B","categories":["War"],"byline":[{"name":"A","url":"https://example.com/é \"x\"?q=<y>"}]}`, Options{})
	if got, want := a.Byline[0].URL, "https://example.com/%C3%A9%20%22x%22?q=%3Cy%3E"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestJSONFaultsAreAllNamedByField(t *testing.T) {
	got := faults(t, JSON, `{"headlin":"x","body":5,"byline":[{"nam":3},{"name":3}],"urgency":"3","categories":["wrld"],"tags":"a",
		"expires":"2020-01-01T00:00:00Z","published":"yesterday","dateline":{"date":"Jan 2"},"ident":"x","language":"e n",
		"enclosures":[{"url":"/a.jpg","type":"jpeg"}]}`, Options{})
	for _, field := range []string{
		"headlin", "headline", "body", "byline[0].nam", "byline[1].name", "urgency", "categories", "tags", "expires",
		"published", "dateline.date", "ident", "language", "enclosures[0].url", "enclosures[0].type",
	} {
		if got[field] == "" {
			t.Errorf("no fault of %s in %q", field, got)
		}
	}
	if !strings.Contains(got["headlin"], `"headline"`) {
		t.Errorf("headlin: %q", got["headlin"])
	}
}

func TestJSONThatIsNone(t *testing.T) {
	for _, text := range []string{"", "[]", "null", `{"headline":`, `{"headline":"x"`, `{"a":1}{"b":2}`, `{"headline":"a","headline":"b"}`, "{]"} {
		if got := faults(t, JSON, text, Options{}); len(got) == 0 {
			t.Errorf("%q has no fault", text)
		}
	}
}

// TestReadJSONReadsEveryField files an article with all fields, as its own
// JSON: none may be unknown or lost.
func TestReadJSONReadsEveryField(t *testing.T) {
	o := store.Origin{Source: "gazette", FeedURL: "https://g.example/f", FeedID: "tag:g.example,2020:f", FeedTitle: "G", EntryID: "1", Link: "https://g.example/1"}
	a := read(t, JSON, `{"headline":"H","body":"<p>B</p>","categories":["war"],"related":[{"title":" Earlier ","url":"https://g.example/é"}],
		"origin":{"source":"gazette","feed_url":"https://g.example/f","feed_id":"tag:g.example,2020:f","feed_title":" G ","entry_id":"1","link":"https://g.example/1"},
		"also_at":[{"source":"gazette","feed_url":"https://g.example/f","feed_id":"tag:g.example,2020:f","feed_title":"G","entry_id":"1","link":"https://g.example/1"}]}`, Options{})
	if a.Origin != o || len(a.AlsoAt) != 1 || a.AlsoAt[0] != o {
		t.Errorf("got %+v, %+v", a.Origin, a.AlsoAt)
	}
	if len(a.Related) != 1 || a.Related[0] != (store.Related{Title: "Earlier", URL: "https://g.example/%C3%A9"}) {
		t.Errorf("related: %+v", a.Related)
	}
	for f := range reflect.TypeFor[store.Article]().Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		in := readJSON([]byte(`{"` + name + `": null}`))
		if len(in.faults) > 0 && strings.Contains(in.faults[0].Detail, "is no field") {
			t.Errorf("%s is no field that can be filed", name)
		}
	}
}

// TestReadKeepsCopyThatLooksLikeFurniture: what a page says around an article
// is furniture only around it.
func TestReadKeepsCopyThatLooksLikeFurniture(t *testing.T) {
	a := read(t, Text, "Share\n\nWar\n\nWords on a wall\n\nBellmar, Nov 20 (DTL).- Two words stood on it.\n\nNext\n\nX\n\nThat was all.DTL\n\nab/cd\n\nRelated\n\nShare", Options{})
	if want := "<p>Two words stood on it.</p>\n<p>Next</p>\n<p>X</p>\n<p>That was all.</p>"; a.Body != want || a.Credit.SignOff != "ab/cd" || a.Headline != "Words on a wall" {
		t.Errorf("got %q, credit %+v, headline %q", a.Body, a.Credit, a.Headline)
	}
	a = read(t, Text, "War\n\nWords on a wall\n\nThat was all.\n\nBack to top\n\nPrint", Options{})
	if a.Body != "<p>That was all.</p>" {
		t.Errorf("without a dateline: %q", a.Body)
	}
}

func TestReadJoinsWrappedHeadline(t *testing.T) {
	a := read(t, Text, "War\nA headline that is wrapped\nover two lines\nBy Ana Sá\n\nLONDON, Nov 20 (PA) - It was.", Options{})
	if a.Headline != "A headline that is wrapped over two lines" || len(a.Byline) != 1 {
		t.Errorf("headline %q, byline %v", a.Headline, a.Byline)
	}
}

func TestReadDecodes(t *testing.T) {
	a := read(t, Text, "\xff\xfeW\x00a\x00r\x00\n\x00\n\x00H\x00\n\x00\n\x00\xac\x20 \x005\x00.\x00", Options{})
	if a.Body != "<p>€ 5.</p>" {
		t.Errorf("UTF-16: %q", a.Body)
	}
	a = read(t, HTML, "<meta charset=windows-1251><title>\xcf\xf0\xe8</title><meta name=category content=war><p>\xcf", Options{})
	if a.Headline != "При" || a.Body != "<p>П</p>" {
		t.Errorf("a page: %q %q", a.Headline, a.Body)
	}
	a = read(t, Text, "War\n\n\xcf\xf0\xe8\n\n\xcf.", Options{Charset: "windows-1251"})
	if a.Headline != "При" {
		t.Errorf("with a charset: %q", a.Headline)
	}
	if a = read(t, JSON, "\ufeff"+`{"headline":"\ud83d\ude80 up","body":"B","categories":["War"],"dateline":null,"byline":null}`, Options{}); a.Headline != "🚀 up" {
		t.Errorf("JSON: %q", a.Headline)
	}
}

func TestReadRefusesWhatWouldBeMangled(t *testing.T) {
	for text, field := range map[string]string{
		"{\"headline\":\"Reykjav\xedk\",\"body\":\"B\",\"categories\":[\"War\"]}":                           "article",
		`{"headline":"lone \ud800 half","body":"B","categories":["War"]}`:                                   "headline",
		`{"headline":"H","body":"B","categories":["War"],"tags":["\udc00"]}`:                                "tags",
		`{"headline":"H","body":"B \\ud800","summary":"\\\ud800","categories":["War"]}`:                     "summary",
		`{"headline":"H","body":"<p>\u00a0 </p>","categories":["War"]}`:                                     "body",
		`{"headline":"H","body":"B","categories":["War"],"language":"english"}`:                             "language",
		`{"headline":"H","body":"B","categories":["War"],"byline":["Bob"]}`:                                 "byline[0]",
		`{"headline":"H","body":"B","categories":["War"],"byline":[{"name":"Bob","email":"@"}]}`:            "byline[0].email",
		`{"headline":"H","body":"B","categories":["War"],"guid":"javascript:alert(1)"}`:                     "guid",
		`{"headline":"H","body":"B","categories":["War"],"language":"en-` + strings.Repeat("a-", 40) + `"}`: "language",
	} {
		got := faults(t, JSON, text, Options{})
		if len(got) != 1 || got[field] == "" {
			t.Errorf("%q: %v, want one of %s", text, got, field)
		}
	}
	if got := faults(t, Text, "War\n\nHead\n\nB\x00o\x00d\x00y", Options{Category: "war"}); len(got) != 1 || got["article"] == "" {
		t.Errorf("NUL: %v", got)
	}
}

// TestPagesHaveDatelines: that of a page is read as that of wire copy, and is
// not in its text any more.
func TestPagesHaveDatelines(t *testing.T) {
	const head = `<title>H</title><meta name=category content=war>`
	for body, want := range map[string]string{
		"<p>Lima, Nov 20 (DTL).- It ran &amp; came.</p><p>It did.</p>":                               "<p>It ran &amp; came.</p><p>It did.</p>",
		"<p><strong>Lima, Nov 20 (DTL) —</strong> It ran.</p>":                                       "<p>It ran.</p>",
		"<p><strong>Lima, Nov 20 (DTL) — It ran.</strong> It came.</p>":                              "<p><strong>It ran.</strong> It came.</p>",
		"<figure><img src=https://a.example/1.jpg></figure><p>Lima, Nov 20 (DTL) - It <em>ran</em>.": `<p>It <em>ran</em>.</p>`,
	} {
		a := read(t, HTML, head+body, Options{})
		if a.Dateline != (store.Dateline{Place: "Lima", Date: "2026-11-20", Agency: "DTL"}) || !strings.HasSuffix(a.Body, want) {
			t.Errorf("%s: %+v, %q", body, a.Dateline, a.Body)
		}
	}
	a := read(t, HTML, head+`<meta name="dateline.place" content="Cali"><p>Lima, Nov 20 (DTL) — It ran.`, Options{})
	if a.Dateline != (store.Dateline{Place: "Cali"}) || !strings.Contains(a.Body, "Lima") {
		t.Errorf("one in a meta element: %+v, %q", a.Dateline, a.Body)
	}
	a = read(t, HTML, head+`<meta name=date content=2024-11-25><p>Lima, Nov 20 (DTL) — It ran.`, Options{})
	if a.Dateline.Date != "2024-11-20" {
		t.Errorf("of a page of 2024: %+v", a.Dateline)
	}
	for text, want := range map[string]string{"Lima, Nov 23 (DTL) — It ran.": "tomorrow", "Norway — it was late — has stayed.": "it looks like a dateline"} {
		r, err := desk.Explain([]byte(head+"<p>"+text), HTML, Options{Now: noon})
		if got := r.Doubts(); err != nil || len(got) != 1 || !strings.Contains(got[0].Doubt, want) {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
	if got := faults(t, HTML, head+"<p>Lima, Nov 31 (DTL) — It ran.", Options{}); got["dateline.date"] == "" {
		t.Errorf("a day that is none: %v", got)
	}
}

// TestHiddenText is not published.
func TestHiddenText(t *testing.T) {
	for form, text := range map[Form]string{
		HTML: `<title>H</title><meta name=category content=war><p style="display:none">secret</p><p>It ran.</p><p hidden>secret`,
		JSON: `{"headline":"H","categories":["War"],"body":"<p style=\"display: none\">secret</p><p>It ran.</p>"}`,
	} {
		if a := read(t, form, text, Options{}); a.Body != "<p>It ran.</p>" || a.Summary != "It ran." {
			t.Errorf("%s: %q, %q", form, a.Body, a.Summary)
		}
	}
}

// TestRelatedByID: a header line may name articles here by their IDs or
// addresses alone.
func TestRelatedByID(t *testing.T) {
	const one, two = "01M823XMDB7MC6FV6Y6H9PSZGR", "01M82BZVNQJZHM4NAFNWKZ9K4W"
	a := read(t, Text, "War\n\nHead\n\nRelated: "+one+", https://news.example.com:8443/article/"+two+"/ferry\n\nLONDON — It ran.", Options{})
	if len(a.Related) != 2 || a.Related[0].ID != one || a.Related[1].ID != two || a.Body != "<p>It ran.</p>" {
		t.Errorf("got %+v, %q", a.Related, a.Body)
	}
	if again := read(t, Text, written(t, a), Options{}); !a.SameContent(again) {
		t.Errorf("written and read again: %+v", again.Related)
	}
	got := faults(t, Text, "War\n\nHead\n\nRelated: https://elsewhere.example/ferry\n\nLONDON — It ran.", Options{})
	if !strings.Contains(got["related"], "Related: Title <https://elsewhere.example/ferry>") {
		t.Errorf("a page elsewhere: %v", got)
	}
	r := explain(t, "War\n\nHead\n\nRelated: Storm shuts harbour\n\nLONDON — It ran.")
	if r.Finds[2].Field != leftOut {
		t.Errorf("a line of a page: %v", told(r))
	}
}

func written(t *testing.T, a store.Article) string {
	t.Helper()
	text, err := Write(a, desk.Categories)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestReadRefusesAStatus that filing does not give, in every form: an article
// that its copy calls held must not go out.
func TestReadRefusesAStatus(t *testing.T) {
	forms := map[Form]string{
		JSON: `{"headline":"H","body":"B","categories":["War"],"status":"STATUS"}`,
		HTML: `<title>H</title><meta name="category" content="War"><meta name="status" content="STATUS"><p>B`,
		Text: "Status: STATUS\n\nWar\n\nH\n\nLONDON — B.",
	}
	for form, text := range forms {
		for status, is := range map[string]store.Status{"usable": "", "held": store.Held, "expired": store.Expired} {
			read(t, form, strings.Replace(text, "STATUS", status, 1), Options{Status: is})
		}
		for status, want := range map[string]string{"held": "article hold ID", "killed": "article kill ID", "expired": "leave it out", "nonsense": "leave it out", "Held": "leave it out", "draft": "leave it out"} {
			got := faults(t, form, strings.Replace(text, "STATUS", status, 1), Options{})
			if len(got) != 1 || !strings.Contains(got["status"], want) || !strings.Contains(got["status"], status) {
				t.Errorf("%s, %s: %v", form, status, got)
			}
		}
		if got := faults(t, form, strings.Replace(text, "STATUS", "usable", 1), Options{Status: store.Held}); !strings.Contains(got["status"], "article release ID") {
			t.Errorf("%s, of one that is held: %v", form, got)
		}
	}
	if got := faults(t, JSON, `{"headline":"H","body":"B","categories":["War"],"status":["held"]}`, Options{}); got["status"] != "must be a string" {
		t.Errorf("a list: %v", got)
	}
}

func TestReadResolvesRelativeLinks(t *testing.T) {
	a := read(t, JSON, `{"headline":"H","body":"<p><a href=\"/a\">l</a><img src=\"pic.jpg\" alt=\"p\"></p>","categories":["War"]}`, Options{})
	if !strings.Contains(a.Body, `href="https://news.example.com:8443/a"`) || !strings.Contains(a.Body, `src="https://news.example.com:8443/pic.jpg"`) {
		t.Errorf("got %s", a.Body)
	}
}
