// Package serve answers HTTP: the feeds and pages for everyone, and the API
// for those with a token. Server.routes lists every address; errors.go says
// which error becomes which answer.
package serve

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"path"
	"runtime/debug"
	"strings"
	"time"

	"dateline/feed"
	"dateline/feed/publish"
	"dateline/feed/serve/page"
	"dateline/feed/wire"
	"dateline/store"
)

// Server holds what the handlers need. Its fields must be set before Handler
// is called and not be changed afterwards.
type Server struct {
	Publisher *publish.Publisher
	Pages     *page.Pages
	Desk      wire.Desk
	Store     Store
	Sources   Sources
	Tokens    []Token
	Rate      Rate // of the API
	Now       func() time.Time
	Log       *slog.Logger
	Until     context.Context // when it ends, requests that only wait are answered at once; nil means never

	// InForce is the configuration in force. In place of the secrets in it stand
	// marks, which are made with the secret of the token that asks.
	InForce     func(ctx context.Context, secret string) (InForce, error)
	ReadyWithin time.Duration // the server is not ready when no source was well for so long; zero for never
	Since       time.Time     // the sources are polled; see ReadyWithin

	limits *limits
	probe  *probe
}

// waiting is the context of a request that waits for something to happen.
func (s *Server) waiting(r *http.Request) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(r.Context())
	if s.Until == nil {
		return ctx, cancel
	}
	stop := context.AfterFunc(s.Until, cancel)
	return ctx, func() { stop(); cancel() }
}

// ending reports whether the server is about to end.
func (s *Server) ending() bool { return s.Until != nil && s.Until.Err() != nil }

// route is one address and what it answers to one method. GET answers HEAD
// too.
type route struct {
	method, path string
	handler      http.Handler
}

// routes are the whole surface.
func (s *Server) routes() []route {
	var list []route
	document := func(path string, f feed.Format) {
		list = append(list,
			route{"GET", path + string(f), s.text(s.feed(f))},
			route{"OPTIONS", path + string(f), http.HandlerFunc(preflight)})
	}
	for _, home := range []string{"", feed.CategoryPath("{slug}"), feed.SourcePath("{name}"), feed.CombinationPath("{name}")} {
		for _, f := range feed.Formats() {
			document(home+"/", f)
		}
		document(home+"/", feed.Ninjs)
		if home != "" {
			list = append(list, route{"GET", home, s.page(s.listing)})
		}
	}
	for _, home := range []string{feed.CategoryPath("{slug}"), feed.SourcePath("{name}")} {
		archive := home + "/archive/{number}"
		for _, f := range feed.ArchiveFormats() {
			document(archive+"/", f)
		}
		list = append(list, route{"GET", archive, s.page(s.listing)})
	}
	for _, a := range page.Assets() {
		list = append(list, route{"GET", a.Path, asset(a)})
	}
	description := describe()
	for _, r := range s.apiRoutes() {
		o := description.operation(r.method, r.path)
		list = append(list, route{r.method, r.path, s.api(r.right, o.known(r.handler))})
	}
	return append(list,
		route{"GET", apiPath, s.api(noRight, description.operation("GET", apiPath).known(s.describeAPI))},
		route{"GET", feed.APIPath, s.page(s.showAPI)},
		route{"GET", outlinePath, s.text(s.outline)},
		route{"GET", feed.ExtensionPath, s.page(s.extension)},
		route{"GET", "/{$}", s.page(s.front)},
		route{"GET", "/article/{id}", s.page(s.article)},
		route{"GET", "/article/{id}/{slug}", s.itemOr(s.page(s.article))},

		route{"GET", "/healthz", s.text(s.healthz)},
		route{"GET", "/readyz", s.text(s.readyz)},
	)
}

// apiRoute is a route of the API, for which a token needs a right. openapi.json
// says which parameters it takes.
type apiRoute struct {
	method, path, right string
	handler             handler
}

