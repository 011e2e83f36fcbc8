package wire

import (
	"cmp"
	"html"
	"regexp"
	"strconv"
	"strings"
	"time"

	"dateline/feed/clean"
	"dateline/store"
)

// readHTML reads a page: the title (without it, the first h1) is the headline,
// meta elements say what they say, and the body is that of its article, main
// or body element.
//
// The names of meta elements are those of HTML (author, description,
// keywords), Dublin Core, Open Graph's article, and those of an article's own
// fields.
func readHTML(text string, now time.Time) (in draft) {
	p, err := clean.ReadPage(text)
	if err != nil {
		in.fault("body", "is not HTML that can be read: %v", err)
		return in
	}
	a := &in.Article
	a.Headline, a.Language = p.Title, p.Language
	if strings.TrimSpace(a.Headline) == "" {
		a.Headline = p.Heading
	}
	a.Body = clean.HTML(p.Body, p.Base)
	in.altIDs = []string{p.Address}
	meta := func(names ...string) (values []string) {
		for _, name := range names {
			for _, v := range p.Meta[name] {
				if v = clean.Line(v); v != "" {
					values = append(values, v)
				}
			}
		}
		return values
	}
	first := func(names ...string) string {
		if values := meta(names...); len(values) > 0 {
			return values[0]
		}
		return ""
	}
	a.GUID = first("guid", "dc.identifier", "dcterms.identifier")
	a.Summary = first("description", "summary", "dc.description", "og:description")
	a.Rights = first("rights", "copyright", "dc.rights")
	a.CorrectionNote, a.EditorNote = first("correction_note", "correction"), first("editor_note")
	a.Dateline = store.Dateline{Place: first("dateline.place", "place"), Date: first("dateline.date"), Agency: first("dateline.agency", "agency")}
	a.Credit = store.Credit{Agency: first("credit.agency", "credit"), SignOff: first("credit.sign_off")}
	if language := first("language", "dc.language"); a.Language == "" {
		a.Language = language
	}
	for _, name := range meta("author", "dc.creator", "article:author") {
		a.Byline = append(a.Byline, store.Author{Name: name})
	}
	a.Categories = meta("category", "categories", "article:section")
	a.Subjects = meta("subject", "subjects")
	for _, words := range meta("keywords", "tags", "article:tag") {
		a.Tags = append(a.Tags, strings.Split(words, ",")...)
	}
	in.metaTime("published", &a.Published, first("published", "date", "dc.date", "article:published_time"))
	in.metaTime("updated", &a.Updated, first("updated", "article:modified_time"))
	in.metaTime("embargo", &a.Embargo, first("embargo", "embargoed", "embargo_until", "embargo-until", "embargoed_until", "article:embargo"))
	in.guardPage()
	in.metaTime("expires", &a.Expires, first("expires", "article:expiration_time"))
	in.said = first("status")
	if a.Dateline == (store.Dateline{}) {
		in.pageDateline(cmp.Or(a.Published, now))
	}
	if urgency := first("urgency"); urgency != "" {
		if a.Urgency, err = strconv.Atoi(urgency); err != nil {
			in.fault("urgency", "%s", must(&a.Urgency))
		}
	}
	return in
}

// guardPage refuses a page with a paragraph that may be meant to keep it back, or
// for editors alone; see guardOf.
func (in *draft) guardPage() {
	for line := range strings.Lines(clean.Plain(in.Body)) {
		p := paragraph{text: strings.TrimSpace(line), raw: strings.TrimSpace(line)}
		field := guardOf(p)
		switch {
		case isEmbargo(p.text):
			field = "embargo"
		case strings.HasPrefix(p.text, "EDS:"), strings.HasPrefix(p.text, "Eds:"):
			field = "editor_note"
		}
		if field != "" {
			in.fault(field, "may be meant by the paragraph %q: say it in <meta name=%q content=\"…\">; if it is copy, file it as an article (JSON)", p.text, field)
		}
	}
}

// firstWords is what stands before the first words of the first paragraph.
var firstWords = regexp.MustCompile(`<p(?: [^>]*)?>(?:\s*<(?:b|strong|em|i|span)(?: [^>]*)?>)*\s*`)

// pageDateline takes the dateline off the first paragraph of a page; now tells
// the year of one that does not say it.
func (in *draft) pageDateline(now time.Time) {
	at := firstWords.FindStringIndex(in.Body)
	if at == nil {
		return
	}
	before, words, markup := in.Body[:at[1]], in.Body[at[1]:], ""
	if i := strings.IndexByte(words, '<'); i >= 0 {
		words, markup = words[:i], words[i:]
	}
	text := clean.Line(html.UnescapeString(words))
	o, ok, doubt := readDateline(text)
	if !ok {
		if doubt != "" {
			in.doubt(0, "body", text, doubt)
		}
		return
	}
	in.Dateline = store.Dateline{Place: o.place, Agency: o.agency}
	if o.dated {
		if in.Dateline.Date = o.day.date(now); in.Dateline.Date == "" {
			in.fault("dateline.date", "is a day that is none: write such as Jan 10, or Jan 10, 2026")
		}
		if doubt := o.day.doubt(in.Dateline.Date, now); doubt != "" {
			in.doubt(0, "dateline.date", in.Dateline.Date, doubt)
		}
	}
	rest := clean.Escape(o.rest)
	if rest != "" && strings.HasSuffix(words, " ") {
		rest += " "
	}
	in.Body = before + rest + markup
	for _, name := range []string{"b", "strong", "em", "i", "span"} { // it stood alone in one
		if empty := "<" + name + "></" + name + ">"; o.rest == "" && strings.Contains(in.Body, empty) {
			before, after, _ := strings.Cut(in.Body, empty)
			in.Body = before + strings.TrimLeft(after, " ")
		}
	}
}

// metaTime reads a date, or a date and time, out of a meta element.
func (in *draft) metaTime(field string, to *time.Time, value string) {
	if value == "" {
		return
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, value); err == nil {
			*to = t
			return
		}
	}
	in.fault(field, "%s", must(to))
}
