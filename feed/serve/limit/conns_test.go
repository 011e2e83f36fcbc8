package limit_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"dateline/feed/serve/limit"
)

// newSite is a server, with TLS or without, that takes so many connections, and
// how often one more came. What is asked for with ?wait is answered when goOn
// is closed.
func newSite(t *testing.T, most int, secure bool) (site *httptest.Server, full *atomic.Int64, asked, goOn chan bool) {
	full, asked, goOn = &atomic.Int64{}, make(chan bool, 100), make(chan bool)
	conns := limit.NewConns(most, func() { full.Add(1) })
	site = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- true
		if r.URL.RawQuery == "wait" {
			<-goOn
		}
		io.WriteString(w, r.URL.Path)
	}))
	site.Listener = conns.Listener(site.Listener)
	site.Config.ConnState = conns.State
	if secure {
		site.StartTLS()
	} else {
		site.Start()
	}
	t.Cleanup(site.Close)
	return site, full, asked, goOn
}

// client is one connection.
type client struct {
	*testing.T
	net.Conn
	r *bufio.Reader
}

func dial(t *testing.T, site *httptest.Server) client {
	t.Helper()
	c, err := net.Dial("tcp", site.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return client{t, c, bufio.NewReader(c)}
}

func (c client) ask(path string) { io.WriteString(c, "GET "+path+" HTTP/1.1\r\nHost: a\r\n\r\n") }

func (c client) answer(want string) {
	c.Helper()
	resp, err := http.ReadResponse(c.r, nil)
	if err != nil {
		c.Fatalf("%s: %v", want, err)
	}
	if body, err := io.ReadAll(resp.Body); err != nil || string(body) != want {
		c.Fatalf("%s: %q, %v", want, body, err)
	}
}

// ended waits until the server hangs up.
func (c client) ended() {
	c.Helper()
	if n, err := io.Copy(io.Discard, c.r); n > 0 {
		c.Errorf("%d more bytes, %v", n, err)
	}
}

// TestIdleLongestGiveWay to a new connection: those that asked and those that
// never did.
func TestIdleLongestGiveWay(t *testing.T) {
	site, full, _, _ := newSite(t, 3, false)
	var clients []client
	for range 3 {
		c := dial(t, site)
		c.ask("/old")
		c.answer("/old")
		clients = append(clients, c)
	}
	clients[0].ask("/again")
	clients[0].answer("/again")
	if n := full.Load(); n != 0 {
		t.Errorf("%d came too many", n)
	}
	for range 2 {
		c := dial(t, site)
		c.ask("/new")
		c.answer("/new")
	}
	clients[1].ended()
	clients[2].ended()
	clients[0].ask("/yet")
	clients[0].answer("/yet")
	if n := full.Load(); n != 2 {
		t.Errorf("%d came too many, want 2", n)
	}
}

func TestSilentOnesGiveWay(t *testing.T) {
	for _, secure := range []bool{false, true} {
		site, _, _, _ := newSite(t, 10, secure)
		for range 200 {
			dial(t, site)
		}
		resp, err := site.Client().Get(site.URL + "/a")
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
	}
}

// TestNewOneWaitsForTheBusy until one of them is done, and none of them is cut
// off.
func TestNewOneWaitsForTheBusy(t *testing.T) {
	site, full, asked, goOn := newSite(t, 2, false)
	busy := []client{dial(t, site), dial(t, site)}
	for _, c := range busy {
		c.ask("/busy?wait")
		<-asked
	}
	late := dial(t, site)
	late.ask("/late")
	for full.Load() == 0 {
		select {
		case <-asked:
			t.Fatal("there are three")
		default:
		}
	}
	close(goOn)
	late.answer("/late")
	for _, c := range busy {
		c.answer("/busy")
	}
}

func TestEnterEndsWithTheListener(t *testing.T) {
	conns := limit.NewConns(1, func() {})
	closing := make(chan struct{})
	if !conns.Enter(closing) {
		t.Fatal("there is no room for one")
	}
	close(closing)
	if conns.Enter(closing) {
		t.Error("there is room for two")
	}
	if open, most, crowded := conns.Count(); open != 1 || most != 1 || crowded != 1 {
		t.Errorf("%d of %d are open, and one came too many %d times", open, most, crowded)
	}
	conns.Leave()
	if !conns.Enter(nil) {
		t.Error("what has left is counted still")
	}
}

func TestOthersAreAskedToCloseTheirs(t *testing.T) {
	conns := limit.NewConns(2, func() {})
	conns.Closer(func(n int) {
		if n != 1 {
			t.Errorf("%d are to be closed", n)
		}
		conns.Leave()
	})
	for range 10 {
		if !conns.Enter(nil) {
			t.Fatal("there is no room")
		}
	}
}
