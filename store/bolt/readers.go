package bolt

import (
	"sync"
	"time"
)

// readers are the read transactions that are open, and when each began. The
// zero value is ready.
type readers struct {
	mu    sync.Mutex
	begun map[*time.Time]struct{} // guarded by mu
}

// begin counts a reader until end is called.
func (r *readers) begin(at time.Time) (end func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.begun == nil {
		r.begun = map[*time.Time]struct{}{}
	}
	r.begun[&at] = struct{}{}
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.begun, &at)
	}
}

// oldest is how many there are, and when the first of them began; the zero time
// for none.
func (r *readers) oldest() (n int, first time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for at := range r.begun {
		if first.IsZero() || at.Before(first) {
			first = *at
		}
	}
	return len(r.begun), first
}
