package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"dateline/store"
)

func everyChangeHasItsLine(f *fixture) {
	a := f.article("Ferry pier opens", "harbour", "council")
	a.Expires = f.now.Add(24 * time.Hour)
	b := f.article("Council to buy the ferry", "council")
	b.Embargo = f.now.Add(time.Hour)
	var want []store.Change
	expect := func(kind store.Kind, id store.ID, version int, by, reason string, listings ...string) {
		want = append(want, store.Change{
			Sequence: uint64(len(want) + 1), Time: f.now, Kind: kind, ID: id, Version: version,
			By: by, Reason: reason, Listings: listings,
		})
		f.later(time.Hour)
	}
	f.file(a)
	expect(store.KindFiled, a.ID, 1, "newsdesk", "first edition", "council", "harbour")
	a.Headline, a.Categories = "Ferry pier opens late", []string{"harbour"}
	f.file(a)
	expect(store.KindRevised, a.ID, 2, "newsdesk", "first edition", "council", "harbour")
	f.set(a.ID, store.Held)
	expect(store.KindHeld, a.ID, 3, "duty editor", "the harbour master denies it", "council", "harbour") // where it was
	f.set(a.ID, store.Usable)
	expect(store.KindReleased, a.ID, 4, "duty editor", "the harbour master denies it", "council", "harbour")
	b.Embargo = f.now.Add(time.Hour)
	f.file(b)
	expect(store.KindFiled, b.ID, 1, "newsdesk", "first edition")
	f.advance()
	expect(store.KindPublished, b.ID, 1, "", "", "council")
	f.later(24 * time.Hour)
	f.advance()
	expect(store.KindExpired, a.ID, 4, "", "", "harbour")
	f.set(a.ID, store.Killed)
	expect(store.KindKilled, a.ID, 5, "duty editor", "the harbour master denies it", "council", "harbour")
	f.same("log", f.lines(0), want)
}

func sequencesHaveNoGaps(f *fixture) {
	if n := f.sequence(); n != 0 {
		f.Errorf("sequence %d in an empty store", n)
	}
	killed := f.article("Ferry sinks", "harbour")
	f.file(killed)
	f.set(killed.ID, store.Killed)
	for i := range 10 {
		f.file(f.article(fmt.Sprintf("Berth %d", i), "harbour"))
		f.refuse(f.filing(killed), store.ErrKilled)
		f.refuse(f.filing(f.article("", "harbour")), new(store.Invalid))
	}
	for i, line := range f.lines(0) {
		if line.Sequence != uint64(i+1) {
			f.Errorf("sequence %d at place %d", line.Sequence, i+1)
		}
	}
	if n := f.sequence(); n != 12 || f.stats().Sequence != 12 {
		f.Errorf("sequence %d, %d in stats; want 12", n, f.stats().Sequence)
	}
}

func timesIncrease(f *fixture) {
	var want []time.Time
	for _, c := range []struct{ clock, after time.Duration }{
		{0, 0}, {0, micro}, {0, micro}, // it stands
		{-time.Hour, micro}, {0, micro}, // it went back
		{time.Hour, micro},      // it has caught up
		{20 * micro, 0},         // it has overtaken
		{900, micro}, {1200, 0}, // less than a microsecond, then more
		{-24 * time.Hour, micro},
	} {
		f.later(c.clock)
		at := f.now.Truncate(micro)
		if c.after > 0 {
			at = want[len(want)-1].Add(c.after)
		}
		want = append(want, at)
		f.file(f.article("Ferry pier opens", "harbour"))
	}
	f.reopen()
	f.later(-time.Hour)
	f.file(f.article("Ferry pier opens", "harbour"))
	want = append(want, want[len(want)-1].Add(micro))
	var got []time.Time
	for _, line := range f.lines(0) {
		got = append(got, line.Time)
	}
	f.same("times", got, want)
	f.same("changed", f.changed("harbour"), want[len(want)-1])
}

