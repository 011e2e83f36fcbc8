package poll

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"dateline/store"
)

// TestDaysInTheLifeOfASource lets the poller run for weeks of a clock that
// jumps to whatever is next, while the source lives: it is quiet, edits, takes
// back, dates back, gives another ID, asks for patience, fails, moves and goes.
func TestDaysInTheLifeOfASource(t *testing.T) {
	source := newOrigin(t) // outside of the bubble, with the clock of the machine
	synctest.Test(t, func(t *testing.T) {
		d := newDays(t, source)
		hours := func(n int) { time.Sleep(time.Duration(n) * time.Hour); synctest.Wait() }

		source.say(item("2", "Two"), item("1", "One"))
		time.Sleep(time.Minute)
		d.check("at once", "Two, One", 1, 1)
		hours(12)
		d.check("quiet for half a day: never more often than every hour", "Two, One", 2, 12)

		source.say(item("3", "Three"), item("2", "Two, edited"), item("1", "One"))
		hours(13)
		d.check("an edit, and a new one", "Three, Two, edited, One", 1, 13)
		if a := d.article("Two, edited"); a.Version != 2 || !a.Updated.After(a.Published) {
			t.Errorf("edited: %+v", a)
		}

		source.say(item("3", "Three"), item("old", "Backdated", "<pubDate>Fri, 01 Jan 1999 00:00:00 GMT</pubDate>"))
		hours(13)
		d.check("two have left the feed, and one is dated back", "Three, Two, edited, One, Backdated", 1, 13)

		moved := strings.Replace(item("3", "Three"), "urn:g:3", "urn:g:three", 1)
		source.say(moved, "<at:deleted-entry ref='urn:g:1' when='"+time.Now().UTC().Format(time.RFC3339)+"'/>")
		hours(13)
		d.check("an ID that moved, and one taken back", "Three, Two, edited, Backdated", 1, 13)

		source.fail(429, "Retry-After", "36000")
		hours(13)
		d.check("asked for patience", "Three, Two, edited, Backdated", 1, 2)
		hours(11)
		source.fail(500)
		hours(24)
		d.check("failing: less and less often", "Three, Two, edited, Backdated", 3, 8)
		if s := d.source(); s.Failures == 0 || s.Error == "" {
			t.Errorf("failing: %+v", s)
		}

		source.say(moved)
		hours(48)
		d.check("well again", "Three, Two, edited, Backdated", 2, 40)
		if s := d.source(); s.Failures != 0 || s.Error != "" || s.URL != source.URL+"/feed" {
			t.Errorf("well again: %+v", s)
		}
		source.move(http.StatusFound)
		hours(10 * 24)
		if s := d.source(); s.URL != source.URL+"/feed" {
			t.Errorf("a redirect for now was taken over: %s", s.URL)
		}
		source.move(http.StatusMovedPermanently)
		hours(2 * 24)
		if s := d.source(); s.URL != source.URL+"/feed" || s.Moved == "" {
			t.Errorf("a redirect for good was taken over within two days: %+v", s)
		}
		hours(3 * 24)
		if s := d.source(); s.URL != source.URL+"/new" {
			t.Errorf("a redirect for good was not taken over: %+v", s)
		}

		source.fail(410)
		hours(13)
		d.requests()
		hours(8 * 24)
		d.check("gone", "Three, Two, edited, Backdated", 0, 0)
		if s := d.source(); s.Stopped == "" {
			t.Errorf("gone: %+v", s)
		}
	})
}

// origin is a server whose answers change. It keeps no connection open, which
// a bubble would wait for.
type origin struct {
	URL    string
	mu     sync.Mutex
	answer http.HandlerFunc
	asked  []time.Time
}

func newOrigin(t *testing.T) *origin {
	o := &origin{}
	f := newFarm(t)
	f.server.Config.SetKeepAlivesEnabled(false)
	f.answer = func(w http.ResponseWriter, r *http.Request) {
		o.mu.Lock()
		answer := o.answer
		o.asked = append(o.asked, time.Now())
		o.mu.Unlock()
		answer(w, r)
	}
	o.URL = f.server.URL
	return o
}

func (o *origin) set(answer http.HandlerFunc) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.answer = answer
}

func (o *origin) say(items ...string) { o.set(feedOf(o.URL, items...)) }

func (o *origin) fail(status int, header ...string) {
	o.set(func(w http.ResponseWriter, r *http.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
	})
}

// move redirects from the feed to its new place.
func (o *origin) move(status int) {
	o.mu.Lock()
	answer := o.answer
	o.mu.Unlock()
	o.set(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/feed" {
			http.Redirect(w, r, "/new", status)
			return
		}
		answer(w, r)
	})
}

// days is a poller that runs in a bubble.
type days struct {
	*farm
	origin *origin
}

func newDays(t *testing.T, o *origin) *days {
	f := newFarm(t)
	f.server.Close() // of its own
	f.Now = time.Now
	f.Sources[0].URL = o.URL + "/feed"
	f.adopt()
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { f.Run(ctx) })
	t.Cleanup(func() {
		stop()
		running.Wait()
		f.store.Close()
	})
	return &days{f, o}
}

// requests are those since it was asked last.
func (d *days) requests() int {
	d.origin.mu.Lock()
	defer d.origin.mu.Unlock()
	n := len(d.origin.asked)
	d.origin.asked = nil
	return n
}

func (d *days) check(what, headlines string, fewest, most int) {
	d.Helper()
	if got := d.headlines("source/gazette"); got != headlines {
		d.Errorf("%s: %q; want %q", what, got, headlines)
	}
	if n := d.requests(); n < fewest || n > most {
		d.Errorf("%s: %d requests; want %d to %d", what, n, fewest, most)
	}
}

func (d *days) source() store.Source {
	d.Helper()
	s, err := d.store.Source(context.Background(), "gazette")
	if err != nil {
		d.Fatal(err)
	}
	return s
}

func (d *days) article(headline string) store.Article {
	d.Helper()
	page, err := d.store.Articles(context.Background(), store.Query{Listing: "source/gazette", Limit: 100})
	if err != nil {
		d.Fatal(err)
	}
	for _, a := range page.Articles {
		if a.Headline == headline {
			return a
		}
	}
	d.Fatalf("no article %q", headline)
	return store.Article{}
}
