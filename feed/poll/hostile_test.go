package poll

import (
	"errors"
	"maps"
	"net/http"
	"net/url"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/feed/clean"
	"dateline/store"
)

// raced tells that the race detector is at work.
var raced bool

// sized is a number, or a part of it when the race detector makes all of it
// take ten times as long.
func sized(n int) int {
	if raced {
		return n / 10
	}
	return n
}

// attack is a server that means no good, and what its source comes to.
type attack struct {
	answer  http.HandlerFunc
	only    string // filter of the source; empty when it has none
	filed   int    // articles
	fails   string // part of what the operator is told of the source; empty when it is well
	warning string // part of a warning about the feed
}

const (
	mebi = 1 << 20
	// A cycle may take so many bytes of memory at a time, with all that the
	// test itself holds.
	mostMemory = 300 * mebi
)

// TestHostileServers runs a whole cycle against each: it ends, costs a line of
// text and bounded memory, leaves a sound store, and the source is well again
// with its next answer.
func TestHostileServers(t *testing.T) {
	attacks := map[string]func() attack{}
	for _, list := range []map[string]func() attack{transports(), sizes(), markups(), characters(), values()} {
		maps.Copy(attacks, list)
	}
	// What is no longer used is let go of before the limit is reached, so that
	// the heap only grows beyond it by what is in use at one time.
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(mostMemory * 3 / 4))
	for _, name := range slices.Sorted(maps.Keys(attacks)) {
		t.Run(name, func(t *testing.T) {
			if raced && name == "10,000 items" {
				t.Skip("takes a minute with the race detector")
			}
			attacks[name]().run(t)
		})
	}
}

func (a attack) run(t *testing.T) {
	f := newFarm(t)
	f.Fetcher.Timeout = 20 * time.Second
	if strings.Contains(t.Name(), "drip") {
		f.Fetcher.Timeout = 200 * time.Millisecond
	}
	if a.only != "" {
		only, err := NewFilter(a.only)
		if err != nil {
			t.Fatal(err)
		}
		f.Sources[0].Include = []Filter{only}
	}
	f.answer = a.answer
	r := f.poll()
	f.sound(r)
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	if memory.HeapSys > mostMemory {
		t.Errorf("it took %d MiB of memory", memory.HeapSys>>20)
	}
	if r.Yield.New != a.filed || (r.Source.Error != "") != (a.fails != "") || !strings.Contains(r.Source.Error, a.fails) {
		t.Errorf("%d articles, want %d; error %q, want %q", r.Yield.New, a.filed, r.Source.Error, a.fails)
	}
	if warnings := strings.Join(r.Warnings, "\n"); !strings.Contains(warnings, a.warning) || a.warning == "" && warnings != "" {
		t.Errorf("warnings %q, want %q", warnings, a.warning)
	}
	f.Sources[0].Include = nil
	f.say(item("well", "Well again"))
	if r = f.poll(); r.Source.Error != "" || r.Yield.New != 1 {
		t.Errorf("afterwards: %d articles, error %q", r.Yield.New, r.Source.Error)
	}
}

// sound checks what an operator is told, the store, and its articles.
func (f *farm) sound(r Result) {
	f.Helper()
	for _, text := range append([]string{r.Source.Error, r.Source.Hint, r.Source.Title, r.Source.Why}, r.Warnings...) {
		if len(text) > 4*maxReason || !store.IsLegal(text) || strings.Contains(text, "\n") {
			f.Errorf("%d bytes are told: %.300q", len(text), text)
		}
	}
	if len(r.Warnings) > 150 {
		f.Errorf("%d warnings", len(r.Warnings))
	}
	if err := f.store.Check(f.Context(), func(fault string) { f.Errorf("check: %s", fault) }, nil); err != nil {
		f.Error(err)
	}
	var cursor store.Cursor
	for {
		page, err := f.store.Articles(f.Context(), store.Query{Listing: "source/gazette", Limit: 100, After: cursor})
		if errors.Is(err, store.ErrNotFound) { // it never brought anything
			return
		} else if err != nil {
			f.Fatal(err)
		}
		for _, a := range page.Articles {
			harmless(f.TB, a)
		}
		if cursor = page.Next; cursor == "" {
			return
		}
	}
}

// harmless checks that an article is cleaned, and leads to web pages only.
func harmless(t testing.TB, a store.Article) {
	t.Helper()
	if faults := a.Check(); faults != nil {
		t.Errorf("%q: %v", a.Headline, faults)
	}
	if again := clean.HTML(a.Body, nil); again != a.Body {
		t.Errorf("the body is not clean:\n     %.500q\nclean %.500q", a.Body, again)
	}
	links := []string{a.Origin.Link}
	for _, e := range a.Enclosures {
		links = append(links, e.URL)
	}
	for _, r := range a.Related {
		links = append(links, r.URL)
	}
	for _, author := range a.Byline {
		links = append(links, author.URL)
	}
	for _, link := range links {
		if u, err := url.Parse(link); link != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
			t.Errorf("link %q", link)
		}
	}
}

// TestRedirectToALongAddressIsNotTakenOver: no article could name it.
func TestRedirectToALongAddressIsNotTakenOver(t *testing.T) {
	f := newFarm(t)
	f.answer = func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/feed" {
			http.Redirect(w, r, "/"+strings.Repeat("x", store.MaxLine), http.StatusMovedPermanently)
			return
		}
		saysRSS(item("1", "One"))(w, r)
	}
	for range 6 {
		if r := f.poll(); r.Source.URL != f.server.URL+"/feed" || r.Source.Error != "" {
			t.Fatalf("polled at %.100s, error %q", r.Source.URL, r.Source.Error)
		}
		f.now = f.now.Add(24 * time.Hour)
	}
}
