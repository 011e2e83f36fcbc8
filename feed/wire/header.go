package wire

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"dateline/store"
)

// headers are the names of header lines, "Urgency: 3", and the fields that they
// stand for. Case does not count, nor what is no letter.
var headers = map[string]string{
	"category": "category", "categories": "category",
	"headline": "headline", "title": "headline",
	"by": "byline", "byline": "byline", "author": "byline",
	"summary": "summary", "standfirst": "summary",
	"correction": "correction_note", "correctionnote": "correction_note",
	"editornote": "editor_note", "editorsnote": "editor_note", "notetoeditors": "editor_note", "notestoeditors": "editor_note",
	"eds": "editor_note", "editors": "editor_note", "attentioneditors": "editor_note",
	"datelineplace": "dateline.place", "datelinedate": "dateline.date", "datelineagency": "dateline.agency",
	"creditagency": "credit.agency", "signoff": "credit.sign_off", "creditsignoff": "credit.sign_off",
	"language": "language", "rights": "rights", "tags": "tags", "keywords": "tags", "tag": "tag", "subjects": "subjects",
	"urgency": "urgency", "embargo": "embargo", "expires": "expires", "published": "published", "updated": "updated",
	"slug": "slug", "status": "status", "id": "guid", "guid": "guid", "related": "related",
	"enclosure": "enclosure", "enclosurecaption": "enclosure.caption", "enclosurecredit": "enclosure.credit",
}

var headerShape = regexp.MustCompile(`^([A-Za-z][A-Za-z .'’_-]{1,24}):(.*)$`)

// header is the field that a header line is for, and its value; the field is
// empty when it is none. A page may have dates and links that begin like one:
// they are furniture.
func headerOf(p paragraph) (field, value string) {
	if p.literal || !strings.Contains(p.raw[:min(len(p.raw), 30)], ":") {
		return "", ""
	}
	m := headerShape.FindStringSubmatch(p.raw)
	if m == nil {
		return "", ""
	}
	name := strings.Map(func(r rune) rune {
		if r < 'A' || r > 'z' || r > 'Z' && r < 'a' {
			return -1
		}
		return r | 0x20
	}, m[1])
	field, value = headers[name], strings.TrimPrefix(m[2], " ")
	switch field {
	case "published", "updated":
		if _, err := time.Parse(time.RFC3339, strings.TrimSpace(value)); err != nil {
			return "", ""
		}
	case "related":
		if !addressed.MatchString(value) && !isNamed(value) {
			return "", ""
		}
	}
	return field, value
}

// addressed is a text with an address behind it.
var addressed = regexp.MustCompile(`^(.*?) ?<(https?://[^<>]*)> *$`)

// isNamed reports whether a text names articles, and nothing else, by their IDs
// or the addresses of pages.
func isNamed(text string) bool {
	words := relatedSep.Split(strings.TrimSpace(text), -1)
	return !slices.ContainsFunc(words, func(w string) bool {
		_, isID := store.ParseID(w)
		return !isID && !pageAddress.MatchString(w)
	})
}

var (
	relatedSep  = regexp.MustCompile(`[,;\s]+`)
	pageAddress = regexp.MustCompile(`^https?://[^\s<>]+$`)
)

// related are the articles that a header line names: by title and address, or
// those that are here by their IDs or addresses alone, since they are shown
// under the headline that they have.
func (r *reader) related(text string) (list []store.Related) {
	if m := addressed.FindStringSubmatch(text); m != nil {
		return []store.Related{{Title: m[1], URL: m[2]}}
	}
	for _, name := range relatedSep.Split(text, -1) {
		id, ok := store.ParseID(name)
		if !ok {
			id, ok = r.desk.Site.ArticleAt(name)
		}
		if !ok {
			r.in.fault("related", "%q is no article here: write its title before its address, such as \"Related: Title <%s>\"", name, name)
			continue
		}
		list = append(list, store.Related{Title: string(id), URL: r.desk.Site.At("/article/" + string(id))})
	}
	return list
}

// isNote reports whether a line begins a text that readers are to see, or
// editors, and that may go on in the next line.
func isNote(text string) bool {
	field, value := headerOf(paragraph{text: text, raw: text})
	return field == "correction_note" && value != ""
}

