package fetch

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Kind is what came of a fetch, in one word.
type Kind string

const (
	Fetched     Kind = "fetched"      // 200, 226: there is a body
	NotModified Kind = "not modified" // 304: what was fetched last is still right
	Gone        Kind = "gone"         // 410: for good, ask no more
	Throttled   Kind = "throttled"    // 429, or 503 with Retry-After: come back later; no error
	Refused     Kind = "refused"      // 401, 403: the operator must see to it
	Missing     Kind = "missing"      // 404
	Failed      Kind = "failed"       // everything else: Err says what
)

// Outcome is what came of a fetch. Fields that the server's answer gives are
// zero when it gave no answer.
type Outcome struct {
	Kind Kind

	// URL is where the fetch ended: what was asked for last, without user,
	// password and fragment. Validators belong to it.
	URL string

	// Moved is the URL to which permanent redirects (301, 308) led, counted
	// from the first redirect and up to the first temporary one; empty when
	// there were none. It says nothing about what is there.
	Moved string
	Hops  []Hop // in the order in which they were met

	Status      int
	Header      http.Header // of the last answer
	ContentType string      // as received
	Body        []byte      // decompressed, and never empty; of Fetched alone

	// ETag and LastModified are the validators to keep, exactly as received;
	// of Fetched and NotModified alone. Empty means that there is none, or one
	// that cannot be sent back.
	ETag, LastModified string

	// RetryAfter is how long the server asks to be left alone, at most 7 days;
	// zero when it does not say.
	RetryAfter time.Duration

	// MaxAge is how long the answer stays fresh from now on, and asking again
	// brings nothing new; zero when the server does not say, or forbids it.
	MaxAge time.Duration

	Links []Link // those for a hub, the feed itself, and other formats

	// Err is what went wrong, in one plain sentence for an operator that names
	// the host and the cause and has no secret in it; of Failed alone. When the
	// context ended, it wraps the context's error.
	Err error

	// Hint is what the operator can do about it; empty when there is no advice.
	Hint string
}

// Hop is one redirect. Its URLs have neither user and password nor fragment.
type Hop struct {
	Status   int
	From, To string
}

// String is the outcome in a few words for a log or a list.
func (o Outcome) String() string {
	switch {
	case o.Err != nil:
		return o.Err.Error()
	case o.Kind == Fetched:
		return fmt.Sprintf("fetched %d bytes from %s", len(o.Body), shown(o.URL))
	case o.Kind == Throttled && o.RetryAfter > 0:
		return fmt.Sprintf("%s answered %s, to come back in %s", shown(o.URL), statusLine(o.Status), o.RetryAfter)
	default:
		return fmt.Sprintf("%s answered %s", shown(o.URL), statusLine(o.Status))
	}
}

// shown is a URL as logs and pages may have it: a query may hold a key that its
// site has given to us alone.
func shown(url string) string {
	if path, _, ok := strings.Cut(url, "?"); ok {
		return path + "?…"
	}
	return url
}

// fail makes it the outcome of a fetch that went wrong.
func (o *Outcome) fail(err error) {
	o.Kind, o.Err = Failed, err
	var f *failure
	if errors.As(err, &f) && f.hint != "" {
		o.Hint = f.hint
	}
}

// note takes from an answer what it says whatever its status.
func (o *Outcome) note(resp *http.Response, at *url.URL, now time.Time) {
	h := resp.Header
	o.Status, o.Header, o.ContentType = resp.StatusCode, h, h.Get("Content-Type")
	o.RetryAfter, _ = retryAfter(h, now)
	o.MaxAge = freshFor(h, now)
	o.Links = links(h["Link"], at)
}

// kind is what a status means to a source.
func kind(status int, h http.Header, now time.Time) Kind {
	switch status {
	case http.StatusOK, http.StatusIMUsed:
		return Fetched
	case http.StatusNotModified:
		return NotModified
	case http.StatusGone:
		return Gone
	case http.StatusTooManyRequests:
		return Throttled
	case http.StatusServiceUnavailable:
		if _, ok := retryAfter(h, now); ok {
			return Throttled
		}
	case http.StatusUnauthorized, http.StatusForbidden:
		return Refused
	case http.StatusNotFound:
		return Missing
	}
	return Failed
}

// hint is what to do about an answer, as far as its header tells.
func (t *trip) hint(resp *http.Response) string {
	r, status := t.request, resp.StatusCode
	secret := r.User != "" || r.Password != "" || len(r.Header) > 0
	switch refused := status == http.StatusUnauthorized || status == http.StatusForbidden; {
	case resp.Header.Get("Cf-Mitigated") == "challenge":
		return "the site lets only browsers in (a Cloudflare challenge): ask its owner to let this user agent through"
	case refused && !t.own && (secret || r.UserAgent != ""):
		return fmt.Sprintf("a redirect led to %s, where the source's user agent, header and password are not sent: "+
			"if it is to have them, put that address into the configuration", shown(t.outcome.URL))
	case status == http.StatusUnauthorized && secret:
		return "look whether the source's user and password are right"
	case status == http.StatusUnauthorized:
		return "the source needs a user and a password: set its auth"
	case status == http.StatusProxyAuthRequired:
		return proxyHint
	case status == http.StatusNotFound:
		return "it may have moved: `dateline source discover` finds the feeds that a page of the site announces"
	}
	return ""
}

// statusLine is a status in the words of the standard, not of the server.
func statusLine(status int) string {
	if text := http.StatusText(status); text != "" {
		return fmt.Sprintf("%d %s", status, text)
	}
	return fmt.Sprint(status)
}
