package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"dateline/feed/serve"
	"dateline/store"
)

var soakFor = flag.Duration("soak", 0, "how `long` TestSoak loads a server; 0 for not at all")

const soakSources = 500

// TestSoak loads a server of its own with all that it does at once: reads, copy
// that is filed, corrected, held, released and killed, sources that change,
// reloads and backups. Nothing may fail that a client did not cause, memory and
// goroutines must not grow, and what was acknowledged must be there at the end,
// in the store and in a backup that was restored. It is for
// `go test ./cmd/dateline -run Soak -soak 1h -timeout 2h -v`.
func TestSoak(t *testing.T) {
	if *soakFor == 0 {
		t.Skip("asked for with -soak 1h")
	}
	s := &soak{TB: t, launched: prepare(t, ""), begun: time.Now(), counts: map[string]int{}}
	s.config(50)
	s.start("", nil)
	s.crowd = newCrowd(s.launched)
	s.run()
	s.settle()
	s.report()
}

// soak is a server under load, and what became of that.
type soak struct {
	testing.TB
	*launched
	*crowd
	admin string
	begun time.Time
	still atomic.Bool // the sources bring nothing more

	mu       sync.Mutex
	counts   map[string]int // what was done; guarded by mu, as all below
	faults   []string
	receipts []serve.Receipt // acknowledged filings
	samples  []sample
	backup   string // the last that was made
}

// sample is the state of the process at a time.
type sample struct {
	at                 time.Duration
	private            int // KiB of memory that is its own
	goroutines         int
	articles, sequence int
}

func (s *soak) Helper() { s.TB.Helper() }

// config writes the configuration; the sources are served here.
func (s *soak) config(window int) {
	if s.admin == "" {
		s.admin = freeAddress(s.TB)
		farm := httptest.NewServer(http.HandlerFunc(s.feed))
		s.Cleanup(farm.Close)
		s.write("farm", farm.URL)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "site: {title: T, url: \"http://%s\", publisher: {name: T}}\nlisten: %s\nadmin: {listen: %q}\nsamples: false\n", s.address, s.address, s.admin)
	fmt.Fprintf(&b, "categories: [{slug: world, title: World}, {slug: sport, title: Sport}]\noutput: {window: %d}\n", window)
	b.WriteString("fetch: {allow_private: [127.0.0.0/8], pause: 0s, per_host: 16}\nsources:\n")
	farm, err := os.ReadFile(s.path("farm"))
	if err != nil {
		s.Fatal(err)
	}
	for n := range soakSources {
		fmt.Fprintf(&b, "  - {name: source-%d, url: \"%s/%d\", category: world, every: 1m}\n", n, farm, n)
	}
	s.write("config.new", b.String())
	if err := os.Rename(s.path("config.new"), s.path("config.yaml")); err != nil {
		s.Fatal(err)
	}
}

