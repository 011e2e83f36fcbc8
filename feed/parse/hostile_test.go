package parse

import (
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// hostile are documents made to cost more than their length, of about n bytes
// each.
var hostile = map[string]func(n int) string{
	"entity bomb": func(n int) string {
		var b strings.Builder
		b.WriteString(`<!DOCTYPE rss [<!ENTITY a0 "ha">`)
		for i := range 30 {
			fmt.Fprintf(&b, `<!ENTITY a%d "%s">`, i+1, strings.Repeat(fmt.Sprintf("&a%d;", i), 10))
		}
		b.WriteString(`]><rss version="2.0"><channel><item><title>x</title><description>`)
		return b.String() + strings.Repeat("&a30;", n/5) + `</description></item></channel></rss>`
	},
	"external entity": func(n int) string {
		return `<!DOCTYPE rss SYSTEM "file:///etc/passwd"><rss><channel><item><title>x` + strings.Repeat("&x;", n/3) + `</title></item></channel></rss>`
	},
	"nesting": func(n int) string { return `<rss><channel><item><title>x</title>` + strings.Repeat("<a>", n/3) },
	"nesting, closed": func(n int) string {
		return `<rss><channel><item><title>x</title>` + strings.Repeat("<a>", n/7) + strings.Repeat("</a>", n/7) + `</item></channel></rss>`
	},
	"nested text": func(n int) string {
		return `<feed><entry><title>x</title><content type="xhtml">` + strings.Repeat("<b>", n/7) + strings.Repeat("</b>", n/7) + `</content></entry></feed>`
	},
	"wrappers": func(n int) string {
		return `<feed><entry><content type="xhtml">` + strings.Repeat(" ", n/2) + strings.Repeat("<div></div>", n/22) + `</content></entry></feed>`
	},
	"nested HTML": func(n int) string {
		return `<rss><channel><item><title>` + strings.Repeat("&lt;b&gt;", n/9) + `</title></item></channel></rss>`
	},
	"nested extension": func(n int) string {
		return `<rss><channel><item><title>x</title>` + strings.Repeat("<media:group>", n/13)
	},
	"items": func(n int) string {
		return `<rss><channel>` + strings.Repeat("<item><title>a</title></item>", n/29) + `</channel></rss>`
	},
	"different items": func(n int) string {
		var b strings.Builder
		b.WriteString("<rss><channel>")
		for i := 0; b.Len() < n; i++ {
			fmt.Fprintf(&b, "<item><guid>%d</guid></item>", i)
		}
		return b.String() + "</channel></rss>"
	},
	"empty items":    func(n int) string { return `<feed>` + strings.Repeat("<entry/>", n/8) + `</feed>` },
	"unclosed items": func(n int) string { return `<rss><channel>` + strings.Repeat("<item>", n/6) },
	"attribute": func(n int) string {
		return `<rss><channel><item><title>x</title><link href="` + strings.Repeat("a", n) + `"/></item></channel></rss>`
	},
	"attributes": func(n int) string {
		return `<rss><channel><item` + strings.Repeat(" a='b'", n/6) + `><title>x</title></item></channel></rss>`
	},
	"namespaces": func(n int) string {
		return `<rss><channel>` + strings.Repeat(`<item xmlns:a="b" xmlns:c="d"><title>a</title></item>`, n/53) + `</channel></rss>`
	},
	"many namespaces": func(n int) string {
		var b strings.Builder
		b.WriteString("<rss")
		for i := 0; b.Len() < n/2; i++ {
			fmt.Fprintf(&b, ` xmlns:a%d="u"`, i)
		}
		return b.String() + "><channel>" + strings.Repeat("<item><a/></item>", n/34) + "</channel></rss>"
	},
	"comments":     func(n int) string { return `<rss><channel><item><title>x</title>` + strings.Repeat("<!--", n/4) },
	"instructions": func(n int) string { return `<rss><channel><item><title>x</title>` + strings.Repeat("<?", n/2) },
	"declarations": func(n int) string { return `<rss><channel><item><title>x</title>` + strings.Repeat("<!a[", n/4) },
	"CDATA": func(n int) string {
		return `<rss><channel><item><media:credit>` + strings.Repeat("<![CDATA[a]]>", n/13) + `</media:credit></item></channel></rss>`
	},
	"open CDATA": func(n int) string { return `<rss><channel><item><title>` + strings.Repeat("<![CDATA[", n/9) },
	"brackets":   func(n int) string { return `<rss><channel><item><title>` + strings.Repeat("<", n) },
	"half tags": func(n int) string {
		return `<rss><channel><item><title>` + strings.Repeat("<a ", n/3) + "</title></item></channel></rss>"
	},
	"half attributes": func(n int) string {
		return `<rss><channel><item><title>` + strings.Repeat(`<x" b="`, n/7) + "</title></item></channel></rss>"
	},
	"ampersands": func(n int) string {
		return `<rss><channel><item><title>` + strings.Repeat("&", n) + "</title></item></channel></rss>"
	},
	"escaped ampersands": func(n int) string {
		return `<rss><channel><item><title>` + strings.Repeat("&amp;amp;", n/9) + "</title></item></channel></rss>"
	},
	"end tags": func(n int) string {
		return `<rss><channel><item>` + strings.Repeat("<c>", 150) + strings.Repeat("</b>", n/4)
	},
	"extensions": func(n int) string {
		return `<rss><channel><item>` + strings.Repeat("<media:credit/>", n/15) + "</item></channel></rss>"
	},
	"extensions in items": func(n int) string {
		return `<rss><channel>` + strings.Repeat("<item>"+strings.Repeat("<dc:creator/>", 50)+"</item>", n/663) + "</channel></rss>"
	},
	"channel extensions": func(n int) string {
		return `<rss><channel>` + strings.Repeat(`<at:deleted-entry/>`, n/19) + "</channel></rss>"
	},
	"categories": func(n int) string {
		return `<rss><channel><item>` + strings.Repeat("<category>a</category>", n/22) + "</item></channel></rss>"
	},
	"long date": func(n int) string {
		return `<rss><channel><item><pubDate>` + strings.Repeat("1 ", n/2) + `</pubDate></item></channel></rss>`
	},
	"long id": func(n int) string {
		return `<rss><channel><item><guid>` + strings.Repeat("a", n) + `</guid></item></channel></rss>`
	},
	"long link": func(n int) string {
		return `<rss><channel><item><link>http://a/?` + strings.Repeat("a&", n/2) + `</link></item></channel></rss>`
	},
	"bad dates": func(n int) string {
		return `<rss><channel>` + strings.Repeat("<item><pubDate>soon</pubDate></item>", n/36) + `</channel></rss>`
	},
	"junk":         func(n int) string { return strings.Repeat("<br>", n/4) + "<rss></rss>" },
	"page":         func(n int) string { return "<html>" + strings.Repeat(`<a href="/feed.xml">`, n/20) },
	"JSON nesting": func(n int) string { return `{"version":"https://jsonfeed.org/version/1","x":` + strings.Repeat("[", n) },
	"JSON nesting in item": func(n int) string {
		return `{"version":"https://jsonfeed.org/version/1","items":[{"id":"a"},{"id":` + strings.Repeat(`{"a":`, n/5)
	},
	"long base": func(n int) string {
		return `<feed xml:base="https://a.example/` + strings.Repeat("b", min(n/2, maxURL-100)) + `/">` + strings.Repeat(`<entry><link href="c"/></entry>`, n/60) + `</feed>`
	},
	"bases": func(n int) string {
		return `<feed>` + strings.Repeat(`<x xml:base="`+strings.Repeat("b", n/200)+`/">`, 90) + strings.Repeat(`<link href="c"/>`, n/32)
	},
	"base of a page": func(n int) string {
		return `<html><base href="https://a.example/` + strings.Repeat("b", n/2) + `/">` + strings.Repeat(`<a href="feed">`, n/30)
	},
	"repeated formatting": func(n int) string {
		var b strings.Builder
		for i := range min(n/20, 500) {
			fmt.Fprintf(&b, "<b a%d>", i)
		}
		return `<rss><channel><item><title>x</title><description><![CDATA[<p>` + b.String() + strings.Repeat("<p>x", n/8) + `]]></description></item></channel></rss>`
	},
	"root":         func(n int) string { return "<" + strings.Repeat("x", n) + ">" },
	"JSON authors": func(n int) string { return `{"items":[{"id":"a","authors":[` + strings.Repeat(`"",`, n/3) + `""]}]}` },
	"JSON items":   func(n int) string { return `{"items":[` + strings.Repeat(`{"id":1},`, n/9) + `{}]}` },
	"JSON lists":   func(n int) string { return `{"items":[{"id":"a","tags":[` + strings.Repeat(`"a",`, n/4) + `"b"]}]}` },
	"JSON escapes": func(n int) string { return `{"items":[{"id":"a","title":"` + strings.Repeat(`\u0001`, n/6) + `"}]}` },
	"JSON number":  func(n int) string { return `{"items":[{"id":` + strings.Repeat("1", n) + `}]}` },
}

// TestHostileInputIsBounded reads every hostile document at one size and at
// twice the size: what is allocated in all, most of it for a moment, may grow
// with the length and no faster, and is bounded.
func TestHostileInputIsBounded(t *testing.T) {
	const n = 100_000
	for name, make := range hostile {
		t.Run(name, func(t *testing.T) {
			once, twice := allocated(t, make(n)), allocated(t, make(2*n))
			if twice > 3*once+1<<20 {
				t.Errorf("%d bytes for %d, %d for twice as many", once, n, twice)
			}
			if most := uint64(2*n) * 1000; twice > most {
				t.Errorf("%d bytes for %d, more than %d", twice, 2*n, most)
			}
		})
	}
}

// allocated is how many bytes Read allocates for a document.
func allocated(t *testing.T, text string) uint64 {
	var before, after runtime.MemStats
	data := []byte(text)
	runtime.ReadMemStats(&before)
	f, err := Read(data, "", defaultURL)
	runtime.ReadMemStats(&after)
	checkFeed(t, f)
	if err == nil && len(f.Items) == 0 && len(f.Warnings) == 0 {
		t.Error("no items, no warning, no error")
	}
	return after.TotalAlloc - before.TotalAlloc
}

func TestWhatIsTooMuchCostsAWarning(t *testing.T) {
	var many strings.Builder
	for i := range maxItems + 2 {
		fmt.Fprintf(&many, `{"id":%d},`, i)
	}
	for name, tc := range map[string]struct {
		text    string
		items   int
		warning string
	}{
		"entity bomb":     {hostile["entity bomb"](10_000), 1, "the DOCTYPE declares entities"},
		"nesting, closed": {hostile["nesting, closed"](700_000), 1, "elements nested too deep are left out"},
		"items":           {hostile["different items"](500_000), maxItems, "items beyond the first 10000 are left out"},
		"JSON items":      {`{"items":[` + many.String() + `{}]}`, maxItems, "3 items beyond the first 10000 are left out"},
		"of one item":     {hostile["extensions"](100_000), 1, "elements beyond what an item may have are left out"},
		"JSON text": {
			`{"items":[{"id":"a","title":"` + strings.Repeat("é", maxLine) + `","content_text":"` + strings.Repeat("é ", maxProse/2) + `"},{"id":"b","title":` + strings.Repeat("1", 2*maxLine) + `}]}`,
			2, "3 texts are cut that are too long",
		},
		"JSON members": {`{"items":[{"id":"a","tags":[` + strings.Repeat(`"",`, maxElements) + `""]}]}`, 1, "2 members of lists beyond what a feed may have are left out"},
		"references":   {hostile["long base"](400_000), 2, "longer than 8388608 bytes together"},
		"elements":     {hostile["extensions in items"](2_800_000), 1, "more than 200000 elements"},
		"long texts": {
			`<rss><channel><item><title>` + strings.Repeat("é", maxLine) + `</title><description>` + strings.Repeat("é ", maxProse/2) + `</description></item></channel></rss>`,
			1, "2 texts are cut that are too long",
		},
	} {
		f, err := Read([]byte(tc.text), "", defaultURL)
		if err != nil || len(f.Items) != tc.items || !strings.Contains(strings.Join(f.Warnings, "\n"), tc.warning) {
			t.Errorf("%s: %d items, error %v, warnings %.500q", name, len(f.Items), err, f.Warnings)
		}
		checkFeed(t, f)
		for _, it := range f.Items {
			if len(it.Title) > maxLine || len(it.Content) > maxProse+100 || len(f.Items) == 1 && name == "long texts" && len(it.Content) < maxProse {
				t.Errorf("%s: a title of %d bytes, a text of %d", name, len(it.Title), len(it.Content))
			}
		}
	}
	if f, err := Read([]byte(hostile["junk"](searched+10)), "", defaultURL); err == nil {
		t.Errorf("a feed behind %d bytes of junk: %+v", searched, f)
	}
}

// TestAnyPartOfAFeedIsRead cuts feeds at every byte: there is no error once the
// root is there, and an item that was read whole stays.
func TestAnyPartOfAFeedIsRead(t *testing.T) {
	for _, whole := range []string{
		`<?xml version="1.0"?><rss version="2.0"><channel><title>T</title><item><guid>1</guid><title>A &amp; B</title></item><item><guid>2</guid><description><![CDATA[<p>x</p>]]></description></item></channel></rss>`,
		`<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">x</div></content></entry><entry><id>2</id></entry></feed>`,
		`{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","tags":["a","b"]},{"id":"2","title":"\u00e9"}]}`,
	} {
		ends := []int{}
		for _, end := range []string{"</item>", "</entry>", "}"} {
			for at := 0; ; {
				i := strings.Index(whole[at:], end)
				if i < 0 || len(ends) == 2 {
					break
				}
				at += i + len(end)
				ends = append(ends, at)
			}
		}
		for n := range len(whole) + 1 {
			want := 0
			for _, end := range ends {
				if n >= end {
					want++
				}
			}
			f, err := Read([]byte(whole[:n]), "", defaultURL)
			if len(f.Items) != want || want > 0 && (err != nil || n < len(whole) && len(f.Warnings) == 0) {
				t.Fatalf("%q: %d items, want %d; error %v, warnings %q", whole[:n], len(f.Items), want, err, f.Warnings)
			}
		}
	}
}

// TestDeepMarkupHidesNoItems: end tags that are missing in one item do not
// take the next with it.
func TestDeepMarkupHidesNoItems(t *testing.T) {
	for _, text := range []string{
		`<rss><channel><item><guid>1</guid><description>` + strings.Repeat("<p>", 500) + `</description></item><item><guid>2</guid></item></channel></rss>`,
		`<rss><channel><item><guid>1</guid><description>` + strings.Repeat("<p>", 500) + `<item><guid>2</guid></item></channel></rss>`,
		`<rss><channel><item><guid>1</guid><x:y>` + strings.Repeat("<p>", 500) + `</item><item><guid>2</guid></item></channel></rss>`,
	} {
		f, err := Read([]byte(text), "", defaultURL)
		if err != nil || len(f.Items) != 2 || f.Items[1].ID != "2" {
			t.Errorf("%.80s: %d items, %v", text, len(f.Items), err)
		}
	}
}

func TestReadIsSafeForManyGoroutines(t *testing.T) {
	data := []byte(hostile["different items"](20_000))
	want, _ := Read(data, "", defaultURL)
	done := make(chan Feed)
	for range 4 {
		go func() {
			f, _ := Read(bytes.Clone(data), "", defaultURL)
			done <- f
		}()
	}
	for range 4 {
		if f := <-done; len(f.Items) != len(want.Items) {
			t.Errorf("%d items, want %d", len(f.Items), len(want.Items))
		}
	}
}
