package bolt

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	bbolt "go.etcd.io/bbolt"

	"dateline/store"
)

// now is when the articles of these tests are filed.
var now = time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)

// openStore opens the store at path; the end of the test closes it.
func openStore(t testing.TB, path string, o Options) *Store {
	t.Helper()
	s, err := Open(path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func newStore(t testing.TB) *Store {
	t.Helper()
	return openStore(t, filepath.Join(t.TempDir(), "dateline.db"), Options{Now: now})
}

// article is the nth of many articles, the same at every call.
func article(n int, categories ...string) store.Article {
	id := store.IDFromBytes([16]byte{6: byte(n >> 24), 7: byte(n >> 16), 8: byte(n >> 8), 9: byte(n)})
	guid := store.TagURI("wire.example", now, id)
	if n%2 == 1 { // one that does not end with the ID, and so has a row of its own
		guid = fmt.Sprintf("urn:berth:%09d", n)
	}
	return store.Article{
		ID: id, GUID: guid, Slug: "berth-news",
		Headline:   fmt.Sprintf("Berth %d is free", n),
		Body:       fmt.Sprintf("<p>Berth %d at Old Quay is free again, the harbour office said on Monday. It was blocked for %d days.</p>", n, n%9),
		Categories: append([]string{"harbour"}, categories...),
	}
}

func filing(a store.Article) store.Filing { return store.Filing{Article: a, Now: now, By: "newsdesk"} }

// fileMany files the articles from first to before end.
func fileMany(t testing.TB, s *Store, first, end int) {
	t.Helper()
	for n := first; n < end; n++ {
		if _, err := s.File(t.Context(), filing(article(n, fmt.Sprintf("berth-%d", n%3)))); err != nil {
			t.Fatal(err)
		}
	}
}

// setStatus sets what must be allowed.
func setStatus(t testing.TB, s *Store, n int, status store.Status) {
	t.Helper()
	c := store.StatusChange{ID: article(n).ID, Status: status, Now: now, By: "duty editor", Reason: "the harbour master denies it"}
	if _, err := s.SetStatus(t.Context(), c); err != nil {
		t.Fatal(err)
	}
}

// faults are all that Check finds.
func faults(t testing.TB, s *Store) (list []string) {
	t.Helper()
	if err := s.Check(context.Background(), func(fault string) { list = append(list, fault) }, nil); err != nil {
		t.Fatal(err)
	}
	return list
}

// sound fails the test when Check finds anything, or when there is another
// number of articles.
func sound(t testing.TB, s *Store, articles int) {
	t.Helper()
	for _, fault := range faults(t, s) {
		t.Errorf("check: %s", fault)
	}
	stats, err := s.Stats(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if stats.Articles != articles {
		t.Errorf("%d articles; want %d", stats.Articles, articles)
	}
}

// rewrite changes the file of a closed store.
func rewrite(t testing.TB, path string, act func(*bbolt.Tx) error) {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Update(act); err != nil {
		t.Fatal(err)
	}
}
