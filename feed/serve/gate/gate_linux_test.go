package gate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestSlowReaderGetsAll(t *testing.T) {
	s := open(t, public(big), nil)
	var clients []*client
	for range 3 {
		c := s.dial()
		c.ask()
		clients = append(clients, c)
	}
	for _, c := range clients {
		for range 2 {
			if _, body, err := c.answer(); err != nil || body != big {
				t.Fatalf("%d of %d bytes, %v", len(body), len(big), err)
			}
			c.ask()
		}
	}
	if n := s.conns(); n != len(clients) {
		t.Errorf("%d connections are at the gate", n)
	}
}

func TestCloseEndsTheConnection(t *testing.T) {
	for _, body := range []string{"a", big} {
		s := open(t, public(body), nil)
		for range 2 {
			c := s.dial()
			c.ask("Connection: close\r\n")
			if resp, got, err := c.answer(); err != nil || got != body || !resp.Close {
				t.Fatalf("%d of %d bytes, %v", len(got), len(body), err)
			}
			c.ended()
		}
	}
}

func TestWhoDoesNotReadIsCutOff(t *testing.T) {
	s := open(t, public(big), func(server *http.Server) { server.WriteTimeout = time.Millisecond })
	c := s.dial()
	c.ask()
	s.until(func() bool { return s.asked.Load() > 0 && s.conns() == 0 })
	if _, body, err := c.answer(); err == nil || len(body) >= len(big) {
		t.Errorf("%d bytes, %v", len(body), err)
	}
}

func TestIdleConnectionsAreClosed(t *testing.T) {
	s := open(t, public("a"), func(server *http.Server) {
		server.ReadHeaderTimeout, server.IdleTimeout = time.Millisecond, time.Millisecond
	})
	s.dial().ended() // it never asks
	s = open(t, public("a"), func(server *http.Server) { server.IdleTimeout = time.Millisecond })
	c := s.dial()
	c.ask()
	if _, body, err := c.answer(); body != "a" || err != nil {
		t.Fatal(body, err)
	}
	c.ended()
}

func TestWhoGoesAwayIsForgotten(t *testing.T) {
	s := open(t, public(big), nil)
	for i := range 3 {
		s.dial().Close()
		c := s.dial()
		c.ask(fmt.Sprintf("If-None-Match: %d\r\n", i))
		c.Close() // with the answer on its way
	}
	s.until(func() bool { return s.asked.Load() >= 3 && s.conns() == 0 })
}

func TestAnAnswerIsGivenAgainUntilTheStoreChanges(t *testing.T) {
	text := atomic.Pointer[string]{}
	s := open(t, func(w http.ResponseWriter, r *http.Request) { public(*text.Load())(w, r) }, nil)
	c := s.dial()
	for i := range 100 {
		want := strconv.Itoa(i)
		text.Store(&want)
		s.sequence.Add(1)
		for range 2 {
			c.ask()
			if _, body, err := c.answer(); body != want || err != nil {
				t.Fatalf("%q, want %q: %v", body, want, err)
			}
		}
	}
	if n := s.asked.Load(); n < 100 || n >= 200 {
		t.Errorf("the handler was asked %d times for 100 states", n)
	}
}

// TestAChangeWhileTheHandlerAnswers: what it saw is for those who asked before
// the change, and for nobody later.
func TestAChangeWhileTheHandlerAnswers(t *testing.T) {
	saw, goOn := make(chan bool), make(chan bool)
	var changes atomic.Int64
	s := open(t, func(w http.ResponseWriter, r *http.Request) {
		n := changes.Load()
		saw <- true
		<-goOn
		public(fmt.Sprint(n))(w, r)
	}, nil)
	early, late := s.dial(), s.dial()
	early.ask()
	<-saw
	changes.Add(1)
	s.sequence.Add(1)
	late.ask()
	<-saw
	close(goOn)
	for c, want := range map[*client]string{early: "0", late: "1"} {
		if _, body, err := c.answer(); body != want || err != nil {
			t.Errorf("%q, want %q: %v", body, want, err)
		}
	}
}

