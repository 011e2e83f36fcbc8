package main

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"dateline/store"
	"dateline/store/bolt"
)

// relateTest is a store with a relater, and a clock for both.
type relateTest struct {
	*testing.T
	store *bolt.Store
	now   time.Time
}

func newRelateTest(t *testing.T) *relateTest {
	s, err := bolt.Open(filepath.Join(t.TempDir(), "test.db"), bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return &relateTest{t, s, time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)}
}

// file files copy that was published some time ago.
func (r *relateTest) file(headline, text string, ago time.Duration) store.ID {
	r.Helper()
	r.now = r.now.Add(time.Minute)
	a := store.Article{
		ID: store.NewID(r.now), Headline: headline, Slug: "a", Body: "<p>" + text + "</p>", Language: "en", Categories: []string{"world"}, Published: r.now.Add(-ago),
	}
	a.GUID = "urn:test:" + string(a.ID)
	receipt, err := r.store.File(r.Context(), store.Filing{Article: a, Now: r.now})
	if err != nil {
		r.Fatal(err)
	}
	return receipt.Article.ID
}

// catchUp is what a relater that begins now comes to.
func (r *relateTest) catchUp() {
	r.Helper()
	if err := newRelater(r.store, func() time.Time { return r.now }).catchUp(r.Context()); err != nil {
		r.Fatal(err)
	}
}

func (r *relateTest) near(id store.ID, want ...store.ID) {
	r.Helper()
	near, err := r.store.Near(r.Context(), []store.ID{id}, store.MaxNear)
	if err != nil {
		r.Fatal(err)
	}
	var got []store.ID
	for _, a := range near[id] {
		got = append(got, a.ID)
	}
	if !slices.Equal(got, want) {
		r.Errorf("near are %q, want %q", got, want)
	}
}

const (
	ferryRuns  = "The ferry Morwenna crossed the Oru at Bellmar again, said the harbour master Ines Calder."
	ferryStops = "The ferry Morwenna stays at Bellmar, since the Oru is too low, said the harbour master Ines Calder."
	goat       = "A goat won the regatta of Tollgate by a length, to the surprise of its owner."
)

// others fills the index with what is near to nothing, so that words are rare.
func (r *relateTest) others() {
	for i := range 30 {
		r.file(fmt.Sprintf("Notice %d", i), fmt.Sprintf("Street %d is closed in week %d of the year.", i*7, i), 0)
	}
}

func TestRelaterFollowsTheLog(t *testing.T) {
	r := newRelateTest(t)
	r.others()
	first := r.file("Ferry Morwenna runs again at Bellmar", ferryRuns, 0)
	r.catchUp()
	r.near(first)
	second := r.file("Ferry Morwenna stops at Bellmar", ferryStops, 0)
	other := r.file("Goat wins regatta", goat, 0)
	r.catchUp()
	r.near(second, first)
	r.near(first)
	r.near(other)
	before, _ := r.store.Sequence(t.Context())
	r.catchUp()
	if after, _ := r.store.Sequence(t.Context()); after != before {
		t.Errorf("a look at nothing new wrote %d lines", after-before)
	}
	if _, err := r.store.SetStatus(t.Context(), store.StatusChange{ID: first, Status: store.Killed, Now: r.now}); err != nil {
		t.Fatal(err)
	}
	third := r.file("Ferry Morwenna is sold", ferryRuns+" It is sold.", 0)
	r.catchUp()
	r.near(third, second)
	r.near(second)
}

func TestRelaterLeavesOldArticles(t *testing.T) {
	r := newRelateTest(t)
	r.others()
	first := r.file("Ferry Morwenna runs again at Bellmar", ferryRuns, 0)
	old := r.file("Ferry Morwenna stops at Bellmar", ferryStops, 7*24*time.Hour)
	r.catchUp()
	r.near(first, old)
	r.near(old)
}

// A relater that runs is woken by the change log.
func TestRelaterRuns(t *testing.T) {
	r := newRelateTest(t)
	r.others()
	first := r.file("Ferry Morwenna runs again at Bellmar", ferryRuns, 0)
	ctx, cancel := context.WithCancel(t.Context())
	var work sync.WaitGroup
	work.Go(func() { newRelater(r.store, func() time.Time { return r.now }).run(ctx, slog.New(slog.DiscardHandler)) })
	second := r.file("Ferry Morwenna stops at Bellmar", ferryStops, 0)
	for after := uint64(0); ; {
		lines, err := r.store.Changes(t.Context(), after, 100)
		if err != nil {
			t.Fatal(err)
		}
		after = lines[len(lines)-1].Sequence
		if slices.ContainsFunc(lines, func(c store.Change) bool { return c.ID == second && c.Kind == store.KindRelated }) {
			break
		}
	}
	r.near(second, first)
	cancel()
	work.Wait()
}
