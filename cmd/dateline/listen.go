package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/coreos/go-systemd/v22/activation"

	"dateline/feed/serve/admin"
	"dateline/feed/serve/gate"
	"dateline/feed/serve/limit"
)

// addresses are where to listen, each as host:port or unix:PATH?mode=0660; one
// alone may be written without a list.
type addresses []string

// String is them as one line.
func (list addresses) String() string { return strings.Join(list, ", ") }

type limitsConfig struct {
	Connections int           `yaml:"connections"`
	Rate        int           `yaml:"rate"`
	Burst       int           `yaml:"burst"`
	Header      string        `yaml:"header"`
	ReadHeader  time.Duration `yaml:"read_header"`
	Read        time.Duration `yaml:"read"`
	Write       time.Duration `yaml:"write"`
	Idle        time.Duration `yaml:"idle"`
}

const unixPrefix = "unix:"

// checkListening looks at where the server listens, and for whom.
func (c *config) checkListening(doc *document) {
	if len(c.Listen) == 0 {
		doc.fault("listen", `is empty: the commands of this machine need one address, such as "127.0.0.1:8080" or "unix:/run/dateline/http"`)
	}
	c.Listen.check(doc, "listen")
	c.checkTLS(doc)
	c.checkApart(doc)
	for i := range c.Proxies {
		if _, _, err := limit.ParseProxies(c.Proxies[i : i+1]); err != nil {
			doc.fault(fmt.Sprintf("trusted_proxies[%d]", i), "%s", err)
		}
	}
	c.Limits.check(doc)
}

// at is the key of the one with number i, where key is that of the list.
func (list addresses) at(key string, i int) string {
	if len(list) == 1 {
		return key
	}
	return fmt.Sprintf("%s[%d]", key, i)
}

// check looks whether each is an address.
func (list addresses) check(doc *document, key string) {
	for i, text := range list {
		at := list.at(key, i)
		if strings.HasPrefix(text, unixPrefix) {
			if _, _, err := unixSocket(text); err != nil {
				doc.fault(at, "%s", err)
			}
		} else if _, port, err := net.SplitHostPort(text); err != nil || port == "" {
			doc.fault(at, `must be host and port, such as "127.0.0.1:8080", or a Unix socket, such as "unix:/run/dateline/http"`)
		} else if _, err := net.LookupPort("tcp", port); err != nil {
			doc.fault(at, "%q is no port: it must be from 1 to 65535, or the name of a service such as https", port)
		}
	}
}

// checkApart looks whether two of all the addresses are one.
func (c *config) checkApart(doc *document) {
	type place struct{ key, text string }
	var taken []place
	take := func(key string, list addresses) {
		for i, text := range list {
			if j := slices.IndexFunc(taken, func(t place) bool { return collide(t.text, text) }); j >= 0 {
				doc.fault(list.at(key, i), "%q is taken by %s, %q: choose another port, or another path for a socket", text, taken[j].key, taken[j].text)
			}
			taken = append(taken, place{key, text})
		}
	}
	take("listen", c.Listen)
	take("tls.listen", c.TLS.Listen)
	if c.Admin.Listen != "" {
		take("admin.listen", addresses{c.Admin.Listen})
	}
}

// collide reports whether nobody can listen at both of two addresses. But for
// localhost, names of hosts are not looked up.
func collide(a, b string) bool {
	if strings.HasPrefix(a, unixPrefix) || strings.HasPrefix(b, unixPrefix) {
		one, _, _ := unixSocket(a)
		other, _, _ := unixSocket(b)
		return one != "" && filepath.Clean(one) == filepath.Clean(other)
	}
	hostA, portA, _ := net.SplitHostPort(a)
	hostB, portB, _ := net.SplitHostPort(b)
	one, err := net.LookupPort("tcp", portA)
	other, wrong := net.LookupPort("tcp", portB)
	if err != nil || wrong != nil || one != other || one == 0 {
		return false
	}
	local := func(host string) string {
		return strings.Replace(host, "localhost", "127.0.0.1", 1)
	}
	return local(hostA) == local(hostB) || isEverywhere(hostA) || isEverywhere(hostB)
}