// feed is that of a source which brings something every few minutes, and
// carries its newest twenty.
func (s *soak) feed(w http.ResponseWriter, r *http.Request) {
	n, _ := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/"))
	newest := 20 + int(time.Since(s.begun)/time.Minute)/(5+n%20)
	tag := fmt.Sprintf(`"%d"`, newest)
	w.Header().Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag || s.still.Load() {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	fmt.Fprintf(w, `<rss version="2.0"><channel><title>Source %d</title><link>http://source-%d.example/</link><description>d</description>`, n, n)
	for i := newest; i > newest-20; i-- {
		fmt.Fprintf(w, `<item><guid isPermaLink="false">%d-%d</guid><title>Berth %d of quay %d is free</title><link>http://source-%d.example/%d</link><description>%s</description></item>`,
			n, i, i, n, n, i, strings.Repeat(fmt.Sprintf("The ferry %d crossed %d times. ", n*7919+i, i), 20))
	}
	io.WriteString(w, "</channel></rss>")
}

func (s *soak) count(what string) {
	s.mu.Lock()
	s.counts[what]++
	s.mu.Unlock()
}

func (s *soak) fault(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.counts["faults"]++; len(s.faults) < 20 {
		s.faults = append(s.faults, fmt.Sprintf(format, args...))
	}
}

// run is the load.
func (s *soak) run() {
	ctx, stop := context.WithTimeout(s.Context(), *soakFor)
	defer stop()
	var work sync.WaitGroup
	every := func(pause time.Duration, act func(c *http.Client, i int)) {
		work.Go(func() {
			c := &http.Client{Timeout: time.Minute}
			for i := 0; ctx.Err() == nil; i++ {
				act(c, i)
				select {
				case <-ctx.Done():
				case <-time.After(pause):
				}
			}
		})
	}
	for range 8 {
		every(10*time.Millisecond, s.read)
	}
	for n := range 4 {
		every(time.Second, func(c *http.Client, i int) { s.live(c, n, i) })
	}
	every(20*time.Second, func(_ *http.Client, i int) {
		s.config(40 + i%2)
		if i%2 == 0 {
			s.Process.Signal(syscall.SIGHUP)
		}
		s.count("reloads")
	})
	every(time.Minute, func(*http.Client, int) { s.back() })
	every(15*time.Second, func(c *http.Client, _ int) { s.sample(c) })
	work.Go(func() { s.follow(ctx) })
	work.Go(func() {
		for {
			select {
			case line, ok := <-s.log:
				if !ok {
					s.fault("the server ended")
					return
				}
				if strings.Contains(line, "level=ERROR") {
					s.fault("it logged %s", line)
				}
			case <-ctx.Done():
				return
			}
		}
	})
	work.Wait()
}

// send asks and reads the answer, which must have the status.
func (s *soak) send(c *http.Client, method, path, body string, status int, header ...string) (http.Header, []byte) {
	r, err := http.NewRequest(method, "http://"+s.address+path, strings.NewReader(body))
	if err != nil {
		s.fault("%v", err)
		return nil, nil
	}
	r.Header.Set("Authorization", "Bearer "+s.secret)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	resp, err := c.Do(r)
	if err != nil {
		s.fault("%s %s: %v", method, path, err)
		return nil, nil
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != status && !(status == http.StatusOK && resp.StatusCode == http.StatusNotModified) {
		s.fault("%s %s: %s %.300s %v", method, path, resp.Status, data, err)
	}
	s.count(fmt.Sprint(method, " ", resp.StatusCode))
	return resp.Header, data
}

var soakPaths = []string{
	"/rss.xml", "/atom.xml", "/feed.json", "/category/world/rss.xml", "/category/sport/atom.xml", "/category/world/ninjs.json",
	"/source/source-7/feed.json", "/category/world/archive/1/atom.xml", "/", "/category/sport", "/api/v1/articles?limit=20",
}

// read is one poll of a feed, a page or a listing, of a reader that comes with
// the validator that it got.
func (s *soak) read(c *http.Client, i int) {
	path := soakPaths[rand.IntN(len(soakPaths))]
	if time.Since(s.begun) < time.Minute && (strings.Contains(path, "archive") || strings.Contains(path, "source")) {
		path = "/rss.xml" // there is nothing yet
	}
	header, _ := s.send(c, "GET", path, "", http.StatusOK)
	if tag := header.Get("ETag"); i%2 == 0 && tag != "" {
		s.send(c, "GET", path, "", http.StatusOK, "If-None-Match", tag)
	}
}

// live is the life of one article.
func (s *soak) live(c *http.Client, n, i int) {
	article := func(text string) string {
		body := fmt.Sprintf("<p>%s of berth %d-%d.</p>", strings.Repeat("It crossed and came back. ", 40), n, i)
		data, _ := json.Marshal(map[string]any{"guid": fmt.Sprintf("urn:soak:%d-%d", n, i), "headline": text, "body": body, "categories": []string{"sport"}})
		return string(data)
	}
	_, data := s.send(c, "POST", "/api/v1/articles", article("Filed"), http.StatusCreated, "Content-Type", "application/json")
	receipt := s.receipt(data)
	path := "/api/v1/articles/" + string(receipt.ID)
	switch i % 6 {
	case 1, 2:
		_, data = s.send(c, "PUT", path+"?note=It+was+another.", article("Corrected"), http.StatusOK, "Content-Type", "application/json", "If-Match", `"v1"`)
		s.receipt(data)
	case 3:
		s.send(c, "POST", path+"/hold", `{"reason": "It is checked."}`, http.StatusOK)
		s.send(c, "POST", path+"/release", `{"reason": "It is right."}`, http.StatusOK)
	case 4:
		s.send(c, "POST", path+"/kill", `{"reason": "It was never so."}`, http.StatusOK)
		s.send(c, "POST", "/api/v1/articles", article("Filed"), http.StatusGone, "Content-Type", "application/json")
	}
}

func (s *soak) receipt(data []byte) (r serve.Receipt) {
	if err := json.Unmarshal(data, &r); err != nil || r.ID == "" {
		s.fault("receipt %.200s: %v", data, err)
		return r
	}
	s.mu.Lock()
	s.receipts = append(s.receipts, r)
	s.mu.Unlock()
	return r
}

// follow reads the change log, which must have no gaps.
func (s *soak) follow(ctx context.Context) {
	c := &http.Client{Timeout: 2 * time.Minute}
	for since := uint64(0); ctx.Err() == nil; {
		_, data := s.send(c, "GET", fmt.Sprintf("/api/v1/changes?since=%d&wait=5", since), "", http.StatusOK)
		var answer serve.Changes
		if err := json.Unmarshal(data, &answer); err != nil {
			s.fault("changes: %v", err)
			return
		}
		for _, line := range answer.Changes {
			if since++; line.Sequence != since {
				s.fault("change %d follows %d", line.Sequence, since-1)
				since = line.Sequence
			}
		}
		s.count("looks at the log")
	}
}

// command runs one beside the server.
func (s *soak) command(args ...string) string {
	cmd := exec.Command("./dateline", args...)
	cmd.Dir = s.folder
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Run(); err != nil {
		s.fault("dateline %s: %v: %s", strings.Join(args, " "), err, said.String())
	}
	return said.String()
}

// back makes a backup.
func (s *soak) back() {
	name := fmt.Sprintf("backup-%d.db", time.Since(s.begun)/time.Second)
	s.command("store", "backup", name)
	s.count("backups")
	s.mu.Lock()
	last := s.backup
	s.backup = name
	s.mu.Unlock()
	if last != "" {
		os.Remove(s.path(last))
	}
}

var (
	privateShape   = regexp.MustCompile(`RssAnon:\s+(\d+) kB`)
	goroutineShape = regexp.MustCompile(`(?m)^go_goroutines (\d+)`)
)

func (s *soak) sample(c *http.Client) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.Process.Pid))
	if err != nil {
		s.fault("%v", err)
		return
	}
	p := sample{at: time.Since(s.begun).Round(time.Second)}
	if m := privateShape.FindSubmatch(status); m != nil {
		p.private, _ = strconv.Atoi(string(m[1]))
	}
	resp, err := c.Get("http://" + s.admin + "/metrics")
	if err != nil {
		s.fault("metrics: %v", err)
		return
	}
	metrics, _ := io.ReadAll(resp.Body)
	resp.Body.Close()
	if m := goroutineShape.FindSubmatch(metrics); m != nil {
		p.goroutines, _ = strconv.Atoi(string(m[1]))
	}
	resp, err = c.Get("http://" + s.admin + "/status.json")
	if err != nil {
		s.fault("status: %v", err)
		return
	}
	defer resp.Body.Close()
	var told struct {
		Store struct{ Articles, Sequence int }
	}
	if err := json.NewDecoder(resp.Body).Decode(&told); err != nil {
		s.fault("status: %v", err)
	}
	p.articles, p.sequence = told.Store.Articles, told.Store.Sequence
	s.mu.Lock()
	s.samples = append(s.samples, p)
	s.mu.Unlock()
}

