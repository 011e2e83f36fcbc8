package render

import (
	"encoding/json"
	"io"
	"strings"

	"github.com/gorilla/feeds"

	"dateline/feed"
	"dateline/feed/clean"
	"dateline/store"
)

// jsonFeed is a JSON Feed 1.1 document: gorilla's, whose items are there even
// when there are none.
type jsonFeed struct {
	*feeds.JSONFeed
	Extension *jsonFeedExtension `json:"_dateline,omitempty"`
	Items     []jsonItem         `json:"items"`
}

// jsonFeedExtension and jsonItemExtension are documented with the package.
type jsonFeedExtension struct {
	Tombstones []jsonTombstone `json:"tombstones"`
}

type jsonTombstone struct {
	ID     string       `json:"id"`
	When   string       `json:"when"`
	Status store.Status `json:"status"`
	Reason string       `json:"reason,omitempty"`
}

type jsonItemExtension struct {
	Version        int               `json:"version"`
	Signal         string            `json:"signal,omitempty"`
	CorrectionNote string            `json:"correction_note,omitempty"`
	Urgency        int               `json:"urgency,omitempty"`
	Categories     []jsonCategory    `json:"categories,omitempty"`
	Subjects       []string          `json:"subjects,omitempty"`
	Dateline       store.Dateline    `json:"dateline,omitzero"`
	Credit         store.Credit      `json:"credit,omitzero"`
	Enclosures     []store.Enclosure `json:"enclosures,omitempty"`
	Rights         string            `json:"rights,omitempty"`
}

type jsonCategory struct {
	Slug  string `json:"slug"`
	Title string `json:"title"`
}

type jsonItem struct {
	*feeds.JSONItem
	Published   string            `json:"date_published"`
	Modified    string            `json:"date_modified"`
	Language    string            `json:"language,omitempty"`
	Attachments []jsonAttachment  `json:"attachments,omitempty"`
	Extension   jsonItemExtension `json:"_dateline"`
}

type jsonAttachment struct {
	URL    string `json:"url"`
	Type   string `json:"mime_type"`
	Title  string `json:"title,omitempty"`
	Length int64  `json:"size_in_bytes,omitempty"`
}

func writeJSON(w io.Writer, f feed.Feed, items []item) error {
	self := f.Site.FeedURL(f.Location(), feed.JSON)
	out := jsonFeed{
		JSONFeed: &feeds.JSONFeed{
			Version:     "https://jsonfeed.org/version/1.1",
			Title:       f.Title,
			HomePageUrl: f.Site.PageURL(f.Path),
			FeedUrl:     self,
			Description: f.Description,
			UserComment: "This is a JSON Feed. To follow it, copy its address, " + self + ", into a feed reader.",
			Icon:        f.Site.Publisher.Logo,
			Language:    f.Site.Language,
			Authors:     []*feeds.JSONAuthor{{Name: f.Site.Publisher.Name, Url: f.Site.PageURL("")}},
		},
		Items: []jsonItem{},
	}
	if previous := previousArchive(f); previous > 0 {
		out.NextUrl = f.Site.FeedURL(feed.ArchivePath(f.Path, previous), feed.JSON)
	}
	for _, it := range items {
		out.Items = append(out.Items, jsonItemOf(it))
	}
	for _, t := range f.Killed {
		if out.Extension == nil {
			out.Extension = &jsonFeedExtension{}
		}
		out.Extension.Tombstones = append(out.Extension.Tombstones, jsonTombstone{t.GUID, rfc3339(t.When), t.Status, clean.Text(t.Reason)})
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(out)
}

func jsonItemOf(it item) jsonItem {
	out := jsonItem{
		JSONItem: &feeds.JSONItem{
			Id: it.GUID, Url: it.url, Title: it.Headline,
			ContentHTML: it.html, Summary: it.Summary,
			Authors: jsonAuthors(it.Byline),
		},
		Published: rfc3339(it.Published),
		Modified:  rfc3339(it.Updated),
		Language:  it.otherLang,
		Extension: extension(it),
	}
	seen := map[string]bool{} // a tag may be a category's title too
	for _, c := range it.categories {
		if !seen[c.label] {
			out.Tags = append(out.Tags, c.label)
		}
		seen[c.label] = true
	}
	for _, e := range it.Enclosures {
		if out.Image == "" && strings.HasPrefix(e.Type, "image/") {
			out.Image = e.URL
		}
		out.Attachments = append(out.Attachments, jsonAttachment{e.URL, e.Type, e.Caption, e.Length})
	}
	return out
}

func extension(it item) jsonItemExtension {
	x := jsonItemExtension{
		Version: it.Version, CorrectionNote: clean.Text(it.CorrectionNote), Urgency: it.Urgency, Subjects: it.Subjects,
		Dateline: it.Dateline, Credit: it.Credit, Enclosures: it.Enclosures, Rights: clean.Text(it.Rights),
	}
	if x.CorrectionNote != "" {
		x.Signal = "correction"
	}
	for _, c := range it.categories[:len(it.Categories)] { // the site's own come first
		x.Categories = append(x.Categories, jsonCategory{c.term, c.label})
	}
	return x
}

func jsonAuthors(authors []store.Author) (list []*feeds.JSONAuthor) {
	for _, a := range authors {
		list = append(list, &feeds.JSONAuthor{Name: a.Name, Url: a.URL})
	}
	return list
}
