package serve_test

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/feed/publish"
	"dateline/feed/serve"
	"dateline/store"
	"dateline/store/bolt"
)

// seen is what a subscriber has of an article.
type seen struct {
	Title, Text, Published, Updated, Signal string
}

// subscriber keeps what it reads at an address, as feed readers do: by id, and
// nothing is dropped because it is no longer there. It asks with the validator
// that it got.
type subscriber struct {
	path  string
	parse func(t *testing.T, body string) (items map[string]seen, dropped []string)
	tag   string
	have  map[string]seen
	bytes string // of the last answer with a body
}

// poll asks once; it reports whether there was something new.
func (u *subscriber) poll(t *testing.T, s *site) bool {
	t.Helper()
	a := s.do("GET", u.path, "", "If-None-Match", u.tag)
	if a.StatusCode == http.StatusNotModified {
		return false
	}
	if a.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s", u.path, a.Status)
	}
	u.tag, u.bytes = a.Header.Get("ETag"), a.body
	items, dropped := u.parse(t, a.body)
	if u.have == nil {
		u.have = map[string]seen{}
	}
	for id, item := range items {
		u.have[id] = item
	}
	for _, id := range dropped {
		delete(u.have, id)
	}
	return true
}

// signals are what became of an article, by the name that a category or a
// status gives it.
var signals = map[string]string{"Correction": "correction", "Canceled": "kill", "Withheld": "hold", "canceled": "kill", "withheld": "hold"}

// signalOf is the one that is among the names.
func signalOf(names ...string) string {
	for _, name := range names {
		if signal := signals[name]; signal != "" {
			return signal
		}
	}
	return ""
}

func parseRSS(t *testing.T, body string) (map[string]seen, []string) {
	var d struct {
		Items []struct {
			GUID      string   `xml:"guid"`
			Title     string   `xml:"title"`
			Content   string   `xml:"http://purl.org/rss/1.0/modules/content/ encoded"`
			Published string   `xml:"pubDate"`
			Updated   string   `xml:"http://purl.org/dc/terms/ modified"`
			Category  []string `xml:"category"`
		} `xml:"channel>item"`
	}
	if err := xml.Unmarshal([]byte(body), &d); err != nil {
		t.Fatal(err)
	}
	items := map[string]seen{}
	for _, i := range d.Items {
		items[i.GUID] = seen{i.Title, i.Content, i.Published, i.Updated, signalOf(i.Category...)}
	}
	return items, nil
}

type atomDocument struct {
	Entries []struct {
		ID        string `xml:"id"`
		Title     string `xml:"title"`
		Content   string `xml:"content"`
		Published string `xml:"published"`
		Updated   string `xml:"updated"`
		Category  []struct {
			Label string `xml:"label,attr"`
		} `xml:"category"`
	} `xml:"entry"`
	Deleted []struct {
		Ref string `xml:"ref,attr"`
	} `xml:"http://purl.org/atompub/tombstones/1.0 deleted-entry"`
	Links []struct {
		Rel  string `xml:"rel,attr"`
		Href string `xml:"href,attr"`
	} `xml:"link"`
}

func parseAtom(t *testing.T, body string) (map[string]seen, []string) {
	var d atomDocument
	if err := xml.Unmarshal([]byte(body), &d); err != nil {
		t.Fatal(err)
	}
	items, dropped := map[string]seen{}, []string{}
	for _, e := range d.Entries {
		var names []string
		for _, c := range e.Category {
			names = append(names, c.Label)
		}
		items[e.ID] = seen{e.Title, e.Content, e.Published, e.Updated, signalOf(names...)}
	}
	for _, x := range d.Deleted {
		dropped = append(dropped, x.Ref)
	}
	return items, dropped
}

func parseJSON(t *testing.T, body string) (map[string]seen, []string) {
	var d struct {
		Items []struct {
			ID        string `json:"id"`
			Title     string `json:"title"`
			Content   string `json:"content_html"`
			Published string `json:"date_published"`
			Modified  string `json:"date_modified"`
			Extension struct {
				Signal string `json:"signal"`
			} `json:"_dateline"`
		} `json:"items"`
	}
	if err := json.Unmarshal([]byte(body), &d); err != nil {
		t.Fatal(err)
	}
	items := map[string]seen{}
	for _, i := range d.Items {
		items[i.ID] = seen{i.Title, i.Content, i.Published, i.Modified, i.Extension.Signal}
	}
	return items, nil
}

