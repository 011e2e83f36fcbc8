package wire

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"dateline/feed/clean"
	"dateline/store"
)

// writer writes one article.
type writer struct {
	desk       Desk
	a          store.Article
	paragraphs []string
	plain      style
	b          strings.Builder
}

func (w *writer) write() string {
	w.b.Reset()
	if w.plain.head {
		w.head()
	} else {
		w.plainHeaders()
	}
	w.headers()
	w.b.WriteString("\n")
	w.copy()
	return strings.TrimLeft(w.b.String(), "\n")
}

// line writes a header line, but no empty one.
func (w *writer) line(name, value string) {
	if value != "" {
		fmt.Fprintf(&w.b, "%s: %s\n", name, value)
	}
}

// text writes a text as header lines, one for each of its own.
func (w *writer) text(name, value string) {
	if value == "" {
		return
	}
	for line := range strings.SplitSeq(value, "\n") {
		fmt.Fprintf(&w.b, "%s: %s\n", name, line)
	}
}

// head writes category, headline, byline and correction as copy has them, or
// as header lines the ones that would read otherwise.
func (w *writer) head() {
	title := w.category()
	if title != "" {
		fmt.Fprintf(&w.b, "%s\n\n", title)
	} else {
		w.categories()
	}
	fmt.Fprintf(&w.b, "%s\n\n", w.a.Headline)
	if by := byNames(w.a.Byline); by != "" {
		fmt.Fprintf(&w.b, "%s\n\n", by)
	} else {
		w.byline()
	}
	if note := w.a.CorrectionNote; note != "" && !strings.Contains(note, "\n") {
		fmt.Fprintf(&w.b, "CORRECTION: %s\n\n", note)
	} else {
		w.text("Correction", note)
	}
}

// plainHeaders writes the same as header lines.
func (w *writer) plainHeaders() {
	w.categories()
	w.line("Headline", w.a.Headline)
	w.byline()
	w.text("Correction", w.a.CorrectionNote)
}

// category is the title of the only category, empty when it has none that
// names it.
func (w *writer) category() string {
	if len(w.a.Categories) != 1 {
		return ""
	}
	for _, c := range w.desk.Categories {
		if slug, _ := w.desk.Slug(c.Title); c.Slug == w.a.Categories[0] && slug == c.Slug && clean.Line(c.Title) == c.Title {
			return c.Title
		}
	}
	return ""
}

func (w *writer) categories() {
	for _, slug := range w.a.Categories {
		w.line("Category", slug)
	}
}

// byNames is a byline as copy has it, empty when it has no such form.
func byNames(list []store.Author) string {
	if len(list) == 0 {
		return ""
	}
	var names []string
	for _, a := range list {
		names = append(names, a.Name)
	}
	last := len(names) - 1
	text := names[last]
	if last > 0 {
		text = strings.Join(names[:last], ", ") + " and " + text
	}
	text = "By " + text
	if !isByline(text) {
		return ""
	}
	if again, role := authors(text); role != "" || !reflect.DeepEqual(again, list) {
		return ""
	}
	return text
}

func (w *writer) byline() {
	for _, a := range w.a.Byline {
		name := a.Name
		switch {
		case a.Email != "" && a.URL != "", strings.HasSuffix(name, ">"):
			name += " <" + a.Email + "> <" + a.URL + ">"
		case a.Email+a.URL != "":
			name += " <" + a.Email + a.URL + ">"
		}
		w.line("Byline", name)
	}
}

// headers writes what has no other place than header lines.
func (w *writer) headers() {
	a := &w.a
	w.line("Id", a.GUID)
	if a.Slug != clean.Slug(a.Headline) {
		w.line("Slug", a.Slug)
	}
	w.line("Published", instant(a.Published))
	w.line("Updated", instant(a.Updated))
	w.line("Embargo", instant(a.Embargo))
	w.line("Expires", instant(a.Expires))
	if a.Urgency != 0 {
		w.line("Urgency", strconv.Itoa(a.Urgency))
	}
	w.line("Language", a.Language)
	if slices.ContainsFunc(a.Tags, func(t string) bool { return strings.Contains(t, ",") }) {
		for _, t := range a.Tags {
			w.line("Tag", t)
		}
	} else {
		w.line("Tags", strings.Join(a.Tags, ", "))
	}
	for _, s := range a.Subjects {
		w.line("Subjects", s)
	}
	if a.Summary != summary(a.Body) {
		w.text("Summary", a.Summary)
	}
	w.text("Rights", a.Rights)
	w.text("Editor note", a.EditorNote)
	for _, r := range a.Related {
		w.line("Related", r.Title+" <"+r.URL+">")
	}
	w.enclosures()
	if w.datelineText() == "" {
		w.line("Dateline place", a.Dateline.Place)
		w.line("Dateline date", a.Dateline.Date)
		w.line("Dateline agency", a.Dateline.Agency)
	}
	if !w.plain.foot {
		w.line("Credit agency", a.Credit.Agency)
		w.line("Sign-off", a.Credit.SignOff)
	}
}

