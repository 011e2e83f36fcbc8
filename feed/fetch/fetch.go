// Package fetch gets one document from somebody else's server: politely, as
// one conditional GET by a client that names itself and keeps no cookies;
// guarded, so that no server leads it to an address of a private network, or
// makes it hold more bytes or wait longer than it was told; and with an
// Outcome for whatever comes of it, since most of what can go wrong on the
// way is expected.
//
// It does not look into the body: character sets and formats are for
// feed/parse. How often to fetch, and how many at a time, is for feed/poll.
package fetch

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const (
	defaultTimeout  = 30 * time.Second
	defaultMaxBytes = 10 << 20
	maxRedirects    = 10
	maxAddress      = 8192 // bytes of where a redirect leads
)

// Fetcher fetches for all sources. The zero value fetches with the limits
// below and reaches public addresses only; a UserAgent should be set. Its
// fields must not change once it is in use. It is safe for many goroutines.
type Fetcher struct {
	UserAgent string         // with a contact: "Dateline/1.0 (+https://news.example.com/)"
	Timeout   time.Duration  // of a whole fetch, redirects and body included; zero means 30 s
	MaxBytes  int64          // of a body, as it is sent and again as it is decompressed; zero means 10 MiB
	Allow     []netip.Prefix // networks that may be reached although they are not public
	Resolver  *net.Resolver  // of names; nil means the system's

	roots *x509.CertPool // the authorities that sign certificates; nil means the system's

	mu         sync.Mutex
	transports map[route]*http.Transport // guarded by mu
}

// Fetch asks for r.URL, follows redirects and reads the body. It takes at most
// the Timeout, less when ctx ends, and always gives an Outcome. now is what
// dates in the answer are counted from.
func (f *Fetcher) Fetch(ctx context.Context, r Request, now time.Time) Outcome {
	timeout, maxBytes := f.Timeout, f.MaxBytes
	if timeout <= 0 {
		timeout = defaultTimeout
	}
	if maxBytes <= 0 {
		maxBytes = defaultMaxBytes
	}
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, overdue(timeout))
	defer cancel()
	t := &trip{fetcher: f, request: r, now: now, maxBytes: maxBytes}
	if err := t.run(ctx); err != nil {
		t.outcome.fail(err)
	}
	return t.outcome
}

// Close lets go of idle connections. Those in use become idle when their
// fetches have ended, so that is the time to call it.
func (f *Fetcher) Close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, t := range f.transports {
		t.CloseIdleConnections()
	}
}

// trip is one fetch on its way through the redirects.
type trip struct {
	fetcher  *Fetcher
	request  Request
	now      time.Time
	maxBytes int64

	transport *http.Transport
	at        *url.URL // what is asked for next, without user and password
	own       bool     // at is still of the origin that the source's secrets are for
	lasting   bool     // all redirects so far were permanent
	outcome   Outcome
	names     atomic.Int32 // that are being looked up
}

func (t *trip) run(ctx context.Context) error {
	if err := t.start(); err != nil {
		return err
	}
	for {
		t.outcome.URL = t.at.String()
		resp, conditional, err := t.ask(ctx)
		if err != nil {
			if ctx.Err() != nil && t.names.Load() > 0 {
				return t.led(noNameServer(ctx, t.lookedUp()))
			}
			return t.led(noAnswer(ctx, t.at.Hostname(), t.request.Proxy, err))
		}
		if !isRedirect(resp.StatusCode) {
			defer resp.Body.Close()
			return t.led(t.arrive(ctx, resp, conditional))
		}
		letGo(resp)
		if err := t.follow(resp); err != nil {
			return err
		}
	}
}

// led says with a failure that it is not of the server that was asked first, but
// of that to which redirects led.
func (t *trip) led(err error) error {
	var f *failure
	if n := len(t.outcome.Hops); n > 0 && errors.As(err, &f) {
		hops := t.outcome.Hops
		return &failure{text: fmt.Sprintf("%s; the redirect of %s led to %s", f.text, shown(hops[0].From), shown(hops[n-1].To)), hint: f.hint, err: f.err}
	}
	return err
}

// start makes ready what the whole trip needs.
func (t *trip) start() error {
	r := &t.request
	t.outcome.URL = withoutSecrets(r.URL)
	if err := r.Check(); err != nil {
		return err
	}
	u, user, err := address(r.URL)
	if err != nil {
		return err
	}
	if user != nil && r.User == "" && r.Password == "" {
		r.User = user.Username()
		r.Password, _ = user.Password()
	}
	if from, _, err := address(cmp.Or(r.ValidatorsOf, r.URL)); err == nil {
		r.ValidatorsOf = from.String()
	}
	t.at, t.own, t.lasting = u, true, true
	t.transport, err = t.fetcher.transport(route{proxy: r.Proxy, open: r.AllowPrivate})
	return err
}

// ask sends one request; conditional tells whether it may be answered with 304.
func (t *trip) ask(ctx context.Context) (resp *http.Response, conditional bool, err error) {
	if t.request.Proxy != "" && !t.request.AllowPrivate {
		// It is the proxy that connects, where no guard of ours looks on.
		if err := t.fetcher.CheckHost(t.at.Hostname()); err != nil {
			return nil, false, err
		}
	}
	header, conditional := t.header()
	req := &http.Request{Method: http.MethodGet, URL: t.at, Host: t.at.Host, Header: header}
	// The transport alone, without an http.Client: nothing keeps cookies and
	// nothing sends a Referer.
	resp, err = t.transport.RoundTrip(req.WithContext(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		DNSStart: func(httptrace.DNSStartInfo) { t.names.Add(1) },
		DNSDone:  func(httptrace.DNSDoneInfo) { t.names.Add(-1) },
	})))
	return resp, conditional, err
}

