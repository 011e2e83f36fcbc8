package serve

import (
	"fmt"
	"net/http"
	"net/url"

	"dateline/feed"
	"dateline/feed/serve/page"
	"dateline/store"
)

const (
	frontHeadlines    = 12 // newest of everything on the front page
	categoryHeadlines = 4  // newest of each category there
	categoryPage      = 30 // articles on a page of a category
)

// contentPolicy lets a page load its own assets and the pictures and media of
// articles, and nothing else: no script of an article runs, whatever it holds.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: http: data:; media-src https: http:; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

func writePage(w http.ResponseWriter, code int, body []byte) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", contentPolicy)
	w.WriteHeader(code)
	w.Write(body) // a failure means that the client went away
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
	body, err := s.Pages.Front(view)
	if err != nil {
		return err
	}
	writePage(w, http.StatusOK, body)
	return nil
}

func (s *Server) category(w http.ResponseWriter, r *http.Request) error {
	c, ok := s.Publisher.Category(r.PathValue("slug"))
	if !ok {
		return errNoAddress
	}
	found, err := s.Store.Articles(r.Context(), store.Query{
		Listing: c.Slug, Limit: categoryPage, After: store.Cursor(r.URL.Query().Get("after")),
	})
	if err != nil {
		return err
	}
	view := page.Category{Category: c, Count: found.Count, Articles: found.Articles}
	if found.Next != "" {
		view.Older = feed.CategoryPath(c.Slug) + "?after=" + url.QueryEscape(string(found.Next))
	}
	body, err := s.Pages.Category(view)
	if err != nil {
		return err
	}
	writePage(w, http.StatusOK, body)
	return nil
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
		http.Redirect(w, r, s.Publisher.Site.ArticleURL(a), http.StatusMovedPermanently)
		return nil
	}
	body, err := s.Pages.Article(a)
	if err != nil {
		return err
	}
	writePage(w, http.StatusOK, body)
	return nil
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
