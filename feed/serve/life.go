package serve

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"dateline/feed/wire"
	"dateline/store"
)

// The life of an article after its first filing: it is corrected, held,
// released, killed, and its log is read.

// reviseArticle files the body of the request as the next version of an
// article. It takes what fileArticle takes, but for the Idempotency-Key, and
// the query parameters note (the correction note, in place of what the body
// has), reason (for the log) and quiet. If-Match names the version that it is
// meant for, so that nobody's work is lost.
func (s *Server) reviseArticle(w http.ResponseWriter, r *http.Request) error {
	old, err := s.articleAt(r)
	if err != nil {
		return err
	}
	expect, err := expected(r, true)
	if err != nil {
		return err
	}
	reading, err := s.readCopy(w, r, old)
	if err != nil {
		return err
	}
	article := reading.Article
	v := r.URL.Query()
	quiet, err := yesNo(r, "quiet")
	if err != nil {
		return err
	}
	if quiet && v.Get("note") != "" {
		return fmt.Errorf("%w: quiet=true and note: a correction with a note is for readers to see", errBadRequest)
	}
	reason := v.Get("reason")
	if reason != "" {
		if reason, err = wire.Reason(reason); err != nil {
			return err
		}
	}
	article.ID, article.GUID = old.ID, old.GUID
	if quiet && article.CorrectionNote == "" { // what was corrected before still was
		article.CorrectionNote = old.CorrectionNote
	}
	receipt, err := s.Store.File(r.Context(), store.Filing{
		Article: article, Names: s.Desk.Names(article, reading.AltIDs), Now: s.Now(), By: tokenName(r.Context()), Reason: reason, Expect: expect, Quiet: quiet,
	})
	if err != nil {
		return err
	}
	w.Header().Set("ETag", articleTag(receipt.Article))
	answer := s.receipt(receipt)
	answer.Doubts = reading.Doubts()
	return writeJSON(w, http.StatusOK, "application/json", answer)
}

// readCopy is the next version of an article in the body of a request.
func (s *Server) readCopy(w http.ResponseWriter, r *http.Request, old store.Article) (wire.Reading, error) {
	data, form, charset, err := copyOf(w, r)
	if err != nil {
		return wire.Reading{}, err
	}
	v := r.URL.Query()
	return s.Desk.Explain(data, form, wire.Options{
		Category: v.Get("category"), Charset: charset, Now: s.Now(), GUID: old.GUID, Status: old.Status, CorrectionNote: v.Get("note"),
	})
}

// Moderation is the body of a request that holds, releases or kills an article.
type Moderation struct {
	Reason string `json:"reason"` // public with a hold and a kill: readers are told
}

// maxModeration bounds the body of a Moderation, in bytes.
const maxModeration = 64 << 10

// moderateArticle gives an article another status.
func (s *Server) moderateArticle(status store.Status) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := articleID(r)
		if err != nil {
			return err
		}
		expect, err := expected(r, false)
		if err != nil {
			return err
		}
		if err := sendsJSON(r); err != nil {
			return err
		}
		data, err := readBody(w, r, maxModeration)
		if err != nil {
			return err
		}
		reason, err := wire.ReadReason(data)
		if err != nil {
			return err
		}
		a, err := s.Store.SetStatus(r.Context(), store.StatusChange{
			ID: id, Status: status, Expect: expect, Now: s.Now(), By: tokenName(r.Context()), Reason: reason,
		})
		if err != nil {
			return err
		}
		if mayDo(r.Context(), readRight) != nil { // it sees what is public, and no more
			a = shown(a)
		}
		w.Header().Set("ETag", articleTag(a))
		return writeJSON(w, http.StatusOK, "application/json", Article{s.Publisher.Site.ArticleURL(a), a})
	}
}

// shown is what of an article whoever may not see what is not public is told.
func shown(a store.Article) store.Article {
	if a.Public() {
		a.EditorNote = ""
		return a
	}
	return store.Article{
		ID: a.ID, GUID: a.GUID, Version: a.Version, Status: a.Status, Categories: a.Categories,
		Published: a.Published, Updated: a.Updated, Embargo: a.Embargo,
	}
}

// Log answers a request for what was done to an article.
type Log struct {
	Changes []store.Change `json:"changes"` // oldest first
}

