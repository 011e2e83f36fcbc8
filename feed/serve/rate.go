package serve

import (
	"fmt"
	"maps"
	"math"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Rate is how many requests the API takes from each token: so many a second
// over time, and Burst, which is at least 1, at once. A PerSecond of zero is no
// limit, for whoever has no token either.
type Rate struct {
	PerSecond float64
	Burst     int
}

// Requests that come without a valid token may be attempts to guess one.
const (
	strangerRate  = 1 // a second, from one address,
	strangerBurst = 30
	maxStrangers  = 10_000 // addresses that are remembered
	// forgetEvery is how long a limiter takes to be as a new one.
	forgetEvery = strangerBurst / strangerRate * time.Second
)

// limits are the requests of late. They are safe for use by many goroutines.
type limits struct {
	known, stranger policy

	mu        sync.Mutex // guards what follows
	tokens    map[string]*rate.Limiter
	strangers map[netip.Prefix]*rate.Limiter
	rest      *rate.Limiter // of all addresses that are more than maxStrangers
	forgot    time.Time
}

func newLimits(r Rate) *limits {
	l := &limits{
		known: policy{"token", r}, stranger: policy{"address", Rate{strangerRate, strangerBurst}},
		tokens: map[string]*rate.Limiter{}, strangers: map[netip.Prefix]*rate.Limiter{},
	}
	l.rest = l.stranger.limiter()
	return l
}

// take counts a request of a token; it fails with *tooMany.
func (l *limits) take(h http.Header, t Token, now time.Time) error {
	if t.Unlimited || l.known.PerSecond <= 0 {
		return nil
	}
	l.mu.Lock()
	if l.tokens[t.Name] == nil {
		l.tokens[t.Name] = l.known.limiter()
	}
	limiter := l.tokens[t.Name]
	l.mu.Unlock()
	return l.known.take(h, limiter, "token "+t.Name, now)
}

// takeStranger counts a request that came without a valid token; it fails with
// *tooMany.
func (l *limits) takeStranger(h http.Header, remote string, now time.Time) error {
	if l.known.PerSecond <= 0 {
		return nil
	}
	l.mu.Lock()
	limiter := l.of(networkOf(remote), now)
	l.mu.Unlock()
	return l.stranger.take(h, limiter, "this address", now)
}

// of is the limiter of a stranger. However many addresses come, no more are
// remembered than maxStrangers, and none is forgotten before its limiter is as
// a new one: those that find no room share one.
func (l *limits) of(from netip.Prefix, now time.Time) *rate.Limiter {
	if known := l.strangers[from]; known != nil {
		return known
	}
	if len(l.strangers) >= maxStrangers && now.Sub(l.forgot) >= forgetEvery {
		l.forgot = now
		maps.DeleteFunc(l.strangers, func(_ netip.Prefix, s *rate.Limiter) bool { return s.TokensAt(now) >= strangerBurst })
	}
	if len(l.strangers) >= maxStrangers {
		return l.rest
	}
	l.strangers[from] = l.stranger.limiter()
	return l.strangers[from]
}

// networkOf is whom a request comes from: an address, and of IPv6 its network
// of 64 bits, since whoever has one address in it has them all.
func networkOf(remote string) netip.Prefix {
	address, err := netip.ParseAddr(remote) // as the front gives it
	if from, err2 := netip.ParseAddrPort(remote); err2 == nil {
		address, err = from.Addr(), nil
	}
	if err != nil {
		return netip.Prefix{}
	}
	address = address.Unmap()
	network, _ := address.Prefix(min(address.BitLen(), 64)) // the length is right
	return network
}

// policy is a limit by the name that it has in the RateLimit fields.
type policy struct {
	name string
	Rate
}

func (p policy) limiter() *rate.Limiter { return rate.NewLimiter(rate.Limit(p.PerSecond), p.Burst) }

// take counts a request, and says in h how many are left
// (draft-ietf-httpapi-ratelimit-headers-11): q requests in the w seconds that
// an empty limiter takes to fill, r of them now, and t seconds until there is
// one more.
func (p policy) take(h http.Header, limiter *rate.Limiter, who string, now time.Time) error {
	ok := limiter.AllowN(now, 1)
	left := limiter.TokensAt(now)
	whole := max(0, math.Floor(left))
	next := wholeSeconds((whole + 1 - left) / p.PerSecond)
	h.Set("RateLimit-Policy", fmt.Sprintf(`"%s";q=%d;w=%d`, p.name, p.Burst, wholeSeconds(float64(p.Burst)/p.PerSecond)))
	h.Set("RateLimit", fmt.Sprintf(`"%s";r=%.0f;t=%d`, p.name, whole, next))
	if !ok {
		return &tooMany{next, who}
	}
	return nil
}

// wholeSeconds are at least one, and enough. What is over by less than a
// microsecond is an error of the sum.
func wholeSeconds(s float64) int { return max(1, int(math.Ceil(s-1e-6))) }

// tooMany is the error of a client that must wait.
type tooMany struct {
	seconds int // for Retry-After (RFC 9110 §10.2.3)
	who     string
}

func (e *tooMany) Error() string {
	return fmt.Sprintf("too many requests: %s may come back in %d seconds", e.who, e.seconds)
}
