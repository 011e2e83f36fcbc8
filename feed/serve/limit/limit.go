// Package limit says who asks, and keeps anyone from taking what is for all:
// how often one client may ask (Rate), and how many connections there are
// (Conns). It knows nothing of feeds.
package limit

import (
	"encoding/binary"
	"net/netip"
	"sync"
	"time"
)

// Rate lets each client ask so many times a second, and so many times at once
// after it was quiet. It is safe for many goroutines.
//
// A client is an address, and for IPv6 a network of 64 bits, which is what one
// subscriber has.
type Rate struct {
	every time.Duration // between two requests
	ahead time.Duration // how far a client may be before that
	start time.Time

	mu  sync.Mutex
	due map[[16]byte]time.Duration // after start, when a client has made up for all that it asked; guarded by mu
}

// maxClients bounds the memory of a Rate, to about 4 MiB. When it is reached,
// one is forgotten for each that is new: it has its whole burst again.
const maxClients = 1 << 16

// NewRate lets a client ask perSecond times a second, and burst times at once;
// both must be at least 1.
func NewRate(perSecond, burst int, now time.Time) *Rate {
	every := time.Second / time.Duration(perSecond)
	return &Rate{every: every, ahead: every * time.Duration(burst), start: now, due: map[[16]byte]time.Duration{}}
}

// Take counts a request. It is zero when that is one that the client may make,
// and otherwise how long the client must wait for its next.
func (r *Rate) Take(client netip.Addr, now time.Time) (wait time.Duration) {
	key, at := keyOf(client), now.Sub(r.start)
	r.mu.Lock()
	defer r.mu.Unlock()
	due, known := r.due[key]
	if due < at || due > at+r.ahead { // the latter only when the clock was set back
		due = at
	}
	if due += r.every; due > at+r.ahead {
		return due - at - r.ahead
	}
	if !known && len(r.due) >= maxClients {
		r.forget(at)
	}
	r.due[key] = due
	return 0
}

// forget drops somebody who owes nothing, or else anybody, with no more than a
// few looks.
func (r *Rate) forget(at time.Duration) {
	looks := 0
	for key, due := range r.due { // it begins anywhere
		if looks++; due <= at || looks == 8 {
			delete(r.due, key)
			return
		}
	}
}

func keyOf(client netip.Addr) [16]byte {
	key := client.As16()
	if client.Is6() && !client.Is4In6() {
		binary.BigEndian.PutUint64(key[8:], 0)
	}
	return key
}
