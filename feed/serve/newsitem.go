package serve

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"dateline/feed"
	"dateline/feed/wire"
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
	near, err := s.near(r.Context(), a.ID)
	if err != nil {
		return err
	}
	a.Related = s.Publisher.Site.Related(a, near)
	reason := ""
	if a.Status == store.Held || a.Status == store.Killed {
		t, err := s.Store.Tombstone(r.Context(), a.ID)
		if err != nil {
			return err
		}
		reason = t.Reason
	}
	body, err := ninjs.Write(feed.Article{Article: a, Reason: reason}, ninjs.Options{Site: s.Publisher.Site, Categories: s.Publisher.Categories})
	if err != nil {
		return err
	}
	allowOrigins(w.Header())
	return s.writeText(w, r, feed.Ninjs.ContentType(), body)
}

// fileItem files the ninjs document in the body: a new article, the next
// version of the one with its uri, or the hold or kill of that. The same
// document again changes nothing. Query parameter category; header fields
// If-Match, for the version that it is meant for, and Idempotency-Key.
func (s *Server) fileItem(w http.ResponseWriter, r *http.Request) error {
	if err := sendsJSON(r); err != nil {
		return err
	}
	data, err := readBody(w, r, maxCopy)
	if err != nil {
		return err
	}
	expect, err := expected(r, false)
	if err != nil {
		return err
	}
	key, err := idempotencyKey(r)
	if err != nil {
		return err
	}
	category, now := r.URL.Query().Get("category"), s.Now()
	item, err := s.Desk.ReadItem(data, wire.Options{Category: category, Now: now})
	if err != nil {
		return err
	}
	if err := s.mustStand(r, item.Article.GUID); err != nil {
		return err
	}
	edition, _ := strconv.Atoi(item.Version) // one that is no number says nothing
	by := tokenName(r.Context())
	if item.Status != store.Usable {
		if err := mayDo(r.Context(), moderateRight); err != nil {
			return err
		}
		return s.withdrawItem(w, r, item, store.StatusChange{
			GUID: item.Article.GUID, Ahead: store.NewID(now), Status: item.Status, Expect: expect, Made: item.Created, Edition: edition, Now: now, By: by,
			Reason: "It was withdrawn by its provider.", // the editor's note is not for readers
		})
	}
	receipt, err := s.Store.File(r.Context(), store.Filing{
		Article: item.Article, Names: s.Desk.Names(item.Article, item.AltIDs), Now: now, By: by, Expect: expect, Made: item.Created, Edition: edition,
		Key: key, Fingerprint: fingerprint("ninjs", category, string(data)),
	})
	if err != nil {
		return err
	}
	if receipt.Article.Status == store.Held {
		if err := s.releaseOwn(r.Context(), &receipt, by); err != nil {
			return err
		}
	}
	code := http.StatusOK
	if receipt.Outcome == store.Filed {
		code = http.StatusCreated
	}
	answer := s.receipt(receipt)
	w.Header().Set("Location", answer.URL)
	w.Header().Set("ETag", articleTag(receipt.Article))
	return writeJSON(w, code, "application/json", answer)
}

// mustStand fails with ErrStale when the request says If-Match: * and no article
// has the GUID (RFC 9110 §13.1.1). What stands now stands when the item is
// filed: an article goes a day after its last change at the earliest.
func (s *Server) mustStand(r *http.Request, guid string) error {
	if strings.TrimSpace(strings.Join(r.Header.Values("If-Match"), ",")) != "*" {
		return nil
	}
	// No version has that number: nothing is changed, and whether there is an
	// article is told.
	_, err := s.Store.SetStatus(r.Context(), store.StatusChange{GUID: guid, Status: store.Usable, Expect: math.MaxInt, Now: s.Now()})
	if errors.Is(err, store.ErrExpunged) {
		return err
	} else if errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("uri %.200q: %w: there is none", guid, store.ErrStale)
	}
	return nil
}

// withdrawItem holds or kills an article; one that is so already stays so.
func (s *Server) withdrawItem(w http.ResponseWriter, r *http.Request, item ninjs.Item, c store.StatusChange) error {
	outcome := store.Revised
	a, err := s.Store.SetStatus(r.Context(), c)
	if errors.Is(err, store.ErrConflict) || errors.Is(err, store.ErrKilled) && c.Status == store.Killed {
		outcome, err = store.Repeated, nil
	}
	if errors.Is(err, store.ErrNotFound) && !errors.Is(err, store.ErrExpunged) {
		return fmt.Errorf("uri %.200q: %w: no article has it, and there is nothing to withdraw", c.GUID, store.ErrNotFound)
	} else if err != nil {
		return err
	}
	w.Header().Set("ETag", articleTag(a))
	return writeJSON(w, http.StatusOK, "application/json", s.receipt(store.Receipt{Article: a, Outcome: outcome}))
}

// releaseOwn brings back what the same token held: that its provider says it is
// usable ends its own hold, and not that of an editor.
func (s *Server) releaseOwn(ctx context.Context, receipt *store.Receipt, by string) error {
	lines, err := s.Store.Log(ctx, receipt.Article.ID)
	if err != nil {
		return err
	}
	slices.Reverse(lines)
	i := slices.IndexFunc(lines, func(c store.Change) bool { return c.Kind == store.KindHeld })
	if i < 0 || lines[i].By != by {
		return nil
	}
	a, err := s.Store.SetStatus(ctx, store.StatusChange{
		ID: receipt.Article.ID, Status: store.Usable, Now: s.Now(), By: by, Reason: "Its provider says that it is usable.",
	})
	if err == nil {
		receipt.Article, receipt.Outcome = a, store.Revised
	}
	return err
}
