package serve

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"dateline/feed"
	"dateline/store"
)

// Sources looks after the sources for the handlers.
type Sources interface {
	Schedule(context.Context) ([]store.Source, error)
	// Fetch polls a source now; with release, what it brings is filed however
	// much it is. It fails with store.ErrNotFound, and with store.ErrConflict
	// while the source is being polled.
	Fetch(ctx context.Context, name string, release bool) (Polled, error)
}

// Polled is what came of one poll of a source. Client code reads it too.
type Polled struct {
	Source   string    `json:"source"`
	Outcome  string    `json:"outcome"`
	New      int       `json:"new"`
	Revised  int       `json:"revised"`
	Joined   int       `json:"joined,omitempty"` // articles that another source had
	HeldBack int       `json:"held_back,omitempty"`
	HeldWhy  string    `json:"held_why,omitempty"`
	Error    string    `json:"error,omitempty"`
	Hint     string    `json:"hint,omitempty"`
	Next     time.Time `json:"next"`
	Warnings []string  `json:"warnings"`
}

// SourceListing answers a request for the sources.
type SourceListing struct {
	Sources []store.Source `json:"sources"` // that which is due first in front
}

// ListSources is a listing of sources of the store, which shows no secret that
// is in their addresses.
func ListSources(list []store.Source) SourceListing {
	shown := append([]store.Source{}, list...)
	for i, s := range shown {
		shown[i].Configured, shown[i].URL = feed.Shown(s.Configured), feed.Shown(s.URL)
	}
	return SourceListing{shown}
}

// listSources lists all sources.
func (s *Server) listSources(w http.ResponseWriter, r *http.Request) error {
	list, err := s.Sources.Schedule(r.Context())
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, "application/json", ListSources(list))
}

// pollSource polls a source and answers with what came of it.
func (s *Server) pollSource(release bool) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		// Reading the pages of many articles takes longer than other answers.
		http.NewResponseController(w).SetWriteDeadline(time.Time{})
		name := r.PathValue("name")
		ctx, end := s.waiting(r)
		defer end()
		polled, err := s.Sources.Fetch(ctx, name, release)
		if err != nil && s.ending() {
			return errEnding
		} else if errors.Is(err, store.ErrNotFound) {
			return s.noSource(r.Context(), name)
		} else if err != nil {
			return err
		}
		return writeJSON(w, http.StatusOK, "application/json", polled)
	}
}

// noSource is the error of a name that no source has.
func (s *Server) noSource(ctx context.Context, name string) error {
	list, err := s.Sources.Schedule(ctx)
	if err != nil {
		return err
	}
	var known []string
	for _, source := range list {
		known = append(known, source.Name)
	}
	if near := feed.Nearest(name, known); near != "" {
		return fmt.Errorf("source %.80q: %w: did you mean %q?", name, store.ErrNotFound, near)
	}
	return fmt.Errorf("source %.80q: %w: the configuration in force has none of that name", name, store.ErrNotFound)
}
