package serve_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dateline/feed/serve"
	"dateline/feed/serve/gate"
)

// behindGate answers at an address as dateline does, and counts the
// connections that get through to net/http.
func (s *site) behindGate() (address string, through *atomic.Int64) {
	s.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		s.Fatal(err)
	}
	through = &atomic.Int64{}
	server := &http.Server{
		Handler: s.handler, ReadHeaderTimeout: time.Minute, WriteTimeout: time.Minute, IdleTimeout: time.Minute,
		ConnState: func(_ net.Conn, state http.ConnState) {
			if state == http.StateNew {
				through.Add(1)
			}
		},
	}
	sequence := func() (uint64, error) { return s.store.Sequence(context.Background()) }
	g, err := gate.Listen(l.(*net.TCPListener), server, gate.Rules{Handler: s.handler, Sequence: sequence, Takes: serve.IsPolled})
	if err != nil {
		s.Fatal(err)
	}
	var serving sync.WaitGroup
	serving.Go(func() { server.Serve(g) })
	s.Cleanup(func() {
		server.Close()
		g.Wait(context.Background())
		serving.Wait()
	})
	return l.Addr().String(), through
}

var date = regexp.MustCompile(`\r\nDate: [A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT\r\n`)

// exchange sends bytes over a new connection, in so many pieces, and is all
// that comes back until there were so many answers; of Date only that it is
// there.
func exchange(t *testing.T, address, request string, pieces, answers int) string {
	t.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for i := range pieces {
		if _, err := io.WriteString(c, request[i*len(request)/pieces:(i+1)*len(request)/pieces]); err != nil {
			t.Fatal(err)
		}
	}
	var all bytes.Buffer
	r := bufio.NewReader(io.TeeReader(c, &all))
	method, _, _ := strings.Cut(request, " ")
	for range answers {
		resp, err := http.ReadResponse(r, &http.Request{Method: method})
		if err != nil {
			t.Fatalf("%.60q: %v after %q", request, err, all.String())
		}
		if _, err := io.Copy(io.Discard, resp.Body); err != nil {
			t.Fatal(err)
		}
	}
	return date.ReplaceAllString(all.String(), "\r\nDate: …\r\n")
}

