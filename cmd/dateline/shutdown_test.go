package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"dateline/feed/serve"
	"dateline/store"
	"dateline/store/bolt"
)

// crowd is many clients of a server, which file and read until it is gone.
type crowd struct {
	*launched
	secret  string
	clients sync.WaitGroup
	ending  atomic.Bool // the server was told to end: from then on requests may fail
	killed  atomic.Bool // the server was killed: from then on answers may be cut off
	filed   chan bool   // for each filing that was acknowledged

	mu  sync.Mutex
	ids []store.ID // acknowledged; guarded by mu
}

func newCrowd(s *launched) *crowd {
	return &crowd{launched: s, secret: strings.TrimSpace(s.read("data/dateline.token")), filed: make(chan bool, 1_000_000)}
}

// crowd lets them in.
func (s *launched) crowd() *crowd {
	l := newCrowd(s)
	for n := range 6 {
		l.clients.Go(func() { l.until(func(c *http.Client, i int) bool { return l.file(c, n, i) }) })
		l.clients.Go(func() {
			paths := []string{"/rss.xml", "/category/world/atom.xml", "/", "/category/world", "/feed.json"}
			l.until(func(c *http.Client, i int) bool { return l.ask(c, "GET", paths[(n+i)%len(paths)], "", nil) })
		})
	}
	l.clients.Go(func() { l.until(func(c *http.Client, _ int) bool { return l.wait(c) }) })
	return l
}

// until lets a client ask until it is refused.
func (l *crowd) until(ask func(c *http.Client, i int) bool) {
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	c := &http.Client{Transport: transport}
	for i := 0; ask(c, i); i++ {
	}
}

// ask is false when there is no answer, and tells of an answer that is cut off.
func (l *crowd) ask(c *http.Client, method, path, body string, result any) bool {
	req, err := http.NewRequest(method, "http://"+l.address+path, strings.NewReader(body))
	if err != nil {
		l.Error(err)
		return false
	}
	req.Header.Set("Content-Type", "application/json")
	if strings.HasPrefix(path, "/api/") {
		req.Header.Set("Authorization", "Bearer "+l.secret)
	}
	resp, err := c.Do(req)
	if err != nil {
		if !l.ending.Load() {
			l.Errorf("%s %s: %v", method, path, err)
		}
		return false
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil && l.killed.Load() {
		return false
	}
	if err != nil || resp.StatusCode >= 300 {
		l.Errorf("%s %s: %s, %d bytes, %v", method, path, resp.Status, len(data), err)
		return false
	}
	if result != nil {
		if err := json.Unmarshal(data, result); err != nil {
			l.Errorf("%s %s: %s: %v", method, path, data, err)
		}
	}
	return true
}

func (l *crowd) file(c *http.Client, n, i int) bool {
	var receipt serve.Receipt
	body := fmt.Sprintf(`{"headline":"Number %d of %d","body":"<p>%s</p>","categories":["world"]}`, i, n, strings.Repeat("a ", 500))
	if !l.ask(c, "POST", "/api/v1/articles", body, &receipt) {
		return false
	}
	l.mu.Lock()
	l.ids = append(l.ids, receipt.ID)
	l.mu.Unlock()
	l.filed <- true
	return true
}

// wait asks for what comes after the last change, and waits for it.
func (l *crowd) wait(c *http.Client) bool {
	var changes serve.Changes
	since := 0
	for l.ask(c, "GET", fmt.Sprintf("/api/v1/changes?since=%d&wait=60&limit=1000", since), "", &changes) {
		since = int(changes.Next)
	}
	return false
}

// count waits until so many filings were acknowledged.
func (l *crowd) count(filings int) {
	for range filings {
		<-l.filed
	}
}

// kept opens the store and looks whether all is there that was acknowledged.
func (l *crowd) kept() {
	l.Helper()
	s, err := bolt.Open(l.path("data/dateline.db"), bolt.Options{})
	if err != nil {
		l.Fatal(err)
	}
	defer s.Close()
	s.Check(l.Context(), func(fault string) { l.Error(fault) }, nil)
	for _, id := range l.ids {
		if _, err := s.Article(l.Context(), id); err != nil {
			l.Errorf("acknowledged, and gone: %v", err)
		}
	}
	if len(l.ids) == 0 {
		l.Error("nothing was filed")
	}
}

// TestSIGTERMUnderLoad: what is in flight is answered, nobody is cut off in the
// middle, and all that was acknowledged is there. A source that never answers
// and a client that waits for news for a minute hold nothing up.
func TestSIGTERMUnderLoad(t *testing.T) {
	asked, over := make(chan bool, 10), make(chan bool)
	silent := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked <- true; <-over }))
	defer silent.Close()
	defer close(over)
	s := launch(t, "fetch: {allow_private: [127.0.0.0/8], timeout: 5m}\nsources: [{name: silent, url: \""+silent.URL+"/a\", category: world}, {name: told, url: \""+silent.URL+"/b\", category: world}]\n")
	<-asked
	<-asked
	l := s.crowd()
	var polled atomic.Int64
	l.clients.Go(func() { // it waits until the poll that goes on has ended, and is told that the server ends
		req, _ := http.NewRequest("POST", "http://"+s.address+"/api/v1/sources/silent/fetch", nil)
		req.Header.Set("Authorization", "Bearer "+l.secret)
		if resp, err := http.DefaultClient.Do(req); err != nil {
			t.Error(err)
		} else {
			polled.Store(int64(resp.StatusCode))
			resp.Body.Close()
		}
	})
	l.count(50)
	idle := make(chan error)
	go func() { // a client that waits for what does not come; the load has ended by then
		c, err := net.Dial("tcp", s.address)
		if err == nil {
			defer c.Close()
			idle <- nil
			_, err = io.ReadAll(c)
		}
		idle <- err
	}()
	<-idle
	l.ending.Store(true)
	said, status := s.end(syscall.SIGTERM)
	l.clients.Wait()
	<-idle
	if status != 0 || !strings.Contains(said, "shutting down") || strings.Contains(said, "level=ERROR") {
		t.Errorf("status %d: %s", status, said)
	}
	if n := polled.Load(); n != http.StatusServiceUnavailable {
		t.Errorf("the poll is answered with %d", n)
	}
	l.kept()
	db, err := bolt.Open(s.path("data/dateline.db"), bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	sources, err := db.Schedule(t.Context())
	if err != nil || len(sources) != 2 {
		t.Fatal(sources, err)
	}
	for _, source := range sources {
		if !source.Claimed.IsZero() || source.Failures > 0 {
			t.Errorf("source %s: claimed until %s, %d failures", source.Name, source.Claimed, source.Failures)
		}
	}
}

