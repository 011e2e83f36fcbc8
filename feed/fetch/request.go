package fetch

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/http/httpguts"
	"golang.org/x/net/idna"
)

// Accept is what is asked for when a request does not say: feeds. HTML is not
// in it, or servers that choose by it would send a page.
const Accept = "application/atom+xml, application/rss+xml;q=0.9, application/feed+json;q=0.9, " +
	"application/rdf+xml;q=0.8, application/xml;q=0.7, text/xml;q=0.7, */*;q=0.1"

// Request is what to fetch, and how. Only URL is needed.
//
// What belongs to the source alone (Header, User, Password, UserAgent) is sent
// to the origin of URL: scheme, host and port. Once a redirect has led away
// from there, it is sent no more.
type Request struct {
	URL string // http or https; a user and password in it count when User and Password are empty

	ETag         string // as Outcome.ETag had it
	LastModified string // as Outcome.LastModified had it
	ValidatorsOf string // Outcome.URL of the fetch that gave them; they are sent there only; empty means URL

	Accept    string      // empty means feeds, as the constant Accept has them
	Header    http.Header // the source's own; Check says which fields it cannot have
	User      string      // for basic authentication
	Password  string
	UserAgent string // in place of the Fetcher's

	// Proxy is the URL of a proxy that the operator named for this source:
	// http, https or socks5. It is used for the whole fetch. Those of the
	// environment are ignored.
	Proxy string

	// AllowPrivate lets the fetch reach any address. It is for a person who
	// tries a source by hand.
	AllowPrivate bool
}

// ours are the header fields that belong to the fetch and not to a source:
// those that it works by, and those of the connection.
var ours = []string{
	"Accept-Encoding", "If-Match", "If-Modified-Since", "If-None-Match", "If-Range", "If-Unmodified-Since", "Range",
	"Connection", "Content-Length", "Expect", "Host", "Keep-Alive", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
}

// Check is the first thing that is wrong with r, nil when nothing is: a URL
// that cannot be fetched, a proxy of an unknown kind, a header field that
// cannot be sent. Its text has no secret in it.
func (r Request) Check() error {
	if _, _, err := address(r.URL); err != nil {
		return err
	}
	if r.Proxy != "" {
		if _, err := proxyURL(r.Proxy); err != nil {
			return err
		}
	}
	for name, values := range r.Header {
		canonical := http.CanonicalHeaderKey(name)
		switch {
		case !httpguts.ValidHeaderFieldName(name):
			return &failure{text: fmt.Sprintf("header field %q: no such name is possible", name)}
		case slices.ContainsFunc(ours, func(o string) bool { return http.CanonicalHeaderKey(o) == canonical }):
			return &failure{text: fmt.Sprintf("header field %s: a source cannot set it", canonical)}
		case slices.ContainsFunc(values, func(v string) bool { return !httpguts.ValidHeaderFieldValue(v) }):
			return &failure{text: fmt.Sprintf("header field %s: its value has a control character", canonical)}
		}
	}
	for name, value := range map[string]string{"user agent": r.UserAgent, "accept": r.Accept} {
		if !httpguts.ValidHeaderFieldValue(value) {
			return &failure{text: name + ": it has a control character"}
		}
	}
	return nil
}

// address is the URL to ask for: http or https, its host in ASCII and lower
// case, without a fragment. A user and password in it are given apart.
func address(raw string) (*url.URL, *url.Userinfo, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return nil, nil, notURL(raw, "it cannot be read as a URL")
	}
	switch u.Scheme { // RFC 3986 §3.1: of any case; url.Parse has made it lower
	case "http", "https":
	case "":
		f := notURL(raw, "no scheme")
		f.hint = "write it with https:// in front"
		return nil, nil, f
	default:
		return nil, nil, notURL(raw, "only http and https are fetched")
	}
	if u.Hostname() == "" {
		return nil, nil, notURL(raw, "no host")
	}
	host, err := asciiHost(u.Hostname())
	if err != nil {
		return nil, nil, notURL(raw, "no such host name is possible")
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return nil, nil, notURL(raw, "no such port is possible")
		}
		host += ":" + port
	}
	user := u.User
	u.Host, u.User, u.Fragment, u.RawFragment = host, nil, "", ""
	if u.Path == "" {
		u.Path = "/" // RFC 9110 §4.2.3: the same
	}
	return u, user, nil
}

// asciiHost is a host as it is asked for: what looks like another character
// is that character (UTS #46), so that a name cannot pass for another.
func asciiHost(host string) (string, error) {
	if strings.Contains(host, ":") {
		return "[" + strings.ToLower(host) + "]", nil
	}
	if strings.ContainsFunc(host, func(r rune) bool { return r > 0x7f }) {
		return idna.Lookup.ToASCII(host)
	}
	return strings.ToLower(host), nil
}

func notURL(raw, why string) *failure {
	return &failure{text: fmt.Sprintf("address %q: %s", withoutSecrets(raw), why)}
}

// withoutSecrets is a URL without user and password, whatever its state.
func withoutSecrets(raw string) string {
	if u, err := url.Parse(raw); err == nil && u.Host != "" {
		u.User = nil
		return u.String()
	}
	at := strings.LastIndexByte(raw, '@')
	if at < 0 {
		return raw
	}
	if scheme, _, ok := strings.Cut(raw, "://"); ok {
		return scheme + "://" + raw[at+1:]
	}
	return raw[at+1:]
}

// origin is what a source's secrets belong to: RFC 6454 §4.
func origin(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return u.Scheme + "://" + u.Hostname() + ":" + port
}

// maxValidator is how long a validator may be, in bytes. To send back a longer
// one could make a server refuse every later request for its length.
const maxValidator = 2 << 10

// keepable is a validator when it can be sent back as it is, or else nothing.
func keepable(validator string) string {
	if len(validator) > maxValidator || !httpguts.ValidHeaderFieldValue(validator) {
		return ""
	}
	return validator
}
