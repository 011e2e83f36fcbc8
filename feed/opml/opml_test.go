package opml

import (
	"encoding/xml"
	"testing"
	"time"

	"dateline/feed"
)

func TestWriteListsTheFeeds(t *testing.T) {
	site := feed.Site{Title: "Wire & Co", URL: "https://news.example.com", Publisher: feed.Publisher{Name: "Desk"}}
	since := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	got, err := Write(site, since, []Outline{{Title: `A <"&> B`, Page: "https://news.example.com/a", Feed: "https://news.example.com/a/rss.xml"}})
	if err != nil {
		t.Fatal(err)
	}
	var d document
	if err := xml.Unmarshal(got, &d); err != nil {
		t.Fatalf("%v\n%s", err, got)
	}
	if d.Version != "2.0" || d.Title != "Wire & Co" || len(d.Body) != 1 || len(d.Body[0].Outlines) != 1 {
		t.Fatalf("got %+v", d)
	}
	want := outline{Text: `A <"&> B`, Title: `A <"&> B`, Type: "rss", XMLURL: "https://news.example.com/a/rss.xml", HTMLURL: "https://news.example.com/a"}
	if o := d.Body[0].Outlines[0]; o.Text != want.Text || o.Title != want.Title || o.Type != want.Type || o.XMLURL != want.XMLURL || o.HTMLURL != want.HTMLURL {
		t.Errorf("got %+v, want %+v", o, want)
	}
}
