package storetest

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"dateline/store"
)

// sourceDue is a source that is due so much later than now.
func (f *fixture) sourceDue(name string, in time.Duration) store.Source {
	url := "https://" + name + ".example/feed"
	return store.Source{Name: name, Configured: url, URL: url, Next: f.now.Add(in)}
}

func (f *fixture) adopt(list ...store.Source) {
	f.Helper()
	f.must(f.store.Adopt(f.Context(), list))
}

func (f *fixture) schedule() []store.Source {
	f.Helper()
	list, err := f.store.Schedule(f.Context())
	f.must(err)
	return list
}

// claim takes what is due for an hour, and gives the names.
func (f *fixture) claim(limit int) (names []string, next time.Time) {
	f.Helper()
	list, next, err := f.store.Claim(f.Context(), f.now, f.now.Add(time.Hour), limit)
	f.must(err)
	for _, s := range list {
		names = append(names, s.Name)
	}
	return names, next
}

func adoptedSources(f *fixture) {
	a, b := f.sourceDue("a", time.Hour), f.sourceDue("b", 0)
	f.adopt(a, b)
	f.same("sources", f.schedule(), []store.Source{b, a})
	b.ETag, b.Next = `"1"`, f.now.Add(2*time.Hour)
	f.must(f.store.Settle(f.Context(), []store.Source{b}))
	f.adopt(f.sourceDue("b", 0), f.sourceDue("c", 0))
	f.same("one kept, one new, one forgotten", f.schedule(), []store.Source{f.sourceDue("c", 0), b})
	moved := f.sourceDue("b", time.Minute)
	moved.Configured, moved.URL = "https://b.example/other", "https://b.example/other"
	f.adopt(moved)
	f.same("with another URL it is new", f.schedule(), []store.Source{moved})
	f.unchanged("adopting the same", func() { f.adopt(moved) })
	if _, err := f.store.Source(f.Context(), "a"); !errors.Is(err, store.ErrNotFound) {
		f.Errorf("a forgotten source: error %v", err)
	}
}

func dueIsClaimedOnce(f *fixture) {
	stopped := f.sourceDue("d", -time.Hour)
	stopped.Stopped = "it is gone"
	f.adopt(f.sourceDue("a", -time.Minute), f.sourceDue("b", -time.Hour), f.sourceDue("c", time.Hour), stopped)
	got, next := f.claim(1)
	if !slices.Equal(got, []string{"b"}) || !next.Equal(f.now.Add(-time.Minute)) {
		f.Errorf("first %v, next %s", got, next)
	}
	got, next = f.claim(10)
	if !slices.Equal(got, []string{"a"}) || !next.Equal(f.now.Add(time.Hour)) {
		f.Errorf("then %v, next %s", got, next)
	}
	if got, _ = f.claim(10); got != nil {
		f.Errorf("then %v", got)
	}
	if claimed, err := f.store.Source(f.Context(), "a"); err != nil || !claimed.Claimed.Equal(f.now.Add(time.Hour)) {
		f.Errorf("claimed until %s, error %v", claimed.Claimed, err)
	}
}

// adoptedAgain: it is not taken for one that never brought anything.
func adoptedAgain(f *fixture) {
	f.file(f.gathered("council", "gazette"))
	source := f.sourceDue("gazette", 0)
	f.adopt(source)
	f.adopt()
	f.adopt(source, f.sourceDue("herald", time.Hour))
	source.Brought = 1
	f.same("sources", f.schedule(), []store.Source{source, f.sourceDue("herald", time.Hour)})
}

func claimEnds(f *fixture) {
	f.adopt(f.sourceDue("a", 0))
	f.claim(1)
	f.later(59 * time.Minute)
	if got, _ := f.claim(1); got != nil {
		f.Errorf("before its end: %v", got)
	}
	f.later(time.Minute)
	if got, _ := f.claim(1); !slices.Equal(got, []string{"a"}) {
		f.Errorf("at its end: %v", got)
	}
}

