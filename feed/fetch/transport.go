package fetch

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"time"
)

const (
	connectTimeout = 10 * time.Second
	maxHeader      = 256 << 10 // bytes of an answer's header
	maxLeftover    = 4 << 10   // bytes of an unread body that are worth a connection
)

// route is what connections are not shared across: one that was made without
// the guard, or through a proxy, serves no request that has not asked for that.
type route struct {
	proxy string // its URL; empty means none
	open  bool   // every address may be reached
}

// transport is the one for that route, made when it is first asked for.
func (f *Fetcher) transport(r route) (*http.Transport, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if t := f.transports[r]; t != nil {
		return t, nil
	}
	dialer := &net.Dialer{Timeout: connectTimeout, Resolver: f.Resolver}
	t := &http.Transport{
		DialContext:            dialer.DialContext,
		TLSClientConfig:        &tls.Config{RootCAs: f.roots},
		TLSHandshakeTimeout:    connectTimeout,
		ForceAttemptHTTP2:      true,
		DisableCompression:     true, // what is sent compressed is decompressed here, within limits
		MaxResponseHeaderBytes: maxHeader,
		MaxIdleConns:           256,
		MaxIdleConnsPerHost:    16,
		IdleConnTimeout:        30 * time.Second, // sources are polled minutes apart
	}
	switch {
	case r.proxy != "": // the operator named it, so the guard does not apply to it
		proxy, err := proxyURL(r.proxy)
		if err != nil {
			return nil, err
		}
		t.Proxy, t.OnProxyConnectResponse = http.ProxyURL(proxy), refusedByProxy
	case !r.open:
		dialer.Control = f.guard
	}
	if f.transports == nil {
		f.transports = map[route]*http.Transport{}
	}
	f.transports[r] = t
	return t, nil
}

func proxyURL(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || !slices.Contains([]string{"http", "https", "socks5", "socks5h"}, u.Scheme) {
		return nil, &failure{text: fmt.Sprintf("proxy %q: not the URL of an http, https or socks5 proxy", withoutSecrets(raw))}
	}
	return u, nil
}

const proxyHint = "put a user and password that the proxy knows into its URL"

// refusedByProxy says so when a proxy does not connect to a server.
func refusedByProxy(_ context.Context, proxy *url.URL, connect *http.Request, resp *http.Response) error {
	if resp.StatusCode == http.StatusOK {
		return nil
	}
	host, _, _ := net.SplitHostPort(connect.Host)
	f := &failure{text: fmt.Sprintf("connect to %s: the proxy %s answered %s", host, proxy.Host, statusLine(resp.StatusCode))}
	if resp.StatusCode == http.StatusProxyAuthRequired {
		f.hint = proxyHint
	}
	return f
}

// letGo ends an answer whose body is not wanted. A short one is read, so that
// the connection can serve again.
func letGo(resp *http.Response) {
	if resp.ContentLength >= 0 && resp.ContentLength <= maxLeftover {
		io.Copy(io.Discard, resp.Body) // a failure only costs the connection
	}
	resp.Body.Close()
}
