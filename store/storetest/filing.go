package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
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

func expectedStands(f *fixture) {
	a := f.article("Ferry sinks", "harbour")
	first := f.filing(a)
	first.Expect = 1
	f.refuse(first, store.ErrStale)
	first.Expect = store.Absent
	f.send(first)
	again := f.filing(a)
	again.Article.Headline = "Ferry floats"
	f.unchanged("what expects another version", func() {
		for _, expect := range []int{store.Absent, 2} {
			again.Expect = expect
			f.refuse(again, store.ErrStale)
		}
		c := f.statusChange(a.ID, store.Held)
		c.Expect = 2
		if _, err := f.store.SetStatus(f.Context(), c); !errors.Is(err, store.ErrStale) {
			f.Errorf("hold: error %v", err)
		}
	}, "harbour")
	again.Expect = 1
	f.same("version", f.send(again).Article.Version, 2)
	c := f.statusChange(a.ID, store.Held)
	c.Expect = 2
	if _, err := f.store.SetStatus(f.Context(), c); err != nil {
		f.Error(err)
	}
}

// lateIsOlder: a version that was made before the one that stands never takes
// its place, however late it comes.
func lateIsOlder(f *fixture) {
	a := f.article("Ferry sinks", "harbour")
	version := func(headline string, made time.Time, edition int) store.Filing {
		filing := f.filing(a)
		filing.Article.Headline, filing.Made, filing.Edition = headline, made, edition
		return filing
	}
	noon := f.now.Add(-time.Hour)
	f.send(version("Ferry sinks", noon, 2))
	for _, late := range []store.Filing{version("Ferry late", noon.Add(-time.Second), 0), version("Ferry late", time.Time{}, 1), version("Ferry late", noon.Add(-time.Second), 3)} {
		f.unchanged("what is late", func() { f.refuse(late, store.ErrOlder) }, "harbour")
	}
	f.send(version("Ferry floats", noon.Add(time.Minute), 0))
	kill := f.statusChange(a.ID, store.Killed)
	kill.Made = noon
	f.unchanged("what is late withdraws nothing", func() {
		if _, err := f.store.SetStatus(f.Context(), kill); !errors.Is(err, store.ErrOlder) {
			f.Errorf("error %v", err)
		}
	}, "harbour")
	corrected := f.article("Goat swims", "harbour")
	first := f.filing(corrected)
	first.Made, first.Edition = noon, 3
	f.send(first)
	corrected.Headline = "Goat swam"
	f.send(f.filing(corrected)) // by an editor, now
	kill = f.statusChange(corrected.ID, store.Killed)
	for _, edition := range []int{2, 4} {
		kill.Made, kill.Edition = noon.Add(time.Minute), edition
		if _, err := f.store.SetStatus(f.Context(), kill); errors.Is(err, store.ErrOlder) != (edition == 2) || err != nil && edition == 4 {
			f.Errorf("the kill of version %d: %v", edition, err)
		}
	}
	f.set(a.ID, store.Held)
	f.reopen()
	f.unchanged("what is late for a held article", func() { f.refuse(version("Ferry late", noon, 0), store.ErrOlder) }, "harbour")
	f.set(a.ID, store.Usable)
	f.unchanged("what is late once it was released", func() { f.refuse(version("Ferry late", noon, 2), store.ErrOlder) }, "harbour")
	f.later(time.Minute)
	f.send(version("Ferry rests", time.Time{}, 0)) // nothing is said of when: it was made now
	f.unchanged("what was made before that", func() { f.refuse(version("Ferry late", f.now.Add(-time.Second), 3), store.ErrOlder) }, "harbour")
	f.unchanged("what an earlier version said", func() { f.refuse(version("Ferry floats", time.Time{}, 0), store.ErrOlder) }, "harbour")
	f.reopen()
	f.unchanged("that after reopening", func() { f.refuse(version("Ferry sinks", time.Time{}, 0), store.ErrOlder) }, "harbour")
	f.later(time.Hour)
	if receipt := f.send(version("Ferry rests", noon, 1)); receipt.Outcome != store.Repeated {
		f.Errorf("what stands was %s", receipt.Outcome)
	}
	future := version("Ferry swims", f.now.Add(1000*time.Hour), 3)
	f.send(future)
	f.later(time.Hour)
	f.send(version("Ferry swam", f.now, 3)) // nothing is made later than it is filed
	back := version("Ferry sinks", noon, 1)
	back.Expect = f.read(a.ID).Version
	f.send(back) // who says what stands knows better
	f.same("headline", f.read(a.ID).Headline, "Ferry sinks")
}

func quietMovesNothing(f *fixture) {
	a := f.article("Ferry sniks", "harbour")
	f.file(a)
	before := f.read(a.ID)
	f.later(48 * time.Hour)
	filing := f.filing(a)
	filing.Article.Headline, filing.Quiet = "Ferry sinks", true
	f.send(filing)
	after := f.read(a.ID)
	if after.Version != 2 || after.Headline != "Ferry sinks" || !after.Updated.Equal(before.Updated) || !after.Published.Equal(before.Published) {
		f.Errorf("got %+v", after)
	}
	if line := f.lastLine(); line.Kind != store.KindMended || !slices.Equal(line.Listings, []string{"harbour"}) {
		f.Errorf("line %+v", line)
	}
	for n := range 3 {
		f.file(f.article(fmt.Sprint("Goat ", n), "harbour"))
	}
	page, err := f.store.Window(f.Context(), store.Window{Listing: "harbour", Newest: 2, KeepFor: 24 * time.Hour, Most: 10, Archive: 2})
	f.must(err)
	for _, in := range page.Articles {
		if in.ID == a.ID {
			f.Error("the window shows it as one that was changed lately")
		}
	}
}
