package fetch

import (
	"net/http"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func TestRetryAfter(t *testing.T) {
	for value, want := range map[string]time.Duration{
		"120": 2 * time.Minute, "0": 0, "86400": 24 * time.Hour, "99999999": maxRetryAfter, "99999999999999999999999": maxRetryAfter,
		"Sun, 22 Nov 2026 13:00:00 GMT": time.Hour, "Sunday, 22-Nov-26 13:00:00 GMT": time.Hour, "Sun Nov 22 13:00:00 2026": time.Hour,
		"Sun, 22 Nov 2026 11:00:00 GMT": 0, "Fri, 01 Jan 2100 00:00:00 GMT": maxRetryAfter,
		"": -1, "soon": -1, "-5": -1, "1.5": -1, "60s": -1, "+5": -1,
	} {
		got, ok := retryAfter(http.Header{"Retry-After": {value}}, noon)
		if ok != (want >= 0) || ok && got != want {
			t.Errorf("%q: got %s %v, want %s", value, got, ok, want)
		}
	}
}

func TestFreshFor(t *testing.T) {
	const date, hourLater = "Sun, 22 Nov 2026 10:00:00 GMT", "Sun, 22 Nov 2026 11:00:00 GMT"
	for _, tc := range []struct {
		name   string
		header http.Header
		want   time.Duration
	}{
		{"nothing", http.Header{}, 0},
		{"max-age", http.Header{"Cache-Control": {"public, Max-Age=300"}}, 5 * time.Minute},
		{"quoted", http.Header{"Cache-Control": {`max-age="300"`}}, 5 * time.Minute},
		{"in the second field", http.Header{"Cache-Control": {"public", "max-age=60"}}, time.Minute},
		{"two", http.Header{"Cache-Control": {"max-age=60, max-age=90"}}, time.Minute},
		{"for shared caches alone", http.Header{"Cache-Control": {"s-maxage=300"}}, 0},
		{"spent in a cache", http.Header{"Cache-Control": {"max-age=300"}, "Age": {"100"}}, 200 * time.Second},
		{"over", http.Header{"Cache-Control": {"max-age=300"}, "Age": {"1000"}}, 0},
		{"no-cache", http.Header{"Cache-Control": {"max-age=300, no-cache"}}, 0},
		{"no-cache of a field", http.Header{"Cache-Control": {`no-cache="set-cookie", max-age=300`}}, 5 * time.Minute},
		{"no-store", http.Header{"Cache-Control": {"No-Store"}, "Expires": {hourLater}, "Date": {date}}, 0},
		{"nonsense", http.Header{"Cache-Control": {"max-age=long"}, "Expires": {hourLater}, "Date": {date}}, 0},
		{"negative", http.Header{"Cache-Control": {"max-age=-1"}}, 0},
		{"endless", http.Header{"Cache-Control": {"max-age=99999999999999999999"}}, 1 << 31 * time.Second},
		{"Expires", http.Header{"Expires": {hourLater}, "Date": {date}}, time.Hour},
		{"Expires without Date", http.Header{"Expires": {"Sun, 22 Nov 2026 12:30:00 GMT"}}, 30 * time.Minute},
		{"Expires in the past", http.Header{"Expires": {date}, "Date": {hourLater}}, 0},
		{"Expires: 0", http.Header{"Expires": {"0"}, "Date": {date}}, 0},
		{"max-age before Expires", http.Header{"Cache-Control": {"max-age=60"}, "Expires": {hourLater}, "Date": {date}}, time.Minute},
	} {
		if got := freshFor(tc.header, noon); got != tc.want {
			t.Errorf("%s: got %s, want %s", tc.name, got, tc.want)
		}
	}
}
