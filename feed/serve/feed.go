package serve

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"dateline/feed"
	"dateline/feed/opml"
)

// feed answers with a feed in a format: of the category in the path, or of
// everything.
func (s *Server) feed(format feed.Format) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		path := ""
		if slug := r.PathValue("slug"); slug != "" {
			path = feed.CategoryPath(slug)
		}
		d, err := s.Publisher.Document(r.Context(), path, format)
		if err != nil {
			return err
		}
		s.writeDocument(w, r, d)
		return nil
	}
}

// writeDocument answers with a document, or with 304 when the client has it
// already. RFC 9110 §15.4.5 says what a 304 carries.
func (s *Server) writeDocument(w http.ResponseWriter, r *http.Request, d feed.Document) {
	h := w.Header()
	h.Set("Cache-Control", fmt.Sprintf("public, max-age=%d", int(d.MaxAge/time.Second)))
	h.Set("ETag", d.ETag)
	h.Set("Last-Modified", lastModified(d.Modified, s.Now()).UTC().Format(http.TimeFormat))
	h.Set("Access-Control-Allow-Origin", "*")
	if notModified(r, d.ETag, d.Modified) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", d.Format.ContentType())
	h.Set("Content-Length", strconv.Itoa(len(d.Body)))
	w.Write(d.Body) // to HEAD nothing is sent; a failure means that the client went away
}

// outline answers with the list of all feeds.
func (s *Server) outline(w http.ResponseWriter, _ *http.Request) error {
	p := s.Publisher
	list := []opml.Outline{{Title: p.Site.Title, Page: p.Site.PageURL(""), Feed: p.Site.FeedURL("", feed.RSS)}}
	for _, c := range p.Categories {
		path := feed.CategoryPath(c.Slug)
		list = append(list, opml.Outline{Title: c.Title, Page: p.Site.PageURL(path), Feed: p.Site.FeedURL(path, feed.RSS)})
	}
	body, err := opml.Write(p.Site, p.Since, list)
	if err != nil {
		return fmt.Errorf("write the outline: %w", err)
	}
	w.Header().Set("Content-Type", opml.MediaType)
	w.Write(body) // a failure means that the client went away
	return nil
}

// healthz says that the process answers.
func (s *Server) healthz(w http.ResponseWriter, _ *http.Request) error {
	_, err := fmt.Fprintln(w, "ok")
	return err
}

// readyz says that the store answers.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) error {
	n, err := s.Store.Sequence(r.Context())
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "ok, at change %d\n", n)
	return err
}
