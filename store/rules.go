package store

import (
	"fmt"
	"net/mail"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// The limits of an article. They are far above what copy needs, and there so
// that one article cannot make a feed unreadable.
const (
	MaxLine = 1000     // bytes of a GUID, headline, name, URL, tag
	MaxText = 16 << 10 // bytes of a summary or a note
	MaxBody = 1 << 20  // bytes of a body
	MaxList = 200      // authors, categories, tags, subjects, enclosures
	maxSlug = 100      // characters, and
	maxPath = 200      // bytes of a slug: it may become the name of a file
)

var (
	categoryShape = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	languageShape = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$`)
	mediaShape    = regexp.MustCompile(`^[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*$`)
	subjectShape  = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_.+-]*:\S+$`)
	urnShape      = regexp.MustCompile(`(?i)^urn:[a-z0-9][a-z0-9-]{0,30}[a-z0-9]:.`)                // RFC 8141 §2
	uuidShape     = regexp.MustCompile(`(?i)^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)  // RFC 9562 §4
	tagShape      = regexp.MustCompile(`^tag:([a-z0-9._-]+@)?[a-z0-9.-]+,\d{4}(-\d{2}(-\d{2})?)?:`) // RFC 4151 §2.1
	schemeShape   = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:\S+$`)
)

// Check is everything that is wrong with the article as it is to be filed, nil
// when nothing is. Engines refuse an article with a fault.
func (a Article) Check() []Fault {
	var c checker
	if _, ok := a.ID.Bytes(); !ok {
		c.fault("id", "is not a ULID")
	}
	c.guid(a.GUID)
	if !IsSlug(a.Slug) {
		c.fault("slug", "must be letters and digits joined by single hyphens, at most 100 characters and 200 bytes")
	}
	if c.line("headline", a.Headline); a.Headline == "" {
		c.fault("headline", "is missing")
	}
	c.text("summary", a.Summary, MaxText)
	c.text("body", a.Body, MaxBody)
	if a.Body == "" && a.Summary == "" {
		c.fault("body", "is missing: an article needs a body or a summary")
	}
	c.dateline(a.Dateline)
	c.line("credit.agency", a.Credit.Agency)
	c.line("credit.sign_off", a.Credit.SignOff)
	c.text("rights", a.Rights, MaxText)
	c.text("correction_note", a.CorrectionNote, MaxText)
	c.text("editor_note", a.EditorNote, MaxText)
	if c.text("language", a.Language, 35); a.Language != "" && !languageShape.MatchString(a.Language) {
		c.fault("language", `must be a BCP 47 tag, such as "en" or "pt-BR"`)
	}
	if a.Urgency < 0 || a.Urgency > 9 {
		c.fault("urgency", "must be from 1 to 9, or left out")
	}
	if !a.Expires.IsZero() && !a.Embargo.IsZero() && !a.Expires.After(a.Embargo) {
		c.fault("expires", "must be later than the embargo")
	}
	c.years(a)
	c.byline(a.Byline)
	c.enclosures(a.Enclosures)
	c.related(a.Related)
	c.origins(a)
	c.filing(a)
	return c.faults
}

// IsCategory reports whether s has the shape of a category's slug.
func IsCategory(s string) bool { return len(s) <= maxSlug && categoryShape.MatchString(s) }

// IsSlug reports whether s can stand at the end of an article's address:
// letters and digits of any script, joined by single hyphens.
func IsSlug(s string) bool {
	if s == "" || utf8.RuneCountInString(s) > maxSlug || len(s) > maxPath || !utf8.ValidString(s) {
		return false
	}
	for part := range strings.SplitSeq(s, "-") {
		if part == "" || strings.ContainsFunc(part, func(r rune) bool {
			return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
		}) {
			return false
		}
	}
	return true
}

// IsLegal reports whether s is valid UTF-8 with only the characters that
// XML 1.0 §2.2 allows.
func IsLegal(s string) bool {
	for i := range len(s) { // most are ASCII
		if c := s[i]; c >= utf8.RuneSelf {
			return utf8.ValidString(s[i:]) && !strings.ContainsFunc(s[i:], func(r rune) bool { return !IsLegalRune(r) })
		} else if c < ' ' && c != '\t' && c != '\n' && c != '\r' {
			return false
		}
	}
	return true
}

// IsLegalRune reports whether XML 1.0 §2.2 allows the character.
func IsLegalRune(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' ||
		r >= 0x20 && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD || r >= 0x10000 && r <= 0x10FFFF
}

// checker gathers the faults of one article.
type checker struct{ faults []Fault }

func (c *checker) fault(field, format string, args ...any) {
	c.faults = append(c.faults, Fault{field, fmt.Sprintf(format, args...)})
}

// text checks what any text keeps.
func (c *checker) text(field, s string, limit int) {
	if len(s) > limit {
		c.fault(field, "is %d bytes long; at most %d are kept", len(s), limit)
	}
	if !IsLegal(s) {
		c.fault(field, "has bytes that are not UTF-8, or characters that XML does not allow")
	}
}

// line checks a text that stands on one line.
func (c *checker) line(field, s string) {
	c.text(field, s, MaxLine)
	if strings.ContainsAny(s, "\r\n\t") || s != strings.TrimSpace(s) {
		c.fault(field, "must stand on one line, without spaces around it")
	}
}

// notInIRI are the characters that stand neither in a URI (RFC 3986 §2) nor in
// an IRI (RFC 3987 §2.2).
const notInIRI = " \"<>\\^`{|}"

// guid checks that a GUID is an IRI: feed readers and checkers take offence at
// any other.
func (c *checker) guid(s string) {
	c.line("guid", s)
	if !isIRI(s) {
		c.fault("guid", "must be an absolute IRI, right by the rules of its scheme, such as tag:example.com,2026:1")
	}
}

// isIRI reports whether s is an absolute IRI that is right by the rules of its
// scheme, as far as we know it.
func isIRI(s string) bool {
	scheme, _, _ := strings.Cut(strings.ToLower(s), ":")
	ok := schemeShape.MatchString(s) && !strings.ContainsAny(s, notInIRI)
	switch scheme {
	case "urn":
		ok = ok && urnShape.MatchString(s) && (!strings.HasPrefix(strings.ToLower(s), "urn:uuid:") || uuidShape.MatchString(s))
	case "tag":
		ok = ok && tagShape.MatchString(s)
	case "http", "https":
		u, err := url.Parse(s)
		ok = ok && err == nil && u.Host != ""
	case "javascript", "vbscript", "data": // names nothing, and a careless reader may open it
		ok = false
	}
	return ok
}

func (c *checker) url(field, s string) {
	c.line(field, s)
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || strings.ContainsAny(s, notInIRI) || !isASCII(s) {
		c.fault(field, "must be an absolute http or https URL, with everything but ASCII percent-encoded")
	}
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxASCII })
}

