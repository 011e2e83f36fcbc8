// Package opml writes and reads outlines: lists of feeds that feed readers
// import and export.
package opml

import (
	"cmp"
	"encoding/xml"
	"slices"
	"time"

	"dateline/feed"
)

// Outline is one feed of a list.
type Outline struct {
	Title  string
	Page   string // absolute URL; may be empty
	Feed   string // absolute URL of its RSS document
	Folder string // "" for that of the site
}

// MediaType is the type that readers and validators know it by.
const MediaType = "text/x-opml; charset=utf-8"

// document is an OPML 2.0 document. Its elements and attributes are those of
// the specification's "subscription lists".
type document struct {
	XMLName xml.Name  `xml:"opml"`
	Version string    `xml:"version,attr"`
	Title   string    `xml:"head>title"`
	Created string    `xml:"head>dateCreated"`
	Owner   string    `xml:"head>ownerName,omitempty"`
	Body    []outline `xml:"body>outline"`
}

type outline struct {
	Text     string    `xml:"text,attr"`
	Title    string    `xml:"title,attr,omitempty"`
	Type     string    `xml:"type,attr,omitempty"`
	XMLURL   string    `xml:"xmlUrl,attr,omitempty"`
	HTMLURL  string    `xml:"htmlUrl,attr,omitempty"`
	Outlines []outline `xml:"outline"`
}

// Write is a list of feeds, dated with the day the site began, in folders in
// the order in which they are first named; that of what names none is called
// as the site is. The same list gives the same bytes.
func Write(site feed.Site, since time.Time, feeds []Outline) ([]byte, error) {
	var folders []outline
	for _, f := range feeds {
		name := cmp.Or(f.Folder, site.Title)
		i := slices.IndexFunc(folders, func(o outline) bool { return o.Text == name })
		if i < 0 {
			i, folders = len(folders), append(folders, outline{Text: name})
		}
		folders[i].Outlines = append(folders[i].Outlines, outline{Text: f.Title, Title: f.Title, Type: "rss", XMLURL: f.Feed, HTMLURL: f.Page})
	}
	body, err := xml.MarshalIndent(document{
		Version: "2.0", Title: site.Title, Created: since.UTC().Format(time.RFC1123Z),
		Owner: site.Publisher.Name, Body: folders,
	}, "", "  ")
	if err != nil {
		return nil, err
	}
	return append(append([]byte(xml.Header), body...), '\n'), nil
}