func parseItems(t *testing.T, body string) (map[string]seen, []string) {
	var d struct {
		Items []struct {
			URI       string                   `json:"uri"`
			PubStatus string                   `json:"pubStatus"`
			Headlines []struct{ Value string } `json:"headlines"`
			Bodies    []struct{ Value string } `json:"bodies"`
			Created   string                   `json:"firstCreated"`
		} `json:"items"`
	}
	if err := json.Unmarshal([]byte(body), &d); err != nil {
		t.Fatal(err)
	}
	items := map[string]seen{}
	for _, i := range d.Items {
		item := seen{Published: i.Created, Signal: signalOf(i.PubStatus)}
		for _, h := range i.Headlines {
			item.Title += h.Value
		}
		for _, b := range i.Bodies {
			item.Text += b.Value
		}
		items[i.URI] = item
	}
	return items, nil
}

// walkArchives is what a reader has that takes the feed and all its archives:
// what stands in a later document counts.
func walkArchives(t *testing.T, s *site, path string) (have map[string]seen, all string) {
	t.Helper()
	have = map[string]seen{}
	for path != "" {
		a := s.get(path)
		if a.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s", path, a.Status)
		}
		all += a.body
		items, _ := parseAtom(t, a.body)
		for id, item := range items {
			if _, ok := have[id]; !ok {
				have[id] = item
			}
		}
		var d atomDocument
		if err := xml.Unmarshal([]byte(a.body), &d); err != nil {
			t.Fatal(err)
		}
		path = ""
		for _, l := range d.Links {
			if l.Rel == "prev-archive" {
				path = s.path(l.Href)
			}
		}
	}
	return have, all
}

// follower is a program that keeps a copy of what is public, by the change log.
type follower struct {
	next  uint64
	kinds []store.Kind // of the lines about the article that it watches
	have  map[store.ID]serve.Article
}

func (f *follower) follow(t *testing.T, s *site, watched store.ID) {
	t.Helper()
	auth := []string{"Authorization", "Bearer " + readerToken}
	for {
		var c serve.Changes
		a := s.do("GET", fmt.Sprintf("/api/v1/changes?since=%d&limit=3", f.next), "", auth...)
		if err := json.Unmarshal([]byte(a.body), &c); err != nil || a.StatusCode != http.StatusOK {
			t.Fatalf("%s %s", a.Status, a.body)
		}
		if len(c.Changes) == 0 {
			return
		}
		for _, line := range c.Changes {
			if f.next++; line.Sequence != f.next {
				t.Fatalf("after change %d comes %d", f.next-1, line.Sequence)
			}
			if line.ID == watched {
				f.kinds = append(f.kinds, line.Kind)
			}
			if line.ID == "" {
				continue
			}
			a := s.do("GET", "/api/v1/articles/"+string(line.ID), "", auth...)
			var article serve.Article
			if err := json.Unmarshal([]byte(a.body), &article); err != nil {
				t.Fatal(err)
			}
			f.have[line.ID] = article
		}
	}
}

// restart puts a server over the same file in the place of the one there was.
func (s *site) restart() {
	s.Helper()
	path := s.store.Path()
	if err := s.store.Close(); err != nil {
		s.Fatal(err)
	}
	again, err := bolt.Open(path, bolt.Options{})
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { again.Close() })
	p, next := s.server.Publisher, *s.server
	s.store, next.Store = again, again
	next.Publisher = &publish.Publisher{
		Site: p.Site, Categories: p.Categories, Combinations: p.Combinations, Retired: p.Retired, Store: again,
		Window: p.Window, KeepFor: p.KeepFor, NoticeFor: p.NoticeFor, MaxAge: p.MaxAge, Since: p.Since,
	}
	s.server, s.handler = &next, next.Handler()
	s.http.Config.Handler = s.handler
}

