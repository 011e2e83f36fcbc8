package gate

import (
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

const plainHead = "GET /a HTTP/1.1\r\nHost: a\r\nUser-Agent: Reader/1\r\n\r\n"

// TestAPartOfARequestWaitsAtTheGate: whoever sends a byte at a time gets the
// same answer, and net/http never hears of it.
func TestAPartOfARequestWaitsAtTheGate(t *testing.T) {
	s := open(t, public("a"), nil)
	c := s.dial()
	for range 3 {
		for i := range len(plainHead) {
			s.until(func() bool { return s.waiting() == i })
			io.WriteString(c, plainHead[i:i+1])
		}
		if _, body, err := c.answer(); err != nil || body != "a" {
			t.Fatal(body, err)
		}
	}
	if n := s.taken.Load(); n != 0 {
		t.Errorf("%d connections were handed on", n)
	}
}

// waiting is how many bytes of requests are there that are not whole yet.
func (s *site) waiting() (n int) {
	for _, p := range s.gate.loops {
		p.mu.Lock()
		for _, c := range p.conns {
			n += len(c.early)
		}
		p.mu.Unlock()
	}
	return n
}

// TestWhoSendsNoWholeRequestIsCutOff, both at the beginning and after an
// answer, when the time for a head is up; more bytes do not prolong it.
func TestWhoSendsNoWholeRequestIsCutOff(t *testing.T) {
	s := open(t, public("a"), func(server *http.Server) { server.ReadHeaderTimeout = time.Millisecond })
	c := s.dial()
	io.WriteString(c, plainHead[:9])
	c.ended()
	s = open(t, public("a"), func(server *http.Server) { server.ReadHeaderTimeout, server.IdleTimeout = time.Second, time.Hour })
	c = s.dial()
	c.ask()
	c.answer()
	io.WriteString(c, plainHead[:9])
	c.ended()
}

// TestWhatIsNoBeginningIsHandedOn at once: net/http may have an answer to it.
func TestWhatIsNoBeginningIsHandedOn(t *testing.T) {
	for _, data := range []string{
		"POST", "GET http", "GET /a HTTP/1.0\r\n", "GET /a?b HTTP/1.1\r\n", "GET /a HTTP/1.1\n", "GET /a HTTP/1.1\r\nHost: a\n", "\r", "GET /a\n",
		"GET /a HTTP/1.1\r\nUser-Agent: " + strings.Repeat("a", maxHead),
	} {
		s := open(t, public("a"), nil)
		c := s.dial()
		io.WriteString(c, data)
		s.until(func() bool { return s.taken.Load() == 1 && s.conns() == 0 })
	}
}

func TestUnixSocket(t *testing.T) {
	s := openAt(t, "unix", filepath.Join(t.TempDir(), "s"), public("a"), func(_ *http.Server, r *Rules) {
		r.Admit = func(remote netip.Addr, _ []byte) bool { return !remote.IsValid() }
	})
	c := s.dial()
	for range 2 {
		c.ask()
		if _, body, err := c.answer(); err != nil || body != "a" {
			t.Fatal(body, err)
		}
	}
	if n := s.conns(); n != 1 {
		t.Errorf("%d connections are at the gate", n)
	}
	c.ask("Upgrade: a\r\n")
	if _, body, err := c.answer(); err != nil || body != "a" || s.conns() != 0 {
		t.Error(body, err, s.conns())
	}
}

// TestWhoIsNotAdmittedIsLeftToTheServer by address and X-Forwarded-For, and
// also when an answer is there.
func TestWhoIsNotAdmittedIsLeftToTheServer(t *testing.T) {
	s := openAt(t, "tcp", "127.0.0.1:0", public("a"), func(_ *http.Server, r *Rules) {
		r.Admit = func(remote netip.Addr, forwarded []byte) bool {
			return remote == netip.MustParseAddr("127.0.0.1") && string(forwarded) != "192.0.2.1, 192.0.2.2"
		}
	})
	c := s.dial()
	for _, field := range []string{"", "X-Forwarded-For: 192.0.2.2\r\n"} {
		c.ask(field)
		if _, body, err := c.answer(); err != nil || body != "a" || s.asked.Load() != 1 || s.conns() != 1 {
			t.Fatal(body, err, s.asked.Load(), s.conns())
		}
	}
	c.ask("x-forwarded-for:  192.0.2.1, 192.0.2.2 \r\n")
	if _, body, err := c.answer(); err != nil || body != "a" || s.asked.Load() != 2 || s.conns() != 0 {
		t.Error(body, err, s.asked.Load(), s.conns())
	}
	c = s.dial() // to what nobody has asked yet
	c.ask("If-None-Match: a\r\nX-Forwarded-For: 192.0.2.1, 192.0.2.2\r\n")
	if _, body, err := c.answer(); err != nil || body != "a" || s.asked.Load() != 4 || s.conns() != 0 {
		t.Error(body, err, s.asked.Load(), s.conns())
	}
}

// TestEveryConnectionLeaves, however it ends.
func TestEveryConnectionLeaves(t *testing.T) {
	var entered, left atomic.Int64
	s := openAt(t, "tcp", "127.0.0.1:0", public(big), func(server *http.Server, r *Rules) {
		server.ReadHeaderTimeout, server.WriteTimeout = time.Millisecond, time.Second
		r.Enter = func(<-chan struct{}) bool { entered.Add(1); return true }
		r.Leave = func() { left.Add(1) }
	})
	s.dial().ended()
	s.dial().Close()
	c := s.dial()
	c.ask("Connection: close\r\n")
	c.answer()
	c = s.dial()
	c.ask("Upgrade: a\r\n")
	c.Close()
	c = s.dial()
	c.ask()
	c.Close()
	s.dial().ask()
	s.until(func() bool { return entered.Load() == 6 })
	s.stop()
	s.until(func() bool { return left.Load() == 6 })
}

func TestWhoMayNotEnterIsClosed(t *testing.T) {
	asked := make(chan bool)
	s := openAt(t, "tcp", "127.0.0.1:0", public("a"), func(_ *http.Server, r *Rules) {
		r.Enter = func(closing <-chan struct{}) bool { asked <- true; <-closing; return false }
		r.Leave = func() { t.Error("it leaves, and never entered") }
	})
	c := s.dial()
	<-asked
	s.stop()
	c.ended()
}

// TestCloseIdle closes those whose time is up soonest, and nobody who is about
// to be answered.
func TestCloseIdle(t *testing.T) {
	s := open(t, public(big), nil)
	slow := s.dial()
	slow.ask()
	s.until(func() bool { return s.asked.Load() == 1 })
	slow.r.Peek(1)
	var idle []*client
	for i := range 4 {
		c := s.dial()
		c.ask(fmt.Sprintf("If-None-Match: %d\r\n", i))
		c.answer()
		idle = append(idle, c)
	}
	loops := len(s.gate.loops)
	s.gate.CloseIdle(2 * loops)
	s.until(func() bool { return s.conns() <= 3 })
	s.gate.CloseIdle(8 * loops)
	s.until(func() bool { return s.conns() == 1 })
	for _, c := range idle {
		c.ended()
	}
	if _, body, err := slow.answer(); err != nil || body != big {
		t.Errorf("%d of %d bytes, %v", len(body), len(big), err)
	}
}
