package wire

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"dateline/store"
)

// noTime is for datelines whose day does not matter.
var noTime time.Time

// plan says which lines before the copy are known by their place. Each is the
// number of a paragraph, -1 when there is none.
type plan struct {
	category, headline, standfirst int
	start                          int // where the copy begins
}

// plan finds where the copy begins: at the first paragraph, behind category and
// headline, that begins with a dateline, or that no other rule knows.
func (r *reader) plan() plan {
	named := map[string]bool{} // what header lines give
	var plain []int
	start := len(r.p)
	for i, p := range r.p {
		field, _ := headerOf(p)
		switch {
		case field != "":
			named[field] = true
		case p.literal:
			plain = append(plain, i)
		case isDateline(p.text):
			start = i
		case !r.isHead(p, len(plain) > 0 || named["headline"]):
			plain = append(plain, i)
		}
		if start == i {
			if is, ok := r.roles(plain, named, true); ok {
				is.start = i
				return is
			}
			break
		}
		if len(plain) > 4 {
			break
		}
	}
	is, _ := r.roles(plain, named, false)
	is.start = 0
	for _, i := range []int{is.category, is.headline} {
		is.start = max(is.start, i+1)
	}
	for is.start < len(r.p) && r.isHead(r.p[is.start], true) {
		is.start++
	}
	return is
}

// isHead reports whether a paragraph stands before copy, and in none.
func (r *reader) isHead(p paragraph, headline bool) bool {
	field, _ := headerOf(p)
	return field != "" || !p.literal && (isFurniture(p.text) || isAdvisory(p.text) || headline && (isByline(p.text) || isBelowHeadline(p.text)))
}

// isBelowHeadline reports whether a line below the headline says nothing of
// the article: the agency of the byline, or the day of the page.
func isBelowHeadline(text string) bool {
	d, ok := dayOf(text)
	return isAgency(text) || ok && d.year != 0
}

func isAdvisory(text string) bool { return isBracketed(text) || advisory.MatchString(text) }

// roles gives the lines before the copy their places. With a dateline below
// them they are category, headline and standfirst; ok is false when there are
// more, so that the dateline is one within copy.
func (r *reader) roles(plain []int, named map[string]bool, dateline bool) (is plan, ok bool) {
	is = plan{category: -1, headline: -1, standfirst: -1}
	text := func(i int) string { return r.p[plain[i]].text }
	if !named["category"] && len(plain) > 0 && !r.p[plain[0]].literal {
		known := r.desk.has(text(0))
		if known || r.mayBeCategory(plain, named["headline"], dateline) {
			is.category, plain = plain[0], plain[1:]
		}
	}
	if !named["headline"] && len(plain) > 0 {
		is.headline, plain = plain[0], plain[1:]
	}
	switch {
	case len(plain) == 0:
		return is, true
	case len(plain) == 1 && dateline && !named["summary"] && !r.p[plain[0]].literal:
		o, _, _ := readDateline(r.p[plain[0]+1:][0].text)
		is.standfirst = plain[0]
		return is, o.dated || o.agency != "" || !isSentence(text(0))
	}
	return is, false
}

// mayBeCategory reports whether the first line, which no category has for a
// name, is meant for one: it is short, and a headline stands between it and the
// copy; or, where nothing shows the copy's beginning, it is nearly the name of
// one.
func (r *reader) mayBeCategory(plain []int, named, dateline bool) bool {
	first := r.p[plain[0]].text
	if named || len(plain) < 2 || utf8.RuneCountInString(first) > 40 || len(strings.Fields(first)) > 5 || endsSentence(first) {
		return false
	}
	return dateline || len(plain) > 2 && !isSentence(r.p[plain[1]].text) && r.desk.nearest(first) != ""
}

// head takes in the lines before the copy.
func (r *reader) head() {
	is := r.plan()
	for i, p := range r.p[:is.start] {
		field, value := headerOf(p)
		switch {
		case field != "":
			r.header(p, field, value)
		case i == is.category:
			r.categoryLine(p.line, p.text)
		case i == is.headline:
			r.headline(p)
		case i == is.standfirst:
			r.in.Summary = p.text
			r.in.doubt(p.line, "summary", p.text, "it stands between headline and dateline: if it is a summary, write \"Summary:\" before it; if it is copy, put a backslash before it")
		case r.furniture(p):
		case isByline(p.text):
			r.byline(p)
		case isBelowHeadline(p.text):
			r.in.doubt(p.line, leftOut, p.text, "it stands below the headline, and is no part of a dateline there: if it is copy, put a backslash before it")
		default:
			r.advisory(p)
		}
	}
	r.p = r.p[is.start:]
	if r.in.Headline == "" {
		r.in.fault("headline", "is missing: write it on a line of its own, above the copy")
	}
}

// categoryLine takes in a line that names a category, or several.
func (r *reader) categoryLine(line int, text string) {
	names := []string{text}
	if !r.desk.has(text) {
		if parts := categorySep.Split(text, -1); slices.ContainsFunc(parts, r.desk.has) {
			names = parts
		}
	}
	for _, name := range names {
		slug, ok := r.desk.Slug(name)
		switch {
		case r.o.Category != "" && ok:
			r.in.find(line, leftOut, name) // filed elsewhere
			continue
		case r.o.Category != "":
			r.in.doubt(line, leftOut, name, "it stands where the category does, and no category has that name: if it is the headline, write \"Headline:\" before it")
			continue
		case !ok:
			r.in.doubt(line, "category", name, "no category has that name")
		default:
			r.in.find(line, "category", slug)
		}
		r.in.Categories = append(r.in.Categories, name)
	}
}

