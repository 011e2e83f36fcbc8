package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"sync"
	"time"

	"dateline/feed/serve"
	"dateline/feed/serve/admin"
)

type adminConfig struct {
	Listen      string        `yaml:"listen"`
	Hosts       []string      `yaml:"hosts"`
	ReadyWithin time.Duration `yaml:"ready_within"`
}

func (a adminConfig) check(doc *document) {
	if a.Listen != "" {
		addresses{a.Listen}.check(doc, "admin.listen")
	}
	for i, name := range a.Hosts {
		if name == "" || strings.ContainsAny(name, ":/ ") {
			doc.fault(fmt.Sprintf("admin.hosts[%d]", i), `must be a name without a port, such as "dateline.internal"`)
		}
	}
	if a.ReadyWithin != 0 && a.ReadyWithin < time.Minute {
		doc.fault("admin.ready_within", "must be at least 1m, such as 6h, or 0s for never")
	}
}

// isPrivate reports whether only this machine can reach the admin listener.
func (a adminConfig) isPrivate() bool {
	host, _, _ := net.SplitHostPort(a.Listen)
	ip, err := netip.ParseAddr(host)
	return strings.HasPrefix(a.Listen, unixPrefix) || host == "localhost" || err == nil && ip.IsLoopback()
}

// openAdmin listens where the configuration says; nil when it says nowhere.
func (c config) openAdmin(log *slog.Logger) (net.Listener, error) {
	if c.Admin.Listen == "" {
		return nil, nil
	}
	l, err := c.listenAt(c.Admin.Listen, "admin.listen")
	if err != nil {
		return nil, err
	}
	if !c.Admin.isPrivate() {
		log.Warn("the admin listener is open to other machines: whoever has a token with the right to moderate can act there, and tokens go over the network as they are: put TLS in front, or set admin.listen to loopback", "listen", l.Addr().String())
	}
	return l, nil
}

// statusAt is where somebody finds the status page.
func statusAt(l net.Listener) string {
	if l.Addr().Network() == "unix" {
		return "curl --unix-socket " + l.Addr().String() + " " + socketURL + "/status"
	}
	return "http://" + l.Addr().String() + "/status"
}

// serveAdmin answers on the admin listener until ctx ends.
func serveAdmin(ctx context.Context, l net.Listener, handler http.Handler, log *slog.Logger) {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       time.Minute,
		WriteTimeout:      5 * time.Minute, // of a profile
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	var serving sync.WaitGroup
	serving.Go(func() {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			log.Error("the admin listener ended", "error", err)
		}
	})
	<-ctx.Done()
	wait, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second) // nobody's work is lost with it
	defer cancel()
	if server.Shutdown(wait) != nil {
		server.Close()
	}
	serving.Wait()
}

// adminServer answers on the admin listener.
func adminServer(l *live, log *slog.Logger) *admin.Server {
	v := programVersion()
	version := v.Version
	if v.Revision != "" {
		version += " (" + v.Revision[:min(len(v.Revision), 12)] + ")"
	}
	return &admin.Server{
		InForce: l.showing, Store: l.store, Traffic: &l.watch.polls, Metrics: l.watch.metrics.Load().Handler(), Network: l.network, Now: time.Now, Log: log,
		Process: admin.Process{Version: version, Go: v.Go, ID: os.Getpid(), Since: time.Now()},
	}
}

// showing is what shows on the admin listener of the configuration in force.
func (l *live) showing() (c admin.InForce) {
	if shown := l.shown.Load(); shown != nil {
		c = *shown
	}
	c.Fault, c.FaultAt = l.Fault()
	if keys := l.restart.Load(); keys != nil {
		c.Restart = *keys
	}
	if going := l.leaving.Load(); going != nil {
		c.Leaving = *going
	}
	return c
}

// shownOf is what shows of a configuration that is put into force.
func shownOf(c config, server *serve.Server, sources gatherer, copies *backups) *admin.InForce {
	v := &admin.InForce{
		Site: c.site(), Publisher: server.Publisher, Sources: sources, Since: time.Now(), Hosts: c.Admin.Hosts,
		Ready: func(ctx context.Context) error {
			_, err := server.Ready(ctx)
			return err
		},
	}
	if !c.Admin.isPrivate() {
		v.May = server.May
	}
	if copies != nil {
		v.Backup = copies.shown
	}
	return v
}

// Act polls a source for the admin listener.
func (g gatherer) Act(ctx context.Context, name string, release bool) (string, error) {
	polled, err := g.Fetch(ctx, name, release)
	if err != nil {
		return "", err
	}
	return describe(polled), nil
}
