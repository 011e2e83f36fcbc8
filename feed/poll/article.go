package poll

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"dateline/feed"
	"dateline/feed/clean"
	"dateline/feed/parse"
	"dateline/store"
)

const (
	maxSummary  = 300     // characters of a summary that is made of a text
	maxHeadline = 80      // characters of a headline that is made of a text
	maxCut      = 100_000 // characters of a text that is longer than the store takes
)

// found is an item of a source as it would be filed.
type found struct {
	store.Gathered
	left string // why the source's filters leave it out; empty when they do not
	rule string // what decided that it is filed, and where
	cut  bool   // its text was too long
}

// comeBack is why an article of our own is left out.
const comeBack = "it is an article of this site, come back"

// gather makes an item of a source ready to be filed. The error says why it
// cannot be.
func (p *Poller) gather(s Source, state store.Source, f parse.Feed, item parse.Item, now time.Time) (g found, err error) {
	if p.isOurs(item) {
		return found{left: comeBack}, nil
	}
	a, rule := article(s, state, f, item)
	ok, filter := s.takes(a)
	if !ok {
		return found{left: filter}, nil
	}
	if filter != "" {
		rule = filter + ", " + rule
	}
	for i, r := range a.Related {
		a.Related[i].ID, _ = p.Site.ArticleAt(r.URL)
	}
	a.ID = store.NewID(now)
	minted := store.TagURI(p.Site.Host(), now, a.ID)
	if a.GUID = minted; item.IRI {
		a.GUID = item.ID
	}
	cut := len(a.Body) > store.MaxBody
	if err := mend(&a, minted); err != nil {
		return found{}, err
	}
	// What we make of an item counts too: with another rule it is filed anew.
	hash := fmt.Sprint(item.Hash, " ", s.Republish, " ", s.FullText, " ", strings.Join(a.Categories, ","))
	return found{store.Gathered{Article: a, Minted: minted, Hash: hash, Link: clean.PageKey(item.Link)}, "", rule, cut}, nil
}

// published is when an item was first published, as far as it says: Atom need
// not tell more than when it was updated.
func published(item parse.Item) time.Time {
	if item.Published.IsZero() {
		return item.Updated
	}
	return item.Published
}

// publicURL is the URL of a source as readers may see it.
func publicURL(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	u.User = nil
	var kept []string
	for parameter := range strings.SplitSeq(u.RawQuery, "&") {
		name, _, _ := strings.Cut(parameter, "=")
		if !feed.IsSecret(name) {
			kept = append(kept, parameter)
		}
	}
	u.RawQuery = strings.Join(kept, "&")
	return u.String()
}

// isOurs reports whether an item leads to an article of this very site, which
// the source has from us: to file it again would send it round for ever. One
// with another link and the article's GUID the store knows.
func (p *Poller) isOurs(item parse.Item) bool {
	return strings.HasPrefix(item.Link, p.Site.URL+"/article/")
}

