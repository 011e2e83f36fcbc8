package serve_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"dateline/store"
)

// TestWhoFollowsTooLateBeginsAnew: what was let go of is told for a while;
// later a follower learns that it must begin anew.
func TestWhoFollowsTooLateBeginsAnew(t *testing.T) {
	s := newSite(t)
	gone := s.receipt(s.file(`{"headline":"One","body":"<p>B</p>","categories":["sport"]}`))
	s.receipt(s.file(`{"headline":"Two","body":"<p>B</p>","categories":["conflicts-war"]}`))
	sweep := func() {
		t.Helper()
		r := store.Retention{Of: map[string]store.Keep{"sport": {Age: 24 * time.Hour}}, Log: 48 * time.Hour}
		for at := (store.Sweep{Now: s.now}); !at.Done; {
			var err error
			if at, err = s.store.Expunge(t.Context(), r, at); err != nil {
				t.Fatal(err)
			}
		}
	}
	follow := func(since int, want int, part string) {
		t.Helper()
		a := s.do("GET", fmt.Sprint("/api/v1/changes?since=", since), "", "Authorization", "Bearer "+deskToken)
		if a.StatusCode != want || !strings.Contains(a.body, part) {
			t.Errorf("since %d: %s %s", since, a.Status, a.body)
		}
	}
	s.now = s.now.Add(47 * time.Hour)
	sweep()
	follow(3, 200, `"expunged"`) // the first line declares the combinations
	if a := s.get("/article/" + string(gone.ID) + "/one"); a.StatusCode != 410 {
		t.Errorf("its page: %s", a.Status)
	}
	s.now = s.now.Add(72 * time.Hour)
	s.receipt(s.file(`{"headline":"Three","body":"<p>B</p>","categories":["conflicts-war"]}`))
	sweep()
	for since := range 4 {
		follow(since, 410, "go on with since=5")
	}
	follow(4, 200, `"sequence": 5`)
	follow(5, 200, `"next": 5`)
}
