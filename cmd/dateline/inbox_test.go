package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"dateline/feed/serve"
	"dateline/store"
	"dateline/store/bolt"
)

// logLines gathers what is logged.
type logLines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logLines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *logLines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// boxTest is an inbox before a real server whose store is in the folder.
func boxTest(t *testing.T, folder string) (in *inbox, s *bolt.Store, log *logLines) {
	t.Helper()
	config := "site: {title: Wire, url: \"https://wire.example\", publisher: {name: Desk}}\ncategories: [{slug: world, title: World}]\n"
	path := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(path, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := loadConfig(path)
	if err != nil {
		t.Fatal(err)
	}
	s, err = bolt.Open(filepath.Join(folder, "dateline.db"), bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	log = &logLines{}
	logger := slog.New(slog.NewTextHandler(log, nil))
	stats, err := s.Stats(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	server, err := newServer(t.Context(), c, s, stats, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	own := newInboxToken()
	server.Tokens = []serve.Token{own}
	in = &inbox{
		folder: filepath.Join(t.TempDir(), "inbox"), settle: 4 * time.Second, secret: own.Secret, handler: server.Handler(), writers: writersOf, log: logger,
	}
	if err := in.makeFolders(); err != nil {
		t.Fatal(err)
	}
	return in, s, log
}

// put writes a file of the inbox that was last changed at a time.
func (in *inbox) put(t *testing.T, name, text string, changed time.Time) {
	t.Helper()
	path := filepath.Join(in.folder, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(path, changed, changed); err != nil {
		t.Fatal(err)
	}
}

func (in *inbox) step(t *testing.T, now time.Time) {
	t.Helper()
	if err := in.look(t.Context(), now); err != nil {
		t.Fatal(err)
	}
}

// has reports whether the inbox has a file of that name.
func (in *inbox) has(name string) bool {
	_, err := os.Stat(filepath.Join(in.folder, name))
	return err == nil
}

func headlines(t *testing.T, s *bolt.Store) (list []string) {
	t.Helper()
	last, err := s.Sequence(t.Context())
	if err != nil || last == 0 {
		return nil
	}
	lines, err := s.Changes(t.Context(), 0, int(last))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines { // the ids of one millisecond are in no order
		if line.Kind != store.KindFiled {
			continue
		}
		a, err := s.Article(t.Context(), line.ID)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, a.Headline)
	}
	return list
}

func copyOf(headline string) string { return "World\n\n" + headline + "\n\nLONDON — It ran." }

// TestInboxLeavesWhatIsWritten: however long a writer pauses, its file is left,
// and is taken when it is closed.
func TestInboxLeavesWhatIsWritten(t *testing.T) {
	in, s, log := boxTest(t, t.TempDir())
	now := time.Now()
	for name, text := range map[string]string{"ferry.txt": copyOf("Ferry"), "goat.json": `{"headline": "Goat", "categories": ["world"], "body": "<p>It bleats.</p>"}`} {
		f, err := os.Create(filepath.Join(in.folder, name))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if _, err := f.WriteString(text[:len(text)-4]); err != nil {
			t.Fatal(err)
		}
		if who := writersOf(reopened(t, f)); who == unknown {
			t.Skip("it cannot be known here who has a file open")
		}
		for _, later := range []time.Duration{0, time.Minute, 24 * time.Hour, 25 * time.Hour} {
			in.step(t, now.Add(later))
			if !in.has(name) || len(headlines(t, s)) > 0 {
				t.Fatalf("%s was taken after %s while it was written", name, later)
			}
		}
		if said := strings.Count(log.String(), "level=ERROR"); said != 1 || !strings.Contains(log.String(), "has it open for writing") {
			t.Errorf("a writer that ended long ago is told %d times:\n%s", said, log)
		}
		if _, err := f.WriteString(text[len(text)-4:]); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		in.step(t, time.Now()) // it has just been closed, and may be opened again
		if !in.has(name) {
			t.Errorf("%s was taken before it settled", name)
		}
		in.step(t, time.Now().Add(in.settle))
		found, err := s.Articles(t.Context(), store.Query{All: true})
		if err != nil || in.has(name) || len(found.Articles) != 1 || !strings.HasSuffix(found.Articles[0].Body, ".</p>") {
			t.Fatalf("%s, closed: %+v, %v\n%s", name, found.Articles, err, log)
		}
		in, s, log = boxTest(t, t.TempDir())
	}
}

func reopened(t *testing.T, f *os.File) *os.File {
	t.Helper()
	again, err := os.Open(f.Name())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { again.Close() })
	return again
}

// TestInboxWaitsLongerWhereItCannotTell who has a file open, and goes by its
// own clock there.
func TestInboxWaitsLongerWhereItCannotTell(t *testing.T) {
	in, s, _ := boxTest(t, t.TempDir())
	in.writers = func(*os.File) writers { return unknown }
	now := time.Now()
	in.put(t, "ferry.txt", copyOf("Fer"), now.Add(-time.Hour))
	in.step(t, now)
	in.step(t, now.Add(29*time.Second))
	in.put(t, "ferry.txt", copyOf("Ferry"), now.Add(-time.Hour))
	in.step(t, now.Add(30*time.Second))
	in.step(t, now.Add(59*time.Second))
	if !in.has("ferry.txt") {
		t.Error("it was taken before it was the same for 30 seconds")
	}
	in.step(t, now.Add(60*time.Second))
	if got := headlines(t, s); !slices.Equal(got, []string{"Ferry"}) {
		t.Errorf("filed %q", got)
	}
}

// TestInboxWaitsForTheEndOfJSON while the file is young.
func TestInboxWaitsForTheEndOfJSON(t *testing.T) {
	const whole = `{"headline": "Ferry", "categories": ["world"], "body": "<p>It ran.</p>"}`
	for n := range len(whole) {
		if got := endsEarly("a.json", []byte(whole[:n])); !got {
			t.Errorf("%q is taken for whole", whole[:n])
		}
	}
	for _, text := range []string{whole, whole + "\n", `{"headline": }`, "nothing", "[]", "\ufeff" + whole} {
		if endsEarly("a.json", []byte(text)) {
			t.Errorf("%q is waited for", text)
		}
	}
	in, s, _ := boxTest(t, t.TempDir())
	now := time.Now()
	for _, name := range []string{"late.json", "never.json", "empty.txt"} {
		text := whole[:40]
		if name == "empty.txt" {
			text = ""
		}
		in.put(t, name, text, now.Add(-time.Minute))
	}
	in.step(t, now)
	in.put(t, "late.json", whole, now)
	in.step(t, now.Add(young/2))
	if got := headlines(t, s); !slices.Equal(got, []string{"Ferry"}) || !in.has("never.json") || !in.has("empty.txt") || in.has("failed/late.json") {
		t.Errorf("filed %q", got)
	}
	in.step(t, now.Add(young))
	if !in.has("failed/never.json") || !in.has("failed/empty.txt") {
		t.Error("what never ends is waited for without end")
	}
	if why := readText(t, filepath.Join(in.folder, "failed/never.json.why.txt")); !strings.Contains(why, "it ends in the middle") {
		t.Errorf("the reason is %q", why)
	}
}

// TestInboxTakesWhatIsMovedIn at once, however long files have to settle.
func TestInboxTakesWhatIsMovedIn(t *testing.T) {
	in, s, log := boxTest(t, t.TempDir())
	in.settle = time.Hour
	var err error
	if in.arrivals, err = watchArrivals(in.folder); err != nil {
		t.Skip(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	told := make(chan string, 100)
	in.log = slog.New(slog.NewTextHandler(toldLines{told, log}, nil))
	in.put(t, "written.txt", copyOf("Written in place"), time.Now())
	var running sync.WaitGroup
	running.Go(func() { in.run(ctx) })
	defer running.Wait()
	defer stop()
	in.put(t, ".ferry.txt.tmp", copyOf("Ferry"), time.Now())
	if err := os.Rename(filepath.Join(in.folder, ".ferry.txt.tmp"), filepath.Join(in.folder, "ferry.txt")); err != nil {
		t.Fatal(err)
	}
	if line := <-told; !strings.Contains(line, "filed from the inbox") {
		t.Fatal(line)
	}
	if got := headlines(t, s); !slices.Equal(got, []string{"Ferry"}) {
		t.Errorf("filed %q", got)
	}
}

// TestInboxHearsWhoCloses a file where it cannot know who has it open.
func TestInboxHearsWhoCloses(t *testing.T) {
	in, s, _ := boxTest(t, t.TempDir())
	in.writers = func(*os.File) writers { return unknown }
	var err error
	if in.arrivals, err = watchArrivals(in.folder); err != nil {
		t.Skip(err)
	}
	defer in.arrivals.close()
	heard := func(want hint) {
		for in.arrivals.of("ferry.txt") != want {
			runtime.Gosched()
		}
	}
	f, err := os.Create(filepath.Join(in.folder, "ferry.txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString(copyOf("Ferry")); err != nil {
		t.Fatal(err)
	}
	heard(open)
	now := time.Now()
	in.step(t, now)
	in.step(t, now.Add(young-1))
	if !in.has("ferry.txt") {
		t.Error("it was taken before it was closed")
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	heard(written)
	in.step(t, now.Add(in.settle))
	if got := headlines(t, s); !slices.Equal(got, []string{"Ferry"}) {
		t.Errorf("filed %q", got)
	}
	if in.arrivals.of("ferry.txt") != noHint {
		t.Error("what was heard of a file is kept when it is gone")
	}
}

// toldLines tells of each line that is logged.
type toldLines struct {
	told chan<- string
	also *logLines
}

func (w toldLines) Write(b []byte) (int, error) {
	w.told <- string(b)
	return w.also.Write(b)
}

// TestInboxLeavesUnfinishedNames alone, however old they are.
func TestInboxLeavesUnfinishedNames(t *testing.T) {
	in, s, _ := boxTest(t, t.TempDir())
	now := time.Now()
	names := []string{".ferry.txt", ".ferry.txt.Xa1b2c", "ferry.txt.part", "ferry.txt.tmp", "FERRY.TMP", "ferry.txt.filepart", "ferry.txt~", "~ferry.txt", "ferry.txt.crdownload", "#ferry.txt#", ".ferry.txt.swp"}
	for _, name := range names {
		in.put(t, name, copyOf("Ferry"), now.Add(-time.Hour))
	}
	if err := os.Symlink(filepath.Join(in.folder, "ferry.txt~"), filepath.Join(in.folder, "link.txt")); err != nil {
		t.Fatal(err)
	}
	in.step(t, now)
	in.step(t, now.Add(24*time.Hour))
	for _, name := range append(names, "link.txt") {
		if !in.has(name) {
			t.Errorf("%s was taken", name)
		}
	}
	if got := headlines(t, s); len(got) > 0 {
		t.Errorf("filed %q", got)
	}
}

// TestInboxTakesTheOldestFirst, and no more than so many are held in mind.
func TestInboxTakesTheOldestFirst(t *testing.T) {
	in, s, _ := boxTest(t, t.TempDir())
	now := time.Now()
	var want []string
	for i := range 200 {
		name := fmt.Sprintf("%03d.txt", i*79%200) // in no order
		in.put(t, name, copyOf(name), now.Add(-time.Hour).Add(time.Duration(i)*time.Second))
		want = append(want, name)
	}
	files, err := oldest(in.folder, 30)
	var got []string
	for _, f := range files {
		got = append(got, f.Name())
	}
	if err != nil || !slices.Equal(got, want[:30]) {
		t.Errorf("the oldest are %q, want %q; %v", got, want[:30], err)
	}
	in.step(t, now)
	if got := headlines(t, s); !slices.Equal(got, want) {
		t.Errorf("filed in the order %q", got)
	}
}

// TestInboxSaysOnceWhatIsTheMatter with one file, and takes the others.
func TestInboxSaysOnceWhatIsTheMatter(t *testing.T) {
	in, s, log := boxTest(t, t.TempDir())
	real, now := in.handler, time.Now()
	broken := true
	in.handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if broken && r.ContentLength == int64(len(copyOf("A"))) {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		real.ServeHTTP(w, r)
	})
	in.put(t, "a.txt", copyOf("A"), now.Add(-time.Hour))
	in.put(t, "b.txt", copyOf("Longer"), now.Add(-time.Minute))
	in.step(t, now)
	in.step(t, now.Add(time.Minute))
	if n := strings.Count(log.String(), "level=ERROR"); n != 1 || !in.has("a.txt") || !slices.Equal(headlines(t, s), []string{"Longer"}) {
		t.Errorf("told %d times:\n%s", n, log)
	}
	broken = false
	in.step(t, now.Add(2*time.Minute))
	if in.has("a.txt") {
		t.Error("it is not taken when it could be")
	}
}

// TestInboxKeepsBothReasons: a reason stands beside its file.
func TestInboxKeepsBothReasons(t *testing.T) {
	in, _, _ := boxTest(t, t.TempDir())
	for i, category := range []string{"Wrold", "Wordl"} {
		now := time.Now().Add(time.Duration(i) * time.Hour)
		in.put(t, "a.txt", category+"\n\nHead\n\nLONDON — It ran.", now.Add(-time.Minute))
		in.step(t, now)
	}
	for name, want := range map[string]string{"a.txt.why.txt": "Wrold", "a-2.txt.why.txt": "Wordl"} {
		if why := readText(t, filepath.Join(in.folder, "failed", name)); !strings.Contains(why, want) {
			t.Errorf("%s: %q", name, why)
		}
	}
}

// noise is that many bytes of text that do not shrink.
func noise(n int) string {
	b := make([]byte, n*3/4)
	rand.Read(b)
	return base64.StdEncoding.EncodeToString(b)
}

// names are those of the files in a folder of the inbox.
func (in *inbox) names(t *testing.T, folder string) (list []string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(in.folder, folder))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Type() == fs.FileMode(0) {
			list = append(list, e.Name())
		}
	}
	return list
}
