package fetch

import (
	"net/url"
	"strings"
	"testing"
)

func TestAddress(t *testing.T) {
	for raw, want := range map[string]string{
		"HTTP://News.Example.COM":               "http://news.example.com/",
		"https://news.example.com/a?b=c#d":      "https://news.example.com/a?b=c",
		"https://u:p@news.example.com:8443/A":   "https://news.example.com:8443/A",
		"http://bücher.example/ä":               "http://xn--bcher-kva.example/%C3%A4",
		"http://１２７.０.０.１/":                     "http://127.0.0.1/",
		"http://[FE80::1%25eth0]:80/":           "http://[fe80::1%25eth0]:80/",
		"http://news.example.com/%7Euser/a%2Fb": "http://news.example.com/%7Euser/a%2Fb",
		"http://news.example.com?":              "http://news.example.com/?",
	} {
		if u, _, err := address(raw); err != nil || u.String() != want {
			t.Errorf("%s: got %v %v, want %s", raw, u, err, want)
		}
	}
}

func TestOrigin(t *testing.T) {
	for _, tc := range []struct {
		a, b string
		same bool
	}{
		{"http://a/x", "http://A:80/y", true}, {"https://a/", "https://a:443/", true}, {"http://[::1]/", "http://[::1]:80/", true},
		{"http://a/", "https://a/", false}, {"https://a/", "https://a:8443/", false}, {"http://a/", "http://b/", false},
		{"http://a/", "http://a.b/", false}, {"http://a:443/", "https://a/", false},
	} {
		a, _, _ := address(tc.a)
		b, _, _ := address(tc.b)
		if (origin(a) == origin(b)) != tc.same {
			t.Errorf("%s is %s, %s is %s", tc.a, origin(a), tc.b, origin(b))
		}
	}
}

// FuzzAddress: an address stays what it is when it is read again, so that
// validators find their URL and a loop is seen; and it keeps no password.
func FuzzAddress(f *testing.F) {
	for _, raw := range []string{"http://u:p@Bücher.example:80/a b?c#d", "http://[fe80::1%25eth0]/%zz", "//a", "http:a", "https://a/%2F?%", "http://１.example"} {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		u, _, err := address(raw)
		if err != nil {
			return
		}
		again, user, err := address(u.String())
		if err != nil || again.String() != u.String() || user != nil || origin(again) != origin(u) {
			t.Errorf("%q is %q, which is %v, %v", raw, u, again, err)
		}
		if back, err := url.Parse(u.String()); err != nil || back.Host == "" || strings.Contains(back.Host, "@") {
			t.Errorf("%q is %q", raw, u)
		}
	})
}
