package opml

import (
	"encoding/xml"
	"reflect"
	"strings"
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

func TestReadFindsFeedsInFolders(t *testing.T) {
	got, err := Read([]byte("\ufeff" + `<?xml version="1.0" encoding="ISO-8859-1"?>
<OPML version="1.1"><head><title>Mine</title></head><body>
<outline text="News &amp; more"><outline text="World"><outline TEXT="Caf` + "\xe9" + `" type="rss" xmlURL=" https://a.example/f " htmlUrl="https://a.example/"/></outline>
<outline title="B" text="b" xmlUrl="https://b.example/f"/></outline>
<outline xmlUrl="https://c.example/f"/><outline text="empty folder"/></body></OPML>`))
	want := []Entry{
		{Title: "Café", Page: "https://a.example/", Feed: "https://a.example/f", Folder: []string{"News & more", "World"}},
		{Title: "B", Feed: "https://b.example/f", Folder: []string{"News & more"}},
		{Title: "https://c.example/f", Feed: "https://c.example/f", Folder: []string{}},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, error %v", got, err)
	}
	for what, text := range map[string]string{
		"a page": "<html></html>", "nothing": "", "half": `<opml><body><outline xmlUrl="https://a.example/f"`,
		"a well": "<opml>" + strings.Repeat("<outline>", 1000),
	} {
		if _, err := Read([]byte(text)); err == nil {
			t.Errorf("%s: no error", what)
		}
	}
}

func TestWrittenIsReadBack(t *testing.T) {
	b, err := Write(feed.Site{Title: "W"}, time.Time{}, []Outline{{Title: "A", Feed: "https://a.example/f", Folder: "World"}, {Title: "B", Feed: "https://b.example/f", Folder: "World"}, {Title: "C", Feed: "https://c.example/f"}})
	if err != nil {
		t.Fatal(err)
	}
	got, err := Read(b)
	if err != nil || len(got) != 3 || got[1].Folder[0] != "World" || got[2].Folder[0] != "W" {
		t.Errorf("got %+v, error %v", got, err)
	}
}

// FuzzRead: whatever the bytes are, what is read are feeds in folders, and
// within bounds.
func FuzzRead(f *testing.F) {
	for _, text := range []string{
		`<opml version="2.0"><body><outline text="A"><outline text="B" xmlUrl="https://b.example/feed" htmlUrl="x"/></outline></body></opml>`,
		`<OPML><Outline XMLURL="x"/></OPML>`, `<opml><outline text="&eacute;&x;" xmlUrl="a"`, "<?xml version='1.0' encoding='utf-16'?><opml/>",
		`<!DOCTYPE opml [<!ENTITY a "b">]><opml><outline xmlUrl="&a;"/></opml>`, strings.Repeat("<opml>", 1100), "<opml>" + strings.Repeat("<outline>", 60), "<html>",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		list, _ := Read(data)
		for _, e := range list {
			if e.Feed == "" || e.Title == "" || len(e.Folder) > maxDepth {
				t.Errorf("read %+v", e)
			}
		}
	})
}

func TestOutlinesTooLarge(t *testing.T) {
	for what, text := range map[string]string{
		"deep":    "<opml>" + strings.Repeat("<x>", 1_000_000),
		"folders": "<opml>" + strings.Repeat("<outline text='x'>", 100),
		"many":    "<opml>" + strings.Repeat("<outline xmlUrl='x'/>", maxEntries+1),
	} {
		if list, err := Read([]byte(text)); err == nil || !strings.Contains(err.Error(), "too large") || len(list) > maxEntries {
			t.Errorf("%s: %d feeds, error %v", what, len(list), err)
		}
	}
}
