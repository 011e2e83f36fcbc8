package render

import (
	"encoding/json"
	"io"
	"strings"

	"github.com/gorilla/feeds"

	"dateline/feed"
)

// jsonFeed is a JSON Feed 1.1 document: gorilla's, whose items are there even
// when there are none.
type jsonFeed struct {
	*feeds.JSONFeed
	Extension jsonFeedExtension `json:"_dateline"`
	Items     []jsonItem        `json:"items"`
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
	if f.OlderArchive > 0 {
		out.NextUrl = f.Site.FeedURL(feed.ArchivePath(f.Path, f.OlderArchive), feed.JSON)
	}
	for _, it := range items {
		out.Items = append(out.Items, jsonItemOf(it))
	}
	out.Extension = feedExtension(f)
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(out)
}

func jsonItemOf(it item) jsonItem {
	out := jsonItem{
		JSONItem: &feeds.JSONItem{
			Id: it.GUID, Url: it.url, ExternalUrl: it.Origin.Link, Title: it.Headline,
			ContentHTML: it.html, Summary: it.Summary,
			Authors: jsonAuthors(it),
		},
		Published: rfc3339(it.Published),
		Modified:  rfc3339(it.Updated),
		Language:  it.otherLang,
		Extension: itemExtension(it),
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

// jsonAuthors are those of the article. Without them the feed's stand for it,
// which are not those of somebody else's article.
func jsonAuthors(it item) (list []*feeds.JSONAuthor) {
	for _, a := range it.Byline {
		list = append(list, &feeds.JSONAuthor{Name: a.Name, Url: a.URL})
	}
	if len(list) == 0 && it.Origin.Source != "" {
		list = []*feeds.JSONAuthor{{Name: it.publisher}}
	}
	return list
}