// article is what an item says, by the rules of its source. rule is the one
// that decided where it is filed.
func article(s Source, state store.Source, f parse.Feed, item parse.Item) (a store.Article, rule string) {
	a = store.Article{
		Headline: clean.Line(item.Title), Summary: clean.Text(item.Summary),
		Byline: item.Authors, Enclosures: item.Enclosures, Rights: clean.Text(item.Rights),
		Published: published(item), Updated: item.Updated,
		Origin: store.Origin{
			Source: s.Name, FeedURL: publicURL(state.URL), FeedID: f.ID, FeedTitle: clean.Line(f.Title),
			EntryID: entryID(item.ID), Link: clean.Link(item.Link),
		},
	}
	if a.Headline == "" || a.Summary == "" { // made of the text, which takes a while
		text := clean.Plain(item.Content)
		a.Headline = cmp.Or(a.Headline, clean.Line(clean.Excerpt(cmp.Or(a.Summary, text), maxHeadline)), clean.Line(item.Link))
		a.Summary = cmp.Or(a.Summary, clean.Text(clean.Excerpt(text, maxSummary)))
	}
	if language, ok := clean.Language(item.Language); ok {
		a.Language = language
	}
	var names []string
	for _, c := range item.Categories {
		names = append(names, c.Term, c.Label)
		if tag := clean.Line(cmp.Or(c.Label, c.Term)); tag != "" && !slices.Contains(a.Tags, tag) {
			a.Tags = append(a.Tags, tag)
		}
	}
	a.Categories, rule = s.slugs(names)
	for _, r := range item.Related {
		if r.Rel == "related" && r.Title != "" {
			a.Related = append(a.Related, store.Related{Title: clean.Line(r.Title), URL: r.URL})
		}
	}
	switch s.Republish {
	case feed.RepublishFull:
		a.Body = clean.HTML(item.Content, item.Base)
	case feed.RepublishHeadline:
		a.Summary, a.Enclosures = "", nil
	}
	if a.Summary == "" && a.Body == "" { // a headline and where the rest is
		a.Body = "<p>" + clean.Escape(cmp.Or(a.Origin.FeedTitle, s.Name)) + "</p>"
		if item.Link != "" {
			a.Body = `<p><a href="` + clean.Escape(a.Origin.Link) + `">` + clean.Escape(cmp.Or(a.Origin.FeedTitle, s.Name)) + "</a></p>"
		}
	}
	a.Slug = clean.Slug(a.Headline)
	return a, rule
}

// entryID is the ID of an item, shortened when it is longer than the store
// keeps.
func entryID(id string) string {
	if id = clean.Line(id); len(id) <= store.MaxLine {
		return id
	}
	return store.Digest(id)
}

// mend leaves out what the store would refuse of an item, so that a bad
// picture or name does not cost the article. The error names what cannot be
// left out.
func mend(a *store.Article, minted string) error {
	for range 10 {
		faults := a.Check()
		if len(faults) == 0 {
			return nil
		}
		mended := map[string]bool{}
		for _, fault := range faults {
			field, _, _ := strings.Cut(fault.Field, "[")
			if mended[field] {
				continue // all its members are
			}
			mended[field] = true
			field, member, _ := strings.Cut(field, ".")
			switch field {
			case "guid":
				a.GUID = minted
			case "byline":
				a.Byline = slices.DeleteFunc(a.Byline, func(author store.Author) bool { return !works(store.Article{Byline: []store.Author{author}}, "byline") })
			case "enclosures":
				a.Enclosures = slices.DeleteFunc(a.Enclosures, func(e store.Enclosure) bool {
					return !works(store.Article{Enclosures: []store.Enclosure{e}}, "enclosures")
				})
			case "related":
				a.Related = nil
			case "tags":
				a.Tags = nil
			case "language":
				a.Language = ""
			case "rights":
				a.Rights = ""
			case "published":
				a.Published = time.Time{}
			case "updated":
				a.Updated = time.Time{}
			case "summary":
				a.Summary = clean.Excerpt(a.Summary, maxSummary)
			case "body": // too long: what is left says where the rest is
				a.Body = clean.Paragraphs(clean.Excerpt(clean.Plain(a.Body), maxCut))
			case "headline":
				a.Headline = clean.Excerpt(a.Headline, store.MaxLine/utf8.UTFMax)
			case "origin":
				switch member {
				case "feed_id":
					a.Origin.FeedID = ""
				case "link":
					a.Origin.Link = ""
				case "feed_title":
					a.Origin.FeedTitle = ""
				default:
					return &store.Invalid{Faults: faults}
				}
			default:
				return &store.Invalid{Faults: faults}
			}
		}
		if len(a.Byline) > store.MaxList || len(a.Enclosures) > store.MaxList {
			a.Byline, a.Enclosures = a.Byline[:min(len(a.Byline), store.MaxList)], a.Enclosures[:min(len(a.Enclosures), store.MaxList)]
		}
	}
	return &store.Invalid{Faults: a.Check()}
}

// works reports whether the store has no fault to find in that field.
func works(a store.Article, field string) bool {
	return !slices.ContainsFunc(a.Check(), func(f store.Fault) bool { return strings.HasPrefix(f.Field, field) })
}
