package wire

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// footLine is what a line below the copy says.
type footLine struct {
	agency, signOff, rights string
	certain                 bool
}

var (
	// "kk-bsi/smq/jt", the initials of those who wrote and edited
	initialsLine = regexp.MustCompile(`^\(?[a-z]{1,5}(?:[-/][a-z]{1,5})+\)?$`)
	// "jt" alone
	oneInitial = regexp.MustCompile(`^[a-z]{2,4}$`)
	// "EFE kk/smq", "dpa yydd n1 ab"
	agencyInitials = regexp.MustCompile(`^(\p{L}[\p{L}\p{N}]{1,11})[ /](\(?[a-z]{1,5}(?:[-/][a-z]{1,5})+\)?|[a-z]{2,4}(?: [a-z0-9]{2,4}){0,3})$`)
	// "-- AP", "(EFE)", "AFP"
	agencyLine = regexp.MustCompile(`^(?:[-–—=]{1,3} ?|\()?([\p{Lu}\p{Ll}][\p{L}\p{N}/ -]{1,30})(?:\)\.?)?$`)
	// "© 2026 AFP. All rights reserved."
	copyrightLine = regexp.MustCompile(`^(?i)(?:©|\(c\)|copyright)(?: ©| \(c\))?,? ?(?:\d{4}(?:[-–]\d{2,4})?)?,? ?(?:by )?([^.©]{2,60}?)(?:(?:[.,;]| [-–—|]) ?(.*))?$`)
	copyrightYear = regexp.MustCompile(`^\D{0,20}\b\d{4}\b`)
	// "(Reporting by A; Editing by B)", with or without brackets
	reporting = regexp.MustCompile(`^(?i)(?:additional |with )?(?:reporting|writing|editing|compiled|written|edited|translation|translated|graphics|photography|produced) (?:by|from|in) \S.*$|` +
		`^\((?i)(?:additional reporting|editing|compiled|written|edited|translated|with (?:inputs?|reporting|files) from|reporting|writing|by \p{Lu}|con (?:la )?(?:colaboraci[óo]n|informaci[óo]n)|informaci[óo]n de|reporte|reportajes?|por \p{Lu}|editad[oa] por|traducid[oa] por|` +
		`reportage|avec|par \p{Lu}|rédigé|édité|version française|bericht|geschrieben von|redigiert|redaktion|mit material|reportagem|edição|com (?:reportagem|informações)|` +
		`tradotto|redazione|a cura di|verslag|bewerkt|redactie|autor|redagował|репортаж|сообщ|редактор|автор|перев|haber|düzenleme|editör|yazan)[^()]*(?:\([^()]*\)[^()]*)*\)\.?$`)
	// "Source: AFP"
	sourceLine = regexp.MustCompile(`^(?i)(?:source|fuente|quelle|fonte|bron|źródło|источник|kaynak|agencia)s? ?: ?(.{2,40})$`)
	// "…30 years ago.EFE", "… ago. (EFE)"
	gluedCredit = regexp.MustCompile(`^(.*[.!?…]["”’»)]*)( ?)(?:(\p{Lu}[\p{Lu}\p{N}]{1,9})|\((\p{L}[\p{L}\p{N}/ ]{1,30})\)\.?|(Lusa|Reuters|dpa|Xinhua|ANSA)|[-–—]{1,2} ?(\p{Lu}[\p{Lu}\p{N}]{1,9}))$`)
)

// isReporting reports whether a line says who reported, wrote and edited.
func isReporting(text string) bool {
	first, _, _ := strings.Cut(text, " ")
	return (text[0] == '(' || staffWords[strings.ToLower(first)]) && reporting.MatchString(text)
}

var staffWords = set("additional with reporting writing editing compiled written edited translation translated graphics photography produced")

