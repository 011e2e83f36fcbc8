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
