package serve

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"time"

	"dateline/feed"
	"dateline/feed/wire"
	"dateline/store"
)

const (
	maxCopy   = 4 << 20 // bytes of a request that files
	maxKey    = 255     // bytes of an Idempotency-Key
	pageLimit = 50      // articles of a listing, when the client does not say
	maxLimit  = 500
)

// Receipt answers a filing. Client code reads it too.
type Receipt struct {
	ID       store.ID      `json:"id"`
	GUID     string        `json:"guid"`
	URL      string        `json:"url"`
	Version  int           `json:"version"`
	Outcome  store.Outcome `json:"outcome"`
	Sequence uint64        `json:"sequence,omitempty"`
	Embargo  time.Time     `json:"embargo,omitzero"` // it is in no feed before
	Feeds    []string      `json:"feeds"`            // the addresses of those it is in now
	Doubts   []wire.Find   `json:"doubts,omitempty"` // what the copy may mean otherwise
}

// Listing answers a request for articles.
type Listing struct {
	Articles []Article    `json:"articles"`
	Next     store.Cursor `json:"next,omitempty"`
	Count    int          `json:"count"`
}

// Article is an article with its address.
type Article struct {
	URL string `json:"url"`
	store.Article
}

// fileArticle files the body of the request. It takes wire copy, HTML and
// JSON by their media types, the query parameter category, and the header
// field Idempotency-Key.
func (s *Server) fileArticle(w http.ResponseWriter, r *http.Request) error {
	key := r.Header.Get("Idempotency-Key")
	if len(key) > maxKey {
		return fmt.Errorf("%w: the Idempotency-Key is longer than %d bytes", errBadRequest, maxKey)
	}
	data, form, charset, err := copyOf(w, r)
	if err != nil {
		return err
	}
	category, now := r.URL.Query().Get("category"), s.Now()
	reading, err := s.Desk.Explain(data, form, wire.Options{Category: category, Charset: charset, Now: now})
	if err != nil {
		return err
	}
	receipt, err := s.Store.File(r.Context(), store.Filing{
		Article: reading.Article, Now: now, By: tokenName(r.Context()),
		Key: key, Fingerprint: fingerprint(string(form), category, string(data)),
	})
	if err != nil {
		return err
	}
	code := http.StatusOK
	if receipt.Outcome == store.Filed {
		code = http.StatusCreated
	}
	answer := s.receipt(receipt)
	answer.Doubts = reading.Doubts()
	w.Header().Set("Location", answer.URL)
	w.Header().Set("ETag", articleTag(receipt.Article))
	return writeJSON(w, code, "application/json", answer)
}

// copyOf is the body of a request that files, by its media type.
func copyOf(w http.ResponseWriter, r *http.Request) (data []byte, form wire.Form, charset string, err error) {
	form, ok := formOf(r)
	if !ok {
		return nil, "", "", errMediaType
	}
	_, parameters, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	data, err = readBody(w, r)
	return data, form, parameters["charset"], err
}

// formOf is the form of the body, by its media type.
func formOf(r *http.Request) (form wire.Form, ok bool) {
	mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return form, false
	}
	return wire.FormOf(mediaType)
}

// readBody is the body of a request that files.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxCopy))
	if errors.As(err, new(*http.MaxBytesError)) {
		return nil, errTooLarge
	} else if err != nil {
		return nil, fmt.Errorf("%w: the body did not arrive whole: %w", errBadRequest, err)
	}
	return data, nil
}

func (s *Server) receipt(r store.Receipt) Receipt {
	site := s.Publisher.Site
	answer := Receipt{
		ID: r.Article.ID, GUID: r.Article.GUID, URL: site.ArticleURL(r.Article),
		Version: r.Article.Version, Outcome: r.Outcome, Sequence: r.Sequence,
		Embargo: r.Article.Embargo, Feeds: []string{},
	}
	for _, path := range s.Publisher.PathsOf(r.Article) {
		for _, f := range feed.Formats() {
			answer.Feeds = append(answer.Feeds, site.FeedURL(path, f))
		}
	}
	return answer
}

// fingerprint is the same for requests that say the same.
func fingerprint(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// listArticles lists the articles of a category (query parameter category), of
// everything, or, with all=true, of every status.
func (s *Server) listArticles(w http.ResponseWriter, r *http.Request) error {
	v := r.URL.Query()
	all, err := yesNo(r, "all")
	if err != nil {
		return err
	}
	q := store.Query{
		Listing: v.Get("category"), All: all,
		Limit: pageLimit, After: store.Cursor(v.Get("after")),
	}
	if text := v.Get("limit"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > maxLimit {
			return fmt.Errorf("%w: limit must be a number from 1 to %d", errBadRequest, maxLimit)
		}
		q.Limit = n
	}
	if q.All && q.Listing != "" {
		return fmt.Errorf("%w: all=true takes no category", errBadRequest)
	}
	if _, ok := s.Publisher.Category(q.Listing); q.Listing != "" && !ok {
		return fmt.Errorf("category %q: %w", q.Listing, store.ErrNotFound)
	}
	found, err := s.Store.Articles(r.Context(), q)
	if err != nil {
		return err
	}
	answer := Listing{Articles: []Article{}, Next: found.Next, Count: found.Count}
	for _, a := range found.Articles {
		answer.Articles = append(answer.Articles, Article{s.Publisher.Site.ArticleURL(a), a})
	}
	return writeJSON(w, http.StatusOK, "application/json", answer)
}

// showArticle gives an article of whatever status, editor's note and all.
func (s *Server) showArticle(w http.ResponseWriter, r *http.Request) error {
	id, _ := store.ParseID(r.PathValue("id"))
	a, err := s.Store.Article(r.Context(), id)
	if err != nil {
		return err
	}
	w.Header().Set("ETag", articleTag(a))
	return writeJSON(w, http.StatusOK, "application/json", Article{s.Publisher.Site.ArticleURL(a), a})
}
