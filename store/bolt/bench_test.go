package bolt

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dateline/store"
)

// BenchmarkFile files articles, each durable before the next of its client.
func BenchmarkFile(b *testing.B) {
	for _, clients := range []int{1, 64} {
		b.Run(fmt.Sprintf("clients=%d", clients), func(b *testing.B) {
			s := newStore(b)
			articles := make([]store.Article, b.N)
			w := newWriter(uint64(clients))
			for n := range articles {
				articles[n] = w.article(n)
			}
			before := commits(b, s)
			b.ResetTimer()
			fileAll(b, s, clients, b.N, func(_, n int) store.Article { return articles[n] })
			b.StopTimer()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "articles/s")
			b.ReportMetric(float64(b.N)/float64(commits(b, s)-before), "articles/commit")
		})
	}
}

// fileAll files n articles from so many goroutines, and gives their size as
// JSON.
func fileAll(b *testing.B, s *Store, clients, n int, article func(client, n int) store.Article) int64 {
	var next, size atomic.Int64
	var all sync.WaitGroup
	for client := range clients {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				a := article(client, i)
				if _, err := s.File(context.Background(), filing(a)); err != nil {
					b.Error(err)
					return
				}
				text, _ := json.Marshal(a)
				size.Add(int64(len(text)))
			}
		})
	}
	all.Wait()
	return size.Load()
}

// envLarge asks for the benchmarks that take minutes.
const envLarge = "DATELINE_BENCH_LARGE"

// BenchmarkCategoryPage reads the newest 50 articles of a category. It also
// says how large the file is for what is in it, how long it takes to open it,
// and how much memory that takes.
func BenchmarkCategoryPage(b *testing.B) {
	for _, articles := range []int{1000, 10_000, 1_000_000} {
		build := sync.OnceValue(func() benchStore { return buildStore(b, articles) })
		b.Run(fmt.Sprintf("articles=%d", articles), func(b *testing.B) {
			if articles > 100_000 && os.Getenv(envLarge) == "" {
				b.Skipf("it takes minutes: set %s=1", envLarge)
			}
			built := build()
			s := openStore(b, built.path, Options{})
			for b.Loop() {
				page, err := s.Articles(b.Context(), store.Query{Listing: category(0), Limit: 50})
				if err != nil || len(page.Articles) != 50 {
					b.Fatalf("%d articles, error %v", len(page.Articles), err)
				}
			}
			b.StopTimer()
			if err := s.Close(); err != nil {
				b.Fatal(err)
			}
			built.report(b)
		})
	}
}

type benchStore struct {
	path string
	size int64 // of the articles as JSON
	took time.Duration
}

// buildStore makes a store in a folder that goes with the benchmark.
func buildStore(b *testing.B, articles int) benchStore {
	built := benchStore{path: filepath.Join(b.TempDir(), "dateline.db")}
	s := openStore(b, built.path, Options{Now: now})
	const clients = 128
	writers := make([]*writer, clients)
	for i := range writers {
		writers[i] = newWriter(uint64(i))
	}
	start := time.Now()
	built.size = fileAll(b, s, clients, articles, func(client, n int) store.Article { return writers[client].article(n) })
	built.took = time.Since(start)
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	return built
}

func (built benchStore) report(b *testing.B) {
	info, err := os.Stat(built.path)
	if err != nil {
		b.Fatal(err)
	}
	// A process of its own: the memory of this one holds the building.
	out, err := process(b, "open and measure", built.path, 0).Output()
	if err != nil {
		b.Fatal(err)
	}
	var m measured
	if err := json.Unmarshal(out, &m); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(info.Size())/float64(built.size), "file/JSON")
	b.ReportMetric(float64(m.Open.Microseconds())/1000, "ms-open")
	b.ReportMetric(float64(m.Cold.Microseconds())/1000, "ms-first-page")
	b.ReportMetric(m.Rest/1024, "MiB-at-rest")
	b.ReportMetric(m.Read/1024, "MiB-after-reading")
	b.Logf("%d MiB of JSON in a file of %d MiB, filed in %s; memory before opening %.1f MiB",
		built.size>>20, info.Size()>>20, built.took.Round(time.Second), m.Before/1024)
}

// measured is what a fresh process finds. The memory is what is its own
// (RssAnon), in KiB.
type measured struct {
	Open, Cold         time.Duration
	Before, Rest, Read float64
}

// openAndMeasure is the act of that process.
func openAndMeasure(path string, _ int) (err error) {
	var m measured
	if m.Before, err = privateMemory(); err != nil {
		return err
	}
	start := time.Now()
	s, err := Open(path, Options{})
	if err != nil {
		return err
	}
	m.Open = time.Since(start)
	start = time.Now()
	if _, err := s.Articles(context.Background(), store.Query{Listing: category(0), Limit: 50}); err != nil {
		return err
	}
	m.Cold = time.Since(start)
	if m.Rest, err = privateMemory(); err != nil {
		return err
	}
	for n := range 1000 {
		if _, err := s.Articles(context.Background(), store.Query{Listing: category(n), Limit: 50}); err != nil {
			return err
		}
	}
	if m.Read, err = privateMemory(); err != nil {
		return err
	}
	return errors.Join(s.Close(), json.NewEncoder(os.Stdout).Encode(m))
}

// privateMemory is the RssAnon of this process after a garbage collection.
func privateMemory() (kib float64, err error) {
	debug.FreeOSMemory()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	_, rest, found := strings.Cut(string(status), "RssAnon:")
	if !found {
		return 0, errors.New("this system does not tell RssAnon")
	}
	_, err = fmt.Sscan(rest, &kib)
	return kib, err
}
