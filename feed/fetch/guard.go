package fetch

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"syscall"
)

// special are the networks that no source is in: those that IANA's registries
// of special-purpose addresses (RFC 6890) have as not reachable from
// everywhere, and one more that clouds keep for themselves.
var special = []struct {
	network netip.Prefix
	what    string
}{
	{netip.MustParsePrefix("0.0.0.0/8"), "an address of this machine"}, // RFC 791 §3.2
	{netip.MustParsePrefix("10.0.0.0/8"), privateNetwork},              // RFC 1918
	{netip.MustParsePrefix("100.64.0.0/10"), "an address inside a provider's network"},
	{netip.MustParsePrefix("127.0.0.0/8"), "a loopback address"},
	{netip.MustParsePrefix("169.254.0.0/16"), "a link-local address"}, // RFC 3927; metadata of clouds
	{netip.MustParsePrefix("172.16.0.0/12"), privateNetwork},
	{netip.MustParsePrefix("192.0.0.0/24"), "an address kept for protocols"},
	{netip.MustParsePrefix("192.0.2.0/24"), documentation},
	{netip.MustParsePrefix("192.88.99.0/24"), "an address kept for protocols"},
	{netip.MustParsePrefix("192.168.0.0/16"), privateNetwork},
	{netip.MustParsePrefix("198.18.0.0/15"), "an address for benchmarks"},
	{netip.MustParsePrefix("198.51.100.0/24"), documentation},
	{netip.MustParsePrefix("203.0.113.0/24"), documentation},
	{netip.MustParsePrefix("224.0.0.0/4"), "a multicast address"},
	{netip.MustParsePrefix("240.0.0.0/4"), "a reserved address"},                // RFC 1112 §4, with broadcast
	{netip.MustParsePrefix("168.63.129.16/32"), "a service of a cloud's hosts"}, // Azure's WireServer

	{netip.MustParsePrefix("::/128"), "an address of this machine"},
	{netip.MustParsePrefix("::1/128"), "a loopback address"},
	{netip.MustParsePrefix("fc00::/7"), privateNetwork}, // RFC 4193
	{netip.MustParsePrefix("fe80::/10"), "a link-local address"},
	{netip.MustParsePrefix("fec0::/10"), privateNetwork}, // RFC 3879
	{netip.MustParsePrefix("ff00::/8"), "a multicast address"},
	{netip.MustParsePrefix("2001:2::/48"), "an address for benchmarks"},
	{netip.MustParsePrefix("2001:10::/28"), "an address kept for protocols"}, // RFC 4843
	{netip.MustParsePrefix("2001:db8::/32"), documentation},
	{netip.MustParsePrefix("3fff::/20"), documentation}, // RFC 9637
}

const (
	privateNetwork = "an address of a private network"
	documentation  = "an address for documentation"
)

// The forms in which an IPv6 address holds an IPv4 address.
var (
	global = netip.MustParsePrefix("2000::/3")     // RFC 4291 §2.4: all that is public today
	nat64  = netip.MustParsePrefix("64:ff9b::/96") // RFC 6052 §2.1
	sixTo4 = netip.MustParsePrefix("2002::/16")    // RFC 3056 §2
	teredo = netip.MustParsePrefix("2001::/32")    // RFC 4380 §4
)

// forbidden is a connection that may not be made.
type forbidden struct {
	addr netip.Addr
	what string // it is
}

func (e *forbidden) Error() string { return fmt.Sprintf("%s is %s", e.addr, e.what) }

// hint tells how to allow it.
func (e *forbidden) hint() string {
	return fmt.Sprintf("if this is meant to be read, name its network in fetch.allow_private, such as %q; "+
		"dateline source test takes --allow-private", netip.PrefixFrom(e.addr, e.addr.BitLen()))
}

// guard is asked before every connection, with the address that the name
// resolved to; so neither a redirect nor a name that changes its address
// between two look-ups gets past it.
func (f *Fetcher) guard(_, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("guard %s: not an address", address)
	}
	return f.check(to.Addr())
}

// check is nil for an address that may be reached, and otherwise a *forbidden.
func (f *Fetcher) check(a netip.Addr) error {
	a = a.Unmap().WithZone("") // a prefix contains no address with a zone
	if f.allows(a) {
		return nil
	}
	if what := isSpecial(a); what != "" {
		return &forbidden{a, what}
	}
	for _, inner := range embedded(a) {
		if what := isSpecial(inner); what != "" && !f.allows(inner) {
			return &forbidden{a, fmt.Sprintf("another form of %s, %s", inner, what)}
		}
	}
	return nil
}

func (f *Fetcher) allows(a netip.Addr) bool {
	for _, p := range f.Allow {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// isSpecial is what an address is when it is not public, or nothing.
func isSpecial(a netip.Addr) string {
	for _, s := range special {
		if s.network.Contains(a) {
			return s.what
		}
	}
	if a.Is6() && !global.Contains(a) && !nat64.Contains(a) {
		return "not a public address"
	}
	return ""
}

// embedded are the IPv4 addresses that an IPv6 address leads to.
func embedded(a netip.Addr) []netip.Addr {
	b := a.As16()
	at := func(i int) netip.Addr { return netip.AddrFrom4([4]byte(b[i:])) }
	switch {
	case nat64.Contains(a):
		return []netip.Addr{at(12)}
	case sixTo4.Contains(a):
		return []netip.Addr{at(2)}
	case teredo.Contains(a): // the server, and the client with every bit turned over
		client := b[12:]
		binary.BigEndian.PutUint32(client, ^binary.BigEndian.Uint32(client))
		return []netip.Addr{at(4), at(12)}
	}
	return nil
}

// CheckHost is an error for a host, as it stands in a URL, that is an address,
// in whatever form a resolver takes for one, or a name of this machine, and that
// may not be reached. What other names lead to is not looked up.
func (f *Fetcher) CheckHost(host string) error {
	name := strings.TrimSuffix(strings.ToLower(host), ".")
	if a, err := netip.ParseAddr(name); err == nil {
		return f.check(a)
	}
	last := name[strings.LastIndexByte(name, '.')+1:]
	if last == "localhost" { // RFC 6761 §6.3
		if f.allows(netip.AddrFrom4([4]byte{127, 0, 0, 1})) {
			return nil
		}
		return &failure{text: fmt.Sprintf("connect to %s: a name of this machine", host)}
	}
	// "127.1", "0x7f000001" and "2130706433" are 127.0.0.1 to many resolvers;
	// no name ends in a number (WHATWG URL §3.5).
	if _, err := strconv.ParseUint(last, 0, 64); err == nil || last != "" && strings.Trim(last, "0123456789") == "" {
		return &failure{text: fmt.Sprintf("connect to %s: an address in an unusual form", host)}
	}
	return nil
}
