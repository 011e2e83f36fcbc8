package poll

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"dateline/store"
)

// wall is a clock that can be set. Like that of a machine, it goes on however
// it was set.
type wall struct{ off atomic.Int64 }

func (w *wall) now() time.Time       { return time.Now().Round(0).Add(time.Duration(w.off.Load())) }
func (w *wall) set(by time.Duration) { w.off.Add(int64(by)) }
func pass(d time.Duration)           { time.Sleep(d); synctest.Wait() }
func (d *days) run(t *testing.T) func() {
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { d.Run(ctx) })
	return func() { stop(); running.Wait() }
}

const year = 365 * 24 * time.Hour

// TestTheClockJumps by an hour and by a year, both ways, while the poller runs
// and while it does not: nobody is polled more often than may be but once, and
// nobody waits for the clock to come back.
func TestTheClockJumps(t *testing.T) {
	source := newOrigin(t)
	for _, jump := range []time.Duration{time.Hour, -time.Hour, year, -year} {
		for _, running := range []bool{true, false} {
			t.Run(fmt.Sprintf("by %s, running %v", jump, running), func(t *testing.T) {
				source.say(item("1", "One"))
				synctest.Test(t, func(t *testing.T) {
					var clock wall
					clock.set(2 * year) // so that it can go back
					f := newFarm(t)
					f.server.Close()
					f.Now, f.Sources[0].URL = clock.now, source.URL+"/feed"
					f.adopt()
					d := &days{f, source}
					stop := d.run(t)
					pass(26 * time.Hour)
					d.check("before", "One", 2, 26)
					if running {
						clock.set(jump)
					} else {
						stop()
						clock.set(jump)
						f.adopt()
						stop = d.run(t)
					}
					source.say(item("2", "Two"), item("1", "One"))
					pass(14 * time.Hour)
					d.check("after", "Two, One", 1, 15)
					if s := d.source(); s.Polled.After(clock.now()) || s.Good.After(clock.now()) {
						t.Errorf("%+v", s)
					}
					source.say(item("3", "Three"), item("2", "Two"), item("1", "One"))
					pass(14 * time.Hour)
					d.check("later", "Three, Two, One", 1, 15)
					stop()
					f.store.Close()
				})
			})
		}
	}
}

// TestManySourcesWhenTheClockJumps: each is polled once.
func TestManySourcesWhenTheClockJumps(t *testing.T) {
	source := newOrigin(t)
	source.say(item("1", "One"))
	const many = 40
	for _, jump := range []time.Duration{year, -year} {
		synctest.Test(t, func(t *testing.T) {
			var clock wall
			clock.set(2 * year)
			f := newFarm(t)
			f.server.Close()
			f.Now, f.Sources, f.Spread = clock.now, nil, time.Second
			for i := range many {
				f.Sources = append(f.Sources, Source{Name: fmt.Sprint("s", i), URL: fmt.Sprint(source.URL, "/feed", i), Category: "world", Every: 2 * time.Hour})
			}
			f.adopt()
			d := &days{f, source}
			stop := d.run(t)
			pass(time.Hour)
			if n := d.requests(); n != many {
				t.Errorf("%d requests before", n)
			}
			clock.set(jump)
			pass(24 * time.Hour)
			if n := d.requests(); n < many || n > 13*many {
				t.Errorf("%d requests in the day after", n)
			}
			stop()
			f.store.Close()
		})
	}
}

// TestClockIsSetBackDuringAPoll: what the source is told then is by a clock that
// is gone.
func TestClockIsSetBackDuringAPoll(t *testing.T) {
	source := newOrigin(t)
	synctest.Test(t, func(t *testing.T) {
		var clock wall
		clock.set(2 * year)
		var once sync.Once
		say := feedOf(source.URL, item("1", "One"))
		source.set(func(w http.ResponseWriter, r *http.Request) {
			once.Do(func() { clock.set(-year) })
			say(w, r)
		})
		f := newFarm(t)
		f.server.Close()
		f.Now, f.Sources[0].URL = clock.now, source.URL+"/feed"
		f.adopt()
		d := &days{f, source}
		stop := d.run(t)
		pass(time.Minute)
		d.check("at once", "One", 1, 1)
		pass(14 * time.Hour)
		d.check("after", "One", 1, 15)
		stop()
		f.store.Close()
	})
}

func TestSourcesThatAreSetBack(t *testing.T) {
	f := newFarm(t)
	at := func(polled, next, claimed time.Duration) (s store.Source) {
		if s = (store.Source{Name: "gazette", Next: noon.Add(next)}); polled != 0 {
			s.Polled = noon.Add(polled)
		}
		if claimed != 0 {
			s.Claimed = noon.Add(claimed)
		}
		return s
	}
	for name, tc := range map[string]struct {
		source store.Source
		want   time.Duration // until the next poll; 0 for as it is
	}{
		"well":                              {at(-time.Minute, time.Hour, 0), 0},
		"throttled for a week":              {at(-time.Minute, 7*24*time.Hour, 0), 0},
		"being polled":                      {at(-time.Hour, -time.Minute, 20*time.Minute), 0},
		"new":                               {at(0, 10*time.Minute, 0), 0},
		"polled in an hour":                 {at(time.Hour, 90*time.Minute, 0), 30 * time.Minute},
		"polled in a year":                  {at(year, year+7*24*time.Hour, 0), 7 * 24 * time.Hour},
		"new in a year":                     {at(0, year, 0), 1},
		"given back in a year":              {at(-time.Hour, year, 0), 1},
		"claimed in a year":                 {at(-time.Hour, -time.Minute, year), -time.Minute},
		"polled in a year, claimed another": {at(year, year+time.Hour, 2*year), time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			tc.source.Configured = f.Sources[0].URL
			tc.source.URL = f.Sources[0].URL
			if err := f.store.Adopt(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
			if err := f.store.Adopt(t.Context(), []store.Source{tc.source}); err != nil {
				t.Fatal(err)
			}
			if err := f.followClock(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
			got, err := f.store.Source(t.Context(), "gazette")
			if err != nil {
				t.Fatal(err)
			}
			switch wait := got.Next.Sub(noon); {
			case tc.want == 0 && got != tc.source:
				t.Errorf("got %+v, want it as it was", got)
			case tc.want == 1 && wait != 0, tc.want != 0 && tc.want != 1 && wait != tc.want:
				t.Errorf("due in %s", wait)
			case tc.want != 0 && (got.Polled.After(noon) || !got.Claimed.IsZero()):
				t.Errorf("%+v", got)
			}
		})
	}
}

// TestPollThatEndsByAnotherClock is seen to, however long after the clock was
// set back.
func TestPollThatEndsByAnotherClock(t *testing.T) {
	f := newFarm(t)
	q := newQueue(f.Poller)
	check := func(want time.Time) {
		t.Helper()
		if err := q.followClock(t.Context()); err != nil {
			t.Fatal(err)
		}
		if s, err := f.store.Source(t.Context(), "gazette"); err != nil || !s.Polled.Equal(want) {
			t.Errorf("polled %s, %v; want %s", s.Polled, err, want)
		}
	}
	s, err := f.store.Source(t.Context(), "gazette")
	if err != nil {
		t.Fatal(err)
	}
	q.add([]store.Source{s})
	s.Polled, s.Next = noon.Add(year), noon.Add(year+time.Hour)
	check(time.Time{})
	q.end(Result{asked: s, Source: s})
	check(noon)
}
