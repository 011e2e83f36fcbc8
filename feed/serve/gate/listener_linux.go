package gate

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"os"
	"runtime"
	"sync"
	"syscall"
)

// Listener is a net.Listener for an http.Server. Accept gives the connections
// that have to be answered in the ordinary way.
type Listener struct {
	inner  Inner
	socket *os.File // that of inner
	server *http.Server
	rules  Rules
	memo   memo
	loops  []*loop

	handed chan net.Conn // what Accept gives, as does failed
	failed chan error

	once    sync.Once
	closing chan struct{}
	forced  context.Context // ends when Wait has waited long enough
	force   context.CancelFunc
	done    sync.WaitGroup // all goroutines
}

// Listen answers at inner, which is its own from then on, plain GETs as the
// rules say and within server's timeouts, all of which must be set. Close and
// then Wait must be called.
func Listen(inner Inner, server *http.Server, rules Rules) (*Listener, error) {
	socket, err := inner.File()
	if err != nil {
		return nil, err
	}
	raw, err := socket.SyscallConn()
	if err != nil {
		return nil, errors.Join(err, socket.Close())
	}
	l := &Listener{
		inner: inner, socket: socket, server: server, rules: rules.complete(),
		memo:    memo{handler: rules.Handler, sequence: rules.Sequence, takes: rules.Takes},
		handed:  make(chan net.Conn),
		failed:  make(chan error),
		closing: make(chan struct{}),
	}
	l.forced, l.force = context.WithCancel(context.Background())
	for range runtime.GOMAXPROCS(0) {
		p, err := newLoop(l)
		if err != nil {
			return nil, errors.Join(err, l.Close(), l.Wait(context.Background()))
		}
		l.loops = append(l.loops, p)
		l.done.Go(p.run)
	}
	l.done.Go(func() { l.accept(raw) })
	return l, nil
}

// accept deals new connections out to the loops.
func (l *Listener) accept(raw syscall.RawConn) {
	for i := 0; ; i++ {
		var fd int
		var from syscall.Sockaddr
		var err error
		closed := raw.Read(func(socket uintptr) bool {
			fd, from, err = syscall.Accept4(int(socket), syscall.SOCK_NONBLOCK|syscall.SOCK_CLOEXEC)
			return err != syscall.EAGAIN
		})
		switch {
		case closed != nil:
			return
		case err == nil:
			if !l.rules.Enter(l.closing) {
				syscall.Close(fd)
				return
			}
			remote := addressOf(from)
			if remote.IsValid() { // as net does: an answer is written at once, and gains nothing by waiting
				syscall.SetsockoptInt(fd, syscall.IPPROTO_TCP, syscall.TCP_NODELAY, 1)
			}
			l.loops[i%len(l.loops)].add(fd, remote)
		case err != syscall.ECONNABORTED && err != syscall.EINTR:
			select { // the server logs it, and tries again later when that may help
			case l.failed <- &net.OpError{Op: "accept", Net: l.Addr().Network(), Addr: l.Addr(), Err: os.NewSyscallError("accept4", err)}:
			case <-l.closing:
			}
		}
	}
}

// addressOf is the address that a connection comes from; not valid for one
// through a Unix socket.
func addressOf(from syscall.Sockaddr) netip.Addr {
	switch a := from.(type) {
	case *syscall.SockaddrInet4:
		return netip.AddrFrom4(a.Addr)
	case *syscall.SockaddrInet6:
		return netip.AddrFrom16(a.Addr).Unmap()
	}
	return netip.Addr{}
}

// Accept waits for the next connection that is not answered here.
func (l *Listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.handed:
		return c, nil
	case err := <-l.failed:
		return nil, err
	case <-l.closing:
		return nil, net.ErrClosed
	}
}

// Addr is where the listener listens.
func (l *Listener) Addr() net.Addr { return l.inner.Addr() }

// Close takes no more connections and no more requests. Answers on their way
// go on.
func (l *Listener) Close() (err error) {
	l.once.Do(func() {
		close(l.closing)
		err = errors.Join(l.socket.Close(), l.inner.Close())
		for _, p := range l.loops {
			p.wake()
		}
	})
	return err
}

// Wait waits, after Close, until the answers on their way have been sent. When
// ctx ends before, it cuts them short and gives the error of ctx.
func (l *Listener) Wait(ctx context.Context) error {
	stop := context.AfterFunc(ctx, l.force)
	l.done.Wait()
	if stop() {
		l.force() // nothing is left to be cut short, but the context
		return nil
	}
	return ctx.Err()
}

// hand gives Accept a copy of the connection fd, which is closed, with the
// bytes that were read from it.
func (l *Listener) hand(fd int, early []byte) {
	file := os.NewFile(uintptr(fd), "connection")
	defer file.Close()
	c, err := net.FileConn(file)
	if err != nil { // the client went away
		l.rules.Leave()
		return
	}
	h := &handed{Conn: c, early: early, leave: sync.OnceFunc(l.rules.Leave)}
	select {
	case l.handed <- h:
	case <-l.closing:
		h.Close()
	}
}

// CloseIdle closes of the connections that are at the gate and wait for a
// request the n whose time is up soonest.
func (l *Listener) CloseIdle(n int) {
	for i, p := range l.loops {
		p.closeIdle((n + i) / len(l.loops))
	}
}

// handed is a connection of which something was read already. It has no other
// methods than a net.Conn: they would not know of that.
type handed struct {
	net.Conn
	early []byte
	leave func()
}

func (c *handed) Close() error {
	err := c.Conn.Close()
	c.leave()
	return err
}

func (c *handed) Read(b []byte) (int, error) {
	if len(c.early) == 0 {
		return c.Conn.Read(b)
	}
	n := copy(b, c.early)
	c.early = c.early[n:]
	return n, nil
}
