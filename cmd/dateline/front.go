package main

import (
	"fmt"
	"log/slog"
	"math"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"dateline/feed/serve/limit"
)

// front stands before the site. It says who asks, keeps those from asking who
// ask too often, and sends from HTTP to HTTPS.
type front struct {
	site       http.Handler
	secure     string       // where HTTPS is, if requests are sent there: scheme and host
	challenges http.Handler // of an ACME authority; nil when there is none
	askers     atomic.Pointer[askers]
	refused    func(client netip.Addr, forwarded string)
}

// askers are the rules of who asks; another configuration brings others.
type askers struct {
	proxies limit.Proxies
	rate    *limit.Rate // nil for none
}

func (c config) askers() *askers {
	proxies, _, _ := limit.ParseProxies(c.Proxies) // checked
	a := &askers{proxies: proxies}
	if c.Limits.Rate > 0 {
		a.rate = limit.NewRate(c.Limits.Rate, c.Limits.Burst, time.Now())
	}
	return a
}

func newFront(c config, site http.Handler, certs *certificates, log *slog.Logger) *front {
	f := &front{site: site, refused: tellRefused(log)}
	if c.TLS.Redirect {
		f.secure = c.Site.URL
	}
	if certs != nil && certs.authority != nil {
		f.challenges = http.HandlerFunc(certs.challenge)
	}
	f.askers.Store(c.askers())
	return f
}

// tellRefused logs that a client asks too often, once a minute at most.
func tellRefused(log *slog.Logger) func(netip.Addr, string) {
	var last atomic.Pointer[[]any]
	say := seldom(func(times int) {
		log.Warn("a client asks too often and gets 429", append(*last.Load(), "refusals", times)...)
	})
	return func(client netip.Addr, forwarded string) {
		attrs := []any{"client", client}
		if forwarded != "" {
			attrs = append(attrs, "hint", "it names another address in X-Forwarded-For: if it is your own proxy, name it under `trusted_proxies`")
		}
		last.Store(&attrs)
		say()
	}
}

// isOwn reports whether an address is no client's: it is of this machine, whose
// commands ask from there, and a proxy that names nobody.
func isOwn(client netip.Addr) bool { return !client.IsValid() || client.IsLoopback() }

// admit counts a request at the gate.
func (f *front) admit(remote netip.Addr, forwarded []byte) bool {
	a := f.askers.Load()
	if a.rate == nil {
		return true
	}
	client := remote
	if len(forwarded) > 0 && a.proxies.Trusts(remote) {
		client, _ = a.proxies.Client(remote, string(forwarded))
	}
	return isOwn(client) || a.rate.Take(client, time.Now()) == 0
}

// ServeHTTP answers what the gate leaves to the server. The RemoteAddr of a
// request is from here on the address of the client, without a port.
func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a, remote := f.askers.Load(), limit.Remote(r.RemoteAddr)
	forwarded := strings.Join(r.Header.Values("X-Forwarded-For"), ",")
	client, hops := a.proxies.Client(remote, forwarded)
	if r.RemoteAddr = "unix"; client.IsValid() {
		r.RemoteAddr = client.String()
	}
	if a.rate != nil && !isOwn(client) && isCounted(r) {
		if wait := a.rate.Take(client, time.Now()); wait > 0 {
			if hops > 0 {
				forwarded = ""
			}
			f.refused(client, forwarded)
			refuse(w, wait)
			return
		}
	}
	secure := r.TLS != nil || a.proxies.Trusts(remote) && limit.Secure(strings.Join(r.Header.Values("X-Forwarded-Proto"), ","), hops)
	switch {
	case f.challenges != nil && r.TLS == nil && strings.HasPrefix(r.URL.Path, "/.well-known/acme-challenge/"):
		if host, _, err := net.SplitHostPort(r.Host); err == nil {
			r.Host = host // autocert compares it
		}
		f.challenges.ServeHTTP(w, r)
	case f.secure != "" && !secure && !isProbe(r) && !f.fromHere(r, client):
		f.redirect(w, r)
	default:
		if f.secure != "" && secure {
			w.Header().Set("Strict-Transport-Security", "max-age=31536000") // RFC 6797 §6.1
		}
		f.site.ServeHTTP(w, r)
	}
}

// isProbe reports whether a request asks how the server is.
func isProbe(r *http.Request) bool { return r.URL.Path == "/healthz" || r.URL.Path == "/readyz" }

// isCounted reports whether a client may not make a request as often as it
// likes. An orchestrator that is refused would end the server, and who has a
// token has a limit of its own.
func isCounted(r *http.Request) bool {
	return !isProbe(r) && !(strings.HasPrefix(r.URL.Path, "/api/") && r.Header.Get("Authorization") != "")
}

// refuse answers a client that asks too often: RFC 6585 §4.
func refuse(w http.ResponseWriter, wait time.Duration) {
	seconds := int(math.Ceil(wait.Seconds()))
	w.Header().Set("Retry-After", strconv.Itoa(seconds))
	w.Header().Set("Cache-Control", "no-store")
	http.Error(w, fmt.Sprintf("Too many requests came from your address: ask again in %d s.", seconds), http.StatusTooManyRequests)
}

// fromHere reports whether a request comes from this machine, as those of its
// commands do.
func (f *front) fromHere(r *http.Request, client netip.Addr) bool {
	local, _ := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	return isOwn(client) || local != nil && limit.Remote(local.String()) == client
}

// redirect sends to the same address with HTTPS, at the host that is ours and
// not the one that the client names. A secret that came in the clear is refused,
// so that whoever sent it notices.
func (f *front) redirect(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/api/") {
		http.Error(w, "The API is at "+f.secure+" only: what you sent could be read on its way. Change the token.", http.StatusForbidden)
		return
	}
	code := http.StatusMovedPermanently
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		code = http.StatusPermanentRedirect
	}
	http.Redirect(w, r, f.secure+r.URL.RequestURI(), code)
}
