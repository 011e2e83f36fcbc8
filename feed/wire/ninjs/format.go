package ninjs

import (
	"net/netip"
	"regexp"
	"strings"
	"time"
)

var schemeShape = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:`)

// isURI reports whether s is an absolute URI (RFC 3986 §3).
func isURI(s string) bool { return schemeShape.MatchString(s) && uriOf(s) == s }

const (
	subDelims = "!$&'()*+,;="
	pathChars = subDelims + ":@/"
)

// uriOf is an absolute IRI as a URI (RFC 3987 §3.1): what may not stand where
// it stands is percent-encoded.
func uriOf(iri string) string {
	scheme := schemeShape.FindString(iri)
	rest, fragment, hasFragment := strings.Cut(iri[len(scheme):], "#")
	rest, query, hasQuery := strings.Cut(rest, "?")
	var b strings.Builder
	b.WriteString(scheme)
	if authority, ok := strings.CutPrefix(rest, "//"); ok {
		authority, rest = cutBefore(authority, '/')
		b.WriteString("//" + authorityOf(authority))
	}
	b.WriteString(encode(rest, pathChars))
	if hasQuery {
		b.WriteString("?" + encode(query, pathChars+"?"))
	}
	if hasFragment {
		b.WriteString("#" + encode(fragment, pathChars+"?"))
	}
	return b.String()
}

func cutBefore(s string, c byte) (before, rest string) {
	if i := strings.IndexByte(s, c); i >= 0 {
		return s[:i], s[i:]
	}
	return s, ""
}

var portShape = regexp.MustCompile(`:[0-9]*$`)

// authorityOf keeps RFC 3986 §3.2.
func authorityOf(s string) string {
	user := ""
	if i := strings.LastIndexByte(s, '@'); i >= 0 {
		user, s = encode(s[:i], subDelims+":")+"@", s[i+1:]
	}
	port := portShape.FindString(s)
	host := s[:len(s)-len(port)]
	if inner, ok := strings.CutPrefix(host, "["); ok && strings.HasSuffix(inner, "]") {
		if a, err := netip.ParseAddr(inner[:len(inner)-1]); err == nil && a.Is6() && a.Zone() == "" {
			return user + host + port
		}
	}
	return user + encode(host, subDelims) + port
}

// encode percent-encodes every byte that is neither unreserved (RFC 3986 §2.3)
// nor one of allowed nor part of an escape.
func encode(s, allowed string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("-._~"+allowed, c) >= 0:
			b.WriteByte(c)
		case c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			b.WriteByte(c)
		default:
			b.WriteString("%" + hex[c>>4:c>>4+1] + hex[c&15:c&15+1])
		}
	}
	return b.String()
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// truncatedDate is the schema's own pattern.
var truncatedDate = regexp.MustCompile(`^(-?(?:[1-9][0-9]*)?[0-9]{4})(-(1[0-2]|0[1-9])(-(3[01]|0[1-9]|[12][0-9])(T(2[0-3]|[01][0-9]):([0-5][0-9]):([0-5][0-9])(\.[0-9]+)?(Z|[+-](?:2[0-3]|[01][0-9]):[0-5][0-9])?)?)?)?$`)

func isTruncatedDate(s string) bool { return truncatedDate.MatchString(s) }

func isDateTime(s string) bool {
	_, ok := dateTime(s)
	return ok
}

// dateTime reads a date and time of RFC 3339 §5.6. A leap second is the second
// after it.
func dateTime(s string) (time.Time, bool) {
	s = strings.ToUpper(s)
	leap := false
	if len(s) > 19 && s[17:19] == "60" {
		s, leap = s[:17]+"59"+s[19:], true
	}
	t, err := time.Parse(time.RFC3339, s)
	if leap {
		t = t.Add(time.Second)
	}
	return t, err == nil
}

func isOldDateTime(s string) bool {
	_, ok := oldDateTime(s)
	return ok
}

// oldDateTime reads the forms of dates that older items have: those of RFC
// 3339, an offset without a colon, and what has no offset, which is taken for
// UTC.
func oldDateTime(s string) (time.Time, bool) {
	if t, ok := dateTime(s); ok {
		return t, true
	}
	for _, layout := range []string{noColon, "2006-01-02T15:04:05", time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// noColon is how Superdesk writes dates.
const noColon = "2006-01-02T15:04:05-0700"

// isOldLimit reports whether s is one of those forms that names an instant.
func isOldLimit(s string) bool {
	_, err := time.Parse(noColon, s)
	return err == nil || isDateTime(s)
}
