// Package serve answers HTTP: the feeds and pages for everyone, and the API
// for those with a token. Handler lists every route; errors.go says which
// error becomes which answer.
package serve

import (
	"log/slog"
	"net/http"
	"strings"
	"time"

	"dateline/feed"
	"dateline/feed/publish"
	"dateline/feed/serve/page"
	"dateline/feed/wire"
)

// Server holds what the handlers need. Its fields must be set before Handler
// is called and not be changed afterwards.
type Server struct {
	Publisher *publish.Publisher
	Pages     *page.Pages
	Desk      wire.Desk
	Store     Store
	Tokens    []Token
	Now       func() time.Time
	Log       *slog.Logger
}

// Handler answers every address of the site.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	for _, f := range feed.Formats() {
		for _, path := range []string{"/", "/category/{slug}/"} {
			mux.Handle("GET "+path+string(f), s.text(s.feed(f)))
			mux.HandleFunc("OPTIONS "+path+string(f), preflight)
		}
	}
	for _, f := range feed.ArchiveFormats() {
		mux.Handle("GET /category/{slug}/archive/{number}/"+string(f), s.text(s.feed(f)))
		mux.HandleFunc("OPTIONS /category/{slug}/archive/{number}/"+string(f), preflight)
	}
	mux.Handle("GET /feeds.opml", s.text(s.outline))
	mux.Handle("GET /{$}", s.page(s.front))
	mux.Handle("GET /category/{slug}", s.page(s.category))
	mux.Handle("GET /article/{id}", s.page(s.article))
	mux.Handle("GET /article/{id}/{slug}", s.page(s.article))
	for _, a := range page.Assets() {
		mux.Handle("GET "+a.Path, asset(a))
	}

	mux.Handle("POST /api/v1/articles", s.api(publishRight, s.fileArticle))
	mux.Handle("GET /api/v1/articles", s.api(readRight, s.listArticles))
	mux.Handle("GET /api/v1/articles/{id}", s.api(readRight, s.showArticle))

	mux.Handle("GET /healthz", s.text(s.healthz))
	mux.Handle("GET /readyz", s.text(s.readyz))
	return headers(s.orNothing(mux))
}

// orNothing answers what has no route in the manner of its place: 405 with
// Allow where another method has one, else 404.
func (s *Server) orNothing(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		own, pattern := mux.Handler(r)
		if pattern != "" {
			mux.ServeHTTP(w, r)
			return
		}
		err := errNoAddress
		probe := discard{header: http.Header{}}
		if own.ServeHTTP(&probe, r); probe.code == http.StatusMethodNotAllowed {
			err = errMethod
			w.Header().Set("Allow", probe.header.Get("Allow"))
		}
		nothing := func(http.ResponseWriter, *http.Request) error { return err }
		if strings.HasPrefix(r.URL.Path, "/api/") {
			s.api(noRight, nothing).ServeHTTP(w, r)
		} else {
			s.page(nothing).ServeHTTP(w, r)
		}
	})
}

// discard keeps of an answer its status and header.
type discard struct {
	header http.Header
	code   int
}

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(b []byte) (int, error) { return len(b), nil }
func (d *discard) WriteHeader(code int)        { d.code = code }

// headers sets what every answer carries.
func headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Referrer-Policy", "no-referrer")
		next.ServeHTTP(w, r)
	})
}
