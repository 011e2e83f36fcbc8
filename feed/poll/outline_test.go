package poll

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/store"
)

// outline is an OPML document of these feeds, each "title url" or, to go into a
// folder from there on, "folder:".
func outline(lines ...string) string {
	var b strings.Builder
	folder := false
	for _, line := range lines {
		if name, ok := strings.CutSuffix(line, ":"); ok {
			if folder {
				b.WriteString("</outline>")
			}
			fmt.Fprintf(&b, "<outline text='%s'>", name)
			folder = true
			continue
		}
		title, address, _ := strings.Cut(line, " ")
		fmt.Fprintf(&b, "<outline text='%s' xmlUrl='%s'/>", title, address)
	}
	if folder {
		b.WriteString("</outline>")
	}
	return "<opml version='2.0'><body>" + b.String() + "</body></opml>"
}

// outlined is a farm whose poller follows a file, and that file.
func outlined(t *testing.T) (f *farm, file string) {
	f, file = newFarm(t), filepath.Join(t.TempDir(), "partners.opml")
	f.Category = func(name string) (string, bool) { return strings.ToLower(name), name == "Sport" }
	f.Outlines = []Outline{{Address: file, Category: "world"}}
	f.adopt()
	return f, file
}

func (f *farm) list(file string, lines ...string) Result {
	f.Helper()
	if err := os.WriteFile(file, []byte(outline(lines...)), 0o644); err != nil {
		f.Fatal(err)
	}
	f.now = f.now.Add(time.Hour)
	r, err := f.Fetch(f.Context(), file, false)
	if err != nil {
		f.Fatal(err)
	}
	return r
}

// listed are the sources of an outline: "name category", by name.
func (f *farm) listed(file string) (list []string) {
	f.Helper()
	all, err := f.store.Schedule(f.Context())
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range all {
		if s.Outline == file {
			list = append(list, s.Name+" "+s.Category)
		}
	}
	slices.Sort(list)
	return list
}

func TestSourcesOfAnOutlineArePolled(t *testing.T) {
	f, file := outlined(t)
	f.say(item("1", "One"))
	a, b := "Rivers "+f.server.URL+"/a", "Goats "+f.server.URL+"/b"
	r := f.list(file, a, "Sport:", b, "Other:", "Rivers "+f.server.URL+"/c", "Gazette "+f.server.URL+"/feed", "Bad javascript:x", "Twice "+f.server.URL+"/a")
	if got := f.listed(file); !slices.Equal(got, []string{"goats sport", "rivers world", "rivers-2 world"}) || r.Yield.New != 3 {
		t.Errorf("got %q, %+v", got, r.Yield)
	}
	f.now = f.now.Add(time.Hour)
	polled := map[string]bool{}
	if err := f.Once(t.Context(), nil, func(r Result) { polled[r.Source.Name] = r.Source.Error == "" && r.Err == nil }); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"gazette", "goats", "rivers", "rivers-2"} {
		if !polled[name] {
			t.Errorf("%s was not polled", name)
		}
	}
	if got := f.headlines("source/goats"); got != "One" {
		t.Errorf("goats: %q", got)
	}

	// Another poller of the same configuration knows them at once; without the
	// outline they are polled no more.
	f.adopt()
	if got := f.listed(file); len(got) != 3 {
		t.Errorf("got %q", got)
	}
	f.Outlines = nil
	f.adopt()
	if got := f.listed(file); got != nil {
		t.Errorf("got %q", got)
	}
	if got := f.headlines("source/goats"); got != "One" {
		t.Errorf("goats: %q", got)
	}
}

