package parse

import (
	"net"
	"net/url"
	"strings"

	"golang.org/x/net/idna"
)

// maxURL is the length of the longest URL that is kept, in bytes.
const maxURL = 8192

// absolute is a reference as an absolute http or https URL in ASCII, relative
// to base when it has no scheme; empty when it cannot be made one.
func absolute(base *url.URL, ref string) string {
	u := resolve(base, ref)
	if u == nil || len(u.String()) > maxURL {
		return ""
	}
	return u.String()
}

// resolve is what absolute gives, as a URL; nil when there is none.
func resolve(base *url.URL, ref string) *url.URL {
	if len(ref) > maxURL {
		return nil
	}
	u := parseURL(ref)
	if u == nil || *u == (url.URL{}) {
		return nil
	}
	if base != nil {
		u = base.ResolveReference(u)
	}
	u.Scheme = strings.ToLower(u.Scheme)
	if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || !asciiHost(u) {
		return nil
	}
	u.RawQuery = quoted(escapePercent(u.RawQuery))
	u.RawFragment = "" // so that String escapes all that a URL may not have
	u.RawPath = quoted(u.RawPath)
	return u
}

// parseURL reads a reference as browsers do: white space around it and line
// ends in it do not count, and a percent sign that escapes nothing is one.
func parseURL(ref string) *url.URL {
	ref = strings.TrimSpace(ref)
	ref = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7F {
			return -1
		}
		return r
	}, ref)
	if u, err := url.Parse(ref); err == nil {
		return u
	}
	u, err := url.Parse(escapePercent(ref))
	if err != nil {
		return nil
	}
	return u
}

func escapePercent(s string) string {
	var b strings.Builder
	for i := range len(s) {
		b.WriteByte(s[i])
		if s[i] == '%' && (i+2 >= len(s) || !isHex(s[i+1]) || !isHex(s[i+2])) {
			b.WriteString("25")
		}
	}
	return b.String()
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// asciiHost writes the host of u in ASCII (RFC 5891); ok is false when it is
// none. A password in an address is nobody's business.
func asciiHost(u *url.URL) (ok bool) {
	u.User = nil
	if strings.Trim(u.Host, hostBytes) == "" {
		return true
	}
	host, err := idna.Lookup.ToASCII(u.Hostname())
	if err != nil || strings.Trim(host, hostBytes) != "" {
		return false
	}
	if port := u.Port(); port != "" {
		host = net.JoinHostPort(host, port)
	}
	u.Host = host
	return true
}

// hostBytes are those that a host in ASCII has, with a port and as an IPv6
// address.
const hostBytes = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:[]"

// quoted escapes what RFC 3986 does not let stand in a URL.
func quoted(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7F || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
			const hex = "0123456789ABCDEF"
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}
