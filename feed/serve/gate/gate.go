// Package gate answers the polls of feed readers before net/http has to. It
// stands at the door of an http.Server and gives a plain GET the answer that
// the server's own handler gave to the same question, in the same second and
// the same state of the store. Whatever else comes in it hands on, connection
// and all, with no byte missing.
//
//	connection ─▶ Listener ─┬─ a plain GET: the answer that is kept, or else
//	                        │  the handler's, which is kept from then on
//	                        └─ anything else: Accept ─▶ http.Server, for good
//
// It knows nothing of feeds, conditions or codings: whatever it says, the
// handler said, of a request with the fields that an answer may depend on and
// no other (request.go). Nor does it make anything older than it is: an answer
// is kept until the store changes (memo.go).
//
// With a handler that does nothing, net/http takes three times the processor
// time for a poll that this does, since a goroutine sleeps and wakes for every
// request; here a few serve all connections, with epoll (loop_linux.go). On
// other systems the http.Server answers everything itself, as it does wherever
// it is given another listener, such as one with TLS.
//
// A client that sends its request a byte at a time, or takes its answer so,
// costs here what it has sent, and nothing else until its time is up.
package gate

import (
	"net"
	"net/http"
	"net/netip"
	"os"
)

// Inner is a listener for a gate to stand behind: a net.TCPListener or a
// net.UnixListener.
type Inner interface {
	net.Listener
	File() (*os.File, error)
}

// Rules say what is answered at the gate. All but the first three may be nil.
type Rules struct {
	Handler  http.Handler           // whose answers are given, also again while Sequence stays the same
	Sequence func() (uint64, error) // must not wait for anything
	Takes    func(path string) bool // of which paths

	// Asker is told when somebody on a connection asks for another path than
	// before, or somebody else does: of the pattern by which the handler matched
	// it, if it did so with an http.ServeMux, of the path, and of the value of
	// User-Agent. What it gives is told of each answer, with the bytes of its
	// body. Neither must wait for anything.
	Asker func(pattern, path string, userAgent string) func(status, bytes int)

	// Admit is asked before every answer, with the address that it comes from,
	// not valid for one through a Unix socket, and the value of its field
	// X-Forwarded-For. What it does not admit is left to the server.
	Admit func(remote netip.Addr, forwarded []byte) bool

	// Enter waits until there may be one more connection; when closing ends
	// before, it is false. Leave is called when that has ended.
	Enter func(closing <-chan struct{}) bool
	Leave func()
}

// complete is the same rules, where none is nil.
func (r Rules) complete() Rules {
	if r.Asker == nil {
		r.Asker = func(string, string, string) func(int, int) { return func(int, int) {} }
	}
	if r.Admit == nil {
		r.Admit = func(netip.Addr, []byte) bool { return true }
	}
	if r.Enter == nil {
		r.Enter, r.Leave = func(<-chan struct{}) bool { return true }, func() {}
	}
	return r
}