func TestSourceKeepsItsNameInItsOutline(t *testing.T) {
	f, file := outlined(t)
	a, b := f.server.URL+"/a", f.server.URL+"/b"
	f.list(file, "Rivers "+a, "Rivers "+b)
	s, err := f.store.Source(t.Context(), "rivers-2")
	if err != nil {
		t.Fatal(err)
	}
	s.ETag = "kept"
	if err := f.store.Settle(t.Context(), []store.Source{s}); err != nil {
		t.Fatal(err)
	}
	f.list(file, "New "+f.server.URL+"/c", "Sport:", "Renamed "+b, "Rivers "+a)
	if got := f.listed(file); !slices.Equal(got, []string{"new world", "rivers sport", "rivers-2 sport"}) {
		t.Errorf("got %q", got)
	}
	if s, err := f.store.Source(t.Context(), "rivers-2"); err != nil || s.ETag != "kept" || s.Configured != b {
		t.Errorf("got %+v, error %v", s, err)
	}
}

// TestOutlineDropsFewAtOnce: one that was cut short must not end what it listed.
func TestOutlineDropsFewAtOnce(t *testing.T) {
	f, file := outlined(t)
	var all []string
	for n := range 10 {
		all = append(all, fmt.Sprintf("S%d %s/%d", n, f.server.URL, n))
	}
	f.list(file, all...)
	if r := f.list(file, all[2:]...); len(f.listed(file)) != 8 || r.Source.HeldBack != 0 {
		t.Errorf("a fifth: %q, %s", f.listed(file), r.Source.HeldWhy)
	}
	for range 2 {
		if r := f.list(file, append(all[4:], "New "+f.server.URL+"/new")...); len(f.listed(file)) != 8 || r.Source.HeldBack != 2 || !strings.Contains(r.Source.HeldWhy, "2 of its 8 sources") {
			t.Errorf("more: %q, %s", f.listed(file), r.Source.HeldWhy)
		}
	}
	r, err := f.Fetch(t.Context(), file, true)
	if err != nil || len(f.listed(file)) != 7 || r.Source.HeldBack != 0 || r.Source.Released {
		t.Errorf("released: %q, %+v, error %v", f.listed(file), r.Source, err)
	}
	if r := f.list(file); len(f.listed(file)) != 7 || r.Source.HeldBack != 7 {
		t.Errorf("none: %q, %s", f.listed(file), r.Source.HeldWhy)
	}
}

func TestOutlineThatCannotBeReadChangesNothing(t *testing.T) {
	f, file := outlined(t)
	f.list(file, "A "+f.server.URL+"/a")
	for what, data := range map[string]string{"empty": "", "no OPML": "<rss/>", "cut short": outline("B " + f.server.URL + "/b")[:60]} {
		if err := os.WriteFile(file, []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
		f.now = f.now.Add(time.Hour)
		if r, err := f.Fetch(t.Context(), file, true); err != nil || r.Source.Error == "" || len(f.listed(file)) != 1 {
			t.Errorf("%s: %+v, error %v", what, r.Source, err)
		}
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if r, err := f.Fetch(t.Context(), file, false); err != nil || !strings.Contains(r.Source.Error, "no such file") || len(f.listed(file)) != 1 {
		t.Errorf("%+v, error %v", r.Source, err)
	}
}

func TestOutlineAtAnAddress(t *testing.T) {
	f := newFarm(t)
	f.Category = func(string) (string, bool) { return "", false }
	address := f.server.URL + "/list.opml"
	f.Outlines = []Outline{{Address: address, Category: "world"}}
	f.adopt()
	f.answer = func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"1"`)
		if r.Header.Get("If-None-Match") == `"1"` {
			w.WriteHeader(304)
			return
		}
		fmt.Fprint(w, outline("A "+f.server.URL+"/a"))
	}
	for range 2 {
		f.now = f.now.Add(time.Hour)
		r, err := f.Fetch(t.Context(), address, false)
		if err != nil || r.Source.Error != "" || r.Source.Next.Before(f.now.Add(outlineEvery)) || len(f.listed(address)) != 1 {
			t.Errorf("%s: %+v, error %v", r.Outcome, r.Source, err)
		}
	}
	if n := f.requests.Load(); n != 2 {
		t.Errorf("%d requests", n)
	}
}
