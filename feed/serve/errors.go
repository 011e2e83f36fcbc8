package serve

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"dateline/feed"
	"dateline/feed/publish"
	"dateline/feed/serve/page"
	"dateline/store"
)

// status is the answer that an error becomes.
func status(err error) int {
	for _, row := range []struct {
		target error
		status int
	}{
		{store.ErrNotFound, http.StatusNotFound},
		{publish.ErrNoFeed, http.StatusNotFound},
		{publish.ErrGone, http.StatusGone},
		{errNoAddress, http.StatusNotFound},
		{store.ErrBadCursor, http.StatusBadRequest},
		{errBadRequest, http.StatusBadRequest},
		{errNoToken, http.StatusUnauthorized},
		{errBadToken, http.StatusUnauthorized},
		{errNoRight, http.StatusForbidden},
		{errMethod, http.StatusMethodNotAllowed},
		{errEncoding, http.StatusNotAcceptable},
		{store.ErrConflict, http.StatusConflict},
		{store.ErrOlder, http.StatusConflict},
		{store.ErrStale, http.StatusPreconditionFailed},
		{errNoCondition, http.StatusPreconditionRequired},
		{store.ErrKilled, http.StatusGone},
		{errTooLarge, http.StatusRequestEntityTooLarge},
		{errLongReason, http.StatusRequestEntityTooLarge},
		{errMediaType, http.StatusUnsupportedMediaType},
		{errItemType, http.StatusUnsupportedMediaType},
		{store.ErrFull, http.StatusInsufficientStorage},
		{store.ErrKeyReused, http.StatusUnprocessableEntity},
	} {
		if errors.Is(err, row.target) {
			return row.status
		}
	}
	switch {
	case errors.As(err, new(*store.Invalid)):
		return http.StatusUnprocessableEntity
	case errors.As(err, new(*tooMany)):
		return http.StatusTooManyRequests
	}
	return http.StatusInternalServerError
}

var (
	errNoAddress   = errors.New("there is nothing at this address")
	errBadRequest  = errors.New("bad request")
	errNoToken     = errors.New("this needs a token: send it as `Authorization: Bearer …`")
	errBadToken    = errors.New("the token is not one of this server's: look at `tokens` in its config.yaml, or at the token file beside its store")
	errNoRight     = errors.New("the token may not do this")
	errEncoding    = errors.New("this comes as br, zstd, gzip or identity, and Accept-Encoding refuses all of them")
	errNoCondition = errors.New(`say which version this is meant for: send the ETag of the article as If-Match, such as "v3"`) // RFC 6585 §3
	errMethod      = errors.New("this address does not take that method")
	errTooLarge    = fmt.Errorf("the copy is larger than %d MiB", maxCopy>>20)
	errLongReason  = fmt.Errorf("the body is larger than %d KiB", maxModeration>>10)
	errMediaType   = errors.New("send text/plain (wire copy), text/html or application/json (an article)")
	errItemType    = errors.New("send application/json (a ninjs document)")
)

// handler is a handler that leaves its errors to be answered by others.
type handler func(http.ResponseWriter, *http.Request) error

// text answers errors in a line of plain text: for feeds and probes.
func (s *Server) text(h handler) http.Handler {
	return s.answer(h, func(w http.ResponseWriter, _ *http.Request, code int, detail string) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.WriteHeader(code)
		fmt.Fprintln(w, detail)
	})
}

// page answers errors with a page.
func (s *Server) page(h handler) http.Handler {
	return s.answer(h, func(w http.ResponseWriter, _ *http.Request, code int, detail string) {
		body, err := s.Pages.Error(page.Error{Status: code, Title: http.StatusText(code), Detail: detail})
		if err != nil {
			body = []byte(detail)
		}
		w.Header().Set("Content-Type", pageType)
		w.Header().Set("Content-Security-Policy", contentPolicy)
		w.WriteHeader(code)
		w.Write(body) // a failure means that the client went away
	})
}

// answer runs h; its error becomes a status and a text by one table. What went
// wrong inside is logged and not told.
func (s *Server) answer(h handler, write func(http.ResponseWriter, *http.Request, int, string)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := h(w, r)
		if err == nil || r.Context().Err() != nil { // nobody is there to be answered
			return
		}
		if moved := new(publish.Moved); errors.As(err, &moved) {
			s.redirect(w, r, moved.Path)
			return
		}
		w.Header().Set("Cache-Control", "no-store")
		write(w, r, status(err), s.detail(r, err))
	})
}

// redirect sends for good to the same thing of the feed at path: to the page,
// or to the feed in the format that was asked for. Archives are numbered anew
// where a feed has moved, so that those of the old one lead to the new feed.
func (s *Server) redirect(w http.ResponseWriter, r *http.Request, path string) {
	formats := append(feed.Formats(), feed.Ninjs)
	if i := slices.IndexFunc(formats, func(f feed.Format) bool { return strings.HasSuffix(r.URL.Path, "/"+string(f)) }); i >= 0 {
		path += "/" + string(formats[i])
	}
	if r.URL.RawQuery != "" {
		path += "?" + r.URL.RawQuery
	}
	allowOrigins(w.Header())
	w.Header().Set("Cache-Control", "public, max-age=86400")
	http.Redirect(w, r, s.Publisher.Site.At(path), http.StatusMovedPermanently)
}

// detail is the text of an error as the client may read it.
func (s *Server) detail(r *http.Request, err error) string {
	if status(err) < 500 {
		return sentence(err.Error())
	}
	s.Log.Error("request failed", "method", r.Method, "path", r.URL.Path, "error", err)
	if errors.Is(err, store.ErrFull) {
		return sentence(store.ErrFull.Error())
	}
	return "The server could not do this. Its log says why."
}

func sentence(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// problem is the body of an error of the API: RFC 9457 §3, with one member of
// errors for each fault.
type problem struct {
	Title  string         `json:"title"`
	Status int            `json:"status"`
	Detail string         `json:"detail"`
	Errors []problemFault `json:"errors,omitempty"`
}

type problemFault struct {
	Field  string `json:"field"`
	Detail string `json:"detail"`
}

// api answers errors as application/problem+json, and lets only those in whose
// token has the right.
func (s *Server) api(right string, h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := s.authorize(r, right)
		if err == nil {
			err = h(w, r)
		}
		if err == nil || r.Context().Err() != nil {
			return
		}
		code := status(err)
		p := problem{Title: http.StatusText(code), Status: code, Detail: s.detail(r, err)}
		var invalid *store.Invalid
		if errors.As(err, &invalid) {
			p.Detail = "The article was not filed: see errors."
			for _, f := range invalid.Faults {
				p.Errors = append(p.Errors, problemFault(f))
			}
		}
		if many := new(tooMany); errors.As(err, &many) {
			w.Header().Set("Retry-After", strconv.Itoa(many.seconds()))
		}
		if code == http.StatusUnauthorized {
			w.Header().Set("WWW-Authenticate", `Bearer realm="dateline"`) // RFC 6750 §3
		}
		writeJSON(w, code, "application/problem+json", p)
	})
}

func writeJSON(w http.ResponseWriter, code int, contentType string, v any) error {
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(code)
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	e.Encode(v) // a failure means that the client went away
	return nil
}
