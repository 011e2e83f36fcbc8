package serve

import (
	"context"
	"fmt"
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	"dateline/store"
)

// answersWithin is how long the store may take to answer before the server is
// taken for one that should not be asked.
const answersWithin = 2 * time.Second

// notReady is why the server should not be asked now.
type notReady struct {
	why   string
	cause error // may be nil
}

func (e *notReady) Error() string { return e.why }
func (e *notReady) Unwrap() error { return e.cause }

// healthz says that the process answers.
func (s *Server) healthz(w http.ResponseWriter, _ *http.Request) error {
	_, err := fmt.Fprintln(w, "ok")
	return err
}

// readyz says that the server is fit to be asked.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) error {
	n, err := s.Ready(r.Context())
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "ok, at change %d\n", n)
	return err
}

// Ready reads what the front page shows, and gives the number of the last
// change. It fails when the store fails or does not answer in time, and when no
// source was well within ReadyWithin: with an error that may be told to
// everybody.
func (s *Server) Ready(ctx context.Context) (sequence uint64, err error) {
	ctx, cancel := context.WithTimeout(ctx, answersWithin)
	defer cancel()
	a := s.probe.join(s.look)
	select {
	case <-a.done:
	case <-ctx.Done(): // a disk that hangs cannot be called off: the next to ask wait for the same answer
		return 0, &notReady{fmt.Sprintf("the store has not answered within %s", answersWithin), ctx.Err()}
	}
	if a.err != nil {
		return 0, &notReady{"the store does not answer: its log says why", a.err}
	}
	return a.sequence, s.sourcesWell(ctx)
}

func (s *Server) look() (uint64, error) {
	ctx := context.Background()
	if _, err := s.Store.Articles(ctx, store.Query{Limit: frontHeadlines}); err != nil {
		return 0, err
	}
	return s.Store.Sequence(ctx)
}

// sourcesWell fails when there are sources and none of them was well for too
// long.
func (s *Server) sourcesWell(ctx context.Context) error {
	if s.ReadyWithin == 0 {
		return nil
	}
	list, err := s.Sources.Schedule(ctx)
	if err != nil {
		return &notReady{"the sources cannot be read: its log says why", err}
	}
	last := s.Since // time for the first polls
	for _, source := range list {
		if source.Good.After(last) {
			last = source.Good
		}
	}
	if len(list) > 0 && s.Now().Sub(last) > s.ReadyWithin {
		return &notReady{fmt.Sprintf("no source has been well since %s", last.UTC().Format(time.RFC3339)), nil}
	}
	return nil
}

// probe is one look at the store at a time, however many ask.
type probe struct {
	mu      sync.Mutex
	attempt *attempt // that goes on; nil when none does
}

type attempt struct {
	done     chan struct{} // closed when the rest is final
	sequence uint64
	err      error
}

// join begins a look unless one goes on.
func (p *probe) join(look func() (uint64, error)) *attempt {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.attempt != nil {
		return p.attempt
	}
	a := &attempt{done: make(chan struct{})}
	p.attempt = a
	go func() { // whoever asks waits for it, but not for ever
		defer func() {
			if fault := recover(); fault != nil {
				a.err = fmt.Errorf("a look at the store failed: this is a bug: %v\n%s", fault, debug.Stack())
			}
			p.mu.Lock()
			p.attempt = nil
			p.mu.Unlock()
			close(a.done)
		}()
		a.sequence, a.err = look()
	}()
	return a
}