// isEverywhere reports whether a host to listen at is every address.
func isEverywhere(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "" || err == nil && ip.IsUnspecified()
}

// socketMode is that of Unix sockets for which the configuration names none:
// for the server's own user and group.
const socketMode = 0o660

// unixSocket reads where a Unix socket is, and who may connect to it.
func unixSocket(text string) (path string, mode fs.FileMode, err error) {
	path, query, _ := strings.Cut(strings.TrimPrefix(text, unixPrefix), "?")
	values, err := url.ParseQuery(query)
	octal, bits := values.Get("mode"), uint64(socketMode)
	if octal != "" && err == nil {
		bits, err = strconv.ParseUint(octal, 8, 32)
	}
	if err != nil || path == "" || query != "" && (len(values) > 1 || octal == "") || bits > 0o777 || bits&0o600 != 0o600 {
		return "", 0, fmt.Errorf(`%q must be "unix:" and a path, and perhaps a mode, such as "unix:/run/dateline/http?mode=0666"`, text)
	}
	return path, fs.FileMode(bits), nil
}

func (l limitsConfig) check(doc *document) {
	if l.Connections < 16 || l.Connections > 1_000_000 {
		doc.fault("limits.connections", "must be from 16 to 1000000")
	}
	if l.Rate < 0 || l.Rate > 1_000_000 {
		doc.fault("limits.rate", "must be from 1 to 1000000 requests a second, or 0 for no limit")
	}
	if l.Burst < max(l.Rate, 1) || l.Burst > 10_000_000 {
		doc.fault("limits.burst", "must be from 1 to 10000000, and no less than limits.rate")
	}
	if n, ok := bytesOf(l.Header); !ok || n < 8<<10 || n > 1<<20 {
		doc.fault("limits.header", "must be a size from 8KiB to 1MiB")
	}
	for _, bound := range []struct {
		key           string
		value, lowest time.Duration
	}{
		{"limits.read_header", l.ReadHeader, time.Second},
		{"limits.read", l.Read, l.ReadHeader},
		{"limits.write", l.Write, 90 * time.Second}, // a client of the change log may wait for a minute
		{"limits.idle", l.Idle, time.Second},
	} {
		if bound.value < bound.lowest || bound.value > time.Hour {
			doc.fault(bound.key, "must be from %s to 1h", shortest(bound.lowest))
		}
	}
}

// shortest is a duration without its zeros.
func shortest(d time.Duration) string {
	return strings.Replace(strings.Replace(d.String(), "m0s", "m", 1), "h0m", "h", 1)
}

// sockets are those that the server listens at: for HTTP, and for HTTPS.
type sockets struct {
	plain, secure []net.Listener
}

// secureName is what a socket unit calls the sockets for HTTPS
// (FileDescriptorName=).
const secureName = "https"

// openSockets listens where the configuration says, or takes what systemd
// passes: sockets of that name in place of tls.listen, others in place of
// listen.
func openSockets(c config) (s sockets, err error) {
	passed, err := activation.ListenersWithNames()
	if err != nil {
		return s, fmt.Errorf("take the sockets of systemd: %w", err)
	}
	for name, list := range passed {
		if name == secureName {
			s.secure = append(s.secure, list...)
		} else {
			s.plain = append(s.plain, list...)
		}
	}
	if len(s.secure) > 0 && len(c.TLS.Listen) == 0 {
		s.close()
		return s, errors.New("systemd passes a socket for HTTPS, and the configuration has no certificate for it: set `tls`")
	}
	for _, open := range []struct {
		key  string
		list addresses
		to   *[]net.Listener
	}{{"listen", c.Listen, &s.plain}, {"tls.listen", c.TLS.Listen, &s.secure}} {
		if len(*open.to) > 0 {
			continue
		}
		for _, text := range open.list {
			l, err := c.listenAt(text, open.key)
			if err != nil {
				s.close()
				return s, err
			}
			*open.to = append(*open.to, l)
		}
	}
	return s, nil
}

