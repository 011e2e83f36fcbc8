package serve_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"dateline/feed/serve"
	"dateline/store"
)

func TestArticlesAsNewsItems(t *testing.T) {
	s := newSite(t)
	filed := s.receipt(s.file(`{"headline": "Ferry", "body": "<p>It floats.</p>", "categories": ["sport"]}`))
	type item struct {
		URI       string `json:"uri"`
		PubStatus string `json:"pubStatus"`
		Headlines []struct{ Value string }
	}
	var one item
	path := "/article/" + string(filed.ID) + "/ninjs.json"
	read := func(path string, to any) {
		t.Helper()
		a := s.get(path)
		if a.StatusCode != 200 || a.Header.Get("Content-Type") != "application/json" || a.Header.Get("ETag") == "" {
			t.Fatalf("%s: %s, %v", path, a.Status, a.Header)
		}
		if err := json.Unmarshal([]byte(a.body), to); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
	}
	read(path, &one)
	if one.URI != filed.GUID || one.Headlines[0].Value != "Ferry" {
		t.Errorf("got %+v", one)
	}
	var list struct{ Items []item }
	for _, home := range []string{"", "/category/sport"} {
		read(home+"/ninjs.json", &list)
		if len(list.Items) != 1 || list.Items[0].URI != filed.GUID {
			t.Errorf("%s: %+v", home, list)
		}
	}
	if a := s.get("/category/nothing/ninjs.json"); a.StatusCode != 404 {
		t.Errorf("a category that is not there: %s", a.Status)
	}
	if a := s.get("/category/war/ninjs.json"); a.StatusCode != 301 || !strings.HasSuffix(a.Header.Get("Location"), "/category/conflicts-war/ninjs.json") {
		t.Errorf("a category that was renamed: %s to %s", a.Status, a.Header.Get("Location"))
	}
	if _, err := s.store.SetStatus(t.Context(), store.StatusChange{ID: filed.ID, Status: store.Killed, Now: s.now, Reason: "It did not float."}); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{path, "/category/sport/ninjs.json", "/ninjs.json"} {
		if body := s.get(path).body; !strings.Contains(body, `"edNote": "KILL: It did not float."`) || strings.Count(body, "It did not float.") != 3 {
			t.Errorf("%s does not say why to editors, and to readers: %s", path, body)
		}
	}
	read(path, &one)
	read("/category/sport/ninjs.json", &list)
	if one.PubStatus != "canceled" || strings.Contains(s.get(path).body, "Ferry") || len(list.Items) != 1 || list.Items[0].PubStatus != "canceled" {
		t.Errorf("once it was killed: %+v, %+v", one, list)
	}
}

// news is a ninjs document of a version of one item.
func news(version int, status, headline string) string {
	return fmt.Sprintf(`{"uri": "https://agency.example/1", "type": "text", "version": "%d", "pubStatus": %q, "edNote": "for editors",
		"versionCreated": "2026-11-22T10:%02d:00Z", "subjects": [{"name": "Rowing"}, {"name": "Sport"}],
		"headlines": [{"value": %q}], "bodies": [{"contentType": "text/html", "value": "<p>It floats.</p>"}]}`, version, status, version, headline)
}