// lookedUp is the host whose name has to be known for the next request.
func (t *trip) lookedUp() string {
	if u, err := url.Parse(t.request.Proxy); err == nil && u.Host != "" {
		return u.Hostname()
	}
	return t.at.Hostname()
}

// header is that of the next request.
func (t *trip) header() (h http.Header, conditional bool) {
	r := t.request
	h = http.Header{}
	h.Set("User-Agent", cmp.Or(t.fetcher.UserAgent, "Dateline"))
	h.Set("Accept", cmp.Or(r.Accept, Accept))
	if t.own {
		for name, values := range r.Header {
			h[http.CanonicalHeaderKey(name)] = values
		}
		if r.UserAgent != "" {
			h.Set("User-Agent", r.UserAgent)
		}
		if r.User != "" || r.Password != "" {
			(&http.Request{Header: h}).SetBasicAuth(r.User, r.Password)
		}
	}
	h.Set("Accept-Encoding", "gzip, br")
	if t.at.String() == r.ValidatorsOf {
		// RFC 9110 §13.1.2, §13.1.3: as received, quotes and all.
		setIf(h, "If-None-Match", keepable(r.ETag))
		setIf(h, "If-Modified-Since", keepable(r.LastModified))
		conditional = len(h["If-None-Match"])+len(h["If-Modified-Since"]) > 0
	}
	return h, conditional
}

func setIf(h http.Header, name, value string) {
	if value != "" {
		h.Set(name, value)
	}
}

// isRedirect reports whether an answer sends the client elsewhere by itself.
// RFC 9110 §15.4.1, §15.4.6: 300 and 305 do not.
func isRedirect(status int) bool {
	return slices.Contains([]int{301, 302, 303, 307, 308}, status)
}

// follow goes to where a redirect leads.
func (t *trip) follow(resp *http.Response) error {
	from, host, location := t.at, t.at.Hostname(), resp.Header.Get("Location")
	if location == "" {
		return &failure{text: fmt.Sprintf("follow redirect of %s: its answer %d names no Location", host, resp.StatusCode)}
	}
	if len(location) > maxAddress {
		return &failure{text: fmt.Sprintf("follow redirect of %s: its Location is longer than %d bytes", host, maxAddress)}
	}
	// RFC 9110 §10.2.2: relative to the URL that was asked for.
	next, err := from.Parse(location)
	if err != nil {
		return &failure{text: fmt.Sprintf("follow redirect of %s: its Location is no URL", host)}
	}
	// A user and password in it are another's idea: RFC 9110 §4.2.4.
	to, _, err := address(next.String())
	if err != nil {
		return &failure{text: fmt.Sprintf("follow redirect of %s: %s", host, err), err: err}
	}
	hop := Hop{Status: resp.StatusCode, From: from.String(), To: to.String()}
	o := &t.outcome
	o.Hops = append(o.Hops, hop)
	// RFC 9110 §15.4.2, §15.4.9: only these two are for good.
	if t.lasting = t.lasting && (hop.Status == 301 || hop.Status == 308); t.lasting {
		o.Moved = hop.To
	}
	if i := slices.IndexFunc(o.Hops, func(h Hop) bool { return h.From == hop.To }); i >= 0 {
		return loop(o.Hops[i:], len(resp.Header["Set-Cookie"]) > 0)
	}
	if len(o.Hops) > maxRedirects {
		return &failure{text: fmt.Sprintf("follow redirect of %s: limit of %d redirects reached, the last one to %s", host, maxRedirects, hop.To)}
	}
	t.at, t.own = to, t.own && origin(to) == origin(from)
	return nil
}

// loop is the failure of redirects that lead back to where they began.
func loop(hops []Hop, cookie bool) error {
	var b strings.Builder
	for _, h := range hops {
		b.WriteString(h.From + " to ")
	}
	f := &failure{text: "follow redirects: they go round in a circle, " + b.String() + hops[len(hops)-1].To}
	if cookie {
		f.hint = "the site wants a cookie to come back, and none is kept: look for another address of the feed"
	}
	return f
}

// arrive makes the outcome of the last answer.
func (t *trip) arrive(ctx context.Context, resp *http.Response, conditional bool) error {
	o, host := &t.outcome, t.at.Hostname()
	o.note(resp, t.at, t.now)
	o.Hint = t.hint(resp)
	switch o.Kind = kind(resp.StatusCode, resp.Header, t.now); o.Kind {
	case Fetched:
		body, err := readBody(ctx, resp, t.maxBytes)
		if err != nil {
			return err
		}
		if len(body) == 0 {
			return &failure{
				text: fmt.Sprintf("%s answered %s with an empty body", host, statusLine(resp.StatusCode)),
				hint: "look at the address in a browser: the feed may have moved, or the site may not want programs",
			}
		}
		o.Body, o.ETag, o.LastModified = body, keepable(resp.Header.Get("ETag")), keepable(resp.Header.Get("Last-Modified"))
	case NotModified:
		if !conditional {
			return &failure{text: host + " answered 304 Not Modified to a request without conditions"}
		}
		// RFC 9111 §4.3.4: what a 304 brings takes the place of what is kept.
		o.ETag = cmp.Or(keepable(resp.Header.Get("ETag")), t.request.ETag)
		o.LastModified = cmp.Or(keepable(resp.Header.Get("Last-Modified")), t.request.LastModified)
	case Failed:
		letGo(resp)
		return &failure{text: host + " answered " + statusLine(resp.StatusCode), hint: o.Hint}
	default:
		letGo(resp)
	}
	return nil
}