// settle ends the server and compares: the store is well, a backup made once
// nothing more is filed is the same as the store that is left, to the byte of
// the dump but for when sources were polled, and the last that was made under
// load has all that had been acknowledged by then.
func (s *soak) settle() {
	s.still.Store(true)
	c := &http.Client{Timeout: time.Minute}
	for before, now := -1, 0; before != now; { // neighbours are still found, polls still end
		time.Sleep(5 * time.Second)
		s.sample(c)
		before, now = now, s.samples[len(s.samples)-1].sequence
	}
	s.command("store", "backup", "last.db")
	if said, status := s.end(syscall.SIGTERM); status != 0 {
		s.fault("it ended with %d: %.2000s", status, said)
	}
	s.command("store", "check")
	s.command("store", "dump", "store.ndjson")
	for name, sequence := range map[string]uint64{"last.db": ^uint64(0), s.backup: 0} {
		folder := s.path("restored-" + name)
		if err := os.MkdirAll(filepath.Join(folder, "data"), 0o700); err != nil {
			s.Fatal(err)
		}
		if err := os.Rename(s.path(name), filepath.Join(folder, "data", "dateline.db")); err != nil {
			s.Fatal(err)
		}
		config, _ := os.ReadFile(s.path("config.yaml"))
		if err := os.WriteFile(filepath.Join(folder, "config.yaml"), config, 0o600); err != nil {
			s.Fatal(err)
		}
		at := "--config=" + filepath.Join(folder, "config.yaml")
		s.command("store", "check", at)
		s.command("store", "dump", name+".ndjson", at)
		s.compare(name, sequence)
	}
}

