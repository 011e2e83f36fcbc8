package serve

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"dateline/feed"
	"dateline/feed/opml"
)

// feed answers with the feed in a format whose address was asked for. A browser
// that goes there is sent to the page of the feed, which says what to do with
// it; with the query ?raw=1 it sees the document.
func (s *Server) feed(format feed.Format) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		path := strings.TrimSuffix(r.URL.Path, "/"+string(format))
		encoding, ok := chooseEncoding(r, feed.Encodings())
		if !ok {
			return errEncoding
		}
		d, err := s.Publisher.Document(r.Context(), path, format, encoding)
		if err != nil {
			return err
		}
		// Accept and the user agent say nothing: readers send what browsers
		// send. Only browsers send these.
		if isNavigation(r) && r.URL.Query().Get("raw") == "" && format != feed.Ninjs {
			w.Header().Set("Vary", feedVary)
			w.Header().Set("Cache-Control", "no-store")
			http.Redirect(w, r, pagePath(path)+"#subscribe", http.StatusSeeOther)
			return nil
		}
		if !strings.Contains(path, "/archive/") { // an archive names its neighbours itself
			w.Header().Set("Link", links(s.Publisher.Site, path, format))
		}
		if tags := r.Header.Values("If-None-Match"); s.Publisher.Deltas && wantsDelta(r) && !notModified(r, d, s.Now()) {
			delta, base, err := s.Publisher.Delta(r.Context(), path, format, encoding, bareTags(tags))
			if err != nil {
				return err
			}
			if base != "" {
				s.writeDelta(w, delta, base)
				return nil
			}
		}
		s.writeDocument(w, r, d)
		return nil
	}
}

// feedVary are the request fields that an answer at a feed's address depends
// on.
const feedVary = "Accept-Encoding, Sec-Fetch-Dest, Sec-Fetch-Mode"

// isNavigation reports whether a person opens the address in a browser (Fetch
// Metadata Request Headers, W3C).
func isNavigation(r *http.Request) bool {
	return r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document"
}

// pagePath is the path of the page of the feed at path.
func pagePath(path string) string {
	if path == "" {
		return "/"
	}
	return path
}

// feedPolicy keeps a browser that shows a document from running any of it.
const feedPolicy = "default-src 'none'; style-src 'self'; img-src https: data:; sandbox"

// writeDocument answers with a document, or with 304 when the client has it
// already. RFC 9110 §15.4.5 says what a 304 carries.
func (s *Server) writeDocument(w http.ResponseWriter, r *http.Request, d feed.Document) {
	h := w.Header()
	age := int(d.MaxAge / time.Second)
	// RFC 5861 for the last two: better an old feed than none.
	h.Set("Cache-Control", fmt.Sprintf("public, max-age=%d, s-maxage=%d, stale-while-revalidate=60, stale-if-error=86400", age, min(age, 60)))
	vary := feedVary
	if s.Publisher.Deltas {
		vary += ", A-IM"
	}
	h.Set("Vary", vary)
	h.Set("ETag", d.ETag())
	h.Set("Last-Modified", lastModified(d.Modified, s.Now()).UTC().Format(http.TimeFormat))
	h.Set("Content-Security-Policy", feedPolicy)
	h.Set("X-Robots-Tag", "noindex")
	h.Set("Accept-Ranges", "none") // RFC 9110 §14.3
	allowOrigins(h)
	if notModified(r, d, s.Now()) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", d.Format.ContentType())
	writeBody(w, http.StatusOK, d)
}

// wantsDelta reports whether the client takes what is new alone for an answer
// (RFC 3229 §10.5.3).
func wantsDelta(r *http.Request) bool {
	for manipulation := range strings.SplitSeq(strings.Join(r.Header.Values("A-IM"), ","), ",") {
		name, parameters, _ := strings.Cut(manipulation, ";")
		if strings.EqualFold(strings.TrimSpace(name), "feed") && weight(parameters) > 0 {
			return r.Method == http.MethodGet
		}
	}
	return false
}

// writeDelta answers with what is new since the document of tag base. Shared
// caches must keep out of it: they would give it to everybody.
func (s *Server) writeDelta(w http.ResponseWriter, d feed.Document, base string) {
	h := w.Header()
	h.Set("Cache-Control", fmt.Sprintf("private, max-age=%d", int(d.MaxAge/time.Second)))
	h.Set("Vary", feedVary+", A-IM, If-None-Match")
	h.Set("ETag", d.ETag())
	h.Set("Last-Modified", lastModified(d.Modified, s.Now()).UTC().Format(http.TimeFormat))
	h.Set("IM", "feed")
	h.Set("Delta-Base", `"`+base+`"`)
	h.Set("Content-Security-Policy", feedPolicy)
	h.Set("X-Robots-Tag", "noindex")
	allowOrigins(h)
	h.Set("Content-Type", d.Format.ContentType())
	writeBody(w, http.StatusIMUsed, d)
}

// writeBody ends an answer with the body of a document.
func writeBody(w http.ResponseWriter, status int, d feed.Document) {
	if d.Encoding != feed.Identity {
		w.Header().Set("Content-Encoding", string(d.Encoding))
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(d.Body)))
	w.WriteHeader(status)
	w.Write(d.Body) // to HEAD nothing is sent; a failure means that the client went away
}

// links is the Link field (RFC 8288) of the feed at path in a format.
func links(site feed.Site, path string, self feed.Format) string {
	list := []string{
		fmt.Sprintf(`<%s>; rel="self"; type="%s"`, site.FeedURL(path, self), self.MediaType()),
		fmt.Sprintf(`<%s>; rel="alternate"; type="text/html"`, site.PageURL(path)),
	}
	for _, f := range feed.Formats() {
		if f != self {
			list = append(list, fmt.Sprintf(`<%s>; rel="alternate"; type="%s"`, site.FeedURL(path, f), f.MediaType()))
		}
	}
	return strings.Join(list, ", ")
}

// allowOrigins lets the scripts of any site read a feed.
func allowOrigins(h http.Header) {
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Access-Control-Expose-Headers", "ETag, Last-Modified, Link")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
}

// preflight answers a browser that asks whether a script of another site may
// make a conditional request (Fetch, "CORS-preflight request").
func preflight(w http.ResponseWriter, _ *http.Request) {
	h := w.Header()
	allowOrigins(h)
	h.Set("Allow", "GET, HEAD, OPTIONS")
	h.Set("Access-Control-Allow-Methods", "GET, HEAD")
	h.Set("Access-Control-Allow-Headers", "If-None-Match, If-Modified-Since, A-IM")
	h.Set("Access-Control-Max-Age", "86400")
	w.WriteHeader(http.StatusNoContent)
}

// outlinePath is the path of the list of all feeds.
const outlinePath = "/feeds.opml"

// outline answers with the list of all feeds.
func (s *Server) outline(w http.ResponseWriter, r *http.Request) error {
	site := s.Publisher.Site
	feeds, err := s.Publisher.Feeds(r.Context())
	if err != nil {
		return err
	}
	var list []opml.Outline
	for _, f := range feeds {
		list = append(list, opml.Outline{Title: f.Name, Page: site.PageURL(f.Path), Feed: site.FeedURL(f.Path, feed.RSS)})
	}
	body, err := opml.Write(site, s.Publisher.Since, list)
	if err != nil {
		return fmt.Errorf("write the outline: %w", err)
	}
	return s.writeText(w, r, opml.MediaType, body)
}