func (c *checker) list(field string, n int) {
	if n > MaxList {
		c.fault(field, "has %d members; at most %d are kept", n, MaxList)
	}
}

// years keeps dates within what RFC 3339 and every index can write.
func (c *checker) years(a Article) {
	for _, d := range []struct {
		field string
		t     time.Time
	}{{"published", a.Published}, {"updated", a.Updated}, {"embargo", a.Embargo}, {"expires", a.Expires}} {
		if y := d.t.UTC().Year(); !d.t.IsZero() && (y < 1000 || y > 9999) {
			c.fault(d.field, "must be in the years 1000 to 9999")
		}
	}
}

func (c *checker) dateline(d Dateline) {
	c.line("dateline.place", d.Place)
	c.line("dateline.agency", d.Agency)
	if d.Date == "" {
		return
	}
	if _, err := time.Parse(time.DateOnly, d.Date); err != nil {
		c.fault("dateline.date", "must be a date, written YYYY-MM-DD")
	}
}

func (c *checker) byline(authors []Author) {
	c.list("byline", len(authors))
	for i, a := range authors {
		field := fmt.Sprintf("byline[%d]", i)
		if c.line(field+".name", a.Name); a.Name == "" {
			c.fault(field+".name", "is missing")
		}
		if c.line(field+".email", a.Email); a.Email != "" && !isEmail(a.Email) {
			c.fault(field+".email", "must be an e-mail address")
		}
		if a.URL != "" {
			c.url(field+".url", a.URL)
		}
	}
}