// TestWhatMayNotBeKeptIsLeftToTheServer sends the answer through net/http,
// each time from the handler.
func TestWhatMayNotBeKeptIsLeftToTheServer(t *testing.T) {
	for name, change := range map[string]func(http.ResponseWriter){
		"private":              func(w http.ResponseWriter) { w.Header().Set("Cache-Control", "private, max-age=60") },
		"nothing said":         func(w http.ResponseWriter) { w.Header().Del("Cache-Control") },
		"a cookie":             func(w http.ResponseWriter) { w.Header().Set("Set-Cookie", "a=b") },
		"by cookie":            func(w http.ResponseWriter) { w.Header().Set("Vary", "Accept-Encoding, cookie") },
		"by host":              func(w http.ResponseWriter) { w.Header().Add("Vary", "Host") },
		"by anything":          func(w http.ResponseWriter) { w.Header().Set("Vary", "*") },
		"the end":              func(w http.ResponseWriter) { w.Header().Set("Connection", "close") },
		"without its length":   func(w http.ResponseWriter) { w.Header().Del("Content-Length") },
		"without a media type": func(w http.ResponseWriter) { w.Header().Del("Content-Type") },
		"said too late": func(w http.ResponseWriter) {
			w.Header().Del("Cache-Control")
			w.WriteHeader(http.StatusOK)
			w.Header().Set("Cache-Control", "public, max-age=60")
		},
		"an error": func(w http.ResponseWriter) { w.WriteHeader(http.StatusNotFound) },
		"a part":   func(w http.ResponseWriter) { w.WriteHeader(http.StatusPartialContent) },
	} {
		var n atomic.Int64
		s := open(t, func(w http.ResponseWriter, r *http.Request) {
			h := w.Header()
			h.Set("Cache-Control", "public, max-age=60")
			h.Set("Content-Type", "text/plain")
			h.Set("Content-Length", "1")
			h.Set("X-Count", fmt.Sprint(n.Add(1)))
			change(w)
			io.WriteString(w, "a")
		}, nil)
		last := ""
		for range 2 {
			c := s.dial()
			c.ask("Cookie: a=b\r\n")
			resp, body, err := c.answer()
			if err != nil || body != "a" || resp.Header.Get("X-Count") == last {
				t.Errorf("%s: %+v %q %v", name, resp, body, err)
				break
			}
			last = resp.Header.Get("X-Count")
			if s.conns() > 0 {
				t.Errorf("%s: it stays at the gate", name)
			}
			c.Close()
		}
	}
}

func TestHandlerSeesNoMoreThanAnAnswerMayDependOn(t *testing.T) {
	s := open(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Host != "" || len(r.Header) != 1 {
			t.Errorf("%+v", r)
		}
		public(r.Header.Get("Accept-Encoding"))(w, r)
	}, nil)
	c := s.dial()
	c.ask("Accept-Encoding: gzip, br\r\nCookie: a=b\r\nUser-Agent: a\r\n")
	if _, body, err := c.answer(); body != "gzip, br" || err != nil {
		t.Error(body, err)
	}
}

func TestPanicIsTheServersAffair(t *testing.T) {
	s := open(t, func(http.ResponseWriter, *http.Request) { panic("no answer") }, nil)
	c := s.dial()
	c.ask()
	c.ended()
	if n := s.asked.Load(); n != 2 {
		t.Errorf("the handler was asked %d times", n)
	}
}

func TestWhatIsKeptIsBounded(t *testing.T) {
	s := open(t, public(strings.Repeat("a", memoBytes/10)), nil)
	c := s.dial()
	for i := range 14 {
		c.ask(fmt.Sprintf("If-None-Match: %d\r\n", i))
		if _, _, err := c.answer(); err != nil {
			t.Fatal(err)
		}
		m := &s.gate.memo
		m.mu.Lock()
		size := 0
		for head, answer := range m.answers {
			size += len(head) + len(answer.wire)
		}
		if size != m.bytes || size > memoBytes {
			t.Errorf("%d bytes are kept, %d are counted", size, m.bytes)
		}
		m.mu.Unlock()
	}
}

