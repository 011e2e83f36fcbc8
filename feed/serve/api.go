package serve

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
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
	key, err := idempotencyKey(r)
	if err != nil {
		return err
	}
	data, form, charset, err := copyOf(w, r)
	if err != nil {
		return err
	}
	category, now := r.URL.Query().Get("category"), s.Now()
	if key == "" && form != wire.JSON { // the same copy again is no second article
		key = "copy:" + fingerprint(string(form), category, string(data))
	}
	reading, err := s.Desk.Explain(data, form, wire.Options{Category: category, Charset: charset, Now: now})
	if err != nil {
		return err
	}
	receipt, err := s.Store.File(r.Context(), store.Filing{
		Article: reading.Article, Names: s.Desk.Names(reading.Article, reading.AltIDs), Made: reading.Article.Updated,
		Now: now, By: tokenName(r.Context()), Key: key, Fingerprint: fingerprint(string(form), category, string(data)),
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

// idempotencyKey is the one of a request; empty when it has none.
func idempotencyKey(r *http.Request) (string, error) {
	keys := r.Header.Values("Idempotency-Key")
	switch {
	case len(keys) == 0:
		return "", nil
	case len(keys) > 1:
		return "", fmt.Errorf("%w: there are %d Idempotency-Keys: send one", errBadRequest, len(keys))
	case keys[0] == "": // whoever sends it believes that the request is safe
		return "", fmt.Errorf("%w: the Idempotency-Key is empty: send one, or leave it out", errBadRequest)
	case len(keys[0]) > maxKey:
		return "", fmt.Errorf("%w: the Idempotency-Key is longer than %d bytes", errBadRequest, maxKey)
	}
	return keys[0], nil
}

// copyOf is the body of a request that files, by its media type.
func copyOf(w http.ResponseWriter, r *http.Request) (data []byte, form wire.Form, charset string, err error) {
	mediaType, parameters := mediaTypeOf(r)
	form, ok := wire.FormOf(mediaType)
	if !ok {
		return nil, "", "", fmt.Errorf("%w: send text/plain (wire copy), text/html or application/json (an article)", errMediaType)
	}
	data, err = readBody(w, r, maxCopy)
	return data, form, parameters["charset"], err
}

// mediaTypeOf is that of the body; empty when it cannot be known.
func mediaTypeOf(r *http.Request) (mediaType string, parameters map[string]string) {
	types := r.Header.Values("Content-Type")
	if len(types) != 1 {
		return "", nil
	}
	mediaType, parameters, err := mime.ParseMediaType(types[0])
	if err != nil {
		return "", nil
	}
	return mediaType, parameters
}

// sendsJSON fails unless the body is JSON by its media type, which need not be
// given.
func sendsJSON(r *http.Request) error {
	mediaType, _ := mediaTypeOf(r)
	if mediaType == "application/json" || strings.HasSuffix(mediaType, "+json") || len(r.Header.Values("Content-Type")) == 0 {
		return nil
	}
	return fmt.Errorf("%w: send application/json", errMediaType)
}

// readBody is the body of a request, of at most so many bytes.
func readBody(w http.ResponseWriter, r *http.Request, most int64) ([]byte, error) {
	for _, coding := range r.Header.Values("Content-Encoding") {
		if !strings.EqualFold(strings.TrimSpace(coding), "identity") {
			return nil, errCoding
		}
	}
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
	if errors.As(err, new(*http.MaxBytesError)) {
		return nil, fmt.Errorf("%w: send at most %s", errTooLarge, sizeOf(most))
	} else if err != nil {
		return nil, fmt.Errorf("%w: the body did not arrive whole: %w", errBadRequest, err)
	}
	return data, nil
}

func sizeOf(n int64) string {
	if n < 1<<20 {
		return fmt.Sprintf("%d KiB", n>>10)
	}
	return fmt.Sprintf("%d MiB", n>>20)
}

func (s *Server) receipt(r store.Receipt) Receipt {
	site := s.Publisher.Site
	answer := Receipt{
		ID: r.Article.ID, GUID: r.Article.GUID, URL: site.ArticleURL(r.Article),
		Version: r.Article.Version, Outcome: r.Outcome, Sequence: r.Sequence,
		Feeds: []string{},
	}
	if r.Article.Status != store.Killed {
		answer.Embargo = r.Article.Embargo
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
	limit, err := number(r, "limit", pageLimit, 1, maxLimit)
	if err != nil {
		return err
	}
	q := store.Query{Listing: v.Get("category"), All: all, Limit: limit, After: store.Cursor(v.Get("after"))}
	if q.All && q.Listing != "" {
		return fmt.Errorf("%w: all=true takes no category", errBadRequest)
	}
	if _, ok := s.Publisher.Category(q.Listing); q.Listing != "" && !ok {
		return fmt.Errorf("category %.80q: %w", q.Listing, store.ErrNotFound)
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
	id, err := articleID(r)
	if err != nil {
		return err
	}
	a, err := s.Store.Article(r.Context(), id)
	if err != nil {
		return err
	}
	w.Header().Set("ETag", articleTag(a))
	return writeJSON(w, http.StatusOK, "application/json", Article{s.Publisher.Site.ArticleURL(a), a})
}

// articleID is the id in the path.
func articleID(r *http.Request) (store.ID, error) {
	id, ok := store.ParseID(r.PathValue("id"))
	if !ok {
		return "", fmt.Errorf("article %.80q: %w: an id is 26 letters and digits", r.PathValue("id"), store.ErrNotFound)
	}
	return id, nil
}