// readFoot reads a line below the copy that has agency, sign-off or rights;
// ok is false when it is none. agency is the dateline's.
func readFoot(text, agency string) (f footLine, ok bool) {
	if text == "" {
		return f, false
	}
	isOurs := func(name string) bool { return name != "" && (name == agency || isAgency(name)) }
	if initialsLine.MatchString(text) {
		return footLine{signOff: text, certain: true}, true
	}
	if isReporting(text) {
		return footLine{signOff: text, certain: true}, true
	}
	if len(text) > 200 { // longer than any of these
		return f, false
	}
	if m := agencyInitials.FindStringSubmatch(text); m != nil && (isOurs(m[1]) || isCapitals(m[1]) && strings.Contains(m[2], "/")) {
		return footLine{agency: m[1], signOff: m[2], certain: isOurs(m[1])}, true
	}
	if m := copyrightLine.FindStringSubmatch(text); m != nil {
		name := strings.TrimPrefix(strings.TrimSpace(m[1]), "The ")
		if isOurs(name) || isOurs(m[1]) {
			return footLine{agency: strings.TrimSpace(m[1]), rights: text, certain: true}, true
		}
		return footLine{rights: text}, copyrightYear.MatchString(text)
	}
	if m := sourceLine.FindStringSubmatch(text); m != nil && isOurs(m[1]) {
		return footLine{agency: m[1], certain: true}, true
	}
	if m := agencyLine.FindStringSubmatch(text); m != nil && isOurs(m[1]) {
		return footLine{agency: m[1], certain: true}, true
	}
	return f, false
}

// isFootLine reports whether a line stands below copy, and in none.
func isFootLine(text string) bool {
	_, ok := readFoot(text, "")
	return ok || isFurniture(text) || isTags(text)
}

// isTags reports whether a line is one of keywords.
func isTags(text string) bool {
	field, value := headerOf(paragraph{text: text, raw: text})
	return field == "tags" && strings.TrimSpace(value) != "" && !isSentence(value)
}

// endMark is the word at the end of Xinhua's copy.
var endMark = regexp.MustCompile(` ?\bEnditem\.?$`)

// splitCredit takes the agency off the last paragraph. Behind a space it may
// be the beginning of anything, and counts only when it is the dateline's, or
// a known one in brackets. doubt says why it may be none.
func splitCredit(paragraph, agency string) (credit, rest, doubt string) {
	m := gluedCredit.FindStringSubmatch(paragraph)
	if m == nil {
		return "", paragraph, ""
	}
	name := m[3] + m[4] + m[5] + m[6]
	switch {
	case name == agency, m[3] == "" && isAgency(name):
		return name, m[1], ""
	case m[2] == "" && m[3] != "" && isAgency(name):
		return name, m[1], ""
	case m[2] == "" && m[3] != "":
		return name, m[1], "if it belongs to the copy, leave a space before it"
	}
	return "", paragraph, ""
}

// foot takes what stands below the copy off the paragraphs: page furniture,
// sign-off and credit lines.
func (r *reader) foot(agency string) {
	end := r.endOfSigned(r.endOfCopy())
	r.below(r.p[end:])
	r.p = r.p[:end]
	var signOffs []string
	for len(r.p) > 1 {
		last := r.p[len(r.p)-1]
		if last.literal {
			break
		}
		if advisory.MatchString(last.text) {
			r.p = r.p[:len(r.p)-1]
			r.advisory(last)
			continue
		}
		if r.tags(last) || r.furniture(last) {
			r.p = r.p[:len(r.p)-1]
			continue
		}
		f, ok := readFoot(last.text, agency)
		if !ok {
			if f, ok = r.loneInitial(last, agency); !ok {
				break
			}
		}
		r.p = r.p[:len(r.p)-1]
		r.footLine(last, f)
		if f.signOff != "" {
			signOffs = append(signOffs, f.signOff)
		}
	}
	if slices.Reverse(signOffs); r.in.Credit.SignOff == "" {
		r.in.Credit.SignOff = strings.Join(signOffs, " ")
	}
}

// loneInitial is a sign-off of one name, "jt", below copy that ends with its
// credit.
func (r *reader) loneInitial(p paragraph, agency string) (f footLine, ok bool) {
	if !oneInitial.MatchString(p.text) || len(r.p) < 2 || r.p[len(r.p)-2].literal {
		return f, false
	}
	credit, _, _ := splitCredit(r.p[len(r.p)-2].text, agency)
	_, above := readFoot(r.p[len(r.p)-2].text, agency)
	return footLine{signOff: p.text}, credit != "" || above
}