var categorySep = regexp.MustCompile(` ?[,;|/] ?`)

// headlineTag is a word of the wire before a headline: "UPDATE 1-".
var headlineTag = regexp.MustCompile(`^(?:\((?:CORRECTED|UPDATED?|REFILED?|REPEAT)\)|(?:CORRECTED|CORRECTION|CORREGIDO|CORRECCIÓN|CORRIGÉ|RECTIFICATIF|BERICHTIGUNG|KORREKTUR|CORRIGIDO|CORREÇÃO|CORRETTO|UPDATED?|ACTUALIZA|ACTUALIZACIÓN|AKTUALISIERT|` +
	`ATUALIZA|REFILED?|RPT|REPEAT|WRAPUP|LEAD)(?: \d{1,2})?(?:-| - | ?[:–—] ?|/))\s*`)

// headline takes in the headline without the tags of the wire, which say that
// there is an article to correct or to bring up to date.
func (r *reader) headline(p paragraph) {
	text, tags, doubt := p.text, "", p.doubt
	if !p.literal {
		text = strings.TrimSuffix(strings.TrimPrefix(text, "^"), "<")
		for {
			tag := headlineTag.FindString(text)
			if tag == "" || tag == text {
				break
			}
			text, tags = text[len(tag):], tags+tag
		}
	}
	if tags != "" {
		doubt = "the tag " + strings.TrimSpace(tags) + " is left out: to change the article that was filed before, use `dateline article correct ID`"
		if strings.Contains(tags, "CORR") || strings.Contains(tags, "RECT") || strings.Contains(tags, "BERICHT") || strings.Contains(tags, "KORR") {
			doubt += "; say what was wrong in a line \"CORRECTION: …\""
		}
	}
	r.in.Headline = text
	r.in.doubt(p.line, "headline", text, doubt)
}

// advisory takes in a note for editors.
func (r *reader) advisory(p paragraph) {
	doubt := ""
	if corrects.MatchString(p.text) {
		doubt = "readers do not see it: to correct the article that was filed before, use `dateline article correct ID`, and say what was wrong in a line \"CORRECTION: …\""
	}
	if !advisory.MatchString(p.text) {
		doubt = "in brackets before the copy it is taken for a note to editors: if it is copy, put a backslash before it"
	}
	more(&r.in.EditorNote, p.text, &r.notes)
	r.in.doubt(p.line, "editor_note", p.text, doubt)
}

// corrects is how an advisory of a correction begins.
var corrects = regexp.MustCompile(`^[(\[](?i:corrects?|correcting|fixes|corrige|rectifie|recti?fica|berichtigt|korrigiert|corregge|poprawia|исправл\p{L}+|düzelt\p{L}+)\b`)

var (
	byline = regexp.MustCompile(`^(?:By|BY|by|Por|POR|Par|PAR|Von|VON|Door|DOOR|Di) ((?:\p{Lu}|d[aeiou]s? |v[ao]n )[^!?]{0,120}[^.!?:,])$`)
	// "By Ana Sá, Political Editor"
	roleWord  = regexp.MustCompile(`(?i)\b(?:editor|correspondent|reporter|writer|staff|desk|contributor|columnist|analyst|bureau chief|corresponsal|redactora?|redacción|enviad[oa] especial|journaliste|correspondante?|korrespondent(?:in)?|redakteur(?:in)?|inviat[oa])\b`)
	bylineSep = regexp.MustCompile(`\s*(?:,|;| and | AND | & | y | et | und | e | en )\s*`)
)

// isByline reports whether the paragraph is "By", in one of several languages,
// and a few names.
func isByline(text string) bool {
	m := byline.FindStringSubmatch(text)
	return m != nil && (strings.HasPrefix(strings.ToLower(text), "by ") || areNames(m[1]))
}

// areNames reports whether a text is a few names, as other languages' "by" may
// begin a headline.
func areNames(text string) bool {
	parts := bylineSep.Split(text, -1)
	return !slices.ContainsFunc(parts, func(part string) bool { return !nameShape.MatchString(part) })
}

var nameShape = regexp.MustCompile(`^\p{Lu}[\p{L}\p{M}.'’-]*(?: (?:\p{Lu}[\p{L}\p{M}.'’-]*|de|del|la|los|da|do|dos|das|di|van|von|der|den|le|du)){1,4}$`)

// authors are the names in a byline. A part that is somebody's role, or
// the name of a paper, is dropped, and given beside them.
func authors(text string) (list []store.Author, role string) {
	for _, name := range bylineSep.Split(byline.FindStringSubmatch(text)[1], -1) {
		if before, after, cut := strings.Cut(name, " | "); cut && role == "" { // "By Ana Sá | The Gazette"
			name, role = before, after
		}
		switch {
		case name == "":
		case len(list) > 0 && roleWord.MatchString(name):
			role = name
		default:
			list = append(list, store.Author{Name: name})
		}
	}
	return list, role
}

// byline takes in who wrote the copy.
func (r *reader) byline(p paragraph) {
	list, role := authors(p.text)
	r.in.Byline = append(r.in.Byline, list...)
	doubt := ""
	if role != "" {
		doubt = "\"" + role + "\" is left out"
	}
	r.in.doubt(p.line, "byline", p.text, doubt)
}
