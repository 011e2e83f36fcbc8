package limit

import (
	"net/netip"
	"strings"
	"testing"
)

func TestClient(t *testing.T) {
	const through = "" // a Unix socket
	for name, tc := range map[string]struct {
		proxies, remote, forwarded, want string
	}{
		"nobody is trusted":            {"", "127.0.0.1", "192.0.2.1", "127.0.0.1"},
		"somebody else is":             {"10.0.0.0/8", "127.0.0.1", "192.0.2.1", "127.0.0.1"},
		"a proxy":                      {"127.0.0.1", "127.0.0.1", "192.0.2.1", "192.0.2.1"},
		"it says nothing":              {"127.0.0.1", "127.0.0.1", "", "127.0.0.1"},
		"a forged one before":          {"127.0.0.1", "127.0.0.1", "198.51.100.9, 192.0.2.1", "192.0.2.1"},
		"a forged proxy before":        {"127.0.0.1 10.0.0.0/8", "127.0.0.1", "10.0.0.1, 192.0.2.1", "192.0.2.1"},
		"two proxies":                  {"127.0.0.1 10.0.0.0/8", "127.0.0.1", "192.0.2.1,10.0.0.1", "192.0.2.1"},
		"two, and a forged one":        {"127.0.0.1 10.0.0.0/8", "127.0.0.1", "127.0.0.1, 192.0.2.1, 10.0.0.1", "192.0.2.1"},
		"the second is not trusted":    {"127.0.0.1", "127.0.0.1", "192.0.2.1, 10.0.0.1", "10.0.0.1"},
		"only proxies":                 {"127.0.0.1 10.0.0.0/8", "127.0.0.1", "10.0.0.2, 10.0.0.1", "10.0.0.2"},
		"a port":                       {"127.0.0.1", "127.0.0.1", "192.0.2.1:4711", "192.0.2.1"},
		"IPv6":                         {"::1", "::1", "2001:db8::1", "2001:db8::1"},
		"IPv6 in brackets":             {"::1", "::1", "[2001:db8::1]", "2001:db8::1"},
		"IPv6 with a port":             {"::1", "::1", "[2001:db8::1]:80", "2001:db8::1"},
		"IPv4 in IPv6":                 {"127.0.0.1", "127.0.0.1", "::ffff:192.0.2.1", "192.0.2.1"},
		"a proxy as IPv4 in IPv6":      {"::ffff:127.0.0.1", "127.0.0.1", "192.0.2.1", "192.0.2.1"},
		"a zone":                       {"127.0.0.1", "127.0.0.1", "fe80::1%eth0", "fe80::1"},
		"unknown":                      {"127.0.0.1", "127.0.0.1", "192.0.2.1, unknown", "127.0.0.1"},
		"unknown to the second":        {"127.0.0.1 10.0.0.0/8", "127.0.0.1", "192.0.2.1, unknown, 10.0.0.1", "10.0.0.1"},
		"nonsense":                     {"127.0.0.1", "127.0.0.1", "<script>", "127.0.0.1"},
		"a name":                       {"127.0.0.1", "127.0.0.1", "localhost", "127.0.0.1"},
		"commas":                       {"127.0.0.1", "127.0.0.1", ",,,", "127.0.0.1"},
		"an empty one behind":          {"127.0.0.1", "127.0.0.1", "192.0.2.1,", "127.0.0.1"},
		"very many":                    {"127.0.0.0/8", "127.0.0.1", strings.Repeat("127.0.0.1,", 1000) + "127.0.0.2", "127.0.0.1"},
		"a Unix socket":                {"unix", through, "198.51.100.9, 192.0.2.1", "192.0.2.1"},
		"one that is not trusted":      {"127.0.0.1", through, "192.0.2.1", ""},
		"one that says nothing":        {"unix", through, "", ""},
		"unix is no word for loopback": {"unix", "127.0.0.1", "192.0.2.1", "127.0.0.1"},
	} {
		t.Run(name, func(t *testing.T) {
			p, _, err := ParseProxies(strings.Fields(tc.proxies))
			if err != nil {
				t.Fatal(err)
			}
			remote, _ := netip.ParseAddr(tc.remote)
			want, _ := netip.ParseAddr(tc.want)
			if got, _ := p.Client(remote, tc.forwarded); got != want {
				t.Errorf("%s, want %s", got, want)
			}
		})
	}
}

func TestSecure(t *testing.T) {
	p, _, err := ParseProxies([]string{"10.0.0.0/8"})
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		forwarded, proto string
		want             bool
	}{
		{"192.0.2.1", "https", true},
		{"192.0.2.1", "HTTPS", true},
		{"192.0.2.1", "http", false},
		{"192.0.2.1", "", false},
		{"", "https", true},
		{"198.51.100.9, 192.0.2.1", "https, http", false}, // the first is the client's invention
		{"192.0.2.1, 10.0.0.2", "https, http", true},      // what the proxy before the last says
		{"192.0.2.1, 10.0.0.2", "http, https", false},
		{"192.0.2.1, 10.0.0.2", "https", true}, // one for all
	} {
		_, hops := p.Client(netip.MustParseAddr("10.0.0.1"), tc.forwarded)
		if got := Secure(tc.proto, hops); got != tc.want {
			t.Errorf("for %q, proto %q: %t", tc.forwarded, tc.proto, got)
		}
	}
}

func TestWhatIsNoProxy(t *testing.T) {
	for _, text := range []string{"", "localhost", "10.0.0.0/33", "10.0.0", "fe80::1%eth0", "unix:/a", "*"} {
		if _, at, err := ParseProxies([]string{"10.0.0.1", text}); err == nil || at != 1 {
			t.Errorf("%q is taken for one", text)
		}
	}
}

func TestRemote(t *testing.T) {
	for address, want := range map[string]string{
		"192.0.2.1:80": "192.0.2.1", "[::ffff:192.0.2.1]:80": "192.0.2.1", "[fe80::1%eth0]:80": "fe80::1",
		"@": "invalid IP", "": "invalid IP",
	} {
		if got := Remote(address).String(); got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
}
