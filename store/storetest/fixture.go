package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"dateline/store"
)

// tb is what testing.T and rapid.T have in common.
type tb interface {
	rapid.TB
	Cleanup(func())
	Context() context.Context
}

// fixture is one store under test. now is the clock of whoever calls the
// store; it moves only when a test moves it.
type fixture struct {
	tb
	host   testing.TB // the test that open may fail
	store  Store
	engine Engine
	dir    string
	now    time.Time
}

// newFixture opens the store in dir. When the test ends, the store's Check
// must find nothing.
func newFixture(t tb, host testing.TB, dir string, engine Engine) *fixture {
	f := &fixture{
		tb: t, host: host, engine: engine, dir: dir,
		now: time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC),
	}
	f.store = engine.Open(host, dir)
	t.Cleanup(func() {
		f.check()
		f.must(f.store.Close())
	})
	return f
}

func (f *fixture) check() {
	f.Helper()
	// The context of a test has ended when its clean-up runs.
	f.must(f.store.Check(context.Background(), func(fault string) { f.Errorf("check: %s", fault) }, nil))
}

func (f *fixture) must(err error) {
	f.Helper()
	if err != nil {
		f.Fatalf("%v", err)
	}
}

// reopen closes the store and opens it again.
func (f *fixture) reopen() {
	f.Helper()
	f.must(f.store.Close())
	f.store = f.engine.Open(f.host, f.dir)
}

// later moves the clock on.
func (f *fixture) later(d time.Duration) time.Time {
	f.now = f.now.Add(d)
	return f.now
}

func (f *fixture) filing(a store.Article) store.Filing {
	return store.Filing{Article: a, Now: f.now, By: "newsdesk", Reason: "first edition"}
}

// file files what must be accepted.
func (f *fixture) file(a store.Article) store.Receipt {
	f.Helper()
	return f.send(f.filing(a))
}

func (f *fixture) send(filing store.Filing) store.Receipt {
	f.Helper()
	receipt, err := f.store.File(f.Context(), filing)
	if err != nil {
		f.Fatalf("file %q: %v", filing.Article.Headline, err)
	}
	return receipt
}

// refuse files what must be refused for that reason.
func (f *fixture) refuse(filing store.Filing, want error) {
	f.Helper()
	if receipt, err := f.store.File(f.Context(), filing); !matches(err, want) {
		f.Fatalf("file %q: %q, error %v; want %v", filing.Article.Headline, receipt.Outcome, err, want)
	}
}

// matches tells whether err is want; any *store.Invalid is like any other.
func matches(err, want error) bool {
	if invalid := new(store.Invalid); errors.As(want, &invalid) {
		return errors.As(err, &invalid)
	}
	return errors.Is(err, want)
}

// set gives an article a status, which must be allowed.
func (f *fixture) set(id store.ID, status store.Status) store.Article {
	f.Helper()
	a, err := f.store.SetStatus(f.Context(), f.statusChange(id, status))
	if err != nil {
		f.Fatalf("set %s %s: %v", id, status, err)
	}
	return a
}

func (f *fixture) statusChange(id store.ID, status store.Status) store.StatusChange {
	return store.StatusChange{ID: id, Status: status, Now: f.now, By: "duty editor", Reason: "the harbour master denies it"}
}

// advance does what is due now.
func (f *fixture) advance() (next time.Time) {
	f.Helper()
	next, err := f.store.Advance(f.Context(), f.now)
	f.must(err)
	return next
}

// read is the article as the store has it.
func (f *fixture) read(id store.ID) store.Article {
	f.Helper()
	a, err := f.store.Article(f.Context(), id)
	f.must(err)
	return a
}

func (f *fixture) page(q store.Query) store.Page {
	f.Helper()
	page, err := f.store.Articles(f.Context(), q)
	f.must(err)
	return page
}

// ids are those of a whole listing, walked in small pages.
func (f *fixture) ids(category string) []store.ID {
	f.Helper()
	return idsOf(f.walk(store.Query{Listing: category, Limit: 2}).Articles)
}

func idsOf(articles []store.Article) []store.ID {
	var ids []store.ID
	for _, a := range articles {
		ids = append(ids, a.ID)
	}
	return ids
}

// changed is when the listing last changed.
func (f *fixture) changed(category string) time.Time {
	f.Helper()
	return f.page(store.Query{Listing: category, Limit: 1}).Changed
}

func (f *fixture) stats() store.Stats {
	f.Helper()
	stats, err := f.store.Stats(f.Context())
	f.must(err)
	return stats
}

func (f *fixture) sequence() uint64 {
	f.Helper()
	n, err := f.store.Sequence(f.Context())
	f.must(err)
	return n
}

// lines are those of the log after a sequence, none when there is none.
func (f *fixture) lines(after uint64) []store.Change {
	f.Helper()
	if f.sequence() <= after {
		return nil
	}
	lines, err := f.store.Changes(f.Context(), after, 1<<20)
	f.must(err)
	return lines
}

func (f *fixture) lastLine() store.Change {
	f.Helper()
	lines := f.lines(f.sequence() - 1)
	if len(lines) != 1 {
		f.Fatalf("%d lines after the last but one; want 1", len(lines))
	}
	return lines[0]
}

func (f *fixture) tombstones(category string) []store.Tombstone {
	f.Helper()
	list, err := f.store.Tombstones(f.Context(), category, time.Time{})
	f.must(err)
	return list
}

// same fails the test when got is not want, and shows where they part.
func (f *fixture) same(what string, got, want any) {
	f.Helper()
	if d := difference(got, want); d != "" {
		f.Fatalf("%s: %s", what, d)
	}
}
