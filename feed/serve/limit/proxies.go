package limit

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// Proxies are those whose word is taken for who asks. The zero value takes
// nobody's.
type Proxies struct {
	networks []netip.Prefix
	unix     bool // whoever comes through a Unix socket
}

// ParseProxies reads a list of addresses, networks, and "unix" for whoever
// comes through a Unix socket. The error is of the first that is none of them,
// whose place is at.
func ParseProxies(list []string) (p Proxies, at int, err error) {
	for i, text := range list {
		if text == "unix" {
			p.unix = true
		} else if network, ok := ParseNetwork(text); ok {
			p.networks = append(p.networks, network)
		} else {
			return Proxies{}, i, fmt.Errorf(`%q is no address, such as "127.0.0.1", no network, such as "10.1.0.0/16", and not "unix"`, text)
		}
	}
	return p, 0, nil
}

// ParseNetwork reads a network, or an address, which is a network of one.
func ParseNetwork(text string) (n netip.Prefix, ok bool) {
	if n, err := netip.ParsePrefix(text); err == nil {
		return n.Masked(), true
	}
	address, err := netip.ParseAddr(text)
	if err != nil || address.Zone() != "" {
		return netip.Prefix{}, false
	}
	address = address.Unmap()
	return netip.PrefixFrom(address, address.BitLen()), true
}

// Trusts reports whether the word of who connects from an address is taken; one
// that is not valid is that of a Unix socket.
func (p Proxies) Trusts(remote netip.Addr) bool {
	if !remote.IsValid() {
		return p.unix
	}
	return slices.ContainsFunc(p.networks, func(n netip.Prefix) bool { return n.Contains(remote) })
}

// Client is who asks, by the address that connects and the values of
// X-Forwarded-For: the last in it that is none of the proxies, since each of
// them appends the address that it was asked from, and what stands before may
// be anybody's invention. hops is how many of the values were passed over. The
// address is not valid when nobody has one, behind a Unix socket.
//
// Forwarded (RFC 7239) is not read. A proxy that sets one of the two fields
// lets the other through as the client sent it, so that one must be the word
// that counts.
func (p Proxies) Client(remote netip.Addr, forwarded string) (client netip.Addr, hops int) {
	client = remote
	for forwarded != "" && p.Trusts(client) {
		i := strings.LastIndexByte(forwarded, ',')
		next, ok := parseNode(forwarded[i+1:])
		if !ok { // "unknown", or nonsense: it was the last we know of who asked
			break
		}
		client, hops = next, hops+1
		forwarded = forwarded[:max(i, 0)]
	}
	return client, hops
}

// parseNode reads an address, with a port or without.
func parseNode(text string) (netip.Addr, bool) {
	text = strings.TrimSpace(text)
	if withPort, err := netip.ParseAddrPort(text); err == nil {
		return withPort.Addr().Unmap().WithZone(""), true
	}
	address, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(text, "["), "]"))
	return address.Unmap().WithZone(""), err == nil
}

// Remote reads the address of a connection as net/http gives it. It is not
// valid for one through a Unix socket.
func Remote(address string) netip.Addr {
	a, _ := netip.ParseAddrPort(address)
	return a.Addr().Unmap().WithZone("")
}

// Secure reports whether the client spoke HTTPS with the proxies, by the values
// of X-Forwarded-Proto, when hops values of X-Forwarded-For were passed over.
// Each proxy that appends to one appends to the other.
func Secure(proto string, hops int) bool {
	if hops == 0 {
		hops = 1
	}
	list := strings.Split(proto, ",")
	return strings.EqualFold(strings.TrimSpace(list[max(len(list)-hops, 0)]), "https")
}