// listenAt listens at one address, which stands at key.
func (c config) listenAt(text, key string) (net.Listener, error) {
	var l net.Listener
	var err error
	if strings.HasPrefix(text, unixPrefix) {
		l, err = c.listenUnix(text)
	} else {
		l, err = net.Listen("tcp", text)
	}
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("listen on %s: another program has this address: stop it, or change `%s` in the configuration", text, key)
	case errors.Is(err, fs.ErrPermission):
		return nil, fmt.Errorf("listen on %s: %w: ports below 1024 need CAP_NET_BIND_SERVICE or a socket that systemd passes; or change `%s` in the configuration", text, err, key)
	case err != nil:
		return nil, fmt.Errorf("listen on %s: %w: change `%s` in the configuration", text, err, key)
	}
	return l, nil
}

// listenUnix makes a Unix socket, which goes away when it is closed. One that
// nobody listens at any more, since its process died, is replaced.
func (c config) listenUnix(text string) (net.Listener, error) {
	path, mode, err := unixSocket(text)
	if err != nil {
		return nil, err
	}
	path = c.file(path)
	if info, err := os.Lstat(path); err == nil && info.Mode().Type() != fs.ModeSocket {
		return nil, fmt.Errorf("%s is there and is no socket", path)
	} else if err == nil {
		conn, err := net.Dial("unix", path)
		if err == nil {
			conn.Close()
			return nil, syscall.EADDRINUSE
		}
		if errors.Is(err, syscall.ECONNREFUSED) {
			if err := os.Remove(path); err != nil {
				return nil, err
			}
		}
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, mode); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

func (s sockets) close() {
	for _, l := range append(s.plain[:len(s.plain):len(s.plain)], s.secure...) {
		l.Close()
	}
}

// String is where they are, as one line.
func (s sockets) String() string { return strings.Join(s.list(), ", ") }

// list is where they are.
func (s sockets) list() (list []string) {
	for _, l := range s.plain {
		list = append(list, addressOf(l))
	}
	for _, l := range s.secure {
		list = append(list, "https://"+addressOf(l))
	}
	return list
}

func addressOf(l net.Listener) string {
	if l.Addr().Network() == "unix" {
		return unixPrefix + l.Addr().String()
	}
	return l.Addr().String()
}

// spare is how many of the files that a process may have open are for other
// things than connections: the store, fetches, and copies of connections on
// their way from the gate.
const spare = 256

// mostConnections is how many connections there may be, which is as many as
// the configuration says, where as many files may be open.
func (c config) mostConnections() int {
	open, ok := maxOpenFiles()
	if !ok {
		return c.Limits.Connections
	}
	return min(c.Limits.Connections, max(open-spare-4*c.Fetch.Workers, open/2, 1))
}

// shutdownWait is how long requests in flight may take to end.
const shutdownWait = 10 * time.Second

// newHTTPServer is a server with the limits of the configuration.
func newHTTPServer(c config, handler http.Handler, log *slog.Logger) *http.Server {
	header, _ := bytesOf(c.Limits.Header) // checked
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: c.Limits.ReadHeader,
		ReadTimeout:       c.Limits.Read,
		WriteTimeout:      c.Limits.Write,
		IdleTimeout:       c.Limits.Idle,
		MaxHeaderBytes:    int(header),
		ErrorLog:          serverLog(log),
	}
}

// reach is how others reach the server.
type reach struct {
	sockets
	certs *certificates // nil without HTTPS
	conns *limit.Conns  // of all sockets
}

func newReach(c config, open sockets, certs *certificates, log *slog.Logger) reach {
	most := c.mostConnections()
	return reach{open, certs, limit.NewConns(most, seldom(func(times int) {
		log.Warn("there are as many connections as may be: those that are idle longest are closed for new ones, and where none is idle new ones wait", "limit", most, "times", times)
	}))}
}

