package ninjs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"dateline/feed"
	"dateline/feed/clean"
	"dateline/store"
)

// Write is an article as a news item of ninjs 3.1: the same article and options
// give the same bytes. It is valid for whatever the store keeps. The editor's
// note is not in it: edNote, which is for the editors who receive the item, has
// what readers are told too, the correction or why it was withdrawn. What is
// held, killed or expired is said to be so, and has a notice for readers in the
// place of its text, which overwrites the text where a receiver does not heed
// the status.
func Write(a feed.Article, o Options) ([]byte, error) {
	return encodeJSON(document(a, o))
}

func encodeJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("write ninjs: %w", err)
	}
	return b.Bytes(), nil
}

// document is an article as Write writes it.
func document(fa feed.Article, o Options) newsItem {
	a := fa.Article
	d := newsItem{
		Standard: ours(), URI: uriOf(a.GUID), Type: "text", RepresentationType: "partial", PubStatus: "usable",
		FirstCreated: rfc3339(a.Published), VersionCreated: rfc3339(a.Updated),
		EmbargoedUntil: rfc3339(a.Embargo), Expires: rfc3339(a.Expires),
		Urgency: a.Urgency, Language: a.Language, Subjects: categories(a, o), AltIDs: altIDs(a),
	}
	if a.Version > 0 {
		d.Version = strconv.Itoa(a.Version)
	}
	if d.Language == "" {
		d.Language = o.Site.Language
	}
	switch a.Status {
	case store.Killed:
		d.notice("canceled", "KILL", "Withdrawn: do not use", "This article was withdrawn. Do not use it, and remove it wherever it stands.", fa.Reason)
	case store.Held:
		d.notice("withheld", "HOLD", "Held: do not use", "This article is being checked. Do not use it until it is released.", fa.Reason)
	case store.Expired:
		d.notice("withheld", "EXPIRED", "Expired: do not use", "This article has expired. Do not use it any longer.", "")
	default:
		d.copyOf(a)
		d.Renditions = []fileOf{{Name: "web", Href: uriOf(o.Site.ArticleURL(a)), ContentType: textHTML}}
	}
	return d
}

// correctionLabel stands before a correction in the note to editors, by which
// they know that it is one.
const correctionLabel = "CORRECTION: "

// notice says why there is no text. Nothing else that was made from the text is
// told, such as the slug.
func (d *newsItem) notice(pubStatus, label, headline, text, reason string) {
	d.PubStatus = pubStatus
	markup := "<p>" + text + "</p>"
	if reason = clean.Line(reason); reason != "" {
		d.EdNote = label + ": " + reason
		text += " " + reason
		markup += "\n<p>" + clean.Escape(reason) + "</p>"
	}
	d.Headlines = []copyText{{roleMain, textPlain, headline}}
	d.Descriptions = []copyText{{roleNotice, textPlain, text}}
	d.Bodies = []copyText{{roleNotice, textHTML, markup}}
}

// copyOf writes what readers may see of an article. One without a body shows
// its summary in the place of the text, as in every other format, and is
// partial.
func (d *newsItem) copyOf(a store.Article) {
	d.Slugline, d.CopyrightNotice, d.Located = a.Slug, a.Rights, a.Dateline.Place
	d.Headlines = []copyText{{roleMain, textPlain, a.Headline}}
	if a.Summary != "" {
		d.Descriptions = append(d.Descriptions, copyText{roleSummary, textPlain, a.Summary})
	}
	if a.CorrectionNote != "" {
		d.Descriptions = append(d.Descriptions, copyText{roleCorrection, textPlain, a.CorrectionNote})
		d.EdNote = correctionLabel + a.CorrectionNote
	}
	role, body := roleMain, clean.HTML(a.Body, nil) // a stricter rule holds for old articles too
	if d.RepresentationType = "full"; body == "" {
		d.RepresentationType, role, body = "partial", roleSummary, clean.Paragraphs(a.Summary)
	}
	if text := content(a, body); text != "" {
		d.Bodies = []copyText{{role, textHTML, text}}
	}
	d.By = byline(a.Byline)
	for _, p := range a.Byline {
		d.People = append(d.People, person(p))
	}
	for _, code := range a.Subjects {
		d.Subjects = append(d.Subjects, concept{Rel: relAbout, URI: codeURIOf(code), Literal: code})
	}
	for _, tag := range a.Tags {
		d.Subjects = append(d.Subjects, concept{Name: tag, Rel: relKeyword})
	}
	if a.Credit.Agency != "" {
		d.InfoSources = append(d.InfoSources, concept{Role: roleCredit, Name: a.Credit.Agency})
	}
	if a.Credit.SignOff != "" {
		d.InfoSources = append(d.InfoSources, concept{Role: roleSignOff, Literal: a.Credit.SignOff})
	}
	d.InfoSources = append(d.InfoSources, origins(a)...)
	if a.Origin.EntryID != "" {
		d.AltIDs = append(d.AltIDs, altID{roleOrigin, a.Origin.EntryID})
	}
	d.Associations = associations(a)
}

