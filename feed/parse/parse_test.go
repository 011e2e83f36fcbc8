package parse

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dateline/store"
)

var update = flag.Bool("update", false, "write what Read gives into the want.json files; look at the difference")

// want is a case's want.json: what Read is given beside the bytes, and what it
// is to give.
type want struct {
	URL         string       `json:"url,omitempty"` // empty: https://example.com/news/feed.xml
	ContentType string       `json:"content_type,omitempty"`
	Error       string       `json:"error,omitempty"`
	Announced   []Discovered `json:"announced,omitempty"`
	Feed        *feedView    `json:"feed,omitempty"`
	Items       []itemView   `json:"items,omitempty"`
	Warnings    []string     `json:"warnings,omitempty"`
}

// feedView and itemView are Feed and Item as they are compared: without what
// is empty, and with the times that a pause asks for in words.
type feedView struct {
	Format    string
	ID        string     `json:",omitempty"`
	Title     string     `json:",omitempty"`
	Link      string     `json:",omitempty"`
	Language  string     `json:",omitempty"`
	Rights    string     `json:",omitempty"`
	Self      string     `json:",omitempty"`
	Hubs      []string   `json:",omitempty"`
	Updated   time.Time  `json:",omitzero"`
	TTL       string     `json:",omitempty"`
	Period    string     `json:",omitempty"`
	SkipHours []int      `json:",omitempty"`
	SkipDays  []string   `json:",omitempty"`
	Older     string     `json:",omitempty"`
	Complete  bool       `json:",omitempty"`
	Archive   bool       `json:",omitempty"`
	Expired   bool       `json:",omitempty"`
	Deleted   []Deletion `json:",omitempty"`
}

type itemView struct {
	ID         string
	IDFrom     From
	IRI        bool              `json:",omitempty"`
	Title      string            `json:",omitempty"`
	Link       string            `json:",omitempty"`
	Canonical  string            `json:",omitempty"` // empty when it is Link
	Published  time.Time         `json:",omitzero"`
	Updated    time.Time         `json:",omitzero"`
	Authors    []store.Author    `json:",omitempty"`
	Categories []Category        `json:",omitempty"`
	Enclosures []store.Enclosure `json:",omitempty"`
	Language   string            `json:",omitempty"`
	Rights     string            `json:",omitempty"`
	Comments   string            `json:",omitempty"`
	Related    []Related         `json:",omitempty"`
	Source     Source            `json:",omitzero"`
	Summary    string            `json:",omitempty"`
	Content    string            `json:",omitempty"`
	Full       bool              `json:",omitempty"`
	Base       string            `json:",omitempty"` // empty when it is Link
}

func viewFeed(f Feed) *feedView {
	v := &feedView{
		Format: f.Format, ID: f.ID, Title: f.Title, Link: f.Link, Language: f.Language, Rights: f.Rights, Self: f.Self,
		Hubs: f.Hubs, Updated: f.Updated, Older: f.Older, Complete: f.Complete, Archive: f.Archive, Expired: f.Expired,
		Deleted: f.Deleted,
	}
	if f.Pause.TTL != 0 {
		v.TTL = f.Pause.TTL.String()
	}
	if f.Pause.Period != 0 {
		v.Period = f.Pause.Period.String()
	}
	for h, skip := range f.Pause.SkipHours {
		if skip {
			v.SkipHours = append(v.SkipHours, h)
		}
	}
	for d, skip := range f.Pause.SkipDays {
		if skip {
			v.SkipDays = append(v.SkipDays, time.Weekday(d).String())
		}
	}
	return v
}

func viewItem(it Item) itemView {
	v := itemView{
		ID: it.ID, IDFrom: it.IDFrom, IRI: it.IRI, Title: it.Title, Link: it.Link, Canonical: it.Canonical,
		Published: it.Published, Updated: it.Updated, Authors: it.Authors, Categories: it.Categories,
		Enclosures: it.Enclosures, Language: it.Language, Rights: it.Rights, Comments: it.Comments,
		Related: it.Related, Source: it.Source, Summary: it.Summary, Content: it.Content, Full: it.Full,
	}
	if v.Canonical == v.Link {
		v.Canonical = ""
	}
	if it.Base != nil && it.Base.String() != it.Link {
		v.Base = it.Base.String()
	}
	return v
}

const defaultURL = "https://example.com/news/feed.xml"

// TestRead reads every file of testdata and compares what comes out with the
// file beside it.
func TestRead(t *testing.T) {
	cases := caseFiles(t)
	if len(cases) < 60 {
		t.Fatalf("%d cases: testdata is not whole", len(cases))
	}
	for _, path := range cases {
		t.Run(strings.TrimSuffix(filepath.Base(path), filepath.Ext(path)), func(t *testing.T) { readCase(t, path) })
	}
}

// caseFiles are the inputs in testdata.
func caseFiles(t testing.TB) (list []string) {
	all, err := filepath.Glob("testdata/*.*")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range all {
		if !strings.HasSuffix(path, ".want.json") {
			list = append(list, path)
		}
	}
	return list
}

func wantFile(path string) string {
	return strings.TrimSuffix(path, filepath.Ext(path)) + ".want.json"
}

func readCase(t *testing.T, path string) {
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	wanted, err := os.ReadFile(wantFile(path))
	if err != nil && !*update {
		t.Fatal(err)
	}
	var w want
	if err := json.Unmarshal(wanted, &w); err != nil && len(wanted) > 0 {
		t.Fatalf("%s: %v", wantFile(path), err)
	}
	got := want{URL: w.URL, ContentType: w.ContentType}
	url := w.URL
	if url == "" {
		url = defaultURL
	}
	f, err := Read(data, w.ContentType, url)
	if err != nil {
		got.Error = err.Error()
		var no *NotFeed
		if errors.As(err, &no) {
			got.Announced = no.Feeds
		}
	} else {
		got.Feed, got.Warnings = viewFeed(f), f.Warnings
		for _, it := range f.Items {
			got.Items = append(got.Items, viewItem(it))
		}
	}
	text := marshal(t, got)
	if *update {
		if err := os.WriteFile(wantFile(path), text, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(text, wanted) {
		t.Errorf("got\n%s\nwant\n%s", text, wanted)
	}
}

func marshal(t *testing.T, v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestNotFeedSaysWhatIsThere(t *testing.T) {
	_, err := Read([]byte("<!doctype html><title>x</title>"), "", defaultURL)
	var no *NotFeed
	if !errors.As(err, &no) || no.What != "an HTML page" {
		t.Errorf("got %v", err)
	}
}
