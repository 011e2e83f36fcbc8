package ninjs

import (
	"html"
	"regexp"
	"strings"
	"time"

	"dateline/feed/clean"
	"dateline/store"
)

// Correction note, dateline and credit stand in the text that we write, as in
// every other format, and each in an element whose class says what it is. So a
// reader of ninjs shows them without knowing of them, and Read can take them
// out again.

// content is the full text of an article around its body.
func content(a store.Article, body string) string {
	var b strings.Builder
	if note := clean.Line(a.CorrectionNote); note != "" {
		b.WriteString(`<p class="correction"><strong>Correction:</strong> ` + clean.Escape(note) + "</p>\n")
	}
	b.WriteString(lead(dateline(a.Dateline), body))
	if credit := clean.Line(a.Credit.Agency + " " + a.Credit.SignOff); credit != "" {
		b.WriteString("\n" + creditStart + clean.Escape(credit) + "</p>")
	}
	return b.String()
}

const creditStart = `<p class="credit">`

// dateline is the dateline as it stands before the first words:
// "Nur-Sultan, Jan 10 (EFE) —". It is empty when the dateline is.
func dateline(d store.Dateline) string {
	var parts []string
	if d.Place != "" {
		parts = append(parts, `<span class="place">`+clean.Escape(d.Place)+`</span>`)
	}
	if day, err := time.Parse(time.DateOnly, d.Date); err == nil {
		parts = append(parts, `<time datetime="`+d.Date+`">`+day.Format("Jan 2")+`</time>`)
	}
	text := strings.Join(parts, ", ")
	if d.Agency != "" {
		text = strings.TrimSpace(text + ` (<span class="source">` + clean.Escape(d.Agency) + `</span>)`)
	}
	if text == "" {
		return ""
	}
	return `<span class="dateline">` + text + ` —</span>`
}

// lead puts HTML at the beginning of the first paragraph of body, or before
// body when that does not begin with one.
func lead(text, body string) string {
	if text == "" {
		return body
	}
	if start := paragraph.FindString(body); start != "" {
		return start + text + " " + body[len(start):]
	}
	return "<p>" + text + "</p>\n" + body
}

var (
	paragraph       = regexp.MustCompile(`^<p(?: [^>]*)?>`)
	writtenNote     = regexp.MustCompile(`^<p class="correction">[^\n]*</p>\n`)
	writtenDateline = regexp.MustCompile(`^(<p(?: [^>]*)?>)<span class="dateline">` +
		`(?:<span class="place">([^<]*)</span>)?(?:, )?(?:<time datetime="([0-9-]{10})">[^<]*</time>)?` +
		`(?: ?\(<span class="source">([^<]*)</span>\))? —</span>( |</p>\n)`)
)

// readBody takes the text of an item, and what stands in it and has a field of
// its own. A text of the role summary is that of an item without a full one.
func readBody(a *store.Article, doc *value, now time.Time) {
	v := mainBody(doc.list("bodies"))
	body := v.string("value")
	if !isMarkup(v) {
		body = clean.Paragraphs(apart(body))
	} else if start := strings.ToLower(strings.TrimSpace(body)); strings.HasPrefix(start, "<html") || strings.HasPrefix(start, "<!doctype") {
		if p, err := clean.ReadPage(body); err == nil {
			body = p.Body
		}
	}
	if a.CorrectionNote != "" {
		body = body[len(writtenNote.FindString(body)):]
	}
	a.Dateline.Place = doc.string("located")
	if rest, ok := takeDateline(&a.Dateline, body); ok {
		body = rest
	} else if a.Dateline.Place != "" {
		body = takeText(&a.Dateline, body, latest(a, now))
	}
	if a.Credit != (store.Credit{}) {
		body = withoutCredit(body)
	}
	if v.string("role") == roleSummary {
		if a.Summary == "" {
			a.Summary = clean.Plain(body)
		}
		body = ""
	}
	a.Body = body
}

// latest is when the item was written, as far as it says, or else now.
func latest(a *store.Article, now time.Time) time.Time {
	for _, t := range []time.Time{a.Updated, a.Published} {
		if !t.IsZero() {
			return t
		}
	}
	return now
}

