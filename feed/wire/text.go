package wire

import (
	"cmp"
	"strings"
	"time"

	"dateline/feed/clean"
)

// reader reads one piece of wire copy.
type reader struct {
	desk Desk
	o    Options
	in   *draft
	p    []paragraph // what is left to read

	owner string // the agency of a copyright line below the copy

	summaries, rights, corrections, notes, captions int // lines of each text so far
}

// readText reads wire copy: a category line, the headline, perhaps a byline
// and a correction, then the copy itself, whose first paragraph begins with
// the dateline and whose last ends with the credit, and the sign-off. Header
// lines, "Urgency: 3", may stand before the copy, and say what has no other
// place. Around all that there may be page furniture, which is left out. A
// backslash before a line makes copy of it, or the headline, whatever it looks
// like.
func (d Desk) readText(text string, o Options) (in draft) {
	r := reader{desk: d, o: o, in: &in, p: d.divide(text)}
	r.signals()
	r.head()
	if len(r.p) == 0 {
		if in.Summary == "" {
			in.fault("body", "is missing: after the headline, leave a blank line and write the copy")
		}
		return in
	}
	line := r.p[0].line
	r.dateline()
	r.foot(in.Dateline.Agency)
	r.copy()
	if in.Body == "" && in.Summary == "" {
		in.fault("body", "is missing: there is no copy from line %d on", line)
	}
	return in
}

// reference is the time that a day without a year is taken to be near.
func (r *reader) reference() time.Time {
	if t := r.in.Published; !t.IsZero() {
		return t
	}
	return r.o.Now
}

// dateline takes the dateline off the first paragraph.
func (r *reader) dateline() {
	p, in, d := &r.p[0], r.in, &r.in.Dateline
	if p.literal {
		return
	}
	o, ok, doubt := readDateline(p.text)
	if p.doubt == "" {
		p.doubt = doubt
	}
	if !ok {
		return
	}
	p.text = o.rest
	take := func(field string, to *string, value, doubt string) {
		if value == "" {
			return
		}
		if *to != "" && *to != value {
			in.fault(field, "is there twice, as %q above the copy and as %q on line %d: leave one out", *to, value, p.line)
		}
		*to = value
		in.doubt(p.line, field, value, doubt)
	}
	take("dateline.place", &d.Place, o.place, "")
	if o.dated {
		date := o.day.date(r.reference())
		if date == "" {
			in.fault("dateline.date", "is a day that is none, on line %d: write such as Jan 10, or Jan 10, 2026", p.line)
		}
		take("dateline.date", &d.Date, date, o.day.doubt(date, r.reference()))
	}
	take("dateline.agency", &d.Agency, o.agency, "")
}

// copy takes in the body, and the credit at its end.
func (r *reader) copy() {
	var body []string
	section := false // this stands below a heading of other articles
	for i, p := range r.p {
		agency, doubt := "", ""
		if i == len(r.p)-1 && !p.literal {
			if mark := endMark.FindString(p.text); mark != "" && mark != p.text {
				p.text = strings.TrimSuffix(p.text, mark)
				r.in.find(p.line, leftOut, strings.TrimSpace(mark))
			}
			agency, p.text, doubt = splitCredit(p.text, r.in.Dateline.Agency)
		}
		if p.text != "" {
			if p.doubt == "" && i > 0 {
				p.doubt = lookAlike(p)
			}
			if section = p.doubt == "" && (section || isSection(r.p[max(0, i-1)].text)) && !isSentence(p.text); section {
				p.doubt = "it may be the headline of another article, below page furniture: if it is, take it out"
			}
			if p.doubt == "" && i < len(r.p)-1 && !p.literal && r.isSigned(p.text) {
				p.doubt = "it ends with the name of an agency, as copy does, and more stands below it: if that is none of it, take it out"
			}
			r.in.doubt(p.line, "body", p.text, p.doubt)
			body = append(body, p.text)
		}
		if agency != "" {
			r.in.Credit.Agency = cmp.Or(r.in.Credit.Agency, agency)
			r.in.doubt(p.line, "credit.agency", agency, doubt)
		}
	}
	r.in.Body = clean.Paragraphs(strings.Join(body, "\n\n"))
	r.in.Credit.Agency = cmp.Or(r.in.Credit.Agency, r.owner)
}

// lookAlike says what a paragraph within the copy looks like.
func lookAlike(p paragraph) string {
	if p.literal {
		return ""
	}
	field, _ := headerOf(p)
	_, foot := readFoot(p.text, "")
	switch {
	case field != "":
		return "it looks like a header line: if it is one, put it above the copy"
	case guardOf(p) == "embargo":
		return "it may be meant to keep the copy back, and stands within it: if it is, write \"Embargo: …\" above the copy"
	case guardOf(p) != "":
		return "it may be meant for editors alone, and stands within the copy: if it is, write \"Editor note: …\" above the copy"
	case isFurniture(p.text), isSection(p.text):
		return "it looks like page furniture, and stands within the copy: if it is none of it, take it out"
	case foot:
		return "it looks like a credit or a sign-off, and stands within the copy: if it is one, put it below"
	case isDateline(p.text):
		return "it begins with a dateline: if it is another story, file it by itself"
	case advisory.MatchString(p.text):
		return "it looks like a note to editors: if it is one, put it above the copy"
	}
	return ""
}
