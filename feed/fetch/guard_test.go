package fetch

import (
	"errors"
	"net/netip"
	"strings"
	"testing"
)

func TestGuardKnowsEveryFormOfAnAddress(t *testing.T) {
	for _, tc := range []struct{ addresses, what string }{ // "" may be reached
		{"1.1.1.1 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 169.253.255.255 169.255.0.0", ""},
		{"172.15.255.255 172.32.0.0 192.0.1.0 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 223.255.255.255", ""},
		{"2606:4700::1111 2a00:1450:4001::200e ::ffff:1.1.1.1 64:ff9b::101:101 2002:101:101::1", ""},
		{"2001:0:808:808:0:ffff:fefe:fefe", ""}, // Teredo of 8.8.8.8 and 1.1.1.1
		{"0.0.0.0 0.1.2.3 ::", "this machine"},
		{"127.0.0.1 127.255.255.255 ::1 ::ffff:127.0.0.1", "loopback"},
		{"10.0.0.0 10.255.255.255 172.16.0.1 172.31.255.255 192.168.0.1 fc00::1 fdff::1 fec0::1 ::ffff:10.0.0.1", "private"},
		{"169.254.169.254 169.254.0.1 fe80::1 febf::1 fe80::1%eth0 ::ffff:169.254.169.254", "link-local"},
		{"100.64.0.0 100.100.100.200 100.127.255.255", "provider"},
		{"192.0.0.0 192.0.0.192 192.88.99.1 2001:10::1", "protocols"},
		{"192.0.2.1 198.51.100.1 203.0.113.255 2001:db8::1 3fff:fff::1", "documentation"},
		{"198.18.0.0 198.19.255.255 2001:2::1", "benchmarks"},
		{"224.0.0.1 239.255.255.255 ff02::1 ff0e::1", "multicast"},
		{"240.0.0.1 255.255.255.255", "reserved"},
		{"168.63.129.16", "cloud"},
		{"64:ff9b:1::1 100::1 ::7f00:1 ::ffff:0:7f00:1 5f00::1 4000::1", "not a public address"},
		{"64:ff9b::7f00:1 2002:7f00:1:: 2001:0:808:808:0:ffff:80ff:fffe 2001:0:7f00:1:0:ffff:fefe:fefe", "127.0.0.1, a loopback"},
		{"64:ff9b::a9fe:a9fe 2002:a9fe:a9fe::1", "169.254.169.254, a link-local"},
		{"64:ff9b::c0a8:101 2002:a00:1::1", "a private network"},
	} {
		for address := range strings.FieldsSeq(tc.addresses) {
			err := new(Fetcher).guard("tcp", netip.AddrPortFrom(netip.MustParseAddr(address), 80).String(), nil)
			switch {
			case tc.what == "" && err != nil:
				t.Errorf("%s: %v", address, err)
			case tc.what != "" && (err == nil || !strings.Contains(err.Error(), tc.what)):
				t.Errorf("%s: got %v, want %q", address, err, tc.what)
			}
		}
	}
}

func TestAllowOpensWhatItNames(t *testing.T) {
	f := &Fetcher{Allow: []netip.Prefix{
		netip.MustParsePrefix("10.1.2.3/16"), netip.MustParsePrefix("fd00::/8"), netip.MustParsePrefix("64:ff9b::c0a8:101/128")}}
	for address, open := range map[string]bool{
		"10.1.255.1": true, "::ffff:10.1.0.1": true, "64:ff9b::a01:1": true, "2002:a01:1::": true, "fd12::1": true, "fd12::1%eth0": true,
		"64:ff9b::c0a8:101": true, "10.2.0.1": false, "fc00::1": false, "192.168.1.1": false, "64:ff9b::c0a8:102": false, "127.0.0.1": false,
	} {
		if err := f.check(netip.MustParseAddr(address)); (err == nil) != open {
			t.Errorf("%s: got %v, want open %v", address, err, open)
		}
	}
	var e *forbidden
	if err := f.check(netip.MustParseAddr("::ffff:192.168.1.1")); !errors.As(err, &e) || !strings.Contains(e.hint(), `"192.168.1.1/32"`) {
		t.Errorf("got %v, whose hint does not name the network", err)
	}
}

func TestGuardRefusesWhatIsNoAddress(t *testing.T) {
	for _, address := range []string{"", "example.com:80", "1.1.1.1", "@socket"} {
		if new(Fetcher).guard("unix", address, nil) == nil {
			t.Errorf("%q may be reached", address)
		}
	}
}

func TestNameForAProxy(t *testing.T) {
	for name, ok := range map[string]bool{
		"example.com": true, "example.com.": true, "10.example.com": true, "0x.example": true, "1.1.1.1": true, "xn--bcher-kva.example": true,
		"2606:4700::1111": true, "face": true, "10.0.0.1": false, "10.0.0.1.": false, "::1": false, "fe80::1%eth0": false,
		"::ffff:127.0.0.1": false, "localhost": false, "LOCALHOST.": false, "a.localhost": false, "127.1": false, "2130706433": false,
		"0x7f000001": false, "0X7f.1": false, "0177.0.0.1": false, "127.0.0.0x1": false, "99999999999999999999": false, "1.1.1.08": false,
	} {
		if err := new(Fetcher).CheckHost(name); (err == nil) != ok {
			t.Errorf("%s: got %v", name, err)
		}
	}
	f := &Fetcher{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
	if err := f.CheckHost("localhost"); err != nil {
		t.Error(err)
	}
}
