package wire

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"dateline/feed/clean"
	"dateline/store"
)

// readText reads wire copy: a category line, the headline, perhaps a byline
// and a correction, then the copy itself, whose first paragraph begins with
// the dateline and whose last ends with the credit, and the sign-off.
func (d Desk) readText(text string, o Options) (in draft) {
	p := dropFurniture(d.paragraphs(text))
	a := &in.Article
	start := slices.IndexFunc(p, hasDateline)
	p = d.head(&in, p, start, o)
	if len(p) == 0 {
		in.fault("body", "is missing: after the headline, leave a blank line and write the copy")
		return in
	}
	a.Dateline, p[0] = splitDateline(p[0], o.Now)
	if signOff.MatchString(p[len(p)-1]) {
		a.Credit.SignOff, p = p[len(p)-1], p[:len(p)-1]
	}
	if len(p) > 0 {
		last := len(p) - 1
		a.Credit.Agency, p[last] = splitCredit(p[last], a.Dateline.Agency)
	}
	a.Body = clean.Paragraphs(strings.Join(p, "\n\n"))
	return in
}

// head takes the lines before the copy off p. start is the paragraph with the
// dateline; -1 when there is none.
func (d Desk) head(in *draft, p []string, start int, o Options) []string {
	a := &in.Article
	// The first line is a category when it names one, or when a headline
	// stands between it and the copy.
	if len(p) > 0 {
		_, known := d.Slug(p[0])
		if known || start >= 2 && !isByline(p[1]) && !isCorrection(p[1]) {
			a.Categories, p = p[:1], p[1:]
		}
	}
	if len(p) > 0 && (!hasDateline(p[0]) || start < 0) {
		a.Headline, p = p[0], p[1:]
	}
	for len(p) > 0 {
		switch {
		case isCorrection(p[0]):
			a.CorrectionNote = correction.FindStringSubmatch(p[0])[1]
		case isByline(p[0]):
			a.Byline = authors(p[0])
		default:
			return p
		}
		p = p[1:]
	}
	return p
}

// paragraphs divides a text at blank lines, or at every line when it has none.
// The lines before the copy may stand without blank lines between them: a
// first paragraph of short lines is divided as well.
func (d Desk) paragraphs(text string) (list []string) {
	text = clean.Text(text)
	blocks := blank.Split(text, -1)
	for i, block := range blocks {
		lines := strings.Split(block, "\n")
		switch {
		case len(blocks) == 1 || i == 0 && isHead(lines):
		case i == 0 && d.has(lines[0]):
			lines = unwrap(lines)
		default:
			lines = []string{block}
		}
		for _, line := range lines {
			if line = clean.Line(line); line != "" {
				list = append(list, line)
			}
		}
	}
	return list
}

func (d Desk) has(name string) bool {
	_, ok := d.Slug(name)
	return ok
}

var blank = regexp.MustCompile(`\n[ \t\p{Zs}]*\n`)

// unwrap joins the headline below a category again.
func unwrap(lines []string) []string {
	end := 1
	for end < len(lines) && !isByline(lines[end]) && !isCorrection(lines[end]) {
		end++
	}
	return append([]string{lines[0], strings.Join(lines[1:end], " ")}, lines[end:]...)
}

// isHead reports whether the lines are a category and a headline, not a
// headline that was wrapped.
func isHead(lines []string) bool { return len(lines) == 2 && len(lines[0]) < 40 }

// furniture is what a web page says around an article.
var furniture = []string{
	"related articles", "related stories", "related", "read more", "read also", "more on this",
	"back to top button", "back to top", "share", "share this", "share this article", "print", "email",
	"facebook", "twitter", "x", "linkedin", "whatsapp", "telegram", "reddit", "copy link",
	"advertisement", "leave a reply", "comments", "tags", "next", "previous",
}

func isFurniture(line string) bool {
	return slices.Contains(furniture, strings.ToLower(strings.Trim(line, " :.…")))
}

// dropFurniture drops it before the copy, behind the sign-off, and at the end.
// Within the copy such a line is copy.
func dropFurniture(p []string) []string {
	begin, end := max(0, slices.IndexFunc(p, hasDateline)), len(p)
	for i, line := range p {
		if i >= begin && signOff.MatchString(line) {
			end = i
			break
		}
	}
	for end == len(p) && end > begin && isFurniture(p[end-1]) {
		p, end = p[:end-1], end-1
	}
	var kept []string
	for i, line := range p {
		if i >= begin && i <= end || !isFurniture(line) {
			kept = append(kept, line)
		}
	}
	return kept
}

