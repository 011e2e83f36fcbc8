package page

import (
	"testing"
	"time"
)

func TestWords(t *testing.T) {
	zone := time.FixedZone("", 5*3600)
	for _, test := range []struct{ got, want string }{
		{articles(0), "No articles"},
		{articles(1), "1 article"},
		{articles(999), "999 articles"},
		{articles(1204), "1,204 articles"},
		{articles(1234567), "1,234,567 articles"},
		{size(0), ""},
		{size(999), "999 bytes"},
		{size(1000), "1 kB"},
		{size(999_499), "999 kB"},
		{size(999_500), "1.0 MB"},
		{size(3_418_219), "3.4 MB"},
		{size(2_500_000_000), "2.5 GB"},
		{moment{time.Date(2026, 1, 2, 3, 4, 5, 6, zone)}.Text(), "1 Jan 2026, 22:04 UTC"},
		{moment{time.Date(2026, 1, 2, 3, 4, 5, 6, zone)}.Machine(), "2026-01-01T22:04:05Z"},
		{fileName("https://example.com/a/b%20c.pdf?x=1"), "b c.pdf"},
		{fileName("https://example.com/"), "example.com"},
		{fileName("https://example.com"), "example.com"},
		{direction("en-x-arab"), ""},
		{direction("ARC"), "rtl"},
	} {
		if test.got != test.want {
			t.Errorf("got %q; want %q", test.got, test.want)
		}
	}
}