func TestNewsItemsAreFiled(t *testing.T) {
	s := newSite(t)
	s.server.Tokens = append(s.server.Tokens, serve.Token{Name: "agency", Secret: "agency-token-0123456789", May: []string{"publish", "moderate"}})
	send := func(body string, header ...string) answer {
		t.Helper()
		s.now = s.now.Add(time.Minute)
		return s.do("PUT", "/api/v1/ninjs", body, append([]string{"Authorization", "Bearer agency-token-0123456789"}, header...)...)
	}
	want := func(what string, a answer, status int, title string) {
		t.Helper()
		body := s.get("/category/sport/feed.json").body
		if a.StatusCode != status || title != "" && !strings.Contains(body, `"title": "`+title+`"`) || title == "" && strings.Contains(body, `"id": `) || strings.Contains(body, "for editors") {
			t.Errorf("%s: %s %s\n%s", what, a.Status, a.body, body)
		}
	}
	ahead := func(version int, status string) answer {
		return send(strings.ReplaceAll(news(version, status, "No"), "agency.example/1", "agency.example/2"))
	}
	want("withheld before it was there", ahead(1, "withheld"), 404, "")
	if a := ahead(2, "canceled"); strings.Contains(a.body, "embargo") {
		t.Errorf("withdrawn before it was there: %s", a.body)
	}
	want("withdrawn before it was there", ahead(2, "canceled"), 200, "")
	want("what was withdrawn before it was there", ahead(1, "usable"), 410, "")
	want("a later version of it", ahead(3, "usable"), 410, "")
	want("new", send(news(2, "usable", "Ferry")), 201, "Ferry")
	want("again", send(news(2, "usable", "Ferry")), 200, "Ferry")
	want("late", send(news(1, "usable", "Late")), 409, "Ferry")
	want("the next", send(news(3, "usable", "Ferries")), 200, "Ferries")
	want("for another version", send(news(4, "usable", "No"), "If-Match", `"v1"`), 412, "Ferries")
	unknown := strings.Replace(news(4, "usable", "No"), "agency.example/1", "agency.example/none", 1)
	want("whatever stands where none does", send(unknown, "If-Match", "*"), 412, "Ferries")
	want("whatever stands where none does, withdrawn", send(strings.Replace(unknown, "usable", "canceled", 1), "If-Match", "*"), 412, "Ferries")
	want("the same, whatever stands", send(news(3, "usable", "Ferries"), "If-Match", "*"), 200, "Ferries")
	want("withheld", send(news(4, "withheld", "Ferries")), 200, "HELD: do not use this article until it is released")
	want("withheld again", send(news(4, "withheld", "Ferries")), 200, "HELD: do not use this article until it is released")
	want("usable again", send(news(5, "usable", "Ferries run")), 200, "Ferries run")
	held := s.receipt(send(news(5, "usable", "Ferries run")))
	if _, err := s.store.SetStatus(t.Context(), store.StatusChange{ID: held.ID, Status: store.Held, Now: s.now, By: "editor"}); err != nil {
		t.Fatal(err)
	}
	want("usable, and held by an editor", send(news(6, "usable", "No")), 200, "HELD: do not use this article until it is released")
	want("canceled", send(news(7, "canceled", "No")), 200, "WITHDRAWN: do not use this article")
	want("canceled again", send(news(7, "canceled", "No")), 200, "WITHDRAWN: do not use this article")
	want("usable for good", send(news(8, "usable", "No")), 410, "WITHDRAWN: do not use this article")

	for what, c := range map[string]struct{ body, fault string }{
		"an unknown member":  {`{"uri": "https://a.example/2", "headlines": [{"value": "x"}], "hedline": "x"}`, "hedline"},
		"no category":        {strings.NewReplacer("Sport", "Boats", "Rowing", "Sprot").Replace(news(1, "usable", "x")), `did you mean \"sport\"`},
		"a planning item":    {strings.Replace(news(1, "usable", "x"), `"text"`, `"planning"`, 1), "for editors"},
		"no JSON":            {"ferry", ""},
		"a uri that is none": {strings.Replace(news(1, "usable", "x"), "https://agency.example/1", "x y", 1), "uri"},
		"a urn that is none": {strings.Replace(news(1, "usable", "x"), "https://agency.example/1", "urn:x", 1), `"field": "uri"`},
		"a long headline":    {news(1, "usable", strings.Repeat("x", 2000)), `"field": "headlines"`},
	} {
		if a := send(c.body); a.StatusCode != 422 || !strings.Contains(a.body, c.fault) {
			t.Errorf("%s: %s %s", what, a.Status, a.body)
		}
	}
	if a := s.do("PUT", "/api/v1/ninjs", news(9, "canceled", "x"), "Authorization", "Bearer "+deskToken); a.StatusCode != 403 {
		t.Errorf("a token that may not moderate: %s", a.Status)
	}
}
