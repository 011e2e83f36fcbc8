package parse

import (
	"strconv"
	"strings"
	"time"
)

// readDate reads a date as feeds write it: RFC 3339, RFC 822 and its
// successors, RFC 850, ANSI C, the forms of W3C-DTF, seconds and milliseconds
// of Unix time, and what is made of them by hand in English, German, French,
// Spanish, Italian and Portuguese. Without a zone it is UTC; the name of the
// day is not looked at. The date is UTC, in the years 1900 to 2199. ok is false
// for what could be read in two ways: no date is better than a wrong one.
func readDate(s string) (t time.Time, ok bool) {
	if s = strings.TrimSpace(s); s == "" || len(s) > maxDate {
		return time.Time{}, false
	}
	for _, read := range []func(string) (time.Time, bool){standardDate, unixTime, readParts} {
		if t, ok := read(s); ok {
			return plausible(t)
		}
	}
	return time.Time{}, false
}

// standardDate reads what feeds should write, and mostly do.
func standardDate(s string) (time.Time, bool) {
	layout := time.RFC3339Nano
	switch {
	case s[0] > '9' && strings.HasSuffix(s, "GMT"):
		layout = "Mon, 2 Jan 2006 15:04:05 GMT"
	case s[0] > '9':
		layout = "Mon, 2 Jan 2006 15:04:05 -0700"
	}
	t, err := time.Parse(layout, s)
	return t, err == nil
}

// maxDate is longer than any date, in bytes.
const maxDate = 100

// plausible is t in UTC. The first second of Unix time is what programs write
// who have no date.
func plausible(t time.Time) (time.Time, bool) {
	_, offset := t.Zone()
	t = t.UTC()
	if y := t.Year(); y < 1900 || y > 2199 || t.Unix() == 0 || !isOffset(offset) {
		return time.Time{}, false
	}
	return t, true
}

// isOffset reports whether some place on earth has that offset from UTC, in
// seconds.
func isOffset(seconds int) bool { return seconds >= -12*3600 && seconds <= 14*3600 }

// unixTime reads seconds and milliseconds since 1970, of the years 2001 to
// 2033: other numbers of as many digits are dates without separators.
func unixTime(s string) (time.Time, bool) {
	digits, _, _ := strings.Cut(s, ".")
	n, err := strconv.ParseInt(digits, 10, 64)
	switch {
	case err != nil || s[0] != '1':
		return time.Time{}, false
	case len(digits) == 10:
		return time.Unix(n, 0), true
	case len(digits) == 13:
		return time.UnixMilli(n), true
	}
	return time.Time{}, false
}
