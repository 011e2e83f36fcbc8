package limit

import (
	"crypto/tls"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Conns bounds the connections of several listeners together. When there are
// as many as may be, those that are idle longest are closed for a new one; when
// none is idle, it waits.
type Conns struct {
	slots chan struct{} // one for each connection
	full  func()        // is told of it each time
	times atomic.Int64  // that was

	mu      sync.Mutex
	idle    map[net.Conn]time.Time // of an http.Server: since when; guarded by mu
	closers []func(n int)          // those of others; guarded by mu
}

// NewConns lets there be so many connections, and calls full whenever one more
// comes.
func NewConns(most int, full func()) *Conns {
	return &Conns{slots: make(chan struct{}, most), full: full, idle: map[net.Conn]time.Time{}}
}

// retry is how soon a connection that waits looks again for others that are
// idle.
const retry = 50 * time.Millisecond

// Enter waits until there may be one more connection, and counts it. It is
// false, and nothing is counted, when closing ends before.
func (c *Conns) Enter(closing <-chan struct{}) bool {
	select {
	case c.slots <- struct{}{}:
		return true
	default:
	}
	c.times.Add(1)
	c.full()
	for {
		c.closeIdle(cap(c.slots)/64 + 1) // several, lest each that comes look at all
		again := time.NewTimer(retry)
		select {
		case c.slots <- struct{}{}:
			again.Stop()
			return true
		case <-closing:
			again.Stop()
			return false
		case <-again.C:
		}
	}
}

// Leave counts a connection no more.
func (c *Conns) Leave() { <-c.slots }

// Count is how many connections there are, how many there may be, and how often
// one came when there were as many.
func (c *Conns) Count() (open, most, crowded int) {
	return len(c.slots), cap(c.slots), int(c.times.Load())
}

// Closer makes close, which closes the n connections that are idle longest, do
// so when there are too many.
func (c *Conns) Closer(close func(n int)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closers = append(c.closers, close)
}

// State is an http.Server's ConnState: it tells which connections are idle.
func (c *Conns) State(conn net.Conn, state http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if state == http.StateNew || state == http.StateIdle {
		c.idle[conn] = time.Now()
	} else {
		delete(c.idle, conn)
	}
}

func (c *Conns) closeIdle(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, close := range c.closers {
		close(n)
	}
	list := make([]net.Conn, 0, len(c.idle))
	for conn := range c.idle {
		list = append(list, conn)
	}
	slices.SortFunc(list, func(a, b net.Conn) int { return c.idle[a].Compare(c.idle[b]) })
	for _, conn := range list[:min(n, len(list))] {
		delete(c.idle, conn)
		if secure, ok := conn.(*tls.Conn); ok {
			conn = secure.NetConn() // without a farewell, for which the client might make us wait
		}
		conn.Close()
	}
}

// Listener counts the connections of inner.
func (c *Conns) Listener(inner net.Listener) net.Listener {
	return &listener{Listener: inner, conns: c, closing: make(chan struct{})}
}

type listener struct {
	net.Listener
	conns   *Conns
	once    sync.Once
	closing chan struct{}
}

func (l *listener) Accept() (net.Conn, error) {
	inner, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	if !l.conns.Enter(l.closing) {
		inner.Close()
		return nil, net.ErrClosed
	}
	return Counted(inner, l.conns.Leave), nil
}

func (l *listener) Close() error {
	l.once.Do(func() { close(l.closing) })
	return l.Listener.Close()
}

// Counted calls leave once when the connection is closed.
func Counted(inner net.Conn, leave func()) net.Conn {
	return &counted{Conn: inner, leave: sync.OnceFunc(leave)}
}

type counted struct {
	net.Conn
	leave func()
}

func (c *counted) Close() error {
	err := c.Conn.Close()
	c.leave()
	return err
}