// TestGateAnswersAsNetHTTPDoes sends the same bytes through the gate, twice,
// and to net/http alone: what comes back is the same to the byte, and only
// what is plain stays at the gate.
func TestGateAnswersAsNetHTTPDoes(t *testing.T) {
	s := newSite(t)
	for i := range 101 { // enough for an archive
		s.now = noon.Add(time.Duration(i) * time.Minute)
		s.receipt(s.file(fmt.Sprintf(`{"headline":"Number %d","body":"<p>B</p>","categories":["sport"]}`, i)))
	}
	s.now = noon.Add(24 * time.Hour)
	a := s.do("GET", "/rss.xml", "", "Accept-Encoding", "gzip")
	tag, modified := a.Header.Get("ETag"), a.Header.Get("Last-Modified")
	const start, end = "GET /rss.xml HTTP/1.1\r\nHost: news.example.com\r\n", "\r\n"
	for name, tc := range map[string]struct {
		request string
		plain   bool
	}{
		"a feed":            {start + end, true},
		"a category":        {"GET /category/sport/atom.xml HTTP/1.1\r\nHost: a\r\n\r\n", true},
		"JSON Feed":         {"GET /category/conflicts-war/feed.json HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n", true},
		"an archive":        {"GET /category/sport/archive/1/atom.xml HTTP/1.1\r\nHost: a\r\n\r\n", true},
		"gzip":              {start + "Accept-Encoding: gzip\r\n" + end, true},
		"many codings":      {start + "accept-encoding:gzip, deflate;q=0.5 , br \r\n" + end, true},
		"a known tag":       {start + "If-None-Match: " + tag + "\r\n" + end, true},
		"some tags":         {start + `If-None-Match: "a", W/` + tag + "\r\n" + end, true},
		"an old tag":        {start + "If-None-Match: \"old\"\r\nIf-Modified-Since: " + modified + "\r\n" + end, true},
		"a known date":      {start + "IF-MODIFIED-SINCE: " + modified + "\r\n" + end, true},
		"no date":           {start + "If-Modified-Since: yesterday\r\n" + end, true},
		"a reader":          {start + "User-Agent: Reader/1 (+https://r.example)\r\nAccept: application/rss+xml, */*;q=0.1\r\nConnection: Keep-Alive\r\nCache-Control: no-cache\r\n" + end, true},
		"a proxy":           {start + "X-Forwarded-For: 192.0.2.1, 192.0.2.2\r\nX-Forwarded-Proto: https\r\nVia: 1.1 p\r\nVia: 1.1 q\r\nCookie: a=b\r\n" + end, true},
		"no such feed":      {"GET /category/none/rss.xml HTTP/1.1\r\nHost: a\r\n\r\n", false},
		"no such address":   {"GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n", false},
		"a page":            {"GET /category/sport HTTP/1.1\r\nHost: a\r\n\r\n", false},
		"nothing taken":     {start + "Accept-Encoding: identity;q=0\r\n" + end, false},
		"a query":           {"GET /rss.xml?raw=1 HTTP/1.1\r\nHost: a\r\n\r\n", false},
		"an escape":         {"GET /rss%2exml HTTP/1.1\r\nHost: a\r\n\r\n", false},
		"a longer way":      {"GET /a/../rss.xml HTTP/1.1\r\nHost: a\r\n\r\n", false},
		"two slashes":       {"GET //rss.xml HTTP/1.1\r\nHost: a\r\n\r\n", false},
		"absolute form":     {"GET http://a/rss.xml HTTP/1.1\r\nHost: a\r\n\r\n", false},
		"HTTP/1.0":          {"GET /rss.xml HTTP/1.0\r\nHost: a\r\n\r\n", false},
		"HTTP/1.2":          {"GET /rss.xml HTTP/1.2\r\nHost: a\r\n\r\n", false},
		"two spaces":        {"GET  /rss.xml HTTP/1.1\r\nHost: a\r\n\r\n", false},
		"lower case":        {"get /rss.xml HTTP/1.1\r\nHost: a\r\n\r\n", false},
		"HEAD":              {"HEAD /rss.xml HTTP/1.1\r\nHost: a\r\n\r\n", false},
		"OPTIONS":           {"OPTIONS /rss.xml HTTP/1.1\r\nHost: a\r\n\r\n", false},
		"POST":              {"POST /rss.xml HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx", false},
		"a navigation":      {start + "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n" + end, false},
		"a delta":           {start + "A-IM: feed\r\n" + end, false},
		"a range":           {start + "Range: bytes=0-9\r\n" + end, false},
		"no host":           {"GET /rss.xml HTTP/1.1\r\n\r\n", false},
		"two hosts":         {start + "Host: news.example.com\r\n" + end, false},
		"a strange host":    {"GET /rss.xml HTTP/1.1\r\nHost: a/b\r\n\r\n", false},
		"two codings":       {start + "Accept-Encoding: gzip\r\nAccept-Encoding: br\r\n" + end, false},
		"an empty tag":      {start + "If-None-Match:\r\n" + end, false},
		"a body":            {start + "Content-Length: 5\r\n\r\nhello", false},
		"an empty body":     {start + "Content-Length: 0\r\n" + end, false},
		"chunks":            {start + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", false},
		"both lengths":      {start + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", false},
		"an expectation":    {start + "Expect: 100-continue\r\n" + end, false},
		"an upgrade":        {start + "Connection: upgrade\r\nUpgrade: h2c\r\n" + end, false},
		"close":             {start + "Connection: close\r\n" + end, true},
		"a known end":       {start + "connection: Close\r\nIf-None-Match: *\r\n" + end, true},
		"keep-alive, close": {start + "Connection: keep-alive, close\r\n" + end, false},
		"two connections":   {start + "Connection: keep-alive\r\nConnection: close\r\n" + end, false},
		"a folded line":     {start + "User-Agent: a\r\n b\r\n" + end, false},
		"a space in a name": {start + "Accept-Encoding : gzip\r\n" + end, false},
		"a tab":             {start + "Accept-Encoding:\tgzip\r\n" + end, false},
		"no name":           {start + ": gzip\r\n" + end, false},
		"no colon":          {start + "gzip\r\n" + end, false},
		"a zero":            {start + "User-Agent: a\x00b\r\n" + end, false},
		"another script":    {start + "User-Agent: été\r\n" + end, false},
		"line feeds":        {"GET /rss.xml HTTP/1.1\nHost: a\n\n", false},
		"a line feed":       {start + "User-Agent: a\nAccept-Encoding: gzip\r\n" + end, false},
		"a long head":       {start + "User-Agent: " + strings.Repeat("a", 5000) + "\r\n" + end, false},
		"nonsense":          {"\x16\x03\x01\r\n\r\n", false},
	} {
		t.Run(name, func(t *testing.T) {
			address, through := s.behindGate()
			want := exchange(t, s.http.Listener.Addr().String(), tc.request, 1, 1)
			for _, which := range []string{"first", "second"} {
				if got := exchange(t, address, tc.request, 1, 1); got != want {
					t.Errorf("the %s time:\n%.2000s\nwant\n%.2000s", which, got, want)
				}
			}
			if n := through.Load(); runtime.GOOS == "linux" && (n == 0) != tc.plain {
				t.Errorf("%d of 2 connections got through", n)
			}
			if strings.HasPrefix(want, "HTTP/1.1 400") { // net/http hangs up before the end
				return
			}
			if got := exchange(t, address, tc.request, len(tc.request), 1); got != want {
				t.Errorf("byte by byte:\n%.2000s\nwant\n%.2000s", got, want)
			}
		})
	}
}

// TestGateAnswersManyRequestsOfOneConnection: plain ones and others, one after
// the other and all at once.
func TestGateAnswersManyRequestsOfOneConnection(t *testing.T) {
	s := newSite(t)
	s.receipt(s.file(`{"headline":"H","body":"<p>B</p>","categories":["sport"]}`))
	s.now = noon.Add(time.Minute)
	address, _ := s.behindGate()
	feed, health := "GET /rss.xml HTTP/1.1\r\nHost: a\r\n\r\n", "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
	all := feed + feed + health + feed
	want := exchange(t, s.http.Listener.Addr().String(), all, 1, 4)
	for _, pieces := range []int{1, 2, 4, len(all)} {
		if got := exchange(t, address, all, pieces, 4); got != want {
			t.Errorf("in %d pieces:\n%s\nwant\n%s", pieces, got, want)
		}
	}
	transport := &http.Transport{MaxConnsPerHost: 1}
	defer transport.CloseIdleConnections()
	for _, path := range []string{"/rss.xml", "/atom.xml", "/rss.xml", "/healthz", "/rss.xml"} {
		req, _ := http.NewRequest("GET", "http://"+address+path, nil)
		resp, err := transport.RoundTrip(req)
		if err != nil || resp.StatusCode != 200 {
			t.Fatal(path, resp, err)
		}
		io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
	}
}

// TestNoAnswerOfTheGateIsOlderThanAChange: readers that never stop asking see,
// in whatever coding, every change that was acknowledged before they asked.
func TestNoAnswerOfTheGateIsOlderThanAChange(t *testing.T) {
	s := newSite(t)
	address, through := s.behindGate()
	var acknowledged atomic.Int64
	acknowledged.Store(-1)
	var done sync.WaitGroup
	for _, coding := range []string{"gzip", "identity", "gzip", "identity"} {
		done.Go(func() {
			transport := &http.Transport{DisableCompression: coding == "identity"}
			defer transport.CloseIdleConnections()
			tag, have := "", ""
			for before := int64(0); before < 49; {
				before = acknowledged.Load()
				req, _ := http.NewRequest("GET", "http://"+address+"/category/sport/rss.xml", nil)
				if tag != "" {
					req.Header.Set("If-None-Match", tag)
				}
				resp, err := transport.RoundTrip(req)
				if err != nil {
					t.Error(err)
					return
				}
				body, _ := io.ReadAll(resp.Body)
				resp.Body.Close()
				if tag = resp.Header.Get("ETag"); resp.StatusCode == http.StatusOK {
					have = string(body)
				}
				if want := fmt.Sprintf("<title>Number %d</title>", before); before >= 0 && !strings.Contains(have, want) {
					t.Errorf("%s: article %d is missing, after %s", coding, before, resp.Status)
					return
				}
			}
		})
	}
	for i := range int64(50) {
		s.receipt(s.file(fmt.Sprintf(`{"headline":"Number %d","body":"<p>B</p>","categories":["sport"]}`, i)))
		acknowledged.Store(i)
	}
	done.Wait()
	if n := through.Load(); runtime.GOOS == "linux" && n != 0 {
		t.Errorf("%d connections got through", n)
	}
}
