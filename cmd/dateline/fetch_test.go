package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"dateline/store"
	"dateline/store/bolt"
)

const (
	farmFeeds = 40
	farmItems = 12
)

// TestKilledFetchLosesNothing kills a first fetch of many feeds again and again
// while it runs. Once it is let, every article is there, and each once.
func TestKilledFetchLosesNothing(t *testing.T) {
	var answered, limit atomic.Int64
	started := make(chan *os.Process, 10)
	farm := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "<rss version='2.0'><channel><title>", r.URL.Path, "</title>")
		for n := range farmItems {
			fmt.Fprintf(w, "<item><guid isPermaLink='false'>urn:farm:%s:%d</guid><title>%s %d</title></item>", r.URL.Path, n, r.URL.Path, n)
		}
		fmt.Fprint(w, "</channel></rss>")
		if n := answered.Add(1); n == limit.Load() {
			(<-started).Kill()
		}
	}))
	defer farm.Close()
	folder := t.TempDir()
	var config strings.Builder
	config.WriteString("site: {title: T, url: \"https://t.example\", publisher: {name: T}}\nsamples: false\ncategories: [{slug: world, title: World}]\n" +
		"fetch: {allow_private: [\"127.0.0.0/8\"], pause: 0s, workers: 4, per_host: 4}\nsources:\n")
	for n := range farmFeeds {
		fmt.Fprintf(&config, "  - {name: s%d, url: \"%s/%d\", category: world}\n", n, farm.URL, n)
	}
	path := filepath.Join(folder, "config.yaml")
	if err := os.WriteFile(path, []byte(config.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	killed := 0
	for _, after := range []int64{1, 9, 17, 6, 0} {
		limit.Store(answered.Load() + after)
		cmd := &exec.Cmd{Path: program, Args: []string{"dateline", "fetch", "--config", path}}
		var said strings.Builder
		cmd.Stderr = &said
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		started <- cmd.Process
		if err := cmd.Wait(); err != nil {
			killed++
		} else if after > 0 {
			t.Errorf("it was not killed after %d answers", after)
		}
		if said.Len() > 0 {
			t.Errorf("it said %s", said.String())
		}
	}
	if killed != 4 {
		t.Errorf("it was killed %d times, want 4", killed)
	}
	s, err := bolt.Open(filepath.Join(folder, "data", "dateline.db"), bolt.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	s.Check(t.Context(), func(fault string) { t.Error(fault) }, nil)
	page, err := s.Articles(t.Context(), store.Query{All: true, Limit: 2 * farmFeeds * farmItems})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, a := range page.Articles {
		seen[a.Headline]++
	}
	if len(page.Articles) != farmFeeds*farmItems || len(seen) != farmFeeds*farmItems {
		t.Errorf("%d articles of %d items, %d headlines", len(page.Articles), farmFeeds*farmItems, len(seen))
	}
}
