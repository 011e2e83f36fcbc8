package serve_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"dateline/feed/serve"
)

// limitedSite takes two requests at once from each token, and one in ten
// seconds.
func limitedSite(t *testing.T) *site {
	s := newSite(t)
	s.server.Rate = serve.Rate{PerSecond: 0.1, Burst: 2}
	s.server.Tokens[1].Unlimited = true
	s.http.Config.Handler = s.server.Handler()
	return s
}

func TestTokenMustWait(t *testing.T) {
	s := limitedSite(t)
	ask := func(token string) answer {
		return s.do("GET", "/api/v1/changes", "", "Authorization", "Bearer "+token)
	}
	for _, left := range []string{`"token";r=1;t=10`, `"token";r=0;t=10`} {
		if a := ask(deskToken); a.StatusCode != http.StatusOK || a.Header.Get("RateLimit") != left || a.Header.Get("RateLimit-Policy") != `"token";q=2;w=20` {
			t.Fatalf("%s, %v", a.Status, a.Header)
		}
	}
	a := ask(deskToken)
	if a.StatusCode != http.StatusTooManyRequests || a.Header.Get("Retry-After") != "10" || !strings.Contains(a.body, "token desk may come back in 10 seconds") || a.Header.Get("RateLimit") != `"token";r=0;t=10` {
		t.Errorf("%s, %v: %s", a.Status, a.Header, a.body)
	}
	s.now = s.now.Add(9 * time.Second)
	if a := ask(deskToken); a.Header.Get("Retry-After") != "1" { // those that were refused do not count
		t.Errorf("%s, Retry-After %q", a.Status, a.Header.Get("Retry-After"))
	}
	s.now = s.now.Add(time.Second)
	if a := ask(deskToken); a.StatusCode != http.StatusOK {
		t.Error(a.Status)
	}
	for range 5 {
		if a := ask(readerToken); a.StatusCode != http.StatusOK || a.Header.Get("RateLimit") != "" {
			t.Errorf("without a limit: %s %v", a.Status, a.Header)
		}
	}
	if a := s.get("/healthz"); a.StatusCode != http.StatusOK {
		t.Errorf("what takes no token: %s", a.Status)
	}
}

// TestEveryRouteIsLimited: each counts, and one that is refused does nothing.
func TestEveryRouteIsLimited(t *testing.T) {
	d := newDesk(t)
	for _, o := range mustSpec(t).operations() {
		if len(o.Security) == 0 {
			continue
		}
		d.server.Rate = serve.Rate{PerSecond: 1, Burst: 1}
		d.http.Config.Handler = d.server.Handler()
		if a := d.ask(d.good(o).asking("nonsense=1")); a.StatusCode != http.StatusBadRequest {
			t.Errorf("%s, the first: %s", o.OperationID, a.Status)
		}
		before := d.picture()
		if a := d.ask(d.good(o)); a.StatusCode != http.StatusTooManyRequests || a.Header.Get("Retry-After") != "1" {
			t.Errorf("%s, the second: %s %v", o.OperationID, a.Status, a.Header)
		}
		if d.picture() != before {
			t.Errorf("%s: something was stored", o.OperationID)
		}
	}
}

// TestBacklogIsNotStopped: what config.yaml says lets a newsroom's program file
// a thousand articles as fast as it can, and stops one that does not end.
func TestBacklogIsNotStopped(t *testing.T) {
	s := newSite(t)
	s.server.Rate = serve.Rate{PerSecond: 20, Burst: 2000}
	handler := s.server.Handler()
	n := 0
	for ; n < 10_000; n++ {
		r := httptest.NewRequest("GET", "/api/v1/changes", nil)
		r.Header.Set("Authorization", "Bearer "+deskToken)
		w := httptest.NewRecorder()
		if handler.ServeHTTP(w, r); w.Code != http.StatusOK {
			break
		}
	}
	if n != 2000 {
		t.Errorf("%d requests", n)
	}
}

func TestStrangerMustWait(t *testing.T) {
	s := limitedSite(t)
	guess := func() answer { return s.do("GET", "/api/v1/changes", "", "Authorization", "Bearer guess") }
	n := 0
	for guess().StatusCode == http.StatusUnauthorized {
		n++
	}
	if a := guess(); n != 30 || a.StatusCode != http.StatusTooManyRequests || a.Header.Get("Retry-After") != "1" || a.Header.Get("RateLimit") != `"address";r=0;t=1` {
		t.Errorf("%d guesses, then %s %v", n, a.Status, a.Header)
	}
	if a := s.get("/api/v1/changes"); a.StatusCode != http.StatusTooManyRequests {
		t.Errorf("without any token: %s", a.Status)
	}
	if a := s.do("GET", "/api/v1/changes", "", "Authorization", "Bearer "+deskToken); a.StatusCode != http.StatusOK {
		t.Errorf("whoever has a token, from the same address: %s", a.Status)
	}
	s.now = s.now.Add(time.Minute)
	if a := guess(); a.StatusCode != http.StatusUnauthorized {
		t.Errorf("a minute later: %s", a.Status)
	}
	s.server.Rate = serve.Rate{}
	s.http.Config.Handler = s.server.Handler()
	for range 40 {
		if a := guess(); a.StatusCode != http.StatusUnauthorized || a.Header.Get("RateLimit") != "" {
			t.Fatalf("where there is no limit: %s %v", a.Status, a.Header)
		}
	}
}

// TestStrangersAreBounded: however many addresses come, memory is bounded, and
// none of them wins guesses by it.
func TestStrangersAreBounded(t *testing.T) {
	s := limitedSite(t)
	handler := s.server.Handler()
	guess := func(remote string) int {
		r := httptest.NewRequest("GET", "/api/v1/changes", nil)
		r.RemoteAddr = remote
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		return w.Code
	}
	for i := range 30 {
		if code := guess([]string{"192.0.2.1:1000", "[::ffff:192.0.2.1]:2000", "192.0.2.1"}[i%3]); code != 401 {
			t.Fatalf("guess %d: %d", i, code)
		}
	}
	if code := guess("[::ffff:192.0.2.1]:3000"); code != 429 {
		t.Errorf("an address, as IPv6: %d", code)
	}
	if code := guess("192.0.2.2"); code != 401 { // without a port, as it comes through a proxy
		t.Errorf("another address: %d", code)
	}
	taken := map[int]int{}
	for i := range 20_000 {
		taken[guess(fmt.Sprintf("[2001:db8:%x:%x::1]:1000", i>>8, i&0xff))]++
	}
	if n := s.server.Strangers(); n != 10_000 {
		t.Errorf("%d addresses are remembered", n)
	}
	if taken[401] != 9998+30 {
		t.Errorf("answers %v", taken)
	}
	if code := guess("192.0.2.1:2000"); code != 429 {
		t.Errorf("the first address was forgotten: %d", code)
	}
	for i := range 31 {
		if code := guess(fmt.Sprintf("[2001:db8:0:0:%x::1]:1000", i)); (code == 429) != (i >= 29) { // its network came once before
			t.Errorf("address %d of one network: %d", i, code)
		}
	}
	s.now = s.now.Add(time.Minute)
	if code := guess("198.51.100.1:1000"); code != 401 || s.server.Strangers() != 1 {
		t.Errorf("a minute later: %d, %d addresses are remembered", code, s.server.Strangers())
	}
}
