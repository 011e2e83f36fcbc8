// Package wire takes in what is filed: wire copy as plain text, HTML pages,
// and articles as JSON. What it gives is clean, complete and checked, or a
// list of everything that is wrong with it; nothing is guessed in silence
// where a guess could misfile.
package wire

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"dateline/feed"
	"dateline/feed/clean"
	"dateline/store"
)

// Form is what filed copy is written in.
type Form string

const (
	Text Form = "text" // wire copy, plain text
	HTML Form = "html" // a page with title, meta elements and a body
	JSON Form = "json" // an article, with the names of store.Article
)

// FormOf is the form of a media type; ok is false when it is none of them.
func FormOf(mediaType string) (form Form, ok bool) {
	switch mediaType {
	case "text/plain":
		return Text, true
	case "text/html", "application/xhtml+xml":
		return HTML, true
	case "application/json":
		return JSON, true
	}
	return "", false
}

// MediaType is that of the form.
func (f Form) MediaType() string {
	switch f {
	case HTML:
		return "text/html"
	case JSON:
		return "application/json"
	}
	return "text/plain"
}

// Desk reads what is filed for a site with these categories.
type Desk struct {
	Site       feed.Site
	Categories []feed.Category
}

// Options say what the filer said beside the copy.
type Options struct {
	Category string    // takes the place of those that the copy names; empty means none
	Charset  string    // that the copy was sent with; empty means that nobody said
	Now      time.Time // of filing

	Status         store.Status // of the article that this is a version of; empty means that it is new
	GUID           string       // of the article that this is a version of; empty means what the copy says, or a new one
	CorrectionNote string       // takes the place of that in the copy; empty means none
}

// draft is an article as it was read: text unclean, categories by whatever
// names the copy uses.
type draft struct {
	store.Article
	said    string // of its status
	faults  []store.Fault
	finds   []Find
	altIDs  []string
	refusal string // why the copy is no article at all; empty when it may be one
}

func (d *draft) fault(field, format string, args ...any) {
	d.faults = append(d.faults, store.Fault{Field: field, Detail: fmt.Sprintf(format, args...)})
}

// whole is the field of a fault of the article as a whole.
const whole = "article"

// Read is the article in data. Its ID is new, and so is its GUID unless the
// copy names one. The error is *store.Invalid, with every fault there is.
func (d Desk) Read(data []byte, form Form, o Options) (store.Article, error) {
	r, err := d.Explain(data, form, o)
	if err != nil {
		return store.Article{}, err
	}
	return r.Article, nil
}

// Explain reads as Read does, and says how each line was understood. With an
// error, which is that of Read, the Reading holds what was understood all the
// same.
func (d Desk) Explain(data []byte, form Form, o Options) (Reading, error) {
	text, err := clean.Decode(data, o.Charset, form == HTML)
	if err != nil {
		return Reading{}, &store.Invalid{Faults: []store.Fault{{Field: whole, Detail: err.Error()}}}
	}
	var in draft
	switch form {
	case HTML:
		in = readHTML(text, o.Now)
		in.refusal = refusal(clean.Line(in.Headline), 0)
	case JSON:
		in = readJSON([]byte(text))
	default:
		in = d.readText(text, o)
	}
	if in.refusal != "" {
		in.faults = []store.Fault{{Field: whole, Detail: in.refusal}}
	}
	faults := in.faults
	r := Reading{Article: d.finish(&in, o), Finds: inOrder(in.finds), AltIDs: in.altIDs}
	if form == HTML || form == JSON {
		r.Finds = append(findsOf(r.Article), in.finds...)
	}
	if len(faults) == 1 && faults[0].Field == whole {
		return r, &store.Invalid{Faults: faults} // what else is missing says nothing
	}
	if len(in.faults) > 0 {
		return r, &store.Invalid{Faults: in.faults}
	}
	return r, nil
}

