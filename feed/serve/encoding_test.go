package serve

import (
	"net/http/httptest"
	"testing"

	"dateline/feed"
)

func TestChooseEncoding(t *testing.T) {
	for accept, want := range map[string]feed.Encoding{
		"":                            feed.Identity,
		"gzip":                        feed.Gzip,
		"x-gzip":                      feed.Gzip,
		"GZIP ;Q=1.0":                 feed.Gzip,
		"gzip, deflate, br, zstd":     feed.Brotli,
		"br,gzip":                     feed.Brotli,
		"gzip, deflate":               feed.Gzip,
		"gzip;q=0.5, zstd;q=0.8":      feed.Zstd,
		"br;q=0, gzip":                feed.Gzip,
		"deflate":                     feed.Identity,
		"identity":                    feed.Identity,
		"identity, gzip;q=0.5":        feed.Identity,
		"*":                           feed.Brotli,
		"*;q=0.5, gzip":               feed.Gzip,
		"*;q=0, gzip":                 feed.Gzip,
		"br;q=0, *":                   feed.Zstd,
		"identity;q=0, gzip;q=0.1":    feed.Gzip,
		"gzip;q=0":                    feed.Identity,
		"gzip;q=nonsense":             feed.Identity,
		"identity;q=0":                "",
		"*;q=0":                       "",
		"identity;q=0, deflate":       "",
		"identity;q=0.5, *;q=0":       feed.Identity,
		",, gzip ,":                   feed.Gzip,
		"gzip;q=1;foo=bar, br;q=0.99": feed.Gzip,
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Accept-Encoding", accept)
		got, ok := chooseEncoding(r, feed.Encodings())
		if ok != (want != "") || ok && got != want {
			t.Errorf("%q: got %q %v, want %q", accept, got, ok, want)
		}
	}
}