func (s *Server) apiRoutes() []apiRoute {
	return []apiRoute{
		{"POST", "/api/v1/articles", publishRight, s.fileArticle},
		{"GET", "/api/v1/articles", readRight, s.listArticles},
		{"GET", "/api/v1/articles/{id}", readRight, s.showArticle},
		{"PUT", "/api/v1/articles/{id}", publishRight, s.reviseArticle},
		{"POST", "/api/v1/articles/{id}/hold", moderateRight, s.moderateArticle(store.Held)},
		{"POST", "/api/v1/articles/{id}/release", moderateRight, s.moderateArticle(store.Usable)},
		{"POST", "/api/v1/articles/{id}/kill", moderateRight, s.moderateArticle(store.Killed)},
		{"GET", "/api/v1/articles/{id}/log", readRight, s.articleLog},
		{"POST", "/api/v1/ninjs", publishRight, s.fileItem},
		{"PUT", "/api/v1/ninjs", publishRight, s.fileItem},
		{"GET", "/api/v1/changes", readRight, s.changesSince},
		{"GET", "/api/v1/backup", operateRight, s.backup},
		{"GET", "/api/v1/sources", readRight, s.listSources},
		{"POST", "/api/v1/sources/{name}/fetch", moderateRight, s.pollSource(false)},
		{"POST", "/api/v1/sources/{name}/release", moderateRight, s.pollSource(true)},
		{"GET", "/api/v1/config", operateRight, s.showConfig},
	}
}

// Handler answers every address of the site.
func (s *Server) Handler() http.Handler {
	s.limits, s.probe = newLimits(s.Rate), &probe{}
	mux := http.NewServeMux()
	methods := map[string][]string{}
	for _, r := range s.routes() {
		mux.Handle(r.method+" "+r.path, r.handler)
		methods[r.path] = append(methods[r.path], r.method)
		if r.method == "GET" {
			methods[r.path] = append(methods[r.path], "HEAD")
		}
	}
	for path, allowed := range methods {
		allow := strings.Join(allowed, ", ")
		mux.Handle(path, s.refuse(fmt.Errorf("%w: it takes %s", errMethod, allow), allow))
	}
	nothing := s.refuse(errNoAddress, "")
	mux.Handle("/", s.elsewhere(nothing))
	return headers(s.rescue(exact(mux, nothing)))
}

// exact lets programs come to the API at its own addresses only: one that is
// nearly right is not redirected, with a token and copy on the way.
func exact(next, nothing http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if at := r.URL.EscapedPath(); isAPI(r.URL.Path) && path.Clean(at) != at {
			nothing.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func isAPI(path string) bool { return strings.HasPrefix(path+"/", "/api/") }

// wellKnown are addresses at which readers look for feeds without being told,
// and where to send them.
var wellKnown = map[string]string{
	"/feed": "/rss.xml", "/rss": "/rss.xml", "/feed.xml": "/rss.xml", "/index.xml": "/rss.xml", "/index.rss": "/rss.xml", "/rss/feed.xml": "/rss.xml",
	"/api": feed.APIPath, "/docs": feed.APIPath,
	"/atom": "/atom.xml", "/feed.atom": "/atom.xml", "/index.json": "/feed.json",
}

// elsewhere sends from an address that is nearly one to that one.
func (s *Server) elsewhere(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		at := strings.TrimRight(r.URL.Path, "/")
		if to, ok := wellKnown[at]; ok {
			at = to
		}
		if at == "" || at == r.URL.Path || r.Method != http.MethodGet && r.Method != http.MethodHead {
			next.ServeHTTP(w, r)
			return
		}
		// Not to the host that the client names, but to the one that is ours.
		to := s.Publisher.Site.At((&url.URL{Path: at, RawQuery: r.URL.RawQuery}).String())
		w.Header().Set("Cache-Control", "public, max-age=86400")
		http.Redirect(w, r, to, http.StatusMovedPermanently)
	})
}

// rescue answers a request whose handler panicked, and logs why.
func (s *Server) rescue(next http.Handler) http.Handler {
	fail := s.refuse(errors.New("a handler failed"), "")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if p := recover(); p == http.ErrAbortHandler {
				panic(p)
			} else if p != nil {
				s.Log.ErrorContext(r.Context(), "a handler failed: this is a bug", "client", r.RemoteAddr, "method", r.Method, "path", r.URL.Path, "panic", p, "stack", string(debug.Stack()))
				fail.ServeHTTP(w, r)
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// refuse answers with an error, in the manner of the place.
func (s *Server) refuse(err error, allow string) http.Handler {
	nothing := func(w http.ResponseWriter, _ *http.Request) error {
		if allow != "" {
			w.Header().Set("Allow", allow) // RFC 9110 §15.5.6
		}
		return err
	}
	api, other := s.api(noRight, nothing), s.page(nothing)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isAPI(r.URL.Path) {
			api.ServeHTTP(w, r)
		} else {
			other.ServeHTTP(w, r)
		}
	})
}

// headers sets what every answer carries.
func headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Referrer-Policy", "no-referrer")
		next.ServeHTTP(w, r)
	})
}
