package serve

import (
	"context"
	"errors"
	"iter"

	"dateline/feed"
	"dateline/feed/serve/page"
	"dateline/store"
)

// Addresses are those that belong to the site as a whole: the front page, the
// outline, the descriptions and what pages need.
func (s *Server) Addresses() []string {
	list := []string{"/", outlinePath, feed.ExtensionPath, feed.APIPath, apiPath}
	for _, a := range page.Assets() {
		list = append(list, a.Path)
	}
	return list
}

// FeedAddresses are those of a feed in all formats and of its page, with those
// of its archives, the newest first.
func (s *Server) FeedAddresses(ctx context.Context, path string) (list []string, err error) {
	f, _, err := s.Publisher.Page(ctx, path)
	if err != nil {
		return nil, err
	}
	for _, format := range feed.Formats() {
		list = append(list, f.Path+"/"+string(format))
	}
	if f.Path != "" { // that of everything is the front page
		list = append(list, f.Path)
	}
	for n := f.OlderArchive; n > 0; n = f.OlderArchive {
		archive := feed.ArchivePath(path, n)
		if f, _, err = s.Publisher.Page(ctx, archive); errors.Is(err, store.ErrExpunged) { // just now
			break
		} else if err != nil {
			return nil, err
		}
		for _, format := range feed.ArchiveFormats() {
			list = append(list, archive+"/"+string(format))
		}
		list = append(list, archive)
	}
	return list, nil
}

// ArticleAddresses are those of the pages of all public articles.
func (s *Server) ArticleAddresses(ctx context.Context) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		q := store.Query{Limit: maxLimit}
		for {
			found, err := s.Store.Articles(ctx, q)
			if err != nil {
				yield("", err)
				return
			}
			for _, a := range found.Articles {
				if !yield(feed.ArticlePath(a), nil) {
					return
				}
			}
			if q.After = found.Next; found.Next == "" {
				return
			}
		}
	}
}
