package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"dateline/store"
)

// keyed is a filing under an idempotency key.
func (f *fixture) keyed(a store.Article, key, fingerprint string) store.Filing {
	filing := f.filing(a)
	filing.Key, filing.Fingerprint = key, fingerprint
	return filing
}

func keyAnswersWithFirstUse(f *fixture) {
	a := f.article("Ferry pier opens", "harbour")
	f.send(f.keyed(a, "k1", "sum"))
	f.later(time.Hour)
	a.Headline = "Ferry pier opens late"
	revised := f.file(a).Article

	other := f.article("Something else entirely", "council")
	f.unchanged("a repeated key", func() {
		receipt := f.send(f.keyed(other, "k1", "sum"))
		if receipt.Outcome != store.Repeated || receipt.Sequence != 0 {
			f.Errorf("%s at %d; want repeated at 0", receipt.Outcome, receipt.Sequence)
		}
		f.same("receipt", receipt.Article, revised)
	}, "harbour", "council")
}

func keyWithOtherFingerprint(f *fixture) {
	a := f.article("Ferry pier opens", "harbour")
	f.send(f.keyed(a, "k1", "sum"))
	f.unchanged("a key used twice", func() {
		f.refuse(f.keyed(a, "k1", "another sum"), store.ErrKeyReused)
		f.refuse(f.keyed(f.article("Council meets", "council"), "k1", ""), store.ErrKeyReused)
	}, "harbour", "council")
	f.send(f.keyed(f.article("Council meets", "council"), "k2", "another sum"))
}

func keyOfAnotherFiler(f *fixture) {
	f.send(f.keyed(f.article("Ferry pier opens", "harbour"), "k1", "sum"))
	filing := f.keyed(f.article("Council meets", "council"), "k1", "another sum")
	filing.By = "sports desk"
	if receipt := f.send(filing); receipt.Outcome != store.Filed {
		f.Errorf("%s; want filed", receipt.Outcome)
	}
}

func keySurvivesReopen(f *fixture) {
	a := f.article("Ferry pier opens", "harbour")
	filed := f.send(f.keyed(a, "k1", "sum")).Article
	f.reopen()
	f.later(365 * 24 * time.Hour)
	f.unchanged("a repeated key", func() {
		f.same("receipt", f.send(f.keyed(f.article("Council meets", "council"), "k1", "sum")).Article, filed)
		f.refuse(f.keyed(a, "k1", "another sum"), store.ErrKeyReused)
	}, "harbour", "council")
}

func refusalLeavesKeyFree(f *fixture) {
	invalid := f.article("", "harbour")
	var fault *store.Invalid
	if _, err := f.store.File(f.Context(), f.keyed(invalid, "k1", "sum")); !errors.As(err, &fault) {
		f.Fatalf("error %v; want *store.Invalid", err)
	}
	taken := f.article("Ferry pier opens", "harbour")
	taken.ID = f.file(f.article("Council meets", "council")).Article.ID
	f.refuse(f.keyed(taken, "k1", "sum"), store.ErrConflict)
	if receipt := f.send(f.keyed(f.article("Ferry pier opens", "harbour"), "k1", "a third sum")); receipt.Outcome != store.Filed {
		f.Errorf("%s; want filed", receipt.Outcome)
	}
}

func keyOfKilled(f *fixture) {
	a := f.article("Ferry sinks", "harbour")
	f.send(f.keyed(a, "k1", "sum"))
	f.set(a.ID, store.Killed)
	f.unchanged("the key of a killed article", func() {
		f.refuse(f.keyed(a, "k1", "sum"), store.ErrKilled)
	}, "harbour")
}

