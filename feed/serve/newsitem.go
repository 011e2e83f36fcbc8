package serve

import (
	"net/http"

	"dateline/feed"
	"dateline/feed/wire/ninjs"
	"dateline/store"
)

// itemOr answers with the news item at the address that ends so, which is that
// of no page: a slug has no dot.
func (s *Server) itemOr(page http.Handler) http.Handler {
	item := s.text(s.newsItem)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.PathValue("slug") == string(feed.Ninjs) {
			item.ServeHTTP(w, r)
			return
		}
		page.ServeHTTP(w, r)
	})
}

// newsItem answers with an article in ninjs. One that is held or killed is
// answered too, with its status and without its text: a program that has it
// must learn that it may not use it.
func (s *Server) newsItem(w http.ResponseWriter, r *http.Request) error {
	id, _ := store.ParseID(r.PathValue("id"))
	a, err := s.Store.Article(r.Context(), id)
	if err != nil {
		return err
	}
	if !a.Visible() {
		return s.notPublic(r, a)
	}
	body, err := ninjs.Write(a, ninjs.Options{Site: s.Publisher.Site, Categories: s.Publisher.Categories})
	if err != nil {
		return err
	}
	allowOrigins(w.Header())
	return s.writeText(w, r, feed.Ninjs.ContentType(), body)
}
