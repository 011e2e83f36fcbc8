// Package admin answers on the admin listener: how the server is, for people
// (/status), for programs (/status.json) and for Prometheus (/metrics), and the
// profiles of the program (/debug/pprof/). Its page has buttons that act, so it
// is for those who look after the server, and meant for loopback.
package admin

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"net/netip"
	"slices"
	"strings"
	"time"

	"dateline/feed"
	"dateline/feed/publish"
	"dateline/feed/serve/page"
	"dateline/feed/serve/traffic"
	"dateline/store"
)

// Server holds what the handlers need. Its fields must be set before Handler is
// called and not be changed afterwards.
type Server struct {
	InForce func() InForce // what the configuration says now
	Store   Store
	Traffic *traffic.Traffic
	Metrics http.Handler
	Network func() Network
	Process Process // what does not change while it runs
	Now     func() time.Time
	Log     *slog.Logger
}

// InForce is the part of the configuration in force that shows here.
type InForce struct {
	Site      feed.Site
	Publisher *publish.Publisher
	Sources   Sources
	Ready     func(context.Context) error // fails while the server is not fit to be asked
	Hosts     []string                    // names, beside addresses and localhost, under which the admin listener is asked
	May       func(secret string) bool    // whether a token lets its bearer in; nil when none is needed

	Since   time.Time // it is in force
	Fault   string    // why the file was refused when it was looked at last; empty while it is in force
	FaultAt time.Time
	Restart []string // keys that are others in the file, and are taken up by a restart alone
	Leaving Leaving
	Backup  func() (Backup, error) // what is known of backups; nil when none are made
}

// Leaving is what a retention that came into force a short while ago will let go
// of within a day: the zero value when that is nothing, or has begun.
type Leaving struct {
	Articles int       `json:"articles"`
	From     time.Time `json:"from"`
}

// Backup is the last of those that are made on a schedule.
type Backup struct {
	Folder string        `json:"folder"`
	Every  time.Duration `json:"-"`
	Last   time.Time     `json:"last,omitzero"`

	Fault   string    `json:"fault,omitempty"` // why none could be made when one was due last
	FaultAt time.Time `json:"fault_at,omitzero"`
}

// Process is what the server is.
type Process struct {
	Version string    `json:"version"`
	Go      string    `json:"go"`
	ID      int       `json:"pid"`
	Since   time.Time `json:"since"`
}

// Store is what the handlers need of a store.
type Store interface {
	Stats(context.Context) (store.Stats, error)
	Articles(context.Context, store.Query) (store.Page, error)
	Article(context.Context, store.ID) (store.Article, error)
	Log(context.Context, store.ID) ([]store.Change, error)
}

// Sources looks after the sources for the handlers.
type Sources interface {
	Schedule(context.Context) ([]store.Source, error)
	// Act polls a source now, and says in a few words what came of it; with
	// release, what it brings is filed however much it is.
	Act(ctx context.Context, name string, release bool) (said string, err error)
}

// Handler answers every address of the admin listener.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	for _, a := range assets() {
		mux.HandleFunc("GET "+a.Path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", a.ContentType)
			w.Header().Set("Cache-Control", "max-age=31536000, immutable")
			w.Write(a.Body)
		})
	}
	mux.Handle("GET /{$}", http.RedirectHandler("/status", http.StatusSeeOther))
	mux.HandleFunc("GET /status", s.showStatus)
	mux.HandleFunc("GET /status.json", s.tellStatus)
	mux.HandleFunc("GET /feed", s.showFeed)
	mux.HandleFunc("GET /article", s.showLog)
	mux.HandleFunc("POST /fetch", s.act(false))
	mux.HandleFunc("POST /release", s.act(true))
	mux.Handle("GET /metrics", s.Metrics)
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)

	open := http.NewServeMux() // to everybody: probes know no token
	open.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("ok\n")) })
	open.HandleFunc("GET /readyz", s.ready)
	open.Handle("/", s.guard(http.NewCrossOriginProtection().Handler(mux)))
	return headers(open)
}

// headers sets what every answer carries.
func headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		next.ServeHTTP(w, r)
	})
}

// guard lets those in who may come in. A page of another site that makes its
// own name point to this machine (DNS rebinding) would be of the same origin
// for the browser: it betrays itself by the name that it asks for.
func (s *Server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := s.InForce()
		if !isOurs(r.Host, c.Hosts) {
			// RFC 9110 §15.5.20
			http.Error(w, "This is the admin listener of a dateline server, which is not known under that name. Ask for it by its address or as localhost, or name it under `admin.hosts` in the configuration.", http.StatusMisdirectedRequest)
			return
		}
		if c.May != nil && !c.May(secretOf(r)) {
			w.Header().Set("WWW-Authenticate", `Basic realm="dateline admin", charset="UTF-8"`) // browsers ask for a password then
			http.Error(w, "This needs a token of the configuration with the right to moderate: as the password, with any name, or as Authorization: Bearer …", http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// isOurs reports whether a Host field is an address, localhost, or one of the
// names.
func isOurs(host string, names []string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if _, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		return true
	}
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || // RFC 6761 §6.3: it is this machine
		slices.ContainsFunc(names, func(name string) bool { return strings.EqualFold(name, host) })
}

// secretOf is the token of a request: the password of a browser, or that of a
// program.
func secretOf(r *http.Request) string {
	if _, password, ok := r.BasicAuth(); ok {
		return password
	}
	if scheme, secret, _ := strings.Cut(r.Header.Get("Authorization"), " "); strings.EqualFold(scheme, "Bearer") {
		return strings.TrimSpace(secret)
	}
	return ""
}

// ready says whether the server is fit to be asked.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	if err := s.InForce().Ready(r.Context()); err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	w.Write([]byte("ok\n"))
}

// assets are what the pages here load: the style of the site's pages, and what
// is added to it.
func assets() []page.Asset {
	return []page.Asset{page.Assets()[0], page.NewAsset("status", ".css", style)}
}