func followInPieces(f *fixture) {
	for range 11 {
		f.file(f.article("Ferry pier opens", "harbour"))
	}
	whole := f.lines(0)
	for limit := 1; limit <= 12; limit++ {
		var got []store.Change
		for after := uint64(0); after < 11; after = got[len(got)-1].Sequence {
			piece, err := f.store.Changes(f.Context(), after, limit)
			f.must(err)
			if want := min(limit, 11-int(after)); len(piece) != want {
				f.Fatalf("%d lines after %d; want %d", len(piece), after, want)
			}
			got = append(got, piece...)
		}
		f.same("log", got, whole)
	}
}

func followerIsWoken(f *fixture) {
	for after := range uint64(5) {
		var woken []store.Change
		var follower sync.WaitGroup
		follower.Go(func() {
			var err error
			if woken, err = f.store.Changes(f.Context(), after, 10); err != nil {
				f.Errorf("changes after %d: %v", after, err)
			}
		})
		f.file(f.article("Ferry pier opens", "harbour"))
		follower.Wait()
		f.same("what it was woken by", woken, f.lines(after))
	}
}

func followerIsLetGo(f *fixture) {
	f.file(f.article("Ferry pier opens", "harbour"))
	for _, after := range []uint64{1, 2, 1 << 63} {
		ctx, cancel := context.WithCancel(f.Context())
		var err error
		var follower sync.WaitGroup
		follower.Go(func() { _, err = f.store.Changes(ctx, after, 10) })
		cancel()
		follower.Wait()
		if !errors.Is(err, context.Canceled) {
			f.Errorf("changes after %d: error %v; want that of the context", after, err)
		}
	}
}

func manyFollowers(f *fixture) {
	const changes = 30
	logs := make([][]store.Change, 6)
	var followers sync.WaitGroup
	for i := range logs {
		followers.Go(func() {
			for len(logs[i]) < changes {
				piece, err := f.store.Changes(f.Context(), uint64(len(logs[i])), 1+i)
				if err != nil || len(piece) == 0 {
					f.Errorf("follower %d: %d lines, error %v", i, len(piece), err)
					return
				}
				logs[i] = append(logs[i], piece...)
				if n, err := f.store.Sequence(f.Context()); err != nil || n < uint64(len(logs[i])) {
					f.Errorf("follower %d has %d lines, and the last change is %d, error %v", i, len(logs[i]), n, err)
				}
			}
		})
	}
	f.concurrently(3, func(w int) {
		for i := range changes / 3 {
			a := f.article(fmt.Sprintf("Berth %d.%d", w, i), "harbour")
			if _, err := f.store.File(f.Context(), f.filing(a)); err != nil {
				f.Errorf("file: %v", err)
			}
		}
	})
	followers.Wait()
	for _, log := range logs {
		f.same("log of a follower", log, f.lines(0))
	}
}

func articleHasItsLog(f *fixture) {
	a, other := f.article("Ferry sinks", "harbour"), f.article("Goat swims", "harbour")
	f.file(a)
	f.file(other)
	f.set(a.ID, store.Held)
	f.set(a.ID, store.Usable)
	f.file(a) // repeated: nothing was done
	f.set(a.ID, store.Killed)
	f.reopen()
	list, err := f.store.Log(f.Context(), a.ID)
	f.must(err)
	var kinds []store.Kind
	for _, line := range list {
		kinds = append(kinds, line.Kind)
		if line.ID != a.ID || line.By == "" || line.Reason == "" {
			f.Errorf("line %+v", line)
		}
	}
	f.same("kinds", kinds, []store.Kind{store.KindFiled, store.KindHeld, store.KindReleased, store.KindKilled})
	f.same("the last line", list[len(list)-1], f.lastLine())
	if _, err := f.store.Log(f.Context(), store.NewID(f.now)); !errors.Is(err, store.ErrNotFound) {
		f.Errorf("of no article: error %v", err)
	}
}