func namedIsClaimed(f *fixture) {
	stopped := f.sourceDue("d", -time.Hour)
	stopped.Stopped = "it is gone"
	f.adopt(f.sourceDue("a", time.Hour), stopped)
	until := f.now.Add(10 * time.Minute)
	for _, name := range []string{"a", "d"} {
		got, err := f.store.ClaimNamed(f.Context(), name, f.now, until)
		if err != nil || got.Name != name || !got.Claimed.Equal(until) {
			f.Errorf("got %+v, error %v", got, err)
		}
	}
	f.unchanged("claiming it again, and one that is not there", func() {
		if _, err := f.store.ClaimNamed(f.Context(), "a", f.now, until); !errors.Is(err, store.ErrConflict) {
			f.Errorf("error %v, want store.ErrConflict", err)
		}
		if _, err := f.store.ClaimNamed(f.Context(), "b", f.now, until); !errors.Is(err, store.ErrNotFound) {
			f.Errorf("error %v, want store.ErrNotFound", err)
		}
	})
	f.later(10 * time.Minute)
	if _, err := f.store.ClaimNamed(f.Context(), "a", f.now, f.now.Add(time.Hour)); err != nil {
		f.Errorf("once the claim has ended: %v", err)
	}
}

func outlineIsFollowed(f *fixture) {
	a := f.sourceDue("a", time.Hour)
	f.adopt(a)
	a.ETag = `"1"`
	f.must(f.store.Settle(f.Context(), []store.Source{a}))
	listed := f.sourceDue("a", 0)
	listed.Outline, listed.Category = "partners.opml", "harbour"
	f.adopt(listed)
	a.Outline, a.Category = listed.Outline, listed.Category
	f.same("sources", f.schedule(), []store.Source{a})
}

func settledIsDue(f *fixture) {
	a := f.sourceDue("a", 0)
	f.adopt(a, f.sourceDue("b", 0))
	f.claim(2)
	a.Next, a.ETag, a.Failures, a.Error = f.now.Add(10*time.Minute), `"x"`, 2, "no answer"
	f.must(f.store.Settle(f.Context(), []store.Source{a}))
	if got, err := f.store.Source(f.Context(), "a"); err != nil || difference(got, a) != "" {
		f.Errorf("got %+v, error %v", got, err)
	}
	f.later(10 * time.Minute)
	if got, _ := f.claim(2); !slices.Equal(got, []string{"a"}) {
		f.Errorf("claimed %v", got)
	}
	a.Stopped = "it is gone"
	f.must(f.store.Settle(f.Context(), []store.Source{a}))
	f.later(1000 * time.Hour)
	if got, _ := f.claim(2); !slices.Equal(got, []string{"b"}) {
		f.Errorf("claimed %v, a is polled no more", got)
	}
}

func settledAfterForgotten(f *fixture) {
	a, b := f.sourceDue("a", 0), f.sourceDue("b", 0)
	f.adopt(a, b)
	f.claim(2)
	other := f.sourceDue("b", 0)
	other.Configured = "https://b.example/other"
	f.adopt(other)
	a.ETag, b.ETag = `"x"`, `"x"`
	f.must(f.store.Settle(f.Context(), []store.Source{a, b}))
	f.same("sources", f.schedule(), []store.Source{other})
}

func manyClaim(f *fixture) {
	var list []store.Source
	for n := range 100 {
		list = append(list, f.sourceDue(fmt.Sprintf("s%d", n), 0))
	}
	f.adopt(list...)
	var mu sync.Mutex
	var claimed []string
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for {
				got, _, err := f.store.Claim(f.Context(), f.now, f.now.Add(time.Hour), 3)
				if err != nil {
					f.Errorf("claim: %v", err)
				}
				if len(got) == 0 {
					return
				}
				mu.Lock()
				for _, s := range got {
					claimed = append(claimed, s.Name)
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	slices.Sort(claimed)
	if len(claimed) != 100 || len(slices.Compact(claimed)) != 100 {
		f.Errorf("%d claims of 100 sources", len(claimed))
	}
}

func scheduleSurvivesReopen(f *fixture) {
	f.adopt(f.sourceDue("a", time.Hour), f.sourceDue("b", 0))
	f.claim(1)
	want := f.schedule()
	f.reopen()
	f.same("sources", f.schedule(), want)
}
