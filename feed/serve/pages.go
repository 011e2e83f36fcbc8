package serve

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"dateline/feed"
	"dateline/feed/publish"
	"dateline/feed/serve/page"
	"dateline/store"
)

const (
	frontHeadlines    = 12 // newest of everything on the front page
	categoryHeadlines = 4  // newest of each category there
)

// contentPolicy lets a page load its own assets and the pictures and media of
// articles, and nothing else: no script of an article runs, whatever it holds.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: http: data:; media-src https: http:; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// writePage answers with a page.
func (s *Server) writePage(w http.ResponseWriter, r *http.Request, body []byte) error {
	w.Header().Set("Content-Security-Policy", contentPolicy)
	return s.writeText(w, r, pageType, body)
}

// pageType is the media type of a page.
const pageType = "text/html; charset=utf-8"

// writeText answers with a text that is made for this request, which the
// client must ask for again before it shows it again.
func (s *Server) writeText(w http.ResponseWriter, r *http.Request, contentType string, body []byte) error {
	// What is made anew each time gets the coding that costs least.
	encoding, ok := chooseEncoding(r, []feed.Encoding{feed.Gzip, feed.Identity})
	if !ok {
		return errEncoding
	}
	d, err := publish.NewDocument(body, encoding)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Cache-Control", "no-cache")
	h.Set("Vary", "Accept-Encoding")
	h.Set("ETag", d.ETag())
	if notModified(r, d, s.Now()) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	h.Set("Content-Type", contentType)
	writeBody(w, http.StatusOK, d)
	return nil
}

// asset answers with a file that pages load, whose address changes with it.
func asset(a page.Asset) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", a.ContentType)
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		w.Write(a.Body)
	})
}

func (s *Server) front(w http.ResponseWriter, r *http.Request) error {
	newest, err := s.Store.Articles(r.Context(), store.Query{Limit: frontHeadlines})
	if err != nil {
		return err
	}
	view := page.Front{Newest: newest.Articles}
	for _, c := range s.Publisher.Categories {
		found, err := s.Store.Articles(r.Context(), store.Query{Listing: c.Slug, Limit: categoryHeadlines})
		if err != nil {
			return err
		}
		view.Categories = append(view.Categories, page.Section{Category: c, Count: found.Count, Newest: found.Articles})
	}
	feeds, err := s.Publisher.Feeds(r.Context())
	if err != nil {
		return err
	}
	view.Others = feeds[1+len(s.Publisher.Categories):]
	body, err := s.Pages.Front(view)
	if err != nil {
		return err
	}
	return s.writePage(w, r, body)
}

// listing answers with the page of the feed, or of the archive, at the path.
func (s *Server) listing(w http.ResponseWriter, r *http.Request) error {
	f, found, err := s.Publisher.Page(r.Context(), r.URL.Path)
	if err != nil {
		return err
	}
	body, err := s.Pages.Listing(page.Listing{Feed: f, Count: found.Count, Articles: found.Articles})
	if err != nil {
		return err
	}
	return s.writePage(w, r, body)
}

// extension answers with the description of the _dateline objects.
func (s *Server) extension(w http.ResponseWriter, r *http.Request) error {
	body, err := s.Pages.Extension()
	if err != nil {
		return err
	}
	return s.writePage(w, r, body)
}

// article answers at the article's own address, and sends there from any
// other slug.
func (s *Server) article(w http.ResponseWriter, r *http.Request) error {
	id, ok := store.ParseID(r.PathValue("id"))
	if !ok {
		return errNoAddress
	}
	a, err := s.Store.Article(r.Context(), id)
	if err != nil {
		return err
	}
	if !a.Public() {
		return s.notPublic(r, a)
	}
	if r.PathValue("id") != string(a.ID) || r.PathValue("slug") != a.Slug {
		// Its slug may change again, and back: nobody may keep this.
		w.Header().Set("Cache-Control", "no-store")
		http.Redirect(w, r, s.Publisher.Site.ArticleURL(a), http.StatusFound)
		return nil
	}
	near, err := s.near(r.Context(), a.ID)
	if err != nil {
		return err
	}
	body, err := s.Pages.Article(a, near)
	if err != nil {
		return err
	}
	return s.writePage(w, r, body)
}

// near are the articles that the page of this one leads to: those near to it,
// then later ones that it is near to.
func (s *Server) near(ctx context.Context, id store.ID) ([]store.Article, error) {
	found, err := s.Store.Near(ctx, []store.ID{id}, store.MaxNear)
	if err != nil {
		return nil, err
	}
	later, err := s.Store.LeadingTo(ctx, id, store.MaxNear)
	near := found[id]
	for _, a := range later {
		if !slices.ContainsFunc(near, func(n store.Article) bool { return n.ID == a.ID }) {
			near = append(near, a)
		}
	}
	return near, err
}

// notPublic says why an article is not shown. One under embargo does not
// exist.
func (s *Server) notPublic(r *http.Request, a store.Article) error {
	if !a.Visible() || a.Status == store.Expired {
		return fmt.Errorf("article %s: %w", a.ID, store.ErrNotFound)
	}
	t, err := s.Store.Tombstone(r.Context(), a.ID)
	if err != nil {
		return err
	}
	return &withdrawn{t}
}

// withdrawn is the answer for an article that was killed or is held.
type withdrawn struct{ store.Tombstone }

func (e *withdrawn) Error() string {
	text := "this article was withdrawn"
	if e.Status == store.Held {
		text = "this article is being checked and may come back"
	}
	if e.Reason != "" {
		text += ": " + e.Reason
	}
	return text
}

// Unwrap makes the answer to a kill 410, and to a hold 404.
func (e *withdrawn) Unwrap() error {
	if e.Status == store.Killed {
		return store.ErrKilled
	}
	return store.ErrNotFound
}