// TestLongPollEndsWithTheServer at once, and with an answer.
func TestLongPollEndsWithTheServer(t *testing.T) {
	s := launch(t, "")
	l := newCrowd(s)
	l.file(http.DefaultClient, 0, 0)
	c, err := net.Dial("tcp", s.address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprintf(c, "GET /api/v1/changes?since=1&wait=60 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer %s\r\n\r\n", l.secret)
	for range 50 { // by then the server has it
		l.ask(http.DefaultClient, "GET", "/healthz", "", nil)
	}
	said, status := s.end(syscall.SIGTERM)
	answer, err := io.ReadAll(c)
	if status != 0 || err != nil || !strings.Contains(string(answer), `"changes": []`) {
		t.Errorf("status %d, %s, %q, %v", status, said, answer, err)
	}
}

// TestSIGKILLUnderLoad, at moments of no choice of ours: all that was
// acknowledged is there, and the server starts again.
func TestSIGKILLUnderLoad(t *testing.T) {
	s := prepare(t, "")
	var before []store.ID
	for _, after := range []int{1, 37, 60} {
		s.start("", nil)
		l := s.crowd()
		l.count(after)
		l.ending.Store(true)
		l.killed.Store(true)
		s.Process.Kill()
		s.rest()
		s.Wait()
		l.clients.Wait()
		l.ids = append(l.ids, before...)
		l.kept()
		before = l.ids
	}
}

// TestSlowClientDoesNotFailTheEnd: it is cut off when the time is over, and the
// end is one like any other.
func TestSlowClientDoesNotFailTheEnd(t *testing.T) {
	s := launch(t, "")
	c, err := net.Dial("tcp", s.address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprintf(c, "POST /api/v1/articles HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nAuthorization: Bearer %s\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\n", strings.TrimSpace(s.read("data/dateline.token")))
	if _, err := c.Read(make([]byte, 9)); err != nil { // it waits for the body
		t.Fatal(err)
	}
	if said, status := s.end(syscall.SIGTERM); status != 0 || !strings.Contains(said, "cut off") || strings.Contains(said, "level=ERROR") {
		t.Errorf("status %d: %s", status, said)
	}
}

// TestSecondSignalEndsAtOnce, with whatever is in flight.
func TestSecondSignalEndsAtOnce(t *testing.T) {
	for _, signal := range []os.Signal{syscall.SIGTERM, os.Interrupt} {
		s := launch(t, "")
		c, err := net.Dial("tcp", s.address)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		fmt.Fprintf(c, "POST /api/v1/articles HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nAuthorization: Bearer %s\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\n", strings.TrimSpace(s.read("data/dateline.token")))
		if _, err := c.Read(make([]byte, 9)); err != nil { // it waits for the body
			t.Fatal(err)
		}
		if err := s.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		s.logs("shutting down")
		said, status := s.end(signal)
		if status != exitFailed || strings.Count(said, "\n") != 1 || !strings.HasPrefix(said, "dateline: ended at once by a second signal ("+signal.String()+")") {
			t.Errorf("status %d: %s", status, said)
		}
	}
}
