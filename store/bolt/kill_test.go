package bolt

import (
	"bufio"
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dateline/store"
)

const killWriters = 6

// TestWhatIsAcknowledgedSurvivesAKill lets a process file, revise and kill
// articles, stops it dead after a random number of acknowledgements, and looks
// at the file; again and again.
func TestWhatIsAcknowledgedSurvivesAKill(t *testing.T) {
	t.Parallel()
	rounds := 20
	if testing.Short() {
		rounds = 5
	}
	path := filepath.Join(t.TempDir(), "dateline.db")
	random := rand.New(rand.NewPCG(1, uint64(rounds)))
	acknowledged := map[store.ID]int{}
	for round := range rounds {
		runUntilKilled(t, path, round, 20+random.IntN(120), acknowledged)
		s := openStore(t, path, Options{})
		survived(t, s, acknowledged)
		if err := s.Close(); err != nil || t.Failed() {
			t.Fatalf("round %d: close: %v", round, err)
		}
	}
	t.Logf("%d articles were acknowledged", len(acknowledged))
}

// runUntilKilled kills the process after so many acknowledgements and notes
// the newest version of each article that it was told of.
func runUntilKilled(t *testing.T, path string, round, limit int, acknowledged map[store.ID]int) {
	t.Helper()
	cmd := process(t, "file until killed", path, round)
	var complaint strings.Builder
	cmd.Stderr = &complaint
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	n := 0
	for lines := bufio.NewReader(out); ; n++ {
		line, err := lines.ReadString('\n')
		if err != nil {
			break // the end, or half a line, which acknowledges nothing
		}
		var id store.ID
		var version int
		if _, err := fmt.Sscan(line, &id, &version); err != nil {
			t.Errorf("line %q: %v", line, err)
		}
		acknowledged[id] = max(acknowledged[id], version)
		if n == limit {
			cmd.Process.Kill()
		}
	}
	cmd.Wait() // its error is that it was killed
	if n < limit || complaint.Len() > 0 {
		t.Fatalf("round %d: after %d acknowledgements: %s", round, n, complaint.String())
	}
}

// survived fails when anything that was acknowledged is not there, or anything
// that is there is not whole.
func survived(t *testing.T, s *Store, acknowledged map[store.ID]int) {
	t.Helper()
	for _, fault := range faults(t, s) {
		t.Errorf("check: %s", fault)
	}
	versions := map[store.ID]int{}
	for q := (store.Query{All: true, Limit: 500}); ; {
		page, err := s.Articles(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range page.Articles {
			versions[a.ID] = a.Version
			want := edition(a.GUID, a.Version)
			if a.Status == store.Killed {
				want.Headline, want.Body, want.Categories = "", "", a.Categories
			}
			if !a.SameContent(want) {
				t.Errorf("article %s is %s, but not its version %d: %q", a.ID, a.Status, a.Version, a.Headline)
			}
		}
		if q.After = page.Next; q.After == "" {
			break
		}
	}
	for id, version := range acknowledged {
		if versions[id] < version {
			t.Errorf("article %s: version %d is there; %d was acknowledged", id, versions[id], version)
		}
	}
	wholeLog(t, s, versions)
}

// wholeLog fails when the log has a gap, or tells of other versions than are
// there.
func wholeLog(t *testing.T, s *Store, versions map[store.ID]int) {
	t.Helper()
	last, err := s.Sequence(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	told := map[store.ID]int{}
	for after := uint64(0); after < last; {
		lines, err := s.Changes(t.Context(), after, 1000)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range lines {
			if after++; line.Sequence != after || line.Version != told[line.ID]+1 {
				t.Errorf("change %d at place %d: version %d of %s after %d", line.Sequence, after, line.Version, line.ID, told[line.ID])
			}
			told[line.ID] = line.Version
		}
	}
	for id, version := range versions {
		if told[id] != version {
			t.Errorf("article %s has version %d, but %d in the log", id, version, told[id])
		}
	}
}

// fileUntilKilled is the act of the process. Each of its writers has articles
// of its own, also from the rounds before.
func fileUntilKilled(path string, round int) error {
	s, err := Open(path, Options{Now: now})
	if err != nil {
		return err
	}
	page, err := s.Articles(context.Background(), store.Query{All: true, Limit: 1 << 20})
	if err != nil {
		return err
	}
	failed := make(chan error)
	for w := range killWriters {
		writer := killWriter{store: s, random: rand.New(rand.NewPCG(uint64(round), uint64(w)))}
		for _, a := range page.Articles {
			if a.Status == store.Usable && share(a.GUID) == w {
				writer.mine = append(writer.mine, a)
			}
		}
		go func() { failed <- writer.run(round, w) }()
	}
	return <-failed
}

// share is which writer an article belongs to.
func share(guid string) int {
	h := fnv.New32a()
	h.Write([]byte(guid))
	return int(h.Sum32() % killWriters)
}

type killWriter struct {
	store  *Store
	random *rand.Rand
	mine   []store.Article // usable ones
}

// run writes and acknowledges until something fails.
func (w *killWriter) run(round, number int) error {
	for n := 0; ; n++ {
		var a store.Article
		var err error
		switch kind := w.random.IntN(10); {
		case len(w.mine) == 0 || kind < 5:
			guid := fmt.Sprintf("tag:wire.example,2026:%d-%d-%d", round, number, n)
			if share(guid) != number {
				continue
			}
			a, err = w.file(edition(guid, 1), guid)
		case kind < 9:
			old := w.mine[w.random.IntN(len(w.mine))]
			a, err = w.file(edition(old.GUID, old.Version+1), old.GUID)
		default:
			a, err = w.kill(w.random.IntN(len(w.mine)))
		}
		if err != nil {
			return err
		}
		// One call, one line: the parent gets it whole or not at all.
		if _, err := fmt.Fprintf(os.Stdout, "%s %d\n", a.ID, a.Version); err != nil {
			return err
		}
	}
}

func (w *killWriter) file(a store.Article, guid string) (store.Article, error) {
	a.GUID, a.ID, a.Slug = guid, store.NewID(now), "berth-news"
	receipt, err := w.store.File(context.Background(), filing(a))
	if err != nil {
		return a, err
	}
	for i, old := range w.mine {
		if old.ID == receipt.Article.ID {
			w.mine[i] = receipt.Article
			return receipt.Article, nil
		}
	}
	w.mine = append(w.mine, receipt.Article)
	return receipt.Article, nil
}

func (w *killWriter) kill(i int) (store.Article, error) {
	id := w.mine[i].ID
	w.mine = append(w.mine[:i], w.mine[i+1:]...)
	return w.store.SetStatus(context.Background(), store.StatusChange{ID: id, Status: store.Killed, Now: now, Reason: "it was never so"})
}

// edition is the content that a version of an article must have. Some are
// longer than a page of the file.
func edition(guid string, version int) store.Article {
	random := rand.New(rand.NewPCG(uint64(version), uint64(len(guid))))
	a := store.Article{
		Headline:   fmt.Sprintf("Berth news %s, edition %d", guid, version),
		Categories: []string{fmt.Sprintf("berth-%d", version%5)},
	}
	paragraphs := 1 + random.IntN(20)
	if random.IntN(20) == 0 {
		paragraphs *= 20
	}
	var body strings.Builder
	for range paragraphs {
		fmt.Fprintf(&body, "<p>Berth %d of %s is free.</p>", random.Uint64(), guid)
	}
	a.Body = body.String()
	return a
}