func (w *writer) enclosures() {
	for _, e := range w.a.Enclosures {
		text := e.URL + " " + e.Type
		if e.Length != 0 {
			text += fmt.Sprintf(" %d", e.Length)
		}
		if e.Width != 0 || e.Height != 0 {
			text += fmt.Sprintf(" %dx%d", e.Width, e.Height)
		}
		w.line("Enclosure", text)
		w.text("Enclosure caption", e.Caption)
		w.line("Enclosure credit", e.Credit)
	}
}

func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// datelineText is the dateline with the mark behind it, as copy has it; empty
// when it would read otherwise there.
func (w *writer) datelineText() string {
	d := w.a.Dateline
	if !w.plain.copy || d == (store.Dateline{}) || len(w.paragraphs) == 0 {
		return ""
	}
	var parts []string
	if d.Place != "" {
		parts = append(parts, d.Place)
	}
	if t, err := time.Parse(time.DateOnly, d.Date); err == nil {
		shown := t.Format("Jan 2")
		if again, _ := dayOf(shown); w.a.Published.IsZero() || again.date(w.a.Published) != d.Date {
			shown = t.Format("Jan 2, 2006")
		}
		parts = append(parts, shown)
	}
	text := strings.Join(parts, ", ")
	if d.Agency != "" {
		text = strings.TrimSpace(text + " (" + d.Agency + ")")
	}
	for _, mark := range []string{" — ", ".- "} {
		again, rest := splitDateline(text+mark+w.paragraphs[0], cmp.Or(w.a.Published, time.Unix(0, 0)))
		if again == d && rest == w.paragraphs[0] {
			return text + mark
		}
	}
	return ""
}

// copy writes the paragraphs, and what stands below them.
func (w *writer) copy() {
	before, below := w.datelineText(), ""
	if w.plain.foot {
		below = w.a.Credit.Agency
	}
	for i, p := range w.paragraphs {
		last := i == len(w.paragraphs)-1
		switch {
		case i == 0 && before != "":
			p = before + p
		case !w.plain.copy || w.looksElse(p):
			p = literalMark + p
		}
		if last && below != "" && !strings.HasPrefix(p, literalMark) {
			if credit, rest, _ := splitCredit(p+below, w.a.Dateline.Agency); credit == below && rest == p {
				p, below = p+below, ""
			}
		}
		fmt.Fprintf(&w.b, "%s\n", p)
		if !last {
			w.b.WriteString("\n")
		}
	}
	if below != "" {
		fmt.Fprintf(&w.b, "\n-- %s\n", below)
	}
	if w.plain.foot && w.a.Credit.SignOff != "" {
		fmt.Fprintf(&w.b, "\n%s\n", w.a.Credit.SignOff)
	}
}

// looksElse reports whether a paragraph could be taken for anything but copy.
func (w *writer) looksElse(p string) bool {
	_, _, mayBe := readDateline(p)
	credit, _, _ := splitCredit(p, w.a.Dateline.Agency)
	line := paragraph{text: p, raw: p}
	field, _ := headerOf(line)
	return strings.HasPrefix(p, literalMark) || field != "" || guardOf(line) != "" || isDateline(p) || mayBe != "" || credit != "" || isFootLine(p) || isSection(p) || isTagHeading(p) || isTags(p) || endMark.MatchString(p) ||
		isAdvisory(p) || isByline(p) || isBelowHeadline(p) || isEmbargo(p) || refusal(p, 0) != "" || oneInitial.MatchString(p)
}
