package serve_test

import (
	"strings"
	"testing"

	"dateline/feed/serve"
	"dateline/store"
)

// TestStatusIsNotFiled: what was read can be sent back with PUT, held or not,
// and a status that the article has not is refused.
func TestStatusIsNotFiled(t *testing.T) {
	s := newSite(t)
	s.server.Tokens = append(s.server.Tokens, serve.Token{Name: "chief", Secret: chiefToken, May: []string{"publish", "read"}})
	if a := s.file(`{"headline": "Ferry", "body": "<p>It floats.</p>", "categories": ["sport"], "status": "held"}`); a.StatusCode != 422 || !strings.Contains(a.body, "/hold") {
		t.Errorf("filed as held: %s %s", a.Status, a.body)
	}
	filed := s.receipt(s.file(`{"headline": "Ferry", "body": "<p>It floats.</p>", "categories": ["sport"], "status": "usable"}`))
	if _, err := s.store.SetStatus(t.Context(), store.StatusChange{ID: filed.ID, Status: store.Held, Now: s.now, Reason: "It is checked."}); err != nil {
		t.Fatal(err)
	}
	path := "/api/v1/articles/" + string(filed.ID)
	held := s.do("GET", path, "", "Authorization", "Bearer "+chiefToken)
	put := func(body string) answer {
		t.Helper()
		return s.do("PUT", path, body, "Authorization", "Bearer "+chiefToken, "Content-Type", "application/json", "If-Match", "*")
	}
	if a := put(strings.ReplaceAll(held.body, "It floats", "It sinks")); a.StatusCode != 200 {
		t.Errorf("what was read, mended: %s %s", a.Status, a.body)
	}
	if a := put(strings.Replace(held.body, `"held"`, `"usable"`, 1)); a.StatusCode != 422 || !strings.Contains(a.body, "/release") {
		t.Errorf("as usable: %s %s", a.Status, a.body)
	}
	if a, err := s.store.Article(t.Context(), filed.ID); err != nil || a.Status != store.Held || !strings.Contains(a.Body, "It sinks") {
		t.Errorf("it stands as %+v, %v", a, err)
	}
}