func refusalLeavesNoTrace(f *fixture) {
	usable := f.send(f.keyed(f.article("Ferry pier opens", "harbour"), "k1", "sum")).Article
	killed := f.file(f.article("Ferry sinks", "harbour")).Article
	f.set(killed.ID, store.Killed)
	invalid, taken := f.article("", "harbour"), f.article("Council meets", "council")
	taken.ID = usable.ID
	ended, cancel := context.WithCancel(f.Context())
	cancel()
	f.unchanged("a refused write", func() {
		f.refuse(f.filing(taken), store.ErrConflict)
		f.refuse(f.filing(killed), store.ErrKilled)
		f.refuse(f.keyed(taken, "k1", "another sum"), store.ErrKeyReused)
		f.refuse(f.filing(invalid), new(store.Invalid))
		if _, err := f.store.File(ended, f.filing(f.article("Council meets", "council"))); !errors.Is(err, context.Canceled) {
			f.Errorf("file with an ended context: error %v", err)
		}
		if _, err := f.store.SetStatus(ended, f.statusChange(usable.ID, store.Held)); !errors.Is(err, context.Canceled) {
			f.Errorf("set status with an ended context: error %v", err)
		}
		if _, err := f.store.SetStatus(f.Context(), f.statusChange(killed.ID, store.Usable)); !errors.Is(err, store.ErrKilled) {
			f.Errorf("release a killed article: error %v", err)
		}
	}, "harbour", "council")
}

// manyAtOnce files from many goroutines, one in three of it faulty in a way
// that only the store can see, one in three in a way that the article shows.
func manyAtOnce(f *fixture) {
	const writers, each = 16, 12
	taken := f.file(f.article("Ferry pier opens", "harbour")).Article.ID
	f.concurrently(writers, func(w int) {
		for i := range each {
			a := f.article(fmt.Sprintf("Berth %d, day %d", w, i), "harbour")
			var want error
			switch i % 3 {
			case 1:
				a.ID, want = taken, store.ErrConflict
			case 2:
				a.Headline, want = "", new(store.Invalid)
			}
			if _, err := f.store.File(f.Context(), f.filing(a)); !matches(err, want) {
				f.Errorf("writer %d, filing %d: error %v; want %v", w, i, err, want)
			}
		}
	})
	const valid = 1 + writers*each/3
	all := f.walk(store.Query{All: true, Limit: 50})
	seen := map[string]bool{}
	for _, a := range all.Articles {
		seen[a.Headline] = true
	}
	if len(all.Articles) != valid || len(seen) != valid || len(f.ids("harbour")) != valid || f.sequence() != valid {
		f.Errorf("%d articles, %d headlines, %d listed, %d changes; want %d of each",
			len(all.Articles), len(seen), len(f.ids("harbour")), f.sequence(), valid)
	}
}

func oneGUIDByMany(f *fixture) {
	const writers, each = 8, 6
	a := f.article("Ferry pier opens", "harbour")
	f.concurrently(writers, func(w int) {
		for i := range each {
			b := a
			b.ID, b.Headline = store.NewID(f.now), fmt.Sprintf("Ferry pier opens, says berth %d.%d", w, i)
			if _, err := f.store.File(f.Context(), f.filing(b)); err != nil {
				f.Errorf("writer %d: %v", w, err)
			}
		}
	})
	all := f.walk(store.Query{All: true, Limit: 5}).Articles
	if len(all) != 1 || all[0].Version != writers*each {
		f.Fatalf("%d articles, the first of version %d; want 1 of version %d", len(all), all[0].Version, writers*each)
	}
	for i, line := range f.lines(0) {
		if line.ID != all[0].ID || line.Version != i+1 {
			f.Errorf("change %d: version %d of %s", line.Sequence, line.Version, line.ID)
		}
	}
}

func oneKeyByMany(f *fixture) {
	var filed sync.Map
	f.concurrently(16, func(w int) {
		filing := f.keyed(f.article(fmt.Sprintf("Try %d", w), "harbour"), "k1", "sum")
		receipt, err := f.store.File(f.Context(), filing)
		if err != nil {
			f.Errorf("try %d: %v", w, err)
		}
		filed.Store(receipt.Article.ID, true)
	})
	ids := f.ids("harbour")
	if len(ids) != 1 {
		f.Fatalf("%d articles; want 1", len(ids))
	}
	filed.Range(func(id, _ any) bool {
		if id != ids[0] {
			f.Errorf("article %s was answered, but %s is there", id, ids[0])
		}
		return true
	})
}

// concurrently runs act in n goroutines and waits for them.
func (f *fixture) concurrently(n int, act func(worker int)) {
	var all sync.WaitGroup
	for worker := range n {
		all.Go(func() { act(worker) })
	}
	all.Wait()
}