// header takes in a header line.
func (r *reader) header(p paragraph, field, value string) {
	a, in := &r.in.Article, r.in
	text := strings.TrimSpace(value)
	once := func(to *string) {
		if *to != "" && *to != text {
			in.fault(field, "is there twice, on line %d for the second time: leave one out", p.line)
		}
		*to = text
	}
	switch field {
	case "category":
		r.categoryLine(p.line, text) // with a find of its own
		return
	case "headline":
		once(&a.Headline)
	case "byline":
		a.Byline = append(a.Byline, authorOf(text))
	case "summary":
		more(&a.Summary, value, &r.summaries)
	case "rights":
		more(&a.Rights, value, &r.rights)
	case "correction_note":
		more(&a.CorrectionNote, value, &r.corrections)
	case "editor_note":
		more(&a.EditorNote, value, &r.notes)
	case "dateline.place":
		once(&a.Dateline.Place)
	case "dateline.agency":
		once(&a.Dateline.Agency)
	case "dateline.date":
		if d, ok := dayOf(text); ok {
			text = d.date(r.reference())
		}
		once(&a.Dateline.Date) // what is no day the check refuses
	case "credit.agency":
		once(&a.Credit.Agency)
	case "credit.sign_off":
		once(&a.Credit.SignOff)
	case "language":
		once(&a.Language)
	case "slug":
		once(&a.Slug)
	case "guid":
		once(&a.GUID)
	case "status":
		once(&in.said)
	case "enclosure", "enclosure.caption", "enclosure.credit":
		r.enclosure(p, field, value)
	default:
		r.value(field, text)
	}
	if text != "" {
		in.find(p.line, field, text)
	}
}

// value takes in the value of a header line that is a list, a number or a
// time.
func (r *reader) value(field, text string) {
	a := &r.in.Article
	switch field {
	case "tags":
		a.Tags = append(a.Tags, strings.Split(text, ",")...)
	case "tag":
		a.Tags = append(a.Tags, text)
	case "subjects":
		a.Subjects = append(a.Subjects, subjectSep.Split(text, -1)...)
	case "related":
		a.Related = append(a.Related, r.related(text)...)
	case "urgency":
		var err error
		if a.Urgency, err = strconv.Atoi(text); err != nil {
			r.in.fault(field, "must be a number from 1 to 9, such as \"Urgency: 3\"")
		}
	case "expires":
		r.in.metaTime(field, &a.Expires, text)
	case "published":
		r.in.metaTime(field, &a.Published, text)
	case "updated":
		r.in.metaTime(field, &a.Updated, text)
	}
}

var subjectSep = regexp.MustCompile(`,?\s+`)

// more adds a line to a text. The lines of a text are header lines with the
// same name; count says how many there were.
func more(to *string, value string, count *int) {
	if *count++; len(*to) > store.MaxText { // too long already
		return
	}
	if *count > 1 {
		*to += "\n"
	}
	*to += value
}

// enclosure takes in a line of an enclosure: its URL, its type, and what else
// is known, "Enclosure: https://… image/jpeg 12345 800x600"; or its caption or
// credit.
func (r *reader) enclosure(p paragraph, field, value string) {
	list := &r.in.Article.Enclosures
	if field == "enclosure" {
		words := append(strings.Fields(value), "", "")
		e := store.Enclosure{URL: words[0], Type: words[1]}
		for _, w := range words[2:] {
			if width, height, ok := strings.Cut(w, "x"); ok {
				e.Width, _ = strconv.Atoi(width)
				e.Height, _ = strconv.Atoi(height)
			} else if w != "" {
				e.Length, _ = strconv.ParseInt(w, 10, 64)
			}
		}
		*list, r.captions = append(*list, e), 0
		return
	}
	if len(*list) == 0 {
		r.in.fault("enclosures", "line %d says something of an enclosure that is not there: write \"Enclosure: ADDRESS TYPE\" before it", p.line)
		return
	}
	last := &(*list)[len(*list)-1]
	if field == "enclosure.credit" {
		last.Credit = value
		return
	}
	more(&last.Caption, value, &r.captions)
}

// authorOf is the author that a header line names: "Ana Sá", or with an
// address and a page, "Ana Sá <ana@example.com> <https://example.com/ana>".
func authorOf(text string) (a store.Author) {
	a.Name = text
	var ends []string
	for len(ends) < 2 {
		m := bracketed.FindStringSubmatch(a.Name)
		if m == nil {
			break
		}
		a.Name, ends = m[1], append([]string{m[2]}, ends...)
	}
	switch {
	case len(ends) == 2:
		a.Email, a.URL = ends[0], ends[1]
	case len(ends) == 1 && strings.Contains(ends[0], "://"):
		a.URL = ends[0]
	case len(ends) == 1:
		a.Email = ends[0]
	}
	return a
}

var bracketed = regexp.MustCompile(`^(.*?) ?<([^<> ]*)>$`)
