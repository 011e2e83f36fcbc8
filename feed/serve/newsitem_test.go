package serve_test

import (
	"encoding/json"
	"strings"
	"testing"

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
	if _, err := s.store.SetStatus(t.Context(), store.StatusChange{ID: filed.ID, Status: store.Killed, Now: s.now, Reason: "no"}); err != nil {
		t.Fatal(err)
	}
	read(path, &one)
	read("/category/sport/ninjs.json", &list)
	if one.PubStatus != "canceled" || strings.Contains(s.get(path).body, "Ferry") || len(list.Items) != 1 || list.Items[0].PubStatus != "canceled" {
		t.Errorf("once it was killed: %+v, %+v", one, list)
	}
}