// network is what shows of that on the admin listener.
func (l *live) network() admin.Network {
	n := admin.Network{Listen: l.reach.list(), Limited: int(l.watch.limited.Load()), Certificate: l.reach.certs.shown()}
	n.Connections, n.Most, n.Crowded = l.reach.conns.Count()
	return n
}

// serve answers requests at all sockets until ctx ends, and then those in
// flight. An answer to a poll may be given again while the sequence of l stays
// the same.
func (s reach) serve(ctx context.Context, c config, l *live, log *slog.Logger) error {
	conns := s.conns
	server := newHTTPServer(c, l.door(), log)
	server.ConnState = conns.State
	var doors []*gate.Listener
	var start []func() error
	for _, socket := range s.plain {
		inner, ok := socket.(gate.Inner)
		if !ok || l.front.secure != "" { // there is little to answer where all are sent elsewhere
			socket := conns.Listener(socket)
			start = append(start, func() error { return server.Serve(socket) })
			continue
		}
		door, err := gate.Listen(inner, server, gate.Rules{
			Handler: l, Sequence: l.sequence, Takes: l.takes, Asker: l.watch.asker, Admit: l.front.admit, Enter: conns.Enter, Leave: conns.Leave,
		})
		if err != nil {
			return errors.Join(fmt.Errorf("serve %s: %w", addressOf(socket), err), endDoors(context.Background(), doors))
		}
		conns.Closer(door.CloseIdle)
		doors = append(doors, door)
		start = append(start, func() error { return server.Serve(door) })
	}
	if len(s.secure) > 0 {
		server.TLSConfig = s.certs.tlsConfig()
	}
	for _, socket := range s.secure {
		socket := conns.Listener(socket)
		start = append(start, func() error { return server.ServeTLS(socket, "", "") })
	}
	var serving sync.WaitGroup
	ended := make(chan error, len(start))
	for _, run := range start {
		serving.Go(func() { ended <- run() })
	}
	var err error
	select {
	case err = <-ended:
		err = fmt.Errorf("serve %s: %w", s, err)
	case <-ctx.Done():
		log.Info("shutting down")
		tell(log, "STOPPING=1", "STATUS=Answering the requests in flight")
	}
	wait, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownWait)
	defer cancel()
	if errors.Join(server.Shutdown(wait), endDoors(wait, doors)) != nil {
		log.Warn("requests in flight did not end in time and were cut off, as those of a client that is slow; what was acknowledged is kept", "in", shutdownWait)
		err = errors.Join(err, server.Close())
	}
	serving.Wait()
	return err
}

// endDoors waits for what is in flight at the gates.
func endDoors(ctx context.Context, doors []*gate.Listener) (err error) {
	for _, door := range doors {
		err = errors.Join(err, cmp.Or(door.Close(), door.Wait(ctx)))
	}
	return err
}

// seldom is a function that says the first time at once how often it was
// called, and then once a minute at most.
func seldom(say func(times int)) func() {
	var mu sync.Mutex
	var said time.Time
	times := 0
	return func() {
		mu.Lock()
		defer mu.Unlock()
		times++
		if now := time.Now(); said.IsZero() || now.Sub(said) >= time.Minute {
			say(times)
			said, times = now, 0
		}
	}
}

// socketURL is what stands for the server in URLs that are asked for through a
// Unix socket.
const socketURL = "http://localhost"

// local is how this machine reaches the server that listens as the
// configuration says: an address for a program to show, one for its requests,
// and what carries them.
func (c config) local() (shown, server string, transport http.RoundTripper) {
	for _, text := range c.Listen {
		if !strings.HasPrefix(text, unixPrefix) {
			url := serverURL(text)
			return url, url, http.DefaultTransport
		}
	}
	path, _, _ := unixSocket(c.Listen[0]) // checked
	path = c.file(path)
	return unixPrefix + path, socketURL, &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", path)
		},
	}
}

// dataFile is a file beside the store.
func (c config) dataFile(name string) string { return filepath.Join(filepath.Dir(c.storePath()), name) }
