package serve_test

import (
	"context"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"dateline/feed/serve"
	"dateline/store"
)

const editorToken = "editor-token-0123456789"

// newAPI is a site with a token that may do everything, and an article.
func newAPI(t testing.TB) (s *site, id string) {
	s = newSite(t)
	s.server.Tokens = append(s.server.Tokens, serve.Token{Name: "editor", Secret: editorToken, May: serve.Rights()})
	s.server.Sources = busySource{}
	s.handler = s.server.Handler()
	s.http.Config.Handler = s.handler
	r := s.receipt(s.file(`{"guid":"urn:test:ferry","headline":"Ferry runs","body":"<p>It carried nine.</p>","categories":["sport"]}`))
	return s, string(r.ID)
}

// state is all that a request might change.
func (s *site) state() any {
	s.Helper()
	stats, err := s.store.Stats(s.Context())
	if err != nil {
		s.Fatal(err)
	}
	stats.Size, stats.Free = 0, 0
	return stats
}

// refused sends a request, which must be refused with a problem document and
// change nothing.
func (s *site) refused(want int, text, method, path, body string, header ...string) {
	s.Helper()
	before := s.state()
	a := s.do(method, path, body, header...)
	what := method + " " + path + " " + strings.Join(header, " ")
	if len(body) < 200 {
		what += " " + body
	}
	if a.StatusCode != want || !strings.Contains(a.body, text) {
		s.Errorf("%s: %s, want %d with %q: %s", what, a.Status, want, text, a.body)
	}
	if got := a.Header.Get("Content-Type"); got != "application/problem+json" {
		s.Errorf("%s: the answer is %s", what, got)
	}
	if strings.Contains(a.body, editorToken) || strings.Contains(a.body, deskToken) {
		s.Errorf("%s: a secret is told: %s", what, a.body)
	}
	if after := s.state(); !reflect.DeepEqual(before, after) {
		s.Errorf("%s changed the store from %+v to %+v", what, before, after)
	}
}

func TestWhoMayDoWhat(t *testing.T) {
	s, id := newAPI(t)
	for _, r := range serve.Routes() {
		path := strings.NewReplacer("{id}", id, "{name}", "gazette").Replace(r.Path)
		for header, text := range map[string]string{
			"":                                       "send it as `Authorization: Bearer",
			"Bearer":                                 "send it as `Authorization: Bearer",
			"Bearer ":                                "send it as `Authorization: Bearer",
			"Basic " + editorToken:                   "send it as `Authorization: Bearer",
			"Bearer " + editorToken[:10]:             "not one of this server's",
			"Bearer " + editorToken + "x":            "not one of this server's",
			"Bearer \"" + editorToken + "\"":         "not one of this server's",
			"Bearer " + strings.ToUpper(editorToken): "not one of this server's",
		} {
			s.refused(http.StatusUnauthorized, text, r.Method, path, "{}", "Authorization", header, "Content-Type", "application/json")
			s.now = s.now.Add(3e9) // so that guesses are not refused as such
		}
		s.refused(http.StatusBadRequest, "no parameter here", r.Method, path+"?colour=red", "{}", "Authorization", "Bearer "+editorToken, "Content-Type", "application/json")
		s.refused(http.StatusBadRequest, "the query cannot be read", r.Method, path+"?%zz", "{}", "Authorization", "Bearer "+editorToken, "Content-Type", "application/json")
		for _, method := range []string{"DELETE", "PATCH", "TRACE", "BREW"} {
			s.refused(http.StatusMethodNotAllowed, "does not take that method", method, path, "", "Authorization", "Bearer "+editorToken)
		}
	}
	reader, desk := "Bearer "+readerToken, "Bearer "+deskToken
	s.refused(http.StatusForbidden, "reader has the right to read, and this takes publish", "POST", "/api/v1/articles", "{}", "Authorization", reader)
	s.refused(http.StatusForbidden, "this takes publish", "PUT", "/api/v1/articles/"+id, "{}", "Authorization", reader)
	s.refused(http.StatusForbidden, "this takes publish", "PUT", "/api/v1/ninjs", "{}", "Authorization", reader)
	for _, act := range []string{"/articles/" + id + "/hold", "/articles/" + id + "/release", "/articles/" + id + "/kill", "/sources/gazette/fetch", "/sources/gazette/release"} {
		s.refused(http.StatusForbidden, "this takes moderate", "POST", "/api/v1"+act, `{"reason":"x"}`, "Authorization", desk)
	}
	for _, path := range []string{"/api", "/api/", "/api/v1", "/api/v2/articles", "/api/v1/articles/" + id + "/burn"} {
		s.refused(http.StatusNotFound, "", "POST", path, "", "Authorization", "Bearer "+editorToken)
	}
}