// TestEverySubscriber files, mends, corrects, holds, releases and kills an
// article, and looks at what each of those who follow it has after each step.
func TestEverySubscriber(t *testing.T) {
	s := newSite(t)
	s.server.Tokens = append(s.server.Tokens, serve.Token{Name: "chief", Secret: chiefToken, May: serve.Rights()})
	s.server.Publisher.Window = 3
	s.handler = s.server.Handler()
	s.http.Config.Handler = s.handler
	s.receipt(s.file(`{"headline":"Ferry runs","body":"<p>It carried nine.</p>","categories":["sport"]}`))

	subscribers := map[string]*subscriber{}
	for _, home := range []string{"", "/category/sport"} {
		subscribers[home+" RSS"] = &subscriber{path: home + "/rss.xml", parse: parseRSS}
		subscribers[home+" Atom"] = &subscriber{path: home + "/atom.xml", parse: parseAtom}
		subscribers[home+" JSON Feed"] = &subscriber{path: home + "/feed.json", parse: parseJSON}
		subscribers[home+" ninjs"] = &subscriber{path: home + "/ninjs.json", parse: parseItems}
	}
	program := &follower{have: map[store.ID]serve.Article{}}
	json := []string{"Authorization", "Bearer " + chiefToken, "Content-Type", "application/json"}
	later := func(d time.Duration) { s.now = s.now.Add(d) }

	filed := s.receipt(s.file(`{"guid":"urn:test:goat","headline":"Goat aboard","body":"<p>It carried ninety people.</p>","categories":["sport"]}`))
	id := filed.ID
	article := "/api/v1/articles/" + string(id)

	// look polls everybody. expected says what they then have of the article; a
	// text that is empty is not looked at. No document has what is without.
	first := map[string]seen{}
	look := func(step string, expected seen, without string) {
		t.Helper()
		for _, name := range slices.Sorted(maps.Keys(subscribers)) {
			u := subscribers[name]
			u.poll(t, s)
			got, ok := u.have["urn:test:goat"]
			if _, known := first[name]; !known {
				first[name] = got
			}
			want, items := expected, strings.HasSuffix(name, "ninjs")
			if items && want.Signal == "kill" { // the reason is in no field of ninjs
				want.Text = ""
			}
			if !ok || !strings.Contains(got.Title, want.Title) || !strings.Contains(got.Text, want.Text) {
				t.Errorf("%s:%s has %+v, want %+v", step, name, got, want)
			}
			if got.Published != first[name].Published {
				t.Errorf("%s:%s: it was published %s, and now %s", step, name, first[name].Published, got.Published)
			}
			if without != "" && strings.Contains(u.bytes, without) {
				t.Errorf("%s:%s still has %q", step, name, without)
			}
			if got.Signal != want.Signal && !(items && want.Signal == "correction") { // ninjs has none for it
				t.Errorf("%s:%s has the signal %q, want %q", step, name, got.Signal, want.Signal)
			}
		}
		walked, all := walkArchives(t, s, "/category/sport/atom.xml")
		if got, ok := walked["urn:test:goat"]; !ok || !strings.Contains(got.Text, expected.Text) {
			t.Errorf("%s: a reader of archives has %+v, want %+v", step, got, expected)
		}
		if without != "" && strings.Contains(all, without) {
			t.Errorf("%s: the archives still have %q", step, without)
		}
		program.follow(t, s, id)
		if got := program.have[id]; without != "" && strings.Contains(fmt.Sprint(got), without) && got.Status != store.Held {
			t.Errorf("%s: the program still has %q: %+v", step, without, got)
		}
	}
	updated := func() map[string]string {
		list := map[string]string{}
		for name, u := range subscribers {
			list[name] = u.have["urn:test:goat"].Updated
		}
		return list
	}
	do := func(want int, method, path, body string, header ...string) {
		t.Helper()
		if a := s.do(method, path, body, append(slices.Clone(json), header...)...); a.StatusCode != want {
			t.Fatalf("%s %s: %s %s", method, path, a.Status, a.body)
		}
	}

	look("filed", seen{Title: "Goat aboard", Text: "ninety people"}, "")

	later(time.Hour)
	before := updated()
	do(200, "PUT", article+"?quiet=true", `{"headline":"Goat aboard","body":"<p>It carried ninety people and a goat.</p>","categories":["sport"]}`, "If-Match", `"v1"`)
	look("mended", seen{Title: "Goat aboard", Text: "ninety people and a goat"}, "")
	if after := updated(); !maps.Equal(before, after) {
		t.Errorf("a slip that was mended moved %v to %v", before, after)
	}

	later(time.Hour)
	do(200, "PUT", article+"?note=It+was+nine.", `{"headline":"Goat aboard","body":"<p>It carried nine people and a goat.</p>","categories":["sport"]}`, "If-Match", `"v2"`)
	look("corrected", seen{Title: "Goat aboard", Text: "nine people and a goat", Signal: "correction"}, "ninety people")
	for name, u := range subscribers {
		if !strings.HasSuffix(name, "ninjs") && (u.have["urn:test:goat"].Updated == before[name] || !strings.Contains(u.have["urn:test:goat"].Text, "It was nine.")) {
			t.Errorf("corrected:%s does not show it: %+v", name, u.have["urn:test:goat"])
		}
	}

	later(time.Hour)
	do(200, "POST", article+"/hold", `{"reason":"The mayor denies it."}`)
	look("held", seen{Signal: "hold"}, "a goat")
	if a := s.get(s.path(filed.URL)); a.StatusCode != http.StatusNotFound && a.StatusCode != http.StatusGone || strings.Contains(a.body, "goat.") {
		t.Errorf("held: its page says %s", a.Status)
	}

	s.restart()
	for name, u := range subscribers {
		if u.poll(t, s) {
			t.Errorf("a restart changed%s", name)
		}
	}

	later(time.Hour)
	do(200, "POST", article+"/release", `{"reason":"He takes it back."}`)
	look("released", seen{Title: "Goat aboard", Text: "nine people and a goat", Signal: "correction"}, "denies")

	// It leaves the window, for the archives.
	for n := range 12 {
		later(26 * time.Hour)
		s.file(fmt.Sprintf(`{"headline":"Match %d","body":"<p>It ended.</p>","categories":["sport"]}`, n))
	}
	if a := s.get("/category/sport/atom.xml"); strings.Contains(a.body, "urn:test:goat") {
		t.Fatal("it is still in the window")
	}
	look("left the window", seen{Title: "Goat aboard", Text: "nine people and a goat", Signal: "correction"}, "")
	s.restart()

	later(time.Hour)
	do(200, "POST", article+"/kill", `{"reason":"There is no goat."}`)
	s.restart()
	look("killed", seen{Text: "There is no goat.", Signal: "kill"}, "nine people")
	page := s.get(s.path(filed.URL))
	if page.StatusCode != http.StatusGone || !strings.Contains(page.body, "There is no goat.") || strings.Contains(page.body, "nine people") {
		t.Errorf("killed: its page says %s", page.Status)
	}
	if a := s.do("GET", article, "", "Authorization", "Bearer "+readerToken); strings.Contains(a.body, "nine people") || strings.Contains(a.body, "Goat aboard") {
		t.Errorf("killed: the API has %s", a.body)
	}
	kinds := []store.Kind{store.KindFiled, store.KindMended, store.KindRevised, store.KindHeld, store.KindReleased, store.KindKilled}
	if !slices.Equal(program.kinds, kinds) {
		t.Errorf("the program heard %v, want %v", program.kinds, kinds)
	}

	// Nothing brings it back.
	do(410, "POST", "/api/v1/articles", `{"guid":"urn:test:goat","headline":"Goat aboard","body":"<p>It carried nine people and a goat.</p>","categories":["sport"]}`)
	do(410, "PUT", article, `{"headline":"Goat aboard","body":"<p>It carried nine people and a goat.</p>","categories":["sport"]}`, "If-Match", "*")
	do(410, "POST", article+"/release", `{"reason":"x"}`)

	// The notice goes in its time, and readers of tombstones drop it.
	later(31 * 24 * time.Hour)
	s.file(`{"headline":"Another match","body":"<p>It ended.</p>","categories":["sport"]}`)
	for name, u := range subscribers {
		u.poll(t, s)
		items, _ := u.parse(t, u.bytes)
		if _, ok := items["urn:test:goat"]; ok {
			t.Errorf("31 days later%s still has its notice", name)
		}
		if _, ok := u.have["urn:test:goat"]; ok && strings.HasSuffix(name, "Atom") {
			t.Errorf("31 days later%s has no tombstone", name)
		}
	}
}

func TestWhoMayNotReadSeesNoEditorNote(t *testing.T) {
	s := newSite(t)
	s.server.Tokens = append(s.server.Tokens, serve.Token{Name: "mod", Secret: "mod-token-0123456789", May: []string{"moderate"}}, serve.Token{Name: "all", Secret: "all-token-0123456789", May: serve.Rights()})
	s.http.Config.Handler = s.server.Handler()
	r := s.receipt(s.file(`{"headline":"Goat","body":"<p>It bleats.</p>","categories":["sport"],"editor_note":"call the owner"}`))
	for token, want := range map[string]bool{"mod-token-0123456789": false, "all-token-0123456789": true} {
		for _, act := range []string{"hold", "release"} {
			a := s.do("POST", "/api/v1/articles/"+string(r.ID)+"/"+act, `{"reason":"x"}`, "Authorization", "Bearer "+token)
			if a.StatusCode != http.StatusOK || strings.Contains(a.body, "call the owner") != want {
				t.Errorf("%s by %s: %s %s", act, token, a.Status, a.body)
			}
		}
	}
}