// rfc3339 is a date in UTC, with a fraction where it has one; empty for the
// zero time.
func rfc3339(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// byline is the names as people read them: "A, B and C".
func byline(authors []store.Author) string {
	var b strings.Builder
	for i, a := range authors {
		switch {
		case i == 0:
		case i == len(authors)-1:
			b.WriteString(" and ")
		default:
			b.WriteString(", ")
		}
		b.WriteString(a.Name)
	}
	return b.String()
}

func person(a store.Author) concept {
	p := concept{Name: a.Name, Rel: relAuthor}
	if a.URL != "" {
		p.URI = uriOf(a.URL)
	}
	if a.Email != "" {
		p.ContactInfo = []contact{{"email", a.Email}}
	}
	return p
}

// codeURIOf is the name of a code of the IPTC, empty for that of another.
func codeURIOf(code string) string {
	prefix, number, _ := strings.Cut(code, ":")
	switch prefix {
	case "medtop":
		return uriOf(mediaTopics + number)
	case "subj":
		return uriOf(subjectCodes + number)
	}
	return ""
}

// categories are what the article is filed under, as subjects: by the media
// topic that the category has among its aliases, or else by its page.
func categories(a store.Article, o Options) (list []concept) {
	for _, slug := range a.Categories {
		c := concept{Name: slug, Rel: relCategory, URI: uriOf(o.Site.At(feed.CategoryPath(slug))), Literal: slug}
		for _, declared := range o.Categories {
			if declared.Slug != slug {
				continue
			}
			c.Name = declared.Title
			for _, alias := range declared.Aliases {
				if strings.HasPrefix(alias, "medtop:") {
					c.URI = codeURIOf(alias)
					break
				}
			}
		}
		list = append(list, c)
	}
	return list
}

// origins are the sources that an article was gathered from.
func origins(a store.Article) (list []concept) {
	role := roleOrigin
	for _, o := range append([]store.Origin{a.Origin}, a.AlsoAt...) {
		if o.Source != "" {
			c := concept{Name: o.FeedTitle, Role: role, URI: uriOf(o.FeedURL), Literal: o.Source}
			if c.Name == "" {
				c.Name = o.Source
			}
			if o.Link != "" {
				c.URI = uriOf(o.Link)
			}
			list = append(list, c)
		}
		role = roleAlsoAt
	}
	return list
}

// altIDs are our names of an article beside its uri.
func altIDs(a store.Article) (list []altID) {
	if uriOf(a.GUID) != a.GUID {
		list = append(list, altID{roleIRI, a.GUID})
	}
	if a.ID != "" {
		list = append(list, altID{roleID, string(a.ID)})
	}
	return list
}

// associations are the media files and the related pages of an article.
func associations(a store.Article) (list []association) {
	for i, e := range a.Enclosures {
		href := uriOf(e.URL)
		m := association{Name: fmt.Sprintf("enclosure-%d", i+1), Rel: relEnclosure, newsItem: newsItem{
			URI: href, Type: newsTypeOf(e.Type), By: e.Credit,
			Renditions: []fileOf{{"main", href, e.Type, e.Width, e.Height, e.Length}},
		}}
		if e.Caption != "" {
			m.Descriptions = []copyText{{roleCaption, textPlain, e.Caption}}
		}
		list = append(list, m)
	}
	for i, r := range a.Related {
		list = append(list, association{Name: fmt.Sprintf("related-%d", i+1), Rel: relRelated, newsItem: newsItem{
			URI: uriOf(r.URL), Headlines: []copyText{{roleMain, textPlain, r.Title}},
		}})
	}
	return list
}

// newsTypeOf is what kind of item a file is, empty for one that ninjs has no
// word for.
func newsTypeOf(mediaType string) string {
	switch kind, _, _ := strings.Cut(mediaType, "/"); kind {
	case "image":
		return "picture"
	case "audio", "video":
		return kind
	}
	return ""
}
