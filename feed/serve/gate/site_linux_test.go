package gate

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// site is a handler behind a gate.
type site struct {
	*testing.T
	gate     *Listener
	address  string
	server   *http.Server
	sequence atomic.Uint64 // of its store
	asked    atomic.Int64  // how often the handler was asked
	taken    atomic.Int64  // how many connections the server took from the gate
	mu       sync.Mutex
	askers   []string // that the gate told of; guarded by mu, as is told
	told     []string // answers
	stop     func()   // is called at the end, if not before
}

// open puts a handler behind a gate; set may change the server before.
func open(t *testing.T, handler http.HandlerFunc, set func(*http.Server)) *site {
	t.Helper()
	return openAt(t, "tcp", "127.0.0.1:0", handler, func(server *http.Server, _ *Rules) {
		if set != nil {
			set(server)
		}
	})
}

// openAt does so at an address; set may change the rules too.
func openAt(t *testing.T, network, address string, handler http.HandlerFunc, set func(*http.Server, *Rules)) *site {
	t.Helper()
	l, err := net.Listen(network, address)
	if err != nil {
		t.Fatal(err)
	}
	s := &site{T: t, address: l.Addr().String()}
	s.server = &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			s.asked.Add(1)
			handler(w, r)
		}),
		ReadHeaderTimeout: time.Minute, WriteTimeout: time.Minute, IdleTimeout: time.Minute,
		ErrorLog: log.New(t.Output(), "", 0),
		ConnState: func(_ net.Conn, state http.ConnState) {
			if state == http.StateNew {
				s.taken.Add(1)
			}
		},
	}
	sequence := func() (uint64, error) { return s.sequence.Load(), nil }
	rules := Rules{Handler: s.server.Handler, Sequence: sequence, Takes: func(path string) bool { return path == "/a" || path == "/c" }, Asker: s.asker}
	set(s.server, &rules)
	if s.gate, err = Listen(l.(Inner), s.server, rules); err != nil {
		t.Fatal(err)
	}
	var serving sync.WaitGroup
	serving.Go(func() { s.server.Serve(s.gate) })
	s.stop = sync.OnceFunc(func() {
		s.server.Close()
		s.gate.Wait(context.Background())
		serving.Wait()
	})
	t.Cleanup(s.stop)
	return s
}

func (s *site) asker(pattern, path, agent string) func(status, bytes int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.askers = append(s.askers, fmt.Sprintf("%q %s by %q", pattern, path, agent))
	return func(status, bytes int) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.told = append(s.told, fmt.Sprint(path, " ", status, " ", bytes))
	}
}

// public answers with a body that any cache may keep.
func public(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "public, max-age=60")
		h.Set("Content-Type", "text/plain")
		h.Set("Content-Length", strconv.Itoa(len(body)))
		io.WriteString(w, body)
	}
}

// client is one connection.
type client struct {
	*site
	net.Conn
	r *bufio.Reader
}

func (s *site) dial() *client {
	s.Helper()
	c, err := net.Dial(s.gate.Addr().Network(), s.address)
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { c.Close() })
	c.(interface{ SetReadBuffer(int) error }).SetReadBuffer(64 << 10)
	return &client{s, c, bufio.NewReader(c)}
}

func (c *client) ask(header ...string) {
	c.Helper()
	if _, err := fmt.Fprintf(c, "GET /a HTTP/1.1\r\nHost: a\r\n%s\r\n", strings.Join(header, "")); err != nil {
		c.Fatal(err)
	}
}

// answer reads an answer and its body.
func (c *client) answer() (*http.Response, string, error) {
	resp, err := http.ReadResponse(c.r, nil)
	if err != nil {
		return nil, "", err
	}
	body, err := io.ReadAll(resp.Body)
	return resp, string(body), err
}

// ended waits until the server hangs up.
func (c *client) ended() {
	c.Helper()
	if b, err := io.ReadAll(c.r); len(b) > 0 || err != nil && !errors.Is(err, net.ErrClosed) && !strings.Contains(err.Error(), "reset") {
		c.Errorf("%d more bytes, %v", len(b), err)
	}
}

// conns is how many connections the gate has.
func (s *site) conns() (n int) {
	for _, p := range s.gate.loops {
		p.mu.Lock()
		n += len(p.conns)
		p.mu.Unlock()
	}
	return n
}

func (s *site) until(ok func() bool) {
	for !ok() {
		runtime.Gosched()
	}
}

// big is more than a connection takes at once.
var big = strings.Repeat("0123456789abcdef", 1<<18)