// isEmail reports whether s is a bare address (RFC 5322 §3.4.1) and nothing
// else.
func isEmail(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s && !strings.ContainsAny(s, " \"<>()")
}

func (c *checker) enclosures(list []Enclosure) {
	c.list("enclosures", len(list))
	for i, e := range list {
		field := fmt.Sprintf("enclosures[%d]", i)
		c.url(field+".url", e.URL)
		if c.text(field+".type", e.Type, 255); !mediaShape.MatchString(e.Type) {
			c.fault(field+".type", `must be a media type in lower case, such as "image/jpeg"`)
		}
		if e.Length < 0 || e.Width < 0 || e.Height < 0 {
			c.fault(field, "has a negative length, width or height")
		}
		c.text(field+".caption", e.Caption, MaxText)
		c.line(field+".credit", e.Credit)
	}
}

func (c *checker) related(list []Related) {
	c.list("related", len(list))
	for i, r := range list {
		field := fmt.Sprintf("related[%d]", i)
		if _, ok := r.ID.Bytes(); r.ID != "" && !ok {
			c.fault(field+".id", "is not a ULID")
		}
		if c.line(field+".title", r.Title); r.Title == "" {
			c.fault(field+".title", "is missing")
		}
		c.url(field+".url", r.URL)
	}
}

func (c *checker) origins(a Article) {
	if a.Origin != (Origin{}) {
		c.origin("origin", a.Origin)
	} else if len(a.AlsoAt) > 0 {
		c.fault("also_at", "needs an origin beside it")
	}
	c.list("also_at", len(a.AlsoAt))
	for i, o := range a.AlsoAt {
		c.origin(fmt.Sprintf("also_at[%d]", i), o)
	}
}

func (c *checker) origin(field string, o Origin) {
	if !IsCategory(o.Source) {
		c.fault(field+".source", "must be a name of lower-case letters, digits and single hyphens")
	}
	c.url(field+".feed_url", o.FeedURL)
	c.line(field+".feed_title", o.FeedTitle)
	c.line(field+".entry_id", o.EntryID)
	if o.FeedID != "" && !isIRI(o.FeedID) {
		c.fault(field+".feed_id", "must be an absolute IRI, or left out")
	}
	if c.line(field+".feed_id", o.FeedID); o.Link != "" {
		c.url(field+".link", o.Link)
	}
}

func (c *checker) filing(a Article) {
	for _, l := range []struct {
		field string
		list  []string
		ok    func(string) bool
		must  string
	}{
		{"categories", a.Categories, IsCategory, "must be a slug: lower-case letters, digits and single hyphens"},
		{"tags", a.Tags, func(s string) bool { return s != "" }, "is empty"},
		{"subjects", a.Subjects, subjectShape.MatchString, `must be a code with its scheme, such as "medtop:16000000"`},
	} {
		c.list(l.field, len(l.list))
		seen := map[string]bool{}
		for i, s := range l.list {
			field := fmt.Sprintf("%s[%d]", l.field, i)
			c.line(field, s)
			switch {
			case !l.ok(s):
				c.fault(field, "%s", l.must)
			case seen[s]:
				c.fault(field, "is there twice")
			}
			seen[s] = true
		}
	}
	if len(a.Categories) == 0 {
		c.fault("categories", "is missing: name at least one category")
	}
}
