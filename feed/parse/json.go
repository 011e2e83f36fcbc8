package parse

import (
	"bytes"
	"fmt"
	"html"
	"strings"
	"time"

	"github.com/mmcdole/gofeed/json"

	"dateline/feed/clean"
	"dateline/store"
)

// json reads JSON Feed 1.0 and 1.1.
func (r *reader) json(data []byte) error {
	text, beside, err := mendJSON(data, &r.warnings)
	if err != nil {
		return fmt.Errorf("JSON: %w", err)
	}
	f, err := (&json.Parser{}).Parse(bytes.NewReader(text))
	if err != nil {
		return fmt.Errorf("%w: %w", errMended, err)
	}
	isFeed := strings.Contains(f.Version, "jsonfeed.org/version/")
	if !isFeed && f.Items == nil {
		return &NotFeed{What: "JSON of another kind"}
	}
	if !isFeed {
		r.warn("its version %q is none of JSON Feed", f.Version)
	}
	r.feed.Format = jsonFormat(f.Version)
	r.jsonFeed(f, beside)
	for i, it := range f.Items {
		r.at = i + 1
		r.jsonItem(it, f)
	}
	r.at = 0
	return nil
}

func jsonFormat(version string) string {
	_, number, _ := strings.Cut(version, "jsonfeed.org/version/")
	if number = versionNumber(number); number == "1" {
		number = "1.0"
	}
	return strings.TrimSpace("json " + number)
}

func (r *reader) jsonFeed(f *json.Feed, beside aside) {
	r.feed.ID = identifier(f.FeedURL)
	r.feed.Title = clean.Line(f.Title)
	r.feed.Language = r.language(f.Language)
	r.feed.Expired = f.Expired
	r.feed.Self = absolute(r.from, f.FeedURL)
	r.setLink(f.HomePageURL)
	r.setOlder(f.NextURL)
	for _, h := range beside.Hubs {
		r.addHub(h.URL)
	}
	for _, t := range beside.Dateline.Tombstones {
		when, ok := readDate(t.When)
		if ref := identifier(t.ID); ref != "" && ok && len(r.feed.Deleted) < maxItems {
			r.feed.Deleted = append(r.feed.Deleted, Deletion{Ref: ref, When: when, Comment: clean.Text(t.Reason)})
		}
	}
}

func (r *reader) jsonItem(in *json.Item, f *json.Feed) {
	id := identifier(in.ID)
	if id == "" { // JSON Feed 1.1: readers must discard it
		r.warn("it has no id, and is left out")
		return
	}
	it := Item{
		Title:     clean.Line(in.Title),
		Published: r.jsonDate(in.DatePublished),
		Updated:   r.jsonDate(in.DateModified),
		Language:  either(r.language(in.Language), r.feed.Language),
		Summary:   clean.Text(in.Summary),
	}
	it.Link = r.link("the link", either(in.URL, in.ExternalURL))
	if it.Link == "" {
		it.Link = webAddress(in.ID)
	}
	if in.ExternalURL != "" && in.URL != "" {
		r.relate(&it, Related{Rel: "related", URL: in.ExternalURL})
	}
	it.Authors = r.jsonAuthors(in.Authors, in.Author)
	if len(it.Authors) == 0 {
		it.Authors = r.jsonAuthors(f.Authors, f.Author)
	}
	for _, t := range in.Tags {
		it.Categories = addCategory(it.Categories, Category{Term: html.EscapeString(t)})
	}
	switch {
	case in.ContentHTML != "":
		it.Content, it.Full = in.ContentHTML, true
	case in.ContentText != "":
		it.Content, it.Full = clean.Paragraphs(in.ContentText), true
	default:
		it.Content = clean.Paragraphs(in.Summary)
	}
	r.jsonFiles(&it, in)
	r.setBase(&it, note{})
	r.add(it, id)
}

func (r *reader) jsonDate(s string) time.Time {
	t := firstDate(s)
	if t.IsZero() && s != "" {
		r.warn("the date %.50q cannot be read", s)
	}
	return t
}

func (r *reader) jsonFiles(it *Item, in *json.Item) {
	if in.Attachments != nil {
		for _, a := range *in.Attachments {
			r.enclose(it, file{url: a.URL, kind: a.MimeType, length: fmt.Sprint(a.SizeInBytes), caption: a.Title})
		}
	}
	for _, ref := range []string{in.Image, in.BannerImage} {
		r.enclose(it, file{url: ref, medium: "image"})
	}
}

// jsonAuthors are those of version 1.1, else that of version 1.0.
func (r *reader) jsonAuthors(list []*json.Author, one *json.Author) (authors []store.Author) {
	if len(list) == 0 && one != nil {
		list = []*json.Author{one}
	}
	for _, a := range list {
		if a != nil {
			authors = addAuthor(authors, store.Author{Name: html.EscapeString(a.Name), URL: absolute(r.base, a.URL)})
		}
	}
	return authors
}
