package gate

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// memo keeps the answers of a handler, as they go over the wire, by the heads
// they answer. It keeps one only as long as the store stays as it was before
// the handler looked at it, and the second lasts in which it was asked: Date
// and Last-Modified have whole seconds.
type memo struct {
	handler  http.Handler
	sequence func() (uint64, error)
	takes    func(path string) bool

	mu      sync.Mutex
	moment  moment // of all answers; guarded by mu, as all below
	answers map[string]*kept
	bytes   int // of all answers
}

// kept is an answer as it goes over the wire, and what is to be told of it.
type kept struct {
	wire          []byte
	pattern, path string // that were asked for
	status, body  int    // body in bytes
}

// moment names a state of the store within a second.
type moment struct {
	sequence uint64
	second   int64
}

// memoBytes bounds what is kept.
const memoBytes = 16 << 20

func (m *memo) now() (moment, error) {
	n, err := m.sequence()
	return moment{n, time.Now().Unix()}, err
}

// find is the answer to a head, nil when none is kept.
func (m *memo) find(head []byte) *kept {
	now, err := m.now()
	if err != nil {
		return nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.moment != now {
		return nil
	}
	return m.answers[string(head)]
}

// ask lets the handler answer a head. The answer is nil when it is not one
// that may be kept; then the head has to be answered in the ordinary way.
func (m *memo) ask(ctx context.Context, head string) (answer *kept) {
	defer func() {
		if recover() != nil {
			answer = nil // the ordinary way has its own manner with a panic
		}
	}()
	asked, err := m.now() // before the handler looks: what it sees is at least as new
	if err != nil {
		return nil
	}
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(head)))
	if err != nil || !m.takes(r.URL.Path) {
		return nil
	}
	w := recorder{header: http.Header{}}
	r = r.WithContext(ctx)
	m.handler.ServeHTTP(&w, r)
	if !w.plain() {
		return nil
	}
	answer = &kept{w.wire(time.Unix(asked.second, 0), r.Close), r.Pattern, r.URL.Path, w.status, w.body.Len()}
	m.keep(asked, head, answer)
	return answer
}

func (m *memo) keep(asked moment, head string, answer *kept) {
	now, err := m.now()
	if err != nil || now != asked {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.moment != asked {
		m.moment, m.answers, m.bytes = asked, map[string]*kept{}, 0
	}
	if size := len(head) + len(answer.wire); m.bytes+size <= memoBytes {
		m.answers[head] = answer
		m.bytes += size
	}
}

// recorder takes what a handler answers.
type recorder struct {
	header http.Header
	status int
	sent   http.Header // header as it was when the status was set
	body   bytes.Buffer
}

func (w *recorder) Header() http.Header { return w.header }

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status, w.sent = status, w.header.Clone()
	}
}

func (w *recorder) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(b)
}

// plain reports whether any shared cache could keep the answer (RFC 9111 §3)
// for all requests that normalise to the one it answers, and net/http would
// add nothing to it but Date.
func (w *recorder) plain() bool {
	for _, name := range []string{"Connection", "Date", "Set-Cookie", "Trailer", "Transfer-Encoding", "Upgrade"} {
		if w.sent[name] != nil {
			return false
		}
	}
	for name := range strings.SplitSeq(strings.Join(w.sent["Vary"], ","), ",") {
		if name = strings.TrimSpace(name); name == "*" || fieldOf([]byte(name)).dropped() {
			return false
		}
	}
	if !strings.HasPrefix(w.sent.Get("Cache-Control"), "public,") {
		return false
	}
	length := w.sent.Get("Content-Length")
	switch w.status {
	case http.StatusOK:
		return length == strconv.Itoa(w.body.Len()) && w.sent["Content-Type"] != nil
	case http.StatusNotModified:
		return length == "" && w.body.Len() == 0
	}
	return false
}

// wire is the answer as net/http would write it.
func (w *recorder) wire(date time.Time, last bool) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "HTTP/1.1 %d %s\r\n", w.status, http.StatusText(w.status))
	w.sent.Write(&b) // to memory
	fmt.Fprintf(&b, "Date: %s\r\n", date.UTC().Format(http.TimeFormat))
	if last {
		b.WriteString("Connection: close\r\n")
	}
	b.Write(crlf)
	b.Write(w.body.Bytes())
	return b.Bytes()
}
