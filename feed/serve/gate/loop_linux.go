package gate

import (
	"bytes"
	"net/netip"
	"os"
	"slices"
	"sync"
	"syscall"
	"time"
)

// loop serves many connections in one goroutine, each when it has something to
// do: a client that is idle or slow costs a conn and nothing else.
type loop struct {
	l     *Listener
	file  *os.File // of epoll: the runtime sees that it can be read when a connection has something to do
	epoll int

	mu          sync.Mutex
	conns       map[int]*conn // by their descriptors; guarded by mu, as all below
	ended       bool
	input, head []byte // room for what is read, and what is made of it
}

// conn is a connection, between two requests or with an answer on its way.
type conn struct {
	fd       int
	remote   netip.Addr
	early    []byte                  // of a request, the rest of which is awaited
	watched  bool                    // by epoll; otherwise a goroutine gets its answer
	rest     []byte                  // of the answer, still to be sent
	last     bool                    // the answer is the last
	asks     string                  // the path that was asked for last,
	agent    []byte                  // and by whom
	tell     func(status, bytes int) // of the answers to that; nil before the first
	deadline time.Time               // for the next request, or for the rest
}

const (
	maxHead    = 4 << 10   // longer heads are not plain
	maxWrite   = 256 << 10 // at a time, so that others get their turn
	sweepEvery = time.Second
	closeEvery = 10 * time.Millisecond // while the last answers are on their way
)

func newLoop(l *Listener) (*loop, error) {
	fd, err := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
	if err != nil {
		return nil, os.NewSyscallError("epoll_create1", err)
	}
	syscall.SetNonblock(fd, true) // the runtime waits for such files; no thread has to
	p := &loop{
		l: l, file: os.NewFile(uintptr(fd), "epoll"), epoll: fd,
		conns: map[int]*conn{}, input: make([]byte, maxHead),
	}
	return p, p.file.SetReadDeadline(time.Time{}) // fails if it would not
}

// run serves until the listener is closed and the last answer is sent.
func (p *loop) run() {
	defer p.file.Close()
	raw, err := p.file.SyscallConn()
	if err != nil {
		panic(err) // only a closed file has none
	}
	n, events := 0, make([]syscall.EpollEvent, 64)
	some := func(uintptr) bool {
		n, _ = ready(p.epoll, events)
		return n > 0
	}
	for p.sweep() {
		for raw.Read(some) == nil { // until the next sweep is due
			now := time.Now()
			for _, e := range events[:n] {
				p.serve(int(e.Fd), now)
			}
		}
	}
}

// wake makes the next sweep due.
func (p *loop) wake() { p.file.SetReadDeadline(time.Unix(1, 0)) }

// sweep closes what is overdue and, once the listener is closed, whatever has
// no answer on its way. It reports whether there will be another.
func (p *loop) sweep() bool {
	now := time.Now()
	p.file.SetReadDeadline(now.Add(sweepEvery))
	closed := false
	select {
	case <-p.l.closing: // looked at after the deadline was set, lest that undo a wake
		closed = true
		p.file.SetReadDeadline(now.Add(closeEvery))
	default:
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.conns {
		over := now.After(c.deadline) || closed && len(c.rest) == 0 || p.l.forced.Err() != nil
		if c.watched && over {
			p.close(c)
		}
	}
	p.ended = closed && len(p.conns) == 0
	return !p.ended
}

// add takes a new connection.
func (p *loop) add(fd int, remote netip.Addr) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended {
		syscall.Close(fd)
		p.l.rules.Leave()
		return
	}
	c := &conn{fd: fd, remote: remote, deadline: time.Now().Add(p.l.server.ReadHeaderTimeout)}
	p.conns[fd] = c
	p.watch(c)
}

// serve deals with a connection that can be read or written.
func (p *loop) serve(fd int, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.conns[fd]
	if c == nil {
		return
	}
	if len(c.rest) > 0 {
		p.answer(c, c.rest, now)
		return
	}
	n, err := read(fd, p.input)
	if n == 0 || err != nil { // the client went away
		p.close(c)
	} else if n > 0 {
		p.arrive(c, p.input[:n], now)
	}
}

// arrive takes a request, or a part of one. The caller holds mu, as for all
// below.
func (p *loop) arrive(c *conn, data []byte, now time.Time) {
	whole := data
	if c.early != nil {
		whole = append(c.early, data...)
	}
	if !isBeginning(whole) || len(whole) >= maxHead {
		c.early = nil
		p.request(c, whole, now)
		return
	}
	if c.early == nil { // of what may be the second request of the connection
		if limit := now.Add(p.l.server.ReadHeaderTimeout); limit.Before(c.deadline) {
			c.deadline = limit
		}
		whole = bytes.Clone(whole)
	}
	c.early = whole
}