// TestShutdown ends as http.Server does: idle connections at once, the others
// after their answers.
func TestShutdown(t *testing.T) {
	asked, goOn := make(chan bool, 2), make(chan bool)
	s := open(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Accept-Encoding") != "" {
			asked <- true
			<-goOn
		}
		public(big)(w, r)
	}, nil)
	idle, silent, slow, waiting := s.dial(), s.dial(), s.dial(), s.dial()
	idle.ask()
	idle.answer()
	slow.ask()
	waiting.ask("Accept-Encoding: a\r\n")
	<-asked
	slow.r.Peek(1)
	if err := s.server.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	idle.ended()
	silent.ended()
	if _, err := net.Dial("tcp", s.address); err == nil {
		t.Error("it still listens")
	}
	close(goOn)
	for _, c := range []*client{slow, waiting} {
		if _, body, err := c.answer(); body != big || err != nil {
			t.Errorf("%d of %d bytes, %v", len(body), len(big), err)
		}
		c.ended()
	}
	if err := s.gate.Wait(t.Context()); err != nil || s.conns() != 0 {
		t.Error(err, s.conns())
	}
}

func TestShutdownWaitsNoLongerThanItShould(t *testing.T) {
	asked := make(chan bool)
	s := open(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Accept-Encoding") != "" {
			asked <- true
			<-r.Context().Done()
		}
		public(big)(w, r)
	}, nil)
	slow, waiting := s.dial(), s.dial()
	slow.ask()
	slow.r.Peek(1)
	waiting.ask("Accept-Encoding: a\r\n")
	<-asked
	s.server.Shutdown(t.Context())
	over, end := context.WithCancel(t.Context())
	end()
	if err := s.gate.Wait(over); !errors.Is(err, context.Canceled) || s.conns() != 0 {
		t.Error(err, s.conns())
	}
	for _, c := range []*client{slow, waiting} {
		if _, body, err := c.answer(); err == nil {
			t.Errorf("%d bytes", len(body))
		}
	}
}

func TestOtherPathsAreLeftToTheServer(t *testing.T) {
	s := open(t, public("a"), nil)
	c := s.dial()
	io.WriteString(c, "GET /b HTTP/1.1\r\nHost: a\r\n\r\n")
	if _, body, err := c.answer(); body != "a" || err != nil || s.conns() != 0 || s.asked.Load() != 1 {
		t.Error(body, err, s.conns(), s.asked.Load())
	}
}

func TestWhatIsHandedOverKeepsItsAddresses(t *testing.T) {
	s := open(t, func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, r.RemoteAddr+" "+r.Context().Value(http.LocalAddrContextKey).(net.Addr).String())
	}, nil)
	c := s.dial()
	c.ask("Upgrade: a\r\n")
	if _, body, err := c.answer(); body != c.LocalAddr().String()+" "+s.address || err != nil {
		t.Error(body, err)
	}
}

func TestEveryAnswerAtTheGateIsTold(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{x}", public("12345"))
	s := open(t, mux.ServeHTTP, nil)
	c := s.dial()
	ask := func(path, agent string) {
		t.Helper()
		fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: a\r\nUser-Agent: %s\r\n\r\n", path, agent)
		if resp, body, err := c.answer(); err != nil || resp.StatusCode != 200 || body != "12345" {
			t.Fatalf("%v %v %q", err, resp, body)
		}
	}
	for range 3 { // the first is the handler's, or each when a second ends in between
		ask("/a", "Feedbin feed-id:1 - 8 subscribers")
	}
	ask("/c", "Feedbin feed-id:1 - 8 subscribers")
	ask("/c", "newsboat")
	s.stop()
	want := []string{`"GET /{x}" /a by "Feedbin feed-id:1 - 8 subscribers"`, `"GET /{x}" /c by "Feedbin feed-id:1 - 8 subscribers"`, `"GET /{x}" /c by "newsboat"`}
	if !slices.Equal(s.askers, want) {
		t.Errorf("askers %q\nwant   %q", s.askers, want)
	}
	if want := []string{"/a 200 5", "/a 200 5", "/a 200 5", "/c 200 5", "/c 200 5"}; !slices.Equal(s.told, want) {
		t.Errorf("told %q\nwant %q", s.told, want)
	}
}
