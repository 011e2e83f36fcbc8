package serve

import (
	"fmt"
	"math"
	"net"
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Rate is how many requests the API takes. The zero value is no limit.
type Rate struct {
	PerSecond float64 // of each token over time,
	Burst     int     // and so many at once
}

// Requests that come without a valid token may be attempts to guess one.
const (
	strangerRate  = 1 // a second, from one address,
	strangerBurst = 30
	maxStrangers  = 10_000 // addresses that are remembered
)

// limits are the requests of late. They are safe for use by many goroutines.
type limits struct {
	rate Rate

	mu        sync.Mutex
	tokens    map[string]*rate.Limiter // by name; guarded by mu, as is strangers
	strangers map[string]*rate.Limiter // by address
}

func newLimits(r Rate) *limits {
	return &limits{rate: r, tokens: map[string]*rate.Limiter{}, strangers: map[string]*rate.Limiter{}}
}

// tooMany is the error of a client that must wait.
type tooMany struct {
	wait time.Duration
	who  string
}

func (e *tooMany) Error() string {
	return fmt.Sprintf("too many requests: %s may come back in %d seconds", e.who, e.seconds())
}

// seconds are those to wait, for Retry-After (RFC 9110 §10.2.3): whole ones.
func (e *tooMany) seconds() int { return max(1, int(math.Ceil(e.wait.Seconds()))) }

// take counts a request of a token; it fails with *tooMany.
func (l *limits) take(t Token, now time.Time) error {
	if t.Unlimited || l.rate.PerSecond <= 0 {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return takeOne(l.tokens, t.Name, rate.Limit(l.rate.PerSecond), l.rate.Burst, "token "+t.Name, now)
}

// takeStranger counts a request from an address without a valid token.
func (l *limits) takeStranger(r *http.Request, now time.Time) error {
	address, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		address = r.RemoteAddr
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.strangers) >= maxStrangers {
		clear(l.strangers) // whoever wants that needs so many addresses
	}
	return takeOne(l.strangers, address, strangerRate, strangerBurst, "this address", now)
}

func takeOne(known map[string]*rate.Limiter, name string, perSecond rate.Limit, burst int, who string, now time.Time) error {
	if known[name] == nil {
		known[name] = rate.NewLimiter(perSecond, max(burst, 1))
	}
	reservation := known[name].ReserveN(now, 1)
	if wait := reservation.DelayFrom(now); wait > 0 {
		reservation.CancelAt(now)
		return &tooMany{wait, who}
	}
	return nil
}