// request answers what was read from c, or has a goroutine of its own see to
// that.
func (p *loop) request(c *conn, data []byte, now time.Time) {
	head, from, plain := normalise(p.head[:0], data)
	p.head, c.last = head, closes(head)
	if plain {
		if answer := p.l.memo.find(head); answer != nil {
			if plain = p.l.rules.Admit(c.remote, from.forwarded); plain {
				p.count(c, answer, from.agent)
				p.answer(c, answer.wire, now)
				return
			}
		}
	}
	p.unwatch(c)
	question, data := string(head), bytes.Clone(data)
	from = asker{bytes.Clone(from.agent), bytes.Clone(from.forwarded)}
	p.l.done.Go(func() {
		if !plain || !p.ask(c, question, from) {
			p.handOver(c, data)
		}
	})
}

// count tells of an answer that c is about to be given.
func (p *loop) count(c *conn, k *kept, agent []byte) {
	if c.tell == nil || c.asks != k.path || !bytes.Equal(c.agent, agent) { // a proxy asks for many
		c.asks, c.agent = k.path, append(c.agent[:0], agent...)
		c.tell = p.l.rules.Asker(k.pattern, k.path, string(agent))
	}
	c.tell(k.status, k.body)
}

// answer sends of an answer what c takes at once, and the rest when it takes
// more.
func (p *loop) answer(c *conn, answer []byte, now time.Time) {
	n, err := write(c.fd, answer[:min(len(answer), maxWrite)])
	if err != nil { // the client went away
		p.close(c)
		return
	}
	before := len(c.rest) > 0
	if rest := answer[max(n, 0):]; len(rest) == 0 && c.last {
		p.close(c)
		return
	} else if len(rest) == 0 {
		c.rest, c.deadline = nil, now.Add(p.l.server.IdleTimeout)
	} else if c.rest = rest; !before {
		c.deadline = now.Add(p.l.server.WriteTimeout)
	}
	if !c.watched || before != (len(c.rest) > 0) {
		p.watch(c)
	}
}

// watch has c served as soon as it can be read, or written while something is
// left of its answer.
func (p *loop) watch(c *conn) {
	e := syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: int32(c.fd)}
	if len(c.rest) > 0 {
		e.Events = syscall.EPOLLOUT
	}
	operation := syscall.EPOLL_CTL_ADD
	if c.watched {
		operation = syscall.EPOLL_CTL_MOD
	}
	c.watched = true
	if err := syscall.EpollCtl(p.epoll, operation, c.fd, &e); err != nil {
		p.close(c)
	}
}

func (p *loop) unwatch(c *conn) {
	c.watched = false
	syscall.EpollCtl(p.epoll, syscall.EPOLL_CTL_DEL, c.fd, nil)
}

func (p *loop) close(c *conn) {
	delete(p.conns, c.fd)
	syscall.Close(c.fd)
	p.l.rules.Leave()
}

// closeIdle closes, of the connections that wait for a request and have sent
// nothing of it yet, or not all, the n whose time is up soonest.
func (p *loop) closeIdle(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var idle []*conn
	for _, c := range p.conns {
		if c.watched && len(c.rest) == 0 {
			idle = append(idle, c)
		}
	}
	slices.SortFunc(idle, func(a, b *conn) int { return a.deadline.Compare(b.deadline) })
	for _, c := range idle {
		if n == 0 {
			return
		}
		if got, _, _ := syscall.Recvfrom(c.fd, p.input[:1], syscall.MSG_PEEK|syscall.MSG_DONTWAIT); got <= 0 { // else a request is there, and its turn comes
			p.close(c)
			n--
		}
	}
}

// ask answers c, which is not watched, as the handler does. It is false when
// that is not to be done here. The caller does not hold mu, as below.
func (p *loop) ask(c *conn, head string, from asker) bool {
	answer := p.l.memo.ask(p.l.forced, head)
	if answer == nil || !p.l.rules.Admit(c.remote, from.forwarded) {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.count(c, answer, from.agent)
	p.answer(c, answer.wire, time.Now())
	return true
}

// handOver leaves c, of which data was read, to the server.
func (p *loop) handOver(c *conn, data []byte) {
	p.mu.Lock()
	delete(p.conns, c.fd)
	p.mu.Unlock()
	p.l.hand(c.fd, data)
}
