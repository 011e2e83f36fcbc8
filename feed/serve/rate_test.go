package serve_test

import (
	"net/http"
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
	for range 2 {
		if a := ask(deskToken); a.StatusCode != http.StatusOK {
			t.Fatal(a.Status)
		}
	}
	a := ask(deskToken)
	if a.StatusCode != http.StatusTooManyRequests || a.Header.Get("Retry-After") != "10" || !strings.Contains(a.body, "token desk may come back in 10 seconds") {
		t.Errorf("%s, Retry-After %q: %s", a.Status, a.Header.Get("Retry-After"), a.body)
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
		if a := ask(readerToken); a.StatusCode != http.StatusOK {
			t.Errorf("without a limit: %s", a.Status)
		}
	}
	if a := s.get("/healthz"); a.StatusCode != http.StatusOK {
		t.Errorf("what takes no token: %s", a.Status)
	}
}

func TestStrangerMustWait(t *testing.T) {
	s := limitedSite(t)
	guess := func() answer { return s.do("GET", "/api/v1/changes", "", "Authorization", "Bearer guess") }
	n := 0
	for guess().StatusCode == http.StatusUnauthorized {
		n++
	}
	if a := guess(); n != 30 || a.StatusCode != http.StatusTooManyRequests || a.Header.Get("Retry-After") == "" {
		t.Errorf("%d guesses, then %s", n, a.Status)
	}
	if a := s.do("GET", "/api/v1/changes", "", "Authorization", "Bearer "+deskToken); a.StatusCode != http.StatusOK {
		t.Errorf("whoever has a token, from the same address: %s", a.Status)
	}
	s.now = s.now.Add(time.Minute)
	if a := guess(); a.StatusCode != http.StatusUnauthorized {
		t.Errorf("a minute later: %s", a.Status)
	}
}
