package serve_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// BenchmarkFileOverAPI files articles of 2 KB over HTTP, each durable before
// its answer. The budget: 64 clients reach three times what one reaches.
func BenchmarkFileOverAPI(b *testing.B) {
	paragraph := "<p>The ferry crossed the river again, with nine people, a goat and the post of eleven years.</p>"
	for _, clients := range []int{1, 64} {
		b.Run(fmt.Sprintf("clients=%d", clients), func(b *testing.B) {
			s := newSite(b)
			transport := &http.Transport{MaxIdleConnsPerHost: clients}
			defer transport.CloseIdleConnections()
			var next atomic.Int64
			var done sync.WaitGroup
			b.ResetTimer()
			for range clients {
				done.Go(func() {
					for n := next.Add(1); n <= int64(b.N); n = next.Add(1) {
						body := fmt.Sprintf(`{"headline":"Number %d","body":"%s","categories":["sport"]}`, n, strings.Repeat(paragraph, 20))
						req, _ := http.NewRequest("POST", s.http.URL+"/api/v1/articles", strings.NewReader(body))
						req.Header.Set("Content-Type", "application/json")
						req.Header.Set("Authorization", "Bearer "+deskToken)
						resp, err := transport.RoundTrip(req)
						if err != nil {
							b.Error(err)
							return
						}
						resp.Body.Close()
						if resp.StatusCode != http.StatusCreated {
							b.Error(resp.Status)
							return
						}
					}
				})
			}
			done.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "articles/s")
		})
	}
}

// sink takes an answer and drops it.
type sink struct{ header http.Header }

func (s *sink) Header() http.Header         { return s.header }
func (s *sink) Write(b []byte) (int, error) { return len(b), nil }
func (s *sink) WriteHeader(int)             {}

// BenchmarkWarmFeed is what a poll of a feed in memory costs beside the
// connection: the whole answer, and the answer that nothing has changed.
func BenchmarkWarmFeed(b *testing.B) {
	s := newSite(b)
	for range 50 {
		s.receipt(s.file(`{"headline":"H","body":"<p>B</p>","categories":["sport"]}`))
	}
	etag := s.get("/category/sport/rss.xml").Header.Get("ETag")
	for name, header := range map[string]http.Header{
		"200": {"Accept-Encoding": {"gzip"}},
		"304": {"Accept-Encoding": {"gzip"}, "If-None-Match": {etag}},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r, _ := http.NewRequest("GET", "/category/sport/rss.xml", nil)
				r.Header = header
				s.handler.ServeHTTP(&sink{http.Header{}}, r)
			}
		})
	}
}