// compare holds the dump of a backup to the acknowledged filings, and to that of
// the store when it is of the same moment.
func (s *soak) compare(name string, sequence uint64) {
	file, err := os.Open(s.path(name + ".ndjson"))
	if err != nil {
		s.fault("%v", err)
		return
	}
	defer file.Close()
	have := map[store.ID]int{}
	err = store.ReadDump(file, func(line store.DumpLine) error {
		if line.Article != nil {
			have[line.Article.Article.ID] = line.Article.Article.Version
		}
		if line.Change != nil && sequence != ^uint64(0) {
			sequence = line.Change.Sequence
		}
		return nil
	})
	if err != nil {
		s.fault("%s: %v", name, err)
	}
	compared := 0
	for _, r := range s.receipts {
		if r.Sequence <= sequence {
			if compared++; have[r.ID] < r.Version {
				s.fault("%s: article %s has version %d; %d was acknowledged", name, r.ID, have[r.ID], r.Version)
			}
		}
	}
	s.Logf("%s: %d acknowledged filings are there", name, compared)
	if sequence != ^uint64(0) {
		return
	}
	a, b := s.dumped("store.ndjson"), s.dumped(name+".ndjson")
	if len(a) == 0 || !bytes.Equal(a, b) {
		s.fault("the dump of the store has %d bytes, that of the restored backup %d, and they differ", len(a), len(b))
	}
}

// dumped is a dump without when sources were polled, and without its sum.
func (s *soak) dumped(name string) []byte {
	data, err := os.ReadFile(s.path(name))
	if err != nil {
		s.fault("%v", err)
	}
	lines := bytes.SplitAfter(data, []byte("\n"))
	return bytes.Join(slices.DeleteFunc(lines, func(line []byte) bool {
		return bytes.HasPrefix(line, []byte(`{"source":`)) || bytes.HasPrefix(line, []byte(`{"end":`))
	}), nil)
}

// report says how it went.
func (s *soak) report() {
	for _, what := range slices.Sorted(func(yield func(string) bool) {
		for what := range s.counts {
			if !yield(what) {
				return
			}
		}
	}) {
		s.Logf("%8d %s", s.counts[what], what)
	}
	for i, p := range s.samples {
		if i%(len(s.samples)/20+1) == 0 || i == len(s.samples)-1 {
			s.Logf("%8s: %4d MiB private, %d goroutines, %d articles, change %d", p.at, p.private>>10, p.goroutines, p.articles, p.sequence)
		}
	}
	for _, fault := range s.faults {
		s.Error(fault)
	}
	if n := len(s.samples); n >= 8 {
		early, late := mean(s.samples[n/4:n/2]), mean(s.samples[3*n/4:])
		s.Logf("second quarter %d MiB, %d goroutines; last quarter %d MiB, %d goroutines", early.private>>10, early.goroutines, late.private>>10, late.goroutines)
		if late.private > early.private*3/2 || late.goroutines > early.goroutines*3/2 {
			s.Error("memory or goroutines grow")
		}
	}
}

func mean(list []sample) (m sample) {
	for _, p := range list {
		m.private, m.goroutines = m.private+p.private/len(list), m.goroutines+p.goroutines
	}
	m.goroutines /= len(list)
	return m
}