// footLine takes in a line below the copy.
func (r *reader) footLine(p paragraph, f footLine) {
	a, doubt := &r.in.Article, ""
	if !f.certain {
		doubt = "if it is copy, put a backslash before it"
	}
	switch {
	case f.agency != "" && f.rights != "":
		r.owner = cmp.Or(r.owner, f.agency)
	case f.agency != "":
		a.Credit.Agency = cmp.Or(a.Credit.Agency, f.agency)
		r.in.doubt(p.line, "credit.agency", f.agency, doubt)
	}
	if f.signOff != "" {
		r.in.doubt(p.line, "credit.sign_off", f.signOff, doubt)
	}
	switch {
	case f.rights != "" && f.certain:
		if a.Rights == "" {
			a.Rights = f.rights
		}
		r.in.find(p.line, "rights", f.rights)
	case f.rights != "":
		r.in.doubt(p.line, leftOut, p.text, "it may be the page's and not the copy's: to keep it, write \"Rights: "+p.text+"\" above the copy")
	}
}

// endOfCopy is the paragraph with which something else begins: what stands
// below a sign-off, or a list of other articles.
func (r *reader) endOfCopy() int {
	last := r.lastCopy()
	for i, p := range r.p {
		if i == 0 || p.literal {
			continue
		}
		if i >= last && (isSection(p.text) || isTagHeading(p.text)) {
			return i
		}
		if !initialsLine.MatchString(p.text) && !isReporting(p.text) {
			continue
		}
		end := i + 1
		for end < len(r.p) && !r.p[end].literal && isSignOff(r.p[end].text) {
			end++
		}
		if last >= end {
			r.in.fault("body", "goes on on line %d, below the sign-off on line %d: file one story at a time; if line %d is copy, put a backslash before it",
				r.p[end].line, p.line, p.line)
			return len(r.p)
		}
		return end
	}
	return len(r.p)
}

// endOfSigned is the paragraph, before end, with which something else begins
// below copy that ends with the name of its agency.
func (r *reader) endOfSigned(end int) int {
	for i, last := end-1, max(r.lastCopy(), 0); i >= last; i-- {
		p := r.p[i]
		if !p.literal && r.isSigned(p.text) {
			for i++; i < end && (isFootLine(r.p[i].text) || oneInitial.MatchString(r.p[i].text)); {
				i++
			}
			return i
		}
		if p.literal || isFootLine(p.text) && !isFurniture(p.text) {
			break // a sign-off
		}
	}
	return end
}

// maxCredit is more than the longest name of an agency at the end of copy has,
// in bytes.
const maxCredit = 120

// isSigned reports whether a paragraph ends with the name of an agency, as copy
// does.
func (r *reader) isSigned(text string) bool {
	credit, _, doubt := splitCredit(text[max(0, len(text)-maxCredit):], r.in.Dateline.Agency)
	return credit != "" && doubt == ""
}

func isSignOff(text string) bool {
	f, ok := readFoot(text, "")
	return ok && (f.signOff != "" || f.agency != "")
}

// lastCopy is the last paragraph that is copy for certain, -1 when there is
// none.
func (r *reader) lastCopy() int {
	for i, p := range slices.Backward(r.p) {
		if p.literal {
			return i
		}
		_, foot := readFoot(p.text, "")
		if !foot && !isFurniture(p.text) && (isSentence(p.text) || isDateline(p.text) || utf8.RuneCountInString(p.text) > 200) {
			return i
		}
	}
	return -1
}

// below leaves out what stands below the copy. What is not furniture for
// certain is said.
func (r *reader) below(list []paragraph) {
	section, keywords := false, false
	for _, p := range list {
		section = section || isSection(p.text)
		keywords = isTagHeading(p.text) || keywords && !isFurniture(p.text)
		switch f, ok := readFoot(p.text, r.in.Dateline.Agency); {
		case r.tags(p) || r.furniture(p):
		case ok:
			r.footLine(p, f)
		case keywords && !p.literal && len(strings.Fields(p.text)) <= 5:
			r.in.Tags = append(r.in.Tags, p.text)
			r.in.find(p.line, "tags", p.text)
		case section:
			r.in.find(p.line, leftOut, p.text)
		case guardOf(p) != "": // who wrote it there wanted it heeded
			r.guard(p, guardOf(p))
		default:
			r.in.doubt(p.line, leftOut, p.text, "it stands below the sign-off: if it is copy, put it above")
		}
	}
}

// furniture leaves out a line that is.
func (r *reader) furniture(p paragraph) bool {
	if p.literal || !isFurniture(p.text) {
		return false
	}
	r.in.find(p.line, leftOut, p.text)
	return true
}

// tags takes in a line of keywords below the copy.
func (r *reader) tags(p paragraph) bool {
	if p.literal || !isTags(p.raw) {
		return false
	}
	field, value := headerOf(p)
	r.header(p, field, value)
	return true
}
