package serve_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestWhoWaitsIsAnsweredWhenTheServerEnds: a client that waits for the next
// change gets the answer that there is none.
func TestWhoWaitsIsAnsweredWhenTheServerEnds(t *testing.T) {
	s := newSite(t)
	until, end := context.WithCancel(t.Context())
	s.server.Until = until
	end()
	req := httptest.NewRequest("GET", "/api/v1/changes?since=1&wait=60", nil).WithContext(t.Context())
	req.Header.Set("Authorization", "Bearer "+readerToken)
	w := httptest.NewRecorder()
	s.server.Handler().ServeHTTP(w, req)
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"changes": []`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