func (s *Server) articleLog(w http.ResponseWriter, r *http.Request) error {
	id, err := articleID(r)
	if err != nil {
		return err
	}
	list, err := s.Store.Log(r.Context(), id)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, "application/json", Log{append([]store.Change{}, list...)})
}

// Changes answers a request for the change log.
type Changes struct {
	Changes []store.Change `json:"changes"` // in order and without gaps
	Next    uint64         `json:"next"`    // what to ask for as since the next time
}

const (
	maxWait    = time.Minute
	maxChanges = 1000
)

// changesSince gives the lines of the change log after the query parameter
// since, at most limit. With wait, seconds, it waits so long for the first.
func (s *Server) changesSince(w http.ResponseWriter, r *http.Request) error {
	since, err := number(r, "since", 0, 0, 1<<62)
	if err != nil {
		return err
	}
	limit, err := number(r, "limit", maxChanges, 1, maxChanges)
	if err != nil {
		return err
	}
	wait, err := number(r, "wait", 0, 0, int(maxWait/time.Second))
	if err != nil {
		return err
	}
	sequence, err := s.Store.Sequence(r.Context())
	if err != nil {
		return err
	}
	if uint64(since) > sequence {
		return fmt.Errorf("%w: since is %d, and the last change is %d: begin anew with since=0, this may be another store", errBadRequest, since, sequence)
	}
	answer := Changes{Changes: []store.Change{}, Next: uint64(since)}
	if wait > 0 || uint64(since) < sequence {
		waiting, end := s.waiting(r)
		defer end()
		ctx, cancel := context.WithTimeout(waiting, time.Duration(max(wait, 1))*time.Second)
		defer cancel()
		list, err := s.Store.Changes(ctx, uint64(since), limit)
		if err != nil && !errors.Is(err, context.DeadlineExceeded) && !s.ending() {
			return err
		}
		answer.Changes = append(answer.Changes, list...)
	}
	for _, line := range answer.Changes {
		if line.Sequence != answer.Next+1 {
			return fmt.Errorf("%w after %d: list the articles anew, drop those that are no more, and go on with since=%d", errTrimmed, answer.Next, sequence)
		}
		answer.Next = line.Sequence
	}
	return writeJSON(w, http.StatusOK, "application/json", answer)
}

// number is a query parameter from least to most; preset when it is not given.
func number(r *http.Request, name string, preset, least, most int) (int, error) {
	v := r.URL.Query()
	if !v.Has(name) {
		return preset, nil
	}
	n, err := strconv.Atoi(v.Get(name))
	if err != nil || n < least || n > most {
		return 0, fmt.Errorf("%w: %s must be a number from %d to %d", errBadRequest, name, least, most)
	}
	return n, nil
}

// yesNo is a query parameter that is true or false; false when it is not given.
func yesNo(r *http.Request, name string) (bool, error) {
	v := r.URL.Query()
	switch text := v.Get(name); {
	case text == "true":
		return true, nil
	case text == "false", !v.Has(name):
		return false, nil
	}
	return false, fmt.Errorf("%w: %s must be true or false", errBadRequest, name)
}

// articleAt is the article that the path names, of whatever status but killed.
func (s *Server) articleAt(r *http.Request) (store.Article, error) {
	id, err := articleID(r)
	if err != nil {
		return store.Article{}, err
	}
	a, err := s.Store.Article(r.Context(), id)
	if err == nil && a.Status == store.Killed {
		err = fmt.Errorf("article %s: %w", id, store.ErrKilled)
	}
	return a, err
}

// articleTag is the entity tag of an article in the API: its version.
func articleTag(a store.Article) string { return `"v` + strconv.Itoa(a.Version) + `"` }

// expected is the version that If-Match names (RFC 9110 §13.1.1); 0 for any.
// Without the field it is 0, or errNoCondition when it is needed.
func expected(r *http.Request, needed bool) (version int, err error) {
	field := strings.TrimSpace(strings.Join(r.Header.Values("If-Match"), ","))
	switch {
	case field == "" && needed:
		return 0, errNoCondition
	case field == "" || field == "*":
		return 0, nil
	}
	n, err := strconv.Atoi(strings.Trim(field, `"v`))
	if err != nil || n < 1 || field != articleTag(store.Article{Version: n}) {
		return 0, fmt.Errorf(`%w: If-Match %.80q is no version of an article: send its ETag, such as "v3"`, store.ErrStale, field)
	}
	return n, nil
}