// dateline is place, date and agency before the first words of copy, ended by
// a dash: "Nur-Sultan, Jan 10 (EFE).- ", "KHARTOUM, Nov 22 (Agency) - ",
// "LONDON — ". The groups are place, month, day, year, agency.
var dateline = regexp.MustCompile(
	`^(\p{Lu}[\p{L}\p{M}\p{N}.'’/ -]*(?:, ?\p{Lu}[\p{L}\p{M}.'’ -]*)*?)` +
		`(?:, (` + months + `)\.? (\d{1,2})(?:, (\d{4}))?)?` +
		`(?: ?\(([^()]{1,40})\))? ?\.?[-–—]{1,2} `)

const months = `Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?`

// matchDateline is the groups of a dateline; nil when the paragraph begins
// with none. A bare place is one only in capitals, or any sentence with a dash
// would be.
func matchDateline(paragraph string) []string {
	m := dateline.FindStringSubmatch(paragraph)
	if m == nil || len(m[1]) > 100 {
		return nil
	}
	if m[2] == "" && m[5] == "" && m[1] != strings.ToUpper(m[1]) {
		return nil
	}
	return m
}

func hasDateline(paragraph string) bool { return matchDateline(paragraph) != nil }

// splitDateline takes the dateline off a paragraph.
func splitDateline(paragraph string, now time.Time) (store.Dateline, string) {
	m := matchDateline(paragraph)
	if m == nil {
		return store.Dateline{}, paragraph
	}
	return store.Dateline{
		Place: strings.TrimSpace(m[1]), Agency: strings.TrimSpace(m[5]), Date: datelineDate(m[2], m[3], m[4], now),
	}, paragraph[len(m[0]):]
}

// datelineDate is the date of a dateline. Without a year it is the nearest
// that is not in the future; a day of grace allows for places where it is
// tomorrow already. It is empty for a day that no month has.
func datelineDate(month, day, year string, now time.Time) string {
	if month == "" {
		return ""
	}
	text := month[:3] + " " + day + " "
	if year != "" {
		t, err := time.Parse("Jan 2 2006", text+year)
		if err != nil {
			return ""
		}
		return t.Format(time.DateOnly)
	}
	latest := now.UTC().AddDate(0, 0, 1)
	for back := range 9 { // eight years hold every February 29
		t, err := time.Parse("Jan 2 2006", text+latest.AddDate(-back, 0, 0).Format("2006"))
		if err == nil && !t.After(latest) {
			return t.Format(time.DateOnly)
		}
	}
	return ""
}

// signOff is the initials of those who wrote and edited: "kk-bsi/smq/jt".
var signOff = regexp.MustCompile(`^\(?[a-z]{1,5}(?:[-/][a-z]{1,5})+\)?$`)

// credit is an agency's name right behind the last sentence.
var credit = regexp.MustCompile(`^(.*[.!?…]["”’»)]*)( ?)(\p{Lu}[\p{Lu}\p{N}]{1,9})$`)

// splitCredit takes the agency off the last paragraph. Behind a space it may
// be the beginning of anything, and counts only when it is the dateline's.
func splitCredit(paragraph, agency string) (string, string) {
	m := credit.FindStringSubmatch(paragraph)
	if m == nil || m[2] != "" && m[3] != agency {
		return "", paragraph
	}
	return m[3], m[1]
}

var correction = regexp.MustCompile(`^CORRECTION[:.] ?(.+)$`)

func isCorrection(paragraph string) bool { return correction.MatchString(paragraph) }

var (
	byline    = regexp.MustCompile(`^By ((?:\p{Lu}|d[aeiou]s? |v[ao]n )[^!?]{0,120}[^.!?:,])$`)
	bylineSep = regexp.MustCompile(`\s*(?:,|;| and | & )\s*`)
)

// isByline reports whether the paragraph is "By" and a few names.
func isByline(paragraph string) bool { return byline.MatchString(paragraph) }

func authors(paragraph string) (list []store.Author) {
	for _, name := range bylineSep.Split(byline.FindStringSubmatch(paragraph)[1], -1) {
		if name != "" {
			list = append(list, store.Author{Name: name})
		}
	}
	return list
}
