package ninjs

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"dateline/store"
)

// categoryNames are those by which the categories of an item may be known:
// first of the subjects that say that they are categories, then of the others.
// Keywords are none.
func categoryNames(doc *value) []string {
	var first, then []string
	for _, s := range doc.list("subjects") {
		names := []string{code(s), likelyCode(s), s.string("name"), s.string("literal")}
		switch s.string("rel") {
		case relCategory:
			first = append(first, names...)
		case relKeyword:
		default:
			then = append(then, names...)
		}
	}
	return once(append(first, then...))
}

// filing is the codes and the keywords of an item.
func filing(doc *value) (codes, tags []string) {
	for _, s := range doc.list("subjects") {
		switch s.string("rel") {
		case relCategory:
		case relKeyword:
			tags = append(tags, s.string("name"))
		default:
			codes = append(codes, code(s))
		}
	}
	return once(codes), once(tags)
}

// once is the texts of a list that are not empty, each once.
func once(list []string) (out []string) {
	seen := map[string]bool{"": true}
	for _, s := range list {
		if !seen[s] {
			out = append(out, s)
		}
		seen[s] = true
	}
	return out
}

var (
	codeShape = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_.+-]*:\S+$`)
	codeURI   = regexp.MustCompile(`^https?://cv\.iptc\.org/newscodes/(mediatopic|subjectcode)/([A-Za-z0-9]+)/?$`)
	eight     = regexp.MustCompile(`^\d{8}$`)
)

// code is that of a subject, with its scheme: "medtop:16000000". It is empty
// when the subject has none that is certain.
func code(s *value) string {
	if literal := s.string("literal"); codeShape.MatchString(literal) {
		return literal
	}
	if m := codeURI.FindStringSubmatch(s.string("uri")); m != nil {
		if m[1] == "mediatopic" {
			return "medtop:" + m[2]
		}
		return "subj:" + m[2]
	}
	return ""
}

// likelyCode is a code of the IPTC that came without its scheme. The seventeen
// topics at the top have the same number in both vocabularies; the rest of the
// media topics begin with 2.
func likelyCode(s *value) string {
	switch literal := s.string("literal"); {
	case !eight.MatchString(literal):
		return ""
	case literal[0] == '2' || strings.HasSuffix(literal, "000000"):
		return "medtop:" + literal
	default:
		return "subj:" + literal
	}
}

// readByline takes the authors, or else the names of the line that says by
// whom the item is. An agency behind the last name is credited.
func readByline(a *store.Article, doc *value) {
	for _, p := range doc.list("people") {
		if p.string("rel") == relAuthor && p.string("name") != "" {
			a.Byline = append(a.Byline, store.Author{Name: p.string("name"), Email: email(p), URL: httpOnly(p.string("uri"))})
		}
	}
	if a.Byline != nil {
		return
	}
	names, agency := splitBy(doc.string("by"), doc.string("language"))
	for _, name := range names {
		a.Byline = append(a.Byline, store.Author{Name: name})
	}
	if a.Credit.Agency == "" {
		a.Credit.Agency = agency
	}
}

func email(person *value) string {
	for _, c := range person.list("contactInfo") {
		if c.string("type") == "email" && c.string("value") != "" {
			return c.string("value")
		}
	}
	return ""
}

// byWords are those before the names, by language.
var byWords = map[string]string{
	"de": "Von", "sv": "Av", "nb": "Av", "nn": "Av", "no": "Av", "da": "Af", "fr": "Par", "es": "Por", "pt": "Por", "it": "Di", "nl": "Door",
}

var nameSeparator = regexp.MustCompile(`\s*(?:,|;)\s*(?:(?:and|und|och|og|et|y|e|en)\s+)?|\s+(?:and|&|und|och|og|et)\s+`)

// splitBy is the names of a byline such as "By A, B and C", and the agency
// behind the last, as in "Von A, dpa".
func splitBy(line, language string) (names []string, agency string) {
	line = strings.TrimSpace(line)
	language, _, _ = strings.Cut(strings.ToLower(language), "-")
	for _, word := range []string{"By", byWords[language]} {
		if len(line) > len(word) && word != "" && strings.EqualFold(line[:len(word)], word) && line[len(word)] == ' ' {
			line = strings.TrimSpace(line[len(word):])
			break
		}
	}
	for _, name := range nameSeparator.Split(line, -1) {
		if name != "" {
			names = append(names, name)
		}
	}
	if last := len(names) - 1; last > 0 && isAgency(names[last]) {
		return names[:last], names[last]
	}
	return names, ""
}

// isAgency reports whether a name is the abbreviation of an agency: "dpa",
// "EFE".
func isAgency(name string) bool {
	n := utf8.RuneCountInString(name)
	letters := !strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) })
	return letters && n >= 2 && n <= 5 && (name == strings.ToLower(name) || name == strings.ToUpper(name))
}
