package fetch

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxRetryAfter bounds what a server can ask for: a mistaken one must not end
// a source.
const maxRetryAfter = 7 * 24 * time.Hour

// retryAfter is how long to wait as of now; ok is false when the header does
// not say. RFC 9110 §10.2.3: seconds, or a date.
func retryAfter(h http.Header, now time.Time) (wait time.Duration, ok bool) {
	value := h.Get("Retry-After")
	if wait, ok = seconds(value); !ok {
		date, err := http.ParseTime(value)
		if err != nil {
			return 0, false
		}
		wait = date.Sub(now)
	}
	return min(max(wait, 0), maxRetryAfter), true
}

// freshFor is how long the answer stays fresh as of now, zero when the header
// does not say or the answer may not be kept (RFC 9111 §4.2.1).
func freshFor(h http.Header, now time.Time) time.Duration {
	fresh, said := lifetime(strings.Join(h["Cache-Control"], ","))
	if !said {
		expires, err := http.ParseTime(h.Get("Expires"))
		if err != nil { // RFC 9111 §5.3: "0" and the like are in the past
			return 0
		}
		date, err := http.ParseTime(h.Get("Date"))
		if err != nil {
			date = now
		}
		fresh = expires.Sub(date)
	}
	age, _ := seconds(h.Get("Age")) // RFC 9111 §4.2.3: spent in caches on the way
	return max(fresh-age, 0)
}

// lifetime is what Cache-Control says of it; said is false when it is silent.
// RFC 9111 §4.2.1: of two max-age the first counts.
func lifetime(control string) (fresh time.Duration, said bool) {
	for directive := range strings.SplitSeq(control, ",") {
		name, value, argued := strings.Cut(strings.TrimSpace(directive), "=")
		switch name = strings.ToLower(name); {
		case name == "no-store", name == "no-cache" && !argued:
			return 0, true
		case name == "max-age" && !said:
			fresh, _ = seconds(strings.Trim(value, `"`))
			said = true
		}
	}
	return fresh, said
}

// seconds reads delta-seconds. RFC 9111 §1.2.2: a number that is too great
// counts as 2^31.
func seconds(s string) (time.Duration, bool) {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n > 1<<31 {
		n = 1 << 31
	}
	return time.Duration(n) * time.Second, true
}
