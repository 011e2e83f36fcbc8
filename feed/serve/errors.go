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
	"dateline/feed/serve/traffic"
	"dateline/store"
)

// status is the answer that an error becomes.
func status(err error) int {
	for _, row := range []struct {
		target error
		status int
	}{
		{store.ErrExpunged, http.StatusGone}, // it is an ErrNotFound too
		{store.ErrNotFound, http.StatusNotFound},
		{publish.ErrNoFeed, http.StatusNotFound},
		{publish.ErrGone, http.StatusGone},
		{errNoAddress, http.StatusNotFound},
		{store.ErrBadCursor, http.StatusBadRequest},
		{errBadRequest, http.StatusBadRequest},
		{errTrimmed, http.StatusGone},
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
		{errMediaType, http.StatusUnsupportedMediaType},
		{errCoding, http.StatusUnsupportedMediaType},
		{store.ErrFull, http.StatusInsufficientStorage},
		{store.ErrKeyReused, http.StatusUnprocessableEntity},
		{errEnding, http.StatusServiceUnavailable},
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
	case errors.As(err, new(*notReady)):
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

var (
	errNoAddress   = errors.New("there is nothing at this address")
	errBadRequest  = errors.New("bad request")
	errTrimmed     = errors.New("what became of articles that were let go of long ago is in the log no more")
	errNoToken     = errors.New("this needs a token: send it as `Authorization: Bearer …`")
	errBadToken    = errors.New("the token is not one of this server's: look at `tokens` in its config.yaml, or at the token file beside its store")
	errNoRight     = errors.New("the token may not do this")
	errEncoding    = errors.New("this comes as br, zstd, gzip or identity, and Accept-Encoding refuses all of them")
	errNoCondition = errors.New(`say which version this is meant for: send the ETag of the article as If-Match, such as "v3"`) // RFC 6585 §3
	errMethod      = errors.New("this address does not take that method")
	errEnding      = errors.New("the server is ending: ask again when it has started")
	errTooLarge    = errors.New("the body is too large")
	errMediaType   = errors.New("the Content-Type is none that is read here")
	errCoding      = errors.New("send the body as it is, without Content-Encoding")
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
		if err == nil {
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
	if status(err) < 500 || errors.Is(err, errEnding) {
		return sentence(err.Error())
	}
	// A client that has sent all and closed its side of the connection looks as
	// one that has gone, and must not take silence for success.
	if r.Context().Err() != nil {
		return "The connection was closed before this was done: look whether it was, keep it open, and send it again."
	}
	if not := new(notReady); errors.As(err, &not) {
		s.Log.WarnContext(r.Context(), "the server is not ready to be asked", "why", not.why, "error", not.cause)
		return sentence(not.why)
	}
	s.Log.ErrorContext(r.Context(), "request failed", "client", r.RemoteAddr, "method", r.Method, "path", r.URL.Path, "error", err)
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
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`

	// Instance names this one occurrence (RFC 9457 §3.1.5): a tag: URI that ends
	// with the id of the request, by which the log has it.
	Instance string         `json:"instance,omitempty"`
	Errors   []problemFault `json:"errors,omitempty"`
}

// An answer is not as long as a request can be.
const (
	maxFaults = 100
	maxDetail = 1000 // bytes of one text
)

// clip is the beginning of a text, and all of it when it is short enough.
func clip(text string) string {
	if len(text) <= maxDetail {
		return text
	}
	return strings.ToValidUTF8(text[:maxDetail], "") + "…"
}

type problemFault struct {
	Field  string `json:"field"`
	Detail string `json:"detail"`
}

// api answers errors as application/problem+json, and lets only those in whose
// token has the right.
func (s *Server) api(right string, h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := s.authorize(w.Header(), r, right)
		if err == nil {
			err = h(w, r)
		}
		if err == nil {
			return
		}
		code := status(err)
		p := problem{Title: http.StatusText(code), Status: code, Detail: clip(s.detail(r, err)), Instance: s.instance(r)}
		var invalid *store.Invalid
		if errors.As(err, &invalid) {
			p.Detail = "Nothing was stored: see errors."
			if n := len(invalid.Faults); n > maxFaults {
				p.Detail = fmt.Sprintf("Nothing was stored: see errors, the first %d of %d.", maxFaults, n)
			}
			for _, f := range invalid.Faults[:min(len(invalid.Faults), maxFaults)] {
				p.Errors = append(p.Errors, problemFault{clip(f.Field), clip(f.Detail)})
			}
		}
		if many := new(tooMany); errors.As(err, &many) {
			w.Header().Set("Retry-After", strconv.Itoa(many.seconds))
		}
		if text := challenge(err); text != "" {
			w.Header().Set("WWW-Authenticate", text)
		}
		if errors.Is(err, errCoding) {
			w.Header().Set("Accept-Encoding", "identity") // RFC 9110 §15.5.16
		}
		writeJSON(w, code, "application/problem+json", p)
	})
}

// instance is the IRI of the answer to a request; empty for a request without an
// id.
func (s *Server) instance(r *http.Request) string {
	id := traffic.ID(r.Context())
	if id == "" {
		return ""
	}
	return s.Publisher.NameOf("request/" + id)
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