// mainBody is the text to take: HTML before plain text, and of either the main
// one before the first. It is nil when there is none of them.
func mainBody(list []*value) *value {
	var html, plain []*value
	for _, v := range list {
		switch kind := v.string("contentType"); {
		case isMarkup(v):
			html = append(html, v)
		case kind == "" || strings.HasPrefix(kind, textPlain):
			plain = append(plain, v)
		}
	}
	if len(html) > 0 {
		plain = html
	}
	if v := withRole(plain, roleMain); v != nil || len(plain) == 0 {
		return v
	}
	return plain[0]
}

// apart is a plain text with blank lines between its paragraphs: one without
// any has a paragraph on each line.
func apart(text string) string {
	if !strings.Contains(text, "\n\n") {
		text = strings.ReplaceAll(text, "\n", "\n\n")
	}
	return text
}

// takeDateline takes the dateline that we wrote off a body; ok is false when
// there is none.
func takeDateline(d *store.Dateline, body string) (rest string, ok bool) {
	m := writtenDateline.FindStringSubmatch(body)
	if m == nil {
		return body, false
	}
	*d = store.Dateline{Place: unescape(m[2]), Date: m[3], Agency: unescape(m[4])}
	if rest = body[len(m[0]):]; m[5] == " " {
		rest = m[1] + rest
	}
	return rest, true
}

// unescape undoes clean.Escape.
func unescape(s string) string {
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&#34;", `"`, "&#39;", "'", "&amp;", "&").Replace(s)
}

// withoutCredit takes the credit that we wrote off the end of a body.
func withoutCredit(body string) string {
	i := strings.LastIndex(body, "\n"+creditStart)
	if i < 0 || strings.Count(body[i:], "<") != 2 || !strings.HasSuffix(body, "</p>") {
		return body
	}
	return body[:i]
}

// told is a dateline as agencies write it into their texts: "GROSSETO, Italy
// (AP) -- ", "KHARTOUM, Nov 22 (Agency) - ". The groups are place, month, day,
// year, agency.
var told = regexp.MustCompile(
	`^(\p{Lu}[\p{L}\p{M}\p{N}.'’/ -]*(?:, ?\p{Lu}[\p{L}\p{M}.'’ -]*)*?)` +
		`(?:, (Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.? (\d{1,2})(?:, (\d{4}))?)?` +
		`(?: ?\(([^()]{1,40})\))? ?\.?[-–—]{1,2} `)

// takeText takes the dateline that an agency wrote off the first words of a
// body. It counts only when place and date, or an agency, make it one, or when
// its place is the one that the item names; now tells the year of a date that
// has none.
func takeText(d *store.Dateline, body string, now time.Time) string {
	start := firstWords.FindString(body)
	words, rest := body[len(start):], ""
	if i := strings.IndexByte(words, '<'); i >= 0 {
		words, rest = words[:i], words[i:]
	}
	text := html.UnescapeString(words)
	m := told.FindStringSubmatch(text)
	if m == nil || len(m[1]) > 100 {
		return body
	}
	place := strings.TrimSpace(m[1])
	if m[2] == "" && m[5] == "" && !strings.EqualFold(place, d.Place) {
		return body
	}
	*d = store.Dateline{Place: place, Agency: strings.TrimSpace(m[5]), Date: day(m[2], m[3], m[4], now)}
	return start + clean.Escape(text[len(m[0]):]) + rest
}

var firstWords = regexp.MustCompile(`^(?:\s|<[a-zA-Z][^<>]*>)*`)

// day is the date of a dateline, empty when it cannot be told. Without a year it
// is the nearest that is not after the item, with a day of grace for places
// where it is tomorrow already.
func day(month, number, year string, now time.Time) string {
	if month == "" || year == "" && now.IsZero() {
		return ""
	}
	latest := now.UTC().AddDate(0, 0, 1)
	years := []string{year}
	if year == "" {
		years = nil
		for back := range 9 { // eight years hold every February 29
			years = append(years, latest.AddDate(-back, 0, 0).Format("2006"))
		}
	}
	for _, y := range years {
		t, err := time.Parse("Jan 2 2006", month[:3]+" "+number+" "+y)
		if err == nil && (year != "" || !t.After(latest)) {
			return t.Format(time.DateOnly)
		}
	}
	return ""
}
