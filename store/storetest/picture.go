package storetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"strings"
	"time"

	"dateline/store"
)

// picture is all that a store shows, read by its public methods.
type picture struct {
	Articles   []store.Article              // of every status, as Query.All has them
	Listings   map[string]store.Page        // whole, by name, but for those that are not there; Next is empty
	Tombstones map[string][]store.Tombstone // by listing
	Sources    []string
	Log        []store.Change
	Stats      store.Stats
}

// picture reads the store in pages of that size. Of listings, it looks at the
// named ones and at everything.
func (f *fixture) picture(size int, listings ...string) picture {
	f.Helper()
	all := f.walk(store.Query{All: true, Limit: size})
	if all.Count != len(all.Articles) {
		f.Fatalf("count of all articles: %d, but there are %d", all.Count, len(all.Articles))
	}
	p := picture{
		Articles:   all.Articles,
		Listings:   map[string]store.Page{},
		Tombstones: map[string][]store.Tombstone{},
		Log:        f.lines(0),
		Stats:      comparableStats(f.stats()),
	}
	if n := f.sequence(); n != p.Stats.Sequence {
		f.Fatalf("sequence %d, but %d in stats", n, p.Stats.Sequence)
	}
	var err error
	p.Sources, err = f.store.Sources(f.Context())
	f.must(err)
	for _, name := range append([]string{""}, listings...) {
		if _, err := f.store.Articles(f.Context(), store.Query{Listing: name, Limit: 1}); errors.Is(err, store.ErrNotFound) {
			continue
		}
		p.Listings[name] = f.walk(store.Query{Listing: name, Limit: size})
		p.Tombstones[name] = f.tombstones(name)
	}
	return p
}

// comparableStats leaves out what an engine may answer as it likes: its name, its
// size, who reads, and whether a category or source that has become empty is named.
func comparableStats(s store.Stats) store.Stats {
	s.Engine, s.Schema, s.Size, s.Free, s.Room = "", 0, 0, 0, 0
	s.Readers, s.OldestReader = 0, time.Time{}
	empty := func(_ string, n int) bool { return n == 0 }
	maps.DeleteFunc(s.ByCategory, empty)
	maps.DeleteFunc(s.BySource, empty)
	return s
}

// walk reads a listing to its end, page by page, as one.
func (f *fixture) walk(q store.Query) (whole store.Page) {
	f.Helper()
	for {
		page := f.page(q)
		if len(page.Articles) > q.Limit {
			f.Fatalf("page of %d articles; at most %d were asked for", len(page.Articles), q.Limit)
		}
		page.Articles = append(whole.Articles, page.Articles...)
		if whole = page; page.Next == "" {
			return whole
		}
		q.After = page.Next
	}
}

// unchanged runs act and fails when the store shows anything new after it.
func (f *fixture) unchanged(what string, act func(), categories ...string) {
	f.Helper()
	before := f.picture(10, categories...)
	act()
	f.same(what+" left a trace", f.picture(10, categories...), before)
}

// difference tells where two values part when written as JSON; empty when they
// are the same. So a time is the same whatever its representation.
func difference(got, want any) string {
	if reflect.DeepEqual(got, want) {
		return ""
	}
	g, w := jsonLines(got), jsonLines(want)
	for i := range max(len(g), len(w)) {
		if at(g, i) != at(w, i) {
			return fmt.Sprintf("at line %d got\n%s\nwant\n%s", i+1, around(g, i), around(w, i))
		}
	}
	return ""
}

func jsonLines(v any) []string {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return []string{err.Error()}
	}
	// A list without members is the same as none.
	return strings.Split(strings.ReplaceAll(" "+string(text), " null", " []"), "\n")
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

func around(lines []string, i int) string {
	return strings.Join(lines[min(max(i-6, 0), len(lines)):min(i+3, len(lines))], "\n")
}

// micro is the step of the clock of a store.
const micro = time.Microsecond