// badRequest is a request and how it must be refused. ID stands for the id of
// the article that is there.
type badRequest struct {
	method, path, contentType, body string
	status                          int
	text                            string
	header                          []string
}

func TestBadInput(t *testing.T) {
	s, id := newAPI(t)
	const unknown = "01JDABCDEFGHJKMNPQRSTVWXYZ"
	const js, plain = "application/json", "text/plain"
	big := strings.Repeat("x", 4<<20+1)
	good := `{"headline":"A","body":"<p>b</p>","categories":["sport"]}`
	list := []badRequest{
		{"POST", "/articles", "", good, 415, "end text/plain", nil},
		{"POST", "/articles", "image/png", good, 415, "end text/plain", nil},
		{"POST", "/articles", "application/json; charset", good, 415, "end text/plain", nil},
		{"POST", "/articles", js, "", 422, "", nil},
		{"POST", "/articles", js, "null", 422, "", nil},
		{"POST", "/articles", js, "[]", 422, "", nil},
		{"POST", "/articles", js, "1", 422, "", nil},
		{"POST", "/articles", js, `"x"`, 422, "", nil},
		{"POST", "/articles", js, "{", 422, "", nil},
		{"POST", "/articles", js, good + good, 422, "", nil},
		{"POST", "/articles", js, strings.Repeat("[", 100_000), 422, "", nil},
		{"POST", "/articles", js, strings.Repeat(`{"body":`, 50_000), 422, "", nil},
		{"POST", "/articles", js, "\xff\xfe" + good, 422, "", nil},
		{"POST", "/articles", js, `{}`, 422, `"field": "headline"`, nil},
		{"POST", "/articles", js, `{"headline":1,"body":[],"categories":"sport","urgency":"3","tags":[1],"byline":{},"published":"soon"}`, 422, `"field": "published"`, nil},
		{"POST", "/articles", js, `{"headline":"A","headline":"B","body":"b","categories":["sport"]}`, 422, "", nil},
		{"POST", "/articles", js, `{"headline":"A","body":"b","categories":["sport"],"colour":"red"}`, 422, "colour", nil},
		{"POST", "/articles", js, `{"headline":"A","body":"b","categories":["sprot"]}`, 422, `did you mean \"sport\"?`, nil},
		{"POST", "/articles", js, `{"headline":"A","body":"b","categories":[]}`, 422, "categories", nil},
		{"POST", "/articles", js, `{"headline":"A","body":"b","categories":["sport"],"guid":"no iri"}`, 422, "guid", nil},
		{"POST", "/articles", js, `{"headline":"A","body":"b","categories":["sport"],"urgency":1e99}`, 422, "urgency", nil},
		{"POST", "/articles", js, `{"headline":"A","body":"b","categories":["sport"],"published":"0000-00-00T00:00:00Z"}`, 422, "published", nil},
		{"POST", "/articles", js, `{"headline":"A","body":"b","categories":["sport"],"enclosures":[{"url":"javascript:x","type":"x"}]}`, 422, "enclosures[0]", nil},
		{"POST", "/articles", js, `{"headline":"` + strings.Repeat("x", 70_000) + `","body":"b","categories":["sport"]}`, 422, "headline", nil},
		{"POST", "/articles", js, `{"headline":"A","categories":["sport"],"body":"` + strings.Repeat("x", 2<<20) + `"}`, 422, "body", nil},
		{"POST", "/articles", js, big, 413, "4 MiB", nil},
		{"POST", "/articles", plain, big, 413, "4 MiB", nil},
		{"POST", "/articles", plain, "", 422, "", nil},
		{"POST", "/articles", plain, "\x00\x01\x02", 422, "", nil},
		{"POST", "/articles", plain, "Sprot\n\nA\n\nB.", 422, `did you mean \"sport\"?`, nil},
		{"POST", "/articles", plain, "Sport", 422, "", nil},
		{"POST", "/articles", "text/html", "<p>", 422, "", nil},
		{"POST", "/articles?category=sprot", js, good, 422, `did you mean \"sport\"?`, nil},
		{"POST", "/articles", js, good, 400, "Idempotency-Key", []string{"Idempotency-Key", strings.Repeat("k", 256)}},

		{"GET", "/articles?limit=0", "", "", 400, "limit must be a number from 1 to 500", nil},
		{"GET", "/articles?limit=501", "", "", 400, "limit must be", nil},
		{"GET", "/articles?limit=ten", "", "", 400, "limit must be", nil},
		{"GET", "/articles?limit=99999999999999999999", "", "", 400, "limit must be", nil},
		{"GET", "/articles?all=yes", "", "", 400, "all must be true or false", nil},
		{"GET", "/articles?all=true&category=sport", "", "", 400, "takes no category", nil},
		{"GET", "/articles?category=sprot", "", "", 404, "sprot", nil},
		{"GET", "/articles?after=x", "", "", 400, "cursor", nil},
		{"GET", "/articles?after=" + strings.Repeat("A", 5000), "", "", 400, "cursor", nil},
		{"GET", "/articles/" + unknown, "", "", 404, "not found", nil},
		{"GET", "/articles/x", "", "", 404, "not found", nil},
		{"GET", "/articles/%00%ff", "", "", 404, "not found", nil},
		{"GET", "/articles/" + unknown + "/log", "", "", 404, "not found", nil},

		{"PUT", "/articles/" + unknown, js, good, 404, "not found", []string{"If-Match", `"v1"`}},
		{"PUT", "/articles/ID", js, good, 428, "If-Match", nil},
		{"PUT", "/articles/ID", js, good, 412, "version 1 stands", []string{"If-Match", `"v2"`}},
		{"PUT", "/articles/ID", js, good, 412, "is no version", []string{"If-Match", `v1`}},
		{"PUT", "/articles/ID", js, good, 412, "is no version", []string{"If-Match", `W/"v1"`}},
		{"PUT", "/articles/ID", js, good, 412, "is no version", []string{"If-Match", `"v-1"`}},
		{"PUT", "/articles/ID", js, good, 412, "is no version", []string{"If-Match", `"v99999999999999999999"`}},
		{"PUT", "/articles/ID?quiet=maybe", js, good, 400, "quiet must be true or false", []string{"If-Match", "*"}},
		{"PUT", "/articles/ID?quiet=true&note=x", js, good, 400, "for readers to see", []string{"If-Match", "*"}},
		{"PUT", "/articles/ID?reason=" + strings.Repeat("x", 70_000), js, good, 422, "reason", []string{"If-Match", "*"}},
		{"PUT", "/articles/ID", "image/png", good, 415, "end text/plain", []string{"If-Match", "*"}},
		{"PUT", "/articles/ID", js, big, 413, "4 MiB", []string{"If-Match", "*"}},
		{"PUT", "/articles/ID", js, "{", 422, "", []string{"If-Match", "*"}},

		{"POST", "/articles/" + unknown + "/hold", js, `{"reason":"x"}`, 404, "not found", nil},
		{"POST", "/articles/x/kill", js, `{"reason":"x"}`, 404, "not found", nil},
		{"POST", "/articles/ID/hold", js, "", 422, "reason", nil},
		{"POST", "/articles/ID/hold", js, "{}", 422, "reason", nil},
		{"POST", "/articles/ID/hold", js, `{"reason":" "}`, 422, "reason", nil},
		{"POST", "/articles/ID/hold", js, `{"reason":1}`, 400, "must be JSON", nil},
		{"POST", "/articles/ID/hold", js, `{"why":"x"}`, 400, "must be JSON", nil},
		{"POST", "/articles/ID/hold", js, `{"reason":"x"} y`, 400, "must be JSON", nil},
		{"POST", "/articles/ID/hold", js, `{"reason":"x"`, 400, "must be JSON", nil},
		{"POST", "/articles/ID/hold", js, `{"reason":"` + strings.Repeat("x", 65_000) + `"}`, 422, "reason", nil},
		{"POST", "/articles/ID/hold", js, `{"reason":"` + strings.Repeat("x", 70_000) + `"}`, 413, "64 KiB", nil},
		{"POST", "/articles/ID/hold", js, `{"reason":"x"}`, 412, "version 1 stands", []string{"If-Match", `"v7"`}},
		{"POST", "/articles/ID/release", js, `{"reason":"x"}`, 409, "usable", nil},

		{"POST", "/ninjs", plain, "{}", 415, "ninjs", nil},
		{"PUT", "/ninjs", "a/b/c", "{}", 415, "ninjs", nil},
		{"POST", "/ninjs", js, "", 422, "", nil},
		{"POST", "/ninjs", js, "[]", 422, "", nil},
		{"POST", "/ninjs", js, "{}", 422, "uri", nil},
		{"POST", "/ninjs", js, big, 413, "4 MiB", nil},
		{"POST", "/ninjs", js, `{"uri":"urn:a:b","pubstatus":"withheld"}`, 404, "nothing to withdraw", nil},
		{"POST", "/ninjs", js, strings.Repeat(`{"uri":`, 50_000), 422, "", nil},
		{"PUT", "/ninjs", js, `{"uri":"urn:a:b"}`, 412, "is no version", []string{"If-Match", "x"}},
		{"PUT", "/ninjs", js, `{"uri":"urn:a:b"}`, 400, "Idempotency-Key", []string{"Idempotency-Key", strings.Repeat("k", 256)}},

		{"GET", "/changes?since=-1", "", "", 400, "since must be a number", nil},
		{"GET", "/changes?since=x", "", "", 400, "since must be a number", nil},
		{"GET", "/changes?since=9999", "", "", 400, "begin anew", nil},
		{"GET", "/changes?since=99999999999999999999999", "", "", 400, "since must be", nil},
		{"GET", "/changes?limit=1001", "", "", 400, "limit must be a number from 0 to 1000", nil},
		{"GET", "/changes?wait=61", "", "", 400, "wait must be a number from 0 to 60", nil},

		{"POST", "/sources/gazete/fetch", "", "", 404, `did you mean \"gazette\"?`, nil},
		{"POST", "/sources/%2e%2e/fetch", "", "", 404, "none of that name", nil},
		{"POST", "/sources/gazette/release", "", "", 409, "", nil},
	}
	for _, b := range list {
		path := "/api/v1" + strings.ReplaceAll(b.path, "ID", id)
		s.refused(b.status, b.text, b.method, path, b.body, append([]string{"Authorization", "Bearer " + editorToken, "Content-Type", b.contentType}, b.header...)...)
	}

	kill := []string{"Authorization", "Bearer " + editorToken, "Content-Type", js}
	if a := s.do("POST", "/api/v1/articles/"+id+"/kill", `{"reason":"there is no ferry"}`, kill...); a.StatusCode != http.StatusOK {
		t.Fatal(a.Status, a.body)
	}
	for _, b := range []badRequest{
		{"PUT", "/articles/ID", js, good, 410, "killed", []string{"If-Match", "*"}},
		{"POST", "/articles/ID/hold", js, `{"reason":"x"}`, 410, "killed", nil},
		{"POST", "/articles/ID/release", js, `{"reason":"x"}`, 410, "killed", nil},
		{"POST", "/articles/ID/kill", js, `{"reason":"x"}`, 410, "killed", nil},
		{"POST", "/articles", js, `{"guid":"urn:test:ferry","headline":"Ferry runs","body":"b","categories":["sport"]}`, 410, "killed", nil},
		{"POST", "/ninjs", js, `{"uri":"urn:test:ferry","headlines":[{"value":"Ferry runs"}],"bodies":[{"value":"b"}],"subjects":[{"name":"Sport"}]}`, 410, "killed", nil},
	} {
		path := "/api/v1" + strings.ReplaceAll(b.path, "ID", id)
		s.refused(b.status, b.text, b.method, path, b.body, append([]string{"Authorization", "Bearer " + editorToken, "Content-Type", b.contentType}, b.header...)...)
	}
}

// busySource is the one source of a site, which is being polled.
type busySource struct{}

func (busySource) Schedule(context.Context) ([]store.Source, error) {
	return []store.Source{{Name: "gazette"}}, nil
}

func (busySource) Fetch(_ context.Context, name string, _ bool) (serve.Polled, error) {
	if name != "gazette" {
		return serve.Polled{}, store.ErrNotFound
	}
	return serve.Polled{}, store.ErrConflict
}
