package serve_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"dateline/store"
)

// TestNamedArticleIsShownAsItStands: what an editor names as related is an
// article that may be under embargo, renamed, held and killed.
func TestNamedArticleIsShownAsItStands(t *testing.T) {
	s := newSite(t)
	pier := s.receipt(s.file(`{"headline":"Harbour bought","body":"<p>B</p>","categories":["sport"],"embargo":"2026-11-22T13:00:00Z"}`))
	race := s.receipt(s.file(fmt.Sprintf(`{"headline":"Race","body":"<p>C</p>","categories":["sport"],
		"related":[{"title":"Harbour bought","url":%q},{"title":"Elsewhere","url":"https://elsewhere.example/"}]}`, pier.URL)))
	page := "/article/" + string(race.ID) + "/race"
	public := []string{"/rss.xml", "/category/sport/rss.xml", "/atom.xml", "/feed.json", "/category/sport/ninjs.json", "/article/" + string(race.ID) + "/ninjs.json", page}
	look := func(when string, shown ...string) {
		t.Helper()
		for _, path := range public {
			body := s.get(path).body
			for _, title := range []string{"Harbour bought", "Harbour sold"} {
				if want := len(shown) > 0 && shown[0] == title; strings.Contains(body, title) != want {
					t.Errorf("%s: %s has %q: %t", when, path, title, !want)
				}
			}
			if !strings.Contains(body, "https://elsewhere.example/") {
				t.Errorf("%s: %s does not have the other page", when, path)
			}
		}
	}
	look("under embargo")
	s.now = s.now.Add(2 * time.Hour)
	if _, err := s.store.Advance(t.Context(), s.now); err != nil {
		t.Fatal(err)
	}
	look("after its embargo", "Harbour bought")
	s.now = s.now.Add(time.Minute)
	s.file(fmt.Sprintf(`{"guid":%q,"headline":"Harbour sold","body":"<p>B</p>","categories":["sport"]}`, pier.GUID))
	look("under another headline", "Harbour sold")
	if a := s.file(fmt.Sprintf(`{"guid":%q,"headline":"Not yet","body":"<p>B</p>","categories":["sport"],"embargo":"2026-12-24T00:00:00Z"}`, pier.GUID)); a.StatusCode != 409 || !strings.Contains(a.body, "hold it") {
		t.Errorf("an embargo of what is public: %s %s", a.Status, a.body)
	}
	for _, status := range []store.Status{store.Held, store.Usable, store.Killed} {
		s.now = s.now.Add(time.Minute)
		if _, err := s.store.SetStatus(t.Context(), store.StatusChange{ID: pier.ID, Status: status, Now: s.now, Reason: "why"}); err != nil {
			t.Fatal(err)
		}
		if status == store.Usable {
			look("released", "Harbour sold")
		} else {
			look(string(status))
		}
	}
}