// finish cleans the draft, fills in what follows from the rest, and checks
// it.
func (d Desk) finish(in *draft, o Options) store.Article {
	a := in.Article
	if own := clean.Line(a.GUID); o.GUID != "" && own != "" && own != o.GUID {
		in.fault("guid", "is that of another article: this is a version of %s", o.GUID)
	}
	in.checkStatus(o)
	a.GUID = cmp.Or(o.GUID, a.GUID)
	a.CorrectionNote = cmp.Or(o.CorrectionNote, a.CorrectionNote)
	a.ID = store.NewID(o.Now)
	if a.GUID = clean.Line(a.GUID); a.GUID == "" {
		a.GUID = store.TagURI(d.Site.Host(), o.Now, a.ID)
	}
	for _, line := range []*string{
		&a.Headline, &a.Dateline.Place, &a.Dateline.Agency, &a.Dateline.Date,
		&a.Credit.Agency, &a.Credit.SignOff, &a.Language,
	} {
		*line = clean.Line(*line)
	}
	for _, text := range []*string{&a.Summary, &a.Rights, &a.CorrectionNote, &a.EditorNote} {
		*text = clean.Text(*text)
	}
	for i, author := range a.Byline {
		a.Byline[i] = store.Author{Name: clean.Line(author.Name), Email: clean.Line(author.Email), URL: address(author.URL)}
	}
	for i, e := range a.Enclosures {
		e.URL, e.Type, e.Caption, e.Credit = address(e.URL), strings.ToLower(clean.Line(e.Type)), clean.Text(e.Caption), clean.Line(e.Credit)
		a.Enclosures[i] = e
	}
	for i, r := range a.Related {
		id, _ := d.Site.ArticleAt(r.URL)
		a.Related[i] = store.Related{ID: id, Title: clean.Line(r.Title), URL: address(r.URL)}
	}
	a.Origin = origin(a.Origin)
	for i, o := range a.AlsoAt {
		a.AlsoAt[i] = origin(o)
	}
	a.Tags, a.Subjects = lines(a.Tags), lines(a.Subjects)
	base, _ := url.Parse(d.Site.URL + "/") // what is relative is taken for our own
	if a.Body = clean.HTML(a.Body, base); isBlank(a.Body) {
		a.Body = ""
	}
	if a.Summary == "" {
		a.Summary = summary(a.Body)
	}
	if a.Language != "" {
		language, ok := clean.Language(a.Language)
		if a.Language = language; !ok {
			in.fault("language", `must be a BCP 47 tag that is registered, such as "en" or "pt-BR"`)
		}
	}
	a.Slug = clean.Slug(cmp.Or(a.Slug, a.Headline))
	a.Categories = d.categories(in, a.Categories, o)
	if !a.Expires.IsZero() && !a.Expires.After(o.Now) {
		in.fault("expires", "is in the past")
	}
	in.check(a)
	return a
}

// Names are other names of an article, as store.Filing has them: those that
// its copy gives, and where it was found. The address of a page here is the ID
// of its article.
func (d Desk) Names(a store.Article, altIDs []string) (names []string) {
	for _, name := range slices.Concat(altIDs, []string{a.GUID, a.Origin.Link}, links(a.AlsoAt)) {
		if name = clean.Line(name); name == "" {
			continue
		}
		if id, ok := d.Site.ArticleAt(name); ok {
			name = string(id)
		}
		if names = append(names, name); strings.Contains(name, "://") {
			names = append(names, clean.PageKey(name))
		}
	}
	return names
}

func links(origins []store.Origin) (list []string) {
	for _, o := range origins {
		list = append(list, o.Link)
	}
	return list
}

// checkStatus faults a status that filing does not give: copy that says it is
// held must not go out.
func (in *draft) checkStatus(o Options) {
	status, is := store.Status(clean.Line(in.said)), cmp.Or(o.Status, store.Usable)
	switch {
	case status == "" || status == is:
	case status == store.Usable:
		in.fault("status", "is %q, and the article is %s: leave it out, and release the article with `dateline article release ID`, or POST /api/v1/articles/ID/release", status, is)
	case status == store.Held:
		in.fault("status", "is %q, and filing does not hold: give it an embargo, or leave it out and hold the article with `dateline article hold ID`, or POST /api/v1/articles/ID/hold", status)
	case status == store.Killed:
		in.fault("status", "is %q, and nothing is filed: withdraw the article with `dateline article kill ID`, or POST /api/v1/articles/ID/kill", status)
	default:
		in.fault("status", "is %q, which filing does not give: leave it out, or write \"usable\"", status)
	}
}

// check adds the faults that the store would find, but for those of fields
// that have one already.
func (in *draft) check(a store.Article) {
	known := map[string]bool{}
	for _, f := range in.faults {
		known[f.Field] = true
	}
	for _, f := range a.Check() {
		object := f.Field // or what it is a member of
		if i := strings.LastIndexByte(object, '.'); i >= 0 {
			object = object[:i]
		}
		if !known[f.Field] && !known[object] {
			in.faults = append(in.faults, f)
		}
	}
}

// isBlank reports whether a body shows nothing.
func isBlank(body string) bool {
	for _, shown := range []string{"<img", "<video", "<audio", "<picture", "<table"} {
		if strings.Contains(body, shown) {
			return false
		}
	}
	return clean.Line(clean.Plain(body)) == ""
}

// maxSummary is the length of the longest summary that is made, in
// characters.
const maxSummary = 300

// summary is the first paragraph of a body, or its beginning when that is
// long.
func summary(body string) string {
	first, _, _ := strings.Cut(clean.Plain(body), "\n\n")
	return clean.Excerpt(first, maxSummary)
}

// address is a URL with what may not stand in one percent-encoded, as browsers
// do it; what is no URL is left for the check to refuse.
func address(s string) string {
	s = clean.Line(s)
	u, err := url.Parse(s)
	if err != nil || u.Host == "" {
		return s
	}
	u.RawQuery = strings.NewReplacer(`"`, "%22", "<", "%3C", ">", "%3E", " ", "%20").Replace(u.RawQuery)
	return u.String()
}

func origin(o store.Origin) store.Origin {
	return store.Origin{
		Source: clean.Line(o.Source), FeedURL: address(o.FeedURL), FeedID: clean.Line(o.FeedID),
		FeedTitle: clean.Line(o.FeedTitle), EntryID: clean.Line(o.EntryID), Link: address(o.Link),
	}
}

// lines cleans a list and drops what is empty or there already.
func lines(list []string) (out []string) {
	for _, s := range list {
		if s = clean.Line(s); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
