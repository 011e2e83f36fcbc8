package serve_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/store"
)

// expunge lets go of what is older than age at now.
func (s *site) expunge(now time.Time, age time.Duration) {
	s.Helper()
	r := store.Retention{Default: store.Keep{Age: max(age, time.Microsecond)}}
	for at := (store.Sweep{Now: now}); !at.Done; {
		var err error
		if at, err = s.store.Expunge(s.Context(), r, at); err != nil {
			s.Fatal(err)
		}
	}
}

// TestWhatWentIsGone: by its page and the API with plain words; feeds and
// archives hold what is left under the addresses that it had, and nothing leads
// to an archive of which nothing is.
func TestWhatWentIsGone(t *testing.T) {
	s := newSite(t)
	s.server.Publisher.Window = 3
	var ids []store.ID
	for n := range 24 {
		s.now = noon.Add(time.Duration(n) * 24 * time.Hour)
		body := fmt.Sprintf(`{"headline":"Report %02d","body":"<p>Copy of day %02d.</p>","categories":["sport"]}`, n, n)
		ids = append(ids, s.receipt(s.file(body)).ID)
	}
	if _, err := s.store.SetStatus(t.Context(), store.StatusChange{ID: ids[0], Status: store.Killed, Now: s.now}); err != nil { // it stays
		t.Fatal(err)
	}
	before, _ := walkArchives(t, s, "/category/sport/atom.xml")
	if len(before) != 24 {
		t.Fatalf("the walk meets %d articles", len(before))
	}
	last := s.get("/category/sport/archive/7/atom.xml")

	s.now = s.now.Add(time.Hour)
	s.expunge(s.now, 13*24*time.Hour+2*time.Hour) // but for the killed one the first ten: two archives, and parts of two
	auth := []string{"Authorization", "Bearer " + deskToken}
	api := "/api/v1/articles/" + string(ids[1])
	put := append([]string{"Content-Type", "application/json", "If-Match", "*"}, auth...)
	for _, a := range []answer{
		s.get("/article/" + string(ids[1]) + "/report-01"), s.get("/article/" + string(ids[9]) + "/x"), s.do("GET", api, "", auth...), s.do("GET", api+"/log", "", auth...),
		s.do("PUT", api, `{"headline":"H","body":"<p>B</p>","categories":["sport"]}`, put...), s.get("/category/sport/archive/2"), s.get("/category/sport/archive/3/feed.json"),
	} {
		if a.StatusCode != http.StatusGone || !strings.Contains(a.body, "articles are kept here for some time") {
			t.Errorf("%s: %s\n%s", a.Request.URL, a.Status, a.body)
		}
	}
	for n, want := range []int{404, 200, 410, 410, 200, 200, 200, 200, 404} {
		if a := s.get(fmt.Sprintf("/category/sport/archive/%d/atom.xml", n)); a.StatusCode != want {
			t.Errorf("archive %d: %s; want %d", n, a.Status, want)
		}
	}
	left, all := walkArchives(t, s, "/category/sport/atom.xml")
	if len(left) != 15 || strings.Contains(all, "day 09") || !strings.Contains(all, "day 10") {
		t.Errorf("the walk meets %d articles", len(left))
	}
	if a := s.get("/category/sport/archive/4"); !strings.Contains(a.body, "/archive/1\"") || strings.Contains(a.body, "/archive/3") || !strings.Contains(a.body, "/archive/5") {
		t.Errorf("the page of the second archive that is left: %s", a.body)
	}
	if a := s.get("/category/sport/archive/1/atom.xml"); !strings.Contains(a.body, "/archive/4/") || strings.Contains(a.body, "prev-archive") {
		t.Errorf("the first archive that is left: %s", a.body)
	}
	addresses, err := s.server.FeedAddresses(t.Context(), "/category/sport")
	if err != nil || slices.Contains(addresses, "/category/sport/archive/3") || !slices.Contains(addresses, "/category/sport/archive/1/atom.xml") {
		t.Errorf("addresses %q, error %v", addresses, err)
	}
	if again := s.do("GET", "/category/sport/archive/7/atom.xml", "", "If-None-Match", last.Header.Get("ETag")); again.StatusCode != http.StatusNotModified {
		t.Errorf("a whole archive after others went: %s", again.Status)
	}
}
