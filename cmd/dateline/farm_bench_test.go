//go:build linux

package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dateline/feed/clean"
	"dateline/feed/fetch"
	"dateline/feed/parse"
	"dateline/feed/poll"
	"dateline/store"
	"dateline/store/bolt"
)

// BenchmarkGathering gathers the farm: 1,000 sources with 30 articles of 2 KB
// each, all of them due, with the settings of a fresh configuration but for the
// pause between two fetches from one host, and with whole articles republished.
// Then it polls them once more, when none has anything new. Each iteration has
// a fresh store; what is told are medians, so ask for several:
//
//	go test ./cmd/dateline -run '^$' -bench Gathering -benchtime 5x
//
// The budget: the first fetch takes at most twice what it takes to parse and
// sanitise the same bytes on all processors (the floor); sources that have
// nothing new cost no write transaction each.
func BenchmarkGathering(b *testing.B) {
	tuneMemory() // as the program does
	urls := startFarm(b)
	runs := map[string][]cost{}
	var sizes []float64
	for b.Loop() {
		g := &gathering{urls: urls, path: filepath.Join(b.TempDir(), "dateline.db")}
		ours := func() {
			runs["first"] = append(runs["first"], g.first(b))
			sizes = append(sizes, g.size(b))
			runs["304"] = append(runs["304"], g.same(b))
		}
		floor := func() { runs["floor"] = append(runs["floor"], g.floor(b)) }
		if len(sizes)%2 == 0 {
			floor()
			ours()
		} else {
			ours()
			floor()
		}
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(median(len(sizes), func(i int) float64 { return runs["first"][i].took.Seconds() / runs["floor"][i].took.Seconds() }), "first/floor")
	b.ReportMetric(median(len(sizes), func(i int) float64 { return sizes[i] / (1 << 20) }), "disk-MiB")
	for name, list := range runs {
		b.ReportMetric(median(len(list), func(i int) float64 { return list[i].took.Seconds() }), name+"-s")
		b.ReportMetric(median(len(list), func(i int) float64 { return list[i].cpu.Seconds() }), name+"-cpu-s")
		b.ReportMetric(median(len(list), func(i int) float64 { return list[i].peak / (1 << 20) }), name+"-peak-MiB")
		if name != "floor" {
			b.ReportMetric(median(len(list), func(i int) float64 { return float64(list[i].commits) }), name+"-commits")
		}
	}
}

// startFarm runs the farm until b ends, and is the URLs of its feeds.
func startFarm(b *testing.B) (urls []string) {
	stdout := start(b, exec.Command("farm"))
	lines := bufio.NewScanner(stdout)
	for len(urls) < farmSize && lines.Scan() {
		urls = append(urls, lines.Text())
	}
	if len(urls) < farmSize {
		b.Fatalf("the farm has %d feeds, not %d", len(urls), farmSize)
	}
	return urls
}

// gathering is one store and what is gathered into it.
type gathering struct {
	urls []string
	path string
}

// floor parses and sanitises the bytes of all feeds, on all processors, and
// does nothing else.
func (g *gathering) floor(b *testing.B) cost {
	bodies := make([][]byte, len(g.urls))
	for n := range bodies {
		bodies[n] = farmBytes(n)
	}
	return measure(b, "", func() {
		var next atomic.Int64
		var workers sync.WaitGroup
		for range runtime.GOMAXPROCS(0) {
			workers.Go(func() {
				for n := int(next.Add(1)) - 1; n < len(bodies); n = int(next.Add(1)) - 1 {
					readAndClean(b, bodies[n], g.urls[n])
				}
			})
		}
		workers.Wait()
	})
}

// readAndClean makes of a feed what a poll cannot do without.
func readAndClean(b *testing.B, body []byte, from string) {
	f, err := parse.Read(body, farmType, from)
	if err != nil || len(f.Items) != farmDepth {
		b.Errorf("%s: %d items, error %v", from, len(f.Items), err)
	}
	for _, item := range f.Items {
		a := store.Article{Headline: clean.Line(item.Title), Summary: clean.Text(item.Summary), Body: clean.HTML(item.Content, item.Base)}
		if a.Headline == "" || a.Summary == "" || len(a.Body) < 1000 {
			b.Errorf("%s: item %q lost its text", from, item.ID)
		}
	}
}

// first fetches all feeds for the first time.
func (g *gathering) first(b *testing.B) cost {
	g.gather(b, 0, func(*poll.Poller) {}) // makes the store, which is not counted
	var articles int
	spent := measure(b, g.path, func() {
		articles = g.gather(b, time.Hour, func(p *poll.Poller) { g.once(b, p, fetch.Fetched) })
	})
	if want := len(g.urls) * farmDepth; articles != want {
		b.Fatalf("%d articles, not %d", articles, want)
	}
	return spent
}

// same fetches all feeds once more, a day later, and none has anything new.
func (g *gathering) same(b *testing.B) cost {
	return measure(b, g.path, func() {
		g.gather(b, 25*time.Hour, func(p *poll.Poller) { g.once(b, p, fetch.NotModified) })
	})
}

// gather opens the store, has a poller adopt the sources, lets act run with it
// as if it were so much later, and closes all. It is how many articles there
// are then.
func (g *gathering) gather(b *testing.B, later time.Duration, act func(*poll.Poller)) (articles int) {
	s, err := bolt.Open(g.path, bolt.Options{})
	if err != nil {
		b.Fatal(err)
	}
	p := newPoller(b, farmSources(g.urls), s)
	if err := p.Adopt(b.Context()); err != nil {
		b.Fatal(err)
	}
	p.Now = func() time.Time { return time.Now().Add(later) }
	act(p)
	p.Fetcher.Close()
	stats, err := s.Stats(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	return stats.Articles
}

// size is that of the store's file, in bytes.
func (g *gathering) size(b *testing.B) float64 {
	info, err := os.Stat(g.path)
	if err != nil {
		b.Fatal(err)
	}
	return float64(info.Size())
}

// newPoller is that of a configuration with those sources.
func newPoller(b *testing.B, sources []sourceConfig, s poll.Store) *poll.Poller {
	c := defaultConfig()
	c.Site.URL = "https://news.example.com"
	c.Sources = sources
	c.Fetch.Pause, c.Fetch.AllowPrivate = 0, []string{"127.0.0.0/8"}
	p, err := c.poller(s, newLog(c, io.Discard, c.logLevel()))
	if err != nil {
		b.Fatal(err)
	}
	return p
}

// once polls the sources, of which all are due, and each must come to that.
func (g *gathering) once(b *testing.B, p *poll.Poller, want fetch.Kind) {
	n := 0
	err := p.Once(b.Context(), nil, func(r poll.Result) {
		if n++; r.Outcome.Kind != want || r.Err != nil || r.Source.Error != "" {
			b.Errorf("%s: %s, %v", r.Source.Name, r.Outcome, r.Err)
		}
	})
	if err != nil || n != len(g.urls) {
		b.Fatalf("polled %d sources, error %v", n, err)
	}
}

// BenchmarkGatheringNothing has 100,000 sources in the schedule of which none
// is due: what it costs to adopt the same list once more, as at each start and
// each change of the configuration, and what a poller that waits for the first
// of them takes in a minute.
func BenchmarkGatheringNothing(b *testing.B) {
	const sources, minutes = 100_000, 10_000
	path := filepath.Join(b.TempDir(), "dateline.db")
	s, err := bolt.Open(path, bolt.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	var urls []string
	for n := range sources {
		urls = append(urls, fmt.Sprintf("https://source-%d.example.com/feed.xml", n))
	}
	p := newPoller(b, farmSources(urls), s)
	if err := p.Adopt(b.Context()); err != nil {
		b.Fatal(err)
	}
	before := time.Now().Add(-time.Hour) // that the first is due
	p.Now = func() time.Time { return before }
	var adopted, waited []cost
	for b.Loop() {
		adopted = append(adopted, measure(b, "", func() {
			if err := p.Adopt(b.Context()); err != nil {
				b.Fatal(err)
			}
		}))
		waited = append(waited, measure(b, "", func() { wait(b, p, s, minutes) }))
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(median(len(adopted), func(i int) float64 { return adopted[i].took.Seconds() }), "adopt-s")
	b.ReportMetric(median(len(adopted), func(i int) float64 { return adopted[i].cpu.Seconds() }), "adopt-cpu-s")
	b.ReportMetric(median(len(adopted), func(i int) float64 { return adopted[i].allocated / (1 << 20) }), "adopt-alloc-MiB")
	b.ReportMetric(median(len(waited), func(i int) float64 { return waited[i].cpu.Seconds() * 1e6 / minutes }), "cpu-µs/minute")
	b.ReportMetric(median(len(waited), func(i int) float64 { return waited[i].allocated / minutes }), "B/minute")
	b.ReportMetric(median(len(waited), func(i int) float64 { return waited[i].allocs / minutes }), "allocs/minute")
}

// wait runs the poller for as many turns as it has in so many minutes in which
// nothing is due.
func wait(b *testing.B, p *poll.Poller, s poll.Store, minutes int) {
	ctx, end := context.WithCancel(b.Context())
	defer end()
	p.Store = &hurry{Store: s, left: minutes, end: end}
	p.Run(ctx)
	p.Store = s
}

// hurry is a store that makes no poller wait: it says that something is due in
// a moment, and gives nothing. After so many questions it ends the poller.
type hurry struct {
	poll.Store
	left int
	end  context.CancelFunc
}

func (h *hurry) Claim(ctx context.Context, now, until time.Time, limit int) (list []store.Source, next time.Time, err error) {
	if h.left--; h.left == 0 {
		h.end()
	}
	list, next, err = h.Store.Claim(ctx, now, until, limit)
	if soon := now.Add(time.Nanosecond); next.After(soon) {
		next = soon
	}
	return list, next, err
}
